"""From the files to the register: every counted file is a record or at least one problem."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from pydantic import ValidationError

from p2ptrack.diagnostics import Location, Problem, Severity, make_excerpt
from p2ptrack.model.fields import Model, ValidationContext
from p2ptrack.model.programme import Policy, Programme, status_labels
from p2ptrack.model.records import Recommendation, Record
from p2ptrack.model.register import PROGRAMME_PATH, Register, build_anchors, build_anchors_from_values, record_sort_key
from p2ptrack.model.validation import (
    KEY_SUFFIX,
    convert_validation_error,
    has_exemption_key,
    mark_exempt,
    to_source_path,
    validate_leniently,
)
from p2ptrack.store import yaml
from p2ptrack.store.folder import (
    FileSource,
    FolderSource,
    RecordFile,
    check_file_name,
    list_record_files,
    outside_link_error,
    record_stem,
)

# Making many values that all stay, without looking through them for rubbish.


@contextmanager
def pause_gc() -> Iterator[None]:
    """Collect no garbage inside, and nothing of what was made there afterwards.

    Records and their past states are many, live as long as the command and hold no cycles: looking through them costs
    a third of the time and finds none.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


ModelT = TypeVar("ModelT", bound=Model)


class FileValidator(Protocol):
    """How plain data become a model: what could be made of them, if anything, and what is wrong."""

    def __call__(
        self, model: type[ModelT], parsed: yaml.ParsedFile, context: ValidationContext, path: str
    ) -> tuple[ModelT | None, tuple[Problem, ...]]:
        """Return the model and the problems of its file."""


@dataclass(frozen=True, slots=True)
class LoadedRegister:
    """What a folder held. `programme_read` is false when the programme itself is faulty and stands empty."""

    register: Register
    problems: tuple[Problem, ...]
    has_programme: bool


class _LoadedFile(NamedTuple):
    path: str
    id: str
    record: Record | None
    problems: tuple[Problem, ...]


def load_register(root: Path) -> LoadedRegister:
    """Read the whole register in a folder as it is now, as `load_register_from` does."""
    return load_register_from(FolderSource(root))


def load_register_from(source: FileSource, validate: FileValidator | None = None) -> LoadedRegister:
    """Read the whole register. Faults are collected; problems have no places yet (see `add_locations`).

    `validated` is how strictly: as today's schema has it, unless told otherwise (see `lenient`).
    """
    options = LoadOptions(source, validate or validate_file_strictly)
    with pause_gc():
        programme, programme_problems = _load_programme(options)
        files, problems = list_record_files(source)
        context = _make_context(programme)
        loaded_files = _reject_duplicates([_load_record(file, context, options) for file in files])
    all_problems = (
        *programme_problems,
        *problems,
        *(problem for loaded_file in loaded_files for problem in loaded_file.problems),
    )
    return LoadedRegister(_build_register(programme, loaded_files, len(files)), all_problems, programme is not None)


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How a register is read: from where, and what becomes of what its files say."""

    source: FileSource
    validate: FileValidator


def load_programme(source: FileSource, validate: FileValidator | None = None) -> Programme:
    """Return the programme alone; an empty one where it cannot be read."""
    return _load_programme(LoadOptions(source, validate or validate_file_strictly))[0] or Programme(
        title="", policy=Policy()
    )


def _load_programme(options: LoadOptions) -> tuple[Programme | None, tuple[Problem, ...]]:
    is_outside = options.source.is_outside(PROGRAMME_PATH)
    data = outside_link_error(PROGRAMME_PATH) if is_outside else options.source.read(PROGRAMME_PATH)
    if isinstance(data, Problem):
        return None, (data,)
    parsed = yaml.read(data, PROGRAMME_PATH)
    context = ValidationContext(build_anchors_from_values(parsed.value or {}))
    programme, problems = options.validate(Programme, parsed, context, PROGRAMME_PATH)
    return programme, _drop_derived(problems, data)


def validate_file_strictly(
    model: type[ModelT], parsed: yaml.ParsedFile, context: ValidationContext, path: str
) -> tuple[ModelT | None, tuple[Problem, ...]]:
    """Return the model, if nothing is wrong, and what is wrong: with the file, and with what could be read of it."""
    try:
        instance = None if parsed.value is None else model.model_validate(parsed.value, context=context)
    except ValidationError as error:
        return None, (*parsed.problems, *convert_validation_error(error, model, path))
    return (None if parsed.problems else instance), parsed.problems


def _drop_derived(problems: tuple[Problem, ...], data: bytes) -> tuple[Problem, ...]:
    """Leave out what only follows from a fault of reading in the same line."""
    lines = {problem.location.line for problem in problems if problem.location}
    fields = [problem.field for problem in problems if problem.field and not problem.location]
    if not lines or not fields:
        return problems
    locations = _locate_in_data(data, fields)
    return tuple(
        candidate
        for candidate in problems
        if candidate.field not in locations or locations[candidate.field].line not in lines
    )


def _make_context(programme: Programme | None) -> ValidationContext:
    if programme is None:
        return ValidationContext()
    return ValidationContext(build_anchors(programme), status_labels(programme.policy))


def _load_record(file: RecordFile, context: ValidationContext, options: LoadOptions) -> _LoadedFile:
    data = file.problem or options.source.read(file.path)
    if isinstance(data, Problem):
        return _make_broken_file(file, None, (data,))
    parsed = yaml.read(data, file.path)
    record, problems = options.validate(file.kind.model, parsed, context, file.path)
    if record is None:
        return _make_broken_file(file, parsed.value, _drop_derived(problems, data))
    name_problem = check_file_name(file.path, record.id)
    return _LoadedFile(file.path, record.id, record, (*problems, name_problem) if name_problem else problems)


def _make_broken_file(file: RecordFile, value: Mapping[str, Any] | None, problems: tuple[Problem, ...]) -> _LoadedFile:
    id_ = value.get("id") if value else None
    is_usable = isinstance(id_, str) and check_file_name(file.path, id_) is None
    return _LoadedFile(file.path, str(id_) if is_usable else _id_from_path(file.path), None, problems)


def _id_from_path(path: str) -> str:
    return record_stem(path.rpartition("/")[2]).partition("-")[0]


def _reject_duplicates(loaded_files: list[_LoadedFile]) -> list[_LoadedFile]:
    """Keep the first record of an id; a later one of the same id, whatever the case, is a problem."""
    paths_by_id: dict[str, str] = {}
    checked_files: list[_LoadedFile] = []
    for loaded_file in sorted(loaded_files, key=lambda candidate: bool(candidate.problems)):
        ids = _collect_ids(loaded_file.record) if loaded_file.record else {}
        duplicates = [
            _duplicate_id_error(loaded_file.path, field, id_, first_path)
            for field, id_ in ids.items()
            if (first_path := paths_by_id.get(id_.casefold()))
        ]
        checked_files.append(
            _LoadedFile(loaded_file.path, loaded_file.id, None, tuple(duplicates)) if duplicates else loaded_file
        )
        if not duplicates:
            paths_by_id.update((id_.casefold(), loaded_file.path) for id_ in ids.values())
    return checked_files


def _collect_ids(record: Record) -> dict[str, str]:
    parts = record.parts if isinstance(record, Recommendation) else ()
    return {"id": record.id, **{f"parts[{index}].id": part.id for index, part in enumerate(parts)}}


_DUPLICATE_ID_FIX = "an id that no other record and no part has; or delete this file, if it is a copy"


def _duplicate_id_error(path: str, field: str, id_: str, first_path: str) -> Problem:
    message = f"The id {make_excerpt(id_)} is taken already, by {first_path}."
    return Problem(path, "D107", Severity.ERROR, message, _DUPLICATE_ID_FIX, field)


def _build_register(programme: Programme | None, loaded_files: list[_LoadedFile], file_count: int) -> Register:
    readable_files = [loaded_file for loaded_file in loaded_files if loaded_file.record is not None]
    return Register(
        programme=programme or Programme(title="", policy=Policy()),
        records=tuple(
            sorted(
                (loaded_file.record for loaded_file in readable_files if loaded_file.record is not None),
                key=record_sort_key,
            )
        ),
        paths={loaded_file.id: loaded_file.path for loaded_file in readable_files},
        broken_ids=frozenset(loaded_file.id for loaded_file in loaded_files if loaded_file.record is None),
        file_count=file_count,
    )


def add_locations(root: Path, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return the problems of a folder with their places, as `add_locations_from` does."""
    return add_locations_from(FolderSource(root), problems)


