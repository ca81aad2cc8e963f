"""What the command asks in a terminal, once each, and that it guesses nothing where nobody answers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from p2ptrack.imports.cells import find_body
from p2ptrack.store.yaml import read
from tests.command import CommandResult, run
from tests.imports.test_import import DAY, records, register
from tests.imports.test_versions import answering
from tests.imports.writers import write_csv

__all__ = ["register"]


def ask(register: Path, rows: list[list[str]], *answers: str, options: tuple[str, ...] = ()) -> CommandResult:
    """Import rows of a tracker with these answers, the last of which writes the records."""
    (register / "t.csv").write_bytes(write_csv(rows))
    with answering(*answers, "y"):
        return run("import", register / "t.csv", "--root", register, "--as-of", DAY, *options)


def only(register: Path, folder: str = "actions") -> list[Mapping[str, Any]]:
    return records(register, folder)


def test_a_column_is_asked_about_and_its_field_kept_for_the_next_file(register: Path) -> None:
    rows = [["Action", "Notes", "Owner"], ["Do it.", "It has begun.", "Clerk"]]
    result = ask(register, rows, "?", "update", "yes")
    assert (result.code, only(register)[0]["updates"]) == (0, [{"text": "It has begun.\n"}])
    assert "Which field is it? (? lists them)" in result.out
    result = ask(register, [rows[0], ["Do more.", "Not begun.", "Clerk"]])
    assert (result.code, "Which field is it?" in result.out) == (0, False)
    assert only(register)[1]["updates"] == [{"text": "Not begun.\n"}]


def test_a_word_is_asked_about_once_and_kept(register: Path) -> None:
    rows = [["Action", "Status"], *[[f"Do {name}.", "Shelved for now"] for name in ("one", "two")]]
    result = ask(register, rows, "on_hold")
    assert result.out.count("Status: “Shelved for now” is not a status that p2ptrack knows.") == 1
    for record in only(register):
        assert (record["status"], record["as_published"]) == ("on_hold", {"Status": "Shelved for now"})
        assert "status" in record["inferred"]
    saved = read((register / "imports/t.yaml").read_bytes(), "t").value
    assert isinstance(saved, dict)
    assert saved["words"] == [{"field": "status", "word": "shelved_for_now", "means": "on_hold"}]
    result = ask(register, [rows[0], ["Do six.", "Shelved for now"]])
    assert (only(register)[2]["status"], "is not a status" in result.out) == ("on_hold", False)


def test_a_person_is_asked_about_once_and_is_kept_nowhere(register: Path) -> None:
    rows = [["Action", "Lead"], ["Do one.", "Jane Brown"], ["Do two.", "Head of HR / Jane Brown"], ["Do six.", "JB"]]
    result = ask(register, rows, "Head of IT", "")
    assert [item.get("accountable") for item in only(register)] == [
        ["Head of IT"],
        ["Head of HR", "Head of IT"],
        None,
    ]
    assert result.out.count("“Jane Brown” looks like a person's name. What is their job title? (Enter") == 1
    written = b"".join(path.read_bytes() for path in register.rglob("*.yaml"))
    assert b"Brown" not in written


def test_a_year_is_asked_for_once_for_each_column(register: Path) -> None:
    rows = [["Action", "Due"], ["Do one.", "14 Aug"], ["Do two.", "June"], ["Do six.", "Mar"]]
    ask(register, rows, "2024")
    assert [record["target"] for record in only(register)] == [
        {"raw": "14 Aug", "means": "14 Aug 2024"},
        {"raw": "June", "means": "June 2024"},
        {"raw": "Mar", "means": "Mar 2024"},
    ]


def test_the_date_of_the_paper_suggests_the_year(register: Path) -> None:
    rows = [["Position at 3 May 2023", ""], ["Action", "Due"], ["Do one.", "14 Aug"]]
    result = ask(register, rows, "")
    assert "[2023]" in result.out
    assert only(register)[0]["target"] == {"raw": "14 Aug", "means": "14 Aug 2023"}


@pytest.mark.parametrize(("answer", "day"), [("yes", "12/03/24"), ("no", None)])
def test_a_date_beside_a_status_is_asked_about_once(register: Path, answer: str, day: str | None) -> None:
    rows = [["Action", "Due"], ["Do one.", "Completed 12/03/24"], ["Do two.", "Completed 12/03/24"]]
    result = ask(register, rows, answer)
    assert [record.get("completed_on") for record in only(register)] == [day, day]
    assert result.out.count("Was it completed on that date?") == 1


@pytest.mark.parametrize(("answer", "target"), [("yes", "30.09.25"), ("no", None)])
def test_two_dates_in_a_cell_are_asked_about_once(register: Path, answer: str, target: str | None) -> None:
    rows = [["Action", "Due"], ["Do one.", "30.06.25 30.09.25"], ["Do two.", "30.06.25 30.09.25"]]
    result = ask(register, rows, answer)
    assert [record.get("target") for record in only(register)] == [target, target]
    assert result.out.count("Is one the revised target date?") == 1
    assert all(("as_published" in record) is (target is None) for record in only(register))


def test_a_meeting_that_the_programme_lacks_can_be_added(register: Path) -> None:
    rows = [["Actions from Audit Committee 12.12.2022", "Owner"], ["Do one.", "Clerk"], ["Do two.", "Clerk"]]
    result = ask(register, rows, "yes", "", "no")
    assert [record["raised"] for record in only(register, "audit_followups")] == [["AC-2022-12-12"]] * 2
    programme = (register / "data/programme.yaml").read_text(encoding="utf-8")
    assert "{id: AC-2022-10-17, body: Audit Committee, date: 2022-10-17}\n" in programme
    assert "AC-2022-12-12" in programme
    assert "The meeting AC-2022-12-12 is added to the programme." in result.out


def test_nothing_is_written_when_the_last_question_is_answered_no(register: Path) -> None:
    (register / "t.csv").write_bytes(write_csv([["Action", "Owner"], ["Do one.", "Clerk"]]))
    with answering("n"):
        result = run("import", register / "t.csv", "--root", register, "--as-of", DAY)
    assert (result.code, only(register), (register / "imports").exists()) == (130, [], False)


@pytest.mark.parametrize(
    ("heading", "body"),
    [
        ("Actions from Audit Committee 12.12.2022", "Audit Committee"),
        ("Date of meeting: 12.12.2022", ""),
        ("Overview and Scrutiny Board 12.12.2022", "Overview and Scrutiny Board"),
        ("12.12.2022", ""),
    ],
)
def test_the_body_that_met_is_in_the_heading(heading: str, body: str) -> None:
    assert find_body(heading, "12.12.2022") == body


def test_posts_that_are_no_roles_of_the_programme_are_added_where_somebody_reports_it(register: Path) -> None:
    rows = [["Action", "Lead"], ["Do one.", "Head of Waste"], ["Do two.", "Head of Waste"], ["Do six.", "Bin Manager"]]
    programme = register / "data/programme.yaml"
    before = programme.read_text("utf-8")
    result = ask(register, rows, "no")
    question = "Bin Manager and Head of Waste are not in the roles of the programme."
    assert f"{question} Add each correct post under `roles:` in data/programme.yaml." in result.out
    assert programme.read_text("utf-8") == before
    # A misspelt role is for `check` to report.
    result = ask(register, [rows[0], ["Train the drivers.", "Head of Waste"], ["Publish it.", "Head of ITT"]], "yes")
    assert "1 role is added to the programme: Head of Waste." in result.out
    roles = "roles: [Head of IT, Head of Housing and Regeneration"
    assert programme.read_text("utf-8") == before.replace(roles, f"{roles}, Head of Waste")
