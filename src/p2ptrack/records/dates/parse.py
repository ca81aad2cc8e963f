"""Reading a date as a council writes it. No string makes it fail: what is no date is answered with words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

from p2ptrack.records.dates import nearest
from p2ptrack.records.dates.advice import two_ways
from p2ptrack.records.dates.anchors import Anchor, Anchors
from p2ptrack.records.dates.folding import fold, tidy
from p2ptrack.records.dates.refusals import REFUSALS
from p2ptrack.records.dates.row import Outcome, first_outcome, pair, quoted
from p2ptrack.records.dates.rows import ROWS
from p2ptrack.records.dates.value import Basis, CouncilDate, NotADate, Open, Precision, Reading
from p2ptrack.records.dates.words import FIRST_YEAR, LAST_YEAR, long_day

_EMPTY = NotADate("The date is empty.", f"{nearest.ACCEPTED}; or leave the field out")


def parse(raw: str, anchors: Anchors | None = None) -> CouncilDate | NotADate:
    """Read a date; `anchors` are the phases and meetings that it may name.

    None means that they are not known, because the programme cannot be read: words that no row of the
    table takes are then kept as an unresolved date. Words that are ambiguous or never a date are
    refused in any case, unless a phase or a meeting is called exactly so.
    """
    found = _from_table(raw)
    if anchors is not None:
        return _with_anchors(raw, found, anchors)
    return found or _without_deadline(raw, unresolved=True)


def parse_pair(raw: str, means: str, anchors: Anchors | None = None) -> CouncilDate | NotADate:
    """Read `{raw, means}`: a paper's own words, and the date that the register keeper takes them for.

    `means: none` says that they set no date. The words may be anything, an ambiguous date included.
    """
    if not tidy(raw):
        return NotADate("The words that were published are empty.", pair("in the new year", "31 January 2024"))
    if fold(means) == "none":
        return replace(_without_deadline(raw), inferred=True)
    meant = parse(means, anchors)
    return meant if isinstance(meant, NotADate) else replace(meant, raw=raw, inferred=True)


@lru_cache(maxsize=16384)
def _from_table(raw: str) -> CouncilDate | NotADate | None:
    day = _machine_day(raw)
    if day:
        return CouncilDate(raw, day, day, Precision.DAY)
    text = tidy(raw)
    return _dated(raw, first_outcome((*ROWS, *REFUSALS), text) if text else _EMPTY)


def _machine_day(raw: str) -> date | None:
    """Read `2023-03-31` without the table, which takes it too: most dates of a register look so."""
    if len(raw) != len("2023-03-31") or raw[4] != "-" or raw[7] != "-":
        return None
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _dated(raw: str, outcome: Outcome | None) -> CouncilDate | NotADate | None:
    if outcome is None or isinstance(outcome, NotADate):
        return outcome
    if isinstance(outcome, Reading):
        return CouncilDate(raw, outcome.earliest, outcome.latest, outcome.precision, outcome.basis, outcome.ongoing)
    return replace(_without_deadline(raw), ongoing=outcome is Open.ONGOING)


def _without_deadline(raw: str, unresolved: bool = False) -> CouncilDate:
    return CouncilDate(raw, None, None, Precision.NONE, unresolved=unresolved)


def _with_anchors(raw: str, found: CouncilDate | NotADate | None, anchors: Anchors) -> CouncilDate | NotADate:
    name = fold(raw)
    if isinstance(found, CouncilDate):
        other = next((anchor for anchor in anchors.named(name) if _differs(anchor, found)), None)
        return _date_or_anchor(raw, found, other) if other else found
    named = anchors.named(name) if found else anchors.meant(name)
    if len(named) == 1:
        return _hung(raw, named[0])
    return _several(raw, named) if named else found or nearest.unknown(tidy(raw), anchors)


def _hung(raw: str, anchor: Anchor) -> CouncilDate:
    return replace(anchor.end, raw=raw, basis=Basis(anchor.kind), anchor=anchor.id, inferred=False)


def _differs(anchor: Anchor, found: CouncilDate) -> bool:
    # A meeting may be called by no more than its month; whoever writes the month means the month.
    return anchor.kind == "phase" and anchor.end.latest != found.latest


def _several(raw: str, named: tuple[Anchor, ...]) -> NotADate:
    ways = [f"the {anchor.kind} {anchor.id} ({anchor.end.printed()})" for anchor in named]
    message = f"{quoted(tidy(raw))} is the name of more than one: {', '.join(ways)}."
    return NotADate(message, " or ".join(anchor.id for anchor in named))


def _date_or_anchor(raw: str, found: CouncilDate, anchor: Anchor) -> NotADate:
    days = f"{long_day(found.earliest)} to {long_day(found.latest)}" if found.earliest and found.latest else "no date"
    hung = f"the {anchor.kind} {anchor.id} ({anchor.end.printed()})"
    return two_ways(tidy(raw), f"the calendar ({days})", hung, f"{anchor.id} for the {anchor.kind}, or {days}")
