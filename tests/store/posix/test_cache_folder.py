"""The folder of the parsed cache: where it is, and who may read it."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest

from p2ptrack.store import parsed_cache
from tests.command import run
from tests.store import test_parsed_cache as shared

folder, root = shared.folder, shared.root


def test_without_the_variable_the_cache_is_in_the_folder_of_the_user(root: Path, tmp_path: Path) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    assert run("status", "--root", root, *shared.DAY, HOME=str(home), P2PTRACK_CACHE="").code == 0
    assert not home.exists()
    home.mkdir()
    assert run("status", "--root", root, *shared.DAY, HOME=str(home), P2PTRACK_CACHE="").code == 0
    own = home / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    assert len(shared.list_entries(own / "p2ptrack")) == 31
    run("status", "--root", root, *shared.DAY, HOME=str(tmp_path), XDG_CACHE_HOME=str(other), P2PTRACK_CACHE="")
    assert len(shared.list_entries(other / "p2ptrack")) == (0 if sys.platform == "darwin" else 31)


def test_only_the_user_can_read_the_cache(root: Path, folder: Path) -> None:
    shared.answer(root, folder, "check", *shared.DAY)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()] == [0o600] * 3


@pytest.mark.parametrize("mode", [0o770, 0o777, 0o755, 0o702])
def test_a_folder_that_is_open_to_others_is_not_used(root: Path, folder: Path, mode: int) -> None:
    folder.mkdir()
    folder.chmod(mode)
    assert shared.answer(root, folder, "status", *shared.DAY) == shared.answer(root, "off", "status", *shared.DAY)
    assert not [*folder.iterdir()]


def test_a_folder_or_file_of_another_user_is_not_used(root: Path, folder: Path) -> None:
    shared.answer(root, folder, "status", *shared.DAY)
    key = shared.list_entries(folder)[0][8:48].decode()
    with patch.object(os, "geteuid", return_value=os.geteuid() + 1), shared.open_cache(root, folder) as cache:
        assert cache.find(key) is None
    with shared.open_cache(root, folder) as cache:
        assert cache.find(key) is not None


def make_folder(file: Path) -> None:
    file.mkdir()
    (file / "own.txt").write_text("Kept.", "utf-8")


def make_large_file(file: Path) -> None:
    file.touch()
    os.truncate(file, 3 * parsed_cache.MAX_FILE_BYTES)


@pytest.mark.parametrize(
    ("make_obstacle", "is_replaced"),
    [
        (make_folder, False),
        (os.mkfifo, False),
        (lambda file: file.symlink_to("/dev/zero"), False),
        (lambda file: file.symlink_to(file), False),
        (lambda file: file.symlink_to(file.with_name("nothing")), False),
        (make_large_file, True),
        (lambda file: file.write_bytes(b"x 00000000 0{}\n" * 100_000), True),
    ],
    ids=["folder", "pipe", "device", "loop", "dangling link", "large file", "other content"],
)
def test_what_lies_in_the_place_of_the_file_changes_no_answer(
    root: Path, folder: Path, make_obstacle: Callable[[Path], None], is_replaced: bool
) -> None:
    expected = shared.answer(root, "off", "check", *shared.DAY)
    shared.answer(root, folder, "check", *shared.DAY)
    file, places, surveys = sorted(folder.iterdir())
    for place in (file, places, surveys):
        place.unlink()
        make_obstacle(place)
    before = file.lstat()[:7], file.lstat().st_mtime_ns  # without the time of the last reading
    assert [shared.answer(root, folder, "check", *shared.DAY) for _ in range(2)] == [expected, expected]
    assert sorted(folder.iterdir()) == [file, places, surveys]
    if is_replaced:
        assert len(shared.list_entries(folder)) == 31
    else:
        assert (file.lstat()[:7], file.lstat().st_mtime_ns) == before


def test_what_is_no_file_of_the_cache_is_neither_counted_nor_removed(root: Path, folder: Path) -> None:
    folder.mkdir(0o700)
    others = {folder / f"{number}.entries" for number in range(parsed_cache.MAX_FILES + 2)}
    for number, other in enumerate(sorted(others)):
        (other.mkdir if number % 2 else partial(other.symlink_to, "nothing"))()
    shared.answer(root, folder, "status", *shared.DAY)
    (own,) = {*folder.iterdir()} - others
    assert own.stat().st_size > 0


def test_a_link_in_the_place_of_the_file_is_not_followed(root: Path, folder: Path, tmp_path: Path) -> None:
    shared.answer(root, folder, "status", *shared.DAY)
    (file,) = folder.iterdir()
    target = file.rename(tmp_path / "target")
    before = target.read_bytes()
    file.symlink_to(target)
    shared.answer(root, folder, "status", *shared.DAY)
    assert target.read_bytes() == before
