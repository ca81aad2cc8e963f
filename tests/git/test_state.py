"""Publishing needs a finished state of a branch, and a history needs files that the repository keeps itself."""

from __future__ import annotations

import contextlib
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from tests.command import run
from tests.git.builders import RegisterRepository, action, git, make_repository, set_git_user
from tests.support import PROGRAMME

A01 = "data/actions/A01.yaml"
PUBLISH = ("publish", "AC-2023-03", "--as-of", "2023-01-20", "--format", "text")


@pytest.fixture
def repo(tmp_path: Path) -> RegisterRepository:
    repo = make_repository(tmp_path / "register", files={"actions/A01.yaml": action(target="Mar-23")})
    set_git_user(repo.top)
    repo.commit("2023-01-10")
    repo.commit("2023-01-11", {A01: action(target="Jun-23")})
    repo.git("branch", "other", "HEAD~1")
    repo.git("switch", "--quiet", "other")
    repo.commit("2023-01-12", {A01: action(target="Sep-23")})
    repo.git("switch", "--quiet", "main")
    return repo


@pytest.mark.parametrize(
    ("command", "operation", "finish", "cancel"),
    [
        (["rebase", "other"], "A rebase", "git rebase --continue", "git rebase --abort"),
        (["rebase", "--apply", "other"], "A rebase", "git rebase --continue", "git rebase --abort"),
        (["rebase", "--exec", "false", "HEAD~1"], "A rebase", "git rebase --continue", "git rebase --abort"),
        (["merge", "--no-commit", "--no-ff", "other"], "A merge", "git commit", "git merge --abort"),
        (["cherry-pick", "other"], "A cherry-pick", "git cherry-pick --continue", "git cherry-pick --abort"),
        (["revert", "--no-edit", "other"], "A revert", "git revert --continue", "git revert --abort"),
    ],
)
def test_nothing_is_published_while_an_operation_is_open(
    command: list[str], operation: str, finish: str, cancel: str, repo: RegisterRepository
) -> None:
    with contextlib.suppress(CalledProcessError):
        repo.git(*command)
    result = run(*PUBLISH, "--root", repo.root)
    assert (result.code, result.err) == (
        1,
        f"{operation} is not finished. Finish it with `{finish}`, or cancel it with `{cancel}`, then publish.\n",
    )
    assert repo.git("tag") == ""


def test_nothing_is_published_during_a_bisect(repo: RegisterRepository) -> None:
    repo.git("bisect", "start", "HEAD", "HEAD~1")
    result = run(*PUBLISH, "--root", repo.root)
    assert (result.code, result.err) == (1, "A bisect is not finished. End it with `git bisect reset`, then publish.\n")


def test_nothing_is_published_during_a_rebase_in_another_work_tree(repo: RegisterRepository, tmp_path: Path) -> None:
    repo.git("worktree", "add", "--quiet", str(tmp_path / "second"), "other")
    with contextlib.suppress(CalledProcessError):
        git(tmp_path / "second", "rebase", "main")
    assert run(*PUBLISH, "--root", tmp_path / "second").err.startswith("A rebase is not finished.")
    assert "is not finished" not in run(*PUBLISH, "--root", repo.root).err


def test_without_a_branch_the_published_commit_is_named(repo: RegisterRepository) -> None:
    repo.git("switch", "--quiet", "--detach", "HEAD")
    result = run(*PUBLISH, "--root", repo.root)
    text = f"No branch is checked out (detached HEAD). Publishing the commit {repo.git('rev-parse', 'HEAD')[:10]}."
    assert result.code == 0
    assert result.err.splitlines()[0] == text


COMMANDS = (
    ("history", "A01"),
    ("changes", "--since", "2022-12-02"),
    ("check", "--history"),
    ("list", "--at", "HEAD"),
    PUBLISH,
)


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize("folder", ["data", "data/actions", "clone"])
def test_a_folder_of_another_repository_has_no_history_here(
    folder: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    git(inner, "init", "--quiet", "--initial-branch=main")
    (inner / "actions").mkdir()
    (inner / "programme.yaml").write_text(PROGRAMME)
    (inner / "A01.yaml").write_text(action(target="Mar-23"))
    (inner / "actions" / "A01.yaml").write_text(action(target="Mar-23"))
    git(inner, "add", "--all")
    git(inner, "commit", "--quiet", "--message", "x")
    outer = tmp_path / "outer"
    (outer / "data").mkdir(parents=True)
    git(outer, "init", "--quiet", "--initial-branch=main")
    (outer / "README").write_text("x")
    target = outer / folder if folder != "clone" else outer / "data"
    if folder == "data":
        target.rmdir()
    elif folder != "clone":
        (outer / "data" / "programme.yaml").write_text(PROGRAMME)
    if folder == "clone":
        git(tmp_path, "clone", "--quiet", str(inner), str(target))
        git(outer, "add", "README")
    else:
        protocol = ("-c", "protocol.file.allow=always")
        git(outer, *protocol, "submodule", "--quiet", "add", str(inner), folder)
        git(outer, "add", "--all")
    git(outer, "commit", "--quiet", "--message", "x")
    result = run(*words, "--root", outer)
    name, kind = ("data", "a repository inside this one") if folder == "clone" else (folder, "a submodule")
    assert result.code == 3
    assert result.err == (
        f"{name} is {kind}. Git keeps its history in that other repository, and not in this one. "
        "Run p2ptrack in a register that is a repository of its own.\n"
    )


BROKEN = "id: A01\ntitle: Review\nupdates: Begun.\n  - date: 1 May 2022\n    text: Begun.\n"


def test_check_says_how_to_see_what_broke_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = make_repository(tmp_path / "council", "p2p")
    monkeypatch.chdir(repo.top)

    def last_words() -> str:
        return " ".join(run("check", "--root", repo.root, "--as-of", "2022-06-01").out.split()).rpartition("To see ")[2]

    repo.write({"data/actions/A01.yaml": BROKEN})
    assert "git" not in last_words()
    repo.commit("2022-05-01")
    command = "git log -p -1 -- p2p/data/actions/A01.yaml"
    assert last_words() == f"its last change that was saved: {command}"
    assert "+updates: Begun." in repo.git(*command.split()[1:])
    repo.commit("2022-05-02", {"data/actions/A01.yaml": action()})
    assert "git" not in last_words()
    repo.write({"data/actions/A01.yaml": BROKEN})
    command = "git diff HEAD -- p2p/data/actions/A01.yaml"
    assert last_words() == f"what changed since the last saved version (commit): {command}"
    assert "+updates: Begun." in repo.git(*command.split()[1:])
