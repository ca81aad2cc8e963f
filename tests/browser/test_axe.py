"""Axe finds no error against WCAG 2.2 AA, at any width, in the dark and on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.papers import PAPERS, Name
from tests.browser.screens import FEW, Screen

if TYPE_CHECKING:
    from playwright.sync_api import Page


pytestmark = pytest.mark.papers

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "options => axe.run(document, options)"
EXPLAINED: Mapping[str, str] = {
    "incomplete: color-contrast": "axe does not measure what lies under or beside something; test_contrast does",
    "incomplete: link-in-text-block": "the same; in print the links are underlined",
    "incomplete: th-has-data-cells": "a phase in which no action starts keeps its heading",
}


def run_axe(page: Page, screen: Screen, *, has_contrast: bool = True) -> dict[str, list[str]]:
    """Return axe's violations and undecided checks by rule, with the first places.

    It takes longer than all other checks of a page, half of it for the contrast, which test_contrast measures too.
    """
    screen.show(page)
    # links cannot be clicked on paper
    rules = {"target-size": {"enabled": not screen.printed}, "color-contrast": {"enabled": has_contrast}}
    # the details of what passes, and where each fault is as a selector, take a quarter of the time
    brief = {"resultTypes": ["violations", "incomplete"], "selectors": False}
    result: dict[str, Any] = page.evaluate(RUN, {"runOnly": TAGS, "rules": rules, **brief})
    assert result["testEngine"]["name"] == "axe-core"
    tried = {rule["id"] for rule in (*result["passes"], *result["violations"])}
    assert tried & {"color-contrast", "document-title"} == {"document-title", *["color-contrast"] * has_contrast}
    matches = {
        f"{kind}: {rule['id']}": [node["html"][:200] for node in rule["nodes"]][:3]
        for kind in ("violations", "incomplete")
        for rule in result[kind]
    }
    return {rule: places for rule, places in matches.items() if rule not in EXPLAINED}


@pytest.mark.parametrize("name", PAPERS, ids=" ".join)
def test_axe_finds_nothing_at_any_width_in_the_dark_or_on_paper(
    page: Page, paper: Callable[[Name], Path], name: Name
) -> None:
    page.goto(paper(name).as_uri())
    page.add_script_tag(path=AXE)
    is_seed = name[0] == "seed"
    screens = (*FEW, Screen(768)) if is_seed else (Screen(320), Screen(1280))
    faults = {str(screen): run_axe(page, screen, has_contrast=is_seed) for screen in screens}
    assert {screen: wrong for screen, wrong in faults.items() if wrong} == {}


def test_axe_finds_errors(page: Page) -> None:
    page.set_content('<html lang="xx-nothing"><p style="color: #ccc">Pale</p><img src="data:,"></html>')
    page.add_script_tag(path=AXE)
    matches = run_axe(page, FEW[0])
    assert {"violations: color-contrast", "violations: image-alt", "violations: html-lang-valid"} <= set(matches)
