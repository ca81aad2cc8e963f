"""What is exempt today stays exempt in a paper of the past, whatever its commit said (design, section 6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pydantic import BaseModel

from p2ptrack.analysis.exempt.exemptions import ENTRIES, exemptions, in_force, whole
from p2ptrack.analysis.exempt.withholding import open_part
from p2ptrack.records.kinds import Record
from p2ptrack.records.marks import marked
from p2ptrack.records.parts import Exempt
from p2ptrack.records.register import Register
from p2ptrack.records.today import Today


@dataclass(frozen=True, slots=True)
class Days:
    """The days on which exemptions are judged: the past register's own, and today's."""

    then: date
    now: date


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known today: records by their folded ids, and what puts a record of the past in doubt.

    `unknown` are the ids that cannot be told for what they are today. `secrets` are the texts that only what is
    exempt says.
    """

    records: Mapping[str, Record]
    unknown: frozenset[str]
    secrets: frozenset[str]


_IN_DOUBT = Exempt()


def exempt_too(then: Register, today: Today, days: Days) -> Register:
    """Return a past register with what is exempt in today's exempt in it as well.

    A record that may be exempt today is so as a whole: one that cannot be read today; one that is gone, where
    something exempt is there under an id that is new; and one that says in public what is exempt today elsewhere.
    """
    known = _known(then, today, days)
    return replace(then, records=tuple(_record(record, known, days) for record in then.records))


def doubtful(then: Register, today: Today, days: Days) -> tuple[str, ...]:
    """Return the ids of the records of the past that are withheld for what they may be today."""
    made = exempt_too(then, today, days).records
    pairs = zip(then.records, made, strict=True)
    return tuple(new.id for old, new in pairs if new.exempt == _IN_DOUBT and not whole(old, days.then))


def _known(then: Register, today: Today, days: Days) -> _Known:
    now = {record.id.casefold(): record for record in today.register.records}
    broken = {id_.casefold() for id_ in today.register.broken}
    before = {id_.casefold() for id_ in (*then.by_id, *then.broken)}
    hidden = {id_ for id_, record in now.items() if _any_exempt(record, days.now)} | broken
    strange = today.unread or not hidden <= before
    gone = before - now.keys() if strange else frozenset[str]()
    return _Known({**today.gone, **now}, frozenset(broken | gone), _secrets(today.register, days.now))


def _any_exempt(record: Record, day: date) -> bool:
    return any(in_force(each.exempt, day) for each in exemptions(record))


def _secrets(now: Register, day: date) -> frozenset[str]:
    closed = [record for record in now.records if _any_exempt(record, day)]
    public = (open_part(record, day, "") for record in now.records if closed and not whole(record, day))
    said = {text for record in public for text in _texts(record)}
    return frozenset(text for record in closed for text in _texts(record) if text not in said)


def _texts(record: Record) -> frozenset[str]:
    """Return what a record says in words of its own: its title, and every text of several words but posts and links."""
    others = {text for _, text, _ in marked(record)}
    texts = {" ".join(text.casefold().split()) for text in _said(record) if " " in text and text not in others}
    return frozenset({" ".join(record.title.casefold().split()), *texts})


def _said(value: object) -> Iterator[str]:
    if type(value) is str:
        yield value
    inner = value.__dict__ if isinstance(value, BaseModel) else value
    for each in inner.values() if isinstance(inner, dict) else inner if isinstance(inner, tuple) else ():
        yield from _said(each)


def _record(record: Record, known: _Known, days: Days) -> Record:
    key = record.id.casefold()
    made = _as_today(record, known.records.get(key), days)
    open_texts = _texts(open_part(made, days.then, "")) if known.secrets and not whole(made, days.then) else frozenset()
    doubt = key in known.unknown or not known.secrets.isdisjoint(open_texts)
    return record.model_copy(update={"exempt": _IN_DOUBT}) if doubt else made


def _as_today(record: Record, today: Record | None, days: Days) -> Record:
    if today is None or whole(record, days.then):
        return record
    lists = [name for name in ENTRIES if hasattr(record, name) and hasattr(today, name)]
    entries = {name: _entries(getattr(record, name), getattr(today, name), days) for name in lists}
    return record.model_copy(update={**entries, "exempt": _both(record.exempt, today.exempt, days)})


def _both(then: Exempt | None, now: Exempt | None, days: Days) -> Exempt | None:
    """Return an exemption that withholds what either does."""
    if now is None or not in_force(now, days.now):
        return then
    if then is None or not in_force(then, days.then) or not now.fields:
        return now
    if not then.fields:
        return then
    return then.model_copy(update={"fields": tuple(dict.fromkeys((*then.fields, *now.fields))), "until": None})


def _entries(then: tuple[Any, ...], now: tuple[Any, ...], days: Days) -> tuple[Any, ...]:
    """Return the entries of a list, those that are exempt today exempt too.

    An entry is known by what it says. One that today's list has no longer may be an older wording of an exempt one
    that is new in it, and is exempt with it.
    """
    closed = [entry for entry in now if in_force(entry.exempt, days.now)]
    if not closed:
        return then
    before = [_bare(entry) for entry in then]
    reworded = next((entry.exempt for entry in closed if _bare(entry) not in before), None)
    known = [(_bare(entry), entry.exempt) for entry in now]
    return tuple(_entry(entry, known, reworded, days) for entry in then)


def _entry(entry: Any, known: Sequence[tuple[Any, Exempt | None]], reworded: Exempt | None, days: Days) -> Any:
    bare = _bare(entry)
    same = [exempt for now, exempt in known if now == bare]
    today = next((exempt for exempt in same if exempt), None) if same else reworded
    return entry.model_copy(update={"exempt": _both(entry.exempt, today, days)})


def _bare(entry: Any) -> Any:
    return entry.model_copy(update={"exempt": None})
