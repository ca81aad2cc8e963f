from __future__ import annotations

from dataclasses import replace

from p2ptrack.analysis.links import build_links, find_cycles, resolve_see
from p2ptrack.model.fields import Extent
from p2ptrack.model.records import TrackedRecord
from tests.support import PROGRAMME, register_of

_A = "id: {0}\ntitle: Action {0}\n"


def action(id_: str, more: str = "") -> str:
    return _A.format(id_) + more


def test_links_are_found_at_every_depth() -> None:
    register = register_of(
        "id: R1\ntitle: One\nparts: [{id: R1.1, text: a}]\nunanswered: R1.2\nresponse: {meeting: AC-none}",
        action(
            "A01",
            "recommendations: [R1, R1.1, R9]\nphase: P9\nphase_end: P1\nsource: nowhere\ndepends_on: A90\n"
            "updates:\n  - {see: A91, covers: {A92: in_part}, meeting: M1}\n  - {text: x, source: {id: other}}\n"
            "revisions: {from: Jan-23, to: Mar-23, meeting: M2}\ndecided: {meeting: M3}\nblocked_by: [weather]\n",
        ),
        "id: F01\ntitle: Follow\nraised: M4\nsame_deliverable_as: F01\nsee_also: A01\nsuperseded_by: A01",
    )
    dangling = {(edge.origin, edge.field, edge.id, edge.target_type) for edge in build_links(register).dangling}
    assert dangling == {
        ("R1", "unanswered[0]", "R1.2", "part"),
        ("R1", "response.meeting", "AC-none", "meeting"),
        ("A01", "recommendations[2]", "R9", "part"),
        ("A01", "phase", "P9", "phase"),
        ("A01", "source.id", "nowhere", "source"),
        ("A01", "depends_on[0]", "A90", "record"),
        ("A01", "updates[0].see", "A91", "record"),
        ("A01", "updates[0].covers[0].id", "A92", "record"),
        ("A01", "updates[0].meeting", "M1", "meeting"),
        ("A01", "updates[1].source.id", "other", "source"),
        ("A01", "revisions[0].meeting", "M2", "meeting"),
        ("A01", "decided.meeting", "M3", "meeting"),
        ("A01", "blocked_by[0].id", "weather", "dependency"),
        ("F01", "raised[0]", "M4", "meeting"),
    }


def test_the_programme_has_links() -> None:
    register = register_of(programme=PROGRAMME + "reports: {action-plan: {source: gone}}\n")
    (edge,) = build_links(register).dangling
    assert (edge.origin, edge.field, edge.id) == ("", "reports.action-plan.source", "gone")


def test_a_link_to_a_file_that_could_not_be_read_is_not_dangling() -> None:
    register = replace(register_of(action("A01", "depends_on: A02")), broken_ids=frozenset({"A02"}))
    assert build_links(register).dangling == ()


def test_links_are_indexed_in_both_directions() -> None:
    links = build_links(
        register_of(
            action("A01", "depends_on: [A03]\nsee_also: A03"),
            action("A02", "depends_on: A03\nupdates: [{see: A03}, {see: A03}]"),
            action("A03"),
        )
    )
    assert links.find_sources("A03", "depends_on") == ("A01", "A02")
    assert links.find_sources("A03", "updates.see") == ("A02",)
    assert links.find_sources("A01", "depends_on") == ()


def test_records_of_one_deliverable_are_grouped() -> None:
    links = build_links(
        register_of(
            action("A10", "same_deliverable_as: [A02, A99]"),
            action("A02", "same_deliverable_as: A01"),
            action("A01"),
            action("A03", "same_deliverable_as: A04"),
            action("A04"),
            action("A05"),
        )
    )
    assert links.deliverable_groups == (("A01", "A02", "A10"), ("A03", "A04"))
    assert links.find_deliverable_siblings("A02") == ("A01", "A10")
    assert links.find_deliverable_siblings("A05") == ()


def test_a_recommendation_has_the_actions_of_its_parts() -> None:
    links = build_links(
        register_of(
            "id: R1\ntitle: One\nparts: [{id: R1.1, text: a}, {id: R1.2, text: b}]",
            action("A01", "recommendations: [R1.1, R1]"),
            action("A02", "recommendations: R1.2"),
            action("A03", "recommendations: R1.9"),
        )
    )
    actions = {id_: [linked.id for linked in links.find_actions(id_)] for id_ in ("R1", "R1.1", "R1.2", "R2")}
    assert actions == {"R1": ["A01", "A02"], "R1.1": ["A01"], "R1.2": ["A02"], "R2": []}


def test_an_update_can_cover_other_records() -> None:
    links = build_links(register_of(action("A01", "updates: [{text: Both., covers: {A02: in_part}}]"), action("A02")))
    (cover,) = links.covered_by["A02"]
    assert (cover.reporter, cover.update.text, cover.extent) == ("A01", "Both.", Extent.IN_PART)


def _cycles(*texts: str) -> tuple[tuple[str, ...], ...]:
    return find_cycles(register_of(*texts), "depends_on")


def test_a_cycle_is_reported_once_from_its_lowest_id_on() -> None:
    assert _cycles(
        action("A03", "depends_on: A01"), action("A02", "depends_on: A03"), action("A01", "depends_on: A02")
    ) == (("A01", "A02", "A03"),)
    assert _cycles(action("A01", "depends_on: A01")) == (("A01",),)
    assert _cycles(action("A01", "depends_on: [A02, A03]"), action("A02", "depends_on: A03"), action("A03")) == ()
    assert _cycles(action("A01", "depends_on: A99")) == ()


def test_two_cycles_that_share_a_record_are_both_resolve() -> None:
    assert _cycles(
        action("A01", "depends_on: [A02, A03]"), action("A02", "depends_on: A01"), action("A03", "depends_on: A01")
    ) == (("A01", "A02"), ("A01", "A03"))


def test_a_long_chain_is_walked_without_recursion() -> None:
    chain = [action(f"A{n}", f"depends_on: A{n + 1}") for n in range(1, 3000)]
    assert _cycles(*chain) == ()


def _resolve(*texts: str) -> tuple[str, ...]:
    register = register_of(*texts)
    first = register.by_id["A01"]
    assert isinstance(first, TrackedRecord)
    return tuple(f"{id_}: {update.text}" for id_, update in resolve_see(register, first.updates[0]))


def test_a_chain_of_see_leads_to_the_text() -> None:
    see = "updates: [{see: %s}]"
    assert _resolve(
        action("A01", see % "A02"), action("A02", see % "A03"), action("A03", "updates: [{text: Here.}]")
    ) == ("A03: Here.",)
    assert _resolve(action("A01", see % "A02"), action("A02", see % "A01")) == ()
    assert _resolve(action("A01", see % "A02"), action("A02")) == ()
    assert _resolve(action("A01", see % "A99")) == ()
    assert _resolve(action("A01", see % "R1"), "id: R1\ntitle: A recommendation") == ()
    assert _resolve(action("A01", "updates: [{text: Own.}]")) == ()
