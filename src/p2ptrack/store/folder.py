"""The register's folder: where it is, which files count, and what is wrong with them as files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from p2ptrack.errors import CannotGoOn
from p2ptrack.problem import Problem, Severity
from p2ptrack.records.faults import Fault
from p2ptrack.records.kinds import KINDS, Kind
from p2ptrack.records.register import PROGRAMME_PATH

MOST_BYTES = 1_048_576
"""The largest file that is read: 1 MiB (design, section 7)."""

FAULTS: tuple[Fault, ...] = (
    Fault(
        "D101",
        "A file that cannot be read",
        "A record that cannot be opened would be missing from every list and paper.",
        "a file without read permission, or a folder named A01.yaml",
        "give the file read permission, or put a file there",
    ),
    Fault(
        "D102",
        "Not a record file",
        "Every file in a record folder counts, and a record's file ends in .yaml.",
        "data/actions/A01.docx",
        "data/actions/A01.yaml",
    ),
    Fault(
        "D103",
        "A folder inside a record folder",
        "Records stand side by side, one file each; files in a sub-folder would be passed over.",
        "data/actions/2023/A01.yaml",
        "data/actions/A01.yaml",
    ),
    Fault(
        "D104",
        "A file that is too large",
        "A record of over 1 MiB is another document saved in the wrong place.",
        "a scanned report saved as A01.yaml",
        "keep the document elsewhere and name it under evidence",
    ),
    Fault(
        "D105",
        "A link out of the register",
        "A symbolic link may lead to something that is not the council's record and can change unseen.",
        "A01.yaml pointing to ../../elsewhere.yaml",
        "put the file itself here",
    ),
    Fault(
        "D106",
        "The file's name does not begin with the id",
        "People look for A01 in the folder; the id stands in the file and the file's name begins with it.",
        "A02-register.yaml holding id: A01",
        "A01-register.yaml",
    ),
    Fault(
        "D107",
        "The same id twice",
        "Two records of one id cannot be told apart in a paper, whatever their kind or the case of the letters.",
        "A01.yaml and a01-again.yaml",
        "another id for one of them",
    ),
    Fault(
        "D108",
        "A folder that is not read",
        "Only the folders of records are read, and a name with a slip in it would hide every record in it.",
        "data/action/A01.yaml",
        "data/actions/A01.yaml",
        Severity.WARNING,
    ),
)


@dataclass(frozen=True, slots=True)
class RecordFile:
    """A file that counts: its kind, its path relative to the register (with `/`), and where it is."""

    kind: Kind
    path: str
    location: str


def find_root(given: Path | None, start: Path) -> Path:
    """Return the register's folder: the one given, else the nearest upwards from `start`.

    Raises `CannotGoOn` when there is none.
    """
    if given is not None:
        if (given / PROGRAMME_PATH).is_file():
            return given
        raise CannotGoOn(
            f"There is no register in {given}: it would hold {PROGRAMME_PATH}. Start one with: p2ptrack init {given}"
        )
    for folder in (start, *start.parents):
        if (folder / PROGRAMME_PATH).is_file():
            return folder
    raise CannotGoOn(
        f"There is no register here: no {PROGRAMME_PATH} in {start} or above it. "
        "Go to the register's folder, name it with --root, or start one with: p2ptrack init"
    )


def record_files(root: Path) -> tuple[tuple[RecordFile, ...], tuple[Problem, ...]]:
    """Return every file that counts, and a problem for each entry of a record folder that cannot be a record."""
    files: list[RecordFile] = []
    problems: list[Problem] = list(_other_folders(root))
    for kind in KINDS:
        for entry in _entries(root / "data" / kind.folder, problems):
            path = f"data/{kind.folder}/{entry.name}"
            problem = _wrong_entry(entry, path, root)
            if problem:
                problems.append(problem)
            else:
                files.append(RecordFile(kind, path, entry.path))
    return tuple(files), tuple(problems)


def _entries(folder: Path, problems: list[Problem]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted((entry for entry in found if not entry.name.startswith(".")), key=lambda entry: entry.name)
    except FileNotFoundError:
        return []
    except OSError as error:
        problems.append(_unreadable(f"data/{folder.name}", error))
        return []


def _wrong_entry(entry: os.DirEntry[str], path: str, root: Path) -> Problem | None:
    if entry.is_symlink() and not _inside(entry.path, root):
        return _error("D105", path, "This is a link to a file outside the register.", "the file itself, in its place")
    if entry.is_dir():
        return _wrong_folder(entry.name, path)
    stem, dot, ending = entry.name.rpartition(".")
    if dot and ending.casefold() in {"yaml", "yml"}:
        return None
    return _error(
        "D102",
        path,
        "A file in this folder is a record and ends in .yaml; this one does not.",
        f"{path.rpartition('/')[0]}/{stem or ending}.yaml, or move the file elsewhere",
    )


def _wrong_folder(name: str, path: str) -> Problem:
    if name.casefold().endswith((".yaml", ".yml")):
        return _error("D101", path, "This is a folder, and a file should be here.", f"a file named {name}")
    return _error(
        "D103",
        path,
        "This is a folder inside a folder of records; files in it are not read.",
        f"the files of {path} beside the other records",
    )


def _inside(location: str, root: Path) -> bool:
    return Path(os.path.realpath(location)).is_relative_to(os.path.realpath(root))


def _other_folders(root: Path) -> Iterator[Problem]:
    known = [kind.folder for kind in KINDS]
    for entry in sorted((root / "data").iterdir()):
        if entry.is_dir() and not entry.name.startswith(".") and entry.name not in known:
            near = get_close_matches(entry.name.casefold(), known, n=1, cutoff=0.4)
            fix = f"data/{near[0]} (did you mean this?)" if near else f"one of data/{', data/'.join(known)}"
            yield Problem(
                f"data/{entry.name}",
                "D108",
                Severity.WARNING,
                "This folder is not one of records; no file in it is read.",
                fix,
            )


def read_bytes(location: str | Path, path: str) -> bytes | Problem:
    """Return what a file holds, or the problem of reading it. At most 1 MiB is read."""
    try:
        with Path(location).open("rb", buffering=0) as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        return _unreadable(path, error)
    if len(data) > MOST_BYTES:
        return _error(
            "D104",
            path,
            "This file is over 1 MiB, which no record is.",
            "the record alone; name long documents under evidence",
        )
    return data


def _unreadable(path: str, error: OSError) -> Problem:
    why = error.strerror or type(error).__name__
    return _error(
        "D101",
        path,
        f"This file cannot be read: {why}.",
        "a file that you may read; ask whoever looks after this machine",
    )


def _error(code: str, path: str, message: str, fix: str) -> Problem:
    return Problem(path, code, Severity.ERROR, message, fix)


def name_problem(path: str, id_: str) -> Problem | None:
    """Return the problem of a file whose name does not begin with its record's id."""
    name = path.rpartition("/")[2].rpartition(".")[0]
    if name == id_ or name.startswith(f"{id_}-"):
        return None
    rest = name.partition("-")[2]
    better = f"{id_}-{rest}.yaml" if rest else f"{id_}.yaml"
    return Problem(
        path,
        "D106",
        Severity.ERROR,
        f"The id is {id_}, and the file's name does not begin with it.",
        f"{better} as the file's name, or the id that the name has",
        "id",
    )
