"""`build_show`: one record whole: what it says, what follows from it, what links to it, its history, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from p2ptrack.analysis.case import Case, serialise_records
from p2ptrack.analysis.facts import get_deadline, is_effective
from p2ptrack.analysis.gaps import find_gaps
from p2ptrack.analysis.links import resolve_see
from p2ptrack.diagnostics import make_excerpt
from p2ptrack.errors import UsageError
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import STATUSES_NEEDING_DECISION, Extent, Status
from p2ptrack.model.records import (
    Action,
    FollowUp,
    Recommendation,
    Record,
    TargetRevision,
    TrackedRecord,
    Update,
    kind_of,
)
from p2ptrack.model.register import format_meeting_title, resolve_update_date
from p2ptrack.model.schema import is_set
from p2ptrack.phrases import find_equal_ids
from p2ptrack.queries.answer import LazyData, position_facts
from p2ptrack.reports.document import Block, Document, Fact, Facts, Paragraph, Prose, Section, Span, make_paragraph
from p2ptrack.reports.phrases import (
    describe_missing_id,
    format_optional_date,
    format_owner,
    humanise,
    inferred_mark,
    is_inferred,
    is_target_inferred,
    join_words,
    pluralise,
    shorten_text,
    status_label,
)

# What follows from a record on the day of the case, in sentences.


def implications(case: Case, record: TrackedRecord) -> tuple[str, ...]:
    """Return a sentence for each thing that follows; of a closed record only what closed it."""
    return tuple(sentence for check in _IMPLICATION_CHECKS for sentence in check(case, record))


def _closure_implications(case: Case, record: TrackedRecord) -> Iterator[str]:
    facts, status = case.facts[record.id], case.get_status(record)
    if facts.awaiting_verification:
        yield "It is complete, and nobody else has confirmed it yet."
    elif facts.closed:
        yield "It is closed."
    elif status is not record.status and record.decided and record.decided.on:
        closing_text = f"{str(record.status).replace('_', ' ')} on {format_optional_date(record.decided.on.latest)}"
        yield f"It counts as in progress until it is {closing_text}{inferred_mark(is_inferred(record, 'status'))}."


def _deadline_implications(case: Case, record: TrackedRecord) -> Iterator[str]:
    facts, deadline = case.facts[record.id], get_deadline(record)
    if not facts.unfinished:
        return
    if facts.no_target:
        yield "It has no target, so it cannot be overdue."
    elif deadline is None:
        yield "It is ongoing and has no review date, so it cannot be overdue."
    elif facts.overdue:
        yield f"It is overdue by {pluralise(facts.days_overdue or 0, 'day')}: its target ran to {format_optional_date(deadline)}."
    else:
        yield f"It is due in {pluralise(facts.days_to_target or 0, 'day')}, by {format_optional_date(deadline)}."


def _target_change_implications(case: Case, record: TrackedRecord) -> Iterator[str]:
    facts = case.facts[record.id]
    if facts.times_moved:
        days = f", by {pluralise(facts.days_moved, 'day')} in all" if facts.days_moved is not None else ""
        first_target = record.revisions[0].from_.to_text()
        yield f"Its target was moved {pluralise(facts.times_moved, 'time')}{days}; the first was {first_target}."


def _dependency_implications(case: Case, record: TrackedRecord) -> Iterator[str]:
    if not case.facts[record.id].unfinished:
        return
    for id_ in record.depends_on:
        dependency = case.register.by_id.get(id_)
        if isinstance(dependency, TrackedRecord) and case.facts[dependency.id].unfinished:
            yield f"It depends on {id_}{inferred_mark(is_inferred(record, 'depends_on'))}, which {_describe_deadline(case, dependency)}."


def _describe_deadline(case: Case, record: TrackedRecord) -> str:
    facts, deadline = case.facts[record.id], get_deadline(record)
    if facts.overdue:
        return f"is overdue by {pluralise(facts.days_overdue or 0, 'day')}"
    return f"is due by {format_optional_date(deadline)}" if deadline else "has no target"


def _blocker_implications(case: Case, record: TrackedRecord) -> Iterator[str]:
    if not case.facts[record.id].waiting:
        return
    for blocker in record.blocked_by:
        dependency = case.register.find_dependency(blocker.id)
        owner = (dependency.owner if dependency else blocker.owner) or "whose it is, is not stated"
        cause = dependency.title if dependency else blocker.cause or blocker.id or ""
        expected = f", expected {dependency.expected.to_text()}" if dependency and dependency.expected else ""
        yield f"It waits for: {cause}{inferred_mark(is_inferred(record, 'blocked_by'))} ({owner}{expected})."


def _dependent_implications(case: Case, record: TrackedRecord) -> Iterator[str]:
    dependent_ids = [
        dependent.id
        for id_ in case.links.find_sources(record.id, "depends_on")
        if isinstance(dependent := case.register.by_id.get(id_), TrackedRecord) and case.facts[dependent.id].unfinished
    ]
    if dependent_ids and case.facts[record.id].unfinished:
        yield f"If it is late, {join_words(dependent_ids)} {'is' if len(dependent_ids) == 1 else 'are'} at risk."


def _phase_implications(case: Case, record: TrackedRecord) -> Iterator[str]:
    if not isinstance(record, Action) or not case.facts[record.id].unfinished:
        return
    phase = case.register.find_phase(record.phase_end or record.phase)
    end = phase.end.latest if phase and phase.end else None
    if phase is None or end is None or end >= case.as_of:
        return
    if record.phase_end:
        yield f"It is past its phase: {phase.title} ended on {format_optional_date(end)}."
    else:
        yield f"{phase.title} ended on {format_optional_date(end)}; whether {record.id} should have ended with it is not stated."


def _update_implications(case: Case, record: TrackedRecord) -> Iterator[str]:
    facts = case.facts[record.id]
    if facts.no_recent_update is None:
        yield "Its updates are undated, so how old they are cannot be told."
    elif facts.no_recent_update:
        days = facts.days_since_update
        sentence = "" if days is None else f"No recent update: the last is {pluralise(days, 'day')} old."
        yield sentence or "Nothing has been reported on it."


_IMPLICATION_CHECKS = (
    _closure_implications,
    _deadline_implications,
    _target_change_implications,
    _dependency_implications,
    _blocker_implications,
    _dependent_implications,
    _phase_implications,
    _update_implications,
)


# What else a record states: every field that no other part of `show` tells, so that nothing stays unseen.


_SOURCE_FIELDS = frozenset(
    {"id", "title", "origin_text", "agreed_action", "restated", "inferred", "parts", "unanswered", "source"}
)
_LINK_FIELDS = frozenset(
    {"depends_on", "superseded_by", "see_also", "same_deliverable_as", "recommendations", "blocked_by"}
)
_POSITION_FIELDS = frozenset({"status", "target", "accountable", "phase", "phase_end", "raised"})
_EVENT_FIELDS = frozenset({"updates", "revisions", "milestones", "evidence", "verified", "decided", "completed_on"})
_FIELDS_SHOWN_ELSEWHERE = _SOURCE_FIELDS | _LINK_FIELDS | _POSITION_FIELDS | _EVENT_FIELDS
_UNLABELLED_TITLES = frozenset({"Response"})


def other_fields(record: Record) -> tuple[Fact, ...]:
    """Return a labelled line for each stated field that is told nowhere else."""
    titles = (
        (name, info.title or name)
        for name, info in type(record).model_fields.items()
        if name not in _FIELDS_SHOWN_ELSEWHERE
    )
    fields = ((name, title, getattr(record, name)) for name, title in titles)
    return tuple(
        Fact(title + inferred_mark(is_inferred(record, name)), None, (format_record_value(value),))
        for name, title, value in fields
        if is_set(value)
    )


def format_record_value(value: Any) -> str:
    """Return any value of a record in words."""
    match value:
        case CouncilDate():
            text = value.to_text()
        case StrEnum():
            text = value.value.replace("_", " ")
        case BaseModel():
            members = ((info.title or name, getattr(value, name)) for name, info in type(value).model_fields.items())
            labelled_members = (
                ("" if title in _UNLABELLED_TITLES else f"{title.lower()} ", member) for title, member in members
            )
            text = "; ".join(
                label + format_record_value(member) for label, member in labelled_members if is_set(member)
            )
        case tuple():
            text = ", ".join(format_record_value(item) for item in value)
        case dict():
            text = "; ".join(f"{key}: {format_record_value(item)}" for key, item in value.items())
        case _:
            text = str(value)
    return text


# What a record touches, read both ways, each with where it stands.


_INCOMING_LABELS = {
    "depends_on": "Needed by",
    "superseded_by": "Replaces",
    "see_also": "Pointed to by",
    "updates.see": "Told for",
    "updates.covers.id": "Also told by",
}


def link_facts(case: Case, record: Record) -> tuple[Fact, ...]:
    """Return a line for each sort of link, first those that the record states, then those that arrive at it."""
    return tuple(
        _link_fact(case, label, linked_ids)
        for label, linked_ids in (*_outgoing_links(case, record), *_incoming_links(case, record))
        if linked_ids
    )


def _outgoing_links(case: Case, record: Record) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(record, Recommendation):
        yield "Answered by", tuple(action.id for action in case.links.find_actions(record.id))
    yield f"Depends on{inferred_mark(is_inferred(record, 'depends_on'))}", record.depends_on
    yield f"Superseded by{inferred_mark(is_inferred(record, 'superseded_by'))}", record.superseded_by
    yield (
        f"One deliverable{inferred_mark(is_inferred(record, 'same_deliverable_as'))}",
        case.links.find_deliverable_siblings(record.id),
    )
    yield f"See also{inferred_mark(is_inferred(record, 'see_also'))}", record.see_also
    if isinstance(record, TrackedRecord):
        yield "Told in", tuple(update.see for update in record.updates if update.see)
        yield "Also reports on", tuple(cover.id for update in record.updates for cover in update.covers)


def _incoming_links(case: Case, record: Record) -> Iterator[tuple[str, tuple[str, ...]]]:
    for field, label in _INCOMING_LABELS.items():
        yield label, case.links.find_sources(record.id, field)


def _link_fact(case: Case, label: str, linked_ids: Iterable[str]) -> Fact:
    first_line, *other_lines = [_describe_link(case, id_) for id_ in linked_ids]
    return Fact(label, None, (first_line,), lines=tuple((text,) for text in other_lines))


def _describe_link(case: Case, id_: str) -> Span:
    """Return an id with its title and where it stands; a part with its recommendation's title."""
    record = case.register.by_id.get(id_)
    if record is None:
        parts = dict(case.register.iter_parts())
        return f"{id_} {shorten_text(parts[id_].title)}" if id_ in parts else describe_missing_id(case, id_)
    if not isinstance(record, TrackedRecord):
        return f"{id_} {shorten_text(record.title)}"
    mark = inferred_mark(record.status is not None and is_inferred(record, "status"))
    target = f"target {record.target.raw}{inferred_mark(is_target_inferred(record))}" if record.target else "no target"
    return f"{id_} {shorten_text(record.title, 34)} ({status_label(case, record).lower()}{mark}, {target})"


