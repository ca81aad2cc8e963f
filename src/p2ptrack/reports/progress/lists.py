"""The lists behind the figures: overdue, due, changed targets, decisions, completed, waiting and other items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from p2ptrack.analysis.case import find_closing_day, rate_record
from p2ptrack.analysis.facts import get_deadline, is_first_target, is_listed_change
from p2ptrack.analysis.measures import OpenDependency, TrackedRecords
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.fields import STATUSES_NEEDING_DECISION, Category, Decision, Extent, Status
from p2ptrack.model.records import TargetRevision, TrackedRecord
from p2ptrack.model.register import resolve_update_date
from p2ptrack.phrases import find_first_sentence, natural_key
from p2ptrack.reports.context import drop_empty_columns
from p2ptrack.reports.document import Block, Bullets, Cell, Column, Paragraph, Row, Star, Table, make_paragraph
from p2ptrack.reports.exempt_marks import exempt_mark
from p2ptrack.reports.paper import format_rating
from p2ptrack.reports.record_blocks import (
    Spans,
    covering_updates,
    format_blockers,
    format_completion,
    format_decision,
    format_evidence,
    format_officers,
    format_request,
    format_status,
    format_target,
    format_verification,
    inferred_mark,
    join_spans,
    link_record,
    link_records,
    short_title,
    sort_newest_first,
)
from p2ptrack.reports.selection import (
    MAX_IDS,
    View,
    format_phrase,
    format_title,
    link_records_by_id,
    list_withheld,
    make_cell,
)

MAX_SENTENCE = 240
"""A longer sentence of an update is cut where a list prints it."""
CellBuilder = Callable[[View, TrackedRecord], Cell]


def _build_table(
    view: View, key: str, columns: Sequence[Column], rows: Sequence[Row], required: str
) -> tuple[Block, ...]:
    """Return a table without the columns that no row fills, except the required ones; nothing without rows.

    The titles of the columns are keys of the wording.
    """
    if not rows:
        return ()
    caption = view.wording(f"{key}_caption", number=len(rows), day=format_long_date(view.due_until))
    titled = tuple(replace(column, title=view.wording(column.title)) for column in columns)
    return (drop_empty_columns(Table(key, caption, titled, tuple(rows)), frozenset(required.split())),)


def _build_list(view: View, key: str, records: Iterable[TrackedRecord], names: str) -> tuple[Block, ...]:
    """Return a list of records with the named columns; nothing when there is no record."""
    columns = [_RECORD_COLUMNS[name] for name in names.split()]
    if "why" in names.split():
        columns[0] = (replace(_ITEM, width="medium"), columns[0][1])
        columns = [(replace(c, width="medium"), cell) if c.key == "target" else (c, cell) for c, cell in columns]
    rows = [Row(tuple(build_cell(view, record) for _, build_cell in columns), key=record.id) for record in records]
    return _build_table(view, key, [column for column, _ in columns], rows, "what id target")


def _build_recent(view: View, key: str, records: Sequence[TrackedRecord], names: str) -> tuple[Block, ...]:
    """Return a list of records, with those that were closed before the last meeting in a note only."""
    recent: list[TrackedRecord] = []
    earlier: list[TrackedRecord] = []
    for record in records:
        (earlier if _is_closed_before_last_meeting(view, record) else recent).append(record)
    return (*_build_list(view, key, recent, names), *_build_titles_note(view, "closed_earlier", earlier))


def _build_titles_note(view: View, key: str, records: Sequence[TrackedRecord]) -> tuple[Block, ...]:
    """Return a sentence with the titles of records that no table of the paper has; of very many only their ids."""
    if not records or len(records) > MAX_IDS:
        return _build_ids_note(view, key, records)
    titles = link_records(view.context, sorted((record.id for record in records), key=natural_key))
    return (Paragraph(format_phrase(view.wording, key, ids=titles), "note"),)


def _build_ids_note(view: View, key: str, records: Sequence[TrackedRecord]) -> tuple[Block, ...]:
    ids = link_records_by_id(view, records)
    return (Paragraph(format_phrase(view.wording, key, ids=ids), "note"),) if ids else ()


def _build_rating_cell(view: View, record: TrackedRecord) -> Cell:
    """Return the council's word for the rating of a record; nothing when the council rates nothing."""
    ratings = view.case.policy.rating
    return Cell(format_rating(view.context, rate_record(view.case, record)) if ratings else None)


def _build_owner_cell(view: View, record: TrackedRecord) -> Cell:
    several = (f" ({view.wording('several_owners')})",) if len(record.accountable) > 1 else ()
    return make_cell((*format_officers(record), *several))


