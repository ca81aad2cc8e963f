"""status, overdue, list and show: each builds its options and asks one query."""

from __future__ import annotations

from typing import Annotated

from typer import Argument, Option

from p2ptrack.cli.options import AsOf, At, FormatName, Reading, Root, whole_number


def status(root: Root = None, as_of: AsOf = None, at: At = None, format_: FormatName = "text") -> int:
    """Print the picture on one screen."""
    from p2ptrack.cli.opened import answer
    from p2ptrack.reports.queries.status import status as query

    answer(Reading(root, as_of, at), format_, query)
    return 0


def overdue(
    *,
    within: Annotated[str, Option("--within", metavar="DAYS", help="Add what falls due in so many days.")] = "",
    fail: Annotated[bool, Option("--fail", help="Exit with 1 if anything is overdue.")] = False,
    format_: FormatName = "text",
    root: Root = None,
    as_of: AsOf = None,
    at: At = None,
) -> int:
    """Print the targets that have passed."""
    from p2ptrack.cli.opened import answer
    from p2ptrack.reports.queries.overdue import Overdue
    from p2ptrack.reports.queries.overdue import overdue as query

    days = whole_number(within, "--within") if within else None
    case = answer(Reading(root, as_of, at), format_, lambda case: query(case, Overdue(days)))
    return int(fail and bool(case.having("overdue")))


def list_records(
    *,
    words: Annotated[
        list[str] | None, Argument(metavar="KIND|FILTER", help="A kind, and filters such as status:in_progress.")
    ] = None,
    sort: Annotated[
        str, Option("--sort", metavar="FIELD", help="Order by a field or fact; not.FIELD turns it round.")
    ] = "",
    columns: Annotated[str, Option("--columns", metavar="FIELDS", help="Fields or facts, divided by commas.")] = "",
    format_: FormatName = "text",
    root: Root = None,
    as_of: AsOf = None,
    at: At = None,
) -> int:
    """Print the records for which every filter holds."""
    from p2ptrack.cli.opened import answer
    from p2ptrack.reports.queries.listing import Listing, listing

    shown = tuple(name.strip() for name in columns.split(",")) if columns else ()
    asked = Listing(tuple(words or ()), sort, shown)
    answer(Reading(root, as_of, at), format_, lambda case: listing(case, asked))
    return 0


def show(
    *,
    id_: Annotated[str, Argument(metavar="ID", help="A record's id, such as A01.")],
    format_: FormatName = "text",
    root: Root = None,
    as_of: AsOf = None,
    at: At = None,
) -> int:
    """Print one record whole."""
    from p2ptrack.cli.opened import answer
    from p2ptrack.reports.queries.show import show as query

    answer(Reading(root, as_of, at), format_, lambda case: query(case, id_))
    return 0
