"""From git to the timelines of a register: one log, one batch of contents, each content read once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


@dataclass(frozen=True, slots=True)
class Witness:
    """A register's timelines, and the repository that they were read from, to find moments by their names."""

    repository: Repository
    line: Line
    timelines: Timelines

    def place(self, when: str, option: str) -> Place:
        """Return the place on the line that a commit, a tag, a day or a meeting's id means.

        Raises `WrongUsage` for what is none of them or stands on no place of the line, and `CannotGoOn` where this
        copy of the repository lacks the history.
        """
        ran = run(self.repository.root, "cat-file", "--batch", send=asked(when if _plain(when) else "."))
        found = told(ran.out, when)
        if found is not None:
            number = self._number(found.commit, when)
            return Place(number, self.timelines.moments[number - 1].day, when, found.commit)
        day = _day(when, option) or self._meeting_day(when)
        number = self.timelines.on(day)
        if not number and not self.timelines.complete:
            raise CannotGoOn(SHALLOW)
        return Place(number, day, when, self.timelines.moments[number - 1].commit if number else "")

    def _number(self, commit: str, when: str) -> int:
        if commit in self.line.places:
            return self.line.places[commit]
        more = f" {SHALLOW}" if self.repository.shallow else ""
        raise WrongUsage(f"{shown(when)} is no part of this branch's history.{more}")

    def _meeting_day(self, when: str) -> date:
        state = self.timelines.programme.at(len(self.timelines.moments))
        meetings = state.values.get("meetings") if state and state.values else None
        listed = meetings if isinstance(meetings, list) else [meetings]
        known = {str(each.get("id")): str(each.get("date")) for each in listed if isinstance(each, dict)}
        found = parse(known.get(when, ""), Anchors(()))
        if isinstance(found, NotADate) or found.latest is None:
            names = f" Meetings: {', '.join(known)}." if known else ""
            raise WrongUsage(f"There is no commit, tag, date or meeting {shown(when)}.{names}")
        return found.latest


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


def witness(root: Path, until: str = "") -> Witness:
    """Return the timelines of a register up to a commit, else to where its work tree stands.

    Raises `CannotGoOn` without git, outside of a repository and before the first commit.
    """
    with no_collecting():
        return _witness(Repository.of(root), until)


def whole_history(root: Path, until: str = "") -> Timelines:
    """Return the timelines of a register. Raises `CannotGoOn` where this copy lacks the older part of them."""
    found = witness(root, until).timelines
    if not found.complete:
        raise CannotGoOn(SHALLOW)
    return found


def _witness(repository: Repository, until: str) -> Witness:
    line = line_of(repository, until)
    wanted = [[change for change in commit.changes if _counts(change.path)] for commit in line.commits]
    blobs = repository.blobs(change.new for changes in wanted for change in changes if change.new)
    read = {id_: _plain_data(data) for id_, data in blobs.items()}
    made = timelines(_step(line, at, read, changes) for at, changes in enumerate(wanted))
    published = {id_: line.places[commit] for id_, commit in _published(repository) if commit in line.places}
    return Witness(repository, line, replace(made, published=published, complete=not repository.shallow))


def _counts(path: str) -> bool:
    return path == PROGRAMME_PATH or kind_at(path) is not None


def _plain_data(data: bytes) -> dict[str, Any] | None:
    """Return what can be read of a file's content; None where its structure cannot be read to its end."""
    return yaml.read(data, "").value


_Read = Mapping[str, dict[str, Any] | None]


def _step(line: Line, at: int, read: _Read, changes: list[Change]) -> Step:
    commit = line.commits[at]
    files = {change.path: read[change.new] for change in changes if change.new}
    gone = frozenset(change.path for change in changes if not change.new)
    authors = {change.path: line.author(commit, change.path) for change in changes} if commit.id in line.merged else {}
    return Step(Moment(at + 1, commit.id, commit.day, commit.author), files, gone, authors)


def _published(repository: Repository) -> Iterator[tuple[str, str]]:
    """Yield the meetings that have a tag, each with the commit that it seals."""
    form = "--format=%(refname)%00%(objectname)%00%(*objectname)"
    for row in repository.git("for-each-ref", form, MEETING_TAG).text.splitlines():
        name, object_, commit = row.split("\0")
        yield name.removeprefix(MEETING_TAG), commit or object_
