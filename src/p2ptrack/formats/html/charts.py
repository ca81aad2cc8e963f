"""Pictures as SVG, for pages on a screen and in print.

Every area is told apart in grey: by its shade, by lines on it, by an outline, and by the number that stands in it.
There is no opacity and no `text-anchor`: for either WeasyPrint makes a form of its own, which stands outside a PDF's
structure. So text begins where it is put, and numbers are centred by the width of figures, which is one for all. The
colours are attributes, which a page's style sheet may overrule; the fonts are those of the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import shorten

from p2ptrack.formats.html.markdown import strip_unprintable
from p2ptrack.reports.document import Bar, BarChart, Picture, Series, Shade, TimelineChart, TimelineSpan

CHART_WIDTH = 640.0
FONT_FAMILY = "'Source Sans Pro', 'Source Sans 3', 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
FONT_SIZE = 12.5
_LETTER_WIDTH = 6.4
"""The width of an average letter at that size; a little too wide rather than too narrow."""
_DIGIT_WIDTH = 6.21
"""The width of a figure at that size, in the packaged font."""
INK_COLOUR, MUTED_COLOUR, WHITE_COLOUR = "#1b2530", "#4b5764", "#ffffff"
_FILL_COLOURS: dict[Shade, str] = {
    "dark": "#17365d",
    "medium": "#86a9d1",
    "light": "#dde8f4",
    "white": WHITE_COLOUR,
    "upright": WHITE_COLOUR,
    "level": WHITE_COLOUR,
}
_HATCH_SPACING = 4.0
"""The distance of the lines on a lined area."""


@dataclass(frozen=True, slots=True)
class ChartBox:
    """A place on the drawing, from its top left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre_x(self) -> float:
        """Return how far from the left its middle is."""
        return self.x + self.width / 2


def render_svg(picture: Picture, name: str) -> str:
    """Return the picture; `name` is the fragment that its title and description can be pointed to by."""
    drawing = picture.chart
    height, parts = _draw_bars(drawing) if isinstance(drawing, BarChart) else _draw_columns(drawing)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{escape(name)}-title"'
        f' viewBox="0 0 {_format_number(CHART_WIDTH)} {_format_number(height)}" font-family="{escape(FONT_FAMILY)}" font-size="{FONT_SIZE}" fill="{INK_COLOUR}">'
        f'<title id="{escape(name)}-title">{_escape_text(picture.summary)}</title>{"".join(parts)}</svg>'
    )


