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

from pydantic import BaseModel

from p2ptrack.records.kinds import Record
from p2ptrack.records.naming import field_model, field_names
from p2ptrack.records.parts import ExemptMarking
from p2ptrack.records.programme import ExemptionLaw

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
