"""status, overdue, list and show: each builds its options and asks one query."""

from __future__ import annotations

from p2ptrack.cli.opened import Reading, answer
from p2ptrack.cli.options import AsOf, FormatName, Root
from p2ptrack.reports.queries.status import status as status_query


def status(root: Root = None, as_of: AsOf = None, format_: FormatName = "text") -> int:
    """Print the picture on one screen."""
    answer(Reading(root, as_of), format_, status_query)
    return 0
