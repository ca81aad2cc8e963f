"""Files beside the records of a register: what editors check with, and what git leaves out."""

from __future__ import annotations

import json
import re
import shlex
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from p2ptrack import __version__
from p2ptrack.model.kinds import KINDS, Kinds
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.store.git.process import run_git
from p2ptrack.store.git.repository_setup import ATTRIBUTES, DRIVER
from p2ptrack.store.templates import PACKAGED
from p2ptrack.store.writing import read_existing
from p2ptrack.values import dataclass

PIPELINES = {
    "github": ".github/workflows/register.yaml",
    "gitlab": ".gitlab-ci.yml",
    "azure": "azure-pipelines.yml",
}
"""Where each service finds its pipeline, from the top of the repository."""
SCHEMA_FOLDER = ".vscode/p2ptrack"
SETTINGS_FILE = ".vscode/settings.json"
_SCHEMAS = "yaml.schemas"
IGNORED_FOLDER = "/build/"
_IGNORING_LINES = {"build", "build/", "/build", IGNORED_FOLDER}
_GITIGNORE = f"""\
# Papers are made again when they are needed. Those for members and officers can hold exempt text, and what is in the
# history of git can never be taken out of it.
{IGNORED_FOLDER}
"""
_GITATTRIBUTES = f"""\
# The same line ends on every computer, so that a change shows only the lines that somebody changed.
/data/**/*.yaml text eol=lf
# p2ptrack merges records field by field, on each computer where p2ptrack doctor --fix has set it up.
{ATTRIBUTES}"""


def build_schema_files(schemas: dict[str, Any]) -> dict[str, bytes]:
    """Return the schema of each kind of file, by its path in the register."""
    return {f"{SCHEMA_FOLDER}/{name}.json": _to_json(schema) for name, schema in schemas.items()}


def find_stale_schemas(folder: Path, schemas: dict[str, Any]) -> dict[str, bytes]:
    """Return the schemas that a register lacks, or has of another version or other own words, by their paths in it."""
    files = build_schema_files(schemas)
    return {path: data for path, data in files.items() if _read_plain(folder / path) != data}


def _read_plain(file: Path) -> bytes:
    """Return the content of a file, with the line ends that git may have changed as they were."""
    return read_existing(file).replace(b"\r\n", b"\n")


_MODELINE_START = b"# yaml-language-server:"


def build_modeline(path: str, kinds: Kinds = KINDS) -> bytes:
    """Return the first line of the file with a path in the register, by which editors find its schema."""
    folder = path.rpartition("/")[0]
    name = next((kind.word for kind in kinds if folder == f"data/{kind.folder}"), "programme")
    steps = "../" * (folder.count("/") + 1)
    return _MODELINE_START + f" $schema={steps}{SCHEMA_FOLDER}/{name}.json\n".encode()


def has_modeline(data: bytes) -> bool:
    """Whether a file begins with a line for editors."""
    return data.removeprefix(BOM_UTF8).startswith(_MODELINE_START)


def add_modelines(folder: Path, kinds: Kinds = KINDS) -> dict[str, bytes]:
    """Return the programme and the records that have no line for editors, with one, by their paths in the register."""
    patterns = (PROGRAMME_PATH, *(f"data/{kind.folder}/*.yaml" for kind in kinds))
    files = [file for pattern in patterns for file in sorted(folder.glob(pattern)) if not file.is_symlink()]
    changed = {}
    for file in files:
        path, data = file.relative_to(folder).as_posix(), read_existing(file)
        if data and not has_modeline(data):
            mark = BOM_UTF8 if data.startswith(BOM_UTF8) else b""
            line = build_modeline(path, kinds).replace(b"\n", b"\r\n" if b"\r\n" in data else b"\n")
            changed[path] = mark + line + data.removeprefix(mark)
    return changed


def _list_patterns(kinds: Kinds) -> dict[str, str]:
    """Return the files that each schema is for, by its path as the settings of VS Code name it."""
    patterns = {kind.word: f"data/{kind.folder}/*.yaml" for kind in kinds} | {"programme": PROGRAMME_PATH}
    return {f"./{SCHEMA_FOLDER}/{name}.json": pattern for name, pattern in patterns.items()}


@dataclass(frozen=True, slots=True)
class EditorSettings:
    """What the settings of VS Code lack: lines for schemas, and the file with them or None."""

    lines: tuple[str, ...] = ()
    extended: bytes | None = None

    @property
    def advice(self) -> str:
        """Return what somebody has to add by hand; nothing where p2ptrack can."""
        if not self.lines or self.extended is not None:
            return ""
        return f"Add to {_SCHEMAS} in {SETTINGS_FILE}: {', '.join(self.lines)}"


