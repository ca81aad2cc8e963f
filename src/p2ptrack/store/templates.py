"""The templates folders: the register's own first, then the packaged one; and the words and layouts they hold."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from string import Template
from typing import Any

from p2ptrack.diagnostics import Problem, escape_control_characters, quote_excerpt
from p2ptrack.errors import OperationError
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.model.validation import KEY_SUFFIX
from p2ptrack.model.wording import Layout, Wording, merge_layers
from p2ptrack.store import yaml
from p2ptrack.store.folder import is_inside, outside_link_error, read_bytes
from p2ptrack.store.yaml.positions import locate_fields

EMPTY_FILE_CODE = "Y103"
"""The code of a file that holds nothing: a fault in a record, and not in a file of words that are all commented out."""

_PACKAGE_FOLDER = Path(__file__).resolve().parent.parent
PACKAGED = next(
    (
        folder
        for folder in (_PACKAGE_FOLDER / "templates", _PACKAGE_FOLDER.parent.parent / "templates")
        if folder.is_dir()
    ),
    _PACKAGE_FOLDER / "templates",
)
"""Built into the wheel as p2ptrack/templates; in a source checkout it is the repository's own folder."""


def template_folders(root: Path) -> tuple[Path, ...]:
    """Return the folders that templates are looked for in, the register's own first."""
    register_folder = root / "templates"
    return (
        (register_folder, PACKAGED)
        if register_folder.is_dir() and register_folder.resolve() != PACKAGED
        else (PACKAGED,)
    )


def load_wording(folders: tuple[Path, ...]) -> Wording:
    """Return the words of every folder, those of the first winning word by word.

    Raises `OperationError` with file and line when a words file is faulty.
    """
    return Wording(merge_layers(_read_texts(folder / "words.yaml", folder) for folder in folders))


def _read_texts(file: Path, folder: Path) -> dict[str, str]:
    data, values = _read_values(file, folder)
    for key, value in values.items():
        if not isinstance(value, str):
            raise _template_error(file, data, key, f"{key} should be text. Write {key}: the words to print")
    return values


def load_layout(folders: tuple[Path, ...]) -> Layout:
    """Return the order of sections and columns, the first folder winning report by report and table by table.

    Raises `OperationError` with file and line when a layout file is faulty.
    """
    layers = [_read_layout_file(folder / "layout.yaml", folder) for folder in folders]
    return Layout(
        sections=merge_layers(layer.get("sections", {}) for layer in layers),
        columns=merge_layers(layer.get("columns", {}) for layer in layers),
    )


_LAYOUT_KEYS = ("sections", "columns")


def _read_layout_file(file: Path, folder: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    data, values = _read_values(file, folder)
    for setting, lists in values.items():
        if setting not in _LAYOUT_KEYS:
            raise _template_error(
                file,
                data,
                setting,
                f"there is no {quote_excerpt(setting)} here. Write one of {', '.join(_LAYOUT_KEYS)}",
            )
        if not isinstance(lists, dict):
            raise _template_error(
                file, data, setting, f"{setting} should hold names, each with its list. Write a name, then its list"
            )
        for name, keys in lists.items():
            if not all(isinstance(key, str) for key in _as_tuple(keys)):
                message = f"{name} should be a list of names. Write {name}: [first, second]"
                raise _template_error(file, data, f"{setting}.{name}", message)
    return {setting: {name: _as_tuple(keys) for name, keys in lists.items()} for setting, lists in values.items()}


def _as_tuple(keys: Any) -> tuple[Any, ...]:
    return tuple(keys) if isinstance(keys, list) else (keys,)


def _template_error(file: Path, data: bytes, field: str, message: str) -> OperationError:
    location = locate_fields(data, [f"{field}{KEY_SUFFIX}"]).get(f"{field}{KEY_SUFFIX}")
    return OperationError(
        f"{escape_control_characters(str(file))}:{location.line if location else 1}: {escape_control_characters(message)}"
    )


def _read_values(file: Path, folder: Path) -> tuple[bytes, dict[str, Any]]:
    """Return a file's bytes and values; nothing where there is no such file, or where it holds comments only."""
    name = escape_control_characters(str(file))
    if not os.path.lexists(file):
        return b"", {}
    data = read_bytes(file, name) if is_inside(file, folder) else outside_link_error(name)
    if isinstance(data, Problem):
        raise OperationError(f"{name}: {data.message} Fix: {data.fix}")
    parsed = yaml.read(data, name)
    first_problem = next((problem for problem in parsed.problems if problem.code != EMPTY_FILE_CODE), None)
    if first_problem is not None:
        raise OperationError(
            f"{name}:{first_problem.location.line if first_problem.location else 1}: {first_problem.message} Fix: {first_problem.fix}"
        )
    return data, dict(parsed.value or {})


# The files that a new register begins with: few, whole, and each a pattern for the next.


_PROGRAMME_TEMPLATE = """\
# What all records share. After every change: p2ptrack check
title: Procurement recommendations and follow-ups
# organisation: the council's name, as papers should print it

meetings:
  - {id: AC-$year-03, body: Audit Committee, date: March $year}

roles: [Head of Procurement, Chief Internal Auditor]
"""

_RECOMMENDATION_TEMPLATE = """\
# What a review said should change. The file's name begins with the id.
id: R1
title: Keep one register of contracts
origin_text: The council should keep one register of its contracts, with an owner for each entry.
"""

_ACTION_TEMPLATE = """\
# What somebody will do about it.
id: A01
title: Bring the contracts of all directorates into one register
recommendations: [R1]
status: not_started
accountable: Head of Procurement
target: March $year
updates:
  - date: $today
    text: The action was entered in the register.
"""

_FOLLOW_UP_TEMPLATE = """\
# What a committee asked to have followed up.
id: F01
title: Report how many contracts were let without competition
origin_text: Members asked how many contracts were let without competition, and why.
status: not_started
accountable: Head of Procurement
target: AC-$year-03
updates:
  - date: $today
    text: The follow-up was entered in the register.
"""

SCAFFOLD_FILES = {
    PROGRAMME_PATH: _PROGRAMME_TEMPLATE,
    "data/recommendations/R1-contracts-register.yaml": _RECOMMENDATION_TEMPLATE,
    "data/actions/A01-one-register.yaml": _ACTION_TEMPLATE,
    "data/audit_followups/F01-without-competition.yaml": _FOLLOW_UP_TEMPLATE,
}
"""What `init` writes, by path; `$year` is the next one."""


def write_scaffold(folder: Path, today: date) -> tuple[str, ...]:
    """Write a register that works at once, its dates around a day, and return the paths of its files.

    Raises `OperationError` when the folder holds one of them already, or cannot be written.
    """
    for path in SCAFFOLD_FILES:
        if (folder / path).exists():
            raise OperationError(
                f"There is a register in {folder} already: {path}. Choose another folder: p2ptrack init DIR"
            )
    try:
        for path, text in SCAFFOLD_FILES.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            content = Template(text).substitute(year=today.year + 1, today=format_long_date(today))
            (folder / path).write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OperationError(f"No register can be started in {folder}: {reason}. Choose another folder.") from error
    return tuple(SCAFFOLD_FILES)
