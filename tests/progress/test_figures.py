"""Figures: numbers, denominators, records and exclusions."""

from __future__ import annotations

from p2ptrack.model.programme import Layout
from p2ptrack.reports.progress import progress_report
from tests.papers.builders import context_of, redacted_context
from tests.progress.builders import keys, paper, rows
from tests.support import PROGRAMME, case_of

HEAD = ["Figure", "Number", "Out of", "Items"]


def test_each_figure_has_its_denominator_and_its_records() -> None:
    document = paper(
        "{id: A1, title: A, target: 31 December 2022, blocked_by: [consultation, done]}",
        "{id: A2, title: B, target: 31 January 2023, same_deliverable_as: A1, blocked_by: {cause: Rain}, "
        "revisions: [{from: Dec-22, to: 31 January 2023, decision: granted}]}",
        "{id: A3, title: C, target: Mar-23, revisions: [{from: Jan-23, to: Mar-23, decision: requested}]}",
        "{id: A4, title: D, blocked_by: [consultation], inferred: [blocked_by]}",
        "{id: A5, title: E, status: complete, inferred: status}",
        "{id: A6, title: F, status: verified, verified: {by: Auditor, on: 9 January 2023}}",
        programme=PROGRAMME + "policy: {verification: action}\n",
        meeting="AC-2023-03",
    )
    assert rows(document, "figures") == [
        HEAD,
        ["Overdue", "1", "3 with a target date", "see “Overdue”\nExcludes 1 item with no target date."],
        ["Due by 31 March 2023", "2", "3 with a target date", "see “Due next”"],
        ["Extension requested", "1", "4 open", "see “Target changes”"],
        ["Target extended", "1", "3 with a target date", "see “Target changes”"],
        ["Waiting for others", "3", "4 open", "see “Waiting for others”"],
        ["Shared deliverable", "2", "4 open", "see “Shared deliverables”"],
        ["Complete, not verified", "1*", "1 complete", "see “Completed”"],
    ]


def test_without_a_target_overdue_is_not_calculable() -> None:
    assert rows(paper("{id: A1, title: A}"), "figures") == [
        HEAD,
        ["Overdue", "not calculable", "none with a target date", "Excludes 1 item with no target date."],
        ["Due by 11 February 2023", "not calculable", "none with a target date", ""],
    ]


def test_large_numbers_are_shares_too_and_many_ids_are_in_their_section() -> None:
    late = [f"{{id: A{n}, title: T, target: {n} December 2022}}" for n in range(1, 17)]
    soon = [f"{{id: F{n}, title: T, target: {n} February 2023}}" for n in range(1, 10)]
    assert rows(paper(*late, *soon), "figures")[1:] == [
        ["Overdue", "16", "25 with a target date (64%)", "see “Overdue”"],
        ["Due by 11 February 2023", "9", "25 with a target date (36%)", "see “Due next”"],
    ]


def test_a_section_that_the_layout_leaves_out_has_its_ids_among_the_figures() -> None:
    late = [f"{{id: A{n}, title: T, target: {n} December 2022}}" for n in (2, 3, 4, 7, 8)]
    layout = Layout({"progress-report": ("glance", "due")})
    assert rows(paper(*late, layout=layout), "figures")[1] == [
        "Overdue",
        "5",
        "5 with a target date",
        "A2 to A4, A7, A8",
    ]


def test_gaps_are_counted_and_all_named() -> None:
    document = paper(
        "{id: A1, title: A, accountable: [Clerk, Mayor], status: not_started, target: Ongoing, "
        "updates: {source: undated, text: x}}",
        "{id: A2, title: B, status: complete, accountable: Clerk}",
        "{id: A3, title: C, accountable: Clerk, target: 1 May 2023, updates: {date: 1 May 2022, text: x}}",
        "{id: A4, title: D, status: noted, accountable: Clerk}",
        "{id: A5, title: E, status: in_progress}",
    )
    assert rows(document, "missing") == [
        HEAD,
        ["No target date", "1", "3 open", "A5"],
        ["Ongoing, no review date", "1", "3 open", "A1"],
        ["No responsible officer", "1", "5 items", "A5"],
        ["Several responsible officers named", "1", "5 items", "A1"],
        ["No status", "1", "5 items", "A3"],
        ["No update", "1", "3 open", "A5"],
        ["No recent update", "1", "3 open", "A3"],
        ["Updates without a date", "1", "3 open", "A1"],
        ["No evidence", "1", "1 complete", "see “Completed”"],
        ["No completion date", "1", "1 complete", "see “Completed”"],
        ["No decision recorded", "1", "1 closed by decision", "see “Decisions”"],
    ]


def test_a_gap_in_every_one_of_many_records_names_none() -> None:
    records = [f"{{id: A{n}, title: T, status: in_progress, target: Mar-23}}" for n in range(1, 17)]
    assert rows(paper(*records), "missing")[1] == ["No responsible officer", "16", "16 items (100%)", "all of them"]


def test_a_redacted_field_is_no_gap() -> None:
    ground = "exempt: {paragraph: 3, reason: r, public_interest: p, fields: [status, evidence, completed_on, decided]}"
    case = case_of(
        f"{{id: A1, title: A, accountable: Clerk, status: complete, {ground}}}",
        f"{{id: A2, title: B, accountable: Clerk, status: noted, {ground}}}",
    )
    public_context = redacted_context(case, report="progress-report")
    assert "missing" in keys(progress_report(context_of(case, report="progress-report")))
    assert "missing" not in keys(progress_report(public_context))


def test_a_redacted_update_is_not_an_undated_one() -> None:
    update = "updates: {date: 2023-01-05, text: Talks., exempt: {paragraph: 3, reason: r, public_interest: p}}"
    case = case_of(f"{{id: A1, title: A, accountable: Clerk, status: in_progress, target: Mar-23, {update}}}")
    public_context = redacted_context(case, report="progress-report")
    assert "missing" not in keys(progress_report(context_of(case, report="progress-report")))
    assert "missing" not in keys(progress_report(public_context))
