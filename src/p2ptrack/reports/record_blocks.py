"""The parts of papers about one record: status, target, updates and details. Missing fields are left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from p2ptrack.analysis.facts import is_listed_change, is_verified_by_owner
from p2ptrack.analysis.links import CoverReference
from p2ptrack.analysis.measures import is_scheduled
from p2ptrack.analysis.redaction.redact import has_tags, remove_tags
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.dates.council_date import normalise_text
from p2ptrack.model.fields import Decision, Extent, get_word_as_written
from p2ptrack.model.records import Blocker, Evidence, Record, SourceRef, TargetRevision, TrackedRecord, Update
from p2ptrack.model.register import format_meeting_title, resolve_update_date
from p2ptrack.phrases import find_first_sentence, natural_key
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import Block, Cell, Fact, Link, Paragraph, Prose, Ref, Span, Star, Strong, make_paragraph
from p2ptrack.reports.exempt_marks import exempt_mark, wrap_exempt_blocks
from p2ptrack.values import dataclass

_HOSTLESS_LINK = re.compile(r"https?:/*[?#]?", re.IGNORECASE)
_ID_IN_TEXT = re.compile(r"\b[A-Z]+[0-9][0-9.]*\b")
Spans = tuple[Span, ...]
DetailFormatter = Callable[[PaperContext, TrackedRecord], tuple[Spans, ...]]


def inferred_mark(record: Record, *fields: str) -> Spans:
    """Return the mark of our interpretation when one of these fields is one."""
    return (Star(),) if set(fields) & set(record.inferred) else ()


def join_spans(parts: Iterable[Spans], separator: str = ", ") -> Spans:
    """Return several pieces of text as one, with a separator between those that are not empty."""
    spans: list[Span] = []
    for part in parts:
        if part:
            spans += ([separator] if spans else []) + list(part)
    return tuple(spans)


def _join_texts(parts: Iterable[str | None], separator: str = ", ") -> str:
    return separator.join(part for part in parts if part)


def _text(day: CouncilDate | None) -> str:
    return day.to_text() if day else ""


def make_line_cell(spans: Spans) -> Cell:
    """Return a cell of one line; an empty one when there is nothing in it."""
    return Cell((Paragraph(spans),) if spans else None)


def format_word(context: PaperContext, model: Record | Update, field_name: str) -> str:
    """Return the council's own word for a status, priority or acceptance as written, or that of the words file."""
    value = getattr(model, field_name)
    return get_word_as_written(model, field_name) or (context.wording(f"{field_name}_{value.value}") if value else "")


def format_status(context: PaperContext, record: TrackedRecord) -> Spans:
    """Return the status at the position date and the one decided for a later day; nothing when none is stated."""
    current, decided, words = context.case.get_status(record), record.decided, context.wording
    if current is None or record.status is None:
        return ()
    inferred = inferred_mark(record, "status")
    word = format_word(context, record, "status")
    if not is_scheduled(context.case, record) or decided is None or decided.on is None:
        return (word, *inferred)
    spans: Spans = (words(f"status_{current.value}"), *inferred)
    scheduled = (word, " ", words("status_ahead", on=decided.on.to_text()))
    return (*spans, "; ", *scheduled, *(inferred or inferred_mark(record, "decided")))


def format_council_date(record: Record, field: str, day: CouncilDate | None) -> Spans:
    """Return a council date as papers print it."""
    if day is None:
        return ()
    return (day.to_text(), *(inferred_mark(record, field) or ((Star(),) if day.inferred else ())))


def format_target(context: PaperContext, record: TrackedRecord) -> Spans:
    """Return the target, and the review date of an ongoing record."""
    return _join_target(context, record, (), ())


def format_target_position(context: PaperContext, record: TrackedRecord) -> Spans:
    """Return the target and review date, and in words whether the one that counts has passed or was missed."""
    lateness = format_lateness(context, record)
    is_review = record.target is not None and record.target.ongoing and record.review_by is not None
    return _join_target(context, record, () if is_review else lateness, lateness if is_review else ())


def _join_target(context: PaperContext, record: TrackedRecord, after_target: Spans, after_review: Spans) -> Spans:
    review = format_council_date(record, "review_by", record.review_by)
    target = format_council_date(record, "target", record.target)
    target_spans = join_spans((target, after_target)) if target else ()
    review_spans = join_spans(((context.wording("review_by"), " ", *review), after_review)) if review else ()
    return join_spans((target_spans, review_spans), "; ")


