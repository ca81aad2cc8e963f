from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import run
from tests.git.builders import Kept, kept
from tests.history.years import A01, A02, LEDGER, LONG, REVIEW, TRAIN, by, years


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return years(tmp_path_factory.mktemp("years"))


def history(made: Kept, *words: str, said: str = "") -> list[dict[str, Any]]:
    ran = run("history", *words, "--root", made.root, "--format", "json")
    assert (ran.code, ran.err) == (0, said)
    told: list[dict[str, Any]] = json.loads(ran.out)["changes"]
    return told


def rows(told: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    return [tuple(each[key] for key in ("date", "author", "event", "field", "old", "new")) for each in told]


def test_every_field_is_told_oldest_first_with_who_and_when(made: Kept) -> None:
    ann, ben = ("2023-01-12", "Ann Keeper", "created"), ("2023-02-01", "Ben Keeper", "changed")
    told = history(made, "A01")
    assert rows(told) == [
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
        ("2023-03-02", "Ben Keeper", "moved", "path", A01, "data/actions/A01-review.yaml"),
    ]
    commits = [each["commit"] for each in told]
    assert list(dict.fromkeys(commits)) == [made.made[0], made.made[1], made.made[-1]]


def test_what_a_merge_brings_is_official_with_it_and_stays_its_author_s(made: Kept) -> None:
    told = history(made, "A02", "--field", "status")
    assert rows(told) == [
        ("2023-01-12", "Ann Keeper", "created", "status", None, "in_progress"),
        ("2023-02-20", "Cy Auditor", "changed", "status", "in_progress", "complete"),
    ]
    assert told[1]["commit"] == made.made[4]


def test_one_field_is_told_with_what_is_in_it(made: Kept) -> None:
    assert [each["field"] for each in history(made, "a01", "--field", "revisions.to")] == ["revisions[0].to"]
    assert len(history(made, "A01", "--field", "revisions")) == 5
    assert history(made, "A01", "--field", "accountable") == []


def test_at_a_moment_nothing_later_is_known(made: Kept) -> None:
    ran = run("history", "A01", "--at", made.made[0], "--root", made.root, "--format", "json")
    assert (ran.code, ran.err) == (0, f"The history as it was on 12 January 2023 (commit {made.made[0][:10]}).\n")
    told = json.loads(ran.out)
    assert told["as_of"] == "2023-01-12"
    assert {each["commit"] for each in told["changes"]} == {made.made[0]}


def test_at_a_moment_before_the_data_were_moved_their_older_place_is_read(tmp_path: Path) -> None:
    made = kept(tmp_path, files={"actions/A01.yaml": REVIEW})
    made.commit("2023-01-01")
    made.git("mv", "data", "elsewhere")
    made.commit("2023-02-01")
    made.git("mv", "elsewhere", "data")
    made.commit("2023-03-01")
    ran = run("history", "A01", "--at", made.made[1], "--root", made.root, "--format", "json")
    told = [(each["date"], each["event"], each["field"]) for each in json.loads(ran.out)["changes"]]
    assert told == [("2023-01-01", "created", name) for name in ("path", "id", "title")]


def test_changes_at_a_moment_are_those_until_then(made: Kept) -> None:
    words = ("changes", "--since", "2023-01-12", "--root", made.root, "--format", "json")
    at, until = run(*words, "--at", "2023-02-25"), run(*words, "--until", made.made[4])
    assert (at.code, at.err) == (0, f"The history as it was on 20 February 2023 (commit {made.made[4][:10]}).\n")
    told, same = json.loads(at.out), json.loads(until.out)
    assert (told["until"].pop("asked"), same["until"].pop("asked")) == (None, made.made[4])
    assert told == same
    assert told["closed"]


def test_a_record_that_is_gone_is_told_to_its_end(made: Kept) -> None:
    assert rows(history(made, "A03"))[-1] == (
        "2023-03-02",
        "Ben Keeper",
        "deleted",
        "path",
        "data/actions/A03.yaml",
        None,
    )


def test_a_record_deleted_and_added_again_is_one(tmp_path: Path) -> None:
    made = kept(tmp_path, files={"actions/A01.yaml": REVIEW})
    made.commit("2023-01-01")
    made.commit("2023-01-02", {A01: None})
    made.commit("2023-01-03", {"data/actions/A01-again.yaml": f"{REVIEW}target: Mar-23\n"})
    events = [(each["date"], each["event"], each["field"]) for each in history(made, "A01")]
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
    made = kept(tmp_path, files={"actions/A01.yaml": REVIEW})
    made.commit("2023-01-01")
    made.commit("2023-01-02", {A01: TRAIN})
    assert [each["event"] for each in history(made, "A01")] == ["created", "created", "created", "deleted"]
    assert [(each["event"], each["new"]) for each in history(made, "A02")] == [
        ("created", A01),
        ("created", "A02"),
        ("created", "Train buyers"),
    ]


def test_values_that_today_s_fields_refuse_are_told_as_they_were(tmp_path: Path) -> None:
    made = kept(tmp_path, files={"actions/A01.yaml": f"{REVIEW}owner: IDS\ntarget: Q2 2023\nstatus: amber\n"})
    made.commit("2023-01-01")
    made.commit("2023-01-02", {A01: f"{REVIEW}accountable: IDS\ntarget: Jun-23\nstatus: in_progress\n"})
    assert rows(history(made, "A01"))[5:] == [
        ("2023-01-01", "A clerk", "created", "status", None, "amber"),
        ("2023-01-02", "A clerk", "changed", "accountable", None, "IDS"),
        ("2023-01-02", "A clerk", "changed", "target", "Q2 2023", "Jun-23"),
        ("2023-01-02", "A clerk", "changed", "status", "amber", "in_progress"),
        ("2023-01-02", "A clerk", "changed", "owner", "IDS", None),
    ]
    assert [each["new"] for each in history(made, "A01", "--field", "owner")] == ["IDS", None]


def test_a_commit_with_a_broken_file_is_told_and_changes_nothing(tmp_path: Path) -> None:
    made = kept(tmp_path, files={"actions/A01.yaml": f"{REVIEW}target: Mar-23\n"})
    made.commit("2023-01-01")
    made.commit("2023-01-02", {A01: f"{REVIEW}target: [\n"})
    made.commit("2023-01-03", {A01: f"{REVIEW}target: Jun-23\n"}, **by("ben"))
    told = "In 1 commit its file could not be read, last on 2 January 2023"
    told += f" ({made.made[1][:10]}); what it said before is taken to stand."
    assert rows(history(made, "A01", "--field", "target", said=f"{told}\n")) == [
        ("2023-01-01", "A clerk", "created", "target", None, "Mar-23"),
        ("2023-01-03", "Ben Keeper", "changed", "target", "Mar-23", "Jun-23"),
    ]
    assert told in " ".join(run("history", "A01", "--root", made.root).out.split())


SCREENS = {
    "history": ("history", "A01"),
    "history-narrow": ("history", "A01"),
    "history-field": ("history", "A01", "--field", "target"),
    "history-md": ("history", "A02", "--format", "md"),
    "history-csv": ("history", "A02", "--format", "csv"),
    "changes": ("changes", "--since", "AC-2022-10-17"),
    "changes-narrow": ("changes", "--since", "AC-2022-10-17"),
    "changes-md": ("changes", "--since", "2023-01-12", "--until", "2023-02-20", "--format", "md"),
    "changes-csv": ("changes", "--since", "2023-01-12", "--format", "csv"),
    "check-history": ("check", "--history", "--as-of", "2023-03-03"),
}
FOLDER = Path(__file__).parent / "screens"


def test_every_file_is_a_screen() -> None:
    files = {path.stem for path in FOLDER.iterdir()}
    assert len(files) > 5
    assert files == set(SCREENS)


@pytest.mark.parametrize("name", sorted(SCREENS))
def test_the_answer_is_as_it_was_read(name: str, made: Kept) -> None:
    """The known history has the same commits each time, so that whole screens can be held."""
    ran = run(*SCREENS[name], "--root", made.root, width=40 if name.endswith("narrow") else 80)
    file = FOLDER / f"{name}.txt"
    assert ran.err == ""
    assert ran.bytes == file.read_bytes()


NO_RECORD = "There is no record A011, and none was ever committed here. Did you mean A01? All of them: p2ptrack list"
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
        (("history", ""), "Say which record: p2ptrack history A01"),
        (("history", "A01", "--field", "targte"), "There is no field “targte”. Did you mean target?"),
        (("changes",), NO_SINCE),
        (("changes", "--since", "Mar-23"), NO_DAY),
        (("changes", "--since", "AC-9"), NO_MOMENT),
        (("changes", "--since", "HEAD", "--until", "2023-01-12"), WRONG_WAY),
    ],
)
def test_what_cannot_be_answered_is_told(words: tuple[str, ...], err: str, made: Kept) -> None:
    ran = run(*words, "--root", made.root)
    assert (ran.code, ran.out, ran.err) == (2, "", f"{err}\n")


def test_what_is_not_committed_is_told(tmp_path: Path) -> None:
    made = kept(tmp_path, files={"actions/A01.yaml": REVIEW})
    made.commit("2023-01-01")
    made.write({A01: f"{REVIEW}target: Mar-23\n{LEDGER}", A02: TRAIN})
    for words in (("history", "A01"), ("changes", "--since", "HEAD")):
        assert run(*words, "--root", made.root).err == "Changes that are not committed are not in this answer.\n"
