"""`show`: one record in full, with its position, links, history and next steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from p2ptrack.analysis.case import Case, ExemptTag, serialise_records
from p2ptrack.analysis.contracts import describe_contract, list_contract_references
from p2ptrack.analysis.exemptions import compute_exemption_facts, describe_exemption_facts
from p2ptrack.analysis.facts import (
    changes_target,
    count_days_moved,
    effective_revisions,
    find_missing_decision_fields,
    find_missing_verification_fields,
    get_deadline,
    is_done,
    is_effective,
    is_first_target,
    is_rewording,
    is_verified_by_owner,
    status_label,
)
from p2ptrack.analysis.links import build_links, resolve_see
from p2ptrack.analysis.measures import Measures, find_gaps, find_open_dependents
from p2ptrack.analysis.redaction import Audience
from p2ptrack.errors import UsageError
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import Category, Decision, Extent, Status, get_word_as_written
from p2ptrack.model.kinds import kind_of
from p2ptrack.model.records import Action, FollowUp, Recommendation, Record, TargetRevision, TrackedRecord, Update
from p2ptrack.model.recurrence import count_done_periods, format_every
from p2ptrack.model.register import format_meeting_title, resolve_update_date
from p2ptrack.model.schema import FieldSpec, list_fields, list_set_fields
from p2ptrack.phrases import did_you_mean, excerpt, format_shift, format_times, join_words, pluralise, unique
from p2ptrack.queries.answer import (
    INFERRED_KEY,
    describe_missing_id,
    format_field_value,
    format_optional_date,
    format_owner,
    format_status,
    format_target,
    format_word,
    inferred_mark,
    list_unreadable,
    make_answer,
    shorten_text,
)
from p2ptrack.reports.document import Block, Document, Fact, Facts, Prose, Section, make_paragraph
from p2ptrack.values import dataclass

_SEPARATOR = " · "


def build_show(case: Case, id_: str) -> Document:
    """Return one record in full. Raises `UsageError` for an id that does not exist, with the nearest that does."""
    record = _find_record(case, id_)
    tagged_case, tags = _tag_exempt_text(case)
    tagged_record = tagged_case.register.by_id[record.id]
    blocks = _build_blocks(tagged_case, tagged_record)
    return make_answer(
        case,
        "show",
        f"{record.id} {tagged_record.title}",
        (*blocks, *list_unreadable(case, record.id), *_describe_exemption(case, record)),
        lambda: serialise_records(case, (record,), compute_exemption_facts(case)),
        tags=tags,
    )


def _describe_exemption(case: Case, record: Record) -> Iterator[Block]:
    """Yield the sentence about a record that is exempt as a whole: CSV has no title that could be marked."""
    content = case.disclosure.exempt.get(record.id)
    if content is not None and content.is_whole:
        yield make_paragraph("All of this record is exempt.", role="exempt")


def _tag_exempt_text(case: Case) -> tuple[Case, tuple[ExemptTag, ...]]:
    """Return the case with exempt text tagged, so that each part of a record that is exempt is marked where it is."""
    if not case.disclosure.exempt or case.disclosure.audience == Audience.PUBLIC:
        return case, ()
    from p2ptrack.analysis.redaction.redact import tag_exempt_text

    register, tags = tag_exempt_text(case.register)
    return replace(case, register=register, links=build_links(register)), tags


def _find_record(case: Case, id_: str) -> Record:
    """Return a record by its id or by the id of one of its parts, in any case."""
    records = {**dict(case.register.iter_parts()), **case.register.by_id}
    by_folded_id = {record_id.casefold(): record for record_id, record in reversed(records.items())}
    if record := by_folded_id.get(id_.casefold()):
        return record
    if id_ in case.register.broken_ids:
        raise UsageError(f"{id_} has an error. Run p2ptrack check to see it.")
    raise UsageError(
        f"There is no record {excerpt(id_)}.{did_you_mean(id_, records)} To list all records: p2ptrack list"
    )


def _build_blocks(case: Case, record: Record) -> Iterator[Block]:
    yield make_paragraph(_SEPARATOR.join(_describe_position(case, record)))
    yield from _build_source_sections(case, record)
    if isinstance(record, TrackedRecord):
        yield from _build_updates(case, record)
    yield from _build_section("follows", "Position", list_implications(case, record))
    yield from _build_facts_section("links", "Links", list_links(case, record))
    if isinstance(record, TrackedRecord):
        history = tuple(_list_history(case, record))
        summary = make_paragraph(_summarise_history(case, record))
        yield Section("history", "History", (Facts(history), summary) if history else (summary,))
    yield from _build_facts_section("fields", "Other details", list_other_fields(case, record))
    if isinstance(record, TrackedRecord) and case.disclosure.audience == Audience.OFFICERS:
        yield from _build_section("to-do", "Next steps", list_next_steps(case, record))
    if record.inferred:
        yield make_paragraph(f"{INFERRED_KEY}: {', '.join(record.inferred)}.", role="key")
    yield make_paragraph(_describe_source(case, record), role="source")


def _build_source_sections(case: Case, record: Record) -> Iterator[Section]:
    """Yield the sections from the record's source: the recommendation that it is for, the request, the parts."""
    if isinstance(record, Action):
        title = "Recommendation" if len(record.recommendations) == 1 else "Recommendations"
        texts = [_describe_recommendation(case, id_) for id_ in record.recommendations]
        yield from _build_section("answers", title, texts)
    if record.agreed_action:
        yield Section("agreed", "Agreed action", (Prose(record.agreed_action),))
    if record.origin_text:
        title = "Recommendation" if isinstance(record, Recommendation) else "Request"
        summarised = " (summarised)" if "origin_text" in record.restated else ""
        yield Section("asked", title + summarised, (Prose(record.origin_text),))
    if isinstance(record, Recommendation):
        yield from _build_section("parts", f"Parts{inferred_mark(record, 'parts')}", _describe_parts(case, record))


