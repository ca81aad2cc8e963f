from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import mean

import pytest
from ruamel.yaml import YAML

from bench import history, register
from bench.__main__ import Result, lines, row
from p2ptrack.diagnostics import Severity, count_by_severity
from p2ptrack.store.git.history import open_history
from p2ptrack.store.loader import load_register


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register")
    register.write(folder, 250)
    return folder


def records(folder: Path) -> Iterator[str]:
    for kind in ("recommendations", "actions", "audit_followups"):
        for path in (folder / "data" / kind).iterdir():
            yield path.read_text(encoding="utf-8")


def test_a_made_up_register_has_the_size_that_the_budget_speaks_of(made: Path) -> None:
    texts = list(records(made))
    assert len(texts) == 250
    assert 1_900 < mean(map(len, texts)) < 2_100
    assert 43 < mean(sum(1 for _ in YAML().parse(text)) for text in texts) < 47


def test_a_made_up_register_is_the_same_each_time(made: Path, tmp_path: Path) -> None:
    register.write(tmp_path, 250)
    assert sorted(records(tmp_path)) == sorted(records(made))


def test_a_made_up_register_is_read_without_a_fault(made: Path) -> None:
    loaded = load_register(made)
    assert len(loaded.register.records) == 250
    assert count_by_severity(loaded.problems, Severity.ERROR) == 0


def test_every_command_is_measured_at_every_size(tmp_path: Path) -> None:
    measured = {line.work: line.budget for line in lines(tmp_path)}
    assert measured == {
        "--version": 1.5,
        "--help": 2.0,
        "a usage error": 2.0,
        "status, 250 records": 2.5,
        "overdue, 250 records": 2.5,
        "check, 250 records": 2.5,
        "status, 2,000 records": 4.0,
        "overdue, 2,000 records": 4.0,
        "check, 2,000 records": 4.0,
        "status, 10,000 records": 14.0,
        "overdue, 10,000 records": 14.0,
        "check, 10,000 records": 14.0,
    }


def test_a_made_up_history_changes_a_record_a_commit_and_is_the_same_each_time(tmp_path: Path) -> None:
    heads = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        history.write(tmp_path / name, records=50, commits=60)
        heads.append(open_history(tmp_path / name).read_history())
    one, other = heads
    assert [moment.commit for moment in one.revisions] == [moment.commit for moment in other.revisions]
    assert (len(one.revisions), len(one.records)) == (60, 50)
    assert sum(len(timeline.versions) for timeline in one.records.values()) == 50 + 59
    log, batch = history.git_alone(tmp_path / "one")
    assert log == ("git", "log", "--raw")
    assert len(Path(batch[-1]).read_text(encoding="ascii").splitlines()) == 51 + 59


@pytest.mark.parametrize(
    ("measured", "text"),
    [
        (2.5, "status, 250 records                0.40 s     2.50 of   2.50 × floor       met"),
        (2.51, "status, 250 records                0.40 s     2.51 of   2.50 × floor       NOT MET"),
    ],
)
def test_a_line_tells_its_verdict(measured: float, text: str) -> None:
    assert row(Result("status, 250 records", 0.4, measured, 2.5)) == text
