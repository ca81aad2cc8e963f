"""PDF/UA-1 papers: the HTML paper laid out by WeasyPrint, with a structure tree made from the HTML.

WeasyPrint 70.0 makes its structure from boxes and opens an element again on each page. Here every HTML element makes
one structure element, in the order of the text, so a table is one `Table` and a list one `L`. This list names the issue
of Kozea/WeasyPrint behind each step. When all are fixed, `tags.py` and `tag_tree.py` can be deleted.

`tag_tree`
  - one element for what continues over pages (tables, rows, cells, lists, items, paragraphs, sections): #2903, #2902
  - a nested list is inside the body of its item, and text after it is read after it: #2874, #2879
  - an item has one body, with a bullet or without: #2497, #1837
  - `dl`, code, quotations and lists of contents have their own roles, without needless spans: #2482
  - a link is one element, whatever is in it and however many lines it has: #185
  - the language of a passage is written: no issue yet
  - header cells have a scope: #2508
  - each cell names the headers of its columns, its rows and its group of rows: #2903, which repeats them by page
`tags`
  - page margins are artifacts, and so is a repeated head of a table: #1836, #2903
  - leaders and decoration are artifacts; a link has one annotation a line, and none without text: no issue yet
  - a link annotation has the text of its link instead of its target, and is printed: no issue yet
  - the place of a picture is in units of the PDF, from the bottom of its page: no issue yet
  - header cells are in the index of names; attached files are in the catalogue: no issue yet

WeasyPrint still marks each piece of text while it paints (`Stream.marked`) and writes metadata, bookmarks and fonts.
Text with CSS `opacity` would escape that marking, so templates do without it.
"""

from __future__ import annotations

import io
import os
import platform
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime, time
from functools import cache
from html import escape
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

from p2ptrack.errors import PANGO_PACKAGES, OperationError, find_install_command
from p2ptrack.formats.html.page import format_css_string, render_page
from p2ptrack.formats.json import write_json
from p2ptrack.formats.pdf.tag_tree import ACCESSIBLE_TEXT_ATTRIBUTE
from p2ptrack.phrases import find_missing_characters, find_similar_character
from p2ptrack.reports.document import Document, FormatOptions
from p2ptrack.store.writing import create_temporary_folder

REPLACEMENT = "?"
_MAX_ACCESSIBLE_RUNS = 500
"""A paper with more runs of characters without a glyph keeps the original text of the first ones only. The time of
WeasyPrint grows with the square of their number."""

# Characters without a glyph of their own: variation selectors, unusual spaces, and accents without a letter, which get
# a dotted circle.
_NORMALISATIONS = (
    (re.compile("[\ufe00-\ufe0f]"), ""),
    (re.compile(r"[^\S\n\t\r \xa0]"), " "),
    (re.compile("(?<=[>\\s])(?=[\u0300-\u036f])"), "\u25cc"),
)
_MARKUP = re.compile(
    r"(<style.*?(?:</style>|\Z)|<title.*?(?:</title>|\Z)|<svg.*?(?:</svg>|\Z)|<[^>]*(?:>|\Z))", re.DOTALL
)
_CSS_ESCAPE = re.compile(r"\\([0-9a-f]{1,6}) ")


def replace_missing_glyphs(page: str) -> str:
    """Return a page of HTML without characters that no packaged font has, such as emoji.

    PDF/UA-1 (ISO 14289-1, 7.21.8) forbids the empty box of a missing glyph, and a system font would make other pages on
    another machine. Each is printed as a similar character, a word or a question mark, and the PDF keeps the original
    characters as replacement text (ActualText) for screen readers. A council's own font is trusted.
    """
    for pattern, replacement in _NORMALISATIONS:
        page = pattern.sub(replacement, page)
    if "@font-face" in page:
        return page
    css_characters = "".join(chr(int(code, 16)) for code in _CSS_ESCAPE.findall(page))
    missing = find_missing_characters(page + css_characters)
    if not missing:
        return page
    run = re.compile(f"[{re.escape(''.join(missing))}]+")
    parts = _MARKUP.split(page)
    accessible_runs = count()

    def replace_in_text(match: re.Match[str]) -> str:
        keeps_original = next(accessible_runs) < _MAX_ACCESSIBLE_RUNS
        return _add_accessible_text(match) if keeps_original else _replace_run(match)

    parts[::2] = [run.sub(replace_in_text, text) for text in parts[::2]]
    parts[1::2] = [_replace_in_markup(markup, run) for markup in parts[1::2]]
    return "".join(parts)


