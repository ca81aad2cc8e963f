"""Make the calls that write to the disk fail, or end the process, one at a time.

As a program, `python tests/faults.py N WORD…` runs a command line and ends without any cleaning up at the N-th call,
as a process that is killed does.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

CALLS = ("open", "write", "fsync", "chmod", "mkdir", "replace", "rename")
"""The calls through which everything is written. A call of `open` counts if it creates a file."""


@contextmanager
def watched(before: Callable[[str, Any], None]) -> Iterator[None]:
    """Call a function with the name and first argument of each call that changes the disk, before it is made."""
    created: set[int] = set()

    def wrap(name: str) -> Callable[..., Any]:
        original = getattr(os, name)

        def call(*arguments: Any, **options: Any) -> Any:
            is_creating = name == "open" and bool(arguments[1] & os.O_CREAT)
            if name == "open" and not is_creating:
                return original(*arguments, **options)
            if name not in {"write", "fsync"} or arguments[0] in created:
                before(name, arguments[0])
            result = original(*arguments, **options)
            if is_creating:
                created.add(result)
            return result

        return call

    with ExitStack() as patches:
        for name in CALLS:
            patches.enter_context(patch.object(os, name, wrap(name)))
        yield


@contextmanager
def failing(number: int, code: int = errno.ENOSPC) -> Iterator[list[str]]:
    """Let the call of this number, from 1, fail; yield the names of the calls until then and after it."""
    names: list[str] = []

    def count(name: str, file: Any) -> None:
        names.append(name)
        if len(names) == number:
            raise OSError(code, os.strerror(code), file)

    with watched(count):
        yield names


def main(arguments: list[str]) -> int:
    """Run a command line that ends at a call."""
    from p2ptrack.cli import main as run_command

    numbers = iter(range(1, sys.maxsize))

    def end(_name: str, _file: Any) -> None:
        if next(numbers) == int(arguments[0]):
            os._exit(99)

    with watched(end):
        return run_command(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
