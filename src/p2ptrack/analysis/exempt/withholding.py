"""Take fields, entries, links and words out of records, as if they had never been stated.

Nothing here names a field of a record but where one stands for another: a new field is withheld without being named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from p2ptrack.analysis.exempt.exemptions import ENTRIES, named, whole, withheld_with
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.kinds import Record
from p2ptrack.records.parts import Update

M = TypeVar("M", bound=BaseModel)
Change = Callable[[str, str], str | None]
"""From the place of a text and the text to what stands there instead; None takes it away."""

_GONE = object()


def open_part(record: Record, day: date, title: str) -> Record:
    """Return what the public may see of a record that is not exempt as a whole. `title` stands for an exempt one."""
    without_entries = {name: _open_entries(getattr(record, name), day) for name in ENTRIES if hasattr(record, name)}
    names = withheld_with(named(record, day))
    fields: dict[str, Any] = {**without_entries, "note": None, "exempt": None}
    if "title" in names:
        fields["title"] = title
    shown = record.model_copy(update=fields)
    for name in names:
        if name != "title":
            shown = cast("Record", _without(shown, tuple(name.split("."))))
    return shown


def _open_entries(entries: Iterable[BaseModel], day: date) -> tuple[Any, ...]:
    kept = (_open_entry(entry, day) for entry in entries if not whole(entry, day))
    return tuple(entry for entry in kept if entry is not _GONE)


def _open_entry(entry: BaseModel, day: date) -> Any:
    shown: Any = entry.model_copy(update={"exempt": None})
    for name in named(entry, day):
        shown = _without(shown, tuple(name.split(".")))
    return shown


def _without(value: Any, path: tuple[str, ...]) -> Any:
    """Return a value without what a dotted name leads to; nothing is left of a model without a field that it needs."""
    if not path or value is _GONE:
        return _GONE
    if isinstance(value, tuple):
        return tuple(left for item in value if (left := _without(item, path)) is not _GONE)
    if not isinstance(value, BaseModel):
        return value
    return _with(value, {name: _without(held, path[1:]) for name, held in _held(value) if _key(value, name) == path[0]})


def _held(model: BaseModel) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in model.__dict__.items() if value is not None and value != ())


def _key(model: BaseModel, name: str) -> str:
    return type(model).model_fields[name].alias or name


def _with(model: M, fields: dict[str, Any]) -> Any:
    """Return the model with some fields changed. One that is gone is as if never stated."""
    declared = type(model).model_fields
    gone = [name for name, value in fields.items() if value is _GONE]
    if any(declared[name].is_required() for name in gone):
        return _GONE
    left = fields | {name: declared[name].get_default(call_default_factory=True) for name in gone}
    if isinstance(model, Update) and "see" in gone:
        return _GONE
    return model.model_copy(update=left)


def rewritten(model: M, change: Change, leave: frozenset[str] = frozenset()) -> M:
    """Return a record or programme with every text changed, wherever it is nested, but in the fields to `leave`.

    What loses a text that it cannot do without goes too. Raises nothing: a record keeps its id and title.
    """
    return cast("M", _rewritten(model, "", change, leave))


def _rewritten(value: Any, place: str, change: Change, leave: frozenset[str]) -> Any:
    if type(value) is str:
        changed = change(place, value)
        return _GONE if changed is None else changed
    if isinstance(value, CouncilDate):
        return replace(value, raw=change(place, value.raw) or "")
    if isinstance(value, tuple):
        items = (_rewritten(item, f"{place}[{at}]", change, leave) for at, item in enumerate(value))
        return tuple(item for item in items if item is not _GONE)
    if isinstance(value, dict):
        items = ((key, _rewritten(item, f"{place}.{key}", change, leave)) for key, item in value.items())
        return {change(place, key) or key: item for key, item in items}
    if isinstance(value, BaseModel):
        return _with(value, dict(_changed(value, place, change, leave)))
    return value


def _changed(model: BaseModel, place: str, change: Change, leave: frozenset[str]) -> Iterator[tuple[str, Any]]:
    for name, value in _held(model):
        key = _key(model, name)
        if key not in leave:
            yield name, _rewritten(value, f"{place}.{key}" if place else key, change, leave)
