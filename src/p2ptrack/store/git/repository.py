"""A register's repository: its commits and its mainline, the contents of its files, and the revision of a name."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

from p2ptrack.diagnostics import escape_control_characters
from p2ptrack.errors import OperationError, UsageError
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.kinds import is_record_path
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.phrases import did_you_mean, join_words, quote
from p2ptrack.store.folder import FolderSource, select_outer
from p2ptrack.store.git.log import (
    LOG_FORMAT,
    PROGRAMME_NAME,
    CommitGraph,
    FileChange,
    GitCommit,
    choose_mainline,
    data_folder,
    find_folder_at,
    find_last_on,
    list_ancestors,
    parse_log,
    parse_pair_diffs,
    repair_dates,
    select_changes,
    trace_folders,
)
from p2ptrack.store.git.process import (
    SHALLOW_MESSAGE,
    GitResult,
    extract_message,
    make_git_error,
    missing_objects_error,
    parse_objects,
    run_git,
)
from p2ptrack.store.git.revision_lookup import (
    MEETING_TAG,
    PublicationTag,
    ResolvedRevision,
    build_lookup_request,
    is_day_like,
    list_published_meetings,
    parse_day,
    parse_lookup,
)
from p2ptrack.store.loader import load_programme, validate_file_leniently
from p2ptrack.values import compile_on_use, dataclass

__all__ = ["FileChange", "GitCommit", "Repository", "ResolvedRevision"]


_NO_COMMITS = (
    'Nothing is committed here yet, so there is no history. To start one: git add . && git commit -m "The register"'
)
_NO_COMMITS_ON_BRANCH = (
    "This branch has no commits, although the repository has some. "
    "To see its branches: git branch --all. To change to another: git switch NAME"
)
LOG_COMMAND = ("log", "-z", "--reverse", "--encoding=UTF-8", "--date=raw", "--no-notes", LOG_FORMAT)
_ABBREVIATION = re.compile(r"[0-9a-f]{4,39}")
_REV_PARSE_OPTIONS = ("--is-shallow-repository", "--is-inside-work-tree", "--show-prefix")


@dataclass(frozen=True, slots=True)
class Publication:
    """A meeting whose papers were published, the commit that its tag names now, and the tag's content."""

    meeting: str
    commit: str
    tag: PublicationTag


@dataclass(frozen=True, slots=True)
class TreeFile:
    """A file of a commit: its mode, the id of its content, and its size in bytes (0 where this copy lacks it)."""

    mode: str
    id: str
    size: int


