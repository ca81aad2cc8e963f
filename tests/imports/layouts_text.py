"""Layouts of CSV files and web pages."""

from __future__ import annotations

from tests.imports.layouts import Layout, case, place, rec, up


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


@case
def trailing() -> Layout:
    t = (
        '\ufeffCommittee,,,,,,,\r\nCorporate Action Plan,,,,,,,\r\n"Action\nNo","Action",Lead Officer,'
        '"Completion\nDate",Status,Comments,,\r\nCAP1,"Agree a ""make or buy"" test",Head of IT,'
        '2023-06-30,On track,,,\r\nCAP2,"Line one\nLine two",Head of Finance,Jun-23,Not due to start,'
        'Waiting,,\r\nCAP3,Stop,Head of IT,30th June 23,Cancelled,"Not needed; see CAP1",,\r\n'
    )
    return Layout(
        "trailing.csv",
        t.encode("utf-8"),
        [
            rec(
                'Agree a "make or buy" test',
                **place("CAP1"),
                accountable=["Head of IT"],
                target="2023-06-30",
                as_published={"Status": "On track"},
            ),
            rec(
                "Line one\n\nLine two",
                **place("CAP2"),
                accountable=["Head of Finance"],
                target="Jun-23",
                as_published={"Status": "Not due to start"},
                updates=[up("Waiting", source="x")],
            ),
            rec(
                "Stop",
                **place("CAP3"),
                accountable=["Head of IT"],
                target="30th June 23",
                status="Cancelled",
                updates=[up("Not needed; see CAP1", source="x")],
            ),
        ],
        options=("--source", "x"),
    )


@case
def htmlplan() -> Layout:
    t = (
        "<table><tr><th rowspan=2>Recommendation</th><th colspan=3>Action plan</th><th "
        "rowspan=2>Status</th></tr><tr><th>Action</th><th>Lead</th><th>By when</th></tr>\n<tr><td "
        "rowspan=2>R1. Plan ahead.</td><td>Write a plan.</td><td>Head of IT</td><td>Apr 2023</td><td>"
        '<img alt="In progress" src="a.png"></td></tr>\n<tr><td>Publish it.</td><td>Head of '
        "Finance</td><td>May 2023</td><td>Not started</td></tr>\n<tr><td>R2. Not accepted.</td><td>"
        "</td><td></td><td></td><td></td></tr>\n<tr><td>R3. Look back.</td><td>Review spend.</td>"
        "<td>Head of Finance</td><td>Jun 2023</td><td>Complete</td></tr></table>"
    )
    return Layout(
        "htmlplan.html",
        t.encode(),
        [
            rec("R1. Plan ahead."),
            rec("R2. Not accepted."),
            rec("R3. Look back."),
            rec(
                "Write a plan.",
                recommendations=["R1"],
                accountable=["Head of IT"],
                target="Apr 2023",
                status="In progress",
            ),
            rec(
                "Publish it.",
                recommendations=["R1"],
                accountable=["Head of Finance"],
                target="May 2023",
                status="Not started",
            ),
            rec(
                "Review spend.",
                recommendations=["R3"],
                accountable=["Head of Finance"],
                target="Jun 2023",
                status="Complete",
            ),
        ],
    )


@case
def sections_html() -> Layout:
    header = "<tr><th>Ref</th><th>Recommendation</th><th>Officer</th><th>Progress</th></tr>"
    officer = "<td>Monitoring Officer</td>"
    text = (
        '<html><head><meta charset="utf-8"></head><body><h1>Action tracker</h1>'
        f"<h3>Open actions</h3><table>{header}<tr><td>12</td><td>Review the <em>code</em> of conduct.</td>{officer}"
        f"<td>With counsel &amp; members.</td></tr></table><h3>Completed actions</h3><table>{header}"
        f'<tr><td>9</td><td>Appoint an <a href="https://x.gov.uk">independent person</a>.</td>{officer}'
        "<td>Appointed 4 July 2022.</td></tr></table></body></html>"
    )
    return Layout(
        "sections.html",
        text.encode(),
        [
            rec(
                "Review the code of conduct.",
                **place("12"),
                area="Open actions",
                accountable=["Monitoring Officer"],
                updates=[up("With counsel & members.", source="x")],
            ),
            rec(
                "Appoint an independent person.",
                **place("9"),
                accountable=["Monitoring Officer"],
                status="complete",
                inferred=["status"],
                as_published={"Section": "Completed actions"},
                updates=[up("Appointed 4 July 2022.", source="x")],
            ),
        ],
        options=("--source", "x", "--kind", "follow-up"),
    )


