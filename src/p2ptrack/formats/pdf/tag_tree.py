"""The structure tree of a PDF: one structure element for each HTML element, created when its first content is met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

ACCESSIBLE_TEXT_ATTRIBUTE = "data-heard"
"""The attribute of a passage that is read aloud differently from what is printed."""

_HEADING_ROLES = {f"h{level}": (f"H{level}",) for level in range(1, 7)}
_ELEMENT_ROLES: Mapping[str, tuple[str, ...]] = _HEADING_ROLES | {
    "a": ("Link",),
    "article": ("Art",),
    "aside": ("Sect",),
    "blockquote": ("BlockQuote",),
    "caption": ("Caption",),
    "code": ("Code",),
    "dd": ("LBody",),
    "dl": ("L",),
    "dt": ("Lbl",),
    "figcaption": ("P",),
    "img": ("Figure",),
    "li": ("LI", "LBody"),
    "main": ("Part",),
    "nav": ("Sect",),
    "ol": ("L",),
    "p": ("P",),
    "pre": ("P",),
    "q": ("Quote",),
    "section": ("Sect",),
    "svg": ("Figure",),
    "table": ("Table",),
    "tbody": ("TBody",),
    "td": ("TD",),
    "tfoot": ("TFoot",),
    "th": ("TH",),
    "thead": ("THead",),
    "tr": ("TR",),
    "ul": ("L",),
}
"""Roles, the innermost last, which holds the content. Other elements add their content to their parent."""

_CONTENTS_ROLES: Mapping[str, tuple[str, ...]] = {
    "a": ("Reference", "Link"),
    "li": ("TOCI",),
    "ol": ("TOC",),
    "ul": ("TOC",),
}
"""Roles inside `nav`, where a list is a table of contents (ISO 32000-1, table 333)."""

_GROUPING_ROLES = frozenset({"Document", "Part", "Art", "Sect", "Div", "BlockQuote", "TOCI"})
"""Roles that hold blocks only, so text directly in them gets a paragraph (ISO 32000-1, 14.8.4.2)."""

STRUCTURAL_ROLES = _GROUPING_ROLES | {"Table", "THead", "TBody", "TFoot", "TR", "L", "LI", "TOC"}
"""Roles in which white space has no meaning."""

_INLINE_ROLES = frozenset({"Link", "Reference", "Span", "Code", "Quote"})
"""Roles that belong in a line of text, never directly between blocks."""

_BLOCK_PARENT_ROLES = _GROUPING_ROLES | {"LBody", "TD", "TH"}
"""Roles in which an inline element laid out as a block is a paragraph."""

_INLINE_TAGS = "a abbr b bdi bdo br cite code data dfn em i kbd mark q s samp small span strong sub sup time u var wbr"
INLINE_TAGS = frozenset(_INLINE_TAGS.split())

CELL_TAGS = frozenset({"td", "th"})
_LIST_NUMBERINGS = {"ol": "/Decimal", "ul": "/Disc"}
ROW_SCOPE, COLUMN_SCOPE = "/Row", "/Column"
_ROW_GROUP_ROLES = ("THead", "TBody", "TFoot")


class MarkedContent(NamedTuple):
    """A marked piece of a page: the index of the page and the piece's number (MCID) on it."""

    page: int
    mcid: int


class LinkAnnotation(NamedTuple):
    """An annotation of WeasyPrint that makes a place of a page a link."""

    page: int
    annotation: Any


