"""What all records say together, beside what each of them says by itself."""

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


def test_all_text_of_each_is_in_one_and_no_name_of_a_field() -> None:
    texts = register_of(ACTION, OTHER, programme=PROGRAMME).field_index().text_by_id
    assert {id_: sorted(text.split("\n")) for id_, text in texts.items()} == {
        "": ["All", "Done", "Head", "action-plan", "paper"],
        "A01": [
            "A01", "A02", "A03", "A03", "Green", "Head", "Head", "One.", "Plan", "R1", "R6.2", "Solicitor", "paper",
            "row 2",
        ],
        "A02": ["A02", "Do", "Two."],
    }  # fmt: skip


def test_what_is_named_is_what_a_walk_through_every_mark_finds() -> None:
    register = register_of(ACTION, OTHER, programme=PROGRAMME)
    named: dict[ReferenceMarker, set[str]] = {}
    for model in (register.programme, *register.records):
        for _, text, mark in list_references(model):
            named.setdefault(mark, set()).add(text)
    assert len(named) == 4
    assert register.field_index().references == named


def test_who_states_a_field_or_has_an_entry_that_does_is_told_once() -> None:
    stating = register_of(ACTION, OTHER, programme=PROGRAMME).field_index().records_by_field
    assert {name: [record.id for record in records] for name, records in stating.items()} == {
        "id": ["A01", "A02"], "title": ["A01", "A02"], "updates": ["A01", "A02"], "updates.text": ["A01", "A02"],
        "updates.by": ["A01"], "updates.covers": ["A01"], "updates.see": ["A01"], "source": ["A01"],
        "recommendations": ["A01"], "target": ["A01"], "accountable": ["A01"], "as_published": ["A01"],
        "decided": ["A01"],
    }  # fmt: skip
