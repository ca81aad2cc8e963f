"""Pages of a paper in Word: upright and turned ones, what stands at their head and foot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from xml.etree.ElementTree import Element

from p2ptrack.formats.archive import Relationship
from p2ptrack.formats.closed import format_status_mark
from p2ptrack.formats.word.blocks import LANDSCAPE_WIDTH, PORTRAIT_WIDTH, OrientedPiece
from p2ptrack.formats.word.front import make_field
from p2ptrack.formats.word.marks import DocxContext, DocxParagraph, iter_elements, make_run, make_word_element
from p2ptrack.formats.xml_parts import make_element

_LONG_SIDE, _SHORT_SIDE = 16838, 11906
_PAGE_MARGINS = {"top": 1334, "right": 1134, "bottom": 1134, "left": 1134, "header": 567, "footer": 567, "gutter": 0}
_PAGE_MARK, _PAGE_COUNT_MARK = "\x01", "\x02"
HEADERS_AND_FOOTERS = tuple((sort, wide) for sort in ("header", "footer") for wide in (False, True))
"""What stands at the edges of pages: one header and one footer for upright pages, one of each for turned ones."""


def list_edge_relationships() -> tuple[Relationship, ...]:
    """Return how the paper points at what stands at the edges of its pages."""
    return tuple(
        Relationship(_format_edge_id(*edge), edge[0], f"{_format_edge_id(*edge)}.xml") for edge in HEADERS_AND_FOOTERS
    )


def _format_edge_id(edge_type: str, wide: bool) -> str:
    return f"{edge_type}{'-wide' if wide else ''}"


def make_headers_and_footers(context: DocxContext) -> dict[str, Element]:
    """Return the headers and footers by the names of their files."""
    paper = context.document
    page_number = context.wording("page_of", page=_PAGE_MARK, pages=_PAGE_COUNT_MARK)
    edge_runs = {
        "header": ((make_run(paper.title),), (make_run(format_status_mark(paper, context.wording)),)),
        "footer": ((make_run(" · ".join(paper.heading)),), tuple(_make_page_number(page_number))),
    }
    return {
        _format_edge_id(edge_type, wide): _make_edge(edge_type, *edge_runs[edge_type], wide=wide)
        for edge_type, wide in HEADERS_AND_FOOTERS
    }


def _make_edge(edge_type: str, left: Iterable[Element], right: Iterable[Element], *, wide: bool) -> Element:
    tabs = make_word_element(
        "tabs", make_word_element("tab", val="right", pos=LANDSCAPE_WIDTH if wide else PORTRAIT_WIDTH)
    )
    line = DocxParagraph(
        edge_type.capitalize(), (*left, make_word_element("r", make_word_element("tab")), *right), (tabs,)
    )
    return make_word_element("hdr" if edge_type == "header" else "ftr", line.element)


def _make_page_number(sentence: str) -> Iterator[Element]:
    """Yield the words for “page 1 of 9” with fields where the numbers stand."""
    before, _, rest = sentence.partition(_PAGE_MARK)
    between, _, after = rest.partition(_PAGE_COUNT_MARK)
    yield from (make_run(before), *make_field("PAGE"), make_run(between), *make_field("NUMPAGES"), make_run(after))


def make_body(pieces: Sequence[OrientedPiece]) -> Element:
    """Return the text of the paper, cut where pages are turned: a part's last paragraph holds the part's layout."""
    parts = [
        (wide, [piece for piece, _ in group])
        for wide, group in groupby(pieces, key=lambda oriented_piece: oriented_piece[1])
    ]
    children: list[Element] = []
    for index, (wide, part) in enumerate(parts):
        last = part[-1]
        end_paragraph = last if isinstance(last, DocxParagraph) else DocxParagraph("AfterTable")
        layout = _make_page_layout(wide=wide, first=index == 0)
        is_last = index == len(parts) - 1
        end_elements = [end_paragraph.element, layout] if is_last else [_add_layout(end_paragraph, layout)]
        children += [*iter_elements(part[:-1] if end_paragraph is last else part), *end_elements]
    return make_word_element("body", *children)


def _add_layout(paragraph: DocxParagraph, layout: Element) -> Element:
    return replace(paragraph, properties=(*paragraph.properties, layout)).element


def _make_page_layout(*, wide: bool, first: bool) -> Element:
    """Return the layout of some pages. The paper's first has no running title: the title itself stands there.

    LibreOffice takes that for the first page of every part, so the others say what stands there.
    """
    width, height = (_LONG_SIDE, _SHORT_SIDE) if wide else (_SHORT_SIDE, _LONG_SIDE)
    references = [(edge_type, page_type) for edge_type in ("header", "footer") for page_type in ("default", "first")]
    used_references = [reference for reference in references if not first or reference != ("header", "first")]
    return make_word_element(
        "sectPr",
        *(
            make_element(f"w:{edge_type}Reference", {"w:type": page_type, "r:id": _format_edge_id(edge_type, wide)})
            for edge_type, page_type in used_references
        ),
        make_word_element("pgSz", w=width, h=height, orient="landscape" if wide else None),
        make_word_element("pgMar", **_PAGE_MARGINS),
        make_word_element("titlePg", val=int(first)),
    )
