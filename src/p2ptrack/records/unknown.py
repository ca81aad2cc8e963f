"""A field that no record has: which one was meant, or where it belongs."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from pydantic import BaseModel

from p2ptrack.problem import quote_excerpt
from p2ptrack.records.kinds import KINDS, Record
from p2ptrack.records.naming import field_model, field_names, model_at_path

_FIELD_SYNONYMS = {
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


def explain_unknown_field(steps: Sequence[object], root_model: type[BaseModel]) -> tuple[str, str]:
    """Return what is wrong with a field that its place does not have, and what to write instead."""
    name = str(steps[-1])
    parent_model = model_at_path(root_model, steps[:-1]) or root_model
    names = field_names(parent_model)
    misplaced = None if _match_field(name, names) else _explain_misplaced_field(name, parent_model, root_model)
    if misplaced:
        return misplaced
    suggestion = suggest_field(steps, root_model)
    fix = f"{suggestion}: (did you mean this?)" if suggestion else _format_choices(names)
    return f"There is no field {quote_excerpt(name)} here.", fix


def suggest_field(steps: Sequence[object], root_model: type[BaseModel]) -> str | None:
    """Return the field that an unknown name at this place probably means."""
    name, names = str(steps[-1]), field_names(model_at_path(root_model, steps[:-1]) or root_model)
    return _match_field(name, names) or _find_closest_field(_normalise_field_name(name), names)


def _match_field(name: str, names: Sequence[str]) -> str | None:
    normalised = _normalise_field_name(name)
    return next((word for word in (normalised, _FIELD_SYNONYMS.get(normalised)) if word in names), None)


def _find_closest_field(name: str, names: Sequence[str]) -> str | None:
    field_by_word = {
        **{word: field for word, field in _FIELD_SYNONYMS.items() if field in names},
        **{word: word for word in names},
    }
    return next((field_by_word[word] for word in get_close_matches(name, field_by_word, n=1)), None)


def _normalise_field_name(name: str) -> str:
    return name.strip(" “”‘’\"'?:-–").casefold().replace(" ", "_").replace("-", "_")


def _explain_misplaced_field(
    name: str, parent_model: type[BaseModel], root_model: type[BaseModel]
) -> tuple[str, str] | None:
    """Tell of a field that stands in another kind of record, further out, or further in."""
    names = field_names(parent_model)
    if parent_model is not root_model and name in field_names(root_model):
        return (
            f"{quote_excerpt(name)} is a field of the record, not of this entry.",
            f"{name}: where the record's fields begin",
        )
    kinds = [kind.plural for kind in KINDS if issubclass(parent_model, Record) and name in field_names(kind.model)]
    if kinds:
        return (
            f"{quote_excerpt(name)} is a field of {' and '.join(kinds)}, not of this kind of record.",
            _format_choices(names),
        )
    containers = [
        container
        for container in names
        if (model := field_model(parent_model, container)) and name in field_names(model)
    ]
    if containers:
        return (
            f"{quote_excerpt(name)} is a field of {' or '.join(containers)}, and stands outside of it.",
            f"{name}: under {': or '.join(containers)}:",
        )
    return None


def _format_choices(names: Sequence[str]) -> str:
    return f"one of {', '.join(names)}"
