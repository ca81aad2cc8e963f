"""Read content of other commits: exempt states of records, published records, and contracts.

Every state of each record that was ever exempt decides what is withheld. These states are in the commits that the files
come from, in each parent of each merge among them, and in those of every branch, tag or remote branch that comes from
the commit of a paper. They are found by walking the whole graph: the mainline alone does not show what was marked
exempt on a branch and deleted there.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from p2ptrack.errors import OperationError
from p2ptrack.model.contracts import CONTRACTS_PATH, ContractTable
from p2ptrack.model.fields import ValidationContext
from p2ptrack.model.history import PublishedRecords, RecordVersion, Revision, resolve_record_id
from p2ptrack.model.kinds import Kinds, is_record_path
from p2ptrack.model.programme import Programme, collect_labels
from p2ptrack.model.records import Record
from p2ptrack.model.register import CurrentRegister, RecordState, Register, build_anchors
from p2ptrack.model.validation import is_exemption_key
from p2ptrack.store import yaml
from p2ptrack.store.contract_table import load_contracts
from p2ptrack.store.folder import MAX_FILE_BYTES, FolderSource
from p2ptrack.store.git.history import find_id_in_text, load_deleted_records, read_kinds_at
from p2ptrack.store.git.log import (
    PROGRAMME_NAME,
    CommitGraph,
    GitCommit,
    data_folder,
    find_descendants,
    list_ancestors,
    map_children,
    parse_log,
    select_changes,
)
from p2ptrack.store.git.process import has_git_folder, run_git
from p2ptrack.store.git.repository import LOG_COMMAND, Repository
from p2ptrack.store.git.snapshot import read_data_tree
from p2ptrack.store.git.worktree import list_sparse_paths
from p2ptrack.store.loader import load_programme, load_register_from, validate_file_leniently
from p2ptrack.store.parsed_cache import open_parsed_cache
from p2ptrack.values import dataclass

_LOG_OPTIONS = ("--diff-merges=separate", "--raw", "--no-renames", "--no-abbrev", "--no-relative", "--stdin")
_UNREADABLE_CODES = frozenset({"D101", "D103", "D105", "D108"})
_KEY = re.compile(rb"([A-Za-z_]{4,10})[\"']?\s*:")
_ESCAPED_KEY = re.compile(rb"\"[^\"\n]*\\[^\"\n]*\"\s*:")


class _FileState(NamedTuple):
    """A record's file as a commit left it; no blob where the commit deleted it."""

    commit: str
    path: str
    blob: str


def load_current(root: Path, commit: str) -> CurrentRegister:
    """Return the current register with the record states that decide what is withheld of a commit's register now.

    Raises `OperationError` where this copy of the repository lacks one of them.
    """
    with open_parsed_cache(root) as cache:
        loaded = load_register_from(FolderSource(root), validate_file_leniently, cache=cache)
    has_unreadable_files = any(problem.code in _UNREADABLE_CODES for problem in loaded.problems)
    current = CurrentRegister(loaded.register, has_unreadable_files=has_unreadable_files)
    return _add_states(current, Repository.find(root), commit)


def load_newer_states(root: Path, register: Register) -> CurrentRegister:
    """Return a register read from its folder with its exemptions in newer and older commits; none outside a repository.

    If this copy lacks the history, only newer commits are read. Raises `OperationError` if it lacks these.
    """
    current = CurrentRegister(register)
    if not has_git_folder(root):
        return current
    try:
        repository = Repository.find(root)
    except OperationError:
        return current
    is_behind = set(_list_tips(repository, repository.head)) != {repository.head}
    if not is_behind and not has_exempt_content(register):
        return current
    try:
        return _add_states(current, repository, repository.head)
    except OperationError:
        if is_behind:
            raise
        return current


def load_states_of_copy(repository: Repository, register: Register) -> CurrentRegister:
    """Return the register of the newest commit with its exemptions in older commits, if `has_exempt_content`.

    Raises `OperationError` where this copy lacks one of them.
    """
    current = CurrentRegister(register)
    return _add_states(current, repository, repository.head) if has_exempt_content(register) else current


def has_exempt_content(register: Register) -> bool:
    """Whether older commits can decide what is withheld: something is exempt now."""
    entry_fields = register.field_index().records_by_field
    return bool(register.with_field("exempt")) or any(name.endswith(".exempt") for name in entry_fields)


