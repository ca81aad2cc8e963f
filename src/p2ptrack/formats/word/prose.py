"""The words of records in Word: Markdown without raw HTML, pictures or headings; links go to the web or a mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from xml.etree.ElementTree import Element

from markdown_it.tree import SyntaxTreeNode

from p2ptrack.formats.markdown_html import parse_markdown
from p2ptrack.formats.word.lists import BlockPosition, make_list
from p2ptrack.formats.word.marks import (
    DocxContext,
    DocxParagraph,
    DocxPiece,
    make_external_link,
    make_run,
    make_run_style,
    make_word_element,
)

TextMarks = frozenset[str]
_MARK_TAGS = {"strong": "b", "em": "i"}


def make_prose(markdown: str, position: BlockPosition, context: DocxContext) -> list[DocxPiece]:
    """Return a record's text as paragraphs and lists."""
    return _make_prose_blocks(parse_markdown(markdown), position, context)


def _make_prose_blocks(parent: SyntaxTreeNode, position: BlockPosition, context: DocxContext) -> list[DocxPiece]:
    return [piece for child in parent.children for piece in _make_prose_block(child, position, context)]


def _make_prose_block(block: SyntaxTreeNode, position: BlockPosition, context: DocxContext) -> list[DocxPiece]:
    match block.type:
        case "paragraph":
            return [_make_prose_paragraph(block, position, context)]
        case "heading":
            return [_make_prose_paragraph(block, position, context, frozenset("b"))]
        case "bullet_list" | "ordered_list":
            start = int(block.attrs.get("start", 1)) if block.type == "ordered_list" else None
            return make_list(
                (partial(_make_prose_item, item, context) for item in block.children), position, context, start
            )
        case "blockquote":
            return _make_prose_blocks(
                block, replace(position, style=position.style if position.cell else "Quote"), context
            )
        case "fence" | "code_block":
            return [DocxParagraph(position.style, tuple(_make_code_lines(block.content)), position.indent)]
        case _:
            return []


def _make_prose_item(item: SyntaxTreeNode, context: DocxContext, position: BlockPosition) -> list[DocxPiece]:
    return _make_prose_blocks(item, position, context)


def _make_prose_paragraph(
    block: SyntaxTreeNode, position: BlockPosition, context: DocxContext, marks: TextMarks = frozenset()
) -> DocxParagraph:
    runs = (run for child in block.children for run in _make_inline_runs(child, context, marks))
    return DocxParagraph(position.style, tuple(runs), position.indent)


def _make_code_lines(code: str) -> Iterator[Element]:
    for number, line in enumerate(code.rstrip("\n").split("\n")):
        if number:
            yield make_word_element("r", make_word_element("br"))
        yield make_run(line, make_run_style("Code"))


def _make_inline_runs(parent: SyntaxTreeNode, context: DocxContext, marks: TextMarks) -> list[Element]:
    return [run for child in parent.children for run in _make_node_runs(child, context, marks)]


def _make_node_runs(syntax_node: SyntaxTreeNode, context: DocxContext, marks: TextMarks) -> Iterator[Element]:
    match syntax_node.type:
        case "strong" | "em":
            yield from _make_inline_runs(syntax_node, context, marks | {_MARK_TAGS[syntax_node.type]})
        case "link":
            yield from _make_link_runs(syntax_node, context, marks)
        case "hardbreak":
            yield make_word_element("r", make_word_element("br"))
        case "softbreak":
            yield make_run(" ")
        case "code_inline":
            yield make_run(syntax_node.content, make_run_style("Code"))
        case _:
            yield make_run(syntax_node.content, *map(make_word_element, sorted(marks)))


def _make_link_runs(syntax_node: SyntaxTreeNode, context: DocxContext, marks: TextMarks) -> list[Element]:
    """Return a link, or its words and its address where the address cannot be followed from Word."""
    url = str(syntax_node.attrs.get("href", ""))
    runs = _make_inline_runs(syntax_node, context, marks)
    return make_external_link(url, runs, context) or [*runs, make_run(f" ({url})")]
