"""A folder that is deleted while somebody stands in it, which Windows does not allow."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import run


@pytest.mark.parametrize("line", ["status", "check", "list", "show A01", "render action-plan", "doctor"])
def test_in_a_folder_that_is_gone_a_command_says_so(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    ran = run(*line.split())
    told = "The folder that you are in is no longer there. Go to another one.\n"
    assert (ran.code, ran.out, ran.err) == (3, "", told)
