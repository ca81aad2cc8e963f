"""Load a register from its files: every file becomes a record or at least one problem."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from datetime import date
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar

from pydantic import ValidationError

from p2ptrack.diagnostics import Location, Problem, Severity
from p2ptrack.model.advice import COMMON_WORDS
from p2ptrack.model.contracts import ContractTable
from p2ptrack.model.dates import Anchors
from p2ptrack.model.declared_kinds import read_kinds
from p2ptrack.model.fields import Model, ValidationContext
from p2ptrack.model.kinds import KINDS, Kinds
from p2ptrack.model.programme import COMPARED_FIELDS, DISPENSABLE_FIELDS, Policy, Programme, collect_labels
from p2ptrack.model.records import Recommendation, Record, TrackedRecord
from p2ptrack.model.register import PROGRAMME_PATH, Register, build_anchors, build_anchors_from_values, sort_records
from p2ptrack.model.schema import field_names, validate
from p2ptrack.model.validation import (
    KEY_SUFFIX,
    convert_validation_error,
    has_exemption_key,
    is_dispensable,
    list_possible_fields,
    mark_exempt,
    to_source_path,
    validate_leniently,
)
from p2ptrack.phrases import excerpt, join_words, quote, unique
from p2ptrack.store import yaml
from p2ptrack.store.contract_table import load_contracts
from p2ptrack.store.folder import (
    FileSource,
    RecordFile,
    check_file_name,
    list_record_files,
    outside_link_error,
    record_stem,
)
from p2ptrack.store.parsed_cache import ParsedCache, PlaceFile
from p2ptrack.values import compile_on_use, dataclass

ModelT = TypeVar("ModelT", bound=Model)


FileReader: TypeAlias = Callable[[bytes, str], yaml.ParsedFile]
"""Reads the content of a file that has this path."""


class FileValidator(Protocol):
    """Turns the plain data of a file into a model, and the problems of what is left out of it."""

    def __call__(
        self, model: type[ModelT], parsed: yaml.ParsedFile, context: ValidationContext, path: str
    ) -> tuple[ModelT | None, tuple[Problem, ...]]:
        """Return the model, or None if nothing of it can be read, and the problems of its file."""


def validate_file_strictly(
    model: type[ModelT], parsed: yaml.ParsedFile, context: ValidationContext, path: str
) -> tuple[ModelT | None, tuple[Problem, ...]]:
    """Return the model if the file has no error, and the problems of the file and of the values in it."""
    try:
        instance = (
            None
            if parsed.value is None
            else validate(model, parsed.value, context, has_checked_texts=parsed.has_checked_texts)
        )
    except ValidationError as error:
        return None, (*parsed.problems, *convert_validation_error(error, model, path))
    if not parsed.problems:
        return instance, ()
    return (None if any(map(_is_error, parsed.problems)) else instance), parsed.problems


def validate_file_partly(
    model: type[ModelT], parsed: yaml.ParsedFile, context: ValidationContext, path: str
) -> tuple[ModelT | None, tuple[Problem, ...]]:
    """Return the model without the fields that have an error. The record is kept."""
    instance, problems = validate_file_strictly(model, parsed, context, path)
    if instance is None and parsed.value is not None:
        values = {name: value for name, value in parsed.value.items() if name not in _list_fields(parsed.problems)}
        if any(map(_is_error, parsed.problems)) and has_exemption_key(parsed.value):
            values = mark_exempt(model, values)  # the part that could not be read may belong to the exemption
        partial, _ = validate_leniently(model, values, context, path, _id_from_path(path))
        has_own_value = partial and not partial.model_fields_set.isdisjoint(values)
        instance = partial if has_own_value else None
    return instance, problems


def validate_programme_partly(
    model: type[ModelT], parsed: yaml.ParsedFile, context: ValidationContext, path: str
) -> tuple[ModelT | None, tuple[Problem, ...]]:
    """Return the programme without the fields that have an error, if no answer depends on any of them."""
    instance, problems = validate_file_strictly(model, parsed, context, path)
    if instance is not None or parsed.value is None or any(map(_is_error, parsed.problems)):
        return instance, problems
    compared = COMPARED_FIELDS.intersection(re.split(r"[.[#]", problem.field)[0] for problem in problems)
    values = {name: value for name, value in parsed.value.items() if name not in compared}
    partial, omitted = validate_leniently(model, values, context, path)
    fields = [problem.field.removesuffix(KEY_SUFFIX) for problem in (*problems, *omitted)]
    is_usable = all(is_dispensable(field, model, DISPENSABLE_FIELDS) for field in fields)
    return (partial if is_usable else None), problems


def validate_file_leniently(
    model: type[ModelT], parsed: yaml.ParsedFile, context: ValidationContext, path: str
) -> tuple[ModelT | None, tuple[Problem, ...]]:
    """Return as much of an old file as can be understood, with a warning for each part that cannot.

    Returns None, with errors, if nothing of it can be read.
    """
    if parsed.value is None:
        return None, parsed.problems
    values = dict(parsed.value)
    if parsed.problems and has_exemption_key(values):
        values = mark_exempt(model, values)  # the part that could not be read may belong to the exemption
    instance, problems = validate_leniently(model, values, context, path, _id_from_path(path))
    severity = Severity.ERROR if instance is None else Severity.WARNING
    return instance, tuple(replace(problem, severity=severity) for problem in (*parsed.problems, *problems))


def _is_error(problem: Problem) -> bool:
    return problem.severity is Severity.ERROR


def _list_fields(problems: Iterable[Problem]) -> frozenset[str]:
    return frozenset(problem.field for problem in problems)


@dataclass(frozen=True, slots=True)
class LoadedRegister:
    """A register and the problems of its files. Without `has_programme` the programme has an error and is empty.

    `contents` are the ids that git gives the contents of files, by path, where they are known.
    """

    register: Register
    problems: tuple[Problem, ...]
    has_programme: bool
    contents: Mapping[str, str] = field(default_factory=dict)


class Checkout(Protocol):
    """Git's data about a register's folder."""

    def find_missing_files(self, kinds: Kinds) -> tuple[RecordFile, ...]:
        """Return the committed record files that this checkout leaves out, each with its problem."""

    def find_committed_paths(self) -> frozenset[str]:
        """Return the paths in `data` that the last commit has; none without git."""


class _LoadedFile(NamedTuple):
    path: str
    id: str
    record: Record | None
    problems: tuple[Problem, ...]
    unreadable_fields: frozenset[str] | None = None
    """The fields of a record that is read only in part; None if all of it is read, or none."""
    likely_folder: str = ""
    """The folder of another kind that the record seems to belong to."""
    titles: tuple[str, ...] = ()
    """The titles that a file without a record may have: nothing public may name it."""


def load_register_from(
    source: FileSource,
    validate: FileValidator | None = None,
    checkout: Checkout | None = None,
    as_of: date | None = None,
    cache: ParsedCache | None = None,
) -> LoadedRegister:
    """Load the whole register. The problems of fields have no locations yet (see `add_locations_from`).

    By default a field with an error is left out. In the programme only some fields are: an error in another field makes
    the programme unusable (see `DISPENSABLE_FIELDS`). `checkout` is git's data about the folder, and `cache` the
    content that was parsed before.
    """
    read = cache.read if cache else yaml.read
    programme, programme_problems = _load_programme(source, validate or validate_programme_partly, as_of, read)
    kinds = programme.kinds if programme else load_kinds(source)  # or declared folders would be errors too
    files, folder_problems = list_record_files(source, kinds)
    files = (*files, *(checkout.find_missing_files(kinds) if checkout else ()))
    context = ValidationContext(as_of=as_of)
    if programme:
        context = ValidationContext(build_anchors(programme), collect_labels(programme.policy), as_of, kinds)
    validate = validate or validate_file_partly
    loaded_files = _reject_duplicates([_load_record(file, context, source, validate, read) for file in files], checkout)
    contracts, contract_problems = load_contracts(source, context.anchors or Anchors(()))
    register = _build_register(programme or _empty_programme(), loaded_files, folder_problems, contracts)
    file_problems = [problem for loaded_file in loaded_files for problem in loaded_file.problems]
    problems = (*programme_problems, *folder_problems, *file_problems, *contract_problems)
    if programme is None:  # it may declare these fields and folders, so the advice must not be to remove them
        problems = tuple(
            problem for problem in problems if problem.code not in _DECLARABLE_CODES or problem.path == PROGRAMME_PATH
        )
    if programme is None or any(problem.field.startswith("policy") for problem in programme_problems):
        problems = tuple(problem for problem in problems if not _is_unknown_label(problem))
    return LoadedRegister(register, problems, programme is not None, cache.contents if cache else {})


_DECLARABLE_CODES = frozenset({"S101", "D108", "D110"})
"""An unknown field, and a folder that is not read."""


def _is_unknown_label(problem: Problem) -> bool:
    """Whether a record has a word for a status, priority or acceptance that is not known without `policy.labels`."""
    is_label = problem.code == "S108" and problem.field.rpartition(".")[2] in COMMON_WORDS
    return is_label and problem.path != PROGRAMME_PATH


def load_programme(source: FileSource, validate: FileValidator = validate_programme_partly) -> Programme:
    """Load the programme alone; an empty one if it cannot be read."""
    return _load_programme(source, validate)[0] or _empty_programme()


def load_kinds(source: FileSource) -> Kinds:
    """Return the kinds of record that the programme of a register has, without reading all of it."""
    data = source.read(PROGRAMME_PATH)
    return KINDS if isinstance(data, Problem) else read_kinds(yaml.read(data, PROGRAMME_PATH).value or {})


def _empty_programme() -> Programme:
    return Programme(title="", policy=Policy())


def _load_programme(
    source: FileSource, validate: FileValidator, as_of: date | None = None, read: FileReader = yaml.read
) -> tuple[Programme | None, tuple[Problem, ...]]:
    is_outside = source.is_outside(PROGRAMME_PATH)
    data = outside_link_error(PROGRAMME_PATH) if is_outside else source.read(PROGRAMME_PATH)
    if isinstance(data, Problem):
        return None, (data,)
    parsed = read(data, PROGRAMME_PATH)
    values = parsed.value or {}
    context = ValidationContext(build_anchors_from_values(values), as_of=as_of, kinds=read_kinds(values))
    programme, problems = validate(Programme, parsed, context, PROGRAMME_PATH)
    return programme, _drop_derived(problems, data)


def _load_record(
    file: RecordFile, context: ValidationContext, source: FileSource, validate: FileValidator, read: FileReader
) -> _LoadedFile:
    data = file.problem or source.read(file.path)
    if isinstance(data, Problem):
        return _LoadedFile(file.path, _id_from_path(file.path), None, (data,))
    parsed = read(data, file.path)
    if parsed.problems:
        parsed = _assign_fields(file.kind.model, parsed, data)
    record, field_problems = validate(file.kind.model, parsed, context, file.path)
    if record is not None and not field_problems:
        name_problem = check_file_name(file.path, record.id)
        return _LoadedFile(file.path, record.id, record, (name_problem,) if name_problem else ())
    problems, likely_folder = _join_fields_of_another_kind(field_problems, file, parsed.value or {})
    if record is None:
        id_ = parsed.value.get("id") if parsed.value else None
        if not isinstance(id_, str) or check_file_name(file.path, id_):
            id_ = _id_from_path(file.path)
        titles = find_titles(data, parsed.value)
        return _LoadedFile(file.path, id_, None, _drop_derived(problems, data), titles=titles)
    name_problem = check_file_name(file.path, record.id)
    unreadable_fields = _find_unreadable_fields(file.kind.model, parsed, field_problems)
    problems = _drop_derived(problems, data)
    return _LoadedFile(
        file.path,
        record.id,
        record,
        (*problems, name_problem) if name_problem else problems,
        unreadable_fields,
        likely_folder,
    )


def _join_fields_of_another_kind(
    problems: tuple[Problem, ...], file: RecordFile, values: Mapping[str, Any]
) -> tuple[tuple[Problem, ...], str]:
    """Join the problems of all fields that belong to another kind of record, and return the folder of that kind."""
    foreign = [
        problem for problem in problems if problem.code == "S101" and problem.field.removesuffix(KEY_SUFFIX) in values
    ]
    if not foreign[1:]:
        return problems, ""
    kinds = [kind for kind in file.kind.model.kinds if kind is not file.kind]
    known_names = {kind: set(field_names(kind.model)) for kind in kinds}
    kind = max(
        kinds, key=lambda kind: len(known_names[kind] & {problem.field.removesuffix(KEY_SUFFIX) for problem in foreign})
    )
    joined = [problem for problem in foreign if problem.field.removesuffix(KEY_SUFFIX) in known_names[kind]]
    if not joined[1:]:
        return problems, ""
    names = [quote(problem.field.removesuffix(KEY_SUFFIX)) for problem in joined]
    first = replace(
        joined[0],
        message=f"{join_words(names)} are fields of {kind.plural}, not of {file.kind.plural}.",
        fix=f"If the file belongs to the {kind.plural}, move it to data/{kind.folder}. Otherwise move what these lines "
        f"say to {'`as_published:` or ' if 'as_published' in field_names(file.kind.model) else ''}`note:`.",
    )
    joined_problems = tuple(
        first if problem is joined[0] else problem for problem in problems if problem not in joined[1:]
    )
    return joined_problems, kind.folder


_FIELD_LINE = compile_on_use(r"[\"'“”‘’]?([A-Za-z_]\w*)[\"'“”‘’]?[ \t]*:")
_EXEMPTION_NAME = compile_on_use(rb"(?:^|[\s{,-])[\"']?exem\w*[\"']?\s*:", re.IGNORECASE)


def _assign_fields(model: type[Record], parsed: yaml.ParsedFile, data: bytes) -> yaml.ParsedFile:
    """Return the file with the field of each of its YAML errors; without data if an error is in no field.

    If a name like `exempt` may have been lost, the record counts as exempt.
    """
    if parsed.value is None or not any(map(_is_error, parsed.problems)):
        return parsed
    values, lines = dict(parsed.value), data.decode("utf-8", "replace").splitlines()
    known_names = {*values, *field_names(model)}
    problems: list[Problem] = []
    for problem in parsed.problems:
        above = reversed(lines[: problem.location.line] if problem.location else [])
        names = (match[1] for line in above if (match := _FIELD_LINE.match(line)))
        field = next((name for name in names if name in known_names), "") if _is_error(problem) else ""
        if _is_error(problem) and not field:
            return parsed._replace(value=None)
        problems.append(replace(problem, field=field))
    if _EXEMPTION_NAME.search(data):
        values.setdefault("exempt", {})
    return yaml.ParsedFile(values, tuple(problems))


def _find_unreadable_fields(
    model: type[Record], parsed: yaml.ParsedFile, problems: tuple[Problem, ...]
) -> frozenset[str] | None:
    """Return the fields that an error left out or may have hidden; None without errors.

    A YAML error can hide any field that the file seems to lack, except an exemption (see `_assign_fields`).
    """
    fields = [problem.field.removesuffix(KEY_SUFFIX) for problem in problems if problem.field]
    if not fields:
        return None
    unreadable = frozenset(name for field in fields for name in list_possible_fields(field, model))
    if issubclass(model, TrackedRecord) and model.due_name in unreadable:
        unreadable |= {"target"}
    if any(map(_is_error, parsed.problems)):
        unreadable |= set(field_names(model)) - {"exempt"} - (parsed.value or {}).keys()
    return unreadable


def _id_from_path(path: str) -> str:
    stem = record_stem(path.rpartition("/")[2])
    return stem.partition("-")[0] or stem


_TITLE_LINE = compile_on_use(r"(?<![\w-])[\"']?title[\"']?[ \t]*:[ \t]*(?:[|>][-+0-9]*)?(.*(?:\n[ \t]+.*|\n(?=\n))*)")


def find_titles(data: bytes, values: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return the possible titles of a file that cannot be read as a record: by its value, otherwise by its lines."""
    title = values.get("title") if values else None
    if isinstance(title, str):
        return (title,)
    text = yaml.decode_text(data).text
    titles = (" ".join(match[1].split()) for match in _TITLE_LINE.finditer(text))
    lines = (match[1].partition("\n")[0].strip() for match in _TITLE_LINE.finditer(text))
    candidates = [candidate for pair in zip(titles, lines, strict=True) for candidate in pair]
    candidates += [candidate.partition(",")[0] for candidate in candidates]  # between brackets, a field may follow
    cleaned = (candidate.partition(" #")[0].strip().strip("\"',}{ ") for candidate in candidates)
    return unique(candidate for candidate in cleaned if len(candidate) >= _MIN_TITLE_LENGTH)


