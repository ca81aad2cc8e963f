"""The templates folders, the wording and layouts in them, and the files of a new register."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path, PurePosixPath
from string import Template
from typing import Any

from p2ptrack.diagnostics import Problem, escape_control_characters
from p2ptrack.errors import OperationError
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.kinds import KINDS
from p2ptrack.model.programme import Layout, Wording, get_language_code, is_english, merge_layers
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.model.validation import KEY_SUFFIX
from p2ptrack.phrases import join_words, quote
from p2ptrack.store import yaml
from p2ptrack.store.folder import describe_folder, read_bytes
from p2ptrack.store.writing import stage_files
from p2ptrack.store.yaml.messages import EMPTY_FILE
from p2ptrack.store.yaml.positions import locate_fields


def _find_packaged_folder() -> Path:
    """Return p2ptrack/templates, as in the wheel, or the folder of the repository in a source checkout."""
    package = Path(__file__).resolve().parent.parent
    checkout = package.parent.parent / "templates"
    installed = package / "templates"
    return checkout if checkout.is_dir() and not installed.is_dir() else installed


PACKAGED = _find_packaged_folder()
"""The templates that come with the program."""


LOGO_FILES = ("logo.svg", "logo.png")
"""The names under which papers find the council's logo."""


def list_unused_logos(folders: tuple[Path, ...]) -> list[str]:
    """Return a sentence about each file that was meant as the logo and is not used, with what to do."""
    sentences = []
    for folder in folders:
        for file in sorted(folder.glob("*")):
            if folder == PACKAGED or not file.name.casefold().startswith("logo") or file.name in LOGO_FILES:
                continue
            suffix = file.suffix.casefold()
            change = "Save the picture as logo.png or logo.svg"
            if f"logo{suffix}" in LOGO_FILES:
                change = f"Call it logo{suffix}"
            name = escape_control_characters(f"{folder.name}/{file.name}")
            sentences.append(f"{name} is not used as the logo. {change}.")
    return sentences


def template_folders(root: Path) -> tuple[Path, ...]:
    """Return the folders in which templates are looked up, the register's own first.

    Raises `OperationError` when the register's own is a link or a file: a template can print any file in its folder.
    """
    own_folder = root / "templates"
    if own_folder.is_symlink():
        raise _template_link_error(own_folder)
    if os.path.lexists(own_folder) and not own_folder.is_dir():
        name = escape_control_characters(str(own_folder))
        raise OperationError(f"{name} is a file, but a folder is expected here. Give the file another name.")
    if own_folder.is_dir() and own_folder.resolve() != PACKAGED:
        return own_folder, PACKAGED
    return (PACKAGED,)


def find_template(name: str, folders: tuple[Path, ...]) -> Path | None:
    """Return the first file of this name (relative, with `/`), or None. Paths out of a folder are ignored.

    Raises `OperationError` for a link in a folder of the register, wherever it leads.
    """
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or name.startswith("/") or "\\" in name or "\0" in name:
        return None
    for folder in folders:
        file = folder
        for part in parts:
            file /= part
            if folder != PACKAGED and file.is_symlink():
                raise _template_link_error(file)
        if file.is_file():
            return file
    return None


def _template_link_error(path: Path) -> OperationError:
    """Return the error of a link to a template: it could lead to a record, or to any file of the computer."""
    name = escape_control_characters(str(path))
    return OperationError(
        f"{name} is a link, and templates are not read through links. Put the file or folder itself there."
    )


def load_wording(folders: tuple[Path, ...], language: str = "") -> Wording:
    """Return the wording of all folders in a language; each text comes from the first file that has it.

    `words.yaml` is English in the packaged folder, and in the register's own whatever the council wrote. A file such as
    `words.cy.yaml` has the texts of one language. Raises `OperationError` with file and line if a file has a mistake.
    """
    own_texts = [_read_texts(folder / WORDS_FILE, folder) for folder in folders if folder != PACKAGED]
    english = _read_texts(PACKAGED / WORDS_FILE, PACKAGED) if PACKAGED in folders else {}
    if is_english(language):
        return Wording(merge_layers((*own_texts, english)))
    name = name_words_file(language)
    translated = {folder: _read_texts(folder / name, folder) for folder in folders}
    packaged = translated.pop(PACKAGED, {})
    layers = (*translated.values(), *own_texts, packaged)
    keys = english.keys() - frozenset().union(*(layer.keys() for layer in layers))
    untranslated = frozenset(key for key in keys if _has_words(english[key]) and not _NAMED_LANGUAGE.fullmatch(key))
    return Wording(merge_layers((*layers, english)), untranslated)


