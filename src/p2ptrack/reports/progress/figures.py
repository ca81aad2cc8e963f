"""The figures and the gaps in the information: each with its denominator, its exclusions and its records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from p2ptrack.analysis.facts import get_deadline
from p2ptrack.analysis.measures import Measure
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.fields import Status
from p2ptrack.model.records import TrackedRecord
from p2ptrack.reports.document import Block, Cell, Column, Paragraph, Row, Table
from p2ptrack.reports.progress.lists import (
    format_dependency,
    list_extension_requests,
    list_needing_decision,
    list_undecided,
)
from p2ptrack.reports.progress.view import (
    MAX_IDS,
    View,
    format_count,
    format_phrase,
    has_inferred_status,
    link_few,
    link_ids,
    make_cell,
    sort_by_id,
)
from p2ptrack.reports.record_blocks import Spans, join_spans

MIN_FOR_SHARE = 10
"""Fewer than these are given as numbers and not as shares."""
MAX_DAYS = 4
"""More different due dates than these are read in their list."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure as a line of a table: the words for what it is out of, and its records as they are printed."""

    key: str
    population: str
    measure: Measure
    listing: Spans
    note: Spans = ()
    inferred: bool = False


def build_figures(view: View) -> Table:
    """Return the figures of the first page. A question that the paper's records do not raise has no line."""
    return _build_figure_table(view, "figures", _iter_figures(view))


def build_gaps(view: View) -> tuple[Block, ...]:
    """Return a figure for each type of gap with every record that has it; nothing when there is none."""
    table = _build_figure_table(view, "missing", _iter_gap_figures(view))
    return (Paragraph((view.wording("missing_note"),), "note"), table) if table.rows else ()


def _build_figure_table(view: View, key: str, figures: Iterator[Figure]) -> Table:
    words = view.wording
    columns = (
        Column("figure", words("figure"), header=True),
        Column("number", words("figure_number"), "right", "narrow"),
        Column("of", words("figure_of")),
        Column("which", words("figure_which"), width="wide"),
    )
    return Table(key, words(f"{key}_caption"), columns, tuple(_build_figure_row(view, figure) for figure in figures))


def _build_figure_row(view: View, figure: Figure) -> Row:
    words, number, total = view.wording, len(figure.measure.records), len(figure.measure.out_of)
    share = (" ", words("share", percent=f"{100 * number / total:.0f}")) if number >= MIN_FOR_SHARE else ()
    cells = (
        Cell(words(f"figure_{figure.key}", day=format_long_date(view.due_until))),
        Cell(number, starred=figure.inferred) if total else Cell(words("not_calculable")),
        make_cell((*format_count(words, f"of_{figure.population}", total), *share)),
        make_cell(figure.listing, figure.note),
    )
    return Row(cells)


def _iter_figures(view: View) -> Iterator[Figure]:
    words, measures = view.wording, view.measures
    overdue, due, waiting, extended = measures.overdue(), view.due(), measures.waiting(), measures.target_extended()
    excluded = len(overdue.excluded)
    note = format_count(words, "left_out_overdue", excluded) if excluded else ()
    yield Figure("overdue", "aimed", overdue, _format_listing(view, sort_by_id(overdue.records), "overdue"), note)
    yield Figure("due", "aimed", due, _format_by_day(view, due.records))
    requests, groups, unverified = list_extension_requests(view), measures.same_deliverable(), measures.to_be_verified()
    shared = Measure(tuple(record for group in groups for record in group), view.records)
    dependencies = (
        format_phrase(words, "waits", what=format_dependency(view, item), ids=_format_ids(view, item.records))
        for item in measures.open_dependencies()
    )
    optional = (
        Figure("extension", "unfinished", Measure(requests, measures.open), _format_ids(view, requests)),
        Figure("moved", "aimed", extended, _format_listing(view, extended.records, "extensions")),
        Figure("waiting", "unfinished", waiting, join_spans(dependencies, "; ")),
        Figure("same_work", "all", shared, join_spans((_format_ids(view, group) for group in groups), "; ")),
        Figure(
            "unverified",
            "complete",
            unverified,
            _format_listing(view, unverified.records, "completed"),
            inferred=has_inferred_status(unverified.records),
        ),
    )
    yield from (figure for figure in optional if figure.measure.records)


