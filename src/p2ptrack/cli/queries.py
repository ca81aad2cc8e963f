"""status, overdue, list and show: each builds its options and asks one query."""

from __future__ import annotations

from typing import Annotated

from typer import Argument, Option

from p2ptrack.cli.opened import Reading, answer
from p2ptrack.cli.options import AsOf, FormatName, Root
from p2ptrack.reports.queries.listing import USUAL, Listing, listing
from p2ptrack.reports.queries.overdue import Overdue
from p2ptrack.reports.queries.overdue import overdue as overdue_query
from p2ptrack.reports.queries.show import show as show_query
from p2ptrack.reports.queries.status import status as status_query


def status(root: Root = None, as_of: AsOf = None, format_: FormatName = "text") -> int:
    """Print the picture on one screen."""
    answer(Reading(root, as_of), format_, status_query)
    return 0


def overdue(
    *,
    within: Annotated[
        int | None, Option("--within", metavar="DAYS", min=0, help="Add what falls due in so many days.")
    ] = None,
    fail: Annotated[bool, Option("--fail", help="Exit with 1 if anything is overdue.")] = False,
    format_: FormatName = "text",
    root: Root = None,
    as_of: AsOf = None,
) -> int:
    """Print the targets that have passed."""
    case = answer(Reading(root, as_of), format_, lambda case: overdue_query(case, Overdue(within)))
    return int(fail and bool(case.having("overdue")))


def list_records(
    *,
    words: Annotated[
        list[str] | None, Argument(metavar="[KIND] [FILTER]...", help="A kind, and filters such as status:in_progress.")
    ] = None,
    sort: Annotated[
        str, Option("--sort", metavar="FIELD", help="Order by a field or fact; not.FIELD turns it round.")
    ] = "",
    columns: Annotated[str, Option("--columns", metavar="FIELDS", help="Fields or facts, divided by commas.")] = "",
    format_: FormatName = "text",
    root: Root = None,
    as_of: AsOf = None,
) -> int:
    """Print the records for which every filter holds."""
    shown = tuple(name.strip() for name in columns.split(",")) if columns else USUAL
    asked = Listing(tuple(words or ()), sort, shown)
    answer(Reading(root, as_of), format_, lambda case: listing(case, asked))
    return 0


def show(
    *,
    id_: Annotated[str, Argument(metavar="ID", help="A record's id, such as A01.")],
    format_: FormatName = "text",
    root: Root = None,
    as_of: AsOf = None,
) -> int:
    """Print one record whole."""
    answer(Reading(root, as_of), format_, lambda case: show_query(case, id_))
    return 0
