"""Versions before the start are not read, unless a later one depends on them."""

from __future__ import annotations

from pathlib import Path

from tests.git.builders import make_repository
from tests.history.test_changes import changes, events_of
from tests.history.years import A01, by

REVIEW = "id: A01\ntitle: Review\nstatus: withdrawn\n"


def test_a_file_that_could_not_be_read_at_the_beginning_is_as_it_had_before(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": REVIEW})
    repo.commit("2023-01-12")
    broken = repo.commit("2023-01-13", {A01: f"{REVIEW}note: [\n"})
    repo.commit("2023-01-14", {A01: f"{REVIEW}note: Mended.\n"}, **by("ben"))
    answer = changes(repo, "--since", broken)
    assert events_of(answer) == {"other": [{"field": "note", "new": "Mended."}]}
    assert [answer["movement"][name] for name in ("opening", "closed", "closing")] == [0, 0, 0]


def test_a_record_that_is_followed_through_another_file_is_read_from_there(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": REVIEW})
    repo.commit("2023-01-12")
    moved = repo.commit("2023-01-13", {A01: None, "data/actions/A01-x.yaml": REVIEW})
    repo.commit("2023-01-14", {"data/actions/A01-x.yaml": REVIEW.replace("withdrawn", "in_progress")})
    answer = changes(repo, "--since", moved)
    assert {sort: len(answer[sort]) for sort in ("reopened", "statuses", "new", "other")} == {
        "reopened": 1,
        "statuses": 1,
        "new": 0,
        "other": 0,
    }
