"""Dates that hang on a phase or a meeting, and published words with our reading of them."""

from __future__ import annotations

from datetime import date

import pytest

from p2ptrack.model.dates import (
    Anchor,
    Anchors,
    Basis,
    CouncilDate,
    DateRejection,
    Precision,
    parse_date,
    parse_interpreted_date,
)


def _read(raw: str, anchors: Anchors | None = None) -> CouncilDate:
    read = parse_date(raw, anchors)
    assert isinstance(read, CouncilDate)
    return read


PROGRAMME = Anchors(
    (
        Anchor("P1", "phase", "CBT Phase 1", _read("Sept 22")),
        Anchor("P2", "phase", "CBT Phase 2", _read("Sept 23")),
        Anchor("AC-2022-10-17", "meeting", "October 2022 Audit Committee", _read("2022-10-17"), ("Autumn review",)),
        Anchor("AC-2023-03", "meeting", "March 2023 Audit Committee", _read("Mar-23")),
        Anchor("CAB1", "meeting", "April 2023 Cabinet", _read("4 April 2023")),
        Anchor("CAB2", "meeting", "April 2023 Cabinet", _read("25 April 2023")),
        Anchor("CAB3", "meeting", "May 2023", _read("9 May 2023")),
        Anchor("P3", "phase", "Spring 2024", _read("15 May 2024")),
        Anchor("P4", "phase", "2024/25", _read("March 2025")),
        Anchor("P5", "phase", "Phase to be planned", _read("TBC")),
    )
)


@pytest.mark.parametrize(
    "raw", ["CBT Phase 2", "cbt  phase\u00a02", "P2", "p2", "by CBT Phase 2", "by the end of CBT Phase 2", "end of P2"]
)
def test_a_phase_by_id_or_title_is_its_end(raw: str) -> None:
    read = _read(raw, PROGRAMME)

    assert read == CouncilDate(
        raw, date(2023, 9, 1), date(2023, 9, 30), Precision.MONTH, Basis.PHASE, anchor="P2", inferred=False
    )
    assert read.to_text() == f"{raw} (by 30 September 2023)"
    assert read.to_json()["basis"] == "phase"


@pytest.mark.parametrize(
    "raw",
    [
        "AC-2022-10-17",
        "ac–2022–10–17",
        "October 2022 Audit Committee",
        "the October 2022 audit committee meeting",
        "Autumn review",
    ],
)
def test_a_meeting_by_id_or_name_is_its_day(raw: str) -> None:
    read = _read(raw, PROGRAMME)

    assert read == CouncilDate(
        raw, date(2022, 10, 17), date(2022, 10, 17), Precision.DAY, Basis.MEETING, anchor="AC-2022-10-17"
    )
    assert read.to_text() == f"{raw} (by 17 October 2022)"


def test_a_meeting_whose_day_is_not_yet_known_is_its_month() -> None:
    read = _read("March 2023 Audit Committee", PROGRAMME)

    assert read.to_json() == {
        "raw": "March 2023 Audit Committee",
        "earliest": "2023-03-01",
        "latest": "2023-03-31",
        "precision": "month",
        "basis": "meeting",
        "ongoing": False,
    }


def test_a_phase_without_an_end_is_no_deadline() -> None:
    read = _read("Phase to be planned", PROGRAMME)

    assert read == CouncilDate("Phase to be planned", None, None, Precision.NONE, Basis.PHASE, anchor="P5")
    assert read.to_text() == "Phase to be planned"


def test_a_name_of_two_is_told_with_both() -> None:
    assert parse_date("April 2023 Cabinet", PROGRAMME) == DateRejection(
        '"April 2023 Cabinet" is the name of more than one: the meeting CAB1 (4 April 2023), '
        "the meeting CAB2 (25 April 2023).",
        "CAB1 or CAB2",
    )


def test_a_phase_that_is_called_like_another_date_is_told_with_both() -> None:
    assert parse_date("Spring 2024", PROGRAMME) == DateRejection(
        '"Spring 2024" can be read two ways: the calendar (1 March 2024 to 31 May 2024), '
        "or the phase P3 (15 May 2024).",
        "P3 for the phase, or 1 March 2024 to 31 May 2024",
    )


