"""What a record touches, read both ways, each with where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.coverage import answering
from p2ptrack.records.kinds import Recommendation, Record, Tracked
from p2ptrack.reports.document import Fact, Span
from p2ptrack.reports.queries.answer_words import absent, cut, read, star, status_word, target_read

_INWARD = {
    "depends_on": "Needed by",
    "superseded_by": "Replaces",
    "see_also": "Pointed to by",
    "updates.see": "Told for",
    "updates.covers.id": "Also told by",
}


def links(case: Case, record: Record) -> tuple[Fact, ...]:
    """Return a line for each sort of link, first those that the record states, then those that arrive at it."""
    return tuple(_fact(case, label, ids) for label, ids in (*_outward(case, record), *_inward(case, record)) if ids)


def _outward(case: Case, record: Record) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(record, Recommendation):
        yield "Answered by", tuple(action.id for action in answering(case, record))
    yield f"Depends on{star(read(record, 'depends_on'))}", record.depends_on
    yield f"Superseded by{star(read(record, 'superseded_by'))}", record.superseded_by
    yield f"One deliverable{star(read(record, 'same_deliverable_as'))}", case.links.group(record.id)
    yield f"See also{star(read(record, 'see_also'))}", record.see_also
    if isinstance(record, Tracked):
        yield "Told in", tuple(update.see for update in record.updates if update.see)
        yield "Also reports on", tuple(cover.id for update in record.updates for cover in update.covers)


def _inward(case: Case, record: Record) -> Iterator[tuple[str, tuple[str, ...]]]:
    for field, label in _INWARD.items():
        yield label, case.links.into(record.id, field)


def _fact(case: Case, label: str, ids: Iterable[str]) -> Fact:
    first, *others = [_told(case, id_) for id_ in ids]
    return Fact(label, None, (first,), lines=tuple((other,) for other in others))


def _told(case: Case, id_: str) -> Span:
    """Return an id with its title and where it stands; a part with its recommendation's title."""
    found = case.register.by_id.get(id_)
    if found is None:
        parts = dict(case.register.parts())
        return f"{id_} {cut(parts[id_].title)}" if id_ in parts else absent(case, id_)
    if not isinstance(found, Tracked):
        return f"{id_} {cut(found.title)}"
    mark = star(found.status is not None and read(found, "status"))
    target = f"target {found.target.raw}{star(target_read(found))}" if found.target else "no target"
    return f"{id_} {cut(found.title, 34)} ({status_word(case, found).lower()}{mark}, {target})"
