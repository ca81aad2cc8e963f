"""What git saw of a record's targets, one after the other, and which entries of the ledger bear out which move."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.past.differences import entries
from p2ptrack.analysis.past.then import Dates, programme_at, same_day
from p2ptrack.records.dates import Anchors, CouncilDate, long_day
from p2ptrack.records.fields import Decision
from p2ptrack.records.kinds import Tracked
from p2ptrack.records.parts import Revision
from p2ptrack.records.register import anchors
from p2ptrack.records.timeline import SHORT_COMMIT, Moment, State, Timeline, Timelines, Values


@dataclass(frozen=True, slots=True)
class DatesThen:
    """Reads the dates of old records by the programme as it stood when they were written, and by today's."""

    timelines: Timelines
    today: Dates
    _plain: Dates = field(default_factory=lambda: Dates(Anchors(())))
    _known: dict[int, Dates] = field(default_factory=dict)

    def read(self, value: Any, number: int) -> CouncilDate | None:
        """Return the date that a value stood for at a place on the line; None for what was none."""
        found = self._plain.read(value)
        return self._then(number).read(value) if found is None and value is not None else found

    def _then(self, number: int) -> Dates:
        key = id(self.timelines.programme.at(number))
        if key not in self._known:
            self._known[key] = Dates(anchors(programme_at(self.timelines, number)))
        return self._known[key]


@dataclass(frozen=True, slots=True)
class Stood:
    """A target that stood from a moment on, and what it was counted to: then, and as today's programme has it."""

    moment: Moment
    value: Any
    readings: tuple[CouncilDate | None, ...]

    def is_at(self, day: CouncilDate | None) -> bool:
        """Whether this is the target that an entry of the ledger names."""
        return any(same_day(reading, day) for reading in self.readings)

    @property
    def counts(self) -> bool:
        """Whether there was a day to hold to: TBC is as good as none."""
        return not same_day(self.readings[0], None)

    @property
    def said(self) -> str:
        """Return it as papers print it."""
        return self.readings[0].printed() if self.readings[0] else "none"

    @property
    def raw(self) -> str:
        """Return it as it was written."""
        return self.readings[0].raw if self.readings[0] else "TBC"


@dataclass(frozen=True, slots=True)
class Move:
    """A target that git saw move."""

    before: Stood
    now: Stood


@dataclass(frozen=True, slots=True)
class Seen:
    """A record that is in the register, with what git saw of it."""

    record: Tracked
    timeline: Timeline
    dates: DatesThen

    @property
    def first(self) -> Moment:
        """Return the moment at which git first saw it."""
        return self.timeline.states[0].moment

    def told(self) -> Iterator[tuple[State, Values]]:
        """Yield the states in which the record was there, each with what it said."""
        return ((state, state.values) for state in self.timeline.states if state.values is not None)

    def targets(self) -> list[Stood]:
        """Return the targets one after the other, each once in a row; words that are no date are passed over.

        That a meeting or phase moved is no move of a target here: another rule tells it.
        """
        found: list[Stood] = []
        for state, values in self.told():
            now = self.stood(who(state, _saying("target", values.get("target"))), values.get("target"))
            before = found[-1] if found else None
            if now is None or (before and before.value == now.value):
                continue
            if before and self._same_then(before, now):
                found[-1] = Stood(before.moment, now.value, (*now.readings, *before.readings))
            else:
                found.append(now)
        return found

    def stood(self, moment: Moment, value: Any) -> Stood | None:
        """Return a target that was written at a moment; None for words that were no date."""
        then = self.dates.read(value, moment.number)
        readings = (then, today) if (today := self.dates.today.read(value)) is not None else (then,)
        return None if then is None and value is not None else Stood(moment, value, readings)

    def _same_then(self, before: Stood, now: Stood) -> bool:
        """Whether two ways to write a target were counted to one day just before the one took the other's place."""
        old = self.dates.read(before.value, now.moment.number - 1)
        return same_day(now.readings[0], before.readings[0] if old is None else old)

    def moves(self) -> list[Move]:
        """Return the moves of the target, oldest first."""
        return [Move(*pair) for pair in pairwise(self.targets())]

    def ledgers(self) -> Iterator[tuple[Moment, Sequence[Values]]]:
        """Yield the ledger as it was from each moment on."""
        for state, values in self.told():
            yield state.moment, [entry for entry in entries(values.get("revisions")) if isinstance(entry, dict)]

    def alike(self, old: Values, entry: Revision) -> bool:
        """Whether an entry of an old ledger tells of the same move as one of today's."""
        pairs = ((old.get("from"), entry.from_), (old.get("to"), entry.to))
        return all(same_day(self.dates.today.read(value), day) for value, day in pairs)


def seen(case: Case) -> Iterator[Seen]:
    """Yield every tracked record that git has seen; none where history is not asked for."""
    if case.timelines is not None:
        dates = DatesThen(case.timelines, Dates(anchors(case.register.programme)))
        found = ((record, case.timelines.of(record.id)) for record in case.tracked())
        yield from (Seen(record, timeline, dates) for record, timeline in found if timeline is not None)


def by_whom(moment: Moment) -> str:
    """Return when and by whom something was committed, as a message has it."""
    if not moment.commit:
        return "not yet committed"
    return f"on {long_day(moment.day)} by {moment.author}, commit {moment.commit[:SHORT_COMMIT]}"


def who(state: State, holds: Callable[[Values], bool]) -> Moment:
    """Return the moment of a state with who made something hold in it: whoever merges the work did not write it."""
    wrote = (part.author for part in reversed(state.parts) if _holds(part.after, holds) > _holds(part.before, holds))
    return replace(state.moment, author=next(wrote, state.moment.author))


def _holds(side: tuple[str, Values] | None, holds: Callable[[Values], bool]) -> bool:
    return holds(side[1] if side else {})


def _saying(name: str, value: Any) -> Callable[[Values], bool]:
    return lambda values: bool(values.get(name) == value)


def borne_out(ledger: Sequence[Revision], moves: Sequence[Move]) -> tuple[Mapping[int, Move], list[Move]]:
    """Return the move that bears out each entry of a ledger, by the entry's place, and the moves that none tells of.

    One entry, or several in a row, lead from one target to the next. An entry that passes over targets which none
    tells of belongs to the last of those moves.
    """
    used: dict[int, Move] = {}
    untold: list[Move] = []
    starts: list[Stood] = []
    for move in moves:
        starts.append(move.before)
        places = _places(ledger, starts, move.now, used)
        used |= dict.fromkeys(places, move)
        if places:
            starts = []
        else:
            untold.append(move)
    return used, untold


def _places(ledger: Sequence[Revision], starts: Sequence[Stood], end: Stood, used: Mapping[int, Move]) -> range:
    free = [at for at, entry in enumerate(ledger) if at not in used and entry.decision is not Decision.REFUSED]
    begins = [at for at in free if any(start.is_at(ledger[at].from_) for start in starts)]
    ends = [at for at in free if end.is_at(ledger[at].to)]
    found = [range(one, last + 1) for one in begins for last in ends if one <= last]
    # What was asked for in one entry may be granted in another: then that one moved the target.
    granted = (each for each in found if all(ledger[at].decision is not Decision.REQUESTED for at in each))
    return next(granted, found[0] if found else range(0))
