"""G101 to G108: recommendations without actions, and records without updates or a status. O101 to O104: owners."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.gaps import find_gaps
from p2ptrack.analysis.links import find_role_references
from p2ptrack.analysis.rules.families import report_records
from p2ptrack.analysis.rules.rule import (
    NOTE,
    WARNING,
    Finding,
    advise_spelling,
    example,
    fix,
    rule,
    summarise_if_many,
    summarise_records,
    why,
)
from p2ptrack.model.fields import RoleMarker
from p2ptrack.model.records import Action, Recommendation
from p2ptrack.model.register import resolve_update_date
from p2ptrack.phrases import fold_text, join_ids, join_words, pluralise, quote, unique


@rule("G101", WARNING, "Recommendation without an action", summary="have no action")
@why("It was requested, but no work on it is recorded.")
@example("id: R8   # and no action names R8")
@fix("Add the id of the recommendation to the action that addresses it, under `recommendations:`.")
def _check_missing_action(case: Case) -> Iterator[Finding]:
    for gap in find_gaps(case):
        if gap.id == gap.recommendation:
            yield Finding(gap.id, "", f"{gap.id} has no action: {gap.text}.", _format_action_fix(gap.id))


@rule("G102", WARNING, "Part of a recommendation without an action")
@why("A request in a later sentence is easily overlooked.")
@example("{unanswered: [R6.2], parts: [{id: R6.2, text: members sit on the boards}]}")
@fix("Add the id of the part to the action that addresses it, under `recommendations:`.")
def _check_part_without_action(case: Case) -> Iterator[Finding]:
    for gap in find_gaps(case):
        recommendation = case.register.by_id[gap.recommendation]
        if gap.id != gap.recommendation and isinstance(recommendation, Recommendation):
            field = f"parts[{[part.id for part in recommendation.parts].index(gap.id)}]"
            if gap.id in recommendation.unanswered:
                field = f"unanswered[{recommendation.unanswered.index(gap.id)}]"
            message = f"{gap.id} has no action: {gap.text}."
            yield Finding(gap.recommendation, field, message, _format_action_fix(gap.id))


def _format_action_fix(id_: str) -> str:
    return f"Add {id_} to the action that addresses it:\nrecommendations: [{id_}]"


@rule("G103", WARNING, "Part marked unanswered that has an action")
@why("The list of unanswered parts is out of date.")
@example("unanswered: [R6.2]   # and an action names R6.2")
@fix("Remove the part from `unanswered`.")
def _check_answered_part(case: Case) -> Iterator[Finding]:
    for recommendation in case.register.of_type(Recommendation):
        for index, part in enumerate(recommendation.unanswered):
            actions = case.links.find_sources(part, "recommendations")
            if actions:
                message = f"{part} is listed as unanswered but has an action: {join_ids(actions)}."
                yield Finding(recommendation.id, f"unanswered[{index}]", message)


@rule("G104", WARNING, "Action without a recommendation", summary="are actions without a recommendation")
@why("Papers that are arranged by recommendation would leave it out.")
@example("id: A34   # and no recommendations")
@fix("Add the id of the recommendation that it addresses under `recommendations:`.")
def _check_missing_recommendation(case: Case) -> Iterator[Finding]:
    actions = case.register.of_type(Action) if case.register.of_type(Recommendation) else ()
    records = (action for action in actions if not action.recommendations)
    return report_records(case, records, "{id} has no recommendation.")


@rule("G105", WARNING, "No update", summary="are open and have no update")
@why("The committee would have nothing to read about it.")
@example("{id: A19, title: Undertake interim review of KPIs}   # no updates")
@fix("Add an update under `updates:`, or add the id to `covers:` in an update that reports on it.")
def _check_missing_update(case: Case) -> Iterator[Finding]:
    # A record that cannot be read may hold an update that covers these.
    candidates = case.with_fact("no_recent_update") if not case.register.broken_ids else ()
    records = (record for record in candidates if case.facts[record.id].days_since_update is None)
    return report_records(case, records, "{id} is open and has no update.")


@rule("G106", WARNING, "No recent update")
@why("An old update suggests that nothing has happened since.")
@example("updates: [{date: 2022-01-12, text: Begun.}]")
@fix("Add an update with the current position.")
def _check_old_update(case: Case) -> Iterator[Finding]:
    limit = pluralise(case.policy.no_recent_update_days, "day")
    findings = []
    for record in case.with_fact("no_recent_update"):
        days = case.facts[record.id].days_since_update
        if days is not None:
            message = f"The last update of {record.id} is {pluralise(days, 'day')} old. The limit is {limit}."
            findings.append(Finding(record.id, "updates", message))
    yield from summarise_if_many(findings, f"have had no update for more than {limit}", "is:no-recent-update")


@rule("G107", NOTE, "Updates without a date")
@why("Their age is not known, so they never count as old.")
@example("updates: [{source: leeds-p2p, text: Under way.}]   # an undated paper")
@fix("Add `date:`, `meeting:` or a source with a date to each update.")
def _check_undated_updates(case: Case) -> Iterator[Finding]:
    ids_by_source: dict[str, list[str]] = {}
    for record in case.tracked():
        for update in record.updates:
            if update.date is None and resolve_update_date(case.register, update) is None:
                ids_by_source.setdefault(update.source.id if update.source else "", []).append(record.id)
    sources = case.register.programme.sources
    source_ids = [source.id for source in sources]
    for source_id, ids in ids_by_source.items():
        if source_id in source_ids:
            index = source_ids.index(source_id)
            subject = f"{sources[index].title} has no date, so the age of"
            message = f"{subject} {pluralise(len(ids), 'update')} is not known: {join_ids(unique(ids))}."
            advice = "Add the date of the source under `date:`, if you can find it."
            yield Finding("", f"sources[{index}]", message, advice)
        else:
            yield summarise_records(ids, "have an update without a date")


@rule("G108", NOTE, "No status", summary="have no status")
@why("It counts as open, and papers show that no status is stated.")
@example("id: F01   # and no status")
@fix("Add the status under `status:` when it is known.")
def _check_missing_status(case: Case) -> Iterator[Finding]:
    records = (record for record in case.tracked() if record.status is None)
    return report_records(case, records, "{id} has no status.")


@rule("O101", WARNING, "No responsible officer", summary="have no responsible officer", query="is:no-owner")
@why("Nobody is named who can answer questions about it.")
@example("id: A01   # and no accountable")
@fix("Add the job title of the responsible officer under `accountable:`.")
def _check_missing_owner(case: Case) -> Iterator[Finding]:
    return report_records(case, case.with_fact("no_owner"), "{id} has no responsible officer.")


@rule("O102", WARNING, "More than one responsible officer")
@why("When several officers are responsible, it is not clear who answers for the work.")
@example("accountable: [Head of Procurement, City Solicitor]")
@fix("Keep one under `accountable:` and move the others to `supporting:`.")
def _check_multiple_owners(case: Case) -> Iterator[Finding]:
    for record in case.with_field("accountable"):
        if len(record.accountable) > 1:
            message = f"{record.id} has more than one responsible officer: {join_words(record.accountable)}."
            yield Finding(record.id, "accountable", message)


@rule("O103", WARNING, "Role that is not in the programme")
@why("The same role under two names is counted as two roles.")
@example("accountable: Head of Procurment")
@fix("Use a role from `roles` in the programme, or add the new role there.")
def _check_unknown_role(case: Case) -> Iterator[Finding]:
    roles = case.register.programme.roles
    known_roles = {fold_text(role) for role in roles}
    named_roles = case.register.field_index().references.get(RoleMarker(), ())
    unknown_roles = {role for role in named_roles if fold_text(role) not in known_roles}
    for reference in find_role_references(case.register, unknown_roles) if roles and unknown_roles else ():
        message = f"{quote(reference.role)} is not one of the roles in the programme."
        yield Finding(reference.origin, reference.field, message, advise_spelling(reference.role, roles))


@rule("O104", NOTE, "Dependency without an owner")
@why("Nobody is named who can resolve the delay.")
@example("blocked_by: [{cause: Staff for the work package}]")
@fix("Add `owner:` to the dependency, with the name of whoever can resolve it.")
def _check_missing_blocker_owner(case: Case) -> Iterator[Finding]:
    unowned_ids = {dependency.id for dependency in case.register.programme.dependencies if dependency.owner is None}
    waiting_ids = [
        record.id
        for record in case.with_fact("waiting")
        for blocker in record.blocked_by
        if blocker.owner is None and (blocker.id is None or blocker.id in unowned_ids)
    ]
    if waiting_ids:
        yield summarise_records(waiting_ids, "are waiting for something that has no owner", query="is:waiting")
