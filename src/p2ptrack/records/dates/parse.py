"""Reading a date as a council writes it. No string makes it fail: what is no date is answered with words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

from p2ptrack.records.dates import nearest
from p2ptrack.records.dates.advice import reject_ambiguous
from p2ptrack.records.dates.anchors import Anchor, Anchors
from p2ptrack.records.dates.folding import normalise_punctuation, normalise_text
from p2ptrack.records.dates.refusals import REJECTION_PATTERNS
from p2ptrack.records.dates.row import MatchResult, format_interpreted_date, match_first, quote_text
from p2ptrack.records.dates.rows import DATE_PATTERNS
from p2ptrack.records.dates.value import Basis, CouncilDate, DateRange, DateRejection, OpenEnded, Precision
from p2ptrack.records.dates.words import FIRST_YEAR, LAST_YEAR, format_long_date

_EMPTY_REJECTION = DateRejection("The date is empty.", f"{nearest.ACCEPTED_FORMS}; or leave the field out")


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
        else result or nearest.reject_unknown(normalise_punctuation(raw), anchors)
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
