from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptrack.analysis.facts import (
    FACT_NAMES,
    FLAG_NAMES,
    RecordFacts,
    find_missing_decision_fields,
    get_original_target,
)
from p2ptrack.analysis.measures import find_stage
from p2ptrack.analysis.rules import run_rules
from tests.support import PROGRAMME, case_of

_ACTION = "id: A01\ntitle: An action\n"
_APPROVAL = PROGRAMME + "policy: {extensions_need_approval: true, verification: action}\n"


def facts(text: str, as_of: date = date(2023, 1, 12), programme: str = PROGRAMME, *others: str) -> RecordFacts:
    return case_of(_ACTION + text, *others, as_of=as_of, programme=programme).facts["A01"]


def test_an_action_without_fields_is_open_and_lacks_an_owner_a_target_and_updates() -> None:
    assert facts("") == RecordFacts(
        unfinished=True,
        closed=False,
        overdue=False,
        days_overdue=None,
        due_soon=False,
        days_to_target=None,
        slipped=False,
        times_moved=0,
        days_moved=0,
        no_target=True,
        no_recent_update=True,
        days_since_update=None,
        waiting=False,
        no_owner=True,
        past_phase=False,
        awaiting_verification=False,
        days_late_at_completion=None,
    )


def test_the_names_of_facts_are_the_contract_in_its_order() -> None:
    contract = (
        "unfinished closed overdue days_overdue due_soon days_to_target slipped times_moved days_moved no_target "
        "no_recent_update days_since_update waiting no_owner past_phase awaiting_verification "
        "days_late_at_completion"
    )
    assert contract.split() == list(FACT_NAMES) == list(RecordFacts._fields)
    assert set(FACT_NAMES) - set(FLAG_NAMES) == {
        "days_overdue", "days_to_target", "times_moved", "days_moved", "days_since_update",
        "days_late_at_completion",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("as_of", "overdue", "days_overdue", "due_soon", "days"),
    [
        (date(2023, 1, 1), False, 0, True, 30),
        (date(2022, 12, 31), False, 0, False, 31),
        (date(2023, 1, 31), False, 0, True, 0),
        (date(2023, 2, 1), True, 1, False, -1),
    ],
)
def test_a_target_is_overdue_only_after_its_last_day_and_limits_are_inclusive(
    as_of: date, overdue: bool, days_overdue: int, due_soon: bool, days: int
) -> None:
    computed = facts("target: Jan-23\n", as_of)
    assert (computed.overdue, computed.days_overdue, computed.due_soon, computed.days_to_target) == (
        overdue, days_overdue, due_soon, days,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "as_of", "unfinished", "closed"),
    [
        ("status: complete", date(2023, 1, 12), False, True),
        ("status: not_started", date(2023, 1, 12), True, False),
        ("status: verified", date(2023, 1, 12), False, True),
        ("status: on_hold", date(2023, 1, 12), True, False),
        ("status: superseded", date(2023, 1, 12), False, True),
        ("status: superseded\ndecided: {on: 31 March 2023}", date(2023, 3, 30), True, False),
        ("status: superseded\ndecided: {on: 31 March 2023}", date(2023, 3, 31), False, True),
        ("status: withdrawn\ndecided: {on: March 2023}", date(2023, 3, 30), True, False),
        ("status: noted\ndecided: {reason: Nothing was asked for.}", date(2023, 3, 30), False, True),
    ],
)
def test_closed_statuses_apply_from_the_day_of_the_decision(
    text: str, as_of: date, unfinished: bool, closed: bool
) -> None:
    computed = facts(text, as_of)
    assert (computed.unfinished, computed.closed) == (unfinished, closed)


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("", False),
        ("verified: {by: Chief Internal Auditor}", False),
        ("verified: {on: 2023-01-10}", False),
        ("verified: {by: Chief Internal Auditor, on: 2023-01-10}", True),
        ("verified: {by: Chief Internal Auditor, on: 2023-01-13}", False),
        ("verified: {by: Chief Internal Auditor, on: TBC}", True),
    ],
)
def test_a_kind_that_needs_verification_is_closed_once_it_is_verified(text: str, closed: bool) -> None:
    computed = facts(f"status: complete\n{text}", programme=_APPROVAL)
    assert (computed.closed, computed.awaiting_verification, computed.unfinished) == (closed, not closed, False)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("status: complete, target: 30 September 2022, completed_on: 12 October 2022", 12),
        ("status: verified, target: 30 September 2022, completed_on: 12 October 2022", 12),
        ("status: complete, target: 30 September 2022, completed_on: 30 September 2022", 0),
        ("status: complete, target: Sep-22, completed_on: 2 September 2022", 0),
        ("status: complete, target: Sep-22, completed_on: Oct-22", 1),
        ("status: complete, target: 15 October 2022, completed_on: Oct-22", None),
        ("status: complete, target: P1, completed_on: 1 October 2022", 1),
        ("status: complete, target: TBC, completed_on: 1 October 2022", None),
        ("status: complete, target: 30 September 2022", None),
        ("status: complete, completed_on: 1 October 2022", None),
        ("status: in_progress, target: 30 September 2022, completed_on: 12 October 2022", None),
    ],
)
def test_how_late_a_record_was_completed(text: str, days: int | None) -> None:
    assert facts(text.replace(", ", "\n")).days_late_at_completion == days


