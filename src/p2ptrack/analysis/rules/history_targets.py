"""H101 to H106 but H105: what git witnessed of targets, beside what the ledger declares. For `check --history`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import is_effective
from p2ptrack.analysis.history.diff import list_entries
from p2ptrack.analysis.history.events import AnchorMove, RevisionRange, iter_anchor_moves
from p2ptrack.analysis.history.snapshot import DateReader, has_same_deadline, read_programme_at
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.diagnostics import Severity
from p2ptrack.model.dates import Anchors, CouncilDate, format_long_date
from p2ptrack.model.fields import Category, Decision
from p2ptrack.model.history import (
    SHORT_COMMIT_LENGTH,
    RawValues,
    RecordVersion,
    RegisterHistory,
    Revision,
    VersionHistory,
)
from p2ptrack.model.records import TargetRevision, TrackedRecord
from p2ptrack.model.register import build_anchors
from p2ptrack.phrases import join_ids, pluralise

# What git saw of a record's targets, one after the other, and which entries of the ledger bear out which move.


@dataclass(frozen=True, slots=True)
class HistoricalDateReader:
    """Reads the dates of old records by the programme as it stood when they were written, and by today's."""

    register_history: RegisterHistory
    current_reader: DateReader
    _unanchored_reader: DateReader = field(default_factory=lambda: DateReader(Anchors(())))
    _readers: dict[int, DateReader] = field(default_factory=dict)

    def read(self, value: Any, number: int) -> CouncilDate | None:
        """Return the date that a value stood for at a place on the line; None for what was none."""
        date = self._unanchored_reader.read(value)
        return self._get_reader_at(number).read(value) if date is None and value is not None else date

    def _get_reader_at(self, number: int) -> DateReader:
        key = id(self.register_history.programme.version_at(number))
        if key not in self._readers:
            self._readers[key] = DateReader(build_anchors(read_programme_at(self.register_history, number)))
        return self._readers[key]


@dataclass(frozen=True, slots=True)
class TargetVersion:
    """A target that stood from a moment on, and what it was counted to: then, and as today's programme has it."""

    revision: Revision
    value: Any
    dates: tuple[CouncilDate | None, ...]

    def is_same_date(self, date: CouncilDate | None) -> bool:
        """Whether this is the target that an entry of the ledger names."""
        return any(has_same_deadline(version_date, date) for version_date in self.dates)

    @property
    def has_date(self) -> bool:
        """Whether there was a day to hold to: TBC is as good as none."""
        return not has_same_deadline(self.dates[0], None)

    @property
    def display_text(self) -> str:
        """Return it as papers print it."""
        return self.dates[0].to_text() if self.dates[0] else "none"

    @property
    def raw(self) -> str:
        """Return it as it was written."""
        return self.dates[0].raw if self.dates[0] else "TBC"


@dataclass(frozen=True, slots=True)
class TargetMove:
    """A target that git saw move."""

    before: TargetVersion
    after: TargetVersion


