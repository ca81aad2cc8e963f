"""The templates folders: the register's own first, then the packaged one; and the words and layouts they hold."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from p2ptrack.errors import CannotGoOn
from p2ptrack.problem import Problem, shown, visible
from p2ptrack.records.faults import KEY_SUFFIX
from p2ptrack.records.words import Layout, Words, merged
from p2ptrack.store import yaml
from p2ptrack.store.files import read_bytes
from p2ptrack.store.folder import inside, link_out
from p2ptrack.store.yaml.locate import locate

EMPTY_FILE = "Y103"
"""The code of a file that holds nothing: a fault in a record, and not in a file of words that are all commented out."""

_HERE = Path(__file__).resolve().parent.parent
PACKAGED = next(
    (folder for folder in (_HERE / "templates", _HERE.parent.parent / "templates") if folder.is_dir()),
    _HERE / "templates",
)
"""Built into the wheel as p2ptrack/templates; in a source checkout it is the repository's own folder."""


def template_folders(root: Path) -> tuple[Path, ...]:
    """Return the folders that templates are looked for in, the register's own first."""
    own = root / "templates"
    return (own, PACKAGED) if own.is_dir() and own.resolve() != PACKAGED else (PACKAGED,)


def read_words(folders: tuple[Path, ...]) -> Words:
    """Return the words of every folder, those of the first winning word by word.

    Raises `CannotGoOn` with file and line when a words file is faulty.
    """
    return Words(merged(_texts(folder / "words.yaml", folder) for folder in folders))


def _texts(file: Path, folder: Path) -> dict[str, str]:
    data, values = _read(file, folder)
    for key, value in values.items():
        if not isinstance(value, str):
            raise _stop(file, data, key, f"{key} should be text. Write {key}: the words to print")
    return values


def read_layout(folders: tuple[Path, ...]) -> Layout:
    """Return the order of sections and columns, the first folder winning report by report and table by table.

    Raises `CannotGoOn` with file and line when a layout file is faulty.
    """
    layers = [_layout(folder / "layout.yaml", folder) for folder in folders]
    return Layout(
        sections=merged(layer.get("sections", {}) for layer in layers),
        columns=merged(layer.get("columns", {}) for layer in layers),
    )


_PARTS = ("sections", "columns")


def _layout(file: Path, folder: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    data, values = _read(file, folder)
    for part, lists in values.items():
        if part not in _PARTS:
            raise _stop(file, data, part, f"there is no {shown(part)} here. Write one of {', '.join(_PARTS)}")
        if not isinstance(lists, dict):
            raise _stop(file, data, part, f"{part} should hold names, each with its list. Write a name, then its list")
        for name, keys in lists.items():
            if not all(isinstance(key, str) for key in _listed(keys)):
                message = f"{name} should be a list of names. Write {name}: [first, second]"
                raise _stop(file, data, f"{part}.{name}", message)
    return {part: {name: _listed(keys) for name, keys in lists.items()} for part, lists in values.items()}


def _listed(keys: Any) -> tuple[Any, ...]:
    return tuple(keys) if isinstance(keys, list) else (keys,)


def _stop(file: Path, data: bytes, field: str, message: str) -> CannotGoOn:
    place = locate(data, [f"{field}{KEY_SUFFIX}"]).get(f"{field}{KEY_SUFFIX}")
    return CannotGoOn(f"{visible(str(file))}:{place.line if place else 1}: {visible(message)}")


def _read(file: Path, folder: Path) -> tuple[bytes, dict[str, Any]]:
    """Return a file's bytes and values; nothing where there is no such file, or where it holds comments only."""
    name = visible(str(file))
    if not os.path.lexists(file):
        return b"", {}
    data = read_bytes(file, name) if inside(file, folder) else link_out(name)
    if isinstance(data, Problem):
        raise CannotGoOn(f"{name}: {data.message} Write: {data.fix}")
    reading = yaml.read(data, name)
    first = next((problem for problem in reading.problems if problem.code != EMPTY_FILE), None)
    if first is not None:
        raise CannotGoOn(f"{name}:{first.place.line if first.place else 1}: {first.message} Write: {first.fix}")
    return data, dict(reading.value or {})
