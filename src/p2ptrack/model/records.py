"""The kinds of record and the groups of fields in them. Each field is declared only here.

Modules of models have no `from __future__ import annotations`: pydantic would compile the text of each annotation anew
for every subclass, which takes a third of the time to define them.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    WithJsonSchema,
    model_validator,
)

from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import (
    AcceptanceAsWritten,
    AcceptanceWord,
    CategoryWord,
    DateField,
    Decision,
    DecisionWord,
    DependencyId,
    DirectorateName,
    ExemptionReasonWord,
    ExemptionTypeWord,
    Extent,
    ExtentWord,
    Flag,
    Id,
    ListOf,
    MeetingId,
    Model,
    NamedEntries,
    OneOrMore,
    PartId,
    PastDate,
    PhaseId,
    PriorityAsWritten,
    PriorityWord,
    RecordId,
    RequestTimeWord,
    Role,
    ShortForm,
    SourceId,
    StatusAsWritten,
    StatusWord,
    Text,
    Title,
    expand_text,
    field_error,
    keep_as_written,
    optional,
    optional_list,
)
from p2ptrack.model.money import MoneyField
from p2ptrack.model.recurrence import Every, Period, find_next_target
from p2ptrack.phrases import find_first_sentence, fold_text


def _require_exemption(value: Any) -> Any:
    """Refuse an unfinished `exempt`: it is not clear what it exempts."""
    if isinstance(value, Mapping | ExemptMarking) or value is None:
        return value
    if isinstance(value, str) and not value.strip():
        message = "exempt has nothing after it, so it is not clear what is withheld and why."
    else:
        message = f"exempt is a group of fields, but this is {'text' if isinstance(value, str) else 'a list'}."
    raise field_error("S103", message, _EXEMPT_FIX)


_EXEMPT_FIX = (
    "Write paragraph:, reason: and public_interest: on lines of their own below exempt:, indented. "
    "If nothing is withheld, take exempt: out."
)
_EXEMPT_ENTRY = "What the public may not see of this entry."


class ExemptMarking(Model):
    """What is withheld from the public, under which paragraph of the law, and why that is in the public interest."""

    paragraph: ListOf[Text] = optional_list("Paragraph", "The paragraphs of the law that allow it.")
    reason: Text | None = optional("Reason", "Why it is withheld.")
    public_interest: Text | None = optional("Public interest", "Why withholding it is in the public interest.")
    decided_by: Role | None = optional("Decided by", "Who decided it.")
    decided_on: PastDate | None = optional("Decided on", "When it was decided.")
    until: DateField | None = optional("Until", "The last day on which it is withheld.")
    fields: ListOf[Text] = optional_list("Fields", "The fields withheld. Without them, the whole record or entry is.")


ExemptField = Annotated[ExemptMarking | None, BeforeValidator(_require_exemption)]


class SourceRef(Model):
    """A source: the document, and the place in it. An id alone means the document."""

    id: SourceId = Field(title="Source", description="A source listed in the programme.")
    ref: Text | None = optional("Place in the source", "The place in the document, such as row 4.")


SourceField = Annotated[SourceRef, expand_text("id"), ShortForm(accepts_text=True)]


class Response(Model):
    """The answer to a recommendation or request."""

    text: Text | None = optional("Response", "The answer.")
    on: PastDate | None = optional("On", "When it was given.")
    by: Role | None = optional("By", "Who gave it.")
    meeting: MeetingId | None = optional("Meeting", "The meeting that received it.")


class TargetRevision(Model):
    """A change of the target date. The first one's `from` is the original target date."""

    from_: DateField = Field(alias="from", title="From", description="The target date before the change.")
    to: DateField = Field(title="To", description="The target date after the change.")
    requested_on: PastDate | None = optional("Requested on", "When the change was requested.")
    decided_on: PastDate | None = optional("Decided on", "When it was granted or refused.")
    date: DateField | None = optional(
        "Date",
        "The same as `decided_on`. If `decision` is requested or `decided_on` is there: the same as `requested_on`.",
    )
    reason: Text | None = optional("Reason", "Why the target date changed.")
    category: CategoryWord | None = optional("Category", "The kind of reason. A correction is not a delay.")
    decision: DecisionWord | None = optional("Decision", "The outcome of the request.")
    requested_by: Role | None = optional("Requested by", "Who requested it.")
    approved_by: Text | None = optional("Approved by", "Who approved it.")
    meeting: MeetingId | None = optional("Meeting", "The meeting that decided.")
    minute: Text | None = optional("Minute", "The number of the minute.")
    exempt: ExemptField = optional("Exempt", _EXEMPT_ENTRY)

    @property
    def request_date(self) -> CouncilDate | None:
        """Return when the change was requested; None when that is not stated."""
        is_request = self.decision is Decision.REQUESTED or self.decided_on is not None
        return self.requested_on or (self.date if is_request else None)

    @property
    def decision_date(self) -> CouncilDate | None:
        """Return when the change was decided; None when that is not stated."""
        return self.decided_on or (None if self.decision is Decision.REQUESTED else self.date)

    @property
    def first_date(self) -> CouncilDate | None:
        """Return when the change was requested, otherwise when it was decided."""
        return self.request_date or self.decision_date

    @property
    def last_date(self) -> CouncilDate | None:
        """Return when the change was decided, otherwise when it was requested."""
        return self.decision_date or self.request_date

    def field_of(self, day: CouncilDate | None) -> str:
        """Return the field that states one of these dates."""
        names = ("requested_on", "decided_on")
        return next((name for name in names if day is not None and getattr(self, name) is day), "date")


