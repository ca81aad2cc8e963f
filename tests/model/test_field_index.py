"""The index of all fields of a register."""

from __future__ import annotations

from p2ptrack.model.schema import ReferenceMarker, list_references
from tests.support import register_of

ACTION = """\
id: A01
title: Plan
source: {id: paper, ref: row 2}
recommendations: [R1, R6.2]
target: Mar-23
accountable: Head
as_published: {RAG: Green}
decided: {continuing_owner: Solicitor}
updates: [{text: One., by: Head, covers: {A02: in_part}}, {see: A03}, {see: A03}]
"""
OTHER = "id: A02\ntitle: Do\nupdates: {text: Two.}\n"
PROGRAMME = """\
title: All
roles: [Head]
reports: {plan: {report: action-plan, source: paper}}
policy: {labels: {complete: Done}}
"""


def test_the_text_of_each_record_is_joined_without_names_of_fields() -> None:
    register = register_of(ACTION, OTHER, programme=PROGRAMME)
    texts = {id_: register.text_of(id_) for id_ in ("", *register.by_id)}
    assert [*register.iter_texts()] == [*texts.values()]
    assert {id_: sorted(text.split("\n")) for id_, text in texts.items()} == {
        "": ["All", "Done", "Head", "action-plan", "paper"],
        "A01": [
            "A01", "A02", "A03", "A03", "Green", "Head", "Head", "One.", "Plan", "R1", "R6.2", "Solicitor", "paper",
            "row 2",
        ],
        "A02": ["A02", "Do", "Two."],
    }  # fmt: skip


def test_references_are_those_of_every_record() -> None:
    register = register_of(ACTION, OTHER, programme=PROGRAMME)
    expected: dict[ReferenceMarker, set[str]] = {}
    for model in (register.programme, *register.records):
        for _, text, marker in list_references(model):
            expected.setdefault(marker, set()).add(text)
    assert len(expected) == 4
    assert register.field_index().references == expected


def test_each_record_that_states_a_field_is_listed_once() -> None:
    records_by_field = register_of(ACTION, OTHER, programme=PROGRAMME).field_index().records_by_field
    assert {name: [record.id for record in records] for name, records in records_by_field.items()} == {
        "id": ["A01", "A02"], "title": ["A01", "A02"], "updates": ["A01", "A02"], "updates.text": ["A01", "A02"],
        "updates.by": ["A01"], "updates.covers": ["A01"], "updates.see": ["A01"], "source": ["A01"],
        "recommendations": ["A01"], "target": ["A01"], "accountable": ["A01"], "as_published": ["A01"],
        "decided": ["A01"],
    }  # fmt: skip
