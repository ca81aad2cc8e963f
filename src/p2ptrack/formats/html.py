"""Papers as HTML: one file that needs no other, made by the templates."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from p2ptrack.formats import template_files
from p2ptrack.formats.arrange import contents, grouped, opening, shares
from p2ptrack.formats.look import Look
from p2ptrack.formats.markdown_html import is_link, prose
from p2ptrack.formats.markup import Html
from p2ptrack.formats.places import Places
from p2ptrack.formats.plain import scalar
from p2ptrack.formats.safe_text import printable
from p2ptrack.formats.svg import svg
from p2ptrack.formats.template_errors import TemplateLoader, telling_where
from p2ptrack.reports.document import Document

PAGE = "paper.html"
SHEETS = ("paper.css", "brand.css")
_PAGE, _PAGES = "\x01", "\x02"
_COUNTERS = {_PAGE: "counter(page)", _PAGES: "counter(pages)"}


def write(document: Document, look: Look) -> bytes:
    """Return the paper as one HTML file. Raises `CannotGoOn` with file and line when a template is broken."""
    return page(document, look).encode("utf-8")


def page(document: Document, look: Look) -> str:
    """Return the paper as HTML text."""
    with telling_where(look.templates):
        return _environment(look).get_template(PAGE).render(_context(document, look))


def _environment(look: Look) -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=TemplateLoader(look.templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters |= {
        "css_text": css_text,
        "grouped": grouped,
        "kind": kind,
        "printed": scalar,
        "prose": lambda text: Html(prose(text)),
        "shares": shares,
        "svg": lambda picture, name: Html(svg(picture, name)),
        "webby": is_link,
    }
    return environment


def _finalize(value: Any) -> Any:
    return value if hasattr(value, "__html__") else printable(str(value))


def _context(document: Document, look: Look) -> dict[str, Any]:
    places, first = Places(document), opening(document)
    return {
        "paper": document,
        "word": look.words,
        "styles": [Html(template_files.stylesheet(name, look.templates)) for name in SHEETS],
        "page_of": page_of(look.words("page_of", page=_PAGE, pages=_PAGES)),
        "logo": template_files.logo(look.templates),
        "opening": first,
        "contents": contents(document.blocks[first:]),
        "place": places.of,
        "place_of": places.to,
    }


def kind(part: object) -> str:
    """Return what a part of a document is, in the words that templates use: `table`, `ref`, `str`."""
    return type(part).__name__.casefold()


def css_text(text: str) -> Html:
    """Return text as a CSS string, with every sign that means something to CSS or HTML spelt by its number."""
    spelt = re.sub(r"[^\w ]", lambda found: f"\\{ord(found.group()):x} ", printable(text))
    return Html(f'"{spelt}"')


def page_of(sentence: str) -> Html:
    """Return the words for “page 1 of 9” as CSS writes them: strings and counters."""
    parts = re.split(f"([{_PAGE}{_PAGES}])", sentence)
    return Html(" ".join(_COUNTERS.get(part) or css_text(part).text for part in parts if part))
