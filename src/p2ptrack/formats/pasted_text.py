"""Convert text pasted from Word, Excel or e-mail to Markdown with the same meaning.

Markdown gives some characters at the start of a line a meaning: `> 50%` would be a quotation, `+ £60,000` a bullet, and
*2025.* the number of a list. A text of one line has no such marks; in a longer text, amounts and comparisons keep their
characters. Bullets, lettered points and columns between tabs become the lists and tables of Markdown. A line break is
kept where the first word of the next line would have fitted. No parser is imported here, so that answers on a screen
need none either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile
from typing import Literal

LabelStyle = Literal["decimal", "lower-alpha", "upper-alpha", "lower-roman", "upper-roman"]


@dataclass(frozen=True, slots=True)
class ListLabel:
    """The label of a numbered item: *3.*, *b)* or *(iv)*. `number` is its place in its list, from 1."""

    number: int
    style: LabelStyle = "decimal"
    prefix: str = ""
    suffix: str = "."
    text: str = ""

    def __str__(self) -> str:
        return self.text or f"{self.prefix}{self.number}{self.suffix}"

    def precedes(self, other: ListLabel) -> bool:
        """Whether the other label is the next one of the same list."""
        is_same_form = (self.style, self.prefix, self.suffix) == (other.style, other.prefix, other.suffix)
        return is_same_form and other.number == self.number + 1


@dataclass(slots=True)
class PreparedText:
    """Markdown, and the labels of its list items by line, counted from 0."""

    lines: list[str] = field(default_factory=list)
    labels: dict[int, ListLabel] = field(default_factory=dict)

    @property
    def markdown(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


# Control characters are not allowed in HTML. Direction marks (Unicode TR 9) could reverse the rest of a line. Soft
# hyphens and spaces without a width print nothing, and keep a word from being found.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
# Everything that Markdown may interpret, and a little more: it only has to find all of it.
_MARKDOWN_SIGN = re.compile(r"[\\`*_\[\]<>&|\t]")
_MARKDOWN_LINE = re.compile(r"\n(?:[#+=~-]|\d+[.)]|[^\S\n]|(?<=[^\S\n]\n)(?!(?<=\S  \n)\S))")
"""Where a line begins with what may be a mark, or the line before it ends in a space and not in a hard break."""
HARD_BREAK = "  \n"
"""The end of a line that is to end in print too."""
_BLANK_LINES = re.compile(r"\n{2,}")

_MIN_WRAP_WIDTH = 60
"""Nobody wraps lines by hand at fewer characters: a line ends below it on purpose."""
_WRAP_SLACK = 20
"""By how many characters fewer a line may end when its writer wraps lines unevenly."""
_MAX_WORD = 30
"""A line with a longer word, such as an address, is no evidence of the wrapping width."""

_SHARE_PATH = re.compile(r"\\\\(?=\w)")
_BLOCK_MARK = re.compile(
    r"(?:\d{1,9}(?=[.)](?:\s|$)))?(?=>|(?:#{1,6}|[-+*.)])(?:\s|$)|(?:[-*_][ \t]*){3,}$|```[^`]*$|~~~)"
)
_AMOUNT = r"[ \t]*[£$€]?[ \t]*\d"
_COMPARISON = re.compile(rf">(?==|{_AMOUNT})")
_NUMBER_SIGN = re.compile(r"#(?=[ \t]+\d)")
_SIGNED_AMOUNT = re.compile(rf"[+-](?={_AMOUNT})[ \t]")
_FENCE = re.compile(r"[ ]*(```|~~~)")
_MARKDOWN_ITEM = re.compile(r"(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)")
_BULLET = re.compile("(?:[\u2022\u00b7\u2023\u2043\u2219\u25e6\u25aa\u25ab\uf0a7\uf0b7\uf0d8\uf076]|o(?=\t|  ))\\s+")
_DASH = re.compile("[\u2013\u2014]\\s+")
_LABEL = re.compile(r"(\(?)([A-Za-z]|[ivx]{2,5}|[IVX]{2,5}|\d{1,9})([.)])[ \t]+(?=\S)")
_LINE_SYMBOL = re.compile("[\u25a0-\u25ff\u2610-\u2612\u2713-\u2718\u2794-\u27be]\\s|\\(?[A-Za-z]\\)\\s")
_BAR = re.compile(r"(?<!\\)\|")
_DELIMITER_ROW = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?$")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10}


def strip_unprintable(text: str) -> str:
    """Return the text without characters that print nothing and only affect the text around them."""
    return text if text.isascii() and text.isprintable() else _UNPRINTABLE.sub("", text)


def split_plain_text(text: str) -> list[str] | None:
    """Return the paragraphs of a text that has no Markdown but hard breaks, or None when the parser is needed.

    Most texts are plain, and the parser takes several times longer.
    """
    if _MARKDOWN_SIGN.search(text) or "~~" in text or "://" in text or _MARKDOWN_LINE.search(f"\n{text}\n"):
        return None
    return [paragraph for paragraph in _BLANK_LINES.split(text.strip("\n")) if paragraph]


def prepare_markdown(text: str) -> PreparedText:
    """Return the text as Markdown that keeps its characters, lists, tables and lines."""
    lines = _remove_margin(_SHARE_PATH.sub(r"\\\\\\\\", text).strip("\n").split("\n"))
    if len(lines) == 1:
        return PreparedText([_escape_mark(lines[0].strip())])
    return _Preparation(lines).run()


def _remove_margin(lines: Sequence[str]) -> list[str]:
    """Return lines without the spaces that all of them begin with. Two spaces at an end are Markdown's line break."""
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return [line[margin:].rstrip() + "  " * line.endswith("  ") for line in lines]


