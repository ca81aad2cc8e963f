"""Where text stands that a public paper may show, for the rules about such text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from pydantic import BaseModel

from p2ptrack.analysis.exempt.exemptions import expand_implied_fields, is_fully_exempt, list_exempt_fields

_PRIVATE_FIELDS = frozenset({"note", "exempt"})


def iter_public_texts(model: BaseModel, day: date) -> Iterator[tuple[str, str]]:
    """Yield the place and the words of every text that is public on a day: no note, nothing exempt."""
    return _iter_model_texts(model, "", (), day)


def _iter_model_texts(
    model: BaseModel, location: str, hidden_fields: Iterable[str], day: date
) -> Iterator[tuple[str, str]]:
    if is_fully_exempt(model, day):
        return
    hidden_names = {*hidden_fields, *expand_implied_fields(list_exempt_fields(model, day))} | _PRIVATE_FIELDS
    for name, value in model.__dict__.items():
        key = type(model).model_fields[name].alias or name
        if value and key not in hidden_names:
            nested_fields = [
                hidden_name.removeprefix(f"{key}.") for hidden_name in hidden_names if hidden_name.startswith(f"{key}.")
            ]
            yield from _iter_value_texts(value, f"{location}.{key}" if location else key, nested_fields, day)


def _iter_value_texts(value: Any, location: str, hidden_fields: Iterable[str], day: date) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield location, value
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _iter_value_texts(item, f"{location}[{index}]", hidden_fields, day)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _iter_value_texts(item, f"{location}.{key}", hidden_fields, day)
    elif isinstance(value, BaseModel):
        yield from _iter_model_texts(value, location, hidden_fields, day)
