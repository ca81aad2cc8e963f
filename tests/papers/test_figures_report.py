"""The paper of figures: its sections, its charts, and how long it and the progress report are for the two papers."""

from __future__ import annotations

import io
from datetime import date

import pikepdf
import pytest

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.redaction import Audience
from p2ptrack.formats import FORMATS
from p2ptrack.reports import REPORTS
from p2ptrack.reports.document import BarChart, Document, list_tables
from p2ptrack.reports.figures import figures_report
from tests.papers.builders import PACKAGED_OPTIONS, context_of, redacted_context, seed_paper, table_of, text_of
from tests.progress.builders import keys, rows_of
from tests.support import case_of

PROGRAMME = """\
title: A register
directorates: [{id: fin, title: Finance and Resources}]
meetings:
  - {id: M1, body: Board, date: 2023-02-28}
  - {id: M2, body: Board, date: 2023-03-31, title: The spring meeting}
"""
RECORDS = (
    "{id: A1, title: a, target: 2022-12-31, accountable: Head of IT, directorate: fin, priority: high}",
    "{id: A2, title: b, target: 2022-11-30, accountable: head of it, directorate: fin}",
    "{id: A3, title: c, target: 2022-06-30, accountable: Head of Audit, priority: low}",
    "{id: A4, title: d, target: 2023-02-15, accountable: Head of Audit}",
    "{id: A5, title: e, target: 2023-03-15}",
    "{id: A6, title: f, target: 2021-12-31, accountable: [Head of IT, Head of Audit]}",
    """{id: A7, title: g, status: complete, inferred: [status], target: 2022-12-31, completed_on: 2022-12-01,
        revisions: [{from: 2022-10-31, to: 2022-12-31}], verified: {by: Auditor, on: 2022-12-20}}""",
    "{id: F1, title: h, target: TBC, area: Spend}",
)


def paper_of(*records: str, programme: str = PROGRAMME) -> Document:
    case: Case = case_of(*records, programme=programme, as_of=date(2023, 1, 12))
    return figures_report(context_of(case, report="figures"))


@pytest.fixture(scope="module")
def paper() -> Document:
    return paper_of(*RECORDS)


def rows(document: Document, key: str) -> list[list[str]]:
    return rows_of(table_of(document, key))


def test_performance_has_what_it_is_counted_out_of(paper: Document) -> None:
    assert rows(paper, "performance") == [
        ["Figure", "Number", "Out of", "Mean days", "Notes"],
        ["Implemented by the original target date", "0*", "5 whose original target date has passed", "",
         "Excludes 1 item with no target date."],
        ["Implemented by the current target date", "1*", "5 whose target date has passed", "",
         "Excludes 1 item with no target date."],
        ["Overdue", "4", "6 with a target date", "157", "Excludes 1 item with no target date."],
        ["Target changed", "1", "8 items", "61", ""],
        ["Target changed more than once", "0", "8 items", "", ""],
        ["Verified", "1*", "1 complete", "", ""],
        ["No recent update", "7", "7 open", "", ""],
    ]  # fmt: skip


def test_overdue_items_are_grouped(paper: Document) -> None:
    head = ["Overdue", "With a target date", "Mean days", "No target date", "Overdue items"]
    assert rows(paper, "overdue-by-accountable") == [
        ["Responsible officer", *head],
        ["Head of IT", "3", "3", "144", "", "A1, A2, A6"],
        ["Head of Audit", "2", "3", "286", "", "A3, A6"],
        ["Not recorded", "0", "1", "", "1", ""],
    ]
    assert rows(paper, "overdue-by-directorate")[1:] == [
        ["Finance and Resources", "2", "2", "28", "", "A1, A2"],
        ["Not recorded", "2", "4", "286", "1", "A3, A6"],
    ]
    assert [row[0] for row in rows(paper, "overdue-by-priority")[1:]] == ["High", "Low", "Not recorded"]
    assert rows(paper, "overdue-by-area")[1:] == [["Spend", "not calculable", "0", "1"]]


