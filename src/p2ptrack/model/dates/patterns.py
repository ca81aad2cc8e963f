"""What a row of a table of dates is, and how a table is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from p2ptrack.model.dates.council_date import (
    FIRST_YEAR,
    LAST_YEAR,
    Basis,
    DateRange,
    DateRejection,
    OpenEnded,
    Precision,
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

MAX_QUOTE_LENGTH = 60
Match = re.Match[str]
MatchResult = DateRange | OpenEnded | DateRejection


@dataclass(frozen=True, slots=True)
class DatePattern:
    """One family of ways to write a date.

    `meaning` and `examples` are what the documentation prints. A pattern must take the whole of the
    tidied text, in any case; `read` may still answer None, which means *not mine*.
    """

    name: str
    meaning: str
    examples: tuple[str, ...]
    regexes: tuple[str, ...]
    interpret: Callable[[Match], MatchResult | None]

    def match(self, text: str) -> MatchResult | None:
        """Return what this row makes of a tidied text, or None when it is not of this row."""
        for regex in self.regexes:
            regex_match = compile_regex(regex).fullmatch(text)
            result = regex_match and self.interpret(regex_match)
            if result:
                return result
        return None


@cache
def compile_regex(regex: str) -> re.Pattern[str]:
    """Return a pattern, compiled when first needed: most commands meet few, and each costs start-up time."""
    return re.compile(regex, re.ASCII | re.IGNORECASE)


def match_first(patterns: Iterable[DatePattern], text: str) -> MatchResult | None:
    """Return what the first row that takes the tidied text makes of it."""
    return next((result for pattern in patterns if (result := pattern.match(text)) is not None), None)


def quote_text(text: str) -> str:
    """Return words as a message quotes them: in quotes, and cut where nobody would read on."""
    return f'"{text if len(text) <= MAX_QUOTE_LENGTH else text[: MAX_QUOTE_LENGTH - 3] + "..."}"'


def format_interpreted_date(raw: str, means: str) -> str:
    """Return how a record keeps a paper's own words with the date that they are taken for."""
    escaped = raw.replace("\\", "\\\\").replace('"', '\\"')
    return f'{{raw: "{escaped}", means: {means}}}'


# The sentences about dates that are nearly right: what is wrong, and which date was probably meant.


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


# The rows that stand for one day or one period: what an officer writes when there is one date to write.


DAY_REGEX = r"(?P<day>[0-9]{1,2})(?: ?(?:st|nd|rd|th))?"
MONTH_REGEX = r"(?P<month>[a-z]{3,9})\.?"
YEAR_REGEX = r"'?(?P<year>[0-9]{4}|[0-9]{2})"
FOUR_DIGIT_YEAR_REGEX = r"(?P<year>(?:19|20)[0-9]{2})"
FINANCIAL_YEAR_REGEX = r"(?P<named>fy ?|financial year )?(?P<first>(?:19|20)?[0-9]{2})[-/](?P<last>(?:19|20)?[0-9]{2})"
QUARTER_REGEX = r"(?:q ?|qtr ?|quarter )(?P<quarter>[1-4])"
BY_PREFIX_REGEX = r"(?:(?:by|in|during) )?(?:the )?"
IN_PREFIX_REGEX = r"(?:(?:in|during) )?(?:the )?"
_WEEKDAY_PREFIX_REGEX = r"(?:(?:by|on) )?(?:the )?(?:(?P<weekday>[a-z]{3,9})\.?,? (?:the )?)?"


def make_month_range(first: tuple[int, int], last: tuple[int, int], precision: Precision, basis: Basis) -> DateRange:
    """Return the reading from the first day of one (year, month) to the last day of another."""
    return DateRange(date(*first, 1), last_day_of_month(*last), precision, basis)


