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
from p2ptrack.store.git.program import run

_AS_OF = re.compile(r'^ *"as_of": "(\d{4}-\d\d-\d\d)",$', re.MULTILINE)
_COMMIT = re.compile(r'^ *"commit": "([0-9a-f]+)",$', re.MULTILINE)
_FOLDER = re.compile(r'^ *"register_folder": (".*"),$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the tag of a meeting says: the day that its papers judge on, and the commit that they were made from.

    One that was made by hand says nothing.
    """

    day: date | None
    commit: str


def meetings(root: Path, prefix: str, *which: str) -> Mapping[str, Sealed]:
    """Return the meetings that this register published, by their tags; none without git.

    `prefix` leads from the repository's top to the register. A tag that names another folder, in which there is a
    register too, is that one's; where there is none any more, the register was moved from there. `which` narrows
    the tags as `git for-each-ref` takes it.
    """
    ran = run(root, "for-each-ref", "--format=%(refname)%00%(contents)%00", *which, MEETING_TAG)
    tokens = [token.lstrip("\n") for token in ran.text.split("\0")] if ran.code == 0 else []
    return {
        name.removeprefix(MEETING_TAG): Sealed(_as_of(words), _commit(words))
        for name, words in zip(tokens[::2], tokens[1::2], strict=False)
        if not any(folder != prefix and _is_register(root, folder) for folder in _folders(words))
    }


def _as_of(words: str) -> date | None:
    found = _AS_OF.search(words)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def _commit(words: str) -> str:
    found = _COMMIT.search(words)
    return found[1] if found else ""


def _folders(words: str) -> Iterator[str]:
    for found in _FOLDER.finditer(words):
        try:
            yield str(json.loads(found[1]))
        except ValueError:
            continue


def _is_register(root: Path, folder: str) -> bool:
    return run(root, "cat-file", "-e", f"HEAD:{folder}{PROGRAMME_PATH}").code == 0
