"""The progress of actions by recommendation, of follow-ups by area, and of each phase, for `status`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.measures import find_stage
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.programme import Phase
from p2ptrack.model.records import Action, FollowUp, Recommendation, TrackedRecord
from p2ptrack.phrases import pluralise
from p2ptrack.reports.document import Cell, Column, Paragraph, Row, Table, make_paragraph
from p2ptrack.reports.phrases import is_inferred

MAX_RECOMMENDATION_ROWS = 12
"""With more recommendations than these, only the totals are shown."""

_STAGES = {
    "closed": "Closed",
    "complete": "Complete",
    "in_progress": "In progress",
    "on_hold": "On hold",
    "not_started": "Not started",
    "not_stated": "No status",
}
_ALWAYS_SHOWN = ("closed", "complete", "in_progress")


def build_progress_table(case: Case, *, all_stages: bool = False) -> Table:
    """Return how many records are at each stage.

    A stage that is rarely used has a column only when it is used, or with `all_stages`.
    """
    stage_by_id = {record.id: find_stage(case, record) for record in case.tracked()}
    inferred_stages = {stage_by_id[record.id] for record in case.tracked() if is_inferred(record, "status")}
    always_shown = _STAGES if all_stages else _ALWAYS_SHOWN
    shown_stages = [stage for stage in _STAGES if stage in always_shown or stage in stage_by_id.values()]
    columns = (
        Column("what", "", width="wide", header=True),
        Column("all", "All", "right", "narrow"),
        *(Column(key, _STAGES[key] + "*" * (key in inferred_stages), "right", "narrow") for key in shown_stages),
    )

    def build_row(title: str, records: Sequence[TrackedRecord], role: Literal["", "total"] = "") -> Row:
        counts = Counter(stage_by_id[record.id] for record in records)
        return Row((Cell(title), Cell(len(records)), *(Cell(counts[stage]) for stage in shown_stages)), role=role)

    rows: list[Row] = []
    actions, followups = case.register.of_type(Action), case.register.of_type(FollowUp)
    recommendations = case.register.of_type(Recommendation)
    if actions and len(recommendations) <= MAX_RECOMMENDATION_ROWS:
        rows += [build_row(f"{r.id} {r.title}", case.links.find_actions(r.id)) for r in recommendations]
        unlinked = [action for action in actions if not action.recommendations]
        if unlinked and recommendations:
            rows.append(build_row("Actions without a recommendation", unlinked))
    if actions:
        rows.append(build_row("All actions", actions, "total"))
    if followups:
        rows.append(build_row("Follow-ups", followups, "total"))
        rows += _build_area_rows(followups, len(columns))
    return Table("progress", "Progress", columns, tuple(rows), empty="No actions or follow-ups yet.")


def _build_area_rows(followups: Sequence[FollowUp], column_count: int) -> Iterator[Row]:
    areas = Counter(record.area or "no area" for record in followups)
    if set(areas) != {"no area"}:
        text = ", ".join(f"{area} {count}" for area, count in areas.most_common())
        yield Row((Cell(text), *(Cell() for _ in range(column_count - 1))), role="detail")


def describe_phases(case: Case) -> tuple[Paragraph, ...]:
    """Return a sentence for each phase: when it ends and how many of the actions that start in it are open."""
    return tuple(make_paragraph(_describe_phase(case, phase)) for phase in case.register.programme.phases)


def _describe_phase(case: Case, phase: Phase) -> str:
    started = [action for action in case.register.of_type(Action) if action.phase == phase.id]
    if not started:
        return f"{phase.title}: no action starts in it."
    end = phase.end.latest if phase.end else None
    open_count = sum(1 for action in started if case.facts[action.id].unfinished)
    text = phase.title
    if end is not None:
        text += f" {'ended' if end < case.as_of else 'ends'} on {format_long_date(end)}"
    verb = "is" if open_count == 1 else "are"
    return f"{text}: {open_count} of {pluralise(len(started), 'action')} started in it {verb} open."
