from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.measures import Measure, Measures, find_open_dependents, find_stage, is_scheduled
from p2ptrack.model.records import TrackedRecord
from tests.support import PROGRAMME, case_of

_RECORDS = (
    "{id: A01, title: a, target: Dec-22, depends_on: [A02], accountable: [One, Two], same_deliverable_as: [A02]}",
    "{id: A02, title: b, target: Nov-22, status: in_progress, blocked_by: [consultation, done]}",
    """{id: A03, title: c, target: 31 January 2023, phase: P1, phase_end: P1, updates: [{text: Undated.}],
        revisions: [{from: Dec-22, to: 31 January 2023}]}""",
    "{id: A04, title: d, target: On-going, blocked_by: [consultation], accountable: Head of Procurement}",
    "{id: A05, title: e, target: TBC, depends_on: [A02, A01]}",
    "{id: A06, title: f, status: complete}",
    "{id: A07, title: g, status: withdrawn, decided: {on: 1 March 2023, by: Board, reason: r}, phase: P1}",
    "{id: A09, title: i, status: on_hold, target: Mar-23, decided: {on: 1 March 2023, by: Board, reason: r}}",
    "{id: A08, title: h, status: noted, revisions: [{from: Jan-23, to: Mar-23}], same_deliverable_as: [A01]}",
)
_VERIFICATION = PROGRAMME + "policy: {verification: [action]}\n"


@pytest.fixture(scope="module")
def case() -> Case:
    return case_of(*_RECORDS, as_of=date(2023, 1, 12), programme=_VERIFICATION)


def ids(records: Iterable[TrackedRecord]) -> str:
    return " ".join(record.id for record in records)


@pytest.mark.parametrize(
    ("name", "records", "excluded"),
    [
        ("overdue", "A02 A01", "A04 A05 A07"),
        ("no_target", "A05 A07", ""),
        ("ongoing_without_review", "A04", ""),
        ("no_owner", "A02 A03 A05 A06 A07 A08 A09", ""),
        ("several_owners", "A01", ""),
        ("no_status", "A01 A03 A04 A05", ""),
        ("no_recent_update", "A01 A02 A04 A05 A07 A09", "A03"),
        ("target_changed", "A03 A08", ""),
        ("target_extended", "A03", ""),
        ("due_to_close", "A07", ""),
        ("due_on_hold", "A09", ""),
        ("to_be_verified", "A06", ""),
        ("past_phase", "A03", "A07"),
        ("waiting", "A02 A04", ""),
    ],
)
def test_a_measure_counts_records_and_names_those_it_excludes(
    case: Case, name: str, records: str, excluded: str
) -> None:
    measure: Measure = getattr(Measures(case), name)()
    assert (ids(measure.records), ids(measure.excluded)) == (records, excluded)
    assert set(ids(measure.records).split()) <= set(ids(measure.out_of).split())


@pytest.mark.parametrize(("days", "due"), [(18, ""), (19, "A03"), (10**9, "A03 A09")])
def test_due_within_includes_the_last_day(case: Case, days: int, due: str) -> None:
    measure = Measures(case).due_within(days)
    assert (ids(measure.records), ids(measure.out_of)) == (due, "A01 A02 A03 A09")


def test_open_records_are_sorted_by_their_deadlines(case: Case) -> None:
    assert ids(Measures(case).sort_by_deadline()) == "A02 A01 A03 A09"


def test_a_status_decided_for_a_later_day_is_scheduled(case: Case) -> None:
    assert ids(record for record in case.tracked() if is_scheduled(case, record)) == "A07 A09"


def test_measures_of_some_records_count_only_those(case: Case) -> None:
    some = Measures(case, [record for record in case.tracked() if record.id in {"A01", "A03", "A04"}])
    assert (ids(some.overdue().records), ids(some.overdue().out_of)) == ("A01", "A01 A03")
    assert ids(some.no_recent_update().excluded) == "A03"
    assert [ids(dependency.records) for dependency in some.open_dependencies()] == ["A04"]
    assert some.same_deliverable() == ()


def test_dependencies_that_are_cleared_are_omitted(case: Case) -> None:
    dependencies = Measures(case).open_dependencies()
    assert [(item.blocker.id, ids(item.records)) for item in dependencies] == [("consultation", "A02 A04")]


def test_closed_records_are_in_no_group_of_a_deliverable(case: Case) -> None:
    assert [ids(group) for group in Measures(case).same_deliverable()] == ["A01 A02"]


def test_open_records_are_at_risk_when_they_depend_on_late_ones(case: Case) -> None:
    measures = Measures(case)
    assert measures.at_risk(measures.overdue().records) == {"A01": ("A02",), "A05": ("A02", "A01")}
    assert ids(find_open_dependents(case, "A01")) == "A05"


def test_each_record_is_at_one_stage(case: Case) -> None:
    stages = {record.id: find_stage(case, record) for record in case.tracked()}
    assert [stages[id_] for id_ in ("A01", "A02", "A06", "A07", "A08")] == [
        "not_stated", "in_progress", "complete", "in_progress", "closed",
    ]  # fmt: skip
