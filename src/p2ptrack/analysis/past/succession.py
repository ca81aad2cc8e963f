"""Two states of a record, one after the other: what tells what happened between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from p2ptrack.analysis.past.differences import EMPTY_VALUES, FieldDiff
from p2ptrack.analysis.past.events import Event, EventType, ValueInterpreter, get_kind_name, get_title
from p2ptrack.analysis.past.hands import attribute_diff
from p2ptrack.records.timeline import RawValues, RecordVersion, VersionHistory


@dataclass(frozen=True, slots=True)
class Transition:
    """A state of a record with the one before it, and how to read them.

    `end` is what the record said at the end of the span, or last; `id` the one that it had then.
    """

    version_history: VersionHistory
    before: RecordVersion
    after: RecordVersion
    interpreter: ValueInterpreter
    final: RecordVersion

    @property
    def id(self) -> str:
        """Return the record's id at the end of the span."""
        return str(self.final_values.get("id", self.version_history.id))

    @property
    def old_values(self) -> RawValues:
        """Return what it said before."""
        return self.before.values or EMPTY_VALUES

    @property
    def new_values(self) -> RawValues:
        """Return what it said from then on."""
        return self.after.values or EMPTY_VALUES

    @property
    def final_values(self) -> RawValues:
        """Return what it said at the end of the span."""
        return self.final.values or EMPTY_VALUES

    def make_event(self, event_type: EventType, diff: FieldDiff, **details: Any) -> Event:
        """Return an event that one difference shows: whoever wrote that one did it."""
        revision = attribute_diff(self.after, diff)
        return Event(event_type, self.id, get_kind_name(self.after), get_title(self.after), revision, **details)

    def make_diff_event(self, event_type: EventType, diff: FieldDiff, **details: Any) -> Event:
        """Return the event of a field that tells of itself alone."""
        return self.make_event(event_type, diff, field=diff.path, old=diff.old, new=diff.new, **details)
