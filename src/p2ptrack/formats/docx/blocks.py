"""The parts of a paper in Word: one way to write each sort of block."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from urllib.parse import quote
from xml.etree.ElementTree import Element

from markdown_it.tree import SyntaxTreeNode

from p2ptrack.formats.html.markdown import is_link, parse_markdown, strip_unprintable
from p2ptrack.formats.html.page import DocumentAnchors, group_rows, share_widths
from p2ptrack.formats.office.package import XmlChild, make_element
from p2ptrack.formats.plain import format_scalar
from p2ptrack.model.wording import Wording
from p2ptrack.reports.document import (
    Block,
    Bullets,
    Cell,
    Closed,
    Column,
    Document,
    Fact,
    Facts,
    Link,
    Notice,
    Paragraph,
    Prose,
    Ref,
    Row,
    Section,
    Span,
    Star,
    Strong,
    Table,
)

# Words, links and bookmarks of WordprocessingML (ECMA-376, part 1, section 17), and what a whole file shares.


_WHITESPACE = re.compile(r"\s+")
_NON_WORD = re.compile(r"\W", re.ASCII)
_LINK_ADDRESS = re.compile(
    r"(https?://([\w-]+\.)*[\w-]+(:\d{1,5})?([/?#]\S*)?|mailto:[\w.+-]+@[\w.-]+(\?\S*)?)", re.IGNORECASE
)
_MAX_ADDRESS_LENGTH = 2000
_SAFE_ADDRESS_CHARACTERS = "!#$%&'()*+,/:;=?@~"


@dataclass(slots=True)
class DocxContext:
    """What the parts of one file share while it is written: where its records stand, its links, its numbered lists.

    `lists` holds for each numbered list its depth and its first number: Word numbers on from one list
    to the next unless each is told where to begin.
    """

    document: Document
    wording: Wording
    anchors: DocumentAnchors
    link_ids: dict[str, str] = field(default_factory=dict)
    numbered_lists: list[tuple[int, int]] = field(default_factory=list)
    bookmark_ids: Iterator[int] = field(default_factory=lambda: count(1))

    def register_link(self, url: str) -> str:
        """Return the id of the relation to an address outside the file."""
        return self.link_ids.setdefault(url, f"link{len(self.link_ids) + 1}")


def make_word_element(tag: str, *children: XmlChild, **attributes: object) -> Element:
    """Return an element of WordprocessingML; an attribute that is None is left out."""
    return make_element(f"w:{tag}", {f"w:{key}": value for key, value in attributes.items()}, *children)


def make_run(text: str, *properties: Element) -> Element:
    """Return words. White space is one space, as HTML prints it; at the ends it is kept, for it parts two runs."""
    run_properties = make_word_element("rPr", *properties) if properties else None
    return make_word_element(
        "r", run_properties, make_element("w:t", {"xml:space": "preserve"}, _WHITESPACE.sub(" ", text))
    )


def make_run_style(style: str) -> Element:
    """Return the property that sets words in a style."""
    return make_word_element("rStyle", val=style)


@dataclass(frozen=True, slots=True)
class DocxParagraph:
    """A paragraph: its style, its words, and what else the standard wants after the style, in that order."""

    style: str
    runs: tuple[Element, ...] = ()
    properties: tuple[Element, ...] = ()

    @property
    def element(self) -> Element:
        """Return the paragraph as XML."""
        return make_word_element(
            "p", make_word_element("pPr", make_word_element("pStyle", val=self.style), *self.properties), *self.runs
        )


DocxPiece = DocxParagraph | Element
"""What stands in the text or in a cell: a paragraph or a table."""


def iter_elements(pieces: Iterable[DocxPiece]) -> Iterator[Element]:
    """Yield the pieces as XML."""
    return (piece.element if isinstance(piece, DocxParagraph) else piece for piece in pieces)


def make_spans(spans: Iterable[Span], context: DocxContext) -> tuple[Element, ...]:
    """Return running text."""
    return tuple(element for span in spans for element in _make_span(span, context))


def _make_span(span: Span, context: DocxContext) -> list[Element]:
    match span:
        case Ref():
            return make_record_mention(span, context)
        case Link():
            return make_external_link(span.url, [make_run(span.text or span.url)], context) or [make_run(str(span))]
        case Strong() | Closed():
            return [make_run(str(span), make_run_style("Strong"))]
        case Star():
            return [make_run("*")]
        case _:
            return [make_run(span)]


def make_record_mention(ref: Ref, context: DocxContext) -> list[Element]:
    """Return a record's mention: a link where the record stands in the same paper."""
    fragment = context.anchors.find_record_anchor(ref.id)
    return [make_internal_link(fragment, str(ref))] if fragment else [make_run(str(ref))]


