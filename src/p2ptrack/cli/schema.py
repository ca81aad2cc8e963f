"""schema: JSON Schemas of the files, for editors that check while one types."""

from __future__ import annotations

from typing import Annotated

from typer import Argument

from p2ptrack.cli.screen import write_output

KindArgument = Annotated[str, Argument(metavar="KIND", help="A kind of record, or programme; else all of them.")]


def schema(*, kind: KindArgument = "") -> int:
    """Print the JSON Schema of a kind of file, or of every kind under its name."""
    from p2ptrack.cli.schemas import build_schemas

    write_output(build_schemas(kind))
    return 0
