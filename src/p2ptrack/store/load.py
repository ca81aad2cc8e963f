"""From the files to the register: every counted file is a record or at least one problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from pydantic import ValidationError

from p2ptrack.problem import Place, Problem, Severity, cut
from p2ptrack.records.faults import KEY_SUFFIX, problems_from
from p2ptrack.records.fields import Model, Reading
from p2ptrack.records.kinds import Recommendation, Record
from p2ptrack.records.programme import Policy, Programme, status_labels
from p2ptrack.records.register import PROGRAMME_PATH, Register, anchors, anchors_within, record_key
from p2ptrack.records.written import as_written
from p2ptrack.store import yaml
from p2ptrack.store.collecting import no_collecting
from p2ptrack.store.folder import Folder, RecordFile, link_out, name_problem, record_files, stem
from p2ptrack.store.source import Source

M = TypeVar("M", bound=Model)


class Validated(Protocol):
    """How plain data become a model: what could be made of them, if anything, and what is wrong."""

    def __call__(
        self, model: type[M], parsed: yaml.Reading, reading: Reading, path: str
    ) -> tuple[M | None, tuple[Problem, ...]]:
        """Return the model and the problems of its file."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a folder held. `programme_read` is false when the programme itself is faulty and stands empty."""

    register: Register
    problems: tuple[Problem, ...]
    programme_read: bool


class _Read(NamedTuple):
    path: str
    id: str
    record: Record | None
    problems: tuple[Problem, ...]


def load(root: Path) -> Loaded:
    """Read the whole register in a folder as it is now, as `load_from` does."""
    return load_from(Folder(root))


def load_from(source: Source, validated: Validated | None = None) -> Loaded:
    """Read the whole register. Faults are collected; problems have no places yet (see `placed`).

    `validated` is how strictly: as today's schema has it, unless told otherwise (see `lenient`).
    """
    way = Way(source, validated or strictly)
    with no_collecting():
        programme, programme_problems = _programme(way)
        files, problems = record_files(source)
        reading = _reading(programme)
        read = _unique([_record(file, reading, way) for file in files])
    found = (*programme_problems, *problems, *(problem for one in read for problem in one.problems))
    return Loaded(_register(programme, read, len(files)), found, programme is not None)


@dataclass(frozen=True, slots=True)
class Way:
    """How a register is read: from where, and what becomes of what its files say."""

    source: Source
    validated: Validated


def programme_of(source: Source, validated: Validated | None = None) -> Programme:
    """Return the programme alone; an empty one where it cannot be read."""
    return _programme(Way(source, validated or strictly))[0] or Programme(title="", policy=Policy())


def _programme(way: Way) -> tuple[Programme | None, tuple[Problem, ...]]:
    leads_out = way.source.leads_out(PROGRAMME_PATH)
    data = link_out(PROGRAMME_PATH) if leads_out else way.source.read(PROGRAMME_PATH)
    if isinstance(data, Problem):
        return None, (data,)
    parsed = yaml.read(data, PROGRAMME_PATH)
    reading = Reading(anchors_within(parsed.value or {}))
    made, problems = way.validated(Programme, parsed, reading, PROGRAMME_PATH)
    return made, _told_once(problems, data)


def strictly(model: type[M], parsed: yaml.Reading, reading: Reading, path: str) -> tuple[M | None, tuple[Problem, ...]]:
    """Return the model, if nothing is wrong, and what is wrong: with the file, and with what could be read of it."""
    try:
        made = None if parsed.value is None else model.model_validate(parsed.value, context=reading)
    except ValidationError as error:
        return None, (*parsed.problems, *problems_from(error, model, path))
    return (None if parsed.problems else made), parsed.problems


def _told_once(problems: tuple[Problem, ...], data: bytes) -> tuple[Problem, ...]:
    """Leave out what only follows from a fault of reading in the same line."""
    lines = {problem.place.line for problem in problems if problem.place}
    fields = [problem.field for problem in problems if problem.field and not problem.place]
    if not lines or not fields:
        return problems
    places = _places_in(data, fields)
    return tuple(each for each in problems if each.field not in places or places[each.field].line not in lines)


