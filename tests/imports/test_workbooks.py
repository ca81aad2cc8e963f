"""A returned workbook: only edited cells change, and everything else in it is reported."""

from __future__ import annotations

import difflib
import json
import shutil
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from p2ptrack.formats.editable_workbook import ANSWER_HEADINGS, BASE_SHEET, digest_text, make_cell_text
from tests.command import CommandResult, run
from tests.imports.writers import write_csv
from tests.support import write_register

DAY = "2023-01-12"
PROGRAMME = """\
title: Review
organisation: A Council
roles: [Head of IT, Head of Legal]
"""
A01 = """\
# A01 is kept by the programme office.
id: A01
title: Open a portal   # short
origin_text: >-
  Open a portal for
  suppliers.
target: Mar-23
accountable: Head of IT
status:   Implemented
updates:
  - date: 1 Jan 2023
    text: First.

  - {date: 2 Jan 2023, text: Second.}
"""
A02 = "id: A02\ntitle: Write a guide\nsupporting: [Head of IT, Head of Legal]\nnote: old\n"
EXEMPT = """\
id: A03
title: Talk to a supplier
agreed_action: Secret plan
exempt: {paragraph: 3, reason: Price, public_interest: Harm, fields: [agreed_action]}
updates:
  - {date: 1 Jan 2023, text: Open one., by: Head of IT}
  - date: 2 Jan 2023
    text: Secret one.
    exempt: {paragraph: 3, reason: Price, public_interest: Harm}
  - {date: 3 Jan 2023, text: Open two.}
"""


@pytest.fixture
def register(tmp_path: Path) -> Path:
    files = {"actions/A01.yaml": A01, "actions/A02.yaml": A02, "actions/A03.yaml": EXEMPT}
    return write_register(tmp_path, {path: text.encode() for path, text in files.items()}, PROGRAMME)


def export(register: Path, *arguments: str) -> Path:
    path = register / "out.xlsx"
    words = ("--format", "xlsx", "--output", path, "--root", register, "--as-of", DAY)
    result = run("export", *arguments, *words)
    assert result.code == 0, result.err
    return path


def headings(workbook: Workbook, sheet: str) -> dict[str, int]:
    return {str(cell.value): number for number, cell in enumerate(workbook[sheet][1], 1)}


def find_row(workbook: Workbook, sheet: str, key: str) -> int:
    places = headings(workbook, sheet)
    names = ("id",) if sheet == "Records" else ("record", "number")
    for row in range(2, workbook[sheet].max_row + 1):
        if "/".join(str(workbook[sheet].cell(row, places[name]).value) for name in names) == key:
            return row
    raise LookupError(key)


def set_cells(workbook: Workbook, sheet: str, key: str, **values: Any) -> None:
    """Fill in cells of a row, or of a new one where the key is empty."""
    row = find_row(workbook, sheet, key) if key else workbook[sheet].max_row + 1
    for name, value in values.items():
        workbook[sheet].cell(row, headings(workbook, sheet)[name]).value = value


def edit(path: Path, change: Callable[[Workbook], None]) -> Path:
    workbook = openpyxl.load_workbook(path)
    change(workbook)
    workbook.save(path)
    return path


def import_(register: Path, path: Path, *options: str) -> CommandResult:
    return run("import", path, "--root", register, "--as-of", DAY, "--yes", *options)


def texts(register: Path) -> dict[str, str]:
    return {path.name: path.read_bytes().decode() for path in sorted((register / "data/actions").iterdir())}


