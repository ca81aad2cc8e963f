"""The files of `templates/`: the register's own folder first, then the packaged copy; nothing outside them."""

from __future__ import annotations

import base64
import re
from pathlib import Path, PurePosixPath

from p2ptrack.errors import OperationError

LOGO_FILES = ("logo.svg", "logo.png")
_MEDIA_TYPES = {
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
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_FETCH = re.compile(r"@import\b|url\(\s*(?P<quote>['\"]?)(?P<url>.*?)(?P=quote)\s*\)", re.IGNORECASE | re.DOTALL)


def find_template(name: str, folders: tuple[Path, ...]) -> Path | None:
    """Return the first file of this name (relative, with `/`), or None. What leads out of a folder is not followed."""
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or name.startswith("/") or "\\" in name:
        return None
    for folder in folders:
        file = folder.joinpath(*parts)
        if file.is_file() and file.resolve().is_relative_to(folder.resolve()):
            return file
    return None


def read_template(file: Path) -> str:
    """Return a template's text. Raises `OperationError` when it cannot be read or is not UTF-8."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise OperationError(f"{file} is not UTF-8 text: save it again as UTF-8.") from error
    except OSError as error:
        raise OperationError(f"{file} cannot be read ({error.strerror}): give it read permission.") from error


def load_stylesheet(name: str, folders: tuple[Path, ...]) -> str:
    """Return a style sheet ready to stand inside a page: what it fetches from its folder is put into it.

    Raises `OperationError` with its line when it would fetch anything from elsewhere: a paper is one file.
    """
    file = find_template(name, folders)
    if file is None:
        return ""
    css = _CSS_COMMENT.sub(_keep_line_breaks, read_template(file))
    return _CSS_FETCH.sub(lambda match: _inline_fetch(match, css, file, folders), css).replace("</", "<\\/")


def _keep_line_breaks(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n")


def _inline_fetch(match: re.Match[str], css: str, file: Path, folders: tuple[Path, ...]) -> str:
    url = match["url"] or ""
    if url.startswith(("data:", "#")):
        return match.group()
    asset = find_template(url, folders) if url else None
    if asset is None or asset.suffix.casefold() not in _MEDIA_TYPES:
        line = css.count("\n", 0, match.start()) + 1
        raise OperationError(
            f"{file}:{line} fetches “{url or '@import'}”: a paper is one file, so name a picture or a font that "
            "stands in the templates folder."
        )
    return f'url("{encode_data_uri(asset)}")'


def encode_data_uri(file: Path) -> str:
    """Return a picture or font as a `data:` address, so that the paper needs no other file."""
    try:
        content = base64.b64encode(file.read_bytes()).decode("ascii")
    except OSError as error:
        raise OperationError(f"{file} cannot be read ({error.strerror}): give it read permission.") from error
    return f"data:{_MEDIA_TYPES[file.suffix.casefold()]};base64,{content}"


def load_logo(folders: tuple[Path, ...]) -> str:
    """Return the council's logo as a `data:` address, or nothing. The register's own comes before a packaged one."""
    for folder in folders:
        for name in LOGO_FILES:
            file = find_template(name, (folder,))
            if file is not None:
                return encode_data_uri(file)
    return ""
