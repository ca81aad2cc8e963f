"""The catalogue of rules, and what they find in a register. A new rule is written in one family's module."""

from __future__ import annotations

from functools import cache

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.rules import (
    closure,
    coverage,
    dates,
    links,
    phases_and_meetings,
    publication,
    revisions,
    text,
)
from p2ptrack.analysis.rules.links import make_policy_rules
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.diagnostics import Problem, Severity, problem_sort_key

_FAMILIES: tuple[tuple[Rule, ...], ...] = (
    dates.RULES,
    phases_and_meetings.RULES,
    phases_and_meetings.CALENDAR_RULES,
    revisions.RULES,
    closure.RULES,
    closure.EVIDENCE_RULES,
    coverage.OWNERSHIP_RULES,
    links.RULES,
    dates.ORDER_RULES,
    coverage.RULES,
    text.RULES,
    text.MARKING_RULES,
    publication.RULES,
    publication.PUBLIC_TEXT_RULES,
    links.IDENTITY_RULES,
)
"""The rules that ask the register alone."""

_REGISTER_RULES = tuple(rule for family in _FAMILIES for rule in family)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, family by family: those that ask git's witness and those about the others at the end."""
    from p2ptrack.analysis.rules import history_rewritten, history_targets

    catalogue = (
        *_REGISTER_RULES,
        *history_targets.RULES,
        *history_rewritten.RULES,
    )
    return (*catalogue, *make_policy_rules(catalogue))


def run_rules(case: Case) -> tuple[Problem, ...]:
    """Return what the rules find, in the order of problems. A rule that the policy turns off is not asked.

    An error cannot be turned off: it makes the register's links or dates mean nothing.
    """
    # What history can mean takes as long to load as all the rest, and a plain check has nothing to ask it.
    rules = all_rules() if case.history is not None or case.policy.rules_off else _REGISTER_RULES
    problems = (
        _make_problem(case, rule, finding) for rule in rules if is_enabled(rule, case) for finding in rule.check(case)
    )
    return tuple(sorted(problems, key=problem_sort_key))


def is_enabled(rule: Rule, case: Case) -> bool:
    """Whether a rule is asked: every error is, and whatever the policy does not turn off."""
    return rule.severity is Severity.ERROR or rule.code not in case.policy.rules_off


def _make_problem(case: Case, rule: Rule, finding: Finding) -> Problem:
    return Problem(
        path=_find_path(case, finding.record),
        code=rule.code,
        severity=rule.severity,
        message=finding.message,
        fix=finding.fix,
        field=finding.field,
    )


def _find_path(case: Case, id_: str) -> str:
    """Return the file of a record, the one that it had where only git knows it; else the programme's."""
    path = case.register.paths.get(id_)
    record_history = case.history.history_of(id_) if case.history and id_ and not path else None
    return record_history.versions[-1].path if record_history else case.register.path_of(id_)
