"""Figures of the register for a head of procurement and a committee: position, trend, forecast and lateness.

Every figure keeps its records, the records that they are counted out of, and those that are left out, so that it can be
traced. Whether a record counts is decided in `measures`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from p2ptrack.analysis.case import Case, move_case
from p2ptrack.analysis.facts import count_days_late, get_original_target, is_done
from p2ptrack.analysis.history.diff import POSITION_FIELDS, read_register_at
from p2ptrack.analysis.measures import AGE_LIMITS, Exclusion, Measure, Measures, TrackedRecords
from p2ptrack.analysis.redaction.redact import has_tags, remove_tags
from p2ptrack.model.fields import Priority, get_word_as_written
from p2ptrack.model.history import RegisterHistory
from p2ptrack.model.kinds import Kind, kind_of
from p2ptrack.model.programme import Meeting
from p2ptrack.model.records import TrackedRecord
from p2ptrack.phrases import fold_text, natural_key, unique
from p2ptrack.values import dataclass

MIN_CASES = 10
"""With fewer completed records, lateness is not calculated."""
IMPLEMENTED_KEYS = ("implemented_original", "implemented_current")
MAX_MEETINGS = 12
MAX_COMING_MEETINGS = 6
_TREND_FIELDS = ("status", "target", "review_by", "completed_on", "verified", "decided", "accountable")
"""A record in which one of these is withheld or not read is left out of the trend, which could reveal it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure with a stable key, the reasons for which records are left out, and days where it has some.

    `days` are those of the counted records: overdue, or by which their targets moved.
    """

    key: str
    measure: Measure
    exclusions: tuple[Exclusion, ...] = ()
    days: tuple[int, ...] = ()

    @property
    def mean_days(self) -> float | None:
        """Return the mean of the days, to one decimal; None without any."""
        return round(sum(self.days) / len(self.days), 1) if self.days else None


GetLabels = Callable[[TrackedRecord], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Grouping:
    """A field by which records are grouped, and the function that lists what a record states of it.

    `title` names a field for which papers have no words.
    """

    field: str
    get_labels: GetLabels
    title: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The overdue records of one owner, directorate, area or priority.

    `value` is empty where the records state none, and None where that is withheld or could not be read.
    """

    value: str | None
    label: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The overdue records by a field; no groups where no record states it. A record may be in several."""

    grouping: Grouping
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """The records that have been overdue from `first` to `last` days; the oldest group has no last day."""

    first: int
    last: int | None
    records: TrackedRecords


@dataclass(frozen=True, slots=True)
class Position:
    """The register on one day of the past or now: `meeting` is None for now.

    With `is_published` it is the position of a meeting's published papers, otherwise of the register on the day.
    """

    meeting: Meeting | None
    as_of: date
    measures: Measures
    overdue: Figure
    closed: int
    is_published: bool = False

    @property
    def open(self) -> int:
        """Return how many records were open."""
        return len(self.measures.open)


@dataclass(frozen=True, slots=True)
class Trend:
    """The position at each meeting, the earliest first, and now.

    `missing` is the reason if there is no earlier position. `omitted` are the records in no position, because their
    past is withheld or could not be read. `begins_on` is the first day of the history, if there were meetings before
    it.
    """

    positions: tuple[Position, ...]
    omitted: TrackedRecords = ()
    missing: str = ""
    begins_on: date | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What will be overdue at a coming meeting if nothing changes; `new_records` are not overdue at the one before."""

    meeting: Meeting
    day: date
    overdue: Figure
    new_records: TrackedRecords


