"""The structure as objects of the PDF."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

import pydyf
import weasyprint.pdf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from p2ptrack.formats.pdf import tag_tree
from p2ptrack.formats.pdf.tag_tree import (
    LinkAnnotation,
    MarkedContent,
    StructElement,
    StructureTree,
    collect_spoken_text,
    find_alternative_text,
)

# The blanks between words that a line's end swallows: written again, so that whoever reads the text hears two words.
#
# WeasyPrint drops the blank at which it breaks a line, and draws none between two marked pieces of a line;
# ISO 32000-1 (14.8.2.5) asks that words can be told apart without looking at where they stand. Where the
# HTML has a blank between two pieces and the PDF has none, the first piece gets one at its end.


class _BlockProgress(NamedTuple):
    """How far the text of a block has been met, and the last piece of it."""

    text: str
    end: int = 0
    last_piece: MarkedContent | None = None
    ends_with_space: bool = True


class MissingSpaces:
    """The pieces that want a blank at their end, found while the pieces of each block are met in their order."""

    def __init__(self) -> None:
        self.pieces: set[MarkedContent] = set()
        self._progress: dict[Element, _BlockProgress] = {}

    def add_piece(self, block: Element, piece: MarkedContent, drawn_text: str) -> None:
        """Take a piece of a block's text; one that cannot be found in the HTML was made by CSS and changes nothing."""
        text = normalise_text(drawn_text)
        progress = self._progress.get(block) or _BlockProgress(normalise_text("".join(_iter_block_text(block))))
        start = progress.text.find(text, progress.end)
        if not text or start < 0:
            return
        between = progress.text[progress.end : start]
        if (
            progress.last_piece is not None
            and between.endswith(" ")
            and not (progress.ends_with_space or drawn_text[:1].isspace())
        ):
            self.pieces.add(progress.last_piece)
        self._progress[block] = _BlockProgress(progress.text, start + len(text), piece, drawn_text[-1:].isspace())


def normalise_text(text: str) -> str:
    """Return text as it is compared: CSS may have changed its case and its blanks."""
    return " ".join(text.casefold().split())


def _iter_block_text(element: Element) -> Iterator[str]:
    """Yield the text that a block holds itself, a blank for each block inside it."""
    yield element.text or ""
    for child in element:
        if child.tag in tag_tree.INLINE_TAGS and child.tag != "br":
            yield from _iter_block_text(child)
        else:
            yield " "
        yield child.tail or ""


def write_spaces(stream: Any, mcids: set[int], space_glyphs: dict[bytes, bytes]) -> None:
    """Append a blank to the last glyphs of these marked pieces of a page; `fonts` has the blank of each font."""
    content = stream.stream
    font, font_stack, needs_space = b"", [], False
    for index, item in enumerate(content):
        if isinstance(item, pydyf.Dictionary):
            needs_space = item.get("MCID") in mcids
        elif item == b"q":
            font_stack.append(font)
        elif item == b"Q":
            font = font_stack.pop()
        elif isinstance(item, bytes) and item.endswith(b" Tf"):
            font = item.partition(b" ")[0]
        elif item == b"ET" and needs_space:
            _append_space(content, index - 1, space_glyphs.get(font, b""))
            needs_space = False


def _append_space(content: list[Any], index: int, space_glyph: bytes) -> None:
    operation = content[index]
    if isinstance(operation, bytes) and operation.endswith(b"] TJ"):
        content[index] = operation.removesuffix(b"] TJ") + space_glyph + b"] TJ"


def find_space_glyphs(fonts: Any) -> dict[bytes, bytes]:
    """Return for each font that has drawn a blank, by its name in a page, the blank as it is shown."""
    space_glyphs = {}
    for font in fonts.values():
        glyph = next((glyph for glyph, text in font.to_unicode.items() if text == " "), None)
        if glyph is not None and not font.bitmap:
            space_glyphs[f"/{font.hash}".encode()] = f"<{glyph:04x}>".encode()
    return space_glyphs


# What stands on the pages: every marked piece of text and every link, given to the structure element it belongs to.


PAGE_HEADER = {"Type": "/Pagination", "Attached": "[/Top]", "Subtype": "/Header"}
PAGE_FOOTER = {"Type": "/Pagination", "Attached": "[/Bottom]", "Subtype": "/Footer"}
REPEATED_HEADER = {"Type": "/Pagination"}
DECORATION = {"Type": "/Layout"}

ArtifactProperties = dict[str, str] | None


