"""The open items of each responsible officer: requests before a meeting, and reminders.

E-mails and reminders are in the words and the language of papers; the workbook of answers is in English.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import status_label
from p2ptrack.analysis.links import normalise_roles, split_owners
from p2ptrack.analysis.redaction import Audience
from p2ptrack.model.advice import has_name
from p2ptrack.model.dates import use_date_words
from p2ptrack.model.programme import Meeting, Wording, read_date_words
from p2ptrack.model.records import TrackedRecord, Update
from p2ptrack.model.register import format_meeting_title, resolve_update_date
from p2ptrack.phrases import fold_text
from p2ptrack.queries.answer import MarkWords, format_target, list_unreadable, mark_exempt_items
from p2ptrack.reports.document import (
    Block,
    Cell,
    Column,
    Document,
    Fact,
    Prose,
    Row,
    Table,
    format_list,
    make_paragraph,
)


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
    """Return the open items without a responsible officer."""
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
    """A request for updates to a responsible officer before a meeting. `title` is the subject of the e-mail."""

    post: str
    meeting: Meeting
    title: str
    due: str
    items: tuple[RequestedItem, ...]


def build_update_requests(case: Case, meeting: Meeting, words: Wording) -> tuple[UpdateRequest, ...]:
    """Return the requests to all responsible officers for a meeting."""
    with _use_language(case, words):
        due, title = (meeting.papers_due or meeting.date).to_text(), format_meeting_title(meeting)
    has_article = bool(meeting.body) and fold_text(meeting.body or "") in fold_text(title)
    key = "mail_request_title_body" if has_article and not fold_text(title).startswith("the ") else "mail_request_title"
    words = words.without_marks()
    return tuple(
        UpdateRequest(
            owner.post,
            meeting,
            words(key, meeting=title, post=owner.post),
            due,
            tuple(_build_item(case, record, words) for record in owner.records),
        )
        for owner in list_owners(case)
    )


def _use_language(case: Case, words: Wording) -> AbstractContextManager[None]:
    return use_date_words(read_date_words(words, case.register.programme.language or ""))


def _build_item(case: Case, record: TrackedRecord, words: Wording) -> RequestedItem:
    """Return an item as its officer sees it in the workbook."""
    return RequestedItem(
        record,
        format_target_for_workbook(case, record),
        format_status_for_workbook(record),
        describe_last_update(case, record),
        " ".join(_list_questions(case, record, words)),
    )


def format_target_for_workbook(case: Case, record: TrackedRecord) -> str:
    """Return the target of an item as the workbook shows it; empty without one."""
    return format_target(case, record, missing="")


def format_status_for_workbook(record: TrackedRecord) -> str:
    """Return the status of an item as the workbook shows it; empty without one."""
    return status_label(record.status) if record.status else ""


def describe_last_update(case: Case, record: TrackedRecord, words: Wording | None = None) -> str:
    """Return the newest update of a record with its date, in the words of papers if given; empty without one."""
    if not record.updates:
        return ""
    update: Update = record.updates[-1]
    day = resolve_update_date(case.register, update)
    text = (update.text or "").strip()
    if not text and update.see:
        text = words("mail_as_for", id=update.see) if words else f"As for {update.see}."
    elif not text and update.status:
        status = words(f"status_{update.status.value}") if words else status_label(update.status)
        text = words("mail_status", status=status) if words else f"Status: {status}."
    return f"{day.to_text()}: {text}" if day else text


def _list_questions(case: Case, record: TrackedRecord, words: Wording) -> Iterator[str]:
    facts = case.facts[record.id]
    yield words("mail_request_since" if record.updates else "mail_request_so_far")
    if facts.overdue:
        yield (
            words.count("mail_request_overdue", facts.days_overdue)
            if facts.days_overdue
            else words("mail_request_overdue")
        )
    elif facts.due_soon:
        yield words.count("mail_request_due", facts.days_to_target or 0)
    if facts.no_target and not case.is_unknown(record.id, "target"):
        yield words("mail_request_target")


def build_request_page(case: Case, request: UpdateRequest, words: Wording) -> Document:
    """Return the request as the text of an e-mail, to which the workbook is attached."""
    columns = (*_list_columns(words), Column("question", words("mail_question"), width="wide"))
    records = [item.record for item in request.items]
    with _use_language(case, words):
        rows = tuple(
            Row(
                (*_make_cells(case, record, words), Cell(" ".join(_list_questions(case, record, words)))), key=record.id
            )
            for record in records
        )
        blocks: tuple[Block, ...] = (
            make_paragraph(words.count("mail_please_report", len(rows), day=request.due), role="lead"),
            make_paragraph(words("mail_fill_in")),
            Table("items", words("mail_your_items"), columns, rows),
            *_build_key(records, words),
            *list_unreadable(case),
        )
        facts = (Fact(words("accountable"), request.post), Fact(words("mail_answer_by"), request.due))
        return _finish_document(case, Document("request", request.title, case.as_of, blocks, meta=facts), words)


def build_reminder(case: Case, owner: OwnerItems, words: Wording) -> Document:
    """Return the open items of a post, the most urgent first. Each is in the first group that applies to it."""
    grouped = sorted(owner.records, key=lambda record: (_find_group(case, record), _get_sort_day(record)))
    with _use_language(case, words):
        tables = tuple(
            _build_group(case, index, tuple(records), words)
            for index, records in groupby(grouped, key=lambda record: _find_group(case, record))
        )
        blocks = (
            make_paragraph(words.count("mail_open", len(owner.records)), role="lead"),
            *_describe_next_meeting(case, words),
            *tables,
            *_build_key(owner.records, words),
            *list_unreadable(case),
        )
        facts = (Fact(words("accountable"), owner.post), Fact(words("mail_as_at"), case.as_of))
        title = words.without_marks()("mail_reminder_title", post=owner.post)
        return _finish_document(case, Document("reminder", title, case.as_of, blocks, meta=facts), words)


def _finish_document(case: Case, document: Document, words: Wording) -> Document:
    programme, is_public = case.register.programme, case.disclosure.audience == Audience.PUBLIC
    heading = tuple(name for name in (programme.organisation, programme.title) if name)
    page = replace(document, heading=heading, language=programme.language or document.language)
    key = words("mail_marks_public" if is_public else "mail_marks")
    marks = MarkWords(_describe_audience(case, words), key, words("mail_exempt"), words("mail_exempt_in_part"))
    return mark_exempt_items(page, case.disclosure, words=marks)


def _describe_audience(case: Case, words: Wording) -> str:
    """Return who an e-mail is for, if not for officers, and how much it leaves out."""
    disclosure = case.disclosure
    if disclosure.audience != Audience.PUBLIC:
        return words("mail_for_members") if disclosure.audience == Audience.MEMBERS else ""
    records, parts = disclosure.omitted_records, disclosure.incomplete_records
    left_out = [words.count("mail_left_out", records)] if records else []
    if parts:
        left_out.append(words.count("mail_parts_left_out_too" if records else "mail_parts_left_out", parts))
    return words("mail_for_public", left_out=format_list(words, left_out) or words("mail_left_out_nothing"))


def _find_group(case: Case, record: TrackedRecord) -> int:
    facts = case.facts[record.id]
    applies = (facts.overdue, facts.due_soon, facts.no_recent_update, facts.no_target, True)
    return next(index for index, flag in enumerate(applies) if flag)


def _get_sort_day(record: TrackedRecord) -> date:
    return record.target.latest if record.target and record.target.latest else date.max


def _build_group(case: Case, index: int, records: Sequence[TrackedRecord], words: Wording) -> Table:
    number, policy = len(records), case.policy
    captions = (
        words("mail_overdue", number=number),
        words.count("mail_due_soon", policy.due_soon_days, items=number),
        words.count("mail_no_recent_update", policy.no_recent_update_days, items=number),
        words("mail_no_target", number=number),
        words("mail_other", number=number),
    )
    rows = tuple(Row(_make_cells(case, record, words), key=record.id) for record in records)
    return Table(f"group-{index}", captions[index], _list_columns(words), rows)


def _list_columns(words: Wording) -> tuple[Column, ...]:
    return (
        Column("id", words("id"), width="narrow", header=True),
        Column("title", words("item"), width="wide"),
        Column("target", words("mail_target")),
        Column("days", words("mail_position")),
        Column("update", words("mail_last_update"), width="wide"),
    )


def _make_cells(case: Case, record: TrackedRecord, words: Wording) -> tuple[Cell, ...]:
    update = describe_last_update(case, record, words)
    return (
        Cell(record.id),
        Cell(record.title, starred="title" in record.inferred),
        Cell(format_target(case, record, words("mail_none"))),
        _make_position_cell(case, record, words),
        Cell((Prose(update),) if update else words("mail_none")),
    )


def _make_position_cell(case: Case, record: TrackedRecord, words: Wording) -> Cell:
    """Return the position of a record against its target date, in words."""
    facts = case.facts[record.id]
    if facts.overdue:
        days = facts.days_overdue
        return Cell(words.count("mail_overdue_by", days) if days else words("mail_is_overdue"), tone="bad")
    if facts.due_soon:
        return Cell(words.count("mail_due_in", facts.days_to_target or 0), tone="warn")
    return Cell(words(f"status_{record.status.value}").casefold() if record.status else "")


def _describe_next_meeting(case: Case, words: Wording) -> Iterator[Block]:
    """Yield when the papers of the next meeting are due."""
    meetings = case.register.programme.meetings
    upcoming = [meeting for meeting in meetings if meeting.date.latest and meeting.date.latest >= case.as_of]
    if upcoming:
        meeting = min(upcoming, key=lambda meeting: meeting.date.latest or date.max)
        is_exact = meeting.date.earliest == meeting.date.latest
        name, day = meeting.title or meeting.body or "", meeting.date.to_text() if is_exact else meeting.date.raw
        title = (
            words("mail_meeting_on", meeting=name, day=day) if name and meeting.date.raw not in name else name or day
        )
        texts = [words("mail_next_meeting", meeting=title)]
        if meeting.papers_due:
            texts.append(words("mail_papers_due", day=meeting.papers_due.to_text()))
        yield make_paragraph(" ".join(texts))


def _build_key(records: Sequence[TrackedRecord], words: Wording) -> Iterator[Block]:
    if any({"title", "target"} & set(record.inferred) for record in records):
        yield make_paragraph(words("mail_key"), role="key")
