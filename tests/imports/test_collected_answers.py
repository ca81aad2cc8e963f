"""Officers are asked with a workbook. Their answers come back dated and attributed, and only what is clear."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Mapping
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from p2ptrack.formats.editable_workbook import (
    ANSWERS_SHEET,
    COMPLETED,
    CURRENT_STATUS,
    DAY,
    NEW_TARGET,
    REASON,
    STATUS,
    TARGET,
    TEXT,
)
from p2ptrack.store.yaml import read
from tests.command import CommandResult, run
from tests.support import write_register

PROGRAMME = """\
title: Review
organisation: A Council
roles: [Head of IT, Head of Legal]
meetings:
  - {id: AC-2023-03, body: Audit Committee, date: 15 March 2023, papers_due: 1 March 2023}
"""
A01 = """\
id: A01
title: Open a portal
target: Jan-23
accountable: Head of IT
status: In progress
updates:
  - {date: 1 Jan 2023, text: Begun.}
"""
FILES = {
    "actions/A01.yaml": A01,
    "actions/A02.yaml": "id: A02\ntitle: Write a guide\naccountable: head of legal\n",
    "actions/A03.yaml": "id: A03\ntitle: Train staff\naccountable: Head of IT\n",
    "actions/A04.yaml": "id: A04\ntitle: Nobody's\n",
    "actions/A05.yaml": "id: A05\ntitle: Closed one\nstatus: verified\naccountable: Head of IT\n",
    "actions/A06.yaml": (
        "id: A06\ntitle: Zebrafish\naccountable: Head of IT\n"
        "exempt: {paragraph: 3, reason: Price, public_interest: Harm}\n"
    ),
}
FOLDER = "build/collect/AC-2023-03"


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return write_register(tmp_path, FILES, PROGRAMME)


def collect(register: Path, *options: str) -> CommandResult:
    return run("collect", "--for", "AC-2023-03", *options, "--root", register, "--as-of", "2023-02-15")


def fill_in(register: Path, answers: Mapping[str, Mapping[str, Any]], post: str = "head-of-it") -> Path:
    path = register / FOLDER / f"{post}.xlsx"
    workbook = openpyxl.load_workbook(path)
    sheet = workbook[ANSWERS_SHEET]
    places = {str(cell.value): number for number, cell in enumerate(sheet[1], 1)}
    rows = {str(sheet.cell(row, 1).value): row for row in range(2, sheet.max_row + 1)}
    for id_, values in answers.items():
        for heading, value in values.items():
            sheet.cell(rows[id_], places[heading]).value = value
    workbook.save(path)
    return path


def import_(register: Path, path: Path, *options: str, as_of: str = "2023-02-28") -> CommandResult:
    return run("import", path, "--yes", *options, "--root", register, "--as-of", as_of)


def values(register: Path, id_: str) -> dict[str, Any]:
    path = register / f"data/actions/{id_}.yaml"
    value = read(path.read_bytes(), path.name).value
    assert isinstance(value, dict)
    return dict(value)


def answer(register: Path, **answers: Mapping[str, Any]) -> CommandResult:
    """Collect, fill in and import, and import a second time, which changes nothing."""
    assert collect(register).code == 0
    path = fill_in(register, answers)
    result = import_(register, path)
    files = {file: file.read_bytes() for file in (register / "data").rglob("*.yaml")}
    assert import_(register, path, as_of="2023-03-02").code == result.code
    assert {file: file.read_bytes() for file in (register / "data").rglob("*.yaml")} == files
    return result


def read_draft(path: Path) -> EmailMessage:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_each_officer_gets_a_workbook_and_a_draft(register: Path) -> None:
    result = collect(register)
    assert result.code == 0
    assert result.err == "1 open item has no responsible officer, so nobody gets it: A04.\n"
    names = sorted(path.name for path in (register / FOLDER).iterdir())
    assert names == ["head-of-it.eml", "head-of-it.xlsx", "head-of-legal.eml", "head-of-legal.xlsx"]
    sheet = openpyxl.load_workbook(register / FOLDER / "head-of-it.xlsx")[ANSWERS_SHEET]
    cells = [[cell.value for cell in row[:7]] for row in sheet.iter_rows(min_row=2)]
    question = "What has happened since the last update? It is overdue by 15 days."
    question += " Is it done, or which new date do you request and why?"
    assert cells == [
        ["A01", "Open a portal", "", "Jan-23", "In progress", "1 Jan 2023: Begun.", question],
        [
            "A03",
            "Train staff",
            "",
            "",
            "",
            "",
            "What has happened so far? It has no target date. When will it be done?",
        ],
    ]


def test_a_draft_has_both_texts_the_workbook_and_no_invented_address(register: Path) -> None:
    collect(register)
    message = read_draft(register / FOLDER / "head-of-it.eml")
    assert (message["Subject"], message["To"], message["From"]) == (
        "Updates for the March 2023 Audit Committee: Head of IT",
        None,
        None,
    )
    for subtype in ("plain", "html"):
        body = message.get_body((subtype,))
        assert body is not None
        for text in ("1 March 2023", "A01", "Open a portal", "Begun."):
            assert text in body.get_content()
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == "head-of-it.xlsx"
    assert attachment.get_content() == (register / FOLDER / "head-of-it.xlsx").read_bytes()


def test_the_same_register_gives_the_same_bytes(register: Path) -> None:
    collect(register)
    first = {path.name: path.read_bytes() for path in (register / FOLDER).iterdir()}
    collect(register)
    assert {path.name: path.read_bytes() for path in (register / FOLDER).iterdir()} == first


@pytest.mark.parametrize(("audience", "is_included"), [("public", False), ("members", True), ("officers", True)])
def test_exempt_items_leave_the_register_only_if_asked(register: Path, audience: str, is_included: bool) -> None:
    collect(register, "--audience", audience)
    sheet = openpyxl.load_workbook(register / FOLDER / "head-of-it.xlsx")[ANSWERS_SHEET]
    assert ("A06" in {cell.value for cell in sheet["A"]}) == is_included
    draft = read_draft(register / FOLDER / "head-of-it.eml")
    assert any("Zebrafish" in part.get_content() for part in draft.walk() if part.get_content_maintype() == "text") == (
        is_included
    )


def test_an_answer_becomes_an_update_with_its_date_and_post(register: Path) -> None:
    result = answer(register, A01={TEXT: "Two suppliers\ntested it: fine # yes", DAY: date(2023, 2, 20)})
    assert (result.code, result.err) == (0, "")
    assert (register / "data/actions/A01.yaml").read_text() == (
        f"{A01}  - date: 20 February 2023\n    meeting: AC-2023-03\n    by: Head of IT\n    text: |\n"
        "      Two suppliers\n      tested it: fine # yes\n"
    )


def test_an_answer_without_a_date_has_the_day_of_the_import_at_most(register: Path) -> None:
    assert answer(register, A01={TEXT: "Tested."}).code == 0
    assert values(register, "A01")["updates"][-1]["date"] == "28 February 2023"


def test_a_completed_item_gets_its_status_and_date(register: Path) -> None:
    assert answer(register, A01={TEXT: "Done.", STATUS: "Complete", COMPLETED: "10 Feb 2023"}).code == 0
    record = values(register, "A01")
    assert (record["status"], record["completed_on"], record["updates"][-1]["status"]) == (
        "Complete",
        "10 Feb 2023",
        "Complete",
    )


@pytest.mark.parametrize(("completed", "done"), [("10 Feb 2023", "10 Feb 2023"), (None, "28 February 2023")])
def test_a_duty_that_recurs_goes_on_after_a_period(register: Path, completed: str | None, done: str) -> None:
    path = register / "data/actions/A01.yaml"
    path.write_text(path.read_text().replace("target: Jan-23\n", "target: Jan-23\nevery: month\n"))
    assert answer(register, A01={TEXT: "Done.", STATUS: "Complete", COMPLETED: completed}).code == 0
    record = values(register, "A01")
    assert record["periods"] == [{"due": "Jan-23", "done": done}]
    assert (record["status"], record["updates"][-1].get("status")) == ("In progress", None)


@pytest.mark.parametrize(
    ("policy", "target", "decision"),
    [("", "June 2023", None), ("policy: {extensions_need_approval: true}\n", "Jan-23", "requested")],
)
def test_a_new_target_date_is_a_target_change(register: Path, policy: str, target: str, decision: str | None) -> None:
    (register / "data/programme.yaml").write_text(PROGRAMME + policy)
    result = answer(register, A01={NEW_TARGET: "June 2023", REASON: "The supplier is late.", DAY: "20 Feb 2023"})
    assert result.code == 0
    record = values(register, "A01")
    (change,) = record["revisions"]
    assert (record["target"], change.pop("decision", None)) == (target, decision)
    assert change == {
        "from": "Jan-23",
        "to": "June 2023",
        "requested_on": "20 Feb 2023",
        "reason": "The supplier is late.",
        "requested_by": "Head of IT",
    }


def test_a_first_target_date_needs_no_change(register: Path) -> None:
    assert answer(register, A03={NEW_TARGET: "June 2023", REASON: "Planned."}).code == 0
    assert values(register, "A03")["target"] == "June 2023"


UNCLEAR: dict[str, tuple[dict[str, Any], str]] = {
    "a placeholder": ({TEXT: "n/a"}, "“n/a” does not say what has happened."),
    "a reference": ({TEXT: "As above."}, "“As above.” does not say what has happened."),
    "an unknown status": ({STATUS: "Finished-ish"}, "“Finished-ish” is not a status."),
    "a status that is decided": ({STATUS: "Withdrawn"}, "“Withdrawn” needs a decision"),
    "a date that is none": ({TEXT: "Done.", DAY: "soon"}, f"A01: {DAY}:"),
    "an ambiguous date": ({TEXT: "Done.", DAY: "03/02"}, f"A01: {DAY}:"),
    "a date in the future": ({TEXT: "Done.", DAY: "1 May 2023"}, "which is in the future."),
    "a new date without a year": ({NEW_TARGET: "mid June", REASON: "Late."}, "for example mid June 2023."),
    "a new date without a reason": ({NEW_TARGET: "June 2023"}, "has no reason, so it is not requested."),
    "a new date for no reason": ({NEW_TARGET: "June 2023", REASON: "tbc"}, "has no reason, so it is not requested."),
    "a reason without a date": ({REASON: "Late."}, "a reason for a new target date, and no date."),
    "a completion without a status": ({COMPLETED: "1 Feb 2023"}, "does not say that it is complete."),
    "a formula": ({TEXT: "=1+1"}, "it holds a formula."),
    "a grey column": ({TARGET: "June 2023"}, f"the column {TARGET} is not read."),
    "an id": ({"Id": "A99"}, ""),
}


@pytest.mark.parametrize("name", UNCLEAR)
def test_what_is_not_clear_is_listed_and_changes_nothing(register: Path, name: str) -> None:
    given, expected = UNCLEAR[name]
    before = {path: path.read_bytes() for path in (register / "data").rglob("*.yaml")}
    result = answer(register, A01=given)
    assert expected in " ".join(result.out.split())
    assert result.code == (0 if name == "an id" else 1)
    assert {path: path.read_bytes() for path in (register / "data").rglob("*.yaml")} == before


def test_an_unclear_part_costs_that_part_alone(register: Path) -> None:
    assert answer(register, A01={TEXT: "Tested.", STATUS: "Finished-ish"}).code == 1
    assert values(register, "A01")["updates"][-1]["text"].strip() == "Tested."
    assert values(register, "A01")["status"] == "In progress"


def test_an_item_that_has_another_officer_now_is_listed(register: Path) -> None:
    collect(register)
    path = fill_in(register, {"A01": {TEXT: "Tested."}})
    file = register / "data/actions/A01.yaml"
    file.write_text(A01.replace("Head of IT", "Head of Legal"))
    result = import_(register, path)
    assert (result.code, "Head of IT is not the responsible officer of A01 any more." in result.out) == (1, True)


def test_a_status_that_changed_meanwhile_is_a_conflict_and_the_update_stays(register: Path) -> None:
    collect(register)
    path = fill_in(register, {"A01": {TEXT: "Tested.", STATUS: "Complete", COMPLETED: "10 Feb 2023"}})
    file = register / "data/actions/A01.yaml"
    file.write_text(A01.replace("In progress", "Not started"))
    result = import_(register, path)
    assert result.code == 1
    assert f"A01 ({ANSWERS_SHEET}, row 2), {STATUS}: the register has “Not started” now" in result.out
    assert (values(register, "A01")["status"], len(values(register, "A01")["updates"])) == ("Not started", 2)
    assert CURRENT_STATUS == "Status"


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("--for", "AC-2024-03"), 2, "There is no meeting “AC-2024-03” in data/programme.yaml. Did you mean"),
        ((), 2, "Say which meeting, for example: p2ptrack collect --for AC-2023-03"),
        (("--for", "AC-2023-03", "--audience", "all"), 2, "“all” is not an audience."),
        (("--for", "AC-2023-03", "--output", "data/actions"), 2, "is in the folder data"),
    ],
)
def test_wrong_usage_is_a_sentence(register: Path, arguments: tuple[str, ...], code: int, sentence: str) -> None:
    words = [str(register / word) if word.startswith("data/") else word for word in arguments]
    result = run("collect", *words, "--root", register, "--as-of", "2023-02-15")
    assert (result.code, sentence in result.err) == (code, True)


def test_the_example_names_a_meeting_of_the_register(register: Path) -> None:
    programme = register / "data/programme.yaml"
    programme.write_text(programme.read_text(encoding="utf-8").replace("AC-2023-03", "PC-2023-03"), encoding="utf-8")
    result = run("collect", "--root", register, "--as-of", "2023-02-15")
    assert result.err == "Say which meeting, for example: p2ptrack collect --for PC-2023-03\n"


def test_a_day_that_has_passed_is_reported(register: Path) -> None:
    result = run("collect", "--for", "AC-2023-03", "--root", register, "--as-of", "2023-03-02")
    assert (result.code, "to answer by 1 March 2023, which has passed." in result.err) == (0, True)


def test_a_register_without_owners_states_how_to_name_one(tmp_path: Path) -> None:
    write_register(tmp_path, {"actions/A04.yaml": FILES["actions/A04.yaml"]}, PROGRAMME)
    result = collect(tmp_path)
    assert (result.code, "so nobody can be asked." in result.err) == (3, True)
