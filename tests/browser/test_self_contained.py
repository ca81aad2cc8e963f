"""A paper is one file that requests no other, runs nothing, and is the same without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.papers import PAPERS, Name
from tests.browser.screens import FEW, PATIENCE, SCREENS

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

LEADING = ("#", "https://", "mailto:", "data:image/")
"""Links go to the paper itself, the web or a mailbox."""


@pytest.mark.parametrize("name", PAPERS, ids=" ".join)
def test_a_paper_requests_runs_and_leads_to_nothing_else(
    browser: Browser, page: Page, paper: Callable[[Name], Path], name: Name
) -> None:
    requested: list[str] = []
    messages: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("dialog", lambda dialog: messages.append(dialog.message))
    address = paper(name).as_uri()
    page.goto(address)
    text = page.inner_text("body")
    for screen in FEW if name[0] == "large" else SCREENS:
        screen.show(page)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    if name[0] != "large":
        page.pdf()
    assert page.evaluate(RUNS) == []
    assert [url for url in page.evaluate(LEADS) if not url.startswith(LEADING)] == []
    assert [url for url in requested if not url.startswith("data:")] == [address]
    assert messages == []
    without_scripts = browser.new_page(java_script_enabled=False)
    without_scripts.goto(address, timeout=PATIENCE)
    assert len(text) > 100
    assert without_scripts.inner_text("body") == text
    without_scripts.close()
