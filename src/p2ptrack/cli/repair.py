"""Find and set up what a register's folder and its repository lack on this computer."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from p2ptrack.errors import OperationError
from p2ptrack.values import dataclass

if TYPE_CHECKING:
    from p2ptrack.model.kinds import Kinds
    from p2ptrack.store.git.repository_setup import CommitHook


_FIX = "To set it up: p2ptrack doctor --fix"


@dataclass(frozen=True, slots=True)
class InstallationCheck:
    """One thing that p2ptrack needs: whether it is there, and its version or how to install it."""

    name: str
    is_present: bool
    detail: str


def check_register(
    root: Path | None, read_schemas: Callable[[Path], tuple[dict[str, Any], Kinds]]
) -> tuple[InstallationCheck, ...]:
    """Return the state of the settings of a register and of its repository; nothing when there is no register."""
    from p2ptrack.cli.support_files import (
        build_settings_files,
        find_lacking_files,
        find_lacking_settings,
        find_stale_schemas,
    )
    from p2ptrack.store.folder import find_root

    try:
        folder = find_root(root, Path.cwd())
    except OperationError:
        return ()
    lacking = find_lacking_files(folder)
    editor_files = [name for name in build_settings_files() if name.startswith(".vscode/")]
    missing = [name for name in editor_files if not os.path.lexists(folder / name)]
    schemas, kinds = read_schemas(folder)
    stale, settings = find_stale_schemas(folder, schemas), find_lacking_settings(folder, kinds)
    is_set = not missing and not settings.lines
    editor = _describe("Settings for VS Code", is_set, "VS Code checks records while you type")
    if settings.advice and not missing:
        editor = replace(editor, detail=settings.advice)
    return (
        _describe("Papers left out of git", ".gitignore" not in lacking, "build/ is ignored"),
        _describe("Line that merges records", ".gitattributes" not in lacking, "git knows which files are records"),
        editor,
        _describe("Schemas for editors", not stale, "they are those of this version"),
        *_check_repository(folder),
    )


def _check_repository(folder: Path) -> tuple[InstallationCheck, ...]:
    from p2ptrack.store.git.repository_setup import find_top, is_merge_driver_installed, read_commit_hook

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
    from p2ptrack.diagnostics import escape_control_characters

    path = escape_control_characters(str(hook.path))
    if hook.current is None:
        return f"git looks for hooks in a shared folder. To check commits, write this line in {path}: {hook.check_line}"
    return f"{path} is another hook. To check commits, add this line to it: {hook.check_line}"


def repair_register(root: Path | None, schemas: dict[str, Any], kinds: Kinds) -> None:
    """Set up what a register and its repository lack: settings that are there are kept, and lines added to them.

    The schemas, which p2ptrack writes, are written again where they are of another version or of other own words.

    Raises `OperationError` when there is no register or something cannot be written.
    """
    from p2ptrack.cli.support_files import (
        SETTINGS_FILE,
        build_settings_files,
        find_lacking_files,
        find_lacking_settings,
        find_stale_schemas,
    )
    from p2ptrack.store.folder import find_root
    from p2ptrack.store.git.repository_setup import find_top, install_merge_driver, read_commit_hook, write_commit_hook
    from p2ptrack.store.writing import stage_files

    folder = find_root(root, Path.cwd())
    files = {path: data for path, data in build_settings_files(kinds).items() if not os.path.lexists(folder / path)}
    if (settings := find_lacking_settings(folder, kinds)).extended is not None:
        files[SETTINGS_FILE] = settings.extended
    files |= find_lacking_files(folder) | find_stale_schemas(folder, schemas)
    with stage_files({folder / path: data for path, data in files.items()}, "Check that you may write there.") as put:
        put()
    if find_top(folder) is None:
        return
    install_merge_driver(folder)
    hook = read_commit_hook(folder)
    if hook.is_writable and not hook.is_installed:
        write_commit_hook(hook)


def set_up_repository(folder: Path, *, with_hook: bool) -> list[str]:
    """Let git merge records with p2ptrack, and check them before commits if asked, and return what is left to do."""
    from p2ptrack.store.git.repository_setup import find_top, install_merge_driver, read_commit_hook, write_commit_hook

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
    from p2ptrack.cli.support_files import PIPELINES, build_pipeline
    from p2ptrack.diagnostics import escape_control_characters
    from p2ptrack.store.git.repository_setup import find_top
    from p2ptrack.store.writing import write_file

    top, prefix = find_top(folder) or (folder, "")
    path = top / PIPELINES[service]
    name = escape_control_characters(str(path if prefix else PIPELINES[service]))
    if os.path.lexists(path):
        command = f"p2ptrack init new-register --pipeline {service}"
        return f"Kept {name}, which was there. To get the lines to copy into it: {command}"
    write_file(path, build_pipeline(service, prefix), "Check that you may write there.")
    return f"Wrote {name}. Commit it and push it."
