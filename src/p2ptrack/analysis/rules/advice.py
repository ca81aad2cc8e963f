"""Advice with lines to paste. A line is offered only where its field is not in the record yet."""

from __future__ import annotations

from p2ptrack.analysis.case import Case
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.records import TrackedRecord


def advise_new_update(case: Case, record: TrackedRecord) -> str:
    """Return the advice to report on a record: an entry to paste, or to add to the updates that it has.

    The text is empty on purpose, and `check` refuses it until it is written.
    """
    if record.updates:
        return "Add an entry with `date:` and `text:` to the list under `updates:`."
    covers = "If another record reports on it, add the id to `covers:` in that update."
    update = "Otherwise add an update, and write the current position below `text:`:"
    return f"{covers} {update}\nupdates:\n  - date: {format_long_date(case.as_of)}\n    text: |"
