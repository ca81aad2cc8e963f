"""The register as it stood at a moment of its timelines, read leniently and judged on a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from p2ptrack.analysis.case import Case, make_case
from p2ptrack.model.dates import Anchors, CouncilDate, DateRejection, parse_date, parse_interpreted_date
from p2ptrack.model.fields import ValidationContext
from p2ptrack.model.history import RecordVersion, RegisterHistory, kind_of_path
from p2ptrack.model.programme import Programme, status_labels
from p2ptrack.model.records import Record
from p2ptrack.model.register import PROGRAMME_PATH, Register, build_anchors, build_anchors_from_values, record_sort_key
from p2ptrack.model.validation import validate_with_dropped_fields


@dataclass(frozen=True, slots=True)
class RegisterAsOf:
    """The register at a moment, and what of it today's fields could not take: a file and a field each."""

    case: Case
    left_out: tuple[tuple[str, str], ...] = ()


def read_register_at(history: RegisterHistory, number: int, day: date) -> RegisterAsOf:
    """Return what was open and closed at a place on the line (0: before its beginning), judged on a day."""
    return read_registers_at(history, ((number, day),))[0]


def read_registers_at(history: RegisterHistory, requests: Iterable[tuple[int, date]]) -> tuple[RegisterAsOf, ...]:
    """Return the register as it stood at several places; a state that held at more than one is read once."""
    cache: dict[tuple[int, int], _ReadResult] = {}
    return tuple(_build_register_at(history, number, day, cache) for number, day in requests)


_ReadResult = tuple[Record | None, str, tuple[tuple[str, str], ...]]


def _build_register_at(
    history: RegisterHistory, number: int, day: date, cache: dict[tuple[int, int], _ReadResult]
) -> RegisterAsOf:
    left_out: list[tuple[str, str]] = []
    programme = read_programme_at(history, number, left_out.append)
    context = ValidationContext(build_anchors(programme), status_labels(programme.policy))
    records_by_id: dict[str, tuple[Record, str]] = {}
    for version in _iter_present_versions(history, number):
        key = id(history.programme.version_at(number)), id(version)
        if key not in cache:
            cache[key] = _read_record(version, context)
        record, path, left_out_fields = cache[key]
        left_out += left_out_fields
        if record is not None:
            records_by_id[record.id] = record, path
    records = sorted((record for record, _ in records_by_id.values()), key=record_sort_key)
    paths = {id_: path for id_, (_, path) in records_by_id.items()}
    register = Register(programme, tuple(records), paths, file_count=len(records))
    return RegisterAsOf(make_case(register, day), tuple(left_out))


def _iter_present_versions(history: RegisterHistory, number: int) -> Iterator[RecordVersion]:
    versions = (version_history.version_at(number) for version_history in history.records.values())
    return (version for version in versions if version is not None and version.values is not None)


_LeftOutCallback = Callable[[tuple[str, str]], None]


def read_programme_at(
    history: RegisterHistory, number: int, on_left_out: _LeftOutCallback = lambda _: None
) -> Programme:
    """Return the programme as it stood; an empty one before there was any."""
    version = history.programme.version_at(number)
    values = version.values if version and version.values else {"title": "…"}
    programme, left_out = validate_with_dropped_fields(
        Programme, values, ValidationContext(build_anchors_from_values(values))
    )
    for name in left_out:
        on_left_out((PROGRAMME_PATH, name))
    return programme or Programme(title="…")


STATUS_FIELDS = ("id", "title", "status", "completed_on", "verified", "decided", "evidence", "superseded_by")
"""All that closing is judged by and told with. What else a record says is compared as it was written."""


def _read_record(version: RecordVersion, context: ValidationContext) -> _ReadResult:
    kind = kind_of_path(version.path)
    if kind is None or version.values is None:
        return None, version.path, ()
    status_values = {name: version.values[name] for name in STATUS_FIELDS if name in version.values}
    record, left_out = validate_with_dropped_fields(kind.model, status_values, context)
    names = left_out or (("",) if record is None else ())
    return record, version.path, tuple((version.path, name) for name in names)


@dataclass(frozen=True, slots=True)
class DateReader:
    """Reads dates of plain data as a programme names them, each once."""

    anchors: Anchors
    _cache: dict[str, CouncilDate | None] = field(default_factory=dict, repr=False, compare=False)

    def read(self, value: Any) -> CouncilDate | None:
        """Return the date that a value stands for; None for what is none."""
        key = repr(value)
        if key not in self._cache:
            self._cache[key] = self._parse(value)
        return self._cache[key]

    def _parse(self, value: Any) -> CouncilDate | None:
        parsed: CouncilDate | DateRejection | None = None
        if isinstance(value, str):
            parsed = parse_date(value, self.anchors)
        elif isinstance(value, dict) and isinstance(value.get("raw"), str) and isinstance(value.get("means"), str):
            parsed = parse_interpreted_date(value["raw"], value["means"], self.anchors)
        return None if isinstance(parsed, DateRejection) else parsed


def get_raw_text(value: Any) -> str:
    """Return a date of plain data as it was written; nothing where none was."""
    if isinstance(value, dict):
        return str(value.get("raw", ""))
    return value if isinstance(value, str) else ""


def has_same_deadline(first: CouncilDate | None, second: CouncilDate | None) -> bool:
    """Whether two dates are counted to the same day, however they are written; TBC is as good as none."""
    return _deadline_key(first) == _deadline_key(second)


def _deadline_key(council_date: CouncilDate | None) -> tuple[date | None, bool]:
    return (council_date.latest, council_date.ongoing) if council_date else (None, False)


def count_days_between(first: CouncilDate | None, second: CouncilDate | None) -> int | None:
    """Return by how many days the last day moved; None where one of the two has none."""
    start, end = first.latest if first else None, second.latest if second else None
    return (end - start).days if start and end else None
