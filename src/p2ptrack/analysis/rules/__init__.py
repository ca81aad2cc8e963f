"""The catalogue of rules, and what they find in a register. A new rule is written in one family's module."""

from __future__ import annotations

from functools import cache

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.rules import (
    calendar,
    closure,
    coverage,
    dates,
    evidence,
    identity,
    linking,
    marking,
    narrative,
    order,
    ownership,
    phases,
    public_text,
    publication,
    slippage,
)
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.switches import rules_about
from p2ptrack.problem import Problem, Severity, sort_key

_FAMILIES: tuple[tuple[Rule, ...], ...] = (
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
)
"""The rules that ask the register alone."""

_JUDGING = tuple(rule for family in _FAMILIES for rule in family)


@cache
def every_rule() -> tuple[Rule, ...]:
    """Return every rule, family by family: those that ask git's witness and those about the others at the end."""
    from p2ptrack.analysis.rules import hanging, history, leaving, rewriting

    judging = (*_JUDGING, *history.RULES, *hanging.RULES, *rewriting.RULES, *leaving.RULES)
    return (*judging, *rules_about(judging))


def findings(case: Case) -> tuple[Problem, ...]:
    """Return what the rules find, in the order of problems. A rule that the policy turns off is not asked.

    An error cannot be turned off: it makes the register's links or dates mean nothing.
    """
    # What history can mean takes as long to load as all the rest, and a plain check has nothing to ask it.
    rules = every_rule() if case.timelines is not None or case.policy.rules_off else _JUDGING
    found = (_problem(case, rule, finding) for rule in rules if is_on(rule, case) for finding in rule.find(case))
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
