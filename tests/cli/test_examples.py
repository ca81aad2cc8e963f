from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from tests.cli.test_query import OLD
from tests.command import COMMANDS, ROOT, SEED_DAY, examples_of, run
from tests.git.builders import RegisterRepository, set_git_user
from tests.imports.writers import write_examples

EXPECTED = ("open items have no responsible officer", "which has passed.", "Commit and push them")
"""Notices about the shipped register: its meetings are past, most items have no owner, and it has no settings yet."""
TESTED_ELSEWHERE = {"render", "publish", "verify"}
EXAMPLES = [example for name in COMMANDS if name not in TESTED_ELSEWHERE for example in examples_of(name)]


@pytest.fixture(scope="session")
def committed(tmp_path_factory: pytest.TempPathFactory) -> RegisterRepository:
    """Return a repository with one commit of the shipped register."""
    folder = tmp_path_factory.mktemp("committed")
    shutil.copytree(ROOT / "data", folder / "data")
    write_examples(folder)
    repository = RegisterRepository(folder, folder)
    repository.git("init", "--quiet")
    repository.commit(SEED_DAY)
    return repository


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 15


@pytest.mark.parametrize(
    "example",
    [pytest.param(line, marks=pytest.mark.slow) if line.startswith("p2ptrack site ") else line for line in EXAMPLES],
)
def test_every_example_of_the_help_works(
    example: str, committed: RegisterRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if " init" not in example:
        shutil.copytree(committed.root, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    if "digest" in example or "collect" in example:  # the shipped register names no responsible officer
        assert run("edit", "F01", "--set", "accountable=Head of PACS", "--yes").code == 0
    result = run(*shlex.split(example)[1:])
    notices = [
        line
        for line in result.err.splitlines(keepends=True)
        if line != OLD and not any(part in line for part in EXPECTED)
    ]
    at = (
        [f"The register as it was on 12 January 2023 (commit {committed.commits[0][:10]}).\n"]
        if "--at " in example
        else []
    )
    assert (result.code, notices) == (int("--strict" in example), at)
    assert result.out


@pytest.mark.parametrize("example", examples_of("publish"))
def test_every_example_of_publishing_works_and_can_be_verified(
    example: str, committed: RegisterRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(committed.root, tmp_path, dirs_exist_ok=True)
    set_git_user(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert run(*shlex.split(example)[1:]).code == 0
    verify, verify_file = examples_of("verify")
    assert run(*shlex.split(verify_file)[1:]).code == 0
    verified = run(*shlex.split(verify)[1:])
    assert (verified.code, verified.err.count("\n")) == (0, 2)
    assert {line.partition(": ")[2] for line in verified.out.splitlines() if ": " in line} == {"made again, equal"}
