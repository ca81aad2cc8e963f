"""Events between two revisions: the changes of each record and of the programme, classified by their meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import pairwise
from typing import Any

from p2ptrack.analysis.history.diff import (
    EMPTY_VALUES,
    AlignedEntry,
    DisplayValue,
    FieldChange,
    FieldDiff,
    ValueInterpreter,
    align_entries,
    attribute_diff,
    compare_versions,
    count_days_between,
    format_display_value,
    get_raw_text,
    has_deadline,
    has_same_deadline,
    interpreter_at,
    list_entries,
    normalise_value,
    strip_indices,
    to_display_value,
)
from p2ptrack.model.dates import CouncilDate, format_long_date
from p2ptrack.model.fields import CLOSED_STATUSES, STATUSES_NEEDING_DECISION, Category, Decision, Status
from p2ptrack.model.history import RawValues, RecordVersion, RegisterHistory, Revision, VersionHistory
from p2ptrack.model.kinds import KINDS, Kinds
from p2ptrack.model.records import TrackedRecord, read_title
from p2ptrack.model.schema import record_field_specs
from p2ptrack.phrases import natural_key, normalise_word
from p2ptrack.values import compile_on_use, dataclass

UNDECLARED_NOTE = "no target change is recorded"
"""The note of a target that moved without an entry in `revisions`."""
_UNAPPROVED_NOTES = {
    Decision.REFUSED: "the extension was refused",
    Decision.REQUESTED: "the extension is not granted yet",
}
_ENTRY_LISTS = frozenset({"updates", "revisions"})
_OWNERSHIP_FIELDS = frozenset({"accountable", "supporting", "lead_member", "directorate"})
_STATUS_RANKS: Mapping[str, int] = {
    "": 0,
    Status.OPEN: 1,
    Status.NOT_STARTED: 1,
    Status.ON_HOLD: 2,
    Status.IN_PROGRESS: 3,
    Status.COMPLETE: 4,
    **dict.fromkeys(CLOSED_STATUSES, 5),
}
_ENTRY_INDEX = compile_on_use(r"\w+\[(\d+)\]")
_DATED_FIELDS = (("phases", "end", "phase"), ("meetings", "date", "meeting"))


class EventType(StrEnum):
    """The types of event, in the order in which a committee reads them."""

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
    """A change of a record, when it became official, and its author.

    Without a revision, a decision took effect on its date and no commit changed anything. `days` is by how many a
    target moved. `kinds` are those that the programme had then.
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
    kinds: Kinds = KINDS


@dataclass(frozen=True, slots=True)
class RevisionRange:
    """The revisions after the position `start` up to the position `end`."""

    start: int
    end: int

    def iter_version_pairs(
        self, version_history: VersionHistory
    ) -> Iterator[tuple[RecordVersion | None, RecordVersion]]:
        """Yield each version that came within the range, with the one before it."""
        for before, after in pairwise((None, *version_history.versions)):
            if after is not None and self.start < after.revision.position <= self.end:
                yield before, after

    def iter_changed_versions(self, version_history: VersionHistory) -> Iterator[tuple[RecordVersion, RecordVersion]]:
        """Yield the pairs of which both versions exist."""
        for before, after in self.iter_version_pairs(version_history):
            if before is not None and before.values is not None and after.values is not None:
                yield before, after


def get_kind_name(version: RecordVersion) -> str:
    """Return the kind of the record that a file holds; nothing for other files."""
    return version.path_kind.name if version.path_kind else ""


def get_title(version: RecordVersion) -> str:
    """Return a record's title as it was written, otherwise the first sentence of its text."""
    return read_title(version.fields)


@dataclass(frozen=True, slots=True)
class Transition:
    """Two successive versions of a record, and how to interpret them.

    `final` is the last version within the range in which the record existed: events carry the id it had then. `start`
    is the position at which the range begins.
    """

    record_history: VersionHistory
    before: RecordVersion
    after: RecordVersion
    final: RecordVersion
    interpreter: ValueInterpreter
    start: int = 0

    def make_event(self, event_type: EventType, revision: Revision, **details: Any) -> Event:
        """Return an event of the record."""
        id_ = str(self.final.fields.get("id", self.record_history.id))
        return Event(
            event_type,
            id_,
            get_kind_name(self.after),
            get_title(self.after),
            revision,
            kinds=self.after.kinds,
            **details,
        )

    def make_field_event(self, event_type: EventType, change: FieldChange) -> Event:
        """Return the event of one field."""
        return self.make_event(event_type, change.revision, field=change.path, old=change.old, new=change.new)

    def read_target(self, version: RecordVersion) -> CouncilDate | None:
        """Return the target date of a version."""
        return self.interpreter.read_date(version.target)


