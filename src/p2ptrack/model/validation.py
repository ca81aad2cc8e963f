"""What pydantic finds wrong, told to an officer: where, in plain words, with what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher, get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from p2ptrack.diagnostics import Problem, Severity, quote_excerpt
from p2ptrack.model.fields import Model, ValidationContext
from p2ptrack.model.records import KINDS, Record
from p2ptrack.model.schema import field_model, field_names, model_at_path

# A field that no record has: which one was meant, or where it belongs.


_FIELD_SYNONYMS = {
    "owner": "accountable",
    "responsible": "accountable",
    "responsible_officer": "accountable",
    "accountable_officer": "accountable",
    "lead": "accountable",
    "due": "target",
    "due_date": "target",
    "deadline": "target",
    "target_date": "target",
    "revised_date": "revisions",
    "name": "title",
    "description": "origin_text",
    "action": "agreed_action",
    "comment": "note",
    "comments": "note",
    "notes": "note",
    "progress": "updates",
    "update": "updates",
    "dependencies": "depends_on",
    "blocked": "blocked_by",
    "completed": "completed_on",
    "closed_on": "completed_on",
    "recommendation": "recommendations",
    "report_ref": "report_refs",
    "ref": "source",
    "rag": "as_published",
    "rating": "as_published",
}
"""Words of other registers, and the field that holds the same thing here."""


def explain_unknown_field(steps: Sequence[object], root_model: type[BaseModel]) -> tuple[str, str]:
    """Return what is wrong with a field that its place does not have, and what to write instead."""
    name = str(steps[-1])
    parent_model = model_at_path(root_model, steps[:-1]) or root_model
    names = field_names(parent_model)
    misplaced = None if _match_field(name, names) else _explain_misplaced_field(name, parent_model, root_model)
    if misplaced:
        return misplaced
    suggestion = suggest_field(steps, root_model)
    fix = f"{suggestion}: (did you mean this?)" if suggestion else _format_choices(names)
    return f"There is no field {quote_excerpt(name)} here.", fix


def suggest_field(steps: Sequence[object], root_model: type[BaseModel]) -> str | None:
    """Return the field that an unknown name at this place probably means."""
    name, names = str(steps[-1]), field_names(model_at_path(root_model, steps[:-1]) or root_model)
    return _match_field(name, names) or _find_closest_field(_normalise_field_name(name), names)


def _match_field(name: str, names: Sequence[str]) -> str | None:
    normalised = _normalise_field_name(name)
    return next((word for word in (normalised, _FIELD_SYNONYMS.get(normalised)) if word in names), None)


def _find_closest_field(name: str, names: Sequence[str]) -> str | None:
    field_by_word = {
        **{word: field for word, field in _FIELD_SYNONYMS.items() if field in names},
        **{word: word for word in names},
    }
    return next((field_by_word[word] for word in get_close_matches(name, field_by_word, n=1)), None)


def _normalise_field_name(name: str) -> str:
    return name.strip(" “”‘’\"'?:-–").casefold().replace(" ", "_").replace("-", "_")


def _explain_misplaced_field(
    name: str, parent_model: type[BaseModel], root_model: type[BaseModel]
) -> tuple[str, str] | None:
    """Tell of a field that stands in another kind of record, further out, or further in."""
    names = field_names(parent_model)
    if parent_model is not root_model and name in field_names(root_model):
        return (
            f"{quote_excerpt(name)} is a field of the record, not of this entry.",
            f"{name}: where the record's fields begin",
        )
    kinds = [kind.plural for kind in KINDS if issubclass(parent_model, Record) and name in field_names(kind.model)]
    if kinds:
        return (
            f"{quote_excerpt(name)} is a field of {' and '.join(kinds)}, not of this kind of record.",
            _format_choices(names),
        )
    containers = [
        container
        for container in names
        if (model := field_model(parent_model, container)) and name in field_names(model)
    ]
    if containers:
        return (
            f"{quote_excerpt(name)} is a field of {' or '.join(containers)}, and stands outside of it.",
            f"{name}: under {': or '.join(containers)}:",
        )
    return None


def _format_choices(names: Sequence[str]) -> str:
    return f"one of {', '.join(names)}"


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """A way in which a record is not one: its stable code and what is told of it."""

    code: str
    title: str
    why: str
    example: str
    fix: str
    severity: Severity = Severity.ERROR


ERROR_CODES: tuple[ErrorCode, ...] = (
    ErrorCode(
        "S101",
        "A field that no record has",
        "A field that is spelt wrongly would never be read, and what it says would be lost.",
        "ownr: Head of Procurement",
        "accountable: Head of Procurement",
    ),
    ErrorCode(
        "S102",
        "A field is missing",
        "Without it nobody can refer to the record, or tell what it is.",
        "id: A01   (and no title)",
        "title: Review the contracts register",
    ),
    ErrorCode(
        "S103",
        "Not the sort of value that the field has",
        "A list or a group of fields where text is expected is usually an indentation that slipped.",
        "title: [Review, register]",
        "title: Review register",
    ),
    ErrorCode(
        "S104",
        "Not an id",
        "Ids are written in papers, file names and links: letters, digits and dots.",
        "id: A 01",
        "id: A01",
    ),
    ErrorCode(
        "S105",
        "Not a date that can be counted to",
        "A date that two readers read differently is how targets slip unseen.",
        "target: Q2 2023",
        "target: Q2 2023/24",
    ),
    ErrorCode(
        "S106",
        "Neither true nor false",
        "The field is a mark that is there or not.",
        "restated: perhaps",
        "restated: true",
    ),
    ErrorCode(
        "S107",
        "Not a whole number",
        "The field is a limit in days.",
        "due_soon_days: a month",
        "due_soon_days: 30",
    ),
    ErrorCode(
        "S108",
        "Not one of the words for this field",
        "Papers and filters rely on these words; the council's own words for statuses go in policy.labels.",
        "status: finished",
        "status: complete",
    ),
    ErrorCode(
        "S109",
        "An update with both text and see, or neither",
        "An update either tells something or says which record tells it.",
        "updates: [{date: 2023-01-12}]",
        "updates: [{date: 2023-01-12, text: What happened.}]",
    ),
    ErrorCode(
        "S110",
        "What is waited for is not told",
        "A record waits for one of the programme's dependencies or for a cause of its own.",
        "blocked_by: [{owner: IDS}]",
        "blocked_by: [{cause: Staff for the work package, owner: IDS}]",
    ),
    ErrorCode(
        "S111",
        "The same word twice, spelt in two ways",
        "The two are read as one word, so what stands under the first would be lost.",
        "rating: {On track: Green, on_track: Amber}",
        "rating: {On track: Green}",
    ),
)


KEY_SUFFIX = "#key"
"""Ends the field of a problem that stands at the field's name rather than at its value; the store takes it off."""


