"""How records hang together: every link resolved, read both ways; circles; chains of `see`."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from operator import attrgetter

from pydantic import BaseModel

from p2ptrack.model.fields import Extent, IdMarker, ReferenceTarget, RoleMarker
from p2ptrack.model.records import Action, Record, TrackedRecord, Update
from p2ptrack.model.register import Register
from p2ptrack.model.schema import list_references
from p2ptrack.phrases import natural_key

_INDEX_PATTERN = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Edge:
    """One link: from which record (empty for the programme), in which field, to which id, of which sort."""

    origin: str
    field: str
    id: str
    target_type: ReferenceTarget

    @property
    def field_name(self) -> str:
        """Return the field's own name, without where in a list it stands: `depends_on`, `updates.see`."""
        return _INDEX_PATTERN.sub("", self.field) if "[" in self.field else self.field


@dataclass(frozen=True, slots=True)
class RoleReference:
    """A post that a record names, and in which field."""

    origin: str
    field: str
    role: str


@dataclass(frozen=True, slots=True)
class CoverReference:
    """An update that reports on another record too: whose it is, which one, and how far."""

    reporter: str
    update: Update
    extent: Extent


@dataclass(frozen=True)
class Links:
    """Every link of a register, each view of them worked out when it is first asked for: `status` needs few."""

    register: Register

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Return every link in the order of the records, the programme's first."""
        return tuple(edge for origin, model in _iter_models(self.register) for edge in iter_edges(origin, model))

    @cached_property
    def dangling(self) -> tuple[Edge, ...]:
        """Return the links that lead to nothing; one to a file that could not be read is not among them."""
        linkable_ids, unreadable_ids = collect_linkable_ids(self.register), self.register.broken_ids
        referenced_ids = self.register.field_index().references
        missing_ids = {
            IdMarker(target): referenced_ids.get(IdMarker(target), frozenset()) - ids
            for target, ids in linkable_ids.items()
        }
        return tuple(
            edge
            for edge in (self.edges if any(missing_ids.values()) else ())
            if edge.id not in linkable_ids[edge.target_type]
            and unreadable_ids.isdisjoint((edge.id, edge.id.rpartition(".")[0]))
        )

    @cached_property
    def incoming(self) -> Mapping[str, tuple[Edge, ...]]:
        """Return the links that arrive at each id."""
        edges_by_id: dict[str, list[Edge]] = {}
        for edge in self.edges:
            edges_by_id.setdefault(edge.id, []).append(edge)
        return {id_: tuple(edges) for id_, edges in edges_by_id.items()}

    @cached_property
    def deliverable_groups(self) -> tuple[tuple[str, ...], ...]:
        """Return the records behind one deliverable, group by group."""
        return _find_deliverable_groups(self.register)

    @cached_property
    def covered_by(self) -> Mapping[str, tuple[CoverReference, ...]]:
        """Return by which updates of others a record is reported on."""
        return _collect_cover_references(self.register)

    def find_sources(self, id_: str, name: str) -> tuple[str, ...]:
        """Return the records that name this one in a field, each once: `into("A14", "depends_on")`."""
        return tuple(dict.fromkeys(edge.origin for edge in self.incoming.get(id_, ()) if edge.field_name == name))

    def find_deliverable_siblings(self, id_: str) -> tuple[str, ...]:
        """Return the other records behind the same deliverable."""
        members = next((group for group in self.deliverable_groups if id_ in group), ())
        return tuple(member for member in members if member != id_)


def build_links(register: Register) -> Links:
    """Return the links of a register."""
    return Links(register)


def iter_edges(origin: str, model: BaseModel) -> Iterator[Edge]:
    """Yield every link of a record, or of the programme, which has no id."""
    return (
        Edge(origin, path, id_, marker.target)
        for path, id_, marker in list_references(model)
        if isinstance(marker, IdMarker)
    )


def find_role_references(register: Register, roles: Container[str]) -> Iterator[RoleReference]:
    """Yield every field for a post that names one of these."""
    for origin, model in _iter_models(register):
        for path, role, marker in list_references(model):
            if isinstance(marker, RoleMarker) and role in roles:
                yield RoleReference(origin, path, role)


def _iter_models(register: Register) -> Iterator[tuple[str, BaseModel]]:
    return chain([("", register.programme)], ((record.id, record) for record in register.records))


