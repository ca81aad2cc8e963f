"""Charts in Word: pictures with their summary for readers who cannot see them."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from p2ptrack.formats.docx.metafile import WIDTH_MILLIMETRES, make_metafile
from p2ptrack.formats.html.charts import render_svg
from p2ptrack.formats.office import PackagePart, Relationship, make_element
from p2ptrack.reports.document import Picture
from p2ptrack.values import dataclass

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
"""Of the drawings of a paper. The logo is 1."""


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