def parse_tree(output: str) -> dict[str, TreeFile]:
    """Return the files and submodules in the output of `git ls-tree -r -z -l`, by their paths."""
    entries = (entry.partition("\t") for entry in output.split("\0") if entry)
    parts = ((path, metadata.split()) for metadata, _, path in entries)
    return {path: TreeFile(mode, id_, int(size) if size.isdecimal() else 0) for path, (mode, _, id_, size) in parts}


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository that a register's folder is in.

    `prefix` leads from its top to that folder (empty, or ending with `/`). `head` is the commit that is checked out. A
    shallow repository lacks the older part of its history.
    """

    root: Path
    prefix: str
    head: str
    is_shallow: bool

    @classmethod
    def find(cls, root: Path) -> Repository:
        """Find the repository of a register's folder.

        Raises `OperationError` without git, outside of a repository or its work tree, in one that git does not trust,
        and before the first commit.
        """
        result = run_git(root, "rev-parse", *_REV_PARSE_OPTIONS, "--quiet", "--verify", "HEAD^{commit}")
        shallow_answer, inside_answer, rest = (*result.text.split("\n", 2), "", "")[:3]
        if shallow_answer not in {"true", "false"}:
            raise make_git_error(root, result)
        if inside_answer != "true":
            raise OperationError(
                f"git does not treat {escape_control_characters(str(root))} as a folder of the repository, because "
                "core.bare or core.worktree in its settings say otherwise. "
                "To correct them: git config core.bare false; git config --unset core.worktree"
            )
        if result.exit_code:
            if run_git(root, "rev-parse", "--quiet", "--verify", "HEAD").exit_code == 0:
                raise missing_objects_error()
            refs = run_git(root, "for-each-ref", "--count=1")
            if refs.exit_code or refs.stderr:
                raise make_git_error(root, refs)
            raise OperationError(_NO_COMMITS_ON_BRANCH if refs.stdout else _NO_COMMITS)
        prefix, _, head = rest.removesuffix("\n").rpartition("\n")
        return cls(root, prefix, head, shallow_answer == "true")

    def run(self, *arguments: str, stdin: bytes = b"") -> GitResult:
        """Run git here. Raises `OperationError` when it refuses."""
        result = run_git(self.root, *arguments, stdin=stdin)
        if result.exit_code:
            raise make_git_error(self.root, result)
        return result

    def resolve(self, name: str) -> ResolvedRevision:
        """Return the commit for the name of a commit or tag, a date or a meeting's id, and its day.

        A date means the last commit of the mainline up to that day; a meeting its tag `meeting/ID`, otherwise its date.
        Raises `UsageError` for a name that means nothing, and `OperationError` where this copy lacks that part of the
        history.
        """
        revision = self.find_revision(name, "--at")
        if revision.commit:
            return revision
        day, first_day = format_long_date(revision.day), format_long_date(self.list_commits()[0].day)
        if self.is_shallow:
            message = f"This copy does not reach back to {day}: its history begins on {first_day}. {SHALLOW_MESSAGE}"
            raise OperationError(message)
        raise OperationError(f"On {day} the register was not yet kept here: its history begins on {first_day}.")

    def find_revision(self, name: str, option: str, mainline: Sequence[GitCommit] | None = None) -> ResolvedRevision:
        """Return the commit that the value of an option means, and its day; no commit for a day before the first."""
        revision = self._resolve_name(name)
        if revision is not None:
            if mainline is None:
                mainline = self._choose_line(run_git(self.root, *LOG_COMMAND, self.head, "--").stdout)
            days = {commit.id: commit.day for commit in mainline}
            return replace(revision, day=days.get(revision.commit, revision.day))
        day, meeting = self._resolve_day(name, option)
        last = find_last_on(self.list_commits() if mainline is None else mainline, day)
        return ResolvedRevision(last.id if last else "", day, meeting, by_date=True)

    def _resolve_name(self, name: str) -> ResolvedRevision | None:
        """Return the commit that has this name: a meeting's tag, any other, or the commit's own; None for none.

        A day or a meeting of the programme comes before a branch of the same name.
        """
        if not name.isprintable() or not name.strip():
            return None
        # If there is no commit of this name, git still exits with 0 and prints which is missing.
        output = run_git(self.root, "cat-file", "--batch", stdin=build_lookup_request(name)).stdout
        meanings = parse_lookup(output, name)
        revision = meanings.meeting or meanings.commit
        if revision is None or (meanings.is_branch_only and self._is_day_or_meeting(name)):
            return None
        if not (meanings.meeting or meanings.tag or meanings.branch) and is_day_like(name):
            # The digits of a date can be the beginning of a commit's id in one repository and not in another.
            return None
        if revision.meeting == name:
            points_at = f"--points-at={revision.commit}"
            if name not in list_published_meetings(self.root, self.prefix, points_at):
                return None
        return replace(revision, note=meanings.describe(name) or self._describe_abbreviation(name, revision.commit))

    def _describe_abbreviation(self, name: str, commit: str) -> str:
        """Return a sentence where a branch or tag has a name that other commits' ids begin with; otherwise nothing."""
        if not _ABBREVIATION.fullmatch(name) or commit.startswith(name):
            return ""
        ids = run_git(self.root, "rev-parse", f"--disambiguate={name}").text.split()
        request = "".join(f"{id_}\n" for id_ in ids).encode()
        answer = run_git(self.root, "cat-file", "--batch-check=%(objectname) %(objecttype)", stdin=request).text
        others = [id_ for id_, kind in map(str.split, answer.splitlines()) if kind == "commit"] if ids else []
        if not others:
            return ""
        return f"{quote(name)} has several meanings. The branch or tag is used, not the commit {others[0]}."

    def _is_day_or_meeting(self, text: str) -> bool:
        try:
            self._resolve_day(text, "--at")
        except UsageError:
            return False
        return True

    def _resolve_day(self, text: str, option: str) -> tuple[date, str]:
        """Return the day that is written, or that of a meeting with the meeting's id.

        Raises `UsageError` for what is neither.
        """
        programme = load_programme(FolderSource(self.root), validate_file_leniently)
        meetings = {meeting.id: meeting for meeting in programme.meetings}
        if text in meetings:
            self.require_tagged_commit(f"meeting/{text}")
            meeting_day = meetings[text].date.latest
            if meeting_day is None:
                raise UsageError(f"The meeting {text} has no date yet. Name a commit, a tag or a date instead.")
            return meeting_day, text
        day = parse_day(text, option)
        if day is None:
            suggestion = did_you_mean(text, meetings)
            meeting_list = f" Meetings: {', '.join(meetings)}." if meetings else ""
            hint = f" {SHALLOW_MESSAGE}" if self.is_shallow else ""
            raise UsageError(f"There is no commit, tag, date or meeting {quote(text)}.{suggestion}{meeting_list}{hint}")
        return day, ""

    def require_tagged_commit(self, name: str) -> None:
        """Raise `OperationError` where there is a tag, and it leads to no commit."""
        ref = f"refs/tags/{name}"
        existing_tags = run_git(self.root, "for-each-ref", "--format=%(refname)", ref).text.splitlines()
        if ref not in existing_tags or run_git(self.root, "cat-file", "-e", f"{ref}^{{commit}}").exit_code == 0:
            return
        kind = run_git(self.root, "cat-file", "-t", f"{ref}^{{}}").text.strip()
        name, ref = escape_control_characters(name), escape_control_characters(ref)
        if kind:
            kind = {"tree": "folder", "blob": "file"}.get(kind, kind)
            raise OperationError(
                f"The tag {name} is on a {kind}, not on a saved version (commit), so it holds no papers of a meeting. "
                "Ask whoever made the tag to give it another name and delete this one. Then publish the meeting."
            )
        raise OperationError(
            f"The tag {name} leads to no commit in this copy. To get it again: git fetch origin --force {ref}:{ref}"
        )

    def list_commits(self) -> tuple[GitCommit, ...]:
        """Return the mainline up to the commit that is checked out, oldest first."""
        return self._choose_line(self.run(*LOG_COMMAND, self.head, "--").stdout)

    def _choose_line(self, log: bytes) -> tuple[GitCommit, ...]:
        graph = {commit.id: commit for commit in parse_log(log)}
        line = choose_mainline(graph, self.head, self.list_waypoints(graph))
        return repair_dates([graph[id_] for id_ in reversed(line)])

    def list_waypoints(self, graph: CommitGraph, meetings: Collection[str] | None = None) -> list[str]:
        """Return the commits of published papers, the newest first: they are known to have been public.

        Empty if the graph of commits has no merge. `meetings` are those that count, by default all.
        """
        if all(len(commit.parents) <= 1 for commit in graph.values()):
            return []
        commits = {
            publication.commit
            for publication in self.list_publications()
            if publication.commit in graph and (meetings is None or publication.meeting in meetings)
        }
        return sorted(commits, key=lambda commit: (graph[commit].clock_day, commit), reverse=True)

    def list_publications(self) -> Iterator[Publication]:
        """Yield the meetings that this register published, each with the commit that its tag names, and its tag."""
        tags = list_published_meetings(self.root, self.prefix)
        if not tags:
            return
        request = "".join(f"{MEETING_TAG}{name}^{{commit}}\n" for name in tags).encode("utf-8", "surrogateescape")
        commits = self.run("cat-file", "--batch-check=%(objectname)", stdin=request).text.splitlines()
        for (name, tag), commit in zip(tags.items(), commits, strict=True):
            if not commit.endswith(" missing"):
                yield Publication(name, commit, tag)

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether a commit is part of what another one comes from, or the same."""
        return run_git(self.root, "merge-base", "--is-ancestor", older, newer).exit_code == 0

    def list_programmes(self, commit: str) -> tuple[str, ...]:
        """Return the path of every programme in a commit, from the repository's top: of this register or not."""
        paths = self.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit).text.split("\0")
        return tuple(path for path in paths if f"/{path}".endswith(f"/{PROGRAMME_NAME}"))

    def list_files(self, commit: str, folder: str, *names: str) -> dict[str, TreeFile]:
        """Return the files in a folder of a commit, or those under some names in it; none without such a folder."""
        result = run_git(self.root, "ls-tree", "-r", "-z", "-l", "--full-tree", f"{commit}:{folder}", "--", *names)
        if result.exit_code and "Not a valid object name" not in result.stderr:
            raise make_git_error(self.root, result)
        return parse_tree(result.text)

    def read_blobs(self, blob_ids: Iterable[str]) -> Mapping[str, bytes]:
        """Return the contents of blobs, each once, from one `git cat-file --batch`.

        Raises `OperationError` when this copy of the repository lacks one.
        """
        unique_ids = tuple(dict.fromkeys(blob_ids))
        if not unique_ids:
            return {}
        request = "".join(f"{id_}\n" for id_ in unique_ids).encode()
        contents = {}
        for id_, kind, data in parse_objects(self.run("cat-file", "--batch", "--buffer", stdin=request).stdout):
            if kind != "blob":
                raise missing_objects_error()
            contents[id_] = data
        return contents


