"""Files beside the records of a register, for editors and git, and the checks of an installation by `doctor`."""

from __future__ import annotations

import json
import os
import platform
import re
import shlex
import shutil
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from p2ptrack import __version__
from p2ptrack.cli.options import resolve_date
from p2ptrack.diagnostics import escape_control_characters
from p2ptrack.errors import OperationError, advise_on_git
from p2ptrack.formats.json import format_json
from p2ptrack.model.editor_schema import build_file_schemas
from p2ptrack.model.kinds import KINDS, Kinds
from p2ptrack.model.programme import is_english
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.phrases import join_ids, join_words, pluralise
from p2ptrack.store.folder import FolderSource, find_root
from p2ptrack.store.git.process import MIN_VERSION, describe_old_version, format_version, read_version, run_git
from p2ptrack.store.git.repository_setup import (
    ATTRIBUTES,
    DRIVER,
    find_top,
    install_merge_driver,
    is_merge_driver_installed,
    read_commit_hook,
    write_commit_hook,
)
from p2ptrack.store.git.worktree import find_register
from p2ptrack.store.loader import load_programme
from p2ptrack.store.templates import PACKAGED, load_wording, name_words_file, template_folders
from p2ptrack.store.writing import read_existing, stage_files, write_file
from p2ptrack.values import dataclass

if TYPE_CHECKING:
    from p2ptrack.model.kinds import Kinds
    from p2ptrack.model.programme import Programme
    from p2ptrack.reports.document import Document
    from p2ptrack.store.git.repository_setup import CommitHook


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
# history of git can never be removed from it.
{IGNORED_FOLDER}
"""
_GITATTRIBUTES = f"""\
# The same line ends on every computer, so that a change shows only the lines that somebody changed.
/data/**/*.yaml text eol=lf
# p2ptrack merges records field by field, on each computer where p2ptrack doctor --fix has set it up.
{ATTRIBUTES}"""


def build_schema_files(schemas: dict[str, Any]) -> dict[str, bytes]:
    """Return the schema of each kind of file, by its path in the register."""
    return {f"{SCHEMA_FOLDER}/{name}.json": format_json(schema) for name, schema in schemas.items()}


def find_stale_schemas(folder: Path, schemas: dict[str, Any]) -> dict[str, bytes]:
    """Return the schemas that are missing or out of date in a register, by their paths in it."""
    files = build_schema_files(schemas)
    return {path: data for path, data in files.items() if _read_plain(folder / path) != data}


def _read_plain(file: Path) -> bytes:
    """Return the content of a file with the line ends that p2ptrack writes: git may have changed them."""
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
    """What the settings of VS Code lack: lines for schemas, and the file with them or None.

    Settings that name no schema are the user's own. They are complete, but may not check records.
    """

    lines: tuple[str, ...] = ()
    extended: bytes | None = None
    names_schemas: bool = True

    @property
    def advice(self) -> str:
        """Return what the user has to add by hand; nothing where p2ptrack can add it."""
        if not self.lines or self.extended is not None:
            return ""
        return f"Add to {_SCHEMAS} in {SETTINGS_FILE}: {', '.join(self.lines)}"


def find_missing_settings(folder: Path, kinds: Kinds) -> EditorSettings:
    """Return which schemas the settings of VS Code lack, such as that of a register that was declared since.

    Everything in the file is kept: lines are put before the first schema. A file with comments, which is no plain
    JSON, is not extended.
    """
    file = folder / SETTINGS_FILE
    data = b"" if file.is_symlink() else read_existing(file)
    text = data.decode("utf-8", "replace")
    missing_patterns = {
        path: pattern for path, pattern in _list_patterns(kinds).items() if _quote_json(path) not in text
    }
    names_schemas = f'"./{SCHEMA_FOLDER}/' in text
    if not names_schemas or not missing_patterns:
        return EditorSettings(names_schemas=names_schemas)
    lines = tuple(f"{_quote_json(path)}: {_quote_json(pattern)}" for path, pattern in missing_patterns.items())
    return EditorSettings(lines, _add_schemas(data, lines, missing_patterns))


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
        SETTINGS_FILE: format_json(settings),
        ".vscode/extensions.json": format_json({"recommendations": ["redhat.vscode-yaml"]}),
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
    return [f"Add this line to {name}, {reasons[name][0]}: {reasons[name][1]}" for name in find_missing_files(folder)]


def find_missing_files(folder: Path) -> dict[str, bytes]:
    """Return the files of git's settings that lack a line of p2ptrack, each with its content and that line."""
    texts = {}
    if not _is_set(folder, ("check-ignore", "--quiet", "--no-index", "build/paper.pdf"), ".gitignore", _IGNORING_LINES):
        texts[".gitignore"] = _GITIGNORE
    check = ("check-attr", "merge", "--", "data/actions/A01.yaml")
    if not _is_set(folder, check, ".gitattributes", {ATTRIBUTES.split()[1]}, f": {DRIVER}\n"):
        texts[".gitattributes"] = _GITATTRIBUTES
    return {name: _append_text(folder / name, text) for name, text in texts.items()}


