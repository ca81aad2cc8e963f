"""What stands around a paper in Word: its head, its list of contents, and how it can be made again."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from p2ptrack.formats.arrange import contents
from p2ptrack.formats.remake import remade
from p2ptrack.formats.word.blocks import facts
from p2ptrack.formats.word.lists import Where
from p2ptrack.formats.word.marks import Para, Piece, Shared, elements, inside, run, word
from p2ptrack.reports.document import Section

LEAST_CONTENTS = 4
"""Main sections from which on a paper has a list of contents, as in HTML."""


def title_block(shared: Shared, logo: Sequence[Piece]) -> list[Piece]:
    """Return what stands above the paper: whose it is, its title, its position date, its notice."""
    paper = shared.document
    return [
        *([Para("Draft", (run(paper.draft),))] if paper.draft else []),
        *logo,
        *(Para("PaperHeading", (run(line),)) for line in paper.heading),
        Para("Title", (run(paper.title),)),
        *facts(paper.meta, Where(), shared),
        *([Para("Notice", (run(paper.notice),))] if paper.notice else []),
    ]


def list_of_contents(shared: Shared) -> list[Piece]:
    """Return the list of contents: links, inside a field that Word can make anew. It names no pages, for none is known.

    The field's instruction holds nothing of a record.
    """
    found = contents(shared.document.blocks)
    if len(found) < LEAST_CONTENTS:
        return []
    lines = [line for section, inner in found for line in _lines(section, inner, shared)]
    levels = 2 if any(inner for _, inner in found) else 1
    first, *others = lines
    start = (*_field_start(f'TOC \\o "1-{levels}" \\n \\h \\z'), *first.runs)
    end = Para("AfterTable", (_field("end"),))
    heading = Para("TOCHeading", (run(shared.words("contents")),))
    gallery = word("docPartObj", word("docPartGallery", val="Table of Contents"), word("docPartUnique"))
    inside_it = elements((heading, Para(first.style, start), *others, end))
    return [word("sdt", word("sdtPr", gallery), word("sdtContent", *inside_it))]


def _lines(section: Section, inner: Sequence[Section], shared: Shared) -> list[Para]:
    main = Para("TOC1", (inside(shared.places.of(section), section.title),))
    return [main, *(Para("TOC2", (inside(shared.places.of(each), each.title),)) for each in inner)]


def field(instruction: str) -> tuple[Element, ...]:
    """Return a field that Word fills in, such as the number of the page. Never call it with words of a record."""
    return (*_field_start(instruction), run("1"), _field("end"))


def _field_start(instruction: str) -> tuple[Element, ...]:
    told = word("instrText", f" {instruction} ")
    told.set("xml:space", "preserve")
    return (_field("begin"), word("r", told), _field("separate"))


def _field(sort: str) -> Element:
    return word("r", word("fldChar", fldCharType=sort))


def last_page(shared: Shared) -> list[Piece]:
    """Return how the paper can be made again, as the last thing in it."""
    paper = shared.document
    if paper.provenance is None:
        return []
    heading = Para("Heading1", (run(shared.words("remake")),))
    return [heading, *facts(remade(paper, paper.provenance, shared.words), Where(), shared)]
