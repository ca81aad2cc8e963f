"""L101 to L109: links that lead nowhere, to the wrong sort of thing, or round in a circle."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.links import Edge, circles, edges_of, known_ids, told_at
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import meant, nearest
from p2ptrack.problem import Severity, cut
from p2ptrack.records.fields import Extent, Target
from p2ptrack.records.kinds import Record, Tracked, kind_of
from p2ptrack.records.parts import Update
from p2ptrack.records.register import Register, update_day

_WANTED: dict[Target, str] = {
    "record": "a record",
    "part": "a recommendation or a part of one",
    "meeting": "a meeting of the programme",
    "phase": "a phase of the programme",
    "source": "a source of the programme",
    "dependency": "a dependency of the programme",
}


def _to_nothing(case: Case) -> Iterator[Finding]:
    known = known_ids(case.register)
    everything: frozenset[str] = frozenset().union(*known.values())
    for edge in case.links.dangling:
        if edge.id not in everything:
            yield Finding(edge.origin, edge.field, *_instead(edge, known[edge.target]))


def _instead(edge: Edge, known: frozenset[str]) -> tuple[str, str]:
    wanted = _WANTED[edge.target]
    several = [part for part in _BETWEEN_IDS.split(edge.id.strip("[]()")) if part]
    if len(several) > 1 and known.issuperset(several):
        return f"“{cut(edge.id)}” is no list; several ids stand in brackets.", f"[{', '.join(several)}]"
    near = nearest(edge.id, known - {edge.origin})
    if near and near[0].casefold() == edge.id.casefold():
        return f"There is no {edge.id}; the id is written {near[0]}.", near[0]
    return f"There is no {edge.id}; {_field(edge)} names {wanted}.", meant(near, f"the id of {wanted}")


_BETWEEN_IDS = re.compile(r"[,;&/\s]+(?:and\s+)?")


def _field(edge: Edge) -> str:
    return edge.name.removesuffix(".id")


def _to_another_sort(case: Case) -> Iterator[Finding]:
    known = known_ids(case.register) if case.links.dangling else {}
    for edge in case.links.dangling:
        if sort := _sort(case.register, edge.id, known):
            wanted = _WANTED[edge.target]
            message = f"{edge.id} is {sort}; {_field(edge)} names {wanted}."
            yield Finding(edge.origin, edge.field, message, f"the id of {wanted}")


def _sort(register: Register, id_: str, known: Mapping[Target, frozenset[str]]) -> str:
    record = register.by_id.get(id_)
    if record is not None:
        word = kind_of(record).singular
        return f"an {word}" if word[0] in "aeiou" else f"a {word}"
    sort = next((sort for sort in _WANTED if id_ in known[sort]), None)
    return "a part of a recommendation" if sort == "part" else _WANTED[sort] if sort else ""


def _waiting_in_a_circle(case: Case) -> Iterator[Finding]:
    for circle in circles(case.register, "depends_on"):
        message = f"{circle[0]} depends on itself, so it could never begin."
        if len(circle) > 1:
            message = f"These depend on each other in a circle: {_way(circle)}. None of them could ever begin."
        yield Finding(circle[0], _entry(case, circle, "depends_on"), message, _broken(circle, "depends_on"))


def _replaced_in_a_circle(case: Case) -> Iterator[Finding]:
    for circle in circles(case.register, "superseded_by"):
        message = f"{circle[0]} is superseded by itself."
        if len(circle) > 1:
            message = f"These replace each other in a circle: {_way(circle)}. Which of them stands cannot be told."
        yield Finding(circle[0], _entry(case, circle, "superseded_by"), message, _broken(circle, "superseded_by"))


def _way(circle: tuple[str, ...]) -> str:
    return " to ".join((*circle, circle[0]))


def _broken(circle: tuple[str, ...], field: str) -> str:
    onward = (*circle, circle[0])[1]
    elsewhere = ", or the circle broken at another place" if len(circle) > 1 else ""
    return f"{field} without {onward}{elsewhere}"


def _entry(case: Case, circle: tuple[str, ...], field: str) -> str:
    onward = (*circle, circle[0])[1]
    return f"{field}[{getattr(case.register.by_id[circle[0]], field).index(onward)}]"


_BETWEEN_RECORDS = frozenset({"see_also", "same_deliverable_as", "updates.covers.id"})


def _to_itself(case: Case) -> Iterator[Finding]:
    stating = {one.id: one for name in _BETWEEN_RECORDS for one in case.register.stating(name.removesuffix(".id"))}
    for edge in (edge for record in stating.values() for edge in edges_of(record.id, record)):
        if edge.origin == edge.id and edge.name in _BETWEEN_RECORDS:
            field = _field(edge)
            yield Finding(
                edge.origin,
                edge.field,
                f"{edge.id} names itself in {field}, which says nothing.",
                "another record's id",
            )


def _told_nowhere(case: Case) -> Iterator[Finding]:
    for record in case.stating("updates.see"):
        for index, update in enumerate(record.updates):
            if update.see in case.register.by_id and not told_at(case.register, update):
                message = f"An update of {record.id} says: see {update.see}. Followed to its end, that holds no text."
                yield Finding(
                    record.id, f"updates[{index}].see", message, "text: what happened, here or where it points"
                )


def _back_again(case: Case) -> Iterator[Finding]:
    for record in case.stating("see_also"):
        for index, id_ in enumerate(record.see_also):
            other = case.register.by_id.get(id_)
            if isinstance(other, Tracked) and _says_only(other, record.id) and other is not record:
                message = f"{record.id} sends the reader to {id_}, whose updates say only: see {record.id}."
                yield Finding(record.id, f"see_also[{index}]", message, f"text in {id_}, or no {id_} in see_also")


def _says_only(record: Tracked, id_: str) -> bool:
    return bool(record.updates) and all(update.see == id_ for update in record.updates)


def _told_twice(case: Case) -> Iterator[Finding]:
    for record in case.stating("updates.covers"):
        for index, update in enumerate(record.updates):
            for cover in update.covers:
                other = case.register.by_id.get(cover.id)
                if cover.extent is Extent.WHOLE and other is not record and _reports_too(case.register, other, update):
                    message = (
                        f"{cover.id} is told by an update of {record.id}, and has one of its own of the same time."
                    )
                    fix = f"{cover.id}: in_part (or take one of the two updates out)"
                    yield Finding(record.id, f"updates[{index}].covers", message, fix)


def _reports_too(register: Register, record: Record | None, update: Update) -> bool:
    own = record.updates if isinstance(record, Tracked) else ()
    return any(_occasion(register, one) == _occasion(register, update) for one in own)


def _occasion(register: Register, update: Update) -> tuple[object, ...]:
    source = update.source.id if update.source else None
    day = update_day(register, update)
    return (source, day and day.latest)


_LISTS = ("recommendations", "depends_on", "superseded_by", "see_also", "same_deliverable_as", "unanswered")


def _named_twice(case: Case) -> Iterator[Finding]:
    for name in _LISTS:
        for record in case.register.stating(name):
            ids: tuple[str, ...] = getattr(record, name)
            for id_ in dict.fromkeys(ids) if len(ids) > 1 else ():
                if ids.count(id_) > 1:
                    message = f"{record.id} names {id_} {ids.count(id_)} times in {name}."
                    yield Finding(record.id, name, message, f"{id_} once")


RULES: tuple[Rule, ...] = (
    Rule(
        code="L101",
        severity=Severity.ERROR,
        title="A link to nothing",
        why="A reader who follows it finds no record, and nothing that rests on it can be worked out.",
        example="depends_on: [A99]",
        fix="The id of something that is in the register; the message names the nearest.",
        find=_to_nothing,
    ),
    Rule(
        code="L102",
        severity=Severity.ERROR,
        title="A link to the wrong sort of thing",
        why="An action answers a recommendation and starts in a phase; another sort of id there means nothing.",
        example="recommendations: [A03]",
        fix="An id of the sort that the field names.",
        find=_to_another_sort,
    ),
    Rule(
        code="L103",
        severity=Severity.ERROR,
        title="Records that wait for each other",
        why="In a circle of dependencies nothing can begin, and no order of dates is right.",
        example="depends_on: [A02]   # and A02 depends on A01",
        fix="Take out the dependency that is not one.",
        find=_waiting_in_a_circle,
    ),
    Rule(
        code="L104",
        severity=Severity.ERROR,
        title="Records that replace each other",
        why="What is superseded leaves the list; in a circle the work itself would leave it.",
        example="superseded_by: [A02]   # and A02 is superseded by A01",
        fix="Keep superseded_by only on what was replaced.",
        find=_replaced_in_a_circle,
    ),
    Rule(
        code="L105",
        severity=Severity.WARNING,
        title="A link to itself",
        why="It says nothing, and is usually the wrong id.",
        example="see_also: [A01]   # in A01",
        fix="The id of the other record.",
        find=_to_itself,
    ),
    Rule(
        code="L106",
        severity=Severity.WARNING,
        title="See another record, which tells nothing",
        why="The paper would print a pointer, and a member who follows it would find no report at all.",
        example="updates: [{see: A27}]   # and A27 says: see A03",
        fix="Write the text in one of the records on the way.",
        find=_told_nowhere,
    ),
    Rule(
        code="L107",
        severity=Severity.NOTE,
        title="See also a record that only points back",
        why="The reader who follows it comes back to where they were.",
        example="see_also: [A27]   # in A03, and A27 says only: see A03",
        fix="Leave it out, unless a paper says so and it is kept for that.",
        find=_back_again,
    ),
    Rule(
        code="L108",
        severity=Severity.WARNING,
        title="Reported on twice at one time",
        why="Two texts for the same record at the same time make the reader ask which one holds.",
        example="covers: [A04]   # and A04 has an update from the same paper",
        fix="Say in_part where the two add to each other; otherwise keep one.",
        find=_told_twice,
    ),
    Rule(
        code="L109",
        severity=Severity.NOTE,
        title="The same link twice in one list",
        why="It is usually a slip for another id.",
        example="depends_on: [A02, A02]",
        fix="Name it once.",
        find=_named_twice,
    ),
)
