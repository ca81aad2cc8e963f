"""Text for a terminal: as wide as it is, readable at 40 columns, in one colour and in any encoding.

An answer to a query is set close, so that it fits a screen; a paper has room around its parts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest

from rich.cells import cell_len, set_cell_size

from p2ptrack.diagnostics import escape_control_characters
from p2ptrack.formats.plain import FormatOptions, collapse_whitespace, format_labelled_value, format_scalar, join_spans
from p2ptrack.model.dates import format_long_date
from p2ptrack.reports.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Document,
    Fact,
    Facts,
    Notice,
    Paragraph,
    Prose,
    Row,
    Section,
    Table,
)

# Widths and line breaks in a terminal, where a character may take no column, one or two.


_LIST_ITEM = re.compile(r"^(\s*)([-*+]|\d{1,3}[.)])\s+(.*)$")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_ANSI_STYLES = {"strong": "1", "quiet": "2", "good": "32", "warn": "33", "bad": "1;31"}


def measure_width(text: str) -> int:
    """Return how many columns the text takes."""
    return len(text) if text.isascii() else cell_len(text)


def pad_text(text: str, width: int, align: str = "left") -> str:
    """Return text filled with spaces to a width."""
    space = " " * max(0, width - measure_width(text))
    return space + text if align == "right" else text + space


def style_text(text: str, style: str, colour: bool) -> str:
    """Return text in a style where the terminal takes colour; the words alone must already say it."""
    code = _ANSI_STYLES.get(style, "")
    return f"\x1b[{code}m{text}\x1b[0m" if colour and code and text else text


def wrap_text(text: str, width: int, first_prefix: str = "", rest_prefix: str = "") -> list[str]:
    """Return text as lines no wider than a width: `first` opens the first one, `rest` the others.

    Control characters are spelt out, so that nothing in a record steers the terminal.
    """
    return _fill_lines(escape_control_characters(collapse_whitespace(text)), max(width, 8), first_prefix, rest_prefix)


def _fill_lines(text: str, width: int, first_prefix: str, rest_prefix: str) -> list[str]:
    lines: list[str] = []
    words, measure = iter(text.split(" ")), len if text.isascii() else measure_width
    line = first_prefix + next(words)
    line, used = _break_long_line(line, measure_width(line), width, rest_prefix, lines)
    for word in words:
        length = measure(word)
        if used + 1 + length <= width:
            line, used = f"{line} {word}", used + 1 + length
            continue
        lines.append(line)
        line, used = _break_long_line(
            rest_prefix + word, measure_width(rest_prefix) + length, width, rest_prefix, lines
        )
    return [*lines, line]


def _break_long_line(line: str, used: int, width: int, rest_prefix: str, lines: list[str]) -> tuple[str, int]:
    """Break what no line can hold; finished lines go to `lines`, the remainder comes back."""
    while used > width and measure_width(rest_prefix) + 2 <= width:
        break_at = _find_break(set_cell_size(line, width).rstrip(), len(rest_prefix))
        lines.append(line[:break_at])
        line = rest_prefix + line[break_at:]
        used = measure_width(line)
    return line, used


def _find_break(head: str, prefix_length: int) -> int:
    """Return how much of a long word a line takes: up to a mark that parts it, where one stands late enough."""
    break_at = max(head.rfind(separator) for separator in "/-,_") + 1
    return break_at if break_at > max(prefix_length, len(head) // 2) else len(head)


def wrap_prose(markdown: str, width: int) -> list[str]:
    """Return a record's own words wrapped: Markdown reads well as it is, but for its marks of emphasis."""
    lines: list[str] = []
    plain_text = _EMPHASIS.sub(r"\2", markdown.strip("\n"))
    for index, paragraph in enumerate(re.split(r"\n[ \t]*\n", plain_text)):
        if index:
            lines.append("")
        for text, first_prefix, rest_prefix in _join_item_lines(paragraph):
            lines += wrap_text(text, width, first_prefix, rest_prefix)
    return lines


