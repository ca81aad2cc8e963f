"""The commands check, rules and rule: every problem of the register, and the catalogue of what check can find."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Context

from p2ptrack.cli.options import (
    FormatOption,
    RegisterOptions,
    Suggestions,
    argument,
    complete_choices,
    offer,
    option,
    parse_query_format,
    require_choice,
    resolve_date,
    switch,
)
from p2ptrack.errors import UsageError
from p2ptrack.formats import FORMATS, QUERY_FORMATS
from p2ptrack.phrases import did_you_mean, join_words, quote
from p2ptrack.values import compile_on_use

if TYPE_CHECKING:
    from p2ptrack.analysis.rules.rule import Rule
    from p2ptrack.diagnostics import Problem
    from p2ptrack.model.validation import ErrorCode
    from p2ptrack.pipeline import CheckResult
    from p2ptrack.queries.check import CheckScope, CheckSummary
    from p2ptrack.reports.document import Block, Document
    from p2ptrack.store.git.snapshot import Snapshot
    from p2ptrack.store.yaml.messages import YamlErrorCode

    CatalogueEntry = ErrorCode | YamlErrorCode | Rule


CHECK_FORMATS = (*QUERY_FORMATS, "github", "gitlab", "azure")

_HISTORY_HELP = "Also check the history in git, for example for target dates that were moved."
_FORMAT_HELP = (
    f"Print as {join_words(CHECK_FORMATS, 'or')}. The last three are for pipelines, which show them beside the line."
)


def check(
    *,
    paths: Annotated[
        list[Path] | None, argument("PATH", "Check only these files, folders, ids or references of contracts.")
    ] = None,
    strict: Annotated[bool, switch("--strict", "Exit with 1 if there are warnings too.")] = False,
    history: Annotated[bool, switch("--history", _HISTORY_HELP)] = False,
    format_: Annotated[str, option("--format", "FORMAT", _FORMAT_HELP, complete_choices(*CHECK_FORMATS))] = "text",
    options: RegisterOptions,
) -> int:
    """Find every problem in every file, and show how to fix it. Nothing is changed."""
    from p2ptrack.analysis.rules import group_findings
    from p2ptrack.cli.register import find_register_folder, open_snapshot, resolve_position_date, warn_about_snapshot
    from p2ptrack.cli.terminal import show_progress
    from p2ptrack.diagnostics import Severity
    from p2ptrack.pipeline import find_provenance, run_checks
    from p2ptrack.queries.check import CheckSummary

    format_name = require_choice(format_, CHECK_FORMATS, "format")
    folder = find_register_folder(options)
    snapshot = open_snapshot(options, folder, strict=True)
    position_date = resolve_position_date(options, snapshot)
    with show_progress("Checking the history" if history else "Checking"):
        is_grouped = not paths and format_name == "text"
        result = run_checks(folder, position_date, snapshot, history=history, is_grouped=is_grouped)
    if snapshot is not None:
        warn_about_snapshot(snapshot)
    scopes = [_resolve_scope(path, result, folder, snapshot) for path in paths or ()]
    problems = tuple(
        problem for problem in result.problems if not paths or any(scope.includes(problem) for scope in scopes)
    )
    register = result.register
    summary = CheckSummary(register.programme, position_date, register.file_count, result.record_count, problems)
    summary = replace(summary, partly_read_count=result.partly_read_count)
    if format_name == "json":
        summary = replace(summary, provenance=find_provenance(folder, snapshot))
    if format_name == "text":
        version_advice = "" if snapshot else _advise_on_versions(problems, folder)
        has_folder = any(scope.is_folder for scope in scopes)
        _print_text(summary, result.listed or (group_findings(problems) if has_folder else problems), version_advice)
    else:
        _print_summary(summary, format_name, folder)
    failing = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    return int(any(problem.severity in failing for problem in problems))


def _resolve_scope(path: Path, result: CheckResult, root: Path, snapshot: Snapshot | None) -> CheckScope:
    """Return what an argument means: a record or contract by its name, otherwise a file or folder of the register."""
    from p2ptrack.queries.check import find_mention_scope, find_scope, make_path_scope
    from p2ptrack.store.folder import list_record_files, record_stem

    files, _ = list_record_files(result.source, result.register.kinds)
    stems = {file.path: record_stem(file.path.rpartition("/")[2]).partition("-")[0] for file in files}
    named_paths = [file for file, stem in stems.items() if stem.casefold() == str(path).casefold()]
    if scope := find_scope(result.register, str(path), named_paths):
        return scope
    selected = _find_snapshot_path(path, root, snapshot) if snapshot else _find_register_path(path, root)
    scope = make_path_scope(result.register, selected) if selected else find_mention_scope(str(path), result.problems)
    if scope is not None:
        return scope
    if snapshot:
        raise UsageError(f"Commit {snapshot.short_commit} has no record, file or folder {path}. Name another, or none.")
    raise UsageError(f"There is no record, file or folder {path}. Name one in the register, for example data/actions.")


def _find_register_path(path: Path, root: Path) -> str:
    """Return a path relative to the register, as problems have it; empty when it does not exist there.

    Raises `UsageError` when it is elsewhere.
    """
    existing = [candidate for candidate in (path, root / path) if os.path.lexists(candidate)]
    for candidate in existing:
        relative = Path(os.path.relpath(candidate.parent.resolve() / candidate.name, root.resolve())).as_posix()
        if not relative.startswith("../"):
            return relative
    if existing:
        raise UsageError(f"{path} is not in the register in {root}. Name one of its files or folders.")
    return ""


def _find_snapshot_path(path: Path, root: Path, snapshot: Snapshot) -> str:
    """Return a path relative to the register; empty when the commit does not have it."""
    for candidate in (Path.cwd() / path, root.resolve() / path):
        relative = Path(os.path.relpath(candidate, root.resolve())).as_posix()
        if relative == "." or any(
            file == relative or file.startswith(f"{relative}/") for file in snapshot.source.files
        ):
            return relative
    return ""


def _advise_on_versions(problems: Sequence[Problem], root: Path) -> str:
    """Return how to see what changed in the first file with a YAML error that has no lines to paste.

    Empty without such an error, or where git does not have the file.
    """
    from p2ptrack.diagnostics import Severity, escape_control_characters
    from p2ptrack.store.git.process import run_git

    without_repair = (problem for problem in problems if problem.code[0] == "Y" and "\n" not in problem.fix)
    path = next((problem.path for problem in without_repair if problem.severity is Severity.ERROR), "")
    if not path or not run_git(root, "ls-tree", "--name-only", "HEAD", "--", path).text:
        return ""
    has_changed = run_git(root, "diff", "--quiet", "HEAD", "--", path).exit_code
    command = "git diff HEAD" if has_changed else "git log -p -1"
    change = "what changed since the last saved version (commit)" if has_changed else "its last change that was saved"
    file = escape_control_characters(shlex.quote(Path(os.path.relpath(root / path)).as_posix()))
    return f"To see {change}: {command} -- {file}"


def _print_text(summary: CheckSummary, problems: Sequence[Problem], version_advice: str) -> None:
    from p2ptrack.cli.terminal import terminal_style, write_output
    from p2ptrack.formats import text
    from p2ptrack.queries.check import format_advice, format_summary

    closing_lines = [line for line in (format_summary(summary), format_advice(summary), version_advice) if line]
    write_output(text.format_problems(problems, closing_lines, terminal_style()), as_text=True)


def _print_summary(summary: CheckSummary, format_name: str, root: Path) -> None:
    from p2ptrack.cli.terminal import print_document, write_output
    from p2ptrack.formats.pipelines import PIPELINE_FORMATS
    from p2ptrack.queries.check import build_check

    if pipeline_format := PIPELINE_FORMATS.get(format_name):
        folder = _find_folder_in_repository(root, pipeline_format.top_variable)
        write_output(pipeline_format.write(summary.problems, folder))
    else:
        print_document(build_check(summary), FORMATS[format_name])


def _find_folder_in_repository(root: Path, top_variable: str) -> str:
    """Return the path to the register from where a pipeline looks for files, empty or with `/` at its end.

    That is the top that the service names, otherwise the top of the repository, otherwise the current folder.
    """
    from p2ptrack.store.git.process import find_repository_top

    folder = root.resolve()
    named_top = os.environ.get(top_variable)
    for top in (Path(named_top).resolve() if named_top else None, find_repository_top(folder), Path.cwd().resolve()):
        if top is not None and folder.is_relative_to(top):
            path = folder.relative_to(top).as_posix()
            return "" if path == "." else f"{path}/"
    try:
        return f"{Path(os.path.relpath(folder)).as_posix()}/"
    except ValueError:  # on another drive of Windows
        return f"{folder.as_posix()}/"


# The catalogue of everything that check can find.

_CODE_POINT = compile_on_use(r"<U\+([0-9A-F]{4})>")


def list_rules(*, format_: FormatOption = "text") -> int:
    """List everything that check can find."""
    from p2ptrack.cli.terminal import print_document

    output_format = parse_query_format(format_)
    print_document(build_rules(), output_format)
    return 0


@offer
def complete_codes(_ctx: Context, _incomplete: str) -> Suggestions:
    """Return the codes of problems with their titles."""
    return sorted((entry.code, entry.title) for entry in iter_catalogue())


def explain_rule(
    *,
    code: Annotated[str, argument("CODE", "A code from check, for example S105.", complete_codes)],
    format_: FormatOption = "text",
) -> int:
    """Explain one code from check: why it matters, an example, and how to fix it."""
    from p2ptrack.cli.terminal import print_document

    output_format = parse_query_format(format_)
    print_document(build_rule(code), output_format)
    return 0


@cache
def load_catalogue() -> Mapping[str, CatalogueEntry]:
    """Return everything that check can find, by its code and in the order of the codes."""
    entries = sorted(iter_catalogue(), key=lambda entry: entry.code)
    return {entry.code: _add_example_fix(entry) for entry in entries}


def iter_catalogue() -> Iterator[CatalogueEntry]:
    """Yield the errors of files, fields, papers and folders, and the rules."""
    from p2ptrack.analysis.rules import all_rules
    from p2ptrack.model.validation import ERROR_CODES
    from p2ptrack.pipeline import BROKEN_VIEW, UNKNOWN_REPORT
    from p2ptrack.store.contract_table import TABLE_ERRORS
    from p2ptrack.store.folder import FILE_ERRORS
    from p2ptrack.store.yaml.messages import YAML_ERRORS

    yield from YAML_ERRORS.values()
    yield from ERROR_CODES
    yield UNKNOWN_REPORT
    yield BROKEN_VIEW
    yield from FILE_ERRORS
    yield from TABLE_ERRORS
    yield from all_rules()


def _add_example_fix(entry: CatalogueEntry) -> CatalogueEntry:
    """Return a YAML error with the fix that its own example gets: the template of the fix has gaps to fill."""
    from p2ptrack.store.yaml import read
    from p2ptrack.store.yaml.messages import YamlErrorCode

    if not isinstance(entry, YamlErrorCode):
        return entry
    text = _CODE_POINT.sub(lambda match: chr(int(match[1], 16)), entry.example.replace("<tab>", "\t"))
    for problem in read(text.encode(), "data/actions/A01.yaml").problems:
        if problem.code == entry.code:
            return replace(entry, fix=problem.fix)
    return entry


def build_rules() -> Document:
    """Return the whole catalogue as an answer."""
    from p2ptrack.reports.document import Cell, Column, Row, Table, make_paragraph

    entries = tuple(load_catalogue().values())
    columns = (
        Column("code", "Code", width="narrow", header=True),
        Column("severity", "Severity", width="narrow"),
        Column("title", "Problem", width="wide"),
    )
    rows = tuple(
        Row((Cell(entry.code), Cell(entry.severity.value), Cell(entry.title)), key=entry.code) for entry in entries
    )
    blocks = (Table("rules", "", columns, rows), make_paragraph("For help on one of them: p2ptrack rule CODE"))
    return _build_rules_document("Everything that check can find", blocks, entries)


def build_rule(code: str) -> Document:
    """Return one entry of the catalogue as an answer. Raises `UsageError` for an unknown code."""
    from p2ptrack.reports.document import Fact, Facts

    entries = load_catalogue()
    entry = entries.get(code.upper())
    if entry is None:
        raise UsageError(
            f"{quote(code)} is not a code of check.{did_you_mean(code, entries)} For all of them: p2ptrack rules"
        )
    facts = (
        Fact("Severity", entry.severity.value),
        Fact("Why", entry.why),
        Fact("Example", entry.example),
        Fact("Fix", entry.fix),
    )
    return _build_rules_document(f"{entry.code} {entry.title}", (Facts(facts),), (entry,))


def _build_rules_document(title: str, blocks: tuple[Block, ...], entries: tuple[CatalogueEntry, ...]) -> Document:
    from p2ptrack.reports.document import Document

    fields = ("code", "severity", "title", "why", "example", "fix")
    data = [{field: str(getattr(entry, field)) for field in fields} for entry in entries]
    return Document("rules", title, resolve_date(None), blocks, data={"schema_version": 1, "rules": data})
