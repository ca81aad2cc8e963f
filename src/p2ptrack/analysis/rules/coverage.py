"""G101 to G111: actions, updates, statuses and reasons that are missing. O101 to O105: owners and directorates.

I101, I108, I109: titles and requests that several records have.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache, lru_cache, partial
from itertools import pairwise
from string import ascii_lowercase, ascii_uppercase
from zlib import crc32

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.links import (
    addressed_recommendations,
    find_role_references,
    names_multiple,
    names_team,
    normalise_roles,
    split_owners,
)
from p2ptrack.analysis.measures import find_gaps
from p2ptrack.analysis.rules.dates import is_far_from_other_dates
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
from p2ptrack.model.advice import is_vacant
from p2ptrack.model.dates import is_before
from p2ptrack.model.fields import Acceptance, RoleMarker
from p2ptrack.model.records import Action, FollowUp, ProcurementExemption, Recommendation, Record, TrackedRecord
from p2ptrack.model.register import find_raised_day, resolve_update_date
from p2ptrack.phrases import (
    fold_text,
    join_ids,
    join_words,
    natural_key,
    normalise_spelling,
    normalise_word,
    pluralise,
    quote,
    unique,
)
from p2ptrack.values import compile_on_use


@rule("G101", WARNING, "Recommendation without an action", summary="have no action")
@why("It was requested, but no work on it is recorded.")
@example("id: R8   # and no action names R8")
@fix("Add the id of the recommendation to the action that addresses it, under `recommendations:`.")
def _check_missing_action(case: Case) -> Iterator[Finding]:
    for gap in find_gaps(case):
        if gap.id == gap.recommendation:
            yield Finding(gap.id, "", f"{gap.id} has no action: {gap.text.rstrip('.')}.", _format_action_fix(gap.id))


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
            message = f"{gap.id} has no action: {gap.text.rstrip('.')}."
            removal = f" Then remove it from `unanswered:` of {gap.recommendation}." if field.startswith("un") else ""
            yield Finding(gap.recommendation, field, message, _format_action_fix(gap.id) + removal)


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


@rule("G109", NOTE, "Action on a recommendation that was not accepted")
@why("Either the answer has changed and the record does not say so, or nobody asked for the work.")
@example("recommendations: [R3]   # and R3 is not_accepted")
@fix("Correct `acceptance` of the recommendation, or the recommendation that the action names.")
def _check_refused_recommendation(case: Case) -> Iterator[Finding]:
    refused = {r.id for r in case.register.of_type(Recommendation) if r.acceptance is Acceptance.NOT_ACCEPTED}
    for action in case.register.of_type(Action) if refused else ():
        ids = [id_ for id_ in addressed_recommendations(action) if id_ in refused]
        if ids and case.facts[action.id].unfinished and len(action.recommendations) == 1:
            message = f"{action.id} is open, but {join_ids(ids)} was not accepted."
            yield Finding(action.id, "recommendations", message, related=tuple(ids))


@rule("G110", WARNING, "Not accepted without a reason", absent=("response", "decided", "agreed_action"))
@why("The committee and the auditor will ask for the reason.")
@example("acceptance: not_accepted   # and no response")
@fix("Add `text:` under `response:`, with the reason.")
def _check_unexplained_refusal(case: Case) -> Iterator[Finding]:
    for record in case.register.with_field("acceptance"):
        decided = record.decided if isinstance(record, TrackedRecord) else None
        reasons = (record.response and record.response.text, record.agreed_action, decided and decided.reason)
        if record.acceptance is Acceptance.NOT_ACCEPTED and not any(reasons):
            yield Finding(record.id, "acceptance", f"{record.id} was not accepted, and no reason is recorded.")


@rule("G105", WARNING, "No update", summary="are open and have no update", absent=("updates", "start", "raised"))
@why("The committee would have nothing to read about it.")
@example("{id: A19, title: Undertake interim review of KPIs}   # no updates")
@fix("Add an update under `updates:`, or add the id to `covers:` in an update that reports on it.")
def _check_missing_update(case: Case) -> Iterator[Finding]:
    # A part that could not be read may have an update that covers these.
    is_unreadable = case.register.may_hide(TrackedRecord, "updates.covers")
    last_meeting = max((day for day in _iter_meeting_days(case) if day <= case.as_of), default=None)
    for record in case.with_fact("no_recent_update") if not is_unreadable else ():
        is_new = _is_raised_since(case, record, last_meeting) or _is_still_to_start(case, record)
        if case.facts[record.id].days_since_update is None and not is_new:
            message = f"{record.id} is open and has no update."
            yield Finding(record.id, "", message, advise_new_update(case, record))


def _iter_meeting_days(case: Case) -> Iterator[date]:
    return (meeting.date.latest for meeting in case.register.programme.meetings if meeting.date.latest)


def _is_raised_since(case: Case, record: TrackedRecord, last_meeting: date | None) -> bool:
    """Whether a record was raised at the last meeting or later, so that no report on it is due yet.

    A meeting outside the programme may be later.
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
        has_far_date = any(is_far_from_other_dates(case, record, update.date) for update in record.updates)
        if days is not None and not has_far_date:  # T112 reports a year that cannot be right
            message = f"The last update of {record.id} is {pluralise(days, 'day')} old. The limit is {limit}."
            newest = case.links.find_newest_update(record)
            field = "updates" if record.updates else ""
            if newest:
                field = f"updates[{record.updates.index(newest)}]"
            yield Finding(record.id, field, message, advise_new_update(case, record))