def _replace_in_markup(markup: str, run: re.Pattern[str]) -> str:
    if markup.startswith("<style"):
        markup = _CSS_ESCAPE.sub(_replace_css_escape, markup)
    return run.sub(_replace_run, markup) if markup.startswith(("<style", "<svg")) else markup


def _replace_css_escape(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return _replace_character(character) if find_missing_characters(character) else match.group()


def _replace_character(character: str) -> str:
    return find_similar_character(character) or REPLACEMENT


def _replace_run(match: re.Match[str]) -> str:
    return "".join(map(_replace_character, match.group()))


def _add_accessible_text(match: re.Match[str]) -> str:
    printed_text = escape(_replace_run(match))
    if not printed_text.strip("-"):  # screen readers and searches treat a hyphen the same
        return printed_text
    return f'<span {ACCESSIBLE_TEXT_ATTRIBUTE}="{escape(match.group())}">{printed_text}</span>'


PDF_VARIANT = "pdf/ua-1"
EXEMPT_CLASS = "closed"
"""The class that templates give to everything exempt."""
FONT_PACKAGES = ("font_source_sans_pro", "font_source_serif_pro")

_HEAD_END_TAG = "</head>"
_FONTCONFIG_VARIABLE = "FONTCONFIG_FILE"
_PANGO_ADVICE = {
    "Darwin": "Run “brew install pango”.",
    "Windows": "Follow https://doc.courtbouillon.org/weasyprint/stable/first_steps.html#windows",
}
_OTHER_PANGO_ADVICE = f"On Debian and Ubuntu, run “sudo apt-get install {PANGO_PACKAGES['apt-get']}”."


def write(document: Document, options: FormatOptions) -> bytes:
    """Return the paper as a tagged PDF. Raises `OperationError` without Pango or fonts or for a broken template."""
    page = replace_missing_glyphs(render_page(document, options))
    with use_packaged_fonts():  # around the import too, which lists the fonts
        weasyprint = import_weasyprint()
        attachments = [_make_data_attachment(weasyprint, document, options)] if options.attach_data else []
        if document.audience == "members":
            mark = " · ".join(filter(None, (document.draft, options.wording("closed"))))
            page = stamp_exempt_pages(
                page, lambda text: _load_html(weasyprint, text).render(), format_css_string(mark).text
            )
        return _write_pdf(weasyprint, page, attachments)


def _write_pdf(weasyprint: Any, page: str, attachments: list[Any]) -> bytes:
    from p2ptrack.formats.pdf.tags import replace_weasyprint_tags

    html_document = _load_html(weasyprint, page)
    with replace_weasyprint_tags():
        pdf_bytes: bytes = html_document.write_pdf(
            font_config=weasyprint.text.fonts.FontConfiguration(),
            pdf_variant=PDF_VARIANT,
            pdf_tags=True,
            attachments=attachments,
        )
    return pdf_bytes


def _load_html(weasyprint: Any, page: str) -> Any:
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    return weasyprint.HTML(string=page, url_fetcher=fetcher)


def _make_data_attachment(weasyprint: Any, document: Document, options: FormatOptions) -> Any:
    """Return the document's JSON as a file to attach. It has the position date, never the clock's."""
    day = datetime.combine(document.as_of, time(), UTC)
    return weasyprint.Attachment(
        string=write_json(document, options),
        name=f"{document.name}.json",
        description=document.title,
        created=day,
        modified=day,
        relationship="Data",
    )


def stamp_exempt_pages(page: str, lay_out: Callable[[str], Any], stamp: str) -> str:
    """Return the HTML with `stamp`, a CSS string, at the head of each printed page that shows something exempt.

    CSS cannot ask what is on a page, so the paper is laid out once to find these pages. The stamp is in their margins
    and moves nothing.
    """
    numbers = find_exempt_pages(lay_out(page).pages)
    if not numbers:
        return page
    rules = "\n".join(f"@page :nth({number}) {{ @top-right {{ content: {stamp} }} }}" for number in numbers)
    return page.replace(_HEAD_END_TAG, f"<style>\n{rules}\n</style>\n{_HEAD_END_TAG}", 1)


def find_exempt_pages(pages: Iterable[Any]) -> tuple[int, ...]:
    """Return the numbers, from 1, of WeasyPrint's pages that show a part of something exempt."""
    return tuple(number for number, page in enumerate(pages, 1) if _shows_exempt(page))


def _shows_exempt(page: Any) -> bool:
    elements = (box.element for box in page._page_box.descendants() if box.element is not None)
    return any(EXEMPT_CLASS in (element.get("class") or "").split() for element in elements)


@contextmanager
def use_packaged_fonts() -> Iterator[None]:
    """Let Pango use only the packaged fonts, so that every machine makes the same pages.

    Pango finds fonts with fontconfig, which reads one file when fonts are first listed.
    """
    previous = os.environ.get(_FONTCONFIG_VARIABLE)
    with create_temporary_folder() as folder:
        file = folder / "fonts.conf"
        file.write_text(format_fontconfig(find_font_folders(), folder / "cache"), encoding="utf-8")
        os.environ[_FONTCONFIG_VARIABLE] = str(file)
        try:
            yield
        finally:
            if previous is None:
                os.environ.pop(_FONTCONFIG_VARIABLE, None)
            else:
                os.environ[_FONTCONFIG_VARIABLE] = previous


def find_font_folders(packages: tuple[str, ...] = FONT_PACKAGES) -> tuple[Path, ...]:
    """Return the folders of the font files. Raises `OperationError` when a package is not installed."""
    return tuple(map(_find_font_folder, packages))


def _find_font_folder(package: str) -> Path:
    spec = find_spec(package)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(location, "files")
        if any(folder.glob("*.ttf")):
            return folder
    name = package.replace("_", "-")
    raise OperationError(f"The fonts of printed papers are missing. Install them with “python -m pip install {name}”.")


def format_fontconfig(font_folders: tuple[Path, ...], cache: Path) -> str:
    """Return a fontconfig file with these folders only.

    They hold each face as `.otf` and `.ttf`. Fontconfig promises no preference, so one is rejected.
    """
    folder_elements = "".join(f"<dir>{escape(str(folder))}</dir>" for folder in font_folders)
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        f"<fontconfig>{folder_elements}<cachedir>{escape(str(cache))}</cachedir>"
        "<selectfont><rejectfont><glob>*.otf</glob></rejectfont></selectfont></fontconfig>\n"
    )


