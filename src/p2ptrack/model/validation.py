"""Validation errors of pydantic as problems for officers, and lenient validation of old records."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from p2ptrack.diagnostics import Problem, Severity
from p2ptrack.model import limits
from p2ptrack.model.advice import WORDS_WITHOUT_FIELD, find_places, format_field_fix, normalise_field_name
from p2ptrack.model.fields import Model, ValidationContext
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.model.schema import field_model, field_names, list_fields, model_at_path, validate
from p2ptrack.phrases import join_words, quote, suggest_id, uncapitalise, unique
from p2ptrack.values import compile_on_use, dataclass


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """A kind of error with its stable code and its entry in the documentation."""

    code: str
    title: str
    why: str
    example: str
    fix: str
    severity: Severity = Severity.ERROR


_OWN_CODES: tuple[ErrorCode, ...] = (
    ErrorCode(
        "S101",
        "Unknown field",
        "A field with a wrong name is not read, so its value would be lost.",
        "ownr: Head of Procurement",
        "accountable: Head of Procurement",
    ),
    ErrorCode(
        "S102",
        "Missing field",
        "Without it, nobody can refer to the record or see what it is about.",
        "id: A01   (and no title)",
        "title: Review the contracts register",
    ),
    ErrorCode(
        "S103",
        "Wrong type of value",
        "A list or a group of fields where text is expected is usually an indentation mistake.",
        "title: [Review, register]",
        "title: Review register",
    ),
    ErrorCode(
        "S104",
        "Invalid id",
        "Papers, file names and links use ids, so an id has only letters, digits and dots.",
        "id: A 01",
        "id: A01",
    ),
    ErrorCode(
        "S105",
        "Invalid date",
        "If two readers can understand a date differently, a target date can be missed unnoticed.",
        "target: Q2 2023",
        "target: Q2 2023/24",
    ),
    ErrorCode("S106", "Not true or false", "The field is either true or false.", "restated: perhaps", "restated: true"),
    ErrorCode(
        "S107", "Not a whole number", "The field is a limit in days.", "due_soon_days: a month", "due_soon_days: 30"
    ),
    ErrorCode(
        "S108",
        "Word not in the list",
        "Papers and filters rely on these words. A council's own words go in policy.labels.",
        "status: Going well",
        "status: in_progress",
    ),
    ErrorCode(
        "S109",
        "Update without text, see or status, or with both text and see",
        "An update has text, names the record that has it, or gives a status at a date.",
        "updates: [{date: 2023-01-12}]",
        "updates: [{date: 2023-01-12, text: What happened.}]",
    ),
    ErrorCode(
        "S110",
        "Waiting for nothing, or for two things in one entry",
        "Each entry is either one of the programme's dependencies or a cause.",
        "blocked_by: [{owner: IDS}]",
        "blocked_by: [{cause: Staff for the work package, owner: IDS}]",
    ),
    ErrorCode(
        "S111",
        "Same word in two spellings",
        "Both are read as one word, so the value of the first would be lost.",
        "rating: {On track: Green, on_track: Amber}",
        "rating: {On track: Green}",
    ),
    ErrorCode(
        "S114",
        "Declaration of a field or register that cannot be used",
        "Every file is read with the declarations, so a wrong one would change what records mean.",
        "savings: {singular: saving, prefix: A, fields: {kind: choice}}",
        "savings: {singular: saving, prefix: S, fields: {type_of_saving: {type: choice, choices: [Cashable, Other]}}}",
    ),
    ErrorCode(
        "S113",
        "Amount of money that is not exact",
        "Papers add amounts up. A rounded one in the sum makes the total wrong.",
        "value: about 48k",
        "value: 48000",
    ),
)

ERROR_CODES = (
    *_OWN_CODES,
    *(ErrorCode(limit.code, limit.title, limit.why, limit.example, limit.fix) for limit in limits.LIMITS),
)
KEY_SUFFIX = "#key"
"""Suffix of the field of a problem with a field's name, not its value. The store removes it."""
_UNKNOWN_FIELD_TYPE = "extra_forbidden"


