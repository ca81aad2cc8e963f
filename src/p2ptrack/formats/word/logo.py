"""The council's logo at the head of a paper in Word. Only `logo.png`: Word shows no SVG without a PNG beside it."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element

from p2ptrack.errors import CannotGoOn
from p2ptrack.formats import template_files
from p2ptrack.formats.word.marks import Para, word
from p2ptrack.formats.xml_parts import OFFICE, node

FILE, RELATION = "media/logo.png", "logo"

_NAMES = {
    "xmlns:wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "xmlns:a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "xmlns:pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "xmlns:r": OFFICE,
}
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_WIDTH, _HEIGHT = slice(16, 20), slice(20, 24)
_TALLEST, _WIDEST = 720_000, 2_520_000
"""In English Metric Units, of which a centimetre has 360,000: 2 cm high, 7 cm wide."""


def read(folders: tuple[Path, ...]) -> bytes:
    """Return the picture, or nothing where the council has none. Raises `CannotGoOn` when it is no PNG."""
    file = template_files.find("logo.png", folders)
    if file is None:
        return b""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CannotGoOn(f"{file} cannot be read ({error.strerror}): give it read permission.") from error
    if not data.startswith(_SIGNATURE) or 0 in _size(data):
        raise CannotGoOn(f"{file} is not a PNG picture: save it again as PNG.")
    return data


def _size(data: bytes) -> tuple[int, int]:
    return int.from_bytes(data[_WIDTH]), int.from_bytes(data[_HEIGHT])


def picture(data: bytes) -> Para:
    """Return the logo as a paragraph. It is decoration, as in HTML: whose paper it is stands under it in words."""
    width, height = _size(data)
    scale = min(_TALLEST / height, _WIDEST / width)
    size = {"cx": round(width * scale), "cy": round(height * scale)}
    inline = node(
        "wp:inline",
        _NAMES | dict.fromkeys(("distT", "distB", "distL", "distR"), "0"),
        node("wp:extent", size),
        node("wp:docPr", {"id": 1, "name": "Logo", "descr": ""}, _decoration()),
        node("a:graphic", None, node("a:graphicData", {"uri": _NAMES["xmlns:pic"]}, _pic(size))),
    )
    return Para("PaperHeading", (word("r", word("drawing", inline)),))


def _decoration() -> Element:
    """Return the mark by which Word tells screen readers to pass over a picture."""
    names = {"xmlns:adec": "http://schemas.microsoft.com/office/drawing/2017/decorative", "val": 1}
    kind = {"uri": "{C183D7F6-B498-43B3-948B-1728B52AA6E4}"}
    return node("a:extLst", None, node("a:ext", kind, node("adec:decorative", names)))


def _pic(size: dict[str, int]) -> Element:
    about = node("pic:nvPicPr", None, node("pic:cNvPr", {"id": 1, "name": "Logo"}), node("pic:cNvPicPr"))
    fill = node(
        "pic:blipFill", None, node("a:blip", {"r:embed": RELATION}), node("a:stretch", None, node("a:fillRect"))
    )
    place = node("a:xfrm", None, node("a:off", {"x": 0, "y": 0}), node("a:ext", size))
    shape = node("pic:spPr", None, place, node("a:prstGeom", {"prst": "rect"}, node("a:avLst")))
    return node("pic:pic", None, about, fill, shape)
