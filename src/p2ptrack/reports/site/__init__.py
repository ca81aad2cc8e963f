"""The whole site: its pages in order, the files beside them, and the pages that are about the whole register.

Those are its position, meetings, reports and downloads, and how to read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from p2ptrack.model.dates import format_long_date
from p2ptrack.model.history import RegisterHistory
from p2ptrack.model.programme import Meeting, Wording
from p2ptrack.model.records import FollowUp, ProcurementExemption, Record, TrackedRecord
from p2ptrack.model.register import format_meeting_title
from p2ptrack.reports import REPORTS
from p2ptrack.reports.context import PaperContext, apply_layout
from p2ptrack.reports.document import (
    Block,
    Cell,
    Column,
    Fact,
    Paragraph,
    Prose,
    Row,
    Section,
    Table,
    list_tables,
    make_paragraph,
)
from p2ptrack.reports.paper import (
    COMMON_SECTIONS,
    PaperScope,
    build_error_notice,
    build_key_and_glossary,
    resolve_scope,
)
from p2ptrack.reports.progress import PARTS, build_sections
from p2ptrack.reports.record_blocks import join_spans, make_line_cell
from p2ptrack.reports.selection import make_view
from p2ptrack.reports.site.pages import (
    ABOUT,
    DOWNLOAD_FOLDER,
    DOWNLOADS,
    FIGURES,
    HOME,
    MEETINGS,
    PAPER_FOLDER,
    RECORDS,
    REPORT_FOLDER,
    PageBuilder,
    SiteContext,
    SitePage,
    SitePublication,
    build_lists,
    build_record_list,
    find_label,
    link_page,
    list_facets,
    name_meetings,
    name_records,
)
from p2ptrack.reports.site.records import build_record_pages

_POSITION = (
    "glance", "overdue", "due", "extensions", "decisions", "completed", "waiting", "same-work", "unanswered",
    "progress", "missing",
)  # fmt: skip
"""The sections of the first page: those of the progress report, except the list of other open items."""


_POSITION_PARTS = replace(
    PARTS,
    sections=(*COMMON_SECTIONS, *PARTS.sections),
    columns={**PARTS.columns, "glossary": ("word", "meaning")},
)
"""The council's layout of the progress report counts for the first page too."""


def build_position(site: SiteContext) -> Iterator[SitePage]:
    """Yield the first page: the figures, what is overdue and due next, and what else needs attention."""
    context = site.paper
    words = context.wording
    scope = _make_scope(site)
    sections = build_sections(make_view(scope), _POSITION)
    number = len(context.register.records)
    intro = make_paragraph(words("site_intro", number=number, day=format_long_date(context.as_of)), role="lead")
    lists = make_paragraph(
        link_page(RECORDS, words("site_all_records")), ". ", link_page(ABOUT, words("site_about")), "."
    )
    empty = () if context.register.records else (make_paragraph(context.describe_none("no_items", Record)),)
    blocks = (
        *build_error_notice(context.problems, words, "site_errors"),
        *scope.notice,
        intro,
        lists,
        *empty,
        *sections,
    )
    page = site.make_page(HOME, HOME, words("site_position"), blocks)
    titles = {words("listed_under", section=section.title): section.key for section in sections}
    page = replace(page, document=replace(page.document, blocks=_link_sections(page.document.blocks, titles)))
    document = apply_layout(page.document, context.layout, "progress-report", _POSITION_PARTS)
    yield replace(page, document=replace(document, opening=("glance",)))


def _link_sections(blocks: tuple[Block, ...], keys: Mapping[str, str]) -> tuple[Block, ...]:
    """Return blocks in which the words that name a section of the first page lead to it."""
    return tuple(_link_sections_in(block, keys) for block in blocks)


def _link_sections_in(block: Block, keys: Mapping[str, str]) -> Block:
    match block:
        case Section():
            return replace(block, blocks=_link_sections(block.blocks, keys))
        case Table():
            rows = tuple(replace(row, cells=tuple(_link_cell(cell, keys) for cell in row.cells)) for row in block.rows)
            return replace(block, rows=rows)
        case Paragraph():
            spans = tuple(
                link_page(f"{HOME}#s-{keys[span]}", span) if isinstance(span, str) and span in keys else span
                for span in block.spans
            )
            return Paragraph(spans, block.role)
        case _:
            return block


def _link_cell(cell: Cell, keys: Mapping[str, str]) -> Cell:
    return replace(cell, content=_link_sections(cell.content, keys)) if isinstance(cell.content, tuple) else cell


def _make_scope(site: SiteContext) -> PaperScope:
    return resolve_scope(site.paper, "site", tuple(kind.name for kind in site.paper.register.kinds))


