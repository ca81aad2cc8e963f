from __future__ import annotations

import re
import shlex
from dataclasses import replace

import pytest

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import FACT_NAMES
from p2ptrack.analysis.filters import list_unused_values, select_records
from p2ptrack.errors import UsageError
from p2ptrack.model.schema import record_field_specs
from p2ptrack.queries.list import sort_by_field
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
SOME_FIELDS = "Use a field such as status, target or accountable, or a fact such as overdue."
_NUMBER_HELP = "Write days_overdue.over:30, days_overdue.under:30 or days_overdue:30"


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("overdue", "“overdue” is not a filter. Write is:overdue, or use the command p2ptrack overdue."),
        ("status:", f"“status:” is not a filter. {_NOT_A_FILTER}"),
        ("is:overdu", ("“overdu” is not a fact. Did you mean overdue? Use unfinished, closed, overdue, due-soon, "
         "slipped, no-target, no-recent-update, waiting, no-owner, past-phase, awaiting-verification, "
         "retrospective, stop-gap-ended, no-next-step, self-approved, above-limit, repeated-supplier or unreported.")),
        ("kind:task", "“task” is not a kind of record. Use recommendation, action, follow-up or exemption."),
        ("statsu:complete", "“statsu” is not a field or a fact. Did you mean status?"),
        ("xyzzy:1", f"“xyzzy” is not a field or a fact. {SOME_FIELDS}"),
        ("has:xyzzy", f"“xyzzy” is not a field or a fact. {SOME_FIELDS}"),
        ("status:complet", ("“complet” is not a value of status. Did you mean complete? Use open, not_started, "
         "in_progress, on_hold, complete, verified, embedded, superseded, risk_accepted, noted, withdrawn, "
         "not_implemented, closed or none.")),
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
    assert " ".join(record.id for record in sort_by_field(case, case.register.records, name)) == ids


def test_an_unknown_sort_name_is_refused(case: Case) -> None:
    with pytest.raises(UsageError, match=r"^“targit” is not a field or a fact\. Did you mean target\?$"):
        sort_by_field(case, case.register.records, "targit")


def test_every_field_except_a_group_can_be_sorted_by() -> None:
    names = [*(name for name, spec in record_field_specs().items() if spec.type != "group"), *FACT_NAMES]
    assert len(names) > 60
    twice = case_of(*_RECORDS, *(text.replace("id: A0", "id: A1") for text in _RECORDS[1:]), programme=PROGRAMME)
    for name in names:
        assert {record.id for record in sort_by_field(twice, twice.register.records, name)} == set(twice.register.by_id)


def test_a_group_cannot_be_sorted_by(case: Case) -> None:
    with pytest.raises(
        UsageError, match=r"^“source” holds several fields.* Sort by one of them: source\.id, source\.ref\.$"
    ):
        sort_by_field(case, case.register.records, "source")


_SPELLING_RECORDS = (
    "{id: R1, title: Skills, parts: [{id: R1.1, text: a}]}",
    """
    id: A01
    title: On\u2011going review of skills, audit and Cafe\u0301 contracts
    recommendations: R1
    accountable: Director of Children\u2019s Services
    target: Mar-27
    phase: P1
    source: {id: paper, ref: row 1}
    updates: [{text: 'Work on\u00a0part 1', source: undated}, {see: A02}]
    evidence: [{title: Plan for 2027}]
    verified: {by: Chief Internal Auditor, on: 2027-01-01}
    response: {text: Agreed in part}
    """,
    """
    id: A02
    title: Procure\u00adment over \u00a35\u00a0000, *starred*
    recommendations: R1.1
    accountable: Deputy Head, Commercial
    target: 30 June 2027
    phase: P2
    milestones: [{title: Draft plan}]
    blocked_by: [consultation, {cause: Staff}]
    inferred: [target]
    """,
    "{id: F01, title: Waivers, report_refs: ['4.4'], raised: AC-2023-03}",
)


