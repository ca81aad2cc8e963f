"""The whole program: from a folder to the case that every rule and every report is a function of.

What only papers or only `check` need is imported where it is used: `status` answers before it would be loaded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from p2ptrack import __version__
from p2ptrack.analysis.case import Case, Origin, make_case
from p2ptrack.analysis.withheld import Audience
from p2ptrack.errors import CannotGoOn
from p2ptrack.problem import Problem, sort_key
from p2ptrack.store.load import load, placed


@dataclass(frozen=True, slots=True)
class Checked:
    """What `check` looked at and what it found, each problem at its place."""

    file_count: int
    record_count: int
    problems: tuple[Problem, ...]


def open_case(root: Path, as_of: date) -> Case:
    """Return the register in a folder, judged on a day. Records that could not be read are in its problems.

    Raises `CannotGoOn` when the programme itself is faulty.
    """
    loaded = load(root)
    if not loaded.programme_read:
        raise CannotGoOn("data/programme.yaml cannot be used as it is. See what is wrong with: p2ptrack check")
    return make_case(loaded.register, as_of, loaded.problems)


def open_paper_case(root: Path, as_of: date, audience: Audience = Audience.PUBLIC, today: date | None = None) -> Case:
    """Return the case for papers: what their audience may see, with words, layout and the commit it was made from.

    Its problems are those of reading and of the rules. An exemption that ends after `today` holds in a paper of a
    later day too, for the paper can be read today.
    """
    from p2ptrack.analysis.paper_case import case_for
    from p2ptrack.analysis.rules import findings
    from p2ptrack.store.git import head
    from p2ptrack.store.templates import read_layout, read_words, template_folders

    folders = template_folders(root)
    commit, modified = head(root)
    case = open_case(root, as_of)
    everything = replace(
        case,
        words=read_words(folders),
        layout=read_layout(folders),
        origin=Origin(__version__, commit, modified),
        problems=(*case.problems, *findings(case)),
    )
    return case_for(everything, audience, min(as_of, today or as_of))


def check(root: Path, as_of: date) -> Checked:
    """Return every fault of every file and what the rules find, in one run and in order.

    Rules are asked only when the programme can be read: without it every link would look broken.
    """
    from p2ptrack.analysis.rules import findings
    from p2ptrack.reports.unknown import unknown_reports

    loaded = load(root)
    case = make_case(loaded.register, as_of, loaded.problems)
    judged = (*findings(case), *unknown_reports(case.register.programme)) if loaded.programme_read else ()
    found = (*loaded.problems, *judged)
    problems = sorted(placed(root, found), key=sort_key)
    return Checked(loaded.register.file_count, len(loaded.register.records), tuple(problems))
