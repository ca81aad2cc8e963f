"""Charts as SVG, for screens and print, and in Word as pictures with a summary for readers who cannot see them.

Areas are distinct in grey: by shade, hatching, outline and the number in them. There is no opacity and no
`text-anchor`, because WeasyPrint draws both as separate forms, outside the structure of a PDF. So text starts at its
position, and numbers are centred by the width of a digit, which is the same for all digits. Colours are attributes,
which a style sheet may override. The fonts are those of the page.

A picture in Word is an enhanced metafile (MS-EMF), which every version of Word and LibreOffice draws. It has the
rectangles, lines and texts of the chart's SVG, in the same order.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape, unescape
from textwrap import shorten
from xml.etree.ElementTree import Element

from p2ptrack.formats.office import OFFICE_RELATIONSHIPS, PackagePart, Relationship, make_element
from p2ptrack.formats.pasted_text import strip_unprintable
from p2ptrack.reports.document import Bar, BarChart, Picture, Series, Shade, TimelineChart, TimelineSpan
from p2ptrack.values import dataclass

CHART_WIDTH = 640.0
FONT_FAMILY = "'Source Sans Pro', 'Source Sans 3', 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
FONT_SIZE = 13.0
LABEL_WIDTH, ROW_HEIGHT, BAR_HEIGHT, TOTAL_WIDTH = 220.0, 19.0, 15.0, 30.0
HEAD_HEIGHT, BAND_HEIGHT, PLOT_HEIGHT = 20.0, 21.0, 90.0
INK_COLOUR, MUTED_COLOUR, WHITE_COLOUR = "#1b2530", "#4b5764", "#ffffff"

_LETTER_WIDTH = 6.65  # of an average letter at the font size, rather too wide than too narrow
_DIGIT_WIDTH = 6.46  # of a digit at the font size, in the packaged font
_BASELINE = FONT_SIZE * 0.35  # from the middle of a line of text down to its baseline
_HATCH_SPACING = 4.0
_FILL_COLOURS: dict[Shade, str] = {
    "dark": "#17365d",
    "medium": "#86a9d1",
    "light": "#dde8f4",
    "white": WHITE_COLOUR,
    "upright": WHITE_COLOUR,
    "level": WHITE_COLOUR,
    "crossed": WHITE_COLOUR,
}
_HATCHED_SHADES: frozenset[Shade] = frozenset({"upright", "level", "crossed"})
_BOLD = ' font-weight="600"'


@dataclass(frozen=True, slots=True)
class ChartBox:
    """A rectangle of the drawing, from its top left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre_x(self) -> float:
        """The horizontal middle."""
        return self.x + self.width / 2

    @property
    def attributes(self) -> str:
        """The attributes of a `rect` of this size and place."""
        x, y, width, height = map(_format_number, (self.x, self.y, self.width, self.height))
        return f'x="{x}" y="{y}" width="{width}" height="{height}"'


def render_svg(picture: Picture, name: str) -> str:
    """Return the picture as SVG. `name` is the prefix of the ids inside it."""
    chart = picture.chart
    height, parts = _draw_bar_chart(chart) if isinstance(chart, BarChart) else _draw_timeline(chart)
    title_id, numbers_id = f"{escape(name)}-title", f"{escape(name)}-numbers"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{title_id}"'
        f' aria-describedby="{numbers_id}"'
        f' viewBox="0 0 {_format_number(CHART_WIDTH)} {_format_number(height)}"'
        f' font-family="{escape(FONT_FAMILY)}" font-size="{FONT_SIZE}" fill="{INK_COLOUR}">'
        f'<title id="{title_id}">{_escape_text(picture.summary)}</title>'
        f'<desc id="{numbers_id}">{_escape_text(describe_numbers(chart))}</desc>{"".join(parts)}</svg>'
    )


def describe_numbers(chart: BarChart | TimelineChart) -> str:
    """Return the numbers of a chart in words: of each bar its parts, of a timeline its columns in their order."""
    if isinstance(chart, TimelineChart):
        return f"{chart.unit}: {', '.join(map(str, chart.values))}."
    return " ".join(f"{bar.title}: {_describe_bar(bar, chart.series)}." for bar in chart.bars)


