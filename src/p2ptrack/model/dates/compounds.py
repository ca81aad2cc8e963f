"""Patterns that contain other patterns: ends, beginnings and weeks, ranges, and dates after which work continues."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from p2ptrack.model.dates.council_date import (
    Basis,
    DateRange,
    DateRejection,
    OpenEnded,
    Precision,
    example_next_year,
    example_year,
    format_long_date,
)
from p2ptrack.model.dates.patterns import (
    DAY_REGEX,
    ONGOING_REGEX,
    PERIOD_PATTERNS,
    DatePattern,
    Match,
    MatchResult,
    compile_regex,
    date_pattern,
    match_first,
)
from p2ptrack.model.dates.rejections import FINISHED_REGEX, REJECTION_PATTERNS
from p2ptrack.phrases import quote

_PRECISIONS_WITH_END = frozenset({Precision.MONTH, Precision.QUARTER, Precision.YEAR, Precision.SEASON})
_SHARED_ENDING_REGEX = r".*?(?P<month>[a-z]{3,9}\.?)?[ ,-]{1,2}(?P<year>(?:[0-9]{2,4}[-/])?[0-9]{2,4})"
_MONTH_WORD_REGEX = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"

DATE_PATTERNS: list[DatePattern] = [*PERIOD_PATTERNS]
_compound = partial(date_pattern, DATE_PATTERNS)


def _match_period(text: str, precisions: frozenset[Precision]) -> MatchResult | None:
    """Return the period inside a compound, or its rejection; None if it is not of one of the precisions."""
    period = match_first((*PERIOD_PATTERNS, *REJECTION_PATTERNS), text)
    return None if isinstance(period, DateRange) and period.precision not in precisions else period


@_compound(
    "end of a period",
    (
        "end of March 2023",
        "end March 2023",
        "by end of Q3 2023/24",
        "end of Q3 2023/24",
        "end of 2023/24",
        "end of 2023",
    ),
    r"(?:(?:by|at|before|on) )?(?:the )?(?:very )?end(?: of)?[ -](?P<period>.+)",
    meaning="The last day of the month, quarter, season or year",
    words=("end",),
)
def _interpret_end_of_period(match: Match) -> MatchResult | None:
    period = _match_period(match["period"], _PRECISIONS_WITH_END)
    return replace(period, earliest=period.latest, precision=Precision.DAY) if isinstance(period, DateRange) else period


@_compound(
    "start of a period",
    ("start of April 2023", "beginning of 2023/24", "by the start of Q3 2023/24"),
    r"(?:(?:by|at|on) )?(?:the )?(?:start|beginning)(?: of)? (?P<period>.+)",
    meaning="The first day of the month, quarter, season or year",
    words=("start", "beginning"),
)
def _interpret_start_of_period(match: Match) -> MatchResult | None:
    period = _match_period(match["period"], _PRECISIONS_WITH_END)
    if isinstance(period, DateRange):
        return replace(period, latest=period.earliest, precision=Precision.DAY)
    return period.within(match.string) if isinstance(period, DateRejection) else None


@_compound(
    "deadline",
    ("no later than 31 March 2023", "31 March 2023 at the latest", "on or before 31/03/2023", "Q3 2023/24 or earlier"),
    r"(?:due )?(?:by )?(?:no|not) later than(?: by)? (?P<period>.+)",
    r"(?:due )?(?:on|in|by|at) or before (?P<period>.+)",
    r"(?:due )?(?:by |at )?(?:the )?(?:very )?latest(?: by)?:? (?P<period>.+)",
    r"(?P<period>.+?),? (?:(?:at|by) (?:the )?(?:very )?latest|latest|or (?:earlier|sooner|before))",
    meaning="The day, or the last day of the period",
    words=("later", "before", "latest", "earlier", "sooner"),
)
def _interpret_deadline(match: Match) -> MatchResult | None:
    return match_first((*DATE_PATTERNS, *REJECTION_PATTERNS), match["period"])


_DAYS_FROM_FIRST_TO_LAST = timedelta(days=6)


@_compound(
    "week",
    ("week commencing 27 March 2023", "w/c 27 March 2023", "week ending 2 April 2023"),
    r"(?:(?:by|in|during) )?(?:the )?(?:week|wk|w)[ /-]?(?P<bound>commencing|beginning|starting|of|ending|c|b|e) "
    r"(?P<day>.+)",
    meaning="The seven days from the day that it begins on, or to the day that it ends on",
    words=("w",),
)
def _interpret_week(match: Match) -> MatchResult | None:
    day = _match_period(match["day"], frozenset({Precision.DAY}))
    if not isinstance(day, DateRange):
        return day.within(match.string) if isinstance(day, DateRejection) else None
    if match["bound"].lower() in {"ending", "e"}:
        return replace(day, earliest=day.earliest - _DAYS_FROM_FIRST_TO_LAST, precision=Precision.RANGE)
    return replace(day, latest=day.latest + _DAYS_FROM_FIRST_TO_LAST, precision=Precision.RANGE)


_RANGE_HALF_PATTERNS = (*DATE_PATTERNS, *REJECTION_PATTERNS)


@_compound(
    "range",
    (
        "30.09.24 to 31.12.24",
        "Sept 21 \u2013 Sept 22",
        "April to June 2023",
        "1 to 31 March 2023",
        "Q1 to Q2 2023/24",
        "2022/23 to 2024/25",
    ),
    rf"(?:from )?(?P<first>(?!{FINISHED_REGEX}\b).+?) (?:to|-) (?P<second>(?!{FINISHED_REGEX}\b).+)",
    rf"(?P<first>{_MONTH_WORD_REGEX})-(?P<second>{_MONTH_WORD_REGEX}[ -].+)",
    meaning="From the first day of one part to the last day of the other, with to or a dash between spaces",
    words=(" to ", "-"),
)
def _interpret_range(match: Match) -> MatchResult | None:
    first = _match_first_half(match["first"], match["second"])
    second = match_first(_RANGE_HALF_PATTERNS, match["second"])
    if isinstance(first, DateRange) and isinstance(second, DateRange):
        return _join_halves(match.string, first, second)
    if first is None or second is None:
        return None
    halves = (half for half in (first, second) if isinstance(half, DateRejection) and not half.is_status)
    return next((half.within(match.string) for half in halves), None)


def _match_first_half(first: str, second: str) -> MatchResult | None:
    """Match the first half of a range, completed with the year, or month and year, of the second.

    `April to June 2023` and `1 to 31 March 2023` leave out what both halves have in common.
    """
    result, ending = match_first(_RANGE_HALF_PATTERNS, first), compile_regex(_SHARED_ENDING_REGEX).fullmatch(second)
    if isinstance(result, DateRange) or not ending:
        return result
    has_shared_month = second[0].isdigit() and compile_regex(DAY_REGEX).fullmatch(first)
    endings = [ending["year"]]
    if has_shared_month or first.lower() in {"early", "mid"}:
        endings.insert(0, f"{ending['month']} {ending['year']}")
    completed = (match_first(_RANGE_HALF_PATTERNS, f"{first} {shared}") for shared in endings)
    return next((half for half in completed if isinstance(half, DateRange)), result)


def _join_halves(text: str, first: DateRange, second: DateRange) -> MatchResult:
    if first.earliest > second.earliest or first.latest > second.latest:
        return DateRejection(
            f"{quote(text)} ends before it starts: its first part runs to {format_long_date(first.latest)}, "
            f"its second to {format_long_date(second.latest)}.",
            f"Write the earlier part first, and each with its year, such as November {example_year(11)} to February "
            f"{example_next_year(11)}.",
        )
    basis = first.basis if first.basis is second.basis else Basis.CALENDAR
    return DateRange(first.earliest, second.latest, Precision.RANGE, basis)


_DATED_PATTERNS = (*DATE_PATTERNS, *REJECTION_PATTERNS)


@_compound(
    "a date and ongoing",
    ("July 2023 and ongoing", "Q1 2023/24 and ongoing", "31 March 2023, then on-going"),
    rf"(?P<until>.+?)(?:,? and|,? then| &|,) {ONGOING_REGEX}",
    meaning="Overdue after that date until review_by is set, then after review_by",
    words=("going", "continu"),
)
def _interpret_date_and_ongoing(match: Match) -> MatchResult | None:
    result = match_first(_DATED_PATTERNS, match["until"])
    if isinstance(result, DateRange):
        return replace(result, ongoing=True)
    return result.within(match.string) if isinstance(result, DateRejection) else None


@_compound(
    "ongoing",
    ("On-going", "Ongoing", "Continuous"),
    ONGOING_REGEX,
    meaning="No deadline. A rule asks for review_by",
    words=("going", "continu"),
)
def _interpret_ongoing(_: Match) -> MatchResult:
    return OpenEnded.ONGOING


@_compound(
    "no target yet",
    ("TBC", "to be confirmed", "in due course", "shortly"),
    r"t\.?b\.?[cda]|to be (?:confirmed|decided|determined|agreed|advised|announced)|in due course|shortly",
    meaning="No deadline yet. Counted as no target date",
    words=("tb", "t.b", "to be ", "in due course", "shortly"),
)
def _interpret_no_target(_: Match) -> MatchResult:
    return OpenEnded.NO_TARGET