def make_internal_link(fragment: str, text: str) -> Element:
    """Return a link to a place in the same paper."""
    return make_word_element(
        "hyperlink", make_run(text, make_run_style("Hyperlink")), anchor=make_bookmark_name(fragment), history=1
    )


def make_external_link(url: str, runs: Iterable[Element], context: DocxContext) -> list[Element]:
    """Return a link to the web or a mailbox, or nothing where Word could not open a file that holds the address."""
    address = quote(strip_unprintable(url).strip(), safe=_SAFE_ADDRESS_CHARACTERS)
    if not is_link(address) or len(address) > _MAX_ADDRESS_LENGTH or not _LINK_ADDRESS.fullmatch(address):
        return []
    return [
        make_element(
            "w:hyperlink", {"r:id": context.register_link(address), "w:history": 1}, *map(_style_as_link, runs)
        )
    ]


def _style_as_link(run: Element) -> Element:
    """Return a run in the style of links; what else it looks like stays."""
    run_properties = [child for child in run if child.tag == "w:rPr"]
    kept_properties = [element for child in run_properties for element in child if element.tag != "w:rStyle"]
    return make_word_element(
        "r", make_word_element("rPr", make_run_style("Hyperlink"), *kept_properties), *run[len(run_properties) :]
    )


def make_bookmark_name(fragment: str) -> str:
    """Return a name that Word takes: a letter first, 40 characters at most, no two places with the same."""
    return f"p_{_NON_WORD.sub('_', fragment)[:29]}_{zlib.crc32(fragment.encode('utf-8', 'replace')):08x}"


def add_bookmark(part: Block | Row, runs: Iterable[Element], context: DocxContext) -> tuple[Element, ...]:
    """Return words that can be linked to, where the part of the document has a place."""
    fragment = context.anchors.find_anchor(part)
    if not fragment:
        return tuple(runs)
    number = next(context.bookmark_ids)
    start = make_word_element("bookmarkStart", id=number, name=make_bookmark_name(fragment))
    return (start, *runs, make_word_element("bookmarkEnd", id=number))


# Lists in Word, at any depth, in the text and in cells.


BULLET_LIST_ID = 1
"""The number of the bulleted list in `numbering.xml`; numbered lists follow it in their order."""
MAX_LIST_DEPTH = 8
INDENT_STEP = 425
"""How far each depth stands in, in twentieths of a point: 7.5 mm."""

_ABSTRACT_BULLETS, _ABSTRACT_NUMBERS = 1, 2
_STYLED_DEPTHS = 3
_BULLET_CHARACTERS = "\u2022\u2013\u25aa"


@dataclass(frozen=True, slots=True)
class BlockPosition:
    """Where a part stands: under which level of heading, how many lists deep, in a cell or in the text."""

    heading: int = 1
    depth: int = 0
    cell: bool = False
    style: str = "BodyText"

    @property
    def indent(self) -> tuple[Element, ...]:
        """Return what makes a paragraph stand under the words of its list item."""
        return (make_word_element("ind", left=INDENT_STEP * self.depth),) if self.depth else ()


ItemWriter = Callable[[BlockPosition], list[DocxPiece]]


def make_list(
    items: Iterable[ItemWriter], position: BlockPosition, context: DocxContext, start: int | None = None
) -> list[DocxPiece]:
    """Return a list; `start` is the first number of a numbered one."""
    depth = min(position.depth, MAX_LIST_DEPTH)
    list_id = BULLET_LIST_ID
    if start is not None:
        context.numbered_lists.append((depth, start))
        list_id += len(context.numbered_lists)
    item_position = replace(
        position, depth=position.depth + 1, style="TableContinue" if position.cell else "ListContinue"
    )
    list_properties = (
        make_word_element("numPr", make_word_element("ilvl", val=depth), make_word_element("numId", val=list_id)),
    )
    style = _choose_list_style(depth, ordered=start is not None, cell=position.cell)
    return [
        piece
        for item in items
        for piece in _make_item(item(item_position), style, list_properties, item_position.style)
    ]


