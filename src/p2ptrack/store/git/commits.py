"""What git's log says, as values: commits of the first-parent line, and what each changed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

FORMAT = "--format=%H%n%P%n%cd%n%an%n%ae%n%s"
"""A commit's id, parents, committer's clock (`--date=raw`), author's name and address, subject: one a line."""

_LINK_TO_REPOSITORY = "160000"
_NO_BLOB = "0"
_SECONDS_A_DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Change:
    """One file that a commit changed. `status` is A, M, T or D; `old` and `new` are ids of blobs, empty for none.

    `path` is relative to the register's folder, with `/`. A file that moved is a D and an A.
    """

    status: str
    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the branch's first-parent line: what became official, and when.

    `day` is the committer's own day, on which the change (of a merge: all that it merged) became official; where a
    clock was clearly wrong it is the nearest that those around it leave, and `stated` the day that the clock gave. The
    author's address is never shown in public.
    """

    id: str
    parents: tuple[str, ...]
    day: date
    stated: date
    author: str
    email: str
    subject: str
    changes: tuple[Change, ...] = field(default=(), repr=False)


def commits(log: bytes) -> tuple[Commit, ...]:
    """Read `git log -z --raw` of one line in `FORMAT`, oldest first."""
    return in_order(parsed(log))


def parsed(log: bytes) -> list[Commit]:
    """Read `git log -z --raw` in `FORMAT` as it comes, each day as its clock gave it."""
    tokens = iter([token for token in log.decode("utf-8", "surrogateescape").split("\0") if token])
    read: list[tuple[str, list[Change]]] = []
    for token in tokens:
        if token.lstrip("\n").startswith(":"):
            read[-1][1].extend(_change(token.lstrip("\n"), next(tokens)))
        else:
            read.append((token, []))
    return [_commit(head, tuple(changes)) for head, changes in read]


def _change(about: str, path: str) -> Iterator[Change]:
    old_mode, new_mode, old, new, status = about[1:].split(" ")
    if _LINK_TO_REPOSITORY not in {old_mode, new_mode}:
        yield Change(status[0], path, _blob(old), _blob(new))


def _blob(id_: str) -> str:
    return id_ if id_.strip(_NO_BLOB) else ""


def _commit(head: str, changes: tuple[Change, ...]) -> Commit:
    id_, parents, clock, author, email, subject = (_readable(line) for line in head.split("\n", 5))
    day = local_day(clock)
    return Commit(id_, tuple(parents.split()), day, day, author, email, subject, changes)


def _readable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def local_day(clock: str) -> date:
    """Return the day that it was where somebody committed: `1673524800 +0100`. The same on every machine."""
    seconds, _, zone = clock.partition(" ")
    hours, minutes = int(zone[1:3] or 0), int(zone[3:5] or 0)
    offset = (hours * 60 + minutes) * (-60 if zone.startswith("-") else 60)
    day = _EPOCH + (int(seconds or 0) + offset) // _SECONDS_A_DAY
    return date.fromordinal(min(max(day, date.min.toordinal()), date.max.toordinal()))


def in_order(line: Sequence[Commit]) -> tuple[Commit, ...]:
    """Return a line of commits, oldest first, with days that never go back.

    The fewest clocks are taken to have been wrong: a commit outside the longest row of days in order gets the day
    nearest to its own that those around it leave. A day too early would show in the past what nobody had yet.
    """
    right = set(_longest_in_order([commit.stated for commit in line]))
    latest, latests = date.max, []
    for at in reversed(range(len(line))):
        latest = line[at].stated if at in right else latest
        latests.append(latest)
    day, told = date.min, []
    for commit, latest in zip(line, reversed(latests), strict=True):
        day = max(day, min(commit.stated, latest))
        told.append(replace(commit, day=day) if day != commit.day else commit)
    return tuple(told)


def _longest_in_order(days: Sequence[date]) -> list[int]:
    """Return the places of the longest row of days that never goes back."""
    ends: list[date] = []
    places: list[int] = []
    before: list[int | None] = []
    for at, day in enumerate(days):
        length = bisect_right(ends, day)
        before.append(places[length - 1] if length else None)
        ends[length : length + 1], places[length : length + 1] = [day], [at]
    return list(_back(places[-1] if places else None, before))[::-1]


def _back(at: int | None, before: Sequence[int | None]) -> Iterator[int]:
    while at is not None:
        yield at
        at = before[at]


def last_on(line: Iterable[Commit], day: date) -> Commit | None:
    """Return the last commit of a line in order that was official on a day."""
    return next((commit for commit in reversed(tuple(line)) if commit.day <= day), None)
