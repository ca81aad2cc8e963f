"""The programme holds what both papers share: sources, phases, meetings, words."""

from __future__ import annotations

from typing import Any

from tests.seed.tables import items, rows, texts

Programme = dict[str, Any]


def test_the_notice(programme: Programme) -> None:
    assert programme["notice"] == "Demonstration from two published papers; not a paper of either council."
    assert "organisation" not in programme


def test_the_sources(programme: Programme) -> None:
    leeds, peterborough = programme["sources"]
    assert leeds == {"id": "leeds-p2p", "title": "P2P Review Update", "organisation": "Leeds City Council"}
    assert peterborough == {
        "id": "pcc-activity",
        "title": "Procurement Activity Update Report",
        "organisation": "Peterborough City Council",
        "body": "Audit Committee",
        "date": "12.01.2023",
    }


def test_the_phases(programme: Programme) -> None:
    first = "Readiness/discovery"
    second = "Commence working with a Transformation Partner / Tech Design & Implementation"
    assert programme["phases"] == [
        {"id": "P1", "title": "CBT Phase 1", "start": "Sept 21", "end": "Sept 22", "description": first},
        {"id": "P2", "title": "CBT Phase 2", "start": "Sept 22", "end": "Sept 23", "description": second},
        {"id": "P3", "title": "CBT Phase 3", "start": "Sept 23", "end": "Sept 24"},
    ]


def test_the_meetings(programme: Programme) -> None:
    assert programme["meetings"] == [
        {"id": "AC-2022-10-17", "body": "Audit Committee", "date": "17.10.2022"},
        {"id": "AC-2023-03", "body": "Audit Committee", "date": "Mar-23"},
    ]


def test_what_records_wait_for(programme: Programme) -> None:
    assert [(d["id"], d.get("expected", "")) for d in programme["dependencies"]] == [
        ("union-consultation", ""),
        ("procurement-regulations", "during 2024"),
        ("ids-resourcing", ""),
    ]


def test_the_overview_keeps_every_fact(programme: Programme) -> None:
    overview = " ".join(programme["reports"]["action-plan"]["introduction"].split())
    expected = [row["says"] for row in rows("overview")]
    assert expected
    assert [fact for fact in expected if fact not in overview] == []


def test_both_papers_can_be_made(programme: Programme) -> None:
    reports = programme["reports"]
    expected = rows("papers")
    assert [row["report"] for row in expected] == list(reports)
    for row in expected:
        report = reports[row["report"]]
        assert (report["source"], report["title"]) == (row["source"], row["title"])
        assert report["kinds"] == items(row["kinds"])


def test_the_glossary_explains_abbreviations(programme: Programme) -> None:
    glossary = programme["glossary"]
    meanings = {word: "" if isinstance(meaning, str) else meaning["inferred"] for word, meaning in glossary.items()}
    assert meanings == {row["word"]: row["inferred"] for row in rows("glossary")}
    assert list(glossary) == sorted(glossary, key=str.casefold)


def test_every_word_of_the_glossary_is_used(programme: Programme, records: dict[str, dict[str, Any]]) -> None:
    used = "\n".join(texts([programme["reports"], records]))
    assert programme["glossary"]
    assert [word for word in programme["glossary"] if word not in used] == []
