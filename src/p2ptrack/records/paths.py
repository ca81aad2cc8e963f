"""Any field of any record by its dotted name: `updates.date`, `verified.by`, `report_refs`.

Filters, columns and JSON read records through this module, so that a new field is filtered, listed
and exported without being named again.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.fields import IdMarker, RoleMarker
from p2ptrack.records.kinds import KINDS, Record
from p2ptrack.records.programme import Programme


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What a dotted name leads to: `type` is date, choice, name, text, flag, number or group.

    A `name` is compared whole (ids, posts, entries of a list); a `text` is searched.
    """

    path: tuple[str, ...]
    type: str
    title: str
    choices: tuple[str, ...] = ()


@cache
def record_field_specs() -> dict[str, FieldSpec]:
    """Return every dotted name that some kind of record has, in the order of the models."""
    specs: dict[str, FieldSpec] = {}
    for kind in KINDS:
        for spec in _iter_model_specs(kind.model, ()):
            specs.setdefault(".".join(spec.path), spec)
    return specs


@cache
def component_list_fields() -> frozenset[str]:
    """Return the fields of records and of the programme that hold a list of groups, such as `updates`."""
    models: tuple[type[BaseModel], ...] = (*(kind.model for kind in KINDS), Programme)
    fields = (pair for model in models for pair in model.model_fields.items())
    return frozenset(name for name, info in fields if _is_component_list(info.annotation))


def _is_component_list(hint: Any) -> bool:
    inner = get_args(hint)[0] if get_origin(hint) is tuple else None
    item_type = get_args(inner)[0] if get_origin(inner) is Annotated else inner
    return isinstance(item_type, type) and issubclass(item_type, BaseModel)


@cache
def programme_field_specs() -> dict[str, FieldSpec]:
    """Return every dotted name of the programme: `meetings.papers_due`."""
    return {".".join(spec.path): spec for spec in _iter_model_specs(Programme, ())}


def _iter_model_specs(model: type[BaseModel], prefix: tuple[str, ...]) -> Iterator[FieldSpec]:
    hints = get_type_hints(model, include_extras=True)
    for name, info in model.model_fields.items():
        path = (*prefix, info.alias or name)
        yield from _iter_hint_specs(hints[name], path, info.title or name)


def _iter_hint_specs(hint: Any, path: tuple[str, ...], title: str, *, exact: bool = False) -> Iterator[FieldSpec]:
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        is_reference = any(isinstance(extra, IdMarker | RoleMarker) for extra in args[1:])
        yield from _iter_hint_specs(args[0], path, title, exact=exact or is_reference)
    elif origin is tuple:
        yield from _iter_hint_specs(args[0], path, title, exact=True)
    elif origin in (Union, types.UnionType):
        yield from _iter_hint_specs(args[0], path, title, exact=exact)
    elif isinstance(hint, type) and issubclass(hint, BaseModel):
        yield FieldSpec(path, "group", title)
        yield from _iter_model_specs(hint, path)
    else:
        yield _make_scalar_spec(hint, path, title, exact=exact or path[-1] == "id")


def _make_scalar_spec(hint: Any, path: tuple[str, ...], title: str, *, exact: bool) -> FieldSpec:
    if hint is CouncilDate:
        return FieldSpec(path, "date", title)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return FieldSpec(path, "choice", title, tuple(member.value for member in hint))
    if hint is bool:
        return FieldSpec(path, "flag", title)
    if hint is int:
        return FieldSpec(path, "number", title)
    return FieldSpec(path, "name" if exact and hint is str else "text", title)


def iter_values(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """Yield every stated value at a dotted name, through lists and groups; a mapping yields `key: value`."""
    if isinstance(value, tuple):
        for item in value:
            yield from iter_values(item, path)
    elif isinstance(value, dict):
        yield from (f"{key}: {item}" for key, item in value.items())
    elif path:
        yield from iter_values(_get_field_value(value, path[0]), path[1:])
    elif value is not None and value != "":
        yield value


def _get_field_value(model: Any, key: str) -> Any:
    return getattr(model, f"{key}_" if key == "from" else key, None)


def is_set(value: Any) -> bool:
    """Whether a field says something: absent ones, empty lists and marks that are not set do not."""
    return value is not None and value is not False and value not in ((), {})


def fields_to_json(model: BaseModel, exclude: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the stated fields as plain data, by the names that the files use; dates as the JSON contract has them."""
    items = ((info.alias or name, getattr(model, name)) for name, info in type(model).model_fields.items())
    return {key: _value_to_json(value) for key, value in items if key not in exclude and is_set(value)}


def _value_to_json(value: Any) -> Any:
    if isinstance(value, CouncilDate):
        return value.to_json()
    if isinstance(value, BaseModel):
        return fields_to_json(value)
    if isinstance(value, tuple):
        return [_value_to_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _value_to_json(item) for key, item in value.items()}
    return value.value if isinstance(value, StrEnum) else value


def record_fields_to_json(record: Record) -> dict[str, Any]:
    """Return a record's stated fields but its id and title, which stand beside them in the JSON contract."""
    return fields_to_json(record, exclude=("id", "title"))
