"""Answers do not depend on how somebody pulled: a commit has its own tree, and published papers were public."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import run
from tests.git.builders import RegisterRepository, make_repository
from tests.history.years import by

A01, A02, A04 = (f"data/actions/{id_}.yaml" for id_ in ("A01", "A02", "A04"))
MEETING = "meeting/AC-2022-10-17"
PUBLISHED = "AC-2022-10-17"


def record(id_: str, **fields: str) -> str:
    values = {"id": id_, "title": f"Part {id_}", "status": "in_progress", "target": "Mar-23", **fields}
    return "".join(f"{name}: {value}\n" for name, value in values.items())


def answer(repo: RegisterRepository, *words: str) -> dict[str, Any]:
    result = run(*words, "--root", repo.root, "--format", "json")
    assert result.code == 0, result.err
    data: dict[str, Any] = json.loads(result.out)
    return data


def start(top: Path) -> RegisterRepository:
    updates = "[{date: 2022-12-01, text: Entered.}]"
    files = {f"actions/{id_}.yaml": record(id_, updates=updates) for id_ in ("A01", "A02", "A04")}
    repo = make_repository(top, files=files)
    repo.commit("2023-01-01", {}, **by("cy"))
    return repo


def write_shared_line(repo: RegisterRepository) -> str:
    """Commit a moved target and publish it, as a colleague does who pushed first; leave the own branch checked out."""
    repo.git("switch", "--quiet", "--create", "shared")
    moved = repo.commit("2023-02-05", {A01: record("A01", target="Jul-23")}, **by("ann"))
    repo.git("tag", "--annotate", "--message", "x", MEETING)
    repo.git("switch", "--quiet", "main")
    return moved


def write_own_line(repo: RegisterRepository) -> None:
    done = record("A04", status="complete", completed_on="2023-02-10")
    reworded = record("A02", updates="[{date: 2022-12-01, text: All is finished.}]")
    repo.commit("2023-02-10", {A04: done, A02: reworded}, **by("ben"))


def merge(repo: RegisterRepository, *words: str, day: str = "2023-02-20", who: str = "ben") -> None:
    dates = {"GIT_AUTHOR_DATE": f"{day}T12:00:00Z", "GIT_COMMITTER_DATE": f"{day}T12:00:00Z"}
    repo.git("merge", "--quiet", "--no-edit", "--no-ff", *words, **dates, **by(who))


@pytest.fixture
def pull(tmp_path: Path) -> RegisterRepository:
    """A `git pull` into a private line: the published side is the second parent."""
    repo = start(tmp_path)
    write_shared_line(repo)
    write_own_line(repo)
    merge(repo, "shared")
    return repo


def counts(data: dict[str, Any]) -> list[int]:
    return [data["movement"][name] for name in ("opening", "new", "closed", "closing")]


def test_changes_since_a_meeting_start_from_its_own_tree(pull: RegisterRepository) -> None:
    data = answer(pull, "changes", "--since", PUBLISHED)
    assert counts(data) == [3, 0, 1, 2]
    assert [(event["id"], event["date"], event["written_on"]) for event in data["closed"]] == [
        ("A04", "2023-02-20", "2023-02-10")
    ]
    assert data["targets"] == []
    assert {event["id"] for event in data["other"]} >= {"A02"}


def test_changes_until_a_meeting_end_with_its_own_tree(pull: RegisterRepository) -> None:
    data = answer(pull, "changes", "--since", "2023-02-01", "--until", PUBLISHED)
    assert [(event["id"], event["date"]) for event in data["targets"]] == [("A01", "2023-02-05")]
    assert data["closed"] == []


def test_a_published_commit_proves_the_day_of_its_changes(pull: RegisterRepository) -> None:
    (change,) = answer(pull, "history", "A01", "--field", "target")["changes"][1:]
    assert (change["date"], change["author"], change.get("written_on")) == ("2023-02-05", "Policy clerk", None)
    listed = answer(pull, "list", "id:A01,A04", "--at", "2023-02-15")["records"]
    assert [(row["fields"]["status"], row["fields"]["target"]["raw"]) for row in listed] == [
        ("in_progress", "Jul-23"),
        ("in_progress", "Mar-23"),
    ]


def test_rewritten_updates_are_found_and_no_day_of_a_merge_is_advised(pull: RegisterRepository) -> None:
    out = run("check", "--history", "--root", pull.root, "--as-of", "2023-03-01", width=200).out
    assert "Update 1 (2022-12-01) of A02 was rewritten or removed after the paper for AC-2022-10-17" in out
    assert "date: 2023-02-05" in out
    assert "date: 2023-02-20" not in out


def test_without_papers_an_answer_states_when_a_change_was_written_and_merged(tmp_path: Path) -> None:
    repo = start(tmp_path)
    write_shared_line(repo)
    repo.git("tag", "--delete", MEETING)
    write_own_line(repo)
    merge(repo, "shared")
    (change,) = answer(repo, "history", "A01", "--field", "target")["changes"][1:]
    assert (change["date"], change["written_on"]) == ("2023-02-20", "2023-02-05")
    text = run("history", "A01", "--root", repo.root, width=200).out
    assert "20 February 2023, Policy clerk" in text
    assert "written on 5 February 2023" in text
    out = run("check", "--history", "--root", repo.root, "--as-of", "2023-03-01", width=200).out
    assert "date: 2023-02-05" in out
    assert "date: 2023-02-20" not in out


def test_a_fast_forward_to_an_updated_branch_keeps_the_published_line(tmp_path: Path) -> None:
    repo = start(tmp_path)
    write_shared_line(repo)
    repo.git("switch", "--quiet", "--create", "work")
    write_own_line(repo)
    merge(repo, "shared")
    repo.git("switch", "--quiet", "shared")
    repo.git("merge", "--quiet", "--ff-only", "work")
    assert counts(answer(repo, "changes", "--since", PUBLISHED)) == [3, 0, 1, 2]


def test_a_merge_of_a_tag_into_a_private_line(tmp_path: Path) -> None:
    repo = start(tmp_path)
    write_shared_line(repo)
    write_own_line(repo)
    merge(repo, MEETING)
    assert counts(answer(repo, "changes", "--since", PUBLISHED)) == [3, 0, 1, 2]


def test_an_octopus_merge_has_the_published_side_as_its_third_parent(tmp_path: Path) -> None:
    repo = start(tmp_path)
    write_shared_line(repo)
    repo.git("switch", "--quiet", "--create", "other")
    repo.commit("2023-02-07", {"data/actions/A05.yaml": record("A05")}, **by("cy"))
    repo.git("switch", "--quiet", "main")
    write_own_line(repo)
    merge(repo, "other", "shared")
    data = answer(repo, "changes", "--since", PUBLISHED)
    assert counts(data) == [3, 1, 1, 3]
    assert answer(repo, "history", "A01", "--field", "target")["changes"][1]["date"] == "2023-02-05"


def test_papers_on_both_sides_of_a_merge_are_each_compared_with_their_own_tree(tmp_path: Path) -> None:
    repo = start(tmp_path)
    write_shared_line(repo)
    write_own_line(repo)
    repo.git("tag", "--annotate", "--message", "x", "meeting/AC-2023-03")
    merge(repo, "shared")
    assert counts(answer(repo, "changes", "--since", PUBLISHED)) == [3, 0, 1, 2]
    later = answer(repo, "changes", "--since", "AC-2023-03")
    assert counts(later) == [2, 0, 0, 2]
    assert [event["id"] for event in later["targets"]] == ["A01"]
    out = run("check", "--history", "--root", repo.root, "--as-of", "2023-03-01", width=200).out
    assert "of A02 was rewritten or removed after the paper for AC-2022-10-17" in out


def test_a_criss_cross_of_two_branches(tmp_path: Path) -> None:
    repo = start(tmp_path)
    write_shared_line(repo)
    write_own_line(repo)
    own = repo.git("rev-parse", "HEAD")
    merge(repo, "shared")
    repo.git("switch", "--quiet", "shared")
    merge(repo, own, who="ann")
    repo.commit("2023-02-21", {A01: record("A01", target="Sep-23")}, **by("ann"))
    repo.git("switch", "--quiet", "main")
    merge(repo, "shared", day="2023-02-22")
    data = answer(repo, "changes", "--since", PUBLISHED)
    assert counts(data) == [3, 0, 1, 2]
    assert [(event["old"], event["new"]) for event in data["targets"]] == [("Jul-23", "Sep-23")]


def squash(repo: RegisterRepository) -> None:
    write_shared_line(repo)
    write_own_line(repo)
    repo.git("merge", "--quiet", "--squash", "shared")
    repo.commit("2023-02-20", {}, **by("ben"))


def find_advice(repo: RegisterRepository) -> list[list[str]]:
    out = run("check", "--history", "--root", repo.root, "--as-of", "2023-03-01", width=200).out
    return [line.split()[1:] for line in out.splitlines() if line.strip().startswith("git merge")]


def test_papers_whose_branch_was_squashed_are_compared_with_their_own_tree(tmp_path: Path) -> None:
    repo = start(tmp_path)
    squash(repo)
    assert counts(answer(repo, "changes", "--since", PUBLISHED)) == [3, 0, 1, 2]


@pytest.mark.parametrize("later", ["nothing", "reverted", "moved on"])
def test_the_advised_merge_changes_no_file_and_hides_no_change(later: str, tmp_path: Path) -> None:
    repo = start(tmp_path)
    squash(repo)
    target = "Mar-23" if later == "reverted" else "Dec-23"
    if later != "nothing":
        repo.commit("2023-02-21", {A01: record("A01", target=target)}, **by("ben"))
    before = answer(repo, "changes", "--since", PUBLISHED)
    (advice,) = find_advice(repo)
    tree = repo.git("rev-parse", "HEAD^{tree}")
    dates = {"GIT_AUTHOR_DATE": "2023-02-25T12:00:00Z", "GIT_COMMITTER_DATE": "2023-02-25T12:00:00Z"}
    repo.git(*advice, **dates)
    assert repo.git("rev-parse", "HEAD^{tree}") == tree
    assert find_advice(repo) == []
    after = answer(repo, "changes", "--since", PUBLISHED)
    assert counts(after) == counts(before) == [3, 0, 1, 2]
    assert [(e["id"], e["old"], e["new"]) for e in after["targets"]] == (
        [] if later == "nothing" else [("A01", "Jul-23", target)]
    )


def test_a_plain_merge_of_squashed_papers_hides_no_change_either(tmp_path: Path) -> None:
    repo = start(tmp_path)
    squash(repo)
    merge(repo, MEETING, day="2023-02-25")
    assert counts(answer(repo, "changes", "--since", PUBLISHED)) == [3, 0, 1, 2]


def test_siblings_are_compared_directly(pull: RegisterRepository) -> None:
    own, shared = pull.git("rev-parse", "HEAD^1"), pull.git("rev-parse", "HEAD^2")
    data = answer(pull, "changes", "--since", own, "--until", shared)
    assert [(event["id"], event["old"], event["new"]) for event in data["targets"]] == [("A01", "Mar-23", "Jul-23")]
    assert [event["id"] for event in data["reopened"]] == ["A04"]


def test_the_older_of_two_commits_comes_first(pull: RegisterRepository) -> None:
    own = pull.git("rev-parse", "HEAD^1")
    result = run("changes", "--since", "HEAD", "--until", own, "--root", pull.root)
    assert (result.code, result.err) == (2, f"HEAD is later than {own}. Use the earlier one after --since.\n")
