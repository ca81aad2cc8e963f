from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

import pytest
from ruamel.yaml import YAML

from bench import history, measure, peers, register
from bench.__main__ import Result, format_result, list_floor_budgets
from bench.measure import Command, Cost, UnexpectedExitError
from p2ptrack.diagnostics import Severity, count_by_severity
from p2ptrack.store.git.history import open_history
from tests.diagnostics import load_register


@pytest.fixture(scope="module")
def register_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register")
    register.write_register(folder, 250)
    return folder


def records(folder: Path) -> Iterator[str]:
    for kind in ("recommendations", "actions", "audit_followups"):
        for path in (folder / "data" / kind).iterdir():
            yield path.read_text(encoding="utf-8")


def test_a_made_up_register_has_the_size_that_the_budgets_assume(register_folder: Path) -> None:
    texts = list(records(register_folder))
    assert len(texts) == 250
    assert 1_900 < mean(map(len, texts)) < 2_100
    assert 43 < mean(sum(1 for _ in YAML().parse(text)) for text in texts) < 47


def test_a_made_up_register_is_the_same_each_time(register_folder: Path, tmp_path: Path) -> None:
    register.write_register(tmp_path, 250)
    assert sorted(records(tmp_path)) == sorted(records(register_folder))


def test_a_made_up_register_is_read_without_an_error(register_folder: Path) -> None:
    loaded = load_register(register_folder)
    assert len(loaded.register.records) == 250
    assert count_by_severity(loaded.problems, Severity.ERROR) == 0


def test_the_start_and_every_size_are_measured(tmp_path: Path) -> None:
    works = [line.work for line in list_floor_budgets(tmp_path)]
    sizes = [
        f"{name}, {size} records{again}"
        for size in ("250", "2,000", "10,000")
        for name in ("status", "overdue", "check")
        for again in (("",) if size == "250" or name == "overdue" else ("", ", again"))
    ]
    assert works == ["--version", "--help", "completion", "a usage error", *sizes]


def test_the_median_of_ratios_is_compared_without_the_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    command, floor = Command(("command",), Path()), Command(("floor",), Path())
    seconds = {"command": iter([3.0, 5.0, 4.0]), "floor": iter([1.0, 1.0, 2.0])}
    memory = iter([10.0, 0.0, 30.0, 0.0, 20.0, 0.0])
    monkeypatch.setattr(measure, "run_command", lambda run: Cost(next(seconds[run.words[0]]), next(memory)))
    compared = measure.compare(command, lambda: 2.0, floor, runs=3)
    assert (compared.ratio, compared.seconds) == (1.0, 4.0)


def test_cpu_time_includes_child_processes_and_the_exit_code_is_checked(tmp_path: Path) -> None:
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}])"
    cost = measure.run_command(Command((sys.executable, "-c", nested), tmp_path))
    assert cost.seconds >= 0.3
    assert cost.memory > 1
    with pytest.raises(UnexpectedExitError, match="exit code 3 instead of 0"):
        measure.run_command(Command((sys.executable, "-c", "raise SystemExit(3)"), tmp_path))


def test_a_made_up_history_changes_a_record_a_commit_and_is_the_same_each_time(tmp_path: Path) -> None:
    heads = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        history.write_history(tmp_path / name, records=50, commits=60)
        heads.append(open_history(tmp_path / name).read_history())
    one, other = heads
    assert [moment.commit for moment in one.revisions] == [moment.commit for moment in other.revisions]
    assert (len(one.revisions), len(one.records)) == (60, 50)
    assert sum(len(timeline.versions) for timeline in one.records.values()) == 50 + 59
    log, batch = history.list_git_commands(tmp_path / "one")
    assert log == ("git", "log", "--raw")
    assert len(Path(batch[-1]).read_text(encoding="ascii").splitlines()) == 51 + 59


@pytest.mark.parametrize(("measured", "verdict"), [(2.5, "met"), (2.51, "NOT MET")])
def test_a_result_is_met_up_to_its_budget(measured: float, verdict: str) -> None:
    line = format_result(Result("status, 250 records", measured, 2.5, 0.4))
    assert line.split(" of ")[1].split() == ["2.50", "×", "floor", *verdict.split()]


@pytest.mark.parametrize(
    ("measurement", "reference", "cell"),
    [
        (peers.Measurement(0.5), 0.25, "0.50 s, 2.00 ×"),
        (peers.Measurement(0.5), 0.0, "0.50 s"),
        (peers.Measurement(note="exit code 1"), 0.25, "exit code 1"),
    ],
)
def test_a_tool_is_compared_where_the_reference_was_measured(
    measurement: peers.Measurement, reference: float, cell: str
) -> None:
    assert measurement.to_text(reference) == cell


def test_other_tools_are_given_the_same_records(register_folder: Path) -> None:
    read = peers.read_records(register_folder)
    tasks = json.loads(peers.format_tasks(read))
    assert len(read) == len(tasks) == peers.format_journal(read).count("items:open") == 250
    record = {
        "id": "A1",
        "title": "Review plans",
        "status": "in_progress",
        "recommendations": ["R1"],
        "origin_text": "One.\nTwo.\n",
        "updates": [{"date": "2022-12-14", "text": "Three.\n"}],
    }
    (task,) = json.loads(peers.format_tasks([record]))
    assert (task["description"], task["status"], task["project"]) == ("A1 Review plans", "pending", "R1")
    assert [note["description"] for note in task["annotations"]] == ["One. Two. ", "Three. "]
    assert peers.format_journal([record]) == (
        "2023-01-12 ! (A1) Review plans  ; due:2023-03-31\n    ; One.\n    ; Two.\n    ; Three.\n"
        "    items:open  1\n    items:all\n"
    )
    assert "text: |\n  One.\n  Two.\n\n  Three.\n" in peers.format_requirement(record, 7)
    assert "status: In Progress\n" in peers.format_backlog_task(record, 7)
    assert {peer.program for _, peer in peers.list_peers("p2ptrack")} == {
        *("p2ptrack", "task", "hledger", "doorstop", "backlog")
    }
