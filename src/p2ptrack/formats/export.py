"""The tables of a register as files for other programs: CSV, JSON, SQLite, a workbook, a calendar, Parquet, e-mails.

The same register gives the same bytes (of Parquet, with the same version of pyarrow). A data package is described at
https://datapackage.org, a calendar by RFC 5545. A draft (RFC 5322) has no address: the sender fills it in.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from p2ptrack import __version__
from p2ptrack.errors import OperationError
from p2ptrack.formats.csv import escape_text
from p2ptrack.formats.editable_workbook import (
    BaseRow,
    RegisterIdentity,
    make_cell_text,
    normalise_package,
    write_base_sheet,
)
from p2ptrack.formats.json import format_json
from p2ptrack.model.recurrence import count_months
from p2ptrack.phrases import fold_text, pluralise
from p2ptrack.queries.export import Export, ExportTable, ExportValue

_SQL_TYPES = {"string": "TEXT", "date": "TEXT", "integer": "INTEGER", "number": "NUMERIC", "boolean": "INTEGER"}
_MAX_LINE_BYTES = 75
"""The longest line of a calendar, in bytes without its end (RFC 5545, section 3.1)."""
_MAX_SHEET_NAME = 31


def write_package(export: Export) -> dict[str, bytes]:
    """Return a CSV file for each table and the description of all, `datapackage.json`, by their names."""
    files = {f"{table.name}.csv": _write_csv(table) for table in export.tables}
    resources = [_describe_table(table, files[f"{table.name}.csv"]) for table in export.tables]
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": make_slug(export.title),
        "title": export.title,
        "created": datetime.combine(export.as_of, time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "resources": resources,
    }
    return {**files, "datapackage.json": format_json(package)}


def _write_csv(table: ExportTable) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([column.name for column in table.columns])
    writer.writerows([_to_csv(value) for value in row] for row in table.rows)
    return stream.getvalue().encode()


def _to_csv(value: ExportValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return escape_text(value)
    return "" if value is None else str(value)


def _describe_table(table: ExportTable, data: bytes) -> dict[str, Any]:
    fields = [{"name": column.name, "type": column.type, "description": column.description} for column in table.columns]
    schema: dict[str, Any] = {"fields": fields, "primaryKey": list(table.key), "missingValues": [""]}
    if table.refers_to_records:
        reference = {"resource": "records", "fields": ["id"]}
        schema["foreignKeys"] = [{"fields": ["record"], "reference": reference}]
    return {
        "name": table.name,
        "type": "table",
        "title": table.title,
        "path": f"{table.name}.csv",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "schema": schema,
    }


def write_json_tables(export: Export) -> bytes:
    """Return all tables as lists of objects, and `unreadable` as every JSON answer has it."""
    tables = {table.name: [_to_object(table, row) for row in table.rows] for table in export.tables}
    head = {"schema_version": 1, "audience": export.audience, "as_of": export.as_of.isoformat()}
    return format_json({**head, **tables, "unread": [file.to_json() for file in export.unreadable]})


def _to_object(table: ExportTable, row: tuple[ExportValue, ...]) -> dict[str, Any]:
    return {
        column.name: value.isoformat() if isinstance(value, date) else value
        for column, value in zip(table.columns, row, strict=True)
    }


def write_sqlite(export: Export) -> bytes:
    """Return a database with the tables and their keys."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for table in export.tables:
            columns = [f"{_quote(column.name)} {_SQL_TYPES[column.type]}" for column in table.columns]
            columns.append(f"PRIMARY KEY ({', '.join(map(_quote, table.key))})")
            if table.refers_to_records:
                columns.append('FOREIGN KEY ("record") REFERENCES "records" ("id")')
            connection.execute(f"CREATE TABLE {_quote(table.name)} ({', '.join(columns)})")
            marks = ", ".join("?" * len(table.columns))
            rows = (tuple(_to_object(table, row).values()) for row in table.rows)
            connection.executemany(" ".join(("INSERT INTO", _quote(table.name), "VALUES", f"({marks})")), rows)
        connection.commit()
        return connection.serialize()


