"""The table of words that are never taken for a date, however likely one reading of them is.

They are asked after the rows of dates, so that a pattern here may be wide.
"""

from __future__ import annotations

from p2ptrack.records.dates import unclear
from p2ptrack.records.dates.periods import BY, DAY, FINANCIAL_YEAR, FOUR_FIGURES, MONTH, QUARTER
from p2ptrack.records.dates.row import Row

_SOME_YEAR = r"'?(?P<year>(?:19|20)?[0-9]{2})"
_NO_QUARTER = r"(?:q ?|qtr ?|quarter )[05-9]"
_ABOUT = r"(?:(?:by|in|during|within|for|the|end|of) )*"
_HOW_MANY = r"(?:[0-9]{1,3}|an?|one|two|three|four|five|six|nine|twelve|few|each|every|the)"
_STRETCH = r"(?:week|month|quarter|year|spring|summer|autumn|winter)"
_PART = r"(?:(?:early|mid|late|end(?: of)?)[ -])?(?:the )?"

REFUSALS = (
    Row(
        "quarter without a financial year",
        "Calendar or financial quarter",
        ("Q2 2023", "Q4 2023", "2023 Q1", "Quarter 3 2023"),
        (
            BY + rf"{QUARTER}(?: of| in)?,?[ -]{_SOME_YEAR}",
            BY + rf"{FOUR_FIGURES},?[ -]{QUARTER}",
        ),
        unclear.calendar_or_financial_quarter,
    ),
    Row(
        "winter",
        "The winter that a year begins with, or the one that it ends with",
        ("Winter 2023",),
        (BY + rf"winter(?: of)?,?[ -]{_SOME_YEAR}",),
        unclear.winter,
    ),
    Row(
        "season of a financial year",
        "A season does not go with a financial year",
        ("Spring 2023/24", "Winter 2023/24"),
        (BY + rf"(?P<season>spring|summer|autumn|winter)(?: of)?,?[ -]{FINANCIAL_YEAR}",),
        unclear.season_of_financial_year,
    ),
    Row(
        "by a year",
        "Before it begins, or before it ends",
        ("by 2023", "by 2023/24"),
        (rf"by (?:the )?(?P<period>{FOUR_FIGURES}|{FINANCIAL_YEAR})",),
        unclear.by_a_year,
    ),
    Row(
        "month or financial year",
        "A month in figures, or a financial year",
        ("2011-12",),
        (BY + r"(?P<first>[0-9]{4})-(?P<last>[0-9]{2})",),
        unclear.month_or_financial_year,
    ),
    Row(
        "two numbers",
        "A financial year, a month and its year, or a day without a year",
        ("11/12", "10/11", "31/03", "03/23"),
        (BY + r"(?P<first>[0-9]{1,2})[-/.](?P<last>[0-9]{1,2})",),
        unclear.two_numbers,
    ),
    Row(
        "two-figure year between dashes",
        "The year could come last or first",
        ("10-11-23", "31-03-23"),
        (BY + r"(?P<first>[0-9]{2})-(?P<month>[0-9]{2})-(?P<last>[0-9]{2})",),
        unclear.year_first_or_last,
    ),
    Row(
        "two years that do not follow each other",
        "No financial year",
        ("2023/25", "2023/03", "22/24", "2023-2025"),
        (BY + FINANCIAL_YEAR,),
        unclear.years_apart,
    ),
    Row(
        "financial year of one year",
        "Named by the year that it ends in, or begins in",
        ("FY24", "financial year 2024", "Q2 FY24"),
        (BY + rf"(?P<part>(?:(?:early|mid|late|q ?[1-4]) )?)(?:fy ?|financial year ){_SOME_YEAR}",),
        unclear.year_of_financial_year,
    ),
    Row(
        "month of a financial year",
        "A month does not go with a financial year",
        ("March 2023/24",),
        (BY + rf"{MONTH},?[ -]{FINANCIAL_YEAR}",),
        unclear.month_of_financial_year,
    ),
    Row(
        "no year",
        "No year is guessed",
        ("31 March", "21 Sept", "March 31st", "March", "end of March", "Autumn", "Q3", "end of the financial year"),
        (
            rf"(?:(?:by|on) )?(?:the )?(?:[a-z]{{3,9}}\.?,? )?(?:the )?{DAY}(?: of)?[ -]?{MONTH}",
            rf"(?:(?:by|on) )?(?:the )?{MONTH} (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)",
            BY + _PART + r"(?P<word>spring|summer|autumn|winter)",
            BY + _PART + QUARTER,
            BY + r"(?:the )?end(?: of)?(?: the)?(?: calendar| financial)? (?P<word>year)",
            BY + _PART + MONTH,
        ),
        unclear.no_year,
    ),
    Row(
        "no such quarter",
        "Quarters go from 1 to 4",
        ("Q5 2023/24",),
        (BY + _PART + _NO_QUARTER + r"(?: of)?(?:[ -](?:fy ?)?[0-9/-]+)?", rf"{FINANCIAL_YEAR},?[ -]{_NO_QUARTER}"),
        unclear.no_such_quarter,
    ),
    Row(
        "number of a spreadsheet",
        "Excel's own count of days",
        ("45016",),
        (r"(?P<days>[345][0-9]{4})",),
        unclear.spreadsheet_number,
    ),
    Row(
        "day and time",
        "The time is left out",
        ("2023-03-31T00:00:00", "31/03/2023 00:00"),
        (r"(?P<day>\S+|[0-9]{1,2} [a-z]+ [0-9]{4})[t ,]+[0-9]{1,2}:[0-9]{2}(?::[0-9.]+)?(?: ?[ap]m|z)?",),
        unclear.day_and_time,
    ),
    Row(
        "a status",
        "Where things stand, not when",
        ("Complete", "Completed", "Done", "In progress", "Not started"),
        (
            r"(?:now )?(?:completed?|done|closed|finished|achieved|delivered|implemented)",
            r"in[ -]progress|underway|not[ -]started|on[ -]hold",
        ),
        unclear.a_status,
    ),
    Row(
        "nothing",
        "Not a date: the field is left out",
        ("N/A", "None", "not applicable", "-"),
        (r"n/?a|none|nil|no|null|not (?:applicable|stated|known|set)|unknown|-+|\?+",),
        unclear.nothing,
    ),
    Row(
        "urgency",
        "How urgent, not when",
        ("ASAP", "as soon as possible", "immediately"),
        (r"a\.?s\.?a\.?p|as soon as (?:possible|practicable)|immediate(?:ly)?|urgent(?:ly)?|now",),
        unclear.urgency,
    ),
    Row(
        "how often",
        "Comes round again: no last day",
        ("Quarterly", "Monthly", "Annually"),
        (r"(?:[0-9a-z]+[ -])?(?:daily|weekly|fortnightly|monthly|quarterly|annual|annually|yearly)",),
        unclear.how_often,
    ),
    Row(
        "a moving date",
        "Another date each time that it is read",
        ("next month", "within 3 months", "tomorrow"),
        (
            rf"{_ABOUT}(?:next|this|last|coming|current) (?:calendar |financial )?{_STRETCH}",
            rf"(?:(?:in|within) )?(?:the next )?{_HOW_MANY}[ -](?:day|week|month|year)s?(?: time)?",
            r"(?:by )?(?:today|tomorrow|yesterday)",
        ),
        unclear.moving,
    ),
)
