"""The whole program: from a folder to the case that every rule and every report is a function of.

What only papers or only `check` need is imported where it is used: `status` answers before it would be loaded.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack import __version__
from p2ptrack.analysis.case import Case, Origin, make_case
from p2ptrack.analysis.exempt.withheld import Audience
from p2ptrack.errors import CannotGoOn
from p2ptrack.problem import Problem, sort_key
from p2ptrack.records.today import Today
from p2ptrack.store.folder import Folder
from p2ptrack.store.load import load, placed_in

if TYPE_CHECKING:
    from p2ptrack.analysis.exempt.audience import Hidden
    from p2ptrack.records.timeline import Timelines
    from p2ptrack.store.git.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Checked:
    """What `check` looked at and what it found, each problem at its place."""

    file_count: int
    record_count: int
    problems: tuple[Problem, ...]


def open_case(root: Path, as_of: date, then: Snapshot | None = None) -> Case:
    """Return the register in a folder, or as it stood then, judged on a day.

    Records that could not be read are in its problems. Raises `CannotGoOn` when the programme itself is faulty.
    """
    loaded = then.loaded if then else load(root)
    if not loaded.programme_read:
        at = f" --at {then.short}" if then else ""
        raise CannotGoOn(f"data/programme.yaml cannot be used as it is. See what is wrong with: p2ptrack check{at}")
    return make_case(loaded.register, as_of, loaded.problems)


def open_paper_case(
    root: Path,
    as_of: date,
    audience: Audience = Audience.PUBLIC,
    today: date | None = None,
    then: Snapshot | None = None,
) -> Case:
    """Return the case for papers: what their audience may see, with words, layout and the commit it was made from.

    Its problems are those of reading and of the rules. An exemption that ends after `today` holds in a paper of a
    later day too, for the paper can be read today; and what is exempt today holds in a paper of the past.
    """
    from p2ptrack.analysis.paper_case import case_for
    from p2ptrack.analysis.rules import findings
    from p2ptrack.store.git import head, meetings_at
    from p2ptrack.store.templates import read_layout, read_words, template_folders

    folders = template_folders(then.folder if then and then.folder else root)
    commit, modified = (then.commit, False) if then else head(root)
    case = open_case(root, as_of, then)
    opened = min(as_of, today or as_of)
    by_now = None
    if then:
        case, by_now = _exempt_too(case, then, (opened, today or as_of))
    everything = replace(
        case,
        words=read_words(folders),
        layout=read_layout(folders),
        origin=Origin(__version__, commit, modified, meetings_at(root, commit)),
        problems=(*case.problems, *findings(case)),
    )
    return case_for(everything, audience, opened, by_now)


def perhaps_exempt(then: Snapshot, as_of: date, today: date) -> tuple[str, ...]:
    """Return the ids of the records of the past that no public paper shows for what they may be today."""
    from p2ptrack.analysis.exempt.exempt_now import Days, doubtful

    return doubtful(then.loaded.register, then.now, Days(min(as_of, today), today)) if then.now else ()


def open_sealed_case(then: Snapshot, as_of: date, sealed_on: date, origin: Origin) -> Case:
    """Return the case for the public papers of a meeting that is published from a commit.

    Nothing but that commit and the two days counts: what is exempt is told by its own register on the day of sealing,
    so that the same papers can be made on any other.
    """
    alone = replace(then, now=Today(then.loaded.register))
    return replace(open_paper_case(then.repository.root, as_of, Audience.PUBLIC, sealed_on, alone), origin=origin)


def _exempt_too(case: Case, then: Snapshot, days: tuple[date, date]) -> tuple[Case, Hidden]:
    from p2ptrack.analysis.exempt.audience import hidden_by_now
    from p2ptrack.analysis.exempt.exempt_now import Days, exempt_too
    from p2ptrack.store.git.snapshot import known_today

    now = then.now or known_today(then)
    made = make_case(exempt_too(case.register, now, Days(*days)), case.as_of, case.problems)
    return made, hidden_by_now(now.register, days[1])


def _witnessed(root: Path, then: Snapshot | None) -> Timelines:
    from p2ptrack.store.timelines import whole_history

    return whole_history(root, then.commit if then else "")


def _with_files(root: Path, day: date) -> Timelines:
    from p2ptrack.store.timelines import history_with_files

    return history_with_files(root, day)


def remembering(case: Case, root: Path, then: Snapshot | None = None) -> Case:
    """Return a paper's case with what its audience may see of the history.

    Raises `CannotGoOn` where git has no history, or not all of it.
    """
    from p2ptrack.analysis.past.remembered import remembered

    return remembered(case, _witnessed(root, then))


def remembering_sealed(case: Case, then: Snapshot, published: Container[str] | None = None) -> Case:
    """Return a sealed paper's case with the history up to its commit, and of the meetings' tags those named.

    Raises `CannotGoOn` where this copy of the repository lacks a part of that history.
    """
    from p2ptrack.analysis.past.remembered import remembered

    lines = _witnessed(then.repository.root, then)
    known = {id_: at for id_, at in lines.published.items() if published is None or id_ in published}
    return remembered(case, replace(lines, published=known))


def check(root: Path, as_of: date, then: Snapshot | None = None, *, history: bool = False) -> Checked:
    """Return every fault of every file and what the rules find, in one run and in order.

    Rules are asked only when the programme can be read: without it every link would look broken. With `history`
    they are given what git witnessed. Raises `CannotGoOn` where git has no history, or not all of it.
    """
    from p2ptrack.analysis.rules import findings
    from p2ptrack.reports.unknown import unknown_reports

    loaded = then.loaded if then else load(root)
    case = make_case(loaded.register, as_of, loaded.problems)
    if history:
        case = replace(case, timelines=_witnessed(root, then) if then else _with_files(root, as_of))
    judged = (*findings(case), *unknown_reports(case.register.programme)) if loaded.programme_read else ()
    found = (*loaded.problems, *judged)
    problems = sorted(placed_in(then.source if then else Folder(root), found), key=sort_key)
    return Checked(loaded.register.file_count, len(loaded.register.records), tuple(problems))
