"""The names of fields, as a model declares them and as people may write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo


def field_names(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the names that a file may use, in the order of the model."""
    return tuple(info.alias or name for name, info in model.model_fields.items())


def model_within(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    """Return the model of a field's value, or of its entries; None for plain values and unknown names."""
    info = _field(model, name)
    return _model_in(info.annotation) if info else None


def model_at(model: type[BaseModel], steps: Sequence[Any]) -> type[BaseModel] | None:
    """Return the model at a place in another: `updates`, 1, `source`. A step that no field takes is an entry's name."""
    found: type[BaseModel] | None = model
    for step in steps:
        if found is not None and isinstance(step, str) and _field(found, step):
            found = model_within(found, step)
    return found


def _field(model: type[BaseModel], name: str) -> FieldInfo | None:
    return next((info for own, info in model.model_fields.items() if name == (info.alias or own)), None)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _model_in(arg))), None)
