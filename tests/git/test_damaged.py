"""Repositories that are damaged, or set up so that git misreads them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from p2ptrack.errors import OperationError
from p2ptrack.store.git.repository import Repository, read_mainline
from p2ptrack.store.git.snapshot import load_snapshot
from tests.command import run
from tests.git.builders import RegisterRepository, action, git, make_repository
from tests.support import write_register

A01 = "data/actions/A01.yaml"


def make_repository_in(top: Path) -> RegisterRepository:
    repo = make_repository(top, "p2p")
    repo.commit("2022-01-10", {A01: action(target="Mar-22")})
    repo.commit("2022-06-10", {A01: action(target="Mar-23")})
    return repo


def stopped(root: Path, when: str = "HEAD") -> str:
    with pytest.raises(OperationError) as stop:
        load_snapshot(root, when)
    return str(stop.value)


def emptied(repo: RegisterRepository) -> None:
    shutil.rmtree(repo.top / ".git")
    (repo.top / ".git").mkdir()


def pointed_to_nothing(repo: RegisterRepository) -> None:
    shutil.rmtree(repo.top / ".git")
    (repo.top / ".git").write_text("gitdir: nowhere\n")


def without_a_head(repo: RegisterRepository) -> None:
    (repo.top / ".git" / "HEAD").write_text("garbage\n")


@pytest.mark.parametrize("damage", [emptied, pointed_to_nothing, without_a_head])
def test_a_damaged_repository_is_not_to_be_replaced(
    damage: Callable[[RegisterRepository], None], tmp_path: Path
) -> None:
    repo = make_repository_in(tmp_path / "council")
    damage(repo)
    assert stopped(repo.root) == (
        f"git cannot read the repository of {repo.root}: its .git is damaged, or you may not read it. "
        "Ask the person who looks after it before you start a new one."
    )


def test_a_paper_that_cannot_name_its_commit_states_why(tmp_path: Path) -> None:
    repo = make_repository_in(tmp_path / "council")
    emptied(repo)
    result = run("render", "action-plan", "--output", "-", "--root", repo.root)
    reason = f"git cannot read the repository of {repo.root}: "
    message = f"The paper cannot name the saved version (commit) that it is made from. {reason}"
    assert (result.code, result.err.startswith(message)) == (0, True)
    shutil.rmtree(repo.top / ".git")
    assert run("render", "action-plan", "--output", "-", "--root", repo.root).err == ""


OTHER_BRANCHES = (
    "This branch has no commits, although the repository has some. "
    "To see its branches: git branch --all. To change to another: git switch NAME"
)


def test_a_new_branch_without_commits_is_not_taken_for_a_new_repository(tmp_path: Path) -> None:
    repo = make_repository_in(tmp_path / "council")
    repo.git("switch", "--quiet", "--orphan", "other")
    write_register(repo.root)
    assert stopped(repo.root, "main") == OTHER_BRANCHES


def test_a_head_that_is_at_nothing_is_reported(tmp_path: Path) -> None:
    repo = make_repository_in(tmp_path / "council")
    (repo.top / ".git" / "HEAD").write_text("ref: refs/heads/gone\n")
    assert stopped(repo.root) == OTHER_BRANCHES


def test_a_commit_that_is_checked_out_and_missing_is_not_taken_for_an_empty_branch(tmp_path: Path) -> None:
    repo = make_repository_in(tmp_path / "council")
    for file, text in (("refs/heads/main", "2" * 40), ("HEAD", "1" * 40)):
        (repo.top / ".git" / file).write_text(f"{text}\n")
        assert stopped(repo.root).startswith("This copy of the repository lacks part of the history")


def test_a_branch_that_points_to_nothing_is_reported_in_git_s_own_words(tmp_path: Path) -> None:
    repo = make_repository_in(tmp_path / "council")
    (repo.top / ".git" / "refs" / "heads" / "main").write_text("")
    assert stopped(repo.root) == (
        f"git cannot read the history of {repo.root}: warning: ignoring broken ref refs/heads/main. Fix that first."
    )


def loose(repo: RegisterRepository, of: str) -> Path:
    id_ = repo.git("rev-parse", of)
    file = repo.top / ".git" / "objects" / id_[:2] / id_[2:]
    file.chmod(0o644)
    return file


@pytest.mark.parametrize("of", ["HEAD", "HEAD^{tree}", "HEAD:p2p/data", f"HEAD:p2p/{A01}"])
def test_what_is_missing_is_to_be_fetched(of: str, tmp_path: Path) -> None:
    repo = make_repository_in(tmp_path / "council")
    loose(repo, of).unlink()
    assert stopped(repo.root) == (
        "This copy of the repository lacks part of the history of its files. "
        "To get the rest with git 2.36 or newer: git fetch --refetch --no-filter"
    )


@pytest.mark.parametrize("of", ["HEAD^{tree}", "HEAD~1^{tree}"])
def test_what_is_spoilt_is_reported_in_git_s_own_words_and_not_in_its_hints(of: str, tmp_path: Path) -> None:
    repo = make_repository_in(tmp_path / "council")
    loose(repo, of).write_bytes(b"spoilt")
    with pytest.raises(OperationError) as stop:
        read_mainline(Repository.find(repo.root))
    message = f"git cannot read the history of {repo.root}: inflate: data stream error (incorrect header check)"
    assert str(stop.value) == f"{message}. Fix that first."


@pytest.mark.parametrize(("name", "value"), [("core.bare", "true"), ("core.worktree", "{}")])
def test_settings_that_have_the_work_tree_elsewhere_show_no_other_register(
    name: str, value: str, tmp_path: Path
) -> None:
    repo = make_repository_in(tmp_path / "council")
    write_register(repo.top, {"actions/A01.yaml": action(title="Another register")})
    repo.commit("2022-07-10")
    (tmp_path / "elsewhere").mkdir()
    git(repo.top, "config", name, value.format(tmp_path / "elsewhere"))
    assert stopped(repo.root) == (
        f"git does not treat {repo.root} as a folder of the repository, because core.bare or core.worktree in its "
        "settings say otherwise. To correct them: git config core.bare false; git config --unset core.worktree"
    )
