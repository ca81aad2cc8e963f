"""Rules never raise on a register that can be read, and every finding can be shown."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from p2ptrack.analysis.case import Case, make_case
from p2ptrack.analysis.rules import run_rules
from p2ptrack.diagnostics import Severity, problem_sort_key
from p2ptrack.model.fields import Category, Decision, Extent, Status, ValidationContext
from p2ptrack.model.kinds import KINDS
from p2ptrack.model.programme import Programme
from p2ptrack.model.records import Record
from p2ptrack.model.register import PROGRAMME_PATH, Register, build_anchors
from tests.support import examples

_IDS = st.sampled_from(["A1", "A2", "A3", "F1", "F2", "R1", "R1.1", "a1", "P1", "Z9"])
_DATES = st.sampled_from(
    ["Mar-23", "2022-12-01", "31.3.72", "TBC", "On-going", "July 2023 and ongoing", "early 2023/24", "2022", "P1", "M1"]
)
_TEXTS = st.sampled_from(
    [
        "Begun.",
        "Ongoing.",
        "Propose to close. Work continues.",
        "n/a",
        "See above.",
        "ask a@b.example",
        "0113 496 0000",
        "the KPI",
    ]
) | st.text(min_size=1, max_size=30).filter(str.strip)
_POSTS = st.sampled_from(
    [
        "Head of Procurement",
        "City Solicitor",
        "head of procurment",
        "TBC",
        "City Solicitor / Head of Procurement",
        "All",
    ]
)
_FIELD_NAMES = st.sampled_from(["status", "target", "updates[0].text", "statsu", "title"])


def _optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


def _list_of(items: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(items, max_size=3)


def _words(kind: type[Status | Category | Decision]) -> st.SearchStrategy[str]:
    return st.sampled_from([member.value for member in kind])


_EXEMPT = _optional(
    paragraph=st.sampled_from(["3", "9", "three"]),
    reason=_TEXTS,
    public_interest=_TEXTS,
    decided_by=_POSTS,
    decided_on=_DATES,
    until=_DATES,
    fields=_list_of(_FIELD_NAMES),
)
_UPDATE = st.tuples(
    st.fixed_dictionaries({"text": _TEXTS}) | st.fixed_dictionaries({"see": _IDS}),
    _optional(
        date=_DATES,
        meeting=st.sampled_from(["M1", "M9"]),
        source=st.sampled_from(["s", "t", "u"]),
        status=_words(Status),
        by=_POSTS,
        truncated=st.sampled_from(["true", "false"]),
        as_published=st.dictionaries(_TEXTS, st.sampled_from(["Done", "Green", "Red", "complete"]), max_size=2),
        covers=_list_of(_IDS) | st.dictionaries(_IDS, st.sampled_from([extent.value for extent in Extent]), max_size=2),
        exempt=_EXEMPT,
    ),
).map(lambda pair: {**pair[0], **pair[1]})
_REVISION = st.tuples(
    st.fixed_dictionaries({"from": _DATES, "to": _DATES}),
    _optional(
        date=_DATES,
        reason=_TEXTS,
        category=_words(Category),
        decision=_words(Decision),
        requested_by=_POSTS,
        approved_by=_POSTS,
        exempt=_EXEMPT,
    ),
).map(lambda pair: {**pair[0], **pair[1]})
_RECORD = {
    "origin_text": _TEXTS,
    "inferred": _list_of(_FIELD_NAMES),
    "restated": _list_of(_FIELD_NAMES),
    "truncated": _list_of(_FIELD_NAMES),
    "as_published": st.dictionaries(_TEXTS, st.sampled_from(["Done", "Green", "Red"]), max_size=2),
    "depends_on": _list_of(_IDS),
    "superseded_by": _list_of(_IDS),
    "see_also": _list_of(_IDS),
    "same_deliverable_as": _list_of(_IDS),
    "exempt": _EXEMPT,
    "note": _TEXTS,
}
_TRACKED = _RECORD | {
    "status": _words(Status),
    "accountable": _list_of(_POSTS),
    "start": _DATES,
    "target": _DATES,
    "review_by": _DATES,
    "completed_on": _DATES,
    "revisions": _list_of(_REVISION),
    "updates": _list_of(_UPDATE),
    "evidence": _list_of(
        _optional(title=_TEXTS, link=st.sampled_from(["https://a.example/b", "S:/a"]), exempt=_EXEMPT)
    ),
    "verified": _optional(by=_POSTS, on=_DATES),
    "decided": _optional(on=_DATES, by=_POSTS, meeting=st.just("M1"), reason=_TEXTS, review_by=_DATES),
    "milestones": _list_of(
        st.tuples(st.just({"title": "Step"}), _optional(due=_DATES, done=_DATES)).map(lambda p: p[0] | p[1])
    ),
    "blocked_by": _list_of(st.sampled_from(["d", "e", "z"]) | st.fixed_dictionaries({"cause": _TEXTS})),
}
_FIELDS = {
    "R": _RECORD
    | {
        "parts": _list_of(st.sampled_from([{"id": "R1.1", "text": "one"}, {"id": "R2.2", "text": "two"}])),
        "unanswered": _list_of(_IDS),
        "heading": _TEXTS,
    },
    "A": _TRACKED
    | {
        "recommendations": _list_of(_IDS),
        "phase": st.sampled_from(["P1", "P2"]),
        "phase_end": st.sampled_from(["P1", "P2"]),
    },
    "F": _TRACKED | {"raised": st.sampled_from(["M1", "M2"])},
    "E": _RECORD
    | {
        "type": st.sampled_from(["waiver", "breach"]),
        "value": st.sampled_from(["48000", "£5"]),
        "approved_on": _DATES,
        "supplier": _TEXTS,
    },
}
_PROGRAMME = st.fixed_dictionaries(
    {
        "title": st.just("A programme"),
        "sources": st.just([{"id": "s", "title": "S", "date": "Dec-22"}, {"id": "t", "title": "T"}]),
        "phases": st.just(
            [{"id": "P1", "title": "One", "end": "Sept 22"}, {"id": "P2", "title": "Two", "start": "2022"}]
        ),
        "meetings": st.just([{"id": "M1", "date": "Mar-23"}]),
        "dependencies": st.just([{"id": "d", "title": "D", "expected": "Dec-22"}, {"id": "e", "title": "E"}]),
    },
    optional={
        "roles": st.just(["Head of Procurement"]),
        "glossary": st.just({"KPI": "Key performance indicator", "ZBB": "Zero-based budgeting"}),
        "policy": _optional(
            extensions_need_approval=st.sampled_from(["true", "false"]),
            verification=st.just(["action"]),
            rating=st.just({"complete": "Blue", "overdue": "Red", "on_track": "Green"}),
            labels=st.just({"complete": ["Done"]}),
            rules_off=st.dictionaries(st.sampled_from(["O101", "L101", "X1"]), st.just("a reason"), max_size=2),
        ),
    },
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    programme = Programme.model_validate(draw(_PROGRAMME))
    context = ValidationContext(build_anchors(programme), {"status": {"done": "complete"}})
    records: list[Record] = []
    for kind, letter in zip(KINDS, "RAFE", strict=True):
        for number in range(1, draw(st.integers(0, 3)) + 1):
            values = {"id": f"{letter}{number}", "title": draw(_TEXTS), **draw(_optional(**_FIELDS[letter]))}
            records.append(kind.model.model_validate(values, context=context))
    paths = {record.id: f"data/{record.id}.yaml" for record in records}
    return make_case(Register(programme, tuple(records), paths), draw(st.dates(date(2021, 1, 1), date(2025, 1, 1))))


@given(cases())
@examples(150)
def test_rules_never_raise_and_find_the_same_in_order_each_time(case: Case) -> None:
    problems = run_rules(case)
    assert list(problems) == sorted(problems, key=problem_sort_key)
    assert run_rules(case) == problems
    for problem in problems:
        assert problem.path == PROGRAMME_PATH or problem.path in case.register.paths.values()
        assert problem.message
        assert problem.fix
        assert problem.severity is Severity.ERROR or problem.code not in case.policy.rules_off