def make_financial_range(start: int, first: int, last: int, precision: Precision) -> DateRange:
    """Return months of the financial year that begins in April of `start`; April is 0, March is 11."""
    ends = [(start + (3 + month) // 12, (3 + month) % 12 + 1) for month in (first, last)]
    return make_month_range(ends[0], ends[1], precision, Basis.FINANCIAL_YEAR)


def make_calendar_range(year: int, first: int, last: int, precision: Precision) -> DateRange:
    """Return months of a calendar year, January being 1."""
    return make_month_range((year, first), (year, last), precision, Basis.CALENDAR)


def _interpret_day(match: Match) -> MatchResult | None:
    month, weekday = month_number(match["month"]), weekday_number(match["weekday"] or "")
    if month is None or (match["weekday"] and weekday is None):
        return None
    text, year, day = match.string, expand_year(match["year"]), int(match["day"])
    return (
        check_year(text, year)
        or check_month(text, year, month, day)
        or check_day(text, year, month, day)
        or (weekday is not None and check_weekday(text, date(year, month, day), weekday))
        or DateRange(date(year, month, day), date(year, month, day), Precision.DAY)
    )


def _interpret_month(match: Match) -> MatchResult | None:
    month, year = parse_month(match["month"]), expand_year(match["year"])
    if month is None:
        return None
    return check_year(match.string, year) or make_calendar_range(year, month, month, Precision.MONTH)


def _interpret_numbered_month(match: Match) -> MatchResult | None:
    return None if is_also_month(match["year"], match["month"]) else _interpret_month(match)


def parse_financial_year_start(match: Match) -> int | DateRejection:
    """Return the year in which the financial year begins, or say that the two years are not one."""
    if is_financial_year(match["first"], match["last"]):
        return expand_year(match["first"])
    return reject_year_pair(match.string, match["first"], match["last"])


def _interpret_quarter(match: Match) -> MatchResult:
    start, first = parse_financial_year_start(match), 3 * int(match["quarter"]) - 3
    return (
        start if isinstance(start, DateRejection) else make_financial_range(start, first, first + 2, Precision.QUARTER)
    )


def _interpret_financial_year(match: Match) -> MatchResult | None:
    start = parse_financial_year_start(match)
    is_ambiguous_form = not match["named"] and ("-" in match[0] or is_two_digits(match["first"]))
    if isinstance(start, DateRejection) or (is_ambiguous_form and is_also_month(match["first"], match["last"])):
        return None
    return make_financial_range(start, 0, 11, Precision.YEAR)


_MONTHS_BY_FINANCIAL_PART = {"early": (0, 2), "mid": (3, 8), "late": (9, 11)}
_MONTHS_BY_PART = {"early": (1, 4), "mid": (6, 7), "late": (9, 12)}
_MONTHS_BY_SEASON = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11)}


def _interpret_financial_part(match: Match) -> MatchResult:
    start = parse_financial_year_start(match)
    if isinstance(start, DateRejection):
        return start
    return make_financial_range(start, *_MONTHS_BY_FINANCIAL_PART[match["part"].lower()], Precision.PART)


def _interpret_part(match: Match) -> DateRange:
    return make_calendar_range(int(match["year"]), *_MONTHS_BY_PART[match["part"].lower()], Precision.PART)


def _interpret_season(match: Match) -> DateRange:
    return make_calendar_range(
        expand_year(match["year"]), *_MONTHS_BY_SEASON[match["season"].lower()], Precision.SEASON
    )


def _interpret_year(match: Match) -> DateRange:
    return make_calendar_range(int(match["year"]), 1, 12, Precision.YEAR)