def convert_validation_error(error: ValidationError, model: type[BaseModel], path: str) -> Iterator[Problem]:
    """Yield a problem for each error that pydantic found, without locations, which the store adds.

    When a required field is missing because its name is misspelt, only the misspelt name is a problem.
    """
    all_items = error.errors(include_url=False)
    items = _select_errors(all_items)
    misspelt_paths = {
        (*item["loc"][:-1], suggest_field(item["loc"], model)) for item in items if item["type"] == _UNKNOWN_FIELD_TYPE
    }
    for item in items:
        if item["type"] == "missing" and tuple(item["loc"]) in misspelt_paths:
            continue
        code, message, fix = _describe_error(item, model, path)
        # pydantic adds the step "[key]" to the location of a mapping's key.
        is_key = "[key]" in item["loc"] or item["type"] == _UNKNOWN_FIELD_TYPE
        field = format_field_path([step for step in item["loc"] if step != "[key]"])
        yield Problem(path, code, Severity.ERROR, message, fix, field + (KEY_SUFFIX if is_key else ""))
    if len(all_items) > len(items):
        context = limits.ERRORS.exceed(len(all_items) - len(items)).context or {}
        yield Problem(path, context["code"], Severity.ERROR, context["message"], context["fix"])


def _select_errors(items: Sequence[Any]) -> list[Any]:
    """Return the errors to report: the first ones, and the first of each further field."""
    first = list(items[: limits.MAX_ERRORS])
    names = {item["loc"][:1] for item in first}
    for item in items[limits.MAX_ERRORS :]:
        if item["loc"][:1] not in names and item["type"] != _UNKNOWN_FIELD_TYPE:
            names.add(item["loc"][:1])
            first.append(item)
    return first


def _describe_error(item: Any, model: type[BaseModel], path: str) -> tuple[str, str, str]:
    steps, error_type = item["loc"], item["type"]
    if error_type == "p2ptrack":
        return item["ctx"]["code"], item["ctx"]["message"], item["ctx"]["fix"]
    if error_type == "missing":
        return "S102", f"The required field {steps[-1]} is missing.", _describe_missing(steps, model, path)
    if error_type == _UNKNOWN_FIELD_TYPE:
        return "S101", *explain_unknown_field(steps, model, item["input"])
    group = model_at_path(model, steps) if error_type == "model_type" else None
    message = "This should be a group of fields, each on its own line."
    return "S103", message, _suggest_group(group, steps, item["input"])


def _describe_missing(steps: Sequence[Any], model: type[BaseModel], path: str) -> str:
    """Return the advice to add a field, with what belongs in it. The id of a record is in the name of its file."""
    name = str(steps[-1])
    file_id = re.split(r"[-.]", path.rpartition("/")[2], maxsplit=1)[0]
    if name == "id" and len(steps) == 1 and suggest_id(file_id) == file_id:
        return f"Add the id, which is in the name of the file:\nid: {file_id}"
    parent = model_at_path(model, steps[:-1]) or model
    fields = {field.alias or field_name: field for field_name, field in parent.model_fields.items()}
    description = (fields[name].description or "") if name in fields else ""
    value = description.partition(". ")[0].rstrip(".") or "its value"
    return f"Add `{name}:` with {uncapitalise(value)}."


def _suggest_group(group: type[BaseModel] | None, steps: Sequence[Any], value: Any) -> str:
    names = field_names(group) if group else ()
    if not names:
        return "Write each name and its value on a line of its own below this field, indented."
    text_field = next((name for name in ("text", "title") if name in names), None)
    if text_field is None or not isinstance(value, str) or len(value) > _MAX_PASTED_LENGTH:
        return f"Write its fields below it, indented. They are {join_words(names)}."
    name, dash = (steps[-2], "- ") if isinstance(steps[-1], int) else (steps[-1], "")
    return f"Write it as:\n{name}:\n  {dash}{text_field}: {json.dumps(' '.join(value.split()), ensure_ascii=False)}"


_MAX_PASTED_LENGTH = 200


