"""A commit is read as its folder would be: the same records, the same problems at the same places."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from p2ptrack.errors import OperationError
from p2ptrack.pipeline import run_checks
from p2ptrack.store.git.repository import Repository, read_mainline
from p2ptrack.store.git.snapshot import load_snapshot, with_templates
from tests.diagnostics import load_register
from tests.git.builders import action, make_repository
from tests.support import THE_DAY

ODD: dict[str, dict[str, str | bytes]] = {
    "nothing": {},
    "records": {"data/actions/A01.yaml": action(), "data/recommendations/R1.yml": "id: R1\ntitle: x\n"},
    "faults at their lines": {
        "data/actions/A01.yaml": "id: A01\ntitle: x\nownr: x\ntarget: Q2 2023\nstatus: finished\n"
    },
    "a syntax fault": {"data/actions/A01.yaml": "id: A01\ntitle: [x\n"},
    "another encoding": {"data/actions/A01.yaml": action(title="£").encode("cp1252")},
    "another ending": {"data/actions/A01.docx": "x"},
    "a folder in a folder": {"data/actions/old/A01.yaml": action(), "data/actions/old/A02.yaml": action("A02")},
    "a folder named as a file": {"data/actions/A01.yaml/x": "x"},
    "a folder of another name": {"data/action/A01.yaml": action(), "data/notes.yaml": "x", "data/programme.yml": "x"},
    "hidden files": {"data/actions/.A01.yaml": "x", "data/actions/.old/A01.yaml": "x", "data/.x/y.yaml": "x"},
    "one id twice": {"data/actions/A01.yaml": action(), "data/actions/A01-x.yaml": action()},
    "another id in the name": {"data/actions/A02.yaml": action()},
    "a large file": {"data/actions/A01.yaml": action(note="x" * 1_100_000)},
    "Windows line ends": {"data/actions/A01.yaml": b"id: A01\r\ntitle: x\r\n"},
    "a faulty programme": {"data/programme.yaml": "titel: x\n"},
}


@pytest.mark.parametrize("name", ODD)
def test_a_commit_reads_as_its_folder(name: str, tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register", "p2p")
    repo.commit("2022-01-10", ODD[name])
    snapshot = load_snapshot(repo.root, "HEAD", strict=True)
    assert snapshot.loaded == load_register(repo.root)
    assert run_checks(repo.root, THE_DAY, snapshot) == run_checks(repo.root, THE_DAY)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register")
    repo.commit("2022-01-10")
    problem = load_snapshot(repo.root, "HEAD").source.read("data/actions/A01.yaml")
    assert not isinstance(problem, bytes)
    assert (problem.code, problem.path) == ("D101", "data/actions/A01.yaml")


def test_a_link_to_another_repository_is_no_file(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register")
    first = repo.commit("2022-01-10")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{first},data/actions/A01.yaml")
    repo.git("commit", "--quiet", "--message", "x")
    snapshot = load_snapshot(repo.root, "HEAD")
    assert set(snapshot.source.files) == {"data/programme.yaml"}
    assert [commit.changes for commit in read_mainline(snapshot.repository).commits[1:]] == [()]


def test_templates_are_unpacked_and_gone_afterwards(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "council", "p2p")
    logo = bytes(range(256)) * 8000
    repo.commit("2022-01-10", {"templates/parts/x.html": "then", "templates/logo.png": logo})
    repo.commit("2022-02-10", {"templates/parts/x.html": "now"})
    with with_templates(load_snapshot(repo.root, repo.commits[0])) as snapshot:
        assert snapshot.templates_folder is not None
        assert (snapshot.templates_folder / "templates/parts/x.html").read_text() == "then"
        assert (snapshot.templates_folder / "templates/logo.png").read_bytes() == logo
    assert not snapshot.templates_folder.exists()


def test_links_that_form_a_loop_cannot_be_read(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register")
    repo.commit("2022-01-10", {"link": "A02.yaml", "back": "A01.yaml"})
    for name, to in (("A01", "link"), ("A02", "back")):
        blob = repo.git("rev-parse", f"HEAD:{to}")
        repo.git("update-index", "--add", "--cacheinfo", f"120000,{blob},data/actions/{name}.yaml")
    repo.git("commit", "--quiet", "--message", "x")
    repository = load_snapshot(repo.root, "HEAD", strict=True).loaded
    assert [(problem.path, problem.code) for problem in repository.problems] == [
        ("data/actions/A01.yaml", "D101"),
        ("data/actions/A02.yaml", "D101"),
    ]


def test_a_link_that_is_longer_than_any_path_leads_nowhere(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register")
    repo.commit("2022-01-10", {"link": "/".join("a" * 500_000)})
    blob = repo.git("rev-parse", "HEAD:link")
    repo.git("update-index", "--add", "--cacheinfo", f"120000,{blob},data/actions/A01.yaml")
    repo.git("commit", "--quiet", "--message", "x")
    problems = load_snapshot(repo.root, "HEAD", strict=True).loaded.problems
    assert [(problem.path, problem.code) for problem in problems] == [("data/actions/A01.yaml", "D105")]


def test_a_tree_that_is_not_here_is_reported(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register")
    repo.commit("2022-01-10", {"data/actions/A01.yaml": action()})
    for name in ("HEAD:data", "HEAD:data/actions/A01.yaml"):
        id_ = repo.git("rev-parse", name)
        (repo.top / ".git" / "objects" / id_[:2] / id_[2:]).rename(tmp_path / "away")
        with pytest.raises(OperationError, match="This copy of the repository lacks part of the history of its files"):
            load_snapshot(repo.root, "HEAD")
        (tmp_path / "away").rename(repo.top / ".git" / "objects" / id_[:2] / id_[2:])


def test_nothing_is_read_for_no_contents(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register")
    repo.commit("2022-01-10")
    assert Repository.find(repo.root).read_blobs([]) == {}


def test_few_processes_are_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = make_repository(tmp_path / "register")
    repo.commit("2022-01-10", {f"data/actions/A{number}.yaml": action(f"A{number}") for number in range(30)})
    started: list[str] = []
    real = subprocess.run

    def run(command: list[str], **how: Any) -> Any:
        started.append(next(word for word in command if word in {"rev-parse", "cat-file", "log", "ls-tree"}))
        return real(command, **how)

    monkeypatch.setattr(subprocess, "run", run)
    assert len(load_snapshot(repo.root, "HEAD").loaded.register.records) == 30
    assert started == ["rev-parse", "cat-file", "log", "ls-tree", "ls-tree", "cat-file"]
    started.clear()
    load_snapshot(repo.root, "2022-02-01")
    assert started == ["rev-parse", "cat-file", "log", "ls-tree", "ls-tree", "cat-file"]
