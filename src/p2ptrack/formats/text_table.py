"""Tables in a terminal: columns where they fit, one card a row where they do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest

from p2ptrack.formats.plain import collapse_whitespace, format_scalar
from p2ptrack.formats.text_wrap import measure_width, pad_text, style_text, wrap_text
from p2ptrack.problem import escape_control_characters
from p2ptrack.reports.document import Block, Cell, Column, Row, Table

COLUMN_GAP = "  "
_MIN_WIDTHS = {"narrow": 8, "medium": 10, "wide": 20}
_WIDTH_SHARES = {"narrow": 1, "medium": 1, "wide": 2}
_MAX_NATURAL_WIDTH = 10_000

CellRenderer = Callable[[tuple[Block, ...], int], list[str]]


@dataclass(frozen=True, slots=True)
class TextTableStyle:
    """How a table is drawn: the room it has, the heading put over its first column, blocks in cells."""

    width: int
    colour: bool
    render_cell: CellRenderer
    heading: str = ""
    margin: str = " "


def render_table_lines(table: Table, style: TextTableStyle) -> list[str]:
    """Return the table as lines, without its caption."""
    if not table.rows:
        return wrap_text(table.empty, style.width, " ", " ")
    grid = [[_format_cell(cell) for cell in row.cells] for row in table.rows]
    titles = _list_titles(table, style.heading)
    if any(row.group for row in table.rows):
        style = replace(style, margin="  ")
    widths = _fit_columns(table.columns, _measure_columns(titles, table.rows, grid), style.width - len(style.margin))
    if widths is None:
        return list(_render_cards(table, style, titles))
    return [*_render_header(titles, widths, table.columns, style), *_render_body(table, style, widths, grid)]


def _render_header(
    titles: Sequence[str], widths: Sequence[int], columns: Sequence[Column], style: TextTableStyle
) -> Iterator[str]:
    on_own_line = bool(style.heading) and measure_width(style.heading) > widths[0]
    if on_own_line:
        yield from (style_text(line, "strong", style.colour) for line in wrap_text(style.heading, style.width))
        titles = ["", *titles[1:]]
    wrapped_titles = [wrap_text(title, width) for title, width in zip(titles, widths, strict=True)]
    for parts in zip_longest(*wrapped_titles, fillvalue=""):
        line = style.margin + _join_cells(parts, widths, columns).rstrip()
        if style.heading and not on_own_line:
            line = line.replace(f"{style.margin}{style.heading}", f"{style.heading}{style.margin}", 1).rstrip()
        yield style_text(line, "strong", style.colour)


def _list_titles(table: Table, heading: str) -> list[str]:
    first, *rest = (column.title for column in table.columns)
    return [first or heading, *rest]


def _format_cell(cell: Cell) -> str | None:
    """Return a cell's value in one line, or None where it holds blocks."""
    if isinstance(cell.content, tuple):
        return None
    return escape_control_characters(collapse_whitespace(format_scalar(cell.content))) + "*" * cell.starred


def _measure_columns(titles: Sequence[str], rows: Sequence[Row], grid: Sequence[Sequence[str | None]]) -> list[int]:
    """Return the width that each column would like; a row told in one line across the table has no say."""
    widths = [measure_width(title) for title in titles]
    for row, texts in zip(rows, grid, strict=True):
        if row.role != "detail":
            for index, text in enumerate(texts):
                widths[index] = max(widths[index], _MAX_NATURAL_WIDTH if text is None else measure_width(text))
    return widths


def _fit_columns(columns: Sequence[Column], preferred_widths: Sequence[int], width: int) -> list[int] | None:
    """Return column widths that fit, those of running text keeping more, or None where cards read better."""
    available = width - len(COLUMN_GAP) * (len(columns) - 1)
    min_widths = [
        min(preferred, _MIN_WIDTHS[column.width]) for column, preferred in zip(columns, preferred_widths, strict=True)
    ]
    if sum(min_widths) > available:
        return None
    shares = [_WIDTH_SHARES[column.width] for column in columns]
    candidates = (
        [
            max(minimum, min(preferred, cap * share))
            for preferred, minimum, share in zip(preferred_widths, min_widths, shares, strict=True)
        ]
        for cap in range(available, -1, -1)
    )
    return next(widths for widths in candidates if sum(widths) <= available)


