"""What can happen to a register between two moments, and what it takes to tell it by its meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any

from p2ptrack.analysis.history.diff import (
    EMPTY_VALUES,
    AlignedEntry,
    DisplayValue,
    FieldDiff,
    align_entries,
    attribute_diff,
    diff_fields,
    list_entries,
    normalise_value,
    strip_indices,
    to_display_value,
)
from p2ptrack.analysis.history.snapshot import (
    DateReader,
    count_days_between,
    get_raw_text,
    has_same_deadline,
    read_programme_at,
)
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import CLOSED_STATUSES, STATUSES_NEEDING_DECISION, Category, Decision, Status, normalise_word
from p2ptrack.model.history import RawValues, RecordVersion, RegisterHistory, Revision, VersionHistory, kind_of_path
from p2ptrack.model.records import TrackedRecord
from p2ptrack.model.register import build_anchors
from p2ptrack.model.schema import record_field_specs
from p2ptrack.phrases import natural_key


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


# Two states of a record, one after the other: what tells what happened between them.


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


# Targets that moved, and what the ledger says of it: what was asked for, granted or refused, by whom and why.


TargetDates = tuple[CouncilDate | None, CouncilDate | None]
_UNAPPROVED_NOTES = {
    Decision.REFUSED: "the extension was refused",
    Decision.REQUESTED: "the extension is not granted yet",
}


def iter_target_events(transition: Transition, diff: FieldDiff) -> Iterator[Event]:
    """Yield the move of a target; nothing where it is written in another way and counted to the same days."""
    old, new = transition.old_values.get("target"), transition.new_values.get("target")
    read_date = transition.interpreter.date_reader.read
    target_dates = read_date(old), read_date(new)
    if has_same_deadline(*target_dates):
        if not transition.interpreter.is_same_value(FieldDiff("target", get_raw_text(old), get_raw_text(new))):
            yield transition.make_diff_event(EventType.OTHER, diff)
        return
    entry, note = _find_declaration(transition, target_dates)
    yield transition.make_event(
        EventType.TARGET,
        diff,
        field="target",
        old=get_raw_text(old) or None,
        new=get_raw_text(new) or None,
        days=count_days_between(*target_dates),
        reason=_read_text(entry, "reason"),
        approved_by=_read_text(entry, "approved_by"),
        note=_describe_first_target(transition) if has_same_deadline(target_dates[0], None) else note,
    )


def _describe_first_target(transition: Transition) -> str:
    """Return what is told of a target where none was counted to before."""
    earlier_versions = (
        version
        for version in transition.version_history.versions
        if version.revision.position < transition.after.revision.position
    )
    had_target = any(
        not has_same_deadline(
            transition.interpreter.date_reader.read((version.values or EMPTY_VALUES).get("target")), None
        )
        for version in earlier_versions
    )
    return "set again" if had_target or transition.old_values.get("revisions") else "set for the first time"


def _find_declaration(transition: Transition, target_dates: TargetDates) -> tuple[RawValues, str]:
    """Return the entry of the ledger that a move rests on, and what is to be told of it."""
    for values, late_note in ((transition.new_values, ""), (transition.final_values, "entered in the ledger later")):
        entry, is_covered = find_matching_revision(values, target_dates, transition.interpreter)
        if is_covered:
            return entry, "; ".join(filter(None, (_describe_approval(transition.interpreter, entry), late_note)))
    return find_matching_revision(transition.new_values, target_dates, transition.interpreter)[0], "not in the ledger"


def _describe_approval(interpreter: ValueInterpreter, entry: RawValues) -> str:
    """Return what speaks against a move that the ledger has: nobody gave leave for it, or it is no slippage."""
    if normalise_word(_read_text(entry, "category")) == Category.CORRECTION:
        return "a correction"
    decision = normalise_word(_read_text(entry, "decision"))
    missing_note = (
        "no approval is entered" if interpreter.approval_required and not (decision or entry.get("approved_by")) else ""
    )
    return next((note for word, note in _UNAPPROVED_NOTES.items() if word == decision), missing_note)


def _read_text(entry: RawValues, name: str) -> str:
    value = to_display_value(entry.get(name))
    return value if isinstance(value, str) else ", ".join(value or ())


def find_matching_revision(
    values: RawValues, target_dates: TargetDates, interpreter: ValueInterpreter
) -> tuple[RawValues, bool]:
    """Return the entry of the ledger that ends a move, and whether the ledger leads from its start to its end.

    A move may be declared in several entries: Mar-23 to Jun-23, then Jun-23 to Sep-23. One that was refused counts
    where there is no other.
    """
    revision_entries = [entry for entry in list_entries(values.get("revisions")) if isinstance(entry, dict)]
    read_date = interpreter.date_reader.read
    end_indices = [
        index
        for index, entry in enumerate(revision_entries)
        if has_same_deadline(read_date(entry.get("to")), target_dates[1])
    ]
    end_indices.sort(
        key=lambda index: (normalise_word(_read_text(revision_entries[index], "decision")) != Decision.REFUSED, index)
    )
    if not end_indices:
        return EMPTY_VALUES, False
    is_covered = any(
        has_same_deadline(read_date(entry.get("from")), target_dates[0])
        for entry in revision_entries[: end_indices[-1] + 1]
    )
    return revision_entries[end_indices[-1]], is_covered


def iter_extension_events(transition: Transition, pairs: Iterable[AlignedEntry]) -> Iterator[Event]:
    """Yield what was asked for, granted or refused, or entered, where the target itself did not move."""
    read_date = transition.interpreter.date_reader.read
    current_target = read_date(transition.new_values.get("target"))
    has_moved = not has_same_deadline(read_date(transition.old_values.get("target")), current_target)
    for pair in pairs:
        entry = pair.new if isinstance(pair.new, dict) else None
        old_decision = pair.old.get("decision") if isinstance(pair.old, dict) else None
        has_changed = entry is not None and (
            pair.old is None or normalise_value(old_decision) != normalise_value(entry.get("decision"))
        )
        if (
            entry is not None
            and has_changed
            and not (has_moved and has_same_deadline(read_date(entry.get("to")), current_target))
        ):
            yield _make_extension_event(transition, pair, entry)


def _make_extension_event(transition: Transition, pair: AlignedEntry, entry: RawValues) -> Event:
    start, end = entry.get("from"), entry.get("to")
    read_date = transition.interpreter.date_reader.read
    name = "to" if pair.old is None else "decision"
    old_decision = pair.old.get("decision") if isinstance(pair.old, dict) else None
    diff = FieldDiff(
        f"revisions[{pair.index}].{name}", to_display_value(old_decision), to_display_value(entry.get(name))
    )
    category = normalise_word(_read_text(entry, "category"))
    return transition.make_event(
        EventType.EXTENSION,
        diff,
        field=f"revisions[{pair.index}]",
        old=get_raw_text(start) or None,
        new=get_raw_text(end) or None,
        days=count_days_between(read_date(start), read_date(end)),
        reason=_read_text(entry, "reason"),
        approved_by=_read_text(entry, "approved_by"),
        note=normalise_word(_read_text(entry, "decision"))
        or (category if category == Category.CORRECTION else "entered"),
    )


# What happened to one record between two moments, by meaning: targets, statuses, updates, owners, exemptions.


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


# A meeting or a phase whose date was moved, and with it every target that hangs on it (design, section 5).


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
