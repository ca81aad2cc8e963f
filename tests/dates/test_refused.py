"""Every text that is refused, with its message and fix."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from p2ptrack.model.dates import REJECTION_PATTERNS, Anchors, CouncilDate, DateRejection, parse_date

HERE = Path(__file__).parent
AS_OF = date(2023, 1, 12)


def _cases(name: str) -> list[list[str]]:
    """Read cases of three lines: the text, the message, the fix. Unknown texts may have a fourth: `means`."""
    return [block.splitlines() for block in (HERE / name).read_text("utf-8").split("\n\n")]


REFUSED, UNKNOWN = _cases("refused.txt"), _cases("unknown.txt")


def test_the_cases_were_read() -> None:
    assert len(REFUSED) > 60
    assert len(UNKNOWN) > 12
    assert ({len(case) for case in REFUSED}, {len(case) for case in UNKNOWN}) == ({3}, {3, 4})


@pytest.mark.parametrize(("raw", "message", "fix"), REFUSED, ids=[case[0] for case in REFUSED])
@pytest.mark.parametrize("anchors", [None, Anchors(())], ids=["programme broken", "programme read"])
def test_ambiguous_and_forbidden_texts_are_always_refused(
    raw: str, message: str, fix: str, anchors: Anchors | None
) -> None:
    rejection = parse_date(raw, anchors, AS_OF)
    assert isinstance(rejection, DateRejection)
    assert (rejection.message, rejection.fix) == (message, fix)


@pytest.mark.parametrize("case", UNKNOWN, ids=[case[0] for case in UNKNOWN])
def test_an_unknown_text_is_refused_with_the_nearest_date(case: list[str]) -> None:
    raw, message, fix, means = [*case, ""][:4]
    assert parse_date(raw, Anchors(()), AS_OF) == DateRejection(message, fix, means.removeprefix("means: "))


@pytest.mark.parametrize(("raw", "means"), [("Quarterly", "Ongoing"), ("next month", "none"), ("ASAP", "")])
def test_a_refused_text_may_have_an_interpretation(raw: str, means: str) -> None:
    rejection = parse_date(raw)
    assert isinstance(rejection, DateRejection)
    assert rejection.means == means


@pytest.mark.parametrize(("raw", "means"), [("the date 2023", "2023"), ("all the way 2023", ""), ("half 2023", "")])
def test_a_short_word_is_not_corrected_to_another(raw: str, means: str) -> None:
    rejection = parse_date(raw, Anchors(()), AS_OF)
    assert isinstance(rejection, DateRejection)
    assert rejection.means == means


@pytest.mark.parametrize("raw", [case[0] for case in UNKNOWN])
def test_an_unknown_text_is_unresolved_while_the_programme_cannot_be_read(raw: str) -> None:
    parsed = parse_date(raw, None)

    assert isinstance(parsed, CouncilDate)
    assert (parsed.raw, parsed.unresolved, parsed.latest, parsed.to_text()) == (raw, True, None, raw)


def test_every_rejection_pattern_has_examples_that_are_refused() -> None:
    assert len(REJECTION_PATTERNS) > 10
    assert len({pattern.name for pattern in REJECTION_PATTERNS}) == len(REJECTION_PATTERNS)
    for pattern in REJECTION_PATTERNS:
        assert pattern.examples
        for example in pattern.examples:
            assert isinstance(parse_date(example), DateRejection), (pattern.name, example)


@pytest.mark.parametrize("raw", ["", "   ", "\u00a0", "."])
@pytest.mark.parametrize("anchors", [None, Anchors(())], ids=["programme broken", "programme read"])
def test_an_empty_text_is_not_a_date(raw: str, anchors: Anchors | None) -> None:
    assert parse_date(raw, anchors, AS_OF) == DateRejection(
        "The date is empty.",
        "Write a date such as 31 March 2023, March 2023, Q3 2023/24 or early 2023/24, or TBC. "
        "Otherwise leave the field out.",
    )


def test_a_long_text_is_quoted_in_part() -> None:
    rejection = parse_date("word " * 100, Anchors(()))
    assert isinstance(rejection, DateRejection)
    assert rejection.message == f"“{'word ' * 11}word…” is not a date, a phase or a meeting."
