"""The register as it stood at a moment of its timelines, read leniently and judged on a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from p2ptrack.analysis.case import Case, make_case
from p2ptrack.records.dates import Anchors, CouncilDate, NotADate, parse, parse_pair
from p2ptrack.records.fields import Reading
from p2ptrack.records.kinds import Record
from p2ptrack.records.lenient import lenient
from p2ptrack.records.programme import Programme, status_labels
from p2ptrack.records.register import PROGRAMME_PATH, Register, anchors, anchors_within, record_key
from p2ptrack.records.timeline import State, Timelines, kind_at


@dataclass(frozen=True, slots=True)
class Then:
    """The register at a moment, and what of it today's fields could not take: a file and a field each."""

    case: Case
    left_out: tuple[tuple[str, str], ...] = ()


def then(timelines: Timelines, number: int, day: date) -> Then:
    """Return what was open and closed at a place on the line (0: before its beginning), judged on a day."""
    return thens(timelines, ((number, day),))[0]


def thens(timelines: Timelines, when: Iterable[tuple[int, date]]) -> tuple[Then, ...]:
    """Return the register as it stood at several places; a state that held at more than one is read once."""
    read: dict[tuple[int, int], _Read] = {}
    return tuple(_then(timelines, number, day, read) for number, day in when)


_Read = tuple[Record | None, str, tuple[tuple[str, str], ...]]


def _then(timelines: Timelines, number: int, day: date, read: dict[tuple[int, int], _Read]) -> Then:
    left_out: list[tuple[str, str]] = []
    programme = programme_at(timelines, number, left_out.append)
    reading = Reading(anchors(programme), status_labels(programme.policy))
    held: dict[str, tuple[Record, str]] = {}
    for state in _standing(timelines, number):
        key = id(timelines.programme.at(number)), id(state)
        if key not in read:
            read[key] = _record(state, reading)
        record, path, faults = read[key]
        left_out += faults
        if record is not None:
            held[record.id] = record, path
    records = sorted((record for record, _ in held.values()), key=record_key)
    paths = {id_: path for id_, (_, path) in held.items()}
    register = Register(programme, tuple(records), paths, file_count=len(records))
    return Then(make_case(register, day), tuple(left_out))


def _standing(timelines: Timelines, number: int) -> Iterator[State]:
    states = (timeline.at(number) for timeline in timelines.records.values())
    return (state for state in states if state is not None and state.values is not None)


_Note = Callable[[tuple[str, str]], None]


def programme_at(timelines: Timelines, number: int, note: _Note = lambda _: None) -> Programme:
    """Return the programme as it stood; an empty one before there was any."""
    state = timelines.programme.at(number)
    values = state.values if state and state.values else {"title": "…"}
    programme, left_out = lenient(Programme, values, Reading(anchors_within(values)))
    for name in left_out:
        note((PROGRAMME_PATH, name))
    return programme or Programme(title="…")


JUDGED = ("id", "title", "status", "completed_on", "verified", "decided", "evidence", "superseded_by")
"""All that closing is judged by and told with. What else a record says is compared as it was written."""


def _record(state: State, reading: Reading) -> _Read:
    kind = kind_at(state.path)
    if kind is None or state.values is None:
        return None, state.path, ()
    judged = {name: state.values[name] for name in JUDGED if name in state.values}
    record, left_out = lenient(kind.model, judged, reading)
    names = left_out or (("",) if record is None else ())
    return record, state.path, tuple((state.path, name) for name in names)


@dataclass(frozen=True, slots=True)
class Dates:
    """Reads dates of plain data as a programme names them, each once."""

    anchors: Anchors
    _known: dict[str, CouncilDate | None] = field(default_factory=dict, repr=False, compare=False)

    def read(self, value: Any) -> CouncilDate | None:
        """Return the date that a value stands for; None for what is none."""
        key = repr(value)
        if key not in self._known:
            self._known[key] = self._read(value)
        return self._known[key]

    def _read(self, value: Any) -> CouncilDate | None:
        found: CouncilDate | NotADate | None = None
        if isinstance(value, str):
            found = parse(value, self.anchors)
        elif isinstance(value, dict) and isinstance(value.get("raw"), str) and isinstance(value.get("means"), str):
            found = parse_pair(value["raw"], value["means"], self.anchors)
        return None if isinstance(found, NotADate) else found


def written(value: Any) -> str:
    """Return a date of plain data as it was written; nothing where none was."""
    if isinstance(value, dict):
        return str(value.get("raw", ""))
    return value if isinstance(value, str) else ""


def same_day(one: CouncilDate | None, other: CouncilDate | None) -> bool:
    """Whether two dates are counted to the same day, however they are written; TBC is as good as none."""
    return _counted(one) == _counted(other)


def _counted(when: CouncilDate | None) -> tuple[date | None, bool]:
    return (when.latest, when.ongoing) if when else (None, False)


def days_from(one: CouncilDate | None, other: CouncilDate | None) -> int | None:
    """Return by how many days the last day moved; None where one of the two has none."""
    start, end = one.latest if one else None, other.latest if other else None
    return (end - start).days if start and end else None
