"""What stands on the pages: every marked piece of text and every link, given to the structure element it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from p2ptrack.formats.pdf_structure import roles
from p2ptrack.formats.pdf_structure.blanks import Blanks
from p2ptrack.formats.pdf_structure.tree import Annotation, Content, Tree, alternative

HEADER = {"Type": "/Pagination", "Attached": "[/Top]", "Subtype": "/Header"}
FOOTER = {"Type": "/Pagination", "Attached": "[/Bottom]", "Subtype": "/Footer"}
REPEATED = {"Type": "/Pagination"}
DECORATION = {"Type": "/Layout"}

Artifact = dict[str, str] | None


@dataclass(slots=True)
class Page:
    """A page while it is read: the sort of each mark that is an artifact, and the annotations that are superfluous."""

    index: int
    marks: dict[Any, dict[str, Any]]
    artifacts: dict[int, dict[str, str]] = field(default_factory=dict)
    superfluous: list[Any] = field(default_factory=list)


class Reader:
    """Reads page after page into a tree."""

    def __init__(self, tree: Tree) -> None:
        self.blanks = Blanks()
        self._tree = tree
        self._heads: dict[Element, int] = {}

    def read(self, box: Any, page: Page) -> None:
        """Give everything in a page's box to the tree, in the order of the text."""
        self._visit(box, page, None, linked=False)

    def _visit(self, given: Any, page: Page, artifact: Artifact, *, linked: bool) -> None:
        box = given._box if isinstance(given, AbsolutePlaceholder) else given
        artifact = artifact or self._artifact(box, page)
        if artifact is None and box.element is not None:
            self._note(box)
        if box.link_annotation is not None:
            linked = self._link(box, page, unwanted=linked or artifact is not None)
        if box in page.marks:
            self._mark(box, page, artifact)
        for child in box.children:
            self._visit(child, page, artifact, linked=linked)

    def _artifact(self, box: Any, page: Page) -> Artifact:
        if isinstance(box, boxes.MarginBox):
            return HEADER if box.at_keyword.startswith("@top") else FOOTER
        if isinstance(box, boxes.TableRowGroupBox) and (box.is_header or box.is_footer):
            return REPEATED if self._heads.setdefault(box.element, page.index) != page.index else None
        return DECORATION if box.is_leader or _decorates(box) else None

    def _note(self, box: Any) -> None:
        """A cell stands in its row even when it is empty; a line laid out as a block is a paragraph."""
        if box.element.tag in roles.CELLS:
            self._tree.place(box.element)
        elif isinstance(box, boxes.BlockBox) and box.element.tag == "span":
            self._tree.is_line(box.element)

    def _link(self, box: Any, page: Page, *, unwanted: bool) -> bool:
        """Keep a link's annotation, but for one inside another, which would be a second stop at the same link."""
        if unwanted:
            page.superfluous.append(box.link_annotation)
        else:
            self._tree.place(box.element).inner.kids.append(Annotation(page.index, box.link_annotation))
        return True

    def _mark(self, box: Any, page: Page, artifact: Artifact) -> None:
        number = page.marks.pop(box)["mcid"]
        if artifact is None and self._is_blank(box):
            artifact = DECORATION
        if artifact is not None:
            page.artifacts[number] = artifact
        elif box.element_tag.endswith("::marker"):
            self._tree.label(box.element).kids.append(Content(page.index, number))
        else:
            self._hold(box, Content(page.index, number))

    def _hold(self, box: Any, piece: Content) -> None:
        self._tree.holder(box.element).kids.append(piece)
        if isinstance(box, boxes.TextBox):
            self.blanks.meet(self._tree.block(box.element), piece, box.text)

    def _is_blank(self, box: Any) -> bool:
        """Whether a text is a blank between blocks."""
        blank = isinstance(box, boxes.TextBox) and not box.text.strip()
        return blank and self._tree.place(box.element).inner.role in roles.STRUCTURAL


def _decorates(box: Any) -> bool:
    element = box.element
    if element is None:
        return False
    if element.get("aria-hidden") == "true":
        return True
    return roles.bare(element.tag) in {"img", "svg"} and not alternative(element)
