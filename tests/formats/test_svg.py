"""Charts as SVG: what is drawn, its contrast, and that no text of a record becomes markup."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from p2ptrack.formats.charts import FONT_FAMILY, render_svg
from p2ptrack.reports.document import Bar, BarChart, Picture, Series, Shade, TimelineChart, TimelineSpan

SERIES = (Series("Closed", "dark"), Series("In progress", "light"), Series("No status", "level"))
BARS = BarChart(SERIES, (Bar("R1 Strategic value", (1, 5, 0)), Bar("R2 Technology", (0, 1, 2))))
COLUMNS = TimelineChart(
    "Targets in each month",
    (0, 8, 0, 4, 1),
    (TimelineSpan("Phase 1", 0, 2), TimelineSpan("Phase 2", 1.5, 4), TimelineSpan("Phase 3", 4, 5)),
    (TimelineSpan("2022", 0, 0.5), TimelineSpan("2023", 0.5, 5)),
    TimelineSpan("Position 12 January 2023", 1.4, 1.4),
)


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    text: str = ""


@dataclass
class ParsedChart(HTMLParser):
    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.elements[-1].text += data

    def of(self, tag: str) -> list[Element]:
        return [item for item in self.elements if item.tag == tag]


def parse_chart(drawing: BarChart | TimelineChart, summary: str = "A sentence.") -> ParsedChart:
    matches = ParsedChart()
    matches.feed(render_svg(Picture(summary, drawing), "t-x"))
    matches.close()
    return matches


def texts(root: ParsedChart) -> list[str]:
    return [item.text for item in root.of("text")]


def rects(root: ParsedChart, of: str = "frame") -> list[dict[str, str]]:
    matches = [item.attributes for item in root.of("rect") if item.attributes.get("class", "") == of]
    return [{name: value or "" for name, value in attributes.items()} for attributes in matches]


def test_the_summary_is_the_title_of_the_picture() -> None:
    root = parse_chart(BARS, "Bars for <2> recommendations.")
    about = root.elements[0].attributes
    assert (about["role"], about["aria-labelledby"], about["font-family"]) == ("img", "t-x-title", FONT_FAMILY)
    assert root.of("title") == [Element("title", {"id": "t-x-title"}, "Bars for <2> recommendations.")]


def test_the_numbers_are_the_description_of_the_picture() -> None:
    series = (Series("Overdue", "dark"), Series("Not <overdue>", "light"))
    root = parse_chart(BarChart(series, (Bar("April", (2, 5)), Bar("July", (0, 1)))))
    assert root.elements[0].attributes["aria-describedby"] == "t-x-numbers"
    (description,) = root.of("desc")
    assert description.text == "April: Overdue 2, Not <overdue> 5. July: Overdue 0, Not <overdue> 1."
    assert parse_chart(BarChart(SERIES[:1], (Bar("1 to 30 days", (4,)),))).of("desc")[0].text == "1 to 30 days: 4."


def test_every_part_of_a_bar_has_its_number_and_every_bar_its_total() -> None:
    root = parse_chart(BARS)
    assert texts(root) == [
        "Closed", "In progress", "No status",
        "R1 Strategic value", "1", "5", "6",
        "R2 Technology", "1", "2", "3",
    ]  # fmt: skip
    parts = rects(root)[len(SERIES) :]
    assert [(part["x"], part["width"]) for part in parts] == [
        ("220", "65"), ("285", "325"), ("220", "65"), ("285", "130"),
    ]  # fmt: skip


def test_bars_of_one_series_have_no_legend_and_one_number() -> None:
    root = parse_chart(BarChart(SERIES[:1], (Bar("1 to 30 days", (4,)), Bar("31 to 90 days", (0,)))))
    assert texts(root) == ["1 to 30 days", "4", "31 to 90 days", "0"]


def test_a_number_without_room_is_left_out() -> None:
    root = parse_chart(BarChart(SERIES, (Bar("R1", (100, 1, 0)),)))
    assert texts(root)[-3:] == ["R1", "100", "101"]


def test_areas_differ_without_colour() -> None:
    styles = set()
    shades: tuple[Shade, ...] = ("dark", "medium", "light", "white", "upright", "level")
    for shade in shades:
        root = parse_chart(BarChart((Series("One", shade), Series("Two", "white")), (Bar("R1", (1, 0)),)))
        area = rects(root)[-1]
        strokes = [str(item.attributes["d"])[:40] for item in root.of("path") if "class" not in item.attributes]
        styles.add((grey(area["fill"]), re.sub(r"[0-9. M]+", " ", strokes[-1]) if strokes else ""))
    assert len(styles) == len(shades)
    greys = sorted({style[0] for style in styles})
    assert all(lighter - darker > 20 for darker, lighter in pairwise(greys))


def grey(colour: str) -> int:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return round(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def test_a_number_on_hatching_has_a_plain_background() -> None:
    lined = parse_chart(BarChart((Series("One", "upright"), Series("Two", "dark")), (Bar("R1", (1, 1)),)))
    assert [item["fill"] for item in rects(lined, "")] == ["#ffffff"]


def test_a_long_legend_wraps() -> None:
    series = tuple(Series("A word of the council's own " + str(n), "white") for n in range(6))
    root = parse_chart(BarChart(series, (Bar("R1", (1, 0, 0, 0, 0, 0)),)))
    assert [item["y"] for item in rects(root)[:6]] == ["2", "2", "22", "22", "42", "42"]
    assert all(float(item["x"]) + 16 < 640 for item in rects(root)[:6])


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("R1 Focus more energy and resources on delivering strategic value", "R1 Focus more energy and…"),
        ("x" * 300, "x" * 31),
        ("<script>\u202e&", "<script>&"),
    ],
)
def test_a_long_title_is_truncated(title: str, expected: str) -> None:
    assert texts(parse_chart(BarChart(SERIES[:1], (Bar(title, (1,)),))))[0] == expected


def test_a_timeline_shows_phases_years_numbers_and_the_position_date() -> None:
    root = parse_chart(COLUMNS)
    assert texts(root) == [
        "Position 12 January 2023", "Phase 1", "Phase 3", "Phase 2", "Targets in each month", "8", "4", "1", "2022",
        "2023",
    ]  # fmt: skip
    bands, columns = rects(root)[:3], rects(root)[3:]
    assert [(band["x"], band["width"], band["y"]) for band in bands] == [
        ("0", "256", "20"), ("512", "128", "20"), ("192", "320", "41"),
    ]  # fmt: skip
    assert [column["height"] for column in columns] == ["77", "38.5", "9.62"]


def test_the_label_of_a_day_at_the_end_fits_the_drawing() -> None:
    late = TimelineChart("Targets", (1, 1), (), (TimelineSpan("2022", 0, 0.01),), TimelineSpan("Position", 1.99, 1.99))
    names = [item for item in parse_chart(late).of("text") if item.text == "Position"]
    assert [name.attributes["x"] for name in names] == ["586.8"]
    assert "2022" not in texts(parse_chart(late))


def test_drawings_have_nothing_outside_the_structure_and_no_address() -> None:
    for drawing in (BARS, COLUMNS):
        assert not re.search("opacity|anchor|pattern|<style|href|url", render_svg(Picture("S", drawing), "t"))
