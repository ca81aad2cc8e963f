"""The blanks between words that a line's end swallows: written again, so that whoever reads the text hears two words.

WeasyPrint drops the blank at which it breaks a line, and draws none between two marked pieces of a line;
ISO 32000-1 (14.8.2.5) asks that words can be told apart without looking at where they stand. Where the
HTML has a blank between two pieces and the PDF has none, the first piece gets one at its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

import pydyf

from p2ptrack.formats.pdf_structure import roles
from p2ptrack.formats.pdf_structure.tree import MarkedContent


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
        if child.tag in roles.INLINE_TAGS and child.tag != "br":
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
