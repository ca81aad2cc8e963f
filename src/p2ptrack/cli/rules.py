"""rules and rule: what check can find, and why it matters."""

from __future__ import annotations

from typing import Annotated

from typer import Argument

from p2ptrack.cli.options import FormatName, query_format
from p2ptrack.cli.screen import show

Code = Annotated[str, Argument(metavar="CODE", help="A code of check, such as S105.")]


def rules(*, format_: FormatName = "text") -> int:
    """Print the catalogue."""
    from p2ptrack.cli.catalogue import all_rules

    written = query_format(format_)
    show(all_rules(), written)
    return 0


def rule(*, code: Code, format_: FormatName = "text") -> int:
    """Print one entry of the catalogue."""
    from p2ptrack.cli.catalogue import one_rule

    written = query_format(format_)
    show(one_rule(code), written)
    return 0
