"""The three charts of the progress report, each a drawing of the table under it.

A chart is drawn only when the register holds enough for it to show more than its table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from p2ptrack.analysis.measures import find_stage
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.dates.council_date import last_day_of_month
from p2ptrack.model.programme import Phase
from p2ptrack.model.records import Recommendation, TrackedRecord
from p2ptrack.phrases import natural_key
from p2ptrack.reports.document import (
    Bar,
    BarChart,
    Cell,
    Column,
    Picture,
    Row,
    Series,
    Shade,
    Table,
    TimelineChart,
    TimelineSpan,
)
from p2ptrack.reports.progress.view import View, link_ids, list_deadlines, make_cell

MIN_BARS, MIN_RECORDS = 3, 10
"""Fewer bars, or fewer records in them, need no chart."""
MAX_BARS = 40
MIN_OVERDUE = 4
"""Fewer overdue records need no chart."""

STAGE_SHADES: tuple[tuple[str, Shade], ...] = (
    ("closed", "dark"),
    ("complete", "medium"),
    ("in_progress", "light"),
    ("on_hold", "upright"),
    ("not_started", "white"),
    ("not_stated", "level"),
)
_USUAL_STAGES = frozenset({"closed", "complete", "in_progress"})
AGE_LIMITS = (30, 90, 180, 365)
"""The last day of each age group except the longest."""


def build_progress_table(view: View) -> Table | None:
    """Return the progress of the actions under each recommendation, drawn as bars; None without recommendations."""
    groups = _group_by_recommendation(view)
    if not groups:
        return None
    stages = {record.id: find_stage(view.case, record) for record in view.records}
    visible_stages = [
        entry
        for entry in STAGE_SHADES
        if entry[0] in _USUAL_STAGES or entry[0] in {stages[r.id] for _, rs in groups for r in rs}
    ]
    rows = tuple(_build_progress_row(r, records, [key for key, _ in visible_stages], stages) for r, records in groups)
    words = view.wording
    inferred_stages = {stages[r.id] for _, records in groups for r in records if "status" in r.inferred and r.status}
    columns = (
        Column("what", words("recommendation"), width="wide", header=True),
        Column("all", words("progress_all"), "right", "narrow"),
        *(Column(key, words(f"stage_{key}") + "*" * (key in inferred_stages), "right") for key, _ in visible_stages),
        Column("items", words("actions")),
    )
    total = _build_total_row(view, groups, [key for key, _ in visible_stages], stages)
    table = Table("progress", words("progress_caption"), columns, (*rows, total))
    return replace(table, picture=_build_progress_picture(view, groups, visible_stages, stages))


RecommendationGroups = Sequence[tuple[Recommendation, tuple[TrackedRecord, ...]]]


def _group_by_recommendation(view: View) -> RecommendationGroups:
    actions = view.scope.actions
    return [
        (recommendation, tuple(actions.get(recommendation.id, ()))) for recommendation in view.scope.recommendations
    ]


def _build_progress_row(
    recommendation: Recommendation, records: Sequence[TrackedRecord], keys: list[str], stages: dict[str, str]
) -> Row:
    numbers = Counter(stages[record.id] for record in records)
    counts = (Cell(numbers[key]) for key in keys)
    cells = (
        Cell(f"{recommendation.id} {recommendation.title}"),
        Cell(len(records)),
        *counts,
        make_cell(link_ids(records)),
    )
    return Row(cells, key=recommendation.id)


def _build_total_row(view: View, groups: RecommendationGroups, keys: list[str], stages: dict[str, str]) -> Row:
    """Return the total, in which an action under several recommendations counts once."""
    all_ids = {record.id for _, records in groups for record in records}
    numbers = Counter(stages[id_] for id_ in all_ids)
    counts = (Cell(numbers[key]) for key in keys)
    return Row((Cell(view.wording("progress_total")), Cell(len(all_ids)), *counts, Cell()), role="total")


def _build_progress_picture(
    view: View, groups: RecommendationGroups, visible_stages: Sequence[tuple[str, Shade]], stages: dict[str, str]
) -> Picture | None:
    counted_stages = [stages[record.id] for _, records in groups for record in records]
    is_enough = MIN_BARS <= len(groups) <= MAX_BARS and len(counted_stages) >= MIN_RECORDS
    if not is_enough or len(set(counted_stages)) == 1 or counted_stages.count("not_stated") * 2 > len(counted_stages):
        return None
    words = view.wording
    bars = tuple(
        Bar(
            f"{recommendation.id} {recommendation.title}",
            tuple(sum(stages[r.id] == key for r in records) for key, _ in visible_stages),
        )
        for recommendation, records in groups
    )
    totals = Counter(stages[id_] for id_ in {record.id for _, records in groups for record in records})
    counts_text = ", ".join(f"{words(f'stage_{key}')} {totals[key]}" for key, _ in visible_stages if totals[key])
    summary = words("progress_picture", number=len(groups), actions=sum(totals.values()), told=counts_text)
    return Picture(
        summary, BarChart(tuple(Series(words(f"stage_{key}"), shade) for key, shade in visible_stages), bars)
    )


def build_ageing_table(view: View) -> Table | None:
    """Return the overdue records by age, drawn as bars; None when there are too few."""
    overdue_records = sorted(view.with_fact("overdue"), key=lambda record: view.facts(record).days_overdue or 0)
    words, ages = view.wording, [_age_index(view, record) for record in overdue_records]
    if len(overdue_records) < MIN_OVERDUE or len(set(ages)) == 1:
        return None
    groups = [
        (age, [r for r, members in zip(overdue_records, ages, strict=True) if members == age])
        for age in range(max(ages) + 1)
    ]
    columns = (
        Column("age", words("age"), header=True),
        Column("number", words("figure_number"), "right", "narrow"),
        Column("items", words("items"), width="wide"),
    )
    rows = tuple(
        Row((Cell(_format_age(view, age)), Cell(len(members)), make_cell(link_ids(members)))) for age, members in groups
    )
    bars = tuple(Bar(_format_age(view, age), (len(members),)) for age, members in groups)
    longest = max(overdue_records, key=lambda record: view.facts(record).days_overdue or 0)
    days = view.facts(longest).days_overdue or 0
    summary = words("ageing_picture", number=len(overdue_records), days=days, id=longest.id)
    picture = Picture(summary, BarChart((Series(words("overdue"), "medium"),), bars))
    return Table("ageing", words("ageing_caption"), columns, rows, picture=picture)


def _age_index(view: View, record: TrackedRecord) -> int:
    days = view.facts(record).days_overdue or 0
    return next((index for index, limit in enumerate(AGE_LIMITS) if days <= limit), len(AGE_LIMITS))


def _format_age(view: View, age: int) -> str:
    first = AGE_LIMITS[age - 1] + 1 if age else 1
    if age == len(AGE_LIMITS):
        return view.wording("age_over", days=AGE_LIMITS[-1])
    return view.wording("age_between", first=first, last=AGE_LIMITS[age])


MIN_TARGETS, MIN_DAYS = 4, 2
"""Fewer targets, or all on one day, need no chart."""
MAX_COLUMNS = 60
_COLUMN_MONTHS = (1, 3, 12)
Deadline = tuple[date, TrackedRecord]


def build_timeline_table(view: View) -> Table | None:
    """Return the target dates with their records, drawn on a timeline; None when there are too few."""
    deadlines = sorted(
        ((day, record) for record, day in list_deadlines(view)),
        key=lambda deadline: (deadline[0], natural_key(deadline[1].id)),
    )
    if len(deadlines) < MIN_TARGETS or len({day for day, _ in deadlines}) < MIN_DAYS:
        return None
    words = view.wording
    columns = (
        Column("day", words("timeline_day"), header=True),
        Column("number", words("figure_number"), "right", "narrow"),
        Column("items", words("items"), width="wide"),
    )
    days = [(day, [record for _, record in group]) for day, group in groupby(deadlines, lambda deadline: deadline[0])]
    rows = tuple(
        Row((Cell(day), Cell(len(records)), make_cell(link_ids(records))), group=_find_phase_title(view, day))
        for day, records in days
    )
    return Table(
        "timeline",
        words("timeline_caption", number=len(deadlines)),
        columns,
        rows,
        picture=_build_timeline_picture(view, deadlines),
    )


def _list_dated_phases(view: View) -> list[tuple[Phase, date, date]]:
    phase_dates = (
        (phase, phase.start and phase.start.earliest, phase.end and phase.end.latest) for phase in _list_phases(view)
    )
    return [(phase, first, last) for phase, first, last in phase_dates if first and last]


def _list_phases(view: View) -> Sequence[Phase]:
    return view.case.register.programme.phases


def _find_phase_title(view: View, day: date) -> str:
    """Return the title of the phase that a day falls in, the earlier one when two share it."""
    phases = _list_dated_phases(view)
    titles = (phase.title for phase, first, last in phases if first <= day <= last)
    return next(titles, view.wording("no_phase_then") if phases else "")


@dataclass(frozen=True, slots=True)
class _TimeAxis:
    """Columns of `months` months each, from the first month of a year or quarter."""

    start: date
    months: int
    columns: int

    def position(self, day: date) -> float:
        """Return the position of a day, in columns from the left."""
        month = 12 * (day.year - self.start.year) + day.month - self.start.month
        return (month + (day.day - 1) / last_day_of_month(day.year, day.month).day) / self.months

    def year_spans(self) -> tuple[TimelineSpan, ...]:
        """Return each year as far as the timeline shows it."""
        last = self.start.year + (self.start.month + self.columns * self.months - 2) // 12
        return tuple(self._year_span(year) for year in range(self.start.year, last + 1))

    def _year_span(self, year: int) -> TimelineSpan:
        first, end = self.position(date(year, 1, 1)), self.position(date(year + 1, 1, 1))
        return TimelineSpan(str(year), max(first, 0.0), min(end, float(self.columns)))


def _choose_axis(first: date, last: date) -> _TimeAxis | None:
    """Return the columns for these days, of a month, a quarter or a year each; None when there would be too many."""
    for months in _COLUMN_MONTHS:
        start = date(first.year, (first.month - 1) // months * months + 1, 1)
        columns = (12 * (last.year - start.year) + last.month - start.month) // months + 1
        if columns <= MAX_COLUMNS:
            return _TimeAxis(start, months, columns)
    return None


def _build_timeline_picture(view: View, deadlines: Sequence[Deadline]) -> Picture | None:
    days = [day for day, _ in deadlines]
    phases = _list_dated_phases(view)
    bounds = [*days, view.case.as_of, *(day for _, first, last in phases for day in (first, last))]
    axis = _choose_axis(min(bounds), max(bounds))
    if axis is None:
        return None
    values = [0] * axis.columns
    for day in days:
        values[int(axis.position(day))] += 1
    words, today = view.wording, view.case.as_of
    chart = TimelineChart(
        words(f"timeline_unit_{axis.months}"),
        tuple(values),
        tuple(
            TimelineSpan(phase.title, axis.position(first), axis.position(last + timedelta(1)))
            for phase, first, last in phases
        ),
        axis.year_spans(),
        TimelineSpan(words("timeline_today", day=format_long_date(today)), axis.position(today), axis.position(today)),
    )
    busiest = max(sorted(set(days)), key=days.count)
    return Picture(
        words(
            "timeline_picture",
            number=len(days),
            first=format_long_date(days[0]),
            last=format_long_date(days[-1]),
            most=days.count(busiest),
            day=format_long_date(busiest),
        ),
        chart,
    )
