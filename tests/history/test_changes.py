"""Every type of event, each in a repository that holds it and little more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import run
from tests.git.builders import RegisterRepository, make_repository
from tests.history.years import A01, by
from tests.support import PROGRAMME

RECORD = "id: A01\ntitle: Review\n"
SORTS = (
    "disappeared", "closed", "reopened", "targets", "extensions", "new", "statuses", "ownership", "updates",
    "exemptions", "removed", "programme", "other",
)  # fmt: skip
EVENT_KEYS = ("field", "old", "new", "days", "reason", "approved_by", "evidence", "note")
COMMON: dict[str, Any] = {
    "field": None,
    "old": None,
    "new": None,
    "days": None,
    "reason": None,
    "approved_by": None,
    "evidence": [],
    "note": None,
    "exempt": False,
    "partly_exempt": False,
    "exempt_parts": [],
}


def changes(repo: RegisterRepository, *words: str) -> dict[str, Any]:
    result = run("changes", *(words or ("--since", repo.commits[0])), "--root", repo.root, "--format", "json")
    assert (result.code, result.err) == (0, "")
    answer: dict[str, Any] = json.loads(result.out)
    return answer


def events_of(answer: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the details of each event without those that are empty."""
    events = {sort: [{k: e[k] for k in EVENT_KEYS if e[k] != COMMON[k]} for e in answer[sort]] for sort in SORTS}
    return {sort: some for sort, some in events.items() if some}


