from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import run
from tests.messages.cases import (
    HERE,
    PLACES,
    PROGRAMME,
    REGISTER,
    WORDING,
    cases,
    check,
    expected,
    findings,
    first_wordings,
    format_wordings,
    name,
)
from tests.support import write_register

CASES = list(cases())


def test_there_are_cases_of_every_kind_of_file() -> None:
    assert len(CASES) >= 60
    assert {case.parent.name for case in CASES} == set(PLACES)


def test_the_register_around_the_cases_has_no_problem(tmp_path: Path) -> None:
    result = run("check", "--root", write_register(tmp_path, REGISTER, PROGRAMME), "--as-of", "2023-01-12")
    assert (result.code, result.out, result.err) == (0, "3 files, 3 records: no problems.\n", "")


@pytest.mark.parametrize("case", CASES, ids=name)
def test_check_reports_each_problem_at_its_place_with_its_fix(case: Path) -> None:
    result = check(case)
    assert findings(result) == expected(case).read_text(encoding="utf-8")
    assert result.err == ""
    assert result.code == int(" error " in findings(result))


def test_each_message_has_its_wording() -> None:
    wordings = first_wordings()
    assert len(wordings) > 40
    assert format_wordings(wordings) == WORDING.read_text(encoding="utf-8")


def test_every_expected_output_has_its_input() -> None:
    outputs = {path.with_suffix(".yaml") for path in HERE.glob("*/*.txt")}
    assert outputs
    assert outputs == set(CASES)
