from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.table import FILES, RULES, format_expected, read_case


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    assert len(FILES) > 100
    assert {path.stem for path in FILES} >= set(RULES)
    assert {path.stem.partition("-")[0] for path in FILES} == set(RULES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_rule_finds_the_problems_of_a_register_and_none_in_its_twin(path: Path) -> None:
    case = read_case(path)
    assert case.finds
    assert format_expected(path, case) == case.finds
    assert tuple(case.rule.check(case.keeps)) == ()
