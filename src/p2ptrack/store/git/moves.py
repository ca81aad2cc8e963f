"""The register's folder through its history: it may have stood elsewhere in the repository, under another name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from p2ptrack.records.kinds import KINDS
from p2ptrack.records.register import PROGRAMME_PATH
from p2ptrack.store.git.commits import FileChange, GitCommit

_DATA_NAME, _, PROGRAMME_NAME = PROGRAMME_PATH.rpartition("/")
PATHSPECS = (f":(top,glob)**/{PROGRAMME_NAME}", *(f":(top,glob)**/{kind.folder}/*" for kind in KINDS))
"""What a register's history is asked for: wherever in the repository its folder may once have stood."""


def data_folder(prefix: str) -> str:
    """Return the folder of a register's data in a repository, `registers/p2p/data/`. `prefix` ends with `/` or not."""
    return f"{prefix}{_DATA_NAME}/"


def trace_folders(mainline: Sequence[GitCommit], folder: str) -> tuple[tuple[str, ...], ...]:
    """Return the folder of a register's data at each commit of a line; of one that moved it, both."""
    return tuple(_trace_back(mainline, folder))[::-1]


def _trace_back(mainline: Sequence[GitCommit], folder: str) -> Iterator[tuple[str, ...]]:
    for commit in reversed(mainline):
        previous_folder = _find_previous_folder(commit, folder)
        yield (folder, previous_folder) if previous_folder else (folder,)
        folder = previous_folder or folder


def select_changes(commit: GitCommit, folders: Iterable[str]) -> tuple[FileChange, ...]:
    """Return what a commit changed in these folders, as if they were the one of a register's data."""
    return _combine_changes([change for folder in folders for change in _relocate_changes(commit, folder)])


def find_folder_at(mainline: Sequence[GitCommit], folder: str, commit: str) -> str:
    """Return the folder of the register's data in an older commit of a line; the same, where the line has it not."""
    current_folder = folder
    for later_commit in reversed(mainline):
        if later_commit.id == commit:
            return current_folder
        current_folder = _find_previous_folder(later_commit, current_folder) or current_folder
    return folder


def _find_previous_folder(commit: GitCommit, folder: str) -> str:
    """Return the folder that a commit moved the register's data from, or nothing.

    Where it moved several registers, that is the one with the most files that came unchanged.
    """
    if not any(change.status == "A" and change.path == f"{folder}{PROGRAMME_NAME}" for change in commit.changes):
        return ""
    deleted_programmes = [
        file_change.path
        for file_change in commit.changes
        if file_change.status == "D" and f"/{file_change.path}".endswith(f"/{PROGRAMME_NAME}")
    ]
    folders = [path.removesuffix(PROGRAMME_NAME) for path in deleted_programmes]
    if len(folders) <= 1:
        return "".join(folders)
    added_files = {
        (file_change.path.removeprefix(folder), file_change.new)
        for file_change in commit.changes
        if file_change.path.startswith(folder)
    }
    unchanged_counts = {
        candidate: sum(
            (file_change.path.removeprefix(candidate), file_change.old) in added_files for file_change in commit.changes
        )
        for candidate in folders
    }
    best_candidate = max(folders, key=lambda candidate: unchanged_counts[candidate])
    return (
        best_candidate
        if unchanged_counts[best_candidate]
        and list(unchanged_counts.values()).count(unchanged_counts[best_candidate]) == 1
        else ""
    )


def _relocate_changes(commit: GitCommit, folder: str) -> Iterator[FileChange]:
    for change in commit.changes:
        if folder == f"{_DATA_NAME}/" and change.path.startswith(folder):
            yield change
        elif change.path.startswith(folder):
            yield replace(change, path=f"{_DATA_NAME}/{change.path[len(folder) :]}")


def _combine_changes(changes: Sequence[FileChange]) -> tuple[FileChange, ...]:
    """Return one change a path: a file that is gone in one folder and new in the other was changed, or only moved."""
    combined: dict[str, FileChange] = {}
    for change in changes:
        earlier = combined.get(change.path)
        combined[change.path] = _combine_pair(earlier, change) if earlier else change
    return tuple(change for change in combined.values() if change.old != change.new)


def _combine_pair(earlier: FileChange, later: FileChange) -> FileChange:
    return FileChange("M", earlier.path, earlier.old or later.old, earlier.new or later.new)
