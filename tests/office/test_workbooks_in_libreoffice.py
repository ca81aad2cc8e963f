"""A workbook that LibreOffice opened and saved comes back as if nothing else had happened to it."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.command import ROOT, run
from tests.imports.test_collected_answers import FILES, PROGRAMME
from tests.office.builders import convert_with_libreoffice
from tests.support import write_register

pytestmark = pytest.mark.papers
DAY = "2023-02-15"


def save_with_libreoffice(path: Path, folder: Path) -> Path:
    """Return the workbook as LibreOffice writes it: other styles, shared texts and dates."""
    convert_with_libreoffice([path], "xlsx:Calc MS Excel 2007 XML", folder)
    return folder / path.name


@pytest.mark.parametrize("audience", ["public", "officers"])
def test_an_export_that_was_only_opened_and_saved_changes_nothing(tmp_path: Path, audience: str) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    path = tmp_path / "out.xlsx"
    words = ("--root", tmp_path, "--as-of", DAY)
    assert run("export", "--format", "xlsx", "--audience", audience, "--output", path, *words).code == 0
    before = {file: file.read_bytes() for file in (tmp_path / "data").rglob("*.yaml")}
    result = run("import", save_with_libreoffice(path, tmp_path / "saved"), "--yes", *words)
    assert (result.code, result.out, result.err) == (0, "Nothing to import: the register already has all of it.\n", "")
    assert {file: file.read_bytes() for file in (tmp_path / "data").rglob("*.yaml")} == before


def test_an_edited_export_and_an_answer_come_back_from_libreoffice(tmp_path: Path) -> None:
    register = write_register(tmp_path / "register", FILES, PROGRAMME)
    words = ("--root", register, "--as-of", DAY)
    exported = tmp_path / "out.xlsx"
    assert run("export", "--format", "xlsx", "--output", exported, *words).code == 0
    assert run("collect", "--for", "AC-2023-03", *words).code == 0
    answers = register / "build/collect/AC-2023-03/head-of-it.xlsx"
    for path, sheet_name, heading, text in (
        (exported, "Records", "agreed_action", "First line.\n\nSecond: “line”\u00a0# 4.10"),
        (answers, "Your items", "What has happened since?", "Tested.\nIt works."),
    ):
        workbook = openpyxl.load_workbook(path)
        sheet = workbook[sheet_name]
        places = {str(cell.value): number for number, cell in enumerate(sheet[1], 1)}
        sheet.cell(2, places[heading]).value = text
        workbook.save(path)
        assert run("import", save_with_libreoffice(path, tmp_path / "saved"), "--yes", *words).code == 0
    record = (register / "data/actions/A01.yaml").read_text()
    assert "agreed_action: |\n  First line.\n\n  Second: “line”\u00a0# 4.10\n" in record
    assert "    by: Head of IT\n    text: |\n      Tested.\n      It works.\n" in record
