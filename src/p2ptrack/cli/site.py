"""The command site: the public register as pages that need no server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from p2ptrack.cli.options import AsOfOption, AtOption, RegisterOptions, RootOption, argument, option, switch

_FOLDER_HELP = "The folder for the site (default: build/site)."
_PAPERS_HELP = "The folder with the published papers to copy into the site (default: build)."


def site(
    *,
    folder: Annotated[Path | None, argument("DIR", _FOLDER_HELP)] = None,
    papers: Annotated[Path | None, option("--papers", "DIR", _PAPERS_HELP)] = None,
    force: Annotated[
        bool, switch("--force", "Replace a site that was changed since, or that is of another register.")
    ] = False,
    allow_problems: Annotated[
        bool, switch("--allow-problems", "Make the site although the register has errors. The first page says so.")
    ] = False,
    root: RootOption = None,
    as_of: AsOfOption = None,
    at: AtOption = None,
) -> int:
    """Make the public register as web pages in a folder, for a web server or a file share."""
    from p2ptrack.cli.site_files import SiteOptions, write_site

    write_site(SiteOptions(folder, papers, force, allow_problems), RegisterOptions(root, as_of, at))
    return 0
