"""Where text stands that a public paper may show, for the rules about such text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from pydantic import BaseModel

from p2ptrack.analysis.exempt.exemptions import named, whole, withheld_with

_NEVER_PUBLIC = frozenset({"note", "exempt"})


def public_texts(model: BaseModel, day: date) -> Iterator[tuple[str, str]]:
    """Yield the place and the words of every text that is public on a day: no note, nothing exempt."""
    return _of_model(model, "", (), day)


def _of_model(model: BaseModel, place: str, hidden: Iterable[str], day: date) -> Iterator[tuple[str, str]]:
    if whole(model, day):
        return
    names = {*hidden, *withheld_with(named(model, day))} | _NEVER_PUBLIC
    for name, value in model.__dict__.items():
        key = type(model).model_fields[name].alias or name
        if value and key not in names:
            within = [each.removeprefix(f"{key}.") for each in names if each.startswith(f"{key}.")]
            yield from _of(value, f"{place}.{key}" if place else key, within, day)


def _of(value: Any, place: str, hidden: Iterable[str], day: date) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, tuple):
        for at, item in enumerate(value):
            yield from _of(item, f"{place}[{at}]", hidden, day)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _of(item, f"{place}.{key}", hidden, day)
    elif isinstance(value, BaseModel):
        yield from _of_model(value, place, hidden, day)
