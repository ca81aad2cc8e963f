"""The first seed's shape: overview, recommendations, grid by phase, updates by recommendation."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from p2ptrack.formats import FORMATS
from p2ptrack.reports import REPORTS
from p2ptrack.reports.document import Ref, Section, Table, walk_blocks
from tests.papers.builders import (
    PACKAGED_OPTIONS,
    html_of,
    paper_of,
    section_of,
    seed_case,
    seed_paper,
    table_of,
    text_of,
)

PLAN = seed_paper("action-plan")
MAX_WORDS = 3800
EVERYTHING = "title: T\nreports: {action-plan: {show_updates: all}}\n"


def sections(section: Section) -> list[Section]:
    return [block for block in section.blocks if isinstance(block, Section)]


def refs(content: object) -> list[str]:
    blocks = content if isinstance(content, tuple) else ()
    spans = [span for block in walk_blocks(blocks) for span in getattr(block, "spans", ())]
    return [span.id for span in spans if isinstance(span, Ref)]


def test_the_paper_has_its_title_and_heading() -> None:
    assert PLAN.title == "Appendix 1 – P2P Review Update"
    assert PLAN.heading == ("Leeds City Council",)
    assert [(fact.label, fact.value, text_of(fact.spans)) for fact in PLAN.meta] == [
        ("Position at", PLAN.as_of, ""),
        ("Source", None, "P2P Review Update (undated)"),
    ]
    assert PLAN.notice == "Demonstration from two published papers; not a paper of either council."
    assert PLAN.draft == "Draft"


def test_its_parts_follow_the_order_of_the_source() -> None:
    assert [(block.key, block.title) for block in PLAN.blocks if isinstance(block, Section)] == [
        ("overview", "Part A – Overview"),
        ("plan", "Part B – Action plan"),
        ("updates", "Part C – Update statement"),
        ("key", "Key to symbols and words"),
        ("glossary", "Glossary"),
    ]
    assert sections(section_of(PLAN, "plan")) == []


def test_the_plan_is_one_row_a_recommendation_with_its_actions_by_phase() -> None:
    grid = table_of(PLAN, "grid")
    assert [column.title for column in grid.columns] == [
        "Recommendation", "CBT Phase 1", "CBT Phase 2",
    ]  # fmt: skip
    assert [(row.key, [len(refs(cell.content)) for cell in row.cells[1:]]) for row in grid.rows] == [
        ("R1", [5, 3]), ("R2", [5, 1]), ("R3", [3, 0]), ("R4", [2, 0]), ("R5", [2, 1]),
        ("R6", [2, 0]), ("R7", [4, 0]), ("R8", [3, 0]), ("R9", [2, 0]),
    ]  # fmt: skip
    assert [row.group for row in grid.rows][:2] == ["Strategic value (R1)*", "Technology (R2)*"]
    assert text_of(grid.rows[3].cells[1].content) == (
        "- Review and refresh procurement strategy (A18)\n- Undertake interim review of KPI's (A19)"
    )
    assert not grid.landscape


def test_parts_without_an_action_are_named() -> None:
    asks = "\n".join(text_of(row.cells[0].content) for row in table_of(PLAN, "grid").rows)
    assert [line for line in asks.splitlines() if line.startswith("No action yet")] == [
        "No action yet: supplier engagement (R1.2)*",
        "No action yet: its details move into an operational delivery plan (R4.2)*",
        "No action yet: members are represented on the social value and climate change boards (R6.2)*",
    ]


def test_the_grid_in_words_is_for_a_council_that_asks_for_it() -> None:
    layout = replace(seed_case().layout, sections={"action-plan": ("plan", "grid-in-words")})
    paper = REPORTS["action-plan"].build(replace(seed_case(), report="action-plan", layout=layout))
    words = section_of(paper, "grid-in-words")
    assert refs(words.blocks) == [
        id_ for row in table_of(PLAN, "grid").rows for cell in row.cells[1:] for id_ in refs(cell.content)
    ]
    assert "- Starts in CBT Phase 2: Power BI (A13)" in text_of(words.blocks)


def test_the_paper_is_shorter_than_before_and_has_each_action_once() -> None:
    words = FORMATS["text"].write(PLAN, PACKAGED_OPTIONS).decode()
    assert words.count("Review contracts register to update contacts and budgets") <= 1
    assert len(words.split()) < MAX_WORDS


def test_updates_follow_the_order_of_their_source() -> None:
    groups = sections(section_of(PLAN, "updates"))
    assert [group.title for group in groups][4] == "Capacity to implement full Category Management approach (R5)"
    assert [section.record for section in sections(groups[4])] == ["A20", "A22", "A21"]
    assert [section.record for group in groups for section in sections(group)][:8] == [
        "A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08",
    ]  # fmt: skip


def updates_of(record: str) -> str:
    (section,) = (block for block in walk_blocks(PLAN.blocks) if isinstance(block, Section) and block.record == record)
    return f"{section.title}\n{text_of(section.blocks)}"


def test_an_update_names_the_other_records_that_it_covers() -> None:
    assert updates_of("A03").splitlines()[-3:-1] == ["Also reports on A04.", "Start: 31 August 2021"]
    assert updates_of("A04") == (
        "Roll out Commercial Business Partners to other directorates (subject to trial evaluation) (A04)\n"
        "In progress* · Target early 2023/24 (by 30 June 2023)*\n"
        "Reported with Commercial Business Partner (CBP) (A03).\n"
        "Waiting for: Formal consultation with Trade Unions on the proposed posts*\n"
        "Depends on: Commercial Business Partner (CBP) (A03)"
    )


def test_what_is_not_stated_is_not_printed() -> None:
    assert updates_of("A19") == (
        "Undertake interim review of KPI's (A19)\n"
        "Named in the heading of Review and Refresh Procurement Strategy and KPIs (A18)."
    )


def test_a_pointer_is_printed_as_one_and_the_papers_own_words_are_marked() -> None:
    assert "See Commercial Business Partner (CBP) (A03)." in updates_of("A27")
    assert updates_of("A22").splitlines()[-2:] == ["Ongoing.", "Quoted."]
    assert text_of(section_of(PLAN, "plan").blocks[0]) == (
        "The texts below are summarised from P2P Review Update, except those marked as quoted."
    )


def test_an_interpretation_of_a_text_is_not_printed_beside_the_text() -> None:
    assert updates_of("A13").splitlines()[-1].endswith("but IDS resourcing issues have delayed progress.")
    updates = "updates: [{date: 1 March 2022, text: It waits.}], blocked_by: [{cause: A law}]"
    explicit, inferred = (
        paper_of("action-plan", f"{{id: A1, title: a, {updates}{more}}}") for more in ("", ", inferred: blocked_by")
    )
    assert ["Waiting for: A law" in text_of(section_of(plan, "updates")) for plan in (explicit, inferred)] == [
        True,
        False,
    ]


def test_a_status_decided_for_a_later_day_has_its_date() -> None:
    assert "In progress*; Superseded from 31 March 2023*" in updates_of("A11")


def test_the_key_explains_only_what_the_paper_prints() -> None:
    key = text_of(section_of(PLAN, "key").blocks)
    assert key == (
        "- * our interpretation, not stated in the source.\n"
        "- A status, target or officer that a source does not state is not printed.\n"
        "- A date is printed as it was written. A vague date is followed by the last day that it can mean.\n"
        "In progress: work has begun and is not finished\n"
        "Complete: reported as done by management\n"
        "Embedded: now part of normal business, with a continuing owner\n"
        "Superseded: replaced by something else"
    )


def test_the_glossary_holds_the_words_of_this_paper_only() -> None:
    words = [text_of(row.cells[0].content) for row in table_of(PLAN, "glossary").rows]
    assert {"CPRs", "PACS", "CGAC"} <= set(words)
    assert {"SERCO", "CLT", "DMT"} & set(words) == set()
    assert words == sorted(words, key=str.casefold)


LAW = "Schedule 12A to the Local Government Act 1972."
ACTION = """\
id: A1
title: Publish the orders
recommendations: R1
status: in_progress
priority: high
accountable: Head of Finance
supporting: [Solicitor, Clerk]
target: 30 September 2024
agreed_action: Publish them each year.
acceptance: partly_accepted
response: {text: We accept the first half, by: Head of Finance, on: 1 May 2024}
revisions:
  - {from: 30 June 2024, to: 30 September 2024, reason: Advice., decision: granted, approved_by: Council, minute: "7"}