@dataclass(slots=True, eq=False)
class StructElement:
    """A structure element under construction. `attributes` are those of its owner, such as `Table` for a cell."""

    role: str
    element: Element | None = None
    parent: StructElement | None = None
    kids: list[StructElement | MarkedContent | LinkAnnotation] = field(default_factory=list)
    name: str = ""
    language: str = ""
    alternative_text: str = ""
    accessible_text: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def child_elements(self) -> tuple[StructElement, ...]:
        """The structure elements directly inside this one."""
        return tuple(kid for kid in self.kids if isinstance(kid, StructElement))

    def add(self, role: str, element: Element | None = None) -> StructElement:
        """Return a new element at the end of this one."""
        child = StructElement(role, element, self)
        self.kids.append(child)
        return child

    def walk(self) -> Iterator[StructElement]:
        """Yield this element and all inside it, in reading order."""
        yield self
        for child in self.child_elements:
            yield from child.walk()

    def get_attribute(self, name: str, default: str = "") -> str:
        """Return an attribute of the HTML element."""
        return default if self.element is None else self.element.get(name, default)


class ElementPosition(NamedTuple):
    """The outermost and innermost structure element of an HTML element, and whether it is in a table of contents."""

    outer: StructElement
    inner: StructElement
    in_contents: bool = False


class StructureTree:
    """The structure tree of one document. Structure elements are created when their content is located."""

    def __init__(self, root: Element) -> None:
        self.document = StructElement("Document", root)
        self._root = root
        self._parents = {child: parent for parent in root.iter() for child in parent}
        self._positions = {root: ElementPosition(self.document, self.document)}
        self._inline_blocks: set[Element] = set()

    def add_inline_block(self, element: Element) -> None:
        """Note that an inline element is laid out as a block, so that it becomes a paragraph."""
        self._inline_blocks.add(element)

    def locate(self, element: Element) -> ElementPosition:
        """Return the position of an HTML element. Its structure elements and those around it are created if needed."""
        if element not in self._positions:
            parent_position = self.locate(self._parents.get(element, self._root))
            self._positions[element] = self._create_position(element, parent_position)
        return self._positions[element]

    def find_text_parent(self, element: Element) -> StructElement:
        """Return the structure element for the text of an HTML element."""
        return self._ensure_paragraph(self.locate(element).inner, element)

    def get_label(self, element: Element) -> StructElement:
        """Return the label of a list item, which holds its bullet or number."""
        item = self.locate(element).outer
        for child in item.child_elements:
            if child.role == "Lbl":
                return child
        label = StructElement("Lbl", item.element, item)
        item.kids.insert(0, label)
        return label

    def find_block(self, element: Element) -> Element:
        """Return the nearest element that is not inline: this one or one around it."""
        while element.tag in INLINE_TAGS and element in self._parents:
            element = self._parents[element]
        return element

    def _create_position(self, element: Element, parent: ElementPosition) -> ElementPosition:
        in_contents = parent.in_contents or element.tag == "nav"
        roles = _find_roles(element.tag, in_contents)
        start = parent.inner
        if start.role == "L" and element.tag != "li":
            label = self._find_label(element)
            if label is None:
                body_roles = () if element.tag in {"div", "dt", "dd"} else ("LBody",)
                roles = ("LI", *body_roles, *roles)
            else:
                start = self._find_item(label)
        elif not roles:
            roles = self._find_passage_roles(element, start)
        if not roles:
            return ElementPosition(parent.outer, parent.inner, in_contents)
        if roles[0] in _INLINE_ROLES and start.role != "TOCI":
            start = self._ensure_paragraph(start, element)
        outer = inner = start.add(roles[0], element)
        for role in roles[1:]:
            inner = inner.add(role, element)
        _describe_element(outer, element)
        return ElementPosition(outer, inner, in_contents)

    def _find_passage_roles(self, element: Element, parent: StructElement) -> tuple[str, ...]:
        """Return the role of an element that only has one because of its layout, its language or its spoken text."""
        if element in self._inline_blocks and parent.role in _BLOCK_PARENT_ROLES:
            return ("P",)
        if element.get("lang") is None and element.get(ACCESSIBLE_TEXT_ATTRIBUTE) is None:
            return ()
        return ("Span",) if element.tag in INLINE_TAGS else ("Div",)

    def _find_label(self, element: Element) -> Element | None:
        """Return the `dt` whose item an element belongs to: the nearest before a `dd`, the one right before a `dt`."""
        if element.tag not in {"dd", "dt"}:
            return None
        siblings = list(self._parents[element])
        preceding = siblings[: siblings.index(element)]
        if element.tag == "dt":
            preceding = preceding[-1:]
        return next((sibling for sibling in reversed(preceding) if sibling.tag == "dt"), None)

    def _find_item(self, label: Element) -> StructElement:
        outer = self.locate(label).outer
        return outer if outer.role == "LI" or outer.parent is None else outer.parent

    def _ensure_paragraph(self, node: StructElement, element: Element) -> StructElement:
        """Return the structure element or, when it holds blocks only, the paragraph inside it for this text."""
        if node.role not in _GROUPING_ROLES:
            return node
        block = self.find_block(element)
        last = node.kids[-1] if node.kids else None
        if isinstance(last, StructElement) and last.role == "P" and last.element is block:
            return last
        return node.add("P", block)