def _format_listing(view: View, records: Sequence[TrackedRecord], section: str) -> Spans:
    """Return the ids of a few records, or the section that lists many."""
    reference = view.wording("listed_under", section=view.wording(f"section_{section}"))
    return link_few(records) or ((reference,) if records else ())


def _format_ids(view: View, records: Sequence[TrackedRecord]) -> Spans:
    return link_few(records) or (view.wording("items_many", number=len(records)),)


def _format_by_day(view: View, due: Sequence[TrackedRecord]) -> Spans:
    groups = [(day, tuple(records)) for day, records in groupby(due, get_deadline) if day]
    if len(groups) > MAX_DAYS:
        return _format_listing(view, due, "due")
    phrases = (
        format_phrase(view.wording, "by_day", day=format_long_date(day), ids=_format_ids(view, records))
        for day, records in groups
    )
    return join_spans(phrases, "; ")


@dataclass(frozen=True, slots=True)
class _InformationGap:
    """A type of gap: the population in which it can occur, and the records that have it.

    A record in which one of `fields` is redacted has no gap.
    """

    key: str
    population: str
    select: Callable[[View], Iterable[TrackedRecord]]
    fields: tuple[str, ...] = ()


def _iter_gap_figures(view: View) -> Iterator[Figure]:
    populations = {
        "all": view.records,
        "unfinished": view.measures.open,
        "complete": _list_done(view),
        "decided": list_needing_decision(view),
    }
    for gap in _INFORMATION_GAPS:
        records = tuple(record for record in gap.select(view) if not view.is_redacted(record, *gap.fields))
        if records:
            measure = Measure(records, populations[gap.population])
            is_all = len(records) == len(measure.out_of) > MAX_IDS
            listing = (view.wording("every_one"),) if is_all else link_ids(records)
            yield Figure(gap.key, gap.population, measure, listing)


def _list_done(view: View) -> tuple[TrackedRecord, ...]:
    return view.with_status(Status.COMPLETE, Status.VERIFIED)


def _select_stale(view: View, *, dated: bool) -> list[TrackedRecord]:
    """Return the open records with an old update (`dated`), or those without any."""
    stale = view.measures.no_recent_update().records
    return [record for record in stale if (view.facts(record).days_since_update is not None) is dated]


_INFORMATION_GAPS = (
    _InformationGap("no_target", "unfinished", lambda view: view.measures.no_target().records),
    _InformationGap("no_review", "unfinished", lambda view: view.measures.ongoing_without_review().records),
    _InformationGap("no_owner", "all", lambda view: view.measures.no_owner().records),
    _InformationGap("several_owners", "all", lambda view: view.measures.several_owners().records),
    _InformationGap("no_status", "all", lambda view: view.measures.no_status().records, ("status",)),
    _InformationGap("no_update", "unfinished", lambda view: _select_stale(view, dated=False)),
    _InformationGap("old_update", "unfinished", lambda view: _select_stale(view, dated=True)),
    _InformationGap(
        "undated_update", "unfinished", lambda view: view.measures.no_recent_update().excluded, ("updates",)
    ),
    _InformationGap(
        "no_evidence", "complete", lambda view: [r for r in _list_done(view) if not r.evidence], ("evidence",)
    ),
    _InformationGap(
        "no_completion",
        "complete",
        lambda view: [r for r in _list_done(view) if not r.completed_on and not r.verified],
        ("completed_on", "verified"),
    ),
    _InformationGap("no_decision", "decided", list_undecided),
)
