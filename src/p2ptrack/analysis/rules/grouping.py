"""One finding for each record, or one for all of them: what a paper states nowhere is said once, not 47 times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from p2ptrack.analysis.rules.rule import Finding
from p2ptrack.analysis.rules.wording import MAX_IDS_SHOWN, join_ids, pluralise, unique
from p2ptrack.records.dates import CouncilDate

MAX_SEPARATE_FINDINGS = 5
"""Up to so many records are told each in its own file; more are told together, in the programme's."""


def summarise_if_many(findings: Iterable[Finding], phrase: str, query: str = "") -> Iterator[Finding]:
    """Yield the findings when they are few, else one that counts and names their records.

    `together` follows the count (`are overdue`); `query` is the filter that lists them all.
    """
    listed_findings = tuple(findings)
    if len(listed_findings) <= MAX_SEPARATE_FINDINGS:
        yield from listed_findings
    else:
        yield summarise_records([finding.record for finding in listed_findings], phrase, listed_findings[0].fix, query)


def summarise_records(ids: Sequence[str], phrase: str, fix: str, query: str = "") -> Finding:
    """Return one finding for all the records."""
    unique_ids = unique(ids)
    is_single = len(unique_ids) == 1
    words = phrase.replace("are ", "is ", 1).replace("have ", "has ", 1) if is_single else phrase
    list_hint = f" All of them: p2ptrack list {query}" if query and len(unique_ids) > MAX_IDS_SHOWN else ""
    return Finding("", "", f"{pluralise(len(unique_ids), 'record')} {words}: {join_ids(unique_ids)}.{list_hint}", fix)


def is_before(first: CouncilDate | None, second: CouncilDate | None) -> bool:
    """Return whether all of one lies before all of the other."""
    if first is None or second is None or first.latest is None or second.earliest is None:
        return False
    return first.latest < second.earliest