def format_lateness(context: PaperContext, record: TrackedRecord) -> Spans:
    """Return how late an open record is, or how late a completed one was: *60 days late*; nothing for any other."""
    facts, words = context.case.facts[record.id], context.wording
    if facts.overdue and facts.days_overdue:
        return (Strong(words.count("late", facts.days_overdue, days=facts.days_overdue)),)
    if facts.days_late_at_completion:
        days = facts.days_late_at_completion
        return (Strong(words.count("completed_late", days, days=days)),)
    return ()


def format_completion(context: PaperContext, record: TrackedRecord) -> Spans:
    """Return when a record was completed, and how long after its target: *12 October 2026, on time*."""
    day = format_council_date(record, "completed_on", record.completed_on)
    days_late = context.case.facts[record.id].days_late_at_completion
    if not day or days_late is None:
        return day
    words = context.wording
    return (*day, ", ", words.count("after_target", days_late, days=days_late) if days_late else words("on_time"))


def format_officers(record: TrackedRecord) -> Spans:
    """Return the responsible officers; nothing when none is named."""
    return (", ".join(record.accountable), *inferred_mark(record, "accountable")) if record.accountable else ()


def format_status_line(context: PaperContext, record: TrackedRecord) -> Spans:
    """Return status, target and priority in one line, as far as they are stated."""
    words, target = context.wording, format_target_position(context, record)
    priority = format_word(context, record, "priority")
    parts = (
        format_status(context, record),
        (f"{words('target')} ", *target) if target else (),
        (f"{words('priority')} ", priority) if priority else (),
    )
    return join_spans(parts, " · ")


def repeats_title(record: Record) -> bool:
    """Whether a record was asked for in the words of its title, so that a paper prints them once."""
    text = record.origin_text or ""
    is_more_exempt = has_tags(text) and not has_tags(record.title)
    return not is_more_exempt and _fold_sentence(text) == _fold_sentence(record.title)


def format_named_title(record: Record) -> str:
    """Return a record's title and id: *Keep one register (A01)*."""
    return f"{record.title} ({record.id})"


def build_request_text(record: Record) -> tuple[Block, ...]:
    """Return the title, id and text of a request. A title that is the text's first sentence is not printed twice."""
    title = Paragraph((Strong(record.title), *inferred_mark(record, "title"), f" ({record.id})"))
    if not record.origin_text or repeats_title(record):
        return (title,)
    is_first_sentence = _fold_sentence(find_first_sentence(remove_tags(record.origin_text))) == _fold_sentence(
        record.title
    )
    return (make_paragraph(Strong(record.id)) if is_first_sentence else title, Prose(record.origin_text))


def build_request_rest(record: Record) -> tuple[Block, ...]:
    """Return the text of a request under its title: without its first sentence when that is the title."""
    text = record.origin_text or ""
    if not text or repeats_title(record):
        return ()
    first_sentence = find_first_sentence(text)
    if not has_tags(text) and _fold_sentence(first_sentence) == _fold_sentence(record.title):
        text = text.removeprefix(first_sentence).lstrip(" \n.:;")
    return (Prose(text),) if text else ()


def _fold_sentence(text: str) -> str:
    return normalise_text(remove_tags(text)).strip(" .*_")


def short_title(record: Record) -> str:
    """Return the short name of a record: the heading of its first update that has one, otherwise its title."""
    updates = record.updates if isinstance(record, TrackedRecord) else ()
    return next((update.heading for update in updates if update.heading), record.title)


def link_record(context: PaperContext, id_: str) -> Spans:
    """Return the short name and the id of a record as a link, with a mark if it has an exemption."""
    record = context.register.by_id.get(id_)
    if record is None:
        return (id_,)
    if short_title(record).endswith(f" {id_}"):  # an exemption without a title has its type and id as title
        return (Ref(id_, short_title(record)), *exempt_mark(context, record.exempt))
    return (short_title(record), *exempt_mark(context, record.exempt), " (", Ref(id_), ")")


def link_records(context: PaperContext, ids: Sequence[str]) -> Spans:
    """Return several records, each by its id and name."""
    return join_spans((link_record(context, id_) for id_ in ids), "; ")


def source_title(context: PaperContext, source: SourceRef | None) -> str:
    """Return the title of the paper that a record or update comes from."""
    source_entry = context.register.find_source(source.id) if source else None
    return source_entry.title if source_entry else context.wording("the_source")