def convert_validation_error(error: ValidationError, model: type[BaseModel], path: str) -> Iterator[Problem]:
    """Yield a problem for each thing that pydantic found, without places: the store adds those.

    A field that is missing because its name is spelt wrongly is told once, at the wrong name.
    """
    items = error.errors(include_url=False)
    suggested_paths = {
        (*item["loc"][:-1], suggest_field(item["loc"], model)) for item in items if item["type"] == _UNKNOWN_FIELD_TYPE
    }
    for item in items:
        if item["type"] == "missing" and tuple(item["loc"]) in suggested_paths:
            continue
        code, message, fix, at_key = _describe_error(item, model)
        field = format_field_path(_strip_key_steps(item["loc"])) + (KEY_SUFFIX if at_key else "")
        yield Problem(path, code, Severity.ERROR, message, fix, field)


def _describe_error(item: Any, model: type[BaseModel]) -> tuple[str, str, str, bool]:
    steps, error_type = item["loc"], item["type"]
    if error_type == "p2ptrack":
        details = item["ctx"]
        return details["code"], details["message"], details["fix"], "[key]" in steps
    if error_type == "missing":
        return "S102", f"The field “{steps[-1]}” is missing here, and it is needed.", f"{steps[-1]}: …", False
    if error_type == _UNKNOWN_FIELD_TYPE:
        return "S101", *explain_unknown_field(steps, model), True
    inner_model = model_at_path(model, steps) if error_type == "model_type" else None
    return "S103", _GROUP_MESSAGE, _suggest_group(inner_model), False


_UNKNOWN_FIELD_TYPE = "extra_forbidden"
_GROUP_MESSAGE = "This should be a group of fields, each on a line of its own."


def _suggest_group(model: type[BaseModel] | None) -> str:
    names = field_names(model) if model else ()
    return f"{names[0]}: … (its fields are {', '.join(names)})" if names else "name: value, indented under this field"


def _strip_key_steps(loc: Sequence[Any]) -> Sequence[Any]:
    """Leave out what pydantic adds to the place of a mapping's key."""
    return tuple(step for step in loc if step != "[key]")


def format_field_path(steps: Sequence[Any]) -> str:
    """Return a place in a record as people write it: `updates[1].text`."""
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


# Reading old records with today's models: what a model refuses is left out and told, the rest is kept.
#
# For the past alone: a register of some years ago was written by the rules of its day. What might have been an exemption
# is never lost: the whole record is then exempt.


ModelT = TypeVar("ModelT", bound=Model)
_KeyPath = tuple[Any, ...]
_REMOVED = object()
_MAX_ROUNDS = 20
"""Mending one fault can show the next; nothing real needs as many rounds as this."""
_EXEMPT_SIMILARITY = 0.7


