"""The command import: make records of a tracker in Word, Excel, CSV or HTML."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from p2ptrack.cli.options import AsOfOption, RegisterOptions, RootOption, argument, complete_kinds, option, switch

_KIND_HELP = "The kind of record that the rows are (default: what the headings suggest)."
_MAP_HELP = "A file that says which field each heading is, as an earlier import kept it in the folder imports."
_SOURCE_HELP = "The id of the document in the programme. A new id is added to it."


def import_file(
    *,
    file: Annotated[Path, argument("FILE", "The tracker: a .docx, .xlsx, .csv or .html file.")],
    kind: Annotated[str, option("--kind", "KIND", _KIND_HELP, complete_kinds)] = "",
    map_: Annotated[Path | None, option("--map", "FILE", _MAP_HELP)] = None,
    table: Annotated[int | None, option("--table", "NUMBER", "Import this table or worksheet only, from 1.")] = None,
    worksheet: Annotated[str, option("--sheet", "NAME", "Import this worksheet only.")] = "",
    source: Annotated[str, option("--source", "ID", _SOURCE_HELP)] = "",
    dry_run: Annotated[bool, switch("--dry-run", "Show what would be imported and save nothing.")] = False,
    yes: Annotated[bool, switch("--yes", "Ask no questions.")] = False,
    root: RootOption = None,
    as_of: AsOfOption = None,
) -> int:
    """Make records of a tracker in Word, Excel, CSV or HTML, and list everything that needs you."""
    from p2ptrack.cli.import_records import ImportOptions, import_records

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
    return import_records(options, file)