def covering_updates(context: PaperContext, record: TrackedRecord) -> tuple[CoverReference, ...]:
    """Return the updates of other records that report on this one too."""
    return context.case.links.covered_by.get(record.id, ())


def sort_newest_first(context: PaperContext, record: TrackedRecord) -> tuple[Update, ...]:
    """Return the record's updates, the newest first; in the order of the file when one of them has no date."""
    days = [resolve_update_date(context.register, update) for update in record.updates]
    latest_days = [day.latest if day else None for day in days]
    if None in latest_days:
        return record.updates
    order = sorted(range(len(latest_days)), key=lambda index: (latest_days[index], -index), reverse=True)
    return tuple(record.updates[index] for index in order)


def source_sort_key(context: PaperContext, record: TrackedRecord) -> tuple[object, ...]:
    """Order records by the source of their first update and its place there, otherwise by id."""
    sources = [update.source for update in record.updates if update.source and update.source.ref]
    return _source_order(context, sources[0] if sources else None, record)


def origin_sort_key(context: PaperContext, record: TrackedRecord) -> tuple[object, ...]:
    """Order records by the source that they come from and their place there, otherwise by id."""
    return _source_order(context, record.source, record)


def _source_order(context: PaperContext, source: SourceRef | None, record: TrackedRecord) -> tuple[object, ...]:
    """Order by source as in the programme, since a reference has a meaning only within its source."""
    ref = remove_tags(source.ref) if source and source.ref else record.id
    return (source_position(context, source.id if source else ""), natural_key(ref), natural_key(record.id))


def source_position(context: PaperContext, id_: str) -> int:
    """Return the position of a source in the programme; an unknown source comes last."""
    ids = [source.id for source in context.register.programme.sources]
    return ids.index(id_) if id_ in ids else len(ids)


@dataclass(frozen=True, slots=True)
class SharedAttribution:
    """The attribution that a paper prints once for all its records.

    `source` is the one paper from which most texts are summarised. Its own words are then marked instead
    (`has_own_words` when there are any). `day` is the one date of all updates. `named_sources` are the ids of the
    sources that the paper names at its head.
    """

    source: str = ""
    has_own_words: bool = False
    day: str = ""
    named_sources: frozenset[str] = frozenset()


def find_shared_attribution(context: PaperContext, records: Iterable[Record]) -> SharedAttribution:
    """Return what these records have in common."""
    texts: list[tuple[SourceRef | None, bool]] = []
    days: list[str] = []
    for record in records:
        updates = record.updates if isinstance(record, TrackedRecord) else ()
        texts += [(update.source, update.restated) for update in updates if update.text is not None]
        days += [remove_tags(update.date.raw) if update.date else "" for update in updates]
        if record.origin_text:
            texts.append((record.source, "origin_text" in record.restated))
    source_entry = context.register.find_source(_single_value([source.id if source else "" for source, _ in texts]))
    restated = [restated for _, restated in texts]
    title = source_entry.title if source_entry and 2 * sum(restated) > len(restated) else ""
    paper = context.register.programme.reports.get(context.report)
    named_sources = {paper.source if paper else None, source_entry.id if source_entry and title else None} - {None}
    day = _single_value(days) if len(days) > 1 else ""
    return SharedAttribution(title, not all(restated), day, frozenset(filter(None, named_sources)))


def _single_value(texts: Sequence[str]) -> str:
    return texts[0] if len(set(texts)) == 1 else ""


def build_shared_attribution(context: PaperContext, attribution: SharedAttribution) -> tuple[Block, ...]:
    """Return the note that names the source of most texts; nothing when they share none."""
    if not attribution.source:
        return ()
    key = "most_summarised" if attribution.has_own_words else "all_summarised"
    return (make_paragraph(context.wording(key, source=attribution.source), role="note"),)


def format_attribution(context: PaperContext, attribution: SharedAttribution, title: str, *, restated: bool) -> Spans:
    """Return whether a text is summarised or quoted, unless the shared note states it."""
    if attribution.source:
        return () if restated else (context.wording("own_words", source=attribution.source),)
    return (context.wording("summarised", source=title),) if restated else ()


def build_no_update(context: PaperContext, record: TrackedRecord) -> tuple[Block, ...]:
    """Return the line for a record without an update; nothing when its updates are redacted or could not be read."""
    if context.case.is_unknown(record.id, "updates"):
        return ()
    return (make_paragraph(context.wording("no_update")),)


