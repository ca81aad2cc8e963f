"""Git's data about the register's folder: which of two files is the record, and what a checkout leaves out."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from p2ptrack.errors import OperationError
from p2ptrack.store.git import worktree
from p2ptrack.store.git.worktree import find_register, load_checkout
from tests.command import run
from tests.support import PROGRAMME, write_register

RECORD = "id: {}\ntitle: x\n"


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A register in a folder of a repository, with three records that are committed."""
    names = {"actions/A01-x.yaml": "A01", "actions/A02-x.yaml": "A02", "audit_followups/F01.yaml": "F01"}
    register = write_register(
        tmp_path / "register", {name: RECORD.format(id_) for name, id_ in names.items()}, PROGRAMME
    )
    git(tmp_path, "init", "-q", ".")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "Start")
    return register


def list_problems(root: Path) -> list[tuple[str, str]]:
    return [(problem.code, problem.path) for problem in load_checkout(root).problems]


@pytest.mark.parametrize("name", ["A01-a.yaml", "A01.yaml", "A01-x - Copy.yaml", "A01-x (2).yaml", "A00-x.yaml"])
def test_the_committed_file_is_the_record(root: Path, name: str) -> None:
    (root / "data/actions" / name).write_text("id: A01\ntitle: old\n", encoding="utf-8")
    loaded = load_checkout(root)
    assert list_problems(root) == [("D107", f"data/actions/{name}")]
    assert loaded.register.paths["A01"] == "data/actions/A01-x.yaml"
    assert "data/actions/A01-x.yaml" in loaded.problems[0].message


def test_a_copy_does_not_replace_a_committed_record_with_an_error(root: Path) -> None:
    (root / "data/actions/A01-x.yaml").write_text("id: A01\ntitle: @x\n", encoding="utf-8")
    (root / "data/actions/A01-a.yaml").write_text("id: A01\ntitle: old\n", encoding="utf-8")
    assert list_problems(root) == [("D107", "data/actions/A01-a.yaml"), ("Y153", "data/actions/A01-x.yaml")]
    assert "A01" not in load_checkout(root).register.by_id


def test_a_file_that_a_sparse_checkout_leaves_out_is_an_error(root: Path) -> None:
    git(root.parent, "sparse-checkout", "set", "--cone", "register/data/actions")
    (problem,) = load_checkout(root).problems
    assert (problem.code, problem.path) == ("D112", "data/audit_followups/F01.yaml")
    assert problem.fix == "Run: git sparse-checkout disable"
    assert "F01" in load_checkout(root).register.broken_ids


def test_a_file_that_is_marked_as_skipped_is_an_error(root: Path) -> None:
    path = "data/actions/A02-x.yaml"
    git(root, "update-index", "--skip-worktree", path)
    assert list_problems(root) == []
    (root / path).unlink()
    (problem,) = load_checkout(root).problems
    assert (problem.code, problem.path) == ("D112", path)
    assert problem.fix == f"Run: git update-index --no-skip-worktree {path}, then: git restore {path}"


def test_a_submodule_that_was_not_fetched_is_an_error(root: Path) -> None:
    commit = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{commit},register/data/recommendations")
    (root / "data/recommendations").mkdir(exist_ok=True)
    (problem,) = load_checkout(root).problems
    assert (problem.code, problem.path) == ("D112", "data/recommendations")
    assert problem.fix == "Run: git submodule update --init"


def test_git_is_not_run_for_a_clean_register(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worktree, "run_git", None)
    assert len(load_checkout(root).register.records) == 3


def test_a_register_without_git_is_read(tmp_path: Path) -> None:
    write_register(tmp_path, {"actions/A01.yaml": RECORD.format("A01"), "actions/A01-b.yaml": RECORD.format("A01")})
    assert list_problems(tmp_path) == [("D107", "data/actions/A01.yaml")]


RESTORE = "git restore --source=HEAD --staged --worktree -- "


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["rm", "-q", "register/data/programme.yaml"], f"{RESTORE}data/programme.yaml"),
        (["rm", "-q", "-r", "register/data"], f"{RESTORE}data"),
        (["sparse-checkout", "set", "--no-cone", "/*", "!programme.yaml"], "git sparse-checkout disable"),
    ],
)
def test_a_committed_programme_that_is_not_in_the_folder_is_brought_back(
    root: Path, arguments: list[str], advice: str
) -> None:
    git(root.parent, *arguments)
    root.mkdir(exist_ok=True)  # git takes a folder without files away
    with pytest.raises(OperationError) as exc_info:
        find_register(None, root)
    assert str(exc_info.value) == f"data/programme.yaml is committed but is not in {root}. To bring it back: {advice}"
    git(root, *advice.split()[1:])
    assert find_register(None, root) == root
    assert list_problems(root) == []


def test_a_bare_repository_is_cloned(tmp_path: Path, root: Path) -> None:
    git(root.parent, "clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    with pytest.raises(OperationError, match="because it is a bare repository"):
        find_register(tmp_path / "bare.git", tmp_path)


def test_init_names_a_register_that_is_committed_and_in_the_folder(root: Path) -> None:
    result = run("init", root)
    message = f"There is already a register in {root}: data/programme.yaml. Choose another folder: p2ptrack init DIR\n"
    assert (result.code, result.err) == (3, message)


def test_init_writes_nothing_over_a_register_that_only_git_has(root: Path) -> None:
    git(root, "rm", "-q", "-r", "data")
    root.mkdir(exist_ok=True)
    result = run("init", str(root))
    assert (result.code, result.err.startswith("Nothing was written. data/programme.yaml is committed")) == (3, True)
    assert not (root / "data").exists()
