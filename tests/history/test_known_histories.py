"""history, changes and list --at on random repositories, compared with a reference model field by field."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.command import run
from tests.history.reference_model import Commit, RepositoryModel, Row, history, make_model, records, write

KINDS = ("action", "follow_up")
OF_FIELDS = ("statuses", "targets", "extensions", "ownership", "updates", "exemptions", "other")
COUNTED = ("new", "reopened", "closed", "disappeared")
OTHER_WORDS = (["In progress", "in_progress"],)


def answer(root: Path, *words: str) -> dict[str, Any]:
    result = run(*words, "--root", root, "--format", "json")
    assert result.code == 0, result.err
    answer: dict[str, Any] = json.loads(result.out)
    return answer


def plain(value: Any) -> Any:
    """Return a value as it is compared: wherever lines are broken, the words are the same."""
    return [plain(item) for item in value] if isinstance(value, list) else " ".join(value.split()) if value else value


def message(root: Path, id_: str) -> list[tuple[str, Row]]:
    return [
        (e["commit"], (e["date"], e["author"], e["event"], e["field"], plain(e["old"]), plain(e["new"])))
        for e in answer(root, "history", id_)["changes"]
    ]


def expected(repo: RepositoryModel, id_: str) -> list[tuple[str, Row]]:
    return [(commit, (*row[:4], plain(row[4]), plain(row[5]))) for commit, row in history(repo, id_)]


@given(st.randoms(use_true_random=True))
@settings(max_examples=4, derandomize=True)
def test_what_was_done_is_shown_field_by_field(tmp_path_factory: pytest.TempPathFactory, random: Random) -> None:
    repo = make_model(random)
    root = write(repo, tmp_path_factory.mktemp("known"))
    ids = sorted({id_ for commit in repo.line() for id_ in records(commit.tree)})
    assert ids
    whole = {id_: expected(repo, id_) for id_ in ids}
    for id_ in ids:
        answer = message(root, id_)
        assert Counter(map(repr, answer)) == Counter(map(repr, whole[id_]))
        assert [commit for commit, _ in answer] == [commit for commit, _ in whole[id_]]
    line = repo.line()
    for _ in range(2):
        start, end = sorted(random.sample(range(len(line)), 2))
        answered = between(root, line[start], line[end])
        span = {commit.id for commit in line[start + 1 : end + 1]}
        events = [event for name in OF_FIELDS for event in answered[name]]
        fields = {(e["commit"], e["id"].upper(), e["author"], top(e["field"])) for e in events}
        assert fields == set(changed(whole, span))


def top(field: str) -> str:
    return field.partition("[")[0].partition(".")[0]


def changed(whole: dict[str, list[tuple[str, Row]]], span: set[str]) -> Iterator[tuple[str, str, str, str]]:
    """Yield every field that a commit of a span changed of a record that was there: commit, record, author, field."""
    for id_, rows in whole.items():
        for commit, (_, author, event, name, old, new) in rows:
            if commit in span and event in {"changed", "moved"} and sorted([str(old), str(new)]) not in OTHER_WORDS:
                yield commit, id_, author, top(name)


def between(root: Path, start: Commit, end: Commit) -> dict[str, Any]:
    """Return the changes of a range, and check its numbers against the lists at both ends and its events."""
    changes = answer(root, "changes", "--since", start.id, "--until", end.id)
    for name, commit in (("opening", start), ("closing", end)):
        here = answer(root, "list", "--at", commit.id, "--as-of", commit.day.isoformat())["records"]
        unreadable = any(not file.readable for file in commit.tree.values())
        for kind in KINDS:
            open_ = [item for item in here if item["kind"] == kind and not item["facts"]["closed"]]
            assert unreadable or changes["movement"]["kinds"][kind][name] == len(open_)
    for counts in (changes["movement"], *changes["movement"]["kinds"].values()):
        opened, closed = counts["new"] + counts["reopened"], counts["closed"] + counts["disappeared"]
        assert counts["opening"] + opened - closed == counts["closing"]
    for name in COUNTED:
        assert len([e for e in changes[name] if e["kind"] in KINDS]) == changes["movement"][name]
    return changes
