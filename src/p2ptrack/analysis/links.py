"""The links between records in both directions, cycles of links, chains of `see`, and the posts that a text names."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property, lru_cache
from itertools import chain
from operator import attrgetter
from typing import TypeVar

from pydantic import BaseModel

from p2ptrack.model.advice import is_vacant
from p2ptrack.model.fields import Extent, IdMarker, ReferenceTarget, RoleMarker
from p2ptrack.model.records import Action, Recommendation, Record, TrackedRecord, Update
from p2ptrack.model.register import Register, resolve_update_date
from p2ptrack.model.schema import list_references
from p2ptrack.phrases import fold_text, natural_key, normalise_word, unique
from p2ptrack.values import compile_on_use, dataclass

T = TypeVar("T")
_INDEX_PATTERN = compile_on_use(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Edge:
    """A link: the record it starts from (empty for the programme), its field, the id, and what the id refers to."""

    origin: str
    field: str
    id: str
    target_type: ReferenceTarget

    @property
    def field_name(self) -> str:
        """Return the name of the field without positions in lists: `depends_on`, `updates.see`."""
        return _INDEX_PATTERN.sub("", self.field) if "[" in self.field else self.field


@dataclass(frozen=True, slots=True)
class RoleReference:
    """A post that a record names, and the field that names it."""

    origin: str
    field: str
    role: str


@dataclass(frozen=True, slots=True)
class CoverReference:
    """An update that also covers another record: the record it is in, the update, and how much of it applies."""

    reporter: str
    update: Update
    extent: Extent


@dataclasses.dataclass(frozen=True)
class Links:
    """The links of a register. Each index is built when it is first used: most commands need few."""

    register: Register

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Return every link: those of the programme, then those of the records in their order."""
        return tuple(edge for origin, model in _iter_models(self.register) for edge in iter_edges(origin, model))

    @cached_property
    def dangling(self) -> tuple[Edge, ...]:
        """Return the links to ids that do not exist, without those to files that could not be read."""
        linkable_ids = collect_linkable_ids(self.register)
        unreadable_parts = {id_ for id_, names in self.register.unreadable_fields.items() if "parts" in names}
        unreadable_ids = self.register.broken_ids | unreadable_parts
        referenced_ids = self.register.field_index().references
        # If the field index shows that no link is broken, no edge is built: that is faster.
        if all(referenced_ids.get(IdMarker(target), frozenset()) <= ids for target, ids in linkable_ids.items()):
            return ()
        return tuple(
            edge
            for edge in self.edges
            if edge.id not in linkable_ids[edge.target_type]
            and unreadable_ids.isdisjoint((edge.id, edge.id.rpartition(".")[0]))
        )

    @cached_property
    def incoming(self) -> Mapping[str, tuple[Edge, ...]]:
        """Return the links to each id."""
        return _group((edge.id, edge) for edge in self.edges)

    @cached_property
    def actions_by_recommendation(self) -> Mapping[str, tuple[Action, ...]]:
        """Return the actions for each recommendation and each part; a recommendation also has those of its parts."""
        owners = _group((part_id, recommendation.id) for part_id, recommendation in self.register.iter_parts())
        return _group(
            (id_, action)
            for action in self.register.of_type(Action)
            for id_ in dict.fromkeys(
                action.recommendations
                if owners.keys().isdisjoint(action.recommendations)
                else chain.from_iterable((id_, *owners.get(id_, ())) for id_ in action.recommendations)
            )
        )

    @cached_property
    def deliverable_groups(self) -> tuple[tuple[str, ...], ...]:
        """Return the groups of records that ask for the same deliverable."""
        leaders: dict[str, str] = {}

        def find_leader(id_: str) -> str:
            while leaders.setdefault(id_, id_) != id_:
                id_ = leaders[id_]
            return id_

        for record in self.register.records:
            for linked_id in record.same_deliverable_as:
                if linked_id in self.register.by_id:
                    leaders[find_leader(linked_id)] = find_leader(record.id)
        groups = _group((find_leader(id_), id_) for id_ in sorted(leaders, key=natural_key))
        return tuple(group for group in groups.values() if len(group) > 1)

    @cached_property
    def covered_by(self) -> Mapping[str, tuple[CoverReference, ...]]:
        """Return the updates of other records that cover each record."""
        return _group(
            (cover.id, CoverReference(record.id, update, cover.extent))
            for record in self.register.tracked_records()
            for update in record.updates
            for cover in update.covers
        )

    def find_newest_update(self, record: TrackedRecord) -> Update | None:
        """Return the update with the latest date. Without dates only a single update counts as the newest."""
        if len(record.updates) == 1:
            return record.updates[0]
        newest: Update | None = None
        last_day = date.min
        for update in record.updates:
            day = update.date or resolve_update_date(self.register, update)
            if day and day.latest and day.latest > last_day:
                newest, last_day = update, day.latest
        return newest

    def find_actions(self, id_: str) -> tuple[Action, ...]:
        """Return the actions for a recommendation (or a part of it), or for one part, in the order of their ids."""
        return self.actions_by_recommendation.get(id_, ())

    def find_sources(self, id_: str, name: str) -> tuple[str, ...]:
        """Return the records that name this one in a field, each once: `find_sources("A14", "depends_on")`."""
        return unique(edge.origin for edge in self.incoming.get(id_, ()) if edge.field_name == name)

    def find_deliverable_siblings(self, id_: str) -> tuple[str, ...]:
        """Return the other records that ask for the same deliverable."""
        return tuple(member for group in self.deliverable_groups if id_ in group for member in group if member != id_)