@dataclass(slots=True)
class TaggedPage:
    """A page while it is read: the sort of each mark that is an artifact, and the annotations that are superfluous."""

    index: int
    marked_boxes: dict[Any, dict[str, Any]]
    artifacts: dict[int, dict[str, str]] = field(default_factory=dict)
    superfluous_links: list[Any] = field(default_factory=list)


class BoxReader:
    """Reads page after page into a tree."""

    def __init__(self, tree: StructureTree) -> None:
        self.missing_spaces = MissingSpaces()
        self._tree = tree
        self._header_pages: dict[Element, int] = {}

    def read(self, box: Any, page: TaggedPage) -> None:
        """Give everything in a page's box to the tree, in the order of the text."""
        self._visit(box, page, None, linked=False)

    def _visit(self, box_or_placeholder: Any, page: TaggedPage, artifact: ArtifactProperties, *, linked: bool) -> None:
        box = box_or_placeholder._box if isinstance(box_or_placeholder, AbsolutePlaceholder) else box_or_placeholder
        artifact = artifact or self._find_artifact_properties(box, page)
        if artifact is None and box.element is not None:
            self._register_element(box)
        if box.link_annotation is not None:
            linked = self._add_link(box, page, is_superfluous=linked or artifact is not None)
        if box in page.marked_boxes:
            self._assign_mark(box, page, artifact)
        for child in box.children:
            self._visit(child, page, artifact, linked=linked)

    def _find_artifact_properties(self, box: Any, page: TaggedPage) -> ArtifactProperties:
        if isinstance(box, boxes.MarginBox):
            return PAGE_HEADER if box.at_keyword.startswith("@top") else PAGE_FOOTER
        if isinstance(box, boxes.TableRowGroupBox) and (box.is_header or box.is_footer):
            return REPEATED_HEADER if self._header_pages.setdefault(box.element, page.index) != page.index else None
        return DECORATION if box.is_leader or _is_decorative(box) else None

    def _register_element(self, box: Any) -> None:
        """A cell stands in its row even when it is empty; a line laid out as a block is a paragraph."""
        if box.element.tag in tag_tree.CELL_TAGS:
            self._tree.locate(box.element)
        elif isinstance(box, boxes.BlockBox) and box.element.tag == "span":
            self._tree.add_inline_block(box.element)

    def _add_link(self, box: Any, page: TaggedPage, *, is_superfluous: bool) -> bool:
        """Keep a link's annotation, but for one inside another, which would be a second stop at the same link."""
        if is_superfluous:
            page.superfluous_links.append(box.link_annotation)
        else:
            self._tree.locate(box.element).inner.kids.append(LinkAnnotation(page.index, box.link_annotation))
        return True

    def _assign_mark(self, box: Any, page: TaggedPage, artifact: ArtifactProperties) -> None:
        mcid = page.marked_boxes.pop(box)["mcid"]
        if artifact is None and self._is_space_between_blocks(box):
            artifact = DECORATION
        if artifact is not None:
            page.artifacts[mcid] = artifact
        elif box.element_tag.endswith("::marker"):
            self._tree.get_label(box.element).kids.append(MarkedContent(page.index, mcid))
        else:
            self._add_content(box, MarkedContent(page.index, mcid))

    def _add_content(self, box: Any, content: MarkedContent) -> None:
        self._tree.find_text_parent(box.element).kids.append(content)
        if isinstance(box, boxes.TextBox):
            self.missing_spaces.add_piece(self._tree.find_block(box.element), content, box.text)

    def _is_space_between_blocks(self, box: Any) -> bool:
        """Whether a text is a blank between blocks."""
        is_space = isinstance(box, boxes.TextBox) and not box.text.strip()
        return is_space and self._tree.locate(box.element).inner.role in tag_tree.STRUCTURAL_ROLES


def _is_decorative(box: Any) -> bool:
    element = box.element
    if element is None:
        return False
    if element.get("aria-hidden") == "true":
        return True
    return tag_tree.strip_namespace(element.tag) in {"img", "svg"} and not find_alternative_text(element)


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
            tag_tree.relate_headers(node, numbers)
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


@contextmanager
def replace_weasyprint_tags() -> Iterator[None]:
    """Let WeasyPrint write this structure inside the block. Its own way in is private, so its version is pinned."""
    original = weasyprint.pdf.add_tags
    weasyprint.pdf.add_tags = add_structure
    try:
        yield
    finally:
        weasyprint.pdf.add_tags = original
