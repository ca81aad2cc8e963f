"""Movement between two revisions: which records were open, new, reopened, closed and removed, item by item."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.history.diff import (
    FieldDiff,
    RegisterAsOf,
    ValueInterpreter,
    attribute_diff,
    compare_versions,
    get_raw_text,
    interpreter_at,
    is_equivalent,
    list_entries,
    read_register_at,
    to_display_value,
)
from p2ptrack.analysis.history.events import Event, EventType, RevisionRange, get_kind_name, get_title
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.history import RawValues, RecordVersion, RegisterHistory, Revision, VersionHistory
from p2ptrack.model.kinds import Kind
from p2ptrack.model.records import TrackedRecord
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.phrases import natural_key
from p2ptrack.values import dataclass

_CLOSURE_FIELDS = ("status", "verified", "decided")
BALANCE_FIELDS = ("opening", "new", "reopened", "closed", "disappeared", "closing")
"""The terms of the equation; those that disappeared were removed while open."""


@dataclass(frozen=True, slots=True)
class RegisterComparison:
    """A register at both ends of a range of revisions, with its history between them."""

    history: RegisterHistory
    revision_range: RevisionRange
    before: RegisterAsOf
    after: RegisterAsOf


def compare_registers(
    history: RegisterHistory, revision_range: RevisionRange, start_day: date, end_day: date
) -> RegisterComparison:
    """Return the register at both ends of a range, each with its facts on its own day."""
    before = read_register_at(history, revision_range.start, start_day)
    after = read_register_at(history, revision_range.end, end_day)
    return RegisterComparison(history, revision_range, before, after)


@dataclass(frozen=True, slots=True)
class Balance:
    """The records of a kind that were open at the start, came, were reopened, closed or removed, and are open.

    Opening + new + reopened - closed - disappeared = closing. `ids` has the ids behind each of these,
    and behind `removed`, which were closed before their files were deleted.
    """

    kind: Kind
    ids: Mapping[str, tuple[str, ...]]

    def get_counts(self) -> dict[str, int]:
        """Return the numbers of the equation, in its order."""
        return {name: len(self.ids[name]) for name in BALANCE_FIELDS}


def compute_balances(comparison: RegisterComparison) -> tuple[Balance, ...]:
    """Return the balance of each tracked kind, in the order of the kinds."""
    ids: dict[tuple[str, str], list[str]] = {}
    for outcome in find_outcomes(comparison):
        for name in outcome.balance_fields:
            ids.setdefault((outcome.kind.name, name), []).append(outcome.id)
    return tuple(
        Balance(kind, {name: tuple(ids.get((kind.name, name), ())) for name in (*BALANCE_FIELDS, "removed")})
        for kind in comparison.after.case.register.kinds
        if issubclass(kind.model, TrackedRecord)
    )


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """The outcome of one record of a kind: whether it was closed at the start and at the end (None: absent).

    `closed_at_last` is whether it was closed in its last version; for a removed record, in the last one before its
    removal. If the kind of a record changed, it is removed from its own kind: `new_path` is its file then, and
    `previous_kind` the kind before.
    """

    id: str
    kind: Kind
    record_history: VersionHistory
    closed_at_start: bool | None
    closed_at_end: bool | None
    closed_at_last: bool
    new_path: str = ""
    previous_kind: str = ""

    @property
    def balance_fields(self) -> frozenset[str]:
        """Return the parts of the balance that the record counts in."""
        is_removed = self.closed_at_end is None
        memberships = {
            "opening": self.closed_at_start is False,
            "new": self.closed_at_start is None,
            "reopened": self.closed_at_start is True and not self.closed_at_last,
            "closed": self.closed_at_start is not True and self.closed_at_last,
            "disappeared": is_removed and not self.closed_at_last,
            "closing": self.closed_at_end is False,
            "removed": is_removed and self.closed_at_last,
        }
        return frozenset(name for name, applies in memberships.items() if applies)


def find_outcomes(comparison: RegisterComparison) -> tuple[RecordOutcome, ...]:
    """Return the outcome of every record that existed within the range. A recommendation is never closed."""
    closed_before, closed_after = _find_closed_ids(comparison.before.case), _find_closed_ids(comparison.after.case)
    outcomes = [
        outcome
        for record_history in comparison.history.records.values()
        for outcome in _iter_outcomes(comparison, record_history, closed_before, closed_after)
    ]
    return tuple(sorted(outcomes, key=lambda outcome: natural_key(outcome.id)))


def _find_closed_ids(case: Case) -> frozenset[str]:
    return frozenset(id_.casefold() for id_, facts in case.facts.items() if facts.closed)


def _iter_outcomes(
    comparison: RegisterComparison,
    record_history: VersionHistory,
    closed_before: frozenset[str],
    closed_after: frozenset[str],
) -> Iterator[RecordOutcome]:
    """Yield the outcome of a record: two outcomes if its kind changed between start and end."""
    start, end = comparison.revision_range.start, comparison.revision_range.end
    start_version, end_version = record_history.version_at(start), record_history.version_at(end)
    start_kind = start_version.kind if start_version else None
    end_kind = end_version.kind if end_version else None
    id_ = record_history.id_at(end)
    # A record that cannot be understood counts as open.
    closed_at_start, closed_at_end = id_.casefold() in closed_before, id_.casefold() in closed_after
    if end_kind is None or end_version is None:
        yield from _iter_removed_outcomes(comparison, record_history, start_kind, closed_at_start)
    elif start_kind == end_kind:
        yield RecordOutcome(id_, end_kind, record_history, closed_at_start, closed_at_end, closed_at_end)
    elif start_kind is None:
        yield RecordOutcome(id_, end_kind, record_history, None, closed_at_end, closed_at_end)
    else:
        arrival = RecordOutcome(id_, end_kind, record_history, closed_at_start or None, closed_at_end, closed_at_end)
        yield replace(arrival, previous_kind=start_kind.singular)
        if not closed_at_start:
            departure = RecordOutcome(id_, start_kind, record_history, closed_at_start, None, closed_at_last=False)
            yield replace(departure, new_path=end_version.path)


def _iter_removed_outcomes(
    comparison: RegisterComparison, record_history: VersionHistory, start_kind: Kind | None, closed_at_start: bool
) -> Iterator[RecordOutcome]:
    start, end = comparison.revision_range.start, comparison.revision_range.end
    last = record_history.last_existing_version(end)
    if last is None or (start_kind is None and last.revision.position <= start):
        return
    kind = start_kind or last.kind
    removal = record_history.versions[record_history.versions.index(last) + 1].revision
    if kind:
        closed_at_last = is_closed_at_removal(comparison.history, last, removal)
        at_start = closed_at_start if start_kind else None
        yield RecordOutcome(record_history.id_at(end), kind, record_history, at_start, None, closed_at_last)


def is_closed_at_removal(history: RegisterHistory, version: RecordVersion, removal: Revision) -> bool:
    """Whether a record was closed when it was removed, by the policy of that time."""
    return interpreter_at(history, removal.position).is_closed(version, removal.effective_date)


def is_tracked(version: RecordVersion | None) -> bool:
    """Whether a version is that of an existing tracked record."""
    return version is not None and version.kind is not None and issubclass(version.kind.model, TrackedRecord)


def iter_balance_events(comparison: RegisterComparison) -> Iterator[Event]:
    """Yield an event for each record that came, was closed, was reopened or was removed."""
    kinds = comparison.after.case.register.kinds
    for outcome in find_outcomes(comparison):
        version = outcome.record_history.last_existing_version(comparison.revision_range.end)
        title = get_title(version) if version else ""
        balance_fields = outcome.balance_fields
        for event_type, build_event in _EVENT_BUILDERS.items():
            if event_type.value in balance_fields:
                event = Event(event_type, outcome.id, outcome.kind.name, title, None, kinds=kinds)
                yield build_event(comparison, outcome, event)


def _make_removed_event(comparison: RegisterComparison, outcome: RecordOutcome, event: Event) -> Event:
    """Return the event of a record whose file was deleted, or moved to another kind's folder."""
    before, after = [
        (earlier, later)
        for earlier, later in comparison.revision_range.iter_version_pairs(outcome.record_history)
        if earlier and earlier.kind is not None and earlier.kind != later.kind
    ][-1]
    new_path = outcome.new_path or None
    revision = attribute_diff(after, FieldDiff("path", before.path, new_path and after.path))
    status = _read_status(interpreter_at(comparison.history, after.revision.position), before)
    return replace(event, revision=revision, field="path", old=before.path, new=new_path, note=status)


