"""The lists behind the figures: overdue, due, changed targets, decisions, completed, waiting and other items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from p2ptrack.analysis.case import rate_record
from p2ptrack.analysis.facts import FactContext, get_deadline, is_cleared
from p2ptrack.analysis.redaction.exempt_text import remove_tags
from p2ptrack.model.dates import CouncilDate, format_long_date
from p2ptrack.model.fields import STATUSES_NEEDING_DECISION, Category, Decision, Status
from p2ptrack.model.records import Blocker, TargetRevision, TrackedRecord
from p2ptrack.phrases import natural_key
from p2ptrack.reports.document import Block, Bullets, Cell, Column, Paragraph, Row, Star, Table
from p2ptrack.reports.exempt_marks import exempt_mark
from p2ptrack.reports.layout import drop_empty_columns
from p2ptrack.reports.paper import format_rating
from p2ptrack.reports.progress.view import (
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
    format_officers,
    format_status,
    format_target,
    format_verification,
    inferred_mark,
    link_record,
    link_records,
)

_LIST_REQUIRED_COLUMNS = frozenset({"id", "what", "target"})
_EXTENSION_REQUIRED_COLUMNS = frozenset({"id", "what", "from", "to", "decision"})
_WAITING_REQUIRED_COLUMNS = frozenset({"cause", "items"})
CellBuilder = Callable[[View, TrackedRecord], Cell]


def _build_list(view: View, key: str, records: Iterable[TrackedRecord], names: str) -> tuple[Block, ...]:
    """Return a list of records with the named columns; nothing when there is no record."""
    columns = [(column, build_cell) for column, build_cell in _list_columns(view) if column.key in names.split()]
    columns.sort(key=lambda pair: names.split().index(pair[0].key))
    rows = tuple(Row(tuple(build_cell(view, record) for _, build_cell in columns), key=record.id) for record in records)
    if not rows:
        return ()
    day = format_long_date(view.due_until)
    caption = view.wording(f"{key}_caption", number=len(rows), day=day)
    return (
        drop_empty_columns(Table(key, caption, tuple(column for column, _ in columns), rows), _LIST_REQUIRED_COLUMNS),
    )


def _list_columns(view: View) -> tuple[tuple[Column, CellBuilder], ...]:
    words = view.wording
    return (
        (Column("id", words("id"), width="narrow", header=True), lambda _, record: Cell(record.id)),
        (Column("what", words("item"), width="wide"), lambda view, record: make_cell(format_title(view, record))),
        (Column("status", words("status")), lambda view, record: make_cell(format_status(view.context, record))),
        (Column("rating", words("rating"), width="narrow"), _build_rating_cell),
        (Column("owner", words("accountable")), _build_owner_cell),
        (Column("target", words("target")), lambda view, record: make_cell(format_target(view.context, record))),
        (Column("late", words("days_late"), "right", "narrow"), lambda view, r: Cell(view.facts(r).days_overdue)),
        (Column("left", words("days_left"), "right", "narrow"), lambda view, r: Cell(view.facts(r).days_to_target)),
        (
            Column("moved", words("times_moved"), "right", "narrow"),
            lambda view, r: Cell(view.facts(r).times_moved or None),
        ),
        (Column("updated", words("last_update")), _build_last_update_cell),
        (
            Column("done", words("completed_on")),
            lambda _, record: make_cell(format_council_date(record, "completed_on", record.completed_on)),
        ),
        (Column("evidence", words("evidence")), _build_evidence_cell),
        (Column("verified", words("verified")), _build_verified_cell),
        (Column("decision", words("decided"), width="wide"), _build_decision_cell),
    )


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


def _build_ids_note(view: View, key: str, records: Sequence[TrackedRecord]) -> tuple[Block, ...]:
    return (Paragraph(format_phrase(view.wording, key, ids=link_ids(records)), "note"),) if records else ()


def build_overdue(view: View) -> tuple[Block, ...]:
    """Return the overdue records, the longest overdue first, and which were not overdue at the last meeting."""
    overdue = sorted(
        view.with_fact("overdue"), key=lambda record: (-(view.facts(record).days_overdue or 0), natural_key(record.id))
    )
    last_day = view.last_position_date
    days = ((record, get_deadline(record)) for record in overdue)
    newly_overdue = [record for record, day in days if last_day is not None and day is not None and day >= last_day]
    return (
        *_build_list(view, "overdue", overdue, "id what rating owner target late moved updated"),
        *_build_ids_note(view, "newly_overdue", newly_overdue),
    )


def build_due(view: View) -> tuple[Block, ...]:
    """Return the records due next."""
    return _build_list(view, "due", view.list_due(), "id what rating status owner target left")


def build_ongoing(view: View) -> tuple[Block, ...]:
    """Return the other unfinished records, so that the paper names every record."""
    remaining = exclude_records(
        view.with_fact("unfinished"), view.with_fact("overdue"), view.list_due(), list_needing_decision(view)
    )
    return _build_list(view, "ongoing", remaining, "id what rating status owner target updated")


def build_completed(view: View) -> tuple[Block, ...]:
    """Return what was completed since the last meeting or is still to be verified, and earlier work by its ids."""
    done = view.with_status(Status.COMPLETE, Status.VERIFIED)
    earlier = [record for record in done if is_closed_before_last_meeting(view, record)]
    recent = exclude_records(done, earlier)
    return (
        *_build_list(view, "completed", recent, "id what owner done evidence verified"),
        *_build_ids_note(view, "closed_earlier", earlier),
    )


def is_closed_before_last_meeting(view: View, record: TrackedRecord) -> bool:
    """Whether a record was closed before the last meeting, which saw it then.

    A closure that was entered since is new to the committee, however old it is.
    """
    last_day, day = view.last_position_date, find_closing_day(record)
    if last_day is None or day is None or day >= last_day or not view.facts(record).closed:
        return False
    facts = view.last_register.snapshot.case.facts.get(record.id) if view.last_register else None
    return view.last_register is None or (facts is not None and facts.closed)


def find_closing_day(record: TrackedRecord) -> date | None:
    """Return the last day that a record's closure can mean, of the dates that it states."""
    days = (part.on for part in (record.decided, record.verified) if part)
    return next((day.latest for day in (*days, record.completed_on) if day), None)


