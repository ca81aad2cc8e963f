"""Every sort of event, each in a repository that holds it and little else, told whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import run
from tests.git.making import Kept, kept
from tests.memory.years import A01, by
from tests.support import PROGRAMME

RECORD = "id: A01\ntitle: Review\n"
SORTS = (
    "disappeared", "closed", "reopened", "targets", "extensions", "new", "statuses", "ownership", "updates",
    "exemptions", "removed", "other",
)  # fmt: skip
TOLD = ("field", "old", "new", "days", "reason", "approved_by", "evidence", "note")
USUAL: dict[str, Any] = {
    "field": "",
    "old": None,
    "new": None,
    "days": None,
    "reason": "",
    "approved_by": "",
    "evidence": [],
    "note": "",
}


def changes(made: Kept, *words: str) -> dict[str, Any]:
    ran = run("changes", *(words or ("--since", made.made[0])), "--root", made.root, "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    found: dict[str, Any] = json.loads(ran.out)
    return found


def told(found: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return what each event says beside whose it is, the usual left out."""
    events = {sort: [{k: e[k] for k in TOLD if e[k] != USUAL[k]} for e in found[sort]] for sort in SORTS}
    return {sort: some for sort, some in events.items() if some}


def after(top: Path, before: str, now: str) -> dict[str, list[dict[str, Any]]]:
    """Return what is told of one record that said one thing, and then another."""
    made = kept(top, files={"actions/A01.yaml": RECORD + before})
    made.commit("2023-01-12")
    made.commit("2023-02-01", {A01: RECORD + now}, **by("ben"))
    return told(changes(made))


