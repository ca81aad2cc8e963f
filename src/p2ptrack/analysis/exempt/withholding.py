"""Take fields, entries, links and words out of records, as if they had never been stated.

Nothing here names a field of a record but where one stands for another: a new field is withheld without being named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from p2ptrack.analysis.exempt.exemptions import (
    EXEMPTABLE_LISTS,
    expand_implied_fields,
    is_fully_exempt,
    list_exempt_fields,
)
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.kinds import Record
from p2ptrack.records.parts import Update

BaseModelT = TypeVar("BaseModelT", bound=BaseModel)
TextTransform = Callable[[str, str], str | None]
"""From the place of a text and the text to what stands there instead; None takes it away."""

_REMOVED = object()


def make_public_copy(record: Record, day: date, title: str) -> Record:
    """Return what the public may see of a record that is not exempt as a whole. `title` stands for an exempt one."""
    redacted_entries = {
        name: _redact_entries(getattr(record, name), day) for name in EXEMPTABLE_LISTS if hasattr(record, name)
    }
    names = expand_implied_fields(list_exempt_fields(record, day))
    fields: dict[str, Any] = {**redacted_entries, "note": None, "exempt": None}
    if "title" in names:
        fields["title"] = title
    redacted = record.model_copy(update=fields)
    for name in names:
        if name != "title":
            redacted = cast("Record", _remove_field(redacted, tuple(name.split("."))))
    return redacted


def _redact_entries(entries: Iterable[BaseModel], day: date) -> tuple[Any, ...]:
    kept = (_redact_entry(entry, day) for entry in entries if not is_fully_exempt(entry, day))
    return tuple(entry for entry in kept if entry is not _REMOVED)


def _redact_entry(entry: BaseModel, day: date) -> Any:
    redacted: Any = entry.model_copy(update={"exempt": None})
    for name in list_exempt_fields(entry, day):
        redacted = _remove_field(redacted, tuple(name.split(".")))
    return redacted


def _remove_field(value: Any, path: tuple[str, ...]) -> Any:
    """Return a value without what a dotted name leads to; nothing is left of a model without a field that it needs."""
    if not path or value is _REMOVED:
        return _REMOVED
    if isinstance(value, tuple):
        return tuple(remaining for item in value if (remaining := _remove_field(item, path)) is not _REMOVED)
    if not isinstance(value, BaseModel):
        return value
    return _copy_with(
        value,
        {
            name: _remove_field(field_value, path[1:])
            for name, field_value in _iter_set_fields(value)
            if _get_alias(value, name) == path[0]
        },
    )


def _iter_set_fields(model: BaseModel) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in model.__dict__.items() if value is not None and value != ())


def _get_alias(model: BaseModel, name: str) -> str:
    return type(model).model_fields[name].alias or name


def _copy_with(model: BaseModelT, fields: dict[str, Any]) -> Any:
    """Return the model with some fields changed. One that is gone is as if never stated."""
    model_fields = type(model).model_fields
    removed = [name for name, value in fields.items() if value is _REMOVED]
    if any(model_fields[name].is_required() for name in removed):
        return _REMOVED
    new_values = fields | {name: model_fields[name].get_default(call_default_factory=True) for name in removed}
    if isinstance(model, Update) and "see" in removed:
        return _REMOVED
    return model.model_copy(update=new_values)


def map_text(model: BaseModelT, transform: TextTransform, skip_fields: frozenset[str] = frozenset()) -> BaseModelT:
    """Return a record or programme with every text changed, wherever it is nested, but in the fields to `leave`.

    What loses a text that it cannot do without goes too. Raises nothing: a record keeps its id and title.
    """
    return cast("BaseModelT", _map_value(model, "", transform, skip_fields))


def _map_value(value: Any, path: str, transform: TextTransform, skip_fields: frozenset[str]) -> Any:
    if type(value) is str:
        mapped = transform(path, value)
        return _REMOVED if mapped is None else mapped
    if isinstance(value, CouncilDate):
        return replace(value, raw=transform(path, value.raw) or "")
    if isinstance(value, tuple):
        items = (_map_value(item, f"{path}[{index}]", transform, skip_fields) for index, item in enumerate(value))
        return tuple(item for item in items if item is not _REMOVED)
    if isinstance(value, dict):
        items = ((key, _map_value(item, f"{path}.{key}", transform, skip_fields)) for key, item in value.items())
        return {transform(path, key) or key: item for key, item in items}
    if isinstance(value, BaseModel):
        return _copy_with(value, dict(_map_fields(value, path, transform, skip_fields)))
    return value


def _map_fields(
    model: BaseModel, path: str, transform: TextTransform, skip_fields: frozenset[str]
) -> Iterator[tuple[str, Any]]:
    for name, value in _iter_set_fields(model):
        key = _get_alias(model, name)
        if key not in skip_fields:
            yield name, _map_value(value, f"{path}.{key}" if path else key, transform, skip_fields)
