"""The figures and the gaps in the information: each with its denominator, its exclusions and its records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from p2ptrack.analysis.case import find_closing_day
from p2ptrack.analysis.history.diff import RegisterAsOf
from p2ptrack.analysis.history.events import RevisionRange
from p2ptrack.analysis.history.movement import RegisterComparison, compute_balances
from p2ptrack.analysis.measures import Measure
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.fields import Status
from p2ptrack.model.history import RecordVersion, RegisterHistory, Revision, VersionHistory
from p2ptrack.model.kinds import Kind, kind_of
from p2ptrack.model.records import TrackedRecord
from p2ptrack.model.register import find_raised_day
from p2ptrack.reports.context import drop_empty_columns, format_kind
from p2ptrack.reports.document import Block, Cell, Column, Paragraph, Row, Table
from p2ptrack.reports.progress.lists import list_extension_requests, list_needing_decision, list_undecided
from p2ptrack.reports.record_blocks import Spans, join_spans
from p2ptrack.reports.selection import (
    MAX_IDS,
    View,
    format_count,
    format_phrase,
    has_inferred_status,
    is_withheld,
    link_ids,
    link_records_by_id,
    list_withheld,
    make_cell,
    prints_section,
    refer_to_section,
)
from p2ptrack.values import dataclass


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A measure as a line of a table, with the key of its population and its records as they are printed."""

    key: str
    population: str
    measure: Measure
    listing: Spans
    note: Spans = ()
    inferred: bool = False


def build_first_page_figures(view: View) -> Table:
    """Return the figures of the first page. An optional figure without records has no line."""
    return _build_figure_table(view, "figures", _iter_figures(view))


def build_gaps(view: View) -> tuple[Block, ...]:
    """Return a figure for each type of gap with every record that has it; nothing when there is none."""
    table = _build_figure_table(view, "missing", _iter_gap_figures(view))
    return (Paragraph((view.wording("missing_note"),), "note"), table) if table.rows else ()


def _build_figure_table(view: View, key: str, figures: Iterator[FigureLine]) -> Table:
    words = view.wording
    columns = (
        Column("figure", words("figure"), width="wide", header=True),
        Column("number", words("figure_number"), "right", "narrow"),
        Column("of", words("figure_of"), width="wide"),
        Column("which", words("figure_which"), width="wide"),
    )
    return Table(key, words(f"{key}_caption"), columns, tuple(_build_figure_row(view, figure) for figure in figures))


def _build_figure_row(view: View, figure: FigureLine) -> Row:
    words, number, total = view.wording, len(figure.measure.records), len(figure.measure.out_of)
    percent = figure.measure.percent
    share = (" ", words("share", percent=percent)) if percent and number else ()
    cells = (
        Cell(words(f"figure_{figure.key}", day=format_long_date(view.due_until))),
        Cell(number, starred=figure.inferred) if total else Cell(words("not_calculable")),
        make_cell((*format_count(words, f"of_{figure.population}", total), *share)),
        make_cell(figure.listing, figure.note),
    )
    return Row(cells)


def _iter_figures(view: View) -> Iterator[FigureLine]:
    words, measures = view.wording, view.measures
    overdue, due, waiting, extended = measures.overdue(), view.due(), measures.waiting(), measures.target_extended()
    exclusions = {
        "left_out_overdue": overdue.excluded,
        "left_out_withheld": list_withheld(view),
        "left_out_unread": [record for record in overdue.unreadable if not is_withheld(view, record)],
    }
    note = join_spans((format_count(words, key, len(records)) for key, records in exclusions.items() if records), " ")
    requests, groups, unverified = list_extension_requests(view), measures.same_deliverable(), measures.to_be_verified()
    shared = Measure(tuple(record for group in groups for record in group), measures.open)
    yield _make_figure(view, "overdue", "with_target", overdue, "overdue", note)
    yield _make_figure(view, "due", "with_target", due, "due")
    optional = (
        _make_figure(view, "extension", "unfinished", Measure(requests, measures.open), "extensions"),
        _make_figure(view, "moved", "with_target", extended, "extensions"),
        _make_figure(view, "waiting", "unfinished", waiting, "waiting"),
        _make_figure(view, "same_work", "unfinished", shared, "same-work"),
        _make_figure(view, "unverified", "complete", unverified, "completed"),
    )
    yield from (figure for figure in optional if figure.measure.records)


