"""How far things are: a row a recommendation, the follow-ups by area, and what each phase holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.coverage import answering
from p2ptrack.records.fields import CLOSED, Status
from p2ptrack.records.kinds import Action, FollowUp, Recommendation, Tracked
from p2ptrack.records.programme import Phase
from p2ptrack.reports.document import Cell, Column, Paragraph, Row, Table, line
from p2ptrack.reports.numbers import counted
from p2ptrack.reports.queries.answer_words import read, short_day, star

MOST_ROWS = 12
"""With more recommendations than these a screen holds only the totals."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A column of the table: which records stand in it."""

    key: str
    title: str
    always: bool = False


_STAGES = (
    Stage("closed", "Closed", always=True),
    Stage("complete", "Complete", always=True),
    Stage("in_progress", "In progress", always=True),
    Stage("on_hold", "On hold"),
    Stage("not_started", "Not started"),
    Stage("not_stated", "No status"),
)


def stage(case: Case, record: Tracked) -> str:
    """Return the column that a record stands in; verified work and `complete` where that closes are closed."""
    status = case.status(record)
    if case.facts[record.id].closed or status in CLOSED:
        return "closed"
    return status.value if isinstance(status, Status) else "not_stated"


def progress(case: Case) -> Table:
    """Return the table of progress. Columns that nothing stands in are left out, but for the usual ones."""
    stages = {record.id: stage(case, record) for record in case.tracked()}
    readings = {stages[r.id] for r in case.tracked() if r.status is not None and read(r, "status")}
    shown = [each for each in _STAGES if each.always or each.key in stages.values()]
    titles = [Column(each.key, each.title + star(each.key in readings), "right", "narrow") for each in shown]
    columns = (Column("what", "", width="wide", header=True), Column("all", "All", "right", "narrow"), *titles)
    counting = _Counting(stages, tuple(each.key for each in shown))
    return Table("progress", "Progress", columns, tuple(_rows(case, counting)), empty="Nothing is tracked yet.")


@dataclass(frozen=True, slots=True)
class _Counting:
    """The stage of every record, and the stages that are shown."""

    stages: Mapping[str, str]
    shown: tuple[str, ...]

    def row(self, title: str, records: Sequence[Tracked], role: Literal["", "total"] = "") -> Row:
        numbers = Counter(self.stages[record.id] for record in records)
        return Row((Cell(title), Cell(len(records)), *(Cell(numbers[key]) for key in self.shown)), role=role)


def _rows(case: Case, counting: _Counting) -> Iterator[Row]:
    actions, followups = case.register.of(Action), case.register.of(FollowUp)
    recommendations = case.register.of(Recommendation)
    if actions and len(recommendations) <= MOST_ROWS:
        yield from (counting.row(f"{r.id} {r.title}", answering(case, r)) for r in recommendations)
        free = [action for action in actions if not action.recommendations]
        if free and recommendations:
            yield counting.row("Of no recommendation", free)
    if actions:
        yield counting.row("All actions", actions, "total")
    if followups:
        yield counting.row("Follow-ups", followups, "total")
        yield from _areas(followups, len(counting.shown) + 2)


def _areas(followups: Iterable[FollowUp], width: int) -> Iterator[Row]:
    areas = Counter(record.area or "no area" for record in followups)
    if set(areas) != {"no area"}:
        told = ", ".join(f"{area} {number}" for area, number in areas.most_common())
        yield Row((Cell(told), *(Cell() for _ in range(width - 1))), role="detail")


def phases(case: Case) -> tuple[Paragraph, ...]:
    """Return a line for each phase: when it ends, and what started in it (whose end may not be stated)."""
    told = [_phase(case, phase) for phase in case.register.programme.phases]
    return tuple(line(text) for text in told)


def _phase(case: Case, phase: Phase) -> str:
    started = [action for action in case.register.of(Action) if action.phase == phase.id]
    if not started:
        return f"{phase.title}: no action starts in it"
    unfinished = [action for action in started if case.facts[action.id].unfinished]
    told = f"{len(started)} started in it, {len(unfinished)} unfinished"
    return f"{phase.title}{_end(case, phase)}: {told}{_ends(unfinished)}"


def _end(case: Case, phase: Phase) -> str:
    last = phase.end.latest if phase.end else None
    if last is None:
        return ""
    return f" {'ended' if last < case.as_of else 'ends'} {short_day(last)}"


def _ends(unfinished: Sequence[Action]) -> str:
    unstated = sum(1 for action in unfinished if action.phase_end is None)
    if not unstated:
        return ""
    return ", ends not stated" if unstated == len(unfinished) else f", {counted(unstated, 'end')} not stated"
