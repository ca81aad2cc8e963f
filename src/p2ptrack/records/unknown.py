"""A field that no record has: which one was meant, or where it belongs."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from pydantic import BaseModel

from p2ptrack.problem import shown
from p2ptrack.records.kinds import KINDS, Record
from p2ptrack.records.naming import field_names, model_at, model_within

_SYNONYMS = {
    "owner": "accountable",
    "responsible": "accountable",
    "responsible_officer": "accountable",
    "accountable_officer": "accountable",
    "lead": "accountable",
    "due": "target",
    "due_date": "target",
    "deadline": "target",
    "target_date": "target",
    "revised_date": "revisions",
    "name": "title",
    "description": "origin_text",
    "action": "agreed_action",
    "comment": "note",
    "comments": "note",
    "notes": "note",
    "progress": "updates",
    "update": "updates",
    "dependencies": "depends_on",
    "blocked": "blocked_by",
    "completed": "completed_on",
    "closed_on": "completed_on",
    "recommendation": "recommendations",
    "report_ref": "report_refs",
    "ref": "source",
    "rag": "as_published",
    "rating": "as_published",
}
"""Words of other registers, and the field that holds the same thing here."""


def unknown_field(steps: Sequence[object], top: type[BaseModel]) -> tuple[str, str]:
    """Return what is wrong with a field that its place does not have, and what to write instead."""
    name = str(steps[-1])
    here = model_at(top, steps[:-1]) or top
    names = field_names(here)
    elsewhere = None if _meant(name, names) else _elsewhere(name, here, top)
    if elsewhere:
        return elsewhere
    near = meant_field(steps, top)
    fix = f"{near}: (did you mean this?)" if near else _one_of(names)
    return f"There is no field {shown(name)} here.", fix


def meant_field(steps: Sequence[object], top: type[BaseModel]) -> str | None:
    """Return the field that an unknown name at this place probably means."""
    name, names = str(steps[-1]), field_names(model_at(top, steps[:-1]) or top)
    return _meant(name, names) or _nearest(_folded(name), names)


def _meant(name: str, names: Sequence[str]) -> str | None:
    folded = _folded(name)
    return next((word for word in (folded, _SYNONYMS.get(folded)) if word in names), None)


def _nearest(name: str, names: Sequence[str]) -> str | None:
    known = {**{word: field for word, field in _SYNONYMS.items() if field in names}, **{word: word for word in names}}
    return next((known[word] for word in get_close_matches(name, known, n=1)), None)


def _folded(name: str) -> str:
    return name.strip(" “”‘’\"'?:-–").casefold().replace(" ", "_").replace("-", "_")


def _elsewhere(name: str, here: type[BaseModel], top: type[BaseModel]) -> tuple[str, str] | None:
    """Tell of a field that stands in another kind of record, further out, or further in."""
    names = field_names(here)
    if here is not top and name in field_names(top):
        return f"{shown(name)} is a field of the record, not of this entry.", f"{name}: where the record's fields begin"
    kinds = [kind.plural for kind in KINDS if issubclass(here, Record) and name in field_names(kind.model)]
    if kinds:
        return f"{shown(name)} is a field of {' and '.join(kinds)}, not of this kind of record.", _one_of(names)
    inside = [one for one in names if (model := model_within(here, one)) and name in field_names(model)]
    if inside:
        return (
            f"{shown(name)} is a field of {' or '.join(inside)}, and stands outside of it.",
            f"{name}: under {': or '.join(inside)}:",
        )
    return None


def _one_of(names: Sequence[str]) -> str:
    return f"one of {', '.join(names)}"
