"""Duties that recur: the next due date is computed, and closing a period moves it on without a change of target."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from p2ptrack.analysis.case import move_case
from tests.command import run
from tests.git.builders import git, set_git_user
from tests.support import case_of, write_register

DAY = ("--as-of", "2026-10-05")
REPORT = "id: A01\ntitle: Report\ntarget: 30 September 2026\nevery: quarter\n"


@pytest.mark.parametrize(
    ("every", "first", "done", "following"),
    [
        ("month", "31 January 2026", ["31 January 2026"], "28 February 2026"),
        ("month", "31 January 2026", ["31 January 2026", "28 February 2026"], "31 March 2026"),
        ("month", "30 January 2026", ["30 January 2026", "28 February 2026"], "30 March 2026"),
        ("quarter", "30 June 2026", ["30 June 2026"], "30 September 2026"),
        ("quarter", "March 2026", ["March 2026"], "June 2026"),
        ("quarter", "Q1 2026/27", ["Q1 2026/27"], "30 September 2026"),
        ("half-year", "15 May 2026", ["15 May 2026", "15 November 2026"], "15 May 2027"),
        ("year", "29 February 2024", ["29 February 2024"], "28 February 2025"),
        ("18 months", "1 April 2026", ["1 April 2026"], "1 October 2027"),
        ("quarter", "30 June 2026", [], "30 June 2026"),
        ("quarter", "30 June 2026", ["31 December 2026"], "31 March 2027"),
    ],
)
def test_the_next_target_follows_the_last_period(every: str, first: str, done: list[str], following: str) -> None:
    periods = "".join(f"  - due: {day}\n" for day in done)
    text = f"id: A01\ntitle: Report\nevery: {every}\ntarget: {first}\n" + (f"periods:\n{periods}" if done else "")
    record = case_of(text, as_of=date(2026, 1, 1)).tracked()[0]
    assert record.target
    assert record.target.to_text().partition(" (")[0] == following


DUTY = """\
id: A01
title: Report
target: 30 September 2026
every: quarter
periods:
  - {due: 30 September 2026, done: 28 September 2026, evidence: Report}
  - {due: 31 December 2026, done: 15 January 2027, evidence: Report}
  - {due: 31 March 2027, done: April 2027, evidence: Report}
