"""The programme: the council's words, and the phases and meetings that dates may name."""

from __future__ import annotations

from datetime import date

import pytest

from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import Status
from p2ptrack.model.kinds import KINDS
from p2ptrack.model.programme import GlossaryEntry, collect_labels
from p2ptrack.model.register import (
    Register,
    build_anchors,
    build_anchors_from_values,
    format_meeting_title,
    resolve_update_date,
)
from p2ptrack.phrases import natural_key
from tests.support import programme_of, read_values, record_of, register_of


def test_a_policy_is_read_however_it_is_spelt() -> None:
    policy = programme_of(
        "title: x\npolicy:\n  exemption_law: WALES\n  verification: [Actions, follow ups]\n"
        "  extensions_need_approval: yes\n  labels: {In-Progress: [Under way, Going], complete: Signed off}\n"
        "  rating: {On track: Green, NOT_RATED: White}\n"
    ).policy
    assert (policy.exemption_law, policy.verification, policy.extensions_need_approval) == (
        "wales", ("action", "follow_up"), True,
    )  # fmt: skip
    assert policy.labels.status == {Status.IN_PROGRESS: ("Under way", "Going"), Status.COMPLETE: ("Signed off",)}
    assert policy.rating == {"on_track": "Green", "not_rated": "White"}
    assert collect_labels(policy)["status"] == {
        "under_way": "in_progress", "going": "in_progress", "signed_off": "complete",
    }  # fmt: skip


def test_a_glossary_entry_is_text_or_our_interpretation() -> None:
    result = programme_of(
        "title: x\nglossary: {P2P: Procure to Pay, PACS: {text: Procurement, inferred: true}}\n"
    ).glossary
    assert result == {
        "P2P": GlossaryEntry(text="Procure to Pay"),
        "PACS": GlossaryEntry(text="Procurement", inferred=True),
    }


def test_a_single_entry_is_a_list_of_one() -> None:
    result = programme_of(
        "title: x\nsources: {id: s, title: S}\nroles: Head\nreports: {plan: {kinds: action, asks: note}}\n"
    )
    assert [source.id for source in result.sources] == ["s"]
    assert result.roles == ("Head",)
    assert (result.reports["plan"].kinds, result.reports["plan"].asks) == (("action",), ("note",))


MEETINGS = """\
title: x
meetings:
  - {id: M1, date: Mar-23, body: Audit Committee}
  - {id: M2, date: 2023-10-17}
  - {id: M3, date: TBC, body: Board}
  - {id: M4, date: May 2023, title: Annual Council, body: Council}
"""


def test_a_meeting_has_a_title_or_its_month_and_body() -> None:
    meetings = programme_of(MEETINGS).meetings
    assert [format_meeting_title(meeting) for meeting in meetings] == [
        "March 2023 Audit Committee", "October 2023", "TBC Board", "Annual Council",
    ]  # fmt: skip


def latest(day: CouncilDate | None) -> date | None:
    return day.latest if day else None


def test_anchors_are_phases_with_an_end() -> None:
    result = build_anchors(
        programme_of("title: x\nphases: [{id: P1, title: One, end: Sept 22}, {id: P2, title: Two}]\n")
    )
    assert [anchor.id for anchor in result.find("one")] == ["P1"]
    assert result.find("two") == ()
    assert [latest(anchor.end) for anchor in result.find("p1")] == [date(2022, 9, 30)]


@pytest.mark.parametrize(
    "value", ["x", "[x, [y]]", "[{id: P2, title: Two, end: P1}]", "{id: P2}", "[{id: P2, title: T, end: zzz}]"]
)
def test_an_invalid_or_unresolved_entry_is_no_anchor(value: str) -> None:
    result = build_anchors_from_values(
        read_values(f"phases: {value}\nmeetings: [{{id: M1, date: P1}}, {{id: M2, date: Mar-23}}]\n")
    )
    assert set(result.display_names()) == {"m2", "march 2023"}


def test_a_programme_without_phases_has_no_anchors() -> None:
    assert build_anchors_from_values({}).display_names() == {}


# The register


def test_ids_are_in_natural_order() -> None:
    ids = [
        "A10",
        "A2",
        "a3",
        "A1.10",
        "A1.9",
        "A",
        "R6",
        "R6.2",
        "A02b",
        "10",
        "9",
        "B" + "9" * 5000,
        "B1" + "0" * 5000,
    ]
    assert sorted(ids, key=natural_key) == [
        "9", "10", "A", "A1.9", "A1.10", "A2", "A02b", "a3", "A10", "B" + "9" * 5000, "B1" + "0" * 5000, "R6", "R6.2",
    ]  # fmt: skip
    assert natural_key("A01") == natural_key("A1")
    assert natural_key("A²") != natural_key("A٣")
    assert natural_key("A0") < natural_key("A1")


def test_a_register_gives_its_records_by_kind_and_id() -> None:
    register = register_of(
        "id: A01\ntitle: x", "id: F01\ntitle: y", "id: R1\ntitle: z\nparts: [{id: R1.1, text: a}, {id: R1.2, text: b}]"
    )
    assert [record.id for record in register.records] == ["R1", "A01", "F01"]
    assert [record.id for record in register.tracked_records()] == ["A01", "F01"]
    assert [[record.id for record in register.of_kind(kind)] for kind in KINDS] == [["R1"], ["A01"], ["F01"], []]
    assert [(id_, recommendation.id) for id_, recommendation in register.iter_parts()] == [
        ("R1.1", "R1"),
        ("R1.2", "R1"),
    ]
    assert register.path_of("A01") == "data/actions/A01.yaml"
    assert register.path_of("") == "data/programme.yaml"


def test_entries_of_the_programme_are_found_by_id() -> None:
    register = register_of()
    result = (
        register.find_source("paper"),
        register.find_phase("P1"),
        register.find_meeting("AC-2023-03"),
        register.find_dependency("done"),
    )
    assert [entry.id if entry else None for entry in result] == ["paper", "P1", "AC-2023-03", "done"]
    assert (
        register.find_source("x"),
        register.find_phase(None),
        register.find_meeting(None),
        register.find_dependency(""),
    ) == (None,) * 4


@pytest.mark.parametrize(
    ("update", "day"),
    [
        ("{text: x, date: Jan-23, meeting: AC-2023-03, source: paper}", date(2023, 1, 31)),
        ("{text: x, meeting: AC-2023-03, source: paper}", date(2023, 3, 31)),
        ("{text: x, source: paper}", date(2023, 1, 12)),
        ("{text: x, meeting: gone, source: paper}", date(2023, 1, 12)),
        ("{text: x, source: undated}", None),
        ("{text: x, source: gone}", None),
        ("{text: x}", None),
    ],
)
def test_the_date_of_an_update(update: str, day: date | None) -> None:
    register = register_of()
    record = record_of(f"id: A01\ntitle: x\nupdates: [{update}]")
    assert latest(resolve_update_date(register, record.updates[0])) == day if hasattr(record, "updates") else False


def test_a_register_may_be_empty() -> None:
    register = Register(programme_of())
    assert (register.records, register.tracked_records(), list(register.iter_parts()), register.file_count) == (
        (),
        (),
        [],
        0,
    )