def _build_section(key: str, title: str, texts: Iterable[str]) -> Iterator[Section]:
    if paragraphs := tuple(make_paragraph(text) for text in texts):
        yield Section(key, title, paragraphs)


def _build_facts_section(key: str, title: str, facts: tuple[Fact, ...]) -> Iterator[Section]:
    if facts:
        yield Section(key, title, (Facts(facts),))


def _describe_meeting(case: Case, id_: str) -> str:
    meeting = case.register.find_meeting(id_)
    return f"{format_meeting_title(meeting)} ({meeting.date.raw})" if meeting else id_


def _describe_position(case: Case, record: Record) -> Iterator[str]:
    """Yield kind, status, target, owner and phase."""
    kind = kind_of(record).title
    if isinstance(record, Action) and record.recommendations:
        kind += f" for {', '.join(record.recommendations)}"
    if isinstance(record, FollowUp) and record.raised:
        kind += f" from {join_words([_describe_meeting(case, id_) for id_ in record.raised])}"
    yield kind
    if isinstance(record, TrackedRecord):
        yield format_status(case, record)
        if record.status is case.get_status(record) and get_word_as_written(record, "status"):
            yield f"Counts as: {status_label(record.status).lower()}"
        yield f"{_get_title(record, 'target')}: {format_target(case, record)}"
        yield f"Owner: {format_owner(case, record)}"
    if isinstance(record, Action) and record.phase:
        start, end = (case.register.find_phase(id_) for id_ in (record.phase, record.phase_end))
        yield f"Starts in {start.title if start else record.phase}{f', ends in {end.title}' if end else ''}"


def _get_title(record: Record, attribute: str) -> str:
    return next(field.title for field in list_fields(type(record)) if field.attribute == attribute)


