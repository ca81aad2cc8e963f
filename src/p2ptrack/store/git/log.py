"""What git's log says, as values: commits of the first-parent line, and what each changed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches

from p2ptrack.diagnostics import quote_excerpt
from p2ptrack.errors import UsageError
from p2ptrack.model.dates import Anchors, DateRejection, format_long_date, parse_date
from p2ptrack.model.programme import Meeting
from p2ptrack.model.records import KINDS
from p2ptrack.model.register import PROGRAMME_PATH

LOG_FORMAT = "--format=%H%n%P%n%cd%n%an%n%ae%n%s"
"""A commit's id, parents, committer's clock (`--date=raw`), author's name and address, subject: one a line."""

_SUBMODULE_MODE = "160000"
_ZERO_DIGIT = "0"
_SECONDS_PER_DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file that a commit changed. `status` is A, M, T or D; `old` and `new` are ids of blobs, empty for none.

    `path` is relative to the register's folder, with `/`. A file that moved is a D and an A.
    """

    status: str
    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class GitCommit:
    """A commit of the branch's first-parent line: what became official, and when.

    `day` is the committer's own day, on which the change (of a merge: all that it merged) became official; where a
    clock was clearly wrong it is the nearest that those around it leave, and `stated` the day that the clock gave. The
    author's address is never shown in public.
    """

    id: str
    parents: tuple[str, ...]
    day: date
    clock_day: date
    author: str
    email: str
    subject: str
    changes: tuple[FileChange, ...] = field(default=(), repr=False)


def parse_mainline(log: bytes) -> tuple[GitCommit, ...]:
    """Read `git log -z --raw` of one line in `LOG_FORMAT`, oldest first."""
    return repair_dates(parse_log(log))


def parse_log(log: bytes) -> list[GitCommit]:
    """Read `git log -z --raw` in `LOG_FORMAT` as it comes, each day as its clock gave it."""
    tokens = iter([token for token in log.decode("utf-8", "surrogateescape").split("\0") if token])
    entries: list[tuple[str, list[FileChange]]] = []
    for token in tokens:
        if token.lstrip("\n").startswith(":"):
            entries[-1][1].extend(_parse_change(token.lstrip("\n"), next(tokens)))
        else:
            entries.append((token, []))
    return [_parse_commit(header, tuple(changes)) for header, changes in entries]


def _parse_change(metadata: str, path: str) -> Iterator[FileChange]:
    old_mode, new_mode, old, new, status = metadata[1:].split(" ")
    if _SUBMODULE_MODE not in {old_mode, new_mode}:
        yield FileChange(status[0], path, _parse_blob_id(old), _parse_blob_id(new))


def _parse_blob_id(id_: str) -> str:
    return id_ if id_.strip(_ZERO_DIGIT) else ""


def _parse_commit(header: str, changes: tuple[FileChange, ...]) -> GitCommit:
    id_, parents, clock, author, email, subject = (_replace_undecodable(line) for line in header.split("\n", 5))
    day = parse_local_day(clock)
    return GitCommit(id_, tuple(parents.split()), day, day, author, email, subject, changes)


def _replace_undecodable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def parse_local_day(clock: str) -> date:
    """Return the day that it was where somebody committed: `1673524800 +0100`. The same on every machine."""
    seconds, _, zone = clock.partition(" ")
    hours, minutes = int(zone[1:3] or 0), int(zone[3:5] or 0)
    offset = (hours * 60 + minutes) * (-60 if zone.startswith("-") else 60)
    day = _EPOCH + (int(seconds or 0) + offset) // _SECONDS_PER_DAY
    return date.fromordinal(min(max(day, date.min.toordinal()), date.max.toordinal()))


def repair_dates(mainline: Sequence[GitCommit]) -> tuple[GitCommit, ...]:
    """Return a line of commits, oldest first, with days that never go back.

    The fewest clocks are taken to have been wrong: a commit outside the longest row of days in order gets the day
    nearest to its own that those around it leave. A day too early would show in the past what nobody had yet.
    """
    trusted = set(_find_longest_ordered([commit.clock_day for commit in mainline]))
    latest, latest_days = date.max, []
    for index in reversed(range(len(mainline))):
        latest = mainline[index].clock_day if index in trusted else latest
        latest_days.append(latest)
    day, repaired = date.min, []
    for commit, latest in zip(mainline, reversed(latest_days), strict=True):
        day = max(day, min(commit.clock_day, latest))
        repaired.append(replace(commit, day=day) if day != commit.day else commit)
    return tuple(repaired)


def _find_longest_ordered(days: Sequence[date]) -> list[int]:
    """Return the places of the longest row of days that never goes back."""
    ends: list[date] = []
    indices: list[int] = []
    predecessors: list[int | None] = []
    for index, day in enumerate(days):
        length = bisect_right(ends, day)
        predecessors.append(indices[length - 1] if length else None)
        ends[length : length + 1], indices[length : length + 1] = [day], [index]
    return list(_follow_predecessors(indices[-1] if indices else None, predecessors))[::-1]


def _follow_predecessors(index: int | None, predecessors: Sequence[int | None]) -> Iterator[int]:
    while index is not None:
        yield index
        index = predecessors[index]


def find_last_on(mainline: Iterable[GitCommit], day: date) -> GitCommit | None:
    """Return the last commit of a line in order that was official on a day."""
    return next((commit for commit in reversed(tuple(mainline)) if commit.day <= day), None)


# The register's folder through its history: it may have stood elsewhere in the repository, under another name.


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


# What a word after `--at` can mean: a commit or tag as git tells it, a day, a meeting of the programme.


MEETING_TAG = "refs/tags/meeting/"
_COMMITTER_LINE = re.compile(rb"^committer .*> (-?\d+ [+-]\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ResolvedRevision:
    """A commit, and the day to judge it on: its own, the one asked for, or the meeting's.

    `meeting` is the id where a meeting was asked for; `by_date` whether a day led to the commit, and no name of it.
    """

    commit: str
    day: date
    meeting: str = ""
    by_date: bool = False


def build_lookup_request(revision_name: str) -> bytes:
    """Return what `git cat-file --batch` is asked for: the tag of a meeting of this name, then a commit or tag.

    The last two tell whether that name is a branch's alone. Raises `UsageError` for what only this copy remembers.
    """
    if "@{" in revision_name:
        raise UsageError(
            f"{quote_excerpt(revision_name)} means what this copy alone remembers. Name a commit, a tag, a date or a meeting instead."
        )
    refs = (f"{MEETING_TAG}{revision_name}", revision_name, f"refs/heads/{revision_name}", f"refs/tags/{revision_name}")
    return "".join(f"{ref}^{{commit}}\n" for ref in refs).encode("utf-8", "surrogateescape")


def parse_lookup(output: bytes, revision_name: str) -> tuple[ResolvedRevision | None, bool]:
    """Return the commit that git found: the meeting's tag, else the commit or tag of this name.

    The other value is whether nothing but a branch has the name: a date or a meeting of that name is meant first.
    """
    meeting_revision, rest = _parse_object(output)
    if meeting_revision:
        return ResolvedRevision(meeting_revision.commit, meeting_revision.day, revision_name), False
    direct_revision, rest = _parse_object(rest)
    branch_revision, rest = _parse_object(rest)
    if direct_revision and revision_name.startswith("meeting/"):
        direct_revision = replace(direct_revision, meeting=revision_name.removeprefix("meeting/"))
    return direct_revision, branch_revision is not None and _parse_object(rest)[0] is None


def _parse_object(output: bytes) -> tuple[ResolvedRevision | None, bytes]:
    header, _, rest = output.partition(b"\n")
    header_fields = header.split(b" ")
    if len(header_fields) != len((b"id", b"commit", b"size")) or header_fields[1] != b"commit":
        return None, rest
    size = int(header_fields[2])
    clock = _COMMITTER_LINE.search(rest[:size].partition(b"\n\n")[0])
    day = parse_local_day(clock[1].decode()) if clock else date.min
    return ResolvedRevision(header_fields[0].decode(), day), rest[size + 1 :]


def parse_day(text: str, option: str) -> date | None:
    """Return the day that is written after an option; None where it is no date.

    Raises `UsageError` for more days than one.
    """
    parsed_date = parse_date(text, Anchors(()))
    if isinstance(parsed_date, DateRejection):
        return None
    if parsed_date.latest is None or parsed_date.earliest != parsed_date.latest:
        raise UsageError(
            f"{option} needs one day, and {quote_excerpt(text)} is not one. Write it like 2023-03-31 or 31 March 2023."
        )
    return parsed_date.latest


def get_meeting_day(meeting: Meeting) -> date:
    """Return the day of a meeting of the programme; its last, where it is vague. Raises `UsageError` for none."""
    if meeting.date.latest is None:
        raise UsageError(f"The meeting {meeting.id} has no day yet. Name a commit, a tag or a date instead.")
    return meeting.date.latest


def unknown_revision_error(revision_name: str, meetings: Iterable[str]) -> UsageError:
    """Return what is told of a word that means no moment, with the nearest meeting."""
    matches = get_close_matches(revision_name, meetings, n=1)
    suggestion = f" Did you mean {matches[0]}?" if matches else ""
    meeting_list = f" Meetings: {', '.join(meetings)}." if meetings else ""
    return UsageError(
        f"There is no commit, tag, date or meeting {quote_excerpt(revision_name)}.{suggestion}{meeting_list}"
    )


def describe_too_early(day: date, first_day: date, *, shallow: bool) -> str:
    """Return what is told of a day before the register's first commit, or the first that a shallow copy has."""
    if shallow:
        return f"This copy does not reach back to {format_long_date(day)}: its history begins on {format_long_date(first_day)}."
    return f"On {format_long_date(day)} the register was not yet kept here: its history begins on {format_long_date(first_day)}."
