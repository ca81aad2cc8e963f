"""A meeting or a phase whose date was moved, and with it every target that hangs on it (design, section 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from p2ptrack.analysis.past.differences import list_entries
from p2ptrack.analysis.past.events import Event, EventType, RevisionRange, get_kind_name, get_title
from p2ptrack.analysis.past.then import (
    DateReader,
    count_days_between,
    get_raw_text,
    has_same_deadline,
    read_programme_at,
)
from p2ptrack.records.register import build_anchors, natural_key
from p2ptrack.records.timeline import RawValues, RecordVersion, RegisterHistory, Revision

_DATED_FIELDS = (("phases", "end", "phase"), ("meetings", "date", "meeting"))


@dataclass(frozen=True, slots=True)
class AnchorMove:
    """A phase or a meeting whose day moved: from what to what, by how many days, and the targets that hung on it."""

    anchor_type: str
    id: str
    revision: Revision
    old: str
    new: str
    days: int | None
    affected: tuple[RecordVersion, ...]


def iter_anchor_moves(history: RegisterHistory, revision_range: RevisionRange) -> Iterator[AnchorMove]:
    """Yield every moved date of a phase or meeting within a span, oldest first."""
    for before, after in revision_range.iter_version_pairs(history.programme):
        if before and before.values is not None and after.values is not None:
            for name, field, anchor_type in _DATED_FIELDS:
                yield from _iter_entry_moves(history, after, (before.values, after.values), (name, field, anchor_type))


def _iter_entry_moves(
    history: RegisterHistory,
    after: RecordVersion,
    values: tuple[RawValues, RawValues],
    dated_field: tuple[str, str, str],
) -> Iterator[AnchorMove]:
    name, field, anchor_type = dated_field
    old, new = (_map_field_by_id(programme_values.get(name), field) for programme_values in values)
    changed_ids = [id_ for id_ in new if old.get(id_) is not None and new[id_] is not None and old[id_] != new[id_]]
    if not changed_ids:
        return
    date_reader = DateReader(build_anchors(read_programme_at(history, after.revision.position)))
    for id_ in changed_ids:
        old_date, new_date = date_reader.read(old[id_]), date_reader.read(new[id_])
        if not has_same_deadline(old_date, new_date):
            affected = tuple(_iter_affected(history, after.revision.position, id_, date_reader))
            yield AnchorMove(
                anchor_type,
                id_,
                after.revision,
                get_raw_text(old[id_]),
                get_raw_text(new[id_]),
                count_days_between(old_date, new_date),
                affected,
            )


def _map_field_by_id(value: Any, field: str) -> Mapping[str, Any]:
    return {str(entry.get("id")): entry.get(field) for entry in list_entries(value) if isinstance(entry, dict)}


def _iter_affected(history: RegisterHistory, number: int, id_: str, date_reader: DateReader) -> Iterator[RecordVersion]:
    """Yield the records whose target named this phase or meeting before its date moved, and names it still."""
    for key in sorted(history.records, key=natural_key):
        before, after = (history.records[key].version_at(revision_number) for revision_number in (number - 1, number))
        if (
            before
            and after
            and all(
                _read_anchor(date_reader, (version.values or {}).get("target")) == id_ for version in (before, after)
            )
        ):
            yield after


def _read_anchor(date_reader: DateReader, target: Any) -> str | None:
    parsed = date_reader.read(target) if target is not None else None
    return parsed.anchor if parsed else None


def iter_anchored_target_events(history: RegisterHistory, revision_range: RevisionRange) -> Iterator[Event]:
    """Yield the move of every target that hung on a phase or a meeting whose date moved."""
    for move in iter_anchor_moves(history, revision_range):
        for version in move.affected:
            yield Event(
                EventType.TARGET,
                str((version.values or {}).get("id")),
                get_kind_name(version),
                get_title(version),
                move.revision,
                field="target",
                old=f"{get_raw_text((version.values or {}).get('target'))} ({move.old})",
                new=f"{get_raw_text((version.values or {}).get('target'))} ({move.new})",
                days=move.days,
                note=f"because the {move.anchor_type} {move.id} was moved",
            )
