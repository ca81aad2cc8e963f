"""The three kinds of record and the table of them. A field is declared here (or in parts.py) and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from p2ptrack.model.fields import (
    AcceptanceWord,
    CategoryWord,
    DateField,
    DecisionWord,
    DependencyId,
    Extent,
    ExtentWord,
    Flag,
    Id,
    ListOf,
    MeetingId,
    Model,
    PartId,
    PhaseId,
    PriorityWord,
    RecordId,
    Role,
    ShortForm,
    SourceId,
    StatusWord,
    Text,
    field_error,
)

# What records are made of: updates, revisions, evidence, decisions and the other small parts.


class ExemptMarking(Model):
    """What is withheld from the public, under which paragraph, and why that serves the public."""

    paragraph: ListOf[Text] = Field(
        default=(), title="Paragraph", description="The paragraphs of the law that it rests on."
    )
    reason: Text | None = Field(default=None, title="Reason", description="Why it is withheld.")
    public_interest: Text | None = Field(
        default=None,
        title="Public interest",
        description="Why withholding it serves the public better than telling it.",
    )
    decided_by: Role | None = Field(default=None, title="Decided by", description="Who decided it.")
    decided_on: DateField | None = Field(default=None, title="Decided on", description="When it was decided.")
    until: DateField | None = Field(default=None, title="Until", description="When it can be told.")
    fields: ListOf[Text] = Field(
        default=(), title="Fields", description="The fields withheld. Without them, all of it."
    )


def _expand_source(value: Any) -> Any:
    return {"id": value} if isinstance(value, str) else value


class SourceRef(Model):
    """Which paper, and where in it. An id alone stands for the paper."""

    id: SourceId = Field(title="Source", description="A source of the programme.")
    ref: Text | None = Field(
        default=None, title="Place in the source", description="The place in the paper, such as row 4."
    )


SourceField = Annotated[SourceRef, BeforeValidator(_expand_source), ShortForm(accepts_text=True)]


class Response(Model):
    """The answer to an ask."""

    text: Text | None = Field(default=None, title="Response", description="What was answered.")
    on: DateField | None = Field(default=None, title="On", description="When it was answered.")
    by: Role | None = Field(default=None, title="By", description="Who answered.")
    meeting: MeetingId | None = Field(default=None, title="Meeting", description="The meeting that it was given to.")


class TargetRevision(Model):
    """An entry of the ledger of moved targets. The first one's `from` is the original target."""

    from_: DateField = Field(alias="from", title="From", description="The target as it was.")
    to: DateField = Field(title="To", description="The target as it is now.")
    date: DateField | None = Field(default=None, title="Date", description="When it was asked or decided.")
    reason: Text | None = Field(default=None, title="Reason", description="Why it moved.")
    category: CategoryWord | None = Field(
        default=None, title="Category", description="The sort of reason. A correction is no delay."
    )
    decision: DecisionWord | None = Field(default=None, title="Decision", description="What became of the request.")
    requested_by: Role | None = Field(default=None, title="Requested by", description="Who asked.")
    approved_by: Text | None = Field(default=None, title="Approved by", description="Who approved it.")
    meeting: MeetingId | None = Field(default=None, title="Meeting", description="The meeting that decided.")
    minute: Text | None = Field(default=None, title="Minute", description="The minute's number.")
    exempt: ExemptMarking | None = Field(
        default=None, title="Exempt", description="What of this entry the public may not see."
    )


class CoveredRecord(Model):
    """Another record that an update reports on too, and how far."""

    id: RecordId = Field(title="Record", description="The other record.")
    extent: ExtentWord = Field(default=Extent.WHOLE, title="How far", description="How much of it the update tells.")


def _expand_covers(value: Any) -> Any:
    if isinstance(value, Mapping):
        return [{"id": id_, "extent": extent} for id_, extent in value.items()]
    items = value if isinstance(value, list | tuple) else [value]
    return [{"id": item} if isinstance(item, str) else item for item in items]


_COVERS_SCHEMA = WithJsonSchema(
    {
        "anyOf": [
            {"type": "string"},
            {"type": "array", "items": {"type": "string"}},
            {"type": "object", "additionalProperties": {"enum": [extent.value for extent in Extent]}},
        ]
    }
)


