"""The progress report: what the committee is asked, the figures, their charts, what is due next, and the lists.

A chart is a drawing of the table under it, where the register holds enough for it to show more than its table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby

from p2ptrack.analysis.facts import get_deadline
from p2ptrack.analysis.figures import IMPLEMENTED_KEYS
from p2ptrack.analysis.measures import MIN_FOR_SHARE, Measure, find_stage, is_scheduled
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.dates.council_date import last_day_of_month
from p2ptrack.model.fields import Status
from p2ptrack.model.kinds import KINDS
from p2ptrack.model.programme import Phase
from p2ptrack.model.records import TrackedRecord
from p2ptrack.phrases import uncapitalise
from p2ptrack.reports.context import PaperContext, ReportParts
from p2ptrack.reports.document import (
    Bar,
    BarChart,
    Block,
    Bullets,
    Cell,
    Column,
    Document,
    Paragraph,
    Picture,
    Ref,
    Row,
    Section,
    Series,
    Shade,
    Table,
    TimelineChart,
    TimelineSpan,
    make_paragraph,
)
from p2ptrack.reports.figures import FIGURE_COLUMNS, FigureTables
from p2ptrack.reports.paper import assemble_paper, build_overview, resolve_scope
from p2ptrack.reports.progress.figures import build_first_page_figures, build_gaps, build_movement
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
from p2ptrack.reports.record_blocks import (
    Spans,
    format_council_date,
    format_named_title,
    format_status,
    format_word,
    inferred_mark,
    join_spans,
    link_record,
    short_title,
)
from p2ptrack.reports.selection import View, format_count, format_phrase, link_records_by_id, make_cell, make_view
from p2ptrack.values import dataclass

MIN_BARS, MIN_RECORDS = 3, 10
MIN_FOR_AGES = 20
"""With fewer overdue records, the list below shows their ages well enough."""
"""Fewer bars, or fewer records in them, need no chart."""
MAX_BARS = 40

STAGE_SHADES: tuple[tuple[str, Shade], ...] = (
    ("closed", "dark"),
    ("complete", "medium"),
    ("in_progress", "light"),
    ("on_hold", "upright"),
    ("not_started", "white"),
    ("open", "crossed"),
    ("not_stated", "level"),
    ("not_read", "level"),
    ("withheld", "level"),
)
_UNKNOWN_STAGES = frozenset({"not_stated", "not_read", "withheld"})
_USUAL_STAGES = frozenset({"closed", "complete", "in_progress"})
MIN_TARGETS, MIN_DAYS = 4, 2
"""Fewer targets, or all on one day, need no chart."""
MAX_COLUMNS = 60
_COLUMN_MONTHS = (1, 3, 12)


def build_progress(view: View) -> tuple[Block, ...]:
    """Return the progress of the actions under each recommendation, drawn as bars; nothing without recommendations."""
    words = view.wording
    groups = [(r, view.scope.actions.get(r.id, [])) for r in view.scope.recommendations]
    if not groups:
        return ()
    # An action can be under several recommendations. The totals count it once.
    actions = {record.id: record for _, records in groups for record in records}
    stage_of = {id_: find_stage(view.case, record) for id_, record in actions.items()}
    used = _USUAL_STAGES | set(stage_of.values())
    stages = tuple(stage for stage in STAGE_SHADES if stage[0] in used)

    def count_stages(ids: Iterable[str]) -> tuple[int, ...]:
        numbers = Counter(stage_of[id_] for id_ in ids)
        return tuple(numbers[key] for key, _ in stages)

    bars = [Bar(format_named_title(r), count_stages(record.id for record in records)) for r, records in groups]
    rows = [
        Row((Cell(bar.title), Cell(len(items)), *map(Cell, bar.values), _build_ids_cell(view, items)), key=r.id)
        for (r, items), bar in zip(groups, bars, strict=True)
    ]
    totals = count_stages(actions)
    rows.append(Row((Cell(words("progress_total")), Cell(len(actions)), *map(Cell, totals), Cell()), role="total"))
    inferred = {stage_of[id_] for id_, record in actions.items() if "status" in record.inferred and record.status}
    columns = (
        Column("what", words("recommendation"), width="wide", header=True),
        Column("all", words("progress_all"), "right", "narrow"),
        *(Column(key, words(f"stage_{key}") + "*" * (key in inferred), "right") for key, _ in stages),
        Column("items", words("actions")),
    )
    picture = _build_progress_picture(view, stages, bars, totals)
    return (Table("progress", words("progress_caption"), columns, tuple(rows), picture=picture),)


def _build_progress_picture(
    view: View, stages: Sequence[tuple[str, Shade]], bars: Sequence[Bar], totals: Sequence[int]
) -> Picture | None:
    words, number = view.wording, sum(sum(bar.values) for bar in bars)
    unknown = sum(bar.values[index] for bar in bars for index, (key, _) in enumerate(stages) if key in _UNKNOWN_STAGES)
    is_enough = MIN_BARS <= len(bars) <= MAX_BARS and number >= MIN_RECORDS
    if not is_enough or sum(map(bool, totals)) == 1 or unknown * 2 > number:
        return None
    series = tuple(Series(words(f"stage_{key}"), shade) for key, shade in stages)
    text = ", ".join(f"{stage.title} {total}" for stage, total in zip(series, totals, strict=True) if total)
    summary = words("progress_picture", number=len(bars), actions=sum(totals), stages=text)
    return Picture(summary, BarChart(series, tuple(bars)))


def build_ageing(view: View) -> tuple[Block, ...]:
    """Return the overdue records by age, drawn as bars; nothing for few records, whose ages the list below shows."""
    if len(view.measures.overdue().records) < MIN_FOR_AGES:
        return ()
    return _make_tables_for_view(view).build_ages()


def build_performance(view: View) -> tuple[Block, ...]:
    """Return how much was done in time, changed and verified, and how late completed records have been.

    Nothing for a few records of which no target date has passed.
    """
    has_passed = any(view.figures.find_figure(key).measure.out_of for key in IMPLEMENTED_KEYS)
    if not has_passed and len(view.records) < MIN_FOR_SHARE:
        return ()
    tables, overdue = _make_tables_for_view(view), view.measures.overdue().records
    # The first page has what is overdue, and the gaps what has no recent update.
    elsewhere = ["stale"] if overdue else ["overdue", "stale"]
    if not view.figures.find_figure("target_changed").measure.records:
        # Without a change, the current target dates are the original ones.
        elsewhere += ["implemented_current", "target_changed_again"]
    return (*tables.build_performance(*elsewhere), *tables.build_lateness())


def build_outlook(view: View) -> tuple[Block, ...]:
    """Return the position at each meeting of the history, and the forecast for more coming meetings than the next."""
    tables, figures = _make_tables_for_view(view), view.figures
    trend = () if figures.trend.missing else tables.build_trend()
    has_forecast = len(figures.forecasts) > 1 and view.measures.dated
    return (*trend, *(tables.build_forecast() if has_forecast else ()))


def _make_tables_for_view(view: View) -> FigureTables:
    """Return the tables of the figures of a view, with its records linked by their ids."""
    return FigureTables(view.figures, view.wording, lambda records: make_cell(link_records_by_id(view, records)))


def _build_ids_cell(view: View, records: Sequence[TrackedRecord]) -> Cell:
    return make_cell(link_records_by_id(view, records))


def build_timeline(view: View) -> tuple[Block, ...]:
    """Return the target dates with their records, drawn on a timeline; nothing when there are too few."""
    words = view.wording
    dated = [(day, tuple(group)) for day, group in groupby(view.measures.sort_by_deadline(), get_deadline) if day]
    days = [day for day, records in dated for _ in records]
    if len(days) < MIN_TARGETS or len(dated) < MIN_DAYS:
        return ()
    rows = tuple(
        Row((Cell(day), Cell(len(records)), _build_ids_cell(view, records)), group=_find_phase_title(view, day))
        for day, records in dated
    )
    columns = (
        Column("day", words("timeline_day"), header=True),
        Column("number", words("figure_number"), "right", "narrow"),
        Column("items", words("items"), width="wide"),
    )
    caption = words("timeline_caption", number=len(days))
    return (Table("timeline", caption, columns, rows, picture=_build_timeline_picture(view, days)),)


def _list_dated_phases(view: View) -> list[tuple[Phase, date, date]]:
    phases = (
        (phase, phase.start and phase.start.earliest, phase.end and phase.end.latest)
        for phase in view.case.register.programme.phases
    )
    return [(phase, first, last) for phase, first, last in phases if first and last]


def _find_phase_title(view: View, day: date) -> str:
    """Return the title of the phase that a day falls in, the earlier one when two share it."""
    phases = _list_dated_phases(view)
    for phase, first, last in phases:
        if first <= day <= last:
            return phase.title
    return view.wording("no_phase_then") if phases else ""


@dataclass(frozen=True, slots=True)
class _TimeAxis:
    """Columns of `months` months each, from the first month of a year or quarter."""

    start: date
    months: int
    columns: int

    def position(self, day: date) -> float:
        """Return the position of a day, in columns from the left."""
        month = 12 * (day.year - self.start.year) + day.month - self.start.month
        return (month + (day.day - 1) / last_day_of_month(day.year, day.month).day) / self.months

    def year_spans(self) -> tuple[TimelineSpan, ...]:
        """Return each year as far as the timeline shows it."""
        last_year = self.start.year + (self.start.month + self.columns * self.months - 2) // 12
        return tuple(
            TimelineSpan(
                str(year),
                max(self.position(date(year, 1, 1)), 0.0),
                min(self.position(date(year + 1, 1, 1)), float(self.columns)),
            )
            for year in range(self.start.year, last_year + 1)
        )


def _choose_axis(first: date, last: date) -> _TimeAxis | None:
    """Return the columns for these days, of a month, a quarter or a year each; None when there would be too many."""
    for months in _COLUMN_MONTHS:
        start = date(first.year, (first.month - 1) // months * months + 1, 1)
        columns = (12 * (last.year - start.year) + last.month - start.month) // months + 1
        if columns <= MAX_COLUMNS:
            return _TimeAxis(start, months, columns)
    return None


def _build_timeline_picture(view: View, days: Sequence[date]) -> Picture | None:
    words, today, phases = view.wording, view.case.as_of, _list_dated_phases(view)
    bounds = [*days, today, *(day for _, first, last in phases for day in (first, last))]
    axis = _choose_axis(min(bounds), max(bounds))
    if axis is None:
        return None
    counts = Counter(int(axis.position(day)) for day in days)
    spans = tuple(
        TimelineSpan(phase.title, axis.position(first), axis.position(last + timedelta(1)))
        for phase, first, last in phases
    )
    position = axis.position(today)
    chart = TimelineChart(
        words(f"timeline_unit_{axis.months}"),
        tuple(counts[index] for index in range(axis.columns)),
        spans,
        axis.year_spans(),
        TimelineSpan(words("timeline_today", day=format_long_date(today)), position, position),
    )
    (busiest, most), *_ = Counter(days).most_common(1)  # the earliest of several, because the days are in order
    first, last, day = map(format_long_date, (days[0], days[-1], busiest))
    summary = words("timeline_picture", number=len(days), first=first, last=last, most=most, day=day)
    return Picture(f"{summary} {words('timeline_peak', most=most, day=day)}" if most > 1 else summary, chart)


MAX_SINGLE_REQUESTS = 3
"""More requests of one type than these are joined into one, which refers to the list below."""


def build_requests(view: View) -> tuple[Section, ...]:
    """Return what the committee is asked to do; nothing if the paper's entry states it or there is nothing to ask."""
    if view.scope.paper.asks or not view.records:
        return ()
    requests = _group_requests(view)
    items = tuple((Paragraph(request),) for request in _iter_requests(view, requests))
    blocks: list[Block] = [Bullets(items, ordered=True)]
    absent_types = "_or_".join(request_type for request_type in ("extension", "risk") if not requests[request_type])
    if absent_types:
        blocks.append(make_paragraph(view.wording(f"no_{absent_types}")))
    return (Section("requests", view.wording("requests"), tuple(blocks)),)


