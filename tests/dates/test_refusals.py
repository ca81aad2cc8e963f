"""Every string that is refused, with the whole of what is said about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from p2ptrack.model.dates import REJECTION_PATTERNS, Anchors, CouncilDate, DateRejection, parse_date

HERE = Path(__file__).parent


def _cases(name: str) -> list[list[str]]:
    """Read cases of three lines: the words, what is said about them, what to write instead."""
    return [block.splitlines() for block in (HERE / name).read_text("utf-8").split("\n\n")]


REFUSED, UNKNOWN = _cases("refused.txt"), _cases("unknown.txt")


def test_the_cases_are_there() -> None:
    assert len(REFUSED) > 60
    assert len(UNKNOWN) > 12
    assert {len(case) for case in (*REFUSED, *UNKNOWN)} == {3}


@pytest.mark.parametrize(("raw", "message", "fix"), REFUSED, ids=[case[0] for case in REFUSED])
@pytest.mark.parametrize("anchors", [None, Anchors(())], ids=["programme broken", "programme read"])
def test_ambiguous_and_forbidden_words_are_refused_always(
    raw: str, message: str, fix: str, anchors: Anchors | None
) -> None:
    assert parse_date(raw, anchors) == DateRejection(message, fix)


@pytest.mark.parametrize(("raw", "message", "fix"), UNKNOWN, ids=[case[0] for case in UNKNOWN])
def test_unknown_words_are_refused_with_the_nearest_date(raw: str, message: str, fix: str) -> None:
    assert parse_date(raw, Anchors(())) == DateRejection(message, fix)


@pytest.mark.parametrize("raw", [case[0] for case in UNKNOWN])
def test_unknown_words_wait_while_the_programme_cannot_be_read(raw: str) -> None:
    read = parse_date(raw, None)

    assert isinstance(read, CouncilDate)
    assert (read.raw, read.unresolved, read.latest, read.to_text()) == (raw, True, None, raw)


def test_every_row_of_refusals_has_examples_that_are_refused() -> None:
    assert len(REJECTION_PATTERNS) > 10
    assert len({row.name for row in REJECTION_PATTERNS}) == len(REJECTION_PATTERNS)
    for row in REJECTION_PATTERNS:
        assert row.examples
        for example in row.examples:
            assert isinstance(parse_date(example), DateRejection), (row.name, example)


@pytest.mark.parametrize("raw", ["", "   ", "\u00a0", "."])
@pytest.mark.parametrize("anchors", [None, Anchors(())], ids=["programme broken", "programme read"])
def test_nothing_is_no_date(raw: str, anchors: Anchors | None) -> None:
    assert parse_date(raw, anchors) == DateRejection(
        "The date is empty.",
        "a date such as 31 March 2023, March 2023, Q3 2023/24 or early 2023/24, or TBC; or leave the field out",
    )


def test_a_long_text_is_quoted_short() -> None:
    answer = parse_date("word " * 100, Anchors(()))

    assert answer == DateRejection(
        '"word word word word word word word word word word word wo..." is neither a date that the register can read '
        "nor a phase or a meeting.",
        "a date such as 31 March 2023, March 2023, Q3 2023/24 or early 2023/24, or TBC; or, to keep a paper's own "
        'words, {raw: "...", means: 31 March 2023}',
    )
