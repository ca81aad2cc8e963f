"""The types that fields have, and the marks that say what a field's text stands for.

Every scalar reaches this module as text (design: reading YAML without its surprises); a type says how
the text is understood. A mark (`IdMarker`, `RoleMarker`) lets links and ownership find every field of
their sort by walking the models, so that a new field is declared in one place only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from p2ptrack.diagnostics import quote_excerpt
from p2ptrack.model.dates import Anchors, CouncilDate, DateRejection, parse_date, parse_interpreted_date
from p2ptrack.model.lookalikes import describe_lookalike

# How a field is read by a function of ours alone.


@dataclass(frozen=True, slots=True)
class Validator:
    """A field whose value is what this function makes of it: pydantic has nothing to add, and no schema to build.

    It raises a fault for what it cannot read. The JSON Schema has it as text.
    """

    function: Callable[..., Any]
    needs_context: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema that calls the function, with the programme's `Reading` where it asks for it."""
        if self.needs_context:
            return core_schema.with_info_plain_validator_function(self.function)
        return core_schema.no_info_plain_validator_function(self.function)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return what an editor is told of it."""
        return {"type": "string"}


# What the JSON Schema says of fields that may be written in more than one way.


@dataclass(frozen=True, slots=True)
class ShortForm:
    """Tells the JSON Schema that a field may also be written shorter: as plain text, or as one value of its list."""

    accepts_text: bool = False

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema of the full form with the shorter one beside it."""
        full = handler(core)
        return {"anyOf": [{"type": "string"} if self.accepts_text else full["items"], full]}


DATE_SCHEMA = WithJsonSchema(
    {
        "anyOf": [
            {"type": "string"},
            {
                "type": "object",
                "properties": {"raw": {"type": "string"}, "means": {"type": "string"}},
                "required": ["raw", "means"],
                "additionalProperties": False,
            },
        ],
        "description": "A council date, as written: 31 March 2023, Mar-23, Q3 2023/24, early 2023/24, On-going …",
    }
)


ReferenceTarget = Literal["record", "part", "meeting", "phase", "source", "dependency"]


@dataclass(frozen=True, slots=True)
class IdMarker:
    """The text of this field is the id of something; `target` says of what."""

    target: ReferenceTarget


@dataclass(frozen=True, slots=True)
class RoleMarker:
    """The text of this field names a post, not a person."""


@dataclass(frozen=True, slots=True)
class ValidationContext:
    """What the programme tells the fields: the phases and meetings a date may name, and the words for statuses.

    `anchors` is None while the programme cannot be read: a date that might name a phase is then kept as it is.
    `dates` remembers what was read: a register has thousands of dates and few that differ.
    """

    anchors: Anchors | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    date_cache: dict[str, CouncilDate] = field(default_factory=dict, repr=False, compare=False)


class Model(BaseModel):
    """What every part of a record is: frozen, with no field that the design does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def field_error(code: str, message: str, fix: str) -> PydanticCustomError:
    """Return a fault that a validator raises; `faults.py` turns it into a problem at its place."""
    return PydanticCustomError("p2ptrack", "{message}", {"message": message, "code": code, "fix": fix})


def _wrap_in_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def require_text(value: Any) -> str:
    """Return a value that is text as it is. Raises a fault for anything else."""
    if isinstance(value, str):
        if value.isspace():
            raise field_error("S103", "This holds nothing but spaces.", "the text, or leave the field out")
        return value
    actual_type = "a list" if isinstance(value, list | tuple) else "a group of fields"
    raise field_error("S103", f"This should be text, and it is {actual_type}.", "one line of text, or text after |")


def _validate_date(value: Any, info: ValidationInfo) -> CouncilDate:
    context = info.context if isinstance(info.context, ValidationContext) else ValidationContext(Anchors(()))
    if isinstance(value, CouncilDate):
        return value
    if not isinstance(value, str):
        return _parse_date_value(value, context.anchors)
    parsed_date = context.date_cache.get(value)
    if parsed_date is None:
        parsed_date = context.date_cache[value] = _parse_date_value(value, context.anchors)
    return parsed_date


def _parse_date_value(value: Any, anchors: Anchors | None) -> CouncilDate:
    if isinstance(value, Mapping):
        result = _parse_date_group(value, anchors)
    elif isinstance(value, str):
        result = parse_date(value, anchors)
    else:
        raise field_error("S105", "A date is one value, and this is a list.", "one date, such as 31 March 2023")
    if isinstance(result, DateRejection):
        raise field_error("S105", result.message, result.fix)
    return result


def _parse_date_group(value: Mapping[str, Any], anchors: Anchors | None) -> CouncilDate | DateRejection:
    raw, means = value.get("raw"), value.get("means")
    if set(value) != {"raw", "means"} or not isinstance(raw, str) or not isinstance(means, str):
        return DateRejection(
            "A date with a reading has two fields, raw (the published words) and means (the date we take it for).",
            '{raw: "the next formal Board meeting", means: 22 November 2024}',
        )
    return parse_interpreted_date(raw, means, anchors)


_TRUE_WORDS, _FALSE_WORDS = frozenset({"true", "yes"}), frozenset({"false", "no"})


def _validate_flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = value.casefold() if isinstance(value, str) else ""
    if word in _TRUE_WORDS | _FALSE_WORDS:
        return word in _TRUE_WORDS
    raise field_error("S106", "This is answered with true or false.", "true")


def _validate_number(value: Any) -> int:
    if isinstance(value, int):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,6}", value):
        return int(value)
    raise field_error("S107", "This should be a whole number of 0 or more, in figures.", "30")


_ID_REGEX = re.compile(r"[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*")


def _validate_id(value: Any) -> str:
    text = require_text(value)
    if _ID_REGEX.fullmatch(text):
        return text
    if lookalike := describe_lookalike(text):
        raise field_error("S104", f"{quote_excerpt(text)} is not an id: {lookalike}", "an id such as A01 or R6.2")
    raise field_error(
        "S104", f"{quote_excerpt(text)} is not an id: an id is letters, digits and dots.", "an id such as A01 or R6.2"
    )


def _validate_short_name(value: Any) -> str:
    text = require_text(value)
    if re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", text):
        return text
    raise field_error(
        "S104",
        f"{quote_excerpt(text)} is not an id: an id here is letters, digits, dots, - and _.",
        "an id such as AC-2023-03",
    )


T = TypeVar("T")
Text = Annotated[str, Validator(require_text)]
Flag = Annotated[bool, BeforeValidator(_validate_flag)]
Number = Annotated[int, BeforeValidator(_validate_number)]
DateField = Annotated[CouncilDate, Validator(_validate_date, needs_context=True), DATE_SCHEMA]
Id = Annotated[str, Validator(_validate_id)]
ShortName = Annotated[str, Validator(_validate_short_name)]
ListOf = Annotated[tuple[T, ...], BeforeValidator(_wrap_in_list), ShortForm()]

RecordId = Annotated[str, Validator(require_text), IdMarker("record")]
PartId = Annotated[str, Validator(require_text), IdMarker("part")]
MeetingId = Annotated[str, Validator(require_text), IdMarker("meeting")]
PhaseId = Annotated[str, Validator(require_text), IdMarker("phase")]
SourceId = Annotated[str, Validator(require_text), IdMarker("source")]
DependencyId = Annotated[str, Validator(require_text), IdMarker("dependency")]
Role = Annotated[str, Validator(require_text), RoleMarker()]


class Status(StrEnum):
    """Progress as management reports it. The words after `complete` are ways to leave the list."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    COMPLETE = "complete"
    VERIFIED = "verified"
    EMBEDDED = "embedded"
    SUPERSEDED = "superseded"
    RISK_ACCEPTED = "risk_accepted"
    NOTED = "noted"
    WITHDRAWN = "withdrawn"