def iter_record_events(
    history: RegisterHistory, record_history: VersionHistory, revision_range: RevisionRange
) -> Iterator[Event]:
    """Yield the events of one record while it existed, oldest first."""
    final = record_history.last_existing_version(revision_range.end)
    for before, after in revision_range.iter_changed_versions(record_history):
        if final:
            interpreter = interpreter_at(history, after.revision.position)
            transition = Transition(record_history, before, after, final, interpreter, revision_range.start)
            yield from _iter_transition_events(transition)


def _iter_transition_events(transition: Transition) -> Iterator[Event]:
    changes = compare_versions(transition.before, transition.after)
    kind = transition.after.kind
    if kind is None or not issubclass(kind.model, TrackedRecord):
        for change in changes:
            event_type = EventType.EXEMPTION if _is_exemption_diff(change) else EventType.OTHER
            yield transition.make_field_event(event_type, change)
        return
    if changes and changes[0].event == "moved":
        yield transition.make_field_event(EventType.OTHER, changes[0])
        changes = changes[1:]
    changed_lists = {change.field_name for change in changes} & _ENTRY_LISTS
    entries_by_list = {name: _pair_list_entries(transition, name) for name in changed_lists}
    if "revisions" in entries_by_list:
        moving = (entry for entry in entries_by_list["revisions"] if not _moves_nothing(transition, entry))
        entries_by_list["revisions"] = tuple(moving)
    due_name = transition.after.due_name
    for change in changes:
        if change.field_name == due_name:
            yield from _iter_target_events(transition, change)
    yield from _iter_extension_events(transition, entries_by_list.get("revisions", ()))
    yield from _iter_update_events(transition, entries_by_list.get("updates", ()))
    added_indices = {
        name: {entry.index for entry in entries if entry.old is None} for name, entries in entries_by_list.items()
    }
    for change in changes:
        if not _is_within_added_entry(change, added_indices):
            yield from _iter_field_events(transition, change)


def _pair_list_entries(transition: Transition, name: str) -> tuple[AlignedEntry, ...]:
    """Return the pairs of old and new entries of a list. An entry that only moved is not a new one."""
    before, after = (list_entries(version.fields.get(name)) for version in (transition.before, transition.after))
    entries = align_entries(before, after)
    removed = [normalise_value(entry.old) for entry in entries if entry.new is None]
    if not removed:
        return entries
    return tuple(entry for entry in entries if entry.old is not None or normalise_value(entry.new) not in removed)


def _moves_nothing(transition: Transition, entry: AlignedEntry) -> bool:
    """Whether a target change has the same day as its start and end, so that it is not an event."""
    if not isinstance(entry.new, dict):
        return False
    start, end = (transition.interpreter.read_date(entry.new.get(name)) for name in ("from", "to"))
    return has_deadline(start) and has_same_deadline(start, end)


def _is_exemption_diff(diff: FieldDiff) -> bool:
    return "exempt" in diff.path.replace("[", ".").split(".")


def _is_within_added_entry(diff: FieldDiff, added_indices: Mapping[str, set[int]]) -> bool:
    """Whether a difference is part of a new entry, which has an event of its own."""
    if diff.field_name not in added_indices or _is_exemption_diff(diff):
        return False
    index = diff.path.partition("[")[2].partition("]")[0]
    return not index or (diff.old is None and int(index) in added_indices[diff.field_name])


def _iter_field_events(transition: Transition, change: FieldChange) -> Iterator[Event]:
    if _is_exemption_diff(change):
        yield transition.make_field_event(EventType.EXEMPTION, change)
    elif change.field_name == transition.after.due_name or _has_same_meaning(transition, change):
        return
    elif change.path == "status":
        old, new = (transition.interpreter.read_status(value) for value in (change.old, change.new))
        note = "; ".join(filter(None, (_compare_statuses(old, new), _describe_effective_date(transition, new))))
        details = {"field": "status", "old": old or None, "new": new or None, "note": note}
        yield transition.make_event(EventType.STATUS, change.revision, **details)
    else:
        event_type = EventType.OWNER if change.field_name in _OWNERSHIP_FIELDS else EventType.OTHER
        yield transition.make_field_event(event_type, change)


