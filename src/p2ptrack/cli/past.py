"""The register as it stood: what `--at` reads, and what is told of it beside the answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack.cli.clock import day
from p2ptrack.cli.options import Reading
from p2ptrack.cli.screen import say
from p2ptrack.problem import Problem, visible
from p2ptrack.records.dates import long_day
from p2ptrack.reports.numbers import counted

if TYPE_CHECKING:
    from p2ptrack.store.git.snapshot import Snapshot

_MOST_LISTED = 20


def stood(reading: Reading, root: Path, *, strict: bool = False) -> Snapshot | None:
    """Return the register as it stood at the moment that was asked for; None where none was, and the files count."""
    if reading.at is None:
        return None
    from p2ptrack.store.git.snapshot import snapshot

    then = snapshot(root, reading.at, strict=strict)
    return replace(then, day=_papers_day(then))


def _papers_day(then: Snapshot) -> date:
    """Return the day to judge on: of a meeting that is published, the one that its papers judge on."""
    if not then.moment.meeting or then.moment.by_date:
        return then.day
    from p2ptrack.reports.seal import sealed
    from p2ptrack.store.git.seals import words_of

    seal = sealed(words_of(then.repository, then.moment.meeting))
    return seal.as_of if seal else then.day


@contextmanager
def stood_with_templates(reading: Reading, root: Path) -> Iterator[Snapshot | None]:
    """Hold the register as it stood, its templates unpacked."""
    then = stood(reading, root)
    if then is None:
        yield None
        return
    from p2ptrack.store.git.snapshot import unpacked

    with unpacked(then) as whole:
        yield whole


def judged_on(reading: Reading, then: Snapshot | None) -> date:
    """Return the day to judge on: the one asked for, else that of the moment, else today."""
    return day(reading.as_of) if then is None or reading.as_of is not None else then.day


def tell_past(then: Snapshot) -> None:
    """Say on standard error which commit answers, and what of it today's schema does not understand."""
    if then.day > day(None):
        say(f"As the register stands in commit {then.short}, judged on {long_day(then.day)}, which has not come yet.")
    else:
        say(f"As the register stood on {long_day(then.day)} (commit {then.short}).")
    if then.doubt:
        say(then.doubt)
    lost = then.not_understood
    if not lost:
        return
    are = "value is" if len(lost) == 1 else "values are"
    say(f"{len(lost)} {are} not understood by today's p2ptrack and left out of this answer:")
    told = list(_by_fault(lost))
    for line in told[:_MOST_LISTED]:
        say(line)
    if len(told) > _MOST_LISTED:
        say(f"  and {counted(len(told) - _MOST_LISTED, 'other fault')}")
    say(f"See each at its line with: p2ptrack check --at {then.short}")


def _by_fault(lost: tuple[Problem, ...]) -> Iterator[str]:
    """Yield a line for each fault, with the files that have it: an older schema has the same one in many."""
    files: dict[tuple[str, str], list[str]] = defaultdict(list)
    for problem in lost:
        files[problem.field, problem.message].append(problem.path)
    for (field, message), paths in files.items():
        where = [", ".join(dict.fromkeys(paths)), *([field] if field else [])]
        yield f"  {visible(': '.join([*where, message]))}"
