"""Papers as HTML: one file that needs no other, made by the templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from p2ptrack.formats.html import templates
from p2ptrack.formats.html.charts import render_svg
from p2ptrack.formats.html.markdown import is_link, render_prose_html, strip_unprintable
from p2ptrack.formats.html.templates import TemplateLoader, locate_template_errors
from p2ptrack.formats.plain import FormatOptions, format_scalar
from p2ptrack.reports.document import Block, Column, Document, Row, Section, Table, walk_blocks

# How the parts of a paper stand on a page, whatever writes it: its list of contents, groups of rows, widths.


MAX_CONTENTS_LINES = 40
"""Above this many lines the list of contents names the main sections only."""

_NARROW_PERCENT, _MAX_NARROW_PERCENT = 8.5, 60.0
_WIDTH_PARTS = {"medium": 4, "wide": 11}


def list_contents(blocks: Sequence[Block]) -> tuple[tuple[Section, tuple[Section, ...]], ...]:
    """Return the sections for the list of contents, each with those right under it where that is not too long."""
    entries = tuple((section, _select_sections(section.blocks)) for section in _select_sections(blocks))
    line_count = sum(1 + len(subsections) for _, subsections in entries)
    return entries if line_count <= MAX_CONTENTS_LINES else tuple((section, ()) for section, _ in entries)


def count_opening_blocks(document: Document) -> int:
    """Return how many of the paper's blocks stand before its list of contents: all up to the last opening section."""
    keys = [block.key if isinstance(block, Section) else "" for block in document.blocks]
    return max((index + 1 for index, key in enumerate(keys) if key in document.opening), default=0)


def _select_sections(blocks: Sequence[Block]) -> tuple[Section, ...]:
    return tuple(block for block in blocks if isinstance(block, Section))


def group_rows(rows: Sequence[Row]) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Return the rows under the headings that they stand under, in their order."""
    return tuple((group, tuple(members)) for group, members in groupby(rows, key=lambda row: row.group))


def share_widths(columns: Sequence[Column]) -> tuple[str, ...]:
    """Return each column's share of the width. Fixed widths are a third faster to lay out on long tables.

    A narrow column holds an id or a short word whatever stands beside it; the others share the rest.
    """
    narrow_count = sum(column.width == "narrow" for column in columns)
    parts = sum(_WIDTH_PARTS.get(column.width, 0) for column in columns)
    narrow_width = (
        min(_NARROW_PERCENT, _MAX_NARROW_PERCENT / narrow_count if narrow_count else 0)
        if parts
        else 100 / max(narrow_count, 1)
    )
    part_width = (100 - narrow_width * narrow_count) / max(parts, 1)
    return tuple(
        f"{part_width * _WIDTH_PARTS[column.width] if column.width in _WIDTH_PARTS else narrow_width:.2f}%"
        for column in columns
    )


# Text that is HTML already.


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """HTML that this program made and that templates print as it is; everything else they escape."""

    text: str

    def __html__(self) -> str:
        """Return the HTML; the name is the protocol that Jinja's autoescape asks for."""
        return self.text

    def __str__(self) -> str:
        return self.text


# Where in a page each part of a document can be linked to.