CLOSED_STATUSES = frozenset(
    {Status.VERIFIED, Status.EMBEDDED, Status.SUPERSEDED, Status.RISK_ACCEPTED, Status.NOTED, Status.WITHDRAWN}
)
"""Statuses that take a record off the list (design, section 2)."""

STATUSES_NEEDING_DECISION = CLOSED_STATUSES - {Status.VERIFIED} | {Status.ON_HOLD}
"""Statuses that somebody must have decided."""


class Priority(StrEnum):
    """How much it matters, as the council says."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Acceptance(StrEnum):
    """The answer to the ask; not progress."""

    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly_accepted"
    NOT_ACCEPTED = "not_accepted"


class Category(StrEnum):
    """Why a target was moved."""

    CAPACITY = "capacity"
    DEPENDENCY = "dependency"
    SUPPLIER = "supplier"
    DECISION = "decision"
    LEGISLATION = "legislation"
    SCOPE = "scope"
    PRIORITIES = "priorities"
    CORRECTION = "correction"
    OTHER = "other"


class Decision(StrEnum):
    """What became of a request to move a target."""

    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"


class Extent(StrEnum):
    """How far an update reports on another record too."""

    WHOLE = "whole"
    IN_PART = "in_part"
    HEADING_ONLY = "heading_only"


def normalise_word(text: str) -> str:
    """Return a word as it is compared: `In progress`, `in-progress` and `in_progress` are one."""
    return "_".join(re.split(r"[\s_\-\u2010-\u2015]+", text.strip().casefold()))


def make_word_validator(words: Mapping[str, Any]) -> BeforeValidator:
    """Return a validator that takes one of these words, as `normalise_word` compares them."""
    return BeforeValidator(lambda value: _match_word(value, words, {}))


def _match_word(value: Any, words: Mapping[str, Any], labels: Mapping[str, str]) -> Any:
    text = require_text(value)
    normalised = normalise_word(text)
    choice = words.get(normalised) or words.get(labels.get(normalised, ""))
    if choice is None:
        message = f"{quote_excerpt(text)} is not one of the words for this field."
        raise field_error("S108", message, _suggest_words(normalised, tuple(words)))
    return choice


def _validate_status(value: Any, info: ValidationInfo) -> Status:
    labels = info.context.labels if isinstance(info.context, ValidationContext) else {}
    return Status(_match_word(value, _STATUS_BY_WORD, labels))


def _suggest_words(word: str, words: tuple[str, ...]) -> str:
    matches = get_close_matches(word, words, n=1)
    rest = [candidate for candidate in words if candidate not in matches]
    return f"{matches[0]} (or {', '.join(rest)})" if matches else f"one of {', '.join(words)}"


def _make_enum_validator(enum: type[StrEnum]) -> BeforeValidator:
    return make_word_validator({member.value: member for member in enum})


_STATUS_BY_WORD = {status.value: status for status in Status}
StatusWord = Annotated[Status, BeforeValidator(_validate_status)]
PriorityWord = Annotated[Priority, _make_enum_validator(Priority)]
AcceptanceWord = Annotated[Acceptance, _make_enum_validator(Acceptance)]
CategoryWord = Annotated[Category, _make_enum_validator(Category)]
DecisionWord = Annotated[Decision, _make_enum_validator(Decision)]
ExtentWord = Annotated[Extent, _make_enum_validator(Extent)]
