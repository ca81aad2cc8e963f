"""Pictures: drawn from a table where there is enough to draw, with a summary."""

from __future__ import annotations

from datetime import date
from functools import partial

from p2ptrack.model.programme import Layout
from p2ptrack.reports.document import Bar, BarChart, Picture, Series, Table, TimelineChart, TimelineSpan, list_tables
from tests.papers.builders import table_of
from tests.progress.builders import paper as paper_of
from tests.progress.builders import rows
from tests.support import PROGRAMME

paper = partial(paper_of, layout=Layout())  # with every section and column
RECOMMENDATIONS = tuple(f"{{id: R{n}, title: Title {n}}}" for n in (1, 2, 3))


def action(number: int, recommendation: int, rest: str = "status: in_progress") -> str:
    return f"{{id: A{number:02}, title: T, recommendations: R{recommendation}, {rest}}}"


TEN = (
    *(action(n, n % 3 + 1) for n in range(1, 9)),
    action(9, 1, "status: verified, verified: {by: Auditor, on: 9 January 2023}"),
    "{id: A10, title: T, recommendations: [R1, R2], status: complete}",
)


def picture_of(table: Table) -> Picture:
    assert table.picture is not None
    return table.picture


def test_progress_is_drawn_as_bars_of_its_table() -> None:
    programme = PROGRAMME + "policy: {verification: action}\n"
    document = paper(*RECOMMENDATIONS, *TEN, action(11, 3, "phase: P1"), programme=programme)
    assert rows(document, "progress") == [
        ["Recommendation", "All", "Closed", "Complete", "In progress", "No status", "Actions"],
        ["Title 1 (R1)", "4", "1", "1", "2", "0", "A03, A06, A09, A10"],
        ["Title 2 (R2)", "4", "0", "1", "3", "0", "A01, A04, A07, A10"],
        ["Title 3 (R3)", "4", "0", "0", "3", "1", "A02, A05, A08, A11"],
        ["All, each counted once", "11", "1", "1", "8", "1", ""],
    ]
    assert picture_of(table_of(document, "progress")) == Picture(
        "Recommendations: 3. Actions on them: 11 (Closed 1, Complete 1, In progress 8, No status 1).",
        BarChart(
            (
                Series("Closed", "dark"),
                Series("Complete", "medium"),
                Series("In progress", "light"),
                Series("No status", "level"),
            ),
            (
                Bar("Title 1 (R1)", (1, 1, 2, 0)),
                Bar("Title 2 (R2)", (0, 1, 3, 0)),
                Bar("Title 3 (R3)", (0, 0, 3, 1)),
            ),
        ),
    )


def test_too_little_progress_is_not_drawn() -> None:
    few = RECOMMENDATIONS[:2]
    similar = tuple(action(n, n % 3 + 1) for n in range(1, 13))
    without_status = tuple(action(n, n % 3 + 1, "phase: P1" if n < 8 else "status: in_progress") for n in range(1, 13))
    for records in (
        (*few, *TEN),
        (*RECOMMENDATIONS, *TEN[:8]),
        (*RECOMMENDATIONS, *similar),
        (*RECOMMENDATIONS, *without_status),
    ):
        assert table_of(paper(*records), "progress").picture is None


def test_overdue_records_are_drawn_by_age() -> None:
    late = ("12 December 2022", "13 December 2022", "11 January 2023", "1 June 2022") * 5
    document = paper(*(f"{{id: A{n}, title: T, target: {day}}}" for n, day in enumerate(late)))
    assert rows(document, "ageing") == [
        ["Days overdue", "Number", "Items"],
        ["1 to 30 days", "10", "A1, A2, A5, A6, A9, A10, A13, A14, A17, A18"],
        ["31 to 90 days", "5", "A0, A4, A8, A12, A16"],
        ["91 to 180 days", "0", ""],
        ["181 to 365 days", "5", "A3, A7, A11, A15, A19"],
    ]
    bars = (
        Bar("1 to 30 days", (10,)),
        Bar("31 to 90 days", (5,)),
        Bar("91 to 180 days", (0,)),
        Bar("181 to 365 days", (5,)),
    )
    assert picture_of(table_of(document, "ageing")) == Picture(
        "Overdue items: 20. A3 is the longest overdue, by 225 days.",
        BarChart((Series("Overdue", "medium"),), bars),
    )


def test_the_last_age_is_open_ended_and_few_or_similar_ages_are_not_drawn() -> None:
    old = [f"{{id: A{n}, title: T, target: {n} May 2020}}" for n in range(1, 21)]
    new = "{id: F1, title: T, target: 1 January 2023}"
    assert rows(paper(*old, new), "ageing")[-1] == ["more than 365 days", "20", "A1 to A20"]
    for records in (old, [*old[:18], new]):
        assert [table.key for table in list_tables(paper(*records)) if table.key == "ageing"] == []


def aims(*targets: str) -> list[str]:
    return [f"{{id: A{n}, title: T, target: {target}}}" for n, target in enumerate(targets, 1)]


def test_targets_are_drawn_against_the_phases() -> None:
    document = paper(*aims("Jan-23", "31 January 2023", "Mar-23", "Dec-23"))
    assert rows(document, "timeline") == [
        ["Due by", "Number", "Items"],
        ["31 January 2023", "2", "A1, A2"],
        ["31 March 2023", "1", "A3"],
        ["31 December 2023", "1", "A4"],
    ]
    assert [row.group for row in table_of(document, "timeline").rows] == [
        "CBT Phase 2", "CBT Phase 2", "Outside the phases",
    ]  # fmt: skip
    values = [0] * 28
    values[16], values[18], values[27] = 2, 1, 1
    assert picture_of(table_of(document, "timeline")) == Picture(
        "Target dates: 4, from 31 January 2023 to 31 December 2023. The most on one day, 2, are on 31 January 2023.",
        TimelineChart(
            "Targets in each month",
            tuple(values),
            (TimelineSpan("CBT Phase 1", 0.0, 13.0), TimelineSpan("CBT Phase 2", 12.0, 25.0)),
            (TimelineSpan("2021", 0.0, 4.0), TimelineSpan("2022", 4.0, 16.0), TimelineSpan("2023", 16.0, 28.0)),
            TimelineSpan("Position 12 January 2023", 16 + 11 / 31, 16 + 11 / 31),
        ),
    )


def test_long_programmes_are_drawn_by_quarters_and_years() -> None:
    def unit(last: str) -> str:
        document = paper(*aims("Jan-23", "Feb-23", "Mar-23", last), programme="title: T\n")
        chart = picture_of(table_of(document, "timeline")).chart
        assert isinstance(chart, TimelineChart)
        assert sum(chart.values) == 4
        return f"{chart.unit}: {len(chart.values)}, {chart.below[-1].last:g}"

    assert unit("Apr-23") == "Targets in each month: 4, 4"
    assert unit("Dec-30") == "Targets in each quarter: 32, 32"
    assert unit("2050") == "Targets in each year: 28, 28"
    far = table_of(
        paper(*aims("Jan-23", "Feb-23", "Mar-23", "2099"), programme="title: T\n", as_of=date(1999, 1, 1)), "timeline"
    )
    assert far.picture is None


def test_few_targets_or_one_day_are_not_drawn() -> None:
    for records in (aims("Jan-23", "Feb-23", "Mar-23"), aims("Jan-23", "Jan-23", "Jan-23", "Jan-23")):
        assert [table.key for table in list_tables(paper(*records)) if table.key == "timeline"] == []
