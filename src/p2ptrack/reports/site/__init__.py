"""The whole site: every page of it in order, and the files beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from p2ptrack.model.history import RegisterHistory
from p2ptrack.model.programme import Wording
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.site.overview import (
    build_about,
    build_downloads,
    build_meetings,
    build_position,
    build_reports,
    name_paper,
)
from p2ptrack.reports.site.pages import (
    DOWNLOAD_FOLDER,
    PageBuilder,
    SiteContext,
    SitePage,
    SitePublication,
    build_lists,
    list_facets,
    name_meetings,
    name_records,
)
from p2ptrack.reports.site.records import build_record_pages

_BUILDERS: tuple[PageBuilder, ...] = (
    build_position,
    build_lists,
    build_record_pages,
    build_meetings,
    build_reports,
    build_downloads,
    build_about,
)


_OWN_WORDS = "site_for_"


def make_site(
    context: PaperContext,
    histories: RegisterHistory | None = None,
    publications: tuple[SitePublication, ...] = (),
    downloads: Mapping[str, bytes] | None = None,
) -> SiteContext:
    """Return what a site is made from, with a page for each record and meeting."""
    context = replace(context, wording=_adapt_wording(context.wording))
    meeting_paths = name_meetings(context)
    known = tuple(entry for entry in publications if entry.meeting in meeting_paths)
    return SiteContext(context, histories, known, downloads or {}, name_records(context), meeting_paths)


def _adapt_wording(wording: Wording) -> Wording:
    """Return the wording with the site's own words in place of some words of papers."""
    own = {key.removeprefix(_OWN_WORDS): text for key, text in wording.templates.items() if key.startswith(_OWN_WORDS)}
    untranslated = {key.removeprefix(_OWN_WORDS) for key in wording.untranslated} & own.keys()
    return Wording({**wording.templates, **own}, wording.untranslated - own.keys() | untranslated)


def iter_pages(site: SiteContext) -> Iterator[SitePage]:
    """Yield every page, the first page first."""
    for build_pages in _BUILDERS:
        yield from build_pages(site)


def list_files(site: SiteContext) -> dict[str, bytes]:
    """Return the files to download and the published papers that are at hand, by their paths."""
    downloads = {f"{DOWNLOAD_FOLDER}/{name}": data for name, data in site.downloads.items()}
    papers = {
        name_paper(site, publication.meeting, paper.name): paper.data
        for publication in site.publications
        for paper in publication.papers
        if paper.data is not None
    }
    return {**downloads, **papers}


def count_pages(site: SiteContext) -> int:
    """Return about how many files the site has, for the progress bar."""
    register = site.paper.register
    values = sum(len(values) for _, values in list_facets(site.paper))
    return len(register.records) + len(site.meeting_paths) + values + len(list_files(site)) + len(_BUILDERS)
