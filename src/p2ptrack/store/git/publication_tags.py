"""Read and create the tags of published meetings, which are the only thing that is ever written into a repository.

A tag never replaces another. It is made with git's plumbing: no hook runs, nothing is signed or pushed, and work tree
and index stay as they are.
"""

from __future__ import annotations

import os

from p2ptrack.diagnostics import escape_control_characters
from p2ptrack.errors import CheckFailed, OperationError, UsageError
from p2ptrack.phrases import quote
from p2ptrack.store.git.process import run_git
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.git.revision_lookup import MEETING_TAG

_NO_HOOKS = ("-c", f"core.hooksPath={os.devnull}")
_NO_IDENTITY_MESSAGE = (
    "git does not know who publishes here. To set your name: "
    'git config user.name "Your name" && git config user.email you@example.org'
)


def format_tag_name(meeting: str) -> str:
    """Return the name of a meeting's tag, as people write it."""
    return f"{MEETING_TAG.removeprefix('refs/tags/')}{meeting}"


def list_tagged_meetings(repository: Repository) -> tuple[str, ...]:
    """Return every meeting that has a tag."""
    output = repository.run("for-each-ref", "--format=%(refname)", MEETING_TAG).text
    return tuple(name.removeprefix(MEETING_TAG) for name in output.splitlines())


def read_tag_message(repository: Repository, meeting: str) -> str:
    """Return the message of a meeting's tag; nothing where it has none."""
    result = run_git(repository.root, "cat-file", "tag", f"{MEETING_TAG}{meeting}")
    return result.text.partition("\n\n")[2] if result.exit_code == 0 else ""


def create_tag(repository: Repository, meeting: str, commit: str, message: str) -> None:
    """Create the annotated tag of a meeting.

    Raises `CheckFailed` when there is one, and `OperationError` when git refuses.
    """
    name = format_tag_name(meeting)
    identity = run_git(repository.root, "var", "GIT_COMMITTER_IDENT")
    if identity.exit_code:
        raise OperationError(_NO_IDENTITY_MESSAGE)
    tag_object = f"object {commit}\ntype commit\ntag {name}\ntagger {identity.text.strip()}\n\n{message}"
    result = run_git(repository.root, "mktag", stdin=tag_object.encode("utf-8", "surrogateescape"))
    if not result.exit_code:
        tag = result.text.strip()
        # The zeros let git refuse when the tag exists already.
        update = ("update-ref", f"{MEETING_TAG}{meeting}", tag, "0" * len(tag))
        result = run_git(repository.root, *_NO_HOOKS, *update)
    if "reference already exists" in result.stderr:
        raise already_published_error(meeting)
    if result.exit_code:
        # The reason comes last in git's first line, after what it tried to do.
        reason = ": ".join(result.stderr.partition("\n")[0].rstrip(".").split(": ")[-2:])
        reason = escape_control_characters(reason)
        raise OperationError(f"git cannot create the tag {name}: {reason}. Fix that first, then publish again.")


def check_tag_name(repository: Repository, meeting: str) -> None:
    """Raise `UsageError` for a meeting's id that git does not accept in the name of a tag."""
    if run_git(repository.root, "check-ref-format", f"{MEETING_TAG}{meeting}").exit_code:
        raise UsageError(
            f"git does not accept {quote(format_tag_name(meeting))} as a tag. "
            "Give the meeting an id of letters, digits and hyphens."
        )


def already_published_error(meeting: str) -> CheckFailed:
    """Return the error of publishing a meeting twice."""
    return CheckFailed(
        f"This meeting is already published, as the tag {format_tag_name(meeting)}. "
        f"To compare its papers: p2ptrack verify {meeting}. To make them again: p2ptrack render --all --at {meeting}. "
        "Published papers do not change. Put a correction in the papers of a later meeting."
    )


def foreign_tag_error(meeting: str, folder: str) -> CheckFailed:
    """Return the error of publishing a meeting whose tag belongs to another register of the repository."""
    folder_name = escape_control_characters(folder.rstrip("/")) or "the repository's top folder"
    return CheckFailed(
        f"The tag {format_tag_name(meeting)} belongs to another register, in {folder_name}. "
        "Give the meeting an id that no other register of the repository has."
    )
