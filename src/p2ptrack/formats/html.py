"""Papers as HTML: one file that needs no other, made by the templates."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from p2ptrack.formats import template_files
from p2ptrack.formats.arrange import count_opening_blocks, group_rows, list_contents, share_widths
from p2ptrack.formats.look import FormatOptions
from p2ptrack.formats.markdown_html import is_link, render_prose_html
from p2ptrack.formats.markup import SafeHtml
from p2ptrack.formats.places import DocumentAnchors
from p2ptrack.formats.plain import format_scalar
from p2ptrack.formats.safe_text import strip_unprintable
from p2ptrack.formats.svg import render_svg
from p2ptrack.formats.template_errors import TemplateLoader, locate_template_errors
from p2ptrack.reports.document import Document

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
        "styles": [SafeHtml(template_files.load_stylesheet(name, options.templates)) for name in STYLESHEETS],
        "page_of": format_page_counter(options.wording("page_of", page=_PAGE_MARK, pages=_PAGE_COUNT_MARK)),
        "logo": template_files.load_logo(options.templates),
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
