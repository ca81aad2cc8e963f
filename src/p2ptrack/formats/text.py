"""Text for a terminal, from 40 columns. Colour only repeats what the words say.

The answer to a query is compact, to fit a screen; a paper has blank lines around its parts. Rich measures characters
and renders styles. Its tables are not used: they take 2.5 seconds for 5,000 rows of five columns, this module 0.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain, groupby, zip_longest
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from p2ptrack.diagnostics import Problem, Severity, escape_control_characters, format_problem
from p2ptrack.model.programme import Wording
from p2ptrack.phrases import join_command_words, split_command_words
from p2ptrack.reports.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Document,
    Fact,
    Facts,
    FormatOptions,
    Notice,
    Paragraph,
    Prose,
    Row,
    Section,
    Table,
    collapse_whitespace,
    format_labelled_value,
    format_last_publication,
    format_provenance,
    format_scalar,
    format_spans,
)
from p2ptrack.values import dataclass

if TYPE_CHECKING:
    from rich.style import Style

    from p2ptrack.model.programme import Wording


_NARROW_WIDTH = 60
"""Below this width labels are above their values instead of beside them."""


_RULES = "-."
"""The characters that underline headings, by level. Deeper levels have none."""


@dataclass(frozen=True, slots=True)
class TextPage:
    """The layout of blocks: the width, the level of the heading above, and whether there are few blank lines."""

    width: int
    colour: bool = False
    compact: bool = True
    level: int = 1

    def indent(self, columns: int) -> TextPage:
        """Return the page with a smaller width."""
        return replace(self, width=max(self.width - columns, 8))


def write(document: Document, options: FormatOptions) -> bytes:
    """Return the document as text in UTF-8, no line wider than the terminal."""
    page = TextPage(options.width, options.colour, compact=document.data is not None)
    gap = [""] if page.compact and document.blocks and _needs_gap(document.blocks[0]) else []
    foot = _render_foot(document, page, options.wording)
    lines = [*_render_head(document, page), *gap, *_render_blocks(document.blocks, page), *foot]
    return ("\n".join(line.rstrip() for line in lines) + "\n").encode("utf-8", "replace")


def _render_head(document: Document, page: TextPage) -> Iterator[str]:
    if page.compact:
        meta = "; ".join(f"{fact.label} {format_labelled_value(fact.value, fact.spans)}" for fact in document.meta)
        yield from _render_title(document.title, meta, page)
        return
    for line in document.heading:
        yield from wrap_text(line, page.width)
    yield from _wrap_strong(document.title, page)
    yield "=" * min(measure_width(document.title), page.width)
    for fact in document.meta:
        yield from wrap_text(f"{fact.label}: {format_labelled_value(fact.value, fact.spans)}", page.width, "", "  ")
    for text in filter(None, (document.draft, document.notice)):
        yield from ["", *wrap_text(text, page.width)]
    yield ""


def _render_title(title: str, meta: str, page: TextPage) -> list[str]:
    """Return the title with the meta at the right end of its last line, where both fit."""
    lines = wrap_text(title, page.width) if title else []
    if lines and measure_width(lines[-1]) + 2 + len(meta) <= page.width:
        lines[-1] = pad_text(lines[-1], page.width - len(meta)) + meta
    elif meta:
        lines += wrap_text(meta, page.width)
    return [style_text(line, "strong", page.colour) for line in lines]


def _render_foot(document: Document, page: TextPage, wording: Wording) -> Iterator[str]:
    if page.compact or document.provenance is None:
        return
    yield ""
    yield from wrap_text(format_provenance(document, wording), page.width)
    if last := format_last_publication(document, wording):
        yield from wrap_text(f"{wording('remake_last')}: {last}.", page.width)


def _render_blocks(blocks: Sequence[Block], page: TextPage) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        block_lines = _render_block(block, page)
        if lines and block_lines and (not page.compact or _needs_gap(block)):
            lines.append("")
        lines += block_lines
    return lines


def _needs_gap(block: Block) -> bool:
    """Whether a blank line comes before a block even on a compact page."""
    return isinstance(block, Section) or (isinstance(block, Table) and bool(block.caption))


def _render_block(block: Block, page: TextPage) -> list[str]:
    match block:
        case Paragraph():
            style = "strong" if block.role == "lead" else ""
            lines = [style_text(line, style, page.colour) for line in wrap_text(format_spans(block.spans), page.width)]
        case Prose():
            lines = wrap_prose(block.markdown, page.width)
        case Bullets():
            lines = _render_bullets(block, page)
        case Facts():
            lines = list(_render_facts(block, page))
        case Table():
            lines = _render_table(block, page)
        case Notice():
            lines = [f"| {line}".rstrip() for line in _render_blocks(block.blocks, page.indent(2))]
        case _:
            lines = _render_section(block, page)
    return lines


def _render_bullets(block: Bullets, page: TextPage) -> list[str]:
    lines: list[str] = []
    for number, item in enumerate(block.items, 1):
        marker = f"{number}. " if block.ordered else "- "
        first, *rest = _render_blocks(item, replace(page.indent(len(marker)), compact=True)) or [""]
        lines += [marker + first, *(" " * len(marker) + line for line in rest)]
    return lines


def _render_section(block: Section, page: TextPage) -> list[str]:
    if not page.compact:
        width = max(map(measure_width, wrap_text(block.title, page.width)))
        rule = [_RULES[page.level - 1] * width] if page.level <= len(_RULES) else []
        blocks = _render_blocks(block.blocks, replace(page, level=page.level + 1))
        return [*_wrap_strong(block.title, page), *rule, *blocks]
    first, rest = (block.blocks[0], block.blocks[1:]) if block.blocks else (None, ())
    if isinstance(first, Table) and first.rows and first.caption == block.title and not first.columns[0].title:
        # The heading replaces the missing title of the first column.
        return _render_table(first, page, block.title.upper()) + _indent_blocks(rest, page)
    return _wrap_strong(block.title.upper(), page) + _indent_blocks(block.blocks, page)


def _indent_blocks(blocks: Sequence[Block], page: TextPage) -> list[str]:
    return [f" {line}" for line in _render_blocks(blocks, page.indent(1))]


def _render_facts(block: Facts, page: TextPage) -> Iterator[str]:
    """Yield labels and values; figures (`counts`) are aligned, with their labels before and their details after."""
    label_width = max((measure_width(row.label) for row in block.rows), default=0)
    if block.role != "counts":
        label_width = label_width + 2 if page.width >= _NARROW_WIDTH else 0
        for row in block.rows:
            yield from _render_fact(row, label_width, page)
        return
    figure_width = max((measure_width(format_scalar(row.value)) for row in block.rows), default=0)
    for row in block.rows:
        if page.width < _NARROW_WIDTH:
            yield from _render_stacked_count(row, page)
        else:
            yield from _render_count(row, label_width, figure_width, page)


def _render_fact(row: Fact, label_width: int, page: TextPage) -> Iterator[str]:
    indent = " " * (label_width or 2)
    label = pad_text(row.label, label_width) if label_width else f"{row.label}: "
    if row.blocks:
        yield from _render_fact_blocks(row, label, indent, page)
        return
    yield from wrap_text(format_labelled_value(row.value, row.spans), page.width, label, indent)
    for spans in row.lines:
        yield from wrap_text(format_spans(spans), page.width, indent, indent)


def _render_fact_blocks(row: Fact, label: str, indent: str, page: TextPage) -> Iterator[str]:
    """Yield a text after its label: the first line beside the label, the others below it."""
    first, *rest = _render_blocks(row.blocks, replace(page.indent(len(indent)), compact=True)) or [""]
    yield label + first
    yield from (f"{indent}{line}".rstrip() for line in rest)


def _render_count(row: Fact, label_width: int, figure_width: int, page: TextPage) -> Iterator[str]:
    indent = " " * (label_width + figure_width + 4)
    value = style_text(pad_text(format_scalar(row.value), figure_width, "right"), row.tone, page.colour)
    texts = [format_spans(spans) for spans in (row.spans, *row.lines)]
    width = page.width - len(indent)
    start = f"{pad_text(row.label, label_width)}  {value}  "
    for line in [line for text in texts for line in wrap_text(text, width)]:
        if measure_width(line) > width:  # a command to paste: below the others it has more room
            yield from (start.rstrip(), _DETAIL_INDENT + line) if start.strip() else (_DETAIL_INDENT + line,)
        else:
            yield start + line
        start = indent


def _render_stacked_count(row: Fact, page: TextPage) -> Iterator[str]:
    label = f"{row.label}: {format_scalar(row.value)}"
    yield from (style_text(line, row.tone, page.colour) for line in wrap_text(label, page.width))
    for spans in (row.spans, *row.lines):
        if text := format_spans(spans):
            yield from wrap_text(text, page.width, "   ", "   ")


def _render_table(block: Table, page: TextPage, heading: str = "") -> list[str]:
    def render_cell(blocks: tuple[Block, ...], width: int) -> list[str]:
        return _render_blocks(blocks, replace(page, width=width, compact=True))

    lines = wrap_text(block.picture.summary, page.width) if block.picture else []
    if block.caption and not heading:
        lines += wrap_text(block.caption, page.width)
    return lines + render_table_lines(block, TextTableStyle(page.width, page.colour, render_cell, heading))


COLUMN_GAP = "  "
_DETAIL_INDENT = "   "
_MIN_WIDTHS = {"narrow": 8, "medium": 10, "wide": 20}
_WIDTH_SHARES = {"narrow": 1, "medium": 1, "wide": 2}
_MAX_NATURAL_WIDTH = 10_000
_MAX_WHOLE_WORD = 16
"""Longer words, such as addresses, are broken where the column ends."""


@dataclass(frozen=True, slots=True)
class TextTableStyle:
    """The layout of a table: its width, a heading above its first column, and how blocks inside cells are rendered."""

    width: int
    colour: bool
    render_cell: Callable[[tuple[Block, ...], int], list[str]]
    heading: str = ""
    margin: str = " "


def render_table_lines(table: Table, style: TextTableStyle) -> list[str]:
    """Return a table without its caption: columns where they fit, otherwise each row as a card."""
    if not table.rows:
        return wrap_text(table.empty, style.width, " ", " ")
    first_title, *other_titles = (column.title for column in table.columns)
    titles = [first_title or style.heading, *other_titles]
    if any(row.group for row in table.rows):
        style = replace(style, margin="  ")
    grid = [[_format_cell(cell) for cell in row.cells] for row in table.rows]
    natural_widths = _measure_columns(titles, table.rows, grid)
    min_widths = _measure_min_widths(table, titles, grid, natural_widths)
    widths = _fit_columns(table.columns, natural_widths, min_widths, style.width - len(style.margin))
    if widths is None:
        return list(_render_cards(table, titles, style))
    return [*_render_header(titles, widths, table.columns, style), *_render_rows(table, grid, widths, style)]


def _format_cell(cell: Cell) -> str | None:
    """Return the value of a cell in one line, or None where it holds blocks."""
    if isinstance(cell.content, tuple):
        return None
    mark = "*" if cell.starred else ""
    return _escape(format_scalar(cell.content)) + mark


def _measure_columns(titles: Sequence[str], rows: Sequence[Row], grid: Sequence[Sequence[str | None]]) -> list[int]:
    """Return the natural width of each column. Rows that span the table do not count."""
    widths = [measure_width(title) for title in titles]
    for row, texts in zip(rows, grid, strict=True):
        if row.role != "detail":
            for index, text in enumerate(texts):
                widths[index] = max(widths[index], _MAX_NATURAL_WIDTH if text is None else measure_width(text))
    return widths


def _measure_min_widths(
    table: Table, titles: Sequence[str], grid: Sequence[Sequence[str | None]], natural_widths: Sequence[int]
) -> list[int]:
    """Return the width below which each column would break an ordinary word."""
    min_widths = [_longest_word(title) for title in titles]
    for row, texts in zip(table.rows, grid, strict=True):
        for index, text in enumerate(texts if row.role != "detail" else ()):
            word = _longest_word(text) if text is not None else _longest_word_of_cell(row.cells[index])
            min_widths[index] = max(min_widths[index], word)
    return [
        min(natural, max(word, _MIN_WIDTHS[column.width]))
        for column, natural, word in zip(table.columns, natural_widths, min_widths, strict=True)
    ]


def _longest_word(text: str) -> int:
    lengths = list(map(len, text.split()))
    longest = max(lengths, default=0)
    return longest if longest <= _MAX_WHOLE_WORD else max(filter(_MAX_WHOLE_WORD.__ge__, lengths), default=0)


def _longest_word_of_cell(cell: Cell) -> int:
    blocks = cell.content if isinstance(cell.content, tuple) else ()
    return max(
        (_longest_word(format_spans(block.spans)) for block in blocks if isinstance(block, Paragraph)), default=0
    )


def _fit_columns(
    columns: Sequence[Column], natural_widths: Sequence[int], min_widths: Sequence[int], width: int
) -> list[int] | None:
    """Return widths that fit, with wide columns twice as wide as the others, or None if cards are easier to read."""
    available = width - len(COLUMN_GAP) * (len(columns) - 1)
    shares = [_WIDTH_SHARES[column.width] for column in columns]
    for cap in range(available, -1, -1):
        widths = [
            max(minimum, min(natural, cap * share))
            for natural, minimum, share in zip(natural_widths, min_widths, shares, strict=True)
        ]
        if sum(widths) <= available:
            return widths
    return None


def _render_header(
    titles: Sequence[str], widths: Sequence[int], columns: Sequence[Column], style: TextTableStyle
) -> Iterator[str]:
    is_heading_above = bool(style.heading) and measure_width(style.heading) > widths[0]
    if is_heading_above:
        yield from _wrap_strong(style.heading, style)
        titles = ["", *titles[1:]]
    wrapped_titles = [wrap_text(title, width) for title, width in zip(titles, widths, strict=True)]
    for parts in zip_longest(*wrapped_titles, fillvalue=""):
        cells = map(pad_text, parts, widths, [column.align for column in columns])
        line = style.margin + COLUMN_GAP.join(cells).rstrip()
        if style.heading and not is_heading_above:
            line = line.replace(f"{style.margin}{style.heading}", f"{style.heading}{style.margin}", 1).rstrip()
        yield style_text(line, "strong", style.colour)


def _render_rows(
    table: Table, grid: Sequence[Sequence[str | None]], widths: Sequence[int], style: TextTableStyle
) -> Iterator[str]:
    for group, pairs in groupby(zip(table.rows, grid, strict=True), key=lambda pair: pair[0].group):
        yield from _render_group(group, style)
        for row, texts in pairs:
            if row.role == "detail":
                yield from _render_detail(texts, style)
            else:
                yield from _render_row(row, texts, table.columns, widths, style)


def _render_group(group: str, style: TextTableStyle) -> list[str]:
    lines = wrap_text(group, style.width, " ", " ") if group else []
    return [style_text(line, "strong", style.colour) for line in lines]


def _render_detail(texts: Sequence[str | None], style: TextTableStyle) -> list[str]:
    """Return a row that spans the table."""
    return wrap_text("".join(list(filter(None, texts))[:1]), style.width, _DETAIL_INDENT, _DETAIL_INDENT)


def _render_row(
    row: Row, texts: Sequence[str | None], columns: Sequence[Column], widths: Sequence[int], style: TextTableStyle
) -> Iterator[str]:
    wrapped_cells = [
        [text] if text is not None and measure_width(text) <= width else _wrap_cell(cell, text, width, style)
        for cell, text, width in zip(row.cells, texts, widths, strict=True)
    ]
    for parts in zip_longest(*wrapped_cells, fillvalue=""):
        cells = [
            style_text(pad_text(part, width, column.align), cell.tone, style.colour)
            for part, width, column, cell in zip(parts, widths, columns, row.cells, strict=True)
        ]
        yield style.margin + COLUMN_GAP.join(cells).rstrip()


def _wrap_cell(cell: Cell, text: str | None, width: int, style: TextTableStyle) -> list[str]:
    if isinstance(cell.content, tuple):
        return style.render_cell(cell.content, width)
    return _wrap_escaped(text or "", width)


def _render_cards(table: Table, titles: Sequence[str], style: TextTableStyle) -> Iterator[str]:
    """Yield each row as a card: the first cells, then the other values after the titles of their columns."""
    if style.heading:
        yield style_text(style.heading, "strong", style.colour)
    group = ""
    for row in table.rows:
        if row.group and row.group != group:
            group = row.group
            yield from _render_group(group, style)
        if row.role == "detail":
            yield from _render_detail([_format_cell(cell) for cell in row.cells], style)
        else:
            yield from _render_card(row, table.columns, titles, style)


def _render_card(row: Row, columns: Sequence[Column], titles: Sequence[str], style: TextTableStyle) -> Iterator[str]:
    lead_count = _count_lead_cells(columns, row)
    if lead_count:
        heading = " ".join(filter(None, map(_format_cell, row.cells[:lead_count])))
        yield from wrap_text(heading, style.width, style.margin, _DETAIL_INDENT)
    short_values: dict[str, str] = {}
    for title, cell in zip(titles[lead_count:], row.cells[lead_count:], strict=True):
        if isinstance(cell.content, tuple):
            yield from wrap_text(f"{title}:", style.width, _DETAIL_INDENT, _DETAIL_INDENT)
            yield from (f"     {line}".rstrip() for line in style.render_cell(cell.content, style.width - 5))
        elif text := _format_cell(cell):
            short_values[f"{title}: {text}"] = cell.tone
    if short_values:
        lines = "\n".join(wrap_text("; ".join(short_values), style.width, _DETAIL_INDENT, _DETAIL_INDENT))
        for text, tone in short_values.items():
            lines = lines.replace(text, style_text(text, tone, style.colour))
        yield from lines.split("\n")


def _count_lead_cells(columns: Sequence[Column], row: Row) -> int:
    """Return how many of the first cells name what a row is about: the id, and the title after it."""
    if isinstance(row.cells[0].content, tuple):
        return 0
    has_title = len(columns) > 1 and columns[0].width == "narrow" and columns[1].width == "wide"
    return 2 if has_title and not isinstance(row.cells[1].content, tuple) else 1


def wrap_prose(markdown: str, width: int) -> list[str]:
    """Return the text of a record wrapped, without its markup."""
    from p2ptrack.formats.pasted_text import HARD_BREAK, prepare_markdown, split_plain_text, strip_unprintable

    lines: list[str] = []
    paragraphs = split_plain_text(prepare_markdown(strip_unprintable(markdown)).markdown)
    if paragraphs is not None:
        for paragraph in paragraphs:
            lines += [""] if lines else []
            lines += chain.from_iterable(wrap_text(line, width) for line in paragraph.split(HARD_BREAK))
        return lines
    # Not at the top: most texts are plain, and the parser takes longer to load than most commands to run.
    from p2ptrack.formats.prose import read_prose_lines

    for line in read_prose_lines(markdown, "-"):
        if line.gap:
            lines.append("")
        if line.table:
            style = TextTableStyle(
                width - measure_width(line.indent), colour=False, render_cell=lambda *_: [], margin=""
            )
            lines += [line.indent + row for row in render_table_lines(line.table, style)]
        else:
            lines += wrap_text(line.text, width, line.prefix, line.indent)
    return lines


def _escape(text: str) -> str:
    """Return text in one line with its control characters escaped; a soft hyphen is harmless and prints nothing."""
    return escape_control_characters(collapse_whitespace(text.replace("\xad", "")))


def wrap_text(text: str, width: int, first_prefix: str = "", rest_prefix: str = "") -> list[str]:
    """Return text as lines no wider than a width, with a prefix for the first line and one for the others.

    Control characters are escaped, so that nothing in a record can control the terminal. A command stays on one line,
    however long it is, because it is pasted.
    """
    return _wrap_escaped(_escape(text), width, first_prefix, rest_prefix)


def _wrap_escaped(text: str, width: int, first_prefix: str = "", rest_prefix: str = "") -> list[str]:
    width = max(width, 8)
    if "p2ptrack " in text:
        wrapped = _wrap_words(join_command_words(text), width, first_prefix, rest_prefix)
        return list(map(split_command_words, wrapped))
    return _wrap_words(text, width, first_prefix, rest_prefix)


def _wrap_words(text: str, width: int, first_prefix: str, rest_prefix: str) -> list[str]:
    if text.isascii() and len(first_prefix) + len(text) <= width:
        return [first_prefix + text]
    lines: list[str] = []
    words, measure = (
        iter(text.split(" ")),
        len if text.isascii() else lambda word: measure_width(split_command_words(word)),
    )
    line = first_prefix + next(words)
    line, used = _break_long_line(line, measure_width(line), width, rest_prefix, lines)
    for word in words:
        length = measure(word)
        if used + 1 + length <= width:
            line, used = f"{line} {word}", used + 1 + length
            continue
        lines.append(line)
        used = measure_width(rest_prefix) + length
        line, used = _break_long_line(rest_prefix + word, used, width, rest_prefix, lines)
    return [*lines, line]


def _break_long_line(line: str, used: int, width: int, rest_prefix: str, lines: list[str]) -> tuple[str, int]:
    """Break a line that is wider than the page: full lines go to `lines`, the rest and its width are returned."""
    while used > width and split_command_words(line) == line and measure_width(rest_prefix) + 2 <= width:
        break_at = _find_break(set_cell_size(line, width).rstrip(), len(rest_prefix))
        lines.append(line[:break_at])
        line = rest_prefix + line[break_at:]
        used = measure_width(line)
    return line, used


def _find_break(head: str, prefix_length: int) -> int:
    """Return where to break a long word: after a separator in the second half of the line, otherwise at its end."""
    break_at = max(head.rfind(separator) for separator in "/-,_") + 1
    return break_at if break_at > max(prefix_length, len(head) // 2) else len(head)


def measure_width(text: str) -> int:
    """Return how many columns of the terminal a text takes: a character takes none, one or two."""
    return len(text) if text.isascii() else cell_len(text)


def pad_text(text: str, width: int, align: str = "left") -> str:
    """Return text filled with spaces to a width."""
    space = " " * max(0, width - measure_width(text))
    return space + text if align == "right" else text + space


_STYLES = {"strong": "bold", "quiet": "dim", "good": "green", "warn": "yellow", "bad": "bold red"}


def style_text(text: str, style: str, colour: bool) -> str:
    """Return text in a style, if the terminal shows colour. Words must have the same meaning without it."""
    return _load_style(style).render(text) if colour and text and style in _STYLES else text


@cache
def _load_style(name: str) -> Style:
    from rich.style import Style

    return Style.parse(_STYLES[name])


def _wrap_strong(text: str, page: TextPage | TextTableStyle) -> list[str]:
    return [style_text(line, "strong", page.colour) for line in wrap_text(text, page.width)]


_SEVERITY_STYLES = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "quiet"}


def format_problems(problems: Sequence[Problem], summary: Sequence[str], options: FormatOptions) -> bytes:
    """Return the problems in their order, then the sentences of the summary."""
    lines: list[str] = []
    for problem in problems:
        header, *details = format_problem(problem, options.width).split("\n")
        lines += [style_text(header, _SEVERITY_STYLES[problem.severity], options.colour), *details, ""]
    for sentence in summary:
        lines += wrap_text(sentence, options.width)
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")
