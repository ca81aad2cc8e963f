"""Typing errors in generated records: the lines of a fix repair the error and lose no word."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from p2ptrack.diagnostics import Severity
from tests.messages.test_fixes import ALLOWED_LOSS, paste, problems_of, words
from tests.support import examples

_PATH = "data/actions/A01.yaml"
_TEXTS = st.sampled_from(
    [
        "Three quotes were received, the lowest is £4,200: we will award in March.",
        "Half of the register is done.",
        "The supplier's offer stands until 12 March (see lot #4).",
        "Work on “phase 2” has begun; see https://x.example/a?b=c#d.",
        "50% done - the rest follows.",
    ]
)


def _record(texts: list[str]) -> list[str]:
    first, second, third, fourth = texts
    return f"""\
id: A01
title: Keep one register of contracts
recommendations: [R1, R2]
status: in_progress
accountable: Head of Procurement
supporting:
  - Chief Internal Auditor
  - City Solicitor
target: 31 March 2027
updates:
  - date: 12 January 2027
    text: "{first}"
  - date: 3 February 2027
    text: |
      {second}
      {third}
revisions:
  - from: 31 December 2026
    to: 31 March 2027
    date: 1 December 2026
    reason: "{fourth}"
evidence:
  - title: The plan
    link: https://x.example/plan.pdf
