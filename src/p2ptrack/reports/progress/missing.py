"""What the register does not hold: each gap with the records that have it, so that a number can be traced."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from p2ptrack.records.fields import Status
from p2ptrack.records.kinds import Tracked
from p2ptrack.reports.document import Block, Cell, Column, Paragraph, Row, Table
from p2ptrack.reports.progress.asks import endless
from p2ptrack.reports.progress.figures import Figure, figures_table
from p2ptrack.reports.progress.lists import by_decision, undecided
from p2ptrack.reports.progress.view import View
from p2ptrack.reports.progress.wording import MOST_IDS, refs


def unanswered(view: View) -> tuple[Block, ...]:
    """Return what was asked for and no action answers; nothing where every ask has one."""
    words = view.case.words
    columns = (
        Column("id", words("id"), width="narrow", header=True),
        Column("ask", words("unanswered_ask"), width="wide"),
    )
    rows = tuple(Row((Cell(gap.id), Cell(gap.text)), key=gap.id) for gap in view.gaps())
    return (Table("unanswered", words("unanswered_caption", number=len(rows)), columns, rows),) if rows else ()


def missing(view: View) -> tuple[Block, ...]:
    """Return a figure for each sort of gap, with every record that has it; nothing where the register is whole."""
    table = figures_table(view, "missing", _figures(view))
    return (Paragraph((view.case.words("missing_note"),), "note"), table) if table.rows else ()


def _figures(view: View) -> Iterator[Figure]:
    for gap in _GAPS:
        found, of = gap.having(view), _OF[gap.of](view)
        if found:
            every = len(found) == len(of) > MOST_IDS
            which = (view.case.words("every_one"),) if every else refs(found)
            yield Figure(gap.key, len(found), len(of), gap.of, which)


Some = Callable[[View], Sequence[Tracked]]


@dataclass(frozen=True, slots=True)
class _Gap:
    """A sort of gap: among which records it can be, and which of them have it."""

    key: str
    of: str
    having: Some


_OF: Mapping[str, Some] = {
    "all": lambda view: view.records,
    "unfinished": lambda view: view.having("unfinished"),
    "complete": lambda view: view.in_status(Status.COMPLETE, Status.VERIFIED),
    "decided": by_decision,
}


def _several_owners(view: View) -> Sequence[Tracked]:
    return [record for record in view.records if len(record.accountable) > 1]


def _no_status(view: View) -> Sequence[Tracked]:
    return [r for r in view.records if r.status is None and not view.withheld(r, "status")]


def _never_told(view: View) -> Sequence[Tracked]:
    stale = view.having("no_recent_update")
    return [record for record in stale if view.facts(record).days_since_update is None]


def _old_update(view: View) -> Sequence[Tracked]:
    stale = view.having("no_recent_update")
    return [record for record in stale if view.facts(record).days_since_update is not None]


def _undated(view: View) -> Sequence[Tracked]:
    unknown = (record for record in view.having("unfinished") if view.facts(record).no_recent_update is None)
    return [record for record in unknown if not view.withheld(record, "updates")]


def _no_evidence(view: View) -> Sequence[Tracked]:
    done = view.in_status(Status.COMPLETE, Status.VERIFIED)
    return [record for record in done if not record.evidence and not view.withheld(record, "evidence")]


def _no_end(view: View) -> Sequence[Tracked]:
    done = view.in_status(Status.COMPLETE, Status.VERIFIED)
    return [record for record in done if _undated_end(view, record)]


def _undated_end(view: View, record: Tracked) -> bool:
    stated = record.completed_on or record.verified or view.withheld(record, "completed_on", "verified")
    return not stated


_GAPS = (
    _Gap("no_target", "unfinished", lambda view: view.having("no_target")),
    _Gap("no_review", "unfinished", endless),
    _Gap("no_owner", "all", lambda view: view.having("no_owner")),
    _Gap("several_owners", "all", _several_owners),
    _Gap("no_status", "all", _no_status),
    _Gap("no_update", "unfinished", _never_told),
    _Gap("old_update", "unfinished", _old_update),
    _Gap("undated_update", "unfinished", _undated),
    _Gap("no_evidence", "complete", _no_evidence),
    _Gap("no_completion", "complete", _no_end),
    _Gap("no_decision", "decided", undecided),
)
