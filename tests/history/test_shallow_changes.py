"""In a copy without the tag of a meeting, changes reports that the date of the meeting was used."""

from __future__ import annotations

from pathlib import Path

from tests.command import run
from tests.git.builders import action, git, make_repository


def test_a_meeting_without_its_tag_in_this_copy_is_reported(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register", files={"actions/A01.yaml": action(target="Mar-23")})
    repo.commit("2022-10-01")
    repo.git("tag", "meeting/AC-2022-10-17")
    repo.commit("2022-10-10", {"data/actions/A01.yaml": action(target="Jun-23")})
    git(tmp_path, "clone", "--quiet", "--depth", "1", repo.top.as_uri(), "copy")
    result = run("changes", "--since", "AC-2022-10-17", "--root", tmp_path / "copy", width=300)
    assert "The meeting AC-2022-10-17 has no tag in this copy, so its date is used." in result.out
