"""Find every value of a record whose field carries a mark, wherever it is nested.

A field declares what its text stands for by a mark on its type (`fields.Link`, `fields.Post`). This
walk is what lets links, roles and dates be checked without a list of fields anywhere else.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import IdMarker, RoleMarker
from p2ptrack.model.programme import Programme
from p2ptrack.model.records import KINDS, Record

ReferenceMarker = IdMarker | RoleMarker
FieldReference = tuple[str, str, ReferenceMarker]
"""Field path, text, mark."""
_AddReference = Callable[[FieldReference], None]
_Walker = Callable[[Any, str, _AddReference], None]


def list_references(model: BaseModel) -> list[FieldReference]:
    """Return `(field path, text, mark)` for every marked text in a record or programme."""
    references: list[FieldReference] = []
    _walk_model(model, "", references.append)
    return references


@cache
def text_field_markers(model: type[BaseModel]) -> dict[str, ReferenceMarker | None]:
    """Return the fields of a model that hold text, themselves or in their parts, and the mark of their own texts."""
    hints = {name: info.rebuild_annotation() for name, info in model.model_fields.items()}
    return {name: _find_marker(hint) for name, hint in hints.items() if _holds_text(hint)}


def _find_marker(hint: Any) -> ReferenceMarker | None:
    if isinstance(hint, IdMarker | RoleMarker):
        return hint
    return next((marker for arg in get_args(hint) if (marker := _find_marker(arg))), None)


def _holds_text(hint: Any) -> bool:
    if isinstance(hint, type):
        return issubclass(hint, BaseModel) or hint is str
    return isinstance(hint, str) or any(map(_holds_text, get_args(hint)))  # a Literal's words are its arguments


def _walk_model(model: BaseModel, path: str, add: _AddReference) -> None:
    values = model.__dict__
    for name, key, walker in _field_walkers(type(model)):
        value = values[name]
        if value:
            walker(value, f"{path}.{key}" if path else key, add)


@cache
def _field_walkers(model: type[BaseModel]) -> tuple[tuple[str, str, _Walker], ...]:
    hints = get_type_hints(model, include_extras=True)
    fields = model.model_fields
    candidates = ((name, fields[name].alias or name, _make_walker(hints[name])) for name in fields)
    return tuple((name, key, walker) for name, key, walker in candidates if walker)


def _make_walker(hint: Any) -> _Walker | None:
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        marker = next((extra for extra in args[1:] if isinstance(extra, IdMarker | RoleMarker)), None)
        return _make_text_walker(marker) if marker else _make_walker(args[0])
    if origin is tuple:
        inner = _make_walker(args[0])
        return _make_list_walker(inner) if inner else None
    if origin in (Union, types.UnionType):
        return next((walker for arg in args if (walker := _make_walker(arg))), None)
    if origin is dict:
        inner = _make_walker(args[1])
        return _make_dict_walker(inner) if inner else None
    if isinstance(hint, type) and issubclass(hint, BaseModel) and _field_walkers(hint):
        return _walk_model
    return None


def _make_text_walker(marker: ReferenceMarker) -> _Walker:
    def walk(value: str, path: str, add: _AddReference) -> None:
        add((path, value, marker))

    return walk


def _make_list_walker(inner: _Walker) -> _Walker:
    def walk(values: tuple[Any, ...], path: str, add: _AddReference) -> None:
        for index, value in enumerate(values):
            inner(value, f"{path}[{index}]", add)

    return walk


def _make_dict_walker(inner: _Walker) -> _Walker:
    def walk(values: dict[str, Any], path: str, add: _AddReference) -> None:
        for key, value in values.items():
            inner(value, f"{path}.{key}", add)

    return walk


# Any field of any record by its dotted name: `updates.date`, `verified.by`, `report_refs`.
#
# Filters, columns and JSON read records through this module, so that a new field is filtered, listed
# and exported without being named again.


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


# The names of fields, as a model declares them and as people may write them.


def field_names(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the names that a file may use, in the order of the model."""
    return tuple(info.alias or name for name, info in model.model_fields.items())


def field_model(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    """Return the model of a field's value, or of its entries; None for plain values and unknown names."""
    info = _find_field_info(model, name)
    return _find_model(info.annotation) if info else None


def model_at_path(model: type[BaseModel], steps: Sequence[Any]) -> type[BaseModel] | None:
    """Return the model at a place in another: `updates`, 1, `source`. A step that no field takes is an entry's name."""
    current: type[BaseModel] | None = model
    for step in steps:
        if current is not None and isinstance(step, str) and _find_field_info(current, step):
            current = field_model(current, step)
    return current


def _find_field_info(model: type[BaseModel], name: str) -> FieldInfo | None:
    return next((info for attribute, info in model.model_fields.items() if name == (info.alias or attribute)), None)


def _find_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for arg in get_args(annotation) if (model := _find_model(arg))), None)


# The names of all fields, wherever they stand: what a line probably means that begins with one of them.


def _iter_field_names(model: type[BaseModel]) -> Iterator[str]:
    for name in field_names(model):
        yield name
        if inner := field_model(model, name):
            yield from _iter_field_names(inner)


_TOP_LEVEL_MODELS: tuple[type[BaseModel], ...] = (Programme, *(kind.model for kind in KINDS))
ALL_FIELD_NAMES = frozenset(name for model in _TOP_LEVEL_MODELS for name in _iter_field_names(model))
_COMMON_WORDS = frozenset({"area", "note", "raised", "start", "supporting"})
TOP_LEVEL_FIELD_NAMES = frozenset(name for model in _TOP_LEVEL_MODELS for name in field_names(model)) - _COMMON_WORDS
"""The fields that stand furthest left, without those that a sentence may well begin with."""
