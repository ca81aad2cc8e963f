"""doctor: what this machine lacks, and how to get it."""

from __future__ import annotations

from p2ptrack.cli.options import FormatOption, RootOption, parse_query_format
from p2ptrack.cli.screen import print_document


def doctor(*, root: RootOption = None, format_: FormatOption = "text") -> int:
    """Print what is there and what is missing."""
    from p2ptrack.cli.checkup import build_doctor

    output_format = parse_query_format(format_)
    print_document(build_doctor(root), output_format)
    return 0
