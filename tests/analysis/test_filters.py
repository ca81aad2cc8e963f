from __future__ import annotations

import shlex

import pytest

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import FACT_NAMES
from p2ptrack.analysis.filters import select_records, sort_records
from p2ptrack.errors import UsageError
from p2ptrack.model.schema import record_field_specs
from tests.support import PROGRAMME, case_of

_RECORDS = (
    "id: R1\ntitle: Strategic value\nparts: [{id: R1.2, text: engage}]",
    """
    id: A01
    title: Contracts register
    recommendations: R1
    status: in_progress
    priority: low
    accountable: Head of PACS
    target: Mar-23
    updates: [{date: 2022-12-01, text: Data moved., by: Clerk}]
    note: Secret
    """,
    """
    id: A02
    title: Documents
    recommendations: [R1.2]
    status: complete
    priority: high
    accountable: Deputy Head of PACS, Commercial
    target: 30 June 2023
    completed_on: 2023-01-02
    """,
    """
    id: A10
    title: Later
    status: superseded
    decided: {on: 31 March 2023}
    recommendations: R10
    target: On-going
    phase: P1
    """,
    """
    id: F01
    title: Spend
    area: Spend Data
    report_refs: ['4.1', '4.10']
    target: 2023-01-01
    revisions: [{from: Nov-22, to: Jan-23}]
    """,
    """
    id: F02
    title: Other
    report_refs: '4.10'
    as_published: {RAG: Green}
    updates: [{text: x, truncated: yes}]
    blocked_by: consultation
    """,
)


@pytest.fixture(scope="module")
def case() -> Case:
    return case_of(*_RECORDS, programme=PROGRAMME + "policy: {labels: {complete: Done}}\n")


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("", "R1 A01 A02 A10 F01 F02"),
        ("kind:actions", "A01 A02 A10"),
        ("kind:follow-up", "F01 F02"),
        ("status:in_progress", "A01 A10"),
        ("status:In-Progress", "A01 A10"),
        ("status:done", "A02"),
        ("status:complete,in_progress", "A01 A02 A10"),
        ("status:none", "F01 F02"),
        ("not.status:complete", "R1 A01 A10 F01 F02"),
        ("recommendation:R1", "A01 A02"),
        ("recommendation:r1.2", "A02"),
        ("recommendations:R10", "A10"),
        ("ref:4.1", "F01"),
        ("report_refs:4.10", "F01 F02"),
        ('accountable:"Head of PACS"', "A01"),
        ('owner:"Deputy Head of PACS, Commercial"', "A02"),
        ("accountable:none kind:action", "A10"),
        ("area:spend", "F01"),
        ("title:register,spend", "A01 F01"),
        ("text:secret", "A01"),
        ("text:strategic", "R1"),
        ("target.before:2023-04", "A01 F01"),
        ("target.after:Mar-23", "A02"),
        ("target:2022/23", "A01 F01"),
        ("target:Mar-23", "A01"),
        ("target:on-going", "A10"),
        ("target:none", "F02"),
        ("updates.date:2022-12", "A01"),
        ("updates.by:clerk", "A01"),
        ("updates.truncated:true", "F02"),
        ("has:updates", "A01 F02"),
        ("has:completed_on", "A02"),
        ("has:owner", "A01 A02"),
        ("not.has:target", "R1 F02"),
        ("as_published:green", "F02"),
        ("is:overdue", "F01"),
        ("is:no-target", "F02"),
        ("is:waiting", "F02"),
        ("not.is:unfinished", "R1 A02"),
        ("days_overdue.over:10", "F01"),
        ("days-to-target:0", ""),
        ("days_to_target.under:0", "F01"),
        ("times_moved:1", "F01"),
        ("priority:high,low", "A01 A02"),
        ("not.priority:low kind:action", "A02 A10"),
        ("id:A01", "A01"),
        ("phase:p1", "A10"),
    ],
)
def test_a_filter_selects_records(case: Case, words: str, ids: str) -> None:
    assert " ".join(record.id for record in select_records(case, shlex.split(words))) == ids


