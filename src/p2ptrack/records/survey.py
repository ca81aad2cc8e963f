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
from p2ptrack.records.marks import Mark, marks_of

_Stating: TypeAlias = defaultdict[str, list[Record]]


@dataclass(frozen=True, slots=True)
class Survey:
    """What all records say together.

    `texts` holds all the text of each record (of the programme under the empty id) in one, in no particular order and
    without the names of fields; `named` the texts of the fields that carry each mark; `stating` the records that state
    a field, or one of whose entries does: `phase_end`, `updates.see`.
    """

    texts: Mapping[str, str]
    named: Mapping[Mark, frozenset[str]]
    stating: Mapping[str, tuple[Record, ...]]


def survey(programme: BaseModel, records: Iterable[Record]) -> Survey:
    """Return what a programme and its records say."""
    walk = _Walk()
    texts = {"": walk.text(programme, None)}
    for record in records:
        walk.record = record
        texts[record.id] = walk.text(record, walk.own)
    entries = {f"{name}.{inner}": found for name, within in walk.entries.items() for inner, found in within.items()}
    named = {mark: frozenset(found) for mark, found in walk.named.items() if found}
    return Survey(texts, named, {name: tuple(found) for name, found in (walk.own | entries).items()})


class _Walk:
    __slots__ = ("_fields", "_words", "entries", "named", "own", "record")

    def __init__(self) -> None:
        self.own: _Stating = defaultdict(list)
        self.entries: defaultdict[str, _Stating] = defaultdict(lambda: defaultdict(list))
        self.named: dict[Mark, set[str]] = {}
        self.record: Record | None = None
        self._words: list[str] = []
        self._fields: dict[type[BaseModel], dict[str, set[str] | None]] = {}

    def text(self, model: BaseModel, stating: _Stating | None) -> str:
        self._words.clear()
        self._model(model, stating)
        return "\n".join(self._words)

    def _model(self, model: BaseModel, stating: _Stating | None) -> None:
        values, record = model.__dict__, self.record
        fields = self._fields.get(model.__class__) or self._fields_of(type(model))
        for name in model.model_fields_set:
            if stating is not None:
                found = stating[name]
                if record is not None and not (found and found[-1] is record):
                    found.append(record)
            if name in fields:
                value = values[name]
                if value:
                    listed = stating is self.own and value.__class__ is tuple
                    self._within(value, fields[name], self.entries[name] if listed else None)

    def _within(self, value: Any, named: set[str] | None, stating: _Stating | None) -> None:
        sort = value.__class__
        if sort is str:
            self._words.append(value)
            if named is not None:
                named.add(value)
        elif sort is tuple or sort is dict:
            for item in value if sort is tuple else value.values():
                self._within(item, named, stating)
        else:
            self._model(value, stating)

    def _fields_of(self, model: type[BaseModel]) -> dict[str, set[str] | None]:
        """Return the fields that may hold text, with the set that is for their own texts where they carry a mark."""
        marks = marks_of(model)
        found = {name: self.named.setdefault(mark, set()) if mark else None for name, mark in marks.items()}
        self._fields[model] = found
        return found