def _quote(name: str) -> str:
    return f'"{name}"'


def write_xlsx(export: Export) -> bytes:
    """Return a workbook with a sheet for each table. Texts stay texts, days are days and numbers are numbers.

    Cells that can be imported again are white and not locked. The last sheet explains how; a hidden one records what
    was written, see `editable_workbook`.
    """
    import xlsxwriter

    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    created = datetime.combine(export.as_of, time())
    workbook.set_properties({"title": export.title, "created": created})
    formats = {name: workbook.add_format(style) for name, style in _CELL_STYLES.items()}
    for table in export.tables:
        _write_table(workbook.add_worksheet(name_sheet(table)), table, formats)
    notes = workbook.add_worksheet("How to edit")
    notes.set_column(0, 0, 100)
    for number, line in enumerate(_NOTES):
        notes.write_string(number, 0, line)
    identity = RegisterIdentity(export.organisation, export.title, export.commit, export.as_of, export.audience)
    editable = [table for table in export.tables if table.is_editable]
    columns = {name_sheet(table): [column.name for column in table.columns] for table in editable}
    write_base_sheet(workbook, REGISTER_PURPOSE, identity, columns, list_base_rows(editable))
    workbook.close()
    return normalise_package(stream.getvalue())


REGISTER_PURPOSE = "register"
_CELL_STYLES: Mapping[str, Mapping[str, Any]] = {
    "heading": {"bold": True},
    "protected": {"bg_color": "#EEEEEE"},
    "day": {"bg_color": "#EEEEEE", "num_format": "d mmmm yyyy"},
    "text": {"num_format": "@", "locked": False},
}
_NOTES = (
    "You can change the white cells in the worksheets of records, updates and other entries.",
    "The grey cells are calculated, or say where a record came from. A change there is reported and not imported.",
    "To add a record, fill in a new row in Records. Give its kind and leave the id empty.",
    "To add an update or another entry, fill in a new row in its worksheet. Give the record and leave the number out.",
    "Rows and columns can be removed. Nothing is deleted from the register.",
    "To sort rows, remove the protection of the worksheet first. It has no password.",
    "When you have finished, send the workbook back. It is imported with: p2ptrack import FILE.xlsx",
)
_PROTECTION = {
    "autofilter": True,
    "sort": True,
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
}


def name_sheet(table: ExportTable) -> str:
    """Return the name of a table's worksheet."""
    return table.title[:_MAX_SHEET_NAME]


def list_base_rows(tables: Iterable[ExportTable]) -> Iterator[BaseRow]:
    """Yield each row of the tables with its key and the texts of its cells."""
    for table in tables:
        places = [index for index, column in enumerate(table.columns) if column.name in table.key]
        for row in table.rows:
            key = "/".join(str(row[index]) for index in places)
            yield BaseRow(name_sheet(table), key, tuple(map(make_cell_text, row)))


def _write_table(sheet: Any, table: ExportTable, formats: Mapping[str, Any]) -> None:
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(table.columns):
        is_open = table.is_editable and (not column.is_protected or bool(column.path) or column.name in _ROW_NAMES)
        sheet.write_string(0, index, column.name, formats["heading"])
        sheet.set_column(index, index, 14 if column.type != "string" else 24, formats["text"] if is_open else None)
        is_editable = table.is_editable and not column.is_protected
        for number, row in enumerate(table.rows, 1):
            _write_cell(sheet, (number, index), row[index], formats, is_editable=is_editable)
    sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns) - 1)
    if table.is_editable:
        sheet.protect("", _PROTECTION)


_ROW_NAMES = ("kind", "record")
"""Columns that identify a new row, besides those of its fields."""


