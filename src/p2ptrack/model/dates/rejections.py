"""Texts that are never accepted as a date, even if one meaning is likely.

These patterns are tried after those of dates, so a regex here may match more than it should.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import partial

from p2ptrack.model.advice import COMMON_WORDS, find_common_meaning
from p2ptrack.model.dates.council_date import (
    EXAMPLE_DAY,
    FIRST_FINANCIAL_MONTH,
    MONTHS_IN_YEAR,
    DateRejection,
    example_financial_year,
    example_next_year,
    example_year,
    expand_year,
    format_financial_year,
    format_long_date,
    format_long_month,
    is_two_digits,
    last_day_of_month,
    month_name,
    weekday_number,
)
from p2ptrack.model.dates.patterns import (
    BY_PREFIX_REGEX,
    DAY_REGEX,
    FINANCIAL_YEAR_REGEX,
    FOUR_DIGIT_YEAR_REGEX,
    MONTH_REGEX,
    ONGOING_REGEX,
    QUARTER_REGEX,
    WEEKDAY_PREFIX_REGEX,
    DatePattern,
    Match,
    compile_regex,
    date_pattern,
    is_also_month,
    is_financial_year,
    parse_month,
    parse_quarter,
    reject_ambiguous,
    reject_year_pair,
)
from p2ptrack.phrases import join_words, quote

_YEAR_IN_CENTURY_REGEX = r"'?(?P<year>(?:19|20)?[0-9]{2})"
_UNKNOWN_QUARTER_REGEX = r"(?:q ?|qtr ?|quarter )[05-9]"
_ONE_FINANCIAL_YEAR_REGEX = rf"(?:fy ?|financial year ){_YEAR_IN_CENTURY_REGEX}"
_FINANCIAL_PART_REGEX = r"(?:early|mid|late|q ?[1-4]|h ?[12]|(?:end|start) of)"
_PREPOSITIONS_REGEX = r"(?:(?:by|in|during|within|for|the|end|of) )*"
_COUNT_REGEX = r"(?:[0-9]{1,3}|an?|one|two|three|four|five|six|nine|twelve|few|each|every|the)"
_HOW_OFTEN_REGEX = (
    r"(?:daily|weekly|fortnightly|monthly|quarterly|termly|annual|annually|yearly|regular|regularly|periodic|"
    r"periodically|rolling)"
)
_PERIOD_UNIT_REGEX = r"(?:week|month|quarter|year|spring|summer|autumn|winter)"
_PART_PREFIX_REGEX = r"(?:(?:early|mid|late|end(?: of)?)[ -])?(?:the )?"

REJECTION_PATTERNS: list[DatePattern] = []
_rejection = partial(date_pattern, REJECTION_PATTERNS)


@_rejection(
    "quarter without a financial year",
    ("Q2 2023", "Q4 2023", "2023 Q1", "Quarter 3 2023", "First quarter of 2023"),
    BY_PREFIX_REGEX + rf"{QUARTER_REGEX}(?: of| in)?,?[ -](?:the )?{_YEAR_IN_CENTURY_REGEX}",
    BY_PREFIX_REGEX + rf"{FOUR_DIGIT_YEAR_REGEX},?[ -]?{QUARTER_REGEX}",
    words=("q",),
)
def _reject_quarter_of_year(match: Match) -> DateRejection:
    year, quarter = expand_year(match["year"]), parse_quarter(match["quarter"])
    calendar = _format_quarter_months(year, 3 * quarter - 2)
    financial = _format_quarter_months(year + quarter // 4, 3 * (quarter % 4) + 1)
    financial_choice = f"Q{quarter} {format_financial_year(year)} ({financial})"
    return reject_ambiguous(match.string, calendar, financial, financial_choice, calendar)


def _format_quarter_months(year: int, first_month: int) -> str:
    return f"{month_name(first_month)} to {format_long_month(year, first_month + 2)}"


@_rejection(
    "winter", ("Winter 2023",), BY_PREFIX_REGEX + rf"winter(?: of)?,?[ -]{_YEAR_IN_CENTURY_REGEX}", words=("winter",)
)
def _reject_winter(match: Match) -> DateRejection:
    year = expand_year(match["year"])
    return reject_ambiguous(
        match.string, f"December {year - 1} to February {year}", f"December {year} to February {year + 1}"
    )


@_rejection(
    "season of a financial year",
    ("Spring 2023/24", "Winter 2023/24"),
    BY_PREFIX_REGEX + rf"(?P<season>spring|summer|autumn|winter)(?: of)?,?[ -]{FINANCIAL_YEAR_REGEX}",
    words=("spring", "summer", "autumn", "winter"),
)
def _reject_season_of_financial_year(match: Match) -> DateRejection:
    season, start = match["season"].capitalize(), expand_year(match["first"])
    if season == "Winter":
        return reject_ambiguous(
            match.string, f"December {start} to February {start + 1}", f"January to March {start + 1}"
        )
    return reject_ambiguous(match.string, f"{season} {start}", f"{season} {start + 1}")


@_rejection(
    "by a year",
    ("by 2023", "by 2023/24"),
    rf"by (?:the )?(?P<period>{FOUR_DIGIT_YEAR_REGEX}|{FINANCIAL_YEAR_REGEX})",
    words=("by ",),
)
def _reject_by_year(match: Match) -> DateRejection | None:
    if match["first"] and not is_financial_year(match["first"], match["last"]):
        return None
    period, start = match["period"], expand_year(match["year"] or match["first"])
    previous = str(start - 1) if match["year"] else format_financial_year(start - 1)
    choices = (f"end of {previous}", f"end of {period}")
    return reject_ambiguous(match.string, f"before {period} begins", f"before {period} ends", *choices)


@_rejection("month or financial year", ("2011-12",), BY_PREFIX_REGEX + r"(?P<first>[0-9]{4})-(?P<last>[0-9]{2})")
def _reject_month_or_financial_year(match: Match) -> DateRejection | None:
    year, last = match["first"], match["last"]
    if not is_also_month(year, last):
        return None
    month, financial_year = format_long_month(int(year), int(last)), format_financial_year(int(year))
    return reject_ambiguous(
        match.string, month, f"the financial year {financial_year}", month, f"{financial_year} with a slash"
    )


@_rejection(
    "two numbers",
    ("11/12", "10/11", "31/03", "03/23"),
    BY_PREFIX_REGEX + r"(?P<first>[0-9]{1,2})[-/.](?P<last>[0-9]{1,2})",
)
def _reject_two_numbers(match: Match) -> DateRejection | None:
    first, last = match["first"], match["last"]
    choices_by_reading: dict[str, str] = {}
    if is_financial_year(first, last):
        financial_year = format_financial_year(expand_year(first.zfill(2)))
        choices_by_reading[f"the financial year {financial_year}"] = financial_year
    month, month_text = parse_month(first) if is_two_digits(last) else None, ""
    if month:
        month_text = format_long_month(expand_year(last), month)
        choices_by_reading[month_text] = month_text
    day, month = int(first), parse_month(last)
    # 2024 is a leap year: without a year, 29 February may be right.
    if month and 1 <= day <= last_day_of_month(2024, month).day:
        choices_by_reading[f"{day} {month_name(month)} without a year"] = f"{day} {month_name(month)} with its year"
    if not choices_by_reading:
        return None
    claim = "can mean" if len(choices_by_reading) > 1 else "is incomplete. It may mean"
    return DateRejection(
        f"{quote(match.string)} {claim} {join_words(tuple(choices_by_reading), 'or')}.",
        f"Write {join_words(tuple(choices_by_reading.values()), 'or')}.",
        month_text if len(choices_by_reading) == 1 else "",
    )


@_rejection(
    "two-digit year between dashes",
    ("10-11-23", "31-03-23"),
    BY_PREFIX_REGEX + r"(?P<first>[0-9]{1,2})-(?P<month>[0-9]{1,2})-(?P<last>[0-9]{2})",
)
def _reject_two_digit_year(match: Match) -> DateRejection:
    first, month, last = (int(match[name]) for name in ("first", "month", "last"))
    readings = [
        f"{day} {format_long_month(2000 + year, month)}"
        for day, year in ((first, last), *(((last, first),) if is_two_digits(match["first"]) else ()))
        if 1 <= month <= MONTHS_IN_YEAR and 1 <= day <= last_day_of_month(2000 + year, month).day
    ]
    if len(readings) > 1:
        return reject_ambiguous(match.string, readings[0], readings[1])
    return DateRejection(
        f"{quote(match.string)} has a year of two digits, which can be the first number or the last.",
        f"Write {readings[0]}."
        if readings
        else f"Write the day, the month and the year, such as 31/03/{example_year(3, 31)}.",
    )


@_rejection(
    "two years that do not follow each other",
    ("2023/25", "2023/03", "22/24", "2023-2025"),
    BY_PREFIX_REGEX + FINANCIAL_YEAR_REGEX,
)
def _reject_separate_years(match: Match) -> DateRejection | None:
    first, last = match["first"], match["last"]
    if len(last) > len(first):
        return None
    month = parse_month(last) if is_two_digits(last) and not is_two_digits(first) else None
    if month:
        return DateRejection(
            f"{quote(match.string)} is neither a financial year nor a way to write a month.",
            f"Write {format_long_month(int(first), month)}.",
        )
    return reject_year_pair(match.string, first, last)


@_rejection(
    "financial year of one year",
    ("FY24", "financial year 2024", "Q2 FY24", "FY24 Q2", "end of FY24"),
    BY_PREFIX_REGEX + rf"(?P<part>{_FINANCIAL_PART_REGEX}?)(?: of)?[ ,-]{{0,2}}{_ONE_FINANCIAL_YEAR_REGEX}",
    BY_PREFIX_REGEX + rf"{_ONE_FINANCIAL_YEAR_REGEX}[ ,-]{{0,2}}(?P<part>{_FINANCIAL_PART_REGEX})",
)
def _reject_single_financial_year(match: Match) -> DateRejection:
    year, part = expand_year(match["year"]), f"{match['part']} " if match["part"] else ""
    ending, beginning = (f"{part}{format_financial_year(start)}" for start in (year - 1, year))
    readings = (f"{ending} (the year that ends in {year})", f"{beginning} (the year that begins in {year})")
    return reject_ambiguous(match.string, *readings, ending, beginning)


@_rejection(
    "month of a financial year", ("March 2023/24",), BY_PREFIX_REGEX + rf"{MONTH_REGEX},?[ -]{FINANCIAL_YEAR_REGEX}"
)
def _reject_month_of_financial_year(match: Match) -> DateRejection | None:
    month = parse_month(match["month"])
    if not month or not is_financial_year(match["first"], match["last"]):
        return None
    start = expand_year(match["first"])
    month_text = format_long_month(start if month >= FIRST_FINANCIAL_MONTH else start + 1, month)
    return DateRejection(
        f"{quote(match.string)} combines a month and a financial year. That month of "
        f"{format_financial_year(start)} is {month_text}.",
        f"Write {month_text}.",
    )


@_rejection(
    "day or year of a month",
    ("March 31", "Dec. 31", "June 15", "April 05"),
    rf"{WEEKDAY_PREFIX_REGEX}{MONTH_REGEX}(?: of)?[ ,]{{0,2}}(?P<day>0[1-9]|[123][0-9])",
)
def _reject_day_or_year(match: Match) -> DateRejection | None:
    month, number = parse_month(match["month"]), int(match["day"])
    if not month or not _has_weekday(match):
        return None
    last = last_day_of_month(2024, month).day
    first_reading = f"{number} {month_name(month)} of a year that it does not give"
    if number > last:
        first_reading = f"a day of {month_name(month)} (which has {last})"
    month_text = format_long_month(expand_year(match["day"]), month)
    day_text = _format_example_day(min(number, last), month)
    return reject_ambiguous(match.string, first_reading, month_text, day_text, month_text)


def _has_weekday(match: Match) -> bool:
    """Whether the word before a day, if any, is a weekday: *before* is not, and changes the sense."""
    return match["weekday"] is None or weekday_number(match["weekday"]) is not None


_LEAP_DAY = (29, 2)


def _format_example_day(day: int, month: int) -> str:
    """Return a day with a year that it exists in."""
    year = "with its year" if (day, month) == _LEAP_DAY else example_year(month, day)
    return f"{day} {month_name(month)} {year}"


@_rejection("day without separators", ("31032023",), r"(?P<day>[0-9]{2})(?P<month>[0-9]{2})(?P<year>(?:19|20)[0-9]{2})")
def _reject_run_of_digits(match: Match) -> DateRejection | None:
    day, month, year = (int(match[name]) for name in ("day", "month", "year"))
    if not 1 <= month <= MONTHS_IN_YEAR or not 1 <= day <= last_day_of_month(year, month).day:
        return None
    text = format_long_date(date(year, month, day))
    return DateRejection(
        f"{quote(match.string)} has no separator between the day, the month and the year.", f"Write {text}."
    )


@_rejection(
    "no year",
    (
        "31 March",
        "21 Sept",
        "March 31st",
        "May 1",
        "year end",
        "March",
        "end of March",
        "Autumn",
        "Q3",
        "end of the financial year",
    ),
    rf"{WEEKDAY_PREFIX_REGEX}{DAY_REGEX}(?: of)?[ -]?{MONTH_REGEX}",
    rf"(?:(?:by|on) )?(?:the )?{MONTH_REGEX} (?P<day>[1-9]|[0-9]{{1,2}}(?=st|nd|rd|th))(?:st|nd|rd|th)?",
    BY_PREFIX_REGEX + _PART_PREFIX_REGEX + r"(?P<word>spring|summer|autumn|winter)",
    BY_PREFIX_REGEX + _PART_PREFIX_REGEX + QUARTER_REGEX,
    BY_PREFIX_REGEX + r"(?:the )?end(?: of)?(?: the)?(?: calendar| financial)? (?P<word>year)",
    BY_PREFIX_REGEX + r"(?:the )?(?:calendar |financial )?(?P<word>year)[ -]end",
    BY_PREFIX_REGEX + _PART_PREFIX_REGEX + MONTH_REGEX,
)
def _reject_missing_year(match: Match) -> DateRejection | None:
    groups = match.groupdict()
    month = parse_month(groups["month"]) if groups.get("month") else None
    if month:
        day = groups.get("day")
        if day and groups.get("weekday") and not _has_weekday(match):
            return None
        if day and int(day) > last_day_of_month(_LEAP_YEAR, month).day:
            return _reject_impossible_day(match.string, month)
        if day:
            example = _format_example_day(int(day), month)
        else:
            example = f"{match.string[: match.start('month')]}{month_name(month)} {example_year(month)}"
    elif groups.get("quarter"):
        quarter = parse_quarter(groups["quarter"])
        example = f"{match.string} {example_financial_year(_LAST_MONTHS[quarter])}"
    elif groups.get("word"):
        before = "" if groups["word"].lower() == "year" else match.string[: match.start("word")]
        example = before + _EXAMPLES_WITH_YEAR[groups["word"].lower()]
    else:
        return None
    return DateRejection(
        f"{quote(match.string)} has no year.", f"Add the year, for example {example}.", is_part_of_date=True
    )


_LEAP_YEAR = 2024


def _reject_impossible_day(text: str, month: int) -> DateRejection:
    """Reject a day that a month never has."""
    days = last_day_of_month(_LEAP_YEAR, month).day
    message = (
        f"{quote(text)} is not a date. {month_name(month)} has {'at most ' if month == _FEBRUARY else ''}{days} days."
    )
    return DateRejection(message, "Write the day that is meant, with its year.")


_FEBRUARY = 2
_EXAMPLES_WITH_YEAR = {
    "spring": f"Spring {example_year(5)}",
    "summer": f"Summer {example_year(8)}",
    "autumn": f"Autumn {example_year(11)}",
    "winter": f"December {example_year(12)} to February {example_next_year(12)}",
    "year": f"end of {example_year(12)}, or end of {example_financial_year(12)} for the financial year",
}
_LAST_MONTHS = {1: 6, 2: 9, 3: 12, 4: 3}
"""The last month of each quarter of the financial year."""


_SPREADSHEET_DAY_ZERO = date(1899, 12, 30)


@_rejection("number of a spreadsheet", ("45016", "45016.0"), r"(?P<days>[345][0-9]{4})(?:\.[0-9]+)?")
def _reject_spreadsheet_number(match: Match) -> DateRejection:
    day = format_long_date(_SPREADSHEET_DAY_ZERO + timedelta(days=int(match["days"])))
    return DateRejection(
        f"{quote(match.string)} is the number that a spreadsheet uses for {day}.", f"Write {day} if you mean that day."
    )


@_rejection(
    "day and time",
    ("2023-03-31T00:00:00", "31/03/2023 00:00"),
    r"(?P<day>\S+|[0-9]{1,2} [a-z]+ [0-9]{4})[t ,]{1,3}[0-9]{1,2}:[0-9]{2}(?::[0-9.]+)?(?: ?[ap]m|z)?",
)
def _reject_day_and_time(match: Match) -> DateRejection:
    return DateRejection(f"{quote(match.string)} has a time, but a date is a day.", f"Write {match['day']}.")


FINISHED_REGEX = (
    r"(?:(?:the|target|date|deadline|action|work|item|recommendation|all|now|fully|is|was|were|has|have|been) )*"
    r"(?:completed?|done|closed|finished|achieved|delivered|implemented|concluded|resolved|actioned|met|signed off)"
)
"""Words for something finished: *Completed*, *Target achieved*, *Action has been fully implemented*."""


def _reject(name: str, examples: tuple[str, ...], message: str, fix: str, *regexes: str, means: str = "") -> None:
    """Add a pattern whose message follows the quoted text and is always the same."""
    _rejection(name, examples, *regexes)(lambda match: DateRejection(f"{quote(match.string)} {message}", fix, means))


_reject(
    "no such quarter",
    ("Q5 2023/24",),
    "is not a quarter. Quarters go from Q1 (April to June) to Q4 (January to March).",
    f"Write Q1, Q2, Q3 or Q4 with the financial year, such as Q3 {example_financial_year(12)}.",
    BY_PREFIX_REGEX + _PART_PREFIX_REGEX + _UNKNOWN_QUARTER_REGEX + r"(?: of)?(?:[ -](?:fy ?)?[0-9/-]+)?",
    rf"(?:{FINANCIAL_YEAR_REGEX}|{_ONE_FINANCIAL_YEAR_REGEX}),?[ -]{_UNKNOWN_QUARTER_REGEX}",
)
_reject(
    "nothing",
    ("N/A", "None", "not applicable", "-", "#REF!"),
    "is not a date.",
    "Leave the field out if there is no date. If no action was requested, write status: noted.",
    r"n[./]?a|none|nil|no|null|not (?:applicable|stated|known|set)|unknown|-+|\?+"
    r"|#[a-z/0]+[!?]?",  # what a spreadsheet shows if it cannot calculate a value
)
_reject(
    "urgency",
    ("ASAP", "as soon as possible", "immediately"),
    "says how urgent it is, not when it is due.",
    f"Write priority: high for the urgency. Write a date here, such as {EXAMPLE_DAY}, or TBC.",
    r"a\.?s\.?a\.?p|as soon as (?:possible|practicable)|immediate(?:ly)?|urgent(?:ly)?|now",
)
_reject(
    "how often",
    ("Quarterly", "Monthly", "Annually", "every March", "Ongoing, reviewed quarterly"),
    "says how often, not when.",
    "Write Ongoing, and the next date in review_by.",
    rf"(?:[0-9a-z]+[ -])?{_HOW_OFTEN_REGEX}(?: review)?",
    rf"{ONGOING_REGEX}[ ./,;:(-]+(?:with )?(?:review(?:ed)? )?{_HOW_OFTEN_REGEX}(?: reviews?)?\)?",
    r"(?:each|every) (?:[a-z]+ )*[a-z]+",
    means="Ongoing",
)
_reject(
    "a moving date",
    ("next month", "within 3 months", "tomorrow"),
    "means a different date each time it is read.",
    f"Write the date that is meant, such as {EXAMPLE_DAY}.",
    rf"{_PREPOSITIONS_REGEX}(?:next|this|last|coming|current) (?:calendar |financial )?{_PERIOD_UNIT_REGEX}",
    rf"(?:(?:in|within) )?(?:the next )?{_COUNT_REGEX}[ -](?:day|week|month|year)s?(?: time)?",
    r"(?:by )?(?:today|tomorrow|yesterday)",
    means="none",
)


@_rejection(
    "a status",
    ("Complete", "Completed", "Done", "Closed", "In progress", "Not started", "Paused", "No longer required"),
    FINISHED_REGEX,
    r"[a-z][a-z /-]{2,40}",
)
def _reject_status(match: Match) -> DateRejection | None:
    """Reject a word for a status. A whole sentence (*Target met*) means that it is complete."""
    if compile_regex(ONGOING_REGEX).fullmatch(match.string):
        return None
    word = re.sub("[ /-]+", "_", match.string.lower())
    status = word if word in _STATUSES else find_common_meaning("status", word)
    if not status and not compile_regex(FINISHED_REGEX).fullmatch(match.string):
        return None
    day = ", and the day in completed_on" if status in {None, "complete", "verified", "embedded"} else ""
    return DateRejection(
        f"{quote(match.string)} is a status, not a date.",
        f"Write status: {status or 'complete'}{day}. Write the date here, or leave this field out.",
        is_status=True,
    )


_STATUSES = frozenset(COMMON_WORDS["status"].values())
