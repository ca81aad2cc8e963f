"""Lists in Word, at any depth, in the text and in cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from p2ptrack.formats.word.marks import DocxContext, DocxParagraph, DocxPiece, make_word_element

BULLET_LIST_ID = 1
"""The number of the bulleted list in `numbering.xml`; numbered lists follow it in their order."""
MAX_LIST_DEPTH = 8
INDENT_STEP = 425
"""How far each depth stands in, in twentieths of a point: 7.5 mm."""

_ABSTRACT_BULLETS, _ABSTRACT_NUMBERS = 1, 2
_STYLED_DEPTHS = 3
_BULLET_CHARACTERS = "\u2022\u2013\u25aa"


@dataclass(frozen=True, slots=True)
class BlockPosition:
    """Where a part stands: under which level of heading, how many lists deep, in a cell or in the text."""

    heading: int = 1
    depth: int = 0
    cell: bool = False
    style: str = "BodyText"

    @property
    def indent(self) -> tuple[Element, ...]:
        """Return what makes a paragraph stand under the words of its list item."""
        return (make_word_element("ind", left=INDENT_STEP * self.depth),) if self.depth else ()


ItemWriter = Callable[[BlockPosition], list[DocxPiece]]


def make_list(
    items: Iterable[ItemWriter], position: BlockPosition, context: DocxContext, start: int | None = None
) -> list[DocxPiece]:
    """Return a list; `start` is the first number of a numbered one."""
    depth = min(position.depth, MAX_LIST_DEPTH)
    list_id = BULLET_LIST_ID
    if start is not None:
        context.numbered_lists.append((depth, start))
        list_id += len(context.numbered_lists)
    item_position = replace(
        position, depth=position.depth + 1, style="TableContinue" if position.cell else "ListContinue"
    )
    list_properties = (
        make_word_element("numPr", make_word_element("ilvl", val=depth), make_word_element("numId", val=list_id)),
    )
    style = _choose_list_style(depth, ordered=start is not None, cell=position.cell)
    return [
        piece
        for item in items
        for piece in _make_item(item(item_position), style, list_properties, item_position.style)
    ]


def _choose_list_style(depth: int, *, ordered: bool, cell: bool) -> str:
    suffix = "Number" if ordered else "Bullet"
    if cell:
        return f"Table{suffix}"
    return f"List{suffix}{min(depth + 1, _STYLED_DEPTHS) if depth else ''}"


def _make_item(
    blocks: list[DocxPiece], style: str, list_properties: tuple[Element, ...], continue_style: str
) -> list[DocxPiece]:
    """Return one item: its first paragraph bears the mark, the others stand under its words."""
    first = blocks[0] if blocks else None
    if isinstance(first, DocxParagraph) and first.style == continue_style:
        return [DocxParagraph(style, first.runs, list_properties), *blocks[1:]]
    return [DocxParagraph(style, (), list_properties), *blocks]


def make_numbering(context: DocxContext) -> Element:
    """Return the part that says how each list of the paper counts."""
    abstract_lists = (
        _make_abstract_list(
            _ABSTRACT_BULLETS, "bullet", lambda level: _BULLET_CHARACTERS[level % len(_BULLET_CHARACTERS)]
        ),
        _make_abstract_list(_ABSTRACT_NUMBERS, "decimal", lambda level: f"%{level + 1}."),
    )
    bullet_list = make_word_element(
        "num", make_word_element("abstractNumId", val=_ABSTRACT_BULLETS), numId=BULLET_LIST_ID
    )
    numbered_lists = (
        _make_restarted_list(BULLET_LIST_ID + index, *restart)
        for index, restart in enumerate(context.numbered_lists, 1)
    )
    return make_word_element("numbering", *abstract_lists, bullet_list, *numbered_lists)


def _make_abstract_list(number: int, number_format: str, format_label: Callable[[int], str]) -> Element:
    levels = (_make_level(level, number_format, format_label(level)) for level in range(MAX_LIST_DEPTH + 1))
    return make_word_element(
        "abstractNum", make_word_element("multiLevelType", val="hybridMultilevel"), *levels, abstractNumId=number
    )


def _make_level(level: int, number_format: str, label: str) -> Element:
    return make_word_element(
        "lvl",
        make_word_element("start", val=1),
        make_word_element("numFmt", val=number_format),
        make_word_element("lvlText", val=label),
        make_word_element("lvlJc", val="left"),
        make_word_element("pPr", make_word_element("ind", left=INDENT_STEP * (level + 1), hanging=INDENT_STEP)),
        ilvl=level,
    )


def _make_restarted_list(number: int, depth: int, start: int) -> Element:
    override = make_word_element("lvlOverride", make_word_element("startOverride", val=start), ilvl=depth)
    return make_word_element("num", make_word_element("abstractNumId", val=_ABSTRACT_NUMBERS), override, numId=number)