def collect_linkable_ids(register: Register) -> Mapping[ReferenceTarget, frozenset[str]]:
    """Return, for each sort of link, the ids that it may name."""
    programme = register.programme
    records = frozenset(register.by_id)
    parts = frozenset(id_ for id_, _ in register.iter_parts())
    recommendations = frozenset(r.id for r in register.records if not isinstance(r, TrackedRecord))
    return {
        "record": records,
        "part": recommendations | parts,
        "meeting": frozenset(meeting.id for meeting in programme.meetings),
        "phase": frozenset(phase.id for phase in programme.phases),
        "source": frozenset(source.id for source in programme.sources),
        "dependency": frozenset(dependency.id for dependency in programme.dependencies),
    }


def _find_deliverable_groups(register: Register) -> tuple[tuple[str, ...], ...]:
    leader: dict[str, str] = {}

    def find_leader(id_: str) -> str:
        while leader.setdefault(id_, id_) != id_:
            id_ = leader[id_]
        return id_

    for record in register.records:
        for linked_id in record.same_deliverable_as:
            if linked_id in register.by_id:
                leader[find_leader(linked_id)] = find_leader(record.id)
    members: dict[str, list[str]] = {}
    for id_ in sorted(leader, key=natural_key):
        members.setdefault(find_leader(id_), []).append(id_)
    return tuple(tuple(group) for group in members.values() if len(group) > 1)


def _collect_cover_references(register: Register) -> Mapping[str, tuple[CoverReference, ...]]:
    references_by_id: dict[str, list[CoverReference]] = {}
    for record in register.tracked_records():
        for update in record.updates:
            for cover in update.covers:
                references_by_id.setdefault(cover.id, []).append(CoverReference(record.id, update, cover.extent))
    return {id_: tuple(references) for id_, references in references_by_id.items()}


_LinkGetter = Callable[[Record], Iterable[str]]


def find_cycles(register: Register, field: str) -> tuple[tuple[str, ...], ...]:
    """Return each circle of a link field once, from its lowest id on: `(A01, A02)` means A01 to A02 to A01.

    A circle within a circle is found when the outer one is mended; every record on one is named.
    """
    state: dict[str, int] = {}
    cycles: dict[frozenset[str], tuple[str, ...]] = {}
    get_links: _LinkGetter = attrgetter(field)
    for record in register.with_field(field):
        if record.id not in state:
            for cycle in _search_cycles(register, record.id, get_links, state):
                cycles.setdefault(frozenset(cycle), _rotate_to_lowest(cycle))
    return tuple(sorted(cycles.values(), key=lambda cycle: natural_key(cycle[0])))


def _search_cycles(
    register: Register, start: str, get_links: _LinkGetter, state: dict[str, int]
) -> Iterator[tuple[str, ...]]:
    """Walk depth first without recursion; state is 1 while a record is on the way and 2 when it is done."""
    path: list[str] = []
    stack: list[tuple[str, Iterator[str]]] = [(start, iter(get_links(register.by_id[start])))]
    state[start] = 1
    path.append(start)
    while stack:
        id_, remaining = stack[-1]
        next_id = next(remaining, None)
        if next_id is None:
            state[id_] = 2
            stack.pop()
            path.pop()
        elif state.get(next_id) == 1:
            yield tuple(path[path.index(next_id) :])
        elif next_id not in state and next_id in register.by_id:
            state[next_id] = 1
            path.append(next_id)
            stack.append((next_id, iter(get_links(register.by_id[next_id]))))


def _rotate_to_lowest(cycle: tuple[str, ...]) -> tuple[str, ...]:
    start = cycle.index(min(cycle, key=natural_key))
    return cycle[start:] + cycle[:start]


def resolve_see(register: Register, update: Update) -> tuple[tuple[str, Update], ...]:
    """Follow a `see` to the records' updates that hold text; empty when the chain ends in none.

    A chain that comes back to itself ends in none unless some record on it has text of its own.
    """
    resolved: list[tuple[str, Update]] = []
    visited: set[str] = set()
    queue = [update.see] if update.see else []
    while queue:
        id_ = queue.pop(0)
        record = register.by_id.get(id_)
        if id_ in visited or not isinstance(record, TrackedRecord):
            continue
        visited.add(id_)
        text_updates = [(id_, own_update) for own_update in record.updates if own_update.text is not None]
        resolved += text_updates
        queue += [] if text_updates else [own_update.see for own_update in record.updates if own_update.see]
    return tuple(resolved)


def addressed_recommendations(record: Record) -> tuple[str, ...]:
    """Return the recommendations and parts that an action answers, with the recommendation of each part."""
    links = record.recommendations if isinstance(record, Action) else ()
    return tuple(dict.fromkeys(id_ for link in links for id_ in (link, link.rpartition(".")[0]) if id_))
