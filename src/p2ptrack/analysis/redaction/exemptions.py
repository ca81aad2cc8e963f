"""What is exempt from publication: which exemptions hold on a day, what they name, and under which paragraphs.

The law: Schedule 12A to the Local Government Act 1972, paragraphs 1 to 7 in England and 12 to 18 in Wales;
Schedule 7A to the Local Government (Scotland) Act 1973, paragraphs 1 to 15.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TypeVar

from pydantic import BaseModel

from p2ptrack.analysis.audience import RedactedItem, Redactions
from p2ptrack.model.fields import Extent
from p2ptrack.model.programme import ExemptionLaw
from p2ptrack.model.records import Action, ExemptMarking, Recommendation, Record, TrackedRecord, Update, kind_of
from p2ptrack.model.register import Register
from p2ptrack.model.schema import field_model, field_names
from p2ptrack.phrases import natural_key

PARAGRAPHS: Mapping[ExemptionLaw, range] = {"england": range(1, 8), "wales": range(12, 19), "scotland": range(1, 16)}
EXEMPTABLE_LISTS = ("updates", "revisions", "evidence", "blocked_by")
"""The lists whose entries can be exempt by themselves."""

_NEVER_EXEMPTABLE = frozenset({"id", "exempt"})
_IMPLIED_FIELDS = {
    "target": ("revisions",),
    "status": ("updates.status", "decided", "verified", "completed_on"),
}
"""Fields that would tell what another one withholds: the last revision ends at the target."""


def is_in_force(exempt: ExemptMarking | None, day: date) -> bool:
    """Whether an exemption holds on a day. It ends by itself after the last day that `until` can mean.

    The proper officer who writes `until` has decided when the text opens; without a day it never does.
    """
    if exempt is None:
        return False
    return exempt.until is None or exempt.until.latest is None or day <= exempt.until.latest


def parse_paragraphs(exempt: ExemptMarking, law: ExemptionLaw) -> tuple[str, ...]:
    """Return the numbers of the paragraphs that the law has; other words do not reach a paper."""
    matches = (re.search(r"[0-9]+", text) for text in exempt.paragraph)
    numbers = {int(match.group()) for match in matches if match and len(match.group()) <= len("99")}
    return tuple(str(number) for number in sorted(numbers) if number in PARAGRAPHS[law])


@cache
def list_exemptable_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the dotted names that `exempt.fields` may use: `response`, `target`, `updates.text`.

    A list is named without the place of an entry: one entry alone has an `exempt` of its own.
    """
    return tuple(_iter_exemptable_fields(model))


def _iter_exemptable_fields(model: type[BaseModel]) -> Iterator[str]:
    for name in field_names(model):
        if name not in _NEVER_EXEMPTABLE:
            yield name
            inner = field_model(model, name)
            yield from (f"{name}.{nested_name}" for nested_name in (_iter_exemptable_fields(inner) if inner else ()))


def has_valid_fields(model: BaseModel, exempt: ExemptMarking) -> bool:
    """Whether every name in `fields` is one that can be withheld. If not, the whole of it is: nothing slips out."""
    return set(exempt.fields) <= set(list_exemptable_fields(type(model)))


def is_fully_exempt(model: BaseModel, day: date) -> bool:
    """Whether all of a record, or of an entry, is exempt on a day."""
    exempt: ExemptMarking | None = getattr(model, "exempt", None)
    return exempt is not None and is_in_force(exempt, day) and not (exempt.fields and has_valid_fields(model, exempt))


def list_exempt_fields(model: BaseModel, day: date) -> tuple[str, ...]:
    """Return the dotted names of the fields of a record, or of an entry, that are exempt on a day."""
    exempt: ExemptMarking | None = getattr(model, "exempt", None)
    return exempt.fields if exempt is not None and is_in_force(exempt, day) else ()


