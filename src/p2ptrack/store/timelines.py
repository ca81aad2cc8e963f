"""From git to the timelines of a register: one log, one batch of contents, each content read once."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from p2ptrack.errors import CannotGoOn, WrongUsage
from p2ptrack.problem import Problem, shown
from p2ptrack.records.register import PROGRAMME_PATH
from p2ptrack.records.timeline import Brought, Moment, Place, Step, Timelines, id_of, kind_at, timelines
from p2ptrack.store import yaml
from p2ptrack.store.collecting import no_collecting
from p2ptrack.store.folder import RECORD_FOLDERS, Folder
from p2ptrack.store.git import differing
from p2ptrack.store.git.authors import Line, line_of
from p2ptrack.store.git.commits import Commit
from p2ptrack.store.git.moments import MEETING_TAG
from p2ptrack.store.git.moments import Moment as GitMoment
from p2ptrack.store.git.program import run
from p2ptrack.store.git.refusals import SHALLOW
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.git.tags import Sealed, meetings

_Read = Mapping[str, dict[str, Any] | None]
_NOT_READ: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Past:
    """The line of a register's repository: finds moments by their names, and reads the timelines of records."""

    repository: Repository
    line: Line

    @property
    def last(self) -> Place:
        """Return the place of the last commit."""
        commit = self.line.commits[-1]
        return Place(len(self.line.commits), commit.day, "", commit.id)

    def place(self, when: str, option: str) -> Place:
        """Return the place on the line that a commit, a tag, a day or a meeting's id means.

        Raises `WrongUsage` for what is none of them or stands on no place of the line, and `CannotGoOn` where this
        copy of the repository lacks the history.
        """
        found = self.repository.named(when)
        if found is None:
            return self._on(self.repository.day(when, option)[0], when)
        number = self._number(found.commit, when)
        return Place(number, self._judged(found) or self.line.commits[number - 1].day, when, found.commit)

    def _judged(self, found: GitMoment) -> date | None:
        """Return the day that the papers of a published meeting judge on; None for what is none."""
        where = self.repository.root, self.repository.prefix
        sealed = meetings(*where, f"--points-at={found.commit}").get(found.meeting) if found.meeting else None
        return sealed.day if sealed else None

    def _on(self, day: date, when: str) -> Place:
        """Return the place of the last commit on a day or before it; 0 where the line begins later."""
        number = sum(commit.day <= day for commit in self.line.commits)
        if not number and self.repository.shallow:
            raise CannotGoOn(SHALLOW)
        return Place(number, day, when, self.line.commits[number - 1].id if number else "")

    def _number(self, commit: str, when: str) -> int:
        if commit in self.line.places:
            return self.line.places[commit]
        more = f" {SHALLOW}" if self.repository.shallow else ""
        raise WrongUsage(f"{shown(when)} is no part of this branch's history.{more}")

    def timelines(self, *, since: int = 0, only: str = "", more: Iterable[Step] = ()) -> Timelines:
        """Return the timelines. What a file said before the place `since` is not read, nor other records than `only`.

        Of what is not read the timelines hold no more than that it was there. `more` comes after the last commit.
        """
        with no_collecting():
            read = self._contents(since, only)
            steps = (_step(self.line, at, read) for at in range(len(self.line.commits)))
            made = timelines((*steps, *more))
        places = self.line.places
        found = {id_: (places[commit], sealed.day) for id_, commit, sealed in self._published() if commit in places}
        published = {id_: number for id_, (number, _) in found.items()}
        judged = {id_: day for id_, (_, day) in found.items() if day}
        return replace(made, published=published, judged=judged, complete=not self.repository.shallow)

    def _contents(self, since: int, only: str) -> _Read:
        read = _read(self.repository.blobs(_needed(self.line, since)), _named(self.line, only), only.casefold())
        if since and any(read[id_] is None for id_ in _standing(self.line, since)):
            return self._contents(0, only)  # what stands there is what a file said when it could last be read
        return read

    def adrift(self) -> Mapping[str, str]:
        """Return the meetings whose tags name commits that the line does not lead to, nor its end to them."""
        others = {id_: commit for id_, commit, _ in self._published() if commit not in self.line.places}
        return {id_: commit for id_, commit in others.items() if not self._comes_before(commit)}

    def moved_tags(self) -> Mapping[str, tuple[str, str]]:
        """Return the meetings whose tags name another commit than was sealed: the sealed one, and the one named."""
        pairs = {id_: (sealed.commit, commit) for id_, commit, sealed in self._published()}
        return {id_: pair for id_, pair in pairs.items() if pair[0] and pair[0] != pair[1]}

    def _comes_before(self, commit: str) -> bool:
        """Whether the line is only older than a commit, and not another one."""
        ran = run(self.repository.root, "merge-base", "--is-ancestor", self.last.commit, commit)
        return ran.code == 0

    def _published(self) -> Iterator[tuple[str, str, Sealed]]:
        """Yield the meetings that this register published: each with the commit that its tag names, and its seal."""
        tags = meetings(self.repository.root, self.repository.prefix)
        asked = "".join(f"{MEETING_TAG}{name}^{{commit}}\n" for name in tags).encode("utf-8", "surrogateescape")
        ran = self.repository.git("cat-file", "--batch-check=%(objectname)", send=asked) if tags else None
        for (name, sealed), commit in zip(tags.items(), ran.text.splitlines() if ran else (), strict=True):
            if not commit.endswith(" missing"):
                yield name, commit, sealed

    def in_files(self, day: date) -> Iterator[Step]:
        """Yield what is in the files and not committed, as a step without a commit, on a day."""
        root, at = self.repository.root, len(self.line.commits) + 1
        paths = [path for path in differing(root, self.repository.head) if path == PROGRAMME_PATH or kind_at(path)]
        here = {path: Folder(root).read(path) for path in paths if os.path.lexists(root / path)}
        files = {path: None if isinstance(data, Problem) else _plain_data(data) for path, data in here.items()}
        if paths:
            yield Step(Moment(at, "", day, ""), files, frozenset(paths) - frozenset(files))


