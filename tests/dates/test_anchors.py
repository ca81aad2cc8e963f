"""Dates that name a phase or a meeting, and a source's words with our interpretation."""

from __future__ import annotations

from dataclasses import replace
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


def _parse(raw: str, anchors: Anchors | None = None) -> CouncilDate:
    parsed = parse_date(raw, anchors)
    assert isinstance(parsed, CouncilDate)
    return parsed


PROGRAMME = Anchors(
    (
        Anchor("P1", "phase", "CBT Phase 1", _parse("Sept 22")),
        Anchor("P2", "phase", "CBT Phase 2", _parse("Sept 23")),
        Anchor("AC-2022-10-17", "meeting", "October 2022 Audit Committee", _parse("2022-10-17"), ("Autumn review",)),
        Anchor("AC-2023-03", "meeting", "March 2023 Audit Committee", _parse("Mar-23")),
        Anchor("CAB1", "meeting", "April 2023 Cabinet", _parse("4 April 2023")),
        Anchor("CAB2", "meeting", "April 2023 Cabinet", _parse("25 April 2023")),
        Anchor("CAB3", "meeting", "May 2023", _parse("9 May 2023")),
        Anchor("P3", "phase", "Spring 2024", _parse("15 May 2024")),
        Anchor("P4", "phase", "2024/25", _parse("March 2025")),
        Anchor("P5", "phase", "Phase to be planned", _parse("TBC")),
    )
)


@pytest.mark.parametrize(
    "raw", ["CBT Phase 2", "cbt  phase\u00a02", "P2", "p2", "by CBT Phase 2", "by the end of CBT Phase 2", "end of P2"]
)
def test_a_phase_by_id_or_title_is_its_end(raw: str) -> None:
    parsed = _parse(raw, PROGRAMME)

    assert parsed == CouncilDate(
        raw, date(2023, 9, 1), date(2023, 9, 30), Precision.MONTH, Basis.PHASE, anchor="P2", inferred=False
    )
    assert parsed.to_text() == f"{raw} (by 30 September 2023)"
    assert parsed.to_json()["basis"] == "phase"


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
    parsed = _parse(raw, PROGRAMME)

    assert parsed == CouncilDate(
        raw, date(2022, 10, 17), date(2022, 10, 17), Precision.DAY, Basis.MEETING, anchor="AC-2022-10-17"
    )
    assert parsed.to_text() == f"{raw} (by 17 October 2022)"


def test_a_meeting_whose_day_is_not_yet_known_is_its_month() -> None:
    parsed = _parse("March 2023 Audit Committee", PROGRAMME)

    assert parsed.to_json() == {
        "raw": "March 2023 Audit Committee",
        "earliest": "2023-03-01",
        "latest": "2023-03-31",
        "precision": "month",
        "basis": "meeting",
        "ongoing": False,
    }


def test_a_phase_without_an_end_is_no_deadline() -> None:
    parsed = _parse("Phase to be planned", PROGRAMME)

    assert parsed == CouncilDate("Phase to be planned", None, None, Precision.NONE, Basis.PHASE, anchor="P5")
    assert parsed.to_text() == "Phase to be planned"


def test_a_name_of_two_meetings_is_ambiguous() -> None:
    assert parse_date("April 2023 Cabinet", PROGRAMME) == DateRejection(
        "“April 2023 Cabinet” can mean the meeting CAB1 (4 April 2023) or the meeting CAB2 (25 April 2023).",
        "Write CAB1 or CAB2.",
    )


def test_a_phase_with_the_name_of_another_date_is_ambiguous() -> None:
    assert parse_date("Spring 2024", PROGRAMME) == DateRejection(
        "“Spring 2024” can mean 1 March 2024 to 31 May 2024 or the phase P3 (15 May 2024).",
        "Write 1 March 2024 to 31 May 2024 or P3 for the phase.",
    )


@pytest.mark.parametrize("raw", ["2024/25", "May 2023"])
def test_a_phase_that_ends_on_the_same_day_or_a_meeting_called_by_its_month_is_not_ambiguous(raw: str) -> None:
    assert parse_date(raw, PROGRAMME) == parse_date(raw, Anchors(())) == parse_date(raw)