def _has_same_meaning(transition: Transition, diff: FieldDiff) -> bool:
    """Whether a date or a status is only written in another way."""
    interpreter = transition.interpreter
    field_spec = record_field_specs(transition.after.kinds).get(strip_indices(diff.path))
    field_type = field_spec.type if field_spec else ""
    if field_type == "date":
        old, new = interpreter.read_date(diff.old), interpreter.read_date(diff.new)
        return old is not None and new is not None and _date_key(old) == _date_key(new)
    if field_type != "choice":
        return False
    name = diff.path.rpartition(".")[2]
    return interpreter.read_word(name, diff.old) == interpreter.read_word(name, diff.new)


def _date_key(council_date: CouncilDate) -> tuple[object, ...]:
    return council_date.earliest, council_date.latest, council_date.ongoing, council_date.anchor


def _compare_statuses(old: str, new: str) -> str:
    old_rank, new_rank = rank_status(old), rank_status(new)
    if new_rank == old_rank:
        return "sideways"
    return "forward" if new_rank > old_rank else "back"


def rank_status(status: str) -> int:
    """Return the rank of a status by progress: 0 for none, -1 for a word that is not a status."""
    return _STATUS_RANKS.get(status, -1)


def _describe_effective_date(transition: Transition, status: str) -> str:
    """Return from when a status applies, if it was decided for a later date."""
    decided = transition.after.fields.get("decided")
    if status not in STATUSES_NEEDING_DECISION or not isinstance(decided, dict):
        return ""
    effective = transition.interpreter.read_date(decided.get("on"))
    is_later = effective and effective.latest and effective.latest > transition.after.revision.effective_date
    return f"as from {effective.raw}" if effective and is_later else ""


def _iter_update_events(transition: Transition, entries: Iterable[AlignedEntry]) -> Iterator[Event]:
    for entry in entries:
        if entry.old is not None:
            continue
        update = entry.new if isinstance(entry.new, dict) else {"text": entry.new}
        name = next((name for name in ("text", "see", "status") if update.get(name) is not None), "date")
        text = to_display_value(update.get(name))
        revision = attribute_diff(transition.after, FieldDiff(f"updates[{entry.index}].{name}", None, text))
        summary = f"see {text}" if name == "see" else text
        note = _describe_update(update)
        yield transition.make_event(EventType.UPDATE, revision, field=f"updates[{entry.index}]", new=summary, note=note)


def _describe_update(update: RawValues) -> str:
    """Return the date, meeting or source of an update, and the other records that it covers."""
    source = update.get("source")
    source_id = source.get("id") if isinstance(source, dict) else source
    candidates = (get_raw_text(update.get("date")), update.get("meeting"), source_id)
    parts = [item for item in candidates if isinstance(item, str) and item][:1]
    covers = update.get("covers")
    entries = list(covers) if isinstance(covers, dict) else list_entries(covers)
    if entries:
        ids = (str(entry.get("id") if isinstance(entry, dict) else entry) for entry in entries)
        parts.append(f"also for {', '.join(ids)}")
    return "; ".join(parts)


def _iter_target_events(transition: Transition, change: FieldChange) -> Iterator[Event]:
    """Yield the event of a changed target date; nothing where the same date is written in another way."""
    old, new = transition.before.target, transition.after.target
    move = transition.read_target(transition.before), transition.read_target(transition.after)
    if has_same_deadline(*move):
        if not _has_same_meaning(transition, FieldDiff("target", get_raw_text(old), get_raw_text(new))):
            yield transition.make_field_event(EventType.OTHER, change)
        return
    entry, note = _find_declaration(transition, move)
    yield transition.make_event(
        EventType.TARGET,
        change.revision,
        field=change.path,
        old=get_raw_text(old) or None,
        new=get_raw_text(new) or None,
        days=count_days_between(*move),
        reason=read_text(entry, "reason"),
        approved_by=read_text(entry, "approved_by"),
        note=note if has_deadline(move[0]) else _describe_first_target(transition),
    )


def _describe_first_target(transition: Transition) -> str:
    position = transition.after.revision.position
    had_target = any(
        has_deadline(transition.read_target(version))
        for version in transition.record_history.versions
        if version.revision.position < position
    )
    return "set again" if had_target or transition.before.fields.get("revisions") else "set for the first time"


DateMove = tuple[CouncilDate | None, CouncilDate | None]


