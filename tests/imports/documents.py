"""Documents in the manner of published trackers, each with the records that must come of it.

The records are stated beside the rows that they come from: every field but the id, and the title where it is the first
sentence of the request. `X` in the tests below is the mark of a source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import docx
import openpyxl
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl.styles import PatternFill

from tests.imports.writers import write_csv, write_docx, write_html, write_xlsx

Records = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Document:
    """A file with the records that it holds, by kind: R recommendations, A actions, F follow-ups."""

    name: str
    data: bytes
    expected: Mapping[str, Records]
    options: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    """Sentences or cells that the answer must have."""


def record(request: str, inferred: Sequence[str] = (), **fields: Any) -> Mapping[str, Any]:
    return {"origin_text": f"{request}\n", "inferred": ["title", *inferred], **fields}


def update(text: str, day: str = "", **fields: Any) -> Mapping[str, Any]:
    return {**({"date": day} if day else {}), "text": f"{text}\n", **fields}


def audit_recommendations() -> Document:
    rows = [
        [
            "Audit Title",
            "Ref",
            "Finding",
            "Recommendation",
            "Priority",
            "Agreed Management Action",
            "Responsible Officer",
            "Original Due Date",
            "Revised Due Date",
            "Status",
            "Latest Update",
        ],
        [
            "Procurement Cards 2022/23",
            "PC1",
            "Cards are shared.",
            "Cards should not be shared.",
            "High",
            "We will remind staff.",
            "Head of Finance",
            "31 March 2023",
            "30 September 2023",
            "Partially Implemented",
            "Reminder sent in May 2023.",
        ],
        [
            "Contract Management",
            "CM1",
            "Plans are missing.",
            "Each contract should have a plan.",
            "Low",
            "Plans will be drawn up.",
            "Head of Legal Services",
            "Sept 2023",
            "",
            "Not yet due",
            "-",
        ],
    ]
    return Document(
        "audit.csv",
        write_csv(rows),
        {
            "F": [
                record(
                    rows[1][3],
                    source={"id": "ia", "ref": "PC1"},
                    area=rows[1][0],
                    agreed_action="We will remind staff.\n",
                    as_published={"Finding": "Cards are shared."},
                    status="Partially Implemented",
                    priority="High",
                    accountable=["Head of Finance"],
                    target="30 September 2023",
                    revisions=[{"from": "31 March 2023", "to": "30 September 2023"}],
                    updates=[{"source": "ia", "text": "Reminder sent in May 2023.\n"}],
                ),
                record(
                    rows[2][3],
                    source={"id": "ia", "ref": "CM1"},
                    area=rows[2][0],
                    agreed_action="Plans will be drawn up.\n",
                    as_published={"Finding": "Plans are missing.", "Status": "Not yet due"},
                    priority="Low",
                    accountable=["Head of Legal Services"],
                    target="Sept 2023",
                ),
            ]
        },
        ("--source", "ia"),
        ("Status: Not yet due",),
    )


def committee_action_log() -> Document:
    rows = [
        ["Date", "Minute No.", "Action", "Officer", "Deadline", "Comments"],
        [
            "17/10/2022",
            "45",
            "Report on waivers to the next meeting.",
            "Head of Procurement",
            "January 2023",
            "On track.",
        ],
        ["17/10/2022", "46(a)", "Circulate the savings tracker.", "S. Jones", "asap", "Circulated 3/11/22. COMPLETE"],
        ["12/12/2022", "51", "Invite the Cabinet Member.", "Democratic Services", "ongoing", "n/a"],
    ]
    return Document(
        "log.docx",
        write_docx(rows),
        {
            "F": [
                record(
                    rows[1][2],
                    report_refs=["45"],
                    raised=["AC-2022-10-17"],
                    accountable=["Head of Procurement"],
                    target="January 2023",
                    updates=[update("On track.")],
                ),
                record(
                    rows[2][2],
                    ["status"],
                    report_refs=["46(a)"],
                    raised=["AC-2022-10-17"],
                    status="complete",
                    target={"raw": "asap", "means": "none"},
                    updates=[update("Circulated 3/11/22. COMPLETE")],
                ),
                record(
                    rows[3][2],
                    report_refs=["51"],
                    as_published={"Date": "12/12/2022"},
                    accountable=["Democratic Services"],
                    target="ongoing",
                ),
            ]
        },
        listed=("“S. Jones” looks like a person's name", "“12/12/2022” is not a meeting of the programme"),
    )


def requests_in_one_cell() -> Document:
    rows = [
        ["Meeting", "Action", "Lead", "By when", "Progress"],
        [
            "17 October 2022",
            "1. Publish the register.\n2. Train the officers.\n3. Tell members.",
            "Head of IT\nHead of HR\nClerk",
            "Mar-23\nApr-23\nMay-23",
            "All begun.",
        ],
        ["17 October 2022", "The council will:\n- list contracts;\n- list waivers.", "Head of IT", "30 June 2023", ""],
        [
            "17 October 2022",
            "1. Count the cards.\n2. Count the waivers.",
            "Head of IT\nHead of HR\nClerk",
            "May-23",
            "",
        ],
    ]
    raised = ["AC-2022-10-17"]
    updates = [update("All begun.")]
    return Document(
        "parallel.docx",
        write_docx(rows),
        {
            "F": [
                record(
                    "1. Publish the register.",
                    ["updates"],
                    raised=raised,
                    accountable=["Head of IT"],
                    target="Mar-23",
                    updates=updates,
                ),
                record(
                    "2. Train the officers.",
                    ["updates"],
                    raised=raised,
                    accountable=["Head of HR"],
                    target="Apr-23",
                    updates=updates,
                ),
                record(
                    "3. Tell members.",
                    ["updates"],
                    raised=raised,
                    accountable=["Clerk"],
                    target="May-23",
                    updates=updates,
                ),
                record(
                    "The council will:\n\n- list contracts;\n- list waivers.",
                    raised=raised,
                    accountable=["Head of IT"],
                    target="30 June 2023",
                ),
                record(
                    "1. Count the cards.\n2. Count the waivers.",
                    raised=raised,
                    accountable=["Head of IT", "Head of HR", "Clerk"],
                    target="May-23",
                ),
            ]
        },
        listed=("One cell has 2 requests, and Lead has another number of values. Split the row.",),
    )


TARGET_CELLS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    # (cell of a date column, what becomes of it)
    ("30.06.25 30.09.25", {"target": "30.09.25", "revisions": [{"from": "30.06.25", "to": "30.09.25"}]}),
    ("30.06.25\n30.09.25", {"target": "30.09.25", "revisions": [{"from": "30.06.25", "to": "30.09.25"}]}),
    ("Dec 2023 (revised to Mar 2024)", {"target": "Mar 2024", "revisions": [{"from": "Dec 2023", "to": "Mar 2024"}]}),
    (
        "31/03/2024 (was 31/12/2023)",
        {"target": "31/03/2024", "revisions": [{"from": "31/12/2023", "to": "31/03/2024"}]},
    ),
    (
        "Revised: 31/12/24 Original: 30/06/24",
        {"target": "31/12/24", "revisions": [{"from": "30/06/24", "to": "31/12/24"}]},
    ),
    ("June", {"target": {"raw": "June", "means": "none"}}),
    ("14 Aug", {"target": {"raw": "14 Aug", "means": "none"}}),
    ("In line with the budget", {"target": {"raw": "In line with the budget", "means": "none"}}),
    ("TBC", {"target": "TBC"}),
    ("Q4 2024/25", {"target": "Q4 2024/25"}),
    ("End of March 2024", {"target": "End of March 2024"}),
    ("-", {}),
    ("nil", {}),
    ("31/06/2023", {"as_published": {"Due date": "31/06/2023"}}),
    ("Complete", {"as_published": {"Due date": "Complete"}, "status": "complete"}),
    ("Completed 12/03/24", {"as_published": {"Due date": "Completed 12/03/24"}, "status": "complete"}),
    ("Mar-23 COMPLETE", {"as_published": {"Due date": "Mar-23 COMPLETE"}, "status": "complete"}),
    (
        "30 September 2013 – Review Completed",
        {"as_published": {"Due date": "30 September 2013 – Review Completed"}, "status": "complete"},
    ),
)


def target_cells() -> Document:
    rows = [["Action", "Owner", "Due date"]]
    expected = []
    for number, (cell, fields) in enumerate(TARGET_CELLS):
        rows.append([f"Do the thing called {number}.", "Head of IT", cell])
        inferred = [name for name in ("revisions", "status") if name in fields]
        expected.append(record(rows[-1][0], inferred, accountable=["Head of IT"], **fields))
    return Document("targets.html", write_html(rows), {"A": expected}, listed=("Is 12/03/24 the day on which",))


UPDATE_CELLS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    (
        "13.09.2023: Begun.\n14.10.2023: Paused.",
        {"updates": [update("Begun.", "13.09.2023"), update("Paused.", "14.10.2023")], "status": "on_hold"},
    ),
    (
        "14.10.2023 – Paused.\n13.09.2023 – Begun.",
        {"updates": [update("Begun.", "13.09.2023"), update("Paused.", "14.10.2023")], "status": "on_hold"},
    ),
    (
        "Status: in progress – it goes on.",
        {"updates": [update("Status: in progress – it goes on.")], "status": "in_progress"},
    ),
    ("All of it was done. COMPLETE", {"updates": [update("All of it was done. COMPLETE")], "status": "complete"}),
    ("As above", {"updates": [update("As above")]}),
    ("Verbal update to be given", {"updates": [update("Verbal update to be given")]}),
    ("Not yet due", {"as_published": {"Progress": "Not yet due"}}),
    ("It was cut off…", {"updates": [update("It was cut off…", truncated="true")]}),
    ("First:\n- one\n- two", {"updates": [update("First:\n\n- one\n- two")]}),
    ("the councilâ€™s _x000D_ own\u00ad words", {"updates": [update("the council’s\n\nown words")]}),
)


def update_cells() -> Document:
    rows = [["Action", "Progress"]]
    expected = []
    for number, (cell, fields) in enumerate(UPDATE_CELLS):
        rows.append([f"Do the thing called {number}.", cell])
        expected.append(record(rows[-1][0], ["status"] if "status" in fields else [], **fields))
    return Document(
        "updates.csv", write_csv(rows, ";"), {"A": expected}, listed=("refer to something else", "As above")
    )


POST_CELLS: tuple[tuple[str, list[str], str], ...] = (
    # (cell, posts, persons that are asked about)
    ("Head of IT / Head of HR", ["Head of IT", "Head of HR"], ""),
    ("Head of IT and Head of HR", ["Head of IT", "Head of HR"], ""),
    ("Head of Housing and Regeneration", ["Head of Housing and Regeneration"], ""),
    ("Jane Brown (Head of IT)", ["Head of IT"], "Jane Brown"),
    ("Head of IT – Jane Brown", ["Head of IT"], "Jane Brown"),
    ("JB", [], "JB"),
    ("Waste Management", ["Waste Management"], ""),
    ("Monitoring Officer/S151 Officer", ["Monitoring Officer", "S151 Officer"], ""),
    ("Director of Resources (Head of Procurement)", ["Director of Resources (Head of Procurement)"], ""),
    ("All directors", ["All directors"], ""),
)


def post_cells() -> Document:
    rows = [["Action", "By whom"]]
    expected = []
    for number, (cell, posts, _) in enumerate(POST_CELLS):
        rows.append([f"Do the thing called {number}.", cell])
        expected.append(record(rows[-1][0], **({"accountable": posts} if posts else {})))
    persons = [person for _, _, person in POST_CELLS if person]
    return Document(
        "posts.xlsx", write_xlsx(rows), {"A": expected}, listed=tuple(f"“{name}” looks like" for name in persons)
    )


def scrutiny_page() -> Document:
    page = """<html><head><meta charset="windows-1252"></head><body>
    <table><tr><td><a href="/">Home</a></td><td><a href="/x">Menu</a></td></tr></table><h2>Scrutiny tracker</h2>
    <table><tr><td><b>Date of meeting</b></td><td><b>Recommendation to Cabinet</b></td><td><b>Cabinet response</b></td>
    <td><b>Lead Officer</b></td><td><b>Target Date</b></td><td><b>Progress</b></td></tr>
    <tr><td rowspan="2">17 October 2022</td><td rowspan="2"><p>That the Council’s services:</p><ul><li>count bins;</li>
    <li>count houses.</li></ul></td><td>Agreed</td><td>Head of Waste</td><td>March 2023</td>
    <td>Work goes on&hellip; <a href="m">Read more</a></td></tr>
    <tr><td>Noted</td><td>Head of Housing<br>Head of IT</td><td>Spring 2023</td><td>Done</td></tr></table></html>"""
    request = "That the Council’s services:\n\n- count bins;\n- count houses."
    raised = ["AC-2022-10-17"]
    return Document(
        "page.html",
        page.encode("cp1252"),
        {
            "F": [
                record(
                    request,
                    raised=raised,
                    acceptance="Agreed",
                    accountable=["Head of Waste"],
                    target="March 2023",
                    updates=[update("Work goes on…", truncated="true")],
                ),
                record(
                    request,
                    ["status"],
                    raised=raised,
                    status="complete",
                    response={"text": "Noted\n"},
                    accountable=["Head of Housing", "Head of IT"],
                    target="Spring 2023",
                    updates=[update("Done")],
                ),
            ]
        },
        listed=("table 1: no row is a header of a tracker: Home | Menu",),
    )


def action_plan_with_two_updates() -> Document:
    rows = [
        [
            "Recommendation",
            "Action",
            "Lead",
            "Timescale",
            "Progress Update 12.01.2023",
            "Progress Update 13/04/2023",
            "RAG",
        ],
        ["R one.", "A one.", "Head of IT", "Mar-23", "It has begun.", "Half of it is done.", "Green"],
        ["R one.", "A two.", "Head of HR", "Apr-23", "", "No change.", "Amber"],
        ["R two.", "To be addressed through 2, above", "Head of HR", "", "As 1 above", "", "Red"],
    ]
    source = {"source": "s"}
    return Document(
        "plan.docx",
        write_docx(rows),
        {
            "R": [
                record("R one.", source={"id": "s", "ref": "row 1"}),
                record("R two.", source={"id": "s", "ref": "row 3"}),
            ],
            "A": [
                record(
                    "A one.",
                    source={"id": "s", "ref": "row 1"},
                    recommendations=["R1"],
                    as_published={"RAG": "Green"},
                    accountable=["Head of IT"],
                    target="Mar-23",
                    updates=[
                        update("It has begun.", "12.01.2023", **source),
                        update("Half of it is done.", "13/04/2023", **source),
                    ],
                ),
                record(
                    "A two.",
                    source={"id": "s", "ref": "row 2"},
                    recommendations=["R1"],
                    as_published={"RAG": "Amber"},
                    accountable=["Head of HR"],
                    target="Apr-23",
                    updates=[update("No change.", "13/04/2023", **source)],
                ),
                record(
                    "To be addressed through 2, above",
                    source={"id": "s", "ref": "row 3"},
                    recommendations=["R2"],
                    as_published={"RAG": "Red"},
                    accountable=["Head of HR"],
                    updates=[update("As 1 above", "12.01.2023", **source)],
                ),
            ],
        },
        ("--source", "s"),
        ("To be addressed through 2, above",),
    )


def references_to_other_rows() -> Document:
    rows = [
        ["No.", "Agreed action", "Who", "When", "Notes"],
        ["2.1", "Write a plan.", "Clerk", "Mar-23", "x"],
        ["2.2", "As 2.1 above", "Clerk", "", ""],
    ]
    source = {"id": "s", "ref": "2.1"}
    return Document(
        "mentions.csv",
        write_csv(rows),
        {
            "A": [
                record(
                    "Write a plan.", source=source, accountable=["Clerk"], target="Mar-23", as_published={"Notes": "x"}
                ),
                record(
                    "As 2.1 above",
                    ["see_also"],
                    source={"id": "s", "ref": "2.2"},
                    accountable=["Clerk"],
                    see_also=["A01"],
                ),
            ]
        },
        ("--source", "s"),
        ("Notes: Which field is it?",),
    )


def combined_columns() -> Document:
    rows = [
        [
            "Recommendation",
            "Importance",
            "Accepted?",
            "Management Response",
            "Responsible Officer & Implementation Date",
        ],
        ["Do a.", "High", "Yes", "Agreed, we will.", "Head of IT 31/03/2024"],
        ["Do b.", "Low", "Partially", "We will look at it.", "Head of HR, June 2024"],
        ["Do c.", "Medium", "Rejected", "No.", "Head of HR\n30 June 2024"],
        ["Do d.", "Medium", "Agreed", "Yes.", "To be agreed by the two services"],
    ]
    keep = {"as_published": {"Accepted?": "Yes"}}
    column = rows[0][4]
    return Document(
        "combined.docx",
        write_docx(rows),
        {
            "A": [
                record(
                    "Do a.",
                    ["acceptance"],
                    priority="High",
                    acceptance="accepted",
                    accountable=["Head of IT"],
                    response={"text": "Agreed, we will.\n"},
                    target="31/03/2024",
                    **keep,
                ),
                record(
                    "Do b.",
                    priority="Low",
                    acceptance="Partially",
                    response={"text": "We will look at it.\n"},
                    accountable=["Head of HR"],
                    target="June 2024",
                ),
                record(
                    "Do c.",
                    priority="Medium",
                    acceptance="Rejected",
                    response={"text": "No.\n"},
                    accountable=["Head of HR"],
                    target="30 June 2024",
                ),
                record(
                    "Do d.",
                    priority="Medium",
                    acceptance="Agreed",
                    response={"text": "Yes.\n"},
                    as_published={column: "To be agreed by the two services"},
                ),
            ]
        },
        ("--kind", "action"),
    )


def _save(book: Any) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


GREEN, AMBER, RED = (PatternFill("solid", fgColor=colour) for colour in ("FF00B050", "FFFFC000", "FFFF0000"))


def coloured_workbook() -> Document:
    workbook: Any = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Open actions"
    sheet.append(["Anytown Borough Council: position as at 1 March 2024"])
    sheet.append(["Key:", None, "Complete", None, "Not started"])
    sheet["B2"].fill, sheet["D2"].fill = GREEN, RED
    sheet.append(["On track"])
    sheet["A3"].fill = AMBER
    sheet.append([])
    sheet.append(["Please fill in the white columns only"])
    sheet.append(["No", "Action", None, "TARGET", None, "RAG", "Progress"])
    sheet.append([None, "Ref", "Description", "DATE", "REVISED DATE", None, None])
    for merged in ("B6:C6", "D6:E6", "A6:A7", "F6:F7", "G6:G7"):
        sheet.merge_cells(merged)
    for number, fill in enumerate((GREEN, AMBER, RED), 1):
        revised = date(2024, 6, 2) if number == 2 else None
        sheet.append(
            [number, f"P{number}", f"Do the thing {number}.", date(2024, 3, number), revised, None, f"Text {number}"]
        )
        row = sheet.max_row
        sheet.cell(row, 6).fill = fill
        sheet.cell(row, 4).number_format, sheet.cell(row, 5).number_format = "dd/mm/yyyy", "mmm-yy"
    sheet.append(["Total", 3])
    done = workbook.create_sheet("Completed since October")
    done.append(["No", "Action", "Owner", "Date completed"])
    done.append([4, "Do it all.", "Head of IT", date(2024, 1, 5)])
    done["D2"].number_format = "dd/mm/yyyy"
    workbook.create_sheet("Guidance").append(["Read this first."])

    def expect(number: int, words: str, inferred: Sequence[str], **fields: Any) -> Mapping[str, Any]:
        published = {"No": str(number), "RAG": words, "Section": "Open actions"}
        source = {"id": "w", "ref": f"P{number}"}
        updates = [{"source": "w", "text": f"Text {number}\n"}]
        return record(
            f"Do the thing {number}.", inferred, source=source, as_published=published, updates=updates, **fields
        )

    return Document(
        "colours.xlsx",
        _save(workbook),
        {
            "A": [
                expect(1, "Complete", ["status"], status="complete", target="01/03/2024"),
                expect(2, "On track", [], target="Jun-24", revisions=[{"from": "02/03/2024", "to": "Jun-24"}]),
                expect(3, "Not started", ["status"], status="not_started", target="03/03/2024"),
                record(
                    "Do it all.",
                    ["status"],
                    source={"id": "w", "ref": "4"},
                    status="complete",
                    as_published={"Section": "Completed since October"},
                    accountable=["Head of IT"],
                    completed_on="05/01/2024",
                ),
            ]
        },
        ("--source", "w"),
        ("Read this first.", "a total: Total | 3", "Please fill in the white columns only", "the date 1 March 2024"),
    )


def tables_on_one_sheet() -> Document:
    rows = [
        ["Open recommendations"],
        ["Ref", "Recommendation", "Officer", "Status"],
        ["IA/1", "Alpha should be done.", "Head of IT", "Open"],
        [],
        ["Extensions requested"],
        ["Ref", "Recommendation", "Officer", "Target date", "Revised date"],
        ["IA/2", "Beta should be done.", "Head of IT", "30/06/2024", "31/12/2024"],
        [],
        ["Completed since last meeting"],
        ["Ref", "Recommendation", "Officer", "Comments"],
        ["IA/3", "Gamma should be done.", "Head of IT", "It was done in May."],
    ]
    owner = {"accountable": ["Head of IT"]}
    change = {"from": "30/06/2024", "to": "31/12/2024", "decision": "requested"}
    return Document(
        "tables.xlsx",
        write_xlsx(rows),
        {
            "F": [
                record("Alpha should be done.", report_refs=["IA/1"], status="Open", **owner),
                record(
                    "Beta should be done.",
                    report_refs=["IA/2"],
                    area="Extensions requested",
                    target="30/06/2024",
                    revisions=[change],
                    **owner,
                ),
                record(
                    "Gamma should be done.",
                    ["status"],
                    report_refs=["IA/3"],
                    status="complete",
                    as_published={"Section": "Completed since last meeting"},
                    updates=[update("It was done in May.")],
                    **owner,
                ),
            ]
        },
        listed=("row 1, above the header: Open recommendations",),
    )


def groups_of_meetings() -> Document:
    rows = [
        ["Ref", "Request of the Committee", "Owner", "Due", "Outcome"],
        ["Audit Committee 17 October 2022"],
        ["1", "Tell us about cards.", "Head of IT", "Jun-23", "Told."],
        ["held over from previous meeting on 25 October 2017"],
        ["2", "Tell us about waivers.", "Head of IT", "Jun-23", ""],
        ["Housing"],
        ["3", "Tell us about houses.", "Head of IT", "Jun-23", ""],
    ]
    fields = {"accountable": ["Head of IT"], "target": "Jun-23"}
    return Document(
        "groups.xlsx",
        write_xlsx(rows),
        {
            "F": [
                record(
                    "Tell us about cards.",
                    raised=["AC-2022-10-17"],
                    as_published={"Ref": "1", "Outcome": "Told."},
                    **fields,
                ),
                record("Tell us about waivers.", as_published={"Ref": "2", "Section": rows[3][0]}, **fields),
                record("Tell us about houses.", area="Housing", as_published={"Ref": "3"}, **fields),
            ]
        },
        listed=("is the heading of a group. If it is a meeting",),
    )


def table(document: Any, rows: Sequence[Sequence[str]]) -> Any:
    result = document.add_table(rows=len(rows), cols=len(rows[0]))
    for cells, row in zip(result.rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    return result


def continued_word_tables() -> Document:
    document: Any = docx.Document()
    document.add_heading("Appendix A: scrutiny recommendations", 1)
    document.add_paragraph("Position at 12 January 2023")
    header = [
        "Rec No.",
        "Recommendation",
        "Response",
        "Executive Lead/Management Lead",
        "Exec Date",
        "Progress",
        "Status",
    ]
    document.add_heading("Waste review", 2)
    table(
        document,
        [
            header,
            ["1", "Waste be reviewed.", "Agreed", "Leader/Head of Waste", "12/12/2022", "It has begun.", "Ongoing"],
        ],
    )
    document.add_paragraph("Agenda item 7, page 12")
    table(
        document,
        [header, ["2", "Bins be counted.", "Counting is costly.", "Head of Waste", "", "See above", "Complete"]],
    )
    document.add_heading("Housing review (continued)", 2)
    table(document, [header, ["3", "Houses be counted.", "Accepted", "Head of Housing", "", "It is done.", ""]])
    text = {"source": "scr"}
    return Document(
        "continued.docx",
        _save(document),
        {
            "F": [
                record(
                    "Waste be reviewed.",
                    source={"id": "scr", "ref": "1"},
                    area="Waste review",
                    status="Ongoing",
                    acceptance="Agreed",
                    response={"on": "12/12/2022"},
                    accountable=["Leader"],
                    supporting=["Head of Waste"],
                    updates=[update("It has begun.", **text)],
                ),
                record(
                    "Bins be counted.",
                    source={"id": "scr", "ref": "2"},
                    area="Waste review",
                    status="Complete",
                    response={"text": "Counting is costly.\n"},
                    accountable=["Head of Waste"],
                    updates=[update("See above", **text)],
                ),
                record(
                    "Houses be counted.",
                    source={"id": "scr", "ref": "3"},
                    area="Housing review",
                    acceptance="Accepted",
                    accountable=["Head of Housing"],
                    updates=[update("It is done.", **text)],
                ),
            ]
        },
        ("--source", "scr"),
        ("the date 12 January 2023", "table 2, row 2, Progress: See above"),
    )


def shaded_word_table() -> Document:
    document: Any = docx.Document()
    key = document.add_table(rows=1, cols=4)

    def shade(cell: Any, colour: str) -> None:
        cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="{colour}"/>'))

    for index, (colour, words) in enumerate((("FFC000", "On target"), ("00B050", "Complete"))):
        shade(key.rows[0].cells[2 * index], colour)
        key.rows[0].cells[2 * index + 1].text = words
    document.add_paragraph()
    rows = table(
        document, [["Action", "Owner", "RAG"], *[[f"Do {name}.", "Clerk", ""] for name in ("one", "two", "six")]]
    )
    for row, colour in zip(rows.rows[1:], ("FFC000", "00B050", "123456"), strict=True):
        shade(row.cells[2], colour)
    return Document(
        "shaded.docx",
        _save(document),
        {
            "A": [
                record("Do one.", as_published={"RAG": "On target"}, accountable=["Clerk"]),
                record(
                    "Do two.", ["status"], as_published={"RAG": "Complete"}, status="complete", accountable=["Clerk"]
                ),
                record("Do six.", accountable=["Clerk"]),
            ]
        },
        listed=("Coloured cells with no words and no key to the colour: RAG, in 1 row.",),
    )


def table_without_a_request() -> Document:
    rows = [
        ["Ref", "Area of work", "Lead", "Target date", "Progress"],
        ["1", "Publish a list of all contracts over £5,000 each quarter.", "Clerk", "Mar-24", "It is on the website."],
        ["2", "Review the delegation for the award of contracts.", "Clerk", "Apr-24", "A draft is with the Leader."],
    ]
    fields = {"accountable": ["Clerk"]}
    return Document(
        "unnamed.html",
        write_html(rows),
        {
            "A": [
                record(row[1], as_published={"Ref": row[0]}, target=row[3], updates=[update(row[4])], **fields)
                for row in rows[1:]
            ]
        },
        listed=("Area of work: No heading names a request, so this column is read as the request.",),
    )


def months_and_joined_headings() -> Document:
    document: Any = docx.Document()
    rows = [
        ["Ref", "Recommendation", "Response", "", "Progress", "", "January 2024", "February 2024"],
        ["", "", "Agreed?", "Comment", "Date", "Update", "", ""],
        ["1", "Do a thing.", "Yes", "We agree.", "12/01/2023", "It has begun.", "Half done.", "All done."],
        ["2", "Do another thing.", "No", "We do not.", "13/01/2023", "None was needed.", "", "Waiting for us."],
    ]
    result = table(document, rows)
    for start in (2, 4):
        result.rows[0].cells[start].merge(result.rows[0].cells[start + 1])
    for column in (0, 1, 6, 7):
        result.rows[0].cells[column].merge(result.rows[1].cells[column])

    def expect(row: Sequence[str], acceptance: str, *texts: tuple[str, str]) -> Mapping[str, Any]:
        updates = [update(text, day) for text, day in texts]
        published = {"Ref": row[0], "Response Agreed?": row[2]}
        response = {"text": f"{row[3]}\n"}
        return record(
            row[1], ["acceptance"], acceptance=acceptance, as_published=published, response=response, updates=updates
        )

    first, second = rows[2:]
    return Document(
        "months.docx",
        _save(document),
        {
            "F": [
                expect(
                    first, "accepted", (first[5], first[4]), (first[6], "January 2024"), (first[7], "February 2024")
                ),
                expect(second, "not_accepted", (second[5], second[4]), (second[7], "February 2024")),
            ]
        },
    )


def peer_challenge_plan() -> Document:
    workbook: Any = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Action plan"
    sheet.append(["Peer Challenge Action Plan"])
    sheet.merge_cells("A1:F1")
    sheet.append(["Recommendation", "Action", "Lead", "Start", "Completion date", "Progress / RAG"])
    start = date(2023, 4, 1)
    sheet.append(
        ["Strengthen governance.", "Review it.", "Monitoring Officer\nClerk", start, date(2023, 9, 30), "Completed"]
    )
    sheet.append([None, "Train members.", "Democratic Services Manager", start, "Sept 23", "In progress"])
    sheet.append(["Improve procurement.", "Write a strategy.", "Head of Procurement", start, "TBC", "Not started"])
    sheet.merge_cells("A3:A4")
    for row in (3, 4, 5):
        sheet.cell(row, 4).number_format, sheet.cell(row, 5).number_format = "mmm-yy", "dd-mmm-yy"
    fields = {"start": "Apr-23"}
    return Document(
        "peer.xlsx",
        _save(workbook),
        {
            "R": [record("Strengthen governance."), record("Improve procurement.")],
            "A": [
                record(
                    "Review it.",
                    recommendations=["R1"],
                    accountable=["Monitoring Officer", "Clerk"],
                    target="30-Sep-23",
                    status="Completed",
                    **fields,
                ),
                record(
                    "Train members.",
                    recommendations=["R1"],
                    accountable=["Democratic Services Manager"],
                    target="Sept 23",
                    status="In progress",
                    **fields,
                ),
                record(
                    "Write a strategy.",
                    recommendations=["R2"],
                    accountable=["Head of Procurement"],
                    target="TBC",
                    status="Not started",
                    **fields,
                ),
            ],
        },
        listed=("row 1, above the header: Peer Challenge Action Plan",),
    )


DOCUMENTS: tuple[Callable[[], Document], ...] = (
    *(audit_recommendations, committee_action_log, requests_in_one_cell, target_cells, update_cells, post_cells),
    *(scrutiny_page, action_plan_with_two_updates, references_to_other_rows, combined_columns, coloured_workbook),
    *(tables_on_one_sheet, groups_of_meetings, continued_word_tables, shaded_word_table, table_without_a_request),
    *(months_and_joined_headings, peer_challenge_plan),
)
