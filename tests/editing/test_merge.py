"""Two officers' versions of a record are merged field by field, and nothing that either wrote is lost."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptrack.store.git.repository_setup import ATTRIBUTES, build_driver_command, install_merge_driver
from p2ptrack.store.yaml.edit import AppendEntry, Edit, SetField, apply_edits
from p2ptrack.store.yaml.merge import MergeRefusedError, merge_records
from tests.command import run
from tests.editing.test_splices import files, texts, values
from tests.support import examples

BASE = b"id: A01\ntitle: Review   # of all\ntarget: May 2023\nupdates:\n  - date: 1 May 2023\n    text: One.\n"

_DAYS = st.integers(2, 28).map("{} May 2023".format)
_ENTRIES = st.fixed_dictionaries({"date": _DAYS, "text": st.sampled_from(["One", "Two", "It's\n\n- x\n- y: z"])})


def edits(side: str) -> st.SearchStrategy[list[Edit]]:
    """The changes of one side: some of the fields, and entries marked with their side."""
    appended = _ENTRIES.map(lambda entry: AppendEntry(("updates",), {**entry, "by": side}))
    ids = st.sampled_from(["R7", "R8", "R9"]).map(lambda id_: AppendEntry(("recommendations",), id_))
    fields = st.sampled_from(["status", "target", "note", "priority"])
    words = st.sampled_from(["same", f"{side}'s", f"{side}: x"])
    changed = st.builds(lambda name, value: SetField((name,), value), fields, words)
    return st.lists(st.one_of(appended, ids, changed), max_size=4, unique_by=str)


def changed_fields(side: list[Edit]) -> dict[str, object]:
    return {str(edit.path[0]): edit.value for edit in side if isinstance(edit, SetField)}


def added(side: list[Edit], name: str) -> list[object]:
    return [edit.value for edit in side if isinstance(edit, AppendEntry) and edit.path == (name,)]


@examples(200)
@given(files(), edits("Policy clerk"), edits("Audit clerk"))
def test_every_change_of_both_sides_is_in_the_merge(base: bytes, our_edits: list[Edit], other: list[Edit]) -> None:
    our_text, their_text = apply_edits(base, our_edits), apply_edits(base, other)
    both = [added(side, "updates") for side in (our_edits, other)]
    if b"updates: [" in base or b"updates:\n  [" in base or b"updates:\r\n  [" in base:
        we_changed, other_changed = (bool(entries) for entries in both)
        if we_changed and other_changed:
            return  # entries in brackets are left to git
    result = merge_records(base, our_text, their_text)
    first, second = changed_fields(our_edits), changed_fields(other)
    clashes = {name for name in first.keys() & second.keys() if first[name] != second[name]}
    assert {conflict.name for conflict in result.conflicts} == clashes
    if clashes:
        return
    merged = values(result.data)
    for name, value in (first | second).items():
        assert str(merged[name]).strip("\n") == value
    updates = texts(merged.get("updates", []))
    assert len(updates) == len(values(base).get("updates", [])) + len(both[0]) + len(both[1])
    assert all(entry in updates for entries in both for entry in entries)
    ids = merged.get("recommendations", [])
    assert {*added(our_edits, "recommendations"), *added(other, "recommendations")} <= {
        *([ids] if isinstance(ids, str) else ids)
    }
    for remark in (b"# a remark", b"# the end", b"# between", b"# last", b"# all", b"# once", b"# two"):
        assert result.data.count(remark) >= base.count(remark)
    assert result.data.count(b"\r\n") in {0, result.data.count(b"\n")}


@given(files(), edits("Policy clerk"))
def test_a_change_of_one_side_is_taken_as_it_is(base: bytes, our_edits: list[Edit]) -> None:
    changed = apply_edits(base, our_edits)
    for our_text, their_text in ((changed, base), (base, changed), (changed, changed)):
        assert merge_records(base, our_text, their_text).data.strip() == changed.strip()


def test_entries_come_in_the_order_of_their_dates() -> None:
    our_text = BASE + b"  - date: 9 May 2023\n    text: Nine.   # ours\n"
    their_text = BASE + b"  # theirs\n  - {date: 3 May 2023, text: Three.}\n  - date: 12 May 2023\n    text: Twelve.\n"
    merged = merge_records(BASE, our_text, their_text).data
    assert [entry["text"] for entry in values(merged)["updates"]] == ["One.", "Three.", "Nine.", "Twelve."]
    assert b"# ours" in merged
    assert b"# theirs" in merged


def test_the_same_entry_on_both_sides_is_there_once() -> None:
    changed = BASE + b"  - date: 9 May 2023\n    text: Nine.\n"
    other = BASE + b"  - date: 9 May 2023\n    text: |-\n      Nine.\n  - text: Ten.\n"
    assert len(values(merge_records(BASE, changed, other).data)["updates"]) == 3


def test_changes_of_neighbouring_fields_are_no_conflict() -> None:
    our_text = BASE.replace(b"Review ", b"Reviews")
    their_text = BASE.replace(b"target: May", b"target: June")
    assert merge_records(BASE, our_text, their_text).data == our_text.replace(b"target: May", b"target: June")


def test_a_field_of_an_entry_and_of_a_group_is_merged() -> None:
    base = BASE + b"decided:\n  by: Cabinet\n  on: 1 May 2023\n"
    our_text = base.replace(b"One.", b"One and a half.").replace(b"by: Cabinet", b"by: Council")
    their_text = base.replace(b"date: 1 May", b"date: 2 May").replace(b"on: 1 May", b"on: 2 May")
    merged = values(merge_records(base, our_text, their_text).data)
    assert merged["updates"] == [{"date": "2 May 2023", "text": "One and a half."}]
    assert merged["decided"] == {"by": "Council", "on": "2 May 2023"}


def test_the_versions_of_a_conflict_are_both_in_the_file() -> None:
    result = merge_records(
        BASE, BASE.replace(b"May 2023\nu", b"June 2023\nu"), BASE.replace(b"May 2023\nu", b"July 2023\nu")
    )
    (conflict,) = result.conflicts
    assert (conflict.name, conflict.ours, conflict.theirs) == (
        "target",
        "target: June 2023",
        "target: July 2023",
    )
    lines = result.data.decode().splitlines()
    start = lines.index("<<<<<<< ours")
    assert lines[start : start + 5] == [
        "<<<<<<< ours", "target: June 2023", "=======", "target: July 2023", ">>>>>>> theirs",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("our_text", "their_text"),
    [
        (BASE.replace(b"target: May 2023\n", b""), BASE.replace(b"target: May", b"target: June")),
        (BASE.replace(b"    text: One.\n", b"    text: Two.\n"), BASE.partition(b"updates")[0]),
        (BASE.replace(b"# of all", b"# of some"), BASE.replace(b"# of all", b"# of none")),
        (BASE + b"note: [x\n", BASE),
        (BASE + b"note: &a x\n", BASE + b"status: open\n"),
        (BASE + b"note: x\n", BASE + b"status: caf\xe9\n"),
        (BASE + b"note: x\rstatus: open\n", BASE),
        (b"", BASE),
    ],
)
def test_an_unclear_merge_is_a_git_conflict(our_text: bytes, their_text: bytes) -> None:
    with pytest.raises(MergeRefusedError):
        merge_records(BASE, our_text, their_text)


class Repository:
    """A repository with a register of one record, on two branches."""

    def __init__(self, root: Path, *, with_driver: bool = True) -> None:
        self.root = root
        self.record = root / "data/actions/A01-review.yaml"
        self.record.parent.mkdir(parents=True)
        (root / "data/programme.yaml").write_text("title: Review\n")
        self.record.write_bytes(BASE)
        (root / ".gitattributes").write_text(ATTRIBUTES)
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "Policy clerk")
        self.git("config", "user.email", "clerk@example.org")
        if with_driver:
            install_merge_driver(root)
        self.commit()
        self.git("branch", "other")

    def git(self, *arguments: str, fails: bool = False) -> str:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.root), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
        command = ["git", "-C", str(self.root), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        assert (done.returncode != 0) == fails, done.stderr
        return done.stdout + done.stderr

    def commit(self, *changes: Edit, branch: str = "") -> None:
        if branch:
            self.git("switch", "-q", branch)
        self.record.write_bytes(apply_edits(self.record.read_bytes(), changes))
        self.git("add", ".")
        self.git("commit", "-q", "-m", "change")


def update(day: str, text: str) -> AppendEntry:
    return AppendEntry(("updates",), {"date": day, "text": text})


@pytest.mark.parametrize("command", [("merge", "other"), ("rebase", "other"), ("cherry-pick", "other")])
def test_git_merges_what_two_officers_added(tmp_path: Path, command: tuple[str, ...]) -> None:
    repository = Repository(tmp_path)
    repository.commit(update("3 May 2023", "Three."), SetField(("status",), "in_progress"), branch="other")
    repository.commit(update("9 May 2023", "Nine."), branch="main")
    repository.git(*command)
    merged = values(repository.record.read_bytes())
    assert [entry["text"].strip() for entry in merged["updates"]] == ["One.", "Three.", "Nine."]
    assert merged["status"] == "in_progress"
    assert repository.git("status", "--porcelain") == ""


def test_a_conflict_states_whose_lines_they_are_and_how_to_go_on(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.git("config", "user.name", "Audit clerk")
    repository.commit(SetField(("target",), "June 2023"), branch="other")
    repository.git("config", "user.name", "Policy clerk")
    repository.commit(SetField(("target",), "July 2023"), update("9 May 2023", "Nine."), branch="main")
    message = repository.git("merge", "other", fails=True)
    path = "data/actions/A01-review.yaml"
    for part in (
        "ours: Policy clerk, ",
        "theirs: Audit clerk, ",
        "target: July 2023",
        "target: June 2023",
        "git merge --abort",
    ):
        assert part in message
    text = repository.record.read_text()
    assert "<<<<<<< ours: Policy clerk, " in text
    assert "Nine." in text
    assert repository.git("status", "--porcelain") == f"UU {path}\n"
    # The advice, followed to the letter.
    our_version = re.sub(r"<<<<<<<.*?\n(.*?)=======.*?>>>>>>>[^\n]*\n", r"\1", text, flags=re.DOTALL)
    repository.record.write_text(our_version)
    assert run("check", path, "--root", tmp_path).code == 0
    repository.git("add", path)
    repository.git("commit", "--no-edit")
    assert values(repository.record.read_bytes())["target"] == "July 2023"


def test_a_conflict_in_a_rebase_names_both_officers(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.commit(SetField(("target",), "June 2023"), branch="other")
    repository.git("config", "user.name", "Audit clerk")
    repository.commit(SetField(("target",), "July 2023"), branch="main")
    message = repository.git("rebase", "other", fails=True)
    for part in ("ours: Policy clerk, ", "theirs: Audit clerk, ", "git rebase --continue"):
        assert part in message
    answer = run("check", "data/actions/A01-review.yaml", "--root", tmp_path, width=400).out
    assert "`git status` then says how to finish, or how to give up." in answer
    assert "git merge --abort" not in answer


def test_a_merge_can_be_given_up(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.commit(SetField(("target",), "June 2023"), branch="other")
    repository.commit(SetField(("target",), "July 2023"), branch="main")
    before = repository.record.read_bytes()
    repository.git("merge", "other", fails=True)
    repository.git("merge", "--abort")
    assert repository.record.read_bytes() == before


def test_a_doubt_ends_as_git_ends_it(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.commit(SetField(("target",), "June 2023"), branch="other")
    repository.git("switch", "-q", "main")
    repository.record.write_bytes(BASE.replace(b"target: May 2023\n", b""))
    repository.git("commit", "-qam", "no target")
    repository.git("merge", "other", fails=True)
    assert "<<<<<<< ours" in repository.record.read_text()


@pytest.mark.parametrize("setting", ["", "/no/such/python -m p2ptrack merge-record"])
def test_without_the_driver_git_merges_by_lines(tmp_path: Path, setting: str) -> None:
    repository = Repository(tmp_path, with_driver=False)
    if setting:
        command = build_driver_command()
        repository.git("config", "merge.p2ptrack.driver", setting + command[command.index(" %O") :])
    repository.commit(SetField(("note",), "By Audit clerk."), branch="other")
    repository.commit(SetField(("title",), "Reviews"), branch="main")
    repository.git("merge", "other")
    assert values(repository.record.read_bytes())["title"] == "Reviews"
    assert "By Audit clerk." in repository.record.read_text()
    repository.commit(SetField(("target",), "June 2023"), branch="other")
    repository.commit(SetField(("target",), "July 2023"), branch="main")
    repository.git("merge", "other", fails=True)
    assert "<<<<<<<" in repository.record.read_text()
