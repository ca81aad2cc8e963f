"""The commands init, schema and doctor: start a register and set up a computer for it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from p2ptrack.cli.options import (
    FormatOption,
    RootOption,
    argument,
    complete_choices,
    complete_registers,
    complete_schemas,
    option,
    parse_query_format,
    require_choice,
    resolve_date,
    switch,
)
from p2ptrack.errors import UsageError

_SCHEMA_HELP = "A kind of record, programme, or a command with a JSON answer (default: all kinds of file)."
_WRITE_HELP = "Write the schemas into the register, where VS Code finds them, with settings if there are none."
_MODELINES_HELP = "With --write, also begin each file with a line by which other editors find its schema."

_FIX_HELP = (
    "Set up what is missing: settings of git and of editors, the merging of records, and the check before commits."
)

_DEMO_HELP = "Start a demonstration instead: an invented council, with a history in a new repository."
_EMPTY_HELP = "Leave out the example records, for example to import a tracker."
_HOOK_HELP = "Check the register before each commit: write git's pre-commit hook, unless there is one."
_PIPELINE_HELP = "Write the pipeline for github, gitlab or azure, unless there is one."
_REGISTER_HELP = "Also declare a register: savings, social_value or procurement_risks. Repeat it for more."

_complete_services = complete_choices("github", "gitlab", "azure")


def init(
    *,
    folder: Annotated[Path, argument("DIR", "Where to start it (default: this folder).")] = Path(),
    empty: Annotated[bool, switch("--empty", _EMPTY_HELP)] = False,
    demo: Annotated[bool, switch("--demo", _DEMO_HELP)] = False,
    hook: Annotated[bool, switch("--hook", _HOOK_HELP)] = False,
    pipeline: Annotated[str | None, option("--pipeline", "SERVICE", _PIPELINE_HELP, _complete_services)] = None,
    register: Annotated[list[str] | None, option("--register", "NAME", _REGISTER_HELP, complete_registers)] = None,
) -> int:
    """Start a register that works at once, with settings for editors and git.

    With --hook, --pipeline or --register, a register that is there is kept, and only these are added.
    """
    from p2ptrack.cli.doctor import PIPELINES, list_missing_settings, set_up_repository, write_pipeline
    from p2ptrack.cli.terminal import write_text
    from p2ptrack.model.register import PROGRAMME_PATH

    if empty and demo:
        raise UsageError("Use --empty or --demo, not both.")
    if pipeline is not None:
        require_choice(pipeline, tuple(PIPELINES), "service")
    names = tuple(dict.fromkeys(_require_packaged_register(word) for word in register or ()))
    if names and demo:
        raise UsageError("Use --register or --demo, not both.")
    adds_only = not demo and (hook or pipeline is not None or names)
    if adds_only and (folder / PROGRAMME_PATH).is_file():
        lines = _add_registers(folder, names) if names else []
    else:
        lines = _start_register(folder, names, is_demo=demo, is_empty=empty)
    lines += list_missing_settings(folder)
    lines += set_up_repository(folder, with_hook=hook)
    if pipeline is not None:
        lines.append(write_pipeline(folder, pipeline))
    lines += _list_next_steps(folder, is_demo=demo, is_empty=empty)
    write_text("".join(f"{line}\n" for line in lines))
    return 0


_DEMO_DAY = "2026-09-21"


def _list_next_steps(folder: Path, *, is_demo: bool, is_empty: bool) -> list[str]:
    """Return what to do next, with each command on a line of its own, so that it can be pasted."""
    steps = [] if folder == Path() else [f"  cd {shlex.quote(str(folder))}"]
    if is_empty:
        return ["Next, import a tracker or add a record:", *steps, "  p2ptrack import FILE", "  p2ptrack add action"]
    if is_demo:
        end = f"The demonstration ends on that day. Add --as-of {_DEMO_DAY} to other commands too."
        return ["Next:", *steps, f"  p2ptrack status --as-of {_DEMO_DAY}", end]
    return ["Next:", *steps, "  p2ptrack status", "Then change a file and check it:", "  p2ptrack check"]


def _require_packaged_register(word: str) -> str:
    """Return the name of a packaged register: words may be joined by hyphens too. Raises `UsageError` for none."""
    from p2ptrack.phrases import normalise_word
    from p2ptrack.store.templates import list_packaged_registers

    return require_choice(normalise_word(word), tuple(list_packaged_registers()), "register that comes with p2ptrack")


def _add_registers(folder: Path, names: Sequence[str]) -> list[str]:
    """Declare packaged registers in the programme of a register, and return what was done.

    One that is declared is kept. Raises `CheckFailed`, and changes nothing, where the register would have an error.
    """
    from p2ptrack.cli.doctor import SETTINGS_FILE, find_missing_settings, find_stale_schemas
    from p2ptrack.cli.record_edits import find_new_errors, print_problems, read_values
    from p2ptrack.errors import CheckFailed
    from p2ptrack.model.editor_schema import build_file_schemas
    from p2ptrack.model.register import PROGRAMME_PATH
    from p2ptrack.store.editing import ChangedSource, RecordChange, format_diff, lock_register, read_record_file
    from p2ptrack.store.folder import FolderSource
    from p2ptrack.store.loader import load_programme
    from p2ptrack.store.templates import declare_packaged_registers
    from p2ptrack.store.writing import write_register_files

    with lock_register(folder):
        before = read_record_file(folder, PROGRAMME_PATH)
        declared = read_values(before, PROGRAMME_PATH).get("registers") or {}
        added = [name for name in names if name not in declared]
        lines = [f"Kept {name}, which {PROGRAMME_PATH} declares already." for name in names if name in declared]
        change = RecordChange(PROGRAMME_PATH, before, declare_packaged_registers(before, added))
        if errors := find_new_errors(folder, resolve_date(None), change):
            print_problems(errors)
            raise CheckFailed(
                f"Nothing was changed: the register would have {'this error' if len(errors) == 1 else 'these errors'}. "
                "To use other words or letters, copy the block from docs/registers.md and change it."
            )
        programme = load_programme(ChangedSource(FolderSource(folder), {PROGRAMME_PATH: change.after}))
        files = {PROGRAMME_PATH: change.after} | find_stale_schemas(folder, build_file_schemas(programme))
        if (settings := find_missing_settings(folder, programme.kinds)).extended is not None:
            files[SETTINGS_FILE] = settings.extended
        write_register_files(folder, files, "Nothing was changed.")
    new_kinds = [kind for kind in programme.kinds if kind.folder in added]
    if not added:  # completes what an interrupted run left undone
        return lines
    return [*lines, *format_diff(change), *(f"To add a record: p2ptrack add {kind.word}" for kind in new_kinds)]


def _start_register(folder: Path, registers: Sequence[str], *, is_demo: bool, is_empty: bool) -> list[str]:
    """Write a new register, with or without examples, or the demonstration, and return what was written."""
    from p2ptrack.errors import OperationError
    from p2ptrack.store.git.worktree import explain_missing_programme

    if explanation := explain_missing_programme(folder):
        raise OperationError(f"Nothing was written. {explanation}")
    if is_demo:
        from p2ptrack.cli.demo import build_demo, start_demo

        demo = build_demo()
        return start_demo(folder, demo, _build_support_files(folder, demo))
    from p2ptrack.model.register import PROGRAMME_PATH
    from p2ptrack.store.templates import build_scaffold, declare_packaged_registers, write_scaffold

    contents = build_scaffold(resolve_date(None))
    contents[PROGRAMME_PATH] = declare_packaged_registers(contents[PROGRAMME_PATH], registers)
    if is_empty:
        contents = {PROGRAMME_PATH: contents[PROGRAMME_PATH]}
    paths = write_scaffold(folder, contents, _build_support_files(folder, contents), keep_records=True)
    return ["Started a register:", *(f"  {path}" for path in paths)]


def _build_support_files(folder: Path, contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the settings and the schemas of a new register, with the names in its programme."""
    from p2ptrack.cli.doctor import build_schema_files, build_settings_files
    from p2ptrack.model.editor_schema import build_file_schemas
    from p2ptrack.model.register import PROGRAMME_PATH
    from p2ptrack.store.editing import ChangedSource
    from p2ptrack.store.folder import FolderSource
    from p2ptrack.store.loader import load_programme

    programme = load_programme(ChangedSource(FolderSource(folder), {PROGRAMME_PATH: contents[PROGRAMME_PATH]}))
    return build_settings_files(programme.kinds) | build_schema_files(build_file_schemas(programme))


