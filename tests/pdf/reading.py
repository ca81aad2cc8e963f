"""Read a PDF: its structure tree with the text of every element, and the content of each page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf

PAINTS = frozenset(("f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do"))
SHOWS = frozenset(("Tj", "TJ", "'", '"'))
Mark = tuple[int, int]


@dataclass(slots=True)
class Element:
    """A structure element. `kids` are elements, marks (page, number) and link annotations in their order."""

    role: str
    source: Any
    parent: Element | None
    kids: list[Element | Mark | Any] = field(default_factory=list)

    @property
    def inside(self) -> list[Element]:
        return [kid for kid in self.kids if isinstance(kid, Element)]

    @property
    def marks(self) -> list[Mark]:
        return [kid for kid in self.kids if isinstance(kid, tuple)]

    @property
    def annotations(self) -> list[Any]:
        return [kid for kid in self.kids if isinstance(kid, pikepdf.Dictionary)]

    @property
    def attributes(self) -> dict[str, Any]:
        return {str(key)[1:]: value for key, value in self.source.get("/A", {}).items()}

    def get_text(self, key: str) -> str:
        return str(self.source.get(f"/{key}", ""))

    def walk(self) -> Iterator[Element]:
        yield self
        for element in self.inside:
            yield from element.walk()

    def all(self, *roles: str) -> list[Element]:
        return [element for element in self.walk() if element.role in roles]


@dataclass(slots=True)
class PageContent:
    """The content of one page: text by mark, text of artifacts, and errors such as text in neither."""

    marks: dict[int, str] = field(default_factory=dict)
    artifacts: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    codes: set[tuple[str, int]] = field(default_factory=set)


class Paper:
    """A PDF with its structure and its pages."""

    def __init__(self, output: bytes) -> None:
        self.output = output
        self.pdf: Any = pikepdf.open(BytesIO(output))
        self.root: Any = self.pdf.Root
        self.fonts: dict[str, dict[int, str]] = {}
        self.page_contents = [self._read_page(page) for page in self.pdf.pages]
        self._pages: dict[Any, int] = {page.objgen: index for index, page in enumerate(self.pdf.pages)}
        (top,) = self.root.StructTreeRoot.K
        self.tree = self._element(top, None)
        self.elements = list(self.tree.walk())

    def text(self, element: Element, *, accessible_text: bool = False) -> str:
        """Return the text of an element as it is shown or as it is read aloud."""
        instead = element.get_text("ActualText") or element.get_text("Alt")
        if accessible_text and instead:
            return instead
        return "".join(self._piece(kid, accessible_text=accessible_text) for kid in element.kids)

    def _piece(self, kid: Element | Mark | Any, *, accessible_text: bool) -> str:
        if isinstance(kid, tuple):
            return self.page_contents[kid[0]].marks[kid[1]]
        return self.text(kid, accessible_text=accessible_text) if isinstance(kid, Element) else ""

    def all(self, *roles: str) -> list[Element]:
        return [element for element in self.elements if element.role in roles]

    def outline(self, element: Element | None = None, depth: int = 0) -> str:
        """Return the tree as lines: role, properties, and the text directly in an element."""
        element = element or self.tree
        own = "".join(self.page_contents[page].marks[mark] for page, mark in element.marks)
        words = [element.role, *_notes(element), *([own] if element.marks else [])]
        lines = ["  " * depth + " ".join(words), *(self.outline(item, depth + 1) for item in element.inside)]
        return "\n".join(lines)

    def bookmarks(self) -> list[tuple[int, str]]:
        """Return the bookmarks with their depth from 1."""
        with self.pdf.open_outline() as outline:
            return list(_bookmarks(outline.root, 1))

    def annotations(self) -> Iterator[tuple[int, Any]]:
        for index, page in enumerate(self.pdf.pages):
            for annotation in page.get("/Annots", []):
                yield index, annotation

    def numbers(self) -> dict[int, Any]:
        """Return the parent tree, from pages and annotations to their elements."""
        flat = list(self.root.StructTreeRoot.ParentTree.Nums)
        return {int(flat[place]): flat[place + 1] for place in range(0, len(flat), 2)}

    def _element(self, source: Any, parent: Element | None) -> Element:
        element = Element(str(source.S)[1:], source, parent)
        for kid in source.get("/K", []):
            element.kids.append(self._kid(kid, element))
        return element

    def _kid(self, kid: Any, element: Element) -> Element | Mark | Any:
        if not isinstance(kid, pikepdf.Dictionary):
            return self._pages[element.source.Pg.objgen], int(kid)
        kind = str(kid.get("/Type"))
        if kind == "/MCR":
            return self._pages[kid.Pg.objgen], int(kid.MCID)
        return kid.Obj if kind == "/OBJR" else self._element(kid, element)

    def _read_page(self, page: pikepdf.Page) -> PageContent:
        page_content = PageContent()
        open_marks: list[int | str | None] = []
        font = ""
        instructions: Any = pikepdf.parse_content_stream(page)
        for operands, operator in instructions:
            name = str(operator)
            if name in {"BMC", "BDC"}:
                open_marks.append(_mark(operands, page_content, open_marks))
            elif name == "EMC":
                open_marks.pop()
            elif name == "Tf":
                font = str(operands[0])
                self._learn(page, font)
            elif name in PAINTS | SHOWS:
                text = self._decode(operands, font, page_content) if name in SHOWS else ""
                _give(text, name, page_content, open_marks)
        return page_content

    def _learn(self, page: pikepdf.Page, font: str) -> None:
        if font not in self.fonts:
            self.fonts[font] = _to_unicode(page.Resources.Font[font].ToUnicode.read_bytes())

    def _decode(self, operands: Any, font: str, page_content: PageContent) -> str:
        strings = operands[0] if isinstance(operands[0], pikepdf.Array) else operands
        codes = [code for item in strings if isinstance(item, pikepdf.String) for code in _codes(bytes(item))]
        page_content.codes.update((font, code) for code in codes)
        return "".join(self.fonts[font].get(code, "\ufffd") for code in codes)


def _notes(element: Element) -> list[str]:
    accessible = [f"{key}={element.get_text(key)}" for key in ("Lang", "Alt") if element.get_text(key)]
    links = [f"[{annotation.Contents}]" for annotation in element.annotations]
    attributes = {key: value for key, value in element.attributes.items() if key not in {"O", "Headers", "BBox"}}
    return accessible + links + [f"{key}={str(value).lstrip('/')}" for key, value in attributes.items()]


def _bookmarks(items: Any, depth: int) -> Iterator[tuple[int, str]]:
    for item in items:
        yield depth, item.title
        yield from _bookmarks(item.children, depth + 1)


def _mark(operands: Any, page_content: PageContent, outer: list[int | str | None]) -> int | str | None:
    """Return the number of a marked piece, `Artifact`, or nothing. Nested marks are noted as errors."""
    properties = operands[1] if len(operands) > 1 else {}
    mark = int(properties["/MCID"]) if "/MCID" in properties else None
    artifact = str(operands[0]) == "/Artifact"
    if artifact and mark is not None:
        page_content.errors.append(f"artifact with mark {mark}")
    if (artifact or mark is not None) and any(item is not None for item in outer):
        page_content.errors.append(f"{operands[0]} inside {outer}")
    if mark is not None:
        page_content.marks.setdefault(mark, "")
    return "Artifact" if artifact else mark


def _give(text: str, operator: str, page_content: PageContent, outer: list[int | str | None]) -> None:
    owner = next((item for item in reversed(outer) if item is not None), None)
    if owner is None:
        page_content.errors.append(f"{operator} in nothing: {text!r}")
    elif isinstance(owner, int):
        page_content.marks[owner] += text
    elif text:
        page_content.artifacts.append(text)


def _codes(data: bytes) -> list[int]:
    return [int.from_bytes(data[place : place + 2]) for place in range(0, len(data), 2)]


def _to_unicode(cmap: bytes) -> dict[int, str]:
    """Return the text of each code of a font, from the lines between `beginbfchar` and `endbfchar`."""
    matches = re.findall(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>", cmap.partition(b"beginbfchar")[2])
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in matches}
