"""What pydantic finds wrong, told to an officer: where, in plain words, with what to write instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from p2ptrack.problem import Problem, Severity
from p2ptrack.records.naming import field_names, model_at
from p2ptrack.records.unknown import meant_field, unknown_field


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
    Fault(
        "S111",
        "The same word twice, spelt in two ways",
        "The two are read as one word, so what stands under the first would be lost.",
        "rating: {On track: Green, on_track: Amber}",
        "rating: {On track: Green}",
    ),
)


KEY_SUFFIX = "#key"
"""Ends the field of a problem that stands at the field's name rather than at its value; the store takes it off."""


def problems_from(error: ValidationError, model: type[BaseModel], path: str) -> Iterator[Problem]:
    """Yield a problem for each thing that pydantic found, without places: the store adds those.

    A field that is missing because its name is spelt wrongly is told once, at the wrong name.
    """
    items = error.errors(include_url=False)
    meant = {(*item["loc"][:-1], meant_field(item["loc"], model)) for item in items if item["type"] == _UNKNOWN}
    for item in items:
        if item["type"] == "missing" and tuple(item["loc"]) in meant:
            continue
        code, message, fix, at_key = _told(item, model)
        field = field_path(_plain_path(item["loc"])) + (KEY_SUFFIX if at_key else "")
        yield Problem(path, code, Severity.ERROR, message, fix, field)


def _told(item: Any, model: type[BaseModel]) -> tuple[str, str, str, bool]:
    steps, sort = item["loc"], item["type"]
    if sort == "p2ptrack":
        told = item["ctx"]
        return told["code"], told["message"], told["fix"], "[key]" in steps
    if sort == "missing":
        return "S102", f"The field “{steps[-1]}” is missing here, and it is needed.", f"{steps[-1]}: …", False
    if sort == _UNKNOWN:
        return "S101", *unknown_field(steps, model), True
    within = model_at(model, steps) if sort == "model_type" else None
    return "S103", _GROUP, _group_fix(within), False


_UNKNOWN = "extra_forbidden"
_GROUP = "This should be a group of fields, each on a line of its own."


def _group_fix(model: type[BaseModel] | None) -> str:
    names = field_names(model) if model else ()
    return f"{names[0]}: … (its fields are {', '.join(names)})" if names else "name: value, indented under this field"


def _plain_path(loc: Sequence[Any]) -> Sequence[Any]:
    """Leave out what pydantic adds to the place of a mapping's key."""
    return tuple(step for step in loc if step != "[key]")


def field_path(steps: Sequence[Any]) -> str:
    """Return a place in a record as people write it: `updates[1].text`."""
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text
