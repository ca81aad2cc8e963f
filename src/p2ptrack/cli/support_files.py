"""Files beside the records of a register: what editors check with, and what git leaves out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from p2ptrack.model.records import KINDS
from p2ptrack.model.register import PROGRAMME_PATH

SCHEMA_FOLDER = ".vscode/p2ptrack"
IGNORED_FOLDER = "/build/"
_GITIGNORE = f"""\
# Papers are made again when they are needed. Those for members and officers can hold exempt text, and what is in the
# history of git can never be taken out of it.
{IGNORED_FOLDER}
"""
_GITATTRIBUTES = """\
# The same line ends on every computer, so that a change shows only the lines that somebody changed.
/data/**/*.yaml text eol=lf
"""


def build_schema_files(schemas: dict[str, Any]) -> dict[str, bytes]:
    """Return the schema of each kind of file, by its path in the register."""
    return {f"{SCHEMA_FOLDER}/{name}.json": _to_json(schema) for name, schema in schemas.items()}


def build_settings_files() -> dict[str, bytes]:
    """Return the settings of VS Code and git for a register, by their paths in it."""
    patterns = {f"{SCHEMA_FOLDER}/{kind.singular}.json": f"data/{kind.folder}/*.yaml" for kind in KINDS}
    patterns[f"{SCHEMA_FOLDER}/programme.json"] = PROGRAMME_PATH
    settings = {
        "yaml.schemas": {f"./{path}": pattern for path, pattern in patterns.items()},
        "yaml.schemaStore.enable": False,
        "[yaml]": {"editor.tabSize": 2, "editor.insertSpaces": True, "editor.formatOnSave": False},
        "files.encoding": "utf8",
    }
    return {
        ".gitignore": _GITIGNORE.encode(),
        ".gitattributes": _GITATTRIBUTES.encode(),
        ".vscode/settings.json": _to_json(settings),
        ".vscode/extensions.json": _to_json({"recommendations": ["redhat.vscode-yaml"]}),
    }


def list_missing_settings(folder: Path) -> list[str]:
    """Return what to add to files of a folder that were there before and are kept as they are."""
    gitignore = folder / ".gitignore"
    try:
        lines = gitignore.read_text(encoding="utf-8", errors="replace").split()
    except OSError:
        return []
    if {"build", "build/", "/build", IGNORED_FOLDER}.intersection(lines):
        return []
    return [f"Add this line to .gitignore, so that papers with exempt text are not committed: {IGNORED_FOLDER}"]


def _to_json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