def changed_lines(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    lines: list[str] = []
    for name in sorted({*before, *after}):
        pair = (before.get(name, "").splitlines(), after.get(name, "").splitlines())
        lines += [line for line in difflib.ndiff(*pair) if line[0] in "+-"]
    return lines


def round_trip(register: Path, change: Callable[[Workbook], None], *arguments: str) -> tuple[CommandResult, list[str]]:
    """Export, edit, import; return what the import prints and the lines that changed in the register."""
    path = edit(export(register, *arguments), change)
    before = texts(register)
    result = import_(register, path)
    lines = changed_lines(before, texts(register))
    again = texts(register)
    assert import_(register, path).code == result.code
    assert texts(register) == again, "the same file twice changes nothing"
    return result, lines


def cell(sheet: str, key: str, **values: Any) -> Callable[[Workbook], None]:
    return lambda workbook: set_cells(workbook, sheet, key, **values)


EDITS: dict[str, tuple[Callable[[Workbook], None], list[str]]] = {
    "nothing": (lambda _workbook: None, []),
    "a text": (
        cell("Records", "A01", title="Open the portal: now # soon"),
        ["- title: Open a portal   # short", '+ title: "Open the portal: now # soon"   # short'],
    ),
    "an emptied cell": (cell("Records", "A02", note=None), ["- note: old"]),
    "an emptied cell of an entry": (
        cell("Updates", "A01/2", date=None),
        ["-   - {date: 2 Jan 2023, text: Second.}", "+   - {text: Second.}"],
    ),
    "a new field": (cell("Records", "A02", status="In progress"), ["+ status: In progress"]),
    "a list": (
        cell("Records", "A02", supporting="Head of Legal; Chief Executive"),
        ["- supporting: [Head of IT, Head of Legal]", "+ supporting: [Head of Legal, Chief Executive]"],
    ),
    "a list of one stays a text": (
        cell("Records", "A01", accountable="Head of Legal"),
        ["- accountable: Head of IT", "+ accountable: Head of Legal"],
    ),
    "a real date": (cell("Records", "A02", completed_on=date(2023, 1, 9)), ["+ completed_on: 9 January 2023"]),
    "the target keeps the original": (
        cell("Records", "A01", target="June 2023"),
        [
            "- target: Mar-23",
            "+ target: June 2023",
            "+ revisions:",
            "+   - from: Mar-23",
            "+     to: June 2023",
            "+     decided_on: 12 January 2023",
        ],
    ),
    "a first target": (cell("Records", "A02", target="June 2023"), ["+ target: June 2023"]),
    "an entry": (
        cell("Updates", "A01/2", text="Second, corrected."),
        ["-   - {date: 2 Jan 2023, text: Second.}", '+   - {date: 2 Jan 2023, text: "Second, corrected."}'],
    ),
    "a new entry": (
        cell("Updates", "", record="A02", text="Begun.", date=date(2023, 1, 9), by="Head of IT"),
        ["+ updates:", "+   - date: 9 January 2023", "+     text: |", "+       Begun.", "+     by: Head of IT"],
    ),
    "a new record": (
        cell("Records", "", kind="action", title="Train staff", accountable="Head of IT"),
        ["+ id: A04", "+ title: Train staff", "+ accountable: [Head of IT]"],
    ),
    "a number stays a text": (cell("Records", "A02", decided_minute=4.5), ["+ decided:", "+   minute: 4.5"]),
}


@pytest.mark.parametrize("name", EDITS)
def test_only_what_was_edited_changes(register: Path, name: str) -> None:
    change, expected = EDITS[name]
    result, lines = round_trip(register, change, "--audience", "officers")
    assert (result.code, result.err) == (0, "")
    assert [line.rstrip() for line in lines if not line.startswith("?")] == expected


REFUSED: dict[str, tuple[Callable[[Workbook], None], str]] = {
    "the request": (cell("Records", "A01", origin_text="Other."), "A01, origin_text (Records F2): this column is not"),
    "a fact": (cell("Records", "A01", overdue=True), "A01, overdue (Records "),
    "an id": (cell("Records", "A01", id="A99"), "A99 is not a record of the register."),
    "the id of another row": (cell("Records", "A02", id="A01"), "A01 is in row 2 already, with other cells."),
    "a formula": (cell("Records", "A01", title="=1+1"), "it holds a formula."),
    "an unknown word": (cell("Records", "A02", status="sometime"), "“sometime” is not a status."),
    "an emptied target": (cell("Records", "A01", target=None), "the cell is empty now."),
    "an emptied title": (cell("Records", "A02", title=None), "A02, title (Records, row 3): "),
    "a new record without a kind": (cell("Records", "", title="Train"), "the column kind says what the new record is"),
    "a new entry of nobody": (cell("Updates", "", record="Z1", text="x"), "“Z1”, which is not a record"),
    "a field of another kind": (cell("Records", "", kind="action", title="x", area="y"), "area is not a field of"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_taken_over_is_listed_and_changes_nothing(register: Path, name: str) -> None:
    change, expected = REFUSED[name]
    result, lines = round_trip(register, change, "--audience", "officers")
    assert (result.code, lines) == (1, [])
    assert expected in result.out


def test_one_wrong_cell_costs_that_cell(register: Path) -> None:
    def change(workbook: Workbook) -> None:
        set_cells(workbook, "Records", "A02", status="sometime", note="new")

    result, lines = round_trip(register, change, "--audience", "officers")
    assert (result.code, lines) == (1, ["- note: old", "+ note: |", "+   new"])


def test_a_value_that_changed_meanwhile_is_shown_and_written_only_if_asked(register: Path) -> None:
    path = edit(export(register, "--audience", "officers"), cell("Records", "A02", note="theirs"))
    file = register / "data/actions/A02.yaml"
    file.write_text(A02.replace("note: old", "note: ours"))
    result = import_(register, path)
    assert (result.code, "the register has “ours” now, the workbook has “theirs”." in result.out) == (1, True)
    assert "note: ours" in file.read_text()
    assert import_(register, path, "--overwrite").code == 0
    assert "note: |\n  theirs\n" in file.read_text()


def test_a_value_that_changed_only_in_the_register_stays(register: Path) -> None:
    path = edit(export(register, "--audience", "officers"), cell("Records", "A02", title="Write two guides"))
    file = register / "data/actions/A02.yaml"
    file.write_text(A02.replace("note: old", "note: ours"))
    assert import_(register, path).code == 0
    assert file.read_text() == A02.replace("note: old", "note: ours").replace("a guide", "two guides")


def test_an_entry_is_found_again_after_others_came_before_it(register: Path) -> None:
    path = edit(export(register), cell("Updates", "A01/2", text="Second, corrected."))
    file = register / "data/actions/A01.yaml"
    file.write_text(A01.replace("updates:\n", "updates:\n  - text: Zero.\n"))
    assert import_(register, path).code == 0
    assert "  - text: Zero.\n" in file.read_text()
    assert '{date: 2 Jan 2023, text: "Second, corrected."}' in file.read_text()


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        (
            "A03/1",
            "{date: 1 Jan 2023, text: Open one., by: Head of IT}",
            "{date: 1 Jan 2023, text: Corrected., by: Head of IT}",
        ),
        ("A03/2", "{date: 3 Jan 2023, text: Open two.}", "{date: 3 Jan 2023, text: Corrected.}"),
    ],
)
def test_a_public_workbook_comes_back_beside_what_was_withheld(register: Path, key: str, old: str, new: str) -> None:
    result, lines = round_trip(register, cell("Updates", key, text="Corrected."))
    assert (result.code, [line for line in lines if line[0] != "?"]) == (0, [f"-   - {old}", f"+   - {new}"])


def test_a_public_workbook_does_not_replace_what_was_withheld(register: Path) -> None:
    result, lines = round_trip(register, cell("Records", "A03", agreed_action="Typed over"))
    assert (result.code, lines) == (1, [])
    assert "some of it was withheld from the workbook" in result.out
    assert "Secret" not in result.out


def test_rows_and_columns_can_be_sorted_and_removed(register: Path) -> None:
    def change(workbook: Workbook) -> None:
        sheet = workbook["Records"]
        sheet.delete_rows(find_row(workbook, "Records", "A01"))
        sheet.delete_cols(headings(workbook, "Records")["note"])
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        for number, row in enumerate(reversed(rows), 2):
            for index, value in enumerate(row, 1):
                sheet.cell(number, index).value = value
        set_cells(workbook, "Records", "A02", title="Write two guides")
        del workbook["Updates"]

    result, lines = round_trip(register, change, "--audience", "officers")
    assert (result.code, lines) == (0, ["- title: Write a guide", "+ title: Write two guides"])
    for sentence in (
        "The worksheet Updates is not in the workbook",
        "the columns note were removed. Their values stay as they are.",
        "Their records are not changed: Records A01.",
    ):
        assert sentence in result.out


def change_head(workbook: Workbook, **values: Any) -> None:
    place = workbook[BASE_SHEET]["A1"]
    place.value = json.dumps({**json.loads(str(place.value)), **values})


HOSTILE: dict[str, tuple[Callable[[Workbook], None], str]] = {
    "another register": (lambda book: change_head(book, title="Other"), "is from another register: “Other”."),
    "a later version": (lambda book: change_head(book, p2ptrack=99), "later version of p2ptrack"),
    "another purpose": (lambda book: change_head(book, purpose="x"), "later version of p2ptrack"),
    "no audience": (lambda book: change_head(book, audience="all"), "does not say for whom it was written"),
    "columns that are none": (lambda book: change_head(book, columns=7), "was changed, so p2ptrack cannot tell"),
    "no head": (lambda book: book[BASE_SHEET].delete_rows(1, 99), "was changed, so p2ptrack cannot tell"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_workbook_that_was_tampered_with_is_refused(register: Path, name: str) -> None:
    change, expected = HOSTILE[name]
    path, before = edit(export(register), change), texts(register)
    result = import_(register, path)
    assert (result.code, expected in result.err, texts(register)) == (3, True, before)


def make_older(workbook: Workbook) -> None:
    """Leave a workbook as a version of p2ptrack without the column `note` would have written it."""
    sheet = workbook["Records"]
    index = headings(workbook, "Records")["note"] - 1
    sheet.delete_cols(index + 1)
    head = json.loads(str(workbook[BASE_SHEET]["A1"].value))
    head["columns"]["Records"].remove("note")
    change_head(workbook, columns=head["columns"])
    for row in workbook[BASE_SHEET].iter_rows(min_row=2):
        if row[0].value == "Records":
            digests = str(row[2].value).split()
            row[2].value = " ".join(digests[:index] + digests[index + 1 :])


def test_a_field_that_the_workbook_does_not_know_is_not_emptied(register: Path) -> None:
    result, lines = round_trip(register, make_older, "--audience", "officers")
    assert (result.code, lines) == (0, [])


def test_a_worksheet_that_was_saved_alone_is_no_tracker(register: Path) -> None:
    for name, headings in (
        ("records.csv", ["kind", "id", "title", "source_id", "origin_text", "target"]),
        ("updates.csv", ["record", "number", "text", "date"]),
        ("answers.csv", [*ANSWER_HEADINGS, "Recommendation or request"]),
    ):
        (register / name).write_bytes(write_csv([headings, ["x"] * len(headings)]))
        result = run("import", register / name, "--yes", "--root", register)
        assert (result.code, "is a table that p2ptrack wrote" in result.err) == (3, True)
    result = run("import", register / "records.csv", register / "updates.csv", "--root", register)
    assert (result.code, "Import one file at a time" in result.err) == (2, True)


def test_options_of_trackers_are_refused(register: Path) -> None:
    path = export(register)
    result = import_(register, path, "--kind", "action", "--source", "x")
    assert (result.code, "is a workbook of p2ptrack. Leave out --kind and --source." in result.err) == (2, True)


def test_limits_of_imports_apply(register: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = export(register)
    monkeypatch.setattr("p2ptrack.imports.xlsx_reader._MAX_CELLS", 100)
    result = import_(register, path)
    assert (result.code, "it has more than 100 cells" in result.err) == (3, True)
    with zipfile.ZipFile(path, "a", compression=zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/media/image1.xml", b" " * 20_000_000)
    result = import_(register, path)
    assert (result.code, "it unpacks to more than 100 times its size" in result.err) == (3, True)


def test_a_forged_fingerprint_changes_no_protected_cell(register: Path) -> None:
    def change(workbook: Workbook) -> None:
        set_cells(workbook, "Records", "A01", origin_text="Other.", id="A01")
        for row in workbook[BASE_SHEET].iter_rows(min_row=2):
            row[2].value = str(row[2].value).replace(digest_text("Open a portal for suppliers."), digest_text("Other."))

    result, lines = round_trip(register, change)
    assert (result.code, lines) == (0, [])


def test_a_text_that_is_longer_than_a_cell_is_not_cut_in_the_register(register: Path) -> None:
    long = "word " * 8000
    (register / "data/actions/A02.yaml").write_text(f"{A02}agreed_action: |\n  {long}\n")
    result, lines = round_trip(register, cell("Records", "A02", note="new"), "--audience", "officers")
    assert (result.code, lines) == (0, ["- note: old", "+ note: |", "+   new"])
    assert len(make_cell_text(long)) < 32_768
    result, lines = round_trip(register, cell("Records", "A02", agreed_action="short"), "--audience", "officers")
    assert (result.code, lines, "longer than a cell" in result.out) == (1, [], True)


def test_nothing_is_written_without_asking(register: Path) -> None:
    path = edit(export(register), cell("Records", "A01", title="Other"))
    before = texts(register)
    result = import_(register, path, "--dry-run")
    assert (result.code, texts(register)) == (0, before)
    assert "Would write 1 changed record. Nothing was saved." in result.out
    shutil.rmtree(register / "data/actions")
    assert import_(register, path).code in {1, 3}
