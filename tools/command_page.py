"""Write the page of the commands: what each does, its arguments and options, examples, and exit codes."""

from __future__ import annotations

from typing import Any

from typer import Context

from p2ptrack.cli.app import PROGRAM_NAME, build_command

EXIT_CODES = {
    0: "Done.",
    1: "`check` found errors; `import` left differences alone; "
    "with `--fail`, a record could not be read in full or, in `overdue`, something is "
    "overdue; papers were refused because the register has errors; `publish` was refused; a file or a paper "
    "that `verify` compared differs.",
    2: "Wrong usage, for example an unknown id, field, report or date.",
    3: "The command cannot continue: no register, an error in the programme, a broken template, no git, no Pango, a "
    "file that cannot be written; `verify` found pages that look different, and other versions may have caused it.",
}

HEAD = """\
# Commands

Every command prints its help with `--help`. A register is a folder with `data/programme.yaml`. Commands use the one
that `--root` names, otherwise the one in the environment variable `P2PTRACK_ROOT`, otherwise this folder or the nearest
parent that has one.

`--as-of` is the date to calculate the position at. `--at` uses the register as it was at a commit, a tag, a date (the
last commit of that day) or a meeting (its tag `meeting/ID`, otherwise its date), with the templates of that time. The
position is then calculated as at that date, unless you also use `--as-of`. Nothing in the folder of the register is
changed.

p2ptrack keeps what it has read of your files in a cache, so that the next command is faster. Answers are the same
with and without it. The cache is in your own folder for caches (`~/.cache/p2ptrack` on Linux,
`~/Library/Caches/p2ptrack` on a Mac, `%LOCALAPPDATA%\\p2ptrack\\Cache` on Windows) and only you can read it. It also
holds exempt text. You can delete the folder at any time. `p2ptrack --no-cache status` works without the cache. The
environment variable `P2PTRACK_CACHE` names another folder by its full path, and `P2PTRACK_CACHE=off` turns the cache
off.

{exit_codes}

Text fits the width of the terminal, and `NO_COLOR` turns colours off. `--format json` is for other programs.
`p2ptrack --install-completion` lets your shell (bash, zsh, fish or PowerShell) complete commands, options, ids,
meetings and other values when you press Tab.
"""


def page() -> str:
    """Return the page, with the commands in the order of the help."""
    commands = build_command().commands.items()
    codes = "\n".join(f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items())
    head = HEAD.format(exit_codes=f"| Exit code | Meaning |\n| --- | --- |\n{codes}")
    return head + "".join(_section(name, command) for name, command in commands if not command.hidden)


def _section(name: str, command: Any) -> str:
    context = Context(command, info_name=f"{PROGRAM_NAME} {name}")
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    rows = [_row(parameter) for parameter in command.get_params(context)]
    table = "\n".join(["| Argument or option | Meaning |", "| --- | --- |", *rows])
    examples = "\n".join(line.strip() for line in command.epilog.splitlines()[1:])
    return f"\n## {name}\n\n{command.help}\n\n```text\n{usage}\n```\n\n{table}\n\n```sh\n{examples}\n```\n"


def _row(parameter: Any) -> str:
    row = f"| `{name_parameter(parameter)}` | {describe_parameter(parameter)} |"
    return row.replace("KIND|FILTER", "KIND\\|FILTER")


def name_parameter(parameter: Any) -> str:
    """Return how an argument or an option is typed."""
    is_option = parameter.param_type_name == "option"
    return " ".join([*parameter.opts, parameter.metavar or ""]).strip() if is_option else str(parameter.metavar)


def describe_parameter(parameter: Any) -> str:
    """Return what an argument or an option means, with its default and its environment variable."""
    default = parameter.default if isinstance(parameter.default, str) else ""
    note = f" The default is {default}." if default and "default" not in parameter.help else ""
    variable = f" Environment variable: `{parameter.envvar}`." if parameter.envvar else ""
    return f"{parameter.help}{note}{variable}"