@dataclass(frozen=True, slots=True)
class TargetHistory:
    """A record that is in the register, with what git saw of it."""

    record: TrackedRecord
    record_history: VersionHistory
    date_reader: HistoricalDateReader

    @property
    def first_revision(self) -> Revision:
        """Return the moment at which git first saw it."""
        return self.record_history.versions[0].revision

    def iter_versions(self) -> Iterator[tuple[RecordVersion, RawValues]]:
        """Yield the states in which the record was there, each with what it said."""
        return ((version, version.values) for version in self.record_history.versions if version.values is not None)

    def targets(self) -> list[TargetVersion]:
        """Return the targets one after the other, each once in a row; words that are no date are passed over.

        That a meeting or phase moved is no move of a target here: another rule tells it.
        """
        targets: list[TargetVersion] = []
        for version, values in self.iter_versions():
            target = self.read_target(
                attribute_change(version, _make_value_predicate("target", values.get("target"))), values.get("target")
            )
            previous = targets[-1] if targets else None
            if target is None or (previous and previous.value == target.value):
                continue
            if previous and self._is_same_deadline(previous, target):
                targets[-1] = TargetVersion(previous.revision, target.value, (*target.dates, *previous.dates))
            else:
                targets.append(target)
        return targets

    def read_target(self, revision: Revision, value: Any) -> TargetVersion | None:
        """Return a target that was written at a moment; None for words that were no date."""
        old_date = self.date_reader.read(value, revision.position)
        dates = (
            (old_date, current_date)
            if (current_date := self.date_reader.current_reader.read(value)) is not None
            else (old_date,)
        )
        return None if old_date is None and value is not None else TargetVersion(revision, value, dates)

    def _is_same_deadline(self, previous: TargetVersion, target: TargetVersion) -> bool:
        """Whether two ways to write a target were counted to one day just before the one took the other's place."""
        old_date = self.date_reader.read(previous.value, target.revision.position - 1)
        return has_same_deadline(target.dates[0], previous.dates[0] if old_date is None else old_date)

    def moves(self) -> list[TargetMove]:
        """Return the moves of the target, oldest first."""
        return [TargetMove(*pair) for pair in pairwise(self.targets())]

    def iter_changes(self) -> Iterator[tuple[Revision, Sequence[RawValues]]]:
        """Yield the ledger as it was from each moment on."""
        for version, values in self.iter_versions():
            yield (
                version.revision,
                [entry for entry in list_entries(values.get("revisions")) if isinstance(entry, dict)],
            )

    def is_same_change(self, old: RawValues, entry: TargetRevision) -> bool:
        """Whether an entry of an old ledger tells of the same move as one of today's."""
        pairs = ((old.get("from"), entry.from_), (old.get("to"), entry.to))
        return all(has_same_deadline(self.date_reader.current_reader.read(value), date) for value, date in pairs)


def iter_target_histories(case: Case) -> Iterator[TargetHistory]:
    """Yield every tracked record that git has seen; none where history is not asked for."""
    if case.history is not None:
        date_reader = HistoricalDateReader(case.history, DateReader(build_anchors(case.register.programme)))
        pairs = ((record, case.history.history_of(record.id)) for record in case.tracked())
        yield from (
            TargetHistory(record, record_history, date_reader)
            for record, record_history in pairs
            if record_history is not None
        )


def describe_commit(revision: Revision) -> str:
    """Return when and by whom something was committed, as a message has it."""
    if not revision.commit:
        return "not yet committed"
    return f"on {format_long_date(revision.effective_date)} by {revision.author}, commit {revision.commit[:SHORT_COMMIT_LENGTH]}"


def attribute_change(version: RecordVersion, predicate: Callable[[RawValues], bool]) -> Revision:
    """Return the moment of a state with who made something hold in it: whoever merges the work did not write it."""
    authors = (
        part.author
        for part in reversed(version.contributions)
        if _is_satisfied(part.after, predicate) > _is_satisfied(part.before, predicate)
    )
    return replace(version.revision, author=next(authors, version.revision.author))


def _is_satisfied(content: tuple[str, RawValues] | None, predicate: Callable[[RawValues], bool]) -> bool:
    return predicate(content[1] if content else {})


def _make_value_predicate(name: str, value: Any) -> Callable[[RawValues], bool]:
    return lambda values: bool(values.get(name) == value)


def match_changes(
    changes: Sequence[TargetRevision], moves: Sequence[TargetMove]
) -> tuple[Mapping[int, TargetMove], list[TargetMove]]:
    """Return the move that bears out each entry of a ledger, by the entry's place, and the moves that none tells of.

    One entry, or several in a row, lead from one target to the next. An entry that passes over targets which none
    tells of belongs to the last of those moves.
    """
    matches: dict[int, TargetMove] = {}
    undeclared_moves: list[TargetMove] = []
    starts: list[TargetVersion] = []
    for move in moves:
        starts.append(move.before)
        indices = _find_change_range(changes, starts, move.after, matches)
        matches |= dict.fromkeys(indices, move)
        if indices:
            starts = []
        else:
            undeclared_moves.append(move)
    return matches, undeclared_moves


