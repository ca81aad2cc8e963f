"""`overdue`: targets that have passed, and those that soon will."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from p2ptrack.analysis.as_data import records_as_data
from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import deadline_of
from p2ptrack.records.dates import Precision
from p2ptrack.records.kinds import Tracked
from p2ptrack.records.register import natural_key
from p2ptrack.reports.document import Block, Cell, Column, Document, Row, Table, line
from p2ptrack.reports.numbers import counted
from p2ptrack.reports.queries.answer import Answer, position
from p2ptrack.reports.queries.answer_words import (
    MOST_IDS,
    and_joined,
    day,
    few,
    ids_or,
    owner,
    target_read,
)


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is asked: `within` adds what falls due in so many days, today and the last day included."""

    within: int | None = None


def overdue(case: Case, asked: Overdue) -> Document:
    """Return what is overdue on the day of the case, the longest overdue first, and what falls due."""
    late, due = _late(case), _due(case, asked.within)
    return Document(
        name="overdue",
        title="Overdue" if asked.within is None else f"Overdue, and due within {counted(asked.within, 'day')}",
        as_of=case.as_of,
        blocks=tuple(_blocks(case, late, due, asked)),
        meta=position(case),
        data=Answer(lambda: records_as_data(case, (*late, *due))),
    )


def _late(case: Case) -> tuple[Tracked, ...]:
    facts = case.facts
    return tuple(sorted(case.having("overdue"), key=lambda r: (-(facts[r.id].days_overdue or 0), natural_key(r.id))))


def _due(case: Case, within: int | None) -> tuple[Tracked, ...]:
    left = {record.id: case.facts[record.id].days_to_target for record in case.tracked()}
    due = [(days, natural_key(id_), id_) for id_, days in left.items() if days is not None and days >= 0]
    wanted = [id_ for days, _, id_ in sorted(due) if within is not None and days <= within]
    return tuple(record for id_ in wanted if isinstance(record := case.register.by_id[id_], Tracked))


def _blocks(case: Case, late: Sequence[Tracked], due: Sequence[Tracked], asked: Overdue) -> Iterator[Block]:
    if late:
        yield _table(case, "overdue", f"Overdue: {len(late)}", "Days late", late)
    else:
        yield line("Overdue: none.")
    yield line(_aimed(case))
    if asked.within is not None:
        caption = f"Due within {counted(asked.within, 'day')}: {len(due) or 'none'}"
        yield _table(case, "due", caption, "Days left", due)
    yield from (line(text) for text in (_counted_to((*late, *due)), _at_risk(case, (*late, *due))) if text)
    if any(target_read(record) for record in (*late, *due)):
        yield line("* not in the source: read from its words.", role="key")


def _table(case: Case, key: str, caption: str, days: str, records: Sequence[Tracked]) -> Table:
    columns = (
        Column("id", "Id", width="narrow", header=True),
        Column("title", "What", width="wide"),
        Column("target", "Target"),
        Column("days", days, "right", "narrow"),
        Column("times_moved", "Moved", "right", "narrow"),
        Column("accountable", "Owner"),
    )
    return Table(key, caption, columns, tuple(_row(case, record) for record in records), empty="Nothing.")


def _row(case: Case, record: Tracked) -> Row:
    facts = case.facts[record.id]
    cells = (
        Cell(record.id),
        Cell(record.title),
        Cell(record.target.raw if record.target else None, starred=target_read(record)),
        Cell(facts.days_overdue or facts.days_to_target, tone="bad" if facts.overdue else ""),
        Cell(facts.times_moved),
        Cell(owner(record)),
    )
    return Row(cells, key=record.id)


def _aimed(case: Case) -> str:
    """Return what the answer rests on: how many have a target, and which cannot be overdue for want of one."""
    unfinished = case.having("unfinished")
    aimed = sum(1 for record in unfinished if deadline_of(record))
    told = f"{counted(aimed, 'unfinished record')} {'has' if aimed == 1 else 'have'} a target."
    return f"{told} {_without(case, len(unfinished) - aimed)}".strip()


def _without(case: Case, number: int) -> str:
    if not number:
        return ""
    none = case.having("no_target")
    endless = [r for r in case.having("unfinished") if deadline_of(r) is None and not case.facts[r.id].no_target]
    told = [f"{ids_or(none, f'{len(none)} without a target (p2ptrack list is:no-target)')}"] if none else []
    told += [f"{' '.join(few([r.id for r in endless], MOST_IDS))} (ongoing, with no review date)"] if endless else []
    return f"{number} {'has' if number == 1 else 'have'} none, so cannot be overdue: {and_joined(told)}."


def _counted_to(records: Sequence[Tracked]) -> str:
    """Return the day to which each vague target is counted."""
    vague = {
        record.target.raw: record.target.latest
        for record in records
        if record.target and record.target.precision is not Precision.DAY and record.target.latest
    }
    told = [f"“{raw}” runs to {day(latest)}" for raw, latest in vague.items()]
    return f"{', '.join(few(told))}." if told else ""


def _at_risk(case: Case, records: Sequence[Tracked]) -> str:
    needing = [(record.id, _needing(case, record)) for record in records]
    told = [f"{and_joined(ids_)} {'needs' if len(ids_) == 1 else 'need'} {id_}" for id_, ids_ in needing if ids_]
    return f"At risk where these are late: {'; '.join(few(told, MOST_IDS))}." if told else ""


def _needing(case: Case, record: Tracked) -> list[str]:
    found = (case.register.by_id.get(id_) for id_ in case.links.into(record.id, "depends_on"))
    tracked = [other for other in found if isinstance(other, Tracked) and case.facts[other.id].unfinished]
    return [f"{other.id} ({other.target.raw if other.target else 'no target'})" for other in tracked]
