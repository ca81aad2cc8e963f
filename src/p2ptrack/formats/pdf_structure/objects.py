"""The structure as objects of the PDF."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from typing import Any

import pydyf

from p2ptrack.formats.pdf_structure import tables
from p2ptrack.formats.pdf_structure.blanks import blanks_of, write_blanks
from p2ptrack.formats.pdf_structure.boxes import Page, Reader
from p2ptrack.formats.pdf_structure.tree import Annotation, Content, Node, Tree, words

_POINTS = 0.75
"""A CSS pixel in points."""


def add_structure(pdf: Any, document: Any, _version: object, streams: list[Any]) -> None:
    """Write the structure of a document and what PDF/UA-1 asks of the catalogue.

    It stands in for WeasyPrint's `add_tags` and has its arguments.
    """
    tree, pages, wanted = _read(document, streams)
    blanks = blanks_of(document.fonts)
    for page, stream in zip(pages, streams, strict=True):
        _mark_artifacts(stream, page)
        _drop(pdf, page.index, page.superfluous)
        write_blanks(stream, {piece.mark for piece in wanted[page.index]}, blanks)
    _prune(pdf, tree.document)
    _finish(tree.document, {piece for pieces in wanted.values() for piece in pieces})
    _Writer(pdf, document, len(pages)).write(tree.document)
    _catalogue(pdf)


def _finish(document: Node, wanted: set[Content]) -> None:
    """Relate the cells of tables; what is heard instead of a text ends with a blank where the text does."""
    numbers = count(1)
    for node in tuple(document.walk()):
        if node.role == "Table":
            tables.relate(node, numbers)
        if node.heard and node.kids[-1] in wanted:
            node.heard += " "


def _read(document: Any, streams: list[Any]) -> tuple[Tree, list[Page], dict[int, set[Content]]]:
    found = [page._page_box for page in document.pages]
    tree = Tree(_root(found[0]))
    reader = Reader(tree)
    pages = [Page(index, stream._tags) for index, stream in enumerate(streams)]
    for box, page in zip(found, pages, strict=True):
        reader.read(box, page)
    wanted: dict[int, set[Content]] = defaultdict(set)
    for piece in reader.blanks.wanted:
        wanted[piece.page].add(piece)
    return tree, pages, wanted


def _root(page_box: Any) -> Any:
    return next(child.element for child in page_box.children if child.element is not None)


def _mark_artifacts(stream: Any, page: Page) -> None:
    """Turn marked pieces of a page into artifacts: `/Span <</MCID 3>> BDC` into `/Artifact <</Type /Layout>> BDC`."""
    content = stream.stream
    for place, item in enumerate(content):
        if isinstance(item, pydyf.Dictionary) and item.get("MCID") in page.artifacts:
            content[place - 1] = "/Artifact"
            content[place] = pydyf.Dictionary(page.artifacts[item["MCID"]])


def _drop(pdf: Any, index: int, annotations: list[Any]) -> None:
    """Take annotations off a page."""
    page = pdf.objects[pdf.pages["Kids"][::3][index]]
    for annotation in annotations:
        page["Annots"].remove(annotation.reference)
        annotation.clear()
    if not page.get("Annots", True):
        del page["Annots"]


def _prune(pdf: Any, node: Node) -> bool:
    """Take out elements without content, an empty link with its annotations; return whether this one has some."""
    node.kids = [kid for kid in node.kids if not isinstance(kid, Node) or _prune(pdf, kid)]
    if any(not isinstance(kid, Annotation) for kid in node.kids) or node.role in {"TD", "TH"}:
        return True
    for kid in node.kids:
        if isinstance(kid, Annotation):
            _drop(pdf, kid.page, [kid.made])
    return False


class _Writer:
    """Writes structure elements, and for each page which of them its pieces belong to."""

    def __init__(self, pdf: Any, document: Any, pages: int) -> None:
        self._pdf = pdf
        self._heights = [page.height * _POINTS for page in document.pages]
        self._document = document
        self._owners: list[dict[int, bytes]] = [{} for _ in range(pages)]
        self._annotations: list[bytes] = []
        self._names: list[tuple[str, bytes]] = []
        self._boxes = dict(_picture_boxes(document))

    def write(self, document: Node) -> None:
        """Write the tree and its root."""
        root = self._object({"Type": "/StructTreeRoot"})
        root["K"] = pydyf.Array([self._element(document, root.reference)])
        root["ParentTree"] = self._object({"Nums": pydyf.Array(self._parent_tree())}).reference
        root["ParentTreeNextKey"] = len(self._owners) + len(self._annotations)
        if self._names:
            names = pydyf.Array(part for name, made in sorted(self._names) for part in (pydyf.String(name).data, made))
            root["IDTree"] = self._object({"Names": names}).reference
        self._pdf.catalog["StructTreeRoot"] = root.reference

    def _object(self, values: dict[str, Any]) -> Any:
        made = pydyf.Dictionary(values)
        self._pdf.add_object(made)
        return made

    def _element(self, node: Node, parent: bytes) -> bytes:
        made = self._object({"Type": "/StructElem", "S": f"/{node.role}", "P": parent} | self._described(node))
        reference: bytes = made.reference
        own = next((kid.page for kid in node.kids if isinstance(kid, Content)), None)
        if own is not None:
            made["Pg"] = self._pdf.page_references[own]
        made["K"] = pydyf.Array([self._kid(kid, node, own, reference) for kid in node.kids])
        if node.name:
            self._names.append((node.name, reference))
        return reference

    def _kid(self, kid: Node | Content | Annotation, node: Node, own: int | None, parent: bytes) -> Any:
        match kid:
            case Content():
                self._owners[kid.page][kid.mark] = parent
                return kid.mark if kid.page == own else self._piece("MCR", kid.page, {"MCID": kid.mark})
            case Annotation():
                self._follow(kid, node, parent)
                return self._piece("OBJR", kid.page, {"Obj": kid.made.reference})
            case _:
                return self._element(kid, parent)

    def _piece(self, kind: str, page: int, values: dict[str, Any]) -> Any:
        return pydyf.Dictionary({"Type": f"/{kind}", "Pg": self._pdf.page_references[page]} | values)

    def _follow(self, link: Annotation, node: Node, parent: bytes) -> None:
        link.made["F"] = 4  # printed
        link.made["StructParent"] = len(self._owners) + len(self._annotations)
        if node.element is not None:
            link.made["Contents"] = pydyf.String(words(node.element))
        self._annotations.append(parent)

    def _described(self, node: Node) -> dict[str, Any]:
        said = {"ID": node.name, "Lang": node.language, "Alt": node.instead, "ActualText": node.heard}
        found: dict[str, Any] = {key: pydyf.String(text) for key, text in said.items() if text}
        attributes = node.attributes | ({"O": "/Layout", "BBox": self._bbox(node)} if node.role == "Figure" else {})
        if len(attributes) > 1:
            found["A"] = pydyf.Dictionary({key: _value(value) for key, value in attributes.items() if value != ()})
        return found

    def _bbox(self, node: Node) -> Any:
        page, left, top, right, bottom = self._boxes[node.element]
        height = self._heights[page]
        return pydyf.Array([left * _POINTS, height - bottom * _POINTS, right * _POINTS, height - top * _POINTS])

    def _parent_tree(self) -> Iterator[Any]:
        for page, owners in enumerate(self._owners):
            yield page
            yield pydyf.Array([owners.get(mark, "null") for mark in range(max(owners, default=-1) + 1)])
        for number, owner in enumerate(self._annotations, len(self._owners)):
            yield number
            yield owner


def _picture_boxes(document: Any) -> Iterator[tuple[Any, tuple[int, float, float, float, float]]]:
    """Yield each picture's element with its page and its corners in CSS pixels from the top left."""
    for index, page in enumerate(document.pages):
        for box in page._page_box.descendants():
            if hasattr(box, "replacement"):
                left, top = box.content_box_x(), box.content_box_y()
                yield box.element, (index, left, top, left + box.width, top + box.height)


def _value(value: Any) -> Any:
    return pydyf.Array([pydyf.String(each) for each in value]) if isinstance(value, tuple) else value


def _catalogue(pdf: Any) -> None:
    """Say that the title is shown and the content marked, and which files are attached."""
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
    files = [each for each in pdf.objects if isinstance(each, pydyf.Dictionary) and each.get("Type") == "/Filespec"]
    for file in files:
        file["AFRelationship"] = "/Data"
    if files:
        pdf.catalog["AF"] = pydyf.Array([file.reference for file in files])
