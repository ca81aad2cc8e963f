"""From git to the timelines of a register: one log, one batch of contents, each content read once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from p2ptrack.errors import CannotGoOn, WrongUsage
from p2ptrack.problem import shown
from p2ptrack.records.dates import Anchors, NotADate, parse
from p2ptrack.records.register import PROGRAMME_PATH
from p2ptrack.records.timeline import Moment, Place, Step, Timelines, kind_at, timelines
from p2ptrack.store import yaml
from p2ptrack.store.collecting import no_collecting
from p2ptrack.store.git.authors import Line, line_of
from p2ptrack.store.git.commits import Change
from p2ptrack.store.git.moments import MEETING_TAG, asked, told
from p2ptrack.store.git.program import run
from p2ptrack.store.git.refusals import SHALLOW
from p2ptrack.store.git.repository import Repository

_Read = Mapping[str, dict[str, Any] | None]
_NOT_READ: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Past:
    """The line of a register's repository: finds moments by their names, and reads the timelines of records.

    `changes` are what each commit of the line changed in the programme and the records.
    """

    repository: Repository
    line: Line
    changes: tuple[tuple[Change, ...], ...]

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
        ran = run(self.repository.root, "cat-file", "--batch", send=asked(when if _plain(when) else "."))
        found = told(ran.out, when)
        if found is not None:
            number = self._number(found.commit, when)
            return Place(number, self.line.commits[number - 1].day, when, found.commit)
        return self._on(_day(when, option) or self._meeting_day(when), when)

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

    def _meeting_day(self, when: str) -> date:
        known = self._meetings()
        found = parse(known.get(when, ""), Anchors(()))
        if isinstance(found, NotADate) or found.latest is None:
            names = f" Meetings: {', '.join(known)}." if known else ""
            raise WrongUsage(f"There is no commit, tag, date or meeting {shown(when)}.{names}")
        return found.latest

    def _meetings(self) -> Mapping[str, str]:
        """Return the meetings of the newest programme, each with its date as it is written."""
        programmes = [c.new for changes in self.changes for c in changes if c.path == PROGRAMME_PATH and c.new]
        values = [_plain_data(data) for data in self.repository.blobs(programmes[-1:]).values()]
        listed = values[0].get("meetings") if values and values[0] else None
        entries = listed if isinstance(listed, list) else [listed]
        return {str(each.get("id")): str(each.get("date")) for each in entries if isinstance(each, dict)}

    def timelines(self, *, since: int = 0, only: str = "") -> Timelines:
        """Return the timelines. What a file said before the place `since` is not read, nor other records than `only`.

        Of what is not read the timelines hold no more than that it was there.
        """
        with no_collecting():
            read = _read(self.repository.blobs(_needed(self.changes, since)), only.casefold())
            made = timelines(_step(self.line, at, read, changes) for at, changes in enumerate(self.changes))
        places = self.line.places
        published = {id_: places[commit] for id_, commit in _published(self.repository) if commit in places}
        return replace(made, published=published, complete=not self.repository.shallow)


def _needed(changes: Iterable[Iterable[Change]], since: int) -> Iterator[str]:
    """Yield the contents that files had at a place on the line and after it."""
    before: dict[str, str] = {}
    for number, some in enumerate(changes, 1):
        if number == since + 1:
            yield from filter(None, before.values())
        for change in some:
            if number > since and change.new:
                yield change.new
            before[change.path] = change.new
    yield from filter(None, before.values())


_ID = re.compile(rb"^id:[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)


def _read(blobs: Mapping[str, bytes], only: str) -> _Read:
    return {id_: _stub(data, only) or _plain_data(data) for id_, data in blobs.items()}


def _stub(data: bytes, only: str) -> dict[str, Any] | None:
    """Return the id alone of a record that is not asked for; None for the one that is, and for what is no record."""
    found = _ID.search(data) if only else None
    id_ = found[1].decode("utf-8", "replace") if found else only
    return None if id_.casefold() == only else {"id": id_}


def _plain(when: str) -> bool:
    return when.isprintable() and bool(when.strip())


def _day(when: str, option: str) -> date | None:
    found = parse(when, Anchors(()))
    if isinstance(found, NotADate):
        return None
    if found.latest is None or found.earliest != found.latest:
        raise WrongUsage(
            f"{option} needs one day, and {shown(when)} is not one. Write it like 2023-03-31 or 31 March 2023."
        )
    return found.latest


def past(root: Path, until: str = "") -> Past:
    """Return the past of a register up to a commit, else to where its work tree stands.

    Raises `CannotGoOn` without git, outside of a repository and before the first commit.
    """
    repository = Repository.of(root)
    line = line_of(repository, until)
    changes = (tuple(change for change in commit.changes if _counts(change.path)) for commit in line.commits)
    return Past(repository, line, tuple(changes))


def whole_history(root: Path, until: str = "") -> Timelines:
    """Return the timelines of a register. Raises `CannotGoOn` where this copy lacks the older part of them."""
    found = past(root, until)
    if found.repository.shallow:
        raise CannotGoOn(SHALLOW)
    return found.timelines()


def _counts(path: str) -> bool:
    return path == PROGRAMME_PATH or kind_at(path) is not None


def _plain_data(data: bytes) -> dict[str, Any] | None:
    """Return what can be read of a file's content; None where its structure cannot be read to its end."""
    return yaml.read(data, "").value


def _step(line: Line, at: int, read: _Read, changes: Sequence[Change]) -> Step:
    commit = line.commits[at]
    files = {change.path: read.get(change.new, _NOT_READ) for change in changes if change.new}
    gone = frozenset(change.path for change in changes if not change.new)
    authors = {change.path: line.author(commit, change.path) for change in changes} if commit.id in line.merged else {}
    return Step(Moment(at + 1, commit.id, commit.day, commit.author), files, gone, authors)


def _published(repository: Repository) -> Iterator[tuple[str, str]]:
    """Yield the meetings that have a tag, each with the commit that it seals."""
    form = "--format=%(refname)%00%(objectname)%00%(*objectname)"
    for row in repository.git("for-each-ref", form, MEETING_TAG).text.splitlines():
        name, object_, commit = row.split("\0")
        yield name.removeprefix(MEETING_TAG), commit or object_