def _choose_list_style(depth: int, *, ordered: bool, cell: bool) -> str:
    suffix = "Number" if ordered else "Bullet"
    if cell:
        return f"Table{suffix}"
    return f"List{suffix}{min(depth + 1, _STYLED_DEPTHS) if depth else ''}"


def _make_item(
    blocks: list[DocxPiece], style: str, list_properties: tuple[Element, ...], continue_style: str
) -> list[DocxPiece]:
    """Return one item: its first paragraph bears the mark, the others stand under its words."""
    first = blocks[0] if blocks else None
    if isinstance(first, DocxParagraph) and first.style == continue_style:
        return [DocxParagraph(style, first.runs, list_properties), *blocks[1:]]
    return [DocxParagraph(style, (), list_properties), *blocks]


def make_numbering(context: DocxContext) -> Element:
    """Return the part that says how each list of the paper counts."""
    abstract_lists = (
        _make_abstract_list(
            _ABSTRACT_BULLETS, "bullet", lambda level: _BULLET_CHARACTERS[level % len(_BULLET_CHARACTERS)]
        ),
        _make_abstract_list(_ABSTRACT_NUMBERS, "decimal", lambda level: f"%{level + 1}."),
    )
    bullet_list = make_word_element(
        "num", make_word_element("abstractNumId", val=_ABSTRACT_BULLETS), numId=BULLET_LIST_ID
    )
    numbered_lists = (
        _make_restarted_list(BULLET_LIST_ID + index, *restart)
        for index, restart in enumerate(context.numbered_lists, 1)
    )
    return make_word_element("numbering", *abstract_lists, bullet_list, *numbered_lists)


def _make_abstract_list(number: int, number_format: str, format_label: Callable[[int], str]) -> Element:
    levels = (_make_level(level, number_format, format_label(level)) for level in range(MAX_LIST_DEPTH + 1))
    return make_word_element(
        "abstractNum", make_word_element("multiLevelType", val="hybridMultilevel"), *levels, abstractNumId=number
    )


def _make_level(level: int, number_format: str, label: str) -> Element:
    return make_word_element(
        "lvl",
        make_word_element("start", val=1),
        make_word_element("numFmt", val=number_format),
        make_word_element("lvlText", val=label),
        make_word_element("lvlJc", val="left"),
        make_word_element("pPr", make_word_element("ind", left=INDENT_STEP * (level + 1), hanging=INDENT_STEP)),
        ilvl=level,
    )


def _make_restarted_list(number: int, depth: int, start: int) -> Element:
    override = make_word_element("lvlOverride", make_word_element("startOverride", val=start), ilvl=depth)
    return make_word_element("num", make_word_element("abstractNumId", val=_ABSTRACT_NUMBERS), override, numId=number)


# The words of records in Word: Markdown without raw HTML, pictures or headings; links go to the web or a mailbox.


TextMarks = frozenset[str]
_MARK_TAGS = {"strong": "b", "em": "i"}


def make_prose(markdown: str, position: BlockPosition, context: DocxContext) -> list[DocxPiece]:
    """Return a record's text as paragraphs and lists."""
    return _make_prose_blocks(parse_markdown(markdown), position, context)


def _make_prose_blocks(parent: SyntaxTreeNode, position: BlockPosition, context: DocxContext) -> list[DocxPiece]:
    return [piece for child in parent.children for piece in _make_prose_block(child, position, context)]


def _make_prose_block(block: SyntaxTreeNode, position: BlockPosition, context: DocxContext) -> list[DocxPiece]:
    match block.type:
        case "paragraph":
            return [_make_prose_paragraph(block, position, context)]
        case "heading":
            return [_make_prose_paragraph(block, position, context, frozenset("b"))]
        case "bullet_list" | "ordered_list":
            start = int(block.attrs.get("start", 1)) if block.type == "ordered_list" else None
            return make_list(
                (partial(_make_prose_item, item, context) for item in block.children), position, context, start
            )
        case "blockquote":
            return _make_prose_blocks(
                block, replace(position, style=position.style if position.cell else "Quote"), context
            )
        case "fence" | "code_block":
            return [DocxParagraph(position.style, tuple(_make_code_lines(block.content)), position.indent)]
        case _:
            return []


def _make_prose_item(item: SyntaxTreeNode, context: DocxContext, position: BlockPosition) -> list[DocxPiece]:
    return _make_prose_blocks(item, position, context)


