"""A merge can bring the work of several people on one record: each field is attributed to its author."""

from __future__ import annotations

import json
from pathlib import Path

from tests.command import run
from tests.git.builders import RegisterRepository, make_repository
from tests.history.years import A01, A02, by

REVIEW = "id: A01\ntitle: Review\ntarget: Mar-23\nnote: Old.\n"
ReportedChange = tuple[str, object, object, str]


def start(top: Path) -> RegisterRepository:
    repo = make_repository(top, files={"actions/A01.yaml": REVIEW, "actions/A02.yaml": "id: A02\ntitle: Train\n"})
    repo.commit("2023-01-12", {}, **by("ann"))
    repo.git("switch", "--quiet", "--create", "work")
    return repo


def merge(repo: RegisterRepository, *words: str, who: str = "cy") -> None:
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-ff", "--no-commit", *words, "work")
    repo.commit("2023-02-20", {}, **by(who))


def last(repo: RegisterRepository, id_: str = "A01", text: str = "") -> list[ReportedChange]:
    """Return what the last commit changed of a record, and who wrote each of it."""
    result = run("history", id_, "--root", repo.root, "--format", "json")
    assert (result.code, result.err) == (0, text)
    message = [item for item in json.loads(result.out)["changes"] if item["commit"] == repo.commits[-1]]
    assert {item["date"] for item in message} == {"2023-02-20"}
    return [(item["field"], item["old"], item["new"], item["author"]) for item in message]


def test_each_field_is_shown_by_who_wrote_it(tmp_path: Path) -> None:
    repo = start(tmp_path)
    repo.commit("2023-02-01", {A01: REVIEW.replace("Mar-23", "Jun-23")}, **by("ann"))
    repo.commit("2023-02-02", {A01: REVIEW.replace("Mar-23", "Jun-23").replace("Old", "New")}, **by("ben"))
    merge(repo)
    assert last(repo) == [("target", "Mar-23", "Jun-23", "Policy clerk"), ("note", "Old.", "New.", "Audit clerk")]


def test_what_one_person_wrote_and_another_merged_is_the_first_one_s(tmp_path: Path) -> None:
    repo = start(tmp_path)
    repo.commit("2023-02-01", {A01: REVIEW.replace("Mar-23", "Jun-23"), A02: None}, **by("ben"))
    merge(repo)
    assert last(repo) == [("target", "Mar-23", "Jun-23", "Audit clerk")]
    assert last(repo, "A02") == [("path", A02, None, "Audit clerk")]


def test_what_the_merge_itself_wrote_is_its_author_s(tmp_path: Path) -> None:
    repo = start(tmp_path)
    repo.commit("2023-02-01", {A01: REVIEW.replace("Mar-23", "Jun-23")}, **by("ben"))
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-ff", "--no-commit", "work")
    repo.commit("2023-02-20", {A01: REVIEW.replace("Mar-23", "Sep-23"), A02: "id: A02\ntitle: Teach\n"}, **by("cy"))
    assert last(repo) == [("target", "Mar-23", "Sep-23", "City clerk")]
    assert last(repo, "A02") == [("title", "Train", "Teach", "City clerk")]


def test_whoever_brings_a_branch_up_to_date_wrote_nothing(tmp_path: Path) -> None:
    repo = start(tmp_path)
    repo.commit("2023-02-01", {A01: REVIEW.replace("Old", "New")}, **by("ben"))
    repo.git("switch", "--quiet", "main")
    repo.commit("2023-02-02", {A01: f"priority: high\n{REVIEW}"}, **by("ann"))
    repo.git("switch", "--quiet", "work")
    repo.git("merge", "--quiet", "--no-ff", "--no-commit", "main")
    repo.commit("2023-02-03", {}, **by("cy"))
    merge(repo)
    assert last(repo) == [("note", "Old.", "New.", "Audit clerk")]


