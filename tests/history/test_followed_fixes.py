"""The fix of each rule about the history, followed in a real repository: the finding is gone, and no other comes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from p2ptrack.store.yaml import read
from p2ptrack.store.yaml.edit import format_record
from tests.command import run
from tests.git.builders import RegisterRepository, make_repository, set_git_user
from tests.rules.officer import SENTENCE, Values, find, split_path
from tests.rules.table import FILES
from tests.support import read_values

CASES = [path for path in FILES if re.match(r"H(?:10|11[1-57])", path.stem)]
"""H116 and H119 are in `tests/git/test_followed_publication_fixes`, H118 and I116 in `test_publication_chain` there."""

_REVISION = re.compile(r"^@ (\S+) ([^,\n]+)(?:, (\S+))?\n(.*?)(?=^@ |\Z)", re.MULTILINE | re.DOTALL)


def _make_repository(folder: Path, case: Path) -> RegisterRepository:
    """Return a repository with the revisions of a case, and a tag where papers were published."""
    sections = dict(re.findall(r"^=== (\w+)\n(.*?)(?=^=== |\Z)", case.read_text("utf-8"), re.MULTILINE | re.DOTALL))
    repo = make_repository(folder)
    set_git_user(repo.top)
    previous: set[str] = set()
    for day, author, meeting, text in _REVISION.findall(sections["breaks"]):
        parts = text.split("---\n")
        programme = {"data/programme.yaml": parts.pop(0)} if parts[0].startswith("title:") else {}
        files: dict[str, str | bytes | None] = {
            f"data/{'actions' if values['id'][0] == 'A' else 'audit_followups'}/{values['id']}.yaml": part
            for part in parts
            if (values := _as_record(part))
        }
        removed: dict[str, str | bytes | None] = dict.fromkeys(previous - files.keys())
        previous = set(files)
        repo.commit(day, {**programme, **files, **removed}, GIT_AUTHOR_NAME=author, GIT_COMMITTER_NAME=author)
        if meeting:
            repo.git("tag", "--annotate", "--message", "Papers", f"meeting/{meeting}")
    return repo


def _as_record(text: str) -> Mapping[str, str]:
    return {name: str(value) for name, value in read_values(text).items()}


def _check(repo: RegisterRepository) -> list[dict[str, Any]]:
    result = run("check", "--history", "--root", repo.root, "--as-of", "2023-12-01", "--format", "json")
    problems: list[dict[str, Any]] = json.loads(result.out)["problems"]
    return problems


def _read_block(fix: str) -> Any:
    lines = fix.split("\n")[1:]
    text = "\n".join(["entries:", *lines] if lines[0].startswith("  - ") else lines)
    return read(text.encode(), "block.yaml").value


def _record_change(values: Values, problem: Mapping[str, Any], _: Values) -> None:
    values["revisions"] = _read_block(problem["fix"])["revisions"]
    values["revisions"][-1].update(reason=SENTENCE, approved_by="Audit Committee")


def _reverse_or_date(values: Values, problem: Mapping[str, Any], _: Values) -> None:
    if "\n" in problem["fix"]:
        (entry,) = _read_block(problem["fix"])["entries"]
        values["revisions"].append({**entry, "reason": SENTENCE, "date": "2023-02-01"})
    else:
        values["revisions"][0].update(date="2023-02-01", reason=SENTENCE)


def _restore(values: Values, problem: Mapping[str, Any], published: Values) -> None:
    name = split_path(problem["field"])[0] if problem["field"] else "revisions"
    values[str(name)] = published[str(name)]


def _restore_line(values: Values, problem: Mapping[str, Any], _: Values) -> None:
    steps = split_path(problem["field"])
    place = find(values, steps[:-1]) if len(steps) > 1 else values
    place.update(_read_block(problem["fix"]))


def _record_move(values: Values, problem: Mapping[str, Any], _: Values) -> None:
    moved = re.search(r" moved from (\S+(?: \d+)?) to (.+?) \(on (.+?) by", problem["message"])
    if moved and values.get("target"):
        old, new, day = moved.groups()
        entry = {"from": old, "to": new, "date": day, "reason": SENTENCE, "approved_by": "Board"}
        values["revisions"] = [entry]


def _correct_date(values: Values, *_: object) -> None:
    values["revisions"][0]["date"] = "2023-09-01"


def _add_method(values: Values, *_: object) -> None:
    values["verified"]["method"] = SENTENCE


FOLLOW: Mapping[str, Callable[[Values, Mapping[str, Any], Values], None]] = {
    "H101": _record_change,
    "H102": _reverse_or_date,
    "H103": _restore,
    "H104": _restore_line,
    "H105": _record_move,
    "H106": _correct_date,
    "H111": _restore,
    "H112": _restore,
    "H113": _restore_line,
    "H114": _add_method,
    "H117": _restore,
}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_fix_about_the_history_is_followed(tmp_path: Path, case: Path) -> None:
    repo, code = _make_repository(tmp_path, case), case.stem.partition("-")[0]
    day = "2023-09-03" if code == "H106" else "2022-02-04" if case.stem == "H105-phase" else "2023-02-04"
    before = _check(repo)
    problem = next(problem for problem in before if problem["code"] == code)
    path = "data/actions/A01.yaml"
    if code == "H115":
        repo.git(*problem["fix"].split("\n")[1].split()[1:])
        repo.commit(day)
    else:
        values = read((repo.root / path).read_bytes(), path).value
        published = read(repo.git("show", f"{repo.commits[0]}:{path}").encode(), path).value
        assert values
        assert published
        changes: dict[str, str | bytes | None] = {}
        for file in sorted(repo.root.glob("data/a*/*.yaml")) if code == "H105" else [repo.root / path]:
            repaired = dict(read(file.read_bytes(), path).value or {})
            FOLLOW[code](repaired, problem, dict(published))
            changes[str(file.relative_to(repo.root))] = format_record(repaired)
        repo.commit(day, changes)
    after = _check(repo)
    remaining = [other["fix"] for other in after if other["code"] == code]
    assert remaining == [] or (code == "H114" and remaining[0].endswith("change nothing."))
    known = {other["code"] for other in before}
    assert {other["code"] for other in after} - known <= ALLOWED.get(code, set()), [other["message"] for other in after]


ALLOWED: Mapping[str, set[str]] = {
    "H103": {"T141"},  # the entry that is restored lacked a date before it was taken out
    "H106": {"H102", "T146"},  # an extension that was decided after the target had passed
}
