"""Movement since the last meeting as git witnessed it: every item that came, was closed, came back or disappeared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from p2ptrack.analysis.past.events import RevisionRange
from p2ptrack.analysis.past.movement import Balance, RegisterComparison, compute_balances
from p2ptrack.analysis.past.then import RegisterAsOf
from p2ptrack.records.dates import format_long_date
from p2ptrack.records.timeline import RecordVersion, RegisterHistory, Revision, VersionHistory, kind_of_path
from p2ptrack.reports.document import Block, Cell, Column, Paragraph, Ref, Row, Table
from p2ptrack.reports.one_record import Spans, join_spans
from p2ptrack.reports.progress.view import View
from p2ptrack.reports.progress.wording import MAX_IDS, format_phrase

_MOVEMENT_NUMBERS = ("opening", "new", "reopened", "closed", "disappeared", "closing")


def build_git_movement(view: View) -> tuple[Block, ...]:
    """Return the table and who stands behind its numbers; nothing where the history does not reach the last meeting."""
    comparison = _compare_with_last(view)
    if comparison is None:
        return ()
    kind_balances = [
        kind_balance for kind_balance in compute_balances(comparison) if any(kind_balance.get_counts().values())
    ]
    rows = tuple(_build_git_row(view, kind_balance) for kind_balance in kind_balances)
    if not rows:
        return ()
    table = Table("movement", view.case.wording("movement_caption"), _build_git_columns(view, comparison), rows)
    return (table, Paragraph(join_spans(_iter_git_notes(view, kind_balances), " "), "note"))


def _compare_with_last(view: View) -> RegisterComparison | None:
    history, last_register = view.case.history, view.last_register
    if history is None or last_register is None:
        return None
    paper_history = replace(history, records=dict(_iter_paper_histories(view, history)))
    return RegisterComparison(
        paper_history,
        RevisionRange(last_register.revision_number, len(history.revisions)),
        last_register.snapshot,
        RegisterAsOf(view.case),
    )


def _iter_paper_histories(view: View, history: RegisterHistory) -> Iterator[tuple[str, VersionHistory]]:
    """Yield the timelines of the paper's records, those too that are not committed yet, and of those that are gone."""
    ids = {record.id.casefold(): record.id for record in view.records}
    for key, id_ in ids.items():
        current = RecordVersion(
            Revision(len(history.revisions), "", view.case.as_of, ""), view.case.register.path_of(id_), {"id": id_}
        )
        yield key, history.records.get(key, VersionHistory(id_, (current,)))
    current_ids = {id_.casefold() for id_ in view.case.register.by_id}
    yield from (
        (key, record_history)
        for key, record_history in history.records.items()
        if key not in current_ids and _is_in_scope(view, record_history)
    )


def _is_in_scope(view: View, record_history: VersionHistory) -> bool:
    """Whether a record that is gone would stand in this paper: one of its kinds, and of its source where it has one."""
    state = record_history.last_existing_version(record_history.versions[-1].revision.position)
    kind = kind_of_path(state.path) if state else None
    paper = view.scope.paper
    cited = (state.values or {}).get("source") if state else None
    source = cited.get("id") if isinstance(cited, Mapping) else cited
    has_kind = kind is not None and (not paper.kinds or kind.name in paper.kinds)
    return has_kind and (paper.source is None or source in {None, paper.source})


def _build_git_columns(view: View, comparison: RegisterComparison) -> tuple[Column, ...]:
    words = view.case.wording
    titles = (
        words("open_now", day=format_long_date(comparison.before.case.as_of)),
        words("new"),
        words("reopened_since"),
        words("closed_since"),
        words("disappeared_since"),
        words("open_now", day=format_long_date(view.case.as_of)),
    )
    numbers = (Column(key, title, "right") for key, title in zip(_MOVEMENT_NUMBERS, titles, strict=True))
    return (
        Column("kind", words("kind"), header=True),
        *numbers,
        Column("unverified", words("figure_unverified"), "right"),
    )


def _build_git_row(view: View, kind_balance: Balance) -> Row:
    records = [record for record in view.records if isinstance(record, kind_balance.kind.model)]
    unverified = [record for record in records if view.facts(record).awaiting_verification]
    closed = [record for record in records if view.facts(record).closed]
    inferred = any("status" in record.inferred for record in (*closed, *unverified))
    counts = kind_balance.get_counts()
    return Row(
        (
            Cell(view.case.wording(f"kind_{kind_balance.kind.name}")),
            *(Cell(counts[name], starred=inferred and name == "closing") for name in _MOVEMENT_NUMBERS),
            Cell(len(unverified) or None, starred=inferred and bool(unverified)),
        )
    )


def _iter_git_notes(view: View, kind_balances: Sequence[Balance]) -> Iterator[Spans]:
    """Say which items are behind each number but the first and the last."""
    for name in _MOVEMENT_NUMBERS[1:-1]:
        ids = [id_ for kind_balance in kind_balances for id_ in getattr(kind_balance, name)]
        if 0 < len(ids) <= MAX_IDS:
            yield format_phrase(
                view.case.wording, f"witnessed_{name}", ids=join_spans(_link_if_current(view, id_) for id_ in ids)
            )
    yield (view.case.wording("witnessed"),)


def _link_if_current(view: View, id_: str) -> Spans:
    return (Ref(id_),) if id_ in view.case.register.by_id else (id_,)