# The mainline, with the commits of each merge.


_DIFF_OPTIONS = ("--raw", "--no-renames", "--no-abbrev")
_LOG_DIFF_OPTIONS = ("--diff-merges=first-parent", *_DIFF_OPTIONS, "--no-relative")
"""Without paths: git takes longer to select those of the register than to list them all."""
_PAIR_DIFF_COMMAND = ("diff-tree", "--stdin", "-r", "-z", *_DIFF_OPTIONS)


@dataclass(frozen=True, slots=True)
class Mainline:
    """The commits of the mainline, oldest first, each with its changes in the register since the one before it.

    `merged_commits` has the commits that each merge brought, oldest first. `positions` has the position on the line,
    from 1, of each commit; that of a merged commit is its merge's. `graph` has every commit, as git has it.
    """

    commits: tuple[GitCommit, ...]
    positions: Mapping[str, int]
    merged_commits: Mapping[str, tuple[GitCommit, ...]] = field(default_factory=dict)
    graph: CommitGraph = field(default_factory=dict, repr=False)

    def has_commit(self, commit: str) -> bool:
        """Whether a commit is on the mainline itself, and not only merged into it."""
        position = self.positions.get(commit, 0)
        return position > 0 and self.commits[position - 1].id == commit


def read_mainline(
    repository: Repository, until: str = "", *, since: str = "", meetings: Collection[str] | None = None
) -> Mainline:
    """Return the mainline up to a commit (by default the one that is checked out).

    It leads through the commit `since`. If `until` does not descend from that, it is compared with it directly. Only
    the published `meetings` (by default all) are waypoints.
    """
    tip = until or repository.head
    graph, line = _read_raw_line(repository, tip, since, meetings)
    merged_by_id = dict(_iter_merged_commits(graph, line))
    positions: dict[str, int] = {}
    for position, commit in enumerate(line, 1):
        members = (*merged_by_id.get(commit.id, ()), commit)
        positions |= {member.id: position for member in members}
    folders = trace_folders(line, _find_tip_folder(repository, tip))
    all_folders = tuple(dict.fromkeys(folder for commit_folders in folders for folder in commit_folders))
    commits, shared_merges = [], {}
    for commit, commit_folders in zip(line, folders, strict=True):
        own_commit = _keep_record_changes(commit, commit_folders)
        attributed, contributions = _attribute_merge(own_commit, merged_by_id.get(commit.id, ()), all_folders)
        commits.append(attributed)
        if contributions:
            shared_merges[commit.id] = contributions
    return Mainline(tuple(commits), positions, shared_merges, graph)