class CoveredRecord(Model):
    """Another record that an update also reports on."""

    id: RecordId = Field(title="Record", description="The other record.")
    extent: ExtentWord = Field(default=Extent.WHOLE, title="Extent", description="How much of it the update covers.")


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
    """A report of progress: text, the id of the record that has the text, or only a status at a date."""

    text: Text | None = optional("Update", "What happened. Markdown, without HTML.")
    see: RecordId | None = optional("See", "The record that has the text instead.")
    date: PastDate | None = optional("Date", "When it was reported.")
    meeting: MeetingId | None = optional("Meeting", "The meeting that it was reported to.")
    source: SourceField | None = optional("Source", "The document that it appears in.")
    heading: Text | None = optional("Heading", "Its heading in that document.")
    status_as_written: StatusAsWritten = keep_as_written("status")
    status: StatusWord | None = optional("Status", "The status that it reported.")
    by: Role | None = optional("By", "Who reported it.")
    as_published: NamedEntries[Text] = Field(
        default_factory=dict, title="As published", description="The source's own columns, word for word."
    )
    restated: Flag = Field(default=False, title="Restated", description="The text is a summary of the source's.")
    truncated: Flag = Field(
        default=False, title="Cut short in the source", description="The source ends before its text does."
    )
    covers: Annotated[tuple[CoveredRecord, ...], BeforeValidator(_expand_covers), _COVERS_SCHEMA] = optional_list(
        "Also reports on", "Other records that it also reports on: whole, in_part or heading_only."
    )
    exempt: ExemptField = optional("Exempt", _EXEMPT_ENTRY)

    @model_validator(mode="after")
    def _require_content(self) -> Self:
        has_position = self.status is not None or bool(self.as_published)
        is_dated = self.date is not None or self.meeting is not None or self.source is not None
        if self.text is None and self.see is None and not (has_position and is_dated):
            raise field_error(
                "S109",
                "An update needs text or see, or a status with its date.",
                "Add text: with what happened, see: with the id of the record that has the text, or status: and date: "
                "if nothing else was reported.",
            )
        if self.text is not None and self.see is not None:
            raise field_error(
                "S109",
                "An update has text or see, and this one has both.",
                "Split it into two updates, one with text: and one with see:.",
            )
        return self


class Evidence(Model):
    """Something that shows that the work was done."""

    title: Text | None = optional("Evidence", "What it is.")
    link: Text | None = optional("Link", "Where it is.")
    date: PastDate | None = optional("Date", "Its date.")
    exempt: ExemptField = optional("Exempt", _EXEMPT_ENTRY)


class Verification(Model):
    """Confirmation, by somebody other than the responsible officer, that the work was done."""

    by: Text | None = optional("Verified by", "Who confirmed it. This cannot be the responsible officer.")
    on: PastDate | None = optional("Verified on", "When it was confirmed.")
    method: Text | None = optional("Method", "How it was confirmed.")


