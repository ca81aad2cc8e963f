"""`init --demo` starts a complete invented register with a history, and never changes what is in the folder."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from p2ptrack.cli import demo
from p2ptrack.formats import FORMATS
from p2ptrack.model.kinds import KINDS
from tests.command import run
from tests.git.builders import git
from tests.json_schema import find_errors, read_as_editor
from tests.support import read_values

DAY = "2026-09-21"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("demo") / "council"
    result = run("init", "--demo", root, width=400)
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        f"Started a demonstration register of 34 files in {root}.\n"
        "It has a history of 11 saved versions (commits), and the papers of AC-2026-01, AC-2026-04 and AC-2026-07 "
        "are published.\n"
        f"Next:\n  cd {root}\n  p2ptrack status --as-of {DAY}\n"
        f"The demonstration ends on that day. Add --as-of {DAY} to other commands too.\n"
    )
    return root


@pytest.mark.slow
def test_the_demonstration_has_no_error_on_its_day_and_on_others(started: Path) -> None:
    for day in (DAY, "2036-01-01"):
        assert run("check", "--history", "--root", started, "--as-of", day).code == 0


def test_the_demonstration_shows_what_p2ptrack_is_for(started: Path) -> None:
    checked = json.loads(run("check", "--history", "--root", started, "--as-of", DAY, "--format", "json").out)
    reported = {(problem["code"], problem["path"][-40:].rpartition("/")[2][:3]) for problem in checked["problems"]}
    assert {("T101", "A05"), ("T145", "A05"), ("T101", "F04")} <= reported
    output = run("show", "A03", "--root", started, "--as-of", DAY).out
    assert "Target changed once, by 91 days (originally 31 March 2026)." in output
    assert "Verified" in output
    assert "A07 (partly exempt)" in run("show", "A07", "--root", started, "--as-of", DAY).out


def test_the_demonstration_is_committed_whole(started: Path) -> None:
    assert git(started, "status", "--porcelain") == ""
    log = git(started, "log", "--reverse", "--format=%an, %ad: %s", "--date=short").splitlines()
    assert (log[0], log[3], len(log)) == (
        "Procurement Officer, 2025-11-03: Start the register",
        "Chief Internal Auditor, 2026-03-16: A06: verify",
        11,
    )
    assert git(started, "config", "merge.p2ptrack.driver")


def list_papers(root: Path) -> list[str]:
    """Return the papers of the demonstration, by name."""
    papers = read_values((root / "data/programme.yaml").read_text("utf-8"))["reports"]
    assert isinstance(papers, dict)
    assert len(papers) > 5
    return list(papers)


@pytest.mark.papers
def test_published_papers_can_be_verified(started: Path) -> None:
    verified = run("verify", "AC-2026-07", "--root", started, width=400)
    assert verified.code == 0
    equal = {line.partition(":")[0] for line in verified.out.splitlines() if ": made again, equal" in line}
    assert {f"{name}.html" for name in list_papers(started)} <= equal
    assert "different" not in verified.out


@pytest.mark.papers
def test_every_paper_can_be_made(started: Path, tmp_path: Path) -> None:
    for format_name in FORMATS:
        options = ("--all", "--root", started, "--as-of", DAY, "--format", format_name, "--output", tmp_path)
        assert run("render", *options).code == 0
    assert len(list(tmp_path.iterdir())) == len(FORMATS) * len(list_papers(started))
    assert "hourly rate" not in (tmp_path / "action-plan.html").read_text("utf-8")


def test_an_editor_accepts_every_file(started: Path) -> None:
    for kind in KINDS:
        schema = json.loads((started / f".vscode/p2ptrack/{kind.singular}.json").read_text("utf-8"))
        files = list((started / "data" / kind.folder).iterdir())
        assert files
        assert [list(find_errors(read_as_editor(file.read_text("utf-8")), schema)) for file in files] == [[]] * len(
            files
        )


# In folders where something is.


def list_contents(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


@pytest.mark.parametrize("path", ["data/programme.yaml", "data/actions/A77.yaml", "data/actions/A01-one-register.yaml"])
def test_a_register_or_a_record_that_is_there_is_not_touched(path: str, tmp_path: Path) -> None:
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text("title: Ours\n", encoding="utf-8")
    before = list_contents(tmp_path)
    result = run("init", "--demo", tmp_path)
    assert (result.code, result.out, list_contents(tmp_path)) == (3, "", before)
    assert result.err.endswith("Choose another folder: p2ptrack init DIR\n")


def test_a_folder_with_other_files_gets_no_history(tmp_path: Path) -> None:
    (tmp_path / "minutes.docx").write_bytes(b"ours")
    (tmp_path / ".gitignore").write_text("*.tmp\n", encoding="utf-8")
    result = run("init", "--demo", tmp_path, width=400)
    assert result.code == 0
    assert "It has no history, because the folder was not empty." in result.out
    assert "Add this line to .gitignore" in result.out
    assert not (tmp_path / ".git").exists()
    assert (tmp_path / ".gitignore").read_text("utf-8") == "*.tmp\n"
    assert run("check", "--root", tmp_path, "--as-of", DAY).code == 0


def test_a_folder_in_a_repository_gets_no_history_of_its_own(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    result = run("init", "--demo", tmp_path / "a" / "b", "--hook", "--pipeline", "github", width=400)
    assert result.code == 0
    assert "It has no history, because the folder is in a repository already." in result.out
    assert not (tmp_path / "a/b/.git").exists()
    assert (tmp_path / ".github/workflows/register.yaml").is_file()


def test_without_git_there_is_no_history(tmp_path: Path) -> None:
    result = run("init", "--demo", tmp_path / "new", width=400, PATH=str(tmp_path))
    assert result.code == 0
    assert "It has no history, because git is not installed, or is too old." in result.out


@pytest.mark.papers
def test_settings_of_git_do_not_change_the_history(started: Path, tmp_path: Path) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("pre-commit", "commit-msg"):
        (hooks / name).write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        (hooks / name).chmod(0o755)
    settings = {
        "core.hooksPath": str(hooks), "commit.gpgSign": "true", "tag.gpgSign": "true", "init.defaultBranch": "trunk",
        "user.name": "", "core.autocrlf": "true", "core.safecrlf": "true",
    }  # fmt: skip
    environment = {"GIT_CONFIG_COUNT": str(len(settings))}
    for index, (key, value) in enumerate(settings.items()):
        environment |= {f"GIT_CONFIG_KEY_{index}": key, f"GIT_CONFIG_VALUE_{index}": value}
    result = run("init", "--demo", tmp_path / "new", width=400, PATH=os.environ["PATH"], **environment)
    assert (result.code, "are published." in result.out) == (0, True), result.out
    names = ("HEAD", "meeting/AC-2026-01", "meeting/AC-2026-04", "meeting/AC-2026-07")
    assert git(tmp_path / "new", "rev-parse", *names) == git(started, "rev-parse", *names)


def test_every_folder_of_the_demonstration_is_a_commit() -> None:
    assert {folder.name for folder in demo.DEMO_FOLDER.iterdir()} == {commit.day for commit in demo._COMMITS}
