"""By what a site lists records: kind, position, status, owner, directorate, area, source, phase and so on.

A facet is a row of `FACETS`. Each of its values has a page, so that a reader filters without a server or a script.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import Priority
from p2ptrack.model.kinds import kind_of
from p2ptrack.model.records import Action, FollowUp, Record, TrackedRecord
from p2ptrack.model.schema import FieldSpec, list_fields
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.record_blocks import format_directorate, format_word
from p2ptrack.reports.site.pages import find_label, name_files
from p2ptrack.values import dataclass


@dataclass(frozen=True, slots=True)
class Facet:
    """A question about records: its key, which is also its folder, and the values of a record as they are printed.

    `rank` returns values in their order; others come after them, by the alphabet.
    """

    key: str
    read: Callable[[PaperContext, Record], tuple[str, ...]]
    rank: Callable[[PaperContext], Sequence[str]] = lambda _: ()
    title: str = ""

    def format_title(self, context: PaperContext) -> str:
        """Return the heading of its lists."""
        return self.title or context.wording(f"site_by_{self.key}")


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet: its title, its page and its records in their order."""

    title: str
    path: str
    records: tuple[Record, ...]


def _read_kind(context: PaperContext, record: Record) -> tuple[str, ...]:
    return (format_kind(context, record, plural=True),)


def _rank_kinds(context: PaperContext) -> list[str]:
    return list(dict.fromkeys(format_kind(context, record, plural=True) for record in context.register.records))


def format_kind(context: PaperContext, record: Record, *, plural: bool) -> str:
    """Return the name of a record's kind: *Action*, or *Actions* for several."""
    kind = kind_of(record)
    default = _capitalise(kind.plural if plural else kind.singular)
    return find_label(context.wording, (f"site_kind_{kind.name}_{'many' if plural else 'one'}",), default)


def _read_position(context: PaperContext, record: Record) -> tuple[str, ...]:
    facts = context.case.facts.get(record.id)
    if facts is None:
        return ()
    return tuple(_format_position(context, name) for name in _POSITIONS if getattr(facts, name))


_POSITIONS = (
    "overdue",
    "due_soon",
    "waiting",
    "no_target",
    "no_recent_update",
    "unfinished",
    "awaiting_verification",
    "closed",
)
"""The facts of which each has a list."""


def _format_position(context: PaperContext, name: str) -> str:
    return context.wording(f"site_{name}")


def _rank_positions(context: PaperContext) -> list[str]:
    return [_format_position(context, name) for name in _POSITIONS]


def _read_status(context: PaperContext, record: Record) -> tuple[str, ...]:
    if not isinstance(record, TrackedRecord):
        return ()
    status = context.case.get_status(record)
    if status is None or record.status is None:
        return ()
    stated = format_word(context, record, "status") if status is record.status else ""
    return (stated or context.wording(f"status_{status.value}"),)


def _read_owner(_: PaperContext, record: Record) -> tuple[str, ...]:
    return record.accountable if isinstance(record, TrackedRecord) else ()


def _read_directorate(context: PaperContext, record: Record) -> tuple[str, ...]:
    name = getattr(record, "directorate", None)
    return (format_directorate(context, name),) if name else ()


def _read_area(_: PaperContext, record: Record) -> tuple[str, ...]:
    return (record.area,) if isinstance(record, FollowUp) and record.area else ()


def _read_source(context: PaperContext, record: Record) -> tuple[str, ...]:
    source = context.register.find_source(record.source.id) if record.source else None
    return (source.title,) if source else ()


def _read_phase(context: PaperContext, record: Record) -> tuple[str, ...]:
    phase = context.register.find_phase(record.phase) if isinstance(record, Action) else None
    return (phase.title,) if phase else ()


def _read_priority(context: PaperContext, record: Record) -> tuple[str, ...]:
    if not isinstance(record, TrackedRecord) or not record.priority:
        return ()
    return (_capitalise(format_word(context, record, "priority")),)


def _rank_priorities(context: PaperContext) -> list[str]:
    return [_capitalise(context.wording(f"priority_{priority.value}")) for priority in Priority]


def _capitalise(word: str) -> str:
    return f"{word[:1].upper()}{word[1:]}"


FACETS = (
    Facet("kind", _read_kind, _rank_kinds),
    Facet("position", _read_position, _rank_positions),
    Facet("status", _read_status),
    Facet("owner", _read_owner),
    Facet("directorate", _read_directorate),
    Facet("area", _read_area),
    Facet("source", _read_source, lambda context: [source.title for source in context.register.programme.sources]),
    Facet("phase", _read_phase, lambda context: [phase.title for phase in context.register.programme.phases]),
    Facet("priority", _read_priority, _rank_priorities),
)


def list_values(context: PaperContext, facet: Facet) -> tuple[FacetValue, ...]:
    """Return the values of a facet that some record has, with their records."""
    records: dict[str, list[Record]] = {}
    for record in context.register.records:
        for title in dict.fromkeys(facet.read(context, record)):
            records.setdefault(title, []).append(record)
    ranked = [title for title in dict.fromkeys(facet.rank(context)) if title in records]
    titles = [*ranked, *sorted(records.keys() - set(ranked), key=lambda title: (title.casefold(), title))]
    names = name_files(titles)
    return tuple(FacetValue(title, f"{facet.key}/{names[title]}.html", tuple(records[title])) for title in titles)


def _list_declared_facets(context: PaperContext) -> Iterator[Facet]:
    """Yield a facet for each choice that the programme declares, and for each field to group by."""
    specs = {spec.name: spec for kind in context.register.kinds for spec in list_fields(kind.model) if spec.declared}
    for name, spec in specs.items():
        if spec.type == "choice" or spec.has_role("group"):
            title = context.wording("site_by_field", field=spec.title)
            yield Facet(f"field-{name.replace('_', '-')}", partial(_read_field, spec), title=title)


def _read_field(spec: FieldSpec, _: PaperContext, record: Record) -> tuple[str, ...]:
    value = getattr(record, spec.attribute, None)
    values = value if isinstance(value, tuple) else (value,)
    return tuple(item.to_text() if isinstance(item, CouncilDate) else str(item) for item in values if item is not None)


def list_facets(context: PaperContext) -> tuple[tuple[Facet, tuple[FacetValue, ...]], ...]:
    """Return each facet of which some record has a value, with its values."""
    facets = ((facet, list_values(context, facet)) for facet in (*FACETS, *_list_declared_facets(context)))
    return tuple((facet, values) for facet, values in facets if values)
