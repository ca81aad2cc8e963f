"""A register's repository: finding it, its line of commits, what each changed, and the contents of files then."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from p2ptrack.errors import OperationError, UsageError
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.store.folder import FolderSource
from p2ptrack.store.git.log import (
    LOG_FORMAT,
    MEETING_TAG,
    PATHSPECS,
    PROGRAMME_NAME,
    FileChange,
    GitCommit,
    ResolvedRevision,
    build_lookup_request,
    data_folder,
    describe_too_early,
    find_folder_at,
    find_last_on,
    get_meeting_day,
    parse_day,
    parse_lookup,
    parse_mainline,
    unknown_revision_error,
)
from p2ptrack.store.git.process import (
    SHALLOW_MESSAGE,
    GitResult,
    explain_failure,
    missing_objects_error,
    no_commit_error,
    outside_worktree_error,
    run_git,
    tag_without_commit_error,
)
from p2ptrack.store.loader import load_programme, validate_file_leniently

__all__ = ["FileChange", "GitCommit", "Repository", "ResolvedRevision"]


# The tags of published meetings, those of other registers of the same repository left out.


_AS_OF_LINE = re.compile(r'^ *"as_of": "(\d{4}-\d\d-\d\d)",$', re.MULTILINE)
_COMMIT_LINE = re.compile(r'^ *"commit": "([0-9a-f]+)",$', re.MULTILINE)
_FOLDER_LINE = re.compile(r'^ *"register_folder": (".*"),$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PublicationTag:
    """What the tag of a meeting says: the day that its papers judge on, and the commit that they were made from.

    One that was made by hand says nothing.
    """

    position_date: date | None
    commit: str


def list_published_meetings(root: Path, prefix: str, *filters: str) -> Mapping[str, PublicationTag]:
    """Return the meetings that this register published, by their tags; none without git.

    `prefix` leads from the repository's top to the register. A tag that names another folder, in which there is a
    register too, is that one's; where there is none any more, the register was moved from there. `which` narrows
    the tags as `git for-each-ref` takes it.
    """
    result = run_git(root, "for-each-ref", "--format=%(refname)%00%(contents)%00", *filters, MEETING_TAG)
    tokens = [token.lstrip("\n") for token in result.text.split("\0")] if result.exit_code == 0 else []
    return {
        name.removeprefix(MEETING_TAG): PublicationTag(_parse_as_of(message), _parse_commit_id(message))
        for name, message in zip(tokens[::2], tokens[1::2], strict=False)
        if not any(folder != prefix and _is_register(root, folder) for folder in _parse_folders(message))
    }


def _parse_as_of(message: str) -> date | None:
    match = _AS_OF_LINE.search(message)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def _parse_commit_id(message: str) -> str:
    match = _COMMIT_LINE.search(message)
    return match[1] if match else ""


def _parse_folders(message: str) -> Iterator[str]:
    for match in _FOLDER_LINE.finditer(message):
        try:
            yield str(json.loads(match[1]))
        except ValueError:
            continue


def _is_register(root: Path, folder: str) -> bool:
    return run_git(root, "cat-file", "-e", f"HEAD:{folder}{PROGRAMME_PATH}").exit_code == 0


_MAINLINE_LOG = ("log", "--first-parent", "-z", "--reverse", "--encoding=UTF-8", "--date=raw", "--no-notes", LOG_FORMAT)
_REV_PARSE_OPTIONS = ("--is-shallow-repository", "--is-inside-work-tree", "--show-prefix")
_BOOLEAN_WORDS = frozenset({"true", "false"})
_RAW_DIFF_OPTIONS = ("-m", "--sparse", "--raw", "--no-renames", "--no-abbrev", "--no-relative")


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository that a register's folder is in.

    `prefix` leads from its top to that folder (empty, or ending with `/`). `head` is the commit that the work tree
    stands at. A `shallow` one lacks the older part of its history.
    """

    root: Path
    prefix: str
    head: str
    is_shallow: bool

    @classmethod
    def find(cls, root: Path) -> Repository:
        """Find the repository of a register's folder.

        Raises `OperationError` without git, outside of a repository or its work tree, in one that git does not trust, and
        before the first commit.
        """
        result = run_git(root, "rev-parse", *_REV_PARSE_OPTIONS, "--quiet", "--verify", "HEAD^{commit}")
        shallow_answer, inside_answer, rest = (*result.text.split("\n", 2), "", "")[:3]
        if shallow_answer not in _BOOLEAN_WORDS:
            raise explain_failure(root, result)
        if inside_answer != "true":
            raise outside_worktree_error(root)
        if result.exit_code:
            raise no_commit_error(root, run_git(root, "for-each-ref", "--count=1"))
        prefix, _, head = rest.removesuffix("\n").rpartition("\n")
        return cls(root, prefix, head, shallow_answer == "true")

    def run(self, *arguments: str, stdin: bytes = b"") -> GitResult:
        """Run git here. Raises `OperationError` when it refuses."""
        result = run_git(self.root, *arguments, stdin=stdin)
        if result.exit_code:
            raise explain_failure(self.root, result)
        return result

    def resolve(self, revision_name: str) -> ResolvedRevision:
        """Return the commit that is meant by a commit, a tag, a date or a meeting's id, and the day that goes with it.

        A date means the last state of the first-parent line on that day; a meeting its tag `meeting/ID`, else its
        date. Raises `UsageError` for what is none of them, and `OperationError` where this copy lacks that history.
        """
        revision = self.resolve_name(revision_name)
        return (
            replace(revision, day=self._find_official_day(revision))
            if revision
            else self._resolve_by_day(revision_name)
        )

    def _find_official_day(self, revision: ResolvedRevision) -> date:
        """Return the day on which a commit of the line was official, whatever its clock gave; of another, its own."""
        mainline = parse_mainline(run_git(self.root, *_MAINLINE_LOG, self.head, "--").stdout)
        return next((commit.day for commit in mainline if commit.id == revision.commit), revision.day)

    def resolve_name(self, revision_name: str) -> ResolvedRevision | None:
        """Return the commit that has this name: a meeting's tag, any other, or the commit's own; None for none.

        A branch that is named as a day or a meeting of the programme is not what is meant.
        """
        if not revision_name.isprintable() or not revision_name.strip():
            return None
        # Without a commit of this name git ends well all the same, and says which is missing.
        revision, is_branch_only = parse_lookup(
            run_git(self.root, "cat-file", "--batch", stdin=build_lookup_request(revision_name)).stdout, revision_name
        )
        return (
            None
            if (is_branch_only and self._is_day_or_meeting(revision_name))
            or (revision and self._is_foreign_meeting(revision, revision_name))
            else revision
        )

    def _is_foreign_meeting(self, revision: ResolvedRevision, revision_name: str) -> bool:
        """Whether a meeting's id was asked for, and its tag is that of another register of the repository."""
        return revision.meeting == revision_name and revision_name not in list_published_meetings(
            self.root, self.prefix, f"--points-at={revision.commit}"
        )

    def _is_day_or_meeting(self, text: str) -> bool:
        try:
            return bool(self.resolve_day(text))
        except UsageError:
            return False

    def resolve_day(self, text: str, option: str = "--at") -> tuple[date, str]:
        """Return the day that is written after an option, or that of a meeting, with the meeting's id.

        Raises `UsageError` for what is neither.
        """
        meetings = {
            meeting.id: meeting for meeting in load_programme(FolderSource(self.root), validate_file_leniently).meetings
        }
        if text in meetings:
            self._check_tag(f"{MEETING_TAG}{text}")
            return get_meeting_day(meetings[text]), text
        day = parse_day(text, option)
        if day is None:
            hint = f" {SHALLOW_MESSAGE}" if self.is_shallow else ""
            raise UsageError(f"{unknown_revision_error(text, meetings)}{hint}")
        return day, ""

    def _check_tag(self, name: str) -> None:
        """Raise `OperationError` where there is a tag, and it leads to no commit."""
        existing_tags = run_git(self.root, "for-each-ref", "--format=%(refname)", name).text.splitlines()
        if name in existing_tags and run_git(self.root, "cat-file", "-e", f"{name}^{{commit}}").exit_code:
            raise tag_without_commit_error(name.removeprefix("refs/tags/"))

    def _resolve_by_day(self, text: str) -> ResolvedRevision:
        day, meeting = self.resolve_day(text)
        mainline = self.list_commits()
        last_commit = find_last_on(mainline, day)
        if last_commit is None:
            hint = f" {SHALLOW_MESSAGE}" if self.is_shallow else ""
            raise OperationError(f"{describe_too_early(day, mainline[0].day, shallow=self.is_shallow)}{hint}")
        return ResolvedRevision(last_commit.id, day, meeting, by_date=True)

    def list_commits(self, until: str = "") -> tuple[GitCommit, ...]:
        """Return the first-parent line up to a commit (else to where the work tree stands), oldest first."""
        return parse_mainline(self.run(*_MAINLINE_LOG, until or self.head, "--").stdout)

    def find_data_folder(self, commit: str) -> str:
        """Return the folder that the register's data had in an older commit, from the repository's top."""
        if commit == self.head:
            return data_folder(self.prefix)
        mainline = parse_mainline(self.run(*_MAINLINE_LOG, *_RAW_DIFF_OPTIONS, self.head, "--", *PATHSPECS).stdout)
        return find_folder_at(mainline, data_folder(self.prefix), commit)

    def list_programmes(self, commit: str) -> tuple[str, ...]:
        """Return the path of every programme that a commit has, from the repository's top: of this register or not."""
        paths = self.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit).text.split("\0")
        return tuple(path for path in paths if f"/{path}".endswith(f"/{PROGRAMME_NAME}"))

    def list_files(self, commit: str, folder: str, names: tuple[str, ...]) -> str:
        """Return git's own list of all files under some names in a folder of a commit; nothing where it has no such."""
        result = run_git(self.root, "ls-tree", "-r", "-z", "-l", "--full-tree", f"{commit}:{folder}", "--", *names)
        if result.exit_code and "Not a valid object name" not in result.stderr:
            raise explain_failure(self.root, result)
        return result.text if not result.exit_code else ""

    def read_blobs(self, blob_ids: Iterable[str]) -> Mapping[str, bytes]:
        """Return the contents of blobs, each once, from one `git cat-file --batch`.

        Raises `OperationError` when this copy of the repository lacks one.
        """
        unique_ids = tuple(dict.fromkeys(blob_ids))
        if not unique_ids:
            return {}
        output = self.run(
            "cat-file", "--batch", "--buffer", stdin="".join(f"{id_}\n" for id_ in unique_ids).encode()
        ).stdout
        return _split_batch(output, unique_ids)


def _split_batch(output: bytes, blob_ids: Iterable[str]) -> dict[str, bytes]:
    contents, start = {}, 0
    for id_ in blob_ids:
        end = output.index(b"\n", start)
        header = output[start:end].split(b" ")
        if header[1] != b"blob":
            raise missing_objects_error()
        size = int(header[2])
        contents[id_] = output[end + 1 : end + 1 + size]
        start = end + 1 + size + 1
    return contents
