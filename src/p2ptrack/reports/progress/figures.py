"""The figures: each with its denominator, its exclusions and the records that it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from p2ptrack.analysis.facts import get_deadline
from p2ptrack.analysis.history.events import RevisionRange
from p2ptrack.analysis.history.movement import Balance, RegisterComparison, compute_balances
from p2ptrack.analysis.history.snapshot import RegisterAsOf
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.fields import Status
from p2ptrack.model.history import RecordVersion, RegisterHistory, Revision, VersionHistory, kind_of_path
from p2ptrack.model.records import KINDS, FollowUp, Kind, TrackedRecord, kind_of
from p2ptrack.reports.document import Block, Cell, Column, Paragraph, Ref, Row, Table
from p2ptrack.reports.layout import drop_empty_columns
from p2ptrack.reports.progress.asks import list_ongoing_without_review
from p2ptrack.reports.progress.lists import (
    find_closing_day,
    list_extension_requests,
    list_needing_decision,
    list_open_dependencies,
    list_undecided,
)
from p2ptrack.reports.progress.view import (
    MAX_IDS,
    View,
    format_count,
    format_phrase,
    link_few,
    link_ids,
    list_deadlines,
    make_cell,
)
from p2ptrack.reports.record_blocks import Spans, join_spans

MIN_FOR_SHARE = 10
"""Fewer than these are given as numbers and not as shares."""
MAX_DAYS = 4
"""More different due dates than these are read in their list."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: a number out of a total of a population, the records that it counts, and its exclusions."""

    key: str
    number: int
    total: int
    population: str
    listing: Spans = ()
    excluded: Spans = ()
    inferred: bool = False


def build_figure_table(view: View, key: str, figures: Iterator[Figure]) -> Table:
    """Return figures as a table, a row each."""
    words = view.wording
    columns = (
        Column("figure", words("figure"), header=True),
        Column("number", words("figure_number"), "right", "narrow"),
        Column("of", words("figure_of")),
        Column("which", words("figure_which"), width="wide"),
    )
    return Table(key, words(f"{key}_caption"), columns, tuple(_build_figure_row(view, figure) for figure in figures))


def _build_figure_row(view: View, figure: Figure) -> Row:
    words = view.wording
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
    return (" ", view.wording("share", percent=f"{100 * figure.number / figure.total:.0f}"))


def build_figures(view: View) -> Table:
    """Return the figures of the first page. A question that the paper's records do not raise has no line."""
    return build_figure_table(view, "figures", _iter_figures(view))


def format_listing(view: View, records: Sequence[TrackedRecord], section: str) -> Spans:
    """Return the ids of a few records, or the section that lists many."""
    reference = view.wording("listed_under", section=view.wording(f"section_{section}"))
    return link_few(records) or ((reference,) if records else ())


def _iter_figures(view: View) -> Iterator[Figure]:
    unfinished, deadline_count = view.with_fact("unfinished"), len(list_deadlines(view))
    overdue, due, without_deadline = view.with_fact("overdue"), view.list_due(), len(unfinished) - deadline_count
    excluded = format_count(view.wording, "left_out_overdue", without_deadline) if without_deadline else ()
    yield Figure("overdue", len(overdue), deadline_count, "aimed", format_listing(view, overdue, "overdue"), excluded)
    yield Figure("due", len(due), deadline_count, "aimed", _format_by_day(view, due))
    requests = list_extension_requests(view)
    if requests:
        yield Figure("extension", len(requests), len(unfinished), "unfinished", _format_ids(view, requests))
    extended = [record for record in unfinished if view.facts(record).slipped]
    if extended:
        with_target = sum(record.target is not None for record in unfinished)
        yield Figure("moved", len(extended), with_target, "aimed", format_listing(view, extended, "extensions"))
    waiting = view.with_fact("waiting")
    if waiting:
        phrases = (
            format_phrase(view.wording, "waits", what=item.description, ids=_format_ids(view, item.records))
            for item in list_open_dependencies(view)
        )
        yield Figure("waiting", len(waiting), len(unfinished), "unfinished", join_spans(phrases, "; "))
    groups = view.list_same_work()
    if groups:
        listing = join_spans((_format_ids(view, group) for group in groups), "; ")
        yield Figure("same_work", sum(map(len, groups)), len(view.records), "all", listing)
    unverified = view.with_fact("awaiting_verification")
    if unverified:
        listing = format_listing(view, unverified, "completed")
        inferred, total = _has_inferred_status(unverified), len(view.with_status(Status.COMPLETE))
        yield Figure("unverified", len(unverified), total, "complete", listing, inferred=inferred)


