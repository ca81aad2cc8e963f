"""Every paper is HTML as the standard has it, by the Nu checker, and its style sheet is CSS."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.papers import PAPERS, Name

pytestmark = pytest.mark.papers

CHECKER = Path(__file__).parent / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


EXPLAINED = {
    "Text run is not in Unicode Normalization Form C": "a record's text is printed as it was written",
    "This document appears to be written in German": "the hostile register's longest word is German",
}
"""Beginnings of warnings, and why they stand. What is neither an error nor a warning is not asked for."""


def found(*files: Path) -> list[tuple[str, str, str]]:
    """Return what the Nu checker says of these files: what sort of fault, where, which."""
    command = ["java", "-jar", str(CHECKER), "--format", "json", "--stdout", "--exit-zero-always", *map(str, files)]
    ended = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    messages = json.loads(ended.stdout)["messages"]
    faults = [each for each in messages if each["type"] != "info" or each.get("subType") == "warning"]
    told = {(each["type"], each.get("extract", "")[:80], each["message"]) for each in faults}
    return sorted(each for each in told if not each[2].startswith(tuple(EXPLAINED)))


def test_every_paper_is_valid(paper: Callable[[Name], Path]) -> None:
    files = [paper(name) for name in PAPERS]
    assert len(files) > 7
    assert found(*files) == []


def test_the_checker_finds_what_it_is_for(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<!DOCTYPE html><html lang="en"><title>A</title><p><div></p>', encoding="utf-8")
    assert [kind for kind, _, _ in found(page)] != []
