"""Markdown as GitHub and GitLab read it: for issues, wikis and pull requests.

What stands in records is data: no HTML of theirs is carried, no link but to the web or to a
mailbox, and no heading or picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from p2ptrack.formats.look import Look
from p2ptrack.formats.plain import one_line, scalar
from p2ptrack.problem import visible
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

_SPACE = re.compile(r"\s+")
_MARKUP = re.compile(r"([\\`*\[\]<>|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=#|\w+;)|!(?=\[))")
_OPENING = re.compile(r"^(\s*(?:\d{1,9}(?=[.)](?:\s|$)))?)([#+>\-.)])")
_UNSAFE_LINK = re.compile(r"\](?=\s*\((?!\s*(?:https?://|mailto:)))", re.IGNORECASE)
_DEFINITION = re.compile(r"^(\s*)\[(?=[^\]]*\]:)", re.MULTILINE)
_WEB = re.compile(r"https?://|mailto:", re.IGNORECASE)
_ADDRESS = re.compile(r"[\s<>\\]")
_HEADING = re.compile(r"^(\s*)(?=#{1,6}(?:\s|$)|=+\s*$|-+\s*$)", re.MULTILINE)


def write(document: Document, _look: Look) -> bytes:
    """Return the document as Markdown in UTF-8."""
    text = "\n".join([*_head(document), *_blocks(document.blocks, 2)])
    return (re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n").encode("utf-8", "replace")


def plain(text: str) -> str:
    """Return text of which Markdown takes nothing for markup."""
    return _OPENING.sub(r"\1\\\2", _inside(one_line(text)))


def _inside(text: str) -> str:
    """Return text that stands inside a line; white space at its ends is kept, for it parts two spans."""
    return _MARKUP.sub(r"\\\1", visible(_SPACE.sub(" ", text)))


def safe(markdown: str) -> str:
    """Return a record's own Markdown without raw HTML, headings, pictures, or links that are not web or mail."""
    shown = "\n".join(map(visible, markdown.expandtabs(4).strip("\n").splitlines()))
    text = shown.replace("<", "\\<").replace("![", "\\![")
    return _HEADING.sub(r"\1\\", _DEFINITION.sub(r"\1\\[", _UNSAFE_LINK.sub(r"]\\", text)))


def _spans(spans: Iterable[Span]) -> str:
    return "".join(map(_span, spans))


def _span(span: Span) -> str:
    match span:
        case Strong():
            return f"**{plain(span.text)}**"
        case Star():
            return "\\*"
        case Link() if _WEB.match(span.url):
            return f"[{_inside(span.text or span.url)}](<{_ADDRESS.sub('', span.url)}>)"
        case _:
            return _inside(str(span))


def _head(document: Document) -> Iterator[str]:
    yield from (line for text in document.heading for line in (plain(text), ""))
    if document.title:
        yield from [f"# {plain(document.title)}", ""]
    if document.meta:
        yield from [*_facts(document.meta), ""]
    for text in filter(None, (document.draft, document.notice)):
        yield from [f"*{plain(text)}*", ""]


def _blocks(blocks: tuple[Block, ...], level: int, heading: str = "") -> Iterator[str]:
    for block in blocks:
        yield from _block(block, level, heading)
        yield ""


def _block(block: Block, level: int, heading: str) -> Iterator[str]:
    match block:
        case Paragraph():
            yield _opened(_spans(block.spans))
        case Prose():
            yield safe(block.markdown)
        case Bullets():
            yield from _bullets(block, level)
        case Facts():
            yield from _facts(block.rows)
        case Table():
            yield from _table(block, heading)
        case Notice():
            yield from (f"> {line}".rstrip() for line in _lines(block.blocks, level))
        case Section():
            yield from [
                f"{'#' * min(level, 6)} {plain(block.title)}",
                "",
                *_blocks(block.blocks, level + 1, block.title),
            ]


def _opened(text: str) -> str:
    return _OPENING.sub(r"\1\\\2", text.strip())


def _lines(blocks: tuple[Block, ...], level: int) -> list[str]:
    """Return blocks as single lines, the last not empty."""
    return "\n".join(_blocks(blocks, level)).rstrip("\n").split("\n")


def _bullets(block: Bullets, level: int) -> Iterator[str]:
    for number, item in enumerate(block.items, 1):
        mark = f"{number}. " if block.ordered else "- "
        first, *others = _lines(item, level)
        yield mark + first
        yield from (f"{' ' * len(mark)}{line}".rstrip() for line in others)


def _facts(rows: Iterable[Fact]) -> Iterator[str]:
    for row in rows:
        told = [_inside(scalar(row.value)), _spans(row.spans), *map(_spans, row.lines)]
        yield f"- **{plain(row.label)}**: {'; '.join(filter(None, told))}".rstrip(": ")


def _table(table: Table, heading: str) -> Iterator[str]:
    if table.picture:
        yield from [plain(table.picture.summary), ""]
    if table.caption not in {heading, ""}:
        yield from [f"**{plain(table.caption)}**", ""]
    if not table.rows:
        yield plain(table.empty)
        return
    yield _row(plain(column.title) for column in table.columns)
    yield _row("--:" if column.align == "right" else "---" for column in table.columns)
    group = ""
    for row in table.rows:
        if row.group and row.group != group:
            group = row.group
            yield _row([f"**{plain(group)}**", *[""] * (len(table.columns) - 1)])
        yield _row(_cell(cell, row) for cell in row.cells)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell, row: Row) -> str:
    if isinstance(cell.content, tuple):
        lines = filter(None, (line.strip() for line in _lines(cell.content, 6)))
        return "<br>".join(re.sub(r"(?<!\\)\|", r"\\|", line) for line in "\n".join(lines).split("\n"))
    text = plain(scalar(cell.content)) + "\\*" * cell.starred
    return f"**{text}**" if row.role == "total" and text else text
