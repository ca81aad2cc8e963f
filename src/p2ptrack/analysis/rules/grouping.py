"""Grouping of findings for people to read: many findings of one rule are shown as one that counts the records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from p2ptrack.analysis.rules.rule import Rule
from p2ptrack.diagnostics import Problem, Severity
from p2ptrack.phrases import MAX_IDS, join_ids, natural_key, pluralise, unique

MAX_SEPARATE_FINDINGS = 5
"""Up to this many findings of a rule are shown one by one."""


def collect_groups(problems: Iterable[Problem], rules: Mapping[str, Rule]) -> dict[str, list[Problem]]:
    """Return the findings that are shown as one, by the code of their rule."""
    findings_by_code: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.record and problem.code in rules and rules[problem.code].summary:
            findings_by_code.setdefault(problem.code, []).append(problem)
    return {code: group for code, group in findings_by_code.items() if len(group) > MAX_SEPARATE_FINDINGS}


def group_by_rule(problems: Iterable[Problem], rules: Mapping[str, Rule]) -> tuple[Problem, ...]:
    """Return the problems with the many findings of a rule that has a `summary` as one, after the single ones.

    Problems keep their order. A group has the place of its first finding.
    """
    problems = tuple(problems)
    groups = collect_groups(problems, rules)
    grouped = {id(problem) for group in groups.values() for problem in group}
    separate = tuple(problem for problem in problems if id(problem) not in grouped)
    severities = tuple(Severity)
    codes = sorted(groups, key=lambda code: (severities.index(rules[code].severity), code))
    return (*separate, *(_join_findings(groups[code], rules[code]) for code in codes))


def _join_findings(findings: Sequence[Problem], rule: Rule) -> Problem:
    """Return one problem for many findings of a rule."""
    ids = unique(sorted((finding.record for finding in findings), key=natural_key))
    hint = f" To list them: p2ptrack list {rule.query}" if rule.query and len(ids) > MAX_IDS else ""
    message = f"{pluralise(len(ids), 'record')} {_match_verb(rule.summary, len(ids))}: {join_ids(ids)}.{hint}"
    fixes = {finding.fix for finding in findings}
    related = unique(path for finding in findings for path in finding.paths)
    return replace(
        findings[0],
        message=message,
        fix=fixes.pop() if len(fixes) == 1 else rule.fix,
        related=tuple(path for path in related if path != findings[0].path),
    )


def _match_verb(phrase: str, count: int) -> str:
    """Return a phrase with the verb in the singular for one record."""
    return phrase.replace("are ", "is ", 1).replace("have ", "has ", 1) if count == 1 else phrase
