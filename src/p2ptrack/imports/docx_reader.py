"""Read the tables of a Word document from its XML.

Tracked insertions count and deletions do not, comments are listed, struck text is kept apart, and the numbers of
automatic lists are written out: python-docx's `text` of a cell has none of these.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from p2ptrack.imports.grid import (
    LOWEST_HEADING,
    CellParagraph,
    Grid,
    GridCell,
    GridRow,
    ImportedFile,
    Outline,
    TextCleaner,
    format_list_number,
)
from p2ptrack.imports.trackers import holds_tracker
from p2ptrack.phrases import excerpt, pluralise

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RUN_PROPERTIES, _PARAGRAPH_PROPERTIES = f"{_W}rPr", f"{_W}pPr"
_BULLET = "-"
_MAX_TEXT_BOX = 2000
_HEADER_ROWS = 30
"""Only in the first rows does bold text count, as a header."""
_CONTINUED = re.compile(r" ?\(?\b(?:continued|cont[’']?d)\b\.?\)?$", re.IGNORECASE)
_GROUP_WORDS = re.compile(
    r"^(?:completed|closed|implemented|outstanding|open|extensions? requested)\b.{0,60}$", re.IGNORECASE
)


def read_docx(data: bytes) -> ImportedFile:
    """Return the tables of a document. Raises `KeyError` or lxml's errors where it is damaged."""
    with ZipFile(BytesIO(data)) as package:
        names = set(package.namelist())

        def parse(part: str) -> Any:
            return _parse_xml(package.read(part) if part in names else b"<none/>")

        reader = _DocumentReader(parse("word/numbering.xml"), parse("word/styles.xml"), parse("word/comments.xml"))
        reader.read_footnotes(parse("word/footnotes.xml"), parse("word/endnotes.xml"))
        reader.read_links(parse("word/_rels/document.xml.rels"))
        headers = [parse(part) for part in sorted(names) if _HEADER_PART.fullmatch(part)]
        return reader.read(_parse_xml(package.read("word/document.xml")), headers)


_LINK_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_HEADER_PART = re.compile(r"word/(?:header|footer)\d*\.xml")


