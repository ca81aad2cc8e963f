"""The parts of a paper in Word: one way to write each sort of block."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from p2ptrack.formats.plain import format_scalar
from p2ptrack.formats.word.lists import BlockPosition, make_list
from p2ptrack.formats.word.marks import (
    DocxContext,
    DocxParagraph,
    DocxPiece,
    add_bookmark,
    make_run,
    make_run_style,
    make_spans,
    make_word_element,
)
from p2ptrack.formats.word.prose import make_prose
from p2ptrack.formats.word.tables import TableContext, make_table
from p2ptrack.reports.document import Block, Bullets, Fact, Facts, Notice, Paragraph, Prose, Section, Table

PORTRAIT_WIDTH, LANDSCAPE_WIDTH = 9638, 14570
"""The width of the text on an upright and on a turned page, in twentieths of a point: A4 less 2 cm on each side."""
MAX_HEADING_LEVEL = 6

_PARAGRAPH_STYLES = {"lead": "Lead", "note": "Note", "key": "Note", "source": "Note", "status": "RecordLine"}
OrientedPiece = tuple[DocxPiece, bool]
"""A piece, and whether it stands on a page turned on its side."""


def lay_out_blocks(
    blocks: Iterable[Block], position: BlockPosition, context: DocxContext, *, wide: bool = False
) -> list[OrientedPiece]:
    """Return the blocks of a page one after the other, those of a section after its heading."""
    pieces: list[OrientedPiece] = []
    for block in blocks:
        is_turned = wide or is_wide(block)
        if isinstance(block, Section):
            pieces.append((_make_heading(block, position, context), is_turned))
            pieces += lay_out_blocks(
                block.blocks, replace(position, heading=position.heading + 1), context, wide=is_turned
            )
        else:
            pieces += [(piece, is_turned) for piece in _make_block(block, position, context, wide=is_turned)]
    return pieces


def is_wide(block: Block) -> bool:
    """Whether a block wants a turned page. What stands beside a wide table in its section is turned with it."""
    match block:
        case Table():
            return block.landscape
        case Section():
            return block.landscape or any(isinstance(inner, Table) and inner.landscape for inner in block.blocks)
        case _:
            return False


def _make_heading(section: Section, position: BlockPosition, context: DocxContext) -> DocxParagraph:
    level = min(position.heading, MAX_HEADING_LEVEL)
    return DocxParagraph(f"Heading{level}", add_bookmark(section, (make_run(section.title),), context))


def _make_block(block: Block, position: BlockPosition, context: DocxContext, *, wide: bool = False) -> list[DocxPiece]:
    pieces: list[DocxPiece] = []
    match block:
        case Paragraph():
            pieces = [
                DocxParagraph(
                    _choose_paragraph_style(block, position), make_spans(block.spans, context), position.indent
                )
            ]
        case Prose():
            pieces = make_prose(block.markdown, position, context)
        case Bullets():
            items = (partial(_make_blocks, item, context) for item in block.items)
            pieces = make_list(items, position, context, 1 if block.ordered else None)
        case Facts():
            pieces = make_facts(block.rows, position, context)
        case Table():
            cell_position = BlockPosition(cell=True, style="TableText")
            table_context = TableContext(
                context,
                LANDSCAPE_WIDTH if wide else PORTRAIT_WIDTH,
                lambda cell_blocks: _make_blocks(cell_blocks, context, cell_position),
            )
            summary = (
                [DocxParagraph(position.style, (make_run(block.picture.summary),), position.indent)]
                if block.picture
                else []
            )
            pieces = [*summary, *make_table(block, position, table_context)]
        case Notice():
            pieces = _make_blocks(
                block.blocks, context, replace(position, style=position.style if position.cell else "Notice")
            )
        case Section():
            pieces = [piece for piece, _ in lay_out_blocks((block,), position, context)]
    return pieces


def _make_blocks(blocks: tuple[Block, ...], context: DocxContext, position: BlockPosition) -> list[DocxPiece]:
    return [piece for block in blocks for piece in _make_block(block, position, context)]


def _choose_paragraph_style(block: Paragraph, position: BlockPosition) -> str:
    is_nested = position.cell or position.depth or position.style != BlockPosition().style
    return position.style if is_nested else _PARAGRAPH_STYLES.get(block.role, position.style)


def make_facts(rows: Iterable[Fact], position: BlockPosition, context: DocxContext) -> list[DocxPiece]:
    """Return labelled values, one a line; in the text the values stand under each other."""
    aligned = not position.cell and not position.depth
    return [piece for row in rows for piece in _make_fact(row, position, context, aligned=aligned)]


def _make_fact(row: Fact, position: BlockPosition, context: DocxContext, *, aligned: bool) -> list[DocxPiece]:
    label = make_run(f"{row.label}:", make_run_style("Strong"))
    gap = make_word_element("r", make_word_element("tab")) if aligned else make_run(" ")
    value = [make_run(format_scalar(row.value) + (" " if row.spans else ""))] if row.value is not None else []
    style = "Fact" if aligned else position.style
    more_lines = (
        DocxParagraph("FactMore" if aligned else style, make_spans(line, context), position.indent)
        for line in row.lines
    )
    return [DocxParagraph(style, (label, gap, *value, *make_spans(row.spans, context)), position.indent), *more_lines]
