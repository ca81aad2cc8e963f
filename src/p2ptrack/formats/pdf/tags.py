"""Write the structure tree into a PDF in place of WeasyPrint's own.

Every marked piece of text and every link on the pages is assigned to the structure element of its HTML element; then
the elements are written as objects of the PDF.
"""

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

from p2ptrack.errors import OperationError
from p2ptrack.formats.pdf import tag_tree
from p2ptrack.formats.pdf.tag_tree import LinkAnnotation, MarkedContent, StructElement, StructureTree
from p2ptrack.phrases import quote

PAGE_HEADER = {"Type": "/Pagination", "Attached": "[/Top]", "Subtype": "/Header"}
PAGE_FOOTER = {"Type": "/Pagination", "Attached": "[/Bottom]", "Subtype": "/Footer"}
REPEATED_HEADER = {"Type": "/Pagination"}
DECORATION = {"Type": "/Layout"}

_POINTS_PER_PIXEL = 0.75
_PRINT_FLAG = 4

ArtifactProperties = dict[str, str] | None
"""The properties of an artifact, which screen readers skip; None for content."""


@contextmanager
def replace_weasyprint_tags() -> Iterator[None]:
    """Let WeasyPrint write this structure inside the block. The hook is private, so WeasyPrint's version is pinned."""
    original = weasyprint.pdf.add_tags
    weasyprint.pdf.add_tags = add_structure
    try:
        yield
    finally:
        weasyprint.pdf.add_tags = original


def add_structure(pdf: Any, document: Any, _version: object, streams: list[Any]) -> None:
    """Write the structure of a document and the entries of the catalogue that PDF/UA-1 requires.

    It replaces WeasyPrint's `add_tags` and has its arguments.
    """
    page_boxes = [page._page_box for page in document.pages]
    tree = StructureTree(next(child.element for child in page_boxes[0].children if child.element is not None))
    reader = BoxReader(tree)
    space_glyphs = find_space_glyphs(document.fonts)
    pages = [TaggedPage(index, stream._tags) for index, stream in enumerate(streams)]
    for box, page in zip(page_boxes, pages, strict=True):
        reader.read(box, page)
    spaced_pieces = reader.missing_spaces.pieces
    spaced_mcids: dict[int, set[int]] = defaultdict(set)
    for piece in spaced_pieces:
        spaced_mcids[piece.page].add(piece.mcid)
    for page, stream in zip(pages, streams, strict=True):
        _tag_artifacts(stream, page)
        _remove_annotations(pdf, page.index, page.superfluous_links)
        write_spaces(stream, spaced_mcids[page.index], space_glyphs)
    _remove_empty_elements(pdf, tree.document)
    _complete_elements(tree.document, spaced_pieces)
    _StructureWriter(pdf, document).write(tree.document)
    _complete_catalogue(pdf)


def _tag_artifacts(stream: Any, page: TaggedPage) -> None:
    """Turn marked pieces of a page into artifacts: `/Span <</MCID 3>> BDC` into `/Artifact <</Type /Layout>> BDC`."""
    content = stream.stream
    for index, item in enumerate(content):
        if isinstance(item, pydyf.Dictionary) and item.get("MCID") in page.artifacts:
            content[index - 1] = "/Artifact"
            content[index] = pydyf.Dictionary(page.artifacts[item["MCID"]])


def _remove_annotations(pdf: Any, page_index: int, annotations: list[Any]) -> None:
    page = pdf.objects[pdf.pages["Kids"][::3][page_index]]
    for annotation in annotations:
        page["Annots"].remove(annotation.reference)
        annotation.clear()
    if not page.get("Annots", True):
        del page["Annots"]


def _remove_empty_elements(pdf: Any, node: StructElement) -> bool:
    """Remove elements without content, and empty links with their annotations. Return whether this one has content."""
    node.kids = [kid for kid in node.kids if not isinstance(kid, StructElement) or _remove_empty_elements(pdf, kid)]
    if any(not isinstance(kid, LinkAnnotation) for kid in node.kids) or node.role in {"TD", "TH"}:
        return True
    for kid in node.kids:
        if isinstance(kid, LinkAnnotation):
            _remove_annotations(pdf, kid.page, [kid.annotation])
    return False


