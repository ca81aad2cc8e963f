from __future__ import annotations

import json
from pathlib import Path

import pytest

from p2ptrack.cli.check import load_catalogue
from p2ptrack.model.kinds import KINDS
from p2ptrack.reports import REPORTS
from p2ptrack.store.templates import SCAFFOLD_PATHS
from tests.command import ROOT, run
from tests.git.builders import git
from tests.json_schema import find_errors, read_as_editor


def test_init_starts_a_register_that_works_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("init", "council")
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        "Started a register:\n"
        "  data/programme.yaml\n"
        "  data/recommendations/R1-contracts-register.yaml\n"
        "  data/actions/A01-one-register.yaml\n"
        "  data/audit_followups/F01-without-competition.yaml\n"
        "  .gitignore\n"
        "  .gitattributes\n"
        "  .vscode/settings.json\n"
        "  .vscode/extensions.json\n"
        "  .vscode/p2ptrack/recommendation.json\n"
        "  .vscode/p2ptrack/action.json\n"
        "  .vscode/p2ptrack/follow-up.json\n"
        "  .vscode/p2ptrack/exemption.json\n"
        "  .vscode/p2ptrack/programme.json\n"
        "Once the folder is under git, set git up to merge and check records: p2ptrack doctor --fix\n"
        "Next:\n  cd council\n  p2ptrack status\nThen change a file and check it:\n  p2ptrack check\n"
    )
    monkeypatch.chdir(tmp_path / "council")
    checked = run("check", "--strict")
    assert (checked.code, checked.err) == (0, "")
    assert "3 files, 3 records: " in checked.out
    assert "warning" not in checked.out
    assert run("status").code == 0
    assert run("render", "--all").code == 0
    assert sorted(path.name for path in Path("build").iterdir()) == sorted(
        f"{name}.html" for name in REPORTS if name != "register"
    )


def test_a_newcomer_imports_a_tracker_and_makes_its_paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("init", "--empty")
    assert (result.code, "examples" in result.out, list(tmp_path.glob("data/*/*.yaml"))) == (0, False, [])
    assert result.out.endswith("a record:\n  p2ptrack import FILE\n  p2ptrack add action\n")
    assert run("init", "--empty", "--demo", "other").code == 2
    (tmp_path / "Our tracker.csv").write_text(
        "Ref,Recommendation,Owner,Due,Status\n1.1,Keep one register.,Head of Procurement,March 2027,Open\n", "utf-8"
    )
    tried = run("import", "Our tracker.csv", "--dry-run", "--yes")
    assert "add --source our-tracker or another name." in tried.out
    result = run("import", "Our tracker.csv", "--source", "our-tracker", "--yes")
    assert (result.code, "To see them in a paper: p2ptrack render audit-follow-up\n" in result.out) == (0, True)
    assert run("check").code == 0
    assert run("render", "audit-follow-up").code == 0
    assert "Keep one register" in Path("build/audit-follow-up.html").read_text("utf-8")


def test_init_overwrites_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("init").out.endswith("Next:\n  p2ptrack status\nThen change a file and check it:\n  p2ptrack check\n")
    again = run("init")
    assert (again.code, again.out) == (3, "")
    assert again.err == (
        "There is already a register in this folder: data/programme.yaml. Choose another folder: p2ptrack init DIR\n"
    )


@pytest.mark.parametrize("programme", [None, ""])
def test_init_keeps_records_and_puts_no_example_beside_them(programme: str | None, tmp_path: Path) -> None:
    own_file = tmp_path / "data/actions/A01.yaml"
    own_file.parent.mkdir(parents=True)
    own_file.write_text("id: A01\ntitle: Mine\n", encoding="utf-8")
    if programme is not None:
        (tmp_path / "data/programme.yaml").write_text(programme, encoding="utf-8")
    result = run("init", tmp_path)
    assert (result.code, result.out.splitlines()[1]) == (0, "  data/programme.yaml")
    assert "A01-one-register" not in result.out
    assert [file for file in (tmp_path / "data").rglob("*") if file.is_file()] == [
        tmp_path / "data/programme.yaml",
        own_file,
    ]
    assert run("check", "--root", tmp_path).code == 0


