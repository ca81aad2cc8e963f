"""The document model: the content of a report, without its layout.

A report is a function from its context to a `Document`, and a format writes Documents. Nothing here depends on HTML,
terminals or paper. Text that people wrote in records is `Prose` (Markdown, which a format reads without raw HTML) or
plain strings, never markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.programme import DEFAULT_LANGUAGE, Wording
from p2ptrack.values import dataclass

if TYPE_CHECKING:
    from p2ptrack.model.history import PublicationIdentity
    from p2ptrack.model.money import Money

_SHORT_COMMIT = 12
Shade = Literal["dark", "medium", "light", "white", "upright", "level", "crossed"]
"""How an area is filled, also distinct in grey: four shades, and upright or level lines on white."""


@dataclass(frozen=True, slots=True)
class Series:
    """The meaning and shade of one part of every bar."""

    title: str
    shade: Shade


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar and the number of each series in it; a zero takes no room."""

    title: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars, each with a part for every series."""

    series: tuple[Series, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class TimelineSpan:
    """A span of a timeline. `first` and `last` are counted in columns from its left, with fractions."""

    title: str
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class TimelineChart:
    """A timeline: a column for each unit of time, named spans above and below it, and one day marked."""

    unit: str
    values: tuple[int, ...]
    above: tuple[TimelineSpan, ...]
    below: tuple[TimelineSpan, ...]
    marker: TimelineSpan


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of a table's numbers. `summary` is the sentence that replaces it for readers who cannot see it."""

    summary: str
    chart: BarChart | TimelineChart


Align = Literal["left", "right"]
Width = Literal["narrow", "medium", "wide"]
Tone = Literal["", "good", "warn", "bad", "quiet"]


@dataclass(frozen=True, slots=True)
class Ref:
    """A mention of a record: a link when the document has the record, otherwise its text."""

    id: str
    text: str = ""

    def __str__(self) -> str:
        return self.text or self.id


@dataclass(frozen=True, slots=True)
class Link:
    """An address outside the register, such as that of evidence. A format links http, https and mailto only."""

    url: str
    text: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.url})" if self.text else self.url


@dataclass(frozen=True, slots=True)
class Strong:
    """Emphasised words."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Star:
    """The mark of our interpretation; every paper that has one prints its key."""

    def __str__(self) -> str:
        return "*"


@dataclass(frozen=True, slots=True)
class Closed:
    """The mark beside exempt text; a page that has one is labelled at its head."""

    text: str

    def __str__(self) -> str:
        return f"[{self.text}]"


Span = str | Ref | Link | Strong | Star | Closed
Scalar = str | int | Decimal | date | CouncilDate | None
"""A value of a cell or a fact. A `Decimal` is an amount of money."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. `role` is its purpose: lead, note, key, next, source."""

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
    """A labelled value with text about it, or a text of its own (`blocks`) in place of both."""

    label: str
    value: Scalar = None
    spans: tuple[Span, ...] = ()
    tone: Tone = ""
    lines: tuple[tuple[Span, ...], ...] = ()
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Labelled values, one a line. `role` is `counts` when the values are figures to be aligned."""

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
    """The content of a cell: one typed value or a few blocks."""

    content: Scalar | Ref | tuple[Block, ...] = None
    starred: bool = False
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row. `key` is the id of the record that it is about, `group` the heading above its rows."""

    cells: tuple[Cell, ...]
    key: str = ""
    group: str = ""
    role: Literal["", "total", "detail"] = ""


NO_ROWS = "None."
"""What an answer prints for a table without rows; a paper has words of its own for it."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption. `empty` is printed when it has no rows: see `fill_empty_tables`.

    Every row has as many cells as there are columns. Rows of one `group` are together. `picture` is a drawing of the
    numbers, for formats that can draw; the others print its summary.
    """

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: str = NO_ROWS
    landscape: bool = False
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something set apart, such as a demonstration, a draft, or what is left out and why.

    The kind `closed` holds exempt text: every page that shows some of it is labelled.
    """

    blocks: tuple[Block, ...]
    kind: Literal["notice", "problems", "exempt", "closed", "information"] = "notice"


@dataclass(frozen=True, slots=True)
class Section:
    """A part with a heading. Layouts order sections by the stable `key`. `record` is the id that it is about."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    record: str = ""
    landscape: bool = False


Block = Paragraph | Prose | Bullets | Facts | Table | Notice | Section


@dataclass(frozen=True, slots=True)
class Provenance:
    """How to make the document again. `meeting` is the one that it is for, when the command must name it.

    `last_publication` identifies the papers before it: printed papers cannot be changed by rewriting the repository.
    """

    version: str
    as_of: date
    commit: str = ""
    modified: bool = False
    meeting: str = ""
    last_publication: PublicationIdentity | None = None

    @property
    def controlled(self) -> bool:
        """Whether the register is under version control."""
        return bool(self.commit)


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report.

    `export` builds the table that CSV writes instead of those in the blocks, so that its columns never depend on the
    data.

    `records` is a table with a row for each record, which only workbooks and CSV have.

    `heading` are the lines above the title (organisation, committee, appendix), and `meta` the labelled lines under it
    (position date, author, meeting). `opening` are the keys of the sections before the list of contents. `data` is the
    JSON contract of a query; a paper has none and is written as its own structure.
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
    language: str = DEFAULT_LANGUAGE
    opening: tuple[str, ...] = ()
    data: Mapping[str, Any] | None = field(default=None)
    export: Callable[[], Table] | None = None
    records: Table | None = None


