"""The types of fields: how the text of each is read, and what it refers to.

Every scalar arrives here as text, because YAML would make a number of the reference `4.10`. A marker on a type
(`IdMarker`, `RoleMarker`) defines what the text refers to; links and roles are found through the index of all fields in
`schema`, so a new field is declared in one place only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, PydanticOmit, core_schema

from p2ptrack.model import limits
from p2ptrack.model.advice import advise_on_label, advise_on_policy, advise_on_text, advise_on_word, find_meaning
from p2ptrack.model.dates import EXAMPLE_DAY, Anchors, CouncilDate, DateRejection, parse_date, parse_interpreted_date
from p2ptrack.phrases import describe_lookalike, normalise_word, quote, suggest_id
from p2ptrack.values import compile_on_use, dataclass

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Validator:
    """Reads a field with one function instead of pydantic's own validation, which is slower.

    In the JSON Schema it is a text with the pattern that the function accepts.
    """

    function: Callable[..., Any]
    needs_context: bool = False
    pattern: str = ""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema that calls the function, with pydantic's `ValidationInfo` where it needs the context."""
        if self.needs_context:
            return core_schema.with_info_plain_validator_function(self.function)
        return core_schema.no_info_plain_validator_function(self.function)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the JSON Schema of a text."""
        return {"type": "string"} | ({"pattern": f"^{self.pattern}$"} if self.pattern else {})


@dataclass(frozen=True, slots=True)
class ShortForm:
    """Adds a short form of a field to its JSON Schema: plain text, or one value instead of a list.

    `pattern` is what the plain text has to match.
    """

    accepts_text: bool = False
    pattern: str = ""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema of the full form with the shorter one beside it."""
        full = handler(core)
        text = {"type": "string"} | ({"pattern": f"^{self.pattern}$"} if self.pattern else {})
        return {"anyOf": [text if self.accepts_text else full["items"], full]}


COUNCIL_DATE_FORMAT = "council-date"
"""Marks a date in pydantic's schema of a model; `editor_schema` writes its forms out."""
DATE_SCHEMA = WithJsonSchema({"type": "string", "format": COUNCIL_DATE_FORMAT})


@dataclass(frozen=True, slots=True)
class SingleAsValue:
    """Marks a list that usually has one entry: JSON has the entry itself, and a list of several."""


ReferenceTarget = Literal["record", "part", "meeting", "phase", "source", "dependency"]


REFERENCE_FORMAT = "reference-"
"""The prefix of the JSON Schema format of a text that names something. The type of thing follows."""


@dataclass(frozen=True, slots=True)
class IdMarker:
    """Marks a text that is an id; `target` is what it refers to."""

    target: ReferenceTarget

    def __get_pydantic_json_schema__(self, schema: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        """Add what the text refers to."""
        return {**handler(schema), "format": f"{REFERENCE_FORMAT}{self.target}"}


@dataclass(frozen=True, slots=True)
class RoleMarker:
    """Marks a text that names a post, not a person."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        """Add that the text names a post."""
        return {**handler(schema), "format": f"{REFERENCE_FORMAT}post"}


@dataclass(frozen=True, slots=True)
class DirectorateMarker:
    """Marks a text that names a directorate, by its id or its title."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        """Add that the text names a directorate."""
        return {**handler(schema), "format": f"{REFERENCE_FORMAT}directorate"}


@dataclass(frozen=True, slots=True)
class ValidationContext:
    """The parts of the programme that fields need: phases and meetings that a date may name, the council's own words.

    `anchors` is None while the programme cannot be read; a date that might name a phase is then kept unresolved.
    `labels` are the council's own words for a status, a priority and an acceptance, by field: `normalise_word` of each
    and what it means. Examples in messages are after `as_of`. `kinds` are the `Kinds` that the programme may name.
    `memo` has the values that were read, by function and text: of thousands of texts, few differ.
    """

    anchors: Anchors | None = None
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    as_of: date | None = None
    kinds: Any = None
    memo: dict[tuple[Any, str], Any] = field(default_factory=dict, repr=False, compare=False)


class Model(BaseModel):
    """Base of records, the programme and their groups: frozen, and without fields that are not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, protected_namespaces=())


