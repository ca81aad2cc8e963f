from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import run
from tests.git.builders import RegisterRepository, make_repository
from tests.history.screens import FOLDER, SCREENS, show_screen
from tests.history.years import A01, A02, LEDGER, LONG, REVIEW, TRAIN, by, years


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> RegisterRepository:
    return years(tmp_path_factory.mktemp("years"))


def history(repo: RegisterRepository, *words: str, text: str = "") -> list[dict[str, Any]]:
    result = run("history", *words, "--root", repo.root, "--format", "json")
    assert (result.code, result.err) == (0, text)
    message: list[dict[str, Any]] = json.loads(result.out)["changes"]
    return message


def rows(message: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    return [tuple(item[key] for key in ("date", "author", "event", "field", "old", "new")) for item in message]


def test_every_field_is_reported_oldest_first_with_who_and_when(repo: RegisterRepository) -> None:
    ann, ben = ("2023-01-12", "Policy clerk", "created"), ("2023-02-01", "Audit clerk", "changed")
    message = history(repo, "A01")
    assert rows(message) == [
        (*ann, "path", None, A01),
        (*ann, "id", None, "A01"),
        (*ann, "title", None, "Review contracts"),
        (*ann, "status", None, "in_progress"),
        (*ann, "target", None, "Mar-23"),
        (*ann, "note", None, LONG),
        (*ben, "target", "Mar-23", "Jun-23"),
        (*ben, "revisions[0].from", None, "Mar-23"),
        (*ben, "revisions[0].to", None, "Jun-23"),
        (*ben, "revisions[0].date", None, "2023-02-01"),
        (*ben, "revisions[0].reason", None, "Supplier late."),
        (*ben, "revisions[0].approved_by", None, "Board"),
        (*ben, "note", LONG, LONG.replace("212", "300")),
        ("2023-03-02", "Audit clerk", "moved", "path", A01, "data/actions/A01-review.yaml"),
    ]
    commits = [item["commit"] for item in message]
    assert list(dict.fromkeys(commits)) == [repo.commits[0], repo.commits[1], repo.commits[-1]]


def test_what_a_merge_brings_is_official_with_it_and_stays_its_author_s(repo: RegisterRepository) -> None:
    message = history(repo, "A02", "--field", "status")
    assert rows(message) == [
        ("2023-01-12", "Policy clerk", "created", "status", None, "in_progress"),
        ("2023-02-20", "City clerk", "changed", "status", "in_progress", "complete"),
    ]
    assert message[1]["commit"] == repo.commits[4]


def test_one_field_is_shown_with_what_is_in_it(repo: RegisterRepository) -> None:
    assert [item["field"] for item in history(repo, "a01", "--field", "revisions.to")] == ["revisions[0].to"]
    assert len(history(repo, "A01", "--field", "revisions")) == 5
    assert history(repo, "A01", "--field", "accountable") == []


def test_at_a_revision_nothing_later_is_known(repo: RegisterRepository) -> None:
    result = run("history", "A01", "--at", repo.commits[0], "--root", repo.root, "--format", "json")
    assert (result.code, result.err) == (
        0,
        f"The history as it was on 12 January 2023 (commit {repo.commits[0][:10]}).\n",
    )
    message = json.loads(result.out)
    assert message["as_of"] == "2023-01-12"
    assert {item["commit"] for item in message["changes"]} == {repo.commits[0]}


def test_at_a_revision_before_the_data_were_moved_their_older_place_is_read(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": REVIEW})
    repo.commit("2023-01-01")
    repo.git("mv", "data", "elsewhere")
    repo.commit("2023-02-01")
    repo.git("mv", "elsewhere", "data")
    repo.commit("2023-03-01")
    result = run("history", "A01", "--at", repo.commits[1], "--root", repo.root, "--format", "json")
    message = [(item["date"], item["event"], item["field"]) for item in json.loads(result.out)["changes"]]
    assert message == [("2023-01-01", "created", name) for name in ("path", "id", "title")]


def test_changes_at_a_revision_are_those_until_then(repo: RegisterRepository) -> None:
    words = ("changes", "--since", "2023-01-12", "--root", repo.root, "--format", "json")
    at, until = run(*words, "--at", "2023-02-25"), run(*words, "--until", repo.commits[4])
    assert (at.code, at.err) == (0, f"The history as it was on 20 February 2023 (commit {repo.commits[4][:10]}).\n")
    message, same = json.loads(at.out), json.loads(until.out)
    assert (message["until"].pop("asked"), same["until"].pop("asked")) == (None, repo.commits[4])
    assert message == same
    assert message["closed"]


def test_a_record_that_is_gone_is_reported_to_its_end(repo: RegisterRepository) -> None:
    assert rows(history(repo, "A03"))[-1] == (
        "2023-03-02",
        "Audit clerk",
        "deleted",
        "path",
        "data/actions/A03.yaml",
        None,
    )


def test_a_record_deleted_and_added_again_is_one(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": REVIEW})
    repo.commit("2023-01-01")
    repo.commit("2023-01-02", {A01: None})
    repo.commit("2023-01-03", {"data/actions/A01-again.yaml": f"{REVIEW}target: Mar-23\n"})
    events = [(item["date"], item["event"], item["field"]) for item in history(repo, "A01")]
    assert events == [
        ("2023-01-01", "created", "path"),
        ("2023-01-01", "created", "id"),
        ("2023-01-01", "created", "title"),
        ("2023-01-02", "deleted", "path"),
        ("2023-01-03", "restored", "path"),
        ("2023-01-03", "restored", "id"),
        ("2023-01-03", "restored", "title"),
        ("2023-01-03", "restored", "target"),
    ]


def test_a_file_that_takes_another_id_begins_another_record(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": REVIEW})
    repo.commit("2023-01-01")
    repo.commit("2023-01-02", {A01: TRAIN})
    assert [item["event"] for item in history(repo, "A01")] == ["created", "created", "created", "deleted"]
    assert [(item["event"], item["new"]) for item in history(repo, "A02")] == [
        ("created", A01),
        ("created", "A02"),
        ("created", "Train buyers"),
    ]


def test_values_that_today_s_fields_refuse_are_reported_as_they_were(tmp_path: Path) -> None:
    repo = make_repository(
        tmp_path, files={"actions/A01.yaml": f"{REVIEW}owner: IDS\ntarget: Q2 2023\nstatus: amber\n"}
    )
    repo.commit("2023-01-01")
    repo.commit("2023-01-02", {A01: f"{REVIEW}accountable: IDS\ntarget: Jun-23\nstatus: in_progress\n"})
    assert rows(history(repo, "A01"))[5:] == [
        ("2023-01-01", "A clerk", "created", "status", None, "amber"),
        ("2023-01-02", "A clerk", "changed", "accountable", None, "IDS"),
        ("2023-01-02", "A clerk", "changed", "target", "Q2 2023", "Jun-23"),
        ("2023-01-02", "A clerk", "changed", "status", "amber", "in_progress"),
        ("2023-01-02", "A clerk", "changed", "owner", "IDS", None),
    ]
    assert [item["new"] for item in history(repo, "A01", "--field", "owner")] == ["IDS", None]


def test_a_commit_with_a_broken_file_is_reported_and_changes_nothing(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": f"{REVIEW}target: Mar-23\n"})
    repo.commit("2023-01-01")
    repo.commit("2023-01-02", {A01: f"{REVIEW}target: [\n"})
    repo.commit("2023-01-03", {A01: f"{REVIEW}target: Jun-23\n"}, **by("ben"))
    message = "The record's file cannot be read in 1 saved version (commit), the last of 2 January 2023"
    message += f" ({repo.commits[1][:10]}). The version before is shown instead."
    assert rows(history(repo, "A01", "--field", "target", text=f"{message}\n")) == [
        ("2023-01-01", "A clerk", "created", "target", None, "Mar-23"),
        ("2023-01-03", "Audit clerk", "changed", "target", "Mar-23", "Jun-23"),
    ]
    assert message in " ".join(run("history", "A01", "--root", repo.root).out.split())
    assert run("history", "A01", "--fail", "--root", repo.root).code == 1
    assert run("history", "A01", "--fail", "--at", repo.commits[0], "--root", repo.root).code == 0


def test_every_file_is_a_screen() -> None:
    files = {path.stem for path in FOLDER.iterdir()}
    assert len(files) > 5
    assert files == set(SCREENS)


@pytest.mark.parametrize("name", sorted(SCREENS))
def test_a_screen_is_as_it_was_read(name: str, repo: RegisterRepository) -> None:
    """The known history has the same commits each time, so whole screens can be compared."""
    assert show_screen(name, repo) == (FOLDER / f"{name}.txt").read_bytes()


NO_RECORD = "There is no record A011, and there never was one. Did you mean A01? To list all records: p2ptrack list"
NO_DAY = "--since needs one day, and “Mar-23” is not one. Write it like 2023-03-31 or 31 March 2023."
NO_MOMENT = "There is no commit, tag, date or meeting “AC-9”. Meetings: AC-2022-10-17, AC-2023-03."
WRONG_WAY = "HEAD is later than 2023-01-12. Use the earlier one after --since."
NO_SINCE = (
    "Say since when, for example: p2ptrack changes --since 2023-01-12. It can be a date, a commit, a tag or a meeting."
)


@pytest.mark.parametrize(
    ("words", "err"),
    [
        (("history", "A011"), NO_RECORD),
        (("history", ""), "Say which record, for example: p2ptrack history A01"),
        (("history", "A01", "--field", "targte"), "There is no field “targte”. Did you mean target?"),
        (("changes",), NO_SINCE),
        (("changes", "--since", "Mar-23"), NO_DAY),
        (("changes", "--since", "AC-9"), NO_MOMENT),
        (("changes", "--since", "HEAD", "--until", "2023-01-12"), WRONG_WAY),
    ],
)
def test_what_cannot_be_answered_is_reported(words: tuple[str, ...], err: str, repo: RegisterRepository) -> None:
    result = run(*words, "--root", repo.root)
    assert (result.code, result.out, result.err) == (2, "", f"{err}\n")


def test_what_is_not_committed_is_reported(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": REVIEW})
    repo.commit("2023-01-01")
    repo.write({A01: f"{REVIEW}target: Mar-23\n{LEDGER}", A02: TRAIN})
    for words in (("history", "A01"), ("changes", "--since", "HEAD")):
        assert run(*words, "--root", repo.root).err == "Changes that are not committed are not in this answer.\n"
