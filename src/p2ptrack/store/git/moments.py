"""What a word after `--at` can mean: a commit or tag as git tells it, a day, a meeting of the programme."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

from p2ptrack.errors import UsageError
from p2ptrack.problem import quote_excerpt
from p2ptrack.records.dates import Anchors, DateRejection, format_long_date, parse_date
from p2ptrack.records.programme import Meeting
from p2ptrack.store.git.commits import parse_local_day

MEETING_TAG = "refs/tags/meeting/"
_COMMITTER_LINE = re.compile(rb"^committer .*> (-?\d+ [+-]\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ResolvedRevision:
    """A commit, and the day to judge it on: its own, the one asked for, or the meeting's.

    `meeting` is the id where a meeting was asked for; `by_date` whether a day led to the commit, and no name of it.
    """

    commit: str
    day: date
    meeting: str = ""
    by_date: bool = False


def build_lookup_request(revision_name: str) -> bytes:
    """Return what `git cat-file --batch` is asked for: the tag of a meeting of this name, then a commit or tag.

    The last two tell whether that name is a branch's alone. Raises `UsageError` for what only this copy remembers.
    """
    if "@{" in revision_name:
        raise UsageError(
            f"{quote_excerpt(revision_name)} means what this copy alone remembers. Name a commit, a tag, a date or a meeting instead."
        )
    refs = (f"{MEETING_TAG}{revision_name}", revision_name, f"refs/heads/{revision_name}", f"refs/tags/{revision_name}")
    return "".join(f"{ref}^{{commit}}\n" for ref in refs).encode("utf-8", "surrogateescape")


def parse_lookup(output: bytes, revision_name: str) -> tuple[ResolvedRevision | None, bool]:
    """Return the commit that git found: the meeting's tag, else the commit or tag of this name.

    The other value is whether nothing but a branch has the name: a date or a meeting of that name is meant first.
    """
    meeting_revision, rest = _parse_object(output)
    if meeting_revision:
        return ResolvedRevision(meeting_revision.commit, meeting_revision.day, revision_name), False
    direct_revision, rest = _parse_object(rest)
    branch_revision, rest = _parse_object(rest)
    if direct_revision and revision_name.startswith("meeting/"):
        direct_revision = replace(direct_revision, meeting=revision_name.removeprefix("meeting/"))
    return direct_revision, branch_revision is not None and _parse_object(rest)[0] is None


def _parse_object(output: bytes) -> tuple[ResolvedRevision | None, bytes]:
    header, _, rest = output.partition(b"\n")
    header_fields = header.split(b" ")
    if len(header_fields) != len((b"id", b"commit", b"size")) or header_fields[1] != b"commit":
        return None, rest
    size = int(header_fields[2])
    clock = _COMMITTER_LINE.search(rest[:size].partition(b"\n\n")[0])
    day = parse_local_day(clock[1].decode()) if clock else date.min
    return ResolvedRevision(header_fields[0].decode(), day), rest[size + 1 :]


def parse_day(text: str, option: str) -> date | None:
    """Return the day that is written after an option; None where it is no date.

    Raises `UsageError` for more days than one.
    """
    parsed_date = parse_date(text, Anchors(()))
    if isinstance(parsed_date, DateRejection):
        return None
    if parsed_date.latest is None or parsed_date.earliest != parsed_date.latest:
        raise UsageError(
            f"{option} needs one day, and {quote_excerpt(text)} is not one. Write it like 2023-03-31 or 31 March 2023."
        )
    return parsed_date.latest


def get_meeting_day(meeting: Meeting) -> date:
    """Return the day of a meeting of the programme; its last, where it is vague. Raises `UsageError` for none."""
    if meeting.date.latest is None:
        raise UsageError(f"The meeting {meeting.id} has no day yet. Name a commit, a tag or a date instead.")
    return meeting.date.latest


def unknown_revision_error(revision_name: str, meetings: Iterable[str]) -> UsageError:
    """Return what is told of a word that means no moment, with the nearest meeting."""
    matches = get_close_matches(revision_name, meetings, n=1)
    suggestion = f" Did you mean {matches[0]}?" if matches else ""
    meeting_list = f" Meetings: {', '.join(meetings)}." if meetings else ""
    return UsageError(
        f"There is no commit, tag, date or meeting {quote_excerpt(revision_name)}.{suggestion}{meeting_list}"
    )


def describe_too_early(day: date, first_day: date, *, shallow: bool) -> str:
    """Return what is told of a day before the register's first commit, or the first that a shallow copy has."""
    if shallow:
        return f"This copy does not reach back to {format_long_date(day)}: its history begins on {format_long_date(first_day)}."
    return f"On {format_long_date(day)} the register was not yet kept here: its history begins on {format_long_date(first_day)}."