def build_meetings(site: SiteContext) -> Iterator[SitePage]:
    """Yield the list of meetings, and a page for each with its papers and the records that it concerns."""
    context = site.paper
    words = context.wording
    meetings = sorted(context.register.programme.meetings, key=_sort_meeting, reverse=True)
    home = (HOME, words("site_position"))
    columns = (
        Column("meeting", words("meeting"), width="wide", header=True),
        Column("date", words("site_date")),
        Column("papers", words("site_papers")),
    )
    rows = tuple(_build_meeting_row(site, meeting) for meeting in meetings)
    table = Table("meetings", words("site_meetings"), columns, rows, empty=words("site_no_meetings"))
    yield site.make_page(MEETINGS, MEETINGS, words("site_meetings"), (table,), (home,))
    for meeting in meetings:
        facts = [Fact(words("site_date"), meeting.date)]
        if meeting.papers_due:
            facts.append(Fact(words("site_papers_due"), meeting.papers_due))
        blocks = (*_build_papers(site, meeting), *_build_meeting_lists(site, meeting))
        title, parents = format_meeting_title(meeting), (home, (MEETINGS, words("site_meetings")))
        yield site.make_page(site.meeting_paths[meeting.id], MEETINGS, title, blocks, parents, tuple(facts))


def _sort_meeting(meeting: Meeting) -> tuple[str, str]:
    return meeting.date.latest.isoformat() if meeting.date.latest else "", meeting.id


def _build_meeting_row(site: SiteContext, meeting: Meeting) -> Row:
    words = site.paper.wording
    link = make_line_cell((link_page(site.meeting_paths[meeting.id], format_meeting_title(meeting)),))
    is_published = _find_publication(site, meeting) is not None
    return Row((link, Cell(meeting.date), Cell(words("site_published") if is_published else None)))


def _find_publication(site: SiteContext, meeting: Meeting) -> SitePublication | None:
    return next((entry for entry in site.publications if entry.meeting == meeting.id), None)


def _build_papers(site: SiteContext, meeting: Meeting) -> tuple[Block, ...]:
    """Return the published papers of a meeting with their fingerprints, as links if the site has the files."""
    words, publication = site.paper.wording, _find_publication(site, meeting)
    if publication is None:
        return (Section("papers", words("site_papers"), (make_paragraph(words("site_not_published")),)),)
    columns = (
        Column("file", words("site_file"), header=True),
        Column("fingerprint", words("site_fingerprint"), width="wide"),
    )
    rows = []
    for paper in publication.papers:
        link = link_page(name_paper(site, meeting.id, paper.name), paper.name)
        name = make_line_cell((paper.name if paper.data is None else link,))
        rows.append(Row((name, Cell(paper.fingerprint))))
    table = Table("papers", words("site_papers_caption", number=len(rows)), columns, tuple(rows))
    key = "site_papers_withheld" if publication.is_withheld else "site_papers_note"
    return (Section("papers", words("site_papers"), (table, make_paragraph(words(key), role="note"))),)


def name_paper(site: SiteContext, meeting: str, name: str) -> str:
    """Return the path of a file of a meeting's papers."""
    folder = site.meeting_paths[meeting].rpartition("/")[2].removesuffix(".html")
    return f"{PAPER_FOLDER}/{folder}/{name}"


def _build_meeting_lists(site: SiteContext, meeting: Meeting) -> tuple[Block, ...]:
    """Return the records that a meeting raised, decided on or was reported on."""
    context = site.paper
    lists: dict[str, Callable[[Record], bool]] = {
        "site_meeting_raised": lambda record: isinstance(record, FollowUp) and meeting.id in record.raised,
        "site_meeting_decided": lambda record: isinstance(record, TrackedRecord) and _is_decided_at(record, meeting.id),
        "site_meeting_reported": lambda record: _is_reported_to(record, meeting.id),
    }
    blocks: list[Block] = []
    for key, is_listed in lists.items():
        records: Sequence[Record] = tuple(filter(is_listed, context.register.records))
        blocks += build_record_list(context, key.removeprefix("site_meeting_"), context.wording(key), records)
    return tuple(blocks)


def _is_decided_at(record: TrackedRecord, meeting: str) -> bool:
    decided = record.decided is not None and record.decided.meeting == meeting
    return decided or any(revision.meeting == meeting for revision in record.revisions)


def _is_reported_to(record: Record, meeting: str) -> bool:
    if isinstance(record, ProcurementExemption):
        return meeting in record.reported_to
    return isinstance(record, TrackedRecord) and any(update.meeting == meeting for update in record.updates)


_OTHER_REPORTS = ("exemptions-report", "forward-plan", "register")
"""Reports beside the figures that have pages of their own, where they have anything to print."""
_PAPER_SECTIONS = frozenset({*COMMON_SECTIONS})
"""Sections of papers that the site has elsewhere."""


