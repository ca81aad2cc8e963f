"""Who came, was closed, was opened again and disappeared between two moments: opening to closing, item by item."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import FactContext, compute_facts
from p2ptrack.analysis.history.diff import (
    EMPTY_VALUES,
    FieldDiff,
    attribute_diff,
    diff_fields,
    is_equivalent,
    list_entries,
    to_display_value,
)
from p2ptrack.analysis.history.events import Event, EventType, RevisionRange, ValueInterpreter, get_kind_name, get_title
from p2ptrack.analysis.history.snapshot import (
    STATUS_FIELDS,
    DateReader,
    RegisterAsOf,
    get_raw_text,
    read_programme_at,
    read_registers_at,
)
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import ValidationContext
from p2ptrack.model.history import RawValues, RecordVersion, RegisterHistory, Revision, VersionHistory, kind_of_path
from p2ptrack.model.programme import status_labels
from p2ptrack.model.records import KINDS, Kind, TrackedRecord
from p2ptrack.model.register import PROGRAMME_PATH, Register, build_anchors
from p2ptrack.model.validation import validate_with_dropped_fields
from p2ptrack.phrases import natural_key

# When a record was closed or opened again, by whom, and how: by what it said, by the policy, or by a day that came.


_CLOSURE_FIELDS = ("status", "verified", "decided")


def is_tracked(version: RecordVersion | None) -> bool:
    """Whether a state is that of a record that somebody carries out, and that was there."""
    kind = kind_of_path(version.path) if version and version.values is not None else None
    return kind is not None and issubclass(kind.model, TrackedRecord)


def is_closed_at_removal(history: RegisterHistory, version: RecordVersion, removal: Revision) -> bool:
    """Whether a record, as this state has it, was closed when it left the register, by the policy of that time."""
    return _is_closed(_build_closure_context(history, removal.position), version, removal.effective_date)


@dataclass(frozen=True, slots=True)
class _ClosureContext:
    """What a programme reads records with, and judges them by."""

    register: Register
    validation_context: ValidationContext


def _build_closure_context(history: RegisterHistory, number: int) -> _ClosureContext:
    programme = read_programme_at(history, number)
    return _ClosureContext(
        Register(programme), ValidationContext(build_anchors(programme), status_labels(programme.policy))
    )


def _is_closed(context: _ClosureContext, version: RecordVersion | None, day: date) -> bool:
    record = _read_record(context, version)
    return record is not None and compute_facts(record, FactContext(context.register, day, {})).closed


def _read_record(context: _ClosureContext, version: RecordVersion | None) -> TrackedRecord | None:
    kind = kind_of_path(version.path) if version else None
    if version is None or kind is None or not is_tracked(version):
        return None
    status_values = {name: value for name, value in (version.values or EMPTY_VALUES).items() if name in STATUS_FIELDS}
    record = validate_with_dropped_fields(kind.model, status_values, context.validation_context)[0]
    return record if isinstance(record, TrackedRecord) else None


@dataclass(frozen=True, slots=True)
class ClosureChange:
    """The last time that a record was closed or opened again. Without a moment a day came that was decided on.

    `by_policy` tells that the record said the same before: what counts as closed was changed.
    """

    revision: Revision | None = None
    by_policy: bool = False


@dataclass(frozen=True, slots=True)
class ClosureJudge:
    """Judges whether records were closed by what they and the programme said at places on the line."""

    history: RegisterHistory
    _contexts: dict[int, _ClosureContext] = field(default_factory=dict, repr=False, compare=False)

    def is_closed(self, version_history: VersionHistory, number: int, day: date) -> bool:
        """Whether a record was closed at a place on the line, judged on a day; of one that is gone, when it went."""
        return _is_closed(self._get_context_at(number), version_history.last_existing_version(number), day)

    def read_record(self, version: RecordVersion) -> TrackedRecord | None:
        """Return what decides on closing, and how it is told, of a record as a state has it."""
        return _read_record(self._get_context_at(version.revision.position), version)

    def _get_context_at(self, number: int) -> _ClosureContext:
        key = id(self.history.programme.version_at(number))
        if key not in self._contexts:
            self._contexts[key] = _build_closure_context(self.history, number)
        return self._contexts[key]

    def find_last_change(
        self,
        version_history: VersionHistory,
        revision_range: RevisionRange,
        *,
        closed_at_start: bool,
        closed_at_end: bool,
    ) -> ClosureChange:
        """Return what closed a record or opened it again within a span: the last of it, where there was more."""
        change, is_closed = ClosureChange(), closed_at_start
        for after in self._iter_closure_versions(version_history, revision_range):
            revision = after.revision
            closed_before, closed_after = (
                self.is_closed(version_history, number, revision.effective_date)
                for number in (revision.position - 1, revision.position)
            )
            if closed_after != closed_before:
                by_policy = after.path == PROGRAMME_PATH
                change = ClosureChange(
                    revision if by_policy else self._attribute_closure(version_history, after), by_policy
                )
            elif closed_after != is_closed:
                change = ClosureChange()
            is_closed = closed_after
        return change if is_closed == closed_at_end else ClosureChange()

    def _iter_closure_versions(
        self, version_history: VersionHistory, revision_range: RevisionRange
    ) -> Iterator[RecordVersion]:
        """Yield the states of a span in which what decides on closing changed, of the record before the programme."""
        existing_pairs = (
            (before, after)
            for before, after in revision_range.iter_version_pairs(version_history)
            if after.values is not None
        )
        record_versions = [after for before, after in existing_pairs if _has_changed(before, after, _CLOSURE_FIELDS)]
        policy_versions = [
            after
            for before, after in revision_range.iter_version_pairs(self.history.programme)
            if _has_changed(before, after, ("policy",))
        ]
        numbers = {version.revision.position for version in record_versions}
        other_versions = (version for version in policy_versions if version.revision.position not in numbers)
        yield from sorted((*record_versions, *other_versions), key=lambda version: version.revision.position)

    def _attribute_closure(self, version_history: VersionHistory, after: RecordVersion) -> Revision:
        before = version_history.version_at(after.revision.position - 1)
        diffs = diff_fields((before.values if before else None) or EMPTY_VALUES, after.values or EMPTY_VALUES)
        closure_diffs = [diff for diff in diffs if diff.field_name in _CLOSURE_FIELDS]
        closure_diffs.sort(key=lambda diff: _CLOSURE_FIELDS.index(diff.field_name))
        return attribute_diff(after, closure_diffs[0] if closure_diffs else FieldDiff("path", None, after.path))


def _has_changed(before: RecordVersion | None, after: RecordVersion, names: tuple[str, ...]) -> bool:
    old, new = ((version.values if version else None) or EMPTY_VALUES for version in (before, after))
    presence_changed = (before is None or before.values is None) != (after.values is None)
    return presence_changed or any(not is_equivalent(old.get(name), new.get(name)) for name in names)


def describe_closure(record: TrackedRecord) -> Iterator[str]:
    """Yield how a record was closed, as far as it says: verified or decided by whom and when, what came instead."""
    if (verified := record.verified) is not None and (verified.by or verified.on):
        yield " ".join(("verified", *_format_author(verified.by), *_format_date(verified.on)))
        yield from filter(None, (verified.method,))
    if (decided := record.decided) is not None:
        attribution = (*_format_author(decided.by or decided.meeting), *_format_date(decided.on))
        yield from (" ".join(("decided", *attribution)) for _ in attribution[:1])
        yield from (f"minute {minute}" for minute in (decided.minute,) if minute)
        yield from (reason for reason in (decided.reason,) if reason)
        yield from (f"carried on by {owner}" for owner in (decided.continuing_owner,) if owner)
    if record.superseded_by:
        yield f"superseded by {', '.join(record.superseded_by)}"
    if record.completed_on:
        yield f"completed on {record.completed_on.raw}"


def _format_author(author: str | None) -> tuple[str, ...]:
    return (f"by {author}",) if author else ()


def _format_date(council_date: CouncilDate | None) -> tuple[str, ...]:
    return (f"on {council_date.raw}",) if council_date else ()


BALANCE_FIELDS = ("opening", "new", "reopened", "closed", "disappeared", "closing", "removed")


@dataclass(frozen=True, slots=True)
class Balance:
    """The ids of a kind that were open, came, were opened again, closed, disappeared, and are open.

    Opening + new + reopened - closed - disappeared = closing. `removed` were closed before their files went.
    """

    kind: Kind
    opening: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    reopened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    disappeared: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def get_counts(self) -> dict[str, int]:
        """Return the numbers of the line, in its order."""
        return {name: len(getattr(self, name)) for name in BALANCE_FIELDS if name != "removed"}


@dataclass(frozen=True, slots=True)
class RegisterComparison:
    """A register at two moments, and the span between them."""

    history: RegisterHistory
    revision_range: RevisionRange
    before: RegisterAsOf
    after: RegisterAsOf
    _interpreters: dict[int, ValueInterpreter] = field(default_factory=dict, repr=False, compare=False)

    def get_interpreter_at(self, number: int) -> ValueInterpreter:
        """Return how what was written at a place on the line is read: by the programme as it was then."""
        key = id(self.history.programme.version_at(number))
        if key not in self._interpreters:
            programme = read_programme_at(self.history, number)
            policy = programme.policy
            date_reader = DateReader(build_anchors(programme))
            self._interpreters[key] = ValueInterpreter(
                date_reader, status_labels(policy), policy.extensions_need_approval
            )
        return self._interpreters[key]


def compare_registers(
    history: RegisterHistory, revision_range: RevisionRange, dates: tuple[date, date]
) -> RegisterComparison:
    """Return the register at both ends of a span, each judged on its day."""
    before, after = read_registers_at(history, ((revision_range.start, dates[0]), (revision_range.end, dates[1])))
    return RegisterComparison(history, revision_range, before, after)


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """What became of one item of a kind: whether it was closed at the beginning and at the end (None: not there).

    `last` says it of the last state that it had, which for one that is gone is the one before. An item that became
    one of another kind is gone from its own: `gone_to` is its file then. `was` is the kind that a new one had before.
    """

    id: str
    kind: Kind
    version_history: VersionHistory
    closed_at_start: bool | None
    closed_at_end: bool | None
    closed_at_last: bool
    new_path: str = ""
    previous_kind: str = ""

    @property
    def balance_fields(self) -> frozenset[str]:
        """Return the parts of the line that the item counts in."""
        is_gone = self.closed_at_end is None
        memberships = {
            "opening": self.closed_at_start is False,
            "new": self.closed_at_start is None,
            "reopened": self.closed_at_start is True and not self.closed_at_last,
            "closed": self.closed_at_start is not True and self.closed_at_last,
            "disappeared": is_gone and not self.closed_at_last,
            "closing": self.closed_at_end is False,
            "removed": is_gone and self.closed_at_last,
        }
        return frozenset(name for name, applies in memberships.items() if applies)


def find_outcomes(comparison: RegisterComparison) -> tuple[RecordOutcome, ...]:
    """Return what became of every record that was there at some time of the span. A recommendation is never closed."""
    closed_at_ends = _map_closed(comparison.before.case), _map_closed(comparison.after.case)
    outcomes = (
        outcome
        for version_history in comparison.history.records.values()
        for outcome in _iter_outcomes(comparison, version_history, closed_at_ends)
    )
    return tuple(sorted(outcomes, key=lambda outcome: natural_key(outcome.id)))


_ClosedById = Mapping[str, bool]


def _map_closed(case: Case) -> _ClosedById:
    return {id_.casefold(): facts.closed for id_, facts in case.facts.items()}


def _iter_outcomes(
    comparison: RegisterComparison, version_history: VersionHistory, closed_at_ends: tuple[_ClosedById, _ClosedById]
) -> Iterator[RecordOutcome]:
    """Yield what became of a record: two things where it is of another kind at the end than at the beginning."""
    id_ = version_history.id_at(comparison.revision_range.end)
    start_version, end_version = (
        version_history.version_at(comparison.revision_range.start),
        version_history.version_at(comparison.revision_range.end),
    )
    kinds = _get_version_kind(start_version), _get_version_kind(end_version)
    # What cannot be understood counts as open.
    closed_at_start, closed_at_end = (closed_by_id.get(id_.casefold(), False) for closed_by_id in closed_at_ends)
    if kinds[0] and kinds[0] is kinds[1]:
        yield RecordOutcome(id_, kinds[0], version_history, closed_at_start, closed_at_end, closed_at_end)
    elif kinds[1] and end_version:
        already_closed = True if kinds[0] and closed_at_start else None
        yield RecordOutcome(
            id_,
            kinds[1],
            version_history,
            already_closed,
            closed_at_end,
            closed_at_end,
            previous_kind=kinds[0].singular if kinds[0] else "",
        )
        if kinds[0] and not closed_at_start:
            yield RecordOutcome(
                id_, kinds[0], version_history, closed_at_start, None, closed_at_last=False, new_path=end_version.path
            )
    else:
        yield from _iter_removed_outcomes(comparison, version_history, kinds[0], closed_at_start)


def _iter_removed_outcomes(
    comparison: RegisterComparison, version_history: VersionHistory, kind: Kind | None, closed_at_start: bool
) -> Iterator[RecordOutcome]:
    last_version, end_number = (
        version_history.last_existing_version(comparison.revision_range.end),
        comparison.revision_range.end,
    )
    if last_version is None or not (kind or last_version.revision.position > comparison.revision_range.start):
        return
    removal = next(
        version.revision
        for version in version_history.versions
        if version.revision.position > last_version.revision.position
    )
    is_closed = is_closed_at_removal(comparison.history, last_version, removal)
    if outcome_kind := kind or _get_version_kind(last_version):
        yield RecordOutcome(
            version_history.id_at(end_number),
            outcome_kind,
            version_history,
            closed_at_start if kind else None,
            None,
            is_closed,
        )


def _get_version_kind(version: RecordVersion | None) -> Kind | None:
    return kind_of_path(version.path) if version and version.values is not None else None


def compute_balances(comparison: RegisterComparison) -> tuple[Balance, ...]:
    """Return the line of each kind that somebody carries out, in the order of the kinds."""
    outcomes = find_outcomes(comparison)
    return tuple(_compute_balance(kind, outcomes) for kind in KINDS if issubclass(kind.model, TrackedRecord))


def _compute_balance(kind: Kind, outcomes: tuple[RecordOutcome, ...]) -> Balance:
    ids: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.kind is kind:
            for name in outcome.balance_fields:
                ids.setdefault(name, []).append(outcome.id)
    return Balance(kind, *(tuple(ids.get(name, ())) for name in BALANCE_FIELDS))


def iter_balance_events(comparison: RegisterComparison) -> Iterator[Event]:
    """Yield what came, was closed, was opened again, disappeared or was taken out after it was closed."""
    closure_judge = ClosureJudge(comparison.history)
    for outcome in find_outcomes(comparison):
        for name in ("disappeared", "closed", "reopened", "new", "removed"):
            if name in outcome.balance_fields:
                yield _EVENT_BUILDERS[EventType(name)](
                    comparison, outcome, _make_event_template(comparison, outcome, EventType(name)), closure_judge
                )


def _make_event_template(comparison: RegisterComparison, outcome: RecordOutcome, event_type: EventType) -> Event:
    version = outcome.version_history.last_existing_version(comparison.revision_range.end)
    return Event(event_type, outcome.id, outcome.kind.name, get_title(version) if version else "", None)


def _make_removed_event(
    comparison: RegisterComparison, outcome: RecordOutcome, template: Event, _: ClosureJudge
) -> Event:
    """Return the event of what is gone, or stands among another kind since."""
    pairs = [
        (earlier, later)
        for earlier, later in comparison.revision_range.iter_version_pairs(outcome.version_history)
        if earlier and _changes_kind(earlier, later)
    ]
    before, after = pairs[-1]
    old_path = before.path
    new_path = outcome.new_path or None
    revision = attribute_diff(after, FieldDiff("path", old_path, new_path and after.path))
    interpreter = comparison.get_interpreter_at(after.revision.position)
    return replace(
        template, revision=revision, field="path", old=old_path, new=new_path, note=_read_status(interpreter, before)
    )


def _changes_kind(before: RecordVersion, after: RecordVersion) -> bool:
    return _get_version_kind(before) is not None and _get_version_kind(before) is not _get_version_kind(after)


def _make_new_event(comparison: RegisterComparison, outcome: RecordOutcome, template: Event, _: ClosureJudge) -> Event:
    pairs = comparison.revision_range.iter_version_pairs(outcome.version_history)
    before, arrival = next(
        pair
        for pair in pairs
        if _get_version_kind(pair[0]) is not outcome.kind and _get_version_kind(pair[1]) is outcome.kind
    )
    return_note = "back after it had gone" if before is not None and before.values is None else ""
    origin_note = (
        f"{'an' if outcome.previous_kind[:1] == 'a' else 'a'} {outcome.previous_kind} until then"
        if outcome.previous_kind
        else return_note
    )
    target = get_raw_text((arrival.values or EMPTY_VALUES).get("target"))
    note = "; ".join(filter(None, (f"target {target}" if target else "", origin_note)))
    revision = attribute_diff(
        arrival, FieldDiff("path", before.path if outcome.previous_kind and before else None, arrival.path)
    )
    return replace(
        template,
        revision=revision,
        new=_read_status(comparison.get_interpreter_at(arrival.revision.position), arrival) or None,
        note=note,
    )


def _read_status(interpreter: ValueInterpreter, version: RecordVersion | None) -> str:
    return interpreter.read_status(((version.values if version else None) or EMPTY_VALUES).get("status"))


def _find_first_version(comparison: RegisterComparison, version_history: VersionHistory) -> RecordVersion | None:
    """Return the state that a record had at the beginning; of one that came later, the one that it came with."""
    start_version = version_history.version_at(comparison.revision_range.start)
    arrivals = (
        after for _, after in comparison.revision_range.iter_version_pairs(version_history) if after.values is not None
    )
    return start_version if start_version and start_version.values is not None else next(arrivals, None)


def _make_closure_event(
    comparison: RegisterComparison, outcome: RecordOutcome, template: Event, closure_judge: ClosureJudge
) -> Event:
    """Return the event of closing or opening again: from which status to which, how, and with what evidence."""
    first_version, last_version = (
        _find_first_version(comparison, outcome.version_history),
        outcome.version_history.last_existing_version(comparison.revision_range.end),
    )
    closure_change = closure_judge.find_last_change(
        outcome.version_history,
        comparison.revision_range,
        closed_at_start=bool(outcome.closed_at_start),
        closed_at_end=outcome.closed_at_last,
    )
    record = closure_judge.read_record(last_version) if last_version else None
    evidence = tuple(", ".join(filter(None, (item.title, item.link))) for item in (record.evidence if record else ()))
    reasons = describe_closure(record) if record and template.event_type is EventType.CLOSED else ()
    return replace(
        template,
        revision=closure_change.revision,
        field="status",
        old=_read_status(
            comparison.get_interpreter_at(
                max(comparison.revision_range.start, first_version.revision.position if first_version else 0)
            ),
            first_version,
        )
        or None,
        new=_read_status(comparison.get_interpreter_at(comparison.revision_range.end), last_version) or None,
        evidence=evidence,
        note="; ".join(
            (*(["because what counts as closed was changed"] if closure_change.by_policy else ()), *reasons)
        ),
    )


_EventBuilder = Callable[[RegisterComparison, RecordOutcome, Event, ClosureJudge], Event]
_EVENT_BUILDERS: Mapping[EventType, _EventBuilder] = {
    EventType.DISAPPEARED: _make_removed_event,
    EventType.REMOVED: _make_removed_event,
    EventType.CLOSED: _make_closure_event,
    EventType.REOPENED: _make_closure_event,
    EventType.NEW: _make_new_event,
}


# Exemptions that ended by themselves between two moments: the day came after which the text can be told.


def iter_expired_exemption_events(comparison: RegisterComparison) -> Iterator[Event]:
    """Yield every exemption that held on the day of the beginning and on that of the end no longer."""
    start_date, end_date = comparison.before.case.as_of, comparison.after.case.as_of
    date_reader = comparison.get_interpreter_at(comparison.revision_range.end).date_reader
    for version_history in comparison.history.records.values():
        version = version_history.version_at(comparison.revision_range.end)
        for path, exempt in _iter_ending_exemptions((version.values if version else None) or {}):
            until = date_reader.read(exempt["until"])
            if version and until and until.latest and start_date <= until.latest < end_date:
                id_ = version_history.id_at(comparison.revision_range.end)
                template = Event(
                    EventType.EXEMPTION, id_, get_kind_name(version), get_title(version), None, note="it ended"
                )
                yield replace(template, field=f"{path}.until", old=get_raw_text(exempt["until"]))
                if (fields := to_display_value(exempt.get("fields"))) is not None:
                    yield replace(template, field=f"{path}.fields", old=fields)


def _iter_ending_exemptions(values: RawValues) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each exemption of a record and of its entries that has a last day, and where it stands."""
    record_exemption = ("exempt", values.get("exempt"))
    entry_exemptions = (
        (f"{name}[{index}].exempt", entry.get("exempt"))
        for name, value in values.items()
        for index, entry in enumerate(list_entries(value))
        if isinstance(entry, dict)
    )
    for path, exempt in (record_exemption, *entry_exemptions):
        if isinstance(exempt, dict) and exempt.get("until") is not None:
            yield path, exempt