PERIOD_PATTERNS = (
    DatePattern(
        "day",
        "That day. A four-figure first number is the year; else the day comes first, never the month. Two-figure "
        "years are 20YY and take . or / between numbers. A weekday must be the day's own",
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
            "by 31 March 2023",
        ),
        (
            _WEEKDAY_PREFIX_REGEX + r"(?P<year>[0-9]{4})(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})",
            _WEEKDAY_PREFIX_REGEX + rf"(?P<day>[0-9]{{1,2}})(?P<sep>[/.])(?P<month>[0-9]{{1,2}})(?P=sep){YEAR_REGEX}",
            _WEEKDAY_PREFIX_REGEX + r"(?P<day>[0-9]{1,2})-(?P<month>[0-9]{1,2})-(?P<year>[0-9]{4})",
            _WEEKDAY_PREFIX_REGEX + rf"{DAY_REGEX}(?: of|,)?[ /-]?{MONTH_REGEX}[ ,/-]{{0,2}}{YEAR_REGEX}",
            _WEEKDAY_PREFIX_REGEX + rf"{MONTH_REGEX} {DAY_REGEX},? (?P<year>[0-9]{{4}})",
        ),
        _interpret_day,
    ),
    DatePattern(
        "month",
        "The whole month. A month and a two-figure number is a month and a year, never a day",
        ("Mar-23", "March 2023", "Sept 21", "Sept. 2021", "March, 2023", "by March 2023", "in March 2023"),
        (BY_PREFIX_REGEX + rf"{MONTH_REGEX}(?:,? of |[ ,/-]{{0,2}}){YEAR_REGEX}",),
        _interpret_month,
    ),
    DatePattern(
        "numbered month",
        "The whole month, in figures",
        ("2023-03", "03/2023"),
        (
            BY_PREFIX_REGEX + r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})",
            BY_PREFIX_REGEX + r"(?P<month>[0-9]{1,2})[-/.](?P<year>[0-9]{4})",
        ),
        _interpret_numbered_month,
    ),
    DatePattern(
        "quarter",
        "A quarter of the financial year, which runs from April to March: Q1 is April to June",
        ("Q3 2023/24", "Q1 2023-24", "Q4 22/23", "Quarter 2 of 2023/24", "2023/24 Q3", "by Q3 2023/24"),
        (
            BY_PREFIX_REGEX + rf"{QUARTER_REGEX}(?: of| in)?,?[ -](?:the )?{FINANCIAL_YEAR_REGEX}",
            BY_PREFIX_REGEX + rf"{FINANCIAL_YEAR_REGEX},?[ -]{QUARTER_REGEX}",
        ),
        _interpret_quarter,
    ),
    DatePattern(
        "financial year",
        "The financial year, 1 April to 31 March",
        ("2023/24", "2023-24", "2023/2024", "22/23", "in 2023/24", "FY 2023/24"),
        (IN_PREFIX_REGEX + FINANCIAL_YEAR_REGEX,),
        _interpret_financial_year,
    ),
    DatePattern(
        "part of a financial year",
        "Early is its first quarter, mid its middle two, late its last",
        ("early 2023/24", "mid 2023/24", "late 2023/24", "by early 2023/24"),
        (BY_PREFIX_REGEX + rf"(?P<part>early|mid|late)[ -]{FINANCIAL_YEAR_REGEX}",),
        _interpret_financial_part,
    ),
    DatePattern(
        "part of a year",
        "Early is January to April, mid June and July, late September to December",
        ("early 2023", "mid 2023", "mid-2023", "late 2023", "by mid-2023"),
        (BY_PREFIX_REGEX + rf"(?P<part>early|mid|late)[ -]{FOUR_DIGIT_YEAR_REGEX}",),
        _interpret_part,
    ),
    DatePattern(
        "season",
        "Spring is March to May, summer June to August, autumn September to November",
        ("Spring 2023", "Summer 2023", "Autumn 2023", "by Autumn 2023"),
        (BY_PREFIX_REGEX + r"(?P<season>spring|summer|autumn)(?: of)?,?[ -]'?(?P<year>(?:19|20)?[0-9]{2})",),
        _interpret_season,
    ),
    DatePattern(
        "year",
        "The calendar year",
        ("2023", "in 2023", "during 2024", "calendar year 2023"),
        (IN_PREFIX_REGEX + rf"(?:calendar year )?{FOUR_DIGIT_YEAR_REGEX}",),
        _interpret_year,
    ),
)
