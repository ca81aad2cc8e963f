"""Blocks of a paper as WordprocessingML (ECMA-376, part 1, section 17)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from urllib.parse import quote
from xml.etree.ElementTree import Element

from markdown_it.tree import SyntaxTreeNode

from p2ptrack.formats.charts import WordChart, make_chart
from p2ptrack.formats.html.page import DocumentAnchors, group_rows, share_widths
from p2ptrack.formats.office import XmlChild, make_element
from p2ptrack.formats.pasted_text import LabelStyle, ListLabel, strip_unprintable
from p2ptrack.formats.prose import build_prose_table, is_link, parse_markdown, read_cell_markdown
from p2ptrack.model.programme import Wording
from p2ptrack.reports import document as doc
from p2ptrack.reports.document import format_scalar
from p2ptrack.values import dataclass

PORTRAIT_WIDTH, LANDSCAPE_WIDTH = 9638, 14570
"""The width of the text on a portrait and a landscape page, in twentieths of a point: A4 less 2 cm on each side."""
MAX_UNSPLIT_CHARACTERS = 1500
"""A row whose longest cell is longer may be split over two pages; it would otherwise leave a page half empty."""

_MAX_HEADING_LEVEL = 6
_PARAGRAPH_STYLES = {"lead": "Lead", "note": "Note", "key": "Note", "source": "Note", "status": "RecordLine"}
_TABLE_STYLE, _TABLE_TEXT_STYLE = "PaperTable", "TableText"
_FULL_WIDTH = 5000  # fiftieths of a per cent
_HEAD_FACTOR = 1.25
"""The heads of columns are bold, and a computer without the font of the styles has a wider one."""
_TWENTIETHS_A_MILLIMETRE = 56.69
_CELL_MARGINS = 114  # twentieths of a point: 1 mm on each side, as in the style of tables
_MARK_TAGS = {"strong": "b", "em": "i", "s": "strike"}

_BULLET_LIST_ID = 1  # numbered lists follow it
_ABSTRACT_BULLETS = 1  # the formats of numbered lists follow it
_NUMBER_FORMATS: dict[LabelStyle, str] = {
    "decimal": "decimal",
    "lower-alpha": "lowerLetter",
    "upper-alpha": "upperLetter",
    "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman",
}
_BULLET_CHARACTERS = "\u2022\u2013\u25aa"
_MAX_LIST_DEPTH, _MAX_STYLED_DEPTH = 8, 3
_INDENT = 425  # twentieths of a point a level: 7.5 mm

_WHITESPACE = re.compile(r"\s+")
_NON_WORD = re.compile(r"\W", re.ASCII)
_LINK_ADDRESS = re.compile(
    r"(https?://([\w-]+\.)*[\w-]+(:\d{1,5})?([/?#]\S*)?|mailto:[\w.+-]+@[\w.-]+(\?\S*)?)", re.IGNORECASE
)
_MAX_ADDRESS_LENGTH = 2000
_SAFE_ADDRESS_CHARACTERS = "!#$%&'()*+,/:;=?@~"


def make_w(tag: str, *children: XmlChild, **attributes: object) -> Element:
    """Return an element of the `w` namespace. Children and attributes that are None are left out."""
    return make_element(f"w:{tag}", {f"w:{key}": value for key, value in attributes.items()}, *children)


def make_run(text: str, *properties: Element) -> Element:
    """Return a run of text. Each run of white space is one space, as in HTML; spaces at the ends separate runs."""
    run_properties = make_w("rPr", *properties) if properties else None
    return make_w("r", run_properties, make_element("w:t", {"xml:space": "preserve"}, _WHITESPACE.sub(" ", text)))


def make_styled_run(text: str, style: str) -> Element:
    """Return a run of text in a character style."""
    return make_run(text, make_w("rStyle", val=style))


@dataclass(frozen=True, slots=True)
class DocxParagraph:
    """A paragraph: its style, its runs, and the properties that follow the style, in the order of the schema."""

    style: str
    runs: tuple[Element, ...] = ()
    properties: tuple[Element, ...] = ()

    def to_xml(self) -> Element:
        """Return the paragraph as XML."""
        return make_w("p", make_w("pPr", make_w("pStyle", val=self.style), *self.properties), *self.runs)


DocxPiece = DocxParagraph | Element
"""What the text or a cell consists of: a paragraph, or the element of a table."""
OrientedPiece = tuple[DocxPiece, bool]
"""A piece and whether it is on a landscape page."""


def iter_elements(pieces: Iterable[DocxPiece]) -> Iterator[Element]:
    """Yield the pieces as XML."""
    return (piece.to_xml() if isinstance(piece, DocxParagraph) else piece for piece in pieces)


def make_bookmark_name(anchor: str) -> str:
    """Return a name that Word accepts: it begins with a letter, has at most 40 characters, and is unique."""
    return f"p_{_NON_WORD.sub('_', anchor)[:29]}_{zlib.crc32(anchor.encode('utf-8', 'replace')):08x}"


def make_internal_link(anchor: str, text: str) -> Element:
    """Return a link to a place in the same paper."""
    return make_w("hyperlink", make_styled_run(text, "Hyperlink"), anchor=make_bookmark_name(anchor), history=1)


def is_landscape(block: doc.Block) -> bool:
    """Whether a block needs a landscape page."""
    return isinstance(block, doc.Table | doc.Section) and block.landscape


@dataclass(frozen=True, slots=True)
class BlockPosition:
    """Where a block is: the level of headings, the depth of lists, whether it is in a cell, and its width.

    The width is in twentieths of a point.
    """

    heading: int = 1
    depth: int = 0
    in_cell: bool = False
    style: str = "BodyText"
    width: int = PORTRAIT_WIDTH

    @property
    def indent(self) -> tuple[Element, ...]:
        """The property that aligns a paragraph with the text of its list item."""
        return (make_w("ind", left=_INDENT * self.depth),) if self.depth else ()

    def make_paragraph(self, runs: Iterable[Element], style: str = "") -> DocxParagraph:
        """Return a paragraph at this position."""
        return DocxParagraph(style or self.style, tuple(runs), self.indent)


_CELL_POSITION = BlockPosition(in_cell=True, style=_TABLE_TEXT_STYLE)


class BlockWriter:
    """Writes the blocks of one paper and collects its external links, numbered lists and bookmarks."""

    def __init__(self, document: doc.Document, wording: Wording) -> None:
        self.document = document
        self.wording = wording
        self.anchors = DocumentAnchors(document)
        self.link_ids: dict[str, str] = {}
        self.charts: list[WordChart] = []
        self._lists: list[tuple[int, ListLabel]] = []
        self._bookmark_ids = count(1)

    def lay_out_blocks(
        self, blocks: Iterable[doc.Block], position: BlockPosition, *, landscape: bool = False
    ) -> list[OrientedPiece]:
        """Return the pieces of blocks with the orientation of their pages."""
        pieces: list[OrientedPiece] = []
        for block in blocks:
            on_landscape = landscape or is_landscape(block)
            if isinstance(block, doc.Section):
                level = min(position.heading, _MAX_HEADING_LEVEL)
                runs = self._add_bookmark(block, (make_run(block.title),))
                width = LANDSCAPE_WIDTH if on_landscape else PORTRAIT_WIDTH
                inner_position = replace(position, heading=position.heading + 1, width=width)
                pieces.append((DocxParagraph(f"Heading{level}", runs), on_landscape))
                pieces += self.lay_out_blocks(block.blocks, inner_position, landscape=on_landscape)
            else:
                page_position = replace(position, width=LANDSCAPE_WIDTH if on_landscape else PORTRAIT_WIDTH)
                pieces += [(piece, on_landscape) for piece in self._write_block(block, page_position)]
        return pieces

    def write_facts(self, rows: Iterable[doc.Fact], position: BlockPosition) -> list[DocxPiece]:
        """Return labelled values, one a line. In the text, outside cells and lists, the values are aligned."""
        aligned = not position.in_cell and not position.depth
        pieces: list[DocxPiece] = []
        for row in rows:
            label = make_styled_run(f"{row.label}:", "Strong")
            gap = make_w("r", make_w("tab")) if aligned else make_run(" ")
            value = [make_run(format_scalar(row.value) + (" " if row.spans else ""))] if row.value is not None else []
            runs = (label, gap, *value, *self._write_spans(row.spans))
            continuation_style = "FactMore" if aligned else ""
            text_style = continuation_style or position.style
            text = self._write_blocks(row.blocks, replace(position, style=text_style))
            if text and isinstance(text[0], DocxParagraph) and text[0].style == text_style:
                runs = (*runs, *text[0].runs)
                del text[0]
            pieces.append(position.make_paragraph(runs, "Fact" if aligned else ""))
            pieces += text
            pieces += [position.make_paragraph(self._write_spans(line), continuation_style) for line in row.lines]
        return pieces

    def make_numbering(self) -> Element:
        """Return the numbering part: the bulleted list, and each numbered list with its format and first number."""
        bullets = [_BULLET_CHARACTERS[level % len(_BULLET_CHARACTERS)] for level in range(_MAX_LIST_DEPTH + 1)]
        format_ids: dict[tuple[LabelStyle, str, str], int] = {}
        numbered_lists = []
        for list_id, (depth, label) in enumerate(self._lists, _BULLET_LIST_ID + 1):
            key = (label.style, label.prefix, label.suffix)
            format_id = format_ids.setdefault(key, _ABSTRACT_BULLETS + 1 + len(format_ids))
            numbered_lists.append(_make_numbered_list(list_id, format_id, depth, label.number))
        formats = (
            _make_abstract_list(
                id_, _NUMBER_FORMATS[style], [f"{prefix}%{level + 1}{suffix}" for level in range(_MAX_LIST_DEPTH + 1)]
            )
            for (style, prefix, suffix), id_ in format_ids.items()
        )
        return make_w(
            "numbering",
            _make_abstract_list(_ABSTRACT_BULLETS, "bullet", bullets),
            *formats,
            make_w("num", make_w("abstractNumId", val=_ABSTRACT_BULLETS), numId=_BULLET_LIST_ID),
            *numbered_lists,
        )

    def _write_blocks(self, blocks: Iterable[doc.Block], position: BlockPosition) -> list[DocxPiece]:
        return [piece for block in blocks for piece in self._write_block(block, position)]

    def _write_block(self, block: doc.Block, position: BlockPosition) -> Sequence[DocxPiece]:
        pieces: Sequence[DocxPiece]
        match block:
            case doc.Paragraph():
                is_nested = position.in_cell or position.depth or position.style != BlockPosition().style
                style = "" if is_nested else _PARAGRAPH_STYLES.get(block.role, "")
                paragraph = position.make_paragraph(self._write_spans(block.spans), style)
                if block.role == "note":  # it introduces what follows
                    paragraph = replace(paragraph, properties=(make_w("keepNext"), *paragraph.properties))
                pieces = [paragraph]
            case doc.Prose():
                pieces = self._write_prose(parse_markdown(block.markdown), position)
            case doc.Bullets():
                inner = _enter_item(position)
                items = (self._write_blocks(item, inner) for item in block.items)
                labels = [ListLabel(number) if block.ordered else None for number in range(1, len(block.items) + 1)]
                pieces = self._write_list(items, position, labels)
            case doc.Facts():
                pieces = self.write_facts(block.rows, position)
            case doc.Table():
                chart = [self._write_chart(block.picture, position)] if block.picture else []
                pieces = [*chart, *self._write_table(block, position)]
            case doc.Notice():
                style = position.style if position.in_cell else "Notice"
                pieces = self._write_blocks(block.blocks, replace(position, style=style))
            case doc.Section():
                pieces = [piece for piece, _ in self.lay_out_blocks((block,), position)]
        return pieces

    def _write_chart(self, picture: doc.Picture, position: BlockPosition) -> DocxParagraph:
        self.charts.append(make_chart(picture, len(self.charts) + 1))
        return position.make_paragraph([self.charts[-1].make_run()])

    # Running text

    def _write_spans(self, spans: Iterable[doc.Span]) -> tuple[Element, ...]:
        return tuple(element for span in spans for element in self._write_span(span))

    def _write_span(self, span: doc.Span) -> Sequence[Element]:
        match span:
            case doc.Ref():
                return [self._write_record_link(span)]
            case doc.Link():
                return self._write_web_link(span.url, [make_run(span.text or span.url)]) or [make_run(str(span))]
            case doc.Strong() | doc.Closed():
                return [make_styled_run(str(span), "Strong")]
            case _:
                return [make_run(str(span))]

    def _write_record_link(self, ref: doc.Ref) -> Element:
        """Return a link to a record, or only its text when the record is not in this paper."""
        anchor = self.anchors.find_record_anchor(ref.id)
        return make_internal_link(anchor, str(ref)) if anchor else make_run(str(ref))

    def _write_web_link(self, url: str, runs: Iterable[Element]) -> list[Element]:
        """Return a link to the web or a mailbox, or nothing when Word could not open a file with this address."""
        address = quote(strip_unprintable(url).strip(), safe=_SAFE_ADDRESS_CHARACTERS)
        if not is_link(address) or len(address) > _MAX_ADDRESS_LENGTH or not _LINK_ADDRESS.fullmatch(address):
            return []
        link_id = self.link_ids.setdefault(address, f"link{len(self.link_ids) + 1}")
        return [make_element("w:hyperlink", {"r:id": link_id, "w:history": 1}, *map(_style_as_link, runs))]

    def _add_bookmark(self, part: doc.Block | doc.Row, runs: Iterable[Element]) -> tuple[Element, ...]:
        """Return the runs with a bookmark around them when other parts of the paper may link to this part."""
        anchor = self.anchors.find_anchor(part)
        if not anchor:
            return tuple(runs)
        id_ = next(self._bookmark_ids)
        start = make_w("bookmarkStart", id=id_, name=make_bookmark_name(anchor))
        return (start, *runs, make_w("bookmarkEnd", id=id_))

    # Lists

    def _write_list(
        self, items: Iterable[Sequence[DocxPiece]], position: BlockPosition, labels: Sequence[ListLabel | None]
    ) -> list[DocxPiece]:
        """Return a list with the labels of its items: None for bullets.

        `items` are written while they are read, so that a nested list is numbered after this one. A label that does
        not follow the one before begins another list of Word's, with its own number.
        """
        depth = min(position.depth, _MAX_LIST_DEPTH)
        list_id, previous = _BULLET_LIST_ID, None
        suffix = "Bullet" if labels[:1] == [None] else "Number"
        number = min(depth + 1, _MAX_STYLED_DEPTH) if depth else ""
        style = f"Table{suffix}" if position.in_cell else f"List{suffix}{number}"
        item_style = _enter_item(position).style
        pieces: list[DocxPiece] = []
        iterator = iter(items)
        for label in labels:
            if label and not (previous and previous.precedes(label)):
                self._lists.append((depth, label))
                list_id = _BULLET_LIST_ID + len(self._lists)
            previous = label
            properties = (make_w("numPr", make_w("ilvl", val=depth), make_w("numId", val=list_id)),)
            item = next(iterator)
            first = item[0] if item else None
            if isinstance(first, DocxParagraph) and first.style == item_style:
                pieces += [DocxParagraph(style, first.runs, properties), *item[1:]]
            else:
                pieces += [DocxParagraph(style, (), properties), *item]
        return pieces

    # Markdown of records

    def _write_prose(self, parent: SyntaxTreeNode, position: BlockPosition) -> list[DocxPiece]:
        return [piece for child in parent.children for piece in self._write_prose_block(child, position)]

    def _write_prose_block(self, node: SyntaxTreeNode, position: BlockPosition) -> Sequence[DocxPiece]:
        pieces: Sequence[DocxPiece] = []
        match node.type:
            case "paragraph" | "heading":
                marks = frozenset("b" if node.type == "heading" else "")
                runs = (run for child in node.children for run in self._write_inline(child, marks))
                pieces = [position.make_paragraph(runs)]
            case "bullet_list" | "ordered_list":
                inner, labels = _enter_item(position), [item.meta.get("label") for item in node.children]
                items = (self._write_prose(item, inner) for item in node.children)
                pieces = self._write_list(items, position, labels)
            case "blockquote":
                style = position.style if position.in_cell else "Quote"
                pieces = self._write_prose(node, replace(position, style=style))
            case "fence":
                pieces = [position.make_paragraph(_write_code(node.content))]
            case "table":
                pieces = self._write_table(build_prose_table(node, read_cell_markdown), position)
            case "hr":
                pieces = [position.make_paragraph([make_run("\u2014" * 3)])]
        return pieces

    def _write_inline(self, parent: SyntaxTreeNode, marks: frozenset[str]) -> list[Element]:
        return [run for child in parent.children for run in self._write_inline_node(child, marks)]

    def _write_inline_node(self, node: SyntaxTreeNode, marks: frozenset[str]) -> list[Element]:
        match node.type:
            case "strong" | "em" | "s":
                return self._write_inline(node, marks | {_MARK_TAGS[node.type]})
            case "link":
                url, runs = str(node.attrs.get("href", "")), self._write_inline(node, marks)
                return self._write_web_link(url, runs) or [*runs, make_run(f" ({url})")]
            case "hardbreak":
                return [make_w("r", make_w("br"))]
            case "softbreak":
                return [make_run(" ")]
            case "code_inline":
                return [make_styled_run(node.content, "Code")]
            case _:
                return [make_run(node.content, *map(make_w, sorted(marks)))]

    # Tables

    def _write_table(self, table: doc.Table, position: BlockPosition) -> list[DocxPiece]:
        """Return a table below its caption, if it has one."""
        caption_runs = self._add_bookmark(table, (make_run(table.caption),))
        caption = [DocxParagraph("Caption", caption_runs, (make_w("keepNext"),))] if table.caption else []
        if not table.rows and table.caption:
            return [*caption, DocxParagraph(position.style, (make_run(table.empty),))]
        shares = share_widths(table, position.width / _TWENTIETHS_A_MILLIMETRE, _HEAD_FACTOR)
        widths = [round(position.width * float(share.rstrip("%")) / 100) for share in shares]
        rows = [_make_header_row(table.columns, widths)]
        for group, members in group_rows(table.rows):
            if group:
                rows.append(_make_group_row(group, widths))
            rows += [self._write_row(row, table.columns, widths) for row in members]
        grid = make_w("tblGrid", *(make_w("gridCol", w=column_width) for column_width in widths))
        element = make_w("tbl", self._make_table_properties(table), grid, *rows)
        return [*caption, element, DocxParagraph("AfterTable")]

    def _make_table_properties(self, table: doc.Table) -> Element:
        titles = ", ".join(column.title for column in table.columns if column.title)
        description = self.wording("table_in_words", rows=len(table.rows), columns=titles)
        has_row_headers = table.columns[0].header
        flags = {"firstRow": 1, "lastRow": 0, "firstColumn": int(has_row_headers), "lastColumn": 0}
        return make_w(
            "tblPr",
            make_w("tblStyle", val=_TABLE_STYLE),
            make_w("tblW", w=_FULL_WIDTH, type="pct"),
            make_w("tblLayout", type="fixed"),
            make_w("tblLook", val="04A0" if has_row_headers else "0420", **flags, noHBand=1, noVBand=1),
            make_w("tblCaption", val=table.caption) if table.caption else None,
            make_w("tblDescription", val=description),
        )

    def _write_row(self, row: doc.Row, columns: Sequence[doc.Column], widths: Sequence[int]) -> Element:
        cells = [
            self._write_cell(cell, column, row, width)
            for cell, column, width in zip(row.cells, columns, widths, strict=True)
        ]
        first = cells[0][0] if cells[0] else DocxParagraph(_TABLE_TEXT_STYLE)
        if isinstance(first, DocxParagraph):
            first = replace(first, runs=self._add_bookmark(row, first.runs))
        cells[0] = [first, *cells[0][1:]]
        elements = [_make_cell(width, cell) for width, cell in zip(widths, cells, strict=True)]
        longest = max(sum(map(len, element.itertext())) for element in elements)
        properties = make_w("trPr", make_w("cantSplit")) if longest <= MAX_UNSPLIT_CHARACTERS else None
        return make_w("tr", properties, *elements)

    def _write_cell(self, cell: doc.Cell, column: doc.Column, row: doc.Row, width: int) -> Sequence[DocxPiece]:
        star = (make_run("*"),) if cell.starred else ()
        match cell.content:
            case tuple():
                position = replace(_CELL_POSITION, width=width - _CELL_MARGINS)
                pieces = _align_pieces(self._write_blocks(cell.content, position), column)
                return _append_runs(pieces, star) if star else pieces
            case doc.Ref():
                runs = [self._write_record_link(cell.content)]
            case None:
                runs = []
            case _:
                is_strong = column.header or row.role == "total"
                text = format_scalar(cell.content)
                runs = [make_styled_run(text, "Strong") if is_strong else make_run(text)]
        return [DocxParagraph(_TABLE_TEXT_STYLE, (*runs, *star), _make_alignment(column))]


def _style_as_link(run: Element) -> Element:
    """Return a run in the style of links. Its other properties are kept."""
    run_properties = [child for child in run if child.tag == "w:rPr"]
    other_properties = [element for child in run_properties for element in child if element.tag != "w:rStyle"]
    link_properties = make_w("rPr", make_w("rStyle", val="Hyperlink"), *other_properties)
    return make_w("r", link_properties, *run[len(run_properties) :])


def _write_code(code: str) -> Iterator[Element]:
    for number, line in enumerate(code.rstrip("\n").split("\n")):
        if number:
            yield make_w("r", make_w("br"))
        yield make_styled_run(line, "Code")


def _enter_item(position: BlockPosition) -> BlockPosition:
    """Return the position inside an item of a list."""
    return replace(position, depth=position.depth + 1, style="TableContinue" if position.in_cell else "ListContinue")


def _make_abstract_list(number: int, number_format: str, labels: Sequence[str]) -> Element:
    levels = (
        make_w(
            "lvl",
            make_w("start", val=1),
            make_w("numFmt", val=number_format),
            make_w("lvlText", val=label),
            make_w("lvlJc", val="left"),
            make_w("pPr", make_w("ind", left=_INDENT * (level + 1), hanging=_INDENT)),
            ilvl=level,
        )
        for level, label in enumerate(labels)
    )
    return make_w("abstractNum", make_w("multiLevelType", val="hybridMultilevel"), *levels, abstractNumId=number)


def _make_numbered_list(list_id: int, format_id: int, depth: int, start: int) -> Element:
    """Return a list with its own first number: without it, Word continues the numbers of the list before."""
    override = make_w("lvlOverride", make_w("startOverride", val=start), ilvl=depth)
    return make_w("num", make_w("abstractNumId", val=format_id), override, numId=list_id)


def _make_header_row(columns: Sequence[doc.Column], widths: Sequence[int]) -> Element:
    titles = (DocxParagraph("TableHeading", (make_run(column.title),), _make_alignment(column)) for column in columns)
    cells = (_make_cell(width, [title]) for title, width in zip(titles, widths, strict=True))
    return make_w("tr", make_w("trPr", make_w("cantSplit"), make_w("tblHeader")), *cells)


def _make_group_row(title: str, widths: Sequence[int]) -> Element:
    heading = DocxParagraph("TableHeading", (make_run(title),), (make_w("keepNext"),))
    return make_w("tr", make_w("trPr", make_w("cantSplit")), _make_cell(sum(widths), [heading], len(widths)))


def _make_cell(width: int, pieces: Sequence[DocxPiece], column_span: int = 1) -> Element:
    """Return a cell. The schema requires a paragraph at its end."""
    span = make_w("gridSpan", val=column_span) if column_span > 1 else None
    if not pieces or not isinstance(pieces[-1], DocxParagraph):
        pieces = [*pieces, DocxParagraph(_TABLE_TEXT_STYLE)]
    return make_w("tc", make_w("tcPr", make_w("tcW", w=width, type="dxa"), span), *iter_elements(pieces))


def _make_alignment(column: doc.Column) -> tuple[Element, ...]:
    return (make_w("jc", val="right"),) if column.align == "right" else ()


def _align_pieces(pieces: list[DocxPiece], column: doc.Column) -> list[DocxPiece]:
    alignment = _make_alignment(column)
    return [
        replace(piece, properties=(*piece.properties, *alignment)) if isinstance(piece, DocxParagraph) else piece
        for piece in pieces
    ]


def _append_runs(pieces: list[DocxPiece], runs: tuple[Element, ...]) -> list[DocxPiece]:
    """Return the pieces with more runs at their end."""
    last = pieces[-1] if pieces else None
    if isinstance(last, DocxParagraph) and last.style != "AfterTable":
        return [*pieces[:-1], replace(last, runs=(*last.runs, *runs))]
    return [*pieces, DocxParagraph(_TABLE_TEXT_STYLE, runs)]
