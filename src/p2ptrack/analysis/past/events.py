"""What can happen to a register between two moments, and what it takes to tell it by its meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Any

from p2ptrack.analysis.past.differences import NOTHING, Difference, Value
from p2ptrack.analysis.past.hands import without_places
from p2ptrack.analysis.past.then import Dates
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.fields import fold_word
from p2ptrack.records.paths import leaves
from p2ptrack.records.timeline import Moment, State, Timeline, kind_at


class Sort(StrEnum):
    """The sorts of event, in the order that a committee cares for."""

    DISAPPEARED = "disappeared"
    CLOSED = "closed"
    REOPENED = "reopened"
    TARGET = "targets"
    EXTENSION = "extensions"
    NEW = "new"
    STATUS = "statuses"
    OWNER = "ownership"
    UPDATE = "updates"
    EXEMPTION = "exemptions"
    REMOVED = "removed"
    PROGRAMME = "programme"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a record, when it became official and who wrote it.

    Without a moment nobody did it: a day came on which something decided takes effect. `days` is by how many a target
    moved; `note` says what else there is to know.
    """

    sort: Sort
    id: str
    kind: str
    title: str
    moment: Moment | None
    field: str = ""
    old: Value | None = None
    new: Value | None = None
    days: int | None = None
    reason: str = ""
    approved_by: str = ""
    evidence: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """From which place on the line (what it held is the beginning) to which (what it held is the end)."""

    start: int
    end: int

    def pairs(self, timeline: Timeline) -> Iterator[tuple[State | None, State]]:
        """Yield each state that came within the span, with the one before it."""
        for before, after in pairwise((None, *timeline.states)):
            if after is not None and self.start < after.moment.number <= self.end:
                yield before, after


@dataclass(frozen=True, slots=True)
class Lens:
    """What it takes to read plain values: how dates are named, the council's words for statuses, and its policy.

    `approvals` tells that a target moves only by leave.
    """

    dates: Dates
    labels: Mapping[str, str] = field(default_factory=dict)
    approvals: bool = False

    def status(self, value: Any) -> str:
        """Return a status's stable name, or what was written where it is none."""
        word = fold_word(value) if isinstance(value, str) else ""
        return self.labels.get(word, word)

    def same(self, each: Difference) -> bool:
        """Whether a field says by other words what it said: a date written in another way, `In progress`."""
        leaf = leaves().get(without_places(each.field))
        sort = leaf.type if leaf else ""
        if sort == "date":
            old, new = self.dates.read(each.old), self.dates.read(each.new)
            return old is not None and new is not None and _meant(old) == _meant(new)
        return sort == "choice" and self.status(each.old) == self.status(each.new)


def _meant(when: CouncilDate) -> tuple[object, ...]:
    return when.earliest, when.latest, when.ongoing, when.anchor


def kind_name(state: State) -> str:
    """Return the kind of the record whose state this is."""
    kind = kind_at(state.path)
    return kind.name if kind else ""


def title_of(state: State) -> str:
    """Return a record's title as it was written."""
    title = (state.values or NOTHING).get("title")
    return title if isinstance(title, str) else ""
