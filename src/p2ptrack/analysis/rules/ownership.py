"""O101 to O104: who answers for a record."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.links import find_role_references
from p2ptrack.analysis.rules.grouping import summarise_if_many, summarise_records
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import format_suggestion, join_words, suggest, unique
from p2ptrack.problem import Severity
from p2ptrack.records.fields import RoleMarker, normalise_word


def _check_missing_owner(case: Case) -> Iterator[Finding]:
    findings = (
        Finding(record.id, "", f"{record.id} has no accountable officer.", "accountable: the post that answers for it")
        for record in case.with_fact("no_owner")
    )
    yield from summarise_if_many(findings, "have no accountable officer", "is:no-owner")


def _check_multiple_owners(case: Case) -> Iterator[Finding]:
    for record in case.with_field("accountable"):
        if len(record.accountable) > 1:
            message = (
                f"{record.id} names several as accountable: {join_words(record.accountable, 'and')}. So nobody is."
            )
            yield Finding(record.id, "accountable", message, "one post; the others under supporting")


def _check_unknown_role(case: Case) -> Iterator[Finding]:
    roles = case.register.programme.roles
    if not roles:
        return
    known_roles = {normalise_word(role) for role in roles}
    named_roles = case.register.field_index().references.get(RoleMarker(), ())
    unknown_roles = {named_role for named_role in named_roles if normalise_word(named_role) not in known_roles}
    for reference in find_role_references(case.register, unknown_roles) if unknown_roles else ():
        message = f"“{reference.role}” is not one of the programme's posts."
        fix = format_suggestion(
            suggest(reference.role, roles, cutoff=0.75)[:1], "one of the posts in roles, or the new post added there"
        )
        yield Finding(reference.origin, reference.field, message, fix)


def _check_missing_blocker_owner(case: Case) -> Iterator[Finding]:
    waiting_ids = [
        record.id
        for record in case.with_fact("waiting")
        for blocker in record.blocked_by
        if blocker.owner is None and (blocker.id is None or _is_unowned(case, blocker.id))
    ]
    if waiting_ids:
        ids = unique(waiting_ids)
        yield summarise_records(
            ids, "are waiting for something whose owner is not named", "owner: who can bring it about", "is:waiting"
        )


def _is_unowned(case: Case, id_: str) -> bool:
    dependency = case.register.find_dependency(id_)
    return dependency is not None and dependency.owner is None


OWNERSHIP_RULES: tuple[Rule, ...] = (
    Rule(
        code="O101",
        severity=Severity.WARNING,
        title="No accountable officer",
        why="Nobody can be asked about it.",
        example="id: A01   # and no accountable",
        fix="accountable: the post that answers for it.",
        check=_check_missing_owner,
    ),
    Rule(
        code="O102",
        severity=Severity.WARNING,
        title="Several named as accountable",
        why="Where several answer, nobody does.",
        example="accountable: [Head of Procurement, City Solicitor]",
        fix="One post; the others under supporting.",
        check=_check_multiple_owners,
    ),
    Rule(
        code="O103",
        severity=Severity.WARNING,
        title="Not one of the programme's posts",
        why="The same post under two names is counted as two.",
        example="accountable: Head of Procurment",
        fix="The post as roles has it, or the new post added there.",
        check=_check_unknown_role,
    ),
    Rule(
        code="O104",
        severity=Severity.NOTE,
        title="Waiting, and nobody is named who can help",
        why="A member cannot ask for the delay to be ended if nobody owns it.",
        example="blocked_by: [{cause: Staff for the work package}]",
        fix="owner: who can bring it about.",
        check=_check_missing_blocker_owner,
    ),
)
