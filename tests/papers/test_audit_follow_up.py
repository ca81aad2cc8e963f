"""The second seed's table: five columns, in its order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from p2ptrack.model.register import Register
from p2ptrack.reports import REPORTS
from p2ptrack.reports.audit_follow_up import audit_follow_up
from p2ptrack.reports.document import Section
from tests.papers.builders import context_of, paper_of, section_of, seed_case, seed_paper, table_of, text_of
from tests.support import case_of, programme_of

PAPER = seed_paper("audit-follow-up")
TABLE = table_of(PAPER, "follow-ups")
UPDATE = (
    "A regular report will go to CLT and then to the Audit Committee on the number, nature and value of exemptions\n"
    "requested that breach Contract Rules, so that senior leaders can act."
)


def cell(record: str, column: str) -> str:
    at = [entry.key for entry in TABLE.columns].index(column)
    return text_of(next(row for row in TABLE.rows if row.key == record).cells[at].content)


def test_whose_paper_it_is() -> None:
    assert PAPER.title == "Appendix 1 – Procurement Activity Update Report"
    assert PAPER.heading == ("Peterborough City Council", "Audit Committee")
    assert [block.key for block in PAPER.blocks if isinstance(block, Section)] == ["follow-ups", "key", "glossary"]
    assert text_of(section_of(PAPER, "follow-ups").blocks[0]) == (
        "The texts below are summarised from Procurement Activity Update Report."
    )


def test_the_five_columns() -> None:
    assert [column.title for column in TABLE.columns] == [
        "Activity area",
        "Report ref.",
        "Actions from Audit Committee 17.10.2022",
        "Progress update 12.01.2023",
        "Target for delivery",
    ]


def test_fourteen_rows_in_the_order_of_the_source() -> None:
    assert [row.key for row in TABLE.rows] == [f"F{number:02}" for number in range(1, 15)]
    assert [cell(row.key, "target") for row in TABLE.rows].count("Jan-23") == 8
    assert (cell("F01", "area"), cell("F01", "ref"), cell("F07", "target")) == ("Spend Data", "4.7", "On-going")


def test_a_shared_update_is_printed_for_each_record_with_its_owner() -> None:
    assert cell("F06", "update").startswith(f"{UPDATE}\nAlso reports on F08. Reports in part on F11.\n")
    assert cell("F08", "update").startswith(f"{UPDATE}\nReported with Hold officers to account for sign-off (F06).\n")
    assert cell("F11", "update").startswith(f"{UPDATE}\nReported in part with Hold officers")
    assert "Shares a deliverable with: Hold officers to account for sign-off (F06); " in cell("F13", "update")


def test_a_text_that_is_cut_short_is_printed_as_it_is() -> None:
    assert cell("F03", "update").endswith(
        "to assist with the evidenced\nThe text ends here in Procurement Activity Update Report."
    )


def test_the_title_is_marked_as_our_reading() -> None:
    assert cell("F07", "request").splitlines()[0] == "Procurement function returns from SERCO* (F07)"


def test_other_bodies_have_the_columns_that_they_fill() -> None:
    paper = paper_of(
        "audit-follow-up",
        """\
        id: F1
        title: Late papers
        origin_text: Papers should be on time.
        raised: AC1
        status: complete
        accountable: Clerk
        target: Ongoing
        review_by: 1 July 2024
        updates: {date: 28 June 2024, see: F2}
        """,
        """\
        id: F2
        title: Risk register
        raised: AC2
        updates: {date: 28 June 2024, meeting: AC2, text: Kept., covers: {F3: heading_only}}
        """,
        "{id: F3, title: Named only}",
        "{id: F4, title: Kept back, exempt: {paragraph: 3}}",
        programme="""\
        title: Committee register
        meetings:
          - {id: AC1, body: Audit Committee, date: 14 June 2024}
          - {id: AC2, title: Special meeting, date: 20 September 2024}
        """,
    )
    table = table_of(paper, "follow-ups")
    assert [column.key for column in table.columns] == ["raised", "request", "update", "status", "owner", "target"]
    assert [[text_of(cell.content) for cell in row.cells] for row in table.rows] == [
        [
            "June 2024 Audit Committee", "Late papers (F1)\nPapers should be on time.", "See Risk register (F2).",
            "Complete", "Clerk", "Ongoing; review by 1 July 2024",
        ],
        ["Special meeting", "Risk register (F2)", "Special meeting\nKept.\nNames in its heading only F3.", "", "", ""],
        ["", "Named only (F3)", "Named in the heading of Risk register (F2).", "", "", ""],
    ]  # fmt: skip
    assert paper.heading == ("Committee register",)
    assert text_of(paper.blocks[0]) == (
        "Exempt from publication and left out of this paper: 1 (whole records, or parts of records).\n"
        "- Under paragraph 3 of Schedule 12A to the Local Government Act 1972: 1\n"
        "Whole records among them: 1. No figure in this paper includes them."
    )


def test_a_paper_for_a_meeting_names_it() -> None:
    case = replace(seed_case(), report="audit-follow-up", meeting=seed_case().register.find_meeting("AC-2023-03"))
    paper = audit_follow_up(case)
    assert [(fact.label, text_of(fact.spans)) for fact in paper.meta[1:2]] == [
        ("Meeting", "March 2023 Audit Committee (Mar-23)")
    ]


def test_a_summarised_or_truncated_request_has_a_note() -> None:
    record = "{id: F1, title: A, origin_text: Papers shou, restated: origin_text, truncated: origin_text}"
    table = table_of(paper_of("audit-follow-up", record), "follow-ups")
    assert text_of(table.rows[0].cells[0].content) == (
        "A (F1)\nPapers shou\nSummarised from the source. The text ends here in the source."
    )


def test_actions_can_be_followed_up_too() -> None:
    programme = "title: T\nreports: {audit-follow-up: {kinds: [action]}}\n"
    paper = paper_of("audit-follow-up", "{id: A1, title: Do, recommendations: R1}", programme=programme)
    assert [[text_of(cell.content) for cell in row.cells] for row in table_of(paper, "follow-ups").rows] == [
        ["R1", "Do (A1)", "No update reported.", ""]
    ]


@pytest.mark.parametrize("records", [(), ("{id: R1, title: A recommendation}",)])
def test_a_paper_without_follow_ups_has_its_text(records: tuple[str, ...]) -> None:
    table = table_of(paper_of("audit-follow-up", *records), "follow-ups")
    assert (table.rows, table.empty) == ((), "There are no follow-ups.")


def test_a_paper_never_states_that_there_is_none_of_what_could_not_be_read() -> None:
    case = case_of("{id: R1, title: A recommendation}")
    register = replace(case.register, unreadable_folders=frozenset({"audit_followups"}))
    paper = audit_follow_up(context_of(replace(case, register=register), report="audit-follow-up"))
    table = table_of(paper, "follow-ups")
    assert (table.caption, table.empty) == ("Follow-ups: not known", "Not known, because records could not be read.")


@pytest.mark.parametrize("report", ["action-plan", "progress-report", "exemptions-report", "figures"])
def test_no_paper_states_that_there_is_none_of_what_could_not_be_read(report: str) -> None:
    register = Register(programme_of(), unreadable_folders=frozenset({"actions", "audit_followups", "exemptions"}))
    text = str(REPORTS[report].build(context_of(replace(case_of(), register=register), report=report)))
    assert "Not known, because records could not be read." in text
    assert "there are no" not in text.lower()
    assert "there were no" not in text.lower()
