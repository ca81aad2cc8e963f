"""The register as it stood: the files of a moment, the day to judge them on, and the templates of then."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from p2ptrack.errors import CommandError
from p2ptrack.problem import Problem, Severity, escape_control_characters
from p2ptrack.records.register import Register
from p2ptrack.records.timeline import SHORT_COMMIT_LENGTH, kind_of_path
from p2ptrack.records.today import CurrentRegister
from p2ptrack.store.folder import FolderSource
from p2ptrack.store.git.authors import read_mainline
from p2ptrack.store.git.moments import ResolvedRevision
from p2ptrack.store.git.refusals import SHALLOW_MESSAGE
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.git.tree import Blob, TreeSource, read_data_tree, read_templates_tree
from p2ptrack.store.lenient import validate_file_leniently
from p2ptrack.store.load import LoadedRegister, load_register_from

_FILE_CODE_PREFIX = "D"
_UNREAD_CODES = frozenset({"D101", "D103", "D105", "D108"})
_FORBIDDEN_CHARACTERS = frozenset('\\:*?"<>|')


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A register as a commit has it, and the day to judge it on.

    `moment` is what led to its commit. `data` is the folder that its data stood in then, from the repository's top.
    For papers, `folder` holds its `templates` while they are unpacked, and `now` is what is exempt by now.
    """

    repository: Repository
    revision: ResolvedRevision
    position_date: date
    source: TreeSource
    data_folder: str
    loaded: LoadedRegister
    templates_folder: Path | None = None
    current: CurrentRegister | None = None

    @property
    def commit(self) -> str:
        """Return the commit's id."""
        return self.revision.commit

    @property
    def warning(self) -> str:
        """Return what is told of a meeting whose date counts in a copy that may lack its tag; else nothing."""
        if not (self.revision.meeting and self.revision.by_date and self.repository.is_shallow):
            return ""
        return f"The meeting {escape_control_characters(self.revision.meeting)} has no tag in this copy, so its date counts. {SHALLOW_MESSAGE}"

    @property
    def short_commit(self) -> str:
        """Return the commit's id as people quote it."""
        return self.commit[:SHORT_COMMIT_LENGTH]

    @property
    def ignored_values(self) -> tuple[Problem, ...]:
        """Return what today's schema cannot make anything of, and is left out of records that are there."""
        warnings = (problem for problem in self.loaded.problems if problem.severity is Severity.WARNING)
        return tuple(problem for problem in warnings if not problem.code.startswith(_FILE_CODE_PREFIX))


def load_snapshot(root: Path, revision_name: str, *, strict: bool = False) -> Snapshot:
    """Return the register of a folder as it stood at a commit, a tag, a date or a meeting (see `Repository.moment`).

    What today's schema refuses is read as far as it can be understood, unless `strict`. Raises `CannotGoOn` without
    that history, and `WrongUsage` for a word that means none of them.
    """
    repository = Repository.find(root)
    revision = repository.resolve(revision_name)
    source, folder = read_data_tree(repository, revision.commit)
    loaded = load_register_from(source, None if strict else validate_file_leniently)
    return Snapshot(repository, revision, _find_position_date(revision, loaded.register), source, folder, loaded)


def _find_position_date(revision: ResolvedRevision, register: Register) -> date:
    """Return the day of the moment: of a meeting, the one that the programme gave for it then."""
    if not revision.meeting:
        return revision.day
    meeting = register.find_meeting(revision.meeting)
    return (meeting.date.latest if meeting else None) or revision.day


def load_current(snapshot: Snapshot) -> CurrentRegister:
    """Return what is known today of a past register, read as far as it can be understood.

    Raises `CannotGoOn` where a record is gone and this copy of the repository lacks what it said last.
    """
    loaded = load_register_from(FolderSource(snapshot.repository.root), validate_file_leniently)
    current_ids = {id_.casefold() for id_ in (*loaded.register.by_id, *loaded.register.broken_ids)}
    has_deleted = any(record.id.casefold() not in current_ids for record in snapshot.loaded.register.records)
    deleted = _load_deleted(snapshot.repository) if has_deleted else Register(loaded.register.programme)
    broken = {id_ for id_ in deleted.broken_ids if id_.casefold() not in current_ids}
    return CurrentRegister(
        replace(loaded.register, broken_ids=loaded.register.broken_ids | broken),
        {record.id.casefold(): record for record in deleted.records},
        any(problem.code in _UNREAD_CODES for problem in loaded.problems),
    )


def _load_deleted(repository: Repository) -> Register:
    """Return the records whose files have gone from the line, each as it stood last."""
    changes = (change for commit in read_mainline(repository).commits for change in commit.changes)
    files = {change.path: change.old for change in changes if not change.new and kind_of_path(change.path)}
    contents = repository.read_blobs(files.values())
    blobs = {path: Blob("100644", blob_id, len(contents[blob_id])) for path, blob_id in files.items()}
    return load_register_from(TreeSource(blobs, contents), validate_file_leniently).register


@contextmanager
def with_templates(snapshot: Snapshot) -> Iterator[Snapshot]:
    """Hold what papers need: the `templates` of then, in a folder of the machine's own that goes afterwards.

    What is told of a template's file names its commit instead of that place.
    """
    with TemporaryDirectory(prefix="p2ptrack-") as temporary_folder:
        folder = Path(temporary_folder).resolve()
        try:
            _write_templates(read_templates_tree(snapshot.repository, snapshot.commit, snapshot.data_folder), folder)
            yield replace(snapshot, templates_folder=folder, current=load_current(snapshot))
        except CommandError as command_error:
            raise type(command_error)(
                str(command_error).replace(f"{folder}{os.sep}", f"{snapshot.short_commit}:")
            ) from command_error


def _write_templates(templates: TreeSource, folder: Path) -> None:
    for path in templates.files:
        content = templates.read(path)  # of a link that leads out, there is none
        if isinstance(content, bytes) and _is_portable_path(path):
            file = folder.joinpath(*PurePosixPath(path).parts)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


def _is_portable_path(path: str) -> bool:
    """Whether a path means the same on every machine, and stays in the folder it is written to."""
    return not any(_is_unsafe_name(part) for part in path.split("/"))


def _is_unsafe_name(part: str) -> bool:
    return not part.rstrip(". ") or part.endswith((".", " ")) or not _FORBIDDEN_CHARACTERS.isdisjoint(part)