def _make_prose_paragraph(
    block: SyntaxTreeNode, position: BlockPosition, context: DocxContext, marks: TextMarks = frozenset()
) -> DocxParagraph:
    runs = (run for child in block.children for run in _make_inline_runs(child, context, marks))
    return DocxParagraph(position.style, tuple(runs), position.indent)


def _make_code_lines(code: str) -> Iterator[Element]:
    for number, line in enumerate(code.rstrip("\n").split("\n")):
        if number:
            yield make_word_element("r", make_word_element("br"))
        yield make_run(line, make_run_style("Code"))


def _make_inline_runs(parent: SyntaxTreeNode, context: DocxContext, marks: TextMarks) -> list[Element]:
    return [run for child in parent.children for run in _make_node_runs(child, context, marks)]


def _make_node_runs(syntax_node: SyntaxTreeNode, context: DocxContext, marks: TextMarks) -> Iterator[Element]:
    match syntax_node.type:
        case "strong" | "em":
            yield from _make_inline_runs(syntax_node, context, marks | {_MARK_TAGS[syntax_node.type]})
        case "link":
            yield from _make_link_runs(syntax_node, context, marks)
        case "hardbreak":
            yield make_word_element("r", make_word_element("br"))
        case "softbreak":
            yield make_run(" ")
        case "code_inline":
            yield make_run(syntax_node.content, make_run_style("Code"))
        case _:
            yield make_run(syntax_node.content, *map(make_word_element, sorted(marks)))


def _make_link_runs(syntax_node: SyntaxTreeNode, context: DocxContext, marks: TextMarks) -> list[Element]:
    """Return a link, or its words and its address where the address cannot be followed from Word."""
    url = str(syntax_node.attrs.get("href", ""))
    runs = _make_inline_runs(syntax_node, context, marks)
    return make_external_link(url, runs, context) or [*runs, make_run(f" ({url})")]


# Tables in Word: heads repeated on each page, rows that stay whole, and words for those who do not see them.


MAX_UNSPLIT_CHARACTERS = 1500
"""Characters in the longest cell of a row up to which the row stays on one page; longer ones leave it half empty."""

_TABLE_STYLE, _TABLE_TEXT_STYLE = "PaperTable", "TableText"
_FULL_WIDTH = 5000


@dataclass(frozen=True, slots=True)
class TableContext:
    """What a table needs of its surroundings: its width in twentieths of a point, and how cells write blocks."""

    context: DocxContext
    width: int
    write_blocks: Callable[[tuple[Block, ...]], list[DocxPiece]]


def make_table(block: Table, position: BlockPosition, table_context: TableContext) -> list[DocxPiece]:
    """Return a table under its caption, or the words that stand where it has no rows."""
    keep_with_next = (make_word_element("keepNext"),)
    caption = DocxParagraph(
        "Caption", add_bookmark(block, (make_run(block.caption),), table_context.context), keep_with_next
    )
    if not block.rows:
        return [caption, DocxParagraph(position.style, (make_run(block.empty),))]
    widths = [round(table_context.width * float(share.rstrip("%")) / 100) for share in share_widths(block.columns)]
    rows = [_make_header_row(block.columns, widths)]
    for group, members in group_rows(block.rows):
        rows += [_make_group_row(group, widths)] if group else []
        rows += [_make_row(row, block.columns, widths, table_context) for row in members]
    columns = make_word_element("tblGrid", *(make_word_element("gridCol", w=width) for width in widths))
    return [
        caption,
        make_word_element("tbl", _make_table_properties(block, table_context.context), columns, *rows),
        DocxParagraph("AfterTable"),
    ]


def _make_table_properties(block: Table, context: DocxContext) -> Element:
    titles = ", ".join(column.title for column in block.columns if column.title)
    header_flags = {"firstRow": 1, "lastRow": 0, "firstColumn": int(block.columns[0].header), "lastColumn": 0}
    return make_word_element(
        "tblPr",
        make_word_element("tblStyle", val=_TABLE_STYLE),
        make_word_element("tblW", w=_FULL_WIDTH, type="pct"),
        make_word_element("tblLayout", type="fixed"),
        make_word_element(
            "tblLook", val="04A0" if header_flags["firstColumn"] else "0420", **header_flags, noHBand=1, noVBand=1
        ),
        make_word_element("tblCaption", val=block.caption),
        make_word_element(
            "tblDescription", val=context.wording("table_in_words", rows=len(block.rows), columns=titles)
        ),
    )


