"""Exemptions from publication: which of them hold on a day, what they cover, and under which paragraphs.

The law: Schedule 12A to the Local Government Act 1972, paragraphs 1 to 7 in England and 12 to 18 in Wales; Schedule 7A
to the Local Government (Scotland) Act 1973, paragraphs 1 to 15.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from pydantic import BaseModel

from p2ptrack.analysis.case import ExemptContent, RedactedItem, Redactions
from p2ptrack.analysis.links import addressed_recommendations
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import Extent
from p2ptrack.model.kinds import kind_of
from p2ptrack.model.programme import ExemptionLaw
from p2ptrack.model.records import ExemptMarking, Record, TrackedRecord, Update, has_title_of_text
from p2ptrack.model.register import Register
from p2ptrack.model.schema import field_model, field_names, iter_values, list_fields
from p2ptrack.phrases import natural_key, unique
from p2ptrack.values import dataclass

PARAGRAPHS: Mapping[ExemptionLaw, range] = {"england": range(1, 8), "wales": range(12, 19), "scotland": range(1, 16)}
EXEMPTABLE_LISTS = ("updates", "revisions", "evidence", "blocked_by")
"""The lists whose entries can be exempt by themselves."""
EXEMPTION_FIELDS = ("exempt", *(f"{name}.exempt" for name in EXEMPTABLE_LISTS))
"""Where a record states exemptions, as `Register.with_field` names it."""

_PRIVATE_FIELDS = frozenset({"note", "exempt"})
_NEVER_EXEMPTABLE = frozenset({"id", "exempt"})
_IMPLIED_FIELDS = {
    "target": ("revisions", "every", "periods"),
    "status": ("updates.status", "decided", "verified", "completed_on", "superseded_by"),
}
"""Fields that reveal another one: the last revision ends at the target."""
_SOURCE_COLUMNS = ("as_published", "updates.as_published")
"""The source's own words, which can repeat any other field."""


def is_in_force(exempt: ExemptMarking | None, day: date) -> bool:
    """Whether an exemption holds on a day. It ends by itself after the last day that `until` can mean.

    The proper officer who writes `until` has decided when the text opens. An exemption without a date never ends.
    """
    if exempt is None:
        return False
    return exempt.until is None or exempt.until.latest is None or day <= exempt.until.latest


def parse_paragraphs(exempt: ExemptMarking, law: ExemptionLaw) -> tuple[str, ...]:
    """Return the numbers of the paragraphs that the law has. Other text is not printed."""
    matches = (re.search(r"[0-9]+", text) for text in exempt.paragraph)
    numbers = {int(match.group()) for match in matches if match and len(match.group()) <= len("99")}
    return tuple(str(number) for number in sorted(numbers) if number in PARAGRAPHS[law])


@cache
def list_exemptable_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the dotted names that `exempt.fields` may use: `response`, `target`, `updates.text`.

    A list is named without the position of an entry: one entry alone has an `exempt` of its own.
    """
    names = tuple(_iter_exemptable_fields(model))
    return unique((*names, "target")) if issubclass(model, TrackedRecord) else names


def _iter_exemptable_fields(model: type[BaseModel]) -> Iterator[str]:
    for name in field_names(model):
        if name not in _NEVER_EXEMPTABLE:
            yield name
            inner = field_model(model, name)
            yield from (f"{name}.{nested_name}" for nested_name in (_iter_exemptable_fields(inner) if inner else ()))


def has_valid_fields(model: BaseModel, exempt: ExemptMarking) -> bool:
    """Whether every name in `fields` is a field. If not, all of the record or entry is exempt, to be safe."""
    return set(exempt.fields) <= set(list_exemptable_fields(type(model)))


def is_fully_exempt(model: BaseModel, day: date) -> bool:
    """Whether all of a record, or of an entry, is exempt on a day."""
    exempt: ExemptMarking | None = getattr(model, "exempt", None)
    return exempt is not None and is_in_force(exempt, day) and not (exempt.fields and has_valid_fields(model, exempt))


def list_exempt_fields(model: BaseModel, day: date) -> tuple[str, ...]:
    """Return the dotted names of the fields of a record, or of an entry, that are exempt on a day."""
    exempt: ExemptMarking | None = getattr(model, "exempt", None)
    return get_exempt_fields(model, exempt) if exempt is not None and is_in_force(exempt, day) else ()


def get_exempt_fields(model: BaseModel, exempt: ExemptMarking) -> tuple[str, ...]:
    """Return the fields that an exemption names, and the title when it is the first sentence of an exempt text."""
    is_title_exempt = isinstance(model, Record) and "origin_text" in exempt.fields and has_title_of_text(model)
    fields = unique((*exempt.fields, "title")) if is_title_exempt else exempt.fields
    if isinstance(model, TrackedRecord) and not {"target", model.due_name}.isdisjoint(fields):
        return unique((*fields, "target", model.due_name))
    return fields


def expand_implied_fields(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names with those of the fields that reveal the same information."""
    expanded = _expand_fields(names)
    reveals_source = any(name != "note" for name in expanded)
    return tuple(dict.fromkeys((*expanded, *(_SOURCE_COLUMNS if reveals_source else ()))))


