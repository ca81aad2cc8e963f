"""The result of every reader of files: grids of cells with their attributes. And the limits of what is read."""

from __future__ import annotations

import importlib.util
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import TypeVar
from zipfile import BadZipFile, ZipFile

from p2ptrack.errors import OperationError
from p2ptrack.phrases import pluralise

_MAX_RATIO = 100
_MAX_UNPACKED = 500 * 1024 * 1024
_SMALL = 1024 * 1024
"""A part that unpacks to at most this size is harmless, whatever its compression ratio."""

DAMAGE = (
    *(KeyError, ValueError, TypeError, IndexError, AttributeError, SyntaxError, RecursionError, EOFError, OSError),
    *(NotImplementedError, BadZipFile, zlib.error),  # zipfile raises the first for a compression that it lacks
)
"""The errors that libraries raise for a damaged file. They check little of its content."""
INSTALL_ADVICE = 'To import Word, Excel and HTML files, install the libraries: pip install "p2ptrack[import]"'
FileT = TypeVar("FileT")


def check_package(package: ZipFile, name: str) -> None:
    """Raise `OperationError` for a package that unpacks to too much, is encrypted or declares entities."""
    total = 0
    for entry in package.infolist():
        total += entry.file_size
        if entry.flag_bits & 1:
            raise OperationError(f"{name} is protected with a password. Remove it and import the file again.")
        if entry.file_size > _SMALL and entry.file_size > _MAX_RATIO * max(entry.compress_size, 1):
            raise OperationError(f"{name} is not read: it unpacks to more than {_MAX_RATIO} times its size.")
    if total > _MAX_UNPACKED:
        raise OperationError(f"{name} is not read: it unpacks to more than 500 MB.")
    for entry in package.infolist():
        if entry.filename.endswith((".xml", ".rels")):
            with package.open(entry) as stream:
                start = stream.read(4096)
            if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                raise OperationError(f"{name} is not read: it declares XML entities, which no Office program writes.")


def read_with(library: str, read: Callable[[], FileT], name: str, kind: str) -> FileT:
    """Return what a function reads with a library. Raises `OperationError` without it, and for a damaged file."""
    if importlib.util.find_spec(library) is None:
        raise OperationError(f"{name} is {kind}. {INSTALL_ADVICE}")
    try:
        return read()
    except DAMAGE as error:
        raise OperationError(f"{name} is damaged: it cannot be read as {kind}.") from error


