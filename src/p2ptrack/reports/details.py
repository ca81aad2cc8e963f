"""What else a record says, a line each: who answers for it, what it waits for, how its date moved, what shows it."""

from __future__ import annotations

from collections.abc import Callable

from p2ptrack.analysis.case import Case
from p2ptrack.records.kinds import Record, TrackedRecord
from p2ptrack.records.parts import Blocker, Evidence, Milestone, TargetRevision
from p2ptrack.reports.document import Fact, Link
from p2ptrack.reports.one_record import Spans, inferred_mark, join_spans, link_records
from p2ptrack.reports.publication import exempt_mark

DetailFormatter = Callable[[Case, TrackedRecord], tuple[Spans, ...]]


def build_details(case: Case, record: TrackedRecord, omitted: frozenset[str] = frozenset()) -> tuple[Fact, ...]:
    """Return every detail that the record states, under its label, but those told elsewhere (`besides`)."""
    candidates = ((name, fields, lines(case, record)) for name, fields, lines in _DETAILS if name not in omitted)
    return tuple(_build_fact(case, record, name, fields, lines) for name, fields, lines in candidates if any(lines))


def _build_fact(
    case: Case, record: TrackedRecord, name: str, fields: tuple[str, ...], lines: tuple[Spans, ...]
) -> Fact:
    inferred = inferred_mark(record, *fields)
    marked_lines = tuple((*line, *inferred) for line in lines if line)
    label = case.wording(name)
    return Fact(label, spans=marked_lines[0]) if len(marked_lines) == 1 else Fact(label, lines=marked_lines)


def _format_agreed_action(_: Case, record: TrackedRecord) -> tuple[Spans, ...]:
    return ((record.agreed_action,),) if record.agreed_action else ()


def _format_answer_lines(case: Case, record: Record) -> tuple[Spans, ...]:
    return (format_answer(case, record),)


def format_answer(case: Case, record: Record) -> Spans:
    """Return the answer to the ask: accepted or not, and in which words."""
    response = record.response
    text = (response.text,) if response and response.text else ()
    signatories = filter(None, (response.by, response.on.to_text() if response.on else None)) if response else ()
    signature = ", ".join(signatories)
    acceptance = (case.wording(f"acceptance_{record.acceptance.value}"),) if record.acceptance else ()
    return join_spans((join_spans((acceptance, text), " – "), (f"({signature})",) if signature else ()), " ")


def _officer_formatter(name: str) -> DetailFormatter:
    def format_lines(_: Case, record: TrackedRecord) -> tuple[Spans, ...]:
        officers: tuple[str, ...] = getattr(record, name)
        return ((", ".join(officers),),) if officers else ()

    return format_lines


def _date_formatter(name: str) -> DetailFormatter:
    def format_lines(_: Case, record: TrackedRecord) -> tuple[Spans, ...]:
        day = getattr(record, name)
        return ((day.to_text(),),) if day else ()

    return format_lines


def _link_formatter(name: str) -> DetailFormatter:
    def format_lines(case: Case, record: TrackedRecord) -> tuple[Spans, ...]:
        return (link_records(case, getattr(record, name)),)

    return format_lines


def _format_see_also(case: Case, record: TrackedRecord) -> tuple[Spans, ...]:
    linked = {*record.depends_on, *record.superseded_by}
    return (link_records(case, [id_ for id_ in record.see_also if id_ not in linked]),)


def _format_same_work(case: Case, record: TrackedRecord) -> tuple[Spans, ...]:
    return (link_records(case, case.links.find_deliverable_siblings(record.id)),)


def _format_blockers(case: Case, record: TrackedRecord) -> tuple[Spans, ...]:
    return tuple(_format_blocker(case, blocker) for blocker in record.blocked_by)


def _format_blocker(case: Case, blocker: Blocker) -> Spans:
    dependency = case.register.find_dependency(blocker.id)
    owner, since = (dependency.owner, dependency.since) if dependency else (blocker.owner, blocker.since)
    qualifiers = (
        owner,
        case.wording("since", on=since.to_text()) if since else None,
        case.wording("expected", on=dependency.expected.to_text()) if dependency and dependency.expected else None,
        case.wording("cleared", on=dependency.cleared.to_text()) if dependency and dependency.cleared else None,
    )
    suffix = ", ".join(text for text in qualifiers if text)
    description = dependency.title if dependency else blocker.cause or blocker.id or ""
    return (f"{description} ({suffix})" if suffix else description, *exempt_mark(case, blocker.exempt))


