from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from p2ptrack.errors import OperationError
from p2ptrack.formats import pdf
from tests.command import ROOT, SEED_DAY, CommandResult, run
from tests.support import write_register

A01 = "id: A01\ntitle: Review\n"
BROKEN = "id: A02\ntitle: [\n"
PARTLY_READ = "id: A02\ntitle: Contract #4 review\nstatus: complete\n"
READING_COMMANDS = ["status", "overdue", "list", "show A01", "check", "render action-plan"]


@pytest.mark.parametrize("line", READING_COMMANDS)
def test_without_a_register_one_sentence_gives_the_fix(line: str, tmp_path: Path) -> None:
    result = run(*line.split(), "--root", tmp_path)
    message = f"There is no register in {tmp_path}: it has no data/programme.yaml."
    assert (result.code, result.out, result.err) == (3, "", f"{message} Start one with: p2ptrack init {tmp_path}\n")


def test_without_a_register_here_or_above_the_message_lists_ways_to_name_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("status")
    assert (result.code, result.out) == (3, "")
    assert result.err == (
        f"There is no register here: {tmp_path} and the folders above it have no data/programme.yaml. "
        "Go to the register's folder, give its path with --root, or start one with: p2ptrack init\n"
    )


def test_an_empty_register_shows_how_to_begin(tmp_path: Path) -> None:
    root = write_register(tmp_path)
    lines = run("status", "--root", root, "--as-of", SEED_DAY).out.splitlines()
    assert lines[-2:] == [
        "To import a tracker in Word, Excel, CSV or HTML: p2ptrack import FILE",
        "Next: p2ptrack add action",
    ]
    assert run("overdue", "--root", root, "--within", "30", "--as-of", SEED_DAY).code == 0
    assert run("list", "--root", root).code == 0
    assert run("check", "--root", root, "--as-of", SEED_DAY).code == 0
    assert run("render", "--all", "--root", root).code == 0


def test_the_commands_of_an_empty_register_work(tmp_path: Path) -> None:
    root = write_register(tmp_path)
    arguments = run("add", "action", "--root", root)
    assert arguments.code != 0
    command = arguments.err.partition("p2ptrack ")[2].strip()
    assert run(*shlex.split(command), "--root", root).code == 0
    (tmp_path / "tracker.csv").write_text("Ref,Action,Owner\n1,Keep a register,Head of Procurement\n")
    result = run("import", tmp_path / "tracker.csv", "--kind", "action", "--yes", "--root", root)
    assert result.code == 0, result.err
    assert run("status", "--root", root, "--as-of", SEED_DAY).out.splitlines()[1] == "2 actions."