def _find_declaration(transition: Transition, move: DateMove) -> tuple[RawValues, str]:
    """Return the entry of `revisions` that declares a move, and a note on it."""
    entry, is_covered = find_matching_revision(transition.after.fields, move, transition.interpreter)
    if is_covered:
        return entry, _describe_approval(transition.interpreter, entry)
    later_entry, is_covered_later = find_matching_revision(transition.final.fields, move, transition.interpreter)
    if is_covered_later:
        day = format_long_date(_find_declaring_version(transition, move).revision.effective_date)
        recorded = f"the target change was recorded later, on {day}"
        notes = (_describe_approval(transition.interpreter, later_entry), recorded)
        return later_entry, "; ".join(filter(None, notes))
    return entry, UNDECLARED_NOTE


def _find_declaring_version(transition: Transition, move: DateMove) -> RecordVersion:
    """Return the first version after a move whose `revisions` declare it. The final version does."""
    position = transition.after.revision.position
    later = (version for version in transition.record_history.versions if version.revision.position > position)
    return next(version for version in later if find_matching_revision(version.fields, move, transition.interpreter)[1])


def _describe_approval(interpreter: ValueInterpreter, entry: RawValues) -> str:
    """Return why a declared move does not count as an approved extension, or an empty text."""
    if normalise_word(read_text(entry, "category")) == Category.CORRECTION:
        return "a correction"
    decision = normalise_word(read_text(entry, "decision"))
    for unapproved, note in _UNAPPROVED_NOTES.items():
        if decision == unapproved:
            return note
    needs_approval = interpreter.programme.policy.extensions_need_approval
    return "no approval is recorded" if needs_approval and not (decision or entry.get("approved_by")) else ""


def read_text(entry: RawValues, name: str) -> str:
    """Return a field of raw values as text; nothing where it is left out."""
    return format_display_value(to_display_value(entry.get(name)))


def find_matching_revision(values: RawValues, move: DateMove, interpreter: ValueInterpreter) -> tuple[RawValues, bool]:
    """Return the entry of `revisions` that ends a move, and whether the entries lead from its start to its end.

    A move may be declared in several entries: Mar-23 to Jun-23, then Jun-23 to Sep-23. One that was refused counts
    where there is no other.
    """
    entries = [entry for entry in list_entries(values.get("revisions")) if isinstance(entry, dict)]
    ends = [
        index
        for index, entry in enumerate(entries)
        if has_same_deadline(interpreter.read_date(entry.get("to")), move[1])
    ]
    if not ends:
        return EMPTY_VALUES, False
    ends.sort(key=lambda index: (normalise_word(read_text(entries[index], "decision")) != Decision.REFUSED, index))
    starts = (interpreter.read_date(entry.get("from")) for entry in entries[: ends[-1] + 1])
    return entries[ends[-1]], any(has_same_deadline(start, move[0]) for start in starts)


def _iter_extension_events(transition: Transition, entries: Iterable[AlignedEntry]) -> Iterator[Event]:
    """Yield the extensions that were requested, decided or entered without moving the target."""
    target = transition.read_target(transition.after)
    has_moved = not has_same_deadline(transition.read_target(transition.before), target)
    for entry in entries:
        if not isinstance(entry.new, dict):
            continue
        old_decision = entry.old.get("decision") if isinstance(entry.old, dict) else None
        is_decided = normalise_value(old_decision) != normalise_value(entry.new.get("decision"))
        explains_move = has_moved and has_same_deadline(transition.interpreter.read_date(entry.new.get("to")), target)
        if explains_move or (entry.old is not None and not is_decided):
            continue
        # A move that an entry declares later has its own event, with the details of the entry.
        if entry.old is not None or not _declares_earlier_move(transition, entry.new):
            yield _make_extension_event(transition, entry, old_decision)


def _declares_earlier_move(transition: Transition, entry: RawValues) -> bool:
    """Whether an entry of `revisions` declares a move that happened earlier within the range."""
    interpreter = transition.interpreter
    start, end = (interpreter.read_date(entry.get(name)) for name in ("from", "to"))
    for before, after in pairwise(transition.record_history.versions):
        move = transition.read_target(before), transition.read_target(after)
        if (
            transition.start < after.revision.position < transition.after.revision.position
            and not has_same_deadline(*move)
            and (has_same_deadline(start, move[0]) or has_same_deadline(end, move[1]))
            and find_matching_revision(transition.after.fields, move, interpreter)[1]
            and not find_matching_revision(transition.before.fields, move, interpreter)[1]
        ):
            return True
    return False


