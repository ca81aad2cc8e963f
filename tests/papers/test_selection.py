"""Which updates and records papers print, from which sources, and in which order."""

from __future__ import annotations

import pytest

from p2ptrack.model.programme import Programme
from p2ptrack.reports.document import Document, Section, walk_blocks
from tests.papers.builders import paper_of, section_of, table_of, text_of
from tests.support import programme_of

MEETINGS = """\
title: T
sources:
  - {id: waivers, title: Audit of waivers, date: 1 May 2022}
  - {id: cards, title: Audit of purchase cards}
meetings:
  - {id: M1, body: Audit Committee, date: 2022-10-17}
  - {id: M2, body: Audit Committee, date: 2023-03-20}
"""
FOUR = """\
id: F1
title: Report
updates:
  - {date: 3 March 2021, text: First.}
  - {date: 8 September 2021, text: Second.}
  - {date: 17 October 2022, text: Third.}
  - {date: 9 January 2023, text: Fourth.}
"""


def follow_up(*records: str, settings: str = "") -> Document:
    entry = f"reports: {{audit-follow-up: {{{settings}}}}}\n" if settings else ""
    return paper_of("audit-follow-up", *records, programme=MEETINGS + entry)


def column(document: Document, key: str) -> list[str]:
    table = table_of(document, "follow-ups")
    index = [heading.key for heading in table.columns].index(key)
    return [text_of(row.cells[index].content) for row in table.rows]


@pytest.mark.parametrize(
    ("settings", "printed"),
    [
        ("", "9 January 2023\nFourth.\n3 earlier updates are not printed here."),
        ("show_updates: latest", "9 January 2023\nFourth.\n3 earlier updates are not printed here."),
        (
            "show_updates: since last meeting",
            "9 January 2023\nFourth.\n17 October 2022\nThird.\n2 earlier updates are not printed here.",
        ),
        (
            "show_updates: all",
            "9 January 2023\nFourth.\n17 October 2022\nThird.\n8 September 2021\nSecond.\n3 March 2021\nFirst.",
        ),
    ],
)
def test_a_paper_prints_the_updates_that_the_clerk_chooses(settings: str, printed: str) -> None:
    assert column(follow_up(FOUR, settings=settings), "update") == [printed]


@pytest.mark.parametrize(
    ("updates", "printed"),
    [
        (
            "[{date: 9 January 2023, text: A.}, {date: 9 January 2023, text: B.}, {date: Dec-22, text: C.}]",
            "A.\nB.\n1 earlier update is not printed here.",
        ),
        ("[{text: Undated.}, {date: 9 January 2023, text: A.}]", "Undated.\n9 January 2023\nA."),
        ("[{meeting: M1, text: A.}, {date: Jan-23, text: B.}]",
         "Jan-23\nB.\n1 earlier update is not printed here."),
    ],
)  # fmt: skip
def test_an_update_that_may_be_the_newest_is_printed(updates: str, printed: str) -> None:
    text = column(follow_up(f"{{id: F1, title: Report, updates: {updates}}}"), "update")[0]
    assert text.replace("9 January 2023\nA.\n9 January 2023\nB.", "A.\nB.") == printed


def test_no_update_since_the_last_meeting_is_printed() -> None:
    record = "{id: F1, title: Report, updates: {date: 3 March 2021, text: First.}}"
    text = "No update since the last meeting.\n1 earlier update is not printed here."
    assert column(follow_up(record, settings="show_updates: since_last_meeting"), "update") == [text]


CLOSED = (
    "{id: F1, title: Open, status: in_progress}",
    "{id: F2, title: Long ago, status: verified, verified: {by: Auditor, on: 20 March 2021}}",
    "{id: F3, title: At the meeting, status: noted, decided: {on: 17 October 2022, by: AC, reason: x}}",
    "{id: F4, title: Since, status: complete, completed_on: 9 January 2023}",
    "{id: F5, title: Unknown, status: complete}",
    "{id: F6, title: Vague, status: complete, completed_on: '2022'}",
)


def test_what_was_closed_before_the_last_meeting_is_left_out_and_named() -> None:
    paper = follow_up(*CLOSED)
    assert [row.key for row in table_of(paper, "follow-ups").rows] == ["F1", "F3", "F4", "F5", "F6"]
    note = text_of(section_of(paper, "follow-ups").blocks[-1])
    assert note == "Closed before the last meeting and not printed here: Long ago (F2)."
    everything = table_of(follow_up(*CLOSED, settings="show_closed: all"), "follow-ups")
    assert [row.key for row in everything.rows] == ["F1", "F2", "F3", "F4", "F5", "F6"]


def test_many_that_were_closed_before_the_last_meeting_are_counted() -> None:
    decided = "decided: {on: 1 March 2021, by: AC, reason: x}"
    records = (f"{{id: F{number}, title: Old, status: noted, {decided}}}" for number in range(1, 18) if number != 9)
    note = text_of(section_of(follow_up(*records), "follow-ups").blocks[-1])
    assert note == "Closed before the last meeting and not printed here: 16 (F1 to F8, F10 to F17)."


