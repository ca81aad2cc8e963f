"""Checks of SVG pictures: how much there is to draw once every reference is followed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat

MAX_DRAWN_ELEMENTS = 20_000
MAX_SVG_DEPTH = 100
_REFERENCE = re.compile(r"url\(\s*[\"']?#([^\"')]+)|^#(.+)$")
_TOO_MUCH = "Simplify it, or save it as PNG"


class PictureError(ValueError):
    """A picture that no page can show. The message is the rest of a sentence that begins with the file."""


@dataclass(slots=True)
class _Element:
    references: list[str]
    children: list[_Element] = field(default_factory=list)
    size: int = 0
    depth: int = 0
    is_open: bool = False


def check_svg(data: bytes) -> None:
    """Raise `PictureError` for a picture that is not SVG, refers to itself or would take very long to draw."""
    root, by_id = _parse(data)
    if _measure(root, by_id, 1) > MAX_DRAWN_ELEMENTS:
        raise PictureError(f"draws more than {MAX_DRAWN_ELEMENTS:,} elements. {_TOO_MUCH}")


def _parse(data: bytes) -> tuple[_Element, dict[str, _Element]]:
    by_id: dict[str, _Element] = {}
    open_elements = [_Element([])]
    parser = expat.ParserCreate()

    def start(_name: str, attributes: dict[str, str]) -> None:
        found = (match for value in attributes.values() for match in _REFERENCE.finditer(value))
        element = _Element([match[1] or match[2] for match in found])
        open_elements[-1].children.append(element)
        by_id.setdefault(attributes.get("id", ""), element)
        open_elements.append(element)
        if len(open_elements) > MAX_SVG_DEPTH:
            raise PictureError(f"has more than {MAX_SVG_DEPTH} elements inside one another. {_TOO_MUCH}")

    def end(_name: str) -> None:
        open_elements.pop()

    def refuse_entity(*_: object) -> None:
        raise PictureError("declares an entity, which no picture needs. Save it again as SVG")

    parser.StartElementHandler, parser.EndElementHandler, parser.EntityDeclHandler = start, end, refuse_entity
    try:
        parser.ParseFile(BytesIO(data))
    except expat.ExpatError as error:
        raise PictureError(f"is not an SVG picture, or is damaged ({error}). Save it again as SVG") from error
    return open_elements[0], by_id


def _measure(element: _Element, by_id: dict[str, _Element], depth: int) -> int:
    """Return how many elements are drawn for one. Each is measured once, however often it is used."""
    if element.is_open:
        raise PictureError("has an element that refers to itself. Save it again as SVG")
    if depth + element.depth > MAX_SVG_DEPTH:
        raise PictureError(f"has more than {MAX_SVG_DEPTH} elements inside one another. {_TOO_MUCH}")
    if not element.size:
        element.is_open = True
        targets = [by_id[name] for name in element.references if name in by_id]
        parts = [*element.children, *targets]
        element.size = 1 + sum(_measure(part, by_id, depth + 1) for part in parts)
        element.depth = 1 + max((part.depth for part in parts), default=0)
        element.is_open = False
    return element.size