def _describe_bar(bar: Bar, series: Sequence[Series]) -> str:
    if len(series) == 1:
        return str(bar.values[0])
    return ", ".join(f"{entry.title} {value}" for entry, value in zip(series, bar.values, strict=True))


def _draw_bar_chart(chart: BarChart) -> tuple[float, list[str]]:
    """Return the height of the drawing and its elements."""
    top, parts = _draw_legend(chart.series) if len(chart.series) > 1 else (2.0, [])
    longest = max((sum(bar.values) for bar in chart.bars), default=0) or 1
    scale = (CHART_WIDTH - LABEL_WIDTH - TOTAL_WIDTH) / longest
    for index, bar in enumerate(chart.bars):
        parts += _draw_bar(bar, chart.series, top + index * ROW_HEIGHT, scale)
    bottom = top + len(chart.bars) * ROW_HEIGHT
    return bottom + 2, [*parts, _draw_line(LABEL_WIDTH, top - 3, LABEL_WIDTH, bottom)]


def _draw_legend(series: Sequence[Series]) -> tuple[float, list[str]]:
    """Return where the bars below the legend begin, and the elements of the legend."""
    parts: list[str] = []
    x, y = 0.0, 2.0
    for entry in series:
        width = 30 + _LETTER_WIDTH * len(entry.title)
        if x and x + width > CHART_WIDTH:
            x, y = 0.0, y + 20
        parts.append(_draw_area(ChartBox(x + 1, y, 16, 12), entry.shade))
        parts.append(_draw_text(_truncate_text(entry.title, CHART_WIDTH - 40), x + 22, y + 10.5))
        x += width + 8
    return y + 26, parts


def _draw_bar(bar: Bar, series: Sequence[Series], y: float, scale: float) -> Iterator[str]:
    baseline = y + BAR_HEIGHT / 2 + _BASELINE
    yield _draw_text(_truncate_text(bar.title, LABEL_WIDTH - 10), 0, baseline)
    x = LABEL_WIDTH
    for value, entry in zip(bar.values, series, strict=True):
        if value:
            box = ChartBox(x, y, value * scale, BAR_HEIGHT)
            yield _draw_area(box, entry.shade)
            if len(series) > 1:
                yield _draw_number(box, value, entry.shade)
            x += value * scale
    yield _draw_text(str(sum(bar.values)), x + 6, baseline, _BOLD)


def _draw_timeline(chart: TimelineChart) -> tuple[float, list[str]]:
    """Return the height of the drawing and its elements."""
    step = CHART_WIDTH / max(len(chart.values), 1)
    rows = _arrange_rows(chart.above)
    top = HEAD_HEIGHT + BAND_HEIGHT * len(rows) + 30
    base = top + PLOT_HEIGHT
    parts = list(_draw_marked_day(chart.marker, top, base, step))
    for index, row in enumerate(rows):
        parts += [_draw_band(span, HEAD_HEIGHT + index * BAND_HEIGHT, step) for span in row]
    parts.append(_draw_text(chart.unit, 0, top - 12, f' fill="{MUTED_COLOUR}"'))
    for index, value in enumerate(chart.values):
        if value:
            height = value * (PLOT_HEIGHT - FONT_SIZE) / max(chart.values)
            box = ChartBox(index * step + step * 0.12, base - height, step * 0.76, height)
            parts += [_draw_area(box, "medium"), _draw_centred_number(value, box.centre_x, box.y - 3, _BOLD)]
    parts.append(_draw_line(0, base, CHART_WIDTH, base))
    for span in chart.below:
        parts += _draw_year(span, base, step)
    return base + 22, parts


def _arrange_rows(spans: Iterable[TimelineSpan]) -> list[list[TimelineSpan]]:
    """Return the spans in as few rows as possible without overlaps."""
    rows: list[list[TimelineSpan]] = []
    for span in sorted(spans, key=lambda item: item.first):
        free_row = next((row for row in rows if row[-1].last <= span.first), None)
        if free_row is None:
            rows.append([span])
        else:
            free_row.append(span)
    return rows


