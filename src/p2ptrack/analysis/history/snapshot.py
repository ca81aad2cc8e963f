"""The register as it was at a revision, interpreted with the programme of that time and judged on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from p2ptrack.analysis.case import Case, make_case
from p2ptrack.analysis.facts import FactContext, compute_facts
from p2ptrack.model.dates import Anchors, CouncilDate, DateRejection, parse_date, parse_interpreted_date
from p2ptrack.model.fields import ValidationContext, normalise_word
from p2ptrack.model.history import RawValues, RecordVersion, RegisterHistory
from p2ptrack.model.programme import Programme, status_labels
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.model.register import PROGRAMME_PATH, Register, build_anchors, build_anchors_from_values, record_sort_key
from p2ptrack.model.validation import validate_with_dropped_fields

STATUS_FIELDS = ("id", "title", "status", "completed_on", "verified", "decided", "evidence", "superseded_by")
"""All the fields that decide whether a record is closed, and how. Others are compared as they were written."""


class DateReader:
    """Parses dates of raw values, each once; `anchors` are the phases and meetings that a date may name."""

    def __init__(self, anchors: Anchors) -> None:
        self.anchors = anchors
        self._dates: dict[str, CouncilDate | None] = {}

    def read(self, value: Any) -> CouncilDate | None:
        """Return the date that a value stands for; None for what is none."""
        key = repr(value)
        if key not in self._dates:
            self._dates[key] = self._parse(value)
        return self._dates[key]

    def _parse(self, value: Any) -> CouncilDate | None:
        parsed: CouncilDate | DateRejection | None = None
        if isinstance(value, str):
            parsed = parse_date(value, self.anchors)
        elif isinstance(value, dict) and isinstance(value.get("raw"), str) and isinstance(value.get("means"), str):
            parsed = parse_interpreted_date(value["raw"], value["means"], self.anchors)
        return None if isinstance(parsed, DateRejection) else parsed


class ValueInterpreter:
    """Interprets raw YAML values with a programme: its meetings and phases, its words for statuses, its policy."""

    def __init__(self, programme: Programme, left_out_fields: tuple[str, ...] = ()) -> None:
        self.programme = programme
        self.left_out_fields = left_out_fields
        anchors, labels = build_anchors(programme), status_labels(programme.policy)
        self._date_reader = DateReader(anchors)
        self._labels = labels
        self._validation_context = ValidationContext(anchors, labels)
        self._register = Register(programme)
        self._records: dict[tuple[str, int], tuple[Record | None, tuple[str, ...]]] = {}

    def read_date(self, value: Any) -> CouncilDate | None:
        """Return the date that a value stands for; None for what is none."""
        return self._date_reader.read(value)

    def read_status(self, value: Any) -> str:
        """Return a status's stable name, or the word that was written where it is none."""
        word = normalise_word(value) if isinstance(value, str) else ""
        return self._labels.get(word, word)

    def read_record(self, version: RecordVersion) -> tuple[Record | None, tuple[str, ...]]:
        """Return the fields of a version that decide on closing, and the names of those that are not understood."""
        if version.kind is None:
            return None, ()
        key = version.path, version.revision.position
        if key not in self._records:
            status_values = {name: version.fields[name] for name in STATUS_FIELDS if name in version.fields}
            record, left_out = validate_with_dropped_fields(version.kind.model, status_values, self._validation_context)
            self._records[key] = record, left_out or (("",) if record is None else ())
        return self._records[key]

    def is_closed(self, version: RecordVersion | None, day: date) -> bool:
        """Whether a record was closed on a day, by the policy; what cannot be understood was not."""
        record = self.read_record(version)[0] if version else None
        if not isinstance(record, TrackedRecord):
            return False
        return compute_facts(record, FactContext(self._register, day, {})).closed


def programme_at(history: RegisterHistory, position: int) -> ValueInterpreter:
    """Return the programme in force at a position, to interpret values with; an empty one before there was any."""
    version = history.programme.version_at(position)
    key = version.revision.position if version else 0
    if key not in history.cache:
        values: RawValues = version.fields if version and version.values else {"title": "…"}
        context = ValidationContext(build_anchors_from_values(values))
        programme, left_out = validate_with_dropped_fields(Programme, values, context)
        history.cache[key] = ValueInterpreter(programme or Programme(title="…"), left_out)
    return cast("ValueInterpreter", history.cache[key])


@dataclass(frozen=True, slots=True)
class RegisterAsOf:
    """The register at a revision, and the fields that today's schema does not understand: a path and a field each."""

    case: Case
    left_out: tuple[tuple[str, str], ...] = ()


def read_register_at(history: RegisterHistory, position: int, day: date) -> RegisterAsOf:
    """Return the register at a position (0: before the first revision), judged on a day.

    Of each record only the fields that decide whether it is closed are read.
    """
    interpreter = programme_at(history, position)
    left_out = [(PROGRAMME_PATH, name) for name in interpreter.left_out_fields]
    records: dict[str, Record] = {}
    paths: dict[str, str] = {}
    for record_history in history.records.values():
        version = record_history.version_at(position)
        if version is None or version.values is None:
            continue
        record, names = interpreter.read_record(version)
        left_out += [(version.path, name) for name in names]
        if record is not None:
            records[record.id], paths[record.id] = record, version.path
    ordered = tuple(sorted(records.values(), key=record_sort_key))
    register = Register(interpreter.programme, ordered, paths, file_count=len(ordered))
    return RegisterAsOf(make_case(register, day), tuple(left_out))


def get_raw_text(value: Any) -> str:
    """Return a date of raw values as it was written; nothing where there is none."""
    if isinstance(value, dict):
        return str(value.get("raw", ""))
    return value if isinstance(value, str) else ""


def has_same_deadline(first: CouncilDate | None, second: CouncilDate | None) -> bool:
    """Whether two dates end on the same day, however they are written; TBC is as good as none."""
    return _deadline_key(first) == _deadline_key(second)


def has_deadline(council_date: CouncilDate | None) -> bool:
    """Whether a date has a last day, or is ongoing: TBC has neither."""
    return _deadline_key(council_date) != _deadline_key(None)


def _deadline_key(council_date: CouncilDate | None) -> tuple[date | None, bool]:
    return (council_date.latest, council_date.ongoing) if council_date else (None, False)


def count_days_between(first: CouncilDate | None, second: CouncilDate | None) -> int | None:
    """Return the days from the last day of one date to that of another; None where one has none."""
    start, end = first.latest if first else None, second.latest if second else None
    return (end - start).days if start and end else None
