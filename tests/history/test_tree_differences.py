"""The changes between any two commits of a random history are the difference of their two trees."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random
from subprocess import CalledProcessError
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.command import run
from tests.git.builders import RegisterRepository, make_repository
from tests.support import examples

FIELDS = ("title", "note", "status", "accountable", "target")
VALUES = {
    "title": ("Review", "Train", "Publish"),
    "note": ("One.", "Two.", "Three."),
    "status": ("not_started", "in_progress", "on_hold", "complete"),
    "accountable": ("IDS", "PACS", "Board"),
    "target": ("2023-03-31", "2023-06-30", "2023-09-30"),
}
IDS = ("A01", "A02", "A03", "F01")
Difference = set[tuple[str, str, str | None, str | None]]


@dataclass
class RandomHistory:
    """A repository whose branches are edited, merged in both orders, fast-forwarded, squashed and rebased."""

    repo: RegisterRepository
    random: Random
    day: int = 1
    branches: list[str] = field(default_factory=lambda: ["main"])
    meetings: int = 0

    def clock(self) -> dict[str, str]:
        self.day += self.random.randrange(3)
        clock = f"{1_672_574_400 + self.day * 86_400} +0000"
        return {"GIT_AUTHOR_DATE": clock, "GIT_COMMITTER_DATE": clock}

    def commit(self) -> None:
        self.repo.git("add", "--all", "--force")
        name = self.random.choice(("Policy clerk", "Audit clerk"))
        self.repo.git("commit", "--quiet", "--allow-empty", "--message", "x", **self.clock(), GIT_AUTHOR_NAME=name)

    def edit(self) -> None:
        id_ = self.random.choice(IDS)
        folder = "actions" if id_.startswith("A") else "audit_followups"
        file = self.repo.root / "data" / folder / f"{id_}.yaml"
        if file.exists() and self.random.random() < 0.1:
            file.unlink()
        else:
            values = read_values(file.read_text("utf-8")) if file.exists() else {"id": id_, "title": "New"}
            name = self.random.choice(FIELDS)
            values[name] = self.random.choice(VALUES[name])
            if name != "title" and self.random.random() < 0.15:
                del values[name]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("".join(f'{key}: "{value}"\n' for key, value in values.items()), "utf-8")
        self.commit()

    def switch(self) -> str:
        """Switch to a branch, perhaps a new one, and return another one."""
        if len(self.branches) < 4 and self.random.random() < 0.4:
            name = f"b{len(self.branches)}"
            self.repo.git("branch", name)
            self.branches.append(name)
        self.repo.git("switch", "--quiet", self.random.choice(self.branches))
        return self.random.choice(self.branches)

    def merge(self) -> None:
        """Merge another branch into this one: whatever is in conflict is taken from one of the two."""
        other, side = self.switch(), self.random.choice(("ours", "theirs"))
        try:
            self.repo.git("merge", "--quiet", "--no-ff", "--no-edit", "-X", side, other, **self.clock())
        except CalledProcessError:  # a deleted file stops a merge whatever the side
            self.commit()

    def merge_several(self) -> None:
        """Merge two branches at once, as long as they have no conflict."""
        self.repo.git("merge", "--quiet", "--no-ff", "--no-edit", self.switch(), self.branches[-1], **self.clock())

    def fast_forward(self) -> None:
        other = self.switch()
        if self.repo.git("merge-base", "HEAD", other) == self.repo.git("rev-parse", "HEAD"):
            self.repo.git("merge", "--quiet", "--ff-only", other)

    def squash(self) -> None:
        other = self.switch()
        try:
            self.repo.git("merge", "--quiet", "--squash", "-X", "theirs", other, **self.clock())
        finally:
            self.commit()

    def rebase(self) -> None:
        other = self.switch()
        try:
            self.repo.git("rebase", "--quiet", "-X", "theirs", other, **self.clock())
        except CalledProcessError:  # as above
            self.repo.git("rebase", "--abort")

    def publish(self) -> None:
        self.meetings += 1
        self.repo.git("tag", "--annotate", "--message", "x", f"meeting/M{self.meetings}", **self.clock())

    def grow(self, steps: int) -> None:
        merges = (self.merge, self.merge, self.merge_several, self.fast_forward, self.squash, self.rebase)
        actions = (self.edit, self.edit, self.edit, *merges)
        for _ in range(steps):
            try:
                self.random.choice((*actions, self.publish))()
            except CalledProcessError:  # a step that git refuses, such as a squash in conflict, changes nothing
                self.repo.git("reset", "--quiet", "--hard")


def read_values(text: str) -> dict[str, str]:
    lines = (line.partition(": ") for line in text.splitlines())
    return {name: value.strip('"') for name, _, value in lines}


def read_tree(repo: RegisterRepository, commit: str) -> dict[str, dict[str, str]]:
    names = repo.git("ls-tree", "-r", "--name-only", commit, "--", "data").splitlines()
    records = [repo.git("show", f"{commit}:{name}") for name in names if not name.endswith("programme.yaml")]
    values = [read_values(text) for text in records]
    return {record["id"]: record for record in values}


def compare_trees(old: dict[str, dict[str, str]], new: dict[str, dict[str, str]]) -> Difference:
    difference: Difference = {(id_, "new", None, None) for id_ in new.keys() - old.keys()}
    difference |= {(id_, "removed", None, None) for id_ in old.keys() - new.keys()}
    for id_ in old.keys() & new.keys():
        for name in FIELDS:
            before, after = old[id_].get(name), new[id_].get(name)
            if before != after:
                difference.add((id_, name, before, after))
    return difference


def read_changes(answer: dict[str, Any], restored: set[str]) -> Difference:
    """Return the net difference that the events of an answer add up to."""
    steps: dict[tuple[str, str], list[tuple[str | None, str | None]]] = {}
    difference: Difference = set()
    removed_ids = {event["id"] for name in ("disappeared", "removed") for event in answer[name]}
    came = {event["id"] for event in answer["new"]}
    # A record that came and went within the range makes no difference.
    difference |= {(id_, "new", None, None) for id_ in came - removed_ids}
    difference |= {(id_, "removed", None, None) for id_ in removed_ids - came}
    for name in ("targets", "statuses", "ownership", "other"):
        for event in answer[name]:
            if event["id"] not in removed_ids | came | restored:
                steps.setdefault((event["id"], event["field"]), []).append((event["old"], event["new"]))
    for (id_, name), pairs in steps.items():
        if name in FIELDS and pairs[0][0] != pairs[-1][1]:
            difference.add((id_, name, pairs[0][0], pairs[-1][1]))
    return difference


@given(st.randoms(use_true_random=True))
@examples(12)
def test_changes_are_the_difference_of_two_trees(tmp_path_factory: pytest.TempPathFactory, random: Random) -> None:
    repo = make_repository(tmp_path_factory.mktemp("random"))
    random_history = RandomHistory(repo, random)
    for _ in range(3):
        random_history.edit()
    random_history.grow(16)
    repo.git("switch", "--quiet", "main")
    commits = repo.git("rev-list", "HEAD").splitlines()
    meetings = repo.git("tag", "--list", "meeting/*").splitlines()
    for _ in range(8):
        since, until = random.choice([*commits, *meetings]), random.choice(commits)
        result = run("changes", "--since", since, "--until", until, "--root", repo.root, "--format", "json")
        start, end = (repo.git("rev-parse", f"{name}^{{commit}}") for name in (since, until))
        if start != end and repo.git("merge-base", start, end) == end:
            assert result.code == 2
            continue
        assert result.code == 0, result.err
        old, new = read_tree(repo, start), read_tree(repo, end)
        # A record that was removed and restored within the range is not shown field by field.
        restored = find_restored(repo, start, end)
        expected = {
            item for item in compare_trees(old, new) if item[0] not in restored or item[1] in {"new", "removed"}
        }
        assert read_changes(json.loads(result.out), restored) == expected


def find_restored(repo: RegisterRepository, start: str, end: str) -> set[str]:
    between = repo.git("rev-list", f"{start}..{end}").splitlines()
    paths = [set(read_tree(repo, commit)) for commit in (start, end)]
    trees = [set(read_tree(repo, commit)) for commit in between]
    return {id_ for id_ in paths[0] & paths[1] if any(id_ not in tree for tree in trees)}