def test_an_action_plan_prints_what_is_new_unless_the_clerk_chooses() -> None:
    record = FOUR.replace("F1", "A1")
    closed = "{id: A2, title: Old, status: complete, completed_on: 1 March 2021}"
    new = paper_of("action-plan", record, closed, programme=MEETINGS)
    assert "3 earlier updates are not printed here." in text_of(section_of(new, "updates"))
    assert [section.record for section in _records(new)] == ["A1"]
    assert "not printed here: Old (A2)." in text_of(section_of(new, "plan"))
    settings = "reports: {action-plan: {show_updates: all, show_closed: all}}\n"
    everything = paper_of("action-plan", record, closed, programme=MEETINGS + settings)
    assert "First." in text_of(section_of(everything, "updates"))
    assert [section.record for section in _records(everything)] == ["A1", "A2"]


def _records(document: Document) -> list[Section]:
    return [block for block in walk_blocks(document.blocks) if isinstance(block, Section) and block.record]


def test_a_selection_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="not a selection of updates"):
        programme_of("title: T\nreports: {plan: {show_updates: newest three}}\n")
    programme = programme_of("title: T\nreports: {plan: {show_updates: ALL, show_closed: Since last meeting}}\n")
    assert isinstance(programme, Programme)
    assert (programme.reports["plan"].show_updates, programme.reports["plan"].show_closed) == (
        "all",
        "since_last_meeting",
    )


SOURCED = (
    "{id: F1, title: A, source: {id: cards, ref: '1'}}",
    "{id: F2, title: B, source: {id: waivers, ref: '2'}}",
    "{id: F3, title: C, source: {id: waivers, ref: '10'}}",
    "{id: F4, title: D}",
    "{id: F5, title: E, source: {id: waivers, ref: '1'}}",
)


def test_follow_ups_are_grouped_by_source_in_the_order_of_the_programme() -> None:
    table = table_of(follow_up(*SOURCED), "follow-ups")
    assert [(row.group, row.key) for row in table.rows] == [
        ("Audit of waivers", "F5"),
        ("Audit of waivers", "F2"),
        ("Audit of waivers", "F3"),
        ("Audit of purchase cards", "F1"),
        ("Source not recorded", "F4"),
    ]
    assert {row.group for row in table_of(follow_up(*SOURCED[1:3]), "follow-ups").rows} == {""}


def test_an_update_without_a_date_names_its_source() -> None:
    record = """\
    id: F1
    title: A
    updates:
      - {source: waivers, text: Under way.}
      - {source: cards, text: In hand.}
      - {source: cards, date: 1 January 2023, text: Done.}
      - {text: Unknown.}
    """
    assert column(follow_up(record), "update") == [
        "Audit of waivers (1 May 2022)\nUnder way.\nAudit of purchase cards\nIn hand.\n1 January 2023\nDone.\nUnknown."
    ]


@pytest.mark.parametrize(
    ("request_text", "printed"),
    [
        ("Provide training", "Provide training (F1)"),
        ("provide  training.", "Provide training (F1)"),
        ("**Provide training**", "Provide training (F1)"),
        ("Provide training. Each year.", "F1\nProvide training. Each year."),
        ("Provide training for all", "Provide training (F1)\nProvide training for all"),
        ("Training", "Provide training (F1)\nTraining"),
    ],
)
def test_a_request_in_the_words_of_the_title_is_printed_once(request_text: str, printed: str) -> None:
    record = f"{{id: F1, title: Provide training, origin_text: '{request_text}'}}"
    assert column(follow_up(record), "request") == [printed]


@pytest.mark.parametrize("source", ["", "source: ours", "source: theirs", "source: {id: theirs, ref: '3'}"])
def test_a_record_without_an_update_reports_it_whatever_its_source(source: str) -> None:
    programme = """\
    title: T
    organisation: The council
    sources: [{id: ours, title: Ours, organisation: The council}, {id: theirs, title: T, organisation: Auditors}]
    """
    paper = paper_of("action-plan", f"{{id: A1, title: Do, {source}}}", programme=programme)
    assert text_of(section_of(paper, "update").blocks[0]) == "No update reported."


def test_a_change_to_the_same_day_is_no_target_change() -> None:
    record = """\
    id: F1
    title: A
    target: 31/03/2027
    revisions:
      - {from: 31 March 2027, to: 31/03/2027}
      - {from: Mar-27, to: 31 March 2027}
      - {from: TBC, to: tbc}
      - {from: 31 March 2027, to: 28 February 2027, reason: Sooner.}
    """
    assert column(follow_up(record), "update") == [
        "No update reported.\nTarget changes: 31 March 2027 to 28 February 2027: Sooner."
    ]