def _group_requests(view: View) -> dict[str, Sequence[TrackedRecord]]:
    """Return the records for which a closure, hold, accepted risk or extension is to be decided, by type."""
    request_types = {Status.RISK_ACCEPTED: "risk", Status.ON_HOLD: "hold"}
    groups: dict[str, list[TrackedRecord]] = {"close": [], "hold": [], "risk": []}
    for record in list_undecided(view):
        groups[request_types.get(record.status or Status.NOTED, "close")].append(record)
    return {**groups, "extension": list_extension_requests(view)}


def _iter_requests(view: View, requests: Mapping[str, Sequence[TrackedRecord]]) -> Iterator[Spans]:
    yield _format_note(view)
    for request_type, records in requests.items():
        if len(records) > MAX_SINGLE_REQUESTS:
            yield format_phrase(
                view.wording, f"request_{request_type}_many", number=len(records), ids=link_records_by_id(view, records)
            )
        else:
            yield from (_format_request(view, request_type, record) for record in records)
    ongoing = view.measures.ongoing_without_review().records
    if ongoing:
        links = join_spans((link_record(view.context, record.id) for record in ongoing), "; ")
        items = links if len(ongoing) <= MAX_SINGLE_REQUESTS else link_records_by_id(view, ongoing)
        yield format_count(view.wording, "request_review_date", len(ongoing), items=items)
    gaps = join_spans(_iter_gaps(view), "; ")
    if gaps:
        yield format_phrase(view.wording, "request_gaps", what=gaps)


