"""What a paper's bytes depend on besides the register: the versions of everything that has a hand in them."""

from __future__ import annotations

import platform
import zlib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version

from p2ptrack import __version__
from p2ptrack.formats import pdf

_EVERY = ("jinja2", "markdown-it-py")
_OF = {
    "pdf": ("weasyprint", "pydyf", "font-source-sans-pro", "font-source-serif-pro"),
    "xlsx": ("xlsxwriter",),
}
PACKAGES = (*_EVERY, *(name for names in _OF.values() for name in names))
"""What pip installs, by the names that it knows."""


def versions(formats: Iterable[str]) -> Mapping[str, str]:
    """Return the version of each program that makes papers in these formats. Raises `CannotGoOn` without Pango."""
    asked = set(formats)
    of_them = (name for format_, names in _OF.items() if format_ in asked for name in names)
    packages = {name: version(name) for name in (*_EVERY, *of_them)}
    system = {"python": platform.python_version(), "zlib": zlib.ZLIB_RUNTIME_VERSION}
    return {"p2ptrack": __version__, **system, **packages, **(_libraries() if "pdf" in asked else {})}


_ASKED = "const char *hb_version_string (void); int FcGetVersion (void);"


@cache
def _libraries() -> Mapping[str, str]:
    """Return the versions of the libraries of the system that lay out the pages of a PDF."""
    loaded = pdf.load().text.ffi
    loaded.ffi.cdef(_ASKED)
    return {
        "pango": _dotted(loaded.pango.pango_version()),
        "harfbuzz": loaded.ffi.string(loaded.harfbuzz.hb_version_string()).decode(),
        "fontconfig": _dotted(loaded.fontconfig.FcGetVersion()),
    }


def _dotted(number: int) -> str:
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"
