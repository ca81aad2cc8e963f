from __future__ import annotations

import re

import pytest

from p2ptrack.analysis.rules import all_rules, run_rules
from p2ptrack.analysis.rules.rule import Rule
from p2ptrack.diagnostics import Problem, Severity
from p2ptrack.store.yaml import read
from tests.support import PROGRAMME, case_of

_ERRORS = {
    "C111",
    "H115",
    "H118",
    "I102",
    "I105",
    "I106",
    "I115",
    "I116",
    "N107",
    "P104",
    "P114",
    "P117",
    "P121",
    "T127",
    "L101",
    "L102",
    "I121",
    "L103",
    "L104",
}


def test_codes_are_stable_and_unique() -> None:
    codes = [rule.code for rule in all_rules()]
    assert len(codes) > 100
    assert len(set(codes)) == len(codes)
    assert [code for code in codes if not re.fullmatch(r"[TCOLGNPIHEK][1-9][0-9]{2}", code)] == []


def test_a_problem_that_makes_links_or_dates_meaningless_is_an_error() -> None:
    assert {rule.code for rule in all_rules() if rule.severity is Severity.ERROR} == _ERRORS


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_explains_itself_in_sentences_and_shows_yaml(rule: Rule) -> None:
    assert rule.why.endswith(".")
    assert rule.fix.endswith(".")
    assert not rule.title.endswith(".")
    example = read(rule.example.encode(), "example.yaml")
    assert example.problems == ()
    assert example.value


def _codes(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.code for problem in problems]


_ACTION = "id: A01\ntitle: Action\nrecommendations: [R9]\n"


def test_findings_are_problems_in_order_with_the_path_of_their_record() -> None:
    programme = PROGRAMME + "glossary: {ZBB: Zero-based budgeting}\n"
    problems = run_rules(case_of(_ACTION, programme=programme))
    assert [(problem.path, problem.code, problem.severity.value, problem.field) for problem in problems] == [
        ("data/actions/A01.yaml", "L101", "error", "recommendations[0]"),
        ("data/actions/A01.yaml", "G105", "warning", ""),
        ("data/actions/A01.yaml", "O101", "warning", ""),
        ("data/actions/A01.yaml", "T103", "warning", ""),
        ("data/actions/A01.yaml", "G108", "note", ""),
        ("data/programme.yaml", "N106", "note", "glossary"),
        ("data/programme.yaml", "T131", "note", "meetings[1].date"),
    ]


def test_the_policy_turns_off_warnings_and_notes_but_no_error() -> None:
    programme = PROGRAMME + "policy: {rules_off: {L101: x, O101: x, G105: x, T103: x, G108: x, T131: x}}\n"
    assert _codes(run_rules(case_of(_ACTION, programme=programme))) == ["L101", "I112"]


def test_an_empty_register_has_no_findings() -> None:
    assert run_rules(case_of(programme="title: A programme\n")) == ()
