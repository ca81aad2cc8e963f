"""The register's folder: where it is, which files are records, and what is wrong with them as files."""

from __future__ import annotations

import errno
import os
import re
import shlex
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from p2ptrack.diagnostics import Problem, Severity, escape_control_characters
from p2ptrack.errors import OperationError, describe_os_error
from p2ptrack.model.contracts import CONTRACTS_FOLDER, CONTRACTS_PATH
from p2ptrack.model.kinds import KINDS, Kind, Kinds
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.model.validation import ErrorCode
from p2ptrack.phrases import describe_lookalike, excerpt, join_words, pluralise, suggest
from p2ptrack.values import compile_on_use, dataclass

MAX_FILE_BYTES = 1_048_576
"""The largest file that is read: 1 MiB."""
MAX_TABLE_BYTES = 8 * MAX_FILE_BYTES
"""The largest table of contracts: many thousand rows."""

FILE_ERRORS: tuple[ErrorCode, ...] = (
    ErrorCode(
        "D101",
        "A file that cannot be read",
        "A record that cannot be opened would be missing from every list and paper.",
        "a file without read permission, a link to nothing, or a folder named A01.yaml",
        "Put a text file there that you have permission to read.",
    ),
    ErrorCode(
        "D102",
        "A file that is not a record",
        "Every file in a record folder is a record, and the name of a record file ends in .yaml.",
        "data/actions/A01.docx",
        "Save the record as a text file such as data/actions/A01.yaml.",
    ),
    ErrorCode(
        "D103",
        "A folder inside a record folder",
        "Each record is one file, directly in its record folder. Files in a folder below that are not read.",
        "data/actions/2023/A01.yaml",
        "Move the record to data/actions/A01.yaml.",
    ),
    ErrorCode(
        "D104",
        "A file that is too large",
        "A record of over 1 MiB is usually another document saved in the wrong place.",
        "a scanned report saved as A01.yaml",
        "Keep the document elsewhere and link to it under `evidence`.",
    ),
    ErrorCode(
        "D105",
        "A link out of the register",
        "A symbolic link may lead to a file that is not the council's record and that changes unnoticed.",
        "A01.yaml pointing to ../../elsewhere.yaml",
        "Put the file itself there.",
    ),
    ErrorCode(
        "D106",
        "A file name that does not begin with the id",
        "People look for A01 in the folder by its file name.",
        "A02-register.yaml with id: A01",
        "Begin the file name with the id, for example A01-register.yaml.",
    ),
    ErrorCode(
        "D107",
        "The same id twice",
        "Readers of a paper would confuse two records with one id, even if their kind or capitals differ.",
        "A01.yaml and a01-again.yaml",
        "Give one of them another id.",
    ),
    ErrorCode(
        "D108",
        "A record that is not read",
        "Only the record folders are read. A record beside them, or in a folder with another name, is in no list.",
        "data/action/A01.yaml, or data/A01.yaml",
        "Move the record to data/actions/A01.yaml.",
    ),
    ErrorCode(
        "D109",
        "A file name with invisible characters",
        "Two names that look alike would be two files, and a list with the name could be cut short or reversed.",
        "A01-register.yaml with a line break in its name",
        "Use only letters, digits, dots and hyphens in the file name.",
    ),
    ErrorCode(
        "D110",
        "A folder that is not read",
        "Only the record folders are read. This folder has no record files, so nothing is missing.",
        "data/minutes with PDF files",
        "Move the folder out of `data` if you do not want this note.",
        Severity.NOTE,
    ),
    ErrorCode(
        "D111",
        "A file that another program left",
        "Editors, merge tools and Windows leave such files beside the records. You can still produce papers.",
        "Thumbs.db, A01-register.yaml.orig or ~$A01.docx",
        "Move the file out of `data`.",
        Severity.NOTE,
    ),
    ErrorCode(
        "D112",
        "A committed file that is not in this folder",
        "A checkout can leave files out, and then a list or paper would say that there are no such records.",
        "a sparse checkout without data/actions",
        "Run: git sparse-checkout disable",
    ),
)


