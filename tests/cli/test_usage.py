from __future__ import annotations

import pytest

from p2ptrack.cli.contents import COMMANDS
from p2ptrack.formats import FORMATS
from tests.command import run, seed

WRONG = {
    "statsu": "There is no command “statsu”. Did you mean status? See: p2ptrack --help",
    "xyz": "There is no command “xyz”. See: p2ptrack --help",
    "--verison": "There is no option --verison here. Did you mean --version? See: p2ptrack --help",
    "status --fromat json": "There is no option --fromat here. Did you mean --format? See: p2ptrack status --help",
    "status --format": "The option --format needs a value after it. See: p2ptrack --help",
    "status --format jsn": "There is no format “jsn”. Did you mean json? Write one of text, json, csv, md.",
    "check --format htm": "There is no format “htm”. Write one of text, json, csv, md, github.",
    "render action-plan --format word": f"There is no format “word”. Write one of {', '.join(FORMATS)}.",
    "status extra words": "There is a word too many: extra words. See: p2ptrack status --help",
    "show": "A word is missing: ID. See: p2ptrack show --help",
    "overdue --within soon": "--within needs a whole number of days, and “soon” is not one. Write --within 30",
    "overdue --within -3": "--within needs a whole number of days, and “-3” is not one. Write --within 30",
    "rule": "A word is missing: CODE. See: p2ptrack rule --help",
    "rule S15": "There is no code S15. Did you mean S105? All of them: p2ptrack rules",
    "schema actoin": (
        "There is no kind “actoin”. Did you mean action? Write one of recommendation, action, follow-up, programme."
    ),
    "render": "Name the papers to make, or write --all. See: p2ptrack render --help",
    "render action-plan --all": "Name the papers to make, or write --all. See: p2ptrack render --help",
}


@pytest.mark.parametrize("line", WRONG)
def test_wrong_usage_is_one_sentence_and_exits_with_2(line: str) -> None:
    ran = run(*line.split())
    assert (ran.code, ran.out, ran.err) == (2, "", f"{WRONG[line]}\n")


ASKED_WRONGLY = {
    "show A99": "There is no record A99. Did you mean A29? All of them: p2ptrack list",
    "show A1": "There is no record A1. Did you mean A01? All of them: p2ptrack list",
    "show zzzzzz": "There is no record zzzzzz. All of them: p2ptrack list",
    "list statsu:complete": "There is no field “statsu” to filter by (in statsu:complete). Did you mean status?",
    "list is:overdu": (
        "“overdu” is not a fact. Did you mean overdue? Facts: unfinished, closed, overdue, due-soon, slipped, "
        "no-target, no-recent-update, waiting, no-owner, past-phase, awaiting-verification."
    ),
    "list actoins": (
        "“actoins” is not a kind of record. Did you mean action? Write recommendation, action or follow-up."
    ),
    "list --columns idd": "There is no field “idd” to show. Did you mean id?",
    "list --columns zzzz": "There is no field “zzzz” to show.",
    "list --sort taget": "There is no field “taget” to sort by. Did you mean target?",
    "render action-pan": (
        "There is no paper “action-pan”. Did you mean action-plan? "
        "Papers: action-plan, audit-follow-up, progress-report."
    ),
    "render action-plan --meeting AC-2023-3": (
        "There is no meeting “AC-2023-3”. Did you mean AC-2023-03? Meetings: AC-2022-10-17, AC-2023-03."
    ),
    "render --all --output -": ("Standard output takes one paper in one format. Name a folder after --output instead."),
    "check data/nothing": "There is no file or folder data/nothing. Name one of the register's, such as data/actions.",
}


@pytest.mark.parametrize("line", ASKED_WRONGLY)
def test_what_the_register_does_not_have_is_one_sentence_and_exits_with_2(line: str) -> None:
    ran = seed(*line.split())
    assert (ran.code, ran.out, ran.err) == (2, "", f"{ASKED_WRONGLY[line]}\n")


@pytest.mark.parametrize("line", ["--help", *(f"{name} --help" for name in COMMANDS)])
def test_help_fits_a_narrow_terminal(line: str) -> None:
    lines = run(*line.split(), width=40).out.partition("\n  Examples:\n")[0].splitlines()
    assert len(lines) > 5
    assert max(map(len, lines)) <= 40


def test_without_a_command_the_help_is_shown_and_nothing_was_done() -> None:
    ran = run()
    assert ran.code == 2
    assert ran.out == run("--help").out
    assert ran.err == ""


def test_the_version_is_one_line() -> None:
    ran = run("--version")
    assert (ran.code, ran.out, ran.err) == (0, "p2ptrack 0.1.0\n", "")


def test_help_lists_every_command() -> None:
    assert len(COMMANDS) > 10
    listed = run("--help", width=100).out
    assert [name for name in COMMANDS if f"\n  {name} " not in listed] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples_and_explains_its_options(name: str) -> None:
    ran = run(name, "--help", width=100)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: p2ptrack {name}")
    assert COMMANDS[name].examples
    assert [example for example in COMMANDS[name].examples if f"    {example}\n" not in ran.out] == []
    options = [line for line in ran.out.split("Options:\n")[1].splitlines() if line.startswith("  --")]
    assert options
    assert [line for line in options if len(line.split("  ")) < 3 and "--help" not in line and len(line) < 30] == []