def _add_states(current: CurrentRegister, repository: Repository, commit: str) -> CurrentRegister:
    reader = _StateReader(repository, commit)
    return replace(
        current,
        states=reader.read_states(current.register.programme),
        removed_ids=reader.find_removed_ids(),
    )


def _list_tips(repository: Repository, commit: str) -> tuple[str, ...]:
    """Return the commit that is checked out, and the commits of all branches and tags that come from a commit."""
    output = repository.run("for-each-ref", f"--contains={commit}", "--format=%(objectname) %(*objectname)").text
    tips = (line.split()[-1] for line in output.splitlines() if line.strip())
    return tuple(dict.fromkeys((repository.head, commit, *tips)))


@dataclass(frozen=True, slots=True)
class _Graph:
    """All commits that count, each with its changes compared with every parent, and those behind the files."""

    commits: CommitGraph
    checked_out: frozenset[str]


def _read_graph(repository: Repository, commit: str) -> _Graph:
    request = "".join(f"{tip}\n" for tip in _list_tips(repository, commit)).encode()
    log = repository.run(*LOG_COMMAND, *_LOG_OPTIONS, stdin=request).stdout
    commits: dict[str, GitCommit] = {}
    for entry in parse_log(log):  # a merge has an entry for each parent
        earlier = commits.get(entry.id)
        commits[entry.id] = replace(entry, changes=(*earlier.changes, *entry.changes)) if earlier else entry
    return _Graph(commits, frozenset(list_ancestors(commits, repository.head)))


def _list_folders(graph: CommitGraph, folder: str) -> tuple[str, ...]:
    """Return every folder that the register's data ever had on any branch, from the repository's top."""
    moves: list[tuple[set[str], set[str]]] = []
    for commit in graph.values():
        folders = {
            status: {
                change.path.removesuffix(PROGRAMME_NAME)
                for change in commit.changes
                if change.status == status and f"/{change.path}".endswith(f"/{PROGRAMME_NAME}")
            }
            for status in "AD"
        }
        if folders["A"] and folders["D"]:
            moves.append((folders["A"], folders["D"]))
    related_folders, size = {folder}, 0
    while len(related_folders) > size:
        size = len(related_folders)
        for added, deleted in moves:
            if related_folders & (added | deleted):
                related_folders |= added | deleted
    return tuple(sorted(related_folders))


class _StateReader:
    """Reads the states of a register's records that were exempt at some time."""

    def __init__(self, repository: Repository, commit: str) -> None:
        self._repository = repository
        self._graph = _read_graph(repository, commit)
        folders = _list_folders(self._graph.commits, data_folder(repository.prefix))
        self._files = tuple(_iter_file_states(self._graph.commits, folders))

    def read_states(self, programme: Programme) -> tuple[RecordState, ...]:
        """Return the states of every record that had an exemption in one of them, or that may have had."""
        contents = self._repository.read_blobs(file.blob for file in self._files if file.blob)
        ids = {file: _read_id(file.path, contents[file.blob]) for file in self._files if file.blob}
        exempt_ids = {id_ for file, id_ in ids.items() if may_be_exempt(contents[file.blob])}
        files = [file for file, id_ in ids.items() if id_ in exempt_ids]
        context = ValidationContext(build_anchors(programme), collect_labels(programme.policy))
        with open_parsed_cache(self._repository.root) as cache:
            records = {
                (file.path, file.blob): _read_record(
                    file.path, cache.read(contents[file.blob], file.path, file.blob), context, programme.kinds
                )
                for file in dict.fromkeys(files)
            }
        later = _find_later(self._graph.commits, files)
        return tuple(
            RecordState(
                ids[file],
                file.path,
                records[file.path, file.blob],
                later[index],
                precedes_files=file.commit in self._graph.checked_out,
            )
            for index, file in enumerate(files)
        )

    def find_removed_ids(self) -> frozenset[str]:
        """Return the ids whose files were deleted by commits newer than the files in the folder."""
        newer_files = [file for file in self._files if file.commit not in self._graph.checked_out]
        present = {(file.commit, _get_id_from_name(file.path)) for file in newer_files if file.blob}
        deleted = {(file.commit, _get_id_from_name(file.path)) for file in newer_files if not file.blob}
        return frozenset(id_ for _, id_ in deleted - present)


def _iter_file_states(graph: CommitGraph, folders: Iterable[str]) -> Iterator[_FileState]:
    for commit in graph.values():
        for folder in folders:
            for change in select_changes(commit, (folder,)):
                if is_record_path(change.path):
                    yield _FileState(commit.id, change.path, change.new)


