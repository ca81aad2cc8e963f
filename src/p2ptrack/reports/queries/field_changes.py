"""Every change of a record's fields, oldest first, as git witnessed it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from p2ptrack.analysis.past.differences import NOTHING, Difference, Value, differences
from p2ptrack.analysis.past.hands import moment_of
from p2ptrack.records.timeline import Moment, State, Timeline

Sort = Literal["created", "changed", "moved", "deleted", "restored"]


@dataclass(frozen=True, slots=True)
class Change:
    """One field that one commit changed; of a record that was created or restored, what it then said."""

    before: State | None
    after: State
    event: Sort
    field: str
    old: Value | None
    new: Value | None

    @property
    def moment(self) -> Moment:
        """Return when it became official, and who wrote it."""
        return moment_of(self.after, Difference(self.field, self.old, self.new))

    def as_data(self) -> dict[str, Any]:
        """Return the change as the JSON contract has it."""
        return {
            "date": self.moment.day.isoformat(),
            "author": self.moment.author,
            "commit": self.moment.commit,
            "event": self.event,
            "field": self.field or None,
            "old": list(self.old) if isinstance(self.old, tuple) else self.old,
            "new": list(self.new) if isinstance(self.new, tuple) else self.new,
        }


def changes(timeline: Timeline, name: str = "") -> tuple[Change, ...]:
    """Return every change of a record, oldest first, or those of one field: `target`, `updates`, `revisions.to`."""
    found = (change for before, after in pairwise((None, *timeline.states)) if after for change in _step(before, after))
    return tuple(change for change in found if not name or _is_of(change.field, name))


def _step(before: State | None, after: State) -> Iterator[Change]:
    old = before.values if before else None
    event: Sort = "changed" if old is not None else "restored" if before else "created"
    if after.values is None:
        yield Change(before, after, "deleted", "path", after.path, None)
        return
    if before is None or old is None or before.path != after.path:
        was = before.path if before and old is not None else None
        yield Change(before, after, "moved" if was else event, "path", was, after.path)
    for each in differences(old or NOTHING, after.values):
        yield Change(before, after, event, each.field, each.old, each.new)


def _is_of(field: str, name: str) -> bool:
    plain = without_places(field)
    return any(each == name or each.startswith((f"{name}.", f"{name}[")) for each in (field, plain))


def without_places(field: str) -> str:
    """Return a field whatever entry of a list it stands in: `updates[1].text` is in `updates.text`."""
    return "".join(part.partition("]")[2] if at else part for at, part in enumerate(field.split("[")))
