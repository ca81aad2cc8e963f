"""The names of fields, as a model declares them and as people may write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo


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
