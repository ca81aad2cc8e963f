"""The register as it stood: the files of a moment, the day to judge them on, and the templates of then."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from p2ptrack.errors import Stop
from p2ptrack.problem import Problem, Severity, visible
from p2ptrack.records.register import Register
from p2ptrack.records.timeline import SHORT_COMMIT, kind_at
from p2ptrack.records.today import Today
from p2ptrack.store.folder import Folder
from p2ptrack.store.git.authors import line_of
from p2ptrack.store.git.moments import Moment
from p2ptrack.store.git.refusals import SHALLOW
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.git.tree import Blob, Tree, data_tree, templates_tree
from p2ptrack.store.lenient import leniently
from p2ptrack.store.load import Loaded, load_from

_OF_FILES = "D"
_NOT_READ = frozenset({"D101", "D103", "D105", "D108"})
_NOT_IN_NAMES = frozenset('\\:*?"<>|')


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A register as a commit has it, and the day to judge it on.

    `moment` is what led to its commit. `data` is the folder that its data stood in then, from the repository's top.
    For papers, `folder` holds its `templates` while they are unpacked, and `now` is what is exempt by now.
    """

    repository: Repository
    moment: Moment
    day: date
    source: Tree
    data: str
    loaded: Loaded
    folder: Path | None = None
    now: Today | None = None

    @property
    def commit(self) -> str:
        """Return the commit's id."""
        return self.moment.commit

    @property
    def doubt(self) -> str:
        """Return what is told of a meeting whose date counts in a copy that may lack its tag; else nothing."""
        if not (self.moment.meeting and self.moment.by_date and self.repository.shallow):
            return ""
        return f"The meeting {visible(self.moment.meeting)} has no tag in this copy, so its date counts. {SHALLOW}"

    @property
    def short(self) -> str:
        """Return the commit's id as people quote it."""
        return self.commit[:SHORT_COMMIT]

    @property
    def not_understood(self) -> tuple[Problem, ...]:
        """Return what today's schema cannot make anything of, and is left out of records that are there."""
        found = (problem for problem in self.loaded.problems if problem.severity is Severity.WARNING)
        return tuple(problem for problem in found if not problem.code.startswith(_OF_FILES))


def snapshot(root: Path, when: str, *, strict: bool = False) -> Snapshot:
    """Return the register of a folder as it stood at a commit, a tag, a date or a meeting (see `Repository.moment`).

    What today's schema refuses is read as far as it can be understood, unless `strict`. Raises `CannotGoOn` without
    that history, and `WrongUsage` for a word that means none of them.
    """
    repository = Repository.of(root)
    moment = repository.moment(when)
    source, data = data_tree(repository, moment.commit)
    loaded = load_from(source, None if strict else leniently)
    return Snapshot(repository, moment, _day(moment, loaded.register), source, data, loaded)


def _day(moment: Moment, register: Register) -> date:
    """Return the day of the moment: of a meeting, the one that the programme gave for it then."""
    if not moment.meeting:
        return moment.day
    meeting = register.meeting(moment.meeting)
    return (meeting.date.latest if meeting else None) or moment.day


def known_today(then: Snapshot) -> Today:
    """Return what is known today of a past register, read as far as it can be understood.

    Raises `CannotGoOn` where a record is gone and this copy of the repository lacks what it said last.
    """
    loaded = load_from(Folder(then.repository.root), leniently)
    here = {id_.casefold() for id_ in (*loaded.register.by_id, *loaded.register.broken)}
    lost = any(record.id.casefold() not in here for record in then.loaded.register.records)
    went = _gone(then.repository) if lost else Register(loaded.register.programme)
    broken = {id_ for id_ in went.broken if id_.casefold() not in here}
    return Today(
        replace(loaded.register, broken=loaded.register.broken | broken),
        {record.id.casefold(): record for record in went.records},
        any(problem.code in _NOT_READ for problem in loaded.problems),
    )


def _gone(repository: Repository) -> Register:
    """Return the records whose files have gone from the line, each as it stood last."""
    changes = (change for commit in line_of(repository).commits for change in commit.changes)
    files = {change.path: change.old for change in changes if not change.new and kind_at(change.path)}
    contents = repository.blobs(files.values())
    blobs = {path: Blob("100644", id_, len(contents[id_])) for path, id_ in files.items()}
    return load_from(Tree(blobs, contents), leniently).register


@contextmanager
def unpacked(then: Snapshot) -> Iterator[Snapshot]:
    """Hold what papers need: the `templates` of then, in a folder of the machine's own that goes afterwards.

    What is told of a template's file names its commit instead of that place.
    """
    with TemporaryDirectory(prefix="p2ptrack-") as made:
        folder = Path(made).resolve()
        try:
            _unpack(templates_tree(then.repository, then.commit, then.data), folder)
            yield replace(then, folder=folder, now=known_today(then))
        except Stop as stop:
            raise type(stop)(str(stop).replace(f"{folder}{os.sep}", f"{then.short}:")) from stop


def _unpack(templates: Tree, folder: Path) -> None:
    for path in templates.files:
        content = templates.read(path)  # of a link that leads out, there is none
        if isinstance(content, bytes) and _plain(path):
            file = folder.joinpath(*PurePosixPath(path).parts)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


def _plain(path: str) -> bool:
    """Whether a path means the same on every machine, and stays in the folder it is written to."""
    return not any(_odd(part) for part in path.split("/"))


def _odd(part: str) -> bool:
    return not part.rstrip(". ") or part.endswith((".", " ")) or not _NOT_IN_NAMES.isdisjoint(part)