def _make_figure(view: View, key: str, population: str, measure: Measure, section: str, note: Spans = ()) -> FigureLine:
    """Return a figure that names the section with its records, or its records when the layout leaves that out."""
    inferred = key == "unverified" and has_inferred_status(measure.records)
    return FigureLine(key, population, measure, _format_listing(view, measure.records, section), note, inferred)


def _format_listing(view: View, records: Sequence[TrackedRecord], section: str) -> Spans:
    """Return the section that lists records; where the paper has none, their ids."""
    if not records:
        return ()
    is_printed = prints_section(view.context, view.scope.name, section)
    return refer_to_section(view, section) if is_printed else link_records_by_id(view, records)


@dataclass(frozen=True, slots=True)
class _InformationGap:
    """A type of gap: the population in which it can occur, and the records that have it.

    A record in which one of `fields` is redacted has no gap. `section` is the list that shows the gap beside each
    record.
    """

    key: str
    population: str
    select: Callable[[View], Iterable[TrackedRecord]]
    fields: tuple[str, ...] = ()
    section: str = ""


def _iter_gap_figures(view: View) -> Iterator[FigureLine]:
    populations = {
        "all": view.records,
        "unfinished": view.measures.open,
        "complete": _list_done(view),
        "decided": list_needing_decision(view),
    }
    for gap in _INFORMATION_GAPS:
        records = tuple(record for record in gap.select(view) if not view.is_redacted(record, *gap.fields))
        if records:
            measure = Measure(records, populations[gap.population])
            is_all = len(records) == len(measure.out_of) > MAX_IDS
            ids = link_records_by_id(view, records)
            listing = _format_listing(view, records, gap.section) if gap.section else ids
            listing = (view.wording("every_one"),) if is_all else listing
            yield FigureLine(gap.key, gap.population, measure, listing)


def _list_done(view: View) -> tuple[TrackedRecord, ...]:
    return view.with_status(Status.COMPLETE, Status.VERIFIED)


def _select_stale(view: View, *, dated: bool) -> list[TrackedRecord]:
    """Return the open records with an old update (`dated`), or those without any."""
    stale = view.measures.no_recent_update().records
    return [record for record in stale if (view.facts(record).days_since_update is not None) is dated]


_INFORMATION_GAPS = (
    _InformationGap("no_target", "unfinished", lambda view: view.measures.no_target().records),
    _InformationGap("no_review", "unfinished", lambda view: view.measures.ongoing_without_review().records),
    _InformationGap("no_owner", "all", lambda view: view.measures.no_owner().records),
    _InformationGap("several_owners", "all", lambda view: view.measures.several_owners().records),
    _InformationGap("no_status", "all", lambda view: view.measures.no_status().records, ("status",)),
    _InformationGap("no_update", "unfinished", lambda view: _select_stale(view, dated=False)),
    _InformationGap("old_update", "unfinished", lambda view: _select_stale(view, dated=True)),
    _InformationGap(
        "undated_update", "unfinished", lambda view: view.measures.no_recent_update().excluded, ("updates",)
    ),
    _InformationGap(
        "no_evidence",
        "complete",
        lambda view: [r for r in _list_done(view) if not r.evidence],
        ("evidence",),
        "completed",
    ),
    _InformationGap(
        "no_completion",
        "complete",
        lambda view: [r for r in _list_done(view) if not r.completed_on and not r.verified],
        ("completed_on", "verified"),
        "completed",
    ),
    _InformationGap("no_decision", "decided", list_undecided, (), "decisions"),
)


