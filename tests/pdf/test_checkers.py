"""Two independent checkers on every paper: no error, and no warning that the documentation does not explain."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.papers.builders import ROOT
from tests.pdf.builders import html_of, paper, print_html
from tests.pdf.test_structure import CUT, PAPERS

pytestmark = pytest.mark.papers
DOCUMENTATION = (ROOT / "docs" / "accessibility.md").read_text(encoding="utf-8")


def list_documented_rules(column: str) -> set[str]:
    """Return the rules in the documentation's table whose first column has this title."""
    _, _, table = DOCUMENTATION.casefold().partition(f"\n| {column} |")
    return set(re.findall(r"`([A-Z]+(?:-[A-Z0-9]+)+)`", table.partition("\n\n")[0].upper()))


EXPLAINED, NOT_TESTED = list_documented_rules("finding"), list_documented_rules("rule")


def report(tmp_path: Path, output: bytes, *command: str) -> Any:
    """Return a checker's JSON report on a PDF."""
    file = tmp_path / "paper.pdf"
    file.write_bytes(output)
    run = subprocess.run([sys.executable, *command, str(file)], capture_output=True, check=False)
    return json.loads(run.stdout)


def output(name: str) -> bytes:
    return print_html(CUT) if name == "cut" else paper(name).output


def is_repeated_head(finding: dict[str, Any], name: str) -> bool:
    """Whether a finding is about the head of a table that a page repeats.

    In a paper of fewer than six pages the checker takes a line for a running head only when every page has it.
    """
    if finding["rule"] != "TAG-002" or name == "cut":
        return False
    heads = re.findall(r"<thead>(.*?)</thead>", html_of(name), re.DOTALL)
    texts = [" ".join(re.sub("<[^>]*>", " ", head).split()) for head in heads]
    return any(text.startswith(finding["evidence"].removesuffix("…")) for text in texts)


@pytest.mark.parametrize("name", [*PAPERS, "cut"])
def test_outloud_finds_only_explained_warnings(tmp_path: Path, name: str) -> None:
    (result,) = report(tmp_path, output(name), "-m", "outloud.cli", "--json", "-")["results"]
    command_result = [rule["rule"] for rule in result["rules"] if rule["status"] == "ran"]
    skipped = [rule["rule"] for rule in result["rules"] if rule["status"] not in {"ran", "not-applicable"}]
    assert len(command_result) > 30
    assert set(skipped) <= NOT_TESTED
    findings = [f for f in result["findings"] if not is_repeated_head(f, name)]
    assert [f for f in findings if f["severity"] != "warning" or f["rule"] not in EXPLAINED] == []


@pytest.mark.parametrize("name", [*PAPERS, "cut"])
def test_pdfua_finds_nothing(tmp_path: Path, name: str) -> None:
    result = report(tmp_path, output(name), "-m", "pdfua", "check", "--format", "json")
    assert result["summary"]["rules_run"] > 10
    assert {rule["rule_id"] for rule in result["skipped"]} <= NOT_TESTED
    assert result["findings"] == []
