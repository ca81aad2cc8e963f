"""The types that fields have, and the marks that say what a field's text stands for.

Every scalar reaches this module as text (design: reading YAML without its surprises); a type says how
the text is understood. A mark (`Link`, `Post`) lets links and ownership find every field of
their sort by walking the models, so that a new field is declared in one place only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from p2ptrack.problem import shown
from p2ptrack.records.dates import Anchors, CouncilDate, NotADate, parse, parse_pair
from p2ptrack.records.read import Read
from p2ptrack.records.shorter import DATE_SCHEMA, Shorter

Target = Literal["record", "part", "meeting", "phase", "source", "dependency"]


@dataclass(frozen=True, slots=True)
class Link:
    """The text of this field is the id of something; `target` says of what."""

    target: Target


@dataclass(frozen=True, slots=True)
class Post:
    """The text of this field names a post, not a person."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the programme tells the fields: the phases and meetings a date may name, and the words for statuses.

    `anchors` is None while the programme cannot be read: a date that might name a phase is then kept as it is.
    `dates` remembers what was read: a register has thousands of dates and few that differ.
    """

    anchors: Anchors | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    dates: dict[str, CouncilDate] = field(default_factory=dict, repr=False, compare=False)


class Model(BaseModel):
    """What every part of a record is: frozen, with no field that the design does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def fault(code: str, message: str, fix: str) -> PydanticCustomError:
    """Return a fault that a validator raises; `faults.py` turns it into a problem at its place."""
    return PydanticCustomError("p2ptrack", "{message}", {"message": message, "code": code, "fix": fix})


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def text_of(value: Any) -> str:
    """Return a value that is text as it is. Raises a fault for anything else."""
    if isinstance(value, str):
        if value.isspace():
            raise fault("S103", "This holds nothing but spaces.", "the text, or leave the field out")
        return value
    what = "a list" if isinstance(value, list | tuple) else "a group of fields"
    raise fault("S103", f"This should be text, and it is {what}.", "one line of text, or text after |")


def _date(value: Any, info: ValidationInfo) -> CouncilDate:
    reading = info.context if isinstance(info.context, Reading) else Reading(Anchors(()))
    if isinstance(value, CouncilDate):
        return value
    if not isinstance(value, str):
        return _dated(value, reading.anchors)
    known = reading.dates.get(value)
    if known is None:
        known = reading.dates[value] = _dated(value, reading.anchors)
    return known


def _dated(value: Any, anchors: Anchors | None) -> CouncilDate:
    if isinstance(value, Mapping):
        found = _pair(value, anchors)
    elif isinstance(value, str):
        found = parse(value, anchors)
    else:
        raise fault("S105", "A date is one value, and this is a list.", "one date, such as 31 March 2023")
    if isinstance(found, NotADate):
        raise fault("S105", found.message, found.fix)
    return found


def _pair(value: Mapping[str, Any], anchors: Anchors | None) -> CouncilDate | NotADate:
    raw, means = value.get("raw"), value.get("means")
    if set(value) != {"raw", "means"} or not isinstance(raw, str) or not isinstance(means, str):
        return NotADate(
            "A date with a reading has two fields, raw (the published words) and means (the date we take it for).",
            '{raw: "the next formal Board meeting", means: 22 November 2024}',
        )
    return parse_pair(raw, means, anchors)


_YES, _NO = frozenset({"true", "yes"}), frozenset({"false", "no"})


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = value.casefold() if isinstance(value, str) else ""
    if word in _YES | _NO:
        return word in _YES
    raise fault("S106", "This is answered with true or false.", "true")


def _number(value: Any) -> int:
    if isinstance(value, int):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,6}", value):
        return int(value)
    raise fault("S107", "This should be a whole number of 0 or more, in figures.", "30")


_ID = re.compile(r"[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*")


def _id(value: Any) -> str:
    text = text_of(value)
    if _ID.fullmatch(text):
        return text
    raise fault("S104", f"{shown(text)} is not an id: an id is letters, digits and dots.", "an id such as A01 or R6.2")


def _name(value: Any) -> str:
    text = text_of(value)
    if re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", text):
        return text
    raise fault(
        "S104", f"{shown(text)} is not an id: an id here is letters, digits, dots, - and _.", "an id such as AC-2023-03"
    )


T = TypeVar("T")
Text = Annotated[str, Read(text_of)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Number = Annotated[int, BeforeValidator(_number)]
When = Annotated[CouncilDate, Read(_date, asks_programme=True), DATE_SCHEMA]
Id = Annotated[str, Read(_id)]
Name = Annotated[str, Read(_name)]
Many = Annotated[tuple[T, ...], BeforeValidator(_as_list), Shorter()]

RecordId = Annotated[str, Read(text_of), Link("record")]
PartId = Annotated[str, Read(text_of), Link("part")]
MeetingId = Annotated[str, Read(text_of), Link("meeting")]
PhaseId = Annotated[str, Read(text_of), Link("phase")]
SourceId = Annotated[str, Read(text_of), Link("source")]
DependencyId = Annotated[str, Read(text_of), Link("dependency")]
Role = Annotated[str, Read(text_of), Post()]


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


CLOSED = frozenset(
    {Status.VERIFIED, Status.EMBEDDED, Status.SUPERSEDED, Status.RISK_ACCEPTED, Status.NOTED, Status.WITHDRAWN}
)
"""Statuses that take a record off the list (design, section 2)."""

NEEDS_DECISION = CLOSED - {Status.VERIFIED} | {Status.ON_HOLD}
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


def fold_word(text: str) -> str:
    """Return a word as it is compared: `In progress`, `in-progress` and `in_progress` are one."""
    return "_".join(re.split(r"[\s_\-\u2010-\u2015]+", text.strip().casefold()))


def one_of(words: Mapping[str, Any]) -> BeforeValidator:
    """Return a validator that takes one of these words, as `fold_word` compares them."""
    return BeforeValidator(lambda value: _word(value, words, {}))


def _word(value: Any, words: Mapping[str, Any], labels: Mapping[str, str]) -> Any:
    text = text_of(value)
    folded = fold_word(text)
    found = words.get(folded) or words.get(labels.get(folded, ""))
    if found is None:
        message = f"{shown(text)} is not one of the words for this field."
        raise fault("S108", message, _nearest_first(folded, tuple(words)))
    return found


def _status(value: Any, info: ValidationInfo) -> Status:
    labels = info.context.labels if isinstance(info.context, Reading) else {}
    return Status(_word(value, _STATUSES, labels))


def _nearest_first(word: str, words: tuple[str, ...]) -> str:
    near = get_close_matches(word, words, n=1)
    rest = [other for other in words if other not in near]
    return f"{near[0]} (or {', '.join(rest)})" if near else f"one of {', '.join(words)}"


def _choice(kind: type[StrEnum]) -> BeforeValidator:
    return one_of({member.value: member for member in kind})


_STATUSES = {status.value: status for status in Status}
StatusWord = Annotated[Status, BeforeValidator(_status)]
PriorityWord = Annotated[Priority, _choice(Priority)]
AcceptanceWord = Annotated[Acceptance, _choice(Acceptance)]
CategoryWord = Annotated[Category, _choice(Category)]
DecisionWord = Annotated[Decision, _choice(Decision)]
ExtentWord = Annotated[Extent, _choice(Extent)]
