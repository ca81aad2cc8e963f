"""What collect and digest share: the files for each responsible officer, and the warning about items without one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from p2ptrack.analysis.case import Case
from p2ptrack.cli.terminal import print_path, write_notice
from p2ptrack.formats import FORMATS
from p2ptrack.formats.export import make_slug
from p2ptrack.phrases import join_ids, pluralise
from p2ptrack.queries.owners import list_unowned
from p2ptrack.reports.document import Document, FormatOptions
from p2ptrack.store.templates import load_wording, template_folders
from p2ptrack.store.writing import require_output_place, stage_files

_MAX_NAME = 60


def choose_file_names(posts: Sequence[str]) -> dict[str, str]:
    """Return a file name without its ending for each post, all of them different."""
    names: dict[str, str] = {}
    for post in posts:
        slug = make_slug(post, "post")[:_MAX_NAME].rstrip("-")
        taken = set(names.values())
        number = next(number for number in range(1, len(posts) + 2) if _number(slug, number) not in taken)
        names[post] = _number(slug, number)
    return names


def _number(slug: str, number: int) -> str:
    return slug if number == 1 else f"{slug}-{number}"


def open_wording(root: Path, case: Case) -> FormatOptions:
    """Return how pages look: with the register's templates, and the wording in its language."""
    folders = template_folders(root)
    return FormatOptions(templates=folders, wording=load_wording(folders, case.register.programme.language or ""))


def write_page(document: Document, format_: str, style: FormatOptions) -> bytes:
    """Return a document in a format."""
    return FORMATS[format_].write(document, style)


def warn_about_unowned(case: Case) -> None:
    """Warn on standard error about the open items without a responsible officer, for which no file is made."""
    if unowned := list_unowned(case):
        count = pluralise(len(unowned), "open item has", "open items have")
        ids = join_ids([record.id for record in unowned])
        write_notice(f"{count} no responsible officer, so nobody gets {'it' if len(unowned) == 1 else 'them'}: {ids}.")


def write_files(files: Mapping[Path, bytes], root: Path) -> None:
    """Write all files or none, and print their paths."""
    for path in files:
        require_output_place(path, root)
    with stage_files(files) as put_in_place:
        put_in_place()
    for path in files:
        print_path(path)
