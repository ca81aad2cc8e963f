"""Find every value of a record whose field carries a mark, wherever it is nested.

A field declares what its text stands for by a mark on its type (`fields.Link`, `fields.Post`). This
walk is what lets links, roles and dates be checked without a list of fields anywhere else.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from p2ptrack.records.fields import IdMarker, RoleMarker

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
