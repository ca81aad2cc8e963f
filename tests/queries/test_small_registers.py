"""What the queries say of registers that are not the shipped one."""

from __future__ import annotations

import re
from datetime import date

import pytest

from p2ptrack.errors import UsageError
from p2ptrack.queries.list import ListOptions, build_list
from p2ptrack.queries.overdue import OverdueOptions, build_overdue
from p2ptrack.queries.show import build_show
from p2ptrack.queries.status import build_status
from p2ptrack.reports.document import Document
from tests.formats.sample import written
from tests.support import case_of

LATE = """
    id: A01
    title: Cleanse the register
    recommendations: [R1.1]
    status: in_progress
    accountable: [Head of Procurement, City Solicitor]
    target: 31 January 2023
    revisions:
      - {from: Nov-22, to: 31 January 2023, date: 2022-11-02, reason: Two posts were vacant, category: capacity,
         decision: granted, approved_by: Audit Committee, meeting: AC-2022-10-17, minute: "47"}
    updates:
      - {date: 2022-09-01, status: in_progress, by: Head of Procurement, text: Begun.}
    milestones:
      - {title: Draft, due: Dec-22, done: 2 December 2022}
      - {title: Final}
    evidence: [{title: Register, link: "https://example.org", date: 2022-12-02}]
    phase: P1
    phase_end: P1
    """
NEEDS = """
    id: A02
    title: Publish the pipeline
    depends_on: [A01]
    status: on_hold
    decided: {on: 1 January 2023, by: Board, meeting: AC-2022-10-17, minute: "9", reason: Funds, review_by: June 2023}
    target: 10 February 2023
    blocked_by: [{cause: A vacant post, owner: HR}, consultation]
    """
DONE = """
    id: A03
    title: Appoint a lead
    status: verified
    completed_on: 1 December 2022
    verified: {by: Chief Internal Auditor, on: 2022-12-20, method: Interview}
    priority: high
    supporting: [City Solicitor]
    as_published: {RAG: Green}
    response: {text: Agreed, on: 14 November 2022}
    """
LEFT = """
    id: A04
    title: Carry on in each team
    status: embedded
    decided: {on: 2 January 2023, by: Board, reason: Routine now, continuing_owner: Head of Procurement}
    """
UNDECIDED = "{id: A05, title: Leave it, status: embedded}"
ASKED = """
    id: R1
    title: Value
    parts: [{id: R1.1, text: a register}, {id: R1.2, text: a plan}]
    """
OTHERS = [f"{{id: R{number}, title: Other {number}}}" for number in range(2, 8)]
DAY = date(2023, 2, 5)


def text_of(document: Document, width: int = 100) -> str:
    return written("text", document, width)


def section(document: Document, title: str) -> list[str]:
    """Return the lines of one part of an answer."""
    _, _, rest = text_of(document).partition(f"\n{title}\n")
    return [re.sub(" {2,}", "  ", line.strip()) for line in rest.partition("\n\n")[0].splitlines()]


def test_status_tells_what_is_late_moved_and_waiting() -> None:
    case = case_of(LATE, NEEDS, DONE, LEFT, ASKED, *OTHERS, as_of=DAY)
    assert section(build_status(case), "LOOK FIRST") == [
        "Overdue  1  A01; by 5 days",
        "Due within 30 days  1  A02, by 10 February 2023",
        "Past their phase  1  A01",
        "Waiting for others  1  A02 A vacant post",
        "A02 Formal consultation",
        "Asked, no action  7  R1.2 a plan",
        "R2 Other 2",
        "R3 Other 3",
        "R4 Other 4",
        "and 3 more",
        "No owner  3  A02 A03 A04",
        "Several owners  1  A01: one of them must be accountable",
        "Target moved  1  A01",
        "No recent update  2  A01 A02",
    ]


def test_status_of_many_records_names_the_command_that_lists_them() -> None:
    many = [f"{{id: A{n}, title: Item {n}, target: 2 January 2023, status: complete}}" for n in range(10, 22)]
    soon = [f"{{id: A{n}, title: Item {n}, target: 2{n % 10} January 2023}}" for n in range(30, 33)]
    case = case_of(*many, *soon, programme=VERIFYING)
    assert section(build_status(case), "LOOK FIRST") == [
        "Overdue  0  of 3 unfinished records with a target; none is past",
        "Due within 30 days  3  A30 A31 A32, from 20 January 2023 to 22 January 2023",
        "To be verified  12  p2ptrack list is:awaiting-verification, complete",
        "No owner  15  no record names one",
        "Target moved  0",
        "No recent update  3  A30 A31 A32",
    ]