def _has_inferred_status(records: Iterable[TrackedRecord]) -> bool:
    return any("status" in record.inferred for record in records)


def _format_by_day(view: View, due: Sequence[TrackedRecord]) -> Spans:
    groups = [(day, tuple(records)) for day, records in groupby(due, get_deadline) if day]
    if len(groups) > MAX_DAYS:
        return format_listing(view, due, "due")
    return join_spans(
        (
            format_phrase(view.wording, "by_day", day=format_long_date(day), ids=_format_ids(view, records))
            for day, records in groups
        ),
        "; ",
    )


def _format_ids(view: View, records: Sequence[TrackedRecord]) -> Spans:
    return link_few(records) or (view.wording("items_many", number=len(records)),)


# Movement since the last meeting, from the dates in the register

_MOVEMENT_REQUIRED_COLUMNS = frozenset({"kind", "opening", "new", "closed", "closing"})
TrackedRecords = tuple[TrackedRecord, ...]


@dataclass(frozen=True, slots=True)
class _RecordedMovement:
    """The records of a kind, and those raised and closed at the last meeting or since; None when not known."""

    kind: Kind
    records: TrackedRecords
    closed: TrackedRecords
    added: TrackedRecords | None
    closed_since: TrackedRecords | None

    @property
    def opening(self) -> int | None:
        """Return how many were open before the last meeting: open now, without the new, with those closed since."""
        if self.added is None or self.closed_since is None:
            return None
        return len(self.records) - len(self.closed) + len(self.closed_since) - len(self.added)


def build_recorded_movement(view: View) -> tuple[Block, ...]:
    """Return how many items were open, new and closed since the last meeting, a row for each kind.

    A number that rests on dates that the register does not have is *not known*.
    """
    words, movements = view.wording, tuple(_iter_recorded_movements(view))
    if not movements:
        return ()
    opening_title = words("open_before_last")
    if view.last_meeting:
        opening_title = words("open_before", day=view.last_meeting.date.to_text())
    titles = {
        "opening": opening_title,
        "new": words("new"),
        "closed": words("closed_since"),
        "closing": words("open_now", day=format_long_date(view.case.as_of)),
    }
    rows = []
    for movement in movements:
        numbers = [movement.opening, *(None if r is None else len(r) for r in (movement.added, movement.closed_since))]
        cells = [Cell(words("not_known") if number is None else number) for number in numbers]
        rows.append(_build_movement_row(view, movement.kind, cells, len(movement.records) - len(movement.closed)))
    table = drop_empty_columns(_build_movement_table(view, titles, rows), _MOVEMENT_REQUIRED_COLUMNS)
    return (table, Paragraph(join_spans(_iter_recorded_notes(view, movements), " "), "note"))


def _build_movement_table(view: View, titles: Mapping[str, str], rows: Iterable[Row]) -> Table:
    columns = (
        Column("kind", view.wording("kind"), header=True),
        *(Column(key, title, "right") for key, title in titles.items()),
        Column("unverified", view.wording("figure_unverified"), "right"),
    )
    return Table("movement", view.wording("movement_caption"), columns, tuple(rows))


def _build_movement_row(view: View, kind: Kind, cells: Sequence[Cell], open_now: int) -> Row:
    """Return a row that ends with how many are open now, and how many of the complete are not verified."""
    records = [record for record in view.records if kind_of(record) is kind]
    unverified = [record for record in records if view.facts(record).awaiting_verification]
    closed = [record for record in records if view.facts(record).closed]
    inferred = _has_inferred_status((*closed, *unverified))
    last_cells = (
        Cell(open_now, starred=inferred),
        Cell(len(unverified) or None, starred=inferred and bool(unverified)),
    )
    return Row((Cell(view.wording(f"kind_{kind.name}")), *cells, *last_cells))


def _iter_recorded_movements(view: View) -> Iterator[_RecordedMovement]:
    last_day = view.last_meeting.date.latest if view.last_meeting else None
    for kind in KINDS:
        records = tuple(record for record in view.records if kind_of(record) is kind)
        if records:
            closed = tuple(record for record in records if view.facts(record).closed)
            added = _select_since(records, last_day, lambda record: _find_raised_day(view, record))
            yield _RecordedMovement(kind, records, closed, added, _select_since(closed, last_day, find_closing_day))