@case
def bars() -> Layout:
    text = (
        "Ref|Recommendation|Responsible|Deadline|Status|Notes from meeting\n"
        'X-1|Use "whole life" cost.|Head of IT|end of 2023|Implemented 12/2022|See minute 4.\n'
        "X-2|Ask for carbon plans|Head of Finance|Spring 2023|50% complete|\n"
        "X-3|Stop paper orders|Head of IT|w/c 3 April 2023|Superseded by X-1|\n"
    )
    notes = {"Notes from meeting": "See minute 4."}
    return Layout(
        "bars.csv",
        text.encode(),
        [
            rec(
                'Use "whole life" cost.',
                **place("X-1"),
                accountable=["Head of IT"],
                target="end of 2023",
                status="complete",
                inferred=["status"],
                as_published={"Status": "Implemented 12/2022", **notes},
            ),
            rec(
                "Ask for carbon plans",
                **place("X-2"),
                accountable=["Head of Finance"],
                target="Spring 2023",
                as_published={"Status": "50% complete"},
            ),
            rec(
                "Stop paper orders",
                **place("X-3"),
                accountable=["Head of IT"],
                target="w/c 3 April 2023",
                as_published={"Status": "Superseded by X-1"},
            ),
        ],
        options=("--source", "x"),
    )


@case
def th_rows() -> Layout:
    text = (
        "<table><caption>Improvement plan</caption><thead><tr><th>Action</th><th>Owner</th><th>Due</th>"
        '<th>Progress</th><th>Evidence</th></tr></thead><tbody><tr><th scope="row">Agree terms</th><td>Head of IT</td>'
        '<td><time datetime="2023-05-01">1 May 2023</time></td><td><details><summary>In progress</summary>'
        "<p>Terms are drafted.</p></details></td>"
        '<td><a href="https://x.gov.uk/terms.pdf">Draft terms (PDF)</a></td></tr>'
        '<tr><th scope="row">Publish terms</th><td>Head of Finance</td><td>Jun 2023</td><td>Not started</td><td></td>'
        "</tr></tbody></table>"
    )
    return Layout(
        "throws.html",
        text.encode(),
        [
            rec(
                "Agree terms",
                accountable=["Head of IT"],
                target="1 May 2023",
                updates=[up("In progress\n\nTerms are drafted.")],
                evidence=[{"title": "Draft terms (PDF)", "link": "https://x.gov.uk/terms.pdf"}],
            ),
            rec(
                "Publish terms",
                accountable=["Head of Finance"],
                target="Jun 2023",
                status="not_started",
                inferred=["status"],
                updates=[up("Not started")],
            ),
        ],
        options=("--kind", "action"),
    )


@case
def declared_separator() -> Layout:
    text = (
        'sep=;\r\n"Rec";"Text of recommendation";"Accountable";"Planned completion";"Actual completion";"State"\r\n'
        '"1";"Check the ""three-way"" match; daily";"Head of Finance";"31/03/2023";"15/03/2023";"Implemented"\r\n'
        '"2";"Check suppliers";"Head of IT";"30/04/2023";"";"Started"\r\n'
    )
    return Layout(
        "sep.csv",
        text.encode("utf-8-sig"),
        [
            rec(
                'Check the "three-way" match; daily',
                **place("1"),
                accountable=["Head of Finance"],
                target="31/03/2023",
                completed_on="15/03/2023",
                status="Implemented",
            ),
            rec("Check suppliers", **place("2"), accountable=["Head of IT"], target="30/04/2023", status="Started"),
        ],
        options=("--source", "x", "--kind", "follow-up"),
    )


