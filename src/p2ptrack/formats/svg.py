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

from p2ptrack.formats.safe_text import printable
from p2ptrack.reports.drawing import Bar, Bars, Columns, Picture, Series, Shade, Stretch

WIDTH = 640.0
FONT = "'Source Sans Pro', 'Source Sans 3', 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
SIZE = 12.5
_LETTER = 6.4
"""The width of an average letter at that size; a little too wide rather than too narrow."""
_FIGURE = 6.21
"""The width of a figure at that size, in the packaged font."""
INK, QUIET, WHITE = "#1b2530", "#4b5764", "#ffffff"
_FILL: dict[Shade, str] = {
    "dark": "#17365d",
    "medium": "#86a9d1",
    "light": "#dde8f4",
    "white": WHITE,
    "upright": WHITE,
    "level": WHITE,
}
_LINES = 4.0
"""The distance of the lines on a lined area."""


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the drawing, from its top left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Return how far from the left its middle is."""
        return self.x + self.width / 2


def svg(picture: Picture, name: str) -> str:
    """Return the picture; `name` is the fragment that its title and description can be pointed to by."""
    drawing = picture.drawing
    height, parts = _bars(drawing) if isinstance(drawing, Bars) else _columns(drawing)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{escape(name)}-title"'
        f' viewBox="0 0 {_n(WIDTH)} {_n(height)}" font-family="{escape(FONT)}" font-size="{SIZE}" fill="{INK}">'
        f'<title id="{escape(name)}-title">{_escaped(picture.summary)}</title>{"".join(parts)}</svg>'
    )


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _escaped(text: str) -> str:
    return escape(printable(text))


def _text(text: str, x: float, y: float, more: str = "") -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}"{more}>{_escaped(text)}</text>'


def _cut(text: str, width: float) -> str:
    """Return as much of a text as has room; the whole stands in the table under the picture."""
    most = max(int(width / _LETTER), 1)
    return text if len(text) <= most else shorten(text, most, placeholder="…") if " " in text[:most] else text[:most]


def _line(x: float, y: float, to_x: float, to_y: float, more: str = "") -> str:
    return f'<path class="frame" d="M{_n(x)} {_n(y)}L{_n(to_x)} {_n(to_y)}" stroke="{QUIET}" fill="none"{more}/>'


def _area(box: Box, shade: Shade) -> str:
    outline = (
        f'<rect class="frame" x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}"'
        f' fill="{_FILL[shade]}" stroke="{INK}" stroke-width="0.75"/>'
    )
    strokes = "".join(_strokes(box, shade))
    return outline + (f'<path d="{strokes}" stroke="{INK}" stroke-width="0.75" fill="none"/>' if strokes else "")


def _strokes(box: Box, shade: Shade) -> Iterator[str]:
    if shade == "upright":
        for at in range(1, int(box.width / _LINES) + 1):
            yield f"M{_n(box.x + at * _LINES - 1)} {_n(box.y)}v{_n(box.height)}"
    if shade == "level":
        for at in range(1, int(box.height / _LINES) + 1):
            yield f"M{_n(box.x)} {_n(box.y + at * _LINES - 1)}h{_n(box.width)}"


def _number(box: Box, number: int, shade: Shade) -> str:
    """Return a number in the middle of an area, on a ground of its own where there are lines."""
    width = _LETTER * len(str(number)) + 4
    if width > box.width:
        return ""
    ground = (
        f'<rect x="{_n(box.middle - width / 2)}" y="{_n(box.y + 2)}" width="{_n(width)}"'
        f' height="{_n(box.height - 4)}" fill="{WHITE}"/>'
        if shade in {"upright", "level"}
        else ""
    )
    colour = WHITE if shade == "dark" else INK
    return ground + _figures(
        number, box.middle, box.y + box.height / 2 + SIZE * 0.35, f' class="inside" fill="{colour}"'
    )


def _figures(number: int, middle: float, y: float, more: str) -> str:
    return _text(str(number), middle - _FIGURE * len(str(number)) / 2, y, more)


LABELS, ROW, BAR, TOTAL = 220.0, 25.0, 17.0, 30.0


def _bars(drawing: Bars) -> tuple[float, list[str]]:
    parts: list[str] = []
    top = 2.0
    if len(drawing.series) > 1:
        top, parts = _legend(drawing.series)
    longest = max((sum(bar.values) for bar in drawing.bars), default=0) or 1
    scale = (WIDTH - LABELS - TOTAL) / longest
    for at, bar in enumerate(drawing.bars):
        parts += _bar(bar, drawing.series, top + at * ROW, scale)
    bottom = top + len(drawing.bars) * ROW
    return bottom + 2, [*parts, _line(LABELS, top - 3, LABELS, bottom)]


def _legend(series: Sequence[Series]) -> tuple[float, list[str]]:
    """Return the key of the shades, and where what stands under it begins."""
    parts: list[str] = []
    x, y = 0.0, 2.0
    for each in series:
        width = 30 + _LETTER * len(each.title)
        if x and x + width > WIDTH:
            x, y = 0.0, y + 20
        parts += [_area(Box(x + 1, y, 16, 12), each.shade), _text(_cut(each.title, WIDTH - 40), x + 22, y + 10.5)]
        x += width + 8
    return y + 26, parts


def _bar(bar: Bar, series: Sequence[Series], y: float, scale: float) -> Iterator[str]:
    yield _text(_cut(bar.title, LABELS - 10), 0, y + BAR / 2 + SIZE * 0.35)
    x = LABELS
    for value, each in zip(bar.values, series, strict=True):
        if value:
            box = Box(x, y, value * scale, BAR)
            yield _area(box, each.shade)
            yield _number(box, value, each.shade) if len(series) > 1 else ""
            x += value * scale
    yield _text(str(sum(bar.values)), x + 6, y + BAR / 2 + SIZE * 0.35, ' font-weight="600"')


HEAD, BAND, PLOT = 20.0, 21.0, 120.0


def _columns(drawing: Columns) -> tuple[float, list[str]]:
    step = WIDTH / max(len(drawing.values), 1)
    rows = _stacked(drawing.above)
    top = HEAD + BAND * len(rows) + 30
    base = top + PLOT
    bands = (_band(each, HEAD + at * BAND, step) for at, row in enumerate(rows) for each in row)
    columns = (part for at, value in enumerate(drawing.values) for part in _column(drawing, at, value, (step, base)))
    years = (part for each in drawing.below for part in _year(each, base, step))
    unit = _text(drawing.unit, 0, top - 12, f' fill="{QUIET}"')
    marked = _marked(drawing.marked, (top, base), step)
    return base + 22, [*marked, *bands, unit, *columns, _line(0, base, WIDTH, base), *years]


def _stacked(stretches: Iterable[Stretch]) -> list[list[Stretch]]:
    """Return stretches in as few rows as they need not to lie on one another."""
    rows: list[list[Stretch]] = []
    for each in sorted(stretches, key=lambda stretch: stretch.first):
        free = next((row for row in rows if row[-1].last <= each.first), None)
        if free is None:
            rows.append([each])
        else:
            free.append(each)
    return rows


def _band(stretch: Stretch, y: float, step: float) -> str:
    box = Box(stretch.first * step, y, (stretch.last - stretch.first) * step, BAND - 3)
    inside = f' class="inside" fill="{INK}"'
    title = _text(_cut(stretch.title, box.width - 8), box.x + 5, box.y + box.height - 5, inside)
    return _area(box, "light") + (title if box.width > 3 * _LETTER else "")


def _column(drawing: Columns, at: int, value: int, where: tuple[float, float]) -> Iterator[str]:
    step, base = where
    if value:
        height = value * (PLOT - SIZE) / max(drawing.values)
        box = Box(at * step + step * 0.12, base - height, step * 0.76, height)
        yield _area(box, "medium")
        yield _figures(value, box.middle, box.y - 3, ' font-weight="600"')


def _year(stretch: Stretch, base: float, step: float) -> Iterator[str]:
    first, width = stretch.first * step, (stretch.last - stretch.first) * step
    yield _line(first, base, first, base + 6)
    if width > _LETTER * len(stretch.title):
        yield _text(stretch.title, first + 4, base + 16)


def _marked(day: Stretch, plot: tuple[float, float], step: float) -> Iterator[str]:
    """Mark a day above the columns and under them: a line through them would cross out their numbers."""
    x, (top, base) = day.first * step, plot
    width = _LETTER * len(day.title)
    yield _line(x, HEAD - 5, x, top - 6, ' stroke-width="1.5" stroke-dasharray="4 3"')
    yield _line(x, base, x, base + 6, ' stroke-width="2.5"')
    yield _text(day.title, max(min(x, WIDTH - width), 0), HEAD - 8, ' font-weight="600"')
