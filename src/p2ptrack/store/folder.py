"""The register's folder: where it is, which files count, and what is wrong with them as files."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple, Protocol

from p2ptrack.diagnostics import Problem, Severity, escape_control_characters, make_excerpt
from p2ptrack.errors import OperationError
from p2ptrack.model.records import KINDS, Kind
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.model.validation import ErrorCode

# Reading one file, whatever stands under its name.


MAX_FILE_BYTES = 1_048_576
"""The largest file that is read: 1 MiB (design, section 7)."""

_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def read_bytes(file: str | Path, path: str) -> bytes | Problem:
    """Return what a file holds, or the problem of reading it. At most 1 MiB is read, and nothing is waited for."""
    try:
        # Not `open`: its layers cost as much as the rest of the reading. O_NONBLOCK, or a pipe would wait for a writer.
        descriptor = os.open(file, _OPEN_FLAGS)
        try:
            file_stat = os.fstat(descriptor)
            if stat.S_ISDIR(file_stat.st_mode):
                raise IsADirectoryError(errno.EISDIR, "")
            if not stat.S_ISREG(file_stat.st_mode):
                return not_a_file_error(path)
            data = b"" if file_stat.st_size > MAX_FILE_BYTES else _read_all(descriptor, file_stat.st_size)
        finally:
            os.close(descriptor)
    except OSError as os_error:
        return unreadable_error(path, os_error)
    return too_large_error(path) if max(file_stat.st_size, len(data)) > MAX_FILE_BYTES else data


def _read_all(descriptor: int, size: int) -> bytes:
    """Return the whole of a file that is about so large: it may grow while it is read, and come in parts."""
    data = os.read(descriptor, size + 1)
    while len(data) <= MAX_FILE_BYTES and (chunk := os.read(descriptor, MAX_FILE_BYTES) if len(data) != size else b""):
        data += chunk
    return data


def too_large_error(path: str) -> Problem:
    """Return the problem of a file that is larger than any record."""
    return file_error(
        "D104",
        path,
        "This file is over 1 MiB, which no record is.",
        "the record alone; name long documents under evidence",
    )


def not_a_file_error(path: str) -> Problem:
    """Return the problem of a pipe, a socket or a device where a file should be."""
    return file_error("D101", path, "This is not a file that holds text.", "a file with the record's text")


def unreadable_error(path: str, os_error: OSError) -> Problem:
    """Return the problem of a file or folder that the machine does not let us read."""
    fix = "a file that you may read; ask whoever looks after this machine"
    return file_error("D101", path, f"This cannot be read: {_explain_os_error(os_error)}.", fix)


_OS_ERROR_REASONS = {
    errno.EACCES: "you have no permission",
    errno.EPERM: "you have no permission",
    errno.ENOENT: "nothing is behind this name",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "it is a file, and a folder should be here",
    errno.ELOOP: "it is a link that leads back to itself",
    errno.ENXIO: "it is not a file that holds text",
}


def _explain_os_error(os_error: OSError) -> str:
    return _OS_ERROR_REASONS.get(os_error.errno or 0) or os_error.strerror or type(os_error).__name__


def file_error(code: str, path: str, message: str, fix: str) -> Problem:
    """Return an error about a file as a whole."""
    return Problem(path, code, Severity.ERROR, message, fix)


# Where a register's files are read from: the folder as it is, or a commit.


class FolderEntry(Protocol):
    """Something that stands in a folder, as `os.scandir` gives it."""

    @property
    def name(self) -> str:
        """Its name."""

    def is_dir(self) -> bool:
        """Whether it is a folder, or leads to one."""

    def is_symlink(self) -> bool:
        """Whether it only leads elsewhere."""


class FileSource(Protocol):
    """A register's files. Paths are relative to its folder, with `/`."""

    def scan(self, folder: str) -> Sequence[FolderEntry] | Problem:
        """Return what stands in a folder, by name; nothing where there is no such folder."""

    def is_outside(self, path: str) -> bool:
        """Whether a path leads to a place outside the register once every link is followed."""

    def read(self, path: str) -> bytes | Problem:
        """Return what a file holds, or the problem of reading it."""


