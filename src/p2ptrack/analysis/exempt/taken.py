"""Count what is exempt, and say from which records and fields the public misses something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from p2ptrack.analysis.exempt.exemptions import exemptions, in_force, named, paragraphs, whole, withheld_with
from p2ptrack.analysis.exempt.withheld import Part, Withheld
from p2ptrack.records.fields import Extent
from p2ptrack.records.kinds import Action, Recommendation, Record, Tracked, kind_of
from p2ptrack.records.parts import Update
from p2ptrack.records.register import Register, natural_key

T = TypeVar("T")


def exempt_parts(register: Register, day: date) -> tuple[Part, ...]:
    """Return everything that is exempt on a day, record by record: a whole record, each field named, each entry."""
    return tuple(part for record in register.records for part in _parts(register, record, day))


def _parts(register: Register, record: Record, day: date) -> Iterator[Part]:
    law, kind = register.programme.policy.exemption_law, kind_of(record).name
    for each in exemptions(record):
        if in_force(each.exempt, day):
            found = Part(kind, _sources(register, record), paragraphs(each.exempt, law), whole(record, day))
            if found.whole:
                yield found
                return
            yield from (found for _ in (each.exempt.fields or ("",)))


def _sources(register: Register, record: Record) -> frozenset[str]:
    """Return the sources of a record and of what it answers or is answered by: a paper tells of them together."""
    linked = [record, *(other for other in register.of(Recommendation) if other.id in homes(record))]
    linked += [other for other in register.of(Action) if record.id in homes(other)]
    return frozenset(each.source.id if each.source else "" for each in linked)


def homes(record: Record) -> frozenset[str]:
    """Return the recommendations and parts that an action answers, and the recommendation of each part."""
    found = record.recommendations if isinstance(record, Action) else ()
    return frozenset(id_ for link in found for id_ in (link, link.rpartition(".")[0]) if id_)


def withheld(register: Register, day: date) -> Withheld:
    """Return what the public does not see of a whole register on a day."""
    taken: list[_Taken] = [one for record in register.records for one in _taken(register, record, day)]
    return Withheld(
        parts=exempt_parts(register, day),
        notices={id_: _numbers(found) for id_, found in _by_id((one.record, one.paragraphs) for one in taken).items()},
        fields={id_: frozenset(found) for id_, found in _by_id((one.record, one.field) for one in taken).items()},
        answered=frozenset(id_ for record in register.records if _hides_answer(record, day) for id_ in homes(record)),
    )


@dataclass(frozen=True, slots=True)
class _Taken:
    """A field of a record that stays, from which something is taken, and the paragraphs that say so."""

    record: str
    field: str
    paragraphs: tuple[str, ...]


def _taken(register: Register, record: Record, day: date) -> Iterator[_Taken]:
    law = register.programme.policy.exemption_law
    for each in () if whole(record, day) else exemptions(record):
        if in_force(each.exempt, day):
            names = withheld_with(each.exempt.fields) if each.place == "exempt" else (each.place.partition("[")[0],)
            found = paragraphs(each.exempt, law)
            yield from (_Taken(record.id, name.partition(".")[0], found) for name in names)
    if isinstance(record, Tracked):
        yield from _reports(register, record, day)


def _reports(register: Register, record: Tracked, day: date) -> Iterator[_Taken]:
    """Yield what is lost with an update: it may tell of other records, or be told by one that is withheld."""
    law = register.programme.policy.exemption_law
    for update in record.updates:
        told_by = register.by_id.get(update.see or "")
        if told_by is not None and told_by.exempt is not None and whole(told_by, day) and not whole(record, day):
            yield _Taken(record.id, "updates", paragraphs(told_by.exempt, law))
        ground = next((e for e in (record, update) if whole(e, day)), None)
        if ground is not None and ground.exempt is not None:
            found = paragraphs(ground.exempt, law)
            yield from (_Taken(id_, "updates", found) for id_ in _told_of(register, update, day))


def _told_of(register: Register, update: Update, day: date) -> Iterator[str]:
    for cover in update.covers:
        other = register.by_id.get(cover.id)
        if other is not None and cover.extent is not Extent.HEADING_ONLY and not whole(other, day):
            yield other.id


def _hides_answer(record: Record, day: date) -> bool:
    return whole(record, day) or any(name.partition(".")[0] == "recommendations" for name in named(record, day))


def _by_id(pairs: Iterator[tuple[str, T]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for id_, value in pairs:
        found.setdefault(id_, []).append(value)
    return found


def _numbers(found: list[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({number for numbers in found for number in numbers}, key=natural_key))
