"""The history of a record for the public: what changed and when, from git. Nobody is named, for authors are people."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.history.diff import DisplayValue, format_display_value, strip_indices
from p2ptrack.analysis.history.events import Event, EventType, RevisionRange, iter_record_events
from p2ptrack.model.records import Record
from p2ptrack.model.schema import record_field_specs
from p2ptrack.phrases import excerpt
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import Block, Cell, Column, Row, Table, make_paragraph
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
    first = history.versions[0].revision
    events = iter_record_events(site.histories, history, RevisionRange(0, len(site.histories.revisions)))
    lines = [(first.effective_date, words("site_change_added"))]
    lines += [(event.revision.effective_date, _format_event(context, event)) for event in events if event.revision]
    rows = [Row((Cell(day), Cell(text))) for day, text in dict.fromkeys(lines) if text]
    columns = (
        Column("date", words("site_change_date"), header=True),
        Column("change", words("site_change"), width="wide"),
    )
    table = Table("changes", words("site_history_caption", number=len(rows)), columns, tuple(reversed(rows)))
    return (table, make_paragraph(words("site_history_note"), role="note"))


def _format_event(context: PaperContext, event: Event) -> str:
    words = context.wording
    if event.event_type in _UNPRINTED or event.field in {"path", "note"}:
        return ""
    if event.event_type is EventType.UPDATE:
        return words("site_change_update")
    if event.event_type is EventType.EXTENSION:
        return words("site_change_extension")
    field = strip_indices(event.field)
    label = _label_field(context, field)
    old, new = (_format_value(context, field, value) for value in (event.old, event.new))
    if max(len(old), len(new)) > _MAX_VALUE or not (old or new):
        return words("site_change_text", field=label)
    if not new:
        return words("site_change_removed", field=label, old=old)
    return (
        words("site_change_value", field=label, old=old, new=new)
        if old
        else words("site_change_set", field=label, new=new)
    )


def _format_value(context: PaperContext, field: str, value: DisplayValue | None) -> str:
    text = format_display_value(value)
    return find_label(context.wording, (f"{field}_{text}",), excerpt(text, _MAX_VALUE + 1))


def _label_field(context: PaperContext, field: str) -> str:
    """Return the label of a field in the words of papers, otherwise its titles in the model."""
    return find_label(context.wording, (f"site_field_{field}", field), ": ".join(_iter_titles(context, field)))


def _iter_titles(context: PaperContext, field: str) -> Iterator[str]:
    path = ""
    for step in field.split("."):
        path = f"{path}.{step}" if path else step
        spec = record_field_specs(context.register.kinds).get(path)
        yield spec.title if spec else step