def _select_since(
    records: TrackedRecords, last_day: date | None, day_of: Callable[[TrackedRecord], date | None]
) -> TrackedRecords | None:
    """Return the records whose day is that of the last meeting or later; None when one of them has no day."""
    days = [(record, day_of(record)) for record in records]
    if last_day is None or any(day is None for _, day in days):
        return None
    return tuple(record for record, day in days if day is not None and day >= last_day)


def _find_raised_day(view: View, record: TrackedRecord) -> date | None:
    meeting = view.case.register.find_meeting(record.raised) if isinstance(record, FollowUp) else None
    return meeting.date.latest if meeting else None


def _iter_recorded_notes(view: View, movements: Sequence[_RecordedMovement]) -> Iterator[Spans]:
    """Yield which records are new and closed, how that is known, and why the rest is not."""
    added = [record for movement in movements for record in movement.added or ()]
    closed = [record for movement in movements for record in movement.closed_since or ()]
    for key, records in (("new", added), ("closed", closed)):
        ids = link_few(records)
        if ids:
            yield format_phrase(view.wording, f"movement_{key}", ids=ids)
    if any(movement.opening is None for movement in movements):
        yield (view.wording("movement_unknown"),)
    yield (view.wording("movement_history"),)


# Movement since the last meeting, from the history of the register

_MOVEMENT_NUMBERS = ("opening", "new", "reopened", "closed", "disappeared", "closing")


def build_git_movement(view: View) -> tuple[Block, ...]:
    """Return the movement of each kind and its records; nothing when the history does not reach the last meeting."""
    words, comparison = view.wording, _compare_with_last(view)
    balances = (
        [balance for balance in compute_balances(comparison) if any(balance.get_counts().values())]
        if comparison
        else []
    )
    if comparison is None or not balances:
        return ()
    opening, closing = (
        words("open_now", day=format_long_date(day)) for day in (comparison.before.case.as_of, view.case.as_of)
    )
    middle = (words("new"), words("reopened_since"), words("closed_since"), words("disappeared_since"))
    titles = dict(zip(_MOVEMENT_NUMBERS, (opening, *middle, closing), strict=True))
    rows = []
    for balance in balances:
        counts = balance.get_counts()
        cells = [Cell(counts[name]) for name in _MOVEMENT_NUMBERS[:-1]]
        rows.append(_build_movement_row(view, balance.kind, cells, counts["closing"]))
    notes = join_spans(_iter_git_notes(view, balances), " ")
    return (_build_movement_table(view, titles, rows), Paragraph(notes, "note"))


def _compare_with_last(view: View) -> RegisterComparison | None:
    history, last_register = view.case.history, view.last_register
    if history is None or last_register is None:
        return None
    paper_history = replace(history, records=dict(_iter_paper_histories(view, history)))
    return RegisterComparison(
        paper_history,
        RevisionRange(last_register.revision_number, len(history.revisions)),
        last_register.snapshot,
        RegisterAsOf(view.case),
    )


def _iter_paper_histories(view: View, history: RegisterHistory) -> Iterator[tuple[str, VersionHistory]]:
    """Yield the histories of the paper's records, including those not committed yet, and of removed records."""
    ids = {record.id.casefold(): record.id for record in view.records}
    for key, id_ in ids.items():
        current = RecordVersion(
            Revision(len(history.revisions), "", view.case.as_of, ""), view.case.register.path_of(id_), {"id": id_}
        )
        yield key, history.records.get(key, VersionHistory(id_, (current,)))
    current_ids = {id_.casefold() for id_ in view.case.register.by_id}
    yield from (
        (key, record_history)
        for key, record_history in history.records.items()
        if key not in current_ids and _is_in_scope(view, record_history)
    )


def _is_in_scope(view: View, record_history: VersionHistory) -> bool:
    """Whether a removed record would be in this paper: it has one of its kinds, and its source when it has one."""
    state = record_history.last_existing_version(record_history.versions[-1].revision.position)
    kind = kind_of_path(state.path) if state else None
    paper = view.scope.paper
    cited = (state.values or {}).get("source") if state else None
    source = cited.get("id") if isinstance(cited, Mapping) else cited
    has_kind = kind is not None and (not paper.kinds or kind.name in paper.kinds)
    return has_kind and (paper.source is None or source in {None, paper.source})


