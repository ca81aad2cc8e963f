"""Write the folder of a site as a whole, and never overwrite files that p2ptrack did not make.

All files are written into a temporary folder inside it first, and then each is renamed to its place. A run that fails
puts the old files back; one that is killed leaves whole files, old or new, and the next run finishes.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import field
from hashlib import sha256
from itertools import count
from pathlib import Path

from p2ptrack.diagnostics import escape_control_characters
from p2ptrack.errors import OperationError
from p2ptrack.phrases import join_ids
from p2ptrack.store.writing import (
    attempt,
    back_up,
    create_folder,
    explain_write_errors,
    is_temporary_name,
    lock_folder,
    make_temporary_name,
    remove_leftover_folder,
    require_output_place,
    write_new_file,
)
from p2ptrack.values import dataclass

MARKER = ".p2ptrack-site.json"
"""The file of a site that names its files, each with its fingerprint (SHA-256), and the register."""
CHOOSE_FOLDER = "Choose another folder: p2ptrack site DIR"
_MAX_LISTED = 5


@dataclass(frozen=True, slots=True)
class _ExistingSite:
    """What a folder holds: the register that its site was made from, and the fingerprints of the site's files."""

    register: str = ""
    files: Mapping[str, str] = field(default_factory=dict)


class SiteFolder:
    """The folder of a site while it is written: `add` takes each file, and `replace_files` replaces the old ones."""

    def __init__(self, folder: Path, temporary: Path, existing: _ExistingSite, register: str) -> None:
        self._folder, self._temporary, self._existing, self._register = folder, temporary, existing, register
        self._fingerprints: dict[str, str] = {}
        self._staged: dict[str, Path] = {}
        self._numbers = count(1)

    def add(self, path: str, data: bytes) -> None:
        """Write a file of the site under a temporary name, unless it is there already and equal.

        Raises `OperationError` where somebody else has a file of this name, or the file cannot be written.
        """
        fingerprint = sha256(data).hexdigest()
        self._fingerprints[path] = fingerprint
        place = self._folder / path
        with explain_write_errors(place, CHOOSE_FOLDER):
            if path not in self._existing.files and os.path.lexists(place):
                raise _refuse_foreign(self._folder, [path])
            if path in self._existing.files and _read_fingerprint(place) == fingerprint:
                return
            self._staged[path] = self._write(data)

    def _write(self, data: bytes) -> Path:
        path = self._make_path()
        write_new_file(path, data)
        return path

    def _make_path(self) -> Path:
        return self._temporary / f"{next(self._numbers)}.part"

    def replace_files(self) -> None:
        """Replace the old site: write the new files, the first page last, then remove files that the new site lacks."""
        stale = [path for path in self._existing.files if path not in self._fingerprints]
        with ExitStack() as undo:
            if stale and self._staged:
                self._replace_marker({**self._existing.files, **self._fingerprints}, undo)
            elif not self._existing.files:
                self._replace_marker(self._fingerprints, undo)
            for path, staged in self._staged.items():
                self._replace(path, staged, undo)
            for path in stale:
                self._remove(path, undo)
            self._replace_marker(self._fingerprints, undo)
            undo.pop_all()
        for folder in sorted({Path(path).parent for path in stale}, key=lambda path: -len(path.parts)):
            with suppress(OSError):  # somebody else has files in it
                (self._folder / folder).rmdir()

    def _replace_marker(self, files: Mapping[str, str], undo: ExitStack) -> None:
        content = {"made_by": "p2ptrack site", "register": self._register, "files": dict(sorted(files.items()))}
        data = (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
        place = self._folder / MARKER
        if _read_fingerprint(place) != sha256(data).hexdigest():
            with explain_write_errors(place, CHOOSE_FOLDER):
                self._replace(MARKER, self._write(data), undo)

    def _replace(self, path: str, staged: Path, undo: ExitStack) -> None:
        place = self._folder / path
        with explain_write_errors(place, CHOOSE_FOLDER):
            for parent in reversed(place.relative_to(self._folder).parents):
                folder = self._folder / parent
                if not folder.is_dir():
                    folder.mkdir()
                    undo.callback(attempt, folder.rmdir)
            back_up(place, self._make_path(), undo)
            staged.replace(place)

    def _remove(self, path: str, undo: ExitStack) -> None:
        place = self._folder / path
        if not place.is_file():
            return
        with explain_write_errors(place, CHOOSE_FOLDER):
            copy = self._make_path()
            place.replace(copy)
            undo.callback(attempt, copy.replace, place)


@contextmanager
def open_site_folder(folder: Path, root: Path, register: str, *, force: bool = False) -> Iterator[SiteFolder]:
    """Yield a folder to write a site of a register into.

    Raises `OperationError` for a folder with files that p2ptrack did not make. The site of another register, and one
    whose files were changed since, are replaced only with `force`. Files that others put beside the site are kept.
    """
    require_output_place(folder / MARKER, root, CHOOSE_FOLDER)
    with explain_write_errors(folder, CHOOSE_FOLDER):
        _remove_temporary(folder)
        existing = _read_site(folder)
        if not force:
            _require_unchanged(folder, existing, register)
        with create_folder(folder):
            temporary = folder / make_temporary_name()
            temporary.mkdir()
            try:
                with lock_folder(temporary):
                    yield SiteFolder(folder, temporary, existing, register)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)