def _expand_fields(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(implied for name in names for implied in (name, *_IMPLIED_FIELDS.get(name, ())))


def list_repeated_dates(record: Record, day: date) -> tuple[str, ...]:
    """Return the field paths at which a record repeats a date that an exempt target change withholds on a day.

    The next change begins with the same date, the one before ends with it, and the last one is the target.
    """
    if not isinstance(record, TrackedRecord):
        return ()
    withheld = [_list_withheld(revision, day) for revision in record.revisions]
    old = {revision.from_ for revision, names in zip(record.revisions, withheld, strict=True) if "from" in names}
    new = {revision.to for revision, names in zip(record.revisions, withheld, strict=True) if "to" in names}
    places = []
    for index, (revision, names) in enumerate(zip(record.revisions, withheld, strict=True)):
        places += [f"revisions[{index}].from"] if "from" not in names and _is_among(revision.from_, new) else []
        places += [f"revisions[{index}].to"] if "to" not in names and _is_among(revision.to, old) else []
    return (*places, *(["target"] if record.target and _is_among(record.target, new) else []))


def _list_withheld(revision: BaseModel, day: date) -> Iterable[str]:
    return ("from", "to") if is_fully_exempt(revision, day) else list_exempt_fields(revision, day)


def _is_among(value: CouncilDate, dates: Iterable[CouncilDate]) -> bool:
    """Whether a date equals one of several others: by its last day, or by its text if it has no day."""
    return any((value.latest or value.raw.casefold()) == (other.latest or other.raw.casefold()) for other in dates)


@dataclass(frozen=True, slots=True)
class Exemption:
    """One exemption: its record, its path (`exempt`, `updates[1].exempt`), and the record or entry that it is of."""

    record: Record
    path: str
    model: BaseModel
    exempt: ExemptMarking


def iter_exemptions(record: Record) -> Iterator[Exemption]:
    """Yield every exemption of a record and of its entries, whether or not it still holds."""
    if record.exempt is not None:
        yield Exemption(record, "exempt", record, record.exempt)
    for name in EXEMPTABLE_LISTS:
        for index, entry in enumerate(getattr(record, name, ())):
            if entry.exempt is not None:
                yield Exemption(record, f"{name}[{index}].exempt", entry, entry.exempt)


def list_exempt_content(register: Register, day: date) -> dict[str, ExemptContent]:
    """Return what is exempt on a day of each record that has something exempt, by id."""
    content = {}
    for record in filter(_states_exemption, register.records):
        if is_fully_exempt(record, day):
            content[record.id] = ExemptContent(is_whole=True)
        elif parts := list_exempt_parts(record, day):
            content[record.id] = ExemptContent(parts=parts)
    return content


def list_exempt_parts(record: Record, day: date) -> tuple[str, ...]:
    """Return the paths of what is exempt on a day in a record that is not wholly exempt: `target`, `updates[0]`."""
    parts = (part for exemption in _iter_in_force(record, day) for part in _iter_parts(exemption))
    return unique((*parts, *list_repeated_dates(record, day)))


def _states_exemption(record: Record) -> bool:
    """Whether a record or an entry of it has an exemption. This quick check comes first, because most have none."""
    values = record.__dict__
    if values["exempt"] is not None:
        return True
    for name in EXEMPTABLE_LISTS:
        for entry in values.get(name, ()):
            if entry.exempt is not None:
                return True
    return False


def _iter_parts(exemption: Exemption) -> Iterator[str]:
    """Yield the paths that an exemption covers: `target`, `updates[0]`, `updates[1].text`."""
    prefix = exemption.path.removesuffix("exempt")
    fields = exemption.exempt.fields if has_valid_fields(exemption.model, exemption.exempt) else ()
    if exemption.path == "exempt":
        columns = (name for name in _SOURCE_COLUMNS if any(iter_values(exemption.model, tuple(name.split(".")))))
        fields = unique((*_expand_fields(fields), *(columns if fields else ())))
    yield from (f"{prefix}{name}" for name in fields)
    if not fields:
        yield prefix.removesuffix(".")


def list_exempt_items(register: Register, day: date) -> tuple[RedactedItem, ...]:
    """Return everything that is exempt on a day, record by record: a whole record, each field named, each entry."""
    exempt_records = [record for record in register.records if any(_iter_in_force(record, day))]
    sources = _collect_sources(register) if exempt_records else {}
    return tuple(item for record in exempt_records for item in _iter_exempt_items(register, record, day, sources))


def _iter_in_force(record: Record, day: date) -> Iterator[Exemption]:
    return (exemption for exemption in iter_exemptions(record) if is_in_force(exemption.exempt, day))


def _iter_exempt_items(
    register: Register, record: Record, day: date, sources: Mapping[str, set[str]]
) -> Iterator[RedactedItem]:
    law, is_whole = register.programme.policy.exemption_law, is_fully_exempt(record, day)
    for exemption in _iter_in_force(record, day):
        paragraphs = parse_paragraphs(exemption.exempt, law)
        item = RedactedItem(kind_of(record).name, frozenset(sources[record.id]), paragraphs, is_whole)
        if is_whole:
            yield item
            return
        for _ in exemption.exempt.fields or ("",):
            yield item


def _collect_sources(register: Register) -> Mapping[str, set[str]]:
    """Return the sources of each record, with those of the records that it answers or that answer it."""
    sources = {record.id: {record.source.id if record.source else ""} for record in register.records}
    own_sources = {id_: next(iter(ids)) for id_, ids in sources.items()}
    for record in register.records:
        for id_ in addressed_recommendations(record):
            if id_ in sources:
                sources[id_].add(own_sources[record.id])
                sources[record.id].add(own_sources[id_])
    return sources


@dataclass(frozen=True, slots=True)
class _RedactedField:
    """A field of a public record of which something is removed, and the paragraphs of the law for it."""

    record_id: str
    field: str
    paragraphs: tuple[str, ...]


def summarise_redactions(register: Register, public_copies: Iterable[tuple[Record, Record]], day: date) -> Redactions:
    """Return what the public does not see of a whole register on a day.

    `public_copies` are the records of which something stays, each with what stays of it.
    """
    paragraphs: dict[str, set[str]] = {}
    fields: dict[str, set[str]] = {}
    for record in register.records:
        for redacted in _iter_redacted_fields(register, record, day):
            paragraphs.setdefault(redacted.record_id, set()).update(redacted.paragraphs)
            fields.setdefault(redacted.record_id, set()).add(redacted.field)
    for record, copy in public_copies:
        if record.id in fields:
            fields[record.id].update(_list_changed_fields(record, copy))
    return Redactions(
        items=list_exempt_items(register, day),
        notice_paragraphs={id_: tuple(sorted(numbers, key=natural_key)) for id_, numbers in paragraphs.items()},
        fields={id_: frozenset(names) for id_, names in fields.items()},
        addressed=frozenset(
            id_
            for record in register.records
            if _has_exempt_recommendations(record, day)
            for id_ in addressed_recommendations(record)
        ),
    )


def _list_changed_fields(record: Record, copy: Record) -> Iterator[str]:
    """Yield the fields of which a copy lacks something, besides the source's own columns: no fact comes from these."""
    for field in list_fields(type(record)):
        old, new = (_strip_columns(getattr(model, field.attribute)) for model in (record, copy))
        if field.attribute not in _PRIVATE_FIELDS and old != new:
            yield field.name


def _strip_columns(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_strip_columns, value))
    return value.model_copy(update={"as_published": {}, "exempt": None}) if isinstance(value, Update) else value


