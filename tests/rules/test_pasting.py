"""Lines to paste are YAML that fits into the record, empty until somebody fills them in, and then fix the problem."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from p2ptrack.analysis.rules import run_rules
from p2ptrack.analysis.rules.rule import Finding
from p2ptrack.store.yaml import read
from tests.rules.table import FILES, read_case
from tests.support import PROGRAMME, case_of

_SENTENCE = "Three quotes came, the lowest is £4,200: the supplier's offer stands until March."
_VALUES = {
    **dict.fromkeys(("on", "date", "decided_on", "completed_on"), "5 January 2023"),
    **dict.fromkeys(("review_by", "until"), "March 2023"),
    **dict.fromkeys(("by", "decided_by", "continuing_owner", "approved_by"), "Audit Committee"),
}
_EMPTY_LINE = re.compile(r"( *)(- )?(\w+):( [|>]-?)?")


# Lines of the rules about history restore what git has.
_FILES = [path for path in FILES if not path.stem.startswith("H")]


def _find_blocks(path: Path) -> list[Finding]:
    """Return the findings of a rule that have lines to paste. Not found while collecting, which each process does."""
    case = read_case(path)
    findings = [replace(finding, fix=finding.fix or case.rule.fix) for finding in case.rule.check(case.breaks)]
    return [finding for finding in findings if "\n" in finding.fix and "\ngit " not in finding.fix]


def _split(path: Path) -> dict[str, str]:
    text = path.read_text(encoding="utf-8")
    return dict(re.findall(r"^=== (\w+)\n(.*?)(?=^=== |\Z)", text, re.MULTILINE | re.DOTALL))


def _find_record(texts: list[str], id_: str) -> int:
    return next(index for index, text in enumerate(texts) if re.search(rf"^id: {re.escape(id_)}$", text, re.MULTILINE))


def _fill_in(block: str) -> str:
    """Return the lines with ordinary words: a sentence with a comma, a colon and an apostrophe, a date, a name."""
    lines: list[str] = []
    for line in block.split("\n"):
        match = _EMPTY_LINE.fullmatch(line)
        indent = " " * len(f"{match[1]}{match[2] or ''}") if match else ""
        if match and match[4]:
            lines += [line, f"{indent}  {_SENTENCE}"]
        elif match and match[3] in _VALUES:
            lines.append(f"{line} {_VALUES[match[3]]}")
        else:
            lines.append(line)
    return "\n".join(lines)


def test_there_are_blocks_of_several_rules() -> None:
    for code in ("C101", "C117", "G105"):
        assert any(_find_blocks(path) for path in _FILES if path.stem.partition("-")[0] == code)


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_lines_to_paste_fit_into_the_record_and_fix_the_problem(path: Path) -> None:
    for finding in _find_blocks(path):
        sections, block = _split(path), finding.fix.partition("\n")[2]
        texts = sections["breaks"].split("---\n")
        index = _find_record(texts, finding.record)
        pasted = read(f"{texts[index]}{block}\n".encode(), "record.yaml")
        assert pasted.problems == ()
        texts[index] += f"{_fill_in(block)}\n"
        filled = read(texts[index].encode(), "record.yaml")
        assert filled.problems == ()
        case = case_of(*texts, programme=sections.get("programme", PROGRAMME))
        findings = read_case(path).rule.check(case)
        assert [new for new in findings if new.record == finding.record] == []


def test_the_findings_of_a_record_never_offer_one_field_twice() -> None:
    offers = Counter(offer for path in FILES for offer in _list_offers(path))
    assert [offer for offer, times in offers.items() if times > 1] == []


def _list_offers(path: Path) -> list[tuple[str, str, str]]:
    """Return the fields that the fixes in a case offer to paste: the case, the record's file and the field."""
    fields = [
        (problem.path, line.partition(":")[0])
        for problem in run_rules(read_case(path).breaks)
        for line in problem.fix.split("\n")[1:]
        if ":" in line and not line.startswith((" ", "-")) and not problem.code.startswith("H")
    ]
    return [(path.stem, *field) for field in fields]


def test_pasted_lines_that_nobody_fills_in_are_refused_or_found_again() -> None:
    assert [lost for path in _FILES for lost in _find_lost(path)] == []


def _find_lost(path: Path) -> Iterator[tuple[str, str]]:
    """Yield each finding of a case that lines to paste make go away although nobody fills them in."""
    for finding in _find_blocks(path):
        sections, block = _split(path), finding.fix.partition("\n")[2]
        texts = sections["breaks"].split("---\n")
        texts[_find_record(texts, finding.record)] += f"{block}\n"
        try:
            case = case_of(*texts, programme=sections.get("programme", PROGRAMME))
        except ValidationError:
            continue
        if finding.record not in {new.record for new in read_case(path).rule.check(case)}:
            yield path.stem, finding.record
