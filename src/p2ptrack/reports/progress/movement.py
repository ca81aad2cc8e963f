"""The movement since the last meeting: how many records were open, came, were closed, and are open now.

It is counted from the history of the register where that goes back to the last meeting, otherwise from the dates that
the records state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from p2ptrack.analysis.history.events import RevisionRange
from p2ptrack.analysis.history.movement import RegisterComparison, compute_balances
from p2ptrack.analysis.history.snapshot import RegisterAsOf
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.history import RecordVersion, RegisterHistory, Revision, VersionHistory, kind_of_path
from p2ptrack.model.records import KINDS, FollowUp, Kind, TrackedRecord, kind_of
from p2ptrack.reports.document import Block, Cell, Column, Paragraph, Ref, Row, Table
from p2ptrack.reports.layout import drop_empty_columns
from p2ptrack.reports.progress.lists import find_closing_day
from p2ptrack.reports.progress.view import MAX_IDS, View, format_phrase, has_inferred_status
from p2ptrack.reports.record_blocks import join_spans

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
    """Return the movement as a table with a row for each kind, and a note of the records that came or were closed."""
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
    note = _build_note(view, movements, "witnessed", "witnessed")
    return (_build_table(view, titles, movements), note) if movements else ()


def _build_from_dates(view: View) -> tuple[Block, ...]:
    """Return the movement by stated dates. A number that rests on dates that are not recorded is *not known*."""
    words, last_meeting = view.wording, view.last_meeting
    titles = {
        "opening": words("open_before", day=last_meeting.date.to_text()) if last_meeting else words("open_before_last"),
        "new": words("new"),
        "closed": words("closed_since"),
        "closing": words("open_now", day=format_long_date(view.case.as_of)),
    }
    movements = [_count_by_dates(view, kind, records) for kind in KINDS if (records := _list_of_kind(view, kind))]
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
    unverified = [r for r in view.measures.to_be_verified().records if kind_of(r) is movement.kind]
    closed = [record for record in _list_of_kind(view, movement.kind) if view.facts(record).closed]
    inferred = has_inferred_status((*closed, *unverified))
    cells = []
    for key in titles:
        number = movement.counts[key]
        is_starred = inferred and key == "closing"
        cells.append(Cell(view.wording("not_known") if number is None else number, starred=is_starred))
    last_cell = Cell(len(unverified) or None, starred=inferred and bool(unverified))
    return Row((Cell(view.wording(f"kind_{movement.kind.name}")), *cells, last_cell))


def _list_of_kind(view: View, kind: Kind) -> list[TrackedRecord]:
    return [record for record in view.records if kind_of(record) is kind]


def _build_note(view: View, movements: Sequence[_Movement], prefix: str, *last_keys: str) -> Paragraph:
    """Return the note of the records behind the changes, with these words after them."""
    sentences = []
    for name in _CHANGES:
        ids = [id_ for movement in movements for id_ in movement.ids.get(name, ())]
        if 0 < len(ids) <= MAX_IDS:
            links = join_spans((Ref(id_) if id_ in view.case.register.by_id else id_,) for id_ in ids)
            sentences.append(format_phrase(view.wording, f"{prefix}_{name}", ids=links))
    sentences += [(view.wording(key),) for key in last_keys]
    return Paragraph(join_spans(sentences, " "), "note")


def _count_by_dates(view: View, kind: Kind, records: Sequence[TrackedRecord]) -> _Movement:
    """Return the movement of a kind. Open before the last meeting were those open now, less the new, plus the closed.

    New and closed are those of the last meeting or since.
    """
    last_day = view.last_meeting.date.latest if view.last_meeting else None
    closed = [record for record in records if view.facts(record).closed]
    added_ids = _select_since(records, last_day, lambda record: _find_raised_day(view, record))
    closed_ids = _select_since(closed, last_day, find_closing_day)
    closing = len(records) - len(closed)
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


def _find_raised_day(view: View, record: TrackedRecord) -> date | None:
    meeting = view.case.register.find_meeting(record.raised) if isinstance(record, FollowUp) else None
    return meeting.date.latest if meeting else None


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
    kind = kind_of_path(state.path) if state else None
    paper = view.scope.paper
    cited = (state.values or {}).get("source") if state else None
    source = cited.get("id") if isinstance(cited, Mapping) else cited
    has_kind = kind is not None and (not paper.kinds or kind.name in paper.kinds)
    return has_kind and (paper.source is None or source in {None, paper.source})
