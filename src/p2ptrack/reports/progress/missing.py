"""What the register does not hold: each gap with the records that have it, so that a number can be traced."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from p2ptrack.records.fields import Status
from p2ptrack.records.kinds import TrackedRecord
from p2ptrack.reports.document import Block, Cell, Column, Paragraph, Row, Table
from p2ptrack.reports.progress.asks import list_ongoing_without_review
from p2ptrack.reports.progress.figures import Figure, build_figure_table
from p2ptrack.reports.progress.lists import list_needing_decision, list_undecided
from p2ptrack.reports.progress.view import View
from p2ptrack.reports.progress.wording import MAX_IDS, link_ids


def build_unanswered(view: View) -> tuple[Block, ...]:
    """Return what was asked for and no action answers; nothing where every ask has one."""
    words = view.case.wording
    columns = (
        Column("id", words("id"), width="narrow", header=True),
        Column("ask", words("unanswered_ask"), width="wide"),
    )
    rows = tuple(Row((Cell(gap.id), Cell(gap.text)), key=gap.id) for gap in view.list_gaps())
    return (Table("unanswered", words("unanswered_caption", number=len(rows)), columns, rows),) if rows else ()


def build_gaps(view: View) -> tuple[Block, ...]:
    """Return a figure for each sort of gap, with every record that has it; nothing where the register is whole."""
    table = build_figure_table(view, "missing", _iter_gap_figures(view))
    return (Paragraph((view.case.wording("missing_note"),), "note"), table) if table.rows else ()


def _iter_gap_figures(view: View) -> Iterator[Figure]:
    for gap in _INFORMATION_GAPS:
        records, population = gap.select(view), _POPULATIONS[gap.population](view)
        if records:
            is_all = len(records) == len(population) > MAX_IDS
            listing = (view.case.wording("every_one"),) if is_all else link_ids(records)
            yield Figure(gap.key, len(records), len(population), gap.population, listing)


RecordSelector = Callable[[View], Sequence[TrackedRecord]]


@dataclass(frozen=True, slots=True)
class _InformationGap:
    """A sort of gap: among which records it can be, and which of them have it."""

    key: str
    population: str
    select: RecordSelector


_POPULATIONS: Mapping[str, RecordSelector] = {
    "all": lambda view: view.records,
    "unfinished": lambda view: view.with_fact("unfinished"),
    "complete": lambda view: view.with_status(Status.COMPLETE, Status.VERIFIED),
    "decided": list_needing_decision,
}


def _find_several_owners(view: View) -> Sequence[TrackedRecord]:
    return [record for record in view.records if len(record.accountable) > 1]


def _find_without_status(view: View) -> Sequence[TrackedRecord]:
    return [record for record in view.records if record.status is None and not view.is_redacted(record, "status")]


def _find_never_updated(view: View) -> Sequence[TrackedRecord]:
    stale = view.with_fact("no_recent_update")
    return [record for record in stale if view.facts(record).days_since_update is None]


def _find_stale_updates(view: View) -> Sequence[TrackedRecord]:
    stale = view.with_fact("no_recent_update")
    return [record for record in stale if view.facts(record).days_since_update is not None]


def _find_undated_updates(view: View) -> Sequence[TrackedRecord]:
    unknown = (record for record in view.with_fact("unfinished") if view.facts(record).no_recent_update is None)
    return [record for record in unknown if not view.is_redacted(record, "updates")]


def _find_without_evidence(view: View) -> Sequence[TrackedRecord]:
    done = view.with_status(Status.COMPLETE, Status.VERIFIED)
    return [record for record in done if not record.evidence and not view.is_redacted(record, "evidence")]


def _find_without_end(view: View) -> Sequence[TrackedRecord]:
    done = view.with_status(Status.COMPLETE, Status.VERIFIED)
    return [record for record in done if _has_undated_end(view, record)]


def _has_undated_end(view: View, record: TrackedRecord) -> bool:
    is_dated = record.completed_on or record.verified or view.is_redacted(record, "completed_on", "verified")
    return not is_dated


_INFORMATION_GAPS = (
    _InformationGap("no_target", "unfinished", lambda view: view.with_fact("no_target")),
    _InformationGap("no_review", "unfinished", list_ongoing_without_review),
    _InformationGap("no_owner", "all", lambda view: view.with_fact("no_owner")),
    _InformationGap("several_owners", "all", _find_several_owners),
    _InformationGap("no_status", "all", _find_without_status),
    _InformationGap("no_update", "unfinished", _find_never_updated),
    _InformationGap("old_update", "unfinished", _find_stale_updates),
    _InformationGap("undated_update", "unfinished", _find_undated_updates),
    _InformationGap("no_evidence", "complete", _find_without_evidence),
    _InformationGap("no_completion", "complete", _find_without_end),
    _InformationGap("no_decision", "decided", list_undecided),
)
