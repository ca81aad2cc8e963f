"""`figures`: performance, trend, overdue items by group and age, forecast and lateness, of selected records."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from p2ptrack.analysis.case import Case, build_json_answer
from p2ptrack.analysis.facts import FACT_NAMES
from p2ptrack.analysis.figures import (
    Figure,
    FigureScope,
    Forecast,
    Grouping,
    Lateness,
    Position,
    RegisterFigures,
    compute_figures,
    list_groupings,
)
from p2ptrack.analysis.filters import find_field, list_unused_values, resolve_name
from p2ptrack.analysis.measures import MIN_FOR_SHARE, TrackedRecords
from p2ptrack.errors import UsageError
from p2ptrack.model.programme import Wording
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.phrases import MAX_IDS, humanise, join_ids, natural_key, pluralise
from p2ptrack.queries.answer import inferred_key, list_unreadable, make_answer, make_export
from p2ptrack.queries.list import SelectedRecords, find_grouping, select_by_words
from p2ptrack.reports.document import (
    Block,
    Cell,
    Column,
    Document,
    Row,
    Scalar,
    Section,
    Table,
    make_paragraph,
    walk_blocks,
)
from p2ptrack.reports.figures import FigureTables
from p2ptrack.values import dataclass


@dataclass(frozen=True, slots=True)
class FigureOptions:
    """The options of `figures`: words as those of `list`, and the words that tables print."""

    terms: tuple[str, ...] = ()
    words: Wording = Wording()


def build_figures(case: Case, options: FigureOptions) -> Document:
    """Return the figures of the actions and follow-ups that match every filter.

    Raises `UsageError` as `build_list` does, and for a kind that is not tracked.
    """
    selection = select_by_words(case, options.terms)
    figures = compute_figures(case, _make_scope(case, selection))
    return make_answer(
        case,
        "figures",
        "Figures",
        (*_build_blocks(figures, selection, options.words), *list_unreadable(case)),
        lambda: build_json_answer(case, **_serialise(figures, options.words)),
        export=lambda: make_export(case, _build_export(figures, options.words), has_marks=False, has_records=False),
    )


def list_figure_notices(case: Case, options: FigureOptions) -> tuple[str, ...]:
    """Return the sentences about filters that are right and match nothing, because no record has the value."""
    return list_unused_values(case, select_by_words(case, options.terms).filters)


def _make_scope(case: Case, selection: SelectedRecords) -> FigureScope:
    kind = case.register.kinds.find(selection.kind) if selection.kind else None
    if kind is not None and not issubclass(kind.model, TrackedRecord):
        raise UsageError(f"Figures are about actions and follow-ups, and not about {kind.plural}.")
    groupings = (_find_grouping(case, selection.by),) if selection.by else ()
    if not selection.kind and not selection.filters:
        return FigureScope(groupings=groupings)
    records = tuple(record for record in selection.records if isinstance(record, TrackedRecord))
    return FigureScope(records, groupings=groupings)


def _find_grouping(case: Case, by: str) -> Grouping:
    """Return the grouping by a field or fact: one of those of every paper, otherwise as `list` groups."""
    name = resolve_name(by)
    list_values = find_grouping(case, by)
    usual = {grouping.field: grouping for grouping in list_groupings(case)}
    if name in usual:
        return usual[name]
    title = humanise(name) if name == "kind" or name in FACT_NAMES else find_field(by, case.register.kinds).title
    return Grouping(name, list_values, title)


def _build_blocks(figures: RegisterFigures, selection: SelectedRecords, words: Wording) -> Iterator[Block]:
    number = len(figures.measures.records)
    is_all = not (selection.kind or selection.filters)
    yield make_paragraph(f"{pluralise(number, 'item')}{'' if is_all else ' selected'}.")
    if number:
        tables = FigureTables(figures, words, _list_ids)
        sections = tuple(map(_drop_pictures, tables.build_sections()))
        yield from sections
        paper_tables = [block for block in walk_blocks(sections) if isinstance(block, Table)]
        if any(cell.starred for table in paper_tables for row in table.rows for cell in row.cells):
            yield inferred_key()
        if len(figures.find_figure("overdue").measure.records) > MAX_IDS:
            words_of_list = (selection.kind or "", "is:overdue", f"by:{selection.by or 'owner'}", *selection.filters)
            command = " ".join(shlex.quote(word) for word in words_of_list if word)
            yield make_paragraph(f"Next: p2ptrack list {command}", role="next")


def _drop_pictures(section: Section) -> Section:
    blocks = (replace(block, picture=None) if isinstance(block, Table) else block for block in section.blocks)
    return replace(section, blocks=tuple(blocks))


def _list_ids(records: Sequence[Record]) -> Cell:
    """Return a few ids, or the number of more ids and the command that lists them."""
    return Cell(join_ids([record.id for record in records]) or None) if len(records) <= MAX_IDS else Cell()


# The JSON data: each number with the ids behind it.


def _serialise(figures: RegisterFigures, words: Wording) -> dict[str, Any]:
    trend = figures.trend
    return {
        "records": len(figures.measures.records),
        "figures": [
            {"figure": figure.key, **_serialise_figure(figure), "missing": _explain_missing(figure, words)}
            for figure in figures.performance
        ],
        "overdue_by": {
            breakdown.grouping.field: [
                {"value": group.label or None, "is_known": group.value is not None, **_serialise_figure(group.figure)}
                for group in breakdown.groups
            ]
            for breakdown in figures.breakdowns
        },
        "overdue_by_age": [
            {"first_day": age.first, "last_day": age.last, "number": len(age.records), "ids": _sort_ids(age.records)}
            for age in figures.ages
        ],
        "trend": {
            "missing": words(f"missing_trend_{trend.missing}") if trend.missing else None,
            "left_out": _sort_ids(trend.omitted),
            "positions": list(map(_serialise_position, trend.positions)),
        },
        "forecast": list(map(_serialise_forecast, figures.forecasts)),
        "lateness": list(map(_serialise_lateness, figures.lateness)),
    }


def _sort_ids(records: TrackedRecords) -> list[str]:
    return sorted((record.id for record in records), key=natural_key)


def _serialise_figure(figure: Figure) -> dict[str, Any]:
    measure = figure.measure
    return {
        "number": len(measure.records),
        "out_of": len(measure.out_of),
        "share": _find_share(figure),
        "mean_days": figure.mean_days,
        "ids": _sort_ids(measure.records),
        "excluded": [{"reason": part.reason, "ids": _sort_ids(part.records)} for part in figure.exclusions],
    }


def _find_share(figure: Figure) -> float | None:
    """Return the share as a number from 0 to 1; None of fewer records than shares are given of."""
    number, total = len(figure.measure.records), len(figure.measure.out_of)
    return round(number / total, 4) if total >= MIN_FOR_SHARE else None


def _explain_missing(figure: Figure, words: Wording) -> str | None:
    return None if figure.measure.out_of else words(f"missing_{figure.key}")


def _serialise_position(position: Position) -> dict[str, Any]:
    figure = _serialise_figure(position.overdue)
    return {
        "meeting": position.meeting.id if position.meeting else None,
        "as_of": position.as_of.isoformat(),
        "published": position.is_published,
        "open": position.open,
        "closed": position.closed,
        "overdue": {name: figure[name] for name in ("number", "out_of", "share", "mean_days")},
    }


def _serialise_forecast(forecast: Forecast) -> dict[str, Any]:
    return {
        "meeting": forecast.meeting.id,
        "date": forecast.day.isoformat(),
        **_serialise_figure(forecast.overdue),
        "new_ids": _sort_ids(forecast.new_records),
    }


def _serialise_lateness(lateness: Lateness) -> dict[str, Any]:
    return {
        "kind": lateness.kind.name,
        "cases": len(lateness.days),
        "late": lateness.late_count,
        "days_half_within": lateness.find_quantile(5),
        "days_nine_in_ten_within": lateness.find_quantile(9),
        "days_longest": lateness.days[-1],
        "ids": _sort_ids(lateness.records),
    }


# The table for CSV: one row a number.

_EXPORT_COLUMNS = (
    Column("figure", "Figure"),
    Column("by", "By"),
    Column("group", "Group"),
    Column("meeting", "Meeting"),
    Column("date", "Date"),
    Column("number", "Number"),
    Column("out_of", "Out of"),
    Column("share", "Share"),
    Column("mean_days", "Mean days"),
    Column("excluded", "Left out"),
    Column("missing", "Missing"),
    Column("ids", "Ids"),
)


def _build_export(figures: RegisterFigures, words: Wording) -> Table:
    rows = (
        Row(tuple(Cell(values.get(column.key)) for column in _EXPORT_COLUMNS)) for values in _iter_rows(figures, words)
    )
    return Table("figures", "Figures", _EXPORT_COLUMNS, tuple(rows))


def _iter_rows(figures: RegisterFigures, words: Wording) -> Iterator[dict[str, Scalar]]:
    """Yield the values of each row by column. What a row does not have is empty."""
    for figure in figures.performance:
        yield {**_list_values(figure), "missing": _explain_missing(figure, words)}
    for breakdown in figures.breakdowns:
        for group in breakdown.groups:
            label = group.label or words("group_unknown" if group.value is None else "group_not_recorded")
            yield {**_list_values(group.figure), "by": breakdown.grouping.field, "group": label}
    for age in figures.ages:
        group_name = f"{age.first} to {age.last} days" if age.last else f"over {age.first - 1} days"
        ids = " ".join(_sort_ids(age.records))
        yield {"figure": "overdue", "by": "age", "group": group_name, "number": len(age.records), "ids": ids}
    for position in figures.trend.positions:
        place = {"meeting": position.meeting.id if position.meeting else None, "date": position.as_of}
        counts = {name: value for name, value in _list_values(position.overdue).items() if name != "ids"}
        yield {**counts, **place, "figure": "position_overdue"}
        yield {**place, "figure": "position_open", "number": position.open}
        yield {**place, "figure": "position_closed", "number": position.closed}
    for forecast in figures.forecasts:
        place = {"meeting": forecast.meeting.id, "date": forecast.day}
        yield {**_list_values(forecast.overdue), **place, "figure": "forecast_overdue"}
    for lateness in figures.lateness:
        numbers = {key: value for key, value in _serialise_lateness(lateness).items() if key.startswith("days_")}
        for key, days in {"late": lateness.late_count, **numbers}.items():
            of = len(lateness.days)
            yield {
                "figure": f"completed_{key}",
                "by": "kind",
                "group": lateness.kind.name,
                "number": days,
                "out_of": of,
            }


def _list_values(figure: Figure) -> dict[str, Scalar]:
    share, measure = _find_share(figure), figure.measure
    excluded = "; ".join(f"{part.reason}: {' '.join(_sort_ids(part.records))}" for part in figure.exclusions)
    return {
        "figure": figure.key,
        "number": len(measure.records) if measure.out_of else None,
        "out_of": len(measure.out_of),
        "share": None if share is None else str(share),
        "mean_days": None if figure.mean_days is None else f"{figure.mean_days:g}",
        "excluded": excluded or None,
        "ids": " ".join(_sort_ids(measure.records)) or None,
    }