def _make_extension_event(transition: Transition, entry: AlignedEntry, old_decision: Any) -> Event:
    start, end = entry.new.get("from"), entry.new.get("to")
    name = "to" if entry.old is None else "decision"
    old, new = to_display_value(old_decision), to_display_value(entry.new.get(name))
    revision = attribute_diff(transition.after, FieldDiff(f"revisions[{entry.index}].{name}", old, new))
    note = normalise_word(read_text(entry.new, "decision"))
    if not note:
        is_correction = normalise_word(read_text(entry.new, "category")) == Category.CORRECTION
        note = Category.CORRECTION.value if is_correction else "entered"
    return transition.make_event(
        EventType.EXTENSION,
        revision,
        field=f"revisions[{entry.index}]",
        old=get_raw_text(start) or None,
        new=get_raw_text(end) or None,
        days=count_days_between(transition.interpreter.read_date(start), transition.interpreter.read_date(end)),
        reason=read_text(entry.new, "reason"),
        approved_by=read_text(entry.new, "approved_by"),
        note=note,
    )


def iter_programme_events(history: RegisterHistory, revision_range: RevisionRange) -> Iterator[Event]:
    """Yield the changes of the programme; the note has the id of the meeting, phase, source or dependency."""
    for before, after in revision_range.iter_changed_versions(history.programme):
        for change in compare_versions(before, after):
            yield Event(
                EventType.PROGRAMME,
                "programme",
                "programme",
                get_title(after),
                change.revision,
                field=change.path,
                old=change.old,
                new=change.new,
                note=_find_entry_id(before.fields if change.new is None else after.fields, change),
            )


def _find_entry_id(values: RawValues, diff: FieldDiff) -> str:
    """Return the id of the entry of a list of the programme that a difference is in, such as `meetings[0].date`."""
    index = _ENTRY_INDEX.match(diff.path)
    entry = list_entries(values.get(diff.field_name))[int(index[1])] if index else None
    return str(entry.get("id", "")) if isinstance(entry, dict) else ""


@dataclass(frozen=True, slots=True)
class AnchorMove:
    """A phase or meeting whose date moved, by how many days, and the records whose target names it."""

    anchor_type: str
    id: str
    revision: Revision
    old: str
    new: str
    days: int | None
    affected: tuple[RecordVersion, ...]


def iter_anchor_moves(history: RegisterHistory, revision_range: RevisionRange) -> Iterator[AnchorMove]:
    """Yield every moved date of a phase or meeting within a range, oldest first."""
    for before, after in revision_range.iter_changed_versions(history.programme):
        interpreter = interpreter_at(history, after.revision.position)
        for name, field, anchor_type in _DATED_FIELDS:
            old_dates, new_dates = (_map_field_by_id(version.fields.get(name), field) for version in (before, after))
            for id_, new in new_dates.items():
                old = old_dates.get(id_)
                if old is None or new is None or old == new:
                    continue
                move = interpreter.read_date(old), interpreter.read_date(new)
                if not has_same_deadline(*move):
                    affected = tuple(_iter_affected(history, after.revision.position, id_, interpreter))
                    texts = get_raw_text(old), get_raw_text(new)
                    days = count_days_between(*move)
                    yield AnchorMove(anchor_type, id_, after.revision, *texts, days, affected)


def _map_field_by_id(value: Any, field: str) -> Mapping[str, Any]:
    return {str(entry.get("id")): entry.get(field) for entry in list_entries(value) if isinstance(entry, dict)}


def _iter_affected(
    history: RegisterHistory, position: int, anchor_id: str, interpreter: ValueInterpreter
) -> Iterator[RecordVersion]:
    """Yield the records whose target names this phase or meeting both before its date moved and after."""
    for key in sorted(history.records, key=natural_key):
        before, after = (history.records[key].version_at(number) for number in (position - 1, position))
        if before and after and all(_names_anchor(interpreter, version, anchor_id) for version in (before, after)):
            yield after


def _names_anchor(interpreter: ValueInterpreter, version: RecordVersion, anchor_id: str) -> bool:
    target = interpreter.read_date(version.target)
    return target is not None and target.anchor == anchor_id


def iter_anchored_target_events(history: RegisterHistory, revision_range: RevisionRange) -> Iterator[Event]:
    """Yield the move of every target that names a phase or a meeting whose date moved."""
    for move in iter_anchor_moves(history, revision_range):
        for version in move.affected:
            target = get_raw_text(version.target)
            yield Event(
                EventType.TARGET,
                str(version.fields.get("id")),
                get_kind_name(version),
                get_title(version),
                move.revision,
                field=version.due_name,
                old=f"{target} ({move.old})",
                new=f"{target} ({move.new})",
                days=move.days,
                note=f"because the {move.anchor_type} {move.id} was moved",
            )