def _read_raw_line(
    repository: Repository, tip: str, since: str = "", meetings: Collection[str] | None = None
) -> tuple[CommitGraph, tuple[GitCommit, ...]]:
    """Return the graph of commits, and the mainline with every file that changed, oldest first."""
    starts = (tip, since) if since else (tip,)
    log = repository.run(*LOG_COMMAND, *_LOG_DIFF_OPTIONS, *starts, "--").stdout
    graph = {commit.id: commit for commit in parse_log(log)}
    waypoints = repository.list_waypoints(graph, meetings)
    if since and since not in list_ancestors(graph, tip):
        ids = [tip, *choose_mainline(graph, since, waypoints)]
    else:
        ids = choose_mainline(graph, tip, (since, *waypoints) if since else waypoints)
    return graph, repair_dates(_replace_diffs(repository, [graph[id_] for id_ in reversed(ids)]))


def _replace_diffs(repository: Repository, line: Sequence[GitCommit]) -> list[GitCommit]:
    """Return a line whose commits each have their changes since the one before, where that is not the first parent."""
    pairs = {commit.id: previous.id for previous, commit in pairwise(line) if commit.parents[:1] != (previous.id,)}
    if not pairs:
        return list(line)
    request = "".join(f"{commit} {previous}\n" for commit, previous in pairs.items()).encode()
    diffs = parse_pair_diffs(repository.run(*_PAIR_DIFF_COMMAND, stdin=request).stdout)
    return [replace(commit, changes=diffs.get(commit.id, ())) if commit.id in pairs else commit for commit in line]


