"""A record whose file is deleted is reported without the whole history, and no paper is made without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import run
from tests.git.builders import Kept, action, kept

A01, A02, R1 = "data/actions/A01.yaml", "data/actions/A02-train.yaml", "data/recommendations/R1.yaml"
RESTORE = "git restore --source=HEAD --staged --worktree -- "


@pytest.fixture
def repo(tmp_path: Path) -> Kept:
    files = {"actions/A01.yaml": action(), "actions/A02-train.yaml": action("A02", status="in_progress")}
    repo = kept(tmp_path / "council", "p2p", {**files, "recommendations/R1.yaml": "id: R1\ntitle: Ask\n"})
    repo.commit("2023-01-10")
    return repo


def check(repo: Kept) -> str:
    return run("check", "--root", repo.root, "--as-of", "2023-01-12", width=200).out


@pytest.mark.parametrize("path", [A01, A02, R1])
@pytest.mark.parametrize("staged", [False, True])
def test_a_deleted_file_is_reported_and_the_advice_restores_it(path: str, staged: bool, repo: Kept) -> None:
    file = repo.root / path
    before = file.read_bytes()
    file.unlink()
    if staged:
        repo.git("add", "--all")
    out = check(repo)
    assert f"{path} was deleted, but the last saved version (commit) still has it." in out
    assert "H115" in out
    (advice,) = [line.strip() for line in out.splitlines() if line.strip().startswith(RESTORE)]
    repo.git("-C", str(repo.root), *advice.split()[1:])
    assert file.read_bytes() == before
    assert "H115" not in check(repo)


def test_no_paper_is_made_of_a_register_that_lost_a_record(repo: Kept) -> None:
    (repo.root / A02).unlink()
    ran = run(
        "render", "action-plan", "--as-of", "2023-01-12", "--format", "text", "--root", repo.root, "--output", "-"
    )
    assert ran.code == 1
    assert "p2ptrack check" in ran.err


def test_a_renamed_file_is_not_deleted(repo: Kept) -> None:
    (repo.root / A02).rename(repo.root / "data/actions/A02-other.yaml")
    assert "H115" not in check(repo)


def test_a_file_that_cannot_be_read_is_not_deleted(repo: Kept) -> None:
    (repo.root / A02).rename(repo.root / "data/actions/A02-other.yaml")
    repo.write({"data/actions/A02-other.yaml": "id: A02\ntitle: [\n"})
    assert "H115" not in check(repo)


def test_a_closed_record_may_be_deleted(repo: Kept) -> None:
    repo.commit("2023-01-11", {A02: action("A02", status="withdrawn", decided="{on: 2023-01-10, by: Board}")})
    (repo.root / A02).unlink()
    assert "H115" not in check(repo)


def test_a_sparse_checkout_deletes_nothing(repo: Kept) -> None:
    repo.git("sparse-checkout", "set", "--no-cone", "/*", "!/p2p/data/actions/A02-train.yaml")
    assert not (repo.root / A02).exists()
    assert "H115" not in check(repo)


def test_before_the_first_commit_and_outside_of_a_repository_nothing_is_deleted(tmp_path: Path) -> None:
    repo = kept(tmp_path / "new", files={"actions/A01.yaml": action()})
    assert "H115" not in check(repo)