def _find_change_range(
    changes: Sequence[TargetRevision],
    starts: Sequence[TargetVersion],
    end: TargetVersion,
    matches: Mapping[int, TargetMove],
) -> range:
    free_indices = [
        index for index, entry in enumerate(changes) if index not in matches and entry.decision is not Decision.REFUSED
    ]
    start_indices = [
        index for index in free_indices if any(start.is_same_date(changes[index].from_) for start in starts)
    ]
    end_indices = [index for index in free_indices if end.is_same_date(changes[index].to)]
    ranges = [range(first, last + 1) for first in start_indices for last in end_indices if first <= last]
    # What was asked for in one entry may be granted in another: then that one moved the target.
    granted_ranges = (
        indices for indices in ranges if all(changes[index].decision is not Decision.REQUESTED for index in indices)
    )
    return next(granted_ranges, ranges[0] if ranges else range(0))


def _check_undeclared_moves(case: Case) -> Iterator[Finding]:
    for history in iter_target_histories(case):
        _, undeclared_moves = match_changes(history.record.revisions, history.moves())
        yield from (
            _report_undeclared_move(history, move)
            for move in undeclared_moves
            if move.before.has_date and not _is_explained_elsewhere(history, move)
        )


def _is_explained_elsewhere(history: TargetHistory, move: TargetMove) -> bool:
    """Whether the entry of a move is told to be gone, or to begin with another target, and so explains it."""
    changes = history.record.revisions
    is_original_move = (
        _has_different_original(history) and move == history.moves()[0] and move.after.is_same_date(changes[0].to)
    )
    return is_original_move or any(
        move.before.is_same_date(start) and move.after.is_same_date(end)
        for _, (start, end) in _find_removed_entries(history)
    )


def _report_undeclared_move(history: TargetHistory, move: TargetMove) -> Finding:
    start, end, revision = move.before, move.after, move.after.revision
    message = (
        f"The target of {history.record.id} moved from {start.display_text} to {end.display_text} ({describe_commit(revision)}), "
        "and no entry in revisions says so."
    )
    day = revision.effective_date.isoformat() if revision.commit else "the day"
    entry = f"{{from: {start.raw}, to: {end.raw}, date: {day}, reason: why, approved_by: who}}"
    fix = f"one more entry under revisions: {entry}" if history.record.revisions else f"revisions: [{entry}]"
    return Finding(history.record.id, "target" if history.record.target else "", message, fix)


def _check_contradicted_changes(case: Case) -> Iterator[Finding]:
    for history in iter_target_histories(case):
        changes, targets = history.record.revisions, history.targets()
        matches, _ = match_changes(changes, history.moves())
        for index, entry in enumerate(changes):
            is_decided = entry.decision is not Decision.REQUESTED and is_effective(entry, case.policy)
            if is_decided and not _is_before_git(history, index):
                yield from (
                    _report_late_decision(case, history, index, matches[index])
                    if index in matches
                    else _report_missing_move(history, index, targets)
                )


def _is_before_git(history: TargetHistory, index: int) -> bool:
    """Whether an entry tells of what was before git: it stood in the file from the first, or it is dated so.

    Entries that are dated so have to lead to the target that git saw first.
    """
    entry, changes = history.record.revisions[index], history.record.revisions
    _, first_changes = next(history.iter_changes(), (None, ()))
    if any(history.is_same_change(old, entry) for old in first_changes):
        return True
    is_dated_before = (
        entry.date is not None
        and entry.date.latest is not None
        and entry.date.latest <= history.first_revision.effective_date
    )
    return is_dated_before and any(
        target.is_same_date(later_entry.to) for target in history.targets()[:1] for later_entry in changes[index:]
    )


