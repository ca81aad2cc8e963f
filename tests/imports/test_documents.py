"""Eighteen documents of other bodies come in whole: each cell is where it belongs, and nothing is made up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import docx
import pytest

from p2ptrack.imports.headings import find_by_keyword
from tests.command import run
from tests.imports.documents import DOCUMENTS, Document
from tests.imports.test_import import files, import_, records, register
from tests.support import read_values, write_register

__all__ = ["register"]
FOLDERS = {"R": "recommendations", "A": "actions", "F": "audit_followups"}


def without_names(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in {"id", "title"}}


@pytest.mark.parametrize("make", DOCUMENTS, ids=lambda make: make.__name__)
def test_a_document_becomes_the_records_that_it_holds(register: Path, make: Callable[[], Document]) -> None:
    document = make()
    (register / document.name).write_bytes(document.data)
    result = import_(register, document.name, *document.options)
    assert (result.code, result.err) == (0, "")
    assert {
        letter: [without_names(record) for record in records(register, folder)]
        for letter, folder in FOLDERS.items()
        if letter in document.expected or records(register, folder)
    } == document.expected
    assert [words for words in document.listed if words not in result.out] == []
    before = files(register)
    assert import_(register, document.name, *document.options).code == 0
    assert files(register) == before


HEADINGS = """
revised_target: Revised date | New target date | Extended to | Revised implementation date | Latest date
requested_target: Extension requested to | Requested extension
original_target: Original date | Initial target date | Agreed implementation date | Original Completion Date
target: Target for Delivery | Due | By when | Deadline | Timescale for completion | To be delivered by | Date due
target: Date for completion | Expected completion date | Implementation date | Complete by
completed_on: Date completed | Completed on | Closed date | Action date | Actual completion date
update: Progress Update 12.01.2023 | Action taken | Issues arising | Comments | Position at March 2024 | Narrative
update_date: Date of review | As at | Status date | Last updated
status: Status | State | Open/Closed | Implemented? | Done?
as_published: RAG rating | % complete | Confidence | BRAG | Outcome | Resources | Cost | Wards | Member comments
as_published: Assurance level | Times extended | Days overdue | Report date
response: Response | Management response
acceptance: Agreed/Accepted | Management decision | Response Agreed?
response_on: Date of response | Exec date | Cabinet date | Considered
accountable: By whom | Lead Officer | Responsibility | Who | Agency | Sponsor | Head of Service | Action by
lead_member: Portfolio holder | Cabinet member | Lead Member
priority: Priority | Risk rating | Grade | Importance | Risk
agreed_action: Agreed management action | Management action agreed
recommendation: Recommendation | Audit finding
request: Action required | Key improvement area | Governance issue | Actions from Audit Committee 17.10.2022 | Task
ref: Ref | Rec no. | No. | ID | Action Ref | Item No.
report_refs: Report Ref. | Minute no. | Minute
raised: Committee | Date of meeting | Origin | Date raised
area: Theme | Area | Audit title | Service area | Review
directorate: Directorate | Lead Directorate
reason: Reason for extension | Reason for delay | Reason
evidence: Evidence | Link | Evidence of completion
title: Agenda item | Recommendation title | Title
post_and_date: Responsible Officer & Implementation Date | Officer / Deadline
phase_action: CBT Phase 1 (Sept 21 – Sept 22) | Phase two
"""


@pytest.mark.parametrize("line", HEADINGS.strip().splitlines(), ids=lambda line: line.partition(":")[0])
def test_words_of_a_heading_name_its_field(line: str) -> None:
    name, _, headings = line.partition(": ")
    fields = {heading: (find_by_keyword(heading) or ("none", True))[0] for heading in headings.split(" | ")}
    assert {heading: field for heading, field in fields.items() if field != name} == {}


def test_a_column_of_short_progress_with_days_in_it_is_no_column_of_dates(tmp_path: Path) -> None:
    root, file = write_register(tmp_path / "register"), tmp_path / "log.csv"
    file.write_text(
        "Action,Progress\nPublish it,Ongoing\nTrain,Completed 12/03/22\nOrder,Completed 14/05/22\n", "utf-8"
    )
    assert run("import", file, "--kind", "action", "--yes", "--root", root).code == 0
    texts = [path.read_text("utf-8") for path in sorted((root / "data/actions").iterdir())]
    assert [any(word in text for word in ("Ongoing", "Completed")) for text in texts] == [True] * 3
    assert [text for text in texts if "date: Completed" in text] == []


def test_a_row_below_the_heading_of_a_group_is_no_second_header(tmp_path: Path) -> None:
    root, file = write_register(tmp_path / "register"), tmp_path / "log.docx"
    document = docx.Document()
    table = document.add_table(rows=0, cols=6)
    for cells in (
        ["Minute No.", "Action Required", "Responsible Officer", "Target Date", "Progress/Comments", "Status"],
        ["Meeting of 14 July 2022"],
        [
            "AG23",
            "Circulate the register",
            "Head of IT",
            "31 August 2022\n30 September 2022",
            "Compiled.",
            "In progress",
        ],
        ["Meeting of 21 April 2022"],
        ["AG11", "Confirm the actions", "Head of IT", "May 2022", "Confirmed by the committee.", "Complete"],
    ):
        row = table.add_row().cells
        if len(cells) == 1:
            row[0].merge(row[5])
        for cell, text in zip(row, cells, strict=False):
            cell.text = text
    document.save(str(file))
    assert run("import", file, "--yes", "--root", root).code == 0
    imported = read_records(root)
    assert [values["report_refs"] for values in imported] == [["AG23"], ["AG11"]]
    assert [values["status"] for values in imported] == ["In progress", "Complete"]
    assert imported[0]["target"] == "30 September 2022"
    assert imported[0]["revisions"] == [{"from": "31 August 2022", "to": "30 September 2022"}]


def test_a_heading_goes_on_in_the_row_below_it_without_merged_cells(tmp_path: Path) -> None:
    root, file = write_register(tmp_path / "register"), tmp_path / "recs.csv"
    file.write_text(
        "Ref,Recommendation,Owner,Original,Revised,Update\n"
        ",,,due date,due date,\n"
        "1.1,Raise orders before invoices.,Head of Finance,31/03/2022,30/09/2022,Testing is under way.\n",
        "utf-8",
    )
    assert run("import", file, "--kind", "follow-up", "--yes", "--root", root).code == 0
    (values,) = read_records(root)
    assert values["target"] == "30/09/2022"
    assert values["revisions"] == [{"from": "31/03/2022", "to": "30/09/2022"}]


def test_numbers_of_items_are_no_titles_and_comments_beside_a_rating_are_updates(tmp_path: Path) -> None:
    root, file = write_register(tmp_path / "register"), tmp_path / "log.csv"
    file.write_text(
        "Item,Action,RAG / Comments\n7,Provide a note,Amber – drafted\n12,Share the tracker,Green - by email\n", "utf-8"
    )
    assert run("import", file, "--kind", "action", "--yes", "--root", root).code == 0
    imported = read_records(root)
    assert [values["title"] for values in imported] == ["Provide a note", "Share the tracker"]
    assert [values["as_published"] for values in imported] == [{"Item": "7"}, {"Item": "12"}]
    assert [entry["text"].strip() for values in imported for entry in values["updates"]] == [
        "Amber – drafted",
        "Green - by email",
    ]


def test_a_response_of_one_word_is_the_acceptance_and_mixed_numbers_are_references(
    tmp_path: Path,
) -> None:
    root, file = write_register(tmp_path / "register"), tmp_path / "tracker.csv"
    file.write_text(
        "Ref,Audit Recommendation,Management Response,Responsible Officer,Latest Update\n"
        "1.1,Record every contract.,Agreed,Head of HR & OD,TBC\n"
        "4,Plan the exits.,Not agreed. The risk is accepted.,Head of HR and Head of IT,To be advised\n"
        "HR2,Test the plans.,Agreed,Head of IT,The first test of all plans is under way in every directorate.\n",
        "utf-8",
    )
    result = run("import", file, "--kind", "follow-up", "--yes", "--root", root)
    imported = read_records(root)
    assert [values["report_refs"] for values in imported] == [["1.1"], ["4"], ["HR2"]]
    assert [values["accountable"] for values in imported] == [
        ["Head of HR & OD"],
        ["Head of HR", "Head of IT"],
        ["Head of IT"],
    ]
    assert [values.get("acceptance") for values in imported] == ["Agreed", None, "Agreed"]
    assert [values.get("response") for values in imported] == [
        None,
        {"text": "Not agreed. The risk is accepted.\n"},
        None,
    ]
    assert ["updates" in values for values in imported] == [False, False, True]
    assert "Read as empty: “TBC” 1, “To be advised” 1." in result.out


def read_records(root: Path) -> list[dict[str, Any]]:
    """Return the data of the records that an import wrote into an empty register, in the order of their ids."""
    return [read_values(path.read_text("utf-8")) for path in sorted((root / "data").glob("*/*.yaml"))]