def format_field_path(steps: Sequence[Any]) -> str:
    """Return a field path as people write it: `updates[1].text`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")


_JOINED_NAME = compile_on_use(r"([a-z_]+) *[:=;-] *([^\s=].*)", re.DOTALL)
"""A name without its colon and space, and the text up to the next colon: `text:"Half is done`, `note - half`."""


def explain_unknown_field(steps: Sequence[object], root_model: type[BaseModel], value: Any = None) -> tuple[str, str]:
    """Return the message about a field that does not exist in its group, and the advice."""
    name = str(steps[-1])
    parent_model = model_at_path(root_model, steps[:-1]) or root_model
    joined = _JOINED_NAME.fullmatch(name)
    if joined and joined[1] in field_names(parent_model) and isinstance(value, str):
        text = f"{joined[2]}: {value}"
        text = text[1:-1] if text[0] in "\"'" and text[-1] == text[0] else text
        line = f"{joined[1]}: {json.dumps(' '.join(text.split()), ensure_ascii=False)}"
        message = (
            f"{quote(joined[1])} is not followed by a colon and a space, so the text up to the next colon is lost."
        )
        return message, f"Put a colon and a space after the name, and the text in quotes:\n{line}"
    if own_name := _find_own_name(name, parent_model):
        return f"{quote(name)} is not a field.", format_field_fix((own_name,), name, value)
    if not find_places(name, field_names(parent_model), exactly=True):
        misplaced = _explain_misplaced_field(name, parent_model, root_model)
        if misplaced:
            return misplaced
    places = find_places(name, field_names(parent_model))
    fix = format_field_fix(places, name, value) if places else _list_fields(parent_model)
    return f"{quote(name)} is not a field.", fix


def _find_own_name(name: str, model: type[BaseModel]) -> str:
    """Return the declared field that a name means: that of a kind's target date, or a name that ends with it.

    A single word that means a built-in field, such as *owner*, is not the end of a declared name.
    """
    if not issubclass(model, Record):
        return ""
    due_name = model.due_name if issubclass(model, TrackedRecord) else "target"
    if due_name != "target" and find_places(name, ("target",), exactly=True) == ("target",):
        return due_name
    word = normalise_field_name(name)
    longer = [field.name for field in list_fields(model) if field.declared and field.name.endswith(f"_{word}")]
    is_single = len(longer) == 1 and ("_" in word or not find_places(name, field_names(model), exactly=True))
    return longer[0] if is_single else ""


def suggest_field(steps: Sequence[object], root_model: type[BaseModel]) -> str | None:
    """Return the field that an unknown name at this place probably means."""
    joined = _JOINED_NAME.fullmatch(str(steps[-1]))
    name = joined[1] if joined else str(steps[-1])
    places = find_places(name, field_names(model_at_path(root_model, steps[:-1]) or root_model))
    return places[0].split(".")[0] if places else None


def list_possible_fields(field: str, root_model: type[BaseModel]) -> frozenset[str]:
    """Return the fields that a value with an error belongs to or, under an unknown name, may belong to.

    They are fields of the record, and of the entries of its lists: `updates` and `updates.date`. `updates.*` means all
    fields of an entry that is left out whole.
    """
    steps: list[Any] = [int(index) if index else name for index, name in _PATH_STEP.findall(field)]
    if not steps:
        return frozenset()
    parent_model = model_at_path(root_model, steps[:-1]) or root_model
    root_names, name = field_names(root_model), str(steps[-1])
    names = {str(steps[0])}
    inner_names = [step for step in steps[1:] if isinstance(step, str)][:1]
    if isinstance(steps[-1], str) and name not in field_names(parent_model):
        joined = _JOINED_NAME.fullmatch(name)
        name = joined[1] if joined else name
        names |= {name, _find_own_name(name, parent_model)}
        groups = ((group, field_model(root_model, group)) for group in root_names)
        names |= {group for group, model in groups if model and name in field_names(model)}
        inner_names += find_places(name, field_names(parent_model))
        names |= {place.partition(".")[0] for place in find_places(name, root_names)}
    inner = {f"{steps[0]}.{inner_name.partition('.')[0]}" for inner_name in inner_names or ["*"]}
    return frozenset((names & set(root_names)) | (inner if steps[0] in root_names else set()))


def is_dispensable(field: str, root_model: type[BaseModel], dispensable: frozenset[str]) -> bool:
    """Whether a value with an error belongs to one of these fields, such as `notice` and `policy.labels`.

    Under an unknown name it may belong to every field that the name may be a misspelling of.
    """
    top = field.partition(".")[0].partition("[")[0]
    possible = list_possible_fields(field, root_model)
    if top not in field_names(root_model):
        return possible <= dispensable
    model = field_model(root_model, top)
    inner_names = {*field_names(model), "*"} if model else {"*"}
    inner = {name for name in possible if name.partition(".")[2] in inner_names}
    return top in dispensable or (bool(inner) and inner <= dispensable)  # a mapping has names of its own inside


def _explain_misplaced_field(
    name: str, parent_model: type[BaseModel], root_model: type[BaseModel]
) -> tuple[str, str] | None:
    """Explain a field of another kind of record, of the record outside this entry, or of a group inside it."""
    if parent_model is not root_model and name in field_names(root_model):
        return (
            f"{quote(name)} is a field of the record, not of this entry.",
            f"Move {name}: to the fields of the record, which are not indented.",
        )
    known_kinds = parent_model.kinds if issubclass(parent_model, Record) else ()
    kinds = [kind.plural for kind in known_kinds if name in field_names(kind.model)]
    if kinds:
        message = f"{quote(name)} is a field of {join_words(kinds)}, not of this kind of record."
        return message, _list_fields(parent_model)
    groups = ((group, field_model(parent_model, group)) for group in field_names(parent_model))
    containers = [group for group, model in groups if model and name in field_names(model)]
    containers = [] if name in WORDS_WITHOUT_FIELD else containers
    if containers:
        return (
            f"{quote(name)} belongs inside {join_words(containers, 'or')}.",
            f"Move {name}: under {join_words([f'{container}:' for container in containers], 'or')} and indent it.",
        )
    return None


_MAX_LISTED_FIELDS = 15


def _list_fields(model: type[BaseModel]) -> str:
    """Return the advice for an unknown field: the fields that exist there, or a field for the text."""
    names = field_names(model)
    if "note" in names and len(names) > _MAX_LISTED_FIELDS:
        other = "move what it says to `note:`, which no public paper prints"
        if "as_published" in names:
            return f"If the source has a column of this name, put the line under `as_published:`. Otherwise {other}."
        return f"{other[0].upper()}{other[1:]}, or remove the line."
    return f"Use one of the fields here: {join_words(names, 'or')}."


ModelT = TypeVar("ModelT", bound=Model)
_KeyPath = tuple[Any, ...]
_REMOVED = object()
_MAX_ROUNDS = 20
"""Leaving out one value can reveal the next error. No real file needs as many rounds as this."""
_EXEMPT_SIMILARITY = 0.7


def validate_with_dropped_fields(
    model: type[ModelT], values: Mapping[str, Any], context: ValidationContext
) -> tuple[ModelT | None, tuple[str, ...]]:
    """Return a model of the valid values, and the fields that were left out: `status`, `updates[1]`.

    A record without a title gets its id as title. The model is None when no valid one can be made.
    """
    instance, problems = validate_leniently(model, values, context, "")
    return instance, unique(problem.field for problem in problems)


def validate_leniently(
    model: type[ModelT], values: Mapping[str, Any], context: ValidationContext, path: str, id_: str = ""
) -> tuple[ModelT | None, tuple[Problem, ...]]:
    """Return a model of the valid values, and a warning for each value that was left out.

    It is for past revisions, which followed earlier rules. If a value that is left out may have been an exemption, the
    whole record becomes exempt. `id_` is used when the values have no id. The model is None when no valid one can be
    made.
    """
    remaining, warnings = dict(values), list[Problem]()
    for _ in range(_MAX_ROUNDS):
        try:
            return validate(model, remaining, context), tuple(warnings)
        except ValidationError as error:
            dropped_paths = _find_dropped_paths(error, remaining)
            problems = convert_validation_error(error, model, path)
            warnings += [_to_warning(problem, dropped_paths) for problem in problems]
            reduced = _drop_paths(model, remaining, dropped_paths.values(), id_)
        if reduced is None or reduced == remaining:
            break
        remaining = reduced
    return None, tuple(warnings)


def mark_exempt(model: type[ModelT], values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a record with the whole of it exempt; those of anything else unchanged."""
    return {**values, "exempt": {}} if "exempt" in model.model_fields else values


