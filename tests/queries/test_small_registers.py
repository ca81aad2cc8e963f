"""The answers of the queries on small registers: what they count, and the facts in their sentences."""

from __future__ import annotations

import re
from datetime import date

import pytest

from p2ptrack.analysis.rules import run_rules
from p2ptrack.errors import UsageError
from p2ptrack.queries.list import ListOptions, build_list
from p2ptrack.queries.overdue import OverdueOptions, build_overdue
from p2ptrack.queries.show import build_show, list_next_steps
from p2ptrack.queries.status import build_status
from p2ptrack.reports.document import Document
from tests.formats.sample import written
from tests.support import case_of

OVERDUE = """
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
WAITING = """
    id: A02
    title: Publish the pipeline
    depends_on: [A01]
    status: on_hold
    decided: {on: 1 January 2023, by: Board, meeting: AC-2022-10-17, minute: "9", reason: Funds, review_by: June 2023}
    target: 10 February 2023
    blocked_by: [{cause: A vacant post, owner: HR}, consultation]
    """
VERIFIED = """
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
EMBEDDED = """
    id: A04
    title: Carry on in each team
    status: embedded
    decided: {on: 2 January 2023, by: Board, reason: Routine now, continuing_owner: Head of Procurement}
    """
RECOMMENDATION = """
    id: R1
    title: Value
    parts: [{id: R1.1, text: a register}, {id: R1.2, text: a plan}]
    """
OTHER_RECOMMENDATIONS = [f"{{id: R{number}, title: Other {number}}}" for number in range(2, 8)]
DAY = date(2023, 2, 5)


def text_of(document: Document, width: int = 100) -> str:
    return written("text", document, width)


def section(document: Document, title: str) -> list[str]:
    """Return the lines of one part of an answer."""
    _, _, rest = text_of(document, 140).partition(f"\n{title}\n")
    return [re.sub(" {2,}", "  ", line.strip()) for line in rest.partition("\n\n")[0].splitlines()]


def test_status_lists_what_needs_attention() -> None:
    case = case_of(OVERDUE, WAITING, VERIFIED, EMBEDDED, RECOMMENDATION, *OTHER_RECOMMENDATIONS, as_of=DAY)
    assert section(build_status(case), "NEEDS ATTENTION") == [
        "Overdue  1  A01, 5 days",
        "Due within 30 days  1  A02, by 10 February 2023",
        "Past their end phase  1  A01",
        "Waiting for others  1  A02: A vacant post",
        "A02: Formal consultation",
        "No action yet  7  R1.2 a plan",
        "R2 Other 2",
        "R3 Other 3",
        "R4 Other 4",
        "and 3 more",
        "No owner  3  A02, A03, A04",
        "Several owners  1  A01. Name one responsible officer.",
        "Target changed  1  A01",
        "No recent update  2  A01, A02",
    ]


def test_status_of_many_records_names_the_command_that_lists_them() -> None:
    many = [f"{{id: A{n}, title: Item {n}, target: 2 January 2023, status: complete}}" for n in range(10, 22)]
    soon = [f"{{id: A{n}, title: Item {n}, target: 2{n % 10} January 2023}}" for n in range(30, 33)]
    case = case_of(*many, *soon, programme=VERIFICATION_NEEDED)
    assert section(build_status(case), "NEEDS ATTENTION") == [
        "Overdue  0  None of the 3 open items with a target date is overdue.",
        "Due within 30 days  3  A30, A31, A32, from 20 January 2023 to 22 January 2023",
        "To be verified  12  p2ptrack list is:awaiting-verification",
        "No owner  15  p2ptrack list is:no-owner",
        "No recent update  3  A30, A31, A32",
    ]


VERIFICATION_NEEDED = "title: Review\npolicy: {verification: [action]}\n"


@pytest.mark.parametrize(
    ("records", "line"),
    [
        (["{id: A01, title: a}"], "Overdue  0  No open item has a target date."),
        (["{id: A01, title: a, target: Mar-23}"], "Overdue  0  The only open item with a target date is not overdue."),
        (["{id: A01, title: a, target: Dec-22}"], "Overdue  1  A01, 12 days"),
        (
            ["{id: A01, title: a, target: Dec-22}", "{id: A02, title: b, target: Nov-22}"],
            "Overdue  2  A02, A01. Longest overdue: A02, 43 days",
        ),
    ],
)
def test_status_of_targets_that_have_passed(records: list[str], line: str) -> None:
    assert section(build_status(case_of(*records)), "NEEDS ATTENTION")[0] == line


