"""The command portfolio: many registers as Parquet files for one database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from p2ptrack.cli.options import AUDIENCES, AsOfOption, FailOption, argument, complete_choices, option, require_choice

_ACTIONS = ("export",)
_SOURCE_HELP = "A register, a folder with registers in it, or the address of a git repository (https, ssh or file)."
_OUTPUT_HELP = "The folder for the files (default: portfolio; for members or officers, portfolio-AUDIENCE)."
_AUDIENCE_HELP = "Who it is for: public, members or officers."


def portfolio(
    *,
    action: Annotated[str, argument("ACTION", "What to do: export.", complete_choices(*_ACTIONS))],
    sources: Annotated[list[str], argument("SOURCE", _SOURCE_HELP)],
    output: Annotated[str, option("--output", "DIR", _OUTPUT_HELP)] = "",
    audience: Annotated[str, option("--audience", "AUDIENCE", _AUDIENCE_HELP, complete_choices(*AUDIENCES))] = "public",
    fail: FailOption = False,
    as_of: AsOfOption = None,
) -> int:
    """Write many registers as Parquet files, to ask questions of all of them.

    Without --audience nothing exempt is in them. A register that cannot be read does not stop the others. Files of
    other registers and of other dates stay as they are.
    """
    from p2ptrack.cli.options import parse_audience, resolve_date
    from p2ptrack.cli.portfolio_export import PortfolioExport

    require_choice(action, _ACTIONS, "action")
    folder = Path(output or ("portfolio" if audience == AUDIENCES[0] else f"portfolio-{audience}"))
    return PortfolioExport(folder, resolve_date(as_of), parse_audience(audience)).run(sources, fail=fail)
