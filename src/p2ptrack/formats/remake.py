"""How a paper can be made again, for formats that are not made by a template (those have `last-page.html`)."""

from __future__ import annotations

from p2ptrack.records.words import Wording
from p2ptrack.reports.document import Document, Fact, Provenance


def list_reproduction_facts(paper: Document, provenance: Provenance, wording: Wording) -> tuple[Fact, ...]:
    """Return what the last page says: the day, the commit, the version and the command."""
    return (
        Fact(wording("remake_as_of"), provenance.as_of),
        Fact(wording("remake_commit"), _format_commit(provenance, wording)),
        Fact(wording("remake_version"), f"p2ptrack {provenance.version}"),
        Fact(wording("remake_command"), format_render_command(paper, provenance)),
    )


def _format_commit(provenance: Provenance, wording: Wording) -> str:
    if not provenance.controlled:
        return wording("remake_uncontrolled")
    return wording("remake_modified", commit=provenance.commit) if provenance.modified else provenance.commit


def format_render_command(paper: Document, provenance: Provenance) -> str:
    """Return the command line that makes the paper."""
    at_option = f" --at {provenance.commit}" if provenance.controlled and not provenance.modified else ""
    meeting_option = f" --meeting {provenance.meeting}" if provenance.meeting else ""
    audience_option = f" --audience {paper.audience}" if paper.audience != "public" else ""
    return f"p2ptrack render {paper.name}{at_option} --as-of {provenance.as_of.isoformat()}{meeting_option}{audience_option}"
