"""What each audience may see of a register: a register with the rest taken out, and a count of what that was.

Papers are made from what this leaves, so that nothing exempt is there to be shown (design, section 6). The public sees
nothing exempt and no note, members see what is exempt and no note, officers see everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from p2ptrack.analysis.exempt.exemptions import exemptions, in_force, named, whole
from p2ptrack.analysis.exempt.taken import withheld
from p2ptrack.analysis.exempt.withheld import Audience, Withheld
from p2ptrack.analysis.exempt.withholding import open_part, rewritten
from p2ptrack.analysis.links import link
from p2ptrack.analysis.mentions import Names, names
from p2ptrack.records.fields import Link, Model
from p2ptrack.records.kinds import Recommendation, Record
from p2ptrack.records.marks import marked
from p2ptrack.records.programme import Programme
from p2ptrack.records.register import Register

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Neutral:
    """The words that stand for an exempt title, and where a text names a record that is not published."""

    title: str = "Title not published"
    mention: str = "an item that is not published"


@dataclass(frozen=True, slots=True)
class Shown:
    """The register that an audience sees, and what was taken out for it."""

    register: Register
    withheld: Withheld = field(default_factory=Withheld)


def for_audience(
    register: Register, audience: Audience, day: date, neutral: Neutral | None = None, by_now: Hidden | None = None
) -> Shown:
    """Return what an audience may see of a register on a day; for the public, `neutral` words stand for the rest.

    A past register may not name to the public what is hidden `by_now` either.
    """
    if audience is Audience.PUBLIC:
        words = neutral or Neutral()
        shown = _public(register, day, words)
        return Shown(_without_names(shown, by_now, words.mention) if by_now else shown, withheld(register, day))
    notes = audience is Audience.OFFICERS
    records = tuple(_still_exempt(record, day, notes=notes) for record in register.records)
    return Shown(replace(register, records=records))


def _still_exempt(record: Record, day: date, *, notes: bool) -> Record:
    """Return a record with the exemptions that still hold: papers for those who see it mark it as what it is."""
    fields: dict[str, object] = {} if notes else {"note": None}
    for name in {each.place.partition("[")[0] for each in exemptions(record) if not in_force(each.exempt, day)}:
        fields[name] = None if name == "exempt" else _entries_still_exempt(record, name, day)
    return record.model_copy(update=fields)


def _entries_still_exempt(record: Record, name: str, day: date) -> tuple[object, ...]:
    entries = getattr(record, name)
    return tuple(e if in_force(e.exempt, day) else e.model_copy(update={"exempt": None}) for e in entries)


def _public(register: Register, day: date, neutral: Neutral) -> Register:
    kept = [record for record in register.records if not whole(record, day)]
    opened = [open_part(record, day, neutral.title) for record in kept]
    hidden = hidden_in(register, day)
    records = tuple(_cleaned(record, hidden, neutral.mention) for record in opened)
    lost = {id_: new.id for old, new in zip(kept, opened, strict=True) for id_ in _lost_parts(old, new)}
    records = tuple(_answering_whole(record, lost) for record in records) if lost else records
    programme = _cleaned(register.programme, hidden, neutral.mention)
    paths = {record.id: register.paths[record.id] for record in records if record.id in register.paths}
    file_count = register.file_count - (len(register.records) - len(records))
    return _without_strays(
        register, replace(register, programme=programme, records=records, paths=paths, file_count=file_count)
    )


@dataclass(frozen=True, slots=True)
class Hidden:
    """What nothing public may name: ids in links, and the names of records in running text."""

    ids: frozenset[str]
    names: Names


def _without_names(register: Register, hidden: Hidden, mention: str) -> Register:
    records = tuple(_cleaned(record, hidden, mention) for record in register.records)
    return replace(register, programme=_cleaned(register.programme, hidden, mention), records=records)


def hidden_in(register: Register, day: date) -> Hidden:
    """Return what the public may not be told of by name. A file that cannot be read may be exempt, so it is hidden."""
    closed = [record for record in register.records if whole(record, day)]
    parts = {part.id for record in closed if isinstance(record, Recommendation) for part in record.parts}
    ids = frozenset({record.id for record in closed} | parts | register.broken)
    public = {record.id for record in register.records} | {id_ for id_, _ in register.parts()}
    return Hidden(ids, names(ids, *_titles_and_files(register, day), public - ids))


def hidden_by_now(now: Register, day: date) -> Hidden:
    """Return what the public may not be told of by its title or file, for the past: an id may have meant another."""
    return Hidden(frozenset(), names((), *_titles_and_files(now, day), ()))


def _titles_and_files(register: Register, day: date) -> tuple[list[str], list[str]]:
    closed = [record for record in register.records if whole(record, day)]
    retitled = [r for r in register.records if "title" in named(r, day) and not whole(r, day)]
    files = [register.paths[record.id] for record in closed if record.id in register.paths]
    return [record.title for record in (*closed, *retitled)], files


_NO_WORDS = frozenset({"exempt", "inferred", "restated", "truncated", "policy", "report", "kinds"})
"""Fields that hold names of fields and settings, never words of people."""


def _cleaned(model: M, hidden: Hidden, mention: str) -> M:
    """Return a model without a link to what is hidden, and with neutral words where its text names it."""
    if not hidden.ids and hidden.names.pattern is None:
        return model
    links = {place: mark.target for place, _, mark in marked(model) if isinstance(mark, Link)}

    def change(place: str, text: str) -> str | None:
        if place in links:
            return None if links[place] in {"record", "part"} and text in hidden.ids else text
        return text if place.rpartition(".")[2] == "id" else hidden.names.replace(text, mention)

    return rewritten(model, change, _NO_WORDS)


def _lost_parts(old: Record, new: Record) -> frozenset[str]:
    if not isinstance(old, Recommendation) or not isinstance(new, Recommendation):
        return frozenset()
    return frozenset(part.id for part in old.parts) - {part.id for part in new.parts}


def _answering_whole(record: Record, lost: Mapping[str, str]) -> Record:
    """Return a record whose links to a part that is not published name the recommendation instead."""
    links = {place for place, text, _ in marked(record) if text in lost}
    return rewritten(record, lambda place, text: lost[text] if place in links else text) if links else record


def _without_strays(register: Register, public: Register) -> Register:
    """Return the public register without the sources and dependencies that only something withheld names."""
    lost = {edge.id for edge in link(register).edges} - {edge.id for edge in link(public).edges}
    programme: Programme = public.programme.model_copy(
        update={
            name: tuple(each for each in getattr(public.programme, name) if each.id not in lost)
            for name in ("sources", "dependencies")
        }
    )
    return replace(public, programme=programme)
