"""What a format is told about where its output will be seen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Look:
    """How the output should look.

    `templates` are the folders searched in order, the register's own first; `width` is a terminal's
    in characters; `colour` says whether it takes colour.
    """

    templates: tuple[Path, ...] = ()
    width: int = 80
    colour: bool = False
