"""The time line: how many targets fall in each month (or quarter, or year), against the phases of the programme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from p2ptrack.records.dates import long_day
from p2ptrack.records.dates.words import last_of
from p2ptrack.records.kinds import Tracked
from p2ptrack.records.programme import Phase
from p2ptrack.records.register import natural_key
from p2ptrack.reports.document import Cell, Column, Row, Table
from p2ptrack.reports.drawing import Columns, Picture, Stretch
from p2ptrack.reports.progress.view import View, aimed
from p2ptrack.reports.progress.wording import cell, refs

LEAST_TARGETS, LEAST_DAYS = 4, 2
"""Fewer targets, or all on one day, are read as quickly from the table."""
MOST_COLUMNS = 60
_SIZES = (1, 3, 12)
Aim = tuple[date, Tracked]


def timeline(view: View) -> Table | None:
    """Return the days to be kept, each with its records, drawn on a time line; None where they are too few to draw."""
    aims = sorted(((day, record) for record, day in aimed(view)), key=lambda aim: (aim[0], natural_key(aim[1].id)))
    if len(aims) < LEAST_TARGETS or len({day for day, _ in aims}) < LEAST_DAYS:
        return None
    words = view.case.words
    columns = (
        Column("day", words("timeline_day"), header=True),
        Column("number", words("figure_number"), "right", "narrow"),
        Column("items", words("items"), width="wide"),
    )
    days = [(day, [record for _, record in same]) for day, same in groupby(aims, lambda aim: aim[0])]
    rows = tuple(
        Row((Cell(day), Cell(len(records)), cell(refs(records))), group=_phase_of(view, day)) for day, records in days
    )
    return Table("timeline", words("timeline_caption", number=len(aims)), columns, rows, picture=_picture(view, aims))


def _dated(view: View) -> list[tuple[Phase, date, date]]:
    found = ((phase, phase.start and phase.start.earliest, phase.end and phase.end.latest) for phase in _phases(view))
    return [(phase, first, last) for phase, first, last in found if first and last]


def _phases(view: View) -> Sequence[Phase]:
    return view.case.register.programme.phases


def _phase_of(view: View, day: date) -> str:
    """Return the phase that a day falls in, the earlier one where two share it; nothing outside the phases."""
    phases = _dated(view)
    inside = (phase.title for phase, first, last in phases if first <= day <= last)
    return next(inside, view.case.words("no_phase_then") if phases else "")


@dataclass(frozen=True, slots=True)
class _Axis:
    """Columns of so many months each, from the first month of a year or quarter on."""

    start: date
    months: int
    columns: int

    def at(self, day: date) -> float:
        """Return where a day stands, in columns from the left."""
        month = 12 * (day.year - self.start.year) + day.month - self.start.month
        return (month + (day.day - 1) / last_of(day.year, day.month).day) / self.months

    def years(self) -> tuple[Stretch, ...]:
        """Return each year as far as it is on the line."""
        last = self.start.year + (self.start.month + self.columns * self.months - 2) // 12
        return tuple(self._year(year) for year in range(self.start.year, last + 1))

    def _year(self, year: int) -> Stretch:
        first, end = self.at(date(year, 1, 1)), self.at(date(year + 1, 1, 1))
        return Stretch(str(year), max(first, 0.0), min(end, float(self.columns)))


def _axis(first: date, last: date) -> _Axis | None:
    """Return the columns for these days, of a month, a quarter or a year each; None where none gives few enough."""
    for months in _SIZES:
        start = date(first.year, (first.month - 1) // months * months + 1, 1)
        columns = (12 * (last.year - start.year) + last.month - start.month) // months + 1
        if columns <= MOST_COLUMNS:
            return _Axis(start, months, columns)
    return None


def _picture(view: View, aims: Sequence[Aim]) -> Picture | None:
    days = [day for day, _ in aims]
    phases = _dated(view)
    ends = [*days, view.case.as_of, *(day for _, first, last in phases for day in (first, last))]
    axis = _axis(min(ends), max(ends))
    if axis is None:
        return None
    values = [0] * axis.columns
    for day in days:
        values[int(axis.at(day))] += 1
    words, today = view.case.words, view.case.as_of
    drawing = Columns(
        words(f"timeline_unit_{axis.months}"),
        tuple(values),
        tuple(Stretch(phase.title, axis.at(first), axis.at(last + timedelta(1))) for phase, first, last in phases),
        axis.years(),
        Stretch(words("timeline_today", day=long_day(today)), axis.at(today), axis.at(today)),
    )
    busiest = max(sorted(set(days)), key=days.count)
    return Picture(
        words(
            "timeline_picture",
            number=len(days),
            first=long_day(days[0]),
            last=long_day(days[-1]),
            most=days.count(busiest),
            day=long_day(busiest),
        ),
        drawing,
    )
