"""Structure elements, each made once for its HTML element when the first of its content is met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from p2ptrack.formats.pdf.glyphs import SPOKEN_ATTRIBUTE

# Which structure elements of PDF 1.7 stand for which HTML elements.


HEADING_ROLES = {f"h{level}": (f"H{level}",) for level in range(1, 7)}
ELEMENT_ROLES: Mapping[str, tuple[str, ...]] = HEADING_ROLES | {
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
"""From the outer role to the inner one, which holds the content. What is not here gives its content to its parent."""

CONTENTS_ROLES: Mapping[str, tuple[str, ...]] = {
    "a": ("Reference", "Link"),
    "li": ("TOCI",),
    "ol": ("TOC",),
    "ul": ("TOC",),
}
"""What differs inside `nav`, where the list is one of contents (ISO 32000-1, table 333)."""

GROUPING_ROLES = frozenset({"Document", "Part", "Art", "Sect", "Div", "BlockQuote", "TOCI"})
"""Roles that hold blocks only: text that stands in them directly gets a paragraph (ISO 32000-1, 14.8.4.2)."""

STRUCTURAL_ROLES = GROUPING_ROLES | {"Table", "THead", "TBody", "TFoot", "TR", "L", "LI", "TOC"}
"""Roles in which a blank has nothing to say."""

INLINE_ROLES = frozenset({"Link", "Reference", "Span", "Code", "Quote"})
"""Roles that stand in a line of text and never directly between blocks."""

BLOCK_PARENT_ROLES = GROUPING_ROLES | {"LBody", "TD", "TH"}
"""Roles in which a line that is laid out as a block is a paragraph."""

_INLINE_TAGS = "a abbr b bdi bdo br cite code data dfn em i kbd mark q s samp small span strong sub sup time u var wbr"
INLINE_TAGS = frozenset(_INLINE_TAGS.split())

CELL_TAGS = frozenset({"td", "th"})
LIST_NUMBERINGS = {"ol": "/Decimal", "ul": "/Disc"}


def strip_namespace(tag: str) -> str:
    """Return an element's name without its namespace: a picture's `svg` carries one."""
    return tag.rpartition("}")[2]


def find_roles(tag: str, in_contents: bool) -> tuple[str, ...]:
    """Return the roles of an HTML element, outermost first; none where its content belongs to its parent."""
    name = strip_namespace(tag)
    return (CONTENTS_ROLES.get(name) if in_contents else None) or ELEMENT_ROLES.get(name, ())


class MarkedContent(NamedTuple):
    """A marked piece of a page: the page's index and the piece's number on it."""

    page: int
    mcid: int


class LinkAnnotation(NamedTuple):
    """A place of a page that can be followed, as WeasyPrint made it."""

    page: int
    annotation: Any


@dataclass(slots=True, eq=False)
class StructElement:
    """A structure element while it grows. `attributes` are those of its owner, such as a cell's of `Table`."""

    role: str
    element: Element | None = None
    parent: StructElement | None = None
    kids: list[StructElement | MarkedContent | LinkAnnotation] = field(default_factory=list)
    name: str = ""
    language: str = ""
    alternative_text: str = ""
    spoken_text: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def child_elements(self) -> tuple[StructElement, ...]:
        """The structure elements right inside this one."""
        return tuple(kid for kid in self.kids if isinstance(kid, StructElement))

    def add(self, role: str, element: Element | None = None) -> StructElement:
        """Return a new element at the end of this one."""
        child = StructElement(role, element, self)
        self.kids.append(child)
        return child

    def walk(self) -> Iterator[StructElement]:
        """Yield this element and all inside it, in reading order."""
        yield self
        for node in self.child_elements:
            yield from node.walk()


class ElementPosition(NamedTuple):
    """Where an HTML element stands: its outermost and its innermost structure element, and whether in contents."""

    outer: StructElement
    inner: StructElement
    in_contents: bool = False


