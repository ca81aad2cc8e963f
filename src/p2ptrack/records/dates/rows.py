"""The one table of council dates. Documentation is made from it, and tests hold that no two rows meet."""

from __future__ import annotations

from dataclasses import replace

from p2ptrack.records.dates.periods import DAY, PERIODS
from p2ptrack.records.dates.refusals import REFUSALS
from p2ptrack.records.dates.row import Found, Outcome, Row, compiled, first_outcome, quoted
from p2ptrack.records.dates.value import Basis, NotADate, Open, Precision, Reading
from p2ptrack.records.dates.words import long_day

_HAVE_AN_END = frozenset({Precision.MONTH, Precision.QUARTER, Precision.YEAR, Precision.SEASON})


def _last_day(found: Found) -> Outcome | None:
    period = first_outcome((*PERIODS, *REFUSALS), found["period"])
    if not isinstance(period, Reading):
        return period
    if period.precision not in _HAVE_AN_END:
        return None
    return replace(period, earliest=period.latest, precision=Precision.DAY)


_END = Row(
    "end of a period",
    "The last day of the month, quarter, season or year",
    (
        "end of March 2023",
        "end March 2023",
        "by end of Q3 2023/24",
        "end of Q3 2023/24",
        "end of 2023/24",
        "end of 2023",
    ),
    (r"(?:(?:by|at) )?(?:the )?end(?: of)?[ -](?P<period>.+)",),
    _last_day,
)

_TAIL = r".*?(?P<month>[a-z]{3,9}\.?)?[ ,-]{1,2}(?P<year>(?:[0-9]{2,4}[-/])?[0-9]{2,4})"
_MONTH_WORD = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"


def _half(text: str) -> Outcome | None:
    return first_outcome((*PERIODS, _END, *REFUSALS), text)


def _first_half(first: str, second: str) -> Outcome | None:
    """Read the first half of a range, with the year or the month and year that it shares with the second.

    `April to June 2023` and `1 to 31 March 2023` leave out what both halves have in common.
    """
    alone, tail = _half(first), compiled(_TAIL).fullmatch(second)
    if isinstance(alone, Reading) or not tail:
        return alone
    month = f"{tail['month']} " if second[0].isdigit() and compiled(DAY).fullmatch(first) else ""
    whole = _half(f"{first} {month}{tail['year']}")
    return whole if isinstance(whole, Reading) else alone


def _range(found: Found) -> Outcome | None:
    halves = (_first_half(found["first"], found["second"]), _half(found["second"]))
    readings = [half for half in halves if isinstance(half, Reading)]
    faults = [half for half in halves if isinstance(half, NotADate)]
    if len(readings) == len(halves):
        return _from_to(found.string, *readings)
    return faults[0] if faults and None not in halves else None


def _from_to(text: str, first: Reading, second: Reading) -> Outcome:
    if first.earliest > second.earliest or first.latest > second.latest:
        return NotADate(
            f"{quoted(text)} ends before it starts: its first half runs to {long_day(first.latest)}, "
            f"its second to {long_day(second.latest)}.",
            "the earlier half first, each with its year, such as November 2023 to February 2024",
        )
    basis = first.basis if first.basis is second.basis else Basis.CALENDAR
    return Reading(first.earliest, second.latest, Precision.RANGE, basis)


_RANGE = Row(
    "range",
    "From the first day of one half to the last day of the other: to, or a dash with a space on both sides",
    (
        "30.09.24 to 31.12.24",
        "Sept 21 \u2013 Sept 22",
        "April to June 2023",
        "1 to 31 March 2023",
        "Q1 to Q2 2023/24",
        "2022/23 to 2024/25",
    ),
    (
        r"(?:from )?(?P<first>.+?) (?:to|-) (?P<second>.+)",
        rf"(?P<first>{_MONTH_WORD})-(?P<second>{_MONTH_WORD}[ -].+)",
    ),
    _range,
)


def _and_ongoing(found: Found) -> Outcome | None:
    dated = first_outcome((*PERIODS, _END, _RANGE, *REFUSALS), found["until"])
    return replace(dated, ongoing=True) if isinstance(dated, Reading) else dated


_ON_AND_ON = r"(?:on[ -]?going|continuous|continuing)"

_AND_ONGOING = Row(
    "a date and ongoing",
    "Overdue after that date until review_by is set, then after review_by",
    ("July 2023 and ongoing", "Q1 2023/24 and ongoing", "31 March 2023, then on-going"),
    (rf"(?P<until>.+?)(?:,? and|,? then| &|,) {_ON_AND_ON}",),
    _and_ongoing,
)

_ONGOING = Row(
    "ongoing",
    "No deadline: a rule asks for review_by",
    ("On-going", "Ongoing", "Continuous"),
    (_ON_AND_ON,),
    lambda _: Open.ONGOING,
)

_NO_TARGET = Row(
    "no target yet",
    "No deadline yet: counted as no target",
    ("TBC", "to be confirmed", "in due course", "shortly"),
    (r"tbc|tbd|tba|to be (?:confirmed|decided|determined|agreed|advised|announced)|in due course|shortly",),
    lambda _: Open.NO_TARGET,
)

ROWS: tuple[Row, ...] = (*PERIODS, _END, _RANGE, _AND_ONGOING, _ONGOING, _NO_TARGET)
