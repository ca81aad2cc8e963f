"""A paper is one file that requests no other, runs nothing, and is the same without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.papers import PAPERS, Name
from tests.browser.screens import SCREENS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


pytestmark = pytest.mark.papers

RUNS = """() => [...document.querySelectorAll("*")].filter((element) =>
    ["SCRIPT", "IFRAME", "OBJECT", "EMBED", "FORM", "BASE", "LINK"].includes(element.tagName)
    || [...element.attributes].some(({ name, value }) =>
      name.startsWith("on") || /^\\s*(javascript|vbscript):/i.test(value)))
  .map((element) => element.outerHTML.slice(0, 200))"""
LEADS = """() => [...document.querySelectorAll("[href], [src]")]
  .map((element) => element.getAttribute("href") ?? element.getAttribute("src"))"""


@pytest.mark.parametrize("name", PAPERS, ids=" ".join)
def test_nothing_but_the_file_is_requested(page: Page, paper: Callable[[Name], Path], name: Name) -> None:
    arguments: list[str] = []
    messages: list[str] = []
    page.on("request", lambda request: arguments.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("dialog", lambda dialog: messages.append(dialog.message))
    address = paper(name).as_uri()
    page.goto(address, wait_until="networkidle")
    for screen in SCREENS:
        screen.show(page)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.pdf()
    assert [url for url in arguments if not url.startswith("data:")] == [address]
    assert messages == []


@pytest.mark.parametrize("name", PAPERS, ids=" ".join)
def test_there_are_no_scripts_and_links_go_to_the_paper_the_web_or_a_mailbox(
    page: Page, paper: Callable[[Name], Path], name: Name
) -> None:
    page.goto(paper(name).as_uri())
    assert page.evaluate(RUNS) == []
    assert [
        url for url in page.evaluate(LEADS) if not url.startswith(("#", "https://", "mailto:", "data:image/"))
    ] == []


@pytest.mark.parametrize("name", PAPERS, ids=" ".join)
def test_the_page_is_the_same_without_scripts(browser: Browser, paper: Callable[[Name], Path], name: Name) -> None:
    texts = []
    for scripts in (True, False):
        page = browser.new_page(java_script_enabled=scripts)
        page.goto(paper(name).as_uri())
        texts.append(page.inner_text("body"))
        page.close()
    assert len(texts[0]) > 100
    assert texts[0] == texts[1]
