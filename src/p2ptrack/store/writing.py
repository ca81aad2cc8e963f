"""Write files: each is written under a temporary name in its folder, and then renamed.

A reader, or a run after one that was killed, finds either the old or the new content. Nothing is written through a link
in the register, because a repository can bring links to any place. Every file that p2ptrack makes is written here;
tests make each step fail in turn.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from p2ptrack.diagnostics import escape_control_characters
from p2ptrack.errors import OperationError, UsageError, describe_os_error

CHOOSE_OUTPUT = "Choose another place with --output."
_TEMPORARY_NAME = re.compile(r"\.p2ptrack-[0-9a-f]{12}\.part")
_WRITE_FLAGS = (
    os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
)
_CREATE_FLAGS = _WRITE_FLAGS | os.O_EXCL
_RESERVED_FOLDERS = ("data", "templates", ".git")
"""Folders of a register, or of its repository, in which people or git keep files."""
_PERMISSIONS = 0o777


def require_output_place(path: Path, root: Path, advice: str = CHOOSE_OUTPUT) -> None:
    """Raise an error for a place where no paper or export may be written.

    `UsageError` for one in `data`, `templates` or `.git` of this register or another, also through links, and
    `OperationError` for one that a link in this register leads to, for a folder and for a device.
    """
    with explain_write_errors(path, advice):
        _refuse_reserved_folders(path, root, advice)
        _refuse_links(path, root, advice)
    _require_replaceable(path, advice)


def _refuse_reserved_folders(path: Path, root: Path, advice: str) -> None:
    name = escape_control_characters(str(path))
    resolved = Path(os.path.realpath(path.parent))
    for folder in dict.fromkeys((resolved, *resolved.parents, *path.parents)):
        if _is_reserved(folder, root):
            folder_name = escape_control_characters(folder.name)
            raise UsageError(f"{name} is in the folder {folder_name}, where p2ptrack writes no papers. {advice}")


def _refuse_links(path: Path, root: Path, advice: str) -> None:
    resolved_root = Path(os.path.realpath(root))
    for part in (path, *path.parents):
        if part.is_symlink() and (part == path or _is_within(part.parent, resolved_root)):
            link = escape_control_characters(str(part))
            raise OperationError(f"{link} is a link, and p2ptrack does not write through links. {advice}")


def is_folder(path: Path) -> bool:
    """Whether there is a folder; a path that the operating system refuses is not one."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _is_reserved(folder: Path, root: Path) -> bool:
    """Whether people or git keep files in a folder: one of this register, or of another."""
    own_folders = (root / name for name in _RESERVED_FOLDERS)
    if any(_is_same(folder, own_folder) for own_folder in own_folders):
        return True
    name = folder.name.casefold()
    return (
        name == ".git"
        or (name == "data" and (folder / "programme.yaml").is_file())
        or (name == "templates" and (folder.parent / "data" / "programme.yaml").is_file())
    )


def _is_same(folder: Path, other: Path) -> bool:
    try:
        return folder.samefile(other)
    except OSError:
        return False


def _is_within(folder: Path, resolved_root: Path) -> bool:
    return Path(os.path.realpath(folder)).is_relative_to(resolved_root)


