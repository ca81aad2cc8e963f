"""The committee's view: what it is asked, the figures, what comes next, and the lists that they are counted from."""

from __future__ import annotations

from collections.abc import Callable

from p2ptrack.analysis.case import Case
from p2ptrack.records.kinds import KINDS
from p2ptrack.reports.document import Block, Document, Section, Table
from p2ptrack.reports.layout import Parts
from p2ptrack.reports.paper import finish, overview, subject
from p2ptrack.reports.pictures import ageing, progress
from p2ptrack.reports.progress.asks import asks
from p2ptrack.reports.progress.figures import figures
from p2ptrack.reports.progress.lists import completed, decisions, due, notes, ongoing, overdue
from p2ptrack.reports.progress.missing import missing, unanswered
from p2ptrack.reports.progress.movement import movement
from p2ptrack.reports.progress.moves import extensions
from p2ptrack.reports.progress.view import View, view_of
from p2ptrack.reports.progress.waiting import same_work, waiting
from p2ptrack.reports.progress.witnessed import witnessed
from p2ptrack.reports.timeline import timeline


def _glance(view: View) -> tuple[Block, ...]:
    return (*(witnessed(view) or movement(view)), figures(view)) if view.records else ()


def _tables(*found: Table | None) -> tuple[Block, ...]:
    return tuple(table for table in found if table)


_SECTIONS: tuple[tuple[str, Callable[[View], tuple[Block, ...]]], ...] = (
    ("glance", _glance),
    ("progress", lambda view: _tables(progress(view))),
    ("overdue", lambda view: (*_tables(ageing(view)), *overdue(view))),
    ("due", due),
    ("timeline", lambda view: _tables(timeline(view))),
    ("extensions", extensions),
    ("decisions", decisions),
    ("completed", completed),
    ("waiting", waiting),
    ("same-work", same_work),
    ("unanswered", unanswered),
    ("ongoing", ongoing),
    ("missing", missing),
    ("notes", notes),
)
_LISTED = ("id", "what", "rating", "status", "owner", "target")
PARTS = Parts(
    sections=tuple(key for key, _ in _SECTIONS),
    columns={
        "movement": ("kind", "opening", "new", "reopened", "closed", "disappeared", "closing", "unverified"),
        "figures": ("figure", "number", "of", "which"),
        "progress": (
            "what", "all", "closed", "complete", "in_progress", "on_hold", "not_started", "not_stated", "items",
        ),
        "ageing": ("age", "number", "items"),
        "overdue": ("id", "what", "rating", "owner", "target", "late", "moved", "updated"),
        "due": (*_LISTED, "left"),
        "timeline": ("day", "number", "items"),
        "extensions": ("id", "what", "from", "to", "decision", "reason"),
        "decisions": ("id", "what", "status", "decision"),
        "completed": ("id", "what", "owner", "done", "evidence", "verified"),
        "waiting": ("cause", "owner", "since", "expected", "items"),
        "unanswered": ("id", "ask"),
        "ongoing": (*_LISTED, "updated"),
        "missing": ("figure", "number", "of", "which"),
        "notes": ("id", "note"),
    },
    opening=("asks", "glance"),
)  # fmt: skip


def progress_report(case: Case) -> Document:
    """Return the paper. Asks are worked out from the register where the paper's entry states none."""
    about = subject(case, "progress-report", tuple(kind.name for kind in KINDS))
    view = view_of(about)
    found = ((key, blocks(view)) for key, blocks in _SECTIONS)
    own = tuple(Section(key, _title(view, key), blocks) for key, blocks in found if blocks)
    return finish(about, (*asks(view), *overview(about), *own), PARTS)


def _title(view: View, key: str) -> str:
    return view.case.words(f"section_{key.replace('-', '_')}")
