from __future__ import annotations

import json
import shutil
from pathlib import Path

import pikepdf
import pytest

from p2ptrack.formats import FORMATS
from p2ptrack.reports import REPORTS
from tests.command import ROOT, SEED_DAY, run
from tests.support import write_register


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register")
    shutil.copytree(ROOT / "data", folder / "data")
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a register whose papers take little time as PDF."""
    programme = "title: A review\nreports: {action-plan: {}, audit-follow-up: {}}\n"
    records = {"actions/A01.yaml": "id: A01\ntitle: Review\n", "audit_followups/F01.yaml": "id: F01\ntitle: Review\n"}
    return write_register(tmp_path_factory.mktemp("small"), records, programme)


def test_papers_are_saved_in_the_build_folder_of_the_register(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "data" / "actions")
    result = run("render", "--all", "--as-of", SEED_DAY)
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        str(root / "build" / f"{name}.html") for name in ("action-plan", "audit-follow-up")
    ]
    monkeypatch.chdir(root)
    assert run("render", "action-plan", "--as-of", SEED_DAY).out == f"{Path('build', 'action-plan.html')}\n"


@pytest.mark.parametrize("name", FORMATS)
def test_every_paper_comes_in_every_format(root: Path, small: Path, name: str, tmp_path: Path) -> None:
    register = small if name == "pdf" else root
    result = run("render", "--all", "--format", name, "--root", register, "--as-of", SEED_DAY, "--output", tmp_path)
    assert (result.code, result.err) == (0, "")
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == [f"action-plan.{name}", f"audit-follow-up.{name}"]
    assert all(path.stat().st_size > 1000 for path in tmp_path.iterdir())


def test_attach_data_puts_the_json_into_the_pdf(small: Path, tmp_path: Path) -> None:
    base = ("render", "audit-follow-up", "--root", small, "--as-of", SEED_DAY, "--output", tmp_path)
    assert run(*base, "--format", "pdf", "--format", "json", "--attach-data").code == 0
    with pikepdf.open(tmp_path / "audit-follow-up.pdf") as paper:
        attached = {name: file.get_file().read_bytes() for name, file in paper.attachments.items()}
    assert attached == {"audit-follow-up.json": (tmp_path / "audit-follow-up.json").read_bytes()}


def test_a_paper_is_saved_in_the_named_file_or_folder(root: Path, tmp_path: Path) -> None:
    base = ("render", "action-plan", "--format", "md", "--root", root, "--as-of", SEED_DAY, "--output")
    assert run(*base, tmp_path / "deep" / "plan.md").out == f"{tmp_path / 'deep' / 'plan.md'}\n"
    assert run(*base, tmp_path / "deep").out == f"{tmp_path / 'deep' / 'action-plan.md'}\n"
    assert run(*base, f"{tmp_path / 'new'}/").out == f"{tmp_path / 'new' / 'action-plan.md'}\n"
    both = run(*base, tmp_path / "two", "--format", "json", "--format", "md")
    assert both.out.splitlines() == [str(tmp_path / "two" / f"action-plan.{name}") for name in ("md", "json")]


def test_standard_output_is_the_paper_and_nothing_else(small: Path) -> None:
    base = ("render", "audit-follow-up", "--root", small, "--as-of", SEED_DAY, "--output", "-")
    paper = json.loads(run(*base, "--format", "json").out)
    assert (paper["schema_version"], paper["as_of"]) == (1, SEED_DAY)
    assert run(*base, "--format", "pdf").bytes.startswith(b"%PDF-")
    narrow = run(*base, "--format", "text", width=60).out.splitlines()
    assert max(map(len, narrow)) <= 60


@pytest.mark.parametrize(
    ("report", "extra", "meeting"),
    [
        ("audit-follow-up", (), "March 2023 Audit Committee"),
        ("audit-follow-up", ("--meeting", "AC-2022-10-17"), "October 2022 Audit Committee"),
        ("action-plan", (), ""),
        ("action-plan", ("--meeting", "AC-2023-03"), "March 2023 Audit Committee"),
    ],
)
def test_a_paper_is_for_the_next_meeting_of_its_committee(
    root: Path, report: str, extra: tuple[str, ...], meeting: str
) -> None:
    base = ("render", report, "--root", root, "--as-of", SEED_DAY, "--output", "-", "--format", "json")
    meta = json.loads(run(*base, *extra).out)["meta"]
    texts = [fact["spans"] for fact in meta if "Meeting" in fact["label"]]
    assert [text.partition(" (")[0] for text in texts] == ([meeting] if meeting else [])


def test_a_meeting_that_has_passed_is_not_the_next_one(root: Path) -> None:
    base = ("render", "audit-follow-up", "--root", root, "--as-of", "2023-04-01", "--output", "-", "--format", "json")
    assert [fact for fact in json.loads(run(*base).out)["meta"] if "Meeting" in fact["label"]] == []


def test_without_entries_the_built_in_reports_are_all(tmp_path: Path) -> None:
    result = run("render", "--all", "--root", write_register(tmp_path), "--as-of", SEED_DAY)
    assert [Path(line).name for line in result.out.splitlines()] == [
        f"{name}.html" for name in REPORTS if name != "register"
    ]


def test_a_register_without_meetings_reports_that(tmp_path: Path) -> None:
    root = write_register(tmp_path, {}, "title: Review\n")
    result = run("render", "action-plan", "--root", root, "--meeting", "AC")
    assert (result.code, result.err) == (2, "“AC” is not a meeting. data/programme.yaml has no meetings.\n")