def _require_replaceable(path: Path, advice: str) -> None:
    """Raise `OperationError` where a folder, a link or a device has the name of a file."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return
    if stat.S_ISREG(mode):
        return
    name = escape_control_characters(str(path))
    if stat.S_ISLNK(mode):
        raise OperationError(f"{name} is a link, and p2ptrack does not write through links. {advice}")
    kind = "a folder" if stat.S_ISDIR(mode) else "not an ordinary file"
    raise OperationError(f"{name} cannot be written: it is {kind}. {advice}")


def read_existing(path: Path) -> bytes:
    """Return the content of a file that lines are added to; nothing where no file is. Raises `OperationError`."""
    try:
        return path.read_bytes() if path.is_file() else b""
    except OSError as error:
        name = escape_control_characters(str(path))
        raise OperationError(f"{name} cannot be read: {describe_os_error(error)}. Ask who looks after it.") from error


def write_register_files(root: Path, files: Mapping[str, bytes], advice: str) -> None:
    """Write files of a register, by their paths in it: all of them or, if one cannot be written, none.

    Raises `OperationError` where a link in the register leads to a file or to its folder.
    """
    paths = {root / path: data for path, data in files.items()}
    for path in paths:
        with explain_write_errors(path, advice):
            _refuse_links(path, root, advice)
    with stage_files(paths, advice) as replace_files:
        replace_files()


def write_file(path: Path, data: bytes, advice: str = CHOOSE_OUTPUT) -> None:
    """Write a file as a whole, and create the folders it is in. Raises `OperationError` when that fails."""
    with stage_files({path: data}, advice) as replace_files:
        replace_files()


def append_bytes(path: Path, data: bytes) -> int:
    """Add bytes to a file that only the user can read, in one write, and return how many were written.

    For files that are read with care: the write may end early, and other runs may add theirs. Raises `OSError`, also
    for what is not an ordinary file.
    """
    descriptor = os.open(path, _WRITE_FLAGS | os.O_APPEND | getattr(os, "O_NONBLOCK", 0), stat.S_IRUSR | stat.S_IWUSR)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return os.write(descriptor, data)
    finally:
        os.close(descriptor)


@contextmanager
def stage_files(files: Mapping[Path, bytes], advice: str = CHOOSE_OUTPUT) -> Iterator[Callable[[], None]]:
    """Write files under temporary names in their folders, and yield the function that puts all of them in place.

    On leaving, temporary files that remain are removed, and folders that were created for nothing. Raises
    `OperationError` when a file cannot be written; its sentence ends with the advice.
    """
    with ExitStack() as stack:
        temporary_paths = {}
        _allow_open_files(len(files))
        for folder in dict.fromkeys(path.parent for path in files):
            remove_leftovers(folder)
        for path, data in files.items():
            _require_replaceable(path, advice)
            with explain_write_errors(path, advice):
                stack.enter_context(create_folder(path.parent))
                temporary_paths[path] = stack.enter_context(_write_temporary(path, data))

        def replace_files() -> None:
            with ExitStack() as undo:
                for path, temporary_path in temporary_paths.items():
                    with explain_write_errors(path, advice):
                        if len(temporary_paths) > 1:
                            copy = path.with_name(make_temporary_name())
                            stack.callback(attempt, copy.unlink)  # one that is a link to its file is left by `replace`
                            back_up(path, copy, undo)
                        temporary_path.replace(path)
                undo.pop_all()

        yield replace_files


def back_up(path: Path, copy: Path, undo: ExitStack) -> None:
    """Keep a file under another name before it is replaced. `undo` restores it, or that there was none."""
    try:
        os.link(path, copy, follow_symlinks=False)
    except FileNotFoundError:
        undo.callback(attempt, path.unlink)
        return
    except OSError:  # a file system without links
        shutil.copy2(path, copy)
    undo.callback(attempt, copy.replace, path)


def attempt(step: Callable[..., object], *arguments: object) -> None:
    """Take a step that may fail, because nothing more can be done then."""
    with suppress(OSError):
        step(*arguments)


_OTHER_OPEN_FILES = 100


def _allow_open_files(count: int) -> None:
    """Let this process have as many files open as it writes at once, where the system allows more than by default."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = count + _OTHER_OPEN_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        limit = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        with suppress(ValueError, OSError):  # the system refuses; opening too many files then fails with a reason
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


@contextmanager
def create_folder(folder: Path) -> Iterator[None]:
    """Create a folder and its parents; on leaving, those that are empty are removed again."""
    created: list[Path] = []
    try:
        for parent in reversed((folder, *folder.parents)):
            if not parent.exists():
                with suppress(FileExistsError):  # another run was faster
                    parent.mkdir()
                    created.append(parent)
        yield
    finally:
        for parent in reversed(created):
            with suppress(OSError):
                parent.rmdir()


@contextmanager
def _write_temporary(path: Path, data: bytes) -> Iterator[Path]:
    """Write the content of a file beside it, with its permissions, and yield where; on leaving it is removed."""
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    with _create_temporary(path.parent) as (temporary_path, descriptor):
        _write_all(descriptor, data)
        os.fsync(descriptor)
        if path.exists():
            temporary_path.chmod(stat.S_IMODE(path.stat().st_mode) & _PERMISSIONS)
        if os.name == "nt":  # Windows does not rename a file that is open
            os.close(descriptor)
        yield temporary_path