def _report_missing_move(history: TargetHistory, index: int, targets: Sequence[TargetVersion]) -> Iterator[Finding]:
    """Yield that an entry tells of a move that never was, unless another rule or a correction tells it."""
    entry, id_ = history.record.revisions[index], history.record.id
    corrections = (
        correction for correction in history.record.revisions[index + 1 :] if correction.category is Category.CORRECTION
    )
    is_reversed = any(has_same_deadline(correction.from_, entry.to) for correction in corrections)
    is_no_move = (
        entry.category is Category.CORRECTION
        or has_same_deadline(entry.from_, entry.to)
        or _is_anchor_move(targets, entry)
    )
    if not (
        is_no_move
        or is_reversed
        or _is_replacement(history, index)
        or (index == 0 and _has_different_original(history))
    ):
        target_texts = ", then ".join(target.display_text for target in targets)
        message = (
            f"{id_} says that its target moved from {entry.from_.raw} to {entry.to.raw}; in git it was {target_texts}."
        )
        fix = f"the dates as they were, or a new entry that takes it back: {_format_reversal(entry)}"
        yield Finding(id_, f"revisions[{index}]", message, fix)


def _is_anchor_move(targets: Sequence[TargetVersion], entry: TargetRevision) -> bool:
    """Whether an entry tells that a meeting or phase moved, and the target with it."""
    return any(target.is_same_date(entry.from_) and target.is_same_date(entry.to) for target in targets)


def _is_replacement(history: TargetHistory, index: int) -> bool:
    """Whether an entry stands in the place of another that is no longer there."""
    old_entries = [changes[index] for _, changes in history.iter_changes() if len(changes) > index]
    return any(not any(history.is_same_change(old, entry) for entry in history.record.revisions) for old in old_entries)


def _format_reversal(entry: TargetRevision) -> str:
    return f"{{from: {entry.to.raw}, to: {entry.from_.raw}, category: correction, reason: why}}"


def _report_late_decision(case: Case, history: TargetHistory, index: int, move: TargetMove) -> Iterator[Finding]:
    """Yield that a target had moved before the day on which its entry says that this was decided."""
    entry, revision = history.record.revisions[index], move.after.revision
    decision_date = _find_decision_date(case, entry)
    if (
        decision_date
        and decision_date.earliest
        and revision.commit
        and decision_date.earliest > revision.effective_date
    ):
        message = f"{history.record.id} dates this move {decision_date.raw}; the target had moved already ({describe_commit(revision)})."
        fix = "the day on which it was decided, and a reason if that came later"
        yield Finding(history.record.id, f"revisions[{index}].{'date' if entry.date else 'meeting'}", message, fix)


def _find_decision_date(case: Case, entry: TargetRevision) -> CouncilDate | None:
    meeting = case.register.find_meeting(entry.meeting)
    return entry.date or (meeting.date if meeting else None)


def _has_different_original(history: TargetHistory) -> bool:
    original, changes = _find_original(history), history.record.revisions
    is_different = bool(changes) and original is not None and not original.is_same_date(changes[0].from_)
    return is_different and not _is_before_git(history, 0)


def _find_original(history: TargetHistory) -> TargetVersion | None:
    """Return the original target as git first saw it: the start of the ledger, else the first target with a day."""
    for version, values in history.iter_versions():
        changes = [entry for entry in list_entries(values.get("revisions")) if isinstance(entry, dict)]
        target = history.read_target(version.revision, changes[0].get("from") if changes else values.get("target"))
        if target is not None and (changes or target.has_date):
            return target
    return None


def _check_original_target(case: Case) -> Iterator[Finding]:
    for history in iter_target_histories(case):
        original = _find_original(history)
        if original is not None and _has_different_original(history):
            current_text = f"its ledger now begins with {history.record.revisions[0].from_.raw}"
            message = f"The original target of {history.record.id} was {original.display_text}; {current_text}."
            yield Finding(history.record.id, "revisions[0].from", message, f"from: {original.raw}")


def _check_late_entries(case: Case) -> Iterator[Finding]:
    limit = case.policy.no_recent_update_days
    for history in iter_target_histories(case):
        for index, entry in enumerate(history.record.revisions):
            revision = next(
                (
                    m
                    for m, changes in history.iter_changes()
                    if any(history.is_same_change(old, entry) for old in changes)
                ),
                None,
            )
            decision_date = _find_decision_date(case, entry)
            if (
                revision is None
                or decision_date is None
                or decision_date.latest is None
                or _is_before_git(history, index)
            ):
                continue
            days = (revision.effective_date - decision_date.latest).days
            if days > limit:
                message = (
                    f"{history.record.id} dates this move {decision_date.raw}; it was entered {pluralise(days, 'day')} later "
                    f"({describe_commit(revision)})."
                )
                field_path = f"revisions[{index}].{'date' if entry.date else 'meeting'}"
                yield Finding(
                    history.record.id, field_path, message, "the day on which it was decided, if this is not the one"
                )