def _write_cell(
    sheet: Any, place: tuple[int, int], value: ExportValue, formats: Mapping[str, Any], *, is_editable: bool
) -> None:
    style = formats["text"] if is_editable else formats["protected"]
    if isinstance(value, bool):
        sheet.write_boolean(*place, value, style)
    elif isinstance(value, int):
        sheet.write_number(*place, value, style)
    elif isinstance(value, date):
        sheet.write_datetime(*place, datetime.combine(value, time()), formats["day"])
    elif text := make_cell_text(value):
        sheet.write_string(*place, text, style)
    else:
        sheet.write_blank(*place, None, style)


def write_calendar(export: Export) -> bytes:
    """Return a calendar with an all-day event on the last day of each open record's target date."""
    records = next(table for table in export.tables if table.name == "records")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//p2ptrack//p2ptrack {__version__}//EN",
        "CALSCALE:GREGORIAN",
        f"NAME:{_escape(export.title)}",
        f"X-WR-CALNAME:{_escape(export.title)}",
    ]
    if export.unreadable:
        files = pluralise(len(export.unreadable), "file")
        lines.append(f"X-WR-CALDESC:{files} of the register could not be read, or not all of it.")
    stamp = export.as_of.strftime("%Y%m%dT000000Z")
    domain = make_slug(export.organisation or export.title)
    for row in records.rows:
        record = _to_object(records, row)
        if record.get("target_day") and record.get("unfinished"):
            lines += _write_event(record, stamp, domain)
    return "".join(f"{_fold(line)}\r\n" for line in [*lines, "END:VCALENDAR"]).encode()


