"""schema: JSON Schemas of the files, for editors that check while one types."""

from __future__ import annotations

from typing import Annotated

from typer import Argument

from p2ptrack.cli.screen import put

Kind = Annotated[str, Argument(metavar="KIND", help="A kind of record, or programme; else all of them.")]


def schema(*, kind: Kind = "") -> int:
    """Print the JSON Schema of a kind of file, or of every kind under its name."""
    from p2ptrack.cli.schemas import schemas

    put(schemas(kind))
    return 0
