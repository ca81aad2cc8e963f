"""The commit that a register is checked out at, and whether its files differ, in real repositories."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from p2ptrack.store.git import process
from p2ptrack.store.git.worktree import read_head
from tests.diagnostics import ACTION
from tests.git.builders import git
from tests.support import write_register

FILES = {"actions/A01.yaml": ACTION, "actions/A02.yaml": "id: A02\ntitle: x\n"}


def commit(folder: Path) -> str:
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message", "x")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    repo = write_register(tmp_path / "register", FILES)
    git(repo, "init", "--quiet")
    return repo


def test_without_a_repository_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert read_head(write_register(tmp_path / "register", FILES)) == ("", False)


def test_without_git_there_is_no_commit(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(root)
    monkeypatch.setenv("PATH", str(root))
    assert read_head(root) == ("", False)


def test_a_git_in_the_working_folder_is_not_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(root)
    monkeypatch.setattr(shutil, "which", lambda name: f".{os.sep}{name}")
    monkeypatch.chdir(root)
    assert read_head(root) == ("", False)


def test_a_git_that_does_not_start_is_none(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(root)
    broken = root / "git.exe"
    broken.write_bytes(b"\0no program")
    broken.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(broken.resolve()) if name == "git" else None)
    assert read_head(root) == ("", False)


def test_before_the_first_commit_there_is_none(root: Path) -> None:
    assert read_head(root) == ("", False)


def test_a_clean_register_is_at_its_commit(root: Path) -> None:
    id_ = commit(root)
    assert read_head(root) == (id_, False)


def test_a_relative_root_is_the_same(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = commit(root)
    monkeypatch.chdir(root / "data")
    assert read_head(Path("..")) == (id_, False)
    monkeypatch.chdir(root)
    assert read_head(Path()) == (id_, False)


def test_a_detached_head_is_a_commit(root: Path) -> None:
    first = commit(root)
    (root / "data/actions/A02.yaml").unlink()
    commit(root)
    git(root, "checkout", "--quiet", first)
    assert read_head(root) == (first, False)


def test_a_second_work_tree_has_its_own_commit(root: Path, tmp_path: Path) -> None:
    id_ = commit(root)
    git(root, "worktree", "add", "--quiet", str(tmp_path / "other"))
    (root / "data/actions/A02.yaml").unlink()
    assert read_head(tmp_path / "other") == (id_, False)
    assert read_head(root) == (id_, True)


def test_a_register_may_be_a_part_of_a_larger_repository(tmp_path: Path) -> None:
    root = write_register(tmp_path / "council" / "registers" / "p2p", FILES)
    git(tmp_path / "council", "init", "--quiet")
    (tmp_path / "council" / "README").write_text("x")
    (tmp_path / "council" / "data").mkdir()
    (tmp_path / "council" / "data" / "other.yaml").write_text("x")
    id_ = commit(tmp_path / "council")
    assert read_head(root) == (id_, False)
    (tmp_path / "council" / "data" / "other.yaml").write_text("y")
    assert read_head(root) == (id_, False)
    (root / "data/actions/A01.yaml").write_text("x")
    assert read_head(root) == (id_, True)


@pytest.mark.parametrize(
    "name", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE"]
)
def test_what_the_environment_states_of_another_repository_is_ignored(
    name: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = commit(root)
    other = write_register(tmp_path / "other", {})
    git(other, "init", "--quiet")
    commit(other)
    monkeypatch.setenv(name, str(other / ".git"))
    assert read_head(root) == (id_, False)


def change(root: Path, what: str) -> None:
    actions = root / "data" / "actions"
    if what == "changed":
        (actions / "A01.yaml").write_text(ACTION + "note: x\n")
    elif what == "added":
        (actions / "A03.yaml").write_text("id: A03\ntitle: x\n")
    elif what == "deleted":
        (actions / "A02.yaml").unlink()
    elif what == "renamed":
        (actions / "A02.yaml").rename(actions / "A02-x.yaml")
    elif what == "staged":
        (actions / "A01.yaml").write_text(ACTION + "note: x\n")
        git(root, "add", "--all")
    elif what == "ignored":
        (root / ".gitignore").write_text("A04.yaml\n")
        (actions / "A04.yaml").write_text("id: A04\ntitle: x\n")
    elif what == "a template":
        (root / "templates").mkdir()
        (root / "templates" / "words.yaml").write_text("draft: Draft\n")
    elif what == "all gone":
        shutil.rmtree(root / "data")


@pytest.mark.parametrize(
    "what", ["changed", "added", "deleted", "renamed", "staged", "ignored", "a template", "all gone"]
)
def test_a_register_differs_from_its_commit(what: str, root: Path) -> None:
    id_ = commit(root)
    change(root, what)
    assert read_head(root) == (id_, True)


def test_what_papers_do_not_show_makes_no_difference(root: Path) -> None:
    id_ = commit(root)
    (root / "README").write_text("x")
    (root / "build").mkdir()
    (root / "build" / "paper.html").write_text("x")
    (root / "data" / "actions" / ".A01.yaml.swp").write_text("x")
    (root / "data" / "actions" / "A01.yaml").touch()
    assert read_head(root) == (id_, False)


def test_a_hidden_file_that_is_kept_counts(root: Path) -> None:
    (root / "data" / ".keep").write_text("")
    id_ = commit(root)
    assert read_head(root) == (id_, False)
    (root / "data" / ".keep").unlink()
    assert read_head(root) == (id_, True)


def test_names_are_compared_as_they_are(root: Path) -> None:
    for name in ("A03-é.yaml", "A04-a b.yaml", "A05-“x”.yaml"):
        (root / "data" / "actions" / name).write_text(f"id: {name[:3]}\ntitle: x\n", encoding="utf-8")
    id_ = commit(root)
    assert read_head(root) == (id_, False)


def test_a_checkout_with_windows_line_ends_is_the_same_register(root: Path) -> None:
    id_ = commit(root)
    for file in (root / "data").rglob("*.yaml"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert read_head(root) == (id_, False)
    (root / "data/actions/A01.yaml").write_bytes(b"id: A01\r\ntitle: Other\r\n")
    assert read_head(root) == (id_, True)


def test_windows_line_ends_that_are_committed_are_the_same_register(root: Path) -> None:
    (root / "data/actions/A01.yaml").write_bytes(ACTION.encode().replace(b"\n", b"\r\n"))
    id_ = commit(root)
    assert read_head(root) == (id_, False)


def test_a_repository_with_longer_ids(tmp_path: Path) -> None:
    root = write_register(tmp_path, FILES)
    git(root, "init", "--quiet", "--object-format=sha256")
    id_ = commit(root)
    assert len(id_) == 64
    assert read_head(root) == (id_, False)
    change(root, "changed")
    assert read_head(root) == (id_, True)


def test_nothing_that_the_repository_configures_is_run(root: Path, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    process = tmp_path / "program.py"
    process.write_text(f"import pathlib, sys\npathlib.Path({str(marker)!r}).write_text('ran')\nsys.stdin.read()\n")
    command = f'"{Path(sys.executable).as_posix()}" "{process.as_posix()}"'
    id_ = commit(root)
    (root / ".git" / "info" / "attributes").write_text("*.yaml filter=hostile diff=hostile\n")
    for name in (
        "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "diff.external", "diff.hostile.textconv",
        "diff.hostile.command", "filter.hostile.clean", "filter.hostile.smudge", "filter.hostile.process",
        "gpg.program", "credential.helper", "alias.rev-parse", "alias.ls-tree",
    ):  # fmt: skip
        value = f"!{command}" if name.startswith(("alias.", "credential.")) else command
        git(root, "config", name, value)
    change(root, "changed")
    assert read_head(root) == (id_, True)
    assert not marker.exists()
    git(root, "-c", "filter.hostile.process=", "add", "--all")
    assert marker.exists(), "the filter does not run at all, so this test shows nothing"


def test_what_a_clone_lacks_is_not_fetched(root: Path, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    process = tmp_path / "program.py"
    process.write_text(f"import pathlib\npathlib.Path({str(marker)!r}).write_text('ran')\n")
    id_ = commit(root)
    tree = git(root, "rev-parse", "HEAD:data")
    (root / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    for name, value in (
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.url", "ssh://example.invalid/x"),
        ("remote.origin.promisor", "true"),
        ("core.sshCommand", f'"{Path(sys.executable).as_posix()}" "{process.as_posix()}"'),
    ):
        git(root, "config", name, value)
    assert read_head(root) == (id_, True)
    assert not marker.exists()


def test_a_repository_that_git_refuses_is_none(root: Path) -> None:
    commit(root)
    (root / ".git" / "config").write_text("[core\n")
    assert read_head(root) == ("", False)


def test_a_repository_of_somebody_else_is_none(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(root)
    real = process._build_environment
    monkeypatch.setattr(process, "_build_environment", lambda: {**real(), "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"})
    monkeypatch.setenv("HOME", str(root))
    assert read_head(root) == ("", False)


def test_a_file_that_cannot_be_read_differs(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = commit(root)
    real = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        if path.name == "A02.yaml":
            raise PermissionError(path)
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    assert read_head(root) == (id_, True)
