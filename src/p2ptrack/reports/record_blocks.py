"""How papers tell of one record: its status, its target, what was reported on it. What is not stated is not printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.links import CoverReference
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import Extent
from p2ptrack.model.records import (
    Blocker,
    Evidence,
    Milestone,
    Record,
    SourceRef,
    TargetRevision,
    TrackedRecord,
    Update,
)
from p2ptrack.model.register import resolve_update_date
from p2ptrack.phrases import natural_key
from p2ptrack.reports.document import Block, Fact, Link, Paragraph, Prose, Ref, Span, Star, Strong, make_paragraph
from p2ptrack.reports.paper import exempt_mark, wrap_exempt_blocks

Spans = tuple[Span, ...]


def inferred_mark(record: Record, *fields: str) -> Spans:
    """Return the mark of the register keeper's reading where one of these fields is one."""
    return (Star(),) if set(fields) & set(record.inferred) else ()


def join_spans(parts: Iterable[Spans], separator: str = ", ") -> Spans:
    """Return several pieces of text as one, with the same sign between them."""
    spans: list[Span] = []
    for part in parts:
        if part:
            spans += ([separator] if spans else []) + list(part)
    return tuple(spans)


def format_status(case: Case, record: TrackedRecord) -> Spans:
    """Return the status on the day of the case, and the one decided for a later day; nothing where none is stated."""
    current = case.get_status(record)
    if current is None or record.status is None:
        return ()
    inferred = inferred_mark(record, "status")
    spans: Spans = (case.wording(f"status_{current.value}"), *inferred)
    if current is record.status or record.decided is None or record.decided.on is None:
        return spans
    scheduled = (
        case.wording(f"status_{record.status.value}"),
        " ",
        case.wording("status_ahead", on=record.decided.on.to_text()),
    )
    return (*spans, "; ", *scheduled, *(inferred or inferred_mark(record, "decided")))


def format_council_date(record: Record, field: str, day: CouncilDate | None) -> Spans:
    """Return a council date as papers print it."""
    if day is None:
        return ()
    return (day.to_text(), *(inferred_mark(record, field) or ((Star(),) if day.inferred else ())))


def format_target(case: Case, record: TrackedRecord) -> Spans:
    """Return the target, and the review date of one that is ongoing."""
    review = format_council_date(record, "review_by", record.review_by)
    return join_spans(
        (
            format_council_date(record, "target", record.target),
            (case.wording("review_by"), " ", *review) if review else (),
        ),
        "; ",
    )


def format_status_line(case: Case, record: TrackedRecord) -> Spans:
    """Return where a record stands in one line: status, target, phase, as far as they are stated."""
    parts = (
        format_status(case, record),
        _prefix_label(case.wording("target"), format_target(case, record)),
        _prefix_label(
            case.wording("priority"), (case.wording(f"priority_{record.priority.value}"),) if record.priority else ()
        ),
        _format_phases(case, record),
    )
    return join_spans(parts, " · ")


def _prefix_label(label: str, spans: Spans) -> Spans:
    return (f"{label} ", *spans) if spans else ()


def _format_phases(case: Case, record: TrackedRecord) -> Spans:
    start_phase, end_phase = (case.register.find_phase(getattr(record, name, None)) for name in ("phase", "phase_end"))
    starts: Spans = (
        (case.wording("starts_in", phase=start_phase.title), *inferred_mark(record, "phase")) if start_phase else ()
    )
    ends: Spans = (
        (case.wording("ends_in", phase=end_phase.title), *inferred_mark(record, "phase_end")) if end_phase else ()
    )
    return join_spans((starts, ends))


def short_title(record: Record) -> str:
    """Return what papers call a record: the heading it was last told under, else its title."""
    if isinstance(record, TrackedRecord):
        return next((update.heading for update in record.updates if update.heading), record.title)
    return record.title


def link_record(case: Case, id_: str) -> Spans:
    """Return a record's id, linked, and what papers call it, marked where it is exempt."""
    record = case.register.by_id.get(id_)
    return (Ref(id_), f" {short_title(record)}", *exempt_mark(case, record.exempt)) if record else (id_,)


def link_records(case: Case, ids: Sequence[str]) -> Spans:
    """Return several records, each by its id and name."""
    return join_spans((link_record(case, id_) for id_ in ids), "; ")


def source_title(case: Case, source: SourceRef | None) -> str:
    """Return the title of the paper that something comes from."""
    source_entry = case.register.find_source(source.id) if source else None
    return source_entry.title if source_entry else case.wording("the_source")


def covering_updates(case: Case, record: TrackedRecord) -> tuple[CoverReference, ...]:
    """Return the updates of other records that report on this one too."""
    return case.links.covered_by.get(record.id, ())


def sort_newest_first(case: Case, record: TrackedRecord) -> tuple[Update, ...]:
    """Return the record's updates, the newest first; as they were written where the age of one is not known."""
    days = [resolve_update_date(case.register, update) for update in record.updates]
    latest_days = [day.latest if day else None for day in days]
    if None in latest_days:
        return record.updates
    order = sorted(range(len(latest_days)), key=lambda index: (latest_days[index], -index), reverse=True)
    return tuple(record.updates[index] for index in order)


