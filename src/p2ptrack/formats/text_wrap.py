"""Widths and line breaks in a terminal, where a character may take no column, one or two."""

from __future__ import annotations

import re

from rich.cells import cell_len, set_cell_size

from p2ptrack.formats.plain import one_line
from p2ptrack.problem import visible

_ITEM = re.compile(r"^(\s*)([-*+]|\d{1,3}[.)])\s+(.*)$")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_STYLES = {"strong": "1", "quiet": "2", "good": "32", "warn": "33", "bad": "1;31"}


def size(text: str) -> int:
    """Return how many columns the text takes."""
    return len(text) if text.isascii() else cell_len(text)


def pad(text: str, width: int, align: str = "left") -> str:
    """Return text filled with spaces to a width."""
    space = " " * max(0, width - size(text))
    return space + text if align == "right" else text + space


def paint(text: str, style: str, colour: bool) -> str:
    """Return text in a style where the terminal takes colour; the words alone must already say it."""
    code = _STYLES.get(style, "")
    return f"\x1b[{code}m{text}\x1b[0m" if colour and code and text else text


def wrap(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Return text as lines no wider than a width: `first` opens the first one, `rest` the others.

    Control characters are spelt out, so that nothing in a record steers the terminal.
    """
    return _filled(visible(one_line(text)), max(width, 8), first, rest)


def _filled(text: str, width: int, first: str, rest: str) -> list[str]:
    lines: list[str] = []
    words, columns = iter(text.split(" ")), len if text.isascii() else size
    line = first + next(words)
    line, used = _cut(line, size(line), width, rest, lines)
    for word in words:
        length = columns(word)
        if used + 1 + length <= width:
            line, used = f"{line} {word}", used + 1 + length
            continue
        lines.append(line)
        line, used = _cut(rest + word, size(rest) + length, width, rest, lines)
    return [*lines, line]


def _cut(line: str, used: int, width: int, rest: str, lines: list[str]) -> tuple[str, int]:
    """Break what no line can hold; finished lines go to `lines`, the remainder comes back."""
    while used > width and size(rest) + 2 <= width:
        taken = _taken(set_cell_size(line, width).rstrip(), len(rest))
        lines.append(line[:taken])
        line = rest + line[taken:]
        used = size(line)
    return line, used


def _taken(head: str, lead: int) -> int:
    """Return how much of a long word a line takes: up to a mark that parts it, where one stands late enough."""
    parted = max(head.rfind(mark) for mark in "/-,_") + 1
    return parted if parted > max(lead, len(head) // 2) else len(head)


def prose(markdown: str, width: int) -> list[str]:
    """Return a record's own words wrapped: Markdown reads well as it is, but for its marks of emphasis."""
    lines: list[str] = []
    plain = _EMPHASIS.sub(r"\2", markdown.strip("\n"))
    for index, paragraph in enumerate(re.split(r"\n[ \t]*\n", plain)):
        if index:
            lines.append("")
        for text, first, rest in _pieces(paragraph):
            lines += wrap(text, width, first, rest)
    return lines


def _pieces(paragraph: str) -> list[tuple[str, str, str]]:
    """Join the lines of one paragraph or list item, so that they can be broken anew."""
    pieces: list[tuple[str, str, str]] = []
    for raw in paragraph.splitlines():
        item = _ITEM.match(raw)
        if item:
            lead = item[1][:8] + item[2] + " "
            pieces.append((item[3], lead, " " * len(lead)))
        elif pieces:
            text, first, rest = pieces[-1]
            pieces[-1] = (f"{text} {raw}", first, rest)
        else:
            pieces.append((raw, "", ""))
    return pieces
