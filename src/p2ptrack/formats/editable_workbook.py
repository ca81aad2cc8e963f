"""Workbooks that people edit and import again: the identity of an exported one, and the workbook for answers."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from p2ptrack.formats.office import unzip_files, zip_files
from p2ptrack.model.fields import Status
from p2ptrack.queries.owners import RequestedItem, UpdateRequest

BASE_SHEET = "p2ptrack-register"
"""The name of the hidden worksheet, by which a workbook is recognised."""
BASE_VERSION = 1
MAX_CELL_UNITS = 32_767
"""The longest text of a cell in Excel, in UTF-16 units."""
_CUT = " … [cut here: the text is longer than a cell can hold]"
_DIGEST_LENGTH = 10
NO_TEXT = "-"
"""The fingerprint of an empty cell."""
_LINE_ENDS = re.compile(r"\r\n|\r")

CellContent = str | int | bool | date | None


@dataclass(frozen=True, slots=True)
class BaseRow:
    """A row as it was written: its worksheet, what it is about, and its cells in the order of the columns."""

    sheet: str
    key: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegisterIdentity:
    """The origin of a workbook: its register, commit and day, and for whom it was written."""

    organisation: str
    title: str
    commit: str
    as_of: date
    audience: str

    def to_json(self) -> dict[str, Any]:
        """Return the identity as in the hidden worksheet."""
        names = {"organisation": self.organisation, "title": self.title, "commit": self.commit}
        return {**names, "as_of": self.as_of.isoformat(), "audience": self.audience}


def make_cell_text(value: CellContent) -> str:
    """Return a value as the text of its cell, by which cells are compared."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    text = _LINE_ENDS.sub("\n", str(value)).strip("\n")
    if len(text) * 2 > MAX_CELL_UNITS and len(text.encode("utf-16-le")) > MAX_CELL_UNITS * 2:
        cut = text.encode("utf-16-le")[: (MAX_CELL_UNITS - len(_CUT)) * 2].decode("utf-16-le", "ignore")
        return f"{cut}{_CUT}"
    return text


def is_cut(text: str) -> bool:
    """Whether a text was cut because a cell cannot hold all of it."""
    return _CUT in text


def digest_text(text: str) -> str:
    """Return the fingerprint of the text of a cell."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH] if text else NO_TEXT


def write_base_sheet(
    workbook: Any,
    purpose: str,
    identity: RegisterIdentity,
    columns: Mapping[str, Sequence[str]],
    rows: Iterable[BaseRow],
    extra: Mapping[str, str] | None = None,
) -> None:
    """Add the hidden worksheet. `columns` are the headings of each worksheet that is read again."""
    sheet = workbook.add_worksheet(BASE_SHEET)
    sheet.very_hidden()
    head = {"p2ptrack": BASE_VERSION, "purpose": purpose, **identity.to_json(), **(extra or {}), "columns": columns}
    for index, part in enumerate(_split(json.dumps(head, ensure_ascii=False))):
        sheet.write_string(0, index, part)
    for number, row in enumerate(rows, 1):
        for index, text in enumerate((row.sheet, row.key, " ".join(map(digest_text, row.texts)))):
            sheet.write_string(number, index, text)


def _split(text: str, size: int = MAX_CELL_UNITS // 2) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def normalise_package(data: bytes) -> bytes:
    """Return a workbook without the time at which it was written."""
    return zip_files(unzip_files(data))


# The workbook for answers: a row for each open item, with white columns.

ANSWERS_PURPOSE = "answers"
ANSWERS_SHEET = "Your items"
ID, TARGET, CURRENT_STATUS = "Id", "Target date", "Status"
TEXT, STATUS, COMPLETED, NEW_TARGET, REASON, DAY = (
    "What has happened since?",
    "Status now",
    "Completed on",
    "New target date",
    "Reason for the new date",
    "Date of your answer",
)
_READ_ONLY_WIDTHS: Mapping[str, int] = {
    ID: 8,
    "Item": 32,
    "Recommendation or request": 40,
    TARGET: 16,
    CURRENT_STATUS: 14,
    "Last update": 40,
    "Question": 40,
}
_ANSWER_WIDTHS: Mapping[str, int] = {TEXT: 50, STATUS: 16, COMPLETED: 16, NEW_TARGET: 16, REASON: 30, DAY: 16}
HEADINGS = (*_READ_ONLY_WIDTHS, *_ANSWER_WIDTHS)
ANSWER_HEADINGS = tuple(_ANSWER_WIDTHS)
OFFERED_STATUSES = (Status.NOT_STARTED, Status.IN_PROGRESS, Status.COMPLETE)
"""The statuses that an officer can report. Others need a decision."""


def write_answer_workbook(request: UpdateRequest, identity: RegisterIdentity) -> bytes:
    """Return the workbook for an officer's answers."""
    import xlsxwriter

    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    workbook.set_properties({"title": request.title, "created": datetime.combine(identity.as_of, time())})
    heading = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    read_only = workbook.add_format({"bg_color": "#EEEEEE", "text_wrap": True, "valign": "top"})
    answer = workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top", "locked": False})
    sheet = workbook.add_worksheet(ANSWERS_SHEET)
    sheet.freeze_panes(1, 2)
    for index, name in enumerate(HEADINGS):
        sheet.write_string(0, index, name, heading)
        sheet.set_column(index, index, {**_READ_ONLY_WIDTHS, **_ANSWER_WIDTHS}[name])
    rows = [_list_texts(item) for item in request.items]
    for number, texts in enumerate(rows, 1):
        for index, text in enumerate(texts):
            sheet.write_string(number, index, text, read_only)
        for index in range(len(texts), len(HEADINGS)):
            sheet.write_blank(number, index, None, answer)
    column = HEADINGS.index(STATUS)
    words = [status.value.replace("_", " ").capitalize() for status in OFFERED_STATUSES]
    sheet.data_validation(
        1, column, max(len(rows), 1), column, {"validate": "list", "source": words, "error_type": "warning"}
    )
    sheet.protect("", {"format_columns": True, "format_rows": True, "format_cells": True})
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    _write_notes(workbook, request)
    base = (BaseRow(ANSWERS_SHEET, texts[0], tuple(texts)) for texts in rows)
    extra = {"meeting": request.meeting.id, "post": request.post}
    write_base_sheet(workbook, ANSWERS_PURPOSE, identity, {ANSWERS_SHEET: HEADINGS}, base, extra)
    workbook.close()
    return normalise_package(stream.getvalue())


def _list_texts(item: RequestedItem) -> list[str]:
    record = item.record
    request = record.origin_text or record.agreed_action or ""
    values = (record.id, record.title, request, item.target, item.status, item.last_update, item.question)
    return [make_cell_text(value) for value in values]


def _write_notes(workbook: Any, request: UpdateRequest) -> None:
    sheet = workbook.add_worksheet("How to answer")
    sheet.set_column(0, 0, 100)
    lines = (
        request.title,
        f"Please send this workbook back by {request.due}.",
        "Fill in the white columns. Leave a row empty if you have nothing to report on it.",
        "The grey columns show what is recorded now. Changes there are not read.",
        "A new target date needs a reason. Where your council approves target dates, it is a request until then.",
        "Dates can be written as 31 March 2027. Without one, your answer has the day on which you saved the workbook.",
    )
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, line)
