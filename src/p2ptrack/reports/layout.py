"""Which sections and columns a paper has and in which order: a clerk's to say, in `templates/layout.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from string import ascii_uppercase

from p2ptrack.errors import OperationError
from p2ptrack.model.wording import Layout, Wording
from p2ptrack.reports.document import Block, Column, Document, Notice, Section, Table

LAYOUT_FILE = "templates/layout.yaml"
_MIN_LETTERED_PARTS = 2


@dataclass(frozen=True, slots=True)
class ReportParts:
    """What a report can have: its sections and, by table, its columns, whether or not a register fills them.

    A column whose key has a `:` stands for several, which the layout names by what is before it: `phases`
    for `phases:P1` and `phases:P2`. The `add_part_letters` sections are the paper's Part A, Part B and so on;
    the `opening` ones stand before its list of contents.
    """

    sections: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lettered_sections: tuple[str, ...] = ()
    opening_sections: tuple[str, ...] = ()


def apply_layout(document: Document, layout: Layout, report: str, parts: ReportParts) -> Document:
    """Return the document with the sections and columns that the layout names, in its order.

    A paper follows what is said under its own name, else under its report's. A section or column that
    is not named is left out; one that is named and that the register does not fill stays out too.
    Raises `OperationError` for a name that the report does not know.
    """
    name = document.name if document.name in layout.sections else report
    _check_known(layout.sections.get(name, ()), parts.sections, f"section of {name}")
    for table, columns in parts.columns.items():
        _check_known(layout.columns.get(table, ()), columns, f"column of {table}")
    return replace(
        document, blocks=_arrange_blocks(document.blocks, _LayoutOrder(layout.sections.get(name), layout, parts))
    )


def add_part_letters(document: Document, parts: ReportParts, words: Wording) -> Document:
    """Return the document with its main parts called Part A, Part B and so on, where it has more than one."""
    main_sections = [
        block for block in document.blocks if isinstance(block, Section) and block.key in parts.lettered_sections
    ]
    if len(main_sections) < _MIN_LETTERED_PARTS:
        return document
    titles = {
        id(block): words("part", letter=letter, title=block.title)
        for letter, block in zip(ascii_uppercase, main_sections, strict=False)
    }
    blocks = (
        replace(b, title=titles[id(b)]) if isinstance(b, Section) and id(b) in titles else b for b in document.blocks
    )
    return replace(document, blocks=tuple(blocks))


def check_layout_names(layout: Layout, papers: Iterable[str], tables: Iterable[str]) -> None:
    """Raise `OperationError` when the layout names a paper or a table that there is not."""
    _check_known(layout.sections, tuple(papers), "paper")
    _check_known(layout.columns, tuple(tables), "table")


@dataclass(frozen=True, slots=True)
class _LayoutOrder:
    section_keys: tuple[str, ...] | None
    layout: Layout
    parts: ReportParts

    def section_position(self, block: Block) -> int:
        """Return where a block stands; what is no section of the report itself stays before those."""
        if self.section_keys is None or not isinstance(block, Section) or block.key not in self.parts.sections:
            return 0
        return self.section_keys.index(block.key) + 1 if block.key in self.section_keys else -1


def _check_known(names: Iterable[str], allowed: tuple[str, ...], description: str) -> None:
    for name in names:
        if name not in allowed:
            suggestions = get_close_matches(name, allowed, n=1) or list(allowed)
            raise OperationError(f"{LAYOUT_FILE}: “{name}” is no {description}. Write {' or '.join(suggestions)}.")


def _arrange_blocks(blocks: tuple[Block, ...], order: _LayoutOrder) -> tuple[Block, ...]:
    positioned = [(order.section_position(block), block) for block in blocks]
    ordered = sorted(((position, block) for position, block in positioned if position >= 0), key=lambda pair: pair[0])
    return tuple(_arrange_block(block, order) for _, block in ordered)


def _arrange_block(block: Block, order: _LayoutOrder) -> Block:
    match block:
        case Section() | Notice():
            return replace(block, blocks=_arrange_blocks(block.blocks, order))
        case Table():
            return _arrange_table(block, order.layout.columns.get(block.key))
        case _:
            return block


def _arrange_table(table: Table, column_keys: tuple[str, ...] | None) -> Table:
    if column_keys is None:
        return table
    return _select_columns(
        table, [index for key in column_keys for index, column in enumerate(table.columns) if _base_key(column) == key]
    )


def drop_empty_columns(table: Table, required: frozenset[str]) -> Table:
    """Return the table without the columns that no row fills, but for those that it always has."""
    indices = [
        index for index, column in enumerate(table.columns) if column.key in required or _has_values(table, index)
    ]
    return _select_columns(table, indices)


def _has_values(table: Table, index: int) -> bool:
    return any(row.cells[index].content is not None for row in table.rows)


def _select_columns(table: Table, indices: list[int]) -> Table:
    columns = tuple(table.columns[index] for index in indices)
    rows = (replace(row, cells=tuple(row.cells[index] for index in indices)) for row in table.rows)
    return replace(table, columns=columns, rows=tuple(rows))


def _base_key(column: Column) -> str:
    return column.key.partition(":")[0]