_MIN_TITLE_LENGTH = 4


def _drop_derived(problems: tuple[Problem, ...], data: bytes) -> tuple[Problem, ...]:
    """Leave out problems that only follow from a YAML mistake in the same line."""
    lines = {problem.location.line for problem in problems if problem.location}
    fields = [problem.field for problem in problems if problem.field and not problem.location]
    if not lines or not fields:
        return problems
    locations = {field: location for (field, _), location in _locate(data, [(field, "") for field in fields]).items()}
    return tuple(
        problem
        for problem in problems
        if problem.location or problem.field not in locations or locations[problem.field].line not in lines
    )


def _reject_duplicates(loaded_files: list[_LoadedFile], checkout: Checkout | None) -> list[_LoadedFile]:
    """Keep one record with each id, whatever the case of its letters; the others become problems."""
    all_ids = [id_.casefold() for loaded_file in loaded_files for id_ in _collect_ids(loaded_file).values()]
    used_ids = frozenset(all_ids)
    if len(used_ids) == len(all_ids):
        return loaded_files
    committed = checkout.find_committed_paths() if checkout else frozenset()
    ranked = sorted(loaded_files, key=lambda loaded_file: _rank_duplicate(loaded_file, committed))
    first_by_id: dict[str, _LoadedFile] = {}
    rejected: dict[str, _LoadedFile] = {}
    for loaded_file in ranked:
        ids = _collect_ids(loaded_file)
        duplicates = [(field, id_) for field, id_ in ids.items() if id_.casefold() in first_by_id]
        if duplicates and loaded_file.record is not None:
            problems = tuple(
                _duplicate_id_error(loaded_file, field, id_, first_by_id[id_.casefold()], committed, used_ids)
                for field, id_ in duplicates
            )
            own_errors = _list_own_errors(loaded_file, first_by_id[duplicates[0][1].casefold()])
            titles, problems = (loaded_file.record.title,), (*own_errors, *problems)
            rejected[loaded_file.path] = loaded_file._replace(
                record=None, problems=problems, likely_folder="", titles=titles
            )
        elif loaded_file.record is not None or loaded_file.path in committed:
            first_by_id |= {id_.casefold(): loaded_file for id_ in ids.values()}
    return [rejected.get(loaded_file.path, loaded_file) for loaded_file in loaded_files]