def _make_new_event(comparison: RegisterComparison, outcome: RecordOutcome, event: Event) -> Event:
    before, arrival = next(
        (earlier, later)
        for earlier, later in comparison.revision_range.iter_version_pairs(outcome.record_history)
        if later.kind == outcome.kind and (earlier is None or earlier.kind != outcome.kind)
    )
    target = get_raw_text(arrival.target)
    notes = [f"target {target}"] if target else []
    old_path = None
    if outcome.previous_kind:
        article = "an" if outcome.previous_kind.startswith("a") else "a"
        notes.append(f"previously {article} {outcome.previous_kind}")
        old_path = before.path if before else None
    elif before is not None and before.values is None:
        notes.append("added again after it was removed")
    status = _read_status(interpreter_at(comparison.history, arrival.revision.position), arrival)
    revision = attribute_diff(arrival, FieldDiff("path", old_path, arrival.path))
    return replace(event, revision=revision, new=status or None, note="; ".join(notes))


def _make_closure_event(comparison: RegisterComparison, outcome: RecordOutcome, event: Event) -> Event:
    """Return the event of closing or reopening: from which status to which, how, and with what evidence."""
    history, start, end = comparison.history, comparison.revision_range.start, comparison.revision_range.end
    first = _find_first_version(comparison, outcome.record_history)
    last = outcome.record_history.last_existing_version(end)
    change = _find_closure_change(comparison, outcome)
    record = interpreter_at(history, last.revision.position).read_record(last)[0] if last else None
    evidence: tuple[str, ...] = ()
    notes = ["because the policy on closing was changed"] if change.is_by_policy else []
    if isinstance(record, TrackedRecord):
        evidence = tuple(", ".join(filter(None, (item.title, item.link))) for item in record.evidence)
        if event.event_type is EventType.CLOSED:
            notes += describe_closure(record)
    first_position = max(start, first.revision.position if first else 0)
    return replace(
        event,
        revision=change.revision,
        field="status",
        old=_read_status(interpreter_at(history, first_position), first) or None,
        new=_read_status(interpreter_at(history, end), last) or None,
        evidence=evidence,
        note="; ".join(notes),
    )


