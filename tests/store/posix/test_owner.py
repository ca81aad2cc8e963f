"""A register that somebody else put into a folder above."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from p2ptrack.store.folder import find_root
from tests.command import run
from tests.support import write_register


@pytest.mark.parametrize(
    ("user", "sudo", "is_used"),
    [(0, "", True), (1, "", False), (0, "5", True), (5, "", True), (6, "5", False)],
)
def test_a_register_found_upwards_is_used_only_if_it_is_one_s_own(
    user: int, sudo: str, is_used: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_register(tmp_path)
    owner = (root / "data").stat().st_uid
    below = root / "data" / "actions"
    below.mkdir()
    # The owner of the files is 5 to the program, unless the case is about root.
    real_stat = Path.stat

    def stat(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        values = list(real_stat(path, follow_symlinks=follow_symlinks))
        values[4] = 0 if (user, sudo) == (0, "") else 5 if values[4] == owner else values[4]
        return os.stat_result(values)

    monkeypatch.setattr(Path, "stat", stat)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setenv("SUDO_UID", sudo)
    monkeypatch.chdir(below)
    if is_used:
        assert find_root(None, below) == root
    else:
        result = run("check")
        message = f"The register in {root} belongs to another user, so it is not used from a folder below it. "
        assert (result.code, result.err) == (3, f"{message}If you trust it, name it: --root {root}\n")
    assert find_root(root, below) == find_root(None, root) == root