@pytest.fixture(scope="module")
def spelling_case() -> Case:
    return case_of(
        *_SPELLING_RECORDS,
        programme=PROGRAMME + "roles: [Chief Internal Auditor]\npolicy: {labels: {noted: Won't do}}\n",
    )


@pytest.mark.parametrize(
    ("word", "ids"),
    [
        ("recommendation:R1, R1.1", "A01 A02"),
        ("id:A01, A02", "A01 A02"),
        ("id: A01 ,\u00a0A02 ", "A01 A02"),
        ("ID:a01", "A01"),
        ("ref:4.4,4.4", "F01"),
        ("phase:P1, P2", "A01 A02"),
        ("target:Mar-27, 30 June 2027", "A01 A02"),
        ("kind:action, follow-up", "A01 A02 F01"),
        ("has:target,raised", "A01 A02 F01"),
        ("is:waiting,no-owner", "A02 F01"),
        ("text:skills, draft", "R1 A01 A02"),
        ("owner:none,Deputy Head, Commercial", None),
        ("owner:Deputy Head, Commercial", "A02"),
        ('owner:"Deputy Head, Commercial",none', "A02 F01"),
        ("title:Skills, audit", "R1 A01"),
        ('title:"Skills, audit"', "A01"),
        ("title:\u201cskills, audit\u201d", "A01"),
        ("title:'skills, audit'", "R1 A01"),
    ],
)
def test_the_values_of_every_filter_are_separated_by_commas(spelling_case: Case, word: str, ids: str | None) -> None:
    if ids is None:
        assert list_unused_values(spelling_case, [word])[0].startswith("No record has the owner “Deputy Head”.")
    else:
        assert " ".join(record.id for record in select_records(spelling_case, [word])) == ids


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("title:waivers,", "title:waivers"),
        ("not.title:waivers, ,", "not.title:waivers"),
        ("id:,A01", "id:A01"),
        ("status:complete,,", "status:complete"),
        ("target:Mar-27,", "target:Mar-27"),
        ("owner:Head of PACS,", '"owner:Head of PACS"'),
        ("title:,", "title:VALUE"),
        ('title:""', "title:VALUE"),
        ("title:\u00ad", "title:VALUE"),
    ],
)
def test_an_empty_value_is_refused(spelling_case: Case, word: str, advice: str) -> None:
    with pytest.raises(UsageError, match=re.escape(f"has an empty value. Write {advice}")):
        select_records(spelling_case, [word])


@pytest.mark.parametrize(
    ("word", "ids"),
    [
        ("owner:Director of Children's Services", "A01"),
        ("owner:director of children\u2018s services.", "A01"),
        ("title:on-going", "A01"),
        ("title:on\u2013going", "A01"),
        ("title:caf\u00e9", "A01"),
        ("title:CAFE\u0301", "A01"),
        ("title:\u00a35 000", "A02"),
        ("title:procurement", "A02"),
        ("text:work on part 1", "A01"),
        ("updates.text:work  on part", "A01"),
        ("status:Won\u2019t do", ""),
        ("title:*starred*", "A02"),
    ],
)
def test_text_is_compared_without_differences_of_spelling(spelling_case: Case, word: str, ids: str) -> None:
    assert " ".join(record.id for record in select_records(spelling_case, [word])) == ids


