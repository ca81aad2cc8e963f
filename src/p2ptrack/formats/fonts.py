"""The fonts of printed papers: two packaged families and no other, so that every machine makes the same pages.

Pango asks fontconfig for fonts, and fontconfig reads one file. Ours names the folders of the packaged
fonts only: otherwise a system font slips in for a character that they lack, and the pages differ from
machine to machine.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from importlib.util import find_spec
from pathlib import Path

from p2ptrack.errors import OperationError

FONT_PACKAGES = ("font_source_sans_pro", "font_source_serif_pro")
_CONFIG_VARIABLE = "FONTCONFIG_FILE"


def find_font_folders(packages: tuple[str, ...] = FONT_PACKAGES) -> tuple[Path, ...]:
    """Return the folders that hold the font files. Raises `OperationError` when a package is not installed."""
    return tuple(_find_font_folder(package) for package in packages)


def _find_font_folder(package: str) -> Path:
    spec = find_spec(package)
    candidates = [Path(location, "files") for location in (spec.submodule_search_locations or ())] if spec else []
    for folder in candidates:
        if any(folder.glob("*.ttf")):
            return folder
    name = package.replace("_", "-")
    raise OperationError(f"The fonts of printed papers are missing: install them with “python -m pip install {name}”.")


def format_fontconfig(font_folders: tuple[Path, ...], cache: Path) -> str:
    """Return a fontconfig file that names these folders only.

    Each face is in a folder twice, as `.otf` and `.ttf`; which one fontconfig prefers is not promised,
    so one is refused.
    """
    folder_elements = "".join(f"<dir>{escape(str(folder))}</dir>" for folder in font_folders)
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        f"<fontconfig>{folder_elements}<cachedir>{escape(str(cache))}</cachedir>"
        "<selectfont><rejectfont><glob>*.otf</glob></rejectfont></selectfont></fontconfig>\n"
    )


@contextmanager
def use_packaged_fonts() -> Iterator[None]:
    """Let whatever loads fonts inside see the packaged ones only. Pango reads the file when it first lists fonts."""
    previous = os.environ.get(_CONFIG_VARIABLE)
    with tempfile.TemporaryDirectory(prefix="p2ptrack-fonts-", ignore_cleanup_errors=True) as name:
        file = Path(name, "fonts.conf")
        file.write_text(format_fontconfig(find_font_folders(), Path(name, "cache")), encoding="utf-8")
        os.environ[_CONFIG_VARIABLE] = str(file)
        try:
            yield
        finally:
            _restore_variable(previous)


def _restore_variable(previous: str | None) -> None:
    if previous is None:
        os.environ.pop(_CONFIG_VARIABLE, None)
    else:
        os.environ[_CONFIG_VARIABLE] = previous