@rule("G107", NOTE, "Updates without a date", summary="have an update without a date")
@why("Their age is not known, so they never count as old.")
@example("updates: [{source: leeds-p2p, text: Under way.}]   # an undated paper")
@fix("Add `date:`, `meeting:` or a source with a date to each update.")
def _check_undated_updates(case: Case) -> Iterator[Finding]:
    ids_by_source: dict[str, list[str]] = {}
    for record in case.with_field("updates"):
        for index in [index for index, update in enumerate(record.updates) if update.date is None]:
            update = record.updates[index]
            if resolve_update_date(case.register, update) is None:
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


@rule("G111", NOTE, "Updates out of order", summary="have updates that are not in the order of their dates")
@why("New updates are added at the end. One out of order usually has a mistyped date.")
@example("updates: [{date: 2023-01-05, text: Two quotes came.}, {date: 2022-11-05, text: Quotes were asked for.}]")
@fix("Correct the date, or put the oldest update first.")
def _check_update_order(case: Case) -> Iterator[Finding]:
    records = (record for record in case.with_field("updates") if len(record.updates) > 1)
    orders = [(record.id, _find_disorder(case, record)) for record in records]
    disordered = {id_: index for id_, index in orders if index}
    # Where more records begin with the newest update than with the oldest, that can be the order of the register.
    if len(disordered) <= sum(index == 0 for _, index in orders):
        for id_, index in disordered.items():
            yield Finding(id_, f"updates[{index}]", f"{id_}: this update is dated before the one above it.")


def _find_disorder(case: Case, record: TrackedRecord) -> int | None:
    """Return the index of the first update that is older than the one above it; 0 for none, None if not known."""
    dates = [update.date or resolve_update_date(case.register, update) for update in record.updates]
    for day in dates:
        if day and day.earliest and day.earliest > case.as_of:
            return None  # T111 and T112 report those
    is_ordered = False
    for index, (first, second) in enumerate(pairwise(dates), 1):
        if is_before(second, first):
            return index
        is_ordered = is_ordered or is_before(first, second)
    return 0 if is_ordered else None


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
    find_owners = cache(partial(_find_multiple_owners, roles))  # a few officers answer for most records
    for record in case.with_field("accountable"):
        owners = find_owners(record.accountable)
        if len(owners) > 1:
            message = f"{record.id} has more than one responsible officer: {join_words(owners)}."
            advice = "" if len(owners) == len(record.accountable) else _ONE_POST_FIX
            yield Finding(record.id, "accountable", message, advice)
        elif owners:
            message = f"{record.id} names a group as its responsible officer: {quote(owners[0])}."
            yield Finding(record.id, "accountable", message, _GROUP_FIX)


