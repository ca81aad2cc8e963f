"""Papers as PDF/UA-1: the HTML paper, laid out on pages by WeasyPrint."""

from __future__ import annotations

import io
import os
import platform
from collections.abc import MutableMapping
from contextlib import redirect_stdout
from datetime import UTC, datetime, time
from typing import Any

from p2ptrack.errors import CannotGoOn
from p2ptrack.formats import as_json, html
from p2ptrack.formats.characters import printable_page
from p2ptrack.formats.closed_pages import stamped
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
    page = printable_page(html.page(document, look))
    with only_packaged_fonts():  # around the loading too, at which WeasyPrint lists what fonts there are
        weasyprint = load()
        attachments = [_data(weasyprint, document, look)] if look.attach_data else []
        if document.audience == "members":
            page = stamped(page, lambda text: _paper(weasyprint, text).render(), _stamp(document, look))
        return _pages(weasyprint, page, attachments)


def _stamp(document: Document, look: Look) -> str:
    """Return what stands at the head of a page that is not for publication, as CSS has it."""
    return str(html.css_text(" · ".join(filter(None, (document.draft, look.words("closed"))))).text)


def _pages(weasyprint: Any, page: str, attachments: list[Any]) -> bytes:
    from p2ptrack.formats.pdf_structure import mended_structure

    fonts = weasyprint.text.fonts.FontConfiguration()
    paper = _paper(weasyprint, page)
    with mended_structure():
        made: bytes = paper.write_pdf(font_config=fonts, pdf_variant=VARIANT, pdf_tags=True, attachments=attachments)
    return made


def _paper(weasyprint: Any, page: str) -> Any:
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    return weasyprint.HTML(string=page, url_fetcher=fetcher)


def _data(weasyprint: Any, document: Document, look: Look) -> Any:
    """Return the document's JSON as a file to attach, dated by its position: the clock would change the bytes."""
    day = datetime.combine(document.as_of, time(), UTC)
    content = as_json.write(document, look)
    name = f"{document.name}.json"
    return weasyprint.Attachment(
        string=content, name=name, description=document.title, created=day, modified=day, relationship="Data"
    )


def load() -> Any:
    """Return WeasyPrint. Raises `CannotGoOn` with the line to install Pango where the system lacks it."""
    look_where_homebrew_installs(platform.system(), os.environ)
    try:
        with redirect_stdout(io.StringIO()):  # where WeasyPrint prints a block of advice for programmers
            import weasyprint.text.fonts
            import weasyprint.urls
    except OSError as error:
        raise CannotGoOn(without_pango(platform.system())) from error
    return weasyprint


def look_where_homebrew_installs(system: str, environment: MutableMapping[str, str]) -> None:
    """Let a Mac's Python find the Pango of Homebrew, unless the environment says where to look."""
    if system == "Darwin":
        environment.setdefault("DYLD_FALLBACK_LIBRARY_PATH", "/opt/homebrew/lib:/usr/local/lib:/usr/lib")


def without_pango(system: str) -> str:
    """Return the sentence for a machine without Pango; `system` is named as `platform.system()` does."""
    how = _INSTALL.get(system, _INSTALL["Linux"])
    return f"A PDF needs Pango, which this computer lacks: {how}; until then, --format html works without it."