milestones: {title: First draft, due: July 2024, done: 3 July 2024}
blocked_by: {cause: New system, owner: ICT, since: 1 May 2024}
evidence: {title: Draft orders, link: "https://example.org/orders", date: 1 June 2024}
verified: {by: Auditor, on: 5 July 2024, method: Sample of 10.}
completed_on: 4 July 2024
as_published: {RAG: Amber}
updates:
  - {date: 1 May 2024, text: Draft written., by: Head of Finance}
  - {date: 1 June 2024, text: Sent to legal., status: on_hold, as_published: {RAG: Amber}}
  - {date: 2 May 2024, text: Not for everybody., exempt: {paragraph: 3}}
"""


def test_a_register_of_another_body_prints_what_it_has() -> None:
    paper = paper_of(
        "action-plan", "{id: R1, title: Standing orders}", ACTION, "{id: A2, title: Alone}", programme=EVERYTHING
    )
    assert [block.title for block in paper.blocks if isinstance(block, Section)] == [
        "Part A – Action plan", "Part B – Update statement", "Key to symbols and words",
    ]  # fmt: skip
    plan = table_of(paper, "plan")
    assert [column.key for column in plan.columns] == ["action", "id", "status", "owner", "target"]
    assert [(row.group, [text_of(cell.content) for cell in row.cells]) for row in plan.rows] == [
        ("Standing orders (R1)", ["Publish the orders", "A1", "In progress", "Head of Finance", "30 September 2024"]),
        ("Without a recommendation", ["Alone", "A2", "", "", ""]),
    ]
    assert text_of(section_of(paper, "updates-R1").blocks) == (
        "In progress · Target 30 September 2024 · Priority high\n"
        "1 June 2024 · On hold\nSent to legal.\nAs published: RAG: Amber.\n"
        "1 May 2024 · Head of Finance\nDraft written.\n"
        "Agreed action: Publish them each year.\n"
        "Response: Partly accepted – We accept the first half (Head of Finance, 1 May 2024)\n"
        "Responsible officer: Head of Finance\n"
        "Supporting: Solicitor, Clerk\n"
        "Target changes: 30 June 2024 to 30 September 2024 (granted, Council, minute 7): Advice.\n"
        "Milestones: First draft, due July 2024, done 3 July 2024\n"
        "Waiting for: New system (ICT, since 1 May 2024)\n"
        "Completed: 4 July 2024\n"
        "Evidence: Draft orders (https://example.org/orders), 1 June 2024\n"
        "Verified: Auditor, 5 July 2024: Sample of 10.\n"
        "In the source: RAG: Amber\n"
        "Part of this record is exempt from publication under paragraph 3 of " + LAW
    )
    assert text_of(section_of(paper, "updates-none").blocks) == "No update reported."


@pytest.mark.parametrize("text", ["Agreed **in part**, see [the plan](https://x.example/p).", "Agreed\nin part."])
def test_a_response_is_markdown_below_the_councils_own_word(text: str) -> None:
    response = json.dumps({"text": text, "by": "Cabinet"})
    record = f"id: R1\ntitle: Orders\nacceptance: Agreed in full\nresponse: {response}\n"
    html = html_of(*paper_of("action-plan", record, "{id: A1, title: B}").blocks)
    assert "<p>Agreed in full</p>" in html
    assert "<p>(Cabinet)</p>" in html
    assert "**" not in html


def test_a_part_is_no_gap_while_no_part_is_named() -> None:
    recommendation = "{id: R1, title: Orders, parts: [{id: R1.1, text: first}, {id: R1.2, text: second}]}"
    unnamed = paper_of("action-plan", recommendation, "{id: A1, title: Do, recommendations: R1}")
    assert "no action yet" not in text_of(table_of(unnamed, "recommendations").rows[0].cells[-1].content)
    paper = paper_of("action-plan", recommendation, "{id: A1, title: Do, recommendations: R1.2}")
    assert text_of(table_of(paper, "recommendations").rows[0].cells[1].content) == (
        "Its parts:\n- R1.1 first – no action yet\n- R1.2 second: A1"
    )
    own_division = recommendation.replace("parts:", "inferred: parts, parts:")
    own = paper_of("action-plan", own_division, "{id: A1, title: Do, recommendations: R1.2}")
    assert text_of(table_of(own, "recommendations").rows[0].cells[1].content) == "No action yet: first (R1.1)*"


def test_what_was_not_accepted_asks_for_no_action() -> None:
    paper = paper_of(
        "action-plan",
        "id: R1\ntitle: Refused\nacceptance: not_accepted\n",
        "id: R2\ntitle: Agreed\nacceptance: accepted\n",
    )
    rows = [[text_of(cell.content) for cell in row.cells] for row in table_of(paper, "recommendations").rows]
    assert rows == [
        ["Refused (R1)", "No action, because it was not accepted", "Not accepted"],
        ["Agreed (R2)", "No action yet", "Accepted"],
    ]


def test_a_recommendation_names_the_actions_that_are_listed_under_another() -> None:
    programme = "title: T\nphases: [{id: P1, title: First}]\n"
    records = ("{id: R1, title: One}", "{id: R2, title: Two, acceptance: accepted}")
    action = "{id: A1, title: Do, phase: P1, recommendations: [R1, R2]}"
    grid = table_of(paper_of("action-plan", *records, action, programme=programme), "grid")
    assert [[text_of(cell.content) for cell in row.cells] for row in grid.rows] == [
        ["", "- Do (A1)"],
        ["Response: Accepted\nSee also: Do (A1)", ""],
    ]


def test_a_title_that_begins_its_text_is_not_printed_again_below_it() -> None:
    text = "Keep one register. It should be public."
    paper = paper_of("action-plan", f"{{id: R1, title: Keep one register, origin_text: {text}}}")
    (row,) = table_of(paper, "recommendations").rows
    assert [text_of(cell.content) for cell in row.cells] == [
        "Keep one register (R1)",
        "It should be public.\nNo action yet",
    ]


def test_an_action_that_states_no_phase_has_a_column_of_its_own() -> None:
    programme = "title: T\nphases: [{id: P1, title: First}, {id: P2, title: Second}]\n"
    actions = ("{id: A1, title: One, phase: P1, phase_end: P2}", "{id: A2, title: Two}")
    grid = table_of(paper_of("action-plan", *actions, programme=programme), "grid")
    assert [column.key for column in grid.columns] == ["phases:P1", "unphased"]
    assert [[text_of(cell.content) for cell in row.cells] for row in grid.rows] == [
        ["- One (A1)\nends in Second", "- Two (A2)"],
    ]


OTHER_DETAILS = """\
id: A1
title: Rewrite the rules
restated: origin_text
origin_text: The rules should be rewritten.
source: paper
status: risk_accepted
decided: {on: 1 December 2022, by: Council, meeting: AC, minute: "9", reason: Too dear., continuing_owner: Clerk}
blocked_by: [consultation, {id: done}, {cause: A dispute, exempt: {paragraph: [3, 5]}}]
revisions:
  - {from: May 2022, to: June 2022, meeting: AC, reason: Kept back., exempt: {}}
  - {from: June 2022, to: July 2022, meeting: AC}
