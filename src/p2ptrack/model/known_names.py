"""The names of fields of records and of the programme together, for readers of files that may have either."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from p2ptrack.model.kinds import KINDS
from p2ptrack.model.programme import Programme
from p2ptrack.model.schema import FieldSpec, ModelClass, field_names, flatten_fields, list_fields

_TOP_LEVEL_MODELS: tuple[ModelClass, ...] = (Programme, *(kind.model for kind in KINDS))


@cache
def programme_field_specs() -> dict[str, FieldSpec]:
    """Return the fields of the programme by dotted name: `meetings.papers_due`."""
    return {".".join(spec.path): spec for spec in flatten_fields(list_fields(Programme))}


@cache
def component_list_fields() -> frozenset[str]:
    """Return the fields of records and of the programme that hold a list of groups, such as `updates`."""
    fields = (field for model in _TOP_LEVEL_MODELS for field in list_fields(model))
    return frozenset(field.name for field in fields if field.is_list and field.model)


@cache
def entry_field_names() -> dict[str, frozenset[str]]:
    """Return the names of the fields of an entry, for each field of records that holds a list of groups."""
    fields = (field for kind in KINDS for field in list_fields(kind.model))
    return {
        field.name: frozenset(inner.name for inner in field.fields) for field in fields if field.is_list and field.model
    }


def _iter_all_names(fields: Sequence[FieldSpec]) -> Iterator[str]:
    for field in fields:
        yield field.name
        yield from _iter_all_names(field.fields)


ALL_FIELD_NAMES = frozenset(name for model in _TOP_LEVEL_MODELS for name in _iter_all_names(list_fields(model)))
"""The names of all fields at any depth. A line that begins with one of them is probably a field."""
_COMMON_WORDS = frozenset({"area", "contracts", "note", "raised", "start", "supporting"})
TOP_LEVEL_FIELD_NAMES = frozenset(name for model in _TOP_LEVEL_MODELS for name in field_names(model)) - _COMMON_WORDS
"""The names of fields that are not indented, without those that a sentence may well begin with."""
