"""The three charts of the progress report, each a drawing of the table under it.

A chart is drawn only when the register holds enough for it to show more than its table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

from p2ptrack.analysis.facts import get_deadline
from p2ptrack.analysis.figures import IMPLEMENTED_KEYS
from p2ptrack.analysis.measures import MIN_FOR_SHARE, find_stage
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.dates.council_date import last_day_of_month
from p2ptrack.model.programme import Phase
from p2ptrack.model.records import TrackedRecord
from p2ptrack.reports.document import (
    Bar,
    BarChart,
    Block,
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
from p2ptrack.reports.figure_tables import FigureTables
from p2ptrack.reports.progress.view import View, link_records_by_id, make_cell
from p2ptrack.reports.record_blocks import format_named_title
from p2ptrack.values import dataclass

MIN_BARS, MIN_RECORDS = 3, 10
MIN_FOR_AGES = 20
"""With fewer overdue records, the list below shows their ages well enough."""
"""Fewer bars, or fewer records in them, need no chart."""
MAX_BARS = 40

STAGE_SHADES: tuple[tuple[str, Shade], ...] = (
    ("closed", "dark"),
    ("complete", "medium"),
    ("in_progress", "light"),
    ("on_hold", "upright"),
    ("not_started", "white"),
    ("open", "crossed"),
    ("not_stated", "level"),
    ("not_read", "level"),
    ("withheld", "level"),
)
_UNKNOWN_STAGES = frozenset({"not_stated", "not_read", "withheld"})
_USUAL_STAGES = frozenset({"closed", "complete", "in_progress"})
MIN_TARGETS, MIN_DAYS = 4, 2
"""Fewer targets, or all on one day, need no chart."""
MAX_COLUMNS = 60
_COLUMN_MONTHS = (1, 3, 12)


def build_progress(view: View) -> tuple[Block, ...]:
    """Return the progress of the actions under each recommendation, drawn as bars; nothing without recommendations."""
    words = view.wording
    groups = [(r, view.scope.actions.get(r.id, [])) for r in view.scope.recommendations]
    if not groups:
        return ()
    # An action can be under several recommendations. The totals count it once.
    actions = {record.id: record for _, records in groups for record in records}
    stage_of = {id_: find_stage(view.case, record) for id_, record in actions.items()}
    used = _USUAL_STAGES | set(stage_of.values())
    stages = tuple(stage for stage in STAGE_SHADES if stage[0] in used)

    def count_stages(ids: Iterable[str]) -> tuple[int, ...]:
        numbers = Counter(stage_of[id_] for id_ in ids)
        return tuple(numbers[key] for key, _ in stages)

    bars = [Bar(format_named_title(r), count_stages(record.id for record in records)) for r, records in groups]
    rows = [
        Row((Cell(bar.title), Cell(len(items)), *map(Cell, bar.values), _build_ids_cell(view, items)), key=r.id)
        for (r, items), bar in zip(groups, bars, strict=True)
    ]
    totals = count_stages(actions)
    rows.append(Row((Cell(words("progress_total")), Cell(len(actions)), *map(Cell, totals), Cell()), role="total"))
    inferred = {stage_of[id_] for id_, record in actions.items() if "status" in record.inferred and record.status}
    columns = (
        Column("what", words("recommendation"), width="wide", header=True),
        Column("all", words("progress_all"), "right", "narrow"),
        *(Column(key, words(f"stage_{key}") + "*" * (key in inferred), "right") for key, _ in stages),
        Column("items", words("actions")),
    )
    picture = _build_progress_picture(view, stages, bars, totals)
    return (Table("progress", words("progress_caption"), columns, tuple(rows), picture=picture),)


def _build_progress_picture(
    view: View, stages: Sequence[tuple[str, Shade]], bars: Sequence[Bar], totals: Sequence[int]
) -> Picture | None:
    words, number = view.wording, sum(sum(bar.values) for bar in bars)
    unknown = sum(bar.values[index] for bar in bars for index, (key, _) in enumerate(stages) if key in _UNKNOWN_STAGES)
    is_enough = MIN_BARS <= len(bars) <= MAX_BARS and number >= MIN_RECORDS
    if not is_enough or sum(map(bool, totals)) == 1 or unknown * 2 > number:
        return None
    series = tuple(Series(words(f"stage_{key}"), shade) for key, shade in stages)
    text = ", ".join(f"{stage.title} {total}" for stage, total in zip(series, totals, strict=True) if total)
    summary = words("progress_picture", number=len(bars), actions=sum(totals), stages=text)
    return Picture(summary, BarChart(series, tuple(bars)))


def build_ageing(view: View) -> tuple[Block, ...]:
    """Return the overdue records by age, drawn as bars; nothing for few records, whose ages the list below shows."""
    if len(view.measures.overdue().records) < MIN_FOR_AGES:
        return ()
    return make_figure_tables(view).build_ages()


def build_performance(view: View) -> tuple[Block, ...]:
    """Return how much was done in time, changed and verified, and how late completed records have been.

    Nothing for a few records of which no target date has passed.
    """
    has_passed = any(view.figures.find_figure(key).measure.out_of for key in IMPLEMENTED_KEYS)
    if not has_passed and len(view.records) < MIN_FOR_SHARE:
        return ()
    tables, overdue = make_figure_tables(view), view.measures.overdue().records
    # The first page has what is overdue, and the gaps what has no recent update.
    elsewhere = ["stale"] if overdue else ["overdue", "stale"]
    if not view.figures.find_figure("target_changed").measure.records:
        # Without a change, the current target dates are the original ones.
        elsewhere += ["implemented_current", "target_changed_again"]
    return (*tables.build_performance(*elsewhere), *tables.build_lateness())


def build_outlook(view: View) -> tuple[Block, ...]:
    """Return the position at each meeting of the history, and the forecast for more coming meetings than the next."""
    tables, figures = make_figure_tables(view), view.figures
    trend = () if figures.trend.missing else tables.build_trend()
    has_forecast = len(figures.forecasts) > 1 and view.measures.dated
    return (*trend, *(tables.build_forecast() if has_forecast else ()))


def make_figure_tables(view: View) -> FigureTables:
    """Return the tables of the figures of a view, with its records linked by their ids."""
    return FigureTables(view.figures, view.wording, lambda records: make_cell(link_records_by_id(view, records)))


def _count_columns(view: View, label: Column) -> tuple[Column, ...]:
    number = Column("number", view.wording("figure_number"), "right", "narrow")
    return (label, number, Column("items", view.wording("items"), width="wide"))


def _build_count_row(view: View, label: str | date, records: Sequence[TrackedRecord], group: str = "") -> Row:
    return Row((Cell(label), Cell(len(records)), _build_ids_cell(view, records)), group=group)


def _build_ids_cell(view: View, records: Sequence[TrackedRecord]) -> Cell:
    return make_cell(link_records_by_id(view, records))


def build_timeline(view: View) -> tuple[Block, ...]:
    """Return the target dates with their records, drawn on a timeline; nothing when there are too few."""
    words = view.wording
    dated = [(day, tuple(group)) for day, group in groupby(view.measures.sort_by_deadline(), get_deadline) if day]
    days = [day for day, records in dated for _ in records]
    if len(days) < MIN_TARGETS or len(dated) < MIN_DAYS:
        return ()
    rows = tuple(_build_count_row(view, day, records, _find_phase_title(view, day)) for day, records in dated)
    columns = _count_columns(view, Column("day", words("timeline_day"), header=True))
    caption = words("timeline_caption", number=len(days))
    return (Table("timeline", caption, columns, rows, picture=_build_timeline_picture(view, days)),)


def _list_dated_phases(view: View) -> list[tuple[Phase, date, date]]:
    phases = (
        (phase, phase.start and phase.start.earliest, phase.end and phase.end.latest)
        for phase in view.case.register.programme.phases
    )
    return [(phase, first, last) for phase, first, last in phases if first and last]


def _find_phase_title(view: View, day: date) -> str:
    """Return the title of the phase that a day falls in, the earlier one when two share it."""
    phases = _list_dated_phases(view)
    for phase, first, last in phases:
        if first <= day <= last:
            return phase.title
    return view.wording("no_phase_then") if phases else ""


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
    counts = Counter(int(axis.position(day)) for day in days)
    spans = tuple(
        TimelineSpan(phase.title, axis.position(first), axis.position(last + timedelta(1)))
        for phase, first, last in phases
    )
    position = axis.position(today)
    chart = TimelineChart(
        words(f"timeline_unit_{axis.months}"),
        tuple(counts[index] for index in range(axis.columns)),
        spans,
        axis.year_spans(),
        TimelineSpan(words("timeline_today", day=format_long_date(today)), position, position),
    )
    (busiest, most), *_ = Counter(days).most_common(1)  # the earliest of several, because the days are in order
    first, last, day = map(format_long_date, (days[0], days[-1], busiest))
    summary = words("timeline_picture", number=len(days), first=first, last=last, most=most, day=day)
    return Picture(f"{summary} {words('timeline_peak', most=most, day=day)}" if most > 1 else summary, chart)
