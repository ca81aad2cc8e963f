"""What can happen to a register between two moments, and what it takes to tell it by its meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Any

from p2ptrack.analysis.past.differences import EMPTY_VALUES, DisplayValue, FieldDiff
from p2ptrack.analysis.past.hands import strip_indices
from p2ptrack.analysis.past.then import DateReader
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.fields import normalise_word
from p2ptrack.records.paths import record_field_specs
from p2ptrack.records.timeline import RecordVersion, Revision, VersionHistory, kind_of_path


class EventType(StrEnum):
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

    event_type: EventType
    id: str
    kind: str
    title: str
    revision: Revision | None
    field: str = ""
    old: DisplayValue | None = None
    new: DisplayValue | None = None
    days: int | None = None
    reason: str = ""
    approved_by: str = ""
    evidence: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class RevisionRange:
    """From which place on the line (what it held is the beginning) to which (what it held is the end)."""

    start: int
    end: int

    def iter_version_pairs(
        self, version_history: VersionHistory
    ) -> Iterator[tuple[RecordVersion | None, RecordVersion]]:
        """Yield each state that came within the span, with the one before it."""
        for before, after in pairwise((None, *version_history.versions)):
            if after is not None and self.start < after.revision.position <= self.end:
                yield before, after


@dataclass(frozen=True, slots=True)
class ValueInterpreter:
    """What it takes to read plain values: how dates are named, the council's words for statuses, and its policy.

    `approvals` tells that a target moves only by leave.
    """

    date_reader: DateReader
    status_labels: Mapping[str, str] = field(default_factory=dict)
    approval_required: bool = False

    def read_status(self, value: Any) -> str:
        """Return a status's stable name, or what was written where it is none."""
        word = normalise_word(value) if isinstance(value, str) else ""
        return self.status_labels.get(word, word)

    def is_same_value(self, diff: FieldDiff) -> bool:
        """Whether a field says by other words what it said: a date written in another way, `In progress`."""
        field_spec = record_field_specs().get(strip_indices(diff.path))
        field_type = field_spec.type if field_spec else ""
        if field_type == "date":
            old, new = self.date_reader.read(diff.old), self.date_reader.read(diff.new)
            return old is not None and new is not None and _date_key(old) == _date_key(new)
        return field_type == "choice" and self.read_status(diff.old) == self.read_status(diff.new)


def _date_key(council_date: CouncilDate) -> tuple[object, ...]:
    return council_date.earliest, council_date.latest, council_date.ongoing, council_date.anchor


def get_kind_name(version: RecordVersion) -> str:
    """Return the kind of the record whose state this is."""
    kind = kind_of_path(version.path)
    return kind.name if kind else ""


def get_title(version: RecordVersion) -> str:
    """Return a record's title as it was written."""
    title = (version.values or EMPTY_VALUES).get("title")
    return title if isinstance(title, str) else ""
