"""What each audience may see of a register, by values."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from p2ptrack.analysis.case import RedactedItem
from p2ptrack.analysis.measures import find_gaps
from p2ptrack.analysis.redaction import Audience
from p2ptrack.analysis.redaction.exemptions import (
    EXEMPTABLE_LISTS,
    expand_implied_fields,
    is_in_force,
    list_exempt_items,
    list_exemptable_fields,
    parse_paragraphs,
)
from p2ptrack.analysis.redaction.paper import build_audience_case
from p2ptrack.analysis.redaction.redact import Placeholders, redact_for_audience
from p2ptrack.diagnostics import Problem, Severity
from p2ptrack.model.kinds import KINDS, Kind
from p2ptrack.model.programme import ExemptionLaw
from p2ptrack.model.register import Register
from p2ptrack.model.schema import field_model, field_names
from tests.publication.canaries import PROGRAMME, CanaryRegister
from tests.support import THE_DAY, case_of, programme_of, record_of, register_of

FIELDS = [(kind, name) for kind in KINDS for name in list_exemptable_fields(kind.model)]
IN_ENTRIES = [
    (kind, entry, name)
    for kind in KINDS
    for entry in EXEMPTABLE_LISTS
    if (model := field_model(kind.model, entry))
    for name in list_exemptable_fields(model)
]
_CANARY = re.compile(r"zq\d{4}")


def public(*texts: str, day: date = THE_DAY) -> dict[str, dict[str, Any]]:
    """Return what the public may see, by id and by the names that files use."""
    return describe(redact_for_audience(register_of(*texts), Audience.PUBLIC, day).register)


def describe(register: Register) -> dict[str, dict[str, Any]]:
    return {r.id: r.model_dump(exclude_defaults=True, exclude={"id"}, by_alias=True) for r in register.records}


def canaries_in(value: object) -> set[str]:
    return set(_CANARY.findall(repr(value)))


def at(value: Any, path: tuple[str, ...]) -> Any:
    if isinstance(value, list):
        return [at(item, path) for item in value]
    return at(value.get(path[0]), path[1:]) if path and value else value


def register_with(kind: Kind, **more: Any) -> tuple[dict[str, Any], Register]:
    data = CanaryRegister().add_record(kind, "01", set(), **more)
    programme = programme_of(json.dumps(PROGRAMME))
    return data, Register(programme, (record_of(json.dumps(data), programme),))


def test_every_place_that_can_be_exempt_is_known() -> None:
    assert len(FIELDS) > 150
    assert len(IN_ENTRIES) > 50
    for kind in KINDS:
        models = {name: field_model(kind.model, name) for name in field_names(kind.model)}
        exempt = {name for name, model in models.items() if model and "exempt" in field_names(model)}
        assert exempt == set(EXEMPTABLE_LISTS) & set(models)


@pytest.mark.parametrize(("kind", "name"), FIELDS, ids=lambda value: getattr(value, "name", value))
def test_each_field_is_withheld_and_the_others_are_not(kind: Kind, name: str) -> None:
    data, register = register_with(kind, exempt={"paragraph": "3", "fields": [name]})
    canaries = canaries_in(redact_for_audience(register, Audience.PUBLIC, THE_DAY).register.records)
    names = expand_implied_fields([name])
    secret = canaries_in([at(data, tuple(name.split("."))) for name in names])
    hidden = canaries_in({"note": data["note"], "exempt": data["exempt"]})
    assert canaries & (secret | hidden) == set()
    tops = {name.split(".")[0] for name in names}
    beside = canaries_in([value for key, value in data.items() if key not in tops])
    assert beside - hidden <= canaries


@pytest.mark.parametrize(("kind", "entry", "name"), IN_ENTRIES, ids=lambda value: getattr(value, "name", value))
def test_each_field_of_an_entry_is_withheld(kind: Kind, entry: str, name: str) -> None:
    canary_register = CanaryRegister()
    model = field_model(kind.model, entry)
    assert model
    entry_data = {**canary_register.fill(model, set()), "exempt": {"fields": [name]}}
    programme = programme_of(json.dumps(PROGRAMME))
    record = record_of(
        json.dumps({"id": "A1" if kind.name == "action" else "F1", "title": "T", entry: entry_data}), programme
    )
    canaries = canaries_in(
        redact_for_audience(Register(programme, (record,)), Audience.PUBLIC, THE_DAY).register.records
    )
    assert canaries & canaries_in(at(entry_data, tuple(name.split(".")))) == set()


def test_a_closed_record_is_in_no_link_and_no_text() -> None:
    public_register = public(
        "{id: A01, title: The Acme dispute, recommendations: R1.1, exempt: {paragraph: 3}}",
        "{id: A02, title: After a01, depends_on: [A01, A03], superseded_by: A01, "
        "updates: [{see: A01}, {text: x, covers: A01}]}",
        "{id: A03, title: Known as the acme  dispute, as_published: {A01: A01.4}, "
        "target: {raw: With A01, means: none}}",
        "{id: R1, title: R, parts: {id: R1.1, text: t}}",
    )
    assert public_register == {
        "R1": {"title": "R", "parts": ({"id": "R1.1", "text": "t"},)},
        "A02": {"title": "After an item that is not published", "depends_on": ("A03",), "updates": ({"text": "x"},)},
        "A03": {
            "title": "Known as an item that is not published",
            "as_published": {"an item that is not published": "an item that is not published"},
            "target": public_register["A03"]["target"],
        },
    }
    assert public_register["A03"]["target"]["raw"] == "With an item that is not published"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A01, a01; (A01) A01.3", "X, X; (X) X"),
        ("A011 BA01 A01b", "A011 BA01 A01b"),
        ("A01.2 is open, A01-x is not", "A01.2 is open, X-x is not"),
        ("THE COUNCIL’S  END-game", "X"),
        ("It is IT", "It is X"),
        ("Talk is talk, TALKS are not TALK", "X is talk, TALKS are not X"),
        ("see A01-secret.yaml and a01-SECRET", "see X and X"),
        ("12 of 12", "12 of 12"),
    ],
)
def test_names_in_text_are_replaced(text: str, expected: str) -> None:
    register = register_of(
        "{id: A01, title: The council's end–game, exempt: {}}",
        "{id: A01.2, title: Open}",
        "{id: R1, title: Talk, exempt: {}, parts: {id: IT, text: x}}",
        "{id: A12, title: Twelve, exempt: {}, note: x}",
        f"{{id: A99, title: {json.dumps(text)}}}",
    )
    with_path = replace(register, paths={**register.paths, "A01": "data/actions/A01-secret.yaml"})
    public_register = redact_for_audience(with_path, Audience.PUBLIC, THE_DAY, Placeholders("T", "X")).register
    assert public_register.by_id["A99"].title == expected
    assert set(public_register.paths) == {"A01.2", "A99"}


def test_a_file_that_cannot_be_read_may_be_exempt() -> None:
    register = replace(register_of("{id: A01, title: After A07, depends_on: A07}"), broken_ids=frozenset({"A07"}))
    assert describe(redact_for_audience(register, Audience.PUBLIC, THE_DAY).register) == {
        "A01": {"title": "After an item that is not published"}
    }


def test_a_field_that_nobody_knows_withholds_the_whole() -> None:
    assert public("{id: A01, title: x, target: TBC, exempt: {fields: [traget]}}") == {}
    entries = "{id: A01, title: x, evidence: [{title: Open}, {title: Kept, exempt: {fields: lnk}}]}"
    assert public(entries) == {"A01": {"title": "x", "evidence": ({"title": "Open"},)}}


def test_implied_fields_are_redacted_too() -> None:
    moved = "revisions: {from: Jan-23, to: Mar-23}, target: Mar-23, exempt: {fields: target}"
    assert public(f"{{id: A01, title: x, {moved}}}") == {"A01": {"title": "x"}}


def test_an_answer_to_a_part_that_is_withheld_is_one_to_the_whole() -> None:
    public_register = public(
        "{id: R1, title: R, parts: [{id: R1.1, text: a}], unanswered: R1.1, exempt: {fields: parts}}",
        "{id: A01, title: A, recommendations: R1.1}",
    )
    assert public_register == {
        "R1": {"title": "R", "unanswered": ("R1",)},
        "A01": {"title": "A", "recommendations": ("R1",)},
    }


def test_what_only_a_closed_record_waits_for_is_not_in_the_programme() -> None:
    register = register_of(
        "{id: A01, title: A, blocked_by: consultation, source: undated, exempt: {}}",
        "{id: A02, title: B, blocked_by: done}",
    )
    programme = redact_for_audience(register, Audience.PUBLIC, THE_DAY).register.programme
    assert [dependency.id for dependency in programme.dependencies] == ["done"]
    assert [source.id for source in programme.sources] == ["paper"]


@pytest.mark.parametrize(
    ("until", "day", "expected"),
    [
        ("", date(2099, 1, 1), True),
        ("until: 12 January 2023", THE_DAY, True),
        ("until: 11 January 2023", THE_DAY, False),
        ("until: Jan-23", date(2023, 1, 31), True),
        ("until: Jan-23", date(2023, 2, 1), False),
        ("until: 2023/24", date(2024, 3, 31), True),
        ("until: TBC", date(2099, 1, 1), True),
    ],
)
def test_an_exemption_holds_to_the_last_day_of_until(until: str, day: date, expected: bool) -> None:
    record = record_of(f"{{id: A01, title: x, exempt: {{{until}}}}}")
    assert is_in_force(record.exempt, day) is expected
    assert (public(f"{{id: A01, title: x, exempt: {{{until}}}}}", day=day) == {}) is expected


@pytest.mark.parametrize(
    ("law", "text", "expected"),
    [
        ("england", "[3, Paragraph 1]", ("1", "3")),
        ("england", "[3 of Acme, 9, none, 1234567]", ("3",)),
        ("wales", "[3, 14]", ("14",)),
        ("scotland", "[15, 16]", ("15",)),
    ],
)
def test_only_paragraphs_of_the_law_are_printed(law: ExemptionLaw, text: str, expected: tuple[str, ...]) -> None:
    exempt = record_of(f"{{id: A01, title: x, exempt: {{paragraph: {text}}}}}").exempt
    assert exempt
    assert parse_paragraphs(exempt, law) == expected


OVER = "{paragraph: 1, until: Dec-22}"
MIXED = f"""\
id: A01
title: A
note: n
exempt: {OVER}
updates: [{{text: a, exempt: {OVER}}}, {{text: b, exempt: {{paragraph: 2}}}}]
"""


def test_members_see_everything_but_notes_and_what_is_still_exempt_stays_marked() -> None:
    register = register_of(MIXED)
    members = redact_for_audience(register, Audience.MEMBERS, THE_DAY)
    expected = {"title": "A", "updates": ({"text": "a"}, {"text": "b", "exempt": {"paragraph": ("2",)}})}
    assert describe(members.register) == {"A01": expected}
    assert describe(redact_for_audience(register, Audience.OFFICERS, THE_DAY).register) == {
        "A01": {**expected, "note": "n"}
    }
    assert members.redactions.items == ()
    assert list_exempt_items(members.register, THE_DAY) == (RedactedItem("action", frozenset({""}), ("2",)),)


def test_what_is_withheld_is_counted_with_the_papers_that_it_would_be_in() -> None:
    register = register_of(
        "{id: R1, title: R, source: undated}",
        "{id: A01, title: A, source: paper, recommendations: R1.1, exempt: {paragraph: [3, 1]}}",
        "{id: A02, title: B, exempt: {paragraph: 2, fields: [target, title]}, "
        "updates: {text: x, exempt: {}, covers: R1}}",
        "{id: A03, title: C, updates: {see: A01}}",
    )
    withheld = redact_for_audience(register, Audience.PUBLIC, THE_DAY).redactions
    assert withheld.items == (
        RedactedItem("action", frozenset({"paper", "undated"}), ("1", "3"), is_whole_record=True),
        *(RedactedItem("action", frozenset({""}), ("2",)),) * 2,
        RedactedItem("action", frozenset({""}), ()),
    )
    assert withheld.notice_paragraphs == {"A02": ("2",), "R1": (), "A03": ("1", "3")}
    assert withheld.fields["A02"] == {"target", "revisions", "every", "periods", "title", "updates"}
    assert withheld.addressed == {"R1", "R1.1"}


def test_a_redacted_field_reports_no_gap() -> None:
    case = replace(
        case_of(
            "{id: R1, title: R}",
            "{id: A01, title: A, recommendations: R1, exempt: {}}",
            "{id: A02, title: B, exempt: {fields: [accountable, target, updates, status]}, accountable: x, "
            "target: Jan-22, updates: {text: x}, status: complete}",
        ),
        problems=(Problem("data/A01.yaml", "X101", Severity.ERROR, "Acme", "Acme", "title"),),
    )
    public_register = build_audience_case(
        case, Audience.PUBLIC, THE_DAY, Placeholders("Not to be said", "something else")
    )
    facts = public_register.facts["A02"]
    assert (facts.no_owner, facts.no_target, facts.overdue, facts.unfinished) == (False, False, False, False)
    assert facts.no_recent_update is None
    assert find_gaps(public_register) == ()
    assert list(public_register.facts) == ["A02"]
    assert public_register.problems == (Problem("", "X101", Severity.ERROR, "", ""),)
    assert build_audience_case(case, Audience.OFFICERS, THE_DAY).problems == case.problems