def _complete_elements(document: StructElement, spaced_pieces: set[MarkedContent]) -> None:
    """Relate the cells of tables, and end spoken text with a space when the printed text does."""
    header_numbers = count(1)
    for node in tuple(document.walk()):
        if node.role == "Table":
            tag_tree.relate_headers(node, header_numbers)
        if node.accessible_text and node.kids[-1] in spaced_pieces:
            node.accessible_text += " "


def _complete_catalogue(pdf: Any) -> None:
    """State that the title is shown and the content marked, and list the attached files."""
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
    files = [entry for entry in pdf.objects if isinstance(entry, pydyf.Dictionary) and entry.get("Type") == "/Filespec"]
    for file in files:
        file["AFRelationship"] = "/Data"
    if files:
        pdf.catalog["AF"] = pydyf.Array([file.reference for file in files])


@dataclass(slots=True)
class TaggedPage:
    """A page while it is read: its marked boxes, the artifacts among them by MCID, and links to remove."""

    index: int
    marked_boxes: dict[Any, dict[str, Any]]
    artifacts: dict[int, dict[str, str]] = field(default_factory=dict)
    superfluous_links: list[Any] = field(default_factory=list)


class BoxReader:
    """Assigns the content of one page after another to the structure tree."""

    def __init__(self, tree: StructureTree) -> None:
        self.missing_spaces = MissingSpaces()
        self._tree = tree
        self._header_pages: dict[Element, int] = {}

    def read(self, page_box: Any, page: TaggedPage) -> None:
        """Assign everything in a page's box, in the order of the text."""
        self._visit(page_box, page, None, linked=False)

    def _visit(self, box_or_placeholder: Any, page: TaggedPage, artifact: ArtifactProperties, *, linked: bool) -> None:
        """Assign a box and those inside it. `artifact` and `linked` are inherited from the boxes around it."""
        box = box_or_placeholder._box if isinstance(box_or_placeholder, AbsolutePlaceholder) else box_or_placeholder
        artifact = artifact or self._find_artifact_properties(box, page)
        if artifact is None and box.element is not None:
            self._register_element(box)
        if box.link_annotation is not None:
            if linked or artifact is not None:  # a link inside a link would be read twice
                page.superfluous_links.append(box.link_annotation)
            else:
                link = LinkAnnotation(page.index, box.link_annotation)
                self._tree.locate(box.element).inner.kids.append(link)
            linked = True
        if box in page.marked_boxes:
            self._assign_mark(box, page, artifact)
        for child in box.children:
            self._visit(child, page, artifact, linked=linked)

    def _find_artifact_properties(self, box: Any, page: TaggedPage) -> ArtifactProperties:
        if isinstance(box, boxes.MarginBox):
            return PAGE_HEADER if box.at_keyword.startswith("@top") else PAGE_FOOTER
        if isinstance(box, boxes.TableRowGroupBox) and (box.is_header or box.is_footer):
            first_page = self._header_pages.setdefault(box.element, page.index)
            return None if first_page == page.index else REPEATED_HEADER
        return DECORATION if box.is_leader or _is_decorative(box.element) else None

    def _register_element(self, box: Any) -> None:
        """Create the element of a cell even when it is empty, and note inline elements that are laid out as blocks."""
        if box.element.tag in tag_tree.CELL_TAGS:
            self._tree.locate(box.element)
        elif isinstance(box, boxes.BlockBox) and box.element.tag == "span":
            self._tree.add_inline_block(box.element)

    def _assign_mark(self, box: Any, page: TaggedPage, artifact: ArtifactProperties) -> None:
        """Assign the marked content of a box. White space between blocks is decoration."""
        mcid = page.marked_boxes.pop(box)["mcid"]
        content = MarkedContent(page.index, mcid)
        is_text = isinstance(box, boxes.TextBox)
        if artifact is None and is_text and not box.text.strip():
            role = self._tree.locate(box.element).inner.role
            artifact = DECORATION if role in tag_tree.STRUCTURAL_ROLES else None
        if artifact is not None:
            page.artifacts[mcid] = artifact
        elif box.element_tag.endswith("::marker"):
            self._tree.get_label(box.element).kids.append(content)
        else:
            self._tree.find_text_parent(box.element).kids.append(content)
            if is_text:
                self.missing_spaces.add_piece(self._tree.find_block(box.element), content, box.text)


