"""`build_overdue`: targets that have passed, and those that soon will."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from p2ptrack.analysis.case import Case, serialise_records
from p2ptrack.analysis.facts import get_deadline
from p2ptrack.model.dates import Precision
from p2ptrack.model.records import TrackedRecord
from p2ptrack.phrases import natural_key
from p2ptrack.queries.answer import LazyData, position_facts
from p2ptrack.reports.document import Block, Cell, Column, Document, Row, Table, make_paragraph
from p2ptrack.reports.phrases import (
    MAX_IDS,
    format_optional_date,
    format_owner,
    is_target_inferred,
    join_ids_or_command,
    join_words,
    limit_items,
    pluralise,
)


@dataclass(frozen=True, slots=True)
class OverdueOptions:
    """What is asked: `within` adds what falls due in so many days, today and the last day included."""

    within: int | None = None


def build_overdue(case: Case, options: OverdueOptions) -> Document:
    """Return what is overdue on the day of the case, the longest overdue first, and what falls due."""
    late, due = _overdue_records(case), _due_records(case, options.within)
    return Document(
        name="overdue",
        title="Overdue" if options.within is None else f"Overdue, and due within {pluralise(options.within, 'day')}",
        as_of=case.as_of,
        blocks=tuple(_blocks(case, late, due, options)),
        meta=position_facts(case),
        data=LazyData(lambda: serialise_records(case, (*late, *due))),
    )


def _overdue_records(case: Case) -> tuple[TrackedRecord, ...]:
    facts = case.facts
    return tuple(sorted(case.with_fact("overdue"), key=lambda r: (-(facts[r.id].days_overdue or 0), natural_key(r.id))))


def _due_records(case: Case, within: int | None) -> tuple[TrackedRecord, ...]:
    days_left = {record.id: case.facts[record.id].days_to_target for record in case.tracked()}
    due = [(days, natural_key(id_), id_) for id_, days in days_left.items() if days is not None and days >= 0]
    selected_ids = [id_ for days, _, id_ in sorted(due) if within is not None and days <= within]
    return tuple(record for id_ in selected_ids if isinstance(record := case.register.by_id[id_], TrackedRecord))


def _blocks(
    case: Case, late: Sequence[TrackedRecord], due: Sequence[TrackedRecord], options: OverdueOptions
) -> Iterator[Block]:
    if late:
        yield _table(case, "overdue", f"Overdue: {len(late)}", "Days late", late)
    else:
        yield make_paragraph("Overdue: none.")
    yield make_paragraph(_target_coverage(case))
    if options.within is not None:
        caption = f"Due within {pluralise(options.within, 'day')}: {len(due) or 'none'}"
        yield _table(case, "due", caption, "Days left", due)
    yield from (
        make_paragraph(text)
        for text in (_vague_targets_text((*late, *due)), _at_risk_text(case, (*late, *due)))
        if text
    )
    if any(is_target_inferred(record) for record in (*late, *due)):
        yield make_paragraph("* not in the source: read from its words.", role="key")


def _table(case: Case, key: str, caption: str, days: str, records: Sequence[TrackedRecord]) -> Table:
    columns = (
        Column("id", "Id", width="narrow", header=True),
        Column("title", "What", width="wide"),
        Column("target", "Target"),
        Column("days", days, "right", "narrow"),
        Column("times_moved", "Moved", "right", "narrow"),
        Column("accountable", "Owner"),
    )
    return Table(key, caption, columns, tuple(_row(case, record) for record in records), empty="Nothing.")


def _row(case: Case, record: TrackedRecord) -> Row:
    facts = case.facts[record.id]
    cells = (
        Cell(record.id),
        Cell(record.title),
        Cell(record.target.raw if record.target else None, starred=is_target_inferred(record)),
        Cell(facts.days_overdue or facts.days_to_target, tone="bad" if facts.overdue else ""),
        Cell(facts.times_moved),
        Cell(format_owner(record)),
    )
    return Row(cells, key=record.id)


def _target_coverage(case: Case) -> str:
    """Return what the answer rests on: how many have a target, and which cannot be overdue for want of one."""
    unfinished = case.with_fact("unfinished")
    target_count = sum(1 for record in unfinished if get_deadline(record))
    text = f"{pluralise(target_count, 'unfinished record')} {'has' if target_count == 1 else 'have'} a target."
    return f"{text} {_no_deadline_text(case, len(unfinished) - target_count)}".strip()


def _no_deadline_text(case: Case, count: int) -> str:
    if not count:
        return ""
    without_target = case.with_fact("no_target")
    ongoing = [r for r in case.with_fact("unfinished") if get_deadline(r) is None and not case.facts[r.id].no_target]
    texts = (
        [
            f"{join_ids_or_command(without_target, f'{len(without_target)} without a target (p2ptrack list is:no-target)')}"
        ]
        if without_target
        else []
    )
    texts += (
        [f"{' '.join(limit_items([r.id for r in ongoing], MAX_IDS))} (ongoing, with no review date)"] if ongoing else []
    )
    return f"{count} {'has' if count == 1 else 'have'} none, so cannot be overdue: {join_words(texts)}."


def _vague_targets_text(records: Sequence[TrackedRecord]) -> str:
    """Return the day to which each vague target is counted."""
    vague = {
        record.target.raw: record.target.latest
        for record in records
        if record.target and record.target.precision is not Precision.DAY and record.target.latest
    }
    texts = [f"“{raw}” runs to {format_optional_date(latest)}" for raw, latest in vague.items()]
    return f"{', '.join(limit_items(texts))}." if texts else ""


def _at_risk_text(case: Case, records: Sequence[TrackedRecord]) -> str:
    dependents = [(record.id, _describe_dependents(case, record)) for record in records]
    texts = [
        f"{join_words(dependent_texts)} {'needs' if len(dependent_texts) == 1 else 'need'} {id_}"
        for id_, dependent_texts in dependents
        if dependent_texts
    ]
    return f"At risk where these are late: {'; '.join(limit_items(texts, MAX_IDS))}." if texts else ""


def _describe_dependents(case: Case, record: TrackedRecord) -> list[str]:
    dependents = (case.register.by_id.get(id_) for id_ in case.links.find_sources(record.id, "depends_on"))
    unfinished = [
        dependent
        for dependent in dependents
        if isinstance(dependent, TrackedRecord) and case.facts[dependent.id].unfinished
    ]
    return [f"{dependent.id} ({dependent.target.raw if dependent.target else 'no target'})" for dependent in unfinished]