def _group(pairs: Iterable[tuple[str, T]]) -> Mapping[str, tuple[T, ...]]:
    values_by_key: dict[str, list[T]] = {}
    for key, value in pairs:
        values_by_key.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in values_by_key.items()}


def build_links(register: Register) -> Links:
    """Return the links of a register."""
    return Links(register)


def iter_edges(origin: str, model: BaseModel) -> Iterator[Edge]:
    """Yield every link of a record, or of the programme, which has no id."""
    for path, id_, marker in list_references(model):
        if isinstance(marker, IdMarker):
            yield Edge(origin, path, id_, marker.target)


def find_role_references(register: Register, roles: Container[str]) -> Iterator[RoleReference]:
    """Yield every place where a record or the programme names one of these posts."""
    for origin, model in _iter_models(register):
        for path, role, marker in list_references(model):
            if isinstance(marker, RoleMarker) and role in roles:
                yield RoleReference(origin, path, role)


def _iter_models(register: Register) -> Iterator[tuple[str, BaseModel]]:
    return chain([("", register.programme)], ((record.id, record) for record in register.records))


def collect_linkable_ids(register: Register) -> Mapping[ReferenceTarget, frozenset[str]]:
    """Return the ids that each type of link may name."""
    programme = register.programme
    recommendations = {recommendation.id for recommendation in register.of_type(Recommendation)}
    return {
        "record": frozenset(register.by_id),
        "part": frozenset({*recommendations, *(id_ for id_, _ in register.iter_parts())}),
        "meeting": frozenset(meeting.id for meeting in programme.meetings),
        "phase": frozenset(phase.id for phase in programme.phases),
        "source": frozenset(source.id for source in programme.sources),
        "dependency": frozenset(dependency.id for dependency in programme.dependencies),
    }


def find_cycles(register: Register, field: str) -> tuple[tuple[str, ...], ...]:
    """Return each cycle of a link field once, from its lowest id: `(A01, A02)` means A01 to A02 to A01.

    The search is depth first, without recursion. A cycle within a cycle may be found only once the outer one is
    resolved, but every record in one is named.
    """
    return register.compute_once(f"cycles of {field}", lambda: _find_cycles(register, field))


def _find_cycles(register: Register, field: str) -> tuple[tuple[str, ...], ...]:
    get_links: Callable[[Record], tuple[str, ...]] = attrgetter(field)
    cycles: dict[frozenset[str], tuple[str, ...]] = {}
    finished: set[str] = set()
    for record in register.with_field(field):
        positions: dict[str, int] = {}  # the ids on the path from the record, with their positions
        stack = [iter((record.id,))]
        while stack:
            id_ = next(stack[-1], None)
            if id_ is None:
                stack.pop()
                if positions:
                    finished.add(positions.popitem()[0])
            elif id_ in positions:
                cycle = tuple(positions)[positions[id_] :]
                start = cycle.index(min(cycle, key=natural_key))
                cycles.setdefault(frozenset(cycle), cycle[start:] + cycle[:start])
            elif id_ not in finished and id_ in register.by_id:
                if links := get_links(register.by_id[id_]):
                    positions[id_] = len(positions)
                    stack.append(iter(links))
                else:
                    finished.add(id_)
    return tuple(sorted(cycles.values(), key=lambda cycle: natural_key(cycle[0])))


