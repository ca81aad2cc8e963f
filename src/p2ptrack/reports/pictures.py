"""The three pictures of the committee's view, each a drawing of the table that stands under it.

A picture is drawn only where the register holds enough for it to show more than its table does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from p2ptrack.records.kinds import Recommendation, TrackedRecord
from p2ptrack.reports.document import Cell, Column, Row, Table
from p2ptrack.reports.drawing import Bar, BarChart, Picture, Series, Shade
from p2ptrack.reports.paper import recommendation_ids
from p2ptrack.reports.progress.view import View
from p2ptrack.reports.progress.wording import link_ids, make_cell
from p2ptrack.reports.queries.progress import find_stage

MIN_BARS, MIN_RECORDS = 3, 10
"""Fewer bars, or fewer records in them, are read as quickly from the table."""
MAX_BARS = 40
MIN_OVERDUE = 4
"""Fewer overdue records are read as quickly from their list."""

STAGE_SHADES: tuple[tuple[str, Shade], ...] = (
    ("closed", "dark"),
    ("complete", "medium"),
    ("in_progress", "light"),
    ("on_hold", "upright"),
    ("not_started", "white"),
    ("not_stated", "level"),
)
_USUAL_STAGES = frozenset({"closed", "complete", "in_progress"})
AGE_LIMITS = (30, 90, 180, 365)
"""The last day of each age but the longest."""


def build_progress_table(view: View) -> Table | None:
    """Return how far the actions under each recommendation are, drawn as bars; None without recommendations."""
    groups = _group_by_recommendation(view)
    if not groups:
        return None
    stages = {record.id: find_stage(view.case, record) for record in view.records}
    visible_stages = [
        entry
        for entry in STAGE_SHADES
        if entry[0] in _USUAL_STAGES or entry[0] in {stages[r.id] for _, rs in groups for r in rs}
    ]
    rows = tuple(_build_progress_row(r, records, [key for key, _ in visible_stages], stages) for r, records in groups)
    words = view.case.wording
    inferred_stages = {stages[r.id] for _, records in groups for r in records if "status" in r.inferred and r.status}
    columns = (
        Column("what", words("recommendation"), width="wide", header=True),
        Column("all", words("progress_all"), "right", "narrow"),
        *(Column(key, words(f"stage_{key}") + "*" * (key in inferred_stages), "right") for key, _ in visible_stages),
        Column("items", words("actions")),
    )
    total = _build_total_row(view, groups, [key for key, _ in visible_stages], stages)
    table = Table("progress", words("progress_caption"), columns, (*rows, total))
    return replace(table, picture=_build_progress_picture(view, groups, visible_stages, stages))


RecommendationGroups = Sequence[tuple[Recommendation, tuple[TrackedRecord, ...]]]


def _group_by_recommendation(view: View) -> RecommendationGroups:
    recommendations = view.scope.recommendations
    return [
        (recommendation, tuple(record for record in view.records if recommendation.id in recommendation_ids(record)))
        for recommendation in recommendations
    ]


def _build_progress_row(
    recommendation: Recommendation, records: Sequence[TrackedRecord], keys: list[str], stages: dict[str, str]
) -> Row:
    numbers = Counter(stages[record.id] for record in records)
    counts = (Cell(numbers[key]) for key in keys)
    cells = (
        Cell(f"{recommendation.id} {recommendation.title}"),
        Cell(len(records)),
        *counts,
        make_cell(link_ids(records)),
    )
    return Row(cells, key=recommendation.id)


def _build_total_row(view: View, groups: RecommendationGroups, keys: list[str], stages: dict[str, str]) -> Row:
    """Count each action once, although it may stand under several recommendations."""
    all_ids = {record.id for _, records in groups for record in records}
    numbers = Counter(stages[id_] for id_ in all_ids)
    counts = (Cell(numbers[key]) for key in keys)
    return Row((Cell(view.case.wording("progress_total")), Cell(len(all_ids)), *counts, Cell()), role="total")


def _build_progress_picture(
    view: View, groups: RecommendationGroups, visible_stages: Sequence[tuple[str, Shade]], stages: dict[str, str]
) -> Picture | None:
    counted_stages = [stages[record.id] for _, records in groups for record in records]
    is_enough = MIN_BARS <= len(groups) <= MAX_BARS and len(counted_stages) >= MIN_RECORDS
    if not is_enough or len(set(counted_stages)) == 1 or counted_stages.count("not_stated") * 2 > len(counted_stages):
        return None
    words = view.case.wording
    bars = tuple(
        Bar(
            f"{recommendation.id} {recommendation.title}",
            tuple(sum(stages[r.id] == key for r in records) for key, _ in visible_stages),
        )
        for recommendation, records in groups
    )
    totals = Counter(stages[id_] for id_ in {record.id for _, records in groups for record in records})
    counts_text = ", ".join(f"{words(f'stage_{key}')} {totals[key]}" for key, _ in visible_stages if totals[key])
    summary = words("progress_picture", number=len(groups), actions=sum(totals.values()), told=counts_text)
    return Picture(
        summary, BarChart(tuple(Series(words(f"stage_{key}"), shade) for key, shade in visible_stages), bars)
    )


def build_ageing_table(view: View) -> Table | None:
    """Return how long what is overdue has been so, drawn as bars; None where too little is overdue to draw."""
    overdue_records = sorted(view.with_fact("overdue"), key=lambda record: view.facts(record).days_overdue or 0)
    words, ages = view.case.wording, [_age_index(view, record) for record in overdue_records]
    if len(overdue_records) < MIN_OVERDUE or len(set(ages)) == 1:
        return None
    groups = [
        (age, [r for r, members in zip(overdue_records, ages, strict=True) if members == age])
        for age in range(max(ages) + 1)
    ]
    columns = (
        Column("age", words("age"), header=True),
        Column("number", words("figure_number"), "right", "narrow"),
        Column("items", words("items"), width="wide"),
    )
    rows = tuple(
        Row((Cell(_format_age(view, age)), Cell(len(members)), make_cell(link_ids(members)))) for age, members in groups
    )
    bars = tuple(Bar(_format_age(view, age), (len(members),)) for age, members in groups)
    longest = max(overdue_records, key=lambda record: view.facts(record).days_overdue or 0)
    days = view.facts(longest).days_overdue or 0
    summary = words("ageing_picture", number=len(overdue_records), days=days, id=longest.id)
    picture = Picture(summary, BarChart((Series(words("overdue"), "medium"),), bars))
    return Table("ageing", words("ageing_caption"), columns, rows, picture=picture)


def _age_index(view: View, record: TrackedRecord) -> int:
    days = view.facts(record).days_overdue or 0
    return next((index for index, limit in enumerate(AGE_LIMITS) if days <= limit), len(AGE_LIMITS))


def _format_age(view: View, age: int) -> str:
    first = AGE_LIMITS[age - 1] + 1 if age else 1
    if age == len(AGE_LIMITS):
        return view.case.wording("age_over", days=AGE_LIMITS[-1])
    return view.case.wording("age_between", first=first, last=AGE_LIMITS[age])