@pytest.mark.parametrize(
    ("word", "ids"),
    [
        ("source:paper", "A01"),
        ("not.source:paper", "R1 A02 F01"),
        ("source:A paper", "A01"),
        ("updates.source:undated", "A01"),
        ("updates:part 1", "A01"),
        ("updates:A02", "A01"),
        ("updates:none", "A02 F01"),
        ("evidence:plan", "A01"),
        ("verified:auditor", "A01"),
        ("response:agreed", "A01"),
        ("milestones:draft", "A02"),
        ("blocked_by:consultation", "A02"),
        ("blocked_by:staff", "A02"),
        ("parts:a", "R1"),
        ("decided:none", "A01 A02 F01"),
        ("has:updates.source", "A01"),
        ("phase:CBT Phase 2", "A02"),
        ("raised:Mar-23 Audit Committee", None),
        ("raised:March 2023 Audit Committee", "F01"),
        ("blocked_by.id:Formal consultation", "A02"),
        ("inferred:target", "A02"),
        ("inferred:status", ""),
        ("owner:Chief Internal Auditor", ""),
        ("no_owner:true", "F01"),
        ("target.after:today", "A01 A02"),
    ],
)
def test_groups_and_titles_are_found(spelling_case: Case, word: str, ids: str | None) -> None:
    if ids is None:
        with pytest.raises(UsageError, match="There is no meeting"):
            select_records(spelling_case, [word])
    else:
        assert " ".join(record.id for record in select_records(spelling_case, [word])) == ids


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("recommendation:R99", "There is no R99. Use R1 or R1.1."),
        ("not.recommendation:R99", "There is no R99. Use R1 or R1.1."),
        ("id:A9", "There is no A9. Use R1, A01, A02 or F01."),
        ("id:R1.1", "R1.1 is a part of R1, not a record. Write id:R1"),
        ("depends_on:B1", "There is no B1. Did you mean R1?"),
        ("phase:P7", "There is no phase “P7”. Use P1 (CBT Phase 1) or P2 (CBT Phase 2)."),
        ("source:s9", "There is no source “s9”. Use paper (A paper) or undated (A paper without a date)."),
        ("inferred:targit", "No record has “targit” under inferred. Did you mean target?"),
        ("id:A01-A02", "“A01-A02” is a pattern, and patterns are not supported. Write id:A01,A02"),
        ("id:A01..A02", "“A01..A02” is a pattern, and patterns are not supported. Write id:A01,A02"),
        ("not.id:A01 - A02", "“A01 - A02” is a pattern, and patterns are not supported. Write not.id:A01,A02"),
        ("id:A01..A09", "There is no A09. Write id:A01,A02"),
        ("not.id:A01-A9", "There is no A9. Write not.id:A01,A02"),
        ("recommendation:R1..R3", "There is no R3. Write recommendation:R1,R1.1"),
        ("id:A7..A9", "There is no A7..A9. Use R1, A01, A02 or F01."),
        ("id:A01;A02", "“A01;A02” has several values. Put commas between them. Write id:A01,A02"),
        ("not.id:A01 A02", "“A01 A02” has several values. Put commas between them. Write not.id:A01,A02"),
        ("phase:P1 and P2", "“P1 and P2” has several values. Put commas between them. Write phase:P1,P2"),
        ("id:A*", "“A*” is a pattern, and patterns are not supported. Write id:A01,A02"),
        (
            "title:waiv*",
            "“waiv*” is a pattern, and patterns are not supported. Part of a word is enough. Write title:waiv",
        ),
        (
            "text:*zzz?",
            "“*zzz?” is a pattern, and patterns are not supported. Part of a word is enough. Write text:zzz",
        ),
        ("origin_text:*", "“*” is a pattern, and patterns are not supported. Write has:origin_text"),
        ("text:?", "“?” is a pattern, and patterns are not supported. Leave this filter out."),
        (
            "target:2027-03-01..2027-06-30",
            (
                "“2027-03-01..2027-06-30” is a range of dates. "
                "Write two filters: target.after:2027-02-28 target.before:2027-07-01"
            ),
        ),
        ("target.before:Mar-27,Jun-27", "target.before takes one date (in target.before:Mar-27,Jun-27)."),
        ("-status:complete", "“-status:complete” is not a filter. Write not.status:complete"),
        ("!status:complete", "“!status:complete” is not a filter. Write not.status:complete"),
        ("status!=complete", "“status!=complete” is not a filter. Write not.status:complete"),
        ("status<>complete", "“status<>complete” is not a filter. Write not.status:complete"),
        ("status=on hold", '“status=on hold” is not a filter. Write "status:on hold"'),
        ("days_overdue>=30", "“days_overdue>=30” is not a filter. Write days_overdue.over:29"),
        ("target<=2027-03-31", "“target<=2027-03-31” is not a filter. Write target.before:2027-04-01"),
        ("target>Mar-27", "“target>Mar-27” is not a filter. Write target.after:Mar-27"),
        ("target:<2028", "“target:<2028” is not a filter. Write target.before:2028"),
        ("target:>=2027-06-30", "“target:>=2027-06-30” is not a filter. Write target.after:2027-06-29"),
        ("days_overdue:>30", "“days_overdue:>30” is not a filter. Write days_overdue.over:30"),
        ("status:!complete", "“status:!complete” is not a filter. Write not.status:complete"),
        ("status:-complete", "“status:-complete” is not a filter. Write not.status:complete"),
        ("owner:-Chief", "“owner:-Chief” is not a filter. Write not.owner:Chief"),
        ("status:not_complete", "“not_complete” is not a value of status. Write not.status:complete"),
        ("is:not-overdue", "“not-overdue” is not a fact. Write not.is:overdue"),
        ("is:!overdue", "“is:!overdue” is not a filter. Write not.is:overdue"),
        ("is:late", "“late” is not a fact. Write is:overdue"),
        ("not:complete", (
            "“not” is not a field or a fact. Write not. before a filter, for example not.status:complete"
        )),
        ("OR", (
            "“OR” is not a filter. "
            "Write the values of one filter with commas, for example status:open,in_progress"
        )),
        ("due:Mar-27", "“due” is not a field or a fact. Use target."),
        ("responsible:Head", "“responsible” is not a field or a fact. Use accountable."),
        ("completed", "“completed” is not a filter. Write status:completed"),
        ("on hold", '“on hold” is not a filter. Write "status:on hold"'),
        ("A01,A02", "“A01,A02” is not a filter. Write id:A01,A02"),
        ("due-soon", "“due-soon” is not a filter. Write is:due-soon"),
        ("Complete", "“Complete” is not a filter. Write status:complete"),
        ("actions", "“actions” is not a filter. Put the kind first, or write kind:actions"),
        ("acton", f"“acton” is not a filter. Did you mean action? {_NOT_A_FILTER}"),
        ("status:Overdue", "“Overdue” is a fact, not a value of status. Write is:overdue"),
        ("is:complete", "“complete” is a status, not a fact. Write status:complete"),
        ("directorate:Place", "No record has “Place” under directorate."),
        ("updates.restated:maybe", (
            "updates.restated is true or false (in updates.restated:maybe). "
            "Write updates.restated:true or updates.restated:false"
        )),
        ("overdue:maybe", "overdue is a fact that is true or false. Write is:overdue"),
    ],
)  # fmt: skip
def test_a_filter_that_cannot_match_is_refused_with_what_to_write(spelling_case: Case, word: str, message: str) -> None:
    with pytest.raises(UsageError) as stop:
        select_records(spelling_case, [word])
    assert str(stop.value) == message


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("verified.by:x", "No record has “x” under verified.by."),
        ("verified:x", "No record has “x” under verified."),
        (
            "revisions.approved_by:Chief Internal Audit",
            "No record has “Chief Internal Audit” under revisions.approved_by. Did you mean Chief Internal Auditor?",
        ),
        ("revisions.approved_by:Chief Internal Auditor", (
            "No record has “Chief Internal Auditor” under revisions.approved_by."
        )),
        ("decided.by:Nobody", "No record has “Nobody” under decided.by."),
        ("not.evidence:Minutes", "No record has “Minutes” under evidence."),
        ("response.text:refused", "No record has “refused” under response.text."),
        ("title:waiverz", "No record has “waiverz” under title. Did you mean Waivers?"),
        ("title:waiver", None),
        ("title:none", None),
        ("updates:zzz", "No record has “zzz” under updates."),
    ],
)  # fmt: skip
def test_a_text_that_no_record_has_is_named(spelling_case: Case, word: str, sentence: str | None) -> None:
    assert list_unused_values(spelling_case, [word]) == ((sentence,) if sentence else ())


