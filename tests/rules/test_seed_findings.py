"""What `run_checks` says of the shipped register on the day of its second paper, line by line.

Each line is true of the two papers, and most are what the papers leave out; none is a fault of the register.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from p2ptrack.diagnostics import Problem, Severity, count_by_severity
from p2ptrack.pipeline import run_checks

_ROOT = Path(__file__).parents[2]
_EXPECTED = Path(__file__).parent / "seed_findings.txt"


def _place(problem: Problem) -> str:
    return f"{problem.path}:{problem.location.line if problem.location else 1}"


def test_the_shipped_register_has_no_error_and_these_warnings_and_notes() -> None:
    checked = run_checks(_ROOT, date(2023, 1, 12))
    told = [
        f"{_place(one)} {one.severity.value} {one.code}\n  {one.message}\n  {one.fix}\n" for one in checked.problems
    ]
    assert checked.record_count == 56
    assert count_by_severity(checked.problems, Severity.ERROR) == 0
    assert "".join(told) == _EXPECTED.read_text(encoding="utf-8")