evidence: [{title: A letter}, {title: Kept back, exempt: {paragraph: 3}}]
lead_member: Cllr for Finance
superseded_by: A2
"""


def test_details_have_a_line_each() -> None:
    programme = """\
    title: T
    sources: [{id: paper, title: A paper}]
    meetings: [{id: AC, body: Audit Committee, date: 17 October 2022}]
    dependencies:
      - {id: consultation, title: Consultation, owner: Unions, expected: May 2023}
      - {id: done, title: A law, cleared: 1 December 2022}
    """
    paper = paper_of("action-plan", OTHER_DETAILS, "{id: A2, title: Buy rules}", programme=programme)
    text = text_of(section_of(paper, "updates-none").blocks)
    assert text.removesuffix("\nNo update reported.") == (
        "Risk accepted\nNo update reported.\n"
        "Lead member: Cllr for Finance\n"
        "Waiting for: Consultation (Unions, expected May 2023) / A law (cleared 1 December 2022)\n"
        "To be replaced by: Buy rules (A2)\n"
        "Decision: 1 December 2022, Council, Audit Committee, minute 9, carried on by Clerk: Too dear.\n"
        "Evidence: A letter\n"
        "Part of this record is exempt from publication under paragraphs 3 and 5 of " + LAW
    )


def test_own_words_are_marked_when_most_texts_are_summarised() -> None:
    programme = "title: T\nsources: [{id: one, title: One}, {id: two, title: Two}]\n"
    recommendations = (
        "{id: R1, title: A, source: one, origin_text: Short., restated: origin_text}",
        "{id: R2, title: B, source: two, origin_text: Whole.}",
    )
    rows = table_of(paper_of("action-plan", *recommendations, programme=programme), "recommendations").rows
    assert [text_of(row.cells[1].content) for row in rows] == [
        "Short.\nSummarised from One.\nNo action yet",
        "Whole.\nNo action yet",
    ]


def test_exempt_records_are_neither_printed_nor_named() -> None:
    paper = paper_of(
        "action-plan",
        "{id: A1, title: Secret, exempt: {paragraph: 3}, updates: {text: Told elsewhere., covers: [A2]}}",
        "{id: A2, title: Open, agreed_action: In part., depends_on: A1, target: May 2024, exempt: {fields: target}}",
        "{id: A3, title: Points, updates: [{see: A1}, {text: Both., covers: [A1]}]}",
    )
    assert "A1" not in repr(paper)
    assert "Secret" not in repr(paper)
    assert "May 2024" not in repr(paper)
    assert text_of(section_of(paper, "updates-none").blocks) == (
        f"Agreed action: In part.\nPart of this record is exempt from publication under paragraph 3 of {LAW}\n"
        f"Both.\nPart of this record is exempt from publication under paragraph 3 of {LAW}"
    )
    assert text_of(paper.blocks[0]) == (
        "Exempt from publication and left out of this paper: 2 (whole records, or parts of records).\n"
        "- Under a paragraph that is not recorded: 1\n"
        f"- Under paragraph 3 of {LAW[:-1]}: 1\n"
        "Whole records among them: 1. No figure in this paper includes them."
    )


def test_an_empty_register_makes_a_paper_all_the_same() -> None:
    paper = paper_of("action-plan")
    assert [block.title for block in paper.blocks if isinstance(block, Section)] == [
        "Action plan",
        "Key to symbols and words",
    ]
    assert text_of(section_of(paper, "plan").blocks) == "There are no actions."
    assert not [block for block in walk_blocks(paper.blocks) if isinstance(block, Table)]


def test_a_paper_of_one_source_has_its_records_and_linked_ones() -> None:
    programme = """\
    title: T
    organisation: The council
    sources: [{id: one, title: One, organisation: Its own body}, {id: two, title: Two}]
    reports: {mine: {report: action-plan, source: one, author: Clerk, asks: [note it], background_papers: [The file]}}
    """
    paper = paper_of(
        "action-plan",
        "{id: R1, title: Mine, source: one}",
        "{id: R2, title: Theirs, source: two}",
        "{id: A1, title: Answers mine, source: two, recommendations: R1}",
        "{id: A2, title: Answers theirs, source: two, recommendations: R2}",
        "{id: A3, title: Ours without a source}",
        programme=programme,
        paper="mine",
    )
    assert paper.name == "mine"
    assert paper.heading == ("Its own body",)
    assert [row.key for row in table_of(paper, "recommendations").rows] == ["R1"]
    assert [text_of(row.cells[0].content) for row in table_of(paper, "plan").rows] == [
        "Answers mine", "Ours without a source",
    ]  # fmt: skip
    assert text_of(section_of(paper, "requests").blocks) == "- note it"
    assert text_of(section_of(paper, "background").blocks) == "- The file"
    assert text_of(paper.meta[1].spans) == "Clerk"


def test_an_update_to_a_meeting_has_the_date_of_the_meeting() -> None:
    programme = (
        "title: T\nmeetings: [{id: AC, body: Audit Committee, date: 17 October 2022}]\n"
        "reports: {action-plan: {show_updates: all}}\n"
    )
    updates = "[{meeting: AC, text: Begun.}, {meeting: AC, date: 1 November 2022, text: Gone on.}]"
    plan = paper_of("action-plan", f"{{id: A1, title: One, updates: {updates}}}", programme=programme)
    text = text_of(section_of(plan, "updates"))
    assert "1 November 2022 · Audit Committee\nGone on." in text
    assert "17 October 2022 · Audit Committee\nBegun." in text
