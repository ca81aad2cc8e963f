"""Parses a date as a council writes it. No text makes it raise: what is not a date gives a `DateRejection`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
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
    PERIOD_PATTERNS,
    DatePattern,
    Match,
    MatchResult,
    compile_regex,
    date_pattern,
    match_first,
    reject_ambiguous,
)
from p2ptrack.model.dates.rejections import REJECTION_PATTERNS
from p2ptrack.phrases import join_words, quote, suggest

# The phases and meetings that a date may name.

_NAME_IN_PHRASE = r"(?:(?:by|at|in|on) )?(?:the )?(?:end of (?:the )?)?(.+?)(?: meeting)?"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A phase or a meeting that a date may name.

    `end` is the phase's end or the meeting's day. `title` is its name; a meeting without one is called by its month,
    year and body: `March 2023 Audit Committee`. `aliases` are further names.
    `label` is what papers print beside its day.
    """

    id: str
    kind: Literal["phase", "meeting"]
    title: str
    end: CouncilDate
    aliases: tuple[str, ...] = ()
    label: str = ""

    def display_names(self) -> dict[str, str]:
        """Return all its names by their normalised form."""
        return {normalise_text(name): name for name in (self.id, self.title, *self.aliases) if normalise_text(name)}

    def describe(self) -> str:
        """Return it as a message describes it: `the phase P2 (Sept 23)`."""
        return f"the {self.kind} {self.id} ({self.end.to_text()})"


class Anchors:
    """All phases and meetings, found by id or name in any case."""

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        self._by_name: dict[str, tuple[Anchor, ...]] = {}
        for anchor in anchors:
            for name in anchor.display_names():
                self._by_name[name] = (*self._by_name.get(name, ()), anchor)

    def find(self, key: str) -> tuple[Anchor, ...]:
        """Return those with exactly this normalised name; more than one when it is ambiguous."""
        return self._by_name.get(key, ())

    def find_in_phrase(self, key: str) -> tuple[Anchor, ...]:
        """Return those with this name, also with words around it: `by the end of CBT Phase 2`."""
        match = compile_regex(_NAME_IN_PHRASE).fullmatch(key)
        return self.find(key) or (self.find(match[1]) if match else ())

    def display_names(self) -> dict[str, str]:
        """Return all names by their normalised form."""
        return {key: anchors[0].display_names()[key] for key, anchors in sorted(self._by_name.items())}


# Patterns that contain other patterns: the end of a period, ranges, and dates after which work goes on.

_PRECISIONS_WITH_END = frozenset({Precision.MONTH, Precision.QUARTER, Precision.YEAR, Precision.SEASON})
_SHARED_ENDING_REGEX = r".*?(?P<month>[a-z]{3,9}\.?)?[ ,-]{1,2}(?P<year>(?:[0-9]{2,4}[-/])?[0-9]{2,4})"
_MONTH_WORD_REGEX = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_ONGOING_REGEX = r"(?:on[ -]?going|continuous|continuing)"

DATE_PATTERNS: list[DatePattern] = [*PERIOD_PATTERNS]
_compound = partial(date_pattern, DATE_PATTERNS)


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
    r"(?:(?:by|at) )?(?:the )?end(?: of)?[ -](?P<period>.+)",
    meaning="The last day of the month, quarter, season or year",
)
def _interpret_end_of_period(match: Match) -> MatchResult | None:
    period = match_first((*PERIOD_PATTERNS, *REJECTION_PATTERNS), match["period"])
    if not isinstance(period, DateRange):
        return period
    if period.precision not in _PRECISIONS_WITH_END:
        return None
    return replace(period, earliest=period.latest, precision=Precision.DAY)


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
    r"(?:from )?(?P<first>.+?) (?:to|-) (?P<second>.+)",
    rf"(?P<first>{_MONTH_WORD_REGEX})-(?P<second>{_MONTH_WORD_REGEX}[ -].+)",
    meaning="From the first day of one part to the last day of the other, with to or a dash between spaces",
)
def _interpret_range(match: Match) -> MatchResult | None:
    first = _match_first_half(match["first"], match["second"])
    second = match_first(_RANGE_HALF_PATTERNS, match["second"])
    if isinstance(first, DateRange) and isinstance(second, DateRange):
        return _join_halves(match.string, first, second)
    if first is None or second is None:
        return None
    return next((half for half in (first, second) if isinstance(half, DateRejection)), None)


