"""The lists behind the figures: what is overdue, comes next, was moved, is done, was decided, and goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from p2ptrack.analysis.case import rate_record
from p2ptrack.analysis.facts import FactContext, get_deadline, is_cleared
from p2ptrack.model.dates import CouncilDate, format_long_date
from p2ptrack.model.fields import STATUSES_NEEDING_DECISION, Category, Decision, Status
from p2ptrack.model.records import Blocker, TargetRevision, TrackedRecord
from p2ptrack.phrases import natural_key
from p2ptrack.reports.document import Block, Bullets, Cell, Column, Paragraph, Row, Star, Table
from p2ptrack.reports.exempt_marks import exempt_mark
from p2ptrack.reports.layout import drop_empty_columns
from p2ptrack.reports.paper import format_rating
from p2ptrack.reports.progress.view import (
    LastMeetingRegister,
    View,
    exclude_records,
    format_phrase,
    format_title,
    link_ids,
    make_cell,
)
from p2ptrack.reports.record_blocks import (
    Spans,
    format_council_date,
    format_decision,
    format_evidence,
    format_status,
    format_target,
    format_verification,
    inferred_mark,
    link_record,
    link_records,
)

_LIST_REQUIRED_COLUMNS = frozenset({"id", "what", "target"})


@dataclass(frozen=True, slots=True)
class _ListColumn:
    """A column of a list: what stands above it, and what a record has in it."""

    column: Column
    build_cell: Callable[[View, TrackedRecord], Cell]


def _select_list_columns(view: View, *names: str) -> tuple[_ListColumn, ...]:
    words = view.wording
    all_columns = {
        "id": _ListColumn(Column("id", words("id"), width="narrow", header=True), lambda _, record: Cell(record.id)),
        "what": _ListColumn(Column("what", words("item"), width="wide"), _build_title_cell),
        "status": _ListColumn(
            Column("status", words("status")), lambda view, record: make_cell(format_status(view.context, record))
        ),
        "rating": _ListColumn(Column("rating", words("rating"), width="narrow"), _build_rating_cell),
        "owner": _ListColumn(Column("owner", words("accountable")), _build_owner_cell),
        "target": _ListColumn(
            Column("target", words("target")), lambda view, record: make_cell(format_target(view.context, record))
        ),
        "late": _ListColumn(Column("late", words("days_late"), "right", "narrow"), _build_days_late_cell),
        "left": _ListColumn(Column("left", words("days_left"), "right", "narrow"), _build_days_left_cell),
        "moved": _ListColumn(Column("moved", words("times_moved"), "right", "narrow"), _build_times_moved_cell),
        "updated": _ListColumn(Column("updated", words("last_update")), _build_last_update_cell),
        "done": _ListColumn(
            Column("done", words("completed_on")),
            lambda _, r: make_cell(format_council_date(r, "completed_on", r.completed_on)),
        ),
        "evidence": _ListColumn(Column("evidence", words("evidence")), _build_evidence_cell),
        "verified": _ListColumn(Column("verified", words("verified")), _build_verified_cell),
        "decision": _ListColumn(Column("decision", words("decided"), width="wide"), _build_decision_cell),
    }
    return tuple(all_columns[name] for name in names)


def _build_list(
    view: View, key: str, records: Iterable[TrackedRecord], list_columns: tuple[_ListColumn, ...]
) -> tuple[Block, ...]:
    """Return the list; nothing where no record stands in it."""
    rows = tuple(
        Row(tuple(list_column.build_cell(view, record) for list_column in list_columns), key=record.id)
        for record in records
    )
    if not rows:
        return ()
    caption = view.wording(f"{key.replace('-', '_')}_caption", number=len(rows), day=format_long_date(view.due_until))
    return (
        drop_empty_columns(
            Table(key, caption, tuple(list_column.column for list_column in list_columns), rows), _LIST_REQUIRED_COLUMNS
        ),
    )


def _build_title_cell(view: View, record: TrackedRecord) -> Cell:
    return make_cell(format_title(view, record))


def _build_rating_cell(view: View, record: TrackedRecord) -> Cell:
    """Return the council's word for how a record stands; nothing where the council rates nothing."""
    ratings = view.case.policy.rating
    return Cell(format_rating(view.context, rate_record(view.case, record)) if ratings else None)


def _build_owner_cell(view: View, record: TrackedRecord) -> Cell:
    names = ", ".join(record.accountable)
    if not names:
        return Cell()
    several = (f" ({view.wording('several_owners')})",) if len(record.accountable) > 1 else ()
    return make_cell((names, *inferred_mark(record, "accountable"), *several))


