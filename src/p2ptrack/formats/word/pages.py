"""Pages of a paper in Word: upright and turned ones, what stands at their head and foot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from xml.etree.ElementTree import Element

from p2ptrack.formats.archive import Relation
from p2ptrack.formats.closed import standing
from p2ptrack.formats.word.blocks import LANDSCAPE, PORTRAIT, Placed
from p2ptrack.formats.word.front import field
from p2ptrack.formats.word.marks import Para, Shared, elements, run, word
from p2ptrack.formats.xml_parts import node

_LONG, _SHORT = 16838, 11906
_MARGINS = {"top": 1334, "right": 1134, "bottom": 1134, "left": 1134, "header": 567, "footer": 567, "gutter": 0}
_PAGE, _PAGES = "\x01", "\x02"
RUNNING = tuple((sort, wide) for sort in ("header", "footer") for wide in (False, True))
"""What stands at the edges of pages: one header and one footer for upright pages, one of each for turned ones."""


def relations() -> tuple[Relation, ...]:
    """Return how the paper points at what stands at the edges of its pages."""
    return tuple(Relation(_id(*each), each[0], f"{_id(*each)}.xml") for each in RUNNING)


def _id(sort: str, wide: bool) -> str:
    return f"{sort}{'-wide' if wide else ''}"


def running(shared: Shared) -> dict[str, Element]:
    """Return the headers and footers by the names of their files."""
    paper = shared.document
    page_of = shared.words("page_of", page=_PAGE, pages=_PAGES)
    said = {
        "header": ((run(paper.title),), (run(standing(paper, shared.words)),)),
        "footer": ((run(" · ".join(paper.heading)),), tuple(_page_of(page_of))),
    }
    return {_id(sort, wide): _edge(sort, *said[sort], wide=wide) for sort, wide in RUNNING}


def _edge(sort: str, left: Iterable[Element], right: Iterable[Element], *, wide: bool) -> Element:
    tabs = word("tabs", word("tab", val="right", pos=LANDSCAPE if wide else PORTRAIT))
    line = Para(sort.capitalize(), (*left, word("r", word("tab")), *right), (tabs,))
    return word("hdr" if sort == "header" else "ftr", line.element)


def _page_of(words: str) -> Iterator[Element]:
    """Yield the words for “page 1 of 9” with fields where the numbers stand."""
    before, _, rest = words.partition(_PAGE)
    between, _, after = rest.partition(_PAGES)
    yield from (run(before), *field("PAGE"), run(between), *field("NUMPAGES"), run(after))


def body(pieces: Sequence[Placed]) -> Element:
    """Return the text of the paper, cut where pages are turned: a part's last paragraph holds the part's layout."""
    parts = [(wide, [piece for piece, _ in group]) for wide, group in groupby(pieces, key=lambda each: each[1])]
    made: list[Element] = []
    for at, (wide, part) in enumerate(parts):
        last = part[-1]
        ending = last if isinstance(last, Para) else Para("AfterTable")
        layout = _layout(wide=wide, first=at == 0)
        whole = at == len(parts) - 1
        closing = [ending.element, layout] if whole else [_with(ending, layout)]
        made += [*elements(part[:-1] if ending is last else part), *closing]
    return word("body", *made)


def _with(ending: Para, layout: Element) -> Element:
    return replace(ending, properties=(*ending.properties, layout)).element


def _layout(*, wide: bool, first: bool) -> Element:
    """Return the layout of some pages. The paper's first has no running title: the title itself stands there.

    LibreOffice takes that for the first page of every part, so the others say what stands there.
    """
    width, height = (_LONG, _SHORT) if wide else (_SHORT, _LONG)
    everywhere = [(sort, which) for sort in ("header", "footer") for which in ("default", "first")]
    shown = [each for each in everywhere if not first or each != ("header", "first")]
    return word(
        "sectPr",
        *(node(f"w:{sort}Reference", {"w:type": which, "r:id": _id(sort, wide)}) for sort, which in shown),
        word("pgSz", w=width, h=height, orient="landscape" if wide else None),
        word("pgMar", **_MARGINS),
        word("titlePg", val=int(first)),
    )
