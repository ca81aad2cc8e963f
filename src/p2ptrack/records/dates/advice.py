"""The sentences about dates that are nearly right: what is wrong, and which date was probably meant."""

from __future__ import annotations

from datetime import date, timedelta

from p2ptrack.records.dates.row import quote_text
from p2ptrack.records.dates.value import DateRejection
from p2ptrack.records.dates.words import (
    FIRST_YEAR,
    LAST_YEAR,
    expand_year,
    format_financial_year,
    format_long_date,
    format_long_month,
    is_two_digits,
    last_day_of_month,
    month_number,
    weekday_name,
)

MONTHS_IN_YEAR = 12


def check_year(text: str, year: int) -> DateRejection | None:
    """Refuse years that no register is about: most are slips of the keyboard."""
    if FIRST_YEAR <= year <= LAST_YEAR:
        return None
    return DateRejection(
        f"{quote_text(text)} is in the year {year:04}, and a register keeps {FIRST_YEAR} to {LAST_YEAR}.",
        "the year in four figures, such as 31 March 2023",
    )


def check_month(text: str, year: int, month: int, day: int) -> DateRejection | None:
    """Refuse a thirteenth month; where day and month were swapped, say what was probably meant."""
    if 1 <= month <= MONTHS_IN_YEAR:
        return None
    message = f"{quote_text(text)} has {month} where the month stands, and months go from 1 to 12."
    if 1 <= day <= MONTHS_IN_YEAR and 1 <= month <= last_day_of_month(year, day).day:
        return DateRejection(message, f"{format_long_date(date(year, day, month))}, if that is the day that is meant")
    return DateRejection(message, "the day, the month and the year, such as 31/03/2023")


def check_day(text: str, year: int, month: int, day: int) -> DateRejection | None:
    """Refuse a day that its month does not have, and name the nearest that it has."""
    last = last_day_of_month(year, month)
    if 1 <= day <= last.day:
        return None
    nearest_day = last if day else date(year, month, 1)
    return DateRejection(
        f"{quote_text(text)} is no day: {format_long_month(year, month)} has {last.day} days.",
        f"{format_long_date(nearest_day)}, or the month: {format_long_month(year, month)}",
    )


def check_weekday(text: str, day: date, weekday: int) -> DateRejection | None:
    """Refuse a weekday that the day is not, and name that day and the nearest such weekday."""
    if day.weekday() == weekday:
        return None
    days_ahead = (weekday - day.weekday()) % 7
    nearest_day = day + timedelta(days=days_ahead if days_ahead <= 7 // 2 else days_ahead - 7)
    return DateRejection(
        f"{quote_text(text)} does not agree with itself: {format_long_date(day)} is a {weekday_name(day.weekday())}.",
        f"{weekday_name(day.weekday())} {format_long_date(day)}, or {weekday_name(weekday)} {format_long_date(nearest_day)}",
    )


def reject_year_pair(text: str, first: str, last: str) -> DateRejection:
    """Refuse two years that do not follow each other; several years are a range."""
    start, end = expand_year(first), expand_year(last)
    range_hint = f", or {start} to {end} for several years" if end > start + 1 else ""
    return DateRejection(
        f"{quote_text(text)} is not a financial year: the one that begins in April {start} is {format_financial_year(start)}.",
        f"{format_financial_year(start)}{range_hint}",
    )


def reject_ambiguous(text: str, first_reading: str, second_reading: str, fix: str) -> DateRejection:
    """Refuse what can be read in two ways, and name both."""
    return DateRejection(f"{quote_text(text)} can be read two ways: {first_reading}, or {second_reading}.", fix)


def is_also_month(first: str, last: str) -> bool:
    """Whether a financial year could as well be a month or a day of one.

    `2011-12` is December 2011 too, `12/13` December 2013, and `11/12` the 11th of December.
    """
    number = parse_month(last) or (parse_month(first) if is_two_digits(first) else None)
    return is_financial_year(first, last) and is_two_digits(last) and number is not None


def is_financial_year(first: str, last: str) -> bool:
    """Whether two years, of two or four figures, are those of one financial year."""
    following = str(expand_year(first) + 1)
    return last == following[2:] or (last == following and len(first) == len(last))


def parse_month(word: str) -> int | None:
    """Return the month from 1 to 12 that a word or a number is; None when it is none."""
    number = month_number(word)
    return number if number is not None and 1 <= number <= MONTHS_IN_YEAR else None
