"""A move of a target is reported once, with the entry that declares it; an entry that moves nothing is no extension."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import run
from tests.git.builders import RegisterRepository, action, make_repository
from tests.history.test_changes import changes

A01 = "data/actions/A01.yaml"
ENTRY = "{from: 30 June 2023, to: 30 September 2023, date: 9 February 2023, reason: Late supplier., approved_by: Board}"


@pytest.fixture
def repo(tmp_path: Path) -> RegisterRepository:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": action(target="30 June 2023")})
    repo.commit("2023-02-01")
    return repo


def test_an_entry_added_after_its_target_change_is_reported_with_it(repo: RegisterRepository) -> None:
    repo.commit("2023-02-10", {A01: action(target="30 September 2023")})
    repo.commit("2023-02-15", {A01: action(target="30 September 2023", revisions=f"[{ENTRY}]")})
    data = changes(repo, "--since", "2023-02-02")
    (move,) = data["targets"]
    assert data["extensions"] == []
    assert (move["date"], move["approved_by"], move["reason"]) == ("2023-02-10", "Board", "Late supplier.")
    assert move["note"] == "the target change was recorded later, on 15 February 2023"
    text = run("changes", "--since", "2023-02-02", "--root", repo.root, width=200).out
    assert "did not change" not in text
    assert text.count("30 September 2023") == 1


def test_an_entry_for_an_earlier_target_change_is_reported_alone(repo: RegisterRepository) -> None:
    repo.commit("2023-02-10", {A01: action(target="30 September 2023")})
    repo.commit("2023-02-15", {A01: action(target="30 September 2023", revisions=f"[{ENTRY}]")})
    (entry,) = changes(repo, "--since", "2023-02-12")["extensions"]
    assert entry["note"] == "entered"
    text = run("changes", "--since", "2023-02-12", "--root", repo.root, width=300).out
    assert "the target itself did not change in this period" in text


def test_two_successive_entries_explain_one_later_target_change(repo: RegisterRepository) -> None:
    first = "{from: 30 June 2023, to: 31 July 2023}"
    second = "{from: 31 July 2023, to: 30 September 2023}"
    repo.commit("2023-02-10", {A01: action(target="30 September 2023")})
    repo.commit("2023-02-15", {A01: action(target="30 September 2023", revisions=f"[{first}, {second}]")})
    data = changes(repo, "--since", "2023-02-02")
    assert (len(data["targets"]), data["extensions"]) == (1, [])


def test_a_request_without_a_target_change_is_an_extension(repo: RegisterRepository) -> None:
    request = "{from: 30 June 2023, to: 30 September 2023, decision: requested}"
    repo.commit("2023-02-15", {A01: action(target="30 June 2023", revisions=f"[{request}]")})
    data = changes(repo, "--since", "2023-02-02")
    assert ([entry["note"] for entry in data["extensions"]], data["targets"]) == (["requested"], [])


@pytest.mark.parametrize("end", ["30/06/2023", "2023-06-30", "Q1 2023/24", "June 2023", "Friday 30 June 2023"])
def test_an_entry_to_the_same_day_is_no_extension(end: str, repo: RegisterRepository) -> None:
    repo.commit("2023-02-15", {A01: action(target="30 June 2023", revisions=f"[{{from: 30 June 2023, to: {end}}}]")})
    data = changes(repo, "--since", "2023-02-02")
    assert (data["extensions"], data["targets"]) == ([], [])
    assert {event["field"] for event in data["other"]} == {"revisions[0].from", "revisions[0].to"}
    screen = run("check", "--history", "--root", repo.root, "--as-of", "2023-03-01").out
    assert not any(code in screen for code in ("H101", "H102", "H106"))


def test_another_wording_of_the_same_date_is_no_target_change(repo: RegisterRepository) -> None:
    repo.commit("2023-02-15", {A01: action(target="30/06/2023")})
    assert changes(repo, "--since", "2023-02-02")["targets"] == []
    text = run("history", "A01", "--field", "target", "--root", repo.root, width=200).out
    assert "later" not in text
    assert "no target change" not in text


def test_a_change_to_an_earlier_day_is_described_in_words(repo: RegisterRepository) -> None:
    repo.commit("2023-02-15", {A01: action(target="30 May 2023")})
    assert "(31 days earlier)" in run("changes", "--since", "2023-02-02", "--root", repo.root, width=200).out
    assert "(31 days earlier)" in run("history", "A01", "--field", "target", "--root", repo.root, width=200).out
