"""The figures: each with what it is a number of, what is left out, and the records that it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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


# Movement since the last meeting, as far as the register as it stands can tell it.


_MOVEMENT_REQUIRED_COLUMNS = frozenset({"kind", "opening", "new", "closed", "closing"})
TrackedRecords = tuple[TrackedRecord, ...]


@dataclass(frozen=True, slots=True)
class _RecordedMovement:
    """The records of a kind, and which of them came and were closed at the last meeting or since; None is not known."""

    kind: Kind
    records: TrackedRecords
    closed: TrackedRecords
    added: TrackedRecords | None
    closed_since: TrackedRecords | None

    @property
    def opening(self) -> int | None:
        """Return how many were open before the last meeting: open now, without what came, with what was closed."""
        if self.added is None or self.closed_since is None:
            return None
        return len(self.records) - len(self.closed) + len(self.closed_since) - len(self.added)


def build_recorded_movement(view: View) -> tuple[Block, ...]:
    """Return how many were open, came, and were closed since the last meeting, a line a kind.

    What rests on days that the register does not state is *not known*: what was open at an earlier meeting can be
    told only of records that say when they were raised and, if closed, when that was.
    """
    words, by_kind = view.case.wording, tuple(_iter_recorded_movements(view))
    rows = tuple(_build_recorded_row(view, kind_movement) for kind_movement in by_kind)
    table = drop_empty_columns(
        Table("movement", words("movement_caption"), _build_recorded_columns(view), rows), _MOVEMENT_REQUIRED_COLUMNS
    )
    return (table, Paragraph(join_spans(_iter_recorded_notes(view, by_kind), " "), "note")) if rows else ()


def _iter_recorded_movements(view: View) -> Iterator[_RecordedMovement]:
    last_day = view.last_meeting.date.latest if view.last_meeting else None
    for kind in KINDS:
        records = tuple(record for record in view.records if kind_of(record) is kind)
        closed = tuple(record for record in records if view.facts(record).closed)
        if records:
            added, closed_since = (
                _select_since(records, last_day, lambda record: _find_raised_day(view, record)),
                _select_since(closed, last_day, find_closing_day),
            )
            yield _RecordedMovement(kind, records, closed, added, closed_since)


def _select_since(
    records: TrackedRecords, last_day: date | None, day_of: Callable[[TrackedRecord], date | None]
) -> TrackedRecords | None:
    """Return the records whose day is that of the last meeting or later; None where one of them states no day."""
    days = [(record, day_of(record)) for record in records]
    if last_day is None or any(day is None for _, day in days):
        return None
    return tuple(record for record, day in days if day is not None and day >= last_day)


def _find_raised_day(view: View, record: TrackedRecord) -> date | None:
    meeting = view.case.register.find_meeting(record.raised) if isinstance(record, FollowUp) else None
    return meeting.date.latest if meeting else None


def _build_recorded_columns(view: View) -> tuple[Column, ...]:
    words = view.case.wording
    opening_title = (
        words("open_before", day=view.last_meeting.date.to_text()) if view.last_meeting else words("open_before_last")
    )
    return (
        Column("kind", words("kind"), header=True),
        Column("opening", opening_title, "right"),
        Column("new", words("new"), "right"),
        Column("closed", words("closed_since"), "right"),
        Column("closing", words("open_now", day=format_long_date(view.case.as_of)), "right"),
        Column("unverified", words("figure_unverified"), "right"),
    )


def _build_recorded_row(view: View, kind_movement: _RecordedMovement) -> Row:
    unverified = [record for record in kind_movement.records if view.facts(record).awaiting_verification]
    inferred = any("status" in record.inferred for record in (*kind_movement.closed, *unverified))
    numbers = (kind_movement.opening, _count_or_none(kind_movement.added), _count_or_none(kind_movement.closed_since))
    return Row(
        (
            Cell(view.case.wording(f"kind_{kind_movement.kind.name}")),
            *(Cell(view.case.wording("not_known") if number is None else number) for number in numbers),
            Cell(len(kind_movement.records) - len(kind_movement.closed), starred=inferred),
            Cell(len(unverified) or None, starred=inferred and bool(unverified)),
        )
    )


def _count_or_none(records: TrackedRecords | None) -> int | None:
    return None if records is None else len(records)


def _iter_recorded_notes(view: View, by_kind: Sequence[_RecordedMovement]) -> Iterator[Spans]:
    """Say which records came and were closed, how that is known, and why the rest is not."""
    words = view.case.wording
    for key, groups in (
        ("new", [kind_movement.added for kind_movement in by_kind]),
        ("closed", [kind_movement.closed_since for kind_movement in by_kind]),
    ):
        ids = link_few([record for records in groups for record in records or ()])
        if ids:
            yield format_phrase(words, f"movement_{key}", ids=ids)
    if any(kind_movement.opening is None for kind_movement in by_kind):
        yield (words("movement_unknown"),)
    yield (words("movement_history"),)


# Movement since the last meeting as git witnessed it: every item that came, was closed, came back or disappeared.


_MOVEMENT_NUMBERS = ("opening", "new", "reopened", "closed", "disappeared", "closing")


def build_git_movement(view: View) -> tuple[Block, ...]:
    """Return the table and who stands behind its numbers; nothing where the history does not reach the last meeting."""
    comparison = _compare_with_last(view)
    if comparison is None:
        return ()
    kind_balances = [
        kind_balance for kind_balance in compute_balances(comparison) if any(kind_balance.get_counts().values())
    ]
    rows = tuple(_build_git_row(view, kind_balance) for kind_balance in kind_balances)
    if not rows:
        return ()
    table = Table("movement", view.case.wording("movement_caption"), _build_git_columns(view, comparison), rows)
    return (table, Paragraph(join_spans(_iter_git_notes(view, kind_balances), " "), "note"))


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
    """Yield the timelines of the paper's records, those too that are not committed yet, and of those that are gone."""
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
    """Whether a record that is gone would stand in this paper: one of its kinds, and of its source where it has one."""
    state = record_history.last_existing_version(record_history.versions[-1].revision.position)
    kind = kind_of_path(state.path) if state else None
    paper = view.scope.paper
    cited = (state.values or {}).get("source") if state else None
    source = cited.get("id") if isinstance(cited, Mapping) else cited
    has_kind = kind is not None and (not paper.kinds or kind.name in paper.kinds)
    return has_kind and (paper.source is None or source in {None, paper.source})


