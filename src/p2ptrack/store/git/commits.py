"""What git's log says, as values: commits of the first-parent line, and what each changed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

LOG_FORMAT = "--format=%H%n%P%n%cd%n%an%n%ae%n%s"
"""A commit's id, parents, committer's clock (`--date=raw`), author's name and address, subject: one a line."""

_SUBMODULE_MODE = "160000"
_ZERO_DIGIT = "0"
_SECONDS_PER_DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file that a commit changed. `status` is A, M, T or D; `old` and `new` are ids of blobs, empty for none.

    `path` is relative to the register's folder, with `/`. A file that moved is a D and an A.
    """

    status: str
    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class GitCommit:
    """A commit of the branch's first-parent line: what became official, and when.

    `day` is the committer's own day, on which the change (of a merge: all that it merged) became official; where a
    clock was clearly wrong it is the nearest that those around it leave, and `stated` the day that the clock gave. The
    author's address is never shown in public.
    """

    id: str
    parents: tuple[str, ...]
    day: date
    clock_day: date
    author: str
    email: str
    subject: str
    changes: tuple[FileChange, ...] = field(default=(), repr=False)


def parse_mainline(log: bytes) -> tuple[GitCommit, ...]:
    """Read `git log -z --raw` of one line in `LOG_FORMAT`, oldest first."""
    return repair_dates(parse_log(log))


def parse_log(log: bytes) -> list[GitCommit]:
    """Read `git log -z --raw` in `LOG_FORMAT` as it comes, each day as its clock gave it."""
    tokens = iter([token for token in log.decode("utf-8", "surrogateescape").split("\0") if token])
    entries: list[tuple[str, list[FileChange]]] = []
    for token in tokens:
        if token.lstrip("\n").startswith(":"):
            entries[-1][1].extend(_parse_change(token.lstrip("\n"), next(tokens)))
        else:
            entries.append((token, []))
    return [_parse_commit(header, tuple(changes)) for header, changes in entries]


def _parse_change(metadata: str, path: str) -> Iterator[FileChange]:
    old_mode, new_mode, old, new, status = metadata[1:].split(" ")
    if _SUBMODULE_MODE not in {old_mode, new_mode}:
        yield FileChange(status[0], path, _parse_blob_id(old), _parse_blob_id(new))


def _parse_blob_id(id_: str) -> str:
    return id_ if id_.strip(_ZERO_DIGIT) else ""


def _parse_commit(header: str, changes: tuple[FileChange, ...]) -> GitCommit:
    id_, parents, clock, author, email, subject = (_replace_undecodable(line) for line in header.split("\n", 5))
    day = parse_local_day(clock)
    return GitCommit(id_, tuple(parents.split()), day, day, author, email, subject, changes)


def _replace_undecodable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def parse_local_day(clock: str) -> date:
    """Return the day that it was where somebody committed: `1673524800 +0100`. The same on every machine."""
    seconds, _, zone = clock.partition(" ")
    hours, minutes = int(zone[1:3] or 0), int(zone[3:5] or 0)
    offset = (hours * 60 + minutes) * (-60 if zone.startswith("-") else 60)
    day = _EPOCH + (int(seconds or 0) + offset) // _SECONDS_PER_DAY
    return date.fromordinal(min(max(day, date.min.toordinal()), date.max.toordinal()))


def repair_dates(mainline: Sequence[GitCommit]) -> tuple[GitCommit, ...]:
    """Return a line of commits, oldest first, with days that never go back.

    The fewest clocks are taken to have been wrong: a commit outside the longest row of days in order gets the day
    nearest to its own that those around it leave. A day too early would show in the past what nobody had yet.
    """
    trusted = set(_find_longest_ordered([commit.clock_day for commit in mainline]))
    latest, latest_days = date.max, []
    for index in reversed(range(len(mainline))):
        latest = mainline[index].clock_day if index in trusted else latest
        latest_days.append(latest)
    day, repaired = date.min, []
    for commit, latest in zip(mainline, reversed(latest_days), strict=True):
        day = max(day, min(commit.clock_day, latest))
        repaired.append(replace(commit, day=day) if day != commit.day else commit)
    return tuple(repaired)


def _find_longest_ordered(days: Sequence[date]) -> list[int]:
    """Return the places of the longest row of days that never goes back."""
    ends: list[date] = []
    indices: list[int] = []
    predecessors: list[int | None] = []
    for index, day in enumerate(days):
        length = bisect_right(ends, day)
        predecessors.append(indices[length - 1] if length else None)
        ends[length : length + 1], indices[length : length + 1] = [day], [index]
    return list(_follow_predecessors(indices[-1] if indices else None, predecessors))[::-1]


def _follow_predecessors(index: int | None, predecessors: Sequence[int | None]) -> Iterator[int]:
    while index is not None:
        yield index
        index = predecessors[index]


def find_last_on(mainline: Iterable[GitCommit], day: date) -> GitCommit | None:
    """Return the last commit of a line in order that was official on a day."""
    return next((commit for commit in reversed(tuple(mainline)) if commit.day <= day), None)
