"""The table of cases: one file a case, named for its rule.

`breaks` and `keeps` hold a register that breaks the rule and its twin that does not; `finds` what is found in the one.

Records stand apart by `---`; what begins with `title:` is a programme, for the two registers where it stands above
them. A finding is three lines: the record and the field (`-` for none), the message, the fix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.rules.rule import Finding
from tests.support import PROGRAMME, case_of

FOLDER = Path(__file__).parent / "cases"
FILES = tuple(sorted(FOLDER.glob("*.txt")))


@dataclass(frozen=True, slots=True)
class Row:
    code: str
    breaks: Case
    keeps: Case
    finds: tuple[Finding, ...]


def row(path: Path) -> Row:
    sections = dict(
        re.findall(r"^=== (\w+)\n(.*?)(?=^=== |\Z)", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    )
    programme = sections.get("programme", PROGRAMME)
    return Row(
        code=path.stem.partition("-")[0],
        breaks=_case(sections["breaks"], programme),
        keeps=_case(sections["keeps"], programme),
        finds=_finds(sections["finds"]),
    )


def _case(text: str, programme: str) -> Case:
    if text.startswith("title:"):
        return case_of(programme=text)
    return case_of(*text.split("---\n"), programme=programme)


def _finds(text: str) -> tuple[Finding, ...]:
    lines = text.splitlines()
    return tuple(_finding(*lines[at : at + 3]) for at in range(0, len(lines), 3))


def _finding(place: str, message: str, fix: str) -> Finding:
    record, _, field = place.partition(" ")
    return Finding(
        record.replace("-", ""), field.replace("-", "") if field == "-" else field, message.strip(), fix.strip()
    )


def written(found: tuple[Finding, ...]) -> str:
    return "".join(f"{one.record or '-'} {one.field or '-'}\n  {one.message}\n  {one.fix}\n" for one in found)
