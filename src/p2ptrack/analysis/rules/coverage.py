"""G101 to G108: actions, updates and statuses that are missing. O101 to O105: owners and directorates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.links import find_role_references, names_several, normalise_roles, split_owners
from p2ptrack.analysis.measures import find_gaps
from p2ptrack.analysis.rules.rule import (
    NOTE,
    WARNING,
    Finding,
    SpellingAdvice,
    advise_new_update,
    example,
    fix,
    iter_open_dependencies,
    report_records,
    rule,
    why,
)
from p2ptrack.model.advice import is_nobody
from p2ptrack.model.fields import RoleMarker
from p2ptrack.model.records import Action, FollowUp, Recommendation, TrackedRecord
from p2ptrack.model.register import find_raised_day, resolve_update_date
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
            listed = f" Then remove it from `unanswered:` of {gap.recommendation}." if field.startswith("un") else ""
            yield Finding(gap.recommendation, field, message, _format_action_fix(gap.id) + listed)


def _format_action_fix(id_: str) -> str:
    return f"Add {id_} to the list under `recommendations:` in the action that addresses it."


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


@rule(
    "G104",
    WARNING,
    "Action without a recommendation",
    summary="are actions without a recommendation",
    absent=("recommendations",),
)
@why("Papers that are arranged by recommendation would leave it out.")
@example("id: A34   # and no recommendations")
@fix("Add the id of the recommendation that it addresses under `recommendations:`.")
def _check_missing_recommendation(case: Case) -> Iterator[Finding]:
    actions = case.register.of_type(Action) if case.register.of_type(Recommendation) else ()
    records = (action for action in actions if not action.recommendations)
    return report_records(case, records, "{id} has no recommendation.")


@rule("G105", WARNING, "No update", summary="are open and have no update", absent=("updates", "start", "raised"))
@why("The committee would have nothing to read about it.")
@example("{id: A19, title: Undertake interim review of KPIs}   # no updates")
@fix("Add an update under `updates:`, or add the id to `covers:` in an update that reports on it.")
def _check_missing_update(case: Case) -> Iterator[Finding]:
    # What could not be read may hold an update that covers these.
    is_unread = case.register.may_hide(TrackedRecord, "updates.covers")
    last_meeting = max((day for day in _iter_meeting_days(case) if day <= case.as_of), default=None)
    for record in case.with_fact("no_recent_update") if not is_unread else ():
        is_new = _is_raised_since(case, record, last_meeting) or _is_still_to_start(case, record)
        if case.facts[record.id].days_since_update is None and not is_new:
            message = f"{record.id} is open and has no update."
            yield Finding(record.id, "", message, advise_new_update(case, record))


def _iter_meeting_days(case: Case) -> Iterator[date]:
    return (meeting.date.latest for meeting in case.register.programme.meetings if meeting.date.latest)


def _is_raised_since(case: Case, record: TrackedRecord, last_meeting: date | None) -> bool:
    """Whether a record was raised at the last meeting or later, so that no report on it is due yet.

    A meeting that is not in the programme may be one.
    """
    meeting_ids = record.raised if isinstance(record, FollowUp) else ()
    if any(case.register.find_meeting(id_) is None for id_ in meeting_ids):
        return True
    day = find_raised_day(case.register, record)
    return day is not None and (last_meeting is None or day >= last_meeting)


def _is_still_to_start(case: Case, record: TrackedRecord) -> bool:
    return record.start is not None and record.start.latest is not None and record.start.latest > case.as_of


@rule("G106", WARNING, "No recent update", summary="have had no recent update", query="is:no-recent-update")
@why("An old update suggests that nothing has happened since.")
@example("updates: [{date: 2022-01-12, text: Begun.}]")
@fix("Add an update with the current position.")
def _check_old_update(case: Case) -> Iterator[Finding]:
    limit = pluralise(case.policy.no_recent_update_days, "day")
    for record in case.with_fact("no_recent_update"):
        days = case.facts[record.id].days_since_update
        if days is not None:
            message = f"The last update of {record.id} is {pluralise(days, 'day')} old. The limit is {limit}."
            field = "updates" if record.updates else ""
            yield Finding(record.id, field, message, advise_new_update(case, record))


@rule("G107", NOTE, "Updates without a date", summary="have an update without a date")
@why("Their age is not known, so they never count as old.")
@example("updates: [{source: leeds-p2p, text: Under way.}]   # an undated paper")
@fix("Add `date:`, `meeting:` or a source with a date to each update.")
def _check_undated_updates(case: Case) -> Iterator[Finding]:
    ids_by_source: dict[str, list[str]] = {}
    for record in case.tracked():
        for index, update in enumerate(record.updates):
            if update.date is None and resolve_update_date(case.register, update) is None:
                if update.source and case.register.find_source(update.source.id):
                    ids_by_source.setdefault(update.source.id, []).append(record.id)
                else:
                    yield Finding(record.id, f"updates[{index}]", f"An update of {record.id} has no date.")
    for index, source in enumerate(case.register.programme.sources):
        if ids := ids_by_source.get(source.id):
            subject = f"{source.title} has no date, so the age of"
            message = f"{subject} {pluralise(len(ids), 'update')} is not known: {join_ids(unique(ids))}."
            advice = "Add the date of the source under `date:`, if you can find it."
            yield Finding("", f"sources[{index}]", message, advice, related=unique(ids))


@rule("G108", NOTE, "No status", summary="have no status", absent=("status",))
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
    records = (record for record in case.with_fact("no_owner") if not record.accountable)  # N107 reports placeholders
    return report_records(case, records, "{id} has no responsible officer.")


@rule("O102", WARNING, "More than one responsible officer")
@why("When several officers are responsible, it is not clear who answers for the work.")
@example("accountable: [Head of Procurement, City Solicitor]")
@fix("Keep one under `accountable:` and move the others to `supporting:`.")
def _check_multiple_owners(case: Case) -> Iterator[Finding]:
    roles = normalise_roles(case.register.programme.roles)
    for record in case.with_field("accountable"):
        owners = [owner for text in record.accountable if not is_nobody(text) for owner in split_owners(text, roles)]
        if len(owners) > 1:
            message = f"{record.id} has more than one responsible officer: {join_words(owners)}."
            advice = "" if len(owners) == len(record.accountable) else _ONE_POST_FIX
            yield Finding(record.id, "accountable", message, advice)
        elif owners and names_several(owners[0], roles):
            message = f"{record.id} names a group as its responsible officer: {quote(owners[0])}."
            yield Finding(record.id, "accountable", message, _GROUP_FIX)


_ONE_POST_FIX = (
    "Keep one under `accountable:` and move the others to `supporting:`. If it is a single job title, add it to "
    "`roles` in the programme."
)
_GROUP_FIX = "Name one officer's job title under `accountable:`. You can list the others under `supporting:`."


@rule("O103", WARNING, "Role that is not in the programme")
@why("The same role under two names is counted as two roles.")
@example("accountable: Head of Procurment")
@fix("Use a role from `roles` in the programme, or add the new role there.")
def _check_unknown_role(case: Case) -> Iterator[Finding]:
    roles = case.register.programme.roles
    known_roles = {fold_text(role) for role in roles}
    owner_roles = normalise_roles(roles)
    named_roles = case.register.field_index().references.get(RoleMarker(), ())
    # N107 reports placeholders, and O102 several posts in one text.
    unknown_roles = {
        role
        for role in named_roles
        if fold_text(role) not in known_roles and not is_nobody(role) and not names_several(role, owner_roles)
    }
    spelling = SpellingAdvice()
    for reference in find_role_references(case.register, unknown_roles) if roles and unknown_roles else ():
        message = f"{quote(reference.role)} is not one of the roles in the programme."
        yield Finding(
            reference.origin, reference.field, message, spelling.advise(reference.origin, reference.role, roles)
        )


@rule("O105", WARNING, "Directorate that is not in the programme")
@why("The same directorate under two names is counted as two.")
@example("directorate: Adult Servces")
@fix("Use a directorate from `directorates` in the programme, or add the new one there.")
def _check_unknown_directorate(case: Case) -> Iterator[Finding]:
    names = [name for entry in case.register.programme.directorates for name in (entry.id, entry.title) if name]
    for record in case.with_field("directorate") if names else ():
        name = record.directorate
        if name and not is_nobody(name) and case.register.find_directorate(name) is None:
            message = f"{quote(name)} is not one of the directorates in the programme."
            yield Finding(record.id, "directorate", message, SpellingAdvice().advise(record.id, name, names))


@rule("O104", NOTE, "Dependency without an owner")
@why("Nobody is named who can resolve the delay.")
@example("blocked_by: [{cause: Staff for the work package}]")
@fix("Add `owner:` to the dependency, with the name of the organisation or officer responsible for it.")
def _check_missing_blocker_owner(case: Case) -> Iterator[Finding]:
    for record in case.with_fact("waiting"):
        for index, blocker in enumerate(record.blocked_by):
            if blocker.owner is None and blocker.id is None:
                message = f"{record.id} waits for something that has no owner: {quote(blocker.cause or '')}."
                yield Finding(record.id, f"blocked_by[{index}]", message)
    for field, dependency, _ in iter_open_dependencies(case):
        named = {r.id for r in dependency.records for b in r.blocked_by if b.owner and b.id == dependency.blocker.id}
        ids = tuple(record.id for record in dependency.records if record.id not in named)
        if dependency.owner is None and ids:
            message = f"{quote(dependency.title)} has no owner. Waiting for it: {join_ids(ids)}."
            yield Finding("", field, message, related=ids)