def _parse_xml(data: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    return etree.fromstring(data, parser)


def _get(element: Any, path: str) -> str | None:
    """Return the `val` of the element that a path of Word's names leads to; None where it is absent."""
    child = element.find(_expand_path(path)) if element is not None else None
    return None if child is None else child.get(f"{_W}val", "")


@cache
def _expand_path(path: str) -> str:
    return "/".join(_W + step for step in path.split("/"))


def _is_on(properties: Any, name: str) -> bool:
    value = _get(properties, name)
    return value is not None and value not in {"0", "false", "none", "off"}


class _DocumentReader:
    def __init__(self, numbering: Any, styles: Any, comments: Any) -> None:
        self.cleaner = TextCleaner()
        self.numbering = _Numbering(numbering)
        self.style_names = {
            style.get(f"{_W}styleId", ""): _get(style, "name") or "" for style in styles.iter(f"{_W}style")
        }
        self.style_lists = {
            style.get(f"{_W}styleId", ""): (list_id, _get(style, "pPr/numPr/ilvl") or "0")
            for style in styles.iter(f"{_W}style")
            if (list_id := _get(style, "pPr/numPr/numId"))
        }
        self.comments = {
            comment.get(f"{_W}id", ""): " ".join("".join(text.itertext()) for text in comment.iter(f"{_W}t"))
            for comment in comments.iter(f"{_W}comment")
        }
        self.insertions = self.deletions = 0
        self.grids: list[Grid] = []
        self.texts: dict[str, None] = {}
        self.footnotes: dict[int, str] = {}
        self.hidden: list[str] = []
        self.links: dict[str, str] = {}

    def read_footnotes(self, *parts: Any) -> None:
        """Read the notes of a document, counted as Word counts them."""
        for part in parts:
            for note in part:
                text = self._read_texts(note)
                if text and note.get(f"{_W}type") is None:
                    self.footnotes[len(self.footnotes) + 1] = text

    def read_links(self, relationships: Any) -> None:
        """Read the addresses of the document's links."""
        for relationship in relationships:
            if relationship.get("TargetMode") == "External" and re.match(
                r"(?:https?|mailto):", relationship.get("Target", "")
            ):
                self.links[relationship.get("Id", "")] = relationship.get("Target", "")

    def read(self, document: Any, headers: list[Any]) -> ImportedFile:
        self._read_blocks(document.find(f"{_W}body"))
        notes = []
        if self.insertions or self.deletions:
            notes.append(
                f"The document has tracked changes: {pluralise(self.insertions, 'insertion')} counted, "
                f"{pluralise(self.deletions, 'deletion')} left out."
            )
        if hidden := " ".join(" ".join(self.hidden).split()):
            notes.append(f"Hidden text, not imported: {excerpt(hidden, _MAX_TEXT_BOX)}")
        for id_, text in self.footnotes.items():
            notes.append(f"Footnote {id_}, not imported: {excerpt(text, _MAX_TEXT_BOX)}")
        boxes = [self._read_texts(box) for box in document.iter(f"{_W}txbxContent")]
        for header in headers:
            self.texts.setdefault(self._read_texts(header))
        for text in dict.fromkeys(filter(None, boxes)):
            self.texts.setdefault(text)
            notes.append(f"A text box, not imported: {excerpt(text, _MAX_TEXT_BOX)}")
        notes += self.cleaner.list_notes()
        return ImportedFile(tuple(self.grids), tuple(notes), tuple(filter(None, self.texts)))

    def _read_texts(self, parent: Any) -> str:
        """Return the paragraphs of a text box or a page's head on one line."""
        lines = (self.cleaner.clean("".join(_list_texts_of(element))) for element in parent.iter(f"{_W}p"))
        return " ".join(filter(None, lines))

    def _read_blocks(self, parent: Any) -> None:
        """Read tables, each with the section heading above it. Other paragraphs are no headings."""
        outline, has_heading = Outline(), False
        for element in _list_blocks(parent):
            if element.tag != f"{_W}p":
                self._read_table(element, outline.heading, outline.section)
            elif text := " ".join(line.text for line in self._read_lines(element) if line.text):
                self.texts.setdefault(text)
                level = self._find_heading_level(element)
                if level is not None or _GROUP_WORDS.search(text):
                    outline = outline if has_heading else Outline()
                    outline.add(LOWEST_HEADING if level is None else level, _CONTINUED.sub("", text))
                    has_heading = True
                elif not has_heading and not self.grids:
                    outline.add(LOWEST_HEADING, text)

    def _find_heading_level(self, paragraph: Any) -> int | None:
        """Return the level of a paragraph that has the style of a heading or is bold all through; otherwise None."""
        style = _get(paragraph, "pPr/pStyle") or ""
        name = self.style_names.get(style, style).casefold()
        outline_level = _get(paragraph, "pPr/outlineLvl")
        if name.startswith("heading") or outline_level is not None:
            digits = name.removeprefix("heading ").strip()
            level = int(outline_level) + 1 if outline_level and outline_level.isdecimal() else LOWEST_HEADING
            return int(digits) if digits.isdecimal() else level
        if name.startswith("title"):
            return 0
        return LOWEST_HEADING if name.startswith("caption") or self._is_bold(paragraph) else None

    def _is_bold(self, element: Any) -> bool:
        runs = [run for run in element.iter(f"{_W}r") if "".join(_list_texts(run)).strip()]
        return bool(runs) and all(_is_on(run.find(f"{_W}rPr"), "b") for run in runs)

    def _read_table(self, table: Any, heading: str, section: str = "") -> None:
        name = f"table {len(self.grids) + 1}"
        index = len(self.grids)
        self.grids.append(Grid(name, (), heading))
        rows: list[GridRow] = []
        above: dict[int, GridCell] = {}
        for number, element in enumerate(_list_children(table, "tr"), 1):
            properties = element.find(f"{_W}trPr")
            if properties is not None and properties.find(f"{_W}del") is not None:
                self.deletions += 1
                continue
            rows.append(GridRow(number, tuple(self._read_row(element, above, can_be_header=number <= _HEADER_ROWS))))
        self.grids[index] = Grid(name, tuple(rows), heading, section=section)

    def _read_row(self, row: Any, above: dict[int, GridCell], *, can_be_header: bool) -> list[GridCell]:
        before = _get(row, "trPr/gridBefore") or "0"
        cells = [GridCell()] * (int(before) if before.isdecimal() else 0)
        for element in _list_children(row, "tc"):
            properties = element.find(f"{_W}tcPr")
            span = _get(properties, "gridSpan") or "1"
            colspan = max(min(int(span), 200), 1) if span.isdecimal() else 1
            merge = _get(properties, "vMerge")
            column = len(cells)
            if merge is not None and merge != "restart" and column in above:
                cell = above[column]
                cells += [GridCell(cell.paragraphs, colspan=colspan, is_repeat=True)] * colspan
                continue
            cell = self._read_cell(element, colspan, can_be_header=can_be_header)
            above[column] = cell
            cells += [cell, *[GridCell(cell.paragraphs, is_repeat=True)] * (colspan - 1)]
        return cells

    def _read_cell(self, element: Any, colspan: int, *, can_be_header: bool) -> GridCell:
        paragraphs, comments = [], []
        for block in _list_blocks(element):
            if block.tag == f"{_W}tbl":
                paragraphs += self._read_nested(block)
                continue
            paragraphs += self._read_lines(block)
            if self.comments:
                ids = (reference.get(f"{_W}id") for reference in block.iter(f"{_W}commentReference"))
                comments += [self.comments[id_] for id_ in ids if id_ in self.comments]
        ids = (hyperlink.get(_LINK_ID, "") for hyperlink in element.iter(f"{_W}hyperlink"))
        shade = properties.find(f"{_W}shd") if (properties := element.find(f"{_W}tcPr")) is not None else None
        fill = "" if shade is None else shade.get(f"{_W}fill", "").upper()
        return GridCell(
            tuple(line for line in paragraphs if line.text or line.struck_through),
            colspan=colspan,
            is_bold=can_be_header and self._is_bold(element),
            comment=" ".join(comments),
            link=next((self.links[id_] for id_ in ids if id_ in self.links), ""),
            fill="" if fill in {"AUTO", "FFFFFF", "000000"} else fill,
        )

    def _read_nested(self, table: Any) -> list[CellParagraph]:
        """Return the rows of a table in a cell as lines. A tracker in a cell is read as a separate table instead."""
        index = len(self.grids)
        self._read_table(table, "a table in a cell")
        if any(holds_tracker(grid) for grid in self.grids[index:]):
            return []
        grid = self.grids[index]
        del self.grids[index:]
        texts = (" | ".join(cell.line for cell in row.cells if cell.lines and not cell.is_repeat) for row in grid.rows)
        return [CellParagraph(text) for text in texts if text]

    def _read_lines(self, paragraph: Any) -> list[CellParagraph]:
        """Return a paragraph, divided at its line breaks. Only its first line has a number or bullet."""
        if (text := _get_plain_text(paragraph)) is not None:
            return [self.cleaner.make_paragraph(text)]
        marker, level = self._number(paragraph)
        lines: list[tuple[str, str]] = [("", "")]
        for run in self._list_runs(paragraph):
            properties = run.find(_RUN_PROPERTIES)
            if properties is not None and _is_on(properties, "vanish"):
                self.hidden.append("".join(_list_texts(run)))
                continue
            is_struck_through = properties is not None and (
                _is_on(properties, "strike") or _is_on(properties, "dstrike")
            )
            for index, text in enumerate("".join(_list_texts(run)).split("\n")):
                if index:
                    lines.append(("", ""))
                visible, struck_through = lines[-1]
                lines[-1] = (visible, struck_through + text) if is_struck_through else (visible + text, struck_through)
        paragraphs = []
        for index, (visible, deleted) in enumerate(lines):
            line = self.cleaner.make_paragraph(visible)
            has_marker = bool(marker) and index == 0 and bool(line.text)
            struck_through = self.cleaner.clean(deleted)
            if has_marker:
                paragraphs.append(
                    CellParagraph(line.text if not line.marker else visible.strip(), marker, level, struck_through)
                )
            else:
                paragraphs.append(CellParagraph(line.text, line.marker, 0, struck_through))
        return paragraphs

    def _number(self, paragraph: Any) -> tuple[str, int]:
        """Return the automatic number or bullet of a paragraph, and its level."""
        properties = paragraph.find(_PARAGRAPH_PROPERTIES)
        if properties is None:
            return "", 0
        list_id, level = _get(properties, "numPr/numId"), _get(properties, "numPr/ilvl")
        style = _get(properties, "pStyle") or ""
        if list_id is None:
            list_id, level = self.style_lists.get(style, ("", "0"))
            name = self.style_names.get(style, style).casefold()
            if not list_id and name.startswith("list bullet"):
                return _BULLET, 0
        if (
            not list_id
            or list_id == "0"
            or not any("".join(_list_texts(run)).strip() for run in paragraph.iter(f"{_W}r"))
        ):
            return "", 0
        depth = int(level) if level and level.isdecimal() else 0
        return self.numbering.advance(list_id, depth), depth

    def _list_runs(self, paragraph: Any) -> Iterator[Any]:
        """Yield the runs of text of the document with its tracked changes accepted."""
        for child in paragraph:
            if child.tag == f"{_W}r":
                yield child
            elif child.tag in {f"{_W}del", f"{_W}moveFrom"}:
                self.deletions += 1
            elif child.tag in _CONTAINERS and not _is_placeholder(child):
                self.insertions += child.tag in {f"{_W}ins", f"{_W}moveTo"}
                yield from self._list_runs(child)


_CONTAINERS = frozenset(
    _W + name for name in ("ins", "moveTo", "hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml")
)


def _is_placeholder(control: Any) -> bool:
    """Whether a content control only shows what can be filled in, such as *Choose an item*."""
    properties = control.find(f"{_W}sdtPr")
    return properties is not None and _is_on(properties, "showingPlcHdr")


def _list_texts(run: Any) -> Iterator[str]:
    for child in run:
        name = str(child.tag).removeprefix(_W)
        if name == "t":
            yield child.text or ""
        elif name in {"br", "cr"}:
            yield "\n"
        elif name in {"tab", "ptab"}:
            yield " "
        elif name == "noBreakHyphen":
            yield "-"


def _get_plain_text(paragraph: Any) -> str | None:
    """Return the text of a paragraph of one run without properties, as most are in a long table; otherwise None."""
    if len(paragraph) != 1 or paragraph[0].tag != _RUN or len(paragraph[0]) != 1 or paragraph[0][0].tag != _TEXT:
        return None
    return paragraph[0][0].text or ""


_RUN, _TEXT = f"{_W}r", f"{_W}t"


def _list_texts_of(paragraph: Any) -> Iterator[str]:
    for run in paragraph.iter(f"{_W}r"):
        yield from _list_texts(run)


def _list_blocks(parent: Any) -> Iterator[Any]:
    """Yield paragraphs and tables in order, also those in content controls and insertions."""
    for child in parent:
        if child.tag in {f"{_W}p", f"{_W}tbl"}:
            yield child
        elif child.tag in _CONTAINERS and not _is_placeholder(child):
            yield from _list_blocks(child)


def _list_children(parent: Any, name: str) -> Iterator[Any]:
    for child in parent:
        if child.tag == _W + name:
            yield child
        elif child.tag in _CONTAINERS:
            yield from _list_children(child, name)


class _Numbering:
    """The automatic numbers of a document's lists, counted as its paragraphs are read in order."""

    def __init__(self, numbering: Any) -> None:
        self.formats: dict[tuple[str, int], tuple[str, str, int]] = {}
        self.counts: dict[tuple[str, int], int] = defaultdict(int)
        definitions = {
            definition.get(f"{_W}abstractNumId"): definition for definition in numbering.iter(f"{_W}abstractNum")
        }
        for number in numbering.iter(f"{_W}num"):
            definition = definitions.get(_get(number, "abstractNumId"))
            for level in () if definition is None else definition.iter(f"{_W}lvl"):
                key = (number.get(f"{_W}numId", ""), int(level.get(f"{_W}ilvl", "0")))
                start = _get(level, "start") or "1"
                self.formats[key] = (
                    _get(level, "numFmt") or "decimal",
                    _get(level, "lvlText") or "",
                    int(start) if start.isdecimal() else 1,
                )

    def advance(self, list_id: str, level: int) -> str:
        """Return the marker of the next paragraph of a list at a level."""
        number_format, text, start = self.formats.get((list_id, level), ("bullet", "", 1))
        if number_format in {"bullet", "none"}:
            return _BULLET
        for deeper in [key for key in self.counts if key[0] == list_id and key[1] > level]:
            del self.counts[deeper]
        self.counts[list_id, level] += 1
        for depth in range(level + 1):
            own_format, _, own_start = self.formats.get((list_id, depth), (number_format, "", start))
            count = own_start + max(self.counts[list_id, depth], 1) - 1
            text = text.replace(f"%{depth + 1}", format_list_number(count, own_format))
        return text.strip() or f"{start + self.counts[list_id, level] - 1}."
