"""Wordings of councils: updates without information, proposals to close a record, and several officers in one text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptrack.analysis.links import names_multiple, split_owners
from p2ptrack.analysis.rules import run_rules, update_texts
from p2ptrack.analysis.rules.update_texts import (
    has_closure_proposal,
    has_open_work,
    is_reported_finished,
    is_reported_late,
    is_reported_started,
    is_uninformative,
    list_expected_dates,
)
from tests.support import case_of, examples

EMPTY = (
    "The Department continues to work towards implementation of this recommendation.",
    "Officer on leave, update to follow.",
    "The agency did not provide an update.",
    "Update requested from service. Awaiting response.",
    "Under consideration",
    "Carried forward",
    "WIP",
    "This is being dealt with",
    "Being actioned",
    "No movement",
    "Unchanged since September",
    "Same position as July 2026",
    "The service will provide an update",
    "An update will be given at the next meeting in December",
    "Verbal update to be given",
    "A verbal update will be provided at the meeting.",
    "Not yet due",
    "Not due until March",
    "On track",
    "On target.",
    "Progressing well",
    "No change",
    "No change since last meeting",
    "No update available",
    "Update awaited",
    "Awaiting update from service",
    "Nothing to report",
    "As previously reported",
    "As per last update",
    "Work ongoing",
    "In hand",
    "Being progressed",
    "This is in progress.",
    "Under review",
    "To be discussed at the meeting",
    "Update to follow",
    "No progress",
    "No further update",
    "Ongoing - no change",
    "Green",
    "Amber - on track",
    "N/A",
    "TBC",
    "Action ongoing and on track for completion by the due date.",
    "Officers continue to progress this action",
    "Mae'r gwaith yn parhau",
    "Dim newid",
    "Ar y trywydd iawn",
    "I'w gadarnhau",
    "Diweddariad llafar i'w roi yn y cyfarfod",
    "Still outstanding",
    "Action not yet due",
    "Not yet started",
    "Will be completed by the target date",
    "Continuing",
    "Continue to monitor",
    "To be monitored",
    "Business as usual",
    "Now BAU",
    "No issues",
    "Progress is being made",
    "Discussions are ongoing",
    "Still on track to complete",
    "Due date not yet reached",
    "Please see previous update",
    "Position remains the same as last reported",
    "The update will be given verbally by the Director.",
    "Officer to update at meeting",
    "Oral report",
    "See previous comments",
)
INFORMATIVE = (
    "Council approved the policy.",
    "Trust board considered it.",
    "Meeting held in December",
    "Same day payments since July",
    "Return submitted to HMRC",
    "Not started: post vacant",
    "Report returned to the supplier",
    "No change to the contract: it ends in March",
    "Two suppliers responded",
    "Ongoing: 12 of 20 done",
    "The policy was approved by Cabinet",
    "Nothing received from the supplier, so a reminder was sent",
    "Work has started",
    "Training delivered to all managers",
    "Drafted and sent to Legal",
    "The post is vacant",
    "Awaiting approval by Cabinet",
    "Recruitment has failed twice",
    "Server replaced",
    "Tender issued",
    "Report went to committee",
    "Contract signed",
    "Audit confirmed closure",
    "No funding was available",
    "The supplier withdrew",
    "Discussions with the union are ongoing",
    "Testing is under way",
    "Mae'r polisi wedi'i gymeradwyo gan y Cabinet",
    "The register is complete",
    "Not started because the post is vacant",
    "Delayed by the pandemic",
    "On track: supplier appointed",
    "Draft policy with the Monitoring Officer",
    "Work paused until the restructure ends",
)
PROPOSALS = (
    "Proposed for closure.",
    "Recommend closure",
    "It is recommended that this action is closed",
    "Action can now be closed.",
    "Request to close",
    "Propose to close this item",
    "This recommendation is now considered closed",
    "Suggest this is closed",
    "Recommended for sign off",
    "Ready for closure",
    "We would like to close this action",
    "Closure requested",
    "Please close",
    "To close",
    "Action closed",
    "Item to be removed from the tracker",
    "Officers propose that the recommendation be closed",
    "We propose closing this",
    "Propose removal from the log",
    "Complete - propose close",
    "Cynigir cau'r weithred",
    "Awaiting closure",
    "Closed - subject to committee approval",
    "It is proposed that the committee agrees to close this action",
    "Proposed to be closed",
    "For closure",
    "Suggested for closure by the service",
)
NO_PROPOSALS = (
    "The two accounts were closed",
    "Closure of the depot is proposed",
    "Proposed for closure once tested",
    "Not proposed for closure",
    "It is too early to close this",
    "Propose to close the loop with suppliers",
    "Members asked for closure reports",
    "The school is proposed for closure",
    "The consultation closed on 4 January",
    "Recommend that the item stays open",
    "The bank account will be closed",
    "A road closure was requested",
    "Ready to close the year-end accounts",
    "Request for closure of the old system was refused",
    "The programme is to be closed in March",
    "Proposed closure date 31 March",
    "Recommended closure of the library",
)
SEVERAL_OWNERS = (
    "Head of Finance/Head of HR",
    "Head of Finance and Head of HR",
    "Head of Finance, Head of HR",
    "Head of Finance & Head of HR",
    "All Directors",
    "All Heads of Service",
    "Directors",
    "Each Director",
    "Head of Finance; Head of HR",
    "Head of Finance + Head of HR",
    "Head of Finance\nHead of HR",
    "Head of Finance with Head of HR",
    "Head of Finance (with Head of HR)",
    "Jointly Head of Finance, Head of HR",
    "Principal Accountant/ Head of Procurement",
    "Director of Place / Director of People",
    "Finance Manager and Procurement Manager",
    "Heads of Service",
    "Service Managers",
    "Various",
    "All",
    "Pennaeth Cyllid a Phennaeth AD",
    "Pennaeth Cyllid / Pennaeth AD",
    "Head of Finance or Head of HR",
    "Head of Legal, Head of Finance and Head of HR",
)
ONE_OWNER = (
    "Head of HR and OD",
    "Director of Finance and Corporate Resources",
    "Clerk and RFO",
    "Director of Law and Governance",
    "Head of Legal, Democratic and Electoral Services",
    "Executive Director of Nursing, Quality and Safety",
    "Head of Health, Safety & Wellbeing",
    "Director – Housing and Communities",
    "Assistant Director (Place & Economy)",
    "Chief Executive",
    "Head of IT/Digital",
    "Director of Adults, Health and Wellbeing",
    "Corporate Director, Resources",
    "Section 151 Officer",
    "Monitoring Officer and Director of Legal",
    "Pennaeth Cyllid ac Eiddo",
    "Policy & Performance Manager",
    "Deputy Chief Executive / Section 151 Officer",
    "Head of Audit, Risk and Fraud",
    "Procurement and Contracts Manager",
    "Head of Planning/Building Control",
    "Health & Safety Manager",
    "Chair of the Audit and Risk Committee",
)


@pytest.mark.parametrize("text", EMPTY)
def test_an_update_that_names_no_fact_is_found(text: str) -> None:
    assert is_uninformative(text)


@pytest.mark.parametrize("text", INFORMATIVE)
def test_an_update_that_names_a_fact_is_not(text: str) -> None:
    assert not is_uninformative(text)


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        (re.compile(update_texts._PROPOSAL), update_texts._PROPOSAL_PARTS),
        (update_texts._WHOLE_PROPOSAL, update_texts._PROPOSAL_PARTS),
        (update_texts._FINISHED_CLAUSE, update_texts._FINISHED_PARTS),
        (update_texts._FINISHED, update_texts._FINISHED_PARTS),
        (update_texts._LATE, update_texts._LATE_PARTS),
        (update_texts._EXPECTED, update_texts._EXPECTED_PARTS),
        (update_texts._MOVED, update_texts._EXPECTED_PARTS),
        (update_texts._OWNER_HAS_LEFT, update_texts._OWNER_LEFT_PARTS),
        (update_texts._POST_IS_VACANT, update_texts._OWNER_LEFT_PARTS),
    ],
)
@examples(30)
@given(st.data())
def test_every_text_that_a_pattern_matches_has_one_of_its_parts(
    pattern: re.Pattern[str], parts: frozenset[str], data: st.DataObject
) -> None:
    text = data.draw(st.from_regex(re.compile(pattern.pattern), fullmatch=True, alphabet=st.characters(codec="ascii")))
    if pattern.search(text.casefold()):
        assert update_texts._list_parts(text) & parts


@pytest.mark.parametrize("text", PROPOSALS)
def test_a_proposal_to_close_a_record_is_found(text: str) -> None:
    assert has_closure_proposal(text)


@pytest.mark.parametrize("text", NO_PROPOSALS)
def test_another_closure_is_no_proposal(text: str) -> None:
    assert not has_closure_proposal(text)


@pytest.mark.parametrize("text", SEVERAL_OWNERS)
def test_several_officers_in_one_text_are_several(text: str) -> None:
    assert names_multiple(text, frozenset())


@pytest.mark.parametrize("text", ONE_OWNER)
def test_one_post_with_a_long_title_is_one(text: str) -> None:
    assert split_owners(text, frozenset()) == (text,)


REQUEST = "Report all waivers to the committee every quarter, with the value of each."
SAME_REQUESTS = (
    "report all waivers to the committee every quarter with the value of each",
    "1. Report all waivers to the committee every quarter, with the value of each.",
    "3.2 Report all waivers to the committee every quarter, with the value of each.",
    "Recommendation 3: Report all waivers to the committee every quarter, with the value of each.",
    "R3 - Report all waivers to the committee every quarter, with the value of each",
    "(a) Report all waivers to the committee every quarter, with the value of each.",
    "Report all waivers to the committee every quarter, with the value of each (Priority: High)",
    "\u201cReport all waivers to the Committee  every quarter \u2013 with the value of each.\u201d",
    "We recommend that management should report all waivers to the committee every quarter, with the value of each.",
)
OTHER_REQUESTS = (
    "Report all waivers to the committee every year, with the value of each.",
    "Report all waivers to the committee every quarter, with the value of each (schools).",
    "Report all breaches to the committee every quarter, with the value of each.",
)


def _find_same_request(first: str, second: str) -> bool:
    texts = (
        f"id: F0{at}\ntitle: Point {at}\norigin_text: {json.dumps(text)}\n" for at, text in ((1, first), (2, second))
    )
    return "I108" in {problem.code for problem in run_rules(case_of(*texts))}


@pytest.mark.parametrize("text", SAME_REQUESTS)
def test_the_same_request_is_found_with_another_number_frame_or_punctuation(text: str) -> None:
    assert _find_same_request(REQUEST, text)


@pytest.mark.parametrize("text", OTHER_REQUESTS)
def test_another_request_is_not_the_same(text: str) -> None:
    assert not _find_same_request(REQUEST, text)


FINISHED = (
    "Completed March 2026.",
    "Complete - evidence supplied to Internal Audit.",
    "All elements of this recommendation have been implemented.",
    "Work has now been completed and the new process is live.",
    "Policy approved. Action closed by management.",
    "Management considers this implemented.",
    "The action is now embedded in business as usual",
    "All staff have now been trained; no further action is necessary.",
    "The action was signed off in May.",
    "This recommendation has been met.",
    "Delivered in full.",
    "Nothing further to do.",
    "Fully achieved.",
)
NOT_FINISHED = (
    "Stage 1 complete.",
    "To be completed in June.",
    "Done in part.",
    "Completed in two of the five directorates.",
    "Complete for adults; children's services to follow.",
    "The procurement has been completed but the contract is not signed.",
    "Once fully implemented, the system will report monthly.",
    "Supplier meetings were held. No further action is required from Legal.",
    "Draft procedure done and shared with the unions.",
    "The fault was found. Resolved by the supplier.",
    "The plan was signed off in May.",
    "The van was delivered in May.",
)
OPEN_WORK = (
    "Two sites outstanding.",
    "Not yet embedded.",
    "Further work is required on the register.",
    "85% of staff trained so far.",
    "Module 3 has not been delivered.",
    "Remaining properties will be inspected by March.",
    "Work on the register of partnerships with other bodies goes on.",
    "The procedure is still awaiting sign-off.",
    "11 cards of leavers remain active.",
    "This action remains open until December.",
    "Awaiting final approval by Council.",
    "Not complete: the training is in March.",
    "Implementation has been deferred to April.",
    "No saving has been made yet.",
    "Phase 2 is in progress.",
    "We are still recruiting.",
    "Re-opened. The figures left out three departments.",
    "The plan was drafted but has not been approved.",
    "We consider the recommendation open.",
)
NO_OPEN_WORK = (
    "The library remains open to visitors.",
    "Work continues as normal under the new rules.",
    "All 12 sites are done; none is outstanding.",
    "The form is still in use.",
    "The delayed report was issued on 2 May.",
    "The contract continues until 2028.",
    "The remaining balance was paid.",
    "There are no outstanding actions.",
    "Quarterly checks will continue as business as usual.",
    "Two recommendations remain in the service plan as F03 and F04.",
    "It does not need to be approved by members.",
    "Evidence was supplied, and verification is to be done at the year end.",
)
LATE = (
    "Progress has been delayed due to staff shortages.",
    "Delay in recruitment means this will now be completed in June.",
    "Target date needs to be revised.",
    "Request extension to March 2027.",
    "Unable to meet the original date.",
    "Revised date: September 2026",
)
NOT_LATE = (
    "No delays are expected.",
    "Delayed discharges fell by 12%.",
    "Payments that were delayed have been made.",
    "A new target operating model was agreed.",
    "The new deadline for returns is published.",
    "Training dates have been moved to January because of the snow.",
    "Delayed in October, but back on track.",
)
STARTED = ("Procurement started in May.", "A working group has been set up.", "Currently reviewing the policy.")
NOT_STARTED_TEXTS = (
    "Will begin in April.",
    "Start is planned once the system is live.",
    "The team is being recruited and will start in April.",
)


@pytest.mark.parametrize(
    ("judge", "texts", "others"),
    [
        (is_reported_finished, FINISHED, NOT_FINISHED),
        (has_open_work, OPEN_WORK, NO_OPEN_WORK),
        (is_reported_late, LATE, NOT_LATE),
        (is_reported_started, STARTED, NOT_STARTED_TEXTS),
    ],
)
def test_what_an_update_states_of_the_work(
    judge: Callable[[str], bool], texts: tuple[str, ...], others: tuple[str, ...]
) -> None:
    assert [text for text in texts if not judge(text)] == []
    assert [text for text in others if judge(text)] == []


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("Expected completion: 30 June 2027", ("30 June 2027",)),
        ("Go-live is planned for April 2027", ("April 2027",)),
        ("Implementation date moved from June 2026 to June 2027", ("June 2026", "June 2027")),
        ("Now due March 2027", ("March 2027",)),
        ("They expect to finish by Q2 2027/28.", ("Q2 2027/28",)),
        ("Funding will be in place until March 2029.", ()),
        ("A new update of 1 June 2027 will follow.", ()),
        ("The new Act will be implemented in April 2028.", ()),
        ("It was completed in March 2026.", ()),
    ],
)
def test_the_dates_at_which_an_update_expects_the_end(text: str, dates: tuple[str, ...]) -> None:
    assert list_expected_dates(text) == dates