def source_sort_key(record: TrackedRecord) -> tuple[object, ...]:
    """Order records as their updates are told: by the place of the update in its source, else by id."""
    refs = [update.source.ref for update in record.updates if update.source and update.source.ref]
    return (natural_key(refs[0]) if refs else natural_key(record.id), natural_key(record.id))


@dataclass(frozen=True, slots=True)
class SharedAttribution:
    """What a paper says once for all its records, and no more at each.

    `source` is the one paper that most texts are summarised from, and then its own words are marked
    instead (`mixed` where there are any); `day` is the one date of all updates.
    """

    source: str = ""
    has_own_words: bool = False
    day: str = ""


def find_shared_attribution(case: Case, records: Iterable[Record]) -> SharedAttribution:
    """Return what can be said once of these records."""
    all_records = tuple(records)
    updates = [
        (record, update) for record in all_records if isinstance(record, TrackedRecord) for update in record.updates
    ]
    texts = [(update.source, update.restated) for _, update in updates if update.text is not None]
    texts += [(record.source, "origin_text" in record.restated) for record in all_records if record.origin_text]
    source_id = _single_value([source.id if source else "" for source, _ in texts])
    restated = [restated for _, restated in texts]
    source_entry = case.register.find_source(source_id)
    title = source_entry.title if source_entry and 2 * sum(restated) > len(restated) else ""
    days = [update.date.raw if update.date else "" for _, update in updates]
    day = _single_value(days) if len(days) > 1 else ""
    return SharedAttribution(title, not all(restated), day)


def _single_value(texts: Sequence[str]) -> str:
    return texts[0] if len(set(texts)) == 1 else ""


def build_shared_attribution(case: Case, attribution: SharedAttribution) -> tuple[Block, ...]:
    """Return the line that says it once."""
    if not attribution.source:
        return ()
    return (
        Paragraph(
            (
                case.wording(
                    "most_summarised" if attribution.has_own_words else "all_summarised", source=attribution.source
                ),
            ),
            "note",
        ),
    )


def format_attribution(case: Case, attribution: SharedAttribution, title: str, *, restated: bool) -> Spans:
    """Return what must be said of a text's words at the text itself: summarised, or the source's own."""
    if attribution.source:
        return () if restated else (case.wording("own_words", source=attribution.source),)
    return (case.wording("summarised", source=title),) if restated else ()


def build_no_update(case: Case, record: TrackedRecord) -> tuple[Block, ...]:
    """Return the line for a record that nothing is reported on; none where what is reported is withheld."""
    if case.redactions.is_redacted(record.id, "updates"):
        return ()
    return (make_paragraph(case.wording("no_update_in_source" if record.source else "no_update")),)


def build_update(
    case: Case, record: TrackedRecord, update: Update, attribution: SharedAttribution
) -> tuple[Block, ...]:
    """Return one update: when and by whom, its words, and what there is to know about them."""
    head = _format_update_head(case, update, attribution)
    heading: tuple[Block, ...] = (Paragraph(head, "note"),) if head else ()
    notes = format_update_notes(case, record, update, attribution)
    footer: tuple[Block, ...] = (Paragraph(notes, "source"),) if notes else ()
    return wrap_exempt_blocks(case, update.exempt, (*heading, *_build_update_text(case, update), *footer))


def _build_update_text(case: Case, update: Update) -> tuple[Block, ...]:
    """Return what an update says; nothing where its words are withheld."""
    if update.text is not None:
        return (Prose(update.text),)
    return (make_paragraph(case.wording("see"), " ", *link_record(case, update.see), "."),) if update.see else ()


def _format_update_head(case: Case, update: Update, attribution: SharedAttribution) -> Spans:
    meeting = case.register.find_meeting(update.meeting)
    day = update.date or (meeting.date if meeting else None)
    parts: tuple[Spans, ...] = (
        (Strong(day.to_text()),) if day and not attribution.day else (),
        (meeting.body or meeting.id,) if meeting else (),
        (case.wording(f"status_{update.status.value}"),) if update.status else (),
        (update.by,) if update.by else (),
    )
    return join_spans(parts, " · ")


def format_update_notes(case: Case, record: TrackedRecord, update: Update, attribution: SharedAttribution) -> Spans:
    """Return what a reader must know of an update's words: whose they are, what is missing, what else they tell of."""
    title = source_title(case, update.source or record.source)
    parts: tuple[Spans, ...] = (
        format_attribution(case, attribution, title, restated=update.restated) if update.text else (),
        (case.wording("cut_short", source=title),) if update.truncated else (),
        *(_format_covers(case, extent, [c.id for c in update.covers if c.extent is extent]) for extent in Extent),
        format_published_columns(case, update.as_published),
    )
    return join_spans(parts, " ")


def _format_covers(case: Case, extent: Extent, ids: Sequence[str]) -> Spans:
    links = join_spans((Ref(id_),) for id_ in ids)
    return (case.wording(f"covers_{extent.value}"), " ", *links, ".") if links else ()


def format_published_columns(case: Case, columns: dict[str, str]) -> Spans:
    """Return a source's own columns, word for word."""
    if not columns:
        return ()
    return (case.wording("as_published", columns="; ".join(f"{name}: {value}" for name, value in columns.items())),)


# What else a record says, a line each: who answers for it, what it waits for, how its date moved, what shows it.


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
