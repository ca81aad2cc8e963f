"""Who came, was closed, was opened again and disappeared between two moments: opening to closing, item by item."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.past.closing import ClosureJudge, describe_closure, is_closed_at_removal
from p2ptrack.analysis.past.differences import EMPTY_VALUES, FieldDiff
from p2ptrack.analysis.past.events import Event, EventType, RevisionRange, ValueInterpreter, get_title
from p2ptrack.analysis.past.hands import attribute_diff
from p2ptrack.analysis.past.then import DateReader, RegisterAsOf, get_raw_text, read_programme_at, read_registers_at
from p2ptrack.records.kinds import KINDS, Kind, TrackedRecord
from p2ptrack.records.programme import status_labels
from p2ptrack.records.register import build_anchors, natural_key
from p2ptrack.records.timeline import RecordVersion, RegisterHistory, VersionHistory, kind_of_path

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