def _match_first_half(first: str, second: str) -> MatchResult | None:
    """Match the first half of a range, completed with the year, or month and year, of the second.

    `April to June 2023` and `1 to 31 March 2023` leave out what both halves have in common.
    """
    result, ending = match_first(_RANGE_HALF_PATTERNS, first), compile_regex(_SHARED_ENDING_REGEX).fullmatch(second)
    if isinstance(result, DateRange) or not ending:
        return result
    has_shared_month = second[0].isdigit() and compile_regex(DAY_REGEX).fullmatch(first)
    month = f"{ending['month']} " if has_shared_month else ""
    completed = match_first(_RANGE_HALF_PATTERNS, f"{first} {month}{ending['year']}")
    return completed if isinstance(completed, DateRange) else result


def _join_halves(text: str, first: DateRange, second: DateRange) -> MatchResult:
    if first.earliest > second.earliest or first.latest > second.latest:
        return DateRejection(
            f"{quote(text)} ends before it starts: its first part runs to {format_long_date(first.latest)}, "
            f"its second to {format_long_date(second.latest)}.",
            "Write the earlier part first, and each with its year, such as November 2023 to February 2024.",
        )
    basis = first.basis if first.basis is second.basis else Basis.CALENDAR
    return DateRange(first.earliest, second.latest, Precision.RANGE, basis)


_DATED_PATTERNS = (*DATE_PATTERNS, *REJECTION_PATTERNS)


@_compound(
    "a date and ongoing",
    ("July 2023 and ongoing", "Q1 2023/24 and ongoing", "31 March 2023, then on-going"),
    rf"(?P<until>.+?)(?:,? and|,? then| &|,) {_ONGOING_REGEX}",
    meaning="Overdue after that date until review_by is set, then after review_by",
)
def _interpret_date_and_ongoing(match: Match) -> MatchResult | None:
    result = match_first(_DATED_PATTERNS, match["until"])
    return replace(result, ongoing=True) if isinstance(result, DateRange) else result


@_compound(
    "ongoing", ("On-going", "Ongoing", "Continuous"), _ONGOING_REGEX, meaning="No deadline. A rule asks for review_by"
)
def _interpret_ongoing(_: Match) -> MatchResult:
    return OpenEnded.ONGOING


@_compound(
    "no target yet",
    ("TBC", "to be confirmed", "in due course", "shortly"),
    r"tbc|tbd|tba|to be (?:confirmed|decided|determined|agreed|advised|announced)|in due course|shortly",
    meaning="No deadline yet. Counted as no target date",
)
def _interpret_no_target(_: Match) -> MatchResult:
    return OpenEnded.NO_TARGET


# The date that a text which is no date probably means.

_ACCEPTED_FORMS = "a date such as 31 March 2023, March 2023, Q3 2023/24 or early 2023/24, or TBC"
_OTHER_WORDS = ("Early", "Spring", "Summer", "Autumn", "Ongoing", "Continuous", "Quarter")
_CALENDAR_WORDS = (*MONTH_NAMES, *WEEKDAY_NAMES, *_OTHER_WORDS)
_MIN_CORRECTED_LENGTH = 5
"""Shorter words are never corrected: *date* is no misspelling of *late*, nor *way* of *May*."""
_MAX_WORDS = 12
_MAX_LENGTH = 144
_SURROUNDING_PUNCTUATION = ",;:?!~*()[]'\""


def _reject_unknown(text: str, anchors: Anchors) -> DateRejection:
    suggestion = suggest_date(text) or _suggest_anchor_name(text, anchors)
    fix = f"Write {suggestion or _ACCEPTED_FORMS}."
    return DateRejection(f"{quote(text)} is not a date, a phase or a meeting.", fix, suggestion or "none")


def _suggest_anchor_name(text: str, anchors: Anchors) -> str:
    """Return the name that a text misspells. Another number is not a misspelling: phase 5 is not phase 2."""
    key, names = normalise_text(text), anchors.display_names()
    digits = re.findall(r"\d+", key)
    candidates = [name for name in names if re.findall(r"\d+", name) == digits]
    return next((names[name] for name in suggest(key, candidates)), "")


@lru_cache(maxsize=1024)
def suggest_date(text: str) -> str:
    """Return the longest run of words that is a date, with misspelt words corrected; empty if there is none."""
    if len(text) > _MAX_LENGTH:
        return ""
    for phrase in _iter_candidate_phrases(text):
        if isinstance(match_first(DATE_PATTERNS, phrase), DateRange):
            return phrase
    return ""


