"""G101 to G108: recommendations without actions, and records without updates or a status. O101 to O104: owners."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import is_dependency_cleared
from p2ptrack.analysis.links import find_role_references
from p2ptrack.analysis.measures import find_gaps
from p2ptrack.analysis.rules.rule import (
    NOTE,
    WARNING,
    Finding,
    advise_new_update,
    advise_spelling,
    example,
    fix,
    report_records,
    rule,
    why,
)
from p2ptrack.model.advice import is_nobody
from p2ptrack.model.fields import RoleMarker
from p2ptrack.model.records import Action, Recommendation, TrackedRecord
from p2ptrack.model.register import find_raised_day, resolve_update_date
from p2ptrack.phrases import fold_text, join_ids, join_words, normalise_word, pluralise, quote, unique

# Several responsible officers in one text: `A / B`, `A and B`, `A, B`, `All Directors`.


_HEADS = r"head|director|chief|chair|leader|secretary|clerk|treasurer|solicitor"
_NOUNS = (
    r"accountant|adviser|advisor|analyst|architect|auditor|board|buyer|chair|clerk|co-ordinator|committee|consultant"
    r"|controller|coordinator|councillor|director|engineer|executive|group|head|lead|leader|manager|member|officer"
    r"|partner|planner|secretary|solicitor|specialist|surveyor|team|treasurer"
)
_RANKS = (
    r"(?:(?:acting|assistant|associate|corporate|deputy|executive|group|interim|joint|managing|service|strategic) )*"
)
_TITLE = re.compile(rf"(?:the )?{_RANKS}(?:{_HEADS})(?: .+)?|(?:.+ )?(?:{_NOUNS})")
_PLURAL_TITLE = re.compile(
    rf"(?:the )?{_RANKS}(?:heads|directors|chiefs) of .+"
    r"|(?:.+ )?(?:directors|managers|officers|heads|leaders|members|leads)"
)
_COLLECTIVE = re.compile(r"(?:all|both|each|every|several|various)(?: of the| the)?(?: .+)?")
_SINGLE_AFTER_ALL = re.compile(rf"all .*\b(?:{_NOUNS}|{_HEADS})")
_SECOND_DUTY = re.compile(
    r"(?:(?:the )?deputy )?(?:monitoring officer|(?:section |s\.? ?)151 officer|s151|head of paid service"
    r"|chief finance(?:ial)? officer|chief financial officer|chief executive|returning officer|town clerk"
    r"|data protection officer|senior information risk owner|siro|caldicott guardian|statutory scrutiny officer"
    r"|chief internal auditor|electoral registration officer|senior responsible owner|senior responsible officer|sro)"
)
"""Statutory and second duties that one post often holds beside its own title."""

_STRONG_SEPARATOR = re.compile(r"(?<!\s)(?:\s*[/;\n+|]|\s+(?:jointly with|together with)\s)\s*")
_WEAK_SEPARATOR = re.compile(r"(?<!\s)\s*(?:,\s*(?:and\s+)?|\s&\s|\sand\s)\s*")
_MIN_TEAM_LENGTH = 4
_PAIR = 2
_BRACKETS = re.compile(r"(?<!\s)\s*\([^()]*\)")


def normalise_roles(roles: Iterable[str]) -> frozenset[str]:
    """Return the roles of a programme as `split_owners` compares them."""
    return frozenset(map(_normalise, roles))


@lru_cache(maxsize=4096)
def split_owners(text: str, roles: frozenset[str]) -> tuple[str, ...]:
    """Return the posts that a text names, as written. A role of the programme is one post, however it is written."""
    if _normalise(text) in roles:
        return (text,)
    parts = _split(text, _STRONG_SEPARATOR)
    if len(parts) > 1 and _are_posts_or_teams(parts, roles) and not _has_second_duty(parts):
        return tuple(post for part in parts for post in _split_titles(part, roles))
    return _split_titles(text, roles)


@lru_cache(maxsize=4096)
def names_several(text: str, roles: frozenset[str]) -> bool:
    """Whether a text names more than one responsible officer, by their titles or as a group."""
    if _normalise(text) in roles:
        return False
    return len(split_owners(text, roles)) > 1 or _is_collective(fold_text(text).strip(" ."))


def _normalise(text: str) -> str:
    return normalise_word(fold_text(text))


def _is_collective(text: str) -> bool:
    if _PLURAL_TITLE.fullmatch(text):
        return True
    if not _COLLECTIVE.fullmatch(text) or _SINGLE_AFTER_ALL.fullmatch(text):
        return False
    is_distributive = text.startswith(("each", "every")) or " " not in text
    return is_distributive or text.endswith("s") or " of " in text


def _split_titles(text: str, roles: frozenset[str]) -> tuple[str, ...]:
    """Return the posts of a text with commas or *and*, which many titles of one post contain as well."""
    if _normalise(text) in roles:
        return (text,)
    posts = _merge_titles(_split(text, _WEAK_SEPARATOR), roles)
    are_titles = all(_is_title(post, roles) for post in posts)
    return posts if len(posts) > 1 and are_titles and not _has_second_duty(posts) else (text,)


def _has_second_duty(posts: tuple[str, ...]) -> bool:
    """Whether two titles are one post: *Director of Finance and Section 151 Officer*."""
    return len(posts) == _PAIR and any(_SECOND_DUTY.fullmatch(fold_text(post)) for post in posts)


def _merge_titles(parts: tuple[str, ...], roles: frozenset[str]) -> tuple[str, ...]:
    """Join a part that is no title to the one before: in *Head of Legal, Audit and City Solicitor* there are two."""
    posts: list[str] = []
    for part in parts:
        if posts and not _is_title(part, roles):
            posts[-1] = f"{posts[-1]}, {part}"
        else:
            posts.append(part)
    return tuple(posts)


def _split(text: str, separator: re.Pattern[str]) -> tuple[str, ...]:
    parts = (part.strip(" .") for part in separator.split(text))
    return tuple(part for part in parts if part and not is_nobody(part))


def _are_posts_or_teams(parts: tuple[str, ...], roles: frozenset[str]) -> bool:
    """Whether every part is a title, or every part names a team: not the two halves of *Property/Estates Manager*."""
    titles = [_is_title(part, roles) for part in parts]
    return all(titles) or (not any(titles) and all(len(part) >= _MIN_TEAM_LENGTH for part in parts))


def _is_title(part: str, roles: frozenset[str]) -> bool:
    title = _BRACKETS.sub("", fold_text(part)).strip(" .")
    return bool(_TITLE.fullmatch(title)) or bool(_PLURAL_TITLE.fullmatch(title)) or _normalise(part) in roles


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
    """Whether a record was raised at the last meeting or later, so that no report on it is due yet."""
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
    for reference in find_role_references(case.register, unknown_roles) if roles and unknown_roles else ():
        message = f"{quote(reference.role)} is not one of the roles in the programme."
        yield Finding(reference.origin, reference.field, message, advise_spelling(reference.role, roles))


@rule("O104", NOTE, "Dependency without an owner")
@why("Nobody is named who can resolve the delay.")
@example("blocked_by: [{cause: Staff for the work package}]")
@fix("Add `owner:` to the dependency, with the name of the organisation or officer responsible for it.")
def _check_missing_blocker_owner(case: Case) -> Iterator[Finding]:
    waiting_ids: dict[str, list[str]] = {}
    for record in case.with_fact("waiting"):
        for index, blocker in enumerate(record.blocked_by):
            if blocker.owner is None and blocker.id is not None:
                waiting_ids.setdefault(blocker.id, []).append(record.id)
            elif blocker.owner is None:
                message = f"{record.id} waits for something that has no owner: {quote(blocker.cause or '')}."
                yield Finding(record.id, f"blocked_by[{index}]", message)
    for index, dependency in enumerate(case.register.programme.dependencies):
        ids = waiting_ids.get(dependency.id, ()) if dependency.owner is None else ()
        if ids and not is_dependency_cleared(dependency, case.as_of):
            message = f"{quote(dependency.title)} has no owner. Waiting for it: {join_ids(ids)}."
            yield Finding("", f"dependencies[{index}]", message, related=unique(ids))
