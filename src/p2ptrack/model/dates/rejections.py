"""The table of words that are never taken for a date, however likely one reading of them is.

They are asked after the rows of dates, so that a pattern here may be wide.
"""

from __future__ import annotations

from datetime import date, timedelta

from p2ptrack.model.dates import patterns
from p2ptrack.model.dates.council_date import (
    DateRejection,
    expand_year,
    format_financial_year,
    format_long_date,
    format_long_month,
    is_two_digits,
    last_day_of_month,
    month_name,
)
from p2ptrack.model.dates.patterns import (
    BY_PREFIX_REGEX,
    DAY_REGEX,
    FINANCIAL_YEAR_REGEX,
    FOUR_DIGIT_YEAR_REGEX,
    MONTH_REGEX,
    QUARTER_REGEX,
    DatePattern,
    Match,
    format_interpreted_date,
    quote_text,
)

# What is said to an officer about words that could be two dates, or that are none: each reading, and what to write.


_FIRST_FINANCIAL_MONTH = 4


def reject_quarter_of_year(match: Match) -> DateRejection:
    """`Q2 2023`: of the calendar year, or of the financial year."""
    year, quarter = expand_year(match["year"]), int(match["quarter"])
    calendar = _format_quarter_months(year, 3 * quarter - 2)
    financial = _format_quarter_months(year + quarter // 4, 3 * (quarter % 4) + 1)
    return patterns.reject_ambiguous(
        match.string,
        f"calendar {calendar}",
        f"financial year {financial}",
        f"Q{quarter} {format_financial_year(year)}, or {calendar}",
    )


def _format_quarter_months(year: int, first_month: int) -> str:
    return f"{month_name(first_month)} to {format_long_month(year, first_month + 2)}"


def reject_winter(match: Match) -> DateRejection:
    """`Winter 2023`: the one before its spring, or the one after its autumn."""
    year = expand_year(match["year"])
    readings = (f"December {year - 1} to February {year}", f"December {year} to February {year + 1}")
    return patterns.reject_ambiguous(match.string, *readings, " or ".join(readings))


def reject_season_of_financial_year(match: Match) -> DateRejection:
    """`Spring 2023/24`: a season does not go with a financial year."""
    season, start = match["season"].capitalize(), expand_year(match["first"])
    if season == "Winter":
        readings = (f"December {start} to February {start + 1}", f"January to March {start + 1}")
    else:
        readings = (f"{season} {start}", f"{season} {start + 1}")
    return patterns.reject_ambiguous(match.string, *readings, " or ".join(readings))


def reject_month_or_financial_year(match: Match) -> DateRejection | None:
    """`2011-12`: December, or the financial year."""
    year, last = match["first"], match["last"]
    if not patterns.is_also_month(year, last):
        return None
    month, financial_year = format_long_month(int(year), int(last)), format_financial_year(int(year))
    return patterns.reject_ambiguous(
        match.string, month, f"the financial year {financial_year}", f"{month}, or {financial_year} with a slash"
    )


def reject_two_numbers(match: Match) -> DateRejection | None:
    """`11/12`: a financial year, a month and its year, or a day without a year."""
    first, last = match["first"], match["last"]
    readings = [*_read_as_financial_year(first, last), *_read_as_month(first, last), *_read_as_day(first, last)]
    if not readings:
        return None
    verdict = "can be read in more than one way" if len(readings) > 1 else "says too little"
    return DateRejection(
        f"{quote_text(match.string)} {verdict}: {', or '.join(reading for reading, _ in readings)}.",
        ", or ".join(replacement for _, replacement in readings),
    )


def _read_as_financial_year(first: str, last: str) -> list[tuple[str, str]]:
    financial_year = format_financial_year(expand_year(first.zfill(2)))
    return [(f"the financial year {financial_year}", financial_year)] if patterns.is_financial_year(first, last) else []


def _read_as_month(first: str, last: str) -> list[tuple[str, str]]:
    month = patterns.parse_month(first) if is_two_digits(last) else None
    return [(format_long_month(expand_year(last), month),) * 2] if month else []


def _read_as_day(first: str, last: str) -> list[tuple[str, str]]:
    day, month = int(first), patterns.parse_month(last)
    # 2024 is a leap year: without a year nobody can say that 29 February is wrong.
    if not month or not 1 <= day <= last_day_of_month(2024, month).day:
        return []
    return [(f"{day} {month_name(month)} of a year that it does not say", f"{day} {month_name(month)} with its year")]


def reject_two_digit_year(match: Match) -> DateRejection:
    """`10-11-23`: the year last, as people write, or first, as machines do."""
    first, month, last = (int(match[name]) for name in ("first", "month", "last"))
    readings = [
        f"{day} {format_long_month(2000 + year, month)}"
        for day, year in ((first, last), (last, first))
        if 1 <= month <= patterns.MONTHS_IN_YEAR and 1 <= day <= last_day_of_month(2000 + year, month).day
    ]
    if len(readings) > 1:
        return patterns.reject_ambiguous(match.string, readings[0], readings[1], " or ".join(readings))
    return DateRejection(
        f"{quote_text(match.string)} has a two-figure year between dashes, which could be the first number or the last.",
        readings[0] if readings else "the day, the month and the year, such as 31/03/2023",
    )


def reject_separate_years(match: Match) -> DateRejection | None:
    """`2023/25`: two years that are no financial year."""
    first, last = match["first"], match["last"]
    if len(last) > len(first):
        return None
    month = patterns.parse_month(last) if is_two_digits(last) and not is_two_digits(first) else None
    if month:
        month_and_year = format_long_month(int(first), month)
        return DateRejection(
            f"{quote_text(match.string)} is not a financial year, and a month is written otherwise.", month_and_year
        )
    return patterns.reject_year_pair(match.string, first, last)


def reject_single_financial_year(match: Match) -> DateRejection:
    """`FY24`: named by the year in which it ends, or begins."""
    year = expand_year(match["year"])
    ending_year, beginning_year = (f"{match['part']}{format_financial_year(start)}" for start in (year - 1, year))
    return patterns.reject_ambiguous(
        match.string,
        f"{ending_year}, the year that ends in {year}",
        f"{beginning_year}, the one that begins in it",
        f"{ending_year} or {beginning_year}",
    )


def reject_by_year(match: Match) -> DateRejection | None:
    """`by 2023`: before it begins, or before it ends."""
    if match["first"] and not patterns.is_financial_year(match["first"], match["last"]):
        return None
    period, start = match["period"], expand_year(match["year"] or match["first"])
    previous = str(start - 1) if match["year"] else format_financial_year(start - 1)
    return patterns.reject_ambiguous(
        match.string, f"before {period} begins", f"before {period} ends", f"end of {previous}, or end of {period}"
    )


def reject_month_of_financial_year(match: Match) -> DateRejection | None:
    """`March 2023/24`: one month, and the wrong year catches the eye."""
    month = patterns.parse_month(match["month"])
    if not month or not patterns.is_financial_year(match["first"], match["last"]):
        return None
    start = expand_year(match["first"])
    year = start if month >= _FIRST_FINANCIAL_MONTH else start + 1
    return DateRejection(
        f"{quote_text(match.string)} mixes a month and a financial year. In {format_financial_year(start)} it is "
        f"{format_long_month(year, month)}.",
        format_long_month(year, month),
    )


_EXAMPLES_WITH_YEAR = {
    "spring": "Spring 2023",
    "summer": "Summer 2023",
    "autumn": "Autumn 2023",
    "winter": "December 2022 to February 2023",
    "year": "end of 2023, or end of 2023/24 for the financial year",
}


def reject_missing_year(match: Match) -> DateRejection | None:
    """`31 March`: no year is ever guessed."""
    groups = match.groupdict()
    month = patterns.parse_month(groups["month"]) if groups.get("month") else None
    quarter, word = groups.get("quarter"), (groups.get("word") or "").lower()
    if month:
        example = " ".join(filter(None, (groups.get("day"), format_long_month(2023, month))))
    elif quarter:
        example = f"Q{quarter} 2023/24"
    elif word:
        example = _EXAMPLES_WITH_YEAR[word]
    else:
        return None
    return DateRejection(f"{quote_text(match.string)} does not say which year.", f"the year too, such as {example}")


def reject_unknown_quarter(match: Match) -> DateRejection:
    """`Q5 2023/24`: a slip of the keyboard."""
    return DateRejection(
        f"{quote_text(match.string)} names a quarter that no year has: they go from Q1 (April to June) to Q4 "
        "(January to March).",
        "Q1, Q2, Q3 or Q4 with the financial year, such as Q3 2023/24",
    )


_STATUS_BY_PHRASE = {
    "in progress": "in_progress",
    "underway": "in_progress",
    "not started": "not_started",
    "on hold": "on_hold",
}


_SPREADSHEET_DAY_ZERO = date(1899, 12, 30)


def reject_spreadsheet_number(match: Match) -> DateRejection:
    """`45016`: a day as Excel counts it, pasted without its format."""
    day = format_long_date(_SPREADSHEET_DAY_ZERO + timedelta(days=int(match["days"])))
    return DateRejection(
        f"{quote_text(match.string)} is a spreadsheet's number for {day}.", f"{day}, if that is what is meant"
    )


def reject_day_and_time(match: Match) -> DateRejection:
    """`2023-03-31T00:00:00`: a day with the time of a spreadsheet or another program."""
    return DateRejection(f"{quote_text(match.string)} holds a time, and a date is a day.", match["day"])


def reject_status(match: Match) -> DateRejection:
    """`Complete` or `In progress`: where things stand, not when."""
    status_value = _STATUS_BY_PHRASE.get(match.string.lower().replace("-", " "))
    status = f"status: {status_value}" if status_value else "status: complete, with the day in completed_on"
    return DateRejection(
        f"{quote_text(match.string)} is a status, not a date.", f"{status}; here the date, or leave it out"
    )


def reject_not_stated(match: Match) -> DateRejection:
    """`N/A`: absence is the only way to say that a date is not stated."""
    return DateRejection(
        f"{quote_text(match.string)} is not a date, and a date that is not stated is left out.",
        "nothing: take the field out; where nothing was asked for, status: noted",
    )


def reject_urgency(match: Match) -> DateRejection:
    """`ASAP`: how urgent, not when."""
    return DateRejection(
        f"{quote_text(match.string)} says how urgent it is, not when.",
        "priority: high for the urgency; here a date such as 31 March 2023, or TBC",
    )


def reject_frequency(match: Match) -> DateRejection:
    """`Quarterly`: what comes round again has no last day, and is looked at again on one."""
    return DateRejection(
        f"{quote_text(match.string)} says how often, not when.",
        f"Ongoing, and the next time in review_by; or {format_interpreted_date(match.string, '31 March 2023')} with the day that counts",
    )


def reject_relative_date(match: Match) -> DateRejection:
    """`next month`: a date that moves with the reader."""
    return DateRejection(
        f"{quote_text(match.string)} is another date each time that it is read.",
        f"the date that is meant, such as 31 March 2023, or {format_interpreted_date(match.string, '31 March 2023')}",
    )


_YEAR_IN_CENTURY_REGEX = r"'?(?P<year>(?:19|20)?[0-9]{2})"
_UNKNOWN_QUARTER_REGEX = r"(?:q ?|qtr ?|quarter )[05-9]"
_PREPOSITIONS_REGEX = r"(?:(?:by|in|during|within|for|the|end|of) )*"
_COUNT_REGEX = r"(?:[0-9]{1,3}|an?|one|two|three|four|five|six|nine|twelve|few|each|every|the)"
_PERIOD_UNIT_REGEX = r"(?:week|month|quarter|year|spring|summer|autumn|winter)"
_PART_PREFIX_REGEX = r"(?:(?:early|mid|late|end(?: of)?)[ -])?(?:the )?"

REJECTION_PATTERNS = (
    DatePattern(
        "quarter without a financial year",
        "Calendar or financial quarter",
        ("Q2 2023", "Q4 2023", "2023 Q1", "Quarter 3 2023"),
        (
            BY_PREFIX_REGEX + rf"{QUARTER_REGEX}(?: of| in)?,?[ -]{_YEAR_IN_CENTURY_REGEX}",
            BY_PREFIX_REGEX + rf"{FOUR_DIGIT_YEAR_REGEX},?[ -]{QUARTER_REGEX}",
        ),
        reject_quarter_of_year,
    ),
    DatePattern(
        "winter",
        "The winter that a year begins with, or the one that it ends with",
        ("Winter 2023",),
        (BY_PREFIX_REGEX + rf"winter(?: of)?,?[ -]{_YEAR_IN_CENTURY_REGEX}",),
        reject_winter,
    ),
    DatePattern(
        "season of a financial year",
        "A season does not go with a financial year",
        ("Spring 2023/24", "Winter 2023/24"),
        (BY_PREFIX_REGEX + rf"(?P<season>spring|summer|autumn|winter)(?: of)?,?[ -]{FINANCIAL_YEAR_REGEX}",),
        reject_season_of_financial_year,
    ),
    DatePattern(
        "by a year",
        "Before it begins, or before it ends",
        ("by 2023", "by 2023/24"),
        (rf"by (?:the )?(?P<period>{FOUR_DIGIT_YEAR_REGEX}|{FINANCIAL_YEAR_REGEX})",),
        reject_by_year,
    ),
    DatePattern(
        "month or financial year",
        "A month in figures, or a financial year",
        ("2011-12",),
        (BY_PREFIX_REGEX + r"(?P<first>[0-9]{4})-(?P<last>[0-9]{2})",),
        reject_month_or_financial_year,
    ),
    DatePattern(
        "two numbers",
        "A financial year, a month and its year, or a day without a year",
        ("11/12", "10/11", "31/03", "03/23"),
        (BY_PREFIX_REGEX + r"(?P<first>[0-9]{1,2})[-/.](?P<last>[0-9]{1,2})",),
        reject_two_numbers,
    ),
    DatePattern(
        "two-figure year between dashes",
        "The year could come last or first",
        ("10-11-23", "31-03-23"),
        (BY_PREFIX_REGEX + r"(?P<first>[0-9]{2})-(?P<month>[0-9]{2})-(?P<last>[0-9]{2})",),
        reject_two_digit_year,
    ),
    DatePattern(
        "two years that do not follow each other",
        "No financial year",
        ("2023/25", "2023/03", "22/24", "2023-2025"),
        (BY_PREFIX_REGEX + FINANCIAL_YEAR_REGEX,),
        reject_separate_years,
    ),
    DatePattern(
        "financial year of one year",
        "Named by the year that it ends in, or begins in",
        ("FY24", "financial year 2024", "Q2 FY24"),
        (
            BY_PREFIX_REGEX
            + rf"(?P<part>(?:(?:early|mid|late|q ?[1-4]) )?)(?:fy ?|financial year ){_YEAR_IN_CENTURY_REGEX}",
        ),
        reject_single_financial_year,
    ),
    DatePattern(
        "month of a financial year",
        "A month does not go with a financial year",
        ("March 2023/24",),
        (BY_PREFIX_REGEX + rf"{MONTH_REGEX},?[ -]{FINANCIAL_YEAR_REGEX}",),
        reject_month_of_financial_year,
    ),
    DatePattern(
        "no year",
        "No year is guessed",
        ("31 March", "21 Sept", "March 31st", "March", "end of March", "Autumn", "Q3", "end of the financial year"),
        (
            rf"(?:(?:by|on) )?(?:the )?(?:[a-z]{{3,9}}\.?,? )?(?:the )?{DAY_REGEX}(?: of)?[ -]?{MONTH_REGEX}",
            rf"(?:(?:by|on) )?(?:the )?{MONTH_REGEX} (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)",
            BY_PREFIX_REGEX + _PART_PREFIX_REGEX + r"(?P<word>spring|summer|autumn|winter)",
            BY_PREFIX_REGEX + _PART_PREFIX_REGEX + QUARTER_REGEX,
            BY_PREFIX_REGEX + r"(?:the )?end(?: of)?(?: the)?(?: calendar| financial)? (?P<word>year)",
            BY_PREFIX_REGEX + _PART_PREFIX_REGEX + MONTH_REGEX,
        ),
        reject_missing_year,
    ),
    DatePattern(
        "no such quarter",
        "Quarters go from 1 to 4",
        ("Q5 2023/24",),
        (
            BY_PREFIX_REGEX + _PART_PREFIX_REGEX + _UNKNOWN_QUARTER_REGEX + r"(?: of)?(?:[ -](?:fy ?)?[0-9/-]+)?",
            rf"{FINANCIAL_YEAR_REGEX},?[ -]{_UNKNOWN_QUARTER_REGEX}",
        ),
        reject_unknown_quarter,
    ),
    DatePattern(
        "number of a spreadsheet",
        "Excel's own count of days",
        ("45016",),
        (r"(?P<days>[345][0-9]{4})",),
        reject_spreadsheet_number,
    ),
    DatePattern(
        "day and time",
        "The time is left out",
        ("2023-03-31T00:00:00", "31/03/2023 00:00"),
        (r"(?P<day>\S+|[0-9]{1,2} [a-z]+ [0-9]{4})[t ,]+[0-9]{1,2}:[0-9]{2}(?::[0-9.]+)?(?: ?[ap]m|z)?",),
        reject_day_and_time,
    ),
    DatePattern(
        "a status",
        "Where things stand, not when",
        ("Complete", "Completed", "Done", "In progress", "Not started"),
        (
            r"(?:now )?(?:completed?|done|closed|finished|achieved|delivered|implemented)",
            r"in[ -]progress|underway|not[ -]started|on[ -]hold",
        ),
        reject_status,
    ),
    DatePattern(
        "nothing",
        "Not a date: the field is left out",
        ("N/A", "None", "not applicable", "-"),
        (r"n/?a|none|nil|no|null|not (?:applicable|stated|known|set)|unknown|-+|\?+",),
        reject_not_stated,
    ),
    DatePattern(
        "urgency",
        "How urgent, not when",
        ("ASAP", "as soon as possible", "immediately"),
        (r"a\.?s\.?a\.?p|as soon as (?:possible|practicable)|immediate(?:ly)?|urgent(?:ly)?|now",),
        reject_urgency,
    ),
    DatePattern(
        "how often",
        "Comes round again: no last day",
        ("Quarterly", "Monthly", "Annually"),
        (r"(?:[0-9a-z]+[ -])?(?:daily|weekly|fortnightly|monthly|quarterly|annual|annually|yearly)",),
        reject_frequency,
    ),
    DatePattern(
        "a moving date",
        "Another date each time that it is read",
        ("next month", "within 3 months", "tomorrow"),
        (
            rf"{_PREPOSITIONS_REGEX}(?:next|this|last|coming|current) (?:calendar |financial )?{_PERIOD_UNIT_REGEX}",
            rf"(?:(?:in|within) )?(?:the next )?{_COUNT_REGEX}[ -](?:day|week|month|year)s?(?: time)?",
            r"(?:by )?(?:today|tomorrow|yesterday)",
        ),
        reject_relative_date,
    ),
)
