"""What follows from a record on the day of the case, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import get_deadline
from p2ptrack.records.kinds import Action, TrackedRecord
from p2ptrack.reports.numbers import pluralise
from p2ptrack.reports.queries.answer_words import format_optional_date, inferred_mark, is_inferred, join_words


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
