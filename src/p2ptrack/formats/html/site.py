"""The site as files: a page of HTML for each document, one style sheet, the logo and what can be downloaded.

Pages refer to each other by relative addresses only, so that they work from a folder, a share or below any address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from p2ptrack.formats.html import templates
from p2ptrack.formats.html.page import (
    SCREEN_WIDTH,
    STYLESHEETS,
    DocumentAnchors,
    SafeHtml,
    count_opening_blocks,
    create_environment,
    finish_page,
    is_short,
    list_contents,
    share_widths,
)
from p2ptrack.formats.html.templates import LimitedEnvironment, limit_memory
from p2ptrack.formats.prose import is_link, render_prose_html
from p2ptrack.reports.document import (
    Block,
    Cell,
    Document,
    FormatOptions,
    Link,
    Notice,
    Paragraph,
    Ref,
    Row,
    Section,
    Table,
    fill_empty_tables,
    format_provenance,
)
from p2ptrack.reports.site import iter_pages, list_files
from p2ptrack.reports.site.pages import (
    ABOUT,
    DOWNLOADS,
    FIGURES,
    HOME,
    MEETINGS,
    PAGE_SCHEME,
    RECORDS,
    SiteContext,
    SitePage,
)

STYLE_FILE = "style.css"
_PAGE_TEMPLATE = "page.html"
_SITE_STYLE = "site/site.css"
_MENU = (
    (HOME, "site_position"),
    (RECORDS, "site_records"),
    (MEETINGS, "site_meetings"),
    (FIGURES, "site_figures"),
    (DOWNLOADS, "site_downloads"),
    (ABOUT, "site_about"),
)
_LABEL_STYLE = re.compile(r" style=\"list-style-type: '([^\"]*?) '\"")
_ALIGN_STYLE = re.compile(r' style="text-align: ?(left|right|center)"')


def iter_site_files(site: SiteContext, options: FormatOptions) -> Iterator[tuple[str, bytes]]:
    """Yield each file of the site: its path and its content. The first page comes last, when its targets exist.

    Raises `OperationError` with file and line when a template is broken.
    """
    writer = _PageWriter(site, options)
    yield STYLE_FILE, _build_style(options).encode()
    if logo := templates.find_logo(options.templates):
        yield logo.name, templates.read_asset(logo)
    yield from list_files(site).items()
    home = b""
    for page in iter_pages(site):
        content = writer.write(page)
        if page.path == HOME:
            home = content
        else:
            yield page.path, content
    yield HOME, home


def _build_style(options: FormatOptions) -> str:
    names = (STYLESHEETS[0], _SITE_STYLE, *STYLESHEETS[1:])
    widths = "".join(f".w{share}{{width:{share}%}}\n" for share in range(1, 101))
    return "".join((widths, *(templates.load_stylesheet(name, options.templates) for name in names)))


class _PageWriter:
    """Writes pages with one environment, in which templates are compiled once."""

    def __init__(self, site: SiteContext, options: FormatOptions) -> None:
        self._site = site
        self._folders = tuple(path for folder in options.templates for path in (folder / "site", folder))
        self._options = replace(options, templates=self._folders)
        self._has_own_templates = templates.has_own_templates(options.templates)
        self._environment = create_environment(self._options, in_sandbox=self._has_own_templates)
        filters: dict[str, Any] = {
            "long_rows": lambda _: (),
            "shares": _share_columns,
            "column_width": lambda share: SafeHtml(f'class="w{share}"'),
            "prose": lambda text: SafeHtml(_render_prose(text)),
        }
        self._environment.filters |= filters
        logo = templates.find_logo(options.templates)
        self._logo = logo.name if logo else ""
        self._menu = tuple((path, options.wording(key)) for path, key in _MENU)

    def write(self, page: SitePage) -> bytes:
        """Return a page as HTML."""
        root = "../" * page.path.count("/")
        document = fill_empty_tables(self._link_titles(page), self._options.wording)
        own_files = frozenset({f"{root}{STYLE_FILE}", f"{root}{self._logo}"})
        if isinstance(self._environment, LimitedEnvironment):
            self._environment.restart_clock()
        with templates.locate_template_errors(self._folders), limit_memory(limited=self._has_own_templates):
            text = self._environment.get_template(_PAGE_TEMPLATE).render(self._build_context(page, document, root))
        if self._has_own_templates:
            templates.require_closed_page(text, self._folders, own_files)
        return finish_page(text).encode()

    def _build_context(self, page: SitePage, document: Document, root: str) -> dict[str, Any]:
        anchors, wording = DocumentAnchors(document), self._options.wording
        opening = count_opening_blocks(document)
        return {
            "paper": document,
            "word": wording,
            "root": root,
            "logo": self._logo,
            "menu": self._menu,
            "current": page.menu,
            "here": page.path,
            "parents": page.parents,
            "opening": opening,
            "contents": list_contents(document.blocks[opening:]),
            "made_by": format_provenance(document, wording),
            "short": is_short(document),
            "place": anchors.find_anchor,
            "place_of": anchors.find_record_anchor,
            "address_of": self._make_address_finder(root),
        }

    def _make_address_finder(self, root: str) -> Callable[[Ref | Link], str]:
        paths = self._site.record_paths

        def find_address(span: Ref | Link) -> str:
            if isinstance(span, Ref):
                path = paths.get(span.id, "")
                return f"{root}{path}" if path else ""
            if span.url.startswith(PAGE_SCHEME):
                return root + span.url.removeprefix(PAGE_SCHEME)
            return span.url if is_link(span.url) else ""

        return find_address

    def _link_titles(self, page: SitePage) -> Document:
        """Return the document of a page with the titles of records in tables as links to their pages."""
        blocks = self._link_blocks(page.document.blocks, page.path)
        return replace(page.document, blocks=blocks)

    def _link_blocks(self, blocks: tuple[Block, ...], path: str) -> tuple[Block, ...]:
        return tuple(self._link_block(block, path) for block in blocks)

    def _link_block(self, block: Block, path: str) -> Block:
        match block:
            case Section() | Notice():
                return replace(block, blocks=self._link_blocks(block.blocks, path))
            case Table():
                headers = [index for index, column in enumerate(block.columns) if column.header]
                return replace(block, rows=tuple(self._link_row(row, headers, path) for row in block.rows))
            case _:
                return block

    def _link_row(self, row: Row, headers: Sequence[int], path: str) -> Row:
        record_path = self._site.record_paths.get(row.key, "")
        if not record_path or record_path.partition("#")[0] == path:
            return row
        cells = [_link_cell(cell, row.key) if index in headers else cell for index, cell in enumerate(row.cells)]
        return replace(row, cells=tuple(cells))


def _share_columns(table: Table) -> tuple[int, ...]:
    """Return each column's share of the width in whole per cent: the style sheet has a class for each."""
    return tuple(max(1, round(float(share.removesuffix("%")))) for share in share_widths(table, SCREEN_WIDTH))


def _link_cell(cell: Cell, record: str) -> Cell:
    """Return the title of a record as a link, with what follows it."""
    if isinstance(cell.content, str):
        return replace(cell, content=(Paragraph((Ref(record, cell.content),)),))
    match cell.content:
        case (Paragraph(spans=(str() as title, *rest)) as paragraph, *others):
            return replace(cell, content=(replace(paragraph, spans=(Ref(record, title), *rest)), *others))
    return cell


def _render_prose(markdown: str) -> str:
    """Return a record's text as HTML without styles, which the pages forbid: the style sheet has them."""
    text = _LABEL_STYLE.sub(r' data-label="\1"', render_prose_html(markdown))
    return _ALIGN_STYLE.sub(r' class="\1"', text)
