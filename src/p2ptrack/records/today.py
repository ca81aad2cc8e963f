"""What is known today of a register whose past is shown: what is exempt by now is told by nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from p2ptrack.records.kinds import Record
from p2ptrack.records.register import Register


@dataclass(frozen=True, slots=True)
class CurrentRegister:
    """Today's register, and what is known beside it.

    `gone` are the records that it has no longer, by their folded ids, as they stood last. With `unread` there are
    files or folders that are not read, so that a record which is not there may be in them.
    """

    register: Register
    removed_records: Mapping[str, Record] = field(default_factory=dict)
    has_unread_files: bool = False
