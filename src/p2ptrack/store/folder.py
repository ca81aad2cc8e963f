"""The register's folder: where it is, which files are records, and what is wrong with them as files."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from p2ptrack.diagnostics import Problem, Severity, escape_control_characters
from p2ptrack.errors import OperationError
from p2ptrack.model.records import KINDS, Kind, find_kind
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.model.validation import ErrorCode
from p2ptrack.phrases import excerpt, join_words, suggest

RECORD_FOLDERS = tuple(f"data/{kind.folder}" for kind in KINDS)
MAX_FILE_BYTES = 1_048_576
"""The largest file that is read: 1 MiB (design, section 7)."""

FILE_ERRORS: tuple[ErrorCode, ...] = (
    ErrorCode(
        "D101",
        "A file that cannot be read",
        "A record that cannot be opened would be missing from every list and paper.",
        "a file without read permission, a link to nothing, or a folder named A01.yaml",
        "a text file that you have permission to read",
    ),
    ErrorCode(
        "D102",
        "A file that is not a record",
        "Every file in a record folder is a record, and the name of a record file ends in .yaml.",
        "data/actions/A01.docx",
        "data/actions/A01.yaml",
    ),
    ErrorCode(
        "D103",
        "A folder inside a record folder",
        "Each record is one file, directly in its record folder. Files in a folder below that are not read.",
        "data/actions/2023/A01.yaml",
        "data/actions/A01.yaml",
    ),
    ErrorCode(
        "D104",
        "A file that is too large",
        "A record of over 1 MiB is usually another document saved in the wrong place.",
        "a scanned report saved as A01.yaml",
        "keep the document elsewhere and link to it under evidence",
    ),
    ErrorCode(
        "D105",
        "A link out of the register",
        "A symbolic link may lead to a file that is not the council's record and that changes unnoticed.",
        "A01.yaml pointing to ../../elsewhere.yaml",
        "put the file itself here",
    ),
    ErrorCode(
        "D106",
        "A file name that does not begin with the id",
        "People look for A01 in the folder by its file name.",
        "A02-register.yaml with id: A01",
        "A01-register.yaml",
    ),
    ErrorCode(
        "D107",
        "The same id twice",
        "Two records with one id cannot be told apart in a paper, whatever their kind or the case of the letters.",
        "A01.yaml and a01-again.yaml",
        "another id for one of them",
    ),
    ErrorCode(
        "D108",
        "A file or folder that is not read",
        "Only the record folders are read. A record beside them, or in a folder with a misspelt name, is not.",
        "data/action/A01.yaml, or data/A01.yaml",
        "data/actions/A01.yaml",
        Severity.WARNING,
    ),
    ErrorCode(
        "D109",
        "A file name with invisible characters",
        "Two names that look alike would be two files, and a list with the name could be cut short or reversed.",
        "A01-register.yaml with a line break in its name",
        "A01-register.yaml",
    ),
)


def find_root(root: Path | None, start: Path) -> Path:
    """Return the register's folder: `root` if it is given, otherwise the nearest from `start` upwards.

    Raises `OperationError` if there is none.
    """
    if root is not None:
        if _is_register(root):
            return root
        name = escape_control_characters(str(root))
        raise OperationError(
            f"There is no register in {name}: it has no {PROGRAMME_PATH}. Start one with: p2ptrack init {name}"
        )
    for folder in (start, *start.parents):
        if _is_register(folder):
            return folder
    raise OperationError(
        f"There is no register here: {escape_control_characters(str(start))} and the folders above it have no "
        f"{PROGRAMME_PATH}. Go to the register's folder, give its path with --root, or start one with: p2ptrack init"
    )


def _is_register(folder: Path) -> bool:
    try:
        return (folder / PROGRAMME_PATH).is_file()
    except OSError:
        return False


class FolderEntry(Protocol):
    """A file, folder or link in a folder, as `os.scandir` returns it."""

    @property
    def name(self) -> str:
        """Its name."""

    def is_dir(self) -> bool:
        """Whether it is a folder, or a link to one."""

    def is_symlink(self) -> bool:
        """Whether it is a symbolic link."""


class FileSource(Protocol):
    """A register's files, in its folder or at a commit. Paths are relative to its folder, with `/`."""

    def scan(self, folder: str) -> Sequence[FolderEntry] | Problem:
        """Return the entries of a folder, by name; none if there is no such folder."""

    def is_outside(self, path: str) -> bool:
        """Whether a path leads to a place outside the register once every link is followed."""

    def read(self, path: str) -> bytes | Problem:
        """Return the content of a file, or the problem of reading it."""


