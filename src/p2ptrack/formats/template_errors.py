"""Templates as people write them: found in their folders, and told by file and line when they are broken."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from jinja2 import BaseLoader, Environment, TemplateError, TemplateNotFound, TemplateSyntaxError

from p2ptrack.errors import OperationError
from p2ptrack.formats import template_files

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
        file = template_files.find_template(template, self._folders)
        if file is None:
            raise TemplateNotFound(template)
        return template_files.read_template(file), str(file), lambda: True


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
