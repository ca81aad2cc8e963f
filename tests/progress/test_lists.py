"""The lists that the figures are counted from."""

from __future__ import annotations

from datetime import date

from p2ptrack.analysis.redaction import Audience
from p2ptrack.reports.progress import progress_report
from tests.papers.builders import redacted_context
from tests.progress.builders import keys, lines_of, paper, rows
from tests.support import PROGRAMME, case_of

VERIFYING = PROGRAMME + "policy: {verification: action}\n"


def test_every_unfinished_record_is_in_one_list() -> None:
    document = paper(
        "{id: A1, title: Late, target: 31 December 2022, accountable: Clerk}",
        "{id: A2, title: Later, target: Nov-22, updates: {meeting: AC-2022-10-17, text: x}}",
        "{id: A3, title: Soon, target: Jan-23, status: in_progress}",
        "{id: A4, title: Some day, inferred: title}",
        "{id: A5, title: Held, status: on_hold, decided: {on: 1 May 2022, by: Clerk, reason: No money.}}",
        meeting="AC-2023-03",
    )
    assert rows(document, "overdue") == [
        ["Item", "Id", "Responsible officer", "Target", "Days overdue", "Reason and latest update"],
        ["Later", "A2", "", "Nov-22", "43", "2022-10-17: x."],
        ["Late", "A1", "Clerk", "31 December 2022", "12", "No update reported."],
    ]
    assert rows(document, "due") == [
        ["Item", "Id", "Status", "Target", "Days left"],
        ["Soon", "A3", "In progress", "Jan-23", "19"],
    ]
    assert rows(document, "ongoing") == [["Item", "Id", "Target"], ["Some day*", "A4", ""]]
    assert rows(document, "decisions") == [
        ["Item", "Id", "Status", "Decision"],
        ["Held", "A5", "On hold", "1 May 2022, Clerk: No money."],
    ]


def test_each_overdue_item_states_why() -> None:
    late = "target: 31 December 2022"
    document = paper(
        f"{{id: A1, title: Waiting, {late}, blocked_by: [{{cause: Rain}}, {{cause: Strike, owner: Unions}}]}}",
        f"{{id: A2, title: After, {late}, depends_on: [A1, A5], updates: {{date: Jan-23, text: Begun. It goes on.}}}}",
        f"{{id: A3, title: With, {late}}}",
        f"{{id: A4, title: Reporter, {late}, updates: {{date: 2 January 2023, text: '{'long ' * 60}', covers: [A3]}}}}",
        "{id: A5, title: Done, status: complete, completed_on: 1 December 2022}",
    )
    assert [row[-1] for row in rows(document, "overdue")[1:]] == [
        "Waiting for: Rain; Strike (Unions)",
        "Depends on: Waiting (A1)\nJan-23: Begun.",
        "Reported with Reporter (A4).",
        f"2 January 2023: {('long ' * 48).strip()}…",
    ]


def test_ratings_are_the_council_s_words_and_come_with_their_key() -> None:
    document = paper(
        "{id: A1, title: Late, target: 31 December 2022}",
        "{id: A2, title: Waiting, target: Jan-23, blocked_by: consultation}",
        "{id: A3, title: Good, target: Jan-23, updates: [{date: 2023-01-10, text: Begun.}]}",
        "{id: A4, title: No target}",
        programme=PROGRAMME + "policy: {rating: {overdue: Red, on_track: Green}}\n",
    )
    assert rows(document, "overdue")[1] == ["Late", "A1", "Red", "31 December 2022", "12", "No update reported."]
    assert [row[2] for row in rows(document, "due")[1:]] == ["At risk", "Green"]
    assert rows(document, "ongoing")[1] == ["No target", "A4", "Not rated", ""]
    assert lines_of(document, "key")[0] == (
        "- Ratings are calculated from the dates. Complete: nothing is left to do; Red: its target has passed; "
        "At risk: it is waiting for others, its phase has ended, or it is due soon and has not started or has no "
        "recent update; Green: its target is still to come; Not rated: it has no target."
    )


