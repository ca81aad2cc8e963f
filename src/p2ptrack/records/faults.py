"""What pydantic finds wrong, told to an officer: where, in plain words, with what to write instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from p2ptrack.problem import Problem, Severity
from p2ptrack.records.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Fault:
    """A way in which a record is not one: its stable code and what is told of it."""

    code: str
    title: str
    why: str
    example: str
    fix: str
    severity: Severity = Severity.ERROR


FAULTS: tuple[Fault, ...] = (
    Fault(
        "S101",
        "A field that no record has",
        "A field that is spelt wrongly would never be read, and what it says would be lost.",
        "ownr: Head of Procurement",
        "accountable: Head of Procurement",
    ),
    Fault(
        "S102",
        "A field is missing",
        "Without it nobody can refer to the record, or tell what it is.",
        "id: A01   (and no title)",
        "title: Review the contracts register",
    ),
    Fault(
        "S103",
        "Not the sort of value that the field has",
        "A list or a group of fields where text is expected is usually an indentation that slipped.",
        "title: [Review, register]",
        "title: Review register",
    ),
    Fault(
        "S104",
        "Not an id",
        "Ids are written in papers, file names and links: letters, digits and dots.",
        "id: A 01",
        "id: A01",
    ),
    Fault(
        "S105",
        "Not a date that can be counted to",
        "A date that two readers read differently is how targets slip unseen.",
        "target: Q2 2023",
        "target: Q2 2023/24",
    ),
    Fault(
        "S106",
        "Neither true nor false",
        "The field is a mark that is there or not.",
        "restated: perhaps",
        "restated: true",
    ),
    Fault(
        "S107",
        "Not a whole number",
        "The field is a limit in days.",
        "due_soon_days: a month",
        "due_soon_days: 30",
    ),
    Fault(
        "S108",
        "Not one of the words for this field",
        "Papers and filters rely on these words; the council's own words for statuses go in policy.labels.",
        "status: finished",
        "status: complete",
    ),
    Fault(
        "S109",
        "An update with both text and see, or neither",
        "An update either tells something or says which record tells it.",
        "updates: [{date: 2023-01-12}]",
        "updates: [{date: 2023-01-12, text: What happened.}]",
    ),
    Fault(
        "S110",
        "What is waited for is not told",
        "A record waits for one of the programme's dependencies or for a cause of its own.",
        "blocked_by: [{owner: IDS}]",
        "blocked_by: [{cause: Staff for the work package, owner: IDS}]",
    ),
)

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


def problems_from(error: ValidationError, model: type[BaseModel], path: str) -> Iterator[Problem]:
    """Yield a problem for each thing that pydantic found, without places: the store adds those."""
    for item in error.errors(include_url=False):
        code, message, fix, at_key = _told(item, model)
        field = field_path(_plain_path(item["loc"])) + ("#key" if at_key else "")
        yield Problem(path, code, Severity.ERROR, message, fix, field)


def _told(item: Any, model: type[BaseModel]) -> tuple[str, str, str, bool]:
    loc, sort = item["loc"], item["type"]
    if sort == "p2ptrack":
        ctx = item["ctx"]
        return ctx["code"], ctx["message"], ctx["fix"], False
    if sort == "missing":
        return "S102", f"There is no {_human(loc)} here, and it is needed.", f"{loc[-1]}: …", False
    if sort == "extra_forbidden":
        return _unknown_field(str(loc[-1]), _model_at(model, loc[:-1]))
    if sort == "literal_error":
        return (
            "S108",
            f"“{item['input']}” is not one of the words for this field.",
            f"one of {_plain_list(item['ctx']['expected'])}",
            False,
        )
    message, fix = _WRONG_SORT.get(
        sort, ("This is not the sort of value that this field holds.", "the kind of value that p2ptrack schema shows")
    )
    return "S103", message, fix, False


_GROUP = ("This should be a group of fields, each on a line of its own.", "name: value, indented under this field")
_WRONG_SORT = {
    "model_type": _GROUP,
    "model_attributes_type": _GROUP,
    "dict_type": _GROUP,
    "dataclass_type": _GROUP,
    "tuple_type": ("This should be a list.", "one value a line, each after a dash"),
}


def _human(loc: Sequence[Any]) -> str:
    return str(loc[-1]).replace("_", " ")


def _plain_list(expected: str) -> str:
    return expected.replace("'", "").replace(" or ", ", ")


def _unknown_field(name: str, model: type[BaseModel] | None) -> tuple[str, str, str, bool]:
    names = _field_names(model) if model else ()
    near = _nearest(name, names)
    elsewhere = [kind.plural for kind in KINDS if name in _field_names(kind.model)] if near is None else []
    message = f"There is no field “{name}” here."
    if elsewhere and model in {kind.model for kind in KINDS}:
        message = f"“{name}” is a field of {' and '.join(elsewhere)}, not of this kind of record."
    fix = f"{near}: (did you mean this?)" if near else f"one of {', '.join(names)}"
    return "S101", message, fix, True


def _nearest(name: str, names: Sequence[str]) -> str | None:
    folded = name.strip().casefold().replace(" ", "_").replace("-", "_")
    if folded in names:
        return folded
    synonym = _SYNONYMS.get(folded)
    if synonym in names:
        return synonym
    return next(iter(get_close_matches(folded, names, n=1)), None)


def _field_names(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(info.alias or name for name, info in model.model_fields.items())


def _model_at(model: type[BaseModel], loc: Sequence[Any]) -> type[BaseModel] | None:
    found: type[BaseModel] | None = model
    for step in loc:
        if found is None or isinstance(step, int):
            continue
        info = next((i for n, i in found.model_fields.items() if step in (n, i.alias)), None)
        found = _model_in(info.annotation) if info else found
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _model_in(arg))), None)


def _plain_path(loc: Sequence[Any]) -> Sequence[Any]:
    """Leave out what pydantic adds to the place of a mapping's key."""
    return tuple(step for step in loc if step != "[key]")


def field_path(steps: Sequence[Any]) -> str:
    """Return a place in a record as people write it: `updates[1].text`."""
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text