def build_update(
    context: PaperContext, record: TrackedRecord, update: Update, attribution: SharedAttribution
) -> tuple[Block, ...]:
    """Return one update: its date and author, its text, and notes on the text."""
    head = _format_update_head(context, update, attribution)
    notes = format_update_notes(context, record, update, attribution)
    blocks: list[Block] = [Paragraph(head, "note")] if head else []
    if update.text is not None:
        blocks.append(Prose(update.text))
    elif update.see:
        blocks.append(make_paragraph(context.wording("see"), " ", *link_record(context, update.see), "."))
    if notes:
        blocks.append(Paragraph(notes, "source"))
    return wrap_exempt_blocks(context, update.exempt, tuple(blocks))


def _format_update_head(context: PaperContext, update: Update, attribution: SharedAttribution) -> Spans:
    meeting = context.register.find_meeting(update.meeting)
    day = update.date or (meeting.date if meeting else None)
    parts: tuple[Spans, ...] = (
        (Strong(day.to_text()),) if day and not attribution.day else (),
        (meeting.body or format_meeting_title(meeting),) if meeting else (),
        (status,) if (status := format_word(context, update, "status")) else (),
        (update.by,) if update.by else (),
        () if day else _format_update_source(context, update, attribution),
    )
    return join_spans(parts, " · ")


def _format_update_source(context: PaperContext, update: Update, attribution: SharedAttribution) -> Spans:
    """Return the title and date of an update's source, unless the paper names it at its head."""
    if update.source is None or update.source.id in attribution.named_sources:
        return ()
    source = context.register.find_source(update.source.id)
    return (f"{source.title} ({source.date.to_text()})" if source.date else source.title,) if source else ()


def format_update_notes(
    context: PaperContext, record: TrackedRecord, update: Update, attribution: SharedAttribution
) -> Spans:
    """Return the notes on an update's text: whose words, what is cut, which other records it reports on."""
    words, title = context.wording, source_title(context, update.source or record.source)
    parts: list[Spans] = []
    if update.text:
        parts.append(format_attribution(context, attribution, title, restated=update.restated))
    if update.truncated:
        parts.append((words("cut_short", source=title),))
    for extent in Extent:
        links = join_spans((Ref(cover.id),) for cover in update.covers if cover.extent is extent)
        parts.append((words(f"covers_{extent.value}"), " ", *links, ".") if links else ())
    columns = "; ".join(f"{name}: {value}" for name, value in update.as_published.items())
    if columns:
        parts.append((words("as_published", columns=columns),))
    return join_spans(parts, " ")


def build_details(
    context: PaperContext, record: TrackedRecord, omitted: frozenset[str] = frozenset(), *, with_inferred: bool = True
) -> tuple[Fact, ...]:
    """Return every detail that the record states, under its label, except those in `omitted`.

    Details that are our interpretation repeat the text that they come from, so `with_inferred` can leave them out.
    """
    facts: list[Fact] = []
    for name, fields, formatter in _DETAILS:
        if name in omitted or (not with_inferred and inferred_mark(record, *fields)):
            continue
        if blocks := _build_text(context, record, name):
            facts.append(Fact(context.wording(name), blocks=blocks))
            continue
        lines = formatter(context, record)
        marked_lines = tuple((*line, *inferred_mark(record, *fields)) for line in lines if line)
        if len(marked_lines) == 1:
            facts.append(Fact(context.wording(name), spans=marked_lines[0]))
        elif marked_lines:
            facts.append(Fact(context.wording(name), lines=marked_lines))
    return tuple(facts)


def format_answer(context: PaperContext, record: Record) -> Spans:
    """Return the response to a recommendation or request: accepted or not, and in which words."""
    response = record.response
    text = (response.text,) if response and response.text else ()
    signature = _join_texts((response.by, _text(response.on))) if response else ""
    acceptance = format_word(context, record, "acceptance")
    return join_spans(
        (join_spans(((acceptance,) if acceptance else (), text), " – "), (f"({signature})",) if signature else ()), " "
    )


def build_answer(context: PaperContext, record: Record) -> tuple[Block, ...]:
    """Return the response to a recommendation or request; a text of several lines keeps its lists and paragraphs."""
    response = record.response
    if response is None or not needs_prose(response.text):
        spans = format_answer(context, record)
        return (Paragraph(spans),) if spans else ()
    signature, acceptance = _join_texts((response.by, _text(response.on))), format_word(context, record, "acceptance")
    return (
        *((make_paragraph(acceptance),) if acceptance else ()),
        Prose(response.text or ""),
        *((make_paragraph(f"({signature})"),) if signature else ()),
    )


