"""Records and facts as the JSON contract has them (design, section 4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.records.kinds import Record, kind_of
from p2ptrack.records.paths import record_fields_to_json

SCHEMA_VERSION = 1


def serialise_record(case: Case, record: Record) -> dict[str, Any]:
    """Return one record: what it says, where it stands and what follows from it. A recommendation has no facts."""
    data = {
        "id": record.id,
        "kind": kind_of(record).name,
        "title": record.title,
        "path": case.register.path_of(record.id),
        "fields": record_fields_to_json(record),
    }
    facts = case.facts.get(record.id)
    return data if facts is None else {**data, "facts": facts._asdict()}


def build_json_answer(case: Case, **lists: Any) -> dict[str, Any]:
    """Return the object that every JSON answer is: the version of the contract, the day, and what it lists."""
    return {"schema_version": SCHEMA_VERSION, "as_of": case.as_of.isoformat(), **lists}


def serialise_records(case: Case, records: Iterable[Record]) -> dict[str, Any]:
    """Return the answer of `list`, `overdue` and `show`."""
    return build_json_answer(case, records=[serialise_record(case, record) for record in records])
