"""The parts that every answer has: the position date, what was not read, and JSON data built only for JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.unread import UnreadFile, find_unread
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
