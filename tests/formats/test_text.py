from __future__ import annotations

from dataclasses import replace

import pytest

from p2ptrack.diagnostics import Problem, Severity, format_problem
from p2ptrack.formats.text import measure_width, pad_text, wrap_prose, wrap_text
from p2ptrack.reports.document import Cell, Column, Fact, Facts, Prose, Row, Section, Table, make_paragraph
from tests.formats.sample import COUNTS, PAPER, PROGRESS, TABLE, query, written


def test_an_answer_is_compact_and_fits_the_terminal() -> None:
    document = query(
        make_paragraph("33 actions."),
        Section("first", "Look first", (COUNTS,)),
        Section("progress", "Progress", (PROGRESS, make_paragraph("Phase 1 ended"))),
        TABLE,
        make_paragraph("Next: p2ptrack show F06"),
        title="P2P review",
    )
    assert written("text", document, 72) == (
        "P2P review                                   Position at 12 January 2023\n"
        "33 actions.\n"
        "\n"
        "LOOK FIRST\n"
        " Overdue              0  none is past\n"
        " Due within 30 days  12  F03 F06\n"
        "                         and ten more\n"
        "\n"
        "PROGRESS             All\n"
        " R1 Strategic value    8\n"
        " All actions          33\n"
        "   Governance 8, Audit 1\n"
        " Phase 1 ended\n"
        "\n"
        "Due: 2\n"
        " Id   What                                        Target           Days\n"
        " F03  Make social value mainstream                Jan-23*            19\n"
        " F06  Hold officers to account for sign-off of    12 January 2023     0\n"
        "      contracts\n"
        "Next: p2ptrack show F06\n"
    )


def test_a_command_beside_a_figure_has_a_line_of_its_own_where_it_does_not_fit() -> None:
    command = "p2ptrack contracts --as-of 2026-09-21 is:expired-without-successor"
    counts = Facts(
        (Fact("Late", 2, spans=(command,)), Fact("Contracts expired", 1, spans=("p2ptrack list",))), "counts"
    )
    assert written("text", query(Section("first", "Look first", (counts,))), 72).splitlines()[-3:] == [
        " Late               2",
        f"    {command}",
        " Contracts expired  1  p2ptrack list",
    ]


def test_at_forty_columns_rows_become_cards_and_figures_come_before_their_details() -> None:
    document = query(Section("first", "Look first", (COUNTS,)), TABLE, title="A review with a title that is long")
    assert written("text", document, 40) == (
        "A review with a title that is long\n"
        "Position at 12 January 2023\n"
        "\n"
        "LOOK FIRST\n"
        " Overdue: 0\n"
        "    none is past\n"
        " Due within 30 days: 12\n"
        "    F03 F06\n"
        "    and ten more\n"
        "\n"
        "Due: 2\n"
        " F03 Make social value mainstream\n"
        "   Target: Jan-23*; Days: 19\n"
        " F06 Hold officers to account for\n"
        "   sign-off of contracts\n"
        "   Target: 12 January 2023; Days: 0\n"
    )


def test_a_paper_has_blank_lines_around_its_parts() -> None:
    assert written("text", PAPER, 60) == (
        "Audit Committee\n"
        "Appendix 1: Review\n"
        "==================\n"
        "Position at: 12 January 2023\n"
        "\n"
        "Draft\n"
        "\n"
        "Demonstration\n"
        "\n"
        "Overview\n"
        "--------\n"
        "A bold word, and a list:\n"
        "\n"
        "- one more\n"
        "- two\n"
        "\n"
        "Told of A01 Register, urgent*\n"
        "\n"
        "1. First\n"
        "   with more\n"
        "2. Second\n"
        "\n"
        "Owner   Head of Procurement\n"
        "Target  early 2023/24 (by 30 June 2023); as we read it\n"
        "\n"
        "| Mind the gap\n"
        "\n"
        "Inner\n"
        ".....\n"
        "Deep\n"
        "\n"
        "Grid\n"
        "----\n"
        "Due: 2\n"
        " Id   What                            Target           Days\n"
        " F03  Make social value mainstream    Jan-23*            19\n"
        " F06  Hold officers to account for    12 January 2023     0\n"
        "      sign-off of contracts\n"
        "\n"
        "Made by p2ptrack 0.1.0 as at 12 January 2023 from version\n"
        "abc1234 of the register, with changes not yet committed.\n"
    )


def test_a_paper_outside_version_control_states_it() -> None:
    assert PAPER.provenance is not None
    bare = replace(PAPER, provenance=replace(PAPER.provenance, commit="", modified=False))
    assert written("text", bare).endswith("from a register that is not under\nversion control.\n")


