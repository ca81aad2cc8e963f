"""Charts in Word: pictures with their summary for readers who cannot see them.

A picture is an enhanced metafile (MS-EMF), which every version of Word and LibreOffice draws. It has the rectangles,
lines and texts of the chart's SVG, in the same order.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from html import unescape
from xml.etree.ElementTree import Element

from p2ptrack.formats.html.charts import CHART_WIDTH, FONT_SIZE, INK_COLOUR, render_svg
from p2ptrack.formats.office import PackagePart, Relationship, make_element
from p2ptrack.reports.document import Picture
from p2ptrack.values import dataclass

WIDTH_MILLIMETRES = 170.0
_UNIT = 20
"""Logical units of the metafile for one of the drawing."""
_DOTS_A_MILLIMETRE = 20
_NULL_BRUSH, _NULL_PEN = 0x80000005, 0x80000008
_PEN, _BRUSH, _REGULAR, _BOLD = 1, 2, 3, 4
_TAG = re.compile(r"<(rect|path|text)\b([^>]*?)/?>(?:([^<]*)</text>)?")
_ATTRIBUTE = re.compile(r'(?<![\w-])([\w-]+)="([^"]*)"')
_STROKE = re.compile(r"M([-\d.]+) ([-\d.]+)(?:L([-\d.]+) ([-\d.]+)|v([-\d.]+)|h([-\d.]+))")
_VIEW_BOX = re.compile(r'viewBox="0 0 [\d.]+ ([\d.]+)"')
_FONT = "Arial"
_WIDTHS = {
    **dict.fromkeys("ijl'|", 0.222), **dict.fromkeys(" !.,:;/\\[]ftI", 0.278), **dict.fromkeys("r-()`", 0.333),
    **dict.fromkeys("ckxyzsJv", 0.5), **dict.fromkeys("w", 0.722), **dict.fromkeys("mM", 0.833),
    **dict.fromkeys("ABEKPSVXY&", 0.667), **dict.fromkeys("CDHNRU", 0.722), **dict.fromkeys("GOQ", 0.778),
    **dict.fromkeys("FTZ", 0.611), "W": 0.944, "…": 1.0, "%": 0.889, "@": 1.015,
}  # fmt: skip
_USUAL_WIDTH, _BOLD_FACTOR = 0.556, 1.06


def make_metafile(svg: str) -> tuple[bytes, float]:
    """Return the drawing of an SVG of `render_svg` as a metafile, and its height in millimetres."""
    match = _VIEW_BOX.search(svg)
    height = float(match[1]) if match else 1.0
    writer = _Writer(height)
    for name, attributes, text in _TAG.findall(svg):
        values = dict(_ATTRIBUTE.findall(attributes))
        if name == "rect":
            writer.draw_rectangle(values)
        elif name == "path":
            writer.draw_lines(values)
        else:
            writer.draw_text(values, unescape(text))
    return writer.finish(), height * WIDTH_MILLIMETRES / CHART_WIDTH


def _colour(value: str) -> int:
    """Return a colour `#rrggbb` as the number of Windows: blue, green, red."""
    return int.from_bytes(bytes.fromhex(value[1:]), "little")


class _Writer:
    """Collects the records of one metafile."""

    def __init__(self, height: float) -> None:
        self._records: list[bytes] = []
        self._height = height
        size = (round(CHART_WIDTH * _UNIT), round(height * _UNIT))
        self._dots = (
            round(WIDTH_MILLIMETRES * _DOTS_A_MILLIMETRE),
            round(height * WIDTH_MILLIMETRES / CHART_WIDTH * _DOTS_A_MILLIMETRE),
        )
        self._add(17, struct.pack("<I", 8))  # logical units of its own
        self._add(10, struct.pack("<ii", 0, 0))
        self._add(9, struct.pack("<ii", *size))
        self._add(12, struct.pack("<ii", 0, 0))
        self._add(11, struct.pack("<ii", *self._dots))
        self._add(18, struct.pack("<I", 1))  # text without a background
        self._add(22, struct.pack("<I", 24))  # placed by its baseline
        for handle, weight in ((_REGULAR, 400), (_BOLD, 700)):
            self._add_font(handle, weight)

    def _add(self, kind: int, data: bytes) -> None:
        self._records.append(struct.pack("<II", kind, 8 + len(data)) + data)

    def _add_font(self, handle: int, weight: int) -> None:
        name = _FONT.encode("utf-16-le").ljust(64, b"\0")
        font = struct.pack("<iiiii8B", -round(FONT_SIZE * _UNIT), 0, 0, 0, weight, 0, 0, 0, 0, 0, 0, 0, 0) + name
        self._add(82, struct.pack("<I", handle) + font.ljust(320, b"\0"))

    def _select(self, handle: int) -> None:
        self._add(37, struct.pack("<I", handle))

    def _delete(self, *handles: int) -> None:
        for handle in handles:
            self._add(40, struct.pack("<I", handle))

    def _select_pen(self, colour: str, width: str) -> None:
        self._add(38, struct.pack("<IIiiI", _PEN, 0, round(float(width) * _UNIT), 0, _colour(colour)))
        self._select(_PEN)

    def draw_rectangle(self, values: dict[str, str]) -> None:
        """Draw a filled rectangle, with an outline where it has one."""
        x, y, width, height = (float(values[name]) * _UNIT for name in ("x", "y", "width", "height"))
        has_outline = "stroke" in values
        if has_outline:
            self._select_pen(values["stroke"], values.get("stroke-width", "1"))
        else:
            self._select(_NULL_PEN)
        self._add(39, struct.pack("<IIII", _BRUSH, 0, _colour(values["fill"]), 0))
        self._select(_BRUSH)
        self._add(43, struct.pack("<iiii", *map(round, (x, y, x + width, y + height))))
        self._select(_NULL_BRUSH)
        self._select(_NULL_PEN)
        self._delete(_BRUSH, *([_PEN] if has_outline else []))

    def draw_lines(self, values: dict[str, str]) -> None:
        """Draw straight lines."""
        self._select_pen(values["stroke"], values.get("stroke-width", "1"))
        for x, y, to_x, to_y, down, right in _STROKE.findall(values["d"]):
            start = (float(x), float(y))
            end = (float(to_x or start[0] + float(right or 0)), float(to_y or start[1] + float(down or 0)))
            self._add(27, struct.pack("<ii", *(round(number * _UNIT) for number in start)))
            self._add(54, struct.pack("<ii", *(round(number * _UNIT) for number in end)))
        self._select(_NULL_PEN)
        self._delete(_PEN)

    def draw_text(self, values: dict[str, str], text: str) -> None:
        """Write a text from its starting point, with the letter widths of Arial."""
        is_bold = "font-weight" in values
        self._select(_BOLD if is_bold else _REGULAR)
        self._add(24, struct.pack("<I", _colour(values.get("fill", INK_COLOUR))))
        data = text.encode("utf-16-le")
        characters = [data[index : index + 2].decode("utf-16-le", "replace") for index in range(0, len(data), 2)]
        factor = FONT_SIZE * _UNIT * (_BOLD_FACTOR if is_bold else 1)
        widths = [round(_WIDTHS.get(character, _USUAL_WIDTH) * factor) for character in characters]
        padded = data.ljust(-(-len(data) // 4) * 4, b"\0")
        point = (round(float(values["x"]) * _UNIT), round(float(values["y"]) * _UNIT))
        head = struct.pack("<iiiiIff", 0, 0, -1, -1, 1, 1.0, 1.0)
        body = struct.pack("<iiIIIiiiiI", *point, len(characters), 76, 0, 0, 0, -1, -1, 76 + len(padded))
        self._add(84, head + body + padded + struct.pack(f"<{len(widths)}I", *widths))

    def finish(self) -> bytes:
        """Return the whole file."""
        self._add(14, struct.pack("<III", 0, 16, 20))
        content = b"".join(self._records)
        frame = (round(WIDTH_MILLIMETRES * 100), round(self._height * WIDTH_MILLIMETRES / CHART_WIDTH * 100))
        right, bottom = self._dots
        head = struct.pack("<iiiiiiii", 0, 0, right - 1, bottom - 1, 0, 0, *frame)
        counts = struct.pack(
            "<IIIIHHIII", 0x464D4520, 0x10000, 88 + len(content), len(self._records) + 1, 5, 0, 0, 0, 0
        )
        device = struct.pack("<iiii", 200 * _DOTS_A_MILLIMETRE, 300 * _DOTS_A_MILLIMETRE, 200, 300)
        return struct.pack("<II", 1, 88) + head + counts + device + content


_PICTURE_NAMESPACE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_DRAWING_NAMESPACES = {
    "xmlns:wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "xmlns:a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "xmlns:pic": _PICTURE_NAMESPACE,
    "xmlns:r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
_EMU = 36_000
"""English Metric Units in a millimetre."""
_FIRST_ID = 100
"""The first id of the drawings of a paper. The logo is 1."""


@dataclass(frozen=True, slots=True)
class WordChart:
    """One chart of a paper. `height` is in millimetres."""

    number: int
    summary: str
    metafile: bytes
    height: float

    @property
    def id(self) -> str:
        """Return the id of the relationship to its picture."""
        return f"chart{self.number}"

    @property
    def file(self) -> str:
        """Return the name of its picture."""
        return f"media/{self.id}.emf"

    def make_run(self) -> Element:
        """Return the chart in a run of text, with its summary as alternative text."""
        extent = {"cx": round(WIDTH_MILLIMETRES * _EMU), "cy": round(self.height * _EMU)}
        name = f"Chart {self.number}"
        properties = {"id": _FIRST_ID + self.number, "name": name, "descr": self.summary}
        picture = self._make_picture(name, extent)
        inline = make_element(
            "wp:inline",
            _DRAWING_NAMESPACES | dict.fromkeys(("distT", "distB", "distL", "distR"), "0"),
            make_element("wp:extent", extent),
            make_element("wp:docPr", properties),
            make_element("a:graphic", None, make_element("a:graphicData", {"uri": _PICTURE_NAMESPACE}, picture)),
        )
        return make_element("w:r", None, make_element("w:drawing", None, inline))

    def _make_picture(self, name: str, extent: dict[str, int]) -> Element:
        stretch = make_element("a:stretch", None, make_element("a:fillRect"))
        transform = make_element("a:xfrm", None, make_element("a:off", {"x": 0, "y": 0}), make_element("a:ext", extent))
        rectangle = make_element("a:prstGeom", {"prst": "rect"}, make_element("a:avLst"))
        properties = make_element("pic:cNvPr", {"id": 0, "name": name})
        return make_element(
            "pic:pic",
            None,
            make_element("pic:nvPicPr", None, properties, make_element("pic:cNvPicPr")),
            make_element("pic:blipFill", None, make_element("a:blip", {"r:embed": self.id}), stretch),
            make_element("pic:spPr", None, transform, rectangle),
        )


def make_chart(picture: Picture, number: int) -> WordChart:
    """Return the chart with its drawing."""
    metafile, height = make_metafile(render_svg(picture, f"chart{number}"))
    return WordChart(number, picture.summary, metafile, height)


def list_chart_parts(charts: Sequence[WordChart]) -> tuple[list[PackagePart], list[Relationship]]:
    """Return the files of the charts and the relationships of the document to them."""
    parts = [PackagePart(f"word/{chart.file}", "image/x-emf", chart.metafile) for chart in charts]
    return parts, [Relationship(chart.id, "image", chart.file) for chart in charts]
