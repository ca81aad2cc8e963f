"""A run that is killed leaves the old files or the new ones, and the next run removes what it left.

`test_interrupted_writes` copies the folder before each call, which is what a kill there leaves. Here a process really
ends, at fewer and fewer of the calls.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.cli import test_interrupted_writes as shared
from tests.command import run
from tests.faults import watched

writer = shared.writer
KILLED_CALLS = (1, 3, 8, 21, 55, 144)


def kill_at(number: int, words: tuple[str, ...]) -> bool:
    """Run a command line in another process that is killed at a call, and return whether it got there."""
    child = os.fork()
    if child == 0:
        numbers = iter(range(1, 10_000))

        def end(_name: str, _file: object) -> None:
            if next(numbers) == number:
                os._exit(99)

        with watched(end):
            run(*words)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 99


@pytest.mark.slow
def test_a_run_that_is_killed_leaves_old_or_new_files_and_the_next_one_removes_its_rest(
    writer: shared.Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = shared.finished(writer, tmp_path / "whole", monkeypatch)
    for number in KILLED_CALLS:
        root = tmp_path / str(number)
        shared.prepare(writer, root, monkeypatch)
        before = shared.contents(root)
        if not kill_at(number, writer.words):
            assert number > KILLED_CALLS[1]
            return
        files = {path: data for path, data in shared.contents(root).items() if not path.endswith(".part")}
        assert {path for path, data in files.items() if data not in (before.get(path), new.get(path))} == set()
        assert before.keys() <= files.keys()
        is_published = shared.is_published(root)
        result = run(*writer.words)
        assert (result.code, shared.contents(root)) == ((writer.again, files) if is_published else (0, new)), number
        shutil.rmtree(root)
    pytest.fail("the command never ended")
