"""Everything that check can find, from the tables of those who find it."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.rules import RULES
from p2ptrack.analysis.rules.rule import Rule
from p2ptrack.records.faults import FAULTS as RECORD_FAULTS
from p2ptrack.records.faults import Fault
from p2ptrack.store.folder import FAULTS as FOLDER_FAULTS
from p2ptrack.store.yaml import CODES as FILE_FAULTS
from p2ptrack.store.yaml import Fault as FileFault

Entry = Fault | FileFault | Rule


def catalogue() -> dict[str, Entry]:
    """Return every entry by its code, in the order of the codes."""
    return {entry.code: entry for entry in sorted(_entries(), key=lambda entry: entry.code)}


def _entries() -> Iterator[Entry]:
    yield from FILE_FAULTS.values()
    yield from RECORD_FAULTS
    yield from FOLDER_FAULTS
    yield from RULES
