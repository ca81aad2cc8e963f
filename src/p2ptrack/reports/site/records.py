"""The page of a record: its fields, links in both directions, and its history from git, without names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from p2ptrack.analysis.history.diff import DisplayValue, format_display_value, strip_indices
from p2ptrack.analysis.history.events import Event, EventType, RevisionRange, iter_record_events
from p2ptrack.analysis.links import addressed_recommendations, resolve_see
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import DirectorateMarker, ExemptionType, Extent, IdMarker
from p2ptrack.model.history import RegisterHistory, VersionHistory
from p2ptrack.model.money import Money
from p2ptrack.model.programme import Wording
from p2ptrack.model.records import Action, FollowUp, ProcurementExemption, Recommendation, Record, TrackedRecord
from p2ptrack.model.recurrence import Period, count_done_periods
from p2ptrack.model.register import format_meeting_title, list_raising_meetings
from p2ptrack.model.schema import FieldSpec, is_url, list_fields, record_field_specs
from p2ptrack.phrases import excerpt, find_separator, unique
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Fact,
    Facts,
    Link,
    Paragraph,
    Prose,
    Ref,
    Row,
    Section,
    Table,
    format_money_in_words,
    make_paragraph,
)
from p2ptrack.reports.exempt_marks import build_redaction_notice, exempt_mark
from p2ptrack.reports.record_blocks import (
    SharedAttribution,
    Spans,
    build_answer,
    build_details,
    build_no_update,
    build_update,
    format_directorate,
    format_officers,
    format_status,
    format_target_position,
    format_word,
    inferred_mark,
    join_spans,
    link_record,
    repeats_title,
    sort_newest_first,
)
from p2ptrack.reports.record_table import format_exemption_type
from p2ptrack.reports.site.pages import HOME, RECORDS, SiteContext, SitePage, find_label, format_record_kind, link_page

# The history of a record for the public, without its authors, because these are people.

_MAX_VALUE = 80
"""For longer texts only the change is printed, because the page has the text."""
_UNPRINTED = frozenset({EventType.EXEMPTION, EventType.DISAPPEARED, EventType.NEW})


def build_change_table(site: SiteContext, record: Record) -> tuple[Block, ...]:
    """Return a table with a row for each change of a record, the newest first; nothing without a history.

    A record with something exempt has none: its earlier text may be exempt too.
    """
    context, words = site.paper, site.paper.wording
    history = site.histories.history_of(record.id) if site.histories else None
    if site.histories is None or history is None or not history.versions:
        return ()
    if context.redactions.fields.get(record.id) or record.id in context.redactions.notice_paragraphs:
        return (make_paragraph(words("site_history_withheld")),)
    lines = _list_lines(context, site.histories, history)
    rows = tuple(
        Row((Cell(day), Cell((Bullets(tuple((make_paragraph(text),) for text in texts)),))))
        for day, texts in sorted(lines.items(), reverse=True)
    )
    columns = (
        Column("date", words("site_change_date"), header=True),
        Column("change", words("site_change"), width="wide"),
    )
    table = Table("changes", words("site_history_caption"), columns, rows)
    return (table, make_paragraph(words("site_history_note"), role="note"))


def _list_lines(
    context: PaperContext, histories: RegisterHistory, history: VersionHistory
) -> dict[date, tuple[str, ...]]:
    """Return what changed on each day. Several values of one group, such as a verification, are on one line."""
    words = context.wording
    changes: dict[tuple[date, str], list[str]] = {}
    first_day = history.versions[0].revision.effective_date
    changes[first_day, words("site_change_added")] = []
    for event in iter_record_events(histories, history, RevisionRange(0, len(histories.revisions))):
        if event.revision and event.event_type not in _UNPRINTED and event.field not in {"path", "note"}:
            label, value = _describe_event(context, event)
            values = changes.setdefault((event.revision.effective_date, label), [])
            values += [value] if value else []
    days: dict[date, list[str]] = {}
    for (day, label), values in changes.items():
        text = words("site_change_value", field=label, value="; ".join(unique(values))) if values else label
        days.setdefault(day, []).append(text)
    return {day: tuple(texts) for day, texts in days.items()}


def _describe_event(context: PaperContext, event: Event) -> tuple[str, str]:
    """Return the label of a change and its value; no value where that would be long."""
    words = context.wording
    if event.event_type is EventType.UPDATE:
        return words("site_change_update"), ""
    if event.event_type is EventType.EXTENSION:
        return words("site_change_extension"), ""
    field = strip_indices(event.field)
    label = _label_changed_field(context, field)
    old, new = (_format_changed_value(context, field, value) for value in (event.old, event.new))
    if max(len(old), len(new)) > _MAX_VALUE or not (old or new):
        return words("site_change_text", field=label), ""
    if not new:
        return label, words("site_change_removed", old=old)
    return label, words("site_change_from", old=old, new=new) if old else new


def _format_changed_value(context: PaperContext, field: str, value: DisplayValue | None) -> str:
    text = format_display_value(value)
    if meeting := context.register.find_meeting(text):
        return format_meeting_title(meeting)
    return find_label(context.wording, (f"{field.rpartition('.')[2]}_{text}",), excerpt(text, _MAX_VALUE + 1))


def _label_changed_field(context: PaperContext, field: str) -> str:
    """Return the label of a field, or of the group that it is in: in the words of papers, otherwise its title."""
    name = field.partition(".")[0]
    spec = record_field_specs(context.register.kinds).get(name)
    keys = (f"site_field_{name}", _LABELS.get(name, name))
    return find_label(context.wording, keys, spec.title if spec else name)


_LABELS = {"revisions": "revised", "blocked_by": "waiting_for", "response": "answer", "as_published": "published"}
"""The keys of the words for fields whose words have another key than their name."""


_UNSHARED = SharedAttribution()
_IN_DETAILS = frozenset({"answer", "accountable", "depends_on", "superseded_by", "same_work", "see_also", "note"})
"""The details that have places of their own on the page, and the notes, which are for officers."""


def build_record_pages(site: SiteContext) -> Iterator[SitePage]:
    """Yield the page of each record."""
    words = site.paper.wording
    home, records = (HOME, words("site_position")), (RECORDS, words("site_records"))
    for record in site.paper.register.records:
        blocks = tuple(_iter_blocks(site, record))
        path = site.record_paths[record.id]
        yield site.make_page(path, RECORDS, record.title, blocks, (home, records), _build_meta(site, record))


def _build_meta(site: SiteContext, record: Record) -> tuple[Fact, ...]:
    context = site.paper
    words = context.wording
    facts = [Fact(format_record_kind(context, record, plural=False), spans=(record.id,))]
    if isinstance(record, TrackedRecord):
        lines = {
            "status": format_status(context, record),
            "target": format_target_position(context, record),
            "accountable": format_officers(record),
            "priority": (format_word(context, record, "priority"),) if record.priority else (),
        }
        labels = {"target": _label_target(context, record)}
        facts += [Fact(labels.get(key) or words(key), spans=spans) for key, spans in lines.items() if spans]
    return tuple(facts)


def _label_target(context: PaperContext, record: TrackedRecord) -> str:
    """Return what the due date of a declared kind is called; nothing for a target date."""
    if record.due_name == "target":
        return ""
    return next((_label_field(context, spec) for spec in list_fields(type(record)) if spec.name == record.due_name), "")


def _iter_blocks(site: SiteContext, record: Record) -> Iterator[Block]:
    context = site.paper
    yield from build_redaction_notice(context, record)
    yield from _build_request(context, record)
    yield from _build_section(context, "site_answer", build_answer(context, record))
    if isinstance(record, TrackedRecord):
        yield from _build_section(context, "site_updates", _build_updates(context, record))
        details = (*_build_declared_details(site, record), *build_details(context, record, _IN_DETAILS))
        details = (*details, *_build_periods(context, record))
    else:
        details = tuple(_build_other_details(site, record))
    details = (*_describe_origin(site, record), *details)
    yield from _build_section(context, "site_details", (Facts(details),) if details else ())
    links = tuple(_iter_links(context, record))
    yield from _build_section(context, "site_links", (Facts(links),) if links else ())
    yield from _build_section(context, "site_history", build_change_table(site, record))


def _build_section(context: PaperContext, key: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    if not blocks:
        return ()
    return (Section(key.removeprefix("site_"), context.wording(key), tuple(blocks)),)


def _build_request(context: PaperContext, record: Record) -> tuple[Block, ...]:
    """Return the text of the request, unless it is the title, and the parts of a recommendation."""
    blocks: list[Block] = []
    if record.origin_text and not repeats_title(record):
        blocks.append(Prose(record.origin_text))
        if marks := inferred_mark(record, "origin_text"):
            blocks.append(Paragraph(marks))
    if isinstance(record, Recommendation) and record.parts:
        columns = (
            Column("id", context.wording("id"), width="narrow", header=True),
            Column("text", context.wording("recommendation_text"), width="wide"),
            Column("actions", context.wording("actions")),
        )
        rows = tuple(
            Row((Cell(part.id), Cell(part.text), Cell(_list_actions(context, part.id))), key=part.id)
            for part in record.parts
        )
        blocks.append(Table("parts", context.wording("parts"), columns, rows))
    key = "site_recommendation" if isinstance(record, Recommendation) else "site_request"
    return _build_section(context, key, blocks)


def _list_actions(context: PaperContext, id_: str) -> tuple[Block, ...] | None:
    spans = join_spans((Ref(action.id),) for action in context.case.links.find_actions(id_))
    return (Paragraph(spans),) if spans else None


def _build_updates(context: PaperContext, record: TrackedRecord) -> tuple[Block, ...]:
    """Return the updates, the newest first: the record's own, those it refers to, and those in other records."""
    words = context.wording
    blocks: list[Block] = []
    for update in sort_newest_first(context, record):
        blocks += build_update(context, record, update, _UNSHARED)
        for id_, referred in resolve_see(context.register, update):
            blocks += build_update(context, _find_tracked(context, id_, record), referred, _UNSHARED)
    for cover in context.case.links.covered_by.get(record.id, ()):
        key = {Extent.WHOLE: "covered_whole", Extent.IN_PART: "covered_in_part"}.get(
            cover.extent, "covered_heading_only"
        )
        blocks.append(make_paragraph(words(key), " ", *link_record(context, cover.reporter), ".", role="note"))
        if cover.extent is not Extent.HEADING_ONLY:
            reporter = _find_tracked(context, cover.reporter, record)
            blocks += build_update(context, reporter, cover.update, _UNSHARED)
    return tuple(blocks) or build_no_update(context, record)


