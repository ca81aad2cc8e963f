"""Formats for spreadsheets, programs and pipelines: CSV, JSON, and the problems of `check` as pipelines show them.

CSV has one table, one line of headings, and one value a cell. It is UTF-8 with a byte order mark and CRLF line ends
(RFC 4180), the only form that Excel on Windows reads correctly. When a document has several tables, the first column
names the table of each row. Text outside tables is left out unless there is no table at all.

JSON is the data of a query as they are, or the structure of a paper's document.

Pipelines show a problem beside its line, in a merge request or a log. Their `folder` is the path from the top of the
repository to the register, empty or with `/` at its end: a pipeline looks for files from there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from p2ptrack.diagnostics import Problem, Severity, escape_control_characters
from p2ptrack.formats.pasted_text import strip_unprintable
from p2ptrack.model.dates import CouncilDate
from p2ptrack.phrases import unique
from p2ptrack.reports import document as doc
from p2ptrack.reports.document import FormatOptions, format_labelled_value, format_scalar, format_spans
from p2ptrack.values import dataclass

_FORMULA = re.compile("\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]")
_SEPARATOR = re.compile(r'[",;\t\r\n]')
"""Separators of cells and lines; some spreadsheets expect semicolons or tabs instead of commas."""
_NO_BREAK_SPACES = str.maketrans(dict.fromkeys("\xa0\u2007\u202f", " "))
CsvValue = str | int | Decimal
CsvRecord = dict[str, CsvValue]


def write_csv(document: doc.Document, _options: FormatOptions) -> bytes:
    """Return the document's tables as CSV."""
    tables = (document.export(),) if document.export else doc.list_tables(document)
    if document.records:
        tables = (document.records, *tables)
    records = list(_iter_table_records(tables) if tables else _iter_text_records(document))
    keys = ["table"] if len(tables) > 1 else []
    keys += [column.key for table in tables for column in table.columns]
    keys += [key for record in records for key in record]
    names = unique(keys)
    lines = (names, *([record.get(name, "") for name in names] for record in records))
    return "".join(f"{','.join(map(_quote, line))}\r\n" for line in lines).encode("utf-8-sig", "replace")


def _quote(value: CsvValue) -> str:
    """Return a value, in quotation marks if it contains a separator."""
    text = str(value)
    doubled = text.replace('"', '""')
    return f'"{doubled}"' if _SEPARATOR.search(text) else text


def _iter_table_records(tables: tuple[doc.Table, ...]) -> Iterator[CsvRecord]:
    for table in tables:
        for row in table.rows:
            if row.role == "detail":
                continue
            record: CsvRecord = {"table": table.key} if len(tables) > 1 else {}
            inferred_keys = []
            for column, cell in zip(table.columns, row.cells, strict=True):
                record[column.key] = _format_value(cell.content)
                if cell.starred:
                    inferred_keys.append(column.key)
            if row.group:
                record["group"] = escape_text(row.group)
            if inferred_keys:
                record["inferred"] = " ".join(inferred_keys)
            yield record


def _format_value(content: doc.Scalar | doc.Ref | tuple[doc.Block, ...]) -> CsvValue:
    """Return a cell's value: numbers as numbers, days in ISO 8601, council dates as written."""
    match content:
        case int() | Decimal():
            return content
        case CouncilDate():
            return escape_text(content.raw)
        case date():
            return content.isoformat()
        case tuple():
            return escape_text("\n".join(line for block in doc.walk_blocks(content) for line in _iter_lines(block)))
        case _:
            return escape_text(format_scalar(content))


def _iter_lines(block: doc.Block) -> Iterator[str]:
    match block:
        case doc.Paragraph():
            yield format_spans(block.spans)
        case doc.Prose():
            yield _format_prose(block.markdown)
        case doc.Facts():
            yield from (f"{row.label}: {_format_fact(row)}" for row in block.rows)


def _format_prose(markdown: str) -> str:
    # Not at the top: answers have no markup, and the parser takes longer to load than most commands take to run.
    from p2ptrack.formats.prose import format_prose

    return format_prose(markdown)


def _format_fact(row: doc.Fact) -> str:
    """Return the value of a fact, the text about it, or its own text line by line."""
    if row.blocks:
        return "\n".join(line for block in doc.walk_blocks(row.blocks) for line in _iter_lines(block))
    texts = (format_labelled_value(row.value, row.spans), *map(format_spans, row.lines))
    return " ".join(filter(None, texts))


def _iter_text_records(document: doc.Document) -> Iterator[CsvRecord]:
    """Yield the text of a document without tables: its part, its label and its text."""
    for block in document.blocks:
        part = escape_text(block.title) if isinstance(block, doc.Section) else ""
        for inner in doc.walk_blocks((block,)):
            for label, text in _iter_labelled_texts(inner):
                yield {"part": part, "label": escape_text(label), "text": escape_text(text)}


def _iter_labelled_texts(block: doc.Block) -> Iterator[tuple[str, str]]:
    match block:
        case doc.Facts():
            yield from ((row.label, _format_fact(row)) for row in block.rows)
        case doc.Paragraph():
            yield "", format_spans(block.spans)
        case doc.Prose():
            yield "", _format_prose(block.markdown)


