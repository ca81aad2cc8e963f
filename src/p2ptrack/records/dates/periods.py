"""The rows that stand for one day or one period: what an officer writes when there is one date to write."""

from __future__ import annotations

from datetime import date

from p2ptrack.records.dates import advice
from p2ptrack.records.dates.row import DatePattern, Match, MatchResult
from p2ptrack.records.dates.value import Basis, DateRange, DateRejection, Precision
from p2ptrack.records.dates.words import expand_year, is_two_digits, last_day_of_month, month_number, weekday_number

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
        advice.check_year(text, year)
        or advice.check_month(text, year, month, day)
        or advice.check_day(text, year, month, day)
        or (weekday is not None and advice.check_weekday(text, date(year, month, day), weekday))
        or DateRange(date(year, month, day), date(year, month, day), Precision.DAY)
    )


def _interpret_month(match: Match) -> MatchResult | None:
    month, year = advice.parse_month(match["month"]), expand_year(match["year"])
    if month is None:
        return None
    return advice.check_year(match.string, year) or make_calendar_range(year, month, month, Precision.MONTH)


def _interpret_numbered_month(match: Match) -> MatchResult | None:
    return None if advice.is_also_month(match["year"], match["month"]) else _interpret_month(match)


def parse_financial_year_start(match: Match) -> int | DateRejection:
    """Return the year in which the financial year begins, or say that the two years are not one."""
    if advice.is_financial_year(match["first"], match["last"]):
        return expand_year(match["first"])
    return advice.reject_year_pair(match.string, match["first"], match["last"])


def _interpret_quarter(match: Match) -> MatchResult:
    start, first = parse_financial_year_start(match), 3 * int(match["quarter"]) - 3
    return (
        start if isinstance(start, DateRejection) else make_financial_range(start, first, first + 2, Precision.QUARTER)
    )


def _interpret_financial_year(match: Match) -> MatchResult | None:
    start = parse_financial_year_start(match)
    is_ambiguous_form = not match["named"] and ("-" in match[0] or is_two_digits(match["first"]))
    if isinstance(start, DateRejection) or (is_ambiguous_form and advice.is_also_month(match["first"], match["last"])):
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
