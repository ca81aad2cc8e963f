"""What a format is told about where its output will be seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from p2ptrack.records.words import Wording


@dataclass(frozen=True, slots=True)
class FormatOptions:
    """How the output should look.

    `templates` are the folders searched in order, the register's own first; `width` is a terminal's
    in characters; `colour` says whether it takes colour; `words` are those that the pages themselves
    print (the list of contents, the number of a page), as `templates/words.yaml` has them;
    `attach_data` puts the document's JSON into a PDF as an attached file.
    """

    templates: tuple[Path, ...] = ()
    width: int = 80
    colour: bool = False
    wording: Wording = field(default_factory=Wording)
    attach_data: bool = False
