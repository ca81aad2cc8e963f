"""G101 to G108: what was asked for and nobody answers, and what nobody reports on."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.gaps import find_gaps
from p2ptrack.analysis.links import find_role_references
from p2ptrack.analysis.rules.rule import (
    Finding,
    Rule,
    format_suggestion,
    join_ids,
    join_words,
    pluralise,
    suggest,
    summarise_if_many,
    summarise_records,
    unique,
)
from p2ptrack.diagnostics import Severity
from p2ptrack.model.fields import RoleMarker, normalise_word
from p2ptrack.model.records import Action, Recommendation
from p2ptrack.model.register import resolve_update_date


def _check_missing_action(case: Case) -> Iterator[Finding]:
    findings = (
        Finding(
            gap.id,
            "",
            f"No action answers {gap.id}: {gap.text}.",
            f"recommendations: [{gap.id}] in the action that does",
        )
        for gap in find_gaps(case)
        if gap.id == gap.recommendation
    )
    yield from summarise_if_many(findings, "are answered by no action")


def _check_part_without_action(case: Case) -> Iterator[Finding]:
    for gap in find_gaps(case):
        if gap.id != gap.recommendation:
            message = f"No action answers {gap.id}: {gap.text}."
            yield Finding(
                gap.recommendation,
                _locate_part(case, gap.recommendation, gap.id),
                message,
                f"recommendations: [{gap.id}] in the action that does",
            )


def _locate_part(case: Case, recommendation_id: str, part_id: str) -> str:
    record = case.register.by_id[recommendation_id]
    if isinstance(record, Recommendation) and part_id not in record.unanswered:
        return f"parts[{[component.id for component in record.parts].index(part_id)}]"
    return f"unanswered[{record.unanswered.index(part_id)}]" if isinstance(record, Recommendation) else ""


def _check_answered_part(case: Case) -> Iterator[Finding]:
    for recommendation in case.register.of_type(Recommendation):
        for index, part in enumerate(recommendation.unanswered):
            actions = case.links.find_sources(part, "recommendations")
            if actions:
                message = f"{part} is listed as unanswered, and is named by {join_ids(actions)}."
                yield Finding(recommendation.id, f"unanswered[{index}]", message, f"unanswered without {part}")


def _check_missing_recommendation(case: Case) -> Iterator[Finding]:
    findings = (
        Finding(
            action.id, "", f"{action.id} answers no recommendation.", "recommendations: the id of the one it answers"
        )
        for action in case.register.of_type(Action)
        if not action.recommendations and case.register.of_type(Recommendation)
    )
    yield from summarise_if_many(findings, "are actions that answer no recommendation")


def _check_missing_update(case: Case) -> Iterator[Finding]:
    if case.register.broken_ids:
        return  # a record that cannot be read may be the one that reports on it
    findings = (
        Finding(
            record.id, "", f"{record.id} is unfinished, and nobody has reported on it.", "updates: [{date: …, text: …}]"
        )
        for record in case.with_fact("no_recent_update")
        if case.facts[record.id].days_since_update is None
    )
    yield from summarise_if_many(findings, "are unfinished and have no update at all")


def _check_old_update(case: Case) -> Iterator[Finding]:
    limit = pluralise(case.policy.no_recent_update_days, "day")
    findings = (
        Finding(
            record.id,
            "updates",
            f"The last report on {record.id} is {pluralise(days, 'day')} old; the limit is {limit}.",
            _UPDATE_FIX,
        )
        for record in case.with_fact("no_recent_update")
        if (days := case.facts[record.id].days_since_update) is not None
    )
    yield from summarise_if_many(findings, f"have had no update for more than {limit}", "is:no-recent-update")


_UPDATE_FIX = "an update of how it stands now"


def _check_undated_updates(case: Case) -> Iterator[Finding]:
    ids_by_source: dict[str, list[str]] = {}
    for record in case.tracked():
        for update in record.updates:
            if update.date is None and resolve_update_date(case.register, update) is None:
                ids_by_source.setdefault(update.source.id if update.source else "", []).append(record.id)
    for source, ids in ids_by_source.items():
        yield (
            _report_undated_source(case, source, ids)
            if case.register.find_source(source)
            else _report_undated_updates(ids)
        )


def _report_undated_source(case: Case, source_id: str, ids: list[str]) -> Finding:
    index = [entry.id for entry in case.register.programme.sources].index(source_id)
    unique_ids = unique(ids)
    message = (
        f"{case.register.programme.sources[index].title} has no date, so the age of what it says cannot be told "
        f"({pluralise(len(ids), 'update')}): {join_ids(unique_ids)}."
    )
    return Finding("", f"sources[{index}]", message, "date: when the paper was written, if it can be learnt")


def _report_undated_updates(ids: list[str]) -> Finding:
    return summarise_records(ids, "have an update without a date", "date, meeting, or a source that has a date")


def _check_missing_status(case: Case) -> Iterator[Finding]:
    findings = (
        Finding(record.id, "", f"{record.id} has no status.", "status: not_started, in_progress or complete")
        for record in case.tracked()
        if record.status is None
    )
    yield from summarise_if_many(findings, "have no status")


RULES: tuple[Rule, ...] = (
    Rule(
        code="G101",
        severity=Severity.WARNING,
        title="A recommendation without an action",
        why="It was asked for, and nobody is doing anything about it.",
        example="id: R8   # and no action names R8",
        fix="recommendations: [R8] in the action that answers it.",
        check=_check_missing_action,
    ),
    Rule(
        code="G102",
        severity=Severity.WARNING,
        title="A part of a recommendation without an action",
        why="What is asked for in a second sentence is easily lost.",
        example="{unanswered: [R6.2], parts: [{id: R6.2, text: members sit on the boards}]}",
        fix="recommendations: [R6.2] in the action that answers it.",
        check=_check_part_without_action,
    ),
    Rule(
        code="G103",
        severity=Severity.WARNING,
        title="Listed as unanswered, and answered",
        why="The list was not kept up.",
        example="unanswered: [R6.2]   # and an action names R6.2",
        fix="unanswered without that part.",
        check=_check_answered_part,
    ),
    Rule(
        code="G104",
        severity=Severity.WARNING,
        title="An action without a recommendation",
        why="No paper that goes by recommendations would print it.",
        example="id: A34   # and no recommendations",
        fix="recommendations: the one it answers.",
        check=_check_missing_recommendation,
    ),
    Rule(
        code="G105",
        severity=Severity.WARNING,
        title="No update at all",
        why="A committee would read nothing about it.",
        example="{id: A19, title: Undertake interim review of KPIs}   # no updates",
        fix="updates, or covers in the update that tells it.",
        check=_check_missing_update,
    ),
    Rule(
        code="G106",
        severity=Severity.WARNING,
        title="No recent update",
        why="An old report reads as if nothing had happened since.",
        example="updates: [{date: 2022-01-12, text: Begun.}]",
        fix="An update of how it stands now.",
        check=_check_old_update,
    ),
    Rule(
        code="G107",
        severity=Severity.NOTE,
        title="Updates without a date",
        why="How old they are cannot be told, so they never count as old.",
        example="updates: [{source: leeds-p2p, text: Under way.}]   # an undated paper",
        fix="date, meeting, or a source that has a date.",
        check=_check_undated_updates,
    ),
    Rule(
        code="G108",
        severity=Severity.NOTE,
        title="No status",
        why="It is counted as unfinished, and papers print that none is stated.",
        example="id: F01   # and no status",
        fix="status, once somebody says what it is.",
        check=_check_missing_status,
    ),
)


# O101 to O104: who answers for a record.


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