note: "{first}"
""".split("\n")


def _substitute(pattern: str, replacement: str, lines: str) -> tuple[str, Callable[[str], str]]:
    return lines, lambda line: re.sub(pattern, replacement, line, count=1)


_ENTRY, _FIELD = r"  - [a-z]+: ", r" *(?:- )?[a-z_]+: \S"
_SLIPS = {
    "no dash": _substitute("- ", "  ", _ENTRY),
    "no space after the dash": _substitute("- ", "-", _ENTRY),
    "a tab": _substitute("^(?:  )+", "\t", "  "),
    "no quote at the end": _substitute('"$', "", r'.*"$'),
    "no quote at the start": _substitute('"', "", r'.*"$'),
    "no quotes": ('.*"$', lambda line: line.replace('"', "")),
    "curly quotes": ('.*"$', lambda line: line.replace('"', "“", 1)[:-1] + "”"),
    "no space after the colon": _substitute(": ", ":", _FIELD),
    "one space too many": _substitute("^", " ", "  |[a-z]"),
    "one space too few": _substitute("^ ", "", "  "),
    "an equals sign": _substitute(": ", " = ", "[a-z_]+: [A-Z]"),
    "a number sign": _substitute("$", " #2 of it", " *(?:title|accountable|- C)"),
    "another colon": _substitute("$", ": the first part", " *(?:title|accountable|- C)"),
    "a line twice": (_FIELD, lambda line: f"{line}\n{line}"),
    "a second list": (r"note", lambda line: f"updates:\n  - date: 9 March 2027\n    text: It is done.\n{line}"),
    "a list without its name": ("(?:updates|revisions):$", lambda _: ""),
    "a list after a value": ("supporting:$", lambda line: f"{line} Head of Legal Services"),
    "a character that is not seen": _substitute(" ", " \u200b\x07", "title"),
    "a merge": (r"[a-z_]+: \S", lambda line: f"<<<<<<< HEAD\n{line}\n=======\n{line} x\n>>>>>>> main"),
    "two lines": ('.*"$|title', lambda line: re.sub(r'"?(.*) (\S+ \S+?)"?$', r"\1\n\2", line.replace('"', ""))),
    "dashes in brackets": _substitute(r"\[R1, R2\]", "[- R1, - R2]", "recommendations"),
    "a list in brackets": _substitute(r"\[R1, R2\]", "[\n  - R1\n  - R2\n]", "recommendations"),
    "an id after the bracket": _substitute(r"\[R1, R2\]", "[R1], R2", "recommendations"),
    "no bracket at the end": _substitute(r"\]", "", "recommendations"),
    "a number before an entry": _substitute("- ", "1. ", _ENTRY),
    "a bullet before an entry": _substitute("- ", "• ", _ENTRY),
    "two dashes": _substitute("- ", "-- ", _ENTRY),
    "a plus sign of a comparison": _substitute("^", "+", r" *[a-z_]+: \S"),
    "a minus sign of a comparison": _substitute("^", "-", r"[a-z_]+: \S"),
    "a no-break space in the indentation": _substitute("^ ", "\xa0", " +[a-z_]+: "),
    "a no-break space after the dash": _substitute("- ", "-\xa0", _ENTRY),
    "a no-break space after the name": _substitute(": ", ":\xa0", _FIELD),
    "a name in bold": _substitute(r"([a-z_]+):", r"**\1:**", _FIELD),
    "a pasted table": (_FIELD, lambda line: f"| Owner | Target |\n| Head | March |\n{line}"),
    "a remark": _substitute("$", " (both)", "recommendations"),
}


_OTHER_SLIPS = ["a number sign", "another colon", "no quotes", "no quote at the start", "curly quotes"]
_JOINED = ["no space after the colon", "no space after the dash"]


@pytest.mark.parametrize("first", ["one space too many", "one space too few", "a tab"])
@pytest.mark.parametrize("second", [*_OTHER_SLIPS, *_JOINED, "no quote at the end"])
def test_one_fix_repairs_a_line_in_the_wrong_column_with_a_second_slip(first: str, second: str) -> None:
    record = _record(["See lot #4 (phase 2).", "Half is done.", "The offer stands (see lot #4).", "50% done - so far."])
    tried = 0
    for index, line in enumerate(record):
        if not (re.match(_SLIPS[second][0], line) and re.match(_SLIPS[first][0], _SLIPS[second][1](line))):
            continue
        lines = [*record[:index], _SLIPS[first][1](_SLIPS[second][1](line)), *record[index + 1 :]]
        problem = next((problem for problem in problems_of("\n".join(lines), _PATH) if "\n" in problem.fix), None)
        if problem and problem.location and problem.location.line == index + 1:
            repaired = paste("\n".join(lines), problem)  # otherwise the line below looks like the mistake
            places = [other.location for other in problems_of(repaired, _PATH)]
            assert [place for place in places if place is None or place.line == index + 1] == [], repaired
            tried += 1
    assert tried or (first, second) == ("a tab", "a number sign")


_ONE_CAUSE = [
    "no dash",
    "no space after the dash",
    "no space after the colon",
    "one space too many",
    "a number before an entry",
    "a bullet before an entry",
    "two dashes",
    "a plus sign of a comparison",
    "a minus sign of a comparison",
    "a no-break space in the indentation",
    "a no-break space after the dash",
    "a no-break space after the name",
    "a name in bold",
]
_PLAIN = _record(["Half is done.", "All is well.", "The offer stands.", "So far."])


@pytest.mark.parametrize("slip", _ONE_CAUSE)
def test_one_slip_is_one_finding_that_one_fix_repairs(slip: str) -> None:
    pattern, change = _SLIPS[slip]
    tried = [index for index, line in enumerate(_PLAIN) if re.match(pattern, line)]
    assert tried
    for index in tried:
        text = "\n".join([*_PLAIN[:index], change(_PLAIN[index]), *_PLAIN[index + 1 :]])
        reported = problems_of(text, _PATH)
        assert len(reported) <= 1, (text, reported)  # none: what moves a field to another place may be meant
        for problem in reported:
            assert problems_of(paste(text, problem), _PATH) == [], (text, problem.fix)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("updates:\n  - date", "updates:- date"),
        ("updates:\n  - date", "updates: - date"),
        ("updates:\n  - date", "updates:-date"),
        ("revisions:\n  - from", "revisions:- from"),
        ("evidence:\n  - title", "evidence:- title"),
        ("supporting:\n  - Chief Internal Auditor", "supporting:- Chief Internal Auditor"),
        ("updates:\n  - date: 12 January 2027", "  - date: 12 January 2027\nupdates:"),
        ("    to: 31 March", "\v   to: 31 March"),
        ("    to: 31 March", "  \v to: 31 March"),
        ("    to: 31 March", "\x07    to: 31 March"),
        ("    to: 31 March", "\x07   to: 31 March"),
        ("\ntarget: 31", "\n\vtarget: 31"),
    ],
)
def test_fixes_restore_joined_and_swapped_lines_and_replaced_characters(before: str, after: str) -> None:
    right = "\n".join(_PLAIN)
    assert right.count(before) == 1
    wrong = right.replace(before, after)
    problem = next(problem for problem in problems_of(wrong, _PATH) if "\n" in problem.fix)
    assert paste(wrong, problem) == right


@given(st.lists(_TEXTS, min_size=4, max_size=4), st.sampled_from(sorted(_SLIPS)), st.data())
@settings(examples(400), suppress_health_check=[HealthCheck.too_slow])
def test_a_pasted_fix_repairs_a_slip(texts: list[str], slip: str, data: st.DataObject) -> None:
    lines = _record(texts)
    assert problems_of("\n".join(lines), _PATH) == []
    pattern, change = _SLIPS[slip]
    index = data.draw(st.sampled_from([index for index, line in enumerate(lines) if re.match(pattern, line)]))
    lines[index] = change(lines[index])
    text = "\n".join(lines)
    errors = [problem for problem in problems_of(text, _PATH) if problem.severity is Severity.ERROR]
    for problem in errors:
        if "\n" in problem.fix and problem.location:
            repaired = paste(text, problem)
            others = [other.code for other in errors if other is not problem]
            after = [other.code for other in problems_of(repaired, _PATH) if other.severity is Severity.ERROR]
            assert set(after) <= set(others), (problem.code, problem.fix, text)
            assert words(text) - words(repaired) <= ALLOWED_LOSS.get(problem.code, set()), (problem.code, repaired)
