"""JSON: the data of a query as they are, or the structure of a paper's document."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from p2ptrack.model.dates import CouncilDate
from p2ptrack.reports import document as doc
from p2ptrack.reports.document import FormatOptions, format_spans

SCHEMA_VERSION = 1

_OMITTED_FIELDS = frozenset({"data", "export", "opening", "records"})
# JSON escapes the first 32 control characters itself. These could also control a terminal.
_CONTROL_CHARACTERS = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def write_json(document: doc.Document, _options: FormatOptions) -> bytes:
    """Return the document as JSON in UTF-8, with keys in a fixed order."""
    if document.data is None:
        data = {"schema_version": SCHEMA_VERSION, **_convert_fields(document)}
    else:
        data = dict(document.data)
    escaped = _CONTROL_CHARACTERS.sub(lambda match: f"\\u{ord(match.group()):04x}", _dump(data))
    return escaped.encode("utf-8", "replace")


def format_json(value: Any) -> bytes:
    """Return a value as JSON that people can read too, in UTF-8."""
    return _dump(value).encode("utf-8", "replace")


def _dump(value: Any) -> str:
    return f"{json.dumps(value, ensure_ascii=False, indent=2)}\n"


def _convert_fields(value: Any) -> dict[str, Any]:
    """Return the fields of a dataclass that are not empty."""
    members = ((field.name, getattr(value, field.name)) for field in fields(value) if field.name not in _OMITTED_FIELDS)
    return {name: _convert_field(name, member) for name, member in members if member not in ("", (), None)}


def _convert_field(name: str, value: Any) -> Any:
    if name == "spans":
        return format_spans(value)
    if name == "lines":
        return [format_spans(spans) for spans in value]
    return _convert_value(value)


def _convert_value(value: Any) -> Any:
    match value:
        case CouncilDate():
            converted: Any = value.to_json()
        case date():
            converted = value.isoformat()
        case tuple():
            converted = [_convert_value(item) for item in value]
        case doc.Ref():
            converted = value.id
        case Decimal():
            converted = str(value)
        case doc.Table():
            converted = _convert_table(value)
        case str() | int() | None:
            converted = value
        case _:
            converted = {"block": type(value).__name__.lower(), **_convert_fields(value)}
    return converted


def _convert_table(table: doc.Table) -> dict[str, Any]:
    """Return a table whose cells are under the stable keys of their columns."""
    keys = [column.key for column in table.columns]
    rows = [
        {"key": row.key, "group": row.group, "cells": dict(zip(keys, map(_convert_cell, row.cells), strict=True))}
        for row in table.rows
    ]
    columns = {column.key: column.title for column in table.columns}
    picture = {"picture": table.picture.summary} if table.picture else {}
    return {"block": "table", "key": table.key, "caption": table.caption, **picture, "columns": columns, "rows": rows}


def _convert_cell(cell: doc.Cell) -> Any:
    value = _convert_value(cell.content)
    return {"value": value, "inferred": True} if cell.starred else value
