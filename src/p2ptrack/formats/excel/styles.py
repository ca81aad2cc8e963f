"""How the cells of a workbook look: one row of `_LOOKS` for each sort of cell (ECMA-376, part 1, section 18.8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from p2ptrack.formats.excel.values import Look, Value
from p2ptrack.formats.xml_parts import node

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

_NAVY, _TINT, _LINK, _LINE = "FF17365D", "FFEEF2F7", "FF0B4F9E", "FFA6B2C2"
_DAY, _DAY_STARRED, _NUMBER_STARRED = 164, 165, 166
_FORMATS = {_DAY: "[$-809]d mmmm yyyy", _DAY_STARRED: '[$-809]d mmmm yyyy"*"', _NUMBER_STARRED: 'General"*"'}
_PLAIN, _BOLD, _BIG, _BLUE = range(4)
_NO_FILL, _TINTED = 0, 2
_NO_LINE, _UNDER = 0, 1


@dataclass(frozen=True, slots=True)
class _Style:
    """A cell's look, by the numbers of its font, fill, line and format.

    `quoted` cells stay text when they are edited; one that is not wrapped runs on over the empty cells beside it.
    """

    font: int = _PLAIN
    fill: int = _NO_FILL
    line: int = _NO_LINE
    format: int = 0
    quoted: bool = False
    wrapped: bool = True


_LOOKS: Mapping[tuple[Look, bool], _Style] = {
    ("text", False): _Style(),
    ("guarded", False): _Style(quoted=True),
    ("number", False): _Style(),
    ("number", True): _Style(format=_NUMBER_STARRED),
    ("day", False): _Style(format=_DAY),
    ("day", True): _Style(format=_DAY_STARRED),
    ("head", False): _Style(font=_BOLD, fill=_TINTED, line=_UNDER),
    ("title", False): _Style(font=_BIG, quoted=True, wrapped=False),
    ("line", False): _Style(quoted=True, wrapped=False),
    ("strong", False): _Style(font=_BOLD, wrapped=False),
    ("link", False): _Style(font=_BLUE),
}
_NUMBERS = {key: number for number, key in enumerate(_LOOKS)}


def style_of(value: Value) -> int:
    """Return the number of the style that a cell wears."""
    return _NUMBERS[value.look, value.starred]


def style_sheet() -> Element:
    """Return the part that holds every look."""
    return node(
        "styleSheet",
        {"xmlns": MAIN},
        _group("numFmts", *(node("numFmt", {"numFmtId": at, "formatCode": code}) for at, code in _FORMATS.items())),
        _group("fonts", _font(11), _font(11, "b"), _font(16, "b", colour=_NAVY), _font(11, "u", colour=_LINK)),
        _group("fills", _fill("none"), _fill("gray125"), _fill("solid", _TINT)),
        _group("borders", _border(), _border(_LINE)),
        _group("cellStyleXfs", node("xf", {"numFmtId": 0, "fontId": 0, "fillId": 0, "borderId": 0})),
        _group("cellXfs", *map(_xf, _LOOKS.values())),
        _group("cellStyles", node("cellStyle", {"name": "Normal", "xfId": 0, "builtinId": 0})),
    )


def _group(tag: str, *members: Element) -> Element:
    return node(tag, {"count": len(members)}, *members)


def _font(size: int, mark: str = "", colour: str = "FF000000") -> Element:
    parts = (node("sz", {"val": size}), node("color", {"rgb": colour}), node("name", {"val": "Arial"}))
    return node("font", None, node(mark) if mark else None, *parts, node("family", {"val": 2}))


def _fill(pattern: str, colour: str = "") -> Element:
    inside = node("fgColor", {"rgb": colour}) if colour else None
    return node("fill", None, node("patternFill", {"patternType": pattern}, inside))


def _border(colour: str = "") -> Element:
    under = node("bottom", {"style": "thin"}, node("color", {"rgb": colour})) if colour else node("bottom")
    return node("border", None, node("left"), node("right"), node("top"), under, node("diagonal"))


def _xf(style: _Style) -> Element:
    numbers = {"numFmtId": style.format, "fontId": style.font, "fillId": style.fill, "borderId": style.line, "xfId": 0}
    quoted = {"quotePrefix": 1} if style.quoted else {}
    applied = {f"apply{name}": 1 for name in ("NumberFormat", "Font", "Fill", "Border", "Alignment")}
    side = "left" if style.format in {_DAY, _DAY_STARRED} else None
    alignment = node("alignment", {"horizontal": side, "vertical": "top", "wrapText": int(style.wrapped)})
    return node("xf", {**numbers, **quoted, **applied}, alignment)