def schema(
    *,
    name: Annotated[str, argument("NAME", _SCHEMA_HELP, complete_schemas)] = "",
    write: Annotated[bool, switch("--write", _WRITE_HELP)] = False,
    modelines: Annotated[bool, switch("--modelines", _MODELINES_HELP)] = False,
    root: RootOption = None,
) -> int:
    """Print the JSON Schema of a kind of file, for editors, or of the JSON answer of a command, for programs."""
    from p2ptrack.cli.terminal import write_output

    if write:
        return _write_editor_files(name, root, with_modelines=modelines)
    if modelines:
        raise UsageError("--modelines changes files, so it needs --write: p2ptrack schema --write --modelines")
    write_output(build_schema(name, root))
    return 0


def _write_editor_files(name: str, root: Path | None, *, with_modelines: bool) -> int:
    """Write the schemas of the register's files, settings where there are none, and lines in the files if asked."""
    import os

    from p2ptrack.cli.doctor import (
        SETTINGS_FILE,
        add_modelines,
        build_schema_files,
        build_settings_files,
        find_missing_settings,
    )
    from p2ptrack.cli.terminal import print_path, write_notice
    from p2ptrack.model.editor_schema import build_file_schemas
    from p2ptrack.store.editing import lock_register
    from p2ptrack.store.folder import FolderSource
    from p2ptrack.store.git.worktree import find_register
    from p2ptrack.store.loader import load_programme
    from p2ptrack.store.writing import write_register_files

    if name:
        raise UsageError("--write writes the schemas of all kinds of file. Leave the name out.")
    folder = find_register(root, Path.cwd())
    programme = load_programme(FolderSource(folder))
    usual = build_settings_files(programme.kinds)
    settings = {path: data for path, data in usual.items() if not os.path.lexists(folder / path)}
    files = build_schema_files(build_file_schemas(programme)) | settings
    missing = find_missing_settings(folder, programme.kinds)
    if missing.extended is not None:
        files[SETTINGS_FILE] = missing.extended
    with lock_register(folder):
        files |= add_modelines(folder, programme.kinds) if with_modelines else {}
        write_register_files(folder, files, "Check that you may write there.")
    for path in files:
        print_path((folder / path).resolve())
    if missing.advice:
        write_notice(f"{missing.advice}.")
    return 0


