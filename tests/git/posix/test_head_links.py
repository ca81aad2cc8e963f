"""Links and pipes in a register under version control."""

from __future__ import annotations

import os
from pathlib import Path

from p2ptrack.store.git.worktree import read_head
from tests.git.builders import git
from tests.git.test_head import FILES, commit
from tests.support import write_register


def test_a_link_is_compared_by_where_it_leads(tmp_path: Path) -> None:
    root = write_register(tmp_path / "register", FILES)
    git(root, "init", "--quiet")
    (root / "data/actions/A03.yaml").symlink_to("A01.yaml")
    (root / "data/actions/A04.yaml").symlink_to("nothing.yaml")
    (root / "data/more").symlink_to("actions")
    id_ = commit(root)
    assert read_head(root) == (id_, False)
    (root / "data/actions/A03.yaml").unlink()
    (root / "data/actions/A03.yaml").symlink_to("A02.yaml")
    assert read_head(root) == (id_, True)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    root = write_register(tmp_path / "register", FILES)
    git(root, "init", "--quiet")
    id_ = commit(root)
    os.mkfifo(root / "data/actions/A03.yaml")
    assert read_head(root) == (id_, False)