_REQUIRED_COLUMNS = frozenset({"kind", "opening", "new", "closed", "closing"})
_CHANGES = ("new", "reopened", "closed", "disappeared")
"""The numbers between the opening and the closing one."""


@dataclass(frozen=True, slots=True)
class _Movement:
    """The numbers of a kind by column, None where one is not known, and the ids behind them."""

    kind: Kind
    counts: Mapping[str, int | None]
    ids: Mapping[str, Sequence[str]]


def build_movement(view: View) -> tuple[Block, ...]:
    """Return the movement as a table with a row for each kind, and a note of the records that were added or closed.

    It is counted from the history of the register where that goes back to the last meeting, otherwise from the dates
    that the records state.
    """
    return _build_from_history(view) or _build_from_dates(view)


def _build_from_history(view: View) -> tuple[Block, ...]:
    """Return the movement between two revisions; nothing when the history does not reach the last meeting."""
    words, comparison = view.wording, _compare_with_last(view)
    if comparison is None:
        return ()
    balances = ((balance, balance.get_counts()) for balance in compute_balances(comparison))
    movements = [_Movement(balance.kind, counts, balance.ids) for balance, counts in balances if any(counts.values())]
    titles = {
        "opening": words("open_now", day=format_long_date(comparison.before.case.as_of)),
        "new": words("new"),
        "reopened": words("reopened_since"),
        "closed": words("closed_since"),
        "disappeared": words("disappeared_since"),
        "closing": words("open_now", day=format_long_date(view.case.as_of)),
    }
    note = _build_note(view, movements, "counted", "counted")
    return (_build_table(view, titles, movements), note) if movements else ()


def _build_from_dates(view: View) -> tuple[Block, ...]:
    """Return the movement by stated dates. A number that depends on missing dates is *not known*."""
    words, last_meeting = view.wording, view.last_meeting
    titles = {
        "opening": words("open_before", day=last_meeting.date.to_text()) if last_meeting else words("open_before_last"),
        "new": words("new"),
        "closed": words("closed_since"),
        "closing": words("open_now", day=format_long_date(view.case.as_of)),
    }
    movements = [
        _count_by_dates(view, kind, records)
        for kind in view.case.register.kinds
        if (records := _list_of_kind(view, kind))
    ]
    unknown = ["movement_unknown"] if any(movement.counts["opening"] is None for movement in movements) else []
    table = drop_empty_columns(_build_table(view, titles, movements), _REQUIRED_COLUMNS)
    return (table, _build_note(view, movements, "movement", *unknown, "movement_history")) if movements else ()


def _build_table(view: View, titles: Mapping[str, str], movements: Sequence[_Movement]) -> Table:
    columns = (
        Column("kind", view.wording("kind"), header=True),
        *(Column(key, title, "right") for key, title in titles.items()),
        Column("unverified", view.wording("figure_unverified"), "right"),
    )
    rows = tuple(_build_row(view, movement, titles) for movement in movements)
    return Table("movement", view.wording("movement_caption"), columns, rows)


def _build_row(view: View, movement: _Movement, titles: Mapping[str, str]) -> Row:
    """Return the numbers of a kind, and how many of its complete records are not verified."""
    unverified = [r for r in view.measures.to_be_verified().records if kind_of(r) == movement.kind]
    closed = [record for record in _list_of_kind(view, movement.kind) if view.facts(record).closed]
    inferred = has_inferred_status((*closed, *unverified))
    cells = []
    for key in titles:
        number = movement.counts[key]
        is_starred = inferred and key == "closing"
        cells.append(Cell(view.wording("not_known") if number is None else number, starred=is_starred))
    last_cell = Cell(len(unverified) or None, starred=inferred and bool(unverified))
    return Row((Cell(format_kind(view.wording, movement.kind)), *cells, last_cell))


def _list_of_kind(view: View, kind: Kind) -> list[TrackedRecord]:
    return [record for record in view.records if kind_of(record) == kind]


