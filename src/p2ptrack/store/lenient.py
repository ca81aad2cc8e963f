"""Reading what today's schema would refuse: what cannot be understood is left out and told, the record stays.

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
from p2ptrack.store import yaml
from p2ptrack.store.folder import stem

M = TypeVar("M", bound=Model)
Path = tuple[Any, ...]
_GONE = object()
_MOST_ROUNDS = 20
_NEAR = 0.7


def leniently(
    model: type[M], parsed: yaml.Reading, reading: Reading, path: str
) -> tuple[M | None, tuple[Problem, ...]]:
    """Return the model of what can be understood of a file, and each thing that cannot, as a warning.

    None, with errors, where nothing of it can be read as values.
    """
    if parsed.value is None:
        return None, parsed.problems
    told = [replace(problem, severity=Severity.WARNING) for problem in parsed.problems]
    values: dict[str, Any] = dict(parsed.value)
    if parsed.problems and any(map(_about_exemption, _keys(values))):
        values = _withheld(model, values)
    for _ in range(_MOST_ROUNDS):
        try:
            return model.model_validate(values, context=reading), tuple(told)
        except ValidationError as error:
            left_out = _left_out(error, values)
            told += [_told(problem, left_out) for problem in problems_from(error, model, path)]
            before, values = values, _without(model, values, left_out.values(), path)
        if values == before:
            break
    return None, tuple(replace(problem, severity=Severity.ERROR) for problem in told)


def _told(problem: Problem, left_out: Mapping[str, Path]) -> Problem:
    field = problem.field.removesuffix(KEY_SUFFIX)
    return replace(problem, severity=Severity.WARNING, field=field_path(left_out.get(field, ())) or field)


def _left_out(error: ValidationError, values: dict[str, Any]) -> dict[str, Path]:
    """Return what each fault makes us leave out: the value, or what lacks something that it cannot be without."""
    items = error.errors(include_url=False)
    return {
        field_path(item["loc"]): _reached(item["loc"][:-1] if item["type"] == "missing" else item["loc"], values)
        for item in items
    }


def _reached(loc: Sequence[Any], values: Any) -> Path:
    """Return as much of a place as there is in the file, which may be written shorter than the model reads it."""
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


def _without(model: type[M], values: dict[str, Any], left_out: Iterable[Path], path: str) -> dict[str, Any]:
    """Return the values without some of them, and with what no record can be without."""
    gone = [place for place in left_out if place]
    left: dict[str, Any] = _pruned(values, frozenset(gone), ())
    id_ = stem(path.rpartition("/")[2]).partition("-")[0]
    for name in ("id", "title"):
        if name in model.model_fields:
            left.setdefault(name, id_)
    if any(_about_exemption(step) for place in gone for step in place):
        return _withheld(model, left)
    return left


def _pruned(value: Any, gone: frozenset[Path], here: Path) -> Any:
    if here in gone:
        return _GONE
    if isinstance(value, dict):
        pairs = ((key, _pruned(inner, gone, (*here, key))) for key, inner in value.items())
        return {key: inner for key, inner in pairs if inner is not _GONE}
    if isinstance(value, list):
        items = (_pruned(inner, gone, (*here, at)) for at, inner in enumerate(value))
        return [inner for inner in items if inner is not _GONE]
    return value


def _withheld(model: type[M], values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "exempt": {}} if "exempt" in model.model_fields else values


def _keys(values: Any) -> Iterator[Any]:
    if isinstance(values, dict):
        for key, inner in values.items():
            yield key
            yield from _keys(inner)
    elif isinstance(values, list):
        for inner in values:
            yield from _keys(inner)


def _about_exemption(step: Any) -> bool:
    return isinstance(step, str) and SequenceMatcher(None, step.casefold(), "exempt").ratio() >= _NEAR