def optional(title: str, description: str) -> Any:
    """Declare a field that may be left out; it is then None."""
    return Field(default=None, title=title, description=description)


def optional_list(title: str, description: str) -> Any:
    """Declare a list that may be left out; it is then empty."""
    return Field(default=(), title=title, description=description)


def expand_text(name: str) -> BeforeValidator:
    """Return a validator that takes plain text for a group that has only this field."""
    return BeforeValidator(lambda value: {name: value} if isinstance(value, str) else value)


def _drop_empty_entries(value: Any) -> Any:
    limits.check_entries(value)
    return {key: item for key, item in value.items() if item != ""} if isinstance(value, dict) else value


OMIT_EMPTY = BeforeValidator(_drop_empty_entries)
NamedEntries = Annotated[dict[str, T], OMIT_EMPTY]
"""A mapping whose names anybody may choose. A name without a value is left out, as a field without one is."""


def field_error(code: str, message: str, fix: str) -> PydanticCustomError:
    """Return an error for a validator to raise; `validation` makes a problem of it."""
    return PydanticCustomError("p2ptrack", "{message}", {"message": message, "code": code, "fix": fix})


_LISTS = (list, tuple)  # not a union in the check, which would be made anew for each list of each record


def wrap_in_list(value: Any) -> Any:
    """Return a list as it is, and any other value as a list of one."""
    limits.check_entries(value)
    return value if isinstance(value, _LISTS) else [value]


def _validate_title(value: Any) -> str:
    text = require_text(value)
    if len(text) > limits.TITLE.maximum:
        raise limits.TITLE.exceed(len(text))
    return text


def require_text(value: Any) -> str:
    """Return a value that is text as it is. Raises a field error for anything else."""
    if isinstance(value, str):
        if value.isspace():
            raise field_error("S103", "This text contains only spaces.", "Write the text, or leave the field out.")
        if len(value) > limits.WORD.maximum:
            limits.check_text(value)
        return value
    actual_type = "a list" if isinstance(value, list | tuple) else "a group of fields"
    raise field_error("S103", f"This should be text, but it is {actual_type}.", advise_on_text(value))


_TRUE_WORDS, _FALSE_WORDS = frozenset({"true", "yes"}), frozenset({"false", "no"})


def _validate_flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = value.casefold() if isinstance(value, str) else ""
    if word in _TRUE_WORDS | _FALSE_WORDS:
        return word in _TRUE_WORDS
    raise field_error("S106", "This field can only be true or false.", "Write true or false.")


def _validate_number(value: Any) -> int:
    if isinstance(value, int):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,6}", value):
        return int(value)
    raise field_error("S107", "This should be a whole number of 0 or more.", "Write it in digits, such as 30.")


_ID_PATTERN = r"[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*"
_SHORT_NAME_PATTERN = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"


def _require_id(value: Any) -> str:
    if isinstance(value, str) and len(value) > limits.ID.maximum:
        raise limits.ID.exceed(len(value))
    return require_text(value)


def _validate_id(value: Any) -> str:
    if isinstance(value, str) and len(value) <= limits.ID.maximum and value.isascii() and value.isalnum():
        return value  # nearly every id
    text = _require_id(value)
    if re.fullmatch(_ID_PATTERN, text):
        return text
    reason = f": {lookalike}" if (lookalike := describe_lookalike(text)) else ". An id has letters, digits and dots."
    fix = f"Write {suggest_id(text) or 'an id such as A01 or R6.2'}."
    raise field_error("S104", f"{quote(text)} is not an id{reason}", fix)


def _validate_short_name(value: Any) -> str:
    text = _require_id(value)
    if re.fullmatch(_SHORT_NAME_PATTERN, text):
        return text
    message = f"{quote(text)} is not an id. An id in the programme has letters, digits, dots, hyphens and underscores."
    valid_name = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("._-")
    raise field_error("S104", message, f"Write {valid_name or 'a short name of letters and digits, such as M1'}.")


_MAX_NAME_LENGTH = 60
_NAME_PATTERN = rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{_MAX_NAME_LENGTH - 1}}}"
_DEVICE_NAME = compile_on_use(r"con|prn|aux|nul|(?:com|lpt)[0-9]", re.IGNORECASE)


