"""What Windows does not let everybody make: links."""

from __future__ import annotations

from pathlib import Path

from tests.cli.test_bad_input import A01
from tests.command import run
from tests.support import write_register


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": A01})
    (root / "data/actions/A04.yaml").symlink_to(root / "data/nowhere.yaml")
    result = run("check", "data/actions/A04.yaml", "--root", root)
    assert result.code == 1
    assert result.out.startswith("data/actions/A04.yaml:1  error D101\n")
