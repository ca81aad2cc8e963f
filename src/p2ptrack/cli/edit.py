"""The commands that change record files: add, update, extend, close, edit and import, and merge-record for git."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from p2ptrack.cli.options import (
    ClosureAnswers,
    EditOptions,
    ExtensionAnswers,
    ImportOptions,
    RecordArgument,
    UpdateAnswers,
    argument,
    complete_kinds,
    option,
)

_SET_HELP = "A field and its value, for example target=31 March 2027. Repeat it for other fields and for lists."
_SetOption = Annotated[list[str] | None, option("--set", "FIELD=VALUE", _SET_HELP)]


def add(
    *,
    kind: Annotated[str, argument("KIND", "A kind of record, for example action.", complete_kinds)],
    title: Annotated[str, option("--title", "TITLE", "What the record is about, in one line.")] = "",
    values: _SetOption = None,
    options: EditOptions,
) -> int:
    """Add a record under the next free id, and print the id."""
    from p2ptrack.cli.record_edits import add_record

    return add_record(options, kind, title, tuple(values or ()))


def update(*, id_: RecordArgument, answers: UpdateAnswers, options: EditOptions) -> int:
    """Record what has happened on an action or follow-up."""
    from p2ptrack.cli.record_progress import update_record

    return update_record(options, id_, answers)


def extend(*, id_: RecordArgument, answers: ExtensionAnswers, options: EditOptions) -> int:
    """Request a later target date or, with an approval, record it."""
    from p2ptrack.cli.record_progress import extend_record

    return extend_record(options, id_, answers)


def close(*, id_: RecordArgument, answers: ClosureAnswers, options: EditOptions) -> int:
    """Close an action or follow-up with what its new status needs."""
    from p2ptrack.cli.record_progress import close_record

    return close_record(options, id_, answers)


def edit(*, id_: RecordArgument, values: _SetOption = None, options: EditOptions) -> int:
    """Set fields of a record, or open its file in your editor and check it before it is saved."""
    from p2ptrack.cli.record_edits import edit_record

    return edit_record(options, id_, tuple(values or ()))


_FILE_HELP = "The tracker: a .docx, .xlsx, .csv or .html file. The kind may stand before it: contracts FILE."


def import_file(*, files: Annotated[list[str], argument("FILE", _FILE_HELP)], options: ImportOptions) -> int:
    """Import a tracker in Word, Excel, CSV or HTML, or an exported workbook that was edited.

    A tracker becomes records. From a workbook that was exported, only edited cells and new rows are imported.
    Whatever you need to decide is listed. A contracts register is kept as one table: p2ptrack import contracts FILE.
    """
    from p2ptrack.cli.import_records import import_records
    from p2ptrack.cli.import_tables import import_contracts, import_workbook
    from p2ptrack.errors import UsageError
    from p2ptrack.imports.files import read_import_file
    from p2ptrack.imports.xlsx_reader import is_returned_workbook
    from p2ptrack.phrases import join_words

    if len(files) > len(("kind", "file")) or (len(files) > 1 and Path(files[0]).is_file()):
        raise UsageError(f"Import one file at a time, for example: p2ptrack import {shlex.quote(files[0])}")
    file = Path(files[-1])
    if len(files) > 1:
        options = replace(options, kind=files[0])
    elif files[0].casefold() in {"contract", "contracts"} and not file.exists():
        raise UsageError("Say which file, for example: p2ptrack import contracts register.xlsx")
    data = read_import_file(file)
    if is_returned_workbook(data):
        if used_flags := options.tracker_flags:
            raise UsageError(f"{file.name} is a workbook of p2ptrack. Leave out {join_words(used_flags)}.")
        return import_workbook(options, file, data)
    if options.kind.casefold() in {"contract", "contracts"}:
        return import_contracts(options, file, data)
    return import_records(options, file, data)


def merge_record(
    *,
    base: Annotated[Path, argument("BASE", "The version that both sides began with.")],
    ours: Annotated[Path, argument("OURS", "Our version, which the result replaces.")],
    theirs: Annotated[Path, argument("THEIRS", "Their version.")],
    path: Annotated[str, argument("PATH", "The path of the record in the repository.")],
) -> int:
    """Merge two versions of a record. git calls this; p2ptrack doctor --fix sets it up."""
    from p2ptrack.cli.terminal import write_notice
    from p2ptrack.diagnostics import escape_control_characters
    from p2ptrack.store.git.repository_setup import EXIT_CONFLICT, EXIT_UNDECIDED, describe_sides
    from p2ptrack.store.writing import write_file
    from p2ptrack.store.yaml.merge import MergeLabels, MergeRefusedError, merge_records

    our_side, their_side = describe_sides(path)
    try:
        labels = MergeLabels(our_side, their_side)
        result = merge_records(base.read_bytes(), ours.read_bytes(), theirs.read_bytes(), labels)
    except MergeRefusedError:
        return EXIT_UNDECIDED
    write_file(ours, result.data, "Nothing was merged.")
    if not result.conflicts:
        return 0
    name = escape_control_characters(path)
    lines = [f"{name} was changed on both sides, and p2ptrack cannot choose:"]
    for conflict in result.conflicts:
        lines += [f"  {conflict.name}", *_indent(our_side, conflict.ours), *_indent(their_side, conflict.theirs)]
    lines += [
        f"To finish: open {name}, keep the right lines and remove the marker lines (<<<<<<<, =======, >>>>>>>). Then:",
        f"  p2ptrack check {name}",
        f"  git add {name}",
        "  git commit (or git rebase --continue during a rebase)",
        "To give up: git merge --abort (or git rebase --abort)",
    ]
    write_notice("\n".join(lines))
    return EXIT_CONFLICT


def _indent(side: str, text: str) -> list[str]:
    from p2ptrack.diagnostics import escape_control_characters

    lines = [f"    {side}", *(f"      {line}" for line in text.splitlines())]
    return [escape_control_characters(line) for line in lines]