def find_lacking_settings(folder: Path, kinds: Kinds) -> EditorSettings:
    """Return which schemas the settings of VS Code lack, such as that of a register that was declared since.

    Settings that name none of the schemas are somebody's own, and lack nothing. Everything in the file is kept: lines
    are put before the first schema. A file with comments, which is no plain JSON, is not extended.
    """
    file = folder / SETTINGS_FILE
    data = b"" if file.is_symlink() else read_existing(file)
    text = data.decode("utf-8", "replace")
    lacking = {path: pattern for path, pattern in _list_patterns(kinds).items() if _quote_json(path) not in text}
    if f'"./{SCHEMA_FOLDER}/' not in text or not lacking:
        return EditorSettings()
    lines = tuple(f"{_quote_json(path)}: {_quote_json(pattern)}" for path, pattern in lacking.items())
    return EditorSettings(lines, _add_schemas(data, lines, lacking))


_SCHEMAS_START = re.compile(rb'"yaml\.schemas"[ \t]*:[ \t]*\{([ \t\r\n]*)"')


def _add_schemas(data: bytes, lines: Sequence[str], added: Mapping[str, str]) -> bytes | None:
    """Return settings with lines before the first schema; None if that changes anything else."""
    places = list(_SCHEMAS_START.finditer(data))
    if len(places) != 1:
        return None
    start, space = places[0].end() - 1, places[0][1]
    changed = data[:start] + b"".join(line.encode() + b"," + (space or b" ") for line in lines) + data[start:]
    before, after = _read_pairs(data), _read_pairs(changed)
    if before is None or after is None:
        return None
    expected = [
        (name, [*added.items(), *value] if name == _SCHEMAS and isinstance(value, list) else value)
        for name, value in before
    ]
    return changed if after == expected else None


def _read_pairs(data: bytes) -> list[tuple[str, Any]] | None:
    """Return the names and values of a JSON object, also of those inside it, in order; None for anything else."""
    try:
        value = json.loads(data.removeprefix(BOM_UTF8), object_pairs_hook=list)
    except ValueError:
        return None
    return value if data.removeprefix(BOM_UTF8).lstrip().startswith(b"{") else None


def build_settings_files(kinds: Kinds = KINDS) -> dict[str, bytes]:
    """Return the settings of VS Code and git for a register, by their paths in it."""
    settings = {
        _SCHEMAS: _list_patterns(kinds),
        "yaml.schemaStore.enable": False,
        "[yaml]": {"editor.tabSize": 2, "editor.insertSpaces": True, "editor.formatOnSave": False},
        "files.encoding": "utf8",
    }
    return {
        ".gitignore": _GITIGNORE.encode(),
        ".gitattributes": _GITATTRIBUTES.encode(),
        SETTINGS_FILE: _to_json(settings),
        ".vscode/extensions.json": _to_json({"recommendations": ["redhat.vscode-yaml"]}),
    }


def build_pipeline(service: str, folder: str) -> bytes:
    """Return the pipeline for a register in a folder of the repository: nothing for its top, otherwise `a/b/`."""
    text = (PACKAGED / "pipelines" / f"{service}.yaml").read_text(encoding="utf-8")
    root = f" --root {shlex.quote(folder)}" if folder else ""
    values = {"{version}": __version__, "{root}": root, "{build}": shlex.quote(f"{folder}build")}
    for placeholder, value in values.items():
        text = text.replace(placeholder, value)
    return text.encode()


def list_missing_settings(folder: Path) -> list[str]:
    """Return what to add to files of a folder that were there before and are kept as they are."""
    reasons = {
        ".gitignore": ("so that papers with exempt text are not committed", IGNORED_FOLDER),
        ".gitattributes": ("so that p2ptrack merges records", ATTRIBUTES.strip()),
    }
    return [f"Add this line to {name}, {reasons[name][0]}: {reasons[name][1]}" for name in find_lacking_files(folder)]


def find_lacking_files(folder: Path) -> dict[str, bytes]:
    """Return the files of git's settings that lack a line of p2ptrack, each with its content and that line."""
    lacking = {}
    if not _is_set(folder, ("check-ignore", "--quiet", "--no-index", "build/paper.pdf"), ".gitignore", _IGNORING_LINES):
        lacking[".gitignore"] = _GITIGNORE
    check = ("check-attr", "merge", "--", "data/actions/A01.yaml")
    if not _is_set(folder, check, ".gitattributes", {ATTRIBUTES.split()[1]}, f": {DRIVER}\n"):
        lacking[".gitattributes"] = _GITATTRIBUTES
    return {name: _append_text(folder / name, text) for name, text in lacking.items()}


def _is_set(folder: Path, check: tuple[str, ...], name: str, words: set[str], answer: str = "") -> bool:
    """Whether git has a setting, or the file in a folder that is in no repository."""
    result = run_git(folder, *check)
    if result.is_installed and result.exit_code in (0, 1):
        return result.exit_code == 0 and result.text.endswith(answer)
    return not words.isdisjoint(read_existing(folder / name).decode("utf-8", "replace").split())


def _append_text(file: Path, text: str) -> bytes:
    """Return the content of a file with a text after it, in the file's own line ends."""
    data = read_existing(file)
    line_end = b"\r\n" if b"\r\n" in data else b"\n"
    separator = line_end if data and not data.endswith(b"\n") else b""
    return data + separator + text.encode().replace(b"\n", line_end)


def _quote_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _to_json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