_EventBuilder = Callable[[RegisterComparison, RecordOutcome, Event], Event]
_EVENT_BUILDERS: Mapping[EventType, _EventBuilder] = {
    EventType.DISAPPEARED: _make_removed_event,
    EventType.CLOSED: _make_closure_event,
    EventType.REOPENED: _make_closure_event,
    EventType.NEW: _make_new_event,
    EventType.REMOVED: _make_removed_event,
}


def _read_status(interpreter: ValueInterpreter, version: RecordVersion | None) -> str:
    return interpreter.read_status(version.fields.get("status")) if version else ""


def _find_first_version(comparison: RegisterComparison, record_history: VersionHistory) -> RecordVersion | None:
    """Return the version at the start; of a record that came later, its first one."""
    start_version = record_history.version_at(comparison.revision_range.start)
    if start_version and start_version.values is not None:
        return start_version
    for _, after in comparison.revision_range.iter_version_pairs(record_history):
        if after.values is not None:
            return after
    return None


@dataclass(frozen=True, slots=True)
class ClosureChange:
    """The last time that a record was closed or reopened. Without a revision, a decision took effect on its date.

    `is_by_policy`: the record itself did not change, but the policy on what counts as closed did.
    """

    revision: Revision | None = None
    is_by_policy: bool = False


def _find_closure_change(comparison: RegisterComparison, outcome: RecordOutcome) -> ClosureChange:
    """Return the last change that closed or reopened a record within the range."""
    record_history = outcome.record_history
    change, is_closed = ClosureChange(), bool(outcome.closed_at_start)
    for after in _list_closure_versions(comparison, record_history):
        revision = after.revision
        closed_before, closed_after = (
            interpreter_at(comparison.history, position).is_closed(
                record_history.last_existing_version(position), revision.effective_date
            )
            for position in (revision.position - 1, revision.position)
        )
        if closed_after != closed_before:
            is_by_policy = after.path == PROGRAMME_PATH
            change = ClosureChange(
                revision if is_by_policy else _attribute_closure(record_history, after), is_by_policy
            )
        elif closed_after != is_closed:
            change = ClosureChange()
        is_closed = closed_after
    return change if is_closed == outcome.closed_at_last else ClosureChange()


