"""Tables in Word: heads repeated on each page, rows that stay whole, and words for those who do not see them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from p2ptrack.formats.arrange import grouped, shares
from p2ptrack.formats.plain import scalar
from p2ptrack.formats.word.lists import Where
from p2ptrack.formats.word.marks import Para, Piece, Shared, bookmarked, character, elements, mention, run, word
from p2ptrack.reports.document import Block, Cell, Column, Ref, Row, Table

MOST_TOGETHER = 1500
"""Characters in the longest cell of a row up to which the row stays on one page; longer ones leave it half empty."""

_STYLE, _TEXT = "PaperTable", "TableText"
_WHOLE = 5000


@dataclass(frozen=True, slots=True)
class Frame:
    """What a table needs of its surroundings: its width in twentieths of a point, and how cells write blocks."""

    shared: Shared
    width: int
    blocks: Callable[[tuple[Block, ...]], list[Piece]]


def table(block: Table, where: Where, frame: Frame) -> list[Piece]:
    """Return a table under its caption, or the words that stand where it has no rows."""
    keep = (word("keepNext"),)
    caption = Para("Caption", bookmarked(block, (run(block.caption),), frame.shared), keep)
    if not block.rows:
        return [caption, Para(where.style, (run(block.empty),))]
    grid = [round(frame.width * float(share.rstrip("%")) / 100) for share in shares(block.columns)]
    rows = [_head(block.columns, grid)]
    for group, members in grouped(block.rows):
        rows += [_group(group, grid)] if group else []
        rows += [_row(row, block.columns, grid, frame) for row in members]
    columns = word("tblGrid", *(word("gridCol", w=width) for width in grid))
    return [caption, word("tbl", _properties(block, frame.shared), columns, *rows), Para("AfterTable")]


def _properties(block: Table, shared: Shared) -> Element:
    titles = ", ".join(column.title for column in block.columns if column.title)
    heads = {"firstRow": 1, "lastRow": 0, "firstColumn": int(block.columns[0].header), "lastColumn": 0}
    return word(
        "tblPr",
        word("tblStyle", val=_STYLE),
        word("tblW", w=_WHOLE, type="pct"),
        word("tblLayout", type="fixed"),
        word("tblLook", val="04A0" if heads["firstColumn"] else "0420", **heads, noHBand=1, noVBand=1),
        word("tblCaption", val=block.caption),
        word("tblDescription", val=shared.words("table_in_words", rows=len(block.rows), columns=titles)),
    )


def _head(columns: Sequence[Column], grid: Sequence[int]) -> Element:
    titles = (Para("TableHeading", (run(column.title),), _aligned(column)) for column in columns)
    cells = (_cell(width, [title]) for title, width in zip(titles, grid, strict=True))
    return word("tr", word("trPr", word("cantSplit"), word("tblHeader")), *cells)


def _group(title: str, grid: Sequence[int]) -> Element:
    heading = Para("TableHeading", (run(title),), (word("keepNext"),))
    return word("tr", word("trPr", word("cantSplit")), _cell(sum(grid), [heading], len(grid)))


def _row(row: Row, columns: Sequence[Column], grid: Sequence[int], frame: Frame) -> Element:
    cells = [_content(cell, column, row, frame) for cell, column in zip(row.cells, columns, strict=True)]
    cells[0] = _marked(cells[0], row, frame.shared)
    made = [_cell(width, cell) for width, cell in zip(grid, cells, strict=True)]
    short = max(sum(map(len, cell.itertext())) for cell in made) <= MOST_TOGETHER
    return word("tr", word("trPr", word("cantSplit")) if short else None, *made)


def _cell(width: int, pieces: Sequence[Piece], columns: int = 1) -> Element:
    """Return a cell; the standard wants a paragraph at its end."""
    over = word("gridSpan", val=columns) if columns > 1 else None
    closing = () if pieces and isinstance(pieces[-1], Para) else (Para(_TEXT),)
    properties = word("tcPr", word("tcW", w=width, type="dxa"), over)
    return word("tc", properties, *elements((*pieces, *closing)))


def _content(cell: Cell, column: Column, row: Row, frame: Frame) -> list[Piece]:
    star = (run("*"),) if cell.starred else ()
    if isinstance(cell.content, tuple):
        pieces = frame.blocks(cell.content)
        return _ending(pieces, star) if star else pieces
    if isinstance(cell.content, Ref):
        runs = mention(cell.content, frame.shared)
    else:
        runs = [run(scalar(cell.content), *_look(column, row))] if cell.content is not None else []
    return [Para(_TEXT, (*runs, *star), _aligned(column))]


def _look(column: Column, row: Row) -> tuple[Element, ...]:
    return (character("Strong"),) if column.header or row.role == "total" else ()


def _aligned(column: Column) -> tuple[Element, ...]:
    return (word("jc", val="right"),) if column.align == "right" else ()


def _ending(pieces: list[Piece], runs: tuple[Element, ...]) -> list[Piece]:
    """Return the pieces with a few more words at their end."""
    last = pieces[-1] if pieces else None
    if isinstance(last, Para) and last.style != "AfterTable":
        return [*pieces[:-1], replace(last, runs=(*last.runs, *runs))]
    return [*pieces, Para(_TEXT, runs)]


def _marked(pieces: list[Piece], row: Row, shared: Shared) -> list[Piece]:
    """Return the first cell of a row with the place that links to its record lead to."""
    first, *others = pieces or [Para(_TEXT)]
    return [replace(first, runs=bookmarked(row, first.runs, shared)) if isinstance(first, Para) else first, *others]
