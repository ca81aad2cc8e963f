"""Papers as PDF/UA-1: the HTML paper, laid out on pages by WeasyPrint."""

from __future__ import annotations

import io
import os
import platform
from collections.abc import MutableMapping
from contextlib import redirect_stdout
from datetime import UTC, datetime, time
from typing import Any

from p2ptrack.errors import OperationError
from p2ptrack.formats import as_json, html
from p2ptrack.formats.characters import replace_missing_glyphs
from p2ptrack.formats.closed_pages import stamp_exempt_pages
from p2ptrack.formats.fonts import use_packaged_fonts
from p2ptrack.formats.look import FormatOptions
from p2ptrack.reports.document import Document

PDF_VARIANT = "pdf/ua-1"

_PANGO_ADVICE = {
    "Linux": "install it with “sudo apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0” (Debian, Ubuntu)",
    "Darwin": "install it with “brew install pango”",
    "Windows": "install it as https://doc.courtbouillon.org/weasyprint/stable/first_steps.html#windows says",
}


def write(document: Document, options: FormatOptions) -> bytes:
    """Return the paper as a tagged PDF. Raises `OperationError` without Pango or fonts, or when a template is broken."""
    page = replace_missing_glyphs(html.render_page(document, options))
    with use_packaged_fonts():  # around the loading too, at which WeasyPrint lists what fonts there are
        weasyprint = import_weasyprint()
        attachments = [_make_data_attachment(weasyprint, document, options)] if options.attach_data else []
        if document.audience == "members":
            page = stamp_exempt_pages(
                page, lambda text: _load_html(weasyprint, text).render(), _format_exempt_stamp(document, options)
            )
        return _write_pdf(weasyprint, page, attachments)


def _format_exempt_stamp(document: Document, options: FormatOptions) -> str:
    """Return what stands at the head of a page that is not for publication, as CSS has it."""
    return str(html.format_css_string(" · ".join(filter(None, (document.draft, options.wording("closed"))))).text)


def _write_pdf(weasyprint: Any, page: str, attachments: list[Any]) -> bytes:
    from p2ptrack.formats.pdf_structure import replace_weasyprint_tags

    font_config = weasyprint.text.fonts.FontConfiguration()
    html_document = _load_html(weasyprint, page)
    with replace_weasyprint_tags():
        pdf_bytes: bytes = html_document.write_pdf(
            font_config=font_config, pdf_variant=PDF_VARIANT, pdf_tags=True, attachments=attachments
        )
    return pdf_bytes


def _load_html(weasyprint: Any, page: str) -> Any:
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    return weasyprint.HTML(string=page, url_fetcher=fetcher)


def _make_data_attachment(weasyprint: Any, document: Document, options: FormatOptions) -> Any:
    """Return the document's JSON as a file to attach, dated by its position: the clock would change the bytes."""
    day = datetime.combine(document.as_of, time(), UTC)
    content = as_json.write(document, options)
    name = f"{document.name}.json"
    return weasyprint.Attachment(
        string=content, name=name, description=document.title, created=day, modified=day, relationship="Data"
    )


def import_weasyprint() -> Any:
    """Return WeasyPrint. Raises `OperationError` with the line to install Pango where the system lacks it."""
    add_homebrew_library_path(platform.system(), os.environ)
    try:
        with redirect_stdout(io.StringIO()):  # where WeasyPrint prints a block of advice for programmers
            import weasyprint.text.fonts
            import weasyprint.urls
    except OSError as error:
        raise OperationError(format_missing_pango(platform.system())) from error
    return weasyprint


def add_homebrew_library_path(system: str, environment: MutableMapping[str, str]) -> None:
    """Let a Mac's Python find the Pango of Homebrew, unless the environment says where to look."""
    if system == "Darwin":
        environment.setdefault("DYLD_FALLBACK_LIBRARY_PATH", "/opt/homebrew/lib:/usr/local/lib:/usr/lib")


def format_missing_pango(system: str) -> str:
    """Return the sentence for a machine without Pango; `system` is named as `platform.system()` does."""
    advice = _PANGO_ADVICE.get(system, _PANGO_ADVICE["Linux"])
    return f"A PDF needs Pango, which this computer lacks: {advice}; until then, --format html works without it."