def has_exemption_key(values: Any) -> bool:
    """Whether any name in plain data, at any depth, is `exempt` or similar."""
    if isinstance(values, dict):
        return any(is_exemption_key(key) or has_exemption_key(value) for key, value in values.items())
    return isinstance(values, list) and any(map(has_exemption_key, values))


def is_exemption_key(key: Any) -> bool:
    """Whether a name resembles `exempt`.

    It accepts more than suggestions do, because it is safer to withhold too much.
    """
    return isinstance(key, str) and _resembles_exempt(key)


@lru_cache(maxsize=4096)  # each file of a register and each of its states has the same names
def _resembles_exempt(name: str) -> bool:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, name.casefold(), "exempt").ratio() >= _EXEMPT_SIMILARITY


def _to_warning(problem: Problem, dropped_paths: Mapping[str, _KeyPath]) -> Problem:
    field = problem.field.removesuffix(KEY_SUFFIX)
    return replace(problem, severity=Severity.WARNING, field=format_field_path(dropped_paths.get(field, ())) or field)


def _find_dropped_paths(error: ValidationError, values: dict[str, Any]) -> dict[str, _KeyPath]:
    """Return the path to leave out for each error: the value, or the group that lacks a required field."""
    dropped_paths: dict[str, _KeyPath] = {}
    for item in error.errors(include_url=False, include_input=False):
        loc = item["loc"][:-1] if item["type"] == "missing" else item["loc"]
        dropped_paths[format_field_path(item["loc"])] = _trim_to_existing(loc, values)
    return dropped_paths