def test_a_kind_may_be_given_apart(case: Case) -> None:
    assert [record.id for record in select_records(case, (), "Follow-ups")] == ["F01", "F02"]


_NOT_A_FILTER = "Write a field, a colon and a value, for example status:in_progress."
_NUMBER_HELP = "Write days_overdue.over:30, days_overdue.under:30 or days_overdue:30"


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("overdue", f"“overdue” is not a filter. {_NOT_A_FILTER}"),
        ("status:", f"“status:” is not a filter. {_NOT_A_FILTER}"),
        ("is:overdu", ("“overdu” is not a fact. Did you mean overdue? Use unfinished, closed, overdue, due-soon, "
         "slipped, no-target, no-recent-update, waiting, no-owner, past-phase or awaiting-verification.")),
        ("kind:task", "“task” is not a kind of record. Use recommendation, action or follow-up."),
        ("statsu:complete", "“statsu” is not a field or a fact. Did you mean status?"),
        ("xyzzy:1", "“xyzzy” is not a field or a fact."),
        ("has:xyzzy", "“xyzzy” is not a field or a fact."),
        ("status:complet", ("“complet” is not a value of status. Did you mean complete? Use not_started, in_progress, "
         "on_hold, complete, verified, embedded, superseded, risk_accepted, noted, withdrawn or none.")),
        ("priority:urgent", "“urgent” is not a value of priority. Use critical, high, medium, low or none."),
        ("title.before:2023", "title is not a date, so it cannot be compared with before (in title.before:2023)."),
        ("target.over:3", "target is a date (in target.over:3). Write target.before: or target.after:"),
        ("days_overdue.over:many", f"days_overdue is a number (in days_overdue.over:many). {_NUMBER_HELP}"),
        ("days_overdue:--3", f"days_overdue is a number (in days_overdue:--3). {_NUMBER_HELP}"),
        ("days_overdue.before:3", f"days_overdue is a number (in days_overdue.before:3). {_NUMBER_HELP}"),
    ],
)  # fmt: skip
def test_a_filter_with_an_error_is_refused(case: Case, word: str, message: str) -> None:
    with pytest.raises(UsageError) as stop:
        select_records(case, [word])
    assert str(stop.value) == message


def test_a_value_that_is_not_a_date_is_refused_with_a_suggestion(case: Case) -> None:
    with pytest.raises(UsageError, match=r"^“Q2 2023” \(in target\.before:Q2 2023\) is not a date\. .*Q2 2023/24"):
        select_records(case, ["target.before:Q2 2023"])


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("target", "F01 A01 A02 R1 A10 F02"),
        ("not.target", "A02 A01 F01 R1 A10 F02"),
        ("priority", "A02 A01 R1 A10 F01 F02"),
        ("title", "A01 A02 A10 F02 F01 R1"),
        ("days_to_target", "F01 A01 R1 A02 A10 F02"),
        ("id", "A01 A02 A10 F01 F02 R1"),
    ],
)
def test_records_are_sorted(case: Case, name: str, ids: str) -> None:
    assert " ".join(record.id for record in sort_records(case, case.register.records, name)) == ids


def test_an_unknown_sort_name_is_refused(case: Case) -> None:
    with pytest.raises(UsageError, match=r"^“targit” is not a field or a fact\. Did you mean target\?$"):
        sort_records(case, case.register.records, "targit")


def test_every_field_except_a_group_can_be_sorted_by() -> None:
    names = [*(name for name, spec in record_field_specs().items() if spec.type != "group"), *FACT_NAMES]
    assert len(names) > 60
    twice = case_of(*_RECORDS, *(text.replace("id: A0", "id: A1") for text in _RECORDS[1:]), programme=PROGRAMME)
    for name in names:
        assert {record.id for record in sort_records(twice, twice.register.records, name)} == set(twice.register.by_id)


def test_a_group_cannot_be_sorted_by(case: Case) -> None:
    with pytest.raises(
        UsageError, match=r"^“source” holds several fields.* Sort by one of them: source\.id, source\.ref\.$"
    ):
        sort_records(case, case.register.records, "source")