def escape_text(value: str) -> str:
    """Return text that a spreadsheet does not read as a formula.

    No-break spaces are plain spaces, so that a search finds the words, and characters that print nothing are left out.
    """
    text = strip_unprintable("\n".join(value.splitlines())).translate(_NO_BREAK_SPACES)
    return f"'{text}" if _FORMULA.match(text) else text


# JSON.

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


# Problems for pipelines.

_GITHUB_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_GITLAB_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.NOTE: "info"}
_AZURE_TYPES = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def format_github(problems: Sequence[Problem], folder: str) -> bytes:
    """Return workflow commands that make GitHub Actions show each problem beside its line."""
    return "".join(f"{_format_annotation(problem, folder)}\n" for problem in problems).encode("utf-8", "replace")


def _format_annotation(problem: Problem, folder: str) -> str:
    line, column = _find_position(problem)
    file, title = _escape_property(folder + problem.path), _escape_property(_format_title(problem))
    command = _GITHUB_COMMANDS[problem.severity]
    return f"::{command} file={file},line={line},col={column},title={title}::{_escape_message(_format_text(problem))}"


def _escape_message(text: str) -> str:
    """Escape what the runner unescapes (actions/toolkit, `command.ts`)."""
    return _escape_lines(text).replace("%", "%25").replace("\n", "%0A")


def _escape_lines(text: str) -> str:
    """Escape characters that would control a reader's screen, and keep line breaks."""
    return "\n".join(map(escape_control_characters, text.split("\n")))


def _escape_property(text: str) -> str:
    return _escape_message(text).replace(":", "%3A").replace(",", "%2C")


def format_gitlab(problems: Sequence[Problem], folder: str) -> bytes:
    """Return a Code Quality report, which GitLab shows in merge requests (`artifacts: reports: codequality`)."""
    seen: dict[str, int] = {}
    report = []
    for problem in problems:
        # A problem keeps its fingerprint when its line moves, so that GitLab does not call it new.
        key = f"{problem.path}\n{problem.code}\n{problem.field}\n{problem.message}"
        seen[key] = seen.get(key, 0) + 1
        line, _ = _find_position(problem)
        report.append(
            {
                "description": escape_control_characters(f"{_format_title(problem)}: {problem.message}"),
                "check_name": problem.code,
                "fingerprint": hashlib.sha256(f"{key}\n{seen[key]}".encode("utf-8", "replace")).hexdigest(),
                "severity": _GITLAB_SEVERITIES[problem.severity],
                "location": {"path": folder + problem.path, "lines": {"begin": line}},
            }
        )
    return format_json(report)


def format_azure(problems: Sequence[Problem], folder: str) -> bytes:
    """Return logging commands that make Azure Pipelines list each problem; it has no command for notes."""
    return "".join(f"{_format_issue(problem, folder)}\n" for problem in problems).encode("utf-8", "replace")


def _format_issue(problem: Problem, folder: str) -> str:
    line, column = _find_position(problem)
    issue_type, path = _AZURE_TYPES.get(problem.severity), folder + problem.path
    if issue_type is None:
        text = escape_control_characters(_format_text(problem).replace("\n", " "))
        return f"{escape_control_characters(path)}:{line}:{column}: {problem.severity.value} {problem.code}: {text}"
    properties = {
        "type": issue_type,
        "sourcepath": path,
        "linenumber": str(line),
        "columnnumber": str(column),
        "code": _format_title(problem),
    }
    values = "".join(f"{name}={_escape_azure_property(value)};" for name, value in properties.items())
    return f"##vso[task.logissue {values}]{_escape_azure(_format_text(problem))}"


def _escape_azure(text: str) -> str:
    """Escape what the agent unescapes (azure-pipelines-task-lib, `taskcommand.ts`)."""
    return _escape_lines(text).replace("%", "%AZP25").replace("\n", "%0A")


def _escape_azure_property(text: str) -> str:
    return _escape_azure(text).replace("]", "%5D").replace(";", "%3B")


def _find_position(problem: Problem) -> tuple[int, int]:
    return (problem.location.line, problem.location.column) if problem.location else (1, 1)


def _format_title(problem: Problem) -> str:
    return f"{problem.code} ({problem.exempt})" if problem.exempt else problem.code


def _format_text(problem: Problem) -> str:
    return problem.message + (f"\nFix: {problem.fix}" if problem.fix else "")


@dataclass(frozen=True, slots=True)
class PipelineFormat:
    """A format that one service reads. `top_variable` is where the service keeps the top of the repository."""

    write: Callable[[Sequence[Problem], str], bytes]
    top_variable: str


PIPELINE_FORMATS: Mapping[str, PipelineFormat] = {
    "github": PipelineFormat(format_github, "GITHUB_WORKSPACE"),
    "gitlab": PipelineFormat(format_gitlab, "CI_PROJECT_DIR"),
    "azure": PipelineFormat(format_azure, "BUILD_SOURCESDIRECTORY"),
}
