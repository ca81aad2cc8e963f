"""The history of a record for the public: what changed and when, from git. Nobody is named, for authors are people."""

from __future__ import annotations

from datetime import date

from p2ptrack.analysis.history.diff import DisplayValue, format_display_value, strip_indices
from p2ptrack.analysis.history.events import Event, EventType, RevisionRange, iter_record_events
from p2ptrack.model.history import RegisterHistory, VersionHistory
from p2ptrack.model.records import Record
from p2ptrack.model.register import format_meeting_title
from p2ptrack.model.schema import record_field_specs
from p2ptrack.phrases import excerpt, unique
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import Block, Bullets, Cell, Column, Row, Table, make_paragraph
from p2ptrack.reports.site.pages import SiteContext, find_label

_MAX_VALUE = 80
"""Of longer texts only that they changed is printed: the page has their words."""
_UNPRINTED = frozenset({EventType.EXEMPTION, EventType.DISAPPEARED, EventType.NEW})


def build_changes(site: SiteContext, record: Record) -> tuple[Block, ...]:
    """Return a table with a row for each change of a record, the newest first; nothing without a history.

    A record of which something is exempt has none: what it said before may be exempt too.
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
    label = _label_field(context, field)
    old, new = (_format_value(context, field, value) for value in (event.old, event.new))
    if max(len(old), len(new)) > _MAX_VALUE or not (old or new):
        return words("site_change_text", field=label), ""
    if not new:
        return label, words("site_change_removed", old=old)
    return label, words("site_change_from", old=old, new=new) if old else new


def _format_value(context: PaperContext, field: str, value: DisplayValue | None) -> str:
    text = format_display_value(value)
    if meeting := context.register.find_meeting(text):
        return format_meeting_title(meeting)
    return find_label(context.wording, (f"{field.rpartition('.')[2]}_{text}",), excerpt(text, _MAX_VALUE + 1))


def _label_field(context: PaperContext, field: str) -> str:
    """Return the label of a field, or of the group that it is in: in the words of papers, otherwise its title."""
    name = field.partition(".")[0]
    spec = record_field_specs(context.register.kinds).get(name)
    keys = (f"site_field_{name}", _LABELS.get(name, name))
    return find_label(context.wording, keys, spec.title if spec else name)


_LABELS = {"revisions": "revised", "blocked_by": "waiting_for", "response": "answer", "as_published": "published"}
"""The keys of the words for fields whose words have another key than their name."""