def expand_implied_fields(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names and those of the fields that would tell the same."""
    return tuple(
        dict.fromkeys(implied_name for name in names for implied_name in (name, *_IMPLIED_FIELDS.get(name, ())))
    )


@dataclass(frozen=True, slots=True)
class Exemption:
    """One exemption: of which record, where it stands (`exempt`, `updates[1].exempt`), and of which model."""

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


# Count what is exempt, and say from which records and fields the public misses something.


T = TypeVar("T")


def list_exempt_items(register: Register, day: date) -> tuple[RedactedItem, ...]:
    """Return everything that is exempt on a day, record by record: a whole record, each field named, each entry."""
    return tuple(item for record in register.records for item in _iter_exempt_items(register, record, day))


def _iter_exempt_items(register: Register, record: Record, day: date) -> Iterator[RedactedItem]:
    law, kind = register.programme.policy.exemption_law, kind_of(record).name
    for exemption in iter_exemptions(record):
        if is_in_force(exemption.exempt, day):
            item = RedactedItem(
                kind,
                _collect_sources(register, record),
                parse_paragraphs(exemption.exempt, law),
                is_fully_exempt(record, day),
            )
            if item.is_whole_record:
                yield item
                return
            yield from (item for _ in (exemption.exempt.fields or ("",)))


def _collect_sources(register: Register, record: Record) -> frozenset[str]:
    """Return the sources of a record and of what it answers or is answered by: a paper tells of them together."""
    linked_records = [
        record,
        *(
            candidate
            for candidate in register.of_type(Recommendation)
            if candidate.id in find_parent_recommendations(record)
        ),
    ]
    linked_records += [
        candidate for candidate in register.of_type(Action) if record.id in find_parent_recommendations(candidate)
    ]
    return frozenset(linked_record.source.id if linked_record.source else "" for linked_record in linked_records)


def find_parent_recommendations(record: Record) -> frozenset[str]:
    """Return the recommendations and parts that an action answers, and the recommendation of each part."""
    addressed_ids = record.recommendations if isinstance(record, Action) else ()
    return frozenset(id_ for link in addressed_ids for id_ in (link, link.rpartition(".")[0]) if id_)


def summarise_redactions(register: Register, day: date) -> Redactions:
    """Return what the public does not see of a whole register on a day."""
    redacted_fields: list[_RedactedField] = [
        redacted_field for record in register.records for redacted_field in _iter_redacted_fields(register, record, day)
    ]
    return Redactions(
        items=list_exempt_items(register, day),
        notice_paragraphs={
            id_: _merge_paragraphs(values)
            for id_, values in _group_by_id(
                (redacted_field.record, redacted_field.paragraphs) for redacted_field in redacted_fields
            ).items()
        },
        fields={
            id_: frozenset(values)
            for id_, values in _group_by_id(
                (redacted_field.record, redacted_field.field) for redacted_field in redacted_fields
            ).items()
        },
        addressed=frozenset(
            id_
            for record in register.records
            if _has_exempt_recommendations(record, day)
            for id_ in find_parent_recommendations(record)
        ),
    )


@dataclass(frozen=True, slots=True)
class _RedactedField:
    """A field of a record that stays, from which something is taken, and the paragraphs that say so."""

    record: str
    field: str
    paragraphs: tuple[str, ...]


def _iter_redacted_fields(register: Register, record: Record, day: date) -> Iterator[_RedactedField]:
    law = register.programme.policy.exemption_law
    for exemption in () if is_fully_exempt(record, day) else iter_exemptions(record):
        if is_in_force(exemption.exempt, day):
            names = (
                expand_implied_fields(exemption.exempt.fields)
                if exemption.path == "exempt"
                else (exemption.path.partition("[")[0],)
            )
            paragraph_numbers = parse_paragraphs(exemption.exempt, law)
            yield from (_RedactedField(record.id, name.partition(".")[0], paragraph_numbers) for name in names)
    if isinstance(record, TrackedRecord):
        yield from _iter_redacted_updates(register, record, day)


def _iter_redacted_updates(register: Register, record: TrackedRecord, day: date) -> Iterator[_RedactedField]:
    """Yield what is lost with an update: it may tell of other records, or be told by one that is withheld."""
    law = register.programme.policy.exemption_law
    for update in record.updates:
        reporting_record = register.by_id.get(update.see or "")
        if (
            reporting_record is not None
            and reporting_record.exempt is not None
            and is_fully_exempt(reporting_record, day)
            and not is_fully_exempt(record, day)
        ):
            yield _RedactedField(record.id, "updates", parse_paragraphs(reporting_record.exempt, law))
        exempt_model = next((model for model in (record, update) if is_fully_exempt(model, day)), None)
        if exempt_model is not None and exempt_model.exempt is not None:
            paragraph_numbers = parse_paragraphs(exempt_model.exempt, law)
            yield from (
                _RedactedField(id_, "updates", paragraph_numbers) for id_ in _iter_covered_ids(register, update, day)
            )


def _iter_covered_ids(register: Register, update: Update, day: date) -> Iterator[str]:
    for cover in update.covers:
        covered_record = register.by_id.get(cover.id)
        if (
            covered_record is not None
            and cover.extent is not Extent.HEADING_ONLY
            and not is_fully_exempt(covered_record, day)
        ):
            yield covered_record.id


def _has_exempt_recommendations(record: Record, day: date) -> bool:
    return is_fully_exempt(record, day) or any(
        name.partition(".")[0] == "recommendations" for name in list_exempt_fields(record, day)
    )


def _group_by_id(pairs: Iterator[tuple[str, T]]) -> dict[str, list[T]]:
    values_by_id: dict[str, list[T]] = {}
    for id_, value in pairs:
        values_by_id.setdefault(id_, []).append(value)
    return values_by_id


def _merge_paragraphs(paragraph_lists: list[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({number for numbers in paragraph_lists for number in numbers}, key=natural_key))
