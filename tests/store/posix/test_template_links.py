"""Links and pipes in the place of words and layouts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from p2ptrack.errors import OperationError
from p2ptrack.store.templates import PACKAGED, load_layout, load_wording


def test_words_may_not_be_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_text("draft: Draft\n")
    own = tmp_path / "templates"
    own.mkdir()
    (own / "words.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    with pytest.raises(OperationError) as caught:
        load_wording((own, PACKAGED))
    assert str(caught.value) == (
        f"{own / 'words.yaml'}: This is a link to a place outside the register. Fix: Put the file itself here."
    )


def test_a_link_to_nothing_is_reported(tmp_path: Path) -> None:
    (tmp_path / "layout.yaml").symlink_to("nothing.yaml")
    with pytest.raises(OperationError, match="there is nothing at this path"):
        load_layout((tmp_path, PACKAGED))


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "words.yaml")
    with pytest.raises(OperationError, match="This is not a text file"):
        load_wording((tmp_path, PACKAGED))