def import_weasyprint() -> Any:
    """Return WeasyPrint. Raises `OperationError` with the line to install Pango when the system lacks it."""
    add_homebrew_library_path(platform.system(), os.environ)
    try:
        with redirect_stdout(io.StringIO()):  # WeasyPrint prints advice for programmers
            import weasyprint.text.fonts
            import weasyprint.urls
    except OSError as error:
        raise OperationError(format_missing_pango(platform.system())) from error
    return weasyprint


def add_homebrew_library_path(system: str, environment: MutableMapping[str, str]) -> None:
    """Let Python on a Mac find the Pango of Homebrew, unless the environment already names a folder."""
    if system == "Darwin":
        environment.setdefault("DYLD_FALLBACK_LIBRARY_PATH", "/opt/homebrew/lib:/usr/local/lib:/usr/lib")


def format_missing_pango(system: str) -> str:
    """Return the message for a system without Pango. `system` is a name of `platform.system()`."""
    advice = _PANGO_ADVICE.get(system, "")
    if not advice:
        command = find_install_command(PANGO_PACKAGES)
        advice = f"Run “{command}”." if command else _OTHER_PANGO_ADVICE
    return f"PDF needs Pango, which is not installed on this computer. {advice} Until then, use --format html."


@cache
def read_library_versions() -> Mapping[str, str]:
    """Return the versions of the system libraries that lay out the pages.

    Raises `OperationError` when Pango is missing.
    """
    weasyprint_ffi = import_weasyprint().text.ffi
    weasyprint_ffi.ffi.cdef("const char *hb_version_string (void); int FcGetVersion (void);")
    return {
        "pango": _format_version(weasyprint_ffi.pango.pango_version()),
        "harfbuzz": weasyprint_ffi.ffi.string(weasyprint_ffi.harfbuzz.hb_version_string()).decode(),
        "fontconfig": _format_version(weasyprint_ffi.fontconfig.FcGetVersion()),
    }


def _format_version(number: int) -> str:
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"
