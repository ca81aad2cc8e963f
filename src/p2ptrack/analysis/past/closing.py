"""When a record was closed or opened again, by whom, and how: by what it said, by the policy, or by a day that came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from p2ptrack.analysis.facts import Setting, facts_of
from p2ptrack.analysis.past.differences import NOTHING, Difference, alike, differences
from p2ptrack.analysis.past.events import Span
from p2ptrack.analysis.past.hands import moment_of
from p2ptrack.analysis.past.then import JUDGED, programme_at
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.fields import Reading
from p2ptrack.records.kinds import Tracked
from p2ptrack.records.lenient import lenient
from p2ptrack.records.programme import status_labels
from p2ptrack.records.register import PROGRAMME_PATH, Register, anchors
from p2ptrack.records.timeline import Moment, State, Timeline, Timelines, kind_at

_TURNING = ("status", "verified", "decided")


def is_tracked(state: State | None) -> bool:
    """Whether a state is that of a record that somebody carries out, and that was there."""
    kind = kind_at(state.path) if state and state.values is not None else None
    return kind is not None and issubclass(kind.model, Tracked)


def was_closed(timelines: Timelines, state: State, left: Moment) -> bool:
    """Whether a record, as this state has it, was closed when it left the register, by the policy of that time."""
    return _closed(_judge(timelines, left.number), state, left.day)


@dataclass(frozen=True, slots=True)
class _Judge:
    """What a programme reads records with, and judges them by."""

    register: Register
    reading: Reading


def _judge(timelines: Timelines, number: int) -> _Judge:
    programme = programme_at(timelines, number)
    return _Judge(Register(programme), Reading(anchors(programme), status_labels(programme.policy)))


def _closed(judge: _Judge, state: State | None, day: date) -> bool:
    record = _record(judge, state)
    return record is not None and facts_of(record, Setting(judge.register, day, {})).closed


def _record(judge: _Judge, state: State | None) -> Tracked | None:
    kind = kind_at(state.path) if state else None
    if state is None or kind is None or not is_tracked(state):
        return None
    judged = {name: value for name, value in (state.values or NOTHING).items() if name in JUDGED}
    record = lenient(kind.model, judged, judge.reading)[0]
    return record if isinstance(record, Tracked) else None


@dataclass(frozen=True, slots=True)
class Turn:
    """The last time that a record was closed or opened again. Without a moment a day came that was decided on.

    `by_policy` tells that the record said the same before: what counts as closed was changed.
    """

    moment: Moment | None = None
    by_policy: bool = False


@dataclass(frozen=True, slots=True)
class Closing:
    """Judges whether records were closed by what they and the programme said at places on the line."""

    timelines: Timelines
    _known: dict[int, _Judge] = field(default_factory=dict, repr=False, compare=False)

    def at(self, timeline: Timeline, number: int, day: date) -> bool:
        """Whether a record was closed at a place on the line, judged on a day; of one that is gone, when it went."""
        return _closed(self._judge(number), timeline.last_values(number), day)

    def record(self, state: State) -> Tracked | None:
        """Return what decides on closing, and how it is told, of a record as a state has it."""
        return _record(self._judge(state.moment.number), state)

    def _judge(self, number: int) -> _Judge:
        key = id(self.timelines.programme.at(number))
        if key not in self._known:
            self._known[key] = _judge(self.timelines, number)
        return self._known[key]

    def turn(self, timeline: Timeline, span: Span, *, first: bool, last: bool) -> Turn:
        """Return what closed a record or opened it again within a span: the last of it, where there was more."""
        found, holds = Turn(), first
        for after in self._turning(timeline, span):
            moment = after.moment
            before, now = (self.at(timeline, number, moment.day) for number in (moment.number - 1, moment.number))
            if now != before:
                by_policy = after.path == PROGRAMME_PATH
                found = Turn(moment if by_policy else self._moment(timeline, after), by_policy)
            elif now != holds:
                found = Turn()
            holds = now
        return found if holds == last else Turn()

    def _turning(self, timeline: Timeline, span: Span) -> Iterator[State]:
        """Yield the states of a span in which what decides on closing changed, of the record before the programme."""
        there = ((before, after) for before, after in span.pairs(timeline) if after.values is not None)
        own = [after for before, after in there if _differ(before, after, _TURNING)]
        policy = [
            after for before, after in span.pairs(self.timelines.programme) if _differ(before, after, ("policy",))
        ]
        numbers = {state.moment.number for state in own}
        others = (state for state in policy if state.moment.number not in numbers)
        yield from sorted((*own, *others), key=lambda state: state.moment.number)

    def _moment(self, timeline: Timeline, after: State) -> Moment:
        before = timeline.at(after.moment.number - 1)
        found = differences((before.values if before else None) or NOTHING, after.values or NOTHING)
        turning = [each for each in found if each.name in _TURNING]
        turning.sort(key=lambda each: _TURNING.index(each.name))
        return moment_of(after, turning[0] if turning else Difference("path", None, after.path))


def _differ(before: State | None, after: State, names: tuple[str, ...]) -> bool:
    old, new = ((state.values if state else None) or NOTHING for state in (before, after))
    gone = (before is None or before.values is None) != (after.values is None)
    return gone or any(not alike(old.get(name), new.get(name)) for name in names)


def how(record: Tracked) -> Iterator[str]:
    """Yield how a record was closed, as far as it says: verified or decided by whom and when, what came instead."""
    if (verified := record.verified) is not None and (verified.by or verified.on):
        yield " ".join(("verified", *_by(verified.by), *_on(verified.on)))
        yield from filter(None, (verified.method,))
    if (decided := record.decided) is not None:
        by = (*_by(decided.by or decided.meeting), *_on(decided.on))
        yield from (" ".join(("decided", *by)) for _ in by[:1])
        yield from (f"minute {minute}" for minute in (decided.minute,) if minute)
        yield from (reason for reason in (decided.reason,) if reason)
        yield from (f"carried on by {owner}" for owner in (decided.continuing_owner,) if owner)
    if record.superseded_by:
        yield f"superseded by {', '.join(record.superseded_by)}"
    if record.completed_on:
        yield f"completed on {record.completed_on.raw}"


def _by(who: str | None) -> tuple[str, ...]:
    return (f"by {who}",) if who else ()


def _on(day: CouncilDate | None) -> tuple[str, ...]:
    return (f"on {day.raw}",) if day else ()
