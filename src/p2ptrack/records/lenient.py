"""Reading old records with today's models: what a model refuses is left out and told, the rest is kept.

For the past alone: a register of some years ago was written by the rules of its day. What might have been an exemption
is never lost: the whole record is then exempt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any, TypeVar

from pydantic import ValidationError

from p2ptrack.problem import Problem, Severity
from p2ptrack.records.faults import KEY_SUFFIX, convert_validation_error, format_field_path
from p2ptrack.records.fields import Model, ValidationContext

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
