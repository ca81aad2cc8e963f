"""What the papers of published meetings had of each record, beside what it says now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.past.events import ValueInterpreter
from p2ptrack.analysis.past.then import DateReader
from p2ptrack.analysis.rules.witness import attribute_change, describe_commit
from p2ptrack.records.fields import CLOSED_STATUSES, Status
from p2ptrack.records.kinds import Record
from p2ptrack.records.programme import status_labels
from p2ptrack.records.register import build_anchors
from p2ptrack.records.timeline import RawValues, RecordVersion, Revision, VersionHistory


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A record as the paper of a published meeting had it."""

    meeting: str
    revision: Revision
    values: RawValues


@dataclass(frozen=True, slots=True)
class PublishedRecord:
    """A record that papers told of and that was changed since: what each said, oldest first, and what it says now."""

    record: Record
    record_history: VersionHistory
    versions: tuple[PublishedVersion, ...]
    current_values: RawValues

    def iter_versions_after(self, number: int) -> Iterator[tuple[RecordVersion, RawValues]]:
        """Yield its states after a place on the line in which it was there, each with what it said."""
        return (
            (version, version.values)
            for version in self.record_history.versions
            if version.revision.position > number and version.values is not None
        )

    def describe_change(self, last: PublishedVersion, predicate: Callable[[RawValues], bool]) -> str:
        """Return after which paper, when and by whom something was changed that held in it."""
        version = next(
            version for version, values in self.iter_versions_after(last.revision.position) if not predicate(values)
        )
        return f"after the paper for {last.meeting} ({describe_commit(attribute_change(version, lambda values: not predicate(values)))})"

    def format_show_command(self, last: PublishedVersion) -> str:
        """Return the command that shows what the paper had: the words themselves may have become exempt."""
        return f"as p2ptrack show {self.record.id} --at {last.meeting} has it"


def iter_published_records(case: Case) -> Iterator[PublishedRecord]:
    """Yield every record that a published paper may have told of and that was changed since."""
    register_history = case.history
    if register_history is None:
        return
    publications = sorted(register_history.published_positions.items(), key=lambda pair: (pair[1], pair[0]))
    for record in case.register.records if publications else ():
        record_history = register_history.history_of(record.id)
        last = record_history.versions[-1] if record_history else None
        if record_history and last and last.values is not None:
            published_versions = [
                (meeting, number, record_history.version_at(number)) for meeting, number in publications
            ]
            versions = tuple(
                PublishedVersion(meeting, register_history.revisions[number - 1], version.values)
                for meeting, number, version in published_versions
                if version and version is not last and version.values is not None
            )
            yield PublishedRecord(record, record_history, versions, last.values)


def make_interpreter(case: Case) -> ValueInterpreter:
    """Return how old values are read: by today's programme."""
    return ValueInterpreter(DateReader(build_anchors(case.register.programme)), status_labels(case.policy))


def to_one_line(value: Any) -> str:
    """Return a text on one line, however it is folded in its file."""
    return " ".join(value.split()) if isinstance(value, str) else "" if value is None else repr(value)


def is_done(interpreter: ValueInterpreter, values: RawValues) -> bool:
    """Whether a record calls itself complete or closed."""
    return interpreter.read_status(values.get("status")) in {*CLOSED_STATUSES, Status.COMPLETE}
