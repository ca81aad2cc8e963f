"""The texts of records: Markdown as HTML, as a syntax tree, or as lines of plain text, the same in every format.

There is no raw HTML, no picture and no unsafe link. A heading in a record becomes a strong line, because the order of
headings belongs to the paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from p2ptrack.formats.pasted_text import (
    HARD_BREAK,
    ListLabel,
    PreparedText,
    prepare_markdown,
    split_plain_text,
    strip_unprintable,
)
from p2ptrack.reports import document as doc
from p2ptrack.values import dataclass

_LINK = re.compile(r"(?:https?://[^\s/?#]|mailto:[^\s?])", re.IGNORECASE)
_TABLE_WIDTHS = (30, 50, 90)
"""The characters that fit side by side in a narrow cell, a wide cell and the text of a printed page."""
_MAX_WHOLE_WORD = 22
_BARE_ADDRESS = re.compile(r"(?<![\w/=])https?://[^\s<>\[\]`]+[^\s<>\[\]`.,;:!?)'\"]", re.IGNORECASE)


def is_link(url: str) -> bool:
    """Whether an address may be followed: to a host on the web or to a mailbox."""
    return _LINK.match(url.strip()) is not None


def render_prose_html(markdown: str) -> str:
    """Return a record's text as HTML that is safe to put in a page."""
    prepared = prepare_markdown(strip_unprintable(markdown))
    paragraphs = split_plain_text(prepared.markdown)
    if paragraphs is not None:
        html = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs).replace('"', "&quot;")
        return html.replace(HARD_BREAK, "<br />\n")
    parser = _create_parser()
    return str(parser.renderer.render(_parse_tokens(prepared), parser.options, {}))


def parse_markdown(markdown: str) -> SyntaxTreeNode:
    """Return a record's text as a syntax tree, for formats that have their own markup."""
    prepared = prepare_markdown(strip_unprintable(markdown))
    paragraphs = split_plain_text(prepared.markdown)
    if paragraphs is not None:
        return SyntaxTreeNode(list(chain.from_iterable(map(_make_paragraph_tokens, paragraphs))))
    return SyntaxTreeNode(_parse_tokens(prepared))


def _make_paragraph_tokens(paragraph: str) -> tuple[Token, Token, Token]:
    """Return the tokens that the parser makes of a paragraph of plain text, without line numbers."""
    children: list[Token] = []
    for line in paragraph.split("\n"):
        children.append(Token("text", "", 0, content=line.rstrip(" ")))
        children.append(Token("hardbreak" if line.endswith(" ") else "softbreak", "br", 0))
    children.pop()
    return (
        Token("paragraph_open", "p", 1, block=True),
        Token("inline", "", 0, level=1, children=children, content=paragraph, block=True),
        Token("paragraph_close", "p", -1, block=True),
    )


class _MarkdownRenderer(RendererHTML):
    """Markdown-it's renderer, which prints the description of a picture instead of the picture."""

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]) -> str:
        """Return the picture's description."""
        return self.text([Token("text", "", 0, content=tokens[idx].content)], 0, options, env)


_MULTIPLICATION = re.compile(r"(?<=[0-9])[*]+(?=[0-9£$€])")


def _keep_multiplication(state: StateInline, silent: bool) -> bool:
    """Inline rule: asterisks between numbers are text, where Markdown would take them for emphasis."""
    match = _MULTIPLICATION.match(state.src, state.pos)
    if not match:
        return False
    if not silent:
        state.pending += match.group()
    state.pos = match.end()
    return True


@cache
def _create_parser() -> MarkdownIt:
    """Return a parser of CommonMark with tables and strikethrough, without the syntax that would make text disappear.

    Indented code would change the font of pasted text, an entity would print another character than was typed, and the
    definition of a link would not be printed at all.
    """
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_MarkdownRenderer)
    parser.enable(["table", "strikethrough"])
    parser.inline.ruler.before("emphasis", "multiplication", _keep_multiplication)
    parser.disable(["html_block", "html_inline", "code", "entity", "reference"])
    # Replacing this method is the documented way to decide which links are allowed; mypy sees a fixed method.
    vars(parser)["validateLink"] = is_link
    return parser


