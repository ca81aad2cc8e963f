"""The one table of council dates. Documentation is made from it, and tests hold that no two rows meet."""

from __future__ import annotations

from dataclasses import replace

from p2ptrack.records.dates.periods import DAY_REGEX, PERIOD_PATTERNS
from p2ptrack.records.dates.refusals import REJECTION_PATTERNS
from p2ptrack.records.dates.row import DatePattern, Match, MatchResult, compile_regex, match_first, quote_text
from p2ptrack.records.dates.value import Basis, DateRange, DateRejection, OpenEnded, Precision
from p2ptrack.records.dates.words import format_long_date

_PRECISIONS_WITH_END = frozenset({Precision.MONTH, Precision.QUARTER, Precision.YEAR, Precision.SEASON})


def _interpret_end_of_period(match: Match) -> MatchResult | None:
    period = match_first((*PERIOD_PATTERNS, *REJECTION_PATTERNS), match["period"])
    if not isinstance(period, DateRange):
        return period
    if period.precision not in _PRECISIONS_WITH_END:
        return None
    return replace(period, earliest=period.latest, precision=Precision.DAY)


_END_PATTERN = DatePattern(
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
    _interpret_end_of_period,
)

_SHARED_ENDING_REGEX = r".*?(?P<month>[a-z]{3,9}\.?)?[ ,-]{1,2}(?P<year>(?:[0-9]{2,4}[-/])?[0-9]{2,4})"
_MONTH_WORD_REGEX = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"


def _match_range_half(text: str) -> MatchResult | None:
    return match_first((*PERIOD_PATTERNS, _END_PATTERN, *REJECTION_PATTERNS), text)


def _match_first_half(first: str, second: str) -> MatchResult | None:
    """Read the first half of a range, with the year or the month and year that it shares with the second.

    `April to June 2023` and `1 to 31 March 2023` leave out what both halves have in common.
    """
    result, ending = _match_range_half(first), compile_regex(_SHARED_ENDING_REGEX).fullmatch(second)
    if isinstance(result, DateRange) or not ending:
        return result
    month = f"{ending['month']} " if second[0].isdigit() and compile_regex(DAY_REGEX).fullmatch(first) else ""
    completed = _match_range_half(f"{first} {month}{ending['year']}")
    return completed if isinstance(completed, DateRange) else result


def _interpret_range(match: Match) -> MatchResult | None:
    halves = (_match_first_half(match["first"], match["second"]), _match_range_half(match["second"]))
    date_ranges = [half for half in halves if isinstance(half, DateRange)]
    rejections = [half for half in halves if isinstance(half, DateRejection)]
    if len(date_ranges) == len(halves):
        return _join_halves(match.string, *date_ranges)
    return rejections[0] if rejections and None not in halves else None


def _join_halves(text: str, first: DateRange, second: DateRange) -> MatchResult:
    if first.earliest > second.earliest or first.latest > second.latest:
        return DateRejection(
            f"{quote_text(text)} ends before it starts: its first half runs to {format_long_date(first.latest)}, "
            f"its second to {format_long_date(second.latest)}.",
            "the earlier half first, each with its year, such as November 2023 to February 2024",
        )
    basis = first.basis if first.basis is second.basis else Basis.CALENDAR
    return DateRange(first.earliest, second.latest, Precision.RANGE, basis)


_RANGE_PATTERN = DatePattern(
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
        rf"(?P<first>{_MONTH_WORD_REGEX})-(?P<second>{_MONTH_WORD_REGEX}[ -].+)",
    ),
    _interpret_range,
)


def _interpret_date_and_ongoing(match: Match) -> MatchResult | None:
    result = match_first((*PERIOD_PATTERNS, _END_PATTERN, _RANGE_PATTERN, *REJECTION_PATTERNS), match["until"])
    return replace(result, ongoing=True) if isinstance(result, DateRange) else result


_ONGOING_REGEX = r"(?:on[ -]?going|continuous|continuing)"

_DATE_AND_ONGOING_PATTERN = DatePattern(
    "a date and ongoing",
    "Overdue after that date until review_by is set, then after review_by",
    ("July 2023 and ongoing", "Q1 2023/24 and ongoing", "31 March 2023, then on-going"),
    (rf"(?P<until>.+?)(?:,? and|,? then| &|,) {_ONGOING_REGEX}",),
    _interpret_date_and_ongoing,
)

_ONGOING_PATTERN = DatePattern(
    "ongoing",
    "No deadline: a rule asks for review_by",
    ("On-going", "Ongoing", "Continuous"),
    (_ONGOING_REGEX,),
    lambda _: OpenEnded.ONGOING,
)

_NO_TARGET_PATTERN = DatePattern(
    "no target yet",
    "No deadline yet: counted as no target",
    ("TBC", "to be confirmed", "in due course", "shortly"),
    (r"tbc|tbd|tba|to be (?:confirmed|decided|determined|agreed|advised|announced)|in due course|shortly",),
    lambda _: OpenEnded.NO_TARGET,
)

DATE_PATTERNS: tuple[DatePattern, ...] = (
    *PERIOD_PATTERNS,
    _END_PATTERN,
    _RANGE_PATTERN,
    _DATE_AND_ONGOING_PATTERN,
    _ONGOING_PATTERN,
    _NO_TARGET_PATTERN,
)
