"""What the papers of published meetings had of each record, beside what it says now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.past.events import Lens
from p2ptrack.analysis.past.then import Dates
from p2ptrack.analysis.rules.witness import by_whom, who
from p2ptrack.records.fields import CLOSED, Status
from p2ptrack.records.kinds import Record
from p2ptrack.records.programme import status_labels
from p2ptrack.records.register import anchors
from p2ptrack.records.timeline import Moment, State, Timeline, Values


@dataclass(frozen=True, slots=True)
class Printed:
    """A record as the paper of a published meeting had it."""

    meeting: str
    moment: Moment
    values: Values


@dataclass(frozen=True, slots=True)
class Told:
    """A record that papers told of and that was changed since: what each said, oldest first, and what it says now."""

    record: Record
    timeline: Timeline
    printed: tuple[Printed, ...]
    now: Values

    def later(self, number: int) -> Iterator[tuple[State, Values]]:
        """Yield its states after a place on the line in which it was there, each with what it said."""
        return ((s, s.values) for s in self.timeline.states if s.moment.number > number and s.values is not None)

    def changed(self, last: Printed, holds: Callable[[Values], bool]) -> str:
        """Return after which paper, when and by whom something was changed that held in it."""
        state = next(state for state, values in self.later(last.moment.number) if not holds(values))
        return f"after the paper for {last.meeting} ({by_whom(who(state, lambda values: not holds(values)))})"

    def see(self, last: Printed) -> str:
        """Return the command that shows what the paper had: the words themselves may have become exempt."""
        return f"as p2ptrack show {self.record.id} --at {last.meeting} has it"


def told(case: Case) -> Iterator[Told]:
    """Yield every record that a published paper may have told of and that was changed since."""
    lines = case.timelines
    if lines is None:
        return
    published = sorted(lines.published.items(), key=lambda pair: (pair[1], pair[0]))
    for record in case.register.records if published else ():
        timeline = lines.of(record.id)
        last = timeline.states[-1] if timeline else None
        if timeline and last and last.values is not None:
            then = [(meeting, number, timeline.at(number)) for meeting, number in published]
            printed = tuple(
                Printed(meeting, lines.moments[number - 1], state.values)
                for meeting, number, state in then
                if state and state is not last and state.values is not None
            )
            yield Told(record, timeline, printed, last.values)


def lens_of(case: Case) -> Lens:
    """Return how old values are read: by today's programme."""
    return Lens(Dates(anchors(case.register.programme)), status_labels(case.policy))


def folded(value: Any) -> str:
    """Return a text on one line, however it is folded in its file."""
    return " ".join(value.split()) if isinstance(value, str) else "" if value is None else repr(value)


def is_done(lens: Lens, values: Values) -> bool:
    """Whether a record calls itself complete or closed."""
    return lens.status(values.get("status")) in {*CLOSED, Status.COMPLETE}
