"""Two states of a record, one after the other: what tells what happened between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from p2ptrack.analysis.past.differences import NOTHING, Difference
from p2ptrack.analysis.past.events import Event, Lens, Sort, kind_name, title_of
from p2ptrack.analysis.past.hands import moment_of
from p2ptrack.records.timeline import State, Timeline, Values


@dataclass(frozen=True, slots=True)
class Succession:
    """A state of a record with the one before it, and how to read them.

    `end` is what the record said at the end of the span, or last; `id` the one that it had then.
    """

    timeline: Timeline
    before: State
    after: State
    lens: Lens
    end: State

    @property
    def id(self) -> str:
        """Return the record's id at the end of the span."""
        return str(self.last.get("id", self.timeline.id))

    @property
    def old(self) -> Values:
        """Return what it said before."""
        return self.before.values or NOTHING

    @property
    def new(self) -> Values:
        """Return what it said from then on."""
        return self.after.values or NOTHING

    @property
    def last(self) -> Values:
        """Return what it said at the end of the span."""
        return self.end.values or NOTHING

    def event(self, sort: Sort, by: Difference, **about: Any) -> Event:
        """Return an event that one difference shows: whoever wrote that one did it."""
        moment = moment_of(self.after, by)
        return Event(sort, self.id, kind_name(self.after), title_of(self.after), moment, **about)

    def differs(self, sort: Sort, each: Difference, **about: Any) -> Event:
        """Return the event of a field that tells of itself alone."""
        return self.event(sort, each, field=each.field, old=each.old, new=each.new, **about)
