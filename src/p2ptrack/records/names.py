"""The names of all fields, wherever they stand: what a line probably means that begins with one of them."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from p2ptrack.records.kinds import KINDS
from p2ptrack.records.naming import field_model, field_names
from p2ptrack.records.programme import Programme


def _iter_field_names(model: type[BaseModel]) -> Iterator[str]:
    for name in field_names(model):
        yield name
        if inner := field_model(model, name):
            yield from _iter_field_names(inner)


_TOP_LEVEL_MODELS: tuple[type[BaseModel], ...] = (Programme, *(kind.model for kind in KINDS))
ALL_FIELD_NAMES = frozenset(name for model in _TOP_LEVEL_MODELS for name in _iter_field_names(model))
_COMMON_WORDS = frozenset({"area", "note", "raised", "start", "supporting"})
TOP_LEVEL_FIELD_NAMES = frozenset(name for model in _TOP_LEVEL_MODELS for name in field_names(model)) - _COMMON_WORDS
"""The fields that stand furthest left, without those that a sentence may well begin with."""