# What somebody should write into a record next.


def next_steps(case: Case, record: TrackedRecord) -> tuple[str, ...]:
    """Return what is missing or late, each with the field that it goes into; of a closed record only its decision."""
    return (
        *_closure_steps(case, record),
        *(_steps_while_open(case, record) if case.facts[record.id].unfinished else ()),
    )


def _steps_while_open(case: Case, record: TrackedRecord) -> Iterator[str]:
    facts = case.facts[record.id]
    if facts.overdue:
        yield "Report what happened (updates), and that it is complete or when it will be (revisions)."
    if facts.no_owner:
        yield "Name the accountable officer (accountable)."
    elif len(record.accountable) > 1:
        yield "Name one accountable officer (accountable); the others are supporting."
    if facts.no_target:
        yield "Give it a target (target), or say when it will be looked at again (review_by)."
    elif get_deadline(record) is None:
        yield "Say when it will be looked at again (review_by)."
    if record.status is None:
        yield "State its status (status)."
    if facts.no_recent_update:
        yield "Report how it stands (updates)."


def _closure_steps(case: Case, record: TrackedRecord) -> Iterator[str]:
    if case.facts[record.id].awaiting_verification:
        yield "Have somebody other than the accountable officer confirm it (verified: by, on)."
    missing_fields = _missing_decision_fields(record)
    if missing_fields:
        yield f"Record the decision whole (decided: {', '.join(missing_fields)})."


