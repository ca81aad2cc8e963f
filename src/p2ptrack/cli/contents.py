"""The table of contents: every command, what it does, and examples that work.

A command's module is imported when it runs, so that `--help` and a slip of the pen cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from p2ptrack import __version__
from p2ptrack.cli.screen import terminal_style
from p2ptrack.cli.usage import format_suggestion
from p2ptrack.errors import UsageError


def _hide_type(ctx: Any) -> str:
    """Leave out Python's names of types, which `<list[str]>` in help would be."""
    del ctx
    return ""


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A row of the table. `function` is `module:function`; `examples` are whole command lines."""

    name: str
    help: str
    function: str
    examples: tuple[str, ...]

    def load(self) -> Any:
        """Return the command as Typer runs it."""
        module, _, function = self.function.partition(":")
        call: Callable[..., int] = getattr(import_module(module), function)
        app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
        lines = "\n".join(f"  {example}" for example in self.examples)
        app.command(self.name, help=self.help, epilog=f"\b\nExamples:\n{lines}")(call)
        command: Any = get_command(app)
        for param in command.params:
            param.display_type_rich = _hide_type
        return command


MAX_HELP_WIDTH = 100
"""Help is no wider: longer lines are hard to follow."""

COMMANDS = {
    each.name: each
    for each in (
        CommandEntry(
            "check",
            "Find every fault of every file, and say what to write instead. Changes nothing.",
            "p2ptrack.cli.check:check",
            (
                "p2ptrack check",
                "p2ptrack check data/actions/A01-contracts-register.yaml",
                "p2ptrack check --strict",
                "p2ptrack check --history",
            ),
        ),
        CommandEntry(
            "status",
            "The picture on one screen, what to look at first before any table.",
            "p2ptrack.cli.queries:status",
            ("p2ptrack status", "p2ptrack status --as-of 2023-01-12", "p2ptrack status --at 2023-01-12"),
        ),
        CommandEntry(
            "overdue",
            "Targets that have passed: how late, moved how often, whose.",
            "p2ptrack.cli.queries:overdue",
            ("p2ptrack overdue", "p2ptrack overdue --within 30", "p2ptrack overdue --as-of 2023-04-01 --format csv"),
        ),
        CommandEntry(
            "list",
            "Any records, by any field or fact.",
            "p2ptrack.cli.queries:list_records",
            (
                "p2ptrack list actions status:in_progress recommendation:R1",
                "p2ptrack list target.before:2023-04 is:no-owner --sort target",
                "p2ptrack list follow-ups --columns id,title,target,area",
            ),
        ),
        CommandEntry(
            "show",
            "One record whole: what it says, what follows from it, what links to it, what to do.",
            "p2ptrack.cli.queries:show",
            ("p2ptrack show A01", "p2ptrack show F06 --format json"),
        ),
        CommandEntry(
            "history",
            "From git: who changed which field of a record, and when.",
            "p2ptrack.cli.memory:history",
            ("p2ptrack history A01", "p2ptrack history A01 --field target", "p2ptrack history A01 --format csv"),
        ),
        CommandEntry(
            "changes",
            "From git: what changed since a day, a commit or a meeting, by meaning and not by line.",
            "p2ptrack.cli.memory:changes",
            (
                "p2ptrack changes --since 2023-01-12",
                "p2ptrack changes --since AC-2022-10-17 --until AC-2023-03",
                "p2ptrack changes --since 2023-01-12 --format csv",
            ),
        ),
        CommandEntry(
            "render",
            "Make a paper, to build/REPORT.FORMAT.",
            "p2ptrack.cli.render:render",
            (
                "p2ptrack render action-plan",
                "p2ptrack render audit-follow-up --format html --format pdf",
                "p2ptrack render action-plan --format md --output -",
                "p2ptrack render action-plan --audience members",
                "p2ptrack render action-plan --format pdf --attach-data",
                "p2ptrack render action-plan --at AC-2023-03",
                "p2ptrack render --all",
            ),
        ),
        CommandEntry(
            "publish",
            "Seal a meeting's papers: make them, and keep their digests in a tag of git. Pushes nothing.",
            "p2ptrack.cli.publish:publish",
            (
                "p2ptrack publish AC-2023-03",
                "p2ptrack publish AC-2023-03 audit-follow-up --format html --format docx",
            ),
        ),
        CommandEntry(
            "verify",
            "Make a published meeting's papers again from its tag, and compare.",
            "p2ptrack.cli.publish:verify",
            ("p2ptrack verify AC-2023-03",),
        ),
        CommandEntry(
            "init",
            "Start a register that works at once.",
            "p2ptrack.cli.init:init",
            ("p2ptrack init", "p2ptrack init procurement-register"),
        ),
        CommandEntry(
            "rules",
            "The catalogue of everything that check can find.",
            "p2ptrack.cli.rules:rules",
            ("p2ptrack rules", "p2ptrack rules --format md"),
        ),
        CommandEntry(
            "rule",
            "One code of check: why it matters, an example, and what to write instead.",
            "p2ptrack.cli.rules:rule",
            ("p2ptrack rule S105",),
        ),
        CommandEntry(
            "schema",
            "The JSON Schema of a kind of record, for editors that check while you type.",
            "p2ptrack.cli.schema:schema",
            ("p2ptrack schema action", "p2ptrack schema programme"),
        ),
        CommandEntry(
            "doctor",
            "What this machine lacks, and how to get it.",
            "p2ptrack.cli.doctor:doctor",
            ("p2ptrack doctor",),
        ),
    )
}


class CommandGroup(TyperGroup):
    """The commands of the table: their names and words for the list, each loaded only when it runs."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return a command and its arguments. Raises `UsageError` for a name that is none, with the nearest."""
        name, *rest = args
        if name not in COMMANDS:
            suggestion = format_suggestion(name, COMMANDS)
            raise UsageError(f"There is no command “{name}”.{suggestion} See: {ctx.command_path} --help")
        return name, COMMANDS[name].load(), rest


def _print_version(requested: bool) -> None:
    if requested:
        typer.echo(f"p2ptrack {__version__}")
        raise typer.Exit


def _root_command(
    context: typer.Context,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> int:
    """A register of procurement recommendations, actions and follow-ups, and its committee papers."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        return 2
    return 0


def run_command_line(arguments: Sequence[str]) -> int:
    """Run a command line. Not Typer's own `main`, which ends the process with 1 when a reader closes the pipe."""
    app = typer.Typer(cls=CommandGroup, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    epilog = "\b\nExamples:\n  p2ptrack status\n  p2ptrack overdue --within 30\n  p2ptrack COMMAND --help"
    app.callback(invoke_without_command=True, epilog=epilog)(_root_command)
    group = get_group(app)
    group.commands.update({name: TyperCommand(name, short_help=entry.help) for name, entry in COMMANDS.items()})
    # Left to itself, help is never narrower than 50 columns, and a phone's terminal has 40.
    with group.make_context(
        "p2ptrack", list(arguments), terminal_width=min(terminal_style().width, MAX_HELP_WIDTH)
    ) as context:
        code: int | None = group.invoke(context)
    return code or 0