class DocumentAnchors:
    """The fragment of every section, table and record of one document, each used once.

    A record that has a section of its own is linked there, else to the first row that is about it.
    """

    def __init__(self, document: Document) -> None:
        self._anchors: dict[int, str] = {}
        self._record_anchors: dict[str, str] = {}
        self._used_names: set[str] = set()
        blocks = tuple(walk_blocks(document.blocks))
        for section in (block for block in blocks if isinstance(block, Section)):
            self._add_record(section.record, section)
        for block in blocks:
            self._add_block(block)

    def find_anchor(self, part: Block | Row) -> str:
        """Return the fragment of this part, or nothing."""
        return self._anchors.get(id(part), "")

    def find_record_anchor(self, record: str) -> str:
        """Return the fragment of a record, or nothing where the document does not tell of it."""
        return self._record_anchors.get(record, "")

    def _add_block(self, block: Block) -> None:
        match block:
            case Section() if id(block) not in self._anchors:
                self._anchors[id(block)] = self._reserve_name(f"s-{block.key}")
            case Table():
                self._anchors[id(block)] = self._reserve_name(f"t-{block.key}")
                for row in block.rows:
                    self._add_record(row.key, row)
            case _:
                pass

    def _add_record(self, record: str, part: Section | Row) -> None:
        if record and record not in self._record_anchors:
            self._record_anchors[record] = self._anchors[id(part)] = self._reserve_name(record)

    def _reserve_name(self, base_name: str) -> str:
        name = next(name for name in _iter_numbered_names(base_name.replace(" ", "-")) if name not in self._used_names)
        self._used_names.add(name)
        return name


def _iter_numbered_names(base_name: str) -> Iterator[str]:
    yield base_name
    number = 2
    while True:
        yield f"{base_name}-{number}"
        number += 1


PAGE_TEMPLATE = "paper.html"
STYLESHEETS = ("paper.css", "brand.css")
_PAGE_MARK, _PAGE_COUNT_MARK = "\x01", "\x02"
_CSS_COUNTERS = {_PAGE_MARK: "counter(page)", _PAGE_COUNT_MARK: "counter(pages)"}


def write(document: Document, options: FormatOptions) -> bytes:
    """Return the paper as one HTML file. Raises `CannotGoOn` with file and line when a template is broken."""
    return render_page(document, options).encode("utf-8")


def render_page(document: Document, options: FormatOptions) -> str:
    """Return the paper as HTML text."""
    with locate_template_errors(options.templates):
        return _create_environment(options).get_template(PAGE_TEMPLATE).render(_build_context(document, options))


def _create_environment(options: FormatOptions) -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=TemplateLoader(options.templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters |= {
        "css_text": format_css_string,
        "grouped": group_rows,
        "kind": get_block_kind,
        "printed": format_scalar,
        "prose": lambda text: SafeHtml(render_prose_html(text)),
        "shares": share_widths,
        "svg": lambda picture, name: SafeHtml(render_svg(picture, name)),
        "webby": is_link,
    }
    return environment


def _finalize(value: Any) -> Any:
    return value if hasattr(value, "__html__") else strip_unprintable(str(value))


def _build_context(document: Document, options: FormatOptions) -> dict[str, Any]:
    anchors, opening_count = DocumentAnchors(document), count_opening_blocks(document)
    return {
        "paper": document,
        "word": options.wording,
        "styles": [SafeHtml(templates.load_stylesheet(name, options.templates)) for name in STYLESHEETS],
        "page_of": format_page_counter(options.wording("page_of", page=_PAGE_MARK, pages=_PAGE_COUNT_MARK)),
        "logo": templates.load_logo(options.templates),
        "opening": opening_count,
        "contents": list_contents(document.blocks[opening_count:]),
        "place": anchors.find_anchor,
        "place_of": anchors.find_record_anchor,
    }


def get_block_kind(part: object) -> str:
    """Return what a part of a document is, in the words that templates use: `table`, `ref`, `str`."""
    return type(part).__name__.casefold()


def format_css_string(text: str) -> SafeHtml:
    """Return text as a CSS string, with every sign that means something to CSS or HTML spelt by its number."""
    escaped = re.sub(r"[^\w ]", lambda match: f"\\{ord(match.group()):x} ", strip_unprintable(text))
    return SafeHtml(f'"{escaped}"')


def format_page_counter(sentence: str) -> SafeHtml:
    """Return the words for “page 1 of 9” as CSS writes them: strings and counters."""
    parts = re.split(f"([{_PAGE_MARK}{_PAGE_COUNT_MARK}])", sentence)
    return SafeHtml(" ".join(_CSS_COUNTERS.get(part) or format_css_string(part).text for part in parts if part))
