"""Markdown as GitHub and GitLab read it: for issues, wikis and pull requests.

What stands in records is data: no HTML of theirs is carried, no link but to the web or to a
mailbox, and no heading or picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from p2ptrack.diagnostics import escape_control_characters
from p2ptrack.formats.plain import FormatOptions, collapse_whitespace, format_scalar
from p2ptrack.reports.document import (
    Block,
    Bullets,
    Cell,
    Document,
    Fact,
    Facts,
    Link,
    Notice,
    Paragraph,
    Prose,
    Row,
    Section,
    Span,
    Star,
    Strong,
    Table,
)

_WHITESPACE = re.compile(r"\s+")
_MARKUP = re.compile(r"([\\`*\[\]<>|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=#|\w+;)|!(?=\[))")
_BLOCK_MARKER = re.compile(r"^(\s*(?:\d{1,9}(?=[.)](?:\s|$)))?)([#+>\-.)])")
_UNSAFE_LINK = re.compile(r"\](?=\s*\((?!\s*(?:https?://|mailto:)))", re.IGNORECASE)
_LINK_DEFINITION = re.compile(r"^(\s*)\[(?=[^\]]*\]:)", re.MULTILINE)
_WEB_ADDRESS = re.compile(r"https?://|mailto:", re.IGNORECASE)
_UNSAFE_ADDRESS_CHARACTERS = re.compile(r"[\s<>\\]")
_HEADING_MARKER = re.compile(r"^(\s*)(?=#{1,6}(?:\s|$)|=+\s*$|-+\s*$)", re.MULTILINE)


def write(document: Document, _options: FormatOptions) -> bytes:
    """Return the document as Markdown in UTF-8."""
    text = "\n".join([*_render_head(document), *_render_blocks(document.blocks, 2)])
    return (re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n").encode("utf-8", "replace")


def escape_markdown(text: str) -> str:
    """Return text of which Markdown takes nothing for markup."""
    return _BLOCK_MARKER.sub(r"\1\\\2", _escape_inline(collapse_whitespace(text)))


def _escape_inline(text: str) -> str:
    """Return text that stands inside a line; white space at its ends is kept, for it parts two spans."""
    return _MARKUP.sub(r"\\\1", escape_control_characters(_WHITESPACE.sub(" ", text)))


def sanitise_markdown(markdown: str) -> str:
    """Return a record's own Markdown without raw HTML, headings, pictures, or links that are not web or mail."""
    visible_text = "\n".join(map(escape_control_characters, markdown.expandtabs(4).strip("\n").splitlines()))
    text = visible_text.replace("<", "\\<").replace("![", "\\![")
    return _HEADING_MARKER.sub(r"\1\\", _LINK_DEFINITION.sub(r"\1\\[", _UNSAFE_LINK.sub(r"]\\", text)))


def _render_spans(spans: Iterable[Span]) -> str:
    return "".join(map(_render_span, spans))


def _render_span(span: Span) -> str:
    match span:
        case Strong():
            return f"**{escape_markdown(span.text)}**"
        case Star():
            return "\\*"
        case Link() if _WEB_ADDRESS.match(span.url):
            return f"[{_escape_inline(span.text or span.url)}](<{_UNSAFE_ADDRESS_CHARACTERS.sub('', span.url)}>)"
        case _:
            return _escape_inline(str(span))


def _render_head(document: Document) -> Iterator[str]:
    yield from (line for text in document.heading for line in (escape_markdown(text), ""))
    if document.title:
        yield from [f"# {escape_markdown(document.title)}", ""]
    if document.meta:
        yield from [*_render_facts(document.meta), ""]
    for text in filter(None, (document.draft, document.notice)):
        yield from [f"*{escape_markdown(text)}*", ""]


def _render_blocks(blocks: tuple[Block, ...], level: int, heading: str = "") -> Iterator[str]:
    for block in blocks:
        yield from _render_block(block, level, heading)
        yield ""


def _render_block(block: Block, level: int, heading: str) -> Iterator[str]:
    match block:
        case Paragraph():
            yield _escape_block_marker(_render_spans(block.spans))
        case Prose():
            yield sanitise_markdown(block.markdown)
        case Bullets():
            yield from _render_bullets(block, level)
        case Facts():
            yield from _render_facts(block.rows)
        case Table():
            yield from _render_table(block, heading)
        case Notice():
            yield from (f"> {line}".rstrip() for line in _render_lines(block.blocks, level))
        case Section():
            yield from [
                f"{'#' * min(level, 6)} {escape_markdown(block.title)}",
                "",
                *_render_blocks(block.blocks, level + 1, block.title),
            ]


def _escape_block_marker(text: str) -> str:
    return _BLOCK_MARKER.sub(r"\1\\\2", text.strip())


def _render_lines(blocks: tuple[Block, ...], level: int) -> list[str]:
    """Return blocks as single lines, the last not empty."""
    return "\n".join(_render_blocks(blocks, level)).rstrip("\n").split("\n")


def _render_bullets(block: Bullets, level: int) -> Iterator[str]:
    for number, item in enumerate(block.items, 1):
        marker = f"{number}. " if block.ordered else "- "
        first, *rest = _render_lines(item, level)
        yield marker + first
        yield from (f"{' ' * len(marker)}{line}".rstrip() for line in rest)


def _render_facts(rows: Iterable[Fact]) -> Iterator[str]:
    for row in rows:
        texts = [_escape_inline(format_scalar(row.value)), _render_spans(row.spans), *map(_render_spans, row.lines)]
        yield f"- **{escape_markdown(row.label)}**: {'; '.join(filter(None, texts))}".rstrip(": ")


def _render_table(table: Table, heading: str) -> Iterator[str]:
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


def _render_cell(cell: Cell, row: Row) -> str:
    if isinstance(cell.content, tuple):
        lines = filter(None, (line.strip() for line in _render_lines(cell.content, 6)))
        return "<br>".join(re.sub(r"(?<!\\)\|", r"\\|", line) for line in "\n".join(lines).split("\n"))
    text = escape_markdown(format_scalar(cell.content)) + "\\*" * cell.starred
    return f"**{text}**" if row.role == "total" and text else text
