"""The council's logo at the head of a paper in Word. Only `logo.png`: Word shows no SVG without a PNG beside it."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element

from p2ptrack.errors import OperationError
from p2ptrack.formats import template_files
from p2ptrack.formats.word.marks import DocxParagraph, make_word_element
from p2ptrack.formats.xml_parts import OFFICE_RELATIONSHIPS, make_element

LOGO_FILE, LOGO_RELATIONSHIP_ID = "media/logo.png", "logo"

_DRAWING_NAMESPACES = {
    "xmlns:wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "xmlns:a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "xmlns:pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "xmlns:r": OFFICE_RELATIONSHIPS,
}
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_WIDTH, _PNG_HEIGHT = slice(16, 20), slice(20, 24)
_MAX_LOGO_HEIGHT, _MAX_LOGO_WIDTH = 720_000, 2_520_000
"""In English Metric Units, of which a centimetre has 360,000: 2 cm high, 7 cm wide."""


def read_logo(folders: tuple[Path, ...]) -> bytes:
    """Return the picture, or nothing where the council has none. Raises `OperationError` when it is no PNG."""
    file = template_files.find_template("logo.png", folders)
    if file is None:
        return b""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise OperationError(f"{file} cannot be read ({error.strerror}): give it read permission.") from error
    if not data.startswith(_PNG_SIGNATURE) or 0 in _read_png_size(data):
        raise OperationError(f"{file} is not a PNG picture: save it again as PNG.")
    return data


def _read_png_size(data: bytes) -> tuple[int, int]:
    return int.from_bytes(data[_PNG_WIDTH]), int.from_bytes(data[_PNG_HEIGHT])


def make_logo(data: bytes) -> DocxParagraph:
    """Return the logo as a paragraph. It is decoration, as in HTML: whose paper it is stands under it in words."""
    width, height = _read_png_size(data)
    scale = min(_MAX_LOGO_HEIGHT / height, _MAX_LOGO_WIDTH / width)
    extent = {"cx": round(width * scale), "cy": round(height * scale)}
    inline = make_element(
        "wp:inline",
        _DRAWING_NAMESPACES | dict.fromkeys(("distT", "distB", "distL", "distR"), "0"),
        make_element("wp:extent", extent),
        make_element("wp:docPr", {"id": 1, "name": "Logo", "descr": ""}, _make_decoration_mark()),
        make_element(
            "a:graphic",
            None,
            make_element("a:graphicData", {"uri": _DRAWING_NAMESPACES["xmlns:pic"]}, _make_picture(extent)),
        ),
    )
    return DocxParagraph("PaperHeading", (make_word_element("r", make_word_element("drawing", inline)),))


def _make_decoration_mark() -> Element:
    """Return the mark by which Word tells screen readers to pass over a picture."""
    attributes = {"xmlns:adec": "http://schemas.microsoft.com/office/drawing/2017/decorative", "val": 1}
    extension = {"uri": "{C183D7F6-B498-43B3-948B-1728B52AA6E4}"}
    return make_element("a:extLst", None, make_element("a:ext", extension, make_element("adec:decorative", attributes)))


def _make_picture(extent: dict[str, int]) -> Element:
    picture_properties = make_element(
        "pic:nvPicPr", None, make_element("pic:cNvPr", {"id": 1, "name": "Logo"}), make_element("pic:cNvPicPr")
    )
    picture_fill = make_element(
        "pic:blipFill",
        None,
        make_element("a:blip", {"r:embed": LOGO_RELATIONSHIP_ID}),
        make_element("a:stretch", None, make_element("a:fillRect")),
    )
    transform = make_element("a:xfrm", None, make_element("a:off", {"x": 0, "y": 0}), make_element("a:ext", extent))
    shape_properties = make_element(
        "pic:spPr", None, transform, make_element("a:prstGeom", {"prst": "rect"}, make_element("a:avLst"))
    )
    return make_element("pic:pic", None, picture_properties, picture_fill, shape_properties)
