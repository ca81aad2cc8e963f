from __future__ import annotations

import re
import zlib
from dataclasses import replace
from datetime import date
from functools import cache
from html import unescape
from pathlib import Path

from p2ptrack.analysis.case import Case, RegisterProvenance
from p2ptrack.analysis.redaction import Audience
from p2ptrack.analysis.redaction.paper import build_audience_case
from p2ptrack.analysis.redaction.redact import Placeholders
from p2ptrack.formats.html.page import render_page
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.programme import Meeting
from p2ptrack.pipeline import open_paper_case
from p2ptrack.reports import REPORTS
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import (
    Block,
    Bullets,
    Document,
    Fact,
    Facts,
    FormatOptions,
    Notice,
    Paragraph,
    Prose,
    Provenance,
    Ref,
    Section,
    Table,
    format_scalar,
    list_tables,
    walk_blocks,
)
from p2ptrack.store.templates import PACKAGED, load_layout, load_wording
from tests.support import THE_DAY, case_of

ROOT = Path(__file__).parents[2]
OTHER_COUNCIL = Path(__file__).parent / "other_council"
PACKAGED_OPTIONS = FormatOptions((PACKAGED,), wording=load_wording((PACKAGED,)))
OTHER_OPTIONS = FormatOptions((OTHER_COUNCIL, PACKAGED), wording=load_wording((OTHER_COUNCIL, PACKAGED)))


def context_of(
    case: Case, *folders: Path, audience: Audience = Audience.PUBLIC, report: str = "", meeting: Meeting | None = None
) -> PaperContext:
    """Return a paper's context for a case that is already what its audience may see."""
    wording, layout = load_wording(folders or (PACKAGED,)), load_layout(folders or (PACKAGED,))
    return PaperContext(case, audience, wording, layout, RegisterProvenance("1.2.3", "c0ffee"), meeting, report)


def redacted_context(case: Case, audience: Audience = Audience.PUBLIC, report: str = "") -> PaperContext:
    """Return a paper's context with what an audience may see of a case."""
    wording = load_wording((PACKAGED,))
    placeholders = Placeholders(wording("exempt_title"), wording("exempt_mention"))
    redacted = build_audience_case(case, audience, case.as_of, placeholders)
    return context_of(redacted, audience=audience, report=report)


@cache
def seed_case(*folders: Path) -> PaperContext:
    return context_of(open_paper_case(ROOT, THE_DAY).case, *folders)


@cache
def seed_paper(name: str, *folders: Path) -> Document:
    return REPORTS[name].build(replace(seed_case(*folders), report=name))


def paper_of(report: str, *records: str, programme: str = "title: A register\n", paper: str = "") -> Document:
    return REPORTS[report].build(redacted_context(case_of(*records, programme=programme), report=paper))


def document_of(*blocks: Block, title: str = "A paper") -> Document:
    return Document("a-paper", title, THE_DAY, blocks, draft="Draft", provenance=Provenance("1.2.3", THE_DAY))


def html_of(*blocks: Block) -> str:
    return render_page(document_of(*blocks), PACKAGED_OPTIONS)


def body_of(*blocks: Block) -> str:
    """Return the page's text of these blocks, in one line."""
    html = html_of(*blocks)
    return " ".join(html[html.index('<main id="paper">') + 17 : html.index("</main>")].split())


def words_in(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", html)).split())


def section_of(document: Document, key: str) -> Section:
    (section,) = (block for block in walk_blocks(document.blocks) if isinstance(block, Section) and block.key == key)
    return section


def table_of(document: Document, key: str) -> Table:
    (table,) = (table for table in list_tables(document) if table.key == key)
    return table


def text_of(content: object) -> str:
    """Return the words of a cell, a block or several, a line for each."""
    match content:
        case tuple():
            return "\n".join(text_of(item) for item in content)
        case Paragraph():
            return "".join(str(span) for span in content.spans)
        case Notice() | Section():
            return text_of(content.blocks)
        case None | str() | int() | date() | CouncilDate() | Ref():
            return format_scalar(content)
        case _:
            return _format_block(content)


def _format_block(content: object) -> str:
    match content:
        case Prose():
            return content.markdown.strip()
        case Bullets():
            return "\n".join(f"- {text_of(item)}" for item in content.items)
        case Facts():
            return "\n".join(f"{fact.label}: {_format_value(fact)}" for fact in content.rows)
        case _:
            return repr(content)


def _format_value(fact: Fact) -> str:
    return "".join(map(str, fact.spans)) + " / ".join("".join(map(str, line)) for line in fact.lines)


def png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)

    head = width.to_bytes(4) + height.to_bytes(4) + b"\x08\x00\x00\x00\x00"
    rows = zlib.compress((b"\x00" + b"\x80" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
