"""Blocks as plain lines: what a cell of a workbook can hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markdown_it.tree import SyntaxTreeNode

from p2ptrack.formats.markdown_html import parse_markdown
from p2ptrack.formats.plain import collapse_whitespace, format_scalar, join_spans
from p2ptrack.reports.document import Block, Bullets, Cell, Fact, Facts, Notice, Paragraph, Prose, Section, Table

_BULLET = "\u2022"


def format_blocks(blocks: Iterable[Block]) -> str:
    """Return the blocks in words, a line for each paragraph, item or fact."""
    return "\n".join(line for block in blocks for line in iter_lines(block))


def iter_lines(block: Block) -> Iterator[str]:
    """Yield a block line by line."""
    match block:
        case Paragraph():
            yield collapse_whitespace(join_spans(block.spans))
        case Prose():
            yield from iter_prose_lines(block.markdown)
        case Bullets():
            yield from _iter_items((format_blocks(item) for item in block.items), 1 if block.ordered else None)
        case Facts():
            yield from (line for row in block.rows for line in f"{row.label}: {format_fact(row)}".split("\n"))
        case Notice():
            yield from (line for inner in block.blocks for line in iter_lines(inner))
        case Section():
            yield from (block.title, *(line for inner in block.blocks for line in iter_lines(inner)))
        case Table():
            yield from (" | ".join(map(_format_cell, row.cells)) for row in block.rows)


def format_fact(row: Fact) -> str:
    """Return what a fact says beside its label."""
    value = " ".join(filter(None, (format_scalar(row.value), join_spans(row.spans))))
    return "\n".join(map(collapse_whitespace, (value, *map(join_spans, row.lines)))).strip()


def _format_cell(cell: Cell) -> str:
    content = cell.content
    return (
        collapse_whitespace(format_blocks(content) if isinstance(content, tuple) else format_scalar(content))
        + "*" * cell.starred
    )


def _iter_items(items: Iterable[str], start: int | None) -> Iterator[str]:
    for number, item in enumerate(items, start or 0):
        first, *rest = item.split("\n")
        yield f"{_BULLET if start is None else f'{number}.'} {first}"
        yield from (f"   {line}" for line in rest)


def iter_prose_lines(markdown: str) -> Iterator[str]:
    """Yield the words of a record without the marks of Markdown; a link is followed by its address."""
    return _iter_child_lines(parse_markdown(markdown))


def _iter_child_lines(parent: SyntaxTreeNode) -> Iterator[str]:
    return (line for child in parent.children for line in _iter_node_lines(child))


def _iter_node_lines(syntax_node: SyntaxTreeNode) -> Iterator[str]:
    match syntax_node.type:
        case "paragraph" | "heading":
            yield from "".join(map(_format_inline, syntax_node.children)).split("\n")
        case "bullet_list" | "ordered_list":
            start = int(syntax_node.attrs.get("start", 1)) if syntax_node.type == "ordered_list" else None
            yield from _iter_items(("\n".join(_iter_child_lines(item)) for item in syntax_node.children), start)
        case "fence" | "code_block":
            yield from syntax_node.content.rstrip("\n").split("\n")
        case _:
            yield from _iter_child_lines(syntax_node)


def _format_inline(syntax_node: SyntaxTreeNode) -> str:
    match syntax_node.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "link":
            text, url = "".join(map(_format_inline, syntax_node.children)), str(syntax_node.attrs.get("href", ""))
            return text if text == url else f"{text} ({url})"
        case "text" | "code_inline" | "image":
            return syntax_node.content
        case _:
            return "".join(map(_format_inline, syntax_node.children))