FILE_ERRORS: tuple[ErrorCode, ...] = (
    ErrorCode(
        "D101",
        "A file that cannot be read",
        "A record that cannot be opened would be missing from every list and paper.",
        "a file without read permission, a link to nothing, or a folder named A01.yaml",
        "give the file read permission, or put a file there",
    ),
    ErrorCode(
        "D102",
        "Not a record file",
        "Every file in a record folder counts, and a record's file ends in .yaml.",
        "data/actions/A01.docx",
        "data/actions/A01.yaml",
    ),
    ErrorCode(
        "D103",
        "A folder inside a record folder",
        "Records stand side by side, one file each; files in a sub-folder would be passed over.",
        "data/actions/2023/A01.yaml",
        "data/actions/A01.yaml",
    ),
    ErrorCode(
        "D104",
        "A file that is too large",
        "A record of over 1 MiB is another document saved in the wrong place.",
        "a scanned report saved as A01.yaml",
        "keep the document elsewhere and name it under evidence",
    ),
    ErrorCode(
        "D105",
        "A link out of the register",
        "A symbolic link may lead to something that is not the council's record and can change unseen.",
        "A01.yaml pointing to ../../elsewhere.yaml",
        "put the file itself here",
    ),
    ErrorCode(
        "D106",
        "The file's name does not begin with the id",
        "People look for A01 in the folder; the id stands in the file and the file's name begins with it.",
        "A02-register.yaml holding id: A01",
        "A01-register.yaml",
    ),
    ErrorCode(
        "D107",
        "The same id twice",
        "Two records of one id cannot be told apart in a paper, whatever their kind or the case of the letters.",
        "A01.yaml and a01-again.yaml",
        "another id for one of them",
    ),
    ErrorCode(
        "D108",
        "Nothing that is read",
        "Only the folders of records are read; a record beside them, or in a folder with a slip in its name, is not.",
        "data/action/A01.yaml, or data/A01.yaml",
        "data/actions/A01.yaml",
        Severity.WARNING,
    ),
    ErrorCode(
        "D109",
        "A file name with characters that cannot be seen",
        "Two names that look alike would be two files, and a list that shows the name would be cut or turned round.",
        "A01-register.yaml with a line end in its name",
        "A01-register.yaml",
    ),
)


class RecordFile(NamedTuple):
    """A file that counts: its kind, and its path relative to the register (with `/`).

    With a problem it cannot be a record, and is not read.
    """

    kind: Kind
    path: str
    problem: Problem | None = None


def find_root(root: Path | None, start: Path) -> Path:
    """Return the register's folder: the one given, else the nearest upwards from `start`.

    Raises `OperationError` when there is none.
    """
    if root is not None:
        if _is_register(root):
            return root
        name = escape_control_characters(str(root))
        raise OperationError(
            f"There is no register in {name}: it would hold {PROGRAMME_PATH}. Start one with: p2ptrack init {name}"
        )
    for folder in (start, *start.parents):
        if _is_register(folder):
            return folder
    raise OperationError(
        f"There is no register here: no {PROGRAMME_PATH} in {escape_control_characters(str(start))} or above it. "
        "Go to the register's folder, name it with --root, or start one with: p2ptrack init"
    )


def _is_register(folder: Path) -> bool:
    try:
        return (folder / PROGRAMME_PATH).is_file()
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class FolderSource:
    """The register's files as they are in its folder now."""

    root: Path

    def scan(self, folder: str) -> list[os.DirEntry[str]] | Problem:
        """Return what stands in a folder, by name; nothing where there is no such folder."""
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
        """Return what a file holds, or the problem of reading it."""
        return read_bytes(f"{self.root}/{path}", path)


def list_record_files(source: FileSource) -> tuple[tuple[RecordFile, ...], tuple[Problem, ...]]:
    """Return every file that counts, and a problem for each folder or other thing that is not read."""
    files: list[RecordFile] = []
    problems = list(_find_unread(source))
    for kind in KINDS:
        folder = f"data/{kind.folder}"
        for entry in _list_entries(source, folder, problems):
            path = f"{folder}/{escape_control_characters(entry.name)}"
            problem = _check_entry(entry, path, source)
            if problem and problem.code == "D103":
                problems.append(problem)
            else:
                files.append(RecordFile(kind, path, problem))
    return tuple(files), tuple(problems)


