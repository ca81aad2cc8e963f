"""The command import: make records of a tracker, or take over what was changed in a workbook of p2ptrack."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

from p2ptrack.cli.options import AsOfOption, RegisterOptions, RootOption, argument, complete_kinds, option, switch

_FILE_HELP = "The tracker: a .docx, .xlsx, .csv or .html file. The kind may stand before it: contracts FILE."
_KIND_HELP = "The kind of record that the rows are (default: what the headings suggest)."
_MAP_HELP = "The fields of the headings, as an earlier import saved them in the folder imports."
_OVERWRITE_HELP = "From an exported workbook, also import cells whose value has changed in the register since."
_SOURCE_HELP = "The id of the document in the programme. A new id is added to the programme."


def import_file(
    *,
    files: Annotated[list[str], argument("FILE", _FILE_HELP)],
    kind: Annotated[str, option("--kind", "KIND", _KIND_HELP, complete_kinds)] = "",
    map_: Annotated[Path | None, option("--map", "FILE", _MAP_HELP)] = None,
    table: Annotated[int | None, option("--table", "NUMBER", "Import this table or worksheet only, from 1.")] = None,
    worksheet: Annotated[str, option("--sheet", "NAME", "Import this worksheet only.")] = "",
    source: Annotated[str, option("--source", "ID", _SOURCE_HELP)] = "",
    overwrite: Annotated[bool, switch("--overwrite", _OVERWRITE_HELP)] = False,
    dry_run: Annotated[bool, switch("--dry-run", "Show what would be imported and save nothing.")] = False,
    yes: Annotated[bool, switch("--yes", "Ask no questions.")] = False,
    root: RootOption = None,
    as_of: AsOfOption = None,
) -> int:
    """Import a tracker in Word, Excel, CSV or HTML, or an exported workbook that was edited.

    A tracker becomes records. From a workbook that was exported, only edited cells and new rows are imported.
    Whatever you need to decide is listed. A contracts register is kept as one table: p2ptrack import contracts FILE.
    """
    from p2ptrack.cli.import_contracts import import_contracts
    from p2ptrack.cli.import_records import ImportOptions, import_records
    from p2ptrack.cli.import_workbook import import_workbook
    from p2ptrack.errors import UsageError
    from p2ptrack.imports.files import read_bytes
    from p2ptrack.imports.own_workbook import is_own_workbook
    from p2ptrack.phrases import join_words

    if len(files) > len(("kind", "file")) or (len(files) > 1 and Path(files[0]).is_file()):
        raise UsageError(f"Import one file at a time, for example: p2ptrack import {shlex.quote(files[0])}")
    kind, file = (kind if len(files) == 1 else files[0]), Path(files[-1])
    if len(files) == 1 and files[0].casefold() in {"contract", "contracts"} and not file.exists():
        raise UsageError("Say which file, for example: p2ptrack import contracts register.xlsx")
    options = ImportOptions(
        RegisterOptions(root, as_of),
        kind=kind,
        map_path=map_,
        table=table,
        worksheet=worksheet,
        source=source,
        dry_run=dry_run,
        yes=yes,
    )
    data = read_bytes(file)
    if is_own_workbook(data):
        tracker_options = {"--kind": kind, "--map": map_, "--table": table, "--sheet": worksheet, "--source": source}
        if given := [name for name, value in tracker_options.items() if value]:
            raise UsageError(f"{file.name} is a workbook of p2ptrack. Leave out {join_words(given)}.")
        return import_workbook(options, file, data, overwrite=overwrite)
    if kind.casefold() in {"contract", "contracts"}:
        return import_contracts(options, file, data)
    return import_records(options, file, data)
