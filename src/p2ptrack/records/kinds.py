"""The three kinds of record and the table of them. A field is declared here (or in parts.py) and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pydantic import Field

from p2ptrack.records.fields import (
    AcceptanceWord,
    DateField,
    Id,
    ListOf,
    MeetingId,
    Model,
    PartId,
    PhaseId,
    PriorityWord,
    RecordId,
    Role,
    StatusWord,
    Text,
)
from p2ptrack.records.parts import (
    BlockerList,
    Evidence,
    ExemptMarking,
    Milestone,
    RecommendationPart,
    Response,
    SourceField,
    StatusDecision,
    TargetRevision,
    Update,
    Verification,
)


class Record(Model):
    """What every record may say."""

    id: Id = Field(title="Id", description="Letters, digits and dots. The file's name begins with it.")
    title: Text = Field(title="Title", description="One line that says what it is about.")
    source: SourceField | None = Field(
        default=None, title="Source", description="The paper that it comes from, and where in it."
    )
    origin_text: Text | None = Field(
        default=None, title="As first asked", description="The ask, as it was first entered. It never changes."
    )
    agreed_action: Text | None = Field(
        default=None, title="Agreed action", description="The officer's own line of what will be done."
    )
    restated: ListOf[Text] = Field(
        default=(), title="Restated", description="Names of fields whose text is a summary of the source's."
    )
    inferred: ListOf[Text] = Field(
        default=(),
        title="Our reading",
        description="Names of fields that the register's keeper read into the source. Papers mark them with *.",
    )
    truncated: ListOf[Text] = Field(
        default=(),
        title="Cut short in the source",
        description="Names of fields whose text ends where the source ends.",
    )
    as_published: dict[str, Text] = Field(
        default_factory=dict,
        title="As published",
        description="The source's own columns, word for word. Nothing is computed from them.",
    )
    acceptance: AcceptanceWord | None = Field(
        default=None, title="Acceptance", description="Whether the ask was accepted."
    )
    response: Response | None = Field(default=None, title="Response", description="The answer to the ask.")
    depends_on: ListOf[RecordId] = Field(
        default=(), title="Depends on", description="Records that must be done before this one can be."
    )
    superseded_by: ListOf[RecordId] = Field(
        default=(), title="Superseded by", description="Records that take its place."
    )
    see_also: ListOf[RecordId] = Field(default=(), title="See also", description="Records to read beside this one.")
    same_deliverable_as: ListOf[RecordId] = Field(
        default=(),
        title="Same piece of work as",
        description="Records that ask for one and the same thing. Write it in one of them.",
    )
    exempt: ExemptMarking | None = Field(
        default=None, title="Exempt", description="What the public may not see, and why."
    )
    note: Text | None = Field(
        default=None,
        title="Note for officers",
        description="For officers. In no paper for the public or for members, but disclosable on request.",
    )


class Recommendation(Record):
    """What a review said should change."""

    heading: Text | None = Field(default=None, title="Heading", description="The heading that it stood under.")
    parts: ListOf[RecommendationPart] = Field(
        default=(), title="Parts", description="The several things that it asks for."
    )
    unanswered: ListOf[PartId] = Field(
        default=(), title="Unanswered parts", description="Parts that no action answers."
    )


class TrackedRecord(Record):
    """A record that somebody carries out: an action or a follow-up."""

    status: StatusWord | None = Field(default=None, title="Status", description="Progress, as management reports it.")
    priority: PriorityWord | None = Field(
        default=None, title="Priority", description="How much it matters, as the council says."
    )
    accountable: ListOf[Role] = Field(
        default=(), title="Accountable officer", description="The one post that answers for it."
    )
    supporting: ListOf[Role] = Field(default=(), title="Supporting", description="Posts that help.")
    lead_member: ListOf[Role] = Field(
        default=(), title="Lead member", description="The councillor whose field it is in, by post."
    )
    start: DateField | None = Field(default=None, title="Start", description="When work starts.")
    target: DateField | None = Field(
        default=None,
        title="Target",
        description="When it is to be done. It is late only after the last day that this can mean.",
    )
    review_by: DateField | None = Field(
        default=None,
        title="Review by",
        description="When to look at it again. An ongoing target is counted to this day.",
    )
    completed_on: DateField | None = Field(default=None, title="Completed on", description="When it was done.")
    revisions: ListOf[TargetRevision] = Field(
        default=(), title="Revised dates", description="Each time that the target was moved."
    )
    updates: ListOf[Update] = Field(
        default=(), title="Updates", description="What was reported, the oldest first. Add to it; never write over it."
    )
    evidence: ListOf[Evidence] = Field(default=(), title="Evidence", description="What shows that it was done.")
    verified: Verification | None = Field(default=None, title="Verified", description="Who confirmed that it is done.")
    decided: StatusDecision | None = Field(
        default=None, title="Decided", description="The decision to close it or to put it on hold."
    )
    milestones: ListOf[Milestone] = Field(default=(), title="Milestones", description="Steps on the way.")
    blocked_by: BlockerList = Field(default=(), title="Waiting for", description="What it waits for.")


class Action(TrackedRecord):
    """What somebody will do about a recommendation. A link names a recommendation or one part of it."""

    recommendations: ListOf[PartId] = Field(
        default=(),
        title="Recommendations",
        description="The recommendations that it answers, or parts of them, such as R6.2.",
    )
    phase: PhaseId | None = Field(default=None, title="Phase it starts in", description="The phase that it starts in.")
    phase_end: PhaseId | None = Field(
        default=None,
        title="Phase it ends in",
        description="The phase that it is to end in. Leave it out where nobody knows.",
    )


class FollowUp(TrackedRecord):
    """What a committee asked to have followed up. A reference is text: `4.10` is not `4.1`."""

    area: Text | None = Field(
        default=None, title="Area", description="The activity area that the committee's table puts it under."
    )
    report_refs: ListOf[Text] = Field(
        default=(), title="Report reference", description="Paragraphs of the committee's report."
    )
    raised: MeetingId | None = Field(default=None, title="Raised at", description="The meeting that asked for it.")


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

_KIND_BY_MODEL: Mapping[type[Record], Kind] = MappingProxyType({kind.model: kind for kind in KINDS})


def kind_of(record: Record) -> Kind:
    """Return the record's row of the table."""
    return _KIND_BY_MODEL[type(record)]


def find_kind(word: str) -> Kind | None:
    """Return the kind that a user's word means: singular or plural, `-`, `_` or a space, any case."""
    normalised = _normalise_kind_word(word)
    return next(
        (
            kind
            for kind in KINDS
            if normalised in map(_normalise_kind_word, (kind.name, kind.singular, kind.plural, kind.folder))
        ),
        None,
    )


def _normalise_kind_word(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())
