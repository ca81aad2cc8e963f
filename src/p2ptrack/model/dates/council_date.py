"""A date as a council writes it, with the days that it can mean, and the calendar behind it."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import field, replace
from datetime import date, timedelta
from enum import Enum, StrEnum
from string import Template
from typing import Any

from p2ptrack.phrases import join_words, quote, unique
from p2ptrack.values import compile_on_use, dataclass

# The calendar, in English whatever the machine's language. Months are also read in Welsh.
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_IN_YEAR = len(MONTH_NAMES)
FIRST_YEAR, LAST_YEAR = 1900, 2099
_CENTURY = 2000
FIRST_FINANCIAL_MONTH = 4


def _number_words(names: tuple[str, ...], first: int) -> dict[str, int]:
    """Return the number of each name and of its first three letters."""
    return {word.lower(): number for number, name in enumerate(names, first) for word in (name, name[:3])}


_WELSH_MONTH_NAMES = (
    *("Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin"),
    *("Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr"),
)
_MONTH_NUMBERS = (
    {name.lower(): number for number, name in enumerate(_WELSH_MONTH_NAMES, 1)}
    | _number_words(MONTH_NAMES, 1)
    | {"sept": 9}
)
_WEEKDAY_NUMBERS = _number_words(WEEKDAY_NAMES, 0) | {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}


@dataclass(frozen=True, slots=True)
class DateWords:
    """The names of the months and the words around a day, in the language of a paper."""

    months: tuple[str, ...] = MONTH_NAMES
    by: str = "by $day"
    no_date: str = "no date yet"


_ENGLISH = DateWords()
_date_words: ContextVar[DateWords] = ContextVar("date_words")


@contextmanager
def use_date_words(words: DateWords) -> Iterator[None]:
    """Print dates in these words until the end of the block: a paper prints them in many places."""
    token = _date_words.set(words)
    try:
        yield
    finally:
        _date_words.reset(token)


def month_name(month: int) -> str:
    """Return the name of a month from 1 to 12: `March`."""
    return _date_words.get(_ENGLISH).months[month - 1]


def _format_by(day: str) -> str:
    return Template(_date_words.get(_ENGLISH).by).safe_substitute(day=day)


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
    """Return the month that a word or a number names, even 13 and more; None for another word."""
    return int(word) if word.isdecimal() else _MONTH_NUMBERS.get(word.lower())


def weekday_number(word: str) -> int | None:
    """Return the weekday that a word names, as `date.weekday` counts; None for another word."""
    return _WEEKDAY_NUMBERS.get(word.lower())


def is_two_digits(year: str) -> bool:
    """Whether a year, or half of a financial year, is written with two digits."""
    return len(year) == len("23")


def expand_year(digits: str) -> int:
    """Return the year that two or four digits mean. Two are always in this century."""
    return int(digits) + (_CENTURY if is_two_digits(digits) else 0)


def last_day_of_month(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """Return the same day of another month; its last day where it has no such day. The years 1 to 9999 are limits."""
    number = min(max(day.year * 12 + day.month - 1 + months, 12), date.max.year * 12 + 11)
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def format_financial_year(start: int) -> str:
    """Return a financial year as councils write it: 2023 gives `2023/24`."""
    return f"{start}/{(start + 1) % 100:02}"


class Precision(StrEnum):
    """How exact a date is."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    SEASON = "season"
    PART = "part"
    YEAR = "year"
    RANGE = "range"
    NONE = "none"


class Basis(StrEnum):
    """What a date refers to: the calendar, the financial year, or a phase or meeting of the programme."""

    CALENDAR = "calendar"
    FINANCIAL_YEAR = "financial_year"
    PHASE = "phase"
    MEETING = "meeting"


_EXACT_PRECISIONS = frozenset({Precision.DAY, Precision.MONTH})
_UNTAGGED_TEXT = compile_on_use("[^\U000f0000-\U000ffffd]+")
_ANCHORED_BASES = frozenset({Basis.PHASE, Basis.MEETING})


