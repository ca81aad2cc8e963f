"""A word that is not in a list gets a word with the same meaning, or none."""

from __future__ import annotations

import pytest

from p2ptrack.model.advice import (
    advise_on_label,
    advise_on_policy,
    advise_on_word,
    find_common_meaning,
    is_placeholder,
    is_vacant,
)
from p2ptrack.model.fields import CLOSED_STATUSES, Acceptance, Priority, Status
from p2ptrack.phrases import normalise_word, suggest

STATUSES = tuple(status.value for status in Status)
DONE = {*(status.value for status in CLOSED_STATUSES), "complete"}


def _advise(text: str) -> str:
    return f"{advise_on_label('status', normalise_word(text), STATUSES)} {advise_on_policy('status')}"


@pytest.mark.parametrize(
    "text",
    [
        *("Not yet implemented", "Incomplete", "75% complete", "Not yet due", "No progress to date", "Not complete"),
        *("Half done", "Nearly complete", "Partly done", "50 per cent complete", "Unresolved", "Never started"),
        *("Complete except for training", "Implemented in part", "Complete but not tested", "Done bar the testing"),
        *("Extended", "Unverified", "Yet to be completed", "Almost finished", "Not closed", "On track", "Overdue"),
        *("in-complete", "Not verified", "Un finished"),
    ],
)
def test_work_that_is_not_done_never_gets_a_word_for_done_or_closed(text: str) -> None:
    sentences = _advise(text).removesuffix(".").split(".")
    assert not {word.strip(",") for sentence in sentences[:-2] for word in sentence.split()} & DONE


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("Not accepted", "Write it as acceptance: not_accepted. Leave the status out"),
        ("Rejected", "Write it as acceptance: not_accepted."),
        ("Agreed", "Write it as acceptance: accepted."),
        ("Partially accepted", "Write it as acceptance: partly_accepted."),
        ("High", "Write it as priority: high."),
        ("N/A", "Leave the status out until it is known."),
        ("To be confirmed", "Leave the status out until it is known."),
        ("Partial", "Use in_progress, and put the share"),
        ("Amber/Red", "Ratings are calculated from the dates"),
        ("Green to amber", "Ratings are calculated from the dates"),
    ],
)
def test_a_word_of_another_field_is_no_status(text: str, start: str) -> None:
    assert _advise(text).startswith(start)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("compelte", "complete"),
        ("in progess", "in_progress"),
        ("100% complete", "complete"),
        ("Implementd", "complete"),
        ("Stopped", "on_hold or withdrawn"),
        ("Completed 12/03/24", "complete"),
        ("Completed on 12 March 2024", "complete"),
        ("Verified by Internal Audit", "verified"),
        ("Superseded by new recommendation", "superseded"),
        ("Complete/Closed", "complete or closed"),
        ("Completed late", "complete"),
        ("Deferred to 2027", "on_hold"),
        ("Merged with A02", "superseded"),
        ("Transferred", "superseded or withdrawn"),
        ("Recommended for closure", "in_progress or complete"),
        ("Discontinued", "withdrawn or closed"),
        ("Open or ongoing", "open or in_progress"),
        ("Signed off", "complete or verified"),
        ("Open - overdue", "open"),
        ("In progress (delayed)", "in_progress"),
        ("In Progress/Overdue", "in_progress"),
        ("Outstanding – red", "open"),
        ("Limited progress", "in_progress"),
        ("Terminated", "withdrawn or closed"),
    ],
)
def test_a_status_with_the_same_meaning_or_a_slip_is_suggested(text: str, first: str) -> None:
    assert _advise(text).startswith(f"Use {first}.")


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("Priority 4", "Use critical, high, medium or low."),
        ("Priority A", "Use critical, high, medium or low."),
        ("Fundamentl", "Use high."),
        ("TBC", "Leave the priority out until it is known."),
    ],
)
def test_another_number_of_a_priority_is_no_slip(text: str, start: str) -> None:
    words = tuple(priority.value for priority in Priority)
    assert advise_on_label("priority", normalise_word(text), words).startswith(start)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("1", 'If 1 is the highest of 3, {}{{high: ["1"], medium: ["2"], low: ["3"]}}}}}}'),
        ("4", 'If 1 is the highest of 4, {}{{critical: ["1"], high: ["2"], medium: ["3"], low: ["4"]}}}}}}'),
        ("Risk 2", 'If risk 1 is the highest of 3, {}{{high: ["risk 1"], medium: ["risk 2"], low: ["risk 3"]}}}}}}'),
        ("7", "To write the council's own words, list them under policy.labels.priority in data/programme.yaml."),
        ("Red", "To write the council's own words, list them under policy.labels.priority in data/programme.yaml."),
    ],
)
def test_a_number_has_a_meaning_in_its_order(text: str, advice: str) -> None:
    start = "you can keep the numbers. Write in data/programme.yaml: policy: {labels: {priority: "
    assert advise_on_policy("priority", normalise_word(text)) == advice.format(start)


