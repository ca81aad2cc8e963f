"""Template files: the register's own first, then the packaged ones, and nothing outside these folders."""

from __future__ import annotations

import base64
import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from jinja2 import BaseLoader, Environment, TemplateError, TemplateNotFound, TemplateSyntaxError

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
# Jinja's own errors, and those of the expressions in a template.
_TEMPLATE_ERRORS = TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError


def find_template(name: str, folders: tuple[Path, ...]) -> Path | None:
    """Return the first file of this name (relative, with `/`), or None. Paths out of a folder are ignored."""
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
        raise OperationError(f"{file} is not UTF-8 text. Save it again as UTF-8.") from error
    except OSError as error:
        raise _describe_unreadable_file(file, error) from error


def read_asset(file: Path) -> bytes:
    """Return the content of a picture or font. Raises `OperationError` when it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise _describe_unreadable_file(file, error) from error


def _describe_unreadable_file(file: Path, error: OSError) -> OperationError:
    return OperationError(f"{file} cannot be read ({error.strerror}). Give it read permission.")


def load_stylesheet(name: str, folders: tuple[Path, ...]) -> str:
    """Return a style sheet to put inside a page, with the pictures and fonts of its folder inlined.

    Raises `OperationError` with the line when it would fetch anything from elsewhere.
    """
    file = find_template(name, folders)
    if file is None:
        return ""
    css = _CSS_COMMENT.sub(lambda match: "\n" * match.group().count("\n"), read_template(file))
    return _CSS_FETCH.sub(lambda match: _inline_asset(match, css, file, folders), css).replace("</", "<\\/")


def _inline_asset(match: re.Match[str], css: str, file: Path, folders: tuple[Path, ...]) -> str:
    url = match["url"] or ""
    if url.startswith(("data:", "#")):
        return match.group()
    asset = find_template(url, folders) if url else None
    if asset is None or asset.suffix.casefold() not in _MEDIA_TYPES:
        line = css.count("\n", 0, match.start()) + 1
        raise OperationError(
            f"{file}:{line} fetches “{url or '@import'}”, but a paper is one file. "
            "Name a picture or a font in the templates folder."
        )
    return f'url("{encode_data_uri(asset)}")'


def encode_data_uri(file: Path) -> str:
    """Return a picture or font as a `data:` URI, so that a paper needs no other file."""
    content = base64.b64encode(read_asset(file)).decode("ascii")
    return f"data:{_MEDIA_TYPES[file.suffix.casefold()]};base64,{content}"


def load_logo(folders: tuple[Path, ...]) -> str:
    """Return the council's logo as a `data:` URI, or nothing. The register's own logo precedes a packaged one."""
    for folder in folders:
        for name in LOGO_FILES:
            file = find_template(name, (folder,))
            if file is not None:
                return encode_data_uri(file)
    return ""


class TemplateLoader(BaseLoader):
    """Loads Jinja templates from these folders only."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return the text, the file and whether the text is up to date, as Jinja requires."""
        del environment
        file = find_template(template, self._folders)
        if file is None:
            raise TemplateNotFound(template)
        return read_template(file), str(file), lambda: True


@contextmanager
def locate_template_errors(folders: tuple[Path, ...]) -> Iterator[None]:
    """Turn an error of a template into a message with its file and line. Raises `OperationError`."""
    try:
        yield
    except _TEMPLATE_ERRORS as error:
        location = _locate_error(error, folders)
        if location is None:
            raise
        advice = "Correct it there, or remove the file to use the packaged one."
        raise OperationError(f"{location} {_describe_error(error)} {advice}") from error


def _locate_error(error: Exception, folders: tuple[Path, ...]) -> str | None:
    """Return the file and line of the innermost template in the traceback, or None when no template is involved."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename}:{error.lineno}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if any(Path(frame.filename).is_relative_to(folder) for folder in folders):
            return f"{frame.filename}:{frame.lineno}"
    return ", ".join(map(str, folders)) if isinstance(error, TemplateNotFound) else None


def _describe_error(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f"has no template named {error.name}."
    message = str(error).strip().rstrip(".") or type(error).__name__
    return f"is a template that does not work: {message}."
