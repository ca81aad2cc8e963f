"""The commands status, overdue, list and show: each prints the answer of one query."""

from __future__ import annotations

from typing import Annotated

from p2ptrack.cli.completion import complete_columns, complete_fields, complete_kinds
from p2ptrack.cli.options import (
    AsOfOption,
    AtOption,
    FormatOption,
    RecordArgument,
    RegisterOptions,
    RootOption,
    argument,
    option,
    parse_days,
    switch,
)

_TERMS_HELP = "A kind of record, and filters such as status:in_progress."
_SORT_HELP = "Sort by a field or a fact; not.FIELD reverses the order."
_COLUMNS_HELP = "Show these fields or facts, separated by commas."


def status(
    *, format_: FormatOption = "text", root: RootOption = None, as_of: AsOfOption = None, at: AtOption = None
) -> int:
    """Show the current position on one screen."""
    from p2ptrack.cli.register import print_answer
    from p2ptrack.queries.status import build_status

    print_answer(RegisterOptions(root, as_of, at), format_, build_status)
    return 0


def overdue(
    *,
    within: Annotated[str, option("--within", "DAYS", "Also show what is due within this number of days.")] = "",
    fail: Annotated[bool, switch("--fail", "Exit with 1 if anything is overdue.")] = False,
    format_: FormatOption = "text",
    root: RootOption = None,
    as_of: AsOfOption = None,
    at: AtOption = None,
) -> int:
    """List what is overdue: how late it is, how often its target date changed, and who is responsible."""
    from p2ptrack.cli.register import print_answer
    from p2ptrack.queries.overdue import OverdueOptions, build_overdue

    options = OverdueOptions(parse_days(within, "--within") if within else None)
    case = print_answer(RegisterOptions(root, as_of, at), format_, lambda case: build_overdue(case, options))
    return int(fail and bool(case.with_fact("overdue")))


def list_records(
    *,
    terms: Annotated[list[str] | None, argument("KIND|FILTER", _TERMS_HELP, complete_kinds)] = None,
    sort: Annotated[str, option("--sort", "FIELD", _SORT_HELP, complete_fields)] = "",
    columns: Annotated[str, option("--columns", "FIELDS", _COLUMNS_HELP, complete_columns)] = "",
    format_: FormatOption = "text",
    root: RootOption = None,
    as_of: AsOfOption = None,
    at: AtOption = None,
) -> int:
    """List records by any field or fact."""
    from p2ptrack.cli.register import print_answer
    from p2ptrack.queries.list import ListOptions, build_list

    column_names = tuple(name.strip() for name in columns.split(",")) if columns else ()
    options = ListOptions(tuple(terms or ()), sort, column_names)
    print_answer(RegisterOptions(root, as_of, at), format_, lambda case: build_list(case, options))
    return 0


def show(
    *,
    id_: RecordArgument,
    format_: FormatOption = "text",
    root: RootOption = None,
    as_of: AsOfOption = None,
    at: AtOption = None,
) -> int:
    """Show one record in full: its fields, its position, its links and what needs to be done."""
    from p2ptrack.cli.register import print_answer
    from p2ptrack.queries.show import build_show

    print_answer(RegisterOptions(root, as_of, at), format_, lambda case: build_show(case, id_))
    return 0