def _trim_to_existing(loc: Sequence[Any], values: Any) -> _KeyPath:
    """Return as much of a location as the values have: files may use a shorter form than the model."""
    existing_path: list[Any] = []
    for step in loc:
        if step == 0 and not isinstance(values, list):
            continue  # a single value in place of a list
        if step not in (range(len(values)) if isinstance(values, list) else values):
            break
        values = values[step]
        existing_path.append(step)
    return tuple(existing_path)


def _drop_paths(
    model: type[ModelT], values: dict[str, Any], paths: Iterable[_KeyPath], id_: str
) -> dict[str, Any] | None:
    """Return the values without those at some paths, and with the id and title that a record must have.

    A possible exemption withholds the whole record; in the programme, the group that it is in. None where nothing can
    be kept.
    """
    dropped = frozenset(path for path in paths if path)
    is_exempt = any(is_exemption_key(step) for path in dropped for step in path)
    if is_exempt and "exempt" not in model.model_fields:
        dropped = frozenset(_trim_to_exempt_group(path) for path in dropped)
        if () in dropped:
            return None
    remaining: dict[str, Any] = _prune(values, dropped, ())
    if "id" in model.model_fields:
        remaining.setdefault("id", id_)
    if "title" in model.model_fields:
        remaining.setdefault("title", remaining.get("id", "…"))
    return mark_exempt(model, remaining) if is_exempt else remaining


def _trim_to_exempt_group(path: _KeyPath) -> _KeyPath:
    """Return the path of the group that a possible exemption is in; any other path unchanged."""
    return next((path[:depth] for depth, step in enumerate(path) if is_exemption_key(step)), path)


def _prune(value: Any, dropped: frozenset[_KeyPath], path: _KeyPath) -> Any:
    if path in dropped:
        return _REMOVED
    if isinstance(value, dict):
        pairs = ((key, _prune(inner, dropped, (*path, key))) for key, inner in value.items())
        return {key: inner for key, inner in pairs if inner is not _REMOVED}
    if isinstance(value, list):
        items = (_prune(inner, dropped, (*path, index)) for index, inner in enumerate(value))
        return [inner for inner in items if inner is not _REMOVED]
    return value


_COVERS_PATH = compile_on_use(r"(.*\bcovers)\[(\d+)\](\.id|\.extent)?")
_STATUS_LABELS = "policy.labels.status"
_PATH_STEP = compile_on_use(r"\[(\d+)\]|\.?([^.\[\]]+)")


def to_source_path(values: Mapping[str, Any] | None, field: str) -> str:
    """Return the place of a field in the file's own plain data.

    Words for statuses may be directly under `policy.labels`, where older registers have them.
    `covers: {F08: whole, F11: in_part}` is read as a list of `{id, extent}`, so `covers[1].id` is the name
    `covers.F11` in the file and `covers[1].extent` its value. Any other field is unchanged.
    """
    if field.startswith(_STATUS_LABELS) and "status" not in _resolve_mapping(values, "policy.labels"):
        return "policy.labels" + field.removeprefix(_STATUS_LABELS)
    match = _COVERS_PATH.fullmatch(field)
    names = list(_resolve_mapping(values, match[1])) if match else []
    if match is None or int(match[2]) >= len(names):
        return field
    return f"{match[1]}.{names[int(match[2])]}{KEY_SUFFIX if match[3] == '.id' else ''}"


def _resolve_mapping(values: Mapping[str, Any] | None, field: str) -> Mapping[str, Any]:
    current: Any = values
    for index, name in _PATH_STEP.findall(field):
        if name:
            current = current.get(name) if isinstance(current, Mapping) else None
        elif isinstance(current, list):
            current = current[int(index)] if int(index) < len(current) else None
    return current if isinstance(current, Mapping) else {}
