"""The fixes of H116 and H119, followed in repositories with a copy elsewhere: the command that is printed is run."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.git.builders import RegisterRepository, action, make_repository, set_git_user
from tests.git.test_publication_chain import A02, NEXT, amend, command, publish, remove_first, replace_first
from tests.git.test_publish import A01, REPORTS, TAG
from tests.support import PROGRAMME

Problem = dict[str, Any]


@pytest.fixture
def repo(tmp_path: Path) -> RegisterRepository:
    """Return a repository whose two meetings were published and pushed."""
    repo = make_repository(tmp_path / "council", "p2p", programme=PROGRAMME + REPORTS)
    repo.commit("2022-10-10", {A01: action(target="Mar-23"), A02: action("A02", target="Mar-23", status="in_progress")})
    set_git_user(repo.top)
    publish(repo)
    repo.commit("2023-01-10", {A01: action(target="Mar-23", note="x")})
    publish(repo, NEXT)
    hub = tmp_path / "hub.git"
    repo.git("clone", "--quiet", "--bare", repo.top.as_uri(), str(hub))
    repo.git("remote", "add", "origin", str(hub))
    return repo


def check(repo: RegisterRepository) -> list[Problem]:
    result = command(repo, "check", "--history", "--as-of", "2023-03-03", "--format", "json")
    problems: list[Problem] = json.loads(result.out)["problems"]
    return [problem for problem in problems if problem["code"] in {"H115", "H116", "H118", "H119", "I116"}]


def follow(repo: RegisterRepository, problem: Problem) -> None:
    """Run the command of a fix."""
    program, *words = shlex.split(problem["fix"].split("\n")[1])
    assert program == "git"
    repo.git(*words)


def move_tag(repo: RegisterRepository) -> None:
    """Make the tag name the newest commit. Its text still has the one that was published."""
    message = repo.git("cat-file", "tag", TAG).partition("\n\n")[2]
    repo.git("tag", "--force", "--annotate", "--cleanup=verbatim", "--message", message, TAG, "HEAD")


def rewrite(repo: RegisterRepository) -> None:
    """Leave out of the branch what the next meeting was published from, and keep its tag."""
    amend(repo)


CHANGES: dict[str, tuple[Callable[[RegisterRepository], None], str]] = {
    "a tag that was moved": (move_tag, "H116"),
    "a commit that was amended": (rewrite, "H116"),
    "a tag that was removed": (remove_first, "H119"),
    "a tag that was replaced": (replace_first, "H119"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGES)
def test_the_fix_about_published_papers_is_followed(repo: RegisterRepository, name: str) -> None:
    change, code = CHANGES[name]
    assert check(repo) == []
    files = {path: path.read_bytes() for path in (repo.root / "data").rglob("*.yaml")}
    change(repo)
    changed = {path: path.read_bytes() for path in files}
    problems = check(repo)
    assert code in {problem["code"] for problem in problems}
    while problems:  # a tag that was moved is also one that later papers name
        follow(repo, problems[0])
        remaining = check(repo)
        assert len(remaining) < len(problems)
        problems = remaining
    assert command(repo, "verify", NEXT).code == 0
    assert {path: path.read_bytes() for path in files} == changed  # no command changes a record
