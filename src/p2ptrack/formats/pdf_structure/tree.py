"""Structure elements, each made once for its HTML element when the first of its content is met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from p2ptrack.formats.characters import SPOKEN_ATTRIBUTE
from p2ptrack.formats.pdf_structure import roles


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
        while element.tag in roles.INLINE_TAGS and element in self._parents:
            element = self._parents[element]
        return element

    def _create_position(self, element: Element, parent_position: ElementPosition) -> ElementPosition:
        in_contents = parent_position.in_contents or element.tag == "nav"
        start, role_names = self._resolve_roles(element, parent_position, in_contents)
        if not role_names:
            return ElementPosition(parent_position.outer, parent_position.inner, in_contents)
        struct_elements = [
            self._ensure_paragraph(start, element)
            if role_names[0] in roles.INLINE_ROLES and start.role != "TOCI"
            else start
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
            return self._find_item(label), roles.find_roles(element.tag, in_contents)
        body_roles = () if element.tag in {"div", "dt", "dd"} else ("LBody",)
        return parent_position.inner, ("LI", *body_roles, *roles.find_roles(element.tag, in_contents))

    def _find_element_roles(
        self, element: Element, parent_position: ElementPosition, in_contents: bool
    ) -> tuple[str, ...]:
        role_names = roles.find_roles(element.tag, in_contents)
        if not role_names and element in self._inline_blocks and parent_position.inner.role in roles.BLOCK_PARENT_ROLES:
            return ("P",)
        return role_names or (
            self._choose_passage_roles(element) if {"lang", SPOKEN_ATTRIBUTE}.intersection(element.keys()) else ()
        )

    @staticmethod
    def _choose_passage_roles(element: Element) -> tuple[str, ...]:
        return ("Span",) if element.tag in roles.INLINE_TAGS else ("Div",)

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
        if node.role not in roles.GROUPING_ROLES:
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
        node.attributes = {"O": "/List", "ListNumbering": roles.LIST_NUMBERINGS.get(element.tag, "/None")}
    if node.role == "Figure":
        node.alternative_text = find_alternative_text(element)


def find_alternative_text(element: Element) -> str:
    """Return what a picture says in words, or nothing where it only decorates."""
    if roles.strip_namespace(element.tag) == "img":
        return element.get("alt", "").strip()
    titles = (child for child in element if roles.strip_namespace(str(child.tag)) in {"title", "desc"})
    return element.get("aria-label", "").strip() or " ".join("".join(child.itertext()) for child in titles).strip()


def collect_spoken_text(element: Element) -> str:
    """Return the words of an element in one line, as they are heard, with what stands for its pictures."""
    return " ".join("".join(_iter_spoken_text(element)).split())


def _iter_spoken_text(element: Element) -> Iterator[str]:
    if roles.strip_namespace(element.tag) in {"img", "svg"}:
        yield f" {find_alternative_text(element)} "
    elif SPOKEN_ATTRIBUTE in element.attrib:
        yield element.attrib[SPOKEN_ATTRIBUTE]
    else:
        yield element.text or ""
        for child in element:
            yield from _iter_spoken_text(child)
            yield child.tail or ""