def _find_multiple_owners(roles: frozenset[str], accountable: tuple[str, ...]) -> list[str]:
    """Return the responsible officers where there are several, or the one text that names a group."""
    owners = [owner for text in accountable if not is_vacant(text) for owner in split_owners(text, roles)]
    is_group = len(owners) == 1 and (names_multiple(owners[0], roles) or names_team(owners[0], roles))
    return owners if is_group or len(owners) > 1 else []


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
    # N107 reports placeholders.
    unknown_roles = {role for role in named_roles if fold_text(role) not in known_roles and not is_vacant(role)}
    spelling = SpellingAdvice()
    for reference in find_role_references(case.register, unknown_roles) if roles and unknown_roles else ():
        origin, role = reference.origin, reference.role
        is_several = names_multiple(role, owner_roles)
        if reference.field.startswith("accountable") and (is_several or names_team(role, owner_roles)):
            continue  # O102 reports it
        message = f"{quote(role)} is not one of the roles in the programme."
        names = split_owners(role, owner_roles) if is_several and reference.field.endswith("]") else ()
        if len(names) > 1:
            advice = (
                f"Write them as separate roles: [{', '.join(names)}]. In a longer list, each is an entry of its own."
            )
        else:
            advice = spelling.advise(origin, role, roles)
        yield Finding(origin, reference.field, message, advice)


@rule(
    "O106", NOTE, "Responsible officer also named as support", summary="name their responsible officer as support too"
)
@why("An officer cannot support their own work. Another job title was probably meant.")
@example("{accountable: Head of Procurement, supporting: [Head of Procurement]}")
@fix("Correct the job title under `supporting:`, or remove it from the list.")
def _check_own_support(case: Case) -> Iterator[Finding]:
    for record in case.with_field("supporting"):
        owners = set(map(normalise_word, record.accountable))
        for index, name in enumerate(record.supporting):
            if normalise_word(name) in owners and not is_vacant(name):
                message = f"{record.id} names {name} both under `accountable` and under `supporting`."
                yield Finding(record.id, f"supporting[{index}]", message)


@rule("O105", WARNING, "Directorate that is not in the programme")
@why("The same directorate under two names is counted as two.")
@example("directorate: Adult Servces")
@fix("Use a directorate from `directorates` in the programme, or add the new one there.")
def _check_unknown_directorate(case: Case) -> Iterator[Finding]:
    names = [name for entry in case.register.programme.directorates for name in (entry.id, entry.title) if name]
    for record in case.register.with_field("directorate") if names else ():
        name = record.directorate if isinstance(record, TrackedRecord | ProcurementExemption) else None
        if name and not is_vacant(name) and case.register.find_directorate(name) is None:
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
        blocker_id = dependency.blocker.id
        ids_with_owner = {r.id for r in dependency.records for b in r.blocked_by if b.owner and b.id == blocker_id}
        ids = tuple(record.id for record in dependency.records if record.id not in ids_with_owner)
        if dependency.owner is None and ids:
            message = f"{quote(dependency.title)} has no owner. Waiting for it: {join_ids(ids)}."
            yield Finding("", field, message, related=ids)


# One request in several records: the same title, the same words, or the same reference in a source.


@rule("I101", WARNING, "Same title more than once")
@why("Readers of a list cannot distinguish the records.")
@example("title: Review the contracts register   # in A01 and A34")
@fix("Give each record its own title, or combine the records if they are the same.")
def _check_same_title(case: Case) -> Iterator[Finding]:
    # I108 reports the same text, and with it the titles that are taken from it.
    for ids in _group_by_text(case, "title"):
        if all("title" not in case.register.by_id[id_].model_fields_set for id_ in ids):
            continue
        yield Finding(ids[-1], "title", f"{join_ids(ids)} have the same title.", related=ids[:-1])


def _group_by_text(case: Case, field: str) -> list[tuple[str, ...]]:
    """Return the ids of the records of one kind that have the same text, ignoring case and punctuation."""
    position = _COMPARED_FIELDS.index(field)
    # Many records can have one text.
    strip = cache(_strip_frame) if position else str
    fold = cache(lambda text: _fold_words(strip(text)) or strip(text))
    texts = case.register.search_records("letters", partial(_checksum_texts, cache(_checksum_letters)))
    counts = Counter([checksums[position] for _, checksums in texts])
    repeated = {checksum for checksum, count in counts.items() if count > 1} - {_NO_LETTERS}
    ids_by_text: dict[tuple[type[Record], str], list[str]] = {}
    for record, checksums in texts if repeated else ():
        if checksums[position] in repeated:
            ids_by_text.setdefault((type(record), fold(getattr(record, field))), []).append(record.id)
    return [tuple(ids) for ids in ids_by_text.values() if len(ids) > 1]


_COMPARED_FIELDS = ("title", "origin_text")
_NO_LETTERS = "-"


