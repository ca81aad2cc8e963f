"""Tables in Word: heads repeated on each page, rows that stay whole, and words for those who do not see them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from p2ptrack.formats.arrange import group_rows, share_widths
from p2ptrack.formats.plain import format_scalar
from p2ptrack.formats.word.lists import BlockPosition
from p2ptrack.formats.word.marks import (
    DocxContext,
    DocxParagraph,
    DocxPiece,
    add_bookmark,
    iter_elements,
    make_record_mention,
    make_run,
    make_run_style,
    make_word_element,
)
from p2ptrack.reports.document import Block, Cell, Column, Ref, Row, Table

MAX_UNSPLIT_CHARACTERS = 1500
"""Characters in the longest cell of a row up to which the row stays on one page; longer ones leave it half empty."""

_TABLE_STYLE, _TABLE_TEXT_STYLE = "PaperTable", "TableText"
_FULL_WIDTH = 5000


@dataclass(frozen=True, slots=True)
class TableContext:
    """What a table needs of its surroundings: its width in twentieths of a point, and how cells write blocks."""

    context: DocxContext
    width: int
    write_blocks: Callable[[tuple[Block, ...]], list[DocxPiece]]


def make_table(block: Table, position: BlockPosition, table_context: TableContext) -> list[DocxPiece]:
    """Return a table under its caption, or the words that stand where it has no rows."""
    keep_with_next = (make_word_element("keepNext"),)
    caption = DocxParagraph(
        "Caption", add_bookmark(block, (make_run(block.caption),), table_context.context), keep_with_next
    )
    if not block.rows:
        return [caption, DocxParagraph(position.style, (make_run(block.empty),))]
    widths = [round(table_context.width * float(share.rstrip("%")) / 100) for share in share_widths(block.columns)]
    rows = [_make_header_row(block.columns, widths)]
    for group, members in group_rows(block.rows):
        rows += [_make_group_row(group, widths)] if group else []
        rows += [_make_row(row, block.columns, widths, table_context) for row in members]
    columns = make_word_element("tblGrid", *(make_word_element("gridCol", w=width) for width in widths))
    return [
        caption,
        make_word_element("tbl", _make_table_properties(block, table_context.context), columns, *rows),
        DocxParagraph("AfterTable"),
    ]


def _make_table_properties(block: Table, context: DocxContext) -> Element:
    titles = ", ".join(column.title for column in block.columns if column.title)
    header_flags = {"firstRow": 1, "lastRow": 0, "firstColumn": int(block.columns[0].header), "lastColumn": 0}
    return make_word_element(
        "tblPr",
        make_word_element("tblStyle", val=_TABLE_STYLE),
        make_word_element("tblW", w=_FULL_WIDTH, type="pct"),
        make_word_element("tblLayout", type="fixed"),
        make_word_element(
            "tblLook", val="04A0" if header_flags["firstColumn"] else "0420", **header_flags, noHBand=1, noVBand=1
        ),
        make_word_element("tblCaption", val=block.caption),
        make_word_element(
            "tblDescription", val=context.wording("table_in_words", rows=len(block.rows), columns=titles)
        ),
    )


def _make_header_row(columns: Sequence[Column], widths: Sequence[int]) -> Element:
    titles = (DocxParagraph("TableHeading", (make_run(column.title),), _make_alignment(column)) for column in columns)
    cells = (_make_cell(width, [title]) for title, width in zip(titles, widths, strict=True))
    return make_word_element(
        "tr", make_word_element("trPr", make_word_element("cantSplit"), make_word_element("tblHeader")), *cells
    )


def _make_group_row(title: str, widths: Sequence[int]) -> Element:
    heading = DocxParagraph("TableHeading", (make_run(title),), (make_word_element("keepNext"),))
    return make_word_element(
        "tr", make_word_element("trPr", make_word_element("cantSplit")), _make_cell(sum(widths), [heading], len(widths))
    )


def _make_row(row: Row, columns: Sequence[Column], widths: Sequence[int], table_context: TableContext) -> Element:
    cells = [
        _make_cell_content(cell, column, row, table_context) for cell, column in zip(row.cells, columns, strict=True)
    ]
    cells[0] = _bookmark_cell(cells[0], row, table_context.context)
    cell_elements = [_make_cell(width, cell) for width, cell in zip(widths, cells, strict=True)]
    is_unsplit = max(sum(map(len, cell.itertext())) for cell in cell_elements) <= MAX_UNSPLIT_CHARACTERS
    return make_word_element(
        "tr", make_word_element("trPr", make_word_element("cantSplit")) if is_unsplit else None, *cell_elements
    )


def _make_cell(width: int, pieces: Sequence[DocxPiece], column_span: int = 1) -> Element:
    """Return a cell; the standard wants a paragraph at its end."""
    span_property = make_word_element("gridSpan", val=column_span) if column_span > 1 else None
    end_paragraph = () if pieces and isinstance(pieces[-1], DocxParagraph) else (DocxParagraph(_TABLE_TEXT_STYLE),)
    properties = make_word_element("tcPr", make_word_element("tcW", w=width, type="dxa"), span_property)
    return make_word_element("tc", properties, *iter_elements((*pieces, *end_paragraph)))


def _make_cell_content(cell: Cell, column: Column, row: Row, table_context: TableContext) -> list[DocxPiece]:
    star_runs = (make_run("*"),) if cell.starred else ()
    if isinstance(cell.content, tuple):
        pieces = table_context.write_blocks(cell.content)
        return _append_runs(pieces, star_runs) if star_runs else pieces
    if isinstance(cell.content, Ref):
        runs = make_record_mention(cell.content, table_context.context)
    else:
        runs = [make_run(format_scalar(cell.content), *_make_emphasis(column, row))] if cell.content is not None else []
    return [DocxParagraph(_TABLE_TEXT_STYLE, (*runs, *star_runs), _make_alignment(column))]


def _make_emphasis(column: Column, row: Row) -> tuple[Element, ...]:
    return (make_run_style("Strong"),) if column.header or row.role == "total" else ()


def _make_alignment(column: Column) -> tuple[Element, ...]:
    return (make_word_element("jc", val="right"),) if column.align == "right" else ()


def _append_runs(pieces: list[DocxPiece], runs: tuple[Element, ...]) -> list[DocxPiece]:
    """Return the pieces with a few more words at their end."""
    last = pieces[-1] if pieces else None
    if isinstance(last, DocxParagraph) and last.style != "AfterTable":
        return [*pieces[:-1], replace(last, runs=(*last.runs, *runs))]
    return [*pieces, DocxParagraph(_TABLE_TEXT_STYLE, runs)]


def _bookmark_cell(pieces: list[DocxPiece], row: Row, context: DocxContext) -> list[DocxPiece]:
    """Return the first cell of a row with the place that links to its record lead to."""
    first, *rest = pieces or [DocxParagraph(_TABLE_TEXT_STYLE)]
    return [
        replace(first, runs=add_bookmark(row, first.runs, context)) if isinstance(first, DocxParagraph) else first,
        *rest,
    ]
