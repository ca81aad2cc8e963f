"""Layouts of workbooks."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from tests.imports.layouts import Layout, case, place, rec, save, set_number_format, up


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
    set_number_format(ws, 6, "dd/mm/yyyy", 7)
    set_number_format(ws, 7, "mmm yyyy", 7)
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
    set_number_format(ws, 4, "dd/mm/yyyy")
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
    set_number_format(ws, 5, "d mmmm yyyy", 4)
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
    set_number_format(ws, 5, "dd-mmm-yy")
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
    set_number_format(ws, 4, "dd/mm/yyyy")
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
def subtotal() -> Layout:
    wb: Any = openpyxl.Workbook()
    ws = wb.active
    ws.title = "Recs"
    for r in [
        ["Rec #", "Audit Recommendation", "Implementation Date", None, "Responsible", "Current Status"],
        [None, None, "Original", "Revised", None, None],
        ["CREDITORS"],
        [1, "Do one thing.", date(2022, 3, 31), None, "Head of IT", "Implemented"],
        [2, "Do two things.", date(2022, 3, 31), date(2022, 9, 30), "Head of IT", "Partially implemented"],
        ["Sub-total", 2],
        ["PAYROLL"],
        [1, "Do three things.", "Immediately", None, "Head of Finance", "Not implemented – risk accepted"],
        ["Sub-total", 1],
        ["Grand Total", 3],
        [],
        ["* Recommendation superseded by later audit"],
    ]:
        ws.append(r)
    ws.merge_cells("C1:D1")
    for r in range(3, 9):
        for c in (3, 4):
            ws.cell(r, c).number_format = "dd/mm/yy"
    return Layout(
        "subtotal.xlsx",
        save(wb),
        [
            rec(
                "Do one thing.",
                **place("1"),
                area="CREDITORS",
                accountable=["Head of IT"],
                target="31/03/22",
                status="Implemented",
            ),
            rec(
                "Do two things.",
                **place("2"),
                area="CREDITORS",
                accountable=["Head of IT"],
                target="30/09/22",
                revisions=[{"from": "31/03/22", "to": "30/09/22"}],
                status="Partially implemented",
            ),
            rec(
                "Do three things.",
                **place("1"),
                area="PAYROLL",
                accountable=["Head of Finance"],
                target={"raw": "Immediately", "means": "none"},
                status="not_implemented",
                inferred=["status"],
                as_published={"Current Status": "Not implemented – risk accepted"},
            ),
        ],
        options=("--source", "x"),
        listed=("Grand Total", "Recommendation superseded"),
    )


@case
def offset() -> Layout:
    wb: Any = openpyxl.Workbook()
    ws = wb.active
    ws.title = "Open"
    for c, x in enumerate(["Ref", "Recommendation", "Owner", "Due", "Latest update (Jan 23)"], 3):
        ws.cell(5, c, x)
    for c, x in enumerate(["B7", "Count the vans.", "Head of IT", "Mar 2023", "Half counted."], 3):
        ws.cell(6, c, x)
    w2 = wb.create_sheet("Closed")
    for r in [
        ["Ref", "Owner", "Recommendation", "Due", "Closed on", "Latest update (Jan 23)"],
        ["B1", "Head of Finance", "Sell the vans.", "Jan 2023", date(2023, 1, 20), "Sold."],
    ]:
        w2.append(r)
    w2.cell(2, 5).number_format = "dd mmm yyyy"
    return Layout(
        "offset.xlsx",
        save(wb),
        [
            rec(
                "Count the vans.",
                **place("B7"),
                accountable=["Head of IT"],
                target="Mar 2023",
                as_published={"Section": "Open"},
                updates=[up("Half counted.", "Jan 23", source="x")],
            ),
            rec(
                "Sell the vans.",
                **place("B1"),
                accountable=["Head of Finance"],
                target="Jan 2023",
                completed_on="20 Jan 2023",
                as_published={"Section": "Closed"},
                status="complete",
                inferred=["status"],
                updates=[up("Sold.", "Jan 23", source="x")],
            ),
        ],
        options=("--source", "x", "--kind", "action"),
    )


@case
def codes() -> Layout:
    wb: Any = openpyxl.Workbook()
    ws = wb.active
    for r in [
        ["UPRN", "Issue", "Action", "Priority (H/M/L)", "Owner", "Open / Closed", "Target date", "% done"],
        ["1", "No inventory.", "Make an inventory.", "H", "head.it@council.gov.uk", "O", date(2023, 3, 1), 0.5],
        ["2", "No tags.", "Tag assets.", "M", "Head of Finance", "C", date(2023, 1, 1), 1],
    ]:
        ws.append(r)
    for r in (2, 3):
        ws.cell(r, 7).number_format = "dd/mm/yyyy"
        ws.cell(r, 8).number_format = "0%"
    return Layout(
        "codes.xlsx",
        save(wb),
        [
            rec(
                "Make an inventory.",
                as_published={"UPRN": "1", "Issue": "No inventory.", "Open / Closed": "O", "% done": "50%"},
                priority="H",
                target="01/03/2023",
            ),
            rec(
                "Tag assets.",
                as_published={"UPRN": "2", "Issue": "No tags.", "Open / Closed": "C", "% done": "100%"},
                priority="M",
                accountable=["Head of Finance"],
                target="01/01/2023",
            ),
        ],
        options=("--kind", "action"),
    )


@case
def updates_merged() -> Layout:
    wb: Any = openpyxl.Workbook()
    ws = wb.active
    ws.title = "Log"
    for r in [
        ["Ref", "Recommendation", "Owner", "Due", "Update date", "Update"],
        ["A1", "Publish the register.", "Head of IT", "Mar 2023", date(2022, 11, 1), "Drafted."],
        [None, None, None, None, date(2023, 1, 5), "Published."],
        ["A2", "Train staff.", "Head of Finance", "Apr 2023", date(2023, 1, 5), "Booked."],
    ]:
        ws.append(r)
    for c in "ABCD":
        ws.merge_cells(f"{c}2:{c}3")
    for r in (2, 3, 4):
        ws.cell(r, 5).number_format = "dd/mm/yyyy"
    return Layout(
        "updmerged.xlsx",
        save(wb),
        [
            rec(
                "Publish the register.",
                **place("A1"),
                accountable=["Head of IT"],
                target="Mar 2023",
                updates=[up("Drafted.", "01/11/2022", source="x"), up("Published.", "05/01/2023", source="x")],
            ),
            rec(
                "Train staff.",
                **place("A2"),
                accountable=["Head of Finance"],
                target="Apr 2023",
                updates=[up("Booked.", "05/01/2023", source="x")],
            ),
        ],
        options=("--source", "x"),
    )


@case
def meetings_cols() -> Layout:
    wb: Any = openpyxl.Workbook()
    ws = wb.active
    ws.title = "Scrutiny"
    for r in [
        [
            "Date of Meeting",
            "Item",
            "Recommendation / Action",
            "Responsible Officer",
            "Update to June 2022 Committee",
            "Update to September 2022 Committee",
            "RAG",
        ],
        [
            date(2022, 10, 17),
            "Budget",
            "That the savings be itemised.",
            "Head of Finance",
            "Work under way",
            "Complete",
            "G",
        ],
        [date(2022, 10, 17), "Waste", "That contracts be reviewed.", "Head of IT", "", "Review begun", "A"],
    ]:
        ws.append(r)
    for r in (2, 3):
        ws.cell(r, 1).number_format = "dd/mm/yyyy"
    return Layout(
        "meetcols.xlsx",
        save(wb),
        [
            rec(
                "That the savings be itemised.",
                title="Budget",
                raised=["AC-2022-10-17"],
                accountable=["Head of Finance"],
                status="complete",
                inferred=["status"],
                as_published={"RAG": "G"},
                updates=[up("Work under way", "June 2022"), up("Complete", "September 2022")],
            ),
            rec(
                "That contracts be reviewed.",
                title="Waste",
                raised=["AC-2022-10-17"],
                accountable=["Head of IT"],
                as_published={"RAG": "A"},
                updates=[up("Review begun", "September 2022")],
            ),
        ],
        options=("--kind", "follow-up"),
    )


@case
def vertical_area() -> Layout:
    wb: Any = openpyxl.Workbook()
    ws = wb.active
    ws.title = "Plan"
    for r in [
        ["Theme", "Key improvement area", "Actions required", "By whom", "By when", "Measure of success", "Status"],
        ["People", "Skills", "Map skills of staff", "Head of HR", "Q2 23/24", "Map agreed", "Complete"],
        [None, None, "Fill gaps", "Head of HR", "31st of March 2024", "No gaps", "In progress"],
        ["Systems", "Data", "Clean supplier data", "Head of IT", "TBC", "No duplicates", "Not started"],
        [None, "Reporting", "Build dashboards", "Head of IT", "Ongoing", "Used monthly", "On hold"],
    ]:
        ws.append(r)
    ws.merge_cells("A2:A3")
    ws.merge_cells("B2:B3")
    ws.merge_cells("A4:A5")

    def expect(a: str, k: str, t: str, o: str, d: str, m: str, s: str) -> Any:
        return rec(
            t,
            accountable=[o],
            target=d,
            status=s,
            as_published={"Theme": a, "Key improvement area": k, "Measure of success": m},
        )

    return Layout(
        "varea.xlsx",
        save(wb),
        [
            expect("People", "Skills", "Map skills of staff", "Head of HR", "Q2 23/24", "Map agreed", "Complete"),
            expect("People", "Skills", "Fill gaps", "Head of HR", "31st of March 2024", "No gaps", "In progress"),
            expect("Systems", "Data", "Clean supplier data", "Head of IT", "TBC", "No duplicates", "Not started"),
            expect("Systems", "Reporting", "Build dashboards", "Head of IT", "Ongoing", "Used monthly", "On hold"),
        ],
        options=("--kind", "action"),
    )


@case
def waivers() -> Layout:
    wb: Any = openpyxl.Workbook()
    ws = wb.active
    ws.title = "Waivers 2022-23"
    for r in [
        ["CONTRACT PROCEDURE RULES – WAIVERS APPROVED"],
        [
            "Waiver No",
            "Directorate",
            "Contractor",
            "Description of goods/services",
            "Total value (£)",
            "Reason for waiver",
            "Approved by",
            "Date approved",
        ],
        [
            "W22/01",
            "Resources",
            "Alpha Systems Ltd",
            "Support of the payroll system",
            45000,
            "Technical reasons",
            "Head of Finance",
            date(2022, 5, 3),
        ],
        [
            "W22/02",
            "Place",
            "Beta Roads Ltd",
            "Emergency bridge repair",
            "£120,000.00",
            "Urgency",
            "Chief Executive",
            "14 June 2022",
        ],
        ["Total", None, None, None, 165000, None, None, None],
    ]:
        ws.append(r)
    ws["E3"].number_format = "#,##0"
    ws["H3"].number_format = "dd/mm/yyyy"
    ws["E5"].number_format = "#,##0"
    return Layout(
        "waivers.xlsx",
        save(wb),
        [
            rec(
                "",
                **place("W22/01"),
                title="Support of the payroll system",
                directorate="Resources",
                supplier="Alpha Systems Ltd",
                value="45000",
                reason_text="Technical reasons",
                approved_by=["Head of Finance"],
                approved_on="03/05/2022",
            ),
            rec(
                "",
                **place("W22/02"),
                title="Emergency bridge repair",
                directorate="Place",
                supplier="Beta Roads Ltd",
                value="£120,000.00",
                reason="urgency",
                approved_by=["Chief Executive"],
                approved_on="14 June 2022",
            ),
        ],
        options=("--source", "x"),
        listed=("a total: Total",),
    )


@case
def xl_comments() -> Layout:
    wb: Any = openpyxl.Workbook()
    ws = wb.active
    ws.title = "Recs"
    for r in [
        ["Ref", "Recommendation", "Owner", "Due date", "Date raised", "Update 1", "Update 2", "Risk score"],
        ["1", "Fix it.", "Head of IT", date(2023, 3, 31), date(2022, 6, 1), "Nov 22: begun", "Jan 23: half done", 12],
        ["2", "Mend it.", "Head of Finance", date(2023, 3, 31), date(2022, 6, 1), "", "", 6],
    ]:
        ws.append(r)
    for r in (2, 3):
        for c in (4, 5):
            ws.cell(r, c).number_format = "dd/mm/yyyy"
    ws["B2"].comment = Comment("Owner disputes this", "x")
    ws["B3"].font = Font(strike=True)
    return Layout(
        "xlcomments.xlsx",
        save(wb),
        [
            rec(
                "Fix it.",
                **place("1"),
                accountable=["Head of IT"],
                target="31/03/2023",
                as_published={"Date raised": "01/06/2022", "Risk score": "12"},
                updates=[up("begun", "Nov 22", source="x"), up("half done", "Jan 23", source="x")],
            ),
            rec(
                "Mend it.",
                **place("2"),
                accountable=["Head of Finance"],
                target="31/03/2023",
                as_published={"Date raised": "01/06/2022", "Risk score": "6"},
            ),
        ],
        options=("--source", "x", "--kind", "follow-up"),
        listed=("Owner disputes this", "struck through (B3)"),
    )