def test_several_officers_are_several_and_none() -> None:
    record = "{id: A1, title: A, target: Jan-23, accountable: [Clerk, Mayor], inferred: accountable}"
    assert rows(paper(record), "due")[1][2] == "Clerk, Mayor* (several named)"


def test_target_changes_have_who_granted_or_refused_them() -> None:
    document = paper(
        """\
        id: A1
        title: Moved
        target: 31 March 2023
        revisions:
          - {from: Oct-22, to: Nov-22}
          - {from: Nov-22, to: Dec-22, approved_by: Mayor}
          - {from: Dec-22, to: 31 March 2023, decision: granted, meeting: AC-2022-10-17, minute: "7", reason: No staff.}
          - {from: 31 March 2023, to: Apr-23, decision: refused, date: 2 January 2023}
          - {from: 31 March 2023, to: 31 March 2023, category: correction}
          - {from: 31 March 2023, to: Apr-23, decision: requested}
        """,
        "{id: A2, title: Done, status: complete, revisions: {from: Oct-22, to: Nov-22}}",
        "{id: A3, title: Earlier, status: complete, completed_on: 9 May 2022, revisions: {from: Mar-22, to: Apr-22}}",
    )
    assert rows(document, "extensions") == [
        ["Item", "Id", "From", "To", "Decision", "Reason"],
        ["Moved", "A1", "Oct-22", "Nov-22", "changed without a recorded decision", ""],
        ["Moved", "A1", "Nov-22", "Dec-22", "granted, Mayor", ""],
        ["Moved", "A1", "Dec-22", "31 March 2023", "granted, Audit Committee, minute 7", "No staff."],
        ["Moved", "A1", "31 March 2023", "Apr-23", "refused, 2 January 2023", ""],
        ["Moved", "A1", "31 March 2023", "31 March 2023", "correction, no delay", ""],
        ["Moved", "A1", "31 March 2023", "Apr-23", "requested", ""],
        ["Done", "A2", "Oct-22", "Nov-22", "changed without a recorded decision", ""],
    ]


def test_completed_work_has_its_evidence_or_none() -> None:
    document = paper(
        "{id: A1, title: Shown, status: complete, completed_on: 5 January 2023, evidence: {title: Minutes}}",
        "{id: A2, title: Checked, status: complete, verified: {by: Auditor, on: 9 January 2023}}",
        "{id: A3, title: Before, status: verified, verified: {by: Auditor, on: 9 May 2022}, evidence: {title: List}}",
        programme=VERIFYING,
    )
    assert rows(document, "completed") == [
        ["Item", "Id", "Completed", "Evidence", "Verified"],
        ["Shown", "A1", "5 January 2023", "Minutes", "not verified"],
        ["Checked", "A2", "", "no evidence", "Auditor, 9 January 2023"],
    ]
    assert lines_of(document, "completed")[-1] == "Closed before the last meeting: Before (A3)."


def test_a_closed_record_has_its_decision() -> None:
    document = paper(
        "{id: A1, title: Replaced, status: superseded, superseded_by: A2, inferred: [superseded_by]}",
        "{id: A2, title: Later, status: embedded, decided: {on: 1 May 2023, continuing_owner: Clerk}}",
        "{id: A3, title: Before, status: noted, decided: {on: 1 May 2022, by: Us}}",
    )
    assert rows(document, "decisions")[1:] == [
        ["Replaced", "A1", "Superseded", "no decision recorded\nTo be replaced by Later (A2)*"],
        ["Later", "A2", "In progress; Embedded from 1 May 2023", "1 May 2023, carried on by Clerk"],
    ]
    assert lines_of(document, "decisions")[-1] == "Closed before the last meeting: Before (A3)."


def test_a_dependency_has_the_items_that_wait_for_it() -> None:
    document = paper(
        "{id: A1, title: One, target: Jan-23, blocked_by: [erp, {cause: Rain, owner: Weather, since: 1 May 2022}]}",
        "{id: A2, title: Two, status: complete, blocked_by: [erp]}",
        programme="title: T\ndependencies: [{id: erp, title: New system, owner: IT, expected: Q3 2024/25}]\n",
    )
    assert rows(document, "waiting") == [
        ["Dependency", "Owner", "Since", "Expected", "Items and their targets"],
        ["New system", "IT", "", "Q3 2024/25 (by 31 December 2024)", "One (A1): Jan-23"],
        ["Rain", "Weather", "1 May 2022", "", "One (A1): Jan-23"],
    ]


