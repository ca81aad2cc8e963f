"""History rewritten in a real repository, and each way of it caught."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import run
from tests.git.making import Kept, kept
from tests.memory.years import A01, by, years

REVIEW = "id: A01\ntitle: Review\naccountable: Head of Procurement\n"


def found(made: Kept, *options: str) -> list[tuple[str, str, str, str]]:
    """Return what only history shows, each by file, code, severity and field."""
    ran = run("check", "--history", "--root", made.root, "--as-of", "2023-03-03", "--format", "json", *options)
    problems = [p for p in json.loads(ran.out)["problems"] if p["code"].startswith("H")]
    assert ran.code == int(any(p["severity"] == "error" for p in json.loads(ran.out)["problems"]))
    return [(p["path"], p["code"], p["severity"], p["field"]) for p in problems]


@pytest.fixture
def made(tmp_path: Path) -> Kept:
    start = kept(tmp_path, files={"actions/A01.yaml": f"{REVIEW}target: Mar-23\n"})
    start.commit("2023-01-12", {}, **by("ann"))
    return start


def test_a_clean_history_has_nothing_to_find(made: Kept) -> None:
    assert found(made) == []


def test_plain_check_does_not_ask_git(made: Kept) -> None:
    made.commit("2023-02-01", {A01: f"{REVIEW}target: Jun-23\n"})
    ran = run("check", "--root", made.root, "--as-of", "2023-03-03", "--format", "json")
    assert [p for p in json.loads(ran.out)["problems"] if p["code"].startswith("H")] == []
    assert found(made) == [(A01, "H101", "warning", "target")]


def test_a_move_that_is_not_committed_yet_is_found_too(made: Kept) -> None:
    made.write({A01: f"{REVIEW}target: Jun-23\n"})
    assert found(made) == [(A01, "H101", "warning", "target")]
    made.write(
        {A01: f"{REVIEW}target: Jun-23\nrevisions: [{{from: Mar-23, to: Jun-23, reason: x, date: 2023-01-13}}]\n"}
    )
    assert found(made) == []


def test_a_move_and_its_file_s_move_in_one_commit_are_seen_through(made: Kept) -> None:
    made.git("mv", A01, "data/actions/A01-review.yaml")
    made.commit("2023-02-01", {"data/actions/A01-review.yaml": f"{REVIEW}target: Jun-23\n"})
    assert found(made) == [("data/actions/A01-review.yaml", "H101", "warning", "target")]


def test_words_written_over_after_a_paper_are_found(made: Kept) -> None:
    published = f"{REVIEW}target: Mar-23\norigin_text: Ask all.\nupdates: [{{date: 2023-01-13, text: Late.}}]\n"
    made.commit("2023-01-13", {A01: f"{published}completed_on: 2023-01-13\nstatus: complete\n"}, **by("ann"))
    made.git("tag", "--annotate", "--message", "Sealed", "meeting/AC-2022-10-17")
    assert found(made) == []
    rewritten = published.replace("Ask all", "Ask some").replace("Late", "On time")
    made.commit("2023-02-01", {A01: f"{rewritten}completed_on: 2023-01-01\nstatus: complete\n"})
    assert [(code, field) for _, code, _, field in found(made)] == [
        ("H111", "origin_text"),
        ("H112", "updates"),
        ("H113", "completed_on"),
    ]


def test_who_merges_has_not_verified(made: Kept) -> None:
    done = f"{REVIEW}target: Mar-23\nstatus: complete\n"
    for branch, who, text in (
        ("close", "ben", done),
        ("verify", "cy", f"{done}verified: {{by: Auditor, on: 2023-02-03}}\n"),
    ):
        made.git("switch", "--quiet", "--create", branch)
        made.commit("2023-02-03", {A01: text}, **by(who))
        made.git("switch", "--quiet", "main")
        made.git("merge", "--quiet", "--no-ff", "--message", "Merge", branch, **by("ann"))
    assert found(made) == []
    both = made.commit("2023-02-04", {A01: f"{REVIEW}target: Mar-23\nstatus: in_progress\n"}, **by("ann"))
    assert both
    made.commit("2023-02-05", {A01: f"{done}verified: {{by: Auditor, on: 2023-02-05}}\n"}, **by("ann"))
    assert found(made) == [(A01, "H114", "note", "verified.by")]


def test_a_record_that_disappeared_is_an_error(tmp_path: Path) -> None:
    made = years(tmp_path)
    assert [each[:3] for each in found(made)] == [
        ("data/programme.yaml", "H115", "error"),
        ("data/programme.yaml", "H105", "note"),
    ]
    assert [each[:3] for each in found(made, "--at", made.made[4])] == []


def test_a_shallow_copy_is_not_judged(tmp_path: Path) -> None:
    made = years(tmp_path / "whole")
    made.git("clone", "--quiet", "--depth", "1", f"file://{made.top}", str(tmp_path / "part"))
    told = (
        "This copy of the repository holds the newest part of its history only. "
        "Fetch the rest with: git fetch --unshallow --tags\n"
    )
    for words in (("check", "--history"), ("changes", "--since", "2023-01-12")):
        ran = run(*words, "--root", tmp_path / "part")
        assert (ran.code, ran.out, ran.err) == (3, "", told)
    assert "The rest: git fetch --unshallow --tags" in run("history", "A01", "--root", tmp_path / "part", width=100).out


def test_without_a_repository_it_says_so(tmp_path: Path) -> None:
    made = kept(tmp_path)
    for words in (("check", "--history"), ("changes", "--since", "2023-01-12"), ("history", "A01")):
        ran = run(*words, "--root", made.root)
        assert (ran.code, ran.out) == (3, "")
        assert ran.err.startswith("Nothing is committed here yet, so there is no history.")