def _validate_file_name(value: Any) -> str:
    """Return the name of a file without its ending. It has no path, and is valid on every system."""
    text = require_text(value)
    if _DEVICE_NAME.fullmatch(text):
        message = f"{quote(text)} cannot be the name of a file, because Windows uses it for a device."
        raise field_error("S104", message, f"Write another name, such as {text.casefold()}-paper.")
    if re.fullmatch(_NAME_PATTERN, text):
        return text
    suggestion = re.sub(r"[^A-Za-z0-9_]+", "-", text).strip("-_")[:_MAX_NAME_LENGTH].rstrip("-_") or "action-plan"
    message = f"{quote(text)} is not a name. The file of the paper gets this name."
    fix = f"Use at most {_MAX_NAME_LENGTH} letters, digits, hyphens and underscores, for example {suggestion}."
    raise field_error("S104", message, fix)


def is_file_id(text: str) -> bool:
    """Whether a text can be the id of a record, and begin the name of its file on every system."""
    is_device = _DEVICE_NAME.fullmatch(text.partition(".")[0]) is not None
    return re.fullmatch(_ID_PATTERN, text) is not None and not is_device


_MAX_PASTED_LENGTH = 200


def _validate_date(value: Any, info: ValidationInfo) -> CouncilDate:
    return _read_date(value, info, is_past=False)


def _validate_past_date(value: Any, info: ValidationInfo) -> CouncilDate:
    return _read_date(value, info, is_past=True)


def _read_date(value: Any, info: ValidationInfo, *, is_past: bool) -> CouncilDate:
    context = info.context if isinstance(info.context, ValidationContext) else ValidationContext(Anchors(()))
    if isinstance(value, CouncilDate):
        return value
    result = _parse_date_value(value, context, is_past=is_past)
    if isinstance(result, DateRejection):
        fix = _format_date_fix(value, result, (info.field_name or "").removesuffix("_"))
        raise field_error("S105", result.message, fix)
    return result


def _parse_date_value(value: Any, context: ValidationContext, *, is_past: bool) -> CouncilDate | DateRejection:
    if isinstance(value, str):
        return parse_date(value, context.anchors, context.as_of, is_past=is_past)
    if not isinstance(value, Mapping):
        rejection = DateRejection(
            "A date is a single value, but this is a list.", f"Write one date, such as {EXAMPLE_DAY}."
        )
        return rejection.with_examples(context.as_of, is_past=is_past)
    raw, means = value.get("raw"), value.get("means")
    if set(value) == {"raw", "means"} and isinstance(raw, str) and isinstance(means, str):
        return parse_interpreted_date(raw, means, context.anchors, context.as_of, is_past=is_past)
    return DateRejection(
        "A date with an interpretation has two fields: raw for the source's words, and means for the date.",
        "Write both `raw:` and `means:`. If the words set no date, write `means: none`.",
    )


def _format_date_fix(value: Any, rejection: DateRejection, field_name: str) -> str:
    """Return the advice of a rejection, with the lines that keep the source's words where there is a date for them."""
    if lines := rejection.format_lines(field_name):
        return lines
    if not rejection.means or not isinstance(value, str) or len(value) > _MAX_PASTED_LENGTH:
        return rejection.format_other_fix()
    reason = "If the source's words set no date" if rejection.means == "none" else "To keep the source's words"
    raw = json.dumps(value, ensure_ascii=False)  # a JSON string is a quoted YAML one
    return f"{rejection.fix} {reason}, write:\n{field_name}:\n  raw: {raw}\n  means: {rejection.means}"


Text = Annotated[str, Validator(require_text)]
Title = Annotated[str, Validator(_validate_title)]
Flag = Annotated[bool, BeforeValidator(_validate_flag)]
Number = Annotated[int, BeforeValidator(_validate_number)]
DateField = Annotated[CouncilDate, Validator(_validate_date, needs_context=True), DATE_SCHEMA]
PastDate = Annotated[CouncilDate, Validator(_validate_past_date, needs_context=True), DATE_SCHEMA]
"""The date of an event. The examples for it lie in the past."""
Id = Annotated[str, Validator(_validate_id, pattern=_ID_PATTERN)]
ShortName = Annotated[str, Validator(_validate_short_name, pattern=_SHORT_NAME_PATTERN)]
FileName = Annotated[str, Validator(_validate_file_name, pattern=_NAME_PATTERN)]
ListOf = Annotated[tuple[T, ...], BeforeValidator(wrap_in_list), ShortForm()]
OneOrMore = Annotated[tuple[T, ...], BeforeValidator(wrap_in_list), ShortForm(), SingleAsValue()]