def _missing_decision_fields(record: TrackedRecord) -> list[str]:
    """Return what is missing of the decision that a status needs (design, section 2)."""
    if record.status not in STATUSES_NEEDING_DECISION:
        return []
    decided = record.decided
    required = {"on": decided and decided.on, "by": decided and decided.by, "reason": decided and decided.reason}
    if record.status is Status.EMBEDDED:
        required["continuing_owner"] = decided and decided.continuing_owner
    return [name for name, value in required.items() if not value]


# What was reported on a record, and what became of its dates.


_EXTENT_NOTES = {Extent.WHOLE: "", Extent.IN_PART: ", in part", Extent.HEADING_ONLY: ", in its heading only"}


@dataclass(frozen=True, slots=True)
class _RelevantUpdate:
    """An update that reports on the record, its own or another's, and how it comes to."""

    update: Update
    attribution: str = ""


def latest_update_sections(case: Case, record: TrackedRecord) -> Iterator[Section]:
    """Return the newest update as it was told: the record's own, one it points to, or one that covers it."""
    newest = _newest_update(case, _relevant_updates(case, record))
    if newest is None:
        return
    blocks: list[Block] = [make_paragraph(_update_heading(case, newest))]
    if newest.update.text is not None:
        blocks.append(Prose(newest.update.text))
    if newest.update.truncated:
        blocks.append(make_paragraph("(The source ends here.)"))
    yield Section("latest", "Latest update" + " (summarised)" * newest.update.restated, tuple(blocks))


