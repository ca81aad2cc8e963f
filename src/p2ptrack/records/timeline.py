"""What git witnessed of a register: the successive states of every record, as plain data.

A date counts from when it became official: from the commit on the branch's own (first-parent) line that brought
it, which for work on another branch is the merge. Values are kept as they were written, so that what today's
schema would refuse can still be told.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from p2ptrack.records.kinds import KINDS, Kind
from p2ptrack.records.register import PROGRAMME_PATH

Values: TypeAlias = Mapping[str, Any]
SHORT_COMMIT = 10
"""How many figures of a commit's id are shown to people: enough for git to find it by them."""
_FOLDERS = {f"data/{kind.folder}": kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Moment:
    """A commit on the branch's own line: its place on it from 1, the day that it became official, and who wrote it."""

    number: int
    commit: str
    day: date
    author: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the line (0 is before its beginning), the day that goes with it, and how it was asked for."""

    number: int
    day: date
    asked: str = ""
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What one commit of those that a merge brought did to a record: its file and what it said, before and after."""

    author: str
    before: tuple[str, Values] | None
    after: tuple[str, Values] | None


@dataclass(frozen=True, slots=True)
class State:
    """A record from a moment on: its file and what it said. Without `values` it was gone.

    Where a merge brought the work of several people, `parts` tell who did what of it, oldest first; what is in none
    of them was done in the merge itself.
    """

    moment: Moment
    path: str
    values: Values | None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """The states of one record, oldest first, wherever its file stood."""

    id: str
    states: tuple[State, ...] = ()

    def at(self, number: int) -> State | None:
        """Return the state that held at a moment; None before there was any."""
        found = bisect_right(self.states, number, key=lambda state: state.moment.number)
        return self.states[found - 1] if found else None

    def id_at(self, number: int) -> str:
        """Return the id that it had at a moment: its case may change."""
        state = self.last_values(number)
        return id_of(state.path, state.values) if state and state.values is not None else self.id

    def last_values(self, number: int) -> State | None:
        """Return the last state up to a moment that said something."""
        told = (s for s in reversed(self.states) if s.moment.number <= number and s.values is not None)
        return next(told, None)


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be read at a moment; what it said before is taken to stand."""

    moment: Moment
    path: str


@dataclass(frozen=True, slots=True)
class Timelines:
    """All that the branch's line holds of a register.

    `records` has a timeline for each id, folded for case. `published` are the places on the line of the meetings'
    tags, `judged` the days that their papers judge on, `adrift` the commits of those whose tags it does not lead to,
    and `moved` those whose tags name another commit than was sealed: the one that was, and the one named. Where the
    line is not `complete`, as in a shallow clone, what came before its first moment is not known.
    """

    moments: tuple[Moment, ...] = ()
    records: Mapping[str, Timeline] = field(default_factory=dict)
    programme: Timeline = field(default_factory=lambda: Timeline(""))
    unread: tuple[Unread, ...] = ()
    published: Mapping[str, int] = field(default_factory=dict)
    judged: Mapping[str, date] = field(default_factory=dict)
    adrift: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    complete: bool = True

    def of(self, id_: str) -> Timeline | None:
        """Return the timeline of a record, whatever the case of its id."""
        return self.records.get(id_.casefold())

    def on(self, day: date) -> int:
        """Return the place of the last moment on a day or before it; 0 where the line begins later.

        Clocks of different people differ: the line's own order decides, so it is the last moment of all such.
        """
        return max((moment.number for moment in self.moments if moment.day <= day), default=0)


@dataclass(frozen=True, slots=True)
class Brought:
    """What one commit of those that a merge brought changed: its files as they read before and after."""

    author: str
    before: Mapping[str, Values]
    after: Mapping[str, Values]


@dataclass(frozen=True, slots=True)
class Step:
    """What one moment changed: files as they read now (None where one cannot be read), and files that are gone.

    `brought` are the commits of a merge, oldest first, where not all of it is its author's.
    """

    moment: Moment
    files: Mapping[str, Values | None] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    brought: tuple[Brought, ...] = ()


def timelines(steps: Iterable[Step]) -> Timelines:
    """Return the timelines that these steps come to, the oldest step first."""
    made = _Unfolding()
    for step in steps:
        made.take(step)
    records = {key: Timeline(str(_last_id(states)), tuple(states)) for key, states in made.states.items() if key}
    programme = Timeline("", tuple(made.states.get("", ())))
    return Timelines(tuple(made.moments), records, programme, tuple(made.unread))


def kind_at(path: str) -> Kind | None:
    """Return the kind whose folder a file stands in; None for what is no record's file."""
    folder, _, name = path.rpartition("/")
    counts = not name.startswith(".") and name.casefold().endswith((".yaml", ".yml"))
    return _FOLDERS.get(folder) if counts else None


def _last_id(states: list[State]) -> Any:
    return next(id_of(state.path, state.values) for state in reversed(states) if state.values is not None)


def id_of(path: str, values: Values) -> str:
    """Return the id that a file states; else, for the lenient eye, the one that its name begins with."""
    if path == PROGRAMME_PATH:
        return ""
    stated = values.get("id")
    return stated if isinstance(stated, str) else path.rpartition("/")[2].rpartition(".")[0].partition("-")[0]


class _Unfolding:
    """Goes along the line and keeps, for each id, the files that state it."""

    def __init__(self) -> None:
        self.moments: list[Moment] = []
        self.states: dict[str, list[State]] = {}
        self.unread: list[Unread] = []
        self._files: dict[str, tuple[str, Values]] = {}
        self._paths: dict[str, set[str]] = {}

    def take(self, step: Step) -> None:
        self.moments.append(step.moment)
        touched: set[str] = set()
        renamed = dict(self._renamed(step))
        for path in sorted(step.gone):
            self._leave(path, touched)
        for path, values in sorted(step.files.items(), key=lambda pair: pair[0]):
            if values is None:
                self.unread.append(Unread(step.moment, path))
            read = renamed.get(path) if values is None else values
            if read is not None:
                self._enter(path, read, touched)
        for key in sorted(touched):
            self._note(step.moment, key, tuple(_parts(step.brought, key)))

    def _renamed(self, step: Step) -> Iterator[tuple[str, Values]]:
        """Yield each file that cannot be read and came with the going of one of its record: what that one said."""
        gone = dict(self._files[path] for path in sorted(step.gone) if path in self._files)
        for path, values in step.files.items():
            if values is None and path not in self._files and (key := id_of(path, {}).casefold()) in gone:
                yield path, gone[key]

    def _leave(self, path: str, touched: set[str]) -> None:
        if path in self._files:
            key, _ = self._files.pop(path)
            self._paths[key].discard(path)
            touched.add(key)

    def _enter(self, path: str, values: Values, touched: set[str]) -> None:
        self._leave(path, touched)
        key = id_of(path, values).casefold()
        self._files[path] = key, values
        self._paths.setdefault(key, set()).add(path)
        touched.add(key)

    def _note(self, moment: Moment, key: str, parts: tuple[Part, ...]) -> None:
        """Add the state that a record has now, unless it is the one it had: of two files, the first counts."""
        before = self.states.setdefault(key, [])
        path = min(self._paths.get(key, ()), default="")
        values = self._files[path][1] if path else None
        last = before[-1] if before else None
        path = path or (last.path if last else "")
        if last is None or (last.path, last.values) != (path, values):
            before.append(State(moment, path, values, parts))


def _parts(brought: Iterable[Brought], key: str) -> Iterator[Part]:
    for one in brought:
        before, after = _of(key, one.before), _of(key, one.after)
        if before != after:
            yield Part(one.author, before, after)


def _of(key: str, files: Mapping[str, Values]) -> tuple[str, Values] | None:
    return next(((path, files[path]) for path in sorted(files) if id_of(path, files[path]).casefold() == key), None)
