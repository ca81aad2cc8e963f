"""What each responsible officer has open: what is asked of them before a meeting, and what they are reminded of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import status_label
from p2ptrack.analysis.links import normalise_roles, split_owners
from p2ptrack.model.advice import has_name
from p2ptrack.model.programme import Meeting
from p2ptrack.model.records import TrackedRecord, Update
from p2ptrack.model.register import format_meeting_title, resolve_update_date
from p2ptrack.phrases import fold_text, pluralise
from p2ptrack.queries.answer import format_target, inferred_key, list_unread
from p2ptrack.queries.exempt_marks import mark_exempt_items
from p2ptrack.reports.document import Block, Cell, Column, Document, Fact, Prose, Row, Table, make_paragraph


@dataclass(frozen=True, slots=True)
class OwnerItems:
    """A post and its open items, in the order of the register."""

    post: str
    records: tuple[TrackedRecord, ...]


def list_owners(case: Case) -> tuple[OwnerItems, ...]:
    """Return every responsible officer who has open items, by post."""
    roles = normalise_roles(case.register.programme.roles)
    posts: dict[str, str] = {fold_text(role): role for role in case.register.programme.roles}
    items: dict[str, list[TrackedRecord]] = {}
    for record in case.with_fact("unfinished"):
        names = {name for text in record.accountable if has_name(text) for name in split_owners(text, roles)}
        for name in names:
            posts.setdefault(fold_text(name), name)
            items.setdefault(fold_text(name), []).append(record)
    return tuple(OwnerItems(posts[key], tuple(items[key])) for key in sorted(items))


def list_unowned(case: Case) -> tuple[TrackedRecord, ...]:
    """Return the open items without a responsible officer, about which nobody can be asked."""
    return tuple(record for record in case.with_fact("unfinished") if not any(map(has_name, record.accountable)))


@dataclass(frozen=True, slots=True)
class RequestedItem:
    """An item as its officer is asked about it."""

    record: TrackedRecord
    target: str
    status: str
    last_update: str
    question: str


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """What a responsible officer is asked before a meeting, and by when."""

    post: str
    meeting: Meeting
    due: str
    items: tuple[RequestedItem, ...]

    @property
    def title(self) -> str:
        """Return what it is about, as the subject of an e-mail."""
        article = "" if self.meeting.title or not self.meeting.body else "the "
        return f"Updates for {article}{format_meeting_title(self.meeting)}: {self.post}"


def build_requests(case: Case, meeting: Meeting) -> tuple[UpdateRequest, ...]:
    """Return what each responsible officer is asked for a meeting."""
    due = (meeting.papers_due or meeting.date).to_text()
    return tuple(
        UpdateRequest(owner.post, meeting, due, tuple(build_item(case, record) for record in owner.records))
        for owner in list_owners(case)
    )


def build_item(case: Case, record: TrackedRecord) -> RequestedItem:
    """Return an item as its officer is shown it."""
    return RequestedItem(
        record,
        format_target(case, record, missing=""),
        status_label(record.status) if record.status else "",
        describe_last_update(case, record),
        " ".join(_list_questions(case, record)),
    )


def describe_last_update(case: Case, record: TrackedRecord) -> str:
    """Return the newest update of a record with its date; empty without one."""
    if not record.updates:
        return ""
    update: Update = record.updates[-1]
    day = resolve_update_date(case.register, update)
    text = (update.text or (f"As for {update.see}." if update.see else "")).strip()
    text = text or (f"Status: {status_label(update.status)}." if update.status else "")
    return f"{day.to_text()}: {text}" if day else text


def _list_questions(case: Case, record: TrackedRecord) -> Iterator[str]:
    facts = case.facts[record.id]
    yield "What has happened since the last update?" if record.updates else "What has happened so far?"
    if facts.overdue:
        days = f"by {pluralise(facts.days_overdue, 'day')}" if facts.days_overdue else ""
        yield f"It is overdue {days}. Is it done, or which new date do you request and why?".replace("  ", " ")
    elif facts.due_soon:
        yield f"It is due in {pluralise(facts.days_to_target or 0, 'day')}. Will it be done by then?"
    if facts.no_target and not case.is_unknown(record.id, "target"):
        yield "It has no target date. When will it be done?"


def build_request_page(case: Case, request: UpdateRequest) -> Document:
    """Return the request as the text of an e-mail, to which the workbook is attached."""
    programme = case.register.programme
    columns = (*_ITEM_COLUMNS, Column("question", "Question", width="wide"))
    rows = tuple(
        Row((*_make_cells(case, item.record), Cell(item.question)), key=item.record.id) for item in request.items
    )
    blocks: tuple[Block, ...] = (
        make_paragraph(f"Please report on {pluralise(len(rows), 'open item')} by {request.due}.", role="lead"),
        make_paragraph(
            "Fill in the white columns of the attached workbook and send it back. "
            "Leave a row empty if you have nothing to report on it. If you request another target date, say why."
        ),
        Table("items", "Your open items", columns, rows),
        *_build_key(request.items),
        *list_unread(case),
    )
    facts = (Fact("Responsible officer", request.post), Fact("Please answer by", request.due))
    return _finish(case, Document("request", request.title, case.as_of, blocks, meta=facts, heading=_head(programme)))


_REMINDER_GROUPS = ("Overdue", "Due soon", "No recent update", "No target date", "Other open items")


def build_reminder(case: Case, owner: OwnerItems) -> Document:
    """Return the open items of a post, the most urgent first. Each is in the first group that applies to it."""
    programme = case.register.programme
    grouped = sorted(owner.records, key=lambda record: (_find_group(case, record), _sort_day(record)))
    tables = tuple(
        _build_group(case, index, tuple(records))
        for index, records in groupby(grouped, key=lambda record: _find_group(case, record))
    )
    blocks = (
        make_paragraph(f"You have {pluralise(len(owner.records), 'open item')}.", role="lead"),
        *_describe_next_meeting(case),
        *tables,
        *_build_key(owner.records),
        *list_unread(case),
    )
    facts = (Fact("Responsible officer", owner.post), Fact("As at", case.as_of))
    title = f"Reminder: open items of {owner.post}"
    return _finish(case, Document("reminder", title, case.as_of, blocks, meta=facts, heading=_head(programme)))


def _head(programme: object) -> tuple[str, ...]:
    names = (getattr(programme, "organisation", None), getattr(programme, "title", None))
    return tuple(name for name in names if name)


def _finish(case: Case, document: Document) -> Document:
    return mark_exempt_items(document, case.disclosure)


def _find_group(case: Case, record: TrackedRecord) -> int:
    facts = case.facts[record.id]
    applies = (facts.overdue, facts.due_soon, facts.no_recent_update, facts.no_target, True)
    return next(index for index, flag in enumerate(applies) if flag)


def _sort_day(record: TrackedRecord) -> date:
    return record.target.latest if record.target and record.target.latest else date.max


def _build_group(case: Case, index: int, records: Sequence[TrackedRecord]) -> Table:
    title = _REMINDER_GROUPS[index]
    if title == "Due soon":
        title = f"Due within {pluralise(case.policy.due_soon_days, 'day')}"
    if title == "No recent update":
        title = f"No update in the last {pluralise(case.policy.no_recent_update_days, 'day')}"
    rows = tuple(Row(_make_cells(case, record), key=record.id) for record in records)
    return Table(f"group-{index}", f"{title}: {len(rows)}", _ITEM_COLUMNS, rows)


_ITEM_COLUMNS = (
    Column("id", "Id", width="narrow", header=True),
    Column("title", "Item", width="wide"),
    Column("target", "Target date"),
    Column("days", "Position"),
    Column("update", "Last update", width="wide"),
)


def _make_cells(case: Case, record: TrackedRecord) -> tuple[Cell, ...]:
    facts = case.facts[record.id]
    update = describe_last_update(case, record)
    return (
        Cell(record.id),
        Cell(record.title, starred="title" in record.inferred),
        Cell(format_target(case, record)),
        Cell(describe_position(case, record), tone="bad" if facts.overdue else "warn" if facts.due_soon else ""),
        Cell((Prose(update),) if update else "none"),
    )


def describe_position(case: Case, record: TrackedRecord) -> str:
    """Return how a record stands against its target date, in words."""
    facts = case.facts[record.id]
    if facts.overdue:
        return f"overdue by {pluralise(facts.days_overdue, 'day')}" if facts.days_overdue else "overdue"
    if facts.due_soon:
        return f"due in {pluralise(facts.days_to_target or 0, 'day')}"
    return status_label(record.status).casefold() if record.status else ""


def _describe_next_meeting(case: Case) -> Iterator[Block]:
    """Yield when the papers of the next meeting are due."""
    meetings = case.register.programme.meetings
    coming = [meeting for meeting in meetings if meeting.date.latest and meeting.date.latest >= case.as_of]
    if coming:
        meeting = min(coming, key=lambda meeting: meeting.date.latest or date.max)
        due = f" Papers are due by {meeting.papers_due.to_text()}." if meeting.papers_due else ""
        title = format_meeting_title(meeting)
        if meeting.date.earliest == meeting.date.latest:
            title = f"{title}, on {meeting.date.to_text()}"
        elif meeting.date.raw not in title:
            title = f"{title} ({meeting.date.raw})"
        yield make_paragraph(f"Next meeting: {title}.{due}")


def _build_key(items: Sequence[RequestedItem] | Sequence[TrackedRecord]) -> Iterator[Block]:
    records = (item.record if isinstance(item, RequestedItem) else item for item in items)
    if any({"title", "target"} & set(record.inferred) for record in records):
        yield inferred_key()
