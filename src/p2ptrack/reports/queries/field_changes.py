"""Every change of a record's fields, oldest first, as git witnessed it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from p2ptrack.analysis.past.differences import EMPTY_VALUES, DisplayValue, FieldDiff, diff_fields
from p2ptrack.analysis.past.hands import attribute_diff
from p2ptrack.records.timeline import RecordVersion, Revision, VersionHistory

ChangeType = Literal["created", "changed", "moved", "deleted", "restored"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that one commit changed; of a record that was created or restored, what it then said."""

    before: RecordVersion | None
    after: RecordVersion
    event: ChangeType
    field: str
    old: DisplayValue | None
    new: DisplayValue | None

    @property
    def revision(self) -> Revision:
        """Return when it became official, and who wrote it."""
        return attribute_diff(self.after, FieldDiff(self.field, self.old, self.new))

    def as_data(self) -> dict[str, Any]:
        """Return the change as the JSON contract has it."""
        return {
            "date": self.revision.effective_date.isoformat(),
            "author": self.revision.author,
            "commit": self.revision.commit,
            "event": self.event,
            "field": self.field or None,
            "old": list(self.old) if isinstance(self.old, tuple) else self.old,
            "new": list(self.new) if isinstance(self.new, tuple) else self.new,
        }


def list_changes(record_history: VersionHistory, field: str = "") -> tuple[FieldChange, ...]:
    """Return every change of a record, oldest first, or those of one field: `target`, `updates`, `revisions.to`."""
    all_changes = (
        change
        for before, after in pairwise((None, *record_history.versions))
        if after
        for change in _version_changes(before, after)
    )
    return tuple(change for change in all_changes if not field or _is_within(change.field, field))


def _version_changes(before: RecordVersion | None, after: RecordVersion) -> Iterator[FieldChange]:
    old_values = before.values if before else None
    event: ChangeType = "changed" if old_values is not None else "restored" if before else "created"
    if after.values is None:
        yield FieldChange(before, after, "deleted", "path", after.path, None)
        return
    if before is None or old_values is None or before.path != after.path:
        old_path = before.path if before and old_values is not None else None
        yield FieldChange(before, after, "moved" if old_path else event, "path", old_path, after.path)
    for diff in diff_fields(old_values or EMPTY_VALUES, after.values):
        yield FieldChange(before, after, event, diff.path, diff.old, diff.new)


def _is_within(field: str, parent: str) -> bool:
    path = strip_indices(field)
    return any(candidate == parent or candidate.startswith((f"{parent}.", f"{parent}[")) for candidate in (field, path))


def strip_indices(field: str) -> str:
    """Return a field whatever entry of a list it stands in: `updates[1].text` is in `updates.text`."""
    return "".join(part.partition("]")[2] if position else part for position, part in enumerate(field.split("[")))
