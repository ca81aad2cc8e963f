"""JSON: a query's own contract as it stands; a paper as the structure of its document."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import date
from typing import Any

from p2ptrack.formats.plain import FormatOptions, join_spans
from p2ptrack.model.dates import CouncilDate
from p2ptrack.reports.document import Cell, Document, Ref, Table

SCHEMA_VERSION = 1

_OMITTED_FIELDS = frozenset({"data", "opening"})
# JSON escapes the first 32 control characters itself; these would still reach a terminal as they are.
_CONTROL_CHARACTERS = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def write(document: Document, _options: FormatOptions) -> bytes:
    """Return the document as JSON in UTF-8; keys keep their order, so that two runs give the same bytes."""
    data = _convert_paper(document) if document.data is None else dict(document.data)
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return (_CONTROL_CHARACTERS.sub(lambda match: f"\\u{ord(match.group()):04x}", text) + "\n").encode(
        "utf-8", "replace"
    )


def _convert_paper(document: Document) -> dict[str, Any]:
    return {"schema_version": SCHEMA_VERSION, **_convert_members(document)}


def _convert_members(value: Any) -> dict[str, Any]:
    members = ((field.name, getattr(value, field.name)) for field in fields(value) if field.name not in _OMITTED_FIELDS)
    return {name: _convert_member(name, member) for name, member in members if member not in ("", (), None)}


def _convert_member(name: str, member: Any) -> Any:
    match name:
        case "spans":
            return join_spans(member)
        case "lines":
            return [join_spans(spans) for spans in member]
        case _:
            return _convert_value(member)


def _convert_value(value: Any) -> Any:
    match value:
        case CouncilDate():
            converted: Any = value.to_json()
        case date():
            converted = value.isoformat()
        case tuple():
            converted = [_convert_value(item) for item in value]
        case Ref():
            converted = value.id
        case Table():
            converted = _convert_table(value)
        case str() | int() | None:
            converted = value
        case _:
            converted = {"block": type(value).__name__.lower(), **_convert_members(value)}
    return converted


def _convert_table(table: Table) -> dict[str, Any]:
    """Return a table whose rows are objects under the columns' stable keys."""
    keys = [column.key for column in table.columns]
    rows = [
        {"key": row.key, "group": row.group, "cells": dict(zip(keys, map(_convert_cell, row.cells), strict=True))}
        for row in table.rows
    ]
    columns = {column.key: column.title for column in table.columns}
    picture = {"picture": table.picture.summary} if table.picture else {}
    return {"block": "table", "key": table.key, "caption": table.caption, **picture, "columns": columns, "rows": rows}


def _convert_cell(cell: Cell) -> Any:
    value = _convert_value(cell.content)
    return {"value": value, "inferred": True} if cell.starred else value