@pytest.mark.parametrize("raw", ["2024/25", "May 2023"])
def test_a_phase_that_ends_the_same_day_or_a_meeting_called_by_its_month_changes_nothing(raw: str) -> None:
    assert parse_date(raw, PROGRAMME) == parse_date(raw, Anchors(())) == parse_date(raw)


def test_a_phase_called_exactly_so_is_meant_by_words_that_are_refused_otherwise() -> None:
    quarters = Anchors((Anchor("Q1", "phase", "Complete", _read("30 June 2023")),))

    for raw in ("Q1", "complete"):
        assert parse_date(raw, quarters) == CouncilDate(
            raw, date(2023, 6, 30), date(2023, 6, 30), Precision.DAY, Basis.PHASE, anchor="Q1"
        )
        assert isinstance(parse_date(raw, PROGRAMME), DateRejection)
        assert isinstance(parse_date(raw), DateRejection)


def test_the_nearest_phase_is_named_as_it_is_written() -> None:
    assert parse_date("CTB Phase 2", PROGRAMME) == DateRejection(
        '"CTB Phase 2" is neither a date that the register can read nor a phase or a meeting.',
        'CBT Phase 2; or, to keep a paper\'s own words, {raw: "CTB Phase 2", means: CBT Phase 2}',
    )


def test_while_the_programme_cannot_be_read_a_name_waits() -> None:
    assert parse_date("CBT Phase 2") == CouncilDate("CBT Phase 2", None, None, Precision.NONE, unresolved=True)


def test_published_words_are_kept_with_the_day_that_they_are_taken_for() -> None:
    read = parse_interpreted_date("the next formal Board meeting", "22 November 2024", Anchors(()))

    assert isinstance(read, CouncilDate)
    assert read == CouncilDate(
        "the next formal Board meeting", date(2024, 11, 22), date(2024, 11, 22), Precision.DAY, inferred=True
    )
    assert read.to_text() == "the next formal Board meeting (by 22 November 2024)"


@pytest.mark.parametrize("means", ["none", "None", " none. "])
def test_published_words_may_mean_no_date(means: str) -> None:
    read = parse_interpreted_date("when resources allow", means, Anchors(()))

    assert isinstance(read, CouncilDate)
    assert read == CouncilDate("when resources allow", None, None, Precision.NONE, inferred=True)
    assert read.to_text() == "when resources allow"


def test_ambiguous_words_may_be_given_a_meaning() -> None:
    assert parse_interpreted_date("Q2 2023", "Q2 2023/24") == CouncilDate(
        "Q2 2023", date(2023, 7, 1), date(2023, 9, 30), Precision.QUARTER, Basis.FINANCIAL_YEAR, inferred=True
    )


def test_words_may_mean_a_phase_or_be_ongoing() -> None:
    assert parse_interpreted_date("once the trial ends", "CBT Phase 1", PROGRAMME) == CouncilDate(
        "once the trial ends",
        date(2022, 9, 1),
        date(2022, 9, 30),
        Precision.MONTH,
        Basis.PHASE,
        anchor="P1",
        inferred=True,
    )
    assert parse_interpreted_date("each meeting", "Ongoing", PROGRAMME) == CouncilDate(
        "each meeting", None, None, Precision.NONE, ongoing=True, inferred=True
    )
    assert parse_interpreted_date("once the trial ends", "CBT Phase 1") == CouncilDate(
        "once the trial ends", None, None, Precision.NONE, inferred=True, unresolved=True
    )


def test_a_meaning_that_is_no_date_is_told() -> None:
    assert parse_interpreted_date("shortly after", "ASAP", PROGRAMME) == parse_date("ASAP", PROGRAMME)


def test_a_pair_needs_words() -> None:
    assert parse_interpreted_date(" ", "31 January 2024") == DateRejection(
        "The words that were published are empty.", '{raw: "in the new year", means: 31 January 2024}'
    )


def test_quotes_in_published_words_are_written_so_that_the_advice_can_be_pasted() -> None:
    answer = parse_date('the "new" board', Anchors(()))

    assert isinstance(answer, DateRejection)
    assert answer.fix.endswith('{raw: "the \\"new\\" board", means: 31 March 2023}')