def _build_days_late_cell(view: View, record: TrackedRecord) -> Cell:
    return Cell(view.facts(record).days_overdue)


def _build_days_left_cell(view: View, record: TrackedRecord) -> Cell:
    return Cell(view.facts(record).days_to_target)


def _build_times_moved_cell(view: View, record: TrackedRecord) -> Cell:
    return Cell(view.facts(record).times_moved or None)


def _build_last_update_cell(view: View, record: TrackedRecord) -> Cell:
    since = view.facts(record).days_since_update
    return Cell(None if since is None else view.case.as_of - timedelta(since))


def _build_evidence_cell(view: View, record: TrackedRecord) -> Cell:
    if record.evidence or view.is_redacted(record, "evidence"):
        return make_cell(*format_evidence(view.context, record))
    return Cell(view.wording("no_evidence"))


def _build_verified_cell(view: View, record: TrackedRecord) -> Cell:
    lines = [(*line, *inferred_mark(record, "verified")) for line in format_verification(view.context, record)]
    unverified = not lines and view.facts(record).awaiting_verification
    return Cell(view.wording("not_verified")) if unverified else make_cell(*lines)


def _build_decision_cell(view: View, record: TrackedRecord) -> Cell:
    """Return by whom, when and why it was decided, and what takes its place."""
    words = view.wording
    lines = [(*line, *inferred_mark(record, "decided")) for line in format_decision(view.context, record) if any(line)]
    if record.superseded_by:
        replacements = link_records(view.context, record.superseded_by)
        lines.append((f"{words('superseded_by')} ", *replacements, *inferred_mark(record, "superseded_by")))
    is_stated = record.decided or view.is_redacted(record, "decided")
    return make_cell(*lines) if is_stated else make_cell((words("no_decision"),), *lines)


def build_overdue(view: View) -> tuple[Block, ...]:
    """Return what is overdue, the longest first."""
    late = sorted(
        view.with_fact("overdue"), key=lambda record: (-(view.facts(record).days_overdue or 0), natural_key(record.id))
    )
    columns = _select_list_columns(view, "id", "what", "rating", "owner", "target", "late", "moved", "updated")
    return (*_build_list(view, "overdue", late, columns), *_build_newly_overdue(view, late))


def _build_newly_overdue(view: View, late: Sequence[TrackedRecord]) -> tuple[Block, ...]:
    """Say which were not overdue yet at the last meeting."""
    last_day = view.last_position_date
    days = ((record, get_deadline(record)) for record in late)
    newly_overdue = [record for record, day in days if last_day is not None and day is not None and day >= last_day]
    return (
        (Paragraph(format_phrase(view.wording, "newly_overdue", ids=link_ids(newly_overdue)), "note"),)
        if newly_overdue
        else ()
    )


def build_due(view: View) -> tuple[Block, ...]:
    """Return what falls due next."""
    return _build_list(
        view,
        "due",
        view.list_due(),
        _select_list_columns(view, "id", "what", "rating", "status", "owner", "target", "left"),
    )


def build_ongoing(view: View) -> tuple[Block, ...]:
    """Return what else is unfinished, so that the paper names every record."""
    remaining = exclude_records(
        view.with_fact("unfinished"), view.with_fact("overdue"), view.list_due(), list_needing_decision(view)
    )
    columns = _select_list_columns(view, "id", "what", "rating", "status", "owner", "target", "updated")
    return _build_list(view, "ongoing", remaining, columns)


def build_completed(view: View) -> tuple[Block, ...]:
    """Return what was done at or since the last meeting or is still to be verified; earlier work by its ids."""
    done = view.with_status(Status.COMPLETE, Status.VERIFIED)
    earlier = [record for record in done if is_closed_before_last_meeting(view, record)]
    columns = _select_list_columns(view, "id", "what", "owner", "done", "evidence", "verified")
    return (
        *_build_list(view, "completed", exclude_records(done, earlier), columns),
        *_build_earlier_note(view, earlier),
    )


def is_closed_before_last_meeting(view: View, record: TrackedRecord) -> bool:
    """Whether a record was closed before the last meeting, which has heard of it then.

    What was entered since, of however long ago, is new to the committee.
    """
    last_day, day = view.last_position_date, find_closing_day(record)
    is_before = last_day is not None and view.facts(record).closed and day is not None and day < last_day
    return is_before and (view.last_register is None or _is_closed_at(view.last_register, record))


def _is_closed_at(last_register: LastMeetingRegister, record: TrackedRecord) -> bool:
    facts = last_register.snapshot.case.facts.get(record.id)
    return facts is not None and facts.closed


