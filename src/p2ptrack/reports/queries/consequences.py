"""What follows from a record on the day of the case, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import deadline_of
from p2ptrack.records.kinds import Action, Tracked
from p2ptrack.reports.numbers import counted
from p2ptrack.reports.queries.answer_words import and_joined, day, read, star


def consequences(case: Case, record: Tracked) -> tuple[str, ...]:
    """Return a sentence for each thing that follows; of a closed record only what closed it."""
    return tuple(sentence for question in _QUESTIONS for sentence in question(case, record))


def _standing(case: Case, record: Tracked) -> Iterator[str]:
    facts, status = case.facts[record.id], case.status(record)
    if facts.awaiting_verification:
        yield "It is complete, and nobody else has confirmed it yet."
    elif facts.closed:
        yield "It is closed."
    elif status is not record.status and record.decided and record.decided.on:
        going = f"{str(record.status).replace('_', ' ')} on {day(record.decided.on.latest)}"
        yield f"It counts as in progress until it is {going}{star(read(record, 'status'))}."


def _target(case: Case, record: Tracked) -> Iterator[str]:
    facts, deadline = case.facts[record.id], deadline_of(record)
    if not facts.unfinished:
        return
    if facts.no_target:
        yield "It has no target, so it cannot be overdue."
    elif deadline is None:
        yield "It is ongoing and has no review date, so it cannot be overdue."
    elif facts.overdue:
        yield f"It is overdue by {counted(facts.days_overdue or 0, 'day')}: its target ran to {day(deadline)}."
    else:
        yield f"It is due in {counted(facts.days_to_target or 0, 'day')}, by {day(deadline)}."


def _moved(case: Case, record: Tracked) -> Iterator[str]:
    facts = case.facts[record.id]
    if facts.times_moved:
        days = f", by {counted(facts.days_moved, 'day')} in all" if facts.days_moved is not None else ""
        first = record.revisions[0].from_.printed()
        yield f"Its target was moved {counted(facts.times_moved, 'time')}{days}; the first was {first}."


def _needs(case: Case, record: Tracked) -> Iterator[str]:
    if not case.facts[record.id].unfinished:
        return
    for id_ in record.depends_on:
        other = case.register.by_id.get(id_)
        if isinstance(other, Tracked) and case.facts[other.id].unfinished:
            yield f"It depends on {id_}{star(read(record, 'depends_on'))}, which {_state(case, other)}."


def _state(case: Case, other: Tracked) -> str:
    facts, deadline = case.facts[other.id], deadline_of(other)
    if facts.overdue:
        return f"is overdue by {counted(facts.days_overdue or 0, 'day')}"
    return f"is due by {day(deadline)}" if deadline else "has no target"


def _waits(case: Case, record: Tracked) -> Iterator[str]:
    if not case.facts[record.id].waiting:
        return
    for blocker in record.blocked_by:
        dependency = case.register.dependency(blocker.id)
        owner = (dependency.owner if dependency else blocker.owner) or "whose it is, is not stated"
        cause = dependency.title if dependency else blocker.cause or blocker.id or ""
        expected = f", expected {dependency.expected.printed()}" if dependency and dependency.expected else ""
        yield f"It waits for: {cause}{star(read(record, 'blocked_by'))} ({owner}{expected})."


def _needed(case: Case, record: Tracked) -> Iterator[str]:
    needing = [
        other.id
        for id_ in case.links.into(record.id, "depends_on")
        if isinstance(other := case.register.by_id.get(id_), Tracked) and case.facts[other.id].unfinished
    ]
    if needing and case.facts[record.id].unfinished:
        yield f"If it is late, {and_joined(needing)} {'is' if len(needing) == 1 else 'are'} at risk."


def _phase(case: Case, record: Tracked) -> Iterator[str]:
    if not isinstance(record, Action) or not case.facts[record.id].unfinished:
        return
    phase = case.register.phase(record.phase_end or record.phase)
    last = phase.end.latest if phase and phase.end else None
    if phase is None or last is None or last >= case.as_of:
        return
    if record.phase_end:
        yield f"It is past its phase: {phase.title} ended on {day(last)}."
    else:
        yield f"{phase.title} ended on {day(last)}; whether {record.id} should have ended with it is not stated."


def _told(case: Case, record: Tracked) -> Iterator[str]:
    facts = case.facts[record.id]
    if facts.no_recent_update is None:
        yield "Its updates are undated, so how old they are cannot be told."
    elif facts.no_recent_update:
        since = facts.days_since_update
        old = "" if since is None else f"No recent update: the last is {counted(since, 'day')} old."
        yield old or "Nothing has been reported on it."


_QUESTIONS = (_standing, _target, _moved, _needs, _waits, _needed, _phase, _told)
