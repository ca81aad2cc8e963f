"""The rows that stand for one day or one period: what an officer writes when there is one date to write."""

from __future__ import annotations

from datetime import date

from p2ptrack.records.dates import advice
from p2ptrack.records.dates.row import Found, Outcome, Row
from p2ptrack.records.dates.value import Basis, NotADate, Precision, Reading
from p2ptrack.records.dates.words import full_year, last_of, month_number, two_figures, weekday_number

DAY = r"(?P<day>[0-9]{1,2})(?: ?(?:st|nd|rd|th))?"
MONTH = r"(?P<month>[a-z]{3,9})\.?"
YEAR = r"'?(?P<year>[0-9]{4}|[0-9]{2})"
FOUR_FIGURES = r"(?P<year>(?:19|20)[0-9]{2})"
FINANCIAL_YEAR = r"(?P<named>fy ?|financial year )?(?P<first>(?:19|20)?[0-9]{2})[-/](?P<last>(?:19|20)?[0-9]{2})"
QUARTER = r"(?:q ?|qtr ?|quarter )(?P<quarter>[1-4])"
BY = r"(?:(?:by|in|during) )?(?:the )?"
IN = r"(?:(?:in|during) )?(?:the )?"
_WEEKDAY = r"(?:(?:by|on) )?(?:the )?(?:(?P<weekday>[a-z]{3,9})\.?,? (?:the )?)?"


def months(first: tuple[int, int], last: tuple[int, int], precision: Precision, basis: Basis) -> Reading:
    """Return the reading from the first day of one (year, month) to the last day of another."""
    return Reading(date(*first, 1), last_of(*last), precision, basis)


def in_financial_year(start: int, first: int, last: int, precision: Precision) -> Reading:
    """Return months of the financial year that begins in April of `start`; April is 0, March is 11."""
    ends = [(start + (3 + month) // 12, (3 + month) % 12 + 1) for month in (first, last)]
    return months(ends[0], ends[1], precision, Basis.FINANCIAL_YEAR)


def in_year(year: int, first: int, last: int, precision: Precision) -> Reading:
    """Return months of a calendar year, January being 1."""
    return months((year, first), (year, last), precision, Basis.CALENDAR)


def _day(found: Found) -> Outcome | None:
    month, weekday = month_number(found["month"]), weekday_number(found["weekday"] or "")
    if month is None or (found["weekday"] and weekday is None):
        return None
    text, year, day = found.string, full_year(found["year"]), int(found["day"])
    return (
        advice.year_out_of_range(text, year)
        or advice.no_such_month(text, year, month, day)
        or advice.no_such_day(text, year, month, day)
        or (weekday is not None and advice.wrong_weekday(text, date(year, month, day), weekday))
        or Reading(date(year, month, day), date(year, month, day), Precision.DAY)
    )


def _month(found: Found) -> Outcome | None:
    month, year = advice.month_in(found["month"]), full_year(found["year"])
    if month is None:
        return None
    return advice.year_out_of_range(found.string, year) or in_year(year, month, month, Precision.MONTH)


def _numbered_month(found: Found) -> Outcome | None:
    return None if advice.is_also_a_month(found["year"], found["month"]) else _month(found)


def financial(found: Found) -> int | NotADate:
    """Return the year in which the financial year begins, or say that the two years are not one."""
    if advice.follows(found["first"], found["last"]):
        return full_year(found["first"])
    return advice.not_a_financial_year(found.string, found["first"], found["last"])


def _quarter(found: Found) -> Outcome:
    start, first = financial(found), 3 * int(found["quarter"]) - 3
    return start if isinstance(start, NotADate) else in_financial_year(start, first, first + 2, Precision.QUARTER)


def _financial_year(found: Found) -> Outcome | None:
    start = financial(found)
    unclear = not found["named"] and ("-" in found[0] or two_figures(found["first"]))
    if isinstance(start, NotADate) or (unclear and advice.is_also_a_month(found["first"], found["last"])):
        return None
    return in_financial_year(start, 0, 11, Precision.YEAR)


_FINANCIAL_PARTS = {"early": (0, 2), "mid": (3, 8), "late": (9, 11)}
_PARTS = {"early": (1, 4), "mid": (6, 7), "late": (9, 12)}
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11)}


