"""The sentences about dates that are nearly right: what is wrong, and which date was probably meant."""

from __future__ import annotations

from datetime import date, timedelta

from p2ptrack.records.dates.row import quoted
from p2ptrack.records.dates.value import NotADate
from p2ptrack.records.dates.words import (
    FIRST_YEAR,
    LAST_YEAR,
    financial_year,
    full_year,
    last_of,
    long_day,
    long_month,
    month_number,
    two_figures,
    weekday_name,
)

MONTHS_IN_YEAR = 12


def year_out_of_range(text: str, year: int) -> NotADate | None:
    """Refuse years that no register is about: most are slips of the keyboard."""
    if FIRST_YEAR <= year <= LAST_YEAR:
        return None
    return NotADate(
        f"{quoted(text)} is in the year {year:04}, and a register keeps {FIRST_YEAR} to {LAST_YEAR}.",
        "the year in four figures, such as 31 March 2023",
    )


def no_such_month(text: str, year: int, month: int, day: int) -> NotADate | None:
    """Refuse a thirteenth month; where day and month were swapped, say what was probably meant."""
    if 1 <= month <= MONTHS_IN_YEAR:
        return None
    message = f"{quoted(text)} has {month} where the month stands, and months go from 1 to 12."
    if 1 <= day <= MONTHS_IN_YEAR and 1 <= month <= last_of(year, day).day:
        return NotADate(message, f"{long_day(date(year, day, month))}, if that is the day that is meant")
    return NotADate(message, "the day, the month and the year, such as 31/03/2023")


def no_such_day(text: str, year: int, month: int, day: int) -> NotADate | None:
    """Refuse a day that its month does not have, and name the nearest that it has."""
    last = last_of(year, month)
    if 1 <= day <= last.day:
        return None
    nearest = last if day else date(year, month, 1)
    return NotADate(
        f"{quoted(text)} is no day: {long_month(year, month)} has {last.day} days.",
        f"{long_day(nearest)}, or the month: {long_month(year, month)}",
    )


def wrong_weekday(text: str, day: date, weekday: int) -> NotADate | None:
    """Refuse a weekday that the day is not, and name that day and the nearest such weekday."""
    if day.weekday() == weekday:
        return None
    ahead = (weekday - day.weekday()) % 7
    nearest = day + timedelta(days=ahead if ahead <= 7 // 2 else ahead - 7)
    return NotADate(
        f"{quoted(text)} does not agree with itself: {long_day(day)} is a {weekday_name(day.weekday())}.",
        f"{weekday_name(day.weekday())} {long_day(day)}, or {weekday_name(weekday)} {long_day(nearest)}",
    )


def not_a_financial_year(text: str, first: str, last: str) -> NotADate:
    """Refuse two years that do not follow each other; several years are a range."""
    start, end = full_year(first), full_year(last)
    several = f", or {start} to {end} for several years" if end > start + 1 else ""
    return NotADate(
        f"{quoted(text)} is not a financial year: the one that begins in April {start} is {financial_year(start)}.",
        f"{financial_year(start)}{several}",
    )


def two_ways(text: str, one: str, other: str, fix: str) -> NotADate:
    """Refuse what can be read in two ways, and name both."""
    return NotADate(f"{quoted(text)} can be read two ways: {one}, or {other}.", fix)


def is_also_a_month(first: str, last: str) -> bool:
    """Whether a financial year could as well be a month or a day of one.

    `2011-12` is December 2011 too, `12/13` December 2013, and `11/12` the 11th of December.
    """
    number = month_in(last) or (month_in(first) if two_figures(first) else None)
    return follows(first, last) and two_figures(last) and number is not None


def follows(first: str, last: str) -> bool:
    """Whether two years, of two or four figures, are those of one financial year."""
    following = str(full_year(first) + 1)
    return last == following[2:] or (last == following and len(first) == len(last))


def month_in(word: str) -> int | None:
    """Return the month from 1 to 12 that a word or a number is; None when it is none."""
    month = month_number(word)
    return month if month is not None and 1 <= month <= MONTHS_IN_YEAR else None
