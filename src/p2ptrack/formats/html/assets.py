"""Pictures and style sheets of templates, checked and prepared for a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.parsers import expat

from p2ptrack.phrases import quote

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


# Style sheets: parsed as browsers parse them, with pictures and fonts inlined.

MAX_NESTING = 50
"""The most nested brackets in a style sheet. No real one has as many."""

_FETCHING_RULES = frozenset({"import", "document", "-moz-document"})
_STRING_FUNCTIONS = frozenset({"image-set", "-webkit-image-set", "image", "src"})
"""Functions in which a string is an address."""
_SUBSTITUTIONS = frozenset({"var", "env", "attr"})
_MISTAKES = {"bad-url": "an address that is not closed", "bad-string": "a text that is not closed"}


class StyleError(ValueError):
    """A style that a page cannot have, with its line. The message is the rest of a sentence that begins with it."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def inline_assets(css: str, encode: Callable[[str], str | None]) -> str:
    """Return a style sheet without comments, in which each address is what `encode` returns for it.

    `encode` returns None for an address that is not a picture or a font in the templates folder. Raises `StyleError`
    for these, and for anything else that a reader's browser would fetch.
    """
    import tinycss2  # the packaged style sheets need no check

    nodes = tinycss2.parse_component_value_list(css, skip_comments=True)
    for node, function in _walk(nodes):
        _check_node(node, function)
        if node.type == "url" or (node.type == "string" and function in {"url", *_STRING_FUNCTIONS}):
            _replace_address(node, encode)
    text: str = tinycss2.serialize(nodes)
    return text.replace("</", "<\\/")  # nothing in a style may end the element of the page


def _walk(nodes: Iterable[Any], function: str = "", depth: int = 0) -> Iterator[tuple[Any, str]]:
    """Yield every part of a style sheet with the innermost function that it is in."""
    for node in nodes:
        yield node, function
        if depth >= MAX_NESTING:
            raise StyleError(node.source_line, f"has more than {MAX_NESTING} brackets inside each other")
        if node.type == "function":
            yield from _walk(node.arguments, node.lower_name, depth + 1)
        elif node.type in {"() block", "[] block", "{} block"}:
            yield from _walk(node.content, function, depth + 1)


def _check_node(node: Any, function: str) -> None:
    line = node.source_line
    if node.type == "at-keyword" and node.lower_value in _FETCHING_RULES:
        raise StyleError(line, f"fetches {quote(f'@{node.lower_value}')}, but a paper is one file")
    if node.type == "function" and node.lower_name in _SUBSTITUTIONS and function in {"url", *_STRING_FUNCTIONS}:
        raise StyleError(line, f"has an address in {node.lower_name}(), which cannot be checked")
    if node.type == "error" and node.kind in _MISTAKES:
        raise StyleError(line, f"has {_MISTAKES[node.kind]}")


def _replace_address(node: Any, encode: Callable[[str], str | None]) -> None:
    address = node.value.strip()
    if address.casefold().startswith("data:") or address.startswith("#"):
        return
    encoded = encode(address)
    if encoded is None:
        raise StyleError(node.source_line, f"fetches {quote(address)}, but a paper is one file")
    node.value = encoded
    node.representation = f'url("{encoded}")' if node.type == "url" else f'"{encoded}"'
