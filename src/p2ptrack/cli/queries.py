"""status, overdue, list and show: each builds its options and asks one query."""

from __future__ import annotations

from typing import Annotated

from typer import Argument, Option

from p2ptrack.cli.options import AsOfOption, AtOption, FormatOption, RegisterOptions, RootOption, parse_days


def status(
    root: RootOption = None, as_of: AsOfOption = None, at: AtOption = None, format_: FormatOption = "text"
) -> int:
    """Print the picture on one screen."""
    from p2ptrack.cli.opened import print_answer
    from p2ptrack.queries.status import build_status as query

    print_answer(RegisterOptions(root, as_of, at), format_, query)
    return 0


def overdue(
    *,
    within: Annotated[str, Option("--within", metavar="DAYS", help="Add what falls due in so many days.")] = "",
    fail: Annotated[bool, Option("--fail", help="Exit with 1 if anything is overdue.")] = False,
    format_: FormatOption = "text",
    root: RootOption = None,
    as_of: AsOfOption = None,
    at: AtOption = None,
) -> int:
    """Print the targets that have passed."""
    from p2ptrack.cli.opened import print_answer
    from p2ptrack.queries.overdue import OverdueOptions
    from p2ptrack.queries.overdue import build_overdue as query

    days = parse_days(within, "--within") if within else None
    case = print_answer(RegisterOptions(root, as_of, at), format_, lambda case: query(case, OverdueOptions(days)))
    return int(fail and bool(case.with_fact("overdue")))


def list_records(
    *,
    terms: Annotated[
        list[str] | None, Argument(metavar="KIND|FILTER", help="A kind, and filters such as status:in_progress.")
    ] = None,
    sort: Annotated[
        str, Option("--sort", metavar="FIELD", help="Order by a field or fact; not.FIELD turns it round.")
    ] = "",
    columns: Annotated[str, Option("--columns", metavar="FIELDS", help="Fields or facts, divided by commas.")] = "",
    format_: FormatOption = "text",
    root: RootOption = None,
    as_of: AsOfOption = None,
    at: AtOption = None,
) -> int:
    """Print the records for which every filter holds."""
    from p2ptrack.cli.opened import print_answer
    from p2ptrack.queries.list import ListOptions, build_list

    column_names = tuple(name.strip() for name in columns.split(",")) if columns else ()
    options = ListOptions(tuple(terms or ()), sort, column_names)
    print_answer(RegisterOptions(root, as_of, at), format_, lambda case: build_list(case, options))
    return 0


def show(
    *,
    id_: Annotated[str, Argument(metavar="ID", help="A record's id, such as A01.")],
    format_: FormatOption = "text",
    root: RootOption = None,
    as_of: AsOfOption = None,
    at: AtOption = None,
) -> int:
    """Print one record whole."""
    from p2ptrack.cli.opened import print_answer
    from p2ptrack.queries.show import build_show as query

    print_answer(RegisterOptions(root, as_of, at), format_, lambda case: query(case, id_))
    return 0
