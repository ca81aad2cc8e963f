"""Reading a date as a council writes it. No string makes it fail: what is no date is answered with words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import combinations
from typing import Literal

from p2ptrack.model.dates.council_date import (
    FIRST_YEAR,
    LAST_YEAR,
    MONTH_NAMES,
    WEEKDAY_NAMES,
    Basis,
    CouncilDate,
    DateRange,
    DateRejection,
    OpenEnded,
    Precision,
    format_long_date,
    normalise_punctuation,
    normalise_text,
)
from p2ptrack.model.dates.patterns import (
    DAY_REGEX,
    MAX_QUOTE_LENGTH,
    PERIOD_PATTERNS,
    DatePattern,
    Match,
    MatchResult,
    compile_regex,
    format_interpreted_date,
    match_first,
    quote_text,
    reject_ambiguous,
)
from p2ptrack.model.dates.rejections import REJECTION_PATTERNS

# The phases and meetings of a programme, as far as dates hang on them.


_NAME_IN_PHRASE = r"(?:(?:by|at|in|on) )?(?:the )?(?:end of (?:the )?)?(.+?)(?: meeting)?"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A phase or a meeting that a date may name.

    `end` is the phase's end or the meeting's day. `title` is what people call it; for a meeting the
    month, the year and the body: `March 2023 Audit Committee`. `also` are further names.
    """

    id: str
    kind: Literal["phase", "meeting"]
    title: str
    end: CouncilDate
    aliases: tuple[str, ...] = ()

    def display_names(self) -> dict[str, str]:
        """Return everything that it is called: as it is compared, and as people write it."""
        return {normalise_text(name): name for name in (self.id, self.title, *self.aliases) if normalise_text(name)}


class Anchors:
    """What a date may name, by id and by name, in any case."""

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        self._by_name: dict[str, tuple[Anchor, ...]] = {}
        for anchor in anchors:
            for name in anchor.display_names():
                self._by_name[name] = (*self._by_name.get(name, ()), anchor)

    def find(self, key: str) -> tuple[Anchor, ...]:
        """Return what is called exactly so; more than one when the name is ambiguous."""
        return self._by_name.get(key, ())

    def find_in_phrase(self, key: str) -> tuple[Anchor, ...]:
        """Return what is called so, or so with words about it: `by the end of CBT Phase 2`."""
        match = compile_regex(_NAME_IN_PHRASE).fullmatch(key)
        return self.find(key) or (self.find(match[1]) if match else ())

    def display_names(self) -> dict[str, str]:
        """Return every name, to look for the nearest: as it is compared, and as people write it."""
        return {key: anchors[0].display_names()[key] for key, anchors in sorted(self._by_name.items())}


# The one table of council dates. Documentation is made from it, and tests hold that no two rows meet.


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


# What somebody meant who wrote no date: the nearest words that are one.


ACCEPTED_FORMS = "a date such as 31 March 2023, March 2023, Q3 2023/24 or early 2023/24, or TBC"
_OTHER_WORDS = ("Early", "Mid", "Late", "Spring", "Summer", "Autumn", "Ongoing", "Continuous", "Quarter")
_CALENDAR_WORDS = {word.lower(): word for word in (*MONTH_NAMES, *WEEKDAY_NAMES, *_OTHER_WORDS)}
_MAX_WORDS = 12
_SURROUNDING_PUNCTUATION = ",;:?!~*()[]'\""


def reject_unknown(text: str, anchors: Anchors) -> DateRejection:
    """Refuse tidied words that no row takes and no phase or meeting is called, with the nearest that would do."""
    suggestion = suggest_date(text) or _suggest_anchor_name(text, anchors)
    message = f"{quote_text(text)} is neither a date that the register can read nor a phase or a meeting."
    if suggestion:
        return DateRejection(
            message,
            f"{suggestion}; or, to keep a paper's own words, {format_interpreted_date(_shorten_quote(text), suggestion)}",
        )
    return DateRejection(
        message,
        f"{ACCEPTED_FORMS}; or, to keep a paper's own words, {format_interpreted_date(_shorten_quote(text), '31 March 2023')}",
    )


def _suggest_anchor_name(text: str, anchors: Anchors) -> str | None:
    names = anchors.display_names()
    matches = difflib.get_close_matches(text.casefold(), names, 1, 0.75)
    return names[matches[0]] if matches else None


@lru_cache(maxsize=1024)
def suggest_date(text: str) -> str | None:
    """Return the longest stretch of the words that is a date, with misspelt words put right; else None."""
    if len(text) > _MAX_WORDS * _MAX_WORDS:
        return None
    return next(
        (phrase for phrase in _iter_candidate_phrases(text) if isinstance(_match_date_pattern(phrase), DateRange)), None
    )


def _match_date_pattern(phrase: str) -> MatchResult | None:
    return match_first(DATE_PATTERNS, phrase)


def _iter_candidate_phrases(text: str) -> Iterator[str]:
    """Yield what could have been meant, the likeliest first."""
    yield text.replace("-", " - ")
    yield text.replace(" - ", "-")
    yield text.replace("/", " to ")
    word_runs = [*_iter_word_runs(text), *_iter_word_runs(text.replace("-", " "))]
    yield from sorted(word_runs, key=lambda word_run: -word_run.count(" "))


def _iter_word_runs(text: str) -> Iterator[str]:
    words = [_correct_spelling(word) for word in text.split(" ")[:_MAX_WORDS]]
    for start, end in combinations(range(len(words) + 1), 2):
        yield " ".join(words[start:end]).strip(_SURROUNDING_PUNCTUATION)