"""


@pytest.mark.parametrize(
    ("day", "target", "days_overdue"),
    [
        ("2026-09-27", "30 September 2026", 0),
        ("2026-09-28", "31 December 2026", 0),
        ("2027-01-02", "31 December 2026", 2),
        ("2027-01-15", "31 March 2027", 0),
        ("2027-04-29", "31 March 2027", 29),
        ("2027-04-30", "30 June 2027", 0),
        ("2027-07-02", "30 June 2027", 2),
    ],
)
def test_a_period_counts_from_the_day_on_which_it_was_done(day: str, target: str, days_overdue: int) -> None:
    case = case_of(DUTY, as_of=date.fromisoformat(day))
    moved = move_case(case_of(DUTY, as_of=date(2027, 7, 2)), date.fromisoformat(day))
    for judged in (case, moved):
        record = judged.tracked()[0]
        assert record.target
        assert (record.target.raw, judged.facts["A01"].days_overdue or 0) == (target, days_overdue)


def test_a_period_is_not_recorded_twice(tmp_path: Path) -> None:
    write_register(tmp_path, {"actions/A01.yaml": DUTY})
    words = ("--evidence", "Report", "--as-of", "2026-09-01", "--root", tmp_path)
    refused = run("close", "A01", *words)
    expected = "The period of A01 that was due by 30 September 2026 is recorded already.\n"
    assert (refused.code, refused.err) == (2, expected)


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("quarterly", "quarter"),
        ("Annual", "year"),
        ("every 2 months", "2 months"),
        ("six-monthly", "half-year"),
        ("Half year", "half-year"),
        ("once a year", "year"),
        ("financial year", "year"),
        ("each quarter", "quarter"),
        ("every 3 months", "quarter"),
        ("every other month", "2 months"),
        ("every two years", "24 months"),
        ("2 quarters", "half-year"),
    ],
)
def test_another_word_gets_the_right_one(tmp_path: Path, word: str, advice: str) -> None:
    write_register(tmp_path, {"actions/A01.yaml": f"id: A01\ntitle: Report\nevery: {word}\n"})
    reported = json.loads(run("check", "--format", "json", *DAY, "--root", tmp_path).out)["problems"]
    assert [problem["fix"] for problem in reported if problem["field"] == "every"] == [
        f"Write {advice}.\nevery: {advice}"
    ]


@pytest.mark.parametrize("word", ["weekly", "termly", "0 months", "50 years", "every month or so", "second month"])
def test_what_no_period_means_gets_the_words(word: str, tmp_path: Path) -> None:
    write_register(tmp_path, {"actions/A01.yaml": f"id: A01\ntitle: Report\nevery: {word}\n"})
    reported = json.loads(run("check", "--format", "json", *DAY, "--root", tmp_path).out)["problems"]
    expected = "Write month, quarter, half-year or year, or a number of months such as 2 months."
    assert [problem["fix"] for problem in reported if problem["field"] == "every"] == [expected]


@pytest.fixture
def register(tmp_path: Path) -> Path:
    write_register(tmp_path, {"actions/A01.yaml": REPORT}, "title: A register\n")
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    set_git_user(tmp_path)
    git(tmp_path, "add", "data")
    git(tmp_path, "commit", "--quiet", "--message", "Start")
    return tmp_path


def ids(root: Path, *words: str) -> list[str]:
    answer = json.loads(run(*words, "--format", "json", "--root", root).out)
    return [record["id"] for record in answer["records"]]


def test_a_closed_period_needs_evidence_and_moves_the_due_date(register: Path) -> None:
    assert ids(register, "overdue", *DAY) == ["A01"]
    refused = run("close", "A01", *DAY, "--root", register)
    assert refused.code == 2
    assert '--evidence "Report"' in refused.err
    assert (register / "data/actions/A01.yaml").read_text() == REPORT
    result = run("close", "A01", "--evidence", "Report to the board", *DAY, "--root", register)
    assert (result.code, result.err) == (0, "")
    assert "A01 is next due on 31 December 2026." in result.out
    assert (register / "data/actions/A01.yaml").read_text() == REPORT + (
        "periods:\n  - due: 30 September 2026\n    done: 5 October 2026\n    evidence: Report to the board\n"
    )
    assert ids(register, "overdue", *DAY) == []
    assert ids(register, "overdue", "--within", "90", *DAY) == ["A01"]
    record = json.loads(run("show", "A01", "--format", "json", *DAY, "--root", register).out)["records"][0]
    assert (record["fields"]["target"]["raw"], record["fields"]["every"]) == ("31 December 2026", "quarter")
    assert (record["facts"]["times_moved"], record["facts"]["unfinished"]) == (0, True)
    codes = {problem["code"] for problem in json.loads(
        run("check", "--history", "--format", "json", *DAY, "--root", register).out
    )["problems"]}  # fmt: skip
    assert not {code for code in codes if code.startswith(("H", "T14", "T15"))}


def test_a_duty_can_be_ended_for_good(register: Path) -> None:
    options = ("--status", "withdrawn", "--decided-by", "Cabinet", "--reason", "The grant ended.")
    assert run("close", "A01", *options, *DAY, "--root", register).code == 0
    assert ids(register, "overdue", *DAY) == []
    assert "periods" not in (register / "data/actions/A01.yaml").read_text()


def test_a_series_that_is_extended_begins_anew(register: Path) -> None:
    assert run("close", "A01", "--evidence", "Report", *DAY, "--root", register).code == 0
    words = ("--reason", "The board meets later.", "--approved-by", "Cabinet")
    assert run("extend", "A01", "15 January 2027", *words, *DAY, "--root", register).code == 0
    record = json.loads(run("show", "A01", "--format", "json", *DAY, "--root", register).out)["records"][0]
    assert record["fields"]["target"]["raw"] == "15 January 2027"
    assert "T15" not in run("check", *DAY, "--root", register).out


def test_a_calendar_repeats_the_event(register: Path) -> None:
    calendar = run("export", "--format", "ics", "--output", "-", *DAY, "--root", register).out.splitlines()
    assert "DTSTART;VALUE=DATE:20260930" in calendar
    assert "RRULE:FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1" in calendar


@pytest.mark.parametrize(
    ("first", "every", "done", "start", "days"),
    [
        ("30 January 2027", "month", "30 January 2027", "20270228", ";BYMONTHDAY=28,29,30;BYSETPOS=-1"),
        ("29 January 2027", "month", "29 January 2027", "20270228", ";BYMONTHDAY=28,29;BYSETPOS=-1"),
        ("31 January 2027", "month", "31 January 2027", "20270228", ";BYMONTHDAY=-1"),
        ("30 November 2026", "quarter", "30 November 2026", "20270228", ";BYMONTHDAY=-1"),
        ("30 January 2027", "month", "28 February 2027", "20270330", ";BYMONTHDAY=28,29,30;BYSETPOS=-1"),
        ("28 January 2027", "month", "28 January 2027", "20270228", ""),
    ],
)
def test_a_calendar_comes_back_to_the_first_day_of_a_series(
    register: Path, first: str, every: str, done: str, start: str, days: str
) -> None:
    text = f"id: A01\ntitle: Report\ntarget: {first}\nevery: {every}\nperiods: [{{due: {done}, done: {done}}}]\n"
    (register / "data/actions/A01.yaml").write_text(text)
    out = run("export", "--format", "ics", "--output", "-", "--as-of", "2027-03-01", "--root", register).out
    assert f"DTSTART;VALUE=DATE:{start}" in out
    assert re.findall("RRULE:FREQ=MONTHLY;INTERVAL=[0-9]+([^\r\n]*)", out) == [days]