def _build_note(view: View, movements: Sequence[_Movement], prefix: str, *last_keys: str) -> Paragraph:
    """Return the note of the records behind the changes, with these words after them."""
    sentences = []
    for name in _CHANGES:
        ids = [id_ for movement in movements for id_ in movement.ids.get(name, ())]
        if 0 < len(ids) <= MAX_IDS:
            links = link_ids(view.wording, ids)
            sentences.append(format_phrase(view.wording, f"{prefix}_{name}", ids=links))
    withheld = sum(view.case.redactions.is_redacted(record.id, "status") for record in view.records)
    sentences += [format_count(view.wording, "left_out_status", withheld)] if withheld else []
    sentences += [(view.wording(key),) for key in last_keys]
    return Paragraph(join_spans(sentences, " "), "note")


def _count_by_dates(view: View, kind: Kind, records: Sequence[TrackedRecord]) -> _Movement:
    """Return the movement of a kind. Open before the last meeting were those open now, less the new, plus the closed.

    New and closed are those of the last meeting or since.
    """
    last_day = view.last_meeting.date.latest if view.last_meeting else None
    closed = [record for record in records if view.facts(record).closed]
    added_ids = _select_since(records, last_day, lambda record: find_raised_day(view.case.register, record))
    closed_ids = _select_since(closed, last_day, find_closing_day)
    open_records = [record for record in records if not view.facts(record).closed]
    closing = sum(not view.case.redactions.is_redacted(record.id, "status") for record in open_records)
    counts = {
        "opening": None if added_ids is None or closed_ids is None else closing + len(closed_ids) - len(added_ids),
        "new": None if added_ids is None else len(added_ids),
        "closed": None if closed_ids is None else len(closed_ids),
        "closing": closing,
    }
    return _Movement(kind, counts, {"new": added_ids or [], "closed": closed_ids or []})


def _select_since(
    records: Sequence[TrackedRecord], last_day: date | None, find_day: Callable[[TrackedRecord], date | None]
) -> list[str] | None:
    """Return the ids of the records whose day is not before the last meeting; None when one of them has no day."""
    days = [(record.id, find_day(record)) for record in records]
    if last_day is None or any(day is None for _, day in days):
        return None
    return [id_ for id_, day in days if day is not None and day >= last_day]


def _compare_with_last(view: View) -> RegisterComparison | None:
    history, last_register = view.case.history, view.last_register
    if history is None or last_register is None:
        return None
    paper_history = replace(history, records=dict(_iter_paper_histories(view, history)))
    revisions = RevisionRange(last_register.revision_number, len(history.revisions))
    return RegisterComparison(paper_history, revisions, last_register.snapshot, RegisterAsOf(view.case))


def _iter_paper_histories(view: View, history: RegisterHistory) -> Iterator[tuple[str, VersionHistory]]:
    """Yield the histories of the paper's records, including those not committed yet, and of removed records."""
    register = view.case.register
    uncommitted = Revision(len(history.revisions), "", view.case.as_of, "")
    for record in view.records:
        if view.case.redactions.is_redacted(record.id, "status"):
            continue  # it can be counted neither as open nor as closed
        key = record.id.casefold()
        current = RecordVersion(uncommitted, register.path_of(record.id), {"id": record.id})
        yield key, history.records.get(key, VersionHistory(record.id, (current,)))
    current_keys = {id_.casefold() for id_ in register.by_id}
    for key, record_history in history.records.items():
        if key not in current_keys and _is_in_scope(view, record_history):
            yield key, record_history


def _is_in_scope(view: View, record_history: VersionHistory) -> bool:
    """Whether a removed record would be in this paper: it has one of its kinds, and its source when it has one."""
    state = record_history.last_existing_version(record_history.versions[-1].revision.position)
    kind = state.path_kind if state else None
    paper = view.scope.paper
    cited = (state.values or {}).get("source") if state else None
    source = cited.get("id") if isinstance(cited, Mapping) else cited
    has_kind = kind is not None and (not paper.kinds or kind.name in paper.kinds)
    return has_kind and (paper.source is None or source in {None, paper.source})
