"""The structure as objects of the PDF."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from typing import Any

import pydyf

from p2ptrack.formats.pdf_structure import tables
from p2ptrack.formats.pdf_structure.blanks import find_space_glyphs, write_spaces
from p2ptrack.formats.pdf_structure.boxes import BoxReader, TaggedPage
from p2ptrack.formats.pdf_structure.tree import (
    LinkAnnotation,
    MarkedContent,
    StructElement,
    StructureTree,
    collect_spoken_text,
)

_POINTS_PER_PIXEL = 0.75
"""A CSS pixel in points."""


def add_structure(pdf: Any, document: Any, _version: object, streams: list[Any]) -> None:
    """Write the structure of a document and what PDF/UA-1 asks of the catalogue.

    It stands in for WeasyPrint's `add_tags` and has its arguments.
    """
    tree, pages, spaced_pieces = _read_pages(document, streams)
    space_glyphs = find_space_glyphs(document.fonts)
    for page, stream in zip(pages, streams, strict=True):
        _tag_artifacts(stream, page)
        _remove_annotations(pdf, page.index, page.superfluous_links)
        write_spaces(stream, {piece.mcid for piece in spaced_pieces[page.index]}, space_glyphs)
    _remove_empty_elements(pdf, tree.document)
    _complete_elements(tree.document, {piece for pieces in spaced_pieces.values() for piece in pieces})
    _StructureWriter(pdf, document, len(pages)).write(tree.document)
    _complete_catalogue(pdf)


def _complete_elements(document: StructElement, spaced_pieces: set[MarkedContent]) -> None:
    """Relate the cells of tables; what is heard instead of a text ends with a blank where the text does."""
    numbers = count(1)
    for node in tuple(document.walk()):
        if node.role == "Table":
            tables.relate_headers(node, numbers)
        if node.spoken_text and node.kids[-1] in spaced_pieces:
            node.spoken_text += " "


def _read_pages(
    document: Any, streams: list[Any]
) -> tuple[StructureTree, list[TaggedPage], dict[int, set[MarkedContent]]]:
    page_boxes = [page._page_box for page in document.pages]
    tree = StructureTree(_find_root(page_boxes[0]))
    reader = BoxReader(tree)
    pages = [TaggedPage(index, stream._tags) for index, stream in enumerate(streams)]
    for box, page in zip(page_boxes, pages, strict=True):
        reader.read(box, page)
    spaced_pieces: dict[int, set[MarkedContent]] = defaultdict(set)
    for piece in reader.missing_spaces.pieces:
        spaced_pieces[piece.page].add(piece)
    return tree, pages, spaced_pieces


def _find_root(page_box: Any) -> Any:
    return next(child.element for child in page_box.children if child.element is not None)


def _tag_artifacts(stream: Any, page: TaggedPage) -> None:
    """Turn marked pieces of a page into artifacts: `/Span <</MCID 3>> BDC` into `/Artifact <</Type /Layout>> BDC`."""
    content = stream.stream
    for index, item in enumerate(content):
        if isinstance(item, pydyf.Dictionary) and item.get("MCID") in page.artifacts:
            content[index - 1] = "/Artifact"
            content[index] = pydyf.Dictionary(page.artifacts[item["MCID"]])


def _remove_annotations(pdf: Any, index: int, annotations: list[Any]) -> None:
    """Take annotations off a page."""
    page = pdf.objects[pdf.pages["Kids"][::3][index]]
    for annotation in annotations:
        page["Annots"].remove(annotation.reference)
        annotation.clear()
    if not page.get("Annots", True):
        del page["Annots"]


def _remove_empty_elements(pdf: Any, node: StructElement) -> bool:
    """Take out elements without content, an empty link with its annotations; return whether this one has some."""
    node.kids = [kid for kid in node.kids if not isinstance(kid, StructElement) or _remove_empty_elements(pdf, kid)]
    if any(not isinstance(kid, LinkAnnotation) for kid in node.kids) or node.role in {"TD", "TH"}:
        return True
    for kid in node.kids:
        if isinstance(kid, LinkAnnotation):
            _remove_annotations(pdf, kid.page, [kid.annotation])
    return False


class _StructureWriter:
    """Writes structure elements, and for each page which of them its pieces belong to."""

    def __init__(self, pdf: Any, document: Any, pages: int) -> None:
        self._pdf = pdf
        self._heights = [page.height * _POINTS_PER_PIXEL for page in document.pages]
        self._document = document
        self._content_owners: list[dict[int, bytes]] = [{} for _ in range(pages)]
        self._annotation_owners: list[bytes] = []
        self._element_ids: list[tuple[str, bytes]] = []
        self._figure_boxes = dict(_iter_figure_boxes(document))

    def write(self, document: StructElement) -> None:
        """Write the tree and its root."""
        root = self._add_object({"Type": "/StructTreeRoot"})
        root["K"] = pydyf.Array([self._write_element(document, root.reference)])
        root["ParentTree"] = self._add_object({"Nums": pydyf.Array(self._iter_parent_tree())}).reference
        root["ParentTreeNextKey"] = len(self._content_owners) + len(self._annotation_owners)
        if self._element_ids:
            names = pydyf.Array(
                entry for name, reference in sorted(self._element_ids) for entry in (pydyf.String(name).data, reference)
            )
            root["IDTree"] = self._add_object({"Names": names}).reference
        self._pdf.catalog["StructTreeRoot"] = root.reference

    def _add_object(self, values: dict[str, Any]) -> Any:
        dictionary = pydyf.Dictionary(values)
        self._pdf.add_object(dictionary)
        return dictionary

    def _write_element(self, node: StructElement, parent: bytes) -> bytes:
        dictionary = self._add_object(
            {"Type": "/StructElem", "S": f"/{node.role}", "P": parent} | self._collect_properties(node)
        )
        reference: bytes = dictionary.reference
        own_page = next((kid.page for kid in node.kids if isinstance(kid, MarkedContent)), None)
        if own_page is not None:
            dictionary["Pg"] = self._pdf.page_references[own_page]
        dictionary["K"] = pydyf.Array([self._write_kid(kid, node, own_page, reference) for kid in node.kids])
        if node.name:
            self._element_ids.append((node.name, reference))
        return reference

    def _write_kid(
        self,
        kid: StructElement | MarkedContent | LinkAnnotation,
        node: StructElement,
        own_page: int | None,
        parent: bytes,
    ) -> Any:
        match kid:
            case MarkedContent():
                self._content_owners[kid.page][kid.mcid] = parent
                return (
                    kid.mcid if kid.page == own_page else self._make_page_reference("MCR", kid.page, {"MCID": kid.mcid})
                )
            case LinkAnnotation():
                self._write_link(kid, node, parent)
                return self._make_page_reference("OBJR", kid.page, {"Obj": kid.annotation.reference})
            case _:
                return self._write_element(kid, parent)

    def _make_page_reference(self, kind: str, page: int, values: dict[str, Any]) -> Any:
        return pydyf.Dictionary({"Type": f"/{kind}", "Pg": self._pdf.page_references[page]} | values)

    def _write_link(self, link: LinkAnnotation, node: StructElement, parent: bytes) -> None:
        link.annotation["F"] = 4  # printed
        link.annotation["StructParent"] = len(self._content_owners) + len(self._annotation_owners)
        if node.element is not None:
            link.annotation["Contents"] = pydyf.String(collect_spoken_text(node.element))
        self._annotation_owners.append(parent)

    def _collect_properties(self, node: StructElement) -> dict[str, Any]:
        texts = {"ID": node.name, "Lang": node.language, "Alt": node.alternative_text, "ActualText": node.spoken_text}
        properties: dict[str, Any] = {key: pydyf.String(text) for key, text in texts.items() if text}
        attributes = node.attributes | (
            {"O": "/Layout", "BBox": self._calculate_bounding_box(node)} if node.role == "Figure" else {}
        )
        if len(attributes) > 1:
            properties["A"] = pydyf.Dictionary(
                {key: _convert_value(value) for key, value in attributes.items() if value != ()}
            )
        return properties

    def _calculate_bounding_box(self, node: StructElement) -> Any:
        page, left, top, right, bottom = self._figure_boxes[node.element]
        height = self._heights[page]
        return pydyf.Array(
            [
                left * _POINTS_PER_PIXEL,
                height - bottom * _POINTS_PER_PIXEL,
                right * _POINTS_PER_PIXEL,
                height - top * _POINTS_PER_PIXEL,
            ]
        )

    def _iter_parent_tree(self) -> Iterator[Any]:
        for page, owners in enumerate(self._content_owners):
            yield page
            yield pydyf.Array([owners.get(mark, "null") for mark in range(max(owners, default=-1) + 1)])
        for number, owner in enumerate(self._annotation_owners, len(self._content_owners)):
            yield number
            yield owner


def _iter_figure_boxes(document: Any) -> Iterator[tuple[Any, tuple[int, float, float, float, float]]]:
    """Yield each picture's element with its page and its corners in CSS pixels from the top left."""
    for index, page in enumerate(document.pages):
        for box in page._page_box.descendants():
            if hasattr(box, "replacement"):
                left, top = box.content_box_x(), box.content_box_y()
                yield box.element, (index, left, top, left + box.width, top + box.height)


def _convert_value(value: Any) -> Any:
    return pydyf.Array([pydyf.String(text) for text in value]) if isinstance(value, tuple) else value


def _complete_catalogue(pdf: Any) -> None:
    """Say that the title is shown and the content marked, and which files are attached."""
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
    files = [entry for entry in pdf.objects if isinstance(entry, pydyf.Dictionary) and entry.get("Type") == "/Filespec"]
    for file in files:
        file["AFRelationship"] = "/Data"
    if files:
        pdf.catalog["AF"] = pydyf.Array([file.reference for file in files])
