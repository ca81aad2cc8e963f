"""The names of all fields, wherever they stand: what a line probably means that begins with one of them."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from p2ptrack.records.kinds import KINDS
from p2ptrack.records.naming import field_names, model_within
from p2ptrack.records.programme import Programme


def _names(model: type[BaseModel]) -> Iterator[str]:
    for name in field_names(model):
        yield name
        if inner := model_within(model, name):
            yield from _names(inner)


_MODELS: tuple[type[BaseModel], ...] = (Programme, *(kind.model for kind in KINDS))
FIELD_NAMES = frozenset(name for model in _MODELS for name in _names(model))
_IN_PROSE = frozenset({"area", "note", "raised", "start", "supporting"})
RECORD_FIELDS = frozenset(name for model in _MODELS for name in field_names(model)) - _IN_PROSE
"""The fields that stand furthest left, without those that a sentence may well begin with."""
