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

from p2ptrack.records.fields import Link, Post

Mark = Link | Post
Found = tuple[str, str, Mark]
"""Field path, text, mark."""
_Add = Callable[[Found], None]
_Walker = Callable[[Any, str, _Add], None]


def marked(model: BaseModel) -> list[Found]:
    """Return `(field path, text, mark)` for every marked text in a record or programme."""
    found: list[Found] = []
    _walk_model(model, "", found.append)
    return found


@cache
def marks_of(model: type[BaseModel]) -> dict[str, Mark | None]:
    """Return the fields of a model that hold text, themselves or in their parts, and the mark of their own texts."""
    hints = {name: info.rebuild_annotation() for name, info in model.model_fields.items()}
    return {name: _mark(hint) for name, hint in hints.items() if _holds_text(hint)}


def _mark(hint: Any) -> Mark | None:
    if isinstance(hint, Link | Post):
        return hint
    return next((mark for arg in get_args(hint) if (mark := _mark(arg))), None)


def _holds_text(hint: Any) -> bool:
    if isinstance(hint, type):
        return issubclass(hint, BaseModel) or hint is str
    return isinstance(hint, str) or any(map(_holds_text, get_args(hint)))  # a Literal's words are its arguments


def _walk_model(model: BaseModel, path: str, add: _Add) -> None:
    values = model.__dict__
    for name, key, walker in _plan(type(model)):
        value = values[name]
        if value:
            walker(value, f"{path}.{key}" if path else key, add)


@cache
def _plan(model: type[BaseModel]) -> tuple[tuple[str, str, _Walker], ...]:
    hints = get_type_hints(model, include_extras=True)
    fields = model.model_fields
    found = ((name, fields[name].alias or name, _walker(hints[name])) for name in fields)
    return tuple((name, key, walker) for name, key, walker in found if walker)


def _walker(hint: Any) -> _Walker | None:
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        mark = next((extra for extra in args[1:] if isinstance(extra, Link | Post)), None)
        return _text_walker(mark) if mark else _walker(args[0])
    if origin is tuple:
        inner = _walker(args[0])
        return _list_walker(inner) if inner else None
    if origin in (Union, types.UnionType):
        return next((walker for arg in args if (walker := _walker(arg))), None)
    if origin is dict:
        inner = _walker(args[1])
        return _dict_walker(inner) if inner else None
    if isinstance(hint, type) and issubclass(hint, BaseModel) and _plan(hint):
        return _walk_model
    return None


def _text_walker(mark: Mark) -> _Walker:
    def walk(value: str, path: str, add: _Add) -> None:
        add((path, value, mark))

    return walk


def _list_walker(inner: _Walker) -> _Walker:
    def walk(values: tuple[Any, ...], path: str, add: _Add) -> None:
        for index, value in enumerate(values):
            inner(value, f"{path}[{index}]", add)

    return walk


def _dict_walker(inner: _Walker) -> _Walker:
    def walk(values: dict[str, Any], path: str, add: _Add) -> None:
        for key, value in values.items():
            inner(value, f"{path}.{key}", add)

    return walk
