"""What the head of every page says where no program can know what will stand on a page: in Word and Excel."""

from __future__ import annotations

from p2ptrack.records.words import Wording
from p2ptrack.reports.document import Block, Closed, Document, Facts, Notice, Paragraph, walk_blocks


def format_status_mark(document: Document, wording: Wording) -> str:
    """Return the draft mark and, on a members' paper that shows something exempt, that it is not for publication.

    A PDF says so on the pages concerned; Word breaks pages anew on every machine, so there it stands on all.
    """
    shows_exempt = document.audience == "members" and any(map(_shows_exempt, walk_blocks(document.blocks)))
    return " · ".join(filter(None, (document.draft, wording("closed") if shows_exempt else "")))


def _shows_exempt(block: Block) -> bool:
    match block:
        case Notice():
            return block.kind == "closed"
        case Paragraph():
            return any(isinstance(span, Closed) for span in block.spans)
        case Facts():
            return any(isinstance(span, Closed) for row in block.rows for span in row.spans)
        case _:
            return False
