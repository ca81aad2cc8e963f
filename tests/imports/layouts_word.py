"""Layouts of Word documents."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.imports.layouts import Layout, case, place, rec, save, tbl, up


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
def block() -> Layout:
    d: Any = docx.Document()
    d.add_paragraph("Audit of Procurement, March 2022")
    for n, t, p, o, td, a in (
        (
            1,
            "Contracts over £25,000 should be sealed.",
            "High",
            "Head of Finance",
            "30 June 2022",
            "Agreed. Legal will seal them.",
        ),
        (2, "Spend should be analysed.", "Low", "Head of IT", "31 July 2022", "Agreed in part. Only above £5,000."),
    ):
        tb = d.add_table(rows=6, cols=3)

        def row(i: int, *x: str, tb: Any = tb) -> None:
            cc = tb.rows[i].cells
            if len(x) == 1:
                cc[0].merge(cc[2])
            for c, y in zip(cc, x, strict=False):
                c.text = y

        row(0, f"Recommendation {n}")
        row(1, t)
        row(2, "Priority", "Responsible officer", "Target date")
        row(3, p, o, td)
        row(4, "Management response")
        row(5, a)
        d.add_paragraph()
    return Layout(
        "block.docx",
        save(d),
        [
            rec(
                "Contracts over £25,000 should be sealed.",
                **place("1"),
                priority="High",
                accountable=["Head of Finance"],
                target="30 June 2022",
                response={"text": "Agreed. Legal will seal them."},
            ),
            rec(
                "Spend should be analysed.",
                **place("2"),
                priority="Low",
                accountable=["Head of IT"],
                target="31 July 2022",
                response={"text": "Agreed in part. Only above £5,000."},
            ),
        ],
        options=("--source", "x"),
    )


@case
def stacked() -> Layout:
    d: Any = docx.Document()
    tbl(
        d,
        [
            ["Ref", "A1"],
            ["Finding", "Cards are shared."],
            ["Recommendation", "Stop sharing cards."],
            ["Owner", "Head of Finance"],
            ["Due date", "31/05/2022"],
            ["Status", "Complete"],
            ["", ""],
            ["Ref", "A2"],
            ["Finding", "Cards are old."],
            ["Recommendation", "Replace cards."],
            ["Owner", "Head of IT"],
            ["Due date", "30/06/2022"],
            ["Status", "Ongoing"],
        ],
    )
    return Layout(
        "stacked.docx",
        save(d),
        [
            rec(
                "Stop sharing cards.",
                **place("A1"),
                as_published={"Finding": "Cards are shared."},
                accountable=["Head of Finance"],
                target="31/05/2022",
                status="Complete",
            ),
            rec(
                "Replace cards.",
                **place("A2"),
                as_published={"Finding": "Cards are old."},
                accountable=["Head of IT"],
                target="30/06/2022",
                status="Ongoing",
            ),
        ],
        options=("--source", "x", "--kind", "follow-up"),
    )


@case
def minutes() -> Layout:
    d: Any = docx.Document()
    d.add_heading("Audit Committee – Action Log", 1)
    d.add_paragraph("Last updated: 3 February 2023")
    tbl(
        d,
        [
            ["Agenda Item", "Action Point", "Action Owner", "Target Completion", "Update/Completed"],
            ["17 October 2022"],
            [
                "5 – Internal audit plan",
                "Share the plan with members",
                "Head of Internal Audit",
                "December 2022",
                "Completed – emailed 02/12/22",
            ],
            [
                "8 – Risk register",
                "(a) Review risk CR7\n(b) Add a risk on contracts",
                "Risk Manager",
                "February 2023\nMarch 2023",
                "",
            ],
            ["Any other business", "None", "", "", ""],
        ],
    )
    return Layout(
        "minutes.docx",
        save(d),
        [
            rec(
                "Share the plan with members",
                title="5 – Internal audit plan",
                raised=["AC-2022-10-17"],
                accountable=["Head of Internal Audit"],
                target="December 2022",
                updates=[up("Completed – emailed 02/12/22")],
            ),
            rec(
                "(a) Review risk CR7",
                title="8 – Risk register",
                raised=["AC-2022-10-17"],
                accountable=["Risk Manager"],
                target="February 2023",
                inferred=["accountable"],
            ),
            rec(
                "(b) Add a risk on contracts",
                title="8 – Risk register",
                raised=["AC-2022-10-17"],
                accountable=["Risk Manager"],
                target="March 2023",
                inferred=["accountable"],
            ),
        ],
        listed=("Any other business",),
    )


@case
def ragstatus() -> Layout:
    rows = [
        [
            "Audit\nReference",
            "Agreed\nManagement Action",
            "Lead\nOfficer",
            "Original\nTarget Date",
            "Revised\nTarget Date (1)",
            "Revised\nTarget Date (2)",
            "RAG\nStatus",
            "Progress /\nComments",
        ],
        [
            "IA21/04-1",
            "Update the procedure.",
            "Head of IT",
            "31-Mar-22",
            "30-Jun-22",
            "31-Dec-22",
            "Amber",
            "Draft at DMT.",
        ],
        ["IA21/04-2", "Train staff.", "Head of Finance", "31-Mar-22", "", "", "Green", "Done in May. COMPLETE"],
    ]
    d: Any = docx.Document()
    tbl(d, rows)
    return Layout(
        "ragstatus.docx",
        save(d),
        [
            rec(
                "Update the procedure.",
                **place("IA21/04-1"),
                accountable=["Head of IT"],
                target="31-Dec-22",
                revisions=[{"from": "31-Mar-22", "to": "30-Jun-22"}, {"from": "30-Jun-22", "to": "31-Dec-22"}],
                as_published={"RAG Status": "Amber"},
                updates=[up("Draft at DMT.", source="x")],
            ),
            rec(
                "Train staff.",
                **place("IA21/04-2"),
                accountable=["Head of Finance"],
                target="31-Mar-22",
                as_published={"RAG Status": "Green"},
                status="complete",
                inferred=["status"],
                updates=[up("Done in May. COMPLETE", source="x")],
            ),
        ],
        options=("--source", "x", "--kind", "follow-up"),
    )


@case
def dated() -> Layout:
    d: Any = docx.Document()
    t = tbl(
        d,
        [
            ["Ref.", "Recommendation", "Who", "When", "Update"],
            ["3.2", "Adopt a sanctions policy.", "Head of IT (JS)", "Dec 2022", ""],
            [
                "3.3",
                "Publish a list.",
                "Head of Finance",
                "Dec 2022",
                "January 2023\nList is drafted.\nApril 2023\nList is published.",
            ],
        ],
    )
    c = t.rows[1].cells[4]
    c.paragraphs[0].add_run("12/10/22 ").bold = True
    c.paragraphs[0].add_run("Policy drafted.")
    p = c.add_paragraph()
    p.add_run("15/01/23 ").bold = True
    p.add_run("Policy agreed.")
    return Layout(
        "dated.docx",
        save(d),
        [
            rec(
                "Adopt a sanctions policy.",
                **place("3.2"),
                accountable=["Head of IT"],
                target="Dec 2022",
                updates=[up("Policy drafted.", "12/10/22", source="x"), up("Policy agreed.", "15/01/23", source="x")],
            ),
            rec(
                "Publish a list.",
                **place("3.3"),
                accountable=["Head of Finance"],
                target="Dec 2022",
                updates=[
                    up("List is drafted.", "January 2023", source="x"),
                    up("List is published.", "April 2023", source="x"),
                ],
            ),
        ],
        options=("--source", "x", "--kind", "follow-up"),
    )


@case
def mixed() -> Layout:
    d: Any = docx.Document()
    tbl(d, [["Contents", "Page"], ["Introduction", "1"], ["Actions", "2"]])
    d.add_heading("Membership", 2)
    tbl(d, [["Member", "Role"], ["Chair of the Panel", "Chair"], ["Vice Chair", "Deputy"]])
    d.add_heading("Recommendations to Cabinet", 2)
    tbl(
        d,
        [
            ["No.", "Recommendation", "Portfolio", "Response from Cabinet", "Implementation date"],
            ["1", "Extend the scheme.", "Leader", "Agreed", "September 2023"],
            ["2", "Fund the scheme.", "Finance", "Not agreed – no budget", "n/a"],
        ],
    )
    d.add_heading("Version control", 2)
    tbl(
        d,
        [
            ["Version", "Date", "Author", "Changes"],
            ["0.1", "1 May 2023", "Clerk", "First draft"],
            ["0.2", "9 May 2023", "Clerk", "Comments from officers"],
        ],
    )
    return Layout(
        "mixed.docx",
        save(d),
        [
            rec(
                "Extend the scheme.",
                **place("1"),
                as_published={"Portfolio": "Leader"},
                acceptance="Agreed",
                target="September 2023",
            ),
            rec(
                "Fund the scheme.",
                **place("2"),
                as_published={"Portfolio": "Finance"},
                response={"text": "Not agreed – no budget"},
            ),
        ],
        options=("--source", "x", "--kind", "follow-up"),
        listed=("Version", "Vice Chair", "Contents"),
    )


@case
def titlerow() -> Layout:
    d: Any = docx.Document()
    tbl(
        d,
        [
            ["Table 3: Outstanding recommendations at 31 December 2022"],
            ["Audit: Creditors | Assurance: Limited | Issued: March 2022"],
            [
                "Ref",
                "Recommendation",
                "Risk rating",
                "Management comment",
                "Responsible Officer",
                "Agreed implementation date",
                "Current position",
            ],
            [
                "3.1",
                "Separate the duties of ordering and paying.",
                "High",
                "Agreed",
                "Head of Finance",
                "30 June 2022",
                "Roles are split in the new system.",
            ],
            [
                "3.2",
                "Review user access.",
                "Moderate",
                "Agreed – will review annually",
                "Head of IT",
                "30 September 2022",
                "Overdue. Revised date of 31 March 2023 agreed.",
            ],
        ],
    )
    return Layout(
        "titlerow.docx",
        save(d),
        [
            rec(
                "Separate the duties of ordering and paying.",
                **place("3.1"),
                priority="High",
                acceptance="Agreed",
                accountable=["Head of Finance"],
                target="30 June 2022",
                updates=[up("Roles are split in the new system.", source="x")],
            ),
            rec(
                "Review user access.",
                **place("3.2"),
                priority="Moderate",
                response={"text": "Agreed – will review annually"},
                accountable=["Head of IT"],
                target="30 September 2022",
                updates=[up("Overdue. Revised date of 31 March 2023 agreed.", source="x")],
            ),
        ],
        options=("--source", "x"),
        listed=("Assurance: Limited",),
    )


@case
def continued_rows() -> Layout:
    d: Any = docx.Document()
    tbl(
        d,
        [
            ["No", "Action", "Owner", "Target", "Progress"],
            ["1", "Write the strategy.", "Head of IT", "Mar 2023", "January: begun."],
            ["", "", "", "", "February: consultation is open."],
            ["2", "Adopt the strategy.", "Head of Finance", "Jun 2023", ""],
        ],
    )
    return Layout(
        "controws.docx",
        save(d),
        [
            rec(
                "Write the strategy.",
                **place("1"),
                accountable=["Head of IT"],
                target="Mar 2023",
                updates=[up("January: begun.", source="x"), up("February: consultation is open.", source="x")],
            ),
            rec("Adopt the strategy.", **place("2"), accountable=["Head of Finance"], target="Jun 2023"),
        ],
        options=("--source", "x"),
    )


@case
def people() -> Layout:
    d: Any = docx.Document()
    tbl(
        d,
        [
            ["Rec", "Recommendation", "Officer Responsible", "Lead Member", "Deadline"],
            ["1", "Do one.", "Jane Smith, Head of IT", "Cllr A Jones (Leader)", "1 May 2023"],
            ["2", "Do two.", "Head of Finance (Mark Brown)", "Leader of the Council", "2 May 2023"],
            ["3", "Do three.", "Head of IT & Head of Finance", "", "3 May 2023"],
            ["4", "Do four.", "S Patel", "", "4 May 2023"],
        ],
    )
    return Layout(
        "people.docx",
        save(d),
        [
            rec("Do one.", **place("1"), accountable=["Head of IT"], lead_member=["Leader"], target="1 May 2023"),
            rec(
                "Do two.",
                **place("2"),
                accountable=["Head of Finance"],
                lead_member=["Leader of the Council"],
                target="2 May 2023",
            ),
            rec("Do three.", **place("3"), accountable=["Head of IT", "Head of Finance"], target="3 May 2023"),
            rec("Do four.", **place("4"), target="4 May 2023"),
        ],
        options=("--source", "x", "--kind", "follow-up"),
        listed=("Jane Smith", "Mark Brown", "S Patel"),
    )


@case
def ragfill() -> Layout:
    d: Any = docx.Document()
    tbl(
        d,
        [
            ["Key: R = not started, A = under way, G = complete"],
            ["Objective", "Task", "Lead", "Completion", "RAG"],
            ["Better buying", "Draft the policy", "Head of IT", "30/04/23", "A"],
            ["Better buying", "Approve the policy", "Head of Finance", "31/05/23", "R"],
        ],
    )
    return Layout(
        "ragfill.docx",
        save(d),
        [
            rec(
                "Draft the policy",
                as_published={"Objective": "Better buying", "RAG": "A"},
                accountable=["Head of IT"],
                target="30/04/23",
            ),
            rec(
                "Approve the policy",
                as_published={"Objective": "Better buying", "RAG": "R"},
                accountable=["Head of Finance"],
                target="31/05/23",
            ),
        ],
        options=("--kind", "action"),
        listed=("Key: R = not started",),
    )


@case
def hiddentext() -> Layout:
    d: Any = docx.Document()
    t = tbl(
        d,
        [
            ["Rec No", "Recommendation", "Accepted", "Officer", "Target date", "Update"],
            ["1", "Keep a log.", "☒ Yes ☐ No", "Head of IT", "31/05/2023", "Log kept."],
            ["2", "Keep two logs.", "☐ Yes ☒ No", "Head of Finance", "", ""],
            ["3", "", "", "", "", ""],
        ],
    )
    r = t.rows[1].cells[5].paragraphs[0].add_run(" Do not tell the auditor.")
    r.font.hidden = True
    r = t.rows[3].cells[1].paragraphs[0].add_run("Keep no log.")
    r.font.strike = True
    return Layout(
        "hiddentext.docx",
        save(d),
        [
            rec(
                "Keep a log.",
                **place("1"),
                acceptance="accepted",
                inferred=["acceptance"],
                as_published={"Accepted": "☒ Yes ☐ No"},
                accountable=["Head of IT"],
                target="31/05/2023",
                updates=[up("Log kept.", source="x")],
            ),
            rec(
                "Keep two logs.",
                **place("2"),
                acceptance="not_accepted",
                inferred=["acceptance"],
                as_published={"Accepted": "☐ Yes ☒ No"},
                accountable=["Head of Finance"],
            ),
        ],
        options=("--source", "x", "--kind", "follow-up"),
        listed=("Do not tell the auditor.", "Keep no log."),
    )


@case
def trackedrows() -> Layout:
    d: Any = docx.Document()
    t = tbl(
        d,
        [
            ["Ref", "Action", "Lead", "Due"],
            ["1", "First thing.", "Head of IT", "May 2023"],
            ["2", "Deleted thing.", "Head of IT", "May 2023"],
            ["3", "Inserted thing.", "Head of Finance", "June 2023"],
        ],
    )
    for i, k in ((2, "del"), (3, "ins")):
        tr = t.rows[i]._tr
        tr.get_or_add_trPr().append(parse_xml(f'''<w:{k} {nsdecls("w")} w:id="{i}" w:author="a"/>'''))
    return Layout(
        "trackedrows.docx",
        save(d),
        [
            rec("First thing.", **place("1"), accountable=["Head of IT"], target="May 2023"),
            rec("Inserted thing.", **place("3"), accountable=["Head of Finance"], target="June 2023"),
        ],
        options=("--source", "x"),
    )


@case
def repeatedhead() -> Layout:
    d: Any = docx.Document()
    header = ["Minute", "Resolution", "Action by", "Deadline", "Outcome/Update"]
    tbl(
        d,
        [
            header,
            [
                "12/22",
                "RESOLVED: that the report be noted and a further report be brought.",
                "Head of Finance",
                "March 2023",
                "On the agenda.",
            ],
            header,
            ["13/22", "RESOLVED: that the risk be added.", "Head of IT", "January 2023", "Added."],
            ["End of table"],
        ],
    )
    return Layout(
        "repeatedhead.docx",
        save(d),
        [
            rec(
                "RESOLVED: that the report be noted and a further report be brought.",
                report_refs=["12/22"],
                accountable=["Head of Finance"],
                target="March 2023",
                updates=[up("On the agenda.")],
            ),
            rec(
                "RESOLVED: that the risk be added.",
                report_refs=["13/22"],
                accountable=["Head of IT"],
                target="January 2023",
                updates=[up("Added.")],
            ),
        ],
        options=("--kind", "follow-up"),
        listed=("the header repeated", "End of table"),
    )


@case
def vheader() -> Layout:
    d: Any = docx.Document()
    t = tbl(
        d,
        [
            ["Ref", "Recommendation", "Timescale", "", "Lead", "Status"],
            ["", "", "Start", "End", "", ""],
            ["a", "Draw up a plan.", "Apr 2022", "Mar 2023", "Head of IT", "In progress"],
            ["b", "Follow the plan.", "Apr 2023", "Mar 2024", "Head of Finance", "Not started"],
        ],
    )
    t.rows[0].cells[2].merge(t.rows[0].cells[3])
    for c in (0, 1, 4, 5):
        t.rows[0].cells[c].merge(t.rows[1].cells[c])
    return Layout(
        "vheader.docx",
        save(d),
        [
            rec(
                "Draw up a plan.",
                **place("a"),
                start="Apr 2022",
                target="Mar 2023",
                accountable=["Head of IT"],
                status="In progress",
            ),
            rec(
                "Follow the plan.",
                **place("b"),
                start="Apr 2023",
                target="Mar 2024",
                accountable=["Head of Finance"],
                status="Not started",
            ),
        ],
        options=("--source", "x", "--kind", "action"),
    )


@case
def named_forms() -> Layout:
    d: Any = docx.Document()
    d.add_heading("Contract management review", 1)
    for number, rest, request, officer, finding in (
        ("4.2", "(High priority)", "Name a manager for each contract.", "Head of Finance", "All have managers."),
        ("4.3", "– Plans (low risk)", "Write plans.", "Head of IT", "In progress."),
    ):
        tbl(
            d,
            [
                [f"Recommendation {number} {rest}"],
                ["Recommendation", request],
                ["Officer", officer],
                ["Agreed date", "30 June 2022"],
                ["Revised due by", "TBC"],
                ["Follow up finding", finding],
            ],
        )
        d.add_paragraph()
    fields = {"target": "30 June 2022", "as_published": {"Revised due by": "TBC"}}
    return Layout(
        "forms.docx",
        save(d),
        [
            rec(
                "Name a manager for each contract.",
                **place("4.2"),
                priority="High",
                accountable=["Head of Finance"],
                updates=[up("All have managers.", source="x")],
                **fields,
            ),
            rec(
                "Write plans.",
                **place("4.3"),
                title="Plans",
                priority="low",
                accountable=["Head of IT"],
                status="in_progress",
                inferred=["status"],
                updates=[up("In progress.", source="x")],
                **fields,
            ),
        ],
        options=("--source", "x", "--kind", "follow-up"),
        listed=("“TBC”: which date is meant?",),
    )


@case
def forms_in_sections() -> Layout:
    d: Any = docx.Document()
    d.add_heading("Follow-up of internal audits", 1)
    for number, (audit, request) in enumerate((("Purchase cards", "Keep receipts."), ("Contracts", "Keep a list.")), 1):
        d.add_heading(audit, 2)
        d.add_heading(f"Recommendation {number}", 3)
        rows = [["Recommendation", request], ["Responsible officer", "Head of Finance"], ["Position", "Under way now."]]
        tbl(d, [*rows, ["Implementation date", "June 2022"]])
    fields = {"accountable": ["Head of Finance"], "target": "June 2022", "updates": [up("Under way now.", source="x")]}
    return Layout(
        "sections.docx",
        save(d),
        [
            rec("Keep receipts.", **place("1"), area="Purchase cards", **fields),
            rec("Keep a list.", **place("2"), area="Contracts", **fields),
        ],
        options=("--source", "x", "--kind", "follow-up"),
    )


@case
def sections_of_sections() -> Layout:
    d: Any = docx.Document()
    for directorate, audits in (("Place", ("Fleet", "Parking")), ("People", ("Fleet",))):
        d.add_heading(directorate, 1)
        for audit in audits:
            d.add_heading(audit, 2)
            rows = [["Recommendation", "Owner", "Due"], [f"{audit} of {directorate}.", "Head of Finance", "June 2022"]]
            tbl(d, rows)
    fields = {"accountable": ["Head of Finance"], "target": "June 2022"}
    return Layout(
        "directorates.docx",
        save(d),
        [
            rec(f"{area} of {section}.", area=area, as_published={"Section": section}, **fields)
            for area, section in (("Fleet", "Place"), ("Parking", "Place"), ("Fleet", "People"))
        ],
        options=("--kind", "follow-up"),
    )


@case
def requests_without_a_label() -> Layout:
    d: Any = docx.Document()
    for number, request, status in (("4.1", "Publish a pipeline.", "Complete"), ("4.2", "Offer feedback.", "Ongoing")):
        rows = [
            [f"Recommendation {number}"],
            [request],
            ["Lead officer", "Head of Finance"],
            ["Timescale", "June 2022"],
        ]
        tbl(d, [*rows, ["Status", status]])
        d.add_paragraph()
    fields = {"accountable": ["Head of Finance"], "target": "June 2022"}
    return Layout(
        "unlabelled.docx",
        save(d),
        [
            rec("Publish a pipeline.", **place("4.1"), status="Complete", **fields),
            rec("Offer feedback.", **place("4.2"), status="Ongoing", **fields),
        ],
        options=("--source", "x", "--kind", "follow-up"),
    )


@case
def labels_in_cells() -> Layout:
    d: Any = docx.Document()
    rows = [["Audit", "Finding"]]
    for audit, request, officer in (
        ("Fleet", "Tie cards to vehicles.", "Head of IT"),
        ("Cash", "Count it.", "Head of HR"),
    ):
        parts = [
            "Seen in May.",
            f"Recommendation: {request}",
            f"Responsible officer: {officer}",
            "Target date: June 2022",
        ]
        rows.append([audit, "\n".join([*parts, "Update: Half done.", "The rest follows."])])
    tbl(d, rows)
    fields: dict[str, Any] = {"as_published": {"Finding": "Seen in May."}, "target": "June 2022"}
    fields["updates"] = [up("Half done.\n\nThe rest follows.")]
    return Layout(
        "labels.docx",
        save(d),
        [
            rec("Tie cards to vehicles.", area="Fleet", accountable=["Head of IT"], **fields),
            rec("Count it.", area="Cash", accountable=["Head of HR"], **fields),
        ],
        options=("--kind", "follow-up"),
    )


@case
def ticks_under_done() -> Layout:
    d: Any = docx.Document()
    rows = [["Action", "By whom", "Done?"]]
    done = {"Write.": "\u2713", "Call.": "Yes \u2013 on the phone", "Ask.": "\u2717", "Send.": "No"}
    tbl(d, [*rows, *([request, "Head of HR", mark] for request, mark in done.items())])
    complete = {"status": "complete", "inferred": ["status"]}
    return Layout(
        "done.docx",
        save(d),
        [
            rec(request, accountable=["Head of HR"], as_published={"Done?": mark}, **(complete if index < 2 else {}))
            for index, (request, mark) in enumerate(done.items())
        ],
        options=("--kind", "action"),
    )