def _find_later(graph: CommitGraph, files: list[_FileState]) -> list[frozenset[int]]:
    """Return for each state the indices of the states whose commits are descendants of its commit."""
    positions: dict[str, set[int]] = {}
    for index, file in enumerate(files):
        positions.setdefault(file.commit, set()).add(index)
    children = map_children(graph)
    later = {
        commit: frozenset(
            index
            for descendant in find_descendants(children, commit) - {commit}
            for index in positions.get(descendant, ())
        )
        for commit in positions
    }
    return [later[file.commit] for file in files]


def _get_id_from_name(path: str) -> str:
    return resolve_record_id(path, {}).casefold()


def _read_id(path: str, data: bytes) -> str:
    id_ = find_id_in_text(data)
    return resolve_record_id(path, {"id": id_} if id_ else yaml.read(data, path).value or {}).casefold()


def may_be_exempt(data: bytes) -> bool:
    """Whether a file may hold an exemption: it has a name like `exempt`, or cannot be searched for one."""
    if b"xempt" in data.lower() or b"\0" in data or len(data) > MAX_FILE_BYTES or _ESCAPED_KEY.search(data):
        return True
    if any(is_exemption_key(key.decode()) for key in set(_KEY.findall(data))):
        return True
    return yaml.is_foreign(data)


def _read_record(path: str, parsed: yaml.ParsedFile, context: ValidationContext, kinds: Kinds) -> Record | None:
    kind = kinds.find_by_path(path)
    if kind is None:
        return None
    record, _ = validate_file_leniently(kind.model, parsed, context, path)
    return record


# The records of the last published papers.

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
    """Return the records of the last published papers.

    None if nothing is published or git fails. A tag without numbers of records was made by hand, or by an older
    p2ptrack.
    """
    if not run_git(root, "for-each-ref", "--count=1", "refs/tags/meeting/").text:
        return None
    try:
        repository = Repository.find(root)
        publications = [item for item in repository.list_publications() if item.tag.record_counts]
        last = max(publications, key=lambda item: (item.tag.tagged_at, item.meeting), default=None)
        if last is None:
            return None
        folder = data_folder(last.tag.folder or "")
        kinds = read_kinds_at(repository, last.commit, folder)
        files = {
            f"data/{path}": file.id for path, file in repository.list_files(last.commit, folder.rstrip("/")).items()
        }
        blobs = {path: blob for path, blob in files.items() if kinds.find_by_path(path)}
        sparse_paths = list_sparse_paths(root)
        missing = {path: blob for path, blob in blobs.items() if not os.path.lexists(root / path)}
        missing = {path: blob for path, blob in missing.items() if path not in sparse_paths}
        records = _load_last_versions(repository, last.commit, missing, kinds) if missing else ()
    except OperationError:
        return None
    counts = Counter(kind.folder for path in blobs if (kind := kinds.find_by_path(path)))
    return PublishedRecords(last.meeting, last.tag.record_counts, counts, records)


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


# The contracts register at an earlier commit.


@dataclass(frozen=True, slots=True)
class ContractVersion:
    """The contracts register of a commit, the programme of that commit, and its day."""

    day: date
    programme: Programme
    table: ContractTable


def load_contracts_of(root: Path, revisions: Sequence[Revision], day: date, limit: date) -> ContractVersion | None:
    """Return the contracts register as it was on a day, otherwise the first one after it and before a limit.

    `revisions` are those of the mainline, the oldest first. None where there is none.
    """
    repository = Repository.find(root)
    last = [revision for revision in revisions if revision.effective_date <= day][-1:]
    later = [revision for revision in revisions if day < revision.effective_date < limit]
    candidates = [*last, *later]
    # Once a register has a table it keeps one, so a binary search finds the first commit with it.
    position = bisect_left(candidates, 1, key=lambda revision: _has_table(repository, revision.commit))
    if position == len(candidates):
        return None
    revision = candidates[position]
    source, _ = read_data_tree(repository, revision.commit)
    programme = load_programme(source, validate_file_leniently)
    table, _ = load_contracts(source, build_anchors(programme))
    return ContractVersion(max(revision.effective_date, day), programme, table)


def _has_table(repository: Repository, commit: str) -> int:
    try:
        source, _ = read_data_tree(repository, commit)
    except OperationError:
        return 0
    return int(CONTRACTS_PATH in source.files)
