"""What is exempt today stays exempt in a paper of the past, whatever its commit said (design, section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from p2ptrack.analysis.exemptions import ENTRIES, in_force, whole
from p2ptrack.records.kinds import Record
from p2ptrack.records.parts import Exempt
from p2ptrack.records.register import Register


@dataclass(frozen=True, slots=True)
class Days:
    """The days on which exemptions are judged: the past register's own, and today's."""

    then: date
    now: date


def exempt_too(then: Register, now: Register, days: Days) -> Register:
    """Return a past register with what is exempt in today's exempt in it as well.

    A record that cannot be read today may be exempt, so it is.
    """
    return replace(then, records=tuple(_record(record, now, days) for record in then.records))


def _record(record: Record, now: Register, days: Days) -> Record:
    if record.id in now.broken:
        return record.model_copy(update={"exempt": Exempt()})
    today = now.by_id.get(record.id)
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