FROM_TO = "{from: Mar-23, to: Jun-23"
MOVED = {"field": "target", "old": "Mar-23", "new": "Jun-23", "days": 91}
CASES: dict[str, tuple[str, str, dict[str, list[dict[str, Any]]]]] = {
    "a move with its entry": (
        "target: Mar-23\n",
        f"target: Jun-23\nrevisions: [{FROM_TO}, reason: Late., approved_by: Board}}]\n",
        {"targets": [MOVED | {"reason": "Late.", "approved_by": "Board"}]},
    ),
    "a move without": (
        "target: Mar-23\n",
        "target: TBC\n",
        {"targets": [{"field": "target", "old": "Mar-23", "new": "TBC", "note": "not in the ledger"}]},
    ),
    "a first target": (
        "",
        "target: Mar-23\n",
        {"targets": [{"field": "target", "new": "Mar-23", "note": "set for the first time"}]},
    ),
    "an extension that was asked for": (
        "target: Mar-23\n",
        f"target: Mar-23\nrevisions: [{FROM_TO}, decision: requested}}]\n",
        {"extensions": [{"field": "revisions[0]", "old": "Mar-23", "new": "Jun-23", "days": 91, "note": "requested"}]},
    ),
    "an extension that was refused": (
        f"target: Mar-23\nrevisions: [{FROM_TO}, decision: requested}}]\n",
        f"target: Mar-23\nrevisions: [{FROM_TO}, decision: refused}}]\n",
        {
            "extensions": [{"field": "revisions[0]", "old": "Mar-23", "new": "Jun-23", "days": 91, "note": "refused"}],
            "other": [{"field": "revisions[0].decision", "old": "requested", "new": "refused"}],
        },
    ),
    "a step back": (
        "status: in_progress\n",
        "status: On hold\n",
        {"statuses": [{"field": "status", "old": "in_progress", "new": "on_hold", "note": "back"}]},
    ),
    "closed with evidence": (
        "status: in_progress\n",
        ("status: withdrawn\ndecided: {by: Board, minute: 7, reason: Not needed.}\n"
        "evidence:\n  - title: Minutes\n    link: https://a.example\n"),
        {
            "closed": [
                {
                    "field": "status",
                    "old": "in_progress",
                    "new": "withdrawn",
                    "evidence": ["Minutes, https://a.example"],
                    "note": "decided by Board; minute 7; Not needed.",
                }
            ],
            "statuses": [{"field": "status", "old": "in_progress", "new": "withdrawn", "note": "forward"}],
            "other": [
                {"field": "decided.by", "new": "Board"},
                {"field": "decided.minute", "new": "7"},
                {"field": "decided.reason", "new": "Not needed."},
                {"field": "evidence[0].title", "new": "Minutes"},
                {"field": "evidence[0].link", "new": "https://a.example"},
            ],
        },
    ),
    "opened again": (
        "status: complete\n",
        "status: in_progress\n",
        {
            "reopened": [{"field": "status", "old": "complete", "new": "in_progress"}],
            "statuses": [{"field": "status", "old": "complete", "new": "in_progress", "note": "back"}],
        },
    ),
    "another way to leave the list": (
        "status: withdrawn\n",
        "status: noted\n",
        {"statuses": [{"field": "status", "old": "withdrawn", "new": "noted", "note": "sideways"}]},
    ),
    "owners": (
        "accountable: IDS\n",
        "accountable: [IDS, PACS]\nlead_member: Resources\n",
        {
            "ownership": [
                {"field": "accountable", "old": "IDS", "new": ["IDS", "PACS"]},
                {"field": "lead_member", "new": "Resources"},
            ]
        },
    ),
    "an update": (
        "updates: [{text: One.}]\n",
        "updates: [{text: One!}, {date: 2023-02-01, text: Two.}, {see: A02}]\n",
        {
            "updates": [
                {"field": "updates[1]", "new": "Two.", "note": "2023-02-01"},
                {"field": "updates[2]", "new": "see A02"},
            ],
            "other": [{"field": "updates[0].text", "old": "One.", "new": "One!"}],
        },
    ),
    "an exemption": (
        "updates: [{text: One.}]\n",
        "updates: [{text: One., exempt: {paragraph: 3}}]\n",
        {"exemptions": [{"field": "updates[0].exempt.paragraph", "new": "3"}]},
    ),
    "anything else": (
        "note: x\n",
        "priority: high\n",
        {"other": [{"field": "priority", "new": "high"}, {"field": "note", "old": "x"}]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_change_is_told_by_its_meaning(name: str, tmp_path: Path) -> None:
    before, now, found = CASES[name]
    assert after(tmp_path, before, now) == found


def test_a_record_that_came_back_is_new_and_says_so(tmp_path: Path) -> None:
    made = kept(tmp_path, files={"actions/A01.yaml": RECORD})
    made.commit("2023-01-12")
    made.commit("2023-01-13", {A01: None})
    made.commit("2023-01-14", {A01: f"{RECORD}status: in_progress\n"})
    found = changes(made, "--since", made.made[1])
    assert told(found) == {"new": [{"new": "in_progress", "note": "back after it had gone"}]}
    assert found["movement"] == {
        **dict.fromkeys(("opening", "reopened", "closed", "disappeared"), 0),
        "new": 1,
        "closing": 1,
        "kinds": found["movement"]["kinds"],
    }


def test_a_closed_record_whose_file_is_taken_out_did_not_disappear(tmp_path: Path) -> None:
    made = kept(tmp_path, files={"actions/A01.yaml": f"{RECORD}status: noted\n"})
    made.commit("2023-01-12")
    made.commit("2023-01-13", {A01: None})
    assert told(changes(made)) == {"removed": [{"field": "path", "old": A01, "note": "noted"}]}
    assert "data/actions/A01.yaml was deleted" in run("changes", "--since", made.made[0], "--root", made.root).out


def test_a_moved_phase_moves_what_hangs_on_it(tmp_path: Path) -> None:
    made = kept(tmp_path, files={"actions/A01.yaml": f"{RECORD}target: P2\n"})
    made.commit("2023-01-12")
    made.commit("2023-01-13", {"data/programme.yaml": PROGRAMME.replace("end: Sept 23", "end: Dec 23")})
    moved = {"field": "target", "old": "P2 (Sept 23)", "new": "P2 (Dec 23)", "days": 92}
    assert told(changes(made)) == {"targets": [{**moved, "note": "because the phase P2 was moved"}]}


def test_recommendations_are_told_field_by_field(tmp_path: Path) -> None:
    made = kept(tmp_path, files={"recommendations/R1.yaml": "id: R1\ntitle: Review\n"})
    made.commit("2023-01-12")
    made.commit("2023-01-13", {"data/recommendations/R1.yaml": "id: R1\ntitle: Reviewed\nexempt: {paragraph: 3}\n"})
    assert told(changes(made)) == {
        "exemptions": [{"field": "exempt.paragraph", "new": "3"}],
        "other": [{"field": "title", "old": "Review", "new": "Reviewed"}],
    }


def test_who_and_when_stand_with_every_event(tmp_path: Path) -> None:
    made = kept(tmp_path, files={"actions/A01.yaml": RECORD})
    made.commit("2023-01-12")
    made.commit("2023-02-01", {A01: f"{RECORD}priority: low\n"}, **by("ben"))
    found = changes(made, "--since", "12 January 2023", "--until", "2023-02-01")
    (event,) = found["other"]
    whose = {"id": "A01", "kind": "action", "title": "Review", "date": "2023-02-01", "author": "Ben Keeper"}
    assert event == USUAL | whose | {"commit": made.made[1], "field": "priority", "new": "low"}
    assert (found["schema_version"], found["as_of"]) == (1, "2023-02-01")
    assert found["since"] == {"asked": "12 January 2023", "commit": made.made[0], "date": "2023-01-12"}
    assert found["until"] == {"asked": "2023-02-01", "commit": made.made[1], "date": "2023-02-01"}


def test_before_the_first_commit_nothing_was_there(tmp_path: Path) -> None:
    made = kept(tmp_path, files={"actions/A01.yaml": RECORD})
    made.commit("2023-01-12")
    found = changes(made, "--since", "2022-01-01")
    assert found["since"] == {"asked": "2022-01-01", "commit": None, "date": "2022-01-01"}
    assert [event["id"] for event in found["new"]] == ["A01"]


def test_a_commit_of_another_branch_is_no_part_of_this_one(tmp_path: Path) -> None:
    made = kept(tmp_path, files={"actions/A01.yaml": RECORD})
    made.commit("2023-01-12")
    made.git("switch", "--quiet", "--create", "other")
    other = made.commit("2023-01-13", {A01: f"{RECORD}priority: low\n"})
    made.git("switch", "--quiet", "main")
    ran = run("changes", "--since", other, "--root", made.root)
    assert (ran.code, ran.err) == (2, f"“{other}” is no part of this branch's history.\n")


def test_old_values_that_are_not_understood_are_counted(tmp_path: Path) -> None:
    made = kept(tmp_path, files={"actions/A01.yaml": f"{RECORD}status: amber\n"})
    made.commit("2023-01-12")
    made.commit("2023-01-13", {A01: f"{RECORD}status: complete\n"})
    ran = run("changes", "--since", made.made[0], "--root", made.root)
    assert (ran.code, ran.err) == (0, "1 field of old records is not understood today.\n")
    assert "1 open + 0 new + 0 reopened - 1 closed - 0 disappeared = 0 open." in ran.out
    assert "from amber to complete" in ran.out


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    made = kept(tmp_path, files={"actions/A01.yaml": RECORD})
    made.commit("2023-01-12")
    made.commit("2023-01-13", {A01: f"{RECORD}status: [\n"})
    ran = run("changes", "--since", made.made[0], "--root", made.root)
    told_ = (
        "What data/actions/A01.yaml said on 13 January 2023 cannot be read; what it said before is taken to stand.\n"
    )
    assert (ran.code, ran.err) == (0, told_)
    assert "Nothing changed." in ran.out


def test_nothing_changed(tmp_path: Path) -> None:
    made = kept(tmp_path, files={"actions/A01.yaml": RECORD})
    made.commit("2023-01-12")
    assert "Nothing changed." in run("changes", "--since", "HEAD", "--root", made.root).out
