"""What stands in a cell of a workbook, and how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from p2ptrack.formats.excel.cell_text import told
from p2ptrack.formats.plain import scalar
from p2ptrack.formats.safe_text import printable
from p2ptrack.records.dates import CouncilDate
from p2ptrack.reports.document import Block, Cell, Ref, Scalar

Look = Literal["text", "guarded", "number", "day", "head", "title", "line", "strong", "link"]
FORMULA = tuple("=+-@\t\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet may take for the beginning of a formula when somebody edits the cell."""

_EXCEL_BEGINS = date(1900, 3, 1)


@dataclass(frozen=True, slots=True)
class Value:
    """One cell: text, a number or a day. `sheet` is where a link leads to."""

    content: str | int | date
    look: Look = "text"
    starred: bool = False
    sheet: str = ""


def value(content: Scalar | Ref | tuple[Block, ...], *, starred: bool = False) -> Value:
    """Return a cell's value: numbers and days keep their types, and a vague date stays as it was written.

    The star of a reading is printed by the number format, so that the cell can still be counted with.
    """
    day = _day(content)
    if day is not None:
        return Value(day, "day", starred)
    if isinstance(content, int):
        return Value(content, "number", starred)
    words = told(content) if isinstance(content, tuple) else scalar(content)
    return text(words + "*" * starred)


def of_cell(cell: Cell) -> Value:
    """Return the value of a cell of a table."""
    return value(cell.content, starred=cell.starred)


def text(words: str, look: Look = "text") -> Value:
    """Return text that stays text, whatever it begins with."""
    plain = printable(words)
    return Value(plain, "guarded" if look == "text" and plain.startswith(FORMULA) else look)


def _day(content: object) -> date | None:
    """Return the one day that a date means, where Excel can count it; Excel's own 1900 is wrong until March."""
    day = content
    if isinstance(content, CouncilDate):
        plain = content.precision == "day" and not content.ongoing and not content.inferred and content.anchor is None
        day = content.earliest if plain else None
    return day if isinstance(day, date) and day >= _EXCEL_BEGINS else None
