"""The Typer application: one row for each command.

The modules of the commands declare arguments and options only and import the work inside their functions, so that
`--version`, `--help`, completion and usage errors load neither the model nor the YAML reader.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from contextlib import redirect_stderr, suppress
from copy import copy
from functools import cache, partial
from typing import Annotated, Any

import typer
from typer.main import get_command, get_command_name
from typer.models import CommandInfo

from p2ptrack import __version__
from p2ptrack.cli.check import check, rule, rules
from p2ptrack.cli.edit import add, close, edit, extend, import_file, merge_record, update
from p2ptrack.cli.export import collect, digest, export, portfolio
from p2ptrack.cli.options import COMPLETION_VARIABLE, expand_options
from p2ptrack.cli.papers import publish, render, site, verify
from p2ptrack.cli.query import changes, contracts, figures, history, list_records, overdue, show, status, views
from p2ptrack.cli.setup import doctor, init, schema
from p2ptrack.cli.terminal import run_safely

PROGRAM_NAME = "p2ptrack"
_NO_CACHE = "--no-cache"


def format_examples(*command_lines: str) -> str:
    """Return the examples that a command's help ends with; each is a whole command line that works."""
    return "\n".join(["Examples:", *(f"  {PROGRAM_NAME} {line}" for line in command_lines)])


app = typer.Typer(
    name=PROGRAM_NAME,
    rich_markup_mode="rich",
    no_args_is_help=True,
    suggest_commands=False,  # `describe_usage_error` suggests
    pretty_exceptions_enable=False,
    epilog=format_examples("status", "overdue --within 30", "COMMAND --help"),
)


def _print_version(requested: bool) -> None:
    if requested:
        typer.echo(f"{PROGRAM_NAME} {__version__}")
        raise typer.Exit


def _disable_cache(ctx: typer.Context, requested: bool) -> None:
    if requested:
        from p2ptrack.store.parsed_cache import disable_parsed_cache

        ctx.with_resource(disable_parsed_cache())


@app.callback()
def _main_options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    _no_cache: Annotated[
        bool,
        typer.Option(_NO_CACHE, callback=_disable_cache, help="Work without the cache of files that were read before."),
    ] = False,
) -> None:
    """Track procurement recommendations, actions and follow-ups, and produce committee papers from them."""


