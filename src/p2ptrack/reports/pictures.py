"""The three pictures of the committee's view, each a drawing of the table that stands under it.

A picture is drawn only where the register holds enough for it to show more than its table does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from p2ptrack.records.kinds import Recommendation, Tracked
from p2ptrack.reports.document import Cell, Column, Row, Table
from p2ptrack.reports.drawing import Bar, Bars, Picture, Series, Shade
from p2ptrack.reports.paper import recommendation_ids
from p2ptrack.reports.progress.view import View
from p2ptrack.reports.progress.wording import cell, refs
from p2ptrack.reports.queries.progress import stage

LEAST_BARS, LEAST_COUNTED = 3, 10
"""Fewer bars, or fewer records in them, are read as quickly from the table."""
MOST_BARS = 40
LEAST_OVERDUE = 4
"""Fewer overdue records are read as quickly from their list."""

STAGES: tuple[tuple[str, Shade], ...] = (
    ("closed", "dark"),
    ("complete", "medium"),
    ("in_progress", "light"),
    ("on_hold", "upright"),
    ("not_started", "white"),
    ("not_stated", "level"),
)
_USUAL = frozenset({"closed", "complete", "in_progress"})
AGES = (30, 90, 180, 365)
"""The last day of each age but the longest."""


def progress(view: View) -> Table | None:
    """Return how far the actions under each recommendation are, drawn as bars; None without recommendations."""
    own = _by_recommendation(view)
    if not own:
        return None
    stages = {record.id: stage(view.case, record) for record in view.records}
    shown = [each for each in STAGES if each[0] in _USUAL or each[0] in {stages[r.id] for _, rs in own for r in rs}]
    rows = tuple(_progress(r, records, [key for key, _ in shown], stages) for r, records in own)
    words = view.case.words
    read = {stages[r.id] for _, records in own for r in records if "status" in r.inferred and r.status}
    columns = (
        Column("what", words("recommendation"), width="wide", header=True),
        Column("all", words("progress_all"), "right", "narrow"),
        *(Column(key, words(f"stage_{key}") + "*" * (key in read), "right") for key, _ in shown),
        Column("items", words("actions")),
    )
    total = _progress_total(view, own, [key for key, _ in shown], stages)
    table = Table("progress", words("progress_caption"), columns, (*rows, total))
    return replace(table, picture=_progress_picture(view, own, shown, stages))


Own = Sequence[tuple[Recommendation, tuple[Tracked, ...]]]


def _by_recommendation(view: View) -> Own:
    recommendations = view.about.recommendations
    return [(each, tuple(r for r in view.records if each.id in recommendation_ids(r))) for each in recommendations]


def _progress(about: Recommendation, records: Sequence[Tracked], keys: list[str], stages: dict[str, str]) -> Row:
    numbers = Counter(stages[record.id] for record in records)
    counts = (Cell(numbers[key]) for key in keys)
    cells = (Cell(f"{about.id} {about.title}"), Cell(len(records)), *counts, cell(refs(records)))
    return Row(cells, key=about.id)


def _progress_total(view: View, own: Own, keys: list[str], stages: dict[str, str]) -> Row:
    """Count each action once, although it may stand under several recommendations."""
    all_ids = {record.id for _, records in own for record in records}
    numbers = Counter(stages[id_] for id_ in all_ids)
    counts = (Cell(numbers[key]) for key in keys)
    return Row((Cell(view.case.words("progress_total")), Cell(len(all_ids)), *counts, Cell()), role="total")


def _progress_picture(
    view: View, own: Own, shown: Sequence[tuple[str, Shade]], stages: dict[str, str]
) -> Picture | None:
    counted = [stages[record.id] for _, records in own for record in records]
    enough = LEAST_BARS <= len(own) <= MOST_BARS and len(counted) >= LEAST_COUNTED
    if not enough or len(set(counted)) == 1 or counted.count("not_stated") * 2 > len(counted):
        return None
    words = view.case.words
    bars = tuple(
        Bar(f"{each.id} {each.title}", tuple(sum(stages[r.id] == key for r in records) for key, _ in shown))
        for each, records in own
    )
    totals = Counter(stages[id_] for id_ in {record.id for _, records in own for record in records})
    told = ", ".join(f"{words(f'stage_{key}')} {totals[key]}" for key, _ in shown if totals[key])
    summary = words("progress_picture", number=len(own), actions=sum(totals.values()), told=told)
    return Picture(summary, Bars(tuple(Series(words(f"stage_{key}"), shade) for key, shade in shown), bars))


def ageing(view: View) -> Table | None:
    """Return how long what is overdue has been so, drawn as bars; None where too little is overdue to draw."""
    late = sorted(view.having("overdue"), key=lambda record: view.facts(record).days_overdue or 0)
    words, ages = view.case.words, [_age(view, record) for record in late]
    if len(late) < LEAST_OVERDUE or len(set(ages)) == 1:
        return None
    grouped = [(age, [r for r, own in zip(late, ages, strict=True) if own == age]) for age in range(max(ages) + 1)]
    columns = (
        Column("age", words("age"), header=True),
        Column("number", words("figure_number"), "right", "narrow"),
        Column("items", words("items"), width="wide"),
    )
    rows = tuple(Row((Cell(_age_named(view, age)), Cell(len(own)), cell(refs(own)))) for age, own in grouped)
    bars = tuple(Bar(_age_named(view, age), (len(own),)) for age, own in grouped)
    longest = max(late, key=lambda record: view.facts(record).days_overdue or 0)
    days = view.facts(longest).days_overdue or 0
    summary = words("ageing_picture", number=len(late), days=days, id=longest.id)
    drawn = Picture(summary, Bars((Series(words("overdue"), "medium"),), bars))
    return Table("ageing", words("ageing_caption"), columns, rows, picture=drawn)


def _age(view: View, record: Tracked) -> int:
    days = view.facts(record).days_overdue or 0
    return next((at for at, last in enumerate(AGES) if days <= last), len(AGES))


def _age_named(view: View, age: int) -> str:
    first = AGES[age - 1] + 1 if age else 1
    if age == len(AGES):
        return view.case.words("age_over", days=AGES[-1])
    return view.case.words("age_between", first=first, last=AGES[age])
