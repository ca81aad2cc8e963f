"""Widths and line breaks in a terminal, where a character may take no column, one or two."""

from __future__ import annotations

import re

from rich.cells import cell_len, set_cell_size

from p2ptrack.formats.plain import collapse_whitespace
from p2ptrack.problem import escape_control_characters

_LIST_ITEM = re.compile(r"^(\s*)([-*+]|\d{1,3}[.)])\s+(.*)$")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_ANSI_STYLES = {"strong": "1", "quiet": "2", "good": "32", "warn": "33", "bad": "1;31"}


def measure_width(text: str) -> int:
    """Return how many columns the text takes."""
    return len(text) if text.isascii() else cell_len(text)


def pad_text(text: str, width: int, align: str = "left") -> str:
    """Return text filled with spaces to a width."""
    space = " " * max(0, width - measure_width(text))
    return space + text if align == "right" else text + space


def style_text(text: str, style: str, colour: bool) -> str:
    """Return text in a style where the terminal takes colour; the words alone must already say it."""
    code = _ANSI_STYLES.get(style, "")
    return f"\x1b[{code}m{text}\x1b[0m" if colour and code and text else text


def wrap_text(text: str, width: int, first_prefix: str = "", rest_prefix: str = "") -> list[str]:
    """Return text as lines no wider than a width: `first` opens the first one, `rest` the others.

    Control characters are spelt out, so that nothing in a record steers the terminal.
    """
    return _fill_lines(escape_control_characters(collapse_whitespace(text)), max(width, 8), first_prefix, rest_prefix)


def _fill_lines(text: str, width: int, first_prefix: str, rest_prefix: str) -> list[str]:
    lines: list[str] = []
    words, measure = iter(text.split(" ")), len if text.isascii() else measure_width
    line = first_prefix + next(words)
    line, used = _break_long_line(line, measure_width(line), width, rest_prefix, lines)
    for word in words:
        length = measure(word)
        if used + 1 + length <= width:
            line, used = f"{line} {word}", used + 1 + length
            continue
        lines.append(line)
        line, used = _break_long_line(
            rest_prefix + word, measure_width(rest_prefix) + length, width, rest_prefix, lines
        )
    return [*lines, line]


def _break_long_line(line: str, used: int, width: int, rest_prefix: str, lines: list[str]) -> tuple[str, int]:
    """Break what no line can hold; finished lines go to `lines`, the remainder comes back."""
    while used > width and measure_width(rest_prefix) + 2 <= width:
        break_at = _find_break(set_cell_size(line, width).rstrip(), len(rest_prefix))
        lines.append(line[:break_at])
        line = rest_prefix + line[break_at:]
        used = measure_width(line)
    return line, used


def _find_break(head: str, prefix_length: int) -> int:
    """Return how much of a long word a line takes: up to a mark that parts it, where one stands late enough."""
    break_at = max(head.rfind(separator) for separator in "/-,_") + 1
    return break_at if break_at > max(prefix_length, len(head) // 2) else len(head)


def wrap_prose(markdown: str, width: int) -> list[str]:
    """Return a record's own words wrapped: Markdown reads well as it is, but for its marks of emphasis."""
    lines: list[str] = []
    plain_text = _EMPHASIS.sub(r"\2", markdown.strip("\n"))
    for index, paragraph in enumerate(re.split(r"\n[ \t]*\n", plain_text)):
        if index:
            lines.append("")
        for text, first_prefix, rest_prefix in _join_item_lines(paragraph):
            lines += wrap_text(text, width, first_prefix, rest_prefix)
    return lines


def _join_item_lines(paragraph: str) -> list[tuple[str, str, str]]:
    """Join the lines of one paragraph or list item, so that they can be broken anew."""
    pieces: list[tuple[str, str, str]] = []
    for raw in paragraph.splitlines():
        item = _LIST_ITEM.match(raw)
        if item:
            prefix = item[1][:8] + item[2] + " "
            pieces.append((item[3], prefix, " " * len(prefix)))
        elif pieces:
            text, first_prefix, rest_prefix = pieces[-1]
            pieces[-1] = (f"{text} {raw}", first_prefix, rest_prefix)
        else:
            pieces.append((raw, "", ""))
    return pieces
