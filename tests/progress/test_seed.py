"""The whole paper of the shipped register at two position dates; the expected text is beside this file."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from p2ptrack.analysis.case import RegisterProvenance
from p2ptrack.formats import FORMATS
from p2ptrack.formats.html.page import render_page
from p2ptrack.pipeline import open_paper_case
from p2ptrack.reports.document import Document, Paragraph, list_tables, walk_blocks
from p2ptrack.reports.progress import progress_report
from tests.papers.builders import PACKAGED_OPTIONS, ROOT, words_in
from tests.publication.searching import extract_all_text

HERE = Path(__file__).parent
POSITIONS = ((date(2023, 1, 12), "AC-2023-03"), (date(2023, 4, 15), ""))


def seed(as_of: date, meeting: str = "") -> Document:
    context = open_paper_case(ROOT, as_of)
    paper_context = replace(
        context,
        meeting=context.register.find_meeting(meeting),
        report="progress-report",
        provenance=RegisterProvenance("1.2.3", "c0ffee"),
    )
    return progress_report(paper_context)


@pytest.mark.parametrize(("as_of", "meeting"), POSITIONS)
def test_the_paper_of_the_shipped_register(as_of: date, meeting: str) -> None:
    expected = (HERE / f"seed-{as_of}.txt").read_text(encoding="utf-8")
    assert FORMATS["text"].write(seed(as_of, meeting), PACKAGED_OPTIONS).decode() == expected


def test_its_pictures_are_drawn_where_there_is_enough() -> None:
    pictured = [[table.key for table in list_tables(seed(*position)) if table.picture] for position in POSITIONS]
    assert pictured == [["progress"], ["progress"]]


def test_a_page_draws_what_other_formats_summarise() -> None:
    document = seed(*POSITIONS[1])
    sentences = [table.picture.summary for table in list_tables(document) if table.picture]
    html = render_page(document, PACKAGED_OPTIONS)
    assert html.count('<svg xmlns="http://www.w3.org/2000/svg" role="img"') == 1
    for sentence in sentences:
        assert f"{sentence}</title>" in html
        for format_ in ("text", "md", "json", "docx", "xlsx"):
            written = extract_all_text(f"paper.{format_}", FORMATS[format_].write(document, PACKAGED_OPTIONS))
            assert sentence.casefold() in " ".join(written.split()), format_


def test_the_first_page_comes_before_the_contents() -> None:
    words = words_in(render_page(seed(*POSITIONS[0]), PACKAGED_OPTIONS))
    positions = [
        words.index(title)
        for title in ("The Committee is asked to", "At a glance", "Contents", "Due by 31 March 2023: 12")
    ]
    assert positions == sorted(positions)
    assert words.count("At a glance") == 1


def test_every_number_of_the_first_page_counts_records_that_the_paper_names() -> None:
    document = seed(*POSITIONS[0])
    listed = {row.key for table in list_tables(document) for row in table.rows}
    assert {record.id for record in open_paper_case(ROOT, POSITIONS[0][0]).register.records} <= listed


@pytest.mark.parametrize("as_of", [date(2023, 1, 12), date(2023, 2, 15), date(2023, 4, 15)])
def test_no_list_of_ids_is_printed_twice(as_of: date) -> None:
    blocks = walk_blocks(seed(as_of, "AC-2023-03" if as_of.month < 4 else "").blocks)
    lines = ["".join(map(str, block.spans)) for block in blocks if isinstance(block, Paragraph)]
    lists = [id_list for line in lines for id_list in re.findall(r"(?:[AFR][0-9.]+(?:, | to )){1,}[AFR][0-9.]+", line)]
    assert [id_list for id_list, number in Counter(lists).items() if number > 1] == []
