"""The folder of the parsed cache: where it is, and who may read it."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from unittest.mock import patch

import pytest

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
    shared.answer(root, folder, "status", *shared.DAY)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o770, 0o777, 0o755, 0o702])
def test_a_folder_that_is_open_to_others_is_not_used(root: Path, folder: Path, mode: int) -> None:
    folder.mkdir()
    folder.chmod(mode)
    assert shared.answer(root, folder, "status", *shared.DAY) == shared.answer(root, "off", "status", *shared.DAY)
    assert not [*folder.iterdir()]


def test_a_folder_or_file_of_another_user_is_not_used(root: Path, folder: Path) -> None:
    shared.answer(root, folder, "status", *shared.DAY)
    key = shared.list_entries(folder)[0][:40].decode()
    with patch.object(os, "geteuid", return_value=os.geteuid() + 1), shared.open_cache(root, folder) as cache:
        assert cache.find(key) is None
    with shared.open_cache(root, folder) as cache:
        assert cache.find(key) is not None


def test_a_link_in_the_place_of_the_file_is_not_followed(root: Path, folder: Path, tmp_path: Path) -> None:
    shared.answer(root, folder, "status", *shared.DAY)
    (file,) = folder.iterdir()
    target = file.rename(tmp_path / "target")
    before = target.read_bytes()
    file.symlink_to(target)
    shared.answer(root, folder, "status", *shared.DAY)
    assert target.read_bytes() == before