@pytest.mark.parametrize(
    ("text", "no_target", "overdue"),
    [
        ("target: On-going", False, False),
        ("target: TBC", True, False),
        ('target: {raw: "when the Board meets", means: none}', True, False),
        ("target: July 2022 and ongoing", False, True),
        ("target: July 2022 and ongoing\nreview_by: March 2023", False, False),
        ("target: July 2022 and ongoing\nreview_by: December 2022", False, True),
        ("target: On-going\nreview_by: December 2022", False, True),
        ("target: December 2022\nreview_by: March 2023", False, True),
        ("target: CBT Phase 1", False, True),
        ("target: CBT Phase 2", False, False),
        ("target: AC-2023-03", False, False),
    ],
)
def test_targets_other_than_a_date(text: str, no_target: bool, overdue: bool) -> None:
    computed = facts(text)
    assert (computed.no_target, computed.overdue) == (no_target, overdue)


_REVISION = "revisions: [{from: Jan-23, to: Mar-23, category: capacity, %s}]"


@pytest.mark.parametrize(
    ("about", "programme", "times"),
    [
        ("reason: Staff", PROGRAMME, 1),
        ("decision: requested", PROGRAMME, 0),
        ("decision: requested, approved_by: Audit Committee", PROGRAMME, 0),
        ("decision: refused", PROGRAMME, 0),
        ("decision: refused, approved_by: Audit Committee", PROGRAMME, 0),
        ("reason: Staff", _APPROVAL, 0),
        ("decision: requested", _APPROVAL, 0),
        ("decision: granted", _APPROVAL, 1),
        ("approved_by: Audit Committee", _APPROVAL, 1),
        ("approved_by: Audit Committee, decision: requested", _APPROVAL, 0),
    ],
)
def test_only_granted_changes_count_where_policy_asks_for_approval(about: str, programme: str, times: int) -> None:
    computed = facts(_REVISION % about, programme=programme)
    assert (computed.times_moved, computed.slipped, computed.days_moved) == (times, bool(times), 59 if times else 0)


@pytest.mark.parametrize(
    ("revisions", "times", "days", "slipped"),
    [
        ("{from: Jan-23, to: Mar-23, category: correction}", 0, 0, False),
        ("{from: Mar-23, to: Jan-23}", 1, -59, False),
        ("{from: Jan-23, to: Mar-23}, {from: Mar-23, to: Jan-23}", 2, 0, False),
        ("{from: Jan-23, to: TBC}", 1, None, True),
        ("{from: TBC, to: Jan-23}", 0, 0, False),
        ("{from: in due course, to: Ongoing}", 0, 0, False),
        ("{from: {raw: Next Cabinet meeting, means: none}, to: Jan-23}", 0, 0, False),
        ("{from: TBC, to: Jan-23}, {from: Jan-23, to: Mar-23}", 1, 59, True),
        ("{from: Jan-23, to: TBC}, {from: TBC, to: Mar-23}", 1, None, True),
        ("{from: Ongoing, to: Jan-23}", 1, None, False),
        ("{from: 30 September 2026, to: 31 December 2026}, {from: 30 November 2026, to: 31 March 2027}", 2, 182, True),
    ],
)
def test_days_moved_and_slipped(revisions: str, times: int, days: int | None, slipped: bool) -> None:
    computed = facts(f"revisions: [{revisions}]")
    assert (computed.times_moved, computed.days_moved, computed.slipped) == (times, days, slipped)