WORDS_FILE = "words.yaml"
_NAMED_LANGUAGE = re.compile(r"(?:months|date_by|date_missing)(?:_[a-z]{2,3})?")
"""Keys of dates, which `read_date_words` has for each language."""
_PLACEHOLDER = re.compile(r"\$\w+|\$\{\w+\}")


def name_words_file(language: str) -> str:
    """Return the name of the file with the texts of a language: `words.cy.yaml`."""
    return f"words.{get_language_code(language)}.yaml"


def _has_words(text: str) -> bool:
    return any(character.isalpha() for character in _PLACEHOLDER.sub("", text))


def _read_texts(file: Path, folder: Path) -> dict[str, str]:
    data, values = _read_values(file, folder)
    for key, value in values.items():
        if not isinstance(value, str):
            raise _template_error(file, data, key, f"{key} must be text. Write {key}: and the text to print.")
    return values if folder == PACKAGED else {_update_name(key): value for key, value in values.items()}


def _update_name(name: str) -> str:
    """Return today's name of a text, section, column or table that may have the name of an earlier version."""
    for former, current in _FORMER_NAMES.items():
        name = re.sub(former, current, name)
    return name


_FORMER_NAMES = {
    r"^ask_endless(?=_)": "request_review_date",
    r"(?<![a-z])ask(?=s?(?:_|$))": "request",
    r"^witnessed(?=_|$)": "counted",
    r"^(sheet_)?plan([-_])endless(?=_|$)": r"\1plan\2open\2ended",
    r"^of_aimed(?=_)": "of_with_target",
    r"^remake_last_seal$": "remake_last_tag",
    r"^same_work_aim$": "same_work_target",
}
"""Parts of names up to version 0.1.0, and what they are called now."""


def load_layout(folders: tuple[Path, ...]) -> Layout:
    """Return the order of sections and columns; each report and table comes from the first folder that has it.

    Raises `OperationError` with file and line if a layout file has a mistake.
    """
    layers = [_read_layout(folder / "layout.yaml", folder) for folder in folders]
    return Layout(
        sections=merge_layers(layer.get("sections", {}) for layer in layers),
        columns=merge_layers(layer.get("columns", {}) for layer in layers),
    )


_LAYOUT_SETTINGS = ("sections", "columns")


