"""What happened to one record between two moments, by meaning: targets, statuses, updates, owners, exemptions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from p2ptrack.analysis.past.differences import (
    AlignedEntry,
    FieldDiff,
    align_entries,
    diff_fields,
    list_entries,
    normalise_value,
    to_display_value,
)
from p2ptrack.analysis.past.events import Event, EventType, RevisionRange, ValueInterpreter, get_title
from p2ptrack.analysis.past.hands import attribute_diff
from p2ptrack.analysis.past.succession import Transition
from p2ptrack.analysis.past.targets import iter_extension_events, iter_target_events
from p2ptrack.analysis.past.then import get_raw_text
from p2ptrack.records.fields import CLOSED_STATUSES, STATUSES_NEEDING_DECISION, Status
from p2ptrack.records.kinds import TrackedRecord
from p2ptrack.records.timeline import RawValues, RegisterHistory, VersionHistory, kind_of_path

_ENTRY_LISTS = frozenset({"updates", "revisions"})
_OWNERSHIP_FIELDS = frozenset({"accountable", "supporting", "lead_member"})
_OPEN_STATUSES = (None, Status.NOT_STARTED, Status.ON_HOLD, Status.IN_PROGRESS, Status.COMPLETE)


def rank_status(status: str) -> int:
    """Return how far along a status is, so that a step can be told forward or back; a word that is none is -1."""
    if status in CLOSED_STATUSES:
        return len(_OPEN_STATUSES)
    return _OPEN_STATUSES.index(Status(status)) if status in _OPEN_STATUSES else 0 if not status else -1


def iter_record_events(
    version_history: VersionHistory, revision_range: RevisionRange, interpreter_at: Callable[[int], ValueInterpreter]
) -> Iterator[Event]:
    """Yield what happened to one record while it was there, oldest first; that it came or went is told by movement.

    `lens` returns how what was written at a place on the line is read.
    """
    final = version_history.last_existing_version(revision_range.end)
    for before, after in revision_range.iter_version_pairs(version_history):
        if final and before and before.values is not None and after.values is not None:
            yield from _iter_transition_events(
                Transition(version_history, before, after, interpreter_at(after.revision.position), final)
            )


def _iter_transition_events(transition: Transition) -> Iterator[Event]:
    if transition.before.path != transition.after.path:
        yield transition.make_diff_event(
            EventType.OTHER, FieldDiff("path", transition.before.path, transition.after.path)
        )
    diffs = diff_fields(transition.old_values, transition.new_values)
    kind = kind_of_path(transition.after.path)
    if kind is None or not issubclass(kind.model, TrackedRecord):
        yield from (
            transition.make_diff_event(EventType.EXEMPTION if _is_exemption_diff(diff) else EventType.OTHER, diff)
            for diff in diffs
        )
        return
    changed_fields = {diff.field_name for diff in diffs}
    pairs_by_field = {name: _pair_list_entries(transition, name) for name in changed_fields & _ENTRY_LISTS}
    yield from (
        event for diff in diffs if diff.field_name == "target" for event in iter_target_events(transition, diff)
    )
    yield from iter_extension_events(transition, pairs_by_field.get("revisions", ()))
    yield from _iter_update_events(transition, pairs_by_field.get("updates", ()))
    added_indices = {name: {pair.index for pair in pairs if pair.old is None} for name, pairs in pairs_by_field.items()}
    yield from (
        event
        for diff in diffs
        if not _is_within_added_entry(added_indices, diff)
        for event in _iter_field_events(transition, diff)
    )


def _pair_list_entries(transition: Transition, name: str) -> tuple[AlignedEntry, ...]:
    """Return which entry of a list became which; one that only has another place is none that came."""
    pairs = align_entries(list_entries(transition.old_values.get(name)), list_entries(transition.new_values.get(name)))
    removed = [normalise_value(pair.old) for pair in pairs if pair.new is None]
    return tuple(
        pair for pair in pairs if pair.old is not None or not removed or normalise_value(pair.new) not in removed
    )


def _is_exemption_diff(diff: FieldDiff) -> bool:
    return "exempt" in diff.path.replace("[", ".").split(".")


def _iter_field_events(transition: Transition, diff: FieldDiff) -> Iterator[Event]:
    """Yield the event of a field that tells of itself alone."""
    if _is_exemption_diff(diff):
        yield transition.make_diff_event(EventType.EXEMPTION, diff)
    elif diff.field_name == "target" or transition.interpreter.is_same_value(diff):
        return
    elif diff.path == "status":
        old, new = transition.interpreter.read_status(diff.old), transition.interpreter.read_status(diff.new)
        note = (
            "forward"
            if rank_status(new) > rank_status(old)
            else "back"
            if rank_status(new) < rank_status(old)
            else "sideways"
        )
        note = "; ".join((note, *_describe_effective_date(transition, new)))
        yield transition.make_event(EventType.STATUS, diff, field="status", old=old or None, new=new or None, note=note)
    elif diff.field_name in _OWNERSHIP_FIELDS:
        yield transition.make_diff_event(EventType.OWNER, diff)
    else:
        yield transition.make_diff_event(EventType.OTHER, diff)


def _describe_effective_date(transition: Transition, status: str) -> Iterator[str]:
    """Yield from when a status holds, where it was decided for a day to come: until then the item stays as it was."""
    decided = transition.new_values.get("decided")
    effective_date = transition.interpreter.date_reader.read(decided.get("on")) if isinstance(decided, dict) else None
    if (
        status in STATUSES_NEEDING_DECISION
        and effective_date
        and effective_date.latest
        and effective_date.latest > transition.after.revision.effective_date
    ):
        yield f"as from {effective_date.raw}"


def _is_within_added_entry(added_indices: Mapping[str, set[int]], diff: FieldDiff) -> bool:
    """Whether a difference lies within an entry that is wholly new, and is told as such."""
    if diff.field_name not in added_indices or _is_exemption_diff(diff):
        return False
    index = diff.path.partition("[")[2].partition("]")[0]
    return not index or (diff.old is None and int(index) in added_indices[diff.field_name])


def _iter_update_events(transition: Transition, pairs: Iterable[AlignedEntry]) -> Iterator[Event]:
    for pair in (pair for pair in pairs if pair.old is None):
        update = pair.new if isinstance(pair.new, dict) else {"text": pair.new}
        name = "text" if update.get("text") is not None else "see"
        text = to_display_value(update.get(name))
        diff = FieldDiff(f"updates[{pair.index}].{name}", None, text)
        summary = text if name == "text" else f"see {text}"
        yield transition.make_event(
            EventType.UPDATE,
            diff,
            field=f"updates[{pair.index}]",
            new=summary,
            note="; ".join(_describe_update(update)),
        )


def _describe_update(update: RawValues) -> Iterator[str]:
    """Yield when an update was made, as far as it says, and which other records it reports on."""
    source = update.get("source")
    candidates = (
        get_raw_text(update.get("date")),
        update.get("meeting"),
        source.get("id") if isinstance(source, dict) else source,
    )
    yield from [item for item in candidates if isinstance(item, str) and item][:1]
    covered_ids = [item.get("id") if isinstance(item, dict) else item for item in _list_covers(update.get("covers"))]
    if covered_ids:
        yield f"also for {', '.join(map(str, covered_ids))}"


def _list_covers(covers: object) -> list[object]:
    return list(covers) if isinstance(covers, dict) else list_entries(covers)


def iter_programme_events(history: RegisterHistory, revision_range: RevisionRange) -> Iterator[Event]:
    """Yield what was changed in the programme: its meetings, phases, roles, policy and whatever else it says.

    The note has the id of the meeting, phase, source or dependency.
    """
    for before, after in revision_range.iter_version_pairs(history.programme):
        if before and before.values is not None and after.values is not None:
            template = Event(EventType.PROGRAMME, "programme", "programme", get_title(after), after.revision)
            for diff in diff_fields(before.values, after.values):
                entry_id = _find_entry_id(before.values if diff.new is None else after.values, diff)
                event = replace(template, field=diff.path, old=diff.old, new=diff.new, note=entry_id)
                yield replace(event, revision=attribute_diff(after, diff))


def _find_entry_id(values: RawValues, diff: FieldDiff) -> str:
    index = diff.path.partition("[")[2].partition("]")[0]
    entry = list_entries(values.get(diff.field_name))[int(index)] if index else None
    return str(entry.get("id", "")) if isinstance(entry, dict) else ""
