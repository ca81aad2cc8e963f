"""The parts that every answer has: the position date, what was not read, and JSON data built only for JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from p2ptrack.analysis.case import Case, UnreadFile, find_unread
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.records import Blocker, CoveredRecord, Evidence, RecommendationPart, SourceRef, Update
from p2ptrack.model.register import Register, resolve_update_date
from p2ptrack.model.schema import is_set
from p2ptrack.phrases import MAX_IDS
from p2ptrack.reports.document import Block, Cell, Column, Fact, Row, Table, make_paragraph

_INFERRED_COLUMN = Column("inferred", "Our interpretation")


class LazyData(Mapping[str, Any]):
    """The JSON data of an answer, built when it is first read: for many records that takes longer than their text."""

    def __init__(self, build: Callable[[], Mapping[str, Any]]) -> None:
        self._build = build

    @cached_property
    def _data(self) -> Mapping[str, Any]:
        return self._build()

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)


def position_facts(as_of: date) -> tuple[Fact, ...]:
    """Return the position date as it appears at the head of an answer."""
    return (Fact("As at", as_of),)


def list_unread(case: Case) -> tuple[Block, ...]:
    """Return the paragraph that names what the answer lacks; nothing when all was read."""
    files = find_unread(case.problems)
    if not files:
        return ()
    texts = [describe_unread(case, file) for file in files[:MAX_IDS]]
    if len(files) > MAX_IDS:
        texts.append(f"And {len(files) - MAX_IDS} more")
    return (make_paragraph(f"{'. '.join(texts)}. To see why: p2ptrack check", role="unread"),)


def describe_unread(case: Case, file: UnreadFile) -> str:
    """Return what was not read: *Not read: A01 (data/actions/A01.yaml, status: S108)*."""
    label = "Partly read" if case.register.paths.get(file.id) == file.path else "Not read"
    details = ": ".join(filter(None, (", ".join(file.fields), ", ".join(file.codes))))
    return f"{label}: {file.id} ({file.path}, {details})" if file.id else f"{label}: {file.path} ({details})"


def make_export(case: Case, table: Table, *, has_marks: bool = True) -> Table:
    """Return a table as CSV writes it: with the same columns whatever the data, and a last row for each unread file.

    With `has_marks` there is a column for the names of the columns that are our interpretation.
    """
    columns = (*table.columns, *((_INFERRED_COLUMN,) if has_marks else ()))
    padding = (Cell(),) * (len(columns) - len(table.columns))
    rows = [replace(row, cells=(*row.cells, *padding)) for row in table.rows if row.role != "detail"]
    empty_cells = (Cell(),) * (len(columns) - 1)
    rows += [Row((Cell(describe_unread(case, file)), *empty_cells)) for file in find_unread(case.problems)]
    return replace(table, columns=columns, rows=tuple(rows))


# The values of a record as people wrote them: for columns of a list and for the other details of a record.


def format_value(register: Register, value: Any) -> str:
    """Return any value of a record as text."""
    if isinstance(value, BaseModel):
        return _format_group(register, value)
    if isinstance(value, tuple):
        separator = "; " if value and isinstance(value[0], BaseModel) else ", "
        return separator.join(format_value(register, item) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {format_value(register, item)}" for key, item in value.items())
    return _format_scalar(value)


def _format_scalar(value: Any) -> str:
    match value:
        case CouncilDate():
            return value.to_text()
        case StrEnum():
            return value.value.replace("_", " ")
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)


def format_source(register: Register, source: SourceRef) -> str:
    """Return the title of a source and the place in it: *Audit report, row 4*."""
    document = register.find_source(source.id)
    return ", ".join(filter(None, (document.title if document else source.id, source.ref)))


def _format_group(register: Register, group: BaseModel) -> str:
    match group:
        case SourceRef():
            text = format_source(register, group)
        case Update():
            text = _format_update(register, group)
        case Evidence(title=str() as title):
            text = f"{title} ({group.link})" if group.link else title
        case RecommendationPart():
            text = f"{group.id} {group.text}"
        case CoveredRecord():
            text = f"{group.id} ({format_value(register, group.extent)})"
        case Blocker(id=str() as id_):
            dependency = register.find_dependency(id_)
            text = dependency.title if dependency else id_
        case _:
            text = _format_fields(register, group)
    return text


def _format_update(register: Register, update: Update) -> str:
    update_date = resolve_update_date(register, update)
    text = update.text.strip() if update.text else f"see {update.see}"
    return f"{update_date.to_text()}: {text}" if update_date else text


def _format_fields(register: Register, group: BaseModel) -> str:
    """Return the fields of a group that are set, each after its label: *decided on 1 March 2027; by Board*."""
    texts = []
    for name, info in type(group).model_fields.items():
        member = getattr(group, name)
        # The text of a response needs no label: it follows the label of the response itself.
        label = "" if info.title == "Response" else f"{(info.title or name).lower()} "
        if is_set(member):
            texts.append(label + format_value(register, member))
    return "; ".join(texts)
