"""Read and create the tags of published meetings. Nothing else is ever written into a repository.

A tag never replaces another. It is made with git's plumbing: no hook runs, nothing is signed or pushed, and work tree
and index stay as they are.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field

from p2ptrack.diagnostics import escape_control_characters
from p2ptrack.errors import CheckFailed, OperationError, UsageError
from p2ptrack.model.history import LostPublication, PublicationIdentity
from p2ptrack.phrases import excerpt, quote
from p2ptrack.store.git.process import parse_objects, run_git
from p2ptrack.store.git.repository import Publication, Repository
from p2ptrack.store.git.revision_lookup import MEETING_TAG, PublicationTag, list_published_meetings, parse_tag
from p2ptrack.values import dataclass

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


def read_identity(repository: Repository, meeting: str) -> PublicationIdentity:
    """Return the seal of a meeting's papers: any change of the tag's content changes it."""
    id_ = run_git(repository.root, "rev-parse", "--verify", "--quiet", f"{MEETING_TAG}{meeting}").text.strip()
    return parse_tag(meeting, id_, read_tag_message(repository, meeting)).identity


@dataclass(frozen=True, slots=True)
class FormerTag:
    """A tag of a meeting that was deleted or replaced and that this copy of the repository still holds."""

    id: str
    commit: str
    message: str
    tag: PublicationTag


def list_former_tags(repository: Repository, meeting: str = "") -> tuple[FormerTag, ...]:
    """Return the tags by which this register published a meeting, or any, earlier, in the order of their ids.

    They are found until git removes unreferenced objects, and only in the copy in which they were made. A tag that
    differs only in its signature is not one of them.
    """
    listing = run_git(repository.root, "cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)")
    ids = [line.removesuffix(" tag") for line in listing.text.splitlines() if line.endswith(" tag")]
    if not ids:
        return ()
    current_tags = list_published_meetings(repository.root, repository.prefix)
    former_tags = []
    request = "".join(f"{id_}\n" for id_ in ids).encode()
    for id_, kind, content in parse_objects(run_git(repository.root, "cat-file", "--batch", stdin=request).stdout):
        if kind != "tag":
            continue
        header, _, message = content.decode("utf-8", "surrogateescape").partition("\n\n")
        lines = dict(line.partition(" ")[::2] for line in header.splitlines())
        tag_meeting = lines.get("tag", "").removeprefix("meeting/")
        tag = parse_tag(tag_meeting, id_, message)
        current = current_tags.get(tag_meeting)
        is_current = current is not None and current.identity.fingerprint == tag.identity.fingerprint
        if lines.get("tag") == format_tag_name(meeting or tag_meeting) and tag.folder == repository.prefix:
            former_tags += [] if is_current else [FormerTag(id_, lines.get("object", ""), message, tag)]
    return tuple(former_tags)


def find_lost_publications(repository: Repository) -> tuple[LostPublication, ...]:
    """Return the published papers that git still has and that the tags of their meetings no longer identify.

    A replaced tag is not lost if its commit is part of the history. A tag that later papers name is not lost if the new
    tag records that it replaces it.
    """
    if repository.is_shallow:
        return ()
    publications = {publication.meeting: publication for publication in repository.list_publications()}
    lost_publications = [
        LostPublication(former.tag.identity.meeting, former.id, former.commit)
        for former in list_former_tags(repository)
        if not _is_in_history(repository, former, publications.get(former.tag.identity.meeting))
    ]
    for later in publications.values():
        previous = later.tag.previous
        if previous is not None and not _leads_to(publications.get(previous.meeting), previous):
            lost_publications.append(LostPublication(previous.meeting, previous.tag, later_meeting=later.meeting))
    return tuple(lost_publications)


def _is_in_history(repository: Repository, former: FormerTag, current: Publication | None) -> bool:
    """Whether a former tag's commit is an ancestor of the branch or current tag, or a descendant of the branch."""
    newer = [repository.head, *([current.commit] if current else [])]
    return repository.is_ancestor(repository.head, former.commit) or any(
        repository.is_ancestor(former.commit, commit) for commit in newer
    )


def _leads_to(current: Publication | None, identity: PublicationIdentity) -> bool:
    """Whether the current tag has a seal, or records that it replaces the tag of the seal."""
    if current is None:
        return False
    is_same = identity.tag == current.tag.identity.tag or identity.fingerprint == current.tag.identity.fingerprint
    return is_same or identity.tag in current.tag.replaces


@dataclass(frozen=True, slots=True)
class PublicationIdentities:
    """The seal of the last publication before a commit, and the one recorded by each meeting published from the commit.

    `by_meeting` has the publication before each meeting's own; None where it was the first.
    """

    last: PublicationIdentity | None = None
    by_meeting: Mapping[str, PublicationIdentity | None] = field(default_factory=dict)


def read_publication_identities(repository: Repository, commit: str, meeting: str = "") -> PublicationIdentities:
    """Return the seals of the publications that a commit comes from, but for those of one meeting."""
    tags = list_published_meetings(repository.root, repository.prefix, f"--merged={commit}")
    points_at = list_published_meetings(repository.root, repository.prefix, f"--points-at={commit}") if tags else {}
    identified = [tag for tag in tags.values() if tag.identity.fingerprint and tag.identity.meeting != meeting]
    last = max(identified, key=lambda tag: (tag.tagged_at, tag.identity.meeting), default=None)
    return PublicationIdentities(
        last.identity if last else None, {name: tag.previous for name, tag in points_at.items()}
    )


@dataclass(frozen=True, slots=True)
class TagSignature:
    """Whether the signature of a tag is valid, and git's message about it."""

    is_valid: bool
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


def create_tag(repository: Repository, meeting: str, commit: str, message: str, tagger: str = "") -> None:
    """Create the annotated tag of a meeting, by the user that git is configured with or by `tagger`.

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
        reason = escape_control_characters(reason) or "git was stopped"
        raise OperationError(f"git cannot create the tag {name}: {reason}. Fix that first, then publish again.")


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
