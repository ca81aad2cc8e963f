"""Records and facts as the JSON contract has them (design, section 4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.records.kinds import Record, kind_of
from p2ptrack.records.paths import record_fields

SCHEMA_VERSION = 1


def record_as_data(case: Case, record: Record) -> dict[str, Any]:
    """Return one record: what it says, where it stands and what follows from it. A recommendation has no facts."""
    data = {
        "id": record.id,
        "kind": kind_of(record).name,
        "title": record.title,
        "path": case.register.path(record.id),
        "fields": record_fields(record),
    }
    facts = case.facts.get(record.id)
    return data if facts is None else {**data, "facts": facts._asdict()}


def answer(case: Case, **lists: Any) -> dict[str, Any]:
    """Return the object that every JSON answer is: the version of the contract, the day, and what it lists."""
    return {"schema_version": SCHEMA_VERSION, "as_of": case.as_of.isoformat(), **lists}


def records_as_data(case: Case, records: Iterable[Record]) -> dict[str, Any]:
    """Return the answer of `list`, `overdue` and `show`."""
    return answer(case, records=[record_as_data(case, record) for record in records])
