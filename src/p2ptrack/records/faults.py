"""What pydantic finds wrong, told to an officer: where, in plain words, with what to write instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from p2ptrack.problem import Problem, Severity
from p2ptrack.records.naming import field_names, model_at_path
from p2ptrack.records.unknown import explain_unknown_field, suggest_field


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """A way in which a record is not one: its stable code and what is told of it."""

    code: str
    title: str
    why: str
    example: str
    fix: str
    severity: Severity = Severity.ERROR


ERROR_CODES: tuple[ErrorCode, ...] = (
    ErrorCode(
        "S101",
        "A field that no record has",
        "A field that is spelt wrongly would never be read, and what it says would be lost.",
        "ownr: Head of Procurement",
        "accountable: Head of Procurement",
    ),
    ErrorCode(
        "S102",
        "A field is missing",
        "Without it nobody can refer to the record, or tell what it is.",
        "id: A01   (and no title)",
        "title: Review the contracts register",
    ),
    ErrorCode(
        "S103",
        "Not the sort of value that the field has",
        "A list or a group of fields where text is expected is usually an indentation that slipped.",
        "title: [Review, register]",
        "title: Review register",
    ),
    ErrorCode(
        "S104",
        "Not an id",
        "Ids are written in papers, file names and links: letters, digits and dots.",
        "id: A 01",
        "id: A01",
    ),
    ErrorCode(
        "S105",
        "Not a date that can be counted to",
        "A date that two readers read differently is how targets slip unseen.",
        "target: Q2 2023",
        "target: Q2 2023/24",
    ),
    ErrorCode(
        "S106",
        "Neither true nor false",
        "The field is a mark that is there or not.",
        "restated: perhaps",
        "restated: true",
    ),
    ErrorCode(
        "S107",
        "Not a whole number",
        "The field is a limit in days.",
        "due_soon_days: a month",
        "due_soon_days: 30",
    ),
    ErrorCode(
        "S108",
        "Not one of the words for this field",
        "Papers and filters rely on these words; the council's own words for statuses go in policy.labels.",
        "status: finished",
        "status: complete",
    ),
    ErrorCode(
        "S109",
        "An update with both text and see, or neither",
        "An update either tells something or says which record tells it.",
        "updates: [{date: 2023-01-12}]",
        "updates: [{date: 2023-01-12, text: What happened.}]",
    ),
    ErrorCode(
        "S110",
        "What is waited for is not told",
        "A record waits for one of the programme's dependencies or for a cause of its own.",
        "blocked_by: [{owner: IDS}]",
        "blocked_by: [{cause: Staff for the work package, owner: IDS}]",
    ),
    ErrorCode(
        "S111",
        "The same word twice, spelt in two ways",
        "The two are read as one word, so what stands under the first would be lost.",
        "rating: {On track: Green, on_track: Amber}",
        "rating: {On track: Green}",
    ),
)


KEY_SUFFIX = "#key"
"""Ends the field of a problem that stands at the field's name rather than at its value; the store takes it off."""


def convert_validation_error(error: ValidationError, model: type[BaseModel], path: str) -> Iterator[Problem]:
    """Yield a problem for each thing that pydantic found, without places: the store adds those.

    A field that is missing because its name is spelt wrongly is told once, at the wrong name.
    """
    items = error.errors(include_url=False)
    suggested_paths = {
        (*item["loc"][:-1], suggest_field(item["loc"], model)) for item in items if item["type"] == _UNKNOWN_FIELD_TYPE
    }
    for item in items:
        if item["type"] == "missing" and tuple(item["loc"]) in suggested_paths:
            continue
        code, message, fix, at_key = _describe_error(item, model)
        field = format_field_path(_strip_key_steps(item["loc"])) + (KEY_SUFFIX if at_key else "")
        yield Problem(path, code, Severity.ERROR, message, fix, field)


def _describe_error(item: Any, model: type[BaseModel]) -> tuple[str, str, str, bool]:
    steps, error_type = item["loc"], item["type"]
    if error_type == "p2ptrack":
        details = item["ctx"]
        return details["code"], details["message"], details["fix"], "[key]" in steps
    if error_type == "missing":
        return "S102", f"The field “{steps[-1]}” is missing here, and it is needed.", f"{steps[-1]}: …", False
    if error_type == _UNKNOWN_FIELD_TYPE:
        return "S101", *explain_unknown_field(steps, model), True
    inner_model = model_at_path(model, steps) if error_type == "model_type" else None
    return "S103", _GROUP_MESSAGE, _suggest_group(inner_model), False


_UNKNOWN_FIELD_TYPE = "extra_forbidden"
_GROUP_MESSAGE = "This should be a group of fields, each on a line of its own."


def _suggest_group(model: type[BaseModel] | None) -> str:
    names = field_names(model) if model else ()
    return f"{names[0]}: … (its fields are {', '.join(names)})" if names else "name: value, indented under this field"


def _strip_key_steps(loc: Sequence[Any]) -> Sequence[Any]:
    """Leave out what pydantic adds to the place of a mapping's key."""
    return tuple(step for step in loc if step != "[key]")


def format_field_path(steps: Sequence[Any]) -> str:
    """Return a place in a record as people write it: `updates[1].text`."""
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text