def validate_with_dropped_fields(
    model: type[ModelT], values: Mapping[str, Any], context: ValidationContext
) -> tuple[ModelT | None, tuple[str, ...]]:
    """Return the model of what can be understood, and the fields that were left out: `status`, `updates[1]`.

    A missing title is no reason to lose a record: its id stands for it. None when even that cannot be made.
    """
    instance, problems = validate_leniently(model, values, context, "")
    return instance, tuple(dict.fromkeys(problem.field for problem in problems))


def validate_leniently(
    model: type[ModelT], values: Mapping[str, Any], context: ValidationContext, path: str, id_: str = ""
) -> tuple[ModelT | None, tuple[Problem, ...]]:
    """Return the model of what can be understood, and each thing that cannot, as a warning with the field left out.

    `id_` stands for an id that is not there. None where nothing can be made of the values.
    """
    remaining, warnings = dict(values), list[Problem]()
    for _ in range(_MAX_ROUNDS):
        try:
            return model.model_validate(remaining, context=context), tuple(warnings)
        except ValidationError as error:
            dropped_paths = _find_dropped_paths(error, remaining)
            warnings += [
                _to_warning(problem, dropped_paths) for problem in convert_validation_error(error, model, path)
            ]
            previous, remaining = remaining, _drop_paths(model, remaining, dropped_paths.values(), id_)
        if remaining == previous:
            break
    return None, tuple(warnings)


def mark_exempt(model: type[ModelT], values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a record as a whole exempt one; those of anything else as they are."""
    return {**values, "exempt": {}} if "exempt" in model.model_fields else values


def has_exemption_key(values: Any) -> bool:
    """Whether any name in plain data, wherever it is nested, is that of an exemption or nearly so."""
    return any(map(_is_exemption_key, _iter_keys(values)))


def _to_warning(problem: Problem, dropped_paths: Mapping[str, _KeyPath]) -> Problem:
    field = problem.field.removesuffix(KEY_SUFFIX)
    return replace(problem, severity=Severity.WARNING, field=format_field_path(dropped_paths.get(field, ())) or field)


def _find_dropped_paths(error: ValidationError, values: dict[str, Any]) -> dict[str, _KeyPath]:
    """Return what each fault makes us leave out: the value, or what lacks something that it cannot be without."""
    items = error.errors(include_url=False, include_input=False)
    return {
        format_field_path(item["loc"]): _trim_to_existing(
            item["loc"][:-1] if item["type"] == "missing" else item["loc"], values
        )
        for item in items
    }


def _trim_to_existing(loc: Sequence[Any], values: Any) -> _KeyPath:
    """Return as much of a place as there is in the values, which may be written shorter than the model reads them."""
    existing_path: list[Any] = []
    for step in loc:
        exists = step in values if isinstance(values, dict) else isinstance(values, list) and step in range(len(values))
        if step == 0 and not isinstance(values, list):
            continue  # one value stands where a list is expected
        if not exists:
            break
        values = values[step]
        existing_path.append(step)
    return tuple(existing_path)


def _drop_paths(model: type[ModelT], values: dict[str, Any], paths: Iterable[_KeyPath], id_: str) -> dict[str, Any]:
    """Return the values without some of them, and with what no record can be without."""
    dropped = frozenset(path for path in paths if path)
    remaining: dict[str, Any] = _prune(values, dropped, ())
    if "id" in model.model_fields:
        remaining.setdefault("id", id_)
    if "title" in model.model_fields:
        remaining.setdefault("title", remaining.get("id", "…"))
    exempt = any(_is_exemption_key(step) for path in dropped for step in path)
    return mark_exempt(model, remaining) if exempt else remaining


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


def _iter_keys(values: Any) -> Iterator[Any]:
    if isinstance(values, dict):
        yield from values
    children = values.values() if isinstance(values, dict) else values if isinstance(values, list) else ()
    for child in children:
        yield from _iter_keys(child)


def _is_exemption_key(key: Any) -> bool:
    return isinstance(key, str) and SequenceMatcher(None, key.casefold(), "exempt").ratio() >= _EXEMPT_SIMILARITY


# Where a field stands in a file that is written shorter than the model that reads it.


_COVERS_PATH = re.compile(r"(.*\bcovers)\[(\d+)\](\.id|\.extent)?")
_PATH_STEP = re.compile(r"\[(\d+)\]|\.?([^.\[\]]+)")


def to_source_path(values: Mapping[str, Any] | None, field: str) -> str:
    """Return the place of a field in the file's own plain data.

    `covers: {F08: whole, F11: in_part}` is read as a list of `{id, extent}`, so `covers[1].id` is the
    name `covers.F11` in the file and `covers[1].extent` its value. Any other field stays as it is.
    """
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