def test_progress_has_a_row_for_each_recommendation_while_they_fit_on_a_screen() -> None:
    free = "{id: A09, title: Free, status: not_started}"
    few = text_of(build_status(case_of(OVERDUE, VERIFIED, free, RECOMMENDATION)))
    assert " R1 Value                            1       0         0            1            0\n" in few
    assert " Actions without a recommendation    2       1         0            0            1\n" in few
    many = [f"{{id: R{number}, title: Other {number}}}" for number in range(1, 14)]
    assert "R13" not in text_of(build_status(case_of("{id: A09, title: Free}", *many))).partition("PROGRESS")[2]


def test_each_phase_has_its_end_and_its_open_actions() -> None:
    programme = (
        "title: T\nphases:\n  - {id: P1, title: One, end: Dec-22}\n  - {id: P2, title: Two}\n"
        "  - {id: P3, title: Three}\n"
    )
    actions = [
        "{id: A01, title: a, phase: P1}",
        "{id: A02, title: b, phase: P1, phase_end: P2}",
        "{id: A03, title: c, phase: P2}",
    ]
    text = text_of(build_status(case_of(*actions, programme=programme)))
    assert " One ended on 31 December 2022: 2 of 2 actions started in it are open.\n" in text
    assert " Two: 1 of 1 action started in it is open.\n" in text
    assert " Three: no action starts in it.\n" in text


def test_follow_ups_without_an_area_are_counted_once() -> None:
    assert "no area" not in text_of(build_status(case_of("{id: F01, title: a}", "{id: F02, title: b}")))
    assert "Audit 1, no area 1" in text_of(
        build_status(case_of("{id: F01, title: a, area: Audit}", "{id: F02, title: b}"))
    )


def test_json_data_is_built_when_it_is_read() -> None:
    data = build_status(case_of(OVERDUE, as_of=DAY)).data
    assert data is not None
    head = ["schema_version", "register", "as_of", "audience", "left_out"]
    assert (len(data), list(data)) == (9, [*head, "counts", "facts", "contracts", "unread"])


def test_status_counts_statuses_as_they_are_on_the_day() -> None:
    ahead = "{id: A06, title: Later, status: withdrawn, decided: {on: 1 March 2023, by: Board, reason: r}}"
    data = build_status(case_of(OVERDUE, VERIFIED, ahead, "{id: F01, title: a}", as_of=DAY)).data
    assert data is not None
    assert data["counts"] == {"action": {"in_progress": 2, "verified": 1}, "follow_up": {"not_stated": 1}}
    assert data["facts"]["overdue"] == ["A01"]
    lines = section(build_status(case_of(OVERDUE, VERIFIED, ahead, as_of=DAY)), "NEEDS ATTENTION")
    assert "Due to close  1  A06 on 1 March 2023, withdrawn" in lines


@pytest.mark.parametrize(("target", "text"), [("Mar-23", "2 different targets"), ("", "target none")])
def test_status_gives_the_targets_of_one_deliverable(target: str, text: str) -> None:
    first = f"{{id: A01, title: a, target: {target}, same_deliverable_as: [A02]}}".replace("target: ,", "")
    lines = section(build_status(case_of(first, "{id: A02, title: b}")), "NEEDS ATTENTION")
    assert f"Same deliverable  2  A01 and A02: {text}" in lines


def test_status_omits_a_dependency_that_is_cleared() -> None:
    lines = section(build_status(case_of("{id: A01, title: a, blocked_by: [done, {cause: Staff}]}")), "NEEDS ATTENTION")
    assert [line for line in lines if "A01: " in line] == ["Waiting for others  1  A01: Staff"]


def test_overdue_lists_days_changes_owners_and_dependents() -> None:
    assert text_of(build_overdue(case_of(OVERDUE, WAITING, as_of=DAY), OverdueOptions(7))) == (
        "Overdue, and due within 7 days                                                 As at 5 February 2023\n"
        "\n"
        "1 of 2 open items with a target date is overdue.\n"
        " Id   Item                  Target           Days overdue  Changes  Owner\n"
        " A01  Cleanse the register  31 January 2023             5        1  several named: Head of\n"
        "                                                                    Procurement, City Solicitor\n"
        "\n"
        "Due by 12 February 2023: 1\n"
        " Id   Item                  Target            Days left  Changes  Owner\n"
        " A02  Publish the pipeline  10 February 2023          5        0  none\n"
        "At risk if these are late: A02 (depends on A01).\n"
    )


