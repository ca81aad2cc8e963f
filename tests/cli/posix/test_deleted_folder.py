"""A current folder that is deleted, which Windows does not allow."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import run


@pytest.mark.parametrize("line", ["status", "check", "list", "show A01", "render action-plan", "doctor"])
def test_in_a_deleted_folder_a_command_reports_it(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    removed = tmp_path / "gone"
    removed.mkdir()
    monkeypatch.chdir(removed)
    removed.rmdir()
    result = run(*line.split())
    message = "The folder that you are in no longer exists. Go to another one.\n"
    assert (result.code, result.out, result.err) == (3, "", message)