def walk_blocks(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Yield every block in reading order, including those inside sections, lists, notices and cells."""
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
        case Facts():
            return tuple(child for row in block.rows for child in row.blocks)
        case _:
            return ()


def map_texts(part: Any, change: Callable[[str], str]) -> Any:
    """Return a part of a document with every text changed. Dates and numbers stay as they are."""
    if isinstance(part, str):
        return change(part)
    if isinstance(part, tuple):
        return tuple(map_texts(item, change) for item in part)
    if is_dataclass(part) and not isinstance(part, type) and part.__class__.__module__ == __name__:
        return replace(part, **{item.name: map_texts(getattr(part, item.name), change) for item in fields(part)})
    return part


def fill_empty_tables(document: Document, words: Wording) -> Document:
    """Return a document with what its language prints for tables without rows, where they have no text of their own."""
    text = words("table_empty") if "table_empty" in words.templates else NO_ROWS
    return document if text == NO_ROWS else _fill_empty(document, text)


def _fill_empty(part: Any, text: str) -> Any:
    if isinstance(part, tuple):
        return tuple(_fill_empty(item, text) for item in part)
    if isinstance(part, Table) and not part.rows:
        return replace(part, empty=text) if part.empty == NO_ROWS else part
    if is_dataclass(part) and not isinstance(part, type) and part.__class__.__module__ == __name__:
        return replace(part, **{item.name: _fill_empty(getattr(part, item.name), text) for item in fields(part)})
    return part


def list_tables(document: Document) -> tuple[Table, ...]:
    """Return the document's tables in reading order."""
    return tuple(block for block in walk_blocks(document.blocks) if isinstance(block, Table))


def make_paragraph(*spans: Span, role: str = "") -> Paragraph:
    """Return a paragraph of these spans."""
    return Paragraph(spans, role)


@dataclass(frozen=True, slots=True)
class FormatOptions:
    """How the output should look.

    `templates` are the folders searched in order, the register's own first; `width` is a terminal's in characters;
    `colour` is whether it shows colour; `wording` is what the pages themselves print (the list of contents, page
    numbers), from `templates/words.yaml`; `attach_data` attaches the document's JSON to a PDF;
    `allow_slow` lifts the limits on the time and memory of templates.
    """

    templates: tuple[Path, ...] = ()
    width: int = 80
    colour: bool = False
    wording: Wording = field(default_factory=Wording)
    attach_data: bool = False
    allow_slow: bool = False


def format_scalar(value: Scalar | Ref) -> str:
    """Return one value in words: a date in full, a council date as it was written."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    # Not at the top: this module is loaded at every start, before it is known whether there is a date to print.
    from p2ptrack.model.dates import CouncilDate, format_long_date

    if isinstance(value, CouncilDate):
        return value.to_text()
    return format_long_date(value) if isinstance(value, date) else str(value)


def format_spans(spans: Iterable[Span]) -> str:
    """Return running text without its markup."""
    return "".join(str(span) for span in spans)


def format_labelled_value(value: Scalar, spans: Sequence[Span]) -> str:
    """Return the value of a fact and its spans in one line of text."""
    return "; ".join(part for part in (format_scalar(value), format_spans(spans)) if part)


def format_list(words: Wording, texts: Sequence[str]) -> str:
    """Return texts as a sentence lists them: *A, B and C*."""
    *first, last = texts or ("",)
    return words("list_and", first=", ".join(first), last=last) if first else last


def format_money_in_words(words: Wording, money: Money) -> str:
    """Return money as a paper prints it: *£48,000 a year, excluding VAT*."""
    from p2ptrack.model.money import MoneyPeriod, Vat, format_amount

    text = format_amount(money.amount, money.currency)
    if money.period:
        key = {MoneyPeriod.YEAR: "amount_yearly", MoneyPeriod.WHOLE_LIFE: "amount_in_all"}[money.period]
        text = words(key, amount=text)
    if money.vat:
        text = words({Vat.NET: "amount_net", Vat.GROSS: "amount_gross"}[money.vat], amount=text)
    return text


def collapse_whitespace(text: str) -> str:
    """Return text with every run of white space replaced by one space."""
    return " ".join(text.split())


def format_provenance(document: Document, wording: Wording) -> str:
    """Return the last line of a paper: by what, as at which day and from which version of the register it was made."""
    provenance = document.provenance
    if provenance is None:
        return ""
    key = "made_from_uncontrolled"
    if provenance.controlled:
        key = "made_from_modified" if provenance.modified else "made_from"
    register = wording(key, commit=provenance.commit[:_SHORT_COMMIT])
    return wording("made_by", version=provenance.version, day=format_scalar(provenance.as_of), register=register)


def format_last_publication(document: Document, wording: Wording) -> str:
    """Return what the papers published before can be recognised by; nothing where there are none."""
    last = document.provenance.last_publication if document.provenance else None
    if last is None:
        return ""
    return wording("remake_last_tag", meeting=last.meeting, tag=last.tag, fingerprint=last.fingerprint)


def format_render_command(document: Document) -> str:
    """Return the command line that makes the paper again; nothing when it is not known how."""
    provenance = document.provenance
    if provenance is None:
        return ""
    words = ["p2ptrack", "render", document.name]
    if provenance.controlled and not provenance.modified:
        words += ["--at", provenance.commit]
    words += ["--as-of", provenance.as_of.isoformat()]
    if provenance.meeting:
        words += ["--meeting", provenance.meeting]
    if document.audience != "public":
        words += ["--audience", document.audience]
    return " ".join(words)