def _relevant_updates(case: Case, record: TrackedRecord) -> list[_RelevantUpdate]:
    updates = [_RelevantUpdate(update) for update in record.updates if update.text is not None]
    for update in record.updates:
        updates += [
            _RelevantUpdate(source_update, f"told by {id_}")
            for id_, source_update in resolve_see(case.register, update)
        ]
    covers = case.links.covered_by.get(record.id, ())
    updates += [
        _RelevantUpdate(cover.update, f"told by {cover.reporter}{_EXTENT_NOTES[cover.extent]}") for cover in covers
    ]
    return updates


def _newest_update(case: Case, updates: Sequence[_RelevantUpdate]) -> _RelevantUpdate | None:
    """Return the update of the last day; of undated ones, and of one day, the first that is listed."""

    def day_number(relevant: _RelevantUpdate) -> int:
        update_date = resolve_update_date(case.register, relevant.update)
        return update_date.latest.toordinal() if update_date and update_date.latest else 0

    return max(updates, key=day_number, default=None)


def _update_heading(case: Case, relevant: _RelevantUpdate) -> str:
    update = relevant.update
    parts = [
        _format_update_date(case, update),
        _update_source_title(case, update),
        f"by {update.by}" if update.by else "",
        relevant.attribution,
    ]
    heading = f", under “{update.heading}”" if update.heading else ""
    return f"{'; '.join(filter(None, parts))}{heading}:"


def _format_update_date(case: Case, update: Update) -> str:
    update_date = resolve_update_date(case.register, update)
    return update_date.to_text() if update_date else "Undated"


def _update_source_title(case: Case, update: Update) -> str:
    source = case.register.find_source(update.source.id) if update.source else None
    return source.title if source else ""


def history_sections(case: Case, record: TrackedRecord) -> Iterator[Section]:
    """Return what happened in the order of the record: revisions, updates, milestones, evidence, closure."""
    facts = tuple(_history_facts(case, record))
    blocks: tuple[Block, ...] = (Facts(facts), _history_summary(record)) if facts else (_history_summary(record),)
    yield Section("history", "History", blocks)


def _history_summary(record: TrackedRecord) -> Paragraph:
    parts = [pluralise(len(record.updates), "update")]
    parts += ["target never set"] if record.target is None else [] if record.revisions else ["target never moved"]
    parts += [] if record.accountable else ["owner never set"]
    parts += [] if record.evidence else ["no evidence"]
    parts += [] if record.verified else ["nothing verified"]
    return make_paragraph("; ".join(parts).capitalize() + ".")


