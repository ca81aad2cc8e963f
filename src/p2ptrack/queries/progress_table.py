"""How far things are: a row a recommendation, the follow-ups by area, and what each phase holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.measures import find_stage
from p2ptrack.model.programme import Phase
from p2ptrack.model.records import Action, FollowUp, Recommendation, TrackedRecord
from p2ptrack.reports.document import Cell, Column, Paragraph, Row, Table, make_paragraph
from p2ptrack.reports.phrases import format_short_date, inferred_mark, is_inferred, pluralise

MAX_RECOMMENDATION_ROWS = 12
"""With more recommendations than these a screen holds only the totals."""


@dataclass(frozen=True, slots=True)
class ProgressStage:
    """A column of the table: which records stand in it."""

    key: str
    title: str
    always_shown: bool = False


_STAGES = (
    ProgressStage("closed", "Closed", always_shown=True),
    ProgressStage("complete", "Complete", always_shown=True),
    ProgressStage("in_progress", "In progress", always_shown=True),
    ProgressStage("on_hold", "On hold"),
    ProgressStage("not_started", "Not started"),
    ProgressStage("not_stated", "No status"),
)


def build_progress_table(case: Case) -> Table:
    """Return the table of progress. Columns that nothing stands in are left out, but for the usual ones."""
    stage_by_id = {record.id: find_stage(case, record) for record in case.tracked()}
    inferred_stages = {stage_by_id[r.id] for r in case.tracked() if r.status is not None and is_inferred(r, "status")}
    shown_stages = [stage for stage in _STAGES if stage.always_shown or stage.key in stage_by_id.values()]
    stage_columns = [
        Column(stage.key, stage.title + inferred_mark(stage.key in inferred_stages), "right", "narrow")
        for stage in shown_stages
    ]
    columns = (Column("what", "", width="wide", header=True), Column("all", "All", "right", "narrow"), *stage_columns)
    stage_counts = _StageCounts(stage_by_id, tuple(stage.key for stage in shown_stages))
    return Table("progress", "Progress", columns, tuple(_rows(case, stage_counts)), empty="Nothing is tracked yet.")


@dataclass(frozen=True, slots=True)
class _StageCounts:
    """The stage of every record, and the stages that are shown."""

    stage_by_id: Mapping[str, str]
    shown_keys: tuple[str, ...]

    def build_row(self, title: str, records: Sequence[TrackedRecord], role: Literal["", "total"] = "") -> Row:
        counts = Counter(self.stage_by_id[record.id] for record in records)
        return Row((Cell(title), Cell(len(records)), *(Cell(counts[key]) for key in self.shown_keys)), role=role)


def _rows(case: Case, stage_counts: _StageCounts) -> Iterator[Row]:
    actions, followups = case.register.of_type(Action), case.register.of_type(FollowUp)
    recommendations = case.register.of_type(Recommendation)
    if actions and len(recommendations) <= MAX_RECOMMENDATION_ROWS:
        yield from (stage_counts.build_row(f"{r.id} {r.title}", case.links.find_actions(r.id)) for r in recommendations)
        unlinked = [action for action in actions if not action.recommendations]
        if unlinked and recommendations:
            yield stage_counts.build_row("Of no recommendation", unlinked)
    if actions:
        yield stage_counts.build_row("All actions", actions, "total")
    if followups:
        yield stage_counts.build_row("Follow-ups", followups, "total")
        yield from _area_rows(followups, len(stage_counts.shown_keys) + 2)


def _area_rows(followups: Iterable[FollowUp], width: int) -> Iterator[Row]:
    areas = Counter(record.area or "no area" for record in followups)
    if set(areas) != {"no area"}:
        text = ", ".join(f"{area} {number}" for area, number in areas.most_common())
        yield Row((Cell(text), *(Cell() for _ in range(width - 1))), role="detail")


def phase_lines(case: Case) -> tuple[Paragraph, ...]:
    """Return a line for each phase: when it ends, and what started in it (whose end may not be stated)."""
    texts = [_describe_phase(case, phase) for phase in case.register.programme.phases]
    return tuple(make_paragraph(text) for text in texts)


def _describe_phase(case: Case, phase: Phase) -> str:
    started = [action for action in case.register.of_type(Action) if action.phase == phase.id]
    if not started:
        return f"{phase.title}: no action starts in it"
    unfinished = [action for action in started if case.facts[action.id].unfinished]
    counts_text = f"{len(started)} started in it, {len(unfinished)} unfinished"
    return f"{phase.title}{_phase_end_text(case, phase)}: {counts_text}{_missing_ends_text(unfinished)}"


def _phase_end_text(case: Case, phase: Phase) -> str:
    end = phase.end.latest if phase.end else None
    if end is None:
        return ""
    return f" {'ended' if end < case.as_of else 'ends'} {format_short_date(end)}"


def _missing_ends_text(unfinished: Sequence[Action]) -> str:
    missing_count = sum(1 for action in unfinished if action.phase_end is None)
    if not missing_count:
        return ""
    return (
        ", ends not stated" if missing_count == len(unfinished) else f", {pluralise(missing_count, 'end')} not stated"
    )