def _needed(line: Line, since: int) -> Iterator[str]:
    """Yield the contents that files had at a place on the line and after it, and in what was merged after it."""
    yield from _standing(line, since)
    for commit in line.commits[since:]:
        yield from (change.new for change in commit.changes if change.new)
        parts = (change for part in line.merged.get(commit.id, ()) for change in part.changes)
        yield from (blob for change in parts for blob in (change.old, change.new) if blob)


def _standing(line: Line, number: int) -> Iterator[str]:
    """Yield the contents that files had at a place on the line."""
    last = {change.path: change.new for commit in line.commits[:number] for change in commit.changes}
    yield from filter(None, last.values())


_ID = re.compile(rb"^id:[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)


def _named(line: Line, only: str) -> Container[str]:
    """Return the contents of files that have a record's name: these are read whole, whatever they state."""
    changes = (change for commit in line.commits for change in commit.changes) if only else ()
    return {change.new for change in changes if id_of(change.path, {}).casefold() == only.casefold()}


def _read(blobs: Mapping[str, bytes], named: Container[str], only: str) -> _Read:
    return {id_: (None if id_ in named else _stub(data, only)) or _plain_data(data) for id_, data in blobs.items()}


def _stub(data: bytes, only: str) -> dict[str, Any] | None:
    """Return the id alone of a record that is not asked for; None for the one that is, and for what is no record."""
    found = _ID.search(data) if only else None
    id_ = found[1].decode("utf-8", "replace") if found else only
    return None if id_.casefold() == only else {"id": id_}


def past(root: Path, until: str = "") -> Past:
    """Return the past of a register up to a commit, else to where its work tree stands.

    Raises `CannotGoOn` without git, outside of a repository, before the first commit, and where a folder of records
    is a link.
    """
    repository = Repository.of(root)
    for path in ("data", PROGRAMME_PATH, *RECORD_FOLDERS):
        if (root / path).is_symlink():
            raise CannotGoOn(
                f"{path} is a link, and git keeps no more of a link than where it leads, so no history can be told "
                "behind it. Put what it leads to in its place, and commit that."
            )
    return Past(repository, line_of(repository, until))


def whole_history(root: Path, until: str = "") -> Timelines:
    """Return the timelines of a register. Raises `CannotGoOn` where this copy lacks the older part of them."""
    return _whole(root, until).timelines()


def history_with_files(root: Path, day: date) -> Timelines:
    """Return the timelines of a register and, on a day, what is in its files and not committed.

    Raises `CannotGoOn` where this copy of the repository lacks the older part of them.
    """
    found = _whole(root)
    return replace(found.timelines(more=found.in_files(day)), adrift=found.adrift(), moved=found.moved_tags())


def _whole(root: Path, until: str = "") -> Past:
    found = past(root, until)
    if found.repository.shallow:
        raise CannotGoOn(SHALLOW)
    return found


def _plain_data(data: bytes) -> dict[str, Any] | None:
    """Return what can be read of a file's content; None where its structure cannot be read to its end."""
    return yaml.read(data, "").value


def _step(line: Line, at: int, read: _Read) -> Step:
    commit = line.commits[at]
    files = {change.path: read.get(change.new, _NOT_READ) for change in commit.changes if change.new}
    gone = frozenset(change.path for change in commit.changes if not change.new)
    brought = tuple(_brought(line.merged.get(commit.id, ()), read))
    return Step(Moment(at + 1, commit.id, commit.day, commit.author), files, gone, brought)


def _brought(parts: Iterable[Commit], read: _Read) -> Iterator[Brought]:
    """Yield what each commit did; of a file that it left unreadable nothing, until another mends it."""
    known: dict[str, dict[str, Any]] = {}
    for part in parts:
        clear = [change for change in part.changes if not change.new or read.get(change.new)]
        before = {c.path: values for c in clear if (values := read.get(c.old) or known.get(c.path))}
        after = {change.path: values for change in clear if (values := read.get(change.new))}
        known |= before | after
        yield Brought(part.author, before, after)