def _build_last_update_cell(view: View, record: TrackedRecord) -> Cell:
    since = view.facts(record).days_since_update
    return Cell(None if since is None else view.case.as_of - timedelta(since))


def _build_why_cell(view: View, record: TrackedRecord) -> Cell:
    """Return the recorded reasons why an item is not done: what it waits for, and the latest update in a line."""
    context, words = view.context, view.wording
    facts = view.case.facts
    open_ids = [id_ for id_ in record.depends_on if id_ in facts and facts[id_].unfinished]
    waiting = join_spans(format_blockers(context, record), "; ")
    lines = [
        (f"{words('waiting_for')}: ", *waiting, *inferred_mark(record, "blocked_by")) if waiting else (),
        (f"{words('depends_on')}: ", *link_records(context, open_ids)) if open_ids else (),
        _format_latest_update(view, record),
    ]
    is_silent = not any(lines) and not view.is_redacted(record, "updates")
    return make_cell(*lines, (words("no_update"),) if is_silent else ())


def _format_latest_update(view: View, record: TrackedRecord) -> Spans:
    """Return the date and first sentence of the newest text about a record, or which record was reported with it."""
    context = view.context
    update = next((update for update in sort_newest_first(context, record) if update.text), None)
    if update is None or update.text is None:
        covering = (item for item in covering_updates(context, record) if item.extent is not Extent.HEADING_ONLY)
        reference = next((item for item in covering if item.update.text), None)
        if reference is None:
            return ()
        return (view.wording(f"covered_{reference.extent.value}"), " ", *link_record(context, reference.reporter), ".")
    day = resolve_update_date(context.register, update)
    sentence = find_first_sentence(update.text, MAX_SENTENCE)
    stop = "" if sentence.endswith(("…", "?", "!")) else "."
    return (f"{day.to_text()}: " if day else "", f"{sentence}{stop}", *exempt_mark(context, update.exempt))


def _build_evidence_cell(view: View, record: TrackedRecord) -> Cell:
    if record.evidence or view.is_redacted(record, "evidence"):
        return make_cell(*format_evidence(view.context, record))
    return Cell(view.wording("no_evidence"))


def _build_verified_cell(view: View, record: TrackedRecord) -> Cell:
    lines = [(*line, *inferred_mark(record, "verified")) for line in format_verification(view.context, record)]
    is_unverified = not lines and view.facts(record).awaiting_verification
    return Cell(view.wording("not_verified")) if is_unverified else make_cell(*lines)


def _build_decision_cell(view: View, record: TrackedRecord) -> Cell:
    """Return by whom, when and why it was decided, and what replaces the record."""
    words = view.wording
    lines: list[Spans] = []
    if not record.decided and not view.is_redacted(record, "decided"):
        lines.append((words("no_decision"),))
    lines += [(*line, *inferred_mark(record, "decided")) for line in format_decision(view.context, record) if any(line)]
    if record.superseded_by:
        replacements = link_records(view.context, record.superseded_by)
        lines.append((f"{words('superseded_by')} ", *replacements, *inferred_mark(record, "superseded_by")))
    return make_cell(*lines)


_ITEM = Column("what", "item", width="wide", header=True)
_ID = Column("id", "id", width="narrow")
_RECORD_COLUMNS: dict[str, tuple[Column, CellBuilder]] = {
    column.key: (column, build_cell)
    for column, build_cell in (
        (_ITEM, lambda view, record: make_cell(format_title(view, record))),
        (_ID, lambda _, record: Cell(record.id)),
        (Column("status", "status"), lambda view, record: make_cell(format_status(view.context, record))),
        (Column("rating", "rating", width="narrow"), _build_rating_cell),
        (Column("owner", "accountable"), _build_owner_cell),
        (Column("target", "target"), lambda view, record: make_cell(format_target(view.context, record))),
        (Column("late", "days_late", "right", "narrow"), lambda view, r: Cell(view.facts(r).days_overdue)),
        (Column("left", "days_left", "right", "narrow"), lambda view, r: Cell(view.facts(r).days_to_target)),
        (Column("moved", "times_moved", "right", "narrow"), lambda view, r: Cell(view.facts(r).times_moved or None)),
        (Column("why", "reason_and_update", width="wide"), _build_why_cell),
        (Column("updated", "last_update"), _build_last_update_cell),
        (
            Column("done", "completed_on"),
            lambda view, record: make_cell(format_completion(view.context, record)),
        ),
        (Column("evidence", "evidence"), _build_evidence_cell),
        (Column("verified", "verified"), _build_verified_cell),
        (Column("decision", "decided", width="wide"), _build_decision_cell),
    )
}
"""The columns of the lists of records, by key, each with what builds its cells."""