def _format_note(view: View) -> Spans:
    words, overdue, due = view.wording, view.measures.overdue().records, view.due()
    if not due.out_of:
        is_withheld = any(view.case.redactions.is_redacted(record.id, "target") for record in due.unreadable)
        unreadable_key = "request_note_withheld_target" if is_withheld else "request_note_unread_target"
        return (words(unreadable_key if due.unreadable else "request_note_no_target"),)
    day = format_long_date(view.due_until)
    return format_phrase(
        words,
        "request_note",
        overdue=format_count(words, "request_overdue", len(overdue), ids=_name_one(overdue)),
        due=format_count(words, "request_due", len(due.records), of=len(due.out_of), day=day),
    )


def _name_one(records: Sequence[TrackedRecord]) -> Spans:
    """Return a single record in brackets. Several are listed below."""
    return (" (", short_title(records[0]), ", ", Ref(records[0].id), ")") if len(records) == 1 else ()


def _format_request(view: View, request_type: str, record: TrackedRecord) -> Spans:
    item = link_record(view.context, record.id)
    if request_type == "close" and record.status is Status.CLOSED and not is_scheduled(view.case, record):
        return format_phrase(view.wording, "request_closed", item=item)
    if request_type == "close":
        return format_phrase(view.wording, "request_close", item=item, how=_format_closure(view, record))
    request = find_extension_request(view, record) if request_type == "extension" else None
    if request:
        before = format_council_date(record, "revisions", request.from_)
        after = format_council_date(record, "revisions", request.to)
        why = _format_reason(view, request.reason)
        return format_phrase(view.wording, "request_extension", item=item, before=before, after=after, why=why)
    why = _format_reason(view, record.decided.reason if record.decided else None)
    return format_phrase(
        view.wording, f"request_{request_type}", item=(*item, *inferred_mark(record, "status")), why=why
    )


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
    return (uncapitalise(first) if isinstance(first, str) else first, *rest)


