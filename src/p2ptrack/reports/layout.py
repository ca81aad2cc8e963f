"""Which sections and columns a paper has and in which order: a clerk's to say, in `templates/layout.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from string import ascii_uppercase

from p2ptrack.errors import CannotGoOn
from p2ptrack.records.words import Layout, Words
from p2ptrack.reports.document import Block, Column, Document, Notice, Section, Table

FILE = "templates/layout.yaml"
_PARTS_TO_LETTER = 2


@dataclass(frozen=True, slots=True)
class Parts:
    """What a report can have: its sections and, by table, its columns, whether or not a register fills them.

    A column whose key has a `:` stands for several, which the layout names by what is before it: `phases`
    for `phases:P1` and `phases:P2`. The `lettered` sections are the paper's Part A, Part B and so on;
    the `opening` ones stand before its list of contents.
    """

    sections: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lettered: tuple[str, ...] = ()
    opening: tuple[str, ...] = ()


def arrange(document: Document, layout: Layout, report: str, parts: Parts) -> Document:
    """Return the document with the sections and columns that the layout names, in its order.

    A paper follows what is said under its own name, else under its report's. A section or column that
    is not named is left out; one that is named and that the register does not fill stays out too.
    Raises `CannotGoOn` for a name that the report does not know.
    """
    name = document.name if document.name in layout.sections else report
    _check(layout.sections.get(name, ()), parts.sections, f"section of {name}")
    for table, known in parts.columns.items():
        _check(layout.columns.get(table, ()), known, f"column of {table}")
    return replace(document, blocks=_blocks(document.blocks, _Order(layout.sections.get(name), layout, parts)))


def lettered(document: Document, parts: Parts, words: Words) -> Document:
    """Return the document with its main parts called Part A, Part B and so on, where it has more than one."""
    main = [block for block in document.blocks if isinstance(block, Section) and block.key in parts.lettered]
    if len(main) < _PARTS_TO_LETTER:
        return document
    titles = {
        id(block): words("part", letter=letter, title=block.title)
        for letter, block in zip(ascii_uppercase, main, strict=False)
    }
    blocks = (
        replace(b, title=titles[id(b)]) if isinstance(b, Section) and id(b) in titles else b for b in document.blocks
    )
    return replace(document, blocks=tuple(blocks))


def check_names(layout: Layout, papers: Iterable[str], tables: Iterable[str]) -> None:
    """Raise `CannotGoOn` when the layout names a paper or a table that there is not."""
    _check(layout.sections, tuple(papers), "paper")
    _check(layout.columns, tuple(tables), "table")


@dataclass(frozen=True, slots=True)
class _Order:
    wanted: tuple[str, ...] | None
    layout: Layout
    parts: Parts

    def section(self, block: Block) -> int:
        """Return where a block stands; what is no section of the report itself stays before those."""
        if self.wanted is None or not isinstance(block, Section) or block.key not in self.parts.sections:
            return 0
        return self.wanted.index(block.key) + 1 if block.key in self.wanted else -1


def _check(names: Iterable[str], known: tuple[str, ...], what: str) -> None:
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1) or list(known)
            raise CannotGoOn(f"{FILE}: “{name}” is no {what}. Write {' or '.join(near)}.")


def _blocks(blocks: tuple[Block, ...], order: _Order) -> tuple[Block, ...]:
    placed = [(order.section(block), block) for block in blocks]
    kept = sorted(((place, block) for place, block in placed if place >= 0), key=lambda pair: pair[0])
    return tuple(_inside(block, order) for _, block in kept)


def _inside(block: Block, order: _Order) -> Block:
    match block:
        case Section() | Notice():
            return replace(block, blocks=_blocks(block.blocks, order))
        case Table():
            return _table(block, order.layout.columns.get(block.key))
        case _:
            return block


def _table(table: Table, wanted: tuple[str, ...] | None) -> Table:
    if wanted is None:
        return table
    return _with(table, [at for name in wanted for at, each in enumerate(table.columns) if _family(each) == name])


def filled(table: Table, always: frozenset[str]) -> Table:
    """Return the table without the columns that no row fills, but for those that it always has."""
    stated = [at for at, each in enumerate(table.columns) if each.key in always or _fills(table, at)]
    return _with(table, stated)


def _fills(table: Table, at: int) -> bool:
    return any(row.cells[at].content is not None for row in table.rows)


def _with(table: Table, chosen: list[int]) -> Table:
    columns = tuple(table.columns[at] for at in chosen)
    rows = (replace(row, cells=tuple(row.cells[at] for at in chosen)) for row in table.rows)
    return replace(table, columns=columns, rows=tuple(rows))


def _family(column: Column) -> str:
    return column.key.partition(":")[0]