def _iter_candidate_phrases(text: str) -> Iterator[str]:
    """Yield what may have been meant, the likeliest first."""
    yield text.replace("-", " - ")
    yield text.replace(" - ", "-")
    yield text.replace("/", " to ")
    word_runs = [*_iter_word_runs(text), *_iter_word_runs(text.replace("-", " "))]
    yield from sorted(word_runs, key=lambda word_run: -word_run.count(" "))


def _iter_word_runs(text: str) -> Iterator[str]:
    words = [_correct_spelling(word) for word in text.split(" ")[:_MAX_WORDS]]
    for start, end in combinations(range(len(words) + 1), 2):
        yield " ".join(words[start:end]).strip(_SURROUNDING_PUNCTUATION)


@lru_cache(maxsize=4096)
def _correct_spelling(word: str) -> str:
    if len(word) < _MIN_CORRECTED_LENGTH or not word.isalpha():
        return word
    corrected = next(iter(suggest(word, _CALENDAR_WORDS)), word)
    return word if corrected.casefold() == word.casefold() else corrected


# Parsing.

_EMPTY_REJECTION = DateRejection("The date is empty.", f"Write {_ACCEPTED_FORMS}. Otherwise leave the field out.")


def parse_date(raw: str, anchors: Anchors | None = None) -> CouncilDate | DateRejection:
    """Parse a date. `anchors` are the phases and meetings that it may name.

    None means that they are not known, because the programme cannot be read. Text that matches no pattern is then an
    unresolved date. Text that is ambiguous or never a date is rejected in any case, unless it is exactly the name of a
    phase or meeting.
    """
    result = _parse_with_patterns(raw)
    if anchors is not None:
        return _resolve_anchors(raw, result, anchors)
    return result or _make_open_ended_date(raw, unresolved=True)


def parse_interpreted_date(raw: str, means: str, anchors: Anchors | None = None) -> CouncilDate | DateRejection:
    """Parse `{raw, means}`: a source's own words, which may be anything, and our interpretation of them.

    `means: none` says that they set no date.
    """
    if not normalise_punctuation(raw):
        return DateRejection("The source's words in raw are empty.", "Write them after raw:.")
    if normalise_text(means) == "none":
        return replace(_make_open_ended_date(raw), inferred=True)
    interpretation = parse_date(means, anchors)
    if isinstance(interpretation, DateRejection):
        return interpretation
    return replace(interpretation, raw=raw, inferred=True)


@lru_cache(maxsize=16384)
def _parse_with_patterns(raw: str) -> CouncilDate | DateRejection | None:
    day = _parse_iso_day(raw)
    if day:
        return CouncilDate(raw, day, day, Precision.DAY)
    text = normalise_punctuation(raw)
    return _to_council_date(raw, match_first((*DATE_PATTERNS, *REJECTION_PATTERNS), text) if text else _EMPTY_REJECTION)


def _parse_iso_day(raw: str) -> date | None:
    """Parse `2023-03-31` without the patterns, which accept it too: most dates of a register are written so."""
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
    name, text = normalise_text(raw), normalise_punctuation(raw)
    if isinstance(result, CouncilDate):
        for anchor in anchors.find(name):
            # A meeting may be called by its month alone; whoever writes the month means the month.
            if anchor.kind == "phase" and anchor.end.latest != result.latest:
                return _reject_date_or_anchor(text, result, anchor)
        return result
    matching_anchors = anchors.find(name) if result else anchors.find_in_phrase(name)
    if len(matching_anchors) == 1:
        anchor = matching_anchors[0]
        basis = Basis(anchor.kind)
        return replace(anchor.end, raw=raw, basis=basis, anchor=anchor.id, anchor_label=anchor.label, inferred=False)
    if matching_anchors:
        return DateRejection(
            f"{quote(text)} can mean {join_words([anchor.describe() for anchor in matching_anchors], 'or')}.",
            f"Write {join_words([anchor.id for anchor in matching_anchors], 'or')}.",
        )
    return result or _reject_unknown(text, anchors)


def _reject_date_or_anchor(text: str, parsed_date: CouncilDate, anchor: Anchor) -> DateRejection:
    days = "no date"
    if parsed_date.earliest and parsed_date.latest:
        days = f"{format_long_date(parsed_date.earliest)} to {format_long_date(parsed_date.latest)}"
    return reject_ambiguous(text, days, anchor.describe(), days, f"{anchor.id} for the {anchor.kind}")
