"""The hook that checks the register before each commit, and where git looks for it."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from p2ptrack.store.git.merge_driver import build_program_command, quote_python
from p2ptrack.store.git.process import explain_failure, run_git
from p2ptrack.store.writing import read_existing, write_file
from p2ptrack.values import dataclass

_HOOK = """\
#!/bin/sh
# Written by p2ptrack: check the register before a commit that changes it. To stop this, remove this file.
git diff --cached --quiet -- {data} && exit 0
if ! test -x {python}; then
    echo "The register was not checked, because p2ptrack is not where it was. To repair this: p2ptrack doctor --fix" >&2
    exit 0
fi
{check} && exit 0
echo "Nothing is committed yet. Correct the register, then type git add and git commit again." >&2
echo "To commit it as it is: git commit --no-verify" >&2
exit 1
"""
_SIGNATURE = "# Written by p2ptrack: "
_EXECUTABLE = 0o755


@dataclass(frozen=True, slots=True)
class CommitHook:
    """The hook of a repository: its path, what p2ptrack would write, and what is there (None: no file)."""

    path: Path
    expected: bytes
    current: bytes | None
    is_shared: bool
    """Whether `core.hooksPath` names a folder of hooks, which can belong to other repositories too."""
    check_line: str
    """The line with which another hook can check the register."""

    @property
    def is_installed(self) -> bool:
        """Whether git runs this hook, or another that names p2ptrack."""
        if self.current is None or (os.name != "nt" and not os.access(self.path, os.X_OK)):
            return False
        return self.current == self.expected or (b"p2ptrack" in self.current and not self.is_ours)

    @property
    def is_ours(self) -> bool:
        """Whether p2ptrack wrote the hook, perhaps for a Python that has moved."""
        return self.current is not None and _SIGNATURE.encode() in self.current

    @property
    def is_writable(self) -> bool:
        """Whether p2ptrack may write it: no other hook is there, and no other repository uses it."""
        return not self.is_shared and (self.current is None or self._is_same_register)

    @property
    def _is_same_register(self) -> bool:
        lines = [text.splitlines()[2:3] for text in (self.expected, self.current or b"")]
        return self.is_ours and lines[0] == lines[1]


def find_top(root: Path) -> tuple[Path, str] | None:
    """Return the top of the repository and the path from there to a folder, `a/b/` or nothing; None without one."""
    result = run_git(root, "rev-parse", "--show-toplevel", "--show-prefix")
    if result.exit_code:
        return None
    top, prefix, *_ = result.text.split("\n")
    return Path(top), prefix


def read_commit_hook(root: Path) -> CommitHook:
    """Return the hook that is run before a commit. Raises `OperationError` where git cannot tell."""
    result = run_git(root, "rev-parse", "--git-path", "hooks/pre-commit")
    top = find_top(root)
    if result.exit_code or top is None:
        raise explain_failure(root, result)
    path = Path(os.path.normpath(root / result.text.rstrip("\n")))
    folder = top[1].rstrip("/") or "."
    check_line = f"{build_program_command()} check --root {shlex.quote(folder)}"
    text = _HOOK.format(data=shlex.quote(f"{top[1]}data"), python=quote_python(), check=check_line)
    current = read_existing(path) if os.path.lexists(path) else None
    is_shared = run_git(root, "config", "--get", "core.hooksPath").exit_code == 0
    return CommitHook(path, text.encode(), current, is_shared, check_line)


def write_commit_hook(hook: CommitHook) -> None:
    """Write the hook. Raises `OperationError` when that fails."""
    advice = "Check that you may write there."
    write_file(hook.path, hook.expected, advice)
    hook.path.chmod(_EXECUTABLE)
