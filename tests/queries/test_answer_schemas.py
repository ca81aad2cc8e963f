"""Every JSON answer fits its published schema, on registers with everything that an answer can hold."""

from __future__ import annotations

import json
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from p2ptrack.analysis.case import Case
from p2ptrack.cli.app import build_command
from p2ptrack.queries.answer_schemas import ANSWERS, build_answer_schema
from tests.command import run, share_cases
from tests.git.builders import copy_shipped_register, make_repository
from tests.history.years import years
from tests.json_schema import find_errors
from tests.publication.canaries import make_canary_register, write
from tests.queries.test_audiences import RECORDS

BROKEN = {
    **RECORDS,
    "actions/A07.yaml": "id: A07\ntitle: Odd\nstatus: odd\ntarget: On-going\n",
    "actions/A08.yaml": "id: A08\ntitle: [\n",
    "audit_followups/F01.yaml": "id: F01\ntitle: Ask\nstatus: Ongoing\npriority: H\nacceptance: Agreed\n",
    "recommendations/R1.yaml": "id: R1\ntitle: Do\nparts: [{id: R1.1, text: a}]\nas_published: {RAG: Red}\n",
}
SCHEMAS = {name: build_answer_schema(name) for name in ANSWERS}


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the shipped register, one with errors and history, a known history, and one with every field set."""
    broken = make_repository(tmp_path_factory.mktemp("broken"), files=BROKEN)
    broken.commit("2022-12-01")
    broken.commit("2022-12-02", {"data/actions/A04.yaml": None, "data/actions/A08.yaml": "id: A08\ntitle: Now\n"})
    broken.commit("2022-12-03", {"data/actions/A08.yaml": "id: A08\ntitle: [\n"})
    repository = make_repository(tmp_path_factory.mktemp("planted"), programme="title: A register\n")
    repository.commit("2022-12-01")
    write(make_canary_register(), repository.root)
    repository.commit("2022-12-02")
    known = years(tmp_path_factory.mktemp("years"))
    shipped = copy_shipped_register(tmp_path_factory.mktemp("shipped"))
    return {"shipped": shipped, "broken": broken.root, "planted": repository.root, "years": known.root}


COMMANDS = (
    ("status",),
    ("overdue", "--within", "9000"),
    ("list",),
    ("show", "A01"),
    ("show", "A02"),
    ("show", "R1"),
    ("figures",),
    ("views",),
    ("figures", "by:phase", "action"),
    ("history", "A01"),
    ("history", "A08"),
    ("changes", "--since", "2022-01-01"),
    ("check",),
)


CASES: dict[object, Case] = {}


@cache
def answer(root: Path, *words: str) -> Any:
    with share_cases(CASES):
        result = run(*words, "--root", root, "--format", "json")
    return json.loads(result.out) if result.out else None


@pytest.mark.parametrize("register", ["shipped", "broken", "planted", "years"])
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_each_answer_is_what_its_schema_states(
    registers: dict[str, Path], register: str, words: tuple[str, ...]
) -> None:
    others: tuple[str, ...] = ("members", "public") if register == "planted" else ("public",)
    if words[0] in {"check", "views"}:
        others = ()
    audiences = [(), *(("--audience", name) for name in others)]
    moment = ("--at", "2022-12-02") if register != "shipped" else ()
    day = ("--as-of", "2023-02-01") if words[0] not in {"history", "changes"} else ()
    # Each audience with and without the others: all combinations take twice as long and reach nothing more.
    for options in product(audiences, dict.fromkeys([(), (*moment, *day)])):
        data = answer(registers[register], *words, *(word for option in options for word in option))
        if data is not None:
            assert list(find_errors(data, SCHEMAS[words[0]])) == [], options


def test_most_answers_are_given(registers: dict[str, Path]) -> None:
    given = {
        (register, *words)
        for register, words in product(registers, COMMANDS)
        if answer(registers[register], *words) is not None
    }
    assert len(given) > 30
    assert {words for _, *words_ in given for words in [tuple(words_)]} == set(COMMANDS)


@pytest.mark.parametrize("words", [("rules",), ("rule", "S105"), ("doctor",)], ids=" ".join)
def test_answers_without_a_register_are_what_their_schema_states(words: tuple[str, ...]) -> None:
    assert list(find_errors(json.loads(run(*words, "--format", "json").out), SCHEMAS[words[0]])) == []


def test_every_command_with_a_json_answer_has_a_schema() -> None:
    commands = build_command().commands
    with_json = {
        name
        for name, command in commands.items()
        if any("json" in (parameter.help or "") for parameter in command.params if "--format" in parameter.opts)
    }
    files = {"render", "publish", "export"}
    assert set(ANSWERS) == with_json - files


def test_the_head_of_an_answer_names_the_register(registers: dict[str, Path]) -> None:
    for words in COMMANDS:
        data = answer(registers["broken"], *words)
        assert data["register"]["title"] == "Procure to Pay review"
        assert len(data["register"]["commit"]) == 40
        assert data["audience"] == "officers"
        assert isinstance(data["unread"], list)


def test_history_and_changes_list_what_was_not_read(registers: dict[str, Path]) -> None:
    unreadable = answer(registers["broken"], "changes", "--since", "2022-01-01")["unread"]
    assert ("data/actions/A08.yaml", "A08") in {(file["path"], file["id"]) for file in unreadable}
    data = answer(registers["broken"], "history", "A08")
    assert [(file["path"], file["id"]) for file in data["unread"]] == [("data/actions/A08.yaml", "A08")]
    assert "cannot be read in 2 saved versions (commits)" in data["notes"][0]
    text = run("changes", "--since", "2022-01-01", "--root", registers["broken"]).out
    assert "Not read: A08 (data/actions/A08.yaml)." in text
    table = run("changes", "--since", "2022-01-01", "--root", registers["broken"], "--format", "csv").out
    assert "Not read: A08 (data/actions/A08.yaml)." in table
    hidden = run("changes", "--since", "2022-01-01", "--root", registers["broken"], "--audience", "public").out
    assert "A08" not in hidden
    assert "Not all of the history can be read." in hidden


def test_a_name_that_a_schema_does_not_have_is_found(registers: dict[str, Path]) -> None:
    data = answer(registers["shipped"], "status")
    assert list(find_errors({**data, "extra": 1}, SCHEMAS["status"])) == ["$: extra is not allowed"]
    del data["unread"]
    assert list(find_errors(data, SCHEMAS["status"])) == ["$: unread is missing"]


def test_schema_prints_the_schema_of_an_answer() -> None:
    assert json.loads(run("schema", "changes").out) == SCHEMAS["changes"]
    refused = run("schema", "chnges")
    assert refused.code == 2
    assert "Did you mean changes?" in refused.err
