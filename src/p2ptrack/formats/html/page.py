"""Papers as HTML: one file that needs no other, made from templates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, groupby
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from p2ptrack.formats.html import templates
from p2ptrack.formats.html.charts import render_svg
from p2ptrack.formats.html.markdown import is_link, render_prose_html, strip_unprintable
from p2ptrack.reports.document import (
    Block,
    Column,
    Document,
    FormatOptions,
    Row,
    Section,
    Table,
    format_scalar,
    walk_blocks,
)

PAGE_TEMPLATE = "paper.html"
STYLESHEETS = ("paper.css", "brand.css")
MIN_CONTENTS_SECTIONS = 4
"""A paper with fewer main sections has no list of contents. `contents.html` has the same number."""
MAX_CONTENTS_LINES = 40
"""A longer list of contents names the main sections only."""

_NARROW_PERCENT, _MAX_NARROW_PERCENT = 8.5, 60.0
_WIDTH_PARTS = {"medium": 4, "wide": 11}
_PAGE_MARK, _PAGE_COUNT_MARK = "\x01", "\x02"
_CSS_COUNTERS = {_PAGE_MARK: "counter(page)", _PAGE_COUNT_MARK: "counter(pages)"}


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """HTML made by this program, which templates print as it is. They escape everything else."""

    text: str

    def __html__(self) -> str:
        """Return the HTML. Jinja's autoescape calls this."""
        return self.text

    def __str__(self) -> str:
        return self.text


def write(document: Document, options: FormatOptions) -> bytes:
    """Return the paper as one HTML file. Raises `OperationError` with file and line when a template is broken."""
    return render_page(document, options).encode("utf-8")


def render_page(document: Document, options: FormatOptions) -> str:
    """Return the paper as HTML text. Raises `OperationError` with file and line when a template is broken."""
    with templates.locate_template_errors(options.templates):
        return _create_environment(options).get_template(PAGE_TEMPLATE).render(_build_context(document, options))


def _create_environment(options: FormatOptions) -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=templates.TemplateLoader(options.templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value if hasattr(value, "__html__") else strip_unprintable(str(value)),
    )
    environment.filters |= {
        "css_text": format_css_string,
        "grouped": group_rows,
        "kind": lambda part: type(part).__name__.casefold(),  # such as `table`, `ref`, `str`
        "printed": format_scalar,
        "prose": lambda text: SafeHtml(render_prose_html(text)),
        "shares": share_widths,
        "svg": lambda picture, name: SafeHtml(render_svg(picture, name)),
        "webby": is_link,
    }
    return environment


def _build_context(document: Document, options: FormatOptions) -> dict[str, Any]:
    anchors, opening_count = DocumentAnchors(document), _count_opening_blocks(document)
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


def _count_opening_blocks(document: Document) -> int:
    """Return how many blocks precede the list of contents: all up to the last opening section."""
    opening_indexes = [
        index
        for index, block in enumerate(document.blocks)
        if isinstance(block, Section) and block.key in document.opening
    ]
    return opening_indexes[-1] + 1 if opening_indexes else 0


def list_contents(blocks: Sequence[Block]) -> tuple[tuple[Section, tuple[Section, ...]], ...]:
    """Return the sections for the list of contents, each with its subsections unless the list would be too long."""
    entries = tuple((section, _select_sections(section.blocks)) for section in _select_sections(blocks))
    line_count = sum(1 + len(subsections) for _, subsections in entries)
    return entries if line_count <= MAX_CONTENTS_LINES else tuple((section, ()) for section, _ in entries)


def _select_sections(blocks: Sequence[Block]) -> tuple[Section, ...]:
    return tuple(block for block in blocks if isinstance(block, Section))


def group_rows(rows: Sequence[Row]) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Return the rows in their order under the headings of their groups."""
    return tuple((group, tuple(members)) for group, members in groupby(rows, key=lambda row: row.group))


def share_widths(columns: Sequence[Column]) -> tuple[str, ...]:
    """Return each column's share of the width. With fixed widths, long tables are laid out a third faster.

    A narrow column holds an id or a short word, whatever is beside it. The others share the rest.
    """
    narrow_count = sum(column.width == "narrow" for column in columns)
    parts = sum(_WIDTH_PARTS.get(column.width, 0) for column in columns)
    narrow_width = 100 / max(narrow_count, 1)
    if parts:
        narrow_width = min(_NARROW_PERCENT, _MAX_NARROW_PERCENT / max(narrow_count, 1))
    part_width = (100 - narrow_width * narrow_count) / max(parts, 1)
    widths = {"narrow": narrow_width} | {name: part_width * size for name, size in _WIDTH_PARTS.items()}
    return tuple(f"{widths[column.width]:.2f}%" for column in columns)


def format_css_string(text: str) -> SafeHtml:
    """Return text as a CSS string, with every character that CSS or HTML could interpret as its number."""
    escaped = re.sub(r"[^\w ]", lambda match: f"\\{ord(match.group()):x} ", strip_unprintable(text))
    return SafeHtml(f'"{escaped}"')


def format_page_counter(sentence: str) -> SafeHtml:
    """Return “Page 1 of 9” as CSS content: strings and counters."""
    parts = re.split(f"([{_PAGE_MARK}{_PAGE_COUNT_MARK}])", sentence)
    return SafeHtml(" ".join(_CSS_COUNTERS.get(part) or format_css_string(part).text for part in parts if part))


class DocumentAnchors:
    """The unique anchor of every section, table and record of a document.

    A record's anchor is its own section or, without one, the first row about it.
    """

    def __init__(self, document: Document) -> None:
        self._anchors: dict[int, str] = {}
        self._record_anchors: dict[str, str] = {}
        self._used_names: set[str] = set()
        blocks = tuple(walk_blocks(document.blocks))
        for block in blocks:
            if isinstance(block, Section):
                self._add_record(block.record, block)
        for block in blocks:
            if isinstance(block, Section) and id(block) not in self._anchors:
                self._anchors[id(block)] = self._reserve_name(f"s-{block.key}")
            elif isinstance(block, Table):
                self._anchors[id(block)] = self._reserve_name(f"t-{block.key}")
                for row in block.rows:
                    self._add_record(row.key, row)

    def find_anchor(self, part: Block | Row) -> str:
        """Return the anchor of a part of the document, or nothing."""
        return self._anchors.get(id(part), "")

    def find_record_anchor(self, record: str) -> str:
        """Return the anchor of a record, or nothing when the document has no part about it."""
        return self._record_anchors.get(record, "")

    def _add_record(self, record: str, part: Section | Row) -> None:
        if record and record not in self._record_anchors:
            self._record_anchors[record] = self._anchors[id(part)] = self._reserve_name(record)

    def _reserve_name(self, base_name: str) -> str:
        name = base_name = base_name.replace(" ", "-")
        numbers = count(2)
        while name in self._used_names:
            name = f"{base_name}-{next(numbers)}"
        self._used_names.add(name)
        return name