def _correct_spelling(word: str) -> str:
    is_correct = word.lower() in _CALENDAR_WORDS or not word.isalpha()
    matches = [] if is_correct else difflib.get_close_matches(word.lower(), _CALENDAR_WORDS, 1, 0.8)
    return _CALENDAR_WORDS[matches[0]] if matches else word


def _shorten_quote(text: str) -> str:
    return text if len(text) <= MAX_QUOTE_LENGTH else "..."


_EMPTY_REJECTION = DateRejection("The date is empty.", f"{ACCEPTED_FORMS}; or leave the field out")


def parse_date(raw: str, anchors: Anchors | None = None) -> CouncilDate | DateRejection:
    """Read a date; `anchors` are the phases and meetings that it may name.

    None means that they are not known, because the programme cannot be read: words that no row of the
    table takes are then kept as an unresolved date. Words that are ambiguous or never a date are
    refused in any case, unless a phase or a meeting is called exactly so.
    """
    result = _parse_with_patterns(raw)
    if anchors is not None:
        return _resolve_anchors(raw, result, anchors)
    return result or _make_open_ended_date(raw, unresolved=True)


def parse_interpreted_date(raw: str, means: str, anchors: Anchors | None = None) -> CouncilDate | DateRejection:
    """Read `{raw, means}`: a paper's own words, and the date that the register keeper takes them for.

    `means: none` says that they set no date. The words may be anything, an ambiguous date included.
    """
    if not normalise_punctuation(raw):
        return DateRejection(
            "The words that were published are empty.", format_interpreted_date("in the new year", "31 January 2024")
        )
    if normalise_text(means) == "none":
        return replace(_make_open_ended_date(raw), inferred=True)
    interpretation = parse_date(means, anchors)
    return (
        interpretation if isinstance(interpretation, DateRejection) else replace(interpretation, raw=raw, inferred=True)
    )


@lru_cache(maxsize=16384)
def _parse_with_patterns(raw: str) -> CouncilDate | DateRejection | None:
    day = _parse_iso_day(raw)
    if day:
        return CouncilDate(raw, day, day, Precision.DAY)
    text = normalise_punctuation(raw)
    return _to_council_date(raw, match_first((*DATE_PATTERNS, *REJECTION_PATTERNS), text) if text else _EMPTY_REJECTION)


def _parse_iso_day(raw: str) -> date | None:
    """Read `2023-03-31` without the table, which takes it too: most dates of a register look so."""
    if len(raw) != len("2023-03-31") or raw[4] != "-" or raw[7] != "-":
        return None
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _to_council_date(raw: str, outcome: MatchResult | None) -> CouncilDate | DateRejection | None:
    if outcome is None or isinstance(outcome, DateRejection):
        return outcome
    if isinstance(outcome, DateRange):
        return CouncilDate(raw, outcome.earliest, outcome.latest, outcome.precision, outcome.basis, outcome.ongoing)
    return replace(_make_open_ended_date(raw), ongoing=outcome is OpenEnded.ONGOING)


def _make_open_ended_date(raw: str, unresolved: bool = False) -> CouncilDate:
    return CouncilDate(raw, None, None, Precision.NONE, unresolved=unresolved)


def _resolve_anchors(
    raw: str, result: CouncilDate | DateRejection | None, anchors: Anchors
) -> CouncilDate | DateRejection:
    name = normalise_text(raw)
    if isinstance(result, CouncilDate):
        conflicting_anchor = next(
            (anchor for anchor in anchors.find(name) if _is_conflicting_anchor(anchor, result)), None
        )
        return _reject_date_or_anchor(raw, result, conflicting_anchor) if conflicting_anchor else result
    matching_anchors = anchors.find(name) if result else anchors.find_in_phrase(name)
    if len(matching_anchors) == 1:
        return _date_from_anchor(raw, matching_anchors[0])
    return (
        _reject_ambiguous_anchors(raw, matching_anchors)
        if matching_anchors
        else result or reject_unknown(normalise_punctuation(raw), anchors)
    )


def _date_from_anchor(raw: str, anchor: Anchor) -> CouncilDate:
    return replace(anchor.end, raw=raw, basis=Basis(anchor.kind), anchor=anchor.id, inferred=False)


def _is_conflicting_anchor(anchor: Anchor, parsed_date: CouncilDate) -> bool:
    # A meeting may be called by no more than its month; whoever writes the month means the month.
    return anchor.kind == "phase" and anchor.end.latest != parsed_date.latest


def _reject_ambiguous_anchors(raw: str, matching_anchors: tuple[Anchor, ...]) -> DateRejection:
    readings = [f"the {anchor.kind} {anchor.id} ({anchor.end.to_text()})" for anchor in matching_anchors]
    message = f"{quote_text(normalise_punctuation(raw))} is the name of more than one: {', '.join(readings)}."
    return DateRejection(message, " or ".join(anchor.id for anchor in matching_anchors))


def _reject_date_or_anchor(raw: str, parsed_date: CouncilDate, anchor: Anchor) -> DateRejection:
    days = (
        f"{format_long_date(parsed_date.earliest)} to {format_long_date(parsed_date.latest)}"
        if parsed_date.earliest and parsed_date.latest
        else "no date"
    )
    anchor_reading = f"the {anchor.kind} {anchor.id} ({anchor.end.to_text()})"
    return reject_ambiguous(
        normalise_punctuation(raw),
        f"the calendar ({days})",
        anchor_reading,
        f"{anchor.id} for the {anchor.kind}, or {days}",
    )
