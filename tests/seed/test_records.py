"""Every record is there once, with the words of its paper where a paper's words are due."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.seed.tables import Row, items, rows

Records = dict[str, dict[str, Any]]

ACTIONS = rows("actions")
RECOMMENDATIONS = rows("recommendations")
FOLLOW_UPS = rows("follow_ups")
LEEDS, PETERBOROUGH = "leeds-p2p", "pcc-activity"


def test_the_papers_are_carried_over_complete(records: Records) -> None:
    expected = [row["id"] for row in (*ACTIONS, *FOLLOW_UPS, *RECOMMENDATIONS)]
    assert (len(ACTIONS), len(FOLLOW_UPS), len(RECOMMENDATIONS)) == (33, 14, 9)
    assert sorted(records) == sorted(expected)


@pytest.mark.parametrize("row", RECOMMENDATIONS, ids=lambda row: row["id"])
def test_recommendation(row: Row, records: Records) -> None:
    record = records[row["id"]]
    assert (record["title"], record["heading"]) == (row["title"], row["heading"])
    assert record["source"] == {"id": LEEDS, "ref": row["ref"]}
    assert [part["id"] for part in record.get("parts", [])] == items(row["parts"])
    assert record.get("unanswered", []) == items(row["unanswered"])
    assert record["restated"] == ["origin_text"]
    assert record["inferred"] == (["title", "parts"] if row["parts"] else ["title"])


@pytest.mark.parametrize("row", ACTIONS, ids=lambda row: row["id"])
def test_action(row: Row, records: Records) -> None:
    record = records[row["id"]]
    assert record["title"] == row["title"]
    assert record["source"] == {"id": LEEDS, "ref": row["row"]}
    assert record["recommendations"] == [row["recommendation"]]
    assert (record["phase"], record.get("phase_end")) == (row["phase"], None)
    assert (record.get("status", ""), record.get("target", "")) == (row["status"], row["target"])


@pytest.mark.parametrize("row", FOLLOW_UPS, ids=lambda row: row["id"])
def test_follow_up(row: Row, records: Records) -> None:
    record = records[row["id"]]
    assert record["title"] == row["title"]
    assert record["source"] == {"id": PETERBOROUGH, "ref": row["row"]}
    assert (record["area"], record["report_refs"], record["target"]) == (row["area"], [row["ref"]], row["target"])
    assert record["raised"] == "AC-2022-10-17"
    assert record["restated"] == ["origin_text"]
    assert "status" not in record


def test_every_reading_of_ours_is_marked(records: Records) -> None:
    own_fields = {"status", "target", "blocked_by", "superseded_by", "decided", "completed_on", "milestones"}
    actions = [records[row["id"]] for row in ACTIONS]
    unmarked = {a["id"]: sorted((own_fields & set(a)) - set(a.get("inferred", []))) for a in actions}
    assert {id_: fields for id_, fields in unmarked.items() if fields} == {}
    assert all("title" in records[row["id"]]["inferred"] for row in FOLLOW_UPS)


def test_what_neither_paper_states_is_left_out(records: Records) -> None:
    silent = {"priority", "accountable", "supporting", "lead_member", "acceptance", "response", "evidence", "verified"}
    assert records
    assert {id_: sorted(silent & set(record)) for id_, record in records.items() if silent & set(record)} == {}


def test_actions_by_recommendation(records: Records) -> None:
    counts = Counter(records[row["id"]]["recommendations"][0] for row in ACTIONS)
    assert counts == {"R1": 8, "R2": 6, "R3": 3, "R4": 2, "R5": 3, "R6": 2, "R7": 4, "R8": 3, "R9": 2}


def test_actions_by_status(records: Records) -> None:
    counts = Counter(records[row["id"]].get("status", "none") for row in ACTIONS)
    assert counts == {"in_progress": 26, "complete": 4, "superseded": 1, "embedded": 1, "none": 1}


def test_the_superseded_action_is_unfinished_until_its_contract_ends(records: Records) -> None:
    assert records["A11"]["decided"] == {
        "on": "31 March 2023",
        "reason": "The contract with the Social Value Portal expires.",
    }


def test_phases_and_what_is_unfinished_in_them(records: Records) -> None:
    actions = [records[row["id"]] for row in ACTIONS]
    unfinished = [a for a in actions if a.get("status") not in {"complete", "embedded"}]
    assert Counter(a["phase"] for a in actions) == {"P1": 28, "P2": 5}
    assert Counter(a["phase"] for a in unfinished) == {"P1": 23, "P2": 5}
    assert sum("target" not in a for a in unfinished) == 22
    assert [a["id"] for a in unfinished if "target" in a] == ["A02", "A04", "A20", "A28", "A29", "A32"]


def test_actions_that_share_a_row_of_the_grid(records: Records) -> None:
    by_row = Counter(records[row["id"]]["source"]["ref"] for row in ACTIONS)
    shared = ["row 1", "row 17", "row 2", "row 4", "row 9"]
    assert len(by_row) == 28
    assert sorted(ref for ref, count in by_row.items() if count == 2) == shared


def test_follow_ups_by_target_reference_and_area(records: Records) -> None:
    follow_ups = [records[row["id"]] for row in FOLLOW_UPS]
    refs = {"4.4": 4, "4.8": 3, "4.3": 2, "4.7": 2, "4.2": 1, "4.6": 1, "4.9": 1}
    areas = {"Governance": 8, "Social Value": 3, "Audit": 1, "Forward Plan": 1, "Spend Data": 1}
    assert Counter(f["target"] for f in follow_ups) == {"Jan-23": 8, "Mar-23": 4, "Apr-23": 1, "On-going": 1}
    assert Counter(ref for f in follow_ups for ref in f["report_refs"]) == refs
    assert Counter(f["area"] for f in follow_ups) == areas
