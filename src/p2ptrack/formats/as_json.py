"""JSON: a query's own contract as it stands; a paper as the structure of its document."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import date
from typing import Any

from p2ptrack.formats.look import Look
from p2ptrack.formats.plain import words
from p2ptrack.records.dates import CouncilDate
from p2ptrack.reports.document import Cell, Document, Ref, Table

SCHEMA_VERSION = 1

_NOT_WRITTEN = frozenset({"data", "opening"})
# JSON escapes the first 32 control characters itself; these would still reach a terminal as they are.
_STEERING = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def write(document: Document, _look: Look) -> bytes:
    """Return the document as JSON in UTF-8; keys keep their order, so that two runs give the same bytes."""
    data = _paper(document) if document.data is None else dict(document.data)
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return (_STEERING.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "\n").encode("utf-8", "replace")


def _paper(document: Document) -> dict[str, Any]:
    return {"schema_version": SCHEMA_VERSION, **_members(document)}


def _members(value: Any) -> dict[str, Any]:
    named = ((each.name, getattr(value, each.name)) for each in fields(value) if each.name not in _NOT_WRITTEN)
    return {name: _member(name, member) for name, member in named if member not in ("", (), None)}


def _member(name: str, member: Any) -> Any:
    match name:
        case "spans":
            return words(member)
        case "lines":
            return [words(spans) for spans in member]
        case _:
            return _plain(member)


def _plain(value: Any) -> Any:
    match value:
        case CouncilDate():
            plain: Any = value.as_data()
        case date():
            plain = value.isoformat()
        case tuple():
            plain = [_plain(each) for each in value]
        case Ref():
            plain = value.id
        case Table():
            plain = _table(value)
        case str() | int() | None:
            plain = value
        case _:
            plain = {"block": type(value).__name__.lower(), **_members(value)}
    return plain


def _table(table: Table) -> dict[str, Any]:
    """Return a table whose rows are objects under the columns' stable keys."""
    keys = [column.key for column in table.columns]
    rows = [
        {"key": row.key, "group": row.group, "cells": dict(zip(keys, map(_cell, row.cells), strict=True))}
        for row in table.rows
    ]
    columns = {column.key: column.title for column in table.columns}
    drawn = {"picture": table.picture.summary} if table.picture else {}
    return {"block": "table", "key": table.key, "caption": table.caption, **drawn, "columns": columns, "rows": rows}


def _cell(cell: Cell) -> Any:
    value = _plain(cell.content)
    return {"value": value, "inferred": True} if cell.starred else value
