"""The workflow files and `.ci/run`: pinned actions, a complete history for `check --history`, one way to install."""

from __future__ import annotations

import re
from typing import Any

import pytest

from p2ptrack.store.yaml import read
from tests.command import run
from tests.repository.source_tree import ROOT, text
from tools import prepare

FILES = sorted((ROOT / ".github" / "workflows").iterdir())


def test_there_are_pipelines() -> None:
    assert [file.name for file in FILES] == ["register.yaml", "supply-chain.yaml", "tests.yaml"]


def steps(name: str) -> list[dict[str, Any]]:
    """Return every step of a workflow, as the forge reads it."""
    result = read((ROOT / ".github" / "workflows" / name).read_bytes(), name)
    assert result.problems == ()
    assert result.value is not None
    jobs: Any = result.value["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


@pytest.mark.parametrize("name", [file.name for file in FILES])
def test_actions_are_named_by_their_commit_and_keep_no_credentials(name: str) -> None:
    used = [step for step in steps(name) if "uses" in step]
    assert used
    assert [step["uses"] for step in used if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"])] == []
    checkouts = [step["with"] for step in used if step["uses"].startswith("actions/checkout@")]
    assert {checkout["persist-credentials"] for checkout in checkouts} == {"false"}


def test_the_register_is_checked_with_its_whole_history() -> None:
    done = steps("register.yaml")
    checkout = next(at for at, step in enumerate(done) if step.get("uses", "").startswith("actions/checkout@"))
    assert done[checkout]["with"]["fetch-depth"] == "0"
    commands = [step["run"].split() for step in done[checkout:] if "p2ptrack" in step.get("run", "")]
    assert commands == [
        [".venv/bin/p2ptrack", "check", "--history", "--format", "github"],
        ["make", "ready", ".venv/bin/p2ptrack", "site", "public"],
    ]
    assert run(*commands[0][1:], "--help").code == 0


def pip_lines(script: str) -> list[str]:
    return [line.strip() for line in script.splitlines() if "-m pip" in line]


def test_windows_is_installed_as_the_readme_states_and_as_make_does() -> None:
    (on_windows,) = [lines for step in steps("tests.yaml") if (lines := pip_lines(step.get("run", "")))]
    assert on_windows == pip_lines(text(ROOT / "docs" / "installing.md"))
    lock, _, check = on_windows
    assert lock == " ".join(("python -m pip install", *prepare.FROM_LOCK, prepare.LOCK.name))
    assert check == "python -m pip check"