def _history_facts(case: Case, record: TrackedRecord) -> Iterator[Fact]:
    for revision in record.revisions:
        effective = is_effective(revision, case.policy)
        yield Fact("Target moved" if effective else "Move asked for", None, (_format_revision(case, revision),))
    for milestone in record.milestones:
        done_text = f"done {milestone.done.to_text()}" if milestone.done else "not done"
        due_text = f"due {milestone.due.to_text()}, " if milestone.due else ""
        yield Fact("Milestone", None, (f"{milestone.title}: {due_text}{done_text}",))
    for evidence in record.evidence:
        parts = [evidence.title or "", evidence.link or "", _format_council_date(evidence.date)]
        yield Fact("Evidence", None, (", ".join(filter(None, parts)),))
    yield from _closure_facts(case, record)


def _closure_facts(case: Case, record: TrackedRecord) -> Iterator[Fact]:
    if record.completed_on:
        yield Fact("Completed", None, (record.completed_on.to_text(),))
    if record.verified:
        parts = [record.verified.by or "", _format_council_date(record.verified.on), record.verified.method or ""]
        yield Fact("Verified", None, ("; ".join(filter(None, parts)),))
    if decided := record.decided:
        meeting = _format_meeting_and_minute(case, decided.meeting, decided.minute)
        parts = [_format_council_date(decided.on), decided.by or "", meeting, decided.reason or ""]
        parts += [f"carried on by {decided.continuing_owner}"] if decided.continuing_owner else []
        parts += [f"review by {decided.review_by.to_text()}"] if decided.review_by else []
        yield Fact("Decided", None, ("; ".join(filter(None, parts)),))


def _format_revision(case: Case, revision: TargetRevision) -> str:
    parts = [
        f"{revision.from_.raw} to {revision.to.raw}",
        _format_council_date(revision.date),
        humanise(revision.decision.value).lower() if revision.decision else "",
        f"approved by {revision.approved_by}" if revision.approved_by else "",
        _format_meeting_and_minute(case, revision.meeting, revision.minute),
        revision.category.value if revision.category else "",
        revision.reason or "",
    ]
    return "; ".join(filter(None, parts))


def _format_meeting_and_minute(case: Case, id_: str | None, minute: str | None) -> str:
    meeting = case.register.find_meeting(id_)
    return " ".join(
        filter(None, (format_meeting_title(meeting) if meeting else id_, f"minute {minute}" if minute else ""))
    )


def _format_council_date(value: CouncilDate | None) -> str:
    return value.to_text() if value else ""


def build_show(case: Case, id_: str) -> Document:
    """Return one record whole. Raises `UsageError` for an id that is none, with the nearest."""
    record = _find_record(case, id_)
    return Document(
        name="show",
        title=f"{record.id} {record.title}",
        as_of=case.as_of,
        blocks=tuple(_show_blocks(case, record)),
        meta=position_facts(case),
        data=LazyData(lambda: serialise_records(case, (record,))),
    )


def _find_record(case: Case, id_: str) -> Record:
    by_folded_id = {record_id.casefold(): record for record_id, record in case.register.by_id.items()}
    by_folded_id.update((part_id.casefold(), recommendation) for part_id, recommendation in case.register.iter_parts())
    existing = by_folded_id.get(id_.casefold())
    if existing is not None:
        return existing
    if id_ in case.register.broken_ids:
        raise UsageError(f"{id_} cannot be read as a record. See what is wrong with: p2ptrack check")
    suggestions = find_equal_ids(id_, by_folded_id) or get_close_matches(id_.casefold(), by_folded_id, n=1, cutoff=0.5)
    hint = f" Did you mean {by_folded_id[suggestions[0]].id}?" if suggestions else ""
    raise UsageError(f"There is no record {make_excerpt(id_)}.{hint} All of them: p2ptrack list")


def _show_blocks(case: Case, record: Record) -> Iterator[Block]:
    yield make_paragraph(_summary_line(case, record))
    if isinstance(record, Action) and record.recommendations:
        yield Section(
            "answers",
            "Answers",
            tuple(make_paragraph(_describe_recommendation(case, id_)) for id_ in record.recommendations),
        )
    if record.agreed_action:
        yield Section("agreed", "Agreed action", (make_paragraph(record.agreed_action),))
    if record.origin_text:
        title = "As first asked" + " (summarised)" * ("origin_text" in record.restated)
        yield Section("asked", title, (Prose(record.origin_text),))
    if isinstance(record, Recommendation):
        yield from _part_sections(case, record)
    if isinstance(record, TrackedRecord):
        yield from latest_update_sections(case, record)
    yield from _detail_sections(case, record)
    if record.inferred:
        yield make_paragraph(f"* not in the source, read from its words: {', '.join(record.inferred)}.", role="key")
    yield make_paragraph(_source_line(case, record), role="source")


