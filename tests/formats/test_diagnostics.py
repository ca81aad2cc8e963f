from __future__ import annotations

import json
from dataclasses import replace

from p2ptrack.diagnostics import Location, Problem, Severity
from p2ptrack.formats.pipelines import format_azure, format_github, format_gitlab
from p2ptrack.formats.text import format_problems
from p2ptrack.reports.document import FormatOptions

ERROR = Problem(
    "data/actions/A01.yaml",
    "S105",
    Severity.ERROR,
    "No date: 50%, or so.",
    "31 March 2023",
    "target",
    Location(3, 9, "target: x"),
)
NOTE = Problem("data/programme.yaml", "T131", Severity.NOTE, "The day is not set.", "")


def test_problems_come_first_and_the_summary_last() -> None:
    assert format_problems((ERROR, NOTE), ("2 files: 1 error.", "Mend it."), FormatOptions()).decode() == (
        "data/actions/A01.yaml:3:9  error S105\n"
        "  No date: 50%, or so.\n"
        "     3 | target: x\n"
        "       |         ^\n"
        "  Fix: 31 March 2023\n"
        "\n"
        "data/programme.yaml:1  note T131\n"
        "  The day is not set.\n"
        "\n"
        "2 files: 1 error.\n"
        "Mend it.\n"
    )


def test_the_first_line_of_a_problem_is_coloured() -> None:
    lines = format_problems((ERROR, NOTE), (), FormatOptions(colour=True)).decode().split("\n")
    assert lines[0] == "\x1b[1;31mdata/actions/A01.yaml:3:9  error S105\x1b[0m"
    assert lines[6] == "\x1b[2mdata/programme.yaml:1  note T131\x1b[0m"


def test_annotations_are_escaped_for_github() -> None:
    assert format_github((replace(ERROR, message="No date: 50%, or\nso."), NOTE), "a,b/").decode() == (
        "::error file=a%2Cb/data/actions/A01.yaml,line=3,col=9,title=S105::"
        "No date: 50%25, or%0Aso.%0AFix: 31 March 2023\n"
        "::notice file=a%2Cb/data/programme.yaml,line=1,col=1,title=T131::The day is not set.\n"
    )


def test_a_code_quality_report_for_gitlab() -> None:
    moved = replace(ERROR, location=replace(ERROR.location, line=30)) if ERROR.location else ERROR
    first, again, note = json.loads(format_gitlab((ERROR, ERROR, NOTE), "a/"))
    assert {key: value for key, value in first.items() if key != "fingerprint"} == {
        "description": f"S105: {ERROR.message}",
        "check_name": "S105",
        "severity": "critical",
        "location": {"path": "a/data/actions/A01.yaml", "lines": {"begin": 3}},
    }
    assert (note["severity"], note["location"]["lines"]["begin"]) == ("info", 1)
    assert len({first["fingerprint"], again["fingerprint"], note["fingerprint"]}) == 3
    (after,) = json.loads(format_gitlab((moved,), "a/"))
    assert after["fingerprint"] == first["fingerprint"]
    assert json.loads(format_gitlab((), "")) == []


def test_issues_are_escaped_for_azure() -> None:
    assert format_azure((replace(ERROR, message="No date; 50%]\nso."), NOTE), "a;b/").decode() == (
        "##vso[task.logissue type=error;sourcepath=a%3Bb/data/actions/A01.yaml;linenumber=3;columnnumber=9;code=S105;]"
        "No date; 50%AZP25]%0Aso.%0AFix: 31 March 2023\n"
        "a;b/data/programme.yaml:1:1: note T131: The day is not set.\n"
    )


def test_a_pipeline_marks_the_problem_of_an_exempt_record() -> None:
    exempt = replace(ERROR, exempt="exempt")
    assert ",title=S105 (exempt)::" in format_github((exempt,), "").decode()
    assert ";code=S105 (exempt);]" in format_azure((exempt,), "").decode()
    assert json.loads(format_gitlab((exempt,), ""))[0]["description"].startswith("S105 (exempt): ")


def test_an_annotation_cannot_control_the_terminal_of_a_reader_of_the_log() -> None:
    problem = Problem("data/x.yaml", "S101", Severity.ERROR, "a\x1b]0;b\x07", "c\x9bd\u202ee\rf\nphase: \x00g")
    for write in (format_github, format_azure):
        (line,) = write([problem], "").decode().splitlines()
        assert line.isprintable()
        assert "%0Aphase: <U+0000>g" in line
