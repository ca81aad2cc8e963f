"""The problems of `check` as pipelines show them: beside the line, in a merge request or a log.

`folder` is the path from the top of the repository to the register, empty or with `/` at its end: a pipeline looks for
files from there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

from p2ptrack.diagnostics import Problem, Severity, escape_control_characters
from p2ptrack.formats.json import format_json
from p2ptrack.values import dataclass

_GITHUB_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_GITLAB_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.NOTE: "info"}
_AZURE_TYPES = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def format_github(problems: Sequence[Problem], folder: str) -> bytes:
    """Return workflow commands that make GitHub Actions show each problem beside its line."""
    return "".join(f"{_format_annotation(problem, folder)}\n" for problem in problems).encode("utf-8", "replace")


def _format_annotation(problem: Problem, folder: str) -> str:
    line, column = _find_position(problem)
    file, title = _escape_property(folder + problem.path), _escape_property(_format_title(problem))
    command = _GITHUB_COMMANDS[problem.severity]
    return f"::{command} file={file},line={line},col={column},title={title}::{_escape_message(_format_text(problem))}"


def _escape_message(text: str) -> str:
    """Escape what the runner unescapes (actions/toolkit, `command.ts`)."""
    return _escape_lines(text).replace("%", "%25").replace("\n", "%0A")


def _escape_lines(text: str) -> str:
    """Escape characters that would control a reader's screen, and keep line breaks."""
    return "\n".join(map(escape_control_characters, text.split("\n")))


def _escape_property(text: str) -> str:
    return _escape_message(text).replace(":", "%3A").replace(",", "%2C")


def format_gitlab(problems: Sequence[Problem], folder: str) -> bytes:
    """Return a Code Quality report, which GitLab shows in merge requests (`artifacts: reports: codequality`)."""
    counts: dict[str, int] = {}
    report = []
    for problem in problems:
        # A problem keeps its fingerprint when its line moves, so that GitLab does not call it new.
        key = f"{problem.path}\n{problem.code}\n{problem.field}\n{problem.message}"
        counts[key] = counts.get(key, 0) + 1
        line, _ = _find_position(problem)
        report.append(
            {
                "description": escape_control_characters(f"{_format_title(problem)}: {problem.message}"),
                "check_name": problem.code,
                "fingerprint": hashlib.sha256(f"{key}\n{counts[key]}".encode("utf-8", "replace")).hexdigest(),
                "severity": _GITLAB_SEVERITIES[problem.severity],
                "location": {"path": folder + problem.path, "lines": {"begin": line}},
            }
        )
    return format_json(report)


def format_azure(problems: Sequence[Problem], folder: str) -> bytes:
    """Return logging commands that make Azure Pipelines list each problem; it has no command for notes."""
    return "".join(f"{_format_issue(problem, folder)}\n" for problem in problems).encode("utf-8", "replace")


def _format_issue(problem: Problem, folder: str) -> str:
    line, column = _find_position(problem)
    issue_type, path = _AZURE_TYPES.get(problem.severity), folder + problem.path
    if issue_type is None:
        text = escape_control_characters(_format_text(problem).replace("\n", " "))
        return f"{escape_control_characters(path)}:{line}:{column}: {problem.severity.value} {problem.code}: {text}"
    properties = {
        "type": issue_type,
        "sourcepath": path,
        "linenumber": str(line),
        "columnnumber": str(column),
        "code": _format_title(problem),
    }
    values = "".join(f"{name}={_escape_azure_property(value)};" for name, value in properties.items())
    return f"##vso[task.logissue {values}]{_escape_azure(_format_text(problem))}"


def _escape_azure(text: str) -> str:
    """Escape what the agent unescapes (azure-pipelines-task-lib, `taskcommand.ts`)."""
    return _escape_lines(text).replace("%", "%AZP25").replace("\n", "%0A")


def _escape_azure_property(text: str) -> str:
    return _escape_azure(text).replace("]", "%5D").replace(";", "%3B")


def _find_position(problem: Problem) -> tuple[int, int]:
    return (problem.location.line, problem.location.column) if problem.location else (1, 1)


def _format_title(problem: Problem) -> str:
    return f"{problem.code} ({problem.exempt})" if problem.exempt else problem.code


def _format_text(problem: Problem) -> str:
    return problem.message + (f"\nFix: {problem.fix}" if problem.fix else "")


@dataclass(frozen=True, slots=True)
class PipelineFormat:
    """A format that one service reads. `top_variable` is where the service keeps the top of the repository."""

    write: Callable[[Sequence[Problem], str], bytes]
    top_variable: str


PIPELINE_FORMATS: Mapping[str, PipelineFormat] = {
    "github": PipelineFormat(format_github, "GITHUB_WORKSPACE"),
    "gitlab": PipelineFormat(format_gitlab, "CI_PROJECT_DIR"),
    "azure": PipelineFormat(format_azure, "BUILD_SOURCESDIRECTORY"),
}
