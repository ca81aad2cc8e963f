"""What a register says, found in one walk through all of it.

A walk through thousands of records costs the same whatever is looked for: each has to come from memory. So what rules
ask of every record is gathered at once, and only where the answer is yes do they look at a record by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import BaseModel

from p2ptrack.records.kinds import Record
from p2ptrack.records.marks import ReferenceMarker, text_field_markers

_RecordsByField: TypeAlias = defaultdict[str, list[Record]]


@dataclass(frozen=True, slots=True)
class FieldIndex:
    """What all records say together.

    `texts` holds all the text of each record (of the programme under the empty id) in one, in no particular order and
    without the names of fields; `named` the texts of the fields that carry each mark; `stating` the records that state
    a field, or one of whose entries does: `phase_end`, `updates.see`.
    """

    text_by_id: Mapping[str, str]
    references: Mapping[ReferenceMarker, frozenset[str]]
    records_by_field: Mapping[str, tuple[Record, ...]]


def build_field_index(programme: BaseModel, records: Iterable[Record]) -> FieldIndex:
    """Return what a programme and its records say."""
    indexer = _FieldIndexer()
    text_by_id = {"": indexer.collect_text(programme, None)}
    for record in records:
        indexer.record = record
        text_by_id[record.id] = indexer.collect_text(record, indexer.record_fields)
    entry_fields = {
        f"{name}.{inner_name}": matches
        for name, inner_fields in indexer.entry_fields.items()
        for inner_name, matches in inner_fields.items()
    }
    references = {marker: frozenset(matches) for marker, matches in indexer.references.items() if matches}
    return FieldIndex(
        text_by_id,
        references,
        {name: tuple(matches) for name, matches in (indexer.record_fields | entry_fields).items()},
    )


class _FieldIndexer:
    __slots__ = ("_text_fields", "_text_parts", "entry_fields", "record", "record_fields", "references")

    def __init__(self) -> None:
        self.record_fields: _RecordsByField = defaultdict(list)
        self.entry_fields: defaultdict[str, _RecordsByField] = defaultdict(lambda: defaultdict(list))
        self.references: dict[ReferenceMarker, set[str]] = {}
        self.record: Record | None = None
        self._text_parts: list[str] = []
        self._text_fields: dict[type[BaseModel], dict[str, set[str] | None]] = {}

    def collect_text(self, model: BaseModel, records_by_field: _RecordsByField | None) -> str:
        self._text_parts.clear()
        self._index_model(model, records_by_field)
        return "\n".join(self._text_parts)

    def _index_model(self, model: BaseModel, records_by_field: _RecordsByField | None) -> None:
        values, record = model.__dict__, self.record
        fields = self._text_fields.get(model.__class__) or self._find_text_fields(type(model))
        for name in model.model_fields_set:
            if records_by_field is not None:
                matches = records_by_field[name]
                if record is not None and not (matches and matches[-1] is record):
                    matches.append(record)
            if name in fields:
                value = values[name]
                if value:
                    is_entry_list = records_by_field is self.record_fields and value.__class__ is tuple
                    self._index_value(value, fields[name], self.entry_fields[name] if is_entry_list else None)

    def _index_value(self, value: Any, references: set[str] | None, records_by_field: _RecordsByField | None) -> None:
        value_type = value.__class__
        if value_type is str:
            self._text_parts.append(value)
            if references is not None:
                references.add(value)
        elif value_type is tuple or value_type is dict:
            for item in value if value_type is tuple else value.values():
                self._index_value(item, references, records_by_field)
        else:
            self._index_model(value, records_by_field)

    def _find_text_fields(self, model: type[BaseModel]) -> dict[str, set[str] | None]:
        """Return the fields that may hold text, with the set that is for their own texts where they carry a mark."""
        markers = text_field_markers(model)
        text_fields = {
            name: self.references.setdefault(marker, set()) if marker else None for name, marker in markers.items()
        }
        self._text_fields[model] = text_fields
        return text_fields