@dataclass(frozen=True, slots=True)
class FolderSource:
    """The register's files as they are in its folder now."""

    root: Path

    def scan(self, folder: str) -> list[os.DirEntry[str]] | Problem:
        """Return the entries of a folder, by name; none if there is no such folder."""
        try:
            with os.scandir(self.root / folder) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except FileNotFoundError:
            return []
        except OSError as os_error:
            return unreadable_error(folder, os_error)

    def is_outside(self, path: str) -> bool:
        """Whether a path leads to a place outside the register once every link is followed."""
        return not is_inside(self.root / path, self.root)

    def read(self, path: str) -> bytes | Problem:
        """Return the content of a file, or the problem of reading it."""
        return read_bytes(f"{self.root}/{path}", path)


def is_inside(file: str | Path, folder: Path) -> bool:
    """Return whether a file is in a folder once every link on the way is followed."""
    return Path(os.path.realpath(file)).is_relative_to(os.path.realpath(folder))


_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def read_bytes(file: str | Path, path: str) -> bytes | Problem:
    """Return the content of a file, or the problem of reading it. Reads at most 1 MiB, and never waits for a pipe."""
    try:
        # Not `open`: its layers cost as much as the rest of the reading. O_NONBLOCK, or a pipe would wait for a writer.
        descriptor = os.open(file, _OPEN_FLAGS)
        try:
            file_stat = os.fstat(descriptor)
            if stat.S_ISDIR(file_stat.st_mode):
                raise IsADirectoryError(errno.EISDIR, "")
            if not stat.S_ISREG(file_stat.st_mode):
                return _file_error("D101", path, "This is not a text file.", "Put a text file with the record here.")
            data = b"" if file_stat.st_size > MAX_FILE_BYTES else _read_all(descriptor, file_stat.st_size)
        finally:
            os.close(descriptor)
    except OSError as os_error:
        return unreadable_error(path, os_error)
    return too_large_error(path) if max(file_stat.st_size, len(data)) > MAX_FILE_BYTES else data


def _read_all(descriptor: int, size: int) -> bytes:
    """Return the content of a file of about this size: it may grow while it is read, and arrive in parts."""
    data = chunk = os.read(descriptor, size + 1)
    while chunk and len(data) != size and len(data) <= MAX_FILE_BYTES:
        chunk = os.read(descriptor, MAX_FILE_BYTES)
        data += chunk
    return data


class RecordFile(NamedTuple):
    """A file in a record folder: its kind and its path relative to the register, with `/`.

    A file with a problem cannot be a record, and is not read.
    """

    kind: Kind
    path: str
    problem: Problem | None = None


def list_record_files(source: FileSource) -> tuple[tuple[RecordFile, ...], tuple[Problem, ...]]:
    """Return every file in the record folders, and a problem for everything else that is not read."""
    files: list[RecordFile] = []
    problems = list(_find_unread(source))
    for kind in KINDS:
        folder = f"data/{kind.folder}"
        entries = outside_link_error(folder) if source.is_outside(folder) else source.scan(folder)
        if isinstance(entries, Problem):
            problems.append(entries)
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = f"{folder}/{escape_control_characters(entry.name)}"
            problem = _check_entry(entry, path, source)
            if problem and problem.code == "D103":
                problems.append(problem)
            else:
                files.append(RecordFile(kind, path, problem))
    return tuple(files), tuple(problems)


def _find_unread(source: FileSource) -> Iterator[Problem]:
    """Yield a warning for each file and folder in `data` that looks like records but is not read."""
    entries = source.scan("data")
    if isinstance(entries, Problem):
        yield entries
        return
    for entry in entries:
        path = f"data/{escape_control_characters(entry.name)}"
        if path in (PROGRAMME_PATH, *RECORD_FOLDERS) or entry.name.startswith("."):
            continue
        if _is_folder(entry):
            message = "This is not a record folder, so no file in it is read."
            yield Problem(path, "D108", Severity.WARNING, message, _suggest_folder(entry.name))
        elif is_yaml(entry.name):
            message = "This file is not in a record folder, so it is not read."
            fix = f"Move it to {join_words(RECORD_FOLDERS, 'or')}."
            if entry.name.casefold() == "programme.yml":
                fix = f"Put these settings in {PROGRAMME_PATH}."
            yield Problem(path, "D108", Severity.WARNING, message, fix)


