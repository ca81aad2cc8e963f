"""Tables in a terminal: columns where they fit, one card a row where they do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest

from p2ptrack.formats.plain import one_line, scalar
from p2ptrack.formats.text_wrap import pad, paint, size, wrap
from p2ptrack.problem import visible
from p2ptrack.reports.document import Block, Cell, Column, Row, Table

GAP = "  "
_LEAST = {"narrow": 8, "medium": 10, "wide": 20}
_SHARE = {"narrow": 1, "medium": 1, "wide": 2}
_WIDEST = 10_000

Inner = Callable[[tuple[Block, ...], int], list[str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a table is drawn: the room it has, the heading put over its first column, blocks in cells."""

    width: int
    colour: bool
    inner: Inner
    heading: str = ""
    margin: str = " "


def table_lines(table: Table, sheet: Sheet) -> list[str]:
    """Return the table as lines, without its caption."""
    if not table.rows:
        return wrap(table.empty, sheet.width, " ", " ")
    grid = [[_text(cell) for cell in row.cells] for row in table.rows]
    titles = _titles(table, sheet.heading)
    if any(row.group for row in table.rows):
        sheet = replace(sheet, margin="  ")
    widths = _fit(table.columns, _natural(titles, table.rows, grid), sheet.width - len(sheet.margin))
    if widths is None:
        return list(_cards(table, sheet, titles))
    return [*_header(titles, widths, table.columns, sheet), *_body(table, sheet, widths, grid)]


def _header(titles: Sequence[str], widths: Sequence[int], columns: Sequence[Column], sheet: Sheet) -> Iterator[str]:
    apart = bool(sheet.heading) and size(sheet.heading) > widths[0]
    if apart:
        yield from (paint(line, "strong", sheet.colour) for line in wrap(sheet.heading, sheet.width))
        titles = ["", *titles[1:]]
    broken = [wrap(title, width) for title, width in zip(titles, widths, strict=True)]
    for parts in zip_longest(*broken, fillvalue=""):
        line = sheet.margin + _line(parts, widths, columns).rstrip()
        if sheet.heading and not apart:
            line = line.replace(f"{sheet.margin}{sheet.heading}", f"{sheet.heading}{sheet.margin}", 1).rstrip()
        yield paint(line, "strong", sheet.colour)


def _titles(table: Table, heading: str) -> list[str]:
    first, *others = (column.title for column in table.columns)
    return [first or heading, *others]


def _text(cell: Cell) -> str | None:
    """Return a cell's value in one line, or None where it holds blocks."""
    if isinstance(cell.content, tuple):
        return None
    return visible(one_line(scalar(cell.content))) + "*" * cell.starred


def _natural(titles: Sequence[str], rows: Sequence[Row], grid: Sequence[Sequence[str | None]]) -> list[int]:
    """Return the width that each column would like; a row told in one line across the table has no say."""
    likes = [size(title) for title in titles]
    for row, texts in zip(rows, grid, strict=True):
        if row.role != "detail":
            for index, text in enumerate(texts):
                likes[index] = max(likes[index], _WIDEST if text is None else size(text))
    return likes


def _fit(columns: Sequence[Column], likes: Sequence[int], width: int) -> list[int] | None:
    """Return column widths that fit, those of running text keeping more, or None where cards read better."""
    room = width - len(GAP) * (len(columns) - 1)
    least = [min(like, _LEAST[column.width]) for column, like in zip(columns, likes, strict=True)]
    if sum(least) > room:
        return None
    shares = [_SHARE[column.width] for column in columns]
    tried = (
        [max(low, min(like, cap * share)) for like, low, share in zip(likes, least, shares, strict=True)]
        for cap in range(room, -1, -1)
    )
    return next(widths for widths in tried if sum(widths) <= room)


def _body(table: Table, sheet: Sheet, widths: Sequence[int], grid: Sequence[Sequence[str | None]]) -> Iterator[str]:
    for group, pairs in groupby(zip(table.rows, grid, strict=True), key=lambda pair: pair[0].group):
        if group:
            yield from (paint(line, "strong", sheet.colour) for line in wrap(group, sheet.width, " ", " "))
        for row, texts in pairs:
            yield from _row(row, texts, table.columns, widths, sheet)


def _row(
    row: Row, texts: Sequence[str | None], columns: Sequence[Column], widths: Sequence[int], sheet: Sheet
) -> Iterator[str]:
    if row.role == "detail":
        yield from wrap(next((text for text in texts if text), ""), sheet.width, "   ", "   ")
        return
    cells = [
        [text] if text is not None and size(text) <= width else _broken(cell, text, width, sheet)
        for cell, text, width in zip(row.cells, texts, widths, strict=True)
    ]
    for parts in zip_longest(*cells, fillvalue=""):
        yield sheet.margin + _line(parts, widths, columns, row, sheet.colour).rstrip()


def _broken(cell: Cell, text: str | None, width: int, sheet: Sheet) -> list[str]:
    if isinstance(cell.content, tuple):
        return sheet.inner(cell.content, width)
    return wrap(text or "", width)


def _line(
    parts: Sequence[str], widths: Sequence[int], columns: Sequence[Column], row: Row | None = None, colour: bool = False
) -> str:
    tones = [cell.tone for cell in row.cells] if row else [""] * len(columns)
    padded = (
        paint(pad(part, width, column.align), tone, colour)
        for part, width, column, tone in zip(parts, widths, columns, tones, strict=True)
    )
    return GAP.join(padded)


def _cards(table: Table, sheet: Sheet, titles: Sequence[str]) -> Iterator[str]:
    """Yield each row as a card: what it is about, then its other values under their columns' names."""
    if sheet.heading:
        yield paint(sheet.heading, "strong", sheet.colour)
    group = ""
    for row in table.rows:
        if row.group and row.group != group:
            group = row.group
            yield from (paint(line, "strong", sheet.colour) for line in wrap(group, sheet.width, " ", " "))
        yield from _card(row, table.columns, titles, sheet)


def _card(row: Row, columns: Sequence[Column], titles: Sequence[str], sheet: Sheet) -> Iterator[str]:
    if row.role == "detail":
        yield from wrap(next((text for text in map(_text, row.cells) if text), ""), sheet.width, "   ", "   ")
        return
    lead = _lead(columns, row)
    if lead:
        told = " ".join(filter(None, map(_text, row.cells[:lead])))
        yield from wrap(told, sheet.width, sheet.margin, "   ")
    short: list[str] = []
    for title, cell in zip(titles[lead:], row.cells[lead:], strict=True):
        if isinstance(cell.content, tuple):
            yield from wrap(f"{title}:", sheet.width, "   ", "   ")
            yield from (f"     {line}".rstrip() for line in sheet.inner(cell.content, sheet.width - 5))
        elif text := _text(cell):
            short.append(f"{title}: {text}")
    if short:
        yield from wrap("; ".join(short), sheet.width, "   ", "   ")


def _lead(columns: Sequence[Column], row: Row) -> int:
    """Return how many of the first cells say what a row is about: the id, and the title after it."""
    if isinstance(row.cells[0].content, tuple):
        return 0
    titled = len(columns) > 1 and columns[0].width == "narrow" and columns[1].width == "wide"
    return 2 if titled and not isinstance(row.cells[1].content, tuple) else 1
