"""The 31 narratives and 12 progress updates appear once each, in the papers' order."""

from __future__ import annotations

from typing import Any

import pytest

from tests.seed.tables import Row, items, rows

Records = dict[str, dict[str, Any]]

NARRATIVES = rows("narratives")
FOLLOW_UPS = rows("follow_ups")


def _covers(update: dict[str, Any]) -> dict[str, str]:
    covers = update.get("covers", {})
    return covers if isinstance(covers, dict) else dict.fromkeys(covers, "whole")


def _expected(cell: str) -> dict[str, str]:
    return dict(item.split() for item in items(cell))


def _place(record: dict[str, Any]) -> tuple[str, str]:
    source = record["updates"][0]["source"]
    return record["recommendations"][0], source["ref"] if isinstance(source, dict) else record["id"]


def test_the_order_is_the_papers(records: Records) -> None:
    ordered = sorted((r for id_, r in records.items() if id_.startswith("A") and "updates" in r), key=_place)
    assert len(NARRATIVES) == 31
    assert [record["id"] for record in ordered] == [row["record"] for row in NARRATIVES]


def test_a_place_of_its_own_is_given_only_where_the_order_of_ids_is_not_the_papers(records: Records) -> None:
    places = {r["id"]: _place(r)[1] for r in records.values() if "updates" in r and "recommendations" in r}
    assert {id_: ref for id_, ref in places.items() if id_ != ref} == {"A20": "5.1", "A22": "5.2", "A21": "5.3"}


@pytest.mark.parametrize("row", NARRATIVES, ids=lambda row: row["record"])
def test_narrative(row: Row, records: Records) -> None:
    record = records[row["record"]]
    [update] = record["updates"]
    assert update["heading"] == row["heading"]
    assert record["recommendations"] == [row["section"]]
    assert _covers(update) == _expected(row["covers"])
    assert (update.get("see", ""), update.get("restated", "")) == (row["see"], row["restated"])
    assert ("see" in update) != ("text" in update)
    assert "date" not in update


@pytest.mark.parametrize("row", FOLLOW_UPS, ids=lambda row: row["id"])
def test_progress_update(row: Row, records: Records) -> None:
    updates = records[row["id"]].get("updates", [])
    assert len(updates) == int(row["updates"])
    for update in updates:
        assert (update["date"], update["source"], update["restated"]) == ("12.01.2023", "pcc-activity", "true")
        assert _covers(update) == _expected(row["covers"])
        assert update.get("truncated", "") == ("true" if row["ends"] else "")
        assert row["ends"] == "" or " ".join(update["text"].split()).endswith(row["ends"])


def test_two_updates_end_where_the_paper_ends() -> None:
    assert [row["id"] for row in FOLLOW_UPS if row["ends"]] == ["F03", "F05"]


def test_lists_within_an_update_are_kept(records: Records) -> None:
    five = records["A26"]["updates"][0]["text"].splitlines()
    four = records["A17"]["updates"][0]["text"].splitlines()
    assert sum(line.startswith("- ") for line in five) == 5
    assert sum(line.startswith("  - ") for line in five) == 3
    assert sum(line.startswith("- ") for line in four) == 4
