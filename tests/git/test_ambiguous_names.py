"""A word for a moment that means several things, or a period in which nothing can lie, is explained."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from tests.command import run
from tests.git.builders import GIT_ENVIRONMENT, RegisterRepository, action, make_repository

A01 = "data/actions/A01.yaml"


@pytest.fixture
def repo(tmp_path: Path) -> RegisterRepository:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": action(target="Mar-23")})
    repo.commit("2022-01-10")
    repo.commit("2022-06-10", {A01: action(target="Jun-23")})
    return repo


def add_commit(repo: RegisterRepository, prefix: str) -> str:
    """Add an empty commit whose id begins with some figures."""
    tree, parent = repo.git("rev-parse", "HEAD^{tree}"), repo.git("rev-parse", "HEAD")
    who = "A clerk <clerk@example.org> 1657454400 +0000"
    body = b""
    for number in range(10_000_000):
        body = f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\nNote {number}\n".encode()
        if hashlib.sha1(b"commit %d\0" % len(body) + body, usedforsecurity=False).hexdigest().startswith(prefix):
            break
    command = ["git", "hash-object", "-t", "commit", "-w", "--stdin"]
    done = subprocess.run(command, cwd=repo.top, input=body, env=GIT_ENVIRONMENT, check=True, capture_output=True)
    commit = done.stdout.decode().strip()
    repo.git("update-ref", "HEAD", commit)
    return commit


@pytest.mark.parametrize("year", ["2026", "1999"])
@pytest.mark.parametrize(
    "words", [("changes", "--since"), ("status", "--at"), ("list", "--at"), ("history", "A01", "--at")]
)
@pytest.mark.parametrize("has_commit", [False, True])
def test_a_year_is_never_a_commit(
    year: str, words: tuple[str, ...], has_commit: bool, repo: RegisterRepository
) -> None:
    if has_commit:
        add_commit(repo, year)
    result = run(*words, year, "--root", repo.root)
    assert (result.code, result.err) == (2, f"“{year}” is a year. Give one day, such as {year}-12-31.\n")


def test_other_figures_are_a_commit_still(repo: RegisterRepository) -> None:
    commit = add_commit(repo, "0042")
    assert run("changes", "--since", commit[:7], "--root", repo.root).code == 0


def test_a_tag_and_a_branch_of_one_name(repo: RegisterRepository) -> None:
    repo.git("tag", "main", "HEAD~1")
    text = "“main” has several meanings. The tag (refs/tags/main) is used, not the branch (refs/heads/main)."
    result = run("list", "id:A01", "--at", "main", "--root", repo.root)
    assert text in result.err.splitlines()
    assert text in run("history", "A01", "--at", "main", "--root", repo.root).err.splitlines()
    assert text in " ".join(run("changes", "--since", "main", "--root", repo.root, width=200).out.split("\n"))
    assert text in run("changes", "--since", "main", "--root", repo.root, "--format", "json").err
    for name in ("refs/tags/main", "heads/main"):
        assert "several meanings" not in run("list", "--at", name, "--root", repo.root).err


def test_a_tag_and_a_branch_of_one_commit_mean_one_thing(repo: RegisterRepository) -> None:
    repo.git("tag", "main", "HEAD")
    assert "several meanings" not in run("list", "--at", "main", "--root", repo.root).err


def test_a_branch_whose_name_begins_a_commit_s_id(repo: RegisterRepository) -> None:
    commit = repo.git("rev-parse", "HEAD")
    repo.git("branch", commit[:6], "HEAD~1")
    result = run("list", "--at", commit[:6], "--root", repo.root)
    text = f"“{commit[:6]}” has several meanings. The branch or tag is used, not the commit {commit}."
    assert text in result.err.splitlines()


def test_a_published_meeting_and_a_branch_of_one_name(repo: RegisterRepository) -> None:
    repo.git("tag", "meeting/AC-2022-10-17", "HEAD")
    repo.git("branch", "AC-2022-10-17", "HEAD~1")
    result = run("list", "--at", "AC-2022-10-17", "--root", repo.root)
    assert "The published meeting (refs/tags/meeting/AC-2022-10-17) is used" in result.err


def test_one_day_is_explained(repo: RegisterRepository) -> None:
    result = run("changes", "--since", "2022-06-10", "--until", "10 June 2022", "--root", repo.root, width=300)
    advice = "To see the changes of 10 June 2022: p2ptrack changes --since 2022-06-09 --until 2022-06-10"
    assert f"A date means the end of that day, so nothing lies between the two. {advice}" in result.out
    screen = run("changes", "--since", "2022-06-09", "--until", "2022-06-10", "--root", repo.root, width=300).out
    assert "Mar-23 → Jun-23" in screen


def test_a_day_after_the_last_commit_is_explained(repo: RegisterRepository) -> None:
    result = run("changes", "--since", "2090-01-01", "--root", repo.root, width=300)
    assert "1 January 2090 is in the future. The last commit is of 10 June 2022." in result.out
    result = run("changes", "--since", "2022-01-10", "--until", "2090-01-01", "--root", repo.root, "--format", "json")
    assert result.err == "1 January 2090 is in the future. The last commit is of 10 June 2022.\n"
