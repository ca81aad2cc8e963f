"""The paper of figures: performance, trend, what is overdue and where, the forecast, and how late items have been."""

from __future__ import annotations

from collections.abc import Sequence

from p2ptrack.analysis.figures import RegisterFigures, compute_figures
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import Cell, Document, Section, make_paragraph
from p2ptrack.reports.exempt_marks import exempt_mark
from p2ptrack.reports.figure_tables import FIGURE_COLUMNS, FIGURE_SECTIONS, FigureTables
from p2ptrack.reports.layout import ReportParts
from p2ptrack.reports.paper import assemble_paper, build_overview, resolve_scope
from p2ptrack.reports.progress.view import MAX_IDS, link_ids, make_figure_scope
from p2ptrack.reports.record_blocks import make_line_cell

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
