"""Commands run inside the test's own process, as a shell would run them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from io import BytesIO, TextIOWrapper
from pathlib import Path
from unittest.mock import patch

from p2ptrack.analysis.case import Case
from p2ptrack.cli import main, register
from p2ptrack.cli.app import build_command
from p2ptrack.pipeline import AnswerOptions, open_answer_case
from p2ptrack.store.git.snapshot import Snapshot

COMMANDS = {name: command for name, command in build_command().commands.items() if not command.hidden}
ROOT = Path(__file__).resolve().parents[1]
SEED_DAY = "2023-01-12"


@dataclass(frozen=True)
class CommandResult:
    code: int
    bytes: bytes
    err: str

    @property
    def out(self) -> str:
        return self.bytes.decode("utf-8")


def run(*arguments: str | Path, width: int = 80, encoding: str = "utf-8", **environment: str) -> CommandResult:
    """Run a command line with a terminal of this width and encoding; no variable of the caller's reaches it."""
    out, err = (TextIOWrapper(BytesIO(), encoding=encoding, newline="\n") for _ in range(2))
    variables = {"COLUMNS": str(width), "P2PTRACK_CACHE": "off", **environment}
    with patch.dict("os.environ", variables, clear=True), redirect_stdout(out), redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    for stream in (out, err):
        stream.flush()
    return CommandResult(code, _read_stream(out), _read_stream(err).decode(encoding))


@contextmanager
def share_cases(cases: dict[object, Case]) -> Iterator[None]:
    """Let commands share the cases of registers that nobody changes: one for each day, audience and commit."""

    def open_once(root: Path, as_of: date, options: AnswerOptions, snapshot: Snapshot | None = None) -> Case:
        key = (root, as_of, options, snapshot and snapshot.commit)
        if key not in cases:
            cases[key] = open_answer_case(root, as_of, options, snapshot)
        return cases[key]

    with patch.object(register, "open_answer_case", open_once):
        yield


def examples_of(name: str) -> list[str]:
    """Return the command lines that the help of a command shows."""
    return [line.strip() for line in COMMANDS[name].epilog.splitlines()[1:]]


def _read_stream(stream: TextIOWrapper) -> bytes:
    buffer = stream.buffer
    assert isinstance(buffer, BytesIO)
    return buffer.getvalue()


def seed(*arguments: str | Path, width: int = 80, encoding: str = "utf-8") -> CommandResult:
    """Run a command on the register that is shipped, on the day of its second paper."""
    return run(*arguments, "--root", ROOT, "--as-of", SEED_DAY, width=width, encoding=encoding)