def build_overdue(view: View) -> tuple[Block, ...]:
    """Return the overdue records, the longest overdue first, and which were not overdue at the last meeting."""
    overdue, last_day = view.measures.overdue().records, view.last_position_date
    days = ((record, get_deadline(record)) for record in overdue)
    newly_overdue = [record for record, day in days if last_day is not None and day is not None and day >= last_day]
    is_all = len(newly_overdue) == len(overdue) > 1
    note = (make_paragraph(view.wording("newly_overdue_all"), role="note"),) if is_all else ()
    return (
        *_build_list(view, "overdue", overdue, "what id rating owner target late moved why updated"),
        *(note or _build_ids_note(view, "newly_overdue", newly_overdue)),
    )


def build_due(view: View) -> tuple[Block, ...]:
    """Return the records due next."""
    return _build_list(view, "due", view.due().records, "what id rating status owner target left")


def build_ongoing(view: View) -> tuple[Block, ...]:
    """Return the other open records, so that the paper names every record."""
    listed_records = (*view.measures.overdue().records, *view.due().records, *list_needing_decision(view))
    listed_ids = {record.id for record in listed_records}
    withheld = list_withheld(view)
    listed_ids |= {record.id for record in withheld}
    remaining = (record for record in view.measures.open if record.id not in listed_ids)
    return (
        *_build_list(view, "ongoing", remaining, "what id rating status owner target updated"),
        *_build_ids_note(view, "not_listed_withheld", withheld),
    )


def build_waiting(view: View) -> tuple[Block, ...]:
    """Return the table of dependencies; nothing when no record waits."""
    columns = (
        Column("cause", "cause", header=True),
        Column("owner", "cause_owner"),
        Column("since", "cause_since"),
        Column("expected", "cause_expected", width="medium"),
        Column("items", "cause_items", width="wide"),
    )
    rows = [
        Row(
            (
                make_cell(format_dependency(view, dependency)),
                Cell(dependency.owner),
                Cell(dependency.since),
                Cell(dependency.expected),
                make_cell(*(_format_record_target(view, record) for record in dependency.records)),
            )
        )
        for dependency in view.measures.open_dependencies()
    ]
    return _build_table(view, "waiting", columns, rows, "cause items")


def format_dependency(view: View, dependency: OpenDependency) -> Spans:
    """Return the title of a dependency with the marks for our interpretation and for what is exempt."""
    inferred: Spans = (Star(),) if any("blocked_by" in record.inferred for record in dependency.records) else ()
    return (dependency.title, *inferred, *exempt_mark(view.context, dependency.blocker.exempt))


def _format_record_target(view: View, record: TrackedRecord) -> Spans:
    target_spans = format_target(view.context, record)
    return (*link_record(view.context, record.id), *((": ", *target_spans) if target_spans else ()))


def build_same_work(view: View) -> tuple[Block, ...]:
    """Return a line for each deliverable that open records share; nothing when they share none."""
    items = tuple((Paragraph(_format_same_work(view, group)),) for group in view.measures.same_deliverable())
    return (Paragraph((view.wording("same_work_note"),)), Bullets(items)) if items else ()


def _format_same_work(view: View, group: TrackedRecords) -> Spans:
    inferred: Spans = (Star(),) if any("same_deliverable_as" in record.inferred for record in group) else ()
    items = (*link_records(view.context, [record.id for record in group]), *inferred)
    targets = {"".join(map(str, format_target(view.context, record))) for record in group}
    shared_target = targets.pop() if len(targets) == 1 else ""
    return (
        format_phrase(view.wording, "same_work_target", items=items, target=shared_target) if shared_target else items
    )


def build_completed(view: View) -> tuple[Block, ...]:
    """Return what was completed since the last meeting or is still to be verified, and earlier work by its ids."""
    done = view.with_status(Status.COMPLETE, Status.VERIFIED)
    return _build_recent(view, "completed", done, "what id owner done evidence verified")


def build_decisions(view: View) -> tuple[Block, ...]:
    """Return what was or is to be closed by a decision, put on hold, or not done at an accepted risk."""
    return _build_recent(view, "decisions", list_needing_decision(view), "what id status decision")


def list_needing_decision(view: View) -> TrackedRecords:
    """Return the records that are closed or put on hold by a decision, now or later."""
    return view.with_status(*STATUSES_NEEDING_DECISION)


