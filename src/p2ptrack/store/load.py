"""From the files to the register: every counted file is a record or at least one problem."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from p2ptrack.problem import Place, Problem, Severity
from p2ptrack.records.dates import Anchors
from p2ptrack.records.faults import problems_from
from p2ptrack.records.fields import Reading
from p2ptrack.records.kinds import Recommendation, Record
from p2ptrack.records.programme import Policy, Programme, status_labels
from p2ptrack.records.register import PROGRAMME_PATH, Register, anchors, record_key
from p2ptrack.store import yaml
from p2ptrack.store.folder import RecordFile, name_problem, read_bytes, record_files


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a folder held. `programme_read` is false when the programme itself is faulty and stands empty."""

    register: Register
    problems: tuple[Problem, ...]
    programme_read: bool


@dataclass(frozen=True, slots=True)
class _Read:
    path: str
    id: str
    record: Record | None
    problems: tuple[Problem, ...]


def load(root: Path) -> Loaded:
    """Read the whole register. Faults are collected; problems have no places yet (see `places`)."""
    with _no_collecting():
        programme, programme_problems = _programme(root)
        files, problems = record_files(root)
        reading = _reading(programme)
        read = _unique([_record(file, reading) for file in files])
    found = (*programme_problems, *problems, *(problem for one in read for problem in one.problems))
    return Loaded(_register(programme, read, len(files)), found, programme is not None)


@contextmanager
def _no_collecting() -> Iterator[None]:
    # Records are many, long-lived and free of cycles: collecting while they are made costs a third of the time.
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _programme(root: Path) -> tuple[Programme | None, tuple[Problem, ...]]:
    data = read_bytes(root / PROGRAMME_PATH, PROGRAMME_PATH)
    if isinstance(data, Problem):
        return None, (data,)
    reading = yaml.read(data, PROGRAMME_PATH)
    if reading.value is None or reading.problems:
        return None, reading.problems
    try:
        return Programme.model_validate(reading.value, context=Reading(Anchors(()))), ()
    except ValidationError as error:
        return None, tuple(problems_from(error, Programme, PROGRAMME_PATH))


def _reading(programme: Programme | None) -> Reading:
    if programme is None:
        return Reading()
    return Reading(anchors(programme), status_labels(programme.policy))


def _record(file: RecordFile, reading: Reading) -> _Read:
    data = read_bytes(file.location, file.path)
    if isinstance(data, Problem):
        return _broken(file, None, (data,))
    parsed = yaml.read(data, file.path)
    if parsed.value is None or parsed.problems:
        return _broken(file, parsed.value, parsed.problems)
    try:
        record = file.kind.model.model_validate(parsed.value, context=reading)
    except ValidationError as error:
        return _broken(file, parsed.value, tuple(problems_from(error, file.kind.model, file.path)))
    problem = name_problem(file.path, record.id)
    return _Read(file.path, record.id, record, (problem,) if problem else ())


def _broken(file: RecordFile, value: Mapping[str, Any] | None, problems: tuple[Problem, ...]) -> _Read:
    id_ = value.get("id") if value else None
    name = file.path.rpartition("/")[2].rpartition(".")[0]
    return _Read(file.path, id_ if isinstance(id_, str) else name.partition("-")[0], None, problems)


def _unique(read: list[_Read]) -> list[_Read]:
    """Keep the first record of an id; a later one of the same id, whatever the case, is a problem."""
    first: dict[str, str] = {}
    kept: list[_Read] = []
    for one in read:
        twin = next((first[id_.casefold()] for id_ in _ids(one) if id_.casefold() in first), None)
        if one.record is not None and twin is not None:
            kept.append(_Read(one.path, one.id, None, (*one.problems, _same_id(one, twin))))
            continue
        kept.append(one)
        if one.record is not None:
            first.update((id_.casefold(), one.path) for id_ in _ids(one))
    return kept


def _ids(one: _Read) -> tuple[str, ...]:
    parts = one.record.parts if isinstance(one.record, Recommendation) else ()
    return (one.id, *(part.id for part in parts))


def _same_id(one: _Read, twin: str) -> Problem:
    return Problem(
        one.path,
        "D107",
        Severity.ERROR,
        f"The id {one.id} is taken already, by {twin}.",
        "an id that no other record has",
        "id",
    )


def _register(programme: Programme | None, read: list[_Read], file_count: int) -> Register:
    good = [one for one in read if one.record is not None]
    return Register(
        programme=programme or Programme(title="", policy=Policy()),
        records=tuple(sorted((one.record for one in good if one.record is not None), key=record_key)),
        paths={one.id: one.path for one in good},
        broken=frozenset(one.id for one in read if one.record is None),
        file_count=file_count,
    )


def placed(root: Path, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return the problems with their places: each file that has one without is read a second time."""
    fields: dict[str, list[str]] = {}
    for problem in problems:
        if problem.field and problem.place is None:
            fields.setdefault(problem.path, []).append(problem.field)
    places = {path: _places(root, path, wanted) for path, wanted in fields.items()}
    return tuple(_with_place(problem, places.get(problem.path, {})) for problem in problems)


def _places(root: Path, path: str, fields: list[str]) -> Mapping[str, Place]:
    data = read_bytes(root / path, path)
    return {} if isinstance(data, Problem) else yaml.locate(data, fields)


def _with_place(problem: Problem, places: Mapping[str, Place]) -> Problem:
    if not problem.field or problem.place is not None:
        return problem
    return replace(problem, field=problem.field.removesuffix("#key"), place=places.get(problem.field))
