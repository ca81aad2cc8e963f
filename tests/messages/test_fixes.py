"""Every fix with lines to paste, pasted: the finding goes away, nothing of its kind comes, and no text is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from p2ptrack.diagnostics import Problem, Severity
from p2ptrack.store.yaml import read
from p2ptrack.store.yaml.source_text import replace_unseen
from tests.messages.cases import PLACES, cases, name

CASES = [case for case in cases() if b"\n    " in case.with_suffix(".txt").read_bytes()]
_NAME = re.compile(r"\s*(?:- +)*([a-z_]+:)")
_OTHER_CHARACTERS = re.compile(r"[^\w£%#/@&*!|>]+")
_REPEATED = re.compile(r" in line (\d+), and remove this line")


def problems_of(text: str, path: str) -> list[Problem]:
    return list(read(text.encode(), path).problems)


def words(text: str) -> set[str]:
    """Return the words of a text, without the signs and markers of YAML that a fix may change."""
    return {word.strip("#/*|>") for word in _OTHER_CHARACTERS.split(replace_unseen(text))} - {""}


def find_start(lines: list[str], number: int, block: list[str]) -> int:
    """Return the number of the line that a block replaces first: the one at or above the finding with its name."""
    match = _NAME.match(block[0])
    if match and match.group(1).removesuffix(":") in words(lines[number - 1].replace(":", " ")):
        return number
    for candidate in range(number, 0, -1) if match else ():
        if match and (name_match := _NAME.match(lines[candidate - 1])) and name_match.group(1) == match.group(1):
            return candidate
    return number


def find_end(lines: list[str], number: int, block: list[str]) -> int:
    """Return the number of the last line that a block replaces: each below the finding whose words it has."""
    end = number
    while end < len(lines) and words(lines[end]) <= words("\n".join(block)):
        end += 1
    return end


def paste(text: str, problem: Problem) -> str:
    """Return the text with the lines of a fix in place of those that they replace."""
    assert problem.location is not None
    block = problem.fix.split("\n")[1:]
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    number = problem.location.line
    if problem.code == "Y109":
        end = next(index for index in range(number, len(lines)) if lines[index].startswith(">>>>>>>"))
        return "\n".join([*lines[: number - 1], *block, *lines[end + 1 :]])
    if repeated := _REPEATED.search(problem.fix):
        first, end = int(repeated.group(1)), find_end(lines, number, block)
        first_end = min(find_end(lines, first, block), number - 1)
        return "\n".join([*lines[: first - 1], *block, *lines[first_end : number - 1], *lines[end:]])
    start = number if problem.code == "Y132" else find_start(lines, number, block)
    end = find_end(lines, number, block)
    old = lines[start - 1]
    indent = old[: len(old) - len(old.lstrip(" \t\xa0"))]
    is_absolute = problem.code == "Y134" or problem.fix.startswith("Begin the line in column")
    if not is_absolute and not block[0].startswith(" "):
        block = [indent.replace("\t", "  ").replace("\xa0", " ") + line for line in block]
    return "\n".join([*lines[: start - 1], *block, *lines[end:]])


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_pasted_fix_removes_its_finding(case: Path) -> None:
    text, path = case.read_text(encoding="utf-8"), f"data/{PLACES[case.parent.name]}"
    pasteable = [problem for problem in problems_of(text, path) if "\n" in problem.fix and problem.location]
    before = [problem.code for problem in problems_of(text, path) if problem.severity is Severity.ERROR]
    for problem in pasteable:
        repaired = paste(text, problem)
        after = [other.code for other in problems_of(repaired, path) if other.severity is Severity.ERROR]
        expected = list(before)
        if problem.severity is Severity.ERROR:
            expected.remove(problem.code)
        assert set(after) <= set(expected), (problem.code, repaired, after)
        assert after.count(problem.code) <= expected.count(problem.code), (problem.code, repaired)
        assert words(text) - words(repaired) <= ALLOWED_LOSS.get(problem.code, set()), (problem.code, repaired)


ALLOWED_LOSS: dict[str, set[str]] = {
    "Y109": {"HEAD", "4b825dc642cb", "4b825dc", "A01", "update", "1234567", "main"},
    "Y123": {"&first"},
    "Y125": {"!!str"},
    "Y138": {"1"},
    "Y152": {"and"},
}
"""Words of the file that are no text of the record, by code: names in markers of a merge, labels, types, numbers."""


def test_many_fixes_have_lines_to_paste() -> None:
    assert len(CASES) > 80
