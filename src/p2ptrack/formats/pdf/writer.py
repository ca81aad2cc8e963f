"""Papers as PDF/UA-1: the HTML paper, laid out on pages by WeasyPrint."""

from __future__ import annotations

import io
import os
import platform
import tempfile
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime, time
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from p2ptrack.errors import OperationError
from p2ptrack.formats import json
from p2ptrack.formats.html.page import format_css_string, render_page
from p2ptrack.formats.pdf.glyphs import replace_missing_glyphs
from p2ptrack.formats.plain import FormatOptions
from p2ptrack.reports.document import Document

# Say *not for publication* on every page of a PDF that shows something exempt, and on no other.
#
# CSS cannot ask what stands on a page, so the paper is laid out once to see where the marked parts fall; the words then
# stand in the margin of those pages. A margin does not move what is on the page, so nothing falls elsewhere for it.


EXEMPT_CLASS = "closed"
"""The class that templates give to whatever shows something exempt."""

_HEAD_END_TAG = "</head>"
LayOutFunction = Callable[[str], Any]


def stamp_exempt_pages(page: str, lay_out: LayOutFunction, stamp: str) -> str:
    """Return the HTML page with `stamp` (a CSS string) at the head of each printed page that shows a marked part."""
    numbers = find_exempt_pages(lay_out(page).pages)
    if not numbers:
        return page
    rules = "\n".join(f"@page :nth({number}) {{ @top-right {{ content: {stamp} }} }}" for number in numbers)
    return page.replace(_HEAD_END_TAG, f"<style>\n{rules}\n</style>\n{_HEAD_END_TAG}", 1)


def find_exempt_pages(pages: Iterable[Any]) -> tuple[int, ...]:
    """Return the numbers, from 1, of WeasyPrint's pages on which a marked part stands, or goes on."""
    return tuple(number for number, page in enumerate(pages, 1) if _shows_exempt(page))


def _shows_exempt(page: Any) -> bool:
    return any(EXEMPT_CLASS in _split_classes(box.element) for box in page._page_box.descendants())


def _split_classes(element: Any) -> list[str]:
    return (element.get("class") or "").split() if element is not None else []


# The fonts of printed papers: two packaged families and no other, so that every machine makes the same pages.
#
# Pango asks fontconfig for fonts, and fontconfig reads one file. Ours names the folders of the packaged
# fonts only: otherwise a system font slips in for a character that they lack, and the pages differ from
# machine to machine.


FONT_PACKAGES = ("font_source_sans_pro", "font_source_serif_pro")
_CONFIG_VARIABLE = "FONTCONFIG_FILE"


def find_font_folders(packages: tuple[str, ...] = FONT_PACKAGES) -> tuple[Path, ...]:
    """Return the folders that hold the font files. Raises `OperationError` when a package is not installed."""
    return tuple(_find_font_folder(package) for package in packages)


def _find_font_folder(package: str) -> Path:
    spec = find_spec(package)
    candidates = [Path(location, "files") for location in (spec.submodule_search_locations or ())] if spec else []
    for folder in candidates:
        if any(folder.glob("*.ttf")):
            return folder
    name = package.replace("_", "-")
    raise OperationError(f"The fonts of printed papers are missing: install them with “python -m pip install {name}”.")


def format_fontconfig(font_folders: tuple[Path, ...], cache: Path) -> str:
    """Return a fontconfig file that names these folders only.

    Each face is in a folder twice, as `.otf` and `.ttf`; which one fontconfig prefers is not promised,
    so one is refused.
    """
    folder_elements = "".join(f"<dir>{escape(str(folder))}</dir>" for folder in font_folders)
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        f"<fontconfig>{folder_elements}<cachedir>{escape(str(cache))}</cachedir>"
        "<selectfont><rejectfont><glob>*.otf</glob></rejectfont></selectfont></fontconfig>\n"
    )


@contextmanager
def use_packaged_fonts() -> Iterator[None]:
    """Let whatever loads fonts inside see the packaged ones only. Pango reads the file when it first lists fonts."""
    previous = os.environ.get(_CONFIG_VARIABLE)
    with tempfile.TemporaryDirectory(prefix="p2ptrack-fonts-", ignore_cleanup_errors=True) as name:
        file = Path(name, "fonts.conf")
        file.write_text(format_fontconfig(find_font_folders(), Path(name, "cache")), encoding="utf-8")
        os.environ[_CONFIG_VARIABLE] = str(file)
        try:
            yield
        finally:
            _restore_variable(previous)


def _restore_variable(previous: str | None) -> None:
    if previous is None:
        os.environ.pop(_CONFIG_VARIABLE, None)
    else:
        os.environ[_CONFIG_VARIABLE] = previous


PDF_VARIANT = "pdf/ua-1"

_PANGO_ADVICE = {
    "Linux": "install it with “sudo apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0” (Debian, Ubuntu)",
    "Darwin": "install it with “brew install pango”",
    "Windows": "install it as https://doc.courtbouillon.org/weasyprint/stable/first_steps.html#windows says",
}


def write(document: Document, options: FormatOptions) -> bytes:
    """Return the paper as a tagged PDF. Raises `OperationError` without Pango or fonts, or when a template is broken."""
    page = replace_missing_glyphs(render_page(document, options))
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
    return str(format_css_string(" · ".join(filter(None, (document.draft, options.wording("closed"))))).text)


def _write_pdf(weasyprint: Any, page: str, attachments: list[Any]) -> bytes:
    from p2ptrack.formats.pdf.tags import replace_weasyprint_tags

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
    content = json.write(document, options)
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
