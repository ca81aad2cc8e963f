"""The templates folders, and the words and layouts in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from p2ptrack.errors import OperationError
from p2ptrack.store.templates import PACKAGED, load_layout, load_wording, template_folders


def folder(root: Path, **files: str | bytes) -> Path:
    """Write a templates folder; a file's key is its name without .yaml."""
    templates = root / "templates"
    templates.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (templates / f"{name}.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    return templates


def load_templates(root: Path) -> None:
    folders = template_folders(root)
    load_wording(folders)
    load_layout(folders)


def error_of(root: Path) -> str:
    with pytest.raises(OperationError) as exc_info:
        load_templates(root)
    return str(exc_info.value).replace(str(root / "templates"), "ROOT")


def test_a_register_without_templates_has_the_packaged_ones(tmp_path: Path) -> None:
    assert template_folders(tmp_path) == (PACKAGED,)
    assert (PACKAGED / "words.yaml").is_file()


def test_a_register_has_its_own_first(tmp_path: Path) -> None:
    own = folder(tmp_path)
    assert template_folders(tmp_path) == (own, PACKAGED)


def test_the_packaged_folder_is_named_once() -> None:
    assert template_folders(PACKAGED.parent) == (PACKAGED,)


def test_the_packaged_words_and_layout_can_be_read() -> None:
    words, layout = load_wording((PACKAGED,)), load_layout((PACKAGED,))
    assert len(words.templates) > 20
    assert layout.sections
    assert layout.columns


def test_words_win_key_by_key(tmp_path: Path) -> None:
    own = folder(tmp_path / "own", words="draft: Entwurf\nmine: Only here\n")
    other = folder(tmp_path / "other", words="draft: Draft\nnotice: Notice\n")
    assert load_wording((own, other)).templates == {"draft": "Entwurf", "mine": "Only here", "notice": "Notice"}
    assert load_wording((other, own)).templates == {"draft": "Draft", "mine": "Only here", "notice": "Notice"}


def test_words_are_text_as_written(tmp_path: Path) -> None:
    own = folder(tmp_path, words="yes_word: no\nnumber: 4.10\nlong: |\n  One.\n  Two.\n")
    assert load_wording((own,)).templates == {"yes_word": "no", "number": "4.10", "long": "One.\nTwo.\n"}


def test_layouts_win_report_by_report(tmp_path: Path) -> None:
    own = folder(tmp_path / "own", layout="sections: {plan: [grid]}\ncolumns: {one: id}\n")
    other = folder(tmp_path / "other", layout="sections: {plan: [overview, grid], paper: [a, b]}\n")
    layout = load_layout((own, other))
    assert layout.sections == {"plan": ("grid",), "paper": ("a", "b")}
    assert layout.columns == {"one": ("id",)}


@pytest.mark.parametrize(
    ("former", "current"),
    [
        ("asks", "requests"),
        ("ask_note", "request_note"),
        ("ask_endless_many", "request_review_date_many"),
        ("mail_ask_since", "mail_request_since"),
        ("witnessed", "counted"),
        ("witnessed_new", "counted_new"),
        ("plan_endless", "plan_open_ended"),
        ("plan_endless_caption", "plan_open_ended_caption"),
        ("sheet_plan_endless", "sheet_plan_open_ended"),
        ("of_aimed_many", "of_with_target_many"),
        ("remake_last_seal", "remake_last_tag"),
        ("same_work_aim", "same_work_target"),
    ],
)
def test_texts_named_as_in_version_0_1_0_are_read(former: str, current: str, tmp_path: Path) -> None:
    own = folder(tmp_path, words=f"{former}: Printed\n")
    assert load_wording((own,)).templates == {current: "Printed"}
    assert current in load_wording((PACKAGED,)).templates


def test_names_that_contain_a_former_name_stay(tmp_path: Path) -> None:
    words = dict.fromkeys(("task", "asked", "unwitnessed", "endless"), "Printed")
    own = folder(tmp_path, words="".join(f"{name}: Printed\n" for name in words))
    assert load_wording((own,)).templates == words


def test_layouts_named_as_in_version_0_1_0_are_read(tmp_path: Path) -> None:
    layout = load_layout(
        (folder(tmp_path, layout="sections: {plan: [asks, basks]}\ncolumns: {plan-endless: [id, ask]}\n"),)
    )
    assert layout.sections == {"plan": ("requests", "basks")}
    assert layout.columns == {"plan-open-ended": ("id", "request")}


@pytest.mark.parametrize("content", [b"", b"# draft: Draft\n", b"\xef\xbb\xbf# x\r\n"])
def test_a_file_without_settings_changes_nothing(content: bytes, tmp_path: Path) -> None:
    folders = (folder(tmp_path, words=content, layout=content), PACKAGED)
    assert load_wording(folders) == load_wording((PACKAGED,))
    assert load_layout(folders) == load_layout((PACKAGED,))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "words",
            "draft: Draft\nnotice: [a, b]\n",
            "ROOT/words.yaml:2: notice must be text. Write notice: and the text to print.",
        ),
        (
            "words",
            "draft: {a: b}\n",
            "ROOT/words.yaml:1: draft must be text. Write draft: and the text to print.",
        ),
        (
            "layout",
            "# ours\nsection:\n  plan: [a]\n",
            "ROOT/layout.yaml:2: “section” is not a setting. Use sections or columns.",
        ),
        (
            "layout",
            "sections: [a]\n",
            "ROOT/layout.yaml:1: sections must contain names, each with a list. Write each name on a line of its own.",
        ),
        (
            "layout",
            "columns:\n  grid: [a]\n  other: [[a]]\n",
            "ROOT/layout.yaml:3: other must be a list of names, for example other: [first, second].",
        ),
        (
            "layout",
            "columns: {grid: {a: b}}\n",
            "ROOT/layout.yaml:1: grid must be a list of names, for example grid: [first, second].",
        ),
        (
            "words",
            "draft: Draft\ndraft: Again\n",
            (
                "ROOT/words.yaml:2: `draft` appears twice. The first is in line 1. "
                "Fix: Keep the line that is right, `draft: Draft` or `draft: Again`, and remove the other one."
            ),
        ),
        (
            "words",
            "draft: Contract #4\n",
            (
                "ROOT/words.yaml:1: A space and `#` begin a comment, so `#4` would be lost. "
                'Fix: Put the text in quotes: draft: "Contract #4"'
            ),
        ),
        (
            "layout",
            b"#" * 1_048_577,
            (
                "ROOT/layout.yaml: This file is over 1 MiB, which is too large for a record. "
                "Fix: Keep the long document elsewhere and link to it under `evidence`."
            ),
        ),
    ],
)
def test_a_mistake_is_reported_with_its_file_and_line(
    name: str, content: str | bytes, message: str, tmp_path: Path
) -> None:
    folder(tmp_path, **{name: content})
    assert error_of(tmp_path) == message


@pytest.mark.parametrize("content", [b"draft: \xff\n", b"- a\n", b"draft: [\n", b"\0", b"draft: a: b\n", b"{" * 100])
def test_no_bytes_make_it_fail_otherwise(content: bytes, tmp_path: Path) -> None:
    folder(tmp_path, words=content)
    assert error_of(tmp_path).startswith("ROOT/words.yaml:1: ")


@pytest.mark.parametrize("name", ["words", "layout"])
def test_a_folder_in_the_place_of_a_file_is_reported(name: str, tmp_path: Path) -> None:
    (tmp_path / "templates" / f"{name}.yaml").mkdir(parents=True)
    assert error_of(tmp_path).startswith(f"ROOT/{name}.yaml: This cannot be read: it is a folder. Fix: ")


def test_an_invisible_character_is_escaped(tmp_path: Path) -> None:
    folder(tmp_path, layout='"se\\u202Ections": {}\n')
    assert "\u202e" not in error_of(tmp_path)
