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
from p2ptrack.formats.places import DocumentAnchors
from p2ptrack.formats.safe_text import strip_unprintable
from p2ptrack.formats.xml_parts import XmlChild, make_element
from p2ptrack.records.words import Wording
from p2ptrack.reports.document import Block, Closed, Document, Link, Ref, Row, Span, Star, Strong

_WHITESPACE = re.compile(r"\s+")
_NON_WORD = re.compile(r"\W", re.ASCII)
_LINK_ADDRESS = re.compile(
    r"(https?://([\w-]+\.)*[\w-]+(:\d{1,5})?([/?#]\S*)?|mailto:[\w.+-]+@[\w.-]+(\?\S*)?)", re.IGNORECASE
)
_MAX_ADDRESS_LENGTH = 2000
_SAFE_ADDRESS_CHARACTERS = "!#$%&'()*+,/:;=?@~"


@dataclass(slots=True)
class DocxContext:
    """What the parts of one file share while it is written: where its records stand, its links, its numbered lists.

    `lists` holds for each numbered list its depth and its first number: Word numbers on from one list
    to the next unless each is told where to begin.
    """

    document: Document
    wording: Wording
    anchors: DocumentAnchors
    link_ids: dict[str, str] = field(default_factory=dict)
    numbered_lists: list[tuple[int, int]] = field(default_factory=list)
    bookmark_ids: Iterator[int] = field(default_factory=lambda: count(1))

    def register_link(self, url: str) -> str:
        """Return the id of the relation to an address outside the file."""
        return self.link_ids.setdefault(url, f"link{len(self.link_ids) + 1}")


def make_word_element(tag: str, *children: XmlChild, **attributes: object) -> Element:
    """Return an element of WordprocessingML; an attribute that is None is left out."""
    return make_element(f"w:{tag}", {f"w:{key}": value for key, value in attributes.items()}, *children)


def make_run(text: str, *properties: Element) -> Element:
    """Return words. White space is one space, as HTML prints it; at the ends it is kept, for it parts two runs."""
    run_properties = make_word_element("rPr", *properties) if properties else None
    return make_word_element(
        "r", run_properties, make_element("w:t", {"xml:space": "preserve"}, _WHITESPACE.sub(" ", text))
    )


def make_run_style(style: str) -> Element:
    """Return the property that sets words in a style."""
    return make_word_element("rStyle", val=style)


@dataclass(frozen=True, slots=True)
class DocxParagraph:
    """A paragraph: its style, its words, and what else the standard wants after the style, in that order."""

    style: str
    runs: tuple[Element, ...] = ()
    properties: tuple[Element, ...] = ()

    @property
    def element(self) -> Element:
        """Return the paragraph as XML."""
        return make_word_element(
            "p", make_word_element("pPr", make_word_element("pStyle", val=self.style), *self.properties), *self.runs
        )


DocxPiece = DocxParagraph | Element
"""What stands in the text or in a cell: a paragraph or a table."""


def iter_elements(pieces: Iterable[DocxPiece]) -> Iterator[Element]:
    """Yield the pieces as XML."""
    return (piece.element if isinstance(piece, DocxParagraph) else piece for piece in pieces)


def make_spans(spans: Iterable[Span], context: DocxContext) -> tuple[Element, ...]:
    """Return running text."""
    return tuple(element for span in spans for element in _make_span(span, context))


def _make_span(span: Span, context: DocxContext) -> list[Element]:
    match span:
        case Ref():
            return make_record_mention(span, context)
        case Link():
            return make_external_link(span.url, [make_run(span.text or span.url)], context) or [make_run(str(span))]
        case Strong() | Closed():
            return [make_run(str(span), make_run_style("Strong"))]
        case Star():
            return [make_run("*")]
        case _:
            return [make_run(span)]


def make_record_mention(ref: Ref, context: DocxContext) -> list[Element]:
    """Return a record's mention: a link where the record stands in the same paper."""
    fragment = context.anchors.find_record_anchor(ref.id)
    return [make_internal_link(fragment, str(ref))] if fragment else [make_run(str(ref))]


def make_internal_link(fragment: str, text: str) -> Element:
    """Return a link to a place in the same paper."""
    return make_word_element(
        "hyperlink", make_run(text, make_run_style("Hyperlink")), anchor=make_bookmark_name(fragment), history=1
    )


def make_external_link(url: str, runs: Iterable[Element], context: DocxContext) -> list[Element]:
    """Return a link to the web or a mailbox, or nothing where Word could not open a file that holds the address."""
    address = quote(strip_unprintable(url).strip(), safe=_SAFE_ADDRESS_CHARACTERS)
    if not is_link(address) or len(address) > _MAX_ADDRESS_LENGTH or not _LINK_ADDRESS.fullmatch(address):
        return []
    return [
        make_element(
            "w:hyperlink", {"r:id": context.register_link(address), "w:history": 1}, *map(_style_as_link, runs)
        )
    ]


def _style_as_link(run: Element) -> Element:
    """Return a run in the style of links; what else it looks like stays."""
    run_properties = [child for child in run if child.tag == "w:rPr"]
    kept_properties = [element for child in run_properties for element in child if element.tag != "w:rStyle"]
    return make_word_element(
        "r", make_word_element("rPr", make_run_style("Hyperlink"), *kept_properties), *run[len(run_properties) :]
    )


def make_bookmark_name(fragment: str) -> str:
    """Return a name that Word takes: a letter first, 40 characters at most, no two places with the same."""
    return f"p_{_NON_WORD.sub('_', fragment)[:29]}_{zlib.crc32(fragment.encode('utf-8', 'replace')):08x}"


def add_bookmark(part: Block | Row, runs: Iterable[Element], context: DocxContext) -> tuple[Element, ...]:
    """Return words that can be linked to, where the part of the document has a place."""
    fragment = context.anchors.find_anchor(part)
    if not fragment:
        return tuple(runs)
    number = next(context.bookmark_ids)
    start = make_word_element("bookmarkStart", id=number, name=make_bookmark_name(fragment))
    return (start, *runs, make_word_element("bookmarkEnd", id=number))
