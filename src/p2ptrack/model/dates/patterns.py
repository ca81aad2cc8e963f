"""The ways to write a day or a period, one pattern each, and what both tables of patterns share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache, partial

from p2ptrack.model.dates.council_date import (
    EXAMPLE_DAY,
    FIRST_YEAR,
    LAST_YEAR,
    MONTHS_IN_YEAR,
    Basis,
    DateRange,
    DateRejection,
    OpenEnded,
    Precision,
    example_year,
    expand_year,
    format_financial_year,
    format_long_date,
    format_long_month,
    is_two_digits,
    last_day_of_month,
    month_number,
    weekday_name,
    weekday_number,
)
from p2ptrack.phrases import join_words, quote
from p2ptrack.values import dataclass

Match = re.Match[str]
MatchResult = DateRange | OpenEnded | DateRejection
Interpreter = Callable[[Match], MatchResult | None]


@dataclass(frozen=True, slots=True)
class DatePattern:
    """A family of ways to write a date, or to write something that is refused as a date.

    The documentation prints `examples`, and `meaning` for dates. A regex must match the whole of the normalised text,
    in any case; `interpret` may still return None when the text belongs to another pattern. Each match contains at
    least one of the `words`, if there are any: without them the regexes need not be compiled.
    """

    name: str
    meaning: str
    examples: tuple[str, ...]
    regexes: tuple[str, ...]
    interpret: Interpreter
    words: tuple[str, ...] = ()

    def match(self, text: str) -> MatchResult | None:
        """Return the interpretation of a normalised text, or None when it is not of this pattern."""
        if self.words and not any(word in text.lower() for word in self.words):
            return None
        for regex in self.regexes:
            regex_match = compile_regex(regex).fullmatch(text)
            result = regex_match and self.interpret(regex_match)
            if result:
                return result
        return None


def date_pattern(
    table: list[DatePattern],
    name: str,
    examples: tuple[str, ...],
    *regexes: str,
    meaning: str = "",
    words: tuple[str, ...] = (),
) -> Callable[[Interpreter], Interpreter]:
    """Add a pattern to a table. The decorated function interprets its matches."""

    def add(interpret: Interpreter) -> Interpreter:
        table.append(DatePattern(name, meaning, examples, regexes, interpret, words))
        return interpret

    return add


@cache
def compile_regex(regex: str) -> re.Pattern[str]:
    """Return a regex, compiled when it is first needed: most commands need few of them."""
    return re.compile(regex, re.ASCII | re.IGNORECASE)


def match_first(patterns: Iterable[DatePattern], text: str) -> MatchResult | None:
    """Return the interpretation of a normalised text by the first pattern that matches."""
    return next((result for pattern in patterns if (result := pattern.match(text)) is not None), None)


DAY_REGEX = r"(?P<day>[0-9]{1,2})(?: ?(?:st|nd|rd|th))?"
MONTH_REGEX = r"(?P<month>[a-z]{3,10})\.?"
YEAR_REGEX = r"'?(?P<year>[0-9]{4}|[0-9]{2})"
_LONG_YEAR_REGEX = r"(?P<year>[0-9]{4})"
FOUR_DIGIT_YEAR_REGEX = r"(?P<year>(?:19|20)[0-9]{2})"
FINANCIAL_YEAR_REGEX = (
    r"(?P<named>fy ?|financial year )?(?P<first>(?:19|20)?[0-9]{2})[-/](?P<last>(?:19|20)?[0-9]{2})"
    r"(?P<suffix> (?:financial year|fy))?"
)
QUARTER_REGEX = (
    r"(?:the )?(?P<quarter>(?:q ?|qtr ?|quarter )[1-4]|[1-4] ?q|(?:q|qtr|quarter) (?:one|two|three|four)|"
    r"(?:first|second|third|fourth|last|final|1st|2nd|3rd|4th)[ -](?:quarter|qtr))"
)
_HALF_WORDS = ("half", "h1", "h2", "h 1", "h 2")
_PART_WORDS = ("early", "mid", "late")
HALF_REGEX = r"(?:the )?(?P<half>(?:h ?|half )[12]|(?:first|second|1st|2nd|last)[ -]half)"
ONGOING_REGEX = r"(?:on[ -]?going|continuous|continuing)"
BY_PREFIX_REGEX = r"(?:(?:by|in|during) )?(?:the )?"
_IN_PREFIX_REGEX = r"(?:(?:in|during) )?(?:the )?"
WEEKDAY_PREFIX_REGEX = r"(?:(?:by|on) )?(?:the )?(?:(?P<weekday>[a-z]{3,9})\.?,? (?:the )?)?"


def parse_month(word: str) -> int | None:
    """Return the month, from 1 to 12, that a word or a number names."""
    number = month_number(word)
    return number if number is not None and 1 <= number <= MONTHS_IN_YEAR else None


_NUMBERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "final": 4}
_NUMBERS |= {"one": 1, "two": 2, "three": 3, "four": 4}


def parse_quarter(text: str) -> int:
    """Return the quarter, from 1 to 4, in a match of `QUARTER_REGEX`."""
    digit, words = re.search("[1-4]", text), re.split("[ -]", text.lower())
    return int(digit[0]) if digit else next(_NUMBERS[word] for word in words if word in _NUMBERS)


def _parse_half(text: str) -> int:
    digit = re.search("[12]", text)
    if digit:
        return int(digit[0])
    return 1 if text.lower().startswith("first") else 2


def is_financial_year(first: str, last: str) -> bool:
    """Whether two years, of two or four digits, are those of one financial year."""
    following = str(expand_year(first) + 1)
    return last == following[2:] or (last == following and len(first) == len(last))


def is_also_month(first: str, last: str) -> bool:
    """Whether a financial year can also be read as a month, or as a day of one.

    `2011-12` can be December 2011, `12/13` December 2013, and `11/12` 11 December.
    """
    number = parse_month(last) or (parse_month(first) if is_two_digits(first) else None)
    return is_financial_year(first, last) and is_two_digits(last) and number is not None


def reject_ambiguous(text: str, first_reading: str, second_reading: str, *choices: str) -> DateRejection:
    """Reject a text with two readings. `choices` are the ways to write each; without them, the readings are."""
    return DateRejection(
        f"{quote(text)} can mean {first_reading} or {second_reading}.",
        f"Write {join_words(choices or (first_reading, second_reading), 'or')}.",
        is_part_of_date=True,
    )


def reject_year_pair(text: str, first: str, last: str) -> DateRejection:
    """Reject two years that are not consecutive, and so are not a financial year."""
    start, end = expand_year(first), expand_year(last)
    range_hint = f", or {start} to {end} for several years" if end > start + 1 else ""
    return DateRejection(
        f"{quote(text)} is not a financial year.", f"Write {format_financial_year(start)}{range_hint}."
    )


def _check_day(match: Match, year: int, month: int, day: int) -> DateRejection | None:
    text = match.string
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return _reject_year(text, year)
    if not 1 <= month <= MONTHS_IN_YEAR:
        message = f"{quote(text)} has {month} as the month. Months go from 1 to 12."
        if 1 <= day <= MONTHS_IN_YEAR and 1 <= month <= last_day_of_month(year, day).day:
            return DateRejection(message, f"Write {format_long_date(date(year, day, month))} if you mean that day.")
        return DateRejection(message, f"Write the day, the month and the year, such as 31/03/{example_year(3, 31)}.")
    last = last_day_of_month(year, month)
    if not 1 <= day <= last.day:
        nearest_day, month_text = last if day else date(year, month, 1), format_long_month(year, month)
        return DateRejection(
            f"{quote(text)} is not a date. {month_text} has {last.day} days.",
            f"Write {format_long_date(nearest_day)}, or {month_text} for the whole month.",
        )
    return None


def _reject_year(text: str, year: int) -> DateRejection:
    return DateRejection(
        f"{quote(text)} is in the year {year:04}. Years go from {FIRST_YEAR} to {LAST_YEAR}.",
        f"Write the year in four digits, such as {EXAMPLE_DAY}.",
    )


def _reject_weekday(text: str, day: date, weekday: int) -> DateRejection:
    days_ahead = (weekday - day.weekday()) % 7
    nearest_day = day + timedelta(days=days_ahead if days_ahead <= 7 // 2 else days_ahead - 7)
    actual_name, long_date = weekday_name(day.weekday()), format_long_date(day)
    return DateRejection(
        f"{quote(text)} contradicts itself: {long_date} is a {actual_name}.",
        f"Write {actual_name} {long_date}, or {weekday_name(weekday)} {format_long_date(nearest_day)}.",
    )


def _make_month_range(first: tuple[int, int], last: tuple[int, int], precision: Precision, basis: Basis) -> DateRange:
    """Return the range from the first day of one (year, month) to the last day of another."""
    return DateRange(date(*first, 1), last_day_of_month(*last), precision, basis)


def _make_financial_range(match: Match, first: int, last: int, precision: Precision) -> DateRange | DateRejection:
    """Return months of the financial year in a match; April is 0, March is 11."""
    if not is_financial_year(match["first"], match["last"]):
        return reject_year_pair(match.string, match["first"], match["last"])
    start = expand_year(match["first"])
    ends = [(start + (3 + month) // 12, (3 + month) % 12 + 1) for month in (first, last)]
    return _make_month_range(ends[0], ends[1], precision, Basis.FINANCIAL_YEAR)


def _make_calendar_range(year: int, first: int, last: int, precision: Precision) -> DateRange:
    """Return months of a calendar year; January is 1."""
    return _make_month_range((year, first), (year, last), precision, Basis.CALENDAR)


PERIOD_PATTERNS: list[DatePattern] = []
_period = partial(date_pattern, PERIOD_PATTERNS)


@_period(
    "day",
    (
        "2023-03-31",
        "31/03/2023",
        "31.03.23",
        "31-03-2023",
        "2023/03/31",
        "31 March 2023",
        "31st March 2023",
        "31-Mar-23",
        "Friday 31 March 2023",
        "March 31, 2023",
        "2023-Mar-31",
        "2023 31 March",
        "March 31 '23",
        "20230331",
        "by 31 March 2023",
    ),
    WEEKDAY_PREFIX_REGEX + r"(?P<year>[0-9]{4})(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})",
    WEEKDAY_PREFIX_REGEX + rf"(?P<day>[0-9]{{1,2}})(?P<sep>[/.])(?P<month>[0-9]{{1,2}})(?P=sep){YEAR_REGEX}",
    WEEKDAY_PREFIX_REGEX + r"(?P<day>[0-9]{1,2})-(?P<month>[0-9]{1,2})-(?P<year>[0-9]{4})",
    WEEKDAY_PREFIX_REGEX + rf"{DAY_REGEX}(?: of|,)?[ /-]?{MONTH_REGEX}[ ,/-]{{0,2}}{YEAR_REGEX}",
    WEEKDAY_PREFIX_REGEX
    + rf"{MONTH_REGEX}[ /-]{DAY_REGEX}[ ,/-]{{1,2}}(?P<year>[0-9]{{4}}|(?:'|(?<=, )|(?<=,))[0-9]{{2}})",
    WEEKDAY_PREFIX_REGEX + rf"{_LONG_YEAR_REGEX}[ ,/-]{{1,2}}{MONTH_REGEX}[ ,/-]{{1,2}}{DAY_REGEX}",
    WEEKDAY_PREFIX_REGEX + rf"{_LONG_YEAR_REGEX}[ ,/-]{{1,2}}{DAY_REGEX}(?: of)?[ /-]{MONTH_REGEX}",
    WEEKDAY_PREFIX_REGEX + r"(?P<year>(?:19|20)[0-9]{2})(?P<month>0[1-9]|1[0-2])(?P<day>[0-2][0-9]|3[01])",
    meaning="That day. A first number of four digits is the year. Otherwise the day comes first, never the month. A "
    "year of two digits is 20YY and needs . or / between the numbers. A weekday must be the right one",
)
def _interpret_day(match: Match) -> MatchResult | None:
    month, weekday = month_number(match["month"]), weekday_number(match["weekday"] or "")
    if month is None or (match["weekday"] and weekday is None):
        return None
    year, day_number = expand_year(match["year"].lstrip("'")), int(match["day"])
    rejection = _check_day(match, year, month, day_number)
    if rejection:
        return rejection
    day = date(year, month, day_number)
    if weekday is not None and weekday != day.weekday():
        return _reject_weekday(match.string, day, weekday)
    return DateRange(day, day, Precision.DAY)


@_period(
    "month",
    ("Mar-23", "March 2023", "Sept 21", "Sept. 2021", "March, 2023", "2023 March", "by March 2023", "in March 2023"),
    BY_PREFIX_REGEX + rf"{MONTH_REGEX}(?:,? of |[ ,/-]{{0,2}}){YEAR_REGEX}",
    BY_PREFIX_REGEX + rf"{_LONG_YEAR_REGEX}[ ,/-]{{1,2}}{MONTH_REGEX}",
    meaning="The whole month. A month and a number from 20 to 27 is a month and a year. Any other number up to 31 can "
    "be a day, so it needs a hyphen or an apostrophe to be a year: Mar-28 or March '28",
)
def _interpret_month(match: Match) -> MatchResult | None:
    month, year = parse_month(match["month"]), expand_year(match["year"])
    if month is None or _can_be_day(match):
        return None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return _reject_year(match.string, year)
    return _make_calendar_range(year, month, month, Precision.MONTH)


_DAY_OR_YEAR_REGEX = r".*[a-z]\.?(?: of)?[ ,]{0,2}(?:0[1-9]|1[0-9]|2[89]|3[01])"


def _can_be_day(match: Match) -> bool:
    """Whether the year of a month can also be a day of it: `March 31`, `June 15`.

    Councils write `March 27` for a year, and a day as `27 March`. That holds for the years that trackers are about,
    2020 to 2027. Outside them the day is as likely. `Mar-15` is the form that Excel gives a month.
    """
    return compile_regex(_DAY_OR_YEAR_REGEX).fullmatch(match.string) is not None


@_period(
    "numbered month",
    ("2023-03", "03/2023"),
    BY_PREFIX_REGEX + r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})",
    BY_PREFIX_REGEX + r"(?P<month>[0-9]{1,2})[-/.](?P<year>[0-9]{4})",
    meaning="The whole month, in digits",
)
def _interpret_numbered_month(match: Match) -> MatchResult | None:
    return None if is_also_month(match["year"], match["month"]) else _interpret_month(match)


@_period(
    "quarter",
    (
        "Q3 2023/24",
        "Q1 2023-24",
        "Q4 22/23",
        "Quarter 2 of 2023/24",
        "first quarter of 2023/24",
        "2023/24 Q3",
        "by Q3 2023/24",
    ),
    BY_PREFIX_REGEX + rf"{QUARTER_REGEX}(?: of| in)?,?(?: - |[ -])(?:the )?{FINANCIAL_YEAR_REGEX}",
    BY_PREFIX_REGEX + rf"{QUARTER_REGEX} \({FINANCIAL_YEAR_REGEX}\)",
    BY_PREFIX_REGEX + rf"{FINANCIAL_YEAR_REGEX},?(?: - |[ -])?{QUARTER_REGEX}",
    BY_PREFIX_REGEX + rf"{FINANCIAL_YEAR_REGEX} \({QUARTER_REGEX}\)",
    meaning="A quarter of the financial year, which runs from April to March. Q1 is April to June",
    words=("q",),
)
def _interpret_quarter(match: Match) -> MatchResult:
    first = 3 * parse_quarter(match["quarter"]) - 3
    return _make_financial_range(match, first, first + 2, Precision.QUARTER)


@_period(
    "financial year",
    ("2023/24", "2023-24", "2023/2024", "22/23", "in 2023/24", "FY 2023/24", "2023/24 financial year"),
    _IN_PREFIX_REGEX + FINANCIAL_YEAR_REGEX,
    meaning="The financial year, 1 April to 31 March",
)
def _interpret_financial_year(match: Match) -> MatchResult | None:
    first, last = match["first"], match["last"]
    is_ambiguous_form = not match["named"] and not match["suffix"] and ("-" in match[0] or is_two_digits(first))
    if not is_financial_year(first, last) or (is_ambiguous_form and is_also_month(first, last)):
        return None
    return _make_financial_range(match, 0, 11, Precision.YEAR)


@_period(
    "year that ends in March",
    ("year ending 31 March 2024", "y/e March 2024", "FYE 31/03/2024"),
    BY_PREFIX_REGEX + r"(?:financial |municipal )?(?:(?:year|fy|y)(?: |/|-)?(?:ending|ended|end|e))(?: on)? "
    rf"(?:(?:the )?(?:31(?:st)?(?: of)? )?mar(?:ch)? |31[/.]0?3[/.]){YEAR_REGEX}",
    meaning="The financial year, 1 April to 31 March",
    words=("ye", "y e", "y/e", "y-e", "fy"),
)
def _interpret_year_to_march(match: Match) -> MatchResult | None:
    year = expand_year(match["year"])
    in_range = FIRST_YEAR < year <= LAST_YEAR
    return _make_month_range((year - 1, 4), (year, 3), Precision.YEAR, Basis.FINANCIAL_YEAR) if in_range else None


@_period(
    "half of a financial year",
    ("H1 2023/24", "second half of 2023/24", "2023/24 H2"),
    BY_PREFIX_REGEX + rf"{HALF_REGEX}(?: of| in)?,?[ -](?:the )?{FINANCIAL_YEAR_REGEX}",
    BY_PREFIX_REGEX + rf"{FINANCIAL_YEAR_REGEX},?[ -]?{HALF_REGEX}",
    meaning="H1 is April to September, H2 is October to March",
    words=_HALF_WORDS,
)
def _interpret_financial_half(match: Match) -> MatchResult:
    first = 6 * _parse_half(match["half"]) - 6
    return _make_financial_range(match, first, first + 5, Precision.PART)


@_period(
    "half of a year",
    ("H1 2023", "first half of 2023", "2023 H2"),
    BY_PREFIX_REGEX + rf"{HALF_REGEX}(?: of| in)?,?[ -](?:the )?{FOUR_DIGIT_YEAR_REGEX}",
    BY_PREFIX_REGEX + rf"{FOUR_DIGIT_YEAR_REGEX},?[ -]?{HALF_REGEX}",
    meaning="H1 is January to June, H2 is July to December",
    words=_HALF_WORDS,
)
def _interpret_half(match: Match) -> DateRange:
    last = 6 * _parse_half(match["half"])
    return _make_calendar_range(int(match["year"]), last - 5, last, Precision.PART)


_MONTHS_BY_FINANCIAL_PART = {"early": (0, 2), "mid": (3, 8), "late": (9, 11)}
_MONTHS_BY_PART = {"early": (1, 4), "mid": (6, 7), "late": (9, 12)}
_MONTHS_BY_SEASON = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11)}


@_period(
    "part of a financial year",
    ("early 2023/24", "mid 2023/24", "late 2023/24", "by early 2023/24"),
    BY_PREFIX_REGEX + rf"(?P<part>early|mid|late)[ -]{FINANCIAL_YEAR_REGEX}",
    meaning="Early is the first quarter, mid the second and third, late the last",
    words=_PART_WORDS,
)
def _interpret_financial_part(match: Match) -> MatchResult:
    return _make_financial_range(match, *_MONTHS_BY_FINANCIAL_PART[match["part"].lower()], Precision.PART)


@_period(
    "part of a year",
    ("early 2023", "mid 2023", "mid-2023", "late 2023", "by mid-2023"),
    BY_PREFIX_REGEX + rf"(?P<part>early|mid|late)[ -]{FOUR_DIGIT_YEAR_REGEX}",
    meaning="Early is January to April, mid June and July, late September to December",
    words=_PART_WORDS,
)
def _interpret_part(match: Match) -> DateRange:
    return _make_calendar_range(int(match["year"]), *_MONTHS_BY_PART[match["part"].lower()], Precision.PART)


_DAYS_BY_MONTH_PART = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}


@_period(
    "part of a month",
    ("early March 2023", "mid-March 2023", "late Mar 2023", "by mid-March 2023"),
    BY_PREFIX_REGEX + rf"(?P<part>early|mid|late)(?: in)?[ -]{MONTH_REGEX}(?: of)?[ ,-]{{1,2}}{YEAR_REGEX}",
    BY_PREFIX_REGEX + rf"(?:the )?(?P<part>mid)dle of {MONTH_REGEX}(?: of)?[ ,-]{{1,2}}{YEAR_REGEX}",
    meaning="Early is the 1st to the 10th, mid the 11th to the 20th, late the 21st to the end",
    words=_PART_WORDS,
)
def _interpret_month_part(match: Match) -> DateRange | None:
    month, year = parse_month(match["month"]), expand_year(match["year"])
    if month is None or _can_be_day(match) or not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    first, last = _DAYS_BY_MONTH_PART[match["part"].lower()]
    last_day = min(date(year, month, 1) + timedelta(last - 1), last_day_of_month(year, month))
    return DateRange(date(year, month, first), last_day, Precision.PART)


@_period(
    "season",
    ("Spring 2023", "Summer 2023", "Autumn 2023", "Spring/Summer 2023", "by Autumn 2023"),
    BY_PREFIX_REGEX + r"(?P<season>spring|summer|autumn)(?:(?:/|-| or )(?P<until>spring|summer|autumn))?"
    r"(?: of)?,?[ -]'?(?P<year>(?:19|20)?[0-9]{2})",
    meaning="Spring is March to May, summer June to August, autumn September to November",
    words=("spring", "summer", "autumn"),
)
def _interpret_season(match: Match) -> DateRange | None:
    first, _ = _MONTHS_BY_SEASON[match["season"].lower()]
    _, last = _MONTHS_BY_SEASON[(match["until"] or match["season"]).lower()]
    return _make_calendar_range(expand_year(match["year"]), first, last, Precision.SEASON) if first < last else None


@_period(
    "year",
    ("2023", "in 2023", "during 2024", "calendar year 2023"),
    _IN_PREFIX_REGEX + rf"(?:calendar year )?{FOUR_DIGIT_YEAR_REGEX}",
    meaning="The calendar year",
)
def _interpret_year(match: Match) -> DateRange:
    return _make_calendar_range(int(match["year"]), 1, 12, Precision.YEAR)
