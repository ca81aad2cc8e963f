"""How records hang together: every link resolved, read both ways; circles; chains of `see`."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from operator import attrgetter

from pydantic import BaseModel

from p2ptrack.records.fields import Extent, Link, Post, Target
from p2ptrack.records.kinds import Record, Tracked
from p2ptrack.records.marks import marked
from p2ptrack.records.parts import Update
from p2ptrack.records.register import Register, natural_key

_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Edge:
    """One link: from which record (empty for the programme), in which field, to which id, of which sort."""

    origin: str
    field: str
    id: str
    target: Target

    @property
    def name(self) -> str:
        """Return the field's own name, without where in a list it stands: `depends_on`, `updates.see`."""
        return _INDEX.sub("", self.field) if "[" in self.field else self.field


@dataclass(frozen=True, slots=True)
class Named:
    """A post that a record names, and in which field."""

    origin: str
    field: str
    post: str


@dataclass(frozen=True, slots=True)
class Told:
    """An update that reports on another record too: whose it is, which one, and how far."""

    by: str
    update: Update
    extent: Extent


@dataclass(frozen=True)
class Links:
    """Every link of a register, each view of them worked out when it is first asked for: `status` needs few."""

    register: Register

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Return every link in the order of the records, the programme's first."""
        return tuple(edge for origin, model in _models(self.register) for edge in edges_of(origin, model))

    @cached_property
    def dangling(self) -> tuple[Edge, ...]:
        """Return the links that lead to nothing; one to a file that could not be read is not among them."""
        known, broken = known_ids(self.register), self.register.broken
        named = self.register.survey().named
        lost = {Link(target): named.get(Link(target), frozenset()) - ids for target, ids in known.items()}
        return tuple(
            edge
            for edge in (self.edges if any(lost.values()) else ())
            if edge.id not in known[edge.target] and broken.isdisjoint((edge.id, edge.id.rpartition(".")[0]))
        )

    @cached_property
    def to(self) -> Mapping[str, tuple[Edge, ...]]:
        """Return the links that arrive at each id."""
        found: dict[str, list[Edge]] = {}
        for edge in self.edges:
            found.setdefault(edge.id, []).append(edge)
        return {id_: tuple(edges) for id_, edges in found.items()}

    @cached_property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Return the records behind one deliverable, group by group."""
        return _groups(self.register)

    @cached_property
    def told(self) -> Mapping[str, tuple[Told, ...]]:
        """Return by which updates of others a record is reported on."""
        return _told(self.register)

    def into(self, id_: str, name: str) -> tuple[str, ...]:
        """Return the records that name this one in a field, each once: `into("A14", "depends_on")`."""
        return tuple(dict.fromkeys(edge.origin for edge in self.to.get(id_, ()) if edge.name == name))

    def group(self, id_: str) -> tuple[str, ...]:
        """Return the other records behind the same deliverable."""
        found = next((group for group in self.groups if id_ in group), ())
        return tuple(other for other in found if other != id_)


def link(register: Register) -> Links:
    """Return the links of a register."""
    return Links(register)


def edges_of(origin: str, model: BaseModel) -> Iterator[Edge]:
    """Yield every link of a record, or of the programme, which has no id."""
    return (Edge(origin, path, id_, mark.target) for path, id_, mark in marked(model) if isinstance(mark, Link))


def naming(register: Register, posts: Container[str]) -> Iterator[Named]:
    """Yield every field for a post that names one of these."""
    for origin, model in _models(register):
        for path, post, mark in marked(model):
            if isinstance(mark, Post) and post in posts:
                yield Named(origin, path, post)


def _models(register: Register) -> Iterator[tuple[str, BaseModel]]:
    return chain([("", register.programme)], ((record.id, record) for record in register.records))


def known_ids(register: Register) -> Mapping[Target, frozenset[str]]:
    """Return, for each sort of link, the ids that it may name."""
    programme = register.programme
    records = frozenset(register.by_id)
    parts = frozenset(id_ for id_, _ in register.parts())
    recommendations = frozenset(r.id for r in register.records if not isinstance(r, Tracked))
    return {
        "record": records,
        "part": recommendations | parts,
        "meeting": frozenset(meeting.id for meeting in programme.meetings),
        "phase": frozenset(phase.id for phase in programme.phases),
        "source": frozenset(source.id for source in programme.sources),
        "dependency": frozenset(dependency.id for dependency in programme.dependencies),
    }


def _groups(register: Register) -> tuple[tuple[str, ...], ...]:
    leader: dict[str, str] = {}

    def find(id_: str) -> str:
        while leader.setdefault(id_, id_) != id_:
            id_ = leader[id_]
        return id_

    for record in register.records:
        for other in record.same_deliverable_as:
            if other in register.by_id:
                leader[find(other)] = find(record.id)
    members: dict[str, list[str]] = {}
    for id_ in sorted(leader, key=natural_key):
        members.setdefault(find(id_), []).append(id_)
    return tuple(tuple(group) for group in members.values() if len(group) > 1)


def _told(register: Register) -> Mapping[str, tuple[Told, ...]]:
    told: dict[str, list[Told]] = {}
    for record in register.tracked():
        for update in record.updates:
            for cover in update.covers:
                told.setdefault(cover.id, []).append(Told(record.id, update, cover.extent))
    return {id_: tuple(found) for id_, found in told.items()}


_Onward = Callable[[Record], Iterable[str]]


def circles(register: Register, field: str) -> tuple[tuple[str, ...], ...]:
    """Return each circle of a link field once, from its lowest id on: `(A01, A02)` means A01 to A02 to A01.

    A circle within a circle is found when the outer one is mended; every record on one is named.
    """
    state: dict[str, int] = {}
    found: dict[frozenset[str], tuple[str, ...]] = {}
    onward: _Onward = attrgetter(field)
    for record in register.stating(field):
        if record.id not in state:
            for circle in _search(register, record.id, onward, state):
                found.setdefault(frozenset(circle), _from_lowest(circle))
    return tuple(sorted(found.values(), key=lambda circle: natural_key(circle[0])))


def _search(register: Register, start: str, onward: _Onward, state: dict[str, int]) -> Iterator[tuple[str, ...]]:
    """Walk depth first without recursion; state is 1 while a record is on the way and 2 when it is done."""
    way: list[str] = []
    stack: list[tuple[str, Iterator[str]]] = [(start, iter(onward(register.by_id[start])))]
    state[start] = 1
    way.append(start)
    while stack:
        id_, rest = stack[-1]
        following = next(rest, None)
        if following is None:
            state[id_] = 2
            stack.pop()
            way.pop()
        elif state.get(following) == 1:
            yield tuple(way[way.index(following) :])
        elif following not in state and following in register.by_id:
            state[following] = 1
            way.append(following)
            stack.append((following, iter(onward(register.by_id[following]))))


def _from_lowest(circle: tuple[str, ...]) -> tuple[str, ...]:
    start = circle.index(min(circle, key=natural_key))
    return circle[start:] + circle[:start]


def told_at(register: Register, update: Update) -> tuple[tuple[str, Update], ...]:
    """Follow a `see` to the records' updates that hold text; empty when the chain ends in none.

    A chain that comes back to itself ends in none unless some record on it has text of its own.
    """
    found: list[tuple[str, Update]] = []
    seen: set[str] = set()
    waiting = [update.see] if update.see else []
    while waiting:
        id_ = waiting.pop(0)
        record = register.by_id.get(id_)
        if id_ in seen or not isinstance(record, Tracked):
            continue
        seen.add(id_)
        texts = [(id_, own) for own in record.updates if own.text is not None]
        found += texts
        waiting += [] if texts else [own.see for own in record.updates if own.see]
    return tuple(found)