def describe_folder(folder: Path) -> str:
    """Return a folder as a sentence names it: *this folder*, or its path."""
    return "this folder" if folder == Path() else escape_control_characters(str(folder))


class NoRegisterError(OperationError):
    """There is no register in a folder."""


def find_root(root: Path | None, start: Path) -> Path:
    """Return the register's folder: `root` if it is given, otherwise the nearest from `start` upwards.

    Raises `NoRegisterError` if there is none, and `OperationError` if a register that is found upwards belongs to
    another user: anybody could put a register into a shared folder.
    """
    if root is not None:
        if _is_register(root):
            return root
        message = f"There is no register in {describe_folder(root)}: it has no {PROGRAMME_PATH}."
        command = f"p2ptrack init {shlex.quote(escape_control_characters(str(root)))}"
        raise NoRegisterError(f"{message} Start one with: {command}")
    for folder in (start, *start.parents):
        if _is_register(folder):
            if folder != start and not is_own(folder):
                name = escape_control_characters(str(folder))
                raise OperationError(
                    f"The register in {name} belongs to another user, so it is not used from a folder below it. "
                    f"If you trust it, name it: --root {name}"
                )
            return folder
    raise NoRegisterError(
        f"There is no register here: {escape_control_characters(str(start))} and the folders above it have no "
        f"{PROGRAMME_PATH}. Go to the register's folder, give its path with --root, or start one with: p2ptrack init"
    )


def is_own(folder: Path) -> bool:
    """Whether a register belongs to the user (also the one who runs sudo) or to root. Always on Windows."""
    if sys.platform == "win32":
        return True
    trusted = {0, os.geteuid()}
    if os.geteuid() == 0 and os.environ.get("SUDO_UID", "").isdecimal():
        trusted.add(int(os.environ["SUDO_UID"]))
    programme = folder / PROGRAMME_PATH
    return {programme.stat().st_uid, programme.parent.stat().st_uid} <= trusted


def _is_register(folder: Path) -> bool:
    try:
        return (folder / PROGRAMME_PATH).is_file()
    except OSError:
        return False


def find_registers(top: Path, is_register: Callable[[Path], bool] = lambda _: False) -> Iterator[Path | OSError]:
    """Yield the register in a folder, or the registers in folders below it, in order; links are not followed.

    With `is_register` other folders are searched for. Hidden folders, and folders inside a register, are left out.
    Yields the error of a folder that cannot be read.
    """
    pending = [top]
    while pending:
        folder = pending.pop()
        if _is_register(folder) or is_register(folder):
            yield folder
            continue
        try:
            with os.scandir(folder) as entries:
                names = sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith("."))
        except OSError as error:
            yield error
            continue
        inner = [folder / name for name in names]
        pending += reversed([path for path in inner if not path.is_symlink()])
        for path in inner:
            if path.is_symlink() and _is_register(path):
                yield OSError(0, "it is a link, so name the folder that it leads to", str(path))


def select_outer(folders: Iterable[str]) -> tuple[str, ...]:
    """Return paths of folders, which end with `/` or are empty, without folders inside other ones."""
    selected: list[str] = []
    for folder in sorted(folders):
        if not any(folder.startswith(outer) for outer in selected):
            selected.append(folder)
    return tuple(selected)


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
            is_link = os.path.lexists(self.root / folder)
            return dangling_link_error(folder) if is_link else []
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


def find_max_bytes(path: str) -> int:
    """Return how large the file with this path in the register can be."""
    return MAX_TABLE_BYTES if path == CONTRACTS_PATH else MAX_FILE_BYTES


def read_bytes(file: str | Path, path: str) -> bytes | Problem:
    """Return the content of a file, or the problem of reading it, within its limit. It never waits for a pipe."""
    limit = find_max_bytes(path)
    try:
        # Not `open`: its layers cost as much as the rest of the reading. O_NONBLOCK, or a pipe would wait for a writer.
        descriptor = os.open(file, _OPEN_FLAGS)
        try:
            file_stat = os.fstat(descriptor)
            if stat.S_ISDIR(file_stat.st_mode):
                raise IsADirectoryError(errno.EISDIR, "")
            if not stat.S_ISREG(file_stat.st_mode):
                return _file_error("D101", path, "This is not a text file.", "Put a text file with the record here.")
            data = b"" if file_stat.st_size > limit else _read_all(descriptor, file_stat.st_size, limit)
        finally:
            os.close(descriptor)
    except OSError as os_error:
        return unreadable_error(path, os_error)
    return too_large_error(path) if max(file_stat.st_size, len(data)) > limit else data


