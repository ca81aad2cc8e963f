"""H101 to H106: target dates in the saved versions (commits), compared with the target changes that records declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import is_effective
from p2ptrack.analysis.history.diff import (
    DateReader,
    ValueInterpreter,
    attribute_condition,
    has_deadline,
    has_same_deadline,
    interpreter_at,
    list_entries,
)
from p2ptrack.analysis.history.events import AnchorMove, RevisionRange, iter_anchor_moves
from p2ptrack.analysis.rules.rule import NOTE, WARNING, Finding, example, fix, rule, why
from p2ptrack.model.dates import Anchors, CouncilDate, format_long_date
from p2ptrack.model.fields import Category, Decision
from p2ptrack.model.history import RawValues, RecordVersion, RegisterHistory, Revision, VersionHistory
from p2ptrack.model.records import TargetRevision, TrackedRecord
from p2ptrack.phrases import join_ids, pluralise

UNANCHORED_DATES = DateReader(Anchors(()))
"""Reads dates that name no phase or meeting, so that they do not depend on the programme."""


def describe_commit(revision: Revision) -> str:
    """Return when and by whom something was committed, for a message."""
    if not revision.commit:
        return "not yet committed"
    if revision.written_on:
        return (
            f"written on {format_long_date(revision.written_on)} by {revision.author}, merged on "
            f"{format_long_date(revision.effective_date)}, commit {revision.short_commit}"
        )
    return f"on {format_long_date(revision.effective_date)} by {revision.author}, commit {revision.short_commit}"


@dataclass(frozen=True, slots=True)
class TargetVersion:
    """A target in force from a revision on, as it was read then and as today's programme reads it."""

    revision: Revision
    value: Any
    dates: tuple[CouncilDate | None, ...]

    def is_same_date(self, date: CouncilDate | None) -> bool:
        """Whether this is the target that a target change names."""
        return any(has_same_deadline(version_date, date) for version_date in self.dates)

    @property
    def has_date(self) -> bool:
        """Whether the target is a date; TBC is not."""
        return has_deadline(self.dates[0])

    @property
    def display_text(self) -> str:
        """Return the target as papers print it."""
        return self.dates[0].to_text() if self.dates[0] else "none"

    @property
    def raw(self) -> str:
        """Return the target as it was written."""
        return self.dates[0].raw if self.dates[0] else "TBC"


@dataclass(frozen=True, slots=True)
class TargetMove:
    """A target that changed from one version to the next."""

    before: TargetVersion
    after: TargetVersion