def _parse_tokens(prepared: PreparedText) -> list[Token]:
    tokens = _create_parser().parse(prepared.markdown)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "p"
        if token.type == "heading_open":
            token.attrs = {"class": "strong-line"}
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if token.children:
            token.children = list(_link_addresses(_fill_empty_links(token.children)))
    _label_items(tokens, prepared)
    _label_tables(tokens)
    return tokens


def _label_tables(tokens: Iterable[Token]) -> None:
    """Add to every table a class for the width that it needs without broken words: `fits-30`, `fits-50`, `fits-90`."""
    table: Token | None = None
    widths: list[int] = []
    column = 0
    for token in tokens:
        if token.type == "table_open":
            table, widths = token, []
        elif token.type == "tr_open":
            column = 0
        elif table is not None and token.type == "inline":
            longest = min(max(map(len, token.content.split()), default=0), _MAX_WHOLE_WORD) + 2
            widths[column : column + 1] = [max([longest, *widths[column : column + 1]])]
            column += 1
        elif table is not None and token.type == "table_close":
            size = next((size for size in _TABLE_WIDTHS if sum(widths) <= size), None)
            if size:
                table.attrSet("class", f"fits-{size}")
            table = None


def _fill_empty_links(children: Sequence[Token]) -> Iterator[Token]:
    """Yield inline tokens in which a link without text has its address as text."""
    previous: Token | None = None
    for child in children:
        if child.type == "link_close" and previous is not None and previous.type == "link_open":
            yield Token("text", "", 0, content=str(previous.attrs.get("href", "")))
        yield child
        previous = child


def _link_addresses(children: Iterable[Token]) -> Iterator[Token]:
    """Yield inline tokens in which web addresses are links, also plain ones in the text."""
    depth = 0
    for child in children:
        depth += (child.type == "link_open") - (child.type == "link_close")
        end = 0
        matches = _BARE_ADDRESS.finditer(child.content) if child.type == "text" and not depth else ()
        for match in matches:
            if is_link(match.group()):
                yield Token("text", "", 0, content=child.content[end : match.start()])
                yield Token("link_open", "a", 1, attrs={"href": _create_parser().normalizeLink(match.group())})
                yield Token("text", "", 0, content=match.group())
                yield Token("link_close", "a", -1)
                end = match.end()
        yield replace(child, content=child.content[end:]) if end else child


def _label_items(tokens: Sequence[Token], prepared: PreparedText) -> None:
    """Give every item of a numbered list its label as it was written: `token.meta["label"]`.

    A list whose items are all numbered 1 is numbered by Markdown. In HTML a label that a browser would not print by
    itself is in the style of its item; WeasyPrint ignores the attributes `start` and `value` (Kozea/WeasyPrint#2003).
    """
    open_lists: list[list[Token]] = []
    for token in tokens:
        if token.type in {"ordered_list_open", "bullet_list_open"}:
            open_lists.append([token])
        elif token.type == "list_item_open":
            open_lists[-1].append(token)
        elif token.type in {"ordered_list_close", "bullet_list_close"}:
            first, *items = open_lists.pop()
            if first.type == "ordered_list_open":
                _label_list(items, prepared)


def _label_list(items: Sequence[Token], prepared: PreparedText) -> None:
    numbers = [int(item.info) for item in items]
    if len(items) > 1 and len(set(numbers)) == 1:
        numbers = list(range(numbers[0], numbers[0] + len(items)))
    for place, (item, number) in enumerate(zip(items, numbers, strict=True), 1):
        source_label = prepared.labels.get(item.map[0]) if item.map else None
        label = source_label or ListLabel(number, suffix=item.markup)
        item.meta["label"] = label
        if str(label) != f"{place}.":
            item.attrSet("value", str(label.number))
            item.attrSet("style", f"list-style-type: '{label} '")


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of plain text, with its prefix and the prefix of the lines that it is wrapped into.

    With `gap` an empty line separates it from the line before. `table` is set instead of a text for a table.
    """

    text: str
    prefix: str = ""
    indent: str = ""
    gap: bool = False
    table: doc.Table | None = None


def read_prose_lines(markdown: str, bullet: str) -> list[TextLine]:
    """Return a record's text as lines without markup. A link is followed by its address."""
    return list(_iter_block_lines(parse_markdown(markdown).children, bullet))


