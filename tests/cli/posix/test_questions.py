"""Questions in a real terminal: a wrong answer is asked again, and nothing else is asked twice."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.support import write_register

RECORD = "id: A01\ntitle: Review the contracts register\nstatus: open\n"


def converse(root: Path, conversation: list[tuple[str, str]], *arguments: str) -> tuple[int, str]:
    """Run a command in a terminal, type each answer when its question is there, and return the code and the screen."""
    parent_end, child_end = pty.openpty()
    command = [sys.executable, "-m", "p2ptrack", *arguments, "--root", str(root), "--as-of", "2023-02-15"]
    with subprocess.Popen(command, stdin=child_end, stdout=child_end, stderr=child_end, close_fds=True) as process:
        os.close(child_end)
        screen, answered = "", 0
        for question, answer in conversation:
            while question not in screen[answered:]:
                screen += os.read(parent_end, 4096).decode()
            answered = len(screen)
            os.write(parent_end, f"{answer}\n".encode())
        screen += read_rest(parent_end)
        os.close(parent_end)
        return process.wait(timeout=60), screen


def read_rest(terminal: int) -> str:
    """Return what a program prints until it ends and its terminal closes."""
    parts: list[bytes] = []
    try:
        while part := os.read(terminal, 4096):
            parts.append(part)
    except OSError:  # Linux reports the end of a terminal so
        pass
    return b"".join(parts).decode()


def test_a_wrong_answer_in_a_terminal_is_asked_again(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": RECORD})
    conversation = [
        ("two empty lines", "Two suppliers have tested it.\n\n"),
        ("Status [", "onging"),
        ("Status [", "in_progress"),
        ("Date of this update [", "31 Febuary 2023"),
        ("Date of this update [", "1 February 2023"),
    ]
    code, screen = converse(root, conversation, "update", "A01")
    assert (code, screen.count("Please answer this question again.")) == (0, 2)
    assert (root / "data/actions/A01.yaml").read_text("utf-8") == (
        "id: A01\ntitle: Review the contracts register\nstatus: in_progress\nupdates:\n  - date: 1 February 2023\n"
        "    status: in_progress\n    text: |\n      Two suppliers have tested it.\n"
    )
