"""How a paper can be made again, for formats that are not made by a template (those have `last-page.html`)."""

from __future__ import annotations

from p2ptrack.records.words import Words
from p2ptrack.reports.document import Document, Fact, Provenance


def remade(paper: Document, made: Provenance, words: Words) -> tuple[Fact, ...]:
    """Return what the last page says: the day, the commit, the version and the command."""
    return (
        Fact(words("remake_as_of"), made.as_of),
        Fact(words("remake_commit"), _commit(made, words)),
        Fact(words("remake_version"), f"p2ptrack {made.version}"),
        Fact(words("remake_command"), command(paper, made)),
    )


def _commit(made: Provenance, words: Words) -> str:
    if not made.controlled:
        return words("remake_uncontrolled")
    return words("remake_modified", commit=made.commit) if made.modified else made.commit


def command(paper: Document, made: Provenance) -> str:
    """Return the command line that makes the paper."""
    at = f" --at {made.commit}" if made.controlled and not made.modified else ""
    meeting = f" --meeting {made.meeting}" if made.meeting else ""
    audience = f" --audience {paper.audience}" if paper.audience != "public" else ""
    return f"p2ptrack render {paper.name}{at} --as-of {made.as_of.isoformat()}{meeting}{audience}"