def build_schema(word: str, root: Path | None = None) -> bytes:
    """Return the schema of a kind of file or of an answer, otherwise those of all kinds of file under their names.

    The schema of a kind has the words of the register's programme, where there is one that can be read. Raises
    `UsageError` for an unknown name.
    """
    from p2ptrack.cli.doctor import find_programme
    from p2ptrack.formats.json import format_json
    from p2ptrack.model.editor_schema import build_file_schemas
    from p2ptrack.model.kinds import KINDS
    from p2ptrack.queries.answer_schemas import ANSWERS, build_answer_schema

    programme = find_programme(root)
    kind = (programme.kinds if programme else KINDS).find(word) if word else None
    name = kind.word if kind else word
    if name in ANSWERS:
        return format_json(build_answer_schema(name, programme.kinds if programme else KINDS))
    schemas = build_file_schemas(programme)
    if not word:
        return format_json(schemas)
    return format_json(schemas[require_choice(name, (*schemas, *ANSWERS), "schema")])


def doctor(
    *,
    fix: Annotated[bool, switch("--fix", _FIX_HELP)] = False,
    root: RootOption = None,
    format_: FormatOption = "text",
) -> int:
    """Check that everything needed is installed."""
    from p2ptrack.cli.doctor import build_doctor, read_schemas, repair_register
    from p2ptrack.cli.terminal import print_document, write_notice

    output_format = parse_query_format(format_)
    advice = repair_register(root, *read_schemas(root)) if fix else ""
    print_document(build_doctor(root), output_format)
    if advice:
        write_notice(advice)
    return 0