@dataclass(frozen=True, slots=True)
class DateRange:
    """The days that a text can mean."""

    earliest: date
    latest: date
    precision: Precision
    basis: Basis = Basis.CALENDAR
    ongoing: bool = False


class OpenEnded(Enum):
    """The meaning of a text that sets no deadline."""

    ONGOING = "ongoing"
    NO_TARGET = "no target"


@dataclass(frozen=True, slots=True)
class CouncilDate:
    """A date as written (`raw`, verbatim), and the first and last day that it can mean.

    Both days are None when the text sets no deadline. It is overdue only after `latest`. `anchor` is the id of the
    phase or meeting that it names, and `anchor_label` what papers print for that id. `inferred` means that the days are
    our interpretation of the text; `unresolved`, that it may name a phase or meeting of a programme that could not be
    read. `series_start` is the first date of the series of a duty that recurs, if this is a later one.
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
    anchor_label: str = field(default="", compare=False)
    series_start: CouncilDate | None = field(default=None, compare=False)

    def to_text(self) -> str:
        """Return the date as papers print it: as written, with the last day if that is not obvious.

        It is not obvious for a period longer than a month, for a phase or meeting, and for our interpretation of other
        words: `early 2023/24 (by 30 June 2023)`. Ids are for the register, so a text that has the id of a phase or
        meeting is replaced by its day and title: `18 March 2027 (Audit Committee)`.
        """
        if self._has_anchor_id():
            # Only what is between private-use characters is replaced: they tag exempt text, and have to stay.
            return _UNTAGGED_TEXT.sub(lambda _: self._format_anchor(), self.raw, count=1)
        if self.latest is None or self._is_exact():
            return self.raw
        return f"{self.raw} ({_format_by(format_long_date(self.latest))})"

    def _is_exact(self) -> bool:
        return self.precision in _EXACT_PRECISIONS and self.basis not in _ANCHORED_BASES and not self.inferred

    def _has_anchor_id(self) -> bool:
        if not self.anchor or not self.anchor_label or self.inferred:
            return False
        pattern = rf"(?<!\w){re.escape(normalise_text(self.anchor))}(?!\w)"
        return re.search(pattern, normalise_text(self.raw)) is not None

    def _format_anchor(self) -> str:
        if self.latest is None:
            day = _date_words.get(_ENGLISH).no_date
        elif self.precision is Precision.MONTH:
            day = format_long_month(self.latest.year, self.latest.month)
        else:
            long_date = format_long_date(self.latest)
            day = long_date if self.precision is Precision.DAY else _format_by(long_date)
        return f"{day} ({self.anchor_label})"

    def to_json(self) -> dict[str, Any]:
        """Return the date as in the JSON contract, with days as `YYYY-MM-DD` or None."""
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
    """Why a text is refused as a date, and what to write instead.

    `means` is what to write as `means` when the source's own words are kept as `raw`: a date, or none. `lines` are the
    lines to write instead, by the field that has the text. `fix` may have marks for the years of examples, as
    `example_year` makes them. With `is_part_of_date` the text is a date that has no year or two readings; with
    `is_status` it is a status.
    """

    message: str
    fix: str
    means: str = ""
    lines: Mapping[str, str] = field(default_factory=dict)
    is_part_of_date: bool = field(default=False, compare=False)
    is_status: bool = field(default=False, compare=False)

    def with_examples(self, as_of: date | None, *, is_past: bool = False) -> DateRejection:
        """Return the rejection with examples after a date; with `is_past`, before it."""
        day = as_of or _DEFAULT_EXAMPLE_DATE
        return replace(self, fix=_EXAMPLE_MARK.sub(lambda mark: _fill_example(mark, day, is_past=is_past), self.fix))

    def format_lines(self, field_name: str) -> str:
        """Return the advice to replace a field by other lines, or an empty text."""
        lines = self.lines.get(field_name, "")
        if not lines:
            return ""
        place = " of target and status" if "status:" in lines else ""
        additions = "".join(sentence for name, sentence in _ADDITIONS.items() if f"{name}:\n" in lines)
        return f"Write these lines instead{place}.{additions}\n{lines}"

    def format_other_fix(self) -> str:
        """Return the fix for a field without such lines: only the date in the text."""
        pairs = (line.strip(" -").partition(": ") for lines in self.lines.values() for line in lines.split("\n"))
        dates = unique(value for name, _, value in pairs if value and name != "status")
        return f"Write only the date: {join_words(dates, 'or')}." if dates else self.fix

    def within(self, text: str) -> DateRejection:
        """Return the rejection of a text that contains this one.

        Its other words stay, because they may change the meaning.
        """
        return DateRejection(self.message, f"{self.fix} Keep the other words of {quote(text)}.")


_ADDITIONS = {
    "revisions": " If the record has revisions, add the new ones below them.",
    "decided": " If the record has a decision, add the date to it.",
    "verified": " If the record has a verification, add the date to it.",
}
"""What to do if a record already has the group that the lines begin."""

_DEFAULT_EXAMPLE_DATE = date(2027, 1, 1)
"""The date that examples lie after where the position date is not known."""


def is_before(first: CouncilDate | None, second: CouncilDate | None) -> bool:
    """Whether all of one date is before all of the other."""
    if first is None or second is None or first.latest is None or second.earliest is None:
        return False
    return first.latest < second.earliest


_EXAMPLE_MARK = compile_on_use(r"\$(year|next|financial)([0-9]{2})(?:-([0-9]{2}))?")


def example_year(month: int, day: int = 1) -> str:
    """Return the placeholder for the year in which a month next ends, or in which a day last was."""
    return f"$year{month:02}-{day:02}"


def example_next_year(month: int) -> str:
    """Return the placeholder for the year after that of `example_year`."""
    return f"$next{month:02}"


def example_financial_year(month: int) -> str:
    """Return the placeholder for the financial year in which a month next ends."""
    return f"$financial{month:02}"


def _fill_example(mark: re.Match[str], as_of: date, *, is_past: bool) -> str:
    month, day = int(mark[2]), int(mark[3] or 1)
    if is_past:
        year = as_of.year if (month, day) <= (as_of.month, as_of.day) else as_of.year - 1
    else:
        year = as_of.year if as_of < last_day_of_month(as_of.year, month) else as_of.year + 1
    if mark[1] == "financial":
        return format_financial_year(year if month >= FIRST_FINANCIAL_MONTH else year - 1)
    return str(year + 1 if mark[1] == "next" else year)


EXAMPLE_DAY = f"31 March {example_year(3, 31)}"
EXAMPLE_FORMS = (
    f"a date such as {EXAMPLE_DAY}, March {example_year(3)}, Q3 {example_financial_year(12)} or "
    f"early {example_financial_year(6)}, or TBC"
)


_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d"
_SLASHES = "\u2044\u2215\uff0f"
_APOSTROPHES = "\u2018\u2019\u02bc"
_WIDE_DIGITS = "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19"
_INVISIBLE = "\xad\u200b\u200c\u200d\u2060\ufeff"

_EQUIVALENT_CHARACTERS: dict[int, str | None] = {
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _SLASHES), "/"),
    **dict.fromkeys(map(ord, _APOSTROPHES), "'"),
    **dict.fromkeys(map(ord, _INVISIBLE), None),
    **{ord(wide): chr(ord("0") + digit) for digit, wide in enumerate(_WIDE_DIGITS)},
}


def normalise_punctuation(text: str) -> str:
    """Return text with one kind of space, dash, slash and apostrophe, and its case unchanged.

    Spaces beside a slash are removed, because `2023 / 24` is `2023/24`. Those beside a dash are kept, because
    `Sept 21 - Sept 22` is a range. Full stops at the end are removed: `Ongoing.` is `Ongoing`.
    """
    spaced = " ".join(text.translate(_EQUIVALENT_CHARACTERS).split())
    return spaced.replace(" /", "/").replace("/ ", "/").rstrip(" .")


def normalise_text(text: str) -> str:
    """Return text for comparison: `normalise_punctuation`, with case folded."""
    return normalise_punctuation(text).casefold()
