"""Who did what of a change: a merge can bring the work of several people on one record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from p2ptrack.analysis.past.differences import NOTHING, Difference, alike, differences
from p2ptrack.records.timeline import Moment, Part, State

_PLACE = re.compile(r"\[[0-9]+\]")


def without_places(field: str) -> str:
    """Return a field's name whatever its place in a list: `updates.text` for `updates[1].text`."""
    return _PLACE.sub("", field)


def moment_of(state: State, each: Difference) -> Moment:
    """Return when a difference became official and who wrote it: of what a merge brought, the last to write it so.

    An entry of a list may have had another place before the merge; what is said twice is told by its place.
    """
    told = [(part.author, own) for part in reversed(state.parts) for own in _done(part) if _same(each, own)]
    here = (author for author, own in told if own.field == each.field)
    wrote = (author for author, _ in told)
    author = next(here, next(wrote, state.moment.author))
    return replace(state.moment, author=author) if state.parts else state.moment


def _done(part: Part) -> Iterator[Difference]:
    before, old = part.before or (None, NOTHING)
    after, new = part.after or (None, NOTHING)
    if before != after:
        yield Difference("path", before, after)
    if part.after is not None:
        yield from differences(old, new)


def _same(one: Difference, other: Difference) -> bool:
    if without_places(one.field) != without_places(other.field) or not alike(_plain(one.new), _plain(other.new)):
        return False
    return one.new is not None or alike(_plain(one.old), _plain(other.old))


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
