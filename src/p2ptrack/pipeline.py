"""The whole program: from a folder to the case that every rule and every report is a function of.

What only papers or only `run_checks` need is imported where it is used: `status` answers before it would be loaded.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack import __version__
from p2ptrack.analysis.audience import Audience
from p2ptrack.analysis.case import Case, RegisterProvenance, make_case
from p2ptrack.diagnostics import Problem, problem_sort_key
from p2ptrack.errors import OperationError
from p2ptrack.model.register import CurrentRegister
from p2ptrack.store.folder import FolderSource
from p2ptrack.store.loader import add_locations_from, load_register

if TYPE_CHECKING:
    from p2ptrack.analysis.redaction.redact import HiddenNames
    from p2ptrack.model.history import RecordVersion, RegisterHistory
    from p2ptrack.store.git.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What `run_checks` looked at and what it found, each problem at its place."""

    file_count: int
    record_count: int
    problems: tuple[Problem, ...]


def open_case(root: Path, as_of: date, snapshot: Snapshot | None = None) -> Case:
    """Return the register in a folder, or as it stood then, judged on a day.

    Records that could not be read are in its problems. Raises `OperationError` when the programme itself is faulty.
    """
    loaded = snapshot.loaded if snapshot else load_register(root)
    if not loaded.has_programme:
        at_option = f" --at {snapshot.short_commit}" if snapshot else ""
        raise OperationError(
            f"data/programme.yaml cannot be used as it is. See what is wrong with: p2ptrack check{at_option}"
        )
    return make_case(loaded.register, as_of, loaded.problems)


def open_paper_case(
    root: Path,
    as_of: date,
    audience: Audience = Audience.PUBLIC,
    today: date | None = None,
    snapshot: Snapshot | None = None,
) -> Case:
    """Return the case for papers: what their audience may see, with words, layout and the commit it was made from.

    Its problems are those of reading and of the rules. An exemption that ends after `today` holds in a paper of a
    later day too, for the paper can be read today; and what is exempt today holds in a paper of the past.
    """
    from p2ptrack.analysis.redaction.paper import build_audience_case
    from p2ptrack.analysis.rules import run_rules
    from p2ptrack.store.git import list_meetings_at, read_head
    from p2ptrack.store.templates import load_layout, load_wording, template_folders

    folders = template_folders(snapshot.templates_folder if snapshot and snapshot.templates_folder else root)
    commit, modified = (snapshot.commit, False) if snapshot else read_head(root)
    case = open_case(root, as_of, snapshot)
    exemption_date = min(as_of, today or as_of)
    hidden_names = None
    if snapshot:
        case, hidden_names = _apply_current_exemptions(case, snapshot, (exemption_date, today or as_of))
    case = case if snapshot else replace(case, deleted_records=_load_deleted_records(root))
    full_case = replace(
        case,
        wording=load_wording(folders),
        layout=load_layout(folders),
        provenance=RegisterProvenance(__version__, commit, modified, list_meetings_at(root, commit)),
        problems=(*case.problems, *run_rules(case)),
    )
    return build_audience_case(full_case, audience, exemption_date, hidden_names)


def find_uncertain_ids(snapshot: Snapshot, as_of: date, today: date) -> tuple[str, ...]:
    """Return the ids of the records of the past that no public paper shows for what they may be today."""
    from p2ptrack.analysis.redaction.paper import ExemptionDates, find_precautionary_ids

    return (
        find_precautionary_ids(snapshot.loaded.register, snapshot.current, ExemptionDates(min(as_of, today), today))
        if snapshot.current
        else ()
    )


def open_publication_case(snapshot: Snapshot, as_of: date, published_on: date, provenance: RegisterProvenance) -> Case:
    """Return the case for the public papers of a meeting that is published from a commit.

    Nothing but that commit and the two days counts: what is exempt is told by its own register on the day of sealing,
    so that the same papers can be made on any other.
    """
    isolated_snapshot = replace(snapshot, current=CurrentRegister(snapshot.loaded.register))
    return replace(
        open_paper_case(snapshot.repository.root, as_of, Audience.PUBLIC, published_on, isolated_snapshot),
        provenance=provenance,
    )


