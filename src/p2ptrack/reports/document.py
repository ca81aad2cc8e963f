"""What a report says, without a word of how it looks.

A report is a function from the case to a `Document`; a format writes Documents. Nothing here knows
HTML, terminals or paper. Text that people wrote in records is carried as `Prose` (Markdown, which a
format reads without raw HTML) or as plain strings, never as markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from p2ptrack.model.dates import CouncilDate

# What a picture shows, as values: which bars, how long, under which names. How it is drawn is a format's business.


Shade = Literal["dark", "medium", "light", "white", "upright", "level"]
"""How an area is filled, told apart in grey too: four shades, and upright or level lines on white."""


@dataclass(frozen=True, slots=True)
class Series:
    """What a part of every bar stands for."""

    title: str
    shade: Shade


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar and the number of each series in it; what is nought takes no room."""

    title: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars from left to right, one under the other, each in as many parts as there are series."""

    series: tuple[Series, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class TimelineSpan:
    """A stretch of a time line; `first` and `last` are counted in columns from its left, parts of one included."""

    title: str
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class TimelineChart:
    """A time line: a column for each unit of time, stretches named above it and below it, and one day marked."""

    unit: str
    values: tuple[int, ...]
    above: tuple[TimelineSpan, ...]
    below: tuple[TimelineSpan, ...]
    marker: TimelineSpan


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of a table's numbers. `summary` is the sentence that stands for it where it cannot be seen."""

    summary: str
    chart: BarChart | TimelineChart


Align = Literal["left", "right"]
Width = Literal["narrow", "medium", "wide"]
Tone = Literal["", "good", "warn", "bad", "quiet"]


@dataclass(frozen=True, slots=True)
class Ref:
    """A mention of a record: a link where the record stands in the same document, else its text."""

    id: str
    text: str = ""

    def __str__(self) -> str:
        return self.text or self.id


@dataclass(frozen=True, slots=True)
class Link:
    """An address outside the register, such as where evidence stands. A format links http, https and mailto only."""

    url: str
    text: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.url})" if self.text else self.url


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that carry the sentence."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Star:
    """The mark of a reading that is the register keeper's own; every paper that has one prints its key."""

    def __str__(self) -> str:
        return "*"


@dataclass(frozen=True, slots=True)
class Closed:
    """The mark beside something that is not for publication; a page that has one says so at its head."""

    text: str

    def __str__(self) -> str:
        return f"[{self.text}]"


Span = str | Ref | Link | Strong | Star | Closed
Scalar = str | int | date | CouncilDate | None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line or more of running text. `role` names what it is for: lead, note, key, next, source."""

    spans: tuple[Span, ...]
    role: str = ""


@dataclass(frozen=True, slots=True)
class Prose:
    """A record's own words: Markdown without raw HTML."""

    markdown: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; each item is a few blocks. `ordered` numbers it."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled value with what there is to say about it."""

    label: str
    value: Scalar = None
    spans: tuple[Span, ...] = ()
    tone: Tone = ""
    lines: tuple[tuple[Span, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Labelled values, one a line. `role` is `counts` where the values are figures to be aligned."""

    rows: tuple[Fact, ...]
    role: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `key` is stable (layouts and CSV use it); `title` is what people read."""

    key: str
    title: str
    align: Align = "left"
    width: Width = "medium"
    header: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: one typed value or a few blocks."""

    content: Scalar | Ref | tuple[Block, ...] = None
    starred: bool = False
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row; `key` is the record's id where it is about one, `group` the heading that it stands under."""

    cells: tuple[Cell, ...]
    key: str = ""
    group: str = ""
    role: Literal["", "total", "detail"] = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption that says what it shows. `empty` is printed when it has no rows.

    Every row has as many cells as there are columns. Rows of one `group` stand together. `picture` is
    a drawing of its numbers, for formats that can draw; the others print the picture's sentence.
    """

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: str = "None."
    landscape: bool = False
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something set apart: a demonstration, a draft, what is left out and why.

    `closed` holds what is not for publication: every page that shows some of it says so.
    """

    blocks: tuple[Block, ...]
    kind: Literal["notice", "problems", "exempt", "closed", "information"] = "notice"


@dataclass(frozen=True, slots=True)
class Section:
    """A part with a heading. `key` is stable: layouts order sections by it. `record` is an id that it is about."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    record: str = ""
    landscape: bool = False


Block = Paragraph | Prose | Bullets | Facts | Table | Notice | Section


@dataclass(frozen=True, slots=True)
class Provenance:
    """How to make the document again. `meeting` is the one it is for, where that has to be asked for."""

    version: str
    as_of: date
    commit: str = ""
    modified: bool = False
    meeting: str = ""

    @property
    def controlled(self) -> bool:
        """Whether the register is under version control."""
        return bool(self.commit)


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report.

    `heading` are the lines above the title (organisation, committee, appendix); `meta` the labelled
    lines under it (position date, author, meeting). `opening` are the keys of the sections that stand on
    the first page, before a list of contents. `data` is the JSON contract of a query; a paper
    has none and is written as its own structure.
    """

    name: str
    title: str
    as_of: date
    blocks: tuple[Block, ...]
    heading: tuple[str, ...] = ()
    meta: tuple[Fact, ...] = ()
    notice: str = ""
    draft: str = ""
    audience: str = "public"
    provenance: Provenance | None = None
    language: str = "en-GB"
    opening: tuple[str, ...] = ()
    data: Mapping[str, Any] | None = field(default=None)


def walk_blocks(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Yield every block in reading order, those inside sections, lists, notices and cells too."""
    for block in blocks:
        yield block
        yield from walk_blocks(_child_blocks(block))


def _child_blocks(block: Block) -> tuple[Block, ...]:
    match block:
        case Section() | Notice():
            return block.blocks
        case Bullets():
            return tuple(child for item in block.items for child in item)
        case Table():
            cells = (cell.content for row in block.rows for cell in row.cells)
            return tuple(child for content in cells if isinstance(content, tuple) for child in content)
        case _:
            return ()


def list_tables(document: Document) -> tuple[Table, ...]:
    """Return the document's tables in reading order."""
    return tuple(block for block in walk_blocks(document.blocks) if isinstance(block, Table))


def make_paragraph(*spans: Span, role: str = "") -> Paragraph:
    """Return a paragraph of these spans."""
    return Paragraph(spans, role)