def _draw_band(span: TimelineSpan, y: float, step: float) -> str:
    box = ChartBox(span.first * step, y, (span.last - span.first) * step, BAND_HEIGHT - 3)
    area = _draw_area(box, "light")
    if box.width <= 3 * _LETTER_WIDTH:
        return area
    title = _truncate_text(span.title, box.width - 8)
    return area + _draw_text(title, box.x + 5, box.y + box.height - 5, f' class="inside" fill="{INK_COLOUR}"')


def _draw_year(span: TimelineSpan, base: float, step: float) -> Iterator[str]:
    left, width = span.first * step, (span.last - span.first) * step
    yield _draw_line(left, base, left, base + 6)
    if width > _LETTER_WIDTH * len(span.title):
        yield _draw_text(span.title, left + 4, base + 16)


def _draw_marked_day(day: TimelineSpan, top: float, base: float, step: float) -> Iterator[str]:
    """Mark a day above and below the columns. A line through them would cross out their numbers."""
    x, width = day.first * step, _LETTER_WIDTH * len(day.title)
    yield _draw_line(x, HEAD_HEIGHT - 5, x, top - 6, ' stroke-width="1.5" stroke-dasharray="4 3"')
    yield _draw_line(x, base, x, base + 6, ' stroke-width="2.5"')
    yield _draw_text(day.title, max(min(x, CHART_WIDTH - width), 0), HEAD_HEIGHT - 8, _BOLD)


def _draw_area(box: ChartBox, shade: Shade) -> str:
    stroke = f'stroke="{INK_COLOUR}" stroke-width="0.75"'
    area = f'<rect class="frame" {box.attributes} fill="{_FILL_COLOURS[shade]}" {stroke}/>'
    hatching = "".join(_iter_hatch_strokes(box, shade))
    return area + (f'<path d="{hatching}" {stroke} fill="none"/>' if hatching else "")


def _iter_hatch_strokes(box: ChartBox, shade: Shade) -> Iterator[str]:
    x, y, width, height = map(_format_number, (box.x, box.y, box.width, box.height))
    if shade in {"upright", "crossed"}:
        for index in range(1, int(box.width / _HATCH_SPACING) + 1):
            yield f"M{_format_number(box.x + index * _HATCH_SPACING - 1)} {y}v{height}"
    if shade in {"level", "crossed"}:
        for index in range(1, int(box.height / _HATCH_SPACING) + 1):
            yield f"M{x} {_format_number(box.y + index * _HATCH_SPACING - 1)}h{width}"


def _draw_number(box: ChartBox, number: int, shade: Shade) -> str:
    """Return a number in the middle of an area, on a plain background where there is hatching."""
    width = _LETTER_WIDTH * len(str(number)) + 4
    if width > box.width:
        return ""
    background = ""
    if shade in _HATCHED_SHADES:
        plain_box = ChartBox(box.centre_x - width / 2, box.y + 2, width, box.height - 4)
        background = f'<rect {plain_box.attributes} fill="{WHITE_COLOUR}"/>'
    attributes = f' class="inside" fill="{WHITE_COLOUR if shade == "dark" else INK_COLOUR}"'
    return background + _draw_centred_number(number, box.centre_x, box.y + box.height / 2 + _BASELINE, attributes)


def _draw_centred_number(number: int, middle: float, y: float, attributes: str) -> str:
    return _draw_text(str(number), middle - _DIGIT_WIDTH * len(str(number)) / 2, y, attributes)


def _draw_text(text: str, x: float, y: float, attributes: str = "") -> str:
    return f'<text x="{_format_number(x)}" y="{_format_number(y)}"{attributes}>{_escape_text(text)}</text>'


def _draw_line(x: float, y: float, to_x: float, to_y: float, attributes: str = "") -> str:
    path = f"M{_format_number(x)} {_format_number(y)}L{_format_number(to_x)} {_format_number(to_y)}"
    return f'<path class="frame" d="{path}" stroke="{MUTED_COLOUR}" fill="none"{attributes}/>'