def _is_set(folder: Path, check: tuple[str, ...], name: str, words: set[str], answer: str = "") -> bool:
    """Whether git has a setting; outside a repository, whether the file has it."""
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


# What a register's folder, its repository and this computer lack, and how it is set up.

_FIX = "To set it up: p2ptrack doctor --fix"
_OWN_SETTINGS = (
    "these are your own, and may not check records. To check each file while you type: p2ptrack schema --write "
    "--modelines"
)


@dataclass(frozen=True, slots=True)
class InstallationCheck:
    """One thing that p2ptrack needs: whether it is there, and its version or how to install it."""

    name: str
    is_present: bool
    detail: str


def check_register(root: Path | None) -> tuple[InstallationCheck, ...]:
    """Return the state of the settings of a register and of its repository; nothing when there is no register."""
    try:
        folder = find_root(root, Path.cwd())
    except OperationError:
        return ()
    missing_files = find_missing_files(folder)
    editor_files = [name for name in build_settings_files() if name.startswith(".vscode/")]
    missing = [name for name in editor_files if not os.path.lexists(folder / name)]
    schemas, kinds = read_schemas(folder)
    stale, settings = find_stale_schemas(folder, schemas), find_missing_settings(folder, kinds)
    is_set = not missing and not settings.lines
    editor = _describe("Settings for VS Code", is_set, "VS Code checks records while you type")
    if not missing and not settings.names_schemas and add_modelines(folder, kinds):
        editor = replace(editor, detail=_OWN_SETTINGS)
    elif settings.advice and not missing:
        editor = replace(editor, detail=settings.advice)
    return (
        _describe("Papers left out of git", ".gitignore" not in missing_files, "build/ is ignored"),
        _describe("Records in .gitattributes", ".gitattributes" not in missing_files, "git merges them as records"),
        editor,
        _describe("Schemas for editors", not stale, "up to date"),
        *_check_repository(folder),
    )


def _check_repository(folder: Path) -> tuple[InstallationCheck, ...]:
    if find_top(folder) is None:
        return ()
    hook = read_commit_hook(folder)
    merging = _describe("Merging of records", is_merge_driver_installed(folder), "git merges records with p2ptrack")
    if hook.is_installed or hook.is_writable:
        return (merging, _describe("Check before commits", hook.is_installed, str(hook.path)))
    return (merging, InstallationCheck("Check before commits", is_present=False, detail=describe_other_hook(hook)))


def _describe(name: str, is_present: bool, detail: str) -> InstallationCheck:
    return InstallationCheck(name, is_present, detail if is_present else _FIX)


def describe_other_hook(hook: CommitHook) -> str:
    """Return what to do where p2ptrack does not write the hook."""
    path = escape_control_characters(str(hook.path))
    if hook.current is None:
        return f"git looks for hooks in a shared folder. To check commits, write this line in {path}: {hook.check_line}"
    return f"{path} is another hook. To check commits, add this line to it: {hook.check_line}"


def repair_register(root: Path | None, schemas: dict[str, Any], kinds: Kinds) -> str:
    """Set up what a register and its repository lack, and return what is left to do; empty if nothing is.

    Settings that are there are kept, and lines added to them. The schemas, which p2ptrack writes, are written again if
    they are out of date.

    Raises `OperationError` when there is no register or something cannot be written.
    """
    folder = find_root(root, Path.cwd())
    files = {path: data for path, data in build_settings_files(kinds).items() if not os.path.lexists(folder / path)}
    if (settings := find_missing_settings(folder, kinds)).extended is not None:
        files[SETTINGS_FILE] = settings.extended
    files |= find_missing_files(folder) | find_stale_schemas(folder, schemas)
    with stage_files(
        {folder / path: data for path, data in files.items()}, "Check that you may write there."
    ) as replace_files:
        replace_files()
    if find_top(folder) is None:
        return ""
    install_merge_driver(folder)
    hook = read_commit_hook(folder)
    if hook.is_writable and not hook.is_installed:
        write_commit_hook(hook)
    if not files:
        return ""
    names = sorted({path.split("/")[0] for path in files})
    pronoun = "it" if len(names) == 1 else "them"
    return f"Wrote {join_words(names)}. Commit and push {pronoun}, so that your colleagues get {pronoun} from you."


def set_up_repository(folder: Path, *, with_hook: bool) -> list[str]:
    """Let git merge records with p2ptrack, and check them before commits if asked, and return what is left to do."""
    if find_top(folder) is None:
        return ["Once the folder is under git, set git up to merge and check records: p2ptrack doctor --fix"]
    try:
        install_merge_driver(folder)
        hook = read_commit_hook(folder) if with_hook else None
        if hook and not hook.is_installed:
            if not hook.is_writable:
                return [describe_other_hook(hook)]
            write_commit_hook(hook)
    except OperationError as error:
        return [f"git is not set up for the register yet: {error} Then type: p2ptrack doctor --fix"]
    return []