def _make_header_row(columns: Sequence[Column], widths: Sequence[int]) -> Element:
    titles = (DocxParagraph("TableHeading", (make_run(column.title),), _make_alignment(column)) for column in columns)
    cells = (_make_cell(width, [title]) for title, width in zip(titles, widths, strict=True))
    return make_word_element(
        "tr", make_word_element("trPr", make_word_element("cantSplit"), make_word_element("tblHeader")), *cells
    )


def _make_group_row(title: str, widths: Sequence[int]) -> Element:
    heading = DocxParagraph("TableHeading", (make_run(title),), (make_word_element("keepNext"),))
    return make_word_element(
        "tr", make_word_element("trPr", make_word_element("cantSplit")), _make_cell(sum(widths), [heading], len(widths))
    )


def _make_row(row: Row, columns: Sequence[Column], widths: Sequence[int], table_context: TableContext) -> Element:
    cells = [
        _make_cell_content(cell, column, row, table_context) for cell, column in zip(row.cells, columns, strict=True)
    ]
    cells[0] = _bookmark_cell(cells[0], row, table_context.context)
    cell_elements = [_make_cell(width, cell) for width, cell in zip(widths, cells, strict=True)]
    is_unsplit = max(sum(map(len, cell.itertext())) for cell in cell_elements) <= MAX_UNSPLIT_CHARACTERS
    return make_word_element(
        "tr", make_word_element("trPr", make_word_element("cantSplit")) if is_unsplit else None, *cell_elements
    )


def _make_cell(width: int, pieces: Sequence[DocxPiece], column_span: int = 1) -> Element:
    """Return a cell; the standard wants a paragraph at its end."""
    span_property = make_word_element("gridSpan", val=column_span) if column_span > 1 else None
    end_paragraph = () if pieces and isinstance(pieces[-1], DocxParagraph) else (DocxParagraph(_TABLE_TEXT_STYLE),)
    properties = make_word_element("tcPr", make_word_element("tcW", w=width, type="dxa"), span_property)
    return make_word_element("tc", properties, *iter_elements((*pieces, *end_paragraph)))


def _make_cell_content(cell: Cell, column: Column, row: Row, table_context: TableContext) -> list[DocxPiece]:
    star_runs = (make_run("*"),) if cell.starred else ()
    if isinstance(cell.content, tuple):
        pieces = table_context.write_blocks(cell.content)
        return _append_runs(pieces, star_runs) if star_runs else pieces
    if isinstance(cell.content, Ref):
        runs = make_record_mention(cell.content, table_context.context)
    else:
        runs = [make_run(format_scalar(cell.content), *_make_emphasis(column, row))] if cell.content is not None else []
    return [DocxParagraph(_TABLE_TEXT_STYLE, (*runs, *star_runs), _make_alignment(column))]


def _make_emphasis(column: Column, row: Row) -> tuple[Element, ...]:
    return (make_run_style("Strong"),) if column.header or row.role == "total" else ()


def _make_alignment(column: Column) -> tuple[Element, ...]:
    return (make_word_element("jc", val="right"),) if column.align == "right" else ()


def _append_runs(pieces: list[DocxPiece], runs: tuple[Element, ...]) -> list[DocxPiece]:
    """Return the pieces with a few more words at their end."""
    last = pieces[-1] if pieces else None
    if isinstance(last, DocxParagraph) and last.style != "AfterTable":
        return [*pieces[:-1], replace(last, runs=(*last.runs, *runs))]
    return [*pieces, DocxParagraph(_TABLE_TEXT_STYLE, runs)]


def _bookmark_cell(pieces: list[DocxPiece], row: Row, context: DocxContext) -> list[DocxPiece]:
    """Return the first cell of a row with the place that links to its record lead to."""
    first, *rest = pieces or [DocxParagraph(_TABLE_TEXT_STYLE)]
    return [
        replace(first, runs=add_bookmark(row, first.runs, context)) if isinstance(first, DocxParagraph) else first,
        *rest,
    ]


PORTRAIT_WIDTH, LANDSCAPE_WIDTH = 9638, 14570
"""The width of the text on an upright and on a turned page, in twentieths of a point: A4 less 2 cm on each side."""
MAX_HEADING_LEVEL = 6

