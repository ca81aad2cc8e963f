"""Duties that recur: how often, which periods are done, and when the next one is due.

The target in the file is the first date of a series and never changes. The next due date is computed from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import takewhile
from typing import Annotated, Any

from pydantic import Field

from p2ptrack.model.dates import CouncilDate, Precision, add_months, format_long_date
from p2ptrack.model.dates.council_date import format_long_month, last_day_of_month
from p2ptrack.model.fields import DateField, Model, PastDate, Text, Validator, field_error, optional, require_text
from p2ptrack.phrases import fold_text, quote

_MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
_PATTERN = r"(?:month|quarter|half-year|year|(?:[2-9]|[1-9][0-9]) months)"
_WORDS = {
    "monthly": "month",
    "quarterly": "quarter",
    "half yearly": "half-year",
    "biannually": "half-year",
    "biannual": "half-year",
    "twice a year": "half-year",
    "yearly": "year",
    "annual": "year",
    "annually": "year",
    "calendar year": "year",
    "financial year": "year",
    "biennial": "24 months",
    "biennially": "24 months",
}
_NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_EVERY_NUMBER = re.compile(r"([0-9]{1,2}|[a-z]+) (month|quarter|year)(?:s|ly)?")
_MAX_PERIODS = 2_000


def _validate_every(value: Any) -> str:
    text = require_text(value)
    if re.fullmatch(_PATTERN, text):
        return text
    suggestion = _suggest_every(fold_text(text))
    fix = "Write month, quarter, half-year or year, or a number of months such as 2 months."
    if re.fullmatch(_PATTERN, suggestion):
        fix = f"Write {suggestion}.\nevery: {suggestion}"
    raise field_error("S108", f"{quote(text)} does not say how often.", fix)


def _suggest_every(text: str) -> str:
    """Return the value of `every` for a text: *each quarter*, *once a year*, *every two months*."""
    words = re.sub(r"^(?:once )?(?:every|each|per|an?) ", "", text.replace("-", " "))
    if words in _WORDS or words.replace(" ", "-") in _MONTHS:
        return _WORDS.get(words, words.replace(" ", "-"))
    match = _EVERY_NUMBER.fullmatch(words.replace("other", "two"))
    if match is None:
        return ""
    number = str(_NUMBERS.index(match[1])) if match[1] in _NUMBERS else match[1]
    months = (int(number) if number.isdigit() else 0) * _MONTHS[match[2]]
    return next((word for word, length in _MONTHS.items() if length == months), f"{months} months")


Every = Annotated[str, Validator(_validate_every, pattern=_PATTERN)]


class Period(Model):
    """A period of a duty that recurs, when it is done."""

    due: DateField = Field(title="Due", description="When the period was due: the target date at that time.")
    done: PastDate | None = optional("Done", "When it was done.")
    evidence: Text | None = optional("Evidence", "What shows that it was done.")
    link: Text | None = optional("Link", "Where the evidence is.")
    note: Text | None = optional("Note", "Why it was left out, if it was.")


def count_months(every: str) -> int:
    """Return the months between two due dates."""
    return _MONTHS.get(every) or int(every.partition(" ")[0])


def format_every(every: str) -> str:
    """Return how often a duty recurs, as people read it: *every quarter*, *every 2 months*."""
    return f"every {every}"


def iter_due_days(first: date, every: str) -> Iterator[date]:
    """Yield the due days of a series. One on the last day of a month stays on the last day."""
    step = count_months(every)
    is_month_end = first == last_day_of_month(first.year, first.month)
    for number in range(_MAX_PERIODS):
        day = add_months(first, number * step)
        yield last_day_of_month(day.year, day.month) if is_month_end else day


def find_next_target(
    target: CouncilDate | None, every: str | None, periods: Iterable[Period], as_of: date | None = None
) -> CouncilDate | None:
    """Return the target date of the first period after the last completed one, at a position date if there is one.

    If no period is completed, it is the first target date. `target` may be any date of the series.
    """
    done_days = [period.due.latest for period in periods if period.due.latest and _is_done(period, as_of)]
    start = target.series_start or target if target else None
    if start is None or start.latest is None or every is None or not done_days:
        return start
    first, last = start.latest, max(done_days)
    day = next((day for day in iter_due_days(first, every) if day > last), first)
    return start if day == first else _make_target(start, day)


def _is_done(period: Period, as_of: date | None) -> bool:
    """Whether a period was done, or left out, at a position date. A period without a date counts always."""
    day = period.done.latest if period.done else None
    return as_of is None or day is None or day <= as_of


def count_done_periods(periods: Iterable[Period], as_of: date) -> int:
    """Return how many periods were done, or left out, at a position date."""
    return sum(_is_done(period, as_of) for period in periods)


def _make_target(start: CouncilDate, day: date) -> CouncilDate:
    """Return a later date of a series, written like the first: a month as a month, any other as a day."""
    if start.precision is Precision.MONTH:
        month = format_long_month(day.year, day.month)
        return CouncilDate(month, day.replace(day=1), day, Precision.MONTH, series_start=start)
    return CouncilDate(format_long_date(day), day, day, Precision.DAY, series_start=start)


def _find_first_day(target: CouncilDate) -> date | None:
    return (target.series_start or target).latest


def find_series_start(target: CouncilDate | None, every: str | None) -> date | None:
    """Return the first due day of a duty that recurs; None for anything else. `target` may be any of the series."""
    return _find_first_day(target) if target and every else None


def find_following_day(target: CouncilDate, every: str) -> date:
    """Return the due day after that of a target. Raises `ValueError` for a target without a day."""
    first = _find_first_day(target)
    if first is None or target.latest is None:
        raise ValueError(target)
    latest = target.latest
    return next(day for day in iter_due_days(first, every) if day > latest)


def list_missed_days(target: CouncilDate, every: str, periods: Iterable[Period]) -> list[date]:
    """Return the due days before the last period in the list that are not in it."""
    listed_days = {period.due.latest for period in periods if period.due.latest}
    first = _find_first_day(target)
    days = iter_due_days(first, every) if first and listed_days else ()
    return [day for day in takewhile(lambda day: day <= max(listed_days), days) if day not in listed_days]


def is_due_day(target: CouncilDate, every: str, day: date) -> bool:
    """Whether a day is in a series, or before its start: a series that was moved has a new start."""
    first = _find_first_day(target)
    return first is None or day < first or day in takewhile(lambda due: due <= day, iter_due_days(first, every))
