from __future__ import annotations

import errno
import fcntl
from pathlib import Path

import pytest

from tests.command import run
from tests.git.builders import copy_shipped_register


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EIO])
def test_a_record_is_changed_in_a_network_folder_without_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    register = copy_shipped_register(tmp_path)
    refused: list[int] = []

    def refuse(descriptor: int, _operation: int) -> None:
        refused.append(descriptor)
        raise OSError(code, "refused")

    monkeypatch.setattr(fcntl, "flock", refuse)
    result = run("update", "A19", "--text", "Agreed.", "--root", register, "--as-of", "2023-02-15")
    assert (result.code, len(refused) > 0) == (0, True)
    assert "Agreed." in (register / "data/actions/A19-kpi-review.yaml").read_text(encoding="utf-8")