def format_revisions(case: Case, record: TrackedRecord) -> tuple[Spans, ...]:
    """Return every entry of the ledger of moved targets, what was refused included."""
    return tuple(_format_revision(case, revision) for revision in record.revisions)


def _format_revision(case: Case, revision: TargetRevision) -> Spans:
    change = case.wording("moved", before=revision.from_.to_text(), after=revision.to.to_text())
    meeting = case.register.find_meeting(revision.meeting)
    parts = (
        case.wording(f"decision_{revision.decision.value}") if revision.decision else None,
        revision.date.to_text() if revision.date else None,
        revision.approved_by or (meeting.body if meeting else None),
        case.wording("minute", number=revision.minute) if revision.minute else None,
    )
    decision_text = ", ".join(text for text in parts if text)
    head = f"{change} ({decision_text})" if decision_text else change
    return (f"{head}: {revision.reason}" if revision.reason else head, *exempt_mark(case, revision.exempt))


def _format_milestones(case: Case, record: TrackedRecord) -> tuple[Spans, ...]:
    return tuple(_format_milestone(case, milestone) for milestone in record.milestones)


def _format_milestone(case: Case, milestone: Milestone) -> Spans:
    due = case.wording("due", on=milestone.due.to_text()) if milestone.due else ""
    done = case.wording("done", on=milestone.done.to_text()) if milestone.done else ""
    return (", ".join(text for text in (milestone.title, due, done) if text),)


def format_evidence(case: Case, record: TrackedRecord) -> tuple[Spans, ...]:
    """Return what shows that it was done."""
    return tuple(_format_evidence_item(case, item) for item in record.evidence)


def _format_evidence_item(case: Case, item: Evidence) -> Spans:
    title_spans: Spans = (Link(item.link, item.title or ""),) if item.link else ((item.title,) if item.title else ())
    spans = join_spans((title_spans, (item.date.to_text(),) if item.date else ()))
    return (*spans, *exempt_mark(case, item.exempt)) if spans else ()


def format_verification(_: Case, record: TrackedRecord) -> tuple[Spans, ...]:
    """Return who confirmed that it is done, when and how."""
    verified = record.verified
    if verified is None:
        return ()
    head = ", ".join(text for text in (verified.by, verified.on.to_text() if verified.on else None) if text)
    return ((": ".join(text for text in (head, verified.method) if text),),)


def format_decision(case: Case, record: TrackedRecord) -> tuple[Spans, ...]:
    """Return when, by whom and why it was decided that a record leaves the list or is put on hold."""
    decided = record.decided
    if decided is None:
        return ()
    meeting = case.register.find_meeting(decided.meeting)
    parts = (
        decided.on.to_text() if decided.on else None,
        decided.by,
        meeting.body or meeting.id if meeting else None,
        case.wording("minute", number=decided.minute) if decided.minute else None,
        case.wording("carried_on", by=decided.continuing_owner) if decided.continuing_owner else None,
        f"{case.wording('review_by')} {decided.review_by.to_text()}" if decided.review_by else None,
    )
    head = ", ".join(dict.fromkeys(text for text in parts if text))
    return ((": ".join(text for text in (head, decided.reason) if text),),)


def _format_note(_: Case, record: Record) -> tuple[Spans, ...]:
    return ((record.note,),) if record.note else ()


def _format_published(_: Case, record: TrackedRecord) -> tuple[Spans, ...]:
    return tuple((f"{name}: {value}",) for name, value in record.as_published.items())


_DETAILS: tuple[tuple[str, tuple[str, ...], DetailFormatter], ...] = (
    ("agreed_action", ("agreed_action",), _format_agreed_action),
    ("answer", ("acceptance", "response"), _format_answer_lines),
    ("accountable", ("accountable",), _officer_formatter("accountable")),
    ("supporting", ("supporting",), _officer_formatter("supporting")),
    ("lead_member", ("lead_member",), _officer_formatter("lead_member")),
    ("start", ("start",), _date_formatter("start")),
    ("revised", ("revisions",), format_revisions),
    ("milestones", ("milestones",), _format_milestones),
    ("waiting_for", ("blocked_by",), _format_blockers),
    ("depends_on", ("depends_on",), _link_formatter("depends_on")),
    ("superseded_by", ("superseded_by",), _link_formatter("superseded_by")),
    ("same_work", ("same_deliverable_as",), _format_same_work),
    ("see_also", ("see_also",), _format_see_also),
    ("decided", ("decided",), format_decision),
    ("completed_on", ("completed_on",), _date_formatter("completed_on")),
    ("evidence", ("evidence",), format_evidence),
    ("verified", ("verified",), format_verification),
    ("published", ("as_published",), _format_published),
    ("note", (), _format_note),
)