def resolve_see(register: Register, update: Update) -> tuple[tuple[str, Update], ...]:
    """Follow `see` to the updates with text, each with its record's id; empty when there are none."""
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
        if not text_updates:
            queue += [own_update.see for own_update in record.updates if own_update.see]
    return tuple(resolved)


def addressed_recommendations(record: Record) -> tuple[str, ...]:
    """Return the recommendations and parts that an action answers, with the recommendation of each part."""
    return list_addressed(record.recommendations) if isinstance(record, Action) else ()


def list_addressed(links: Iterable[str]) -> tuple[str, ...]:
    """Return recommendations and parts, with the recommendation of each part."""
    return tuple(dict.fromkeys(id_ for link in links for id_ in (link, link.rpartition(".")[0]) if id_))


# Several responsible officers in one text: `A / B`, `A and B`, `A, B`, `All Directors`.


_HEADS = (
    r"head|director|chief|chair|leader|secretary|clerk|treasurer|solicitor"
    r"|ph?ennaeth|ch?yfarwyddwr|swyddog|rheolwr|ph?rif weithredwr"
)
_NOUNS = (
    r"accountant|adviser|advisor|analyst|architect|auditor|board|buyer|chair|clerk|co-ordinator|committee|consultant"
    r"|controller|coordinator|councillor|director|engineer|executive|group|head|lead|leader|manager|member|officer"
    r"|partner|planner|secretary|solicitor|specialist|surveyor|team|treasurer"
)
_RANKS = (
    r"(?:(?:acting|assistant|associate|corporate|deputy|executive|group|interim|joint|managing|service|strategic) )*"
)
_TITLE = compile_on_use(rf"(?:the )?{_RANKS}(?:{_HEADS})(?: .+)?|(?:.+ )?(?:{_NOUNS})")
_PLURAL_TITLE = compile_on_use(
    rf"(?:the )?{_RANKS}(?:heads|directors|chiefs) of .+"
    r"|(?:.+ )?(?:directors|managers|officers|heads|leaders|members|leads)"
)
_COLLECTIVE = compile_on_use(r"(?:all|both|each|every|several|various)(?: of the| the)?(?: .+)?")
_SINGLE_AFTER_ALL = compile_on_use(rf"all .*\b(?:{_NOUNS}|{_HEADS})")
_SECOND_DUTY = compile_on_use(
    r"(?:(?:the )?deputy )?(?:monitoring officer|(?:section |s\.? ?)151 officer|s151|head of paid service"
    r"|chief finance(?:ial)? officer|chief financial officer|chief executive|returning officer|town clerk"
    r"|data protection officer|senior information risk owner|siro|caldicott guardian|statutory scrutiny officer"
    r"|chief internal auditor|electoral registration officer|senior responsible owner|senior responsible officer|sro)"
)
"""Statutory and second duties that one post often holds beside its own title."""

_STRONG_SEPARATOR = compile_on_use(r"(?<!\s)(?:\s*[/;\n+|]|\s+(?:jointly with|together with|with|or)\s)\s*")
_WEAK_SEPARATOR = compile_on_use(r"(?<!\s)\s*(?:,\s*(?:and\s+)?|\s(?:&|and|a|ac)\s)\s*")
_OTHERS_IN_BRACKETS = compile_on_use(r"\((?:and|with|jointly with|supported by|&) ([^()]+)\)", re.IGNORECASE)
_JOINTLY = compile_on_use(r"(?:jointly|joint)[:,]? +(?!\w+ \w+$)", re.IGNORECASE)
_POST_OF_A_BODY = compile_on_use(
    r"(?:vice[- ]|deputy )?(?:chair|chairman|chairperson|clerk|member|secretary) (?:of|to|for) [^/;,]*"
    r"\b(?:board|committee|council|group|panel|team)"
)
_MIN_TEAM_LENGTH = 4
_PAIR = 2
_BRACKETS = compile_on_use(r"(?<!\s)\s*\([^()]*\)")


def normalise_roles(roles: Iterable[str]) -> frozenset[str]:
    """Return the roles of a programme as `split_owners` compares them."""
    return frozenset(map(normalise_word, roles))


