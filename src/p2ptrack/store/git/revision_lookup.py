"""Revision names: what a commit, a tag, a date or a meeting's id can mean, and how git is asked for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from p2ptrack.errors import UsageError
from p2ptrack.model.dates import Anchors, DateRejection, parse_date
from p2ptrack.phrases import quote
from p2ptrack.store.git.log import parse_local_day

MEETING_TAG = "refs/tags/meeting/"
_COMMITTER_LINE = re.compile(rb"^committer .*> (-?\d+ [+-]\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ResolvedRevision:
    """A commit and its day: the commit's own, the one that was named, or the meeting's.

    `meeting` is the id where a meeting was named. `by_date` means that a day led to the commit, and no name of it.
    """

    commit: str
    day: date
    meeting: str = ""
    by_date: bool = False


def build_lookup_request(revision_name: str) -> bytes:
    """Return the input of `git cat-file --batch`: the tag of a meeting of this name, then a commit or tag.

    The last two lines tell whether only a branch has that name. Raises `UsageError` for a name in the reflog.
    """
    if "@{" in revision_name:
        raise UsageError(
            f"{quote(revision_name)} means something in this copy only. "
            "Name a commit, a tag, a date or a meeting instead."
        )
    refs = (f"{MEETING_TAG}{revision_name}", revision_name, f"refs/heads/{revision_name}", f"refs/tags/{revision_name}")
    return "".join(f"{ref}^{{commit}}\n" for ref in refs).encode("utf-8", "surrogateescape")


def parse_lookup(output: bytes, revision_name: str) -> tuple[ResolvedRevision | None, bool]:
    """Return the commit that git found: the meeting's tag, otherwise the commit or tag of this name.

    The other value is whether only a branch has the name: a date or a meeting of that name then comes first.
    """
    meeting_revision, rest = _parse_object(output)
    if meeting_revision:
        return replace(meeting_revision, meeting=revision_name), False
    revision, rest = _parse_object(rest)
    branch_revision, rest = _parse_object(rest)
    if revision and revision_name.startswith("meeting/"):
        revision = replace(revision, meeting=revision_name.removeprefix("meeting/"))
    return revision, branch_revision is not None and _parse_object(rest)[0] is None


def _parse_object(output: bytes) -> tuple[ResolvedRevision | None, bytes]:
    header, _, rest = output.partition(b"\n")
    match header.split(b" "):
        case [id_, b"commit", size_text]:
            size = int(size_text)
        case _:
            return None, rest
    clock = _COMMITTER_LINE.search(rest[:size].partition(b"\n\n")[0])
    day = parse_local_day(clock[1].decode()) if clock else date.min
    return ResolvedRevision(id_.decode(), day), rest[size + 1 :]


def parse_day(text: str, option: str) -> date | None:
    """Return the day that is written after an option; None where it is no date.

    Raises `UsageError` for a period of several days.
    """
    parsed_date = parse_date(text, Anchors(()))
    if isinstance(parsed_date, DateRejection):
        return None
    if parsed_date.latest is None or parsed_date.earliest != parsed_date.latest:
        raise UsageError(
            f"{option} needs one day, and {quote(text)} is not one. Write it like 2023-03-31 or 31 March 2023."
        )
    return parsed_date.latest
