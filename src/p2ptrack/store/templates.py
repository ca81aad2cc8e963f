"""The templates folders: the register's own first, then the packaged one; and the words and layouts they hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from p2ptrack.errors import CannotGoOn
from p2ptrack.problem import Problem
from p2ptrack.records.words import Layout, Words, merged
from p2ptrack.store import yaml
from p2ptrack.store.folder import read_bytes

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
    layers = [_plain(folder, "words.yaml") for folder in folders]
    for layer in layers:
        for key, value in layer.items():
            if not isinstance(value, str):
                raise CannotGoOn(f"templates/words.yaml: {key} should be text. Write {key}: the words to print")
    return Words(merged(layers))


def read_layout(folders: tuple[Path, ...]) -> Layout:
    """Return the order of sections and columns, the first folder winning report by report and table by table."""
    layers = [_plain(folder, "layout.yaml") for folder in folders]
    return Layout(
        sections=merged(_lists(layer, "sections") for layer in layers),
        columns=merged(_lists(layer, "columns") for layer in layers),
    )


def _plain(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    if not path.is_file():
        return {}
    data = read_bytes(path, f"templates/{name}")
    reading = yaml.read(data, f"templates/{name}") if not isinstance(data, Problem) else None
    problems = (data,) if isinstance(data, Problem) else reading.problems if reading else ()
    if problems:
        first = problems[0]
        line = f":{first.place.line}" if first.place else ""
        raise CannotGoOn(f"{path}{line}: {first.message} Write: {first.fix}")
    return dict(reading.value or {}) if reading else {}


def _lists(layer: dict[str, Any], part: str) -> dict[str, tuple[str, ...]]:
    found = layer.get(part) or {}
    if not isinstance(found, dict):
        raise CannotGoOn(f"templates/layout.yaml: {part} should hold names, each with its list.")
    return {name: tuple(_words(name, keys)) for name, keys in found.items()}


def _words(name: str, keys: Any) -> list[str]:
    items = keys if isinstance(keys, list) else [keys]
    if not all(isinstance(item, str) for item in items):
        raise CannotGoOn(f"templates/layout.yaml: {name} should be a list of names. Write {name}: [first, second]")
    return items
