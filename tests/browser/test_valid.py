"""Every paper is valid HTML and CSS, by the Nu checker."""

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
    "Resource violates Content Security Policy (meta tag): external stylesheet": "the checker gives files no origin; "
    "test_site_pages sees that browsers apply the style sheet",
    "This document appears to be written in German": "the hostile register's longest word is German",
}
"""Beginnings of accepted warnings, and why they are accepted."""


def run_checker(*files: Path | str) -> list[tuple[str, str, str]]:
    """Return the Nu checker's messages on these files: kind, extract and text."""
    command = ["java", "-jar", str(CHECKER), "--format", "json", "--stdout", "--exit-zero-always", *map(str, files)]
    process = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    messages = json.loads(process.stdout)["messages"]
    faults = [item for item in messages if item["type"] != "info" or item.get("subType") == "warning"]
    problems = {(item["type"], item.get("extract", "")[:80], item["message"]) for item in faults}
    return sorted(item for item in problems if not item[2].startswith(tuple(EXPLAINED)))


def test_every_paper_is_valid_and_a_page_with_errors_is_not(paper: Callable[[Name], Path], tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.html"
    faulty.write_text('<!DOCTYPE html><html lang="en"><title>A</title><p><faulty></p>', encoding="utf-8")
    files = [paper(name) for name in PAPERS]
    assert len(files) > 7
    problems = run_checker(faulty, *files)
    assert problems
    assert [problem for problem in problems if "faulty" not in " ".join(problem)] == []