VERIFYING = "title: Review\npolicy: {verification: [action]}\n"


def test_progress_has_a_row_for_each_recommendation_while_a_screen_holds_them() -> None:
    free = "{id: A09, title: Free, status: not_started}"
    few = text_of(build_status(case_of(LATE, DONE, free, ASKED)))
    assert " R1 Value                1       0         0            1            0\n" in few
    assert " Of no recommendation    2       1         0            0            1\n" in few
    many = [f"{{id: R{number}, title: Other {number}}}" for number in range(1, 14)]
    assert "R13" not in text_of(build_status(case_of("{id: A09, title: Free}", *many))).partition("PROGRESS")[2]


def test_phases_say_what_started_in_them_and_when_they_end() -> None:
    programme = "title: T\nphases:\n  - {id: P1, title: One, end: Dec-22}\n  - {id: P2, title: Two}\n"
    actions = [
        "{id: A01, title: a, phase: P1}",
        "{id: A02, title: b, phase: P1, phase_end: P2}",
        "{id: A03, title: c, phase: P2, phase_end: P2}",
    ]
    told = text_of(build_status(case_of(*actions, programme=programme)))
    assert " One ended 31 Dec 2022: 2 started in it, 2 unfinished, 1 end not stated\n" in told
    assert " Two: 1 started in it, 1 unfinished\n" in told


def test_follow_ups_without_an_area_are_counted_once() -> None:
    assert "no area" not in text_of(build_status(case_of("{id: F01, title: a}", "{id: F02, title: b}")))
    assert "Audit 1, no area 1" in text_of(
        build_status(case_of("{id: F01, title: a, area: Audit}", "{id: F02, title: b}"))
    )


def test_the_contract_of_an_answer_is_made_when_it_is_read() -> None:
    data = build_status(case_of(LATE, as_of=DAY)).data
    assert data is not None
    assert (len(data), list(data)) == (4, ["schema_version", "as_of", "counts", "facts"])


def test_status_counts_statuses_as_they_are_on_the_day() -> None:
    ahead = "{id: A06, title: Later, status: withdrawn, decided: {on: 1 March 2023, by: Board, reason: r}}"
    data = build_status(case_of(LATE, DONE, ahead, "{id: F01, title: a}", as_of=DAY)).data
    assert data is not None
    assert data["counts"] == {"action": {"in_progress": 2, "verified": 1}, "follow_up": {"not_stated": 1}}
    assert data["facts"]["overdue"] == ["A01"]
    told = section(build_status(case_of(LATE, DONE, ahead, as_of=DAY)), "LOOK FIRST")
    assert "To leave the list  1  A06 withdrawn on 1 March 2023" in told


def test_deliverables_with_different_targets_are_told_so() -> None:
    first = "{id: A01, title: a, target: Mar-23, same_deliverable_as: [A02]}"
    told = section(build_status(case_of(first, "{id: A02, title: b}")), "LOOK FIRST")
    assert "Same piece of work  2  A01 A02: one deliverable, with 2 different targets" in told


def test_overdue_tells_how_late_how_often_moved_whose_and_what_rests_on_it() -> None:
    assert text_of(build_overdue(case_of(LATE, NEEDS, as_of=DAY), OverdueOptions(7))) == (
        "Overdue, and due within 7 days                                           Position at 5 February 2023\n"
        "\n"
        "Overdue: 1\n"
        " Id   What                  Target           Days late  Moved  Owner\n"
        " A01  Cleanse the register  31 January 2023          5      1  several named: Head of Procurement,\n"
        "                                                               City Solicitor\n"
        "2 unfinished records have a target.\n"
        "\n"
        "Due within 7 days: 1\n"
        " Id   What                  Target            Days left  Moved  Owner\n"
        " A02  Publish the pipeline  10 February 2023          5      0  none\n"
        "At risk where these are late: A02 (10 February 2023) needs A01.\n"
    )


def test_overdue_of_one_record_speaks_of_one() -> None:
    told = text_of(
        build_overdue(case_of("{id: A01, title: a, target: Mar-23}", "{id: A02, title: b}"), OverdueOptions(1))
    )
    assert "1 unfinished record has a target. 1 has none, so cannot be overdue: A02.\n" in told
    assert "\nDue within 1 day: none\n Nothing.\n" in told


def test_an_inferred_target_is_marked_and_the_mark_explained() -> None:
    told = text_of(build_overdue(case_of("{id: A01, title: a, target: Jan-22, inferred: [target]}"), OverdueOptions()))
    assert " Jan-22* " in told
    assert told.endswith("* not in the source: read from its words.\n")