def _build_text(context: PaperContext, record: TrackedRecord, name: str) -> tuple[Block, ...]:
    """Return a detail that is a text of several lines; nothing for any other detail, which is a line."""
    if name == "answer":
        return build_answer(context, record) if record.response and needs_prose(record.response.text) else ()
    text = getattr(record, name) if name in {"agreed_action", "note"} else None
    return (Prose(text),) if text and needs_prose(text) else ()


_MARKDOWN = re.compile(r"\*\*?\S|`\S|\]\(|https?://")


def needs_prose(text: str | None) -> bool:
    """Whether a text has several lines, or words that are set apart, so that it is no part of a line."""
    return text is not None and ("\n" in text.strip("\n") or _MARKDOWN.search(text) is not None)


def _text_formatter(name: str) -> DetailFormatter:
    """Return a formatter of a field that holds text, a date or a list of posts."""

    def format_lines(_: PaperContext, record: TrackedRecord) -> tuple[Spans, ...]:
        value = getattr(record, name)
        if isinstance(value, CouncilDate):
            value = value.to_text()
        elif isinstance(value, tuple):
            value = ", ".join(value)
        return ((value,),) if value else ()

    return format_lines


def _format_directorate(context: PaperContext, record: TrackedRecord) -> tuple[Spans, ...]:
    return ((format_directorate(context, record.directorate),),) if record.directorate else ()


def format_directorate(context: PaperContext, name: str) -> str:
    """Return the title of a directorate; an exempt name as it is written, with its tag."""
    return name if has_tags(name) else context.register.format_directorate(name)


def _link_formatter(name: str) -> DetailFormatter:
    return lambda context, record: (link_records(context, getattr(record, name)),)


def _format_see_also(context: PaperContext, record: TrackedRecord) -> tuple[Spans, ...]:
    text = " ".join(update.text for update in record.updates if update.text)
    named_ids = {*record.depends_on, *record.superseded_by, *_ID_IN_TEXT.findall(text)}
    return (link_records(context, [id_ for id_ in record.see_also if id_ not in named_ids]),)


def _format_same_work(context: PaperContext, record: TrackedRecord) -> tuple[Spans, ...]:
    return (link_records(context, context.case.links.find_deliverable_siblings(record.id)),)


def format_blockers(context: PaperContext, record: TrackedRecord) -> tuple[Spans, ...]:
    """Return what a record waits for, a line each."""
    return tuple(_format_blocker(context, blocker) for blocker in record.blocked_by)


def _format_blocker(context: PaperContext, blocker: Blocker) -> Spans:
    words, dependency = context.wording, context.register.find_dependency(blocker.id)
    owner, since = (dependency.owner, dependency.since) if dependency else (blocker.owner, blocker.since)
    qualifiers = [owner, words("since", on=since.to_text()) if since else None]
    if dependency and dependency.expected:
        qualifiers.append(words("expected", on=dependency.expected.to_text()))
    if dependency and dependency.cleared:
        qualifiers.append(words("cleared", on=dependency.cleared.to_text()))
    suffix = _join_texts(qualifiers)
    description = dependency.title if dependency else blocker.cause or blocker.id or ""
    return (f"{description} ({suffix})" if suffix else description, *exempt_mark(context, blocker.exempt))


def format_revisions(context: PaperContext, record: TrackedRecord) -> tuple[Spans, ...]:
    """Return every target change, including those that were refused."""
    return tuple(_format_revision(context, revision) for revision in filter(is_listed_change, record.revisions))


def format_request(context: PaperContext, revision: TargetRevision) -> str | None:
    """Return when a change was requested that has been decided since: *requested 1 March 2027*."""
    day = revision.request_date
    is_pending = revision.decision is Decision.REQUESTED
    return context.wording("requested_on", on=day.to_text()) if day and not is_pending else None


def _format_revision(context: PaperContext, revision: TargetRevision) -> Spans:
    words, meeting = context.wording, context.register.find_meeting(revision.meeting)
    change = words("moved", before=revision.from_.to_text(), after=revision.to.to_text())
    decision = _join_texts(
        (
            format_request(context, revision),
            words(f"decision_{revision.decision.value}") if revision.decision else None,
            _text(revision.last_date if revision.decision is Decision.REQUESTED else revision.decision_date),
            revision.approved_by or (meeting.body or format_meeting_title(meeting) if meeting else None),
            words("minute", number=revision.minute) if revision.minute else None,
        )
    )
    head = f"{change} ({decision})" if decision else change
    return (f"{head}: {revision.reason}" if revision.reason else head, *exempt_mark(context, revision.exempt))


