"""Style sheets of templates as part of a page: parsed as browsers parse them, with pictures and fonts inlined."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import tinycss2

from p2ptrack.phrases import quote

MAX_NESTING = 50
"""Brackets inside each other. No style needs as many."""

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
    for these and for everything else that would make a reader's browser fetch something.
    """
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
