"""The words of records in Word: Markdown without raw HTML, pictures or headings; links go to the web or a mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from xml.etree.ElementTree import Element

from markdown_it.tree import SyntaxTreeNode

from p2ptrack.formats.markdown_html import tree
from p2ptrack.formats.word.lists import Where, listed
from p2ptrack.formats.word.marks import Para, Piece, Shared, character, followed, run, word

Marks = frozenset[str]
_MARKS = {"strong": "b", "em": "i"}


def prose(markdown: str, where: Where, shared: Shared) -> list[Piece]:
    """Return a record's text as paragraphs and lists."""
    return _blocks(tree(markdown), where, shared)


def _blocks(parent: SyntaxTreeNode, where: Where, shared: Shared) -> list[Piece]:
    return [made for child in parent.children for made in _block(child, where, shared)]


def _block(block: SyntaxTreeNode, where: Where, shared: Shared) -> list[Piece]:
    match block.type:
        case "paragraph":
            return [_paragraph(block, where, shared)]
        case "heading":
            return [_paragraph(block, where, shared, frozenset("b"))]
        case "bullet_list" | "ordered_list":
            start = int(block.attrs.get("start", 1)) if block.type == "ordered_list" else None
            return listed((partial(_item, item, shared) for item in block.children), where, shared, start)
        case "blockquote":
            return _blocks(block, replace(where, style=where.style if where.cell else "Quote"), shared)
        case "fence" | "code_block":
            return [Para(where.style, tuple(_lines(block.content)), where.indent)]
        case _:
            return []


def _item(item: SyntaxTreeNode, shared: Shared, where: Where) -> list[Piece]:
    return _blocks(item, where, shared)


def _paragraph(block: SyntaxTreeNode, where: Where, shared: Shared, marks: Marks = frozenset()) -> Para:
    runs = (made for child in block.children for made in _inline(child, shared, marks))
    return Para(where.style, tuple(runs), where.indent)


def _lines(code: str) -> Iterator[Element]:
    for number, line in enumerate(code.rstrip("\n").split("\n")):
        if number:
            yield word("r", word("br"))
        yield run(line, character("Code"))


def _inline(parent: SyntaxTreeNode, shared: Shared, marks: Marks) -> list[Element]:
    return [made for child in parent.children for made in _words(child, shared, marks)]


def _words(part: SyntaxTreeNode, shared: Shared, marks: Marks) -> Iterator[Element]:
    match part.type:
        case "strong" | "em":
            yield from _inline(part, shared, marks | {_MARKS[part.type]})
        case "link":
            yield from _link(part, shared, marks)
        case "hardbreak":
            yield word("r", word("br"))
        case "softbreak":
            yield run(" ")
        case "code_inline":
            yield run(part.content, character("Code"))
        case _:
            yield run(part.content, *map(word, sorted(marks)))


def _link(part: SyntaxTreeNode, shared: Shared, marks: Marks) -> list[Element]:
    """Return a link, or its words and its address where the address cannot be followed from Word."""
    url = str(part.attrs.get("href", ""))
    inner = _inline(part, shared, marks)
    return followed(url, inner, shared) or [*inner, run(f" ({url})")]