def _checksum_texts(checksum: Callable[[str], str], record: Record) -> tuple[str, str]:
    """Return the checksums of the letters of a title, and of a request without its frame.

    They are compared first, because to compare words takes three times as long, and few texts are equal.
    """
    return checksum(record.title), checksum(_strip_frame(record.origin_text or ""))


def _checksum_letters(text: str) -> str:
    """Return a checksum of the letters of a text. Texts that `_fold_words` finds equal have the same checksum."""
    letters = (text if text.isascii() else _fold_words(text)).translate(_LETTERS)
    return f"{crc32(letters.encode('utf-8', 'surrogatepass')):x}" if text else _NO_LETTERS


_LABEL = compile_on_use(
    r"\s*(?:(?:recommendation|action|rec|point|item|no)\.? ?)?(?:[a-z]{0,2}[0-9]{1,3}(?:\.[0-9]{1,2}){0,3}|[a-z])[.):]*"
    r"(?:(?<=[.):])\s|\s[-\u2013\u2014:]\s)|\s*\([a-z0-9]{1,3}\)\s|\s*[0-9]{1,2}(?:\.[0-9]{1,2}){1,3}\s",
    re.IGNORECASE,
)
_FRAME = compile_on_use(
    r"\s*(?:(?:we|internal audit|the auditors?|it is) recommend(?:s|ed)?,? (?:that )?)"
    r"(?:(?:the )?(?:management|council|officers|service|authority|trust|board) )?(?:(?:should|must|to) )?",
    re.IGNORECASE,
)
_REMARKS = frozenset({"priority", "high", "medium", "low", "ref", "reference", "rec", "recommendation", "page", "para"})


def _strip_frame(text: str) -> str:
    """Return a request without its number, *We recommend that* at its start, and a remark in brackets at its end."""
    if label := _LABEL.match(text):
        text = text[label.end() :]
    if frame := _FRAME.match(text):
        text = text[frame.end() :]
    end = text.rstrip(" .;\n")
    bracket = end.rfind("(") if end.endswith(")") else -1
    words = re.findall(r"[^\W\d_]+", end[bracket:]) if bracket > 0 else []
    return end[:bracket] if bracket > 0 and _REMARKS.issuperset(map(str.casefold, words)) else text


def _fold_words(text: str) -> str:
    folded = text if text.isascii() else normalise_spelling(text)
    return fold_text(folded.translate(_PUNCTUATION))


_PUNCTUATION = str.maketrans(dict.fromkeys("!\"'()*,-./:;?[]_{|}~\u201c\u201d\u2026", " "))
_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f "
_LETTERS = str.maketrans(ascii_uppercase, ascii_lowercase) | dict.fromkeys([*_PUNCTUATION, *map(ord, _SPACES)])
_MIN_REQUEST_WORDS = 4


@rule(
    "I108",
    WARNING,
    "Same request more than once",
    absent=("title", "agreed_action", "superseded_by", "same_deliverable_as", "see_also"),
)
@why("Papers would print one request twice, and two officers may report on the same work.")
@example("origin_text: Report all waivers every quarter.   # in F01 and F02")
@fix("Combine the records, or name one under `same_deliverable_as:` in the other.")
def _check_same_request(case: Case) -> Iterator[Finding]:
    groups = _group_by_text(case, "origin_text")
    same_words = _group_by_words(case, {id_ for ids in groups for id_ in ids})
    for ids in (*groups, *same_words):
        records = [case.register.by_id[id_] for id_ in ids]
        is_short = len((records[0].origin_text or "").split()) < _MIN_REQUEST_WORDS
        title = _fold_words(records[0].title)
        has_same_title = all(_fold_words(record.title) == title for record in records[1:])
        is_known = has_same_title or _are_linked(case, records) or _are_split(records)
        if not is_short and not is_known:
            message = f"{join_ids(ids)} have the same request{', in other words' if ids in same_words else ''}."
            yield Finding(ids[-1], "origin_text", message, related=ids[:-1])


_STOP_WORDS_TEXT = """\
a all also an and any are as at be been being by can could each ensure every for from had has have if in into is it its
made make makes making may must of officers on or per recommend recommended s should so such sure team that the their
them then there these they this those to under was we were when where which will with would
"""
_WORD = compile_on_use(r"[^\W_]+")
_MIN_CONTENT_WORDS = 4
_MIN_WORDS_TO_DIFFER = 7


