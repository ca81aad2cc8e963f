"""The input of a paper: the case that its audience may see, and how the paper is printed.

A clerk sets the sections and columns of papers, and their order, in `templates/layout.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import date
from string import ascii_uppercase

from p2ptrack.analysis.case import Case, Redactions, RegisterProvenance
from p2ptrack.analysis.contracts import EarlierContracts
from p2ptrack.analysis.redaction import Audience
from p2ptrack.diagnostics import Problem
from p2ptrack.errors import OperationError
from p2ptrack.model.history import RegisterHistory
from p2ptrack.model.kinds import Kind
from p2ptrack.model.programme import Layout, Meeting, Policy, Wording
from p2ptrack.model.records import Record
from p2ptrack.model.register import Register
from p2ptrack.phrases import join_words, suggest
from p2ptrack.reports.document import Block, Column, Document, Notice, Section, Table, walk_blocks
from p2ptrack.values import dataclass


def format_kind(words: Wording, kind: Kind) -> str:
    """Return what papers call the records of a kind: a declared one has its words in the declaration."""
    return kind.plural_title if kind.is_declared else words(f"kind_{kind.name}")


@dataclass(frozen=True, slots=True)
class PaperContext:
    """The input of a report. The register of `case` is what the `audience` may see.

    `meeting` is the one that the paper is for, and `report` the key of the paper's entry in the programme.
    `earlier_contracts` is the contracts register of a year before.
    """

    case: Case
    audience: Audience = Audience.OFFICERS
    wording: Wording = field(default_factory=Wording)
    layout: Layout = field(default_factory=Layout)
    provenance: RegisterProvenance = field(default_factory=lambda: RegisterProvenance(""))
    meeting: Meeting | None = None
    report: str = ""
    earlier_contracts: EarlierContracts | None = None

    @property
    def register(self) -> Register:
        """Return the register that the audience may see."""
        return self.case.register

    def describe_none(self, key: str, model: type[Record], **values: object) -> str:
        """Return the sentence that there are no records of a model, or that some could not be read."""
        return self.wording("none_known") if self.register.may_hide(model, "id") else self.wording(key, **values)

    def format_number(self, number: int, model: type[Record]) -> str:
        """Return how many records of a model there are, or that none is known where some could not be read."""
        is_known = number or not self.register.may_hide(model, "id")
        return str(number) if is_known else self.wording("not_known")

    @property
    def as_of(self) -> date:
        """Return the position date."""
        return self.case.as_of

    @property
    def policy(self) -> Policy:
        """Return the council's policy."""
        return self.case.policy

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return the problems of the register, as far as the audience may read them."""
        return self.case.problems

    @property
    def history(self) -> RegisterHistory | None:
        """Return what the audience may see of the register's history; None when no paper needs it."""
        return self.case.history

    @property
    def redactions(self) -> Redactions:
        """Return what was removed or marked for the audience."""
        return self.case.redactions


LAYOUT_FILE = "templates/layout.yaml"
_MIN_LETTERED_PARTS = 2
_CLOSING_SECTIONS = frozenset({"background", "key", "glossary"})
"""Sections at the end of a paper that begin no new page."""


@dataclass(frozen=True, slots=True)
class ReportParts:
    """The sections and, by table, the columns that a report can have, whether or not a register fills them.

    The layout names columns whose keys have a `:` by the text before it: `phases` for `phases:P1` and `phases:P2`.
    `lettered_sections` are the paper's Part A, Part B and so on. `opening_sections` come before its list of contents.
    """

    sections: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lettered_sections: tuple[str, ...] = ()
    opening_sections: tuple[str, ...] = ()


def apply_layout(document: Document, layout: Layout, report: str, parts: ReportParts) -> Document:
    """Return the document with the sections and columns that the layout names, in its order.

    A paper follows the layout under its own name, otherwise under its report's. A section or column that is not named
    is left out, and so is one that the register does not fill. Raises `OperationError` for an unknown name.
    """
    name = document.name if document.name in layout.sections else report
    _check_known(layout.sections.get(name, ()), parts.sections, f"section of {name}")
    for table, columns in parts.columns.items():
        _check_known(layout.columns.get(table, ()), columns, f"column of {table}")
        if layout.columns.get(table) == ():
            advice = f"Name its columns, such as {join_words(columns[:2])}, or leave out {table}: to print all."
            raise OperationError(f"{LAYOUT_FILE}: {table} has no columns. {advice}")
    blocks = _arrange_blocks(document.blocks, _LayoutOrder(layout.sections.get(name), layout, parts))
    return replace(document, blocks=tuple(_orient_sections(blocks)))


def _orient_sections(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the main sections with their final orientation.

    A heading is on the page of its landscape table. A section without rows is not landscape, and the closing sections
    do not start a new page.
    """
    landscape = False
    for block in blocks:
        if isinstance(block, Section):
            if block.key not in _CLOSING_SECTIONS:
                tables = [inner for inner in walk_blocks(block.blocks) if isinstance(inner, Table) and inner.rows]
                landscape = bool(tables) and (block.landscape or any(table.landscape for table in tables))
            yield replace(block, landscape=landscape)
        else:
            yield block


def add_part_letters(document: Document, parts: ReportParts, words: Wording) -> Document:
    """Return the document with its main parts called Part A, Part B and so on, when it has more than one."""
    main_sections = [
        block for block in document.blocks if isinstance(block, Section) and block.key in parts.lettered_sections
    ]
    if len(main_sections) < _MIN_LETTERED_PARTS:
        return document
    letters = iter(ascii_uppercase)
    blocks = (
        replace(block, title=words("part", letter=next(letters), title=block.title))
        if isinstance(block, Section) and block.key in parts.lettered_sections
        else block
        for block in document.blocks
    )
    return replace(document, blocks=tuple(blocks))


def check_layout_names(layout: Layout, papers: Iterable[str], tables: Iterable[str]) -> None:
    """Raise `OperationError` when the layout names a paper or a table that does not exist."""
    _check_known(layout.sections, tuple(papers), "paper")
    _check_known(layout.columns, tuple(tables), "table")


@dataclass(frozen=True, slots=True)
class _LayoutOrder:
    section_keys: tuple[str, ...] | None
    layout: Layout
    parts: ReportParts

    def find_position(self, block: Block) -> int:
        """Return the position of a block, -1 for one left out; what is not a section of the report comes first."""
        if self.section_keys is None or not isinstance(block, Section) or block.key not in self.parts.sections:
            return 0
        return self.section_keys.index(block.key) + 1 if block.key in self.section_keys else -1


def _check_known(names: Iterable[str], allowed: tuple[str, ...], description: str) -> None:
    for name in names:
        if name not in allowed:
            names_text = join_words(suggest(name, allowed) or allowed, "or")
            raise OperationError(f"{LAYOUT_FILE}: “{name}” is not a {description}. Use {names_text}.")


def _arrange_blocks(blocks: tuple[Block, ...], order: _LayoutOrder) -> tuple[Block, ...]:
    positioned = [(order.find_position(block), block) for block in blocks]
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
    indices = [
        index for key in column_keys for index, column in enumerate(table.columns) if _get_base_key(column) == key
    ]
    # If no record fills the named columns, the first one still shows which records there are.
    return _select_columns(table, indices or [0])


def drop_empty_columns(table: Table, required: frozenset[str]) -> Table:
    """Return the table without the columns that no row fills, except the required ones."""
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


def _get_base_key(column: Column) -> str:
    return column.key.partition(":")[0]