def _build_git_columns(view: View, comparison: RegisterComparison) -> tuple[Column, ...]:
    words = view.case.wording
    titles = (
        words("open_now", day=format_long_date(comparison.before.case.as_of)),
        words("new"),
        words("reopened_since"),
        words("closed_since"),
        words("disappeared_since"),
        words("open_now", day=format_long_date(view.case.as_of)),
    )
    numbers = (Column(key, title, "right") for key, title in zip(_MOVEMENT_NUMBERS, titles, strict=True))
    return (
        Column("kind", words("kind"), header=True),
        *numbers,
        Column("unverified", words("figure_unverified"), "right"),
    )


def _build_git_row(view: View, kind_balance: Balance) -> Row:
    records = [record for record in view.records if isinstance(record, kind_balance.kind.model)]
    unverified = [record for record in records if view.facts(record).awaiting_verification]
    closed = [record for record in records if view.facts(record).closed]
    inferred = any("status" in record.inferred for record in (*closed, *unverified))
    counts = kind_balance.get_counts()
    return Row(
        (
            Cell(view.case.wording(f"kind_{kind_balance.kind.name}")),
            *(Cell(counts[name], starred=inferred and name == "closing") for name in _MOVEMENT_NUMBERS),
            Cell(len(unverified) or None, starred=inferred and bool(unverified)),
        )
    )


def _iter_git_notes(view: View, kind_balances: Sequence[Balance]) -> Iterator[Spans]:
    """Say which items are behind each number but the first and the last."""
    for name in _MOVEMENT_NUMBERS[1:-1]:
        ids = [id_ for kind_balance in kind_balances for id_ in kind_balance.ids[name]]
        if 0 < len(ids) <= MAX_IDS:
            yield format_phrase(
                view.case.wording, f"witnessed_{name}", ids=join_spans(_link_if_current(view, id_) for id_ in ids)
            )
    yield (view.case.wording("witnessed"),)


def _link_if_current(view: View, id_: str) -> Spans:
    return (Ref(id_),) if id_ in view.case.register.by_id else (id_,)


# What the register does not hold: each gap with the records that have it, so that a number can be traced.


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
