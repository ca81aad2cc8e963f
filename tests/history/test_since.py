"""What was said before the moment asked for is not read, unless something then stood on it."""

from __future__ import annotations

from pathlib import Path

from tests.git.builders import kept
from tests.history.test_changes import changes, told
from tests.history.years import A01, by

REVIEW = "id: A01\ntitle: Review\nstatus: withdrawn\n"


def test_a_file_that_could_not_be_read_at_the_beginning_stands_as_it_said_before(tmp_path: Path) -> None:
    made = kept(tmp_path, files={"actions/A01.yaml": REVIEW})
    made.commit("2023-01-12")
    broken = made.commit("2023-01-13", {A01: f"{REVIEW}note: [\n"})
    made.commit("2023-01-14", {A01: f"{REVIEW}note: Mended.\n"}, **by("ben"))
    found = changes(made, "--since", broken)
    assert told(found) == {"other": [{"field": "note", "new": "Mended."}]}
    assert [found["movement"][name] for name in ("opening", "closed", "closing")] == [0, 0, 0]


def test_a_record_that_is_followed_through_another_file_is_read_from_there(tmp_path: Path) -> None:
    made = kept(tmp_path, files={"actions/A01.yaml": REVIEW})
    made.commit("2023-01-12")
    moved = made.commit("2023-01-13", {A01: None, "data/actions/A01-x.yaml": REVIEW})
    made.commit("2023-01-14", {"data/actions/A01-x.yaml": REVIEW.replace("withdrawn", "in_progress")})
    found = changes(made, "--since", moved)
    assert {sort: len(found[sort]) for sort in ("reopened", "statuses", "new", "other")} == {
        "reopened": 1,
        "statuses": 1,
        "new": 0,
        "other": 0,
    }
