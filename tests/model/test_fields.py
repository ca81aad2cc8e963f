"""How each type of field reads the text of a file."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from p2ptrack.model.dates import Anchor, Anchors, CouncilDate, Precision, parse_date
from p2ptrack.model.fields import (
    CLOSED_STATUSES,
    STATUSES_NEEDING_DECISION,
    Acceptance,
    Category,
    Decision,
    Extent,
    Priority,
    Status,
    ValidationContext,
)
from p2ptrack.model.programme import Policy, Programme
from p2ptrack.model.records import Action, Blocker, CoveredRecord, FollowUp, Recommendation, SourceRef, Update
from p2ptrack.phrases import normalise_word


def action(context: ValidationContext | None = None, **fields: Any) -> Action:
    return Action.model_validate({"id": "A01", "title": "x", **fields}, context=context)


def test_a_single_value_is_a_list_of_one() -> None:
    record = action(
        recommendations="R1", accountable="Head", restated="title", revisions={"from": "Jan-23", "to": "Mar-23"}
    )
    assert (record.recommendations, record.accountable, record.restated) == (("R1",), ("Head",), ("title",))
    assert [(revision.from_.raw, revision.to.raw) for revision in record.revisions] == [("Jan-23", "Mar-23")]
    assert action(recommendations=[]).recommendations == ()


def test_a_source_may_be_an_id_alone() -> None:
    assert action(source="paper").source == SourceRef(id="paper", ref=None)
    assert action(source={"id": "paper", "ref": "4.10"}).source == SourceRef(id="paper", ref="4.10")


@pytest.mark.parametrize(
    ("written", "covers"),
    [
        ("A04", [("A04", Extent.WHOLE)]),
        (["A04", "A05"], [("A04", Extent.WHOLE), ("A05", Extent.WHOLE)]),
        ({"F08": "whole", "F11": "In part"}, [("F08", Extent.WHOLE), ("F11", Extent.IN_PART)]),
        ([{"id": "A19", "extent": "heading-only"}, "A20"], [("A19", Extent.HEADING_ONLY), ("A20", Extent.WHOLE)]),
        ({}, []),
    ],
)
def test_what_an_update_covers(written: Any, covers: list[tuple[str, Extent]]) -> None:
    update = Update.model_validate({"text": "x", "covers": written})
    assert update.covers == tuple(CoveredRecord(id=id_, extent=extent) for id_, extent in covers)


def test_blocked_by() -> None:
    result = action(blocked_by=["consultation", {"cause": "Staff", "owner": "IDS", "since": "Mar-23"}]).blocked_by
    assert result[0] == Blocker(id="consultation")
    assert (result[1].cause, result[1].owner, result[1].since and result[1].since.raw) == ("Staff", "IDS", "Mar-23")


@pytest.mark.parametrize(("word", "expected"), [("true", True), ("Yes", True), ("FALSE", False), ("no", False)])
def test_a_flag_is_true_or_false(word: str, expected: bool) -> None:
    assert Update.model_validate({"text": "x", "restated": word}).restated is expected


def test_a_flag_and_a_number_may_have_their_own_type() -> None:
    assert Update(text="x", restated=True).restated
    assert Policy(due_soon_days=7).due_soon_days == 7


@pytest.mark.parametrize(("figures", "number"), [("0", 0), ("030", 30), ("999999", 999999)])
def test_a_number_is_in_digits(figures: str, number: int) -> None:
    assert Policy.model_validate({"due_soon_days": figures}).due_soon_days == number


@pytest.mark.parametrize("text", ["4.10", "012", "no", "12:30", "1e3", "٣", "[red]x[/red]", "=1+1", "{{ x }}", "a\nb "])
def test_text_stays_as_it_is_written(text: str) -> None:
    result = FollowUp.model_validate({"id": "F01", "title": text, "report_refs": [text], "area": text})
    assert (result.title, result.report_refs, result.area) == (text, (text,), text)


@pytest.mark.parametrize("status", Status)
def test_a_status_is_read_however_it_is_spelt(status: Status) -> None:
    spellings = [
        status.value, status.value.upper(), status.value.replace("_", " "), status.value.replace("_", "-"),
        status.value.replace("_", " – "), f" {status.value.title()} ",
    ]  # fmt: skip
    assert [action(status=word).status for word in spellings] == [status] * len(spellings)


def test_the_words_of_the_council_are_read_as_statuses() -> None:
    context = ValidationContext(Anchors(()), {"status": {"under_way": "complete", "done": "in_progress"}})
    assert action(context, status="Under-Way").status is Status.COMPLETE
    assert action(context, updates=[{"text": "x", "status": "DONE"}]).updates[0].status is Status.IN_PROGRESS
    assert action(context, status="complete").status is Status.COMPLETE


def test_the_words_of_the_council_are_for_one_field_only() -> None:
    with pytest.raises(ValidationError):
        action(ValidationContext(Anchors(()), {"status": {"signed_off": "complete"}}), priority="Signed off")


@pytest.mark.parametrize(
    ("field", "kind"),
    [("priority", Priority), ("acceptance", Acceptance)],
)
def test_other_words_are_read_however_they_are_spelt(field: str, kind: type[Priority | Acceptance]) -> None:
    for word in kind:
        assert getattr(action(None, **{field: word.value.upper().replace("_", " ")}), field) is word


@pytest.mark.parametrize(("field", "kind"), [("category", Category), ("decision", Decision)])
def test_words_of_a_revision(field: str, kind: type[Category | Decision]) -> None:
    for word in kind:
        (revision,) = action(revisions={"from": "Jan-23", "to": "Mar-23", field: word.value.title()}).revisions
        assert getattr(revision, field) is word


def test_statuses_after_complete_close_a_record() -> None:
    statuses = list(Status)
    assert set(statuses[statuses.index(Status.COMPLETE) + 1 :]) == CLOSED_STATUSES
    assert {Status.VERIFIED, Status.ON_HOLD} == STATUSES_NEEDING_DECISION ^ CLOSED_STATUSES


@given(st.text())
def test_normalising_a_word_twice_changes_nothing(word: str) -> None:
    assert normalise_word(normalise_word(word)) == normalise_word(word)


# Dates

PHASE = Anchor(
    "P2", "phase", "CBT Phase 2", CouncilDate("Sept 23", date(2023, 9, 1), date(2023, 9, 30), Precision.MONTH)
)


def test_a_date_is_kept_as_written() -> None:
    result = action(target="early 2023/24", start="31/03/2023").target
    assert result == parse_date("early 2023/24")
    assert result is not None
    assert result.to_text() == "early 2023/24 (by 30 June 2023)"


def test_a_date_may_name_a_phase_of_the_programme() -> None:
    result = action(ValidationContext(Anchors([PHASE])), target="CBT Phase 2").target
    assert result is not None
    assert (result.raw, result.latest, result.anchor, result.unresolved) == (
        "CBT Phase 2",
        date(2023, 9, 30),
        "P2",
        False,
    )


def test_without_a_programme_words_that_may_name_a_phase_are_kept() -> None:
    result = action(ValidationContext(), target="CBT Phase 2", review_by={"raw": "in time", "means": "CBT Phase 2"})
    assert result.target is not None
    assert result.review_by is not None
    assert (result.target.raw, result.target.unresolved) == ("CBT Phase 2", True)
    assert (result.review_by.raw, result.review_by.unresolved) == ("in time", True)


def test_without_a_context_no_phase_is_known() -> None:
    with pytest.raises(ValidationError):
        action(target="CBT Phase 2")


def test_a_word_of_a_source_is_stored_with_its_interpretation() -> None:
    result = action(target={"raw": "the next formal Board meeting", "means": "22 November 2024"}).target
    assert result is not None
    assert (result.raw, result.latest, result.inferred) == ("the next formal Board meeting", date(2024, 11, 22), True)
    none = action(target={"raw": "when staff allow", "means": "none"}).target
    assert none is not None
    assert (none.raw, none.latest, none.inferred) == ("when staff allow", None, True)


def test_a_date_may_be_an_iso_date_object() -> None:
    day = parse_date("Mar-23")
    assert action(target=day).target is day


# The JSON Schema


def test_a_schema_allows_every_way_of_writing() -> None:
    schema = Action.model_json_schema()
    fields = schema["properties"]
    text = {"type": "string"}
    part = {"type": "string", "format": "reference-part"}
    assert fields["recommendations"]["anyOf"] == [part, {"type": "array", "items": part}]
    assert fields["revisions"]["anyOf"][0] == {"$ref": "#/$defs/TargetRevision"}
    assert fields["source"]["anyOf"] == [text, {"$ref": "#/$defs/SourceRef"}, {"type": "null"}]
    assert [way["type"] for way in schema["$defs"]["Update"]["properties"]["covers"]["anyOf"]] == [
        "string", "array", "object",
    ]  # fmt: skip
    assert schema["additionalProperties"] is False
    assert "from" in schema["$defs"]["TargetRevision"]["required"]


@pytest.mark.parametrize("model", [Recommendation, Action, FollowUp, Programme])
def test_every_kind_has_a_schema(model: type[Action]) -> None:
    schema = model.model_json_schema()
    assert set(schema["required"]) <= {"id", "title"}
    assert len(schema["properties"]) > 5


def test_a_target_with_its_changes_has_lines_to_paste_in_its_own_field_only() -> None:
    changed = {"target": "31 March 2027 extended to 30 June 2027"}
    finished = "Completed March 2026"

    with pytest.raises(ValidationError) as exc_info:
        action(target=changed["target"], start=changed["target"], completed_on=finished)
    fixes = {error["loc"][0]: error["ctx"]["fix"] for error in exc_info.value.errors()}

    assert fixes == {
        "target": "Write these lines instead. If the record has revisions, add the new ones below them.\n"
        "target: 30 June 2027\nrevisions:\n  - from: 31 March 2027\n    to: 30 June 2027",
        "start": "Write only the date: 30 June 2027 or 31 March 2027.",
        "completed_on": "Write these lines instead.\ncompleted_on: March 2026",
    }


def test_the_words_of_a_source_are_repeated_exactly() -> None:
    with pytest.raises(ValidationError) as exc_info:
        action(target="Next  Cabinet\u2044Board meeting.")
    assert 'raw: "Next  Cabinet\u2044Board meeting."' in exc_info.value.errors()[0]["ctx"]["fix"]