def find_closing_day(record: TrackedRecord) -> date | None:
    """Return the last day that a record's closing can mean, of the days that it states."""
    days = (part.on for part in (record.decided, record.verified) if part)
    return next((day.latest for day in (*days, record.completed_on) if day), None)


def _build_earlier_note(view: View, records: Sequence[TrackedRecord]) -> tuple[Block, ...]:
    return (Paragraph(format_phrase(view.wording, "closed_earlier", ids=link_ids(records)), "note"),) if records else ()


def list_needing_decision(view: View) -> tuple[TrackedRecord, ...]:
    """Return what left the list by a decision, is to leave it, or is on hold, those apart that came before."""
    return view.with_status(*STATUSES_NEEDING_DECISION)


def build_decisions(view: View) -> tuple[Block, ...]:
    """Return what was or is to be closed by a decision, put on hold, or not done at an accepted risk."""
    records = list_needing_decision(view)
    earlier = [record for record in records if is_closed_before_last_meeting(view, record)]
    columns = _select_list_columns(view, "id", "what", "status", "decision")
    return (
        *_build_list(view, "decisions", exclude_records(records, earlier), columns),
        *_build_earlier_note(view, earlier),
    )


def list_undecided(view: View) -> tuple[TrackedRecord, ...]:
    """Return what states such a status and waits for this meeting, or for anybody, to decide it."""
    meeting = view.context.meeting.id if view.context.meeting else None
    records = (record for record in list_needing_decision(view) if not view.is_redacted(record, "decided"))
    return tuple(record for record in records if _is_undecided(record, meeting))


def _is_undecided(record: TrackedRecord, meeting: str | None) -> bool:
    decision = record.decided
    if decision is None or (meeting is not None and decision.meeting == meeting):
        return True
    return decision.by is None and decision.meeting is None and decision.minute is None


def build_notes(view: View) -> tuple[Block, ...]:
    """Return the officers' notes. The register of any other audience holds none."""
    words = view.wording
    columns = (
        Column("id", words("id"), width="narrow", header=True),
        Column("note", words("note"), width="wide"),
    )
    records = (*view.scope.recommendations, *view.records)
    rows = tuple(Row((Cell(record.id), Cell(record.note)), key=record.id) for record in records if record.note)
    return (Table("notes", words("notes_caption", number=len(rows)), columns, rows),) if rows else ()


# Targets that were moved, or that somebody asks to move.


_EXTENSION_REQUIRED_COLUMNS = frozenset({"id", "what", "from", "to", "decision"})


def find_extension_request(view: View, record: TrackedRecord) -> TargetRevision | None:
    """Return the newest entry of the ledger of moved targets where it still waits for an answer."""
    newest = record.revisions[-1] if record.revisions else None
    if newest is None or newest.decision is Decision.REQUESTED:
        return newest
    is_unanswered = (
        newest.decision is None and newest.approved_by is None and newest.category is not Category.CORRECTION
    )
    return newest if is_unanswered and view.case.policy.extensions_need_approval else None


def list_extension_requests(view: View) -> tuple[TrackedRecord, ...]:
    """Return the unfinished records for which a later target is asked."""
    return tuple(record for record in view.with_fact("unfinished") if find_extension_request(view, record))


def build_extensions(view: View) -> tuple[Block, ...]:
    """Return every move of a target: asked for, granted or refused, by whom, and why.

    What was closed before the last meeting is left out: its moves stood in the paper that told so.
    """
    words = view.wording
    columns = (
        Column("id", words("id"), width="narrow", header=True),
        Column("what", words("item"), width="wide"),
        Column("from", words("moved_from")),
        Column("to", words("moved_to")),
        Column("decision", words("moved_decision")),
        Column("reason", words("moved_reason"), width="wide"),
    )
    changes = [
        (record, revision)
        for record in view.records
        if not is_closed_before_last_meeting(view, record)
        for revision in record.revisions
    ]
    rows = tuple(_build_extension_row(view, record, revision) for record, revision in changes)
    table = Table("extensions", words("extensions_caption", number=len(rows)), columns, rows)
    return (drop_empty_columns(table, _EXTENSION_REQUIRED_COLUMNS),) if rows else ()


