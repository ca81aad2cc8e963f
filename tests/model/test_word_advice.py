"""A word that is not in a list gets a word with the same meaning, or none."""

from __future__ import annotations

import pytest

from p2ptrack.model.advice import advise_on_status, advise_on_word
from p2ptrack.model.fields import CLOSED_STATUSES, Status, normalise_word
from p2ptrack.phrases import suggest

STATUSES = tuple(status.value for status in Status)
DONE = {*(status.value for status in CLOSED_STATUSES), "complete"}


def _advise(text: str) -> str:
    return advise_on_status(normalise_word(text), STATUSES)


@pytest.mark.parametrize(
    "text",
    [
        *("Not implemented", "Incomplete", "75% complete", "Not yet due", "No progress to date", "Not complete"),
        *("Half done", "Nearly complete", "Partly implemented", "50 per cent complete", "Unresolved", "Never started"),
        *("Extended", "Unverified", "Yet to be completed", "Almost finished", "Not closed", "On track", "Overdue"),
        *("in-complete", "Not verified", "Un finished"),
    ],
)
def test_work_that_is_not_done_never_gets_a_word_for_done_or_closed(text: str) -> None:
    sentences = _advise(text).removesuffix(".").split(".")
    assert not {word.strip(",") for sentence in sentences[:-2] for word in sentence.split()} & DONE


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("compelte", "complete"),
        ("in progess", "in_progress"),
        ("Implemented", "complete"),
        ("Done", "complete"),
        ("Finished", "complete"),
        ("100% complete", "complete"),
        ("Suspended", "on_hold"),
        ("Paused", "on_hold"),
        ("Deferred", "on_hold"),
        ("Underway", "in_progress"),
        ("No longer required", "withdrawn or superseded"),
        ("Outstanding", "not_started or in_progress"),
        ("Not yet started", "not_started"),
        ("Business as usual", "embedded"),
    ],
)
def test_a_status_with_the_same_meaning_or_a_slip_is_suggested(text: str, first: str) -> None:
    assert _advise(text).startswith(f"Use {first}.")


@pytest.mark.parametrize("text", ["On track", "Green", "Amber", "Overdue", "At risk", "Off-track"])
def test_a_rating_is_not_a_status(text: str) -> None:
    assert _advise(text).startswith("Ratings are calculated from the dates and are not typed. ")


@pytest.mark.parametrize("text", ["75% complete", "Half done", "Substantially complete", "30 per cent"])
def test_a_share_belongs_in_an_update(text: str) -> None:
    assert "put the share that is done in an update" in _advise(text)


@pytest.mark.parametrize("text", ["compelte", "Green", "75%", "Not done", "Suspended", "Closed acceptable", "qqq"])
def test_every_advice_on_a_status_names_the_labels(text: str) -> None:
    assert "policy.labels" in _advise(text)


@pytest.mark.parametrize("text", ["Closed acceptable", "Phase two", "Superceeded by events"])
def test_other_words_get_the_whole_list(text: str) -> None:
    assert _advise(text).startswith("Use not_started, in_progress, on_hold, complete")


@pytest.mark.parametrize(
    ("text", "words", "fix"),
    [
        ("not_agreed", ("accepted", "partly_accepted", "not_accepted"), "Use not_accepted. The other words are"),
        ("agreed", ("accepted", "partly_accepted", "not_accepted"), "Use accepted. The other words are"),
        ("agreed", ("requested", "granted", "refused"), "Use granted. The other words are"),
        ("urgent", ("critical", "high", "medium", "low"), "Use critical or high."),
        ("unaccepted", ("accepted", "not_accepted"), "Use accepted or not_accepted."),
    ],
)
def test_words_of_other_lists(text: str, words: tuple[str, ...], fix: str) -> None:
    assert advise_on_word(text, words).startswith(fix)


@pytest.mark.parametrize(
    ("word", "candidate"),
    [("incomplete", "complete"), ("unverified", "verified"), ("answered", "unanswered"), ("renoted", "noted")],
)
def test_the_opposite_is_not_a_misspelling(word: str, candidate: str) -> None:
    assert suggest(word, (candidate,)) == ()