def _read_all(descriptor: int, size: int, limit: int) -> bytes:
    """Return the content of a file of about this size: it may grow while it is read, and arrive in parts."""
    data = chunk = os.read(descriptor, size + 1)
    while chunk and len(data) != size and len(data) <= limit:
        chunk = os.read(descriptor, limit)
        data += chunk
    return data


class RecordFile(NamedTuple):
    """A file in a record folder: its kind and its path relative to the register, with `/`.

    A file with a problem cannot be a record, and is not read.
    """

    kind: Kind
    path: str
    problem: Problem | None = None


def list_record_files(source: FileSource, kinds: Kinds = KINDS) -> tuple[tuple[RecordFile, ...], tuple[Problem, ...]]:
    """Return every file in the folders of these kinds, and a problem for everything else that is not read."""
    files: list[RecordFile] = []
    problems = list(_find_unreadable(source, kinds))
    for kind in kinds:
        folder = f"data/{kind.folder}"
        entries = outside_link_error(folder) if source.is_outside(folder) else source.scan(folder)
        if isinstance(entries, Problem):
            problems.append(entries)
            continue
        names = frozenset(entry.name.casefold() for entry in entries)
        for entry in entries:
            if entry.name.startswith("."):
                continue
            is_plain = _PLAIN_NAME.fullmatch(entry.name) is not None
            if is_plain and not entry.is_symlink() and not _is_folder(entry):  # most files
                files.append(RecordFile(kind, f"{folder}/{entry.name}"))
                continue
            path = f"{folder}/{escape_control_characters(entry.name)}"
            leftover = None if is_plain or _is_folder(entry) else find_leftover(entry.name, path, names)
            problem = leftover or _check_entry(entry, path, source, names)
            if problem and problem.code in ("D103", "D110", "D111"):
                problems.append(problem)
            else:
                files.append(RecordFile(kind, path, problem))
    return tuple(files), tuple(problems)


_SYSTEM_FILE = compile_on_use(
    r"(?:thumbs\.db|ehthumbs\.db|desktop\.ini|icon<u\+000d>|~\$.*|.*\.(?:lnk|url|tmp|swp|swo)|\$recycle\.bin|__macosx)"
)
_PLAIN_NAME = compile_on_use(r"[A-Za-z0-9-]+\.yaml")
_BACKUP_FILE = compile_on_use(
    r"(?P<name>.+?)(?:(?<!\.orig|\.save|\.mine)(?<!\.bak|\.old|\.rej)(?:\.(?:orig|bak|old|rej|save|mine))+~?|~|(?P<merge>[._](?:backup|base|local|remote)[._]\d+)(?P<end>\.ya?ml))"
)

_ADDED_SUFFIX = re.compile(r"(?P<name>[^.]+\.ya?ml)\.(?!.*(?:txt|gpg|asc|ya?ml)$).+")


def find_leftover(name: str, path: str, names: frozenset[str]) -> Problem | None:
    """Return the note about a file that an editor, a merge tool or the operating system left, if it is one.

    `names` are those of the folder, in small letters. A backup without its record may be the only copy of the record,
    so it is a warning.
    """
    folded = escape_control_characters(name).casefold()
    if _SYSTEM_FILE.fullmatch(folded):
        message = "This file belongs to another program, such as Windows or Word. It is not a record and is not read."
        return Problem(path, "D111", Severity.NOTE, message, "Nothing needs to be done.")
    backup = _BACKUP_FILE.fullmatch(folded.strip("#") if folded.startswith("#") else folded)
    added = _ADDED_SUFFIX.fullmatch(folded)  # editors and downloads append various endings to a record's name
    backup = added if added and added["name"] in names else backup
    if backup is None and not (folded.startswith("#") and folded.endswith("#")):
        return None
    record_name = name.strip("#")
    if backup:
        record_name = record_name[: backup.end("name")] + (backup.groupdict().get("end") or "")
    record_path = f"{path.rpartition('/')[0]}/{escape_control_characters(record_name)}"
    if record_name.casefold() in names:
        message = f"This file is left over from a merge or an editor and is not read. {record_path} is the record."
        fix = f"If {record_path} is right as it is, move this file out of the data folder."
        return Problem(path, "D111", Severity.NOTE, message, fix)
    message = f"This looks like a backup, so it is not read. There is no {record_path}."
    fix = f"If this is the record, save it as {record_path}. Otherwise move it out of the data folder."
    return Problem(path, "D111", Severity.WARNING, message, fix)