def _list_own_errors(copy: _LoadedFile, first: _LoadedFile) -> tuple[Problem, ...]:
    """Return the errors of a duplicate that the first file does not have, except those of its name or folder."""
    known_errors = {(problem.code, problem.field, problem.message) for problem in first.problems}
    is_elsewhere = copy.path.rpartition("/")[0] != first.path.rpartition("/")[0]
    ignored = {"D106", "S101"} if is_elsewhere else {"D106"}
    return tuple(
        problem
        for problem in copy.problems
        if _is_error(problem) and problem.code not in ignored
        if (problem.code, problem.field, problem.message) not in known_errors
    )


_COPY_NAME = compile_on_use(r"[ _(]|-?cop(?:y|ie)|kopie", re.IGNORECASE)


def _rank_duplicate(loaded_file: _LoadedFile, committed: frozenset[str]) -> tuple[bool, int, bool, bool]:
    """Return the sort key of files with the same id.

    Committed files come first, then those with the fewest errors, without the name of a copy, and with a usual id.
    """
    suffix = record_stem(loaded_file.path.rpartition("/")[2]).removeprefix(loaded_file.id)
    has_copy_name = _COPY_NAME.search(suffix) is not None
    wrong_count = max(len(loaded_file.problems), len(loaded_file.unreadable_fields or ()))
    record = loaded_file.record
    has_unusual_id = record is not None and record.kind.example_id[0].casefold() != loaded_file.id[0].casefold()
    return (loaded_file.path not in committed, wrong_count, has_copy_name, has_unusual_id)