def test_the_forecast_names_what_will_be_overdue_too(paper: Document) -> None:
    assert rows(paper, "forecast") == [
        ["Meeting", "Date", "Overdue", "With a target date", "More than before", "These items"],
        ["February 2023 Board", "28 February 2023", "5", "6", "1", "A4"],
        ["The spring meeting", "31 March 2023", "6", "6", "1", "A5"],
    ]


def test_each_chart_draws_the_numbers_of_its_table(paper: Document) -> None:
    charts = {table.key: table for table in list_tables(paper) if table.picture}
    groups = [f"overdue-by-{name}" for name in ("accountable", "directorate", "priority")]
    assert list(charts) == ["ageing", *groups, "forecast"]
    for table in charts.values():
        assert table.picture is not None
        assert isinstance(table.picture.chart, BarChart)
        bars = {bar.title: bar.values for bar in table.picture.chart.bars}
        numbers = [column.key for column in table.columns].index("number")
        assert {text_of(row.cells[0].content): row.cells[numbers].content for row in table.rows} == {
            title: values[0] for title, values in bars.items()
        }


def test_what_is_not_there_is_named(paper: Document) -> None:
    assert keys(paper) == ["performance", "trend", "overdue-groups", "forecast", "key"]
    text = text_of(paper.blocks)
    assert "The position at earlier meetings is not calculable: no earlier meeting with a date is recorded." in text
    alone = text_of(paper_of("{id: A1, title: a}", programme="title: A register\n").blocks)
    absent = "responsible officer, directorate, activity area, priority"
    assert f"Not calculable, because no open item states it: {absent}." in alone
    assert text_of(paper_of(programme="title: A register\n").blocks).startswith("There are no actions or follow-ups.")


EXEMPT = "exempt: {paragraph: 3, reason: r, public_interest: p, decided_by: d, decided_on: 1 May 2022"


@pytest.mark.parametrize("audience", [Audience.MEMBERS, Audience.OFFICERS])
def test_a_group_that_rests_on_an_exempt_value_is_marked(audience: Audience) -> None:
    hidden = f"{{id: A1, title: a, target: 2022-12-31, directorate: fin, {EXEMPT}, fields: [directorate]}}}}"
    case = case_of(hidden, "{id: A2, title: b, target: 2022-11-30, directorate: fin}", programme=PROGRAMME)
    paper = REPORTS["figures"].build(redacted_context(case, audience, report="figures"))
    (_, *groups) = rows(paper, "overdue-by-directorate")
    law = "paragraph 3 of Schedule 12A to the Local Government Act 1972"
    assert [(group[0], group[1], group[-1]) for group in groups] == [
        (f"Finance and Resources [Not for publication, {law}]", "2", "A1, A2")
    ]
    public = REPORTS["figures"].build(redacted_context(case, Audience.PUBLIC, report="figures"))
    assert [row[:2] for row in rows(public, "overdue-by-directorate")[1:]] == [
        ["Finance and Resources", "1"],
        ["Not published or not read", "1"],
    ]


def test_a_list_with_an_exempt_record_is_marked() -> None:
    records = (f"{{id: A1, title: a, target: 2022-12-31, {EXEMPT}}}}}", "{id: A2, title: b, target: 2022-11-30}")
    case = case_of(*(record.replace("title", "accountable: Head of IT, title") for record in records))
    lists = {
        audience: rows(REPORTS["figures"].build(redacted_context(case, audience)), "overdue-by-accountable")[1][-1]
        for audience in Audience
    }
    marked = "A1, A2 [Not for publication, paragraph 3 of Schedule 12A to the Local Government Act 1972]"
    assert lists == {Audience.PUBLIC: "A2", Audience.MEMBERS: marked, Audience.OFFICERS: marked}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "most"), [("progress-report", 5), ("figures", 2)])
def test_the_two_papers_take_few_pages(name: str, most: int) -> None:
    pdf = FORMATS["pdf"].write(seed_paper(name), PACKAGED_OPTIONS)
    assert len(pikepdf.open(io.BytesIO(pdf)).pages) <= most
