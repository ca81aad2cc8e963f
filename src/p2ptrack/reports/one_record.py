"""How papers tell of one record: its status, its target, what was reported on it. What is not stated is not printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.links import CoverReference
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.fields import Extent
from p2ptrack.records.kinds import Record, TrackedRecord
from p2ptrack.records.parts import SourceRef, Update
from p2ptrack.records.register import natural_key, resolve_update_date
from p2ptrack.reports.document import Block, Paragraph, Prose, Ref, Span, Star, Strong, make_paragraph
from p2ptrack.reports.publication import exempt_mark, wrap_exempt_blocks

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
