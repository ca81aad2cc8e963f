"""Words, links and bookmarks of WordprocessingML (ECMA-376, part 1, section 17), and what a whole file shares."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import quote
from xml.etree.ElementTree import Element

from p2ptrack.formats.markdown_html import is_link
from p2ptrack.formats.places import Places
from p2ptrack.formats.safe_text import printable
from p2ptrack.formats.xml_parts import Child, node
from p2ptrack.records.words import Words
from p2ptrack.reports.document import Block, Closed, Document, Link, Ref, Row, Span, Star, Strong

_SPACE = re.compile(r"\s+")
_NOT_A_NAME = re.compile(r"\W", re.ASCII)
_ADDRESS = re.compile(
    r"(https?://([\w-]+\.)*[\w-]+(:\d{1,5})?([/?#]\S*)?|mailto:[\w.+-]+@[\w.-]+(\?\S*)?)", re.IGNORECASE
)
_LONGEST = 2000
_IN_AN_ADDRESS = "!#$%&'()*+,/:;=?@~"


@dataclass(slots=True)
class Shared:
    """What the parts of one file share while it is written: where its records stand, its links, its numbered lists.

    `lists` holds for each numbered list its depth and its first number: Word numbers on from one list
    to the next unless each is told where to begin.
    """

    document: Document
    words: Words
    places: Places
    links: dict[str, str] = field(default_factory=dict)
    lists: list[tuple[int, int]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def link(self, url: str) -> str:
        """Return the id of the relation to an address outside the file."""
        return self.links.setdefault(url, f"link{len(self.links) + 1}")


def word(tag: str, *children: Child, **attributes: object) -> Element:
    """Return an element of WordprocessingML; an attribute that is None is left out."""
    return node(f"w:{tag}", {f"w:{key}": value for key, value in attributes.items()}, *children)


def run(text: str, *properties: Element) -> Element:
    """Return words. White space is one space, as HTML prints it; at the ends it is kept, for it parts two runs."""
    look = word("rPr", *properties) if properties else None
    return word("r", look, node("w:t", {"xml:space": "preserve"}, _SPACE.sub(" ", text)))


def character(style: str) -> Element:
    """Return the property that sets words in a style."""
    return word("rStyle", val=style)


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph: its style, its words, and what else the standard wants after the style, in that order."""

    style: str
    runs: tuple[Element, ...] = ()
    properties: tuple[Element, ...] = ()

    @property
    def element(self) -> Element:
        """Return the paragraph as XML."""
        return word("p", word("pPr", word("pStyle", val=self.style), *self.properties), *self.runs)


Piece = Para | Element
"""What stands in the text or in a cell: a paragraph or a table."""


def elements(pieces: Iterable[Piece]) -> Iterator[Element]:
    """Yield the pieces as XML."""
    return (piece.element if isinstance(piece, Para) else piece for piece in pieces)


def spans(all_: Iterable[Span], shared: Shared) -> tuple[Element, ...]:
    """Return running text."""
    return tuple(made for each in all_ for made in _span(each, shared))


def _span(span: Span, shared: Shared) -> list[Element]:
    match span:
        case Ref():
            return mention(span, shared)
        case Link():
            return followed(span.url, [run(span.text or span.url)], shared) or [run(str(span))]
        case Strong() | Closed():
            return [run(str(span), character("Strong"))]
        case Star():
            return [run("*")]
        case _:
            return [run(span)]


def mention(ref: Ref, shared: Shared) -> list[Element]:
    """Return a record's mention: a link where the record stands in the same paper."""
    fragment = shared.places.to(ref.id)
    return [inside(fragment, str(ref))] if fragment else [run(str(ref))]


def inside(fragment: str, text: str) -> Element:
    """Return a link to a place in the same paper."""
    return word("hyperlink", run(text, character("Hyperlink")), anchor=bookmark_name(fragment), history=1)


def followed(url: str, runs: Iterable[Element], shared: Shared) -> list[Element]:
    """Return a link to the web or a mailbox, or nothing where Word could not open a file that holds the address."""
    address = quote(printable(url).strip(), safe=_IN_AN_ADDRESS)
    if not is_link(address) or len(address) > _LONGEST or not _ADDRESS.fullmatch(address):
        return []
    return [node("w:hyperlink", {"r:id": shared.link(address), "w:history": 1}, *map(_looking_like_a_link, runs))]


def _looking_like_a_link(made: Element) -> Element:
    """Return a run in the style of links; what else it looks like stays."""
    look = [child for child in made if child.tag == "w:rPr"]
    kept = [each for child in look for each in child if each.tag != "w:rStyle"]
    return word("r", word("rPr", character("Hyperlink"), *kept), *made[len(look) :])


def bookmark_name(fragment: str) -> str:
    """Return a name that Word takes: a letter first, 40 characters at most, no two places with the same."""
    return f"p_{_NOT_A_NAME.sub('_', fragment)[:29]}_{zlib.crc32(fragment.encode('utf-8', 'replace')):08x}"


def bookmarked(part: Block | Row, runs: Iterable[Element], shared: Shared) -> tuple[Element, ...]:
    """Return words that can be linked to, where the part of the document has a place."""
    fragment = shared.places.of(part)
    if not fragment:
        return tuple(runs)
    number = next(shared.numbers)
    start = word("bookmarkStart", id=number, name=bookmark_name(fragment))
    return (start, *runs, word("bookmarkEnd", id=number))