def _collect_ids(loaded_file: _LoadedFile) -> dict[str, str]:
    """Return the ids of a record and its parts by field; that of a record with an error is known from its file."""
    record = loaded_file.record
    if not isinstance(record, Recommendation) or not record.parts:
        return {"id": loaded_file.id}
    parts = record.parts
    return {"id": loaded_file.id, **{f"parts[{index}].id": part.id for index, part in enumerate(parts)}}


def _duplicate_id_error(
    loaded_file: _LoadedFile,
    field: str,
    id_: str,
    first: _LoadedFile,
    committed: frozenset[str],
    used_ids: frozenset[str],
) -> Problem:
    path, name = loaded_file.path, excerpt(id_)
    file_id = _id_from_path(path)
    is_new_record = field == "id" and file_id.casefold() != id_.casefold() and file_id.isalnum()
    if is_new_record and any(map(str.isdigit, file_id)) and file_id.casefold() not in used_ids:
        message = (
            f"The file name begins with {file_id}, but the id in the file is {name}, which is the id of {first.path}."
        )
        fix = f"Write the id of the new record:\nid: {file_id}"
    elif first.path in committed and path not in committed:
        message = (
            f"The id {name} is already used in {first.path}, which is committed. This file is new and is not read."
        )
        fix = (
            "If this is a copy, move it out of the data folder. "
            f"If you worked in it, put your changes into {first.path}. "
            "If it is a new record, give it an id of its own."
        )
    else:
        message = f"The id {name} is already used in {first.path}, so this file is not read."
        fix = (
            "Give one of the two an id that is not used yet, and name its file after it. "
            "If one is a copy, move it out of the data folder."
        )
    return Problem(path, "D107", Severity.ERROR, message, fix, field)


