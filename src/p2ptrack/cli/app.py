"""The Typer application: one row for each command.

The modules of the commands declare arguments and options only and import the work inside their functions, so that
`--version`, `--help`, completion and usage errors load neither the model nor the YAML reader.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, suppress
from copy import copy
from functools import cache, partial
from typing import Annotated, Any

import typer
from typer.main import get_command
from typer.models import CommandInfo

from p2ptrack import __version__
from p2ptrack.cli.check import check, explain_rule, list_rules
from p2ptrack.cli.edit import add, close, edit, extend, import_file, merge_record, update
from p2ptrack.cli.options import COMPLETION_VARIABLE, expand_options
from p2ptrack.cli.outputs import collect, digest, export, portfolio, publish, render, site, verify
from p2ptrack.cli.query import changes, contracts, figures, history, list_records, overdue, show, status, views
from p2ptrack.cli.setup import doctor, init, schema
from p2ptrack.cli.terminal import run_safely

PROGRAM_NAME = "p2ptrack"
_NO_CACHE = "--no-cache"


def format_examples(*command_lines: str) -> str:
    """Return the examples that a command's help ends with, as they are typed."""
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


def _add_command(name: str, command: Callable[..., int], *examples: str) -> None:
    """Add a command with the examples that its help ends with; each is a command line that works."""
    app.command(name, epilog=format_examples(*examples))(command)


_add_command(
    "check", check, "check", "check data/actions/A01-contracts-register.yaml", "check --strict", "check --history"
)
_add_command("status", status, "status", "status --as-of 2023-01-12", "status --at 2023-01-12")
_add_command("overdue", overdue, "overdue", "overdue --within 30", "overdue --as-of 2023-04-01 --format csv")
_add_command(
    "list",
    list_records,
    "list actions status:in_progress recommendation:R1",
    "list target.before:2023-04 is:no-owner --sort target",
    "list follow-ups --columns id,title,target,area",
)
_add_command(
    "contracts",
    contracts,
    "contracts",
    "contracts is:decide-by-passed",
    "contracts directorate:Place end.before:2027-04 --sort end",
)
_add_command("show", show, "show A01", "show F06 --format json")
_add_command("figures", figures, "figures", "figures follow-ups by:area", "figures --as-of 2023-03-31 --format csv")
_add_command("views", views, "views", "views --format json")
_add_command("history", history, "history A01", "history A01 --field target", "history A01 --format csv")
_add_command(
    "changes",
    changes,
    "changes --since 2023-01-12",
    "changes --since AC-2022-10-17 --until AC-2023-03",
    "changes --since 2023-01-12 --format csv",
)
_add_command(
    "add",
    add,
    'add action --title "Open a supplier portal"',
    'add action --title "Open a supplier portal" --set recommendations=R2 --set target=2027-03',
    'add follow-up --title "Report on exemptions" --dry-run',
)
_add_command(
    "update",
    update,
    'update A19 --text "Draft measures are agreed."',
    'update A19 --text "Agreed." --status in_progress --date "9 January 2023" --dry-run',
)
_add_command(
    "extend",
    extend,
    'extend F01 2023-06 --reason "The supplier is late."',
    'extend F01 2023-06 --reason "The supplier is late." --approved-by "Cabinet"',
)
_add_command(
    "close",
    close,
    'close A19 --on "9 January 2023" --evidence "Report on the measures"',
    'close A19 --verified-by "City Solicitor"',
    'close A19 --status noted --decided-by "Cabinet" --reason "Known."',
)
_add_command("edit", edit, 'edit A19 --set "target=31 March 2027"')
_add_command(
    "import",
    import_file,
    "import tracker.xlsx --dry-run",
    "import follow-ups.docx --kind follow-up --source pcc-activity",
    "import tracker.csv --map imports/tracker.yaml --yes",
    "import contracts register.xlsx",
)
_add_command(
    "render",
    render,
    "render action-plan",
    "render audit-follow-up --format html --format pdf",
    "render action-plan --format md --output -",
    "render action-plan --audience members",
    "render action-plan --format pdf --attach-data",
    "render action-plan --at AC-2023-03",
    "render --all",
)
_add_command("site", site, "site", "site public", "site --at 2023-01-12", "site --papers published")
_add_command("publish", publish, "publish AC-2023-03", "publish AC-2023-03 audit-follow-up --format html --format docx")
_add_command("verify", verify, "verify AC-2023-03", "verify AC-2023-03 build/audit-follow-up.html")
_add_command("export", export, "export", "export --format ics", "export --format json --output -")
_add_command("portfolio", portfolio, "portfolio export .", "portfolio export . --audience officers")
_add_command("collect", collect, "collect --for AC-2023-03", "collect --for AC-2023-03 --audience officers")
_add_command("digest", digest, "digest", 'digest --for "Head of PACS" --format ics', "digest --format eml")
_add_command(
    "init",
    init,
    "init",
    "init --empty procurement-register",
    "init --demo demonstration",
    "init --hook --pipeline github",
    "init --register savings",
)
_add_command("rules", list_rules, "rules", "rules --format md")
_add_command("rule", explain_rule, "rule S105")
_add_command("schema", schema, "schema action", "schema list", "schema --write --modelines")
_add_command("doctor", doctor, "doctor", "doctor --fix")
app.command("merge-record", hidden=True)(merge_record)


@cache
def build_command(name: str = "") -> Any:
    """Return the application as Typer runs it, with placeholders instead of Python's types in the help.

    With the name of a command it has that command alone: building the others would take a tenth of a short run.
    """
    selected = copy(app)
    selected.registered_commands = [
        _expand(command) for command in app.registered_commands if not name or command.name == name
    ]
    group: Any = get_command(selected)
    for command in (group, *group.commands.values()):
        for parameter in (*command.params, command.get_help_option(typer.Context(command))):
            placeholder = parameter.metavar or "" if parameter.param_type_name == "option" else ""
            parameter.display_type_rich = partial(_return_placeholder, placeholder)
            parameter.process_value = partial(_process_value, parameter, parameter.process_value)
    return group


def _expand(command: CommandInfo) -> CommandInfo:
    expanded = copy(command)
    expanded.callback = expand_options(command.callback) if command.callback else None
    return expanded


def _process_value(parameter: Any, process: Callable[..., Any], ctx: typer.Context, value: Any) -> Any:
    """Return the value of a parameter as Typer processes it, but convert only what needs it.

    Typer 0.29 prepares pydantic for options that were not given too, and for texts that stay as they are: a twentieth
    of a short run.
    """
    is_text = parameter.type_descriptor.annotation is str and isinstance(value, str) and value.isascii()
    if not is_text and (parameter.required or value not in (None, ())):
        return process(ctx, value)
    return parameter.callback(ctx, parameter, value) if parameter.callback else value


def _return_placeholder(placeholder: str, ctx: typer.Context) -> str:
    del ctx
    return placeholder


def _find_command(arguments: Sequence[str]) -> str:
    """Return the command that a command line begins with; nothing where it begins otherwise."""
    first_word = next((word for word in arguments if word != _NO_CACHE), "")
    return first_word if first_word in (command.name for command in app.registered_commands) else ""


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
