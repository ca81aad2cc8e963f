"""Structure elements, each made once for its HTML element when the first of its content is met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from p2ptrack.formats.characters import HEARD
from p2ptrack.formats.pdf_structure import roles


class Content(NamedTuple):
    """A marked piece of a page: the page's index and the piece's number on it."""

    page: int
    mark: int


class Annotation(NamedTuple):
    """A place of a page that can be followed, as WeasyPrint made it."""

    page: int
    made: Any


@dataclass(slots=True, eq=False)
class Node:
    """A structure element while it grows. `attributes` are those of its owner, such as a cell's of `Table`."""

    role: str
    element: Element | None = None
    parent: Node | None = None
    kids: list[Node | Content | Annotation] = field(default_factory=list)
    name: str = ""
    language: str = ""
    instead: str = ""
    heard: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The structure elements right inside this one."""
        return tuple(kid for kid in self.kids if isinstance(kid, Node))

    def add(self, role: str, element: Element | None = None) -> Node:
        """Return a new element at the end of this one."""
        made = Node(role, element, self)
        self.kids.append(made)
        return made

    def walk(self) -> Iterator[Node]:
        """Yield this element and all inside it, in reading order."""
        yield self
        for node in self.nodes:
            yield from node.walk()


class Place(NamedTuple):
    """Where an HTML element stands: its outermost and its innermost structure element, and whether in contents."""

    outer: Node
    inner: Node
    contents: bool = False


class Tree:
    """The structure of one document. Elements come into being by asking for the place of their content."""

    def __init__(self, root: Element) -> None:
        self.document = Node("Document", root)
        self._root = root
        self._parents = {child: parent for parent in root.iter() for child in parent}
        self._places = {root: Place(self.document, self.document)}
        self._lines: set[Element] = set()

    def is_line(self, element: Element) -> None:
        """Take note that an element of a line is laid out as a block, so that it reads as a paragraph."""
        self._lines.add(element)

    def place(self, element: Element) -> Place:
        """Return where this HTML element stands, with all that it stands in."""
        if element not in self._places:
            self._places[element] = self._new_place(element, self.place(self._parents.get(element, self._root)))
        return self._places[element]

    def holder(self, element: Element) -> Node:
        """Return the structure element that text of this HTML element goes to."""
        return self._paragraph(self.place(element).inner, element)

    def label(self, element: Element) -> Node:
        """Return the label of a list's item: what its bullet or number goes to."""
        item = self.place(element).outer
        return next((node for node in item.nodes if node.role == "Lbl"), None) or _first(item, "Lbl")

    def block(self, element: Element) -> Element:
        """Return the element of a block that this one is a part of the text of, often itself."""
        while element.tag in roles.INLINE and element in self._parents:
            element = self._parents[element]
        return element

    def _new_place(self, element: Element, around: Place) -> Place:
        contents = around.contents or element.tag == "nav"
        start, wanted = self._in_list(element, around, contents)
        if not wanted:
            return Place(around.outer, around.inner, contents)
        made = [self._paragraph(start, element) if wanted[0] in roles.RUNNING and start.role != "TOCI" else start]
        for role in wanted:
            made.append(made[-1].add(role, element))
        _describe(made[1], element)
        return Place(made[1], made[-1], contents)

    def _in_list(self, element: Element, around: Place, contents: bool) -> tuple[Node, tuple[str, ...]]:
        """Return the node to start from and the roles; those inside `dl` depend on what they stand beside."""
        if around.inner.role != "L" or element.tag == "li":
            return around.inner, self._chain(element, around, contents)
        if (label := self._label_before(element)) is not None:
            return self._item(label), roles.chain(element.tag, contents)
        body = () if element.tag in {"div", "dt", "dd"} else ("LBody",)
        return around.inner, ("LI", *body, *roles.chain(element.tag, contents))

    def _chain(self, element: Element, around: Place, contents: bool) -> tuple[str, ...]:
        found = roles.chain(element.tag, contents)
        if not found and element in self._lines and around.inner.role in roles.BLOCKS_INSIDE:
            return ("P",)
        return found or (self._passage(element) if {"lang", HEARD}.intersection(element.keys()) else ())

    @staticmethod
    def _passage(element: Element) -> tuple[str, ...]:
        return ("Span",) if element.tag in roles.INLINE else ("Div",)

    def _label_before(self, element: Element) -> Element | None:
        """Return the label whose item this one belongs to: a value's, or the one right before a second label."""
        siblings = list(self._parents[element])
        before = siblings[: siblings.index(element)]
        if element.tag == "dt":
            before = before[-1:]
        labels = (each for each in reversed(before) if each.tag == "dt")
        return next(labels, None) if element.tag in {"dd", "dt"} else None

    def _item(self, label: Element) -> Node:
        outer = self.place(label).outer
        return outer if outer.role == "LI" or outer.parent is None else outer.parent

    def _paragraph(self, node: Node, element: Element) -> Node:
        """Return the node, or where it holds blocks only the paragraph for text that stands in it directly."""
        if node.role not in roles.GROUPING:
            return node
        block = self.block(element)
        last = node.kids[-1] if node.kids else None
        if isinstance(last, Node) and last.role == "P" and last.element is block:
            return last
        return node.add("P", block)


def _first(node: Node, role: str) -> Node:
    made = Node(role, node.element, node)
    node.kids.insert(0, made)
    return made


def _describe(node: Node, element: Element) -> None:
    """Write what the HTML says of an element besides its content."""
    node.language, node.heard = element.get("lang", ""), element.get(HEARD, "")
    if node.role == "L":
        node.attributes = {"O": "/List", "ListNumbering": roles.NUMBERINGS.get(element.tag, "/None")}
    if node.role == "Figure":
        node.instead = alternative(element)


def alternative(element: Element) -> str:
    """Return what a picture says in words, or nothing where it only decorates."""
    if roles.bare(element.tag) == "img":
        return element.get("alt", "").strip()
    titles = (each for each in element if roles.bare(str(each.tag)) in {"title", "desc"})
    return element.get("aria-label", "").strip() or " ".join("".join(each.itertext()) for each in titles).strip()


def words(element: Element) -> str:
    """Return the words of an element in one line, as they are heard, with what stands for its pictures."""
    return " ".join("".join(_texts(element)).split())


def _texts(element: Element) -> Iterator[str]:
    if roles.bare(element.tag) in {"img", "svg"}:
        yield f" {alternative(element)} "
    elif HEARD in element.attrib:
        yield element.attrib[HEARD]
    else:
        yield element.text or ""
        for child in element:
            yield from _texts(child)
            yield child.tail or ""
