"""The auditor's guide: its commands work on the shipped register, and its tables name all that programs get."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.command import ROOT, run
from tests.git.builders import RegisterRepository, set_git_user
from tests.history.years import years
from tests.repository.source_tree import text
from tools.docs import DOCS

PAGE = text(DOCS / "auditor-guide.md")
COMMANDS = [
    line.removeprefix("p2ptrack ")
    for block in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> RegisterRepository:
    top = tmp_path_factory.mktemp("shipped") / "register"
    shutil.copytree(ROOT / "data", top / "data")
    repository = RegisterRepository(top, top)
    repository.git("init", "--quiet", "--initial-branch=main")
    set_git_user(top)
    repository.commit("2022-10-17")
    return repository


def test_the_commands_of_the_page_work(shipped: RegisterRepository, tmp_path: Path) -> None:
    assert len(COMMANDS) > 6
    for command in COMMANDS:
        output = ("--output", tmp_path / "paper.html") if command.startswith("render") else ()
        assert run(*shlex.split(command), *output, "--root", shipped.root).code == 0, command


def keys(value: Any) -> set[str]:
    """Return every name of an answer, but the kinds of record, which are values of its `kinds`."""
    if isinstance(value, list):
        return {key for entry in value for key in keys(entry)}
    if not isinstance(value, dict):
        return set()
    return {*value, *(key for name, inner in value.items() for key in (() if name == "kinds" else keys(inner)))}


@pytest.mark.parametrize("command", ["history A01", "changes --since 2023-01-12"])
def test_the_page_names_all_that_programs_get(command: str, tmp_path: Path) -> None:
    heading = command.replace("A01", "ID").replace("2023-01-12", "WHEN")
    part = PAGE.partition(f"`p2ptrack {heading} --format json`:\n")[2].partition("\n`p2ptrack")[0]
    rows = re.findall(r"^\| (`.*?) \| (.*) \|$", part, re.MULTILINE)
    documented_names = {name for row in rows for cell in row for name in re.findall(r"`(\w+)`", cell)}
    result = run(*command.split(), "--root", years(tmp_path).root, "--format", "json")
    documented = keys(json.loads(result.out))
    assert len(documented) > 8
    shared_part = PAGE.partition("Every JSON answer about the register")[2].partition("\n`p2ptrack")[0]
    assert sorted(documented - documented_names - set(re.findall(r"`(\w+)`", shared_part))) == []
    documented_keys = {name for first, _ in rows for name in re.findall(r"`(\w+)`", first)}
    assert sorted(documented_keys - documented) == []
