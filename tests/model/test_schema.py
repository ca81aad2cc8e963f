"""The index of fields, the walk over a record, JSON, wording, and places in shorter forms."""

from __future__ import annotations

import pytest

from p2ptrack.errors import OperationError
from p2ptrack.model.fields import IdMarker, RoleMarker
from p2ptrack.model.kinds import KINDS
from p2ptrack.model.programme import Layout, Programme, Wording, merge_layers
from p2ptrack.model.schema import (
    field_model,
    field_names,
    fields_to_json,
    is_set,
    iter_values,
    list_references,
    model_at_path,
    record_field_specs,
    record_fields_to_json,
    walk,
)
from p2ptrack.model.validation import to_source_path
from tests.support import programme_of, read_values, record_of

EVERYTHING = """\
id: A01
title: x
source: {id: paper, ref: row 2}
recommendations: [R1, R6.2]
phase: P1
target: Mar-23
accountable: Head
supporting: [Solicitor, Auditor]
inferred: [status]
as_published: {RAG: Green}
response: {text: Agreed, by: Council, meeting: AC-2023-03}
revisions: [{from: Jan-23, to: Mar-23, requested_by: Head, exempt: {paragraph: 3, decided_by: Solicitor}}]
updates: [{text: One., by: Head, covers: {A02: in_part}, restated: true}, {see: A03}]
blocked_by: [consultation, {cause: Staff}]
decided: {continuing_owner: Head}
"""


def test_a_walk_returns_every_stated_value_at_its_place() -> None:
    record = record_of(
        "id: A01\ntitle: x\nsource: paper\nnote: ''\nupdates: [{text: One., restated: false}]\nexempt: {}"
    )
    assert [(place, field.type) for place, _, field in walk(record)] == [
        ("id", "name"), ("title", "text"), ("source", "group"), ("source.id", "name"), ("exempt", "group"),
        ("updates[0]", "group"), ("updates[0].text", "text"),
    ]  # fmt: skip


def test_a_walk_goes_through_lists_mappings_and_groups() -> None:
    values = {place: value for place, value, _ in walk(record_of(EVERYTHING))}
    assert values["updates[0].covers[0].id"] == "A02"
    assert values["as_published.RAG"] == "Green"
    assert values["recommendations[1]"] == "R6.2"
    assert values["revisions[0].from"].raw == "Jan-23"
    assert values["blocked_by[1]"].cause == "Staff"


def test_a_walk_keeps_zero_and_leaves_out_defaults() -> None:
    programme = programme_of("title: x\npolicy: {due_soon_days: 0}\n")
    places = [place for place, _, _ in walk(programme) if place.startswith("policy")]
    assert places == ["policy", "policy.due_soon_days"]


def test_every_reference_is_listed_at_its_place() -> None:
    result = list_references(record_of(EVERYTHING))
    assert [(path, text) for path, text, marker in result if marker == RoleMarker()] == [
        ("response.by", "Council"),
        ("accountable[0]", "Head"),
        ("supporting[0]", "Solicitor"),
        ("supporting[1]", "Auditor"),
        ("revisions[0].requested_by", "Head"),
        ("revisions[0].exempt.decided_by", "Solicitor"),
        ("updates[0].by", "Head"),
        ("decided.continuing_owner", "Head"),
    ]
    assert [(path, text, marker.target) for path, text, marker in result if isinstance(marker, IdMarker)] == [
        ("source.id", "paper", "source"),
        ("response.meeting", "AC-2023-03", "meeting"),
        ("updates[0].covers[0].id", "A02", "record"),
        ("updates[1].see", "A03", "record"),
        ("blocked_by[0].id", "consultation", "dependency"),
        ("recommendations[0]", "R1", "part"),
        ("recommendations[1]", "R6.2", "part"),
        ("phase", "P1", "phase"),
    ]


def test_references_are_listed_in_the_programme() -> None:
    programme = programme_of("title: x\nreports: {plan: {source: paper}, other: {title: y}}\n")
    assert list_references(programme) == [("reports.plan.source", "paper", IdMarker("source"))]


def test_a_dotted_name_has_a_field() -> None:
    result = record_field_specs()
    assert result["status"].type == "choice"
    assert result["status"].choices[0] == "open"
    assert (result["updates.date"].path, result["updates.date"].type) == (("updates", "date"), "date")
    assert (result["revisions.from"].name, result["revisions.from"].attribute) == ("from", "from_")
    names = ("id", "title", "recommendations", "updates", "updates.restated", "note")
    assert {name: result[name].type for name in names} == {
        "id": "name", "title": "text", "recommendations": "name", "updates": "group", "updates.restated": "flag",
        "note": "text",
    }  # fmt: skip
    assert {field.path[0] for field in result.values()} == {name for kind in KINDS for name in field_names(kind.model)}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("title", ["x"]),
        ("supporting", ["Solicitor", "Auditor"]),
        ("updates.text", ["One."]),
        ("updates.see", ["A03"]),
        ("updates.covers.id", ["A02"]),
        ("as_published", ["RAG: Green"]),
        ("revisions.exempt.decided_by", ["Solicitor"]),
        ("note", []),
        ("verified.by", []),
        ("zzz.zzz", []),
    ],
)
def test_the_values_at_a_dotted_name(path: str, values: list[str]) -> None:
    assert list(iter_values(record_of(EVERYTHING), tuple(path.split(".")))) == values


