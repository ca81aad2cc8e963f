"""The pages of the site in a browser: as accessible, sturdy and self-contained as papers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.screens import PATIENCE, Screen
from tests.browser.site import NAMES, SITE_PAGES, written_site
from tests.browser.test_axe import AXE, run_axe
from tests.browser.test_contrast import find_low_contrast
from tests.browser.test_keyboard import FOCUSED, REACHABLE, press_tab
from tests.browser.test_reflow import DOUBLED, SPACED, find_overflow
from tests.browser.test_valid import run_checker

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.papers

FEWER = (Screen(320), Screen(768, "dark"), Screen(1280))
"""Each page has few parts, and all pages have the same: other settings find nothing else, which papers show."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return what gives the folder of a register's site; each is made once."""
    folder = tmp_path_factory.mktemp("sites")
    return cache(lambda register: written_site(folder, register))


@pytest.fixture
def free_page(browser: Browser) -> Iterator[Page]:
    """A page whose policy the tools of a test may break."""
    context = browser.new_context(bypass_csp=True)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", NAMES, ids=" ".join)
def test_axe_finds_nothing(free_page: Page, site: Callable[[str], Path], name: tuple[str, str]) -> None:
    free_page.goto((site(name[0]) / name[1]).as_uri())
    free_page.add_script_tag(path=AXE)
    assert {str(screen): wrong for screen in FEWER if (wrong := run_axe(free_page, screen))} == {}


@pytest.mark.parametrize("css", ["", SPACED, DOUBLED], ids=["plain", "spaced", "doubled"])
@pytest.mark.parametrize("register", SITE_PAGES)
def test_nothing_is_cut_off(free_page: Page, site: Callable[[str], Path], register: str, css: str) -> None:
    screens = FEWER[1:] if css == DOUBLED else FEWER
    matches: dict[tuple[str, str], list[str]] = {}
    for path in SITE_PAGES[register]:
        free_page.goto((site(register) / path).as_uri())
        if css:
            free_page.add_style_tag(content=css)
        matches |= {
            (path, str(screen)): overflow for screen in screens if (overflow := find_overflow(free_page, screen))
        }
    assert matches == {}


@pytest.mark.parametrize("name", NAMES, ids=" ".join)
def test_every_text_has_contrast_as_painted(page: Page, site: Callable[[str], Path], name: tuple[str, str]) -> None:
    page.goto((site(name[0]) / name[1]).as_uri())
    matches = {}
    for screen in FEWER:
        screen.show(page)
        matches[str(screen)] = find_low_contrast(page)
    assert {screen: texts for screen, texts in matches.items() if texts} == {}


@pytest.mark.parametrize(("path", "width"), [(path, 320 + 960 * (n % 2)) for n, path in enumerate(SITE_PAGES["seed"])])
def test_the_tab_key_reaches_everything_in_order_with_visible_focus(
    page: Page, site: Callable[[str], Path], path: str, width: int
) -> None:
    page.goto((site("seed") / path).as_uri())
    Screen(width).show(page)
    page.evaluate("() => document.querySelectorAll('details').forEach((element) => { element.open = true; })")
    order = page.evaluate(REACHABLE)
    stops = press_tab(page, len(order))
    assert [stop["place"] for stop in stops] == list(range(len(order)))
    assert [stop["text"] for stop in stops if not stop["outlined"]] == []


def test_the_skip_link_is_first_and_the_lists_open_with_the_keyboard(page: Page, site: Callable[[str], Path]) -> None:
    page.goto((site("seed") / "status/in-progress.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["text"] == "Skip to the content"
    page.keyboard.press("Enter")
    page.wait_for_url("**#*")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    page.locator("details a", has_text="Complete").wait_for()


@pytest.mark.parametrize("name", NAMES, ids=" ".join)
def test_only_files_of_the_site_are_requested_and_the_policy_is_kept(
    page: Page, site: Callable[[str], Path], name: tuple[str, str]
) -> None:
    requested: list[str] = []
    messages: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.goto((site(name[0]) / name[1]).as_uri())
    # a style sheet that the browser's process has in memory from the page before is not always reported as requested
    assert page.url in requested
    assert set(requested) <= {page.url, (site(name[0]) / "style.css").as_uri()}
    assert messages == []
    assert page.evaluate("() => getComputedStyle(document.querySelector('.menu ul')).display") == "flex"


def test_the_site_is_the_same_without_scripts(browser: Browser, site: Callable[[str], Path]) -> None:
    for path in SITE_PAGES["seed"]:
        texts = []
        for scripts in (True, False):
            page = browser.new_page(java_script_enabled=scripts)
            page.goto((site("seed") / path).as_uri(), timeout=PATIENCE)
            texts.append(page.inner_text("body"))
            page.close()
        assert len(texts[0]) > 100
        assert texts[0] == texts[1]


def test_every_page_and_the_style_sheet_are_valid(site: Callable[[str], Path]) -> None:
    files = [site(register) / path for register, path in NAMES]
    assert run_checker("--also-check-css", *files, site("seed") / "style.css") == []