def add_locations_from(source: FileSource, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return the problems with their places: each file that has one without is read a second time."""
    fields: dict[str, list[str]] = {}
    for problem in problems:
        if problem.field and problem.location is None:
            fields.setdefault(problem.path, []).append(problem.field)
    locations = {path: _find_locations(source, path, field_names) for path, field_names in fields.items()}
    return tuple(_add_location(problem, locations.get(problem.path, {})) for problem in problems)


def _find_locations(source: FileSource, path: str, fields: list[str]) -> Mapping[str, Location]:
    data = source.read(path)
    return {} if isinstance(data, Problem) else _locate_in_data(data, fields)


def _locate_in_data(data: bytes, fields: list[str]) -> Mapping[str, Location]:
    from p2ptrack.store.yaml.positions import locate_fields

    has_short_form = any("covers[" in field for field in fields)
    values = yaml.read(data, "").value if has_short_form else None
    source_paths = {field: to_source_path(values, field) for field in fields}
    locations = locate_fields(data, source_paths.values())
    return {field: locations[path] for field, path in source_paths.items() if path in locations}


def _add_location(problem: Problem, locations: Mapping[str, Location]) -> Problem:
    if not problem.field or problem.location is not None:
        return problem
    return replace(problem, field=problem.field.removesuffix(KEY_SUFFIX), location=locations.get(problem.field))


# Reading the files of the past: as far as they can be understood, and told where they cannot.


LenientModelT = TypeVar("LenientModelT", bound=Model)


def validate_file_leniently(
    model: type[LenientModelT], parsed: yaml.ParsedFile, context: ValidationContext, path: str
) -> tuple[LenientModelT | None, tuple[Problem, ...]]:
    """Return the model of what can be understood of a file, and each thing that cannot, as a warning.

    None, with errors, where nothing of it can be read.
    """
    if parsed.value is None:
        return None, parsed.problems
    values = dict(parsed.value)
    if parsed.problems and has_exemption_key(values):
        values = mark_exempt(model, values)  # a part of the exemption may be what could not be read
    instance, problems = validate_leniently(
        model, values, context, path, record_stem(path.rpartition("/")[2]).partition("-")[0]
    )
    severity = Severity.ERROR if instance is None else Severity.WARNING
    return instance, tuple(replace(problem, severity=severity) for problem in (*parsed.problems, *problems))