def _iter_merged_commits(graph: CommitGraph, line: Sequence[GitCommit]) -> Iterator[tuple[str, tuple[GitCommit, ...]]]:
    """Yield for each merge of the line the commits that no earlier position has."""
    assigned = {commit.id for commit in line}
    order = {id_: index for index, id_ in enumerate(graph)}
    for commit in line:
        merged_ids: set[str] = set()
        pending = list(commit.parents)
        while pending:
            id_ = pending.pop()
            if id_ in graph and id_ not in assigned:
                assigned.add(id_)
                merged_ids.add(id_)
                pending += graph[id_].parents
        if merged_ids:
            yield commit.id, tuple(graph[id_] for id_ in sorted(merged_ids, key=lambda id_: order[id_]))


def _find_tip_folder(repository: Repository, tip: str) -> str:
    """Return the folder of the register's data at a commit, which may be older than a move of them."""
    folder = data_folder(repository.prefix)
    is_current = tip == repository.head or repository.list_files(tip, folder.rstrip("/"), PROGRAMME_NAME)
    return folder if is_current else find_data_folder(repository, tip)


def find_data_folder(repository: Repository, commit: str) -> str:
    """Return the folder that the register's data had in an older commit, from the repository's top."""
    folder = data_folder(repository.prefix)
    if commit == repository.head:
        return folder
    graph, line = _read_raw_line(repository, repository.head)
    if commit in graph and all(member.id != commit for member in line):
        _, line = _read_raw_line(repository, repository.head, commit)
    return find_folder_at(line, folder, commit)


def _keep_record_changes(commit: GitCommit, folders: Iterable[str]) -> GitCommit:
    """Return a commit with its changes of the programme and the records."""
    changes = tuple(
        change
        for change in select_changes(commit, folders)
        if change.path == PROGRAMME_PATH or is_record_path(change.path)
    )
    return commit if changes == commit.changes else replace(commit, changes=changes)


def _attribute_merge(
    commit: GitCommit, merged: Sequence[GitCommit], folders: Iterable[str]
) -> tuple[GitCommit, tuple[GitCommit, ...]]:
    """Return a commit with its author (of a merge: of all that it brought) and the commits that it brought."""
    if not merged or not commit.changes:
        return commit, ()
    record_commits = (_keep_record_changes(merged_commit, folders) for merged_commit in merged)
    contributions = tuple(contribution for contribution in record_commits if contribution.changes)
    first_blobs: dict[str, str] = {}
    last_blobs: dict[str, str] = {}
    for contribution in contributions:
        for change in contribution.changes:
            first_blobs.setdefault(change.path, change.old)
            last_blobs[change.path] = change.new
    authors = {contribution.author for contribution in contributions}
    is_unchanged_by_merge = all(
        (first_blobs.get(change.path), last_blobs.get(change.path)) == (change.old, change.new)
        for change in commit.changes
    )
    if len(authors) == 1 and is_unchanged_by_merge:
        return replace(commit, author=authors.pop()), contributions
    return commit, contributions


