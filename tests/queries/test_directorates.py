"""A directorate is found and printed by its id or its title, however a record writes it."""

from __future__ import annotations

import pytest

from p2ptrack.analysis.case import serialise_record
from p2ptrack.analysis.filters import select_records
from p2ptrack.errors import UsageError
from p2ptrack.queries.list import ListOptions, build_list
from p2ptrack.queries.show import build_show
from p2ptrack.reports.document import list_tables
from p2ptrack.reports.record_blocks import build_details
from tests.papers.builders import context_of, text_of
from tests.support import case_of

PROGRAMME = "title: A\ndirectorates: [{id: ASC, title: Adult Social Care}, Corporate Resources]"
CASE = case_of(
    "{id: A01, title: a, directorate: ASC}",
    "{id: A02, title: b, directorate: adult social care}",
    "{id: A03, title: c, directorate: Corporate Resources}",
    "{id: A04, title: d}",
    programme=PROGRAMME,
)


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("ASC", ["A01", "A02"]),
        ("Adult Social Care", ["A01", "A02"]),
        ("corporate resources", ["A03"]),
        ("none", ["A04"]),
        ("asc,none", ["A01", "A02", "A04"]),
    ],
)
def test_a_filter_takes_the_id_and_the_title(value: str, ids: list[str]) -> None:
    assert [record.id for record in select_records(CASE, [f"directorate:{value}"])] == ids


def test_an_unknown_directorate_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"Use ASC \(Adult Social Care\), Corporate Resources or "):
        select_records(CASE, ["directorate:Highways"])


def test_screens_and_papers_print_the_title_and_json_what_is_written() -> None:
    assert "Adult Social Care" in text_of(build_show(CASE, "A01").blocks)
    (table,) = list_tables(build_list(CASE, ListOptions(columns=("directorate",))))
    cells = [row.cells[0].content for row in table.rows]
    assert cells == ["Adult Social Care", "Adult Social Care", "Corporate Resources", None]
    details = build_details(context_of(CASE), CASE.tracked()[0])
    assert [text_of(fact.spans) for fact in details if fact.label == "Directorate"] == ["Adult Social Care"]
    assert serialise_record(CASE, CASE.tracked()[0])["fields"]["directorate"] == "ASC"