class StructureTree:
    """The structure of one document. Elements come into being by asking for the place of their content."""

    def __init__(self, root: Element) -> None:
        self.document = StructElement("Document", root)
        self._root = root
        self._parents = {child: parent for parent in root.iter() for child in parent}
        self._positions = {root: ElementPosition(self.document, self.document)}
        self._inline_blocks: set[Element] = set()

    def add_inline_block(self, element: Element) -> None:
        """Take note that an element of a line is laid out as a block, so that it reads as a paragraph."""
        self._inline_blocks.add(element)

    def locate(self, element: Element) -> ElementPosition:
        """Return where this HTML element stands, with all that it stands in."""
        if element not in self._positions:
            self._positions[element] = self._create_position(
                element, self.locate(self._parents.get(element, self._root))
            )
        return self._positions[element]

    def find_text_parent(self, element: Element) -> StructElement:
        """Return the structure element that text of this HTML element goes to."""
        return self._ensure_paragraph(self.locate(element).inner, element)

    def get_label(self, element: Element) -> StructElement:
        """Return the label of a list's item: what its bullet or number goes to."""
        item = self.locate(element).outer
        return next((node for node in item.child_elements if node.role == "Lbl"), None) or _insert_first(item, "Lbl")

    def find_block(self, element: Element) -> Element:
        """Return the element of a block that this one is a part of the text of, often itself."""
        while element.tag in INLINE_TAGS and element in self._parents:
            element = self._parents[element]
        return element

    def _create_position(self, element: Element, parent_position: ElementPosition) -> ElementPosition:
        in_contents = parent_position.in_contents or element.tag == "nav"
        start, role_names = self._resolve_roles(element, parent_position, in_contents)
        if not role_names:
            return ElementPosition(parent_position.outer, parent_position.inner, in_contents)
        struct_elements = [
            self._ensure_paragraph(start, element) if role_names[0] in INLINE_ROLES and start.role != "TOCI" else start
        ]
        for role in role_names:
            struct_elements.append(struct_elements[-1].add(role, element))
        _describe_element(struct_elements[1], element)
        return ElementPosition(struct_elements[1], struct_elements[-1], in_contents)

    def _resolve_roles(
        self, element: Element, parent_position: ElementPosition, in_contents: bool
    ) -> tuple[StructElement, tuple[str, ...]]:
        """Return the node to start from and the roles; those inside `dl` depend on what they stand beside."""
        if parent_position.inner.role != "L" or element.tag == "li":
            return parent_position.inner, self._find_element_roles(element, parent_position, in_contents)
        if (label := self._find_label(element)) is not None:
            return self._find_item(label), find_roles(element.tag, in_contents)
        body_roles = () if element.tag in {"div", "dt", "dd"} else ("LBody",)
        return parent_position.inner, ("LI", *body_roles, *find_roles(element.tag, in_contents))

    def _find_element_roles(
        self, element: Element, parent_position: ElementPosition, in_contents: bool
    ) -> tuple[str, ...]:
        role_names = find_roles(element.tag, in_contents)
        if not role_names and element in self._inline_blocks and parent_position.inner.role in BLOCK_PARENT_ROLES:
            return ("P",)
        return role_names or (
            self._choose_passage_roles(element) if {"lang", SPOKEN_ATTRIBUTE}.intersection(element.keys()) else ()
        )

    @staticmethod
    def _choose_passage_roles(element: Element) -> tuple[str, ...]:
        return ("Span",) if element.tag in INLINE_TAGS else ("Div",)

    def _find_label(self, element: Element) -> Element | None:
        """Return the label whose item this one belongs to: a value's, or the one right before a second label."""
        siblings = list(self._parents[element])
        preceding = siblings[: siblings.index(element)]
        if element.tag == "dt":
            preceding = preceding[-1:]
        labels = (sibling for sibling in reversed(preceding) if sibling.tag == "dt")
        return next(labels, None) if element.tag in {"dd", "dt"} else None

    def _find_item(self, label: Element) -> StructElement:
        outer = self.locate(label).outer
        return outer if outer.role == "LI" or outer.parent is None else outer.parent

    def _ensure_paragraph(self, node: StructElement, element: Element) -> StructElement:
        """Return the node, or where it holds blocks only the paragraph for text that stands in it directly."""
        if node.role not in GROUPING_ROLES:
            return node
        block = self.find_block(element)
        last = node.kids[-1] if node.kids else None
        if isinstance(last, StructElement) and last.role == "P" and last.element is block:
            return last
        return node.add("P", block)


def _insert_first(node: StructElement, role: str) -> StructElement:
    child = StructElement(role, node.element, node)
    node.kids.insert(0, child)
    return child


def _describe_element(node: StructElement, element: Element) -> None:
    """Write what the HTML says of an element besides its content."""
    node.language, node.spoken_text = element.get("lang", ""), element.get(SPOKEN_ATTRIBUTE, "")
    if node.role == "L":
        node.attributes = {"O": "/List", "ListNumbering": LIST_NUMBERINGS.get(element.tag, "/None")}
    if node.role == "Figure":
        node.alternative_text = find_alternative_text(element)


def find_alternative_text(element: Element) -> str:
    """Return what a picture says in words, or nothing where it only decorates."""
    if strip_namespace(element.tag) == "img":
        return element.get("alt", "").strip()
    titles = (child for child in element if strip_namespace(str(child.tag)) in {"title", "desc"})
    return element.get("aria-label", "").strip() or " ".join("".join(child.itertext()) for child in titles).strip()


def collect_spoken_text(element: Element) -> str:
    """Return the words of an element in one line, as they are heard, with what stands for its pictures."""
    return " ".join("".join(_iter_spoken_text(element)).split())


def _iter_spoken_text(element: Element) -> Iterator[str]:
    if strip_namespace(element.tag) in {"img", "svg"}:
        yield f" {find_alternative_text(element)} "
    elif SPOKEN_ATTRIBUTE in element.attrib:
        yield element.attrib[SPOKEN_ATTRIBUTE]
    else:
        yield element.text or ""
        for child in element:
            yield from _iter_spoken_text(child)
            yield child.tail or ""


