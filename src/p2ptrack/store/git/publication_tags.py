"""The tags of published meetings: the only thing that is ever written into a repository, and never over another.

They are made with git's plumbing: no hook runs, nothing is signed or pushed, work tree and index stay as they are.
"""

from __future__ import annotations

import os

from p2ptrack.diagnostics import escape_control_characters, quote_excerpt
from p2ptrack.errors import CheckFailed, OperationError
from p2ptrack.store.git.log import MEETING_TAG
from p2ptrack.store.git.process import run_git
from p2ptrack.store.git.repository import Repository

_NO_HOOKS = ("-c", f"core.hooksPath={os.devnull}")
_NO_IDENTITY_MESSAGE = (
    "git does not know who publishes here. Say so with: "
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
    """Return what the tag of a published meeting says; nothing of one that says nothing."""
    result = run_git(repository.root, "cat-file", "tag", f"{MEETING_TAG}{meeting}")
    return result.text.partition("\n\n")[2] if result.exit_code == 0 else ""


def create_tag(repository: Repository, meeting: str, commit: str, message: str) -> None:
    """Make the annotated tag of a meeting. Raises `CheckFailed` when there is one, `OperationError` when git refuses."""
    name = format_tag_name(meeting)
    identity = run_git(repository.root, "var", "GIT_COMMITTER_IDENT")
    if identity.exit_code:
        raise OperationError(_NO_IDENTITY_MESSAGE)
    tag_object = f"object {commit}\ntype commit\ntag {name}\ntagger {identity.text.strip()}\n\n{message}"
    tag_result = run_git(repository.root, "mktag", stdin=tag_object.encode("utf-8", "surrogateescape"))
    tag = tag_result.text.strip()
    update_arguments = ("update-ref", f"{MEETING_TAG}{meeting}", tag, "0" * len(tag))
    ref_result = tag_result if tag_result.exit_code else run_git(repository.root, *_NO_HOOKS, *update_arguments)
    if "reference already exists" in ref_result.stderr:
        raise already_published_error(meeting)
    if ref_result.exit_code:
        # The last words of git's first line are the reason: what it tried to do stands before them.
        reason = ": ".join(ref_result.stderr.partition("\n")[0].rstrip(".").split(": ")[-2:])
        raise OperationError(
            f"git cannot make the tag {name}: {escape_control_characters(reason)}. Mend that first, and publish again."
        )


def check_tag_name(repository: Repository, meeting: str) -> None:
    """Raise `OperationError` for a meeting whose id git takes for no name of a tag."""
    if run_git(repository.root, "check-ref-format", f"{MEETING_TAG}{meeting}").exit_code:
        raise OperationError(
            f"git takes no tag {quote_excerpt(format_tag_name(meeting))}. Give the meeting an id of letters, digits and hyphens."
        )


def already_published_error(meeting: str) -> CheckFailed:
    """Return what stops a second publishing of a meeting."""
    return CheckFailed(
        f"This meeting is published already, as the tag {format_tag_name(meeting)}. "
        f"Compare its papers with: p2ptrack verify {meeting}, or make them again with: p2ptrack render --all "
        f"--at {meeting}. They stay as they are: tell a correction in the papers of a later meeting."
    )


def foreign_tag_error(meeting: str, folder: str) -> CheckFailed:
    """Return what stops the publishing of a meeting whose tag belongs to another register of the repository."""
    folder_name = escape_control_characters(folder.rstrip("/")) or "the repository's top folder"
    return CheckFailed(
        f"The tag {format_tag_name(meeting)} is that of another register, in {folder_name}. "
        "Give the meeting an id here that no other register of the repository has."
    )