@pytest.mark.parametrize(
    ("updates", "since", "not_recent"),
    [
        ("{date: 2022-10-14, text: Done.}", 90, False),
        ("{date: 2022-10-13, text: Done.}", 91, True),
        ("{date: 2022-10-01, text: Old.}, {date: Jan-23, text: New.}", 0, False),
        ("{text: Undated.}", None, None),
        ("{source: undated, text: Undated.}", None, None),
        ("{source: {id: paper, ref: row 2}, text: Cited.}", 0, False),
        ("{meeting: AC-2022-10-17, text: Reported.}", 87, False),
        ("{meeting: nowhere, text: Reported.}", None, None),
    ],
)
def test_days_since_the_newest_update(updates: str, since: int | None, not_recent: bool | None) -> None:
    computed = facts(f"updates: [{updates}]")
    assert (computed.days_since_update, computed.no_recent_update) == (since, not_recent)


@pytest.mark.parametrize(("extent", "expected"), [("whole", False), ("in_part", False), ("heading_only", True)])
def test_an_update_of_another_record_counts_unless_it_only_shares_the_heading(extent: str, expected: bool) -> None:
    other = f"id: A02\ntitle: Another\nupdates: [{{date: 2023-01-01, text: Both., covers: {{A01: {extent}}}}}]\n"
    assert facts("", date(2023, 1, 12), PROGRAMME, other).no_recent_update is expected


@pytest.mark.parametrize(
    ("text", "waiting"),
    [
        ("blocked_by: consultation", True),
        ("blocked_by: done", False),
        ("blocked_by: [done, {cause: Staff, owner: IDS}]", True),
        ("blocked_by: consultation\nstatus: complete", False),
    ],
)
def test_an_open_record_waits_until_every_blocker_is_cleared(text: str, waiting: bool) -> None:
    assert facts(text).waiting is waiting


@pytest.mark.parametrize(
    ("text", "past"),
    [
        ("", False),
        ("phase: P1", None),
        ("phase: P1\nphase_end: P1", True),
        ("phase: P1\nphase_end: P2", False),
        ("phase: P1\nphase_end: P9", None),
        ("phase: P1\nphase_end: P1\nstatus: complete", False),
    ],
)
def test_a_record_is_past_its_phase_when_its_end_phase_has_ended(text: str, past: bool | None) -> None:
    assert facts(text).past_phase is past


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ("status: complete", ()),
        ("status: verified", ()),
        ("status: noted", ("on", "by", "reason")),
        ("status: noted\ndecided: {on: 2023-01-01, reason: r}", ("by",)),
        ("status: noted\ndecided: {meeting: AC-2022-10-17}", ("reason",)),
        ("status: embedded\ndecided: {meeting: AC-2022-10-17, reason: r}", ("continuing_owner",)),
        ("status: on_hold\ndecided: {on: 2023-01-01, by: Board, reason: r}", ()),
    ],
)
def test_missing_decision_fields(fields: str, missing: tuple[str, ...]) -> None:
    (record,) = case_of(_ACTION + fields).tracked()
    assert find_missing_decision_fields(record) == missing


def test_one_accountable_officer_is_enough() -> None:
    assert facts("accountable: Head of Procurement").no_owner is False


