"""Which headers each cell of a table has, by the rules that HTML and ISO 32000-1 (14.8.5.7) share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from p2ptrack.formats.pdf_structure.tree import Node

ROW, COLUMN = "/Row", "/Column"
_GROUPS = ("THead", "TBody", "TFoot")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell and the rows and columns that it covers, counted from the head of its group of rows."""

    node: Node
    rows: range
    columns: range


@dataclass(slots=True)
class Heads:
    """The names of header cells: by column for the whole table and for this group of rows, and by row."""

    table: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    group: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    row: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))


def relate(table: Node, numbers: count[int]) -> None:
    """Name the header cells of a table, and in every cell the headers that it stands under and beside."""
    table.kids.sort(key=lambda kid: isinstance(kid, Node) and kid.role == "TFoot")
    _plain_where_small(table)
    heads = Heads()
    for group in _groups(table):
        heads.group, heads.row = defaultdict(list), defaultdict(list)
        _leave_data(group)
        cells = tuple(grid(group))
        for cell in cells:
            _describe(cell, group, numbers)
            _note_row_head(cell, heads)
        for cell in cells:
            _tie(cell, group, heads)


def _plain_where_small(table: Node) -> None:
    """Make data of what heads the rows where headers would outnumber the data.

    In a row of a cell or two the reader has just read what heads it; and software takes a table that is
    mostly headers for one that was cut up by mistake.
    """
    cells = [node for group in _groups(table) for row in group.nodes for node in row.nodes]
    heads = [node for node in cells if node.role == "TH"]
    if 2 * len(heads) > len(cells):
        for node in heads:
            if node.element is not None and node.element.get("scope") == "row":
                node.role = "TD"


def _groups(table: Node) -> Iterator[Node]:
    for node in table.nodes:
        if node.role in _GROUPS:
            yield node


def _leave_data(group: Node) -> None:
    """Give the last column of a row that only heads its group to an empty data cell.

    A row of headers alone is taken for a second head of the table, by people's software and by checkers.
    """
    for row in group.nodes:
        if len(row.nodes) == 1 and _is_wide_heading(row.nodes[0]):
            row.add("TD")


def _is_wide_heading(node: Node) -> bool:
    element = node.element
    return element is not None and element.get("scope") == "rowgroup" and _span(node, "colspan") > 1


def grid(group: Node) -> Iterator[Cell]:
    """Yield the cells of a group of rows where they stand, with spans that end where the group ends."""
    taken: set[tuple[int, int]] = set()
    rows = [node for node in group.nodes if node.role == "TR"]
    for index, row in enumerate(rows):
        for node in row.nodes:
            start = next(column for column in count() if (index, column) not in taken)
            last = index + (_span(node, "rowspan") or len(rows))
            width = (_span(node, "colspan") or 1) - _is_wide_heading(node)
            cell = Cell(node, range(index, min(last, len(rows))), range(start, start + width))
            taken.update((each, column) for each in cell.rows for column in cell.columns)
            yield cell


def _span(node: Node, name: str) -> int:
    text = node.element.get(name, "1") if node.element is not None else "1"
    return int(text) if text.isdecimal() else 1


def _describe(cell: Cell, group: Node, numbers: count[int]) -> None:
    node = cell.node
    node.attributes = {"O": "/Table"} | _spans(cell)
    if node.role == "TH":
        node.name = f"h{next(numbers)}"
        node.attributes["Scope"] = _scope(cell, group)


def _spans(cell: Cell) -> dict[str, Any]:
    spans = {"RowSpan": len(cell.rows), "ColSpan": len(cell.columns)}
    return {name: span for name, span in spans.items() if span != 1}


def _scope(cell: Cell, group: Node) -> str:
    """Return whether a header stands over its column or before its row.

    The heading of a group of rows stands over the cells below it where it is as wide as they are.
    """
    said = cell.node.element.get("scope", "") if cell.node.element is not None else ""
    if said == "rowgroup":
        return COLUMN if _is_wide_heading(cell.node) else ROW
    if said in {"row", "col", "colgroup"}:
        return ROW if said == "row" else COLUMN
    return COLUMN if group.role == "THead" else ROW


def _note_row_head(cell: Cell, heads: Heads) -> None:
    if cell.node.attributes.get("Scope") == ROW:
        for row in cell.rows:
            heads.row[row].append(cell.node.name)


def _tie(cell: Cell, group: Node, heads: Heads) -> None:
    """Write a cell's headers; the cells of a group come in reading order, so those above are known."""
    over = [name for column in cell.columns for name in (*heads.table[column], *heads.group[column])]
    beside = [name for row in cell.rows for name in heads.row[row]]
    cell.node.attributes["Headers"] = tuple(name for name in dict.fromkeys(over + beside) if name != cell.node.name)
    if cell.node.attributes.get("Scope") == COLUMN:
        below = heads.table if group.role == "THead" else heads.group
        for column in range(cell.columns.start, cell.columns.stop + _is_wide_heading(cell.node)):
            below[column].append(cell.node.name)