def test_overdue_of_one_record_uses_the_singular() -> None:
    text = text_of(
        build_overdue(case_of("{id: A01, title: a, target: Mar-23}", "{id: A02, title: b}"), OverdueOptions(1))
    )
    assert "The only open item with a target date is not overdue.\n" in text
    assert "Excludes 1 open item with no target date (A02).\n" in text
    assert "\nDue by 13 January 2023\n None.\n" in text


def test_an_inferred_target_is_marked_and_the_mark_explained() -> None:
    text = text_of(build_overdue(case_of("{id: A01, title: a, target: Jan-22, inferred: [target]}"), OverdueOptions()))
    assert " Jan-22* " in text
    assert text.endswith("* Our interpretation, not stated in the source.\n")


def test_every_screen_prints_a_target_in_the_same_way() -> None:
    record = "{id: A01, title: a, target: {raw: end of the year, means: 31 December 2022}, see_also: [A01]}"
    case, target = case_of(record), "end of the year (by 31 December 2022)*"
    assert f" {target} " in text_of(build_overdue(case, OverdueOptions()))
    assert f" {target}" in text_of(build_list(case, ListOptions()))
    assert text_of(build_show(case, "A01")).count(target) == 3


def test_show_describes_the_position_of_an_overdue_record() -> None:
    document = build_show(case_of(OVERDUE, WAITING, RECOMMENDATION, as_of=DAY), "A01")
    assert section(document, "POSITION") == [
        "It is overdue by 5 days. It was due by 31 January 2023.",
        "Target changed once, by 62 days (originally Nov-22).",
        "If it is late, A02 is at risk.",
        "It is past its end phase. CBT Phase 1 ended on 30 September 2022.",
        "No recent update: the last was 157 days ago.",
    ]
    assert section(document, "NEXT STEPS") == [
        "Report what has happened (updates). Then mark it complete (status) or change its target (revisions).",
        "Name one responsible officer (accountable). List the others as supporting.",
        "File: data/actions/A01.yaml",
    ]
    assert section(document, "RECOMMENDATION") == ["R1.1 of Value: a register"]


def test_show_lists_the_whole_history() -> None:
    assert section(build_show(case_of(OVERDUE, RECOMMENDATION, as_of=DAY), "A01"), "HISTORY") == [
        (
            "Target changed  Nov-22 to 31 January 2023 · 2022-11-02 · granted · approved by Audit Committee · "
            "October 2022 Audit Committee minute 47 ·"
        ),
        "capacity · Two posts were vacant",
        "Milestone  Draft: due Dec-22, done 2 December 2022",
        "Milestone  Final: not done",
        "Evidence  Register · https://example.org · 2022-12-02",
        "1 update. Not recorded: verification.",
    ]


def test_show_lists_what_a_record_is_waiting_for() -> None:
    document = build_show(case_of(OVERDUE, WAITING, RECOMMENDATION, as_of=DAY), "A02")
    assert section(document, "POSITION") == [
        "It is due in 5 days, by 10 February 2023.",
        "It depends on A01, which is overdue by 5 days.",
        "It is waiting for: A vacant post (HR).",
        "It is waiting for: Formal consultation (owner not recorded).",
        "No update reported.",
    ]
    assert section(document, "HISTORY")[0] == (
        "Decided  1 January 2023 · Board · October 2022 Audit Committee minute 9 · Funds · review by June 2023"
    )


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ("target: 12 January 2023", "It is due today, 12 January 2023."),
        ("target: 13 January 2023", "It is due in 1 day, by 13 January 2023."),
        ("target: On-going", "It is ongoing with no review date, so it cannot be overdue."),
        ("target: TBC", "It has no target date, so it cannot be overdue."),
        ("depends_on: [A02]", "It depends on A02, which is ongoing."),
        ("blocked_by: [done, {cause: Staff}]", "It is waiting for: Staff (owner not recorded)."),
        (
            "status: on_hold, decided: {on: 1 March 2023, by: Board, reason: r}",
            "It is in progress until 1 March 2023, then on hold.",
        ),
    ],
)
def test_show_describes_a_position_in_a_sentence(fields: str, sentence: str) -> None:
    case = case_of(f"{{id: A01, title: a, {fields}}}", "{id: A02, title: b, target: On-going}")
    assert sentence in section(build_show(case, "A01"), "POSITION")