@pytest.mark.parametrize("word", ["days_overdue:", "days_overdue.over:-", "target:", "id:", "phase:"])
def test_a_number_of_thousands_of_digits_is_refused(spelling_case: Case, word: str) -> None:
    with pytest.raises(UsageError) as stop:
        select_records(spelling_case, [word + "9" * 5000])
    assert len(str(stop.value)) < 500


def test_advice_for_a_date_can_be_typed(spelling_case: Case) -> None:
    with pytest.raises(UsageError) as stop:
        select_records(spelling_case, ["target.before:Q2 2023"])
    advice = str(stop.value).rpartition(" Write ")[2]
    words = shlex.split(advice.replace('" or "', '" "'))
    assert len(words) > 1
    for word in words:
        select_records(spelling_case, [word])


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        ("Q2 2023", '"target:Q2 2023/24" or "target:April to June 2023"'),
        ("31 March", '"target:31 March 2023"'),
        ("03/23", '"target:March 2023"'),
        ("10-11-23", '"target:10 November 2023" or "target:23 November 2010"'),
        ("2023-03-31T00:00:00", "target:2023-03-31"),
        ("tomorrow", "a date such as target:2023-01-12"),
        ("Complete", "a date such as target:2023-01-12"),
        ("N/A", "a date such as target:2023-01-12"),
        ("ASAP", "a date such as target:2023-01-12"),
    ],
)
def test_a_date_that_is_refused_comes_with_filters_to_type(case: Case, value: str, advice: str) -> None:
    with pytest.raises(UsageError) as stop:
        select_records(case, [f"target:{value}"])
    assert str(stop.value).rpartition(" Write ")[2] == advice