def strip_namespace(tag: str) -> str:
    """Return the name of an element without its namespace, which the `svg` of a picture has."""
    return tag.rpartition("}")[2]


def find_alternative_text(element: Element) -> str:
    """Return the text that describes a picture, or nothing when it is only decoration."""
    if strip_namespace(element.tag) == "img":
        return element.get("alt", "").strip()
    titles = (child for child in element if strip_namespace(str(child.tag)) in {"title", "desc"})
    return element.get("aria-label", "").strip() or " ".join("".join(child.itertext()) for child in titles).strip()


def collect_accessible_text(element: Element) -> str:
    """Return the text of an element in one line as it is read aloud, with the descriptions of pictures."""
    return " ".join("".join(_iter_accessible_text(element)).split())


def _iter_accessible_text(element: Element) -> Iterator[str]:
    if strip_namespace(element.tag) in {"img", "svg"}:
        yield f" {find_alternative_text(element)} "
    elif ACCESSIBLE_TEXT_ATTRIBUTE in element.attrib:
        yield element.attrib[ACCESSIBLE_TEXT_ATTRIBUTE]
    else:
        yield element.text or ""
        for child in element:
            yield from _iter_accessible_text(child)
            yield child.tail or ""


def _find_roles(tag: str, in_contents: bool) -> tuple[str, ...]:
    name = strip_namespace(tag)
    contents_roles = _CONTENTS_ROLES.get(name, ()) if in_contents else ()
    return contents_roles or _ELEMENT_ROLES.get(name, ())


def _describe_element(node: StructElement, element: Element) -> None:
    """Copy what the HTML states about an element besides its content."""
    node.language, node.accessible_text = element.get("lang", ""), element.get(ACCESSIBLE_TEXT_ATTRIBUTE, "")
    if node.role == "L":
        node.attributes = {"O": "/List", "ListNumbering": _LIST_NUMBERINGS.get(element.tag, "/None")}
    if node.role == "Figure":
        node.alternative_text = find_alternative_text(element)


@dataclass(frozen=True, slots=True)
class TaggedCell:
    """A cell and the rows and columns that it covers, counted within its group of rows."""

    node: StructElement
    rows: range
    columns: range


@dataclass(slots=True)
class HeaderNames:
    """The names of header cells, by column of the table, and by column and row of the current group of rows."""

    table_columns: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    group_columns: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))


def relate_headers(table: StructElement, header_numbers: Iterator[int]) -> None:
    """Name the header cells of a table and list the headers of every cell (HTML; ISO 32000-1, 14.8.5.7)."""
    table.kids.sort(key=lambda kid: isinstance(kid, StructElement) and kid.role == "TFoot")
    groups = [node for node in table.child_elements if node.role in _ROW_GROUP_ROLES]
    _demote_row_headers(groups)
    headers = HeaderNames()
    for group in groups:
        headers.group_columns, headers.rows = defaultdict(list), defaultdict(list)
        _add_empty_data_cells(group)
        cells = tuple(_iter_cells(group))
        for cell in cells:
            _describe_cell(cell, group, header_numbers)
            if cell.node.attributes.get("Scope") == ROW_SCOPE:
                for row in cell.rows:
                    headers.rows[row].append(cell.node.name)
        for cell in cells:
            _write_headers(cell, group, headers)


