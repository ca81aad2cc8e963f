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
from p2ptrack.records.faults import KEY_SUFFIX, field_path, problems_from
from p2ptrack.records.fields import Model, Reading

M = TypeVar("M", bound=Model)
_Steps = tuple[Any, ...]
_GONE = object()
_MOST_ROUNDS = 20
"""Mending one fault can show the next; nothing real needs as many rounds as this."""
_NEAR = 0.7


def lenient(model: type[M], values: Mapping[str, Any], reading: Reading) -> tuple[M | None, tuple[str, ...]]:
    """Return the model of what can be understood, and the fields that were left out: `status`, `updates[1]`.

    A missing title is no reason to lose a record: its id stands for it. None when even that cannot be made.
    """
    made, problems = understood(model, values, reading, "")
    return made, tuple(dict.fromkeys(problem.field for problem in problems))


def understood(
    model: type[M], values: Mapping[str, Any], reading: Reading, path: str, id_: str = ""
) -> tuple[M | None, tuple[Problem, ...]]:
    """Return the model of what can be understood, and each thing that cannot, as a warning with the field left out.

    `id_` stands for an id that is not there. None where nothing can be made of the values.
    """
    left, told = dict(values), list[Problem]()
    for _ in range(_MOST_ROUNDS):
        try:
            return model.model_validate(left, context=reading), tuple(told)
        except ValidationError as error:
            left_out = _left_out(error, left)
            told += [_told(problem, left_out) for problem in problems_from(error, model, path)]
            before, left = left, _without(model, left, left_out.values(), id_)
        if left == before:
            break
    return None, tuple(told)


def withheld(model: type[M], values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a record as a whole exempt one; those of anything else as they are."""
    return {**values, "exempt": {}} if "exempt" in model.model_fields else values


def tells_of_exemption(values: Any) -> bool:
    """Whether any name in plain data, wherever it is nested, is that of an exemption or nearly so."""
    return any(map(_about_exemption, _names(values)))


def _told(problem: Problem, left_out: Mapping[str, _Steps]) -> Problem:
    field = problem.field.removesuffix(KEY_SUFFIX)
    return replace(problem, severity=Severity.WARNING, field=field_path(left_out.get(field, ())) or field)


def _left_out(error: ValidationError, values: dict[str, Any]) -> dict[str, _Steps]:
    """Return what each fault makes us leave out: the value, or what lacks something that it cannot be without."""
    items = error.errors(include_url=False, include_input=False)
    return {
        field_path(item["loc"]): _reached(item["loc"][:-1] if item["type"] == "missing" else item["loc"], values)
        for item in items
    }


def _reached(loc: Sequence[Any], values: Any) -> _Steps:
    """Return as much of a place as there is in the values, which may be written shorter than the model reads them."""
    reached: list[Any] = []
    for step in loc:
        known = step in values if isinstance(values, dict) else isinstance(values, list) and step in range(len(values))
        if step == 0 and not isinstance(values, list):
            continue  # one value stands where a list is expected
        if not known:
            break
        values = values[step]
        reached.append(step)
    return tuple(reached)


def _without(model: type[M], values: dict[str, Any], left_out: Iterable[_Steps], id_: str) -> dict[str, Any]:
    """Return the values without some of them, and with what no record can be without."""
    gone = frozenset(place for place in left_out if place)
    left: dict[str, Any] = _pruned(values, gone, ())
    if "id" in model.model_fields:
        left.setdefault("id", id_)
    if "title" in model.model_fields:
        left.setdefault("title", left.get("id", "…"))
    exempt = any(_about_exemption(step) for place in gone for step in place)
    return withheld(model, left) if exempt else left


def _pruned(value: Any, gone: frozenset[_Steps], here: _Steps) -> Any:
    if here in gone:
        return _GONE
    if isinstance(value, dict):
        pairs = ((key, _pruned(inner, gone, (*here, key))) for key, inner in value.items())
        return {key: inner for key, inner in pairs if inner is not _GONE}
    if isinstance(value, list):
        items = (_pruned(inner, gone, (*here, at)) for at, inner in enumerate(value))
        return [inner for inner in items if inner is not _GONE]
    return value


def _names(values: Any) -> Iterator[Any]:
    if isinstance(values, dict):
        yield from values
    inner = values.values() if isinstance(values, dict) else values if isinstance(values, list) else ()
    for each in inner:
        yield from _names(each)


def _about_exemption(step: Any) -> bool:
    return isinstance(step, str) and SequenceMatcher(None, step.casefold(), "exempt").ratio() >= _NEAR
