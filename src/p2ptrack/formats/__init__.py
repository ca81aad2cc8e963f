"""Formats: functions from a `Document` and `FormatOptions` to bytes.

A new format takes one module and its row in `FORMATS`. A module is imported when it is used, because WeasyPrint alone
takes longer to load than most commands take to run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack import __version__
from p2ptrack.values import dataclass

if TYPE_CHECKING:
    from p2ptrack.reports.document import Document, FormatOptions


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a document.

    `writer` is `module:function`. A `binary` format is never written to a terminal. `for_queries` offers it for the
    answers of queries too. `packages` are the Python packages that its bytes depend on, by the names that pip uses.
    With `marks_languages` it states the language of each text that is in another one.
    """

    name: str
    writer: str
    binary: bool = False
    for_queries: bool = False
    packages: tuple[str, ...] = ()
    marks_languages: bool = False

    def write(self, document: Document, options: FormatOptions) -> bytes:
        """Return the document in this format."""
        from p2ptrack.model.dates import use_date_words
        from p2ptrack.model.programme import read_date_words, remove_english_marks
        from p2ptrack.reports.document import fill_empty_tables, map_texts

        module, _, function = self.writer.partition(":")
        writer: Callable[[Document, FormatOptions], bytes] = getattr(import_module(module), function)
        words = read_date_words(options.wording, document.language)
        document = fill_empty_tables(document, options.wording)
        if options.wording.untranslated and not self.marks_languages:
            document = map_texts(document, remove_english_marks)
            options = replace(options, wording=options.wording.without_marks())
        with use_date_words(words):
            return writer(document, options)


_PDF_PACKAGES = ("weasyprint", "pydyf", "font-source-sans-pro", "font-source-serif-pro")
_FORMATS = (
    Format("html", "p2ptrack.formats.html.page:write", marks_languages=True),
    Format("pdf", "p2ptrack.formats.pdf:write", binary=True, packages=_PDF_PACKAGES, marks_languages=True),
    Format("docx", "p2ptrack.formats.docx:write", binary=True),
    Format("xlsx", "p2ptrack.formats.xlsx:write", binary=True, packages=("xlsxwriter",)),
    Format("text", "p2ptrack.formats.text:write", for_queries=True),
    Format("json", "p2ptrack.formats.json:write_json", for_queries=True),
    Format("csv", "p2ptrack.formats.csv:write_csv", for_queries=True),
    Format("md", "p2ptrack.formats.markdown:write", for_queries=True),
)
FORMATS = {format_.name: format_ for format_ in _FORMATS}
QUERY_FORMATS = tuple(format_.name for format_ in _FORMATS if format_.for_queries)
"""The formats of queries; the first is the default."""
_COMMON_PACKAGES = ("jinja2", "markdown-it-py")
VERSIONED_PACKAGES = (*_COMMON_PACKAGES, *(package for format_ in _FORMATS for package in format_.packages))
"""The Python packages that the bytes of papers depend on."""


def collect_versions(format_names: Iterable[str]) -> Mapping[str, str]:
    """Return the version of everything that the bytes of papers in these formats depend on.

    Raises `OperationError` for PDF when Pango is missing.
    """
    import platform
    import zlib
    from importlib.metadata import version

    names = set(format_names)
    packages = (package for name, format_ in FORMATS.items() if name in names for package in format_.packages)
    versions = {
        "p2ptrack": __version__,
        "p2ptrack-files": compute_program_fingerprint(),
        "python": platform.python_version(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        **{package: version(package) for package in (*_COMMON_PACKAGES, *packages)},
    }
    if "pdf" in names:
        from p2ptrack.formats.pdf import read_library_versions

        versions.update(read_library_versions())
    return versions


@cache
def compute_program_fingerprint() -> str:
    """Return the SHA-256 of this program's own files. During development the version does not identify them."""
    from hashlib import sha256

    from p2ptrack.store.templates import PACKAGED

    package = Path(__file__).resolve().parent.parent
    files = {f"p2ptrack/{file.relative_to(package).as_posix()}": file for file in package.rglob("*.py")}
    templates = (file for file in PACKAGED.rglob("*") if file.is_file())
    files |= {f"templates/{file.relative_to(PACKAGED).as_posix()}": file for file in templates}
    digest = sha256()
    for name in sorted(files):
        # A checkout on Windows may have CRLF where the package has LF.
        content = files[name].read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
