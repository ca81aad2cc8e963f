"""What records are made of: updates, revisions, evidence, decisions and the other small parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from p2ptrack.records.fields import (
    CategoryWord,
    DecisionWord,
    DependencyId,
    Extent,
    ExtentWord,
    Flag,
    Id,
    Many,
    MeetingId,
    Model,
    RecordId,
    Role,
    SourceId,
    StatusWord,
    Text,
    When,
    fault,
)
from p2ptrack.records.shorter import Shorter


class Exempt(Model):
    """What is withheld from the public, under which paragraph, and why that serves the public."""

    paragraph: Many[Text] = Field(default=(), title="Paragraph")
    reason: Text | None = Field(default=None, title="Reason")
    public_interest: Text | None = Field(default=None, title="Public interest")
    decided_by: Role | None = Field(default=None, title="Decided by")
    decided_on: When | None = Field(default=None, title="Decided on")
    until: When | None = Field(default=None, title="Until")
    fields: Many[Text] = Field(default=(), title="Fields")


def _source(value: Any) -> Any:
    return {"id": value} if isinstance(value, str) else value


class SourceRef(Model):
    """Which paper, and where in it. An id alone stands for the paper."""

    id: SourceId = Field(title="Source")
    ref: Text | None = Field(default=None, title="Place in the source")


Sourced = Annotated[SourceRef, BeforeValidator(_source), Shorter(text=True)]


class Response(Model):
    """The answer to an ask."""

    text: Text | None = Field(default=None, title="Response")
    on: When | None = Field(default=None, title="On")
    by: Role | None = Field(default=None, title="By")
    meeting: MeetingId | None = Field(default=None, title="Meeting")


class Revision(Model):
    """An entry of the ledger of moved targets. The first one's `from` is the original target."""

    from_: When = Field(alias="from", title="From")
    to: When = Field(title="To")
    date: When | None = Field(default=None, title="Date")
    reason: Text | None = Field(default=None, title="Reason")
    category: CategoryWord | None = Field(default=None, title="Category")
    decision: DecisionWord | None = Field(default=None, title="Decision")
    requested_by: Role | None = Field(default=None, title="Requested by")
    approved_by: Text | None = Field(default=None, title="Approved by")
    meeting: MeetingId | None = Field(default=None, title="Meeting")
    minute: Text | None = Field(default=None, title="Minute")
    exempt: Exempt | None = Field(default=None, title="Exempt")


class Cover(Model):
    """Another record that an update reports on too, and how far."""

    id: RecordId
    extent: ExtentWord = Extent.WHOLE


def _covers(value: Any) -> Any:
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

    text: Text | None = Field(default=None, title="Update")
    see: RecordId | None = Field(default=None, title="See")
    date: When | None = Field(default=None, title="Date")
    meeting: MeetingId | None = Field(default=None, title="Meeting")
    source: Sourced | None = Field(default=None, title="Source")
    heading: Text | None = Field(default=None, title="Heading")
    status: StatusWord | None = Field(default=None, title="Status")
    by: Role | None = Field(default=None, title="By")
    as_published: dict[str, Text] = Field(default_factory=dict, title="As published")
    restated: Flag = Field(default=False, title="Restated")
    truncated: Flag = Field(default=False, title="Cut short in the source")
    covers: Annotated[tuple[Cover, ...], BeforeValidator(_covers), _COVERS_SCHEMA] = Field(
        default=(), title="Also reports on"
    )
    exempt: Exempt | None = Field(default=None, title="Exempt")

    @model_validator(mode="after")
    def _text_or_see(self) -> Update:
        if (self.text is None) == (self.see is None):
            problem = "neither text nor see" if self.text is None else "both text and see"
            raise fault(
                "S109", f"An update has one of the two, and this has {problem}.", "text: what happened (or see: A03)"
            )
        return self


class Evidence(Model):
    """Something that shows it was done."""

    title: Text | None = Field(default=None, title="Evidence")
    link: Text | None = Field(default=None, title="Link")
    date: When | None = Field(default=None, title="Date")
    exempt: Exempt | None = Field(default=None, title="Exempt")


class Verified(Model):
    """Somebody other than the accountable officer confirming closure."""

    by: Text | None = Field(default=None, title="Verified by")
    on: When | None = Field(default=None, title="Verified on")
    method: Text | None = Field(default=None, title="Method")


class Decided(Model):
    """The decision by which a record leaves the list or is put on hold."""

    on: When | None = Field(default=None, title="Decided on")
    by: Text | None = Field(default=None, title="Decided by")
    meeting: MeetingId | None = Field(default=None, title="Meeting")
    minute: Text | None = Field(default=None, title="Minute")
    reason: Text | None = Field(default=None, title="Reason")
    review_by: When | None = Field(default=None, title="Review by")
    continuing_owner: Role | None = Field(default=None, title="Carried on by")


class Milestone(Model):
    """A step on the way."""

    title: Text = Field(title="Milestone")
    due: When | None = Field(default=None, title="Due")
    done: When | None = Field(default=None, title="Done")


def _blocker(value: Any) -> Any:
    return {"id": value} if isinstance(value, str) else value


class Blocker(Model):
    """What a record waits for: one of the programme's dependencies, or a cause of its own."""

    id: DependencyId | None = Field(default=None, title="Dependency")
    cause: Text | None = Field(default=None, title="Cause")
    owner: Text | None = Field(default=None, title="Owner")
    since: When | None = Field(default=None, title="Since")
    exempt: Exempt | None = Field(default=None, title="Exempt")

    @model_validator(mode="after")
    def _id_or_cause(self) -> Blocker:
        if (self.id is None) == (self.cause is None):
            raise fault(
                "S110",
                "What a record waits for is the id of a programme dependency, or a cause of its own.",
                "{cause: what it waits for, owner: whose it is, since: 1 March 2023}",
            )
        return self


Blockers = Many[Annotated[Blocker, BeforeValidator(_blocker), Shorter(text=True)]]


class Part(Model):
    """One part of a recommendation that asks for several things."""

    id: Id = Field(title="Part")
    text: Text = Field(title="Text")
