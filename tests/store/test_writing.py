"""Where files may be written, and what is left of those that are not."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from p2ptrack.errors import CommandError, OperationError, UsageError
from p2ptrack.store.writing import require_output_place, stage_files, write_file
from tests.support import write_register


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = write_register(tmp_path / "council")
    (root / "templates").mkdir()
    (root / ".git").mkdir()
    write_register(tmp_path / "other")
    return root


@pytest.mark.parametrize(
    "place", ["build/plan.html", "plan.html", "out/deep/plan.html", "../plan.html", "../other/plan.html", "database/x"]
)
def test_papers_may_be_written_beside_the_data(place: str, root: Path) -> None:
    require_output_place(root / place, root)
    write_file(root / place, b"paper")
    assert (root / place).read_bytes() == b"paper"


@pytest.mark.parametrize(
    ("place", "folder"),
    [
        ("data/programme.yaml", "data"),
        ("data/actions/new/plan.html", "data"),
        ("build/../data/plan.html", "data"),
        ("templates/paper.html", "templates"),
        (".git/hooks/pre-commit", ".git"),
        ("../other/data/programme.yaml", "data"),
    ],
)
def test_nothing_is_written_among_records_templates_and_git_files(
    place: str, folder: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "build").mkdir()
    with pytest.raises(UsageError, match=f"is in the folder {folder}, where p2ptrack writes no papers"):
        require_output_place(root / place, root)
    monkeypatch.chdir(root)
    with pytest.raises(UsageError):
        require_output_place(Path(place), Path())


def test_the_file_keeps_its_permissions(tmp_path: Path) -> None:
    paper = tmp_path / "plan.html"
    paper.write_bytes(b"old")
    paper.chmod(0o640)
    write_file(paper, b"new")
    assert (paper.read_bytes(), stat.S_IMODE(paper.stat().st_mode) | 0o066) == (b"new", 0o666)
    assert list(tmp_path.iterdir()) == [paper]


def test_a_file_that_is_protected_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = tmp_path / "plan.html"
    paper.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OperationError, match=r"cannot be written: you do not have permission\. Choose another place"):
        write_file(paper, b"new")
    assert paper.read_bytes() == b"old"


def test_all_files_are_put_in_place_or_none(tmp_path: Path) -> None:
    files = {tmp_path / "new" / "a": b"a", tmp_path / "b": b"b"}
    with pytest.raises(OperationError, match="it is a folder"):
        write_both({**files, tmp_path: b"c"})
    assert list(tmp_path.iterdir()) == []
    write_both(files)
    assert {path: path.read_bytes() for path in files} == files


def write_both(files: dict[Path, bytes]) -> None:
    with stage_files(files) as replace_files:
        replace_files()


def test_only_temporary_files_of_killed_runs_are_removed(tmp_path: Path) -> None:
    names = (".p2ptrack-0123456789ab.part", ".p2ptrack-mine.part", "action-plan.html.part")
    for name in names:
        (tmp_path / name).write_bytes(b"half")
    with stage_files({tmp_path / "a": b"a"}) as replace_first_file:
        write_file(tmp_path / "b", b"b")
        replace_first_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({*names[1:], "a", "b"})


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "this disk can only be read"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_the_reason_is_a_plain_sentence(
    code: int, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(CommandError) as stopped:
        write_file(tmp_path / "plan.html", b"paper")
    assert (str(stopped.value), stopped.value.code) == (
        f"{tmp_path / 'plan.html'} cannot be written: {reason}. Choose another place with --output.",
        3,
    )
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_too_long_is_reported(tmp_path: Path) -> None:
    with pytest.raises(OperationError, match="the name is too long"):
        write_file(tmp_path / f"{'x' * 300}.html", b"paper")