# Copies of other people's repositories, to read the registers in them. A copy is bare: no file is checked out, so that
# no filter, hook or submodule of the other repository can be run.

_PROTOCOLS = ("https", "ssh", "file")
_SCHEME = compile_on_use(r"([A-Za-z][A-Za-z0-9+.-]*):(?://|:)")
_SSH_ADDRESS = compile_on_use(r"[\w.-]+@[A-Za-z0-9][\w.-]*:[^:].*", re.ASCII)
"""The short form for ssh: `git@example.org:register.git`."""
_CREDENTIALS = compile_on_use(r"(?<=://)[^/@\s]*@")
_MAX_SECONDS = 300.0
_CLONE_OPTIONS = (
    *("--quiet", "--bare", "--depth=1", "--no-tags", "--no-local", "--template="),
    *("--origin=origin", "--no-reject-shallow"),  # independent of the settings of the computer
)
_TRANSFER_SETTINGS = (f"core.hooksPath={os.devnull}", "gc.auto=0", "maintenance.auto=false")
_COPY_NAME = ".git"
"""By this name git finds a bare repository even where `safe.bareRepository` refuses any that is not named."""
_MAX_REASON = 200


def is_repository_address(text: str) -> bool:
    """Whether a text is the address of a repository on another computer, or of one as `file://` names it."""
    return bool(_SCHEME.match(text) or _SSH_ADDRESS.fullmatch(text))


def is_bare_repository(folder: Path) -> bool:
    """Whether a folder is a repository without files of its own."""
    try:
        return (folder / "HEAD").is_file() and all((folder / name).is_dir() for name in ("objects", "refs"))
    except OSError:
        return False


def hide_credentials(address: str) -> str:
    """Return an address without the name and password in it."""
    return _CREDENTIALS.sub("", address)


def copy_remote(address: str, folder: Path) -> tuple[Repository, ...]:
    """Copy the newest commit of a repository into a folder, and return each register in it.

    Raises `OperationError` for another protocol than https, ssh and file, and where git cannot copy it, or no register
    is in it.
    """
    scheme = _SCHEME.match(address)
    if scheme and (scheme[1].lower() not in _PROTOCOLS or not address[scheme.end(1) :].startswith("://")):
        protocols = join_words([f"{name}://" for name in _PROTOCOLS], "or")
        raise OperationError(f"p2ptrack does not read this kind of address. Use one that begins with {protocols}.")
    _require(_transfer(folder, "clone", *_CLONE_OPTIONS, "--", address, str(folder / _COPY_NAME)))
    head = run_git(folder, "rev-parse", "--quiet", "--verify", "HEAD^{commit}").text.strip()
    if not head:
        raise OperationError("This repository has no commits on its main branch, so it has no register.")
    repository = Repository(folder, "", head, is_shallow=True)
    folders = [path.removesuffix(PROGRAMME_PATH) for path in repository.list_programmes(head)]
    if not folders:
        raise OperationError(f"There is no register in this repository: it has no {PROGRAMME_PATH}.")
    return tuple(Repository(folder, prefix, head, is_shallow=True) for prefix in select_outer(folders))


def fetch_history(repository: Repository) -> None:
    """Copy the older commits too. Raises `OperationError` where git cannot."""
    if run_git(repository.root, "rev-parse", "--is-shallow-repository").text.strip() == "true":
        _require(_transfer(repository.root, "fetch", "--quiet", "--no-tags", "--unshallow", "--", "origin"))


def _transfer(folder: Path, *arguments: str) -> GitResult:
    settings = [option for setting in _TRANSFER_SETTINGS for option in ("-c", setting)]
    return run_git(folder, *settings, *arguments, protocols=":".join(_PROTOCOLS), timeout=_MAX_SECONDS)


def _require(result: GitResult) -> None:
    if not result.exit_code:
        return
    if not result.is_installed or "dubious ownership" in result.stderr:
        raise make_git_error(Path(), result)
    reason = hide_credentials(extract_message(result, _MAX_REASON)).rstrip(".")
    raise OperationError(f"git cannot copy it: {reason}. Check the address, and that you may read it.")
