"""No page scrolls sideways: on a phone, at 400 %, or with the reader's own spacing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.papers import PAPERS, Name
from tests.browser.screens import FEW, SCREENS, Screen

if TYPE_CHECKING:
    from playwright.sync_api import Page


pytestmark = pytest.mark.papers

SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } "
    "p { margin-bottom: 2em !important }"
)
"""The spacing of WCAG 1.4.12."""
DOUBLED = "html { font-size: 200% !important }"
"""WCAG 1.4.4."""
READERS = ((SPACED, (320, 768, 1280)), (DOUBLED, (768, 1280)))
"""What readers change, and the widths at which they do."""
TOO_WIDE = """() => {
  const edge = document.documentElement.clientWidth;
  const wide = [...document.body.querySelectorAll("*")].filter((element) =>
    !element.closest(".scroll, .skip, thead") && element.getBoundingClientRect().right > edge + 1);
  return [document.scrollingElement.scrollWidth > edge ? "the page" : "", ...wide.map((each) => each.outerHTML)]
    .filter(Boolean).map((each) => each.slice(0, 200)).slice(0, 5);
}"""
CLIPPED = """() => [...document.querySelectorAll(".scroll")]
  .filter((region) => !region.matches('[role="region"][tabindex="0"]:is([aria-labelledby], [aria-label])')
    || !["auto", "scroll"].includes(getComputedStyle(region).overflowX))
  .map((region) => region.outerHTML.slice(0, 200))"""


def find_overflow(page: Page, screen: Screen) -> list[str]:
    screen.show(page)
    matches: list[str] = page.evaluate(TOO_WIDE)
    return matches if screen.printed else [*matches, *page.evaluate(CLIPPED)]


@pytest.mark.parametrize("name", PAPERS, ids=" ".join)
def test_nothing_is_cut_off(page: Page, paper: Callable[[Name], Path], name: Name) -> None:
    page.goto(paper(name).as_uri())
    screens = FEW if name[0] == "large" else SCREENS
    assert {str(screen): matches for screen in screens if (matches := find_overflow(page, screen))} == {}
    for css, widths in READERS if name[0] in {"seed", "hostile"} else ():
        style = page.add_style_tag(content=css)
        assert {width: matches for width in widths if (matches := find_overflow(page, Screen(width)))} == {}, css
        style.evaluate("element => element.remove()")


def test_the_overflow_check_finds_errors(page: Page) -> None:
    page.set_content('<p style="width: 2000px">Wide</p>')
    assert find_overflow(page, Screen(320)) == ["the page", '<p style="width: 2000px">Wide</p>']