def _is_decorative(element: Element | None) -> bool:
    if element is None:
        return False
    if element.get("aria-hidden") == "true":
        return True
    is_picture = tag_tree.strip_namespace(element.tag) in {"img", "svg"}
    return is_picture and not tag_tree.find_alternative_text(element)


class _BlockProgress(NamedTuple):
    """How much of a block's text has been read, and the last piece of it."""

    text: str
    end: int = 0
    last_piece: MarkedContent | None = None
    ends_with_space: bool = True


class MissingSpaces:
    """Finds the pieces of text that need a space at their end, from the pieces of each block in their order.

    WeasyPrint drops the space at which it breaks a line, and draws none between two marked pieces. Text extraction and
    screen readers would join the words (ISO 32000-1, 14.8.2.5). Where the HTML has a space between two pieces and the
    PDF has none, the first piece gets one.
    """

    def __init__(self) -> None:
        self.pieces: set[MarkedContent] = set()
        self._progress: dict[Element, _BlockProgress] = {}

    def add_piece(self, block: Element, piece: MarkedContent, page_text: str) -> None:
        """Add a piece of a block's text. One that is not in the HTML was made by CSS and is ignored."""
        text = _normalise_text(page_text)
        progress = self._progress.get(block) or _BlockProgress(_normalise_text("".join(_iter_block_text(block))))
        start = progress.text.find(text, progress.end)
        if not text or start < 0:
            return
        has_space = progress.ends_with_space or page_text[:1].isspace()
        if progress.last_piece and not has_space and progress.text[progress.end : start].endswith(" "):
            self.pieces.add(progress.last_piece)
        self._progress[block] = _BlockProgress(progress.text, start + len(text), piece, page_text[-1:].isspace())


def _normalise_text(text: str) -> str:
    """Return text for comparison: CSS may have changed its case and its white space."""
    return " ".join(text.casefold().split())


def _iter_block_text(element: Element) -> Iterator[str]:
    """Yield the text directly in a block, with a space for each block inside it."""
    yield element.text or ""
    for child in element:
        if child.tag in tag_tree.INLINE_TAGS and child.tag != "br":
            yield from _iter_block_text(child)
        else:
            yield " "
        yield child.tail or ""


def write_spaces(stream: Any, mcids: set[int], space_glyphs: dict[bytes, bytes]) -> None:
    """Append a space to the last glyphs of these marked pieces of a page, in the font that draws them."""
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
            operation = content[index - 1]
            if isinstance(operation, bytes) and operation.endswith(b"] TJ"):
                content[index - 1] = operation.removesuffix(b"] TJ") + space_glyphs.get(font, b"") + b"] TJ"
            needs_space = False


def find_space_glyphs(fonts: Any) -> dict[bytes, bytes]:
    """Return the space of each font that has drawn one, as it is shown, by the font's name in a page."""
    space_glyphs = {}
    for font in fonts.values():
        glyph = next((glyph for glyph, text in font.to_unicode.items() if text == " "), None)
        if glyph is not None and not font.bitmap:
            space_glyphs[f"/{font.hash}".encode()] = f"<{glyph:04x}>".encode()
    return space_glyphs


