"""Count what is exempt, and say from which records and fields the public misses something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from p2ptrack.analysis.exempt.exemptions import (
    expand_implied_fields,
    is_fully_exempt,
    is_in_force,
    iter_exemptions,
    list_exempt_fields,
    parse_paragraphs,
)
from p2ptrack.analysis.exempt.withheld import RedactedItem, Redactions
from p2ptrack.records.fields import Extent
from p2ptrack.records.kinds import Action, Recommendation, Record, TrackedRecord, kind_of
from p2ptrack.records.parts import Update
from p2ptrack.records.register import Register, natural_key

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
