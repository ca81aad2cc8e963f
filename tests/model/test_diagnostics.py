"""A problem as an officer reads it, as a program reads it, and in its order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptrack.diagnostics import (
    Location,
    Problem,
    Severity,
    count_by_severity,
    escape_control_characters,
    format_problem,
    problem_sort_key,
    problem_to_json,
)
from p2ptrack.errors import CheckFailed, CommandError, OperationError, UsageError
from p2ptrack.phrases import excerpt, quote

PLACE = Location(3, 8, "title: Review #4", 6)
PROBLEM = Problem("data/actions/A01.yaml", "S103", Severity.ERROR, "What is wrong.", "the fix", "title", PLACE)


def test_a_problem_as_text() -> None:
    assert format_problem(PROBLEM) == (
        "data/actions/A01.yaml:3:8  error S103\n"
        "  What is wrong.\n"
        "     3 | title: Review #4\n"
        "       |        ^^^^^^\n"
        "  Fix: the fix"
    )


def test_a_problem_of_the_whole_file_as_text() -> None:
    assert format_problem(replace(PROBLEM, location=None)) == (
        "data/actions/A01.yaml:1  error S103\n  What is wrong.\n  Fix: the fix"
    )


def test_a_problem_without_an_excerpt_or_a_fix_as_text() -> None:
    bare = Problem("a", "S103", Severity.NOTE, "What.", "", location=Location(1, 1, "  "))
    assert format_problem(bare) == "a:1:1  note S103\n  What."


def test_long_words_and_narrow_screens() -> None:
    problem = Problem("a", "S103", Severity.ERROR, "one two three four five", "x" * 40, location=PLACE)
    assert format_problem(problem, 10) == (
        "a:3:8\n  error S103\n  one two three four\n  five\n     3 | title: Review #4\n       |        ^^^^^^\n"
        f"  Fix:\n  {'x' * 40}"
    )


def test_the_caret_of_a_long_line_stays_on_the_screen() -> None:
    line = "note: " + "x" * 500 + "HERE" + "y" * 500
    problem = Problem("a", "S103", Severity.ERROR, "x", "y", location=Location(12, 507, line, 4))
    _, _, excerpt, caret, _ = format_problem(problem, 60).split("\n")
    assert len(excerpt) <= 60
    assert excerpt[caret.index("^") : caret.rindex("^") + 1] == "HERE"


def test_the_caret_is_under_what_is_spelt_out() -> None:
    problem = Problem("a", "Y106", Severity.ERROR, "x", "y", location=Location(1, 8, "title: \u202ex", 1))
    _, _, excerpt, caret, _ = format_problem(problem).split("\n")
    assert excerpt[caret.index("^") : caret.rindex("^") + 1] == "<U+202E>"


def test_the_caret_may_stand_after_the_line() -> None:
    problem = Problem("a", "Y140", Severity.ERROR, "x", "y", location=Location(1, 9, "title: a", 1))
    assert format_problem(problem).split("\n")[3] == "       |         ^"


@pytest.mark.parametrize(
    "char",
    [*"\0\a\x1b\x7f\x85\xa0\xad\u061c\u180e\u200b\u200f\u2028\u202e\u2066\u3164\ufeff\ufff9", "\U000e0041", "\ud800"],
)
def test_what_cannot_be_seen_is_spelt_out(char: str) -> None:
    problem = Problem(
        f"a{char}b", "S1", Severity.ERROR, f"a{char}b", f"a{char}b", location=Location(1, 1, f"a{char}b", 3)
    )
    assert char not in format_problem(problem).replace("\n", "")
    assert format_problem(problem).count(f"<U+{ord(char):04X}>") == 4


def test_what_can_be_seen_is_left_alone() -> None:
    text = "Café – £25k “x” [red] العربية 漢字 🙂"
    assert escape_control_characters(text) == text


@given(st.text(), st.integers(0, 300))
def test_no_text_makes_printing_fail(text: str, width: int) -> None:
    problem = Problem(text, "S1", Severity.ERROR, text, text, location=Location(1, 1 + len(text) // 2, text, len(text)))
    format_problem(problem, width).encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Review", "“Review”"),
        ("a\n  b\tc ", "“a b c”"),
        ("", "“”"),
        ("x" * 60, f"“{'x' * 60}”"),
        ("x" * 61, f"“{'x' * 59}…”"),
    ],
)
def test_a_text_as_a_message_quotes_it(text: str, expected: str) -> None:
    assert quote(text) == expected
    assert f"“{excerpt(text)}”" == expected


def test_a_problem_as_data() -> None:
    assert problem_to_json(PROBLEM) == {
        "path": "data/actions/A01.yaml", "line": 3, "column": 8, "field": "title", "code": "S103", "severity": "error",
        "message": "What is wrong.", "fix": "the fix", "exempt": False, "partly_exempt": False,
    }  # fmt: skip
    whole = problem_to_json(Problem("a", "D102", Severity.WARNING, "x", "y"))
    assert (whole["line"], whole["column"], whole["field"], whole["severity"]) == (None, None, None, "warning")


def test_problems_are_in_the_order_of_files_and_lines() -> None:
    def at(path: str, line: int | None, severity: Severity, code: str, message: str = "x") -> Problem:
        return Problem(path, code, severity, message, "y", location=Location(line, 1, "x") if line else None)

    ordered = [
        at("a", None, Severity.ERROR, "S1"), at("a", 2, Severity.ERROR, "S2"), at("a", 2, Severity.WARNING, "S1"),
        at("a", 2, Severity.NOTE, "S1"), at("a", 10, Severity.ERROR, "S1"), at("a", 10, Severity.ERROR, "S1", "z"),
        at("b", 1, Severity.ERROR, "S1"),
    ]  # fmt: skip
    mixed = [*ordered[1::2], *reversed(ordered[::2])]
    assert sorted(mixed, key=problem_sort_key) == ordered
    assert [count_by_severity(ordered, severity) for severity in Severity] == [5, 1, 1]


def test_what_stops_a_command_has_its_exit_code() -> None:
    assert [(stop.code, issubclass(stop, CommandError)) for stop in (OperationError, UsageError, CheckFailed)] == [
        (3, True), (2, True), (1, True),
    ]  # fmt: skip
