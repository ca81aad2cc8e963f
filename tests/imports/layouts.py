"""Layouts of real trackers that the other documents do not have: forms, split tables, marks, exports, lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any


@dataclass(frozen=True)
class Layout:
    """A file and the records that it holds, without ids and without titles that are taken from the request."""

    name: str
    data: bytes
    records: Sequence[Mapping[str, Any]]
    options: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()


LAYOUTS: list[Callable[[], Layout]] = []


def case(make: Callable[[], Layout]) -> Callable[[], Layout]:
    LAYOUTS.append(make)
    return make


def rec(request: str, **fields: Any) -> Mapping[str, Any]:
    return {**({"origin_text": request} if request else {}), **fields}


def up(text: str, day: str = "", **fields: Any) -> Mapping[str, Any]:
    return {**({"date": day} if day else {}), "text": text, **fields}


def place(ref: str) -> Mapping[str, Any]:
    return {"source": {"id": "x", "ref": ref}}


def save(document: Any) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def tbl(document: Any, rows: Sequence[Sequence[str]]) -> Any:
    """Add a table to a Word document. A row of one text is merged across it."""
    width = max(map(len, rows))
    table = document.add_table(rows=len(rows), cols=width)
    for row, texts in zip(table.rows, rows, strict=True):
        if len(texts) == 1:
            row.cells[0].merge(row.cells[width - 1])
        for cell, text in zip(row.cells, texts, strict=False):
            cell.text = text
    return table


def set_number_format(worksheet: Any, column: int, number_format: str, start: int = 2) -> None:
    for row in range(start, worksheet.max_row + 1):
        worksheet.cell(row, column).number_format = number_format
