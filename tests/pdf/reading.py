"""A PDF read by program: its structure tree with the text of every element, and what stands on each page."""

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

    def said(self, key: str) -> str:
        return str(self.source.get(f"/{key}", ""))

    def walk(self) -> Iterator[Element]:
        yield self
        for element in self.inside:
            yield from element.walk()

    def all(self, *roles: str) -> list[Element]:
        return [element for element in self.walk() if element.role in roles]


@dataclass(slots=True)
class Sheet:
    """What one page's stream shows: text by mark, artifacts' text, and what is in neither."""

    marks: dict[int, str] = field(default_factory=dict)
    artifacts: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    codes: set[tuple[str, int]] = field(default_factory=set)


class Paper:
    """A PDF with its structure and its pages."""

    def __init__(self, made: bytes) -> None:
        self.made = made
        self.pdf: Any = pikepdf.open(BytesIO(made))
        self.root: Any = self.pdf.Root
        self.fonts: dict[str, dict[int, str]] = {}
        self.sheets = [self._sheet(page) for page in self.pdf.pages]
        self._pages: dict[Any, int] = {page.objgen: index for index, page in enumerate(self.pdf.pages)}
        (top,) = self.root.StructTreeRoot.K
        self.tree = self._element(top, None)
        self.elements = list(self.tree.walk())

    def text(self, element: Element, *, heard: bool = False) -> str:
        """Return what is shown of an element, or what is heard, pieces put together as they come."""
        instead = element.said("ActualText") or element.said("Alt")
        if heard and instead:
            return instead
        return "".join(self._piece(kid, heard=heard) for kid in element.kids)

    def _piece(self, kid: Element | Mark | Any, *, heard: bool) -> str:
        if isinstance(kid, tuple):
            return self.sheets[kid[0]].marks[kid[1]]
        return self.text(kid, heard=heard) if isinstance(kid, Element) else ""

    def all(self, *roles: str) -> list[Element]:
        return [element for element in self.elements if element.role in roles]

    def outline(self, element: Element | None = None, depth: int = 0) -> str:
        """Return the tree as lines: the role, what else is written, the text where an element holds text itself."""
        element = element or self.tree
        own = "".join(self.sheets[page].marks[mark] for page, mark in element.marks)
        words = [element.role, *_notes(element), *([own] if element.marks else [])]
        lines = ["  " * depth + " ".join(words), *(self.outline(each, depth + 1) for each in element.inside)]
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
        """Return the tree that leads from pages and annotations back to their elements."""
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

    def _sheet(self, page: pikepdf.Page) -> Sheet:
        sheet = Sheet()
        open_marks: list[int | str | None] = []
        font = ""
        instructions: Any = pikepdf.parse_content_stream(page)
        for operands, operator in instructions:
            name = str(operator)
            if name in {"BMC", "BDC"}:
                open_marks.append(_mark(operands, sheet, open_marks))
            elif name == "EMC":
                open_marks.pop()
            elif name == "Tf":
                font = str(operands[0])
                self._learn(page, font)
            elif name in PAINTS | SHOWS:
                text = self._shown(operands, font, sheet) if name in SHOWS else ""
                _give(text, name, sheet, open_marks)
        return sheet

    def _learn(self, page: pikepdf.Page, font: str) -> None:
        if font not in self.fonts:
            self.fonts[font] = _to_unicode(page.Resources.Font[font].ToUnicode.read_bytes())

    def _shown(self, operands: Any, font: str, sheet: Sheet) -> str:
        strings = operands[0] if isinstance(operands[0], pikepdf.Array) else operands
        codes = [code for each in strings if isinstance(each, pikepdf.String) for code in _codes(bytes(each))]
        sheet.codes.update((font, code) for code in codes)
        return "".join(self.fonts[font].get(code, "\ufffd") for code in codes)


def _notes(element: Element) -> list[str]:
    said = [f"{key}={element.said(key)}" for key in ("Lang", "Alt") if element.said(key)]
    links = [f"[{annotation.Contents}]" for annotation in element.annotations]
    kept = {key: value for key, value in element.attributes.items() if key not in {"O", "Headers", "BBox"}}
    return said + links + [f"{key}={str(value).lstrip('/')}" for key, value in kept.items()]


def _bookmarks(items: Any, depth: int) -> Iterator[tuple[int, str]]:
    for item in items:
        yield depth, item.title
        yield from _bookmarks(item.children, depth + 1)


def _mark(operands: Any, sheet: Sheet, around: list[int | str | None]) -> int | str | None:
    """Return what a marked piece is: its number, `Artifact`, or nothing; tell where one stands inside another."""
    properties = operands[1] if len(operands) > 1 else {}
    mark = int(properties["/MCID"]) if "/MCID" in properties else None
    artifact = str(operands[0]) == "/Artifact"
    if artifact and mark is not None:
        sheet.faults.append(f"artifact with mark {mark}")
    if (artifact or mark is not None) and any(each is not None for each in around):
        sheet.faults.append(f"{operands[0]} inside {around}")
    if mark is not None:
        sheet.marks.setdefault(mark, "")
    return "Artifact" if artifact else mark


def _give(text: str, operator: str, sheet: Sheet, around: list[int | str | None]) -> None:
    owner = next((each for each in reversed(around) if each is not None), None)
    if owner is None:
        sheet.faults.append(f"{operator} in nothing: {text!r}")
    elif isinstance(owner, int):
        sheet.marks[owner] += text
    elif text:
        sheet.artifacts.append(text)


def _codes(shown: bytes) -> list[int]:
    return [int.from_bytes(shown[place : place + 2]) for place in range(0, len(shown), 2)]


def _to_unicode(cmap: bytes) -> dict[int, str]:
    """Return what each code of a font says, from the lines between `beginbfchar` and `endbfchar`."""
    found = re.findall(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>", cmap.partition(b"beginbfchar")[2])
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in found}
