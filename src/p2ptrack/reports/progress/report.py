"""The progress report: what the committee is asked, the figures, what is due next, and the lists behind them."""

from __future__ import annotations

from collections.abc import Callable

from p2ptrack.model.records import KINDS
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import Block, Document, Section
from p2ptrack.reports.layout import ReportParts
from p2ptrack.reports.paper import assemble_paper, build_overview, resolve_scope
from p2ptrack.reports.progress.asks import build_asks
from p2ptrack.reports.progress.charts import build_ageing, build_progress, build_timeline
from p2ptrack.reports.progress.figures import build_figures, build_gaps
from p2ptrack.reports.progress.lists import (
    build_completed,
    build_decisions,
    build_due,
    build_extensions,
    build_notes,
    build_ongoing,
    build_overdue,
    build_same_work,
    build_unanswered,
    build_waiting,
)
from p2ptrack.reports.progress.movement import build_movement
from p2ptrack.reports.progress.view import View, make_view

_SECTIONS: tuple[tuple[str, Callable[[View], tuple[Block, ...]]], ...] = (
    ("glance", lambda view: (*build_movement(view), build_figures(view)) if view.records else ()),
    ("progress", build_progress),
    ("overdue", lambda view: (*build_ageing(view), *build_overdue(view))),
    ("due", build_due),
    ("timeline", build_timeline),
    ("extensions", build_extensions),
    ("decisions", build_decisions),
    ("completed", build_completed),
    ("waiting", build_waiting),
    ("same-work", build_same_work),
    ("unanswered", build_unanswered),
    ("ongoing", build_ongoing),
    ("missing", build_gaps),
    ("notes", build_notes),
)
_LIST_COLUMNS = ("id", "what", "rating", "status", "owner", "target")
PARTS = ReportParts(
    sections=tuple(key for key, _ in _SECTIONS),
    columns={
        "movement": ("kind", "opening", "new", "reopened", "closed", "disappeared", "closing", "unverified"),
        "figures": ("figure", "number", "of", "which"),
        "progress": (
            "what", "all", "closed", "complete", "in_progress", "on_hold", "not_started", "not_stated", "items",
        ),
        "ageing": ("age", "number", "items"),
        "overdue": ("id", "what", "rating", "owner", "target", "late", "moved", "updated"),
        "due": (*_LIST_COLUMNS, "left"),
        "timeline": ("day", "number", "items"),
        "extensions": ("id", "what", "from", "to", "decision", "reason"),
        "decisions": ("id", "what", "status", "decision"),
        "completed": ("id", "what", "owner", "done", "evidence", "verified"),
        "waiting": ("cause", "owner", "since", "expected", "items"),
        "unanswered": ("id", "ask"),
        "ongoing": (*_LIST_COLUMNS, "updated"),
        "missing": ("figure", "number", "of", "which"),
        "notes": ("id", "note"),
    },
    opening_sections=("asks", "glance"),
)  # fmt: skip


def progress_report(context: PaperContext) -> Document:
    """Return the paper. Asks are worked out from the register when the paper's entry states none."""
    scope = resolve_scope(context, "progress-report", tuple(kind.name for kind in KINDS))
    view = make_view(scope)
    sections = tuple(
        Section(key, view.wording(f"section_{key.replace('-', '_')}"), blocks)
        for key, build_blocks in _SECTIONS
        if (blocks := build_blocks(view))
    )
    return assemble_paper(scope, (*build_asks(view), *build_overview(scope), *sections), PARTS)
