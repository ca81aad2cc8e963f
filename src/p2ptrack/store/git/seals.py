"""The tags of published meetings: the only thing that is ever written into a repository, and never over another.

They are made with git's plumbing: no hook runs, nothing is signed or pushed, work tree and index stay as they are.
"""

from __future__ import annotations

import os

from p2ptrack.errors import CannotGoOn, Refused
from p2ptrack.problem import shown, visible
from p2ptrack.store.git.moments import MEETING_TAG
from p2ptrack.store.git.program import run
from p2ptrack.store.git.repository import Repository

_NO_HOOKS = ("-c", f"core.hooksPath={os.devnull}")
_NO_NAME = (
    "git does not know who publishes here. Say so with: "
    'git config user.name "Your name" && git config user.email you@example.org'
)


def tag_name(meeting: str) -> str:
    """Return the name of a meeting's tag, as people write it."""
    return f"{MEETING_TAG.removeprefix('refs/tags/')}{meeting}"


def published(repository: Repository) -> tuple[str, ...]:
    """Return every meeting that has a tag."""
    out = repository.git("for-each-ref", "--format=%(refname)", MEETING_TAG).text
    return tuple(name.removeprefix(MEETING_TAG) for name in out.splitlines())


def words_of(repository: Repository, meeting: str) -> str:
    """Return what the tag of a published meeting says; nothing of one that says nothing."""
    ran = run(repository.root, "cat-file", "tag", f"{MEETING_TAG}{meeting}")
    return ran.text.partition("\n\n")[2] if ran.code == 0 else ""


def put_seal(repository: Repository, meeting: str, commit: str, words: str) -> None:
    """Make the annotated tag of a meeting. Raises `Refused` when there is one, `CannotGoOn` when git refuses."""
    name = tag_name(meeting)
    who = run(repository.root, "var", "GIT_COMMITTER_IDENT")
    if who.code:
        raise CannotGoOn(_NO_NAME)
    head = f"object {commit}\ntype commit\ntag {name}\ntagger {who.text.strip()}\n\n{words}"
    written = run(repository.root, "mktag", send=head.encode("utf-8", "surrogateescape"))
    tag = written.text.strip()
    to = ("update-ref", f"{MEETING_TAG}{meeting}", tag, "0" * len(tag))
    made = written if written.code else run(repository.root, *_NO_HOOKS, *to)
    if "reference already exists" in made.err:
        raise already(meeting)
    if made.code:
        # The last words of git's first line are the reason: what it tried to do stands before them.
        reason = ": ".join(made.err.partition("\n")[0].rstrip(".").split(": ")[-2:])
        raise CannotGoOn(f"git cannot make the tag {name}: {visible(reason)}. Mend that first, and publish again.")


def check_name(repository: Repository, meeting: str) -> None:
    """Raise `CannotGoOn` for a meeting whose id git takes for no name of a tag."""
    if run(repository.root, "check-ref-format", f"{MEETING_TAG}{meeting}").code:
        raise CannotGoOn(
            f"git takes no tag {shown(tag_name(meeting))}. Give the meeting an id of letters, digits and hyphens."
        )


def already(meeting: str) -> Refused:
    """Return what stops a second publishing of a meeting."""
    return Refused(
        f"This meeting is published already, as the tag {tag_name(meeting)}. "
        f"Compare its papers with: p2ptrack verify {meeting}, or make them again with: p2ptrack render --all "
        f"--at {meeting}. They stay as they are: tell a correction in the papers of a later meeting."
    )


def taken(meeting: str, folder: str) -> Refused:
    """Return what stops the publishing of a meeting whose tag belongs to another register of the repository."""
    where = visible(folder.rstrip("/")) or "the repository's top folder"
    return Refused(
        f"The tag {tag_name(meeting)} is that of another register, in {where}. "
        "Give the meeting an id here that no other register of the repository has."
    )