def test_init_keeps_settings_that_are_there_and_states_what_they_lack(tmp_path: Path) -> None:
    (tmp_path / ".vscode").mkdir()
    own_file = {".gitignore": "*.tmp\n", ".gitattributes": "", ".vscode/settings.json": "{}\n"}
    for path, text in own_file.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    result = run("init", tmp_path)
    assert result.code == 0
    assert {path: (tmp_path / path).read_text(encoding="utf-8") for path in own_file} == own_file
    assert "Add this line to .gitignore, so that papers with exempt text are not committed: /build/\n" in result.out
    assert not any(f"  {path}\n" in result.out for path in own_file)


@pytest.mark.parametrize("line", ["build/", "/build", "build"])
def test_init_does_not_ask_for_a_line_that_is_there(line: str, tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text(f"{line}\n", encoding="utf-8")
    assert "Add this line" not in run("init", tmp_path).out


def test_papers_of_a_new_register_are_not_committed(tmp_path: Path) -> None:
    run("init", tmp_path)
    assert run("render", "action-plan", "--audience", "officers", "--root", tmp_path).code == 0
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    committed = git(tmp_path, "diff", "--cached", "--name-only").splitlines()
    assert "data/programme.yaml" in committed
    assert [path for path in committed if path.startswith("build")] == []


def test_the_editor_of_a_new_register_has_a_schema_for_every_file(tmp_path: Path) -> None:
    run("init", tmp_path)
    settings = json.loads((tmp_path / ".vscode/settings.json").read_text(encoding="utf-8"))
    schemas = {
        pattern: json.loads((tmp_path / path).read_text("utf-8")) for path, pattern in settings["yaml.schemas"].items()
    }
    assert [*schemas] == [*(f"data/{kind.folder}/*.yaml" for kind in KINDS), "data/programme.yaml"]
    for pattern, schema in schemas.items():
        files = sorted(tmp_path.glob(pattern))
        for file in files:
            assert list(find_errors(read_as_editor(file.read_text(encoding="utf-8")), schema)) == []
    assert json.loads((tmp_path / ".vscode/extensions.json").read_text("utf-8")) == {
        "recommendations": ["redhat.vscode-yaml"]
    }


def test_schema_write_refreshes_the_schemas_and_keeps_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("init", tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".vscode/settings.json").write_text("{}\n", encoding="utf-8")
    (tmp_path / ".vscode/extensions.json").unlink()
    programme = tmp_path / "data/programme.yaml"
    programme.write_text(programme.read_text("utf-8") + "policy: {labels: {status: {complete: Signed off}}}\n", "utf-8")
    result = run("schema", "--write")
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        *(f".vscode/p2ptrack/{kind.singular}.json" for kind in KINDS),
        ".vscode/p2ptrack/programme.json",
        ".vscode/extensions.json",
    ]
    assert "Signed off" in (tmp_path / ".vscode/p2ptrack/action.json").read_text("utf-8")
    assert (tmp_path / ".vscode/settings.json").read_text("utf-8") == "{}\n"
    refused = run("schema", "action", "--write")
    assert refused.code == 2