def _iter_gaps(view: View) -> Iterator[Spans]:
    """Yield the missing officers, targets and actions, which only others can provide."""
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


_SECTIONS: Mapping[str, Callable[[View], tuple[Block, ...]]] = {
    "glance": lambda view: (*build_movement(view), build_first_page_figures(view)) if view.records else (),
    "progress": build_progress,
    "overdue": lambda view: (*build_ageing(view), *build_overdue(view)),
    "due": build_due,
    "timeline": build_timeline,
    "extensions": build_extensions,
    "decisions": build_decisions,
    "completed": build_completed,
    "waiting": build_waiting,
    "same-work": build_same_work,
    "unanswered": build_unanswered,
    "performance": build_performance,
    "trend": build_outlook,
    "ongoing": build_ongoing,
    "missing": build_gaps,
    "notes": build_notes,
}
_LIST_COLUMNS = ("what", "id", "rating", "status", "owner", "target")
PARTS = ReportParts(
    sections=tuple(_SECTIONS),
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
        "unanswered": ("request", "id"),
        "ongoing": (*_LIST_COLUMNS, "updated"),
        "missing": ("figure", "number", "of", "which"),
        "notes": ("what", "id", "note"),
        **FIGURE_COLUMNS,
    },
    opening_sections=("requests", "glance"),
)  # fmt: skip


def build_sections(view: View, keys: Iterable[str] = PARTS.sections) -> tuple[Section, ...]:
    """Return the sections with these keys that have content, in this order."""
    built = ((key, _SECTIONS[key](view)) for key in keys)
    return tuple(
        Section(key, view.wording(f"section_{key.replace('-', '_')}"), blocks) for key, blocks in built if blocks
    )


def progress_report(context: PaperContext) -> Document:
    """Return the paper. Requests are worked out from the register when the paper's entry states none."""
    scope = resolve_scope(context, "progress-report", tuple(kind.name for kind in KINDS))
    view = make_view(scope)
    empty = (
        ()
        if scope.tracked or scope.recommendations
        else (make_paragraph(context.describe_none("no_items", TrackedRecord)),)
    )
    return assemble_paper(scope, (*build_requests(view), *build_overview(scope, *empty), *build_sections(view)), PARTS)
