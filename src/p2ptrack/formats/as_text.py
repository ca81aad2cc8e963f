"""Text for a terminal: as wide as it is, readable at 40 columns, in one colour and in any encoding.

An answer to a query is set close, so that it fits a screen; a paper has room around its parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from p2ptrack.formats.look import FormatOptions
from p2ptrack.formats.plain import format_labelled_value, format_scalar, join_spans
from p2ptrack.formats.text_table import TextTableStyle, render_table_lines
from p2ptrack.formats.text_wrap import measure_width, pad_text, style_text, wrap_prose, wrap_text
from p2ptrack.records.dates import format_long_date
from p2ptrack.reports.document import Block, Bullets, Document, Fact, Facts, Notice, Paragraph, Prose, Section, Table

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
