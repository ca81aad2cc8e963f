"""The records that the last published papers were made from, and those of them that are no longer in the folder."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from p2ptrack.errors import OperationError
from p2ptrack.model.history import PublishedRecords, RecordVersion
from p2ptrack.model.kinds import Kinds
from p2ptrack.store.git.history import load_deleted_records, read_kinds_at
from p2ptrack.store.git.log import data_folder
from p2ptrack.store.git.process import run_git
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.git.worktree import list_left_out_paths

_PARENTS_MARK = "parents "
_DELETION_OPTIONS = (
    f"--format={_PARENTS_MARK}%P",
    "--raw",
    "-z",
    "--no-renames",
    "--no-abbrev",
    "--relative",
    "--diff-filter=D",
)


def load_published_records(root: Path) -> PublishedRecords | None:
    """Return the records of the last published papers; None where nothing is published or git cannot tell.

    A tag that does not say how many records there were was made by hand, or by a p2ptrack that did not count them.
    """
    if not run_git(root, "for-each-ref", "--count=1", "refs/tags/meeting/").text:
        return None
    try:
        repository = Repository.find(root)
        publications = [item for item in repository.list_publications() if item.tag.record_counts]
        last = max(publications, key=lambda item: (item.tag.made_at, item.meeting), default=None)
        if last is None:
            return None
        kinds = read_kinds_at(repository, last.commit, data_folder(last.tag.folder or ""))
        blobs = _list_record_blobs(repository, last.commit, last.tag.folder or "", kinds)
        left_out = list_left_out_paths(root)
        missing = {path: blob for path, blob in blobs.items() if not os.path.lexists(root / path)}
        missing = {path: blob for path, blob in missing.items() if path not in left_out}
        records = _load_last_versions(repository, last.commit, missing, kinds) if missing else ()
    except OperationError:
        return None
    found = Counter(kind.folder for path in blobs if (kind := kinds.find_by_path(path)))
    return PublishedRecords(last.meeting, last.tag.record_counts, found, records)


def _list_record_blobs(repository: Repository, commit: str, register_folder: str, kinds: Kinds) -> dict[str, str]:
    """Return the blobs of a commit's records, by their paths in the register."""
    folder = data_folder(register_folder).rstrip("/")
    entries = repository.list_files(commit, folder, ()).split("\0")
    pairs = (entry.partition("\t")[::2] for entry in entries if entry)
    blobs = {f"data/{path}": metadata.split()[2] for metadata, path in pairs}
    return {path: blob for path, blob in blobs.items() if kinds.find_by_path(path)}


def _load_last_versions(
    repository: Repository, commit: str, missing: Mapping[str, str], kinds: Kinds
) -> tuple[RecordVersion, ...]:
    """Return missing records as they were before the branch deleted them, otherwise as they were published.

    A record may have been closed by then, in another file. Each is at the commit that has it.
    """
    deleted: dict[str, RecordVersion] = {}
    deletions = _list_deletions(repository, commit)
    for record in load_deleted_records(repository.root, {path: blob for path, (_, blob) in deletions.items()}, kinds):
        last_commit, _ = deletions[record.path]
        deleted.setdefault(_get_key(record), replace(record, revision=replace(record.revision, commit=last_commit)))
    published = load_deleted_records(repository.root, missing, kinds)
    return tuple(
        deleted.get(_get_key(record)) or replace(record, revision=replace(record.revision, commit=commit))
        for record in published
    )


def _get_key(record: RecordVersion) -> str:
    return str(record.fields.get("id")).casefold()


def _list_deletions(repository: Repository, commit: str) -> dict[str, tuple[str, str]]:
    """Return the commit and the blob of each file of a record that was deleted since a commit, the last first."""
    request = (*_DELETION_OPTIONS, "--diff-merges=first-parent", f"{commit}..{repository.head}", "--", "data")
    deletions: dict[str, tuple[str, str]] = {}
    parent = commit
    tokens = iter(repository.run("log", *request).text.split("\0"))
    for token in tokens:
        if (line := token.lstrip("\n")).startswith(_PARENTS_MARK):
            parent = line.removeprefix(_PARENTS_MARK).split(" ")[0]
        elif line.startswith(":"):
            deletions.setdefault(next(tokens), (parent, line.split(" ")[2]))
    return deletions
