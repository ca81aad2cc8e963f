from __future__ import annotations

import pytest

from p2ptrack.analysis.rules.rule import (
    MAX_SEPARATE_FINDINGS,
    Finding,
    format_suggestion,
    join_ids,
    join_words,
    pluralise,
    suggest,
    summarise_if_many,
    summarise_records,
)


@pytest.mark.parametrize(
    ("ids", "text"),
    [
        ([], ""),
        (["A01"], "A01"),
        (["A01", "A02"], "A01 and A02"),
        (["A01", "A02", "A03"], "A01, A02 and A03"),
        ([f"A{n}" for n in range(1, 9)], "A1, A2, A3, A4, A5, A6, A7 and A8"),
        ([f"A{n}" for n in range(1, 11)], "A1, A2, A3, A4, A5, A6, A7, A8 and 2 more"),
    ],
)
def test_ids_are_listed_as_a_sentence_has_them(ids: list[str], text: str) -> None:
    assert join_ids(ids) == text


def test_words_are_joined_and_counted() -> None:
    assert join_words(["why", "when", "who"], "or") == "why, when or who"
    assert (pluralise(1, "day"), pluralise(2, "day"), pluralise(0, "day")) == ("1 day", "2 days", "0 days")
    assert format_suggestion(("A01",), "an id") == "A01 (did you mean this?)"
    assert format_suggestion(("A01", "A02"), "an id") == "A01 or A02 (did you mean one of these?)"
    assert format_suggestion((), "an id") == "an id"


_FEW_IDS = frozenset({"A01", "A02", "A10", "F01"})
_MANY_IDS = frozenset(f"A{n:04}" for n in range(1, 1001))


@pytest.mark.parametrize(
    ("wrong", "known", "near"),
    [
        ("a10", _FEW_IDS, ("A10",)),
        ("A1", _FEW_IDS, ("A01",)),
        ("A11", _FEW_IDS, ("A10", "A01")),
        ("XYZ9", _FEW_IDS, ()),
        ("a0042", _MANY_IDS, ("A0042",)),
        ("A042", _MANY_IDS, ("A0042",)),
        ("A00422", _MANY_IDS, ("A0422",)),
        ("0A042", _MANY_IDS, ("A0042",)),
        ("a1001", _MANY_IDS, ("A0001", "A0101", "A1000")),
        ("quite another", _MANY_IDS, ()),
    ],
)
def test_the_nearest_ids_are_offered_however_many_there_are(
    wrong: str, known: frozenset[str], near: tuple[str, ...]
) -> None:
    assert suggest(wrong, known) == near


def _finding(n: int) -> Finding:
    return Finding(f"A{n}", "target", f"A{n} is late.", "a later target")


def test_few_findings_are_told_each_and_more_are_told_together() -> None:
    few = [_finding(n) for n in range(MAX_SEPARATE_FINDINGS)]
    many = [_finding(n) for n in range(10)]
    assert list(summarise_if_many(few, "are late")) == few
    assert list(summarise_if_many(many, "are late", "is:late")) == [
        Finding(
            "",
            "",
            "10 records are late: A0, A1, A2, A3, A4, A5, A6, A7 and 2 more. All of them: p2ptrack list is:late",
            "a later target",
        )
    ]


def test_one_record_is_told_in_the_singular_however_often_it_was_found() -> None:
    assert summarise_records(["A1", "A1"], "have no owner", "an owner") == Finding(
        "", "", "1 record has no owner: A1.", "an owner"
    )
