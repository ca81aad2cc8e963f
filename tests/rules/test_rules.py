from __future__ import annotations

from pathlib import Path

import pytest

from p2ptrack.analysis.rules import all_rules
from tests.rules.table import FILES, row, written

_BY_CODE = {rule.code: rule for rule in all_rules()}


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    assert len(FILES) > 100
    assert {path.stem.partition("-")[0] for path in FILES} == set(_BY_CODE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_register_that_breaks_a_rule_is_told_so_and_its_twin_is_not(path: Path) -> None:
    case = row(path)
    rule = _BY_CODE[case.code]
    assert case.finds
    assert written(tuple(rule.check(case.breaks))) == written(case.finds)
    assert tuple(rule.check(case.breaks)) == case.finds
    assert tuple(rule.check(case.keeps)) == ()
