"""The progress report: what the committee is asked, the figures, what is due next, and the lists behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from p2ptrack.analysis.measures import Measure, is_scheduled
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.fields import Status
from p2ptrack.model.kinds import KINDS
from p2ptrack.model.records import TrackedRecord
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import Block, Bullets, Document, Paragraph, Ref, Section, make_paragraph
from p2ptrack.reports.figure_tables import FIGURE_COLUMNS
from p2ptrack.reports.layout import ReportParts
from p2ptrack.reports.paper import assemble_paper, build_overview, resolve_scope
from p2ptrack.reports.progress.charts import (
    build_ageing,
    build_outlook,
    build_performance,
    build_progress,
    build_timeline,
)
from p2ptrack.reports.progress.figures import build_figures, build_gaps, build_movement
from p2ptrack.reports.progress.lists import (
    build_completed,
    build_decisions,
    build_due,
    build_extensions,
    build_notes,
    build_ongoing,
    build_overdue,
    build_same_work,
    build_unanswered,
    build_waiting,
    find_extension_request,
    list_extension_requests,
    list_undecided,
)
from p2ptrack.reports.progress.view import View, format_count, format_phrase, link_records_by_id, make_view
from p2ptrack.reports.record_blocks import (
    Spans,
    format_council_date,
    format_status,
    format_word,
    inferred_mark,
    join_spans,
    link_record,
    short_title,
)

MAX_SINGLE_ASKS = 3
"""More requests of one type than these are one ask, which names the list further on."""


def build_asks(view: View) -> tuple[Section, ...]:
    """Return what the committee is asked to do; nothing if the paper's entry states it or there is nothing to ask."""
    if view.scope.paper.asks or not view.records:
        return ()
    requests = _group_requests(view)
    asks = tuple((Paragraph(ask),) for ask in _iter_asks(view, requests))
    blocks: list[Block] = [Bullets(asks, ordered=True)]
    absent_types = "_or_".join(ask_type for ask_type in ("extension", "risk") if not requests[ask_type])
    if absent_types:
        blocks.append(make_paragraph(view.wording(f"no_{absent_types}")))
    return (Section("asks", view.wording("asks"), tuple(blocks)),)


def _group_requests(view: View) -> dict[str, Sequence[TrackedRecord]]:
    """Return the records for which a closure, hold, accepted risk or extension is to be decided, by type of ask."""
    ask_types = {Status.RISK_ACCEPTED: "risk", Status.ON_HOLD: "hold"}
    groups: dict[str, list[TrackedRecord]] = {"close": [], "hold": [], "risk": []}
    for record in list_undecided(view):
        groups[ask_types.get(record.status or Status.NOTED, "close")].append(record)
    return {**groups, "extension": list_extension_requests(view)}


def _iter_asks(view: View, requests: Mapping[str, Sequence[TrackedRecord]]) -> Iterator[Spans]:
    yield _format_note_ask(view)
    for ask_type, records in requests.items():
        if len(records) > MAX_SINGLE_ASKS:
            yield format_phrase(
                view.wording, f"ask_{ask_type}_many", number=len(records), ids=link_records_by_id(view, records)
            )
        else:
            yield from (_format_ask(view, ask_type, record) for record in records)
    ongoing = view.measures.ongoing_without_review().records
    if ongoing:
        links = join_spans((link_record(view.context, record.id) for record in ongoing), "; ")
        items = links if len(ongoing) <= MAX_SINGLE_ASKS else link_records_by_id(view, ongoing)
        yield format_count(view.wording, "ask_endless", len(ongoing), items=items)
    gaps = join_spans(_iter_gaps(view), "; ")
    if gaps:
        yield format_phrase(view.wording, "ask_gaps", what=gaps)


def _format_note_ask(view: View) -> Spans:
    words, overdue, due = view.wording, view.measures.overdue().records, view.due()
    if not due.out_of:
        is_withheld = any(view.case.redactions.is_redacted(record.id, "target") for record in due.unread)
        unread_key = "ask_note_withheld_target" if is_withheld else "ask_note_unread_target"
        return (words(unread_key if due.unread else "ask_note_no_target"),)
    day = format_long_date(view.due_until)
    return format_phrase(
        words,
        "ask_note",
        overdue=format_count(words, "ask_overdue", len(overdue), ids=_name_one(overdue)),
        due=format_count(words, "ask_due", len(due.records), of=len(due.out_of), day=day),
    )


def _name_one(records: Sequence[TrackedRecord]) -> Spans:
    """Return a single record in brackets. Several are listed further on, once."""
    return (" (", short_title(records[0]), ", ", Ref(records[0].id), ")") if len(records) == 1 else ()


def _format_ask(view: View, ask_type: str, record: TrackedRecord) -> Spans:
    item = link_record(view.context, record.id)
    if ask_type == "close" and record.status is Status.CLOSED and not is_scheduled(view.case, record):
        return format_phrase(view.wording, "ask_closed", item=item)
    if ask_type == "close":
        return format_phrase(view.wording, "ask_close", item=item, how=_format_closure(view, record))
    request = find_extension_request(view, record) if ask_type == "extension" else None
    if request:
        before = format_council_date(record, "revisions", request.from_)
        after = format_council_date(record, "revisions", request.to)
        why = _format_reason(view, request.reason)
        return format_phrase(view.wording, "ask_extension", item=item, before=before, after=after, why=why)
    why = _format_reason(view, record.decided.reason if record.decided else None)
    return format_phrase(view.wording, f"ask_{ask_type}", item=(*item, *inferred_mark(record, "status")), why=why)


