"""The page of the commands: what each prints for `--help`, and how a command ends."""

from __future__ import annotations

from p2ptrack.cli.contents import COMMANDS, CommandEntry

HEAD = """\
# Commands

Every command takes `--help`. A register is a folder with `data/programme.yaml`: the one named by `--root`, else by the
environment variable `P2PTRACK_ROOT`, else the nearest one upwards from here. Those that judge take `--as-of`, a day.

Those that read take `--at`: a commit, a tag, a date (the last state of that day) or a meeting's id (its tag
`meeting/ID`, else its date). They then answer from the register as it stood, its templates included, and judge on that
day unless told otherwise. Nothing in the register's folder is touched.

| Exit code | What it means |
| --- | --- |
| 0 | Done. |
| 1 | `check` found errors; `overdue --fail` found something; a paper was refused because the register has errors; \
`publish` was refused; papers that `verify` made differ though the versions are the same. |
| 2 | Wrong usage: an unknown id, field, report or date, among other things. |
| 3 | It cannot go on: no register, a faulty programme, a broken template, no git, no Pango, a file that cannot be \
written; `verify` found differences that other versions may have made. |

Text fits the width of the terminal, and `NO_COLOR` turns colours off. `--format json` is for other programs.
"""
WIDTH = 80


def page() -> str:
    """Return the page, in the order of the table of commands."""
    return HEAD + "".join(_section(command) for command in COMMANDS.values())


def _section(command: CommandEntry) -> str:
    return f"\n## {command.name}\n\n```text\n{_help(command)}\n```\n"


def _help(command: CommandEntry) -> str:
    loaded = command.load()
    context = loaded.make_context(
        f"p2ptrack {command.name}", [], resilient_parsing=True, terminal_width=WIDTH, max_content_width=WIDTH
    )
    text: str = loaded.get_help(context)
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()