def _build_register(
    programme: Programme,
    loaded_files: list[_LoadedFile],
    folder_problems: tuple[Problem, ...],
    contracts: ContractTable,
) -> Register:
    records = [loaded_file.record for loaded_file in loaded_files if loaded_file.record is not None]
    broken = [loaded_file for loaded_file in loaded_files if loaded_file.record is None]
    errors = [problem for problem in folder_problems if _is_error(problem)]
    unreadable_paths = [*(loaded_file.path for loaded_file in broken), *(problem.path for problem in errors)]
    likely_folders = {loaded_file.likely_folder for loaded_file in loaded_files}
    has_unreadable_records = any(problem.code == "D108" for problem in errors)  # of an unknown kind
    return Register(
        programme=programme,
        records=sort_records(records, programme.kinds),
        paths={loaded_file.id: loaded_file.path for loaded_file in loaded_files if loaded_file.record is not None},
        broken_ids=frozenset(loaded_file.id for loaded_file in broken),
        file_count=len(loaded_files),
        unreadable_fields={
            loaded_file.id: loaded_file.unreadable_fields
            for loaded_file in loaded_files
            if loaded_file.record is not None and loaded_file.unreadable_fields is not None
        },
        unreadable_folders=frozenset(
            kind.folder
            for kind in programme.kinds
            if has_unreadable_records
            or kind.folder in likely_folders
            or any(f"{path}/".startswith(f"data/{kind.folder}/") for path in unreadable_paths)
        ),
        broken_titles=frozenset(title for loaded_file in broken for title in loaded_file.titles),
        contracts=contracts.with_exempt(programme.contracts.withheld),
    )