@lru_cache(maxsize=4096)
def split_owners(text: str, roles: frozenset[str]) -> tuple[str, ...]:
    """Return the posts that a text names, as written. A role of the programme is one post, however it is written."""
    if normalise_word(text) in roles or _POST_OF_A_BODY.fullmatch(fold_text(text)):
        return (text,)
    text = _OTHERS_IN_BRACKETS.sub(r"; \1", _JOINTLY.sub("", text) if _JOINTLY.match(text) else text)
    parts = _split(text, _STRONG_SEPARATOR)
    if len(parts) > 1 and _are_posts_or_teams(parts, roles) and not _has_second_duty(parts, roles):
        return tuple(post for part in parts for post in _split_titles(part, roles))
    return _split_titles(text, roles)


@lru_cache(maxsize=4096)
def names_multiple(text: str, roles: frozenset[str]) -> bool:
    """Whether a text names more than one responsible officer, by their titles or as a group."""
    if normalise_word(text) in roles:
        return False
    return len(split_owners(text, roles)) > 1 or _is_collective(fold_text(text).strip(" ."))


_TEAM = compile_on_use(
    r"(?:.+ )?(?:board|committee|department|directorate|division|group|management|panel|secretariat|services?|team"
    r"|unit)"
    r"(?: \([^()]*\))?|(?:the )?(?:[cdelsw]|ex)(?:lt|mt|mb|xb)"
)
"""Names of groups of people, with common abbreviations such as CMT, CLT, DMT, ELT, SLT and SMT."""

_PERSON = rf"(?:{_HEADS}|lead|manager|member|officer|partner)"
_OFFICER = compile_on_use(rf"(?:the )?{_RANKS}{_PERSON}\b.*|.*\b{_PERSON}(?: .*)?")


def names_team(text: str, roles: frozenset[str]) -> bool:
    """Whether a text names a team or a body, such as *Corporate Management Team*, which is not a role."""
    folded = fold_text(text).strip(" .")
    return normalise_word(text) not in roles and _TEAM.fullmatch(folded) is not None and not _OFFICER.fullmatch(folded)


def _is_collective(text: str) -> bool:
    if _PLURAL_TITLE.fullmatch(text):
        return True
    if not _COLLECTIVE.fullmatch(text) or _SINGLE_AFTER_ALL.fullmatch(text):
        return False
    is_distributive = text.startswith(("each", "every")) or " " not in text
    return is_distributive or text.endswith("s") or " of " in text


def _split_titles(text: str, roles: frozenset[str]) -> tuple[str, ...]:
    """Return the posts of a text with commas or *and*, which many titles of one post contain as well."""
    if normalise_word(text) in roles:
        return (text,)
    posts = _merge_titles(_split(text, _WEAK_SEPARATOR), roles)
    are_titles = all(_is_title(post, roles) for post in posts)
    return posts if len(posts) > 1 and are_titles and not _has_second_duty(posts, roles) else (text,)


def _has_second_duty(posts: tuple[str, ...], roles: frozenset[str]) -> bool:
    """Whether two titles are one post: *Director of Finance and Section 151 Officer*, unless both are roles."""
    if all(normalise_word(post) in roles for post in posts):
        return False
    return len(posts) == _PAIR and any(_SECOND_DUTY.fullmatch(fold_text(post)) for post in posts)


def _merge_titles(parts: tuple[str, ...], roles: frozenset[str]) -> tuple[str, ...]:
    """Join a part that is not a title to the one before: *Head of Legal, Audit and City Solicitor* has two titles."""
    posts: list[str] = []
    for part in parts:
        if posts and not _is_title(part, roles):
            posts[-1] = f"{posts[-1]}, {part}"
        else:
            posts.append(part)
    return tuple(posts)


def _split(text: str, separator: re.Pattern[str]) -> tuple[str, ...]:
    parts = (part.strip(" .") for part in separator.split(text))
    return tuple(part for part in parts if part and not is_vacant(part))


def _are_posts_or_teams(parts: tuple[str, ...], roles: frozenset[str]) -> bool:
    """Whether every part is a title, or every part names a team: not the two halves of *Property/Estates Manager*."""
    titles = [_is_title(part, roles) for part in parts]
    return all(titles) or (not any(titles) and all(len(part) >= _MIN_TEAM_LENGTH for part in parts))


def _is_title(part: str, roles: frozenset[str]) -> bool:
    title = _BRACKETS.sub("", fold_text(part)).strip(" .")
    return bool(_TITLE.fullmatch(title)) or bool(_PLURAL_TITLE.fullmatch(title)) or normalise_word(part) in roles
