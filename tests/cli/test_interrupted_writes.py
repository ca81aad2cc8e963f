"""Whatever fails while a file is written, and wherever a run is killed, the old file or the new one is there.

A command that writes files is one row of `WRITERS`.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import openpyxl
import pytest

from tests.command import ROOT, run
from tests.faults import failing, watched
from tests.git.builders import action, git, set_git_user, start_git
from tests.support import write_register

PROGRAMME = (
    "title: Review\nmeetings: [{id: AC-2023-03, body: Audit Committee, date: 2023-03-15}]\n"
    "reports: {plan: {report: action-plan}, other: {report: action-plan}}\n"
)
OLD = b"the paper of last time"


@dataclass(frozen=True)
class Writer:
    """A command that writes files, what is there before, and the exit code of a second run after the first.

    With `is_one_step` it writes all files or none. Each `step`-th call is tried: a file takes four or five, so with 3
    it is another one for each file.
    """

    words: tuple[str, ...]
    prepare: Callable[[Path], None]
    old: tuple[str, ...] = ()
    again: int = 0
    is_one_step: bool = True
    step: int = 1


def start_register(root: Path) -> None:
    write_register(root, {"actions/A01.yaml": action(), "actions/A02.yaml": action("A02")}, PROGRAMME)


def start_without_records(root: Path) -> None:
    write_register(root, programme="title: Review\n")


def start_repository(root: Path) -> None:
    start_register(root)
    start_git(root)
    set_git_user(root)
    git(root, "add", "data")
    git(root, "commit", "--quiet", "--message", "Start")


def start_with_owner(root: Path) -> None:
    write_register(root, {"actions/A01.yaml": action(accountable="Head of IT", target="2023-03-01")}, PROGRAMME)


def start_with_workbook(root: Path) -> None:
    """Write a register and an exported workbook in which two records were edited and one was added."""
    start_register(root)
    path = root / "edited.xlsx"
    words = ("--format", "xlsx", "--output", path, "--root", root, "--as-of", "2023-01-12")
    assert run("export", *words).code == 0
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["Records"]
    places = {str(cell.value): number for number, cell in enumerate(sheet[1], 1)}
    for row in (2, 3):
        sheet.cell(row, places["priority"]).value = "high"
    sheet.cell(4, places["kind"]).value = "action"
    sheet.cell(4, places["title"]).value = "Open a portal"
    workbook.save(path)


def start_target(root: Path) -> None:
    write_register(root, {"actions/A01.yaml": action(target="Mar-23")}, PROGRAMME)


def start_tracker(root: Path) -> None:
    start_register(root)
    (root / "tracker.csv").write_text("Ref,Action,Status\nA10,Open a portal,Open\n", encoding="utf-8")


def start_contracts(root: Path) -> None:
    start_register(root)
    text = "Ref,Title,Supplier,End date\nC1,Cleaning,Example Ltd,2026-03-31\n"
    (root / "register.csv").write_text(text, encoding="utf-8")


def start_versions(root: Path) -> None:
    start_repository(root)
    for name, fields in (("base", {}), ("ours", {"note": "One"}), ("theirs", {"priority": "high"})):
        (root / name).write_text(action(**fields), encoding="utf-8")


def start_empty(root: Path) -> None:
    root.mkdir()


WRITERS = {
    "render": Writer(
        ("render", "--all", "--format", "text", "--as-of", "2023-01-12"),
        start_register,
        ("build/plan.text",),
        is_one_step=False,
    ),
    "render-output": Writer(
        ("render", "plan", "--format", "text", "--output", "out/deep/plan.text", "--as-of", "2023-01-12"),
        start_register,
    ),
    "publish": Writer(
        ("publish", "AC-2023-03", "--format", "text", "--as-of", "2023-01-12"),
        start_repository,
        ("build/plan.text",),
        again=1,
    ),
    "init": Writer(("init",), start_empty, is_one_step=False),
    "init-register": Writer(("init", "--register", "savings"), start_register),
    "doctor": Writer(("doctor", "--fix"), start_repository, is_one_step=False),
    "schema": Writer(("schema", "--write"), start_register),
    "export": Writer(("export", "--format", "csv", "--as-of", "2023-01-12"), start_register),
    "portfolio": Writer(("portfolio", "export", ".", "--as-of", "2023-01-12"), start_register),
    "site": Writer(("site", "out/site", "--as-of", "2023-01-12"), start_without_records),
    "import": Writer(("import", "edited.xlsx", "--as-of", "2023-01-12", "--yes"), start_with_workbook),
    "collect": Writer(("collect", "--for", "AC-2023-03", "--as-of", "2023-01-12"), start_with_owner),
    "digest": Writer(("digest", "--format", "ics", "--as-of", "2023-01-12"), start_with_owner),
    "export-file": Writer(
        ("export", "--format", "xlsx", "--output", "out/all.xlsx", "--as-of", "2023-01-12"), start_register
    ),
    "import-tracker": Writer(
        ("import", "tracker.csv", "--kind", "action", "--yes", "--as-of", "2023-01-12"), start_tracker
    ),
    "import-contracts": Writer(
        ("import", "contracts", "register.csv", "--yes", "--as-of", "2023-01-12"), start_contracts
    ),
    "merge": Writer(("merge-record", "base", "ours", "theirs", "data/actions/A01.yaml"), start_versions),
    "add": Writer(("add", "action", "--title", "Open a portal", "--as-of", "2023-01-12", "--yes"), start_register),
    "update": Writer(("update", "A01", "--text", "Tested.", "--as-of", "2023-01-12", "--yes"), start_register),
    "edit": Writer(("edit", "A01", "--set", "note=Agreed", "--yes"), start_register),
    "extend": Writer(
        ("extend", "A01", "30 June 2023", "--reason", "Late", "--as-of", "2023-01-12", "--yes"), start_target
    ),
    "close": Writer(
        (
            "close",
            "A01",
            "--status",
            "withdrawn",
            "--decided-by",
            "Board",
            "--reason",
            "Done",
            "--as-of",
            "2023-01-12",
            "--yes",
        ),
        start_register,
    ),
}


MANY_FILES = ("publish", "import", "init", "init-register", "doctor", "schema", "export", "portfolio", "site")
"""Commands that write so much that failing each call takes long."""


@pytest.fixture(params=[pytest.param(name, marks=pytest.mark.slow if name in MANY_FILES else ()) for name in WRITERS])
def writer(request: pytest.FixtureRequest) -> Writer:
    writer = WRITERS[request.param]
    return replace(writer, step=3) if request.param in MANY_FILES else writer


def prepare(writer: Writer, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prepare the folder of a run, with old papers, and go there."""
    whole = root.parent / "start"
    if not whole.exists():
        writer.prepare(whole)
    shutil.copytree(whole, root)
    for path in writer.old:
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_bytes(OLD)
    monkeypatch.chdir(root)