class _StructureWriter:
    """Writes structure elements, and for each page which of them own its pieces."""

    def __init__(self, pdf: Any, document: Any) -> None:
        self._pdf = pdf
        self._content_owners: list[dict[int, bytes]] = [{} for _ in document.pages]
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
            names = pydyf.Array()
            for name, reference in sorted(self._element_ids):
                names += [pydyf.String(name).data, reference]
            root["IDTree"] = self._add_object({"Names": names}).reference
        self._pdf.catalog["StructTreeRoot"] = root.reference

    def _add_object(self, values: dict[str, Any]) -> Any:
        dictionary = pydyf.Dictionary(values)
        self._pdf.add_object(dictionary)
        return dictionary

    def _write_element(self, node: StructElement, parent: bytes) -> bytes:
        """Write an element and those inside it, and return its reference."""
        properties = self._collect_properties(node)
        dictionary = self._add_object({"Type": "/StructElem", "S": f"/{node.role}", "P": parent} | properties)
        reference: bytes = dictionary.reference
        own_page = next((kid.page for kid in node.kids if isinstance(kid, MarkedContent)), None)
        if own_page is not None:
            dictionary["Pg"] = self._pdf.page_references[own_page]
        kids = pydyf.Array()
        for kid in node.kids:
            match kid:
                case MarkedContent():
                    self._content_owners[kid.page][kid.mcid] = reference
                    is_on_own_page = kid.page == own_page
                    kids.append(kid.mcid if is_on_own_page else self._refer("MCR", kid.page, {"MCID": kid.mcid}))
                case LinkAnnotation():
                    self._write_link(kid.annotation, node, reference)
                    kids.append(self._refer("OBJR", kid.page, {"Obj": kid.annotation.reference}))
                case StructElement():
                    kids.append(self._write_element(kid, reference))
        dictionary["K"] = kids
        if node.name:
            self._element_ids.append((node.name, reference))
        return reference

    def _refer(self, kind: str, page: int, values: dict[str, Any]) -> Any:
        """Return a reference to something on a page."""
        return pydyf.Dictionary({"Type": f"/{kind}", "Pg": self._pdf.page_references[page]} | values)

    def _write_link(self, annotation: Any, node: StructElement, owner: bytes) -> None:
        annotation["F"] = _PRINT_FLAG
        annotation["StructParent"] = len(self._content_owners) + len(self._annotation_owners)
        if node.element is not None:
            annotation["Contents"] = pydyf.String(tag_tree.collect_accessible_text(node.element))
        self._annotation_owners.append(owner)

    def _collect_properties(self, node: StructElement) -> dict[str, Any]:
        texts = {
            "ID": node.name,
            "Lang": node.language,
            "Alt": node.alternative_text,
            "ActualText": node.accessible_text,
        }
        properties: dict[str, Any] = {key: pydyf.String(text) for key, text in texts.items() if text}
        attributes = node.attributes
        if node.role == "Figure":
            attributes = attributes | {"O": "/Layout", "BBox": pydyf.Array(self._find_figure_box(node.element))}
        if len(attributes) > 1:
            pdf_values = {key: _convert_value(value) for key, value in attributes.items() if value != ()}
            properties["A"] = pydyf.Dictionary(pdf_values)
        return properties

    def _find_figure_box(self, element: Any) -> list[float]:
        """Return where a picture is on its page. Raises `OperationError` for one that WeasyPrint cannot read."""
        if element not in self._figure_boxes:
            source = quote(element.get("src") or element.tag)
            advice = "Save it again as PNG, JPEG or SVG, or leave it out."
            raise OperationError(f"The picture {source} in a template cannot be shown. {advice}")
        box: list[float] = self._figure_boxes[element]
        return box

    def _iter_parent_tree(self) -> Iterator[Any]:
        for page, owners in enumerate(self._content_owners):
            yield page
            yield pydyf.Array([owners.get(mcid, "null") for mcid in range(max(owners, default=-1) + 1)])
        for number, owner in enumerate(self._annotation_owners, len(self._content_owners)):
            yield number
            yield owner


def _iter_figure_boxes(document: Any) -> Iterator[tuple[Any, list[float]]]:
    """Yield each picture's element with its left, bottom, right and top in points from the page's bottom left."""
    for page in document.pages:
        page_height = page.height * _POINTS_PER_PIXEL
        for box in page._page_box.descendants():
            if hasattr(box, "replacement"):
                left, top = box.content_box_x(), box.content_box_y()
                right, bottom = left + box.width, top + box.height
                yield (
                    box.element,
                    [
                        left * _POINTS_PER_PIXEL,
                        page_height - bottom * _POINTS_PER_PIXEL,
                        right * _POINTS_PER_PIXEL,
                        page_height - top * _POINTS_PER_PIXEL,
                    ],
                )


def _convert_value(value: Any) -> Any:
    return pydyf.Array([pydyf.String(text) for text in value]) if isinstance(value, tuple) else value
