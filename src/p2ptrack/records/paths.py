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
from p2ptrack.records.fields import Link, Post
from p2ptrack.records.kinds import KINDS, Record
from p2ptrack.records.programme import Programme


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a dotted name leads to: `type` is date, choice, name, text, flag, number or group.

    A `name` is compared whole (ids, posts, entries of a list); a `text` is searched.
    """

    path: tuple[str, ...]
    type: str
    title: str
    choices: tuple[str, ...] = ()


@cache
def leaves() -> dict[str, Leaf]:
    """Return every dotted name that some kind of record has, in the order of the models."""
    found: dict[str, Leaf] = {}
    for kind in KINDS:
        for leaf in _leaves(kind.model, ()):
            found.setdefault(".".join(leaf.path), leaf)
    return found


@cache
def lists_of_parts() -> frozenset[str]:
    """Return the fields of records and of the programme that hold a list of groups, such as `updates`."""
    models: tuple[type[BaseModel], ...] = (*(kind.model for kind in KINDS), Programme)
    fields = (pair for model in models for pair in model.model_fields.items())
    return frozenset(name for name, info in fields if _of_parts(info.annotation))


def _of_parts(hint: Any) -> bool:
    inner = get_args(hint)[0] if get_origin(hint) is tuple else None
    plain = get_args(inner)[0] if get_origin(inner) is Annotated else inner
    return isinstance(plain, type) and issubclass(plain, BaseModel)


@cache
def programme_leaves() -> dict[str, Leaf]:
    """Return every dotted name of the programme: `meetings.papers_due`."""
    return {".".join(leaf.path): leaf for leaf in _leaves(Programme, ())}


def _leaves(model: type[BaseModel], before: tuple[str, ...]) -> Iterator[Leaf]:
    hints = get_type_hints(model, include_extras=True)
    for name, info in model.model_fields.items():
        path = (*before, info.alias or name)
        yield from _leaf(hints[name], path, info.title or name)


def _leaf(hint: Any, path: tuple[str, ...], title: str, *, exact: bool = False) -> Iterator[Leaf]:
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        marked = any(isinstance(extra, Link | Post) for extra in args[1:])
        yield from _leaf(args[0], path, title, exact=exact or marked)
    elif origin is tuple:
        yield from _leaf(args[0], path, title, exact=True)
    elif origin in (Union, types.UnionType):
        yield from _leaf(args[0], path, title, exact=exact)
    elif isinstance(hint, type) and issubclass(hint, BaseModel):
        yield Leaf(path, "group", title)
        yield from _leaves(hint, path)
    else:
        yield _plain_leaf(hint, path, title, exact=exact or path[-1] == "id")


def _plain_leaf(hint: Any, path: tuple[str, ...], title: str, *, exact: bool) -> Leaf:
    if hint is CouncilDate:
        return Leaf(path, "date", title)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Leaf(path, "choice", title, tuple(member.value for member in hint))
    if hint is bool:
        return Leaf(path, "flag", title)
    if hint is int:
        return Leaf(path, "number", title)
    return Leaf(path, "name" if exact and hint is str else "text", title)


def values_at(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """Yield every stated value at a dotted name, through lists and groups; a mapping yields `key: value`."""
    if isinstance(value, tuple):
        for item in value:
            yield from values_at(item, path)
    elif isinstance(value, dict):
        yield from (f"{key}: {item}" for key, item in value.items())
    elif path:
        yield from values_at(_field(value, path[0]), path[1:])
    elif value is not None and value != "":
        yield value


def _field(model: Any, key: str) -> Any:
    return getattr(model, f"{key}_" if key == "from" else key, None)


def stated(value: Any) -> bool:
    """Whether a field says something: absent ones, empty lists and marks that are not set do not."""
    return value is not None and value is not False and value not in ((), {})


def fields_as_data(model: BaseModel, leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the stated fields as plain data, by the names that the files use; dates as the JSON contract has them."""
    named = ((info.alias or name, getattr(model, name)) for name, info in type(model).model_fields.items())
    return {key: _as_data(value) for key, value in named if key not in leave_out and stated(value)}


def _as_data(value: Any) -> Any:
    if isinstance(value, CouncilDate):
        return value.as_data()
    if isinstance(value, BaseModel):
        return fields_as_data(value)
    if isinstance(value, tuple):
        return [_as_data(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _as_data(item) for key, item in value.items()}
    return value.value if isinstance(value, StrEnum) else value


def record_fields(record: Record) -> dict[str, Any]:
    """Return a record's stated fields but its id and title, which stand beside them in the JSON contract."""
    return fields_as_data(record, leave_out=("id", "title"))