def _reading(programme: Programme | None) -> Reading:
    if programme is None:
        return Reading()
    return Reading(anchors(programme), status_labels(programme.policy))


def _record(file: RecordFile, reading: Reading, way: Way) -> _Read:
    data = file.problem or way.source.read(file.path)
    if isinstance(data, Problem):
        return _broken(file, None, (data,))
    parsed = yaml.read(data, file.path)
    record, problems = way.validated(file.kind.model, parsed, reading, file.path)
    if record is None:
        return _broken(file, parsed.value, _told_once(problems, data))
    problem = name_problem(file.path, record.id)
    return _Read(file.path, record.id, record, (*problems, problem) if problem else problems)


def _broken(file: RecordFile, value: Mapping[str, Any] | None, problems: tuple[Problem, ...]) -> _Read:
    id_ = value.get("id") if value else None
    usable = isinstance(id_, str) and name_problem(file.path, id_) is None
    return _Read(file.path, str(id_) if usable else _id_of_name(file.path), None, problems)


def _id_of_name(path: str) -> str:
    return stem(path.rpartition("/")[2]).partition("-")[0]


def _unique(read: list[_Read]) -> list[_Read]:
    """Keep the first record of an id; a later one of the same id, whatever the case, is a problem."""
    first: dict[str, str] = {}
    kept: list[_Read] = []
    for one in sorted(read, key=lambda each: bool(each.problems)):
        ids = _ids(one.record) if one.record else {}
        taken = [
            _same_id(one.path, field, id_, twin) for field, id_ in ids.items() if (twin := first.get(id_.casefold()))
        ]
        kept.append(_Read(one.path, one.id, None, tuple(taken)) if taken else one)
        if not taken:
            first.update((id_.casefold(), one.path) for id_ in ids.values())
    return kept


def _ids(record: Record) -> dict[str, str]:
    parts = record.parts if isinstance(record, Recommendation) else ()
    return {"id": record.id, **{f"parts[{index}].id": part.id for index, part in enumerate(parts)}}


_OTHER_ID = "an id that no other record and no part has; or delete this file, if it is a copy"


def _same_id(path: str, field: str, id_: str, twin: str) -> Problem:
    message = f"The id {cut(id_)} is taken already, by {twin}."
    return Problem(path, "D107", Severity.ERROR, message, _OTHER_ID, field)


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
    """Return the problems of a folder with their places, as `placed_in` does."""
    return placed_in(Folder(root), problems)


def placed_in(source: Source, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return the problems with their places: each file that has one without is read a second time."""
    fields: dict[str, list[str]] = {}
    for problem in problems:
        if problem.field and problem.place is None:
            fields.setdefault(problem.path, []).append(problem.field)
    places = {path: _places(source, path, wanted) for path, wanted in fields.items()}
    return tuple(_with_place(problem, places.get(problem.path, {})) for problem in problems)


def _places(source: Source, path: str, fields: list[str]) -> Mapping[str, Place]:
    data = source.read(path)
    return {} if isinstance(data, Problem) else _places_in(data, fields)


def _places_in(data: bytes, fields: list[str]) -> Mapping[str, Place]:
    from p2ptrack.store.yaml.locate import locate

    shorter = any("covers[" in field for field in fields)
    values = yaml.read(data, "").value if shorter else None
    written = {field: as_written(values, field) for field in fields}
    places = locate(data, written.values())
    return {field: places[place] for field, place in written.items() if place in places}


def _with_place(problem: Problem, places: Mapping[str, Place]) -> Problem:
    if not problem.field or problem.place is not None:
        return problem
    return replace(problem, field=problem.field.removesuffix(KEY_SUFFIX), place=places.get(problem.field))