def after(top: Path, before: str, now: str) -> dict[str, list[dict[str, Any]]]:
    """Return the events of one record that changed once."""
    repo = make_repository(top, files={"actions/A01.yaml": RECORD + before})
    repo.commit("2023-01-12")
    repo.commit("2023-02-01", {A01: RECORD + now}, **by("ben"))
    return events_of(changes(repo))


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
        {"targets": [{"field": "target", "old": "Mar-23", "new": "TBC", "note": "no target change is recorded"}]},
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
    "a target written in another way": ("target: 2023-03-31\n", "target: 31 March 2023\n", {}),
    "a target that is vaguer and counted to the same day": (
        "target: 31 March 2023\n",
        "target: Mar-23\n",
        {"other": [{"field": "target", "old": "31 March 2023", "new": "Mar-23"}]},
    ),
    "a target that is taken out": (
        "target: Mar-23\n",
        "",
        {"targets": [{"field": "target", "old": "Mar-23", "note": "no target change is recorded"}]},
    ),
    "a target where there was none to hold to": (
        "target: TBC\n",
        "target: Mar-23\n",
        {"targets": [{"field": "target", "old": "TBC", "new": "Mar-23", "note": "set for the first time"}]},
    ),
    "a target that was set, given up and is set again": (
        f"revisions: [{FROM_TO}, reason: Late.}}]\n",
        f"target: Jun-23\nrevisions: [{FROM_TO}, reason: Late.}}]\n",
        {"targets": [{"field": "target", "new": "Jun-23", "reason": "Late.", "note": "set again"}]},
    ),
    "a move that was refused": (
        f"target: Mar-23\nrevisions: [{FROM_TO}, decision: refused}}]\n",
        f"target: Jun-23\nrevisions: [{FROM_TO}, decision: refused}}]\n",
        {"targets": [MOVED | {"note": "the extension was refused"}]},
    ),
    "a move that is not granted yet": (
        "target: Mar-23\n",
        f"target: Jun-23\nrevisions: [{FROM_TO}, decision: refused}}, {FROM_TO}, decision: Requested}}]\n",
        {
            "targets": [MOVED | {"note": "the extension is not granted yet"}],
        },
    ),
    "a correction": (
        "target: Mar-23\n",
        f"target: Jun-23\nrevisions: [{FROM_TO}, category: correction}}]\n",
        {"targets": [MOVED | {"note": "a correction"}]},
    ),
    "words that say the same": (
        "status: In progress\npriority: High\nstart: 2023-01-31\naccountable: [IDS]\nsource: paper\n",
        "status: in-progress\npriority: high\nstart: 31.01.23\naccountable: IDS\nsource: {id: paper}\n",
        {},
    ),
    "updates in another order": (
        "updates: [{text: One.}, {text: Two.}]\n",
        "updates: [{text: Two.}, {text: One.}, {text: Three.}]\n",
        {
            "updates": [{"field": "updates[2]", "new": "Three."}],
            "other": [
                {"field": "updates[0].text", "new": "Two."},
                {"field": "updates[1].text", "old": "Two."},
            ],
        },
    ),
    "updates that tell of others": (
        "",
        "updates: [{meeting: AC-2023-03, text: One., covers: {A02: whole, F01: in_part}}, {source: paper, see: A02}]\n",
        {
            "updates": [
                {"field": "updates[0]", "new": "One.", "note": "AC-2023-03; also for A02, F01"},
                {"field": "updates[1]", "new": "see A02", "note": "paper"},
            ]
        },
    ),
    "an update that is exempt from the start": (
        "",
        "updates: [{text: One., exempt: {paragraph: 3}, covers: A02}]\n",
        {
            "updates": [{"field": "updates[0]", "new": "One.", "note": "also for A02"}],
            "exemptions": [{"field": "updates[0].exempt.paragraph", "new": "3"}],
        },
    ),
    "an exemption that is lifted": (
        "exempt: {paragraph: 3, until: 2024}\n",
        "",
        {
            "exemptions": [
                {"field": "exempt.paragraph", "old": "3"},
                {"field": "exempt.until", "old": "2024"},
            ]
        },
    ),
    "anything else": (
        "note: x\n",
        "priority: high\n",
        {"other": [{"field": "priority", "new": "high"}, {"field": "note", "old": "x"}]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_change_is_shown_by_its_meaning(name: str, tmp_path: Path) -> None:
    before, now, answer = CASES[name]
    assert after(tmp_path, before, now) == answer


def test_a_record_that_came_back_is_new_and_reports_it(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": RECORD})
    repo.commit("2023-01-12")
    repo.commit("2023-01-13", {A01: None})
    repo.commit("2023-01-14", {A01: f"{RECORD}status: in_progress\n"})
    answer = changes(repo, "--since", repo.commits[1])
    assert events_of(answer) == {"new": [{"new": "in_progress", "note": "added again after it was removed"}]}
    assert answer["movement"] == {
        **dict.fromkeys(("opening", "reopened", "closed", "disappeared"), 0),
        "new": 1,
        "closing": 1,
        "kinds": answer["movement"]["kinds"],
    }


def test_what_is_new_is_shown_with_its_status_and_its_target(tmp_path: Path) -> None:
    repo = make_repository(tmp_path)
    repo.commit("2023-01-12")
    repo.commit("2023-01-13", {A01: f"{RECORD}status: in_progress\ntarget: Mar-23\n"})
    assert events_of(changes(repo)) == {"new": [{"new": "in_progress", "note": "target Mar-23"}]}
    assert (
        "A01 Review: in progress; target Mar-23" in run("changes", "--since", repo.commits[0], "--root", repo.root).out
    )


def test_what_came_and_was_closed_is_reported_from_the_status_that_it_came_with(tmp_path: Path) -> None:
    repo = make_repository(tmp_path)
    repo.commit("2023-01-12")
    repo.commit("2023-01-13", {A01: f"{RECORD}status: in_progress\n"})
    repo.commit("2023-01-14", {A01: f"{RECORD}status: withdrawn\n"})
    answer = events_of(changes(repo))
    assert answer["closed"] == [{"field": "status", "old": "in_progress", "new": "withdrawn"}]


def test_a_status_decided_for_a_day_to_come_states_from_when_it_holds(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": f"{RECORD}status: in_progress\n"})
    repo.commit("2023-01-12")
    repo.commit("2023-02-01", {A01: f"{RECORD}status: withdrawn\ndecided: {{on: Mar-23, by: Board}}\n"})
    step = {"field": "status", "old": "in_progress", "new": "withdrawn", "note": "forward; as from Mar-23"}
    assert events_of(changes(repo))["statuses"] == [step]


def test_a_closed_record_whose_file_is_removed_is_not_reported(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": f"{RECORD}status: noted\n"})
    repo.commit("2023-01-12")
    repo.commit("2023-01-13", {A01: None})
    assert events_of(changes(repo)) == {"removed": [{"field": "path", "old": A01, "note": "noted"}]}
    assert "data/actions/A01.yaml was deleted" in run("changes", "--since", repo.commits[0], "--root", repo.root).out


def test_a_moved_phase_moves_what_depends_on_it(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": f"{RECORD}target: P2\n"})
    repo.commit("2023-01-12")
    repo.commit("2023-01-13", {"data/programme.yaml": PROGRAMME.replace("end: Sept 23", "end: Dec 23")})
    moved = {"field": "target", "old": "P2 (Sept 23)", "new": "P2 (Dec 23)", "days": 92}
    assert events_of(changes(repo)) == {
        "targets": [{**moved, "note": "because the phase P2 was moved"}],
        "programme": [{"field": "phases[1].end", "old": "Sept 23", "new": "Dec 23", "note": "P2"}],
    }


@pytest.mark.parametrize(
    "lines",
    [
        "contracts: {lead_times: [{months: 6}, {from: 0, months: 3}]}",
        "contracts:\n  withheld:\n    - {reference: C1, paragraph: '3'}\n    - {reference: C2, paragraph: '3'}",
        "policy: {verification: [action, follow-up]}",
        "reports: {plan: {report: action-plan, background_papers: [One, Two]}}",
        "registers: {savings: {singular: saving, prefix: S, fields: {a: {type: choice, choices: [B, C]}}}}",
    ],
)
def test_a_list_in_a_group_of_the_programme_is_a_change(lines: str, tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": RECORD})
    repo.commit("2023-01-12")
    repo.commit("2023-01-13", {"data/programme.yaml": f"{PROGRAMME}{lines}\n"})
    events = events_of(changes(repo))
    assert list(events) == ["programme"]
    assert {event["field"].partition(".")[0] for event in events["programme"]} == {lines.partition(":")[0]}
    assert not any("note" in event for event in events["programme"])


def test_a_record_without_a_status_of_its_own_is_only_added(tmp_path: Path) -> None:
    exemption, path = "id: E01\ntitle: Beds\ntype: waiver\n", "data/exemptions/E01.yaml"
    repo = make_repository(tmp_path, files={"actions/A01.yaml": RECORD})
    first = repo.commit("2023-01-12")
    second = repo.commit("2023-01-13", {path: exemption})
    repo.commit("2023-01-14", {path: None})
    added = run("changes", "--since", first, "--until", second, "--root", repo.root).out
    assert ("E01 Beds: added" in added, "no status" in added) == (True, False)
    removed = run("changes", "--since", second, "--root", repo.root, width=200).out
    assert f"{path} was deleted; an exemption, not counted above" in removed


def test_recommendations_are_shown_field_by_field(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"recommendations/R1.yaml": "id: R1\ntitle: Review\n"})
    repo.commit("2023-01-12")
    repo.commit("2023-01-13", {"data/recommendations/R1.yaml": "id: R1\ntitle: Reviewed\nexempt: {paragraph: 3}\n"})
    assert events_of(changes(repo)) == {
        "exemptions": [{"field": "exempt.paragraph", "new": "3"}],
        "other": [{"field": "title", "old": "Review", "new": "Reviewed"}],
    }


def test_who_and_when_are_with_every_event(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": RECORD})
    repo.commit("2023-01-12")
    repo.commit("2023-02-01", {A01: f"{RECORD}priority: low\n"}, **by("ben"))
    answer = changes(repo, "--since", "12 January 2023", "--until", "2023-02-01")
    (event,) = answer["other"]
    whose = {"id": "A01", "kind": "action", "title": "Review", "date": "2023-02-01", "author": "Audit clerk"}
    assert event == COMMON | whose | {"commit": repo.commits[1], "field": "priority", "new": "low"}
    assert (answer["schema_version"], answer["as_of"]) == (1, "2023-02-01")
    assert answer["since"] == {"asked": "12 January 2023", "commit": repo.commits[0], "date": "2023-01-12"}
    assert answer["until"] == {"asked": "2023-02-01", "commit": repo.commits[1], "date": "2023-02-01"}


def test_before_the_first_commit_nothing_was_there(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": RECORD})
    repo.commit("2023-01-12")
    answer = changes(repo, "--since", "2022-01-01")
    assert answer["since"] == {"asked": "2022-01-01", "commit": None, "date": "2022-01-01"}
    assert [event["id"] for event in answer["new"]] == ["A01"]


def test_a_commit_of_another_branch_is_no_part_of_this_one(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": RECORD})
    repo.commit("2023-01-12")
    repo.git("switch", "--quiet", "--create", "other")
    other = repo.commit("2023-01-13", {A01: f"{RECORD}priority: low\n"})
    repo.git("switch", "--quiet", "main")
    result = run("changes", "--since", other, "--root", repo.root)
    assert (result.code, result.err) == (2, f"“{other}” is not part of this branch's history.\n")


def test_old_values_that_are_not_understood_are_counted_and_listed(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": f"{RECORD}status: amber\n"})
    repo.commit("2023-01-12")
    repo.commit("2023-01-13", {A01: f"{RECORD}status: complete\n"})
    result = run("changes", "--since", repo.commits[0], "--root", repo.root)
    assert (result.code, result.err) == (
        0,
        f"This version of p2ptrack cannot read 1 field of old records:\n  {A01}: status\n",
    )
    assert "1 open + 0 new + 0 reopened - 1 closed - 0 removed = 0 open." in result.out
    assert "amber → complete" in result.out


def test_a_long_list_of_what_is_not_understood_is_cut(tmp_path: Path) -> None:
    paths = [f"actions/A{number}.yaml" for number in range(10, 32)]
    old = {path: f"id: {path[8:11]}\ntitle: T\nstatus: amber\n" for path in paths}
    repo = make_repository(tmp_path, files=old)
    repo.commit("2023-01-12")
    text = run("changes", "--since", repo.commits[0], "--root", repo.root).err.splitlines()
    assert text[0] == "This version of p2ptrack cannot read 22 fields of old records:"
    assert text[1:] == [*(f"  data/{path}: status" for path in paths[:20]), "  and 2 more"]


def test_a_file_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": RECORD})
    repo.commit("2023-01-12")
    repo.commit("2023-01-13", {A01: f"{RECORD}status: [\n"})
    result = run("changes", "--since", repo.commits[0], "--root", repo.root)
    message = "data/actions/A01.yaml as it was on 13 January 2023 cannot be read, so the version before it is used.\n"
    assert (result.code, result.err) == (0, message)
    assert "Nothing changed." in result.out
    assert run("changes", "--since", repo.commits[0], "--fail", "--root", repo.root).code == 1
    assert run("changes", "--since", "HEAD", "--fail", "--root", repo.root).code == 0


def test_nothing_changed(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": RECORD})
    repo.commit("2023-01-12")
    assert "Nothing changed." in run("changes", "--since", "HEAD", "--root", repo.root).out


def test_a_move_and_its_entry_in_two_commits(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": f"{RECORD}target: Mar-23\n"})
    repo.commit("2023-01-12")
    repo.commit("2023-01-13", {A01: f"{RECORD}target: Jun-23\n"})
    repo.commit("2023-01-14", {A01: f"{RECORD}target: Jun-23\nrevisions: [{FROM_TO}, reason: Late.}}]\n"})
    note = "the target change was recorded later, on 14 January 2023"
    assert events_of(changes(repo)) == {"targets": [MOVED | {"reason": "Late.", "note": note}]}


def test_without_approval_where_the_policy_requires_one(tmp_path: Path) -> None:
    repo = make_repository(
        tmp_path,
        files={"actions/A01.yaml": f"{RECORD}target: Mar-23\n"},
        programme=f"{PROGRAMME}policy: {{extensions_need_approval: true}}\n",
    )
    repo.commit("2023-01-12")
    repo.commit("2023-01-13", {A01: f"{RECORD}target: Jun-23\nrevisions: [{FROM_TO}}}]\n"})
    assert events_of(changes(repo)) == {"targets": [MOVED | {"note": "no approval is recorded"}]}


def test_a_policy_can_close_and_open_again(tmp_path: Path) -> None:
    done = f"{RECORD}status: Complete\ncompleted_on: 2023-01-11\n"
    strict = f"{PROGRAMME}policy: {{verification: [action]}}\n"
    repo = make_repository(tmp_path, files={"actions/A01.yaml": done}, programme=strict)
    repo.commit("2023-01-12")
    repo.commit("2023-01-13", {"data/programme.yaml": PROGRAMME}, **by("ben"))
    repo.commit("2023-01-14", {"data/programme.yaml": strict}, **by("cy"))
    because = "because the policy on closing was changed"
    same = {"field": "status", "old": "complete", "new": "complete"}
    closed = changes(repo, "--since", repo.commits[0], "--until", repo.commits[1])
    assert events_of(closed) == {
        "closed": [same | {"note": f"{because}; completed on 2023-01-11"}],
        "programme": [{"field": "policy.verification", "old": "action"}],
    }
    assert [(item["author"], item["commit"]) for item in closed["closed"]] == [("Audit clerk", repo.commits[1])]
    answer = changes(repo, "--since", repo.commits[1])
    assert events_of(answer)["reopened"] == [same | {"note": because}]
    assert [item["author"] for item in answer["reopened"]] == ["City clerk"]
    text = run("changes", "--since", repo.commits[1], "--root", repo.root, width=120).out
    assert f"complete; {because}" in text
    assert {item: answer["movement"][item] for item in ("opening", "reopened", "closing")} == {
        "opening": 0,
        "reopened": 1,
        "closing": 1,
    }


def test_what_was_verified_later_is_closed_by_its_author(tmp_path: Path) -> None:
    done = f"{RECORD}status: complete\n"
    strict = f"{PROGRAMME}policy: {{verification: [action]}}\n"
    repo = make_repository(tmp_path, files={"actions/A01.yaml": done}, programme=strict)
    repo.commit("2023-01-12")
    verified = f"{done}verified: {{by: Auditor, on: 2023-01-13, method: Looked.}}\n"
    repo.commit("2023-01-14", {A01: verified}, **by("cy"))
    repo.commit("2023-01-15", {A01: f"{verified}note: x\n"}, **by("ben"))
    answer = changes(repo)
    assert events_of(answer)["closed"] == [
        {"field": "status", "old": "complete", "new": "complete", "note": "verified by Auditor on 2023-01-13; Looked."}
    ]
    assert [(item["author"], item["commit"]) for item in answer["closed"]] == [("City clerk", repo.commits[1])]


def test_a_day_that_was_decided_on_closes_though_somebody_edits_later(tmp_path: Path) -> None:
    agreed = f"{RECORD}status: superseded\ndecided: {{on: 2023-01-31, by: Board}}\n"
    repo = make_repository(tmp_path, files={"actions/A01.yaml": agreed})
    repo.commit("2023-01-12")
    repo.commit("2023-02-03", {A01: agreed.replace("Board", "Board, minute: 7, continuing_owner: IDS")})
    answer = changes(repo)
    how = "decided by Board on 2023-01-31; minute 7; carried on by IDS"
    assert events_of(answer)["closed"] == [{"field": "status", "old": "superseded", "new": "superseded", "note": how}]
    assert [(item["date"], item["author"]) for item in answer["closed"]] == [(None, None)]


def test_what_was_closed_and_then_removed_is_shown_with_how_it_was_closed(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": RECORD})
    repo.commit("2023-01-12")
    repo.commit("2023-01-13", {A01: f"{RECORD}status: withdrawn\ndecided: {{by: Board, reason: Not needed.}}\n"})
    repo.commit("2023-01-14", {A01: None}, **by("ben"))
    answer = changes(repo)
    assert {name: events_of(answer)[name] for name in ("closed", "removed")} == {
        "closed": [{"field": "status", "new": "withdrawn", "note": "decided by Board; Not needed."}],
        "removed": [{"field": "path", "old": A01, "note": "withdrawn"}],
    }
    assert [(answer[name][0]["author"], answer[name][0]["date"]) for name in ("closed", "removed")] == [
        ("A clerk", "2023-01-13"),
        ("Audit clerk", "2023-01-14"),
    ]


def test_an_exemption_that_ended_by_itself_is_reported(tmp_path: Path) -> None:
    exempt = "exempt: {paragraph: 3, until: 31 January 2023}"
    repo = make_repository(
        tmp_path, files={"actions/A01.yaml": f"{RECORD}{exempt}\nupdates: [{{text: One., {exempt}}}]\n"}
    )
    repo.commit("2023-01-12")
    expired = {"old": "31 January 2023", "note": "it ended"}
    assert events_of(changes(repo, "--since", "2023-01-31", "--until", "2023-02-01")) == {
        "exemptions": [{"field": "exempt.until", **expired}, {"field": "updates[0].exempt.until", **expired}]
    }
    assert events_of(changes(repo, "--since", "2023-01-30", "--until", "2023-01-31")) == {}
    assert events_of(changes(repo, "--since", "2023-02-01")) == {}
    text = run("changes", "--since", "2023-01-31", "--until", "2023-02-01", "--root", repo.root).out
    assert "no longer exempt: the record" in text


def test_an_exemption_that_came_and_ended_is_reported_in_that_order(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": RECORD})
    repo.commit("2023-01-12")
    repo.commit("2023-01-13", {A01: f"{RECORD}exempt: {{paragraph: 3, until: 31 January 2023}}\n"})
    answer = events_of(changes(repo, "--since", repo.commits[0], "--until", "2023-02-01"))["exemptions"]
    assert [(item["field"], item.get("note")) for item in answer] == [
        ("exempt.paragraph", None),
        ("exempt.until", None),
        ("exempt.until", "it ended"),
    ]


def test_the_fields_whose_exemption_ended_are_named(tmp_path: Path) -> None:
    exempt = "exempt: {paragraph: 3, until: 31 January 2023, fields: [note, target]}"
    repo = make_repository(tmp_path, files={"actions/A01.yaml": f"{RECORD}{exempt}\n"})
    repo.commit("2023-01-12")
    ended = {"note": "it ended"}
    assert events_of(changes(repo, "--since", "2023-01-31", "--until", "2023-02-01")) == {
        "exemptions": [
            {"field": "exempt.until", "old": "31 January 2023", **ended},
            {"field": "exempt.fields", "old": ["note", "target"], **ended},
        ]
    }
    text = run("changes", "--since", "2023-01-31", "--until", "2023-02-01", "--root", repo.root).out
    assert "no longer exempt: note for officers, target" in text


def test_a_recommendation_that_vanishes_is_reported_and_one_that_comes(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"recommendations/R1.yaml": "id: R1\ntitle: Review\n"})
    repo.commit("2023-01-12")
    removed_path = "data/recommendations/R1.yaml"
    repo.commit(
        "2023-01-13", {removed_path: None, "data/recommendations/R2.yaml": "id: R2\ntitle: Train\n"}, **by("ben")
    )
    answer = changes(repo)
    assert [(e["id"], e["kind"], e["old"], e["author"]) for e in answer["disappeared"]] == [
        ("R1", "recommendation", removed_path, "Audit clerk")
    ]
    assert [(e["id"], e["kind"], e["new"]) for e in answer["new"]] == [("R2", "recommendation", None)]
    assert [answer["movement"][name] for name in ("opening", "new", "disappeared", "closing")] == [0, 0, 0, 0]
    assert (
        "data/recommendations/R1.yaml was deleted"
        in run("changes", "--since", repo.commits[0], "--root", repo.root).out
    )


def test_each_kind_is_counted_as_it_was_where_an_item_changes_its_kind(tmp_path: Path) -> None:
    files = {
        "actions/A01.yaml": f"{RECORD}status: in_progress\n",
        "actions/A02.yaml": "id: A02\ntitle: x\nstatus: noted\n",
    }
    repo = make_repository(tmp_path, files=files)
    repo.commit("2023-01-12")
    repo.git("mv", A01, "data/A01.yaml")
    (repo.root / "data/audit_followups").mkdir()
    for name in ("A01", "actions/A02"):
        repo.git("mv", f"data/{name}.yaml", f"data/audit_followups/{name[-3:]}.yaml")
    repo.commit("2023-01-13")
    answer = changes(repo)
    here = "data/audit_followups/A01.yaml"
    assert events_of(answer) == {
        "disappeared": [{"field": "path", "old": A01, "new": here, "note": "in_progress"}],
        "new": [{"new": "in_progress", "note": "previously an action"}],
        "other": [
            {"field": "path", "old": A01, "new": here},
            {"field": "path", "old": "data/actions/A02.yaml", "new": here.replace("A01", "A02")},
        ],
    }
    text = run("changes", "--since", repo.commits[0], "--root", repo.root).out
    assert f"its file is {here} now" in text
    assert text.count(here) == 1  # and not shown again as a file that moved
    kinds = answer["movement"]["kinds"]
    assert [(kinds[kind]["opening"], kinds[kind]["closing"]) for kind in ("action", "follow_up")] == [(1, 0), (0, 1)]


def test_an_id_whose_case_changed_is_reported_as_it_was_at_the_end(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": f"{RECORD}status: in_progress\n"})
    repo.commit("2023-01-12")
    repo.commit("2023-01-13", {A01: f"{RECORD}status: complete\nevidence: [{{title: List}}]\n"})
    repo.commit("2023-01-14", {A01: f"{RECORD}status: complete\n".replace("A01", "a01")})
    until = changes(repo, "--since", repo.commits[0], "--until", repo.commits[1])
    assert {e["id"] for sort in SORTS for e in until[sort]} == {"A01"}
    assert [e["evidence"] for e in until["closed"]] == [["List"]]
    assert {e["id"] for sort in SORTS for e in changes(repo)[sort]} == {"a01"}


def test_since_a_day_after_the_last_commit_nothing_changed(tmp_path: Path) -> None:
    repo = make_repository(
        tmp_path, files={"actions/A01.yaml": f"{RECORD}status: noted\ndecided: {{on: 2023-02-01}}\n"}
    )
    repo.commit("2023-01-12")
    answer = changes(repo, "--since", "2023-03-01")
    assert (events_of(answer), answer["as_of"], answer["movement"]["closing"]) == ({}, "2023-03-01", 0)
