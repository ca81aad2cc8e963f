"""What else a record states: every field that no other part of `show` tells, so that nothing stays unseen."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.kinds import Record
from p2ptrack.records.paths import stated
from p2ptrack.reports.document import Fact
from p2ptrack.reports.queries.answer_words import read, star

_SAID = frozenset(
    {"id", "title", "origin_text", "agreed_action", "restated", "inferred", "parts", "unanswered", "source"}
)
_LINKED = frozenset({"depends_on", "superseded_by", "see_also", "same_deliverable_as", "recommendations", "blocked_by"})
_PLACED = frozenset({"status", "target", "accountable", "phase", "phase_end", "raised"})
_HAPPENED = frozenset({"updates", "revisions", "milestones", "evidence", "verified", "decided", "completed_on"})
_TOLD = _SAID | _LINKED | _PLACED | _HAPPENED
_NEEDS_NO_LABEL = frozenset({"Response"})


def other_fields(record: Record) -> tuple[Fact, ...]:
    """Return a labelled line for each stated field that is told nowhere else."""
    named = ((name, info.title or name) for name, info in type(record).model_fields.items() if name not in _TOLD)
    found = ((name, title, getattr(record, name)) for name, title in named)
    return tuple(
        Fact(title + star(read(record, name)), None, (told(value),)) for name, title, value in found if stated(value)
    )


def told(value: Any) -> str:
    """Return any value of a record in words."""
    match value:
        case CouncilDate():
            words = value.printed()
        case StrEnum():
            words = value.value.replace("_", " ")
        case BaseModel():
            named = ((info.title or name, getattr(value, name)) for name, info in type(value).model_fields.items())
            labelled = (("" if title in _NEEDS_NO_LABEL else f"{title.lower()} ", member) for title, member in named)
            words = "; ".join(label + told(member) for label, member in labelled if stated(member))
        case tuple():
            words = ", ".join(told(item) for item in value)
        case dict():
            words = "; ".join(f"{key}: {told(item)}" for key, item in value.items())
        case _:
            words = str(value)
    return words
