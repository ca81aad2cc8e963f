"""Whatever is given to a command that edits: it writes inside the register only, and every refusal is a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from p2ptrack.errors import OperationError
from p2ptrack.store.editing import run_editor
from tests.command import run
from tests.git.builders import action
from tests.support import write_register

PROGRAMME = "title: Review\n"
ID_WORDS = ("../../x", "a/b", "a\\b", ".hid", "-x", "a b", "CON", "nul", "com1.x", "a\x1bb", "a:b", "A01.", "\uff2101")
NOT_TEXT = "caf\udce9"


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "register"
    write_register(root, {"actions/A01.yaml": action()}, PROGRAMME)
    monkeypatch.chdir(root)
    return root


def list_files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("word", ID_WORDS)
def test_an_id_that_is_none_never_becomes_the_name_of_a_file(word: str, register: Path) -> None:
    before = list_files(register.parent)
    result = run("add", "action", "--title", "T", "--set", f"id={word}", "--yes")
    assert (result.code, "cannot be the id of a record" in result.err) == (2, True)
    assert list_files(register.parent) == before


@pytest.mark.parametrize(
    "words",
    [
        ("update", "A01", "--text", NOT_TEXT),
        ("update", "A01", "--text", "Done.", "--by", NOT_TEXT),
        ("edit", "A01", "--set", f"note={NOT_TEXT}"),
        ("add", "action", "--title", NOT_TEXT),
    ],
)
def test_text_that_is_not_utf_8_is_refused_in_a_sentence(words: tuple[str, ...], register: Path) -> None:
    before = {path: path.read_bytes() for path in list_files(register)}
    result = run(*words, "--yes")
    assert (result.code, "is not UTF-8" in result.err) == (3, True)
    assert {path: path.read_bytes() for path in list_files(register)} == before


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("'unclosed", "quotation mark that is not closed"),
        ("/none/editor", "does not start"),
        ("sh -c 'rm \"$0\"'", "cannot be read"),
        ("sh -c 'exit 3'", "ended with an error"),
    ],
)
def test_an_editor_that_fails_changes_nothing_and_is_named(
    command: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", command)
    with pytest.raises(OperationError, match=words):
        run_editor(b"id: A01\n", "A01.yaml")


def test_an_editor_can_have_spaces_in_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = tmp_path / "my editor"
    editor.write_text('#!/bin/sh\nprintf "note: hi\\n" >> "$1"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", "  ")
    monkeypatch.setenv("EDITOR", f"'{editor}'")
    assert run_editor(b"id: A01\n", "A01.yaml") == b"id: A01\nnote: hi\n"