def _find_unreadable(source: FileSource, kinds: Kinds) -> Iterator[Problem]:
    """Yield a problem for each file and folder in `data` that looks like records but is not read."""
    entries = source.scan("data")
    if isinstance(entries, Problem):
        yield entries
        return
    names = frozenset(entry.name.casefold() for entry in entries)
    for entry in entries:
        path = f"data/{escape_control_characters(entry.name)}"
        if path in (PROGRAMME_PATH, CONTRACTS_FOLDER, *kinds.folders) or entry.name.startswith("."):
            continue
        if _is_folder(entry):
            yield _unreadable_folder_problem(entry.name, path, source, kinds)
        elif is_yaml(entry.name) and not find_leftover(entry.name, path, names):
            message = "This file is not in a record folder, so it is not read."
            fix = f"If it is a record, move it to {join_words(kinds.folders, 'or')}."
            if entry.name.casefold().startswith("programme"):
                message = f"This file is not read. The settings are read from {PROGRAMME_PATH}."
                fix = f"Put the settings that you need in {PROGRAMME_PATH}, and keep this file outside the data folder."
            yield _file_error("D108", path, message, fix)


def _unreadable_folder_problem(name: str, path: str, source: FileSource, kinds: Kinds) -> Problem:
    """Return the problem of a folder beside the record folders: an error if it has record files."""
    is_outside = source.is_outside(path)
    unreadable = "" if is_outside else _describe_unreadable(_find_yaml_files(f"data/{name}", source, MAX_FOLDER_DEPTH))
    if not unreadable:
        message = "This is not a record folder, so no file in it is read."
        fix = f"Keep records in {join_words(kinds.folders, 'and')}. Otherwise nothing needs to be done."
        return Problem(path, "D110", Severity.NOTE, message, fix)
    return _file_error("D108", path, f"This is not a record folder, so {unreadable}", _suggest_folder(name, kinds))


def _describe_unreadable(paths: Iterable[str]) -> str:
    """Return how many files are not read, and which: *1 file is not read: data/waivers/E01.yaml.* Nothing for none."""
    unreadable = list(map(escape_control_characters, paths))
    names_text = join_words(unreadable[:MAX_LISTED], "and")
    if len(unreadable) > MAX_LISTED:
        names_text += f" and {len(unreadable) - MAX_LISTED} more"
    return f"{pluralise(len(unreadable), 'file is', 'files are')} not read: {names_text}." if unreadable else ""


MAX_LISTED = 5
MAX_FOLDER_DEPTH = 4
"""How deep a folder that is not read is searched for record files."""


def _find_yaml_files(folder: str, source: FileSource, depth: int) -> Iterator[str]:
    entries = source.scan(folder)
    for entry in () if isinstance(entries, Problem) else entries:
        path = f"{folder}/{entry.name}"
        if _is_folder(entry) and not is_yaml(entry.name):
            if depth and not entry.is_symlink():
                yield from _find_yaml_files(path, source, depth - 1)
        elif is_yaml(entry.name):
            yield path


def _is_folder(entry: FolderEntry) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _suggest_folder(name: str, kinds: Kinds) -> str:
    kind = kinds.find(name)
    folders = [kind.folder] if kind else suggest(name, [kind.folder for kind in kinds])
    if folders:
        return f"Did you mean data/{folders[0]}? If so, move the files there."
    return f"Records are read from {join_words(kinds.folders, 'and')}. Keep other files outside the data folder."