def _truncate_text(text: str, width: float) -> str:
    """Return as much of a text as fits. The table under the picture has all of it."""
    max_letters = max(int(width / _LETTER_WIDTH), 1)
    if len(text) <= max_letters:
        return text
    if " " in text[:max_letters]:
        return shorten(text, max_letters, placeholder="…")
    return text[:max_letters]


def _format_number(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _escape_text(text: str) -> str:
    return escape(strip_unprintable(text))


# Charts in Word.

WIDTH_MILLIMETRES = 170.0
_UNIT = 20
"""Logical units of the metafile for one of the drawing."""
_DOTS_A_MILLIMETRE = 20
_NULL_BRUSH, _NULL_PEN = 0x80000005, 0x80000008
_PEN, _BRUSH, _REGULAR_FONT, _BOLD_FONT = 1, 2, 3, 4
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


def _convert_colour(value: str) -> int:
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
        for handle, weight in ((_REGULAR_FONT, 400), (_BOLD_FONT, 700)):
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
        self._add(38, struct.pack("<IIiiI", _PEN, 0, round(float(width) * _UNIT), 0, _convert_colour(colour)))
        self._select(_PEN)

    def draw_rectangle(self, values: dict[str, str]) -> None:
        """Draw a filled rectangle, with an outline where it has one."""
        x, y, width, height = (float(values[name]) * _UNIT for name in ("x", "y", "width", "height"))
        has_outline = "stroke" in values
        if has_outline:
            self._select_pen(values["stroke"], values.get("stroke-width", "1"))
        else:
            self._select(_NULL_PEN)
        self._add(39, struct.pack("<IIII", _BRUSH, 0, _convert_colour(values["fill"]), 0))
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
        self._select(_BOLD_FONT if is_bold else _REGULAR_FONT)
        self._add(24, struct.pack("<I", _convert_colour(values.get("fill", INK_COLOUR))))
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
    "xmlns:r": OFFICE_RELATIONSHIPS,
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
        properties = {"id": _FIRST_ID + self.number, "name": f"Chart {self.number}", "descr": self.summary}
        return make_picture_run(self.id, extent, properties)


def make_picture_run(
    relationship: str,
    extent: Mapping[str, int],
    properties: Mapping[str, object],
    extension: Element | None = None,
    picture_id: int = 0,
) -> Element:
    """Return a run of text with a picture, by the id of the relationship to its file.

    `extent` is its size in English Metric Units, and `properties` have its id, its name and its alternative text.
    """
    picture = make_element(
        "pic:pic",
        None,
        make_element(
            "pic:nvPicPr",
            None,
            make_element("pic:cNvPr", {"id": picture_id, "name": properties["name"]}),
            make_element("pic:cNvPicPr"),
        ),
        make_element(
            "pic:blipFill",
            None,
            make_element("a:blip", {"r:embed": relationship}),
            make_element("a:stretch", None, make_element("a:fillRect")),
        ),
        make_element(
            "pic:spPr",
            None,
            make_element("a:xfrm", None, make_element("a:off", {"x": 0, "y": 0}), make_element("a:ext", extent)),
            make_element("a:prstGeom", {"prst": "rect"}, make_element("a:avLst")),
        ),
    )
    inline = make_element(
        "wp:inline",
        _DRAWING_NAMESPACES | dict.fromkeys(("distT", "distB", "distL", "distR"), "0"),
        make_element("wp:extent", extent),
        make_element("wp:docPr", properties, extension),
        make_element("a:graphic", None, make_element("a:graphicData", {"uri": _PICTURE_NAMESPACE}, picture)),
    )
    return make_element("w:r", None, make_element("w:drawing", None, inline))


def make_chart(picture: Picture, number: int) -> WordChart:
    """Return the chart with its drawing."""
    metafile, height = make_metafile(render_svg(picture, f"chart{number}"))
    return WordChart(number, picture.summary, metafile, height)


def list_chart_parts(charts: Sequence[WordChart]) -> tuple[list[PackagePart], list[Relationship]]:
    """Return the files of the charts and the relationships of the document to them."""
    parts = [PackagePart(f"word/{chart.file}", "image/x-emf", chart.metafile) for chart in charts]
    return parts, [Relationship(chart.id, "image", chart.file) for chart in charts]