def _find_tracked(context: PaperContext, id_: str, default: TrackedRecord) -> TrackedRecord:
    record = context.register.by_id.get(id_)
    return record if isinstance(record, TrackedRecord) else default


def _describe_origin(site: SiteContext, record: Record) -> tuple[Fact, ...]:
    """Return where a record comes from: its source, the meetings that raised it, its area and its phases."""
    context = site.paper
    words, facts = context.wording, []
    source = context.register.find_source(record.source.id) if record.source else None
    if source and record.source:
        place = f", {record.source.ref}" if record.source.ref else ""
        facts.append(Fact(words("source"), spans=(f"{source.title}{place}",)))
    if isinstance(record, FollowUp):
        raising = list_raising_meetings(context.register, record)
        lines = {
            "raised": join_spans(link_meeting(site, meeting.id) for meeting in raising),
            "area": (record.area,) if record.area else (),
            "report_ref": (", ".join(record.report_refs),) if record.report_refs else (),
        }
        facts += [Fact(words(key), spans=spans) for key, spans in lines.items() if spans]
    if isinstance(record, Action):
        phases = (context.register.find_phase(id_) for id_ in dict.fromkeys((record.phase, record.phase_end)))
        titles = [phase.title for phase in phases if phase]
        if titles:
            facts.append(Fact(words("phase"), spans=(", ".join(titles),)))
    return tuple(facts)


