"""The pages of reminders and of requests for updates are as accessible as papers."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.screens import FEW
from tests.browser.test_axe import AXE, run_axe
from tests.browser.test_valid import run_checker
from tests.cli.test_digest import FILES, PROGRAMME, WORDS
from tests.command import run
from tests.support import write_register

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.papers


def write_pages(folder: Path) -> list[Path]:
    """Write the reminder of an officer, and the page in the e-mail that asks them for updates."""
    register = write_register(folder, FILES, PROGRAMME)
    assert run("digest", "--format", "html", *WORDS, "--root", register).code == 0
    assert run("collect", "--for", "AC", *WORDS, "--root", register).code == 0
    data = (register / "build/collect/AC/head-of-it.eml").read_bytes()
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("html",))
    assert body is not None
    request = register / "build/request.html"
    request.write_text(body.get_content(), encoding="utf-8")
    return [register / "build/digest/head-of-it.html", request]


def test_axe_and_the_nu_checker_find_nothing(page: Page, tmp_path: Path) -> None:
    files = write_pages(tmp_path)
    for file in files:
        page.goto(file.as_uri())
        page.add_script_tag(path=AXE)
        assert [run_axe(page, screen) for screen in FEW] == [{}] * len(FEW)
    assert run_checker(*files) == []
