from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptrack.phrases import (
    did_you_mean,
    edit_distance,
    excerpt,
    has_other_number,
    humanise,
    join_ids,
    join_words,
    natural_key,
    pluralise,
    quote,
    suggest,
    uncapitalise,
    unique,
)

STATUSES = ("not_started", "in_progress", "on_hold", "complete", "verified", "superseded", "noted", "withdrawn")
MANY = tuple(f"A{number:04}" for number in range(1, 501))


@pytest.mark.parametrize(
    ("word", "candidates", "suggestions"),
    [
        ("In Progress", STATUSES, ("in_progress",)),
        ("in-progress", STATUSES, ("in_progress",)),
        ("completd", STATUSES, ("complete",)),
        ("compelte", STATUSES, ("complete",)),
        ("Not implemented", STATUSES, ()),
        ("Suspended", STATUSES, ()),
        ("Not yet due", STATUSES, ()),
        ("A1", ("A2", "A10", "B7"), ("A2",)),
        ("a0042", MANY, ("A0042",)),
        ("A00042", MANY, ("A0042",)),
        ("A9999", MANY, ()),
        ("x" * 50, STATUSES, ()),
    ],
)
def test_only_a_likely_misspelling_is_suggested(
    word: str, candidates: tuple[str, ...], suggestions: tuple[str, ...]
) -> None:
    assert suggest(word, candidates) == suggestions


@given(st.text(max_size=12), st.text(max_size=12))
def test_the_distance_is_symmetric_and_zero_for_equal_texts_alone(first: str, second: str) -> None:
    assert edit_distance(first, second, 24) == edit_distance(second, first, 24)
    assert (edit_distance(first, second, 24) == 0) == (first == second)


@pytest.mark.parametrize(("first", "second", "distance"), [("ab", "ba", 1), ("abc", "abd", 1), ("", "abc", 3)])
def test_swapped_characters_are_one_slip(first: str, second: str, distance: int) -> None:
    assert edit_distance(first, second, 9) == distance


def test_lists_and_counts_read_as_sentences_do() -> None:
    assert [join_words(words) for words in ([], ["A"], ["A", "B"], ["A", "B", "C"])] == [
        "",
        "A",
        "A and B",
        "A, B and C",
    ]
    assert join_ids([f"A{number}" for number in range(10)], 3) == "A0, A1, A2 and 7 more"
    assert [pluralise(1, "entry", "entries"), pluralise(2, "entry", "entries")] == ["1 entry", "2 entries"]
    assert sorted(["A10", "A2", "B1"], key=natural_key) == ["A2", "A10", "B1"]
    assert excerpt("one\n two " + "x" * 80, 10) == "one two x…"
    assert [humanise("in_progress"), quote("one\ntwo")] == ["In progress", "“one two”"]
    assert unique(["b", "a", "b"]) == ("b", "a")


def test_an_abbreviation_keeps_its_capitals_within_a_sentence() -> None:
    texts = ["Target date", "FOI request", "OCID prefix", "P2P review", "A plan", ""]
    assert [uncapitalise(text) for text in texts] == [
        "target date", "FOI request", "OCID prefix", "P2P review", "a plan", "",
    ]  # fmt: skip


def test_a_suggestion_is_a_sentence_or_nothing() -> None:
    assert did_you_mean("compelte", STATUSES) == " Did you mean complete?"
    assert did_you_mean("Suspended", STATUSES) == ""


@pytest.mark.parametrize(
    ("first", "second", "has_other"),
    [
        ("R2", "R1", True),
        ("AC-2023-03", "AC-2026-01", True),
        ("A022", "A02", True),
        ("R1.9", "R1.1", True),
        ("A2", "A02", False),
        ("AO2", "A02", False),
        ("CA-2023-03", "AC-2023-03", False),
        ("leeds-p2", "leed-p2", False),
    ],
)
def test_an_id_with_another_number_is_not_a_misspelling(first: str, second: str, has_other: bool) -> None:
    assert has_other_number(first, second) is has_other