def _iter_git_notes(view: View, balances: Sequence[Balance]) -> Iterator[Spans]:
    """Yield the items behind each number except the first and the last."""
    for name in _MOVEMENT_NUMBERS[1:-1]:
        ids = [id_ for balance in balances for id_ in balance.ids[name]]
        if 0 < len(ids) <= MAX_IDS:
            yield format_phrase(
                view.wording, f"witnessed_{name}", ids=join_spans(_link_if_current(view, id_) for id_ in ids)
            )
    yield (view.wording("witnessed"),)


def _link_if_current(view: View, id_: str) -> Spans:
    return (Ref(id_),) if id_ in view.case.register.by_id else (id_,)


# Gaps in the information


def build_unanswered(view: View) -> tuple[Block, ...]:
    """Return the requests without an action; nothing when each has one."""
    words = view.wording
    columns = (
        Column("id", words("id"), width="narrow", header=True),
        Column("ask", words("unanswered_ask"), width="wide"),
    )
    rows = tuple(Row((Cell(gap.id), Cell(gap.text)), key=gap.id) for gap in view.list_gaps())
    return (Table("unanswered", words("unanswered_caption", number=len(rows)), columns, rows),) if rows else ()


def build_gaps(view: View) -> tuple[Block, ...]:
    """Return a figure for each type of gap with every record that has it; nothing when there is none."""
    table = build_figure_table(view, "missing", _iter_gap_figures(view))
    return (Paragraph((view.wording("missing_note"),), "note"), table) if table.rows else ()


def _iter_gap_figures(view: View) -> Iterator[Figure]:
    for gap in _INFORMATION_GAPS:
        records, population = gap.select(view), _POPULATIONS[gap.population](view)
        if records:
            is_all = len(records) == len(population) > MAX_IDS
            listing = (view.wording("every_one"),) if is_all else link_ids(records)
            yield Figure(gap.key, len(records), len(population), gap.population, listing)


RecordSelector = Callable[[View], Sequence[TrackedRecord]]


@dataclass(frozen=True, slots=True)
class _InformationGap:
    """A type of gap: the population in which it can occur, and the records that have it."""

    key: str
    population: str
    select: RecordSelector


_POPULATIONS: Mapping[str, RecordSelector] = {
    "all": lambda view: view.records,
    "unfinished": lambda view: view.with_fact("unfinished"),
    "complete": lambda view: view.with_status(Status.COMPLETE, Status.VERIFIED),
    "decided": list_needing_decision,
}


def _select_stale(view: View, *, dated: bool) -> Sequence[TrackedRecord]:
    stale = view.with_fact("no_recent_update")
    return [record for record in stale if (view.facts(record).days_since_update is not None) is dated]


def _select_undated_updates(view: View) -> Sequence[TrackedRecord]:
    unknown = (record for record in view.with_fact("unfinished") if view.facts(record).no_recent_update is None)
    return [record for record in unknown if not view.is_redacted(record, "updates")]


def _select_without_status(view: View) -> Sequence[TrackedRecord]:
    return [record for record in view.records if record.status is None and not view.is_redacted(record, "status")]


def _select_without_evidence(view: View) -> Sequence[TrackedRecord]:
    done = view.with_status(Status.COMPLETE, Status.VERIFIED)
    return [record for record in done if not record.evidence and not view.is_redacted(record, "evidence")]


def _select_without_completion(view: View) -> Sequence[TrackedRecord]:
    done = view.with_status(Status.COMPLETE, Status.VERIFIED)
    undated = (record for record in done if not record.completed_on and not record.verified)
    return [record for record in undated if not view.is_redacted(record, "completed_on", "verified")]


_INFORMATION_GAPS = (
    _InformationGap("no_target", "unfinished", lambda view: view.with_fact("no_target")),
    _InformationGap("no_review", "unfinished", list_ongoing_without_review),
    _InformationGap("no_owner", "all", lambda view: view.with_fact("no_owner")),
    _InformationGap("several_owners", "all", lambda view: [r for r in view.records if len(r.accountable) > 1]),
    _InformationGap("no_status", "all", _select_without_status),
    _InformationGap("no_update", "unfinished", lambda view: _select_stale(view, dated=False)),
    _InformationGap("old_update", "unfinished", lambda view: _select_stale(view, dated=True)),
    _InformationGap("undated_update", "unfinished", _select_undated_updates),
    _InformationGap("no_evidence", "complete", _select_without_evidence),
    _InformationGap("no_completion", "complete", _select_without_completion),
    _InformationGap("no_decision", "decided", list_undecided),
)
