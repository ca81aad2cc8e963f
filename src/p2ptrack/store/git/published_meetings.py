"""The tags of published meetings, without those of other registers in the same repository."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.store.git.process import run_git
from p2ptrack.store.git.revision_lookup import MEETING_TAG

_AS_OF_LINE = re.compile(r'^ *"as_of": "(\d{4}-\d\d-\d\d)",$', re.MULTILINE)
_COMMIT_LINE = re.compile(r'^ *"commit": "([0-9a-f]+)",$', re.MULTILINE)
_FOLDER_LINE = re.compile(r'^ *"register_folder": (".*"),$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PublicationTag:
    """The position date and the commit in the tag of a meeting; none in a tag that was made by hand."""

    position_date: date | None
    commit: str


def list_published_meetings(root: Path, prefix: str, *filters: str) -> Mapping[str, PublicationTag]:
    """Return the meetings that this register published, by their tags; none without git.

    `prefix` leads from the repository's top to the register. A tag that names another folder belongs to the register
    there; where there is none any more, this register was moved from there. `filters` are options of
    `git for-each-ref`.
    """
    result = run_git(root, "for-each-ref", "--format=%(refname)%00%(contents)%00", *filters, MEETING_TAG)
    tokens = [token.lstrip("\n") for token in result.text.split("\0")] if result.exit_code == 0 else []
    return {
        name.removeprefix(MEETING_TAG): _parse_tag(message)
        for name, message in zip(tokens[::2], tokens[1::2], strict=False)
        if not any(folder != prefix and _is_register(root, folder) for folder in _iter_folders(message))
    }


def _parse_tag(message: str) -> PublicationTag:
    as_of, commit = _AS_OF_LINE.search(message), _COMMIT_LINE.search(message)
    try:
        position_date = date.fromisoformat(as_of[1]) if as_of else None
    except ValueError:
        position_date = None
    return PublicationTag(position_date, commit[1] if commit else "")


def _iter_folders(message: str) -> Iterator[str]:
    for match in _FOLDER_LINE.finditer(message):
        try:
            yield str(json.loads(match[1]))
        except ValueError:
            continue


def _is_register(root: Path, folder: str) -> bool:
    return run_git(root, "cat-file", "-e", f"HEAD:{folder}{PROGRAMME_PATH}").exit_code == 0