_PARAGRAPH_STYLES = {"lead": "Lead", "note": "Note", "key": "Note", "source": "Note", "status": "RecordLine"}
OrientedPiece = tuple[DocxPiece, bool]
"""A piece, and whether it stands on a page turned on its side."""


def lay_out_blocks(
    blocks: Iterable[Block], position: BlockPosition, context: DocxContext, *, wide: bool = False
) -> list[OrientedPiece]:
    """Return the blocks of a page one after the other, those of a section after its heading."""
    pieces: list[OrientedPiece] = []
    for block in blocks:
        is_turned = wide or is_wide(block)
        if isinstance(block, Section):
            pieces.append((_make_heading(block, position, context), is_turned))
            pieces += lay_out_blocks(
                block.blocks, replace(position, heading=position.heading + 1), context, wide=is_turned
            )
        else:
            pieces += [(piece, is_turned) for piece in _make_block(block, position, context, wide=is_turned)]
    return pieces


def is_wide(block: Block) -> bool:
    """Whether a block wants a turned page. What stands beside a wide table in its section is turned with it."""
    match block:
        case Table():
            return block.landscape
        case Section():
            return block.landscape or any(isinstance(inner, Table) and inner.landscape for inner in block.blocks)
        case _:
            return False


def _make_heading(section: Section, position: BlockPosition, context: DocxContext) -> DocxParagraph:
    level = min(position.heading, MAX_HEADING_LEVEL)
    return DocxParagraph(f"Heading{level}", add_bookmark(section, (make_run(section.title),), context))


def _make_block(block: Block, position: BlockPosition, context: DocxContext, *, wide: bool = False) -> list[DocxPiece]:
    pieces: list[DocxPiece] = []
    match block:
        case Paragraph():
            pieces = [
                DocxParagraph(
                    _choose_paragraph_style(block, position), make_spans(block.spans, context), position.indent
                )
            ]
        case Prose():
            pieces = make_prose(block.markdown, position, context)
        case Bullets():
            items = (partial(_make_blocks, item, context) for item in block.items)
            pieces = make_list(items, position, context, 1 if block.ordered else None)
        case Facts():
            pieces = make_facts(block.rows, position, context)
        case Table():
            cell_position = BlockPosition(cell=True, style="TableText")
            table_context = TableContext(
                context,
                LANDSCAPE_WIDTH if wide else PORTRAIT_WIDTH,
                lambda cell_blocks: _make_blocks(cell_blocks, context, cell_position),
            )
            summary = (
                [DocxParagraph(position.style, (make_run(block.picture.summary),), position.indent)]
                if block.picture
                else []
            )
            pieces = [*summary, *make_table(block, position, table_context)]
        case Notice():
            pieces = _make_blocks(
                block.blocks, context, replace(position, style=position.style if position.cell else "Notice")
            )
        case Section():
            pieces = [piece for piece, _ in lay_out_blocks((block,), position, context)]
    return pieces


def _make_blocks(blocks: tuple[Block, ...], context: DocxContext, position: BlockPosition) -> list[DocxPiece]:
    return [piece for block in blocks for piece in _make_block(block, position, context)]


def _choose_paragraph_style(block: Paragraph, position: BlockPosition) -> str:
    is_nested = position.cell or position.depth or position.style != BlockPosition().style
    return position.style if is_nested else _PARAGRAPH_STYLES.get(block.role, position.style)


def make_facts(rows: Iterable[Fact], position: BlockPosition, context: DocxContext) -> list[DocxPiece]:
    """Return labelled values, one a line; in the text the values stand under each other."""
    aligned = not position.cell and not position.depth
    return [piece for row in rows for piece in _make_fact(row, position, context, aligned=aligned)]


def _make_fact(row: Fact, position: BlockPosition, context: DocxContext, *, aligned: bool) -> list[DocxPiece]:
    label = make_run(f"{row.label}:", make_run_style("Strong"))
    gap = make_word_element("r", make_word_element("tab")) if aligned else make_run(" ")
    value = [make_run(format_scalar(row.value) + (" " if row.spans else ""))] if row.value is not None else []
    style = "Fact" if aligned else position.style
    more_lines = (
        DocxParagraph("FactMore" if aligned else style, make_spans(line, context), position.indent)
        for line in row.lines
    )
    return [DocxParagraph(style, (label, gap, *value, *make_spans(row.spans, context)), position.indent), *more_lines]
