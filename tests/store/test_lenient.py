"""Files that today's schema rejects: the rest is loaded with warnings, and nothing exempt is disclosed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptrack.diagnostics import Severity
from p2ptrack.model.fields import ValidationContext
from p2ptrack.model.kinds import KINDS
from p2ptrack.model.programme import Programme
from p2ptrack.model.records import ExemptMarking
from p2ptrack.model.register import build_anchors
from p2ptrack.model.validation import validate_with_dropped_fields
from p2ptrack.store import yaml
from p2ptrack.store.loader import FileValidator, validate_file_leniently, validate_file_strictly
from tests.diagnostics import ACTION
from tests.support import programme_of

A01 = "data/actions/A01.yaml"
ACTIONS = KINDS.members[1].model


def read(text: str) -> tuple[Any, list[tuple[str, str, str]]]:
    """Return an action and its problems: code, severity, field."""
    parsed = yaml.read(text.encode(), A01)
    record, problems = validate_file_leniently(ACTIONS, parsed, ValidationContext(build_anchors(programme_of())), A01)
    return record, [(problem.code, problem.severity.value, problem.field) for problem in problems]


def set_values(record: Any) -> dict[str, Any]:
    values: dict[str, Any] = record.model_dump(mode="python", exclude_unset=True, exclude={"id", "title"})
    return values


def test_a_valid_record_is_loaded_unchanged() -> None:
    record, problems = read(ACTION + "status: complete\n")
    assert (record.id, record.status.value, problems) == ("A01", "complete", [])


@pytest.mark.parametrize(
    ("more", "expected_value", "expected"),
    [
        ("owner: Head\nnote: x\n", {"note": "x"}, [("S101", "owner")]),
        ("target: Q2 2023\nnote: x\n", {"note": "x"}, [("S105", "target")]),
        ("status: Going well\n", {}, [("S108", "status")]),
        ("note: [x, y]\nphase: P1\n", {"phase": "P1"}, [("S103", "note")]),
        ("milestones: [{title: x, due: Q2 2023}, {title: y}]\n", {"milestones": ({"title": "x"}, {"title": "y"})},
         [("S105", "milestones[0].due")]),
        ("milestones: [{due: Mar-23}, {title: y}]\n", {"milestones": ({"title": "y"},)}, [("S102", "milestones[0]")]),
        ("milestones: x\n", {}, [("S103", "milestones")]),
        ("updates: [{date: Mar-23}]\n", {"updates": ()}, [("S109", "updates[0]")]),
        ("updates: {text: x, covers: {A02: rather}}\n", {"updates": ({"text": "x"},)}, [("S108", "updates.covers")]),
        ("depends_on: [A02, [x], A03]\n", {"depends_on": ("A02", "A03")}, [("S103", "depends_on[1]")]),
        ("milestones: [{title: [x]}]\n", {"milestones": ()},
         [("S103", "milestones[0].title"), ("S102", "milestones[0]")]),
    ],
)  # fmt: skip
def test_only_an_invalid_part_is_left_out(more: str, expected_value: object, expected: list[tuple[str, str]]) -> None:
    record, problems = read(ACTION + more)
    assert set_values(record) == expected_value
    assert [(code, field) for code, severity, field in problems] == expected
    assert {severity for _, severity, _ in problems} == {"warning"}


@pytest.mark.parametrize("text", ["title: Review\n", "id: A 01\ntitle: Review\n", "id: [A01]\ntitle: Review\n"])
def test_a_record_without_an_id_has_that_of_its_file(text: str) -> None:
    record, problems = read(text)
    assert (record.id, record.title) == ("A01", "Review")
    assert [severity for _, severity, _ in problems][:1] == ["warning"]


def test_a_record_without_a_title_has_its_id() -> None:
    record, problems = read("id: A01\n")
    assert (record.title, problems) == ("A01", [("S102", "warning", "title")])


def test_a_local_yaml_mistake_is_reported_and_the_rest_is_loaded() -> None:
    record, problems = read(ACTION + "note: Contract #4 review\n")
    assert record.id == "A01"
    assert [severity for _, severity, _ in problems] == ["warning"]


def test_a_file_without_values_is_no_record() -> None:
    record, problems = read("id: [A01\n")
    assert record is None
    assert problems
    assert {severity for _, severity, _ in problems} == {"error"}


UNFINISHED = (
    "exempt:\n",
    "exempt: ''\n",
    "exempt: ' '\n",
    "exempt: 'null'\n",
    "exempt: # later\n",
    "exempt:\n#  paragraph: 3\n#  reason: x\n",
    "exempt: |\n",
    "exempt: []\n",
    "exempt: [paragraph]\n",
    "exempt:\n- paragraph: 3\n",
    "exempt: TBC\n",
    "? exempt\n: \n",
)


@pytest.mark.parametrize("more", [*UNFINISHED, "exempt: null\n", "exempt: ~\n", "Exempt:\n", "exempt: &a\n"])
@pytest.mark.parametrize("validate", [validate_file_strictly, validate_file_leniently])
def test_an_unfinished_exemption_is_an_error_and_publishes_nothing(more: str, validate: FileValidator) -> None:
    parsed = yaml.read(f"{ACTION}{more}".encode(), A01)
    record, problems = validate(ACTIONS, parsed, ValidationContext(), A01)
    assert record is None or record.exempt == ExemptMarking()
    assert problems != ()


@pytest.mark.parametrize("more", ["exempt:\n", "exempt: {paragraph: 3}\n", "exempted: x\n"])
def test_a_programme_that_may_be_exempt_is_not_read(more: str) -> None:
    parsed = yaml.read(f"title: Secret\n{more}".encode(), "data/programme.yaml")
    assert validate_file_leniently(Programme, parsed, ValidationContext(), "data/programme.yaml")[0] is None


@pytest.mark.parametrize("exempt", ["exempt: ", "exempt: {paragraph: 3}", "exmpt: x"])
def test_a_group_of_the_programme_that_may_be_exempt_is_left_out(exempt: str) -> None:
    text = f"title: x\nsources: [{{id: a, title: Secret, {exempt}}}, {{id: b, title: Open}}]\n"
    parsed = yaml.read(text.encode(), "data/programme.yaml")
    programme, problems = validate_file_leniently(Programme, parsed, ValidationContext(), "data/programme.yaml")
    assert programme
    assert [source.id for source in programme.sources] == ["b"]
    assert problems != ()


@pytest.mark.parametrize(
    "more",
    [
        "exempt: 3\n",
        "exempt: {para: 3, fields: [note]}\n",
        "exempt: {paragraph: 3, fields: [[note]]}\n",
        "exempt: {paragraph: 3, until: Q2 2023}\n",
        "exempted: {paragraph: 3}\n",
        "Exempt: true\n",
        "exmpt: {paragraph: 3}\n",
        "updates: [{text: x, exempt: 3}]\n",
        "milestones: [{title: x, exempt: {paragraph: 3}}]\n",
        "evidence: [{title: x, exempt: {paragraph: 3, why: x}}]\n",
        "exempt: {paragraph: 3, fields: [note]}\nnote: Contract #4 review\n",
        *UNFINISHED,
        "exmpt:\n",
        "exempted:\n",
        "milestones: [{title: x, exempt: }]\n",
        "updates: [{text: x, exempt: }]\n",
        "evidence:\n- title: x\n  exempt:\n#   paragraph: 3\n",
    ],
)
def test_a_possible_exemption_withholds_the_whole_record(more: str) -> None:
    record, problems = read(ACTION + more)
    assert record.exempt == ExemptMarking()
    assert problems != []


def test_a_valid_exemption_is_kept() -> None:
    record, problems = read(ACTION + "exempt: {paragraph: 3, fields: [note]}\nowner: x\n")
    assert (record.exempt, problems) == (
        ExemptMarking(paragraph=("3",), fields=("note",)),
        [("S101", "warning", "owner")],
    )


def test_a_programme_is_read_as_far_as_it_goes() -> None:
    text = "titel: x\nphases: [{id: P1, title: One, end: Q2 2023}]\nmeetings: [{id: M1}, {id: M2, date: Mar-23}]\n"
    path = "data/programme.yaml"
    record, problems = validate_file_leniently(Programme, yaml.read(text.encode(), path), ValidationContext(), path)
    assert record is not None
    assert [(phase.id, phase.end) for phase in record.phases] == [("P1", None)]
    assert [meeting.id for meeting in record.meetings] == ["M2"]
    assert {problem.severity for problem in problems} == {Severity.WARNING}
    assert sorted(problem.code for problem in problems) == ["S101", "S102", "S105"]


VALUES = st.recursive(
    st.sampled_from(["x", "A02", "Mar-23", "Q2 2023", "true", " "]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*ACTIONS.model_fields, "text", "date", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*ACTIONS.model_fields, "exmpt", "x"]), VALUES, max_size=8))
def test_any_values_are_a_record_and_every_loss_is_reported(values: dict[str, Any]) -> None:
    record, problems = validate_file_leniently(
        ACTIONS, yaml.ParsedFile(values), ValidationContext(build_anchors(programme_of())), A01
    )
    assert record is not None
    lost = set(values) - record.model_fields_set
    reported = {problem.field.partition(".")[0].partition("[")[0] for problem in problems}
    assert lost <= reported
    assert all(problem.severity is Severity.WARNING for problem in problems)


def test_values_without_an_id_or_a_file_are_no_record() -> None:
    assert validate_with_dropped_fields(ACTIONS, {"title": "x"}, ValidationContext()) == (None, ("id",))
    assert validate_with_dropped_fields(ACTIONS, {"id": "A01", "ownr": "x"}, ValidationContext())[1] == (
        "title",
        "ownr",
    )
