"""What is exempt today stays exempt in a paper of the past, whatever its commit said (design, section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from p2ptrack.analysis.exemptions import ENTRIES, in_force, whole
from p2ptrack.records.kinds import Record
from p2ptrack.records.parts import Exempt
from p2ptrack.records.register import Register


def exempt_too(then: Register, now: Register, day: date) -> Register:
    """Return a past register with what is exempt in today's, on a day, exempt in it as well.

    A record that cannot be read today may be exempt, so it is.
    """
    records = tuple(_exempt_too(record, now, day) for record in then.records)
    return replace(then, records=records)


def _exempt_too(record: Record, now: Register, day: date) -> Record:
    if record.id in now.broken:
        return record.model_copy(update={"exempt": Exempt()})
    today = now.by_id.get(record.id)
    if today is None or whole(record, date.max):
        return record
    entries = {name: _entries(getattr(record, name), getattr(today, name), day) for name in _lists(record, today)}
    changed = {name: found for name, found in entries.items() if found is not getattr(record, name)}
    exempt = _both(record.exempt, today.exempt, day)
    return record.model_copy(update={**changed, "exempt": exempt}) if changed or exempt is not record.exempt else record


def _lists(record: Record, today: Record) -> list[str]:
    return [name for name in ENTRIES if hasattr(record, name) and hasattr(today, name)]


def _both(then: Exempt | None, now: Exempt | None, day: date) -> Exempt | None:
    """Return an exemption that withholds what either does."""
    if now is None or not in_force(now, day):
        return then
    if then is None or not now.fields:
        return now
    return then.model_copy(update={"fields": tuple(dict.fromkeys((*then.fields, *now.fields))), "until": None})


def _entries(then: tuple[Any, ...], now: tuple[Any, ...], day: date) -> tuple[Any, ...]:
    """Return the entries of a list, those that are exempt today exempt too.

    An entry is known by what it says. One that today's list has no longer may be an older wording of an exempt one
    that is new in it, and is exempt with it.
    """
    closed = [entry for entry in now if in_force(entry.exempt, day)]
    if not closed:
        return then
    before = [_bare(entry) for entry in then]
    reworded = next((entry.exempt for entry in closed if _bare(entry) not in before), None)
    return tuple(_entry(entry, now, closed, reworded) for entry in then)


def _entry(entry: Any, now: Sequence[Any], closed: Sequence[Any], reworded: Exempt | None) -> Any:
    bare = _bare(entry)
    same = next((each.exempt for each in closed if _bare(each) == bare), None)
    gone = None if any(_bare(each) == bare for each in now) else reworded
    exempt = same or gone
    return entry if exempt is None or entry.exempt is not None else entry.model_copy(update={"exempt": exempt})


def _bare(entry: Any) -> Any:
    return entry.model_copy(update={"exempt": None})
