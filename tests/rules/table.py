"""The table of cases: one file a case, named for its rule.

`breaks` and `keeps` hold a register that breaks the rule and its twin that does not; `finds` what is found in the one.

A register whose history counts is told state by state, each under a line `@ DAY AUTHOR`, or `@ DAY AUTHOR, MEETING`
where a meeting's paper was published of it (`~MEETING`: its tag names another commit); the last state is the register,
and a record that a state lacks is gone.

Records stand apart by `---`; what begins with `title:` is a programme, for the two registers where it stands above
them. A finding is three lines: the record and the field (`-` for none), the message, the fix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.rules.rule import Finding
from p2ptrack.model.history import CommitFiles, RawValues, Revision, build_register_history
from p2ptrack.model.register import PROGRAMME_PATH
from tests.support import PROGRAMME, case_of, plain

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
        breaks=case_told(sections["breaks"], programme),
        keeps=case_told(sections["keeps"], programme),
        finds=_finds(sections["finds"]),
    )


def case_told(text: str, programme: str = PROGRAMME) -> Case:
    """Return the case of a register as a section tells it."""
    if text.startswith("@ "):
        return _remembered(
            re.findall(r"^@ (\S+) ([^,\n]+)(?:, (\S+))?\n(.*?)(?=^@ |\Z)", text, re.MULTILINE | re.DOTALL), programme
        )
    if text.startswith("title:"):
        return case_of(programme=text)
    return case_of(*text.split("---\n"), programme=programme)


def _remembered(states: list[tuple[str, str, str, str]], programme: str) -> Case:
    """Return the register of the last state, with the timelines of them all. A state may begin with its programme."""
    steps, before = [], dict[str, RawValues]()
    for number, (day, author, _, text) in enumerate(states, 1):
        files = _files(text, programme)
        changed = {path: values for path, values in files.items() if before.get(path) != values}
        moment = Revision(number, f"{number}" * 40, date.fromisoformat(day), author)
        steps.append(CommitFiles(moment, changed, frozenset(before) - frozenset(files)))
        before = files
    named = {meeting: number for number, (_, _, meeting, _) in enumerate(states, 1) if meeting}
    published = {meeting: number for meeting, number in named.items() if not meeting.startswith("~")}
    adrift = {meeting[1:]: f"{number}" * 40 for meeting, number in named.items() if meeting not in published}
    last = states[-1][3].split("---\n")
    about = last.pop(0) if last[0].startswith("title:") else programme
    case = case_of(*filter(None, last), programme=about)
    return replace(
        case, history=replace(build_register_history(steps), published_positions=published, orphaned_tags=adrift)
    )


def _files(text: str, programme: str) -> dict[str, RawValues]:
    parts = [part for part in text.split("---\n") if part]
    about = parts.pop(0) if parts and parts[0].startswith("title:") else programme
    records = [plain(part) for part in parts]
    folders = {"R": "recommendations", "A": "actions", "F": "audit_followups"}
    paths = {f"data/{folders[str(values['id'])[0]]}/{values['id']}.yaml": values for values in records}
    return {PROGRAMME_PATH: plain(about), **paths}


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
