"""Why git does not answer, in a sentence that says what to do."""

from __future__ import annotations

import os
import re
from pathlib import Path

from p2ptrack.errors import CannotGoOn
from p2ptrack.problem import cut, visible
from p2ptrack.store.git.program import OLDEST, Ran, named, version

SHALLOW = (
    "This copy of the repository holds the newest part of its history only. "
    "Fetch the rest with: git fetch --unshallow --tags"
)
NOTHING_COMMITTED = (
    'Nothing is committed here yet, so there is no history. Begin one with: git add . && git commit -m "The register"'
)
_NO_COMMIT_HERE = (
    "The branch that this folder stands on has no commits, though its repository has some. "
    "See its branches with: git branch --all. Go to the right one with: git switch NAME"
)
_OWNER = re.compile(r"dubious ownership in repository at '(.+)'", re.DOTALL)
_LACKING = re.compile(
    r"promisor|could not fetch|missing (?:blob|tree|object)|not a tree object|unable to read|could not read|bad object"
    r"|parents of commit",
    re.IGNORECASE,
)
_FAULT = ("fatal: ", "error: ")


def refused(root: Path, ran: Ran) -> CannotGoOn:
    """Return what stops a command that needs history."""
    where = visible(str(root))
    if not ran.there:
        return CannotGoOn("This needs git, and there is none on this machine. Install it from: https://git-scm.com")
    owner = _OWNER.search(ran.err)
    if owner:
        return CannotGoOn(
            f"git does not trust {visible(owner[1])}, for somebody else owns it. If you trust it, say so with: "
            f'git config --global --add safe.directory "{visible(owner[1])}"'
        )
    if "not a git repository" in ran.err:
        if kept(root):
            return CannotGoOn(
                f"git takes the .git of {where} for no repository: it is damaged, or you may not read it. "
                "Ask whoever looks after it, before anything is begun anew."
            )
        return CannotGoOn(f"{where} is not under version control, so it has no history. Begin one with: git init")
    return lacking() if _LACKING.search(ran.err) else _unanswered(where, ran)


def _unanswered(where: str, ran: Ran) -> CannotGoOn:
    if version() < OLDEST:
        return CannotGoOn(too_old())
    return CannotGoOn(f"git cannot read the history of {where}: {_first_line(ran)}. Mend that first.")


def too_old() -> str:
    """Return what is told of a git that cannot answer."""
    return (
        f"This git is {named(version())}, and a history is read with {named(OLDEST)} or newer. "
        "Get one from: https://git-scm.com"
    )


def kept(root: Path) -> bool:
    """Whether a folder looks as if it were in a repository, whatever git says of it."""
    here = root.resolve()
    return any(os.path.lexists(folder / ".git") for folder in (here, *here.parents))


def no_commit(root: Path, refs: Ran) -> CannotGoOn:
    """Return what stops a command where a folder stands at no commit; `refs` is what git tells of any branch or tag."""
    if refs.code or refs.err:
        return refused(root, refs)
    return CannotGoOn(_NO_COMMIT_HERE if refs.out else NOTHING_COMMITTED)


def outside(root: Path) -> CannotGoOn:
    """Return what stops a command where the repository's settings have its work tree elsewhere, or nowhere."""
    return CannotGoOn(
        f"git does not take {visible(str(root))} for a part of a work tree, for core.bare or core.worktree in the "
        "repository's settings say otherwise. "
        "Mend them with: git config core.bare false; git config --unset core.worktree"
    )


def astray(tag: str) -> CannotGoOn:
    """Return what stops a command where a tag leads to no commit."""
    return CannotGoOn(
        f"The tag {visible(tag)} leads to no commit of this copy. "
        f"Get it again with: git fetch origin --force refs/tags/{visible(tag)}:refs/tags/{visible(tag)}"
    )


def lacking() -> CannotGoOn:
    """Return what stops a command where a copy of the repository does not hold what it needs."""
    return CannotGoOn(
        "This copy of the repository does not hold all of its files' history. "
        "Fetch the rest with git 2.36 or newer: git fetch --refetch --no-filter"
    )


def no_register(commit: str, folder: str) -> CannotGoOn:
    """Return what stops a command where a commit holds no register."""
    where = visible(folder.rstrip("/"))
    return CannotGoOn(f"At the commit {commit} there was no register in {where}. Name a later commit, tag or date.")


def _first_line(ran: Ran) -> str:
    lines = [line for line in ran.err.splitlines() if line.strip() and not line.startswith("hint:")]
    said = min(lines, key=lambda line: not line.startswith(_FAULT), default="it does not say why")
    return visible(cut(said.removeprefix("fatal: ").removeprefix("error: ")))