def contents(root: Path) -> dict[str, bytes]:
    """Return every file but git's, by its path."""
    files = (file for file in root.rglob("*") if file.is_file() and ".git" not in file.relative_to(root).parts)
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in files}


def finished(writer: Writer, root: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Return the files that a whole run leaves."""
    prepare(writer, root, monkeypatch)
    assert run(*writer.words).code == 0
    return contents(root)


def is_published(root: Path) -> bool:
    return (root / ".git").exists() and bool(git(root, "tag", "--list"))


def test_a_call_that_fails_leaves_the_old_file_or_the_new_one_and_a_sentence(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = finished(writer, tmp_path / "whole", monkeypatch)
    for number in range(1, 200, writer.step):
        root = tmp_path / str(number)
        prepare(writer, root, monkeypatch)
        before = contents(root)
        with failing(number, (errno.ENOSPC, errno.EACCES)[number % 2]) as calls:
            result = run(*writer.words)
        after = contents(root)
        if len(calls) < number:
            assert (result.code, after) == (0, new)
            return
        assert (result.code, result.err.count("Traceback")) == (3, 0), (calls[number - 1], result.err)
        assert re.search(r"cannot be (?:written|used): (?:the disk is full|you do not have permission)\.", result.err)
        assert {path for path, data in after.items() if data not in (before.get(path), new.get(path))} == set()
        assert before.keys() <= after.keys()
        assert after in (before, new) or not writer.is_one_step
        # A meeting is published once. The next run shows how to get its papers.
        expected = writer.again if is_published(root) else 0
        assert run(*writer.words).code == expected
        shutil.rmtree(root)
    pytest.fail("the command never ended without a fault")


@pytest.mark.slow
def test_at_no_moment_is_a_file_half_written_and_a_second_run_finishes(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = finished(writer, tmp_path / "whole", monkeypatch)
    root = tmp_path / "run"
    prepare(writer, root, monkeypatch)
    before = contents(root)
    moments: list[Path] = []

    def keep(_name: str, _file: object) -> None:
        moments.append(tmp_path / f"moment-{len(moments)}")
        subprocess.run(["cp", "-a", root, moments[-1]], check=True)

    with watched(keep):
        assert run(*writer.words).code == 0
    assert len(moments) >= 4
    for moment in moments[:: writer.step]:
        files = {path: data for path, data in contents(moment).items() if not path.endswith(".part")}
        assert {path for path, data in files.items() if data not in (before.get(path), new.get(path))} == set()
        monkeypatch.chdir(moment)
        was_published = is_published(moment)
        result = run(*writer.words)
        if was_published:
            # The next run does not publish twice: it lists the missing papers, and how to get them.
            assert (result.code, "To make them" in result.err) == (writer.again, True)
        else:
            assert (result.code, contents(moment)) == (0, new)


@pytest.mark.parametrize("number", [2, *(pytest.param(number, marks=pytest.mark.slow) for number in (1, 3, 4))])
def test_a_run_that_is_killed_leaves_the_old_paper(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = WRITERS["render"]
    prepare(writer, tmp_path / "register", monkeypatch)
    command = [sys.executable, str(ROOT / "tests" / "faults.py"), str(number), "render", "plan", "--format", "text"]
    killed = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}"}, capture_output=True, check=False
    )
    assert (killed.returncode, killed.stderr) == (99, b"")
    assert Path("build/plan.text").read_bytes() == OLD
    assert run("render", "plan", "--format", "text").code == 0
    assert Path("build/plan.text").read_bytes() != OLD
    assert list(Path("build").glob(".*")) == []
