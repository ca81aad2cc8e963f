"""Spellings that people call the same are the same: for owners, verifiers, posts, titles and the glossary."""

from __future__ import annotations

import pytest

from p2ptrack.analysis.rules import run_rules
from p2ptrack.phrases import fold_text, normalise_spelling
from p2ptrack.reports.paper import _contains_term
from tests.support import PROGRAMME, case_of


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Director of Children\u2019s Services", "director of children's services."),
        ("Head\u02bcs", "Head\u2018s"),
        ("caf\u00e9", "CAFE\u0301"),
        ("on\u2011going", "on-going"),
        ("2022\u201323", "2022-23"),
        ("\u00a35\u00a0000", "\u00a35 000"),
        ("Tier\n  1", "Tier\u20091"),
        ("Procure\u00adment", "procurement"),
        ("zero\u200bwidth", "zerowidth"),
        ("Stra\u00dfe", "STRASSE"),
        ("\u201cmust\u201d", '"must"'),
    ],
)
def test_spellings_that_are_compared_as_one(first: str, second: str) -> None:
    assert fold_text(first) == fold_text(second)


@pytest.mark.parametrize(
    ("first", "second"), [("on-going", "ongoing"), ("cafe", "caf\u00e9"), ("4.1", "4.10"), ("R6.2", "R62")]
)
def test_spellings_that_differ(first: str, second: str) -> None:
    assert fold_text(first) != fold_text(second)


_VERIFIERS = [
    "Director of Children's Services",
    "Director of Children\u2019s Services.",
    "DIRECTOR OF CHILDREN\u2018S SERVICES",
    "Director  of\u00a0Children\u2019s Services",
    "Director of Child\u00adren\u2019s Services",
]


@pytest.mark.parametrize("verifier", _VERIFIERS)
def test_the_owner_cannot_verify_in_another_spelling(verifier: str) -> None:
    record = f"""
        id: A01
        title: a
        status: complete
        accountable: Director of Children\u2019s Services
        verified: {{by: "{verifier}", on: 2023-01-01}}
        """
    case = case_of(record, programme=PROGRAMME + "policy: {verification: [action]}\n")
    assert not case.facts["A01"].closed
    assert case.facts["A01"].awaiting_verification
    assert {"C111", "C119"} & {problem.code for problem in run_rules(case)} == {"C111"}


def test_somebody_else_can_verify() -> None:
    record = "{id: A01, title: a, status: complete, accountable: Head of IT, verified: {by: Auditor, on: 2023-01-01}}"
    assert case_of(record, programme=PROGRAMME + "policy: {verification: [action]}\n").facts["A01"].closed


@pytest.mark.parametrize(
    "role", ["Charge\u0301 d'affaires", "charg\u00e9 d\u2018affaires", "Charg\u00e9\u00a0d\u2019affaires"]
)
def test_a_role_in_another_spelling_is_known(role: str) -> None:
    case = case_of(
        f'{{id: A01, title: a, accountable: "{role}"}}', programme=PROGRAMME + "roles: [Charg\u00e9 d\u2019affaires]\n"
    )
    assert "O103" not in {problem.code for problem in run_rules(case)}


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("Tier 1", "all Tier\n1 suppliers"),
        ("ISO 9001", "needs ISO\u00a09001."),
        ("S-106", "an S\u2011106 agreement"),
        ("Contractor's lien", "a contractor: Contractor\u2019s lien"),
        ("Procurement", "Procure\u00adment"),
        ("KPI", "three KPI\u2019s"),
        ("KPI", "three KPIs"),
    ],
)
def test_a_glossary_term_is_found_in_another_spelling(term: str, text: str) -> None:
    assert _contains_term(normalise_spelling(text), term)
    case = case_of(
        f"id: A01\ntitle: a\nnote: |\n  {text.replace(chr(10), chr(10) + '  ')}\n",
        programme=PROGRAMME + f'glossary: {{"{term}": meaning}}\n',
    )
    assert "N106" not in {problem.code for problem in run_rules(case)}


def test_a_glossary_term_is_found_in_its_own_case_only() -> None:
    assert not _contains_term("it is done", "IT")


def test_titles_in_another_spelling_are_the_same_title() -> None:
    case = case_of("{id: A01, title: Children\u2019s plan}", "{id: A02, title: children's plan.}")
    assert "I101" in {problem.code for problem in run_rules(case)}