def _join_item_lines(paragraph: str) -> list[tuple[str, str, str]]:
    """Join the lines of one paragraph or list item, so that they can be broken anew."""
    pieces: list[tuple[str, str, str]] = []
    for raw in paragraph.splitlines():
        item = _LIST_ITEM.match(raw)
        if item:
            prefix = item[1][:8] + item[2] + " "
            pieces.append((item[3], prefix, " " * len(prefix)))
        elif pieces:
            text, first_prefix, rest_prefix = pieces[-1]
            pieces[-1] = (f"{text} {raw}", first_prefix, rest_prefix)
        else:
            pieces.append((raw, "", ""))
    return pieces


# Tables in a terminal: columns where they fit, one card a row where they do not.


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


_NARROW_WIDTH = 60


@dataclass(frozen=True, slots=True)
class TextPage:
    """The width that is left, and how close things stand."""

    width: int
    colour: bool = False
    compact: bool = True
    level: int = 1

    def indent(self, columns: int) -> TextPage:
        """Return the page with less room."""
        return replace(self, width=max(self.width - columns, 8))


def write(document: Document, options: FormatOptions) -> bytes:
    """Return the document as text in UTF-8, no line wider than the terminal."""
    page = TextPage(options.width, options.colour, compact=document.data is not None)
    gap = [""] if page.compact and document.blocks and _needs_gap(document.blocks[0]) else []
    lines = [*_render_head(document, page), *gap, *_render_blocks(document.blocks, page), *_render_foot(document, page)]
    return ("\n".join(line.rstrip() for line in lines) + "\n").encode("utf-8", "replace")


def _render_head(document: Document, page: TextPage) -> Iterator[str]:
    if page.compact:
        meta = "; ".join(f"{fact.label} {format_labelled_value(fact.value, fact.spans)}" for fact in document.meta)
        yield from _render_title(document.title, meta, page)
        return
    for line in document.heading:
        yield from wrap_text(line, page.width)
    yield from (style_text(line, "strong", page.colour) for line in wrap_text(document.title, page.width))
    yield "=" * min(measure_width(document.title), page.width)
    for fact in document.meta:
        yield from wrap_text(f"{fact.label}: {format_labelled_value(fact.value, fact.spans)}", page.width, "", "  ")
    for text in filter(None, (document.draft, document.notice)):
        yield from ["", *wrap_text(text, page.width)]
    yield ""


def _render_title(title: str, meta: str, page: TextPage) -> list[str]:
    lines = wrap_text(title, page.width) if title else []
    if lines and measure_width(lines[-1]) + 2 + len(meta) <= page.width:
        lines[-1] = pad_text(lines[-1], page.width - len(meta)) + meta
    elif meta:
        lines += wrap_text(meta, page.width)
    return [style_text(line, "strong", page.colour) for line in lines]


def _render_foot(document: Document, page: TextPage) -> Iterator[str]:
    provenance = document.provenance
    if page.compact or provenance is None:
        return
    commit = (
        f"commit {provenance.commit}{', with changes' * provenance.modified}"
        if provenance.controlled
        else "not under version control"
    )
    yield ""
    yield from wrap_text(
        f"Made by p2ptrack {provenance.version} as of {format_long_date(provenance.as_of)}; {commit}.", page.width
    )


def _render_blocks(blocks: tuple[Block, ...], page: TextPage) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        block_lines = _render_block(block, page)
        if lines and block_lines and (not page.compact or _needs_gap(block)):
            lines.append("")
        lines += block_lines
    return lines


def _needs_gap(block: Block) -> bool:
    """Whether a line is left free before a block where things stand close."""
    return isinstance(block, Section) or (isinstance(block, Table) and bool(block.caption))


def _render_block(block: Block, page: TextPage) -> list[str]:
    match block:
        case Paragraph():
            lines = _render_paragraph(block, page)
        case Prose():
            lines = wrap_prose(block.markdown, page.width)
        case Bullets():
            lines = _render_bullets(block, page)
        case Facts():
            lines = _render_counts(block, page) if block.role == "counts" else _render_facts(block, page)
        case Table():
            lines = _render_table(block, page)
        case Notice():
            lines = [f"| {line}".rstrip() for line in _render_blocks(block.blocks, page.indent(2))]
        case _:
            lines = _render_section(block, page)
    return lines


def _render_paragraph(block: Paragraph, page: TextPage) -> list[str]:
    lines = wrap_text(join_spans(block.spans), page.width)
    return [style_text(line, "strong", page.colour) for line in lines] if block.role == "lead" else lines


