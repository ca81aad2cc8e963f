"""Targets that moved, and what the ledger says of it: what was asked for, granted or refused, by whom and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from p2ptrack.analysis.past.differences import NOTHING, Difference, Pair, as_value, entries, said
from p2ptrack.analysis.past.events import Event, Lens, Sort
from p2ptrack.analysis.past.succession import Succession
from p2ptrack.analysis.past.then import days_from, same_day, written
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.fields import Category, Decision, fold_word
from p2ptrack.records.timeline import Values

Move = tuple[CouncilDate | None, CouncilDate | None]
_NO_LEAVE = {Decision.REFUSED: "the extension was refused", Decision.REQUESTED: "the extension is not granted yet"}


def target(step: Succession, each: Difference) -> Iterator[Event]:
    """Yield the move of a target; nothing where it is written in another way and counted to the same days."""
    old, new = step.old.get("target"), step.new.get("target")
    read = step.lens.dates.read
    move = read(old), read(new)
    if same_day(*move):
        if not step.lens.same(Difference("target", written(old), written(new))):
            yield step.differs(Sort.OTHER, each)
        return
    entry, note = _declared(step, move)
    yield step.event(
        Sort.TARGET,
        each,
        field="target",
        old=written(old) or None,
        new=written(new) or None,
        days=days_from(*move),
        reason=_text(entry, "reason"),
        approved_by=_text(entry, "approved_by"),
        note=_first(step) if same_day(move[0], None) else note,
    )


def _first(step: Succession) -> str:
    """Return what is told of a target where none was counted to before."""
    earlier = (s for s in step.timeline.states if s.moment.number < step.after.moment.number)
    had = any(not same_day(step.lens.dates.read((s.values or NOTHING).get("target")), None) for s in earlier)
    return "set again" if had or step.old.get("revisions") else "set for the first time"


def _declared(step: Succession, move: Move) -> tuple[Values, str]:
    """Return the entry of the ledger that a move rests on, and what is to be told of it."""
    for values, late in ((step.new, ""), (step.last, "entered in the ledger later")):
        entry, begins = declared_in(values, move, step.lens)
        if begins:
            return entry, "; ".join(filter(None, (_leave(step.lens, entry), late)))
    return declared_in(step.new, move, step.lens)[0], "not in the ledger"


def _leave(lens: Lens, entry: Values) -> str:
    """Return what speaks against a move that the ledger has: nobody gave leave for it, or it is no slippage."""
    if fold_word(_text(entry, "category")) == Category.CORRECTION:
        return "a correction"
    decision = fold_word(_text(entry, "decision"))
    missing = "no approval is entered" if lens.approvals and not (decision or entry.get("approved_by")) else ""
    return next((told for word, told in _NO_LEAVE.items() if word == decision), missing)


def _text(entry: Values, name: str) -> str:
    value = as_value(entry.get(name))
    return value if isinstance(value, str) else ", ".join(value or ())


def declared_in(values: Values, move: Move, lens: Lens) -> tuple[Values, bool]:
    """Return the entry of the ledger that ends a move, and whether the ledger leads from its start to its end.

    A move may be declared in several entries: Mar-23 to Jun-23, then Jun-23 to Sep-23. One that was refused counts
    where there is no other.
    """
    ledger = [entry for entry in entries(values.get("revisions")) if isinstance(entry, dict)]
    read = lens.dates.read
    ends = [at for at, entry in enumerate(ledger) if same_day(read(entry.get("to")), move[1])]
    ends.sort(key=lambda at: (fold_word(_text(ledger[at], "decision")) != Decision.REFUSED, at))
    if not ends:
        return NOTHING, False
    begins = any(same_day(read(entry.get("from")), move[0]) for entry in ledger[: ends[-1] + 1])
    return ledger[ends[-1]], begins


def ledger(step: Succession, pairs: Iterable[Pair]) -> Iterator[Event]:
    """Yield what was asked for, granted or refused, or entered, where the target itself did not move."""
    read = step.lens.dates.read
    stands = read(step.new.get("target"))
    moved = not same_day(read(step.old.get("target")), stands)
    for pair in pairs:
        entry = pair.new if isinstance(pair.new, dict) else None
        was = pair.old.get("decision") if isinstance(pair.old, dict) else None
        told = entry is not None and (pair.old is None or said(was) != said(entry.get("decision")))
        if entry is not None and told and not (moved and same_day(read(entry.get("to")), stands)):
            yield _extension(step, pair, entry)


def _extension(step: Succession, pair: Pair, entry: Values) -> Event:
    start, end = entry.get("from"), entry.get("to")
    read = step.lens.dates.read
    name = "to" if pair.old is None else "decision"
    was = pair.old.get("decision") if isinstance(pair.old, dict) else None
    by = Difference(f"revisions[{pair.at}].{name}", as_value(was), as_value(entry.get(name)))
    category = fold_word(_text(entry, "category"))
    return step.event(
        Sort.EXTENSION,
        by,
        field=f"revisions[{pair.at}]",
        old=written(start) or None,
        new=written(end) or None,
        days=days_from(read(start), read(end)),
        reason=_text(entry, "reason"),
        approved_by=_text(entry, "approved_by"),
        note=fold_word(_text(entry, "decision")) or (category if category == Category.CORRECTION else "entered"),
    )