@dataclass(frozen=True)
class TargetHistory:
    """A record of the register, with the targets and target changes of all its versions."""

    record: TrackedRecord
    record_history: VersionHistory
    register_history: RegisterHistory
    today: ValueInterpreter

    @property
    def first_revision(self) -> Revision:
        """Return the first revision that has the record."""
        return self.record_history.versions[0].revision

    @cached_property
    def versions(self) -> list[RecordVersion]:
        """Return the versions in which the record existed."""
        return [version for version in self.record_history.versions if version.values is not None]

    @cached_property
    def declared(self) -> list[tuple[Revision, list[RawValues]]]:
        """Return the entries of `revisions` in each version."""
        return [(version.revision, _list_revisions(version)) for version in self.versions]

    @cached_property
    def targets(self) -> list[TargetVersion]:
        """Return the targets in order, without repeats and without texts that are not dates.

        A target that names a meeting or phase does not move here when that moves: H105 reports it.
        """
        targets: list[TargetVersion] = []
        for version in self.versions:
            value = version.target
            target = self.read_target(_attribute_target(version), value)
            previous = targets[-1] if targets else None
            if target is None or (previous and previous.value == target.value):
                continue
            if previous and self._is_same_deadline(previous, target):
                targets[-1] = TargetVersion(previous.revision, value, (*target.dates, *previous.dates))
            else:
                targets.append(target)
        return targets

    @cached_property
    def moves(self) -> list[TargetMove]:
        """Return the changes of the target, oldest first."""
        return [TargetMove(*pair) for pair in pairwise(self.targets)]

    def read_target(self, revision: Revision, value: Any) -> TargetVersion | None:
        """Return a target that was written at a revision; None for a text that was not a date."""
        old_date, current_date = self._read_date_at(value, revision.position), self.today.read_date(value)
        if old_date is None and value is not None:
            return None
        return TargetVersion(revision, value, (old_date,) if current_date is None else (old_date, current_date))

    def _read_date_at(self, value: Any, position: int) -> CouncilDate | None:
        date = UNANCHORED_DATES.read(value)
        if date is None and value is not None:
            return interpreter_at(self.register_history, position).read_date(value)
        return date

    def _is_same_deadline(self, previous: TargetVersion, target: TargetVersion) -> bool:
        """Whether two ways to write a target meant the same day just before one replaced the other."""
        old_date = self._read_date_at(previous.value, target.revision.position - 1)
        return has_same_deadline(target.dates[0], previous.dates[0] if old_date is None else old_date)

    def is_same_change(self, old: RawValues, entry: TargetRevision) -> bool:
        """Whether an entry of an old version declares the same move as one of today's."""
        return has_same_deadline(self.today.read_date(old.get("from")), entry.from_) and has_same_deadline(
            self.today.read_date(old.get("to")), entry.to
        )

    def is_before_history(self, index: int) -> bool:
        """Whether a target change was made before the register was kept in git.

        It was in the record's first version, or is dated before that and leads to the first target in git.
        """
        changes = self.record.revisions
        entry = changes[index]
        first_entries = self.declared[0][1] if self.declared else []
        if any(self.is_same_change(old, entry) for old in first_entries):
            return True
        latest = entry.date.latest if entry.date else None
        if latest is None or latest > self.first_revision.effective_date or not self.targets:
            return False
        return any(self.targets[0].is_same_date(later.to) for later in changes[index:])

    @cached_property
    def original(self) -> TargetVersion | None:
        """Return the first target in git: the start of the first target change, otherwise the first with a day."""
        for version in self.versions:
            entries = _list_revisions(version)
            target = self.read_target(version.revision, entries[0].get("from") if entries else version.target)
            if target is not None and (entries or target.has_date):
                return target
        return None

    @property
    def has_different_original(self) -> bool:
        """Whether the first target change starts from another date than the original target."""
        changes = self.record.revisions
        if not changes or self.original is None or self.original.is_same_date(changes[0].from_):
            return False
        return not self.is_before_history(0)


def _attribute_target(version: RecordVersion) -> Revision:
    value = version.target
    return attribute_condition(version, lambda values: bool(values.get(version.due_name) == value))


def _list_revisions(version: RecordVersion) -> list[RawValues]:
    return [entry for entry in list_entries(version.fields.get("revisions")) if isinstance(entry, dict)]


def _iter_target_histories(case: Case) -> Iterator[TargetHistory]:
    """Yield every tracked record that git has; none where the history is not loaded."""
    if case.history is None:
        return
    today = ValueInterpreter(case.register.programme)
    for record in case.tracked():
        record_history = case.history.history_of(record.id)
        if record_history is not None:
            yield TargetHistory(record, record_history, case.history, today)


def _match_changes(history: TargetHistory) -> tuple[Mapping[int, TargetMove], list[TargetMove]]:
    """Return the move that each target change declares, by the change's index, and the undeclared moves.

    One target change, or several in a row, lead from one target to the next. A target change that skips targets without
    a declaration belongs to the last of those moves.
    """
    matches: dict[int, TargetMove] = {}
    undeclared: list[TargetMove] = []
    starts: list[TargetVersion] = []
    for move in history.moves:
        starts.append(move.before)
        indices = _find_change_range(history.record.revisions, starts, move.after, matches)
        if indices:
            matches |= dict.fromkeys(indices, move)
            starts = []
        else:
            undeclared.append(move)
    return matches, undeclared


def _find_change_range(
    changes: Sequence[TargetRevision],
    starts: Sequence[TargetVersion],
    end: TargetVersion,
    matches: Mapping[int, TargetMove],
) -> range:
    free = [
        index for index, entry in enumerate(changes) if index not in matches and entry.decision is not Decision.REFUSED
    ]
    first_indices = [index for index in free if any(start.is_same_date(changes[index].from_) for start in starts)]
    last_indices = [index for index in free if end.is_same_date(changes[index].to)]
    ranges = [range(first, last + 1) for first in first_indices for last in last_indices if first <= last]
    # A request in one entry may be granted in another: then the granted one moved the target.
    for indices in ranges:
        if all(changes[index].decision is not Decision.REQUESTED for index in indices):
            return indices
    return ranges[0] if ranges else range(0)


