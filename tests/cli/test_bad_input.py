from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from p2ptrack.errors import OperationError
from p2ptrack.formats.pdf import writer
from tests.command import ROOT, SEED_DAY, run
from tests.support import write_register

A01 = "id: A01\ntitle: Review\n"
BROKEN = "id: A02\ntitle: Contract #4 review\n"
READING = ["status", "overdue", "list", "show A01", "check", "render action-plan"]


@pytest.mark.parametrize("line", READING)
def test_without_a_register_one_sentence_says_what_to_do(line: str, tmp_path: Path) -> None:
    ran = run(*line.split(), "--root", tmp_path)
    told = f"There is no register in {tmp_path}: it would hold data/programme.yaml."
    assert (ran.code, ran.out, ran.err) == (3, "", f"{told} Start one with: p2ptrack init {tmp_path}\n")


def test_without_a_register_here_or_above_the_ways_to_name_one_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("status")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == (
        f"There is no register here: no data/programme.yaml in {tmp_path} or above it. "
        "Go to the register's folder, name it with --root, or start one with: p2ptrack init\n"
    )


def test_an_empty_register_says_how_to_begin(tmp_path: Path) -> None:
    root = write_register(tmp_path)
    assert run("status", "--root", root, "--as-of", SEED_DAY).out.splitlines()[1:] == [
        "0 follow-ups.",
        "Next: write a first action, data/actions/A01.yaml, then p2ptrack check",
    ]
    assert run("overdue", "--root", root, "--within", "30", "--as-of", SEED_DAY).code == 0
    assert run("list", "--root", root).code == 0
    assert run("check", "--root", root, "--as-of", SEED_DAY).code == 0
    assert run("render", "--all", "--root", root).code == 0