@given(
    st.sampled_from(["", "target: Jan-23\n", "target: On-going\n", "target: 2023/24\n", "target: TBC\n"]),
    st.sampled_from(["", "status: complete\n", "status: on_hold\n", "status: noted\n", "status: in_progress\n"]),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
def test_facts_never_contradict_each_other(target: str, status: str, as_of: date) -> None:
    computed = facts(target + status, as_of)
    assert not (computed.unfinished and computed.closed)
    assert not (computed.overdue and computed.due_soon)
    assert not (computed.overdue and computed.no_target)
    assert computed.unfinished or not (computed.overdue or computed.due_soon or computed.no_target or computed.waiting)
    assert (computed.days_to_target is None) == (computed.days_overdue is None)


@pytest.mark.parametrize(
    ("revisions", "times", "days"),
    [
        ("{from: 31 March 2027, to: 31/03/2027}", 0, 0),
        ("{from: Mar-27, to: 31 March 2027}", 0, 0),
        ("{from: On-going, to: Ongoing}", 0, 0),
        ("{from: TBC, to: To be confirmed}", 0, 0),
        ("{from: 2027-03-31, to: '2027-03-31', decision: granted}", 0, 0),
        ("{from: 31 March 2027, to: 31/03/2027}, {from: 31/03/2027, to: 30 June 2027}", 1, 91),
        ("{from: 31 March 2027, to: 28 February 2027}", 1, -31),
        ("{from: TBC, to: 31 March 2027}", 0, 0),
        ("{from: Mar-27, to: Apr-27}, {from: Apr-27, to: Mar-27}", 2, 0),
    ],
)
def test_a_change_to_the_same_day_is_no_change(revisions: str, times: int, days: int | None) -> None:
    computed = case_of(f"{{id: A01, title: a, target: Mar-27, revisions: [{revisions}]}}").facts["A01"]
    assert (computed.times_moved, computed.days_moved) == (times, days)
    assert not (times == 0 and computed.slipped)


def test_a_first_target_needs_no_approval_and_is_the_original_target() -> None:
    revisions = "revisions: [{from: TBC, to: Mar-27}, {from: Mar-27, to: Jun-27, approved_by: Audit Committee}]"
    programme = f"{PROGRAMME}policy: {{extensions_need_approval: true}}\n"
    case = case_of(f"{{id: A01, title: a, target: Jun-27, {revisions}}}", programme=programme)
    record = case.tracked()[0]
    assert (case.facts["A01"].times_moved, case.facts["A01"].days_moved) == (1, 91)
    assert (original := get_original_target(record, case.policy))
    assert original.raw == "Mar-27"
    assert not {"T141", "T143", "T147"} & {problem.code for problem in run_rules(case) if "Jun" not in problem.message}


def test_a_change_to_the_same_day_is_reported_once() -> None:
    case = case_of("{id: A01, title: a, target: 31/03/2027, revisions: [{from: 31 March 2027, to: 31/03/2027}]}")
    codes = {problem.code for problem in run_rules(case)}
    assert "T148" in codes
    assert "T141" not in codes


@pytest.mark.parametrize(
    ("verified", "closed"),
    [
        ("", False),
        ("verified: {by: Head of Procurement, on: 2023-01-10}", False),
        ("verified: {by: head of  procurement, on: 2023-01-10}", False),
        ("verified: {by: Chief Internal Auditor, on: 2023-01-10}", True),
        ("verified: {by: Chief Internal Auditor}", False),
        ("verified: {by: TBC, on: 2023-01-10}", False),
        ("verified: {by: Chief Internal Auditor, on: 2023-01-13}", False),
    ],
)
@pytest.mark.parametrize("word", ["verified", "Implemented and verified", "complete"])
def test_a_status_that_claims_verification_needs_another_verifier(word: str, verified: str, closed: bool) -> None:
    text = f"id: A01\ntitle: x\nstatus: {word}\naccountable: City Solicitor / Head of Procurement\n{verified}"
    case = case_of(text, programme="title: A\npolicy: {verification: action}")
    facts = case.facts["A01"]
    assert (facts.closed, facts.awaiting_verification, facts.unfinished) == (closed, not closed, False)
    assert find_stage(case, case.tracked()[0]) == ("closed" if closed else "complete")
