"""Names of exempt records in other texts, in every spelling that a reader takes for the name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.redaction import Audience
from p2ptrack.analysis.redaction.paper import build_audience_case
from p2ptrack.analysis.redaction.redact import ExemptNames, Placeholders, redact_for_audience
from p2ptrack.analysis.rules import run_rules
from tests.support import THE_DAY, case_of, record_of

EXEMPT = "{id: A08, title: Exit from the Café contract, exempt: {paragraph: 3}}"
REPLACED, WITHHELD = "X", "Y"
REPLACED_SPELLINGS = (
    "Exit from the Café contract",
    "exit from the CAFÉ contract",
    "Exit  from\nthe Café contract",
    "Exit from the Cafe\u0301 contract",
    "Exit from the Café con\u00adtract",
    "Exit from the Café con\u200dtract",
    "Exit\u00a0from the Café contract",
    "\uff25xit from the Café contract",
    "A08",
    "a08",
    "\uff21\uff10\uff18",
    "A\u206008",
)
WITHHELD_SPELLINGS = (
    "Exit from the *Café* contract",
    "**Exit** from the `Café` contract",
    "[Exit](https://example.org) from the Café contract",
    "Exit from the &#67;afé contract",
    "Exit from the Caf&eacute; contract",
    "Exit from the \\Café contract".replace("\\C", "C\\-").replace("C\\-afé", "Café\\ "),
    "Exit from the Café contracts",
    "theExit from the Café contract",
    "Exit from the Cafe contract",
    "Exit \u2013 from the \u201cCafé\u201d contract",
    "A&#48;8",
    "A**08**",
    "A 08",
    "A-08",
    "A08s",
    "seeA08",
    "\u041008",
    "[here](https://example.org/A%308)",
)
OPEN_TEXTS = ("A080", "BA08", "A 80", "The Café contract", "Exit from the car park", "Schedule 12A 8 March")


def with_text(text: str) -> Case:
    record = record_of("{id: A01, title: Open}").model_copy(update={"agreed_action": f"After {text} is done"})
    case = case_of(EXEMPT)
    register = replace(case.register, records=(record, *case.register.records))
    return replace(case, register=replace(register, paths={**register.paths, "A01": "data/actions/A01.yaml"}))


def public_text(case: Case) -> str | None:
    register = redact_for_audience(case.register, Audience.PUBLIC, THE_DAY, Placeholders("T", "X", "Y")).register
    return register.by_id["A01"].agreed_action


def count_names(case: Case) -> int:
    return [problem.code for problem in run_rules(case_of_register(case))].count("P114")


def case_of_register(case: Case) -> Case:
    from p2ptrack.analysis.case import make_case

    return make_case(case.register, THE_DAY)


@pytest.mark.parametrize("text", REPLACED_SPELLINGS)
def test_a_name_is_replaced(text: str) -> None:
    case = with_text(text)
    assert (public_text(case), count_names(case)) == ("After X is done", 1)


@pytest.mark.parametrize("text", WITHHELD_SPELLINGS)
def test_a_text_in_which_a_name_cannot_be_replaced_is_withheld(text: str) -> None:
    case = with_text(text)
    assert (public_text(case), count_names(case)) == ("Y", 1)


@pytest.mark.parametrize("text", OPEN_TEXTS)
def test_other_text_stays(text: str) -> None:
    case = with_text(text)
    assert (public_text(case), count_names(case)) == (f"After {text} is done", 0)


@pytest.mark.parametrize("text", ["A 12 month plan", "A 12 Month plan", "A12"])
def test_an_article_and_a_number_are_no_id(text: str) -> None:
    case = case_of("{id: A12, title: Renew all leases, exempt: {paragraph: 3}}", f"{{id: A01, title: {text}}}")
    title = redact_for_audience(case.register, Audience.PUBLIC, THE_DAY, Placeholders("T", "X", "Y")).register
    assert title.by_id["A01"].title == {"A12": "X", "A 12 Month plan": "T"}.get(text, text)


def test_the_file_name_of_a_record_with_an_exempt_title_is_hidden() -> None:
    case = case_of(
        "{id: A02, title: The Acme claim, exempt: {paragraph: 3, fields: title}}",
        "{id: A03, title: 'See A02-acme-claim.yaml, and A02'}",
    )
    paths = {"A02": "data/actions/A02-acme-claim.yaml", "A03": "data/actions/A03.yaml"}
    register = redact_for_audience(
        replace(case.register, paths=paths), Audience.PUBLIC, THE_DAY, Placeholders("T", "X", "Y")
    ).register
    assert register.by_id["A03"].title == "See X, and A02"
    assert register.paths["A02"] == "data/actions/A02.yaml"


def test_names_of_other_states_and_of_unreadable_files_are_hidden() -> None:
    register = case_of("{id: A01, title: 'After The old name, The broken title and old-file.yaml'}").register
    names = ExemptNames(frozenset({"The old name"}), frozenset({"data/actions/old-file.yaml"}))
    broken = replace(register, broken_titles=frozenset({"The broken title"}))
    public = redact_for_audience(broken, Audience.PUBLIC, THE_DAY, Placeholders("T", "X", "Y"), names).register
    assert public.by_id["A01"].title == "After X, X and X"


def test_open_text_that_names_an_exempt_title_is_tagged_for_members() -> None:
    case = build_audience_case(with_text("Exit from the Café contract"), Audience.MEMBERS, THE_DAY)
    text = case.register.by_id["A01"].agreed_action or ""
    assert text.startswith("After \U000f0000")
    assert text.endswith("\U000f0002 is done")
