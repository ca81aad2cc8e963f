"""Papers as PDF/UA-1: the HTML paper, laid out on pages by WeasyPrint."""

from __future__ import annotations

import platform
from typing import Any

from p2ptrack.errors import CannotGoOn
from p2ptrack.formats import html
from p2ptrack.formats.fonts import only_packaged_fonts
from p2ptrack.formats.look import Look
from p2ptrack.reports.document import Document

VARIANT = "pdf/ua-1"

_INSTALL = {
    "Linux": "install it with “sudo apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0” (Debian, Ubuntu)",
    "Darwin": "install it with “brew install pango”",
    "Windows": "install it as https://doc.courtbouillon.org/weasyprint/stable/first_steps.html#windows says",
}


def write(document: Document, look: Look) -> bytes:
    """Return the paper as a tagged PDF. Raises `CannotGoOn` without Pango or fonts, or when a template is broken."""
    page = html.page(document, look)
    with only_packaged_fonts():
        return _pages(page)


def _pages(page: str) -> bytes:
    weasyprint = load()
    fonts = weasyprint.text.fonts.FontConfiguration()
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    paper = weasyprint.HTML(string=page, url_fetcher=fetcher)
    made: bytes = paper.write_pdf(font_config=fonts, pdf_variant=VARIANT, pdf_tags=True)
    return made


def load() -> Any:
    """Return WeasyPrint. Raises `CannotGoOn` with the line to install Pango where the system lacks it."""
    try:
        import weasyprint.text.fonts
        import weasyprint.urls
    except OSError as error:
        raise CannotGoOn(without_pango(platform.system())) from error
    return weasyprint


def without_pango(system: str) -> str:
    """Return the sentence for a machine without Pango; `system` is named as `platform.system()` does."""
    how = _INSTALL.get(system, _INSTALL["Linux"])
    return f"A PDF needs Pango, which this computer lacks: {how}; until then, --format html works without it."