def test_show_tells_what_follows_from_a_late_record() -> None:
    document = build_show(case_of(LATE, NEEDS, ASKED, as_of=DAY), "A01")
    assert section(document, "WHAT FOLLOWS") == [
        "It is overdue by 5 days: its target ran to 31 January 2023.",
        "Its target was moved 1 time, by 62 days in all; the first was Nov-22.",
        "If it is late, A02 is at risk.",
        "It is past its phase: CBT Phase 1 ended on 30 September 2022.",
        "No recent update: the last is 157 days old.",
    ]
    assert section(document, "TO DO") == [
        "Report what happened (updates), and that it is complete or when it will be (revisions).",
        "Name one accountable officer (accountable); the others are supporting.",
        "Report how it stands (updates).",
        "data/actions/A01.yaml",
    ]
    assert section(document, "ANSWERS") == ["R1.1 of Value: a register"]


def test_show_tells_the_history_whole() -> None:
    assert section(build_show(case_of(LATE, ASKED, as_of=DAY), "A01"), "HISTORY") == [
        "Target moved  Nov-22 to 31 January 2023; 2022-11-02; granted; approved by Audit Committee; October",
        "2022 Audit Committee minute 47; capacity; Two posts were vacant",
        "Milestone  Draft: due Dec-22, done 2 December 2022",
        "Milestone  Final: not done",
        "Evidence  Register, https://example.org, 2022-12-02",
        "1 update; nothing verified.",
    ]


def test_show_tells_what_a_waiting_record_needs() -> None:
    document = build_show(case_of(LATE, NEEDS, ASKED, as_of=DAY), "A02")
    assert section(document, "WHAT FOLLOWS") == [
        "It is due in 5 days, by 10 February 2023.",
        "It depends on A01, which is overdue by 5 days.",
        "It waits for: A vacant post (HR).",
        "It waits for: Formal consultation (whose it is, is not stated).",
        "Nothing has been reported on it.",
    ]
    assert section(document, "HISTORY")[0] == (
        "Decided  1 January 2023; Board; October 2022 Audit Committee minute 9; Funds; review by June 2023"
    )


def test_show_of_a_closed_record_says_what_closed_it_and_asks_for_nothing() -> None:
    document = build_show(case_of(DONE), "A03")
    assert section(document, "WHAT FOLLOWS") == ["It is closed."]
    assert section(document, "HISTORY") == [
        "Completed  1 December 2022",
        "Verified  Chief Internal Auditor; 2022-12-20; Interview",
        "0 updates; target never set; owner never set; no evidence.",
    ]
    assert section(document, "ALSO RECORDED") == [
        "As published  RAG: Green",
        "Response  Agreed; on 14 November 2022",
        "Priority  high",
        "Supporting  City Solicitor",
        "data/actions/A03.yaml",
    ]
    assert "TO DO" not in text_of(document)


def test_show_asks_for_the_rest_of_a_decision() -> None:
    assert section(build_show(case_of(UNDECIDED), "A05"), "TO DO")[0] == (
        "Record the decision whole (decided: on, by, reason, continuing_owner)."
    )
    assert "TO DO" not in text_of(build_show(case_of(LEFT), "A04"))
    assert "carried on by Head of Procurement" in text_of(build_show(case_of(LEFT), "A04"))


def test_show_of_a_complete_record_asks_for_its_confirmation() -> None:
    case = case_of("{id: A01, title: a, status: complete}", programme=VERIFYING)
    assert section(build_show(case, "A01"), "WHAT FOLLOWS") == ["It is complete, and nobody else has confirmed it yet."]
    assert section(build_show(case, "A01"), "TO DO")[0] == (
        "Have somebody other than the accountable officer confirm it (verified: by, on)."
    )


def test_show_of_a_truncated_update_says_where_the_source_ends() -> None:
    record = """
        id: F01
        title: a
        agreed_action: Publish it.
        raised: AC-2022-10-17
        updates: [{date: 2023-01-12, truncated: true, text: It goes on with the}]
        """
    document = build_show(case_of(record), "F01")
    assert section(document, "LATEST UPDATE") == ["2023-01-12:", "It goes on with the", "(The source ends here.)"]
    assert section(document, "AGREED ACTION") == ["Publish it."]
    assert "Follow-up of October 2022 Audit Committee (2022-10-17); No status; " in text_of(document)


def test_show_takes_the_newest_of_several_updates() -> None:
    record = """
        id: A01
        title: a
        updates:
          - {date: 2022-05-01, text: Old.}
          - {date: 2022-12-01, text: New.}
          - {text: Undated.}
        """
    assert section(build_show(case_of(record), "A01"), "LATEST UPDATE") == ["2022-12-01:", "New."]


