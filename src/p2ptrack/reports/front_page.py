"""The clerk's own texts of a paper: its introduction, what the committee is asked to do and the background papers.

All are Markdown. Addresses in them become links, and headings of the introduction become headings of the paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from p2ptrack.reports.document import Block, Bullets, Prose, Section

_BARE_ADDRESS = re.compile(r"(?<![\w(<\[`\"'/=])https?://[^\s<>\[\]`]+[^\s<>\[\]`.,;:!?)'\"]")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_LIST_OR_QUOTE = re.compile(r" {0,3}([-*+>|]|\d+[.)])")
_EMPHASIS = re.compile(r"(\*\*|__|`)(.+?)\1")


def build_text_list(texts: Iterable[str], *, ordered: bool = False) -> Bullets:
    """Return a list of texts, each in Markdown."""
    return Bullets(tuple((Prose(link_addresses(text)),) for text in texts), ordered=ordered)


def link_addresses(markdown: str) -> str:
    """Return Markdown in which bare web addresses are links. Those in links and in code stay as they are."""
    return _BARE_ADDRESS.sub(lambda match: f"<{match[0]}>", markdown)


@dataclass(slots=True)
class _Part:
    """A heading of a text and what is under it, until the next heading of its level or above."""

    level: int
    title: str
    lines: list[str] = field(default_factory=list)
    children: list[_Part] = field(default_factory=list)


def build_introduction(markdown: str) -> tuple[Block, ...]:
    """Return an introduction with its headings as sections, so that every format prints them as headings."""
    root = _Part(0, "")
    open_parts = [root]
    for level, line in _iter_lines(markdown):
        if not level:
            open_parts[-1].lines.append(line)
            continue
        while open_parts[-1].level >= level:
            open_parts.pop()
        part = _Part(level, line)
        open_parts[-1].children.append(part)
        open_parts.append(part)
    return _build_blocks(root, "introduction")


def _build_blocks(part: _Part, key: str) -> tuple[Block, ...]:
    text = "\n".join(part.lines).strip("\n")
    prose: tuple[Block, ...] = (Prose(link_addresses(text)),) if text.strip() else ()
    keys = (f"{key}-{number}" for number in range(1, len(part.children) + 1))
    sections = (
        Section(key, child.title, _build_blocks(child, key)) for key, child in zip(keys, part.children, strict=True)
    )
    return (*prose, *sections)


def _iter_lines(markdown: str) -> Iterator[tuple[int, str]]:
    """Yield each line with its level as a heading, 0 for text. Lines of code are text whatever they begin with."""
    fence, pending = "", ""
    has_pending = False
    for line in markdown.splitlines():
        fence_match = _FENCE.match(line)
        if fence_match and fence in {"", fence_match[1]}:
            fence = "" if fence else fence_match[1]
        underline = _UNDERLINE.match(line)
        if has_pending and underline and not fence and _is_paragraph(pending):
            yield (1 if underline[1][0] == "=" else 2), _strip_emphasis(pending)
            has_pending = False
            continue
        if has_pending:
            yield 0, pending
        heading = None if fence else _HEADING.match(line)
        has_pending = heading is None
        if heading is None:
            pending = line
        else:
            yield len(heading[1]), _strip_emphasis(heading[2])
    if has_pending:
        yield 0, pending


def _is_paragraph(line: str) -> bool:
    return bool(line.strip()) and not line.startswith(("    ", "\t")) and not _LIST_OR_QUOTE.match(line)


def _strip_emphasis(title: str) -> str:
    return _EMPHASIS.sub(r"\2", title).strip()