def test_an_id_alone_is_explained(case: Case) -> None:
    message = "“a01” is not a filter. Write id:a01, or use the command p2ptrack show a01."
    with pytest.raises(UsageError, match=f"^{re.escape(message)}$"):
        select_records(case, ["a01"])


def test_a_record_with_an_error_is_not_called_missing(case: Case) -> None:
    broken_case = replace(case, register=replace(case.register, broken_ids=frozenset({"A77"})))
    with pytest.raises(UsageError, match=r"^A77 has an error\. Run p2ptrack check to see it\.$"):
        select_records(broken_case, ["id:A77"])


def test_a_record_that_is_read_is_found_although_a_copy_of_it_has_an_error(case: Case) -> None:
    copied_case = replace(case, register=replace(case.register, broken_ids=frozenset({"A01"})))
    assert [record.id for record in select_records(copied_case, ["id:A01"])] == ["A01"]


@pytest.mark.parametrize(("name", "advice"), [("-target", "not.target"), ("+target", "target")])
def test_a_sign_before_a_sort_name_is_explained(case: Case, name: str, advice: str) -> None:
    with pytest.raises(UsageError, match=re.escape(f"“{name}” is not a field or a fact. Write --sort {advice}")):
        sort_by_field(case, case.register.records, name)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("target desc", "“target desc” is not a field or a fact. Write --sort not.target"),
        ("Target.asc", "“Target.asc” is not a field or a fact. Write --sort Target"),
        ("target,id", "“target,id” has several fields. Sort by one of them: --sort target"),
        ("due", "“due” is not a field or a fact. Use target."),
    ],
)
def test_an_order_of_another_program_is_answered_with_this_one(spelling_case: Case, name: str, message: str) -> None:
    with pytest.raises(UsageError) as stop:
        sort_by_field(spelling_case, spelling_case.register.records, name)
    assert str(stop.value) == message


@pytest.mark.parametrize(
    ("word", "ids"), [("status:not_started", ""), ("status:not started", ""), ("is:no-owner", "F01")]
)
def test_a_value_that_begins_with_not_is_no_negation(spelling_case: Case, word: str, ids: str) -> None:
    assert " ".join(record.id for record in select_records(spelling_case, [word])) == ids
