"""One Chromium for all the tests of a process, and the papers as files that it opens.

Nothing of the browser is imported before a test asks for it: `make test` reads these files and has no need of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.papers import Name, written
from tests.browser.screens import PATIENCE
from tools.papers import PROGRAMS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    executable = next(filter(None, map(shutil.which, PROGRAMS["chromium"])), None)
    assert executable, "Chromium is not installed: run make test-papers"
    with sync_playwright() as playwright:
        # no sandbox: it needs a user who is not root, and the only pages opened are our own
        launched = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"], timeout=PATIENCE)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context()
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture(scope="session")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Name], Path]:
    """Return what gives a paper's file; a register's papers are made once."""
    folder = tmp_path_factory.mktemp("papers")

    @cache
    def of(register: str) -> dict[str, Path]:
        return written(folder, register)

    return lambda name: of(name[0])[name[1]]