def _check_entry(entry: FolderEntry, path: str, source: FileSource, names: frozenset[str]) -> Problem | None:
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
        return _wrong_entry_error(entry.name, path, source, names, is_folder=is_folder)
    return None


def _wrong_entry_error(name: str, path: str, source: FileSource, names: frozenset[str], *, is_folder: bool) -> Problem:
    """Return the problem of a folder, or of a file that is not YAML, in a record folder."""
    parent = path.rpartition("/")[0]
    if is_folder and is_yaml(name):
        message = "This is a folder, but a file is expected here."
        return _file_error("D101", path, message, f"Save the record as a file named {name}.")
    if is_folder:
        unreadable = _describe_unreadable(_find_yaml_files(path, source, MAX_FOLDER_DEPTH))
        if not unreadable:
            message = "This folder is inside a record folder, and no file in it is read. It has no record files."
            return Problem(path, "D110", Severity.NOTE, message, "Keep other files outside the data folder.")
        message = f"This is a folder inside a record folder, so {unreadable}"
        return _file_error("D103", path, message, f"Move its records to {parent}.")
    message = "Every file in this folder is a record, but the name of this file does not end in .yaml."
    new_name = f"{record_stem(name)}.yaml"
    fix = "Move this file out of the data folder, for example to a folder beside it."
    if new_name.casefold() not in names and new_name[0].isalnum():
        fix = f"If this is a record, save it as {parent}/{new_name}. Otherwise move it out of the data folder."
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
    rest = name[len(id_) :]
    is_followed = name.casefold().startswith(id_.casefold()) and not rest[:1].isalnum()
    suffix = rest if is_followed else name.partition("-")[2]
    words = re.sub(r"[\W_]+", "-", suffix.casefold()).strip("-").removeprefix(id_.casefold())
    better_name = f"{excerpt(id_)}-{words}.yaml" if words else f"{excerpt(id_)}.yaml"
    lookalike = describe_lookalike(name[: len(id_)])
    if lookalike:
        message = f"The id is {excerpt(id_)}, but the file name does not begin with it: {lookalike}"
    elif is_followed and name.startswith(id_):
        message = f"After {excerpt(id_)} in the file name comes a hyphen or the ending .yaml."
    elif is_followed:
        message = f"The id is {excerpt(id_)}, but the file name writes it as {excerpt(name[: len(id_)])}."
    else:
        message = f"The id is {excerpt(id_)}, but the file name does not begin with it."
    fix = f"Name the file {better_name}, or correct the id."
    return Problem(path, "D106", Severity.ERROR, message, fix, "id")


def _file_error(code: str, path: str, message: str, fix: str) -> Problem:
    """Return an error about a file as a whole."""
    return Problem(path, code, Severity.ERROR, message, fix)


def too_large_error(path: str) -> Problem:
    """Return the problem of a file that is larger than any record, or than any table of contracts."""
    if path == CONTRACTS_PATH:
        fix = "Import a table of the contracts that are in force, without those of earlier years."
        return _file_error("D104", path, "This table is over 8 MiB, which is too large.", fix)
    fix = "Keep the long document elsewhere and link to it under `evidence`."
    return _file_error("D104", path, "This file is over 1 MiB, which is too large for a record.", fix)


def outside_link_error(path: str) -> Problem:
    """Return the problem of a link that leads out of the register."""
    return _file_error("D105", path, "This is a link to a place outside the register.", "Put the file itself here.")


def dangling_link_error(path: str) -> Problem:
    """Return the problem of a folder that is a broken link: its records would be missing silently."""
    message = "This is a link to nothing, so lists and papers would lack its records."
    return _file_error("D101", path, message, "Put the folder itself here, or remove the link if there are no records.")


def unreadable_error(path: str, os_error: OSError) -> Problem:
    """Return the problem of a file or folder that the operating system does not let the program read."""
    fix = "Put a file here that you have permission to read, or ask your IT service desk for help."
    return _file_error("D101", path, f"This cannot be read: {describe_os_error(os_error)}.", fix)
