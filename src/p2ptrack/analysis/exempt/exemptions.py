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
from p2ptrack.records.naming import field_names, model_within
from p2ptrack.records.parts import Exempt
from p2ptrack.records.programme import Law

PARAGRAPHS: Mapping[Law, range] = {"england": range(1, 8), "wales": range(12, 19), "scotland": range(1, 16)}
ENTRIES = ("updates", "revisions", "evidence", "blocked_by")
"""The lists whose entries can be exempt by themselves."""

_NEVER = frozenset({"id", "exempt"})
_WITH = {
    "target": ("revisions",),
    "status": ("updates.status", "decided", "verified", "completed_on"),
}
"""Fields that would tell what another one withholds: the last revision ends at the target."""


def in_force(exempt: Exempt | None, day: date) -> bool:
    """Whether an exemption holds on a day. It ends by itself after the last day that `until` can mean.

    The proper officer who writes `until` has decided when the text opens; without a day it never does.
    """
    if exempt is None:
        return False
    return exempt.until is None or exempt.until.latest is None or day <= exempt.until.latest


def paragraphs(exempt: Exempt, law: Law) -> tuple[str, ...]:
    """Return the numbers of the paragraphs that the law has; other words do not reach a paper."""
    found = (re.search(r"[0-9]+", text) for text in exempt.paragraph)
    numbers = {int(each.group()) for each in found if each and len(each.group()) <= len("99")}
    return tuple(str(number) for number in sorted(numbers) if number in PARAGRAPHS[law])


@cache
def nameable(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the dotted names that `exempt.fields` may use: `response`, `target`, `updates.text`.

    A list is named without the place of an entry: one entry alone has an `exempt` of its own.
    """
    return tuple(_nameable(model))


def _nameable(model: type[BaseModel]) -> Iterator[str]:
    for name in field_names(model):
        if name not in _NEVER:
            yield name
            inner = model_within(model, name)
            yield from (f"{name}.{below}" for below in (_nameable(inner) if inner else ()))


def understood(model: BaseModel, exempt: Exempt) -> bool:
    """Whether every name in `fields` is one that can be withheld. If not, the whole of it is: nothing slips out."""
    return set(exempt.fields) <= set(nameable(type(model)))


def whole(model: BaseModel, day: date) -> bool:
    """Whether all of a record, or of an entry, is exempt on a day."""
    exempt: Exempt | None = getattr(model, "exempt", None)
    return exempt is not None and in_force(exempt, day) and not (exempt.fields and understood(model, exempt))


def named(model: BaseModel, day: date) -> tuple[str, ...]:
    """Return the dotted names of the fields of a record, or of an entry, that are exempt on a day."""
    exempt: Exempt | None = getattr(model, "exempt", None)
    return exempt.fields if exempt is not None and in_force(exempt, day) else ()


def withheld_with(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names and those of the fields that would tell the same."""
    return tuple(dict.fromkeys(each for name in names for each in (name, *_WITH.get(name, ()))))


@dataclass(frozen=True, slots=True)
class Exemption:
    """One exemption: of which record, where it stands (`exempt`, `updates[1].exempt`), and of which model."""

    record: Record
    place: str
    of: BaseModel
    exempt: Exempt


def exemptions(record: Record) -> Iterator[Exemption]:
    """Yield every exemption of a record and of its entries, whether or not it still holds."""
    if record.exempt is not None:
        yield Exemption(record, "exempt", record, record.exempt)
    for name in ENTRIES:
        for at, entry in enumerate(getattr(record, name, ())):
            if entry.exempt is not None:
                yield Exemption(record, f"{name}[{at}].exempt", entry, entry.exempt)
