"""Markdown as GitHub and GitLab read it, for issues, wikis and pull requests.

Text of records is data: it brings no HTML, headings or pictures, and links only to the web or a mailbox.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from markdown_it.tree import SyntaxTreeNode

from p2ptrack.formats.pasted_text import ListLabel, strip_unprintable
from p2ptrack.formats.prose import build_prose_table, is_link, parse_markdown, read_cell_markdown
from p2ptrack.reports import document as doc
from p2ptrack.reports.document import FormatOptions, collapse_whitespace, format_scalar

_WHITESPACE = re.compile(r"\s+")
_MARKUP = re.compile(r"([\\`*\[\]<>|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=#|\w+;)|!(?=\[))")
_BLOCK_MARKER = re.compile(r"^(\s*(?:\d{1,9}(?=[.)](?:\s|$)))?)([#+>\-.)])")
_UNSAFE_ADDRESS_CHARACTERS = re.compile(r"[\s<>\\]")
_MARKS = {"strong": "**", "em": "*", "s": "~~"}
_BACKTICKS = re.compile("`+")
_PIPE = re.compile(r"(?<!\\)\|")
_MAX_HEADING_LEVEL = 6


def write(document: doc.Document, _options: FormatOptions) -> bytes:
    """Return the document as Markdown in UTF-8."""
    text = "\n".join([*_render_head(document), *_render_blocks(document.blocks, 2)])
    return (re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n").encode("utf-8", "replace")


def escape_markdown(text: str) -> str:
    """Return text in which Markdown finds no markup."""
    return _escape_block_marker(_escape_inline(collapse_whitespace(text)))


def render_prose(markdown: str) -> list[str]:
    """Return a record's own Markdown as lines, written again so that they mean the same to every reader of Markdown.

    There is no raw HTML, no heading, no picture and no unsafe link, however the record spells it.
    """
    return _render_nodes(parse_markdown(markdown).children)


def _render_nodes(nodes: Iterable[SyntaxTreeNode]) -> list[str]:
    """Return blocks with an empty line between them. A list ends before the next one begins."""
    lines: list[str] = []
    for node in nodes:
        lines += ([""] if lines else []) + _render_node(node)
    return lines


def _render_node(node: SyntaxTreeNode) -> list[str]:
    match node.type:
        case "paragraph":
            lines = [_escape_block_marker(line) for line in _render_inline(node).split("\n")]
        case "heading":
            lines = [f"**{_render_inline(node)}**"]
        case "bullet_list" | "ordered_list":
            lines = _render_list(node)
        case "blockquote":
            lines = [f"> {line}".rstrip() for line in _render_nodes(node.children)]
        case "fence":
            fence = "`" * max(3, 1 + _longest_backticks(node.content))
            lines = [fence, *node.content.rstrip("\n").split("\n"), fence]
        case "table":
            lines = list(_render_table(build_prose_table(node, read_cell_markdown), ""))
        case "hr":
            lines = ["---"]
        case _:
            lines = _render_nodes(node.children)
    return lines


def _longest_backticks(text: str) -> int:
    return max(map(len, _BACKTICKS.findall(text)), default=0)


def _render_list(node: SyntaxTreeNode) -> list[str]:
    """Return a list.

    Labels that Markdown does not have, such as *b)*, are written as text, each item as a paragraph.
    """
    labels: list[ListLabel] = [item.meta["label"] for item in node.children if "label" in item.meta]
    is_plain = all(first.precedes(second) for first, second in pairwise(labels))
    is_plain = is_plain and all(label.style == "decimal" and not label.prefix for label in labels)
    lines: list[str] = []
    for item in node.children:
        first, *rest = _render_nodes(item.children) or [""]
        label = item.meta.get("label", "-")
        if is_plain:
            marker = f"{label} "
            lines += [marker + first, *(f"{' ' * len(marker)}{line}".rstrip() for line in rest)]
        else:
            text = _escape_block_marker(_escape_inline(str(label)))
            lines += [*([""] if lines else []), f"{text} {first}", *rest]
    return lines


def _render_inline(node: SyntaxTreeNode) -> str:
    content = "".join(map(_render_inline, node.children))
    match node.type:
        case "softbreak":
            content = "\n"
        case "hardbreak":
            content = "\\\n"
        case "strong" | "em" | "s":
            mark = _MARKS[node.type]
            content = f"{mark}{content}{mark}"
        case "code_inline":
            ticks = "`" * (1 + _longest_backticks(node.content))
            space = " " * (node.content.startswith("`") or node.content.endswith("`"))
            content = f"{ticks}{space}{node.content}{space}{ticks}"
        case "link":
            content = f"[{content}](<{_UNSAFE_ADDRESS_CHARACTERS.sub('', str(node.attrs.get('href', '')))}>)"
        case "text" | "image":
            content = _escape_inline(node.content)
    return content


def _escape_inline(text: str) -> str:
    """Return escaped text for the inside of a line. Spaces at its ends are kept, because they separate spans."""
    return _MARKUP.sub(r"\\\1", strip_unprintable(_WHITESPACE.sub(" ", text)))


def _escape_block_marker(text: str) -> str:
    return _BLOCK_MARKER.sub(r"\1\\\2", text)


def _render_head(document: doc.Document) -> Iterator[str]:
    for line in document.heading:
        yield from [escape_markdown(line), ""]
    if document.title:
        yield from [f"# {escape_markdown(document.title)}", ""]
    if document.meta:
        yield from [*_render_facts(document.meta, 2), ""]
    for text in filter(None, (document.draft, document.notice)):
        yield from [f"*{escape_markdown(text)}*", ""]


def _render_blocks(blocks: tuple[doc.Block, ...], level: int, heading: str = "") -> Iterator[str]:
    """Yield lines. `level` is that of the next heading, `heading` the one above."""
    for block in blocks:
        yield from _render_block(block, level, heading)
        yield ""


def _render_block(block: doc.Block, level: int, heading: str) -> Iterator[str]:
    match block:
        case doc.Paragraph():
            yield _escape_block_marker(_render_spans(block.spans).strip())
        case doc.Prose():
            yield from render_prose(block.markdown)
        case doc.Bullets():
            yield from _render_bullets(block, level)
        case doc.Facts():
            yield from _render_facts(block.rows, level)
        case doc.Table():
            yield from _render_table(block, heading)
        case doc.Notice():
            yield from (f"> {line}".rstrip() for line in _render_lines(block.blocks, level))
        case doc.Section():
            yield from [f"{'#' * min(level, _MAX_HEADING_LEVEL)} {escape_markdown(block.title)}", ""]
            yield from _render_blocks(block.blocks, level + 1, block.title)


def _render_lines(blocks: tuple[doc.Block, ...], level: int) -> list[str]:
    """Return blocks as single lines without empty lines at the end."""
    return "\n".join(_render_blocks(blocks, level)).rstrip("\n").split("\n")


def _render_bullets(block: doc.Bullets, level: int) -> Iterator[str]:
    for number, item in enumerate(block.items, 1):
        marker = f"{number}. " if block.ordered else "- "
        first, *rest = _render_lines(item, level)
        yield marker + first
        yield from (f"{' ' * len(marker)}{line}".rstrip() for line in rest)


def _render_facts(rows: Iterable[doc.Fact], level: int) -> Iterator[str]:
    for row in rows:
        if row.blocks:
            lines = _render_lines(row.blocks, level)
            yield f"- **{escape_markdown(row.label)}**:"
            yield from ["", *(f"  {line}".rstrip() for line in lines)]
            continue
        texts = [_escape_inline(format_scalar(row.value)), _render_spans(row.spans), *map(_render_spans, row.lines)]
        yield f"- **{escape_markdown(row.label)}**: {'; '.join(filter(None, texts))}".rstrip(": ")


def _render_spans(spans: Iterable[doc.Span]) -> str:
    return "".join(map(_render_span, spans))


def _render_span(span: doc.Span) -> str:
    match span:
        case doc.Strong():
            return f"**{escape_markdown(span.text)}**"
        case doc.Star():
            return "\\*"
        case doc.Link() if is_link(span.url):
            return f"[{_escape_inline(span.text or span.url)}](<{_UNSAFE_ADDRESS_CHARACTERS.sub('', span.url)}>)"
        case _:
            return _escape_inline(str(span))


def _render_table(table: doc.Table, heading: str) -> Iterator[str]:
    """Yield a table. Its caption is left out when the heading above is the same."""
    if table.picture:
        yield from [escape_markdown(table.picture.summary), ""]
    if table.caption not in {heading, ""}:
        yield from [f"**{escape_markdown(table.caption)}**", ""]
    if not table.rows:
        yield escape_markdown(table.empty)
        return
    yield _format_row(escape_markdown(column.title) for column in table.columns)
    yield _format_row("--:" if column.align == "right" else "---" for column in table.columns)
    group = ""
    for row in table.rows:
        if row.group and row.group != group:
            group = row.group
            yield _format_row([f"**{escape_markdown(group)}**", *[""] * (len(table.columns) - 1)])
        yield _format_row(_render_cell(cell, row) for cell in row.cells)


def _format_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _render_cell(cell: doc.Cell, row: doc.Row) -> str:
    if isinstance(cell.content, tuple):
        lines = (line.strip() for line in _render_lines(cell.content, _MAX_HEADING_LEVEL))
        return "<br>".join(_PIPE.sub(r"\\|", line) for line in lines if line)
    text = escape_markdown(format_scalar(cell.content)) + "\\*" * cell.starred
    return f"**{text}**" if row.role == "total" and text else text
