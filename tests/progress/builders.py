from __future__ import annotations

from dataclasses import replace
from datetime import date

from p2ptrack.model.programme import Layout
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import Document, Section, Table
from p2ptrack.reports.paper import resolve_scope
from p2ptrack.reports.progress import progress_report
from p2ptrack.reports.selection import View, make_view
from tests.papers.builders import context_of, section_of, table_of, text_of
from tests.support import PROGRAMME, THE_DAY, case_of

ALL_KINDS = ("recommendation", "action", "follow_up")


def context(
    *records: str,
    as_of: date = THE_DAY,
    programme: str = PROGRAMME,
    meeting: str = "",
    layout: Layout | None = None,
) -> PaperContext:
    case = case_of(*records, as_of=as_of, programme=programme)
    paper_context = context_of(case, report="progress-report", meeting=case.register.find_meeting(meeting))
    return paper_context if layout is None else replace(paper_context, layout=layout)


def view(*records: str, as_of: date = THE_DAY, programme: str = PROGRAMME, meeting: str = "") -> View:
    return make_view(
        resolve_scope(
            context(*records, as_of=as_of, programme=programme, meeting=meeting), "progress-report", ALL_KINDS
        )
    )


def paper(
    *records: str,
    as_of: date = THE_DAY,
    programme: str = PROGRAMME,
    meeting: str = "",
    layout: Layout | None = None,
) -> Document:
    return progress_report(context(*records, as_of=as_of, programme=programme, meeting=meeting, layout=layout))


def keys(document: Document) -> list[str]:
    return [block.key for block in document.blocks if isinstance(block, Section)]


def lines_of(document: Document, key: str) -> list[str]:
    """Return the lines of a section that has no table."""
    return text_of(section_of(document, key).blocks).splitlines()


def rows_of(table: Table) -> list[list[str]]:
    """Return a table as its headings and the words of its rows."""
    lines = [[text_of(cell.content) + "*" * cell.starred for cell in row.cells] for row in table.rows]
    return [[column.title for column in table.columns], *lines]


def rows(document: Document, key: str) -> list[list[str]]:
    return rows_of(table_of(document, key))
