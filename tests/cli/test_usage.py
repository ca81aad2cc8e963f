from __future__ import annotations

from pathlib import Path

import pytest

from p2ptrack.formats import FORMATS
from p2ptrack.phrases import join_words
from tests.command import COMMANDS, examples_of, run, seed
from tests.support import write_register

WRONG_USAGE = {
    "statsu": "“statsu” is not a command. Did you mean status? See: p2ptrack --help",
    "xyz": "“xyz” is not a command. See: p2ptrack --help",
    "--verison": "--verison is not an option of p2ptrack. Did you mean --version? See: p2ptrack --help",
    "status --fromat json": (
        "--fromat is not an option of p2ptrack status. Did you mean --format? See: p2ptrack status --help"
    ),
    "status --format": "--format needs a value after it. See: p2ptrack --help",
    "status --format jsn": "“jsn” is not a format. Did you mean json? Use text, json, csv or md.",
    "check --format htm": "“htm” is not a format. Use text, json, csv, md, github, gitlab or azure.",
    "render action-plan --format word": f"“word” is not a format. Use {join_words(tuple(FORMATS), 'or')}.",
    "render action-plan --audience everyone": "“everyone” is not an audience. Use public, members or officers.",
    "status extra words": "“extra words” is not expected here. See: p2ptrack status --help",
    "show": "Say which record, for example: p2ptrack show A01",
    "verify": "Say which meeting, for example: p2ptrack verify AC-2023-03",
    "rule": "Say which code, for example: p2ptrack rule S105",
    "changes": (
        "Say since when, for example: p2ptrack changes --since 2023-01-12. "
        "It can be a date, a commit, a tag or a meeting."
    ),
    "overdue --within soon": "--within needs a whole number of days, for example: --within 30. “soon” is not one.",
    "overdue --within -3": "--within needs a whole number of days, for example: --within 30. “-3” is not one.",
    "rule S15": "“S15” is not a code of check. Did you mean S105? For all of them: p2ptrack rules",
    "schema actoin": (
        "“actoin” is not a schema. Did you mean action? Use recommendation, action, follow-up, exemption, programme, "
        "status, overdue, list, show, contracts, figures, views, history, changes, check, rules, rule or doctor."
    ),
    "render": "Say which paper, for example: p2ptrack render action-plan. For every paper: p2ptrack render --all",
    "render action-plan --all": "Use the names of papers or --all, not both. See: p2ptrack render --help",
}


@pytest.mark.parametrize("line", WRONG_USAGE)
def test_wrong_usage_is_one_sentence_and_exits_with_2(line: str) -> None:
    result = run(*line.split())
    assert (result.code, result.out, result.err) == (2, "", f"{WRONG_USAGE[line]}\n")


@pytest.mark.parametrize(
    ("words", "example"),
    [
        ("show", "p2ptrack show A07"),
        ("history", "p2ptrack history A07"),
        ("update", "p2ptrack update A07"),
        ("close", "p2ptrack close A07"),
        ("edit", "p2ptrack edit A07"),
        ("extend", "p2ptrack extend F03 2023-06"),
        ("extend A07", "p2ptrack extend A07 2023-06"),
        ("publish", "p2ptrack publish OS-2027-05"),
        ("verify", "p2ptrack verify OS-2027-05"),
    ],
)
def test_an_example_has_an_id_of_the_register_at_hand(
    words: str, example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meetings = "meetings: [{id: OS-2027-05, body: Scrutiny, date: May 2027}]\n"
    records = {"actions/A07.yaml": "id: A07\ntitle: a\n", "audit_followups/F03.yaml": "id: F03\ntitle: b\n"}
    monkeypatch.chdir(write_register(tmp_path, records, f"title: a\n{meetings}"))
    noun = "meeting" if "OS-" in example else "date" if " " in words else "record"
    result = run(*words.split())
    assert (result.code, result.err) == (2, f"Say which {noun}, for example: {example}\n")


# Messages of the queries are tested with the queries; here only which name they suggest.
UNKNOWN_NAMES = {
    "show A1": "A01",
    "show zzzzzz": "",
    "list statsu:complete": "status",
    "list is:overdu": "overdue",
    "list actoins": "action",
    "list --columns idd": "id",
    "list --columns zzzz": "",
    "list --sort taget": "target",
    "render action-pan": "action-plan",
    "render action-plan --meeting AC-2023-3": "AC-2023-03",
    "render --all --output -": "",
    "check data/nothing": "",
}


@pytest.mark.parametrize("line", UNKNOWN_NAMES)
def test_an_unknown_name_is_one_line_and_exits_with_2(line: str) -> None:
    result = seed(*line.split())
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    suggestion = UNKNOWN_NAMES[line]
    assert f"Did you mean {suggestion}" in result.err if suggestion else "Did you mean" not in result.err


@pytest.mark.parametrize("line", ["--help", *(f"{name} --help" for name in COMMANDS)])
def test_help_fits_a_narrow_terminal(line: str) -> None:
    lines = run(*line.split(), width=40).out.splitlines()
    assert len(lines) > 5
    assert max(map(len, lines)) <= 40


def test_without_a_command_the_help_is_printed_and_the_exit_code_is_2() -> None:
    result = run()
    assert result.code == 2
    assert result.out.rstrip() == run("--help").out.rstrip()
    assert result.err == ""


def test_the_version_is_one_line() -> None:
    result = run("--version")
    assert (result.code, result.out, result.err) == (0, "p2ptrack 0.1.0\n", "")


def test_help_lists_every_command() -> None:
    assert len(COMMANDS) > 10
    lines = run("--help", width=100).out.splitlines()
    assert [name for name in COMMANDS if not any(line.startswith(f"│ {name} ") for line in lines)] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples_and_explains_its_parameters(name: str) -> None:
    result = run(name, "--help", width=100)
    assert (result.code, result.err) == (0, "")
    assert f"Usage: p2ptrack {name} " in result.out
    assert examples_of(name)
    assert [example for example in examples_of(name) if f" {example} " not in result.out] == []
    parameters = COMMANDS[name].params
    assert [parameter.name for parameter in parameters if not parameter.help.endswith((".", ")"))] == []
    options = [parameter.opts[0] for parameter in parameters if parameter.opts[0].startswith("-")]
    assert [option for option in options if f"│ {option} " not in result.out] == []
    assert "<" not in result.out