def _format_recurrence(context: PaperContext, record: TrackedRecord) -> tuple[Spans, ...]:
    number, _, unit = (record.every or "").partition(" ")
    key = "recurs_months" if unit else f"recurs_{number.replace('-', '_')}"
    return ((context.wording(key, number=number),),) if record.every else ()


def _format_milestones(context: PaperContext, record: TrackedRecord) -> tuple[Spans, ...]:
    words, lines = context.wording, []
    for milestone in record.milestones:
        due = words("due", on=milestone.due.to_text()) if milestone.due else ""
        done = words("done", on=milestone.done.to_text()) if milestone.done else ""
        lines.append((_join_texts((milestone.title, due, done)),))
    return tuple(lines)


def format_evidence(context: PaperContext, record: TrackedRecord) -> tuple[Spans, ...]:
    """Return the evidence of completion, a line each."""
    return tuple(_format_evidence_item(context, item) for item in record.evidence)


def _format_evidence_item(context: PaperContext, item: Evidence) -> Spans:
    title: Spans = (item.title,) if item.title else ()
    if item.link and not _HOSTLESS_LINK.fullmatch(item.link.strip()):
        title = (Link(item.link, item.title or ""),)
    spans = join_spans((title, (item.date.to_text(),) if item.date else ()))
    return (*spans, *exempt_mark(context, item.exempt)) if spans else ()


def format_verification(context: PaperContext, record: TrackedRecord) -> tuple[Spans, ...]:
    """Return who verified completion, when and how."""
    verified = record.verified
    if verified is None:
        return ()
    text = _join_texts((_join_texts((verified.by, _text(verified.on))), verified.method), ": ")
    is_own = is_verified_by_owner(record, context.register)
    return ((f"{text} ({context.wording('verified_by_owner')})" if is_own else text,),)


def format_decision(context: PaperContext, record: TrackedRecord) -> tuple[Spans, ...]:
    """Return when, by whom and why it was decided to close a record or put it on hold."""
    decided, words = record.decided, context.wording
    if decided is None:
        return ()
    meeting = context.register.find_meeting(decided.meeting)
    parts = (
        _text(decided.on),
        decided.by,
        meeting.body or format_meeting_title(meeting) if meeting else None,
        words("minute", number=decided.minute) if decided.minute else None,
        words("carried_on", by=decided.continuing_owner) if decided.continuing_owner else None,
        f"{words('review_by')} {decided.review_by.to_text()}" if decided.review_by else None,
    )
    head = _join_texts(dict.fromkeys(parts))
    return ((_join_texts((head, decided.reason), ": "),),)


def _format_published(_: PaperContext, record: TrackedRecord) -> tuple[Spans, ...]:
    return tuple((f"{name}: {value}",) for name, value in record.as_published.items())


_DETAILS: tuple[tuple[str, tuple[str, ...], DetailFormatter], ...] = (
    ("agreed_action", ("agreed_action",), _text_formatter("agreed_action")),
    ("answer", ("acceptance", "response"), lambda context, record: (format_answer(context, record),)),
    ("accountable", ("accountable",), _text_formatter("accountable")),
    ("supporting", ("supporting",), _text_formatter("supporting")),
    ("directorate", ("directorate",), _format_directorate),
    ("lead_member", ("lead_member",), _text_formatter("lead_member")),
    ("start", ("start",), _text_formatter("start")),
    ("recurrence", ("every",), _format_recurrence),
    ("revised", ("revisions",), format_revisions),
    ("milestones", ("milestones",), _format_milestones),
    ("waiting_for", ("blocked_by",), format_blockers),
    ("depends_on", ("depends_on",), _link_formatter("depends_on")),
    ("superseded_by", ("superseded_by",), _link_formatter("superseded_by")),
    ("same_work", ("same_deliverable_as",), _format_same_work),
    ("see_also", ("see_also",), _format_see_also),
    ("decided", ("decided",), format_decision),
    ("completed_on", (), lambda context, record: (format_completion(context, record),)),
    ("evidence", ("evidence",), format_evidence),
    ("verified", ("verified",), format_verification),
    ("published", ("as_published",), _format_published),
    ("note", (), _text_formatter("note")),
)
"""The details of a record: the key of the label, the fields that can be our interpretation, and the lines."""
