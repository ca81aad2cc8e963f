"""What stands on the pages: every marked piece of text and every link, given to the structure element it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from p2ptrack.formats.pdf_structure import roles
from p2ptrack.formats.pdf_structure.blanks import MissingSpaces
from p2ptrack.formats.pdf_structure.tree import LinkAnnotation, MarkedContent, StructureTree, find_alternative_text

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
        if box.element.tag in roles.CELL_TAGS:
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
        return is_space and self._tree.locate(box.element).inner.role in roles.STRUCTURAL_ROLES


def _is_decorative(box: Any) -> bool:
    element = box.element
    if element is None:
        return False
    if element.get("aria-hidden") == "true":
        return True
    return roles.strip_namespace(element.tag) in {"img", "svg"} and not find_alternative_text(element)