def write_pipeline(folder: Path, service: str) -> str:
    """Write the pipeline of a service at the top of the repository, and return what was done; a file there is kept."""
    top, prefix = find_top(folder) or (folder, "")
    path = top / PIPELINES[service]
    name = escape_control_characters(str(path if prefix else PIPELINES[service]))
    if os.path.lexists(path):
        command = f"p2ptrack init new-register --pipeline {service}"
        return f"Kept {name}, which was there. To get the lines to copy into it: {command}"
    write_file(path, build_pipeline(service, prefix), "Check that you may write there.")
    return f"Wrote {name}. Commit it and push it."


def read_schemas(root: Path | None) -> tuple[dict[str, Any], Kinds]:
    """Return the schemas of a register's files, and its kinds of record."""
    programme = find_programme(root)
    return build_file_schemas(programme), programme.kinds if programme else KINDS


def find_programme(root: Path | None) -> Programme | None:
    """Return the programme of the register here; None where there is none. With `root` there must be one."""
    try:
        folder = find_register(root, Path.cwd())
    except OperationError:
        if root is not None:
            raise
        return None
    return load_programme(FolderSource(folder))


def build_doctor(root: Path | None) -> Document:
    """Return what is installed and what is missing, each with what to do."""
    from p2ptrack.reports.document import Cell, Column, Document, Row, Table, make_paragraph

    checks = _check_installation(root)
    columns = (
        Column("component", "Component", header=True),
        Column("state", "State", width="narrow"),
        Column("detail", "Details", width="wide"),
    )
    rows = tuple(
        Row(
            (
                Cell(check.name),
                Cell("present" if check.is_present else "missing", tone="good" if check.is_present else "bad"),
                Cell(check.detail),
            )
        )
        for check in checks
    )
    missing = [check.name for check in checks if not check.is_present]
    conclusion = f"Missing: {', '.join(missing)}." if missing else "Nothing is missing."
    components = [{"component": check.name, "present": check.is_present, "detail": check.detail} for check in checks]
    return Document(
        "doctor",
        "Installation",
        resolve_date(None),
        (Table("doctor", "", columns, rows), make_paragraph(conclusion)),
        data={"schema_version": 2, "components": components},
    )


def _check_installation(root: Path | None) -> tuple[InstallationCheck, ...]:
    from p2ptrack.formats import pdf

    program = f"{__version__}, on Python {platform.python_version()}"
    return (
        InstallationCheck("p2ptrack", is_present=True, detail=program),
        _check_git(),
        _try_component("Pango, for PDF", "PDF can be produced", pdf.import_weasyprint),
        _try_component("Fonts, for PDF", "the packaged fonts are installed", pdf.find_font_folders),
        InstallationCheck("Templates", PACKAGED.is_dir(), str(PACKAGED)),
        _try_component("Register", "found", lambda: find_root(root, Path.cwd())),
        *_check_logo(root),
        *_check_words(root),
        *check_register(root),
    )


def _check_logo(root: Path | None) -> tuple[InstallationCheck, ...]:
    """Return the state of the register's logo; nothing when there is no register or no logo."""
    from p2ptrack.formats.html.templates import describe_logo

    try:
        folders = template_folders(find_root(root, Path.cwd()))
    except OperationError:
        return ()
    try:
        detail = describe_logo(folders)
    except OperationError as error:
        return (InstallationCheck("Logo", is_present=False, detail=str(error)),)
    return (InstallationCheck("Logo", is_present=True, detail=detail),) if detail else ()


def _check_words(root: Path | None) -> tuple[InstallationCheck, ...]:
    """Return whether the words of papers are in the register's language; nothing for a register in English."""
    try:
        programme = find_programme(root)
    except OperationError:  # the line about the register reports it
        return ()
    language = (programme.language if programme else None) or ""
    if programme is None or is_english(language):
        return ()
    try:
        wording = load_wording(template_folders(find_root(root, Path.cwd())), language)
    except OperationError as error:
        return (InstallationCheck("Words of papers", is_present=False, detail=str(error)),)
    if not wording.untranslated:
        return (InstallationCheck("Words of papers", is_present=True, detail=f"all are in the language {language}"),)
    missing_texts = [key for key in wording.templates if key in wording.untranslated]
    count = pluralise(len(missing_texts), "text is", "texts are")
    detail = f"{count} in English: {join_ids(missing_texts)}. Add them to templates/{name_words_file(language)}"
    return (InstallationCheck("Words of papers", is_present=False, detail=detail),)


def _check_git() -> InstallationCheck:
    installed = read_version()
    if not installed:
        advice = f"{advise_on_git()} Without it, papers say “not under version control”."
        return InstallationCheck("git", is_present=False, detail=advice)
    if installed < MIN_VERSION:
        return InstallationCheck("git", is_present=False, detail=describe_old_version())
    return InstallationCheck("git", is_present=True, detail=f"{shutil.which('git')}, {format_version(installed)}")


def _try_component(name: str, detail: str, attempt: Callable[[], object]) -> InstallationCheck:
    try:
        attempt()
    except OperationError as error:
        return InstallationCheck(name, is_present=False, detail=str(error))
    return InstallationCheck(name, is_present=True, detail=detail)
