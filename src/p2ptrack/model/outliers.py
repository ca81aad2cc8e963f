"""Dates that lie decades from every other date of their record: usually a year with two figures swapped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.records import Record
from p2ptrack.model.schema import walk

MIN_YEARS_APART = 20
"""A date is an outlier when it is at least this many years from the position date and from every other date."""


@dataclass(frozen=True, slots=True)
class OutlyingDate:
    """A date of a record that lies decades from the rest.

    `field` is its place (`updates[1].date`). `years_away` is its distance from the position date. `other_years` are
    the first and the last year of the other dates, None without any. `likely_year` is the year with its last two
    figures swapped, where that one is near the others; otherwise None.
    """

    field: str
    date: CouncilDate
    years_away: int
    other_years: tuple[int, int] | None
    likely_year: int | None


def find_outlying_dates(record: Record, as_of: date) -> Iterator[OutlyingDate]:
    """Yield the dates of a record that are decades from the position date and from every other date that it has."""
    stated = [(place, value) for place, value, _ in walk(record) if isinstance(value, CouncilDate)]
    years = {place: value.latest.year for place, value in stated if value.latest}
    near = [year for year in years.values() if abs(year - as_of.year) < MIN_YEARS_APART]
    for place, value in stated:
        year = years.get(place)
        if year is None or not _is_far(year, [as_of.year, *near]):
            continue
        swapped = year // 100 * 100 + int(f"{year % 100:02}"[::-1])
        likely_year = None if _is_far(swapped, [as_of.year, *near]) else swapped
        other_years = (min(near), max(near)) if near else None
        yield OutlyingDate(place, value, abs(year - as_of.year), other_years, likely_year)


def _is_far(year: int, others: list[int]) -> bool:
    return all(abs(year - other) >= MIN_YEARS_APART for other in others)
