"""What is said to an officer about words that could be two dates, or that are none: each reading, and what to write."""

from __future__ import annotations

from datetime import date, timedelta

from p2ptrack.records.dates import advice
from p2ptrack.records.dates.row import Match, format_interpreted_date, quote_text
from p2ptrack.records.dates.value import DateRejection
from p2ptrack.records.dates.words import (
    expand_year,
    format_financial_year,
    format_long_date,
    format_long_month,
    is_two_digits,
    last_day_of_month,
    month_name,
)

_FIRST_FINANCIAL_MONTH = 4


def reject_quarter_of_year(match: Match) -> DateRejection:
    """`Q2 2023`: of the calendar year, or of the financial year."""
    year, quarter = expand_year(match["year"]), int(match["quarter"])
    calendar = _format_quarter_months(year, 3 * quarter - 2)
    financial = _format_quarter_months(year + quarter // 4, 3 * (quarter % 4) + 1)
    return advice.reject_ambiguous(
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
    return advice.reject_ambiguous(match.string, *readings, " or ".join(readings))


def reject_season_of_financial_year(match: Match) -> DateRejection:
    """`Spring 2023/24`: a season does not go with a financial year."""
    season, start = match["season"].capitalize(), expand_year(match["first"])
    if season == "Winter":
        readings = (f"December {start} to February {start + 1}", f"January to March {start + 1}")
    else:
        readings = (f"{season} {start}", f"{season} {start + 1}")
    return advice.reject_ambiguous(match.string, *readings, " or ".join(readings))


def reject_month_or_financial_year(match: Match) -> DateRejection | None:
    """`2011-12`: December, or the financial year."""
    year, last = match["first"], match["last"]
    if not advice.is_also_month(year, last):
        return None
    month, financial_year = format_long_month(int(year), int(last)), format_financial_year(int(year))
    return advice.reject_ambiguous(
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
    return [(f"the financial year {financial_year}", financial_year)] if advice.is_financial_year(first, last) else []


def _read_as_month(first: str, last: str) -> list[tuple[str, str]]:
    month = advice.parse_month(first) if is_two_digits(last) else None
    return [(format_long_month(expand_year(last), month),) * 2] if month else []


def _read_as_day(first: str, last: str) -> list[tuple[str, str]]:
    day, month = int(first), advice.parse_month(last)
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
        if 1 <= month <= advice.MONTHS_IN_YEAR and 1 <= day <= last_day_of_month(2000 + year, month).day
    ]
    if len(readings) > 1:
        return advice.reject_ambiguous(match.string, readings[0], readings[1], " or ".join(readings))
    return DateRejection(
        f"{quote_text(match.string)} has a two-figure year between dashes, which could be the first number or the last.",
        readings[0] if readings else "the day, the month and the year, such as 31/03/2023",
    )


def reject_separate_years(match: Match) -> DateRejection | None:
    """`2023/25`: two years that are no financial year."""
    first, last = match["first"], match["last"]
    if len(last) > len(first):
        return None
    month = advice.parse_month(last) if is_two_digits(last) and not is_two_digits(first) else None
    if month:
        month_and_year = format_long_month(int(first), month)
        return DateRejection(
            f"{quote_text(match.string)} is not a financial year, and a month is written otherwise.", month_and_year
        )
    return advice.reject_year_pair(match.string, first, last)


def reject_single_financial_year(match: Match) -> DateRejection:
    """`FY24`: named by the year in which it ends, or begins."""
    year = expand_year(match["year"])
    ending_year, beginning_year = (f"{match['part']}{format_financial_year(start)}" for start in (year - 1, year))
    return advice.reject_ambiguous(
        match.string,
        f"{ending_year}, the year that ends in {year}",
        f"{beginning_year}, the one that begins in it",
        f"{ending_year} or {beginning_year}",
    )


def reject_by_year(match: Match) -> DateRejection | None:
    """`by 2023`: before it begins, or before it ends."""
    if match["first"] and not advice.is_financial_year(match["first"], match["last"]):
        return None
    period, start = match["period"], expand_year(match["year"] or match["first"])
    previous = str(start - 1) if match["year"] else format_financial_year(start - 1)
    return advice.reject_ambiguous(
        match.string, f"before {period} begins", f"before {period} ends", f"end of {previous}, or end of {period}"
    )


def reject_month_of_financial_year(match: Match) -> DateRejection | None:
    """`March 2023/24`: one month, and the wrong year catches the eye."""
    month = advice.parse_month(match["month"])
    if not month or not advice.is_financial_year(match["first"], match["last"]):
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
    month = advice.parse_month(groups["month"]) if groups.get("month") else None
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