def list_needing_decision(view: View) -> tuple[TrackedRecord, ...]:
    """Return the records that are closed or put on hold by a decision, now or later."""
    return view.with_status(*STATUSES_NEEDING_DECISION)


def build_decisions(view: View) -> tuple[Block, ...]:
    """Return what was or is to be closed by a decision, put on hold, or not done at an accepted risk."""
    records = list_needing_decision(view)
    earlier = [record for record in records if is_closed_before_last_meeting(view, record)]
    return (
        *_build_list(view, "decisions", exclude_records(records, earlier), "id what status decision"),
        *_build_ids_note(view, "closed_earlier", earlier),
    )


def list_undecided(view: View) -> tuple[TrackedRecord, ...]:
    """Return the records with such a status whose decision is missing, or is this meeting's to take."""
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


def find_extension_request(view: View, record: TrackedRecord) -> TargetRevision | None:
    """Return the newest target change when it still waits for an answer."""
    newest = record.revisions[-1] if record.revisions else None
    if newest is None or newest.decision is Decision.REQUESTED:
        return newest
    is_unanswered = (
        newest.decision is None and newest.approved_by is None and newest.category is not Category.CORRECTION
    )
    return newest if is_unanswered and view.case.policy.extensions_need_approval else None


def list_extension_requests(view: View) -> tuple[TrackedRecord, ...]:
    """Return the unfinished records for which an extension is requested."""
    return tuple(record for record in view.with_fact("unfinished") if find_extension_request(view, record))


def build_extensions(view: View) -> tuple[Block, ...]:
    """Return every target change: requested, granted or refused, by whom, and why.

    Records that were closed before the last meeting are left out, because an earlier paper listed their changes.
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


@dataclass(frozen=True, slots=True)
class OpenDependency:
    """Something that is not cleared, and the records that wait for it."""

    description: Spans
    owner: str | None
    since: CouncilDate | None
    expected: CouncilDate | None
    records: tuple[TrackedRecord, ...]


def list_open_dependencies(view: View) -> tuple[OpenDependency, ...]:
    """Return the dependencies of unfinished records that are not cleared, in the order of the records."""
    context = FactContext(view.case.register, view.case.as_of, {})
    blockers_by_cause: dict[str, list[tuple[TrackedRecord, Blocker]]] = {}
    for record in view.with_fact("waiting"):
        for blocker in record.blocked_by:
            if not is_cleared(blocker, context):
                blockers_by_cause.setdefault(blocker.id or remove_tags(blocker.cause or ""), []).append(
                    (record, blocker)
                )
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
    """Return the table of dependencies; nothing when no record waits."""
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
    """Return a line for each deliverable that records share; nothing when they share none."""
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