def _render_body(
    table: Table, style: TextTableStyle, widths: Sequence[int], grid: Sequence[Sequence[str | None]]
) -> Iterator[str]:
    for group, pairs in groupby(zip(table.rows, grid, strict=True), key=lambda pair: pair[0].group):
        if group:
            yield from (style_text(line, "strong", style.colour) for line in wrap_text(group, style.width, " ", " "))
        for row, texts in pairs:
            yield from _render_row(row, texts, table.columns, widths, style)


def _render_row(
    row: Row, texts: Sequence[str | None], columns: Sequence[Column], widths: Sequence[int], style: TextTableStyle
) -> Iterator[str]:
    if row.role == "detail":
        yield from wrap_text(next((text for text in texts if text), ""), style.width, "   ", "   ")
        return
    cells = [
        [text] if text is not None and measure_width(text) <= width else _wrap_cell(cell, text, width, style)
        for cell, text, width in zip(row.cells, texts, widths, strict=True)
    ]
    for parts in zip_longest(*cells, fillvalue=""):
        yield style.margin + _join_cells(parts, widths, columns, row, style.colour).rstrip()


def _wrap_cell(cell: Cell, text: str | None, width: int, style: TextTableStyle) -> list[str]:
    if isinstance(cell.content, tuple):
        return style.render_cell(cell.content, width)
    return wrap_text(text or "", width)


def _join_cells(
    parts: Sequence[str], widths: Sequence[int], columns: Sequence[Column], row: Row | None = None, colour: bool = False
) -> str:
    tones = [cell.tone for cell in row.cells] if row else [""] * len(columns)
    padded = (
        style_text(pad_text(part, width, column.align), tone, colour)
        for part, width, column, tone in zip(parts, widths, columns, tones, strict=True)
    )
    return COLUMN_GAP.join(padded)


def _render_cards(table: Table, style: TextTableStyle, titles: Sequence[str]) -> Iterator[str]:
    """Yield each row as a card: what it is about, then its other values under their columns' names."""
    if style.heading:
        yield style_text(style.heading, "strong", style.colour)
    group = ""
    for row in table.rows:
        if row.group and row.group != group:
            group = row.group
            yield from (style_text(line, "strong", style.colour) for line in wrap_text(group, style.width, " ", " "))
        yield from _render_card(row, table.columns, titles, style)


def _render_card(row: Row, columns: Sequence[Column], titles: Sequence[str], style: TextTableStyle) -> Iterator[str]:
    if row.role == "detail":
        yield from wrap_text(
            next((text for text in map(_format_cell, row.cells) if text), ""), style.width, "   ", "   "
        )
        return
    lead_count = _count_lead_cells(columns, row)
    if lead_count:
        heading = " ".join(filter(None, map(_format_cell, row.cells[:lead_count])))
        yield from wrap_text(heading, style.width, style.margin, "   ")
    short_values: list[str] = []
    for title, cell in zip(titles[lead_count:], row.cells[lead_count:], strict=True):
        if isinstance(cell.content, tuple):
            yield from wrap_text(f"{title}:", style.width, "   ", "   ")
            yield from (f"     {line}".rstrip() for line in style.render_cell(cell.content, style.width - 5))
        elif text := _format_cell(cell):
            short_values.append(f"{title}: {text}")
    if short_values:
        yield from wrap_text("; ".join(short_values), style.width, "   ", "   ")


def _count_lead_cells(columns: Sequence[Column], row: Row) -> int:
    """Return how many of the first cells say what a row is about: the id, and the title after it."""
    if isinstance(row.cells[0].content, tuple):
        return 0
    has_title = len(columns) > 1 and columns[0].width == "narrow" and columns[1].width == "wide"
    return 2 if has_title and not isinstance(row.cells[1].content, tuple) else 1