def _check_removed_entries(case: Case) -> Iterator[Finding]:
    for history in iter_target_histories(case):
        yield from (_report_removed_entry(history, old, dates) for old, dates in _find_removed_entries(history))


def _find_removed_entries(history: TargetHistory) -> Iterator[tuple[RawValues, tuple[CouncilDate, CouncilDate]]]:
    """Yield each entry that a ledger once had and that is there no more, with the days that it led from and to."""
    reported_moves: set[tuple[str, str]] = set()
    for _, changes in history.iter_changes():
        for index, old in enumerate(changes):
            start, end = (history.date_reader.current_reader.read(old.get(name)) for name in ("from", "to"))
            if (
                start
                and end
                and (start.raw, end.raw) not in reported_moves
                and not _is_kept(history, index, (start, end))
            ):
                reported_moves.add((start.raw, end.raw))
                if _is_genuine(history, old, (start, end)):
                    yield old, (start, end)


def _is_kept(history: TargetHistory, index: int, dates: tuple[CouncilDate, CouncilDate]) -> bool:
    """Whether an entry stands, with another original perhaps, or several stand in a row that lead the same way."""
    changes = history.record.revisions
    start_indices = [position for position, entry in enumerate(changes) if has_same_deadline(entry.from_, dates[0])]
    end_indices = [position for position, entry in enumerate(changes) if has_same_deadline(entry.to, dates[1])]
    return (index == 0 and 0 in end_indices) or any(start <= end for start in start_indices for end in end_indices)


def _is_genuine(history: TargetHistory, old: RawValues, dates: tuple[CouncilDate, CouncilDate]) -> bool:
    """Whether an entry that is gone was a request, was printed or known from the first, or told of a move git saw.

    One that git contradicts may be put right, as another rule asks.
    """
    register_history, record_history = history.date_reader.register_history, history.record_history
    published_versions = [
        record_history.version_at(number)
        for number in (history.first_revision.position, *register_history.published_positions.values())
    ]
    is_published = any(
        old in list_entries((version.values or {}).get("revisions")) for version in published_versions if version
    )
    is_request = old.get("decision") in (Decision.REQUESTED, Decision.REFUSED)
    return (
        is_published
        or is_request
        or any(m.before.is_same_date(dates[0]) and m.after.is_same_date(dates[1]) for m in history.moves())
    )


def _report_removed_entry(history: TargetHistory, old: RawValues, dates: tuple[CouncilDate, CouncilDate]) -> Finding:
    start, end, id_ = dates[0].raw, dates[1].raw, history.record.id
    message = (
        f"The ledger of {id_} said that its target moved from {start} to {end}; that entry was taken out "
        f"or rewritten ({describe_commit(_find_removal(history, old))})."
    )
    fix = f"the entry again, as p2ptrack history {id_} --field revisions has it; and a new one for what changed"
    return Finding(history.record.id, "revisions" if history.record.revisions else "", message, fix)


def _find_removal(history: TargetHistory, old: RawValues) -> Revision:
    """Return the moment from which an entry was there no longer."""
    dates = [old.get("from"), old.get("to")]
    presence = [
        (revision, any([e.get("from"), e.get("to")] == dates for e in changes))
        for revision, changes in history.iter_changes()
    ]
    last = max(index for index, (_, is_present) in enumerate(presence) if is_present)
    return presence[min(last + 1, len(presence) - 1)][0]