def test_items_that_wait_for_one_exempt_cause_are_one_row() -> None:
    exempt = "exempt: {paragraph: 3, reason: r, public_interest: p}"
    records = [f"{{id: A{n}, title: T, blocked_by: {{cause: Talks, {exempt}}}}}" for n in (1, 2)]
    context = redacted_context(case_of(*records), Audience.MEMBERS, "progress-report")
    (_, row) = rows(progress_report(context), "waiting")
    assert "Talks" in row[0]
    assert row[-1].splitlines() == ["T (A1)", "T (A2)"]


def test_a_shared_deliverable_has_one_line() -> None:
    records = (
        "{id: F1, title: One, target: Jan-23, same_deliverable_as: [F2]}",
        "{id: F2, title: Two, target: Jan-23}",
    )
    assert lines_of(paper(*records), "same-work")[1] == "- One (F1); Two (F2): Jan-23"
    apart = records[1].replace("Jan-23", "Mar-23")
    assert lines_of(paper(records[0].replace("[F2]", "[F2], inferred: same_deliverable_as"), apart), "same-work")[
        1
    ] == ("- One (F1); Two (F2)*")


def test_a_closed_record_shares_no_deliverable() -> None:
    records = (
        "{id: F1, title: One, target: Jan-23, same_deliverable_as: [F2, F3]}",
        "{id: F2, title: Two, target: Jan-23}",
        "{id: F3, title: Closed, status: noted, decided: {on: 1 May 2022, by: Us}}",
    )
    document = paper(*records)
    assert lines_of(document, "same-work")[1] == "- One (F1); Two (F2): Jan-23"
    assert ["Shared deliverable", "2", "2 open", "see “Shared deliverables”"] in rows(document, "figures")
    assert "same-work" not in keys(paper(records[0].replace("F2, ", ""), records[2]))


def test_a_request_without_an_action_is_listed() -> None:
    document = paper("{id: R1, title: R, parts: [{id: R1.1, text: a list}], unanswered: R1.1}", "{id: R2, title: More}")
    assert rows(document, "unanswered") == [["Request", "Id"], ["R", "R1"], ["More", "R2"]]


def test_notes_of_the_register_are_listed() -> None:
    document = paper("{id: R1, title: R, note: See the file.}", "{id: A1, title: A}")
    assert rows(document, "notes") == [["Item", "Id", "Note for officers"], ["R", "R1", "See the file."]]


def test_an_empty_section_is_left_out() -> None:
    update = "{date: 1 January 2023, text: x}"
    record = f"{{id: A1, title: A, target: Jan-23, status: in_progress, accountable: Clerk, updates: {update}}}"
    assert keys(paper(record)) == ["requests", "glance", "due", "key"]
    assert keys(paper(record, as_of=date(2022, 11, 1))) == ["requests", "glance", "ongoing", "key"]


def test_without_a_target_the_paper_states_once_that_nothing_can_be_overdue() -> None:
    meetings = "meetings: [{id: M1, date: 1 March 2023}, {id: M2, date: 1 June 2023}]\n"
    assert keys(paper("{id: A1, title: A}", programme=f"title: T\n{meetings}")) == [
        "requests", "glance", "ongoing", "missing", "key"
    ]  # fmt: skip


def test_an_introduction_follows_the_first_page() -> None:
    programme = "title: T\nreports: {progress-report: {introduction: Once a quarter., kinds: [action]}}\n"
    document = paper("{id: A1, title: A}", "{id: F1, title: F}", programme=programme)
    assert keys(document)[:3] == ["requests", "glance", "overview"]
    assert document.opening == ("requests", "glance")
    assert [row[0] for row in rows(document, "ongoing")] == ["Item", "A"]