def _describe_recommendation(case: Case, id_: str) -> str:
    """Return the text of a recommendation or of the part that is named."""
    parts = dict(case.register.iter_parts())
    recommendation = case.register.by_id.get(id_) or parts.get(id_)
    if not isinstance(recommendation, Recommendation):
        return describe_missing_id(case, id_)
    if id_ in parts:
        return f"{id_} of {recommendation.title}: {next(part.text for part in recommendation.parts if part.id == id_)}"
    note = " (No part is specified.)" if recommendation.parts else ""
    return f"{id_} {recommendation.title}: {recommendation.origin_text or 'text not recorded'}{note}"


def _describe_parts(case: Case, recommendation: Recommendation) -> Iterator[str]:
    gap_ids = {gap.id for gap in find_gaps(case)}
    for part in recommendation.parts:
        actions = join_words([action.id for action in case.links.find_actions(part.id)])
        note = "no action yet" if part.id in gap_ids else actions
        yield f"{part.id} {part.text}{f': {note}' if note else ''}"


def _describe_source(case: Case, record: Record) -> str:
    """Return the paper and the place in it that a record comes from, and its file."""
    source = case.register.find_source(record.source.id) if record.source else None
    reference = f", {record.source.ref}" if record.source and record.source.ref else ""
    return (f"Source: {source.title}{reference}. " if source else "") + f"File: {case.register.path_of(record.id)}"


def list_implications(case: Case, record: Record) -> tuple[str, ...]:
    """Return a sentence for each fact of a record; for a closed record only that it is closed."""
    if not isinstance(record, TrackedRecord):
        return describe_exemption_facts(case, record)
    builders = (
        _describe_closure,
        _describe_deadline,
        _describe_recurrence,
        _describe_target_changes,
        _describe_dependencies,
        _describe_blockers,
        _describe_dependents,
        _describe_phase,
        _describe_update_age,
    )
    return tuple(sentence for build_sentences in builders for sentence in build_sentences(case, record))


def _describe_closure(case: Case, record: TrackedRecord) -> Iterator[str]:
    facts, decided_on = case.facts[record.id], record.decided.on if record.decided else None
    if facts.awaiting_verification:
        yield "It is complete but not yet verified."
    elif facts.closed:
        yield "It is closed."
    elif decided_on and case.get_status(record) is not record.status:
        outcome = format_word(record, "status", in_sentence=True) + inferred_mark(record, "status")
        yield f"It is in progress until {format_optional_date(decided_on.latest)}, then {outcome}."


def _describe_deadline(case: Case, record: TrackedRecord) -> Iterator[str]:
    facts, deadline = case.facts[record.id], get_deadline(record)
    if not facts.unfinished or (deadline is None and case.register.is_unreadable(record.id, "target", "review_by")):
        return
    day = format_optional_date(deadline)
    if facts.no_target:
        yield "It has no target date, so it cannot be overdue."
    elif deadline is None:
        yield "It is ongoing with no review date, so it cannot be overdue."
    elif facts.overdue:
        yield f"It is overdue by {pluralise(facts.days_overdue or 0, 'day')}. It was due by {day}."
    elif facts.days_to_target == 0:
        yield f"It is due today, {day}."
    else:
        yield f"It is due in {pluralise(facts.days_to_target or 0, 'day')}, by {day}."


def _describe_recurrence(case: Case, record: TrackedRecord) -> Iterator[str]:
    if record.every and case.facts[record.id].unfinished:
        count = count_done_periods(record.periods, case.as_of)
        done = f" {pluralise(count, 'period')} done." if count else ""
        yield f"It recurs {format_every(record.every)}.{done}"


def _describe_target_changes(case: Case, record: TrackedRecord) -> Iterator[str]:
    facts = case.facts[record.id]
    if facts.times_moved:
        days = f", {format_shift(facts.days_moved)}" if facts.days_moved is not None else ""
        original = effective_revisions(record, case.policy)[0].from_.to_text()
        if facts.days_moved == 0:
            yield f"Target changed {format_times(facts.times_moved)} and is back at the original date ({original})."
            return
        yield f"Target changed {format_times(facts.times_moved)}{days} (originally {original})."