def _build_extension_row(view: View, record: TrackedRecord, revision: TargetRevision) -> Row:
    words = view.wording
    meeting = view.case.register.find_meeting(revision.meeting)
    outcome = words("correction") if revision.category is Category.CORRECTION else _format_outcome(view, revision)
    minute = words("minute", number=revision.minute) if revision.minute else None
    decision_parts = (
        outcome,
        revision.approved_by or (meeting.body if meeting else None),
        revision.date.to_text() if revision.date else None,
        minute,
    )
    cells = (
        Cell(record.id),
        make_cell(format_title(view, record)),
        Cell(revision.from_),
        Cell(revision.to),
        Cell(", ".join(filter(None, decision_parts))),
        make_cell((*((revision.reason,) if revision.reason else ()), *exempt_mark(view.context, revision.exempt))),
    )
    return Row(cells, key=record.id)


def _format_outcome(view: View, revision: TargetRevision) -> str:
    if revision.decision:
        return view.wording(f"decision_{revision.decision.value}")
    return view.wording("decision_granted" if revision.approved_by else "decision_none")


# What records wait for, who can bring it about, and which of them rest on one piece of work.


_WAITING_REQUIRED_COLUMNS = frozenset({"cause", "items"})


@dataclass(frozen=True, slots=True)
class OpenDependency:
    """Something waited for, and the records that wait for it."""

    description: Spans
    owner: str | None
    since: CouncilDate | None
    expected: CouncilDate | None
    records: tuple[TrackedRecord, ...]


def list_open_dependencies(view: View) -> tuple[OpenDependency, ...]:
    """Return what unfinished records wait for and has not come about, in the order of the records."""
    context = FactContext(view.case.register, view.case.as_of, {})
    blockers_by_cause: dict[str, list[tuple[TrackedRecord, Blocker]]] = {}
    for record in view.with_fact("waiting"):
        for blocker in record.blocked_by:
            if not is_cleared(blocker, context):
                blockers_by_cause.setdefault(blocker.id or blocker.cause or "", []).append((record, blocker))
    return tuple(_build_open_dependency(view, pairs) for pairs in blockers_by_cause.values())


def _build_open_dependency(view: View, pairs: list[tuple[TrackedRecord, Blocker]]) -> OpenDependency:
    records = tuple(record for record, _ in pairs)
    blocker = pairs[0][1]
    inferred: Spans = (Star(),) if any("blocked_by" in record.inferred for record in records) else ()
    dependency = view.case.register.find_dependency(blocker.id)
    exempt = exempt_mark(view.context, blocker.exempt)
    if dependency:
        return OpenDependency(
            (dependency.title, *inferred, *exempt), dependency.owner, dependency.since, dependency.expected, records
        )
    return OpenDependency(
        (blocker.cause or blocker.id or "", *inferred, *exempt), blocker.owner, blocker.since, None, records
    )


def build_waiting(view: View) -> tuple[Block, ...]:
    """Return the table of what is waited for; nothing where no record waits."""
    dependencies, words = list_open_dependencies(view), view.wording
    columns = (
        Column("cause", words("cause"), header=True),
        Column("owner", words("cause_owner")),
        Column("since", words("cause_since")),
        Column("expected", words("cause_expected")),
        Column("items", words("cause_items"), width="wide"),
    )
    rows = tuple(
        Row(
            (
                make_cell(dependency.description),
                Cell(dependency.owner),
                Cell(dependency.since),
                Cell(dependency.expected),
                make_cell(*(_format_record_target(view, record) for record in dependency.records)),
            )
        )
        for dependency in dependencies
    )
    return (
        (drop_empty_columns(Table("waiting", words("waiting_caption"), columns, rows), _WAITING_REQUIRED_COLUMNS),)
        if rows
        else ()
    )


def _format_record_target(view: View, record: TrackedRecord) -> Spans:
    target_spans = format_target(view.context, record)
    return (*link_record(view.context, record.id), *((": ", *target_spans) if target_spans else ()))


def build_same_work(view: View) -> tuple[Block, ...]:
    """Return a line for each piece of work that more than one record asks for; nothing where there is none."""
    items = tuple((Paragraph(_format_same_work(view, group)),) for group in view.list_same_work())
    return (Paragraph((view.wording("same_work_note"),)), Bullets(items)) if items else ()


def _format_same_work(view: View, group: tuple[TrackedRecord, ...]) -> Spans:
    inferred: Spans = (Star(),) if any("same_deliverable_as" in record.inferred for record in group) else ()
    links = link_records(view.context, [record.id for record in group])
    targets = {"".join(map(str, format_target(view.context, record))) for record in group}
    shared_target = targets.pop() if len(targets) == 1 else ""
    if shared_target:
        return format_phrase(view.wording, "same_work_aim", items=(*links, *inferred), target=shared_target)
    return (*links, *inferred)