@rule("H101", WARNING, "Target changed without a recorded reason", absent=("target", "revisions"))
@why("The target date changed, and the register does not say when this was decided, why, or who approved it.")
@example("{target: Jun-23}")
@fix("Add an entry to `revisions` with `from`, `to`, `date`, `reason` and `approved_by`.")
def _check_undeclared_moves(case: Case) -> Iterator[Finding]:
    for history in _iter_target_histories(case):
        for move in _match_changes(history)[1]:
            if move.before.has_date and not _is_explained_elsewhere(history, move):
                yield _report_undeclared_move(history, move)


def _is_explained_elsewhere(history: TargetHistory, move: TargetMove) -> bool:
    """Whether another rule reports that the entry of a move was removed, or starts from another target."""
    first_to = history.record.revisions[0].to if history.record.revisions else None
    if history.has_different_original and move == history.moves[0] and move.after.is_same_date(first_to):
        return True
    return any(
        move.before.is_same_date(start) and move.after.is_same_date(end)
        for _, (start, end) in _find_removed_entries(history)
    )


def _report_undeclared_move(history: TargetHistory, move: TargetMove) -> Finding:
    record, start, end, revision = history.record, move.before, move.after, move.after.revision
    message = (
        f"The target of {record.id} changed from {start.display_text} to {end.display_text} "
        f"({describe_commit(revision)}), but no target change is recorded."
    )
    fix = "Record the target change. Add its reason and who approved it."
    if record.revisions:
        fix = "Add an entry at the end of `revisions`, with its reason and who approved it."
    block = [] if record.revisions else ["revisions:"]
    block += [f"  - from: {start.raw}", f"    to: {end.raw}"]
    if revision.commit:
        # The day of a merge is not the day of the decision.
        block.append(f"    date: {(revision.written_on or revision.effective_date).isoformat()}")
    return Finding(record.id, "target" if record.target else "", message, "\n".join((fix, *block)))


@rule("H102", WARNING, "Target change that the history contradicts")
@why("An auditor who compares the two would find a change that was never made, or that was made before it was agreed.")
@example("revisions: [{from: Mar-23, to: Sep-23}]")
@fix("Enter the dates as they were.")
def _check_contradicted_changes(case: Case) -> Iterator[Finding]:
    for history in _iter_target_histories(case):
        matches, _ = _match_changes(history)
        for index, entry in enumerate(history.record.revisions):
            is_decided = entry.decision is not Decision.REQUESTED and is_effective(entry, case.policy)
            if not is_decided or history.is_before_history(index):
                continue
            if index in matches:
                yield from _report_late_decision(case, history, index, matches[index])
            elif not _is_explained_change(history, index):
                yield _report_missing_move(history, index)


def _is_explained_change(history: TargetHistory, index: int) -> bool:
    """Whether a target change needs no move in git: it is a correction, or another rule reports it."""
    entry, changes = history.record.revisions[index], history.record.revisions
    is_reversed = any(
        later.category is Category.CORRECTION and has_same_deadline(later.from_, entry.to)
        for later in changes[index + 1 :]
    )
    follows_anchor = any(
        target.is_same_date(entry.from_) and target.is_same_date(entry.to) for target in history.targets
    )
    return (
        entry.category is Category.CORRECTION
        or has_same_deadline(entry.from_, entry.to)
        or follows_anchor
        or is_reversed
        or _is_replacement(history, index)
        or (index == 0 and history.has_different_original)
    )


def _is_replacement(history: TargetHistory, index: int) -> bool:
    """Whether an entry has replaced another one that is no longer there."""
    old_entries = [entries[index] for _, entries in history.declared if len(entries) > index]
    return any(not any(history.is_same_change(old, entry) for entry in history.record.revisions) for old in old_entries)


def _report_missing_move(history: TargetHistory, index: int) -> Finding:
    entry, id_ = history.record.revisions[index], history.record.id
    targets = ", then ".join(target.display_text for target in history.targets)
    message = (
        f"{id_} records a target change from {entry.from_.raw} to {entry.to.raw}, "
        f"but in its saved versions (commits) the target was {targets}."
    )
    fix = "Enter the dates as they were, or add an entry that reverses this one, with its reason."
    block = f"  - from: {entry.to.raw}\n    to: {entry.from_.raw}\n    category: correction"
    return Finding(id_, f"revisions[{index}]", message, f"{fix}\n{block}")


