"""The three charts of the progress report, each a drawing of the table under it.

A chart is drawn only when the register holds enough for it to show more than its table.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
MIN_TARGETS, MIN_DAYS = 4, 2
"""Fewer targets, or all on one day, need no chart."""
MAX_COLUMNS = 60
_COLUMN_MONTHS = (1, 3, 12)


@dataclass(frozen=True, slots=True)
class _StageCounts:
    """The actions under each recommendation by stage. `stages` are those that the table has a column for."""

    groups: tuple[tuple[Recommendation, tuple[TrackedRecord, ...]], ...]
    stage_of: Mapping[str, str]
    stages: tuple[tuple[str, Shade], ...]

    @property
    def all_ids(self) -> set[str]:
        """Return the ids of all actions, each once although it may be under several recommendations."""
        return {record.id for _, records in self.groups for record in records}

    def count(self, ids: Iterable[str]) -> tuple[int, ...]:
        """Return how many of the records are in each stage."""
        numbers = Counter(self.stage_of[id_] for id_ in ids)
        return tuple(numbers[key] for key, _ in self.stages)


def _count_stages(view: View) -> _StageCounts:
    actions = view.scope.actions
    groups = tuple((r, tuple(actions.get(r.id, ()))) for r in view.scope.recommendations)
    stage_of = {record.id: find_stage(view.case, record) for record in view.records}
    used = _USUAL_STAGES | {stage_of[record.id] for _, records in groups for record in records}
    return _StageCounts(groups, stage_of, tuple(stage for stage in STAGE_SHADES if stage[0] in used))


def build_progress_table(view: View) -> Table | None:
    """Return the progress of the actions under each recommendation, drawn as bars; None without recommendations."""
    words, counts = view.wording, _count_stages(view)
    if not counts.groups:
        return None
    rows = [
        Row(
            (
                Cell(f"{recommendation.id} {recommendation.title}"),
                Cell(len(records)),
                *map(Cell, counts.count(record.id for record in records)),
                make_cell(link_ids(records)),
            ),
            key=recommendation.id,
        )
        for recommendation, records in counts.groups
    ]
    totals = map(Cell, counts.count(counts.all_ids))
    rows.append(Row((Cell(words("progress_total")), Cell(len(counts.all_ids)), *totals, Cell()), role="total"))
    tracked = (record for _, records in counts.groups for record in records)
    inferred = {counts.stage_of[record.id] for record in tracked if "status" in record.inferred and record.status}
    columns = (
        Column("what", words("recommendation"), width="wide", header=True),
        Column("all", words("progress_all"), "right", "narrow"),
        *(Column(key, words(f"stage_{key}") + "*" * (key in inferred), "right") for key, _ in counts.stages),
        Column("items", words("actions")),
    )
    picture = _build_progress_picture(view, counts)
    return Table("progress", words("progress_caption"), columns, tuple(rows), picture=picture)


def _build_progress_picture(view: View, counts: _StageCounts) -> Picture | None:
    stages = [counts.stage_of[record.id] for _, records in counts.groups for record in records]
    is_enough = MIN_BARS <= len(counts.groups) <= MAX_BARS and len(stages) >= MIN_RECORDS
    if not is_enough or len(set(stages)) == 1 or stages.count("not_stated") * 2 > len(stages):
        return None
    words = view.wording
    titles = [words(f"stage_{key}") for key, _ in counts.stages]
    totals = counts.count(counts.all_ids)
    text = ", ".join(f"{title} {total}" for title, total in zip(titles, totals, strict=True) if total)
    summary = words("progress_picture", number=len(counts.groups), actions=sum(totals), told=text)
    bars = tuple(
        Bar(f"{r.id} {r.title}", counts.count(record.id for record in records)) for r, records in counts.groups
    )
    series = tuple(Series(title, shade) for title, (_, shade) in zip(titles, counts.stages, strict=True))
    return Picture(summary, BarChart(series, bars))


def build_ageing_table(view: View) -> Table | None:
    """Return the overdue records by age, drawn as bars; None when there are too few."""
    days_overdue = {record.id: view.facts(record).days_overdue or 0 for record in view.with_fact("overdue")}
    records = sorted(view.with_fact("overdue"), key=lambda record: days_overdue[record.id])
    ages = [bisect_left(AGE_LIMITS, days_overdue[record.id]) for record in records]
    if len(records) < MIN_OVERDUE or len(set(ages)) == 1:
        return None
    words = view.wording
    groups = [[r for r, age in zip(records, ages, strict=True) if age == index] for index in range(max(ages) + 1)]
    titles = [_format_age(view, age) for age in range(len(groups))]
    columns = (
        Column("age", words("age"), header=True),
        Column("number", words("figure_number"), "right", "narrow"),
        Column("items", words("items"), width="wide"),
    )
    rows = tuple(
        Row((Cell(title), Cell(len(members)), make_cell(link_ids(members))))
        for title, members in zip(titles, groups, strict=True)
    )
    bars = tuple(Bar(title, (len(members),)) for title, members in zip(titles, groups, strict=True))
    longest = max(records, key=lambda record: days_overdue[record.id])
    summary = words("ageing_picture", number=len(records), days=days_overdue[longest.id], id=longest.id)
    picture = Picture(summary, BarChart((Series(words("overdue"), "medium"),), bars))
    return Table("ageing", words("ageing_caption"), columns, rows, picture=picture)


def _format_age(view: View, age: int) -> str:
    if age == len(AGE_LIMITS):
        return view.wording("age_over", days=AGE_LIMITS[-1])
    return view.wording("age_between", first=AGE_LIMITS[age - 1] + 1 if age else 1, last=AGE_LIMITS[age])


def build_timeline_table(view: View) -> Table | None:
    """Return the target dates with their records, drawn on a timeline; None when there are too few."""
    deadlines = sorted(
        ((day, record) for record, day in list_deadlines(view)), key=lambda pair: (pair[0], natural_key(pair[1].id))
    )
    days = [day for day, _ in deadlines]
    if len(days) < MIN_TARGETS or len(set(days)) < MIN_DAYS:
        return None
    words = view.wording
    columns = (
        Column("day", words("timeline_day"), header=True),
        Column("number", words("figure_number"), "right", "narrow"),
        Column("items", words("items"), width="wide"),
    )
    rows = []
    for day, pairs in groupby(deadlines, key=lambda pair: pair[0]):
        records = [record for _, record in pairs]
        cells = (Cell(day), Cell(len(records)), make_cell(link_ids(records)))
        rows.append(Row(cells, group=_find_phase_title(view, day)))
    caption = words("timeline_caption", number=len(days))
    return Table("timeline", caption, columns, tuple(rows), picture=_build_timeline_picture(view, days))


def _list_dated_phases(view: View) -> list[tuple[Phase, date, date]]:
    phases = (
        (phase, phase.start and phase.start.earliest, phase.end and phase.end.latest)
        for phase in view.case.register.programme.phases
    )
    return [(phase, first, last) for phase, first, last in phases if first and last]


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
        last_year = self.start.year + (self.start.month + self.columns * self.months - 2) // 12
        return tuple(
            TimelineSpan(
                str(year),
                max(self.position(date(year, 1, 1)), 0.0),
                min(self.position(date(year + 1, 1, 1)), float(self.columns)),
            )
            for year in range(self.start.year, last_year + 1)
        )


def _choose_axis(first: date, last: date) -> _TimeAxis | None:
    """Return the columns for these days, of a month, a quarter or a year each; None when there would be too many."""
    for months in _COLUMN_MONTHS:
        start = date(first.year, (first.month - 1) // months * months + 1, 1)
        columns = (12 * (last.year - start.year) + last.month - start.month) // months + 1
        if columns <= MAX_COLUMNS:
            return _TimeAxis(start, months, columns)
    return None


def _build_timeline_picture(view: View, days: Sequence[date]) -> Picture | None:
    words, today, phases = view.wording, view.case.as_of, _list_dated_phases(view)
    bounds = [*days, today, *(day for _, first, last in phases for day in (first, last))]
    axis = _choose_axis(min(bounds), max(bounds))
    if axis is None:
        return None
    values = [0] * axis.columns
    for day in days:
        values[int(axis.position(day))] += 1
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
    first, last, most = map(format_long_date, (days[0], days[-1], busiest))
    return Picture(
        words("timeline_picture", number=len(days), first=first, last=last, most=days.count(busiest), day=most), chart
    )
