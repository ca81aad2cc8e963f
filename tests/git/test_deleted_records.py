"""A record whose file is deleted is reported without the whole history, and no paper is made without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import run
from tests.git.builders import RegisterRepository, action, make_repository

A01, A02, R1 = "data/actions/A01.yaml", "data/actions/A02-train.yaml", "data/recommendations/R1.yaml"
RESTORE = "git restore --source=HEAD --staged --worktree -- "


@pytest.fixture
def repo(tmp_path: Path) -> RegisterRepository:
    files = {"actions/A01.yaml": action(), "actions/A02-train.yaml": action("A02", status="in_progress")}
    repo = make_repository(tmp_path / "council", "p2p", {**files, "recommendations/R1.yaml": "id: R1\ntitle: Ask\n"})
    repo.commit("2023-01-10")
    return repo


def check(repo: RegisterRepository) -> str:
    return run("check", "--root", repo.root, "--as-of", "2023-01-12", width=200).out


@pytest.mark.parametrize("path", [A01, A02, R1])
@pytest.mark.parametrize("staged", [False, True])
def test_a_deleted_file_is_reported_and_the_advice_restores_it(
    path: str, staged: bool, repo: RegisterRepository
) -> None:
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


def test_no_paper_is_made_from_a_register_with_a_deleted_record(repo: RegisterRepository) -> None:
    (repo.root / A02).unlink()
    result = run(
        "render", "action-plan", "--as-of", "2023-01-12", "--format", "text", "--root", repo.root, "--output", "-"
    )
    assert result.code == 1
    assert "p2ptrack check" in result.err


def test_a_renamed_file_is_not_deleted(repo: RegisterRepository) -> None:
    (repo.root / A02).rename(repo.root / "data/actions/A02-other.yaml")
    assert "H115" not in check(repo)


def test_a_file_that_cannot_be_read_is_not_deleted(repo: RegisterRepository) -> None:
    (repo.root / A02).rename(repo.root / "data/actions/A02-other.yaml")
    repo.write({"data/actions/A02-other.yaml": "id: A02\ntitle: [\n"})
    assert "H115" not in check(repo)


def test_a_closed_record_may_be_deleted(repo: RegisterRepository) -> None:
    repo.commit("2023-01-11", {A02: action("A02", status="withdrawn", decided="{on: 2023-01-10, by: Board}")})
    (repo.root / A02).unlink()
    assert "H115" not in check(repo)


def test_a_file_left_out_by_a_sparse_checkout_is_not_deleted(repo: RegisterRepository) -> None:
    repo.git("sparse-checkout", "set", "--no-cone", "/*", "!/p2p/data/actions/A02-train.yaml")
    assert not (repo.root / A02).exists()
    assert "H115" not in check(repo)


def test_no_deletion_is_reported_before_the_first_commit_or_outside_a_repository(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "new", files={"actions/A01.yaml": action()})
    assert "H115" not in check(repo)
