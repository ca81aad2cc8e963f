"""The tags of published meetings, those of other registers of the same repository left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from p2ptrack.records.register import PROGRAMME_PATH
from p2ptrack.store.git.moments import MEETING_TAG
from p2ptrack.store.git.program import run_git

_AS_OF_LINE = re.compile(r'^ *"as_of": "(\d{4}-\d\d-\d\d)",$', re.MULTILINE)
_COMMIT_LINE = re.compile(r'^ *"commit": "([0-9a-f]+)",$', re.MULTILINE)
_FOLDER_LINE = re.compile(r'^ *"register_folder": (".*"),$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PublicationTag:
    """What the tag of a meeting says: the day that its papers judge on, and the commit that they were made from.

    One that was made by hand says nothing.
    """

    position_date: date | None
    commit: str


def list_published_meetings(root: Path, prefix: str, *filters: str) -> Mapping[str, PublicationTag]:
    """Return the meetings that this register published, by their tags; none without git.

    `prefix` leads from the repository's top to the register. A tag that names another folder, in which there is a
    register too, is that one's; where there is none any more, the register was moved from there. `which` narrows
    the tags as `git for-each-ref` takes it.
    """
    result = run_git(root, "for-each-ref", "--format=%(refname)%00%(contents)%00", *filters, MEETING_TAG)
    tokens = [token.lstrip("\n") for token in result.text.split("\0")] if result.exit_code == 0 else []
    return {
        name.removeprefix(MEETING_TAG): PublicationTag(_parse_as_of(message), _parse_commit_id(message))
        for name, message in zip(tokens[::2], tokens[1::2], strict=False)
        if not any(folder != prefix and _is_register(root, folder) for folder in _parse_folders(message))
    }


def _parse_as_of(message: str) -> date | None:
    match = _AS_OF_LINE.search(message)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def _parse_commit_id(message: str) -> str:
    match = _COMMIT_LINE.search(message)
    return match[1] if match else ""


def _parse_folders(message: str) -> Iterator[str]:
    for match in _FOLDER_LINE.finditer(message):
        try:
            yield str(json.loads(match[1]))
        except ValueError:
            continue


def _is_register(root: Path, folder: str) -> bool:
    return run_git(root, "cat-file", "-e", f"HEAD:{folder}{PROGRAMME_PATH}").exit_code == 0