def list_undecided(view: View) -> TrackedRecords:
    """Return the records with such a status whose decision is missing, or is this meeting's to take."""
    meeting = view.context.meeting.id if view.context.meeting else None
    records = (record for record in list_needing_decision(view) if not view.is_redacted(record, "decided"))
    return tuple(record for record in records if _is_undecided(record, meeting))


def _is_undecided(record: TrackedRecord, meeting: str | None) -> bool:
    decision = record.decided
    if decision is None or (meeting is not None and decision.meeting == meeting):
        return True
    return decision.by is None and decision.meeting is None and decision.minute is None


def _is_closed_before_last_meeting(view: View, record: TrackedRecord) -> bool:
    """Whether a record was closed before the last meeting, so that the committee has seen it closed.

    A closure that was entered since then is new to the committee, whatever its date.
    """
    last_day, day = view.last_position_date, find_closing_day(record)
    if last_day is None or day is None or day >= last_day or not view.facts(record).closed:
        return False
    facts = view.last_register.snapshot.case.facts.get(record.id) if view.last_register else None
    return view.last_register is None or (facts is not None and facts.closed)


def find_extension_request(view: View, record: TrackedRecord) -> TargetRevision | None:
    """Return the newest target change if it is still undecided."""
    newest = record.revisions[-1] if record.revisions else None
    if newest is None or newest.decision is Decision.REQUESTED:
        return newest
    is_answered = (
        newest.decision is not None
        or newest.approved_by is not None
        or newest.category is Category.CORRECTION
        or is_first_target(newest)
    )
    return None if is_answered or not view.case.policy.extensions_need_approval else newest


def list_extension_requests(view: View) -> TrackedRecords:
    """Return the open records for which an extension is requested."""
    return tuple(record for record in view.measures.open if find_extension_request(view, record))


def build_extensions(view: View) -> tuple[Block, ...]:
    """Return every target change: requested, granted or refused, by whom, and why.

    Records that were closed before the last meeting are left out, because an earlier paper listed their changes.
    """
    columns = (
        _ITEM,
        _ID,
        Column("from", "moved_from"),
        Column("to", "moved_to"),
        Column("decision", "moved_decision"),
        Column("reason", "moved_reason", width="wide"),
    )
    records = (record for record in view.records if not _is_closed_before_last_meeting(view, record))
    changes = ((record, change) for record in records for change in record.revisions if is_listed_change(change))
    rows = [_build_extension_row(view, record, change) for record, change in changes]
    return _build_table(view, "extensions", columns, rows, "what id from to decision")


def _build_extension_row(view: View, record: TrackedRecord, revision: TargetRevision) -> Row:
    meeting = view.case.register.find_meeting(revision.meeting)
    day, is_requested = revision.last_date, revision.decision is Decision.REQUESTED
    decision_parts = (
        format_request(view.context, revision),
        _format_outcome(view, revision),
        revision.approved_by or (meeting.body if meeting else None),
        day.to_text() if day and (is_requested or revision.decision_date) else None,
        view.wording("minute", number=revision.minute) if revision.minute else None,
    )
    cells = (
        make_cell(format_title(view, record)),
        Cell(record.id),
        Cell(revision.from_),
        Cell(revision.to),
        Cell(", ".join(filter(None, decision_parts))),
        make_cell((*((revision.reason,) if revision.reason else ()), *exempt_mark(view.context, revision.exempt))),
    )
    return Row(cells, key=record.id)


def _format_outcome(view: View, revision: TargetRevision) -> str:
    if revision.category is Category.CORRECTION:
        return view.wording("correction")
    if revision.decision:
        return view.wording(f"decision_{revision.decision.value}")
    return view.wording("decision_granted" if revision.approved_by else "decision_none")


def build_unanswered(view: View) -> tuple[Block, ...]:
    """Return the requests without an action; nothing when each has one."""
    columns = (Column("request", "unanswered_request", width="wide", header=True), _ID)
    rows = [Row((Cell(gap.text), Cell(gap.id)), key=gap.id) for gap in view.list_gaps()]
    return _build_table(view, "unanswered", columns, rows, "request id")


def build_notes(view: View) -> tuple[Block, ...]:
    """Return the officers' notes. The register of any other audience holds none."""
    records = (*view.scope.recommendations, *view.records)
    rows = [
        Row((make_cell((short_title(record),)), Cell(record.id), Cell(record.note)), key=record.id)
        for record in records
        if record.note
    ]
    columns = (replace(_ITEM, width="medium"), _ID, Column("note", "note", width="wide"))
    return _build_table(view, "notes", columns, rows, "what id note")
