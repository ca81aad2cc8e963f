"""An error in the programme costs its field, unless the answers depend on the field."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.diagnostics import ACTION, load_register
from tests.support import THE_DAY, write_register

PROGRAMME = """\
title: A programme
meetings: [{id: AC-1, body: Audit Committee, date: 3 April 2023}]
phases: [{id: P1, title: Phase 1, end: Jun-23}]
"""


def load(tmp_path: Path, more: str) -> tuple[bool, list[str]]:
    """Return whether the programme can be used, and the codes and fields of its errors."""
    loaded = load_register(write_register(tmp_path, {"actions/A01.yaml": ACTION}, PROGRAMME + more), THE_DAY)
    errors = [problem for problem in loaded.problems if problem.path == "data/programme.yaml"]
    return loaded.has_programme, [f"{problem.code} {problem.field}" for problem in errors]


@pytest.mark.parametrize(
    ("more", "errors"),
    [
        ("notice: [a, b]", ["S103 notice"]),
        ("language: Klingon tongue", ["S108 language"]),
        ("roles: [Head of Procurement, {a: b}]", ["S103 roles[1]"]),
        ("directorates: [{id: d}]", ["S102 directorates[0].title"]),
        ("expects: {action: many}", ["S107 expects.action"]),
        ("glossary: {ABC: [a, b]}", ["S103 glossary.ABC"]),
        ("reports: {x: {report: action-plan, tile: Plan}}", ["S101 reports.x.tile"]),
        ("policy: {due_soon_days: two weeks}", ["S107 policy.due_soon_days"]),
        ("policy: {due_son_days: 30}", ["S101 policy.due_son_days"]),
        ("policy: {labels: {status: {finished: [Over]}}}", ["S108 policy.labels.status.finished#key"]),
        ("policy: {rating: {purple: Mauve}}", ["S108 policy.rating.purple#key"]),
        ("dependencies: [{id: d, title: x, expected: Q2 2027}]", ["S105 dependencies[0].expected"]),
        ("colour: red", ["S101 colour#key"]),
        ("notice: [a, b]\nlanguage: Klingon tongue", ["S103 notice", "S108 language"]),
    ],
)
def test_an_error_costs_the_field(tmp_path: Path, more: str, errors: list[str]) -> None:
    usable, problems = load(tmp_path, f"{more}\n")
    assert usable
    assert [error.removesuffix("#key") for error in problems] == [error.removesuffix("#key") for error in errors]


@pytest.mark.parametrize(
    ("more", "errors"),
    [
        ("fields: {action: {amount: , code: text}}", ["S108 fields.action.amount.type"]),
        (
            "fields:\n  action:\n    value:\n    cost:",
            ["S108 fields.action.cost.type", "S108 fields.action.value.type"],
        ),
        ("registers: {a: {singular: b, prefix: S, fields: {amount: }}}", ["S108 registers.a.fields.amount.type"]),
        ("registers: {contracts: }", ["S103 registers.contracts"]),
        ("fields: {action: {amount: {type: text, title: }}}", []),
    ],
)
def test_a_declared_name_without_anything_is_an_error(tmp_path: Path, more: str, errors: list[str]) -> None:
    assert sorted(load(tmp_path, f"{more}\n")[1]) == errors


@pytest.mark.parametrize(
    "more",
    [
        "organisation: [a, b]",
        "polcy: {}",
        "policy: 5",
        "policy: {exemption_law: france}",
        "policy: {exemption_lw: wales}",
        "exemption_law: wales",
        "meetngs: []",
        "sources: [{id: s, title: t, date: Q2 2027}]",
        "dependencies: [{id: d}]",
        "dependencies: [{id: d, title: x, cleared: Q2 2027}]",
        "notice: [a, b]\norganisation: [a, b]",
        "notice: *a",
    ],
)
def test_an_error_in_what_answers_depend_on_costs_all(tmp_path: Path, more: str) -> None:
    assert not load(tmp_path, f"{more}\n")[0]


def test_what_records_are_compared_with_is_left_out_whole(tmp_path: Path) -> None:
    text = PROGRAMME + "roles: [Head of Procurement, {a: b}]\nglossary: {ABC: A word, DEF: [a, b]}\n"
    programme = load_register(write_register(tmp_path, {}, text), THE_DAY).register.programme
    assert (programme.roles, list(programme.glossary)) == ((), ["ABC"])