def _describe_dependencies(case: Case, record: TrackedRecord) -> Iterator[str]:
    if not case.facts[record.id].unfinished:
        return
    for id_ in record.depends_on:
        dependency = case.register.by_id.get(id_)
        if not isinstance(dependency, TrackedRecord) or not case.facts[id_].unfinished:
            continue
        facts, deadline = case.facts[id_], get_deadline(dependency)
        if facts.overdue:
            position = f"is overdue by {pluralise(facts.days_overdue or 0, 'day')}"
        elif deadline:
            position = f"is due by {format_optional_date(deadline)}"
        elif case.register.is_unreadable(id_, "target", "review_by"):
            position = "has an error in its target date"
        else:
            position = "has no target date" if facts.no_target else "is ongoing"
        yield f"It depends on {id_}{inferred_mark(record, 'depends_on')}, which {position}."


def _describe_blockers(case: Case, record: TrackedRecord) -> Iterator[str]:
    for dependency in Measures(case, [record]).open_dependencies():
        owner = dependency.owner or "owner not recorded"
        expected = f", expected {dependency.expected.to_text()}" if dependency.expected else ""
        yield f"It is waiting for: {dependency.title}{inferred_mark(record, 'blocked_by')} ({owner}{expected})."


def _describe_dependents(case: Case, record: TrackedRecord) -> Iterator[str]:
    ids = [dependent.id for dependent in find_open_dependents(case, record.id)]
    if ids and case.facts[record.id].unfinished:
        yield f"If it is late, {join_words(ids)} {'is' if len(ids) == 1 else 'are'} at risk."


def _describe_phase(case: Case, record: TrackedRecord) -> Iterator[str]:
    if not isinstance(record, Action) or not case.facts[record.id].unfinished:
        return
    phase = case.register.find_phase(record.phase_end or record.phase)
    end = phase.end.latest if phase and phase.end else None
    is_unreadable = case.register.is_unreadable(record.id, "phase_end")
    if phase is None or end is None or end >= case.as_of or is_unreadable:
        return
    ended = f"{phase.title} ended on {format_optional_date(end)}."
    yield f"It is past its end phase. {ended}" if record.phase_end else f"{ended} No end phase is recorded."


def _describe_update_age(case: Case, record: TrackedRecord) -> Iterator[str]:
    facts = case.facts[record.id]
    if case.register.is_unreadable(record.id, "updates"):
        return
    if facts.no_recent_update is None:
        yield "Its updates are undated, so their age is not known."
    elif facts.no_recent_update and facts.days_since_update is None:
        reporters = unique(reference.reporter for reference in case.links.covered_by.get(record.id, ()))
        headings = f"It is reported only in the heading of an update in {join_words(reporters)}."
        yield headings if reporters else "No update reported."
    elif facts.no_recent_update:
        yield f"No recent update: the last was {pluralise(facts.days_since_update or 0, 'day')} ago."


_INCOMING_LABELS = {
    "depends_on": "Needed by",
    "superseded_by": "Replaces",
    "see_also": "Referred to by",
    "updates.see": "Has update for",
    "updates.covers.id": "Also covered in",
}


def list_links(case: Case, record: Record) -> tuple[Fact, ...]:
    """Return a line for each type of link: first those of the record itself, then those of other records to it."""
    links: list[tuple[str, Sequence[str]]] = []
    siblings = case.links.find_deliverable_siblings(record.id)
    if isinstance(record, Recommendation):
        links.append(("Actions", [action.id for action in case.links.find_actions(record.id)]))
    links += [
        (f"Depends on{inferred_mark(record, 'depends_on')}", record.depends_on),
        (f"Superseded by{inferred_mark(record, 'superseded_by')}", record.superseded_by),
        (f"Same deliverable{inferred_mark(record, 'same_deliverable_as')}", siblings),
        (f"See also{inferred_mark(record, 'see_also')}", record.see_also),
    ]
    if isinstance(record, TrackedRecord):
        links.append(("Update in", [update.see for update in record.updates if update.see]))
        links.append(("Also covers", [cover.id for update in record.updates for cover in update.covers]))
    links += [(label, case.links.find_sources(record.id, field)) for field, label in _INCOMING_LABELS.items()]
    facts = tuple(_build_link_fact(case, label, ids) for label, ids in links if ids)
    lines = [describe_contract(case, reference) for reference in list_contract_references(record)]
    label = "Contract" if len(lines) == 1 else "Contracts"
    return (*facts, Fact(label, None, (lines[0],), lines=tuple((line,) for line in lines[1:]))) if lines else facts


