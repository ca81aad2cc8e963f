"""Read and create the tags of published meetings, which are the only thing that is ever written into a repository.

A tag never replaces another. It is made with git's plumbing: no hook runs, nothing is signed or pushed, and work tree
and index stay as they are.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from p2ptrack.diagnostics import escape_control_characters
from p2ptrack.errors import CheckFailed, OperationError, UsageError
from p2ptrack.phrases import excerpt, quote
from p2ptrack.store.git.process import run_git
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.git.revision_lookup import MEETING_TAG

_MAX_DETAIL = 120
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


def read_tag_id(repository: Repository, meeting: str) -> str:
    """Return the id of a meeting's tag, which nobody can keep and change what the tag says."""
    return run_git(repository.root, "rev-parse", "--verify", "--quiet", f"{MEETING_TAG}{meeting}").text.strip()


@dataclass(frozen=True, slots=True)
class FormerTag:
    """A tag of a meeting that was deleted or replaced and that this copy of the repository still holds."""

    id: str
    commit: str
    message: str


def list_former_tags(repository: Repository, meeting: str) -> tuple[FormerTag, ...]:
    """Return the tags by which this register published a meeting earlier, in the order of their ids.

    They are seen until git removes what nothing refers to, and only in the copy in which they were made.
    """
    listing = run_git(repository.root, "cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)")
    ids = [line.removesuffix(" tag") for line in listing.text.splitlines() if line.endswith(" tag")]
    current = read_tag_id(repository, meeting)
    former_tags = []
    for id_, content in _read_tags(repository, [id_ for id_ in ids if id_ != current]):
        header, _, message = content.partition("\n\n")
        lines = dict(line.partition(" ")[::2] for line in header.splitlines())
        folder = _FOLDER_LINE.search(message)
        is_ours = folder is not None and json.loads(folder[1]) == repository.prefix
        if lines.get("tag") == format_tag_name(meeting) and is_ours:
            former_tags.append(FormerTag(id_, lines.get("object", ""), message))
    return tuple(former_tags)


def _read_tags(repository: Repository, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the content of each tag, from one `git cat-file --batch`."""
    if not ids:
        return
    rest = run_git(repository.root, "cat-file", "--batch", stdin="".join(f"{id_}\n" for id_ in ids).encode()).stdout
    while rest:
        header, _, rest = rest.partition(b"\n")
        id_, kind, size = (*header.decode().split(" "), "", "")[:3]
        if kind == "tag":
            yield id_, rest[: int(size)].decode("utf-8", "surrogateescape")
            rest = rest[int(size) + 1 :]


_FOLDER_LINE = re.compile(r'^ *"register_folder": ("(?:[^"\\]|\\.)*"),$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class TagSignature:
    """Whether the signature of a tag is valid, and what git says of it."""

    is_good: bool
    detail: str


def check_signature(repository: Repository, meeting: str) -> TagSignature | None:
    """Return whether the signature of a meeting's tag is valid; None where it has none.

    The programs that check it, and the keys that are trusted, are those of the computer and never of the repository.
    """
    if "\n-----BEGIN " not in read_tag_message(repository, meeting):
        return None
    signers = run_git(
        repository.root, "config", "--global", "--path", "--get", "gpg.ssh.allowedSignersFile"
    ).text.strip()
    programs = ("gpg.program=gpg", "gpg.openpgp.program=gpg", "gpg.x509.program=gpgsm", "gpg.ssh.program=ssh-keygen")
    settings = (*programs, f"gpg.ssh.allowedSignersFile={signers}", "gpg.ssh.revocationFile=")
    options = [option for setting in settings for option in ("-c", setting)]
    result = run_git(repository.root, *options, "verify-tag", f"{MEETING_TAG}{meeting}")
    lines = [line.strip() for line in f"{result.stderr}\n{result.text}".splitlines() if line.strip()]
    detail = next((line for line in lines if "signature" in line.casefold()), lines[0] if lines else "git says no more")
    return TagSignature(result.exit_code == 0, escape_control_characters(excerpt(detail, _MAX_DETAIL)).rstrip("."))


def create_tag(repository: Repository, meeting: str, commit: str, message: str, tagger: str = "") -> str:
    """Create the annotated tag of a meeting, by whoever git says publishes here or by `tagger`, and return its id.

    Raises `CheckFailed` when there is one, and `OperationError` when git refuses.
    """
    name = format_tag_name(meeting)
    if not tagger:
        identity = run_git(repository.root, "var", "GIT_COMMITTER_IDENT")
        if identity.exit_code:
            raise OperationError(_NO_IDENTITY_MESSAGE)
        tagger = identity.text.strip()
    tag_object = f"object {commit}\ntype commit\ntag {name}\ntagger {tagger}\n\n{message}"
    result = run_git(repository.root, "mktag", stdin=tag_object.encode("utf-8", "surrogateescape"))
    tag = result.text.strip()
    if not result.exit_code:
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
    return tag


def check_tag_name(repository: Repository, meeting: str) -> None:
    """Raise `UsageError` for a meeting's id that git does not accept in the name of a tag."""
    if run_git(repository.root, "check-ref-format", f"{MEETING_TAG}{meeting}").exit_code:
        raise UsageError(
            f"git does not accept {quote(format_tag_name(meeting))} as a tag. "
            "Give the meeting an id of letters, digits and hyphens."
        )


def already_published_error(meeting: str, advice: str = "") -> CheckFailed:
    """Return the error of publishing a meeting twice, with advice on its papers where they are not there."""
    if advice:
        return CheckFailed(f"This meeting is already published, as the tag {format_tag_name(meeting)}. {advice}")
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