def test_the_exact_name_of_a_phase_is_accepted_even_if_it_is_refused_otherwise() -> None:
    quarters = Anchors((Anchor("Q1", "phase", "Complete", _parse("30 June 2023")),))

    for raw in ("Q1", "complete"):
        assert parse_date(raw, quarters) == CouncilDate(
            raw, date(2023, 6, 30), date(2023, 6, 30), Precision.DAY, Basis.PHASE, anchor="Q1"
        )
        assert isinstance(parse_date(raw, PROGRAMME), DateRejection)
        assert isinstance(parse_date(raw), DateRejection)


def test_a_misspelt_phase_is_suggested_as_it_is_written() -> None:
    assert parse_date("CTB Phase 2", PROGRAMME) == DateRejection(
        "“CTB Phase 2” is not a date, a phase or a meeting.", "Write CBT Phase 2.", "CBT Phase 2"
    )


def test_a_name_is_unresolved_while_the_programme_cannot_be_read() -> None:
    assert parse_date("CBT Phase 2") == CouncilDate("CBT Phase 2", None, None, Precision.NONE, unresolved=True)


def test_a_word_of_a_source_is_stored_with_its_interpretation() -> None:
    parsed = parse_interpreted_date("the next formal Board meeting", "22 November 2024", Anchors(()))

    assert isinstance(parsed, CouncilDate)
    assert parsed == CouncilDate(
        "the next formal Board meeting", date(2024, 11, 22), date(2024, 11, 22), Precision.DAY, inferred=True
    )
    assert parsed.to_text() == "the next formal Board meeting (by 22 November 2024)"


@pytest.mark.parametrize("means", ["none", "None", " none. "])
def test_the_words_of_a_source_may_mean_no_date(means: str) -> None:
    parsed = parse_interpreted_date("when resources allow", means, Anchors(()))

    assert isinstance(parsed, CouncilDate)
    assert parsed == CouncilDate("when resources allow", None, None, Precision.NONE, inferred=True)
    assert parsed.to_text() == "when resources allow"


def test_an_ambiguous_text_may_have_an_interpretation() -> None:
    assert parse_interpreted_date("Q2 2023", "Q2 2023/24") == CouncilDate(
        "Q2 2023", date(2023, 7, 1), date(2023, 9, 30), Precision.QUARTER, Basis.FINANCIAL_YEAR, inferred=True
    )


def test_an_interpretation_may_be_a_phase_or_ongoing() -> None:
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


def test_an_interpretation_that_is_not_a_date_is_refused() -> None:
    assert parse_interpreted_date("shortly after", "ASAP", PROGRAMME) == parse_date("ASAP", PROGRAMME)


def test_an_interpretation_needs_the_words_of_the_source() -> None:
    assert isinstance(parse_interpreted_date(" ", "31 January 2024"), DateRejection)


LABELLED = Anchors(
    (
        Anchor("P2", "phase", "Phase 2", _parse("June 2027"), label="end of Phase 2"),
        Anchor("P3", "phase", "Phase 3", _parse("2027/28"), label="end of Phase 3"),
        Anchor("P4", "phase", "Phase 4", _parse("TBC"), label="end of Phase 4"),
        Anchor("AC-2027-03", "meeting", "March 2027 Audit Committee", _parse("2027-03-18"), label="Audit Committee"),
        Anchor("AC-2027-09", "meeting", "September 2027 Audit Committee", _parse("Sep-27"), label="Audit Committee"),
    )
)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("AC-2027-03", "18 March 2027 (Audit Committee)"),
        ("ac–2027–03", "18 March 2027 (Audit Committee)"),
        ("the AC-2027-03 meeting", "18 March 2027 (Audit Committee)"),
        ("AC-2027-09", "September 2027 (Audit Committee)"),
        ("P2", "June 2027 (end of Phase 2)"),
        ("by the end of P2", "June 2027 (end of Phase 2)"),
        ("P3", "by 31 March 2028 (end of Phase 3)"),
        ("P4", "no date yet (end of Phase 4)"),
        ("Phase 2", "Phase 2 (by 30 June 2027)"),
        ("March 2027 Audit Committee", "March 2027 Audit Committee (by 18 March 2027)"),
    ],
)
def test_papers_print_the_day_and_title_of_an_id(raw: str, text: str) -> None:
    assert _parse(raw, LABELLED).to_text() == text


def test_an_exemption_tag_stays_around_the_text_of_an_id() -> None:
    tagged = replace(_parse("P2", LABELLED), raw="\U000f0000\U000f0010\U000f0001P2\U000f0002")
    assert tagged.to_text() == "\U000f0000\U000f0010\U000f0001June 2027 (end of Phase 2)\U000f0002"
