from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from p2ptrack.cli.contents import COMMANDS
from tests.command import ROOT, SEED_DAY, run
from tests.git.builders import Kept, named

ELSEWHERE = {"render", "publish", "verify"}
EXAMPLES = [example for command in COMMANDS.values() for example in command.examples if command.name not in ELSEWHERE]


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 15


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_help_works(example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = ""
    if " init" not in example:
        shutil.copytree(ROOT / "data", tmp_path / "data")
        repository = Kept(tmp_path, tmp_path)
        repository.git("init", "--quiet")
        id_ = repository.commit(SEED_DAY)
    monkeypatch.chdir(tmp_path)
    ran = run(*shlex.split(example)[1:])
    strict = "--strict" in example
    told = [line for line in ran.err.splitlines(keepends=True) if line != OLD]
    stood = [f"As the register stood on 12 January 2023 (commit {id_[:10]}).\n"] if "--at " in example else []
    assert (ran.code, told) == (int(strict), stood)
    assert ran.out


@pytest.mark.parametrize("example", COMMANDS["publish"].examples)
def test_every_example_of_publishing_works_and_can_be_verified(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    repository = Kept(tmp_path, tmp_path)
    repository.git("init", "--quiet")
    repository.commit(SEED_DAY)
    named(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert run(*shlex.split(example)[1:]).code == 0
    (verifying,) = COMMANDS["verify"].examples
    verified = run(*shlex.split(verifying)[1:])
    assert (verified.code, verified.err) == (0, "")
    assert {line.partition(": ")[2] for line in verified.out.splitlines()} == {"equal"}


OLD = (
    "This is today's register judged at an old date: its newest update is of 12 January 2023. "
    "For the register as it was then, write --at instead of --as-of.\n"
)
