"""Unusual starts: without output streams, from another folder, with files that are no records."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from p2ptrack.cli import main
from p2ptrack.cli.check import load_catalogue
from tests.command import run
from tests.support import write_register

ACTION = "id: A01\ntitle: Review\n"


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_command_ends_without_an_output_stream(stream: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, stream, None)
    assert main(["--version"]) == 0
    assert main(["no-such-command"]) == 2


def test_a_file_outside_the_register_is_refused(tmp_path: Path) -> None:
    root, other = tmp_path / "register", tmp_path / "A02.yaml"
    write_register(root, {"actions/A01.yaml": ACTION})
    other.write_text("id: A02\n", "utf-8")
    result = run("check", "--root", root, other)
    expected = f"{other} is not in the register in {root}. Name one of its files or folders.\n"
    assert (result.code, result.out, result.err) == (2, "", expected)


def test_a_file_that_is_no_record_is_counted_once(tmp_path: Path) -> None:
    twice = {"actions/A01.yaml": ACTION, "actions/A01-copy.yaml": ACTION, "actions/A02.yaml": "- A02\n"}
    write_register(tmp_path, twice)
    expected = "2 files cannot be read as records, so they are not in this answer. To see why: p2ptrack check\n"
    assert run("list", "--root", tmp_path).err == expected


def test_the_record_whose_file_is_named_by_its_id_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_register(tmp_path, {"actions/A01 (2).yaml": ACTION, "actions/A01.yaml": ACTION + "note: Mine.\n"})
    result = run("check", "--root", tmp_path, "--format", "github")
    expected = (
        "::error file=data/actions/A01 (2).yaml,line=1,col=5,title=D107::The id A01 is already used in "
        "data/actions/A01.yaml, so this file is not read.%0AFix: Give one of the two an id that is not used yet, "
        "and name its file after it. "
        "If one is a copy, move it out of the data folder."
    )
    assert [line for line in result.out.splitlines() if line.startswith("::error")] == [expected]


def test_the_catalogue_has_no_placeholders_in_its_fixes() -> None:
    entries = load_catalogue()
    assert len(entries) > 100
    assert [code for code, entry in entries.items() if re.search(r"\{[a-z_]+\}", entry.fix)] == []


def test_an_exempt_record_is_not_reported_as_unreadable(tmp_path: Path) -> None:
    exempt = "exempt: {paragraph: 3, reason: Terms, public_interest: Harm, decided_by: Clerk, decided_on: 1 May 2024}\n"
    write_register(tmp_path, {"actions/A01.yaml": ACTION, "actions/A02.yaml": f"id: A02\ntitle: x\n{exempt}"})
    result = run("render", "action-plan", "--format", "text", "--output", "-", "--root", tmp_path)
    assert (result.code, result.err) == (0, "")


def test_a_very_long_id_is_cut_in_the_message() -> None:
    result = run("show", "A" * 5000)
    assert (result.code, f"{'A' * 59}…" in result.err, "A" * 60 in result.err) == (2, True, False)
