"""The schemas for editors accept what check accepts, refuse what they can, and complete only accepted values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from ruamel.yaml.error import YAMLError

from p2ptrack.cli.doctor import find_programme
from p2ptrack.cli.setup import build_schema
from p2ptrack.model.editor_schema import build_editor_schema, build_file_schemas, collect_council_words
from p2ptrack.model.fields import Model, ValidationContext
from p2ptrack.model.kinds import KINDS
from p2ptrack.model.programme import Programme, collect_labels
from p2ptrack.model.records import Action
from p2ptrack.model.register import build_anchors
from p2ptrack.store.yaml import read
from tests.command import ROOT, run
from tests.json_schema import find_errors, is_valid, read_as_editor
from tests.support import programme_of, read_values, write_register

MODELS: dict[str, type[Model]] = {**{kind.singular: kind.model for kind in KINDS}, "programme": Programme}
SCHEMAS = {name: build_editor_schema(name, model) for name, model in MODELS.items()}
CASES = ROOT / "tests" / "messages"
LABELS = """\
title: A register
policy:
  labels:
    status: {complete: [Signed off, "Done & dusted"], in_progress: Cracking on}
    priority: {high: Category A}
"""


def accepts(name: str, text: str, programme: str = LABELS) -> bool:
    """Whether check accepts a file of a kind, as far as one file can be judged."""
    reading = read(text.encode(), "text.yaml")
    if any(problem.severity.value == "error" for problem in reading.problems) or not isinstance(reading.value, dict):
        return False
    known = programme_of(programme)
    context = ValidationContext(build_anchors(known), collect_labels(known.policy))
    try:
        MODELS[name].model_validate(reading.value, context=context)
    except ValidationError:
        return False
    return True


def errors_of(name: str, text: str, schema: dict[str, Any] | None = None) -> list[str]:
    try:
        value = read_as_editor(text)
    except YAMLError:
        return ["an editor shows that this is no YAML"]
    return list(find_errors(value, schema or SCHEMAS[name]))


def record(**fields: str) -> str:
    return "id: A01\ntitle: Review\n" + "".join(f"{name}: {value}\n" for name, value in fields.items())


# What check takes.


def list_examples() -> Iterator[tuple[str, str, str]]:
    """Yield kind, name and text of every file that the other tests and the shipped register have."""
    for name in MODELS:
        for path in sorted((CASES / name).glob("*.yaml")):
            yield name, f"{name}/{path.stem}", path.read_text(encoding="utf-8", errors="replace")
    yield "programme", "shipped", (ROOT / "data" / "programme.yaml").read_text(encoding="utf-8")
    for kind in KINDS:
        for path in sorted((ROOT / "data" / kind.folder).glob("*.yaml")):
            yield kind.singular, path.stem, path.read_text(encoding="utf-8")


def test_an_error_in_the_editor_is_an_error_of_check() -> None:
    examples = list(list_examples())
    assert len(examples) > 250
    assert [(file, errors) for name, file, text in examples if (errors := find_unfounded_errors(name, text))] == []


def find_unfounded_errors(name: str, text: str) -> object:
    """Return what an editor finds in a file that `check` accepts."""
    return accepts(name, text) and errors_of(name, text)


@pytest.mark.parametrize(
    "line",
    [
        "report_refs: [4.4, 4.10]", "report_refs: 4.4", "title: 2027", "title: true", "target: 2027",
        "target: 31 March 2027",        "target: Q1 2026/27", "target: '2027-03-31'", "target: 2027-03-31",
        "target: {raw: Q1 2023, means: 31 March 2023}",
        "target: {raw: TBC, means: none}", "exempt: {paragraph: 3, decided_on: 2027-01-01}", "decided: {minute: 27}",
        "source: {id: paper, ref: 4.10}", "source: paper", "status: In progress", "status: IN-PROGRESS", "status: Done",
        "status: Implemented", "status: not  started", "priority: High", "priority: H", "priority: 1 - High",
        "priority: High (P1)", "priority: 'Priority 1: critical'", "priority: (2) Medium", "acceptance: Agreed in part",
        "updates: {text: 5, restated: yes}", "updates: [{text: a, restated: TRUE, truncated: No}]", "verified: {by: 1}",
        "accountable: Head of IT", "accountable: [Head of IT]", "updates: [{text: a, status: Ongoing}]",
        "evidence: {title: 2026, date: Mar-27}", "as_published: {RAG: 3, Done: yes}",
        "milestones: {title: a, due: 2027}",
        "revisions: {from: Mar-27, to: 2028, category: Supplier, decision: GRANTED}", "see_also: A02",
        "updates: [{text: a, covers: {A02: Whole}}]", "blocked_by: consultation", "blocked_by: {cause: 5}",
        "every: quarter", "every: 2 months",
    ],
)  # fmt: skip
def test_the_schema_takes_what_check_takes(line: str) -> None:
    text = f"id: F01\n{'' if line.startswith('title') else 'title: a' + chr(10)}{line}\n"
    assert accepts("follow-up", text)
    assert errors_of("follow-up", text) == []


def test_the_schema_takes_every_date() -> None:
    lines = (ROOT / "tests" / "dates" / "accepted.txt").read_text("utf-8").splitlines()
    read_values = [line.partition("|")[0].strip() for line in lines if not line.startswith("#")]
    assert len(read_values) > 100
    written = [*read_values, *(json.dumps(text, ensure_ascii=False) for text in read_values)]
    assert [text for text in written if find_unfounded_errors("action", record(target=text))] == []


@pytest.mark.parametrize(
    "text",
    [
        "title: 2027", "title: a\npolicy: {due_soon_days: 30, labels: {complete: [Done, 5], In Progress: x}}",
        "title: a\npolicy: {due_soon_days: '30', labels: {status: {complete: Done}, priority: {high: 1}}}",
        "title: a\npolicy: {extensions_need_approval: yes, exemption_law: Wales, verification: Follow-ups}",
        "title: a\npolicy: {rating: {On track: Green, overdue: 5}, rules_off: {T101: 5}}",
        "title: a\nglossary: {IDS: 5, CBT: {text: b, inferred: no}}", "title: a\nmeetings: {id: AC-2027, date: Mar-27}",
        "title: a\nreports: {2027: {title: b, kinds: actions, show_updates: Since last meeting}}",
        "title: a\nsources: [{id: 2027, title: b, date: 2027}]", "title: a\nroles: Head of IT",
    ],
)  # fmt: skip
def test_the_schema_of_the_programme_takes_what_check_takes(text: str) -> None:
    assert accepts("programme", text)
    assert errors_of("programme", text) == []


def test_the_councils_own_words_are_taken_and_offered(tmp_path: Path) -> None:
    schema = build_editor_schema("action", Action, collect_council_words(programme_of(LABELS)))
    for fields in (
        {"status": "Signed off"},
        {"status": "cracking-ON"},
        {"status": "Done & dusted"},
        {"priority": "category a"},
        {"priority": "1. Category A"},
    ):
        text = record(**fields)
        assert accepts("action", text)
        assert errors_of("action", text, schema) == []
        assert errors_of("action", text)
    offered = schema["definitions"]["Status"]["anyOf"][0]["enum"]
    assert offered[-3:] == ["Signed off", "Done & dusted", "Cracking on"]
    root = write_register(tmp_path, {}, LABELS)
    assert json.loads(run("schema", "action", "--root", root).out) == schema
    assert build_file_schemas(find_programme(root))["action"] == schema


def test_posts_meetings_and_other_names_of_the_council_are_offered_and_others_are_taken() -> None:
    programme = programme_of(
        "title: a\nroles: [Head of IT]\nmeetings: {id: AC-1, date: May 2027}\ndirectorates: [Finance]\n"
        "phases: {id: P1, title: One}\nsources: {id: paper, title: Paper}\ndependencies: {id: system, title: System}\n"
    )
    schema = build_editor_schema("action", Action, collect_council_words(programme))
    properties = schema["properties"]
    offered = {
        "accountable": ["Head of IT"], "lead_member": ["Head of IT"], "phase": ["P1"], "directorate": ["Finance"],
        "origin_text": None, "recommendations": None,
    }  # fmt: skip
    for name, examples in offered.items():
        example_lists = [
            part["examples"] for _, part in walk(properties[name]) if "type" in part and "examples" in part
        ]
        assert example_lists == ([] if examples is None else [examples] * len(example_lists)), name
        assert bool(example_lists) is (examples is not None), name
    everywhere = [part.get("examples") for _, part in walk(schema)]
    assert all(names in everywhere for names in (["paper"], ["system"], ["AC-1"]))
    for line in ("accountable: [Somebody else]", "phase: P1", "directorate: Housing"):
        assert errors_of("action", f"id: A01\ntitle: a\n{line}\n", schema) == []


# What check refuses on the evidence of one file.


@pytest.mark.parametrize(
    "line",
    [
        "status: null", "status: ~", "title: null", "accountable: [null]", "updates: [null]",
        "note: Null",
        "target: Q1 2023", "target: 2023 Q1", "target: q3 2024", "target: Quarter 1 2023", "target: Q1-2023",
        "completed_on: Q2 2023", "target: [2027]", "target: {raw: a}", "target: {raw: a, means: b, more: c}",
        "target: true",
        "status: finnished", "priority: urgent!",
        "priority: 1", "priority: High/Medium", "priority: 1 - 2",
        "acceptance: maybe", "owner: Head of IT", "targett: 2027",
        "updates: [{text: a, restated: perhaps}]", "updates: [{txt: a}]", "revisions: [{from: 2027}]", "title: [a]",
        "title: {a: b}", "exempt: true", "decided: yes", "milestones: [{due: 2027}]", "as_published: [a]",
        "updates: [{text: a, covers: {A02: most}}]", "revisions: [{from: 2027, to: 2028, category: fun}]",
        "every: monthly", "every: each quarter", "every: 24 months or so",
    ],
)  # fmt: skip
def test_the_schema_refuses_what_it_can_know(line: str) -> None:
    text = f"id: A01\n{'' if line.startswith('title:') else 'title: a' + chr(10)}{line}\n"
    assert not accepts("action", text)
    assert errors_of("action", text)


def test_the_schema_marks_a_field_without_a_value_because_it_may_be_null() -> None:
    assert accepts("action", record(status=""))
    assert errors_of("action", record(status=""))


@pytest.mark.parametrize("id_", ["A 01", "A_01", "A01.", ".A01"])
def test_the_schema_refuses_what_is_no_id(id_: str) -> None:
    text = f"id: {id_}\ntitle: a\n"
    assert not accepts("action", text)
    assert errors_of("action", text)


@pytest.mark.parametrize("name", MODELS)
def test_what_is_missing_is_refused(name: str) -> None:
    assert not accepts(name, "note: a\n")
    assert errors_of(name, "note: a\n")


# What an editor offers.


def walk(schema: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    if isinstance(schema, dict):
        yield path, schema
        for key, inner in schema.items():
            yield from walk(inner, (*path, key))
    for index, inner in enumerate(schema if isinstance(schema, list) else ()):
        yield from walk(inner, (*path, str(index)))


@pytest.mark.parametrize("name", MODELS)
def test_nothing_is_offered_that_check_refuses(name: str) -> None:
    for path, part in walk(SCHEMAS[name]):
        if path[-1:] == ("properties",):
            continue
        assert part.get("default", "") not in (None, [], {})
        assert part.get("type") != "null"
        offered = [*part.get("enum", ()), *part.get("examples", ()), *([part["default"]] if "default" in part else [])]
        for value in offered:
            assert value is not None
            assert is_valid(value, {**part, "definitions": SCHEMAS[name]["definitions"]}), (path, value)


def test_every_word_and_example_that_is_offered_is_taken_by_check() -> None:
    definitions = SCHEMAS["action"]["definitions"]
    for field in ("status", "priority", "acceptance"):
        for word in definitions[field.capitalize()]["anyOf"][0]["enum"]:
            assert accepts("action", record(**{field: word}))
    for example in SCHEMAS["action"]["properties"]["target"]["examples"]:
        assert accepts("action", record(target=example))


@pytest.mark.parametrize("name", MODELS)
def test_a_schema_is_draft_07_with_an_id_titles_and_descriptions(name: str) -> None:
    schema = SCHEMAS[name]
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert re.fullmatch(rf"https://.*/docs/schemas/{name}\.json", schema["$id"])
    assert "$defs" not in json.dumps(schema)
    assert schema["description"]
    for path, part in walk(schema):
        for field, inner in part.get("properties", {}).items() if path[-1:] != ("properties",) else ():
            assert inner.get("title"), (path, field)
            assert inner.get("description"), (path, field)
    for path, part in walk(schema):
        if "$ref" in part and path[-1:] != ("properties",):
            assert set(part) == {"$ref"}, path
            assert part["$ref"].removeprefix("#/definitions/") in schema["definitions"]


def test_schema_prints_one_kind_or_all() -> None:
    everything = json.loads(build_schema(""))
    assert set(everything) == set(MODELS)
    assert json.loads(build_schema("actions")) == everything["action"]
    assert read_values("id: A01\ntitle: a")
