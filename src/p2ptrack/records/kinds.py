"""The three kinds of record and the table of them. A field is declared here (or in parts.py) and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pydantic import Field

from p2ptrack.records.fields import (
    AcceptanceWord,
    Id,
    Many,
    MeetingId,
    Model,
    PartId,
    PhaseId,
    PriorityWord,
    RecordId,
    Role,
    StatusWord,
    Text,
    When,
)
from p2ptrack.records.parts import (
    Blockers,
    Decided,
    Evidence,
    Exempt,
    Milestone,
    Part,
    Response,
    Revision,
    Sourced,
    Update,
    Verified,
)


class Record(Model):
    """What every record may say."""

    id: Id = Field(title="Id")
    title: Text = Field(title="Title")
    source: Sourced | None = Field(default=None, title="Source")
    origin_text: Text | None = Field(default=None, title="As first asked")
    agreed_action: Text | None = Field(default=None, title="Agreed action")
    restated: Many[Text] = Field(default=(), title="Restated")
    inferred: Many[Text] = Field(default=(), title="Our reading")
    truncated: Many[Text] = Field(default=(), title="Cut short in the source")
    as_published: dict[str, Text] = Field(default_factory=dict, title="As published")
    acceptance: AcceptanceWord | None = Field(default=None, title="Acceptance")
    response: Response | None = Field(default=None, title="Response")
    depends_on: Many[RecordId] = Field(default=(), title="Depends on")
    superseded_by: Many[RecordId] = Field(default=(), title="Superseded by")
    see_also: Many[RecordId] = Field(default=(), title="See also")
    same_deliverable_as: Many[RecordId] = Field(default=(), title="Same piece of work as")
    exempt: Exempt | None = Field(default=None, title="Exempt")
    note: Text | None = Field(default=None, title="Note for officers")


class Recommendation(Record):
    """What a review said should change."""

    heading: Text | None = Field(default=None, title="Heading")
    parts: Many[Part] = Field(default=(), title="Parts")
    unanswered: Many[PartId] = Field(default=(), title="Unanswered parts")


class Tracked(Record):
    """A record that somebody carries out: an action or a follow-up."""

    status: StatusWord | None = Field(default=None, title="Status")
    priority: PriorityWord | None = Field(default=None, title="Priority")
    accountable: Many[Role] = Field(default=(), title="Accountable officer")
    supporting: Many[Role] = Field(default=(), title="Supporting")
    lead_member: Many[Role] = Field(default=(), title="Lead member")
    start: When | None = Field(default=None, title="Start")
    target: When | None = Field(default=None, title="Target")
    review_by: When | None = Field(default=None, title="Review by")
    completed_on: When | None = Field(default=None, title="Completed on")
    revisions: Many[Revision] = Field(default=(), title="Revised dates")
    updates: Many[Update] = Field(default=(), title="Updates")
    evidence: Many[Evidence] = Field(default=(), title="Evidence")
    verified: Verified | None = Field(default=None, title="Verified")
    decided: Decided | None = Field(default=None, title="Decided")
    milestones: Many[Milestone] = Field(default=(), title="Milestones")
    blocked_by: Blockers = Field(default=(), title="Waiting for")


class Action(Tracked):
    """What somebody will do about a recommendation. A link names a recommendation or one part of it."""

    recommendations: Many[PartId] = Field(default=(), title="Recommendations")
    phase: PhaseId | None = Field(default=None, title="Phase it starts in")
    phase_end: PhaseId | None = Field(default=None, title="Phase it ends in")


class FollowUp(Tracked):
    """What a committee asked to have followed up. A reference is text: `4.10` is not `4.1`."""

    area: Text | None = Field(default=None, title="Area")
    report_refs: Many[Text] = Field(default=(), title="Report reference")
    raised: MeetingId | None = Field(default=None, title="Raised at")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its stable name, its folder, its model and the words for it."""

    name: str
    folder: str
    model: type[Record]
    singular: str
    plural: str
    example_id: str


KINDS: tuple[Kind, ...] = (
    Kind("recommendation", "recommendations", Recommendation, "recommendation", "recommendations", "R1"),
    Kind("action", "actions", Action, "action", "actions", "A01"),
    Kind("follow_up", "audit_followups", FollowUp, "follow-up", "follow-ups", "F01"),
)

_BY_MODEL: Mapping[type[Record], Kind] = MappingProxyType({kind.model: kind for kind in KINDS})


def kind_of(record: Record) -> Kind:
    """Return the record's row of the table."""
    return _BY_MODEL[type(record)]


def kind_named(word: str) -> Kind | None:
    """Return the kind that a user's word means: singular or plural, `-`, `_` or a space, any case."""
    folded = _letters(word)
    return next((k for k in KINDS if folded in map(_letters, (k.name, k.singular, k.plural, k.folder))), None)


def _letters(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())
