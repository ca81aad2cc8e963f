"""What a record touches, read both ways, each with where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.coverage import find_actions_for
from p2ptrack.records.kinds import Recommendation, Record, TrackedRecord
from p2ptrack.reports.document import Fact, Span
from p2ptrack.reports.queries.answer_words import (
    describe_missing_id,
    inferred_mark,
    is_inferred,
    is_target_inferred,
    shorten_text,
    status_label,
)

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
        yield "Answered by", tuple(action.id for action in find_actions_for(case, record))
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
