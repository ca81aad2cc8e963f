"""Lists in Word, at any depth, in the text and in cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from p2ptrack.formats.word.marks import Para, Piece, Shared, word

BULLETS = 1
"""The number of the bulleted list in `numbering.xml`; numbered lists follow it in their order."""
DEEPEST = 8
STEP = 425
"""How far each depth stands in, in twentieths of a point: 7.5 mm."""

_ABSTRACT_BULLETS, _ABSTRACT_NUMBERS = 1, 2
_STYLED = 3
_SIGNS = "\u2022\u2013\u25aa"


@dataclass(frozen=True, slots=True)
class Where:
    """Where a part stands: under which level of heading, how many lists deep, in a cell or in the text."""

    heading: int = 1
    depth: int = 0
    cell: bool = False
    style: str = "BodyText"

    @property
    def indent(self) -> tuple[Element, ...]:
        """Return what makes a paragraph stand under the words of its list item."""
        return (word("ind", left=STEP * self.depth),) if self.depth else ()


Item = Callable[[Where], list[Piece]]


def listed(items: Iterable[Item], where: Where, shared: Shared, start: int | None = None) -> list[Piece]:
    """Return a list; `start` is the first number of a numbered one."""
    depth = min(where.depth, DEEPEST)
    number = BULLETS
    if start is not None:
        shared.lists.append((depth, start))
        number += len(shared.lists)
    inner = replace(where, depth=where.depth + 1, style="TableContinue" if where.cell else "ListContinue")
    marks = (word("numPr", word("ilvl", val=depth), word("numId", val=number)),)
    style = _style(depth, ordered=start is not None, cell=where.cell)
    return [made for item in items for made in _item(item(inner), style, marks, inner.style)]


def _style(depth: int, *, ordered: bool, cell: bool) -> str:
    sort = "Number" if ordered else "Bullet"
    if cell:
        return f"Table{sort}"
    return f"List{sort}{min(depth + 1, _STYLED) if depth else ''}"


def _item(blocks: list[Piece], style: str, marks: tuple[Element, ...], continued: str) -> list[Piece]:
    """Return one item: its first paragraph bears the mark, the others stand under its words."""
    first = blocks[0] if blocks else None
    if isinstance(first, Para) and first.style == continued:
        return [Para(style, first.runs, marks), *blocks[1:]]
    return [Para(style, (), marks), *blocks]


def numbering(shared: Shared) -> Element:
    """Return the part that says how each list of the paper counts."""
    abstract = (
        _abstract(_ABSTRACT_BULLETS, "bullet", lambda level: _SIGNS[level % len(_SIGNS)]),
        _abstract(_ABSTRACT_NUMBERS, "decimal", lambda level: f"%{level + 1}."),
    )
    bullets = word("num", word("abstractNumId", val=_ABSTRACT_BULLETS), numId=BULLETS)
    numbered = (_restarted(BULLETS + at, *each) for at, each in enumerate(shared.lists, 1))
    return word("numbering", *abstract, bullets, *numbered)


def _abstract(number: int, sort: str, text: Callable[[int], str]) -> Element:
    levels = (_level(level, sort, text(level)) for level in range(DEEPEST + 1))
    return word("abstractNum", word("multiLevelType", val="hybridMultilevel"), *levels, abstractNumId=number)


def _level(level: int, sort: str, text: str) -> Element:
    return word(
        "lvl",
        word("start", val=1),
        word("numFmt", val=sort),
        word("lvlText", val=text),
        word("lvlJc", val="left"),
        word("pPr", word("ind", left=STEP * (level + 1), hanging=STEP)),
        ilvl=level,
    )


def _restarted(number: int, depth: int, start: int) -> Element:
    begin = word("lvlOverride", word("startOverride", val=start), ilvl=depth)
    return word("num", word("abstractNumId", val=_ABSTRACT_NUMBERS), begin, numId=number)
