"""Write the manual page `p2ptrack(1)` from the commands, as `man` reads it: what `--help` shows, on one page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from typer import Context

from p2ptrack.cli.app import PROGRAM_NAME, build_command
from tools.command_page import EXIT_CODES, describe_parameter, name_parameter

HEAD = r"""\
.\" Generated from the commands by make docs. Do not change it by hand.
.TH P2PTRACK 1 "" p2ptrack "User commands"
.SH NAME
p2ptrack \- keep a register of procurement recommendations, actions and follow\-ups, and make committee papers from it
.SH SYNOPSIS
.B p2ptrack
.I COMMAND
.RI [ OPTIONS ]
.SH DESCRIPTION
"""

TAIL = r"""\
.SH ENVIRONMENT
.TP
.B P2PTRACK_ROOT
The register\(aqs folder, where \-\-root is not given.
.TP
.B NO_COLOR
Any value turns colours off.
.TP
.B VISUAL\fR, \fPEDITOR
The editor that p2ptrack edit opens.
.SH FILES
.TP
.I data/programme.yaml
The settings of a register, and the sign of its folder.
.TP
.I build/
Papers, unless \-\-output names another place.
.SH SEE ALSO
.BR git (1)
"""


def page() -> str:
    """Return the manual page, with the commands in the order of the help."""
    application = build_command()
    commands = [(name, command) for name, command in application.commands.items() if not command.hidden]
    lines = [HEAD.rstrip("\n"), escape(application.help), ".SH OPTIONS"]
    lines += _list_parameters(application, Context(application, info_name=PROGRAM_NAME))
    lines.append(".SH COMMANDS")
    lines += [line for name, command in commands for line in _section(name, command)]
    lines.append(".SH EXIT STATUS")
    lines += [line for code, meaning in EXIT_CODES.items() for line in (".TP", f".B {code}", escape(meaning))]
    return "\n".join([*lines, TAIL])


def _section(name: str, command: Any) -> Iterator[str]:
    context = Context(command, info_name=f"{PROGRAM_NAME} {name}")
    yield f".SS {escape(' '.join([context.command_path, *command.collect_usage_pieces(context)]))}"
    yield from _paragraphs(command.help)
    yield from _list_parameters(command, context)
    yield from (".PP", "Examples:", ".PP", ".nf", ".RS 4")
    yield from (escape(line.strip()) for line in command.epilog.splitlines()[1:])
    yield from (".RE", ".fi")


def _list_parameters(command: Any, context: Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        yield from (".TP", f".B {escape(name_parameter(parameter))}", escape(describe_parameter(parameter)))


def _paragraphs(text: str) -> Iterator[str]:
    first, *others = text.split("\n\n")
    yield escape(first)
    for paragraph in others:
        yield from (".PP", escape(paragraph))


def escape(text: str) -> str:
    """Return a text as roff prints it: no backslash, hyphen, dot or quote of it is an instruction."""
    line = " ".join(text.replace("`", "").split()).replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq")
    line = re.sub(r"[^\x00-\x7f]", lambda match: f"\\[u{ord(match[0]):04X}]", line)
    return rf"\&{line}" if line.startswith(".") else line
