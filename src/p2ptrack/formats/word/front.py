"""What stands around a paper in Word: its head, its list of contents, and how it can be made again."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from p2ptrack.formats.arrange import list_contents
from p2ptrack.formats.remake import list_reproduction_facts
from p2ptrack.formats.word.blocks import make_facts
from p2ptrack.formats.word.lists import BlockPosition
from p2ptrack.formats.word.marks import (
    DocxContext,
    DocxParagraph,
    DocxPiece,
    iter_elements,
    make_internal_link,
    make_run,
    make_word_element,
)
from p2ptrack.reports.document import Section

MIN_CONTENTS_SECTIONS = 4
"""Main sections from which on a paper has a list of contents, as in HTML."""


def make_title_block(context: DocxContext, logo_pieces: Sequence[DocxPiece]) -> list[DocxPiece]:
    """Return what stands above the paper: whose it is, its title, its position date, its notice."""
    paper = context.document
    return [
        *([DocxParagraph("Draft", (make_run(paper.draft),))] if paper.draft else []),
        *logo_pieces,
        *(DocxParagraph("PaperHeading", (make_run(line),)) for line in paper.heading),
        DocxParagraph("Title", (make_run(paper.title),)),
        *make_facts(paper.meta, BlockPosition(), context),
        *([DocxParagraph("Notice", (make_run(paper.notice),))] if paper.notice else []),
    ]


def make_contents(context: DocxContext) -> list[DocxPiece]:
    """Return the list of contents: links, inside a field that Word can make anew. It names no pages, for none is known.

    The field's instruction holds nothing of a record.
    """
    entries = list_contents(context.document.blocks)
    if len(entries) < MIN_CONTENTS_SECTIONS:
        return []
    lines = [line for section, subsections in entries for line in _make_contents_lines(section, subsections, context)]
    levels = 2 if any(subsections for _, subsections in entries) else 1
    first_line, *other_lines = lines
    start_runs = (*_make_field_start(f'TOC \\o "1-{levels}" \\n \\h \\z'), *first_line.runs)
    end_paragraph = DocxParagraph("AfterTable", (_make_field_character("end"),))
    heading = DocxParagraph("TOCHeading", (make_run(context.wording("contents")),))
    gallery = make_word_element(
        "docPartObj", make_word_element("docPartGallery", val="Table of Contents"), make_word_element("docPartUnique")
    )
    field_elements = iter_elements((heading, DocxParagraph(first_line.style, start_runs), *other_lines, end_paragraph))
    return [
        make_word_element("sdt", make_word_element("sdtPr", gallery), make_word_element("sdtContent", *field_elements))
    ]


def _make_contents_lines(section: Section, subsections: Sequence[Section], context: DocxContext) -> list[DocxParagraph]:
    main_line = DocxParagraph("TOC1", (make_internal_link(context.anchors.find_anchor(section), section.title),))
    return [
        main_line,
        *(
            DocxParagraph("TOC2", (make_internal_link(context.anchors.find_anchor(subsection), subsection.title),))
            for subsection in subsections
        ),
    ]


def make_field(instruction: str) -> tuple[Element, ...]:
    """Return a field that Word fills in, such as the number of the page. Never call it with words of a record."""
    return (*_make_field_start(instruction), make_run("1"), _make_field_character("end"))


def _make_field_start(instruction: str) -> tuple[Element, ...]:
    instruction_element = make_word_element("instrText", f" {instruction} ")
    instruction_element.set("xml:space", "preserve")
    return (
        _make_field_character("begin"),
        make_word_element("r", instruction_element),
        _make_field_character("separate"),
    )


def _make_field_character(character_type: str) -> Element:
    return make_word_element("r", make_word_element("fldChar", fldCharType=character_type))


def make_last_page(context: DocxContext) -> list[DocxPiece]:
    """Return how the paper can be made again, as the last thing in it."""
    paper = context.document
    if paper.provenance is None:
        return []
    heading = DocxParagraph("Heading1", (make_run(context.wording("remake")),))
    return [
        heading,
        *make_facts(list_reproduction_facts(paper, paper.provenance, context.wording), BlockPosition(), context),
    ]
