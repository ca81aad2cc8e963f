"""The findings of `check` in the shipped register at the date of its second paper.

Each is true of the two papers, and most are gaps in the papers; none is a fault of the register. A finding is its
place, severity and code, the ids, dates and numbers of its message, and its fix where that is not the rule's own.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from p2ptrack.diagnostics import Problem, Severity, count_by_severity
from p2ptrack.pipeline import run_checks
from tests.rules.table import RULES

SEED_FINDINGS = Path(__file__).parent / "seed_findings.txt"
_ROOT = Path(__file__).parents[2]
_VALUE = re.compile(r"[A-Z][a-z]{2}-[0-9]{2}|[0-9]+ [A-Z][a-z]+ [0-9]{4}|[ARF][0-9]+(?:\.[0-9])?|[0-9]+")


def format_seed_findings() -> str:
    return "".join(map(_format_problem, run_checks(_ROOT, date(2023, 1, 12)).problems))


def _format_problem(problem: Problem) -> str:
    line = problem.location.line if problem.location else 1
    values = " ".join(_VALUE.findall(problem.message))
    fix = [] if problem.fix == RULES[problem.code].fix else problem.fix.split("\n")
    lines = [f"{problem.path}:{line} {problem.severity.value} {problem.code}", f"  {values}", *(f"  {f}" for f in fix)]
    return "".join(f"{text.rstrip()}\n" for text in lines)


def test_the_shipped_register_has_no_error_and_these_warnings_and_notes() -> None:
    checked = run_checks(_ROOT, date(2023, 1, 12))
    assert checked.record_count == 56
    assert count_by_severity(checked.problems, Severity.ERROR) == 0
    assert format_seed_findings() == SEED_FINDINGS.read_text(encoding="utf-8")