@case
def recommendations_as_headings() -> Layout:
    head = "<table><tr><th>Action</th><th>Delivery lead</th><th>Due by</th></tr>"
    row = "<tr><td>{}</td><td>Head of IT</td><td>June 2022</td></tr>"
    page = (
        "<h1>Plan</h1><details><summary>Recommendation 1: Buy well</summary>"
        f"{head}{row.format('Write a guide.')}{row.format('Train staff.')}</table></details>"
        f"<h2>Recommendation 2 \u2013 Know our contracts</h2>{head}{row.format('Keep a list.')}</table>"
    )
    fields = {"accountable": ["Head of IT"], "target": "June 2022"}
    return Layout(
        "headings.html",
        page.encode(),
        [
            rec("Buy well", **place("1")),
            rec("Know our contracts", **place("2")),
            rec("Write a guide.", **place("row 1"), recommendations=["R1"], **fields),
            rec("Train staff.", **place("row 2"), recommendations=["R1"], **fields),
            rec("Keep a list.", **place("row 3"), recommendations=["R2"], **fields),
        ],
        options=("--source", "x"),
    )


@case
def names_of_database_columns() -> Layout:
    rows = [
        "rec_ref,auditTitle,rec_text,risk_rating,resp_officer,orig_due_date,curr_due_date,last_update,last_update_date",
        "HR1,Pay,Keep forms.,High,Head of HR,31/12/2021,30/06/2022,Half done.,05/05/2022",
        "HR2,Pay,Check forms.,Low,Head of HR,31/12/2021,31/12/2021,None left.,05/05/2022",
    ]
    return Layout(
        "export.csv",
        "\n".join(rows).encode(),
        [
            rec(
                "Keep forms.",
                report_refs=["HR1"],
                area="Pay",
                priority="High",
                accountable=["Head of HR"],
                target="30/06/2022",
                revisions=[{"from": "31/12/2021", "to": "30/06/2022"}],
                updates=[up("Half done.", "05/05/2022")],
            ),
            rec(
                "Check forms.",
                report_refs=["HR2"],
                area="Pay",
                priority="Low",
                accountable=["Head of HR"],
                target="31/12/2021",
                updates=[up("None left.", "05/05/2022")],
            ),
        ],
    )


@case
def headings_below_wide_ones() -> Layout:
    page = (
        "<table><tr><th rowspan=2>Recommendation</th><th colspan=2>Decision</th><th colspan=3>Delivery</th></tr>"
        "<tr><th>Cabinet date</th><th>Decision</th><th>Lead officer</th><th>Target</th><th>Status</th></tr>"
        "<tr><td>Name a contact.</td><td>9 July 2022</td><td>Accepted</td><td>Head of IT</td><td>May 2023</td>"
        "<td>Complete</td></tr><tr><td>Drop the test.</td><td>9 July 2022</td><td>Rejected</td></tr></table>"
    )
    return Layout(
        "wide.html",
        page.encode(),
        [
            rec(
                "Name a contact.",
                response={"on": "9 July 2022"},
                acceptance="Accepted",
                accountable=["Head of IT"],
                target="May 2023",
                status="Complete",
            ),
            rec("Drop the test.", response={"on": "9 July 2022"}, acceptance="Rejected"),
        ],
        options=("--kind", "follow-up"),
    )


@case
def dates_of_deliverables() -> Layout:
    rows = [
        "Workstream,Deliverable,Owner,Planned start,Planned finish,Actual finish",
        "Policy,New rules,Head of IT,08/01/22,30/04/22,14/05/22",
        "Data,Spend cube,Head of HR,01/05/22,30/09/22,",
    ]
    return Layout(
        "deliverables.csv",
        "\n".join(rows).encode(),
        [
            rec(
                "New rules",
                area="Policy",
                accountable=["Head of IT"],
                start="08/01/22",
                target="30/04/22",
                completed_on="14/05/22",
            ),
            rec("Spend cube", area="Data", accountable=["Head of HR"], start="01/05/22", target="30/09/22"),
        ],
        options=("--kind", "follow-up"),
    )


@case
def action_dates_of_open_items() -> Layout:
    rows = [
        "Recommendation,Category,Service response,Action date,Follow up status",
        "Match invoices.,Significant,Accepted,31/03/2022,Implemented",
        "Count stock.,Merits attention,Accepted,30/04/2022,Partly implemented",
    ]
    fields = {"acceptance": "Accepted"}
    return Layout(
        "action-dates.csv",
        "\n".join(rows).encode(),
        [
            rec("Match invoices.", priority="Significant", target="31/03/2022", status="Implemented", **fields),
            rec(
                "Count stock.",
                priority="Merits attention",
                target="30/04/2022",
                status="Partly implemented",
                **fields,
            ),
        ],
        options=("--kind", "follow-up"),
    )


