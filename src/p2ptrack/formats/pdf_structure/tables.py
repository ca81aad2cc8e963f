"""Which headers each cell of a table has, by the rules that HTML and ISO 32000-1 (14.8.5.7) share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from p2ptrack.formats.pdf_structure.tree import StructElement

ROW_SCOPE, COLUMN_SCOPE = "/Row", "/Column"
_ROW_GROUP_ROLES = ("THead", "TBody", "TFoot")


@dataclass(frozen=True, slots=True)
class TaggedCell:
    """A cell and the rows and columns that it covers, counted from the head of its group of rows."""

    node: StructElement
    rows: range
    columns: range


@dataclass(slots=True)
class HeaderNames:
    """The names of header cells: by column for the whole table and for this group of rows, and by row."""

    table_columns: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    group_columns: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))


def relate_headers(table: StructElement, header_numbers: count[int]) -> None:
    """Name the header cells of a table, and in every cell the headers that it stands under and beside."""
    table.kids.sort(key=lambda kid: isinstance(kid, StructElement) and kid.role == "TFoot")
    _demote_row_headers(table)
    headers = HeaderNames()
    for group in _iter_row_groups(table):
        headers.group_columns, headers.rows = defaultdict(list), defaultdict(list)
        _add_empty_data_cells(group)
        cells = tuple(iter_cells(group))
        for cell in cells:
            _describe_cell(cell, group, header_numbers)
            _record_row_header(cell, headers)
        for cell in cells:
            _write_headers(cell, group, headers)


def _demote_row_headers(table: StructElement) -> None:
    """Make data of what heads the rows where headers would outnumber the data.

    In a row of a cell or two the reader has just read what heads it; and software takes a table that is
    mostly headers for one that was cut up by mistake.
    """
    cells = [node for group in _iter_row_groups(table) for row in group.child_elements for node in row.child_elements]
    header_cells = [node for node in cells if node.role == "TH"]
    if 2 * len(header_cells) > len(cells):
        for node in header_cells:
            if node.element is not None and node.element.get("scope") == "row":
                node.role = "TD"


def _iter_row_groups(table: StructElement) -> Iterator[StructElement]:
    for node in table.child_elements:
        if node.role in _ROW_GROUP_ROLES:
            yield node


def _add_empty_data_cells(group: StructElement) -> None:
    """Give the last column of a row that only heads its group to an empty data cell.

    A row of headers alone is taken for a second head of the table, by people's software and by checkers.
    """
    for row in group.child_elements:
        if len(row.child_elements) == 1 and _is_wide_heading(row.child_elements[0]):
            row.add("TD")


def _is_wide_heading(node: StructElement) -> bool:
    element = node.element
    return element is not None and element.get("scope") == "rowgroup" and _read_span(node, "colspan") > 1


def iter_cells(group: StructElement) -> Iterator[TaggedCell]:
    """Yield the cells of a group of rows where they stand, with spans that end where the group ends."""
    occupied: set[tuple[int, int]] = set()
    rows = [node for node in group.child_elements if node.role == "TR"]
    for index, row in enumerate(rows):
        for node in row.child_elements:
            first_column = next(column for column in count() if (index, column) not in occupied)
            row_end = index + (_read_span(node, "rowspan") or len(rows))
            width = (_read_span(node, "colspan") or 1) - _is_wide_heading(node)
            cell = TaggedCell(node, range(index, min(row_end, len(rows))), range(first_column, first_column + width))
            occupied.update((covered_row, column) for covered_row in cell.rows for column in cell.columns)
            yield cell


def _read_span(node: StructElement, attribute: str) -> int:
    text = node.element.get(attribute, "1") if node.element is not None else "1"
    return int(text) if text.isdecimal() else 1


def _describe_cell(cell: TaggedCell, group: StructElement, header_numbers: count[int]) -> None:
    node = cell.node
    node.attributes = {"O": "/Table"} | _collect_span_attributes(cell)
    if node.role == "TH":
        node.name = f"h{next(header_numbers)}"
        node.attributes["Scope"] = _find_header_scope(cell, group)


def _collect_span_attributes(cell: TaggedCell) -> dict[str, Any]:
    spans = {"RowSpan": len(cell.rows), "ColSpan": len(cell.columns)}
    return {name: span for name, span in spans.items() if span != 1}


def _find_header_scope(cell: TaggedCell, group: StructElement) -> str:
    """Return whether a header stands over its column or before its row.

    The heading of a group of rows stands over the cells below it where it is as wide as they are.
    """
    scope = cell.node.element.get("scope", "") if cell.node.element is not None else ""
    if scope == "rowgroup":
        return COLUMN_SCOPE if _is_wide_heading(cell.node) else ROW_SCOPE
    if scope in {"row", "col", "colgroup"}:
        return ROW_SCOPE if scope == "row" else COLUMN_SCOPE
    return COLUMN_SCOPE if group.role == "THead" else ROW_SCOPE


def _record_row_header(cell: TaggedCell, headers: HeaderNames) -> None:
    if cell.node.attributes.get("Scope") == ROW_SCOPE:
        for row in cell.rows:
            headers.rows[row].append(cell.node.name)


def _write_headers(cell: TaggedCell, group: StructElement, headers: HeaderNames) -> None:
    """Write a cell's headers; the cells of a group come in reading order, so those above are known."""
    above = [
        name for column in cell.columns for name in (*headers.table_columns[column], *headers.group_columns[column])
    ]
    beside = [name for row in cell.rows for name in headers.rows[row]]
    cell.node.attributes["Headers"] = tuple(name for name in dict.fromkeys(above + beside) if name != cell.node.name)
    if cell.node.attributes.get("Scope") == COLUMN_SCOPE:
        below = headers.table_columns if group.role == "THead" else headers.group_columns
        for column in range(cell.columns.start, cell.columns.stop + _is_wide_heading(cell.node)):
            below[column].append(cell.node.name)
