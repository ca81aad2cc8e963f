"""The table of cases, one file each: CODE.txt for the rule and CODE-VARIANT.txt for its other cases.

`breaks` and `keeps` hold a register that breaks the rule and its twin that does not; `finds` holds the findings.
Records are separated by `---`. A text that begins with `title:` is a programme, and one that begins with `reference` or
`dated:` a table of contracts, imported on 10 January 2023; `programme` holds the programme for both registers.

A register with a history is given revision by revision, each under a line `@ DATE AUTHOR`, or `@ DATE AUTHOR, MEETING`
where the papers of a meeting were published from it. `~MEETING` means that its tag names another commit, `!MEETING`
that git has a former tag for it, `!MEETING/LATER` that the papers of a later meeting name a former tag, and `#MEETING`
that the papers counted the records, and that nothing else is known of the history. The last revision is the register,
and a record that a revision lacks has been removed.

A finding begins with a line for its record and field (`-` for none). CODE.txt holds its message and its fix below
that, a variant only its fix, so each wording is held once. A fix of `-` is the rule's own.

After a change of wording: python -m tests.rules.table
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.rules import all_rules
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.model.history import (
    CommitFiles,
    LostPublication,
    PublishedRecords,
    RawValues,
    RegisterHistory,
    Revision,
    build_register_history,
)
from p2ptrack.model.register import PROGRAMME_PATH
from tests.support import PROGRAMME, case_of, read_values

FILES = tuple(sorted((Path(__file__).parent / "cases").glob("*.txt")))
RULES: Mapping[str, Rule] = {rule.code: rule for rule in all_rules()}
_FOLDERS = {"R": "recommendations", "A": "actions", "F": "audit_followups", "E": "exemptions"}


@dataclass(frozen=True, slots=True)
class RuleCase:
    rule: Rule
    breaks: Case
    keeps: Case
    finds: str


@cache
def read_case(path: Path) -> RuleCase:
    text = path.read_text(encoding="utf-8")
    sections = dict(re.findall(r"^=== (\w+)\n(.*?)(?=^=== |\Z)", text, re.MULTILINE | re.DOTALL))
    programme = sections.get("programme", PROGRAMME)
    return RuleCase(
        rule=RULES[path.stem.partition("-")[0]],
        breaks=parse_case(sections["breaks"], programme),
        keeps=parse_case(sections["keeps"], programme),
        finds=sections["finds"],
    )


def parse_case(text: str, programme: str = PROGRAMME) -> Case:
    """Return the case of a register, with its history if the text gives one."""
    if text.startswith("@ "):
        pattern = r"^@ (\S+) ([^,\n]+)(?:, (\S+))?\n(.*?)(?=^@ |\Z)"
        return _build_case_with_history(re.findall(pattern, text, re.MULTILINE | re.DOTALL), programme)
    parts = text.split("---\n")
    programme = parts.pop(0) if parts[0].startswith("title:") else programme
    contracts = next((part for part in parts if part.startswith(("reference", "dated:"))), "")
    return case_of(*(part for part in parts if part != contracts), programme=programme, contracts=contracts)


def _build_case_with_history(revisions: list[tuple[str, str, str, str]], programme: str) -> Case:
    commits, previous_files = [], dict[str, RawValues]()
    for number, (day, author, _, text) in enumerate(revisions, 1):
        files = _parse_files(text, programme)
        changed = {path: values for path, values in files.items() if previous_files.get(path) != values}
        revision = Revision(number, f"{number}" * 40, date.fromisoformat(day), author)
        commits.append(CommitFiles(revision, changed, frozenset(previous_files) - frozenset(files)))
        previous_files = files
    tags = {meeting: number for number, (_, _, meeting, _) in enumerate(revisions, 1) if meeting}
    published = {meeting: number for meeting, number in tags.items() if meeting[0] not in "~!#"}
    orphaned = {meeting[1:]: f"{number}" * 40 for meeting, number in tags.items() if meeting[0] == "~"}
    records = revisions[-1][3].split("---\n")
    last_programme = records.pop(0) if records[0].startswith("title:") else programme
    history = replace(
        build_register_history(commits),
        published_positions=published,
        orphaned_tags=orphaned,
        lost_publications=tuple(
            _make_lost(meeting[1:], number) for meeting, number in tags.items() if meeting[0] == "!"
        ),
    )
    case = case_of(*filter(None, records), programme=last_programme)
    counts_tag = next((meeting for meeting in tags if meeting[0] == "#"), None)
    if counts_tag:
        return replace(case, published_records=_count_records(counts_tag[1:], history, tags[counts_tag]))
    return replace(case, history=history)


def _make_lost(text: str, number: int) -> LostPublication:
    meeting, _, later_meeting = text.partition("/")
    commit = "" if later_meeting else f"{number}" * 40
    return LostPublication(meeting, "a" * 40, commit, later_meeting)


def _count_records(meeting: str, history: RegisterHistory, position: int) -> PublishedRecords:
    versions = [item.version_at(position) for item in history.records.values()]
    published = [version for version in versions if version and version.kind]
    counts = Counter(version.kind.folder for version in published if version.kind)
    removed = {item.id for item in history.records.values() if item.versions[-1].values is None}
    missing = [history.records[id_.casefold()].last_existing_version(len(history.revisions)) for id_ in sorted(removed)]
    return PublishedRecords(meeting, counts, counts, tuple(version for version in missing if version))


def _parse_files(text: str, programme: str) -> dict[str, RawValues]:
    parts = [part for part in text.split("---\n") if part]
    programme = parts.pop(0) if parts and parts[0].startswith("title:") else programme
    records = [read_values(part) for part in parts]
    paths = {f"data/{_FOLDERS[str(values['id'])[0]]}/{values['id']}.yaml": values for values in records}
    return {PROGRAMME_PATH: read_values(programme), **paths}


def format_findings(rule: Rule, findings: Iterable[Finding], with_message: bool) -> str:
    """Return findings as a case holds them."""
    lines: list[str] = []
    for finding in findings:
        lines.append(f"{finding.record or finding.group or '-'} {finding.field or '-'}")
        lines += [f"  {finding.message}"] if with_message else []
        lines += [f"  {line}" for line in format_fix(rule, finding.fix).split("\n")]
    return "".join(f"{line}\n" for line in lines)


def format_fix(rule: Rule, fix: str) -> str:
    return "-" if fix in {"", rule.fix} else fix


def format_expected(path: Path, case: RuleCase) -> str:
    findings = case.rule.check(case.breaks)
    return format_findings(case.rule, findings, with_message=path.stem == case.rule.code)


if __name__ == "__main__":
    from tests.rules.test_seed_findings import SEED_FINDINGS, format_seed_findings

    for file in FILES:
        old = file.read_text(encoding="utf-8")
        head = old[: old.index("=== finds\n")]
        file.write_text(f"{head}=== finds\n{format_expected(file, read_case(file))}", encoding="utf-8", newline="\n")
    SEED_FINDINGS.write_text(format_seed_findings(), encoding="utf-8", newline="\n")
