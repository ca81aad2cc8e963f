"""The words of the calendar, in English whatever the machine's language, and the days that they name."""

from __future__ import annotations

from datetime import date, timedelta

MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_MONTH_NUMBERS = {
    form: number for number, name in enumerate(MONTH_NAMES, 1) for form in (name.lower(), name[:3].lower())
}
_MONTH_NUMBERS["sept"] = 9
_WEEKDAY_NUMBERS = {
    form: number for number, name in enumerate(WEEKDAY_NAMES) for form in (name.lower(), name[:3].lower())
}
_WEEKDAY_NUMBERS |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}

FIRST_YEAR, LAST_YEAR = 1900, 2099
_CENTURY = 2000


def month_name(month: int) -> str:
    """Return the name of a month from 1 to 12: `March`."""
    return MONTH_NAMES[month - 1]


def weekday_name(weekday: int) -> str:
    """Return the name of a weekday from 0 to 6: `Monday` is 0, as in `date.weekday`."""
    return WEEKDAY_NAMES[weekday]


def format_long_date(day: date) -> str:
    """Return a day as papers print it: `30 June 2023`."""
    return f"{day.day} {month_name(day.month)} {day.year}"


def format_long_month(year: int, month: int) -> str:
    """Return a month as papers print it: `June 2023`."""
    return f"{month_name(month)} {year}"


def month_number(word: str) -> int | None:
    """Return the month that a word or a number names, 13 and more included; None when it names none."""
    return int(word) if word.isdecimal() else _MONTH_NUMBERS.get(word.lower())


def weekday_number(word: str) -> int | None:
    """Return the weekday that a word names, as `date.weekday` counts; None when it names none."""
    return _WEEKDAY_NUMBERS.get(word.lower())


def is_two_digits(year: str) -> bool:
    """Whether a year, or a half of a financial year, is written short."""
    return len(year) == len("23")


def expand_year(digits: str) -> int:
    """Return the year that two or four figures mean; two are always of this century."""
    return int(digits) + (_CENTURY if is_two_digits(digits) else 0)


def last_day_of_month(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def format_financial_year(start: int) -> str:
    """Return a financial year as councils write it: 2023 gives `2023/24`."""
    return f"{start}/{(start + 1) % 100:02}"