def test_show_of_a_closed_record_has_no_next_steps() -> None:
    document = build_show(case_of(VERIFIED), "A03")
    assert section(document, "POSITION") == ["It is closed."]
    assert section(document, "HISTORY") == [
        "Completed  1 December 2022",
        "Verified  Chief Internal Auditor · 2022-12-20 · Interview",
        "0 updates. Not recorded: target date, owner, evidence.",
    ]
    assert section(document, "OTHER DETAILS") == [
        "As published  RAG: Green",
        "Response  Agreed; on 14 November 2022",
        "Priority  high",
        "Supporting  City Solicitor",
        "File: data/actions/A03.yaml",
    ]
    assert "NEXT STEPS" not in text_of(document)


@pytest.mark.parametrize(
    ("decided", "missing"),
    [
        ("", "on, by, reason, continuing_owner"),
        (", decided: {meeting: AC-2022-10-17}", "reason, continuing_owner"),
        (", decided: {on: 1 January 2023, by: Board, reason: r}", "continuing_owner"),
    ],
)
def test_show_lists_what_a_decision_lacks(decided: str, missing: str) -> None:
    document = build_show(case_of(f"{{id: A05, title: Leave it, status: embedded{decided}}}"), "A05")
    assert section(document, "NEXT STEPS")[0] == f"Complete the decision (decided: {missing})."


def test_show_of_a_complete_record_asks_for_its_verification() -> None:
    case = case_of("{id: A01, title: a, status: complete}", programme=VERIFICATION_NEEDED)
    assert section(build_show(case, "A01"), "POSITION") == ["It is complete but not yet verified."]
    assert section(build_show(case, "A01"), "NEXT STEPS")[0] == (
        "Ask somebody other than the responsible officer to verify it (verified: by, on)."
    )


def test_show_marks_the_end_of_a_truncated_update() -> None:
    record = """
        id: F01
        title: a
        agreed_action: Publish it.
        raised: AC-2022-10-17
        updates: [{date: 2023-01-12, truncated: true, text: It goes on with the}]
        """
    document = build_show(case_of(record), "F01")
    assert section(document, "LATEST UPDATE") == ["2023-01-12", "It goes on with the", "(The source text ends here.)"]
    assert section(document, "AGREED ACTION") == ["Publish it."]
    assert "Follow-up from October 2022 Audit Committee (2022-10-17) · No status · " in text_of(document)


def test_show_takes_the_newest_of_several_updates() -> None:
    record = """
        id: A01
        title: a
        updates:
          - {date: 2022-05-01, text: Old.}
          - {date: 2022-12-01, text: New.}
          - {text: Undated.}
        """
    assert section(build_show(case_of(record), "A01"), "LATEST UPDATE") == ["2022-12-01", "New."]


def test_show_of_a_recommendation_without_parts_or_text() -> None:
    action = "{id: A01, title: a, recommendations: [R2], phase: P1, phase_end: P2}"
    case = case_of(action, "{id: R2, title: Other}", RECOMMENDATION)
    assert section(build_show(case, "R2"), "LINKS")[0] == "Actions  A01 a (no status, no target date)"
    assert section(build_show(case, "A01"), "RECOMMENDATION") == ["R2 Other: text not recorded"]
    assert " · Starts in CBT Phase 1, ends in CBT Phase 2\n" in text_of(build_show(case, "A01"), 140)
    assert section(build_show(case_of(OVERDUE, RECOMMENDATION), "R1"), "PARTS") == [
        "R1.1 a register: A01",
        "R1.2 a plan: no action yet",
    ]


