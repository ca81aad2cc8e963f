"""The files of `templates/`: the register's own folder first, then the packaged copy; nothing outside them."""

from __future__ import annotations

import base64
import re
from pathlib import Path, PurePosixPath

from p2ptrack.errors import CannotGoOn

LOGOS = ("logo.svg", "logo.png")
_TYPES = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".otf": "font/otf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_FETCH = re.compile(r"@import\b|url\(\s*(?P<quote>['\"]?)(?P<url>.*?)(?P=quote)\s*\)", re.IGNORECASE | re.DOTALL)


def find(name: str, folders: tuple[Path, ...]) -> Path | None:
    """Return the first file of this name (relative, with `/`), or None. What leads out of a folder is not followed."""
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or name.startswith("/") or "\\" in name:
        return None
    for folder in folders:
        file = folder.joinpath(*parts)
        if file.is_file() and file.resolve().is_relative_to(folder.resolve()):
            return file
    return None


def read(file: Path) -> str:
    """Return a template's text. Raises `CannotGoOn` when it cannot be read or is not UTF-8."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CannotGoOn(f"{file} is not UTF-8 text: save it again as UTF-8.") from error
    except OSError as error:
        raise CannotGoOn(f"{file} cannot be read ({error.strerror}): give it read permission.") from error


def stylesheet(name: str, folders: tuple[Path, ...]) -> str:
    """Return a style sheet ready to stand inside a page: what it fetches from its folder is put into it.

    Raises `CannotGoOn` with its line when it would fetch anything from elsewhere: a paper is one file.
    """
    file = find(name, folders)
    if file is None:
        return ""
    css = _COMMENT.sub(_same_lines, read(file))
    return _FETCH.sub(lambda found: _inlined(found, css, file, folders), css).replace("</", "<\\/")


def _same_lines(found: re.Match[str]) -> str:
    return "\n" * found.group().count("\n")


def _inlined(found: re.Match[str], css: str, file: Path, folders: tuple[Path, ...]) -> str:
    url = found["url"] or ""
    if url.startswith(("data:", "#")):
        return found.group()
    picture = find(url, folders) if url else None
    if picture is None or picture.suffix.casefold() not in _TYPES:
        line = css.count("\n", 0, found.start()) + 1
        raise CannotGoOn(
            f"{file}:{line} fetches “{url or '@import'}”: a paper is one file, so name a picture or a font that "
            "stands in the templates folder."
        )
    return f'url("{data_uri(picture)}")'


def data_uri(file: Path) -> str:
    """Return a picture or font as a `data:` address, so that the paper needs no other file."""
    try:
        content = base64.b64encode(file.read_bytes()).decode("ascii")
    except OSError as error:
        raise CannotGoOn(f"{file} cannot be read ({error.strerror}): give it read permission.") from error
    return f"data:{_TYPES[file.suffix.casefold()]};base64,{content}"


def logo(folders: tuple[Path, ...]) -> str:
    """Return the council's logo as a `data:` address, or nothing. The register's own comes before a packaged one."""
    for folder in folders:
        for name in LOGOS:
            file = find(name, (folder,))
            if file is not None:
                return data_uri(file)
    return ""