def _group_by_words(case: Case, known_ids: set[str]) -> list[tuple[str, ...]]:
    """Return the ids of the records of one kind whose requests have the same words, in any order and form.

    A long request may lack a word. A different word makes it another request.
    """
    ids_by_words: dict[tuple[type[Record], int], list[str]] = {}
    words_by_id: dict[str, frozenset[int]] = {}
    for record in case.register.records:
        if record.origin_text and record.id not in known_ids:
            words = frozenset(hash(_stem(word)) for word in _WORD.findall(fold_text(_strip_frame(record.origin_text))))
            words -= _STOP_HASHES
            if len(words) >= _MIN_CONTENT_WORDS:
                words_by_id[record.id] = words
                ids_by_words.setdefault((type(record), sum(words)), []).append(record.id)
    for (kind, total), ids in ids_by_words.items():
        words = words_by_id[ids[0]]
        for word in words if len(words) >= _MIN_WORDS_TO_DIFFER else ():
            shorter = ids_by_words.get((kind, total - word), [])
            if shorter and words_by_id[shorter[0]] == words - {word}:
                ids += [id_ for id_ in shorter if id_ not in ids]
    return [tuple(sorted(ids, key=natural_key)) for ids in ids_by_words.values() if len(ids) > 1]


@lru_cache(maxsize=16384)
def _stem(word: str) -> str:
    """Return a word without its usual endings: `reviewed`, `reviews` and `reviewing` are `review`."""
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            word = word.removesuffix(ending)
            return word[:-1] if word[-1] == word[-2] else word
    return word


_STOP_HASHES = frozenset(hash(_stem(word)) for word in _STOP_WORDS_TEXT.split())


def _are_linked(case: Case, records: Sequence[Record]) -> bool:
    """Whether the records are already linked with each other."""
    ids = {record.id for record in records}
    linked = {
        id_
        for record in records
        for id_ in (*record.superseded_by, *record.same_deliverable_as, *record.see_also)
        if id_ in ids
    }
    groups = case.links.deliverable_groups
    return len(linked) >= len(ids) - 1 or any(ids <= set(group) for group in groups)


def _are_split(records: Sequence[Record]) -> bool:
    """Whether one request was divided into several agreed actions."""
    if not all(record.agreed_action for record in records):
        return False
    agreed_actions = {fold_text(record.agreed_action or "") for record in records}
    return "" not in agreed_actions and len(agreed_actions) == len(records)


# One reference of a source in several records.


_MAX_SHARED = 5


@rule(
    "I109", NOTE, "Same place in a source more than once", absent=("superseded_by", "same_deliverable_as", "see_also")
)
@why("One request may be in the register twice, or one of the references is mistyped.")
@example("source: {id: ia-payroll, ref: rec 1}   # in F01 and F13")
@fix("Correct the reference, or combine the records. If they belong together, say so under `see_also:`.")
def _check_same_place(case: Case) -> Iterator[Finding]:
    ids_by_place: dict[tuple[type, str, str], list[str]] = defaultdict(list)
    for record in case.register.with_field("source"):
        # Several actions answer one request, and have its reference.
        if isinstance(record, Recommendation | FollowUp) and record.source and record.source.ref:
            ids_by_place[type(record), record.source.id, fold_text(record.source.ref)].append(record.id)
    places = Counter(source for _, source, _ in ids_by_place)
    shared = Counter(source for (_, source, _), ids in ids_by_place.items() if len(ids) > 1)
    for (_, source, _), ids in ids_by_place.items():
        # If many references have several records, the reference is of a chapter and not of a request.
        is_rare = shared[source] * _MAX_SHARED <= places[source]
        if len(ids) > 1 and is_rare and not _is_explained(case, ids):
            first, *others = sorted(ids, key=natural_key)
            place = case.register.by_id[others[-1]].source
            document = case.register.find_source(source)
            title = document.title if document else source
            message = (
                f"{join_ids([first, *others])} have the same place in {quote(title)}: {place.ref if place else ''}."
            )
            yield Finding(others[-1], "source.ref", message, related=(first, *others[:-1]))


def _is_explained(case: Case, ids: Sequence[str]) -> bool:
    """Whether records may share a reference: they are linked, I108 reports them, or they are agreed actions."""
    records = [case.register.by_id[id_] for id_ in ids]
    texts = {_fold_words(record.origin_text or record.title) for record in records}
    depends = {id_ for record in records for id_ in record.depends_on}
    return bool(depends & set(ids)) or len(texts) < len(ids) or _are_linked(case, records) or _are_split(records)
