"""The keyboard reaches every link and scrollable table, in order, with a visible focus."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.papers import PAPERS, Name
from tests.browser.screens import Screen

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


pytestmark = pytest.mark.papers

REACHABLE = """() => [...document.querySelectorAll("a[href], [tabindex], button, input, select, summary")]
  .map((element, place) => { element.dataset.place = place; return element.tabIndex; })"""
FOCUSED = """() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const shown = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return {
    place: element.dataset.place === undefined ? null : Number(element.dataset.place),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && shown,
    text: element.textContent.trim().slice(0, 60),
  };
}"""
MOST = 200
"""A paper that has more links has them in its tables, where all are alike."""


def press_tab(page: Page, count: int) -> list[dict[str, Any]]:
    """Press Tab `count` times and return what had the focus."""
    stops = []
    for _ in range(count):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
    return stops


def place(locator: Locator) -> tuple[float, float]:
    """Return the left and top of something in the window."""
    box = locator.bounding_box()
    assert box
    return box["x"], box["y"]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", [name for name in PAPERS if name[0] != "large"], ids=" ".join)
def test_the_tab_key_reaches_everything_in_order_with_visible_focus(
    page: Page, paper: Callable[[Name], Path], name: Name, width: int
) -> None:
    page.goto(paper(name).as_uri())
    Screen(width).show(page)
    order = page.evaluate(REACHABLE)
    assert set(order) == {0}
    count = min(len(order), MOST)
    stops = press_tab(page, count)
    assert [stop["place"] for stop in stops] == list(range(count))
    assert [stop["text"] for stop in stops if not stop["outlined"]] == []


def test_the_skip_link_is_first_and_moves_to_the_paper(page: Page, paper: Callable[[Name], Path]) -> None:
    page.goto(paper(("seed", "action-plan")).as_uri())
    assert place(page.locator(".skip"))[0] < -100
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["text"] == "Skip to the paper"
    page.keyboard.press("Enter")
    page.wait_for_url("**#paper")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('main') !== null")


def test_a_contents_link_moves_to_its_section(page: Page, paper: Callable[[Name], Path]) -> None:
    page.goto(paper(("seed", "action-plan")).as_uri())
    link = page.locator(".contents a", has_text="Glossary")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#*")
    heading = page.get_by_role("heading", name="Glossary").element_handle()
    page.wait_for_function("heading => Math.abs(heading.getBoundingClientRect().top - 50) <= 50", arg=heading)


def test_a_wide_table_scrolls_with_the_arrow_keys(page: Page, paper: Callable[[Name], Path]) -> None:
    page.goto(paper(("hostile", "action-plan")).as_uri())
    Screen(1280).show(page)
    region = page.get_by_role("region").filter(has=page.locator(".grid"))
    region.focus()
    assert region.evaluate("element => element.scrollLeft") == 0
    page.keyboard.press("ArrowRight")
    page.wait_for_function("element => element.scrollLeft > 0", arg=region.element_handle())