def make_temporary_name() -> str:
    """Return a name for a temporary file or folder."""
    return f".p2ptrack-{token_hex(6)}.part"


def is_temporary_name(name: str) -> bool:
    """Whether a file or folder has a name that `make_temporary_name` makes."""
    return _TEMPORARY_NAME.fullmatch(name) is not None


def write_new_file(path: Path, data: bytes) -> None:
    """Write a file that is not there yet. Raises `OSError`."""
    descriptor = os.open(path, _CREATE_FLAGS, 0o666)
    try:
        _write_all(descriptor, data)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    remaining = memoryview(data)
    while remaining:
        remaining = remaining[os.write(descriptor, remaining) :]


@contextmanager
def _create_temporary(folder: Path) -> Iterator[tuple[Path, int]]:
    """Create a file under a temporary name, locked until it is closed, and yield its path and descriptor."""
    while True:
        path = folder / make_temporary_name()
        descriptor = os.open(path, _CREATE_FLAGS, 0o666)
        lock_file(descriptor, wait=True)
        if path.exists():
            break
        os.close(descriptor)  # another run removed it as a leftover before it was locked
    try:
        yield path, descriptor
    finally:
        with suppress(OSError):  # on Windows it is closed already
            os.close(descriptor)
        with suppress(OSError):  # it has been renamed; otherwise the next run removes it
            path.unlink()


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files that runs which were killed left in a folder; those of other runs are locked."""
    with suppress(OSError):
        for entry in [*os.scandir(folder)]:
            if _TEMPORARY_NAME.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                _remove_unlocked(Path(entry.path))


def _remove_unlocked(path: Path) -> None:
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        try:
            is_unlocked = lock_file(descriptor, wait=False)
        finally:
            os.close(descriptor)
        if is_unlocked:
            path.unlink()


def lock_file(descriptor: int, *, wait: bool) -> bool:
    """Lock a file or folder until it is closed, and return whether it is locked.

    Windows needs no lock: there nobody removes a file that is open. Some network folders have none.
    """
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True


_FOLDER_PREFIX = "p2ptrack-"
_TEMPORARY_FOLDER = re.compile(rf"{_FOLDER_PREFIX}[a-z0-9_]{{8}}")
"""The names that `tempfile` makes with the prefix."""


@contextmanager
def create_temporary_folder() -> Iterator[Path]:
    """Create a folder for temporary files, and remove it afterwards, as well as those that killed runs left.

    A folder in use is locked. Raises `OSError` where none can be created.
    """
    _remove_leftover_folders()
    while True:
        temporary = tempfile.TemporaryDirectory(prefix=_FOLDER_PREFIX, ignore_cleanup_errors=True)
        with temporary as name, lock_folder(Path(name)):
            if Path(name).is_dir():  # otherwise another run removed it as a leftover
                yield Path(name)
                return


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Lock a folder until it is left."""
    if sys.platform == "win32":
        yield
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        yield
        return
    try:
        lock_file(descriptor, wait=True)
        yield
    finally:
        os.close(descriptor)


def _remove_leftover_folders() -> None:
    """Remove the temporary folders that this user's killed runs left; those in use are locked."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        for entry in [*os.scandir(tempfile.gettempdir())]:
            if _TEMPORARY_FOLDER.fullmatch(entry.name):
                remove_leftover_folder(Path(entry.path))


def remove_leftover_folder(folder: Path) -> None:
    """Remove a temporary folder of this user, unless a run that uses it has locked it."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_DIRECTORY", 0))
        try:
            is_own = os.fstat(descriptor).st_uid == os.getuid()
            if is_own and lock_file(descriptor, wait=False):
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(descriptor)


@contextmanager
def explain_write_errors(path: Path, advice: str) -> Iterator[None]:
    """Turn an error of the operating system about a file into a sentence. Raises `OperationError`."""
    try:
        yield
    except OSError as error:
        name = escape_control_characters(str(path))
        raise OperationError(f"{name} cannot be written: {describe_os_error(error)}. {advice}") from error
