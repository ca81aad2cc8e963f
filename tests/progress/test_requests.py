"""Asks of the committee, worked out from small registers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from p2ptrack.reports.progress import progress_report
from tests.progress.builders import context, keys, lines_of, paper

LATE = "{id: F1, title: Late, target: 31 December 2022, accountable: Clerk, updates: {date: 2023-01-02, text: x}}"
SOON = "{id: F2, title: Soon, target: 31 January 2023, accountable: Clerk, updates: {date: 2023-01-02, text: x}}"
NEITHER = "No extensions or risk acceptances are requested."


def test_the_committee_notes_overdue_and_due_items() -> None:
    assert lines_of(paper(LATE, SOON, meeting="AC-2023-03"), "requests") == [
        (
            "- note that 1 item is overdue (Late, F1), and that 1 of the 2 items with a target date is due by "
            "31 March 2023"
        ),
        NEITHER,
    ]


def test_without_a_meeting_it_looks_as_far_ahead_as_the_policy_does() -> None:
    assert lines_of(paper(SOON, LATE.replace("F1", "F3")), "requests")[0] == (
        "- note that 1 item is overdue (Late, F3), and that 1 of the 2 items with a target date is due by "
        "11 February 2023"
    )
    assert lines_of(paper(SOON, as_of=date(2022, 11, 1)), "requests")[0] == (
        "- note that nothing is overdue, and that none of the 1 items with a target date is due by 1 December 2022"
    )


def test_without_a_target_nothing_can_be_overdue() -> None:
    assert lines_of(paper("{id: A1, title: A}"), "requests") == [
        "- note that no open item has a target date, so none can be overdue",
        "- ask for a responsible officer for 1 item (A, A1); a target date for the open item that has none (A, A1)",
        NEITHER,
    ]


def test_gaps_are_one_ask() -> None:
    recommendation = "{id: R1, title: R, parts: [{id: R1.1, text: one}, {id: R1.2, text: two}]}"
    records = (recommendation, "{id: A1, title: A, recommendations: R1.1}", "{id: A2, title: B, target: Mar-23}")
    assert lines_of(paper(*records), "requests")[1] == (
        "- ask for a responsible officer for each of the 2 items; a target date for the open item that has none "
        "(A, A1); an action for the request that has none (R1.2)"
    )


def test_a_closed_record_needs_no_officer_unless_embedded() -> None:
    decided = "decided: {on: 1 December 2022, by: Audit Committee}"
    records = (
        f"{{id: A1, title: One, status: withdrawn, {decided}}}",
        f"{{id: A2, title: Two, status: embedded, {decided}}}",
        "{id: A3, title: Three, status: verified, verified: {by: Auditor, on: 1 December 2022}}",
    )
    assert lines_of(paper(*records), "requests")[1:] == [
        "- ask for a responsible officer for 1 item (Two, A2)",
        NEITHER,
    ]


def test_a_council_s_abbreviation_keeps_its_capitals() -> None:
    paper_context = context("{id: A1, title: One, status: noted, accountable: Clerk}")
    words = replace(paper_context.wording, templates={**paper_context.wording.templates, "status_noted": "NFA"})
    assert (
        lines_of(progress_report(replace(paper_context, wording=words)), "requests")[1]
        == "- agree to close One (A1) as NFA"
    )


def test_undecided_closures_holds_and_risks_are_asks() -> None:
    decided = "{on: 1 December 2022, by: Audit Committee}"
    records = (
        "{id: A1, title: One, status: noted, inferred: status, accountable: Clerk}",
        "{id: A2, title: Two, status: superseded, superseded_by: A1, decided: {on: 31 March 2023}, accountable: Clerk}",
        "{id: A3, title: Three, status: on_hold, decided: {reason: No money.}, accountable: Clerk}",
        "{id: A4, title: Four, status: risk_accepted, accountable: Clerk}",
        f"{{id: A5, title: Five, status: withdrawn, decided: {decided}, accountable: Clerk}}",
    )
    assert lines_of(paper(*records), "requests")[1:] == [
        "- agree to close One (A1) as noted*",
        "- agree to close Two (A2) as superseded from 31 March 2023",
        "- agree to put Three (A3) on hold: No money.",
        "- accept the risk of not doing Four (A4)",
        "- ask for a target date for each of the 2 open items",
        "No extensions are requested.",
    ]


def test_a_decision_of_this_meeting_is_an_ask() -> None:
    record = (
        "{id: A1, title: One, status: withdrawn, decided: {on: 1 March 2023, meeting: AC-2023-03}, accountable: Clerk}"
    )
    assert lines_of(paper(record, meeting="AC-2023-03", as_of=date(2023, 3, 2)), "requests")[1] == (
        "- agree to close One (A1) as withdrawn"
    )
    assert lines_of(paper(record, as_of=date(2023, 3, 2)), "requests")[1:] == [NEITHER]


def test_many_requests_of_one_type_are_one_ask() -> None:
    records = tuple(f"{{id: A{n}, title: T, status: noted, accountable: Clerk}}" for n in range(1, 5))
    assert lines_of(paper(*records), "requests")[1:-1] == [
        "- agree to close 4 items as listed under “Decisions”: A1 to A4"
    ]


def test_an_extension_is_requested_until_it_is_decided() -> None:
    change = "from: 31 January 2023, to: 30 April 2023"
    record = "{{id: A1, title: One, target: 31 January 2023, accountable: Clerk, revisions: [{{{0}}}]}}"
    requested = record.format(f"{change}, decision: requested, reason: No staff.")
    assert lines_of(paper(requested), "requests")[1:] == [
        "- agree or refuse to change the target date of One (A1) from 31 January 2023 to 30 April 2023: No staff.",
        "No risk acceptances are requested.",
    ]
    assert lines_of(paper(record.format(f"{change}, decision: granted")), "requests")[1:] == [NEITHER]


def test_an_unanswered_target_change_is_a_request_where_approval_is_needed() -> None:
    programme = "title: T\npolicy: {extensions_need_approval: true}\n"
    record = "{{id: A1, title: One, target: 31 January 2023, accountable: Clerk, revisions: [{{{0}}}]}}"
    change = "from: 31 January 2023, to: 30 April 2023"
    assert lines_of(paper(record.format(change), programme=programme), "requests")[1].startswith(
        "- agree or refuse to change"
    )
    assert lines_of(paper(record.format(change)), "requests")[1:] == [NEITHER]
    for answer in ("approved_by: Clerk", "category: correction"):
        asks = lines_of(paper(record.format(f"{change}, {answer}"), programme=programme), "requests")
        assert asks[1:] == [NEITHER], answer


def test_an_ongoing_record_without_review_date_needs_one() -> None:
    ongoing = "{id: F1, title: One, target: Ongoing, accountable: Clerk}"
    assert lines_of(paper(ongoing), "requests")[1] == (
        "- set a review date for One (F1), which is ongoing and has none, or agree to close it"
    )
    assert lines_of(paper(ongoing, ongoing.replace("F1", "F2")), "requests")[1] == (
        "- set review dates for the ongoing items that have none, or agree to close them: One (F1); One (F2)"
    )


def test_asks_in_the_programme_replace_the_computed_ones() -> None:
    programme = "title: T\nreports: {progress-report: {asks: [note the report, thank the officers]}}\n"
    assert lines_of(paper(LATE, programme=programme), "requests") == ["- note the report", "- thank the officers"]


def test_an_empty_register_has_no_asks() -> None:
    assert keys(paper()) == ["overview", "key"]
    assert keys(paper("{id: R1, title: R}")) == ["unanswered", "progress", "key"]
