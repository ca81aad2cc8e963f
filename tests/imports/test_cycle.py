"""A whole cycle: officers are asked, answer, and the answers are in the published papers of the meeting."""

from __future__ import annotations

from pathlib import Path

from p2ptrack.formats.editable_workbook import DAY, TEXT
from tests.command import run
from tests.git.builders import git, set_git_user
from tests.imports.test_collected_answers import FILES, PROGRAMME, collect, fill_in, import_
from tests.support import write_register


def test_from_asking_to_publishing(tmp_path: Path) -> None:
    register = write_register(
        tmp_path, FILES, PROGRAMME + "reports: {progress: {report: progress-report}, plan: {report: action-plan}}\n"
    )
    git(register, "init", "--quiet", "--initial-branch=main")
    set_git_user(register)
    git(register, "add", "data")
    git(register, "commit", "--quiet", "--message", "Start")
    assert collect(register).code == 0
    for post, id_, text in (
        ("head-of-it", "A01", "Two suppliers tested it."),
        ("head-of-legal", "A02", "It is drafted."),
    ):
        path = fill_in(register, {id_: {TEXT: text, DAY: "20 Feb 2023"}}, post)
        assert import_(register, path).code == 0
    day = ("--root", register, "--as-of", "2023-02-28")
    assert run("check", *day).code == 0
    git(register, "add", "data")
    git(register, "commit", "--quiet", "--message", "Import answers")
    assert run("render", "plan", "--format", "text", *day).code == 0
    paper = (register / "build/plan.text").read_text()
    assert "Two suppliers tested it." in paper
    assert "It is drafted." in paper
    result = run("publish", "AC-2023-03", "--format", "text", "--root", register, "--as-of", "2023-03-01")
    assert (result.code, "Two suppliers tested it." in (register / "build/plan.text").read_text()) == (0, True)
    assert run("verify", "AC-2023-03", register / "build/plan.text", "--root", register).code == 0
