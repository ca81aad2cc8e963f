"""Reading old records with today's models: what a model refuses is left out and named, the rest is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from p2ptrack.records.fields import Model, Reading

M = TypeVar("M", bound=Model)
_MOST_ROUNDS = 20
"""Mending one fault can show the next; nothing real needs as many rounds as this."""


def lenient(model: type[M], values: Mapping[str, Any], reading: Reading) -> tuple[M | None, tuple[str, ...]]:
    """Return the model of what can be understood, and the fields that were left out: `status`, `updates[1]`.

    A missing title is no reason to lose a record: its id stands for it. None when even that cannot be made.
    """
    kept, left_out = dict(values), list[str]()
    if "title" in model.model_fields and not isinstance(kept.get("title"), str):
        kept["title"] = str(kept.get("id", "…"))
    for _ in range(_MOST_ROUNDS):
        try:
            return model.model_validate(kept, context=reading), tuple(left_out)
        except ValidationError as error:
            wrong = tuple(_refused(kept, error))
            left_out += _without(kept, wrong)
            if not wrong:
                break
    return None, tuple(left_out)


_Place = tuple[str, int | None]


def _refused(values: Mapping[str, Any], error: ValidationError) -> Iterator[_Place]:
    """Yield the fields, or the entries of lists, that hold the faults."""
    for item in error.errors(include_url=False, include_input=False, include_context=False):
        name, *rest = item["loc"] or ("",)
        if str(name) in values:
            at = rest[0] if rest and isinstance(rest[0], int) and isinstance(values[str(name)], list) else None
            yield str(name), at if isinstance(at, int) else None


def _without(values: dict[str, Any], places: tuple[_Place, ...]) -> Iterator[str]:
    for name in dict.fromkeys(name for name, _ in places):
        entries = {at for each, at in places if each == name}
        if None in entries:
            del values[name]
            yield name
        else:
            yield from (f"{name}[{at}]" for at in sorted(at for at in entries if at is not None))
            values[name] = [entry for at, entry in enumerate(values[name]) if at not in entries]