def _financial_part(found: Found) -> Outcome:
    start = financial(found)
    if isinstance(start, NotADate):
        return start
    return in_financial_year(start, *_FINANCIAL_PARTS[found["part"].lower()], Precision.PART)


def _part(found: Found) -> Reading:
    return in_year(int(found["year"]), *_PARTS[found["part"].lower()], Precision.PART)


def _season(found: Found) -> Reading:
    return in_year(full_year(found["year"]), *_SEASONS[found["season"].lower()], Precision.SEASON)


def _year(found: Found) -> Reading:
    return in_year(int(found["year"]), 1, 12, Precision.YEAR)


PERIODS = (
    Row(
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
            _WEEKDAY + r"(?P<year>[0-9]{4})(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})",
            _WEEKDAY + rf"(?P<day>[0-9]{{1,2}})(?P<sep>[/.])(?P<month>[0-9]{{1,2}})(?P=sep){YEAR}",
            _WEEKDAY + r"(?P<day>[0-9]{1,2})-(?P<month>[0-9]{1,2})-(?P<year>[0-9]{4})",
            _WEEKDAY + rf"{DAY}(?: of|,)?[ /-]?{MONTH}[ ,/-]{{0,2}}{YEAR}",
            _WEEKDAY + rf"{MONTH} {DAY},? (?P<year>[0-9]{{4}})",
        ),
        _day,
    ),
    Row(
        "month",
        "The whole month. A month and a two-figure number is a month and a year, never a day",
        ("Mar-23", "March 2023", "Sept 21", "Sept. 2021", "March, 2023", "by March 2023", "in March 2023"),
        (BY + rf"{MONTH}(?:,? of |[ ,/-]{{0,2}}){YEAR}",),
        _month,
    ),
    Row(
        "numbered month",
        "The whole month, in figures",
        ("2023-03", "03/2023"),
        (
            BY + r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})",
            BY + r"(?P<month>[0-9]{1,2})[-/.](?P<year>[0-9]{4})",
        ),
        _numbered_month,
    ),
    Row(
        "quarter",
        "A quarter of the financial year, which runs from April to March: Q1 is April to June",
        ("Q3 2023/24", "Q1 2023-24", "Q4 22/23", "Quarter 2 of 2023/24", "2023/24 Q3", "by Q3 2023/24"),
        (
            BY + rf"{QUARTER}(?: of| in)?,?[ -](?:the )?{FINANCIAL_YEAR}",
            BY + rf"{FINANCIAL_YEAR},?[ -]{QUARTER}",
        ),
        _quarter,
    ),
    Row(
        "financial year",
        "The financial year, 1 April to 31 March",
        ("2023/24", "2023-24", "2023/2024", "22/23", "in 2023/24", "FY 2023/24"),
        (IN + FINANCIAL_YEAR,),
        _financial_year,
    ),
    Row(
        "part of a financial year",
        "Early is its first quarter, mid its middle two, late its last",
        ("early 2023/24", "mid 2023/24", "late 2023/24", "by early 2023/24"),
        (BY + rf"(?P<part>early|mid|late)[ -]{FINANCIAL_YEAR}",),
        _financial_part,
    ),
    Row(
        "part of a year",
        "Early is January to April, mid June and July, late September to December",
        ("early 2023", "mid 2023", "mid-2023", "late 2023", "by mid-2023"),
        (BY + rf"(?P<part>early|mid|late)[ -]{FOUR_FIGURES}",),
        _part,
    ),
    Row(
        "season",
        "Spring is March to May, summer June to August, autumn September to November",
        ("Spring 2023", "Summer 2023", "Autumn 2023", "by Autumn 2023"),
        (BY + r"(?P<season>spring|summer|autumn)(?: of)?,?[ -]'?(?P<year>(?:19|20)?[0-9]{2})",),
        _season,
    ),
    Row(
        "year",
        "The calendar year",
        ("2023", "in 2023", "during 2024", "calendar year 2023"),
        (IN + rf"(?:calendar year )?{FOUR_FIGURES}",),
        _year,
    ),
)
