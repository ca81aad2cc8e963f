"""A file with very many rows is refused before anything is read into records."""

from __future__ import annotations

from pathlib import Path

from p2ptrack.cli.import_records import MAX_ROWS
from tests.command import run
from tests.support import write_register


def test_a_file_with_too_many_rows_is_refused_in_one_sentence(tmp_path: Path) -> None:
    root, file = write_register(tmp_path / "register"), tmp_path / "log.csv"
    rows = "".join(f"{number},Do this,Open\n" for number in range(MAX_ROWS + 1))
    file.write_text(f"Ref,Action,Status\n{rows}", encoding="utf-8")
    result = run("import", file, "--kind", "action", "--yes", "--root", root)
    assert (result.code, result.out) == (3, "")
    assert result.err == (
        "log.csv has 10,001 rows. At most 10,000 are imported at once. "
        "Choose one table with --sheet or --table, or divide the file.\n"
    )
    assert [path.name for path in (root / "data").rglob("*.yaml")] == ["programme.yaml"]