def _list_entries(source: FileSource, folder: str, problems: list[Problem]) -> list[FolderEntry]:
    entries = outside_link_error(folder) if source.is_outside(folder) else source.scan(folder)
    if not isinstance(entries, Problem):
        return [entry for entry in entries if not entry.name.startswith(".")]
    problems.append(entries)
    return []


def _check_entry(entry: FolderEntry, path: str, source: FileSource) -> Problem | None:
    if escape_control_characters(entry.name) != entry.name:
        return file_error(
            "D109",
            path,
            "The name of this file holds characters that cannot be seen.",
            "a file name of letters, digits, dots and dashes",
        )
    if entry.is_symlink() and source.is_outside(path):
        return outside_link_error(path)
    try:
        return _folder_error(entry.name, path) if entry.is_dir() else _check_extension(entry.name, path)
    except OSError as os_error:
        return unreadable_error(path, os_error)


def _check_extension(name: str, path: str) -> Problem | None:
    if is_yaml(name):
        return None
    return file_error(
        "D102",
        path,
        "A file in this folder is a record and ends in .yaml; this one does not.",
        f"{path.rpartition('/')[0]}/{record_stem(name)}.yaml, or move the file elsewhere",
    )


def record_stem(name: str) -> str:
    """Return a file's name without its ending: `A01-register` of `A01-register.yaml`, or of a copy of it."""
    base, _, extension = name.rpartition(".")
    return (base or extension).removesuffix(".yaml").removesuffix(".yml")


def is_yaml(name: str) -> bool:
    """Whether a file's name ends as a record's does."""
    return name.casefold().endswith((".yaml", ".yml"))


def _folder_error(name: str, path: str) -> Problem:
    if is_yaml(name):
        return file_error("D101", path, "This is a folder, and a file should be here.", f"a file named {name}")
    return file_error(
        "D103",
        path,
        "This is a folder inside a folder of records; files in it are not read.",
        f"the files of {path} beside the other records",
    )


def is_inside(file: str | Path, folder: Path) -> bool:
    """Whether a file stands in a folder once every link on the way is followed."""
    return Path(os.path.realpath(file)).is_relative_to(os.path.realpath(folder))


def outside_link_error(path: str) -> Problem:
    """Return the problem of a link that leads out of the register."""
    return file_error("D105", path, "This is a link to a place outside the register.", "the file itself, in its place")


def _find_unread(source: FileSource) -> Iterator[Problem]:
    entries = source.scan("data")
    if isinstance(entries, Problem):
        yield entries
        return
    for entry in entries:
        path = f"data/{escape_control_characters(entry.name)}"
        if path in (PROGRAMME_PATH, *RECORD_FOLDERS) or entry.name.startswith("."):
            continue
        if _is_folder(entry):
            message = "This folder is not one of records; no file in it is read."
            yield Problem(path, "D108", Severity.WARNING, message, _suggest_folder(entry.name))
        elif is_yaml(entry.name):
            message = "This file is not in a folder of records; it is not read."
            yield Problem(path, "D108", Severity.WARNING, message, _suggest_path(entry.name))


RECORD_FOLDERS = tuple(f"data/{kind.folder}" for kind in KINDS)


def _is_folder(entry: FolderEntry) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _suggest_folder(name: str) -> str:
    matches = get_close_matches(name.casefold(), [kind.folder for kind in KINDS], n=1, cutoff=0.5)
    return f"data/{matches[0]} (did you mean this?)" if matches else f"one of {', '.join(RECORD_FOLDERS)}"


def _suggest_path(name: str) -> str:
    if name.casefold() == "programme.yml":
        return PROGRAMME_PATH
    return f"{RECORD_FOLDERS[1]}/{escape_control_characters(name)}, or another of {', '.join(RECORD_FOLDERS)}"


def check_file_name(path: str, id_: str) -> Problem | None:
    """Return the problem of a file whose name does not begin with its record's id."""
    name = path.rpartition("/")[2].rpartition(".")[0]
    if name == id_ or name.startswith(f"{id_}-"):
        return None
    suffix = name.partition("-")[2]
    suggested_stem = f"{make_excerpt(id_)}-{suffix}.yaml" if suffix else f"{make_excerpt(id_)}.yaml"
    return Problem(
        path,
        "D106",
        Severity.ERROR,
        f"The id is {make_excerpt(id_)}, and the file's name does not begin with it.",
        f"{suggested_stem} as the file's name, or the id that the name has",
        "id",
    )