app.command(
    epilog=format_examples(
        "check", "check data/actions/A01-contracts-register.yaml", "check --strict", "check --history"
    )
)(check)
app.command(epilog=format_examples("status", "status --as-of 2023-01-12", "status --at 2023-01-12"))(status)
app.command(epilog=format_examples("overdue", "overdue --within 30", "overdue --as-of 2023-04-01 --format csv"))(
    overdue
)
app.command(
    "list",
    epilog=format_examples(
        "list actions status:in_progress recommendation:R1",
        "list target.before:2023-04 is:no-owner --sort target",
        "list follow-ups --columns id,title,target,area",
    ),
)(list_records)
app.command(
    epilog=format_examples(
        "contracts",
        "contracts is:decide-by-passed",
        "contracts directorate:Place end.before:2027-04 --sort end",
    )
)(contracts)
app.command(epilog=format_examples("show A01", "show F06 --format json"))(show)
app.command(epilog=format_examples("figures", "figures follow-ups by:area", "figures --as-of 2023-03-31 --format csv"))(
    figures
)
app.command(epilog=format_examples("views", "views --format json"))(views)
app.command(epilog=format_examples("history A01", "history A01 --field target", "history A01 --format csv"))(history)
app.command(
    epilog=format_examples(
        "changes --since 2023-01-12",
        "changes --since AC-2022-10-17 --until AC-2023-03",
        "changes --since 2023-01-12 --format csv",
    )
)(changes)
app.command(
    epilog=format_examples(
        'add action --title "Open a supplier portal"',
        'add action --title "Open a supplier portal" --set recommendations=R2 --set target=2027-03',
        'add follow-up --title "Report on exemptions" --dry-run',
    )
)(add)
app.command(
    epilog=format_examples(
        'update A19 --text "Draft measures are agreed."',
        'update A19 --text "Agreed." --status in_progress --date "9 January 2023" --dry-run',
    )
)(update)
app.command(
    epilog=format_examples(
        'extend F01 2023-06 --reason "The supplier is late."',
        'extend F01 2023-06 --reason "The supplier is late." --approved-by "Cabinet"',
    )
)(extend)
app.command(
    epilog=format_examples(
        'close A19 --on "9 January 2023" --evidence "Report on the measures"',
        'close A19 --verified-by "City Solicitor"',
        'close A19 --status noted --decided-by "Cabinet" --reason "Known."',
    )
)(close)
app.command(epilog=format_examples('edit A19 --set "target=31 March 2027"'))(edit)
app.command(
    "import",
    epilog=format_examples(
        "import tracker.xlsx --dry-run",
        "import follow-ups.docx --kind follow-up --source pcc-activity",
        "import tracker.csv --map imports/tracker.yaml --yes",
        "import contracts register.xlsx",
    ),
)(import_file)
app.command(
    epilog=format_examples(
        "render action-plan",
        "render audit-follow-up --format html --format pdf",
        "render action-plan --format md --output -",
        "render action-plan --audience members",
        "render action-plan --format pdf --attach-data",
        "render action-plan --at AC-2023-03",
        "render --all",
    )
)(render)
app.command(epilog=format_examples("site", "site public", "site --at 2023-01-12", "site --papers published"))(site)
app.command(
    epilog=format_examples("publish AC-2023-03", "publish AC-2023-03 audit-follow-up --format html --format docx")
)(publish)
app.command(epilog=format_examples("verify AC-2023-03", "verify AC-2023-03 build/audit-follow-up.html"))(verify)
app.command(epilog=format_examples("export", "export --format ics", "export --format json --output -"))(export)
app.command(epilog=format_examples("portfolio export .", "portfolio export . --audience officers"))(portfolio)
app.command(epilog=format_examples("collect --for AC-2023-03", "collect --for AC-2023-03 --audience officers"))(collect)
app.command(epilog=format_examples("digest", 'digest --for "Head of PACS" --format ics', "digest --format eml"))(digest)
app.command(
    epilog=format_examples(
        "init",
        "init --empty procurement-register",
        "init --demo demonstration",
        "init --hook --pipeline github",
        "init --register savings",
    )
)(init)
app.command(epilog=format_examples("rules", "rules --format md"))(rules)
app.command(epilog=format_examples("rule S105"))(rule)
app.command(epilog=format_examples("schema action", "schema list", "schema --write --modelines"))(schema)
app.command(epilog=format_examples("doctor", "doctor --fix"))(doctor)
app.command("merge-record", hidden=True)(merge_record)


@cache
def build_command(name: str = "") -> Any:
    """Return the application as Typer runs it, with placeholders instead of Python's types in the help.

    With the name of a command it has that command alone: building the others would take a tenth of a short run.
    """
    selected = copy(app)
    selected.registered_commands = [
        _expand(command) for command in app.registered_commands if not name or _get_name(command) == name
    ]
    group: Any = get_command(selected)
    for command in (group, *group.commands.values()):
        for parameter in (*command.params, command.get_help_option(typer.Context(command))):
            placeholder = parameter.metavar or "" if parameter.param_type_name == "option" else ""
            parameter.display_type_rich = partial(_return_placeholder, placeholder)
    return group


def _expand(command: CommandInfo) -> CommandInfo:
    expanded = copy(command)
    expanded.callback = expand_options(command.callback) if command.callback else None
    return expanded


def _get_name(command: CommandInfo) -> str:
    return command.name or (get_command_name(command.callback.__name__) if command.callback else "")


def _return_placeholder(placeholder: str, ctx: typer.Context) -> str:
    del ctx
    return placeholder


def _find_command(arguments: Sequence[str]) -> str:
    """Return the command that a command line begins with; nothing where it begins otherwise."""
    first_word = next((word for word in arguments if word != _NO_CACHE), "")
    return first_word if first_word in map(_get_name, app.registered_commands) else ""


def run_command_line(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code."""
    is_completing = COMPLETION_VARIABLE in os.environ
    command = build_command("" if is_completing else _find_command(arguments))

    def run() -> int | None:
        try:
            code: int | None = command.main(list(arguments), prog_name=PROGRAM_NAME, standalone_mode=False)
        except SystemExit:
            if is_completing:  # the exit code is a part of the answer to the shell
                raise
            return 0  # Rich exits when the reader of the help closes the pipe
        return code

    if not is_completing:
        return run_safely(run)
    # A message in the middle of a command line is worse than no completion.
    with suppress(Exception), redirect_stderr(io.StringIO()):
        return run_safely(run)
    return 0
