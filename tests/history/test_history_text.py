"""The text of a record's history: titles of fields, and who approved a target change."""

from __future__ import annotations

from pathlib import Path

import pytest

from p2ptrack.queries.record_history import format_changed_value, format_field_name
from tests.command import run
from tests.git.builders import RegisterRepository, make_repository
from tests.history.years import A01, REVIEW, by

NAMES = {
    "target": "Target date",
    "accountable": "Responsible officer",
    "source.id": "Source",
    "source.ref": "Source: place in the source",
    "updates[0].text": "Update 1",
    "updates[1].source.id": "Update 2: source",
    "updates[2].exempt.until": "Update 3: exempt: until",
    "updates[0].covers.F08": "Update 1: also reports on: F08",
    "revisions[0].approved_by": "Target change 1: approved by",
    "verified.by": "Verified by",
    "verified.method": "Verified: method",
    "decided.reason": "Decided: reason",
    "response.text": "Response",
    "as_published.Rating": "As published: Rating",
    "owner": "owner",
}


@pytest.mark.parametrize("field", NAMES)
def test_a_field_is_shown_by_its_title(field: str) -> None:
    assert format_field_name(field) == NAMES[field]


def test_a_value_is_reported_in_words() -> None:
    assert format_changed_value("status", "in_progress") == "in progress"
    assert format_changed_value("updates[0].restated", "true") == "yes"
    assert format_changed_value("inferred", ("status", "depends_on")) == "status, depends on"
    assert format_changed_value("inferred", "target") == "target date"
    assert format_changed_value("updates[0].text", "see in_progress") == "see in_progress"
    assert format_changed_value("owner", ("IDS", "HR")) == "IDS, HR"


MOVE = "from: Mar-23, to: Jun-23"
LEDGERS = {
    f"[{{{MOVE}, approved_by: Board, minute: 14/22, reason: Supplier late.}}]": (
        "approved by Board; minute 14/22; Supplier late"
    ),
    f"[{{{MOVE}, decision: granted, approved_by: Board, meeting: AC-2023-03}}]": "granted by Board; AC-2023-03",
    f"[{{{MOVE}, decision: granted}}]": "granted",
    f"[{{{MOVE}, decision: requested, approved_by: Board}}]": "requested",
    f"[{{{MOVE}, decision: refused, approved_by: Board}}]": "refused by Board",
    f"[{{{MOVE}, category: correction, reason: Typing fault}}]": "a correction; Typing fault",
    "[{from: Feb-23, to: Jun-23, approved_by: Board}]": "no target change is recorded",
    "[]": "no target change is recorded",
}


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> RegisterRepository:
    """A register with an action for each ledger, whose target moved."""
    before, after = (
        {f"data/actions/A{at}.yaml": f"id: A{at}\ntitle: Review\n{text}" for at, text in enumerate(texts, 1)}
        for texts in (
            ["target: Mar-23\n" for _ in LEDGERS],
            [f"target: Jun-23\nrevisions: {ledger}\n" for ledger in LEDGERS],
        )
    )
    repo = make_repository(tmp_path_factory.mktemp("moved"))
    repo.commit("2023-01-12", before)
    repo.commit("2023-02-01", after, **by("ben"))
    return repo


@pytest.mark.parametrize(("at", "message"), [*enumerate(LEDGERS.values(), 1)])
def test_a_moved_target_is_shown_with_who_approved_it(at: int, message: str, moved: RegisterRepository) -> None:
    result = run("history", f"A{at}", "--field", "target", "--root", moved.root, width=200)
    assert result.out.splitlines()[-2] == f"  Target date  Mar-23 → Jun-23 (91 days later); {message}"


def test_what_is_declared_later_counts_and_another_way_to_write_a_day_needs_none(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": f"{REVIEW}target: Mar-23\n"})
    repo.commit("2023-01-12")
    repo.commit("2023-02-01", {A01: f"{REVIEW}target: March 2023\n"})
    repo.commit("2023-02-02", {A01: f"{REVIEW}target: Jun-23\n"})
    repo.commit("2023-02-03", {A01: f"{REVIEW}target: Jun-23\nrevisions: [{{{MOVE}, approved_by: Board}}]\n"})
    message = run("history", "A01", "--field", "target", "--root", repo.root, width=200).out.splitlines()
    assert message[5::2] == [
        "  Target date  Mar-23 → March 2023",
        "  Target date  March 2023 → Jun-23 (91 days later); approved by Board",
    ]
    whole = run("history", "A01", "--root", repo.root, width=200).out
    assert "March 2023 → Jun-23 (91 days later)\n" in whole


def test_one_field_of_a_record_that_is_gone_reports_it(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": f"{REVIEW}target: Mar-23\n"})
    repo.commit("2023-01-12")
    repo.commit("2023-02-01", {A01: None}, **by("ben"))
    message = run("history", "A01", "--field", "target", "--root", repo.root).out.splitlines()
    assert message[-1] == f"The record was deleted on 1 February 2023 by Audit clerk, commit {repo.commits[1][:10]}."
