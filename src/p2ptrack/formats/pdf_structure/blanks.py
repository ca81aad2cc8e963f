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
from p2ptrack.formats.pdf_structure.tree import Content


class _Read(NamedTuple):
    """How far the text of a block has been met, and the last piece of it."""

    text: str
    end: int = 0
    piece: Content | None = None
    blank: bool = True


class Blanks:
    """The pieces that want a blank at their end, found while the pieces of each block are met in their order."""

    def __init__(self) -> None:
        self.wanted: set[Content] = set()
        self._read: dict[Element, _Read] = {}

    def meet(self, block: Element, piece: Content, drawn: str) -> None:
        """Take a piece of a block's text; one that cannot be found in the HTML was made by CSS and changes nothing."""
        text = fold(drawn)
        read = self._read.get(block) or _Read(fold("".join(_running(block))))
        start = read.text.find(text, read.end)
        if not text or start < 0:
            return
        between = read.text[read.end : start]
        if read.piece is not None and between.endswith(" ") and not (read.blank or drawn[:1].isspace()):
            self.wanted.add(read.piece)
        self._read[block] = _Read(read.text, start + len(text), piece, drawn[-1:].isspace())


def fold(text: str) -> str:
    """Return text as it is compared: CSS may have changed its case and its blanks."""
    return " ".join(text.casefold().split())


def _running(element: Element) -> Iterator[str]:
    """Yield the text that a block holds itself, a blank for each block inside it."""
    yield element.text or ""
    for child in element:
        if child.tag in roles.INLINE and child.tag != "br":
            yield from _running(child)
        else:
            yield " "
        yield child.tail or ""


def write_blanks(stream: Any, marks: set[int], fonts: dict[bytes, bytes]) -> None:
    """Append a blank to the last glyphs of these marked pieces of a page; `fonts` has the blank of each font."""
    content = stream.stream
    font, outer, wanted = b"", [], False
    for place, item in enumerate(content):
        if isinstance(item, pydyf.Dictionary):
            wanted = item.get("MCID") in marks
        elif item == b"q":
            outer.append(font)
        elif item == b"Q":
            font = outer.pop()
        elif isinstance(item, bytes) and item.endswith(b" Tf"):
            font = item.partition(b" ")[0]
        elif item == b"ET" and wanted:
            _append(content, place - 1, fonts.get(font, b""))
            wanted = False


def _append(content: list[Any], place: int, blank: bytes) -> None:
    shown = content[place]
    if isinstance(shown, bytes) and shown.endswith(b"] TJ"):
        content[place] = shown.removesuffix(b"] TJ") + blank + b"] TJ"


def blanks_of(fonts: Any) -> dict[bytes, bytes]:
    """Return for each font that has drawn a blank, by its name in a page, the blank as it is shown."""
    found = {}
    for font in fonts.values():
        glyph = next((glyph for glyph, text in font.to_unicode.items() if text == " "), None)
        if glyph is not None and not font.bitmap:
            found[f"/{font.hash}".encode()] = f"<{glyph:04x}>".encode()
    return found