class Update(Model):
    """One report of progress: text of its own, or a pointer to the record that tells it."""

    text: Text | None = Field(default=None, title="Update", description="What happened. Markdown, without HTML.")
    see: RecordId | None = Field(default=None, title="See", description="The record that tells it instead.")
    date: DateField | None = Field(default=None, title="Date", description="When it was reported.")
    meeting: MeetingId | None = Field(default=None, title="Meeting", description="The meeting that it was made to.")
    source: SourceField | None = Field(default=None, title="Source", description="The paper that it stands in.")
    heading: Text | None = Field(default=None, title="Heading", description="Its heading there.")
    status: StatusWord | None = Field(default=None, title="Status", description="The status that it reported.")
    by: Role | None = Field(default=None, title="By", description="Who reported.")
    as_published: dict[str, Text] = Field(
        default_factory=dict, title="As published", description="The source's own columns, verbatim."
    )
    restated: Flag = Field(default=False, title="Restated", description="It is a summary of the source's words.")
    truncated: Flag = Field(
        default=False, title="Cut short in the source", description="The source ends before its text does."
    )
    covers: Annotated[tuple[CoveredRecord, ...], BeforeValidator(_expand_covers), _COVERS_SCHEMA] = Field(
        default=(),
        title="Also reports on",
        description="Other records that it reports on: whole, in_part or heading_only.",
    )
    exempt: ExemptMarking | None = Field(
        default=None, title="Exempt", description="What of this entry the public may not see."
    )

    @model_validator(mode="after")
    def _require_text_or_see(self) -> Update:
        if (self.text is None) == (self.see is None):
            present_fields = "neither text nor see" if self.text is None else "both text and see"
            raise field_error(
                "S109",
                f"An update has one of the two, and this has {present_fields}.",
                "text: what happened (or see: A03)",
            )
        return self


class Evidence(Model):
    """Something that shows it was done."""

    title: Text | None = Field(default=None, title="Evidence", description="What it is.")
    link: Text | None = Field(default=None, title="Link", description="Where it is.")
    date: DateField | None = Field(default=None, title="Date", description="Its date.")
    exempt: ExemptMarking | None = Field(
        default=None, title="Exempt", description="What of this entry the public may not see."
    )


class Verification(Model):
    """Somebody other than the accountable officer confirming closure."""

    by: Text | None = Field(
        default=None, title="Verified by", description="Who confirmed it: not the accountable officer."
    )
    on: DateField | None = Field(default=None, title="Verified on", description="When it was confirmed.")
    method: Text | None = Field(default=None, title="Method", description="How it was confirmed.")


class StatusDecision(Model):
    """The decision by which a record leaves the list or is put on hold."""

    on: DateField | None = Field(default=None, title="Decided on", description="When it takes effect.")
    by: Text | None = Field(default=None, title="Decided by", description="Who decided.")
    meeting: MeetingId | None = Field(default=None, title="Meeting", description="The meeting that decided.")
    minute: Text | None = Field(default=None, title="Minute", description="The minute's number.")
    reason: Text | None = Field(default=None, title="Reason", description="Why it was decided.")
    review_by: DateField | None = Field(default=None, title="Review by", description="When to look at it again.")
    continuing_owner: Role | None = Field(default=None, title="Carried on by", description="Who does it from now on.")


class Milestone(Model):
    """A step on the way."""

    title: Text = Field(title="Milestone", description="What is to be reached.")
    due: DateField | None = Field(default=None, title="Due", description="When it is due.")
    done: DateField | None = Field(default=None, title="Done", description="When it was reached.")


def _expand_blocker(value: Any) -> Any:
    return {"id": value} if isinstance(value, str) else value


class Blocker(Model):
    """What a record waits for: one of the programme's dependencies, or a cause of its own."""

    id: DependencyId | None = Field(default=None, title="Dependency", description="A dependency of the programme.")
    cause: Text | None = Field(
        default=None, title="Cause", description="What it waits for, where that is no dependency of the programme."
    )
    owner: Text | None = Field(default=None, title="Owner", description="Who can clear it.")
    since: DateField | None = Field(default=None, title="Since", description="Since when it waits.")
    exempt: ExemptMarking | None = Field(
        default=None, title="Exempt", description="What of this entry the public may not see."
    )

    @model_validator(mode="after")
    def _require_id_or_cause(self) -> Blocker:
        if (self.id is None) == (self.cause is None):
            raise field_error(
                "S110",
                "What a record waits for is the id of a programme dependency, or a cause of its own.",
                "{cause: what it waits for, owner: whose it is, since: 1 March 2023}",
            )
        return self


BlockerList = ListOf[Annotated[Blocker, BeforeValidator(_expand_blocker), ShortForm(accepts_text=True)]]


class RecommendationPart(Model):
    """One part of a recommendation that asks for several things."""

    id: Id = Field(title="Part", description="The recommendation's id, a dot, a number: R6.2.")
    text: Text = Field(title="Text", description="What this part asks for.")


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
