"""Measured contrast of every text colour: light, dark and on paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.papers import PAPERS, Name
from tests.browser.screens import FEW, Screen
from tests.command import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page


Colour = tuple[int, int, int]

CSS = (ROOT / "templates" / "paper.css").read_text(encoding="utf-8")
BRAND = (ROOT / "templates" / "brand.css").read_text(encoding="utf-8")
TEXTS = ("ink", "quiet", "brand", "link", "closed")
BACKGROUNDS = ("paper", "brand-tint", "good", "warn", "bad")
LEAST, LEAST_SIGN = 4.5, 3.0
"""WCAG 1.4.3 for text of any size, and 1.4.11 for the focus indicator."""
PAIRS = (Path(__file__).parent / "colours.js").read_text(encoding="utf-8")


def channel(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def luminance(colour: Colour) -> float:
    red, green, blue = map(channel, colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio as WCAG 2.2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def parse_hex(text: str) -> Colour:
    red, green, blue = (int(text[place : place + 2], 16) for place in (1, 3, 5))
    return red, green, blue


def palettes() -> dict[str, dict[str, Colour]]:
    """Return the colours of the style sheet by name, for light and dark."""
    light, dark = (
        {name: parse_hex(value) for name, value in re.findall(r"--([\w-]+):[^;#]*(#[0-9a-f]{6})", block)}
        for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    )
    return {"light": light, "dark": {**light, **dark}}


def test_the_ratio_is_that_of_the_standard() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast(parse_hex("#777777"), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


def test_colours_have_names_so_that_all_of_them_are_measured() -> None:
    palette = palettes()
    assert set(palette["light"]) == {*TEXTS, *BACKGROUNDS, "line"}
    used = {name for name in re.findall(r"var\(--([\w-]+)", CSS) if name not in {"sans", "serif", "screen"}}
    assert used <= {*palette["light"], "brand-in-the-dark"}
    bare = re.sub(r":root \{.*?\}", "", CSS, flags=re.DOTALL)
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(", bare)) <= {"#4b5764", "#8c1d18"}
    assert re.findall(r"opacity|filter:|mix-blend", CSS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_colour_has_contrast_on_every_background(scheme: str) -> None:
    palette = palettes()[scheme]
    pairs = [*product(TEXTS, BACKGROUNDS), ("paper", "brand")]
    measured = {pair: contrast(palette[pair[0]], palette[pair[1]]) for pair in pairs}
    assert {pair: round(ratio, 2) for pair, ratio in measured.items() if ratio < LEAST} == {}
    focus = {background: contrast(palette["link"], palette[background]) for background in BACKGROUNDS}
    assert {background: round(ratio, 2) for background, ratio in focus.items() if ratio < LEAST_SIGN} == {}


@pytest.mark.parametrize("colour", ["#4b5764", "#8c1d18"])
def test_page_headers_have_contrast(colour: str) -> None:
    assert colour in CSS
    assert contrast(parse_hex(colour), (255, 255, 255)) > LEAST


def test_the_example_colours_are_those_in_use() -> None:
    colours = dict(re.findall(r"--([\w-]+): +(#[0-9a-f]{6});", BRAND))
    palette = palettes()
    assert parse_hex(colours["brand"]) == palette["light"]["brand"]
    assert parse_hex(colours["brand-tint"]) == palette["light"]["brand-tint"]
    assert parse_hex(colours["brand-in-the-dark"]) == palette["dark"]["brand"]


def find_low_contrast(page: Page) -> list[tuple[float, str]]:
    """Return the texts on the page with low contrast, as they are painted."""
    pairs: list[tuple[Colour, Colour, str]] = page.evaluate(PAIRS)
    assert pairs
    measured = [(round(contrast(text, background), 2), sample) for text, background, sample in pairs]
    return [item for item in measured if item[0] < LEAST]


@pytest.mark.papers
@pytest.mark.parametrize("name", PAPERS, ids=" ".join)
def test_every_text_has_contrast_as_painted(page: Page, paper: Callable[[Name], Path], name: Name) -> None:
    page.goto(paper(name).as_uri())
    matches = {}
    for screen in FEW if name[0] == "large" else (Screen(320, "dark"), Screen(1280), *FEW):
        screen.show(page)
        matches[str(screen)] = find_low_contrast(page)
    assert {screen: texts for screen, texts in matches.items() if texts} == {}


@pytest.mark.papers
def test_the_contrast_check_sees_painted_colours(page: Page) -> None:
    page.set_content(
        "<style>i::after { content: 'after'; color: #999 }</style><body style='background: #fff'>"
        "<div style='background: #eee'><p style='color: #888'>Pale</p><b>Dark</b></div><i></i>"
        "<svg width='200' height='40'><title>Unseen</title><rect width='100' height='40' fill='#000'/>"
        "<text x='9' y='20' fill='#fff'>Good</text><text x='120' y='20' fill='#fff'>Lost</text></svg>"
    )
    assert find_low_contrast(page) == [(3.06, "Pale"), (1.0, "Lost"), (2.85, "after")]