def _format_number(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _escape_text(text: str) -> str:
    return escape(strip_unprintable(text))


def _draw_text(text: str, x: float, y: float, attributes: str = "") -> str:
    return f'<text x="{_format_number(x)}" y="{_format_number(y)}"{attributes}>{_escape_text(text)}</text>'


def _truncate_text(text: str, width: float) -> str:
    """Return as much of a text as has room; the whole stands in the table under the picture."""
    max_letters = max(int(width / _LETTER_WIDTH), 1)
    return (
        text
        if len(text) <= max_letters
        else shorten(text, max_letters, placeholder="…")
        if " " in text[:max_letters]
        else text[:max_letters]
    )


def _draw_line(x: float, y: float, to_x: float, to_y: float, attributes: str = "") -> str:
    return f'<path class="frame" d="M{_format_number(x)} {_format_number(y)}L{_format_number(to_x)} {_format_number(to_y)}" stroke="{MUTED_COLOUR}" fill="none"{attributes}/>'


def _draw_area(box: ChartBox, shade: Shade) -> str:
    outline = (
        f'<rect class="frame" x="{_format_number(box.x)}" y="{_format_number(box.y)}" width="{_format_number(box.width)}" height="{_format_number(box.height)}"'
        f' fill="{_FILL_COLOURS[shade]}" stroke="{INK_COLOUR}" stroke-width="0.75"/>'
    )
    strokes = "".join(_iter_hatch_strokes(box, shade))
    return outline + (f'<path d="{strokes}" stroke="{INK_COLOUR}" stroke-width="0.75" fill="none"/>' if strokes else "")


def _iter_hatch_strokes(box: ChartBox, shade: Shade) -> Iterator[str]:
    if shade == "upright":
        for index in range(1, int(box.width / _HATCH_SPACING) + 1):
            yield f"M{_format_number(box.x + index * _HATCH_SPACING - 1)} {_format_number(box.y)}v{_format_number(box.height)}"
    if shade == "level":
        for index in range(1, int(box.height / _HATCH_SPACING) + 1):
            yield f"M{_format_number(box.x)} {_format_number(box.y + index * _HATCH_SPACING - 1)}h{_format_number(box.width)}"


def _draw_number(box: ChartBox, number: int, shade: Shade) -> str:
    """Return a number in the middle of an area, on a ground of its own where there are lines."""
    width = _LETTER_WIDTH * len(str(number)) + 4
    if width > box.width:
        return ""
    background = (
        f'<rect x="{_format_number(box.centre_x - width / 2)}" y="{_format_number(box.y + 2)}" width="{_format_number(width)}"'
        f' height="{_format_number(box.height - 4)}" fill="{WHITE_COLOUR}"/>'
        if shade in {"upright", "level"}
        else ""
    )
    colour = WHITE_COLOUR if shade == "dark" else INK_COLOUR
    return background + _draw_centred_number(
        number, box.centre_x, box.y + box.height / 2 + FONT_SIZE * 0.35, f' class="inside" fill="{colour}"'
    )


def _draw_centred_number(number: int, middle: float, y: float, attributes: str) -> str:
    return _draw_text(str(number), middle - _DIGIT_WIDTH * len(str(number)) / 2, y, attributes)


LABEL_WIDTH, ROW_HEIGHT, BAR_HEIGHT, TOTAL_WIDTH = 220.0, 25.0, 17.0, 30.0


def _draw_bars(drawing: BarChart) -> tuple[float, list[str]]:
    parts: list[str] = []
    top = 2.0
    if len(drawing.series) > 1:
        top, parts = _draw_legend(drawing.series)
    longest = max((sum(bar.values) for bar in drawing.bars), default=0) or 1
    scale = (CHART_WIDTH - LABEL_WIDTH - TOTAL_WIDTH) / longest
    for index, bar in enumerate(drawing.bars):
        parts += _draw_bar(bar, drawing.series, top + index * ROW_HEIGHT, scale)
    bottom = top + len(drawing.bars) * ROW_HEIGHT
    return bottom + 2, [*parts, _draw_line(LABEL_WIDTH, top - 3, LABEL_WIDTH, bottom)]


def _draw_legend(series: Sequence[Series]) -> tuple[float, list[str]]:
    """Return the key of the shades, and where what stands under it begins."""
    parts: list[str] = []
    x, y = 0.0, 2.0
    for entry in series:
        width = 30 + _LETTER_WIDTH * len(entry.title)
        if x and x + width > CHART_WIDTH:
            x, y = 0.0, y + 20
        parts += [
            _draw_area(ChartBox(x + 1, y, 16, 12), entry.shade),
            _draw_text(_truncate_text(entry.title, CHART_WIDTH - 40), x + 22, y + 10.5),
        ]
        x += width + 8
    return y + 26, parts


def _draw_bar(bar: Bar, series: Sequence[Series], y: float, scale: float) -> Iterator[str]:
    yield _draw_text(_truncate_text(bar.title, LABEL_WIDTH - 10), 0, y + BAR_HEIGHT / 2 + FONT_SIZE * 0.35)
    x = LABEL_WIDTH
    for value, entry in zip(bar.values, series, strict=True):
        if value:
            box = ChartBox(x, y, value * scale, BAR_HEIGHT)
            yield _draw_area(box, entry.shade)
            yield _draw_number(box, value, entry.shade) if len(series) > 1 else ""
            x += value * scale
    yield _draw_text(str(sum(bar.values)), x + 6, y + BAR_HEIGHT / 2 + FONT_SIZE * 0.35, ' font-weight="600"')


HEAD_HEIGHT, BAND_HEIGHT, PLOT_HEIGHT = 20.0, 21.0, 120.0


def _draw_columns(drawing: TimelineChart) -> tuple[float, list[str]]:
    step = CHART_WIDTH / max(len(drawing.values), 1)
    rows = _arrange_rows(drawing.above)
    top = HEAD_HEIGHT + BAND_HEIGHT * len(rows) + 30
    base = top + PLOT_HEIGHT
    bands = (
        _draw_band(span, HEAD_HEIGHT + index * BAND_HEIGHT, step) for index, row in enumerate(rows) for span in row
    )
    columns = (
        part for index, value in enumerate(drawing.values) for part in _draw_column(drawing, index, value, (step, base))
    )
    years = (part for span in drawing.below for part in _draw_year(span, base, step))
    unit = _draw_text(drawing.unit, 0, top - 12, f' fill="{MUTED_COLOUR}"')
    marker = _draw_marked_day(drawing.marker, (top, base), step)
    return base + 22, [*marker, *bands, unit, *columns, _draw_line(0, base, CHART_WIDTH, base), *years]


def _arrange_rows(spans: Iterable[TimelineSpan]) -> list[list[TimelineSpan]]:
    """Return stretches in as few rows as they need not to lie on one another."""
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
    attributes = f' class="inside" fill="{INK_COLOUR}"'
    title = _draw_text(_truncate_text(span.title, box.width - 8), box.x + 5, box.y + box.height - 5, attributes)
    return _draw_area(box, "light") + (title if box.width > 3 * _LETTER_WIDTH else "")


def _draw_column(drawing: TimelineChart, index: int, value: int, geometry: tuple[float, float]) -> Iterator[str]:
    step, base = geometry
    if value:
        height = value * (PLOT_HEIGHT - FONT_SIZE) / max(drawing.values)
        box = ChartBox(index * step + step * 0.12, base - height, step * 0.76, height)
        yield _draw_area(box, "medium")
        yield _draw_centred_number(value, box.centre_x, box.y - 3, ' font-weight="600"')


def _draw_year(span: TimelineSpan, base: float, step: float) -> Iterator[str]:
    left, width = span.first * step, (span.last - span.first) * step
    yield _draw_line(left, base, left, base + 6)
    if width > _LETTER_WIDTH * len(span.title):
        yield _draw_text(span.title, left + 4, base + 16)


def _draw_marked_day(day: TimelineSpan, plot: tuple[float, float], step: float) -> Iterator[str]:
    """Mark a day above the columns and under them: a line through them would cross out their numbers."""
    x, (top, base) = day.first * step, plot
    width = _LETTER_WIDTH * len(day.title)
    yield _draw_line(x, HEAD_HEIGHT - 5, x, top - 6, ' stroke-width="1.5" stroke-dasharray="4 3"')
    yield _draw_line(x, base, x, base + 6, ' stroke-width="2.5"')
    yield _draw_text(day.title, max(min(x, CHART_WIDTH - width), 0), HEAD_HEIGHT - 8, ' font-weight="600"')