def test_schema_writes_a_line_for_other_editors_into_each_file_only_when_asked(tmp_path: Path) -> None:
    run("init", tmp_path)
    files = sorted((tmp_path / "data").rglob("*.yaml"))
    before = {file: file.read_bytes() for file in files}
    before[files[0]] = b"\xef\xbb\xbf" + before[files[0]].replace(b"\n", b"\r\n")
    files[0].write_bytes(before[files[0]])
    assert run("schema", "--modelines", "--root", tmp_path).code == 2
    assert run("schema", "--write", "--root", tmp_path).code == 0
    assert {file: file.read_bytes() for file in files} == before
    for _ in range(2):
        assert run("schema", "--write", "--modelines", "--root", tmp_path).code == 0
        lines = {
            file.name[:3]: (len(file.read_bytes()) - len(data), file.read_text("utf-8-sig").splitlines()[0])
            for file, data in before.items()
        }
        assert lines == {
            "A01": (68, "# yaml-language-server: $schema=../../.vscode/p2ptrack/action.json"),
            "F01": (70, "# yaml-language-server: $schema=../../.vscode/p2ptrack/follow-up.json"),
            "R1-": (75, "# yaml-language-server: $schema=../../.vscode/p2ptrack/recommendation.json"),
            "pro": (67, "# yaml-language-server: $schema=../.vscode/p2ptrack/programme.json"),
        }
    assert files[0].read_bytes().startswith(b"\xef\xbb\xbf# yaml")
    assert files[0].read_bytes().count(b"\n") == files[0].read_bytes().count(b"\r\n")
    assert run("check", "--strict", "--root", tmp_path).code == 0
    assert run("add", "action", "--title", "New", "--root", tmp_path).code == 0
    added = (tmp_path / "data/actions/A02-new.yaml").read_text("utf-8").splitlines()
    assert added == ["# yaml-language-server: $schema=../../.vscode/p2ptrack/action.json", "id: A02", "title: New"]


def test_init_reports_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run("init", tmp_path / "file")
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith(f"{tmp_path / 'file' / 'data'}")
    assert result.err.endswith(
        " cannot be written: a file is where a folder should be. Choose another folder: p2ptrack init DIR\n"
    )


def test_the_files_of_a_new_register_have_unix_line_ends(tmp_path: Path) -> None:
    run("init", tmp_path)
    assert SCAFFOLD_PATHS
    assert [path for path in SCAFFOLD_PATHS if b"\r" in (tmp_path / path).read_bytes()] == []


def test_rules_lists_the_whole_catalogue() -> None:
    entries = load_catalogue()
    assert len(entries) > 60
    answer = json.loads(run("rules", "--format", "json").out)
    assert [rule["code"] for rule in answer["rules"]] == list(entries)
    text = run("rules").out
    assert [code for code in entries if f" {code} " not in text] == []


@pytest.mark.parametrize("code", load_catalogue())
def test_every_code_is_explained(code: str) -> None:
    result = run("rule", code.lower(), "--format", "json")
    (answer,) = json.loads(result.out)["rules"]
    assert answer["code"] == code
    assert all(answer.values())


def test_a_rule_reads_well() -> None:
    assert run("rule", "S105").out == (
        "S105 Invalid date\n"
        "Severity  error\n"
        "Why       If two readers can understand a date differently, a target date can be\n"
        "          missed unnoticed.\n"
        "Example   target: Q2 2023\n"
        "Fix       target: Q2 2023/24\n"
    )


def test_there_is_a_schema_for_every_kind_of_file() -> None:
    schemas = json.loads(run("schema").out)
    assert list(schemas) == [*(kind.singular for kind in KINDS), "programme"]
    assert json.loads(run("schema", "follow-ups").out) == schemas["follow-up"]
    assert "report_refs" in schemas["follow-up"]["properties"]
    assert json.loads(run("schema", "programme").out)["required"] == ["title"]


def test_doctor_lists_what_is_present_and_what_is_missing(tmp_path: Path) -> None:
    findings = json.loads(run("doctor", "--root", ROOT, "--format", "json").out)["components"]
    names = ["p2ptrack", "git", "Pango, for PDF", "Fonts, for PDF", "Templates", "Register"]
    assert [finding["component"] for finding in findings][: len(names)] == names
    without_git = run("doctor", "--root", tmp_path, width=200, PATH="")
    assert without_git.code == 0
    assert "git" in without_git.out.splitlines()[-1]
    assert without_git.out.splitlines()[-1].endswith("Register.")
    assert "Get it from: https://git-scm.com Without it, papers say “not under version control”." in without_git.out
