"""A date as a council writes it: the words, and the days that they can mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, StrEnum
from typing import Any

# The words of the calendar, in English whatever the machine's language, and the days that they name.


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


class Precision(StrEnum):
    """How closely the words fix a day."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    SEASON = "season"
    PART = "part"
    YEAR = "year"
    RANGE = "range"
    NONE = "none"


class Basis(StrEnum):
    """What the words count by: the calendar, the financial year, or a phase or meeting of the programme."""

    CALENDAR = "calendar"
    FINANCIAL_YEAR = "financial_year"
    PHASE = "phase"
    MEETING = "meeting"


_EXACT_PRECISIONS = frozenset({Precision.DAY, Precision.MONTH})
_ANCHORED_BASES = frozenset({Basis.PHASE, Basis.MEETING})


@dataclass(frozen=True, slots=True)
class DateRange:
    """The days that one row of the table finds in some words."""

    earliest: date
    latest: date
    precision: Precision
    basis: Basis = Basis.CALENDAR
    ongoing: bool = False


class OpenEnded(Enum):
    """What one row of the table finds in words that set no deadline."""

    ONGOING = "ongoing"
    NO_TARGET = "no target"


@dataclass(frozen=True, slots=True)
class CouncilDate:
    """A date as written (`raw`, verbatim), and from which to which day it can fall.

    Both days are None where the words set no deadline. It is late only after `latest`. `anchor` is
    the id of the phase or meeting that it hangs on; `inferred` says that it was given as words and
    the register keeper's reading of them; `unresolved` that it may name a phase or meeting of a
    programme that could not be read.
    """

    raw: str
    earliest: date | None
    latest: date | None
    precision: Precision
    basis: Basis = Basis.CALENDAR
    ongoing: bool = False
    anchor: str | None = None
    inferred: bool = False
    unresolved: bool = False

    def to_text(self) -> str:
        """Return it as papers print it: as written, with the day it is counted to where that is not plain.

        Not plain is what is vaguer than a month, hangs on a phase or a meeting, or is our reading of
        other words: `early 2023/24 (by 30 June 2023)`.
        """
        if self.latest is None or self._is_exact():
            return self.raw
        return f"{self.raw} (by {format_long_date(self.latest)})"

    def _is_exact(self) -> bool:
        return self.precision in _EXACT_PRECISIONS and self.basis not in _ANCHORED_BASES and not self.inferred

    def to_json(self) -> dict[str, Any]:
        """Return the date as the JSON contract has it; days as `YYYY-MM-DD` or None."""
        return {
            "raw": self.raw,
            "earliest": self.earliest and self.earliest.isoformat(),
            "latest": self.latest and self.latest.isoformat(),
            "precision": self.precision.value,
            "basis": self.basis.value,
            "ongoing": self.ongoing,
        }


@dataclass(frozen=True, slots=True)
class DateRejection:
    """Words that are no date: what is wrong with them, and what to write instead, for an officer."""

    message: str
    fix: str


# Two spellings that an officer would call the same are made the same here, before anything is compared.


_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d"
_SLASHES = "\u2044\u2215\uff0f"
_APOSTROPHES = "\u2018\u2019\u02bc"
_INVISIBLE = "\xad\u200b\u200c\u200d\u2060\ufeff"

_EQUIVALENT_CHARACTERS: dict[int, str | None] = {
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _SLASHES), "/"),
    **dict.fromkeys(map(ord, _APOSTROPHES), "'"),
    **dict.fromkeys(map(ord, _INVISIBLE), None),
}


def normalise_punctuation(text: str) -> str:
    """Return text with one kind of space, dash, slash and apostrophe, and its case as it was.

    Spaces beside a slash go, because `2023 / 24` is `2023/24`; those beside a dash stay, because
    `Sept 21 - Sept 22` is a range. Full stops at the end go: `Ongoing.` is `Ongoing`.
    """
    spaced = " ".join(text.translate(_EQUIVALENT_CHARACTERS).split())
    return spaced.replace(" /", "/").replace("/ ", "/").rstrip(" .")


def normalise_text(text: str) -> str:
    """Return what two spellings of the same name or date have in common: `normalise_punctuation`, and case folded."""
    return normalise_punctuation(text).casefold()
