"""The words that public bodies use: what each means, and that the word as written stays beside the meaning."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from p2ptrack.model.advice import COMMON_WORDS
from p2ptrack.model.fields import Acceptance, Priority, Status, ValidationContext
from p2ptrack.model.programme import collect_labels
from p2ptrack.model.records import Action
from p2ptrack.model.schema import fields_to_json, list_fields, walk
from p2ptrack.phrases import normalise_word
from tests.support import programme_of

ENUMS = {"status": Status, "priority": Priority, "acceptance": Acceptance}


def action(labels: str = "{}", **values: Any) -> Action:
    policy = programme_of(f"title: x\npolicy: {{labels: {labels}}}").policy
    context = ValidationContext(labels=collect_labels(policy))
    return Action.model_validate({"id": "A01", "title": "x", **values}, context=context)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        *((word, Status.COMPLETE) for word in ("Implemented", "Done", "Completed", "DELIVERED", "Fully implemented.")),
        ("Action complete – awaiting verification", Status.COMPLETE),
        ("Completed (awaiting verification)", Status.COMPLETE),
        *((word, Status.IN_PROGRESS) for word in ("Ongoing", "On-going", "Underway", "Partially implemented")),
        *((word, Status.ON_HOLD) for word in ("Paused", "Deferred", "Suspended")),
        *((word, Status.NOT_IMPLEMENTED) for word in ("Not implemented", "Not achieved")),
        *((word, Status.OPEN) for word in ("Pending", "Outstanding", "Not yet due", "Live", "Carried forward")),
        *((word, Status.WITHDRAWN) for word in ("No longer applicable", "No longer required")),
        *((word, Status.VERIFIED) for word in ("Implemented and verified", "Closed – verified", "Closed: verified")),
        ("Superseded", Status.SUPERSEDED),
        ("Risk accepted", Status.RISK_ACCEPTED),
        ("Risk\u00a0accepted", Status.RISK_ACCEPTED),
        ("Now BAU", Status.EMBEDDED),
        ("Closed", Status.CLOSED),
        ("Open", Status.OPEN),
    ],
)
def test_a_common_word_for_a_status_is_read(text: str, meaning: Status) -> None:
    assert action(status=text).status is meaning


@pytest.mark.parametrize(
    ("field_name", "text", "meaning"),
    [
        *(("priority", word, "high") for word in ("H", "Fundamental", "Priority 1", "High priority", "Major")),
        *(("priority", word, "medium") for word in ("M", "Significant", "Priority 2", "Moderate", "Important")),
        *(("priority", word, "low") for word in ("L", "Merits attention", "Priority 3", "Minor", "Advisory")),
        *(
            ("priority", word, "high")
            for word in ("High (1)", "1 - High", "(1) High", "P1 – High risk", "1: H", "High P3")
        ),
        *(
            ("priority", word, "critical")
            for word in ("Critical (1)", "Priority 1: critical", "Category 1 - Very high")
        ),
        *(("priority", word, "medium") for word in ("2 (Medium)", "Medium - 2", "Grade 2 (Moderate)")),
        *(("acceptance", word, "accepted") for word in ("Agreed", "Accepted in full")),
        *(("acceptance", word, "partly_accepted") for word in ("Partially accepted", "Agreed in part")),
        *(("acceptance", word, "not_accepted") for word in ("Rejected", "Not agreed")),
    ],
)
def test_a_common_word_for_a_priority_or_an_acceptance_is_read(field_name: str, text: str, meaning: str) -> None:
    record = action(**{field_name: text})
    assert getattr(record, field_name) == meaning
    assert getattr(record, f"{field_name}_as_written") == text


@pytest.mark.parametrize("field_name", COMMON_WORDS)
def test_the_table_holds_folded_words_with_one_meaning_each(field_name: str) -> None:
    stable_names = {member.value for member in ENUMS[field_name]}
    table = COMMON_WORDS[field_name]
    assert set(table.values()) <= stable_names
    assert not set(table) & stable_names
    assert [word for word in table if normalise_word(word.replace("_", " ")) != word] == []


def test_the_table_of_the_council_comes_first() -> None:
    labels = "{status: {not_started: [Not implemented], complete: [Closed]}, priority: {critical: [Fundamental]}}"
    record = action(labels, status="NOT implemented", priority="fundamental", updates={"text": "x", "status": "Closed"})
    assert (record.status, record.priority) == (Status.NOT_STARTED, Priority.CRITICAL)
    assert (record.status_as_written, record.priority_as_written) == ("NOT implemented", "fundamental")
    assert (record.updates[0].status, record.updates[0].status_as_written) == (Status.COMPLETE, "Closed")


@pytest.mark.parametrize(("text", "meaning"), [("Red (1)", "critical"), ("1 - High", "low"), ("High", "high")])
def test_a_number_beside_a_word_of_the_council_is_no_part_of_it(text: str, meaning: str) -> None:
    assert action("{priority: {critical: [Red], low: [1 - High]}}", priority=text).priority == meaning


@pytest.mark.parametrize("text", ["1", "High/Medium", "High 1 or 2", "1 - 2", "Number 1"])
def test_a_number_alone_is_no_priority(text: str) -> None:
    with pytest.raises(ValidationError, match="is not a priority"):
        action(priority=text)


def test_labels_without_a_field_are_for_statuses() -> None:
    labels = programme_of("title: x\npolicy: {labels: {embedded: [Now BAU], priority: {high: [Red]}}}").policy.labels
    assert (labels.status, labels.priority) == ({Status.EMBEDDED: ("Now BAU",)}, {Priority.HIGH: ("Red",)})


@pytest.mark.parametrize("text", ["complete", "Complete", " COMPLETE. "])
def test_a_stable_word_is_not_kept_twice(text: str) -> None:
    assert action(status=text).status_as_written is None


def test_json_has_the_meaning_and_the_word() -> None:
    record = action(status="Now BAU", acceptance="accepted", updates={"date": "Jan-23", "status": "Ongoing"})
    result = fields_to_json(record)
    assert (result["status"], result["status_as_written"]) == ("embedded", "Now BAU")
    assert "acceptance_as_written" not in result
    assert result["updates"][0]["status_as_written"] == "Ongoing"


def test_the_word_as_written_is_no_field() -> None:
    assert [field.name for field in list_fields(Action)].count("status") == 1
    assert [place for place, _, _ in walk(action(status="Now BAU"))] == ["id", "title", "status"]
    assert set(Action.model_json_schema()["properties"]) == {field.name for field in list_fields(Action)}


def test_an_update_may_be_a_date_and_a_status() -> None:
    (update,) = action(updates=[{"date": "20 February 2027", "status": "in_progress"}]).updates
    assert (update.text, update.status) == (None, Status.IN_PROGRESS)