def _build_link_fact(case: Case, label: str, ids: Sequence[str]) -> Fact:
    first_line, *other_lines = [_describe_link(case, id_) for id_ in ids]
    return Fact(label, None, (first_line,), lines=tuple((line,) for line in other_lines))


def _describe_link(case: Case, id_: str) -> str:
    """Return an id with its title, status and target; a part has the title of its recommendation."""
    record = case.register.by_id.get(id_) or dict(case.register.iter_parts()).get(id_)
    if record is None:
        return describe_missing_id(case, id_)
    if not isinstance(record, TrackedRecord):
        return f"{id_} {shorten_text(record.title)}"
    target = format_target(case, record, "")
    target_text = f"target {target}" if target else "no target date"
    return f"{id_} {shorten_text(record.title, 34)} ({format_status(case, record, in_sentence=True)}, {target_text})"


_EXTENT_NOTES = {Extent.WHOLE: "", Extent.IN_PART: " (in part)", Extent.HEADING_ONLY: " (heading only)"}


@dataclass(frozen=True, slots=True)
class _RelevantUpdate:
    """An update about the record, and the other record that it was written in."""

    update: Update
    origin: str = ""


def _build_updates(case: Case, record: TrackedRecord) -> Iterator[Section]:
    """Yield the newest update and then the others: the record's own, those it refers to, and those that cover it."""

    def get_day_number(relevant: _RelevantUpdate) -> int:
        update_date = resolve_update_date(case.register, relevant.update)
        return update_date.latest.toordinal() if update_date and update_date.latest else 0

    # Undated updates come last. Updates of the same day keep their order.
    updates = sorted(_list_relevant_updates(case, record), key=get_day_number, reverse=True)
    if updates:
        title = "Latest update" + (" (summarised)" if updates[0].update.restated else "")
        yield Section("latest", title, tuple(_build_update_blocks(case, updates[0])))
    if len(updates) > 1:
        blocks = (block for relevant in updates[1:] for block in _build_update_blocks(case, relevant))
        yield Section("earlier", "Other updates", tuple(blocks))


def _build_update_blocks(case: Case, relevant: _RelevantUpdate) -> Iterator[Block]:
    yield make_paragraph(_describe_update(case, relevant))
    if relevant.update.text is not None:
        yield Prose(relevant.update.text)
    if relevant.update.truncated:
        yield make_paragraph("(The source text ends here.)")


def _list_relevant_updates(case: Case, record: TrackedRecord) -> list[_RelevantUpdate]:
    own_updates = [
        _RelevantUpdate(update)
        for update in record.updates
        if update.text is not None or (update.see is None and update.status is not None)
    ]
    referred = [
        _RelevantUpdate(referred_update, f"recorded in {id_}")
        for update in record.updates
        for id_, referred_update in resolve_see(case.register, update)
    ]
    covering = [
        _RelevantUpdate(cover.update, f"recorded in {cover.reporter}{_EXTENT_NOTES[cover.extent]}")
        for cover in case.links.covered_by.get(record.id, ())
    ]
    updates: list[_RelevantUpdate] = []
    for relevant in (*own_updates, *referred, *covering):
        if all(relevant.update is not other.update for other in updates):
            updates.append(relevant)
    return updates