@case
def officers_with_words_for_a_date() -> Layout:
    cells = {
        "Head of Finance / 30 June 2022": (["Head of Finance"], "30 June 2022"),
        "HR Manager – Immediate": (["HR Manager"], {"raw": "Immediate", "means": "none"}),
        "Depot Manager, within three months": (["Depot Manager"], {"raw": "within three months", "means": "none"}),
        "Heads of HR, Finance": (None, None),
    }
    rows = ["Action;Responsible Officer / Date", *(f"Do {number}.;{cell}" for number, cell in enumerate(cells))]
    return Layout(
        "officers.csv",
        "\n".join(rows).encode(),
        [
            rec(f"Do {number}.", accountable=posts, target=target)
            if posts
            else rec(f"Do {number}.", as_published={"Responsible Officer / Date": cell})
            for number, (cell, (posts, target)) in enumerate(cells.items())
        ],
        options=("--kind", "action"),
    )


@case
def a_row_for_each_update() -> Layout:
    rows = [
        "Rec ref,Recommendation,Owner,Due date,Update date,Update",
        "A1,Check invoices.,Head of IT,31/03/2022,01/02/2022,Begun with ten.",
        "A1,Check invoices.,Head of IT,31/03/2022,01/03/2022,Half of them done.",
        "A1,Check invoices.,Head of IT,31/03/2022,01/03/2022,Half of them done.",
        "A2,Check invoices.,Head of IT,31/03/2022,01/03/2022,Planned for May.",
    ]
    fields = {"accountable": ["Head of IT"], "target": "31/03/2022"}
    texts = (
        ("Begun with ten.", "01/02/2022"),
        ("Half of them done.", "01/03/2022"),
        ("Planned for May.", "01/03/2022"),
    )
    first, second, third = (up(text, day, source="x") for text, day in texts)
    return Layout(
        "long.csv",
        "\n".join(rows).encode(),
        [
            rec("Check invoices.", **place("A1"), updates=[first, second], **fields),
            rec("Check invoices.", **place("A2"), updates=[third], **fields),
        ],
        options=("--source", "x", "--kind", "follow-up"),
    )


@case
def ranks_and_brackets_in_headings() -> Layout:
    rows = [
        "Recommendation,PriorityLevel,Date due (original),Date due (revised),Comments/Evidence,IsOverdue",
        "Keep scores.,1 - High,30/06/2022,30/09/2022,Kept since May.,TRUE",
        "Keep bids.,Low (P3),30/06/2022,,None yet.,FALSE",
    ]
    return Layout(
        "ranks.csv",
        "\n".join(rows).encode(),
        [
            rec(
                "Keep scores.",
                as_published={"IsOverdue": "TRUE"},
                priority="1 - High",
                target="30/09/2022",
                revisions=[{"from": "30/06/2022", "to": "30/09/2022"}],
                updates=[up("Kept since May.")],
            ),
            rec(
                "Keep bids.",
                as_published={"IsOverdue": "FALSE"},
                priority="Low (P3)",
                target="30/06/2022",
                updates=[up("None yet.")],
            ),
        ],
        options=("--kind", "follow-up"),
    )


@case
def forms_with_parts_of_a_number() -> Layout:
    forms = "".join(
        f"<h3>Recommendation {number}</h3><table><tr><th>Recommendation</th><td>{request}</td></tr>"
        "<tr><th>Owner</th><td>Head of IT</td></tr><tr><th>Implementation date</th><td>May 2022</td></tr></table>"
        for number, request in (("3(i)", "Publish data."), ("3(ii)", "Publish methods."))
    )
    fields = {"accountable": ["Head of IT"], "target": "May 2022"}
    return Layout(
        "parts.html",
        f"<h2>Progress</h2>{forms}".encode(),
        [rec("Publish data.", **place("3(i)"), **fields), rec("Publish methods.", **place("3(ii)"), **fields)],
        options=("--source", "x", "--kind", "follow-up"),
    )