RecordId = Annotated[str, Validator(require_text), IdMarker("record")]
PartId = Annotated[str, Validator(require_text), IdMarker("part")]
MeetingId = Annotated[str, Validator(require_text), IdMarker("meeting")]
PhaseId = Annotated[str, Validator(require_text), IdMarker("phase")]
SourceId = Annotated[str, Validator(require_text), IdMarker("source")]
DependencyId = Annotated[str, Validator(require_text), IdMarker("dependency")]
Role = Annotated[str, Validator(require_text), RoleMarker()]
DirectorateName = Annotated[str, Validator(require_text), DirectorateMarker()]


class Status(StrEnum):
    """Progress as management reports it. The words after `complete` close a record.

    `open` does not show whether work has begun, and `closed` does not show how the record ended.
    """

    OPEN = "open"
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
    NOT_IMPLEMENTED = "not_implemented"
    CLOSED = "closed"


OPEN_STATUSES = frozenset({Status.OPEN, Status.NOT_STARTED, Status.IN_PROGRESS, Status.ON_HOLD})
"""Statuses of work that is not finished."""

CLOSED_STATUSES = frozenset(Status) - OPEN_STATUSES - {Status.COMPLETE}
"""Statuses that close a record. A complete one may still need verification."""

STATUSES_NEEDING_DECISION = CLOSED_STATUSES - {Status.VERIFIED} | {Status.ON_HOLD}
"""Statuses that need a recorded decision."""


class Priority(StrEnum):
    """How urgent or important a record is, in the council's view."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Acceptance(StrEnum):
    """Whether the organisation accepted a recommendation or request. Progress is separate."""

    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly_accepted"
    NOT_ACCEPTED = "not_accepted"


class Category(StrEnum):
    """The kind of reason for a target change."""

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
    """The outcome of a request for a target change."""

    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"


class Extent(StrEnum):
    """How much of another record an update covers."""

    WHOLE = "whole"
    IN_PART = "in_part"
    HEADING_ONLY = "heading_only"


class ExemptionType(StrEnum):
    """The type of an exemption from the rules.

    A breach was not requested; an exception is provided for in the rules.
    """

    WAIVER = "waiver"
    BREACH = "breach"
    EXCEPTION = "exception"


class ExemptionReason(StrEnum):
    """The kind of reason for an exemption from the rules."""

    SINGLE_SUPPLIER = "single_supplier"
    TECHNICAL = "technical"
    URGENCY = "urgency"
    CONTINUITY = "continuity"
    EXTENSION = "extension"
    PLACEMENT = "placement"
    GRANT_CONDITION = "grant_condition"
    FRAMEWORK_GAP = "framework_gap"
    FAILED_COMPETITION = "failed_competition"
    OTHER = "other"


class RequestTime(StrEnum):
    """When an exemption was sought: before the contract was agreed, or after."""

    BEFORE = "before"
    AFTER = "after"


def make_word_validator(words: Mapping[str, Any], noun: str) -> BeforeValidator:
    """Return a validator that takes one of these words, as `normalise_word` compares them.

    `noun` is what a message calls them, with its article: `a priority`.
    """
    return BeforeValidator(lambda value: _match_word(value, words, noun))


def _match_word(value: Any, words: Mapping[str, Any], noun: str) -> Any:
    text = require_text(value)
    normalised = normalise_word(text)
    choice = words.get(normalised)
    if choice is None:
        message = f"{quote(text)} is not {noun}." if text else f"This should be {noun}, but nothing is written."
        raise field_error("S108", message, advise_on_word(normalised, tuple(words)))
    return choice


def _get_context(info: ValidationInfo) -> ValidationContext:
    return info.context if isinstance(info.context, ValidationContext) else ValidationContext()


@dataclass(frozen=True, slots=True)
class TranslatedWord:
    """Reads a field whose words a council may replace by its own. `noun` names a value in messages: `a status`."""

    enum: type[StrEnum]
    field_name: str
    noun: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema of the enum, after the word was translated to one of its members."""
        return core_schema.with_info_before_validator_function(self.read, handler(source))

    def read(self, value: Any, info: ValidationInfo) -> StrEnum:
        """Return what a word means. Raises a field error for any other."""
        if isinstance(value, self.enum):
            return value
        text, context = require_text(value), _get_context(info)
        word = normalise_word(text)
        try:
            return self.enum(find_meaning(self.field_name, word, context.labels))
        except ValueError:
            choices = tuple(member.value for member in self.enum)
            fix = f"{advise_on_label(self.field_name, word, choices)} {advise_on_policy(self.field_name, word)}"
            raise field_error("S108", f"{quote(text)} is not {self.noun}.", fix) from None


