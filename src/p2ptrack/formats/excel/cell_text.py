"""Blocks as plain lines: what a cell of a workbook can hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markdown_it.tree import SyntaxTreeNode

from p2ptrack.formats.markdown_html import tree
from p2ptrack.formats.plain import one_line, scalar, words
from p2ptrack.reports.document import Block, Bullets, Cell, Fact, Facts, Notice, Paragraph, Prose, Section, Table

_BULLET = "\u2022"


def told(blocks: Iterable[Block]) -> str:
    """Return the blocks in words, a line for each paragraph, item or fact."""
    return "\n".join(line for block in blocks for line in lines(block))


def lines(block: Block) -> Iterator[str]:
    """Yield a block line by line."""
    match block:
        case Paragraph():
            yield one_line(words(block.spans))
        case Prose():
            yield from prose(block.markdown)
        case Bullets():
            yield from _items((told(item) for item in block.items), 1 if block.ordered else None)
        case Facts():
            yield from (line for row in block.rows for line in f"{row.label}: {fact(row)}".split("\n"))
        case Notice():
            yield from (line for each in block.blocks for line in lines(each))
        case Section():
            yield from (block.title, *(line for each in block.blocks for line in lines(each)))
        case Table():
            yield from (" | ".join(map(_cell, row.cells)) for row in block.rows)


def fact(row: Fact) -> str:
    """Return what a fact says beside its label."""
    value = " ".join(filter(None, (scalar(row.value), words(row.spans))))
    return "\n".join(map(one_line, (value, *map(words, row.lines)))).strip()


def _cell(cell: Cell) -> str:
    content = cell.content
    return one_line(told(content) if isinstance(content, tuple) else scalar(content)) + "*" * cell.starred


def _items(items: Iterable[str], start: int | None) -> Iterator[str]:
    for number, item in enumerate(items, start or 0):
        first, *others = item.split("\n")
        yield f"{_BULLET if start is None else f'{number}.'} {first}"
        yield from (f"   {line}" for line in others)


def prose(markdown: str) -> Iterator[str]:
    """Yield the words of a record without the marks of Markdown; a link is followed by its address."""
    return _children(tree(markdown))


def _children(parent: SyntaxTreeNode) -> Iterator[str]:
    return (line for child in parent.children for line in _block(child))


def _block(block: SyntaxTreeNode) -> Iterator[str]:
    match block.type:
        case "paragraph" | "heading":
            yield from "".join(map(_words, block.children)).split("\n")
        case "bullet_list" | "ordered_list":
            start = int(block.attrs.get("start", 1)) if block.type == "ordered_list" else None
            yield from _items(("\n".join(_children(item)) for item in block.children), start)
        case "fence" | "code_block":
            yield from block.content.rstrip("\n").split("\n")
        case _:
            yield from _children(block)


def _words(part: SyntaxTreeNode) -> str:
    match part.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "link":
            inner, url = "".join(map(_words, part.children)), str(part.attrs.get("href", ""))
            return inner if inner == url else f"{inner} ({url})"
        case "text" | "code_inline" | "image":
            return part.content
        case _:
            return "".join(map(_words, part.children))