def _list_closure_versions(comparison: RegisterComparison, record_history: VersionHistory) -> list[RecordVersion]:
    """Return the versions of the record, otherwise of the programme, in which a field that decides closure changed."""
    versions = {
        after.revision.position: after
        for before, after in comparison.revision_range.iter_version_pairs(comparison.history.programme)
        if _has_changed(before, after, ("policy",))
    }
    for before, after in comparison.revision_range.iter_version_pairs(record_history):
        if after.values is not None and _has_changed(before, after, _CLOSURE_FIELDS):
            versions[after.revision.position] = after
    return [versions[position] for position in sorted(versions)]


def _has_changed(before: RecordVersion | None, after: RecordVersion, names: tuple[str, ...]) -> bool:
    if (before is None or before.values is None) != (after.values is None):
        return True
    old_values = before.fields if before else {}
    return any(not is_equivalent(old_values.get(name), after.fields.get(name)) for name in names)


def _attribute_closure(record_history: VersionHistory, after: RecordVersion) -> Revision:
    """Return who changed the status; otherwise who verified or decided, or added the record."""
    changes = compare_versions(record_history.version_at(after.revision.position - 1), after)
    for name in _CLOSURE_FIELDS:
        for change in changes:
            if change.field_name == name:
                return change.revision
    return attribute_diff(after, FieldDiff("path", None, after.path))


def describe_closure(record: TrackedRecord) -> list[str]:
    """Return how a record was closed: verified or decided by whom and when, and what replaced it."""
    parts = []
    if record.verified is not None and (record.verified.by or record.verified.on):
        parts += [_join_attribution("verified", record.verified.by, record.verified.on), record.verified.method]
    if record.decided is not None:
        decided = record.decided
        if decided.by or decided.meeting or decided.on:
            parts.append(_join_attribution("decided", decided.by or decided.meeting, decided.on))
        parts.append(f"minute {decided.minute}" if decided.minute else None)
        parts.append(decided.reason)
        parts.append(f"carried on by {decided.continuing_owner}" if decided.continuing_owner else None)
    if record.superseded_by:
        parts.append(f"superseded by {', '.join(record.superseded_by)}")
    if record.completed_on:
        parts.append(f"completed on {record.completed_on.raw}")
    return [part for part in parts if part]


def _join_attribution(verb: str, author: str | None, council_date: CouncilDate | None) -> str | None:
    by = f" by {author}" if author else ""
    on = f" on {council_date.raw}" if council_date else ""
    return f"{verb}{by}{on}"


def iter_expired_exemption_events(comparison: RegisterComparison) -> Iterator[Event]:
    """Yield every exemption that applied on the day of the start and no longer on that of the end."""
    start_date, end_date = comparison.before.case.as_of, comparison.after.case.as_of
    end = comparison.revision_range.end
    interpreter = interpreter_at(comparison.history, end)
    for record_history in comparison.history.records.values():
        version = record_history.version_at(end)
        if version is None:
            continue
        for path, exempt in _iter_ending_exemptions(version.fields):
            until = interpreter.read_date(exempt["until"])
            if not until or not until.latest or not start_date <= until.latest < end_date:
                continue
            kind, title, old = get_kind_name(version), get_title(version), get_raw_text(exempt["until"])
            event = Event(EventType.EXEMPTION, record_history.id_at(end), kind, title, None, note="it ended")
            yield replace(event, field=f"{path}.until", old=old)
            if (fields := to_display_value(exempt.get("fields"))) is not None:
                yield replace(event, field=f"{path}.fields", old=fields)


def _iter_ending_exemptions(values: RawValues) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the path of each exemption with a last day, of the record and of its entries."""
    exemptions = [("exempt", values.get("exempt"))]
    for name, value in values.items():
        for index, entry in enumerate(list_entries(value) if isinstance(value, list | dict) else ()):
            if isinstance(entry, dict):
                exemptions.append((f"{name}[{index}].exempt", entry.get("exempt")))
    for path, exempt in exemptions:
        if isinstance(exempt, dict) and exempt.get("until") is not None:
            yield path, exempt
