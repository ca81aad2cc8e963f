"""When a record was closed or opened again, by whom, and how: by what it said, by the policy, or by a day that came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from p2ptrack.analysis.facts import FactContext, compute_facts
from p2ptrack.analysis.past.differences import EMPTY_VALUES, FieldDiff, diff_fields, is_equivalent
from p2ptrack.analysis.past.events import RevisionRange
from p2ptrack.analysis.past.hands import attribute_diff
from p2ptrack.analysis.past.then import STATUS_FIELDS, read_programme_at
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.fields import ValidationContext
from p2ptrack.records.kinds import TrackedRecord
from p2ptrack.records.lenient import validate_with_dropped_fields
from p2ptrack.records.programme import status_labels
from p2ptrack.records.register import PROGRAMME_PATH, Register, build_anchors
from p2ptrack.records.timeline import RecordVersion, RegisterHistory, Revision, VersionHistory, kind_of_path

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
