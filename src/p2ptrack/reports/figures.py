"""The paper of figures, and its tables: each with a chart where the register holds enough for it to show more.

The paper, the progress report and the answer of `figures` print these tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.figures import (
    IMPLEMENTED_KEYS,
    MIN_CASES,
    AgeGroup,
    Breakdown,
    Figure,
    Forecast,
    Group,
    Grouping,
    Lateness,
    Position,
    RegisterFigures,
    Trend,
    compute_figures,
)
from p2ptrack.analysis.measures import MIN_FOR_SHARE, Measure, TrackedRecords
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.programme import Wording
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.model.register import format_meeting_title
from p2ptrack.phrases import natural_key
from p2ptrack.reports.context import PaperContext, ReportParts, drop_empty_columns, format_kind
from p2ptrack.reports.document import (
    Bar,
    BarChart,
    Block,
    Cell,
    Column,
    Document,
    Picture,
    Row,
    Section,
    Series,
    Table,
    make_paragraph,
)
from p2ptrack.reports.exempt_marks import exempt_mark
from p2ptrack.reports.paper import assemble_paper, build_overview, resolve_scope
from p2ptrack.reports.record_blocks import make_line_cell
from p2ptrack.reports.selection import MAX_IDS, link_ids, make_figure_scope
from p2ptrack.values import dataclass

MIN_OVERDUE = 4
"""Fewer overdue records need no chart."""
MIN_BARS, MAX_BARS = 2, 40
FIGURE_COLUMNS = {
    "performance": ("figure", "number", "of", "share", "days", "note"),
    "trend": ("meeting", "as_of", "open", "overdue", "of", "share", "days", "closed"),
    "ageing": ("age", "number", "items"),
    **dict.fromkeys(
        ("overdue-by-accountable", "overdue-by-directorate", "overdue-by-area", "overdue-by-priority"),
        ("group", "number", "of", "share", "days", "no_target", "items"),
    ),
    "forecast": ("meeting", "day", "number", "of", "share", "new", "items"),
    "lateness": ("kind", "cases", "late", "median", "most", "longest"),
}
"""The columns of each table that a layout can name."""
FIGURE_SECTIONS = ("performance", "trend", "overdue-groups", "forecast", "lateness")

FormatRecords = Callable[[Sequence[Record]], Cell]


@dataclass(frozen=True, slots=True)
class FigureTables:
    """Builds the tables of some figures, in the words of a paper. `format_records` returns the cell with their ids."""

    figures: RegisterFigures
    words: Wording
    format_records: FormatRecords

    @property
    def case(self) -> Case:
        """Return the case that the figures are calculated from."""
        return self.figures.case

    def build_sections(self) -> tuple[Section, ...]:
        """Return every section that has content."""
        titled = {
            "performance": self.build_performance(),
            "trend": self.build_trend(),
            "overdue-groups": (*self.build_ages(), *self.build_breakdowns()),
            "forecast": self.build_forecast(),
            "lateness": self.build_lateness(),
        }
        return tuple(
            Section(key, self.words(f"section_{key.replace('-', '_')}"), blocks)
            for key, blocks in titled.items()
            if blocks
        )

    def build_performance(self, *without: str) -> tuple[Block, ...]:
        """Return the figures, but those that another table has, with what they are counted out of and leave out."""
        words = self.words
        columns = (
            Column("figure", words("figure"), width="wide", header=True),
            Column("number", words("figure_number"), "right", "narrow"),
            Column("of", words("figure_of"), width="wide"),
            Column("share", words("figure_share"), "right", "narrow"),
            Column("days", words("figure_mean_days"), "right", "narrow"),
            Column("note", words("figure_left_out"), width="wide"),
        )
        figures = [figure for figure in self.figures.performance if figure.key not in without]
        rows = tuple(map(self._build_figure_row, figures))
        table = Table("performance", words("performance_caption"), columns, rows)
        notes = [words("shares_note", number=MIN_FOR_SHARE)]
        notes += [words("mean_days_note")] if any(figure.days for figure in figures) else []
        note = make_paragraph(" ".join(notes), role="source")
        return (drop_empty_columns(table, frozenset({"figure", "number", "of"})), note)

    def _build_figure_row(self, figure: Figure) -> Row:
        words, measure = self.words, figure.measure
        total = len(measure.out_of)
        notes = [words.count(f"excludes_{part.reason}", len(part.records)) for part in figure.exclusions]
        cells = (
            Cell(words(f"figure_{figure.key}")),
            Cell(len(measure.records) if total else words("not_calculable"), starred=_is_inferred(figure)),
            Cell(self.words.count(f"of_{_POPULATIONS[figure.key]}", total)),
            self._build_share_cell(measure),
            _build_days_cell(figure),
            Cell(" ".join(notes) or None),
        )
        return Row(cells)

    def _build_share_cell(self, measure: Measure) -> Cell:
        percent = measure.percent
        return Cell(self.words("share_plain", percent=percent) if percent else None)

    def _build_overdue_cells(self, figure: Figure) -> tuple[Cell, ...]:
        """Return the number of overdue records, of how many with a target date, their share and their mean days."""
        measure = figure.measure
        number = Cell(len(measure.records) if measure.out_of else self.words("not_calculable"))
        return number, Cell(len(measure.out_of)), self._build_share_cell(measure), _build_days_cell(figure)

    def _overdue_columns(self) -> tuple[Column, ...]:
        words = self.words
        return (
            Column("number", words("overdue"), "right", "narrow"),
            Column("of", words("figure_with_target"), "right", "narrow"),
            Column("share", words("figure_share"), "right", "narrow"),
            Column("days", words("figure_mean_days"), "right", "narrow"),
        )

    # The position at each meeting.

    def build_trend(self) -> tuple[Block, ...]:
        """Return the position at each meeting and now, drawn as bars; a sentence where only now is known."""
        words, trend = self.words, self.figures.trend
        if trend.missing:
            return (make_paragraph(words("trend_missing", why=words(f"missing_trend_{trend.missing}"))),)
        number, *others = self._overdue_columns()
        columns = (
            Column("meeting", words("meeting"), header=True),
            Column("as_of", words("position_at")),
            Column("open", words("figure_open"), "right", "narrow"),
            Column("overdue", number.title, "right", "narrow"),
            *others,
            Column("closed", words("figure_closed"), "right", "narrow"),
        )
        rows = tuple(self._build_position_row(position) for position in trend.positions)
        table = Table("trend", words("trend_caption"), columns, rows, picture=self._draw_trend(trend))
        table = drop_empty_columns(table, frozenset({"meeting", "as_of", "open", "overdue", "of", "closed"}))
        return (table, *self._explain_trend(trend))

    def _build_position_row(self, position: Position) -> Row:
        cells = (
            Cell(self._name_position(position)),
            Cell(position.as_of),
            Cell(position.open),
            *self._build_overdue_cells(position.overdue),
            Cell(position.closed),
        )
        return Row(cells, role="" if position.meeting else "total")

    def _name_position(self, position: Position) -> str:
        return format_meeting_title(position.meeting) if position.meeting else self.words("trend_now")

    def _explain_trend(self, trend: Trend) -> tuple[Block, ...]:
        words = self.words
        sentences = [words("trend_source")]
        if trend.begins_on:
            sentences.append(words("trend_begins", day=format_long_date(trend.begins_on)))
        if trend.omitted:
            sentences.append(self.words.count("excludes_unknown_past", len(trend.omitted)))
        return (make_paragraph(" ".join(sentences), role="source"),)

    def _draw_trend(self, trend: Trend) -> Picture | None:
        words = self.words
        if not any(position.open for position in trend.positions):
            return None
        bars = []
        for position in trend.positions:
            overdue, dated = (len(records) for records in (position.overdue.measure.records, position.measures.dated))
            bars.append(Bar(self._name_position(position), (overdue, dated - overdue, position.open - dated)))
        series = (
            Series(words("overdue"), "dark"),
            Series(words("series_not_overdue"), "light"),
            Series(words("series_no_target"), "white"),
        )
        first, last = trend.positions[0], trend.positions[-1]
        summary = words(
            "trend_picture",
            number=len(bars),
            first=format_long_date(first.as_of),
            first_open=first.open,
            first_overdue=len(first.overdue.measure.records),
            last=format_long_date(last.as_of),
            last_open=last.open,
            last_overdue=len(last.overdue.measure.records),
        )
        return Picture(summary, BarChart(series, tuple(bars)))

    # What is overdue, by age and by group.

    def build_ages(self) -> tuple[Block, ...]:
        """Return the overdue records by age, drawn as bars; nothing when there are too few or all are of one age."""
        words, overdue = self.words, self.figures.find_figure("overdue")
        groups = self.figures.ages
        if len(overdue.measure.records) < MIN_OVERDUE or sum(bool(group.records) for group in groups) == 1:
            return ()
        last_group = max(index for index, group in enumerate(groups) if group.records)
        titled = [(self._format_age(group), group.records) for group in groups[: last_group + 1]]
        bars = tuple(Bar(title, (len(records),)) for title, records in titled)
        summary = words(
            "ageing_picture", number=len(overdue.days), days=max(overdue.days), id=overdue.measure.records[0].id
        )
        columns = (
            Column("age", words("age"), header=True),
            Column("number", words("figure_number"), "right", "narrow"),
            Column("items", words("items"), width="wide"),
        )
        rows = (Row((Cell(title), Cell(len(records)), self._list_records(records))) for title, records in titled)
        picture = Picture(summary, BarChart((Series(words("overdue"), "medium"),), bars))
        table = Table("ageing", words("ageing_caption"), columns, tuple(rows), picture=picture)
        return (drop_empty_columns(table, frozenset({"age", "number"})),)

    def _format_age(self, group: AgeGroup) -> str:
        if group.last is None:
            return self.words("age_over", days=group.first - 1)
        return self.words("age_between", first=group.first, last=group.last)

    def _list_records(self, records: TrackedRecords) -> Cell:
        return self.format_records(sorted(records, key=lambda record: natural_key(record.id)))

    def build_breakdowns(self) -> tuple[Block, ...]:
        """Return a table for each field that records state, and a sentence for those that none states."""
        words, breakdowns = self.words, self.figures.breakdowns
        tables = tuple(self._build_breakdown(breakdown) for breakdown in breakdowns if breakdown.groups)
        absent = [self._name_grouping(item.grouping) for item in breakdowns if not item.groups]
        if not self.figures.measures.open:
            return (make_paragraph(words("no_open_items")),)
        notes = (make_paragraph(words("breakdowns_missing", what=", ".join(absent)), role="source"),) if absent else ()
        return (*tables, *notes)

    def _name_grouping(self, grouping: Grouping) -> str:
        """Return what the groups are, as it reads within a sentence."""
        return grouping.title.lower() or self.words(f"group_{grouping.field}")

    def _build_breakdown(self, breakdown: Breakdown) -> Table:
        words = self.words
        title = self._name_grouping(breakdown.grouping)
        columns = (
            Column("group", title[:1].upper() + title[1:], width="wide", header=True),
            *self._overdue_columns(),
            Column("no_target", words("figure_without_target"), "right", "narrow"),
            Column("items", words("figure_overdue_items"), width="medium"),
        )
        rows = tuple(self._build_group_row(breakdown, group) for group in breakdown.groups)
        caption = words("breakdown_caption", what=title)
        picture = self._draw_breakdown(breakdown, title)
        table = Table(f"overdue-by-{breakdown.grouping.field}", caption, columns, rows, picture=picture)
        return drop_empty_columns(table, frozenset({"group", "number", "of"}))

    def _build_group_row(self, breakdown: Breakdown, group: Group) -> Row:
        measure = group.figure.measure
        without_target = len(measure.excluded) + len(measure.unreadable)
        items = self._list_records(measure.records) if measure.records else Cell()
        cells = (Cell(self._name_group(breakdown, group)), *self._build_overdue_cells(group.figure))
        return Row((*cells, Cell(without_target or None), items))

    def _name_group(self, breakdown: Breakdown, group: Group) -> str:
        if not group.value:
            return self.words("group_not_recorded" if group.value == "" else "group_unknown")
        if breakdown.grouping.field == "priority" and group.label == group.value:
            name = self.words(f"priority_{group.value}")
            return name[:1].upper() + name[1:]
        return group.label

    def _draw_breakdown(self, breakdown: Breakdown, title: str) -> Picture | None:
        words, groups = self.words, [group for group in breakdown.groups if group.figure.measure.out_of]
        number = sum(len(group.figure.measure.records) for group in groups)
        if not MIN_BARS <= len(groups) <= MAX_BARS or number < MIN_OVERDUE:
            return None
        bars = []
        for group in groups:
            overdue, dated = len(group.figure.measure.records), len(group.figure.measure.out_of)
            bars.append(Bar(self._name_group(breakdown, group), (overdue, dated - overdue)))
        series = (Series(words("overdue"), "dark"), Series(words("series_not_overdue"), "light"))
        most = max(groups, key=lambda group: len(group.figure.measure.records))
        summary = words(
            "breakdown_picture",
            what=title,
            group=self._name_group(breakdown, most),
            number=len(most.figure.measure.records),
            of=len(most.figure.measure.out_of),
        )
        return Picture(summary, BarChart(series, tuple(bars)))

    # The coming meetings, and how late items have been.

    def build_forecast(self) -> tuple[Block, ...]:
        """Return what will be overdue at each coming meeting if nothing changes, drawn as bars."""
        words, forecasts = self.words, self.figures.forecasts
        if not forecasts or not self.figures.measures.dated:
            reason = "no_meeting" if not forecasts else "no_target"
            return (make_paragraph(words("forecast_missing", why=words(f"missing_forecast_{reason}"))),)
        number, of, share, _ = self._overdue_columns()
        columns = (
            Column("meeting", words("meeting"), header=True),
            Column("day", words("forecast_day")),
            number,
            of,
            share,
            Column("new", words("forecast_new"), "right", "narrow"),
            Column("items", words("forecast_items"), width="medium"),
        )
        rows = tuple(self._build_forecast_row(forecast) for forecast in forecasts)
        note = make_paragraph(words("forecast_note"), role="source")
        table = Table("forecast", words("forecast_caption"), columns, rows, picture=self._draw_forecast())
        return (drop_empty_columns(table, frozenset({"meeting", "day", "number", "of", "new"})), note)

    def _build_forecast_row(self, forecast: Forecast) -> Row:
        number, of, share, _ = self._build_overdue_cells(forecast.overdue)
        items = self._list_records(forecast.new_records) if forecast.new_records else Cell()
        title = format_meeting_title(forecast.meeting)
        return Row((Cell(title), Cell(forecast.day), number, of, share, Cell(len(forecast.new_records)), items))

    def _draw_forecast(self) -> Picture | None:
        words, forecasts = self.words, self.figures.forecasts
        overdue = [len(forecast.overdue.measure.records) for forecast in forecasts]
        if len(forecasts) < MIN_BARS or max(overdue) < MIN_OVERDUE:
            return None
        bars = []
        for forecast, number in zip(forecasts, overdue, strict=True):
            values = (number, len(forecast.overdue.measure.out_of) - number)
            bars.append(Bar(format_meeting_title(forecast.meeting), values))
        series = (Series(words("overdue"), "dark"), Series(words("series_not_overdue"), "light"))
        last = forecasts[-1]
        summary = words(
            "forecast_picture", number=overdue[-1], of=len(last.overdue.measure.out_of), day=format_long_date(last.day)
        )
        return Picture(summary, BarChart(series, tuple(bars)))

    def build_lateness(self) -> tuple[Block, ...]:
        """Return how late the completed records of each kind were; nothing where there are too few of every kind."""
        words = self.words
        if not self.figures.lateness:
            return ()
        columns = (
            Column("kind", words("kind"), header=True),
            Column("cases", words("lateness_cases"), "right"),
            Column("late", words("lateness_late"), "right"),
            Column("median", words("lateness_median"), "right"),
            Column("most", words("lateness_most"), "right"),
            Column("longest", words("lateness_longest"), "right"),
        )
        rows = tuple(map(self._build_lateness_row, self.figures.lateness))
        note = make_paragraph(words("lateness_note", number=MIN_CASES), role="source")
        return (Table("lateness", words("lateness_caption"), columns, rows), note)

    def _build_lateness_row(self, lateness: Lateness) -> Row:
        values = (
            len(lateness.days),
            lateness.late_count,
            lateness.find_quantile(5),
            lateness.find_quantile(9),
            lateness.days[-1],
        )
        return Row((Cell(format_kind(self.words, lateness.kind)), *map(Cell, values)))


_POPULATIONS = {
    "implemented_original": "passed_original",
    "implemented_current": "passed",
    "overdue": "with_target",
    "target_changed": "all",
    "target_changed_again": "all",
    "verified": "complete",
    "stale": "unfinished",
}
"""The words for what each figure is counted out of."""


_STATUS_DEPENDENT_KEYS = (*IMPLEMENTED_KEYS, "verified")


def _is_inferred(figure: Figure) -> bool:
    """Whether a figure counts records as done or not by a status that is our interpretation."""
    records = figure.measure.out_of
    return figure.key in _STATUS_DEPENDENT_KEYS and any(
        record.status and "status" in record.inferred for record in records
    )


def _build_days_cell(figure: Figure) -> Cell:
    return Cell(None if figure.mean_days is None else round(figure.mean_days))


PARTS = ReportParts(FIGURE_SECTIONS, FIGURE_COLUMNS)


def figures_report(context: PaperContext) -> Document:
    """Return the paper of figures on its actions and follow-ups."""
    kinds = tuple(kind.name for kind in context.register.kinds if issubclass(kind.model, TrackedRecord))
    scope = resolve_scope(context, "figures", kinds)
    figures = compute_figures(context.case, make_figure_scope(scope))
    empty = () if scope.tracked else (make_paragraph(context.describe_none("no_items", TrackedRecord)),)
    sections = build_figure_sections(context, figures) if scope.tracked else ()
    return assemble_paper(scope, (*build_overview(scope, *empty), *sections), PARTS)


def build_figure_sections(context: PaperContext, figures: RegisterFigures) -> tuple[Section, ...]:
    """Return the sections of figures as papers and pages have them, each record linked by its id."""
    return make_figure_tables(context, figures).build_sections()


def make_figure_tables(context: PaperContext, figures: RegisterFigures) -> FigureTables:
    """Return the tables of figures with the records linked by their ids. Very many are only counted.

    A list with a record that is exempt as a whole has a mark, for those who may see it.
    """

    def link_records(records: Sequence[Record]) -> Cell:
        if len(records) > MAX_IDS:
            return Cell()
        exempt = next((record.exempt for record in records if record.exempt and not record.exempt.fields), None)
        links = link_ids(context.wording, [record.id for record in records])
        return make_line_cell((*links, *exempt_mark(context, exempt)) if links else ())

    return FigureTables(figures, context.wording, link_records)