@pytest.mark.parametrize("text", ["On track", "Green", "Amber", "Overdue", "At risk", "Off-track"])
def test_a_rating_is_not_a_status(text: str) -> None:
    assert _advise(text).startswith("Ratings are calculated from the dates and are not typed. ")


@pytest.mark.parametrize("text", ["75% complete", "Half done", "Substantially complete", "30 per cent"])
def test_a_share_belongs_in_an_update(text: str) -> None:
    assert "put the share that is done in an update" in _advise(text)


@pytest.mark.parametrize("text", ["compelte", "Green", "75%", "Not done", "Suspended", "Closed acceptable", "qqq"])
def test_every_advice_on_a_status_names_the_labels(text: str) -> None:
    assert "policy.labels" in _advise(text)


@pytest.mark.parametrize("text", ["Phase two", "Superceeded by events", "qqq"])
def test_other_words_get_the_whole_list(text: str) -> None:
    assert _advise(text).startswith("Use open, not_started, in_progress, on_hold, complete")


@pytest.mark.parametrize(
    ("text", "words", "fix"),
    [
        ("agreed", ("requested", "granted", "refused"), "Use granted. The other words are"),
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


@pytest.mark.parametrize(
    ("field_name", "text", "first"),
    [
        ("priority", "Urgent", "critical or high"),
        ("priority", "Fundamentl", "high"),
        ("acceptance", "Agreed in principle", "accepted or partly_accepted"),
        ("acceptance", "Noted", "accepted, partly_accepted or not_accepted"),
    ],
)
def test_other_words_of_the_council_get_the_same_help(field_name: str, text: str, first: str) -> None:
    choices = {"priority": Priority, "acceptance": Acceptance}[field_name]
    assert advise_on_label(field_name, normalise_word(text), tuple(choices)).startswith(f"Use {first}.")


@pytest.mark.parametrize("text", ["Closed acceptable", "Closed - no action taken", "Closed, not verified"])
def test_a_closed_word_gets_the_closed_statuses(text: str) -> None:
    assert _advise(text).startswith("Use closed, complete, verified, superseded")


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("wedi'i_gwblhau", "complete"),
        ("ar_waith", "in_progress"),
        ("heb_ddechrau", "not_started"),
        ("wedi_cau", "closed"),
    ],
)
def test_welsh_words_for_a_status_are_read(word: str, status: str) -> None:
    assert find_common_meaning("status", word) == status


@pytest.mark.parametrize(
    ("text", "is_empty", "names_no_officer"),
    [
        ("n.k.", True, True),
        ("tbc/vacant", True, True),
        ("n/a / none", True, True),
        ("None identified", True, True),
        ("No owner identified", True, True),
        ("Various", True, True),
        ("Swydd wag", True, True),
        ("I\u2019w gadarnhau", True, True),
        ("Insert name here", True, True),
        ("[Please enter the supplier]", True, True),
        ("#N/A", True, True),
        ("#DIV/0!", True, True),
        ("#4", False, False),
        ("Insert route cards", False, False),
        ("TBC \u2013 new post", False, True),
        ("TBC (Head of Procurement)", False, True),
        ("Being recruited", False, True),
        ("Under discussion", False, True),
        ("Head of Procurement (vacant)", False, False),
        ("Vacant \u2013 cover by Head of Finance", False, False),
        ("Owner: Head of Procurement", False, False),
        ("TBC/Head of Procurement", False, False),
        ("All Directors", False, False),
        ("Nominated director", False, False),
    ],
)
def test_words_for_nothing_name_nobody(text: str, is_empty: bool, names_no_officer: bool) -> None:
    assert (is_placeholder(text), is_vacant(text)) == (is_empty, names_no_officer)