def _remove_temporary(folder: Path) -> None:
    """Remove what runs that were killed left in a folder."""
    with suppress(OSError):
        for entry in [*os.scandir(folder)]:
            if is_temporary_name(entry.name) and entry.is_dir(follow_symlinks=False):
                remove_leftover_folder(Path(entry.path))


def _read_site(folder: Path) -> _ExistingSite:
    """Return the site in a folder; an empty one where nothing is. Raises `OperationError` for any other folder."""
    marker = folder / MARKER
    if not marker.is_file():
        names = sorted(entry.name for entry in os.scandir(folder)) if folder.is_dir() else []
        if os.path.lexists(folder) and not folder.is_dir():
            raise OperationError(f"{_escape(folder)} is a file, and a site is a folder. {CHOOSE_FOLDER}")
        if foreign := [name for name in names if not is_temporary_name(name) and name != ".git"]:
            raise _refuse_foreign(folder, foreign)
        return _ExistingSite()
    try:
        content = json.loads(marker.read_bytes())
        files = {str(path): str(fingerprint) for path, fingerprint in content["files"].items()}
        register = str(content["register"])
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise OperationError(
            f"{_escape(marker)}, the list of the site's files, was changed. {CHOOSE_FOLDER}"
        ) from error
    return _ExistingSite(register, {path: value for path, value in files.items() if _is_inside(path)})


def _is_inside(path: str) -> bool:
    """Whether a path leads to a file below its folder, and to no other place."""
    parts = path.split("/")
    return not any(part in {"", ".", ".."} or "\\" in part or ":" in part or "\0" in part for part in parts)


def _require_unchanged(folder: Path, existing: _ExistingSite, register: str) -> None:
    if existing.files and existing.register != register:
        raise OperationError(
            f"{_escape(folder)} has the site of another register: {_escape(existing.register)}. "
            "To replace it, add --force."
        )
    fingerprints = (
        (path, fingerprint, _read_fingerprint(folder / path)) for path, fingerprint in existing.files.items()
    )
    if changed := [path for path, fingerprint, current in fingerprints if current not in {"", fingerprint}]:
        names = escape_control_characters(join_ids(changed, _MAX_LISTED))
        raise OperationError(
            f"Somebody changed files of the site in {_escape(folder)}: {names}. To replace them, add --force."
        )


def _read_fingerprint(path: Path) -> str:
    """Return the fingerprint of an ordinary file; nothing where there is none."""
    if path.is_symlink() or not path.is_file():
        return ""
    return sha256(path.read_bytes()).hexdigest()


def _refuse_foreign(folder: Path, names: list[str]) -> OperationError:
    files = escape_control_characters(join_ids(names, _MAX_LISTED))
    return OperationError(
        f"{_escape(folder)} holds files that p2ptrack did not make, so no site was written: {files}. {CHOOSE_FOLDER}"
    )


def _escape(name: Path | str) -> str:
    return escape_control_characters(str(name))
