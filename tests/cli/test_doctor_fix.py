"""`init` and `doctor --fix` set up a register and its repository, and change nothing that others wrote there."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from p2ptrack.store.git.repository_setup import ATTRIBUTES, is_merge_driver_installed, read_commit_hook
from tests.command import run
from tests.git.builders import GIT_ENVIRONMENT, git, set_git_user, start_git

HOOK = ".git/hooks/pre-commit"


@pytest.fixture
def top(tmp_path: Path) -> Path:
    start_git(tmp_path)
    set_git_user(tmp_path)
    (tmp_path / ".git/hooks").mkdir(exist_ok=True)
    return tmp_path


def missing(root: Path) -> list[str]:
    components = json.loads(run("doctor", "--root", root, "--format", "json").out)["components"]
    return [component["component"] for component in components if not component["present"]]


def commit(folder: Path, message: str) -> subprocess.CompletedProcess[str]:
    git(folder, "add", "--all")
    words = ["git", "commit", "--quiet", "--message", message]
    return subprocess.run(
        words, cwd=folder, env=GIT_ENVIRONMENT, check=False, capture_output=True, text=True, encoding="utf-8"
    )


@pytest.mark.parametrize("folder", [".", "a b", "it's/sub"])
def test_init_sets_up_the_merging_and_doctor_the_rest(folder: str, top: Path) -> None:
    root = top / folder
    assert run("init", root).code == 0
    assert is_merge_driver_installed(root)
    assert git(root, "check-attr", "merge", "data/actions/A01.yaml").endswith(": merge: p2ptrack")
    assert missing(root) == ["Check before commits"]
    fixed = run("doctor", "--fix", "--root", root)
    assert (fixed.code, fixed.err, missing(root)) == (0, "", [])


def test_stale_schemas_are_found_and_written_again(top: Path) -> None:
    run("init", top)
    programme, schema = top / "data/programme.yaml", top / ".vscode/p2ptrack/action.json"
    programme.write_text(programme.read_text("utf-8") + "policy: {labels: {status: {complete: Signed off}}}\n", "utf-8")
    assert missing(top) == ["Schemas for editors", "Check before commits"]
    fixed = run("doctor", "--fix", "--root", top)
    advice = "Wrote .vscode. Commit and push it, so that your colleagues get it from you.\n"
    assert (fixed.code, fixed.err) == (0, advice)
    assert "Signed off" in schema.read_text("utf-8")
    assert missing(top) == []
    schema.write_bytes(schema.read_bytes().replace(b"\n", b"\r\n"))  # as git can check it out on Windows
    assert missing(top) == []
    schema.unlink()
    assert missing(top) == ["Schemas for editors"]


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("apt-get", "To install it: sudo apt-get install git"),
        ("dnf", "To install it: sudo dnf install git"),
        ("brew", "To install it: brew install git"),
        ("winget", "To install it: winget install Git.Git"),
        ("", "Get it from: https://git-scm.com"),
    ],
)
def test_doctor_names_the_command_of_this_system(manager: str, command: str, tmp_path: Path) -> None:
    with patch("shutil.which", lambda name: f"/bin/{name}" if name == manager else None):
        assert command in run("doctor", "--root", tmp_path, width=300).out


@pytest.mark.parametrize("folder", [pytest.param(".", marks=pytest.mark.slow), "it's/sub"])
def test_a_commit_with_an_error_is_stopped_and_states_how_to_go_on(folder: str, top: Path) -> None:
    root = top / folder
    run("init", root)
    run("doctor", "--fix", "--root", root)
    assert commit(root, "Start").returncode == 0
    (action,) = (root / "data/actions").iterdir()
    action.write_text("id: A01\ntitle: One\nstatus: unheard\n", encoding="utf-8")
    stopped = commit(root, "Break it")
    assert stopped.returncode == 1
    assert "git commit --no-verify" in stopped.stderr
    assert git(root, "log", "--format=%s") == "Start"
    git(root, "reset", "--quiet")
    (root / "other.txt").write_text("Not in the register.", encoding="utf-8")
    git(root, "add", "other.txt")
    git(root, "commit", "--quiet", "--message", "Other work goes on")


def test_a_hook_that_somebody_wrote_is_kept(top: Path) -> None:
    run("init", top)
    (top / HOOK).write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    (top / HOOK).chmod(0o755)
    fixed = run("doctor", "--fix", "--root", top, width=400)
    assert (top / HOOK).read_text("utf-8") == "#!/bin/sh\nexit 0\n"
    line = read_commit_hook(top).check_line
    assert f"add this line to it: {line}" in fixed.out
    (top / HOOK).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    assert missing(top) == []


def test_a_hook_for_a_python_that_moved_is_repaired_and_another_register_s_is_kept(top: Path) -> None:
    for name in ("one", "two"):
        run("init", top / name)
    run("doctor", "--fix", "--root", top / "one")
    moved = (top / HOOK).read_text("utf-8").replace("test -x ", "test -x /gone")
    (top / HOOK).write_text(moved, encoding="utf-8")
    assert run("doctor", "--fix", "--root", top / "two").code == 0
    assert (top / HOOK).read_text("utf-8") == moved
    assert missing(top / "two") == missing(top / "one") == ["Check before commits"]
    run("doctor", "--fix", "--root", top / "one")
    assert missing(top / "one") == []


def test_a_shared_folder_of_hooks_is_not_written(top: Path, tmp_path: Path) -> None:
    run("init", top)
    git(top, "config", "core.hooksPath", str(tmp_path / "shared"))
    assert run("doctor", "--fix", "--root", top).code == 0
    assert not (tmp_path / "shared").exists()
    assert missing(top) == ["Check before commits"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_lines_are_added_to_settings_that_are_there(line_end: str, *, last: bool, top: Path) -> None:
    own_files = dict.fromkeys((".gitignore", ".gitattributes"), f"# ours{line_end}*.x{line_end if last else ''}")
    for name, text in own_files.items():
        (top / name).write_bytes(text.encode())
    started = run("init", top, width=400)
    assert f"Add this line to .gitattributes, so that p2ptrack merges records: {ATTRIBUTES}" in started.out
    for _ in range(2):
        run("doctor", "--fix", "--root", top)
    for name, text in own_files.items():
        data = (top / name).read_bytes().decode()
        assert data.startswith(text)
        assert data.count("\n") == data.count(line_end)
        assert data.count("p2ptrack doctor --fix" if "attr" in name else "/build/") == 1
    assert missing(top) == []


def test_without_a_register_doctor_fix_reports_it(tmp_path: Path) -> None:
    result = run("doctor", "--fix", "--root", tmp_path)
    assert (result.code, "Traceback" in result.err) == (3, False)
    assert not any(tmp_path.iterdir())


DECLARED = "registers:\n  savings: {singular: saving, prefix: S, fields: {remark: {type: text}}}\n"
LINE = '"./.vscode/p2ptrack/saving.json": "data/savings/*.yaml",'


@pytest.fixture
def declaring(top: Path) -> Path:
    """A register that declares another register after its settings were written."""
    run("init", top)
    programme = top / "data/programme.yaml"
    programme.write_text(programme.read_text("utf-8") + DECLARED, "utf-8")
    return top


@pytest.mark.parametrize("words", [("doctor", "--fix"), ("schema", "--write")])
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("{", '{"editor.rulers": [100],', 1),
        lambda text: json.dumps(json.loads(text)),
        lambda text: text.replace('"yaml.schemas": {', '"yaml.schemas": {"./mine.json": ["a.yaml"],'),
    ],
)
def test_settings_get_the_schema_of_a_new_register_and_keep_the_rest(
    declaring: Path, words: tuple[str, ...], change: Callable[[str], str]
) -> None:
    file = declaring / ".vscode/settings.json"
    before = change(file.read_text("utf-8")).encode()
    file.write_bytes(before)
    assert "Settings for VS Code" in missing(declaring)
    assert run(*words, "--root", declaring).code == 0
    after = file.read_bytes()
    assert "Settings for VS Code" not in missing(declaring)
    place = after.index(LINE.encode())
    rest = after[place + len(LINE) :]
    assert after[:place] + rest.lstrip() == before
    assert (
        json.loads(after.decode("utf-8-sig"))["yaml.schemas"]["./.vscode/p2ptrack/saving.json"] == "data/savings/*.yaml"
    )
    assert run(*words, "--root", declaring).code == 0
    assert file.read_bytes() == after


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("{", "{ // ours", 1),
        lambda text: text.replace("{", '{"other": {"yaml.schemas": {"a": "b"}},', 1),
        lambda text: text.rstrip().removesuffix("}"),
    ],
)
def test_settings_that_are_no_plain_json_are_kept_and_the_line_is_given(
    declaring: Path, change: Callable[[str], str]
) -> None:
    file = declaring / ".vscode/settings.json"
    file.write_text(change(file.read_text("utf-8")), "utf-8")
    before = file.read_bytes()
    advice = f"Add to yaml.schemas in .vscode/settings.json: {LINE.removesuffix(',')}"
    fixed = run("doctor", "--fix", "--root", declaring, "--format", "json")
    components = {entry["component"]: entry for entry in json.loads(fixed.out)["components"]}
    assert components["Settings for VS Code"]["detail"] == advice
    assert advice in run("schema", "--write", "--root", declaring).err
    assert file.read_bytes() == before


@pytest.mark.parametrize("text", ['{"yaml.schemas": {}}', '{"yaml.validate": true}', "{ // ours\n}", ""])
def test_settings_that_name_no_schema_may_not_check_records(top: Path, text: str) -> None:
    run("init", top)
    (top / ".vscode/settings.json").write_text(text, "utf-8")

    def describe() -> tuple[bool, str]:
        entries = json.loads(run("doctor", "--root", top, "--format", "json").out)["components"]
        entry = next(entry for entry in entries if entry["component"] == "Settings for VS Code")
        return entry["present"], entry["detail"]

    advice = "To check each file while you type: p2ptrack schema --write --modelines"
    assert describe() == (True, f"these are your own, and may not check records. {advice}")
    assert run("schema", "--write", "--modelines", "--root", top).code == 0
    assert describe() == (True, "VS Code checks records while you type")


def test_a_register_with_a_word_of_another_language_is_added_once(declaring: Path) -> None:
    programme, settings = declaring / "data/programme.yaml", declaring / ".vscode/settings.json"
    programme.write_text(programme.read_text("utf-8").replace("singular: saving", "singular: tŷ"), "utf-8")
    for _ in range(2):
        assert run("doctor", "--fix", "--root", declaring).code == 0
        assert "Settings for VS Code" not in missing(declaring)
        assert settings.read_text("utf-8").count("p2ptrack/savings.json") == 1


def test_settings_that_are_written_anew_know_a_declared_register(declaring: Path) -> None:
    (declaring / ".vscode/settings.json").unlink()
    assert run("doctor", "--fix", "--root", declaring).code == 0
    assert LINE.removesuffix(",") in (declaring / ".vscode/settings.json").read_text("utf-8")
