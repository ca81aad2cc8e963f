from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import run
from tests.messages.cases import HERE, PLACES, PROGRAMME, REGISTER, cases, expected, name, told
from tests.support import write_register

CASES = list(cases())


def test_there_are_cases_of_every_kind_of_file() -> None:
    assert len(CASES) >= 60
    assert {case.parent.name for case in CASES} == set(PLACES)


def test_the_register_around_the_cases_has_no_fault(tmp_path: Path) -> None:
    ran = run("check", "--root", write_register(tmp_path, REGISTER, PROGRAMME), "--as-of", "2023-01-12")
    assert (ran.code, ran.out, ran.err) == (0, "3 files, 3 records: nothing is wrong.\n", "")


@pytest.mark.parametrize("case", CASES, ids=name)
def test_check_tells_it_so(case: Path, tmp_path: Path) -> None:
    ran = told(case, tmp_path)
    assert ran.bytes == expected(case).read_bytes()
    assert ran.err == ""
    assert ran.code == int("  error " in ran.out)


def test_no_expected_output_is_left_without_its_input() -> None:
    outputs = {path.with_suffix(".yaml") for path in HERE.glob("*/*.txt")}
    assert outputs
    assert outputs == set(CASES)