def link_meeting(site: SiteContext, id_: str) -> Spans:
    """Return the title of a meeting as a link to its page; the id where there is no such meeting."""
    meeting = site.paper.register.find_meeting(id_)
    return (link_page(site.meeting_paths[id_], format_meeting_title(meeting)),) if meeting else (id_,)


_FIELDS_WITH_OWN_SECTION = frozenset({
    "id", "title", "source", "origin_text", "restated", "inferred", "truncated", "acceptance", "response",
    "depends_on", "superseded_by", "see_also", "same_deliverable_as", "exempt", "note", "parts", "unanswered",
    "heading", "leads_to",
})  # fmt: skip
"""The fields of a record that have places of their own on its page, or none."""


def _build_other_details(site: SiteContext, record: Record) -> Iterator[Fact]:
    """Yield the fields of a record that is not tracked, such as an exemption, under their labels."""
    for spec in list_fields(type(record)):
        value = getattr(record, spec.attribute)
        if spec.name in _FIELDS_WITH_OWN_SECTION or value in (None, (), {}):
            continue
        spans = _format_value(site, spec, value)
        yield Fact(_label_field(site.paper, spec), spans=(*spans, *inferred_mark(record, spec.name)))


def _build_declared_details(site: SiteContext, record: TrackedRecord) -> Iterator[Fact]:
    """Yield the fields that the programme declares for the kind of a tracked record, but its due date."""
    for spec in list_fields(type(record)):
        value = getattr(record, spec.attribute)
        if spec.declared and spec.name != record.due_name and value not in (None, (), {}):
            spans = (*_format_value(site, spec, value), *inferred_mark(record, spec.name))
            yield Fact(_label_field(site.paper, spec), spans=spans)


def _build_periods(context: PaperContext, record: TrackedRecord) -> Iterator[Fact]:
    """Yield the periods of a duty that recurs that are done at the position date, a line each."""
    done = [period for period in record.periods if count_done_periods((period,), context.as_of)]
    if done:
        yield Fact(context.wording("periods"), lines=tuple(_format_period(context.wording, period) for period in done))


