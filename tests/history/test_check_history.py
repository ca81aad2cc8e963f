"""Each way of rewriting history in a real repository, and the rule that reports it."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.command import run
from tests.git.builders import RegisterRepository, make_repository
from tests.history.years import A01, A02, A03, by, years
from tests.support import PROGRAMME

REVIEW = "id: A01\ntitle: Review\naccountable: Head of Procurement\n"


def find_places(repo: RegisterRepository, *options: str) -> list[tuple[str, str, str, str | None]]:
    """Return what only history shows, each by file, code, severity and field."""
    result = run("check", "--history", "--root", repo.root, "--as-of", "2023-03-03", "--format", "json", *options)
    problems = [p for p in json.loads(result.out)["problems"] if p["code"].startswith("H")]
    assert result.code == int(any(p["severity"] == "error" for p in json.loads(result.out)["problems"]))
    return [(p["path"], p["code"], p["severity"], p["field"]) for p in problems]


@pytest.fixture
def repo(tmp_path: Path) -> RegisterRepository:
    start = make_repository(tmp_path, files={"actions/A01.yaml": f"{REVIEW}target: Mar-23\n"})
    start.commit("2023-01-12", {}, **by("ann"))
    return start


def test_a_clean_history_has_no_findings(repo: RegisterRepository) -> None:
    assert find_places(repo) == []


def test_check_without_history_does_not_run_git(repo: RegisterRepository) -> None:
    repo.commit("2023-02-01", {A01: f"{REVIEW}target: Jun-23\n"})
    result = run("check", "--root", repo.root, "--as-of", "2023-03-03", "--format", "json")
    assert [p for p in json.loads(result.out)["problems"] if p["code"].startswith("H")] == []
    assert find_places(repo) == [(A01, "H101", "warning", "target")]


def test_a_target_change_that_is_not_committed_is_found(repo: RegisterRepository) -> None:
    repo.write({A01: f"{REVIEW}target: Jun-23\n"})
    assert find_places(repo) == [(A01, "H101", "warning", "target")]
    repo.write(
        {A01: f"{REVIEW}target: Jun-23\nrevisions: [{{from: Mar-23, to: Jun-23, reason: x, date: 2023-01-13}}]\n"}
    )
    assert find_places(repo) == []


def test_a_target_change_in_the_commit_that_moves_the_file_is_found(repo: RegisterRepository) -> None:
    repo.git("mv", A01, "data/actions/A01-review.yaml")
    repo.commit("2023-02-01", {"data/actions/A01-review.yaml": f"{REVIEW}target: Jun-23\n"})
    assert find_places(repo) == [("data/actions/A01-review.yaml", "H101", "warning", "target")]


def test_texts_replaced_after_publication_are_found(repo: RegisterRepository) -> None:
    published = f"{REVIEW}target: Mar-23\norigin_text: Ask all.\nupdates: [{{date: 2023-01-13, text: Late.}}]\n"
    repo.commit("2023-01-13", {A01: f"{published}completed_on: 2023-01-13\nstatus: complete\n"}, **by("ann"))
    repo.git("tag", "--annotate", "--message", "Sealed", "meeting/AC-2022-10-17")
    assert find_places(repo) == []
    rewritten = published.replace("Ask all", "Ask some").replace("Late", "On time")
    repo.commit("2023-02-01", {A01: f"{rewritten}completed_on: 2023-01-01\nstatus: complete\n"})
    assert [(code, field) for _, code, _, field in find_places(repo)] == [
        ("H111", "origin_text"),
        ("H112", "updates[0]"),
        ("H113", "completed_on"),
    ]


def test_a_target_change_from_a_merged_branch_has_its_own_author(repo: RegisterRepository) -> None:
    moved = f"{REVIEW}target: Jun-23\n"
    repo.git("switch", "--quiet", "--create", "work")
    repo.commit("2023-02-01", {A01: moved}, **by("ben"))
    repo.commit("2023-02-02", {A01: f"{moved}note: x\n"}, **by("cy"))
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-ff", "--message", "Merge", "work", **by("ann"))
    output = run("check", "--history", "--root", repo.root, "--as-of", "2023-03-03", width=200).out
    assert "by Audit clerk, commit" in output


def test_the_author_of_a_merge_is_not_the_verifier(repo: RegisterRepository) -> None:
    done = f"{REVIEW}target: Mar-23\nstatus: complete\n"
    for branch, who, text in (
        ("close", "ben", done),
        ("verify", "cy", f"{done}verified: {{by: Auditor, on: 2023-02-03}}\n"),
    ):
        repo.git("switch", "--quiet", "--create", branch)
        repo.commit("2023-02-03", {A01: text}, **by(who))
        repo.git("switch", "--quiet", "main")
        repo.git("merge", "--quiet", "--no-ff", "--message", "Merge", branch, **by("ann"))
    assert find_places(repo) == []
    both = repo.commit("2023-02-04", {A01: f"{REVIEW}target: Mar-23\nstatus: in_progress\n"}, **by("ann"))
    assert both
    repo.commit("2023-02-05", {A01: f"{done}verified: {{by: Auditor, on: 2023-02-05}}\n"}, **by("ann"))
    assert find_places(repo) == [(A01, "H114", "note", "verified.by")]


def test_a_record_that_was_removed_is_an_error(tmp_path: Path) -> None:
    repo = years(tmp_path)
    assert [item[:3] for item in find_places(repo)] == [
        (A03, "H115", "error"),
        ("data/programme.yaml", "H105", "note"),
    ]
    assert [item[:3] for item in find_places(repo, "--at", repo.commits[4])] == []


def test_a_shallow_clone_is_not_checked(tmp_path: Path) -> None:
    repo = years(tmp_path / "whole")
    repo.git("clone", "--quiet", "--depth", "1", f"file://{repo.top}", str(tmp_path / "part"))
    message = (
        "This copy of the repository has only the newest part of its history. "
        "To get the rest: git fetch --unshallow --tags\n"
    )
    for words in (("check", "--history"), ("changes", "--since", "2023-01-12")):
        result = run(*words, "--root", tmp_path / "part")
        assert (result.code, result.out, result.err) == (3, "", message)
    advice = "To get the rest: git fetch --unshallow --tags"
    command = ("history", "A01", "--root", tmp_path / "part")
    assert advice in run(*command, width=100).out
    for format_ in ("json", "csv"):
        assert advice in run(*command, "--format", format_).err


def test_check_history_without_a_repository_is_an_error(tmp_path: Path) -> None:
    repo = make_repository(tmp_path)
    for words in (("check", "--history"), ("changes", "--since", "2023-01-12"), ("history", "A01")):
        result = run(*words, "--root", repo.root)
        assert (result.code, result.out) == (3, "")
        assert result.err.startswith("Nothing is committed here yet, so there is no history.")


MEETING = "meeting/AC-2022-10-17"
OTHER_ASK = f"{REVIEW}target: Mar-23\norigin_text: Ask some.\n"


@pytest.fixture
def published(repo: RegisterRepository) -> RegisterRepository:
    """A register whose papers were published, with one commit since."""
    repo.commit("2023-01-13", {A01: OTHER_ASK.replace("some", "all")}, **by("ann"))
    repo.git("tag", "--annotate", "--message", "Sealed", MEETING)
    repo.commit("2023-01-14", {A02: "id: A02\ntitle: Train\n"}, **by("ann"))
    return repo


def test_uncommitted_changes_are_checked_like_commits(published: RegisterRepository) -> None:
    assert find_places(published) == []
    published.write({A01: OTHER_ASK, A02: None})
    assert find_places(published) == [(A01, "H111", "warning", "origin_text"), (A02, "H115", "error", None)]
    message = run("check", "--history", "--root", published.root, "--as-of", "2023-03-03", width=300).out
    assert "The request in A01 was changed after the paper for AC-2022-10-17 (not yet committed)." in message
    assert "A02 was removed (not yet committed) without being closed" in message
    assert f"git restore -- {A02}" in message
    assert find_places(published, "--at", "HEAD") == []


def test_a_check_of_named_files_reports_only_their_removed_records(published: RegisterRepository) -> None:
    published.commit("2023-02-01", {A01: OTHER_ASK, A02: None})
    assert [code for _, code, _, _ in find_places(published, str(published.root / A01))] == ["H111"]
    assert [code for _, code, _, _ in find_places(published, str(published.root / "data/actions"))] == ["H111", "H115"]
    message = run("check", "--history", "--root", published.root, "--as-of", "2023-03-03", "--format", "github")
    assert f"file={A02},line=1" in message.out


def test_an_action_that_became_a_recommendation_is_reported_as_removed(published: RegisterRepository) -> None:
    command = "data/recommendations/A02.yaml"
    published.commit("2023-02-01", {A02: None, command: "id: A02\ntitle: Train\n"})
    assert find_places(published) == [(command, "H115", "error", None)]
    published.commit("2023-02-02", {command: None, A02: "id: A02\ntitle: Train\n"})
    assert find_places(published) == []


def orphaned_codes(repo: RegisterRepository) -> list[str]:
    return [code for _, code, _, _ in find_places(repo) if code == "H116"]


def test_papers_whose_commit_was_removed_from_the_history_are_reported(published: RegisterRepository) -> None:
    published_commit = published.commits[1]
    published.git("reset", "--quiet", "--hard", published.commits[0])
    assert orphaned_codes(published) == []
    published.commit("2023-01-15", {A01: OTHER_ASK}, **by("ben"))
    assert orphaned_codes(published) == ["H116"]
    message = run("check", "--history", "--root", published.root, "--as-of", "2023-03-03", width=200).out
    lost = f"The papers of AC-2022-10-17 were published from the commit {published_commit[:10]}"
    assert f"{lost}, which is not part of this branch's history." in message
    published.git("tag", "--force", MEETING, "HEAD^{tree}")
    assert orphaned_codes(published) == []


def test_papers_published_from_a_merged_branch_are_in_the_history(repo: RegisterRepository) -> None:
    repo.git("switch", "--quiet", "--create", "papers")
    repo.commit("2023-01-13", {A01: f"{REVIEW}target: Mar-23\norigin_text: Ask all.\n"}, **by("ben"))
    repo.git("tag", "inner")
    repo.git("tag", "--annotate", "--message", "A tag of a tag", MEETING, "inner")
    repo.git("switch", "--quiet", "main")
    repo.commit("2023-01-14", {A02: "id: A02\ntitle: Train\n"}, **by("ann"))
    assert orphaned_codes(repo) == ["H116"]
    repo.git("merge", "--quiet", "--no-ff", "--message", "Merge", "papers", **by("ann"))
    assert find_places(repo) == []
    repo.commit("2023-02-01", {A01: OTHER_ASK}, **by("ben"))
    assert find_places(repo) == [(A01, "H111", "warning", "origin_text")]


def test_the_policy_turns_off_rules_on_history(published: RegisterRepository) -> None:
    rules = "policy: {rules_off: {H111: Agreed with the committee.}}\n"
    published.commit("2023-02-01", {A01: OTHER_ASK, "data/programme.yaml": f"{PROGRAMME}{rules}"})
    assert find_places(published) == []


def test_check_outside_a_repository_starts_no_program(published: RegisterRepository) -> None:
    (published.top / ".git").rename(published.top / "away")
    with patch("subprocess.Popen", side_effect=AssertionError("a program was started")):
        assert run("check", "--root", published.root, "--as-of", "2023-03-03").code == 0
