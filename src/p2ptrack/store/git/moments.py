"""What a word after `--at` can mean: a commit or tag as git tells it, a day, a meeting of the programme."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

from p2ptrack.errors import WrongUsage
from p2ptrack.problem import shown
from p2ptrack.records.dates import Anchors, NotADate, long_day, parse
from p2ptrack.records.programme import Meeting
from p2ptrack.store.git.commits import local_day

MEETING_TAG = "refs/tags/meeting/"
_COMMITTER = re.compile(rb"^committer .*> (-?\d+ [+-]\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Moment:
    """A commit, and the day to judge it on: its own, the one asked for, or the meeting's.

    `meeting` is the id where a meeting was asked for; `by_date` whether a day led to the commit, and no name of it.
    """

    commit: str
    day: date
    meeting: str = ""
    by_date: bool = False


def asked(when: str) -> bytes:
    """Return what `git cat-file --batch` is asked for: the tag of a meeting of this name, then a commit or tag.

    The last two tell whether that name is a branch's alone. Raises `WrongUsage` for what only this copy remembers.
    """
    if "@{" in when:
        raise WrongUsage(
            f"{shown(when)} means what this copy alone remembers. Name a commit, a tag, a date or a meeting instead."
        )
    names = (f"{MEETING_TAG}{when}", when, f"refs/heads/{when}", f"refs/tags/{when}")
    return "".join(f"{name}^{{commit}}\n" for name in names).encode("utf-8", "surrogateescape")


def told(out: bytes, when: str) -> tuple[Moment | None, bool]:
    """Return the commit that git found: the meeting's tag, else the commit or tag of this name.

    The other value is whether nothing but a branch has the name: a date or a meeting of that name is meant first.
    """
    sealed, rest = _commit(out)
    if sealed:
        return Moment(sealed.commit, sealed.day, when), False
    named, rest = _commit(rest)
    branch, rest = _commit(rest)
    if named and when.startswith("meeting/"):
        named = replace(named, meeting=when.removeprefix("meeting/"))
    return named, branch is not None and _commit(rest)[0] is None


def _commit(out: bytes) -> tuple[Moment | None, bytes]:
    about, _, rest = out.partition(b"\n")
    words = about.split(b" ")
    if len(words) != len((b"id", b"commit", b"size")) or words[1] != b"commit":
        return None, rest
    size = int(words[2])
    clock = _COMMITTER.search(rest[:size].partition(b"\n\n")[0])
    day = local_day(clock[1].decode()) if clock else date.min
    return Moment(words[0].decode(), day), rest[size + 1 :]


def day_of(when: str, option: str) -> date | None:
    """Return the day that is written after an option; None where it is no date.

    Raises `WrongUsage` for more days than one.
    """
    found = parse(when, Anchors(()))
    if isinstance(found, NotADate):
        return None
    if found.latest is None or found.earliest != found.latest:
        raise WrongUsage(
            f"{option} needs one day, and {shown(when)} is not one. Write it like 2023-03-31 or 31 March 2023."
        )
    return found.latest


def meeting_day(meeting: Meeting) -> date:
    """Return the day of a meeting of the programme; its last, where it is vague. Raises `WrongUsage` for none."""
    if meeting.date.latest is None:
        raise WrongUsage(f"The meeting {meeting.id} has no day yet. Name a commit, a tag or a date instead.")
    return meeting.date.latest


def unknown(when: str, meetings: Iterable[str]) -> WrongUsage:
    """Return what is told of a word that means no moment, with the nearest meeting."""
    near = get_close_matches(when, meetings, n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    listed = f" Meetings: {', '.join(meetings)}." if meetings else ""
    return WrongUsage(f"There is no commit, tag, date or meeting {shown(when)}.{meant}{listed}")


def too_early(day: date, first: date, *, shallow: bool) -> str:
    """Return what is told of a day before the register's first commit, or the first that a shallow copy has."""
    if shallow:
        return f"This copy does not reach back to {long_day(day)}: its history begins on {long_day(first)}."
    return f"On {long_day(day)} the register was not yet kept here: its history begins on {long_day(first)}."