@dataclass(frozen=True, slots=True)
class Lateness:
    """How many days after their first target dates the completed records of a kind were done, in order; 0: in time."""

    kind: Kind
    days: tuple[int, ...]
    records: TrackedRecords

    @property
    def late_count(self) -> int:
        """Return how many were late."""
        return sum(days > 0 for days in self.days)

    def find_quantile(self, tenths: int) -> int:
        """Return the days within which so many tenths of the records were done (nearest rank)."""
        return self.days[-(-tenths * len(self.days) // 10) - 1]


@dataclass(frozen=True, slots=True)
class RegisterFigures:
    """All figures of some tracked records at the position date of their case."""

    case: Case
    measures: Measures
    performance: tuple[Figure, ...]
    breakdowns: tuple[Breakdown, ...]
    ages: tuple[AgeGroup, ...]
    trend: Trend
    forecasts: tuple[Forecast, ...]
    lateness: tuple[Lateness, ...]

    def find_figure(self, key: str) -> Figure:
        """Return the figure of a key."""
        return next(figure for figure in self.performance if figure.key == key)


@dataclass(frozen=True, slots=True)
class FigureScope:
    """What figures are about: some records (None: all tracked ones), one committee's meetings, and how they group.

    Without `groupings` they are those of `list_groupings`.
    """

    records: TrackedRecords | None = None
    body: str | None = None
    groupings: tuple[Grouping, ...] = ()


def compute_figures(case: Case, scope: FigureScope | None = None) -> RegisterFigures:
    """Return the figures. The trend needs the history in the case; without it only the current position is known."""
    scope = scope or FigureScope()
    measures = Measures(case, scope.records)
    return RegisterFigures(
        case,
        measures,
        tuple(_iter_performance(measures)),
        tuple(_break_down(measures, grouping) for grouping in scope.groupings or list_groupings(case)),
        _list_ages(measures),
        _compute_trend(case, scope),
        _compute_forecasts(measures, scope.body),
        _compute_lateness(measures),
    )


def _iter_performance(measures: Measures) -> Iterator[Figure]:
    """Yield the figures of the first table."""
    case, changed = measures.case, measures.target_changed()
    moved = (case.facts[record.id].days_moved for record in changed.records)
    by_original, by_current = IMPLEMENTED_KEYS
    yield _make_figure(case, by_original, measures.implemented_by_original_target())
    yield _make_figure(case, by_current, measures.implemented_by_current_target())
    yield make_overdue_figure(measures)
    yield _make_figure(case, "target_changed", changed, tuple(days for days in moved if days is not None))
    yield _make_figure(case, "target_changed_again", measures.target_changed(2))
    yield _make_figure(case, "verified", measures.verified())
    yield _make_figure(case, "stale", measures.no_recent_update())


def make_overdue_figure(measures: Measures) -> Figure:
    """Return the overdue records with the days that each is overdue."""
    case, overdue = measures.case, measures.overdue()
    return _make_figure(
        case, "overdue", overdue, tuple(case.facts[record.id].days_overdue or 0 for record in overdue.records)
    )


def _make_figure(case: Case, key: str, measure: Measure, days: tuple[int, ...] = ()) -> Figure:
    withheld = tuple(record for record in measure.unreadable if case.redactions.fields.get(record.id))
    withheld_ids = {record.id for record in withheld}
    unreadable = tuple(record for record in measure.unreadable if record.id not in withheld_ids)
    others = tuple(
        Exclusion(reason, group) for reason, group in (("withheld", withheld), ("unread", unreadable)) if group
    )
    return Figure(key, measure, (*measure.exclusions, *others), days)


# The overdue records by owner, directorate, area and priority.


def list_groupings(case: Case) -> tuple[Grouping, ...]:
    """Return the groupings of every paper: by owner, directorate, area and priority."""

    def get_directorate(record: TrackedRecord) -> list[str]:
        name = record.directorate or ""
        untagged_name = remove_tags(name) if has_tags(name) else name
        return [name.replace(untagged_name, case.register.format_directorate(untagged_name))] if untagged_name else []

    return (
        Grouping("accountable", lambda record: record.accountable),
        Grouping("directorate", get_directorate),
        Grouping("area", lambda record: [area] if (area := getattr(record, "area", None)) else []),
        Grouping("priority", lambda record: [record.priority.value] if record.priority else []),
    )


def _break_down(measures: Measures, grouping: Grouping) -> Breakdown:
    """Return the overdue records by a field, the group with most of them first, and those without the field last."""
    field = grouping.field
    case = measures.case
    applicable = [record for record in measures.open if field not in _KIND_FIELDS or field in type(record).model_fields]
    members: dict[str | None, list[TrackedRecord]] = {}
    labels: dict[str | None, str] = {"": "", None: ""}
    for record in applicable:
        names = [label for label in grouping.get_labels(record) if label]
        is_unknown = not names and case.is_unknown(record.id, field)
        keys: dict[str | None, str] = {_fold_label(case, label): label for label in names}
        keys = keys or {None if is_unknown else "": ""}
        for key, label in keys.items():
            if key not in labels or has_tags(label):  # where one record's value is exempt, the group has an exempt mark
                labels[key] = label
            members.setdefault(key, []).append(record)
    if not any(members):
        return Breakdown(grouping, ())
    groups = (
        Group(key, _choose_label(field, labels[key], records), make_overdue_figure(Measures(case, records)))
        for key, records in members.items()
    )
    return Breakdown(grouping, tuple(sorted(groups, key=lambda group: _group_sort_key(field, group))))


_KIND_FIELDS = frozenset({"area"})
"""Fields that only one kind of record has: the others are not records without it."""
_PRIORITIES = {priority.value: index for index, priority in enumerate(Priority)}


def _fold_label(case: Case, label: str) -> str:
    return fold_text(remove_tags(label) if case.redactions.tags else label)


def _choose_label(field: str, label: str, records: Iterable[TrackedRecord]) -> str:
    """Return the label of a group; for a priority the council's own word, if all its records have the same one."""
    if field != "priority" or not label:
        return label
    words = unique(get_word_as_written(record, field) or "" for record in records)
    return words[0] if len(words) == 1 and words[0] else label


def _group_sort_key(field: str, group: Group) -> tuple[object, ...]:
    is_last = not group.value
    number = _PRIORITIES.get(group.value or "", 0) if field == "priority" else -len(group.figure.measure.records)
    return is_last, group.value is None, number, natural_key(group.value or "")


def _list_ages(measures: Measures) -> tuple[AgeGroup, ...]:
    firsts = (1, *(limit + 1 for limit in AGE_LIMITS))
    lasts: tuple[int | None, ...] = (*AGE_LIMITS, None)
    groups = measures.overdue_by_age()
    return tuple(AgeGroup(*group) for group in zip(firsts, lasts, groups, strict=True))


# The position at each meeting, from the history.


def _compute_trend(case: Case, scope: FigureScope) -> Trend:
    """Return the positions at the meetings before the position date that the history reaches, and now."""
    tracked = case.tracked() if scope.records is None else scope.records
    omitted = tuple(record for record in tracked if case.is_unknown(record.id, *_TREND_FIELDS))
    omitted_ids = {record.id for record in omitted}
    included = tuple(record for record in tracked if record.id not in omitted_ids) if omitted else tracked
    current = _make_position(None, Measures(case, included))
    meetings = [(meeting, day) for meeting, day in list_dated_meetings(case, scope.body) if day < case.as_of]
    if not meetings:
        return Trend((current,), omitted, "no_meeting")
    if case.history is None or not case.history.revisions:
        return Trend((current,), omitted, "no_history")
    history = _select_histories(case, case.history, included, is_all=scope.records is None)
    past = [position for meeting, day in meetings if (position := _find_position(history, meeting, day, case.as_of))]
    begins_on = history.revisions[0].effective_date if len(past) < len(meetings) else None
    positions = (*past[-MAX_MEETINGS:], current)
    return Trend(positions, omitted, "" if past else "history_too_short", begins_on)


def list_dated_meetings(case: Case, body: str | None) -> list[tuple[Meeting, date]]:
    """Return the meetings of a committee (None: of all) that have a date, each with its last day, in order."""
    meetings = (m for m in case.register.programme.meetings if body is None or m.body in {None, body})
    dated = [(meeting, meeting.date.latest) for meeting in meetings]
    return sorted(
        ((meeting, day) for meeting, day in dated if day is not None), key=lambda entry: (entry[1], entry[0].id)
    )


def _select_histories(
    case: Case, history: RegisterHistory, included: TrackedRecords, *, is_all: bool
) -> RegisterHistory:
    """Return the history of the counted records and, of the whole register, of those that have been removed."""
    keys = {record.id.casefold() for record in included}
    current_keys = {id_.casefold() for id_ in case.register.by_id}
    records = {
        key: item for key, item in history.records.items() if key in keys or (is_all and key not in current_keys)
    }
    return replace(history, records=records)


def _find_position(history: RegisterHistory, meeting: Meeting, day: date, current_day: date) -> Position | None:
    """Return the position that the papers of a meeting had, otherwise that on its day; None where it is not known."""
    published = history.published_positions.get(meeting.id)
    number = min(published or history.position_on(day), len(history.revisions))
    as_of = history.as_of_dates.get(meeting.id, day) if published else day
    if not number or as_of >= current_day:
        return None
    register = read_register_at(history, number, as_of, POSITION_FIELDS)
    return _make_position(meeting, Measures(register.case), is_published=published is not None)


def _make_position(meeting: Meeting | None, measures: Measures, *, is_published: bool = False) -> Position:
    closed = sum(measures.case.facts[record.id].closed for record in measures.records)
    return Position(meeting, measures.case.as_of, measures, make_overdue_figure(measures), closed, is_published)


# What will be overdue at the coming meetings.


def _compute_forecasts(measures: Measures, body: str | None) -> tuple[Forecast, ...]:
    case, forecasts = measures.case, list[Forecast]()
    known_ids = {record.id for record in measures.overdue().records}
    meetings = [(meeting, day) for meeting, day in list_dated_meetings(case, body) if day > case.as_of]
    for meeting, day in meetings[:MAX_COMING_MEETINGS]:
        overdue = make_overdue_figure(Measures(move_case(case, day), measures.records))
        new_records = tuple(record for record in overdue.measure.records if record.id not in known_ids)
        known_ids |= {record.id for record in new_records}
        forecasts.append(Forecast(meeting, day, overdue, new_records))
    return tuple(forecasts)


# How late completed records have been.


def _compute_lateness(measures: Measures) -> tuple[Lateness, ...]:
    """Return how late the completed records of each kind were, of the kinds with enough of them."""
    case = measures.case
    days_by_kind: dict[str, list[tuple[int, TrackedRecord]]] = {}
    for record in measures.records:
        if is_done(case.get_status(record)) and not case.is_unknown(record.id, "status", "target", "revisions"):
            days = count_days_late(record, get_original_target(record, case.policy))
            if days is not None:
                days_by_kind.setdefault(kind_of(record).name, []).append((days, record))
    return tuple(
        Lateness(
            kind_of(entries[0][1]), tuple(sorted(days for days, _ in entries)), tuple(record for _, record in entries)
        )
        for entries in days_by_kind.values()
        if len(entries) >= MIN_CASES
    )