def test_links_are_shown_in_both_directions() -> None:
    first = "{id: A01, title: a, see_also: [R1], superseded_by: [A02], same_deliverable_as: [A02]}"
    second = "{id: A02, title: b, target: Mar-23, updates: [{see: A03}]}"
    third = "{id: A03, title: c, status: complete, updates: [{text: Done., covers: {A01: in_part}}]}"
    case = case_of(first, second, third, RECOMMENDATION)
    assert section(build_show(case, "A01"), "LINKS") == [
        "Superseded by  A02 b (no status, target Mar-23)",
        "Same deliverable  A02 b (no status, target Mar-23)",
        "See also  R1 Value",
        "Also covered in  A03 c (complete, no target date)",
    ]
    assert section(build_show(case, "A02"), "LINKS") == [
        "Same deliverable  A01 a (no status, no target date)",
        "Update in  A03 c (complete, no target date)",
        "Replaces  A01 a (no status, no target date)",
    ]
    assert section(build_show(case, "A03"), "LINKS") == [
        "Also covers  A01 a (no status, no target date)",
        "Has update for  A02 b (no status, target Mar-23)",
    ]
    assert section(build_show(case, "A01"), "LATEST UPDATE") == ["Undated · recorded in A03 (in part)", "Done."]


def test_a_link_to_a_missing_record_is_shown() -> None:
    case = case_of("{id: A01, title: a, recommendations: [R9], depends_on: [A09]}")
    assert section(build_show(case, "A01"), "LINKS") == ["Depends on  A09 (not in the register)"]
    assert section(build_show(case, "A01"), "RECOMMENDATION") == ["R9 (not in the register)"]


def test_list_prints_every_sort_of_value() -> None:
    columns = ("id", "priority", "supporting", "completed_on", "verified.by", "overdue", "revisions.to")
    case = case_of(OVERDUE, VERIFIED, RECOMMENDATION, as_of=DAY)
    assert written("csv", build_list(case, ListOptions(columns=columns))).splitlines() == [
        "\ufeffid,priority,supporting,completed_on,verified.by,overdue,revisions.to,inferred,exempt",
        "R1,,,,,,,,",
        "A01,,,,,yes,31 January 2023,,",
        "A03,High,City Solicitor,1 December 2022,Chief Internal Auditor,no,,,",
    ]


def test_list_prints_every_date_of_a_field() -> None:
    options = ListOptions(("id:A01",), columns=("milestones.due", "milestones.title"))
    assert written("csv", build_list(case_of(OVERDUE), options)).splitlines()[1] == 'Dec-22,"Draft, Final",,'


def test_list_refuses_an_unknown_column() -> None:
    with pytest.raises(UsageError, match=re.escape("“taget” is not a field or a fact. Did you mean target?")):
        build_list(case_of(OVERDUE), ListOptions(columns=("taget",)))


def test_a_refused_extension_did_not_change_the_target() -> None:
    refused = "revisions: [{from: Mar-23, to: Jun-23, date: 2023-01-04, decision: refused, reason: Staff}]"
    text = text_of(build_show(case_of(f"{{id: A01, title: Review, target: Mar-23, {refused}}}", as_of=DAY), "A01"))
    assert "Extension refused  Mar-23 to Jun-23 · 2023-01-04 · refused · Staff" in text
    assert "Target changed" not in text


def test_status_does_not_mention_recommendations_when_there_are_none() -> None:
    assert "\n1 action.\n" in text_of(build_status(case_of("{id: A01, title: Review}", as_of=DAY)))


def test_a_recommendation_that_was_not_accepted_needs_no_action() -> None:
    case = case_of("{id: R1, title: Merge the boards, acceptance: not_accepted}", as_of=DAY)
    assert "No action yet" not in text_of(build_status(case))


@pytest.mark.parametrize(
    ("revisions", "sentence"),
    [
        (
            "{from: 31 March 2023, to: 28 February 2023}",
            "Target changed once, 31 days earlier (originally 31 March 2023).",
        ),
        (
            "{from: 27 February 2023, to: 28 February 2023}",
            "Target changed once, by 1 day (originally 27 February 2023).",
        ),
        (
            "{from: Feb-23, to: 28 February 2023}, {from: 28 February 2023, to: Mar-23}, {from: Mar-23, to: Feb-23}",
            "Target changed twice and is back at the original date (28 February 2023).",
        ),
        ("{from: On-going, to: 28 February 2023}", "Target changed once (originally On-going)."),
    ],
)
def test_show_states_in_which_direction_the_target_changed(revisions: str, sentence: str) -> None:
    case = case_of(f"{{id: A01, title: a, target: 28 February 2023, revisions: [{revisions}]}}")
    assert sentence in section(build_show(case, "A01"), "POSITION")


