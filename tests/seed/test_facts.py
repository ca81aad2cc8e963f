"""Every figure, date, body, system and cross reference of the papers is in the record that should hold it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.seed.tables import by_id, rows, texts

Records = dict[str, dict[str, Any]]

FACTS = by_id("facts", "says")
ODDITIES = by_id("oddities", "says")
LINKS = rows("links")
LINK_FIELDS = ("blocked_by", "depends_on", "same_deliverable_as", "see_also", "superseded_by")


def _published(record: dict[str, Any]) -> str:
    return "\n".join(texts({field: value for field, value in record.items() if field != "note"}))


def _missing(text: str, expected: list[str]) -> list[str]:
    return [fact for fact in expected if fact not in text]


def test_every_record_has_facts_to_find(records: Records) -> None:
    assert len(FACTS) == 56
    assert sorted(FACTS) == sorted(records)


@pytest.mark.parametrize("id_", FACTS)
def test_facts_are_in_the_record(id_: str, records: Records) -> None:
    assert _missing(_published(records[id_]), FACTS[id_]) == []


@pytest.mark.parametrize("id_", ODDITIES)
def test_oddities_of_the_paper_are_in_notes_for_officers(id_: str, records: Records) -> None:
    assert _missing(" ".join(records[id_]["note"].split()), ODDITIES[id_]) == []


def test_every_note_is_about_an_oddity(records: Records) -> None:
    assert ODDITIES
    assert sorted(id_ for id_, record in records.items() if "note" in record) == sorted(ODDITIES)


def test_links_are_those_of_the_papers(records: Records) -> None:
    facts = [
        (id_, field, to, "yes" if field in record.get("inferred", []) else "")
        for id_, record in records.items()
        for field in LINK_FIELDS
        for to in record.get(field, [])
    ]
    assert LINKS
    assert sorted(facts) == sorted((row["id"], row["field"], row["to"], row["inferred"]) for row in LINKS)


def test_every_link_leads_somewhere(records: Records, programme: dict[str, Any]) -> None:
    known = {*records, *(dependency["id"] for dependency in programme["dependencies"])}
    assert {row["to"] for row in LINKS} - known == set()