def _report_late_decision(case: Case, history: TargetHistory, index: int, move: TargetMove) -> Iterator[Finding]:
    """Yield a target that changed before the date of the decision in its target change."""
    entry, revision = history.record.revisions[index], move.after.revision
    decided = _find_decision_date(case, entry)
    if decided and decided.earliest and revision.commit and decided.earliest > revision.effective_date:
        message = (
            f"This target change of {history.record.id} is dated {decided.raw}, "
            f"but the target had already changed ({describe_commit(revision)})."
        )
        fix = "Enter the date of the decision. If it came after the change, say why under `reason`."
        yield Finding(history.record.id, _decision_path(entry, index), message, fix)


def _find_decision_date(case: Case, entry: TargetRevision) -> CouncilDate | None:
    meeting = case.register.find_meeting(entry.meeting)
    return entry.date or (meeting.date if meeting else None)


def _decision_path(entry: TargetRevision, index: int) -> str:
    return f"revisions[{index}].{'date' if entry.date else 'meeting'}"


@rule("H103", WARNING, "Target change that was removed or rewritten", absent=("revisions",))
@why("Target changes are never overwritten. A correction is a new entry.")
@example("revisions: []")
@fix("Restore the entry, and add a new one with `category: correction`.")
def _check_removed_entries(case: Case) -> Iterator[Finding]:
    for history in _iter_target_histories(case):
        for old, (start, end) in _find_removed_entries(history):
            id_, removal = history.record.id, describe_commit(_find_removal(history, old))
            message = f"The target change of {id_} from {start.raw} to {end.raw} was removed or rewritten ({removal})."
            fix = (
                f"Restore the entry that p2ptrack history {id_} --field revisions shows. "
                "Add a new entry for what changed since."
            )
            yield Finding(id_, "revisions" if history.record.revisions else "", message, fix)


def _find_removed_entries(history: TargetHistory) -> Iterator[tuple[RawValues, tuple[CouncilDate, CouncilDate]]]:
    """Yield each entry that was removed from `revisions`, with its old and new date."""
    reported: set[tuple[str, str]] = set()
    for _, entries in history.declared:
        for index, old in enumerate(entries):
            start, end = (history.today.read_date(old.get(name)) for name in ("from", "to"))
            if not start or not end or (start.raw, end.raw) in reported or _is_preserved(history, index, start, end):
                continue
            reported.add((start.raw, end.raw))
            if _is_genuine(history, old, start, end):
                yield old, (start, end)


def _is_preserved(history: TargetHistory, index: int, start: CouncilDate, end: CouncilDate) -> bool:
    """Whether an entry is still there, even with another start date, or as several entries in a row."""
    changes = history.record.revisions
    starts = [position for position, entry in enumerate(changes) if has_same_deadline(entry.from_, start)]
    ends = [position for position, entry in enumerate(changes) if has_same_deadline(entry.to, end)]
    return (index == 0 and 0 in ends) or any(first <= last for first in starts for last in ends)


def _is_genuine(history: TargetHistory, old: RawValues, start: CouncilDate, end: CouncilDate) -> bool:
    """Whether a removed entry was a request, was published, was in the first version, or declared a real move.

    An entry that the history contradicts may be corrected, as H102 advises.
    """
    meetings = history.register_history.list_published_meetings()
    published = [history.register_history.published_version(id_, history.record_history) for id_ in meetings]
    published.append(history.record_history.versions[0])
    return (
        old.get("decision") in (Decision.REQUESTED, Decision.REFUSED)
        or any(old in list_entries(version.fields.get("revisions")) for version in published if version)
        or any(move.before.is_same_date(start) and move.after.is_same_date(end) for move in history.moves)
    )


def _find_removal(history: TargetHistory, old: RawValues) -> Revision:
    """Return the revision from which an entry was no longer there."""
    dates = old.get("from"), old.get("to")
    last = max(
        index
        for index, (_, entries) in enumerate(history.declared)
        if any((entry.get("from"), entry.get("to")) == dates for entry in entries)
    )
    return history.declared[min(last + 1, len(history.declared) - 1)][0]