class CellKind(StrEnum):
    """What a cell of a workbook holds. Cells of other files are text."""

    TEXT = "text"
    DAY = "day"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class CellParagraph:
    """A paragraph or line of a cell. `marker` is its number (`1.`) or bullet (`-`) in a list, `level` its depth."""

    text: str
    marker: str = ""
    level: int = 0
    struck_through: str = ""

    def to_markdown(self) -> str:
        """Return the paragraph as Markdown: an entry of a list with its marker."""
        return f"{'   ' * self.level}{self.marker} {self.text}" if self.marker else self.text


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell: its paragraphs and attributes.

    `is_repeat` marks a place that a merged cell covers beyond its first: it has the cell's paragraphs.
    `colspan` counts the columns that the cell covers. `number` is what a workbook stores, however it is shown, and
    `link` the address that its words lead to.
    """

    paragraphs: tuple[CellParagraph, ...] = ()
    kind: CellKind = CellKind.TEXT
    colspan: int = 1
    rowspan: int = 1
    is_repeat: bool = False
    is_bold: bool = False
    is_truncated: bool = False
    comment: str = ""
    fill: str = ""
    number: str = ""
    link: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the paragraphs that have text, with their numbers and without bullets."""
        if len(self.paragraphs) == 1 and not self.paragraphs[0].marker:  # most cells, and read most often
            text = self.paragraphs[0].text
            return (text,) if text else ()
        return tuple(
            f"{paragraph.marker} {paragraph.text}" if paragraph.marker not in {"", "-"} else paragraph.text
            for paragraph in self.paragraphs
            if paragraph.text
        )

    @property
    def text(self) -> str:
        """Return the text as Markdown: an empty line between paragraphs, lists as lists."""
        parts = [paragraph for paragraph in self.paragraphs if paragraph.text]
        text = "".join(paragraph.to_markdown() for paragraph in parts[:1])
        for before, paragraph in pairwise(parts):
            text += ("\n" if before.marker and paragraph.marker else "\n\n") + paragraph.to_markdown()
        return text

    @property
    def line(self) -> str:
        """Return the text on one line."""
        return " ".join(" ".join(self.lines).split())

    @property
    def struck_through(self) -> str:
        """Return what is struck through."""
        return " ".join(paragraph.struck_through for paragraph in self.paragraphs if paragraph.struck_through)


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of cells with its number in its table, counted from 1. `table` is that table, if it is not the grid."""

    number: int
    cells: tuple[GridCell, ...]
    is_hidden: bool = False
    table: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether no cell has text."""
        return not any(cell.lines or cell.struck_through for cell in self.cells)

    @property
    def own_cells(self) -> list[GridCell]:
        """Return the cells with text, without the places that a merged cell covers beyond its first."""
        return [cell for cell in self.cells if cell.lines and not cell.is_repeat]

    @property
    def line(self) -> str:
        """Return its texts on one line."""
        return " ".join(cell.line for cell in self.own_cells)

    def get_cell(self, index: int) -> GridCell:
        """Return the cell of a column, which is empty where the row ends before it."""
        return self.cells[index] if index < len(self.cells) else GridCell()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table or worksheet. `heading` is the text above it, and `section` the heading that this one is below.

    `skip_reason` is the reason if the reader found that it holds no tracker.
    """

    name: str
    rows: tuple[GridRow, ...]
    heading: str = ""
    skip_reason: str = ""
    hidden_columns: frozenset[int] = frozenset()
    section: str = ""

    def describe_row(self, row: GridRow) -> str:
        """Return what officers call a row: *table 2, row 4*."""
        return f"{row.table or self.name}, row {row.number}"


LOWEST_HEADING = 9
"""The level of headings that have none, such as bold lines and captions."""


@dataclass(slots=True)
class Outline:
    """The headings above a place in a document, each with its level: 1 is above 2."""

    headings: list[tuple[int, str]] = field(default_factory=list)

    def add(self, level: int, text: str) -> None:
        """Add a heading. It ends those of its level and below."""
        while self.headings and self.headings[-1][0] >= level:
            self.headings.pop()
        self.headings.append((level, text))

    @property
    def heading(self) -> str:
        """Return the last heading."""
        return self.headings[-1][1] if self.headings else ""

    @property
    def section(self) -> str:
        """Return the heading that the last one is below."""
        return self.headings[-2][1] if len(self.headings) > 1 else ""


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """The grids of a file, the texts outside them, and notes about reading it."""

    grids: tuple[Grid, ...]
    notes: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]")
_SPACES = re.compile("[\u00a0\u2007\u202f\t ]+")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MOJIBAKE = re.compile("â€.|Ã.|Â.")


@dataclass(slots=True)
class TextCleaner:
    """Repairs certain damage in texts, and counts each type of it."""

    repaired: dict[str, int] = field(default_factory=dict)

    def clean(self, text: str) -> str:
        """Return one line of text without control characters, doubled spaces and damaged characters."""
        if text.isascii() and text.isprintable() and "_x" not in text and "  " not in text:
            return text.strip()
        text = self._replace("escaped control characters", text, _ESCAPED.sub(_decode_escape, text))
        text = self._replace(
            "damaged characters",
            text,
            _MOJIBAKE.sub(_decode_mojibake, text) if "â" in text or "Ã" in text or "Â" in text else text,
        )
        text = self._replace("control characters", text, _CONTROL.sub("", text))
        text = self._replace("soft hyphens", text, text.replace("\u00ad", ""))
        text = self._replace("fraction slashes", text, text.replace("\u2044", "/"))
        return _SPACES.sub(" ", text).strip()

    def _replace(self, name: str, before: str, after: str) -> str:
        if before != after:
            self.repaired[name] = self.repaired.get(name, 0) + 1
        return after

    def make_paragraphs(self, text: str) -> tuple[CellParagraph, ...]:
        """Return the lines of a text as paragraphs, with the marker of those that begin with a bullet or number."""
        lines = re.split(r"\r\n|\r|\n|\v|\f|\u2028|_x000[DA]_\n?", text)
        return tuple(self.make_paragraph(line) for line in lines if line.strip())

    def make_paragraph(self, text: str) -> CellParagraph:
        """Return a line as a paragraph."""
        text = self.clean(text)
        if match := _TYPED_MARKER.match(text):
            bullet = "-" if match[1] in _BULLETS else match[1]
            return CellParagraph(text[match.end() :], bullet)
        return CellParagraph(text)

    def list_notes(self) -> list[str]:
        """Return a sentence for each kind of damage that was repaired."""
        return [f"Repaired {name} in {pluralise(count, 'line')}." for name, count in self.repaired.items()]


_BULLETS = "•▪‣◦●○■□–*·-"
_TYPED_MARKER = re.compile(rf"([{_BULLETS}]|\(?(?:\d{{1,2}}|[a-z]|[ivx]{{1,4}})[.)])\s+(?=\S)")


def _decode_escape(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return "\n" if character in "\r\n" else character


def _decode_mojibake(match: re.Match[str]) -> str:
    """Return the character whose UTF-8 bytes were read as windows-1252; the text itself where that is not so."""
    try:
        return match[0].encode("cp1252").decode("utf-8")
    except UnicodeError:
        return match[0]


_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LETTERS = 26


def format_list_number(count: int, number_format: str) -> str:
    """Return the number of a list's entry in one of Word's formats: `lowerLetter`, `upperRoman`, otherwise decimal."""
    if number_format.endswith("Letter"):
        letter = chr(ord("a") + (count - 1) % _LETTERS) * ((count - 1) // _LETTERS + 1)
        return letter.upper() if number_format.startswith("upper") else letter
    if number_format.endswith("Roman"):
        text = ""
        for value, digits in _ROMAN:
            text += digits * (count // value)
            count %= value
        return text.upper() if number_format.startswith("upper") else text
    return str(count)