def _describe_recommendation(case: Case, id_: str) -> str:
    """Return what a recommendation asks, or the part of it that is named."""
    parts = dict(case.register.iter_parts())
    recommendation = case.register.by_id.get(id_) or parts.get(id_)
    if not isinstance(recommendation, Recommendation):
        return describe_missing_id(case, id_)
    if id_ in parts:
        return f"{id_} of {recommendation.title}: {next(part.text for part in recommendation.parts if part.id == id_)}"
    no_part_note = " (No part is named.)" if recommendation.parts else ""
    return f"{id_} {recommendation.title}: {recommendation.origin_text or 'its text is not stated'}{no_part_note}"


def _source_line(case: Case, record: Record) -> str:
    """Return where in which paper a record comes from, and its file."""
    source = case.register.find_source(record.source.id) if record.source else None
    reference = f", {record.source.ref}" if record.source and record.source.ref else ""
    return (f"From {source.title}{reference}: " if source else "") + case.register.path_of(record.id)


def _detail_sections(case: Case, record: Record) -> Iterator[Section]:
    if isinstance(record, TrackedRecord) and (sentences := implications(case, record)):
        yield Section("follows", "What follows", tuple(make_paragraph(text) for text in sentences))
    if facts := link_facts(case, record):
        yield Section("links", "Links", (Facts(facts),))
    if isinstance(record, TrackedRecord):
        yield from history_sections(case, record)
    if other_facts := other_fields(record):
        yield Section("fields", "Also recorded", (Facts(other_facts),))
    if isinstance(record, TrackedRecord) and (steps := next_steps(case, record)):
        yield Section("to-do", "To do", tuple(make_paragraph(step) for step in steps))


def _summary_line(case: Case, record: Record) -> str:
    """Return kind, status, target and owner in one line."""
    parts = [kind_of(record).singular.capitalize()]
    if isinstance(record, Action):
        parts[0] += f" of {', '.join(record.recommendations)}" if record.recommendations else ""
    if isinstance(record, FollowUp) and record.raised:
        parts[0] += f" of {_format_meeting(case, record.raised)}"
    if isinstance(record, TrackedRecord):
        mark = inferred_mark(record.status is not None and is_inferred(record, "status"))
        target = record.target.to_text() if record.target else "none"
        parts += [
            status_label(case, record) + mark,
            f"Target: {target}{inferred_mark(is_target_inferred(record))}",
            f"Owner: {format_owner(record)}",
        ]
    return "; ".join((*parts, *_phase_texts(case, record)))


def _format_meeting(case: Case, id_: str) -> str:
    meeting = case.register.find_meeting(id_)
    return f"{format_meeting_title(meeting)} ({meeting.date.raw})" if meeting else id_


def _phase_texts(case: Case, record: Record) -> Iterator[str]:
    if isinstance(record, Action) and record.phase:
        phases = [case.register.find_phase(id_) for id_ in (record.phase, record.phase_end)]
        start, end = [phase.title if phase else "" for phase in phases]
        yield f"Starts in {start or record.phase}" + (f", ends in {end}" if end else "")


def _part_sections(case: Case, record: Recommendation) -> Iterator[Section]:
    if record.parts:
        gap_ids = {gap.id for gap in find_gaps(case)}
        lines = [f"{part.id} {part.text}{_part_note(case, part.id, part.id in gap_ids)}" for part in record.parts]
        yield Section(
            "parts",
            "Parts" + inferred_mark(is_inferred(record, "parts")),
            tuple(make_paragraph(text) for text in lines),
        )


def _part_note(case: Case, part_id: str, has_gap: bool) -> str:
    if has_gap:
        return ": asked, and no action yet"
    action_ids = [action.id for action in case.links.find_actions(part_id)]
    return f": {join_words(action_ids)}" if action_ids else ""