def _iter_redacted_fields(register: Register, record: Record, day: date) -> Iterator[_RedactedField]:
    law = register.programme.policy.exemption_law
    for exemption in () if is_fully_exempt(record, day) else _iter_in_force(record, day):
        names: tuple[str, ...] = (exemption.path.partition("[")[0],)
        if exemption.path == "exempt":
            names = _expand_fields(get_exempt_fields(record, exemption.exempt))
        paragraphs = parse_paragraphs(exemption.exempt, law)
        yield from (_RedactedField(record.id, name.partition(".")[0], paragraphs) for name in names)
    if isinstance(record, TrackedRecord):
        yield from _iter_redacted_updates(register, record, day)


def _iter_redacted_updates(register: Register, record: TrackedRecord, day: date) -> Iterator[_RedactedField]:
    """Yield the fields that an exempt update affects: it may cover other records, or `see` a redacted one."""
    law = register.programme.policy.exemption_law
    for update in record.updates:
        source = register.by_id.get(update.see or "")
        is_source_exempt = source is not None and is_fully_exempt(source, day)
        if source and source.exempt and is_source_exempt and not is_fully_exempt(record, day):
            yield _RedactedField(record.id, "updates", parse_paragraphs(source.exempt, law))
        exempt = next((model.exempt for model in (record, update) if is_fully_exempt(model, day)), None)
        if exempt is not None:
            paragraphs = parse_paragraphs(exempt, law)
            yield from (_RedactedField(id_, "updates", paragraphs) for id_ in _iter_covered_ids(register, update, day))


def _iter_covered_ids(register: Register, update: Update, day: date) -> Iterator[str]:
    for cover in update.covers:
        record = register.by_id.get(cover.id)
        if record is not None and cover.extent is not Extent.HEADING_ONLY and not is_fully_exempt(record, day):
            yield record.id


def _has_exempt_recommendations(record: Record, day: date) -> bool:
    fields = list_exempt_fields(record, day)
    return is_fully_exempt(record, day) or any(name.partition(".")[0] == "recommendations" for name in fields)
