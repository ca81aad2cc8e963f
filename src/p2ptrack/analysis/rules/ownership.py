"""O101 to O104: who answers for a record."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.links import naming
from p2ptrack.analysis.rules.grouping import all_together, each_or_all
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import distinct, joined, meant, nearest
from p2ptrack.problem import Severity
from p2ptrack.records.fields import Post, fold_word


def _nobody(case: Case) -> Iterator[Finding]:
    found = (
        Finding(record.id, "", f"{record.id} has no accountable officer.", "accountable: the post that answers for it")
        for record in case.having("no_owner")
    )
    yield from each_or_all(found, "have no accountable officer", "is:no-owner")


def _several(case: Case) -> Iterator[Finding]:
    for record in case.stating("accountable"):
        if len(record.accountable) > 1:
            message = f"{record.id} names several as accountable: {joined(record.accountable, 'and')}. So nobody is."
            yield Finding(record.id, "accountable", message, "one post; the others under supporting")


def _unknown_post(case: Case) -> Iterator[Finding]:
    roles = case.register.programme.roles
    if not roles:
        return
    known = {fold_word(role) for role in roles}
    posts = case.register.survey().named.get(Post(), ())
    unknown = {post for post in posts if fold_word(post) not in known}
    for named in naming(case.register, unknown) if unknown else ():
        message = f"“{named.post}” is not one of the programme's posts."
        fix = meant(
            nearest(named.post, roles, likeness=0.75)[:1], "one of the posts in roles, or the new post added there"
        )
        yield Finding(named.origin, named.field, message, fix)


def _nobody_to_ask(case: Case) -> Iterator[Finding]:
    found = [
        record.id
        for record in case.having("waiting")
        for blocker in record.blocked_by
        if blocker.owner is None and (blocker.id is None or _unowned(case, blocker.id))
    ]
    if found:
        ids = distinct(found)
        yield all_together(
            ids, "are waiting for something whose owner is not named", "owner: who can bring it about", "is:waiting"
        )


def _unowned(case: Case, id_: str) -> bool:
    dependency = case.register.dependency(id_)
    return dependency is not None and dependency.owner is None


RULES: tuple[Rule, ...] = (
    Rule(
        code="O101",
        severity=Severity.WARNING,
        title="No accountable officer",
        why="Nobody can be asked about it.",
        example="id: A01   # and no accountable",
        fix="accountable: the post that answers for it.",
        find=_nobody,
    ),
    Rule(
        code="O102",
        severity=Severity.WARNING,
        title="Several named as accountable",
        why="Where several answer, nobody does.",
        example="accountable: [Head of Procurement, City Solicitor]",
        fix="One post; the others under supporting.",
        find=_several,
    ),
    Rule(
        code="O103",
        severity=Severity.WARNING,
        title="Not one of the programme's posts",
        why="The same post under two names is counted as two.",
        example="accountable: Head of Procurment",
        fix="The post as roles has it, or the new post added there.",
        find=_unknown_post,
    ),
    Rule(
        code="O104",
        severity=Severity.NOTE,
        title="Waiting, and nobody is named who can help",
        why="A member cannot ask for the delay to be ended if nobody owns it.",
        example="blocked_by: [{cause: Staff for the work package}]",
        fix="owner: who can bring it about.",
        find=_nobody_to_ask,
    ),
)
