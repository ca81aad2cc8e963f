"""What a paper's bytes depend on besides the register: the versions of everything that has a hand in them."""

from __future__ import annotations

import platform
import zlib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version

from p2ptrack import __version__
from p2ptrack.formats import pdf

_COMMON_PACKAGES = ("jinja2", "markdown-it-py")
_FORMAT_PACKAGES = {
    "pdf": ("weasyprint", "pydyf", "font-source-sans-pro", "font-source-serif-pro"),
    "xlsx": ("xlsxwriter",),
}
VERSIONED_PACKAGES = (*_COMMON_PACKAGES, *(name for names in _FORMAT_PACKAGES.values() for name in names))
"""What pip installs, by the names that it knows."""


def collect_versions(formats: Iterable[str]) -> Mapping[str, str]:
    """Return the version of each program that makes papers in these formats. Raises `CannotGoOn` without Pango."""
    requested = set(formats)
    format_packages = (name for format_, names in _FORMAT_PACKAGES.items() if format_ in requested for name in names)
    packages = {name: version(name) for name in (*_COMMON_PACKAGES, *format_packages)}
    system = {"python": platform.python_version(), "zlib": zlib.ZLIB_RUNTIME_VERSION}
    return {"p2ptrack": __version__, **system, **packages, **(_read_library_versions() if "pdf" in requested else {})}


_VERSION_DECLARATIONS = "const char *hb_version_string (void); int FcGetVersion (void);"


@cache
def _read_library_versions() -> Mapping[str, str]:
    """Return the versions of the libraries of the system that lay out the pages of a PDF."""
    weasyprint_ffi = pdf.import_weasyprint().text.ffi
    weasyprint_ffi.ffi.cdef(_VERSION_DECLARATIONS)
    return {
        "pango": _format_version(weasyprint_ffi.pango.pango_version()),
        "harfbuzz": weasyprint_ffi.ffi.string(weasyprint_ffi.harfbuzz.hb_version_string()).decode(),
        "fontconfig": _format_version(weasyprint_ffi.fontconfig.FcGetVersion()),
    }


def _format_version(number: int) -> str:
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"
