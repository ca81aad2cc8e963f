"""check: what is wrong with the register, and what to write instead."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from p2ptrack.cli.options import QUERY_FORMATS, AsOfOption, AtOption, RegisterOptions, RootOption, require_choice

CHECK_FORMATS = (*QUERY_FORMATS, "github")


def check(
    *,
    paths: Annotated[list[Path] | None, Argument(metavar="PATH", help="Tell only of these files or folders.")] = None,
    strict: Annotated[bool, Option("--strict", help="Exit with 1 for warnings too.")] = False,
    history: Annotated[bool, Option("--history", help="Add what only git can witness, such as moved targets.")] = False,
    format_: Annotated[
        str, Option("--format", metavar="FORMAT", help=f"One of {', '.join(CHECK_FORMATS)} (annotations).")
    ] = "text",
    root: RootOption = None,
    as_of: AsOfOption = None,
    at: AtOption = None,
) -> int:
    """Print every problem; exit with 1 when one of them is an error."""
    from p2ptrack.cli.checking import CheckOptions
    from p2ptrack.cli.checking import run_check as work

    options = CheckOptions(tuple(paths or ()), strict, require_choice(format_, CHECK_FORMATS, "format"), history)
    return work(options, RegisterOptions(root, as_of, at))