def _render_bullets(block: Bullets, page: TextPage) -> list[str]:
    lines: list[str] = []
    for number, item in enumerate(block.items, 1):
        marker = f"{number}. " if block.ordered else "- "
        first, *rest = _render_blocks(item, replace(page.indent(len(marker)), compact=True)) or [""]
        lines += [marker + first, *(" " * len(marker) + line for line in rest)]
    return lines


def _render_section(block: Section, page: TextPage) -> list[str]:
    first_block = block.blocks[0] if block.blocks else None
    if page.compact:
        if (
            isinstance(first_block, Table)
            and first_block.rows
            and first_block.caption == block.title
            and not first_block.columns[0].title
        ):
            return _render_table(first_block, page, block.title.upper()) + _indent_blocks(block.blocks[1:], page)
        heading = [style_text(line, "strong", page.colour) for line in wrap_text(block.title.upper(), page.width)]
        return heading + _indent_blocks(block.blocks, page)
    lines = wrap_text(block.title, page.width)
    heading = [style_text(line, "strong", page.colour) for line in lines]
    rule = ("-" if page.level == 1 else ".") * max(map(measure_width, lines))
    return [*heading, rule, *_render_blocks(block.blocks, replace(page, level=page.level + 1))]


def _indent_blocks(blocks: tuple[Block, ...], page: TextPage) -> list[str]:
    return [f" {line}" for line in _render_blocks(blocks, page.indent(1))]


def _render_table(block: Table, page: TextPage, heading: str = "") -> list[str]:
    def render_cell(blocks: tuple[Block, ...], width: int) -> list[str]:
        return _render_blocks(blocks, replace(page, width=width, compact=True))

    caption = [] if heading or not block.caption else wrap_text(block.caption, page.width)
    summary = wrap_text(block.picture.summary, page.width) if block.picture else []
    return summary + caption + render_table_lines(block, TextTableStyle(page.width, page.colour, render_cell, heading))


def _render_facts(block: Facts, page: TextPage) -> list[str]:
    """Return a label and its value a line; the values stand under each other where there is room."""
    label_width = (
        max((measure_width(row.label) for row in block.rows), default=0) + 2 if page.width >= _NARROW_WIDTH else 0
    )
    return [line for row in block.rows for line in _render_fact(row, label_width, page)]


def _render_fact(row: Fact, label_width: int, page: TextPage) -> Iterator[str]:
    indent = " " * (label_width or 2)
    label = pad_text(row.label, label_width) if label_width else f"{row.label}: "
    yield from wrap_text(format_labelled_value(row.value, row.spans), page.width, label, indent)
    for spans in row.lines:
        yield from wrap_text(join_spans(spans), page.width, indent, indent)


def _render_counts(block: Facts, page: TextPage) -> list[str]:
    """Return figures under each other, what they are about before them and what to know after them."""
    label_width = max((measure_width(row.label) for row in block.rows), default=0)
    figure_width = max((measure_width(format_scalar(row.value)) for row in block.rows), default=0)
    if page.width < _NARROW_WIDTH:
        return [line for row in block.rows for line in _render_stacked_fact(row, page)]
    return [line for row in block.rows for line in _render_count(row, label_width, figure_width, page)]


def _render_count(row: Fact, label_width: int, figure_width: int, page: TextPage) -> Iterator[str]:
    indent = " " * (label_width + figure_width + 4)
    value = style_text(pad_text(format_scalar(row.value), figure_width, "right"), row.tone, page.colour)
    texts = [join_spans(spans) for spans in (row.spans, *row.lines)]
    first_line, *other_lines = [line for text in texts for line in wrap_text(text, page.width - len(indent))]
    yield f"{pad_text(row.label, label_width)}  {value}  {first_line}"
    yield from (indent + line for line in other_lines)


def _render_stacked_fact(row: Fact, page: TextPage) -> Iterator[str]:
    yield from wrap_text(f"{row.label}: {format_scalar(row.value)}", page.width)
    for spans in (row.spans, *row.lines):
        if text := join_spans(spans):
            yield from wrap_text(text, page.width, "   ", "   ")