def test_the_dates_at_a_dotted_name() -> None:
    assert [day.raw for day in iter_values(record_of(EVERYTHING), ("revisions", "from"))] == ["Jan-23"]


def test_a_field_is_set_when_it_has_a_value() -> None:
    empty: tuple[object, ...] = (None, False, (), {})
    assert [is_set(value) for value in (*empty, "", 0, "x", True)] == [False] * 4 + [True] * 4


def test_a_record_as_plain_data() -> None:
    day = {
        "earliest": "2023-03-01",
        "latest": "2023-03-31",
        "precision": "month",
        "basis": "calendar",
        "ongoing": False,
    }
    data = record_fields_to_json(record_of(EVERYTHING))
    assert data["target"] == {"raw": "Mar-23", **day}
    assert data["source"] == {"id": "paper", "ref": "row 2"}
    assert data["revisions"][0]["to"] == {"raw": "Mar-23", **day}
    assert data["updates"][0] == {
        "text": "One.", "by": "Head", "restated": True, "covers": [{"id": "A02", "extent": "in_part"}],
    }  # fmt: skip
    assert data["as_published"] == {"RAG": "Green"}
    assert "id" not in data
    assert "note" not in data
    assert fields_to_json(record_of("id: A01\ntitle: x")) == {"id": "A01", "title": "x"}


def test_a_number_as_plain_data() -> None:
    assert fields_to_json(programme_of("title: x\npolicy: {due_soon_days: 7}\n"))["policy"]["due_soon_days"] == 7


# Names


def test_the_model_at_a_place() -> None:
    action = KINDS.members[1].model
    update = model_at_path(action, ("updates", 3))
    assert update is not None
    assert update.__name__ == "Update"
    assert model_at_path(action, ()) is action
    assert model_at_path(action, ("title", "x")) is None
    assert model_at_path(action, ("title", "x", "y")) is None
    result = model_at_path(Programme, ("reports", "action-plan"))
    assert result is not None
    assert result.__name__ == "Paper"
    assert field_model(action, "zzz") is None


# Wording


def test_values_are_filled_in() -> None:
    wording = Wording({"late": "late by $days days", "price": "$$5"})
    assert wording("late", days=3) == "late by 3 days"
    assert wording("price") == "$5"
    assert wording("late", days="${x} $y {{ z }}") == "late by ${x} $y {{ z }} days"


@pytest.mark.parametrize(("key", "problem"), [("gone", "no words for gone"), ("more", "hours"), ("cost", "col 6")])
def test_a_text_that_cannot_be_printed_is_named(key: str, problem: str) -> None:
    with pytest.raises(OperationError, match=problem):
        Wording({"more": "$hours", "cost": "cost $5"})(key, days=1)


def test_the_first_layer_wins() -> None:
    assert merge_layers([{"a": 1}, {"a": 2, "b": 3}, {"c": 4}]) == {"a": 1, "b": 3, "c": 4}
    assert merge_layers([]) == {}
    assert Layout() == Layout({}, {})


# Places in shorter forms

SHORT = read_values("""\
updates:
  - text: One.
    covers: {F08: whole, F11: in_part}
  - covers: [F12]
  - covers: F13
  - just text
""")


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("updates[0].covers[0].id", "updates[0].covers.F08#key"),
        ("updates[0].covers[1].extent", "updates[0].covers.F11"),
        ("updates[0].covers[1]", "updates[0].covers.F11"),
        ("updates[0].covers[2].id", "updates[0].covers[2].id"),
        ("updates[1].covers[0].id", "updates[1].covers[0].id"),
        ("updates[2].covers[0].id", "updates[2].covers[0].id"),
        ("updates[3].covers[0].id", "updates[3].covers[0].id"),
        ("updates[9].covers[0].id", "updates[9].covers[0].id"),
        ("covers[0].id", "covers[0].id"),
        ("updates[0].text", "updates[0].text"),
        ("", ""),
    ],
)
def test_the_place_of_a_field_in_the_file(field: str, place: str) -> None:
    assert to_source_path(SHORT, field) == place
    assert to_source_path(None, field) == field


def test_a_single_update_that_covers_by_name() -> None:
    assert (
        to_source_path(read_values("updates: {covers: {F08: whole}}"), "updates[0].covers[0].id")
        == "updates[0].covers.F08#key"
    )