# Which headers each cell of a table has, by the rules that HTML and ISO 32000-1 (14.8.5.7) share.


ROW_SCOPE, COLUMN_SCOPE = "/Row", "/Column"
_ROW_GROUP_ROLES = ("THead", "TBody", "TFoot")


@dataclass(frozen=True, slots=True)
class TaggedCell:
    """A cell and the rows and columns that it covers, counted from the head of its group of rows."""

    node: StructElement
    rows: range
    columns: range


@dataclass(slots=True)
class HeaderNames:
    """The names of header cells: by column for the whole table and for this group of rows, and by row."""

    table_columns: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    group_columns: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))


def relate_headers(table: StructElement, header_numbers: count[int]) -> None:
    """Name the header cells of a table, and in every cell the headers that it stands under and beside."""
    table.kids.sort(key=lambda kid: isinstance(kid, StructElement) and kid.role == "TFoot")
    _demote_row_headers(table)
    headers = HeaderNames()
    for group in _iter_row_groups(table):
        headers.group_columns, headers.rows = defaultdict(list), defaultdict(list)
        _add_empty_data_cells(group)
        cells = tuple(iter_cells(group))
        for cell in cells:
            _describe_cell(cell, group, header_numbers)
            _record_row_header(cell, headers)
        for cell in cells:
            _write_headers(cell, group, headers)


def _demote_row_headers(table: StructElement) -> None:
    """Make data of what heads the rows where headers would outnumber the data.

    In a row of a cell or two the reader has just read what heads it; and software takes a table that is
    mostly headers for one that was cut up by mistake.
    """
    cells = [node for group in _iter_row_groups(table) for row in group.child_elements for node in row.child_elements]
    header_cells = [node for node in cells if node.role == "TH"]
    if 2 * len(header_cells) > len(cells):
        for node in header_cells:
            if node.element is not None and node.element.get("scope") == "row":
                node.role = "TD"


def _iter_row_groups(table: StructElement) -> Iterator[StructElement]:
    for node in table.child_elements:
        if node.role in _ROW_GROUP_ROLES:
            yield node


def _add_empty_data_cells(group: StructElement) -> None:
    """Give the last column of a row that only heads its group to an empty data cell.

    A row of headers alone is taken for a second head of the table, by people's software and by checkers.
    """
    for row in group.child_elements:
        if len(row.child_elements) == 1 and _is_wide_heading(row.child_elements[0]):
            row.add("TD")


def _is_wide_heading(node: StructElement) -> bool:
    element = node.element
    return element is not None and element.get("scope") == "rowgroup" and _read_span(node, "colspan") > 1


def iter_cells(group: StructElement) -> Iterator[TaggedCell]:
    """Yield the cells of a group of rows where they stand, with spans that end where the group ends."""
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
    text = node.element.get(attribute, "1") if node.element is not None else "1"
    return int(text) if text.isdecimal() else 1


def _describe_cell(cell: TaggedCell, group: StructElement, header_numbers: count[int]) -> None:
    node = cell.node
    node.attributes = {"O": "/Table"} | _collect_span_attributes(cell)
    if node.role == "TH":
        node.name = f"h{next(header_numbers)}"
        node.attributes["Scope"] = _find_header_scope(cell, group)


def _collect_span_attributes(cell: TaggedCell) -> dict[str, Any]:
    spans = {"RowSpan": len(cell.rows), "ColSpan": len(cell.columns)}
    return {name: span for name, span in spans.items() if span != 1}


def _find_header_scope(cell: TaggedCell, group: StructElement) -> str:
    """Return whether a header stands over its column or before its row.

    The heading of a group of rows stands over the cells below it where it is as wide as they are.
    """
    scope = cell.node.element.get("scope", "") if cell.node.element is not None else ""
    if scope == "rowgroup":
        return COLUMN_SCOPE if _is_wide_heading(cell.node) else ROW_SCOPE
    if scope in {"row", "col", "colgroup"}:
        return ROW_SCOPE if scope == "row" else COLUMN_SCOPE
    return COLUMN_SCOPE if group.role == "THead" else ROW_SCOPE


def _record_row_header(cell: TaggedCell, headers: HeaderNames) -> None:
    if cell.node.attributes.get("Scope") == ROW_SCOPE:
        for row in cell.rows:
            headers.rows[row].append(cell.node.name)


def _write_headers(cell: TaggedCell, group: StructElement, headers: HeaderNames) -> None:
    """Write a cell's headers; the cells of a group come in reading order, so those above are known."""
    above = [
        name for column in cell.columns for name in (*headers.table_columns[column], *headers.group_columns[column])
    ]
    beside = [name for row in cell.rows for name in headers.rows[row]]
    cell.node.attributes["Headers"] = tuple(name for name in dict.fromkeys(above + beside) if name != cell.node.name)
    if cell.node.attributes.get("Scope") == COLUMN_SCOPE:
        below = headers.table_columns if group.role == "THead" else headers.group_columns
        for column in range(cell.columns.start, cell.columns.stop + _is_wide_heading(cell.node)):
            below[column].append(cell.node.name)
