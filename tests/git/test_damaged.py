"""Repositories that are damaged, or set up so that git misreads them: told as such, and never to be begun anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from p2ptrack.errors import OperationError
from p2ptrack.store.git.mainline import read_mainline
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.git.snapshot import load_snapshot
from tests.command import run
from tests.git.builders import Kept, action, git, kept
from tests.support import write_register

A01 = "data/actions/A01.yaml"


def made_in(top: Path) -> Kept:
    made = kept(top, "p2p")
    made.commit("2022-01-10", {A01: action(target="Mar-22")})
    made.commit("2022-06-10", {A01: action(target="Mar-23")})
    return made


def stopped(root: Path, when: str = "HEAD") -> str:
    with pytest.raises(OperationError) as stop:
        load_snapshot(root, when)
    return str(stop.value)


def emptied(made: Kept) -> None:
    shutil.rmtree(made.top / ".git")
    (made.top / ".git").mkdir()


def pointed_to_nothing(made: Kept) -> None:
    shutil.rmtree(made.top / ".git")
    (made.top / ".git").write_text("gitdir: nowhere\n")


def without_a_head(made: Kept) -> None:
    (made.top / ".git" / "HEAD").write_text("garbage\n")


@pytest.mark.parametrize("damage", [emptied, pointed_to_nothing, without_a_head])
def test_a_damaged_repository_is_not_to_be_begun_anew(damage: Callable[[Kept], None], tmp_path: Path) -> None:
    made = made_in(tmp_path / "council")
    damage(made)
    assert stopped(made.root) == (
        f"git takes the .git of {made.root} for no repository: it is damaged, or you may not read it. "
        "Ask whoever looks after it, before anything is begun anew."
    )


def test_a_paper_that_cannot_name_its_commit_says_why(tmp_path: Path) -> None:
    made = made_in(tmp_path / "council")
    emptied(made)
    ran = run("render", "action-plan", "--output", "-", "--root", made.root)
    told = "The paper cannot name the saved version (commit) that it is made from. "
    told += f"git takes the .git of {made.root} for no repository: "
    assert (ran.code, ran.err.startswith(told)) == (0, True)
    shutil.rmtree(made.top / ".git")
    assert run("render", "action-plan", "--output", "-", "--root", made.root).err == ""


OTHER_BRANCHES = (
    "The branch that this folder stands on has no commits, though its repository has some. "
    "See its branches with: git branch --all. Go to the right one with: git switch NAME"
)


def test_a_new_branch_without_commits_is_not_taken_for_a_new_repository(tmp_path: Path) -> None:
    made = made_in(tmp_path / "council")
    made.git("switch", "--quiet", "--orphan", "other")
    write_register(made.root)
    assert stopped(made.root, "main") == OTHER_BRANCHES


def test_a_head_that_stands_at_nothing_is_told(tmp_path: Path) -> None:
    made = made_in(tmp_path / "council")
    for head in ("ref: refs/heads/gone", "1" * 40):
        (made.top / ".git" / "HEAD").write_text(f"{head}\n")
        assert stopped(made.root) == OTHER_BRANCHES


def test_a_branch_that_leads_to_nothing_is_told_in_git_s_own_words(tmp_path: Path) -> None:
    made = made_in(tmp_path / "council")
    (made.top / ".git" / "refs" / "heads" / "main").write_text("")
    assert stopped(made.root) == (
        f"git cannot read the history of {made.root}: warning: ignoring broken ref refs/heads/main. Mend that first."
    )


def loose(made: Kept, of: str) -> Path:
    id_ = made.git("rev-parse", of)
    file = made.top / ".git" / "objects" / id_[:2] / id_[2:]
    file.chmod(0o644)
    return file


@pytest.mark.parametrize("of", ["HEAD", "HEAD^{tree}", "HEAD:p2p/data", f"HEAD:p2p/{A01}"])
def test_what_is_missing_is_to_be_fetched(of: str, tmp_path: Path) -> None:
    made = made_in(tmp_path / "council")
    loose(made, of).unlink()
    assert stopped(made.root) == (
        "This copy of the repository does not hold all of its files' history. "
        "Fetch the rest with git 2.36 or newer: git fetch --refetch --no-filter"
    )


@pytest.mark.parametrize("of", ["HEAD^{tree}", "HEAD~1^{tree}"])
def test_what_is_spoilt_is_told_in_git_s_own_words_and_not_in_its_hints(of: str, tmp_path: Path) -> None:
    made = made_in(tmp_path / "council")
    loose(made, of).write_bytes(b"spoilt")
    with pytest.raises(OperationError) as stop:
        read_mainline(Repository.find(made.root))
    told = f"git cannot read the history of {made.root}: inflate: data stream error (incorrect header check)"
    assert str(stop.value) == f"{told}. Mend that first."


@pytest.mark.parametrize(("name", "value"), [("core.bare", "true"), ("core.worktree", "{}")])
def test_settings_that_have_the_work_tree_elsewhere_show_no_other_register(
    name: str, value: str, tmp_path: Path
) -> None:
    made = made_in(tmp_path / "council")
    write_register(made.top, {"actions/A01.yaml": action(title="Another register")})
    made.commit("2022-07-10")
    (tmp_path / "elsewhere").mkdir()
    git(made.top, "config", name, value.format(tmp_path / "elsewhere"))
    assert stopped(made.root) == (
        f"git does not take {made.root} for a part of a work tree, for core.bare or core.worktree in the repository's "
        "settings say otherwise. Mend them with: git config core.bare false; git config --unset core.worktree"
    )
