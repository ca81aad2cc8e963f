"""rules and rule: what check can find, and why it matters."""

from __future__ import annotations

from typing import Annotated

from typer import Argument

from p2ptrack.cli.options import FormatOption, parse_query_format
from p2ptrack.cli.screen import print_document

CodeArgument = Annotated[str, Argument(metavar="CODE", help="A code of check, such as S105.")]


def rules(*, format_: FormatOption = "text") -> int:
    """Print the catalogue."""
    from p2ptrack.cli.catalogue import build_rules

    output_format = parse_query_format(format_)
    print_document(build_rules(), output_format)
    return 0


def rule(*, code: CodeArgument, format_: FormatOption = "text") -> int:
    """Print one entry of the catalogue."""
    from p2ptrack.cli.catalogue import build_rule

    output_format = parse_query_format(format_)
    print_document(build_rule(code), output_format)
    return 0