def test_another_wording_of_the_target_is_no_change() -> None:
    case = case_of("{id: A01, title: a, target: 31/03/2023, revisions: [{from: 31 March 2023, to: 31/03/2023}]}")
    text = text_of(build_show(case, "A01"), 140)
    assert "Target changed" not in text
    assert "Same target  31 March 2023 to 31/03/2023" in re.sub(" {2,}", "  ", text)
    assert "Target never changed" in text
    assert "Target changed" not in text_of(build_status(case))


def test_a_first_target_is_no_change() -> None:
    case = case_of("{id: A01, title: a, target: 31/03/2023, revisions: [{from: TBC, to: 31/03/2023}]}")
    text = text_of(build_show(case, "A01"), 140)
    assert "Target changed" not in text
    assert "Target set  TBC to 31/03/2023" in re.sub(" {2,}", "  ", text)
    assert "Target never changed" in text
    assert "Target changed" not in text_of(build_status(case))


def test_show_prints_every_update() -> None:
    record = """
        id: A01
        title: a
        updates:
          - {date: 2022-05-01, text: Old.}
          - {text: Undated.}
          - {date: 2022-12-01, text: New.}
          - {date: 2022-05-01, text: Second of that day., truncated: true}
          - {see: A02}
        """
    other = "{id: A02, title: b, updates: [{date: 2022-06-01, text: Elsewhere., covers: {A01: in_part}}]}"
    document = build_show(case_of(record, other), "A01")
    assert section(document, "LATEST UPDATE") == ["2022-12-01", "New."]
    lines = section(document, "OTHER UPDATES")
    texts = ["Elsewhere.", "Old.", "Second of that day.", "(The source text ends here.)", "Undated."]
    assert [line for line in lines if line.endswith((".", ")")) and not line.endswith("(in part)")] == texts


@pytest.mark.parametrize(
    ("covers", "sentence"),
    [
        ("{A01: heading_only}", "It is reported only in the heading of an update in A02."),
        ("{A01: in_part}", "No recent update: the last was 407 days ago."),
        ("{A03: whole}", "No update reported."),
    ],
)
def test_show_states_whether_an_update_was_reported(covers: str, sentence: str) -> None:
    other = f"{{id: A02, title: b, updates: [{{date: 2021-12-01, text: Told., covers: {covers}}}]}}"
    case = case_of("{id: A01, title: a, status: in_progress}", other, "{id: A03, title: c}")
    assert section(build_show(case, "A01"), "POSITION")[-1] == sentence


@pytest.mark.parametrize(
    ("fields", "steps"),
    [
        ("status: superseded, decided: {meeting: M, reason: r}", ["Name the record that replaces it (superseded_by)."]),
        (
            "status: superseded",
            [
                "Complete the decision (decided: on, by, reason).",
                "Name the record that replaces it (superseded_by).",
            ],
        ),
        (
            "status: verified",
            ["Complete the verification (verified: by, on).", "Add the completion date (completed_on)."],
        ),
        (
            "status: complete, completed_on: May 2022, verified: {by: TBC, on: June 2022}",
            ["Complete the verification (verified: by)."],
        ),
        (
            "status: complete, verified: {by: Auditor}, completed_on: May 2022",
            ["Complete the verification (verified: on)."],
        ),
        ("status: complete", ["Add the completion date (completed_on)."]),
        ("status: complete, completed_on: May 2022, verified: {by: Auditor, on: June 2022}", []),
        ("status: superseded, superseded_by: [A06], decided: {meeting: M, reason: r}", []),
    ],
)
def test_next_steps_of_closed_work_are_what_its_closure_lacks(fields: str, steps: list[str]) -> None:
    case = case_of(f"{{id: A05, title: a, {fields}}}", "{id: A06, title: b}")
    assert list(list_next_steps(case, next(record for record in case.tracked() if record.id == "A05"))) == steps


@pytest.mark.parametrize("status", ["on_hold", "withdrawn", "embedded"])
@pytest.mark.parametrize(
    "decided", ["", ", decided: {meeting: AC-2022-10-17}", ", decided: {meeting: AC-2022-10-17, reason: r}"]
)
def test_show_asks_for_what_check_asks_for(status: str, decided: str) -> None:
    case = case_of(f"{{id: A05, title: a, status: {status}{decided}}}")
    has_step = any("Complete the decision" in line for line in section(build_show(case, "A05"), "NEXT STEPS"))
    assert has_step == any(problem.code == "C101" for problem in run_rules(case))
