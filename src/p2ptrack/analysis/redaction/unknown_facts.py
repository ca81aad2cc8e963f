"""Facts that a redacted field makes unknowable: that a field is not shown does not mean that it is empty."""

from __future__ import annotations

import types
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import product
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from p2ptrack.analysis.facts import FactContext, RecordFacts, compute_facts
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.dates.council_date import FIRST_YEAR, LAST_YEAR, Precision
from p2ptrack.model.records import ExemptMarking, TrackedRecord

_FACT_TYPES = {name: hint for name, hint in get_type_hints(RecordFacts).items() if name != "closed" and hint is not int}
"""The facts that can accuse somebody of a gap or a delay; that a record is closed, or a count, accuses nobody."""
_OTHER_SAMPLES: dict[type, tuple[Any, ...]] = {str: ("text",), bool: (True,), dict: ({},)}


def suppress_unknown_facts(
    record: TrackedRecord, facts: RecordFacts, context: FactContext, redacted_fields: frozenset[str]
) -> RecordFacts:
    """Return the facts without those that some content of the redacted fields would make untrue.

    The contents come from the types of the fields and not from what was redacted, so the answer reveals nothing of it.
    """
    hints = get_type_hints(type(record))
    for name in sorted(redacted_fields & hints.keys()):
        current = getattr(record, name)
        for sample in _list_samples(hints[name]):
            value = (*current, *sample) if isinstance(current, tuple) else sample
            possible = compute_facts(record.model_copy(update={name: value}), context)
            unknown: dict[str, Any] = dict(_iter_unknown(facts, possible))
            facts = facts._replace(**unknown)
    return facts


def _iter_unknown(facts: RecordFacts, possible: RecordFacts) -> Iterator[tuple[str, bool | None]]:
    for name, hint in _FACT_TYPES.items():
        value = getattr(facts, name)
        if value is not None and value is not False and value != getattr(possible, name):
            yield name, None if type(None) in get_args(hint) else False


@cache
def _list_samples(hint: Any) -> tuple[Any, ...]:
    """Return values that a field of a type can have: every choice, a date long past, one far ahead, any other text."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _list_samples(args[0])
    if origin is tuple:
        return tuple((sample,) for sample in _list_samples(args[0]))
    if not isinstance(hint, type) or hint is ExemptMarking:
        return (None,)
    if issubclass(hint, BaseModel):
        return tuple(_iter_sample_models(hint))
    if hint is CouncilDate:
        days = (date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
        return tuple(CouncilDate(day.isoformat(), day, day, Precision.DAY) for day in days)
    return tuple(hint) if issubclass(hint, StrEnum) else _OTHER_SAMPLES.get(hint, (None,))


def _iter_sample_models(model: type[BaseModel]) -> Iterator[BaseModel]:
    hints = get_type_hints(model)
    for values in product(*map(_list_samples, hints.values())):
        yield model.model_construct(**dict(zip(hints, values, strict=True)))
