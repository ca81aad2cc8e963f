"""The table of words that are never taken for a date, however likely one reading of them is.

They are asked after the rows of dates, so that a pattern here may be wide.
"""

from __future__ import annotations

from p2ptrack.records.dates import unclear
from p2ptrack.records.dates.periods import (
    BY_PREFIX_REGEX,
    DAY_REGEX,
    FINANCIAL_YEAR_REGEX,
    FOUR_DIGIT_YEAR_REGEX,
    MONTH_REGEX,
    QUARTER_REGEX,
)
from p2ptrack.records.dates.row import DatePattern

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
        unclear.reject_quarter_of_year,
    ),
    DatePattern(
        "winter",
        "The winter that a year begins with, or the one that it ends with",
        ("Winter 2023",),
        (BY_PREFIX_REGEX + rf"winter(?: of)?,?[ -]{_YEAR_IN_CENTURY_REGEX}",),
        unclear.reject_winter,
    ),
    DatePattern(
        "season of a financial year",
        "A season does not go with a financial year",
        ("Spring 2023/24", "Winter 2023/24"),
        (BY_PREFIX_REGEX + rf"(?P<season>spring|summer|autumn|winter)(?: of)?,?[ -]{FINANCIAL_YEAR_REGEX}",),
        unclear.reject_season_of_financial_year,
    ),
    DatePattern(
        "by a year",
        "Before it begins, or before it ends",
        ("by 2023", "by 2023/24"),
        (rf"by (?:the )?(?P<period>{FOUR_DIGIT_YEAR_REGEX}|{FINANCIAL_YEAR_REGEX})",),
        unclear.reject_by_year,
    ),
    DatePattern(
        "month or financial year",
        "A month in figures, or a financial year",
        ("2011-12",),
        (BY_PREFIX_REGEX + r"(?P<first>[0-9]{4})-(?P<last>[0-9]{2})",),
        unclear.reject_month_or_financial_year,
    ),
    DatePattern(
        "two numbers",
        "A financial year, a month and its year, or a day without a year",
        ("11/12", "10/11", "31/03", "03/23"),
        (BY_PREFIX_REGEX + r"(?P<first>[0-9]{1,2})[-/.](?P<last>[0-9]{1,2})",),
        unclear.reject_two_numbers,
    ),
    DatePattern(
        "two-figure year between dashes",
        "The year could come last or first",
        ("10-11-23", "31-03-23"),
        (BY_PREFIX_REGEX + r"(?P<first>[0-9]{2})-(?P<month>[0-9]{2})-(?P<last>[0-9]{2})",),
        unclear.reject_two_digit_year,
    ),
    DatePattern(
        "two years that do not follow each other",
        "No financial year",
        ("2023/25", "2023/03", "22/24", "2023-2025"),
        (BY_PREFIX_REGEX + FINANCIAL_YEAR_REGEX,),
        unclear.reject_separate_years,
    ),
    DatePattern(
        "financial year of one year",
        "Named by the year that it ends in, or begins in",
        ("FY24", "financial year 2024", "Q2 FY24"),
        (
            BY_PREFIX_REGEX
            + rf"(?P<part>(?:(?:early|mid|late|q ?[1-4]) )?)(?:fy ?|financial year ){_YEAR_IN_CENTURY_REGEX}",
        ),
        unclear.reject_single_financial_year,
    ),
    DatePattern(
        "month of a financial year",
        "A month does not go with a financial year",
        ("March 2023/24",),
        (BY_PREFIX_REGEX + rf"{MONTH_REGEX},?[ -]{FINANCIAL_YEAR_REGEX}",),
        unclear.reject_month_of_financial_year,
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
        unclear.reject_missing_year,
    ),
    DatePattern(
        "no such quarter",
        "Quarters go from 1 to 4",
        ("Q5 2023/24",),
        (
            BY_PREFIX_REGEX + _PART_PREFIX_REGEX + _UNKNOWN_QUARTER_REGEX + r"(?: of)?(?:[ -](?:fy ?)?[0-9/-]+)?",
            rf"{FINANCIAL_YEAR_REGEX},?[ -]{_UNKNOWN_QUARTER_REGEX}",
        ),
        unclear.reject_unknown_quarter,
    ),
    DatePattern(
        "number of a spreadsheet",
        "Excel's own count of days",
        ("45016",),
        (r"(?P<days>[345][0-9]{4})",),
        unclear.reject_spreadsheet_number,
    ),
    DatePattern(
        "day and time",
        "The time is left out",
        ("2023-03-31T00:00:00", "31/03/2023 00:00"),
        (r"(?P<day>\S+|[0-9]{1,2} [a-z]+ [0-9]{4})[t ,]+[0-9]{1,2}:[0-9]{2}(?::[0-9.]+)?(?: ?[ap]m|z)?",),
        unclear.reject_day_and_time,
    ),
    DatePattern(
        "a status",
        "Where things stand, not when",
        ("Complete", "Completed", "Done", "In progress", "Not started"),
        (
            r"(?:now )?(?:completed?|done|closed|finished|achieved|delivered|implemented)",
            r"in[ -]progress|underway|not[ -]started|on[ -]hold",
        ),
        unclear.reject_status,
    ),
    DatePattern(
        "nothing",
        "Not a date: the field is left out",
        ("N/A", "None", "not applicable", "-"),
        (r"n/?a|none|nil|no|null|not (?:applicable|stated|known|set)|unknown|-+|\?+",),
        unclear.reject_not_stated,
    ),
    DatePattern(
        "urgency",
        "How urgent, not when",
        ("ASAP", "as soon as possible", "immediately"),
        (r"a\.?s\.?a\.?p|as soon as (?:possible|practicable)|immediate(?:ly)?|urgent(?:ly)?|now",),
        unclear.reject_urgency,
    ),
    DatePattern(
        "how often",
        "Comes round again: no last day",
        ("Quarterly", "Monthly", "Annually"),
        (r"(?:[0-9a-z]+[ -])?(?:daily|weekly|fortnightly|monthly|quarterly|annual|annually|yearly)",),
        unclear.reject_frequency,
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
        unclear.reject_relative_date,
    ),
)
