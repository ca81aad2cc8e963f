"""The catalogue of rules, and what they find in a register. A new rule is written in one family's module."""

from __future__ import annotations

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.rules import (
    calendar,
    closure,
    coverage,
    dates,
    evidence,
    history,
    identity,
    leaving,
    linking,
    marking,
    narrative,
    order,
    ownership,
    phases,
    public_text,
    publication,
    rewriting,
    slippage,
)
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.switches import rules_about
from p2ptrack.problem import Problem, Severity, sort_key

FAMILIES: tuple[tuple[Rule, ...], ...] = (
    dates.RULES,
    phases.RULES,
    calendar.RULES,
    slippage.RULES,
    closure.RULES,
    evidence.RULES,
    ownership.RULES,
    linking.RULES,
    order.RULES,
    coverage.RULES,
    narrative.RULES,
    marking.RULES,
    publication.RULES,
    public_text.RULES,
    identity.RULES,
    history.RULES,
    rewriting.RULES,
    leaving.RULES,
)
_JUDGING = tuple(rule for family in FAMILIES for rule in family)

RULES: tuple[Rule, ...] = (*_JUDGING, *rules_about(_JUDGING))
"""Every rule, family by family."""


def findings(case: Case) -> tuple[Problem, ...]:
    """Return what the rules find, in the order of problems. A rule that the policy turns off is not asked.

    An error cannot be turned off: it makes the register's links or dates mean nothing.
    """
    found = (_problem(case, rule, finding) for rule in RULES if is_on(rule, case) for finding in rule.find(case))
    return tuple(sorted(found, key=sort_key))


def is_on(rule: Rule, case: Case) -> bool:
    """Whether a rule is asked: every error is, and whatever the policy does not turn off."""
    return rule.severity is Severity.ERROR or rule.code not in case.policy.rules_off


def _problem(case: Case, rule: Rule, finding: Finding) -> Problem:
    return Problem(
        path=_path(case, finding.record),
        code=rule.code,
        severity=rule.severity,
        message=finding.message,
        fix=finding.fix,
        field=finding.field,
    )


def _path(case: Case, id_: str) -> str:
    """Return the file of a record, the one that it had where only git knows it; else the programme's."""
    known = case.register.paths.get(id_)
    gone = case.timelines.of(id_) if case.timelines and id_ and not known else None
    return gone.states[-1].path if gone else case.register.path(id_)