def add_locations_from(
    source: FileSource, problems: tuple[Problem, ...], known: PlaceFile | None = None
) -> tuple[Problem, ...]:
    """Return the problems with their locations: each file with a problem that has none is read a second time.

    Those that are `known` of a content need no reading.
    """
    places: dict[str, list[tuple[str, str]]] = {}
    for problem in problems:
        if problem.location is None and (problem.field or problem.record):
            places.setdefault(problem.path, []).append((problem.field, problem.words))
    locations: dict[str, Mapping[tuple[str, str], Location]] = {}
    for path, path_places in places.items():
        if known and (known_locations := known.find(path, path_places)) is not None:
            locations[path] = known_locations
            continue
        data = source.read(path)
        locations[path] = {} if isinstance(data, Problem) else _locate(data, path_places)
        if known and not isinstance(data, Problem):
            known.add(path, path_places, data, locations[path])
    return tuple(_add_location(problem, locations.get(problem.path, {})) for problem in problems)


_ID_LINE = compile_on_use(rb"^id[ \t]*:", re.MULTILINE)


def _locate(data: bytes, places: list[tuple[str, str]]) -> Mapping[tuple[str, str], Location]:
    """Return the location of a text in each field. The empty field means the whole record: the line of its id."""
    id_line = _ID_LINE.search(data)
    # Found without a second parse: thousands may have findings.
    if id_line and not any(field for field, _ in places) and b"\r" not in data:
        return {("", ""): Location(data.count(b"\n", 0, id_line.start()) + 1, 1, "")}
    from p2ptrack.store.yaml.positions import locate_words

    places = [(field or "id", words) for field, words in places]
    has_short_form = any("covers[" in field for field, _ in places)
    values: Mapping[str, Any] | None = yaml.read(data, "").value if has_short_form else None
    source_places = {place: (to_source_path(values, place[0]), place[1]) for place in places}
    locations = locate_words(data, source_places.values())
    return {place: locations[source] for place, source in source_places.items() if source in locations}


def _add_location(problem: Problem, locations: Mapping[tuple[str, str], Location]) -> Problem:
    if problem.location is not None or not (problem.field or problem.record):
        return problem
    location = locations.get((problem.field or ("" if ("", "") in locations else "id"), problem.words))
    if location and not problem.field:
        location = Location(location.line, 1, "")  # the id itself is not wrong
    return replace(problem, field=problem.field.removesuffix(KEY_SUFFIX), location=location)