@dataclass(frozen=True, slots=True)
class WordAsWritten:
    """Keeps the council's own word of a field beside its meaning. It reads the same text, under the same name.

    It is None where the word is the meaning's own name. A field with this marker is not a separate field: `schema`
    leaves it out, and redacting the field by its name redacts the word too.
    """

    field_name: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema that keeps the word."""
        return core_schema.with_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Leave the word out of the JSON Schema."""
        raise PydanticOmit

    def read(self, value: Any, info: ValidationInfo) -> str | None:
        """Return a word as it is written; None where it is the meaning's own name."""
        if not isinstance(value, str) or isinstance(value, StrEnum):
            return None
        word = normalise_word(value)
        is_stable = find_meaning(self.field_name, word, _get_context(info).labels) == word
        return None if is_stable else value.strip()


def keep_as_written(field_name: str) -> Any:
    """Declare the companion of a field, before the field itself, that keeps its word as written."""
    return Field(
        default=None, alias=field_name, title=f"{field_name.capitalize()} as written", description="The council's word."
    )


def get_word_as_written(model: BaseModel, field_name: str) -> str | None:
    """Return the council's own word for a field of a model, as written; None where it is the meaning's own name."""
    word: str | None = getattr(model, f"{field_name}_as_written", None)
    return word if getattr(model, field_name) is not None else None


def _make_name_validator(enum: type[StrEnum], field_name: str, noun: str) -> BeforeValidator:
    """Return a validator of a name in a table of labels: the stable words alone, so that no two names are one."""
    members = {member.value: member for member in enum}

    def validate(value: Any) -> StrEnum:
        text = require_text(value)
        word = normalise_word(text)
        if word not in members:
            raise field_error(
                "S108", f"{quote(text)} is not {noun}.", advise_on_label(field_name, word, tuple(members))
            )
        return members[word]

    return BeforeValidator(validate)


def _make_enum_validator(enum: type[StrEnum], noun: str) -> BeforeValidator:
    return make_word_validator({member.value: member for member in enum}, noun)


StatusWord = Annotated[Status, TranslatedWord(Status, "status", "a status")]
PriorityWord = Annotated[Priority, TranslatedWord(Priority, "priority", "a priority")]
AcceptanceWord = Annotated[Acceptance, TranslatedWord(Acceptance, "acceptance", "a word for acceptance")]
StatusAsWritten = Annotated[str | None, WordAsWritten("status")]
PriorityAsWritten = Annotated[str | None, WordAsWritten("priority")]
AcceptanceAsWritten = Annotated[str | None, WordAsWritten("acceptance")]
StatusName = Annotated[Status, _make_name_validator(Status, "status", "a status")]
PriorityName = Annotated[Priority, _make_name_validator(Priority, "priority", "a priority")]
AcceptanceName = Annotated[Acceptance, _make_name_validator(Acceptance, "acceptance", "a word for acceptance")]
CategoryWord = Annotated[Category, _make_enum_validator(Category, "a category of reason")]
DecisionWord = Annotated[Decision, _make_enum_validator(Decision, "a decision on a target change")]
ExtentWord = Annotated[Extent, _make_enum_validator(Extent, "an extent")]
ExemptionTypeWord = Annotated[ExemptionType, _make_enum_validator(ExemptionType, "a type of exemption")]
ExemptionReasonWord = Annotated[ExemptionReason, _make_enum_validator(ExemptionReason, "a reason for an exemption")]
RequestTimeWord = Annotated[RequestTime, _make_enum_validator(RequestTime, "before or after")]
