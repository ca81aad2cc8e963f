"""What stands in a cell of a workbook, and how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from p2ptrack.formats.excel.cell_text import format_blocks
from p2ptrack.formats.plain import format_scalar
from p2ptrack.formats.safe_text import strip_unprintable
from p2ptrack.records.dates import CouncilDate
from p2ptrack.reports.document import Block, Cell, Ref, Scalar

CellStyle = Literal["text", "guarded", "number", "day", "head", "title", "line", "strong", "link"]
FORMULA_PREFIXES = tuple("=+-@\t\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet may take for the beginning of a formula when somebody edits the cell."""

_FIRST_EXCEL_DATE = date(1900, 3, 1)


@dataclass(frozen=True, slots=True)
class CellValue:
    """One cell: text, a number or a day. `sheet` is where a link leads to."""

    content: str | int | date
    style: CellStyle = "text"
    starred: bool = False
    sheet: str = ""


def make_value(content: Scalar | Ref | tuple[Block, ...], *, starred: bool = False) -> CellValue:
    """Return a cell's value: numbers and days keep their types, and a vague date stays as it was written.

    The star of a reading is printed by the number format, so that the cell can still be counted with.
    """
    day = _find_exact_day(content)
    if day is not None:
        return CellValue(day, "day", starred)
    if isinstance(content, int):
        return CellValue(content, "number", starred)
    text = format_blocks(content) if isinstance(content, tuple) else format_scalar(content)
    return make_text(text + "*" * starred)


def make_cell_value(cell: Cell) -> CellValue:
    """Return the value of a cell of a table."""
    return make_value(cell.content, starred=cell.starred)


def make_text(content: str, style: CellStyle = "text") -> CellValue:
    """Return text that stays text, whatever it begins with."""
    printable_text = strip_unprintable(content)
    return CellValue(
        printable_text, "guarded" if style == "text" and printable_text.startswith(FORMULA_PREFIXES) else style
    )


def _find_exact_day(content: object) -> date | None:
    """Return the one day that a date means, where Excel can count it; Excel's own 1900 is wrong until March."""
    day = content
    if isinstance(content, CouncilDate):
        is_exact = (
            content.precision == "day" and not content.ongoing and not content.inferred and content.anchor is None
        )
        day = content.earliest if is_exact else None
    return day if isinstance(day, date) and day >= _FIRST_EXCEL_DATE else None
