"""The demonstration register of `init --demo`: an invented council, with a history of three meetings."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from p2ptrack.analysis.redaction import Audience
from p2ptrack.cli.options import RegisterOptions
from p2ptrack.cli.publish import PublishOptions, prepare_publication
from p2ptrack.errors import OperationError
from p2ptrack.phrases import join_words, pluralise
from p2ptrack.reports import REPORTS
from p2ptrack.store.folder import describe_folder
from p2ptrack.store.git.process import MIN_VERSION, read_version
from p2ptrack.store.git.publication_tags import create_tag
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.git.repository_setup import (
    NewCommit,
    append_commits,
    find_top,
    format_identity,
    match_index,
    start_repository,
)
from p2ptrack.store.templates import PACKAGED, write_scaffold
from p2ptrack.values import dataclass

DEMO_FOLDER = PACKAGED / "demo"
"""A folder for each commit, named by its day, with the files that it adds or changes."""
_OFFICER = "Procurement Officer"
_AUDITOR = "Chief Internal Auditor"
_CLERK = "Committee Clerk"


@dataclass(frozen=True, slots=True)
class _DemoCommit:
    """A commit, and the meeting whose papers are published from it, with the day of that."""

    day: str
    author: str
    message: str
    meeting: str = ""
    published_on: str = ""


_COMMITS = (
    _DemoCommit("2025-11-03", _OFFICER, "Start the register"),
    _DemoCommit("2026-01-09", _OFFICER, "Record the position for the January meeting", "AC-2026-01", "2026-01-12"),
    _DemoCommit("2026-01-26", _OFFICER, "Record the requests of 20 January"),
    _DemoCommit("2026-03-16", _AUDITOR, "A06: verify"),
    _DemoCommit("2026-03-27", _OFFICER, "Record the position for the April meeting", "AC-2026-04", "2026-04-02"),
    _DemoCommit("2026-04-20", _OFFICER, "Record the decisions and requests of 14 April"),
    _DemoCommit("2026-06-22", _AUDITOR, "A01: verify"),
    _DemoCommit("2026-06-29", _OFFICER, "Record the position for the July meeting", "AC-2026-07", "2026-07-06"),
    _DemoCommit("2026-07-20", _OFFICER, "Record the decisions of 14 July"),
    _DemoCommit("2026-09-11", _AUDITOR, "A03, F01 and F02: verify"),
    _DemoCommit("2026-09-18", _OFFICER, "Record the position for the October meeting"),
)


def build_demo() -> dict[str, bytes]:
    """Return the files of the demonstration as they are after its last commit, by path."""
    return {path: data for commit in _COMMITS for path, data in _read_files(commit)}


def start_demo(folder: Path, files: Mapping[str, bytes], support_files: Mapping[str, bytes]) -> list[str]:
    """Write the demonstration into a folder, with its history if nothing is there yet, and return what was done.

    Raises `OperationError` if there is a register or a record, or the folder cannot be written.
    """
    obstacle = _find_obstacle(folder)
    paths = write_scaffold(folder, files, support_files, keep_records=False)
    lines = [f"Started a demonstration register of {pluralise(len(paths), 'file')} in {describe_folder(folder)}."]
    if obstacle:
        return [*lines, f"It has no history, because {obstacle}."]
    try:
        _make_history(folder, support_files)
    except OperationError as error:
        return [*lines, f"Its history is not complete. {error}"]
    meetings = join_words([commit.meeting for commit in _COMMITS if commit.meeting], "and")
    commits = pluralise(len(_COMMITS), "saved version (commit)", "saved versions (commits)")
    return [*lines, f"It has a history of {commits}, and the papers of {meetings} are published."]


def _find_obstacle(folder: Path) -> str:
    """Return why the demonstration cannot have a history here; nothing where it can."""
    if os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir())):
        return "the folder was not empty"
    parent = next(parent for parent in (folder, *folder.absolute().parents) if parent.is_dir())
    if find_top(parent) is not None:
        return "the folder is in a repository already"
    return "git is not installed, or is too old" if read_version() < MIN_VERSION else ""


def _read_files(commit: _DemoCommit) -> Iterator[tuple[str, bytes]]:
    """Yield the files that a commit adds or changes, the programme last."""
    folder = DEMO_FOLDER / commit.day
    files = (file for file in folder.rglob("*") if file.suffix in {".yaml", ".csv"})
    for file in sorted(files, key=lambda file: (len(file.parts), file), reverse=True):
        yield file.relative_to(folder).as_posix(), file.read_bytes()


def _make_history(folder: Path, support_files: Mapping[str, bytes]) -> None:
    """Make the commits, and publish the papers of each meeting from the commit that was the last before it."""
    start_repository(folder)
    for index, commit in enumerate(_COMMITS):
        files = {**(support_files if index == 0 else {}), **dict(_read_files(commit))}
        new_commit = NewCommit(date.fromisoformat(commit.day), commit.author, commit.message, files)
        append_commits(folder, [new_commit], is_first=index == 0)
        if commit.meeting:
            _publish(folder, commit.meeting, date.fromisoformat(commit.published_on))
    match_index(folder)


def _publish(folder: Path, meeting: str, day: date) -> None:
    repository = Repository.find(folder)
    options = PublishOptions(meeting, tuple(REPORTS), ("html",), "", Audience.PUBLIC)
    publication = prepare_publication(repository, options, RegisterOptions(folder), day)
    create_tag(repository, meeting, repository.head, publication.message, format_identity(_CLERK, day))
