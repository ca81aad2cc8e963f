"""What git saw of a record's targets, one after the other, and which entries of the ledger bear out which move."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.past.differences import list_entries
from p2ptrack.analysis.past.then import DateReader, has_same_deadline, read_programme_at
from p2ptrack.records.dates import Anchors, CouncilDate, format_long_date
from p2ptrack.records.fields import Decision
from p2ptrack.records.kinds import TrackedRecord
from p2ptrack.records.parts import TargetRevision
from p2ptrack.records.register import build_anchors
from p2ptrack.records.timeline import (
    SHORT_COMMIT_LENGTH,
    RawValues,
    RecordVersion,
    RegisterHistory,
    Revision,
    VersionHistory,
)


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
