"""Publishing in a repository whose hooks and configuration would run programs."""

from __future__ import annotations

from pathlib import Path

from tests.command import run
from tests.git.builders import action, make_repository, set_git_user

MEETING, TAG = "AC-2022-10-17", "meeting/AC-2022-10-17"


def test_nothing_that_the_repository_configures_is_run(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "council")
    repo.commit("2022-10-10", {"data/actions/A01.yaml": action(target="Mar-23")})
    set_git_user(repo.top)
    trap = repo.top.parent / "trap"
    trap.write_text(f"#!/bin/sh\ntouch '{trap}.sprung'\n", encoding="utf-8")
    trap.chmod(0o755)
    hooks = repo.top / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("reference-transaction", "post-checkout", "pre-push"):
        (hooks / hook).symlink_to(trap)
    for name in ("core.fsmonitor", "gpg.program", "core.editor", "core.pager"):
        repo.git("config", name, str(trap))
    repo.git("config", "tag.gpgSign", "true")
    assert run("publish", MEETING, "action-plan", "--format", "html", "--root", repo.root).code == 0
    assert run("verify", MEETING, "--root", repo.root).code == 0
    assert not Path(f"{trap}.sprung").exists()
    assert "SIGNATURE" not in repo.git("cat-file", "tag", TAG)
