"""Changes of record files: one writer at a time, and each file as a whole, so that no change is lost."""

from __future__ import annotations

import difflib
import os
import re
import shlex
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from p2ptrack.diagnostics import Problem, escape_control_characters
from p2ptrack.errors import OperationError, describe_os_error
from p2ptrack.model.kinds import Kind
from p2ptrack.phrases import excerpt, quote
from p2ptrack.store.folder import FolderEntry, FolderSource, record_stem
from p2ptrack.store.writing import create_temporary_folder, lock_file
from p2ptrack.values import dataclass

if TYPE_CHECKING:
    from p2ptrack.store.git.process import GitResult

_MAX_SLUG = 40
_CONTEXT_LINES = 1


@dataclass(frozen=True, slots=True)
class RecordChange:
    """The content of a file before and after a change. `path` is relative to the register; a new file had none."""

    path: str
    before: bytes | None
    after: bytes

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return self.before == self.after


class _NewFile(NamedTuple):
    name: str

    def is_dir(self) -> bool:
        return False

    def is_symlink(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class ChangedSource:
    """The files of a register with some changes that are not written yet."""

    source: FolderSource
    changes: Mapping[str, bytes]

    def scan(self, folder: str) -> list[FolderEntry] | Problem:
        """Return the entries of a folder, by name, with the new files."""
        entries = self.source.scan(folder)
        if isinstance(entries, Problem):
            return entries
        names = {entry.name for entry in entries}
        added = {path.rpartition("/")[2] for path in self.changes if path.rpartition("/")[0] == folder} - names
        return sorted([*entries, *map(_NewFile, added)], key=lambda entry: entry.name)

    def is_outside(self, path: str) -> bool:
        """Whether a path leads to a place outside the register once every link is followed."""
        return self.source.is_outside(path)

    def read(self, path: str) -> bytes | Problem:
        """Return the content that a file would have, or the problem of reading it."""
        return self.changes[path] if path in self.changes else self.source.read(path)


@contextmanager
def lock_register(root: Path) -> Iterator[None]:
    """Let one command at a time change the files of a register. The others wait. The lock of a killed command ends.

    Folders cannot be locked on Windows, nor in some network folders: there nobody waits.
    """
    if sys.platform == "win32":
        yield
        return
    try:
        descriptor = os.open(root / "data", os.O_RDONLY)
    except OSError as error:
        raise OperationError(f"The folder data cannot be opened: {describe_os_error(error)}.") from None
    try:
        lock_file(descriptor, wait=True)
        yield
    finally:
        os.close(descriptor)


def read_record_file(root: Path, path: str) -> bytes:
    """Return the content of a record's file. Raises `OperationError` where it cannot be read or is a link."""
    source = FolderSource(root)
    data = source.read(path)
    if isinstance(data, Problem):
        raise OperationError(f"{path}: {data.message}")
    if (root / path).is_symlink():
        raise OperationError(f"{path} is a link. Edit the file that it leads to.")
    return data


def format_diff(change: RecordChange) -> Iterator[str]:
    """Yield the path of a changed file and its changed lines: `+` before added ones, `-` before removed ones."""
    yield change.path
    before = change.before.decode("utf-8-sig", "replace").splitlines() if change.before else []
    after = change.after.decode("utf-8-sig", "replace").splitlines()
    for line in list(difflib.unified_diff(before, after, lineterm="", n=_CONTEXT_LINES))[2:]:
        if line.startswith("@@"):
            continue
        yield f"{line[0]} {line[1:]}".rstrip()


def make_file_name(id_: str, title: str) -> str:
    """Return the name of a new record's file: the id and the first words of the title, in plain letters."""
    ascii_title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    slug = ""
    for word in re.findall(r"[a-z0-9]+", ascii_title.replace("'", "")):
        if len(slug) + len(word) >= _MAX_SLUG:
            break
        slug = f"{slug}-{word}"
    return f"{id_}{slug}.yaml"


_NUMBERED_ID = re.compile(r"([A-Za-z]+)(\d+)")


def find_free_id(kind: Kind, own_ids: Iterable[str], used_ids: Iterable[str]) -> str:
    """Return the next id of a kind: its letter and a number that no record has or had, with as many digits.

    `own_ids` are those of the kind's records, `used_ids` all that are taken here or in another version of the register.
    """
    matches = [match for id_ in own_ids if (match := _NUMBERED_ID.fullmatch(id_))]
    prefixes = [match[1] for match in matches]
    prefix = max(sorted(set(prefixes)), key=prefixes.count) if prefixes else kind.example_id.rstrip("0123456789")
    example_width = len(kind.example_id) - len(prefix)
    width = max((len(match[2]) for match in matches if match[1] == prefix), default=example_width)
    used = {id_.casefold() for id_ in used_ids}
    number = max((int(match[2]) for match in matches if match[1] == prefix), default=0) + 1
    while f"{prefix}{number:0{width}}".casefold() in used:
        number += 1
    return f"{prefix}{number:0{width}}"


def list_committed_ids(root: Path) -> set[str]:
    """Return the ids that the names of committed files begin with, in every commit of every branch and tag."""
    from p2ptrack.store.git.process import run_git

    log = run_git(root, "log", "--all", "--format=", "--name-only", "--diff-filter=AR", "-z", "--", "data")
    names = log.text.split("\0") if log.exit_code == 0 else []
    return {record_stem(name.rpartition("/")[2]).partition("-")[0] for name in names if "/" in name}


def commit_file(root: Path, path: str, message: str) -> str:
    """Commit one file alone, whatever else is staged, and return the short id of the commit.

    Raises `OperationError` where git refuses.
    """
    from p2ptrack.store.git.process import run_git

    for arguments in (("add", "--", path), ("commit", "--quiet", "--only", "-m", message, "--", path)):
        result = run_git(root, *arguments)
        if result.exit_code:
            command = format_commit_command(path, message)
            reason = _explain_commit_failure(result)
            raise OperationError(f"The change is saved but not committed. {reason} Then type: {command}")
    return run_git(root, "rev-parse", "--short", "HEAD").text.strip()


def format_commit_command(path: str, message: str) -> str:
    """Return the command line that commits one file alone."""
    name = shlex.quote(path)
    return f"git add {name} && git commit -m {shlex.quote(message)} -- {name}"


def advise_to_commit(root: Path, command: str) -> str:
    """Return the advice to commit with a command line; empty for a register that is not under version control."""
    from p2ptrack.store.git.process import has_git_folder

    return f"To commit: {command}" if has_git_folder(root) else ""


def _explain_commit_failure(result: GitResult) -> str:
    """Return why git made no commit, as a sentence with what to do."""
    output = f"{result.stderr}\n{result.text}".strip()
    if "identity" in output.casefold():
        return "Tell git who you are: git config user.name NAME, then git config user.email ADDRESS."
    lines = [line for line in output.splitlines() if line.strip()]
    if lines:
        return f"git says: {escape_control_characters(excerpt(lines[0])).rstrip('.')}. Correct that."
    return f"A hook of the repository refused it without a reason (code {result.exit_code}). Ask who wrote it."


_SET_EDITOR = "Write the command that starts your editor in the environment variable EDITOR."


def run_editor(data: bytes, name: str) -> bytes:
    """Return a file's content after the user has changed it in an editor."""
    fallback = "notepad" if os.name == "nt" else next(filter(shutil.which, ("nano", "vi")), "vi")
    settings = (os.environ.get(variable, "").strip() for variable in ("VISUAL", "EDITOR"))
    command = next(filter(None, settings), fallback)
    try:
        words = shlex.split(command, posix=os.name != "nt")
    except ValueError:
        message = f"The editor {quote(command)} has a quotation mark that is not closed. {_SET_EDITOR}"
        raise OperationError(message) from None
    with create_temporary_folder() as folder:
        path = folder / name
        path.write_bytes(data)
        try:
            completed = subprocess.run([*words, str(path)], check=False)
        except OSError as error:
            message = f"The editor {quote(command)} does not start: {describe_os_error(error)}. {_SET_EDITOR}"
            raise OperationError(message) from None
        if completed.returncode:
            raise OperationError(f"The editor {quote(command)} ended with an error, so nothing was changed.")
        try:
            return path.read_bytes()
        except OSError as error:
            reason = describe_os_error(error)
            message = f"What the editor {quote(command)} saved cannot be read: {reason}. Nothing was changed."
            raise OperationError(message) from None