def _escape_mark(line: str) -> str:
    """Return a line that Markdown prints as it is written, whatever it begins with."""
    mark = _BLOCK_MARK.match(line)
    return f"{line[: mark.end()]}\\{line[mark.end() :]}" if mark else line


class _Preparation:
    """Converts one text of several lines."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.bodies = [line.strip() for line in lines]
        self.labels = _find_labels(self.bodies)
        self.literal_lines = set(self._find_signed_lines())
        self.width = max(_MIN_WRAP_WIDTH, *(len(line) for line in lines if _is_wrapped_text(line)), 0)
        self.out = PreparedText()
        self.in_list = False

    def run(self) -> PreparedText:
        """Return the prepared text."""
        fence, index = "", 0
        while index < len(self.lines):
            line, fence_match = self.lines[index], _FENCE.match(self.lines[index])
            if fence_match and fence in {"", fence_match[1]}:
                fence = "" if fence else fence_match[1]
                self.out.lines.append(line)
            elif fence or not self.bodies[index]:
                self.out.lines.append(line)
                self.in_list = self.in_list and bool(self.bodies[index])
            elif rows := self._count_table_rows(index):
                self._add_table(index, rows)
                index += rows
                continue
            else:
                self._add_line(index)
            index += 1
        return self.out

    def _find_signed_lines(self) -> list[int]:
        """Return the lines in which a plus or minus belongs to an amount instead of being a bullet."""
        signed_lines: list[int] = []
        run: list[int] = []
        for index, body in enumerate([*self.bodies, ""]):
            if _SIGNED_AMOUNT.match(body):
                run.append(index)
                continue
            is_list = bool(_MARKDOWN_ITEM.match(body) or (run and _MARKDOWN_ITEM.match(self._get_body(run[0] - 1))))
            if any(self.bodies[i].startswith("+") for i in run) or (len(run) == 1 and not is_list):
                signed_lines += run
            run = []
        return signed_lines

    def _get_body(self, index: int) -> str:
        return self.bodies[index] if 0 <= index < len(self.bodies) else ""

    def _add_line(self, index: int) -> None:
        line, body = self.lines[index], self.bodies[index]
        indent = line[: len(line) - len(line.lstrip())]
        label = self.labels.get(index)
        if index in self.literal_lines or self._is_comparison(index) or _NUMBER_SIGN.match(body):
            self._add_text(index, _escape_mark(body), keeps_line=True)
        elif label:
            self._start_list()
            if label.prefix or label.style != "decimal":
                self.out.labels[len(self.out.lines)] = label
                width = len(label.text)
                line = f"{indent}{str(label.number).zfill(width - 1)}) {body[width:].lstrip()}"
            self.out.lines.append(line)
        elif bullet := _BULLET.match(body) or (self._is_dash_list(index) and _DASH.match(body)) or None:
            self._start_list()
            self.out.lines.append(f"{indent}- {body[bullet.end() :]}")
        elif _MARKDOWN_ITEM.match(body):
            self.in_list = True
            self.out.lines.append(line)
        else:
            self._add_text(index, line, keeps_line=bool(_LINE_SYMBOL.match(body)))

    def _add_text(self, index: int, line: str, *, keeps_line: bool) -> None:
        """Add a line of text. A line before it that ended on purpose gets a line break."""
        previous = self.out.lines[-1] if self.out.lines else ""
        if previous and (keeps_line or index - 1 in self.literal_lines or self._ended_on_purpose(index)):
            if self.in_list and not self.lines[index].startswith(" "):
                self.out.lines.append("")
                self.in_list = False
            elif not previous.startswith("|"):
                self.out.lines[-1] = f"{previous.rstrip()}  "
        self.out.lines.append(line)

    def _ended_on_purpose(self, index: int) -> bool:
        """Whether a line begins with a capital or a figure that would easily have fitted on the line before it."""
        body = self.bodies[index]
        if _DELIMITER_ROW.match(body) or body.startswith(("=", ">", "#", "<")) or body[0].islower():
            return False
        return len(self.lines[index - 1]) + 1 + len(body.split(" ", 1)[0]) + _WRAP_SLACK <= self.width

    def _start_list(self) -> None:
        """Put an empty line before the first item: Markdown starts no list in a paragraph unless its number is 1."""
        if self.out.lines and self.out.lines[-1] and not self.in_list:
            self.out.lines.append("")
        self.in_list = True

    def _is_comparison(self, index: int) -> bool:
        """Whether `>` begins an amount, as in `> 50%`, and does not continue a quotation."""
        above = self._get_body(index - 1)
        is_quotation = above.startswith(">") and not _COMPARISON.match(above)
        return bool(_COMPARISON.match(self.bodies[index])) and not is_quotation

    def _is_dash_list(self, index: int) -> bool:
        return bool(_DASH.match(self._get_body(index - 1)) or _DASH.match(self._get_body(index + 1)))

    def _count_table_rows(self, index: int) -> int:
        """Return how many lines from here are the rows of a table, 0 when they are none."""
        body = self.bodies[index]
        if not ("|" in body or "\t" in body) or index in self.labels or _BULLET.match(body):
            return 0
        for is_row in (_is_bar_row, _is_tab_row):
            rows = sum(1 for _ in takewhile(is_row, self.bodies[index:]))
            if rows > 1:
                return rows
        return 0

    def _add_table(self, index: int, rows: int) -> None:
        """Add rows between bars, with the line under the titles that Markdown requires."""
        bodies = self.bodies[index : index + rows]
        if not _is_bar_row(bodies[0]):
            bodies = ["|" + body.replace("|", "\\|").replace("\t", " | ") + "|" for body in bodies]
        if self.out.lines and self.out.lines[-1]:
            self.out.lines.append("")
        self.in_list = False
        if not _DELIMITER_ROW.match(bodies[1]):
            columns = max(map(_count_bars, bodies))
            bodies[:1] = [bodies[0] + " |" * (columns - _count_bars(bodies[0])), "|" + "---|" * columns]
        self.out.lines += [*bodies, ""]


def _is_wrapped_text(line: str) -> bool:
    """Whether the length of a line shows the width at which its writer wraps lines."""
    return not line.startswith("|") and max(map(len, line.split()), default=0) <= _MAX_WORD


def _count_bars(row: str) -> int:
    return len(_BAR.findall(row)) - 1


def _is_bar_row(line: str) -> bool:
    """Whether a line has cells between bars, with one at either end."""
    return len(line) > 1 and line.startswith("|") and line.endswith("|")


def _is_tab_row(line: str) -> bool:
    """Whether a line has cells between tabs, as a spreadsheet copies them."""
    return "\t" in line and not _MARKDOWN_ITEM.match(line) and not _LABEL.match(line) and not _BULLET.match(line)


def _find_labels(bodies: Sequence[str]) -> Mapping[int, ListLabel]:
    """Return the labels of points by line. A letter or number labels a point when the next or last one is there too."""
    meanings = {index: _read_label(body) for index, body in enumerate(bodies)}
    indexes = [index for index, labels in meanings.items() if labels]
    labels: dict[int, ListLabel] = {}
    for first, second in pairwise(indexes):
        candidates = [labels[first]] if first in labels else meanings[first]
        for label in candidates:
            following = next((other for other in meanings[second] if label.precedes(other)), None)
            if following:
                labels |= {first: label, second: following}
                break
    return labels


def _read_label(body: str) -> list[ListLabel]:
    """Return what the label at the start of a line can mean: *i)* is a letter or a Roman number."""
    match = _LABEL.match(body)
    if not match:
        return []
    prefix, text, suffix = match.groups()
    if prefix and suffix == ".":
        return []
    label_text = match[0].rstrip()
    if text.isdecimal():
        return [ListLabel(int(text), "decimal", prefix, suffix, label_text)]
    case: Literal["lower", "upper"] = "lower" if text.islower() else "upper"
    labels = []
    if not set(text.lower()) - set(_ROMAN_VALUES):
        roman: LabelStyle = "lower-roman" if case == "lower" else "upper-roman"
        labels.append(ListLabel(_parse_roman(text.lower()), roman, prefix, suffix, label_text))
    if len(text) == 1:
        alpha: LabelStyle = "lower-alpha" if case == "lower" else "upper-alpha"
        labels.append(ListLabel(ord(text.lower()) - ord("a") + 1, alpha, prefix, suffix, label_text))
    return labels


def _parse_roman(text: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in text]
    return sum(
        -value if value < following else value for value, following in zip(values, [*values[1:], 0], strict=True)
    )
