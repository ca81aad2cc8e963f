"""A git that is too old to read histories with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.command import run
from tests.git.builders import make_repository

OLD = """#!/bin/sh
case "$*" in
*" version") echo "git version 2.30.2 (Apple Git-130)" ;;
*" log "*) echo "fatal: unknown value for --diff-merges: first-parent" >&2; exit 128 ;;
*) exec git.real "$@" ;;
esac
"""
REFUSAL = "This machine has git 2.30.2. To read a history you need git 2.31 or newer. Get it from: https://git-scm.com"


def test_a_git_that_is_too_old_is_named_with_the_one_that_is_needed(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register")
    repo.commit("2023-01-12")
    old = tmp_path / "programs/git"
    old.parent.mkdir()
    old.write_text(OLD.replace("git.real", str(shutil.which("git"))), "utf-8")
    old.chmod(0o755)
    result = run("changes", "--since", "2023-01-12", "--root", repo.root, PATH=str(old.parent))
    assert (result.code, result.out, result.err) == (3, "", f"{REFUSAL}\n")
    message = json.loads(run("doctor", "--root", repo.root, "--format", "json", PATH=str(old.parent)).out)["components"]
    assert {"component": "git", "present": False, "detail": REFUSAL} in message