RULES: tuple[Rule, ...] = (
    Rule(
        code="H101",
        severity=Severity.WARNING,
        title="A target that moved without an entry in the ledger",
        why="Git saw the date change, and the register does not say when, why and by whose leave.",
        example="{target: Jun-23}",
        fix="An entry in revisions with from, to, date, reason and approved_by.",
        check=_check_undeclared_moves,
    ),
    Rule(
        code="H102",
        severity=Severity.WARNING,
        title="An entry of the ledger that git contradicts",
        why="An auditor who compares the two finds a move that never was, or one that was made before it was agreed.",
        example="revisions: [{from: Mar-23, to: Sep-23}]",
        fix="The dates as they were.",
        check=_check_contradicted_changes,
    ),
    Rule(
        code="H103",
        severity=Severity.WARNING,
        title="An entry of the ledger that was taken out or rewritten",
        why="Nothing in the ledger is overwritten: what was declared once stays, and a correction is a new entry.",
        example="revisions: []",
        fix="The entry as it was, and a new one with category: correction.",
        check=_check_removed_entries,
    ),
    Rule(
        code="H104",
        severity=Severity.WARNING,
        title="An original target that was changed",
        why="All slippage is counted from the first date; with another one a late action looks on time.",
        example="revisions: [{from: Jun-23, to: Sep-23}]",
        fix="The first from as it was.",
        check=_check_original_target,
    ),
    Rule(
        code="H106",
        severity=Severity.NOTE,
        title="A move that was entered long after its date",
        why="Until it was entered every paper had the old target, and an auditor asks what it was dated by.",
        example="revisions: [{from: Mar-23, to: Jun-23, date: 2022-06-01}]",
        fix="The day on which it was decided.",
        check=_check_late_entries,
    ),
)


# H105: a meeting or phase that moved, and the targets that hung on it. Asked only under `check --history`.


def _check_rescheduled_targets(case: Case) -> Iterator[Finding]:
    if case.history is None:
        return
    for move in iter_anchor_moves(case.history, RevisionRange(0, len(case.history.revisions))):
        ids = [
            id_
            for version in move.affected
            if not _is_settled(case, move, id_ := str((version.values or {}).get("id")))
        ]
        if ids:
            message = (
                f"The {move.anchor_type} {move.id} was moved from {move.old} to {move.new} ({describe_commit(move.revision)}), "
                f"and with it the target of {join_ids(ids)}{_format_shift(move)}."
            )
            fix = "in each an entry under revisions; and the old day as its own target, if it was not to move"
            yield Finding("", _locate_anchor(case, move), message, fix)


def _is_settled(case: Case, move: AnchorMove, id_: str) -> bool:
    """Whether a record that hung on it is gone, has the old day as its own, or an entry that tells of the move."""
    record, date_reader = case.register.by_id.get(id_), DateReader(Anchors(()))
    old, new = date_reader.read(move.old), date_reader.read(move.new)
    if not isinstance(record, TrackedRecord):
        return True
    has_own_date = (
        record.target is not None and record.target.anchor != move.id and has_same_deadline(record.target, old)
    )
    new_targets = (entry.to for entry in record.revisions if has_same_deadline(entry.from_, old))
    return has_own_date or any(
        new_target.anchor == move.id or has_same_deadline(new_target, new) for new_target in new_targets
    )


def _format_shift(move: AnchorMove) -> str:
    direction = "later" if (move.days or 0) > 0 else "earlier"
    return f", {pluralise(abs(move.days), 'day')} {direction}" if move.days else ""


def _locate_anchor(case: Case, move: AnchorMove) -> str:
    programme = case.register.programme
    ids, name = {
        "meeting": ([anchor.id for anchor in programme.meetings], "date"),
        "phase": ([anchor.id for anchor in programme.phases], "end"),
    }[move.anchor_type]
    return f"{move.anchor_type}s[{ids.index(move.id)}].{name}" if move.id in ids else f"{move.anchor_type}s"


HANGING_RULES: tuple[Rule, ...] = (
    Rule(
        code="H105",
        severity=Severity.NOTE,
        title="A meeting or phase that moved, and targets with it",
        why="Every target that names it moved too, without an entry of its own.",
        example="meetings: [{id: AC-2023-03, date: 20 April 2023}]",
        fix="An entry in the revisions of each; and the old day, if it was not to move.",
        check=_check_rescheduled_targets,
    ),
)