class StatusDecision(Model):
    """The decision to close a record or to put it on hold."""

    on: PastDate | None = optional("Decided on", "When it takes effect.")
    by: Text | None = optional("Decided by", "Who decided.")
    meeting: MeetingId | None = optional("Meeting", "The meeting that decided.")
    minute: Text | None = optional("Minute", "The number of the minute.")
    reason: Text | None = optional("Reason", "Why it was decided.")
    review_by: DateField | None = optional("Review by", "When to review the decision.")
    continuing_owner: Role | None = optional("Continuing owner", "Who continues the work.")


class Milestone(Model):
    """A milestone towards completion."""

    title: Title = Field(title="Milestone", description="What is to be reached.")
    due: DateField | None = optional("Due", "When it is due.")
    done: PastDate | None = optional("Done", "When it was reached.")


class Blocker(Model):
    """Something that a record waits for: a dependency listed in the programme, or a cause described here."""

    id: DependencyId | None = optional("Dependency", "A dependency listed in the programme.")
    cause: Text | None = optional("Cause", "What it waits for, if that is not a dependency in the programme.")
    owner: Text | None = optional("Owner", "Who can resolve it.")
    since: PastDate | None = optional("Since", "When the wait began.")
    exempt: ExemptField = optional("Exempt", _EXEMPT_ENTRY)

    @model_validator(mode="after")
    def _require_id_or_cause(self) -> Self:
        if self.id is None and self.cause is None:
            raise field_error(
                "S110",
                "This entry does not say what the record waits for. It has neither id nor cause.",
                "Add id: with a dependency listed in the programme, or cause: with what the record waits for.",
            )
        if self.id is not None and self.cause is not None:
            raise field_error(
                "S110",
                "This entry has both id and cause. Each entry names one thing to wait for.",
                "Split it into two entries, one with id: and one with cause:.",
            )
        return self


BlockerList = ListOf[Annotated[Blocker, expand_text("id"), ShortForm(accepts_text=True)]]


class RecommendationPart(Model):
    """A part of a recommendation that asks for several things."""

    id: Id = Field(title="Part", description="The recommendation's id, a dot and a number: R6.2.")
    text: Text = Field(title="Text", description="What this part asks for.")


def read_title(values: Mapping[str, Any]) -> str:
    """Return the title in the plain data of a record, otherwise the first sentence of its text; empty without both."""
    title, text = values.get("title"), values.get("origin_text")
    if isinstance(title, str):
        return title
    return find_first_sentence(text) if isinstance(text, str) else ""


def _require_title_or_text(schema: dict[str, Any]) -> None:
    schema["required"] = [name for name in schema["required"] if name != "title"]
    schema["anyOf"] = [{"required": ["title"]}, {"required": ["origin_text"]}]


