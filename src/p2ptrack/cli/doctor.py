"""doctor: what this machine lacks, and how to get it."""

from __future__ import annotations

from p2ptrack.cli.options import FormatName, Root, query_format
from p2ptrack.cli.screen import show


def doctor(*, root: Root = None, format_: FormatName = "text") -> int:
    """Print what is there and what is missing."""
    from p2ptrack.cli.checkup import checkup

    written = query_format(format_)
    show(checkup(root), written)
    return 0
