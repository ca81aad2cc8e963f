"""Links and pipes in the place of words and layouts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from p2ptrack.errors import OperationError
from p2ptrack.store.templates import PACKAGED, load_layout, load_wording
from tests.command import run
from tests.git.builders import action
from tests.support import write_register


def test_words_may_not_be_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_text("draft: Draft\n")
    own = tmp_path / "templates"
    own.mkdir()
    (own / "words.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    with pytest.raises(OperationError) as exc_info:
        load_wording((own, PACKAGED))
    message = f"{own / 'words.yaml'} is a link, and templates are not read through links. "
    assert str(exc_info.value) == f"{message}Put the file or folder itself there."


def test_a_link_to_nothing_is_reported(tmp_path: Path) -> None:
    (tmp_path / "layout.yaml").symlink_to("nothing.yaml")
    with pytest.raises(OperationError, match="is a link, and templates are not read through links"):
        load_layout((tmp_path, PACKAGED))


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "words.yaml")
    with pytest.raises(OperationError, match="This is not a text file"):
        load_wording((tmp_path, PACKAGED))


@pytest.mark.parametrize("target", [".", "elsewhere", "nowhere"])
def test_a_templates_folder_that_is_a_link_is_refused(target: str, tmp_path: Path) -> None:
    """A template could otherwise include a record that is exempt, or a password in the repository's settings."""
    root = write_register(tmp_path, {"actions/A01.yaml": action()})
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "templates").symlink_to(target)
    (tmp_path / "paper.html").write_text('{% include "data/actions/A01.yaml" %}')
    message = f"{tmp_path / 'templates'} is a link, and templates are not read through links. "
    for words in (("render", "action-plan"), ("render", "--all", "--format", "text")):
        result = run(*words, "--root", root)
        assert (result.code, result.err) == (3, f"{message}Put the file or folder itself there.\n")


@pytest.mark.parametrize("target", ["nowhere", "../nowhere", "actions"])
def test_a_record_folder_that_is_a_link_to_nothing_is_an_error(target: str, tmp_path: Path) -> None:
    root = write_register(tmp_path)
    (root / "data/actions").symlink_to(target)
    assert run("check", "--root", root).code == 1
    result = run("render", "action-plan", "--root", root)
    assert (result.code, result.err.endswith("add --allow-problems.\n")) == (1, True)
