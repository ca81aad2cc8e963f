"""Files that an answer lacks, wholly or in part, because they have errors."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from p2ptrack.diagnostics import Problem, Severity
from p2ptrack.model.records import KINDS
from p2ptrack.model.validation import KEY_SUFFIX

_READING_CODE = re.compile(r"[DSY][0-9]+")
_FOLDER_CODE = re.compile(r"D[0-9]+")
_RECORD_FOLDERS = frozenset(f"data/{kind.folder}" for kind in KINDS)


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """A file or folder with errors: the id that its name begins with, the fields with an error, and the codes."""

    path: str
    id: str
    fields: tuple[str, ...]
    codes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as the JSON contract has it. A path that is no record file has no id."""
        return {"path": self.path, "id": self.id or None, "fields": list(self.fields), "codes": list(self.codes)}


def find_unread(problems: Iterable[Problem]) -> tuple[UnreadFile, ...]:
    """Return the files that were not read, or not all of them, in the order of their paths."""
    problems_by_path: dict[str, list[Problem]] = {}
    for problem in problems:
        if _hides_data(problem):
            problems_by_path.setdefault(problem.path, []).append(problem)
    return tuple(
        UnreadFile(
            path,
            _find_id(path),
            tuple(sorted({problem.field.removesuffix(KEY_SUFFIX) for problem in file_problems if problem.field})),
            tuple(sorted({problem.code for problem in file_problems})),
        )
        for path, file_problems in sorted(problems_by_path.items())
    )


def _hides_data(problem: Problem) -> bool:
    """Whether something was not read: an error, or a warning about a field of an old revision that is left out."""
    if not _READING_CODE.fullmatch(problem.code):
        return False
    return problem.severity is Severity.ERROR or not _FOLDER_CODE.fullmatch(problem.code)


def _find_id(path: str) -> str:
    file = PurePosixPath(path)
    return file.stem.partition("-")[0] if str(file.parent) in _RECORD_FOLDERS else ""
