"""Collect the content of a site, and write its files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack.analysis.redaction import Audience
from p2ptrack.cli.options import RegisterOptions, SiteOptions, resolve_date
from p2ptrack.cli.register import find_register_folder, open_snapshot_with_templates, resolve_position_date
from p2ptrack.cli.render import add_history, open_checked_context
from p2ptrack.cli.terminal import print_path, show_progress
from p2ptrack.errors import OperationError
from p2ptrack.formats.export import EXPORT_FORMATS, write_package
from p2ptrack.formats.html.site import iter_site_files
from p2ptrack.model.dates import use_date_words
from p2ptrack.model.programme import read_date_words
from p2ptrack.pipeline import AnswerOptions, find_newer_exemptions, load_public_history, open_answer_case
from p2ptrack.queries.export import build_export
from p2ptrack.reports.document import FormatOptions
from p2ptrack.reports.publication_manifest import CONTENT_FORMAT, compute_fingerprint, parse_manifest
from p2ptrack.reports.site import count_pages, make_site
from p2ptrack.reports.site.pages import PublishedPaper, SitePublication
from p2ptrack.store.git.publication_tags import format_tag_name, read_tag_message
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.git.revision_lookup import list_published_meetings
from p2ptrack.store.git.snapshot import load_snapshot
from p2ptrack.store.site_folder import open_site_folder
from p2ptrack.store.templates import template_folders

if TYPE_CHECKING:
    from p2ptrack.model.history import RegisterHistory
    from p2ptrack.reports.context import PaperContext
    from p2ptrack.reports.site.pages import SiteContext
    from p2ptrack.store.git.snapshot import Snapshot


DOWNLOAD_FORMATS = ("xlsx", "json", "ics")


def write_site(options: SiteOptions) -> None:
    """Write the site of the public register into a folder, and print where it begins.

    Raises `CheckFailed` when the register has errors and the options do not allow them, and `OperationError` for a
    folder with files that p2ptrack did not make.
    """
    root = find_register_folder(options)
    folder = options.folder or root / "build" / "site"
    with open_snapshot_with_templates(options, root) as snapshot:
        context = open_checked_context(
            options,
            root,
            snapshot,
            Audience.PUBLIC,
            allow_problems=options.allow_problems,
            refusal="no site was made",
        )
        programme = context.register.programme
        name = " – ".join(filter(None, (programme.organisation, programme.title)))
        templates = template_folders(snapshot.templates_folder if snapshot and snapshot.templates_folder else root)
        style = FormatOptions(templates=templates, wording=context.wording)
        with (
            open_site_folder(folder, root, name, force=options.force) as site_folder,
            use_date_words(read_date_words(context.wording, programme.language or "")),
        ):
            site = _gather_site(options, root, snapshot, context)
            with show_progress("Making the site", count_pages(site)) as advance:
                for path, data in iter_site_files(site, style):
                    site_folder.add(path, data)
                    advance()
            site_folder.replace_files()
    print_path(folder / "index.html")


def _gather_site(
    options: SiteOptions,
    root: Path,
    snapshot: Snapshot | None,
    context: PaperContext,
) -> SiteContext:
    """Return the context of the site: with the history, the published papers and the files to download."""
    histories: RegisterHistory | None = None
    publications: tuple[SitePublication, ...] = ()
    if context.provenance.commit:
        context = add_history(context, root, snapshot)
        with show_progress("Reading the history"):
            if context.history is not None:
                histories = load_public_history(root, resolve_date(None), snapshot)
            publications = _find_publications(root, options.papers or root / "build")
    with show_progress("Exporting"):
        downloads = _build_downloads(root, options, snapshot)
    return make_site(context, histories, publications, downloads)


def _build_downloads(root: Path, options: RegisterOptions, snapshot: Snapshot | None) -> dict[str, bytes]:
    """Return the public export in each of its formats."""
    answer_options = AnswerOptions(Audience.PUBLIC, resolve_date(None), has_provenance=True)
    case = open_answer_case(root, resolve_position_date(options, snapshot), answer_options, snapshot)
    export = build_export(case)
    files = {f"register.{name}": EXPORT_FORMATS[name](export) for name in DOWNLOAD_FORMATS}
    return {**files, **{f"csv/{name}": data for name, data in write_package(export).items()}}


def _find_publications(root: Path, folder: Path) -> tuple[SitePublication, ...]:
    """Return the public papers of each published meeting, with the files of a folder that are equal to them."""
    repository = Repository.find(root)
    meetings = list_published_meetings(root, repository.prefix)
    return tuple(filter(None, (_find_publication(repository, meeting, folder) for meeting in meetings)))


def _find_publication(repository: Repository, meeting: str, folder: Path) -> SitePublication | None:
    """Return the papers that the tag of a meeting records; None for a tag that was made by hand.

    Where something in them is exempt by now, no file is copied.
    """
    manifest = parse_manifest(read_tag_message(repository, meeting))
    if manifest is None:
        return None
    papers = []
    for paper, formats in manifest.papers.items():
        for format_name, fingerprint in formats.items():
            if format_name != CONTENT_FORMAT or CONTENT_FORMAT in manifest.formats:
                name = f"{paper}.{format_name}"
                papers.append(PublishedPaper(name, fingerprint, _read_paper(folder / name, fingerprint)))
    if any(paper.data is not None for paper in papers) and _is_outdated(repository, meeting):
        papers = [PublishedPaper(paper.name, paper.fingerprint) for paper in papers]
        return SitePublication(meeting, tuple(papers), is_withheld=True)
    return SitePublication(meeting, tuple(papers))


def _read_paper(file: Path, fingerprint: str) -> bytes | None:
    """Return the content of a paper if it is what was published."""
    try:
        data = file.read_bytes() if file.is_file() else b""
    except OSError:
        return None
    return data if compute_fingerprint(data) == fingerprint else None


def _is_outdated(repository: Repository, meeting: str) -> bool:
    """Whether something in the papers of a meeting is exempt now, or this copy lacks the history to decide."""
    try:
        snapshot = load_snapshot(repository.root, f"refs/tags/{format_tag_name(meeting)}")
        return bool(find_newer_exemptions(snapshot, resolve_date(None)))
    except OperationError:
        return True