def _describe_update(case: Case, relevant: _RelevantUpdate) -> str:
    update = relevant.update
    update_date = resolve_update_date(case.register, update)
    source = case.register.find_source(update.source.id) if update.source else None
    return _join_parts(
        update_date.to_text() if update_date else "Undated",
        source.title if source else "",
        format_word(update, "status") if update.text is None else "",
        f"by {update.by}" if update.by else "",
        relevant.origin,
        f"under “{update.heading}”" if update.heading else "",
    )


_SUMMARISED = {"target date": "target", "owner": "accountable", "evidence": "evidence", "verification": "verified"}


def _summarise_history(case: Case, record: TrackedRecord) -> str:
    is_unknown = partial(case.is_unknown, record.id)
    count = pluralise(len(record.updates), "update") + (" of its own" if case.links.covered_by.get(record.id) else "")
    sentences = [] if case.register.is_unreadable(record.id, "updates") else [count]
    if record.target and not any(map(changes_target, record.revisions)) and not is_unknown("revisions"):
        sentences.append("Target never changed")
    fields = _SUMMARISED.items()
    if absent := [name for name, field in fields if not getattr(record, field) and not is_unknown(field)]:
        sentences.append(f"Not recorded: {', '.join(absent)}")
    return "".join(f"{sentence}. " for sentence in sentences).rstrip()


def _format_completion(case: Case, completed_on: CouncilDate, record: TrackedRecord) -> str:
    days_late = case.facts[record.id].days_late_at_completion
    if days_late is None:
        return completed_on.to_text()
    timing = f"{pluralise(days_late, 'day')} after its target" if days_late else "on time"
    return f"{completed_on.to_text()}, {timing}"


def _list_history(case: Case, record: TrackedRecord) -> Iterator[Fact]:
    """Yield target changes, milestones and evidence in the order of the record, and then what closed it."""
    for revision in record.revisions:
        yield Fact(_label_revision(case, revision), None, (_format_revision(case, revision),))
    for milestone in record.milestones:
        due = f"due {milestone.due.to_text()}, " if milestone.due else ""
        done = f"done {milestone.done.to_text()}" if milestone.done else "not done"
        yield Fact("Milestone", None, (f"{milestone.title}: {due}{done}",))
    for evidence in record.evidence:
        yield Fact("Evidence", None, (_join_parts(evidence.title, evidence.link, evidence.date),))
    if record.completed_on:
        yield Fact("Completed", None, (_format_completion(case, record.completed_on, record),))
    if verified := record.verified:
        verification_note = (
            "by the responsible officer, so it does not count" if is_verified_by_owner(record, case.register) else ""
        )
        yield Fact("Verified", None, (_join_parts(verified.by, verified.on, verified.method, verification_note),))
    if decided := record.decided:
        text = _join_parts(
            decided.on,
            decided.by,
            _format_meeting_and_minute(case, decided.meeting, decided.minute),
            decided.reason,
            f"carried on by {decided.continuing_owner}" if decided.continuing_owner else "",
            f"review by {decided.review_by.to_text()}" if decided.review_by else "",
        )
        yield Fact("Decided", None, (text,))


def _label_revision(case: Case, revision: TargetRevision) -> str:
    if is_rewording(revision):
        return "Same target"
    if is_first_target(revision) and is_effective(revision, case.policy):
        return "Target set"
    if not is_effective(revision, case.policy):
        return "Extension refused" if revision.decision is Decision.REFUSED else "Extension requested"
    return "Target corrected" if revision.category is Category.CORRECTION else "Target changed"


def _format_revision(case: Case, revision: TargetRevision) -> str:
    days, requested = count_days_moved(revision), revision.request_date
    is_pending = revision.decision is Decision.REQUESTED
    return _join_parts(
        f"{revision.from_.to_text()} to {revision.to.to_text()}",
        format_shift(days) if days is not None and days < 0 else "",
        f"requested {requested.to_text()}" if requested and not is_pending else "",
        revision.last_date if is_pending else revision.decision_date,
        revision.decision.value if revision.decision else "",
        f"approved by {revision.approved_by}" if revision.approved_by else "",
        _format_meeting_and_minute(case, revision.meeting, revision.minute),
        revision.category.value.replace("_", " ") if revision.category else "",
        revision.reason,
    )