def _format_period(words: Wording, period: Period) -> Spans:
    link, evidence = period.link or "", period.evidence or ""
    reference: Spans = (evidence,) if evidence else ()
    if is_url(link):
        reference = (Link(link, evidence),)
    parts: tuple[Spans, ...] = (
        (words("due", on=period.due.to_text()),),
        (words("done", on=period.done.to_text()),) if period.done else (),
        reference,
        (period.note,) if period.note else (),
    )
    return join_spans(parts)


def _label_field(context: PaperContext, spec: FieldSpec) -> str:
    """Return the label of a field in the words of papers, otherwise its title in the model or in the programme."""
    if spec.declared:
        return spec.title
    return find_label(context.wording, (f"site_field_{spec.name}", f"exemption_{spec.name}", spec.name), spec.title)


def _format_value(site: SiteContext, spec: FieldSpec, value: Any) -> Spans:
    if isinstance(value, tuple):
        separator = find_separator(item for item in value if isinstance(item, str))
        return join_spans((_format_value(site, spec, item) for item in value), separator)
    if isinstance(value, str) and is_url(value):
        return (Link(value),)
    match spec.marker:
        case IdMarker(target="meeting"):
            return link_meeting(site, value)
        case IdMarker(target="record"):
            return link_record(site.paper, value)
        case DirectorateMarker():
            return (format_directorate(site.paper, value),)
    return (_format_text(site.paper, spec, value),)


def _format_text(context: PaperContext, spec: FieldSpec, value: Any) -> str:
    match value:
        case CouncilDate():
            return value.to_text()
        case Money():
            return format_money_in_words(context.wording, value)
        case Mapping():
            return "; ".join(f"{name}: {text}" for name, text in value.items())
    if isinstance(value, ExemptionType):
        return format_exemption_type(context.wording, value, "one")
    return find_label(context.wording, (f"exemption_{spec.name}_{value}",), str(value))


_INCOMING = {
    "recommendations": "site_link_actions",
    "depends_on": "site_link_needed_by",
    "superseded_by": "site_link_replaces",
    "updates.see": "site_link_reported_here",
    "leads_to": "site_link_exemptions",
}
"""The fields by which other records name one, with the key of the label on its page."""


_FIELDS_IN_TITLE = frozenset({*_INCOMING, "see_also", "same_deliverable_as", "updates.covers.id"})
"""The fields by which a record is named that have a line, or a place, of their own."""


def _iter_links(context: PaperContext, record: Record) -> Iterator[Fact]:
    """Yield the links of a record in both directions, a line each."""
    register, words = context.register, context.wording
    answered = addressed_recommendations(record)
    outgoing: dict[str, Sequence[str]] = {
        "site_link_answers": [id_ for id_ in answered if id_ in register.by_id],
        "depends_on": record.depends_on,
        "superseded_by": record.superseded_by,
        "same_work": context.case.links.find_deliverable_siblings(record.id),
        "see_also": unique((*record.see_also, *_find_naming(context, record, "see_also"))),
        "exemption_next": record.leads_to if isinstance(record, ProcurementExemption) else (),
    }
    for key, ids in outgoing.items():
        yield from _build_links(context, words(key), ids)
    for name, key in _INCOMING.items():
        yield from _build_links(context, words(key), _find_naming(context, record, name))
    edges = context.case.links.incoming.get(record.id, ())
    listed_ids = {id_ for ids in outgoing.values() for id_ in ids}
    others = [
        edge.origin for edge in edges if edge.field_name not in _FIELDS_IN_TITLE and edge.origin not in listed_ids
    ]
    yield from _build_links(context, words("site_link_named_by"), others)


def _find_naming(context: PaperContext, record: Record, name: str) -> Sequence[str]:
    """Return the records that name one in a field; a recommendation is named by its parts too."""
    if name == "recommendations":
        return [action.id for action in context.case.links.find_actions(record.id)]
    return context.case.links.find_sources(record.id, name)


def _build_links(context: PaperContext, label: str, ids: Iterable[str]) -> Iterator[Fact]:
    lines = tuple(_describe_link(context, id_) for id_ in unique(ids) if id_ in context.register.by_id)
    if lines:
        yield Fact(label, lines=lines)


def _describe_link(context: PaperContext, id_: str) -> Spans:
    """Return the title of a record as a link, with its id, status and target."""
    record = context.register.by_id[id_]
    position: tuple[Spans, ...] = ((id_,),)
    if isinstance(record, TrackedRecord):
        position = (*position, format_status(context, record), format_target_position(context, record))
    title = (Ref(id_, record.title), *exempt_mark(context, record.exempt))
    return (*title, " (", *join_spans(position), ")")
