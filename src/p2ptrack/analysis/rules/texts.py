"""All the text of a record or programme at once, for rules that search it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


def whole_text(model: BaseModel) -> str:
    """Return every text of a record or programme in one, in no particular order; the names of fields are none."""
    texts: list[str] = []
    _gather(model, texts)
    return "\n".join(texts)


def _gather(model: BaseModel, texts: list[str]) -> None:
    values = model.__dict__
    for name in model.model_fields_set:
        _gather_value(values[name], texts)


def _gather_value(value: Any, texts: list[str]) -> None:
    sort = value.__class__
    if sort is str:
        texts.append(value)
    elif sort is tuple or sort is dict:
        for item in value if sort is tuple else value.values():
            _gather_value(item, texts)
    elif hasattr(value, "model_fields_set"):
        _gather(value, texts)
