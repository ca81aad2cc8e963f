"""What else a record states: every field that no other part of `show` tells, so that nothing stays unseen."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.kinds import Record
from p2ptrack.records.paths import is_set
from p2ptrack.reports.document import Fact
from p2ptrack.reports.queries.answer_words import inferred_mark, is_inferred

_SOURCE_FIELDS = frozenset(
    {"id", "title", "origin_text", "agreed_action", "restated", "inferred", "parts", "unanswered", "source"}
)
_LINK_FIELDS = frozenset(
    {"depends_on", "superseded_by", "see_also", "same_deliverable_as", "recommendations", "blocked_by"}
)
_POSITION_FIELDS = frozenset({"status", "target", "accountable", "phase", "phase_end", "raised"})
_EVENT_FIELDS = frozenset({"updates", "revisions", "milestones", "evidence", "verified", "decided", "completed_on"})
_FIELDS_SHOWN_ELSEWHERE = _SOURCE_FIELDS | _LINK_FIELDS | _POSITION_FIELDS | _EVENT_FIELDS
_UNLABELLED_TITLES = frozenset({"Response"})


def other_fields(record: Record) -> tuple[Fact, ...]:
    """Return a labelled line for each stated field that is told nowhere else."""
    titles = (
        (name, info.title or name)
        for name, info in type(record).model_fields.items()
        if name not in _FIELDS_SHOWN_ELSEWHERE
    )
    fields = ((name, title, getattr(record, name)) for name, title in titles)
    return tuple(
        Fact(title + inferred_mark(is_inferred(record, name)), None, (format_record_value(value),))
        for name, title, value in fields
        if is_set(value)
    )


def format_record_value(value: Any) -> str:
    """Return any value of a record in words."""
    match value:
        case CouncilDate():
            text = value.to_text()
        case StrEnum():
            text = value.value.replace("_", " ")
        case BaseModel():
            members = ((info.title or name, getattr(value, name)) for name, info in type(value).model_fields.items())
            labelled_members = (
                ("" if title in _UNLABELLED_TITLES else f"{title.lower()} ", member) for title, member in members
            )
            text = "; ".join(
                label + format_record_value(member) for label, member in labelled_members if is_set(member)
            )
        case tuple():
            text = ", ".join(format_record_value(item) for item in value)
        case dict():
            text = "; ".join(f"{key}: {format_record_value(item)}" for key, item in value.items())
        case _:
            text = str(value)
    return text
