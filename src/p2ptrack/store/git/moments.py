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

    `meeting` is the id where a meeting was asked for.
    """

    commit: str
    day: date
    meeting: str = ""


def asked(when: str) -> bytes:
    """Return what `git cat-file --batch` is asked for: the tag of a meeting of this name, then a commit or tag."""
    return f"{MEETING_TAG}{when}^{{commit}}\n{when}^{{commit}}\n".encode("utf-8", "surrogateescape")


def told(out: bytes, when: str) -> Moment | None:
    """Return the commit that git found: the meeting's tag, else the commit or tag of this name."""
    tagged, rest = _commit(out)
    if tagged:
        return Moment(tagged.commit, tagged.day, when)
    named = _commit(rest)[0]
    return replace(named, meeting=when.removeprefix("meeting/")) if named and when.startswith("meeting/") else named


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


def meeting_day(when: str, meetings: Iterable[Meeting]) -> date:
    """Return the day of a meeting of the programme; its last, where it is vague. Raises `WrongUsage` for none."""
    known = {meeting.id: meeting.date.latest for meeting in meetings}
    if when not in known:
        raise unknown(when, known)
    day = known[when]
    if day is None:
        raise WrongUsage(f"The meeting {when} has no day yet. Name a commit, a tag or a date instead.")
    return day


def unknown(when: str, meetings: Iterable[str]) -> WrongUsage:
    """Return what is told of a word that means no moment, with the nearest meeting."""
    near = get_close_matches(when, meetings, n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    listed = f" Meetings: {', '.join(meetings)}." if meetings else ""
    return WrongUsage(f"There is no commit, tag, date or meeting {shown(when)}.{meant}{listed}")


def too_early(day: date, first: date) -> str:
    """Return what is told of a day before the register's first commit."""
    return f"On {long_day(day)} the register was not yet kept here: its history begins on {long_day(first)}."
