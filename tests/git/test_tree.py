"""A commit is read as its folder would be: the same records, the same problems at the same places."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from p2ptrack.errors import OperationError
from p2ptrack.pipeline import run_checks
from p2ptrack.store.git.mainline import read_mainline
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.git.snapshot import load_snapshot, with_templates
from p2ptrack.store.loader import load_register
from tests.git.builders import action, kept
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
    made = kept(tmp_path / "register", "p2p")
    made.commit("2022-01-10", ODD[name])
    then = load_snapshot(made.root, "HEAD", strict=True)
    assert then.loaded == load_register(made.root)
    assert run_checks(made.root, THE_DAY, then) == run_checks(made.root, THE_DAY)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    made = kept(tmp_path / "register")
    made.commit("2022-01-10")
    found = load_snapshot(made.root, "HEAD").source.read("data/actions/A01.yaml")
    assert not isinstance(found, bytes)
    assert (found.code, found.path) == ("D101", "data/actions/A01.yaml")


def test_a_link_to_another_repository_is_no_file(tmp_path: Path) -> None:
    made = kept(tmp_path / "register")
    first = made.commit("2022-01-10")
    made.git("update-index", "--add", "--cacheinfo", f"160000,{first},data/actions/A01.yaml")
    made.git("commit", "--quiet", "--message", "x")
    then = load_snapshot(made.root, "HEAD")
    assert set(then.source.files) == {"data/programme.yaml"}
    assert [commit.changes for commit in read_mainline(then.repository).commits[1:]] == [()]


def test_templates_are_unpacked_and_gone_afterwards(tmp_path: Path) -> None:
    made = kept(tmp_path / "council", "p2p")
    logo = bytes(range(256)) * 8000
    made.commit("2022-01-10", {"templates/parts/x.html": "then", "templates/logo.png": logo})
    made.commit("2022-02-10", {"templates/parts/x.html": "now"})
    with with_templates(load_snapshot(made.root, made.made[0])) as then:
        assert then.templates_folder is not None
        assert (then.templates_folder / "templates/parts/x.html").read_text() == "then"
        assert (then.templates_folder / "templates/logo.png").read_bytes() == logo
    assert not then.templates_folder.exists()


def test_links_that_lead_round_cannot_be_read(tmp_path: Path) -> None:
    made = kept(tmp_path / "register")
    made.commit("2022-01-10", {"link": "A02.yaml", "back": "A01.yaml"})
    for name, to in (("A01", "link"), ("A02", "back")):
        blob = made.git("rev-parse", f"HEAD:{to}")
        made.git("update-index", "--add", "--cacheinfo", f"120000,{blob},data/actions/{name}.yaml")
    made.git("commit", "--quiet", "--message", "x")
    found = load_snapshot(made.root, "HEAD", strict=True).loaded
    assert [(problem.path, problem.code) for problem in found.problems] == [
        ("data/actions/A01.yaml", "D101"),
        ("data/actions/A02.yaml", "D101"),
    ]


def test_a_tree_that_is_not_here_is_told(tmp_path: Path) -> None:
    made = kept(tmp_path / "register")
    made.commit("2022-01-10", {"data/actions/A01.yaml": action()})
    for name in ("HEAD:data", "HEAD:data/actions/A01.yaml"):
        id_ = made.git("rev-parse", name)
        (made.top / ".git" / "objects" / id_[:2] / id_[2:]).rename(tmp_path / "away")
        with pytest.raises(OperationError, match="This copy of the repository does not hold all of its files' history"):
            load_snapshot(made.root, "HEAD")
        (tmp_path / "away").rename(made.top / ".git" / "objects" / id_[:2] / id_[2:])


def test_nothing_is_asked_for_no_contents(tmp_path: Path) -> None:
    made = kept(tmp_path / "register")
    made.commit("2022-01-10")
    assert Repository.find(made.root).read_blobs([]) == {}


def test_few_processes_are_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = kept(tmp_path / "register")
    made.commit("2022-01-10", {f"data/actions/A{number}.yaml": action(f"A{number}") for number in range(30)})
    started: list[str] = []
    real = subprocess.run

    def run(command: list[str], **how: Any) -> Any:
        started.append(next(word for word in command if word in {"rev-parse", "cat-file", "log", "ls-tree"}))
        return real(command, **how)

    monkeypatch.setattr(subprocess, "run", run)
    assert len(load_snapshot(made.root, "HEAD").loaded.register.records) == 30
    assert started == ["rev-parse", "cat-file", "log", "ls-tree", "ls-tree", "cat-file"]
    started.clear()
    load_snapshot(made.root, "2022-02-01")
    assert started == ["rev-parse", "cat-file", "log", "ls-tree", "ls-tree", "cat-file"]