def test_show_of_a_recommendation_without_parts_or_text() -> None:
    action = "{id: A01, title: a, recommendations: [R2], phase: P1, phase_end: P2}"
    case = case_of(action, "{id: R2, title: Other}", ASKED)
    assert section(build_show(case, "R2"), "LINKS")[0] == "Answered by  A01 a (no status, no target)"
    assert section(build_show(case, "A01"), "ANSWERS") == ["R2 Other: its text is not stated"]
    assert "; Starts in CBT Phase 1, ends in CBT Phase 2\n" in text_of(build_show(case, "A01"))
    assert section(build_show(case_of(LATE, ASKED), "R1"), "PARTS") == [
        "R1.1 a register: A01",
        "R1.2 a plan: asked, and no action yet",
    ]


def test_links_are_told_both_ways() -> None:
    first = "{id: A01, title: a, see_also: [R1], superseded_by: [A02], same_deliverable_as: [A02]}"
    second = "{id: A02, title: b, target: Mar-23, updates: [{see: A03}]}"
    third = "{id: A03, title: c, status: complete, updates: [{text: Done., covers: {A01: in_part}}]}"
    case = case_of(first, second, third, ASKED)
    assert section(build_show(case, "A01"), "LINKS") == [
        "Superseded by  A02 b (no status, target Mar-23)",
        "One deliverable  A02 b (no status, target Mar-23)",
        "See also  R1 Value",
        "Also told by  A03 c (complete, no target)",
    ]
    assert section(build_show(case, "A02"), "LINKS") == [
        "One deliverable  A01 a (no status, no target)",
        "Told in  A03 c (complete, no target)",
        "Replaces  A01 a (no status, no target)",
    ]
    assert section(build_show(case, "A03"), "LINKS") == [
        "Also reports on  A01 a (no status, no target)",
        "Told for  A02 b (no status, target Mar-23)",
    ]
    assert section(build_show(case, "A01"), "LATEST UPDATE") == ["Undated; told by A03, in part:", "Done."]


def test_a_link_to_nothing_is_told_as_one() -> None:
    case = case_of("{id: A01, title: a, recommendations: [R9], depends_on: [A09]}")
    assert section(build_show(case, "A01"), "LINKS") == ["Depends on  A09 (not in the register)"]
    assert section(build_show(case, "A01"), "ANSWERS") == ["R9 (not in the register)"]


def test_list_prints_every_sort_of_value() -> None:
    columns = ("id", "priority", "supporting", "completed_on", "verified.by", "overdue", "revisions.to")
    told = written("csv", build_list(case_of(LATE, DONE, ASKED, as_of=DAY), ListOptions(columns=columns)))
    assert told.splitlines() == [
        "\ufeffid,priority,supporting,completed_on,verified.by,overdue,revisions.to",
        "R1,,,,,,",
        "A01,,,,,yes,31 January 2023",
        "A03,High,City Solicitor,1 December 2022,Chief Internal Auditor,no,",
    ]


def test_list_of_several_dates_prints_them_all() -> None:
    told = written(
        "csv", build_list(case_of(LATE), ListOptions(("id:A01",), columns=("milestones.due", "milestones.title")))
    )
    assert told.splitlines()[1] == 'Dec-22,"Draft, Final"'


def test_list_refuses_a_column_that_is_none() -> None:
    with pytest.raises(UsageError, match=re.escape("There is no field “taget” to show. Did you mean target?")):
        build_list(case_of(LATE), ListOptions(columns=("taget",)))


def test_what_was_asked_for_and_refused_did_not_move_the_target() -> None:
    refused = "revisions: [{from: Mar-23, to: Jun-23, date: 2023-01-04, decision: refused, reason: Staff}]"
    case = case_of(f"{{id: A01, title: Review, target: Mar-23, {refused}}}", as_of=DAY)
    told = text_of(build_show(case, "A01"))
    assert "Move asked for  Mar-23 to Jun-23; 2023-01-04; refused; Staff" in told
    assert "Target moved" not in told


def test_actions_alone_are_not_said_to_be_on_no_recommendations() -> None:
    assert "\n1 action.\n" in text_of(build_status(case_of("{id: A01, title: Review}", as_of=DAY)))


def test_a_recommendation_that_was_not_accepted_lacks_no_action() -> None:
    case = case_of("{id: R1, title: Merge the boards, acceptance: not_accepted}", as_of=DAY)
    assert "Asked, no action" not in text_of(build_status(case))
