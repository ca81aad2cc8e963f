"""The catalogue of rules, and their findings in a register. A new rule is written in the module of its topic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.rules import (
    closure,
    contracts_and_exemptions,
    contradictions,
    coverage,
    dates,
    links,
    phases_and_meetings,
    publication,
    text,
)
from p2ptrack.analysis.rules.rule import Finding, FindingGroups, Rule, join_by_rule, rules_in, split_by_rule
from p2ptrack.diagnostics import Problem, Severity, problem_sort_key
from p2ptrack.model.contracts import CONTRACTS_PATH
from p2ptrack.model.kinds import to_file_field
from p2ptrack.model.limits import MAX_ERRORS
from p2ptrack.model.records import TrackedRecord
from p2ptrack.phrases import unique

_REGISTER_RULES = rules_in(
    dates,
    phases_and_meetings,
    closure,
    coverage,
    links,
    text,
    contradictions,
    publication,
    contracts_and_exemptions,
)
"""The rules that need only the register."""


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, module by module. Those that compare the register with its history come last."""
    from p2ptrack.analysis.rules import history_rewritten, history_targets

    return (*_REGISTER_RULES, *rules_in(history_targets, history_rewritten))


def run_rules(case: Case, *, errors_only: bool = False) -> tuple[Problem, ...]:
    """Return the findings, or only the errors, of the rules that the policy does not turn off, as problems in order."""
    # The history rules take as long to import as all the others, and a plain check does not need them.
    rules = _REGISTER_RULES if case.history is None and not case.deleted_records else all_rules()
    if errors_only:
        rules = tuple(rule for rule in rules if rule.severity is Severity.ERROR)
    problems = (problem for rule in rules if is_enabled(rule, case) for problem in _run_rule(case, rule))
    return tuple(sorted(problems, key=problem_sort_key))


def _run_rule(case: Case, rule: Rule) -> Iterator[Problem]:
    """Yield the findings of one rule: for each record the first ones, and how many more there are."""
    counts: dict[str, int] = {}
    for finding in rule.check(case):
        key = finding.record or finding.group
        count = counts[key] = counts.get(key, 0) + 1
        if count <= MAX_ERRORS:
            yield _make_problem(case, rule, finding)
    for record, count in counts.items():
        if count > MAX_ERRORS:
            message = f"{record or 'The programme'} has {count - MAX_ERRORS:,} more findings of {rule.code}."
            yield _make_problem(case, rule, Finding(record, "", message, "Correct those that are shown first."))


def group_findings(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems as people read them: many findings of one rule become one that counts the records.

    Only for text. Machine formats keep one finding for each record, at its own line.
    """
    groups = split_findings(problems)
    return (*groups.separate, *join_findings(groups))


def split_findings(problems: Iterable[Problem]) -> FindingGroups:
    """Return the problems that `group_findings` shows one by one, and those that it shows in groups."""
    problems = tuple(problems)
    return split_by_rule(problems, _rules_for(problems))


def join_findings(groups: FindingGroups) -> tuple[Problem, ...]:
    """Return one problem for each group."""
    return join_by_rule(groups, _rules_for(group[0] for group in groups.grouped.values()))


def _rules_for(problems: Iterable[Problem]) -> dict[str, Rule]:
    rules = all_rules() if any(problem.code.startswith("H") for problem in problems) else _REGISTER_RULES
    return {rule.code: rule for rule in rules}


def is_enabled(rule: Rule, case: Case) -> bool:
    """Whether a rule is on. Errors cannot be turned off, because they make links or dates meaningless."""
    return rule.severity is Severity.ERROR or rule.code not in case.policy.rules_off


def _make_problem(case: Case, rule: Rule, finding: Finding) -> Problem:
    id_, register = finding.record, case.register
    path = CONTRACTS_PATH if finding.cell else register.paths.get(id_) or _find_path(case, id_)
    fix, field = finding.fix or rule.fix, finding.field
    if "target" in fix or field.startswith("target"):
        record = register.by_id.get(id_)
        if isinstance(record, TrackedRecord) and record.due_name != "target":
            fix, field = re.sub(r"\btarget(?=:|`)", record.due_name, fix), to_file_field(record, field)
    location = finding.cell.locate() if finding.cell else None
    related = _list_related_paths(case, finding.related, path) if finding.related else ()
    # Without names of arguments: thousands are made of a large register, and names take a fifth of the time.
    return Problem(
        path, rule.code, rule.severity, finding.message, fix, field, location, id_ or finding.group, related, "",
        finding.words,
    )  # fmt: skip


def _list_related_paths(case: Case, ids: Iterable[str], path: str) -> tuple[str, ...]:
    return unique(related for id_ in ids if (related := _find_path(case, id_)) != path)


def _find_path(case: Case, id_: str) -> str:
    """Return the file of a record, or its last file if the record exists only in history. Otherwise the programme's."""
    if path := case.register.paths.get(id_):
        return path
    if case.history and id_ and (record_history := case.history.history_of(id_)):
        return record_history.versions[-1].path
    deleted_paths = {str(record.fields.get("id")): record.path for record in case.deleted_records}
    return deleted_paths.get(id_) or case.register.path_of(id_)
