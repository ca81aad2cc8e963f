"""The files of `templates/`: the register's own folder first, then the packaged copy; nothing outside them."""

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


# Templates as people write them: found in their folders, and told by file and line when they are broken.


# What the code inside {{ }} and {% %} can raise: Jinja's own faults, and those of sums and look-ups written there.
_TEMPLATE_EXCEPTIONS = (
    TemplateError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RecursionError,
)


class TemplateLoader(BaseLoader):
    """Reads templates from the folders given and from nowhere else."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return the text, the file and whether it still stands, as Jinja asks."""
        del environment
        file = find_template(template, self._folders)
        if file is None:
            raise TemplateNotFound(template)
        return read_template(file), str(file), lambda: True


@contextmanager
def locate_template_errors(folders: tuple[Path, ...]) -> Iterator[None]:
    """Turn a fault of a template into one sentence with its file and line. Raises `OperationError`."""
    try:
        yield
    except _TEMPLATE_EXCEPTIONS as error:
        location = _locate_error(error, folders)
        if location is None:
            raise
        advice = "Mend it there, or remove the file to use the packaged one."
        raise OperationError(f"{location} {_describe_error(error)} {advice}") from error


def _locate_error(error: Exception, folders: tuple[Path, ...]) -> str | None:
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename}:{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    template_frames = [
        frame for frame in frames if any(Path(frame.filename).is_relative_to(folder) for folder in folders)
    ]
    if template_frames:
        return f"{template_frames[-1].filename}:{template_frames[-1].lineno}"
    return ", ".join(map(str, folders)) if isinstance(error, TemplateNotFound) else None


def _describe_error(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f"has no template named {error.name}."
    message = str(error).strip().rstrip(".") or type(error).__name__
    return f"is a template that does not work: {message}."