@pytest.mark.parametrize("width", [20, 31, 40, 57, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    hostile = Prose(f"{'x' * 300} 漢字{'漢' * 90} https://example.org/{'long/' * 40}")
    document = query(hostile, TABLE, Section("progress", "Progress", (PROGRESS,)), COUNTS)
    lines = written("text", document, width).splitlines()
    assert len(lines) > 10
    assert [line for line in lines if measure_width(line) > width] == []


def test_nothing_in_a_record_controls_the_terminal() -> None:
    text = written("text", query(make_paragraph("\x1b[31mred\x9b0m\u202etxt [bold]x[/]"), title="\x1b]0;x\x07"))
    assert text == (
        "<U+001B>]0;x<U+0007>                                 Position at 12 January 2023\n"
        "<U+001B>[31mred<U+009B>0m<U+202E>txt [bold]x[/]\n"
    )


def test_colour_only_repeats_what_the_words_state() -> None:
    plain, coloured = (written("text", query(TABLE, COUNTS), colour=colour) for colour in (False, True))
    assert "\x1b[" not in plain
    assert coloured.startswith("\x1b[1mOverdue")
    assert coloured.replace("\x1b[1m", "").replace("\x1b[0m", "") == plain


def test_colour_in_a_card_marks_the_value_with_its_label() -> None:
    row = Row((Cell("F03"), Cell("Make social value mainstream"), Cell(15, tone="bad"), Cell(1, tone="warn")))
    columns = (
        Column("id", "Id", width="narrow"),
        Column("title", "What", width="wide"),
        Column("late", "Days late", width="wide"),
        Column("moved", "Moved", width="wide"),
    )
    card = written("text", query(Table("due", "", columns, (row,)), title=""), 40, colour=True)
    assert card.endswith("   \x1b[1;31mDays late: 15\x1b[0m; \x1b[33mMoved: 1\x1b[0m\n")


def test_an_empty_table_has_a_text_and_a_document_without_meta_has_no_date() -> None:
    empty = Table("due", "Due: none", (Column("id", "Id"),), (), empty="Nothing.")
    document = replace(query(empty, title="Rules"), meta=())
    assert written("text", document) == "Rules\n\nDue: none\n Nothing.\n"


def test_groups_and_long_words_in_cells_are_kept_within_their_columns() -> None:
    columns = (Column("first", "Phase 1", width="wide"), Column("second", "Phase 2", width="wide"))
    rows = (
        Row((Cell((make_paragraph("Alpha"), Prose("- one\n- two"))), Cell("y" * 30)), group="R1 Value"),
        Row((Cell("b"), Cell(None)), group="R1 Value"),
        Row((Cell("c"), Cell("d")), group="R2 Technology"),
    )
    grid = Table("grid", "Grid", columns, rows)
    assert written("text", query(grid, title=""), 47) == (
        "Position at 12 January 2023\n"
        "\n"
        "Grid\n"
        "  Phase 1               Phase 2\n"
        " R1 Value\n"
        "  Alpha                 yyyyyyyyyyyyyyyyyyyy\n"
        "  - one                 yyyyyyyyyy\n"
        "  - two\n"
        "  b\n"
        " R2 Technology\n"
        "  c                     d\n"
    )
    assert written("text", query(grid, title=""), 38) == (
        "Position at 12 January 2023\n"
        "\n"
        "Grid\n"
        " R1 Value\n"
        "   Phase 1:\n"
        "     Alpha\n"
        "     - one\n"
        "     - two\n"
        "   Phase 2:\n"
        "   yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\n"
        "  b\n"
        " R2 Technology\n"
        "  c\n"
        "   Phase 2: d\n"
    )


def test_labels_come_before_their_values_on_a_narrow_page() -> None:
    facts = Facts((Fact("Owner", "Head"), Fact("Also", None, ("one",), lines=(("two",),))))
    assert (
        written("text", query(facts, title="T"), 30)
        == "T  Position at 12 January 2023\nOwner: Head\nAlso: one\n  two\n"
    )


def test_wide_characters_count_twice() -> None:
    assert measure_width("漢字") == 4
    assert pad_text("漢字", 6) == "漢字  "
    assert pad_text("7", 3, "right") == "  7"
    assert wrap_text("漢字 漢字 漢字", 9) == ["漢字 漢字", "漢字"]


def test_a_word_longer_than_a_line_is_broken() -> None:
    assert wrap_text("abcdefghij", 8) == ["abcdefgh", "ij"]
    assert wrap_text("ab abcdefghijkl", 8, "- ", "  ") == ["- ab", "  abcdef", "  ghijkl"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Next: p2ptrack overdue --as-of 2027-03-01", ["Next:", "p2ptrack overdue --as-of 2027-03-01"]),
        ("See it. p2ptrack check. It says why", ["See it.", "p2ptrack check. It", "says why"]),
        (
            "Contracts p2ptrack contracts --root 'a b' is:x --sort end",
            ["Contracts", "p2ptrack contracts --root 'a b' is:x --sort end"],
        ),
        ("p2ptrack keeps every register that it has", ["p2ptrack keeps every", "register that it has"]),
    ],
)
def test_a_command_stays_on_one_line(text: str, lines: list[str]) -> None:
    assert wrap_text(text, 22) == lines
    problem = format_problem(Problem("x", "T101", Severity.NOTE, text, ""), 24)
    assert [line.strip() for line in problem.splitlines()[-len(lines) :]] == lines


def test_lists_keep_their_markers_and_their_indentation() -> None:
    assert wrap_prose("Told:\n\n1. first thing that is long\n2. second\n   - inner\n\n__End__", 18) == [
        "Told:",
        "",
        "1. first thing",
        "   that is long",
        "2. second",
        "   - inner",
        "",
        "End",
    ]