def _apply_current_exemptions(
    case: Case, snapshot: Snapshot, exemption_dates: tuple[date, date]
) -> tuple[Case, HiddenNames]:
    from p2ptrack.analysis.redaction.paper import ExemptionDates, apply_current_exemptions
    from p2ptrack.analysis.redaction.redact import find_currently_hidden_names
    from p2ptrack.store.git.snapshot import load_current

    current = snapshot.current or load_current(snapshot)
    updated_case = make_case(
        apply_current_exemptions(case.register, current, ExemptionDates(*exemption_dates)), case.as_of, case.problems
    )
    return updated_case, find_currently_hidden_names(current.register, exemption_dates[1])


def _load_history(root: Path, snapshot: Snapshot | None, meetings: Collection[str] | None = None) -> RegisterHistory:
    from p2ptrack.store.git.history import load_history

    return load_history(root, snapshot.commit if snapshot else "", meetings)


def _load_history_with_files(root: Path, as_of: date) -> RegisterHistory:
    from p2ptrack.store.git.history import load_history_with_files

    return load_history_with_files(root, as_of)


def _load_deleted_records(root: Path) -> tuple[RecordVersion, ...]:
    from p2ptrack.store.git import list_deleted_blobs

    blobs = list_deleted_blobs(root)
    if not blobs:
        return ()
    from p2ptrack.store.git.history import load_deleted_records

    return load_deleted_records(root, blobs)


def with_history(case: Case, root: Path, snapshot: Snapshot | None = None) -> Case:
    """Return a paper's case with what its audience may see of the history.

    Raises `OperationError` where git has no history, or not all of it.
    """
    from p2ptrack.analysis.redaction.paper import attach_redacted_history

    return attach_redacted_history(case, _load_history(root, snapshot))


def with_published_history(case: Case, snapshot: Snapshot, published_ids: Collection[str] | None = None) -> Case:
    """Return a sealed paper's case with the history up to its commit, and of the meetings' tags those named.

    Raises `OperationError` where this copy of the repository lacks a part of that history.
    """
    from p2ptrack.analysis.redaction.paper import attach_redacted_history

    register_history = _load_history(snapshot.repository.root, snapshot, published_ids)
    published_positions = {
        id_: position
        for id_, position in register_history.published_positions.items()
        if published_ids is None or id_ in published_ids
    }
    return attach_redacted_history(case, replace(register_history, published_positions=published_positions))


def run_checks(root: Path, as_of: date, snapshot: Snapshot | None = None, *, history: bool = False) -> CheckResult:
    """Return every fault of every file and what the rules find, in one run and in order.

    Rules are asked only when the programme can be read: without it every link would look broken. With `history`
    they are given what git witnessed. Raises `OperationError` where git has no history, or not all of it.
    """
    from p2ptrack.analysis.rules import run_rules
    from p2ptrack.reports.paper import find_unknown_reports

    loaded = snapshot.loaded if snapshot else load_register(root)
    case = make_case(loaded.register, as_of, loaded.problems)
    if history:
        case = replace(
            case, history=_load_history(root, snapshot) if snapshot else _load_history_with_files(root, as_of)
        )
    elif snapshot is None:
        case = replace(case, deleted_records=_load_deleted_records(root))
    rule_problems = (*run_rules(case), *find_unknown_reports(case.register.programme)) if loaded.has_programme else ()
    all_problems = (*loaded.problems, *rule_problems)
    problems = sorted(
        add_locations_from(snapshot.source if snapshot else FolderSource(root), all_problems), key=problem_sort_key
    )
    return CheckResult(loaded.register.file_count, len(loaded.register.records), tuple(problems))