class Record(Model):
    """The fields that every record can have."""

    model_config = ConfigDict(json_schema_extra=_require_title_or_text)
    kind: ClassVar[Any]
    """The `Kind` of the model, set when the kind is made."""
    kinds: ClassVar[Any]
    """The `Kinds` of the programme that the model is of."""
    declared_names: ClassVar[frozenset[str]] = frozenset()

    id: Id = Field(title="Id", description="Letters, digits and dots. The file name begins with it.")
    title: Title = Field(
        title="Title",
        description="What the record is about, in one line. Without it, the first sentence of `origin_text` serves.",
    )
    source: SourceField | None = optional("Source", "The document that it comes from, and where in it.")
    origin_text: Text | None = optional(
        "Recommendation or request", "What was recommended or requested, word for word. It never changes."
    )
    agreed_action: Text | None = optional("Agreed action", "What will be done, in the officer's words.")
    restated: ListOf[Text] = optional_list("Restated", "Names of fields whose text is a summary of the source's.")
    inferred: ListOf[Text] = optional_list(
        "Our interpretation",
        "Names of fields that are our interpretation, not stated in the source. Papers mark them with *.",
    )
    truncated: ListOf[Text] = optional_list(
        "Cut short in the source", "Names of fields whose text is cut short in the source."
    )
    as_published: NamedEntries[Text] = Field(
        default_factory=dict,
        title="As published",
        description="The source's own columns, word for word. Nothing is calculated from them.",
    )
    acceptance_as_written: AcceptanceAsWritten = keep_as_written("acceptance")
    acceptance: AcceptanceWord | None = optional("Acceptance", "Whether the recommendation or request was accepted.")
    response: Response | None = optional("Response", "The answer to the recommendation or request.")
    depends_on: ListOf[RecordId] = optional_list("Depends on", "Records that must be done before this one can be.")
    superseded_by: ListOf[RecordId] = optional_list("Superseded by", "Records that replace it.")
    see_also: ListOf[RecordId] = optional_list("See also", "Related records.")
    same_deliverable_as: ListOf[RecordId] = optional_list(
        "Same deliverable as", "Records that ask for the same deliverable. Write it in one of them only."
    )
    exempt: ExemptField = optional("Exempt", "What the public may not see, and why.")
    note: Text | None = optional(
        "Note for officers",
        "For officers. It is in no paper for the public or members, but can be disclosed on request.",
    )

    @classmethod
    def derive_title(cls, values: Mapping[str, Any]) -> str:
        """Return the title of a record that states none, from its plain data; empty when nothing serves as one."""
        return read_title(values)

    @model_validator(mode="wrap")
    @classmethod
    def _derive_title(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if cls.declared_names and isinstance(values, dict):  # the YAML reader omits other names without a value
            values = {name: value for name, value in values.items() if value != "" or name not in cls.declared_names}
        title = cls.derive_title(values) if isinstance(values, dict) and "title" not in values else ""
        record = handler({**values, "title": title} if title else values)
        if title:
            fields_set = record.model_fields_set - {"title"}  # the file does not state it
            object.__setattr__(record, "__pydantic_fields_set__", fields_set)
        if isinstance(values, dict) and "periods" in values and isinstance(record, TrackedRecord):
            record.__dict__["target"] = find_next_target(record.target, record.every, record.periods)
        return record


def has_title_of_text(record: Record) -> bool:
    """Whether a title is only the first sentence of the record's text, derived or typed."""
    text = record.origin_text
    return bool(text) and fold_text(find_first_sentence(text or "")) == fold_text(record.title.removesuffix(":"))


class Recommendation(Record):
    """A recommendation of a review."""

    heading: Text | None = optional("Heading", "Its heading in the review.")
    parts: ListOf[RecommendationPart] = optional_list("Parts", "The separate things that it asks for.")
    unanswered: ListOf[PartId] = optional_list("Unanswered parts", "Parts that no action answers.")


class TrackedRecord(Record):
    """The fields of records whose progress is tracked: actions and follow-ups."""

    due_name: ClassVar[str] = "target"
    """What files call the target date: a declared kind can have a field of its own for it."""

    status_as_written: StatusAsWritten = keep_as_written("status")
    status: StatusWord | None = optional("Status", "Progress, as management reports it.")
    priority_as_written: PriorityAsWritten = keep_as_written("priority")
    priority: PriorityWord | None = optional("Priority", "Its priority, in the council's view.")
    accountable: ListOf[Role] = optional_list("Responsible officer", "The post that answers for it. Name only one.")
    supporting: ListOf[Role] = optional_list("Supporting", "Posts that help.")
    directorate: DirectorateName | None = optional(
        "Directorate", "The directorate, department or service that it belongs to."
    )
    lead_member: ListOf[Role] = optional_list("Lead member", "The post of the councillor responsible for this area.")
    start: DateField | None = optional("Start", "When work starts.")
    target: DateField | None = optional(
        "Target date", "When it should be done. It is overdue after the last day that this can mean."
    )
    every: Every | None = optional(
        "Every",
        "How often it recurs: month, quarter, half-year, year or such as 2 months. The target is the first date.",
    )
    periods: ListOf[Period] = optional_list(
        "Periods", "The periods that are done. The next target date follows the last."
    )
    review_by: DateField | None = optional(
        "Review by", "When to review it. If the target date is ongoing, it is overdue after this date."
    )
    completed_on: PastDate | None = optional("Completed on", "When it was done.")
    revisions: ListOf[TargetRevision] = optional_list("Target changes", "Each change of the target date.")
    updates: ListOf[Update] = optional_list(
        "Updates", "What was reported, oldest first. Add new ones at the end and keep the old ones."
    )
    evidence: ListOf[Evidence] = optional_list("Evidence", "What shows that it was done.")
    verified: Verification | None = optional("Verified", "Who confirmed that it was done.")
    decided: StatusDecision | None = optional("Decided", "The decision to close it or to put it on hold.")
    milestones: ListOf[Milestone] = optional_list("Milestones", "Steps on the way to completion.")
    blocked_by: BlockerList = optional_list("Waiting for", "What it waits for.")
    contracts: ListOf[Text] = optional_list(
        "Contracts", "The contracts that it is about, by their references in the contracts register."
    )


class Action(TrackedRecord):
    """What will be done about a recommendation or a part of one."""

    recommendations: ListOf[PartId] = optional_list(
        "Recommendations", "The recommendations that it answers, or parts of them, such as R6.2."
    )
    phase: PhaseId | None = optional("Start phase", "The phase that it starts in.")
    phase_end: PhaseId | None = optional("End phase", "The phase that it ends in. Leave it out if that is not known.")


class FollowUp(TrackedRecord):
    """What a committee asked to be followed up."""

    area: Text | None = optional("Area", "The activity area in the committee's table.")
    report_refs: ListOf[Text] = optional_list(
        "Report reference", "Paragraphs of the committee's report. They are text: 4.10 is not 4.1."
    )
    raised: OneOrMore[MeetingId] = optional_list(
        "Raised at", "The meeting that asked for it, or each of them if it was held over."
    )


def _require_no_title(schema: dict[str, Any]) -> None:
    schema["required"] = [name for name in schema["required"] if name != "title"]


class ProcurementExemption(Record):
    """An exemption from the council's procurement rules: a waiver, a breach or an exception."""

    model_config = ConfigDict(json_schema_extra=_require_no_title)

    type: ExemptionTypeWord | None = optional(
        "Type", "A waiver was asked for. A breach was not. An exception is in the rules themselves."
    )
    value: MoneyField | None = optional("Value", "What the contract is worth: 48000 or £48,000.")
    directorate: DirectorateName | None = optional(
        "Directorate", "The directorate, department or service that it belongs to."
    )
    supplier: Text | None = optional("Supplier", "The supplier, by its registered name.")
    supplier_id: Text | None = optional("Supplier's number", "Its company or charity number, word for word.")
    sought: RequestTimeWord | None = optional(
        "Sought", "Whether it was sought before or after the contract was agreed."
    )
    rule: Text | None = optional("Rule", "The contract procedure rule that was waived or broken.")
    reason: ExemptionReasonWord | None = optional("Reason", "The kind of reason.")
    reason_text: Text | None = optional("Reason in words", "The reason, in the council's words.")
    alternatives: Text | None = optional("Alternatives", "What else was considered.")
    requested_by: Role | None = optional("Requested by", "Who asked for it.")
    approved_by: ListOf[Role] = optional_list("Approved by", "Who signed it, in order.")
    approved_on: PastDate | None = optional("Approved on", "When the last of them signed.")
    decision: Text | None = optional("Decision", "The number of the published decision.")
    contract_start: DateField | None = optional("Contract start", "When the contract starts.")
    contract_end: DateField | None = optional("Contract end", "When the contract ends.")
    stop_gap_until: DateField | None = optional(
        "Stop-gap until", "When the stop-gap must end, if the contract only fills a gap."
    )
    ends_by: Text | None = optional("Prevention", "What will prevent the next one, such as a tender.")
    contract: Text | None = optional("Contract", "The contract's reference in the contracts register.")
    leads_to: ListOf[RecordId] = optional_list("Leads to", "The actions that prevent the next one.")
    reported_to: OneOrMore[MeetingId] = optional_list("Reported to", "The meetings that it was reported to.")
    legal_basis: Text | None = optional("Legal basis", "The regulation or section of the law that it relies on.")

    @classmethod
    def derive_title(cls, values: Mapping[str, Any]) -> str:
        """Return the first sentence of its text, otherwise its type and id: *Waiver E01*. It names no supplier."""
        type_, id_ = values.get("type"), values.get("id")
        name = type_.strip().capitalize() if isinstance(type_, str) else "Exemption"
        return read_title(values) or (f"{name} {id_}" if isinstance(id_, str) else "")