@pytest.mark.parametrize("line", [line for line in READING if line != "check"])
def test_a_faulty_programme_stops_every_command_but_check(line: str, tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": A01}, "titel: Review\n")
    ran = run(*line.split(), "--root", root)
    told = "data/programme.yaml cannot be used as it is. See what is wrong with: p2ptrack check\n"
    assert (ran.code, ran.out, ran.err) == (3, "", told)


def test_check_tells_what_is_wrong_with_a_faulty_programme(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": A01}, "titel: Review\n")
    ran = run("check", "--root", root)
    assert ran.code == 1
    assert "data/programme.yaml:1:1  error S101\n" in ran.out
    assert "title: (did you mean this?)" in ran.out


@pytest.mark.parametrize("line", ["status", "overdue", "list", "show A01", "render action-plan --allow-problems"])
def test_whoever_goes_on_without_a_record_says_so(line: str, tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": A01, "actions/A02.yaml": BROKEN})
    ran = run(*line.split(), "--root", root)
    told = "1 file cannot be read as a record, so it is not in this answer. See: p2ptrack check\n"
    assert (ran.code, ran.err) == (0, told)


def test_several_records_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    files = {f"actions/A0{number}.yaml": "not a record" for number in (1, 2, 3)}
    ran = run("status", "--root", write_register(tmp_path, files))
    assert ran.err == "3 files cannot be read as records, so they are not in this answer. See: p2ptrack check\n"
    assert " Cannot be read" in ran.out


def test_a_record_that_cannot_be_read_is_not_said_to_be_none(tmp_path: Path) -> None:
    ran = run("show", "A02", "--root", write_register(tmp_path, {"actions/A02.yaml": BROKEN}))
    assert ran.code == 2
    assert ran.err.endswith("A02 cannot be read as a record. See what is wrong with: p2ptrack check\n")


def test_a_folder_where_a_file_should_be_is_a_problem(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": A01})
    (root / "data/actions/A03.yaml").mkdir()
    ran = run("check", "data/actions/A03.yaml", "--root", root)
    assert ran.code == 1
    assert ran.out.startswith("data/actions/A03.yaml:1  error D101\n  This is a folder, and a file should be here.\n")


@pytest.mark.parametrize("written", ["Q2 2023", "ASAP", "last week", "31 June 2023"])
def test_a_day_that_is_none_is_told_with_what_to_write(written: str) -> None:
    ran = run("status", "--root", ROOT, "--as-of", written)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"--as-of {written}: ")
    assert "Fix: " in ran.err


@pytest.mark.parametrize("written", ["March 2023", "2023/24", "TBC"])
def test_more_than_one_day_is_no_day_to_judge_on(written: str) -> None:
    ran = run("status", "--root", ROOT, "--as-of", written)
    told = f"--as-of needs one day, and “{written}” is not one. Write it like 2023-03-31 or 31 March 2023.\n"
    assert (ran.code, ran.out, ran.err) == (2, "", told)


def test_papers_are_refused_while_there_are_errors_unless_they_are_allowed(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": A01, "actions/A02.yaml": BROKEN})
    ran = run("render", "action-plan", "--root", root)
    assert ran.code == 1
    assert ran.err.splitlines()[-1] == (
        "The register has 1 error, so no paper was made. See what to mend with: p2ptrack check "
        "(or make it all the same with --allow-problems)"
    )
    allowed = run("render", "action-plan", "--root", root, "--allow-problems", "--format", "text", "--output", "-")
    assert allowed.code == 0
    told = " ".join(allowed.out.replace("|", " ").split())
    assert (
        "This paper was made from a register with 1 error; what could not be read is not in it. By code: Y150 (1)."
    ) in told


def test_without_git_a_paper_says_that_nothing_controls_it(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": A01})
    ran = run("render", "action-plan", "--root", root, "--format", "text", "--output", "-", PATH="")
    assert ran.code == 0
    assert "not under version control" in " ".join(ran.out.split())


def test_without_pango_the_line_that_installs_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise OperationError(writer.format_missing_pango("Linux"))

    monkeypatch.setattr(writer, "import_weasyprint", missing)
    root = write_register(tmp_path, {"actions/A01.yaml": A01})
    ran = run("render", "action-plan", "--root", root, "--format", "pdf")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("PDF needs Pango")
    assert run("render", "action-plan", "--root", root, "--format", "html").code == 0


def test_a_template_that_does_not_parse_is_told_with_its_file_and_line(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": A01})
    template = root / "templates/paper.html"
    template.parent.mkdir()
    template.write_text("<p>\n{% if %}\n</p>\n", encoding="utf-8")
    ran = run("render", "action-plan", "--root", root)
    assert (ran.code, ran.out) == (3, "")
    assert f"{template}:2" in ran.err or "templates/paper.html:2" in ran.err or "line 2" in ran.err


def test_a_paper_made_by_no_report_is_told(tmp_path: Path) -> None:
    programme = "title: Review\nreports:\n  plan: {report: action-pln}\n"
    ran = run("render", "plan", "--root", write_register(tmp_path, {}, programme))
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == (
        "data/programme.yaml: the paper plan is to be made by “action-pln”, which is no report. "
        "Did you mean action-plan? Write one of action-plan, audit-follow-up, progress-report.\n"
    )


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": A01})
    (root / "build").write_text("in the way", encoding="utf-8")
    ran = run("render", "action-plan", "--root", root)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(f"{root / 'build' / 'action-plan.html'} cannot be written: ")
    assert ran.err.endswith(". Choose another place with --output.\n")


def process(*arguments: str, stdout: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "p2ptrack", *arguments, "--root", str(ROOT), "--as-of", SEED_DAY]
    return subprocess.Popen(command, stdout=stdout, stderr=subprocess.PIPE, env=environment)


@pytest.mark.parametrize(
    "line", ["status", "list --format json", "check", "render action-plan --format text --output -"]
)
def test_a_reader_that_closes_the_pipe_has_seen_enough(line: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    started = process(*line.split(), stdout=writer)
    os.close(writer)
    _, told = started.communicate()
    assert (started.returncode, told) == (0, b"")


def test_a_full_disk_is_told() -> None:
    code = (
        "import errno, sys\nfrom p2ptrack.cli.exits import run_safely\n"
        "def full(): raise OSError(errno.ENOSPC, 'No space left on device')\n"
        "sys.exit(run_safely(full))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    told = "The answer cannot be written: No space left on device.\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (3, "", told)