def _write_event(record: Mapping[str, Any], stamp: str, domain: str) -> Iterable[str]:
    day = date.fromisoformat(str(record["target_day"]))
    summary = f"Due: {record['id']} {record['title']}"
    details = [
        f"Responsible officer: {record['accountable']}" if record.get("accountable") else "",
        f"Target date: {record['target']}",
    ]
    return (
        "BEGIN:VEVENT",
        f"UID:{record['id']}@{domain}.p2ptrack",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        *_list_recurrence(record),
        f"SUMMARY:{_escape(summary)}",
        f"DESCRIPTION:{_escape(chr(10).join(filter(None, details)))}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    )


_SHORTEST_MONTH = 28


def _list_recurrence(record: Mapping[str, Any]) -> Iterable[str]:
    """Yield how often an event recurs, if it does. On the last day of a month it stays on the last day.

    The first day of the series decides: a duty of the 30th is due on 28 February and then on 30 March. Without more, a
    calendar leaves out the months that lack a 29th or a 30th.
    """
    if every := record.get("every"):
        first = date.fromisoformat(str(record["series_start"]))
        days = ",".join(map(str, range(_SHORTEST_MONTH, first.day + 1)))
        last = f";BYMONTHDAY={days};BYSETPOS=-1" if first.day > _SHORTEST_MONTH else ""
        last = ";BYMONTHDAY=-1" if (first + timedelta(days=1)).day == 1 else last
        yield f"RRULE:FREQ=MONTHLY;INTERVAL={count_months(str(every))}{last}"


def _escape(text: str) -> str:
    """Return text as a calendar writes it (RFC 5545, section 3.3.11)."""
    lines = (_CONTROL.sub(" ", line) for line in text.splitlines())
    return "\\n".join(re.sub(r"([\\;,])", r"\\\1", line) for line in lines)


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def _fold(line: str) -> str:
    """Return a line cut into lines of at most 75 bytes, without cutting a character."""
    parts, size = [""], 0
    for character in line:
        width = len(character.encode())
        if size + width > _MAX_LINE_BYTES:
            parts.append(" ")
            size = 1
        parts[-1] += character
        size += width
    return "\r\n".join(parts)


def make_slug(text: str, default: str = "register") -> str:
    """Return a text in small letters, digits and hyphens, for names of files and packages."""
    return re.sub(r"[^a-z0-9]+", "-", fold_text(text)).strip("-") or default


ExportWriter = Callable[[Export], bytes]
EXPORT_FORMATS: Mapping[str, ExportWriter] = {
    "json": write_json_tables,
    "xlsx": write_xlsx,
    "sqlite": write_sqlite,
    "ics": write_calendar,
}
"""The formats of a single file. CSV is a folder of files."""


# Parquet files in folders by register and position date, for DuckDB, Power BI and others.

INSTALL_ADVICE = 'To write Parquet files, install the library: pip install "p2ptrack[portfolio]"'
_OWN_COLUMNS = ("council", "commit", "position_date")
_PARTITION_KEYS = ("register", "position")
_RESERVED_NAMES = frozenset((*_OWN_COLUMNS, *_PARTITION_KEYS))
_MAX_SLUG = 60
_DIGEST_LENGTH = 8


def require_pyarrow() -> Any:
    """Return the library that writes Parquet. Raises `OperationError` where it is not installed."""
    try:
        import pyarrow.parquet
    except ImportError:
        raise OperationError(INSTALL_ADVICE) from None
    return pyarrow


def make_register_key(export: Export) -> str:
    """Return the name of a register in a portfolio, from its organisation and title: letters, digits and hyphens.

    Its last part differs between two registers whose names are the same in plain letters.
    """
    names = f"{export.organisation}\0{export.title}"
    digest = hashlib.sha256(names.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_LENGTH]
    slug = make_slug(export.organisation or export.title)[:_MAX_SLUG].strip("-")
    return f"{slug}-{digest}"


def write_partition(export: Export, key: str) -> Iterator[tuple[str, bytes]]:
    """Yield each table of a register as a Parquet file, with its path in the portfolio.

    The path has the register's name in the portfolio and the position date. The first columns are the council, the
    commit and the position date. Another field with one of these names is renamed, for example to `commit_of_record`.
    """
    pyarrow = require_pyarrow()
    folder = f"{_PARTITION_KEYS[0]}={key}/{_PARTITION_KEYS[1]}={export.as_of.isoformat()}"
    for table in export.tables:
        stream = io.BytesIO()
        # DuckDB reads the footer of each file. Without a copy of its schema for Arrow it is about a third shorter.
        pyarrow.parquet.write_table(
            _build_table(pyarrow, export, table), stream, compression="zstd", store_schema=False
        )
        yield f"{folder}/{table.name}.parquet", stream.getvalue()


def _build_table(pyarrow: Any, export: Export, table: ExportTable) -> Any:
    types = {
        "string": pyarrow.string(),
        "date": pyarrow.date32(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "boolean": pyarrow.bool_(),
    }
    own_values = {
        "council": (export.organisation or export.title, types["string"]),
        "commit": (export.commit or None, types["string"]),
        "position_date": (export.as_of, types["date"]),
    }
    arrays = {
        name: pyarrow.repeat(pyarrow.scalar(value, type_), len(table.rows))
        for name, (value, type_) in own_values.items()
    }
    for index, column in enumerate(table.columns):
        if column.name in own_values and not column.path:
            continue  # the commit in the position
        name = f"{column.name}_of_record" if column.name in _RESERVED_NAMES else column.name
        values: list[Any] = [row[index] for row in table.rows]
        try:
            if column.type == "number":
                values = [None if value is None else float(value) for value in values]
            arrays[name] = pyarrow.array(values, types[column.type])
        except OverflowError:
            raise OperationError(f"A number in {table.name}.{column.name} is too large for Parquet.") from None
    return pyarrow.table(arrays)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an e-mail."""

    name: str
    media_type: str
    data: bytes


def write_email(subject: str, text: str, html: str, attachments: Sequence[Attachment] = ()) -> bytes:
    """Return a draft with the same content as plain text and as HTML, and with files."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(subject.split())
    message["X-Unsent"] = "1"  # Outlook opens it as a draft
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    for attachment in attachments:
        main, _, sub = attachment.media_type.partition("/")
        message.add_attachment(attachment.data, maintype=main, subtype=sub, filename=attachment.name)
    digest = hashlib.sha256(f"{subject}\0{text}\0{html}".encode()).hexdigest()[:24]
    multiparts = (part for part in message.walk() if part.is_multipart())
    for number, part in enumerate(multiparts):
        part.set_boundary(f"p2ptrack_{number}_{digest}")
    return message.as_bytes()