def _read_layout(file: Path, folder: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    data, values = _read_values(file, folder)
    for setting, lists in values.items():
        if setting not in _LAYOUT_SETTINGS:
            message = f"{quote(setting)} is not a setting. Use {join_words(_LAYOUT_SETTINGS, 'or')}."
            raise _template_error(file, data, setting, message)
        if not isinstance(lists, dict):
            message = f"{setting} must contain names, each with a list. Write each name on a line of its own."
            raise _template_error(file, data, setting, message)
        for name, keys in lists.items():
            if not all(isinstance(key, str) for key in _as_tuple(keys)):
                message = f"{name} must be a list of names, for example {name}: [first, second]."
                raise _template_error(file, data, f"{setting}.{name}", message)
    return {
        setting: {_update_name(name): tuple(map(_update_name, _as_tuple(keys))) for name, keys in lists.items()}
        for setting, lists in values.items()
    }


def _as_tuple(keys: Any) -> tuple[Any, ...]:
    return tuple(keys) if isinstance(keys, list) else (keys,)


def _template_error(file: Path, data: bytes, field: str, message: str) -> OperationError:
    key = f"{field}{KEY_SUFFIX}"
    location = locate_fields(data, [key]).get(key)
    return OperationError(escape_control_characters(f"{file}:{location.line if location else 1}: {message}"))


def _read_values(file: Path, folder: Path) -> tuple[bytes, dict[str, Any]]:
    """Return the bytes and values of a file; nothing if there is no such file or it contains only comments."""
    name = escape_control_characters(str(file))
    if folder != PACKAGED and file.is_symlink():
        raise _template_link_error(file)
    if not os.path.lexists(file):
        return b"", {}
    data = read_bytes(file, name)
    if isinstance(data, Problem):
        raise OperationError(f"{name}: {_format_problem(data)}")
    parsed = yaml.read(data, name)
    for problem in parsed.problems:
        if problem.code != EMPTY_FILE.code:  # a file with only comments is valid here
            line = problem.location.line if problem.location else 1
            raise OperationError(f"{name}:{line}: {_format_problem(problem)}")
    return data, dict(parsed.value or {})


def _format_problem(problem: Problem) -> str:
    fix = problem.fix.replace("\n", " ")
    return f"{problem.message} Fix: {fix}"


def list_packaged_registers() -> dict[str, Path]:
    """Return the files with the declarations of registers that come with the program, by the register's name."""
    return {file.stem: file for file in sorted((PACKAGED / "registers").glob("*.yaml"))}


def declare_packaged_registers(programme: bytes, names: Iterable[str]) -> bytes:
    """Return a programme with the declarations of packaged registers, whose other lines stay as they are.

    Raises `OperationError` where the programme has a mistake in its YAML.
    """
    files = list_packaged_registers()
    declarations = {name: _read_values(files[name], PACKAGED)[1] for name in names}
    from p2ptrack.store.yaml.edit import SetField, apply_edits  # a paper writes no record

    return apply_edits(programme, [SetField(("registers", name), value) for name, value in declarations.items()])


SCAFFOLD_PATHS = (
    PROGRAMME_PATH,
    "data/recommendations/R1-contracts-register.yaml",
    "data/actions/A01-one-register.yaml",
    "data/audit_followups/F01-without-competition.yaml",
)
"""The files that `init` writes. Their texts are in the packaged folder `scaffold`; `$year` in them is next year."""


_CHOOSE_FOLDER = "Choose another folder: p2ptrack init DIR"


def build_scaffold(today: date) -> dict[str, bytes]:
    """Return a small complete register with dates around `today`, by path."""
    dates = {"year": today.year + 1, "today": format_long_date(today)}
    texts = ((path, PACKAGED / "scaffold" / PurePosixPath(path).name) for path in SCAFFOLD_PATHS)
    return {path: Template(file.read_text(encoding="utf-8")).substitute(dates).encode() for path, file in texts}


def write_scaffold(
    folder: Path, contents: Mapping[str, bytes], support_files: Mapping[str, bytes], *, keep_records: bool
) -> tuple[str, ...]:
    """Write the files of a new register, and return the paths of those that were written.

    `support_files` are other files by their paths; those that are there already are kept. The programme is written
    last, so that an unfinished folder is not a register and `init` can run again. With `keep_records`, records that are
    there already are kept, and then no example is put beside them. Raises `OperationError` if there is a register or
    such a record, a link is in the way, or the folder cannot be written.
    """
    name = describe_folder(folder)
    for path in dict.fromkeys(
        parent for file in (*contents, *support_files) for parent in (file, *map(str, Path(file).parents))
    ):
        if path != "." and path not in support_files and (folder / path).is_symlink():
            link = escape_control_characters(str(folder / path))
            raise OperationError(f"{link} is a link, and p2ptrack does not write through links. {_CHOOSE_FOLDER}")
    programme = folder / PROGRAMME_PATH
    if os.path.lexists(programme) and not _is_empty_file(programme):
        raise OperationError(f"There is already a register in {name}: {PROGRAMME_PATH}. {_CHOOSE_FOLDER}")
    records = {path: read_bytes(file, path) for path, file in _list_existing_records(folder)}
    others = [path for path, data in records.items() if contents.get(path) != data]
    if others and not keep_records:
        record = escape_control_characters(others[0])
        raise OperationError(f"There is already a record in {name}: {record}. {_CHOOSE_FOLDER}")
    paths = [PROGRAMME_PATH] if others else [path for path in contents if path not in records]
    new_files = {path: data for path, data in support_files.items() if not os.path.lexists(folder / path)}
    # The programme comes last: before it is there, this is no register.
    ordered = sorted((*paths, *new_files), key=lambda path: path == PROGRAMME_PATH)
    files = {folder / path: {**contents, **new_files}[path] for path in ordered}
    with stage_files(files, _CHOOSE_FOLDER) as replace_files:
        replace_files()
    return (*paths, *new_files)


def _list_existing_records(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of the record folders that have content, with their paths in the register."""
    for record_folder in KINDS.folders:
        for file in sorted((folder / record_folder).glob("[!.]*")):
            if not _is_empty_file(file):
                yield f"{record_folder}/{file.name}", file


def _is_empty_file(file: Path) -> bool:
    """Whether a file is empty, for example because the disk was full."""
    return file.is_file() and file.stat().st_size == 0