def _format_meeting_and_minute(case: Case, id_: str | None, minute: str | None) -> str:
    meeting = case.register.find_meeting(id_)
    parts = (format_meeting_title(meeting) if meeting else id_, f"minute {minute}" if minute else "")
    return " ".join(filter(None, parts))


def _join_parts(*parts: str | CouncilDate | None) -> str:
    return _SEPARATOR.join(part.to_text() if isinstance(part, CouncilDate) else part for part in parts if part)


_FIELDS_WITH_OWN_SECTION = frozenset({
    "id", "title", "origin_text", "agreed_action", "restated", "inferred", "parts", "unanswered", "source",
    "depends_on", "superseded_by", "see_also", "same_deliverable_as", "recommendations", "blocked_by",
    "status", "target", "accountable", "phase", "phase_end", "raised",
    "updates", "revisions", "milestones", "evidence", "verified", "decided", "completed_on",
    "contracts", "contract", "every",
})  # fmt: skip


def _format_field(case: Case, record: Record, field: FieldSpec) -> str:
    value = format_field_value(case.register, field, getattr(record, field.attribute))
    word = get_word_as_written(record, field.attribute) if field.type == "choice" else None
    return f"{word} ({value})" if word else value


def list_other_fields(case: Case, record: Record) -> tuple[Fact, ...]:
    """Return a labelled line for each other field that the record states."""
    return tuple(
        Fact(field.title + inferred_mark(record, field.attribute), None, (_format_field(case, record, field),))
        for field, _ in list_set_fields(record)
        if field.attribute not in _FIELDS_WITH_OWN_SECTION or (field.declared and field.attribute != "target")
    )


def list_next_steps(case: Case, record: TrackedRecord) -> tuple[str, ...]:
    """Return the next steps on a record, each with its field; for a closed record only what its closure lacks."""
    steps_while_open = _list_steps_while_open(case, record) if case.facts[record.id].unfinished else ()
    return (*_list_steps_of_closure(case, record), *steps_while_open)


def _list_steps_of_closure(case: Case, record: TrackedRecord) -> Iterator[str]:
    is_unreadable = partial(case.register.is_unreadable, record.id)
    if missing := () if is_unreadable("verified") else find_missing_verification_fields(record):
        yield f"Complete the verification (verified: {', '.join(missing)})."
    elif case.facts[record.id].awaiting_verification:
        yield "Ask somebody other than the responsible officer to verify it (verified: by, on)."
    if is_done(record.status) and not record.completed_on and not is_unreadable("completed_on", "verified"):
        yield "Add the completion date (completed_on)."
    if missing := () if is_unreadable("decided") else find_missing_decision_fields(record):
        yield f"Complete the decision (decided: {', '.join(missing)})."
    if record.status is Status.SUPERSEDED and not record.superseded_by and not is_unreadable("superseded_by"):
        yield "Name the record that replaces it (superseded_by)."


def _list_steps_while_open(case: Case, record: TrackedRecord) -> Iterator[str]:
    facts = case.facts[record.id]
    if facts.overdue and record.every:
        yield f"Record the period: p2ptrack close {record.id}. Otherwise change its target (revisions)."
    elif facts.overdue:
        yield "Report what has happened (updates). Then mark it complete (status) or change its target (revisions)."
    if facts.no_owner:
        yield "Name the responsible officer (accountable)."
    elif len(record.accountable) > 1:
        yield "Name one responsible officer (accountable). List the others as supporting."
    if facts.no_target:
        yield "Set a target date (target) or a review date (review_by)."
    elif get_deadline(record) is None and not case.register.is_unreadable(record.id, "target", "review_by"):
        yield "Set a review date (review_by)."
    if record.status is None and not case.register.is_unreadable(record.id, "status"):
        yield "Record its status (status)."
    if facts.no_recent_update and (record.every or not facts.overdue):
        yield "Report the current position (updates)."