@pytest.mark.parametrize("line", [line for line in READING_COMMANDS if line != "check"])
def test_an_error_in_the_programme_stops_every_command_but_check(line: str, tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": A01}, "titel: Review\n")
    result = run(*line.split(), "--root", root)
    message = "data/programme.yaml has an error. Run p2ptrack check to see it.\n"
    assert (result.code, result.out, result.err) == (3, "", message)


def test_check_shows_the_error_in_the_programme(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": A01}, "titel: Review\n")
    result = run("check", "--root", root)
    assert result.code == 1
    assert "data/programme.yaml:1:1  error S101\n" in result.out
    assert "Use title: instead." in result.out


@pytest.mark.parametrize("line", ["status", "overdue", "list", "show A01", "render action-plan --allow-problems"])
def test_an_answer_without_a_record_warns(line: str, tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": A01, "actions/A02.yaml": BROKEN})
    result = run(*line.split(), "--root", root)
    message = "1 file cannot be read as a record, so it is not in this answer. To see why: p2ptrack check\n"
    assert (result.code, result.err) == (0, message)


@pytest.mark.parametrize("line", ["status", "overdue", "list", "show A02", "render action-plan --allow-problems"])
def test_an_answer_with_a_partly_read_record_warns(line: str, tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": A01, "actions/A02.yaml": PARTLY_READ})
    result = run(*line.split(), "--root", root)
    assert (result.code, result.err) == (
        0,
        "1 record is read only in part, because of an error. To see why: p2ptrack check\n",
    )


def test_several_files_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    files = {f"actions/A0{number}.yaml": "not a record" for number in (1, 2, 3)}
    result = run("status", "--root", write_register(tmp_path, files))
    assert (
        result.err == "3 files cannot be read as records, so they are not in this answer. To see why: p2ptrack check\n"
    )
    assert " Cannot be read" in result.out


def test_copies_and_files_outside_the_record_folders_are_counted_as_not_read(tmp_path: Path) -> None:
    copies = {"recommendations/A01.yaml": A01, "actions/old/A09.yaml": A01, "waivers/A08.yaml": A01}
    root = write_register(tmp_path, {"actions/A01.yaml": A01, **copies})
    result = run("status", "--root", root, "--as-of", SEED_DAY)
    advice = "To see why: p2ptrack check\n"
    assert result.err == (
        f"1 file cannot be read as a record, so it is not in this answer. {advice}"
        f"2 files or folders are outside the record folders, so their records are not in this answer. {advice}"
    )
    text = " ".join(result.out.split())
    assert "Cannot be read 3 data/actions/old, data/recommendations/A01.yaml, data/waivers." in text
    assert "Partly read" not in text


def test_a_record_that_cannot_be_read_is_not_called_missing(tmp_path: Path) -> None:
    result = run("show", "A02", "--root", write_register(tmp_path, {"actions/A02.yaml": BROKEN}))
    assert result.code == 2
    assert result.err.splitlines()[-1].startswith("A02 ")
    assert "p2ptrack check" in result.err.splitlines()[-1]


def test_a_folder_where_a_file_should_be_is_a_problem(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": A01})
    (root / "data/actions/A03.yaml").mkdir()
    result = run("check", "data/actions/A03.yaml", "--root", root)
    assert result.code == 1
    assert result.out.startswith("data/actions/A03.yaml:1  error D101\n")


@pytest.mark.parametrize("text", ["Q2 2023", "ASAP", "last week", "31 June 2023"])
def test_an_invalid_date_comes_with_a_fix(text: str) -> None:
    result = run("status", "--root", ROOT, "--as-of", text)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"--as-of {text}: ")
    assert "Fix: " in result.err


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("ASAP", "Write one day after --as-of, for example 2023-03-31. For today, leave --as-of out."),
        ("", "Write one day after --as-of, for example 2023-03-31. For today, leave --as-of out."),
        ("31 June 2023", "Write --as-of 2023-06-30"),
    ],
)
def test_the_advice_for_a_date_can_be_followed_on_the_command_line(text: str, fix: str) -> None:
    assert run("status", "--root", ROOT, "--as-of", text).err.rstrip("\n").endswith(f"Fix: {fix}")


def test_a_position_date_can_be_today_or_a_meeting() -> None:
    def ask(*words: str) -> CommandResult:
        return run("overdue", "--root", ROOT, "--format", "json", *words)

    assert {ask("--as-of", word).out for word in ("today", "Today", "now")} == {ask().out}
    assert ask("--as-of", "ac-2022-10-17").out == ask("--as-of", "2022-10-17").out


def test_a_meeting_without_a_day_is_named() -> None:
    result = run("status", "--root", ROOT, "--as-of", "AC-2023-03")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("The meeting AC-2023-03 has no single day (")


def test_a_filter_with_a_value_that_no_record_has_reports_it_and_is_no_mistake(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": A01 + "accountable: Head of Procurement\n"})
    for words in (
        ["owner:Head of Procurment"],
        ["action", "owner:Head of Procurment,none"],
        ["not.owner:Head of Procurment"],
    ):
        result = run("list", *words, "--root", root)
        assert result.code == 0
        assert result.err == "No record has the owner “Head of Procurment”. Did you mean Head of Procurement?\n"
    assert run("list", "owner:Head of Procurement", "--root", root).err == ""
    assert run("list", "id:A77", "--root", root).code == 2


@pytest.mark.parametrize("text", ["March 2023", "2023/24", "TBC"])
def test_a_position_date_is_a_single_day(text: str) -> None:
    result = run("status", "--root", ROOT, "--as-of", text)
    message = f"--as-of needs a single day, for example 2023-03-31 or 31 March 2023. “{text}” is not one.\n"
    assert (result.code, result.out, result.err) == (2, "", message)


def test_papers_are_refused_while_there_are_errors_unless_allowed(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": A01, "actions/A02.yaml": BROKEN})
    result = run("render", "action-plan", "--root", root)
    assert result.code == 1
    assert result.err.splitlines()[-1] == (
        "The register has 1 error, so no paper was produced. To see why: p2ptrack check. "
        "To produce it anyway, add --allow-problems."
    )
    allowed = run("render", "action-plan", "--root", root, "--allow-problems", "--format", "text", "--output", "-")
    assert allowed.code == 0
    message = " ".join(allowed.out.replace("|", " ").split())
    assert "Y157 (1)" in message


def test_without_git_a_paper_states_that_there_is_no_version_control(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": A01})
    result = run("render", "action-plan", "--root", root, "--format", "text", "--output", "-", PATH="")
    assert result.code == 0
    assert "not under version control" in " ".join(result.out.split())


def test_without_pango_the_message_shows_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise OperationError(pdf.format_missing_pango("Linux"))

    monkeypatch.setattr(pdf, "import_weasyprint", missing)
    root = write_register(tmp_path, {"actions/A01.yaml": A01})
    result = run("render", "action-plan", "--root", root, "--format", "pdf")
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith("PDF needs Pango")
    assert run("render", "action-plan", "--root", root, "--format", "html").code == 0


def test_a_broken_template_is_reported_with_its_file_and_line(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": A01})
    template = root / "templates/paper.html"
    template.parent.mkdir()
    template.write_text("<p>\n{% if %}\n</p>\n", encoding="utf-8")
    result = run("render", "action-plan", "--root", root)
    assert (result.code, result.out) == (3, "")
    assert f"{template}:2" in result.err or "templates/paper.html:2" in result.err or "line 2" in result.err


def test_a_paper_with_an_unknown_report_is_refused(tmp_path: Path) -> None:
    programme = "title: Review\nreports:\n  plan: {report: action-pln}\n"
    result = run("render", "plan", "--root", write_register(tmp_path, {}, programme))
    assert (result.code, result.out) == (3, "")
    assert result.err == (
        "data/programme.yaml: “action-pln” is not a report, so the paper plan cannot be produced. "
        "Did you mean action-plan? Use action-plan, audit-follow-up, progress-report, exemptions-report, "
        "register, figures or forward-plan.\n"
    )


def test_a_path_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": A01})
    (root / "build").write_text("in the way", encoding="utf-8")
    result = run("render", "action-plan", "--root", root)
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith(f"{root / 'build' / 'action-plan.html'} cannot be written: ")
    assert result.err.endswith(". Choose another place with --output.\n")


def process(*arguments: str, stdout: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "p2ptrack", *arguments, "--root", str(ROOT), "--as-of", SEED_DAY]
    return subprocess.Popen(command, stdout=stdout, stderr=subprocess.PIPE, env=environment)


@pytest.mark.parametrize(
    "line",
    [
        "status",
        "render action-plan --format text --output -",
        "status --help",
        *(pytest.param(line, marks=pytest.mark.slow) for line in ("list --format json", "check")),
    ],
)
def test_a_reader_that_closes_the_pipe_is_no_error(line: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    started = process(*line.split(), stdout=writer)
    os.close(writer)
    _, message = started.communicate()
    assert (started.returncode, message) == (0, b"")


def test_a_full_disk_is_reported() -> None:
    code = (
        "import errno, sys\nfrom p2ptrack.cli.terminal import explain_output_failure, run_safely\n"
        "@explain_output_failure()\n"
        "def full(): raise OSError(errno.ENOSPC, 'No space left on device')\n"
        "sys.exit(run_safely(full))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    message = "The answer cannot be written: the disk is full.\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (3, "", message)
