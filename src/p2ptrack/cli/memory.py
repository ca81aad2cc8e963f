"""history and changes: what git witnessed."""

from __future__ import annotations

from typing import Annotated

from typer import Argument, Option

from p2ptrack.cli.options import AtOption, FormatOption, RegisterOptions, RootOption

SinceOption = Annotated[
    str,
    Option("--since", metavar="WHEN", help="A commit, a tag, a day such as 2023-01-12, or a meeting's id."),
]
UntilOption = Annotated[str, Option("--until", metavar="WHEN", help="The same; else the last commit.")]


def history(
    *,
    id_: Annotated[str, Argument(metavar="ID", help="A record's id, such as A01; one that is gone will do.")],
    field: Annotated[str, Option("--field", metavar="NAME", help="Only this field, such as target or updates.")] = "",
    format_: FormatOption = "text",
    root: RootOption = None,
    at: AtOption = None,
) -> int:
    """Print who changed which field of a record, and when."""
    from p2ptrack.cli.witnessed import print_history

    print_history(RegisterOptions(root, None, at), (id_, field), format_)
    return 0


def changes(
    *,
    since: SinceOption = "",
    until: UntilOption = "",
    format_: FormatOption = "text",
    root: RootOption = None,
    at: AtOption = None,
) -> int:
    """Print what changed in the register between two moments."""
    from p2ptrack.cli.witnessed import print_changes

    print_changes(RegisterOptions(root, None, at), (since, until), format_)
    return 0
