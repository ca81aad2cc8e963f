"""One cause gives one finding, and ordinary exceptions give none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from p2ptrack.analysis.case import Case, make_case
from p2ptrack.analysis.rules import run_rules
from tests.support import THE_DAY, case_of, register_of

_PROGRAMME = """\
title: A programme
meetings:
  - {id: AC-2022-10, body: Audit Committee, date: 17 October 2022}
roles: [Head of Procurement, Chief Internal Auditor]
policy: {verification: [action], extensions_need_approval: true}
"""
_SENSIBLE = """\
title: Report on waivers
accountable: Head of Procurement
target: June 2023
updates: [{date: 2023-01-05, text: Two quotes came.}]
"""


def _codes(text: str, case: Case | None = None) -> list[str]:
    return [problem.code for problem in run_rules(case or case_of(text, programme=_PROGRAMME))]


def test_a_sensible_record_has_no_finding() -> None:
    assert _codes(f"id: A01\nstatus: in_progress\n{_SENSIBLE}") == []


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ("status: on_hold", ["C101"]),
        ("status: on_hold\ndecided: {on: 2023-01-02, by: Board, reason: No staff.}", ["C110"]),
        ("status: on_hold\ndecided: {on: 2023-01-02, by: TBC, reason: n/a, review_by: May 2023}", ["N107", "N107"]),
        ("status: withdrawn\ndecided: {on: 2023-01-02, by: Board, reason: Not known}", ["N107"]),
        ("status: in_progress\nexempt: {reason: Prices.}", ["P101"]),
        ("status: in_progress\nexempt: {paragraph: 3, reason: Prices., public_interest: They rise.}", ["P102"]),
        ("status: verified\nverified: {by: Chief Internal Auditor}\nevidence: [{title: The plan}]", ["C117"]),
        ("status: verified\nevidence: [{title: The plan}]", ["C117"]),
        ("status: complete\ncompleted_on: 2023-01-02\nevidence: [{title: TBC}]", ["C119", "N107"]),
        ("status: complete\ncompleted_on: 2023-01-02\nverified: {by: TBC, on: 2023-01-03}", ["C116", "N107"]),
        ("status: complete\nevidence: [{title: The plan}]", ["C119", "C120"]),
    ],
)
def test_a_status_and_what_it_lacks(fields: str, codes: list[str]) -> None:
    text = f"id: A01\n{fields}\n{_SENSIBLE}"
    assert sorted(_codes(text)) == codes


@pytest.mark.parametrize("verifier", ["Director of Children's Services", "Director of Children’s Services."])
def test_the_verifier_who_is_the_responsible_officer_is_one_finding(verifier: str) -> None:
    done = f'status: complete\ncompleted_on: 2023-01-02\nverified: {{by: "{verifier}", on: 2023-01-03}}\n'
    owned = _SENSIBLE.replace("Head of Procurement", "Director of Children's Services")
    programme = _PROGRAMME.replace("[Head of", "[Director of Children's Services, Head of")
    case = case_of(f"id: A01\n{done}evidence: [{{title: The plan}}]\n{owned}", programme=programme)
    assert _codes("", case) == ["C111"]


@pytest.mark.parametrize("word", ["TBC", "n/a", "To be confirmed", "Vacant", "-", "who", "\u2014", "Awaiting approval"])
def test_a_placeholder_approves_verifies_decides_and_owns_nothing(word: str) -> None:
    revision = f"{{from: Mar-23, to: June 2023, date: 2023-01-02, reason: Supplier late., approved_by: '{word}'}}"
    moved = case_of(f"id: A01\nstatus: in_progress\nrevisions: [{revision}]\n{_SENSIBLE}", programme=_PROGRAMME)
    assert _codes("", moved) == ["N107"]
    assert moved.facts["A01"].times_moved == 0
    owned = _SENSIBLE.replace("Head of Procurement", f"'{word}'")
    unowned = case_of(f"id: A01\nstatus: in_progress\n{owned}", programme=_PROGRAMME)
    assert _codes("", unowned) == ["N107"]
    assert unowned.facts["A01"].no_owner
    done = f"status: complete\ncompleted_on: 2023-01-02\nverified: {{by: '{word}', on: 2023-01-03}}\n"
    verified = case_of(f"id: A01\n{done}evidence: [{{title: The plan}}]\n{_SENSIBLE}", programme=_PROGRAMME)
    assert _codes("", verified) == ["N107"]
    assert verified.facts["A01"].awaiting_verification


def test_a_change_to_the_same_date_is_one_finding() -> None:
    text = _SENSIBLE.replace("June 2023", "31 May 2023")
    for extra in ("", ", decision: requested", ", date: 2023-06-12, approved_by: Board", ", reason: Tidied up."):
        revision = f"revisions: [{{from: 31 May 2023, to: 31/05/2023{extra}}}]\n"
        assert _codes(f"id: A01\nstatus: in_progress\n{revision}{text}") == ["T148"]


def test_changes_to_the_same_date_are_not_counted_among_several() -> None:
    entries = [
        "{from: Mar-23, to: 31 March 2023}",
        "{from: Mar-23, to: Apr-23, date: 2022-11-02, reason: Supplier late., approved_by: Board}",
        "{from: Apr-23, to: 30 April 2023}",
    ]
    text = _SENSIBLE.replace("June 2023", "Apr-23")
    revisions = "".join(f"  - {entry}\n" for entry in entries)
    assert _codes(f"id: A01\nstatus: in_progress\nrevisions:\n{revisions}{text}") == ["T148", "T148"]


_HOLD = "status: on_hold\ndecided: {on: 2022-11-02, by: Board, reason: No staff., review_by: 2022-12-20}\n"


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ("status: in_progress\ntarget: 2022-12-20\nmilestones: [{title: Board meets, due: 2022-12-20}]", ["T101"]),
        ("status: in_progress\ntarget: 2022-12-20\nmilestones: [{title: Draft, due: 2022-11-20}]", ["T101", "T109"]),
        (f"{_HOLD}target: 2022-12-20\nreview_by: 2022-12-20", ["C108"]),
        (f"{_HOLD}target: 2023-12-20\nreview_by: 2022-12-20", ["C108"]),
        (f"{_HOLD}target: 2022-12-21", ["C108", "T101"]),
    ],
)
def test_a_day_that_passed_is_reported_once(fields: str, codes: list[str]) -> None:
    assert sorted(_codes(f"id: A01\n{fields}\n{_SENSIBLE.replace('target: June 2023', '')}")) == codes


@pytest.mark.parametrize("policy", ["true", "false"])
@pytest.mark.parametrize(
    ("target", "sentence"), [("Mar-23", "decided."), ("June 2023", "decided. The target date is already changed.")]
)
def test_an_extension_that_is_only_requested_changes_nothing(policy: str, target: str, sentence: str) -> None:
    programme = _PROGRAMME.replace("approval: true", f"approval: {policy}")
    revision = (
        "{from: Mar-23, to: June 2023, requested_on: 2023-01-02, reason: The supplier is late, decision: requested}"
    )
    record = f"id: A01\nstatus: in_progress\nrevisions: [{revision}]\n{_SENSIBLE.replace('June 2023', target)}"
    case = case_of(record, programme=programme)
    (problem,) = run_rules(case)
    assert (problem.code, problem.field) == ("T145", "revisions[0].decision")
    assert problem.message.endswith(f"has not been {sentence}")
    assert case.facts["A01"].times_moved == 0


def test_a_mistyped_year_is_not_also_overdue_or_far_ahead() -> None:
    past = _SENSIBLE.replace("June 2023", "June 1923")
    assert _codes(f"id: A01\nstatus: in_progress\n{past}") == ["T112"]
    future = _SENSIBLE.replace("June 2023", "Mar-99")
    assert _codes(f"id: F01\nstatus: complete\ncompleted_on: 2023-01-02\n{future}") == ["T112"]


@pytest.mark.parametrize(
    ("record", "places"),
    [
        ("status: complete\ncompleted_on: 1923-01-02\nevidence: {title: The plan}", ["completed_on"]),
        ("status: in_progress\nupdates: {date: 1972-01-05, text: Two quotes came.}", ["updates[0].date"]),
        ("status: in_progress\nresponse: {text: Agreed., on: 1922-12-02}", ["response.on"]),
        (
            "status: in_progress\nblocked_by: {cause: A ruling, owner: Board, since: 1972-12-02}",
            ["blocked_by[0].since"],
        ),
        ("status: in_progress\nmilestones: {title: Draft, due: 2023-04-02, done: 1922-12-02}", ["milestones[0].done"]),
        (
            "status: on_hold\ndecided: {on: 1923-01-02, by: Board, reason: No staff., review_by: 2063-05-02}",
            ["decided.on", "decided.review_by"],
        ),
        ("status: in_progress\ngo_live: 2099-03-31", ["go_live"]),
        ("status: in_progress\ngo_live: 2027-03-31\nevidence: {title: The strategy, date: 1998-01-02}", []),
    ],
)
def test_a_mistyped_year_is_found_in_every_date_of_a_plan_or_event(record: str, places: list[str]) -> None:
    names = [line.split(":")[0] for line in record.splitlines()]
    sensible = "".join(line for line in _SENSIBLE.splitlines(keepends=True) if line.split(":")[0] not in names)
    case = case_of(f"id: A01\n{record}\n{sensible}", programme=_PROGRAMME + "fields: {actions: {go_live: date}}\n")
    problems = run_rules(case)
    assert [problem.field for problem in problems if problem.code == "T112"] == places
    assert "G106" not in [problem.code for problem in problems]


def test_a_mistyped_year_is_found_in_an_exemption_and_a_long_contract_is_right() -> None:
    text = "id: E01\ntitle: Vans\ntype: waiver\nvalue: 48000\napproved_on: 1923-01-02\ncontract_start: 2032-01-02\n"
    problems = run_rules(case_of(f"{text}contract_end: 2062-01-02\n", programme=_PROGRAMME))
    assert [problem.field for problem in problems if problem.code == "T112"] == ["approved_on"]


_OFF = _PROGRAMME.replace("policy: {", "policy: {rules_off: {G108: x, T103: x, O101: x}, ")


def _case_with_unreadable(fields: dict[str, str] | None = None, folders: tuple[str, ...] = ()) -> Case:
    programme = _OFF + "glossary: {ZBB: Zero-based budgeting}\n"
    records = ("id: R1\ntitle: Register", "id: A02\ntitle: Action", "id: F01\ntitle: Waivers")
    unreadable = {id_: frozenset(filter(None, [name])) for id_, name in (fields or {}).items()}
    register = register_of(*records, programme=programme)
    return make_case(replace(register, unreadable_fields=unreadable, unreadable_folders=frozenset(folders)), THE_DAY)


def test_what_depends_on_absence_is_found_when_every_record_is_read() -> None:
    assert sorted(_codes("", _case_with_unreadable())) == ["G101", "G104", "G105", "G105", "N106"]


@pytest.mark.parametrize(
    ("field", "codes"),
    [
        ("", ["G101", "G104", "G105", "G105"]),
        ("recommendations", ["G105", "G105"]),
        ("updates", ["G101", "G104"]),
        ("target", ["G101", "G104", "G105", "G105"]),
    ],
)
def test_an_unreadable_field_withholds_what_depends_on_its_absence(field: str, codes: list[str]) -> None:
    assert sorted(_codes("", _case_with_unreadable({"A02": field}))) == codes


@pytest.mark.parametrize(
    ("folder", "codes"),
    [
        ("actions", ["G104"]),
        ("audit_followups", ["G101", "G104"]),
        ("recommendations", ["G101", "G104", "G105", "G105"]),
    ],
)
def test_an_unreadable_file_withholds_what_depends_on_its_absence(folder: str, codes: list[str]) -> None:
    assert sorted(_codes("", _case_with_unreadable(folders=(folder,)))) == codes