def format_prose(markdown: str, bullet: str = "\u2022") -> str:
    """Return a record's text without markup, with a line for each paragraph, item and row."""
    lines = []
    for line in read_prose_lines(markdown, bullet):
        if line.table is None:
            lines.append(line.prefix + line.text)
            continue
        titles = " | ".join(column.title for column in line.table.columns)
        rows = (" | ".join(str(cell.content or "") for cell in row.cells) for row in line.table.rows)
        lines += [line.prefix + row for row in (titles, *rows)]
    return "\n".join(lines)


def _iter_block_lines(nodes: Iterable[SyntaxTreeNode], bullet: str) -> Iterator[TextLine]:
    """Yield the lines of blocks. The first line of each block but the first has a gap."""
    for index, node in enumerate(nodes):
        lines = list(_iter_node_lines(node, bullet))
        yield from (replace(line, gap=True) if index and not place else line for place, line in enumerate(lines))


def _iter_node_lines(node: SyntaxTreeNode, bullet: str) -> Iterator[TextLine]:
    match node.type:
        case "paragraph" | "heading":
            yield from map(TextLine, format_inline(node).split("\n"))
        case "bullet_list" | "ordered_list":
            for item in node.children:
                marker = f"{item.meta.get('label', bullet)} "
                lines = _iter_block_lines(item.children, bullet)
                yield from _indent_lines(list(lines) or [TextLine("")], marker)
        case "blockquote":
            for line in _iter_block_lines(node.children, bullet):
                yield replace(line, prefix=f"> {line.prefix}", indent=f"> {line.indent}")
        case "fence":
            yield from map(TextLine, node.content.rstrip("\n").split("\n"))
        case "table":
            yield TextLine("", table=build_prose_table(node, lambda cell: format_inline(cell).replace("\n", " ")))
        case "hr":
            yield TextLine("---")
        case _:
            yield from _iter_block_lines(node.children, bullet)


def _indent_lines(lines: Sequence[TextLine], marker: str) -> Iterator[TextLine]:
    """Yield the lines of a list item: the first after its marker, the others below its text. A list has no gaps."""
    space = " " * len(marker)
    for index, line in enumerate(lines):
        prefix = marker if index == 0 else space
        yield replace(line, prefix=prefix + line.prefix, indent=space + line.indent, gap=False)


def format_inline(node: SyntaxTreeNode) -> str:
    """Return the text of a paragraph, a link or a cell without markup. Only a line break is a line end."""
    match node.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "link":
            text, url = "".join(map(format_inline, node.children)), str(node.attrs.get("href", ""))
            return text if url in {text, f"mailto:{text}"} else f"{text} ({url})"
        case "s":
            return f"~~{''.join(map(format_inline, node.children))}~~"
        case "text" | "code_inline" | "image":
            return node.content
        case _:
            return "".join(map(format_inline, node.children))


def build_prose_table(node: SyntaxTreeNode, format_cell: Any) -> doc.Table:
    """Return a table of a text. `format_cell` is a function from the node of a cell to its content."""
    rows = [row for part in node.children for row in part.children]
    head, *body = rows
    columns = tuple(
        doc.Column(f"column-{number}", format_inline(cell).replace("\n", " "), _read_alignment(cell))
        for number, cell in enumerate(head.children, 1)
    )
    return doc.Table(
        "text", "", columns, tuple(doc.Row(tuple(doc.Cell(format_cell(cell)) for cell in row.children)) for row in body)
    )


def _read_alignment(cell: SyntaxTreeNode) -> doc.Align:
    return "right" if "right" in str(cell.attrs.get("style", "")) else "left"


def read_cell_markdown(cell: SyntaxTreeNode) -> tuple[doc.Block, ...]:
    """Return the content of a cell with its markup."""
    return (doc.Prose("".join(child.content for child in cell.children)),)