def _demote_row_headers(groups: Iterable[StructElement]) -> None:
    """Make row headers data cells when headers would outnumber the data.

    In a row of one or two cells the reader has just heard the header. And software takes a table of mostly headers for
    one that was split by mistake.
    """
    cells = [cell for group in groups for row in group.child_elements for cell in row.child_elements]
    header_cells = [cell for cell in cells if cell.role == "TH"]
    if 2 * len(header_cells) > len(cells):
        for cell in header_cells:
            if cell.get_attribute("scope") == "row":
                cell.role = "TD"


def _add_empty_data_cells(group: StructElement) -> None:
    """Add an empty data cell, in the last column, to each row that only has the heading of its group.

    Readers and checkers take a row of headers alone for a second head of the table.
    """
    for row in group.child_elements:
        if len(row.child_elements) == 1 and _is_wide_heading(row.child_elements[0]):
            row.add("TD")


def _is_wide_heading(node: StructElement) -> bool:
    return node.get_attribute("scope") == "rowgroup" and _read_span(node, "colspan") > 1


def _iter_cells(group: StructElement) -> Iterator[TaggedCell]:
    """Yield the cells of a group of rows with what they cover. Spans end where the group ends."""
    occupied: set[tuple[int, int]] = set()
    rows = [node for node in group.child_elements if node.role == "TR"]
    for index, row in enumerate(rows):
        for node in row.child_elements:
            first_column = next(column for column in count() if (index, column) not in occupied)
            row_end = index + (_read_span(node, "rowspan") or len(rows))
            width = (_read_span(node, "colspan") or 1) - _is_wide_heading(node)
            cell = TaggedCell(node, range(index, min(row_end, len(rows))), range(first_column, first_column + width))
            occupied.update((covered_row, column) for covered_row in cell.rows for column in cell.columns)
            yield cell


def _read_span(node: StructElement, attribute: str) -> int:
    text = node.get_attribute(attribute, "1")
    return int(text) if text.isdecimal() else 1


def _describe_cell(cell: TaggedCell, group: StructElement, header_numbers: Iterator[int]) -> None:
    node = cell.node
    spans = {"RowSpan": len(cell.rows), "ColSpan": len(cell.columns)}
    node.attributes = {"O": "/Table"} | {name: span for name, span in spans.items() if span != 1}
    if node.role == "TH":
        node.name = f"h{next(header_numbers)}"
        node.attributes["Scope"] = _find_header_scope(node, group)


def _find_header_scope(node: StructElement, group: StructElement) -> str:
    """Return whether a header is above its column or before its row.

    The heading of a group of rows is above the cells below it when it is as wide as they are.
    """
    match node.get_attribute("scope"):
        case "rowgroup":
            is_above = _is_wide_heading(node)
        case "col" | "colgroup":
            is_above = True
        case "row":
            is_above = False
        case _:
            is_above = group.role == "THead"
    return COLUMN_SCOPE if is_above else ROW_SCOPE


def _write_headers(cell: TaggedCell, group: StructElement, headers: HeaderNames) -> None:
    """List a cell's headers. Cells come in reading order, so the headers above are known."""
    names: list[str] = []
    for column in cell.columns:
        names += [*headers.table_columns[column], *headers.group_columns[column]]
    for row in cell.rows:
        names += headers.rows[row]
    cell.node.attributes["Headers"] = tuple(name for name in dict.fromkeys(names) if name != cell.node.name)
    if cell.node.attributes.get("Scope") == COLUMN_SCOPE:
        below = headers.table_columns if group.role == "THead" else headers.group_columns
        for column in range(cell.columns.start, cell.columns.stop + _is_wide_heading(cell.node)):
            below[column].append(cell.node.name)
