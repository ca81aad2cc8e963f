"""Layouts of real trackers that the other documents do not have: forms, split tables, marks, exports, lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import openpyxl
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation


@dataclass(frozen=True)
class Layout:
    """A file and the records that it holds, without ids and without titles that are taken from the request."""

    name: str
    data: bytes
    records: Sequence[Mapping[str, Any]]
    options: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()


LAYOUTS: list[Callable[[], Layout]] = []


def case(make: Callable[[], Layout]) -> Callable[[], Layout]:
    LAYOUTS.append(make)
    return make


def rec(request: str, **fields: Any) -> Mapping[str, Any]:
    return {"origin_text": request, **fields}


def up(text: str, day: str = "", **fields: Any) -> Mapping[str, Any]:
    return {**({"date": day} if day else {}), "text": text, **fields}


def place(ref: str) -> Mapping[str, Any]:
    return {"source": {"id": "x", "ref": ref}}


def save(document: Any) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def tbl(document: Any, rows: Sequence[Sequence[str]]) -> Any:
    """Add a table to a Word document. A row of one text is merged across it."""
    width = max(map(len, rows))
    table = document.add_table(rows=len(rows), cols=width)
    for row, texts in zip(table.rows, rows, strict=True):
        if len(texts) == 1:
            row.cells[0].merge(row.cells[width - 1])
        for cell, text in zip(row.cells, texts, strict=False):
            cell.text = text
    return table


def shown(worksheet: Any, column: int, number_format: str, start: int = 2) -> None:
    for row in range(start, worksheet.max_row + 1):
        worksheet.cell(row, column).number_format = number_format


@case
def portrait() -> Layout:
    d: Any = docx.Document()
    d.add_heading("Internal Audit Follow Up Report", 0)
    d.add_paragraph("Position as at 31 January 2023")
    d.add_heading("Creditors 2021/22", 1)
    tbl(
        d,
        [
            ["Recommendation 1", "Purchase orders should be raised before goods are ordered."],
            ["Priority", "High"],
            ["Management response", "Agreed. Staff will be reminded."],
            ["Responsible officer", "Head of Finance"],
            ["Original target date", "31 March 2022"],
            ["Revised target date", "30 June 2022"],
            ["Status", "Partially implemented"],
            ["Update", "Reminder issued in May 2022."],
        ],
    )
    d.add_paragraph()
    tbl(
        d,
        [
            ["Recommendation 2", "Supplier bank details should be verified by telephone."],
            ["Priority", "Medium"],
            ["Management response", "Agreed."],
            ["Responsible officer", "Head of IT"],
            ["Original target date", "30 April 2022"],
            ["Revised target date", ""],
            ["Status", "Implemented"],
            ["Update", "A call-back form is in use."],
        ],
    )
    d.add_heading("Procurement Cards 2021/22", 1)
    tbl(
        d,
        [
            ["Recommendation 1", "Card limits should be reviewed each year."],
            ["Priority", "Low"],
            ["Management response", "Agreed."],
            ["Responsible officer", "Head of Finance"],
            ["Original target date", "31 May 2022"],
            ["Revised target date", ""],
            ["Status", "Not started"],
            ["Update", "-"],
        ],
    )
    return Layout(
        "portrait.docx",
        save(d),
        [
            rec(
                "Purchase orders should be raised before goods are ordered.",
                **place("1"),
                area="Creditors 2021/22",
                priority="High",
                response={"text": "Agreed. Staff will be reminded."},
                accountable=["Head of Finance"],
                target="30 June 2022",
                revisions=[{"from": "31 March 2022", "to": "30 June 2022"}],
                status="Partially implemented",
                updates=[{"source": "x", "text": "Reminder issued in May 2022."}],
            ),
            rec(
                "Supplier bank details should be verified by telephone.",
                **place("2"),
                area="Creditors 2021/22",
                priority="Medium",
                acceptance="Agreed",
                accountable=["Head of IT"],
                target="30 April 2022",
                status="Implemented",
                updates=[{"source": "x", "text": "A call-back form is in use."}],
            ),
            rec(
                "Card limits should be reviewed each year.",
                **place("1"),
                area="Procurement Cards 2021/22",
                priority="Low",
                acceptance="Agreed",
                accountable=["Head of Finance"],
                target="31 May 2022",
                status="Not started",
            ),
        ],
        options=("--source", "x"),
    )


@case
def portrait4() -> Layout:
    d: Any = docx.Document()

    def one(n: str, t: str, p: str, o: str, td: str, st: str, up_: str) -> None:
        t_ = d.add_table(rows=4, cols=4)
        rows = [
            ["Ref", n, "Priority", p],
            ["Recommendation", t, t, t],
            ["Owner", o, "Target date", td],
            ["Status", st, "Progress", up_],
        ]
        for r, row in zip(t_.rows, rows, strict=True):
            cc = r.cells
            if row[1] == row[2]:
                cc[1].merge(cc[3])
            for c, x in zip(r.cells, row[:2] if row[1] == row[2] else row, strict=False):
                c.text = x
        d.add_paragraph()

    one(
        "4.1",
        "Review the contracts register each quarter.",
        "High",
        "Head of IT",
        "30/06/2023",
        "Open",
        "Register reviewed in January.",
    )
    one("4.2", "Publish the register.", "Low", "Head of Finance", "31/07/2023", "Closed", "Published on the website.")
    return Layout(
        "portrait4.docx",
        save(d),
        [
            rec(
                "Review the contracts register each quarter.",
                **place("4.1"),
                priority="High",
                accountable=["Head of IT"],
                target="30/06/2023",
                status="Open",
                updates=[{"source": "x", "text": "Register reviewed in January."}],
            ),
            rec(
                "Publish the register.",
                **place("4.2"),
                priority="Low",
                accountable=["Head of Finance"],
                target="31/07/2023",
                status="Closed",
                updates=[{"source": "x", "text": "Published on the website."}],
            ),
        ],
        options=("--source", "x", "--kind", "follow-up"),
    )


@case
def landscape() -> Layout:
    d: Any = docx.Document()
    d.add_heading("Annual Governance Statement Action Plan 2022/23", 0)
    header = [
        "No",
        "Governance Issue",
        "Action to be taken",
        "Responsible Officer",
        "Timescale",
        "Progress as at January 2023",
    ]
    tbl(
        d,
        [
            header,
            ["Procurement and contracts"],
            [
                "1",
                "Contracts are not all on the register.",
                "Complete the register.",
                "Head of IT",
                "March 2023",
                "70% complete.",
            ],
            [
                "2",
                "Waivers are not reported.",
                "Report waivers to the Audit Committee.",
                "Head of Finance",
                "Ongoing",
                "Reported in October.",
            ],
            ["Information governance"],
            ["3", "Retention schedules are old.", "Update schedules.", "Head of IT", "Q4 2022/23", ""],
        ],
    )
    tbl(
        d,
        [
            header,
            ["4", "No test of the continuity plan.", "Test the plan.", "Head of IT", "Summer 2023", "A date is set."],
            ["Finance"],
            [
                "5",
                "Reserves policy is old.",
                "Rewrite the policy.",
                "Head of Finance",
                "31st March 2023",
                "Draft with members.",
            ],
        ],
    )

    def r(issue: str, action: str, number: str, owner: str, target: str, area: str, progress: str = "") -> Any:
        published = {"No": number, "Governance Issue": issue, "Section": area}
        updates = {"updates": [up(progress, "January 2023")]} if progress else {}
        return rec(action, as_published=published, accountable=[owner], target=target, **updates)

    return Layout(
        "landscape.docx",
        save(d),
        [
            r(
                "Contracts are not all on the register.",
                "Complete the register.",
                "1",
                "Head of IT",
                "March 2023",
                "Procurement and contracts",
                "70% complete.",
            ),
            r(
                "Waivers are not reported.",
                "Report waivers to the Audit Committee.",
                "2",
                "Head of Finance",
                "Ongoing",
                "Procurement and contracts",
                "Reported in October.",
            ),
            r(
                "Retention schedules are old.",
                "Update schedules.",
                "3",
                "Head of IT",
                "Q4 2022/23",
                "Information governance",
            ),
            r(
                "No test of the continuity plan.",
                "Test the plan.",
                "4",
                "Head of IT",
                "Summer 2023",
                "Information governance",
                "A date is set.",
            ),
            r(
                "Reserves policy is old.",
                "Rewrite the policy.",
                "5",
                "Head of Finance",
                "31st March 2023",
                "Finance",
                "Draft with members.",
            ),
        ],
    )


@case
def vmerged() -> Layout:
    d: Any = docx.Document()
    rows: list[list[Any]] = [
        [
            "Ref",
            "Recommendation",
            "Priority",
            "Accepted?",
            "Management Response",
            "Action",
            "Lead Officer",
            "Due",
            "Status",
        ],
        [
            "R1",
            "The Council should have one contract register.",
            "High",
            "Accepted",
            "We agree and will act.",
            "a) Buy a system.",
            "Head of IT",
            "30/09/2022",
            "Complete",
        ],
        ["", "", "", "", "", "b) Load the contracts.", "Head of Finance", "31/12/2022", "In progress"],
        [
            "R2",
            "Waivers should be reported twice a year.",
            "Medium",
            "Partially accepted",
            "Once a year will do.",
            "Write a report.",
            "Head of Finance",
            "31/03/2023",
            "Not started",
        ],
    ]
    t = tbl(d, rows)
    for c in range(5):
        t.rows[1].cells[c].merge(t.rows[2].cells[c])
    return Layout(
        "vmerged.docx",
        save(d),
        [
            rec(rows[1][1], **place("R1"), acceptance="Accepted", response={"text": rows[1][4]}),
            rec(rows[3][1], **place("R2"), acceptance="Partially accepted", response={"text": rows[3][4]}),
            rec(
                "a) Buy a system.",
                priority="High",
                **place("R1"),
                recommendations=["R1"],
                accountable=["Head of IT"],
                target="30/09/2022",
                status="Complete",
            ),
            rec(
                "b) Load the contracts.",
                priority="High",
                **place("R1"),
                recommendations=["R1"],
                accountable=["Head of Finance"],
                target="31/12/2022",
                status="In progress",
            ),
            rec(
                "Write a report.",
                priority="Medium",
                **place("R2"),
                recommendations=["R2"],
                accountable=["Head of Finance"],
                target="31/03/2023",
                status="Not started",
            ),
        ],
        options=("--source", "x"),
    )


@case
def controls() -> Layout:
    d: Any = docx.Document()
    t = tbl(
        d,
        [
            ["Rec", "Recommendation", "Owner", "Due date", "Status"],
            ["1", "", "", "", ""],
            ["2", "Publish waivers.", "Head of Finance", "31/05/2023", "Open"],
        ],
    )

    def sdt(cell: Any, text: str, kind: str = "") -> None:
        p = cell.paragraphs[0]._p
        p.append(
            parse_xml(
                f"<w:sdt {nsdecls('w')}><w:sdtPr>{kind}</w:sdtPr>"
                f"<w:sdtContent><w:r><w:t>{text}</w:t></w:r></w:sdtContent></w:sdt>"
            )
        )

    r = t.rows[1].cells
    sdt(r[1], "Train all buyers.")
    sdt(r[2], "Head of IT", '<w:dropDownList><w:listItem w:displayText="Head of IT" w:value="1"/></w:dropDownList>')
    sdt(r[3], "30 June 2023", '<w:date w:fullDate="2023-06-30T00:00:00Z"/>')
    r[4].paragraphs[0]._p.append(
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtPr><w:showingPlcHdr/><w:dropDownList/></w:sdtPr>"
            "<w:sdtContent><w:r><w:t>Choose an item.</w:t></w:r></w:sdtContent></w:sdt>"
        )
    )
    c = t.rows[2].cells[3]
    p = c.paragraphs[0]._p
    for x in list(p):
        p.remove(x)
    p.append(
        parse_xml(
            f"""<w:del {nsdecls("w")} w:id="1" w:author="x"><w:r><w:delText>31/05/2023</w:delText></w:r></w:del>"""
        )
    )
    p.append(parse_xml(f"""<w:ins {nsdecls("w")} w:id="2" w:author="x"><w:r><w:t>30/09/2023</w:t></w:r></w:ins>"""))
    return Layout(
        "controls.docx",
        save(d),
        [
            rec("Train all buyers.", **place("1"), accountable=["Head of IT"], target="30 June 2023"),
            rec("Publish waivers.", **place("2"), accountable=["Head of Finance"], target="30/09/2023", status="Open"),
        ],
        options=("--source", "x"),
        listed=("tracked changes",),
    )


@case
def headingdates() -> Layout:
    d: Any = docx.Document()
    d.add_heading("Matters arising and actions", 0)
    header = ["Minute", "Action", "Officer", "Outcome"]
    d.add_heading("Audit Committee 17 October 2022", 2)
    tbl(
        d,
        [
            header,
            ["24", "Circulate the register of waivers.", "Head of Finance", "Circulated on 1 November."],
            ["26", "Provide training for members.", "Head of IT", "Planned."],
        ],
    )
    d.add_heading("Audit Committee 12 December 2022", 2)
    tbl(d, [header, ["31", "Bring a report on cards.", "Head of Finance", ""]])
    return Layout(
        "headingdates.docx",
        save(d),
        [
            rec(
                "Circulate the register of waivers.",
                raised=["AC-2022-10-17"],
                report_refs=["24"],
                accountable=["Head of Finance"],
                as_published={"Outcome": "Circulated on 1 November."},
            ),
            rec(
                "Provide training for members.",
                raised=["AC-2022-10-17"],
                report_refs=["26"],
                accountable=["Head of IT"],
                as_published={"Outcome": "Planned."},
            ),
            rec(
                "Bring a report on cards.",
                report_refs=["31"],
                accountable=["Head of Finance"],
                raised=["AC-2022-12-12"],
            ),
        ],
        listed=("The meeting AC-2022-12-12 is added to the programme.",),
    )


@case
def nested() -> Layout:
    d: Any = docx.Document()
    t = tbl(
        d,
        [
            ["Recommendation", "Owner", "Target date", "Progress"],
            ["Review the framework.", "Head of IT", "30/06/2023", ""],
            ["Issue guidance.", "Head of Finance", "31/07/2023", "Draft written."],
        ],
    )
    n = t.rows[1].cells[3].add_table(rows=2, cols=2)
    for r, row in zip(n.rows, [["Milestone", "Date"], ["Workshop", "May 2023"]], strict=True):
        for c, x in zip(r.cells, row, strict=False):
            c.text = x
    return Layout(
        "nested.docx",
        save(d),
        [
            rec(
                "Review the framework.",
                accountable=["Head of IT"],
                target="30/06/2023",
                updates=[up("Milestone | Date\n\nWorkshop | May 2023")],
            ),
            rec(
                "Issue guidance.", accountable=["Head of Finance"], target="31/07/2023", updates=[up("Draft written.")]
            ),
        ],
        options=("--kind", "action"),
    )


@case
def footnotes() -> Layout:
    d: Any = docx.Document()
    t = tbl(
        d,
        [
            ["Ref", "Recommendation", "Response", "Owner", "When"],
            ["A1", "Use frameworks", "Agreed", "Head of IT", "2022/23"],
            ["A2", "Save money.", "Noted", "Head of Finance", "Immediate"],
        ],
    )
    p = t.rows[1].cells[1].paragraphs[0]._p
    p.append(
        parse_xml(
            f'<w:r {nsdecls("w")}><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
            '<w:footnoteReference w:id="2"/></w:r>'
        )
    )
    p.append(parse_xml(f"<w:r {nsdecls('w')}><w:t> where they exist.</w:t></w:r>"))
    data = save(d)

    out = BytesIO()
    with ZipFile(BytesIO(data)) as z, ZipFile(out, "w") as o:
        for n in z.namelist():
            o.writestr(n, z.read(n))
        o.writestr(
            "word/footnotes.xml",
            f'<w:footnotes {nsdecls("w")}><w:footnote w:id="2"><w:p><w:r><w:t>Only above £25,000.</w:t></w:r></w:p>'
            "</w:footnote></w:footnotes>",
        )
    return Layout(
        "footnotes.docx",
        out.getvalue(),
        [
            rec(
                "Use frameworks where they exist.",
                **place("A1"),
                acceptance="Agreed",
                accountable=["Head of IT"],
                target="2022/23",
            ),
            rec(
                "Save money.",
                **place("A2"),
                response={"text": "Noted"},
                accountable=["Head of Finance"],
                target={"raw": "Immediate", "means": "none"},
            ),
        ],
        options=("--source", "x"),
        listed=("Only above £25,000.",),
    )


@case
def corporate() -> Layout:
    wb: Any = openpyxl.Workbook()
    ws = wb.active
    ws.title = "Tracker"
    ws["A1"] = "Northshire County Council"
    ws["A2"] = "Internal audit recommendations tracker – Q3 2022/23"
    ws["A1"].font = Font(bold=True, size=14)
    ws["A4"] = "Note: managers complete columns H to J by the 10th of each month."
    header = [
        "Report",
        "Rec No",
        "Recommendation",
        "Risk",
        "Owner",
        "Original date",
        "Revised date",
        "Status",
        "Manager update",
        "Auditor only",
    ]
    for i, h in enumerate(header, 1):
        ws.cell(6, i, h).font = Font(bold=True)
    rows: list[list[Any]] = [
        [
            "Creditors",
            "1.1",
            "Match invoices to orders.",
            "High",
            "Head of Finance",
            date(2022, 3, 31),
            date(2022, 9, 30),
            "In Progress",
            "01/10/22 - Matching starts.\n05/01/23 - Half of the invoices match.",
            "secret 1",
        ],
        [
            "Creditors",
            "1.2",
            "Review duplicate payments.",
            "Med",
            "Head of Finance",
            "June 2022",
            None,
            "Implemented",
            "Reviewed.",
            "secret 2",
        ],
        [
            "Payroll",
            "2.1",
            "Reconcile each month.",
            "Low",
            "Head of IT",
            date(2023, 3, 31),
            None,
            "Not due",
            None,
            None,
        ],
        [
            "Payroll",
            "2.2",
            "Restrict access.",
            "High",
            "Head of IT",
            "31/03/23",
            None,
            "Overdue",
            "Access is wide.",
            None,
        ],
    ]
    for r, row in enumerate(rows, 7):
        for c, x in enumerate(row, 1):
            ws.cell(r, c, x)
    shown(ws, 6, "dd/mm/yyyy", 7)
    shown(ws, 7, "mmm yyyy", 7)
    ws["A11"] = "Total recommendations"
    ws["C11"] = "=COUNTA(C7:C10)"
    ws["A13"] = "Key"
    ws["A14"] = "Med = medium risk"
    ws.freeze_panes = "C7"
    ws.auto_filter.ref = "A6:J10"
    ws.column_dimensions["J"].hidden = True
    ws.row_dimensions[9].hidden = True
    ws.row_dimensions.group(7, 8, hidden=False)
    dv = DataValidation(type="list", formula1="Lists!$A$1:$A$3")
    dv.add("H7:H10")
    ws.add_data_validation(dv)
    lists = wb.create_sheet("Lists")
    for i, x in enumerate(["In Progress", "Implemented", "Not due"], 1):
        lists.cell(i, 1, x)
    lists.sheet_state = "hidden"
    return Layout(
        "corporate.xlsx",
        save(wb),
        [
            rec(
                "Match invoices to orders.",
                **place("1.1"),
                area="Creditors",
                priority="High",
                accountable=["Head of Finance"],
                target="Sep 2022",
                revisions=[{"from": "31/03/2022", "to": "Sep 2022"}],
                status="In Progress",
                updates=[
                    up("Matching starts.", "01/10/22", source="x"),
                    up("Half of the invoices match.", "05/01/23", source="x"),
                ],
            ),
            rec(
                "Review duplicate payments.",
                **place("1.2"),
                area="Creditors",
                priority="Med",
                accountable=["Head of Finance"],
                target="June 2022",
                status="Implemented",
                updates=[up("Reviewed.", source="x")],
            ),
            rec(
                "Reconcile each month.",
                **place("2.1"),
                area="Payroll",
                priority="Low",
                accountable=["Head of IT"],
                target="31/03/2023",
                as_published={"Status": "Not due"},
            ),
            rec(
                "Restrict access.",
                **place("2.2"),
                area="Payroll",
                priority="High",
                accountable=["Head of IT"],
                target="31/03/23",
                as_published={"Status": "Overdue"},
                updates=[up("Access is wide.", source="x")],
            ),
        ],
        options=("--source", "x"),
        listed=(
            "hidden column",
            "Hidden in the file but imported: Tracker, row 9",
            "Med = medium risk",
            "a hidden worksheet",
        ),
    )


@case
def formulas() -> Layout:
    wb: Any = openpyxl.Workbook()
    ws = wb.active
    ws.title = "Actions"
    for r in [
        ["ID", "Action", "Owner", "Due Date", "Days overdue", "Status", "Comments"],
        ["A-1", "Renew the licence.", "Head of IT", date(2023, 1, 31), 15, "Open", "Ordered."],
        ["A-2", "Close the account.", "Head of Finance", "31.01.23", 15, "Open", ""],
    ]:
        ws.append(r)
    shown(ws, 4, "dd/mm/yyyy")
    data = save(wb)

    out = BytesIO()
    with ZipFile(BytesIO(data)) as z, ZipFile(out, "w") as o:
        for n in z.namelist():
            b = z.read(n)
            if n == "xl/worksheets/sheet1.xml":
                b = b.replace(b"<v>15</v>", b"<f>TODAY()-D2</f><v>15</v>")
            o.writestr(n, b)
    return Layout(
        "formulas.xlsx",
        out.getvalue(),
        [
            rec(
                "Renew the licence.",
                **place("A-1"),
                accountable=["Head of IT"],
                target="31/01/2023",
                status="Open",
                as_published={"Days overdue": "15"},
                updates=[up("Ordered.", source="x")],
            ),
            rec(
                "Close the account.",
                **place("A-2"),
                accountable=["Head of Finance"],
                target="31.01.23",
                status="Open",
                as_published={"Days overdue": "15"},
            ),
        ],
        options=("--source", "x"),
    )


@case
def directorates() -> Layout:
    wb: Any = openpyxl.Workbook()
    wb.remove(wb.active)
    s = wb.create_sheet("Summary")
    s.append(["Directorate", "Open", "Closed"])
    s.append(["Resources", 1, 1])
    s.append(["Place", 1, 0])
    header = ["Ref", "Audit", "Recommendation", "Responsible", "Target", "Status", "Update"]
    a = wb.create_sheet("Resources")
    for r in [
        header,
        ["R/1", "VAT", "Check codes.", "Head of Finance", "Mar-23", "Open", "Codes listed."],
        ["R/2", "VAT", "Train staff.", "Head of Finance", "Dec-22", "Closed", "Trained."],
    ]:
        a.append(r)
    b = wb.create_sheet("Place")
    for r in [header, ["P/1", "Fleet", "Fit trackers.", "Head of IT", "Apr-23", "Open", ""]]:
        b.append(r)
    return Layout(
        "directorates.xlsx",
        save(wb),
        [
            rec(
                "Check codes.",
                **place("R/1"),
                area="VAT",
                as_published={"Section": "Resources"},
                accountable=["Head of Finance"],
                target="Mar-23",
                status="Open",
                updates=[up("Codes listed.", source="x")],
            ),
            rec(
                "Train staff.",
                **place("R/2"),
                area="VAT",
                as_published={"Section": "Resources"},
                accountable=["Head of Finance"],
                target="Dec-22",
                status="Closed",
                updates=[up("Trained.", source="x")],
            ),
            rec(
                "Fit trackers.",
                **place("P/1"),
                area="Fleet",
                as_published={"Section": "Place"},
                accountable=["Head of IT"],
                target="Apr-23",
                status="Open",
            ),
        ],
        options=("--source", "x"),
        listed=("Summary",),
    )


@case
def quarters() -> Layout:
    wb: Any = openpyxl.Workbook()
    ws = wb.active
    ws.title = "AGS"
    ws.append(["AGS action plan 2022/23"])
    ws.merge_cells("A1:H1")
    ws.append(["Ref", "Issue", "Agreed action", "Lead officer", "Target date", "Progress", None, None])
    ws.append([None, None, None, None, None, "Q1 2022/23", "Q2 2022/23", "Q3 2022/23"])
    ws.merge_cells("F2:H2")
    for c in "ABCDE":
        ws.merge_cells(f"{c}2:{c}3")
    ws.append(
        [
            1,
            "Contract management",
            "Adopt a framework for contract management.",
            "Head of Finance",
            date(2023, 3, 31),
            "Scoping.",
            "Draft framework.",
            "Approved.",
        ]
    )
    ws.append(
        [2, "Cyber", "Complete phishing training.", "Head of IT", date(2022, 12, 31), "Started.", None, "80% trained."]
    )
    ws.append([2.1, "Cyber", "Buy MFA tokens.", "Head of IT", None, None, None, None])
    shown(ws, 5, "d mmmm yyyy", 4)
    return Layout(
        "quarters.xlsx",
        save(wb),
        [
            rec(
                "Contract management",
                agreed_action="Adopt a framework for contract management.",
                **place("1"),
                accountable=["Head of Finance"],
                target="31 March 2023",
                updates=[
                    up("Scoping.", "Q1 2022/23", source="x"),
                    up("Draft framework.", "Q2 2022/23", source="x"),
                    up("Approved.", "Q3 2022/23", source="x"),
                ],
            ),
            rec(
                "Cyber",
                agreed_action="Complete phishing training.",
                **place("2"),
                accountable=["Head of IT"],
                target="31 December 2022",
                updates=[up("Started.", "Q1 2022/23", source="x"), up("80% trained.", "Q3 2022/23", source="x")],
            ),
            rec("Cyber", agreed_action="Buy MFA tokens.", **place("2.1"), accountable=["Head of IT"]),
        ],
        options=("--source", "x"),
    )


@case
def merged_excel() -> Layout:
    wb: Any = openpyxl.Workbook()
    ws = wb.active
    ws.title = "Sheet1"
    ws.append(["Audit", "Recommendation", "Action", "Owner", "Deadline", "BRAG"])
    ws.append(
        [
            "Procurement 2021",
            "Have a pipeline of contracts.",
            "Collect forward plans.",
            "Head of IT",
            date(2023, 2, 28),
            None,
        ]
    )
    ws.append([None, None, "Publish the pipeline.", "Head of Finance", date(2023, 5, 31), None])
    ws.append(
        [
            "Cards 2022",
            "Reduce the number of cards.",
            "Withdraw unused cards.",
            "Head of Finance",
            date(2023, 1, 31),
            None,
        ]
    )
    ws.merge_cells("A2:A3")
    ws.merge_cells("B2:B3")
    for r, c in ((2, "FF00B050"), (3, "FFFF0000"), (4, "FF0070C0")):
        ws.cell(r, 6).fill = PatternFill("solid", fgColor=c)
    ws["A7"] = "BRAG key"
    for r, (c, t) in enumerate(
        (("FF0070C0", "Blue – complete"), ("FF00B050", "Green – on target"), ("FFFF0000", "Red – overdue")), 8
    ):
        ws.cell(r, 1).fill = PatternFill("solid", fgColor=c)
        ws.cell(r, 2, t)
    shown(ws, 5, "dd-mmm-yy")
    return Layout(
        "merged.xlsx",
        save(wb),
        [
            rec("Have a pipeline of contracts."),
            rec("Reduce the number of cards."),
            rec(
                "Collect forward plans.",
                recommendations=["R1"],
                as_published={"Audit": "Procurement 2021", "BRAG": "Green – on target"},
                accountable=["Head of IT"],
                target="28-Feb-23",
            ),
            rec(
                "Publish the pipeline.",
                recommendations=["R1"],
                as_published={"Audit": "Procurement 2021", "BRAG": "Red – overdue"},
                accountable=["Head of Finance"],
                target="31-May-23",
            ),
            rec(
                "Withdraw unused cards.",
                recommendations=["R2"],
                as_published={"Audit": "Cards 2022", "BRAG": "Blue – complete"},
                accountable=["Head of Finance"],
                target="31-Jan-23",
                status="complete",
                inferred=["status"],
            ),
        ],
    )


@case
def extension() -> Layout:
    wb: Any = openpyxl.Workbook()
    ws = wb.active
    ws.append(
        [
            "Rec ref",
            "Recommendation agreed",
            "Responsible Officer",
            "Extension requested to",
            "Reason for extension request",
            "Current position",
        ]
    )
    ws.append(
        [
            "2021/7/3",
            "Test the recovery plan.",
            "Head of IT",
            date(2023, 6, 30),
            "Supplier delay.",
            "Jan 2023: Supplier named.\nMarch 2023: Test is booked.",
        ]
    )
    shown(ws, 4, "dd/mm/yyyy")
    return Layout(
        "extension.xlsx",
        save(wb),
        [
            rec(
                "Test the recovery plan.",
                **place("2021/7/3"),
                accountable=["Head of IT"],
                as_published={
                    "Extension requested to": "30/06/2023",
                    "Reason for extension request": "Supplier delay.",
                },
                updates=[
                    up("Supplier named.", "Jan 2023", source="x"),
                    up("Test is booked.", "March 2023", source="x"),
                ],
            )
        ],
        options=("--source", "x", "--kind", "follow-up"),
    )


@case
def ticks() -> Layout:
    wb: Any = openpyxl.Workbook()
    ws = wb.active
    for r in [
        ["No", "Action", "Lead", "By when", "Not started", "In progress", "Complete", "Notes"],
        [1, "Write a plan.", "Head of IT", "Mar-23", None, "✓", None, "Half is written."],
        [2, "Agree the plan.", "Head of Finance", "Apr-23", "x", None, None, None],
        [3, "Find a writer.", "Head of IT", "Jan-23", None, None, "Y", None],
    ]:
        ws.append(r)
    return Layout(
        "ticks.xlsx",
        save(wb),
        [
            rec(
                "Write a plan.",
                accountable=["Head of IT"],
                target="Mar-23",
                status="in_progress",
                inferred=["status"],
                as_published={"No": "1", "In progress": "✓", "Notes": "Half is written."},
            ),
            rec(
                "Agree the plan.",
                accountable=["Head of Finance"],
                target="Apr-23",
                status="not_started",
                inferred=["status"],
                as_published={"No": "2", "Not started": "x"},
            ),
            rec(
                "Find a writer.",
                accountable=["Head of IT"],
                target="Jan-23",
                status="complete",
                inferred=["status"],
                as_published={"No": "3", "Complete": "Y"},
            ),
        ],
    )


@case
def oddcells() -> Layout:
    wb: Any = openpyxl.Workbook()
    ws = wb.active
    for r in [
        ["Ref", "Recommendation", "Owner", "Target", "% complete", "Implemented", "Link to evidence", "Update"],
        ["4.10", "Do a.", "Head of IT", 45016, 0.25, True, "Minutes", "#N/A"],
        [4.2, "Do b.", "Head of IT", date(2023, 4, 30), 1, False, None, "=1/0"],
    ]:
        ws.append(r)
    ws["D2"].number_format = "dd/mm/yyyy"
    ws["D3"].number_format = "dd/mm/yyyy"
    ws["E2"].number_format = "0%"
    ws["E3"].number_format = "0%"
    ws["A3"].number_format = "0.00"
    ws["G2"].hyperlink = "https://example.gov.uk/minutes"
    return Layout(
        "odd.xlsx",
        save(wb),
        [
            rec(
                "Do a.",
                **place("4.10"),
                accountable=["Head of IT"],
                target="31/03/2023",
                as_published={"% complete": "25%", "Implemented": "TRUE"},
                status="complete",
                inferred=["status"],
                evidence=[{"title": "Minutes", "link": "https://example.gov.uk/minutes"}],
            ),
            rec(
                "Do b.",
                **place("4.20"),
                accountable=["Head of IT"],
                target="30/04/2023",
                as_published={"% complete": "100%", "Implemented": "FALSE"},
            ),
        ],
        options=("--source", "x"),
    )


@case
def semi() -> Layout:
    t = (
        "Council of Anyshire;;;;;;;\nRecommendations – extract 31/01/2023;;;;;;;\n;;;;;;;\nRec. No.;"
        'Recommendation;Grade;Owner;Agreed date;Status;Latest position;\n1;"Review the ""standing '
        'orders""; report back.";1;Head of IT;31.03.2022;Open;"Drafted – with the council’s '
        'solicitor.\nTo committee in May.";\n2;Pay in 30 days;2;Head of Finance;30.06.2022;Closed;;\n;'
        ";;;;;;\n"
    )
    return Layout(
        "semi.csv",
        t.encode("cp1252"),
        [
            rec(
                'Review the "standing orders"; report back.',
                **place("1"),
                as_published={"Grade": "1"},
                accountable=["Head of IT"],
                target="31.03.2022",
                status="Open",
                updates=[up("Drafted – with the council’s solicitor.\n\nTo committee in May.", source="x")],
            ),
            rec(
                "Pay in 30 days",
                **place("2"),
                as_published={"Grade": "2"},
                accountable=["Head of Finance"],
                target="30.06.2022",
                status="Closed",
            ),
        ],
        options=("--source", "x"),
        listed=("Recommendations – extract 31/01/2023",),
    )


@case
def utf16() -> Layout:
    t = (
        "ID\tAction\tAssigned To\tDue\tState\tPriority\tLast comment\r\n101\tUpdate the website\tHead "
        "of IT\t2023-03-31\tIn Progress\tHigh\tContent drafted\r\n102\tArchive files\tHead of "
        "Finance\t2023-02-28T00:00:00\tDone\tLow\t\r\n"
    )
    return Layout(
        "utf16.csv",
        t.encode("utf-16"),
        [
            rec(
                "Update the website",
                **place("101"),
                accountable=["Head of IT"],
                target="2023-03-31",
                status="In Progress",
                priority="High",
                updates=[up("Content drafted", source="x")],
            ),
            rec(
                "Archive files",
                **place("102"),
                accountable=["Head of Finance"],
                target="2023-02-28",
                status="Done",
                priority="Low",
            ),
        ],
        options=("--source", "x"),
    )


@case
def planner() -> Layout:
    t = (
        "\ufeffTask ID,Task Name,Bucket Name,Progress,Priority,Assigned To,Created By,Created Date,"
        "Start date,Due date,Is Recurring,Late,Completed Date,Completed By,Description\nabc1,Write "
        "policy,Governance,In progress,Medium,Head of IT,,01/12/2022,01/12/2022,28/02/2023,false,"
        "false,,,Write the policy and consult.\nabc2,Approve policy,Governance,Completed,Medium,Head "
        "of Finance,,01/12/2022,,31/12/2022,false,false,05/01/2023,,\n"
    )
    return Layout(
        "planner.csv",
        t.encode("utf-8"),
        [
            rec(
                "Write the policy and consult.",
                title="Write policy",
                **place("abc1"),
                accountable=["Head of IT"],
                start="01/12/2022",
                target="28/02/2023",
                status="In progress",
                priority="Medium",
                as_published={
                    "Bucket Name": "Governance",
                    "Created Date": "01/12/2022",
                    "Is Recurring": "false",
                    "Late": "false",
                },
            ),
            dict(
                title="Approve policy",
                **place("abc2"),
                accountable=["Head of Finance"],
                target="31/12/2022",
                completed_on="05/01/2023",
                status="Completed",
                priority="Medium",
                as_published={
                    "Bucket Name": "Governance",
                    "Created Date": "01/12/2022",
                    "Is Recurring": "false",
                    "Late": "false",
                },
            ),
        ],
        options=("--source", "x"),
    )


@case
def moderngov() -> Layout:
    t = (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>Issue details</title></head><body>\n'
        '<table class="mgLayout"><tr><td><ul><li><a href="/x">Home</a></li></ul></td><td>\n<h1 '
        'class="mgMainTitleTxt">Agenda item</h1><h2 class="mgSubTitleTxt">Recommendation '
        "Tracker</h2>\n<p>Meeting of Overview and Scrutiny Committee, Monday 17 October 2022</p>\n"
        '<table class="mgNonSortableTable" border="1"><thead><tr><th scope="col">Minute</th><th '
        'scope="col">Recommendation</th><th scope="col">Cabinet decision</th><th>Lead Officer</th>'
        '<th>Target Date</th><th>Progress</th></tr></thead>\n<tbody><tr><td rowspan="2"><p>34</p></td>'
        "<td><p>That the contracts register be published&nbsp;quarterly.</p></td><td>Accepted</td>"
        "<td>Head of IT</td><td>31&nbsp;March 2023</td><td><p>First issue published.</p><p>Second "
        "issue due.</p></td></tr>\n<tr><td>That members be trained.</td><td>Rejected</td><td>Head of "
        'Finance</td><td>&nbsp;</td><td>-</td></tr>\n<tr><td>35</td><td>That: <ol type="a">'
        "<li>waivers be listed; and</li><li>waivers be explained.</li></ol></td><td>Accepted in "
        "part</td><td>Head of Finance</td><td>30 April 2023</td><td><ul><li>Listed</li><li>Not "
        "explained</li></ul></td></tr></tbody></table>\n</td></tr></table></body></html>"
    )
    return Layout(
        "moderngov.html",
        t.encode(),
        [
            rec(
                "That the contracts register be published quarterly.",
                report_refs=["34"],
                acceptance="Accepted",
                accountable=["Head of IT"],
                target="31 March 2023",
                updates=[up("First issue published.\n\nSecond issue due.")],
            ),
            rec("That members be trained.", report_refs=["34"], acceptance="Rejected", accountable=["Head of Finance"]),
            rec(
                "That:\n\na. waivers be listed; and\nb. waivers be explained.",
                report_refs=["35"],
                acceptance="Accepted in part",
                accountable=["Head of Finance"],
                target="30 April 2023",
                updates=[up("- Listed\n- Not explained")],
            ),
        ],
        options=("--kind", "follow-up"),
    )


@case
def deflist() -> Layout:
    t = (
        "<html><body><h1>Recommendations</h1>\n<h2>Recommendation 1</h2><dl><dt>Recommendation</dt>"
        "<dd>Publish the register.</dd><dt>Response</dt><dd>Accepted</dd><dt>Officer</dt><dd>Head of "
        "IT</dd><dt>Due</dt><dd>31 May 2023</dd><dt>Status</dt><dd>In progress</dd></dl>\n"
        "<h2>Recommendation 2</h2><dl><dt>Recommendation</dt><dd>Train the members.</dd>"
        "<dt>Response</dt><dd>Rejected</dd><dt>Officer</dt><dd>Head of Finance</dd><dt>Due</dt><dd>"
        "</dd><dt>Status</dt><dd>Closed</dd></dl></body></html>"
    )
    return Layout(
        "deflist.html",
        t.encode(),
        [
            rec(
                "Publish the register.",
                acceptance="Accepted",
                accountable=["Head of IT"],
                target="31 May 2023",
                status="In progress",
                as_published={"Ref": "1"},
            ),
            rec(
                "Train the members.",
                acceptance="Rejected",
                accountable=["Head of Finance"],
                status="Closed",
                as_published={"Ref": "2"},
            ),
        ],
        options=("--kind", "follow-up"),
    )


@case
def vertical_html() -> Layout:
    def one(number: int, request: str, lead: str, target: str, status: str) -> str:
        values = {"Recommendation": request, "Lead": lead, "Target date": target, "Status": status}
        rows = "".join(f'<tr><th scope="row">{name}</th><td>{value}</td></tr>' for name, value in values.items())
        return f"<table><caption>Recommendation {number}</caption>{rows}</table>"

    t = (
        "<html><body><h2>Housing</h2>"
        + one(1, "Fix the roof.", "Head of IT", "May 2023", "Open")
        + one(2, "Paint the door.<br>Twice.", "Head of Finance", "June 2023", "Complete")
        + "</body></html>"
    )
    return Layout(
        "vertical.html",
        t.encode(),
        [
            rec(
                "Fix the roof.", accountable=["Head of IT"], target="May 2023", status="Open", as_published={"Ref": "1"}
            ),
            rec(
                "Paint the door.\n\nTwice.",
                accountable=["Head of Finance"],
                target="June 2023",
                status="Complete",
                as_published={"Ref": "2"},
            ),
        ],
        options=("--kind", "follow-up"),
    )


@case
def tfoot() -> Layout:
    t = (
        "<html><head><meta charset=windows-1252></head><body><table><thead><tr><th>Ref</th>"
        "<th>Action</th><th>Who</th><th>When</th><th>Done?</th></tr></thead><tfoot><tr><td "
        "colspan=5>Updated 2 February 2023</td></tr></tfoot><tbody><tr><td>1</td><td><div>Order "
        "<span>chairs</span></div></td><td>Head of IT</td><td>1/3/23</td><td>Yes</td></tr><tr>"
        "<td>2</td><td>Sell chairs<sup>1</sup></td><td>Head of Finance</td><td>1/4/23</td><td>No</td>"
        "</tr></tbody></table><p>1 Only the old ones</p></body></html>"
    )
    return Layout(
        "tfoot.html",
        t.encode("cp1252"),
        [
            rec(
                "Order chairs",
                accountable=["Head of IT"],
                target="1/3/23",
                as_published={"Ref": "1", "Done?": "Yes"},
                status="complete",
                inferred=["status"],
            ),
            rec(
                "Sell chairs1",
                accountable=["Head of Finance"],
                target="1/4/23",
                as_published={"Ref": "2", "Done?": "No"},
            ),
        ],
        listed=("Updated 2 February 2023",),
    )