def _format_reason(view: View, reason: str | None) -> Spans:
    return format_phrase(view.wording, "because", reason=reason) if reason else ()


def _format_closure(view: View, record: TrackedRecord) -> Spans:
    """Return the status in which a record is to be closed, as it reads within a sentence."""
    words, day = view.wording, record.decided.on if record.decided else None
    if record.status and is_scheduled(view.case, record):
        date_text = words("status_ahead", on=day.to_text()) if day else ""
        status = (
            f"{format_word(view.context, record, 'status')} {date_text}",
            *inferred_mark(record, "status", "decided"),
        )
    else:
        status = format_status(view.context, record)
    first, *rest = status
    if isinstance(first, str) and not first[1:2].isupper():  # an abbreviation keeps its capitals
        first = f"{first[:1].lower()}{first[1:]}"
    return (first, *rest)


def _iter_gaps(view: View) -> Iterator[Spans]:
    """Yield what only others than the register's keeper can give: officers, targets and actions that are missing."""
    unowned = view.measures.no_owner()
    # A closed record needs no officer, unless its work is carried on as usual.
    needing = (r for r in unowned.records if not view.facts(r).closed or r.status is Status.EMBEDDED)
    yield _format_gap(view, "owner", Measure(tuple(needing), unowned.out_of))
    yield _format_gap(view, "target", view.measures.no_target())
    part_ids = [gap.id for gap in view.list_gaps()]
    if part_ids:
        yield format_count(view.wording, "gap_action", len(part_ids), ids=(part_ids[0],))


def _format_gap(view: View, gap_type: str, gap: Measure) -> Spans:
    if not gap.records:
        return ()
    if len(gap.records) == len(gap.out_of) > 1:
        return (view.wording(f"gap_{gap_type}_all", number=len(gap.out_of)),)
    return format_count(view.wording, f"gap_{gap_type}", len(gap.records), ids=_name_one(gap.records))


_SECTIONS: tuple[tuple[str, Callable[[View], tuple[Block, ...]]], ...] = (
    ("glance", lambda view: (*build_movement(view), build_figures(view)) if view.records else ()),
    ("progress", build_progress),
    ("overdue", lambda view: (*build_ageing(view), *build_overdue(view))),
    ("due", build_due),
    ("timeline", build_timeline),
    ("extensions", build_extensions),
    ("decisions", build_decisions),
    ("completed", build_completed),
    ("waiting", build_waiting),
    ("same-work", build_same_work),
    ("unanswered", build_unanswered),
    ("performance", build_performance),
    ("trend", build_outlook),
    ("ongoing", build_ongoing),
    ("missing", build_gaps),
    ("notes", build_notes),
)
_LIST_COLUMNS = ("what", "id", "rating", "status", "owner", "target")
PARTS = ReportParts(
    sections=tuple(key for key, _ in _SECTIONS),
    columns={
        "movement": ("kind", "opening", "new", "reopened", "closed", "disappeared", "closing", "unverified"),
        "figures": ("figure", "number", "of", "which"),
        "progress": (
            "what", "all", "closed", "complete", "in_progress", "on_hold", "not_started", "open", "not_stated",
            "not_read", "withheld", "items",
        ),
        "overdue": ("what", "id", "rating", "owner", "target", "late", "moved", "why", "updated"),
        "due": (*_LIST_COLUMNS, "left"),
        "timeline": ("day", "number", "items"),
        "extensions": ("what", "id", "from", "to", "decision", "reason"),
        "decisions": ("what", "id", "status", "decision"),
        "completed": ("what", "id", "owner", "done", "evidence", "verified"),
        "waiting": ("cause", "owner", "since", "expected", "items"),
        "unanswered": ("ask", "id"),
        "ongoing": (*_LIST_COLUMNS, "updated"),
        "missing": ("figure", "number", "of", "which"),
        "notes": ("what", "id", "note"),
        **FIGURE_COLUMNS,
    },
    opening_sections=("asks", "glance"),
)  # fmt: skip


def progress_report(context: PaperContext) -> Document:
    """Return the paper. Asks are worked out from the register when the paper's entry states none."""
    scope = resolve_scope(context, "progress-report", tuple(kind.name for kind in KINDS))
    view = make_view(scope)
    sections = tuple(
        Section(key, view.wording(f"section_{key.replace('-', '_')}"), blocks)
        for key, build_blocks in _SECTIONS
        if (blocks := build_blocks(view))
    )
    empty = (
        ()
        if scope.tracked or scope.recommendations
        else (make_paragraph(context.describe_none("no_items", TrackedRecord)),)
    )
    return assemble_paper(scope, (*build_asks(view), *build_overview(scope, *empty), *sections), PARTS)