def _is_folder(entry: FolderEntry) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _suggest_folder(name: str) -> str:
    kind = find_kind(name)
    folders = [kind.folder] if kind else suggest(name, [kind.folder for kind in KINDS])
    return f"Move its records to {f'data/{folders[0]}' if folders else join_words(RECORD_FOLDERS, 'or')}."


def _check_entry(entry: FolderEntry, path: str, source: FileSource) -> Problem | None:
    if escape_control_characters(entry.name) != entry.name:
        fix = "Use only letters, digits, full stops and hyphens in the file name."
        return _file_error("D109", path, "The name of this file contains invisible characters.", fix)
    if entry.is_symlink() and source.is_outside(path):
        return outside_link_error(path)
    try:
        is_folder = entry.is_dir()
    except OSError as os_error:
        return unreadable_error(path, os_error)
    if is_folder or not is_yaml(entry.name):
        return _wrong_entry_error(entry.name, path, is_folder=is_folder)
    return None


def _wrong_entry_error(name: str, path: str, *, is_folder: bool) -> Problem:
    """Return the problem of a folder, or of a file that is not YAML, in a record folder."""
    parent = path.rpartition("/")[0]
    if is_folder and is_yaml(name):
        message = "This is a folder, but a file is expected here."
        return _file_error("D101", path, message, f"Save the record as a file named {name}.")
    if is_folder:
        message = "This is a folder inside a record folder, so the files in it are not read."
        return _file_error("D103", path, message, f"Move its records to {parent}.")
    message = "Every file in this folder is a record, but the name of this file does not end in .yaml."
    fix = f"Save the record as {parent}/{record_stem(name)}.yaml, or move this file out of the data folder."
    return _file_error("D102", path, message, fix)


def is_yaml(name: str) -> bool:
    """Return whether a file name ends like that of a record."""
    return name.casefold().endswith((".yaml", ".yml"))


def record_stem(name: str) -> str:
    """Return a file name without its ending: `A01-register` for `A01-register.yaml` or for a copy of it."""
    base, _, extension = name.rpartition(".")
    return (base or extension).removesuffix(".yaml").removesuffix(".yml")


def check_file_name(path: str, id_: str) -> Problem | None:
    """Return the problem of a file whose name does not begin with the id of its record."""
    name = path.rpartition("/")[2].rpartition(".")[0]
    if name == id_ or name.startswith(f"{id_}-"):
        return None
    suffix = name.partition("-")[2]
    better_name = f"{excerpt(id_)}-{suffix}.yaml" if suffix else f"{excerpt(id_)}.yaml"
    message = f"The id is {excerpt(id_)}, but the file name does not begin with it."
    return Problem(path, "D106", Severity.ERROR, message, f"Name the file {better_name}, or correct the id.", "id")


def _file_error(code: str, path: str, message: str, fix: str) -> Problem:
    """Return an error about a file as a whole."""
    return Problem(path, code, Severity.ERROR, message, fix)


def too_large_error(path: str) -> Problem:
    """Return the problem of a file that is larger than any record."""
    fix = "Keep the long document elsewhere and link to it under `evidence`."
    return _file_error("D104", path, "This file is over 1 MiB, which is too large for a record.", fix)


def outside_link_error(path: str) -> Problem:
    """Return the problem of a link that leads out of the register."""
    return _file_error("D105", path, "This is a link to a place outside the register.", "Put the file itself here.")


_OS_ERROR_REASONS = {
    errno.EACCES: "you do not have permission",
    errno.EPERM: "you do not have permission",
    errno.ENOENT: "there is nothing at this path",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "it is a file, but a folder is expected here",
    errno.ELOOP: "it is a link that leads back to itself",
    errno.ENXIO: "it is not a text file",
}


def unreadable_error(path: str, os_error: OSError) -> Problem:
    """Return the problem of a file or folder that the operating system does not let the program read."""
    reason = _OS_ERROR_REASONS.get(os_error.errno or 0) or os_error.strerror or type(os_error).__name__
    fix = "Put a file here that you have permission to read, or ask your IT service desk for help."
    return _file_error("D101", path, f"This cannot be read: {reason}.", fix)
