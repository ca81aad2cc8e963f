"""The files that a new register begins with: few, whole, and each a pattern for the next."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from string import Template

from p2ptrack.errors import OperationError
from p2ptrack.records.dates import format_long_date
from p2ptrack.records.register import PROGRAMME_PATH

_PROGRAMME_TEMPLATE = """\
# What all records share. After every change: p2ptrack check
title: Procurement recommendations and follow-ups
# organisation: the council's name, as papers should print it

meetings:
  - {id: AC-$year-03, body: Audit Committee, date: March $year}

roles: [Head of Procurement, Chief Internal Auditor]
"""

_RECOMMENDATION_TEMPLATE = """\
# What a review said should change. The file's name begins with the id.
id: R1
title: Keep one register of contracts
origin_text: The council should keep one register of its contracts, with an owner for each entry.
"""

_ACTION_TEMPLATE = """\
# What somebody will do about it.
id: A01
title: Bring the contracts of all directorates into one register
recommendations: [R1]
status: not_started
accountable: Head of Procurement
target: March $year
updates:
  - date: $today
    text: The action was entered in the register.
"""

_FOLLOW_UP_TEMPLATE = """\
# What a committee asked to have followed up.
id: F01
title: Report how many contracts were let without competition
origin_text: Members asked how many contracts were let without competition, and why.
status: not_started
accountable: Head of Procurement
target: AC-$year-03
updates:
  - date: $today
    text: The follow-up was entered in the register.
"""

SCAFFOLD_FILES = {
    PROGRAMME_PATH: _PROGRAMME_TEMPLATE,
    "data/recommendations/R1-contracts-register.yaml": _RECOMMENDATION_TEMPLATE,
    "data/actions/A01-one-register.yaml": _ACTION_TEMPLATE,
    "data/audit_followups/F01-without-competition.yaml": _FOLLOW_UP_TEMPLATE,
}
"""What `init` writes, by path; `$year` is the next one."""


def write_scaffold(folder: Path, today: date) -> tuple[str, ...]:
    """Write a register that works at once, its dates around a day, and return the paths of its files.

    Raises `OperationError` when the folder holds one of them already, or cannot be written.
    """
    for path in SCAFFOLD_FILES:
        if (folder / path).exists():
            raise OperationError(
                f"There is a register in {folder} already: {path}. Choose another folder: p2ptrack init DIR"
            )
    try:
        for path, text in SCAFFOLD_FILES.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            content = Template(text).substitute(year=today.year + 1, today=format_long_date(today))
            (folder / path).write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OperationError(f"No register can be started in {folder}: {reason}. Choose another folder.") from error
    return tuple(SCAFFOLD_FILES)
