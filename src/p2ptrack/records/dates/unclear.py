"""What is said to an officer about words that could be two dates, or that are none: each reading, and what to write."""

from __future__ import annotations

from datetime import date, timedelta

from p2ptrack.records.dates import advice
from p2ptrack.records.dates.row import Found, pair, quoted
from p2ptrack.records.dates.value import NotADate
from p2ptrack.records.dates.words import (
    financial_year,
    full_year,
    last_of,
    long_day,
    long_month,
    month_name,
    two_figures,
)

_APRIL = 4


def calendar_or_financial_quarter(found: Found) -> NotADate:
    """`Q2 2023`: of the calendar year, or of the financial year."""
    year, quarter = full_year(found["year"]), int(found["quarter"])
    calendar = _quarter(year, 3 * quarter - 2)
    financial = _quarter(year + quarter // 4, 3 * (quarter % 4) + 1)
    return advice.two_ways(
        found.string,
        f"calendar {calendar}",
        f"financial year {financial}",
        f"Q{quarter} {financial_year(year)}, or {calendar}",
    )


def _quarter(year: int, first: int) -> str:
    return f"{month_name(first)} to {long_month(year, first + 2)}"


def winter(found: Found) -> NotADate:
    """`Winter 2023`: the one before its spring, or the one after its autumn."""
    year = full_year(found["year"])
    ways = (f"December {year - 1} to February {year}", f"December {year} to February {year + 1}")
    return advice.two_ways(found.string, *ways, " or ".join(ways))


def season_of_financial_year(found: Found) -> NotADate:
    """`Spring 2023/24`: a season does not go with a financial year."""
    season, start = found["season"].capitalize(), full_year(found["first"])
    if season == "Winter":
        ways = (f"December {start} to February {start + 1}", f"January to March {start + 1}")
    else:
        ways = (f"{season} {start}", f"{season} {start + 1}")
    return advice.two_ways(found.string, *ways, " or ".join(ways))


def month_or_financial_year(found: Found) -> NotADate | None:
    """`2011-12`: December, or the financial year."""
    year, last = found["first"], found["last"]
    if not advice.is_also_a_month(year, last):
        return None
    month, named = long_month(int(year), int(last)), financial_year(int(year))
    return advice.two_ways(found.string, month, f"the financial year {named}", f"{month}, or {named} with a slash")


def two_numbers(found: Found) -> NotADate | None:
    """`11/12`: a financial year, a month and its year, or a day without a year."""
    first, last = found["first"], found["last"]
    ways = [*_as_financial_year(first, last), *_as_month(first, last), *_as_day(first, last)]
    if not ways:
        return None
    count = "can be read in more than one way" if len(ways) > 1 else "says too little"
    return NotADate(
        f"{quoted(found.string)} {count}: {', or '.join(reading for reading, _ in ways)}.",
        ", or ".join(written for _, written in ways),
    )


def _as_financial_year(first: str, last: str) -> list[tuple[str, str]]:
    named = financial_year(full_year(first.zfill(2)))
    return [(f"the financial year {named}", named)] if advice.follows(first, last) else []


def _as_month(first: str, last: str) -> list[tuple[str, str]]:
    month = advice.month_in(first) if two_figures(last) else None
    return [(long_month(full_year(last), month),) * 2] if month else []


def _as_day(first: str, last: str) -> list[tuple[str, str]]:
    day, month = int(first), advice.month_in(last)
    # 2024 is a leap year: without a year nobody can say that 29 February is wrong.
    if not month or not 1 <= day <= last_of(2024, month).day:
        return []
    return [(f"{day} {month_name(month)} of a year that it does not say", f"{day} {month_name(month)} with its year")]


def year_first_or_last(found: Found) -> NotADate:
    """`10-11-23`: the year last, as people write, or first, as machines do."""
    first, month, last = (int(found[name]) for name in ("first", "month", "last"))
    ways = [
        f"{day} {long_month(2000 + year, month)}"
        for day, year in ((first, last), (last, first))
        if 1 <= month <= advice.MONTHS_IN_YEAR and 1 <= day <= last_of(2000 + year, month).day
    ]
    if len(ways) > 1:
        return advice.two_ways(found.string, ways[0], ways[1], " or ".join(ways))
    return NotADate(
        f"{quoted(found.string)} has a two-figure year between dashes, which could be the first number or the last.",
        ways[0] if ways else "the day, the month and the year, such as 31/03/2023",
    )


def years_apart(found: Found) -> NotADate | None:
    """`2023/25`: two years that are no financial year."""
    first, last = found["first"], found["last"]
    if len(last) > len(first):
        return None
    month = advice.month_in(last) if two_figures(last) and not two_figures(first) else None
    if month:
        long = long_month(int(first), month)
        return NotADate(f"{quoted(found.string)} is not a financial year, and a month is written otherwise.", long)
    return advice.not_a_financial_year(found.string, first, last)


def year_of_financial_year(found: Found) -> NotADate:
    """`FY24`: named by the year in which it ends, or begins."""
    year = full_year(found["year"])
    one, other = (f"{found['part']}{financial_year(start)}" for start in (year - 1, year))
    return advice.two_ways(
        found.string, f"{one}, the year that ends in {year}", f"{other}, the one that begins in it", f"{one} or {other}"
    )


def by_a_year(found: Found) -> NotADate | None:
    """`by 2023`: before it begins, or before it ends."""
    if found["first"] and not advice.follows(found["first"], found["last"]):
        return None
    named, start = found["period"], full_year(found["year"] or found["first"])
    before = str(start - 1) if found["year"] else financial_year(start - 1)
    return advice.two_ways(
        found.string, f"before {named} begins", f"before {named} ends", f"end of {before}, or end of {named}"
    )


def month_of_financial_year(found: Found) -> NotADate | None:
    """`March 2023/24`: one month, and the wrong year catches the eye."""
    month = advice.month_in(found["month"])
    if not month or not advice.follows(found["first"], found["last"]):
        return None
    start = full_year(found["first"])
    year = start if month >= _APRIL else start + 1
    return NotADate(
        f"{quoted(found.string)} mixes a month and a financial year. In {financial_year(start)} it is "
        f"{long_month(year, month)}.",
        long_month(year, month),
    )


_EXAMPLES_WITH_YEAR = {
    "spring": "Spring 2023",
    "summer": "Summer 2023",
    "autumn": "Autumn 2023",
    "winter": "December 2022 to February 2023",
    "year": "end of 2023, or end of 2023/24 for the financial year",
}


def no_year(found: Found) -> NotADate | None:
    """`31 March`: no year is ever guessed."""
    groups = found.groupdict()
    month = advice.month_in(groups["month"]) if groups.get("month") else None
    quarter, word = groups.get("quarter"), (groups.get("word") or "").lower()
    if month:
        example = " ".join(filter(None, (groups.get("day"), long_month(2023, month))))
    elif quarter:
        example = f"Q{quarter} 2023/24"
    elif word:
        example = _EXAMPLES_WITH_YEAR[word]
    else:
        return None
    return NotADate(f"{quoted(found.string)} does not say which year.", f"the year too, such as {example}")


def no_such_quarter(found: Found) -> NotADate:
    """`Q5 2023/24`: a slip of the keyboard."""
    return NotADate(
        f"{quoted(found.string)} names a quarter that no year has: they go from Q1 (April to June) to Q4 "
        "(January to March).",
        "Q1, Q2, Q3 or Q4 with the financial year, such as Q3 2023/24",
    )


_STAGES = {"in progress": "in_progress", "underway": "in_progress", "not started": "not_started", "on hold": "on_hold"}


_SPREADSHEET_DAY_NOUGHT = date(1899, 12, 30)


def spreadsheet_number(found: Found) -> NotADate:
    """`45016`: a day as Excel counts it, pasted without its format."""
    day = long_day(_SPREADSHEET_DAY_NOUGHT + timedelta(days=int(found["days"])))
    return NotADate(f"{quoted(found.string)} is a spreadsheet's number for {day}.", f"{day}, if that is what is meant")


def day_and_time(found: Found) -> NotADate:
    """`2023-03-31T00:00:00`: a day with the time of a spreadsheet or another program."""
    return NotADate(f"{quoted(found.string)} holds a time, and a date is a day.", found["day"])


def a_status(found: Found) -> NotADate:
    """`Complete` or `In progress`: where things stand, not when."""
    stage = _STAGES.get(found.string.lower().replace("-", " "))
    status = f"status: {stage}" if stage else "status: complete, with the day in completed_on"
    return NotADate(f"{quoted(found.string)} is a status, not a date.", f"{status}; here the date, or leave it out")


def nothing(found: Found) -> NotADate:
    """`N/A`: absence is the only way to say that a date is not stated."""
    return NotADate(
        f"{quoted(found.string)} is not a date, and a date that is not stated is left out.",
        "nothing: take the field out; where nothing was asked for, status: noted",
    )


def urgency(found: Found) -> NotADate:
    """`ASAP`: how urgent, not when."""
    return NotADate(
        f"{quoted(found.string)} says how urgent it is, not when.",
        "priority: high for the urgency; here a date such as 31 March 2023, or TBC",
    )


def how_often(found: Found) -> NotADate:
    """`Quarterly`: what comes round again has no last day, and is looked at again on one."""
    return NotADate(
        f"{quoted(found.string)} says how often, not when.",
        f"Ongoing, and the next time in review_by; or {pair(found.string, '31 March 2023')} with the day that counts",
    )


def moving(found: Found) -> NotADate:
    """`next month`: a date that moves with the reader."""
    return NotADate(
        f"{quoted(found.string)} is another date each time that it is read.",
        f"the date that is meant, such as 31 March 2023, or {pair(found.string, '31 March 2023')}",
    )
