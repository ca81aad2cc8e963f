"""The contracts register as it was at an earlier commit."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from p2ptrack.errors import OperationError
from p2ptrack.model.contracts import CONTRACTS_PATH, ContractTable
from p2ptrack.model.history import Revision
from p2ptrack.model.programme import Programme
from p2ptrack.model.register import build_anchors
from p2ptrack.store.contract_table import load_contracts
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.git.snapshot import read_data_tree
from p2ptrack.store.loader import load_programme, validate_file_leniently
from p2ptrack.values import dataclass


@dataclass(frozen=True, slots=True)
class ContractVersion:
    """The contracts register of a commit with the programme by which it was judged then, and its day."""

    day: date
    programme: Programme
    table: ContractTable


def load_contracts_of(root: Path, revisions: Sequence[Revision], day: date, limit: date) -> ContractVersion | None:
    """Return the contracts register as it was on a day, otherwise the first one after it and before a limit.

    `revisions` are those of the mainline, the oldest first. None where there is none.
    """
    repository = Repository.find(root)
    last = [revision for revision in revisions if revision.effective_date <= day][-1:]
    later = [revision for revision in revisions if day < revision.effective_date < limit]
    candidates = [*last, *later]
    # A register that has a table keeps one, so the first commit that has it is found by halves.
    position = bisect_left(candidates, 1, key=lambda revision: _has_table(repository, revision.commit))
    if position == len(candidates):
        return None
    revision = candidates[position]
    source, _ = read_data_tree(repository, revision.commit)
    programme = load_programme(source, validate_file_leniently)
    table, _ = load_contracts(source, build_anchors(programme))
    return ContractVersion(max(revision.effective_date, day), programme, table)


def _has_table(repository: Repository, commit: str) -> int:
    try:
        source, _ = read_data_tree(repository, commit)
    except OperationError:
        return 0
    return int(CONTRACTS_PATH in source.files)
