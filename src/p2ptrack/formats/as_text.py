"""Text for a terminal: as wide as it is, readable at 40 columns, in one colour and in any encoding.

An answer to a query is set close, so that it fits a screen; a paper has room around its parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from p2ptrack.formats.look import Look
from p2ptrack.formats.plain import labelled, scalar, words
from p2ptrack.formats.text_table import Sheet, table_lines
from p2ptrack.formats.text_wrap import pad, paint, prose, size, wrap
from p2ptrack.records.dates import long_day
from p2ptrack.reports.document import Block, Bullets, Document, Fact, Facts, Notice, Paragraph, Prose, Section, Table

_NARROW = 60


@dataclass(frozen=True, slots=True)
class Page:
    """The width that is left, and how close things stand."""

    width: int
    colour: bool = False
    close: bool = True
    level: int = 1

    def inside(self, indent: int) -> Page:
        """Return the page with less room."""
        return replace(self, width=max(self.width - indent, 8))


def write(document: Document, look: Look) -> bytes:
    """Return the document as text in UTF-8, no line wider than the terminal."""
    page = Page(look.width, look.colour, close=document.data is not None)
    gap = [""] if page.close and document.blocks and _apart(document.blocks[0]) else []
    lines = [*_head(document, page), *gap, *_blocks(document.blocks, page), *_foot(document, page)]
    return ("\n".join(line.rstrip() for line in lines) + "\n").encode("utf-8", "replace")


def _head(document: Document, page: Page) -> Iterator[str]:
    if page.close:
        told = "; ".join(f"{fact.label} {labelled(fact.value, fact.spans)}" for fact in document.meta)
        yield from _titled(document.title, told, page)
        return
    for line in document.heading:
        yield from wrap(line, page.width)
    yield from (paint(line, "strong", page.colour) for line in wrap(document.title, page.width))
    yield "=" * min(size(document.title), page.width)
    for fact in document.meta:
        yield from wrap(f"{fact.label}: {labelled(fact.value, fact.spans)}", page.width, "", "  ")
    for text in filter(None, (document.draft, document.notice)):
        yield from ["", *wrap(text, page.width)]
    yield ""


def _titled(title: str, position: str, page: Page) -> list[str]:
    lines = wrap(title, page.width) if title else []
    if lines and size(lines[-1]) + 2 + len(position) <= page.width:
        lines[-1] = pad(lines[-1], page.width - len(position)) + position
    elif position:
        lines += wrap(position, page.width)
    return [paint(line, "strong", page.colour) for line in lines]


def _foot(document: Document, page: Page) -> Iterator[str]:
    made = document.provenance
    if page.close or made is None:
        return
    commit = (
        f"commit {made.commit}{', with changes' * made.modified}" if made.controlled else "not under version control"
    )
    yield ""
    yield from wrap(f"Made by p2ptrack {made.version} as of {long_day(made.as_of)}; {commit}.", page.width)


def _blocks(blocks: tuple[Block, ...], page: Page) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        made = _block(block, page)
        if lines and made and (not page.close or _apart(block)):
            lines.append("")
        lines += made
    return lines


def _apart(block: Block) -> bool:
    """Whether a line is left free before a block where things stand close."""
    return isinstance(block, Section) or (isinstance(block, Table) and bool(block.caption))


def _block(block: Block, page: Page) -> list[str]:
    match block:
        case Paragraph():
            lines = _paragraph(block, page)
        case Prose():
            lines = prose(block.markdown, page.width)
        case Bullets():
            lines = _bullets(block, page)
        case Facts():
            lines = _counts(block, page) if block.role == "counts" else _facts(block, page)
        case Table():
            lines = _table(block, page)
        case Notice():
            lines = [f"| {line}".rstrip() for line in _blocks(block.blocks, page.inside(2))]
        case _:
            lines = _section(block, page)
    return lines


def _paragraph(block: Paragraph, page: Page) -> list[str]:
    lines = wrap(words(block.spans), page.width)
    return [paint(line, "strong", page.colour) for line in lines] if block.role == "lead" else lines


def _bullets(block: Bullets, page: Page) -> list[str]:
    lines: list[str] = []
    for number, item in enumerate(block.items, 1):
        mark = f"{number}. " if block.ordered else "- "
        first, *others = _blocks(item, replace(page.inside(len(mark)), close=True)) or [""]
        lines += [mark + first, *(" " * len(mark) + line for line in others)]
    return lines


def _section(block: Section, page: Page) -> list[str]:
    first = block.blocks[0] if block.blocks else None
    if page.close:
        if isinstance(first, Table) and first.rows and first.caption == block.title and not first.columns[0].title:
            return _table(first, page, block.title.upper()) + _indented(block.blocks[1:], page)
        heading = [paint(line, "strong", page.colour) for line in wrap(block.title.upper(), page.width)]
        return heading + _indented(block.blocks, page)
    lines = wrap(block.title, page.width)
    heading = [paint(line, "strong", page.colour) for line in lines]
    rule = ("-" if page.level == 1 else ".") * max(map(size, lines))
    return [*heading, rule, *_blocks(block.blocks, replace(page, level=page.level + 1))]


def _indented(blocks: tuple[Block, ...], page: Page) -> list[str]:
    return [f" {line}" for line in _blocks(blocks, page.inside(1))]


def _table(block: Table, page: Page, heading: str = "") -> list[str]:
    def inner(blocks: tuple[Block, ...], width: int) -> list[str]:
        return _blocks(blocks, replace(page, width=width, close=True))

    caption = [] if heading or not block.caption else wrap(block.caption, page.width)
    drawn = wrap(block.picture.summary, page.width) if block.picture else []
    return drawn + caption + table_lines(block, Sheet(page.width, page.colour, inner, heading))


def _facts(block: Facts, page: Page) -> list[str]:
    """Return a label and its value a line; the values stand under each other where there is room."""
    column = max((size(row.label) for row in block.rows), default=0) + 2 if page.width >= _NARROW else 0
    return [line for row in block.rows for line in _fact(row, column, page)]


def _fact(row: Fact, column: int, page: Page) -> Iterator[str]:
    rest = " " * (column or 2)
    label = pad(row.label, column) if column else f"{row.label}: "
    yield from wrap(labelled(row.value, row.spans), page.width, label, rest)
    for spans in row.lines:
        yield from wrap(words(spans), page.width, rest, rest)


def _counts(block: Facts, page: Page) -> list[str]:
    """Return figures under each other, what they are about before them and what to know after them."""
    label = max((size(row.label) for row in block.rows), default=0)
    figure = max((size(scalar(row.value)) for row in block.rows), default=0)
    if page.width < _NARROW:
        return [line for row in block.rows for line in _stacked(row, page)]
    return [line for row in block.rows for line in _count(row, label, figure, page)]


def _count(row: Fact, label: int, figure: int, page: Page) -> Iterator[str]:
    rest = " " * (label + figure + 4)
    value = paint(pad(scalar(row.value), figure, "right"), row.tone, page.colour)
    told = [words(spans) for spans in (row.spans, *row.lines)]
    first, *others = [line for text in told for line in wrap(text, page.width - len(rest))]
    yield f"{pad(row.label, label)}  {value}  {first}"
    yield from (rest + line for line in others)


def _stacked(row: Fact, page: Page) -> Iterator[str]:
    yield from wrap(f"{row.label}: {scalar(row.value)}", page.width)
    for spans in (row.spans, *row.lines):
        if text := words(spans):
            yield from wrap(text, page.width, "   ", "   ")
