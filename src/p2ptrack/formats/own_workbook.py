"""What p2ptrack's own workbooks hold besides their cells, so that they can be imported after somebody filled them in.

A hidden worksheet names the register and, for each row, the fingerprint of every cell as it was written. A cell with
another fingerprint was edited; a value of the register with another fingerprint has changed since.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from p2ptrack.formats.office import unzip_files, zip_files

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
    """Which register a workbook is from, the commit and the day, and for whom it was written."""

    organisation: str
    title: str
    commit: str
    as_of: date
    audience: str

    def to_json(self) -> dict[str, Any]:
        """Return it as the hidden worksheet holds it."""
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
    """Whether a text was longer than a cell can hold."""
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