def test_a_renamed_file_is_its_record_still(tmp_path: Path) -> None:
    repo = start(tmp_path)
    repo.commit("2023-02-01", {A01: REVIEW.replace("Old", "New")}, **by("ann"))
    repo.git("mv", A01, "data/actions/A01-x.yaml")
    repo.commit("2023-02-02", {}, **by("ben"))
    merge(repo)
    assert last(repo) == [
        ("path", A01, "data/actions/A01-x.yaml", "Audit clerk"),
        ("note", "Old.", "New.", "Policy clerk"),
    ]


def test_what_somebody_deleted_elsewhere_is_no_change_of_a_field(tmp_path: Path) -> None:
    repo = start(tmp_path)
    repo.commit("2023-02-01", {A01: REVIEW.replace("note: Old.\n", "")}, **by("ben"))
    repo.git("switch", "--quiet", "--create", "other", "main")
    repo.commit("2023-02-02", {A01: None}, **by("ann"))
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-ff", "--no-commit", "--strategy", "ours", "work", "other")
    repo.commit("2023-02-20", {A01: REVIEW.replace("note: Old.\n", "")}, **by("cy"))
    assert last(repo) == [("note", "Old.", None, "Audit clerk")]


def test_two_registers_in_one_repository_have_each_their_own_authors(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, "one", files={"actions/A01.yaml": REVIEW})
    other = RegisterRepository(tmp_path, tmp_path / "two", repo.commits)
    other.write({A01: REVIEW, "data/programme.yaml": "title: Another\n"})
    repo.commit("2023-01-12", {}, **by("ann"))
    repo.git("switch", "--quiet", "--create", "work")
    repo.commit("2023-02-01", {A01: REVIEW.replace("Mar-23", "Jun-23")}, **by("ann"))
    other.commit("2023-02-02", {A01: REVIEW.replace("Mar-23", "Jun-23")}, **by("ben"))
    merge(repo)
    assert last(repo) == [("target", "Mar-23", "Jun-23", "Policy clerk")]
    assert last(other) == [("target", "Mar-23", "Jun-23", "Audit clerk")]


def test_a_file_that_is_renamed_and_broken_in_one_commit_is_still_there(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": REVIEW})
    repo.commit("2023-01-12", {}, **by("ann"))
    repo.commit("2023-02-01", {A01: None, "data/actions/A01-x.yaml": f"{REVIEW}status: [\n"}, **by("ben"))
    repo.commit("2023-02-20", {"data/actions/A01-x.yaml": REVIEW.replace("Old", "New")}, **by("ann"))
    version = "1 saved version (commit), the last of 1 February 2023"
    text = f"The record's file cannot be read in {version} ({repo.commits[1][:10]}). "
    text += "The version before is shown instead.\n"
    assert last(repo, text=text) == [("note", "Old.", "New.", "Policy clerk")]


def test_who_leaves_a_file_unreadable_and_who_mends_it_in_one_branch(tmp_path: Path) -> None:
    repo = start(tmp_path)
    repo.commit("2023-02-01", {A01: REVIEW.replace("Mar-23", "Jun-23")}, **by("ann"))
    repo.commit("2023-02-02", {A01: f"{REVIEW}status: [\n"}, **by("cy"))
    repo.commit("2023-02-03", {A01: REVIEW.replace("Mar-23", "Jun-23").replace("Old", "New")}, **by("ben"))
    merge(repo)
    assert last(repo) == [("target", "Mar-23", "Jun-23", "Policy clerk"), ("note", "Old.", "New.", "Audit clerk")]


def test_what_two_people_wrote_equally_is_shown_by_its_place(tmp_path: Path) -> None:
    repo = start(tmp_path)
    one = "{date: 2023-02-01, text: No change.}"
    repo.commit("2023-02-01", {A01: f"{REVIEW}updates: [{one}]\n"}, **by("ann"))
    repo.commit("2023-02-02", {A01: f"{REVIEW}updates: [{one}, {one}]\n"}, **by("ben"))
    merge(repo)
    assert [(field, who) for field, _, new, who in last(repo) if new == "No change."] == [
        ("updates[0].text", "Policy clerk"),
        ("updates[1].text", "Audit clerk"),
    ]