@rule("H104", WARNING, "Original target that was changed")
@why("Delay is counted from the first target date. With a later one, a late action looks on time.")
@example("revisions: [{from: Jun-23, to: Sep-23}]")
@fix("Restore `from` in the first entry.")
def _check_original_target(case: Case) -> Iterator[Finding]:
    for history in _iter_target_histories(case):
        original = history.original
        if original is not None and history.has_different_original:
            message = (
                f"The original target of {history.record.id} was {original.display_text}, "
                f"but its first target change now starts from {history.record.revisions[0].from_.raw}."
            )
            fix = f"Restore the original target in the first entry.\nfrom: {original.raw}"
            yield Finding(history.record.id, "revisions[0].from", message, fix)


@rule("H106", NOTE, "Target change recorded long after its date")
@why("Papers showed the old target until it was recorded. An auditor will ask why it was recorded so late.")
@example("revisions: [{from: Mar-23, to: Jun-23, date: 2022-06-01}]")
@fix("Enter the date of the decision.")
def _check_late_entries(case: Case) -> Iterator[Finding]:
    for history in _iter_target_histories(case):
        for index, entry in enumerate(history.record.revisions):
            revision = _find_first_revision(history, entry)
            decided = _find_decision_date(case, entry)
            if not revision or not decided or not decided.latest or history.is_before_history(index):
                continue
            days = (revision.effective_date - decided.latest).days
            if days > case.policy.no_recent_update_days:
                message = (
                    f"This target change of {history.record.id} is dated {decided.raw}, "
                    f"but it was recorded {pluralise(days, 'day')} later ({describe_commit(revision)})."
                )
                fix = "Check the date. It must be the date of the decision."
                yield Finding(history.record.id, _decision_path(entry, index), message, fix)


def _find_first_revision(history: TargetHistory, entry: TargetRevision) -> Revision | None:
    for revision, entries in history.declared:
        if any(history.is_same_change(old, entry) for old in entries):
            return revision
    return None


@rule("H105", NOTE, "Meeting or phase that moved, and targets with it")
@why("Every target that names it moved too, without a target change of its own.")
@example("meetings: [{id: AC-2023-03, date: 20 April 2023}]")
@fix("Add an entry to the `revisions` of each, or write the old date if the target was not meant to move.")
def _check_rescheduled_targets(case: Case) -> Iterator[Finding]:
    if case.history is None:
        return
    for move in iter_anchor_moves(case.history, RevisionRange(0, len(case.history.revisions))):
        affected_ids = [str(version.fields.get("id")) for version in move.affected]
        ids = [id_ for id_ in affected_ids if not _is_settled(case, move, id_)]
        if ids:
            shift = (
                f", {pluralise(abs(move.days), 'day')} {'later' if move.days > 0 else 'earlier'}" if move.days else ""
            )
            message = (
                f"The {move.anchor_type} {move.id} moved from {move.old} to {move.new} "
                f"({describe_commit(move.revision)}). The target of {join_ids(ids)} moved with it{shift}."
            )
            fix = (
                "Record a target change in each of these records. "
                "If a target was not meant to move, write the old date as its own target."
            )
            yield Finding("", _locate_anchor(case, move), message, fix)


def _is_settled(case: Case, move: AnchorMove, id_: str) -> bool:
    """Whether an affected record was removed, has the old date as its own target, or records the change."""
    record = case.register.by_id.get(id_)
    if not isinstance(record, TrackedRecord):
        return True
    old, new = UNANCHORED_DATES.read(move.old), UNANCHORED_DATES.read(move.new)
    if record.target is not None and record.target.anchor != move.id and has_same_deadline(record.target, old):
        return True
    return any(
        has_same_deadline(entry.from_, old) and (entry.to.anchor == move.id or has_same_deadline(entry.to, new))
        for entry in record.revisions
    )


def _locate_anchor(case: Case, move: AnchorMove) -> str:
    programme = case.register.programme
    if move.anchor_type == "meeting":
        ids, field = [meeting.id for meeting in programme.meetings], "date"
    else:
        ids, field = [phase.id for phase in programme.phases], "end"
    return f"{move.anchor_type}s[{ids.index(move.id)}].{field}" if move.id in ids else f"{move.anchor_type}s"