def build_reports(site: SiteContext) -> Iterator[SitePage]:
    """Yield the figures with their plots, and a page for each other report that has anything to print."""
    words = site.paper.wording
    home = (HOME, words("site_position"))
    others = {name: sections for name in _OTHER_REPORTS if (sections := _build_report(site, name))}
    titles = {name: words(f"{name.replace('-', '_')}_title") for name in others}
    links = [(link_page(f"{REPORT_FOLDER}/{name}.html", title),) for name, title in titles.items()]
    see = (make_paragraph(*join_spans(links), "."),) if links else ()
    blocks = (*see, *_build_report(site, "figures")) or (make_paragraph(site.paper.describe_none("no_items", Record)),)
    yield site.make_page(FIGURES, FIGURES, words("site_figures"), blocks, (home,))
    for name, sections in others.items():
        parents = (home, (FIGURES, words("site_figures")))
        yield site.make_page(f"{REPORT_FOLDER}/{name}.html", FIGURES, titles[name], sections, parents)


def _build_report(site: SiteContext, name: str) -> tuple[Section, ...]:
    """Return the sections of a report that are its own; nothing where no table of it has a row."""
    if name not in REPORTS:
        return ()
    document = REPORTS[name].build(site.paper)
    tables = list_tables(document) if name == "register" else filter(None, (document.records,))
    if not any(table.rows for table in tables if table.key != "glossary"):
        return ()
    sections = (block for block in document.blocks if isinstance(block, Section))
    return tuple(section for section in sections if section.key not in _PAPER_SECTIONS)


def build_downloads(site: SiteContext) -> Iterator[SitePage]:
    """Yield the page of the files for other programs."""
    words = site.paper.wording
    columns = (
        Column("file", words("site_file"), header=True),
        Column("content", words("site_content"), width="wide"),
        Column("size", words("site_size"), "right", "narrow"),
    )
    rows = tuple(
        Row(
            (
                make_line_cell((link_page(f"{DOWNLOAD_FOLDER}/{name}", name),)),
                Cell(_describe_download(site, name)),
                Cell(words("site_kilobytes", number=f"{max(1, round(len(data) / 1000)):,}")),
            )
        )
        for name, data in site.downloads.items()
    )
    table = Table("downloads", words("site_downloads"), columns, rows)
    intro = make_paragraph(words("site_downloads_intro"))
    yield site.make_page(
        DOWNLOADS, DOWNLOADS, words("site_downloads"), (intro, table), ((HOME, words("site_position")),)
    )


def _describe_download(site: SiteContext, name: str) -> str:
    words = site.paper.wording
    stem, _, suffix = name.rpartition(".")
    keys = (f"site_download_{stem.rpartition('/')[2]}_{suffix}", f"site_download_{suffix}")
    return find_label(words, keys, suffix.upper())


def build_about(site: SiteContext) -> Iterator[SitePage]:
    """Yield the page about the register: symbols and words, what is left out, and accessibility."""
    context = site.paper
    words = context.wording
    blocks: tuple[Block, ...] = (
        Section(
            "about",
            words("site_about_register"),
            tuple(Prose(words(key)) for key in ("site_about_text", "site_about_dates")),
        ),
        *((Section("exempt", words("site_about_exempt"), notice),) if (notice := _make_scope(site).notice) else ()),
        *_build_glossary(site),
        Section("accessibility", words("site_accessibility"), (Prose(words("site_accessibility_text")),)),
    )
    yield site.make_page(ABOUT, ABOUT, words("site_about"), blocks, ((HOME, words("site_position")),))


def _build_glossary(site: SiteContext) -> tuple[Block, ...]:
    """Return the key to symbols and words, and the terms of the programme."""
    terms = " ".join(site.paper.register.programme.glossary)
    return build_key_and_glossary(site.paper, (make_paragraph(terms), *_list_statuses(site)))


def _list_statuses(site: SiteContext) -> tuple[Block, ...]:
    context = site.paper
    statuses = {record.status for record in context.case.tracked() if record.status}
    return tuple(make_paragraph(context.wording(f"status_{status.value}")) for status in sorted(statuses))


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
    linked_publications = tuple(entry for entry in publications if entry.meeting in meeting_paths)
    return SiteContext(context, histories, linked_publications, downloads or {}, name_records(context), meeting_paths)


def _adapt_wording(wording: Wording) -> Wording:
    """Return the wording with the site's own words in place of some words of papers."""
    site_words = {
        key.removeprefix(_OWN_WORDS): text for key, text in wording.templates.items() if key.startswith(_OWN_WORDS)
    }
    untranslated = {key.removeprefix(_OWN_WORDS) for key in wording.untranslated} & site_words.keys()
    return Wording({**wording.templates, **site_words}, wording.untranslated - site_words.keys() | untranslated)


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
