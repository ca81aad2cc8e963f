"""Parses a date as a council writes it. It never raises: a text that is not a date gives a `DateRejection`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Literal

from p2ptrack.model.dates.compounds import DATE_PATTERNS
from p2ptrack.model.dates.council_date import (
    EXAMPLE_FORMS,
    FIRST_YEAR,
    LAST_YEAR,
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
from p2ptrack.model.dates.patterns import MatchResult, compile_regex, match_first, reject_ambiguous
from p2ptrack.model.dates.rejections import REJECTION_PATTERNS
from p2ptrack.model.dates.suggestions import reject_unknown
from p2ptrack.phrases import join_words, quote
from p2ptrack.values import dataclass

_NAME_IN_PHRASE = (
    r"(?:(?:by|at|in|on|no later than|not later than|on or before|at or before) )?"
    r"(?:the )?(?:end of (?:the )?)?(.+?)(?: meeting)?"
)


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
        """Return the anchors with exactly this normalised name; more than one if it is ambiguous."""
        return self._by_name.get(key, ())

    def find_in_phrase(self, key: str) -> tuple[Anchor, ...]:
        """Return the anchors with this name, also with words around it: `by the end of CBT Phase 2`."""
        match = compile_regex(_NAME_IN_PHRASE).fullmatch(key)
        return self.find(key) or (self.find(match[1]) if match else ())

    def display_names(self) -> dict[str, str]:
        """Return all names by their normalised form."""
        return {key: anchors[0].display_names()[key] for key, anchors in sorted(self._by_name.items())}


_EMPTY_REJECTION = DateRejection("The date is empty.", f"Write {EXAMPLE_FORMS}. Otherwise leave the field out.")


def parse_date(
    raw: str, anchors: Anchors | None = None, as_of: date | None = None, *, is_past: bool = False
) -> CouncilDate | DateRejection:
    """Parse a date. `anchors` are the phases and meetings that it may name.

    If `anchors` is None, because the programme cannot be read, text that matches no pattern is an unresolved date. Text
    that is ambiguous or never a date is rejected in any case, unless it is exactly the name of a phase or meeting.
    Examples in a rejection lie after `as_of`; with `is_past`, before it.
    """
    result = _parse_with_patterns(raw)
    if anchors is not None:
        result = _resolve_anchors(raw, result, anchors)
    if isinstance(result, DateRejection):
        return result.with_examples(as_of, is_past=is_past)
    return result or _make_open_ended_date(raw, unresolved=True)


def parse_interpreted_date(
    raw: str, means: str, anchors: Anchors | None = None, as_of: date | None = None, *, is_past: bool = False
) -> CouncilDate | DateRejection:
    """Parse `{raw, means}`: a source's own words, which may be anything, and our interpretation of them.

    `means: none` states that they set no date.
    """
    if not normalise_punctuation(raw):
        return DateRejection("The source's words in raw are empty.", "Write them after raw:.")
    if normalise_text(means) == "none":
        return replace(_make_open_ended_date(raw), inferred=True)
    interpretation = parse_date(means, anchors, as_of, is_past=is_past)
    if isinstance(interpretation, DateRejection):
        return interpretation
    return replace(interpretation, raw=raw, inferred=True)


@lru_cache(maxsize=16384)
def _parse_with_patterns(raw: str) -> CouncilDate | DateRejection | None:
    day = _parse_iso_day(raw)
    if day:
        return CouncilDate(raw, day, day, Precision.DAY)
    text = normalise_punctuation(raw)
    return _to_council_date(raw, match_first(_PATTERNS, text) if text else _EMPTY_REJECTION)


# No text matches two patterns of dates, so those come first that most texts rule out before they are compiled.
_PATTERNS = (*sorted(DATE_PATTERNS, key=lambda pattern: not pattern.words), *REJECTION_PATTERNS)


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
            # A meeting may be called by its month alone, but a month that is written as a date means the month.
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
    return result or reject_unknown(text, anchors.display_names())


def _reject_date_or_anchor(text: str, parsed_date: CouncilDate, anchor: Anchor) -> DateRejection:
    days = "no date"
    if parsed_date.earliest and parsed_date.latest:
        days = f"{format_long_date(parsed_date.earliest)} to {format_long_date(parsed_date.latest)}"
    return reject_ambiguous(text, days, anchor.describe(), days, f"{anchor.id} for the {anchor.kind}")
