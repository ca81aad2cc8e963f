"""The fix of every finding of a rule, followed: the finding is gone, no other comes, and no text is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from p2ptrack.analysis.rules import run_rules
from p2ptrack.diagnostics import Problem
from p2ptrack.store.yaml.edit import format_record
from tests.rules.officer import JUDGEMENTS, REWRITES, SENTENCE, STAYS, Register, Values, follow
from tests.rules.table import FILES
from tests.support import PROGRAMME, case_of, read_values

_OPEN_AGAIN = {"G105", "T103"}
ALLOWED: Mapping[str, set[str]] = {
    # Work that goes on is reported on.
    **dict.fromkeys(("C106", "C120", "C121", "C122", "C124", "T108", "T160"), _OPEN_AGAIN),
    "C123": {*_OPEN_AGAIN, "C121", "C126"},  # a proposal and a decision that no longer fit
    "C129": {"G101"},
    "E107": {"E106"},
    "I108": {"I108"},  # of three records with one request, two are left
    "L101": {"O104", "T135", "T124", "L106"},  # what the right id leads to
    "L102": {"T124"},
    "N101": {"G105"},
    "N113": {"G105"},
    "N106": {"N105"},
    "N107": {"C101", "O104"},  # a gap is seen once no placeholder fills it
    "N111": {"N101", "N112"},
    "P104": {"P106"},
    "T112": {"T106", "T131", "T143"},  # the same wrong year is in two places
    "T136": {"C101"},
    "T148": {"T145"},
    "T150": {"T142", "T143"},
    "T158": {"T102"},
}
"""Findings that may come after a fix, by its code: they were there before, hidden by what was wrong."""


def _read(path: Path) -> tuple[dict[str, Values], Values] | None:
    """Return the records and the programme of a case, or nothing for one with a history or with contracts."""
    sections = dict(re.findall(r"^=== (\w+)\n(.*?)(?=^=== |\Z)", path.read_text("utf-8"), re.MULTILINE | re.DOTALL))
    texts, programme = sections["breaks"].split("---\n"), sections.get("programme", PROGRAMME)
    if texts[0].startswith("@ ") or any(text.startswith(("reference", "dated:")) for text in texts):
        return None
    if texts[0].startswith("title:"):
        programme = texts.pop(0)
    return {str(values["id"]): values for values in map(read_values, texts)}, read_values(programme)


def _check(register: Register) -> tuple[Problem, ...]:
    texts = [format_record(values) for values in register.records.values()]
    return run_rules(case_of(*texts, programme=format_record(register.programme)))


CASES = [path for path in FILES if _read(path)]


@cache
def _find_problems(path: Path) -> tuple[Problem, ...]:
    """Return what all rules find in a case. Not found while collecting, which each process does."""
    parts = _read(path)
    assert parts
    return _check(Register(*parts))


def _list_own_findings(path: Path) -> list[Problem]:
    return [problem for problem in _find_problems(path) if problem.code == path.stem.partition("-")[0]]


def _is_same(one: Problem, other: Problem) -> bool:
    return (one.code, one.record, one.message) == (other.code, other.record, other.message)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_fix_that_is_followed_mends_what_it_is_for(path: Path) -> None:
    problems = _list_own_findings(path)
    assert problems
    for problem in problems:
        parts = _read(path)
        assert parts
        register = Register(*parts)
        known_ids = {*register.records, ""}
        follow(register, problem)
        after = _check(register)
        assert problem.code in STAYS or not any(_is_same(problem, other) for other in after)
        known = {(other.code, other.record) for other in _find_problems(path)}
        new = {other.code for other in after if (other.code, other.record) not in known and other.record in known_ids}
        assert new <= ALLOWED.get(problem.code, set()), [other.message for other in after if other.code in new]


def _collect_texts(value: Any) -> set[str]:
    """Return the sentences in a value: what somebody wrote, and not a word from a list, an id or a date."""
    if isinstance(value, Mapping):
        return set().union(*map(_collect_texts, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(_collect_texts, value)) if value else set()
    return {str(value)} if len(str(value).split()) > 3 else set()


_REPLACED = {"L101", "N107"}  # several ids become a list, and a placeholder goes


@pytest.mark.parametrize(
    "path",
    [path for path in CASES if path.stem.partition("-")[0] not in {*JUDGEMENTS, *REWRITES, *_REPLACED}],
    ids=lambda path: path.stem,
)
def test_what_a_fix_adds_takes_nothing_away(path: Path) -> None:
    for problem in _list_own_findings(path):
        parts, again = _read(path), _read(path)
        assert parts
        assert again
        follow(Register(*parts), problem)
        lost = _collect_texts([*again[0].values(), again[1]]) - _collect_texts([*parts[0].values(), parts[1]])
        assert lost == set()


def test_every_rule_without_a_history_is_followed() -> None:
    codes = {path.stem.partition("-")[0] for path in FILES if not path.stem.startswith(("H", "K"))} - {"I116"}
    assert {path.stem.partition("-")[0] for path in CASES} == codes


SECOND_WAYS: list[tuple[str, str, Mapping[str, Any]]] = [
    ("E101", "Correct the dates", {"contract_start": "2022-05-04"}),
    ("E101", "Correct the dates", {"approved_on": "2022-04-30"}),
    ("E101", "write `sought: after`", {"sought": "after", "type": "breach"}),
    ("E102", "write `sought: before`", {"sought": "before"}),
    ("E103", "remove `approved_by` and `approved_on`", {"approved_by": None, "approved_on": None}),
    ("E104", "Add the others who approved it", {"approved_by": ["Head of Service", "Director"]}),
    ("E104", "correct the value or the limit", {"@policy": {"delegations": {"Head of Service": "200000"}}}),
    ("E105", "say under `ends_by:`", {"ends_by": SENTENCE}),
    ("E106", "name the action under `leads_to:`", {"leads_to": "A01"}),
    ("E107", "under `leads_to:`", {"leads_to": "A01"}),
    ("E108", "Name the meeting in `reported_to`", {"reported_to": "AC-2022-10-17"}),
    ("E108", "report it to the next one", {"reported_to": "AC-2023-03"}),
    ("E110", "Add `", {"type": "exception", "value": "£48,000"}),
    ("E109", "Correct the wrong date", {"contract_start": "1 January 2020"}),
]
"""The other ways that the fixes of exemptions offer: the rule, words of its fix, and values. None takes a field out."""


@pytest.mark.parametrize(("code", "words", "values"), SECOND_WAYS)
def test_each_way_that_the_fix_of_an_exemption_offers_mends_it(
    code: str, words: str, values: Mapping[str, Any]
) -> None:
    path = next(path for path in CASES if path.stem == code)
    for problem in _list_own_findings(path):
        assert words in problem.fix
        parts = _read(path)
        assert parts
        register = Register(*parts)
        if "leads_to" in values:
            register.records["A01"] = {"id": "A01", "title": "Offer it to others"}
        for name, value in values.items():
            place = register.programme if name.startswith("@") else register.file_of(problem)
            place[name.removeprefix("@")] = value
            if value is None:
                del place[name]
        after = _check(register)
        assert not any(_is_same(problem, other) for other in after)
        known = {(other.code, other.record) for other in _find_problems(path)}
        assert [
            other for other in after if (other.code, other.record) not in known and other.record == problem.record
        ] == []
