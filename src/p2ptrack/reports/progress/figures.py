"""The figures: each with what it is a number of, what is left out, and the records that it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from p2ptrack.analysis.facts import get_deadline
from p2ptrack.records.dates import format_long_date
from p2ptrack.records.fields import Status
from p2ptrack.records.kinds import TrackedRecord
from p2ptrack.reports.document import Cell, Column, Row, Table
from p2ptrack.reports.one_record import Spans, join_spans
from p2ptrack.reports.progress.moves import list_extension_requests
from p2ptrack.reports.progress.view import View, list_deadlines
from p2ptrack.reports.progress.waiting import list_open_dependencies
from p2ptrack.reports.progress.wording import format_count, format_phrase, link_few, make_cell

MIN_FOR_SHARE = 10
"""Fewer than these are given as numbers, not as shares (design, section 5)."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: a number of so many things of a sort, which records it counts, and how many are left out and why."""

    key: str
    number: int
    total: int
    population: str
    listing: Spans = ()
    excluded: Spans = ()
    inferred: bool = False


def build_figure_table(view: View, key: str, figures: Iterator[Figure]) -> Table:
    """Return figures as a table, a line each."""
    words = view.case.wording
    columns = (
        Column("figure", words("figure"), header=True),
        Column("number", words("figure_number"), "right", "narrow"),
        Column("of", words("figure_of")),
        Column("which", words("figure_which"), width="wide"),
    )
    return Table(key, words(f"{key}_caption"), columns, tuple(_build_figure_row(view, figure) for figure in figures))


def _build_figure_row(view: View, figure: Figure) -> Row:
    words = view.case.wording
    number = Cell(figure.number, starred=figure.inferred) if figure.total else Cell(words("not_calculable"))
    total = format_count(words, f"of_{figure.population}", figure.total)
    return Row(
        (
            Cell(words(f"figure_{figure.key}", day=format_long_date(view.due_until))),
            number,
            make_cell((*total, *_format_share(view, figure))),
            make_cell(figure.listing, figure.excluded),
        )
    )


def _format_share(view: View, figure: Figure) -> Spans:
    if figure.number < MIN_FOR_SHARE:
        return ()
    return (" ", view.case.wording("share", percent=f"{100 * figure.number / figure.total:.0f}"))


def build_figures(view: View) -> Table:
    """Return how things stand. A question that the paper's records do not raise has no line."""
    return build_figure_table(view, "figures", (figure for builder in _FIGURE_BUILDERS for figure in builder(view)))


def format_listing(view: View, records: Sequence[TrackedRecord], section: str) -> Spans:
    """Return the ids of a few records, or where more are listed."""
    reference = view.case.wording("listed_under", section=view.case.wording(f"section_{section}"))
    return link_few(records) or ((reference,) if records else ())


def _count_overdue(view: View) -> Iterator[Figure]:
    late, deadline_count = view.with_fact("overdue"), len(list_deadlines(view))
    without_target = len(view.with_fact("unfinished")) - deadline_count
    excluded: Spans = (view.case.wording("left_out_overdue", number=without_target),) if without_target else ()
    yield Figure("overdue", len(late), deadline_count, "aimed", format_listing(view, late, "overdue"), excluded)


def _count_due(view: View) -> Iterator[Figure]:
    due = view.list_due()
    yield Figure("due", len(due), len(list_deadlines(view)), "aimed", _format_by_day(view, due))


def _format_by_day(view: View, due: Sequence[TrackedRecord]) -> Spans:
    groups = [(day, tuple(records)) for day, records in groupby(due, get_deadline) if day]
    phrases = (
        format_phrase(view.case.wording, "by_day", day=format_long_date(day), ids=_format_ids(view, records))
        for day, records in groups
    )
    return join_spans(phrases, "; ") if len(groups) <= MAX_DAYS else format_listing(view, due, "due")


MAX_DAYS = 4
"""More different days than these are read in their list."""


def _format_ids(view: View, records: Sequence[TrackedRecord]) -> Spans:
    return link_few(records) or (view.case.wording("items_many", number=len(records)),)


def _count_extensions(view: View) -> Iterator[Figure]:
    requests = list_extension_requests(view)
    if requests:
        yield Figure(
            "extension", len(requests), len(view.with_fact("unfinished")), "unfinished", _format_ids(view, requests)
        )


def _count_moved(view: View) -> Iterator[Figure]:
    changed = [record for record in view.with_fact("unfinished") if view.facts(record).slipped]
    if changed:
        with_target = [record for record in view.with_fact("unfinished") if record.target]
        yield Figure("moved", len(changed), len(with_target), "aimed", format_listing(view, changed, "extensions"))


def _count_waiting(view: View) -> Iterator[Figure]:
    waiting = view.with_fact("waiting")
    if waiting:
        phrases = (
            format_phrase(
                view.case.wording, "waits", what=dependency.description, ids=_format_ids(view, dependency.records)
            )
            for dependency in list_open_dependencies(view)
        )
        yield Figure(
            "waiting", len(waiting), len(view.with_fact("unfinished")), "unfinished", join_spans(phrases, "; ")
        )


def _count_same_work(view: View) -> Iterator[Figure]:
    groups = view.list_same_work()
    if groups:
        listing = join_spans((_format_ids(view, group) for group in groups), "; ")
        yield Figure("same_work", sum(map(len, groups)), len(view.records), "all", listing)


def _count_unverified(view: View) -> Iterator[Figure]:
    unverified = view.with_fact("awaiting_verification")
    if unverified:
        completed = view.with_status(Status.COMPLETE)
        inferred = any("status" in record.inferred for record in unverified)
        yield Figure(
            "unverified",
            len(unverified),
            len(completed),
            "complete",
            format_listing(view, unverified, "completed"),
            inferred=inferred,
        )


FigureBuilder = Callable[[View], Iterator[Figure]]
_FIGURE_BUILDERS: tuple[FigureBuilder, ...] = (
    _count_overdue,
    _count_due,
    _count_extensions,
    _count_moved,
    _count_waiting,
    _count_same_work,
    _count_unverified,
)
