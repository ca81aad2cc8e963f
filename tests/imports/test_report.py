"""Every cell is a part of a record's file or of the answer, whatever is in it; and long files stay fast."""

from __future__ import annotations

import resource
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from p2ptrack.imports.files import read_grids
from tests.command import run
from tests.imports.test_import import PROGRAMME, files, import_, records, register
from tests.imports.writers import TRACKER, write_csv, write_html, write_long_docx, write_xlsx

__all__ = ["register"]
HEADINGS = [
    "Ref",
    "Recommendation",
    "Owner",
    "Status",
    "Target date",
    "Revised date",
    "Progress",
    "Priority",
    "Other",
    "",
]
CELLS = st.one_of(
    st.sampled_from(
        ["", "-", "n/a", "TBC", "Complete", "In progress", "30.06.25 30.09.25", "31/06/2023", "14 Aug", "June 2024",
         "Mar-23 COMPLETE", "J Smith", "JS", "Head of IT/Head of HR", "Total", "1. One\n2. Two", "- a\n- b", "High",
         "13.09.2023: begun", "# a: b", "'x", "{y}", "Intro:\n- a\n- b", "May 2012", "Withdrawn", "no year: 3", "*"]
    ),
    st.text("ab :#-'\"[]&*!|>%@`,.\n09", max_size=30),
)  # fmt: skip


def words(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


@settings(max_examples=12)
@given(st.lists(st.lists(CELLS, min_size=10, max_size=10), min_size=1, max_size=3), st.booleans())
def test_every_cell_is_in_a_record_or_in_the_answer(rows: list[list[str]], has_source: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "data").mkdir()
        (root / "data/programme.yaml").write_text(PROGRAMME, encoding="utf-8")
        (root / "t.csv").write_bytes(write_csv([HEADINGS, *[[*row[:1], "Do it. ", *row[2:]] for row in rows]]))
        result = import_(root, "t.csv", *(["--source", "x"] if has_source else []))
        assert (result.code, result.err) == (0, "")
        written = b"".join(data for path, data in files(root).items() if path.suffix == ".yaml").decode()
        reported = words(written) + words(result.out)
        for cell in (cell for row in rows for index, cell in enumerate(row) if index != 1):
            for line in cell.splitlines():
                assert words(line) in reported, line


def test_what_check_refuses_is_listed_in_full_and_the_rest_comes_in(register: Path) -> None:
    rows = [
        ["Ref", "Recommendation", "Title", "Lead", "Minute", "Note on cost"],
        ["1", "Do {# this.", "", "Head of IT", "", ""],
        ["2", "Do that.", "That <!-- x -->", "Head of IT", "https://", "Free"],
        ["3", "Do \u202eit.", "", "Head of IT", "1", "<!-- hidden -->"],
    ]
    (register / "t.csv").write_bytes(write_csv(rows))
    result = import_(register, "t.csv", "--kind", "follow-up", "--source", "x")
    assert (result.code, result.err) == (1, "")
    imported = records(register, "audit_followups")
    assert [record["origin_text"] for record in imported] == ["Do that.\n", "Do it.\n"]
    assert [record.get("title") for record in imported] == [None, "Do it"]
    assert [record.get("as_published") for record in imported] == [{"Note on cost": "Free"}, None]
    assert [record["report_refs"] for record in imported] == [["https://"], ["1"]]
    listed = result.out.partition("Not imported, because p2ptrack check refuses it:\n")[2]
    assert [words for words in ("Do {# this.", "That <!-- x -->", "<!-- hidden -->") if words not in listed] == []
    assert run("check", "--root", register).code == 0


def make_rows(count: int) -> list[list[str]]:
    return [TRACKER[0], *[[str(number), f"Do {number}.", *TRACKER[3][2:]] for number in range(1, count + 1)]]


def test_three_hundred_rows_are_written_with_few_open_files(register: Path) -> None:
    (register / "t.csv").write_bytes(write_csv(make_rows(300)))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        assert import_(register, "t.csv", "--source", "x").code == 0
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len(records(register, "audit_followups")) == 300


@pytest.mark.slow
@pytest.mark.parametrize("source", ["x", ""])
def test_a_thousand_rows_are_written_and_recognised(register: Path, source: str) -> None:
    options = ("--source", source) if source else ()
    (register / "t.csv").write_bytes(write_csv(make_rows(1000)))
    assert import_(register, "t.csv", *options).code == 0
    before = files(register)
    assert "Nothing to import" in import_(register, "t.csv", *options).out
    assert files(register) == before
    assert len(records(register, "audit_followups")) == 1000


def make_long_rows(count: int) -> list[list[str]]:
    """Return rows of twelve columns with texts of some length, all different."""
    headings = ["Ref", "Audit", "Recommendation", "Priority", "Agreed action", "Responsible officer", "Original date"]
    headings += ["Revised date", "Status", "Progress Update 12.01.2023", "RAG", "Member comments"]
    words = ["contract", "register", "waiver", "council", "officer", "committee", "budget", "service", "review"]

    def text(number: int, length: int) -> str:
        return " ".join(words[(number * place) % len(words)] for place in range(1, length + 1)).capitalize() + "."

    rows = [headings]
    for number in range(count):
        row = [f"IA/{number}", f"Audit {number % 40}", f"{number} {text(number, 22)}", "High", text(number, 20)]
        row += ["Head of IT", "31/03/2024", "30/06/2024" if number % 2 else "", "Open", text(number, 30), "Red", ""]
        rows.append(row)
    return rows


def measure(action: Callable[[], object]) -> float:
    start = process_time()
    action()
    return process_time() - start


@pytest.mark.slow
@pytest.mark.parametrize("write", [write_csv, write_xlsx, write_long_docx, write_html])
def test_three_thousand_rows_are_read_in_a_second(write: Callable[[list[list[str]]], bytes]) -> None:
    data = write(make_long_rows(3000))
    read_grids(write(make_long_rows(2)), "t")
    assert any(measure(lambda: read_grids(data, "t")) < 1 for _ in range(3))


@pytest.mark.slow
def test_three_thousand_rows_are_written_and_their_next_version_added_in_eight_seconds(register: Path) -> None:
    rows = make_long_rows(3000)
    (register / "t.csv").write_bytes(write_csv(rows))
    assert measure(lambda: import_(register, "t.csv", "--source", "x")) < 8
    assert len(records(register, "audit_followups")) == 3000
    reworded = [
        [f"N/{row[0]}", row[1], f"{row[2]} Again.", *row[3:9], f"{row[9]} More.", *row[10:]] for row in rows[1:]
    ]
    (register / "t.csv").write_bytes(write_csv([rows[0], *reworded]))
    assert measure(lambda: import_(register, "t.csv", "--source", "x")) < 10
    assert len(records(register, "audit_followups")) == 3000
