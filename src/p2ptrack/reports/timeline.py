"""The time line: how many targets fall in each month (or quarter, or year), against the phases of the programme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from p2ptrack.records.dates import format_long_date
from p2ptrack.records.dates.words import last_day_of_month
from p2ptrack.records.kinds import TrackedRecord
from p2ptrack.records.programme import Phase
from p2ptrack.records.register import natural_key
from p2ptrack.reports.document import Cell, Column, Row, Table
from p2ptrack.reports.drawing import Picture, TimelineChart, TimelineSpan
from p2ptrack.reports.progress.view import View, list_deadlines
from p2ptrack.reports.progress.wording import link_ids, make_cell

MIN_TARGETS, MIN_DAYS = 4, 2
"""Fewer targets, or all on one day, are read as quickly from the table."""
MAX_COLUMNS = 60
_COLUMN_MONTHS = (1, 3, 12)
Deadline = tuple[date, TrackedRecord]


def build_timeline_table(view: View) -> Table | None:
    """Return the days to be kept, each with its records, drawn on a time line; None where they are too few to draw."""
    deadlines = sorted(
        ((day, record) for record, day in list_deadlines(view)),
        key=lambda deadline: (deadline[0], natural_key(deadline[1].id)),
    )
    if len(deadlines) < MIN_TARGETS or len({day for day, _ in deadlines}) < MIN_DAYS:
        return None
    words = view.case.wording
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
    """Return the phase that a day falls in, the earlier one where two share it; nothing outside the phases."""
    phases = _list_dated_phases(view)
    titles = (phase.title for phase, first, last in phases if first <= day <= last)
    return next(titles, view.case.wording("no_phase_then") if phases else "")


@dataclass(frozen=True, slots=True)
class _TimeAxis:
    """Columns of so many months each, from the first month of a year or quarter on."""

    start: date
    months: int
    columns: int

    def position(self, day: date) -> float:
        """Return where a day stands, in columns from the left."""
        month = 12 * (day.year - self.start.year) + day.month - self.start.month
        return (month + (day.day - 1) / last_day_of_month(day.year, day.month).day) / self.months

    def year_spans(self) -> tuple[TimelineSpan, ...]:
        """Return each year as far as it is on the line."""
        last = self.start.year + (self.start.month + self.columns * self.months - 2) // 12
        return tuple(self._year_span(year) for year in range(self.start.year, last + 1))

    def _year_span(self, year: int) -> TimelineSpan:
        first, end = self.position(date(year, 1, 1)), self.position(date(year + 1, 1, 1))
        return TimelineSpan(str(year), max(first, 0.0), min(end, float(self.columns)))


def _choose_axis(first: date, last: date) -> _TimeAxis | None:
    """Return the columns for these days, of a month, a quarter or a year each; None where none gives few enough."""
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
    words, today = view.case.wording, view.case.as_of
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
