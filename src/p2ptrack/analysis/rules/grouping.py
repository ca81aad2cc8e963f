"""One finding for each record, or one for all of them: what a paper states nowhere is said once, not 47 times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from p2ptrack.analysis.rules.rule import Finding
from p2ptrack.analysis.rules.wording import SHOWN, counted, distinct, listed
from p2ptrack.records.dates import CouncilDate

FEW = 5
"""Up to so many records are told each in its own file; more are told together, in the programme's."""


def each_or_all(found: Iterable[Finding], together: str, query: str = "") -> Iterator[Finding]:
    """Yield the findings when they are few, else one that counts and names their records.

    `together` follows the count (`are overdue`); `query` is the filter that lists them all.
    """
    every = tuple(found)
    if len(every) <= FEW:
        yield from every
    else:
        yield all_together([finding.record for finding in every], together, every[0].fix, query)


def all_together(ids: Sequence[str], together: str, fix: str, query: str = "") -> Finding:
    """Return one finding for all the records."""
    names = distinct(ids)
    single = len(names) == 1
    words = together.replace("are ", "is ", 1).replace("have ", "has ", 1) if single else together
    more = f" All of them: p2ptrack list {query}" if query and len(names) > SHOWN else ""
    return Finding("", "", f"{counted(len(names), 'record')} {words}: {listed(names)}.{more}", fix)


def before(one: CouncilDate | None, other: CouncilDate | None) -> bool:
    """Return whether all of one lies before all of the other."""
    if one is None or other is None or one.latest is None or other.earliest is None:
        return False
    return one.latest < other.earliest
